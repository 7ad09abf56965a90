/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bridge-poll.h"

struct _BridgePoll
{
  GSource                source; /* first: the main context has this */
  const BridgePollFuncs *funcs;
  gpointer               user_data;
  gpointer               tag; /* of the descriptor in the source */
  GIOCondition           condition;
  gint64                 deadline_us; /* that is wanted; -1: none */
  gint64                 armed_us;    /* that the source waits for: never later; -1: none */
};

static gboolean
on_prepare (GSource *source, int *timeout)
{
  *timeout = -1;
  return FALSE;
}

static gboolean
on_check (GSource *source)
{
  BridgePoll *self = (BridgePoll *) source;

  return g_source_query_unix_fd (source, self->tag) != 0;
}

static void
arm (BridgePoll *self, gint64 at_us)
{
  self->armed_us = at_us;
  g_source_set_ready_time (&self->source, at_us);
}

/* The time has come that the source waited for, though the deadline may have moved since. */
static void
take_time (BridgePoll *self, gint64 now_us)
{
  if (self->deadline_us > now_us || self->deadline_us < 0)
    {
      arm (self, self->deadline_us);
      return;
    }
  self->deadline_us = -1;
  arm (self, -1);
  self->funcs->due (self->user_data);
}

static gboolean
on_dispatch (GSource *source, GSourceFunc callback, gpointer data)
{
  BridgePoll  *self = (BridgePoll *) source;
  GIOCondition condition = g_source_query_unix_fd (source, self->tag);

  if (condition != 0)
    self->funcs->ready (condition, self->user_data);
  else
    take_time (self, g_source_get_time (source));
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs source_funcs = { on_prepare, on_check, on_dispatch, NULL, NULL, NULL };

void
bridge_poll_watch (BridgePoll *self, GIOCondition condition)
{
  if (condition == self->condition)
    return;
  self->condition = condition;
  g_source_modify_unix_fd (&self->source, self->tag, condition);
}

/* Deadlines move away with every byte that comes: the source is told only when one is nearer. */
void
bridge_poll_set_deadline (BridgePoll *self, gint64 at_us)
{
  self->deadline_us = at_us;
  if (at_us >= 0 && (self->armed_us < 0 || at_us < self->armed_us))
    arm (self, at_us);
}

BridgePoll *
bridge_poll_new (int fd, GIOCondition condition, const BridgePollFuncs *funcs, gpointer user_data)
{
  BridgePoll *self = (BridgePoll *) g_source_new (&source_funcs, sizeof (BridgePoll));

  self->funcs = funcs;
  self->user_data = user_data;
  self->condition = condition;
  self->deadline_us = -1;
  self->armed_us = -1;
  /* Not for recursion: a source that can't recurse is taken out and put back at each dispatch. */
  g_source_set_can_recurse (&self->source, TRUE);
  self->tag = g_source_add_unix_fd (&self->source, fd, condition);
  g_source_attach (&self->source, g_main_context_get_thread_default ());
  return self;
}

void
bridge_poll_free (BridgePoll *self)
{
  if (self == NULL)
    return;
  g_source_destroy (&self->source);
  g_source_unref (&self->source);
}
