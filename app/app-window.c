/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app-window.h"

#include <glib/gi18n.h>
#include <lesson-catalogue.h>
#include <trace/trace-text.h>

#include "app-keys.h"
#include "app-links.h"
#include "app-loader.h"
#include "diagram/diagram-view.h"
#include "inspector/inspector.h"
#include "lesson/lesson-page.h"
#include "mail/mail-view.h"

#define ZOOM_FACTOR 1.2

struct _AppWindow
{
  AdwApplicationWindow parent_instance;
  AppSession          *session; /* (nullable) */
  DiagramView         *view;
  Inspector           *inspector;
  LessonPage          *lesson;
  MailView            *mail;
  GSettings           *settings; /* (nullable): without an installed schema nothing is kept */
  gboolean             is_scrubbing;

  /* Of the template */
  GtkWidget *title;
  GtkWidget *levels;
  GtkWidget *lessons_button;
  GtkWidget *toasts;
  GtkWidget *lesson_flap;
  GtkWidget *lesson_bin;
  GtkWidget *inspector_flap;
  GtkWidget *inspector_bin;
  GtkWidget *stack;
  GtkWidget *status;
  GtkWidget *scroller;
  GtkWidget *mail_bin;
  GtkWidget *playback;
  GtkWidget *play_button;
  GtkWidget *speed_button;
  GtkWidget *timeline;
  GtkWidget *time_label;
};

G_DEFINE_FINAL_TYPE (AppWindow, app_window, ADW_TYPE_APPLICATION_WINDOW)

AppSession *
app_window_get_session (AppWindow *self)
{
  return self->session;
}

/* What is shown beside the ladder */

static void
set_action_state (AppWindow *self, const char *name, GVariant *state)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self), name);

  g_simple_action_set_state (G_SIMPLE_ACTION (action), state);
}

static void
update_time (AppWindow *self)
{
  TraceLog        *log = app_session_get_log (self->session);
  guint            playhead = app_session_get_playhead (self->session);
  guint            n_events = trace_log_get_n_events (log);
  g_autofree char *time = NULL;
  g_autofree char *text = NULL;

  time = playhead > 0
             ? trace_text_dup_time (log, trace_log_get_event (log, playhead - 1)->time_us)
             : g_strdup ("0.000000");
  text = g_strdup_printf (_("%s s   %u / %u"), time, playhead, n_events);
  gtk_label_set_text (GTK_LABEL (self->time_label), text);
  self->is_scrubbing = TRUE;
  gtk_range_set_value (GTK_RANGE (self->timeline), playhead);
  self->is_scrubbing = FALSE;
}

static void
update_playing (AppWindow *self)
{
  gboolean is_playing = app_session_get_playing (self->session);

  gtk_button_set_icon_name (GTK_BUTTON (self->play_button),
                            is_playing ? "media-playback-pause-symbolic"
                                       : "media-playback-start-symbolic");
}

static void
update_speed (AppWindow *self)
{
  double           speed = app_session_get_speed (self->session);
  g_autofree char *text = speed >= 1 ? g_strdup_printf ("%g×", speed)
                                     : g_strdup_printf ("1/%g×", 1 / speed);

  gtk_button_set_label (GTK_BUTTON (self->speed_button), text);
}

static void
set_action_enabled (AppWindow *self, const char *name, gboolean is_enabled)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self), name);

  g_simple_action_set_enabled (G_SIMPLE_ACTION (action), is_enabled);
}

static void
update_links (AppWindow *self)
{
  /* Looking for them may cost a walk through the trace: not for every event that plays by. */
  gboolean is_still = !app_session_get_playing (self->session);

  set_action_enabled (self, "go-to-cause",
                      is_still && app_links_find_cause (self->session) != APP_NO_EVENT);
  set_action_enabled (self, "go-to-consequence",
                      is_still && app_links_find_consequence (self->session) != APP_NO_EVENT);
}

static void
on_session_changed (AppSession *session, GParamSpec *pspec, AppWindow *self)
{
  if (g_str_equal (pspec->name, "playhead"))
    update_time (self);
  else if (g_str_equal (pspec->name, "playing"))
    {
      update_playing (self);
      update_links (self);
    }
  else if (g_str_equal (pspec->name, "speed"))
    update_speed (self);
  else if (g_str_equal (pspec->name, "selected"))
    update_links (self);
  else if (g_str_equal (pspec->name, "level"))
    {
      update_links (self);
      set_action_state (self, "level",
                        g_variant_new_string (
                            trace_level_get_name (app_session_get_level (session))));
    }
}

/* @session: (nullable): NULL when what is shown instead is no trace */
static void
replace_session (AppWindow *self, AppSession *session)
{
  if (self->session != NULL)
    g_signal_handlers_disconnect_by_data (self->session, self);
  g_set_object (&self->session, session);
  diagram_view_set_session (self->view, session);
  inspector_set_session (self->inspector, session);
  gtk_widget_set_visible (self->levels, session != NULL);
  gtk_widget_set_visible (self->playback, session != NULL);
}

static void
set_session (AppWindow *self, AppSession *session)
{
  TraceLog *log = app_session_get_log (session);

  replace_session (self, session);
  mail_view_set_mail (self->mail, NULL);
  g_signal_connect (session, "notify", G_CALLBACK (on_session_changed), self);
  gtk_range_set_range (GTK_RANGE (self->timeline), 0, MAX (trace_log_get_n_events (log), 1));
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "ladder");
  set_action_state (self, "level",
                    g_variant_new_string (trace_level_get_name (app_session_get_level (session))));
  update_time (self);
  update_playing (self);
  update_speed (self);
  update_links (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

static void
show_error (AppWindow *self, const char *message)
{
  adw_status_page_set_icon_name (ADW_STATUS_PAGE (self->status), "dialog-error-symbolic");
  adw_status_page_set_title (ADW_STATUS_PAGE (self->status), _("This can't be opened"));
  g_autofree char *escaped = g_markup_escape_text (message, -1);
  adw_status_page_set_description (ADW_STATUS_PAGE (self->status), escaped);
  if (self->session == NULL)
    gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "empty");
  else
    adw_toast_overlay_add_toast (ADW_TOAST_OVERLAY (self->toasts), adw_toast_new (escaped));
}

static void
show_lesson (AppWindow *self, gboolean is_shown)
{
  adw_flap_set_reveal_flap (ADW_FLAP (self->lesson_flap), is_shown);
  set_action_state (self, "show-lesson", g_variant_new_boolean (is_shown));
}

static void
show_inspector (AppWindow *self, gboolean is_shown)
{
  inspector_set_open (self->inspector, is_shown);
  adw_flap_set_reveal_flap (ADW_FLAP (self->inspector_flap), is_shown);
  set_action_state (self, "show-inspector", g_variant_new_boolean (is_shown));
}

/* Messages */

static void
on_message_chosen (MailView *view, AppWindow *self)
{
  AppDocument *document = mail_view_get_document (view);

  if (document != NULL)
    inspector_set_message (self->inspector, document);
}

static void
on_bytes_chosen (MailView *view, guint span, guint offset, guint length, AppWindow *self)
{
  inspector_select (self->inspector, span, offset, length);
}

/* The rows are there once the window has been shown. */
static gboolean
on_focus_mail (gpointer view)
{
  gtk_widget_child_focus (view, GTK_DIR_TAB_FORWARD);
  return G_SOURCE_REMOVE;
}

static void
open_mail (AppWindow *self, AppMail *mail, const char *name)
{
  const char      *variant = app_mail_get_variant (mail);
  g_autofree char *size = g_format_size (app_mail_get_length (mail));
  g_autofree char *subtitle = NULL;

  if (variant != NULL)
    subtitle = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u message, %s, %s",
                                             "%u messages, %s, %s", app_mail_get_n (mail)),
                                app_mail_get_n (mail), variant, size);
  else
    subtitle = g_strdup_printf (_("Message, %s"), size);
  replace_session (self, NULL);
  set_action_enabled (self, "go-to-cause", FALSE);
  set_action_enabled (self, "go-to-consequence", FALSE);
  lesson_page_close (self->lesson);
  show_lesson (self, FALSE);
  show_inspector (self, TRUE);
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "mail");
  mail_view_set_mail (self->mail, mail);
  adw_window_title_set_title (ADW_WINDOW_TITLE (self->title), name);
  adw_window_title_set_subtitle (ADW_WINDOW_TITLE (self->title), subtitle);
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, on_focus_mail, g_object_ref (self->mail),
                   g_object_unref);
}

gboolean
app_window_open (AppWindow *self, const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AppMail) mail = app_loader_load_mail (path, &error);
  g_autoptr (TraceLog) log = NULL;
  g_autoptr (AppSession) session = NULL;
  g_autofree char *name = g_path_get_basename (path);
  gint64           start_us = APP_SESSION_NO_START;
  gboolean         has_lesson;

  if (mail != NULL)
    {
      open_mail (self, mail, name);
      return TRUE;
    }
  if (error == NULL)
    log = app_loader_load (path, &start_us, &error);
  if (log == NULL)
    {
      show_error (self, error->message);
      return FALSE;
    }
  session = app_session_new (log);
  app_session_set_start_us (session, start_us);
  set_session (self, session);
  has_lesson = lesson_page_open (self->lesson, path, session);
  show_lesson (self, has_lesson);
  adw_window_title_set_title (ADW_WINDOW_TITLE (self->title), trace_log_get_title (log));
  adw_window_title_set_subtitle (ADW_WINDOW_TITLE (self->title), name);
  return TRUE;
}

/* Actions */

static void
on_play (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  AppWindow *self = data;

  if (self->session == NULL)
    return;
  if (app_session_get_playing (self->session))
    app_session_pause (self->session);
  else
    app_session_play (self->session);
}

/* The actions that are one call on the session. */
static void
on_session_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  AppWindow  *self = data;
  const char *name = g_action_get_name (G_ACTION (action));

  if (self->session == NULL)
    return;
  if (g_str_equal (name, "step-forward"))
    app_session_step_forward (self->session);
  else if (g_str_equal (name, "step-back"))
    app_session_step_back (self->session);
  else if (g_str_equal (name, "step-exchange"))
    app_session_step_exchange (self->session);
  else if (g_str_equal (name, "step-exchange-back"))
    app_session_step_exchange_back (self->session);
  else if (g_str_equal (name, "go-to-start"))
    app_session_go_to_start (self->session);
  else if (g_str_equal (name, "go-to-end"))
    app_session_go_to_end (self->session);
  else if (g_str_equal (name, "slower"))
    app_session_set_speed (self->session, app_session_get_speed (self->session) / 2);
  else if (g_str_equal (name, "faster"))
    app_session_set_speed (self->session, app_session_get_speed (self->session) * 2);
  else if (g_str_equal (name, "normal-speed"))
    app_session_set_speed (self->session, 1);
  else if (g_str_equal (name, "clear-selection"))
    app_session_set_selected (self->session, APP_NO_EVENT);
}

/* The actions that select another event, if there is one. */
static void
on_select (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  static const struct
  {
    const char *name;
    guint (*find) (AppSession *session);
  } moves[] = {
    { "select-next", app_links_find_next },
    { "select-previous", app_links_find_previous },
    { "select-reply", app_links_find_reply },
    { "select-request", app_links_find_request },
    { "go-to-cause", app_links_find_cause },
    { "go-to-consequence", app_links_find_consequence },
  };
  AppWindow *self = data;

  for (guint i = 0; self->session != NULL && i < G_N_ELEMENTS (moves); i++)
    if (g_str_equal (g_action_get_name (G_ACTION (action)), moves[i].name))
      {
        guint position = moves[i].find (self->session);

        if (position != APP_NO_EVENT)
          app_session_set_selected (self->session, position);
      }
}

static void
on_level (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  AppWindow *self = data;
  TraceLevel level;

  if (self->session != NULL &&
      trace_level_from_name (g_variant_get_string (parameter, NULL), &level))
    app_session_set_level (self->session, level);
}

static void
on_show_lesson (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  AppWindow *self = data;

  show_lesson (self, !adw_flap_get_reveal_flap (ADW_FLAP (self->lesson_flap)));
}

static void
on_show_inspector (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  AppWindow *self = data;

  show_inspector (self, !adw_flap_get_reveal_flap (ADW_FLAP (self->inspector_flap)));
}

static void
on_show_tab (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  AppWindow *self = data;

  inspector_show_page (self->inspector, g_variant_get_string (parameter, NULL));
  show_inspector (self, TRUE);
}

static void
on_asking_changed (LessonPage *lesson, GParamSpec *pspec, AppWindow *self)
{
  diagram_view_set_future_hidden (self->view, lesson_page_is_asking (lesson));
}

static void
on_zoom (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  AppWindow  *self = data;
  const char *name = g_action_get_name (G_ACTION (action));
  double      zoom = diagram_view_get_zoom (self->view);

  if (g_str_equal (name, "zoom-in"))
    zoom *= ZOOM_FACTOR;
  else if (g_str_equal (name, "zoom-out"))
    zoom /= ZOOM_FACTOR;
  else
    zoom = 1;
  diagram_view_set_zoom (self->view, zoom);
}

static void
on_fullscreen (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  if (gtk_window_is_fullscreen (data))
    gtk_window_unfullscreen (data);
  else
    gtk_window_fullscreen (data);
}

static void
on_file_chosen (GtkNativeDialog *dialog, int response, AppWindow *self)
{
  if (response == GTK_RESPONSE_ACCEPT)
    {
      g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
      g_autofree char *path = g_file_get_path (file);

      app_window_open (self, path != NULL ? path : "");
    }
  g_object_unref (dialog);
}

/* Adds a filter with the patterns that follow, NULL last. */
static void
add_filter (GtkFileChooserNative *dialog, const char *name, ...)
{
  g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();
  va_list     patterns;
  const char *pattern;

  gtk_file_filter_set_name (filter, name);
  va_start (patterns, name);
  while ((pattern = va_arg (patterns, const char *)) != NULL)
    gtk_file_filter_add_pattern (filter, pattern);
  va_end (patterns);
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (dialog), filter);
}

static void
on_open (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  GtkFileChooserNative *dialog =
      gtk_file_chooser_native_new (_("Open a scenario, a saved trace or messages"), data,
                                   GTK_FILE_CHOOSER_ACTION_OPEN, NULL, NULL);

  add_filter (dialog, _("Scenarios, traces and messages"),
              "*.ini", "*.jsonl", "*.eml", "*.mbox", "*.mbx", "*.msg", NULL);
  add_filter (dialog, _("All files"), "*", NULL);
  g_signal_connect (dialog, "response", G_CALLBACK (on_file_chosen), data);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

static void
on_open_lesson (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  app_window_open (data, g_variant_get_string (parameter, NULL));
}

static gboolean
on_dropped (GtkDropTarget *target, const GValue *value, double x, double y, AppWindow *self)
{
  g_autofree char *path = g_file_get_path (g_value_get_object (value));

  return path != NULL && app_window_open (self, path);
}

static const GActionEntry actions[] = {
  { "play", on_play, NULL, NULL, NULL, { 0 } },
  { "step-forward", on_session_action, NULL, NULL, NULL, { 0 } },
  { "step-back", on_session_action, NULL, NULL, NULL, { 0 } },
  { "step-exchange", on_session_action, NULL, NULL, NULL, { 0 } },
  { "step-exchange-back", on_session_action, NULL, NULL, NULL, { 0 } },
  { "go-to-start", on_session_action, NULL, NULL, NULL, { 0 } },
  { "go-to-end", on_session_action, NULL, NULL, NULL, { 0 } },
  { "slower", on_session_action, NULL, NULL, NULL, { 0 } },
  { "faster", on_session_action, NULL, NULL, NULL, { 0 } },
  { "normal-speed", on_session_action, NULL, NULL, NULL, { 0 } },
  { "clear-selection", on_session_action, NULL, NULL, NULL, { 0 } },
  { "select-next", on_select, NULL, NULL, NULL, { 0 } },
  { "select-previous", on_select, NULL, NULL, NULL, { 0 } },
  { "select-reply", on_select, NULL, NULL, NULL, { 0 } },
  { "select-request", on_select, NULL, NULL, NULL, { 0 } },
  { "go-to-cause", on_select, NULL, NULL, NULL, { 0 } },
  { "go-to-consequence", on_select, NULL, NULL, NULL, { 0 } },
  { "level", on_level, "s", "'dialogue'", NULL, { 0 } },
  { "show-lesson", on_show_lesson, NULL, "false", NULL, { 0 } },
  { "show-inspector", on_show_inspector, NULL, "false", NULL, { 0 } },
  { "show-tab", on_show_tab, "s", NULL, NULL, { 0 } },
  { "zoom-in", on_zoom, NULL, NULL, NULL, { 0 } },
  { "zoom-out", on_zoom, NULL, NULL, NULL, { 0 } },
  { "zoom-reset", on_zoom, NULL, NULL, NULL, { 0 } },
  { "fullscreen", on_fullscreen, NULL, NULL, NULL, { 0 } },
  { "open", on_open, NULL, NULL, NULL, { 0 } },
  { "open-lesson", on_open_lesson, "s", NULL, NULL, { 0 } },
};

static gboolean
on_scrubbed (GtkRange *range, GtkScrollType scroll, double value, AppWindow *self)
{
  if (self->session == NULL || self->is_scrubbing)
    return FALSE;
  app_session_pause (self->session);
  app_session_set_playhead (self->session, (guint) MAX (value + 0.5, 0));
  app_session_set_selected (
      self->session,
      app_session_find_previous (self->session, app_session_get_playhead (self->session)));
  return FALSE;
}

static void
fill_lessons_menu (AppWindow *self)
{
  GMenuModel      *model = gtk_menu_button_get_menu_model (GTK_MENU_BUTTON (self->lessons_button));
  g_autofree char *folder = lesson_catalogue_dup_folder ();
  g_autoptr (GPtrArray) lessons = lesson_catalogue_list (folder);

  for (guint i = 0; i < lessons->len; i++)
    {
      g_autoptr (Lesson) lesson = lesson_load (g_ptr_array_index (lessons, i), NULL);
      g_autoptr (GMenuItem) item = NULL;
      g_autofree char *title = NULL;

      if (lesson == NULL)
        continue;
      title = g_strdup_printf ("%u. %s", lesson->number, lesson->title);
      item = g_menu_item_new (title, NULL);
      g_menu_item_set_action_and_target (item, "win.open-lesson", "s", lesson->folder);
      g_menu_append_item (G_MENU (model), item);
    }
}

/* What the window was like last time; nothing without an installed schema. */
static void
bind_settings (AppWindow *self)
{
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchema) schema = NULL;

  if (source != NULL)
    schema = g_settings_schema_source_lookup (source, "org.postroad.Postroad", TRUE);
  if (schema == NULL)
    return;
  self->settings = g_settings_new_full (schema, NULL, NULL);
  g_settings_bind (self->settings, "window-width", self, "default-width",
                   G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (self->settings, "window-height", self, "default-height",
                   G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (self->settings, "window-maximized", self, "maximized",
                   G_SETTINGS_BIND_DEFAULT);
}

static void
app_window_dispose (GObject *object)
{
  AppWindow *self = APP_WINDOW (object);

  if (self->session != NULL)
    g_signal_handlers_disconnect_by_data (self->session, self);
  g_clear_object (&self->session);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (app_window_parent_class)->dispose (object);
}

static void
app_window_class_init (AppWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = app_window_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/postroad/Postroad/app-window.ui");
#define BIND(name) gtk_widget_class_bind_template_child (widget_class, AppWindow, name)
  BIND (title);
  BIND (levels);
  BIND (lessons_button);
  BIND (toasts);
  BIND (lesson_flap);
  BIND (lesson_bin);
  BIND (inspector_flap);
  BIND (inspector_bin);
  BIND (stack);
  BIND (status);
  BIND (scroller);
  BIND (mail_bin);
  BIND (playback);
  BIND (play_button);
  BIND (speed_button);
  BIND (timeline);
  BIND (time_label);
#undef BIND
}

static void
app_window_init (AppWindow *self)
{
  GtkDropTarget *drop = gtk_drop_target_new (G_TYPE_FILE, GDK_ACTION_COPY);

  gtk_widget_init_template (GTK_WIDGET (self));
  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  self->view = DIAGRAM_VIEW (diagram_view_new ());
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), GTK_WIDGET (self->view));
  self->inspector = g_object_new (APP_TYPE_INSPECTOR, NULL);
  adw_bin_set_child (ADW_BIN (self->inspector_bin), GTK_WIDGET (self->inspector));
  self->lesson = g_object_new (APP_TYPE_LESSON_PAGE, NULL);
  adw_bin_set_child (ADW_BIN (self->lesson_bin), GTK_WIDGET (self->lesson));
  g_signal_connect (self->lesson, "notify::asking", G_CALLBACK (on_asking_changed), self);
  self->mail = g_object_new (APP_TYPE_MAIL_VIEW, NULL);
  adw_bin_set_child (ADW_BIN (self->mail_bin), GTK_WIDGET (self->mail));
  g_signal_connect (self->mail, "message-chosen", G_CALLBACK (on_message_chosen), self);
  g_signal_connect (self->mail, "chosen", G_CALLBACK (on_bytes_chosen), self);
  g_signal_connect (drop, "drop", G_CALLBACK (on_dropped), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drop));
  gtk_scale_set_has_origin (GTK_SCALE (self->timeline), TRUE);
  g_signal_connect (self->timeline, "change-value", G_CALLBACK (on_scrubbed), self);
  fill_lessons_menu (self);
  bind_settings (self);
  show_lesson (self, FALSE);
  show_inspector (self, FALSE);
  set_action_enabled (self, "go-to-cause", FALSE);
  set_action_enabled (self, "go-to-consequence", FALSE);
  /* The scroller around the ladder has uses of its own for Home and End. */
  app_keys_add_to_widget (GTK_WIDGET (self->view));
  app_keys_add_to_widget (GTK_WIDGET (self));
}

AppWindow *
app_window_new (GtkApplication *application)
{
  return g_object_new (APP_TYPE_WINDOW, "application", application, NULL);
}
