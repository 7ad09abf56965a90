/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app-application.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <lesson-catalogue.h>

#include "app-keys.h"
#include "app-window.h"

#define APPLICATION_ID "org.postroad.Postroad"

/* The first lesson, which a first start shows. */
#define FIRST_LESSON "2"

gboolean
app_has_display (void)
{
  return gtk_init_check ();
}

static void
on_quit (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  g_application_quit (data);
}

static void
on_about (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  GtkWindow *window = gtk_application_get_active_window (data);

  adw_show_about_window (window, "application-name", "Postroad", "application-icon",
                         APPLICATION_ID, "version", POSTROAD_VERSION, "license-type",
                         GTK_LICENSE_GPL_3_0, "comments",
                         _("Follow a letter down the wire: real SMTP, POP3 and DNS between "
                           "simulated computers."),
                         NULL);
}

static const GActionEntry actions[] = {
  { "quit", on_quit, NULL, NULL, NULL, { 0 } },
  { "about", on_about, NULL, NULL, NULL, { 0 } },
};

static void
on_startup (GApplication *application, gpointer data)
{
  g_action_map_add_action_entries (G_ACTION_MAP (application), actions, G_N_ELEMENTS (actions),
                                   application);
  app_keys_add_to_application (GTK_APPLICATION (application));
}

static void
on_activate (GApplication *application, gpointer data)
{
  AppWindow       *window = app_window_new (GTK_APPLICATION (application));
  g_autofree char *folder = lesson_catalogue_dup_folder ();
  g_autofree char *lesson = lesson_catalogue_find (folder, FIRST_LESSON);

  if (lesson != NULL)
    app_window_open (window, lesson);
  gtk_window_present (GTK_WINDOW (window));
}

static void
on_open (GApplication *application, GFile **files, int n_files, const char *hint, gpointer data)
{
  for (int i = 0; i < n_files; i++)
    {
      AppWindow       *window = app_window_new (GTK_APPLICATION (application));
      g_autofree char *path = g_file_get_path (files[i]);

      app_window_open (window, path != NULL ? path : "");
      gtk_window_present (GTK_WINDOW (window));
    }
}

int
app_main (int argc, char **argv)
{
  g_autoptr (AdwApplication) application =
      adw_application_new (APPLICATION_ID, G_APPLICATION_HANDLES_OPEN | G_APPLICATION_NON_UNIQUE);

  g_signal_connect (application, "startup", G_CALLBACK (on_startup), NULL);
  g_signal_connect (application, "activate", G_CALLBACK (on_activate), NULL);
  g_signal_connect (application, "open", G_CALLBACK (on_open), NULL);
  return g_application_run (G_APPLICATION (application), argc, argv);
}
