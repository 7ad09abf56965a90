/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <wire/wire-scan.h>

G_BEGIN_DECLS

/* Whole values of the fields in which a receiver tells what its checks found: each rule reads
 * from the colon to the end of the scan, or fails. What is told is only as good as who told it. */

/** authres-payload (RFC 8601 section 2.2); what writers in use do differently is noted. */
gboolean imf_value_authentication_results (WireScan *scan);

/** instance [CFWS] ";" authres-payload (RFC 8617 section 4.1.1) */
gboolean imf_value_arc_authentication_results (WireScan *scan);

/** result FWS [comment FWS] [key-value-list] (RFC 7208 section 9.1) */
gboolean imf_value_received_spf (WireScan *scan);

G_END_DECLS
