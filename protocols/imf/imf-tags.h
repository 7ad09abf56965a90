/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <wire/wire-scan.h>

G_BEGIN_DECLS

/* Whole values that are lists of tags, tag-list = tag-spec *( ";" tag-spec ) [ ";" ]
 * (RFC 6376 section 3.2): each rule reads from the colon to the end of the scan, or fails where
 * there is no tag at all. A tag that is no name=value, one that is there twice and one that
 * must be there and is not are noted. Nothing is verified here. */

/** RFC 6376 section 3.5 */
gboolean imf_value_dkim_signature (WireScan *scan);

/** RFC 8617 section 4.1.2 */
gboolean imf_value_arc_message_signature (WireScan *scan);

/** RFC 8617 section 4.1.3 */
gboolean imf_value_arc_seal (WireScan *scan);

/** RFC 4870 section 3.3 */
gboolean imf_value_domainkey_signature (WireScan *scan);

/** The tags of RFC 6376 section 3.5, none of which must be there: for a provider's own use */
gboolean imf_value_private_signature (WireScan *scan);

/** Any tags: for fields that have this form without a standard. */
gboolean imf_value_tags (WireScan *scan);

G_END_DECLS
