/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <core/sim-scenario.h>
#include <tls/tls-layer.h>

G_BEGIN_DECLS

/**
 * MailTls:
 *
 * The TLS of a world: one authority that all its hosts trust, and for each host the certificate
 * that the scenario gives it. Made twice: deterministic for what goes on among simulated hosts,
 * real for connections of real programs (see TlsLibrary: the two never mix). What is costly is
 * made when first needed; a world without TLS never touches OpenSSL.
 */
typedef struct _MailTls MailTls;

/** @scenario: borrowed; outlives it. @seed: the world's. @is_real: for real programs */
MailTls *mail_tls_new (const SimScenario *scenario, guint64 seed, gboolean is_real);
void     mail_tls_free (MailTls *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailTls, mail_tls_free)

/** Returns: whether host @host has a certificate to show: real programs are shown one also where
 * the scenario says nothing of it. */
gboolean mail_tls_has_certificate (MailTls *self, guint host);

/**
 * mail_tls_wrap:
 * @inside: (transfer full)
 * @peer_name: (nullable): client: the name that the server's certificate has to be for
 * @connection: id of the connection in the log, for the session's own seed
 * @key_log: (nullable): see TlsLayerConfig
 *
 * Returns: (transfer full): @inside with TLS around it, to begin at once or when it asks; @inside
 *   itself when the host can't do TLS on that side
 */
WireSession *mail_tls_wrap (MailTls     *self,
                            WireSession *inside,
                            guint        host,
                            TlsSide      side,
                            gboolean     is_implicit,
                            const char  *peer_name,
                            guint        connection,
                            void       (*key_log) (const char *lines, gpointer user_data),
                            gpointer     user_data);

/** Returns: (nullable): the authority's certificate as PEM, for programs that are to trust it;
 * NULL with @error set. */
const char *mail_tls_get_anchor_pem (MailTls *self, GError **error);

/** Returns: (transfer full) (nullable): what a host's certificate says, a line each, "names: ...",
 * "issuer: ...", "from: ...", "to: ..."; NULL when it has none. For people. */
char *mail_tls_describe_certificate (MailTls *self, guint host);

G_END_DECLS
