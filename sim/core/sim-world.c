/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim-world.h"
#include "sim-queue.h"

#include <string.h>

/* One scheduled call. */
typedef struct
{
  SimFunc        func;
  gpointer       data;
  GDestroyNotify destroy;
  guint          cause;
} Call;

struct _SimWorld
{
  TraceLog   *log;
  SimQueue   *queue; /* of Call */
  GHashTable *generators; /* name -> SimRandom; looked up, never walked */
  guint64     seed;
  gint64      start_us;
  gint64      now_us;
  guint       cause;
  guint       n_calls;
  gboolean    is_stopped;
};

static void
free_call (Call *call)
{
  if (call->destroy != NULL)
    call->destroy (call->data);
  g_free (call);
}

TraceLog *
sim_world_get_log (SimWorld *self)
{
  return self->log;
}

guint64
sim_world_get_seed (SimWorld *self)
{
  return self->seed;
}

gint64
sim_world_get_now (SimWorld *self)
{
  return self->now_us;
}

gint64
sim_world_get_unix_us (SimWorld *self)
{
  return self->start_us + self->now_us;
}

guint64
sim_world_schedule (
    SimWorld *self, gint64 at_us, SimFunc func, gpointer data, GDestroyNotify destroy)
{
  Call *call = g_new (Call, 1);

  *call = (Call){ func, data, destroy, self->cause };
  return sim_queue_push (self->queue, MAX (at_us, self->now_us), call);
}

void
sim_world_cancel (SimWorld *self, guint64 id)
{
  Call *call = sim_queue_cancel (self->queue, id);

  if (call != NULL)
    free_call (call);
}

gint64
sim_world_get_next_time (SimWorld *self)
{
  return sim_queue_get_next_time (self->queue);
}

/* Ends a world that seems to have no end, and says so where everybody looks. */
static void
stop (SimWorld *self, const char *why)
{
  guint actor = trace_log_add_actor (self->log, "world", "", "");

  self->is_stopped = TRUE;
  sim_world_note (self, actor, "stopped", TRACE_FLAG_ERROR, 0, "the simulation stops here: %s",
                  why);
}

static gboolean
is_within_limits (SimWorld *self)
{
  if (self->n_calls >= SIM_WORLD_CALLS_MAX)
    stop (self, "it seems to go on for ever (10,000,000 steps)");
  else if (trace_log_get_memory (self->log) >= SIM_WORLD_TRACE_BYTES_MAX)
    stop (self, "its trace has grown past 2 GiB");
  return !self->is_stopped;
}

gboolean
sim_world_run (SimWorld *self, gint64 until_us)
{
  while (!self->is_stopped && sim_queue_get_n_items (self->queue) > 0 &&
         sim_queue_get_next_time (self->queue) <= until_us)
    {
      Call *call;

      if (!is_within_limits (self))
        break;
      call = sim_queue_pop (self->queue, &self->now_us);
      self->n_calls++;
      self->cause = call->cause;
      call->func (call->data);
      free_call (call);
    }
  self->cause = 0;
  if (until_us != G_MAXINT64 && !self->is_stopped)
    self->now_us = MAX (self->now_us, until_us);
  return !self->is_stopped && sim_queue_get_n_items (self->queue) > 0;
}

gboolean
sim_world_is_stopped (SimWorld *self)
{
  return self->is_stopped;
}

SimRandom *
sim_world_get_random (SimWorld *self, const char *name)
{
  SimRandom *generator = g_hash_table_lookup (self->generators, name);

  if (generator == NULL)
    {
      generator = sim_random_new (self->seed, name);
      g_hash_table_insert (self->generators, g_strdup (name), generator);
    }
  return generator;
}

guint
sim_world_record (SimWorld *self, const TraceEvent *event, const void *bytes, gsize length)
{
  TraceEvent copy = *event;
  guint      id;

  copy.time_us = self->now_us;
  if (copy.cause == 0)
    copy.cause = self->cause;
  id = trace_log_append (self->log, &copy, bytes, length);
  if (copy.kind == TRACE_NOTE || copy.kind == TRACE_MESSAGE || copy.kind == TRACE_OPEN)
    self->cause = id;
  return id;
}

guint
sim_world_note (SimWorld   *self,
                guint       actor,
                const char *name,
                guint       flags,
                guint       message,
                const char *format,
                ...)
{
  g_autofree char *text = NULL;
  TraceEvent       event = {
          .arrival_us = TRACE_NO_TIME,
          .kind = TRACE_NOTE,
          .flags = flags,
          .message = message,
          .from = (guint16) actor,
          .to = (guint16) actor,
          .what = trace_log_intern (self->log, name),
  };
  va_list arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  return sim_world_record (self, &event, text, strlen (text));
}

guint
sim_world_get_cause (SimWorld *self)
{
  return self->cause;
}

void
sim_world_set_cause (SimWorld *self, guint cause)
{
  self->cause = cause;
}

SimWorld *
sim_world_new (const char *title, guint64 seed, gint64 start_us)
{
  SimWorld *self = g_new0 (SimWorld, 1);

  self->log = trace_log_new (title, seed);
  self->queue = sim_queue_new ();
  self->generators =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) sim_random_free);
  self->seed = seed;
  self->start_us = start_us;
  return self;
}

void
sim_world_free (SimWorld *self)
{
  Call *call;

  if (self == NULL)
    return;
  while ((call = sim_queue_pop (self->queue, NULL)) != NULL)
    free_call (call);
  sim_queue_free (self->queue);
  g_hash_table_unref (self->generators);
  trace_log_unref (self->log);
  g_free (self);
}
