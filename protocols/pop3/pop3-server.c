/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pop3-server.h"

#include "pop3-maildrop.h"

#include <wire/wire-dots.h>
#include <wire/wire-framer.h>

/* What CAPA says of this program (RFC 2449 section 6.9). */
#define IMPLEMENTATION "Postroad"

typedef struct _Command Command;

struct _Pop3Server
{
  WireFramer         *framer;
  WireOutbox          outbox;
  char               *name;
  guint               capabilities;
  Pop3Profile         profile;
  gint64              autologout_us;
  gint64              now_us;      /* when the client was last heard */
  gint64              deadline_us;
  Pop3State           state;
  const Command      *row;         /* of the command at hand */
  Pop3Command         read;        /* the command at hand */
  char               *user;        /* (nullable): after a positive answer to USER */
  guint               n_refused;   /* logins */
  Pop3Maildrop        maildrop;    /* empty before TRANSACTION */
  GArray             *deleted;     /* (nullable), of guint: made for UPDATE */
  Pop3ServerEventKind asked;       /* the event that waits for an answer, or NONE */
  Pop3ServerEventKind end;         /* QUIT or LOST, to be told; else NONE */
  const char         *end_text;    /* why LOST */
  gboolean            is_input_over;
  gboolean            is_starting; /* STLS was accepted: no more is read before TLS */
  gboolean            starts_tls;  /* and that is not told yet */
  gboolean            is_secured;
};

struct _Command
{
  Pop3ServerRule rule;
  void (*run) (Pop3Server *self);
};

/* Responses */

/* Puts a response line together. The text is the owner's in part, so what must
 * not be in a line is replaced, and what is too much is cut off. */
static GString *
format_line (gboolean is_ok, const char *code, const char *text)
{
  GString *line = g_string_new (is_ok ? "+OK" : "-ERR");

  if (code != NULL)
    g_string_append_printf (line, " [%s]", code);
  if (*text != '\0')
    g_string_append_printf (line, " %s", text);
  for (gsize i = 0; i < line->len; i++)
    if (g_ascii_iscntrl (line->str[i]))
      line->str[i] = '?';
  if (line->len > POP3_RESPONSE_BYTES_MAX - 2)
    g_string_truncate (line, POP3_RESPONSE_BYTES_MAX - 2);
  return g_string_append (line, "\r\n");
}

static void
respond (Pop3Server *self, gboolean is_ok, const char *code, const char *text)
{
  GString *line = format_line (is_ok, code, text);

  wire_outbox_send (&self->outbox, "response", (const guint8 *) line->str, line->len);
  g_string_free (line, TRUE);
}

/* Answers the command at hand with +OK, which may lead to another state. */
static void G_GNUC_PRINTF (2, 3)
answer_ok (Pop3Server *self, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list          args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  respond (self, TRUE, NULL, text);
  if (self->row->rule.next != 0)
    self->state = self->row->rule.next;
}

static void
answer_err_with_code (Pop3Server *self, const char *code, const char *text)
{
  gboolean shows_code = (self->capabilities & POP3_CAPABILITY_RESP_CODES) != 0;

  respond (self, FALSE, shows_code ? code : NULL, text);
  if (self->row != NULL && self->row->rule.refused != 0)
    self->state = self->row->rule.refused;
}

static void G_GNUC_PRINTF (2, 3)
answer_err (Pop3Server *self, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list          args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  answer_err_with_code (self, NULL, text);
}

/* Ends the session; QUIT and LOST are then told, UPDATE has been asked. */
static void
end_session (Pop3Server *self, Pop3ServerEventKind kind, const char *text)
{
  self->state = POP3_STATE_CLOSED;
  self->end = kind;
  self->end_text = text;
  wire_framer_drop (self->framer);
}

/* Commands */

/* Returns: (nullable): the message the command names; NULL when it was refused. */
static Pop3MaildropMessage *
find_message (Pop3Server *self)
{
  guint64              number = self->read.message_number;
  guint                n_messages = pop3_maildrop_get_n (&self->maildrop);
  Pop3MaildropMessage *message;

  if (number < 1 || number > n_messages)
    {
      answer_err (self, "no such message, the maildrop has %u", n_messages);
      return NULL;
    }
  message = pop3_maildrop_get (&self->maildrop, (guint) number - 1);
  if (message->is_deleted)
    {
      answer_err (self, "message %" G_GUINT64_FORMAT " is marked as deleted", number);
      return NULL;
    }
  return message;
}

/* Nobody learns here whether the mailbox exists (RFC 1939 section 13). */
static void
do_user (Pop3Server *self)
{
  g_free (self->user);
  self->user = g_steal_pointer (&self->read.text);
  answer_ok (self, "now the password");
}

static void
do_ask (Pop3Server *self)
{
  self->asked = self->row->rule.event;
}

static void
do_stat (Pop3Server *self)
{
  guint   n_messages;
  guint64 octets;

  pop3_maildrop_count (&self->maildrop, &n_messages, &octets);
  answer_ok (self, "%u %" G_GUINT64_FORMAT, n_messages, octets);
}

/* One line of LIST or UIDL. */
static void
append_listing (Pop3Server *self, GString *string, guint i)
{
  const Pop3MaildropMessage *message = pop3_maildrop_get (&self->maildrop, i);

  if (self->row->rule.verb == POP3_VERB_UIDL)
    g_string_append_printf (string, "%u %s", i + 1, message->unique_id);
  else
    g_string_append_printf (string, "%u %" G_GUINT64_FORMAT, i + 1, message->octets);
}

static void
list_one (Pop3Server *self)
{
  GString *line;

  if (find_message (self) == NULL)
    return;
  line = g_string_new (NULL);
  append_listing (self, line, (guint) self->read.message_number - 1);
  answer_ok (self, "%s", line->str);
  g_string_free (line, TRUE);
}

static void
do_list (Pop3Server *self)
{
  g_autofree char *text = NULL;
  GString         *response;

  if (self->read.has_message_number)
    {
      list_one (self);
      return;
    }
  text = pop3_maildrop_describe (&self->maildrop);
  response = format_line (TRUE, NULL, text);
  for (guint i = 0; i < pop3_maildrop_get_n (&self->maildrop); i++)
    if (!pop3_maildrop_get (&self->maildrop, i)->is_deleted)
      {
        append_listing (self, response, i);
        g_string_append (response, "\r\n");
      }
  g_string_append (response, ".\r\n");
  wire_outbox_send (&self->outbox, "response", (const guint8 *) response->str, response->len);
  g_string_free (response, TRUE);
}

static void
do_message (Pop3Server *self)
{
  if (find_message (self) != NULL)
    self->asked = POP3_SERVER_EVENT_MESSAGE;
}

static void
do_dele (Pop3Server *self)
{
  Pop3MaildropMessage *message = find_message (self);

  if (message == NULL)
    return;
  message->is_deleted = TRUE;
  answer_ok (self, "message %" G_GUINT64_FORMAT " deleted", self->read.message_number);
}

static void
do_noop (Pop3Server *self)
{
  answer_ok (self, "%s", "");
}

static void
do_rset (Pop3Server *self)
{
  g_autofree char *text = NULL;

  pop3_maildrop_reset (&self->maildrop);
  text = pop3_maildrop_describe (&self->maildrop);
  answer_ok (self, "maildrop has %s", text);
}

static void
do_capa (Pop3Server *self)
{
  GString *response = format_line (TRUE, NULL, "capability list follows");

  if (self->capabilities & POP3_CAPABILITY_TOP)
    g_string_append (response, "TOP\r\n");
  g_string_append (response, "USER\r\n");
  if (self->capabilities & POP3_CAPABILITY_UIDL)
    g_string_append (response, "UIDL\r\n");
  if (self->capabilities & POP3_CAPABILITY_RESP_CODES)
    g_string_append (response, "RESP-CODES\r\n");
  if ((self->capabilities & POP3_CAPABILITY_STLS) && !self->is_secured &&
      self->state != POP3_STATE_TRANSACTION)
    g_string_append (response, "STLS\r\n");
  g_string_append (response, "PIPELINING\r\nIMPLEMENTATION " IMPLEMENTATION "\r\n.\r\n");
  wire_outbox_send (&self->outbox, "response", (const guint8 *) response->str, response->len);
  g_string_free (response, TRUE);
}

static void
do_stls (Pop3Server *self)
{
  if (self->is_secured)
    {
      answer_err (self, "TLS is active already");
      return;
    }
  answer_ok (self, "begin TLS negotiation");
  self->is_starting = self->starts_tls = TRUE;
  wire_framer_drop (self->framer);
}

static void
do_quit (Pop3Server *self)
{
  answer_ok (self, "%s POP3 server signing off", self->name);
  end_session (self, POP3_SERVER_EVENT_QUIT, NULL);
}

static void
do_update (Pop3Server *self)
{
  self->deleted = pop3_maildrop_list_deleted (&self->maildrop);
  self->state = self->row->rule.next;
  self->asked = POP3_SERVER_EVENT_UPDATE;
}

#define NAMING (POP3_STATE_AUTHORIZATION | POP3_STATE_PASSWORD)

/* One row: verb, legal states, next state, state when refused, capability, event, function. */
#define ROW(verb, legal, next, refused, capability, event, run)                                    \
  { { POP3_VERB_##verb, legal, next, refused, capability, POP3_SERVER_EVENT_##event }, run }

/* The order of a session, RFC 1939 sections 4 to 7 and RFC 2595 section 4: what may come when, and
 * where it leads. USER may also correct a USER: no section asks for it, but a
 * client that mistyped would otherwise have to fail a PASS first. */
static const Command commands[] = {
  ROW (USER, NAMING, POP3_STATE_PASSWORD, POP3_STATE_AUTHORIZATION, 0, NONE, do_user),
  ROW (PASS, POP3_STATE_PASSWORD, POP3_STATE_TRANSACTION, POP3_STATE_AUTHORIZATION, 0, LOGIN,
       do_ask),
  ROW (STAT, POP3_STATE_TRANSACTION, 0, 0, 0, NONE, do_stat),
  ROW (LIST, POP3_STATE_TRANSACTION, 0, 0, 0, NONE, do_list),
  ROW (RETR, POP3_STATE_TRANSACTION, 0, 0, 0, MESSAGE, do_message),
  ROW (DELE, POP3_STATE_TRANSACTION, 0, 0, 0, NONE, do_dele),
  ROW (NOOP, POP3_STATE_TRANSACTION, 0, 0, 0, NONE, do_noop),
  ROW (RSET, POP3_STATE_TRANSACTION, 0, 0, 0, NONE, do_rset),
  ROW (TOP,  POP3_STATE_TRANSACTION, 0, 0, POP3_CAPABILITY_TOP, MESSAGE, do_message),
  ROW (UIDL, POP3_STATE_TRANSACTION, 0, 0, POP3_CAPABILITY_UIDL, NONE, do_list),
  ROW (CAPA, NAMING | POP3_STATE_TRANSACTION, 0, 0, POP3_CAPABILITY_CAPA, NONE, do_capa),
  ROW (STLS, NAMING, POP3_STATE_AUTHORIZATION, 0, POP3_CAPABILITY_STLS, NONE, do_stls),
  ROW (QUIT, NAMING, POP3_STATE_CLOSED, 0, 0, QUIT, do_quit),
  ROW (QUIT, POP3_STATE_TRANSACTION, POP3_STATE_UPDATE, 0, 0, UPDATE, do_update),
};

/* Returns: (nullable): the row for @verb in this state, else any row for it,
 * NULL when this server does not have the command. */
static const Command *
find_command (Pop3Server *self, Pop3Verb verb)
{
  const Command *found = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      const Pop3ServerRule *rule = &commands[i].rule;

      if (rule->verb != verb || (rule->capability & ~self->capabilities) != 0)
        continue;
      found = &commands[i];
      if (rule->legal & self->state)
        break;
    }
  return found;
}

static void
run_command (Pop3Server *self, const guint8 *line, gsize length)
{
  WireScan       scan;
  gboolean       matched;
  const Command *row;

  wire_scan_init (&scan, line, length, NULL);
  matched = pop3_scan_command (&scan, &self->read) && wire_scan_at_end (&scan);
  self->row = row = find_command (self, self->read.verb);
  if (row == NULL)
    answer_err (self, "unknown command");
  else if (!(row->rule.legal & self->state))
    {
      self->row = NULL;
      answer_err (self, "%s may not be given in the state %s",
              pop3_verb_get_keyword (row->rule.verb), pop3_state_get_name (self->state));
    }
  else if (!matched)
    answer_err (self, "usage: %s", pop3_verb_get_usage (row->rule.verb));
  else if (self->profile == POP3_PROFILE_STRICT && (scan.flags & WIRE_SPAN_TOLERATED))
    answer_err (self, "not printable ASCII words, each after a single space");
  else
    row->run (self);
}

/* Returns: FALSE when no whole line waits. */
static gboolean
read_command (Pop3Server *self)
{
  WireFramerFlags flags = self->profile == POP3_PROFILE_STRICT ? WIRE_FRAMER_STRICT
                                                               : WIRE_FRAMER_BARE_LF_ENDS_LINE;
  const guint8   *line;
  gsize           length;
  WireFrame       frame;

  frame = wire_framer_next_line (self->framer, POP3_COMMAND_BYTES_MAX, flags, &line, &length);
  if (frame == WIRE_FRAME_MORE)
    return FALSE;
  wire_outbox_note (&self->outbox, "command", line, length);
  self->deadline_us = self->now_us + self->autologout_us;
  pop3_command_clear (&self->read);
  self->row = NULL;
  if (frame == WIRE_FRAME_TOO_LONG)
    answer_err (self, "command line longer than %d octets", POP3_COMMAND_BYTES_MAX);
  else
    run_command (self, line, length);
  return TRUE;
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

static void
fill_question (Pop3Server *self, Pop3ServerEvent *out_event)
{
  out_event->kind = self->asked;
  if (self->asked == POP3_SERVER_EVENT_LOGIN)
    {
      out_event->user = self->user;
      out_event->password = self->read.text;
    }
  else if (self->asked == POP3_SERVER_EVENT_MESSAGE)
    {
      out_event->index = (guint) self->read.message_number - 1;
      out_event->is_whole = self->read.verb == POP3_VERB_RETR;
    }
  else
    {
      out_event->deleted = (const guint *) (gpointer) self->deleted->data;
      out_event->n_deleted = self->deleted->len;
    }
}

gboolean
pop3_server_next_event (Pop3Server *self, Pop3ServerEvent *out_event)
{
  g_return_val_if_fail (self != NULL, FALSE);

  *out_event = (Pop3ServerEvent){ .kind = POP3_SERVER_EVENT_NONE };
  if (self->asked != POP3_SERVER_EVENT_NONE)
    return FALSE;
  while (self->state != POP3_STATE_CLOSED && !self->is_starting && read_command (self))
    if (self->asked != POP3_SERVER_EVENT_NONE)
      {
        fill_question (self, out_event);
        return TRUE;
      }
  if (self->state != POP3_STATE_CLOSED && self->is_input_over)
    end_session (self, POP3_SERVER_EVENT_LOST, "the connection ended without QUIT");
  out_event->kind = self->end;
  out_event->text = self->end_text;
  self->end = POP3_SERVER_EVENT_NONE;
  self->end_text = NULL;
  return out_event->kind != POP3_SERVER_EVENT_NONE;
}

/* Returns: whether the answer fits what was asked; clears the question. */
static gboolean
take_answer (Pop3Server *self, Pop3ServerEventKind kind)
{
  if (self->asked != kind)
    return FALSE;
  self->asked = POP3_SERVER_EVENT_NONE;
  return TRUE;
}

void
pop3_server_accept_login (Pop3Server *self, const Pop3MaildropItem *items, guint n_items)
{
  g_autofree char *text = NULL;

  g_return_if_fail (self != NULL && take_answer (self, POP3_SERVER_EVENT_LOGIN));

  for (guint i = 0; i < n_items; i++)
    {
      g_warn_if_fail (pop3_unique_id_is_valid (items[i].unique_id));
      pop3_maildrop_add (&self->maildrop, items[i].octets, items[i].unique_id);
    }
  text = pop3_maildrop_describe (&self->maildrop);
  answer_ok (self, "maildrop has %s", text);
}

void
pop3_server_refuse_login (Pop3Server *self, const char *code, const char *text)
{
  g_return_if_fail (self != NULL && take_answer (self, POP3_SERVER_EVENT_LOGIN));

  answer_err_with_code (self, code, text);
  if (++self->n_refused >= POP3_SERVER_LOGINS_MAX)
    end_session (self, POP3_SERVER_EVENT_LOST, "too many refused logins");
}

void
pop3_server_give_message (Pop3Server *self, GBytes *message)
{
  g_autoptr (GBytes) wire = NULL;
  g_autoptr (GBytes) block = NULL;

  g_return_if_fail (self != NULL && take_answer (self, POP3_SERVER_EVENT_MESSAGE));

  if (message == NULL)
    {
      answer_err (self, "message %" G_GUINT64_FORMAT " can't be read", self->read.message_number);
      return;
    }
  wire = pop3_message_to_wire (message);
  if (self->read.verb == POP3_VERB_TOP)
    {
      g_autoptr (GBytes) whole = g_steal_pointer (&wire);

      wire = pop3_message_top (whole, self->read.n_lines);
      answer_ok (self, "top of message follows");
    }
  else
    answer_ok (self, "%" G_GSIZE_FORMAT " octets", g_bytes_get_size (wire));
  block = wire_dots_stuff (g_bytes_get_data (wire, NULL), g_bytes_get_size (wire));
  wire_outbox_send (&self->outbox, "data", g_bytes_get_data (block, NULL),
                    g_bytes_get_size (block));
}

void
pop3_server_finish_update (Pop3Server *self, gboolean is_complete)
{
  guint   n_left;
  guint64 octets;

  g_return_if_fail (self != NULL && take_answer (self, POP3_SERVER_EVENT_UPDATE));

  pop3_maildrop_count (&self->maildrop, &n_left, &octets);
  if (!is_complete)
    answer_err (self, "some deleted messages not removed");
  else if (n_left == 0)
    answer_ok (self, "%s POP3 server signing off (maildrop empty)", self->name);
  else
    answer_ok (self, "%s POP3 server signing off (%u %s left)", self->name, n_left,
            n_left == 1 ? "message" : "messages");
  end_session (self, POP3_SERVER_EVENT_NONE, NULL);
}

gboolean
pop3_server_starts_tls (Pop3Server *self)
{
  gboolean starts = self->starts_tls;

  self->starts_tls = FALSE;
  return starts;
}

void
pop3_server_secured (Pop3Server *self, gint64 now_us)
{
  g_return_if_fail (self != NULL);

  self->is_secured = TRUE;
  self->is_starting = FALSE;
  self->now_us = now_us;
  self->deadline_us = now_us + self->autologout_us;
  g_clear_pointer (&self->user, g_free);
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
    end_session (self, POP3_SERVER_EVENT_LOST, "autologout");
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

Pop3Server *
pop3_server_new (const Pop3ServerConfig *config, gint64 now_us)
{
  Pop3Server      *self = g_new0 (Pop3Server, 1);
  g_autofree char *greeting = NULL;

  self->framer = wire_framer_new ();
  wire_outbox_init (&self->outbox);
  self->name = g_strdup (config->name);
  self->capabilities = config->capabilities;
  self->profile = config->profile;
  self->autologout_us =
      config->autologout_us != 0 ? config->autologout_us : POP3_SERVER_AUTOLOGOUT_US;
  self->now_us = now_us;
  self->deadline_us = now_us + self->autologout_us;
  self->state = POP3_STATE_AUTHORIZATION;
  pop3_maildrop_init (&self->maildrop);
  greeting = config->greeting != NULL ? g_strdup (config->greeting)
                                      : g_strdup_printf ("%s POP3 server ready", config->name);
  respond (self, TRUE, NULL, greeting);
  return self;
}

void
pop3_server_free (Pop3Server *self)
{
  if (self == NULL)
    return;
  wire_framer_free (self->framer);
  wire_outbox_clear (&self->outbox);
  pop3_command_clear (&self->read);
  g_free (self->user);
  g_free (self->name);
  pop3_maildrop_clear (&self->maildrop);
  g_clear_pointer (&self->deleted, g_array_unref);
  g_free (self);
}
