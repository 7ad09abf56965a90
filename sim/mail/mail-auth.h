/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mail-host.h"
#include <sasl/sasl-server.h>

G_BEGIN_DECLS

/**
 * mail_auth_answer:
 * @peer: who asks
 * @sasl: the exchange whose event waits
 * @event: PASSWORD, SECRET, TOKEN or AUTHORIZE; others need no answer
 *
 * Answers what a SASL exchange asks, whichever protocol it is in, by the users of @host: their
 * passwords, also as keys of SCRAM and as tokens. Nobody may act as somebody else.
 */
void mail_auth_answer (MailHost *host, const MailPeer *peer, SaslServer *sasl,
                       const SaslServerEvent *event);

/** Returns: whether the password went over the wire so that an eavesdropper has learnt it.
 * @mechanism: its name */
gboolean mail_auth_is_told (const char *mechanism, gboolean is_secured);

G_END_DECLS
