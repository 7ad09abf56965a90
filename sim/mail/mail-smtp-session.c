/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-smtp-session.h"

#include "mail-limits.h"
#include "mail-smtp-parts.h"
#include <imf/imf-scan.h>

void
mail_smtp_clear (MailSmtp *self)
{
  smtp_mail_clear (&self->mail);
  g_array_set_size (self->recipients, 0);
  g_clear_pointer (&self->received, g_bytes_unref);
}

/* Notes */

/* A value from the wire must not look like a line of its own. */
static void
append_fact (GString *text, const char *key, const char *value)
{
  if (value == NULL)
    return;
  g_string_append_printf (text, "\n%s: ", key);
  for (const char *c = value; *c != '\0'; c++)
    g_string_append_c (text, imf_is_control ((guint8) *c) ? '?' : *c);
}

static void
append_facts (GString *text, va_list pairs)
{
  const char *key;

  while ((key = va_arg (pairs, const char *)) != NULL)
    append_fact (text, key, va_arg (pairs, const char *));
}

static GString *
begin_note (MailSmtp *self, const char *sentence)
{
  GString         *text = g_string_new (sentence);
  g_autofree char *sender = NULL;

  append_fact (text, "client", self->peer.address);
  append_fact (text, "name", self->client_name);
  if (self->mail.reverse_path != NULL)
    {
      sender = g_strdup_printf ("<%s>", self->mail.reverse_path);
      append_fact (text, "sender", sender);
    }
  return text;
}

void
mail_smtp_note (MailSmtp   *self,
                guint       message,
                guint       flags,
                const char *what,
                const char *sentence,
                ...)
{
  g_autoptr (GString) text = begin_note (self, sentence);
  va_list pairs;

  va_start (pairs, sentence);
  append_facts (text, pairs);
  va_end (pairs);
  mail_host_note (self->host, message, flags, what, "%s", text->str);
}

void
mail_smtp_refuse (MailSmtp *self, const MailSmtpRefusal *refusal, const char *sentence, ...)
{
  g_autoptr (GString) text = begin_note (self, sentence);
  g_autofree char *code = g_strdup_printf ("%u %s", refusal->code, refusal->status);
  va_list          pairs;

  va_start (pairs, sentence);
  append_facts (text, pairs);
  va_end (pairs);
  append_fact (text, "code", code);
  mail_host_note (self->host, 0, refusal->code < 500 ? TRACE_FLAG_WARNING : TRACE_FLAG_ERROR,
                  refusal->what, "%s", text->str);
  smtp_server_answer (self->engine, refusal->code, refusal->status, refusal->text);
}

/* Who it is */

const MailUser *
mail_smtp_get_user (const MailSmtp *self)
{
  const char *name = smtp_server_get_user (self->engine);

  return name != NULL && *name != '\0' ? mail_host_find_login (self->host, name) : NULL;
}

gboolean
mail_smtp_may_relay (const MailSmtp *self)
{
  const char *name = smtp_server_get_user (self->engine);

  return self->is_trusted || (name != NULL && *name != '\0');
}

/* The engine's events */

static void
greet (MailSmtp *self, const SmtpEvent *event)
{
  g_free (self->client_name);
  self->client_name = g_strdup (event->text);
  self->is_extended = event->is_extended;
  mail_smtp_clear (self);
}

static void
tell_tolerated (MailSmtp *self, const SmtpEvent *event)
{
  g_autofree char *names = smtp_leniencies_format (event->leniencies);
  g_autofree char *sentence =
      g_strdup_printf ("not as the standard has it, but let pass: %s", names);

  mail_smtp_note (self, 0, TRACE_FLAG_WARNING, "tolerated", sentence, "leniencies", names, NULL);
}

static void
tell_lost (MailSmtp *self, const SmtpEvent *event)
{
  g_autofree char *sentence = g_strdup_printf ("session ended: %s", event->text);

  mail_smtp_note (self, 0, TRACE_FLAG_WARNING, "session-lost", sentence, "reason", event->text,
                  NULL);
  mail_smtp_clear (self);
}

static void
answer (MailSmtp *self, const SmtpEvent *event)
{
  switch (event->kind)
    {
    case SMTP_EVENT_HELLO:
      greet (self, event);
      break;
    case SMTP_EVENT_MAIL:
      mail_smtp_answer_mail (self, event->mail);
      break;
    case SMTP_EVENT_RECIPIENT:
      mail_smtp_answer_recipient (self, event->recipient);
      break;
    case SMTP_EVENT_MESSAGE:
      {
        g_autoptr (GBytes) message = g_bytes_ref (event->message);

        mail_smtp_answer_message (self, message, event->index);
        break;
      }
    case SMTP_EVENT_VERIFY:
      mail_smtp_answer_verify (self, event->text);
      break;
    case SMTP_EVENT_EXPAND:
      mail_smtp_answer_expand (self, event->text);
      break;
    case SMTP_EVENT_AUTH:
      mail_smtp_answer_auth (self, event->sasl);
      break;
    case SMTP_EVENT_AUTHENTICATED:
      mail_smtp_tell_authenticated (self, event);
      break;
    case SMTP_EVENT_AUTH_FAILED:
      mail_smtp_tell_auth_failed (self, event);
      break;
    case SMTP_EVENT_TOLERATED:
      tell_tolerated (self, event);
      break;
    case SMTP_EVENT_LOST:
      tell_lost (self, event);
      break;
    case SMTP_EVENT_RESET:
    case SMTP_EVENT_QUIT:
      mail_smtp_clear (self);
      break;
    case SMTP_EVENT_STARTTLS:
    case SMTP_EVENT_NONE:
      break;
    }
}

static void
drive (MailSmtp *self)
{
  SmtpEvent event;

  while (smtp_server_next_event (self->engine, &event))
    {
      wire_session_tell_units (&self->session);
      answer (self, &event);
    }
}

/* The session */

static void
smtp_session_receive (WireSession *session, const guint8 *data, gsize length, gint64 now_us)
{
  MailSmtp *self = (MailSmtp *) session;

  smtp_server_receive (self->engine, data, length, now_us);
  drive (self);
}

static void
smtp_session_receive_end (WireSession *session, gboolean is_lost, gint64 now_us)
{
  MailSmtp *self = (MailSmtp *) session;

  smtp_server_receive_end (self->engine);
  drive (self);
}

static gboolean
smtp_session_next_unit (WireSession *session, WireUnit *out_unit)
{
  return smtp_server_next_unit (((MailSmtp *) session)->engine, out_unit);
}

static GBytes *
smtp_session_take_output (WireSession *session)
{
  return smtp_server_take_output (((MailSmtp *) session)->engine);
}

static gint64
smtp_session_get_deadline (WireSession *session)
{
  return smtp_server_get_deadline (((MailSmtp *) session)->engine);
}

static void
smtp_session_expire (WireSession *session, gint64 now_us)
{
  MailSmtp *self = (MailSmtp *) session;

  smtp_server_expire (self->engine, now_us);
  drive (self);
}

static gboolean
smtp_session_is_done (WireSession *session)
{
  return smtp_server_is_done (((MailSmtp *) session)->engine);
}

static void
smtp_session_free (WireSession *session)
{
  MailSmtp *self = (MailSmtp *) session;

  if (self->is_counted)
    mail_limits_leave (self->host->limits, self->peer.address, mail_host_get_now (self->host));
  mail_smtp_clear (self);
  smtp_server_free (self->engine);
  g_free (self->client_name);
  g_free (self->tls);
  g_array_unref (self->recipients);
  g_free (self);
}

/* TLS */

static gboolean
smtp_session_starts_tls (WireSession *session)
{
  return smtp_server_starts_tls (((MailSmtp *) session)->engine);
}

/* Returns: (transfer full) (nullable): the number of the connection that the world works on. */
static char *
format_connection (MailSmtp *self)
{
  TraceLog *log = sim_world_get_log (self->host->sim);
  guint     position = trace_log_find (log, sim_world_get_cause (self->host->sim));
  guint     connection =
      position != G_MAXUINT ? trace_log_get_event (log, position)->connection : 0;

  return connection != 0 ? g_strdup_printf ("%u", connection) : NULL;
}

static void
smtp_session_secured (WireSession *session, const WireSecurity *security, gint64 now_us)
{
  MailSmtp        *self = (MailSmtp *) session;
  const char      *name = NULL;
  const char      *peer =
      trace_log_get_actor (sim_world_get_log (self->host->sim), self->peer.actor)->name;
  g_autofree char *connection = format_connection (self);
  g_autofree char *sentence = NULL;

  g_free (self->tls);
  self->tls = g_strdup_printf ("%s %s", security->version, security->cipher);
  g_clear_pointer (&self->client_name, g_free);
  mail_smtp_clear (self);
  if (security->peer_names != NULL && security->is_verified)
    name = security->peer_names[0];
  sentence = g_strdup_printf ("%s protects the session", security->version);
  mail_smtp_note (self, 0, 0, "tls", sentence, "version", security->version, "cipher",
                  security->cipher, "certificate", name, "peer", peer, "connection", connection,
                  NULL);
  smtp_server_secured (self->engine, security, now_us);
  drive (self);
}

static void
smtp_session_tls_failed (WireSession *session, const char *reason, gint64 now_us)
{
  g_autofree char *sentence = g_strdup_printf ("TLS failed: %s", reason);

  mail_smtp_note ((MailSmtp *) session, 0, TRACE_FLAG_ERROR, "tls-failed", sentence, "reason",
                  reason, NULL);
}

static const WireSessionClass smtp_session_class = {
  .receive = smtp_session_receive,
  .receive_end = smtp_session_receive_end,
  .next_unit = smtp_session_next_unit,
  .take_output = smtp_session_take_output,
  .get_deadline = smtp_session_get_deadline,
  .expire = smtp_session_expire,
  .is_done = smtp_session_is_done,
  .free = smtp_session_free,
  .starts_tls = smtp_session_starts_tls,
  .secured = smtp_session_secured,
  .tls_failed = smtp_session_tls_failed,
};

/* Beginning */

static const char *
get_greeting (SimServices service)
{
  if (service == SIM_SERVICE_LMTP)
    return "LMTP Postroad";
  return mail_policy_is_submission (service) ? "ESMTP Postroad submission" : "ESMTP Postroad";
}

/* Counts the connection. Returns: (transfer full) (nullable): why it is one too many */
static char *
count_connection (MailSmtp *self)
{
  guint            max = self->host->config->connections_max;
  g_autofree char *limit = g_strdup_printf ("%u connections at a time", max);
  guint            n;

  if (max == 0)
    return NULL;
  n = mail_limits_enter (self->host->limits, self->peer.address, mail_host_get_now (self->host));
  self->is_counted = n > 0;
  if (n <= max)
    return NULL;
  mail_smtp_note (self, 0, TRACE_FLAG_WARNING, "limit",
                  "the client has more connections than it may", "limit", limit, "code", "421",
                  NULL);
  return g_strdup_printf ("Too many connections from [%s], try again later", self->peer.address);
}

static void
clear_recipient (gpointer data)
{
  smtp_recipient_clear (data);
}

WireSession *
mail_smtp_session_new (MailHost *host, const MailPeer *peer, SimServices service)
{
  MailSmtp        *self = g_new0 (MailSmtp, 1);
  SmtpServerConfig config = { .greeting = get_greeting (service) };
  g_autofree char *refusal = NULL;

  self->session.klass = &smtp_session_class;
  self->host = host;
  self->peer = *peer;
  self->service = service;
  self->is_trusted = mail_policy_trusts (host, peer, service);
  self->recipients = g_array_new (FALSE, FALSE, sizeof (SmtpRecipient));
  g_array_set_clear_func (self->recipients, clear_recipient);
  mail_policy_configure (host, peer, service, &config);
  refusal = count_connection (self);
  if (refusal != NULL)
    {
      config.refusal = 421;
      config.greeting = refusal;
    }
  self->engine = smtp_server_new (&config, mail_host_get_now (host));
  return &self->session;
}
