/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mime-charset.h"

G_BEGIN_DECLS

/**
 * mime_words_decode:
 * @text: (array length=length): a value, or part of one; folded or not
 *
 * Decodes the encoded-words of @text (RFC 2047): white space between two of them goes, octets
 * of neighbours in one charset are joined before they are converted, so that a character cut
 * in two by a careless writer is whole; what is no encoded-word, or one of an unknown
 * charset, stays as it is. Line ends of folding go; NULs are left out. Text beyond ASCII outside
 * of encoded-words is taken as UTF-8 (RFC 6532); octets that are not UTF-8 become U+FFFD.
 *
 * Returns: (transfer full): valid UTF-8
 */
char *mime_words_decode (MimeCharsets *charsets, const guint8 *text, gsize length);

/** Returns: how many octets mime_words_decode() could not read in the charsets they are in. */
gsize mime_words_count_invalid (MimeCharsets *charsets, const guint8 *text, gsize length);

/** As mime_words_decode(), of NUL-terminated text. */
char *mime_words_decode_text (MimeCharsets *charsets, const char *text);

/** Where encoded-words are going to stand (RFC 2047 section 5): what Q may leave as it is. */
typedef enum
{
  MIME_WORDS_IN_TEXT,   /* an unstructured field */
  MIME_WORDS_IN_PHRASE, /* a display name */
} MimeWordsPlace;

/**
 * mime_words_encode:
 * @text: valid UTF-8 on one line
 * @column: characters of the line before it, so that words keep to 75 and lines to 76
 *
 * Writes ASCII words as they are and others as encoded-words in UTF-8, each in the shorter of Q
 * and B, neighbours joined, no character cut in two (RFC 2047 sections 2, 5 and 8). In text, a word
 * of ASCII that looks like an encoded-word is encoded, too. A phrase is one or more atoms,
 * quoted-strings or encoded-words. Words are apart by single spaces where a line may be folded;
 * imf_append_field() folds.
 *
 * Returns: (transfer full): ASCII
 */
char *mime_words_encode (const char *text, MimeWordsPlace place, guint column);

G_END_DECLS
