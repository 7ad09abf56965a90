/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mail-host.h"
#include <wire/wire-session.h>

G_BEGIN_DECLS

/**
 * mail_imap_session_new:
 * @host: the message store; outlives the session
 * @peer: who asks; copied
 *
 * Makes the serving end of an IMAP session (RFC 9051, RFC 3501): the engine, with the host's users
 * and their mailboxes to answer for it. Tells the trace who logs in, what is selected and
 * retrieved; changes to mailboxes are noted by these. Many sessions may have one mailbox selected:
 * each is woken when another, or a delivery, changes it, and tells its client when it may.
 *
 * Returns: (transfer full): the session, to be freed before @host
 */
WireSession *mail_imap_session_new (MailHost *host, const MailPeer *peer);

G_END_DECLS
