/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pop3-server-private.h"

#include <string.h>

#include "pop3-apop.h"
#include <sasl/sasl-prep.h>
#include <wire/wire-base64.h>

/* Names and passwords */

/* Prepares what is UTF-8 (RFC 6856 section 2.2); a server without UTF8 takes octets as they come.
 * Returns: FALSE when it can't be. */
static gboolean
prepare (Pop3Server *self, char **text)
{
  char *prepared;

  if (g_str_is_ascii (*text) || (self->config.capabilities & POP3_CAPABILITY_UTF8) == 0)
    return TRUE;
  prepared = sasl_prep (*text, SASL_PREP_QUERY);
  if (prepared == NULL || *prepared == '\0')
    {
      sasl_secret_free (prepared);
      return FALSE;
    }
  sasl_secret_free (*text);
  *text = prepared;
  return TRUE;
}

static gboolean
prepare_or_refuse (Pop3Server *self)
{
  gboolean is_prepared = prepare (self, &self->read.text);

  if (!is_prepared)
    pop3_server_err (self, "AUTH",
                     "octets that are no UTF-8, or characters that names and "
                     "passwords must not have");
  return is_prepared;
}

/* Nobody learns here whether the mailbox exists (RFC 1939 section 13). */
void
pop3_server_do_user (Pop3Server *self)
{
  if (!prepare_or_refuse (self))
    return;
  g_free (self->user);
  self->user = g_steal_pointer (&self->read.text);
  pop3_server_ok (self, "now the password");
}

void
pop3_server_do_pass (Pop3Server *self)
{
  if (!prepare_or_refuse (self))
    return;
  self->mechanism = "USER";
  pop3_server_ask (self, POP3_SERVER_EVENT_LOGIN);
}

/* Counts a guess; the last one ends the session. */
static void
count_refusal (Pop3Server *self)
{
  if (++self->n_refused >= POP3_SERVER_LOGINS_MAX)
    pop3_server_end (self, POP3_SERVER_EVENT_LOST, "too many refused logins");
}

void
pop3_server_accept_login (Pop3Server *self, const Pop3MaildropItem *items, guint n_items)
{
  g_autofree char *text = NULL;

  g_return_if_fail (self != NULL && pop3_server_take_answer (self, POP3_SERVER_EVENT_LOGIN));

  for (guint i = 0; i < n_items; i++)
    {
      g_warn_if_fail (pop3_unique_id_is_valid (items[i].unique_id));
      pop3_maildrop_add (&self->maildrop, items[i].octets, items[i].unique_id);
    }
  text = pop3_maildrop_describe (&self->maildrop, self->language);
  pop3_server_ok (self, "maildrop has %s", text);
}

void
pop3_server_refuse_login (Pop3Server *self, const char *code, const char *text)
{
  g_return_if_fail (self != NULL && pop3_server_take_answer (self, POP3_SERVER_EVENT_LOGIN));

  pop3_server_err (self, code, "%s", pop3_language_translate (self->language, text));
  if (code == NULL || strcmp (code, "AUTH") == 0)
    count_refusal (self);
}

/* Tells the owner that AUTH or APOP failed. */
static void
tell_failed (Pop3Server *self, const char *user, const char *why)
{
  g_free (self->claimed);
  self->claimed = g_strdup (user != NULL ? user : "");
  self->failed = why;
}

/* APOP */

void
pop3_server_do_apop (Pop3Server *self)
{
  if (!prepare_or_refuse (self))
    return;
  g_free (self->user);
  self->user = g_steal_pointer (&self->read.text);
  self->mechanism = "APOP";
  pop3_server_ask (self, POP3_SERVER_EVENT_APOP);
}

/* Without a password a made-up one is checked, lest time tell which names exist. */
void
pop3_server_give_password (Pop3Server *self, const char *password)
{
  g_autofree char *digest = NULL;
  g_autofree char *given = NULL;
  gboolean is_right;

  g_return_if_fail (self != NULL && pop3_server_take_answer (self, POP3_SERVER_EVENT_APOP));

  digest = pop3_apop_digest (self->timestamp, password != NULL ? password : "");
  given = g_ascii_strdown (self->read.argument, -1);
  is_right = digest != NULL &&
             sasl_secret_equal ((const guint8 *) digest, strlen (digest), (const guint8 *) given,
                                strlen (given)) &&
             password != NULL;
  if (is_right)
    {
      pop3_server_ask (self, POP3_SERVER_EVENT_LOGIN);
      return;
    }
  tell_failed (self, self->user, "No such user, or the digest is not that of the password");
  pop3_server_err (self, "AUTH", "name, password or proof is wrong");
  count_refusal (self);
}

/* AUTH */

guint
pop3_server_get_mechanisms (const Pop3Server *self)
{
  guint mechanisms = self->is_secured ? self->config.mechanisms : self->config.mechanisms_in_clear;

  if (self->exporter == NULL && self->end_point == NULL)
    mechanisms &= ~(guint) SASL_MECHANISMS_PLUS;
  if (self->certificate_name == NULL)
    mechanisms &= ~(guint) SASL_MECHANISM_EXTERNAL;
  return mechanisms;
}

/* The answers to failures, and whether it counts as a guess. What is said of wrong names,
 * passwords and proofs is the same for all, lest the client learn which names exist. */
static const struct
{
  SaslFailure failure;
  const char *code;
  const char *text;
  gboolean counts;
} failures[] = {
  { SASL_FAILURE_CANCELLED, NULL, "authentication cancelled", FALSE },
  { SASL_FAILURE_TOO_LONG, NULL, "line of the exchange too long", TRUE },
  { SASL_FAILURE_MALFORMED, NULL, "response can't be read", TRUE },
  { SASL_FAILURE_UNEXPECTED, NULL, "response not expected", TRUE },
  { SASL_FAILURE_UNAVAILABLE, "SYS/TEMP", "can't tell now, try again later", FALSE },
  { SASL_FAILURE_NONE, "AUTH", "name, password or proof is wrong", TRUE }, /* others */
};

static void
end_exchange (Pop3Server *self)
{
  g_clear_pointer (&self->sasl, sasl_server_free);
  self->sasl_event = (SaslServerEvent){ 0 };
}

/* Ends the exchange without success: says so to both sides. */
static void
fail (Pop3Server *self, const char *code, const char *text, const char *why, gboolean counts)
{
  tell_failed (self, self->sasl_event.authcid, why);
  end_exchange (self);
  pop3_server_err (self, code, "%s", pop3_language_translate (self->language, text));
  if (counts)
    count_refusal (self);
}

static void
fail_by (Pop3Server *self, SaslFailure failure)
{
  guint i = 0;

  while (failures[i].failure != failure && failures[i].failure != SASL_FAILURE_NONE)
    i++;
  fail (self, failures[i].code, failures[i].text, sasl_failure_get_text (failure),
        failures[i].counts);
}

/* The challenge stands alone in its line, however long (RFC 5034 section 4). */
static void
send_challenge (Pop3Server *self, GBytes *challenge)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (challenge, &length);
  g_autofree char *base64 = wire_base64_encode (data, length);
  g_autofree char *line = g_strdup_printf ("+ %s\r\n", base64);

  wire_outbox_send_text (&self->outbox, "response", line);
  self->state = POP3_STATE_AUTH;
}

/* Goes on with what the exchange has to say. */
static void
pump (Pop3Server *self)
{
  if (!sasl_server_next_event (self->sasl, &self->sasl_event))
    return;
  switch (self->sasl_event.kind)
    {
    case SASL_SERVER_EVENT_CHALLENGE:
      send_challenge (self, self->sasl_event.data);
      break;
    case SASL_SERVER_EVENT_DONE:
      g_free (self->user);
      self->user = g_strdup (self->sasl_event.authzid);
      end_exchange (self);
      pop3_server_ask (self, POP3_SERVER_EVENT_LOGIN);
      break;
    case SASL_SERVER_EVENT_FAILED:
      fail_by (self, self->sasl_event.failure);
      break;
    default:
      pop3_server_ask (self, POP3_SERVER_EVENT_AUTH);
    }
}

/* Returns: how many bindings the channel has. */
static guint
get_bindings (Pop3Server *self, SaslBinding *out_bindings)
{
  guint n = 0;

  if (self->exporter != NULL)
    {
      out_bindings[n].type = "tls-exporter";
      out_bindings[n].data = g_bytes_get_data (self->exporter, &out_bindings[n].length);
      n++;
    }
  if (self->end_point != NULL)
    {
      out_bindings[n].type = "tls-server-end-point";
      out_bindings[n].data = g_bytes_get_data (self->end_point, &out_bindings[n].length);
      n++;
    }
  return n;
}

static void
start (Pop3Server *self, SaslMechanism mechanism, GBytes *initial)
{
  SaslBinding bindings[2];
  SaslServerConfig config = {
    .mechanism = mechanism,
    .random = self->config.random,
    .random_data = self->config.random_data,
    .host_name = self->config.name,
    .time_s = (self->config.epoch_us + self->now_us) / G_USEC_PER_SEC,
    .bindings = bindings,
    .external_name = self->certificate_name,
  };
  gsize length = 0;
  const guint8 *data = initial != NULL ? g_bytes_get_data (initial, &length) : NULL;

  /* They go with an offer of -PLUS, whichever mechanism was then chosen. */
  if ((pop3_server_get_mechanisms (self) & SASL_MECHANISMS_PLUS) != 0)
    config.n_bindings = get_bindings (self, bindings);
  self->sasl = sasl_server_new (&config);
  self->mechanism = sasl_mechanism_get_name (mechanism);
  if (initial != NULL && data == NULL)
    data = (const guint8 *) "";
  sasl_server_start (self->sasl, data, length);
  pump (self);
}

/* What clients from before CAPA ask by AUTH alone: RFC 1734 had no list, servers gave one. */
static void
list_mechanisms (Pop3Server *self)
{
  GString *response = pop3_server_format_line (
      self, TRUE, NULL, pop3_language_translate (self->language, "mechanism list follows"));

  for (guint i = 0; i < SASL_N_MECHANISMS; i++)
    if (pop3_server_get_mechanisms (self) & (1u << i))
      g_string_append_printf (response, "%s\r\n",
                              sasl_mechanism_get_name ((SaslMechanism) (1u << i)));
  pop3_server_send_listing (self, response);
}

void
pop3_server_do_auth (Pop3Server *self)
{
  const char *text = self->read.argument;
  guint mechanisms = pop3_server_get_mechanisms (self);
  SaslMechanism mechanism;
  g_autoptr (GBytes) initial = NULL;

  if (self->read.text == NULL)
    {
      list_mechanisms (self);
      return;
    }
  mechanism = sasl_mechanism_find (self->read.text);
  if (text != NULL)
    initial = strcmp (text, "=") == 0 ? g_bytes_new (NULL, 0)
                                      : wire_base64_decode (text, strlen (text), NULL);
  if (mechanism == 0 || ((mechanisms | self->config.mechanisms) & mechanism) == 0)
    pop3_server_err (self, NULL, "no such mechanism here");
  else if ((mechanisms & mechanism) == 0 && !self->is_secured)
    pop3_server_err (self, "AUTH", "the mechanism needs TLS, say STLS first");
  else if ((mechanisms & mechanism) == 0)
    pop3_server_err (self, NULL, "no such mechanism here");
  else if (text != NULL && mechanism == SASL_MECHANISM_CRAM_MD5)
    pop3_server_err (self, NULL, "the mechanism takes no initial response");
  else if (text != NULL && initial == NULL)
    pop3_server_err (self, NULL, "the initial response is not base64");
  else
    start (self, mechanism, initial);
}

void
pop3_server_take_sasl_line (Pop3Server *self, const char *line, gsize length, gboolean is_too_long)
{
  g_autoptr (GBytes) response = NULL;
  const guint8 *data;

  if (is_too_long)
    {
      fail_by (self, SASL_FAILURE_TOO_LONG);
      return;
    }
  if (length == 1 && *line == '*')
    {
      sasl_server_cancel (self->sasl);
      pump (self);
      return;
    }
  response = wire_base64_decode (line, length, NULL);
  if (response == NULL)
    {
      fail (self, NULL, "the response is not base64", "A response is not base64", TRUE);
      return;
    }
  data = g_bytes_get_data (response, &length);
  sasl_server_receive (self->sasl, data, length);
  pump (self);
}

SaslServer *
pop3_server_get_sasl (Pop3Server *self)
{
  return self->sasl;
}

void
pop3_server_auth_answered (Pop3Server *self)
{
  g_return_if_fail (self != NULL && pop3_server_take_answer (self, POP3_SERVER_EVENT_AUTH));

  pump (self);
}

/* What is known of the client */

void
pop3_server_forget_user (Pop3Server *self)
{
  g_clear_pointer (&self->sasl, sasl_server_free);
  g_clear_pointer (&self->user, g_free);
  g_clear_pointer (&self->claimed, g_free);
}

void
pop3_server_forget_security (Pop3Server *self)
{
  g_clear_pointer (&self->certificate_name, g_free);
  g_clear_pointer (&self->exporter, g_bytes_unref);
  g_clear_pointer (&self->end_point, g_bytes_unref);
}
