/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "smtp-server-private.h"

#include <string.h>

#include <wire/wire-base64.h>

#define US_PER_S G_USEC_PER_SEC

/* The replies to failures (RFC 4954 sections 4 and 6), and whether it counts as an attempt to get
 * in. What is said of wrong names, passwords and proofs is the same for all, lest the client learn
 * which names exist. */
static const struct
{
  SaslFailure failure;
  SmtpRefusal refusal;
  gboolean    counts;
} replies[] = {
  { SASL_FAILURE_CANCELLED, { 501, "5.7.0", "Authentication cancelled" }, FALSE },
  { SASL_FAILURE_TOO_LONG, { 500, "5.5.6", "Authentication exchange line is too long" }, TRUE },
  { SASL_FAILURE_MALFORMED, { 501, "5.5.2", "Cannot read the authentication response" }, TRUE },
  { SASL_FAILURE_UNEXPECTED, { 501, "5.7.0", "Authentication response not expected" }, TRUE },
  { SASL_FAILURE_UNAVAILABLE, { 454, "4.7.0", "Temporary authentication failure" }, FALSE },
  { SASL_FAILURE_NONE, { 535, "5.7.8", "Authentication credentials invalid" }, TRUE }, /* others */
};

static void
end_exchange (SmtpServer *self)
{
  g_clear_pointer (&self->sasl, sasl_server_free);
  self->sasl_event = (SaslServerEvent){ 0 };
  self->state = SMTP_STATE_READY;
}

/* Ends the exchange without success: says so to both sides. */
static void
fail (SmtpServer *self, const SmtpRefusal *refusal, const char *why, gboolean counts)
{
  const char *mechanism = sasl_mechanism_get_name (sasl_server_get_mechanism (self->sasl));
  SmtpEvent  *event;

  g_free (self->claimed);
  self->claimed = g_strdup (self->sasl_event.authcid != NULL ? self->sasl_event.authcid : "");
  end_exchange (self);
  smtp_server_reply (self, refusal->code, refusal->status, refusal->text);
  event = smtp_server_tell (self, SMTP_EVENT_AUTH_FAILED, why);
  event->mechanism = mechanism;
  event->name = self->claimed;
  if (counts && ++self->n_auth_failures >= SMTP_SERVER_AUTH_FAILURES_MAX)
    smtp_server_close (self, "4.7.0", "Too many failed authentications, closing the connection",
                       "too many failed authentications");
  else if (refusal->code >= 500)
    smtp_server_count_error (self);
}

static void
fail_by (SmtpServer *self, SaslFailure failure)
{
  guint i = 0;

  while (replies[i].failure != failure && replies[i].failure != SASL_FAILURE_NONE)
    i++;
  fail (self, &replies[i].refusal, sasl_failure_get_text (failure), replies[i].counts);
}

/* The challenge stands alone in its reply, however long (RFC 4954 section 4). */
static void
send_challenge (SmtpServer *self, GBytes *challenge)
{
  gsize            length;
  const guint8    *data = g_bytes_get_data (challenge, &length);
  g_autofree char *base64 = wire_base64_encode (data, length);
  g_autofree char *text = g_strdup_printf ("334 %s\r\n", base64);

  wire_outbox_send_text (&self->outbox, "reply", text);
  self->state = SMTP_STATE_AUTH;
  self->must_wait = TRUE;
}

static void
succeed (SmtpServer *self)
{
  const char *mechanism = sasl_mechanism_get_name (sasl_server_get_mechanism (self->sasl));

  g_free (self->user);
  self->user = g_strdup (self->sasl_event.authzid);
  end_exchange (self);
  self->n_errors = 0;
  smtp_server_reply (self, 235, "2.7.0", "Authentication successful");
  smtp_server_tell (self, SMTP_EVENT_AUTHENTICATED, self->user)->mechanism = mechanism;
}

/* Goes on with what the exchange has to say. */
static void
pump (SmtpServer *self)
{
  SmtpEvent *event;

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
      event = smtp_server_ask (self, SMTP_EVENT_AUTH, NULL);
      event->sasl = &self->sasl_event;
      event->mechanism = sasl_mechanism_get_name (sasl_server_get_mechanism (self->sasl));
    }
}

/* Returns: how many bindings the channel has. */
static guint
get_bindings (SmtpServer *self, SaslBinding *out_bindings)
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
start (SmtpServer *self, SaslMechanism mechanism, GBytes *initial)
{
  SaslBinding      bindings[2];
  SaslServerConfig config = {
    .mechanism = mechanism,
    .random = self->config.random,
    .random_data = self->config.random_data,
    .host_name = self->config.name,
    .time_s = (self->config.epoch_us + self->now_us) / US_PER_S,
    .bindings = bindings,
    .external_name = self->certificate_name,
  };
  gsize         length = 0;
  const guint8 *data = initial != NULL ? g_bytes_get_data (initial, &length) : NULL;

  /* They go with an offer of -PLUS, whichever mechanism was then chosen. */
  if ((smtp_server_get_mechanisms (self) & SASL_MECHANISMS_PLUS) != 0)
    config.n_bindings = get_bindings (self, bindings);
  self->sasl = sasl_server_new (&config);
  if (initial != NULL && data == NULL)
    data = (const guint8 *) "";
  sasl_server_start (self->sasl, data, length);
  pump (self);
}

/* Whether AUTH with an initial response may be followed by more at once: the exchange is over
 * with the reply (RFC 4954 section 4). */
static gboolean
may_pipeline_auth (SmtpServer *self, SaslMechanism mechanism)
{
  return smtp_server_may_pipeline (self, SMTP_VERB_MAIL) && self->command.initial != NULL &&
         (mechanism & (SASL_MECHANISM_PLAIN | SASL_MECHANISM_EXTERNAL)) != 0;
}

void
smtp_server_do_auth (SmtpServer *self)
{
  const char   *text = self->command.initial;
  SaslMechanism mechanism = sasl_mechanism_find (self->command.argument);
  guint         mechanisms = smtp_server_get_mechanisms (self);
  g_autoptr (GBytes) initial = NULL;

  if (may_pipeline_auth (self, mechanism))
    self->must_wait = FALSE;
  if (text != NULL)
    initial = strcmp (text, "=") == 0 ? g_bytes_new (NULL, 0)
                                      : wire_base64_decode (text, strlen (text), NULL);
  if (self->user != NULL)
    smtp_server_refuse (self, 503, "5.5.1", "Bad sequence of commands: authenticated already");
  else if (mechanism == 0 || ((mechanisms | self->config.mechanisms) & mechanism) == 0)
    smtp_server_refuse (self, 504, "5.5.4", "Authentication mechanism not recognised");
  /* Section 4 has 504 for it, too; 538 says what would help, though section 6 keeps it "for
   * historical purposes only". */
  else if ((mechanisms & mechanism) == 0 && !self->is_secured)
    smtp_server_refuse (self, 538, "5.7.11",
                        "Encryption required for requested authentication mechanism");
  else if ((mechanisms & mechanism) == 0)
    smtp_server_refuse (self, 504, "5.5.4", "Authentication mechanism not available here");
  else if (text != NULL && mechanism == SASL_MECHANISM_CRAM_MD5)
    smtp_server_refuse (self, 501, "5.7.0", "The mechanism takes no initial response");
  else if (text != NULL && initial == NULL)
    smtp_server_refuse (self, 501, "5.5.2", "Cannot decode the response: it is not base64");
  else
    start (self, mechanism, initial);
}

/* Takes a response, without its line end. */
static void
take_response (SmtpServer *self, const char *line, gsize length)
{
  static const SmtpRefusal undecodable = { 501, "5.5.2",
                                           "Cannot decode the response: it is not base64" };
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
  sasl_server_receive (self->sasl, data, length);
  pump (self);
}

static void
run_response (SmtpServer *self)
{
  g_autofree char *response = g_steal_pointer (&self->response);

  take_response (self, response, self->response_length);
}

static void
take_sasl_line (SmtpServer *self, const guint8 *line, gsize length)
{
  guint leniencies = self->must_wait ? SMTP_LENIENT_EARLY_PIPELINING : 0;
  gsize end_bytes = length >= 2 && line[length - 2] == '\r' && line[length - 1] == '\n' ? 2 : 1;

  if ((leniencies & ~self->config.profile) != 0)
    {
      smtp_server_refuse_early (self);
      return;
    }
  if (end_bytes == 1)
    leniencies |= line[length - 1] == '\n' ? SMTP_LENIENT_BARE_LF_ENDS_LINE
                                           : SMTP_LENIENT_BARE_CR_ENDS_LINE;
  self->must_wait = TRUE;
  self->response_length = length - end_bytes;
  g_free (self->response);
  self->response = g_strndup ((const char *) line, self->response_length);
  smtp_server_run_after_telling (self, leniencies, run_response);
}

gboolean
smtp_server_take_sasl (SmtpServer *self)
{
  guint         flags = smtp_leniencies_get_framer_flags (self->config.profile);
  const guint8 *data;
  gsize         length;
  WireFrame     frame;

  frame = wire_framer_next_line (self->framer, SMTP_SERVER_SASL_LINE_BYTES_MAX, flags, &data,
                                 &length);
  if (frame == WIRE_FRAME_MORE)
    return FALSE;
  smtp_server_begin_unit (self);
  wire_outbox_note (&self->outbox, "sasl", data, length);
  if (frame == WIRE_FRAME_UNIT)
    take_sasl_line (self, data, length);
  else
    fail_by (self, SASL_FAILURE_TOO_LONG);
  return TRUE;
}

SaslServer *
smtp_server_get_sasl (SmtpServer *self)
{
  return self->sasl;
}

void
smtp_server_auth_answered (SmtpServer *self)
{
  g_return_if_fail (self->asked == SMTP_EVENT_AUTH);
  self->asked = SMTP_EVENT_NONE;
  pump (self);
}

void
smtp_server_forget_user (SmtpServer *self)
{
  g_clear_pointer (&self->sasl, sasl_server_free);
  g_clear_pointer (&self->user, g_free);
  g_clear_pointer (&self->claimed, g_free);
  g_clear_pointer (&self->response, g_free);
}
