/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sasl-client.h"

#include "sasl-oauthbearer.h"
#include "sasl-prep.h"
#include "sasl-scram.h"

#include <wire/wire-base64.h>

#include <string.h>

/* What is due next. */
typedef enum
{
  STATE_NEW,       /* nothing has been sent */
  STATE_CHALLENGE, /* a challenge, for the step at hand */
  STATE_OUTCOME,   /* the outcome alone */
  STATE_OVER,
} State;

struct _SaslClient
{
  SaslMechanism       mechanism;
  SaslRandomFunc      random;
  gpointer            random_data;
  char               *authzid, *authcid, *password, *token; /* "" for none */
  char               *host, *trace;                         /* (nullable) */
  guint               port;
  char               *binding_type; /* (nullable) */
  GBytes             *binding_data; /* (nullable) */
  guint               n_iterations_min;
  char               *own_nonce; /* (nullable) */
  State               state;
  guint               step;    /* of the mechanism's row */
  SaslClientEventKind pending; /* to be told next, or NONE */
  SaslFailure         failure;
  gboolean            must_cancel;
  GBytes             *data;         /* (nullable) */
  char               *server_text;  /* (nullable) */
  char               *gs2_header;   /* SCRAM, (nullable) */
  char               *nonce;        /* SCRAM, (nullable): ours */
  GString            *auth_message; /* SCRAM, (nullable) */
  SaslKeys           *keys;         /* SCRAM, (nullable) */
};

/* Ways out of a step */

/* @next: what is due then */
static void
respond (SaslClient *self, const char *text, gsize length, State next)
{
  g_clear_pointer (&self->data, g_bytes_unref);
  self->data = sasl_secret_to_bytes ((const guint8 *) text, length);
  self->pending = SASL_CLIENT_EVENT_RESPONSE;
  self->state = next;
}

static void
fail (SaslClient *self, SaslFailure failure, gboolean must_cancel)
{
  self->failure = failure;
  self->must_cancel = must_cancel;
  self->pending = SASL_CLIENT_EVENT_FAILED;
  self->state = STATE_OVER;
}

/* What the server sent can't be gone on with. */
static void
give_up (SaslClient *self, SaslFailure failure)
{
  fail (self, failure, TRUE);
}

/* First words */

static void
do_plain (SaslClient *self, const guint8 *challenge, gsize length)
{
  gsize bytes = strlen (self->authzid) + strlen (self->authcid) + strlen (self->password) + 3;
  g_autoptr (GString) message = g_string_sized_new (bytes); /* grows nowhere else: it is wiped */

  g_string_append (message, self->authzid);
  g_string_append_c (message, '\0');
  g_string_append (message, self->authcid);
  g_string_append_c (message, '\0');
  g_string_append (message, self->password);
  if (*self->authcid == '\0' || *self->password == '\0' ||
      !wire_matches (&sasl_grammar_plain, (const guint8 *) message->str, message->len))
    give_up (self, SASL_FAILURE_ENCODING);
  else
    respond (self, message->str, message->len, STATE_OUTCOME);
  sasl_secret_wipe (message->str, message->len);
}

static void
do_oauthbearer (SaslClient *self, const guint8 *challenge, gsize length)
{
  char *message;

  if (*self->token != '\0' && !sasl_oauthbearer_is_token (self->token))
    {
      give_up (self, SASL_FAILURE_ENCODING);
      return;
    }
  message = sasl_oauthbearer_format (self->authzid, self->host, self->port, self->token);
  if (wire_matches (&sasl_grammar_oauthbearer, (const guint8 *) message, strlen (message)))
    respond (self, message, strlen (message), STATE_CHALLENGE);
  else
    give_up (self, SASL_FAILURE_ENCODING);
  sasl_secret_free (message);
}

static void
do_external (SaslClient *self, const guint8 *challenge, gsize length)
{
  if (g_utf8_validate (self->authzid, -1, NULL))
    respond (self, self->authzid, strlen (self->authzid), STATE_OUTCOME);
  else
    give_up (self, SASL_FAILURE_ENCODING);
}

static void
do_anonymous (SaslClient *self, const guint8 *challenge, gsize length)
{
  const char *trace = self->trace != NULL ? self->trace : "";

  if (sasl_prep_is_trace (trace, strlen (trace)) &&
      wire_matches (&sasl_grammar_anonymous, (const guint8 *) trace, strlen (trace)))
    respond (self, trace, strlen (trace), STATE_OUTCOME);
  else
    give_up (self, SASL_FAILURE_ENCODING);
}

/* gs2-cbind-flag (RFC 5802 section 6): "p" binds; "y" could, but has seen no -PLUS; "n" can't. */
static char *
format_gs2_header (SaslClient *self, const char *authzid)
{
  g_autofree char *quoted = sasl_saslname_encode (authzid);
  g_autofree char *flag = NULL;

  if (self->mechanism & SASL_MECHANISMS_PLUS)
    flag = g_strconcat ("p=", self->binding_type, NULL);
  else
    flag = g_strdup (self->binding_data != NULL ? "y" : "n");
  return g_strconcat (flag, *quoted != '\0' ? ",a=" : ",", quoted, ",", NULL);
}

/* client-first-message */
static void
do_scram_first (SaslClient *self, const guint8 *challenge, gsize length)
{
  g_autofree char *name = sasl_prep (self->authcid, SASL_PREP_QUERY);
  g_autofree char *authzid = sasl_prep (self->authzid, SASL_PREP_QUERY);
  g_autofree char *quoted = NULL;
  g_autofree char *message = NULL;

  if (name == NULL || *name == '\0' || authzid == NULL)
    {
      give_up (self, SASL_FAILURE_ENCODING);
      return;
    }
  quoted = sasl_saslname_encode (name);
  self->gs2_header = format_gs2_header (self, authzid);
  self->nonce = self->own_nonce != NULL ? g_strdup (self->own_nonce)
                                        : sasl_nonce_new (self->random, self->random_data);
  self->auth_message = g_string_new (NULL);
  g_string_printf (self->auth_message, "n=%s,r=%s", quoted, self->nonce);
  message = g_strconcat (self->gs2_header, self->auth_message->str, NULL);
  respond (self, message, strlen (message), STATE_CHALLENGE);
}

/* Answers to challenges */

/* LOGIN: what the challenges say differs among servers, and is not looked at. */
static void
do_login_name (SaslClient *self, const guint8 *challenge, gsize length)
{
  if (*self->authcid != '\0' && g_utf8_validate (self->authcid, -1, NULL))
    respond (self, self->authcid, strlen (self->authcid), STATE_CHALLENGE);
  else
    give_up (self, SASL_FAILURE_ENCODING);
}

static void
do_login_password (SaslClient *self, const guint8 *challenge, gsize length)
{
  if (*self->password != '\0' && g_utf8_validate (self->password, -1, NULL))
    respond (self, self->password, strlen (self->password), STATE_OUTCOME);
  else
    give_up (self, SASL_FAILURE_ENCODING);
}

/* Any challenge is hashed: that it has the form of a msg-id (RFC 2195 section 2) helps nobody. */
static void
do_cram (SaslClient *self, const guint8 *challenge, gsize length)
{
  g_autoptr (GString) message = g_string_new (self->authcid);
  guint8 digest[SASL_DIGEST_BYTES_MAX];
  gsize  n = sasl_hmac (G_CHECKSUM_MD5, (const guint8 *) self->password, strlen (self->password),
                        challenge, length, digest);

  g_string_append_c (message, ' ');
  for (gsize i = 0; i < n; i++)
    g_string_append_printf (message, "%02x", digest[i]);
  if (*self->authcid != '\0' && *self->password != '\0' &&
      wire_matches (&sasl_grammar_cram_response, (const guint8 *) message->str, message->len))
    respond (self, message->str, message->len, STATE_OUTCOME);
  else
    give_up (self, SASL_FAILURE_ENCODING);
}

/* The server's error: it waits for a dummy response to fail (RFC 7628 section 3.2.3). */
static void
do_oauthbearer_error (SaslClient *self, const guint8 *challenge, gsize length)
{
  WireScan scan;

  wire_scan_init (&scan, challenge, length, NULL);
  sasl_scan_oauthbearer_error (&scan, &self->server_text);
  self->failure = SASL_FAILURE_REFUSED;
  respond (self, SASL_OAUTHBEARER_DUMMY, strlen (SASL_OAUTHBEARER_DUMMY), STATE_OUTCOME);
}

static SaslFailure
check_server_first (SaslClient *self, const SaslServerFirst *first)
{
  gsize n_ours = strlen (self->nonce);

  if (first->has_extension)
    return SASL_FAILURE_EXTENSION;
  /* The server has to add to it, or it would not be fresh for the server. */
  if (strncmp (first->nonce, self->nonce, n_ours) != 0 || first->nonce[n_ours] == '\0')
    return SASL_FAILURE_NONCE;
  if (first->n_iterations < self->n_iterations_min || first->n_iterations > SASL_ITERATIONS_MAX)
    return SASL_FAILURE_ITERATIONS;
  return SASL_FAILURE_NONE;
}

/* client-final-message */
static void
prove (SaslClient *self, const SaslServerFirst *first, const char *message, gsize length)
{
  gboolean         is_plus = (self->mechanism & SASL_MECHANISMS_PLUS) != 0;
  GChecksumType    hash = (GChecksumType) sasl_mechanism_get_hash (self->mechanism);
  guint8           key[SASL_DIGEST_BYTES_MAX] = { 0 };
  g_autofree char *binding = NULL;
  g_autofree char *proof = NULL;
  g_autofree char *bare = NULL;
  g_autofree char *response = NULL;

  self->keys =
      sasl_keys_derive (hash, self->password, first->salt, (guint) first->n_iterations, key);
  if (self->keys == NULL)
    {
      give_up (self, SASL_FAILURE_ENCODING);
      return;
    }
  binding = sasl_scram_format_binding (self->gs2_header, strlen (self->gs2_header),
                                       is_plus ? self->binding_data : NULL);
  bare = g_strdup_printf ("c=%s,r=%s", binding, first->nonce);
  g_string_append_c (self->auth_message, ',');
  g_string_append_len (self->auth_message, message, (gssize) length);
  g_string_append_printf (self->auth_message, ",%s", bare);
  sasl_scram_apply_proof (self->keys, self->auth_message, key);
  proof = wire_base64_encode (key, (gsize) g_checksum_type_get_length (hash));
  sasl_secret_wipe (key, sizeof key);
  response = g_strdup_printf ("%s,p=%s", bare, proof);
  respond (self, response, strlen (response), STATE_CHALLENGE);
}

static void
do_scram_server_first (SaslClient *self, const guint8 *challenge, gsize length)
{
  SaslServerFirst first = { 0 };
  SaslFailure     failure;
  WireScan        scan;

  wire_scan_init (&scan, challenge, length, NULL);
  if (!sasl_scan_server_first (&scan, &first) || !wire_scan_at_end (&scan))
    failure = first.has_extension ? SASL_FAILURE_EXTENSION : SASL_FAILURE_MALFORMED;
  else
    failure = check_server_first (self, &first);
  if (failure != SASL_FAILURE_NONE)
    give_up (self, failure);
  else
    prove (self, &first, (const char *) challenge, length);
  sasl_server_first_clear (&first);
}

/* Returns: NONE when the server has proved that it knows the user. */
static SaslFailure
check_server_final (SaslClient *self, const guint8 *message, gsize length)
{
  SaslServerFinal final = { 0 };
  SaslFailure     failure = SASL_FAILURE_SIGNATURE;
  guint8          signature[SASL_DIGEST_BYTES_MAX];
  gsize           n;
  WireScan        scan;

  wire_scan_init (&scan, message, length, NULL);
  if (!sasl_scan_server_final (&scan, &final) || !wire_scan_at_end (&scan))
    failure = SASL_FAILURE_MALFORMED;
  else if (final.has_extension)
    failure = SASL_FAILURE_EXTENSION;
  else if (final.error != NULL)
    {
      self->server_text = g_steal_pointer (&final.error);
      failure = SASL_FAILURE_REFUSED;
    }
  else
    {
      n = sasl_scram_sign (self->keys, self->auth_message, signature);
      if (sasl_secret_equal (g_bytes_get_data (final.verifier, NULL),
                             g_bytes_get_size (final.verifier), signature, n))
        failure = SASL_FAILURE_NONE;
    }
  sasl_server_final_clear (&final);
  return failure;
}

/* The final message as a challenge, since the protocol's success carries no data. An error is
 * answered too: the server then fails the exchange. */
static void
do_scram_server_final (SaslClient *self, const guint8 *challenge, gsize length)
{
  SaslFailure failure = check_server_final (self, challenge, length);

  if (failure != SASL_FAILURE_NONE && failure != SASL_FAILURE_REFUSED)
    {
      give_up (self, failure);
      return;
    }
  self->failure = failure;
  respond (self, "", 0, STATE_OUTCOME);
}

/* The order of an exchange: how each challenge of the server is answered, by mechanism; where the
 * client speaks first, the first challenge is empty, or is spared by an initial response. */
#define STEPS_MAX 3
static const struct
{
  guint mechanisms;
  void (*steps[STEPS_MAX]) (SaslClient *self, const guint8 *challenge, gsize length);
} orders[] = {
  { SASL_MECHANISMS_SCRAM, { do_scram_first, do_scram_server_first, do_scram_server_final } },
  { SASL_MECHANISM_PLAIN, { do_plain } },
  { SASL_MECHANISM_LOGIN, { do_login_name, do_login_password } },
  { SASL_MECHANISM_CRAM_MD5, { do_cram } },
  { SASL_MECHANISM_OAUTHBEARER, { do_oauthbearer, do_oauthbearer_error } },
  { SASL_MECHANISM_EXTERNAL, { do_external } },
  { SASL_MECHANISM_ANONYMOUS, { do_anonymous } },
};

static void
run_step (SaslClient *self, const guint8 *challenge, gsize length)
{
  guint i = 0;

  while (!(orders[i].mechanisms & self->mechanism))
    i++;
  g_assert (self->step < STEPS_MAX && orders[i].steps[self->step] != NULL);
  orders[i].steps[self->step++](self, challenge, length);
}

/* The owner's moves */

void
sasl_client_start (SaslClient *self)
{
  g_return_if_fail (self->state == STATE_NEW);

  if (!(self->mechanism & SASL_MECHANISMS_CLIENT_FIRST))
    return;
  run_step (self, (const guint8 *) "", 0);
  self->must_cancel = FALSE; /* nothing has been said yet */
}

void
sasl_client_receive (SaslClient *self, const guint8 *data, gsize length)
{
  gboolean is_client_first = (self->mechanism & SASL_MECHANISMS_CLIENT_FIRST) != 0;

  if (self->state == STATE_OVER)
    return;
  if (data == NULL)
    data = (const guint8 *) "";
  if (length > SASL_MESSAGE_BYTES_MAX)
    give_up (self, SASL_FAILURE_TOO_LONG);
  else if (self->state == STATE_OUTCOME ||
           (self->state == STATE_NEW && is_client_first && length > 0))
    give_up (self, SASL_FAILURE_UNEXPECTED);
  else
    run_step (self, data, length);
}

static void
succeed (SaslClient *self)
{
  self->pending = SASL_CLIENT_EVENT_DONE;
  self->state = STATE_OVER;
}

void
sasl_client_succeed (SaslClient *self, const guint8 *data, gsize length)
{
  gboolean    is_scram = (self->mechanism & SASL_MECHANISMS_SCRAM) != 0;
  SaslFailure failure = SASL_FAILURE_NONE;

  if (self->state == STATE_OVER)
    return;
  if (is_scram && self->state != STATE_OUTCOME)
    failure = self->keys != NULL && data != NULL && length <= SASL_MESSAGE_BYTES_MAX
                  ? check_server_final (self, data, length)
                  : SASL_FAILURE_SIGNATURE;
  else if (data != NULL && length > 0)
    failure = SASL_FAILURE_UNEXPECTED;
  else if (self->state == STATE_OUTCOME)
    failure = self->failure;
  else if (self->mechanism != SASL_MECHANISM_OAUTHBEARER || self->state != STATE_CHALLENGE)
    failure = SASL_FAILURE_UNEXPECTED;
  if (failure == SASL_FAILURE_NONE)
    succeed (self);
  else
    fail (self, failure, FALSE);
}

void
sasl_client_refuse (SaslClient *self)
{
  if (self->state != STATE_OVER)
    fail (self, SASL_FAILURE_REFUSED, FALSE);
}

gboolean
sasl_client_next_event (SaslClient *self, SaslClientEvent *out_event)
{
  gboolean has_failed = self->pending == SASL_CLIENT_EVENT_FAILED;

  *out_event = (SaslClientEvent){
    .kind = self->pending,
    .data = self->pending == SASL_CLIENT_EVENT_RESPONSE ? self->data : NULL,
    .failure = has_failed ? self->failure : SASL_FAILURE_NONE,
    .must_cancel = has_failed && self->must_cancel,
    .server_text = has_failed ? self->server_text : NULL,
  };
  self->pending = SASL_CLIENT_EVENT_NONE;
  return out_event->kind != SASL_CLIENT_EVENT_NONE;
}

/* Lifetime */

static char *
dup_or_empty (const char *text)
{
  return g_strdup (text != NULL ? text : "");
}

SaslClient *
sasl_client_new (const SaslClientConfig *config)
{
  SaslClient *self;

  g_return_val_if_fail (!(config->mechanism & SASL_MECHANISMS_PLUS) || config->binding != NULL,
                        NULL);

  self = g_new0 (SaslClient, 1);
  self->mechanism = config->mechanism;
  self->random = config->random;
  self->random_data = config->random_data;
  self->authzid = dup_or_empty (config->authzid);
  self->authcid = dup_or_empty (config->authcid);
  self->password = dup_or_empty (config->password);
  self->token = dup_or_empty (config->token);
  self->host = g_strdup (config->host);
  self->port = config->port;
  self->trace = g_strdup (config->trace);
  if (config->binding != NULL)
    {
      self->binding_type = g_strdup (config->binding->type);
      self->binding_data = g_bytes_new (config->binding->data, config->binding->length);
    }
  self->n_iterations_min =
      config->n_iterations_min > 0 ? config->n_iterations_min : SASL_ITERATIONS_MIN;
  self->own_nonce = g_strdup (config->nonce);
  return self;
}

void
sasl_client_free (SaslClient *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->data, g_bytes_unref);
  g_clear_pointer (&self->binding_data, g_bytes_unref);
  if (self->auth_message != NULL)
    g_string_free (self->auth_message, TRUE);
  sasl_keys_free (self->keys);
  sasl_secret_free (self->password);
  sasl_secret_free (self->token);
  g_free (self->authzid);
  g_free (self->authcid);
  g_free (self->host);
  g_free (self->trace);
  g_free (self->binding_type);
  g_free (self->own_nonce);
  g_free (self->server_text);
  g_free (self->gs2_header);
  g_free (self->nonce);
  g_free (self);
}
