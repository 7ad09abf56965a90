/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <wire/wire-scan.h>

G_BEGIN_DECLS

/**
 * MimeValue:
 *
 * What a structured value came to, as NUL-terminated strings one after the other in @text: type
 * and subtype, or the disposition; then name (in lower case) and value of each parameter, quoting
 * undone. NULs of the value itself are left out.
 */
typedef struct
{
  GString *text; /* owned by the caller; strings are appended */
  guint    n_parameters;
} MimeValue;

/**
 * mime_scan_content_type:
 *
 * content := type "/" subtype *(";" parameter) (RFC 2045 section 5.1), CFWS anywhere between
 * tokens; what common readers let pass (a missing ";", an unquoted special, an empty
 * parameter) is tolerated and noted, what no reader could make sense of is unrecognised. Fails
 * where no type can be told. @out: (nullable): the subtype is "" when it was missing
 */
gboolean mime_scan_content_type (WireScan *scan, MimeValue *out);

/** disposition := disposition-type *(";" disposition-parm) (RFC 2183 section 2).
 * @out: (nullable) */
gboolean mime_scan_content_disposition (WireScan *scan, MimeValue *out);

/** mechanism (RFC 2045 section 6.1). @out: (nullable): gets one string, the name in lower case */
gboolean mime_scan_transfer_encoding (WireScan *scan, MimeValue *out);

/** A content id (RFC 2045 section 7) in angle brackets. @out: (nullable): without them */
gboolean mime_scan_content_id (WireScan *scan, GString *out);

G_END_DECLS
