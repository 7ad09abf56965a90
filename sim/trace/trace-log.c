/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "trace-log.h"

#include <string.h>

struct _TraceLog
{
  int         ref_count;
  char       *title;
  guint64     seed;
  GArray     *events;      /* of TraceEvent */
  GArray     *ids;         /* of guint32; NULL while ids are positions plus 1 */
  GByteArray *arena;
  GArray     *actors;      /* of TraceActor, strings owned */
  GArray     *connections; /* of TraceConnection */
  GPtrArray  *names;       /* of char *, by number */
  GHashTable *numbers;     /* name -> number */
  GString    *key_log;
};

static void
clear_actor (gpointer data)
{
  TraceActor *actor = data;

  g_free ((char *) actor->name);
  g_free ((char *) actor->role);
  g_free ((char *) actor->address);
}

const char *
trace_log_get_title (TraceLog *self)
{
  return self->title;
}

guint64
trace_log_get_seed (TraceLog *self)
{
  return self->seed;
}

guint
trace_log_add_actor (TraceLog *self, const char *name, const char *role, const char *address)
{
  for (guint i = 0; i < self->actors->len; i++)
    if (strcmp (trace_log_get_actor (self, i)->name, name) == 0)
      return i;
  return trace_log_add_actor_unchecked (self, name, role, address);
}

guint
trace_log_add_actor_unchecked (TraceLog   *self,
                               const char *name,
                               const char *role,
                               const char *address)
{
  TraceActor actor = { g_strdup (name), g_strdup (role), g_strdup (address) };

  g_array_append_val (self->actors, actor);
  return self->actors->len - 1;
}

guint
trace_log_add_connection (TraceLog *self, const TraceConnection *connection)
{
  g_array_append_val (self->connections, *connection);
  return self->connections->len;
}

guint16
trace_log_intern (TraceLog *self, const char *what)
{
  gpointer number;
  char    *copy;

  if (g_hash_table_lookup_extended (self->numbers, what, NULL, &number))
    return (guint16) GPOINTER_TO_UINT (number);
  g_assert (self->names->len < TRACE_LOG_NAMES_MAX);
  copy = g_strdup (what);
  g_hash_table_insert (self->numbers, copy, GUINT_TO_POINTER (self->names->len));
  g_ptr_array_add (self->names, copy);
  return (guint16) (self->names->len - 1);
}

gboolean
trace_log_can_intern (TraceLog *self, const char *what)
{
  return self->names->len < TRACE_LOG_NAMES_MAX || g_hash_table_contains (self->numbers, what);
}

guint
trace_log_append (TraceLog *self, const TraceEvent *event, const void *bytes, gsize length)
{
  TraceEvent copy = *event;

  copy.bytes_offset = self->arena->len;
  copy.bytes_length = (guint32) length;
  if (length > 0)
    g_byte_array_append (self->arena, bytes, (guint) length);
  g_array_append_val (self->events, copy);
  if (self->ids != NULL)
    {
      guint32 id = self->ids->len > 0
                       ? g_array_index (self->ids, guint32, self->ids->len - 1) + 1
                       : 1;

      g_array_append_val (self->ids, id);
      return id;
    }
  return self->events->len;
}

guint
trace_log_append_numbered (
    TraceLog *self, guint id, const TraceEvent *event, const void *bytes, gsize length)
{
  guint next = self->events->len > 0 ? trace_log_get_id (self, self->events->len - 1) + 1 : 1;

  g_return_val_if_fail (id >= next, 0);
  if (id > next && self->ids == NULL)
    {
      self->ids = g_array_new (FALSE, FALSE, sizeof (guint32));
      for (guint32 i = 1; i <= self->events->len; i++)
        g_array_append_val (self->ids, i);
    }
  trace_log_append (self, event, bytes, length);
  if (self->ids != NULL)
    g_array_index (self->ids, guint32, self->ids->len - 1) = id;
  return id;
}

void
trace_log_set_arrival (TraceLog *self, guint id, gint64 arrival_us)
{
  guint position = trace_log_find (self, id);

  g_return_if_fail (position != G_MAXUINT);
  g_array_index (self->events, TraceEvent, position).arrival_us = arrival_us;
}

void
trace_log_add_key_log (TraceLog *self, const char *lines)
{
  g_string_append (self->key_log, lines);
}

const char *
trace_log_get_key_log (TraceLog *self)
{
  return self->key_log->str;
}

guint
trace_log_get_n_events (TraceLog *self)
{
  return self->events->len;
}

const TraceEvent *
trace_log_get_event (TraceLog *self, guint position)
{
  return &g_array_index (self->events, TraceEvent, position);
}

guint
trace_log_get_id (TraceLog *self, guint position)
{
  return self->ids != NULL ? g_array_index (self->ids, guint32, position) : position + 1;
}

guint
trace_log_find (TraceLog *self, guint id)
{
  guint low = 0;
  guint high = self->events->len;

  if (self->ids == NULL)
    return id >= 1 && id <= high ? id - 1 : G_MAXUINT;
  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (trace_log_get_id (self, middle) < id)
        low = middle + 1;
      else
        high = middle;
    }
  return low < self->events->len && trace_log_get_id (self, low) == id ? low : G_MAXUINT;
}

const guint8 *
trace_log_get_bytes (TraceLog *self, const TraceEvent *event, gsize *out_length)
{
  *out_length = event->bytes_length;
  return event->bytes_length > 0 ? self->arena->data + event->bytes_offset
                                 : (const guint8 *) "";
}

const char *
trace_log_get_what (TraceLog *self, const TraceEvent *event)
{
  return g_ptr_array_index (self->names, event->what);
}

guint
trace_log_get_n_actors (TraceLog *self)
{
  return self->actors->len;
}

const TraceActor *
trace_log_get_actor (TraceLog *self, guint index)
{
  return &g_array_index (self->actors, TraceActor, index);
}

guint
trace_log_get_n_connections (TraceLog *self)
{
  return self->connections->len;
}

const TraceConnection *
trace_log_get_connection (TraceLog *self, guint id)
{
  return &g_array_index (self->connections, TraceConnection, id - 1);
}

gsize
trace_log_get_memory (TraceLog *self)
{
  return self->events->len * sizeof (TraceEvent) + self->arena->len +
         self->connections->len * sizeof (TraceConnection) +
         (self->ids != NULL ? self->ids->len * sizeof (guint32) : 0);
}

TraceLog *
trace_log_new (const char *title, guint64 seed)
{
  TraceLog *self = g_new0 (TraceLog, 1);

  self->ref_count = 1;
  self->title = g_strdup (title);
  self->seed = seed;
  self->events = g_array_new (FALSE, FALSE, sizeof (TraceEvent));
  self->arena = g_byte_array_new ();
  self->actors = g_array_new (FALSE, FALSE, sizeof (TraceActor));
  g_array_set_clear_func (self->actors, clear_actor);
  self->connections = g_array_new (FALSE, FALSE, sizeof (TraceConnection));
  self->names = g_ptr_array_new ();
  self->key_log = g_string_new (NULL);
  self->numbers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  trace_log_intern (self, "");
  return self;
}

TraceLog *
trace_log_ref (TraceLog *self)
{
  self->ref_count++;
  return self;
}

void
trace_log_unref (TraceLog *self)
{
  if (self == NULL || --self->ref_count > 0)
    return;
  g_free (self->title);
  g_array_unref (self->events);
  g_clear_pointer (&self->ids, g_array_unref);
  g_byte_array_unref (self->arena);
  g_array_unref (self->actors);
  g_array_unref (self->connections);
  g_ptr_array_unref (self->names);
  g_hash_table_unref (self->numbers);
  g_string_free (self->key_log, TRUE);
  g_free (self);
}
