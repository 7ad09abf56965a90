/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <wire/wire-scan.h>

G_BEGIN_DECLS

/* Whole values of the fields of RFC 5322, as the table of fields wants them: each rule reads
 * from the colon to the end of the scan, or fails. */

/** date-time, as of section 3.6.1 */
gboolean imf_value_date_time (WireScan *scan);

/** mailbox-list, address-list, mailbox (sections 3.6.2, 3.6.3) */
gboolean imf_value_mailbox (WireScan *scan);
gboolean imf_value_mailbox_list (WireScan *scan);
gboolean imf_value_address_list (WireScan *scan);

/** [address-list / CFWS] (section 3.6.3) */
gboolean imf_value_optional_address_list (WireScan *scan);

/** msg-id; 1*msg-id (section 3.6.4) */
gboolean imf_value_msg_id (WireScan *scan);
gboolean imf_value_msg_ids (WireScan *scan);

/** phrase *("," phrase) (section 3.6.5) */
gboolean imf_value_phrase_list (WireScan *scan);

/** *received-token ";" date-time, as of section 3.6.7 */
gboolean imf_value_received (WireScan *scan);

/** msg-id = [CFWS] "<" id-left "@" id-right ">" [CFWS]. @out: (nullable): without "<" and ">" */
gboolean imf_scan_msg_id (WireScan *scan, GString *out);

G_END_DECLS
