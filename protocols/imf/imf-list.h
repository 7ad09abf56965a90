/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <wire/wire-scan.h>

G_BEGIN_DECLS

/* Whole values of the fields that mailing lists add: each rule reads from the colon to the end
 * of the scan, or fails. */

/** URIs in angle brackets with commas between, comments around them (RFC 2369 section 2) */
gboolean imf_value_list_uris (WireScan *scan);

/** One URI, without brackets, CFWS around it (RFC 5965 section 3.5); in brackets tolerated */
gboolean imf_value_uri (WireScan *scan);

/** URIs as of imf_value_list_uris(), or "NO" (RFC 2369 section 3.4) */
gboolean imf_value_list_post (WireScan *scan);

/** [phrase] "<" list-id ">" (RFC 2919 section 3) */
gboolean imf_value_list_id (WireScan *scan);

/** "List-Unsubscribe=One-Click" (RFC 8058 section 5) */
gboolean imf_value_list_unsubscribe_post (WireScan *scan);

G_END_DECLS
