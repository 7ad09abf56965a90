/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <wire/wire-scan.h>

G_BEGIN_DECLS

/** Length of a line, its end not counted (RFC 2045 sections 2.7 and 2.8). */
#define MIME_LINE_OCTETS_MAX 998

/**
 * MimeLines:
 *
 * The lines of a body, one after the other, for those who read encoded bodies: next, then match up
 * to @content_end, then end. Lines end in CRLF or LF. Lives on the stack; begins all zero but
 * @scan and @allows_bare_line_ends.
 */
typedef struct
{
  WireScan *scan;
  gboolean  allows_bare_line_ends;
  gsize     content_end; /* of the line that begins at the cursor, its end left out */
  gsize     end;         /* with its end; the same as @content_end in a last line without */
  guint     n_noted;
  const WireDeviation *noted[8]; /* what was noted of the body already */
} MimeLines;

/** Finds the line that begins at the cursor. Returns: FALSE at the end. */
gboolean mime_lines_next (MimeLines *self);

/** Matches the end of the line, if it has one; notes the first of the body that is LF alone. */
void mime_lines_end (MimeLines *self);

/** Notes what is wrong at @offset within the innermost open span, unless it was noted of the same
 * body before: of thousands of lines that are wrong in the same way the first tells. */
void mime_lines_note (MimeLines           *self,
                      const WireDeviation *deviation,
                      gsize                offset,
                      gsize                length);

/** Notes that the line is longer than any may be, or than MIME_ENCODED_LINE_MAX.
 * @encoded_deviation: (nullable) */
void mime_lines_check_length (MimeLines *self, const WireDeviation *encoded_deviation);

/** All that is left, line by line, in quoted-printable (RFC 2045 section 6.7). */
void mime_lines_scan_quoted_printable (MimeLines *self);

/** All that is left, line by line, in base64 (RFC 2045 section 6.8). */
void mime_lines_scan_base64 (MimeLines *self);

/** All that is left, line by line, of a uuencoded file and text around it. */
void mime_lines_scan_uuencode (MimeLines *self);

G_END_DECLS
