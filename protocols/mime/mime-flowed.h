/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** Characters of a flowed line, its end not counted (RFC 3676 section 4.2). */
#define MIME_FLOWED_LINE_MAX 78

/** Where a paragraph that is longer than a line is wrapped (RFC 3676 section 4.2). */
#define MIME_FLOWED_LINE_WANTED 72

/**
 * mime_flowed_encode:
 * @text: valid UTF-8, a paragraph on each line; lines end in LF or CRLF. The ">" that a
 *   line begins with are quote marks: "> > a" is quoted once, ">> a" is quoted twice
 *
 * Wraps @text as format=flowed with DelSp=no (RFC 3676 section 4.2): soft line breaks after spaces,
 * space-stuffing, quote marks before each line of a quoted paragraph. Spaces at the end of a
 * paragraph go, but those of the signature separator "-- ".
 *
 * Returns: (transfer full) (nullable): the text, its lines ended by CRLF; NULL when it has a word
 *   too long for a line of MIME_FLOWED_LINE_MAX, so that it has to be sent as it is
 */
char *mime_flowed_encode (const char *text);

/**
 * mime_flowed_decode:
 * @text: valid UTF-8: the content of a flowed part; lines end in LF or CRLF
 * @deletes_space: DelSp=yes: the space of a soft line break goes with it
 *
 * Undoes mime_flowed_encode(): each paragraph on a line of its own, after its quote marks and, when
 * there are any, one space. A change of the quote depth ends a paragraph (section 4.5).
 *
 * Returns: (transfer full): text whose lines end in LF
 */
char *mime_flowed_decode (const char *text, gboolean deletes_space);

G_END_DECLS
