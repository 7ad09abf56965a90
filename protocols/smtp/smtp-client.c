/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "smtp-client.h"

#include <string.h>

#include "smtp-parameters.h"
#include "smtp-reply.h"
#include <wire/wire-dots.h>
#include <wire/wire-framer.h>

typedef enum
{
  STEP_GREETING,
  STEP_EHLO,
  STEP_HELO,
  STEP_READY,
  STEP_MAIL,
  STEP_RCPT,
  STEP_DATA,
  STEP_MESSAGE,
  STEP_QUIT,
  STEP_OVER,
  N_STEPS,
} Step;

typedef struct
{
  char       *path;
  SmtpOutcome outcome;
  guint       code;
  char       *text; /* (nullable) */
} Recipient;

struct _SmtpClient
{
  WireFramer     *framer;
  WireOutbox      outbox;
  char           *name;
  SmtpMail        mail;
  GBytes         *message;    /* (nullable): of the transaction */
  GArray         *recipients; /* of Recipient */
  Recipient       any;        /* what becomes of any recipient when there was no transaction */
  guint           at;         /* recipient whose RCPT waits for its reply */
  Step            step;
  gint64          deadline_us;
  gint64          now_us;
  GByteArray     *reply;      /* lines of the reply so far */
  guint           offered; /* SmtpExtension */
  gboolean        is_input_over;
  SmtpClientEvent event;
  char           *event_text;
};

static void on_greeting (SmtpClient *self, const SmtpReply *reply);
static void on_ehlo (SmtpClient *self, const SmtpReply *reply);
static void on_helo (SmtpClient *self, const SmtpReply *reply);
static void on_mail (SmtpClient *self, const SmtpReply *reply);
static void on_rcpt (SmtpClient *self, const SmtpReply *reply);
static void on_data (SmtpClient *self, const SmtpReply *reply);
static void on_message (SmtpClient *self, const SmtpReply *reply);
static void on_quit (SmtpClient *self, const SmtpReply *reply);

/* The order of a session from the client's side: what it waits for, how long
 * (RFC 5321 section 4.5.3.2), and what a reply leads to. */
static const struct
{
  const char *name;
  gint64      timeout_us;
  void (*on_reply) (SmtpClient *self, const SmtpReply *reply);
} steps[N_STEPS] = {
  [STEP_GREETING] = { "greeting", SMTP_CLIENT_GREETING_TIMEOUT_US, on_greeting },
  [STEP_EHLO] = { "EHLO", SMTP_CLIENT_COMMAND_TIMEOUT_US, on_ehlo },
  [STEP_HELO] = { "HELO", SMTP_CLIENT_COMMAND_TIMEOUT_US, on_helo },
  [STEP_READY] = { "", 0, NULL },
  [STEP_MAIL] = { "MAIL", SMTP_CLIENT_COMMAND_TIMEOUT_US, on_mail },
  [STEP_RCPT] = { "RCPT", SMTP_CLIENT_COMMAND_TIMEOUT_US, on_rcpt },
  [STEP_DATA] = { "DATA", SMTP_CLIENT_DATA_TIMEOUT_US, on_data },
  [STEP_MESSAGE] = { "end of data", SMTP_CLIENT_MESSAGE_TIMEOUT_US, on_message },
  [STEP_QUIT] = { "QUIT", SMTP_CLIENT_COMMAND_TIMEOUT_US, on_quit },
  [STEP_OVER] = { "", 0, NULL },
};

static Recipient *
get_recipient (const SmtpClient *self, guint i)
{
  return &g_array_index (self->recipients, Recipient, i);
}

static void
go_to (SmtpClient *self, Step step)
{
  self->step = step;
  self->deadline_us = self->now_us + steps[step].timeout_us;
}

static void G_GNUC_PRINTF (3, 4)
send_command (SmtpClient *self, Step step, const char *format, ...)
{
  g_autofree char *line = NULL;
  g_autofree char *command = NULL;
  va_list          arguments;

  va_start (arguments, format);
  line = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  command = g_strconcat (line, "\r\n", NULL);
  wire_outbox_send_text (&self->outbox, "command", command);
  go_to (self, step);
}

/* Outcomes */

static void
settle (Recipient *recipient, SmtpOutcome outcome, guint code, const char *text)
{
  recipient->outcome = outcome;
  recipient->code = code;
  g_free (recipient->text);
  recipient->text = g_strdup (text);
}

static SmtpOutcome
outcome_of_code (guint code)
{
  return smtp_code_is_permanent (code) ? SMTP_OUTCOME_PERMANENT : SMTP_OUTCOME_TEMPORARY;
}

/* Settles all recipients that are still pending. */
static void
settle_pending (SmtpClient *self, SmtpOutcome outcome, guint code, const char *text)
{
  if (self->recipients->len == 0)
    settle (&self->any, outcome, code, text);
  for (guint i = 0; i < self->recipients->len; i++)
    if (get_recipient (self, i)->outcome == SMTP_OUTCOME_PENDING)
      settle (get_recipient (self, i), outcome, code, text);
}

/* The transaction is over, or the session has begun: asks for the next. */
static void
get_ready (SmtpClient *self, gboolean is_after_transaction)
{
  self->step = STEP_READY;
  self->event = (SmtpClientEvent){ .kind = is_after_transaction ? SMTP_CLIENT_EVENT_SENT
                                                                : SMTP_CLIENT_EVENT_READY };
}

static void
finish (SmtpClient *self, SmtpClientEventKind kind, const char *text)
{
  if (self->step == STEP_OVER)
    return;
  self->step = STEP_OVER;
  g_free (self->event_text);
  self->event_text = g_strdup (text);
  self->event = (SmtpClientEvent){ .kind = kind, .text = self->event_text };
}

static void
fail (SmtpClient *self, const char *text)
{
  settle_pending (self, SMTP_OUTCOME_TEMPORARY, 0, text);
  finish (self, SMTP_CLIENT_EVENT_FAILED, text);
}

/* The transaction can't go on: what is pending is settled by the reply. */
static void
give_up (SmtpClient *self, const SmtpReply *reply)
{
  settle_pending (self, outcome_of_code (reply->code), reply->code, reply->text);
  if (self->message != NULL)
    get_ready (self, TRUE);
  else
    send_command (self, STEP_QUIT, "QUIT");
}

/* Steps */

static void
on_greeting (SmtpClient *self, const SmtpReply *reply)
{
  if (smtp_code_is_positive (reply->code))
    send_command (self, STEP_EHLO, "EHLO %s", self->name);
  else
    give_up (self, reply);
}

/* Whether a line of the reply to EHLO offers @keyword (RFC 5321 section 4.1.1.1). */
static gboolean
offers (const char *text, const char *keyword)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  gsize length = strlen (keyword);

  for (guint i = 1; lines[0] != NULL && lines[i] != NULL; i++)
    if (g_ascii_strncasecmp (lines[i], keyword, length) == 0 &&
        (lines[i][length] == '\0' || lines[i][length] == ' '))
      return TRUE;
  return FALSE;
}

static gboolean
is_8bit (GBytes *message)
{
  gsize         length;
  const guint8 *data = g_bytes_get_data (message, &length);

  for (gsize i = 0; i < length; i++)
    if (data[i] >= 0x80)
      return TRUE;
  return FALSE;
}

static void
send_mail (SmtpClient *self)
{
  g_autofree char *parameters = NULL;

  self->mail.size = g_bytes_get_size (self->message);
  if (is_8bit (self->message))
    {
      if ((self->offered & SMTP_EXTENSION_8BITMIME) == 0)
        {
          /* RFC 6152 section 3: convert it or return it; converting takes MIME. */
          settle_pending (self, SMTP_OUTCOME_PERMANENT, 0,
                          "the message is 8-bit and the server does not offer 8BITMIME");
          get_ready (self, TRUE);
          return;
        }
      self->mail.body = SMTP_BODY_8BITMIME;
    }
  parameters = smtp_mail_format_parameters (&self->mail, self->offered);
  send_command (self, STEP_MAIL, "MAIL FROM:<%s>%s", self->mail.reverse_path, parameters);
}

static void
on_ehlo (SmtpClient *self, const SmtpReply *reply)
{
  if (smtp_code_is_positive (reply->code))
    {
      self->offered = 0;
      for (guint i = 0; i < SMTP_N_EXTENSIONS; i++)
        if (offers (reply->text, smtp_extension_get_keyword ((SmtpExtension) (1u << i))))
          self->offered |= 1u << i;
      get_ready (self, FALSE);
    }
  else if (smtp_code_is_permanent (reply->code))
    send_command (self, STEP_HELO, "HELO %s", self->name);
  else
    give_up (self, reply);
}

static void
on_helo (SmtpClient *self, const SmtpReply *reply)
{
  if (smtp_code_is_positive (reply->code))
    get_ready (self, FALSE);
  else
    give_up (self, reply);
}

static void
on_mail (SmtpClient *self, const SmtpReply *reply)
{
  if (!smtp_code_is_positive (reply->code))
    {
      give_up (self, reply);
      return;
    }
  self->at = 0;
  send_command (self, STEP_RCPT, "RCPT TO:<%s>", get_recipient (self, 0)->path);
}

/* Whether a recipient before the one at hand was accepted. */
static gboolean
has_accepted (const SmtpClient *self)
{
  for (guint i = 0; i < self->at; i++)
    if (get_recipient (self, i)->outcome == SMTP_OUTCOME_PENDING)
      return TRUE;
  return FALSE;
}

/* 552 after accepted recipients is how RFC 821 said "too many": to be taken as 452
 * (RFC 5321 section 4.5.3.1.10). */
static SmtpOutcome
outcome_of_rcpt (const SmtpClient *self, guint code)
{
  return code == 552 && has_accepted (self) ? SMTP_OUTCOME_TEMPORARY : outcome_of_code (code);
}

/* A recipient that was accepted stays pending: the message is what counts. */
static void
on_rcpt (SmtpClient *self, const SmtpReply *reply)
{
  if (!smtp_code_is_positive (reply->code))
    settle (get_recipient (self, self->at), outcome_of_rcpt (self, reply->code), reply->code,
            reply->text);
  if (++self->at < self->recipients->len)
    send_command (self, STEP_RCPT, "RCPT TO:<%s>", get_recipient (self, self->at)->path);
  else if (has_accepted (self))
    send_command (self, STEP_DATA, "DATA");
  else
    get_ready (self, TRUE);
}

static void
on_data (SmtpClient *self, const SmtpReply *reply)
{
  g_autoptr (GBytes) block = NULL;
  const guint8 *data;
  gsize         length;

  if (!smtp_code_is_intermediate (reply->code))
    {
      give_up (self, reply);
      return;
    }
  data = g_bytes_get_data (self->message, &length);
  block = wire_dots_stuff (data, length);
  data = g_bytes_get_data (block, &length);
  wire_outbox_send (&self->outbox, "data", data, length);
  go_to (self, STEP_MESSAGE);
}

static void
on_message (SmtpClient *self, const SmtpReply *reply)
{
  if (!smtp_code_is_positive (reply->code))
    {
      give_up (self, reply);
      return;
    }
  settle_pending (self, SMTP_OUTCOME_ACCEPTED, reply->code, reply->text);
  get_ready (self, TRUE);
}

static void
on_quit (SmtpClient *self, const SmtpReply *reply)
{
  finish (self, SMTP_CLIENT_EVENT_DONE, NULL);
}

/* Input */

static void
take_reply (SmtpClient *self)
{
  SmtpReply reply = { 0 };

  wire_outbox_note (&self->outbox, "reply", self->reply->data, self->reply->len);
  if (!smtp_reply_parse (self->reply->data, self->reply->len, &reply))
    fail (self, "the server sent something that is no SMTP reply");
  else if (reply.code == 421 && self->step != STEP_QUIT)
    {
      /* RFC 5321 section 3.8: the server closes; so do we, without a QUIT. */
      settle_pending (self, SMTP_OUTCOME_TEMPORARY, reply.code, reply.text);
      finish (self, SMTP_CLIENT_EVENT_FAILED, reply.text);
    }
  else
    steps[self->step].on_reply (self, &reply);
  smtp_reply_clear (&reply);
  g_byte_array_set_size (self->reply, 0);
}

/* Takes the next line out of the input. Returns: FALSE when there is none. */
static gboolean
take_line (SmtpClient *self)
{
  const guint8 *line;
  gsize         length;
  WireFrame     frame =
      wire_framer_next_line (self->framer, SMTP_CLIENT_REPLY_LINE_BYTES_MAX,
                             WIRE_FRAMER_BARE_LF_ENDS_LINE, &line, &length);

  if (frame == WIRE_FRAME_MORE)
    return FALSE;
  g_byte_array_append (self->reply, line, (guint) length);
  if (frame == WIRE_FRAME_TOO_LONG || self->reply->len > SMTP_REPLY_BYTES_MAX)
    {
      wire_outbox_note (&self->outbox, "reply", self->reply->data, self->reply->len);
      fail (self, "the server sent a reply that is too long");
    }
  else if (smtp_reply_is_last_line (line, length))
    take_reply (self);
  return TRUE;
}

void
smtp_client_receive (SmtpClient *self, const guint8 *data, gsize length, gint64 now_us)
{
  if (self->step == STEP_OVER)
    return;
  self->now_us = now_us;
  wire_framer_push (self->framer, data, length);
}

static void
lose (SmtpClient *self)
{
  /* After QUIT everything is settled: a server that just closes does no harm. */
  if (self->step == STEP_QUIT)
    finish (self, SMTP_CLIENT_EVENT_DONE, NULL);
  else
    fail (self, "the connection was lost");
}

void
smtp_client_receive_end (SmtpClient *self)
{
  self->is_input_over = TRUE;
}

gboolean
smtp_client_next_event (SmtpClient *self, SmtpClientEvent *out_event)
{
  while (self->event.kind == SMTP_CLIENT_EVENT_NONE && self->step != STEP_OVER &&
         self->step != STEP_READY)
    if (!take_line (self))
      {
        if (!self->is_input_over)
          break;
        lose (self);
      }
  *out_event = self->event;
  self->event = (SmtpClientEvent){ .kind = SMTP_CLIENT_EVENT_NONE };
  if (out_event->kind == SMTP_CLIENT_EVENT_SENT)
    self->event.kind = SMTP_CLIENT_EVENT_READY;
  return out_event->kind != SMTP_CLIENT_EVENT_NONE;
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

gint64
smtp_client_get_deadline (const SmtpClient *self)
{
  return self->step == STEP_OVER || self->step == STEP_READY ? G_MAXINT64 : self->deadline_us;
}

void
smtp_client_expire (SmtpClient *self, gint64 now_us)
{
  g_autofree char *text = NULL;

  if (now_us < smtp_client_get_deadline (self))
    return;
  if (self->step == STEP_QUIT)
    {
      finish (self, SMTP_CLIENT_EVENT_DONE, NULL);
      return;
    }
  text = g_strdup_printf ("the server did not answer in time (%s)", steps[self->step].name);
  fail (self, text);
}

gboolean
smtp_client_is_done (const SmtpClient *self)
{
  return self->step == STEP_OVER;
}

void
smtp_client_get_delivery (const SmtpClient *self, guint i, SmtpDelivery *out_delivery)
{
  const Recipient *recipient =
      self->recipients->len > 0 ? get_recipient (self, i) : &self->any;

  *out_delivery = (SmtpDelivery){ .outcome = recipient->outcome, .code = recipient->code,
                                  .text = recipient->text };
}

void
smtp_client_send (SmtpClient *self, const SmtpTransaction *transaction, gint64 now_us)
{
  g_return_if_fail (self->step == STEP_READY);
  self->now_us = now_us;
  self->event = (SmtpClientEvent){ .kind = SMTP_CLIENT_EVENT_NONE };
  smtp_mail_clear (&self->mail);
  smtp_mail_copy (&transaction->mail, &self->mail);
  g_clear_pointer (&self->message, g_bytes_unref);
  self->message = g_bytes_ref (transaction->message);
  g_array_set_size (self->recipients, 0);
  for (guint i = 0; i < transaction->n_recipients; i++)
    {
      Recipient recipient = { .path = g_strdup (transaction->recipients[i].path) };

      g_array_append_val (self->recipients, recipient);
    }
  send_mail (self);
}

void
smtp_client_quit (SmtpClient *self, gint64 now_us)
{
  g_return_if_fail (self->step == STEP_READY);
  self->now_us = now_us;
  self->event = (SmtpClientEvent){ .kind = SMTP_CLIENT_EVENT_NONE };
  send_command (self, STEP_QUIT, "QUIT");
}

void
smtp_client_convert (SmtpClient *self, GBytes *message, gint64 now_us)
{
}

gboolean
smtp_client_starts_tls (SmtpClient *self)
{
  return FALSE;
}

void
smtp_client_secured (SmtpClient *self, const WireSecurity *security, gint64 now_us)
{
}

gboolean
smtp_client_trusts (SmtpClient *self, const WireSecurity *security)
{
  return FALSE;
}

void
smtp_client_tls_failed (SmtpClient *self, const char *reason, gint64 now_us)
{
}

gboolean
smtp_client_is_secured (const SmtpClient *self)
{
  return FALSE;
}

guint
smtp_client_get_offered (const SmtpClient *self)
{
  return self->offered;
}

const char *
smtp_client_get_step_name (const SmtpClient *self)
{
  return steps[self->step].name;
}

static void
clear_recipient (gpointer data)
{
  Recipient *recipient = data;

  g_free (recipient->path);
  g_free (recipient->text);
}

SmtpClient *
smtp_client_new (const SmtpClientConfig *config, gint64 now_us)
{
  SmtpClient *self;

  self = g_new0 (SmtpClient, 1);
  self->framer = wire_framer_new ();
  wire_outbox_init (&self->outbox);
  self->reply = g_byte_array_new ();
  self->name = g_strdup (config->name);
  self->recipients = g_array_new (FALSE, TRUE, sizeof (Recipient));
  g_array_set_clear_func (self->recipients, clear_recipient);
  self->now_us = now_us;
  go_to (self, STEP_GREETING);
  return self;
}

void
smtp_client_free (SmtpClient *self)
{
  if (self == NULL)
    return;
  wire_framer_free (self->framer);
  wire_outbox_clear (&self->outbox);
  g_byte_array_unref (self->reply);
  g_array_unref (self->recipients);
  g_clear_pointer (&self->message, g_bytes_unref);
  smtp_mail_clear (&self->mail);
  g_free (self->any.text);
  g_free (self->name);
  g_free (self->event_text);
  g_free (self);
}
