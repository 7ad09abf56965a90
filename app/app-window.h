/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "app-session.h"

G_BEGIN_DECLS

/**
 * AppWindow:
 *
 * The window: lesson page, ladder and inspector beside each other, playback below. What
 * can be done in it are actions ("win.play" ...), so that keys, menus, buttons and tests all
 * reach it.
 */
#define APP_TYPE_WINDOW (app_window_get_type ())
G_DECLARE_FINAL_TYPE (AppWindow, app_window, APP, WINDOW, AdwApplicationWindow)

AppWindow *app_window_new (GtkApplication *application);

/** Shows the trace of @path: see app_loader_load(). A mistake in it is told in the window. */
gboolean app_window_open (AppWindow *self, const char *path);

/** Returns: (nullable): what is shown; borrowed. */
AppSession *app_window_get_session (AppWindow *self);

G_END_DECLS
