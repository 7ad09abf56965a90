/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <wire/wire-scan.h>

G_BEGIN_DECLS

/** Length of one encoded-word, delimiters included (RFC 2047 section 2). */
#define IMF_WORD_CHARACTERS_MAX 75

/** Length of a line of a field with encoded-words in it (RFC 2047 section 2). */
#define IMF_WORD_LINE_CHARACTERS_MAX 76

/**
 * ImfWord:
 *
 * Where the pieces of one encoded-word are (RFC 2047 section 2): =?charset*language?encoding?text?=
 * Offsets count from the beginning of the scan's data. What it means is for MIME to say.
 */
typedef struct
{
  gsize offset, length; /* "=?" to "?=" */
  gsize charset_offset, charset_length;
  gsize language_offset, language_length; /* RFC 2231 section 5; length 0: none */
  char  encoding;                         /* 'B' or 'Q' */
  gsize text_offset, text_length;
} ImfWord;

/**
 * imf_word_find:
 * @out_word: (optional): untouched on failure
 *
 * Looks whether an encoded-word begins at @pos. White space inside of it, an unknown encoding
 * or an empty charset make it no encoded-word; its length and its text are not judged.
 */
gboolean imf_word_find (const guint8 *data, gsize length, gsize pos, ImfWord *out_word);

/**
 * imf_scan_encoded_word:
 *
 * encoded-word = "=?" charset ["*" language] "?" encoding "?" encoded-text "?="
 * With spans for the pieces, down to each run of encoded octets, and deviations for what
 * RFC 2047 forbids.
 */
gboolean imf_scan_encoded_word (WireScan *scan);

/** Where an encoded-word stands: what it may have, and what may be beside it (RFC 2047
 * section 5). */
typedef enum
{
  IMF_WORD_IN_TEXT,
  IMF_WORD_IN_COMMENT,
  IMF_WORD_IN_PHRASE,
  IMF_WORD_IN_QUOTES, /* where no standard has one, but everybody writes and reads them */
} ImfWordPlace;

/** As imf_scan_encoded_word(), which takes it as standing in text. */
gboolean imf_scan_encoded_word_in (WireScan *scan, ImfWordPlace place);

/** Matches the bytes up to @end, and those encoded-words among them that end there or before. */
void imf_scan_words_in (WireScan *scan, gsize end, ImfWordPlace place);

G_END_DECLS
