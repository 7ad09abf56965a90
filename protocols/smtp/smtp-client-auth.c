/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "smtp-client-private.h"

#include <string.h>

#include <sasl/sasl-secret.h>
#include <wire/wire-base64.h>

/* AUTH (RFC 4954). What SASL fails by here, on our side, ends the session: a server that can't
 * prove itself is not asked again by a weaker mechanism. */

static gboolean
can_bind (const SmtpClient *self)
{
  return self->exporter != NULL || self->end_point != NULL;
}

/* Returns: SaslMechanism that there are the means for. EXTERNAL and ANONYMOUS need none, so only
 * where the owner names them. */
static guint
get_usable (const SmtpClient *self)
{
  const SmtpClientConfig *config = &self->config;
  guint usable = config->mechanisms & (SASL_MECHANISM_EXTERNAL | SASL_MECHANISM_ANONYMOUS);
  guint by_password = SASL_MECHANISMS_SCRAM | SASL_MECHANISM_CRAM_MD5 | SASL_MECHANISM_PLAIN |
                      SASL_MECHANISM_LOGIN;

  if (config->user != NULL && config->password != NULL)
    usable |= by_password;
  if (config->token != NULL)
    usable |= SASL_MECHANISM_OAUTHBEARER;
  if (config->mechanisms != 0)
    usable &= config->mechanisms;
  if (!self->is_secured && !config->may_auth_in_clear)
    usable &= ~(guint) SASL_MECHANISMS_IN_CLEAR;
  if (!can_bind (self) || config->random == NULL)
    usable &= ~(guint) SASL_MECHANISMS_PLUS;
  if (config->random == NULL)
    usable &= ~(guint) SASL_MECHANISMS_SCRAM;
  return usable & ~self->tried;
}

static SaslClient *
make_sasl (const SmtpClient *self)
{
  GBytes *bytes = self->exporter != NULL ? self->exporter : self->end_point;
  SaslBinding binding = { self->exporter != NULL ? "tls-exporter" : "tls-server-end-point" };
  /* Any but -PLUS says that the server had offered no -PLUS (RFC 5802 section 6). */
  gboolean binds = can_bind (self) && ((self->mechanism & SASL_MECHANISMS_PLUS) != 0 ||
                                       (self->mechanisms & SASL_MECHANISMS_PLUS) == 0);
  SaslClientConfig config = {
    .mechanism = self->mechanism,
    .random = self->config.random,
    .random_data = self->config.random_data,
    .authcid = self->config.user,
    .password = self->config.password,
    .token = self->config.token,
    .host = self->config.host_name,
    .port = self->config.port,
    .binding = binds ? &binding : NULL,
  };

  if (binds)
    binding.data = g_bytes_get_data (bytes, &binding.length);
  if (self->mechanism == SASL_MECHANISM_OAUTHBEARER)
    config.authzid = self->config.user;
  return sasl_client_new (&config);
}

/* Returns: (transfer full): @response as it is written: "=" for an empty initial one (RFC 4954
 * section 4). */
static char *
encode (GBytes *response, gboolean is_initial)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (response, &length);

  return length == 0 && is_initial ? g_strdup ("=") : wire_base64_encode (data, length);
}

static void
fail_auth (SmtpClient *self, guint code, const char *status, const char *why, const char *text)
{
  g_autofree char *whole =
      g_strdup_printf ("AUTH %s: %s%s%s", sasl_mechanism_get_name (self->mechanism), why,
                       *text != '\0' ? ": " : "", text);
  SmtpOutcome outcome = code != 0 ? smtp_client_get_outcome (code) : SMTP_OUTCOME_PERMANENT;

  g_clear_pointer (&self->sasl, sasl_client_free);
  smtp_client_abandon (self, outcome, code, status, whole);
}

/* "AUTH NAME" with the initial response, if there is one and it fits the line. */
static void
send_auth (SmtpClient *self)
{
  const char *name = sasl_mechanism_get_name (self->mechanism);
  g_autofree char *response = NULL;
  g_autofree char *line = NULL;
  SaslClientEvent event;

  sasl_client_free (self->sasl);
  self->sasl = make_sasl (self);
  self->is_cancelled = FALSE;
  sasl_client_start (self->sasl);
  sasl_client_next_event (self->sasl, &event);
  if (event.kind == SASL_CLIENT_EVENT_FAILED)
    {
      fail_auth (self, 0, "5.7.8", "given up", sasl_failure_get_text (event.failure));
      return;
    }
  if (event.kind == SASL_CLIENT_EVENT_RESPONSE)
    response = encode (event.data, TRUE);
  line = g_strconcat ("AUTH ", name, response != NULL ? " " : NULL, response, NULL);
  if (strlen (line) + 2 > SMTP_CLIENT_AUTH_BYTES_MAX)
    {
      /* It answers the first, empty challenge instead. */
      sasl_client_free (self->sasl);
      self->sasl = make_sasl (self);
      line[strlen ("AUTH ") + strlen (name)] = '\0';
    }
  smtp_client_command (self, STEP_AUTH, 0, line);
}

void
smtp_client_authenticate (SmtpClient *self)
{
  guint usable = get_usable (self);
  SaslMechanism mechanism = sasl_mechanisms_choose (self->mechanisms, usable);

  if (self->config.user == NULL && self->config.token == NULL)
    {
      smtp_client_get_ready (self);
      return;
    }
  if ((self->used & SMTP_EXTENSION_AUTH) == 0)
    {
      smtp_client_tell (self, SMTP_CLIENT_EVENT_TOLD, "no-auth", 0,
                        "the server does not offer AUTH: the session goes on without");
      smtp_client_get_ready (self);
      return;
    }
  if (mechanism == 0)
    {
      g_autofree char *offered = sasl_mechanisms_format (self->mechanisms);
      g_autofree char *text = g_strdup_printf (
          "the server offers no mechanism of AUTH that can be used%s (it offers: %s)",
          self->is_secured || self->config.may_auth_in_clear ? "" : " without TLS",
          *offered != '\0' ? offered : "none that is known");

      smtp_client_abandon (self, SMTP_OUTCOME_TEMPORARY, 0, "4.7.0", text);
      return;
    }
  self->mechanism = mechanism;
  send_auth (self);
}

/* The exchange */

static void
send_response (SmtpClient *self, GBytes *response)
{
  g_autofree char *text = encode (response, FALSE);
  g_autofree char *line = g_strconcat (text, "\r\n", NULL);

  wire_outbox_send_text (&self->outbox, "sasl", line);
  smtp_client_await (self, STEP_AUTH, 0, strlen (line), 0);
  sasl_secret_wipe (text, strlen (text));
  sasl_secret_wipe (line, strlen (line));
}

static void
cancel (SmtpClient *self)
{
  self->is_cancelled = TRUE;
  wire_outbox_send_text (&self->outbox, "sasl", "*\r\n");
  smtp_client_await (self, STEP_AUTH, 0, 3, 0);
}

static void
answer_challenge (SmtpClient *self, const SmtpReply *reply)
{
  g_autoptr (GBytes) challenge = wire_base64_decode (reply->text, strlen (reply->text), NULL);
  SaslClientEvent event;

  if (challenge == NULL)
    {
      cancel (self);
      return;
    }
  sasl_client_receive (self->sasl, g_bytes_get_data (challenge, NULL),
                       g_bytes_get_size (challenge));
  if (!sasl_client_next_event (self->sasl, &event))
    cancel (self);
  else if (event.kind == SASL_CLIENT_EVENT_RESPONSE)
    send_response (self, event.data);
  else
    {
      self->tried |= self->mechanism;
      g_free (self->sasl_failure);
      self->sasl_failure = g_strdup (sasl_failure_get_text (event.failure));
      cancel (self);
    }
}

static void
succeed (SmtpClient *self, const SmtpReply *reply)
{
  SaslClientEvent event = { .kind = SASL_CLIENT_EVENT_NONE };
  g_autofree char *text = NULL;

  sasl_client_succeed (self->sasl, NULL, 0);
  sasl_client_next_event (self->sasl, &event);
  if (event.kind != SASL_CLIENT_EVENT_DONE)
    {
      fail_auth (self, 0, "5.7.8", "the server has not proved itself",
                 event.kind == SASL_CLIENT_EVENT_FAILED ? sasl_failure_get_text (event.failure)
                                                        : "");
      return;
    }
  g_clear_pointer (&self->sasl, sasl_client_free);
  self->is_authenticated = TRUE;
  text = self->config.user != NULL && *self->config.user != '\0'
             ? g_strdup_printf ("by %s, as %s", sasl_mechanism_get_name (self->mechanism),
                                self->config.user)
             : g_strdup_printf ("by %s", sasl_mechanism_get_name (self->mechanism));
  smtp_client_tell (self, SMTP_CLIENT_EVENT_TOLD, "auth", reply->code, text);
  smtp_client_get_ready (self);
}

/* What a refusal means (RFC 4954 section 6), and whether another mechanism may do. */
static const struct
{
  guint       code;
  const char *why;
  guint       others; /* SaslMechanism to try instead */
} refusals[] = {
  { 432, "a password transition is needed", SASL_MECHANISM_PLAIN },
  { 454, "the server can't tell now", 0 },
  { 504, "the server does not take the mechanism", ~0u },
  { 534, "the mechanism is too weak for the server", ~0u },
  { 535, "wrong name or password", 0 },
  { 538, "the mechanism needs encryption", ~0u },
};

static void
heed_refusal (SmtpClient *self, const SmtpReply *reply)
{
  const char *why = "refused";
  guint others = 0;

  for (guint i = 0; i < G_N_ELEMENTS (refusals); i++)
    if (refusals[i].code == reply->code)
      {
        why = refusals[i].why;
        others = refusals[i].others;
      }
  self->tried |= self->mechanism;
  if ((self->mechanisms & get_usable (self) & others) != 0)
    {
      self->tried |= ~others;
      smtp_client_authenticate (self);
    }
  else
    fail_auth (self, reply->code, reply->status, why, reply->text);
}

void
smtp_client_on_auth (SmtpClient *self, const SmtpReply *reply, guint recipient)
{
  if (self->is_cancelled)
    fail_auth (self, reply->code, reply->status, "given up",
               self->sasl_failure != NULL ? self->sasl_failure
                                          : "the server's challenge is not base64");
  else if (reply->code == 334)
    answer_challenge (self, reply);
  else if (smtp_code_is_positive (reply->code))
    succeed (self, reply);
  else
    heed_refusal (self, reply);
}
