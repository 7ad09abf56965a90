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

/* The questions of one connection that wait for their replies: a queue through `next` of
 * lesson_dialogue_pair(), by position. */
typedef struct
{
  guint    first, last; /* G_MAXUINT when none waits */
  gboolean is_greeted; /* from the start in DNS: name servers do not greet */
} Waiting;

static Waiting *
new_waiting (TraceLog *log)
{
  guint    n_connections = trace_log_get_n_connections (log);
  Waiting *waiting = g_new (Waiting, n_connections + 1);

  waiting[0] = (Waiting) { G_MAXUINT, G_MAXUINT, FALSE }; /* ids begin with 1 */
  for (guint i = 1; i <= n_connections; i++)
    {
      gboolean is_greeted = trace_log_get_connection (log, i)->protocol == TRACE_DNS;

      waiting[i] = (Waiting) { G_MAXUINT, G_MAXUINT, is_greeted };
    }
  return waiting;
}

static void
add_question (Waiting *self, guint *next, guint position)
{
  if (self->first == G_MAXUINT)
    self->first = position;
  else
    next[self->last] = position;
  self->last = position;
  next[position] = G_MAXUINT;
}

static guint
take_question (Waiting *self, const guint *next)
{
  guint question = self->first;

  if (!self->is_greeted)
    {
      self->is_greeted = TRUE;
      return G_MAXUINT;
    }
  if (question != G_MAXUINT)
    self->first = next[question];
  return question;
}

GArray *
lesson_dialogue_pair (TraceLog *log)
{
  guint               n_events = trace_log_get_n_events (log);
  guint               n_connections = trace_log_get_n_connections (log);
  GArray             *questions = g_array_sized_new (FALSE, FALSE, sizeof (guint), n_events);
  g_autofree guint   *next = g_new (guint, n_events);
  g_autofree Waiting *waiting = new_waiting (log);

  for (guint i = 0; i < n_events; i++)
    {
      const TraceEvent *event = trace_log_get_event (log, i);
      guint             id = event->connection;
      gboolean          is_said = event->kind == TRACE_UNIT && id > 0 && id <= n_connections;
      guint             question = G_MAXUINT;

      if (is_said && lesson_dialogue_is_reply (log, event))
        question = take_question (&waiting[id], next);
      else if (is_said && event->from == trace_log_get_connection (log, id)->from)
        add_question (&waiting[id], next, i);
      g_array_append_val (questions, question);
    }
  return questions;
}

guint
lesson_dialogue_find_next (TraceLog *log, guint position)
{
  guint n_events = trace_log_get_n_events (log);
  guint connection;

  if (position >= n_events)
    return G_MAXUINT;
  connection = trace_log_get_event (log, position)->connection;
  for (guint i = position + 1; i < n_events; i++)
    {
      const TraceEvent *event = trace_log_get_event (log, i);

      if (event->kind == TRACE_UNIT && (connection == 0 || event->connection == connection))
        return i;
    }
  return G_MAXUINT;
}
