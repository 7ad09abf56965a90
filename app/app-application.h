/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** Returns: whether there is a display to open a window on. */
gboolean app_has_display (void);

/** Opens the window with the files of the command line in it. Returns: the exit status. */
int app_main (int argc, char **argv);

G_END_DECLS
