/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tls-library.h"

G_BEGIN_DECLS

/**
 * TlsContext:
 *
 * What all TLS sessions of one host on one side have in common: versions, its own certificate and
 * key, the authorities it trusts. Set it up before the first session. No session is ever resumed
 * and no ticket given, so that a session depends on nothing before it; renegotiation is refused.
 *
 * In a deterministic library the key exchange is X25519 or P-256 and a server's key should be
 * P-256 as TlsAuthority makes them, or Ed25519: the nonces of ECDSA and the salt of RSA-PSS come
 * from the session's seed, but an RSA key also keeps blinding values from one session to the next.
 *
 * Counted references; not thread-safe.
 */
typedef struct _TlsContext TlsContext;

typedef enum
{
  TLS_CLIENT,
  TLS_SERVER,
} TlsSide;

/** Versions as they are on the wire (RFC 8446 section 4.2.1). Older ones are not offered: today's
 * mail servers refuse them, and SSL must not be negotiated (RFC 8446 appendix D.5). */
typedef enum
{
  TLS_VERSION_1_2 = 0x0303,
  TLS_VERSION_1_3 = 0x0304,
} TlsVersion;

/** Returns: (transfer full) (nullable): a context for both versions, without certificate and
 * without trust, or NULL with @error set. */
TlsContext *tls_context_new (TlsLibrary *library, TlsSide side, GError **error);
TlsContext *tls_context_ref (TlsContext *self);
void        tls_context_unref (TlsContext *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsContext, tls_context_unref)

/**
 * tls_context_set_certificate:
 * @chain_pem: the host's certificate and those of the authorities between, in order
 * @key_pem: the private key of the first
 *
 * A server must have one; a client may.
 */
gboolean tls_context_set_certificate (TlsContext *self, const char *chain_pem, const char *key_pem,
                                      GError **error);

/**
 * tls_context_add_anchors:
 * @pem: certificates of authorities
 *
 * The peer's certificate is good if it leads to one of these. A server with anchors asks clients
 * for a certificate, which they may refuse.
 */
gboolean tls_context_add_anchors (TlsContext *self, const char *pem, GError **error);

/** Allows the versions from @min to @max. */
void tls_context_set_versions (TlsContext *self, TlsVersion min, TlsVersion max);

TlsSide tls_context_get_side (const TlsContext *self);

G_END_DECLS
