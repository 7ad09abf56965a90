/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tls-authority.h"

#include <string.h>

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include "tls-private.h"

struct _TlsAuthority
{
  TlsLibrary *library;
  guint8      seed[TLS_SEED_BYTES];
  gint64      start_s;
  X509       *certificate;
  EVP_PKEY   *key;
  char       *certificate_pem;
  char       *key_pem;
  GHashTable *issued; /* what was asked for -> TlsCertificate */
};

#define DAY_S ((gint64) 24 * 60 * 60)

/* First and last day, counted from the beginning of the world. */
#define AUTHORITY_FROM_DAYS (-365)
#define AUTHORITY_TO_DAYS 3650
static const struct
{
  int from_days, to_days;
} validity[] = {
  [TLS_ISSUE_GOOD] = { -30, 365 },         [TLS_ISSUE_EXPIRED] = { -300, -1 },
  [TLS_ISSUE_NOT_YET_VALID] = { 30, 395 }, [TLS_ISSUE_WRONG_NAME] = { -30, 365 },
  [TLS_ISSUE_SELF_SIGNED] = { -30, 365 },  [TLS_ISSUE_UNKNOWN_ISSUER] = { -30, 365 },
};

/* Who issues what TLS_ISSUE_UNKNOWN_ISSUER asks for. */
#define UNKNOWN_NAME "Unknown authority"

/* A serial number is positive and has at most 20 octets (RFC 5280). */
#define SERIAL_BYTES 16

/* What a common name may have (RFC 5280). */
#define COMMON_NAME_CHARACTERS_MAX 64

/* Certificates */

static EVP_PKEY *
make_key (TlsLibrary *library, TlsStream *stream)
{
  EVP_PKEY_CTX *context =
      EVP_PKEY_CTX_new_from_name (tls_library_get_context (library), "EC", NULL);
  char       group[] = "P-256";
  OSSL_PARAM params[] = {
    OSSL_PARAM_construct_utf8_string (OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
    OSSL_PARAM_construct_end (),
  };
  EVP_PKEY *key = NULL;

  tls_library_feed (library, stream);
  if (context != NULL && EVP_PKEY_keygen_init (context) == 1 &&
      EVP_PKEY_CTX_set_params (context, params) == 1)
    EVP_PKEY_generate (context, &key);
  EVP_PKEY_CTX_free (context);
  return key;
}

static gboolean
set_serial (X509 *certificate, TlsLibrary *library, TlsStream *stream)
{
  guint8   bytes[SERIAL_BYTES];
  BIGNUM  *number;
  gboolean is_set;

  tls_library_feed (library, stream);
  if (RAND_bytes_ex (tls_library_get_context (library), bytes, sizeof bytes, 0) != 1)
    return FALSE;
  bytes[0] = (guint8) ((bytes[0] & 0x7f) | 0x40);
  number = BN_bin2bn (bytes, sizeof bytes, NULL);
  is_set = BN_to_ASN1_INTEGER (number, X509_get_serialNumber (certificate)) != NULL;
  BN_free (number);
  return is_set;
}

static gboolean
add_extension (X509 *certificate, X509 *issuer, int nid, const char *value)
{
  X509V3_CTX      context;
  X509_EXTENSION *extension;
  gboolean        is_added;

  X509V3_set_ctx_nodb (&context);
  X509V3_set_ctx (&context, issuer, certificate, NULL, NULL, 0);
  extension = X509V3_EXT_nconf_nid (NULL, &context, nid, value);
  is_added = extension != NULL && X509_add_ext (certificate, extension, -1) == 1;
  X509_EXTENSION_free (extension);
  return is_added;
}

static GENERAL_NAME *
make_name (const char *text)
{
  GENERAL_NAME      *name = GENERAL_NAME_new ();
  ASN1_OCTET_STRING *address = a2i_IPADDRESS (text);
  ASN1_IA5STRING    *domain;

  if (address != NULL)
    {
      GENERAL_NAME_set0_value (name, GEN_IPADD, address);
      return name;
    }
  domain = ASN1_IA5STRING_new ();
  ASN1_STRING_set (domain, text, -1);
  GENERAL_NAME_set0_value (name, GEN_DNS, domain);
  return name;
}

static gboolean
add_names (X509 *certificate, const char *const *names)
{
  GENERAL_NAMES *list = GENERAL_NAMES_new ();
  gboolean       is_added;

  for (guint i = 0; names[i] != NULL; i++)
    sk_GENERAL_NAME_push (list, make_name (names[i]));
  is_added = X509_add1_ext_i2d (certificate, NID_subject_alt_name, list, 0, 0) == 1;
  GENERAL_NAMES_free (list);
  return is_added;
}

static gboolean
set_subject (X509 *certificate, const char *text)
{
  X509_NAME *name = X509_get_subject_name (certificate);
  glong      length = MIN (g_utf8_strlen (text, -1), COMMON_NAME_CHARACTERS_MAX);

  return X509_NAME_add_entry_by_txt (name, "CN", MBSTRING_UTF8, (const guint8 *) text,
                                     (int) (g_utf8_offset_to_pointer (text, length) - text), -1,
                                     0) == 1;
}

static gboolean
sign (X509 *certificate, EVP_PKEY *key, TlsLibrary *library, TlsStream *stream)
{
  EVP_MD_CTX *context = EVP_MD_CTX_new ();
  gboolean    is_signed;

  tls_library_feed (library, stream);
  is_signed = EVP_DigestSignInit_ex (context, NULL, "SHA256", tls_library_get_context (library),
                                     NULL, key, NULL) == 1 &&
              X509_sign_ctx (certificate, context) > 0;
  EVP_MD_CTX_free (context);
  return is_signed;
}

/* What authorities' and hosts' certificates have in common (RFC 5280). */
static X509 *
begin_certificate (TlsAuthority *self, const char *subject, EVP_PKEY *key, gint64 from_s,
                   gint64 to_s, TlsStream *stream)
{
  g_autoptr (X509) certificate = X509_new_ex (tls_library_get_context (self->library), NULL);

  if (X509_set_version (certificate, X509_VERSION_3) != 1 ||
      !set_serial (certificate, self->library, stream) || !set_subject (certificate, subject) ||
      ASN1_TIME_set (X509_getm_notBefore (certificate), (time_t) from_s) == NULL ||
      ASN1_TIME_set (X509_getm_notAfter (certificate), (time_t) to_s) == NULL ||
      X509_set_pubkey (certificate, key) != 1)
    return NULL;
  return g_steal_pointer (&certificate);
}

static X509 *
make_authority (TlsAuthority *self, const char *name, EVP_PKEY *key, TlsStream *stream)
{
  gint64 start_s = self->start_s;
  g_autoptr (X509) made = begin_certificate (self, name, key, start_s + AUTHORITY_FROM_DAYS * DAY_S,
                                             start_s + AUTHORITY_TO_DAYS * DAY_S, stream);

  if (made == NULL || X509_set_issuer_name (made, X509_get_subject_name (made)) != 1 ||
      !add_extension (made, made, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") ||
      !add_extension (made, made, NID_key_usage, "critical,keyCertSign,cRLSign") ||
      !add_extension (made, made, NID_subject_key_identifier, "hash") ||
      !sign (made, key, self->library, stream))
    return NULL;
  return g_steal_pointer (&made);
}

/* @issuer and @issuer_key: NULL to sign itself */
static X509 *
make_host (TlsAuthority *self, TlsIssue issue, const char *const *names, EVP_PKEY *key,
           X509 *issuer, EVP_PKEY *issuer_key, TlsStream *stream)
{
  g_autoptr (X509) made =
      begin_certificate (self, names[0], key, self->start_s + validity[issue].from_days * DAY_S,
                         self->start_s + validity[issue].to_days * DAY_S, stream);

  if (made == NULL)
    return NULL;
  if (issuer == NULL)
    issuer = made;
  if (X509_set_issuer_name (made, X509_get_subject_name (issuer)) != 1 ||
      !add_extension (made, issuer, NID_basic_constraints, "critical,CA:FALSE") ||
      !add_extension (made, issuer, NID_key_usage, "critical,digitalSignature") ||
      !add_extension (made, issuer, NID_ext_key_usage, "serverAuth,clientAuth") ||
      !add_extension (made, issuer, NID_subject_key_identifier, "hash") ||
      !add_extension (made, issuer, NID_authority_key_identifier, "keyid") ||
      !add_names (made, names) ||
      !sign (made, issuer_key != NULL ? issuer_key : key, self->library, stream))
    return NULL;
  return g_steal_pointer (&made);
}

/* PEM */

static char *
take_text (BIO *bio)
{
  char *data = NULL;
  long  length = BIO_get_mem_data (bio, &data);

  return g_strndup (data, (gsize) length);
}

static char *
certificate_to_pem (X509 *certificate)
{
  g_autoptr (BIO) bio = BIO_new (BIO_s_mem ());

  return PEM_write_bio_X509 (bio, certificate) == 1 ? take_text (bio) : NULL;
}

static char *
key_to_pem (EVP_PKEY *key)
{
  g_autoptr (BIO) bio = BIO_new (BIO_s_mem ());

  return PEM_write_bio_PrivateKey (bio, key, NULL, NULL, 0, NULL, NULL) == 1 ? take_text (bio)
                                                                             : NULL;
}

/* Issuing */

static void
certificate_free (gpointer data)
{
  TlsCertificate *certificate = data;

  g_free (certificate->chain_pem);
  g_free (certificate->key_pem);
  g_free (certificate);
}

static gboolean
check_names (const char *const *names, GError **error)
{
  guint n_names = 0;

  for (; names[n_names] != NULL; n_names++)
    {
      const char *name = names[n_names];
      gsize       length = strlen (name);

      if (length == 0 || length > 253 || !g_str_is_ascii (name) ||
          strpbrk (name, " \r\n\t/@") != NULL)
        {
          g_set_error (error, TLS_ERROR, TLS_ERROR_NAME, "\"%s\" is no name of a host", name);
          return FALSE;
        }
    }
  if (n_names == 0 || n_names > TLS_CERTIFICATE_NAMES_MAX)
    {
      g_set_error (error, TLS_ERROR, TLS_ERROR_NAME,
                   "a certificate is for at least one name and at most %d",
                   TLS_CERTIFICATE_NAMES_MAX);
      return FALSE;
    }
  return TRUE;
}

static X509 *
issue_certificate (TlsAuthority *self, TlsIssue issue, const char *const *names, EVP_PKEY *key,
                   TlsStream *stream)
{
  const char *const wrong_names[] = { TLS_WRONG_NAME, NULL };

  if (issue == TLS_ISSUE_WRONG_NAME)
    names = wrong_names;
  if (issue == TLS_ISSUE_SELF_SIGNED)
    return make_host (self, issue, names, key, NULL, NULL, stream);
  if (issue == TLS_ISSUE_UNKNOWN_ISSUER)
    {
      g_autoptr (EVP_PKEY) other_key = make_key (self->library, stream);
      g_autoptr (X509) other =
          other_key != NULL ? make_authority (self, UNKNOWN_NAME, other_key, stream) : NULL;

      if (other == NULL)
        return NULL;
      return make_host (self, issue, names, key, other, other_key, stream);
    }
  return make_host (self, issue, names, key, self->certificate, self->key, stream);
}

const TlsCertificate *
tls_authority_issue (TlsAuthority *self, TlsIssue issue, const char *const *names, GError **error)
{
  g_autofree char *joined = NULL;
  g_autofree char *what = NULL;
  g_autoptr (EVP_PKEY) key = NULL;
  g_autoptr (X509) certificate = NULL;
  TlsCertificate *made;
  TlsStream       stream;

  g_return_val_if_fail (issue < G_N_ELEMENTS (validity), NULL);
  if (!check_names (names, error))
    return NULL;
  joined = g_strjoinv (" ", (char **) names);
  what = g_strdup_printf ("%d %s", issue, joined);
  made = g_hash_table_lookup (self->issued, what);
  if (made != NULL)
    return made;
  tls_stream_init_derived (&stream, self->seed, what);
  ERR_clear_error ();
  key = make_key (self->library, &stream);
  if (key != NULL)
    certificate = issue_certificate (self, issue, names, key, &stream);
  if (certificate == NULL)
    {
      tls_set_error (error, TLS_ERROR_LIBRARY, "a certificate can't be made");
      return NULL;
    }
  made = g_new0 (TlsCertificate, 1);
  made->chain_pem = certificate_to_pem (certificate);
  made->key_pem = key_to_pem (key);
  g_hash_table_insert (self->issued, g_steal_pointer (&what), made);
  return made;
}

/* Lifetime */

static TlsAuthority *
authority_begin (TlsLibrary *library, gint64 start_s, GBytes *seed)
{
  TlsAuthority *self = g_new0 (TlsAuthority, 1);

  self->library = tls_library_ref (library);
  self->start_s = start_s;
  if (seed != NULL)
    memcpy (self->seed, g_bytes_get_data (seed, NULL), TLS_SEED_BYTES);
  self->issued = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, certificate_free);
  ERR_clear_error ();
  return self;
}

TlsAuthority *
tls_authority_new (TlsLibrary *library, const char *name, gint64 start_s, GBytes *seed,
                   GError **error)
{
  g_autoptr (TlsAuthority) self = NULL;
  TlsStream stream;

  g_return_val_if_fail (tls_library_is_deterministic (library) == (seed != NULL), NULL);
  g_return_val_if_fail (seed == NULL || g_bytes_get_size (seed) == TLS_SEED_BYTES, NULL);
  self = authority_begin (library, start_s, seed);
  tls_stream_init_derived (&stream, self->seed, "authority");
  self->key = make_key (library, &stream);
  if (self->key != NULL)
    self->certificate = make_authority (self, name, self->key, &stream);
  if (self->certificate == NULL)
    {
      tls_set_error (error, TLS_ERROR_LIBRARY, "an authority can't be made");
      return NULL;
    }
  self->certificate_pem = certificate_to_pem (self->certificate);
  self->key_pem = key_to_pem (self->key);
  return g_steal_pointer (&self);
}

TlsAuthority *
tls_authority_new_from_pem (TlsLibrary *library, const char *certificate_pem, const char *key_pem,
                            gint64 start_s, GBytes *seed, GError **error)
{
  g_autoptr (TlsAuthority) self = NULL;
  g_autoptr (GPtrArray) certificates = NULL;

  g_return_val_if_fail (tls_library_is_deterministic (library) == (seed != NULL), NULL);
  g_return_val_if_fail (seed == NULL || g_bytes_get_size (seed) == TLS_SEED_BYTES, NULL);
  self = authority_begin (library, start_s, seed);
  certificates = tls_read_certificates (library, certificate_pem, error);
  if (certificates == NULL)
    return NULL;
  self->key = tls_read_key (library, key_pem, error);
  if (self->key == NULL)
    return NULL;
  self->certificate = g_ptr_array_index (certificates, 0);
  X509_up_ref (self->certificate);
  if (X509_check_private_key (self->certificate, self->key) != 1)
    {
      tls_set_error (error, TLS_ERROR_KEY, "the key is not the certificate's");
      return NULL;
    }
  if (X509_check_ca (self->certificate) == 0)
    {
      tls_set_error (error, TLS_ERROR_CERTIFICATE, "the certificate is no authority's");
      return NULL;
    }
  self->certificate_pem = certificate_to_pem (self->certificate);
  self->key_pem = key_to_pem (self->key);
  return g_steal_pointer (&self);
}

void
tls_authority_free (TlsAuthority *self)
{
  if (self == NULL)
    return;
  X509_free (self->certificate);
  EVP_PKEY_free (self->key);
  g_free (self->certificate_pem);
  g_free (self->key_pem);
  g_hash_table_unref (self->issued);
  tls_library_unref (self->library);
  g_free (self);
}

const char *
tls_authority_get_certificate_pem (TlsAuthority *self)
{
  return self->certificate_pem;
}

const char *
tls_authority_get_key_pem (TlsAuthority *self)
{
  return self->key_pem;
}
