/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "trace-host-private.h"

#include <string.h>

#include "trace-note.h"

static void
add_position (GArray *positions, guint32 position)
{
  g_array_append_val (positions, position);
}

/* Hosts */

static void
free_series (gpointer data)
{
  TraceHostSeries *series = data;

  g_free (series->key);
  g_array_unref (series->events);
  g_free (series);
}

static void
init_series_set (TraceHostSeriesSet *set)
{
  set->all = g_ptr_array_new_with_free_func (free_series);
  set->by_key = g_hash_table_new (g_str_hash, g_str_equal);
}

static void
clear_series_set (TraceHostSeriesSet *set)
{
  g_hash_table_unref (set->by_key);
  g_ptr_array_unref (set->all);
}

static void
add_to_series (TraceHostSeriesSet *set, const char *key, guint32 position)
{
  TraceHostSeries *series = g_hash_table_lookup (set->by_key, key);

  if (series == NULL)
    {
      series = g_new0 (TraceHostSeries, 1);
      series->key = g_strdup (key);
      series->events = g_array_new (FALSE, FALSE, sizeof (guint32));
      g_ptr_array_add (set->all, series);
      g_hash_table_insert (set->by_key, series->key, series);
    }
  add_position (series->events, position);
}

static void
free_box (gpointer data)
{
  TraceHostBox *box = data;

  g_free (box->user);
  g_array_unref (box->levels);
  g_free (box);
}

static void
clear_entry (gpointer data)
{
  TraceHostEntry *entry = data;

  g_free (entry->id);
  g_array_unref (entry->events);
}

static void
free_host (gpointer data)
{
  TraceHostIndex *host = data;

  g_array_unref (host->entries);
  g_hash_table_unref (host->alive);
  g_array_unref (host->deaths);
  g_hash_table_unref (host->box_of);
  g_ptr_array_unref (host->boxes);
  g_array_unref (host->stored);
  clear_series_set (&host->cache);
  clear_series_set (&host->certificates);
  g_array_unref (host->sessions);
  g_array_unref (host->decisions);
  clear_series_set (&host->counters);
  g_free (host->reader);
  g_free (host);
}

static TraceHostIndex *
new_host (void)
{
  TraceHostIndex *host = g_new0 (TraceHostIndex, 1);

  host->entries = g_array_new (FALSE, FALSE, sizeof (TraceHostEntry));
  g_array_set_clear_func (host->entries, clear_entry);
  host->alive = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  host->deaths = g_array_new (FALSE, FALSE, sizeof (guint32));
  host->boxes = g_ptr_array_new_with_free_func (free_box);
  host->box_of = g_hash_table_new (g_str_hash, g_str_equal);
  host->stored = g_array_new (FALSE, FALSE, sizeof (TraceHostLevel));
  init_series_set (&host->cache);
  init_series_set (&host->certificates);
  host->sessions = g_array_new (FALSE, FALSE, sizeof (guint32));
  host->decisions = g_array_new (FALSE, FALSE, sizeof (guint32));
  init_series_set (&host->counters);
  return host;
}

TraceHostIndex *
trace_hosts_get (TraceHosts *self, guint actor)
{
  while (self->hosts->len <= actor)
    g_ptr_array_add (self->hosts, new_host ());
  return g_ptr_array_index (self->hosts, actor);
}

/* Reading the log: the queue */

static void
end_entry (TraceHostIndex *host, TraceHostEntry *entry, guint position)
{
  entry->died = position;
  add_position (host->deaths, position);
  g_hash_table_remove (host->alive, entry->id);
}

static TraceHostEntry *
find_entry (TraceHostIndex *host, const char *id)
{
  guint i = GPOINTER_TO_UINT (g_hash_table_lookup (host->alive, id));

  return i > 0 ? &g_array_index (host->entries, TraceHostEntry, i - 1) : NULL;
}

static void
take_in_queued (TraceHostIndex *host, const char *id, guint position)
{
  TraceHostEntry *former = find_entry (host, id);
  TraceHostEntry  entry = { .id = g_strdup (id), .born = position, .died = G_MAXUINT32 };

  if (former != NULL)
    end_entry (host, former, position);
  entry.events = g_array_new (FALSE, FALSE, sizeof (guint32));
  add_position (entry.events, position);
  g_array_append_val (host->entries, entry);
  g_hash_table_insert (host->alive, g_strdup (id), GUINT_TO_POINTER (host->entries->len));
}

/* Whatever names a message of the queue is about it. */
static void
take_in_entry (TraceHostIndex *host, const char *what, const TraceNote *note, guint position)
{
  const char *id = trace_note_get_detail (note, "id");
  TraceHostEntry      *entry;

  if (id == NULL)
    return;
  if (strcmp (what, "queued") == 0)
    {
      take_in_queued (host, id, position);
      return;
    }
  entry = find_entry (host, id);
  if (entry == NULL)
    return;
  if (strcmp (what, "unqueued") == 0)
    end_entry (host, entry, position);
  else
    add_position (entry->events, position);
}

/* Mailboxes */

static TraceHostLevel
get_last_level (GArray *levels)
{
  return levels->len > 0 ? g_array_index (levels, TraceHostLevel, levels->len - 1)
                         : (TraceHostLevel){ 0, 0, 0 };
}

static TraceHostBox *
get_box (TraceHostIndex *host, const char *user)
{
  TraceHostBox *box = g_hash_table_lookup (host->box_of, user);

  if (box == NULL)
    {
      box = g_new0 (TraceHostBox, 1);
      box->user = g_strdup (user);
      box->levels = g_array_new (FALSE, FALSE, sizeof (TraceHostLevel));
      g_ptr_array_add (host->boxes, box);
      g_hash_table_insert (host->box_of, box->user, box);
    }
  return box;
}

static void
set_level (TraceHostIndex *host, TraceHostBox *box, guint position, guint n_messages,
           guint64 n_bytes)
{
  TraceHostLevel before = get_last_level (box->levels);
  TraceHostLevel all = get_last_level (host->stored);
  TraceHostLevel after = { position, n_messages, n_bytes };

  all.position = position;
  all.n_messages = all.n_messages - before.n_messages + n_messages;
  all.n_bytes = all.n_bytes - before.n_bytes + n_bytes;
  g_array_append_val (box->levels, after);
  g_array_append_val (host->stored, all);
}

/* The user whose mailbox it is: said so, or the local part of the recipient. */
static char *
dup_user (const TraceNote *note)
{
  const char *user = trace_note_get_detail (note, "user");
  const char *recipient = trace_note_get_detail (note, "recipient");
  const char *at = recipient != NULL ? strrchr (recipient, '@') : NULL;

  if (user != NULL)
    return g_strdup (user);
  if (recipient != NULL)
    return at != NULL ? g_strndup (recipient, (gsize) (at - recipient)) : g_strdup (recipient);
  return NULL;
}

static guint64
find_size (TraceHosts *self, const TraceNote *note, guint message)
{
  guint64 size = 0;
  gint64 *known =
      message > 0 ? g_hash_table_lookup (self->sizes, GUINT_TO_POINTER (message)) : NULL;

  if (trace_note_get_number (note, "size", &size) || trace_note_get_number (note, "bytes", &size))
    return size;
  return known != NULL ? (guint64) *known : 0;
}

static void
take_in_delivered (TraceHosts *self, TraceHostIndex *host, const TraceEvent *event,
                   const TraceNote *note, guint position)
{
  g_autofree char *user = dup_user (note);
  TraceHostBox             *box;
  TraceHostLevel            level;

  if (user == NULL)
    return;
  box = get_box (host, user);
  level = get_last_level (box->levels);
  set_level (host, box, position, level.n_messages + 1,
             level.n_bytes + find_size (self, note, event->message));
}

/* A reader deleted messages, and says how many and how much is left. */
static void
take_in_removed (TraceHostIndex *host, const TraceNote *note, guint position)
{
  const char *user = trace_note_get_detail (note, "user");
  TraceHostBox        *box;
  TraceHostLevel       level;
  guint64     left, n_bytes;

  if (user == NULL)
    user = host->reader;
  if (user == NULL || !trace_note_get_number (note, "left", &left))
    return;
  box = get_box (host, user);
  level = get_last_level (box->levels);
  n_bytes = level.n_bytes;
  if (!trace_note_get_number (note, "bytes", &n_bytes) && level.n_messages > 0)
    n_bytes = level.n_bytes / level.n_messages * MIN (left, level.n_messages);
  set_level (host, box, position, (guint) MIN (left, G_MAXUINT), n_bytes);
}

/* Everything else */

static void
take_in_cached (TraceHostIndex *host, const TraceNote *note, guint position)
{
  const char      *name = trace_note_get_detail (note, "name");
  const char      *type = trace_note_get_detail (note, "type");
  g_autofree char *key = NULL;

  if (name == NULL || type == NULL)
    return;
  key = g_strdup_printf ("%s %s", type, name);
  add_to_series (&host->cache, key, position);
}

/* Certificates are told apart by the names that they are for. */
static void
take_in_certificate (TraceHostIndex *host, const TraceNote *note, guint position)
{
  const char *names = trace_note_get_detail (note, "names");

  add_to_series (&host->certificates, names != NULL ? names : trace_note_get_sentence (note),
                 position);
}

static void
note_size (TraceHosts *self, const TraceNote *note, guint message)
{
  guint64 size;

  if (message > 0 && trace_note_get_number (note, "size", &size) && size <= G_MAXINT64 &&
      !g_hash_table_contains (self->sizes, GUINT_TO_POINTER (message)))
    {
      gint64 value = (gint64) size;

      g_hash_table_insert (self->sizes, GUINT_TO_POINTER (message),
                           g_memdup2 (&value, sizeof value));
    }
}

static void
take_in_note (TraceHosts *self, TraceHostIndex *host, const TraceEvent *event, const char *what,
              guint position)
{
  g_autoptr (TraceNote) note = trace_note_new (self->log, event);

  take_in_entry (host, what, note, position);
  note_size (self, note, event->message);
  switch (trace_note_get_kind (what))
    {
    case TRACE_NOTE_NAMES:
      if (strcmp (what, "cached") == 0)
        take_in_cached (host, note, position);
      if (strcmp (what, "cached") == 0 || strcmp (what, "cache-hit") == 0)
        return; /* trouble with names is told as a decision */
      break;
    case TRACE_NOTE_CERTIFICATE:
      take_in_certificate (host, note, position);
      return;
    case TRACE_NOTE_SECURE:
      add_position (host->sessions, position);
      return;
    case TRACE_NOTE_DELIVERED:
      take_in_delivered (self, host, event, note, position);
      break;
    case TRACE_NOTE_IDENTITY:
      if (strcmp (what, "login") == 0 && trace_note_get_detail (note, "user") != NULL)
        {
          g_free (host->reader);
          host->reader = g_strdup (trace_note_get_detail (note, "user"));
        }
      break;
    default:
      if (strcmp (what, "removed") == 0)
        take_in_removed (host, note, position);
      break;
    }
  if (event->kind == TRACE_NOTE)
    add_position (host->decisions, position);
}

static void
take_in_event (TraceHosts *self, guint position)
{
  const TraceEvent *event = trace_log_get_event (self->log, position);
  const char       *what;
  TraceHostIndex             *host;

  if (event->kind != TRACE_NOTE && event->kind != TRACE_MESSAGE)
    return;
  what = trace_log_get_what (self->log, event);
  host = trace_hosts_get (self, event->from);
  add_to_series (&host->counters, what, position);
  take_in_note (self, host, event, what, position);
}

gboolean
trace_hosts_update (TraceHosts *self, guint n_events_max)
{
  guint n_events = trace_log_get_n_events (self->log);
  guint end = n_events - self->n_events > n_events_max ? self->n_events + n_events_max : n_events;

  for (; self->n_events < end; self->n_events++)
    take_in_event (self, self->n_events);
  return self->n_events < n_events;
}

guint
trace_hosts_get_n_events (TraceHosts *self)
{
  return self->n_events;
}

/* Lifecycle */

TraceHosts *
trace_hosts_new (TraceLog *log)
{
  TraceHosts *self = g_new0 (TraceHosts, 1);

  self->log = trace_log_ref (log);
  self->hosts = g_ptr_array_new_with_free_func (free_host);
  self->sizes = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  return self;
}

void
trace_hosts_free (TraceHosts *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->hosts);
  g_hash_table_unref (self->sizes);
  trace_log_unref (self->log);
  g_free (self);
}
