/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tls-library.h"

G_BEGIN_DECLS

/**
 * TlsAuthority:
 *
 * The certificate authority of a world: a key and a certificate of its own, and certificates for
 * hosts (RFC 5280), right ones and, for lessons, wrong ones. Keys are P-256, signatures
 * ECDSA with SHA-256. In a deterministic library all comes from the seed and the time: a
 * certificate is the same whatever others were issued before it.
 *
 * Certificates are kept, so that asking again costs nothing. Not thread-safe.
 */
typedef struct _TlsAuthority TlsAuthority;

/** What is the matter with a certificate. */
typedef enum
{
  TLS_ISSUE_GOOD,
  TLS_ISSUE_EXPIRED,        /* its last day was before the world began */
  TLS_ISSUE_NOT_YET_VALID,  /* its first day comes a month after the world began */
  TLS_ISSUE_WRONG_NAME,     /* for TLS_WRONG_NAME, whatever names were asked for */
  TLS_ISSUE_SELF_SIGNED,    /* signed by its own key */
  TLS_ISSUE_UNKNOWN_ISSUER, /* signed by an authority that nobody knows */
} TlsIssue;

#define TLS_WRONG_NAME "other.example"

/** Names of one certificate. */
#define TLS_CERTIFICATE_NAMES_MAX 100

typedef struct
{
  char *chain_pem; /* the host's certificate */
  char *key_pem;
} TlsCertificate;

/**
 * tls_authority_new:
 * @name: the authority's name for people
 * @start_s: when the world begins, in seconds since 1970: certificates are valid from some days
 * before
 * @seed: (nullable): TLS_SEED_BYTES in a deterministic library, NULL in the real one
 *
 * Returns: (transfer full) (nullable): NULL with @error set
 */
TlsAuthority *tls_authority_new (TlsLibrary *library, const char *name, gint64 start_s,
                                 GBytes *seed, GError **error);

/** As tls_authority_new(), with a certificate and key that were made before. */
TlsAuthority *tls_authority_new_from_pem (TlsLibrary *library, const char *certificate_pem,
                                          const char *key_pem, gint64 start_s, GBytes *seed,
                                          GError **error);
void          tls_authority_free (TlsAuthority *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsAuthority, tls_authority_free)

/** Returns: the authority's certificate, which clients trust: an anchor for
 * tls_context_add_anchors() */
const char *tls_authority_get_certificate_pem (TlsAuthority *self);
/** Returns: the authority's private key */
const char *tls_authority_get_key_pem (TlsAuthority *self);

/**
 * tls_authority_issue:
 * @names: (array zero-terminated): DNS names ("*.example" too) and IP addresses; at least one, at
 * most TLS_CERTIFICATE_NAMES_MAX
 *
 * Returns: (nullable): a certificate and its key, borrowed from the authority; NULL with @error set
 */
const TlsCertificate *tls_authority_issue (TlsAuthority *self, TlsIssue issue,
                                           const char *const *names, GError **error);

G_END_DECLS
