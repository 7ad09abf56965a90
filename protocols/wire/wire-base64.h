/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** Returns: (transfer full): @data in the base64 alphabet with padding, on one line (RFC 4648
 * section 4). */
char *wire_base64_encode (const guint8 *data, gsize length);

/**
 * wire_base64_decode:
 * @out_error_offset: (optional): where the text departs from RFC 4648
 *
 * Strict: no white space, right padding, zero pad bits (section 3.5).
 *
 * Returns: (transfer full) (nullable): the bytes, NULL when @text is not base64
 */
GBytes *wire_base64_decode (const char *text, gsize length, gsize *out_error_offset);

G_END_DECLS
