/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "imf-date.h"

G_BEGIN_DECLS

/* Whole values of fields of later standards, and of some that have none but are everywhere: each
 * rule reads from the colon to the end of the scan, or fails. Rules of fields without a
 * standard take what does not match as text, without a note: there is nothing to depart from. */

/* Keywords: one word of those that are defined; another is noted. RFC 4021 section 2.1. */
gboolean imf_value_importance (WireScan *scan);
gboolean imf_value_priority (WireScan *scan);
gboolean imf_value_sensitivity (WireScan *scan);
gboolean imf_value_permission (WireScan *scan);
gboolean imf_value_message_type (WireScan *scan);
gboolean imf_value_message_context (WireScan *scan);

/** Any keyword. */
gboolean imf_value_keyword (WireScan *scan);

/** A keyword or text, for fields without a standard. */
gboolean imf_value_keyword_or_text (WireScan *scan);

/** keyword *( ";" parameter ) (RFC 3834 section 5.1) */
gboolean imf_value_auto_submitted (WireScan *scan);

/** "No" (RFC 8689 section 3) */
gboolean imf_value_tls_required (WireScan *scan);

/** word *("," word), the words of RFC 3865 section 2.2 */
gboolean imf_value_solicitation (WireScan *scan);

/** attribute "=" importance "," value *("," value), ";" between (RFC 8098 section 2.2) */
gboolean imf_value_disposition_options (WireScan *scan);

/** Language tags with commas between, each perhaps with a quality */
gboolean imf_value_languages (WireScan *scan);

/** date-time; one as C's ctime() writes it is noted */
gboolean imf_value_date (WireScan *scan);

/** date-time, ctime() or text, for fields without a standard */
gboolean imf_value_date_or_text (WireScan *scan);

/** addresses or text, for fields without a standard */
gboolean imf_value_addresses_or_text (WireScan *scan);

/** msg-ids or text, for fields without a standard */
gboolean imf_value_ids_or_text (WireScan *scan);

/** A number, perhaps with a comment */
gboolean imf_value_number (WireScan *scan);
gboolean imf_value_number_or_text (WireScan *scan);

/** domain */
gboolean imf_value_domain (WireScan *scan);

/** product *( CFWS product ) (RFC 5965 section 3.5), or text */
gboolean imf_value_products_or_text (WireScan *scan);

/** An address literal or text, for fields without a standard */
gboolean imf_value_literal_or_text (WireScan *scan);

/** Base64, folded at will, or text */
gboolean imf_value_base64_or_text (WireScan *scan);

/** Tags, or those of a signature (imf-tags.h), or text */
gboolean imf_value_tags_or_text (WireScan *scan);
gboolean imf_value_signature_or_text (WireScan *scan);

/** The value of Received, or text */
gboolean imf_value_received_or_text (WireScan *scan);

/** A date and time as C's ctime() writes it: "Thu Mar 28 05:05:45 2002", perhaps with a zone.
 * Noted. @out_date: (optional): untouched on failure */
gboolean imf_scan_ctime (WireScan *scan, ImfDate *out_date);

G_END_DECLS
