/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tls-session.h"

#include <string.h>

#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <wire/wire-text.h>

#include "tls-private.h"
#include "tls-record.h"

typedef enum
{
  STATE_HANDSHAKE,
  STATE_ASKING, /* until the owner has judged the certificate */
  STATE_SECURED,
  STATE_ENDED, /* failed, or the peer closed; only SECURED and ENDED without failure can send */
} State;

struct _TlsSession
{
  TlsContext *context;
  TlsStream   stream;
  SSL        *ssl;
  BIO        *input;  /* owned by ssl: at most one record */
  BIO        *output; /* owned by ssl */
  State       state;
  gboolean    is_secured;
  gboolean    is_closing; /* close_notify was sent, or will be after the handshake */
  guint64     n_records;  /* worked on */
  GByteArray *received;   /* ciphertext not yet worked on */
  GByteArray *plaintext;  /* received */
  GByteArray *unsent;     /* plaintext, until the handshake is done */
  GString    *key_log;
  GQueue      events; /* of TlsEvent */

  /* The peer's certificate */
  guint    problems;
  int      first_error; /* X509_V_ERR_... */
  gboolean is_judged;
  gboolean is_accepted;
  char   **peer_names;
  char    *asked_name;

  int      alert; /* the last one, -1 for none */
  gboolean alert_is_ours;
  char    *reason;
};

/* Plaintext of one record (RFC 8446 section 5.1). */
#define PLAINTEXT_BYTES_MAX 16384

static void
add_event (TlsSession *self, TlsEvent event)
{
  g_queue_push_tail (&self->events, g_memdup2 (&event, sizeof event));
}

static void
fail (TlsSession *self, TlsFailure failure, const char *reason)
{
  self->state = STATE_ENDED;
  self->is_closing = TRUE;
  g_byte_array_set_size (self->received, 0);
  g_byte_array_set_size (self->unsent, 0);
  g_free (self->reason);
  self->reason = g_strdup (reason);
  add_event (self, (TlsEvent){ .kind = TLS_EVENT_FAILED,
                               .failure = failure,
                               .reason = self->reason,
                               .alert = self->alert,
                               .alert_is_ours = self->alert_is_ours });
}

/* The peer's certificate */

static TlsSession *
session_of_store (X509_STORE_CTX *store)
{
  SSL *ssl = X509_STORE_CTX_get_ex_data (store, SSL_get_ex_data_X509_STORE_CTX_idx ());

  return SSL_get_app_data (ssl);
}

/* Notes every problem and lets the check go on to the next. */
static int
on_problem (int is_good, X509_STORE_CTX *store)
{
  TlsSession *self = session_of_store (store);

  if (!is_good)
    {
      int error = X509_STORE_CTX_get_error (store);

      if (self->problems == 0)
        self->first_error = error;
      self->problems |= tls_problem_from_error (error);
    }
  return 1;
}

/* A client waits here until its owner has judged. OpenSSL can't let a server wait; there the
 * problems are told when the session is secured. */
static int
on_verify (X509_STORE_CTX *store, void *data)
{
  TlsSession *self = session_of_store (store);

  if (!self->is_judged && self->state == STATE_HANDSHAKE)
    {
      self->problems = 0;
      X509_STORE_CTX_set_verify_cb (store, on_problem);
      if (X509_verify_cert (store) <= 0 && self->problems == 0)
        on_problem (0, store);
      g_strfreev (self->peer_names);
      self->peer_names = tls_dup_names (X509_STORE_CTX_get0_cert (store));
      self->is_judged = tls_context_get_side (self->context) == TLS_SERVER || self->problems == 0;
      self->is_accepted = self->is_judged;
    }
  if (!self->is_judged)
    {
      SSL *ssl = X509_STORE_CTX_get_ex_data (store, SSL_get_ex_data_X509_STORE_CTX_idx ());

      return SSL_set_retry_verify (ssl);
    }
  X509_STORE_CTX_set_error (store, self->is_accepted ? X509_V_OK : self->first_error);
  return self->is_accepted;
}

/* What OpenSSL tells */

static void
on_info (const SSL *ssl, int where, int value)
{
  TlsSession *self = SSL_get_app_data (ssl);
  int         alert = value & 0xff;

  if (where & SSL_CB_ALERT && alert != SSL_AD_NO_RENEGOTIATION && alert != SSL_AD_USER_CANCELLED)
    {
      self->alert = alert;
      self->alert_is_ours = (where & SSL_CB_WRITE) != 0;
    }
}

static void
on_key_log (const SSL *ssl, const char *line)
{
  TlsSession *self = SSL_get_app_data (ssl);

  g_string_append_printf (self->key_log, "%s\n", line);
}

static void
fail_from_library (TlsSession *self)
{
  unsigned long error = ERR_peek_error ();
  const char   *reason = error != 0 ? ERR_reason_error_string (error) : NULL;
  TlsFailure    failure = TLS_FAILURE_PEER;

  if (self->is_judged && !self->is_accepted)
    failure = TLS_FAILURE_REFUSED;
  else if (self->alert >= 0 && !self->alert_is_ours)
    failure = TLS_FAILURE_ALERT;
  fail (self, failure, reason != NULL ? reason : "the session broke");
  ERR_clear_error ();
}

static void
feed (TlsSession *self)
{
  tls_library_feed (tls_context_get_library (self->context), &self->stream);
  ERR_clear_error ();
}

static void
write_plaintext (TlsSession *self, const guint8 *data, gsize length)
{
  while (length > 0 && self->state != STATE_ENDED)
    {
      gsize n_bytes = MIN (length, PLAINTEXT_BYTES_MAX);
      gsize written;

      feed (self);
      if (SSL_write_ex (self->ssl, data, n_bytes, &written) != 1)
        {
          fail_from_library (self);
          return;
        }
      data += written;
      length -= written;
    }
}

static void
write_close (TlsSession *self)
{
  feed (self);
  SSL_shutdown (self->ssl);
  ERR_clear_error ();
}

static void
finish_handshake (TlsSession *self)
{
  const char *asked = SSL_get_servername (self->ssl, TLSEXT_NAMETYPE_host_name);

  self->state = STATE_SECURED;
  self->is_secured = TRUE;
  if (asked != NULL && self->asked_name == NULL)
    self->asked_name = wire_text_escape ((const guint8 *) asked, strlen (asked));
  add_event (self, (TlsEvent){
                       .kind = TLS_EVENT_SECURED,
                       .problems = self->problems,
                       .peer_names = (const char *const *) self->peer_names,
                       .version = (TlsVersion) SSL_version (self->ssl),
                       .version_name = SSL_get_version (self->ssl),
                       .cipher = SSL_CIPHER_standard_name (SSL_get_current_cipher (self->ssl)),
                       .asked_name = self->asked_name,
                       .alert = -1,
                   });
  write_plaintext (self, self->unsent->data, self->unsent->len);
  g_byte_array_set_size (self->unsent, 0);
  if (self->is_closing && self->state == STATE_SECURED)
    write_close (self);
}

static void
ask (TlsSession *self)
{
  self->state = STATE_ASKING;
  add_event (self, (TlsEvent){ .kind = TLS_EVENT_CERTIFICATE,
                               .problems = self->problems,
                               .peer_names = (const char *const *) self->peer_names,
                               .alert = -1 });
}

/* Acts on what a call that could not go on returned. */
static void
stop (TlsSession *self, int result)
{
  switch (SSL_get_error (self->ssl, result))
    {
    case SSL_ERROR_WANT_READ:
      break;
    case SSL_ERROR_WANT_RETRY_VERIFY:
      ask (self);
      break;
    case SSL_ERROR_ZERO_RETURN:
      self->state = STATE_ENDED;
      add_event (self, (TlsEvent){ .kind = TLS_EVENT_CLOSED, .alert = self->alert });
      break;
    default:
      fail_from_library (self);
    }
}

/* Lets OpenSSL work on the record it has been given, if any. */
static void
work (TlsSession *self)
{
  guint8 buffer[PLAINTEXT_BYTES_MAX];
  gsize  length;
  int    result;

  feed (self);
  if (self->state == STATE_HANDSHAKE)
    {
      result = SSL_do_handshake (self->ssl);
      if (result != 1)
        {
          stop (self, result);
          return;
        }
      finish_handshake (self);
    }
  while (self->state == STATE_SECURED)
    {
      result = SSL_read_ex (self->ssl, buffer, sizeof buffer, &length);
      if (result != 1)
        {
          stop (self, result);
          return;
        }
      g_byte_array_append (self->plaintext, buffer, (guint) length);
    }
}

/* Bytes that can't be a record. At the beginning it is not TLS that the peer speaks, or SSL 2.0,
 * whose hello is not accepted here (RFC 8446 appendix D.5). Later OpenSSL gets a header with just
 * what is wrong with it, to find the alert that fits, which then does not depend on how many bytes
 * have come. */
static void
receive_wrong (TlsSession *self)
{
  const guint8 *data = self->received->data;
  guint8        header[TLS_RECORD_HEADER_BYTES] = { data[0], 3, 3, 0, 1 };
  gboolean      has_type =
      data[0] >= TLS_RECORD_CHANGE_CIPHER_SPEC && data[0] <= TLS_RECORD_APPLICATION_DATA;
  gboolean is_long = has_type && data[1] == 3;

  if (is_long)
    memcpy (header, data, sizeof header);
  else if (has_type)
    header[1] = data[1];
  if (is_long || self->n_records > 0)
    {
      BIO_write (self->input, header, sizeof header);
      work (self);
    }
  if (self->state != STATE_ENDED)
    fail (self, TLS_FAILURE_NOT_TLS, "not a record of TLS");
}

static void
work_on_received (TlsSession *self)
{
  gsize done = 0, length = 0;

  while (self->state == STATE_HANDSHAKE || self->state == STATE_SECURED)
    {
      TlsFrame frame =
          tls_record_frame (self->received->data + done, self->received->len - done, &length);

      if (frame == TLS_FRAME_MORE)
        break;
      if (frame == TLS_FRAME_WRONG)
        {
          g_byte_array_remove_range (self->received, 0, (guint) done);
          receive_wrong (self);
          return;
        }
      BIO_write (self->input, self->received->data + done, (int) length);
      done += length;
      self->n_records++;
      work (self);
    }
  if (self->state == STATE_ENDED)
    g_byte_array_set_size (self->received, 0);
  else
    g_byte_array_remove_range (self->received, 0, (guint) done);
}

void
tls_session_receive (TlsSession *self, const guint8 *data, gsize length)
{
  if (self->state == STATE_ENDED || length == 0)
    return;
  g_byte_array_append (self->received, data, (guint) length);
  work_on_received (self);
}

void
tls_session_receive_end (TlsSession *self)
{
  if (self->state == STATE_ENDED)
    return;
  self->alert = -1;
  fail (self, TLS_FAILURE_CUT_OFF,
        self->is_secured ? "the connection ended without close_notify"
                         : "the connection ended during the handshake");
}

gboolean
tls_session_next_event (TlsSession *self, TlsEvent *out_event)
{
  g_autofree TlsEvent *event = g_queue_pop_head (&self->events);

  *out_event = event != NULL ? *event : (TlsEvent){ .kind = TLS_EVENT_NONE, .alert = -1 };
  return event != NULL;
}

void
tls_session_answer (TlsSession *self, gboolean accept)
{
  if (self->state == STATE_ENDED) /* lost its connection while it asked */
    return;
  g_return_if_fail (self->state == STATE_ASKING);
  self->is_judged = TRUE;
  self->is_accepted = accept;
  self->state = STATE_HANDSHAKE;
  work (self);
  work_on_received (self);
}

void
tls_session_send (TlsSession *self, const guint8 *data, gsize length)
{
  if (self->is_closing || length == 0)
    return;
  if (self->is_secured)
    {
      State state = self->state;

      /* Once the peer has closed, the other direction goes on. */
      self->state = STATE_SECURED;
      write_plaintext (self, data, length);
      if (self->state == STATE_SECURED)
        self->state = state;
    }
  else
    g_byte_array_append (self->unsent, data, (guint) length);
}

void
tls_session_close (TlsSession *self)
{
  if (self->is_closing)
    return;
  self->is_closing = TRUE;
  if (self->is_secured)
    write_close (self);
}

GBytes *
tls_session_take_plaintext (TlsSession *self)
{
  GByteArray *taken = self->plaintext;

  self->plaintext = g_byte_array_new ();
  return g_byte_array_free_to_bytes (taken);
}

GBytes *
tls_session_take_output (TlsSession *self)
{
  char   *data = NULL;
  long    length = BIO_get_mem_data (self->output, &data);
  GBytes *bytes = g_bytes_new (data, (gsize) length);

  BIO_reset (self->output);
  return bytes;
}

gboolean
tls_session_is_secured (const TlsSession *self)
{
  return self->is_secured;
}

char *
tls_session_take_key_log (TlsSession *self)
{
  char *lines = g_strdup (self->key_log->str);

  g_string_truncate (self->key_log, 0);
  return lines;
}

/* Channel bindings */

static GBytes *
dup_exporter (TlsSession *self)
{
  static const char label[] = "EXPORTER-Channel-Binding";
  guint8            bytes[32];

  if (SSL_version (self->ssl) < TLS1_3_VERSION && SSL_get_extms_support (self->ssl) != 1)
    return NULL;
  if (SSL_export_keying_material (self->ssl, bytes, sizeof bytes, label, sizeof label - 1,
                                  (const guint8 *) "", 0, 1) != 1)
    return NULL;
  return g_bytes_new (bytes, sizeof bytes);
}

static GBytes *
dup_end_point (TlsSession *self)
{
  X509       *certificate = tls_context_get_side (self->context) == TLS_SERVER
                                ? SSL_get_certificate (self->ssl)
                                : SSL_get0_peer_certificate (self->ssl);
  TlsLibrary *library = tls_context_get_library (self->context);
  guint8      bytes[EVP_MAX_MD_SIZE];
  guint       length = 0;
  int         hash = NID_undef;
  EVP_MD     *digest;

  if (certificate == NULL || X509_get_signature_info (certificate, &hash, NULL, NULL, NULL) != 1 ||
      hash == NID_undef)
    return NULL;
  if (hash == NID_md5 || hash == NID_sha1)
    hash = NID_sha256;
  digest = EVP_MD_fetch (tls_library_get_context (library), OBJ_nid2sn (hash), NULL);
  if (digest == NULL || X509_digest (certificate, digest, bytes, &length) != 1)
    length = 0;
  EVP_MD_free (digest);
  return length > 0 ? g_bytes_new (bytes, length) : NULL;
}

GBytes *
tls_session_dup_binding (TlsSession *self, TlsBinding binding)
{
  GBytes *bytes = NULL;

  if (self->is_secured)
    bytes = binding == TLS_BINDING_EXPORTER ? dup_exporter (self) : dup_end_point (self);
  ERR_clear_error ();
  return bytes;
}

/* Lifetime */

static void
set_up_peer (TlsSession *self, const char *peer_name)
{
  X509_VERIFY_PARAM *param = SSL_get0_param (self->ssl);

  X509_VERIFY_PARAM_set_hostflags (param, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS |
                                              X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
  if (peer_name == NULL)
    return;
  if (g_hostname_is_ip_address (peer_name))
    X509_VERIFY_PARAM_set1_ip_asc (param, peer_name);
  else
    {
      g_autofree char *name = g_strdup (peer_name);

      if (g_str_has_suffix (name, "."))
        name[strlen (name) - 1] = '\0';
      X509_VERIFY_PARAM_set1_host (param, name, 0);
      SSL_set_tlsext_host_name (self->ssl, name);
      self->asked_name = wire_text_escape ((const guint8 *) name, strlen (name));
    }
}

TlsSession *
tls_session_new (TlsContext *context, const char *peer_name, gint64 now_s, GBytes *seed)
{
  TlsSession *self;
  gboolean    is_deterministic = tls_library_is_deterministic (tls_context_get_library (context));

  g_return_val_if_fail (is_deterministic == (seed != NULL), NULL);
  g_return_val_if_fail (seed == NULL || g_bytes_get_size (seed) == TLS_SEED_BYTES, NULL);
  self = g_new0 (TlsSession, 1);
  self->context = tls_context_ref (context);
  self->alert = -1;
  self->received = g_byte_array_new ();
  self->plaintext = g_byte_array_new ();
  self->unsent = g_byte_array_new ();
  self->key_log = g_string_new (NULL);
  tls_stream_init (&self->stream, seed);
  feed (self);
  self->ssl = SSL_new (tls_context_get_ssl (context));
  g_assert (self->ssl != NULL);
  self->input = BIO_new (BIO_s_mem ());
  self->output = BIO_new (BIO_s_mem ());
  SSL_set_bio (self->ssl, self->input, self->output);
  SSL_set_app_data (self->ssl, self);
  SSL_set_info_callback (self->ssl, on_info);
  if (tls_context_get_side (context) == TLS_SERVER)
    SSL_set_accept_state (self->ssl);
  else
    {
      SSL_set_connect_state (self->ssl);
      set_up_peer (self, peer_name);
    }
  X509_VERIFY_PARAM_set_time (SSL_get0_param (self->ssl), (time_t) now_s);
  work (self);
  return self;
}

void
tls_session_free (TlsSession *self)
{
  if (self == NULL)
    return;
  SSL_free (self->ssl);
  tls_context_unref (self->context);
  g_byte_array_unref (self->received);
  g_byte_array_unref (self->plaintext);
  g_byte_array_unref (self->unsent);
  g_string_free (self->key_log, TRUE);
  g_queue_clear_full (&self->events, g_free);
  g_strfreev (self->peer_names);
  g_free (self->asked_name);
  g_free (self->reason);
  g_free (self);
}

void
tls_session_set_up_context (SSL_CTX *ssl)
{
  SSL_CTX_set_cert_verify_callback (ssl, on_verify, NULL);
  SSL_CTX_set_keylog_callback (ssl, on_key_log);
}
