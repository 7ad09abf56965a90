/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app-session.h"

#include <math.h>
#include <string.h>

struct _AppSession
{
  GObject     parent_instance;
  TraceLog   *log;
  TraceHosts *hosts;
  TraceMailboxes *mailboxes;
  TraceImaps     *imaps;
  TraceLevel  level;
  guint       playhead;
  guint       selected;
  guint       host;
  double      progress;
  gboolean    is_playing;
  double      speed;
  gint64      start_us;
  gint64      last_frame_us; /* G_MININT64 before the first frame of playing */
  double      waited_us;     /* of the current flight and rest, at speed 1 */
};

enum
{
  PROP_0,
  PROP_LEVEL,
  PROP_PLAYHEAD,
  PROP_SELECTED,
  PROP_HOST,
  PROP_PROGRESS,
  PROP_PLAYING,
  PROP_SPEED,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (AppSession, app_session, G_TYPE_OBJECT)

TraceLog *
app_session_get_log (AppSession *self)
{
  return self->log;
}

TraceLevel
app_session_get_level (AppSession *self)
{
  return self->level;
}

guint
app_session_get_playhead (AppSession *self)
{
  return self->playhead;
}

guint
app_session_get_selected (AppSession *self)
{
  return self->selected;
}

guint
app_session_get_host (AppSession *self)
{
  return self->host;
}

gint64
app_session_get_start_us (AppSession *self)
{
  return self->start_us;
}

void
app_session_set_start_us (AppSession *self, gint64 start_us)
{
  self->start_us = start_us;
}

TraceHosts *
app_session_get_hosts (AppSession *self)
{
  return self->hosts;
}

TraceMailboxes *
app_session_get_mailboxes (AppSession *self)
{
  return self->mailboxes;
}

TraceImaps *
app_session_get_imaps (AppSession *self)
{
  return self->imaps;
}

double
app_session_get_progress (AppSession *self)
{
  return self->progress;
}

gboolean
app_session_get_playing (AppSession *self)
{
  return self->is_playing;
}

double
app_session_get_speed (AppSession *self)
{
  return self->speed;
}

static void
set_progress (AppSession *self, double progress)
{
  if (self->progress == progress)
    return;
  self->progress = progress;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROGRESS]);
}

static void
set_playing (AppSession *self, gboolean is_playing)
{
  if (self->is_playing == is_playing)
    return;
  self->is_playing = is_playing;
  self->last_frame_us = G_MININT64;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PLAYING]);
}

void
app_session_set_level (AppSession *self, TraceLevel level)
{
  if (self->level == level)
    return;
  self->level = level;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LEVEL]);
  if (self->selected != APP_NO_EVENT && !app_session_is_visible (self, self->selected))
    app_session_set_selected (self, app_session_find_previous (self, self->selected + 1));
}

void
app_session_set_playhead (AppSession *self, guint playhead)
{
  playhead = MIN (playhead, trace_log_get_n_events (self->log));
  self->waited_us = 0;
  set_progress (self, 0);
  if (self->playhead == playhead)
    return;
  self->playhead = playhead;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PLAYHEAD]);
}

void
app_session_set_selected (AppSession *self, guint selected)
{
  if (selected != APP_NO_EVENT && selected >= trace_log_get_n_events (self->log))
    selected = APP_NO_EVENT;
  if (self->selected == selected)
    return;
  self->selected = selected;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SELECTED]);
}

void
app_session_set_host (AppSession *self, guint host)
{
  if (host != APP_NO_HOST && host >= trace_log_get_n_actors (self->log))
    host = APP_NO_HOST;
  if (self->host == host)
    return;
  self->host = host;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HOST]);
}

void
app_session_set_speed (AppSession *self, double speed)
{
  speed = CLAMP (speed, APP_SESSION_SPEED_MIN, APP_SESSION_SPEED_MAX);
  if (self->speed == speed)
    return;
  self->speed = speed;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SPEED]);
}

gboolean
app_session_is_visible (AppSession *self, guint position)
{
  return trace_kind_get_level (trace_log_get_event (self->log, position)->kind) <= self->level;
}

guint
app_session_find_next (AppSession *self, guint from)
{
  guint n_events = trace_log_get_n_events (self->log);

  while (from < n_events && !app_session_is_visible (self, from))
    from++;
  return MIN (from, n_events);
}

guint
app_session_find_previous (AppSession *self, guint before)
{
  before = MIN (before, trace_log_get_n_events (self->log));
  while (before-- > 0)
    if (app_session_is_visible (self, before))
      return before;
  return APP_NO_EVENT;
}

/* Lets the next visible event happen. */
static gboolean
advance (AppSession *self)
{
  guint n_events = trace_log_get_n_events (self->log);
  guint next = app_session_find_next (self, self->playhead);

  app_session_set_playhead (self, MIN (next + 1, n_events));
  if (next == n_events)
    return FALSE;
  app_session_set_selected (self, next);
  return TRUE;
}

/* Makes the last visible event not have happened yet. */
static gboolean
retreat (AppSession *self)
{
  guint last = app_session_find_previous (self, self->playhead);

  if (last == APP_NO_EVENT)
    return FALSE;
  app_session_set_playhead (self, last);
  app_session_set_selected (self, app_session_find_previous (self, last));
  return TRUE;
}

gboolean
app_session_step_forward (AppSession *self)
{
  set_playing (self, FALSE);
  return advance (self);
}

gboolean
app_session_step_back (AppSession *self)
{
  set_playing (self, FALSE);
  return retreat (self);
}

/* Whether the event that happened last ends an exchange. */
static gboolean
is_at_exchange_end (AppSession *self)
{
  guint             last = app_session_find_previous (self, self->playhead);
  const TraceEvent *event;
  const char       *what;

  if (last == APP_NO_EVENT)
    return TRUE;
  event = trace_log_get_event (self->log, last);
  what = trace_log_get_what (self->log, event);
  return event->kind == TRACE_MESSAGE || strcmp (what, "reply") == 0 ||
         strcmp (what, "response") == 0 || strcmp (what, "answer") == 0;
}

gboolean
app_session_step_exchange (AppSession *self)
{
  set_playing (self, FALSE);
  if (!advance (self))
    return FALSE;
  while (!is_at_exchange_end (self) && advance (self))
    ;
  return TRUE;
}

gboolean
app_session_step_exchange_back (AppSession *self)
{
  set_playing (self, FALSE);
  if (!retreat (self))
    return FALSE;
  while (!is_at_exchange_end (self) && retreat (self))
    ;
  return TRUE;
}

void
app_session_go_to_start (AppSession *self)
{
  set_playing (self, FALSE);
  app_session_set_playhead (self, 0);
  app_session_set_selected (self, APP_NO_EVENT);
}

void
app_session_go_to_end (AppSession *self)
{
  set_playing (self, FALSE);
  app_session_set_playhead (self, trace_log_get_n_events (self->log));
  app_session_set_selected (self, app_session_find_previous (self, self->playhead));
}

void
app_session_play (AppSession *self)
{
  guint n_events = trace_log_get_n_events (self->log);

  if (n_events == 0)
    return;
  if (app_session_find_next (self, self->playhead) == n_events)
    app_session_set_playhead (self, 0);
  self->waited_us = 0;
  set_playing (self, TRUE);
}

void
app_session_pause (AppSession *self)
{
  set_playing (self, FALSE);
}

gint64
app_session_get_flight_us (AppSession *self, guint position)
{
  const TraceEvent *event = trace_log_get_event (self->log, position);
  double            flight_us;

  if (event->from == event->to)
    return APP_SESSION_FLIGHT_US_MIN;
  if (event->arrival_us == TRACE_NO_TIME || event->arrival_us <= event->time_us)
    return APP_SESSION_FLIGHT_US_MAX / 2;
  /* 1 ms on the wire takes the least time; each factor of ten, about a quarter more of the most. */
  flight_us = (double) (event->arrival_us - event->time_us);
  flight_us = APP_SESSION_FLIGHT_US_MIN + 150000.0 * log10 (MAX (flight_us / 1000.0, 1.0)) + 170000;
  return (gint64) MIN (flight_us, APP_SESSION_FLIGHT_US_MAX);
}

gboolean
app_session_tick (AppSession *self, gint64 frame_us, gboolean is_animated)
{
  double elapsed_us;

  if (!self->is_playing)
    return FALSE;
  elapsed_us = self->last_frame_us == G_MININT64 ? 0 : (double) (frame_us - self->last_frame_us);
  self->last_frame_us = frame_us;
  self->waited_us += MAX (elapsed_us, 0) * self->speed;
  for (;;)
    {
      guint  next = app_session_find_next (self, self->playhead);
      double flight_us, waited_us;

      if (next == trace_log_get_n_events (self->log))
        {
          app_session_set_playhead (self, next);
          set_playing (self, FALSE);
          return FALSE;
        }
      flight_us = (double) app_session_get_flight_us (self, next);
      if (self->waited_us < flight_us + APP_SESSION_REST_US)
        {
          set_progress (self, is_animated ? MIN (self->waited_us / flight_us, 1) : 0);
          return TRUE;
        }
      waited_us = self->waited_us - flight_us - APP_SESSION_REST_US;
      advance (self);
      self->waited_us = waited_us;
    }
}

static void
app_session_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  AppSession *self = APP_SESSION (object);

  switch (id)
    {
    case PROP_LEVEL:
      g_value_set_uint (value, self->level);
      break;
    case PROP_PLAYHEAD:
      g_value_set_uint (value, self->playhead);
      break;
    case PROP_SELECTED:
      g_value_set_uint (value, self->selected);
      break;
    case PROP_HOST:
      g_value_set_uint (value, self->host);
      break;
    case PROP_PROGRESS:
      g_value_set_double (value, self->progress);
      break;
    case PROP_PLAYING:
      g_value_set_boolean (value, self->is_playing);
      break;
    case PROP_SPEED:
      g_value_set_double (value, self->speed);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
app_session_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  AppSession *self = APP_SESSION (object);

  switch (id)
    {
    case PROP_LEVEL:
      app_session_set_level (self, g_value_get_uint (value));
      break;
    case PROP_PLAYHEAD:
      app_session_set_playhead (self, g_value_get_uint (value));
      break;
    case PROP_SELECTED:
      app_session_set_selected (self, g_value_get_uint (value));
      break;
    case PROP_HOST:
      app_session_set_host (self, g_value_get_uint (value));
      break;
    case PROP_SPEED:
      app_session_set_speed (self, g_value_get_double (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
app_session_finalize (GObject *object)
{
  AppSession *self = APP_SESSION (object);

  trace_hosts_free (self->hosts);
  trace_mailboxes_free (self->mailboxes);
  trace_imaps_free (self->imaps);
  trace_log_unref (self->log);
  G_OBJECT_CLASS (app_session_parent_class)->finalize (object);
}

static void
app_session_class_init (AppSessionClass *klass)
{
  GObjectClass    *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags readable = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;
  const GParamFlags writable = readable | G_PARAM_WRITABLE;

  object_class->get_property = app_session_get_property;
  object_class->set_property = app_session_set_property;
  object_class->finalize = app_session_finalize;

  properties[PROP_LEVEL] = g_param_spec_uint ("level", NULL, NULL, 0, TRACE_LEVEL_PACKETS,
                                              TRACE_LEVEL_DIALOGUE, writable);
  properties[PROP_PLAYHEAD] =
      g_param_spec_uint ("playhead", NULL, NULL, 0, G_MAXUINT, 0, writable);
  properties[PROP_SELECTED] =
      g_param_spec_uint ("selected", NULL, NULL, 0, G_MAXUINT, APP_NO_EVENT, writable);
  properties[PROP_HOST] =
      g_param_spec_uint ("host", NULL, NULL, 0, G_MAXUINT, APP_NO_HOST, writable);
  properties[PROP_PROGRESS] = g_param_spec_double ("progress", NULL, NULL, 0, 1, 0, readable);
  properties[PROP_PLAYING] = g_param_spec_boolean ("playing", NULL, NULL, FALSE, readable);
  properties[PROP_SPEED] = g_param_spec_double ("speed", NULL, NULL, APP_SESSION_SPEED_MIN,
                                                APP_SESSION_SPEED_MAX, 1, writable);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
app_session_init (AppSession *self)
{
  self->level = TRACE_LEVEL_DIALOGUE;
  self->selected = APP_NO_EVENT;
  self->host = APP_NO_HOST;
  self->start_us = APP_SESSION_NO_START;
  self->speed = 1;
  self->last_frame_us = G_MININT64;
}

AppSession *
app_session_new (TraceLog *log)
{
  AppSession *self = g_object_new (APP_TYPE_SESSION, NULL);

  self->log = trace_log_ref (log);
  self->hosts = trace_hosts_new (log);
  self->mailboxes = trace_mailboxes_new (log);
  self->imaps = trace_imaps_new (log);
  return self;
}
