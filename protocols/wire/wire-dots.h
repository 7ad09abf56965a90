/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "wire-framer.h"

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
 * @flags: WireFramerFlags that it was framed with
 *
 * Undoes wire_dots_stuff(): drops the final line and the first of the dots that
 * begin a line. A line begins after CRLF; after a bare LF or CR it does for who takes
 * one for the end of the last line of a block.
 *
 * Returns: (transfer full): the text
 */
GBytes *wire_dots_unstuff (const guint8 *block, gsize length, guint flags);

/** Returns: the length of the final dot line of @block, in whatever form ("." and its line end, in
 * one of them with a NUL before); 0 if there is none. */
gsize wire_dots_get_end_length (const guint8 *block, gsize length);
/** Returns: its form: one of WIRE_FRAMER_ENDS; 0 for CRLF "." CRLF, and for none. */
guint wire_dots_get_end_form (const guint8 *block, gsize length);

/** What a dot is in a block of which the bytes up to @length have come. */
typedef enum
{
  WIRE_DOT_OTHER, /* not the end */
  WIRE_DOT_END,
  WIRE_DOT_MAYBE, /* what follows will tell */
} WireDot;

/**
 * wire_dots_match_end:
 * @dot: where in @data there is a dot
 * @flags: WireFramerFlags of the forms that count beside CRLF "." CRLF
 * @out_end: where the end is over; the first of those that match
 * @out_form: one of WIRE_FRAMER_ENDS, or 0
 */
WireDot wire_dots_match_end (const guint8 *data, gsize length, gsize dot, guint flags,
                             gsize *out_end, guint *out_form);

G_END_DECLS
