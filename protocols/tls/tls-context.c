/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tls-context.h"

#include <openssl/err.h>

#include "tls-private.h"

struct _TlsContext
{
  guint       ref_count;
  TlsLibrary *library;
  TlsSide     side;
  SSL_CTX    *ssl;
};

/* Ephemeral keys and authenticated encryption only, as RFC 8446 appendix D.5 and mail servers of
 * today have it; for 1.3 OpenSSL's own list. Deterministic, too: the list doesn't ask the machine.
 */
#define CIPHERS_1_2 "ECDHE+AESGCM:ECDHE+CHACHA20"
#define GROUPS_DETERMINISTIC "X25519:P-256"

static gboolean
set_up (TlsContext *self)
{
  const guint64 options = SSL_OP_NO_TICKET | SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION |
                          SSL_OP_CIPHER_SERVER_PREFERENCE;

  if (self->ssl == NULL)
    return FALSE;
  SSL_CTX_set_options (self->ssl, options);
  SSL_CTX_set_mode (self->ssl, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_session_cache_mode (self->ssl, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_verify (self->ssl, self->side == TLS_CLIENT ? SSL_VERIFY_PEER : SSL_VERIFY_NONE,
                      NULL);
  tls_session_set_up_context (self->ssl);
  tls_context_set_versions (self, TLS_VERSION_1_2, TLS_VERSION_1_3);
  return SSL_CTX_set_num_tickets (self->ssl, 0) == 1 &&
         SSL_CTX_set_cipher_list (self->ssl, CIPHERS_1_2) == 1 &&
         (!tls_library_is_deterministic (self->library) ||
          SSL_CTX_set1_groups_list (self->ssl, GROUPS_DETERMINISTIC) == 1);
}

TlsContext *
tls_context_new (TlsLibrary *library, TlsSide side, GError **error)
{
  g_autoptr (TlsContext) self = g_new0 (TlsContext, 1);
  TlsStream stream;

  self->ref_count = 1;
  self->library = tls_library_ref (library);
  self->side = side;
  /* Draws keys for tickets, which nobody gets. */
  tls_stream_init (&stream, NULL);
  tls_library_feed (library, &stream);
  ERR_clear_error ();
  self->ssl = SSL_CTX_new_ex (tls_library_get_context (library), NULL,
                              side == TLS_SERVER ? TLS_server_method () : TLS_client_method ());
  if (!set_up (self))
    {
      tls_set_error (error, TLS_ERROR_LIBRARY, "OpenSSL can't be set up");
      return NULL;
    }
  return g_steal_pointer (&self);
}

TlsContext *
tls_context_ref (TlsContext *self)
{
  self->ref_count++;
  return self;
}

void
tls_context_unref (TlsContext *self)
{
  if (self == NULL || --self->ref_count > 0)
    return;
  SSL_CTX_free (self->ssl);
  tls_library_unref (self->library);
  g_free (self);
}

gboolean
tls_context_set_certificate (TlsContext *self, const char *chain_pem, const char *key_pem,
                             GError **error)
{
  g_autoptr (GPtrArray) chain = tls_read_certificates (self->library, chain_pem, error);
  g_autoptr (EVP_PKEY) key = chain != NULL ? tls_read_key (self->library, key_pem, error) : NULL;

  if (chain == NULL || key == NULL)
    return FALSE;
  if (X509_check_private_key (g_ptr_array_index (chain, 0), key) != 1)
    {
      tls_set_error (error, TLS_ERROR_KEY, "the key is not the certificate's");
      return FALSE;
    }
  if (SSL_CTX_use_certificate (self->ssl, g_ptr_array_index (chain, 0)) != 1 ||
      SSL_CTX_use_PrivateKey (self->ssl, key) != 1 || SSL_CTX_clear_chain_certs (self->ssl) != 1)
    {
      tls_set_error (error, TLS_ERROR_CERTIFICATE, "OpenSSL refuses the certificate");
      return FALSE;
    }
  for (guint i = 1; i < chain->len; i++)
    if (SSL_CTX_add1_chain_cert (self->ssl, g_ptr_array_index (chain, i)) != 1)
      {
        tls_set_error (error, TLS_ERROR_CERTIFICATE, "OpenSSL refuses a certificate of the chain");
        return FALSE;
      }
  return TRUE;
}

gboolean
tls_context_add_anchors (TlsContext *self, const char *pem, GError **error)
{
  g_autoptr (GPtrArray) anchors = tls_read_certificates (self->library, pem, error);

  if (anchors == NULL)
    return FALSE;
  for (guint i = 0; i < anchors->len; i++)
    {
      X509 *anchor = g_ptr_array_index (anchors, i);

      if (X509_STORE_add_cert (SSL_CTX_get_cert_store (self->ssl), anchor) != 1 ||
          (self->side == TLS_SERVER && SSL_CTX_add_client_CA (self->ssl, anchor) != 1))
        {
          tls_set_error (error, TLS_ERROR_CERTIFICATE, "OpenSSL refuses an authority");
          return FALSE;
        }
    }
  SSL_CTX_set_verify (self->ssl, SSL_VERIFY_PEER, NULL);
  return TRUE;
}

void
tls_context_set_versions (TlsContext *self, TlsVersion min, TlsVersion max)
{
  SSL_CTX_set_min_proto_version (self->ssl, (int) min);
  SSL_CTX_set_max_proto_version (self->ssl, (int) max);
}

TlsSide
tls_context_get_side (const TlsContext *self)
{
  return self->side;
}

SSL_CTX *
tls_context_get_ssl (TlsContext *self)
{
  return self->ssl;
}

TlsLibrary *
tls_context_get_library (TlsContext *self)
{
  return self->library;
}
