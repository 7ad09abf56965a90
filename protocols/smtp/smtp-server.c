/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "smtp-server.h"

#include <stdarg.h>
#include <string.h>

#include "smtp-parameters.h"
#include "smtp-reply.h"
#include <wire/wire-dots.h>
#include <wire/wire-framer.h>

/* What EHLO offers that has parameters. */
#define OFFERED (SMTP_EXTENSION_SIZE | SMTP_EXTENSION_8BITMIME)

struct _SmtpServer
{
  WireFramer   *framer;
  WireOutbox    outbox;
  char         *name;
  guint         profile;
  gsize         size_max;
  guint         recipients_max;
  gint64        timeout_us;
  gint64        deadline_us; /* counts from when the client was last heard */
  SmtpState     state;
  gboolean      is_extended;  /* the client said EHLO */
  guint         n_recipients; /* accepted in this transaction */
  guint         n_errors;     /* refused commands in a row */
  SmtpCommand   command;      /* at hand */
  SmtpMail      mail;         /* at hand, or of the transaction */
  SmtpRecipient recipient;    /* at hand */
  GBytes       *message;      /* (nullable): at hand */
  SmtpEvent     event;        /* to hand out; kind NONE when there is none */
  SmtpEventKind asked;        /* the event that waits for its answer, or NONE */
  gboolean      is_input_over;
  gboolean      offers_pipelining;
};

typedef struct
{
  SmtpServerRule rule;
  void (*run) (SmtpServer *self);
} Command;

static const char *const state_names[SMTP_N_STATES] = {
  "greeted", "ready", "mail", "recipient", "data", "chunks", "auth", "closed",
};

/* Replies */

static void
reply (SmtpServer *self, guint code, const char *text)
{
  g_autofree char *bytes = smtp_reply_format (code, NULL, text);

  wire_outbox_send_text (&self->outbox, "reply", bytes);
}

static void G_GNUC_PRINTF (3, 4)
reply_printf (SmtpServer *self, guint code, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list          arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  reply (self, code, text);
}

static void
tell (SmtpServer *self, SmtpEventKind kind, const char *text)
{
  self->event = (SmtpEvent){ .kind = kind, .text = text };
}

/* Hands out an event and waits for its answer. */
static void
ask (SmtpServer *self, SmtpEventKind kind, const char *text)
{
  tell (self, kind, text);
  self->asked = kind;
}

static void
end_session (SmtpServer *self, SmtpEventKind kind, const char *text)
{
  self->state = SMTP_STATE_CLOSED;
  tell (self, kind, text);
  wire_framer_drop (self->framer);
}

/* Counts an error; too many in a row end the session. */
static void
count_error (SmtpServer *self)
{
  if (++self->n_errors < SMTP_SERVER_ERRORS_MAX || self->state == SMTP_STATE_CLOSED)
    return;
  reply_printf (self, 421, "%s Too many errors, closing the connection", self->name);
  end_session (self, SMTP_EVENT_LOST, "too many errors");
}

static void
refuse (SmtpServer *self, guint code, const char *text)
{
  reply (self, code, text);
  count_error (self);
}

/* Commands */

static gboolean
is_in_transaction (const SmtpServer *self)
{
  return (self->state & (SMTP_STATE_MAIL | SMTP_STATE_RECIPIENT | SMTP_STATE_DATA)) != 0;
}

static void
end_transaction (SmtpServer *self)
{
  self->state = SMTP_STATE_READY;
  self->n_recipients = 0;
}

static void
do_hello (SmtpServer *self)
{
  self->is_extended = self->command.verb == SMTP_VERB_EHLO;
  end_transaction (self);
  if (self->is_extended)
    reply_printf (self, 250, "%s greets %s\nSIZE %" G_GSIZE_FORMAT "\n8BITMIME%s\nHELP",
                  self->name, self->command.argument, self->size_max,
                  self->offers_pipelining ? "\nPIPELINING" : "");
  else
    reply_printf (self, 250, "%s greets %s", self->name, self->command.argument);
  tell (self, SMTP_EVENT_HELLO, self->command.argument);
  self->event.is_extended = self->is_extended;
}

static void
do_mail (SmtpServer *self)
{
  GArray     *parameters = self->command.parameters;
  SmtpRefusal refusal;

  smtp_mail_clear (&self->mail);
  self->mail.reverse_path = g_strdup (self->command.argument);
  if (parameters->len > 0 && !self->is_extended)
    refuse (self, 555, "Parameters take EHLO");
  else if (!smtp_mail_read_parameters (&self->mail, parameters, OFFERED, &refusal))
    refuse (self, refusal.code, refusal.text);
  else if (self->mail.size > self->size_max)
    refuse (self, 552, "Message size exceeds the limit");
  else
    {
      ask (self, SMTP_EVENT_MAIL, self->command.argument);
      self->event.mail = &self->mail;
    }
}

static void
do_rcpt (SmtpServer *self)
{
  SmtpRefusal refusal;

  smtp_recipient_clear (&self->recipient);
  self->recipient.path = g_strdup (self->command.argument);
  if (!smtp_recipient_read_parameters (&self->recipient, self->command.parameters,
                                       OFFERED, &refusal))
    refuse (self, refusal.code, refusal.text);
  else if (self->n_recipients >= self->recipients_max)
    reply (self, 452, "Too many recipients"); /* no error: the client goes on with the others */
  else
    {
      ask (self, SMTP_EVENT_RECIPIENT, self->command.argument);
      self->event.recipient = &self->recipient;
    }
}

static void
do_data (SmtpServer *self)
{
  reply (self, 354, "Start mail input; end with <CRLF>.<CRLF>");
  self->state = SMTP_STATE_DATA;
}

static void
do_rset (SmtpServer *self)
{
  gboolean was_in_transaction = is_in_transaction (self);

  reply (self, 250, "OK");
  if (!was_in_transaction)
    return;
  end_transaction (self);
  tell (self, SMTP_EVENT_RESET, "RSET");
}

static void
do_noop (SmtpServer *self)
{
  reply (self, 250, "OK");
}

static void
do_vrfy (SmtpServer *self)
{
  ask (self, SMTP_EVENT_VERIFY, self->command.argument);
}

static void
do_expn (SmtpServer *self)
{
  refuse (self, 502, "EXPN is not offered");
}

static void
do_help (SmtpServer *self)
{
  GString *text = g_string_new ("Commands:");

  for (SmtpVerb verb = SMTP_VERB_HELO; verb <= SMTP_VERB_QUIT; verb++)
    g_string_append_printf (text, "\n%s", smtp_verb_get_usage (verb));
  reply (self, 214, text->str);
  g_string_free (text, TRUE);
}

static void
do_quit (SmtpServer *self)
{
  reply_printf (self, 221, "%s Service closing transmission channel", self->name);
  end_session (self, SMTP_EVENT_QUIT, NULL);
}

static void
do_other (SmtpServer *self)
{
  refuse (self, 502, "Command not implemented");
}

#define ANY                                                                                        \
  (SMTP_STATE_GREETED | SMTP_STATE_READY | SMTP_STATE_MAIL | SMTP_STATE_RECIPIENT)

/* The order of a session, RFC 5321 section 4.1.4: what may come when, and where
 * it leads. RSET leads to "ready" only from inside a transaction. */
static const Command commands[] = {
  { { SMTP_VERB_EHLO, ANY, SMTP_STATE_READY, SMTP_EVENT_HELLO }, do_hello },
  { { SMTP_VERB_HELO, ANY, SMTP_STATE_READY, SMTP_EVENT_HELLO }, do_hello },
  { { SMTP_VERB_MAIL, SMTP_STATE_READY, SMTP_STATE_MAIL, SMTP_EVENT_MAIL }, do_mail },
  { { SMTP_VERB_RCPT, SMTP_STATE_MAIL | SMTP_STATE_RECIPIENT, SMTP_STATE_RECIPIENT,
      SMTP_EVENT_RECIPIENT }, do_rcpt },
  { { SMTP_VERB_DATA, SMTP_STATE_RECIPIENT, SMTP_STATE_DATA, SMTP_EVENT_NONE }, do_data },
  { { SMTP_VERB_RSET, SMTP_STATE_GREETED | SMTP_STATE_READY, 0, SMTP_EVENT_NONE }, do_rset },
  { { SMTP_VERB_RSET, SMTP_STATE_MAIL | SMTP_STATE_RECIPIENT, SMTP_STATE_READY,
      SMTP_EVENT_RESET }, do_rset },
  { { SMTP_VERB_NOOP, ANY, 0, SMTP_EVENT_NONE }, do_noop },
  { { SMTP_VERB_VRFY, ANY, 0, SMTP_EVENT_VERIFY }, do_vrfy },
  { { SMTP_VERB_EXPN, ANY, 0, SMTP_EVENT_NONE }, do_expn },
  { { SMTP_VERB_HELP, ANY, 0, SMTP_EVENT_NONE }, do_help },
  { { SMTP_VERB_QUIT, ANY, SMTP_STATE_CLOSED, SMTP_EVENT_QUIT }, do_quit },
  { { SMTP_VERB_STARTTLS, ANY, 0, SMTP_EVENT_NONE }, do_other },
  { { SMTP_VERB_AUTH, ANY, 0, SMTP_EVENT_NONE }, do_other },
  { { SMTP_VERB_BDAT, ANY, 0, SMTP_EVENT_NONE }, do_other },
  { { SMTP_VERB_LHLO, ANY, 0, SMTP_EVENT_NONE }, do_other },
  { { SMTP_VERB_SEND, ANY, 0, SMTP_EVENT_NONE }, do_other },
  { { SMTP_VERB_SOML, ANY, 0, SMTP_EVENT_NONE }, do_other },
  { { SMTP_VERB_SAML, ANY, 0, SMTP_EVENT_NONE }, do_other },
  { { SMTP_VERB_TURN, ANY, 0, SMTP_EVENT_NONE }, do_other },
};

/* Says what is out of order, and what should come first. */
static void
refuse_order (SmtpServer *self, SmtpVerb verb)
{
  const char *text = "Bad sequence of commands";

  if (self->state == SMTP_STATE_GREETED)
    text = "Bad sequence of commands: send HELO or EHLO first";
  else if (verb == SMTP_VERB_MAIL)
    text = "Bad sequence of commands: a mail transaction is in progress";
  else if (verb == SMTP_VERB_RCPT || self->state == SMTP_STATE_READY)
    text = "Bad sequence of commands: send MAIL first";
  else if (verb == SMTP_VERB_DATA)
    text = "Bad sequence of commands: no valid recipients";
  refuse (self, 503, text);
}

static void
run_command (SmtpServer *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    if (commands[i].rule.verb == self->command.verb && (commands[i].rule.legal & self->state))
      {
        guint n_errors = self->n_errors;

        commands[i].run (self);
        if (self->n_errors == n_errors && self->asked == SMTP_EVENT_NONE)
          self->n_errors = 0;
        return;
      }
  refuse_order (self, self->command.verb);
}

static void
take_line (SmtpServer *self, const guint8 *line, gsize length)
{
  WireScan scan;
  gboolean matched;

  wire_outbox_note (&self->outbox, "command", line, length);
  smtp_command_clear (&self->command);
  smtp_command_init (&self->command);
  wire_scan_init (&scan, line, length, NULL);
  matched = smtp_scan_command (&scan, &self->command) && wire_scan_at_end (&scan);
  if ((self->command.leniencies & ~self->profile) != 0)
    matched = FALSE;
  if (self->command.verb == SMTP_VERB_UNKNOWN)
    refuse (self, 500, "Command not recognised");
  else if (matched)
    run_command (self);
  else
    {
      g_autofree char *text = g_strdup_printf ("Syntax error, the command is: %s",
                                               smtp_verb_get_usage (self->command.verb));

      refuse (self, 501, text);
    }
}

static void
refuse_long_line (SmtpServer *self, const guint8 *line, gsize length)
{
  wire_outbox_note (&self->outbox, "command", line, length);
  refuse (self, 500, "Line too long");
}

static void
take_data (SmtpServer *self, const guint8 *block, gsize length, gboolean is_too_long)
{
  gboolean lf_begins_line = (self->profile & SMTP_LENIENT_BARE_LF_ENDS_DATA) != 0;

  wire_outbox_note (&self->outbox, "data", block, length);
  g_clear_pointer (&self->message, g_bytes_unref);
  if (!is_too_long)
    self->message = wire_dots_unstuff (block, length, lf_begins_line);
  if (is_too_long || g_bytes_get_size (self->message) > self->size_max)
    {
      refuse (self, 552, "Message size exceeds the limit");
      if (self->state != SMTP_STATE_CLOSED)
        end_transaction (self);
      return;
    }
  ask (self, SMTP_EVENT_MESSAGE, NULL);
  self->event.message = self->message;
}

/* Takes the next unit out of the input. Returns: FALSE when there is none. */
static gboolean
take_unit (SmtpServer *self)
{
  WireFramerFlags flags = WIRE_FRAMER_STRICT;
  const guint8   *data;
  gsize           length;
  WireFrame       frame;

  if (self->state == SMTP_STATE_DATA)
    {
      /* Stuffing makes ".\r\n" a third longer, ".\n" half as long again. */
      gsize bytes_max = self->size_max + self->size_max / 2 + 5;

      if (self->profile & SMTP_LENIENT_BARE_LF_ENDS_DATA)
        flags |= WIRE_FRAMER_BARE_LF_ENDS_DATA;
      frame = wire_framer_next_block (self->framer, bytes_max, flags, &data, &length);
      if (frame != WIRE_FRAME_MORE)
        take_data (self, data, length, frame == WIRE_FRAME_TOO_LONG);
      return frame != WIRE_FRAME_MORE;
    }
  if (self->profile & SMTP_LENIENT_BARE_LF_ENDS_LINE)
    flags |= WIRE_FRAMER_BARE_LF_ENDS_LINE;
  frame = wire_framer_next_line (self->framer, SMTP_COMMAND_BYTES_MAX, flags, &data, &length);
  if (frame == WIRE_FRAME_UNIT)
    take_line (self, data, length);
  else if (frame == WIRE_FRAME_TOO_LONG)
    refuse_long_line (self, data, length);
  return frame != WIRE_FRAME_MORE;
}

void
smtp_server_receive (SmtpServer *self, const guint8 *data, gsize length, gint64 now_us)
{
  if (self->state == SMTP_STATE_CLOSED)
    return;
  self->deadline_us = now_us + self->timeout_us;
  wire_framer_push (self->framer, data, length);
}

void
smtp_server_receive_end (SmtpServer *self)
{
  self->is_input_over = TRUE;
}

gboolean
smtp_server_next_event (SmtpServer *self, SmtpEvent *out_event)
{
  while (self->event.kind == SMTP_EVENT_NONE && self->asked == SMTP_EVENT_NONE &&
         self->state != SMTP_STATE_CLOSED)
    if (!take_unit (self))
      {
        if (!self->is_input_over)
          break;
        end_session (self, SMTP_EVENT_LOST, "connection lost");
      }
  *out_event = self->event;
  self->event = (SmtpEvent){ .kind = SMTP_EVENT_NONE };
  return out_event->kind != SMTP_EVENT_NONE;
}

/* What an answer does to the transaction. */
static void
follow_answer (SmtpServer *self, SmtpEventKind asked, gboolean is_accepted)
{
  switch (asked)
    {
    case SMTP_EVENT_MAIL:
      if (is_accepted)
        self->state = SMTP_STATE_MAIL;
      break;
    case SMTP_EVENT_RECIPIENT:
      if (is_accepted)
        {
          self->state = SMTP_STATE_RECIPIENT;
          self->n_recipients++;
        }
      break;
    case SMTP_EVENT_MESSAGE:
      end_transaction (self);
      break;
    default:
      break;
    }
}

void
smtp_server_answer (SmtpServer *self, guint code, const char *status, const char *text)
{
  SmtpEventKind asked = self->asked;
  gboolean      is_accepted = smtp_code_is_positive (code);

  g_return_if_fail (asked != SMTP_EVENT_NONE);
  self->asked = SMTP_EVENT_NONE;
  if (status != NULL)
    reply_printf (self, code, "%s %s", status, text);
  else
    reply (self, code, text);
  follow_answer (self, asked, is_accepted);
  if (code == 421)
    end_session (self, SMTP_EVENT_LOST, "the server closed");
  else if (is_accepted)
    self->n_errors = 0;
  else if (smtp_code_is_permanent (code))
    count_error (self);
}

gboolean
smtp_server_starts_tls (SmtpServer *self)
{
  return FALSE;
}

void
smtp_server_secured (SmtpServer *self, const WireSecurity *security, gint64 now_us)
{
}

gboolean
smtp_server_is_secured (const SmtpServer *self)
{
  return FALSE;
}

const char *
smtp_server_get_user (const SmtpServer *self)
{
  return NULL;
}

SaslServer *
smtp_server_get_sasl (SmtpServer *self)
{
  return NULL;
}

void
smtp_server_auth_answered (SmtpServer *self)
{
}

GBytes *
smtp_server_take_output (SmtpServer *self)
{
  return wire_outbox_take_output (&self->outbox);
}

gboolean
smtp_server_next_unit (SmtpServer *self, WireUnit *out_unit)
{
  return wire_outbox_next_unit (&self->outbox, out_unit);
}

gint64
smtp_server_get_deadline (const SmtpServer *self)
{
  if (self->state == SMTP_STATE_CLOSED || self->asked != SMTP_EVENT_NONE)
    return G_MAXINT64;
  return self->deadline_us;
}

void
smtp_server_expire (SmtpServer *self, gint64 now_us)
{
  if (now_us < smtp_server_get_deadline (self))
    return;
  reply_printf (self, 421, "%s Timeout, closing the connection", self->name);
  end_session (self, SMTP_EVENT_LOST, "timeout");
}

gboolean
smtp_server_is_done (const SmtpServer *self)
{
  return self->state == SMTP_STATE_CLOSED;
}

const SmtpServerRule *
smtp_server_get_rule (guint i)
{
  return i < G_N_ELEMENTS (commands) ? &commands[i].rule : NULL;
}

SmtpState
smtp_server_get_state (const SmtpServer *self)
{
  return self->state;
}

const char *
smtp_state_get_name (SmtpState state)
{
  return state_names[g_bit_nth_lsf (state, -1)];
}

SmtpServer *
smtp_server_new (const SmtpServerConfig *config, gint64 now_us)
{
  SmtpServer *self = g_new0 (SmtpServer, 1);

  self->framer = wire_framer_new ();
  wire_outbox_init (&self->outbox);
  smtp_command_init (&self->command);
  self->name = g_strdup (config->name);
  self->profile = config->profile;
  self->offers_pipelining =
      config->extensions == 0 || (config->extensions & SMTP_EXTENSION_PIPELINING) != 0;
  self->size_max = config->size_max > 0 ? config->size_max : SMTP_SERVER_MESSAGE_BYTES_MAX;
  self->recipients_max =
      config->recipients_max > 0 ? config->recipients_max : SMTP_SERVER_RECIPIENTS_MAX;
  self->timeout_us = config->timeout_us > 0 ? config->timeout_us : SMTP_SERVER_TIMEOUT_US;
  self->deadline_us = now_us + self->timeout_us;
  self->state = SMTP_STATE_GREETED;
  reply_printf (self, 220, "%s %s", self->name,
                config->greeting != NULL ? config->greeting : "ESMTP Postroad");
  return self;
}

void
smtp_server_free (SmtpServer *self)
{
  if (self == NULL)
    return;
  wire_framer_free (self->framer);
  wire_outbox_clear (&self->outbox);
  smtp_command_clear (&self->command);
  smtp_mail_clear (&self->mail);
  smtp_recipient_clear (&self->recipient);
  g_clear_pointer (&self->message, g_bytes_unref);
  g_free (self->name);
  g_free (self);
}
