/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "diagram-layout.h"

G_BEGIN_DECLS

/**
 * diagram_text_write:
 *
 * Appends the rows of @layout to @out as a ladder of options.columns columns,
 * drawn with box-drawing characters or ASCII. More lanes than have room
 * side by side make it a list, one event a line.
 */
void diagram_text_write (DiagramLayout *layout, GByteArray *out);

G_END_DECLS
