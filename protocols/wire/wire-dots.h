/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * wire_dots_stuff:
 *
 * Makes a message ready for the wire (RFC 5321 section 4.5.2, RFC 1939
 * section 3): doubles a dot that begins a line, adds CRLF if the text does not
 * end in one, and ends with a line of a single dot. A bare LF or CR in the text
 * is left as it is. An empty text gives just ".\r\n".
 *
 * Returns: (transfer full): the block
 */
GBytes *wire_dots_stuff (const guint8 *text, gsize length);

/**
 * wire_dots_unstuff:
 * @block: a block from wire_framer_next_block()
 *
 * Undoes wire_dots_stuff(): drops the final line and the first of the dots that
 * begin a line. A dot after a bare LF counts as beginning a line only when
 * @lf_begins_line, the reading of lenient servers.
 *
 * Returns: (transfer full): the text
 */
GBytes *wire_dots_unstuff (const guint8 *block, gsize length, gboolean lf_begins_line);

/** Returns: the length of the final dot line of @block ("." and its line end), 0 if there is none.
 */
gsize wire_dots_get_end_length (const guint8 *block, gsize length);

G_END_DECLS
