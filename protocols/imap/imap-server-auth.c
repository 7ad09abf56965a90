/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imap-server-private.h"

#include <string.h>

#include <wire/wire-base64.h>

/* The answers to failures (RFC 9051 section 6.2.2, RFC 5530 section 3), and whether one counts as
 * an attempt to get in. What is said of wrong names, passwords and proofs is the same for all, lest
 * the client learn which names exist. */
static const struct
{
  SaslFailure failure;
  ImapRefusal refusal;
  gboolean    counts;
} answers[] = {
  { SASL_FAILURE_CANCELLED, { IMAP_BAD, NULL, "Authentication cancelled" }, FALSE },
  { SASL_FAILURE_TOO_LONG, { IMAP_BAD, NULL, "Authentication response is too long" }, TRUE },
  { SASL_FAILURE_UNAVAILABLE,
    { IMAP_NO, "UNAVAILABLE", "Temporary authentication failure" },
    FALSE },
  { SASL_FAILURE_AUTHORIZATION,
    { IMAP_NO, "AUTHORIZATIONFAILED", "You may not act as that user" },
    TRUE },
  { SASL_FAILURE_NONE,
    { IMAP_NO, "AUTHENTICATIONFAILED", "Authentication failed" },
    TRUE }, /* others */
};

static const ImapRefusal undecodable = { IMAP_BAD, NULL, "The response is not base64" };

static void
end_exchange (ImapServer *self)
{
  g_clear_pointer (&self->sasl, sasl_server_free);
  self->sasl_event = (SaslServerEvent){ 0 };
  self->input = IMAP_INPUT_COMMANDS;
}

/* Ends the exchange without success: says so to both sides. */
static void
fail (ImapServer *self, const ImapRefusal *refusal, const char *why, gboolean counts)
{
  ImapServerEvent *event;

  g_free (self->claimed);
  self->claimed = g_strdup (self->sasl_event.authcid != NULL ? self->sasl_event.authcid : "");
  end_exchange (self);
  event = imap_server_tell (self, IMAP_SERVER_EVENT_AUTH_FAILED, why);
  event->mechanism = self->mechanism;
  event->name = self->claimed;
  imap_server_finish (self, refusal->condition, refusal->code, refusal->text);
  if (counts && ++self->n_failures >= IMAP_SERVER_LOGINS_MAX &&
      self->state != IMAP_STATE_LOGOUT)
    imap_server_close (self, NULL, "Too many failed logins, closing the connection",
                       "too many failed logins");
}

static void
fail_by (ImapServer *self, SaslFailure failure)
{
  guint i = 0;

  while (answers[i].failure != failure && answers[i].failure != SASL_FAILURE_NONE)
    i++;
  fail (self, &answers[i].refusal, sasl_failure_get_text (failure), answers[i].counts);
}

/* A space stands behind "+" even when the challenge is empty (RFC 9051 section 6.2.2). */
static void
send_challenge (ImapServer *self, GBytes *challenge)
{
  gsize            length;
  const guint8    *data = g_bytes_get_data (challenge, &length);
  g_autofree char *base64 = wire_base64_encode (data, length);

  g_string_printf (self->line, "+ %s\r\n", base64);
  imap_server_put (self, self->line->str, self->line->len);
  self->input = IMAP_INPUT_SASL;
}

static void
succeed (ImapServer *self)
{
  g_free (self->user);
  self->user = g_strdup (self->sasl_event.authzid);
  end_exchange (self);
  imap_server_tell (self, IMAP_SERVER_EVENT_AUTHENTICATED, self->user)->mechanism =
      self->mechanism;
  imap_server_finish_with_capabilities (self, "Logged in");
}

/* Goes on with what the exchange has to say. */
static void
pump (ImapServer *self)
{
  ImapServerEvent *event;

  if (!sasl_server_next_event (self->sasl, &self->sasl_event))
    return;
  switch (self->sasl_event.kind)
    {
    case SASL_SERVER_EVENT_CHALLENGE:
      send_challenge (self, self->sasl_event.data);
      break;
    case SASL_SERVER_EVENT_DONE:
      succeed (self);
      break;
    case SASL_SERVER_EVENT_FAILED:
      fail_by (self, self->sasl_event.failure);
      break;
    default:
      event = imap_server_ask (self, IMAP_SERVER_EVENT_AUTH);
      event->sasl = &self->sasl_event;
      event->mechanism = self->mechanism;
    }
}

/* Returns: how many bindings the channel has. */
static guint
get_bindings (ImapServer *self, SaslBinding *out_bindings)
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

/* @initial: (nullable): the initial response */
static void
start (ImapServer *self, SaslMechanism mechanism, const guint8 *initial, gsize length)
{
  SaslBinding      bindings[2];
  SaslServerConfig config = {
    .mechanism = mechanism,
    .random = self->config.random,
    .random_data = self->config.random_data,
    .host_name = self->config.name,
    .time_s = (self->config.epoch_us + self->now_us) / G_USEC_PER_SEC,
    .bindings = bindings,
    .external_name = self->certificate_name,
  };

  /* They go with an offer of -PLUS, whichever mechanism was then chosen. */
  if ((imap_server_get_mechanisms (self) & SASL_MECHANISMS_PLUS) != 0)
    config.n_bindings = get_bindings (self, bindings);
  self->sasl = sasl_server_new (&config);
  sasl_server_start (self->sasl, initial, length);
  pump (self);
}

guint
imap_server_get_mechanisms (const ImapServer *self)
{
  guint mechanisms =
      self->is_secured ? self->config.mechanisms : self->config.mechanisms_in_clear;

  if (self->exporter == NULL && self->end_point == NULL)
    mechanisms &= ~(guint) SASL_MECHANISMS_PLUS;
  if (self->certificate_name == NULL)
    mechanisms &= ~(guint) SASL_MECHANISM_EXTERNAL;
  return mechanisms;
}

ImapRefusal
imap_server_check_login (const ImapServer *self)
{
  if (imap_server_get_mechanisms (self) & SASL_MECHANISM_PLAIN)
    return (ImapRefusal){ 0 };
  if (!self->is_secured && (self->config.mechanisms & SASL_MECHANISM_PLAIN) != 0)
    return (ImapRefusal){ IMAP_NO, "PRIVACYREQUIRED", "Plaintext logins only under TLS" };
  return (ImapRefusal){ IMAP_NO, NULL, "LOGIN is disabled: use AUTHENTICATE" };
}

/* LOGIN (RFC 9051 section 6.2.3) is PLAIN in other words, so that name and password are prepared,
 * and asked for, in one way. */
void
imap_server_do_login (ImapServer *self)
{
  ImapRefusal   refusal = imap_server_check_login (self);
  gsize         length;
  const guint8 *password = g_bytes_get_data (self->command.secret, &length);
  g_autoptr (GByteArray) message = NULL;

  if (refusal.text != NULL)
    {
      imap_server_finish (self, refusal.condition, refusal.code, refusal.text);
      return;
    }
  message = g_byte_array_new ();
  g_byte_array_append (message, (const guint8 *) "", 1);
  g_byte_array_append (message, (const guint8 *) self->command.text,
                       (guint) strlen (self->command.text) + 1);
  g_byte_array_append (message, password, (guint) length);
  self->mechanism = "LOGIN";
  start (self, SASL_MECHANISM_PLAIN, message->data, message->len);
}

/* What is wrong with AUTHENTICATE before the exchange begins; text NULL: nothing. */
static ImapRefusal
check_authenticate (const ImapServer *self, SaslMechanism mechanism)
{
  guint   mechanisms = imap_server_get_mechanisms (self);
  guint32 initial_needs = IMAP_CAPABILITY_SASL_IR | IMAP_CAPABILITY_IMAP4REV2;

  if (mechanism == 0 || ((mechanisms | self->config.mechanisms) & mechanism) == 0)
    return (ImapRefusal){ IMAP_NO, NULL, "Authentication mechanism not recognised" };
  if ((mechanisms & mechanism) == 0 && !self->is_secured)
    return (ImapRefusal){ IMAP_NO, "PRIVACYREQUIRED", "That mechanism only under TLS" };
  if ((mechanisms & mechanism) == 0)
    return (ImapRefusal){ IMAP_NO, NULL, "Authentication mechanism not available here" };
  if (!self->command.has_initial)
    return (ImapRefusal){ 0 };
  if (!imap_server_has (self, initial_needs))
    return (ImapRefusal){ IMAP_BAD, NULL, "An initial response needs SASL-IR" };
  if (mechanism == SASL_MECHANISM_CRAM_MD5)
    return (ImapRefusal){ IMAP_BAD, NULL, "The mechanism takes no initial response" };
  if (self->command.initial == NULL)
    return undecodable;
  return (ImapRefusal){ 0 };
}

void
imap_server_do_authenticate (ImapServer *self)
{
  SaslMechanism mechanism = sasl_mechanism_find (self->command.text);
  ImapRefusal   refusal = check_authenticate (self, mechanism);
  const guint8 *initial = NULL;
  gsize         length = 0;

  if (refusal.text != NULL)
    {
      imap_server_finish (self, refusal.condition, refusal.code, refusal.text);
      return;
    }
  if (self->command.has_initial)
    {
      initial = g_bytes_get_data (self->command.initial, &length);
      if (initial == NULL)
        initial = (const guint8 *) "";
    }
  self->mechanism = sasl_mechanism_get_name (mechanism);
  start (self, mechanism, initial, length);
}

/* Takes a response, without its line end. */
static void
take_response (ImapServer *self, const char *line, gsize length)
{
  g_autoptr (GBytes) response = NULL;
  const guint8 *data;

  if (length == 1 && *line == '*')
    {
      sasl_server_cancel (self->sasl);
      pump (self);
      return;
    }
  response = wire_base64_decode (line, length, NULL);
  if (response == NULL)
    {
      fail (self, &undecodable, "A response is not base64", TRUE);
      return;
    }
  data = g_bytes_get_data (response, &length);
  sasl_server_receive (self->sasl, data != NULL ? data : (const guint8 *) "", length);
  pump (self);
}

gboolean
imap_server_take_sasl (ImapServer *self)
{
  ImapPiece piece;
  ImapFrame frame = imap_server_next_line (self, "sasl", &piece);
  gsize     length;

  if (frame == IMAP_FRAME_MORE)
    return FALSE;
  if (frame != IMAP_FRAME_UNIT)
    {
      fail_by (self, SASL_FAILURE_TOO_LONG);
      return TRUE;
    }
  length = piece.length - 1;
  if (length > 0 && piece.data[length - 1] == '\r')
    length--;
  take_response (self, (const char *) piece.data, length);
  return TRUE;
}

SaslServer *
imap_server_get_sasl (ImapServer *self)
{
  return self->sasl;
}

void
imap_server_auth_answered (ImapServer *self)
{
  if (self->state == IMAP_STATE_LOGOUT) /* it ended meanwhile */
    return;
  g_return_if_fail (self->asked == IMAP_SERVER_EVENT_AUTH);
  self->asked = IMAP_SERVER_EVENT_NONE;
  pump (self);
}

void
imap_server_forget_user (ImapServer *self)
{
  g_clear_pointer (&self->sasl, sasl_server_free);
  g_clear_pointer (&self->user, g_free);
  g_clear_pointer (&self->claimed, g_free);
}
