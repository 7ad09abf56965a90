/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mime-encoding.h"

#include <imf/imf-kind.h>

G_BEGIN_DECLS

/** A parameter and what it is a parameter of get their text appended here; NULL to only match. */
typedef struct
{
  GString *type;       /* "text/plain" or "attachment", in lower case */
  GPtrArray *parameters; /* of char *: name in lower case, value, name, value ...; owned by it */
} MimeValue;

/**
 * mime_scan_content_type:
 *
 * content := type "/" subtype *(";" parameter) (RFC 2045 section 5.1), CFWS anywhere between
 * tokens; what common readers let pass (a missing ";", an unquoted special, an empty
 * parameter) is tolerated and noted. Fails where no type can be told.
 */
gboolean mime_scan_content_type (WireScan *scan, MimeValue *out);

/** disposition := disposition-type *(";" disposition-parm) (RFC 2183 section 2) */
gboolean mime_scan_content_disposition (WireScan *scan, MimeValue *out);

/** encoding := "Content-Transfer-Encoding" ":" mechanism (RFC 2045 section 6.1) */
gboolean mime_scan_transfer_encoding (WireScan *scan, MimeEncoding *out_encoding, GString *out_name);

/** As imf_kind_find(), with the fields of MIME. */
const ImfKind *mime_kind_find (const guint8 *name, gsize length);

G_END_DECLS
