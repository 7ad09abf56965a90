/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imap-client-private.h"

#include <string.h>

#include <wire/wire-base64.h>

/* From the greeting to READY: capabilities, TLS, who the user is, compression, ENABLE. */

/* What the server says it can do */

static void
note_word (ImapClient *self, const char *word)
{
  if (g_ascii_strncasecmp (word, "AUTH=", 5) == 0)
    self->mechanisms |= sasl_mechanism_find (word + 5);
  else if (g_ascii_strcasecmp (word, "LOGINDISABLED") == 0)
    self->is_login_disabled = TRUE;
  else if (g_ascii_strcasecmp (word, "LITERAL-") == 0)
    self->has_literal_minus = TRUE;
  else
    self->offered |= imap_capability_find (word);
}

/* What a server that speaks IMAP4rev2 alone need not list (RFC 9051 appendix E); one that has both
 * lists what rev1 does not have. */
#define IN_REV2                                                                                    \
  (IMAP_CAPABILITY_SASL_IR | IMAP_CAPABILITY_ENABLE | IMAP_CAPABILITY_IDLE |                       \
   IMAP_CAPABILITY_NAMESPACE | IMAP_CAPABILITY_UNSELECT | IMAP_CAPABILITY_UIDPLUS |                \
   IMAP_CAPABILITY_MOVE | IMAP_CAPABILITY_LIST_EXTENDED | IMAP_CAPABILITY_LIST_STATUS |            \
   IMAP_CAPABILITY_ESEARCH | IMAP_CAPABILITY_SEARCHRES)

static gboolean
is_rev2_alone (const ImapClient *self)
{
  return (self->offered & (IMAP_CAPABILITY_IMAP4REV1 | IMAP_CAPABILITY_IMAP4REV2)) ==
         IMAP_CAPABILITY_IMAP4REV2;
}

/* @values: of ImapValue */
static void
note_capabilities (ImapClient *self, const GPtrArray *values)
{
  self->offered = 0;
  self->mechanisms = 0;
  self->is_login_disabled = self->has_literal_minus = FALSE;
  self->knows_capabilities = TRUE;
  for (guint i = 0; values != NULL && i < values->len; i++)
    {
      const char *word = imap_value_get_text (g_ptr_array_index (values, i));

      if (word != NULL)
        note_word (self, word);
    }
  if (is_rev2_alone (self))
    {
      self->offered |= IN_REV2;
      self->has_literal_minus = TRUE;
    }
}

static const struct
{
  const char *word;
  guint       enabled; /* ImapEnabled */
} enablings[] = {
  { "CONDSTORE", IMAP_ENABLED_CONDSTORE },
  { "QRESYNC", IMAP_ENABLED_QRESYNC | IMAP_ENABLED_CONDSTORE },
  { "UTF8=ACCEPT", IMAP_ENABLED_UTF8 },
  { "IMAP4rev2", IMAP_ENABLED_REV2 },
};

static void
note_enabled (ImapClient *self, const GPtrArray *values)
{
  for (guint i = 0; values != NULL && i < values->len; i++)
    for (guint j = 0; j < G_N_ELEMENTS (enablings); j++)
      if (imap_value_is (g_ptr_array_index (values, i), enablings[j].word))
        self->enabled |= enablings[j].enabled;
}

void
imap_client_note_data (ImapClient *self, const ImapResponse *response)
{
  if (response->code != NULL && strcmp (response->code, "CAPABILITY") == 0)
    note_capabilities (self, response->code_values);
  if (response->kind != IMAP_RESPONSE_DATA)
    return;
  if (strcmp (response->name, "CAPABILITY") == 0)
    note_capabilities (self, response->values);
  else if (strcmp (response->name, "ENABLED") == 0)
    note_enabled (self, response->values);
}

static guint32
get_usable (const ImapClient *self)
{
  return self->offered & ~self->config.unused;
}

/* The last steps */

static void
get_ready (ImapClient *self)
{
  self->step = IMAP_CLIENT_READY;
  self->deadline_us = G_MAXINT64;
  if (is_rev2_alone (self))
    self->enabled |= IMAP_ENABLED_REV2;
  imap_client_tell (self, IMAP_CLIENT_EVENT_READY, NULL, NULL);
}

/* Once compressed or not: what is better said at once than found out later (RFC 5161). */
static void
enable (ImapClient *self)
{
  guint32 usable = get_usable (self);
  g_autoptr (GString) words = g_string_new ("ENABLE");

  if ((usable & IMAP_CAPABILITY_QRESYNC) != 0)
    g_string_append (words, " QRESYNC");
  else if ((usable & IMAP_CAPABILITY_CONDSTORE) != 0)
    g_string_append (words, " CONDSTORE");
  if ((usable & IMAP_CAPABILITY_UTF8) != 0)
    g_string_append (words, " UTF8=ACCEPT");
  if ((usable & IMAP_CAPABILITY_IMAP4REV2) != 0 && (usable & IMAP_CAPABILITY_IMAP4REV1) != 0)
    g_string_append (words, " IMAP4rev2");
  if ((usable & IMAP_CAPABILITY_ENABLE) == 0 || words->len == strlen ("ENABLE"))
    get_ready (self);
  else
    imap_client_send_own (self, IMAP_CLIENT_ENABLE, imap_request_new (words->str));
}

static void
compress (ImapClient *self)
{
  if (self->config.compresses && (get_usable (self) & IMAP_CAPABILITY_COMPRESS) != 0)
    imap_client_send_own (self, IMAP_CLIENT_COMPRESS, imap_request_new ("COMPRESS DEFLATE"));
  else
    enable (self);
}

static void
on_compress (ImapClient *self, const ImapResponse *response)
{
  g_autoptr (GBytes) waiting = NULL;
  gsize         length;
  const guint8 *data;

  if (response->condition == IMAP_OK)
    {
      /* What came behind the answer is compressed already (RFC 4978 section 3). */
      waiting = imap_framer_take_waiting (self->framer);
      data = g_bytes_get_data (waiting, &length);
      self->deflate = imap_deflate_new ();
      imap_deflate_push (self->deflate, data, length);
      imap_client_tell (self, IMAP_CLIENT_EVENT_TOLD, "compressed",
                        "both sides compress what they send from now on");
    }
  enable (self);
}

/* Who the user is */

static void ask_capabilities (ImapClient *self);
static void authenticate (ImapClient *self);

static void
tell_auth (ImapClient *self)
{
  const char *name =
      self->mechanism != 0 ? sasl_mechanism_get_name (self->mechanism) : "the LOGIN command";
  g_autofree char *text = g_strdup_printf ("by %s, as %s", name, self->config.user);

  imap_client_tell (self, IMAP_CLIENT_EVENT_TOLD, "auth", text);
}

/* Capabilities may be others now (RFC 9051 section 6.2.3): they come with the answer, or are asked
 * for. */
static void
on_authenticated (ImapClient *self, const ImapResponse *response)
{
  self->is_authenticated = TRUE;
  tell_auth (self);
  if (response->code != NULL && strcmp (response->code, "CAPABILITY") == 0)
    compress (self);
  else
    ask_capabilities (self);
}

static void
refuse (ImapClient *self, const char *code, const char *text)
{
  imap_client_tell (self, IMAP_CLIENT_EVENT_REFUSED, code, text);
  imap_client_quit (self);
}

static gboolean
can_bind (const ImapClient *self)
{
  return self->exporter != NULL || self->end_point != NULL;
}

static gboolean
may_say_password (const ImapClient *self)
{
  return self->is_secured || self->config.allows_clear;
}

static guint
get_usable_mechanisms (const ImapClient *self)
{
  guint usable = self->config.mechanisms & ~self->tried;

  if (self->config.token == NULL)
    usable &= ~(guint) SASL_MECHANISM_OAUTHBEARER;
  if (self->config.password == NULL)
    usable &= SASL_MECHANISM_OAUTHBEARER | SASL_MECHANISM_EXTERNAL | SASL_MECHANISM_ANONYMOUS;
  if (!may_say_password (self))
    usable &= ~(guint) SASL_MECHANISMS_IN_CLEAR;
  if (!can_bind (self) || self->config.random == NULL)
    usable &= ~(guint) SASL_MECHANISMS_PLUS;
  if (self->config.random == NULL)
    usable &= ~(guint) SASL_MECHANISMS_SCRAM;
  return usable;
}

static SaslClient *
make_sasl (const ImapClient *self)
{
  GBytes     *bytes = self->exporter != NULL ? self->exporter : self->end_point;
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
    .host = self->config.host,
    .binding = binds ? &binding : NULL,
  };

  if (binds)
    binding.data = g_bytes_get_data (bytes, &binding.length);
  if (self->mechanism == SASL_MECHANISM_OAUTHBEARER)
    config.authzid = self->config.user;
  return sasl_client_new (&config);
}

static char *
encode (GBytes *response, gboolean is_initial)
{
  gsize         length;
  const guint8 *data = g_bytes_get_data (response, &length);

  return length == 0 && is_initial ? g_strdup ("=") : wire_base64_encode (data, length);
}

/* AUTHENTICATE, with the initial response where the server takes one (RFC 4959 section 3). */
static void
send_authenticate (ImapClient *self)
{
  const char      *name = sasl_mechanism_get_name (self->mechanism);
  g_autofree char *initial = NULL;
  g_autofree char *line = NULL;
  SaslClientEvent  event;

  sasl_client_free (self->sasl);
  self->sasl = make_sasl (self);
  self->is_cancelled = FALSE;
  if ((get_usable (self) & IMAP_CAPABILITY_SASL_IR) != 0)
    {
      sasl_client_start (self->sasl);
      sasl_client_next_event (self->sasl, &event);
      if (event.kind == SASL_CLIENT_EVENT_FAILED)
        {
          refuse (self, NULL, sasl_failure_get_text (event.failure));
          return;
        }
      if (event.kind == SASL_CLIENT_EVENT_RESPONSE)
        initial = encode (event.data, TRUE);
    }
  line = g_strconcat ("AUTHENTICATE ", name, initial != NULL ? " " : NULL, initial, NULL);
  imap_client_send_own (self, IMAP_CLIENT_AUTH, imap_request_new (line));
}

static void
send_login (ImapClient *self)
{
  ImapRequest *request = imap_request_new ("LOGIN");

  self->mechanism = 0;
  self->is_login_tried = TRUE;
  imap_request_add_string (request, self->config.user);
  imap_request_add_string (request, self->config.password);
  imap_client_send_own (self, IMAP_CLIENT_AUTH, request);
}

static void
authenticate (ImapClient *self)
{
  self->mechanism = sasl_mechanisms_choose (self->mechanisms, get_usable_mechanisms (self));
  if (self->mechanism != 0)
    send_authenticate (self);
  else if (!self->is_login_disabled && !self->is_login_tried && may_say_password (self) &&
           self->config.password != NULL)
    send_login (self);
  else
    refuse (self, NULL,
            may_say_password (self)
                ? "the server offers no way of logging in that can be used"
                : "the server offers no way of logging in that is safe without TLS");
}

static void
say (ImapClient *self, const char *line)
{
  g_autofree char *whole = g_strconcat (line, "\r\n", NULL);

  wire_outbox_send_text (&self->outbox, "sasl", whole);
}

static void
cancel (ImapClient *self)
{
  self->is_cancelled = TRUE;
  self->tried |= self->mechanism;
  say (self, "*");
}

void
imap_client_on_challenge (ImapClient *self, const ImapResponse *response)
{
  const char      *text = response->text != NULL ? response->text : "";
  g_autoptr (GBytes) challenge = wire_base64_decode (text, strlen (text), NULL);
  g_autofree char *line = NULL;
  SaslClientEvent  event;

  if (challenge == NULL)
    {
      cancel (self);
      return;
    }
  sasl_client_receive (self->sasl, g_bytes_get_data (challenge, NULL),
                       g_bytes_get_size (challenge));
  if (!sasl_client_next_event (self->sasl, &event) || event.kind != SASL_CLIENT_EVENT_RESPONSE)
    {
      cancel (self);
      return;
    }
  line = encode (event.data, FALSE);
  say (self, line);
}

/* Whether the server has proved itself, where it can. */
static gboolean
has_succeeded (ImapClient *self)
{
  SaslClientEvent event = { .kind = SASL_CLIENT_EVENT_NONE };

  if (self->sasl == NULL)
    return TRUE;
  sasl_client_succeed (self->sasl, NULL, 0);
  sasl_client_next_event (self->sasl, &event);
  return event.kind == SASL_CLIENT_EVENT_DONE;
}

/* The mechanism may be what it does not want (RFC 5530 section 3); a wrong password stays one. */
static gboolean
may_try_another (const ImapClient *self, const ImapResponse *response)
{
  if (self->is_cancelled || response->condition == IMAP_BAD)
    return TRUE;
  return response->code == NULL || (strcmp (response->code, "AUTHENTICATIONFAILED") != 0 &&
                                    strcmp (response->code, "AUTHORIZATIONFAILED") != 0 &&
                                    strcmp (response->code, "EXPIRED") != 0 &&
                                    strcmp (response->code, "UNAVAILABLE") != 0);
}

static void
on_auth (ImapClient *self, const ImapResponse *response)
{
  gboolean is_ok = response->condition == IMAP_OK;
  gboolean is_proved = is_ok && has_succeeded (self);

  g_clear_pointer (&self->sasl, sasl_client_free);
  if (is_proved)
    on_authenticated (self, response);
  else if (is_ok)
    imap_client_fail (self, "the server has not proved that it knows the password");
  else
    {
      self->tried |= self->mechanism;
      if (self->mechanism != 0 && may_try_another (self, response) &&
          (self->mechanisms & get_usable_mechanisms (self)) != 0)
        authenticate (self);
      else
        refuse (self, response->code, response->text != NULL ? response->text : "");
    }
}

/* TLS */

static gboolean
demands_tls (const ImapClient *self)
{
  return self->config.tls == IMAP_TLS_ALWAYS || self->config.tls == IMAP_TLS_VERIFIED;
}

static void
secure (ImapClient *self)
{
  if (self->is_authenticated)
    compress (self);
  else if (self->is_secured || self->config.tls == IMAP_TLS_NEVER)
    authenticate (self);
  else if ((get_usable (self) & IMAP_CAPABILITY_STARTTLS) != 0)
    imap_client_send_own (self, IMAP_CLIENT_STARTTLS, imap_request_new ("STARTTLS"));
  else if (demands_tls (self))
    imap_client_fail (self, "TLS is demanded, and the server does not offer STARTTLS");
  else
    {
      imap_client_tell (self, IMAP_CLIENT_EVENT_TOLD, "no-tls",
                        "the server does not offer STARTTLS: the session goes on in clear");
      authenticate (self);
    }
}

static void
on_starttls (ImapClient *self, const ImapResponse *response)
{
  if (response->condition == IMAP_OK)
    {
      self->step = IMAP_CLIENT_TLS;
      self->starts_tls = TRUE;
      /* What came behind the answer was said in clear, by whomever. */
      imap_framer_drop (self->framer);
    }
  else if (demands_tls (self))
    imap_client_fail (self, "TLS is demanded, and the server refused STARTTLS");
  else
    {
      imap_client_tell (self, IMAP_CLIENT_EVENT_TOLD, "no-tls",
                        "the server refused STARTTLS: the session goes on in clear");
      authenticate (self);
    }
}

static void
ask_capabilities (ImapClient *self)
{
  imap_client_send_own (self, IMAP_CLIENT_CAPABILITY, imap_request_new ("CAPABILITY"));
}

/* What was known in clear is forgotten (RFC 9051 section 6.2.1). */
void
imap_client_after_tls (ImapClient *self)
{
  self->knows_capabilities = FALSE;
  self->offered = self->mechanisms = 0;
  ask_capabilities (self);
}

void
imap_client_on_greeting (ImapClient *self, const ImapResponse *response)
{
  g_autofree char *text = NULL;

  if (response->kind != IMAP_RESPONSE_STATUS || response->tag != NULL)
    {
      imap_client_fail (self, "the server does not begin with a greeting");
      return;
    }
  if (response->condition == IMAP_BYE)
    {
      text = g_strdup_printf ("the server takes no session: %s",
                              response->text != NULL ? response->text : "");
      imap_client_fail (self, text);
      return;
    }
  self->is_authenticated = response->condition == IMAP_PREAUTH;
  /* STARTTLS can't be given any more then (RFC 9051 section 7.1.4). */
  if (self->is_authenticated && demands_tls (self) && !self->is_secured)
    {
      imap_client_fail (self, "TLS is demanded, and the server begins with PREAUTH in clear");
      return;
    }
  imap_client_note_data (self, response);
  if (self->knows_capabilities)
    secure (self);
  else
    ask_capabilities (self);
}

/* A command of the session's own has been answered. */
void
imap_client_on_own (ImapClient *self, const ImapResponse *response)
{
  imap_client_note_data (self, response);
  switch (self->step)
    {
    case IMAP_CLIENT_CAPABILITY:
      if (response->condition == IMAP_OK)
        secure (self);
      else
        imap_client_fail (self, "the server does not say what it can do");
      break;
    case IMAP_CLIENT_STARTTLS:
      on_starttls (self, response);
      break;
    case IMAP_CLIENT_AUTH:
      on_auth (self, response);
      break;
    case IMAP_CLIENT_COMPRESS:
      on_compress (self, response);
      break;
    case IMAP_CLIENT_ENABLE:
      get_ready (self);
      break;
    case IMAP_CLIENT_LOGOUT:
      imap_client_tell (self, IMAP_CLIENT_EVENT_DONE, NULL, NULL);
      self->step = IMAP_CLIENT_OVER;
      break;
    case IMAP_CLIENT_GREETING:
    case IMAP_CLIENT_TLS:
    case IMAP_CLIENT_READY:
    case IMAP_CLIENT_OVER:
      break;
    }
}
