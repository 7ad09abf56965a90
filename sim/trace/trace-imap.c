/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "trace-imap.h"

#include <imap/imap-grammar.h>
#include <string.h>

/* A command that waits for its tagged response. */
typedef struct
{
  char    *tag;
  ImapVerb verb;
  char    *mailbox;    /* (nullable): of SELECT and EXAMINE */
  guint64  n_messages; /* told meanwhile of the mailbox that is being selected */
} Pending;

typedef struct
{
  TraceImapSession now;
  GArray          *past;    /* of TraceImapSession: what it was from an event on */
  GArray          *pending; /* of Pending */
} Session;

struct _TraceImaps
{
  TraceLog     *log;
  guint         n_events;   /* read so far */
  GHashTable   *by_id;      /* connection -> Session */
  GPtrArray    *in_order;   /* of Session, borrowed */
  GStringChunk *names;
};

static void
clear_pending (gpointer data)
{
  Pending *pending = data;

  g_free (pending->tag);
  g_free (pending->mailbox);
}

static void
free_session (gpointer data)
{
  Session *session = data;

  g_array_unref (session->past);
  g_array_unref (session->pending);
  g_free (session);
}

static Session *
get_session (TraceImaps *self, guint connection)
{
  Session *session = g_hash_table_lookup (self->by_id, GUINT_TO_POINTER (connection));

  if (session != NULL)
    return session;
  session = g_new0 (Session, 1);
  session->now.connection = connection;
  session->now.state = IMAP_STATE_NOT_AUTHENTICATED;
  session->past = g_array_new (FALSE, FALSE, sizeof (TraceImapSession));
  session->pending = g_array_new (FALSE, FALSE, sizeof (Pending));
  g_array_set_clear_func (session->pending, clear_pending);
  g_hash_table_insert (self->by_id, GUINT_TO_POINTER (connection), session);
  g_ptr_array_add (self->in_order, session);
  return session;
}

/* Words */

static char *
dup_word (const guint8 **data, const guint8 *end)
{
  const guint8 *begin = *data;

  while (*data < end && g_ascii_isgraph (**data))
    (*data)++;
  end = *data;
  while (**data == ' ')
    (*data)++;
  return g_strndup ((const char *) begin, (gsize) (end - begin));
}

static gboolean
is_word (const char *word, const char *other)
{
  return g_ascii_strcasecmp (word, other) == 0;
}

/* Commands */

static char *
dup_mailbox_as (const guint8 *data, gsize length, guint enabled)
{
  ImapReading reading = { .enabled = enabled, .may_be_cut = TRUE };
  ImapCommand command = { 0 };
  WireScan    scan;
  char       *mailbox;

  wire_scan_init (&scan, data, length, NULL);
  imap_scan_command (&scan, &reading, &command);
  mailbox = g_steal_pointer (&command.mailbox);
  imap_command_clear (&command);
  return mailbox;
}

/* Returns: (transfer full) (nullable): the mailbox that is to be selected; a name in UTF-8 is only
 * sent where that is agreed on */
static char *
dup_mailbox (const guint8 *data, gsize length)
{
  char *mailbox = dup_mailbox_as (data, length, 0);

  if (mailbox == NULL)
    mailbox = dup_mailbox_as (data, length, IMAP_ENABLED_UTF8);
  /* It is to come in a literal. */
  if (mailbox != NULL && mailbox[0] == '\0')
    g_clear_pointer (&mailbox, g_free);
  return mailbox;
}

static void
read_command (Session *session, const char *line, const guint8 *data, gsize length)
{
  const guint8    *word = (const guint8 *) line;
  const guint8    *end = word + strlen (line);
  g_autofree char *tag = dup_word (&word, end);
  g_autofree char *verb = dup_word (&word, end);
  Pending          pending = { .verb = imap_verb_find (verb, strlen (verb)) };

  if (pending.verb == IMAP_VERB_UNKNOWN || session->pending->len >= TRACE_IMAP_PENDING_MAX)
    return;
  pending.tag = g_steal_pointer (&tag);
  if (pending.verb == IMAP_VERB_SELECT || pending.verb == IMAP_VERB_EXAMINE)
    pending.mailbox = dup_mailbox (data, length);
  if (pending.verb == IMAP_VERB_IDLE)
    session->now.is_idle = TRUE;
  g_array_append_val (session->pending, pending);
}

/* Returns: (nullable): the command that selects a mailbox, before whose end responses tell of it */
static Pending *
find_selecting (Session *session)
{
  for (guint i = 0; i < session->pending->len; i++)
    {
      Pending *pending = &g_array_index (session->pending, Pending, i);

      if (pending->verb == IMAP_VERB_SELECT || pending->verb == IMAP_VERB_EXAMINE)
        return pending;
    }
  return NULL;
}

/* The name of the mailbox came as a literal of its own: in modified UTF-7, or in UTF-8 where that
 * was agreed on, which the literal does not tell. */
static void
read_literal (Session *session, const guint8 *data, gsize length)
{
  Pending *pending = find_selecting (session);
  char    *name;

  if (pending == NULL || pending->mailbox != NULL)
    return;
  name = imap_name_from_utf7 ((const char *) data, length);
  if (name == NULL && g_utf8_validate_len ((const char *) data, length, NULL))
    name = g_strndup ((const char *) data, length);
  if (name != NULL && imap_name_is_inbox (name))
    {
      g_free (name);
      name = g_strdup ("INBOX");
    }
  pending->mailbox = name;
}

/* Responses */

static const ImapServerRule *
find_rule (ImapVerb verb)
{
  const ImapServerRule *rule;

  for (guint i = 0; (rule = imap_server_get_rule (i)) != NULL; i++)
    if (rule->verb == verb)
      return rule;
  return NULL;
}

static void
set_state (TraceImaps *self, Session *session, ImapState state, const Pending *pending)
{
  gboolean is_selection = state == IMAP_STATE_SELECTED && pending != NULL &&
                          (pending->verb == IMAP_VERB_SELECT || pending->verb == IMAP_VERB_EXAMINE);

  session->now.state = state;
  if (is_selection)
    {
      const char *name = pending->mailbox != NULL ? pending->mailbox : "";

      session->now.mailbox = g_string_chunk_insert_const (self->names, name);
      session->now.n_messages = pending->n_messages;
    }
  else if (state != IMAP_STATE_SELECTED)
    {
      session->now.mailbox = NULL;
      session->now.is_read_only = FALSE;
      session->now.n_messages = 0;
    }
}

static void
read_tagged (TraceImaps *self, Session *session, const char *tag, const char *condition,
             const char *rest)
{
  for (guint i = 0; i < session->pending->len; i++)
    {
      const Pending        *pending = &g_array_index (session->pending, Pending, i);
      const ImapServerRule *rule = find_rule (pending->verb);
      guint                 next = 0;

      if (strcmp (pending->tag, tag) != 0)
        continue;
      if (is_word (condition, "OK") && rule != NULL)
        next = rule->next;
      else if (is_word (condition, "NO") && rule != NULL &&
               (rule->refused == 0 || session->now.state == IMAP_STATE_SELECTED))
        next = rule->refused;
      if (next != 0)
        set_state (self, session, (ImapState) next, pending);
      if (next == IMAP_STATE_SELECTED)
        session->now.is_read_only = pending->verb == IMAP_VERB_EXAMINE ||
                                    g_ascii_strncasecmp (rest, "[READ-ONLY]", 11) == 0;
      if (pending->verb == IMAP_VERB_IDLE)
        session->now.is_idle = FALSE;
      g_array_remove_index (session->pending, i);
      return;
    }
}

/* Returns: how many messages a VANISHED without EARLIER tells of (RFC 7162 section 3.2.10). */
static guint64
count_vanished (const char *rest)
{
  g_autoptr (ImapSet) set = NULL;

  if (rest[0] == '(')
    return 0;
  set = imap_set_parse (rest, strlen (rest));
  return set != NULL ? imap_set_count (set) : 0;
}

static void
read_untagged (TraceImaps *self, Session *session, const char *word, const char *rest)
{
  Pending *selecting = find_selecting (session);
  guint64 *n = selecting != NULL ? &selecting->n_messages : &session->now.n_messages;
  guint64  number;

  if (g_ascii_string_to_unsigned (word, 10, 0, G_MAXUINT32, &number, NULL))
    {
      if (is_word (rest, "EXISTS"))
        *n = number;
      else if (is_word (rest, "EXPUNGE") && *n > 0)
        (*n)--;
    }
  else if (is_word (word, "VANISHED"))
    *n -= MIN (*n, count_vanished (rest));
  else if (is_word (word, "PREAUTH"))
    set_state (self, session, IMAP_STATE_AUTHENTICATED, NULL);
  else if (is_word (word, "BYE"))
    set_state (self, session, IMAP_STATE_LOGOUT, NULL);
  else if (is_word (word, "OK") && g_ascii_strncasecmp (rest, "[CLOSED]", 8) == 0)
    set_state (self, session, IMAP_STATE_AUTHENTICATED, NULL);
}

static void
read_response (TraceImaps *self, Session *session, const char *line)
{
  const guint8    *at = (const guint8 *) line;
  const guint8    *end = at + strlen (line);
  g_autofree char *tag = dup_word (&at, end);
  g_autofree char *word = dup_word (&at, end);

  if (strcmp (tag, "*") == 0)
    read_untagged (self, session, word, (const char *) at);
  else if (strcmp (tag, "+") != 0)
    read_tagged (self, session, tag, word, (const char *) at);
}

/* Of a unit longer than this the rest of its first line tells nothing here: ours, a set of UIDs
 * that vanished is as long as a command may be. */
#define LINE_BYTES_MAX (64 * 1024)

static char *
dup_line (const guint8 *data, gsize length)
{
  const guint8 *end = length > 0 ? memchr (data, '\r', MIN (length, LINE_BYTES_MAX)) : NULL;

  return g_strndup ((const char *) data,
                    end != NULL ? (gsize) (end - data) : MIN (length, LINE_BYTES_MAX));
}

static void
read_unit (TraceImaps *self, Session *session, const TraceEvent *event)
{
  const char      *what = trace_log_get_what (self->log, event);
  gsize            length;
  const guint8    *data = trace_log_get_bytes (self->log, event, &length);
  g_autofree char *line = dup_line (data, length);

  if (strcmp (what, "command") == 0)
    read_command (session, line, data, length);
  else if (strcmp (what, "literal") == 0)
    read_literal (session, data, length);
  else if (strcmp (what, "response") == 0)
    read_response (self, session, line);
}

static void
read_event (TraceImaps *self, guint position)
{
  const TraceEvent *event = trace_log_get_event (self->log, position);
  gboolean          is_end = event->kind == TRACE_CLOSE || event->kind == TRACE_RESET;
  Session          *session;
  TraceImapSession  before;

  if (event->connection == 0 || (event->kind != TRACE_UNIT && !is_end) ||
      trace_log_get_connection (self->log, event->connection)->protocol != TRACE_IMAP)
    return;
  session = get_session (self, event->connection);
  before = session->now;
  if (is_end)
    set_state (self, session, IMAP_STATE_LOGOUT, NULL);
  else
    read_unit (self, session, event);
  if (session->past->len > 0 && before.state == session->now.state &&
      before.mailbox == session->now.mailbox && before.n_messages == session->now.n_messages &&
      before.is_idle == session->now.is_idle && before.is_read_only == session->now.is_read_only)
    return;
  session->now.position = position;
  g_array_append_val (session->past, session->now);
}

gboolean
trace_imaps_update (TraceImaps *self, guint n_events_max)
{
  guint n_events = trace_log_get_n_events (self->log);
  guint end = n_events - self->n_events > n_events_max ? self->n_events + n_events_max : n_events;

  for (; self->n_events < end; self->n_events++)
    read_event (self, self->n_events);
  return self->n_events < n_events;
}

/* Answers */

/* Returns: (nullable): what the session was at the playhead */
static const TraceImapSession *
find_past (const Session *session, guint playhead)
{
  guint low = 0, high = session->past->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (g_array_index (session->past, TraceImapSession, middle).position < playhead)
        low = middle + 1;
      else
        high = middle;
    }
  return low > 0 ? &g_array_index (session->past, TraceImapSession, low - 1) : NULL;
}

static void
read_up_to (TraceImaps *self, guint playhead)
{
  if (self->n_events < playhead)
    trace_imaps_update (self, playhead - self->n_events);
}

gboolean
trace_imaps_get (TraceImaps *self, guint connection, guint playhead, TraceImapSession *out_session)
{
  const TraceImapSession *found = NULL;
  const Session          *session;

  read_up_to (self, playhead);
  session = g_hash_table_lookup (self->by_id, GUINT_TO_POINTER (connection));
  if (session != NULL)
    found = find_past (session, playhead);
  *out_session = found != NULL ? *found
                               : (TraceImapSession){ .connection = connection,
                                                     .state = IMAP_STATE_NOT_AUTHENTICATED };
  return found != NULL;
}

GArray *
trace_imaps_list (TraceImaps *self, guint actor, guint playhead)
{
  GArray *list = g_array_new (FALSE, FALSE, sizeof (TraceImapSession));

  read_up_to (self, playhead);
  for (guint i = 0; i < self->in_order->len; i++)
    {
      const Session          *session = g_ptr_array_index (self->in_order, i);
      const TraceImapSession *found = find_past (session, playhead);

      if (found != NULL && found->state != IMAP_STATE_LOGOUT &&
          trace_log_get_connection (self->log, found->connection)->to == actor)
        g_array_append_val (list, *found);
    }
  return list;
}

/* Lifecycle */

TraceImaps *
trace_imaps_new (TraceLog *log)
{
  TraceImaps *self = g_new0 (TraceImaps, 1);

  self->log = trace_log_ref (log);
  self->by_id = g_hash_table_new_full (NULL, NULL, NULL, free_session);
  self->in_order = g_ptr_array_new ();
  self->names = g_string_chunk_new (256);
  return self;
}

void
trace_imaps_free (TraceImaps *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->in_order);
  g_hash_table_unref (self->by_id);
  g_string_chunk_free (self->names);
  trace_log_unref (self->log);
  g_free (self);
}
