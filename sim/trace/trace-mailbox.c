/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "trace-mailbox.h"

#include <string.h>

#include "trace-note.h"

#define INBOX "INBOX"
#define NEVER G_MAXUINT32

/* What a message is from an event on. */
typedef struct
{
  guint32     position;
  guint64     modseq;
  const char *flags; /* interned */
} State;

typedef struct
{
  guint32 uid;
  guint   message;
  guint32 died; /* position of the event that removed it, or NEVER */
  GArray *states;
} Message;

/* What a mailbox is from an event on. */
typedef struct
{
  guint32     position; /* of the event plus 1; 0: from the beginning */
  const char *name; /* interned, as the uses are */
  const char *uses;
  gboolean    is_subscribed;
  guint32     uid_validity;
  guint32     uid_next;
  guint64     modseq;
  guint64     n_bytes;
} Level;

typedef struct
{
  char   *user;
  guint   actor;
  guint32 died;
  GArray *levels;   /* of Level; the first is its birth */
  GArray *messages; /* of Message, in order of UIDs */
} Box;

struct _TraceMailboxes
{
  TraceLog     *log;
  guint         n_events; /* read so far */
  guint         n_changes; /* of messages */
  GPtrArray    *boxes;    /* of Box */
  GHashTable   *alive;    /* "ACTOR USER\nNAME" -> Box, borrowed */
  GStringChunk *texts;
};

static void
clear_message (gpointer data)
{
  g_array_unref (((Message *) data)->states);
}

static void
free_box (gpointer data)
{
  Box *box = data;

  g_free (box->user);
  g_array_unref (box->levels);
  g_array_unref (box->messages);
  g_free (box);
}

/* Sets of numbers: "3,5:7", in the order in which they are written */

typedef struct
{
  const char *text;
  guint64     next, last; /* of the range that is being told */
  gboolean    is_within;
} Numbers;

static gboolean
next_number (Numbers *self, guint32 *out_number)
{
  if (!self->is_within)
    {
      char *end;

      if (self->text == NULL || !g_ascii_isdigit (*self->text))
        return FALSE;
      self->next = self->last = g_ascii_strtoull (self->text, &end, 10);
      if (*end == ':' && g_ascii_isdigit (end[1]))
        self->last = g_ascii_strtoull (end + 1, &end, 10);
      self->text = *end == ',' ? end + 1 : NULL;
      if (self->last > G_MAXUINT32 || self->next > self->last)
        return FALSE;
    }
  *out_number = (guint32) self->next;
  self->is_within = self->next++ < self->last;
  return TRUE;
}

/* Notes write a backslash twice, so that what they escape can be told from what was there.
 * Returns: (nullable): the value as it was, interned. */
static const char *
get_text (TraceMailboxes *self, const TraceNote *note, const char *key)
{
  const char *value = trace_note_get_detail (note, key);
  g_autoptr (GString) text = NULL;

  if (value == NULL)
    return NULL;
  text = g_string_new (NULL);
  for (; *value != '\0'; value++)
    {
      value += value[0] == '\\' && value[1] == '\\';
      g_string_append_c (text, *value);
    }
  return g_string_chunk_insert_const (self->texts, text->str);
}

/* Mailboxes as they are at the end of what was read */

static char *
make_key (guint actor, const char *user, const char *name)
{
  return g_strdup_printf ("%u %s\n%s", actor, user, name);
}

static Level *
get_last (const Box *box)
{
  return &g_array_index (box->levels, Level, box->levels->len - 1);
}

/* What was there is there from @position on, to be changed. */
static Level *
begin_level (Box *box, guint position)
{
  Level level = *get_last (box);

  level.position = position + 1;
  if (get_last (box)->position != level.position)
    g_array_append_val (box->levels, level);
  return get_last (box);
}

/* Returns: (nullable): the mailbox, made if it is new; INBOX was there from the beginning. */
static Box *
get_box (TraceMailboxes *self, guint actor, const char *user, const char *name, guint position)
{
  char *key = make_key (actor, user, name);
  Box  *box = g_hash_table_lookup (self->alive, key);
  Level birth = { .position = strcmp (name, INBOX) == 0 ? 0 : position + 1 };

  if (box != NULL || self->boxes->len >= TRACE_MAILBOXES_MAX)
    {
      g_free (key);
      return box;
    }
  birth.name = g_string_chunk_insert_const (self->texts, name);
  birth.uses = "";
  box = g_new0 (Box, 1);
  box->user = g_strdup (user);
  box->actor = actor;
  box->died = NEVER;
  box->levels = g_array_new (FALSE, FALSE, sizeof (Level));
  box->messages = g_array_new (FALSE, FALSE, sizeof (Message));
  g_array_set_clear_func (box->messages, clear_message);
  g_array_append_val (box->levels, birth);
  g_ptr_array_add (self->boxes, box);
  g_hash_table_insert (self->alive, key, box);
  return box;
}

/* Returns: the index of the message, or of the first after it. */
static guint
find_message (const Box *box, guint32 uid)
{
  guint low = 0, high = box->messages->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (g_array_index (box->messages, Message, middle).uid < uid)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

/* Changes */

/* One note, read. */
typedef struct
{
  const TraceEvent *event;
  const TraceNote  *note;
  guint             position;
  const char       *change;
  guint64           modseq;
  const char       *flags; /* interned */
} Change;

static void
set_state (Message *message, const Change *change)
{
  State state = { change->position, change->modseq, change->flags };

  g_array_append_val (message->states, state);
}

/* UIDs only rise: what would not is none of ours. */
static void
add_messages (TraceMailboxes *self, Box *box, const Change *change)
{
  Numbers uids = { .text = trace_note_get_detail (change->note, "uids") };
  Numbers numbers = { .text = trace_note_get_detail (change->note, "numbers") };
  gboolean is_listed = numbers.text != NULL;
  guint32 uid, number;

  while (box->messages->len < TRACE_MAILBOX_MESSAGES_MAX &&
         self->n_changes < TRACE_MAILBOX_CHANGES_MAX && next_number (&uids, &uid))
    {
      Message message = { uid, change->event->message, NEVER, NULL };
      guint   at = find_message (box, uid);

      if (is_listed)
        message.message = next_number (&numbers, &number) ? number : 0;
      if (at < box->messages->len && g_array_index (box->messages, Message, at).uid == uid)
        continue;
      message.states = g_array_new (FALSE, FALSE, sizeof (State));
      set_state (&message, change);
      self->n_changes++;
      g_array_insert_val (box->messages, at, message);
    }
}

/* A range may be far wider than what is there: UIDs that are not are leapt over. */
static void
change_messages (TraceMailboxes *self, Box *box, const Change *change)
{
  Numbers  uids = { .text = trace_note_get_detail (change->note, "uids") };
  gboolean is_removal = strcmp (change->change, "removed") == 0;
  guint32  uid;

  while (self->n_changes < TRACE_MAILBOX_CHANGES_MAX && next_number (&uids, &uid))
    {
      guint    at = find_message (box, uid);
      Message *message =
          at < box->messages->len ? &g_array_index (box->messages, Message, at) : NULL;

      if (message == NULL || message->uid > uids.last)
        uids.is_within = FALSE;
      else if (message->uid > uid)
        uids.next = message->uid;
      else if (message->died == NEVER)
        {
          self->n_changes++;
          if (is_removal)
            message->died = change->position;
          else
            set_state (message, change);
        }
    }
}

static void
set_numbers (Level *level, const TraceNote *note)
{
  guint64 number;

  if (trace_note_get_number (note, "uid-validity", &number))
    level->uid_validity = (guint32) number;
  if (trace_note_get_number (note, "uid-next", &number))
    level->uid_next = (guint32) number;
  if (trace_note_get_number (note, "modseq", &number))
    level->modseq = MAX (level->modseq, number);
  if (trace_note_get_number (note, "bytes", &number))
    level->n_bytes = number;
}

static void
rename_box (TraceMailboxes *self, Box *box, const char *to, guint position)
{
  char *old = make_key (box->actor, box->user, get_last (box)->name);
  char *new = make_key (box->actor, box->user, to);

  g_hash_table_remove (self->alive, old);
  g_free (old);
  begin_level (box, position)->name = g_string_chunk_insert_const (self->texts, to);
  g_hash_table_replace (self->alive, new, box);
}

/* With all below it. */
static void
rename_all (TraceMailboxes *self, const char *user, const char *from, const Change *change)
{
  const char      *to = get_text (self, change->note, "to");
  gsize            length = strlen (from);
  g_autofree char *below = g_strconcat (from, "/", NULL);

  for (guint i = 0; to != NULL && i < self->boxes->len; i++)
    {
      Box        *box = g_ptr_array_index (self->boxes, i);
      const char *name = get_last (box)->name;

      if (box->died != NEVER || box->actor != change->event->from ||
          strcmp (box->user, user) != 0)
        continue;
      if (strcmp (name, from) == 0)
        {
          rename_box (self, box, to, change->position);
          set_numbers (begin_level (box, change->position), change->note);
        }
      else if (g_str_has_prefix (name, below))
        {
          g_autofree char *new = g_strconcat (to, name + length, NULL);

          rename_box (self, box, new, change->position);
        }
    }
}

static void
delete_box (TraceMailboxes *self, guint actor, const char *user, const char *name, guint position)
{
  g_autofree char *key = make_key (actor, user, name);
  Box             *box = g_hash_table_lookup (self->alive, key);

  if (box == NULL)
    return;
  box->died = position;
  g_hash_table_remove (self->alive, key);
}

/* What happened to a mailbox that stays. */
static void
change_box (TraceMailboxes *self, Box *box, const Change *change)
{
  const char *uses = get_text (self, change->note, "uses");
  Level      *level = begin_level (box, change->position);

  set_numbers (level, change->note);
  if (uses != NULL)
    level->uses = uses;
  if (strcmp (change->change, "subscribed") == 0 || strcmp (change->change, "unsubscribed") == 0)
    level->is_subscribed = *change->change == 's';
  else if (strcmp (change->change, "added") == 0)
    add_messages (self, box, change);
  else if (strcmp (change->change, "flags") == 0 || strcmp (change->change, "removed") == 0)
    change_messages (self, box, change);
}

/* A name for others below it, or one that is only subscribed to, is no mailbox. */
static gboolean
is_mailbox (TraceMailboxes *self, const Change *change, const char *user, const char *name)
{
  g_autofree char *key = make_key (change->event->from, user, name);

  return strcmp (name, INBOX) == 0 || g_hash_table_contains (self->alive, key) ||
         trace_note_get_detail (change->note, "uid-validity") != NULL;
}

static void
take_in (TraceMailboxes *self, const Change *change)
{
  guint       actor = change->event->from;
  const char *user = get_text (self, change->note, "user");
  const char *name = get_text (self, change->note, "mailbox");
  Box        *box;

  if (user == NULL || name == NULL || *name == '\0')
    return;
  if (strcmp (change->change, "renamed") == 0)
    rename_all (self, user, name, change);
  else if (strcmp (change->change, "deleted") == 0)
    delete_box (self, actor, user, name, change->position);
  else if (is_mailbox (self, change, user, name))
    {
      box = get_box (self, actor, user, name, change->position);
      if (box != NULL)
        change_box (self, box, change);
    }
}

static void
take_in_event (TraceMailboxes *self, guint position)
{
  const TraceEvent *event = trace_log_get_event (self->log, position);
  Change            change = { .event = event, .position = position, .flags = "()" };
  const guint8     *bytes;
  gsize             length;
  g_autoptr (TraceNote) note = NULL;
  const char *flags;

  if (event->kind != TRACE_NOTE && event->kind != TRACE_MESSAGE)
    return;
  bytes = trace_log_get_bytes (self->log, event, &length);
  if (g_strstr_len ((const char *) bytes, (gssize) length, "\nchange: ") == NULL)
    return;
  note = trace_note_new (self->log, event);
  change.note = note;
  change.change = trace_note_get_detail (note, "change");
  if (change.change == NULL)
    return;
  trace_note_get_number (note, "modseq", &change.modseq);
  flags = get_text (self, note, "flags");
  if (flags != NULL)
    change.flags = flags;
  take_in (self, &change);
}

gboolean
trace_mailboxes_update (TraceMailboxes *self, guint n_events_max)
{
  guint n_events = trace_log_get_n_events (self->log);
  guint end = n_events - self->n_events > n_events_max ? self->n_events + n_events_max : n_events;

  for (; self->n_events < end; self->n_events++)
    take_in_event (self, self->n_events);
  return self->n_events < n_events;
}

/* Answers */

/* Returns: (nullable): the last item whose position, its first member, is below @playhead. */
static gconstpointer
find_last (const GArray *items, guint size, guint playhead)
{
  guint low = 0, high = items->len;

  while (low < high)
    {
      guint   middle = low + (high - low) / 2;
      guint32 position;

      memcpy (&position, items->data + (gsize) middle * size, sizeof position);
      if (position < playhead)
        low = middle + 1;
      else
        high = middle;
    }
  return low > 0 ? items->data + (gsize) (low - 1) * size : NULL;
}

static const Level *
get_level (const Box *box, guint playhead)
{
  return box->died < playhead ? NULL : find_last (box->levels, sizeof (Level), playhead + 1);
}

/* Returns: how many messages are there; @out: (nullable): gets them, of TraceMailboxMessage */
static guint
tell_messages (const Box *box, guint playhead, GArray *out)
{
  guint n = 0;

  for (guint i = 0; i < box->messages->len; i++)
    {
      const Message *message = &g_array_index (box->messages, Message, i);
      const State   *state = message->died >= playhead
                                 ? find_last (message->states, sizeof (State), playhead)
                                 : NULL;
      TraceMailboxMessage told;

      if (state == NULL)
        continue;
      n++;
      told = (TraceMailboxMessage){ message->uid, n, message->message, state->flags,
                                    state->modseq, state->position };
      if (out != NULL)
        g_array_append_val (out, told);
    }
  return n;
}

static TraceMailbox *
make_mailbox (const Box *box, const Level *level, guint playhead, gboolean has_messages)
{
  TraceMailbox *mailbox = g_new0 (TraceMailbox, 1);

  mailbox->user = g_strdup (box->user);
  mailbox->name = g_strdup (level->name);
  mailbox->uses = g_strdup (level->uses);
  mailbox->is_subscribed = level->is_subscribed;
  mailbox->uid_validity = level->uid_validity;
  mailbox->uid_next = level->uid_next;
  mailbox->modseq = level->modseq;
  mailbox->n_bytes = level->n_bytes;
  mailbox->position = level->position > 0 ? level->position - 1 : G_MAXUINT;
  if (has_messages)
    mailbox->messages = g_array_new (FALSE, FALSE, sizeof (TraceMailboxMessage));
  mailbox->n_messages = tell_messages (box, playhead, mailbox->messages);
  return mailbox;
}

static int
compare_mailboxes (gconstpointer a, gconstpointer b)
{
  const TraceMailbox *first = *(const TraceMailbox *const *) a;
  const TraceMailbox *second = *(const TraceMailbox *const *) b;
  int                 order = strcmp (first->user, second->user);
  gboolean            is_first = strcmp (first->name, INBOX) == 0;
  gboolean            is_second = strcmp (second->name, INBOX) == 0;

  if (order != 0)
    return order;
  return is_first || is_second ? is_second - is_first : strcmp (first->name, second->name);
}

GPtrArray *
trace_mailboxes_list (TraceMailboxes *self, guint actor, guint playhead)
{
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) trace_mailbox_free);

  if (self->n_events < playhead)
    trace_mailboxes_update (self, playhead - self->n_events);
  for (guint i = 0; i < self->boxes->len; i++)
    {
      const Box   *box = g_ptr_array_index (self->boxes, i);
      const Level *level = box->actor == actor ? get_level (box, playhead) : NULL;

      if (level != NULL)
        g_ptr_array_add (list, make_mailbox (box, level, playhead, FALSE));
    }
  g_ptr_array_sort (list, compare_mailboxes);
  return list;
}

TraceMailbox *
trace_mailboxes_get (TraceMailboxes *self,
                     guint           actor,
                     guint           playhead,
                     const char     *user,
                     const char     *name)
{
  if (self->n_events < playhead)
    trace_mailboxes_update (self, playhead - self->n_events);
  for (guint i = 0; i < self->boxes->len; i++)
    {
      const Box   *box = g_ptr_array_index (self->boxes, i);
      const Level *level = box->actor == actor && strcmp (box->user, user) == 0
                               ? get_level (box, playhead)
                               : NULL;

      if (level != NULL && strcmp (level->name, name) == 0)
        return make_mailbox (box, level, playhead, TRUE);
    }
  return NULL;
}

/* Lifecycle */

void
trace_mailbox_free (TraceMailbox *self)
{
  if (self == NULL)
    return;
  g_free (self->user);
  g_free (self->name);
  g_free (self->uses);
  g_clear_pointer (&self->messages, g_array_unref);
  g_free (self);
}

TraceMailboxes *
trace_mailboxes_new (TraceLog *log)
{
  TraceMailboxes *self = g_new0 (TraceMailboxes, 1);

  self->log = trace_log_ref (log);
  self->boxes = g_ptr_array_new_with_free_func (free_box);
  self->alive = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->texts = g_string_chunk_new (1024);
  return self;
}

void
trace_mailboxes_free (TraceMailboxes *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->alive);
  g_ptr_array_unref (self->boxes);
  g_string_chunk_free (self->texts);
  trace_log_unref (self->log);
  g_free (self);
}
