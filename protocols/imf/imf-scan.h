/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <wire/wire-scan.h>

G_BEGIN_DECLS

/* The lexical tokens of RFC 5322 section 3.2, obsolete forms (section 4.1) included and
 * noted, UTF-8 beyond ASCII accepted (RFC 6532 section 3.1). A rule is one function
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

/** quoted-string without the CFWS around it */
gboolean imf_scan_bare_quoted_string (WireScan *scan, GString *out);

/** word = atom / quoted-string */
gboolean imf_scan_word (WireScan *scan, GString *out);

/** phrase = 1*word / obs-phrase. Words are told with one space between them. */
gboolean imf_scan_phrase (WireScan *scan, GString *out);

/** unstructured: always matches all that is left. */
gboolean imf_scan_unstructured (WireScan *scan);

/**
 * imf_scan_dotted:
 *
 * item *([CFWS] "." [CFWS] item) under @element, without the CFWS around it: the shape of
 * local-part and domain (section 4.4), of id-left and id-right. An item is 1*atext
 * or, with @allow_quoted, a quoted-string. Missing items are tolerated after a dot.
 */
gboolean imf_scan_dotted (WireScan *scan, const WireElement *element, gboolean allow_quoted,
                          GString *out);

/** phrase under @element, without the CFWS around it. @tolerated: specials to let pass, too. */
gboolean imf_scan_phrase_as (WireScan *scan, const WireElement *element, const char *tolerated,
                             GString *out);

/** Notes, on the innermost span, the NULs, controls and bytes beyond ASCII it has from @from on. */
void imf_scan_flag_bytes (WireScan *scan, gsize from);

/** A place to go back to that opens no span, for rules that read the white space around an
 * element without its being part of the element. Fields are private. */
typedef struct
{
  gsize pos;
  guint flags;
  guint n_spans;
  guint n_deviations;
  guint span_flags; /* of the span that was open */
} ImfPlace;

ImfPlace imf_scan_save (const WireScan *scan);

/** Goes back, within the element that was open when @place was saved. Returns: FALSE. */
gboolean imf_scan_restore (WireScan *scan, ImfPlace place);

/** atext: what may stand in an atom. */
gboolean imf_is_atext (guint8 byte);

/** What may never stand in a field unless quoted: controls but HTAB, and DEL. */
gboolean imf_is_control (guint8 byte);

G_END_DECLS
