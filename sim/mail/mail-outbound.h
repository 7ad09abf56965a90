/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mail-host.h"
#include <smtp/smtp-client.h>

G_BEGIN_DECLS

/**
 * MailOutbound:
 *
 * The sessions that a host's queue has with other hosts, and the transactions that wait for one.
 * What waits for a host goes in the session that is there, message after message; more sessions
 * are opened side by side up to a limit. A host that can't be reached is left alone for a while
 * (RFC 5321 section 4.5.4.1: "keep a list of hosts it cannot reach").
 */
typedef struct _MailOutbound MailOutbound;

/** Sessions with one host side by side: ours; a small number is a kindness to it. */
#define MAIL_OUTBOUND_SESSIONS_MAX 4
/** Messages in one session: ours, so that none lasts for ever. */
#define MAIL_OUTBOUND_MESSAGES_MAX 100
/** Recipients of one transaction: no server has to take more (RFC 5321 section 4.5.3.1.8). */
#define MAIL_OUTBOUND_RECIPIENTS_MAX 100
/** How long a host that could not be reached is left alone: ours; less than any wait between
 * tries, so that each of them is one. */
#define MAIL_OUTBOUND_REST_US (5 * 60 * G_TIME_SPAN_SECOND)

MailOutbound *mail_outbound_new (MailHost *host);
void          mail_outbound_free (MailOutbound *self); /* after the network */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailOutbound, mail_outbound_free)

/** A host to send to; copied. */
typedef struct
{
  const char *name;
  const char *address; /* IPv4, in text form */
  SmtpTlsUse  tls;
} MailDestination;

/**
 * MailOutboundFunc:
 * @deliveries: (array): one for each recipient of the transaction; borrowed for the call
 * @tls: (nullable): what protected the session, for people; NULL: nothing
 *
 * The transaction is over.
 */
typedef void (*MailOutboundFunc) (const SmtpDelivery *deliveries, const char *tls,
                                  gpointer user_data);

/**
 * mail_outbound_send:
 * @transaction: borrowed until @func is called: from the world's run, never from within this call
 * @number: the message's, in the trace
 */
void mail_outbound_send (MailOutbound          *self,
                         const MailDestination *to,
                         const SmtpTransaction *transaction,
                         guint                  number,
                         MailOutboundFunc       func,
                         gpointer               user_data);

G_END_DECLS
