/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "diagram-model.h"

#include <string.h>

/* Bars are found by blocks of this many rows: each block lists those that began before it and
 * reach into it. */
#define BLOCK_ROWS 1024

/* What is known of an actor. */
typedef struct
{
  guint     lane;
  gboolean  is_hidden;
  gboolean  carries_letters; /* a message event named it */
  gboolean  serves_names;    /* the far end of a DNS connection */
  gboolean  does_more;       /* takes part in other connections, or asks for names */
  GArray   *slots;           /* of guint: the connection in each slot, 0 when free */
} Actor;

struct _DiagramModel
{
  TraceLog  *log;
  TraceLevel level;

  guint   n_events;      /* of the log, taken in so far */
  guint   n_connections; /* likewise */
  GArray *positions;     /* of guint32, by row */
  GArray *kinds;         /* of guint8, by row */

  GArray *actors;    /* of Actor */
  GArray *travelled; /* of guint: actors in the order in which letters reached them */
  GArray *lanes;     /* of guint: actors from left to right */

  GArray    *bars;   /* of DiagramBar, in order of first rows */
  GArray    *bar_of; /* of guint32 by connection: its bar plus 1 */
  GPtrArray *blocks; /* of GArray of guint32: bars, by block of rows */
};

static Actor *
get_actor (const DiagramModel *self, guint actor)
{
  return &g_array_index (self->actors, Actor, actor);
}

static void
clear_actor (gpointer data)
{
  Actor *actor = data;

  g_array_unref (actor->slots);
}

TraceLog *
diagram_model_get_log (DiagramModel *self)
{
  return self->log;
}

TraceLevel
diagram_model_get_level (DiagramModel *self)
{
  return self->level;
}

/* Rows */

guint
diagram_model_get_n_rows (const DiagramModel *self)
{
  return self->positions->len;
}

DiagramRowKind
diagram_model_get_row_kind (const DiagramModel *self, guint row)
{
  return g_array_index (self->kinds, guint8, row);
}

guint
diagram_model_get_position (const DiagramModel *self, guint row)
{
  return g_array_index (self->positions, guint32, row);
}

guint
diagram_model_find_row (const DiagramModel *self, guint position)
{
  guint low = 0;
  guint high = self->positions->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (diagram_model_get_position (self, middle) <= position)
        low = middle + 1;
      else
        high = middle;
    }
  return low > 0 ? low - 1 : DIAGRAM_NONE;
}

static DiagramRowKind
get_kind (const TraceEvent *event)
{
  if (event->from == event->to)
    return event->kind == TRACE_MESSAGE ? DIAGRAM_ROW_STAGE : DIAGRAM_ROW_NOTE;
  switch ((TraceKind) event->kind)
    {
    case TRACE_MESSAGE:
      return DIAGRAM_ROW_LETTER;
    case TRACE_UNIT:
      return DIAGRAM_ROW_UNIT;
    case TRACE_PACKET:
      return DIAGRAM_ROW_PACKET;
    case TRACE_OPEN:
    case TRACE_REFUSED:
    case TRACE_TIMEOUT:
    case TRACE_RESET:
    case TRACE_CLOSE:
      return DIAGRAM_ROW_CONTROL;
    case TRACE_NOTE:
    case TRACE_ANOMALY:
    case TRACE_N_KINDS:
    default:
      return DIAGRAM_ROW_NOTE;
    }
}

/* Lanes */

guint
diagram_model_get_n_lanes (const DiagramModel *self)
{
  return self->lanes->len;
}

guint
diagram_model_get_lane_actor (const DiagramModel *self, guint lane)
{
  return g_array_index (self->lanes, guint, lane);
}

guint
diagram_model_get_actor_lane (const DiagramModel *self, guint actor)
{
  return actor < self->actors->len ? get_actor (self, actor)->lane : DIAGRAM_NONE;
}

/* A name server by its role, or, in captures, by what it does. */
static gboolean
is_aside (const DiagramModel *self, guint i)
{
  const Actor *actor = get_actor (self, i);
  const char  *role = trace_log_get_actor (self->log, i)->role;

  if (actor->carries_letters)
    return FALSE;
  return strstr (role, "DNS") != NULL ||
         (role[0] == '\0' && actor->serves_names && !actor->does_more);
}

gboolean
diagram_model_is_lane_aside (const DiagramModel *self, guint lane)
{
  return is_aside (self, diagram_model_get_lane_actor (self, lane));
}

guint
diagram_model_get_n_slots (const DiagramModel *self, guint lane)
{
  return get_actor (self, diagram_model_get_lane_actor (self, lane))->slots->len;
}

static void
add_lane (DiagramModel *self, guint i)
{
  Actor *actor = get_actor (self, i);

  if (actor->is_hidden)
    return;
  actor->lane = self->lanes->len;
  g_array_append_val (self->lanes, i);
}

/* Returns: whether a lane that was there has another host now. */
static gboolean
order_lanes (DiagramModel *self)
{
  g_autoptr (GArray) before = g_steal_pointer (&self->lanes);

  self->lanes = g_array_new (FALSE, FALSE, sizeof (guint));
  for (guint i = 0; i < self->travelled->len; i++)
    add_lane (self, g_array_index (self->travelled, guint, i));
  for (guint i = 0; i < self->actors->len; i++)
    if (!get_actor (self, i)->carries_letters && !is_aside (self, i))
      add_lane (self, i);
  for (guint i = 0; i < self->actors->len; i++)
    if (is_aside (self, i))
      add_lane (self, i);
  return before->len != self->lanes->len ||
         (before->len > 0 &&
          memcmp (before->data, self->lanes->data, before->len * sizeof (guint)) != 0);
}

/* Returns: whether the order of lanes may depend on what is new. */
static gboolean
take_in_actors (DiagramModel *self)
{
  guint    n_actors = trace_log_get_n_actors (self->log);
  guint    n_connections = trace_log_get_n_connections (self->log);
  gboolean has_changed = FALSE;

  for (guint i = self->actors->len; i < n_actors; i++)
    {
      Actor actor = { DIAGRAM_NONE, FALSE, FALSE, FALSE, FALSE,
                      g_array_new (FALSE, TRUE, sizeof (guint)) };

      g_array_append_val (self->actors, actor);
      has_changed = TRUE;
    }
  for (guint id = self->n_connections + 1; id <= n_connections; id++)
    {
      const TraceConnection *connection = trace_log_get_connection (self->log, id);
      Actor                 *client = get_actor (self, connection->from);
      Actor                 *server = get_actor (self, connection->to);
      gboolean               is_dns = connection->protocol == TRACE_DNS;

      has_changed |= !client->does_more || (is_dns ? !server->serves_names : !server->does_more);
      client->does_more = TRUE;
      server->serves_names |= is_dns;
      server->does_more |= !is_dns;
    }
  self->n_connections = n_connections;
  return has_changed;
}

static gboolean
note_traveller (DiagramModel *self, guint i)
{
  Actor *actor = get_actor (self, i);

  if (actor->carries_letters)
    return FALSE;
  actor->carries_letters = TRUE;
  g_array_append_val (self->travelled, i);
  return TRUE;
}

/* Bars */

static DiagramBar *
get_bar (const DiagramModel *self, guint i)
{
  return &g_array_index (self->bars, DiagramBar, i);
}

const DiagramBar *
diagram_model_get_bar (const DiagramModel *self, guint connection)
{
  guint32 i = connection < self->bar_of->len
                  ? g_array_index (self->bar_of, guint32, connection)
                  : 0;

  return i > 0 ? get_bar (self, i - 1) : NULL;
}

static guint16
take_slot (DiagramModel *self, guint actor, guint connection)
{
  GArray *slots = get_actor (self, actor)->slots;
  guint   slot = 0;

  while (slot < slots->len && g_array_index (slots, guint, slot) != 0)
    slot++;
  if (slot == slots->len)
    g_array_set_size (slots, slot + 1);
  g_array_index (slots, guint, slot) = connection;
  return (guint16) slot;
}

static void
free_slot (DiagramModel *self, guint actor, guint slot, guint connection)
{
  GArray *slots = get_actor (self, actor)->slots;

  if (g_array_index (slots, guint, slot) == connection)
    g_array_index (slots, guint, slot) = 0;
}

static guint
begin_bar (DiagramModel *self, guint id, guint row)
{
  const TraceConnection *connection = trace_log_get_connection (self->log, id);
  DiagramBar             bar = { .connection = id, .first_row = row, .last_row = row,
                                 .tls_row = DIAGRAM_NONE, .from = connection->from,
                                 .to = connection->to };

  bar.from_slot = take_slot (self, bar.from, id);
  bar.to_slot = take_slot (self, bar.to, id);
  g_array_append_val (self->bars, bar);
  if (id >= self->bar_of->len)
    g_array_set_size (self->bar_of, id + 1);
  g_array_index (self->bar_of, guint32, id) = self->bars->len;
  return self->bars->len - 1;
}

static void
extend_bar (DiagramModel *self, guint i, guint row)
{
  DiagramBar *bar = get_bar (self, i);
  guint32     index = i;

  for (guint block = bar->last_row / BLOCK_ROWS + 1; block <= row / BLOCK_ROWS; block++)
    g_array_append_val (g_ptr_array_index (self->blocks, block), index);
  bar->last_row = row;
}

/* A connection's bar ends when one end says that it will send no more; what still comes of it
 * lengthens the bar but keeps no slot. A name server's answer ends an exchange that has no end. */
static gboolean
is_end (DiagramModel *self, const TraceEvent *event)
{
  switch ((TraceKind) event->kind)
    {
    case TRACE_REFUSED:
    case TRACE_TIMEOUT:
    case TRACE_RESET:
    case TRACE_CLOSE:
      return TRUE;
    case TRACE_UNIT:
      return event->protocol == TRACE_DNS &&
             strcmp (trace_log_get_what (self->log, event), "answer") == 0;
    default:
      return FALSE;
    }
}

static void
note_connection (DiagramModel *self, const TraceEvent *event, guint row)
{
  guint       id = event->connection;
  DiagramBar *bar;
  guint       i;

  if (id == 0 || id > self->n_connections || event->kind == TRACE_MESSAGE ||
      event->kind == TRACE_NOTE)
    return;
  if (id < self->bar_of->len && g_array_index (self->bar_of, guint32, id) != 0)
    i = g_array_index (self->bar_of, guint32, id) - 1;
  else
    i = begin_bar (self, id, row);
  extend_bar (self, i, row);
  bar = get_bar (self, i);
  if (event->kind == TRACE_UNIT && event->flags & TRACE_FLAG_TLS)
    bar->tls_row = MIN (bar->tls_row, row);
  if (!bar->is_closed && is_end (self, event))
    {
      bar->is_closed = TRUE;
      free_slot (self, bar->from, bar->from_slot, id);
      free_slot (self, bar->to, bar->to_slot, id);
    }
}

void
diagram_model_foreach_bar (const DiagramModel *self, guint first, guint last,
                           void (*func) (const DiagramBar *bar, gpointer user_data),
                           gpointer user_data)
{
  guint         block = first / BLOCK_ROWS;
  guint         low = 0;
  guint         high = self->bars->len;
  const GArray *reaching;

  if (block >= self->blocks->len)
    return;
  reaching = g_ptr_array_index (self->blocks, block);
  for (guint i = 0; i < reaching->len; i++)
    {
      const DiagramBar *bar = get_bar (self, g_array_index (reaching, guint32, i));

      if (bar->last_row >= first)
        func (bar, user_data);
    }
  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (get_bar (self, middle)->first_row < block * BLOCK_ROWS)
        low = middle + 1;
      else
        high = middle;
    }
  for (; low < self->bars->len && get_bar (self, low)->first_row <= last; low++)
    if (get_bar (self, low)->last_row >= first)
      func (get_bar (self, low), user_data);
}

/* Taking in the log */

/* Returns: whether the order of lanes may depend on the event. */
static gboolean
take_in_event (DiagramModel *self, guint32 position)
{
  const TraceEvent *event = trace_log_get_event (self->log, position);
  gboolean          has_changed = FALSE;
  guint             row = self->positions->len;
  guint8            kind;

  if (event->kind == TRACE_MESSAGE)
    {
      has_changed = note_traveller (self, event->from);
      has_changed |= note_traveller (self, event->to);
    }
  if (trace_kind_get_level (event->kind) > self->level ||
      get_actor (self, event->from)->is_hidden || get_actor (self, event->to)->is_hidden)
    return has_changed;
  kind = (guint8) get_kind (event);
  g_array_append_val (self->positions, position);
  g_array_append_val (self->kinds, kind);
  if (row % BLOCK_ROWS == 0)
    g_ptr_array_add (self->blocks, g_array_new (FALSE, FALSE, sizeof (guint32)));
  note_connection (self, event, row);
  return has_changed;
}

gboolean
diagram_model_update (DiagramModel *self)
{
  guint    n_events = trace_log_get_n_events (self->log);
  gboolean has_changed = take_in_actors (self);

  for (; self->n_events < n_events; self->n_events++)
    has_changed |= take_in_event (self, self->n_events);
  return has_changed && order_lanes (self);
}

DiagramModel *
diagram_model_new (TraceLog *log, TraceLevel level, const guint16 *hidden, guint n_hidden)
{
  DiagramModel *self = g_new0 (DiagramModel, 1);

  self->log = trace_log_ref (log);
  self->level = level;
  self->positions = g_array_new (FALSE, FALSE, sizeof (guint32));
  self->kinds = g_array_new (FALSE, FALSE, sizeof (guint8));
  self->actors = g_array_new (FALSE, FALSE, sizeof (Actor));
  g_array_set_clear_func (self->actors, clear_actor);
  self->travelled = g_array_new (FALSE, FALSE, sizeof (guint));
  self->lanes = g_array_new (FALSE, FALSE, sizeof (guint));
  self->bars = g_array_new (FALSE, FALSE, sizeof (DiagramBar));
  self->bar_of = g_array_new (FALSE, TRUE, sizeof (guint32));
  self->blocks = g_ptr_array_new_with_free_func ((GDestroyNotify) g_array_unref);
  take_in_actors (self);
  for (guint i = 0; i < n_hidden; i++)
    if (hidden[i] < self->actors->len)
      get_actor (self, hidden[i])->is_hidden = TRUE;
  order_lanes (self);
  diagram_model_update (self);
  return self;
}

void
diagram_model_free (DiagramModel *self)
{
  if (self == NULL)
    return;
  trace_log_unref (self->log);
  g_array_unref (self->positions);
  g_array_unref (self->kinds);
  g_array_unref (self->actors);
  g_array_unref (self->travelled);
  g_array_unref (self->lanes);
  g_array_unref (self->bars);
  g_array_unref (self->bar_of);
  g_ptr_array_unref (self->blocks);
  g_free (self);
}

/* Words */

const char *
diagram_stage_get_caption (const char *what)
{
  /* The five steps of a letter, and its return. */
  static const struct
  {
    const char *what;
    const char *caption;
  } captions[] = {
    { "composed", "1 Composition" },
    { "submitted", "2 Submission" },
    { "relayed", "3 Delivery" },
    { "delivered", "4 Receipt and processing" },
    { "retrieved", "5 Access and retrieval" },
    { "bounced", "Returned to sender" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (captions); i++)
    if (strcmp (captions[i].what, what) == 0)
      return captions[i].caption;
  return NULL;
}
