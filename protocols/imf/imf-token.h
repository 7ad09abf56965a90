/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "imf-scan.h"

G_BEGIN_DECLS

/* The lexical tokens that later standards add to those of RFC 5322: tokens as of RFC 2045,
 * parameters, keywords, text under an element of its own. All but the last fail where there is
 * nothing of the kind, with the cursor where it was. */

/** token of RFC 2045 section 5.1: no space, no control, no tspecials. UTF-8 is let pass. */
gboolean imf_is_token (guint8 byte);

/** 1*token under @element */
gboolean imf_scan_token (WireScan *scan, const WireElement *element);

/** value = token / quoted-string (RFC 2045 section 5.1) under @element, nothing around it */
gboolean imf_scan_token_or_quoted (WireScan *scan, const WireElement *element);

/** quoted-string without the white space and comments around it */
gboolean imf_scan_quoted_alone (WireScan *scan);

/** parameter = attribute "=" value (RFC 2045 section 5.1), CFWS around the "=" let pass */
gboolean imf_scan_parameter (WireScan *scan);

/** *( [CFWS] ";" [CFWS] parameter ) to the end of the scan */
gboolean imf_scan_parameters (WireScan *scan);

/**
 * imf_scan_keyword:
 * @known: (nullable) (array zero-terminated): all words that are defined, in small letters
 *
 * One keyword, which may be of several words with white space or comments between; one
 * that is not @known is noted.
 */
gboolean imf_scan_keyword (WireScan *scan, const char *const *known);

/** 1*DIGIT under an element of its own */
gboolean imf_scan_digits (WireScan *scan);

/** All that is left, which must be something, under @element. */
gboolean imf_scan_text_as (WireScan *scan, const WireElement *element);

/** As imf_scan_text_as(), up to @stop at the most. */
gboolean imf_scan_text_until (WireScan *scan, const WireElement *element, guint8 stop);

/** Consumes text up to @stop or the end, in the element that is open. */
void imf_scan_skip_until (WireScan *scan, guint8 stop);

G_END_DECLS
