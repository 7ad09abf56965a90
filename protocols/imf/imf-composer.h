/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "imf-date.h"

G_BEGIN_DECLS

/** Length of a line that a writer should keep to, CRLF not counted (RFC 5322 section 2.1.1). */
#define IMF_LINE_CHARACTERS_WANTED 78

/** Length that no line may exceed, CRLF not counted (RFC 5322 section 2.1.1). */
#define IMF_LINE_CHARACTERS_MAX 998

/**
 * ImfDraft:
 *
 * What a plain message is made of. Strings are borrowed for the call. The date and
 * the message-id are the caller's, so that the same draft gives the same bytes.
 */
typedef struct
{
  const char *from;       /* one mailbox or more: "Ann Example <ann@a.example>" */
  const char *to;         /* (nullable): addresses as in a field, "b@b.example, c@c.example" */
  const char *cc;         /* (nullable) */
  const char *subject;    /* (nullable) */
  const char *message_id; /* "1.2@a.example", without "<" and ">" */
  const char *text;       /* lines that end in LF or CRLF; the last end may be missing */
  ImfDate     date;
} ImfDraft;

/**
 * imf_compose:
 * @out_problem: (optional) (transfer none): a sentence saying why not, when NULL is returned
 *
 * Writes a message with CRLF line ends and a folded header: Date, From, To, Cc,
 * Subject, Message-ID. ASCII only: a draft with other characters is refused, since
 * they need MIME. Refused, too: addresses or an id that do not match their
 * grammar, controls in the subject, and text with a line over IMF_LINE_CHARACTERS_MAX.
 *
 * Returns: (transfer full) (nullable): the message
 */
GBytes *imf_compose (const ImfDraft *draft, const char **out_problem);

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
