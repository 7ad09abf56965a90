/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <openssl/ssl.h>

#include "tls-context.h"
#include "tls-library.h"

G_BEGIN_DECLS

/* What the files of this folder share, and nobody else sees. */

/** The randomness of one session or authority: a key stream of its seed, numbered by feed. */
typedef struct
{
  guint8  seed[TLS_SEED_BYTES];
  guint64 n_feeds;
} TlsStream;

/** Begins a stream. @seed: TLS_SEED_BYTES of it in a deterministic library, NULL in the real one.
 */
void tls_stream_init (TlsStream *self, GBytes *seed);

/** Begins the stream of @what that belongs to @seed, whatever else was drawn from it before. */
void tls_stream_init_derived (TlsStream *self, const guint8 *seed, const char *what);

/** Returns: (nullable): NULL for the real library. */
OSSL_LIB_CTX *tls_library_get_context (TlsLibrary *self);

/**
 * tls_library_feed:
 *
 * To be called before every call into OpenSSL that may draw randomness; what such a call may draw
 * is bounded by what one feed gives. Does nothing in the real library.
 */
void tls_library_feed (TlsLibrary *self, TlsStream *stream);

/** Sets @error to @message and what OpenSSL has to say; empties OpenSSL's queue of errors. */
void tls_set_error (GError **error, TlsError code, const char *message);

/** Returns: (transfer full) (nullable) (element-type X509): the certificates of @pem, in order. */
GPtrArray *tls_read_certificates (TlsLibrary *library, const char *pem, GError **error);
/** Returns: (transfer full) (nullable): the private key of @pem. */
EVP_PKEY *tls_read_key (TlsLibrary *library, const char *pem, GError **error);

/** Returns: (transfer full): the DNS names and IP addresses of @certificate, safe to show. */
char **tls_dup_names (X509 *certificate);

/** Lets what happens in sessions of @ssl reach their TlsSession. */
void tls_session_set_up_context (SSL_CTX *ssl);

SSL_CTX    *tls_context_get_ssl (TlsContext *self);
TlsLibrary *tls_context_get_library (TlsContext *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BIO, BIO_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (X509, X509_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_PKEY, EVP_PKEY_free)

G_END_DECLS
