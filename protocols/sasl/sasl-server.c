/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sasl-server-private.h"

#include "sasl-prep.h"

#include <string.h>

/* Ways out of a step */

void
sasl_server_challenge (SaslServer *self, const char *text, gsize length)
{
  g_clear_pointer (&self->data, g_bytes_unref);
  self->data = g_bytes_new (text, length);
  self->pending = SASL_SERVER_EVENT_CHALLENGE;
  self->state = SASL_SERVER_STATE_CHALLENGED;
}

void
sasl_server_ask (SaslServer *self, SaslServerEventKind kind)
{
  self->pending = self->asked = kind;
  self->state = SASL_SERVER_STATE_ASKING;
}

static void
end (SaslServer *self, SaslFailure failure)
{
  self->failure = failure;
  self->state = SASL_SERVER_STATE_OVER;
  self->pending =
      failure == SASL_FAILURE_NONE ? SASL_SERVER_EVENT_DONE : SASL_SERVER_EVENT_FAILED;
}

/* One more challenge and response, since the outcome itself can't carry @text. */
static void
say_farewell (SaslServer *self, const char *text, SaslFailure failure)
{
  sasl_server_challenge (self, text, strlen (text));
  self->state = SASL_SERVER_STATE_FAREWELL;
  self->failure = failure;
}

void
sasl_server_fail (SaslServer *self, SaslFailure failure)
{
  g_autofree char *text = NULL;

  g_clear_pointer (&self->data, g_bytes_unref);
  if (!self->sends_scram_error || !(self->mechanism & SASL_MECHANISMS_SCRAM) ||
      failure == SASL_FAILURE_CANCELLED || failure == SASL_FAILURE_UNEXPECTED)
    {
      end (self, failure);
      return;
    }
  text = g_strconcat ("e=", sasl_scram_get_error (failure), NULL);
  say_farewell (self, text, failure);
}

void
sasl_server_succeed (SaslServer *self, const char *data)
{
  g_clear_pointer (&self->data, g_bytes_unref);
  if (*self->authzid == '\0')
    {
      g_free (self->authzid);
      self->authzid = g_strdup (self->authcid);
    }
  if (data != NULL && !self->data_with_success)
    {
      say_farewell (self, data, SASL_FAILURE_NONE);
      return;
    }
  if (data != NULL)
    self->data = g_bytes_new (data, strlen (data));
  end (self, SASL_FAILURE_NONE);
}

static void
finish (SaslServer *self)
{
  if (self->mechanism & SASL_MECHANISMS_SCRAM)
    sasl_server_scram_finish (self);
  else
    sasl_server_succeed (self, NULL);
}

void
sasl_server_authorize (SaslServer *self)
{
  if (*self->authzid == '\0' || strcmp (self->authzid, self->authcid) == 0)
    finish (self);
  else
    sasl_server_ask (self, SASL_SERVER_EVENT_AUTHORIZE);
}

/* Texts */

gboolean
sasl_server_take_names (SaslServer *self, const char *authcid, const char *authzid)
{
  g_autofree char *name = sasl_prep (authcid, SASL_PREP_QUERY);
  g_autofree char *as = authzid != NULL ? sasl_prep (authzid, SASL_PREP_QUERY) : g_strdup ("");

  /* A name that is there but becomes empty fails too (RFC 4954 section 4). */
  if (name == NULL || *name == '\0' || as == NULL ||
      (*as == '\0' && authzid != NULL && *authzid != '\0'))
    {
      sasl_server_fail (self, SASL_FAILURE_ENCODING);
      return FALSE;
    }
  g_free (self->authcid);
  g_free (self->authzid);
  self->authcid = g_steal_pointer (&name);
  self->authzid = g_steal_pointer (&as);
  return TRUE;
}

/* A password is good if it can be prepared and is not empty then (RFC 4616 section 2). */
static gboolean
take_password (SaslServer *self, const char *password)
{
  sasl_secret_free (self->password);
  self->password = sasl_prep (password, SASL_PREP_QUERY);
  if (self->password != NULL && *self->password != '\0')
    return TRUE;
  sasl_server_fail (self, SASL_FAILURE_ENCODING);
  return FALSE;
}

SaslFailure
sasl_server_explain (const guint8 *data, gsize length)
{
  const char *at = (const char *) data, *last = at + length;

  while (at < last)
    if (!g_utf8_validate_len (at, (gsize) (last - at), &at))
      {
        if (*at != '\0')
          return SASL_FAILURE_ENCODING;
        at++;
      }
  return SASL_FAILURE_MALFORMED;
}

/* Returns: (transfer full) (nullable): a message that is one text; NULL after failing. */
static char *
read_text (SaslServer *self, const guint8 *data, gsize length)
{
  if (g_utf8_validate_len ((const char *) data, length, NULL))
    return g_strndup ((const char *) data, length);
  sasl_server_fail (self, sasl_server_explain (data, length));
  return NULL;
}

/* Steps: each takes one response, and leaves by one of the ways out. */

static void
do_plain (SaslServer *self, const guint8 *data, gsize length)
{
  SaslPlain plain = { 0 };
  WireScan  scan;

  wire_scan_init (&scan, data, length, NULL);
  if (!sasl_scan_plain (&scan, &plain) || !wire_scan_at_end (&scan))
    sasl_server_fail (self, sasl_server_explain (data, length));
  else if (sasl_server_take_names (self, plain.authcid, plain.authzid) &&
           take_password (self, plain.passwd))
    sasl_server_ask (self, SASL_SERVER_EVENT_PASSWORD);
  sasl_plain_clear (&plain);
}

static void
do_login_name (SaslServer *self, const guint8 *data, gsize length)
{
  g_autofree char *name = read_text (self, data, length);

  if (name != NULL && sasl_server_take_names (self, name, NULL))
    sasl_server_challenge (self, "Password:", strlen ("Password:"));
}

static void
do_login_password (SaslServer *self, const guint8 *data, gsize length)
{
  char *password = read_text (self, data, length);

  if (password != NULL && take_password (self, password))
    sasl_server_ask (self, SASL_SERVER_EVENT_PASSWORD);
  sasl_secret_free (password);
}

static void
do_cram_response (SaslServer *self, const guint8 *data, gsize length)
{
  g_autofree char *name = NULL;
  char             digest[SASL_CRAM_DIGEST_DIGITS + 1];
  WireScan         scan;

  wire_scan_init (&scan, data, length, NULL);
  if (!sasl_scan_cram_response (&scan, &name, digest))
    sasl_server_fail (self, sasl_server_explain (data, length));
  else if (sasl_server_take_names (self, name, NULL))
    {
      self->digest = g_strdup (digest);
      sasl_server_ask (self, SASL_SERVER_EVENT_SECRET);
    }
}

/* Takes what the message says; whose it is, the token has to tell. */
static void
take_oauthbearer (SaslServer *self, SaslOauthbearer *message)
{
  const char      *sent = message->header.authzid != NULL ? message->header.authzid : "";
  g_autofree char *authzid = sasl_prep (sent, SASL_PREP_QUERY);

  if (authzid == NULL || (*authzid == '\0' && *sent != '\0'))
    {
      sasl_server_fail (self, SASL_FAILURE_ENCODING);
      return;
    }
  g_free (self->authzid);
  self->authzid = g_steal_pointer (&authzid);
  self->host = g_steal_pointer (&message->host);
  self->port = message->port;
  self->token = g_steal_pointer (&message->token);
  sasl_server_ask (self, SASL_SERVER_EVENT_TOKEN);
}

static void
do_oauthbearer (SaslServer *self, const guint8 *data, gsize length)
{
  SaslOauthbearer message = { 0 };
  WireScan        scan;

  wire_scan_init (&scan, data, length, NULL);
  if (!sasl_scan_oauthbearer (&scan, &message) || !wire_scan_at_end (&scan) ||
      message.token == NULL)
    sasl_server_fail (self, sasl_server_explain (data, length));
  else if (message.header.flag == 'p')
    sasl_server_fail (self, SASL_FAILURE_NO_BINDING);
  else
    take_oauthbearer (self, &message);
  sasl_oauthbearer_clear (&message);
}

/* RFC 4422 appendix A.1. */
static void
do_external (SaslServer *self, const guint8 *data, gsize length)
{
  g_autofree char *authzid = read_text (self, data, length);

  if (authzid == NULL)
    return;
  if (self->external_name == NULL)
    sasl_server_fail (self, SASL_FAILURE_CREDENTIALS);
  else if (sasl_server_take_names (self, self->external_name, authzid))
    sasl_server_authorize (self);
}

static void
do_anonymous (SaslServer *self, const guint8 *data, gsize length)
{
  if (!wire_matches (&sasl_grammar_anonymous, data, length))
    sasl_server_fail (self, sasl_server_explain (data, length));
  else if (!sasl_prep_is_trace ((const char *) data, length))
    sasl_server_fail (self, SASL_FAILURE_ENCODING);
  else
    {
      self->trace = g_strndup ((const char *) data, length);
      sasl_server_succeed (self, NULL);
    }
}

/* The order of an exchange: what each response of the client is, by mechanism. Farewells apart,
 * the server speaks between them. */
#define STEPS_MAX 2
static const struct
{
  guint mechanisms;
  void (*steps[STEPS_MAX]) (SaslServer *self, const guint8 *data, gsize length);
} orders[] = {
  { SASL_MECHANISMS_SCRAM, { sasl_server_scram_first, sasl_server_scram_final } },
  { SASL_MECHANISM_PLAIN, { do_plain } },
  { SASL_MECHANISM_LOGIN, { do_login_name, do_login_password } },
  { SASL_MECHANISM_CRAM_MD5, { do_cram_response } },
  { SASL_MECHANISM_OAUTHBEARER, { do_oauthbearer } },
  { SASL_MECHANISM_EXTERNAL, { do_external } },
  { SASL_MECHANISM_ANONYMOUS, { do_anonymous } },
};

static void
run_step (SaslServer *self, const guint8 *data, gsize length)
{
  guint i = 0;

  while (!(orders[i].mechanisms & self->mechanism))
    i++;
  g_assert (self->step < STEPS_MAX && orders[i].steps[self->step] != NULL);
  orders[i].steps[self->step++](self, data, length);
}

/* The owner's moves */

/* "<" random digits "." time "@" host ">" (RFC 2195 section 2) */
static void
challenge_cram (SaslServer *self)
{
  g_autofree char *digits = NULL;
  guint64          number;

  if (self->own_nonce == NULL)
    {
      self->random ((guint8 *) &number, sizeof number, self->random_data);
      digits = g_strdup_printf ("%" G_GUINT64_FORMAT, GUINT64_FROM_LE (number));
    }
  self->challenge = g_strdup_printf ("<%s.%" G_GINT64_FORMAT "@%s>",
                                     digits != NULL ? digits : self->own_nonce, self->time_s,
                                     self->host_name);
  sasl_server_challenge (self, self->challenge, strlen (self->challenge));
}

void
sasl_server_start (SaslServer *self, const guint8 *initial, gsize length)
{
  g_return_if_fail (self->state == SASL_SERVER_STATE_NEW);

  self->state = SASL_SERVER_STATE_CHALLENGED;
  if (self->mechanism == SASL_MECHANISM_CRAM_MD5)
    {
      challenge_cram (self);
      if (initial != NULL)
        sasl_server_fail (self, SASL_FAILURE_UNEXPECTED);
    }
  else if (initial != NULL)
    sasl_server_receive (self, initial, length);
  else if (self->mechanism == SASL_MECHANISM_LOGIN)
    sasl_server_challenge (self, "Username:", strlen ("Username:"));
  else
    sasl_server_challenge (self, "", 0);
}

void
sasl_server_receive (SaslServer *self, const guint8 *data, gsize length)
{
  if (self->state == SASL_SERVER_STATE_OVER)
    return;
  if (data == NULL)
    data = (const guint8 *) "";
  if (self->state == SASL_SERVER_STATE_NEW || self->state == SASL_SERVER_STATE_ASKING)
    sasl_server_fail (self, SASL_FAILURE_UNEXPECTED);
  else if (self->state == SASL_SERVER_STATE_FAREWELL)
    {
      g_clear_pointer (&self->data, g_bytes_unref); /* the client has it */
      end (self, self->failure == SASL_FAILURE_NONE && length > 0 ? SASL_FAILURE_UNEXPECTED
                                                                  : self->failure);
    }
  else if (length > SASL_MESSAGE_BYTES_MAX)
    sasl_server_fail (self, SASL_FAILURE_TOO_LONG);
  else
    run_step (self, data, length);
}

void
sasl_server_cancel (SaslServer *self)
{
  /* Who was being told why it fails may well give up: the reason stands. */
  if (self->state == SASL_SERVER_STATE_FAREWELL && self->failure != SASL_FAILURE_NONE)
    end (self, self->failure);
  else if (self->state != SASL_SERVER_STATE_OVER)
    end (self, SASL_FAILURE_CANCELLED);
}

gboolean
sasl_server_next_event (SaslServer *self, SaslServerEvent *out_event)
{
  gboolean has_data = self->pending == SASL_SERVER_EVENT_CHALLENGE ||
                      self->pending == SASL_SERVER_EVENT_DONE;

  *out_event = (SaslServerEvent){
    .kind = self->pending,
    .data = has_data ? self->data : NULL,
    .authcid = self->authcid,
    .authzid = self->authzid,
    .password = self->pending == SASL_SERVER_EVENT_PASSWORD ? self->password : NULL,
    .token = self->pending == SASL_SERVER_EVENT_TOKEN ? self->token : NULL,
    .host = self->host,
    .port = self->port,
    .trace = self->trace,
    .failure = self->pending == SASL_SERVER_EVENT_FAILED ? self->failure : SASL_FAILURE_NONE,
  };
  self->pending = SASL_SERVER_EVENT_NONE;
  return out_event->kind != SASL_SERVER_EVENT_NONE;
}

SaslMechanism
sasl_server_get_mechanism (const SaslServer *self)
{
  return self->mechanism;
}

/* Answers */

/* Returns: what was asked; nothing is any more. */
static SaslServerEventKind
take_question (SaslServer *self)
{
  SaslServerEventKind asked = self->asked;

  self->asked = self->pending = SASL_SERVER_EVENT_NONE;
  return asked;
}

static void
settle (SaslServer *self, gboolean is_right)
{
  g_clear_pointer (&self->password, sasl_secret_free);
  if (is_right)
    sasl_server_authorize (self);
  else
    sasl_server_fail (self, SASL_FAILURE_CREDENTIALS);
}

void
sasl_server_accept (SaslServer *self)
{
  if (self->state == SASL_SERVER_STATE_OVER)
    return;
  g_return_if_fail (self->state == SASL_SERVER_STATE_ASKING &&
                    (self->asked == SASL_SERVER_EVENT_PASSWORD ||
                     self->asked == SASL_SERVER_EVENT_AUTHORIZE));

  if (take_question (self) == SASL_SERVER_EVENT_PASSWORD)
    settle (self, TRUE);
  else
    finish (self);
}

void
sasl_server_refuse (SaslServer *self, SaslFailure failure)
{
  SaslServerEventKind asked;

  if (self->state == SASL_SERVER_STATE_OVER)
    return;
  g_return_if_fail (self->state == SASL_SERVER_STATE_ASKING);
  g_return_if_fail (failure != SASL_FAILURE_NONE);

  asked = take_question (self);
  if (asked == SASL_SERVER_EVENT_SECRET && self->mechanism & SASL_MECHANISMS_SCRAM &&
      failure == SASL_FAILURE_CREDENTIALS)
    sasl_server_scram_take_keys (self, NULL);
  else
    sasl_server_fail (self, failure);
}

/* Whether the client's digest is the one of @password (RFC 2195 section 2). */
static gboolean
is_cram_digest (SaslServer *self, const char *password)
{
  guint8 digest[SASL_DIGEST_BYTES_MAX];
  char   digits[SASL_CRAM_DIGEST_DIGITS + 1];
  gsize  n = sasl_hmac (G_CHECKSUM_MD5, (const guint8 *) password, strlen (password),
                        self->challenge, strlen (self->challenge), digest);

  for (gsize i = 0; i < n; i++)
    g_snprintf (digits + 2 * i, 3, "%02x", digest[i]);
  return sasl_secret_equal ((const guint8 *) self->digest, SASL_CRAM_DIGEST_DIGITS,
                            (const guint8 *) digits, SASL_CRAM_DIGEST_DIGITS);
}

void
sasl_server_give_password (SaslServer *self, const char *password)
{
  if (self->state == SASL_SERVER_STATE_OVER)
    return;
  g_return_if_fail (self->state == SASL_SERVER_STATE_ASKING &&
                    (self->asked == SASL_SERVER_EVENT_PASSWORD ||
                     self->asked == SASL_SERVER_EVENT_SECRET));

  if (take_question (self) == SASL_SERVER_EVENT_PASSWORD)
    settle (self, sasl_password_matches (self->password, password));
  else if (self->mechanism == SASL_MECHANISM_CRAM_MD5)
    settle (self, *password != '\0' && is_cram_digest (self, password));
  else
    sasl_server_scram_take_keys (self, sasl_server_scram_derive (self, password));
}

/* Whether @keys are those of the password that was sent. */
static gboolean
are_keys_of_password (SaslServer *self, const SaslKeys *keys)
{
  gsize n = (gsize) g_checksum_type_get_length (keys->hash);
  g_autoptr (SaslKeys) typed =
      sasl_keys_derive (keys->hash, self->password, keys->salt, keys->n_iterations, NULL);

  return typed != NULL && sasl_secret_equal (typed->stored_key, n, keys->stored_key, n);
}

void
sasl_server_give_keys (SaslServer *self, const SaslKeys *keys)
{
  if (self->state == SASL_SERVER_STATE_OVER)
    return;
  g_return_if_fail (self->state == SASL_SERVER_STATE_ASKING);
  g_return_if_fail (self->asked == SASL_SERVER_EVENT_PASSWORD ||
                    (self->asked == SASL_SERVER_EVENT_SECRET &&
                     self->mechanism & SASL_MECHANISMS_SCRAM &&
                     (int) keys->hash == sasl_mechanism_get_hash (self->mechanism)));

  if (take_question (self) == SASL_SERVER_EVENT_PASSWORD)
    settle (self, are_keys_of_password (self, keys));
  else
    sasl_server_scram_take_keys (self, sasl_keys_copy (keys));
}

void
sasl_server_accept_token (SaslServer *self, const char *authcid)
{
  g_autofree char *authzid = NULL;

  if (self->state == SASL_SERVER_STATE_OVER)
    return;
  g_return_if_fail (self->state == SASL_SERVER_STATE_ASKING &&
                    self->asked == SASL_SERVER_EVENT_TOKEN && *self->token != '\0');

  take_question (self);
  authzid = g_strdup (self->authzid);
  if (sasl_server_take_names (self, authcid, authzid))
    sasl_server_authorize (self);
}

void
sasl_server_refuse_token (SaslServer *self, const SaslOauthbearerError *error)
{
  g_autofree char *json = NULL;

  if (self->state == SASL_SERVER_STATE_OVER)
    return;
  g_return_if_fail (self->state == SASL_SERVER_STATE_ASKING &&
                    self->asked == SASL_SERVER_EVENT_TOKEN);

  take_question (self);
  json = sasl_oauthbearer_error_format (error);
  say_farewell (self, json, SASL_FAILURE_CREDENTIALS);
}

/* Lifetime */

SaslServer *
sasl_server_new (const SaslServerConfig *config)
{
  SaslServer *self = g_new0 (SaslServer, 1);

  self->mechanism = config->mechanism;
  self->random = config->random;
  self->random_data = config->random_data;
  self->host_name = g_strdup (config->host_name != NULL ? config->host_name : "localhost");
  self->time_s = config->time_s;
  self->binding_types = g_ptr_array_new_with_free_func (g_free);
  self->binding_data = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  for (guint i = 0; i < config->n_bindings; i++)
    {
      const SaslBinding *binding = &config->bindings[i];

      g_ptr_array_add (self->binding_types, g_strdup (binding->type));
      g_ptr_array_add (self->binding_data, g_bytes_new (binding->data, binding->length));
    }
  self->external_name = g_strdup (config->external_name);
  self->n_iterations = config->n_iterations > 0 ? config->n_iterations : SASL_ITERATIONS_MIN;
  self->data_with_success = config->data_with_success;
  self->sends_scram_error = config->sends_scram_error;
  self->own_nonce = g_strdup (config->nonce);
  self->authcid = g_strdup ("");
  self->authzid = g_strdup ("");
  return self;
}

void
sasl_server_free (SaslServer *self)
{
  if (self == NULL)
    return;
  sasl_server_scram_clear (self);
  g_clear_pointer (&self->data, g_bytes_unref);
  g_ptr_array_unref (self->binding_types);
  g_ptr_array_unref (self->binding_data);
  sasl_secret_free (self->password);
  sasl_secret_free (self->token);
  g_free (self->host_name);
  g_free (self->external_name);
  g_free (self->own_nonce);
  g_free (self->authcid);
  g_free (self->authzid);
  g_free (self->host);
  g_free (self->trace);
  g_free (self->challenge);
  g_free (self->digest);
  g_free (self);
}
