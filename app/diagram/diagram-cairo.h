/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <cairo.h>

#include "diagram-list.h"
#include "diagram-theme.h"

G_BEGIN_DECLS

/**
 * diagram_cairo_paint:
 * @text_scale: as in the options the list was built with
 *
 * Paints @list on @cr, moved by (-@x, -@y): the subtraction is made in double,
 * before Cairo rounds to 24.8 bits. Paints no background. Text is set by Pango.
 */
void diagram_cairo_paint (cairo_t *cr, const DiagramList *list, DiagramThemeVariant variant,
                          double text_scale, double x, double y);

/** Paints one item as above; for painters that can do the rest themselves. */
void diagram_cairo_paint_item (cairo_t *cr, const DiagramList *list, const DiagramItem *item,
                               DiagramThemeVariant variant, double text_scale, double x, double y);

/** Draws @mark alone, @size wide, centred on (@x, @y): for markers in flight. */
void diagram_cairo_paint_mark (cairo_t *cr, guint mark, double x, double y, double size,
                               const DiagramPaint *paint);

G_END_DECLS
