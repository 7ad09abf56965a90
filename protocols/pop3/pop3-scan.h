/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "pop3-deviation.h"
#include "pop3-grammar.h"

G_BEGIN_DECLS

/* What the files of the grammar share; nobody else needs it. */

/** VCHAR, and octets beyond ASCII. */
gboolean
pop3_is_visible (guint8 byte);
/** Anything but NUL, CR and LF. */
gboolean
pop3_is_line_byte (guint8 byte);

/** Matches one byte or more of a class; notes what is not printable ASCII. */
gboolean
pop3_scan_run (WireScan *scan, const WireElement *element, gboolean (*is_member) (guint8 byte));

/** The same of text that may be UTF-8 (RFC 6856 sections 2.2 and 3.2). */
gboolean
pop3_scan_utf8_run (WireScan *scan,
                    const WireElement *element,
                    gboolean (*is_member) (guint8 byte));

/** Notes what is neither printable ASCII nor UTF-8 since @start, in the innermost open span. */
void
pop3_check_utf8 (WireScan *scan, gsize start);

gboolean
pop3_scan_number (WireScan *scan, const WireElement *element, guint64 *out_value);

/** The number of a message, from 1. */
gboolean
pop3_scan_message_number (WireScan *scan, guint64 *out_number);

/** Always matches: spaces that nothing asks for. */
gboolean
pop3_scan_needless_spaces (WireScan *scan);
/** One space; more are let pass. */
gboolean
pop3_scan_space (WireScan *scan);
/** CRLF; LF alone is let pass. */
gboolean
pop3_scan_line_end (WireScan *scan);
/** Returns: whether nothing but spaces is left on the line. */
gboolean
pop3_is_at_line_end (const WireScan *scan);

/** Always matches: all up to the line end; notes when it is not base64. */
void
pop3_scan_base64 (WireScan *scan, const WireElement *element);

G_END_DECLS
