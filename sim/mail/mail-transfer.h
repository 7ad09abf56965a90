/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mail-host.h"
#include <smtp/smtp-client.h>

G_BEGIN_DECLS

/**
 * MailTransfer:
 *
 * One session with one host by SMTP: connects, lets an SmtpClient speak, secures it by TLS
 * where that is wanted, and hands over one message after another. What the client tells is
 * noted on the host's lane. The sender's mail program and the queue of a relay both work
 * by it:
 *
 *   new -> (ready -> send -> sent) repeated -> ready -> quit -> finished -> free
 */
typedef struct _MailTransfer MailTransfer;

/** Copied by mail_transfer_new(). */
typedef struct
{
  const char      *address;   /* of the host to connect to, an IPv4 address in text form */
  const char      *peer_name; /* what it is called: its certificate has to be for that */
  guint16          port;
  gboolean         is_implicit_tls; /* TLS from the first byte (RFC 8314 section 3) */
  SmtpClientConfig client;
  guint            message; /* in the trace: whose the units before the first transaction are */
} MailTransferConfig;

/** Called from the world's run. */
typedef struct
{
  /* Asks for mail_transfer_send() or mail_transfer_quit(), from within the call. */
  void (*ready) (MailTransfer *transfer, gpointer user_data);
  /* The transaction is over: its outcomes can be read. */
  void (*sent) (MailTransfer *transfer, gpointer user_data);
  /* The session is over, once; free the transfer in it or later. A transaction that was not over
   * has its outcomes now. */
  void (*finished) (MailTransfer *transfer, gpointer user_data);
} MailTransferFuncs;

/** @funcs: static. Starts at once. */
MailTransfer *mail_transfer_new (MailHost                 *host,
                                 const MailTransferConfig *config,
                                 const MailTransferFuncs  *funcs,
                                 gpointer                  user_data);

/** Free it when it is over, or after the network. */
void mail_transfer_free (MailTransfer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailTransfer, mail_transfer_free)

/** Answers ready. @transaction: copied. @message: the message's number in the trace */
void mail_transfer_send (MailTransfer *self, const SmtpTransaction *transaction, guint message);
void mail_transfer_quit (MailTransfer *self);

/** What became of a recipient of the transaction; with none, index 0 tells what would have become
 * of any: without a connection that is temporary, 4.4.1. */
void mail_transfer_get_delivery (MailTransfer *self, guint recipient, SmtpDelivery *out_delivery);

/** Returns: whether there was a connection, that is, whether somebody is there. */
gboolean mail_transfer_is_connected (const MailTransfer *self);

/** Returns: (nullable): why TLS could not be had although it had begun. */
const char *mail_transfer_get_tls_failure (const MailTransfer *self);

/** Returns: (nullable): "TLSv1.3 TLS_AES_256_GCM_SHA384"; NULL in clear. */
const char *mail_transfer_get_tls (const MailTransfer *self);

G_END_DECLS
