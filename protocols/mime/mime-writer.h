/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Writing single header fields from text in any script, for all that makes or changes messages.
 * Each function appends whole lines that end in CRLF and keep to 78 characters where they can (RFC
 * 5322 section 2.1.1), 76 where there are encoded-words in them (RFC 2047 section 2); or it appends
 * nothing, returns FALSE and sets @out_problem (nullable) to a sentence. Text is UTF-8, on one
 * line, without controls: what else comes is refused. @allows_utf8: write it as it is (RFC 6532).
 * */

/** An unstructured value: encoded-words where they are needed. White space around it goes. */
gboolean mime_write_unstructured (GString    *out,
                                  const char *name,
                                  const char *text,
                                  gboolean    allows_utf8,
                                  char      **out_problem);

/**
 * mime_write_addresses:
 * @name: "To", "From" ...: says whether groups and lists are allowed (RFC 5322 section 3.6)
 * @addresses: as in a field; obsolete and tolerated forms are read, but not written
 *
 * Names become encoded-words, domains A-labels (RFC 5890); a local part beyond ASCII needs
 * @allows_utf8.
 */
gboolean mime_write_addresses (GString    *out,
                               const char *name,
                               const char *addresses,
                               gboolean    allows_utf8,
                               char      **out_problem);

/** Identifiers in angle brackets: one for Message-ID, any number for References. */
gboolean mime_write_ids (GString    *out,
                         const char *name,
                         const char *ids,
                         gboolean    allows_utf8,
                         char      **out_problem);

/**
 * mime_write_field:
 *
 * A field of any name by what its grammar lets in: the above, MIME's parameters, phrases; other
 * structured values have to match their grammar and are folded only.
 */
gboolean mime_write_field (GString    *out,
                           const char *name,
                           const char *value,
                           gboolean    allows_utf8,
                           char      **out_problem);

/**
 * mime_write_parameter:
 * @out: a field that has been begun, "Content-Type: text/plain", without a line end
 * @value: valid UTF-8
 *
 * Appends a parameter: a token, a quoted-string, or, when it is not ASCII, too long for a line or
 * would be taken for an encoded-word, as RFC 2231 sections 3 and 4 have it, in as many pieces
 * as it takes. No character is cut in two.
 */
void mime_write_parameter (GString *out, const char *name, const char *value);

/** Whether @text is UTF-8 without controls and line separators. */
gboolean mime_write_is_clean (const char *text);

/** Whether @name can be the name of a field. */
gboolean mime_write_is_name (const char *name);

G_END_DECLS
