/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net-world.h"

#include <string.h>

NetWorld *
net_world_new (guint64 seed, const char *text)
{
  NetWorld        *self = g_new0 (NetWorld, 1);
  g_autofree char *whole = g_strconcat ("[Scenario]\nTitle=test\n", text, NULL);
  g_autoptr (GError) error = NULL;

  self->scenario = sim_scenario_parse ("test.ini", whole, strlen (whole), &error);
  g_assert_no_error (error);
  self->world = sim_world_new (self->scenario->title, seed, self->scenario->start_us);
  self->network = sim_network_new (self->world, self->scenario);
  self->log = sim_world_get_log (self->world);
  return self;
}

void
net_world_free (NetWorld *self)
{
  if (self == NULL)
    return;
  sim_network_free (self->network);
  sim_world_free (self->world);
  sim_scenario_free (self->scenario);
  g_free (self);
}

SimHost *
net_world_get_host (NetWorld *self, const char *name)
{
  return sim_network_find_host (self->network, name);
}

char *
net_world_dump (NetWorld *self)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < trace_log_get_n_events (self->log); i++)
    {
      const TraceEvent *event = trace_log_get_event (self->log, i);
      gsize             length;
      const guint8     *bytes = trace_log_get_bytes (self->log, event, &length);
      g_autofree char  *sum = g_compute_checksum_for_data (G_CHECKSUM_SHA256, bytes, length);

      g_string_append_printf (text,
                              "%u %s %s %" G_GINT64_FORMAT " %" G_GINT64_FORMAT
                              " %u %u %u-%u %u %u %s\n",
                              i + 1, trace_kind_get_name (event->kind),
                              trace_log_get_what (self->log, event), event->time_us,
                              event->arrival_us, (guint) event->flags, event->cause, event->from,
                              event->to, event->connection, event->message, sum);
    }
  return g_string_free (text, FALSE);
}

guint
net_world_count (NetWorld *self, TraceKind kind, guint flags)
{
  guint n = 0;

  for (guint i = 0; i < trace_log_get_n_events (self->log); i++)
    {
      const TraceEvent *event = trace_log_get_event (self->log, i);

      n += event->kind == kind && (event->flags & flags) == flags;
    }
  return n;
}
