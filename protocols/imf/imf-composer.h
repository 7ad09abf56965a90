/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** Length of a line that a writer should keep to, CRLF not counted (RFC 5322 section 2.1.1). */
#define IMF_LINE_CHARACTERS_WANTED 78

/** Length that no line may exceed, CRLF not counted (RFC 5322 section 2.1.1). */
#define IMF_LINE_CHARACTERS_MAX 998

/**
 * imf_append_field:
 * @value: on one line; not trusted: a control character is written "?"
 *
 * Appends "NAME: VALUE" CRLF, folded at white space so that lines keep to
 * IMF_LINE_CHARACTERS_WANTED (with encoded-words to IMF_WORD_LINE_CHARACTERS_MAX) where they can. A
 * word is never cut, however long, and unfolding gives back @value, space for space.
 */
void imf_append_field (GString *header, const char *name, const char *value);

/** Returns: (transfer full): @message after a new first field, as a mail host adds trace fields. */
GBytes *imf_prepend_field (GBytes *message, const char *name, const char *value);

/** Returns: how many fields NAME, whatever its case, @message has. */
guint imf_count_fields (GBytes *message, const char *name);

/** Returns: whether @message has a field NAME, whatever its case. */
gboolean imf_has_field (GBytes *message, const char *name);

G_END_DECLS
