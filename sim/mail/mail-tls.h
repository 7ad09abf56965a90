/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <core/sim-scenario.h>
#include <core/sim-world.h>
#include <net/sim-carrier.h>
#include <tls/tls-layer.h>

G_BEGIN_DECLS

/**
 * MailTls:
 *
 * The TLS of a world: one authority that all its hosts trust, and for each host the certificate
 * that the scenario gives it. Made twice: deterministic for what goes on among simulated hosts,
 * real for connections of real programs (see TlsLibrary: the two never mix). What is costly is
 * made when first needed; a world without TLS never touches OpenSSL. Secrets of its sessions go
 * into the log (trace_log_add_key_log()).
 */
typedef struct _MailTls MailTls;

/** @scenario: borrowed; outlives it, as @world does. @is_real: for real programs */
MailTls *mail_tls_new (const SimScenario *scenario, SimWorld *world, gboolean is_real);
void     mail_tls_free (MailTls *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailTls, mail_tls_free)

/**
 * mail_tls_set_epoch:
 * @epoch_us: microseconds since 1970
 *
 * For real programs, which judge certificates by their own clocks: what those show when the
 * world's clock shows 0. For sessions from now on; without it, the scenario's start.
 */
void mail_tls_set_epoch (MailTls *self, gint64 epoch_us);

/**
 * mail_tls_add_anchors:
 * @pem: certificates of authorities
 *
 * Whom the world's clients trust besides the world's authority: real servers have others.
 */
gboolean mail_tls_add_anchors (MailTls *self, const char *pem, GError **error);

/** Returns: whether host @host has a certificate to show: real programs are shown one also where
 * the scenario says nothing of it, and so are all by services that are in TLS from the start. */
gboolean mail_tls_has_certificate (MailTls *self, guint host);

/**
 * mail_tls_wrap:
 * @inside: (transfer full)
 * @peer_name: (nullable): client: the name that the server's certificate has to be for
 * @connection: id of the connection in the log, for the session's own seed
 *
 * Returns: (transfer full): @inside with TLS around it, to begin at once or when it asks; @inside
 *   itself when the host won't do TLS on that side
 */
WireSession *mail_tls_wrap (MailTls     *self,
                            WireSession *inside,
                            guint        host,
                            TlsSide      side,
                            gboolean     is_implicit,
                            const char  *peer_name,
                            guint        connection);

/**
 * mail_tls_attach:
 * @outside: for connections that leave the simulated network (see SimOutside)
 *
 * Lets the clients on @host find them, see mail_tls_wrap_client(). Both outlive the network.
 */
void mail_tls_attach (SimHost *host, MailTls *inside, MailTls *outside);

/**
 * mail_tls_wrap_client:
 *
 * As mail_tls_wrap(), for the start callback of a client's carrier: the carrier knows the host and
 * the connection. @inside: (transfer full)
 */
WireSession *mail_tls_wrap_client (SimCarrier  *carrier,
                                   WireSession *inside,
                                   gboolean     is_implicit,
                                   const char  *peer_name);

/** Returns: (nullable): the authority's certificate as PEM, for programs that are to trust it;
 * NULL with @error set. */
const char *mail_tls_get_anchor_pem (MailTls *self, GError **error);

/** Returns: (transfer full) (nullable): what a host's certificate says, a line each, "names: ...",
 * "issuer: ...", "from: ...", "to: ..."; NULL when it has none. For people. */
char *mail_tls_describe_certificate (MailTls *self, guint host);

G_END_DECLS
