/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * wire_text_escape:
 *
 * Text from a peer is hostile: makes bytes safe to show in a terminal, a
 * label, XML text or a file name. Printable UTF-8 stays; CR, LF and TAB become
 * \r, \n, \t; other controls, invalid bytes, bidirectional overrides and
 * invisible format characters become \xHH or \u{HHHH}. A backslash stands as it
 * is, "\Seen", but before what is escaped and before another backslash, r, n, t,
 * x or u, where it doubles: no two texts come out the same.
 *
 * Returns: (transfer full): NUL-terminated valid UTF-8 on one line
 */
char *wire_text_escape (const guint8 *data, gsize length);

/** Returns: whether a character changes how its neighbours look, or can't be seen itself. */
gboolean wire_text_is_deceptive (gunichar c);

/**
 * wire_text_is_plain:
 *
 * Returns: whether the bytes are valid UTF-8 without control characters other
 * than CR, LF and TAB, so that a saved trace may hold them as text
 */
gboolean wire_text_is_plain (const guint8 *data, gsize length);

G_END_DECLS
