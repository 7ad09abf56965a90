/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sasl-secret.h"

#include "sasl-prep.h"

#include <string.h>

/* Every hash here works on blocks of 64 octets (RFC 2104). */
#define BLOCK_BYTES 64

/* HMAC with its key already taken in: the two checksums are copied for every text, as RFC 2104
 * suggests. */
typedef struct
{
  GChecksum *inner, *outer;
} Keyed;

typedef struct
{
  gsize  length;
  guint8 data[];
} SecretBytes;

void
sasl_secret_wipe (gpointer data, gsize length)
{
  if (length > 0)
    explicit_bzero (data, length);
}

void
sasl_secret_free (char *text)
{
  if (text != NULL)
    sasl_secret_wipe (text, strlen (text));
  g_free (text);
}

static void
on_bytes_free (gpointer data)
{
  SecretBytes *secret = data;

  sasl_secret_wipe (secret->data, secret->length);
  g_free (secret);
}

GBytes *
sasl_secret_to_bytes (const guint8 *data, gsize length)
{
  SecretBytes *secret = g_malloc (sizeof *secret + length);

  secret->length = length;
  if (length > 0)
    memcpy (secret->data, data, length);
  return g_bytes_new_with_free_func (secret->data, length, on_bytes_free, secret);
}

gboolean
sasl_secret_equal (const guint8 *a, gsize a_length, const guint8 *b, gsize b_length)
{
  volatile guint8 difference = a_length != b_length;

  /* With different lengths b is compared with itself: the time stays that of b. */
  for (gsize i = 0; i < b_length; i++)
    difference |= (a_length == b_length ? a[i] : b[i]) ^ b[i];
  return difference == 0;
}

gboolean
sasl_password_matches (const char *typed, const char *stored)
{
  char    *prepared = sasl_prep (typed, SASL_PREP_QUERY);
  char    *expected = sasl_prep (stored, SASL_PREP_STORED);
  gboolean matches = prepared != NULL && expected != NULL && *prepared != '\0' &&
                     sasl_secret_equal ((const guint8 *) prepared, strlen (prepared),
                                        (const guint8 *) expected, strlen (expected));

  sasl_secret_free (prepared);
  sasl_secret_free (expected);
  return matches;
}

/* HMAC */

static void
keyed_init (Keyed *self, GChecksumType hash, const guint8 *key, gsize key_length)
{
  guint8 block[BLOCK_BYTES] = { 0 };

  if (key_length > BLOCK_BYTES)
    sasl_hash (hash, key, key_length, block);
  else if (key_length > 0)
    memcpy (block, key, key_length);
  self->inner = g_checksum_new (hash);
  self->outer = g_checksum_new (hash);
  for (guint i = 0; i < BLOCK_BYTES; i++)
    block[i] ^= 0x36;
  g_checksum_update (self->inner, block, BLOCK_BYTES);
  for (guint i = 0; i < BLOCK_BYTES; i++)
    block[i] ^= 0x36 ^ 0x5c;
  g_checksum_update (self->outer, block, BLOCK_BYTES);
  sasl_secret_wipe (block, sizeof block);
}

static void
keyed_clear (Keyed *self)
{
  g_checksum_free (self->inner);
  g_checksum_free (self->outer);
}

static gsize
keyed_run (const Keyed *self, const void *text, gsize length, guint8 *out_digest)
{
  GChecksum *inner = g_checksum_copy (self->inner);
  GChecksum *outer = g_checksum_copy (self->outer);
  gsize      digest_bytes = SASL_DIGEST_BYTES_MAX;

  g_checksum_update (inner, text, (gssize) length);
  g_checksum_get_digest (inner, out_digest, &digest_bytes);
  g_checksum_update (outer, out_digest, (gssize) digest_bytes);
  g_checksum_get_digest (outer, out_digest, &digest_bytes);
  g_checksum_free (inner);
  g_checksum_free (outer);
  return digest_bytes;
}

gsize
sasl_hmac (GChecksumType hash,
           const guint8 *key,
           gsize         key_length,
           const void   *text,
           gsize         length,
           guint8       *out_digest)
{
  Keyed keyed;
  gsize digest_bytes;

  keyed_init (&keyed, hash, key, key_length);
  digest_bytes = keyed_run (&keyed, text, length, out_digest);
  keyed_clear (&keyed);
  return digest_bytes;
}

gsize
sasl_hash (GChecksumType hash, const void *data, gsize length, guint8 *out_digest)
{
  GChecksum *checksum = g_checksum_new (hash);
  gsize      digest_bytes = SASL_DIGEST_BYTES_MAX;

  g_checksum_update (checksum, data, (gssize) length);
  g_checksum_get_digest (checksum, out_digest, &digest_bytes);
  g_checksum_free (checksum);
  return digest_bytes;
}

/* Keys */

/* Hi (str, salt, i) of RFC 5802 section 2.2. */
static gsize
salt_password (GChecksumType hash,
               const char   *password,
               GBytes       *salt,
               guint         n_iterations,
               guint8       *out_salted)
{
  static const guint8 first_block[] = { 0, 0, 0, 1 };

  g_autoptr (GByteArray) text = g_byte_array_new ();
  guint8 u[SASL_DIGEST_BYTES_MAX];
  Keyed  keyed;
  gsize  digest_bytes;

  g_byte_array_append (text, g_bytes_get_data (salt, NULL), (guint) g_bytes_get_size (salt));
  g_byte_array_append (text, first_block, sizeof first_block);
  keyed_init (&keyed, hash, (const guint8 *) password, strlen (password));
  digest_bytes = keyed_run (&keyed, text->data, text->len, u);
  memcpy (out_salted, u, digest_bytes);
  for (guint i = 1; i < n_iterations; i++)
    {
      keyed_run (&keyed, u, digest_bytes, u);
      for (gsize j = 0; j < digest_bytes; j++)
        out_salted[j] ^= u[j];
    }
  keyed_clear (&keyed);
  sasl_secret_wipe (u, sizeof u);
  return digest_bytes;
}

SaslKeys *
sasl_keys_derive (GChecksumType hash,
                  const char   *password,
                  GBytes       *salt,
                  guint         n_iterations,
                  guint8       *out_client_key)
{
  char     *prepared = sasl_prep (password, SASL_PREP_STORED);
  guint8    salted[SASL_DIGEST_BYTES_MAX], client_key[SASL_DIGEST_BYTES_MAX];
  SaslKeys *self;
  gsize     n;

  if (prepared == NULL || *prepared == '\0')
    {
      sasl_secret_free (prepared);
      return NULL;
    }
  self = g_new0 (SaslKeys, 1);
  self->hash = hash;
  self->n_iterations = n_iterations;
  self->salt = g_bytes_ref (salt);
  n = salt_password (hash, prepared, salt, n_iterations, salted);
  sasl_hmac (hash, salted, n, "Client Key", 10, client_key);
  sasl_hash (hash, client_key, n, self->stored_key);
  sasl_hmac (hash, salted, n, "Server Key", 10, self->server_key);
  if (out_client_key != NULL)
    memcpy (out_client_key, client_key, n);
  sasl_secret_wipe (salted, sizeof salted);
  sasl_secret_wipe (client_key, sizeof client_key);
  sasl_secret_free (prepared);
  return self;
}

SaslKeys *
sasl_keys_copy (const SaslKeys *self)
{
  SaslKeys *copy = g_memdup2 (self, sizeof *self);

  g_bytes_ref (copy->salt);
  return copy;
}

void
sasl_keys_free (SaslKeys *self)
{
  if (self == NULL)
    return;
  g_bytes_unref (self->salt);
  sasl_secret_wipe (self, sizeof *self);
  g_free (self);
}
