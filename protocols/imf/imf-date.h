/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <wire/wire-scan.h>

G_BEGIN_DECLS

/** A moment and the zone it was written in (RFC 5322 section 3.3). */
typedef struct
{
  gint64   time_us;         /* since 1970-01-01 00:00:00 UTC; a date-time has whole seconds */
  int      zone_minutes;    /* east of UTC: 60 for +0100 */
  gboolean zone_is_unknown; /* written -0000: the time is UTC, the place is not told */
} ImfDate;

/** Returns: whether @text is a date-time or its obsolete form. @out_date is untouched if not. */
gboolean imf_date_parse (const char *text, gsize length, ImfDate *out_date);

/**
 * imf_date_format:
 *
 * Parts of a second are dropped; times outside of the years 1 to 9999 are told as the
 * nearest inside.
 *
 * Returns: (transfer full): "Tue, 24 Nov 2026 08:00:00 +0000"
 */
char *imf_date_format (const ImfDate *date);

/**
 * imf_scan_date_time:
 * @out_date: (optional): untouched on failure
 *
 * date-time = [ day-of-week "," ] date time [CFWS], and obs- forms (section 4.3). Fails for
 * a day or time that does not exist; a day-name that is not the date's is tolerated.
 */
gboolean imf_scan_date_time (WireScan *scan, ImfDate *out_date);

G_END_DECLS
