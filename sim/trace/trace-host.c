/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "trace-host-private.h"

#include <string.h>

#include "trace-note.h"

/* Positions */

/* Returns: how many of the rising numbers at the beginning of each item are below @playhead. */
static guint
count_below (GArray *items, guint playhead)
{
  guint size = g_array_get_element_size (items);
  guint low = 0;
  guint high = items->len;

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
  return low;
}

static guint
get_nth (GArray *positions, guint i)
{
  return g_array_index (positions, guint32, i);
}

static TraceNote *
read_note (TraceHosts *self, guint position)
{
  return trace_note_new (self->log, trace_log_get_event (self->log, position));
}

static char *
dup_detail (const TraceNote *note, const char *key)
{
  return g_strdup (trace_note_get_detail (note, key));
}

/* Answers */

/* Returns: (nullable): what is known of the actor, once all before @playhead has been read. */
static TraceHostIndex *
find_host (TraceHosts *self, guint actor, guint playhead)
{
  if (self->n_events < playhead)
    trace_hosts_update (self, playhead - self->n_events);
  return actor < self->hosts->len ? g_ptr_array_index (self->hosts, actor) : NULL;
}

static guint
count_queued (TraceHostIndex *host, guint playhead)
{
  guint low = 0;
  guint high = host->entries->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (g_array_index (host->entries, TraceHostEntry, middle).born < playhead)
        low = middle + 1;
      else
        high = middle;
    }
  return low - count_below (host->deaths, playhead);
}

static TraceHostLevel
get_level (GArray *levels, guint playhead)
{
  guint n = count_below (levels, playhead);

  return n > 0 ? g_array_index (levels, TraceHostLevel, n - 1) : (TraceHostLevel){ 0, 0, 0 };
}

TraceHostCounts
trace_hosts_get_counts (TraceHosts *self, guint actor, guint playhead)
{
  TraceHostIndex *host = find_host (self, actor, playhead);

  if (host == NULL)
    return (TraceHostCounts){ 0, 0 };
  return (TraceHostCounts){ count_queued (host, playhead),
                            get_level (host->stored, playhead).n_messages };
}

/* A queued message, from what was said of it so far: the first word, and at most so many of the
 * last. A message is tried a few dozen times; a file may claim anything. */
#define WORDS_MAX 1000

typedef struct
{
  TraceHostQueued *queued;
  GHashTable      *by_address; /* its recipients, borrowed */
} Building;

static void
free_recipient (gpointer data)
{
  TraceHostRecipient *recipient = data;

  g_free (recipient->address);
  g_free (recipient->reason);
  g_free (recipient);
}

static void
free_queued (gpointer data)
{
  TraceHostQueued *queued = data;

  g_free (queued->id);
  g_free (queued->from);
  g_ptr_array_unref (queued->recipients);
  g_free (queued->reason);
  g_free (queued);
}

static TraceHostRecipient *
get_recipient (Building *building, const char *address)
{
  TraceHostRecipient *recipient = g_hash_table_lookup (building->by_address, address);

  if (recipient == NULL)
    {
      recipient = g_new0 (TraceHostRecipient, 1);
      recipient->address = g_strdup (address);
      g_ptr_array_add (building->queued->recipients, recipient);
      g_hash_table_insert (building->by_address, recipient->address, recipient);
    }
  return recipient;
}

static void
set_recipient (TraceHostRecipient *recipient, TraceRecipientState state, const char *reason)
{
  recipient->state = state;
  g_free (recipient->reason);
  recipient->reason = g_strdup (reason);
}

/* All recipients that the note names, in either way. */
static void
set_recipients (Building *building, const TraceNote *note, TraceRecipientState state,
                const char *reason)
{
  static const char *const keys[] = { "recipient", "recipients" };

  for (guint k = 0; k < G_N_ELEMENTS (keys); k++)
    {
      const char *value = trace_note_get_detail (note, keys[k]);
      g_auto (GStrv) addresses = trace_note_split (value != NULL ? value : "");

      for (guint i = 0; addresses[i] != NULL; i++)
        set_recipient (get_recipient (building, addresses[i]), state, reason);
    }
}

static gboolean
is_in_domain (const char *address, const char *domain)
{
  const char *at = strrchr (address, '@');

  return domain == NULL || (at != NULL && g_ascii_strcasecmp (at + 1, domain) == 0);
}

/* Of the list that took a recipient's place a note tells the members, or how many there are. */
static void
replace_recipient (Building *building, const TraceNote *note)
{
  const char *from = trace_note_get_detail (note, "from");
  const char *to = trace_note_get_detail (note, "to");
  g_auto (GStrv) replaced = trace_note_split (from != NULL ? from : "");
  g_auto (GStrv) addresses = trace_note_split (to != NULL ? to : "");

  if (replaced[0] == NULL || to == NULL)
    return;
  set_recipient (get_recipient (building, replaced[0]), TRACE_RECIPIENT_REPLACED, to);
  for (guint i = 0; addresses[i] != NULL; i++)
    if (strchr (addresses[i], '@') != NULL)
      get_recipient (building, addresses[i]);
}

/* Those that are still to be sent, of one domain where the note names one, wait on. */
static void
delay_recipients (TraceHostQueued *queued, const TraceNote *note, const char *reason)
{
  const char *domain = trace_note_get_detail (note, "domain");

  for (guint i = 0; i < queued->recipients->len; i++)
    {
      TraceHostRecipient *recipient = g_ptr_array_index (queued->recipients, i);

      if (recipient->state <= TRACE_RECIPIENT_DELAYED && is_in_domain (recipient->address, domain))
        set_recipient (recipient, TRACE_RECIPIENT_DELAYED, reason);
    }
}

static void
set_reason (TraceHostQueued *queued, const char *reason)
{
  if (reason == NULL)
    return;
  g_free (queued->reason);
  queued->reason = g_strdup (reason);
}

static void
retry_queued (TraceHostQueued *queued, const TraceNote *note)
{
  guint64 attempt;

  queued->n_attempts++;
  if (trace_note_get_number (note, "attempt", &attempt))
    queued->n_attempts = (guint) MIN (attempt, G_MAXUINT);
  if (!trace_note_get_time (note, "next-attempt", &queued->next_us))
    queued->next_us = TRACE_NO_TIME;
  set_reason (queued, trace_note_get_detail (note, "reason"));
}

static void
apply_note (Building *building, const char *what, const TraceNote *note)
{
  TraceHostQueued *queued = building->queued;
  const char *reason = trace_note_get_detail (note, "reason");
  const char *host = trace_note_get_detail (note, "host");

  switch (trace_note_get_kind (what))
    {
    case TRACE_NOTE_QUEUED:
      set_recipients (building, note, TRACE_RECIPIENT_WAITING, NULL);
      break;
    case TRACE_NOTE_ROUTE:
      queued->next_us = TRACE_NO_TIME;
      if (strcmp (what, "expanded") == 0)
        replace_recipient (building, note);
      break;
    case TRACE_NOTE_SENT:
      set_recipients (building, note, TRACE_RECIPIENT_SENT, host);
      break;
    case TRACE_NOTE_DELIVERED:
      set_recipients (building, note, TRACE_RECIPIENT_DELIVERED, NULL);
      break;
    case TRACE_NOTE_FAILED:
      set_recipients (building, note, TRACE_RECIPIENT_FAILED, reason);
      break;
    case TRACE_NOTE_WAITING:
      if (strcmp (what, "retry") == 0)
        retry_queued (queued, note);
      else
        delay_recipients (queued, note, reason);
      set_reason (queued, reason);
      break;
    default:
      break;
    }
}

static void
begin_queued (TraceHostQueued *queued, const TraceEvent *event, const TraceNote *note)
{
  const char *from = trace_note_get_detail (note, "from");
  g_auto (GStrv) paths = trace_note_split (from != NULL ? from : "");

  queued->from = g_strdup (paths[0] != NULL ? paths[0] : "");
  queued->message = event->message;
  queued->since_us = event->time_us;
}

static TraceHostQueued *
make_queued (TraceHosts *self, const TraceHostEntry *entry, guint playhead)
{
  TraceHostQueued *queued = g_new0 (TraceHostQueued, 1);
  g_autoptr (GHashTable) by_address = g_hash_table_new (g_str_hash, g_str_equal);
  Building building = { queued, by_address };
  guint    n = count_below (entry->events, playhead);

  queued->id = g_strdup (entry->id);
  queued->recipients = g_ptr_array_new_with_free_func (free_recipient);
  queued->next_us = TRACE_NO_TIME;
  for (guint i = 0; i < n; i = i == 0 && n > WORDS_MAX ? n - WORDS_MAX : i + 1)
    {
      guint             position = get_nth (entry->events, i);
      const TraceEvent *event = trace_log_get_event (self->log, position);
      g_autoptr (TraceNote) note = read_note (self, position);

      if (i == 0)
        begin_queued (queued, event, note);
      apply_note (&building, trace_log_get_what (self->log, event), note);
      queued->position = position;
    }
  return queued;
}

static void
tell_queue (TraceHosts *self, TraceHostIndex *host, guint playhead, TraceHost *told)
{
  told->n_queued = count_queued (host, playhead);
  for (guint i = 0; i < host->entries->len && told->queue->len < TRACE_HOST_ROWS_MAX; i++)
    {
      const TraceHostEntry *entry = &g_array_index (host->entries, TraceHostEntry, i);

      if (entry->born >= playhead)
        break;
      if (entry->died >= playhead)
        g_ptr_array_add (told->queue, make_queued (self, entry, playhead));
    }
}

/* The other parts */

static void
free_mailbox (gpointer data)
{
  TraceHostMailbox *mailbox = data;

  g_free (mailbox->user);
  g_free (mailbox);
}

static void
tell_mailboxes (TraceHostIndex *host, guint playhead, TraceHost *told)
{
  for (guint i = 0; i < host->boxes->len; i++)
    {
      const TraceHostBox        *box = g_ptr_array_index (host->boxes, i);
      TraceHostLevel             level = get_level (box->levels, playhead);
      TraceHostMailbox *mailbox;

      if (count_below (box->levels, playhead) == 0)
        continue;
      if (told->n_mailboxes++ >= TRACE_HOST_ROWS_MAX)
        continue;
      mailbox = g_new0 (TraceHostMailbox, 1);
      *mailbox = (TraceHostMailbox){ g_strdup (box->user), level.n_messages, level.n_bytes,
                                     level.position };
      g_ptr_array_add (told->mailboxes, mailbox);
    }
}

static void
free_cached (gpointer data)
{
  TraceHostCached *cached = data;

  g_free (cached->name);
  g_free (cached->type);
  g_free (cached->data);
  g_free (cached);
}

static void
tell_cached (TraceHosts *self, guint position, TraceHost *told)
{
  g_autoptr (TraceNote) note = read_note (self, position);
  gint64           expires_us = TRACE_NO_TIME;
  TraceHostCached *cached;

  if (trace_note_get_time (note, "expires", &expires_us) && expires_us <= told->now_us)
    return;
  if (told->n_cached++ >= TRACE_HOST_ROWS_MAX)
    return;
  cached = g_new0 (TraceHostCached, 1);
  *cached = (TraceHostCached){ dup_detail (note, "name"), dup_detail (note, "type"),
                               dup_detail (note, "data"), expires_us, position };
  g_ptr_array_add (told->cache, cached);
}

static void
tell_cache (TraceHosts *self, TraceHostIndex *host, guint playhead, TraceHost *told)
{
  for (guint i = 0; i < host->cache.all->len; i++)
    {
      const TraceHostSeries *series = g_ptr_array_index (host->cache.all, i);
      guint         n = count_below (series->events, playhead);

      if (n > 0)
        tell_cached (self, get_nth (series->events, n - 1), told);
    }
}

static void
free_decision (gpointer data)
{
  TraceHostDecision *decision = data;

  g_free (decision->sentence);
  g_free (decision);
}

static TraceHostDecision *
make_decision (TraceHosts *self, guint position)
{
  const TraceEvent *event = trace_log_get_event (self->log, position);
  g_autoptr (TraceNote) note = read_note (self, position);
  TraceHostDecision *decision = g_new0 (TraceHostDecision, 1);

  *decision = (TraceHostDecision){ trace_log_get_what (self->log, event),
                                   g_strdup (trace_note_get_sentence (note)), event->flags,
                                   position };
  return decision;
}

/* The last ones before the playhead. */
static void
tell_decisions (TraceHosts *self, GArray *positions, guint playhead, GPtrArray *told)
{
  for (guint n = count_below (positions, playhead); n > 0 && told->len < TRACE_HOST_ROWS_MAX; n--)
    g_ptr_array_add (told, make_decision (self, get_nth (positions, n - 1)));
}

static int
compare_decisions (gconstpointer a, gconstpointer b)
{
  const TraceHostDecision *first = *(TraceHostDecision *const *) a;
  const TraceHostDecision *second = *(TraceHostDecision *const *) b;

  return first->position < second->position ? 1 : first->position > second->position ? -1 : 0;
}

static void
tell_certificates (TraceHosts *self, TraceHostIndex *host, guint playhead, TraceHost *told)
{
  for (guint i = 0; i < host->certificates.all->len; i++)
    {
      const TraceHostSeries *series = g_ptr_array_index (host->certificates.all, i);
      guint         n = count_below (series->events, playhead);

      if (n > 0 && told->certificates->len < TRACE_HOST_ROWS_MAX)
        g_ptr_array_add (told->certificates,
                         make_decision (self, get_nth (series->events, n - 1)));
    }
  g_ptr_array_sort (told->certificates, compare_decisions);
}

static void
tell_counters (TraceHosts *self, TraceHostIndex *host, guint playhead, TraceHost *told)
{
  for (guint i = 0; i < host->counters.all->len; i++)
    {
      const TraceHostSeries    *series = g_ptr_array_index (host->counters.all, i);
      guint            n = count_below (series->events, playhead);
      TraceHostCounter counter;

      if (n == 0)
        continue;
      counter.what = trace_log_get_what (
          self->log, trace_log_get_event (self->log, get_nth (series->events, 0)));
      counter.n = n;
      g_array_append_val (told->counters, counter);
    }
}

TraceHost *
trace_hosts_get_host (TraceHosts *self, guint actor, guint playhead)
{
  TraceHost *told = g_new0 (TraceHost, 1);
  TraceHostIndex      *host;

  playhead = MIN (playhead, trace_log_get_n_events (self->log));
  host = find_host (self, actor, playhead);
  told->actor = actor;
  told->now_us = playhead > 0 ? trace_log_get_event (self->log, playhead - 1)->time_us : 0;
  told->queue = g_ptr_array_new_with_free_func (free_queued);
  told->mailboxes = g_ptr_array_new_with_free_func (free_mailbox);
  told->cache = g_ptr_array_new_with_free_func (free_cached);
  told->certificates = g_ptr_array_new_with_free_func (free_decision);
  told->sessions = g_ptr_array_new_with_free_func (free_decision);
  told->decisions = g_ptr_array_new_with_free_func (free_decision);
  told->counters = g_array_new (FALSE, FALSE, sizeof (TraceHostCounter));
  if (host == NULL)
    return told;
  tell_queue (self, host, playhead, told);
  tell_mailboxes (host, playhead, told);
  tell_cache (self, host, playhead, told);
  tell_certificates (self, host, playhead, told);
  tell_decisions (self, host->sessions, playhead, told->sessions);
  tell_decisions (self, host->decisions, playhead, told->decisions);
  tell_counters (self, host, playhead, told);
  return told;
}

void
trace_host_free (TraceHost *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->queue);
  g_ptr_array_unref (self->mailboxes);
  g_ptr_array_unref (self->cache);
  g_ptr_array_unref (self->certificates);
  g_ptr_array_unref (self->sessions);
  g_ptr_array_unref (self->decisions);
  g_array_unref (self->counters);
  g_free (self);
}

/* TLS of a connection */

/* The last notes of TLS that are looked through for one of a connection. */
#define SESSIONS_MAX 1000

/* Returns: the connection that the note says it is about, in whichever way, or 0. */
static guint
get_connection (TraceHosts *self, guint position)
{
  const TraceEvent *event = trace_log_get_event (self->log, position);
  g_autoptr (TraceNote) note = NULL;
  guint64 connection = 0;

  if (event->connection != 0)
    return event->connection;
  note = read_note (self, position);
  trace_note_get_number (note, "connection", &connection);
  return (guint) MIN (connection, G_MAXUINT);
}

/* Returns: the last note of TLS of @actor that names @connection, or 0, none. */
static guint
find_session (TraceHosts *self, guint actor, guint connection, guint position)
{
  TraceHostIndex *host = find_host (self, actor, position + 1);
  guint           n, end;

  if (host == NULL)
    return G_MAXUINT;
  n = count_below (host->sessions, position + 1);
  end = n > SESSIONS_MAX ? n - SESSIONS_MAX : 0;
  for (; n > end; n--)
    {
      guint       found = get_nth (host->sessions, n - 1);
      const char *what = trace_log_get_what (self->log, trace_log_get_event (self->log, found));

      if (strcmp (what, "tls") == 0 && get_connection (self, found) == connection)
        return found;
    }
  return G_MAXUINT;
}

guint
trace_hosts_find_tls (TraceHosts *self, guint position)
{
  const TraceEvent *event = trace_log_get_event (self->log, position);
  /* A note that names no connection may be of any: the last one before has to do. */
  const guint connections[] = { event->connection, 0 };
  guint       found = G_MAXUINT;

  for (guint i = 0; i < G_N_ELEMENTS (connections) && event->connection != 0; i++)
    {
      if (found == G_MAXUINT)
        found = find_session (self, event->to, connections[i], position);
      if (found == G_MAXUINT)
        found = find_session (self, event->from, connections[i], position);
    }
  return found;
}
