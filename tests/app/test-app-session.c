/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <app-session.h>

/* A dialogue: each letter is an event. o opens, c command, r reply, m message stage, p packet,
 * n note. */
static TraceLog *
make_log (const char *letters)
{
  TraceLog       *log = trace_log_new ("test", 1);
  TraceConnection connection = { 0, 1, TRACE_SMTP, 40000, 25 };

  trace_log_add_actor (log, "a.example", "MUA", "192.0.2.1");
  trace_log_add_actor (log, "b.example", "MTA", "192.0.2.2");
  trace_log_add_connection (log, &connection);
  for (guint i = 0; letters[i] != '\0'; i++)
    {
      TraceEvent  event = { .time_us = i * 1000, .arrival_us = i * 1000 + 1000, .connection = 1,
                            .protocol = TRACE_SMTP, .kind = TRACE_UNIT, .from = 0, .to = 1 };
      const char *what = "command";

      switch (letters[i])
        {
        case 'o':
          event.kind = TRACE_OPEN;
          what = "open";
          break;
        case 'r':
          event.from = 1;
          event.to = 0;
          what = "reply";
          break;
        case 'm':
          event.kind = TRACE_MESSAGE;
          what = "submitted";
          break;
        case 'p':
          event.kind = TRACE_PACKET;
          what = "packet";
          break;
        case 'n':
          event.kind = TRACE_NOTE;
          event.to = 0;
          what = "queued";
          break;
        default:
          break;
        }
      event.what = trace_log_intern (log, what);
      trace_log_append (log, &event, "x", 1);
    }
  return log;
}

static AppSession *
make_session (const char *letters, TraceLevel level)
{
  g_autoptr (TraceLog) log = make_log (letters);
  AppSession *session = app_session_new (log);

  app_session_set_level (session, level);
  return session;
}

typedef struct
{
  const char *name, *letters;
  TraceLevel  level;
  guint       stops[12]; /* playhead after each step forward; 0 ends them */
} Stepping;

static const Stepping steppings[] = {
  { "story", "pocrmpcrm", TRACE_LEVEL_STORY, { 5, 9 } },
  { "dialogue", "pocrmpcrm", TRACE_LEVEL_DIALOGUE, { 2, 3, 4, 5, 7, 8, 9 } },
  { "packets", "pocr", TRACE_LEVEL_PACKETS, { 1, 2, 3, 4 } },
  { "hidden-at-the-end", "crpp", TRACE_LEVEL_DIALOGUE, { 1, 2 } },
};

static void
test_stepping (gconstpointer data)
{
  const Stepping *stepping = data;
  g_autoptr (AppSession) session = make_session (stepping->letters, stepping->level);
  guint n_stops = 0;

  g_test_summary ("A step lets the next event seen at this level happen; back undoes it.");
  for (; stepping->stops[n_stops] != 0; n_stops++)
    {
      g_assert_true (app_session_step_forward (session));
      g_assert_cmpuint (app_session_get_playhead (session), ==, stepping->stops[n_stops]);
      g_assert_cmpuint (app_session_get_selected (session), ==, stepping->stops[n_stops] - 1);
    }
  g_assert_false (app_session_step_forward (session));
  for (guint i = n_stops; i-- > 0;)
    {
      g_assert_true (app_session_step_back (session));
      g_assert_cmpuint (app_session_get_playhead (session), ==, stepping->stops[i] - 1);
      g_assert_cmpuint (app_session_get_selected (session), ==,
                        i > 0 ? stepping->stops[i - 1] - 1 : APP_NO_EVENT);
    }
  g_assert_false (app_session_step_back (session));
}

static void
test_exchanges (void)
{
  static const guint stops[] = { 3, 5, 6, 7 };
  g_autoptr (AppSession) session = make_session ("ocrcrmn", TRACE_LEVEL_DIALOGUE);

  g_test_summary ("An exchange ends with its reply, or with a stage of the message.");
  for (guint i = 0; i < G_N_ELEMENTS (stops); i++)
    {
      g_assert_true (app_session_step_exchange (session));
      g_assert_cmpuint (app_session_get_playhead (session), ==, stops[i]);
    }
  g_assert_false (app_session_step_exchange (session));
  for (guint i = G_N_ELEMENTS (stops) - 1; i-- > 0;)
    {
      g_assert_true (app_session_step_exchange_back (session));
      g_assert_cmpuint (app_session_get_playhead (session), ==, stops[i]);
    }
  g_assert_true (app_session_step_exchange_back (session));
  g_assert_cmpuint (app_session_get_playhead (session), ==, 0);
  g_assert_false (app_session_step_exchange_back (session));
}

/* Plays with a frame every @frame_us. Returns: microseconds until it stops by itself. */
static gint64
play_to_end (AppSession *session, gint64 frame_us, gboolean is_animated)
{
  gint64 now_us = 5000000;
  double progress = 0;
  guint  playhead = app_session_get_playhead (session);

  app_session_play (session);
  while (app_session_tick (session, now_us, is_animated))
    {
      g_assert_cmpuint (app_session_get_playhead (session), >=, playhead);
      if (app_session_get_playhead (session) > playhead)
        progress = 0;
      playhead = app_session_get_playhead (session);
      g_assert_cmpfloat (app_session_get_progress (session), >=, progress);
      g_assert_cmpfloat (app_session_get_progress (session), <=, 1);
      progress = app_session_get_progress (session);
      if (!is_animated)
        g_assert_cmpfloat (progress, ==, 0);
      now_us += frame_us;
      g_assert_cmpint (now_us, <, 600 * G_USEC_PER_SEC);
    }
  return now_us - 5000000;
}

static gint64
get_whole_us (AppSession *session)
{
  guint  n_events = trace_log_get_n_events (app_session_get_log (session));
  gint64 whole_us = 0;

  for (guint i = 0; i < n_events; i++)
    if (app_session_is_visible (session, i))
      whole_us += app_session_get_flight_us (session, i) + APP_SESSION_REST_US;
  return whole_us;
}

static void
test_playing (void)
{
  static const gint64 frames_us[] = { 1000, 16667, 33333, 2000000 };

  g_test_summary ("How long playing takes is the trace's and the speed's, never the frames'.");
  for (guint i = 0; i < G_N_ELEMENTS (frames_us); i++)
    for (double speed = 0.5; speed <= 4; speed *= 2)
      {
        g_autoptr (AppSession) session = make_session ("pocrcrmpcr", TRACE_LEVEL_DIALOGUE);
        gint64 taken_us, whole_us;

        app_session_set_speed (session, speed);
        whole_us = (gint64) ((double) get_whole_us (session) / speed);
        taken_us = play_to_end (session, frames_us[i], i % 2 == 0);
        g_assert_cmpint (taken_us, >=, whole_us);
        g_assert_cmpint (taken_us, <=, whole_us + frames_us[i] + 1);
        g_assert_false (app_session_get_playing (session));
        g_assert_cmpuint (app_session_get_playhead (session), ==, 10);
        g_assert_cmpuint (app_session_get_selected (session), ==, 9);
      }
}

static void
test_playing_again (void)
{
  g_autoptr (AppSession) session = make_session ("crp", TRACE_LEVEL_DIALOGUE);

  g_test_summary ("Playing at the end starts over; stepping and pausing stop it.");
  app_session_go_to_end (session);
  g_assert_cmpuint (app_session_get_selected (session), ==, 1);
  app_session_play (session);
  g_assert_true (app_session_get_playing (session));
  g_assert_cmpuint (app_session_get_playhead (session), ==, 0);
  app_session_step_forward (session);
  g_assert_false (app_session_get_playing (session));
  app_session_play (session);
  app_session_tick (session, 0, TRUE);
  app_session_tick (session, APP_SESSION_FLIGHT_US_MIN / 2, TRUE);
  g_assert_cmpfloat (app_session_get_progress (session), >, 0);
  app_session_pause (session);
  g_assert_false (app_session_tick (session, G_USEC_PER_SEC * 100, TRUE));
  g_assert_cmpuint (app_session_get_playhead (session), ==, 1);
  app_session_go_to_start (session);
  g_assert_cmpuint (app_session_get_selected (session), ==, APP_NO_EVENT);
  g_assert_cmpfloat (app_session_get_progress (session), ==, 0);
}

static void
test_empty (void)
{
  g_autoptr (AppSession) session = make_session ("", TRACE_LEVEL_PACKETS);

  g_test_summary ("A trace without events can be looked at, too.");
  app_session_play (session);
  g_assert_false (app_session_get_playing (session));
  g_assert_false (app_session_step_forward (session));
  g_assert_false (app_session_step_exchange (session));
  g_assert_false (app_session_step_back (session));
  app_session_go_to_end (session);
  app_session_set_selected (session, 3);
  g_assert_cmpuint (app_session_get_selected (session), ==, APP_NO_EVENT);
}

static void
test_level (void)
{
  g_autoptr (AppSession) session = make_session ("ocrmpcr", TRACE_LEVEL_PACKETS);

  g_test_summary ("What is selected stays in sight: the last visible event before it takes over.");
  app_session_set_selected (session, 4);
  app_session_set_level (session, TRACE_LEVEL_DIALOGUE);
  g_assert_cmpuint (app_session_get_selected (session), ==, 3);
  app_session_set_selected (session, 2);
  app_session_set_level (session, TRACE_LEVEL_STORY);
  g_assert_cmpuint (app_session_get_selected (session), ==, APP_NO_EVENT);
}

static void
test_limits (void)
{
  g_autoptr (AppSession) session = make_session ("cr", TRACE_LEVEL_DIALOGUE);

  app_session_set_speed (session, 1000);
  g_assert_cmpfloat (app_session_get_speed (session), ==, APP_SESSION_SPEED_MAX);
  app_session_set_speed (session, 0);
  g_assert_cmpfloat (app_session_get_speed (session), ==, APP_SESSION_SPEED_MIN);
  app_session_set_playhead (session, 100);
  g_assert_cmpuint (app_session_get_playhead (session), ==, 2);
  for (guint i = 0; i < 2; i++)
    {
      g_assert_cmpint (app_session_get_flight_us (session, i), >=, APP_SESSION_FLIGHT_US_MIN);
      g_assert_cmpint (app_session_get_flight_us (session, i), <=, APP_SESSION_FLIGHT_US_MAX);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (steppings); i++)
    {
      g_autofree char *path = g_strdup_printf ("/app-session/stepping/%s", steppings[i].name);

      g_test_add_data_func (path, &steppings[i], test_stepping);
    }
  g_test_add_func ("/app-session/exchanges", test_exchanges);
  g_test_add_func ("/app-session/playing", test_playing);
  g_test_add_func ("/app-session/playing-again", test_playing_again);
  g_test_add_func ("/app-session/empty", test_empty);
  g_test_add_func ("/app-session/level", test_level);
  g_test_add_func ("/app-session/limits", test_limits);
  return g_test_run ();
}
