/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mail-host.h"

G_BEGIN_DECLS

/**
 * MailSender:
 *
 * A sender's mail program (RFC 5598, aMUA) at work on one message: composes it (RFC
 * 5322, with MIME where its text, names or HTML need it), finds the submission server by its
 * name, and submits it by SMTP: in TLS where it can, as the user that the action names. It keeps
 * nothing for later: what could not be submitted its user is told.
 */
typedef struct _MailSender MailSender;

/** @action: a send; borrowed. Starts at once. */
MailSender *mail_sender_new (MailHost *host, const SimScenarioAction *action);
void        mail_sender_free (MailSender *self); /* after the network */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailSender, mail_sender_free)

G_END_DECLS
