/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A message as POP3 sends it (RFC 1939 section 11): every line ends in CRLF. A
 * bare LF gets its CR, and a last line without an end gets one; a CR
 * elsewhere is content. Dot-stuffing is not here but in wire-dots.h. */

/** Returns: the octets RETR sends for @message, not counting stuffed dots and the final line. */
guint64
pop3_count_octets (const guint8 *message, gsize length);

/** Returns: (transfer full): @message with CRLF line ends. */
GBytes *
pop3_message_to_wire (GBytes *message);

/** Returns: whether @message has an internationalized header (RFC 6532): UTF-8 beyond ASCII before
 * the first empty line. Octets there that are no UTF-8 are old mistakes, which every client has
 * met. */
gboolean
pop3_message_needs_utf8 (GBytes *message);

/**
 * pop3_message_top:
 * @message: with CRLF line ends
 *
 * Returns: (transfer full): header, blank line, at most @n_lines of the body (RFC 1939 section 7)
 */
GBytes *
pop3_message_top (GBytes *message, guint64 n_lines);

G_END_DECLS
