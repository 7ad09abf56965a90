/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <app-keys.h>
#include <app-window.h>
#include <glib/gstdio.h>
#include <string.h>
#include <trace/trace-file.h>

static GtkApplication *application;

static char *
find_lesson (const char *name)
{
  return g_test_build_filename (G_TEST_DIST, "lessons", name, NULL);
}

/* On a slow machine an animation's next frame is due before the last is painted, and there is
 * always more to do: this is far more than anything else takes. */
#define ITERATIONS_MAX 300

static void
settle (void)
{
  for (guint i = 0; i < ITERATIONS_MAX && g_main_context_iteration (NULL, FALSE); i++)
    ;
}

static AppWindow *
make_window (void)
{
  AppWindow *window = app_window_new (application);

  gtk_window_present (GTK_WINDOW (window));
  settle ();
  return window;
}

static AppWindow *
open_lesson (const char *name)
{
  AppWindow       *window = make_window ();
  g_autofree char *path = find_lesson (name);

  g_assert_true (app_window_open (window, path));
  settle ();
  return window;
}

static void
close_window (AppWindow *window)
{
  gtk_window_destroy (GTK_WINDOW (window));
  settle ();
}

static void
act (AppWindow *window, const char *action)
{
  g_autofree char *name = NULL;
  g_autoptr (GVariant) target = NULL;

  g_assert_true (g_action_parse_detailed_name (action, &name, &target, NULL));
  g_assert_true (g_action_group_has_action (G_ACTION_GROUP (window), name));
  g_action_group_activate_action (G_ACTION_GROUP (window), name, target);
  settle ();
}

/* Returns: (nullable): the first label or button below @widget whose text begins with @text. */
static GtkWidget *
find_text (GtkWidget *widget, const char *text)
{
  const char *own = NULL;

  if (GTK_IS_LABEL (widget))
    own = gtk_label_get_text (GTK_LABEL (widget));
  else if (GTK_IS_BUTTON (widget))
    own = gtk_button_get_label (GTK_BUTTON (widget));
  if (own != NULL && g_str_has_prefix (own, text))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_text (child, text);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static void
assert_text (AppWindow *window, const char *text)
{
  if (find_text (GTK_WIDGET (window), text) == NULL)
    g_error ("the window says nowhere \"%s\"", text);
}

/* Presses the button that @text is on. */
static void
press (AppWindow *window, const char *text)
{
  GtkWidget *widget = find_text (GTK_WIDGET (window), text);

  g_assert_nonnull (widget);
  if (!GTK_IS_BUTTON (widget))
    widget = gtk_widget_get_ancestor (widget, GTK_TYPE_BUTTON);
  g_assert_nonnull (widget);
  g_assert_true (gtk_widget_is_sensitive (widget));
  g_signal_emit_by_name (widget, "clicked");
  settle ();
}

static guint
find_unit (AppSession *session, const char *beginning)
{
  TraceLog *log = app_session_get_log (session);

  for (guint i = 0; i < trace_log_get_n_events (log); i++)
    {
      const TraceEvent *event = trace_log_get_event (log, i);
      gsize             length;
      const guint8     *bytes = trace_log_get_bytes (log, event, &length);

      if (event->kind == TRACE_UNIT && length >= strlen (beginning) &&
          memcmp (bytes, beginning, strlen (beginning)) == 0)
        return i;
    }
  g_assert_not_reached ();
}

static void
test_stepping (void)
{
  AppWindow  *window = open_lesson ("02-five-steps-four-computers");
  AppSession *session = app_window_get_session (window);

  g_test_summary ("A lesson opens at rest; the actions move playhead and selection.");
  g_assert_cmpuint (app_session_get_playhead (session), ==, 0);
  g_assert_false (app_session_get_playing (session));
  act (window, "step-forward");
  act (window, "step-forward");
  g_assert_cmpuint (app_session_get_playhead (session), >=, 2);
  act (window, "step-back");
  act (window, "step-back");
  g_assert_cmpuint (app_session_get_selected (session), ==, APP_NO_EVENT);
  act (window, "go-to-end");
  g_assert_cmpuint (app_session_get_playhead (session), ==,
                    trace_log_get_n_events (app_session_get_log (session)));
  act (window, "go-to-start");
  g_assert_cmpuint (app_session_get_playhead (session), ==, 0);
  close_window (window);
}

static void
test_playing (void)
{
  AppWindow  *window = open_lesson ("02-five-steps-four-computers");
  AppSession *session = app_window_get_session (window);
  gint64      now_us = g_get_monotonic_time ();

  g_test_summary ("Space plays and pauses; the speed changes by halves and doubles.");
  act (window, "faster");
  g_assert_cmpfloat (app_session_get_speed (session), ==, 2);
  assert_text (window, "2×");
  act (window, "slower");
  act (window, "slower");
  assert_text (window, "1/2×");
  act (window, "normal-speed");
  act (window, "play");
  g_assert_true (app_session_get_playing (session));
  for (guint i = 0; i < 400 && app_session_get_playhead (session) == 0; i++)
    {
      now_us += 16667;
      app_session_tick (session, now_us, TRUE);
      settle ();
    }
  g_assert_cmpuint (app_session_get_playhead (session), >, 0);
  g_assert_cmpuint (app_session_get_selected (session), !=, APP_NO_EVENT);
  act (window, "play");
  g_assert_false (app_session_get_playing (session));
  close_window (window);
}

static void
test_inspector (void)
{
  AppWindow  *window = open_lesson ("02-five-steps-four-computers");
  AppSession *session = app_window_get_session (window);
  guint       mail = find_unit (session, "MAIL FROM:");

  g_test_summary ("The inspector follows the selection: grammar, section, state, links.");
  act (window, "show-inspector");
  app_session_set_selected (session, mail);
  settle ();
  assert_text (window, "Reverse-path");
  assert_text (window, "RFC 5321 section");
  act (window, "select-reply");
  g_assert_cmpuint (app_session_get_selected (session), >, mail);
  assert_text (window, "Reply code");
  act (window, "select-request");
  g_assert_cmpuint (app_session_get_selected (session), ==, mail);
  act (window, "go-to-cause");
  g_assert_cmpuint (app_session_get_selected (session), <, mail);
  act (window, "go-to-consequence");
  g_assert_cmpuint (app_session_get_selected (session), ==, mail);
  act (window, "select-next");
  g_assert_cmpuint (app_session_get_selected (session), >, mail);
  act (window, "select-previous");
  g_assert_cmpuint (app_session_get_selected (session), ==, mail);
  act (window, "clear-selection");
  assert_text (window, "Nothing selected");
  g_assert_false (g_action_group_get_action_enabled (G_ACTION_GROUP (window), "go-to-cause"));
  close_window (window);
}

static void
test_level (void)
{
  static const char *const names[] = { "story", "dialogue", "packets" };

  AppWindow  *window = open_lesson ("02-five-steps-four-computers");
  AppSession *session = app_window_get_session (window);

  g_test_summary ("The level is one choice, shown by the state of its action.");
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *action = g_strdup_printf ("level::%s", names[i]);
      g_autoptr (GVariant) state = NULL;

      act (window, action);
      g_assert_cmpuint (app_session_get_level (session), ==, i);
      state = g_action_group_get_action_state (G_ACTION_GROUP (window), "level");
      g_assert_cmpstr (g_variant_get_string (state, NULL), ==, names[i]);
    }
  close_window (window);
}

static void
test_lesson (void)
{
  AppWindow  *window = open_lesson ("02-five-steps-four-computers");
  AppSession *session = app_window_get_session (window);

  g_test_summary ("Next goes through every step; its first show moves the ladder.");
  assert_text (window, "Who takes part");
  g_assert_false (gtk_widget_is_sensitive (find_text (GTK_WIDGET (window), "_Back")));
  press (window, "Show it in the ladder");
  press (window, "_Next");
  g_assert_cmpuint (app_session_get_playhead (session), >, 0);
  press (window, "_Back");
  assert_text (window, "Who takes part");
  for (guint i = 0; gtk_widget_is_sensitive (find_text (GTK_WIDGET (window), "_Next")); i++)
    {
      g_assert_cmpuint (i, <, 100);
      press (window, "_Next");
    }
  close_window (window);
}

/* Returns: (nullable): the first entry below @widget. */
static GtkWidget *
find_entry (GtkWidget *widget)
{
  if (GTK_IS_ENTRY (widget))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_entry (child);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static void
test_prediction (void)
{
  AppWindow  *window = open_lesson ("06-first-smtp-session");
  AppSession *session = app_window_get_session (window);
  guint       greeting = find_unit (session, "220 ");
  guint       before;

  g_test_summary ("A step that asks stops before the answer and tells nothing of it until asked.");
  press (window, "_Next");
  before = app_session_get_playhead (session);
  g_assert_cmpuint (before, <=, greeting);
  g_assert_null (find_text (GTK_WIDGET (window), "220: service ready"));
  press (window, "Check"); /* without an answer: nothing happens */
  g_assert_cmpuint (app_session_get_playhead (session), ==, before);
  gtk_editable_set_text (GTK_EDITABLE (find_entry (GTK_WIDGET (window))), "550");
  press (window, "Check");
  assert_text (window, "✗");
  g_assert_cmpuint (app_session_get_selected (session), ==, greeting);
  assert_text (window, "220: service ready");
  gtk_editable_set_text (GTK_EDITABLE (find_entry (GTK_WIDGET (window))), "220");
  press (window, "Check");
  assert_text (window, "✓");
  g_assert_cmpuint (app_session_get_selected (session), ==, greeting);
  close_window (window);
}

static void
test_mistake (void)
{
  AppWindow       *window = make_window ();
  g_autofree char *path = NULL;
  g_autofree char *missing = find_lesson ("no-such-file.ini");
  int              fd = g_file_open_tmp ("postroad-XXXXXX.ini", &path, NULL);

  g_test_summary ("What can't be opened is told in the window, and what was open stays.");
  g_assert_cmpint (fd, >=, 0);
  g_close (fd, NULL);
  g_assert_false (app_window_open (window, path));
  assert_text (window, "This can't be opened");
  g_assert_false (app_window_open (window, missing));
  g_assert_null (app_window_get_session (window));
  close_window (window);
  window = open_lesson ("02-five-steps-four-computers");
  g_assert_false (app_window_open (window, path));
  g_assert_nonnull (app_window_get_session (window));
  assert_text (window, "Who takes part");
  g_remove (path);
  close_window (window);
}

/* A mail host */

static void
add_event (TraceLog *log, TraceKind kind, guint to, guint flags, gint64 time_s, const char *what,
           const char *bytes)
{
  TraceEvent event = { .time_us = time_s * G_USEC_PER_SEC, .arrival_us = TRACE_NO_TIME,
                       .kind = kind, .protocol = kind == TRACE_UNIT ? TRACE_SMTP
                                                                    : TRACE_NO_PROTOCOL,
                       .flags = flags, .connection = kind == TRACE_UNIT ? 1 : 0,
                       .to = (guint16) to, .what = trace_log_intern (log, what) };

  trace_log_append (log, &event, bytes, strlen (bytes));
}

enum
{
  EVENT_QUEUED,
  EVENT_RETRY,
  EVENT_TLS,
  EVENT_COMMAND,
  EVENT_UNQUEUED,
};

static TraceLog *
make_log (void)
{
  TraceLog       *log = trace_log_new ("Two hosts", 1);
  TraceConnection connection = { 0, 1, TRACE_SMTP, 49152, 25 };

  trace_log_add_actor (log, "mail.example", "MTA, MS", "192.0.2.1");
  trace_log_add_actor (log, "other.example", "MTA", "192.0.2.2");
  trace_log_add_connection (log, &connection);
  return log;
}

static AppWindow *
open_log (TraceLog *log)
{
  g_autoptr (GString) text = g_string_new (NULL);
  AppWindow       *window = make_window ();
  g_autofree char *path = NULL;
  int              fd = g_file_open_tmp ("postroad-XXXXXX.jsonl", &path, NULL);

  g_assert_cmpint (fd, >=, 0);
  g_close (fd, NULL);
  trace_file_write (log, TRACE_LEVEL_PACKETS, text);
  g_assert_true (g_file_set_contents (path, text->str, (gssize) text->len, NULL));
  g_assert_true (app_window_open (window, path));
  g_remove (path);
  settle ();
  return window;
}

/* Opens a trace in which a message waits, and goes when its time has come. */
static AppWindow *
open_queue (void)
{
  g_autoptr (TraceLog) log = make_log ();

  add_event (log, TRACE_NOTE, 0, 0, 60, "queued",
             "message queued as A1\nid: A1\nfrom: <ann@mail.example>\n"
             "recipients: <bob@other.example>\nsize: 1204");
  add_event (log, TRACE_NOTE, 0, TRACE_FLAG_WARNING, 61, "retry",
             "A1 stays\nid: A1\nnext-attempt: 1813.000000\nreason: connection refused\nattempt: 1");
  add_event (log, TRACE_NOTE, 0, 0, 1813, "tls",
             "TLS begins\nversion: TLSv1.3\ncipher: TLS_AES_256_GCM_SHA384");
  add_event (log, TRACE_UNIT, 1, TRACE_FLAG_TLS, 1814, "command", "EHLO mail.example\r\n");
  add_event (log, TRACE_NOTE, 0, 0, 1815, "unqueued", "A1 leaves the queue\nid: A1");
  return open_log (log);
}

/* Returns: (nullable): the first button below @widget with the class of lane heads. */
static GtkWidget *
find_head (GtkWidget *widget)
{
  if (gtk_widget_has_css_class (widget, "lane-head"))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_head (child);

      if (found != NULL)
        return found;
    }
  return NULL;
}

/* The heads get their buttons once the ladder has its size, a frame or two later. */
static GtkWidget *
wait_for_head (AppWindow *window)
{
  for (guint i = 0; i < ITERATIONS_MAX && find_head (GTK_WIDGET (window)) == NULL; i++)
    {
      g_usleep (10000);
      settle ();
    }
  return find_head (GTK_WIDGET (window));
}

static void
test_host (void)
{
  AppWindow  *window = open_queue ();
  AppSession *session = app_window_get_session (window);
  GtkWidget  *head = wait_for_head (window);

  g_test_summary ("The head of a lane shows its host, which keeps up with the playhead.");
  g_assert_nonnull (head);
  g_assert_true (gtk_widget_get_focusable (head));
  g_signal_emit_by_name (head, "clicked");
  settle ();
  g_assert_cmpuint (app_session_get_host (session), ==, 0);
  assert_text (window, "Empty: no message waits here.");
  app_session_set_playhead (session, EVENT_RETRY + 1);
  settle ();
  assert_text (window, "Queue (1)");
  assert_text (window, "A1 from ann@mail.example");
  assert_text (window, "to bob@other.example: waits\nNext attempt in 29 min 12 s, at 0:30:13\n"
                       "Why it waits: connection refused\nHere for 1 s, tried 1 time");
  assert_text (window, "Nothing has been delivered here so far.");
  app_session_set_playhead (session, EVENT_UNQUEUED + 1);
  settle ();
  assert_text (window, "Empty: no message waits here.");
  assert_text (window, "TLS sessions (1)");
  app_session_set_host (session, 1);
  settle ();
  assert_text (window, "other.example");
  app_session_set_playhead (session, 0);
  app_session_set_host (session, APP_NO_HOST);
  app_session_set_selected (session, APP_NO_EVENT);
  settle ();
  assert_text (window, "No host chosen");
  close_window (window);
}

static void
test_details (void)
{
  AppWindow  *window = open_queue ();
  AppSession *session = app_window_get_session (window);

  g_test_summary ("What a note says in detail is a table; what protected a unit is said.");
  act (window, "show-inspector");
  app_session_set_selected (session, EVENT_RETRY);
  settle ();
  assert_text (window, "Next attempt");
  assert_text (window, "in 29 min 12 s, at 0:30:13");
  assert_text (window, "connection refused");
  app_session_set_selected (session, EVENT_COMMAND);
  settle ();
  g_assert_null (find_text (GTK_WIDGET (window), "connection refused"));
  assert_text (window, "Sent encrypted: TLSv1.3 with TLS_AES_256_GCM_SHA384.");
  app_session_set_selected (session, EVENT_TLS);
  settle ();
  assert_text (window, "Cipher suite");
  close_window (window);
}

static void
test_state (void)
{
  static const struct
  {
    const char *what, *bytes, *state;
  } units[] = {
    { "command", "EHLO a\r\n", "▶ greeted" },
    { "reply", "250 b\r\n", "▶ ready" },
    { "command", "AUTH LOGIN\r\n", "▶ ready" },
    { "reply", "334 VXNlcm5hbWU6\r\n", "▶ auth" },
    { "sasl", "YWxpY2U=\r\n", "▶ auth" },
    { "reply", "535 no\r\n", "▶ ready" },
    { "command", "AUTH PLAIN AGEAYg==\r\n", "▶ ready" },
    { "reply", "235 yes\r\n", "▶ ready" },
    { "command", "MAIL FROM:<a@a.example>\r\n", "▶ ready" },
    { "reply", "250 OK\r\n", "▶ mail" },
    { "command", "RCPT TO:<b@b.example>\r\n", "▶ mail" },
    { "reply", "250 OK\r\n", "▶ recipient" },
    { "command", "BDAT 3\r\n", "▶ recipient" },
    { "chunk", "A: ", "▶ recipient" },
    { "reply", "250 OK\r\n", "▶ chunks" },
    { "command", "BDAT 5 LAST\r\n", "▶ chunks" },
    { "chunk", "b\r\n\r\n", "▶ chunks" },
    { "reply", "250 OK\r\n", "▶ ready" },
  };
  g_autoptr (TraceLog) log = make_log ();
  AppWindow *window;

  g_test_summary ("The state follows the server's table through chunks and challenges.");
  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    add_event (log, TRACE_UNIT, 1, 0, i, units[i].what, units[i].bytes);
  window = open_log (log);
  act (window, "show-tab::state");
  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    {
      app_session_set_selected (app_window_get_session (window), i);
      settle ();
      assert_text (window, units[i].state);
    }
  close_window (window);
}

/* As make_log(), with a connection of @protocol. */
static void
add_unit (TraceLog *log, TraceProtocol protocol, gint64 time_s, const char *what, const char *bytes)
{
  TraceEvent event = { .time_us = time_s * G_USEC_PER_SEC, .arrival_us = TRACE_NO_TIME,
                       .kind = TRACE_UNIT, .protocol = protocol, .connection = 2, .to = 1,
                       .what = trace_log_intern (log, what) };

  trace_log_append (log, &event, bytes, strlen (bytes));
}

static void
test_state_imap (void)
{
  static const struct
  {
    const char *what, *bytes, *state;
  } units[] = {
    { "response", "* OK ready\r\n", "▶ not authenticated" },
    { "command", "a LOGIN bob pw\r\n", "▶ not authenticated" },
    { "response", "a OK in\r\n", "▶ authenticated" },
    { "command", "b EXAMINE Work\r\n", "▶ authenticated" },
    { "response", "* 7 EXISTS\r\n", "▶ authenticated" },
    { "response", "b OK [READ-ONLY] done\r\n", "▶ selected" },
    { "command", "c LOGOUT\r\n", "▶ selected" },
    { "response", "* BYE see you\r\n", "▶ logout" },
  };
  static const TraceConnection connection = { 0, 1, TRACE_IMAP, 49153, 143 };
  g_autoptr (TraceLog) log = make_log ();
  AppWindow *window;

  g_test_summary ("IMAP's state is that of its server's table; what is selected is told.");
  trace_log_add_connection (log, &connection);
  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    add_unit (log, TRACE_IMAP, i, units[i].what, units[i].bytes);
  window = open_log (log);
  act (window, "show-tab::state");
  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    {
      app_session_set_selected (app_window_get_session (window), i);
      settle ();
      assert_text (window, units[i].state);
      if (i == 5)
        assert_text (window, "State of the server, and what may come now:\nWork is selected to be "
                             "read only; the client has been told of 7 messages.");
    }
  close_window (window);
}

static void
test_provenance (void)
{
  AppWindow  *window = open_lesson ("02-five-steps-four-computers");
  AppSession *session = app_window_get_session (window);

  g_test_summary ("The fields of a message say which host added them.");
  app_session_set_selected (session, find_unit (session, "Return-Path:"));
  act (window, "show-tab::message");
  for (guint i = 0; i < ITERATIONS_MAX && find_text (GTK_WIDGET (window), "added by ") == NULL; i++)
    {
      g_usleep (10000);
      settle ();
    }
  assert_text (window, "added by alice-pc");
  assert_text (window, "added by mail.sender.example");
  assert_text (window, "added by mail.recipient.example");
  close_window (window);
}

/* Every action of the window, with and without something open. */
static void
walk_actions (AppWindow *window)
{
  g_auto (GStrv) names = g_action_group_list_actions (G_ACTION_GROUP (window));
  g_autofree char *lesson = find_lesson ("06-first-smtp-session");

  for (guint i = 0; names[i] != NULL; i++)
    {
      const GVariantType *type =
          g_action_group_get_action_parameter_type (G_ACTION_GROUP (window), names[i]);
      const char *text = g_str_equal (names[i], "level") ? "packets" : lesson;

      /* The file chooser would wait for somebody. */
      if (g_str_equal (names[i], "open"))
        continue;
      g_action_group_activate_action (G_ACTION_GROUP (window), names[i],
                                      type != NULL ? g_variant_new_string (text) : NULL);
      settle ();
    }
}

static void
test_actions (void)
{
  AppWindow *window = make_window ();

  g_test_summary ("Every action can be done at any time, twice over, whatever is open.");
  walk_actions (window);
  close_window (window);
  window = open_lesson ("02-five-steps-four-computers");
  walk_actions (window);
  walk_actions (window);
  close_window (window);
}

static void
test_keys (void)
{
  AppWindow *window = open_lesson ("02-five-steps-four-computers");

  g_test_summary ("Each key's action exists; those that work everywhere can't be typed as text.");
  for (guint i = 0; app_keys_get_action (i) != NULL; i++)
    {
      const char      *action = app_keys_get_action (i);
      g_autofree char *name = NULL;
      g_autoptr (GVariant) target = NULL;
      g_auto (GStrv) keys = gtk_application_get_accels_for_action (application, action);

      g_assert_true (g_action_parse_detailed_name (action, &name, &target, NULL));
      if (g_str_has_prefix (name, "win."))
        g_assert_true (g_action_group_has_action (G_ACTION_GROUP (window), name + 4));
      for (guint k = 0; keys[k] != NULL; k++)
        g_assert_true (keys[k][0] == '<' || keys[k][0] == 'F');
    }
  close_window (window);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  if (!gtk_init_check ())
    {
      g_print ("1..0 # SKIP there is no display\n");
      return 0;
    }
  adw_init ();
  application = GTK_APPLICATION (
      adw_application_new ("org.postroad.Postroad", G_APPLICATION_NON_UNIQUE));
  g_assert_true (g_application_register (G_APPLICATION (application), NULL, NULL));
  app_keys_add_to_application (application);
  g_test_add_func ("/window/stepping", test_stepping);
  g_test_add_func ("/window/playing", test_playing);
  g_test_add_func ("/window/inspector", test_inspector);
  g_test_add_func ("/window/level", test_level);
  g_test_add_func ("/window/host", test_host);
  g_test_add_func ("/window/details", test_details);
  g_test_add_func ("/window/state", test_state);
  g_test_add_func ("/window/state-imap", test_state_imap);
  g_test_add_func ("/window/provenance", test_provenance);
  g_test_add_func ("/window/lesson", test_lesson);
  g_test_add_func ("/window/prediction", test_prediction);
  g_test_add_func ("/window/mistake", test_mistake);
  g_test_add_func ("/window/actions", test_actions);
  g_test_add_func ("/window/keys", test_keys);
  return g_test_run ();
}
