/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <net/sim-network.h>
#include <smtp/smtp-client.h>

G_BEGIN_DECLS

/**
 * MailTransfer:
 *
 * One attempt to hand one message to one host by SMTP: connects, lets an
 * SmtpClient speak, and tells its owner when it is over. The sender's mail program and
 * the queue of a relay both work by it.
 */
typedef struct _MailTransfer MailTransfer;

/** Called once, from the world's run; the transfer may be freed in it. */
typedef void (*MailTransferFunc) (MailTransfer *transfer, gpointer user_data);

/**
 * mail_transfer_new:
 * @address: of the host to connect to, an IPv4 address in text form
 * @config: copied
 * @transaction: copied
 * @message: the message's number in the trace
 *
 * Starts at once.
 */
MailTransfer *mail_transfer_new (SimHost                *host,
                                 const char             *address,
                                 guint16                 port,
                                 const SmtpClientConfig *config,
                                 const SmtpTransaction  *transaction,
                                 guint                   message,
                                 MailTransferFunc        func,
                                 gpointer                user_data);

/** Free it when it is over, or after the network. */
void mail_transfer_free (MailTransfer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailTransfer, mail_transfer_free)

/** What became of a recipient, once it is over; without a connection all are temporary. */
void mail_transfer_get_delivery (MailTransfer *self, guint recipient, SmtpDelivery *out_delivery);

G_END_DECLS
