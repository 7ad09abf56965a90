/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mail-host.h"
#include <wire/wire-session.h>

G_BEGIN_DECLS

/**
 * mail_pop3_session_new:
 * @host: the message store; outlives the session
 * @peer: who asks; copied
 *
 * Makes the serving end of a POP3 session (RFC 1939): the engine, with the
 * host's users and mailboxes to answer for it. Tells the trace of logins, of
 * messages retrieved and removed.
 *
 * Returns: (transfer full): the session
 */
WireSession *mail_pop3_session_new (MailHost *host, const MailPeer *peer);

G_END_DECLS
