/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "smtp-client-private.h"

#include <string.h>

#include <sasl/sasl-secret.h>

static void on_quit (SmtpClient *self, const SmtpReply *reply, guint recipient);

/* The order of a session from the client's side: what it waits for, how long
 * (RFC 5321 section 4.5.3.2), and what a reply leads to. */
static const struct
{
  const char *name;
  gint64 timeout_us;
  void (*on_reply) (SmtpClient *self, const SmtpReply *reply, guint recipient);
} steps[N_STEPS] = {
  [STEP_GREETING] = { "greeting", SMTP_CLIENT_GREETING_TIMEOUT_US, smtp_client_on_greeting },
  [STEP_EHLO] = { "EHLO", SMTP_CLIENT_COMMAND_TIMEOUT_US, smtp_client_on_ehlo },
  [STEP_HELO] = { "HELO", SMTP_CLIENT_COMMAND_TIMEOUT_US, smtp_client_on_helo },
  [STEP_STARTTLS] = { "STARTTLS", SMTP_CLIENT_COMMAND_TIMEOUT_US, smtp_client_on_starttls },
  [STEP_TLS] = { "TLS", SMTP_CLIENT_COMMAND_TIMEOUT_US, NULL },
  [STEP_AUTH] = { "AUTH", SMTP_CLIENT_COMMAND_TIMEOUT_US, smtp_client_on_auth },
  [STEP_READY] = { "", 0, NULL },
  [STEP_CONVERT] = { "", 0, NULL },
  [STEP_RSET] = { "RSET", SMTP_CLIENT_COMMAND_TIMEOUT_US, smtp_client_on_rset },
  [STEP_MAIL] = { "MAIL", SMTP_CLIENT_COMMAND_TIMEOUT_US, smtp_client_on_mail },
  [STEP_RCPT] = { "RCPT", SMTP_CLIENT_COMMAND_TIMEOUT_US, smtp_client_on_rcpt },
  [STEP_DATA] = { "DATA", SMTP_CLIENT_DATA_TIMEOUT_US, smtp_client_on_data },
  [STEP_CHUNK] = { "BDAT", SMTP_CLIENT_BLOCK_TIMEOUT_US, smtp_client_on_chunk },
  [STEP_MESSAGE] = { "end of data", SMTP_CLIENT_MESSAGE_TIMEOUT_US, smtp_client_on_message },
  [STEP_DOT] = { "end of data", SMTP_CLIENT_MESSAGE_TIMEOUT_US, smtp_client_on_dot },
  [STEP_QUIT] = { "QUIT", SMTP_CLIENT_COMMAND_TIMEOUT_US, on_quit },
  [STEP_OVER] = { "", 0, NULL },
};

static const SmtpAwaited *
get_awaited (const SmtpClient *self)
{
  return self->awaited.head != NULL ? self->awaited.head->data : NULL;
}

static SmtpClientStep
get_step (const SmtpClient *self)
{
  const SmtpAwaited *awaited = get_awaited (self);

  return awaited != NULL ? awaited->step : self->step;
}

void
smtp_client_await (
    SmtpClient *self, SmtpClientStep step, guint recipient, gsize n_bytes, gint64 more_us)
{
  SmtpAwaited *awaited = g_new (SmtpAwaited, 1);

  *awaited = (SmtpAwaited){ step, recipient, n_bytes, steps[step].timeout_us + more_us };
  g_queue_push_tail (&self->awaited, awaited);
  self->n_awaited_bytes += n_bytes;
  if (self->awaited.length == 1)
    self->deadline_us = self->now_us + awaited->timeout_us;
}

void
smtp_client_command (SmtpClient *self, SmtpClientStep step, guint recipient, const char *line)
{
  g_autofree char *command = g_strconcat (line, "\r\n", NULL);

  wire_outbox_send_text (&self->outbox, "command", command);
  smtp_client_await (self, step, recipient, strlen (command), 0);
}

/* Events */

void
smtp_client_tell (SmtpClient *self, SmtpClientEventKind kind, const char *name, guint code,
                  const char *text)
{
  SmtpClientNews *news = g_new0 (SmtpClientNews, 1);

  news->text = g_strdup (text);
  news->event = (SmtpClientEvent){ kind, news->text, name, code };
  g_queue_push_tail (&self->news, news);
}

static void
free_news (gpointer data)
{
  SmtpClientNews *news = data;

  if (news != NULL)
    g_free (news->text);
  g_free (news);
}

void
smtp_client_drop_question (SmtpClient *self)
{
  SmtpClientNews *last = self->news.tail != NULL ? self->news.tail->data : NULL;

  if (last != NULL && (last->event.kind == SMTP_CLIENT_EVENT_READY ||
                       last->event.kind == SMTP_CLIENT_EVENT_CONVERT))
    free_news (g_queue_pop_tail (&self->news));
}

/* The end */

static void
finish (SmtpClient *self, SmtpClientEventKind kind, guint code, const char *text)
{
  if (self->step == STEP_OVER)
    return;
  smtp_client_drop_question (self);
  if (self->is_sending)
    smtp_client_tell (self, SMTP_CLIENT_EVENT_SENT, NULL, 0, NULL);
  self->is_sending = FALSE;
  g_queue_clear_full (&self->awaited, g_free);
  self->n_awaited_bytes = 0;
  self->step = STEP_OVER;
  self->starts_tls = FALSE;
  if (self->failure != NULL) /* which came first */
    smtp_client_tell (self, SMTP_CLIENT_EVENT_FAILED, NULL, self->failure_code, self->failure);
  else
    smtp_client_tell (self, kind, NULL, code, text);
}

void
smtp_client_fail (SmtpClient *self, guint code, const char *status, const char *text)
{
  if (self->step == STEP_OVER)
    return;
  smtp_client_settle (self, SMTP_OUTCOME_TEMPORARY, code, status, text, TRUE);
  finish (self, SMTP_CLIENT_EVENT_FAILED, code, text);
}

void
smtp_client_abandon (
    SmtpClient *self, SmtpOutcome outcome, guint code, const char *status, const char *text)
{
  smtp_client_settle (self, outcome, code, status, text, TRUE);
  self->failure = g_strdup (text);
  self->failure_code = code;
  smtp_client_command (self, STEP_QUIT, 0, "QUIT");
}

static void
on_quit (SmtpClient *self, const SmtpReply *reply, guint recipient)
{
  finish (self, SMTP_CLIENT_EVENT_DONE, 0, NULL);
}

void
smtp_client_get_ready (SmtpClient *self)
{
  self->step = STEP_READY;
  smtp_client_tell (self, SMTP_CLIENT_EVENT_READY, NULL, 0, NULL);
}

/* Input */

static void
heed_reply (SmtpClient *self, const SmtpReply *reply)
{
  g_autofree SmtpAwaited *awaited = NULL;

  if (reply->code == 421 && get_step (self) != STEP_QUIT)
    {
      /* RFC 5321 section 3.8: the server closes; so do we, without a QUIT. */
      smtp_client_fail (self, reply->code, reply->status, reply->text);
      return;
    }
  awaited = g_queue_pop_head (&self->awaited);
  if (awaited == NULL)
    {
      smtp_client_fail (self, 0, "4.5.0", "the server replied to no command");
      return;
    }
  self->n_awaited_bytes -= awaited->n_bytes;
  if (get_awaited (self) != NULL)
    self->deadline_us = self->now_us + get_awaited (self)->timeout_us;
  steps[awaited->step].on_reply (self, reply, awaited->recipient);
}

static void
take_reply (SmtpClient *self)
{
  SmtpReply reply = { 0 };

  wire_outbox_note (&self->outbox, "reply", self->reply_bytes->data, self->reply_bytes->len);
  if (smtp_reply_parse (self->reply_bytes->data, self->reply_bytes->len, &reply))
    heed_reply (self, &reply);
  else
    smtp_client_fail (self, 0, "4.5.0", "the server sent something that is no SMTP reply");
  smtp_reply_clear (&reply);
  g_byte_array_set_size (self->reply_bytes, 0);
}

/* Takes the next line out of the input. Returns: FALSE when there is none. */
static gboolean
take_line (SmtpClient *self)
{
  const guint8 *line;
  gsize length;
  WireFrame frame =
      wire_framer_next_line (self->framer, SMTP_CLIENT_REPLY_LINE_BYTES_MAX,
                             WIRE_FRAMER_BARE_LF_ENDS_LINE, &line, &length);

  if (frame == WIRE_FRAME_MORE)
    return FALSE;
  g_byte_array_append (self->reply_bytes, line, (guint) length);
  if (frame == WIRE_FRAME_TOO_LONG || self->reply_bytes->len > SMTP_REPLY_BYTES_MAX)
    {
      wire_outbox_note (&self->outbox, "reply", self->reply_bytes->data, self->reply_bytes->len);
      smtp_client_fail (self, 0, "4.5.0", "the server sent a reply that is too long");
    }
  else if (smtp_reply_is_last_line (line, length))
    take_reply (self);
  return TRUE;
}

/* Whether the session waits for its owner, or for the layer below, rather than for the server. */
static gboolean
is_paused (const SmtpClient *self)
{
  return self->awaited.length == 0 && (self->step == STEP_CONVERT || self->step == STEP_TLS);
}

void
smtp_client_receive (SmtpClient *self, const guint8 *data, gsize length, gint64 now_us)
{
  if (self->step == STEP_OVER)
    return;
  self->now_us = now_us;
  if (self->step == STEP_TLS && self->awaited.length == 0)
    return; /* in clear, before TLS has begun: of no use (RFC 3207 section 4.2) */
  wire_framer_push (self->framer, data, length);
  if (is_paused (self) && wire_framer_get_n_waiting (self->framer) > SMTP_CLIENT_INPUT_BYTES_MAX)
    smtp_client_fail (self, 0, "4.5.0", "the server sends more than it is asked for");
}

static void
lose (SmtpClient *self)
{
  SmtpClientStep step = get_step (self);

  /* After QUIT everything is settled: a server that just closes does no harm. */
  if (step == STEP_QUIT)
    finish (self, SMTP_CLIENT_EVENT_DONE, 0, NULL);
  else if (step == STEP_MESSAGE)
    smtp_client_fail (self, 0, "4.4.2",
                      "the connection was lost after the end of the message: whether the server "
                      "took it can't be known (RFC 1047)");
  else
    smtp_client_fail (self, 0, "4.4.2", "the connection was lost");
}

void
smtp_client_receive_end (SmtpClient *self)
{
  self->is_input_over = TRUE;
}

gboolean
smtp_client_next_event (SmtpClient *self, SmtpClientEvent *out_event)
{
  g_clear_pointer (&self->told, free_news);
  while (self->news.length == 0 && self->step != STEP_OVER && !is_paused (self))
    if (!take_line (self))
      {
        if (!self->is_input_over)
          break;
        lose (self);
      }
  /* Neither owner nor server has to do anything more: the layer below is gone. */
  if (self->news.length == 0 && self->is_input_over && self->step == STEP_TLS)
    lose (self);
  self->told = g_queue_pop_head (&self->news);
  *out_event = self->told != NULL ? self->told->event
                                  : (SmtpClientEvent){ .kind = SMTP_CLIENT_EVENT_NONE };
  return self->told != NULL;
}

GBytes *
smtp_client_take_output (SmtpClient *self)
{
  return wire_outbox_take_output (&self->outbox);
}

gboolean
smtp_client_next_unit (SmtpClient *self, WireUnit *out_unit)
{
  return wire_outbox_next_unit (&self->outbox, out_unit);
}

/* Time */

gint64
smtp_client_get_deadline (const SmtpClient *self)
{
  return self->awaited.length > 0 || self->step == STEP_TLS ? self->deadline_us : G_MAXINT64;
}

void
smtp_client_expire (SmtpClient *self, gint64 now_us)
{
  SmtpClientStep step = get_step (self);
  g_autofree char *text = NULL;

  if (now_us < smtp_client_get_deadline (self))
    return;
  self->now_us = now_us;
  if (step == STEP_QUIT)
    {
      finish (self, SMTP_CLIENT_EVENT_DONE, 0, NULL);
      return;
    }
  text = g_strdup_printf ("the server did not answer in time (%s)", steps[step].name);
  smtp_client_fail (self, 0, step == STEP_GREETING ? "4.4.1" : "4.4.2", text);
}

/* The owner's answers */

void
smtp_client_quit (SmtpClient *self, gint64 now_us)
{
  if (self->step == STEP_OVER)
    return;
  g_return_if_fail (self->step == STEP_READY && self->awaited.length == 0);
  self->now_us = now_us;
  smtp_client_drop_question (self);
  smtp_client_command (self, STEP_QUIT, 0, "QUIT");
}

/* TLS */

gboolean
smtp_client_starts_tls (SmtpClient *self)
{
  gboolean starts_tls = self->starts_tls;

  self->starts_tls = FALSE;
  return starts_tls;
}

gboolean
smtp_client_trusts (SmtpClient *self, const WireSecurity *security)
{
  return self->config.tls != SMTP_TLS_VERIFIED;
}

static void
tell_security (SmtpClient *self, const WireSecurity *security)
{
  const char *problems = security->problems != NULL ? security->problems : "";
  g_autofree char *text =
      g_strdup_printf ("%s, %s, %s%s%s", security->version, security->cipher,
                       security->is_verified ? "the server's certificate is verified"
                                             : "the server's certificate proves nothing",
                       *problems != '\0' ? ": " : "", problems);

  smtp_client_tell (self, SMTP_CLIENT_EVENT_TOLD, "tls", 0, text);
}

void
smtp_client_secured (SmtpClient *self, const WireSecurity *security, gint64 now_us)
{
  if (self->step == STEP_OVER)
    return;
  self->now_us = now_us;
  self->is_secured = TRUE;
  self->is_verified = security->is_verified;
  g_clear_pointer (&self->exporter, g_bytes_unref);
  g_clear_pointer (&self->end_point, g_bytes_unref);
  self->exporter = security->exporter != NULL ? g_bytes_ref (security->exporter) : NULL;
  self->end_point = security->end_point != NULL ? g_bytes_ref (security->end_point) : NULL;
  tell_security (self, security);
  if (self->config.tls == SMTP_TLS_VERIFIED && !security->is_verified)
    smtp_client_fail (self, 0, "4.7.5", "TLS failed: the server's certificate is not verified");
  else if (self->step == STEP_TLS)
    {
      self->step = STEP_EHLO;
      smtp_client_say_hello (self);
    }
}

void
smtp_client_tls_failed (SmtpClient *self, const char *reason, gint64 now_us)
{
  g_autofree char *text = g_strconcat ("TLS failed: ", reason, NULL);

  self->now_us = now_us;
  smtp_client_fail (self, 0, "4.7.5", text);
}

gboolean
smtp_client_is_secured (const SmtpClient *self)
{
  return self->is_secured;
}

/* What an owner may ask */

gboolean
smtp_client_is_done (const SmtpClient *self)
{
  return self->step == STEP_OVER;
}

guint
smtp_client_get_offered (const SmtpClient *self)
{
  return self->offered;
}

const char *
smtp_client_get_step_name (const SmtpClient *self)
{
  return get_step (self) == STEP_EHLO && self->config.is_lmtp ? "LHLO"
                                                               : steps[get_step (self)].name;
}

/* Life */

static void
copy_config (SmtpClient *self, const SmtpClientConfig *config)
{
  self->config = *config;
  self->config.name = g_strdup (config->name);
  self->config.user = g_strdup (config->user);
  self->config.password = g_strdup (config->password);
  self->config.token = g_strdup (config->token);
  self->config.host_name = g_strdup (config->host_name);
  if (config->extensions == 0)
    self->config.extensions = SMTP_EXTENSIONS_ALL;
}

static void
wipe (const char *secret)
{
  char *text = (char *) secret;

  if (text != NULL)
    sasl_secret_wipe (text, strlen (text));
  g_free (text);
}

SmtpClient *
smtp_client_new (const SmtpClientConfig *config, gint64 now_us)
{
  SmtpClient *self = g_new0 (SmtpClient, 1);

  copy_config (self, config);
  self->framer = wire_framer_new ();
  wire_outbox_init (&self->outbox);
  self->reply_bytes = g_byte_array_new ();
  g_queue_init (&self->awaited);
  g_queue_init (&self->news);
  self->recipients = g_array_new (FALSE, TRUE, sizeof (SmtpClientRecipient));
  g_array_set_clear_func (self->recipients, smtp_client_recipient_clear);
  self->next = STEP_READY;
  self->now_us = now_us;
  smtp_client_await (self, STEP_GREETING, 0, 0, 0);
  return self;
}

void
smtp_client_free (SmtpClient *self)
{
  if (self == NULL)
    return;
  wire_framer_free (self->framer);
  wire_outbox_clear (&self->outbox);
  g_byte_array_unref (self->reply_bytes);
  g_queue_clear_full (&self->awaited, g_free);
  g_queue_clear_full (&self->news, free_news);
  free_news (self->told);
  g_clear_pointer (&self->exporter, g_bytes_unref);
  g_clear_pointer (&self->end_point, g_bytes_unref);
  sasl_client_free (self->sasl);
  g_free (self->sasl_failure);
  g_free (self->failure);
  smtp_mail_clear (&self->mail);
  g_array_unref (self->recipients);
  smtp_client_recipient_clear (&self->any);
  g_clear_pointer (&self->message, g_bytes_unref);
  g_clear_pointer (&self->content, g_bytes_unref);
  g_free ((char *) self->config.name);
  g_free ((char *) self->config.user);
  wipe (self->config.password);
  wipe (self->config.token);
  g_free ((char *) self->config.host_name);
  g_free (self);
}
