/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mail-host.h"
#include <smtp/smtp-server.h>

G_BEGIN_DECLS

/* Who may do what at a host, as its scenario has it: what a session is decided by before it
 * begins. */

/** Returns: whether @service is submission (RFC 6409), in TLS from the start or not. */
gboolean mail_policy_is_submission (SimServices service);

/**
 * mail_policy_trusts:
 *
 * Returns: whether @peer may send anywhere without showing who it is (RFC 6409 section 4.3,
 *   "unless ..."). The hosts of the scenario's Trusts may; where that is not said, mail programs
 *   on a link of the host's own, and real programs, which come over loopback, though these only
 *   by port 25, or where a host has no users that could show who they are.
 */
gboolean mail_policy_trusts (const MailHost *host, const MailPeer *peer, SimServices service);

/**
 * mail_policy_get_mechanisms:
 * @has_certificate: so that clients could have TLS
 *
 * Returns: SaslMechanism that @service offers, but for what takes a certificate of the client's or
 *   a binding to TLS, which the engine sees to. What the scenario does not say: submission, POP3
 *   and IMAP let users show who they are, by what sends a password in clear only under TLS (RFC
 *   4954 section 4) or at a host that can't do TLS; port 25 only at a submission host that has no
 *   other port. Real programs come over loopback, where nobody listens in: they may do so in clear,
 *   too, where the scenario says nothing of TLS, and on port 25.
 */
guint mail_policy_get_mechanisms (const MailHost *host,
                                  const MailPeer *peer,
                                  SimServices     service,
                                  gboolean        has_certificate,
                                  gboolean        is_secured);

/** Returns: whether users may not show their passwords in clear to @peer, by commands of POP3 and
 * IMAP that do (RFC 5034 section 4, RFC 9051 section 11.2), as by the mechanisms that do. */
gboolean mail_policy_guards_passwords (const MailHost *host,
                                       const MailPeer *peer,
                                       gboolean        has_certificate);

/** Fills @out_config for a session of @service with @peer; but for refusal and greeting, which
 * stay. Strings are borrowed from @host. */
void mail_policy_configure (MailHost         *host,
                            const MailPeer   *peer,
                            SimServices       service,
                            SmtpServerConfig *out_config);

/** Returns: whether the host has a certificate to show: real programs may be shown another than
 * simulated hosts are. */
gboolean mail_policy_has_certificate (const MailHost *host, const MailPeer *peer);

/** Where random octets come from, for engines; its data is sim_host_get_random() of the host. */
SaslRandomFunc mail_policy_get_random (const MailPeer *peer);

/** Fills @data with random octets: the host's own, or real ones for real programs. */
void mail_policy_draw (const MailHost *host, const MailPeer *peer, guint8 *data, gsize length);

G_END_DECLS
