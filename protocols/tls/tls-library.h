/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsLibrary:
 *
 * Where TLS gets its randomness from, chosen once and for all that is made with it:
 *
 * - deterministic, for simulated sessions: a library context of its own whose random source
 *   (OpenSSL's TEST-RAND) is fed from the seed of whoever draws, a session or an authority.
 *   The same seeds give the same keys, signatures and records, byte for byte. Its secrets are
 *   no secrets.
 * - real, for sessions of the bridge: the default context and the system's randomness.
 *
 * The two share no object: keys and certificates pass between them as PEM text only. What needs
 * a seed demands one in a deterministic library and refuses one in the real library, so that
 * neither can be taken for the other. Counted references; not thread-safe.
 */
typedef struct _TlsLibrary TlsLibrary;

/** Bytes of a seed. */
#define TLS_SEED_BYTES 32

/** Set-up failures of our own; what a peer does wrong is an event of its session. */
typedef enum
{
  TLS_ERROR_LIBRARY,     /* OpenSSL can't do what is needed */
  TLS_ERROR_CERTIFICATE, /* a certificate can't be read */
  TLS_ERROR_KEY,         /* a key can't be read, or is another certificate's */
  TLS_ERROR_NAME,        /* no name that a certificate can be for */
} TlsError;

#define TLS_ERROR (tls_error_quark ())
GQuark tls_error_quark (void);

/** Returns: (transfer full) (nullable): a library of its own, or NULL with @error set. One a world
 * will do: making it takes milliseconds. */
TlsLibrary *tls_library_new_deterministic (GError **error);
/** Returns: (transfer full): the real library. */
TlsLibrary *tls_library_new_real (void);

TlsLibrary *tls_library_ref (TlsLibrary *self);
void        tls_library_unref (TlsLibrary *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsLibrary, tls_library_unref)

gboolean tls_library_is_deterministic (const TlsLibrary *self);

G_END_DECLS
