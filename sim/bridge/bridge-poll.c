/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bridge-poll.h"

#include <sys/epoll.h>
#include <unistd.h>

/* Descriptors dealt with before other sources get their turn: ours. */
#define EVENTS_MAX 64

/* Conditions go to epoll and come back as they are. */
G_STATIC_ASSERT ((int) G_IO_IN == EPOLLIN && (int) G_IO_OUT == EPOLLOUT &&
                 (int) G_IO_ERR == EPOLLERR && (int) G_IO_HUP == EPOLLHUP);

/* What the polls of a thread have in common; there is one as long as there is a poll. */
typedef struct
{
  GSource    source; /* first: the main context has this */
  int        epoll;
  gpointer   tag;    /* of epoll in the source */
  GPtrArray *polls;  /* of BridgePoll */
  GPtrArray *gone;   /* of BridgePoll: freed while a dispatch may still come upon them */
  guint      n_dispatches; /* going on: a callback may run the main context */
  gint64     armed_us;     /* that the source waits for: never after a deadline; -1: none */
} Reactor;

struct _BridgePoll
{
  Reactor               *reactor;
  guint                  index; /* in its polls */
  int                    fd;
  const BridgePollFuncs *funcs;
  gpointer               user_data;
  GIOCondition           condition;
  gint64                 deadline_us; /* -1: none */
  gboolean               is_gone;
};

static GPrivate current = G_PRIVATE_INIT (NULL);

/* Time */

static void
arm (Reactor *self, gint64 at_us)
{
  self->armed_us = at_us;
  g_source_set_ready_time (&self->source, at_us);
}

static gint64
find_deadline (const Reactor *self)
{
  gint64 first_us = -1;

  for (guint i = 0; i < self->polls->len; i++)
    {
      const BridgePoll *poll = g_ptr_array_index (self->polls, i);

      if (poll->deadline_us >= 0 && (first_us < 0 || poll->deadline_us < first_us))
        first_us = poll->deadline_us;
    }
  return first_us;
}

/* The time has come that the source waited for, though deadlines may have moved since. */
static void
take_time (Reactor *self, gint64 now_us)
{
  g_autoptr (GPtrArray) due = g_ptr_array_new ();

  if (self->armed_us < 0 || self->armed_us > now_us)
    return;
  for (guint i = 0; i < self->polls->len; i++)
    {
      BridgePoll *poll = g_ptr_array_index (self->polls, i);

      if (poll->deadline_us >= 0 && poll->deadline_us <= now_us)
        {
          poll->deadline_us = -1;
          g_ptr_array_add (due, poll);
        }
    }
  arm (self, find_deadline (self));
  for (guint i = 0; i < due->len; i++)
    {
      BridgePoll *poll = g_ptr_array_index (due, i);

      if (!poll->is_gone)
        poll->funcs->due (poll->user_data);
    }
}

/* The source */

static void
take_events (Reactor *self)
{
  struct epoll_event events[EVENTS_MAX];
  int                n_events = epoll_wait (self->epoll, events, EVENTS_MAX, 0);

  for (int i = 0; i < n_events; i++)
    {
      BridgePoll *poll = events[i].data.ptr;

      if (!poll->is_gone)
        poll->funcs->ready ((GIOCondition) events[i].events, poll->user_data);
    }
}

/* Lets the polls go that no dispatch can come upon any more, and with the last one everything. */
static void
sweep (Reactor *self)
{
  if (self->n_dispatches > 0)
    return;
  g_ptr_array_set_size (self->gone, 0);
  if (self->polls->len > 0)
    return;
  g_private_set (&current, NULL);
  g_source_destroy (&self->source);
  g_source_unref (&self->source);
}

static gboolean
on_prepare (GSource *source, int *timeout)
{
  *timeout = -1;
  return FALSE;
}

static gboolean
on_check (GSource *source)
{
  return g_source_query_unix_fd (source, ((Reactor *) source)->tag) != 0;
}

static gboolean
on_dispatch (GSource *source, GSourceFunc callback, gpointer data)
{
  Reactor *self = (Reactor *) source;

  self->n_dispatches++;
  if (g_source_query_unix_fd (source, self->tag) != 0)
    take_events (self);
  take_time (self, g_source_get_time (source));
  self->n_dispatches--;
  sweep (self);
  return G_SOURCE_CONTINUE;
}

static void
on_finalize (GSource *source)
{
  Reactor *self = (Reactor *) source;

  close (self->epoll);
  g_ptr_array_unref (self->polls);
  g_ptr_array_unref (self->gone);
}

static GSourceFuncs source_funcs = { on_prepare, on_check, on_dispatch, on_finalize, NULL, NULL };

/* Returns: (nullable) */
static Reactor *
get_reactor (void)
{
  Reactor *self = g_private_get (&current);
  int      epoll;

  if (self != NULL)
    return self;
  epoll = epoll_create1 (EPOLL_CLOEXEC);
  if (epoll < 0)
    return NULL;
  self = (Reactor *) g_source_new (&source_funcs, sizeof (Reactor));
  self->epoll = epoll;
  self->polls = g_ptr_array_new ();
  self->gone = g_ptr_array_new_with_free_func (g_free);
  self->n_dispatches = 0;
  self->armed_us = -1;
  self->tag = g_source_add_unix_fd (&self->source, epoll, G_IO_IN);
  /* Not for recursion: a source that can't recurse is taken out and put back at each dispatch. */
  g_source_set_can_recurse (&self->source, TRUE);
  g_source_attach (&self->source, g_main_context_get_thread_default ());
  g_private_set (&current, self);
  return self;
}

/* Polls */

void
bridge_poll_watch (BridgePoll *self, GIOCondition condition)
{
  struct epoll_event event = { .events = condition, .data.ptr = self };

  if (self == NULL || condition == self->condition)
    return;
  self->condition = condition;
  epoll_ctl (self->reactor->epoll, EPOLL_CTL_MOD, self->fd, &event);
}

/* Deadlines move away with every byte that comes: the source is told only when one is nearer. */
void
bridge_poll_set_deadline (BridgePoll *self, gint64 at_us)
{
  if (self == NULL)
    return;
  self->deadline_us = at_us;
  if (at_us >= 0 && (self->reactor->armed_us < 0 || at_us < self->reactor->armed_us))
    arm (self->reactor, at_us);
}

BridgePoll *
bridge_poll_new (int fd, GIOCondition condition, const BridgePollFuncs *funcs, gpointer user_data)
{
  Reactor           *reactor = get_reactor ();
  BridgePoll        *self = g_new0 (BridgePoll, 1);
  struct epoll_event event = { .events = condition, .data.ptr = self };

  if (reactor == NULL || epoll_ctl (reactor->epoll, EPOLL_CTL_ADD, fd, &event) < 0)
    {
      g_free (self);
      if (reactor != NULL)
        sweep (reactor);
      return NULL;
    }
  self->reactor = reactor;
  self->fd = fd;
  self->condition = condition;
  self->funcs = funcs;
  self->user_data = user_data;
  self->deadline_us = -1;
  self->index = reactor->polls->len;
  g_ptr_array_add (reactor->polls, self);
  return self;
}

static void
leave (BridgePoll *self)
{
  GPtrArray *polls = self->reactor->polls;

  self->is_gone = TRUE;
  g_ptr_array_remove_index_fast (polls, self->index);
  if (self->index < polls->len)
    ((BridgePoll *) g_ptr_array_index (polls, self->index))->index = self->index;
  g_ptr_array_add (self->reactor->gone, self);
  sweep (self->reactor);
}

void
bridge_poll_free (BridgePoll *self)
{
  if (self == NULL)
    return;
  epoll_ctl (self->reactor->epoll, EPOLL_CTL_DEL, self->fd, NULL);
  leave (self);
}

/* A descriptor that is closed is not watched any more (epoll(7)), as long as nobody else has it. */
void
bridge_poll_close (BridgePoll *self)
{
  if (self == NULL)
    return;
  close (self->fd);
  leave (self);
}
