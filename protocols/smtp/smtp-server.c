/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "smtp-server-private.h"

#include "smtp-reply.h"
#include "smtp-status.h"

#include <string.h>

typedef struct
{
  SmtpServerRule rule;
  void (*run) (SmtpServer *self);
} Command;

static const char *const state_names[SMTP_N_STATES] = {
  "greeted", "ready", "mail", "recipient", "data", "chunks", "auth", "closed",
};

#define ANY                                                                                        \
  (SMTP_STATE_GREETED | SMTP_STATE_READY | SMTP_STATE_MAIL | SMTP_STATE_RECIPIENT |                \
   SMTP_STATE_CHUNKS)
#define IN_TRANSACTION (SMTP_STATE_MAIL | SMTP_STATE_RECIPIENT | SMTP_STATE_CHUNKS)
#define TLS SMTP_NEED_TLS
#define TLS_AUTH (SMTP_NEED_TLS | SMTP_NEED_AUTH)

/* The order of a session, RFC 5321 section 4.1.4: what may come when, where it leads, what it
 * takes. RSET leads to "ready" only from inside a transaction. In "data" and "auth" what comes is
 * no command. What demands TLS spares EHLO, STARTTLS, NOOP and QUIT (RFC 3207 section 4). */
static const Command commands[] = {
  { { SMTP_VERB_MAIL, SMTP_STATE_READY, SMTP_STATE_MAIL, SMTP_EVENT_MAIL, 503, TLS_AUTH, 0 },
    smtp_server_do_mail },
  { { SMTP_VERB_RCPT, SMTP_STATE_MAIL | SMTP_STATE_RECIPIENT, SMTP_STATE_RECIPIENT,
      SMTP_EVENT_RECIPIENT, 503, TLS_AUTH, 0 },
    smtp_server_do_rcpt },
  { { SMTP_VERB_DATA, SMTP_STATE_RECIPIENT, SMTP_STATE_DATA, SMTP_EVENT_NONE, 503, TLS_AUTH, 0 },
    smtp_server_do_data },
  { { SMTP_VERB_BDAT, SMTP_STATE_RECIPIENT | SMTP_STATE_CHUNKS, SMTP_STATE_CHUNKS,
      SMTP_EVENT_NONE, 503, TLS_AUTH, SMTP_EXTENSION_CHUNKING },
    NULL },
  { { SMTP_VERB_EHLO, ANY, SMTP_STATE_READY, SMTP_EVENT_HELLO, 503, SMTP_NEED_SMTP, 0 },
    smtp_server_do_hello },
  { { SMTP_VERB_HELO, ANY, SMTP_STATE_READY, SMTP_EVENT_HELLO, 503, SMTP_NEED_SMTP | TLS, 0 },
    smtp_server_do_hello },
  { { SMTP_VERB_LHLO, ANY, SMTP_STATE_READY, SMTP_EVENT_HELLO, 503, SMTP_NEED_LMTP, 0 },
    smtp_server_do_hello },
  { { SMTP_VERB_STARTTLS, SMTP_STATE_GREETED | SMTP_STATE_READY, SMTP_STATE_GREETED,
      SMTP_EVENT_STARTTLS, 503, SMTP_NEED_CLEAR, SMTP_EXTENSION_STARTTLS },
    smtp_server_do_starttls },
  { { SMTP_VERB_AUTH, SMTP_STATE_READY, SMTP_STATE_AUTH, SMTP_EVENT_AUTH, 503, TLS,
      SMTP_EXTENSION_AUTH },
    smtp_server_do_auth },
  { { SMTP_VERB_RSET, SMTP_STATE_GREETED | SMTP_STATE_READY, 0, SMTP_EVENT_NONE, 503, TLS, 0 },
    smtp_server_do_rset },
  { { SMTP_VERB_RSET, IN_TRANSACTION, SMTP_STATE_READY, SMTP_EVENT_RESET, 503, TLS, 0 },
    smtp_server_do_rset },
  { { SMTP_VERB_NOOP, ANY, 0, SMTP_EVENT_NONE, 503, 0, 0 }, smtp_server_do_noop },
  { { SMTP_VERB_VRFY, ANY, 0, SMTP_EVENT_VERIFY, 503, TLS_AUTH, 0 }, smtp_server_do_vrfy },
  { { SMTP_VERB_EXPN, ANY, 0, SMTP_EVENT_EXPAND, 503, TLS_AUTH, 0 }, smtp_server_do_expn },
  { { SMTP_VERB_HELP, ANY, 0, SMTP_EVENT_NONE, 503, TLS, 0 }, smtp_server_do_help },
  { { SMTP_VERB_QUIT, ANY, SMTP_STATE_CLOSED, SMTP_EVENT_QUIT, 503, 0, 0 }, smtp_server_do_quit },
  { { SMTP_VERB_SEND, 0, 0, SMTP_EVENT_NONE, 502, TLS, 0 }, NULL },
  { { SMTP_VERB_SOML, 0, 0, SMTP_EVENT_NONE, 502, TLS, 0 }, NULL },
  { { SMTP_VERB_SAML, 0, 0, SMTP_EVENT_NONE, 502, TLS, 0 }, NULL },
  { { SMTP_VERB_TURN, 0, 0, SMTP_EVENT_NONE, 502, TLS, 0 }, NULL },
};

/* Events */

SmtpEvent *
smtp_server_tell (SmtpServer *self, SmtpEventKind kind, const char *text)
{
  SmtpEvent *event = &self->events[self->n_events++];

  g_assert (self->n_events <= SMTP_SERVER_EVENTS_MAX);
  *event = (SmtpEvent){ .kind = kind, .text = text };
  return event;
}

SmtpEvent *
smtp_server_ask (SmtpServer *self, SmtpEventKind kind, const char *text)
{
  self->asked = kind;
  return smtp_server_tell (self, kind, text);
}

void
smtp_server_end_session (SmtpServer *self, SmtpEventKind kind, const char *text)
{
  self->state = SMTP_STATE_CLOSED;
  self->pending = NULL;
  self->asked = SMTP_EVENT_NONE;
  self->begins_tls = FALSE;
  smtp_server_tell (self, kind, text);
  wire_framer_drop (self->framer);
}

gboolean
smtp_server_end_transaction (SmtpServer *self)
{
  gboolean was_one = (self->state & (IN_TRANSACTION | SMTP_STATE_DATA)) != 0;

  if (was_one)
    self->state = SMTP_STATE_READY;
  self->n_recipients = 0;
  self->is_spoiled = FALSE;
  g_clear_pointer (&self->chunks, g_byte_array_unref);
  return was_one;
}

void
smtp_server_run_after_telling (SmtpServer *self, guint leniencies, void (*func) (SmtpServer *self))
{
  self->tolerated = leniencies;
  if (leniencies != 0)
    self->pending = func;
  else
    func (self);
}

/* What is offered */

gboolean
smtp_server_has (const SmtpServer *self, SmtpExtension extension)
{
  if ((self->config.extensions & extension) == 0)
    return FALSE;
  if (extension == SMTP_EXTENSION_AUTH)
    return (self->config.mechanisms | self->config.mechanisms_in_clear) != 0;
  return TRUE;
}

guint
smtp_server_get_mechanisms (const SmtpServer *self)
{
  guint mechanisms =
      self->is_secured ? self->config.mechanisms : self->config.mechanisms_in_clear;

  if (self->exporter == NULL && self->end_point == NULL)
    mechanisms &= ~(guint) SASL_MECHANISMS_PLUS;
  if (self->certificate_name == NULL)
    mechanisms &= ~(guint) SASL_MECHANISM_EXTERNAL;
  return mechanisms;
}

guint
smtp_server_get_offer (const SmtpServer *self)
{
  guint offer = self->config.extensions;

  offer &= ~(guint) (self->is_secured ? SMTP_EXTENSION_STARTTLS : SMTP_EXTENSION_REQUIRETLS);
  if (smtp_server_get_mechanisms (self) == 0)
    offer &= ~(guint) SMTP_EXTENSION_AUTH;
  if ((offer & SMTP_EXTENSION_CHUNKING) == 0) /* RFC 3030 section 3 */
    offer &= ~(guint) SMTP_EXTENSION_BINARYMIME;
  if ((offer & SMTP_EXTENSION_8BITMIME) == 0) /* RFC 6531 section 3.1 */
    offer &= ~(guint) SMTP_EXTENSION_SMTPUTF8;
  return offer;
}

/* Running a command */

/* RFC 5321 section 3.1. */
static const SmtpRefusal no_service = { 503, "5.5.1",
                                        "Bad sequence of commands: there is no service here" };

/* What is lacking of what a command takes, as its row says; code 0: nothing. */
static SmtpRefusal
check_needs (const SmtpServer *self, const SmtpServerRule *rule)
{
  if (self->is_refused && rule->verb != SMTP_VERB_QUIT)
    return no_service;
  if ((rule->needs & (self->config.is_lmtp ? SMTP_NEED_SMTP : SMTP_NEED_LMTP)) != 0)
    return (SmtpRefusal){ 500, "5.5.1",
                          self->config.is_lmtp ? "Command not recognised: LMTP takes LHLO"
                                               : "Command not recognised: SMTP takes EHLO" };
  if ((rule->needs & SMTP_NEED_TLS) != 0 && self->config.demands_tls && !self->is_secured)
    return (SmtpRefusal){ 530, "5.7.0", "Must issue a STARTTLS command first" };
  if ((rule->needs & SMTP_NEED_AUTH) != 0 && self->config.demands_auth && self->user == NULL)
    return (SmtpRefusal){ 530, "5.7.0", "Authentication required" };
  if ((rule->needs & SMTP_NEED_CLEAR) != 0 && self->is_secured)
    return (SmtpRefusal){ 503, "5.5.1", "Bad sequence of commands: TLS is active already" };
  if (rule->extension != 0 && !smtp_server_has (self, (SmtpExtension) rule->extension))
    return (SmtpRefusal){ 502, "5.5.1", "Command not implemented" };
  return (SmtpRefusal){ 0 };
}

/* Says what is out of order, and what should come first. */
static SmtpRefusal
get_order_refusal (const SmtpServer *self, const SmtpServerRule *rule)
{
  const char *text = "Bad sequence of commands";

  if (rule->refusal == 502)
    text = "Command not implemented: it is obsolete";
  else if (rule->verb == SMTP_VERB_AUTH && self->state == SMTP_STATE_GREETED)
    text = "Bad sequence of commands: send EHLO first";
  else if (self->state == SMTP_STATE_GREETED)
    text = self->config.is_lmtp ? "Bad sequence of commands: send LHLO first"
                                : "Bad sequence of commands: send HELO or EHLO first";
  else if (rule->verb == SMTP_VERB_MAIL || rule->verb == SMTP_VERB_STARTTLS ||
           rule->verb == SMTP_VERB_AUTH)
    text = "Bad sequence of commands: a mail transaction is in progress";
  else if (self->state == SMTP_STATE_CHUNKS)
    text = "Bad sequence of commands: the message has begun with BDAT";
  else if (rule->verb == SMTP_VERB_RCPT || self->state == SMTP_STATE_READY)
    text = "Bad sequence of commands: send MAIL first";
  else if (rule->verb == SMTP_VERB_DATA || rule->verb == SMTP_VERB_BDAT)
    text = "Bad sequence of commands: no valid recipients";
  return (SmtpRefusal){ rule->refusal, "5.5.1", text };
}

/* Returns: (nullable): the row to run; NULL with @out_refusal filled. */
static const Command *
find_command (const SmtpServer *self, SmtpRefusal *out_refusal)
{
  const SmtpServerRule *rule = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      if (commands[i].rule.verb != self->command.verb)
        continue;
      if (rule == NULL)
        {
          rule = &commands[i].rule;
          *out_refusal = check_needs (self, rule);
          if (out_refusal->code != 0)
            return NULL;
        }
      if ((commands[i].rule.legal & self->state) != 0)
        return &commands[i];
    }
  *out_refusal = get_order_refusal (self, rule);
  return NULL;
}

static void
refuse_syntax (SmtpServer *self)
{
  g_autofree char *text = g_strdup_printf ("Syntax error, the command is: %s",
                                           smtp_verb_get_usage (self->command.verb));

  smtp_server_refuse (self, 501, "5.5.4", text);
}

/* Runs what was read, be it a command or not. */
static void
run_command (SmtpServer *self)
{
  guint          n_errors = self->n_errors;
  SmtpVerb       verb = self->command.verb;
  SmtpRefusal    refusal = { 0 };
  const Command *command = NULL;

  self->is_hello =
      verb == SMTP_VERB_EHLO || verb == SMTP_VERB_HELO || verb == SMTP_VERB_LHLO;
  if (verb != SMTP_VERB_UNKNOWN)
    command = find_command (self, &refusal);
  if (verb == SMTP_VERB_UNKNOWN && self->is_refused)
    smtp_server_refuse (self, no_service.code, no_service.status, no_service.text);
  else if (verb == SMTP_VERB_UNKNOWN)
    smtp_server_refuse (self, 500, "5.5.2", "Command not recognised");
  else if (verb == SMTP_VERB_BDAT && self->is_matched &&
           smtp_server_has (self, SMTP_EXTENSION_CHUNKING))
    smtp_server_do_bdat (self, &refusal);
  else if (command == NULL)
    smtp_server_refuse (self, refusal.code, refusal.status, refusal.text);
  else if (!self->is_matched)
    refuse_syntax (self);
  else
    command->run (self);
  self->is_hello = FALSE;
  if (self->n_errors == n_errors && self->asked == SMTP_EVENT_NONE && !self->chunk.is_coming)
    self->n_errors = 0;
}

/* Taking units */

gboolean
smtp_server_may_pipeline (const SmtpServer *self, SmtpVerb verb)
{
  if (!self->is_extended || !smtp_server_has (self, SMTP_EXTENSION_PIPELINING))
    return FALSE;
  switch (verb)
    {
    case SMTP_VERB_RSET:
    case SMTP_VERB_MAIL:
    case SMTP_VERB_RCPT:
    case SMTP_VERB_SEND:
    case SMTP_VERB_SOML:
    case SMTP_VERB_SAML:
    case SMTP_VERB_BDAT:
      return TRUE;
    default:
      return FALSE;
    }
}

void
smtp_server_refuse_early (SmtpServer *self)
{
  self->is_hello = FALSE;
  smtp_server_reply (self, 503, "5.5.0", "Improper use of pipelining: wait for replies");
  smtp_server_close (self, "4.7.0", "Closing the connection: commands came ahead of replies",
                     "commands came ahead of replies");
}

void
smtp_server_begin_unit (SmtpServer *self)
{
  self->begun_us = self->now_us;
  self->unit_octets = wire_framer_get_n_waiting (self->framer);
}

/* Reads the line into command. Returns: the SmtpLeniency that it takes. */
static guint
read_line (SmtpServer *self, const guint8 *line, gsize length)
{
  WireScan scan;

  wire_scan_init (&scan, line, length, NULL);
  self->is_matched = smtp_scan_command (&scan, &self->command) && wire_scan_at_end (&scan);
  return self->command.leniencies;
}

static void
refuse_long_line (SmtpServer *self)
{
  smtp_server_refuse (self, 500, "5.5.2", "Line too long");
}

static void
take_line (SmtpServer *self, const guint8 *line, gsize length, gboolean is_too_long)
{
  gboolean is_early = self->must_wait;
  guint    leniencies;

  wire_outbox_note (&self->outbox, "command", line, length);
  leniencies = is_too_long ? SMTP_LENIENT_LONG_LINES : read_line (self, line, length);
  /* What waits behind STARTTLS will never be read (see smtp_server_do_starttls()). */
  if (!is_too_long && self->command.verb == SMTP_VERB_STARTTLS &&
      wire_framer_get_n_waiting (self->framer) > 0)
    is_early = TRUE;
  if (is_early)
    leniencies |= SMTP_LENIENT_EARLY_PIPELINING;
  self->must_wait = is_too_long || !smtp_server_may_pipeline (self, self->command.verb);
  if (is_early && (self->config.profile & SMTP_LENIENT_EARLY_PIPELINING) == 0)
    {
      smtp_server_refuse_early (self);
      return;
    }
  is_too_long = is_too_long || (leniencies & ~self->config.profile & SMTP_LENIENT_LONG_LINES) != 0;
  if (is_too_long || (leniencies & ~self->config.profile) != 0)
    self->is_matched = FALSE;
  if (!self->is_matched) /* what is refused is not let pass */
    leniencies &= SMTP_LENIENT_EARLY_PIPELINING;
  smtp_server_run_after_telling (self, leniencies, is_too_long ? refuse_long_line : run_command);
}

static gboolean
take_command (SmtpServer *self)
{
  guint         flags = smtp_leniencies_get_framer_flags (self->config.profile);
  const guint8 *data;
  gsize         length;
  WireFrame     frame;

  frame = wire_framer_next_line (self->framer, SMTP_COMMAND_BYTES_MAX, flags, &data, &length);
  if (frame == WIRE_FRAME_MORE)
    return FALSE;
  smtp_server_begin_unit (self);
  take_line (self, data, length, frame == WIRE_FRAME_TOO_LONG);
  return TRUE;
}

/* Takes the next unit out of the input. Returns: FALSE when there is none. */
static gboolean
take_unit (SmtpServer *self)
{
  if (self->begins_tls)
    return FALSE;
  if (self->chunk.is_coming)
    return smtp_server_take_chunk (self);
  switch (self->state)
    {
    case SMTP_STATE_DATA:
      return smtp_server_take_data (self);
    case SMTP_STATE_AUTH:
      return smtp_server_take_sasl (self);
    default:
      return take_command (self);
    }
}

/* The owner's moves */

void
smtp_server_receive (SmtpServer *self, const guint8 *data, gsize length, gint64 now_us)
{
  self->now_us = now_us;
  if (self->state == SMTP_STATE_CLOSED || length == 0)
    return;
  self->heard_us = now_us;
  if (self->begins_tls)
    return;
  if (self->unit_octets == 0 && self->state != SMTP_STATE_DATA && !self->chunk.is_coming)
    self->begun_us = now_us;
  self->unit_octets += length;
  wire_framer_push (self->framer, data, length);
}

void
smtp_server_receive_end (SmtpServer *self)
{
  self->is_input_over = TRUE;
}

/* Takes units until there is something to tell or to wait for. */
static void
advance (SmtpServer *self)
{
  while (self->n_events == 0 && self->tolerated == 0 && self->asked == SMTP_EVENT_NONE &&
         self->state != SMTP_STATE_CLOSED)
    {
      void (*pending) (SmtpServer *self) = g_steal_pointer (&self->pending);

      if (pending != NULL)
        pending (self);
      else if (!take_unit (self))
        {
          if (!self->is_input_over)
            return;
          smtp_server_end_session (self, SMTP_EVENT_LOST, "connection lost");
        }
    }
}

gboolean
smtp_server_next_event (SmtpServer *self, SmtpEvent *out_event)
{
  advance (self);
  *out_event = (SmtpEvent){ .kind = SMTP_EVENT_NONE };
  if (self->tolerated != 0)
    {
      *out_event = (SmtpEvent){ .kind = SMTP_EVENT_TOLERATED, .leniencies = self->tolerated };
      self->tolerated = 0;
    }
  else if (self->n_events > 0)
    {
      *out_event = self->events[0];
      self->n_events--;
      memmove (self->events, self->events + 1, self->n_events * sizeof self->events[0]);
    }
  return out_event->kind != SMTP_EVENT_NONE;
}

/* The command that an event comes of. */
static SmtpVerb
get_verb (SmtpEventKind asked)
{
  switch (asked)
    {
    case SMTP_EVENT_MAIL:
      return SMTP_VERB_MAIL;
    case SMTP_EVENT_RECIPIENT:
      return SMTP_VERB_RCPT;
    case SMTP_EVENT_MESSAGE:
      return SMTP_VERB_DATA;
    case SMTP_EVENT_VERIFY:
      return SMTP_VERB_VRFY;
    case SMTP_EVENT_EXPAND:
      return SMTP_VERB_EXPN;
    default:
      return SMTP_VERB_UNKNOWN;
    }
}

/* Replies as the owner says. Returns: the code that was sent. */
static guint
send_answer (SmtpServer *self, guint code, const char *status, const char *text)
{
  gboolean is_lookup = self->asked == SMTP_EVENT_VERIFY || self->asked == SMTP_EVENT_EXPAND;
  gboolean is_utf8 = !g_str_is_ascii (text);

  if (is_lookup && is_utf8 && smtp_code_is_positive (code) && !self->takes_utf8)
    {
      /* RFC 6531 section 3.7.4.2. */
      smtp_server_reply (self, 252, "2.6.8",
                         "A UTF-8 string reply is required, but not permitted by the client");
      return 252;
    }
  if (status == NULL || (guint) (status[0] - '0') != code / 100)
    status = smtp_status_for_code (code, get_verb (self->asked));
  smtp_server_reply (self, code, status, text);
  return code;
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
      smtp_server_message_answered (self);
      break;
    default:
      break;
    }
}

void
smtp_server_answer (SmtpServer *self, guint code, const char *status, const char *text)
{
  SmtpEventKind asked = self->asked;

  g_return_if_fail (asked != SMTP_EVENT_NONE && asked != SMTP_EVENT_AUTH);
  g_return_if_fail (code >= 200 && code < 600 && !smtp_code_is_intermediate (code));
  code = send_answer (self, code, status, text);
  self->asked = SMTP_EVENT_NONE;
  if (code == 421)
    {
      smtp_server_end_session (self, SMTP_EVENT_LOST, "the server closed");
      return;
    }
  if (smtp_code_is_positive (code))
    self->n_errors = 0;
  else if (smtp_code_is_permanent (code))
    smtp_server_count_error (self);
  if (self->state != SMTP_STATE_CLOSED)
    follow_answer (self, asked, smtp_code_is_positive (code));
}

GBytes *
smtp_server_take_output (SmtpServer *self)
{
  /* What comes from now on comes after the replies; what waits came before them. */
  if (self->asked == SMTP_EVENT_NONE && self->pending == NULL &&
      wire_framer_get_n_waiting (self->framer) == 0)
    self->must_wait = FALSE;
  return wire_outbox_take_output (&self->outbox);
}

gboolean
smtp_server_next_unit (SmtpServer *self, WireUnit *out_unit)
{
  return wire_outbox_next_unit (&self->outbox, out_unit);
}

/* TLS */

gboolean
smtp_server_starts_tls (SmtpServer *self)
{
  gboolean starts = self->tells_tls;

  self->tells_tls = FALSE;
  return starts;
}

static void
forget_security (SmtpServer *self)
{
  g_clear_pointer (&self->exporter, g_bytes_unref);
  g_clear_pointer (&self->end_point, g_bytes_unref);
  g_clear_pointer (&self->certificate_name, g_free);
}

void
smtp_server_secured (SmtpServer *self, const WireSecurity *security, gint64 now_us)
{
  if (self->state == SMTP_STATE_CLOSED)
    return;
  wire_framer_drop (self->framer);
  smtp_server_end_transaction (self);
  smtp_server_forget_user (self);
  forget_security (self);
  self->state = SMTP_STATE_GREETED;
  self->is_extended = self->begins_tls = self->tells_tls = self->must_wait = FALSE;
  self->is_secured = TRUE;
  self->exporter = security->exporter != NULL ? g_bytes_ref (security->exporter) : NULL;
  self->end_point = security->end_point != NULL ? g_bytes_ref (security->end_point) : NULL;
  if (security->is_verified && security->peer_names != NULL)
    self->certificate_name = g_strdup (security->peer_names[0]);
  self->now_us = self->heard_us = self->begun_us = now_us;
  self->unit_octets = 0;
}

gboolean
smtp_server_is_secured (const SmtpServer *self)
{
  return self->is_secured;
}

const char *
smtp_server_get_user (const SmtpServer *self)
{
  return self->user;
}

/* Time */

/* When a unit that has begun must be whole; data and chunks have begun when they are due. */
static gint64
get_unit_deadline (const SmtpServer *self)
{
  if (self->state == SMTP_STATE_DATA || self->chunk.is_coming)
    return self->begun_us + SMTP_SERVER_DATA_TIMEOUT_US +
           (gint64) (self->unit_octets / SMTP_SERVER_DATA_BYTES_PER_S_MIN) * G_USEC_PER_SEC;
  return self->unit_octets > 0 ? self->begun_us + SMTP_SERVER_LINE_TIMEOUT_US : G_MAXINT64;
}

gint64
smtp_server_get_deadline (const SmtpServer *self)
{
  if (self->state == SMTP_STATE_CLOSED || self->asked != SMTP_EVENT_NONE)
    return G_MAXINT64;
  return MIN (self->heard_us + self->config.timeout_us, get_unit_deadline (self));
}

void
smtp_server_expire (SmtpServer *self, gint64 now_us)
{
  if (now_us < smtp_server_get_deadline (self))
    return;
  self->now_us = now_us;
  self->tolerated = 0;
  smtp_server_close (self, "4.4.2", "Timeout, closing the connection", "timeout");
}

gboolean
smtp_server_is_done (const SmtpServer *self)
{
  return self->state == SMTP_STATE_CLOSED;
}

/* The table */

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

/* Lifetime */

static void
greet (SmtpServer *self, const SmtpServerConfig *config)
{
  const char *text = config->greeting != NULL ? config->greeting
                     : config->is_lmtp        ? "LMTP Postroad"
                                              : "ESMTP Postroad";

  self->must_wait = TRUE;
  smtp_server_reply_printf (self, config->refusal != 0 ? config->refusal : 220, NULL, "%s %s",
                            config->name, text);
  self->is_refused = config->refusal != 0;
  if (config->refusal == 421)
    smtp_server_end_session (self, SMTP_EVENT_LOST, "the server refused the session");
}

SmtpServer *
smtp_server_new (const SmtpServerConfig *config, gint64 now_us)
{
  SmtpServer *self = g_new0 (SmtpServer, 1);

  g_return_val_if_fail (config->refusal == 0 || config->refusal == 421 || config->refusal == 554,
                        NULL);
  self->config = *config;
  self->config.name = g_strdup (config->name);
  self->config.greeting = NULL;
  if (config->size_max == 0)
    self->config.size_max = SMTP_SERVER_MESSAGE_BYTES_MAX;
  if (config->recipients_max == 0)
    self->config.recipients_max = SMTP_SERVER_RECIPIENTS_MAX;
  if (config->timeout_us == 0)
    self->config.timeout_us = SMTP_SERVER_TIMEOUT_US;
  self->framer = wire_framer_new ();
  wire_outbox_init (&self->outbox);
  smtp_command_init (&self->command);
  self->now_us = self->heard_us = self->begun_us = now_us;
  self->state = SMTP_STATE_GREETED;
  greet (self, config);
  return self;
}

void
smtp_server_free (SmtpServer *self)
{
  if (self == NULL)
    return;
  wire_framer_free (self->framer);
  wire_outbox_clear (&self->outbox);
  smtp_server_clear_replies (self);
  smtp_command_clear (&self->command);
  smtp_mail_clear (&self->mail);
  smtp_recipient_clear (&self->recipient);
  g_clear_pointer (&self->chunks, g_byte_array_unref);
  g_clear_pointer (&self->message, g_bytes_unref);
  smtp_server_forget_user (self);
  forget_security (self);
  g_free ((char *) self->config.name);
  g_free (self);
}
