/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pop3-client-private.h"

#include <string.h>

#include "pop3-apop.h"
#include <sasl/sasl-secret.h>
#include <wire/wire-base64.h>

/* Room for an argument in a command, its keyword of four letters and a space taken off. */
#define ARGUMENT_BYTES_MAX (POP3_COMMAND_BYTES_MAX - 7)

#define MECHANISMS_BY_PASSWORD                                                                     \
  (SASL_MECHANISMS_SCRAM | SASL_MECHANISM_CRAM_MD5 | SASL_MECHANISM_PLAIN | SASL_MECHANISM_LOGIN)

/* Before the login */

static void
go_to_capabilities (Pop3Client *self)
{
  if (self->config.is_capa_skipped)
    pop3_client_on_no_capabilities (self);
  else
    pop3_client_go (self, POP3_STEP_CAPA);
}

void
pop3_client_on_greeted (Pop3Client *self)
{
  self->timestamp = pop3_apop_find_timestamp (self->status.text);
  go_to_capabilities (self);
}

/* The first number of a capability's parameters; "USER" may follow it: the user's own may differ
 * (RFC 2449 sections 6.5 and 6.7). */
static guint
read_number (const char *parameters, guint otherwise)
{
  if (!g_ascii_isdigit (*parameters))
    return otherwise;
  return (guint) MIN (g_ascii_strtoull (parameters, NULL, 10), G_MAXUINT - 1);
}

gboolean
pop3_client_on_capability (Pop3Client *self, WireScan *line)
{
  const struct
  {
    const char *tag;
    gboolean *flag;
  } flags[] = {
    { "UIDL", &self->offer.has_uidl }, { "TOP", &self->offer.has_top },
    { "STLS", &self->offer.has_stls }, { "USER", &self->offer.has_user },
    { "UTF8", &self->offer.has_utf8 }, { "PIPELINING", &self->offer.has_pipelining },
    { "SASL", &self->offer.has_sasl },
  };
  g_autofree char *tag = NULL;
  g_autofree char *parameters = NULL;

  if (!pop3_scan_capability (line, &tag, &parameters))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (flags); i++)
    if (g_ascii_strcasecmp (flags[i].tag, tag) == 0)
      *flags[i].flag = TRUE;
  if (g_ascii_strcasecmp (tag, "SASL") == 0)
    self->offer.mechanisms |= sasl_mechanisms_parse (parameters);
  else if (g_ascii_strcasecmp (tag, "UTF8") == 0)
    self->offer.has_utf8_user = g_ascii_strcasecmp (parameters, "USER") == 0;
  else if (g_ascii_strcasecmp (tag, "LOGIN-DELAY") == 0)
    self->result.login_delay_s = read_number (parameters, 0);
  else if (g_ascii_strcasecmp (tag, "EXPIRE") == 0)
    self->result.expire_days = read_number (parameters, G_MAXUINT);
  return TRUE;
}

/* UTF8 comes before the login (RFC 6856 section 2), and after STLS, which must not follow it. */
static void
go_to_login (Pop3Client *self)
{
  if (!self->is_secured && self->config.tls >= POP3_TLS_ALWAYS)
    pop3_client_fail (self, "the server offers no TLS");
  else if (self->offer.has_utf8 && self->config.uses_utf8)
    pop3_client_go (self, POP3_STEP_UTF8);
  else
    pop3_client_log_in (self);
}

void
pop3_client_on_capabilities (Pop3Client *self)
{
  self->offer.has_capa = TRUE;
  if (self->offer.has_stls && !self->is_secured && self->config.tls != POP3_TLS_NEVER)
    pop3_client_go (self, POP3_STEP_STLS);
  else
    go_to_login (self);
}

/* A server without CAPA: what it can do shows when it is asked to. */
void
pop3_client_on_no_capabilities (Pop3Client *self)
{
  go_to_login (self);
}

void
pop3_client_on_stls (Pop3Client *self)
{
  self->is_starting = self->starts_tls = TRUE;
  wire_framer_drop (self->framer);
}

void
pop3_client_on_no_stls (Pop3Client *self)
{
  go_to_login (self);
}

/* What was said before TLS may be anybody's; the greeting is not said again, and the digest of
 * APOP shows an attacker no more than it did. */
void
pop3_client_start_over (Pop3Client *self)
{
  go_to_capabilities (self);
}

/* Which way in */

static gboolean
can_bind (const Pop3Client *self)
{
  return self->exporter != NULL || self->end_point != NULL;
}

static gboolean
may_show (const Pop3Client *self)
{
  return self->is_secured || self->config.may_show_password;
}

static gboolean
has_password (const Pop3Client *self)
{
  return self->config.user != NULL && self->config.password != NULL;
}

/* Returns: SaslMechanism that there are the means for. EXTERNAL and ANONYMOUS need none, so only
 * where the owner names them. */
static guint
get_usable (const Pop3Client *self)
{
  const Pop3ClientConfig *config = &self->config;
  guint usable = config->mechanisms & (SASL_MECHANISM_EXTERNAL | SASL_MECHANISM_ANONYMOUS);

  if (has_password (self))
    usable |= MECHANISMS_BY_PASSWORD;
  if (config->token != NULL)
    usable |= SASL_MECHANISM_OAUTHBEARER;
  if (config->mechanisms != 0)
    usable &= config->mechanisms;
  if (!may_show (self))
    usable &= ~(guint) SASL_MECHANISMS_IN_CLEAR;
  if (!can_bind (self) || config->random == NULL)
    usable &= ~(guint) SASL_MECHANISMS_PLUS;
  if (config->random == NULL)
    usable &= ~(guint) SASL_MECHANISMS_SCRAM;
  return usable & ~self->tried;
}

/* Whether a name or password can stand in a command: what would end the line, or part it where
 * that counts, can't. */
static gboolean
fits_command (const Pop3Client *self, const char *text, gboolean is_name)
{
  gsize length = strlen (text);

  for (const char *c = text; *c != '\0'; c++)
    if ((is_name && (*c == ' ' || g_ascii_iscntrl (*c))) || *c == '\r' || *c == '\n')
      return FALSE;
  return length >= 1 && length <= ARGUMENT_BYTES_MAX;
}

/* Whether there is something that must not be said to this server (RFC 6856 section 2.2). */
static gboolean
is_beyond_ascii (const Pop3Client *self)
{
  return !self->offer.has_utf8_user &&
         !(g_str_is_ascii (self->config.user) && g_str_is_ascii (self->config.password));
}

static void
send_apop (Pop3Client *self)
{
  g_autofree char *digest = pop3_apop_digest (self->timestamp, self->config.password);
  g_autofree char *line = NULL;

  line = digest != NULL ? g_strdup_printf ("APOP %s %s", self->config.user, digest) : NULL;
  if (line == NULL || !fits_command (self, self->config.user, TRUE) ||
      strlen (line) + 2 > POP3_COMMAND_BYTES_MAX || is_beyond_ascii (self))
    {
      pop3_client_fail (self, "user name or password can't be sent in a POP3 command");
      return;
    }
  self->result.mechanism = "APOP";
  pop3_client_send (self, POP3_STEP_APOP, 0, line);
}

static void
send_user (Pop3Client *self)
{
  g_autofree char *line = NULL;

  if (!fits_command (self, self->config.user, TRUE) ||
      !fits_command (self, self->config.password, FALSE) || is_beyond_ascii (self))
    {
      pop3_client_fail (self, "user name or password can't be sent in a POP3 command");
      return;
    }
  self->result.mechanism = "USER";
  line = g_strdup_printf ("USER %s", self->config.user);
  pop3_client_send (self, POP3_STEP_USER, 0, line);
}

static void
fail_to_log_in (Pop3Client *self)
{
  if (self->tried != 0)
    pop3_client_on_refused (self);
  else if (!may_show (self))
    pop3_client_fail (self, "the server has no way to log in that hides the password, and no TLS");
  else
    pop3_client_fail (self, "the server has no way to log in that can be used");
}

static void
send_auth (Pop3Client *self, SaslMechanism mechanism);

/* The best way that both know: by AUTH, then by APOP, then by USER; without TLS what hides the
 * password comes first, whatever it is called. */
void
pop3_client_log_in (Pop3Client *self)
{
  guint usable = get_usable (self);
  guint hiding = self->is_secured ? usable : usable & ~(guint) SASL_MECHANISMS_IN_CLEAR;
  SaslMechanism best = sasl_mechanisms_choose (self->offer.mechanisms, hiding);
  gboolean can_apop = self->timestamp != NULL && !self->config.avoids_apop && has_password (self) &&
                      self->config.mechanisms == 0;

  if (best == 0 && !can_apop)
    best = sasl_mechanisms_choose (self->offer.mechanisms, usable);
  if (best != 0)
    send_auth (self, best);
  else if (can_apop)
    send_apop (self);
  else if (may_show (self) && has_password (self) && self->config.mechanisms == 0 &&
           (!self->offer.has_capa || self->offer.has_user))
    send_user (self);
  else
    fail_to_log_in (self);
}

/* USER and PASS */

void
pop3_client_on_user (Pop3Client *self)
{
  g_autofree char *line = g_strdup_printf ("PASS %s", self->config.password);

  pop3_client_send (self, POP3_STEP_PASS, 0, line);
  sasl_secret_wipe (line, strlen (line));
}

void
pop3_client_on_logged_in (Pop3Client *self)
{
  pop3_client_go (self, POP3_STEP_STAT);
}

/* AUTH */

static SaslClient *
make_sasl (const Pop3Client *self)
{
  GBytes *bytes = self->exporter != NULL ? self->exporter : self->end_point;
  SaslBinding binding = { self->exporter != NULL ? "tls-exporter" : "tls-server-end-point" };
  /* Any but -PLUS says that the server had offered no -PLUS (RFC 5802 section 6). */
  gboolean binds = can_bind (self) && ((self->mechanism & SASL_MECHANISMS_PLUS) != 0 ||
                                       (self->offer.mechanisms & SASL_MECHANISMS_PLUS) == 0);
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

/* "AUTH NAME" with the initial response, "=" for an empty one, if there is one and it fits the
 * line; otherwise it answers the first, empty challenge (RFC 5034 section 4). */
static void
send_auth (Pop3Client *self, SaslMechanism mechanism)
{
  const char *name = sasl_mechanism_get_name (mechanism);
  g_autofree char *response = NULL;
  g_autofree char *line = NULL;
  SaslClientEvent event;
  gsize length;
  const guint8 *data;

  self->mechanism = mechanism;
  self->result.mechanism = name;
  sasl_client_free (self->sasl);
  self->sasl = make_sasl (self);
  sasl_client_start (self->sasl);
  sasl_client_next_event (self->sasl, &event);
  if (event.kind == SASL_CLIENT_EVENT_FAILED)
    {
      pop3_client_fail (self, "AUTH %s: %s", name, sasl_failure_get_text (event.failure));
      return;
    }
  if (event.kind == SASL_CLIENT_EVENT_RESPONSE)
    {
      data = g_bytes_get_data (event.data, &length);
      response = length > 0 ? wire_base64_encode (data, length) : g_strdup ("=");
    }
  line = g_strconcat ("AUTH ", name, response != NULL ? " " : NULL, response, NULL);
  if (strlen (line) + 2 > POP3_COMMAND_BYTES_MAX)
    {
      sasl_client_free (self->sasl);
      self->sasl = make_sasl (self);
      line[strlen ("AUTH ") + strlen (name)] = '\0';
      g_clear_pointer (&response, g_free);
    }
  self->has_shown = response != NULL;
  pop3_client_send (self, POP3_STEP_AUTH, 0, line);
}

/* Sends a line of the exchange; its answer is that to AUTH. */
static void
send_line (Pop3Client *self, const char *text)
{
  g_autofree char *line = g_strconcat (text, "\r\n", NULL);

  wire_outbox_send_text (&self->outbox, "sasl", line);
  sasl_secret_wipe (line, strlen (line));
}

static void
cancel (Pop3Client *self, const char *why)
{
  self->is_cancelled = TRUE;
  self->sasl_failure = why;
  send_line (self, "*");
}

void
pop3_client_on_challenge (Pop3Client *self, const char *base64)
{
  g_autoptr (GBytes) challenge = wire_base64_decode (base64, strlen (base64), NULL);
  g_autofree char *response = NULL;
  SaslClientEvent event;
  gsize length;
  const guint8 *data;

  if (self->is_cancelled)
    {
      pop3_client_fail (self, "AUTH: the server goes on although it was cancelled");
      return;
    }
  if (challenge == NULL)
    {
      cancel (self, "the server's challenge is not base64");
      return;
    }
  data = g_bytes_get_data (challenge, &length);
  sasl_client_receive (self->sasl, data, length);
  if (!sasl_client_next_event (self->sasl, &event))
    cancel (self, "the server goes on for no reason");
  else if (event.kind == SASL_CLIENT_EVENT_RESPONSE)
    {
      data = g_bytes_get_data (event.data, &length);
      response = wire_base64_encode (data, length);
      self->has_shown = TRUE;
      send_line (self, response);
      sasl_secret_wipe (response, strlen (response));
    }
  else
    cancel (self, sasl_failure_get_text (event.failure));
}

void
pop3_client_on_auth (Pop3Client *self)
{
  SaslClientEvent event = { .kind = SASL_CLIENT_EVENT_NONE };

  if (self->is_cancelled)
    {
      pop3_client_fail (self, "AUTH %s: %s", self->result.mechanism, self->sasl_failure);
      return;
    }
  sasl_client_succeed (self->sasl, NULL, 0);
  sasl_client_next_event (self->sasl, &event);
  if (event.kind != SASL_CLIENT_EVENT_DONE)
    pop3_client_fail (self, "AUTH %s: the server has not proved itself", self->result.mechanism);
  else
    pop3_client_on_logged_in (self);
}

/* A server that refuses before it was shown anything has nothing against the user: another way
 * may do (RFC 5034 section 4). Where it says why, that counts. */
void
pop3_client_on_no_auth (Pop3Client *self)
{
  if (self->is_cancelled)
    {
      pop3_client_fail (self, "AUTH %s: %s", self->result.mechanism, self->sasl_failure);
      return;
    }
  self->tried |= self->mechanism;
  if (self->has_shown || self->status.code != NULL)
    pop3_client_on_refused (self);
  else
    pop3_client_log_in (self);
}
