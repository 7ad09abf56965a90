/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How wide text is, from a table: an estimate on the wide side of common sans-serif
 * fonts, so that a layout and an SVG file are the same on every machine. */

/** Returns: the width of @text (UTF-8) in pixels. */
double diagram_metrics_get_width (const char *text, double size, gboolean is_bold);

/**
 * diagram_metrics_dup_elided:
 *
 * Returns: (transfer full): @text, or its beginning and "…", at most @width wide; "" when
 *   not even that has room
 */
char *diagram_metrics_dup_elided (const char *text, double size, gboolean is_bold, double width);

G_END_DECLS
