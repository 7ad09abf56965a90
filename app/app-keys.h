/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * Every key of the program, from one table. Keys held with Ctrl or Alt and function keys work
 * wherever the focus is. Plain keys (Space, full stop, arrows ...) work only when the widget
 * with the focus has no use for them: typing into an entry types.
 */

/** Gives @application the keys that work everywhere. */
void app_keys_add_to_application (GtkApplication *application);

/** Gives @widget the plain keys: they work while it or a child of it has the focus. */
void app_keys_add_to_widget (GtkWidget *widget);

/** Returns: (nullable) (transfer none): the @i-th action that has a key, with its target. */
const char *app_keys_get_action (guint i);

/** Makes Tab and Shift+Tab leave @list, a GtkListView, instead of going through its items. */
void app_keys_let_tab_leave (GtkWidget *list);

/** Makes Enter activate the row of @list, a GtkListBox, and not what it stands for elsewhere. */
void app_keys_let_enter_activate (GtkWidget *list);

G_END_DECLS
