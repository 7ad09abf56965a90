/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tls-private.h"

#include <string.h>

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>

struct _TlsLibrary
{
  guint           ref_count;
  OSSL_LIB_CTX   *context; /* NULL: the default one, which is real */
  EVP_CIPHER     *cipher;  /* makes the streams of seeds */
  EVP_CIPHER_CTX *expander;
};

/* What one feed gives each of the two generators of OpenSSL. The hungriest call is the blinding
 * of an RSA signature, some hundred bytes; a handshake with P-256 or X25519 takes about 200. */
#define FEED_BYTES 2048

G_DEFINE_QUARK (tls - error - quark, tls_error)

void
tls_set_error (GError **error, TlsError code, const char *message)
{
  unsigned long problem = ERR_peek_last_error ();
  const char   *reason = problem != 0 ? ERR_reason_error_string (problem) : NULL;

  g_set_error (error, TLS_ERROR, code, "%s%s%s", message, reason != NULL ? ": " : "",
               reason != NULL ? reason : "");
  ERR_clear_error ();
}

void
tls_stream_init (TlsStream *self, GBytes *seed)
{
  memset (self, 0, sizeof *self);
  if (seed != NULL)
    {
      gsize         length;
      const guint8 *data = g_bytes_get_data (seed, &length);

      g_assert (length == TLS_SEED_BYTES);
      memcpy (self->seed, data, TLS_SEED_BYTES);
    }
}

void
tls_stream_init_derived (TlsStream *self, const guint8 *seed, const char *what)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  gsize length = TLS_SEED_BYTES;

  memset (self, 0, sizeof *self);
  g_checksum_update (sum, seed, TLS_SEED_BYTES);
  g_checksum_update (sum, (const guchar *) what, (gssize) strlen (what));
  g_checksum_get_digest (sum, self->seed, &length);
}

static void
feed_generator (EVP_RAND_CTX *generator, guint8 *bytes)
{
  unsigned int strength = 256;
  OSSL_PARAM   params[] = {
      OSSL_PARAM_construct_uint (OSSL_RAND_PARAM_STRENGTH, &strength),
      OSSL_PARAM_construct_octet_string (OSSL_RAND_PARAM_TEST_ENTROPY, bytes, FEED_BYTES),
      OSSL_PARAM_construct_end (),
  };

  g_assert (generator != NULL && EVP_RAND_CTX_set_params (generator, params) == 1);
}

/* AES-256 in counter mode: the seed is the key, the number of the feed begins the counter. */
void
tls_library_feed (TlsLibrary *self, TlsStream *stream)
{
  static const guint8 zeros[2 * FEED_BYTES];
  guint8              bytes[2 * FEED_BYTES];
  guint64             nonce[2] = { GUINT64_TO_BE (stream->n_feeds), 0 };
  int                 length;

  if (self->context == NULL)
    return;
  stream->n_feeds++;
  g_assert (EVP_EncryptInit_ex2 (self->expander, self->cipher, stream->seed, (const guint8 *) nonce,
                                 NULL) == 1);
  g_assert (EVP_EncryptUpdate (self->expander, bytes, &length, zeros, sizeof zeros) == 1);
  feed_generator (RAND_get0_public (self->context), bytes);
  feed_generator (RAND_get0_private (self->context), bytes + FEED_BYTES);
}

static gboolean
set_up_generators (TlsLibrary *self)
{
  EVP_RAND_CTX *generators[2];

  if (RAND_set_DRBG_type (self->context, "TEST-RAND", NULL, NULL, NULL) != 1)
    return FALSE;
  generators[0] = RAND_get0_public (self->context);
  generators[1] = RAND_get0_private (self->context);
  for (guint i = 0; i < G_N_ELEMENTS (generators); i++)
    if (generators[i] == NULL ||
        strcmp (EVP_RAND_get0_name (EVP_RAND_CTX_get0_rand (generators[i])), "TEST-RAND") != 0)
      return FALSE;
  self->cipher = EVP_CIPHER_fetch (self->context, "AES-256-CTR", NULL);
  self->expander = EVP_CIPHER_CTX_new ();
  return self->cipher != NULL && self->expander != NULL;
}

TlsLibrary *
tls_library_new_deterministic (GError **error)
{
  g_autoptr (TlsLibrary) self = tls_library_new_real ();

  self->context = OSSL_LIB_CTX_new ();
  if (self->context == NULL || !set_up_generators (self))
    {
      tls_set_error (error, TLS_ERROR_LIBRARY, "OpenSSL has no random source that can be fed");
      return NULL;
    }
  return g_steal_pointer (&self);
}

TlsLibrary *
tls_library_new_real (void)
{
  TlsLibrary *self = g_new0 (TlsLibrary, 1);

  self->ref_count = 1;
  return self;
}

TlsLibrary *
tls_library_ref (TlsLibrary *self)
{
  self->ref_count++;
  return self;
}

void
tls_library_unref (TlsLibrary *self)
{
  if (self == NULL || --self->ref_count > 0)
    return;
  EVP_CIPHER_CTX_free (self->expander);
  EVP_CIPHER_free (self->cipher);
  OSSL_LIB_CTX_free (self->context);
  g_free (self);
}

gboolean
tls_library_is_deterministic (const TlsLibrary *self)
{
  return self->context != NULL;
}

OSSL_LIB_CTX *
tls_library_get_context (TlsLibrary *self)
{
  return self->context;
}

/* Keys and certificates */

GPtrArray *
tls_read_certificates (TlsLibrary *library, const char *pem, GError **error)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify) X509_free);
  g_autoptr (BIO) bio = BIO_new_mem_buf (pem, -1);
  unsigned long problem;

  ERR_clear_error ();
  for (;;)
    {
      X509 *certificate = X509_new_ex (library->context, NULL);

      if (PEM_read_bio_X509 (bio, &certificate, NULL, NULL) == NULL)
        {
          X509_free (certificate);
          break;
        }
      g_ptr_array_add (list, certificate);
    }
  problem = ERR_peek_last_error ();
  if (list->len == 0 || ERR_GET_LIB (problem) != ERR_LIB_PEM ||
      ERR_GET_REASON (problem) != PEM_R_NO_START_LINE)
    {
      tls_set_error (error, TLS_ERROR_CERTIFICATE, "no certificate can be read from this PEM text");
      return NULL;
    }
  ERR_clear_error ();
  return g_steal_pointer (&list);
}

/* Asked for a passphrase, there is none: never ask the terminal. */
static int
on_passphrase (char *buffer, int size, int is_writing, void *data)
{
  return -1;
}

EVP_PKEY *
tls_read_key (TlsLibrary *library, const char *pem, GError **error)
{
  g_autoptr (BIO) bio = BIO_new_mem_buf (pem, -1);
  EVP_PKEY *key;

  ERR_clear_error ();
  key = PEM_read_bio_PrivateKey_ex (bio, NULL, on_passphrase, NULL, library->context, NULL);
  if (key == NULL)
    tls_set_error (error, TLS_ERROR_KEY, "no private key can be read from this PEM text");
  return key;
}
