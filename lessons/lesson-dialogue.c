/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lesson-dialogue.h"

#include <string.h>

gboolean
lesson_dialogue_is_reply (TraceLog *log, const TraceEvent *event)
{
  const char *what = trace_log_get_what (log, event);

  return event->kind == TRACE_UNIT &&
         (strcmp (what, "reply") == 0 || strcmp (what, "response") == 0 ||
          strcmp (what, "answer") == 0);
}

guint
lesson_dialogue_find_question (TraceLog *log, guint position)
{
  const TraceEvent *reply = trace_log_get_event (log, position);
  gboolean          has_greeting = reply->protocol != TRACE_DNS;
  guint             n_earlier = 0;
  guint             n_asked = 0;

  for (guint i = 0; i < position; i++)
    {
      const TraceEvent *event = trace_log_get_event (log, i);

      if (event->connection == reply->connection && event->from == reply->from &&
          lesson_dialogue_is_reply (log, event))
        n_earlier++;
    }
  if (has_greeting && n_earlier == 0)
    return G_MAXUINT;
  for (guint i = 0; i < position; i++)
    {
      const TraceEvent *event = trace_log_get_event (log, i);

      if (event->kind != TRACE_UNIT || event->connection != reply->connection ||
          event->from == reply->from)
        continue;
      if (n_asked + (has_greeting ? 1 : 0) == n_earlier)
        return i;
      n_asked++;
    }
  return G_MAXUINT;
}

guint
lesson_dialogue_find_next (TraceLog *log, guint position)
{
  guint connection = trace_log_get_event (log, position)->connection;

  for (guint i = position + 1; i < trace_log_get_n_events (log); i++)
    {
      const TraceEvent *event = trace_log_get_event (log, i);

      if (event->kind == TRACE_UNIT && (connection == 0 || event->connection == connection))
        return i;
    }
  return G_MAXUINT;
}
