/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Passwords and what is made of them. Comparisons take a time that does not tell where two
 * secrets part; what held a secret is wiped. The insides of GLib's checksums are not: they are
 * freed as they are. */

/** The largest digest here: SHA-256. */
#define SASL_DIGEST_BYTES_MAX 32

/** Salt that we make (RFC 5802 gives no size): no two users share one by chance. */
#define SASL_SALT_BYTES 16

/** Iterations that a server should announce at least (RFC 5802 section 5.1, RFC 7677 section 4);
 * what ours announces, and the fewest that our client takes by default: fewer make guessing
 * passwords off line cheap for who plays the server. */
#define SASL_ITERATIONS_MIN 4096

/** The most that a client takes, since a hostile server can keep it busy for as long as it likes
 * (RFC 5802 section 9). Ours: 40 times the 15,000 that RFC 7677 section 4 has for a rule of thumb,
 * and about a second of one core. */
#define SASL_ITERATIONS_MAX 600000

/** Overwrites, in a way that compilers keep. */
void sasl_secret_wipe (gpointer data, gsize length);

/** Wipes a string and frees it. @text: (nullable) */
void sasl_secret_free (char *text);

/** Returns: (transfer full): a GBytes of a copy of @data that wipes it when freed. */
GBytes *sasl_secret_to_bytes (const guint8 *data, gsize length);

/** Returns: whether two runs of octets are the same, in a time that depends on lengths alone. */
gboolean sasl_secret_equal (const guint8 *a, gsize a_length, const guint8 *b, gsize b_length);

/** Returns: whether @typed is the password @stored once both are prepared (RFC 4616 section 2);
 * FALSE when either can't be or becomes empty. */
gboolean sasl_password_matches (const char *typed, const char *stored);

/** HMAC (RFC 2104) of two pieces of text. @out_digest: room for SASL_DIGEST_BYTES_MAX.
 * Returns: the bytes of the digest */
gsize sasl_hmac (GChecksumType hash,
                 const guint8 *key,
                 gsize         key_length,
                 const void   *text,
                 gsize         length,
                 guint8       *out_digest);

/** H(str) of RFC 5802 section 2.2. Returns: the bytes of the digest */
gsize sasl_hash (GChecksumType hash, const void *data, gsize length, guint8 *out_digest);

/**
 * SaslKeys:
 *
 * What a server keeps of a password for SCRAM (RFC 5802 section 3): enough to check a
 * client and to be checked, not enough to pose as the user elsewhere.
 */
typedef struct
{
  GChecksumType hash; /* SHA-1 or SHA-256 */
  guint         n_iterations;
  GBytes       *salt; /* owned, not empty */
  guint8        stored_key[SASL_DIGEST_BYTES_MAX];
  guint8        server_key[SASL_DIGEST_BYTES_MAX];
} SaslKeys;

/**
 * sasl_keys_derive:
 * @out_client_key: (nullable): room for SASL_DIGEST_BYTES_MAX; the client's half, which a server
 *   never has
 *
 * Hashes a password @n_iterations times. Takes about 1 microsecond an iteration.
 *
 * Returns: (transfer full) (nullable): NULL when SASLprep refuses @password, or it becomes empty
 */
SaslKeys *sasl_keys_derive (GChecksumType hash,
                            const char   *password,
                            GBytes       *salt,
                            guint         n_iterations,
                            guint8       *out_client_key);
SaslKeys *sasl_keys_copy (const SaslKeys *self);
void      sasl_keys_free (SaslKeys *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SaslKeys, sasl_keys_free)

G_END_DECLS
