/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "imf-kind.h"

G_BEGIN_DECLS

/* The fields of reports. The bodies of message/delivery-status and its kin are blocks of header
 * fields, too, with names of their own: imf_scan_header_section() reads one block with one
 * of these. Each returns (transfer none) the kind, that of an extension field for a name that
 * is in no table; never NULL. */

/** message/delivery-status (RFC 3464), per-message and per-recipient fields */
const ImfKind *imf_kind_find_delivery_status (const guint8 *name, gsize length);

/** message/disposition-notification (RFC 8098 section 3.2) */
const ImfKind *imf_kind_find_disposition_notification (const guint8 *name, gsize length);

/** message/feedback-report (RFC 5965 section 3, RFC 6591 section 3.2) */
const ImfKind *imf_kind_find_feedback_report (const guint8 *name, gsize length);

/** address-type ";" generic-address, of the header of a message (RFC 8098 section 2.3) */
gboolean imf_value_typed_address (WireScan *scan);

G_END_DECLS
