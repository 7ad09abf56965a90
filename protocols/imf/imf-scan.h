/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <wire/wire-scan.h>

G_BEGIN_DECLS

/* The lexical tokens of RFC 5322 section 3.2, obsolete forms (section 4.1) included and
 * flagged, UTF-8 beyond ASCII accepted (RFC 6532 section 3.1). A rule is one function
 * named after its ABNF rule. Rules read one field's value: a scan whose length ends
 * before the field's line end. A line end inside is folding.
 *
 * @out (nullable) gets what a token means appended: quotes, backslashes and comments
 * left out. It is as before when the rule does not match. */

/** FWS: folding white space. */
gboolean imf_scan_fws (WireScan *scan);

/** comment, nested to a bounded depth. */
gboolean imf_scan_comment (WireScan *scan);

/** [CFWS]: always matches. Returns: whether there was a comment among it. */
gboolean imf_scan_optional_cfws (WireScan *scan);

/** atom = [CFWS] 1*atext [CFWS] */
gboolean imf_scan_atom (WireScan *scan, GString *out);

/** dot-atom = [CFWS] dot-atom-text [CFWS] */
gboolean imf_scan_dot_atom (WireScan *scan, GString *out);

/** quoted-string = [CFWS] DQUOTE *([FWS] qcontent) [FWS] DQUOTE [CFWS] */
gboolean imf_scan_quoted_string (WireScan *scan, GString *out);

/** word = atom / quoted-string */
gboolean imf_scan_word (WireScan *scan, GString *out);

/** phrase = 1*word / obs-phrase. Words are told with one space between them. */
gboolean imf_scan_phrase (WireScan *scan, GString *out);

/** unstructured: always matches all that is left. */
gboolean imf_scan_unstructured (WireScan *scan);

/** atext: what may stand in an atom. */
gboolean imf_is_atext (guint8 byte);

/** What may never stand in a field unless quoted: controls but HTAB, and DEL. */
gboolean imf_is_control (guint8 byte);

G_END_DECLS
