/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mail-host.h"
#include <smtp/smtp-envelope.h>

G_BEGIN_DECLS

/**
 * MailQueue:
 *
 * The mail a host has taken responsibility for and not yet got rid of (RFC 5321
 * section 4.5.4): expands aliases and lists, delivers to mailboxes here, relays the rest to the
 * next host by MX or to its smarthost, tries again later what could not be done now, gives up in
 * the end, and reports to the sender (RFC 3461). Nothing is lost: each recipient is delivered,
 * relayed, reported, or dropped with a note that says why.
 *
 * Its decisions are notes in the trace: a sentence, then lines "key: value".
 */

MailQueue *mail_queue_new (MailHost *host);
void       mail_queue_free (MailQueue *self); /* after the network */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailQueue, mail_queue_free)

/** A message to take responsibility for; copied by mail_queue_accept(). */
typedef struct
{
  const char          *id; /* the queue's name for it */
  SmtpMail             mail;
  const SmtpRecipient *recipients; /* (array length=n_recipients): that the host accepted */
  guint                n_recipients;
  GBytes              *message;
  guint                number; /* in the trace */
} MailQueued;

/** Takes responsibility for a message, and says so; works on it from the world's run. */
void mail_queue_accept (MailQueue *self, const MailQueued *queued);

/** Returns: how many messages wait. */
guint mail_queue_get_n_entries (const MailQueue *self);

G_END_DECLS
