/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "smtp-grammar.h"

G_BEGIN_DECLS

/* What the files of the grammar share; nobody else needs it. */

static inline gboolean
smtp_is_space (int byte)
{
  return byte == ' ' || byte == '\t';
}

static inline gboolean
smtp_is_line_end (int byte)
{
  return byte == '\r' || byte == '\n';
}

/** Lets pass what only lenient servers take. */
void smtp_be_lenient (WireScan            *scan,
                      SmtpCommand         *command,
                      const WireDeviation *deviation,
                      SmtpLeniency         leniency);

/** Matches CRLF, or LF or CR alone if there is a deviation for it. Returns: the deviation; NULL
 * for CRLF or no match, which @out_matched tells. */
const WireDeviation *smtp_scan_line_end (WireScan            *scan,
                                         const WireDeviation *lf,
                                         const WireDeviation *cr,
                                         gboolean            *out_matched);

/** Mail-parameters, Rcpt-parameters: all that is left but spaces at the end (RFC 5321 section
 * 4.1.2); each goes into @command. */
gboolean smtp_scan_parameters (WireScan *scan, SmtpCommand *command);

/** The parameter at the cursor. */
gboolean smtp_scan_parameter (WireScan *scan, SmtpCommand *command);

/** At least one space; more than one, or tabs, are let pass. */
gboolean smtp_scan_space (WireScan *scan, SmtpCommand *command);

/** Spaces where none belong, if there are any. */
void smtp_scan_needless_spaces (WireScan *scan, SmtpCommand *command);
/** Spaces before the end of the line, if that is where they are. */
void smtp_scan_trailing_spaces (WireScan *scan);

/** Returns: whether there is nothing but spaces up to the end of the line. */
gboolean smtp_is_at_line_end (const WireScan *scan);

/** Returns: where the line ends, its line end not counted. */
gsize smtp_find_line_end (const WireScan *scan);

/** base64 (RFC 4954 section 8), as @element, up to @end; what is none is let pass and flagged.
 * Nothing is no element. */
void smtp_scan_base64 (WireScan *scan, const WireElement *element, gsize end);

G_END_DECLS
