/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-story.h"

#include <string.h>

TraceLog *
mail_story_run (const char *scenario)
{
  g_autoptr (GError) error = NULL;
  SimScenario *parsed = sim_scenario_parse ("test.ini", scenario, strlen (scenario), &error);
  g_autoptr (MailWorld) world = NULL;

  g_assert_no_error (error);
  world = mail_world_new (parsed, MAIL_WORLD_OWN_SEED);
  mail_world_schedule_actions (world);
  mail_world_run (world, G_MAXINT64);
  return trace_log_ref (mail_world_get_log (world));
}

static gboolean
is_told (const TraceEvent *event)
{
  return event->kind == TRACE_NOTE || event->kind == TRACE_MESSAGE;
}

char *
mail_story_tell (TraceLog *log, const char *const *leave_out)
{
  GString *story = g_string_new (NULL);

  for (guint i = 0; i < trace_log_get_n_events (log); i++)
    {
      const TraceEvent *event = trace_log_get_event (log, i);
      const char       *what = trace_log_get_what (log, event);

      if (is_told (event) && !g_strv_contains (leave_out, what))
        g_string_append_printf (story, "%s%s@%s", story->len > 0 ? " " : "", what,
                                trace_log_get_actor (log, event->to)->name);
    }
  return g_string_free (story, FALSE);
}

char *
mail_story_dup_note (TraceLog *log, const char *what, guint n)
{
  for (guint i = 0; i < trace_log_get_n_events (log); i++)
    {
      const TraceEvent *event = trace_log_get_event (log, i);
      gsize             length;
      const guint8     *bytes = trace_log_get_bytes (log, event, &length);

      if (is_told (event) && strcmp (trace_log_get_what (log, event), what) == 0 && n-- == 0)
        return g_strndup ((const char *) bytes, length);
    }
  return NULL;
}

guint
mail_story_count (TraceLog *log, const char *what)
{
  guint n = 0;

  for (guint i = 0; i < trace_log_get_n_events (log); i++)
    {
      const TraceEvent *event = trace_log_get_event (log, i);

      n += is_told (event) && strcmp (trace_log_get_what (log, event), what) == 0;
    }
  return n;
}

char *
mail_story_dup_value (const char *note, const char *key)
{
  g_auto (GStrv) lines = g_strsplit (note, "\n", -1);
  g_autofree char *prefix = g_strdup_printf ("%s: ", key);

  for (guint i = 1; lines[0] != NULL && lines[i] != NULL; i++)
    if (g_str_has_prefix (lines[i], prefix))
      return g_strdup (lines[i] + strlen (prefix));
  return NULL;
}

static GBytes *
unstuff (const char *data, gsize length)
{
  GString *out = g_string_new (NULL);

  for (const char *line = data, *end = data + length; line < end;)
    {
      const char *next = memchr (line, '\n', (gsize) (end - line));

      next = next != NULL ? next + 1 : end;
      if (next - line == 3 && *line == '.')
        break;
      if (*line == '.')
        line++;
      g_string_append_len (out, line, next - line);
      line = next;
    }
  return g_string_free_to_bytes (out);
}

GBytes *
mail_story_dup_fetched (TraceLog *log, guint n)
{
  for (guint i = 0; i < trace_log_get_n_events (log); i++)
    {
      const TraceEvent *event = trace_log_get_event (log, i);
      gsize             length;
      const guint8     *bytes = trace_log_get_bytes (log, event, &length);

      if (event->kind == TRACE_UNIT && event->protocol == TRACE_POP3 &&
          strcmp (trace_log_get_what (log, event), "data") == 0 &&
          g_strstr_len ((const char *) bytes, (gssize) length, "Return-Path:") != NULL && n-- == 0)
        return unstuff ((const char *) bytes, length);
    }
  return NULL;
}
