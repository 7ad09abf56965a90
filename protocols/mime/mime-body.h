/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mime-encoding.h"

#include <wire/wire-scan.h>

G_BEGIN_DECLS

/**
 * mime_scan_leaf_body:
 * @is_text: whether its type is text
 * @is_flowed: format=flowed (RFC 3676)
 * @is_utf8: whether its charset is UTF-8
 *
 * The body of a leaf part, from the cursor to the end of the scan: line by line, each with its
 * end; in quoted-printable the encoded octets and soft line breaks of a line, in base64 what
 * is not of its alphabet and the padding, in x-uuencode the begin and end lines and the length
 * of each line, in flowed text quote marks, stuffed and soft spaces. Notes what the encoding
 * does not allow. Always matches; time and spans grow with the length.
 */
void mime_scan_leaf_body (WireScan    *scan,
                          MimeEncoding encoding,
                          gboolean     is_text,
                          gboolean     is_flowed,
                          gboolean     is_utf8);

G_END_DECLS
