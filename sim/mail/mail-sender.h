/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mail-register.h"
#include <net/sim-network.h>

G_BEGIN_DECLS

/**
 * MailSender:
 *
 * A sender's mail program (RFC 5598, aMUA) at work on one message: composes it (RFC
 * 5322, with MIME where its text, names or HTML need it), finds the submission server by its
 * name, and submits it by SMTP.
 */
typedef struct _MailSender MailSender;

/** @action: a send; borrowed. Starts at once. */
MailSender *mail_sender_new (SimHost *host, const SimScenarioAction *action,
                             MailRegister *messages);
void        mail_sender_free (MailSender *self); /* after the network */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailSender, mail_sender_free)

G_END_DECLS
