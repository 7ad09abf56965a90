/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mail-host.h"
#include <wire/wire-session.h>

G_BEGIN_DECLS

/** Received fields of a message that is taken to be going round in a loop: RFC 5321 section 6.3
 * asks for at least 100. */
#define MAIL_HOPS_MAX 100

/**
 * mail_smtp_session_new:
 * @host: who serves; outlives the session
 * @peer: who sends; copied
 * @service: SIM_SERVICE_SMTP, _SUBMISSION, _SUBMISSIONS or _LMTP
 *
 * Makes the receiving end of an SMTP session: the engine, with the host's
 * policy to answer for it. Mail for the host's domains is taken for its users, aliases and
 * lists, other mail only from whom the host trusts or who has shown who it is. What it takes
 * gets a Received field (RFC 5321 section 4.4) and goes into the host's queue; by LMTP (RFC 2033)
 * it goes into the mailbox at once. Each decision is a note: a sentence, then what it was about, a
 * line "key: value" each.
 *
 * Returns: (transfer full): the session, to be freed before @host
 */
WireSession *mail_smtp_session_new (MailHost *host, const MailPeer *peer, SimServices service);

G_END_DECLS
