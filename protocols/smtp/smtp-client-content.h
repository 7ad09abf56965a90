/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a message's octets ask of a server, and its lines made what DATA takes. */

/** A text line without its CRLF (RFC 5321 section 4.5.3.1.6 counts 1000 with it). */
#define SMTP_TEXT_LINE_BYTES_MAX 998

typedef struct
{
  gboolean has_8bit;
  gboolean has_nul;
  gboolean has_bare;        /* a CR or LF that is not of a CRLF */
  gboolean has_long_line;   /* above SMTP_TEXT_LINE_BYTES_MAX, lines ending in CR, LF or both */
  gboolean has_utf8_header; /* the header, the topmost, is UTF-8 and not ASCII (RFC 6532) */
} SmtpContent;

void smtp_content_examine (GBytes *message, SmtpContent *out_content);

/** Returns: (transfer full): @message with CRLF for each bare CR and LF, and at its end if it is
 * not empty: what the end of data can be told from (RFC 5321 sections 2.3.8 and 4.1.1.4) */
GBytes *smtp_content_mend (GBytes *message);

G_END_DECLS
