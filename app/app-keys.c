/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app-keys.h"

#define KEYS_MAX 4 /* of one action, the closing NULL included */

static const struct
{
  const char *action;
  const char *keys[KEYS_MAX];
} table[] = {
  { "win.play", { "space" } },
  { "win.step-forward", { "period" } },
  { "win.step-back", { "comma" } },
  { "win.step-exchange", { "<Shift>period", "greater" } },
  { "win.step-exchange-back", { "<Shift>comma", "less" } },
  { "win.go-to-start", { "Home" } },
  { "win.go-to-end", { "End" } },
  { "win.slower", { "bracketleft" } },
  { "win.faster", { "bracketright" } },
  { "win.normal-speed", { "backslash" } },
  { "win.select-next", { "Down" } },
  { "win.select-previous", { "Up" } },
  { "win.select-reply", { "Right" } },
  { "win.select-request", { "Left" } },
  { "win.go-to-cause", { "<Alt>Up" } },
  { "win.go-to-consequence", { "<Alt>Down" } },
  { "win.clear-selection", { "Escape" } },
  { "win.zoom-in", { "<Control>plus", "<Control>equal", "<Control>KP_Add" } },
  { "win.zoom-out", { "<Control>minus", "<Control>KP_Subtract" } },
  { "win.zoom-reset", { "<Control>0" } },
  { "win.level::story", { "<Alt>1" } },
  { "win.level::dialogue", { "<Alt>2" } },
  { "win.level::packets", { "<Alt>3" } },
  { "win.show-lesson", { "F9" } },
  { "win.show-inspector", { "Return", "KP_Enter" } },
  { "win.fullscreen", { "F11" } },
  { "win.open", { "<Control>o" } },
  { "win.show-help-overlay", { "question", "<Control>question" } },
  { "window.close", { "<Control>w" } },
  { "app.quit", { "<Control>q" } },
};

static gboolean
is_plain (const char *key)
{
  guint           keyval;
  GdkModifierType modifiers;

  if (!gtk_accelerator_parse (key, &keyval, &modifiers))
    g_assert_not_reached ();
  return (modifiers & ~GDK_SHIFT_MASK) == 0 && !(keyval >= GDK_KEY_F1 && keyval <= GDK_KEY_F35);
}

void
app_keys_add_to_application (GtkApplication *application)
{
  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      const char *keys[KEYS_MAX] = { NULL };
      guint       n_keys = 0;

      for (guint k = 0; table[i].keys[k] != NULL; k++)
        if (!is_plain (table[i].keys[k]))
          keys[n_keys++] = table[i].keys[k];
      gtk_application_set_accels_for_action (application, table[i].action, keys);
    }
}

void
app_keys_add_to_widget (GtkWidget *widget)
{
  GtkEventController *controller = gtk_shortcut_controller_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    for (guint k = 0; table[i].keys[k] != NULL; k++)
      if (is_plain (table[i].keys[k]))
        gtk_shortcut_controller_add_shortcut (
            GTK_SHORTCUT_CONTROLLER (controller),
            gtk_shortcut_new (gtk_shortcut_trigger_parse_string (table[i].keys[k]),
                              gtk_named_action_new (table[i].action)));
  gtk_event_controller_set_propagation_phase (controller, GTK_PHASE_BUBBLE);
  gtk_widget_add_controller (widget, controller);
}

/* Lists */

static gboolean
leave (GtkWidget *list, GtkDirectionType direction)
{
  gboolean has_left;

  gtk_widget_set_can_focus (list, FALSE);
  has_left = gtk_widget_child_focus (GTK_WIDGET (gtk_widget_get_root (list)), direction);
  gtk_widget_set_can_focus (list, TRUE);
  return has_left;
}

static gboolean
on_tab (GtkWidget *list, GVariant *arguments, gpointer data)
{
  return leave (list, GTK_DIR_TAB_FORWARD);
}

static gboolean
on_back_tab (GtkWidget *list, GVariant *arguments, gpointer data)
{
  return leave (list, GTK_DIR_TAB_BACKWARD);
}

void
app_keys_let_tab_leave (GtkWidget *list)
{
  GtkEventController    *controller = gtk_shortcut_controller_new ();
  GtkShortcutController *shortcuts = GTK_SHORTCUT_CONTROLLER (controller);

  gtk_shortcut_controller_add_shortcut (
      shortcuts, gtk_shortcut_new (gtk_shortcut_trigger_parse_string ("Tab"),
                                   gtk_callback_action_new (on_tab, NULL, NULL)));
  gtk_shortcut_controller_add_shortcut (
      shortcuts, gtk_shortcut_new (gtk_shortcut_trigger_parse_string ("<Shift>Tab"),
                                   gtk_callback_action_new (on_back_tab, NULL, NULL)));
  gtk_event_controller_set_propagation_phase (controller, GTK_PHASE_CAPTURE);
  gtk_widget_add_controller (list, controller);
}

void
app_keys_let_enter_activate (GtkWidget *list)
{
  static const char *const keys[] = { "Return", "KP_Enter" };
  GtkEventController      *controller = gtk_shortcut_controller_new ();

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    gtk_shortcut_controller_add_shortcut (
        GTK_SHORTCUT_CONTROLLER (controller),
        gtk_shortcut_new (gtk_shortcut_trigger_parse_string (keys[i]),
                          gtk_signal_action_new ("activate-cursor-row")));
  gtk_widget_add_controller (list, controller);
}

const char *
app_keys_get_action (guint i)
{
  return i < G_N_ELEMENTS (table) ? table[i].action : NULL;
}
