/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "diagram-layout.h"

G_BEGIN_DECLS

/**
 * diagram_svg_write:
 *
 * Appends the whole of @layout to @out as one SVG document: real <text>, a
 * <title> for each row, in time linear in the rows. Our own emitter: Cairo's
 * takes time quadratic in the drawing.
 */
void diagram_svg_write (DiagramLayout *layout, GByteArray *out);

G_END_DECLS
