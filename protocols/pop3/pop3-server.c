/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pop3-server-private.h"

#include <string.h>

#include "pop3-apop.h"

/* Responses */

/* A cut must not leave half a character. */
static void
cut_line (GString *line)
{
  const char *end;

  if (line->len <= POP3_RESPONSE_BYTES_MAX - 2)
    return;
  g_string_truncate (line, POP3_RESPONSE_BYTES_MAX - 2);
  if (!g_utf8_validate_len (line->str, line->len, &end) && line->str + line->len - end < 4)
    g_string_truncate (line, (gsize) (end - line->str));
}

/* The text is the owner's in part, so what must not be in a line is replaced, and what is too much
 * is cut off. */
GString *
pop3_server_format_line (Pop3Server *self, gboolean is_ok, const char *code, const char *text)
{
  GString *line = g_string_new (is_ok ? "+OK" : "-ERR");

  if (code != NULL && (self->config.capabilities & POP3_CAPABILITY_RESP_CODES) != 0)
    g_string_append_printf (line, " [%s]", code);
  if (*text != '\0')
    g_string_append_printf (line, " %s", text);
  for (gsize i = 0; i < line->len; i++)
    if (g_ascii_iscntrl (line->str[i]))
      line->str[i] = '?';
  cut_line (line);
  return g_string_append (line, "\r\n");
}

static void
respond (Pop3Server *self, gboolean is_ok, const char *code, const char *text)
{
  GString *line = pop3_server_format_line (self, is_ok, code, text);

  wire_outbox_send (&self->outbox, "response", (const guint8 *) line->str, line->len);
  g_string_free (line, TRUE);
}

void
pop3_server_send_listing (Pop3Server *self, GString *response)
{
  g_string_append (response, ".\r\n");
  wire_outbox_send (&self->outbox, "response", (const guint8 *) response->str, response->len);
  g_string_free (response, TRUE);
  self->n_errors = 0;
}

void
pop3_server_ok (Pop3Server *self, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (pop3_language_translate (self->language, format), args);
  va_end (args);
  respond (self, TRUE, NULL, text);
  self->n_errors = 0;
  if (self->row->rule.next != 0)
    self->state = self->row->rule.next;
}

void
pop3_server_err (Pop3Server *self, const char *code, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (pop3_language_translate (self->language, format), args);
  va_end (args);
  respond (self, FALSE, code, text);
  if (self->row != NULL && self->row->rule.refused != 0)
    self->state = self->row->rule.refused;
}

void
pop3_server_end (Pop3Server *self, Pop3ServerEventKind kind, const char *text)
{
  self->state = POP3_STATE_CLOSED;
  self->end = kind;
  self->end_text = text;
  g_clear_pointer (&self->sasl, sasl_server_free);
  wire_framer_drop (self->framer);
}

/* The table */

#define NAMING (POP3_STATE_AUTHORIZATION | POP3_STATE_PASSWORD)
#define START POP3_STATE_AUTHORIZATION
#define TRADE POP3_STATE_TRANSACTION

/* One row: verb, legal states, next state, state when refused, capability, event, whether it shows
 * the password, function. */
#define ROW(verb, legal, next, refused, capability, event, shows, run)                             \
  {                                                                                                \
    { POP3_VERB_##verb, legal, next, refused, capability, POP3_SERVER_EVENT_##event, shows },      \
        pop3_server_do_##run                                                                       \
  }

/* The order of a session, RFC 1939 sections 4 to 7, RFC 2595 section 4, RFC 5034 section 4, RFC
 * 6856 sections 2 and 3: what may come when, and where it leads. USER may also correct a USER, and
 * AUTH and APOP may follow one: no section asks for it, but a client that mistyped would otherwise
 * have to fail a PASS first. While AUTH lasts, lines are no commands. */
static const Pop3Row commands[] = {
  ROW (USER, NAMING, POP3_STATE_PASSWORD, START, POP3_CAPABILITY_USER, NONE, TRUE, user),
  ROW (PASS, POP3_STATE_PASSWORD, TRADE, START, POP3_CAPABILITY_USER, LOGIN, TRUE, pass),
  ROW (APOP, NAMING, TRADE, START, POP3_CAPABILITY_APOP, APOP, FALSE, apop),
  ROW (AUTH, NAMING, TRADE, START, POP3_CAPABILITY_AUTH, AUTH, FALSE, auth),
  ROW (STAT, TRADE, 0, 0, 0, NONE, FALSE, stat),
  ROW (LIST, TRADE, 0, 0, 0, NONE, FALSE, list),
  ROW (RETR, TRADE, 0, 0, 0, MESSAGE, FALSE, message),
  ROW (DELE, TRADE, 0, 0, 0, NONE, FALSE, dele),
  ROW (NOOP, TRADE, 0, 0, 0, NONE, FALSE, noop),
  ROW (RSET, TRADE, 0, 0, 0, NONE, FALSE, rset),
  ROW (TOP, TRADE, 0, 0, POP3_CAPABILITY_TOP, MESSAGE, FALSE, message),
  ROW (UIDL, TRADE, 0, 0, POP3_CAPABILITY_UIDL, NONE, FALSE, list),
  ROW (CAPA, NAMING | TRADE, 0, 0, POP3_CAPABILITY_CAPA, NONE, FALSE, capa),
  ROW (STLS, NAMING, START, 0, POP3_CAPABILITY_STLS, NONE, FALSE, stls),
  ROW (UTF8, NAMING, 0, 0, POP3_CAPABILITY_UTF8, NONE, FALSE, utf8),
  ROW (LANG, NAMING | TRADE, 0, 0, POP3_CAPABILITY_LANG, NONE, FALSE, lang),
  ROW (QUIT, NAMING, POP3_STATE_CLOSED, 0, 0, QUIT, FALSE, quit),
  ROW (QUIT, TRADE, POP3_STATE_UPDATE, 0, 0, UPDATE, FALSE, update),
};

/* What there is at all, whatever the state. */
static guint
get_capabilities (const Pop3Server *self)
{
  guint capabilities = self->config.capabilities | POP3_CAPABILITY_USER;

  if ((self->config.mechanisms | self->config.mechanisms_in_clear) != 0)
    capabilities |= POP3_CAPABILITY_AUTH;
  return capabilities;
}

guint
pop3_server_get_offer (const Pop3Server *self)
{
  guint offer = get_capabilities (self);

  if (pop3_server_get_mechanisms (self) == 0)
    offer &= ~(guint) POP3_CAPABILITY_AUTH;
  if (self->config.guards_passwords && !self->is_secured)
    offer &= ~(guint) POP3_CAPABILITY_USER;
  if (self->is_secured || self->is_utf8 || self->state == POP3_STATE_TRANSACTION)
    offer &= ~(guint) POP3_CAPABILITY_STLS;
  return offer;
}

/* Returns: (nullable): the row for @verb in this state, else any row for it,
 * NULL when this server does not have the command. */
static const Pop3Row *
find_row (Pop3Server *self, Pop3Verb verb)
{
  const Pop3Row *found = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      const Pop3ServerRule *rule = &commands[i].rule;

      if (rule->verb != verb || (rule->capability & ~get_capabilities (self)) != 0)
        continue;
      found = &commands[i];
      if (rule->legal & self->state)
        break;
    }
  return found;
}

/* Running a command */

/* Counts a line that was no command, not now or not so. */
static void
count_error (Pop3Server *self)
{
  if (++self->n_errors < POP3_SERVER_ERRORS_MAX || self->state == POP3_STATE_CLOSED)
    return;
  self->row = NULL;
  pop3_server_err (self, NULL, "too many bad commands, closing");
  pop3_server_end (self, POP3_SERVER_EVENT_LOST, "too many bad commands");
}

/* Returns: whether the command at hand may not be run, which then has been said. */
static gboolean
refuse_command (Pop3Server *self, const Pop3Row *row, gboolean is_read, guint flags)
{
  gboolean is_strict = self->config.profile == POP3_PROFILE_STRICT;

  self->row = NULL;
  if (row == NULL)
    pop3_server_err (self, NULL, "unknown command");
  else if (!(row->rule.legal & self->state))
    pop3_server_err (self, NULL, "%s may not be given in the state %s",
                     pop3_verb_get_keyword (row->rule.verb), pop3_state_get_name (self->state));
  else if (!is_read)
    pop3_server_err (self, NULL, "usage: %s", pop3_verb_get_usage (row->rule.verb));
  else if (is_strict && (flags & WIRE_SPAN_TOLERATED) != 0 && row->rule.verb != POP3_VERB_AUTH)
    pop3_server_err (self, NULL, "not printable ASCII words, each after a single space");
  else if (is_strict && (self->config.capabilities & POP3_CAPABILITY_UTF8) == 0 &&
           self->read.text != NULL && !g_str_is_ascii (self->read.text))
    pop3_server_err (self, NULL, "not printable ASCII words, each after a single space");
  else
    {
      self->row = row;
      return FALSE;
    }
  count_error (self);
  return TRUE;
}

/* Whether the client has said all sorts of things for long, but not who it is. */
static gboolean
is_login_overdue (Pop3Server *self, Pop3Verb verb)
{
  return (self->state & NAMING) != 0 && verb != POP3_VERB_QUIT &&
         self->now_us - self->started_us > POP3_SERVER_LOGIN_TIMEOUT_US;
}

static void
run_command (Pop3Server *self, const guint8 *line, gsize length)
{
  WireScan scan;
  gboolean is_read;
  const Pop3Row *row;

  wire_scan_init (&scan, line, length, NULL);
  is_read = pop3_scan_command (&scan, &self->read) && wire_scan_at_end (&scan);
  row = find_row (self, self->read.verb);
  if (is_login_overdue (self, self->read.verb))
    {
      pop3_server_err (self, NULL, "no login in time, closing");
      pop3_server_end (self, POP3_SERVER_EVENT_LOST, "no login in time");
    }
  else if (refuse_command (self, row, is_read, scan.flags))
    return;
  else if (row->rule.shows_password && self->config.guards_passwords && !self->is_secured)
    pop3_server_err (self, "AUTH", "no passwords in clear, say STLS first");
  else
    row->run (self);
}

/* Reads a line of the exchange. Returns: FALSE when no whole line waits. */
static gboolean
read_sasl_line (Pop3Server *self, guint flags)
{
  const guint8 *line;
  gsize length;
  WireFrame frame;

  frame = wire_framer_next_line (self->framer, POP3_SASL_LINE_BYTES_MAX, flags, &line, &length);
  if (frame == WIRE_FRAME_MORE)
    return FALSE;
  wire_outbox_note (&self->outbox, "sasl", line, length);
  self->deadline_us = self->now_us + self->config.autologout_us;
  while (length > 0 && (line[length - 1] == '\n' || line[length - 1] == '\r'))
    length--;
  pop3_server_take_sasl_line (self, (const char *) line, length, frame == WIRE_FRAME_TOO_LONG);
  return TRUE;
}

/* Returns: FALSE when no whole line waits. */
static gboolean
read_line (Pop3Server *self)
{
  guint flags = self->config.profile == POP3_PROFILE_STRICT ? WIRE_FRAMER_STRICT
                                                            : WIRE_FRAMER_BARE_LF_ENDS_LINE;
  const guint8 *line;
  gsize length;
  WireFrame frame;

  if (self->state == POP3_STATE_AUTH)
    return read_sasl_line (self, flags);
  frame = wire_framer_next_line (self->framer, POP3_COMMAND_BYTES_MAX, flags, &line, &length);
  if (frame == WIRE_FRAME_MORE)
    return FALSE;
  wire_outbox_note (&self->outbox, "command", line, length);
  self->deadline_us = self->now_us + self->config.autologout_us;
  pop3_command_clear (&self->read);
  self->row = NULL;
  if (frame == WIRE_FRAME_UNIT)
    {
      run_command (self, line, length);
      return TRUE;
    }
  pop3_server_err (self, NULL, "command line longer than %d octets", POP3_COMMAND_BYTES_MAX);
  count_error (self);
  return TRUE;
}

/* Events */

void
pop3_server_ask (Pop3Server *self, Pop3ServerEventKind kind)
{
  self->asked = kind;
  self->is_new = TRUE;
}

gboolean
pop3_server_take_answer (Pop3Server *self, Pop3ServerEventKind kind)
{
  if (self->asked != kind)
    return FALSE;
  self->asked = POP3_SERVER_EVENT_NONE;
  return TRUE;
}

static void
fill_question (Pop3Server *self, Pop3ServerEvent *out_event)
{
  self->is_new = FALSE;
  out_event->kind = self->asked;
  switch (self->asked)
    {
    case POP3_SERVER_EVENT_LOGIN:
      out_event->user = self->user;
      out_event->password = self->read.verb == POP3_VERB_PASS ? self->read.text : NULL;
      out_event->mechanism = self->mechanism;
      break;
    case POP3_SERVER_EVENT_APOP:
      out_event->user = self->user;
      out_event->mechanism = self->mechanism;
      break;
    case POP3_SERVER_EVENT_AUTH:
      out_event->sasl = &self->sasl_event;
      out_event->mechanism = self->mechanism;
      break;
    case POP3_SERVER_EVENT_MESSAGE:
      out_event->index = (guint) self->read.message_number - 1;
      out_event->is_whole = self->read.verb == POP3_VERB_RETR;
      break;
    default:
      out_event->deleted = (const guint *) (gpointer) self->deleted->data;
      out_event->n_deleted = self->deleted->len;
    }
}

static void
fill_failure (Pop3Server *self, Pop3ServerEvent *out_event)
{
  out_event->kind = POP3_SERVER_EVENT_AUTH_FAILED;
  out_event->user = self->claimed;
  out_event->mechanism = self->mechanism;
  out_event->text = g_steal_pointer (&self->failed);
}

static gboolean
has_room (Pop3Server *self)
{
  return wire_outbox_get_n_output (&self->outbox) < POP3_SERVER_OUTPUT_BYTES_MAX;
}

/* Reads on until there is something to tell or to ask, or nothing more to read. */
static void
read_on (Pop3Server *self)
{
  self->is_out_of_room = FALSE;
  while (self->state != POP3_STATE_CLOSED && !self->is_starting && !self->is_new &&
         self->failed == NULL)
    if (!has_room (self))
      {
        self->is_out_of_room = TRUE;
        return;
      }
    else if (!read_line (self))
      {
        if (self->is_input_over)
          pop3_server_end (self, POP3_SERVER_EVENT_LOST, "the connection ended without QUIT");
        return;
      }
}

gboolean
pop3_server_next_event (Pop3Server *self, Pop3ServerEvent *out_event)
{
  g_return_val_if_fail (self != NULL, FALSE);

  *out_event = (Pop3ServerEvent){ .kind = POP3_SERVER_EVENT_NONE };
  if (self->asked != POP3_SERVER_EVENT_NONE && !self->is_new)
    return FALSE;
  read_on (self);
  if (self->failed != NULL)
    fill_failure (self, out_event);
  else if (self->is_new)
    fill_question (self, out_event);
  else
    {
      if (self->state != POP3_STATE_CLOSED && self->is_starting && self->is_input_over)
        pop3_server_end (self, POP3_SERVER_EVENT_LOST, "the connection ended without QUIT");
      out_event->kind = self->end;
      out_event->text = self->end_text;
      self->end = POP3_SERVER_EVENT_NONE;
      self->end_text = NULL;
    }
  return out_event->kind != POP3_SERVER_EVENT_NONE;
}

gboolean
pop3_server_is_waiting_for_room (const Pop3Server *self)
{
  return self->is_out_of_room;
}

/* The owner's moves */

void
pop3_server_receive (Pop3Server *self, const guint8 *data, gsize length, gint64 now_us)
{
  g_return_if_fail (self != NULL);

  if (self->state == POP3_STATE_CLOSED || self->is_input_over || self->is_starting)
    return;
  self->now_us = now_us;
  wire_framer_push (self->framer, data, length);
}

void
pop3_server_receive_end (Pop3Server *self)
{
  g_return_if_fail (self != NULL);

  self->is_input_over = TRUE;
}

gboolean
pop3_server_starts_tls (Pop3Server *self)
{
  gboolean starts = self->starts_tls;

  self->starts_tls = FALSE;
  return starts;
}

void
pop3_server_secured (Pop3Server *self, const WireSecurity *security, gint64 now_us)
{
  g_return_if_fail (self != NULL);

  if (self->state == POP3_STATE_CLOSED)
    return;
  pop3_server_forget_user (self);
  pop3_server_forget_security (self);
  self->is_secured = TRUE;
  self->is_starting = FALSE;
  self->now_us = self->started_us = now_us;
  self->deadline_us = now_us + self->config.autologout_us;
  self->exporter = security->exporter != NULL ? g_bytes_ref (security->exporter) : NULL;
  self->end_point = security->end_point != NULL ? g_bytes_ref (security->end_point) : NULL;
  if (security->is_verified && security->peer_names != NULL)
    self->certificate_name = g_strdup (security->peer_names[0]);
}

gboolean
pop3_server_is_secured (const Pop3Server *self)
{
  return self->is_secured;
}

GBytes *
pop3_server_take_output (Pop3Server *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return wire_outbox_take_output (&self->outbox);
}

gboolean
pop3_server_next_unit (Pop3Server *self, WireUnit *out_unit)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return wire_outbox_next_unit (&self->outbox, out_unit);
}

/* While the owner owes an answer, the silence is not the client's. */
gint64
pop3_server_get_deadline (const Pop3Server *self)
{
  g_return_val_if_fail (self != NULL, G_MAXINT64);

  if (self->state == POP3_STATE_CLOSED || self->asked != POP3_SERVER_EVENT_NONE)
    return G_MAXINT64;
  return self->deadline_us;
}

void
pop3_server_expire (Pop3Server *self, gint64 now_us)
{
  if (now_us >= pop3_server_get_deadline (self))
    pop3_server_end (self, POP3_SERVER_EVENT_LOST, "autologout");
}

gboolean
pop3_server_is_done (const Pop3Server *self)
{
  g_return_val_if_fail (self != NULL, TRUE);

  return self->state == POP3_STATE_CLOSED;
}

/* The order of a session, for others */

const Pop3ServerRule *
pop3_server_get_rule (guint i)
{
  return i < G_N_ELEMENTS (commands) ? &commands[i].rule : NULL;
}

Pop3State
pop3_server_get_state (const Pop3Server *self)
{
  g_return_val_if_fail (self != NULL, POP3_STATE_CLOSED);

  return self->state;
}

const char *
pop3_state_get_name (Pop3State state)
{
  switch (state)
    {
    case POP3_STATE_AUTHORIZATION:
      return "AUTHORIZATION";
    case POP3_STATE_PASSWORD:
      return "AUTHORIZATION, user named";
    case POP3_STATE_AUTH:
      return "AUTHORIZATION, proving who it is";
    case POP3_STATE_TRANSACTION:
      return "TRANSACTION";
    case POP3_STATE_UPDATE:
      return "UPDATE";
    case POP3_STATE_CLOSED:
      return "closed";
    default:
      g_return_val_if_reached ("");
    }
}

/* Lifecycle */

/* The greeting, with what APOP needs where it is offered. */
static void
greet (Pop3Server *self, const char *greeting)
{
  g_autofree char *text = greeting != NULL
                              ? g_strdup (greeting)
                              : g_strdup_printf ("%s POP3 server ready", self->config.name);
  g_autofree char *whole = NULL;

  if ((self->config.capabilities & POP3_CAPABILITY_APOP) == 0)
    {
      respond (self, TRUE, NULL, text);
      return;
    }
  self->timestamp = pop3_apop_make_timestamp (
      self->config.name, (self->config.epoch_us + self->now_us) / G_USEC_PER_SEC,
      self->config.random, self->config.random_data);
  whole = g_strdup_printf ("%s %s", text, self->timestamp);
  respond (self, TRUE, NULL, whole);
}

Pop3Server *
pop3_server_new (const Pop3ServerConfig *config, gint64 now_us)
{
  Pop3Server *self = g_new0 (Pop3Server, 1);

  self->config = *config;
  self->config.name = g_strdup (config->name);
  self->config.greeting = NULL;
  if (config->autologout_us == 0)
    self->config.autologout_us = POP3_SERVER_AUTOLOGOUT_US;
  self->framer = wire_framer_new ();
  wire_outbox_init (&self->outbox);
  self->now_us = self->started_us = now_us;
  self->deadline_us = now_us + self->config.autologout_us;
  self->state = POP3_STATE_AUTHORIZATION;
  pop3_maildrop_init (&self->maildrop);
  greet (self, config->greeting);
  return self;
}

void
pop3_server_free (Pop3Server *self)
{
  if (self == NULL)
    return;
  pop3_server_forget_user (self);
  pop3_server_forget_security (self);
  wire_framer_free (self->framer);
  wire_outbox_clear (&self->outbox);
  pop3_command_clear (&self->read);
  g_free (self->timestamp);
  g_free ((char *) self->config.name);
  pop3_maildrop_clear (&self->maildrop);
  g_clear_pointer (&self->deleted, g_array_unref);
  g_free (self);
}
