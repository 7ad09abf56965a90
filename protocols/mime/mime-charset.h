/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * MimeCharsets:
 *
 * Converters to UTF-8, opened when first needed and kept, for opening one takes far longer than
 * converting a line with it. Conversion is iconv's; UTF-8 and US-ASCII are only checked.
 * Not thread-safe.
 */
typedef struct _MimeCharsets MimeCharsets;

MimeCharsets *mime_charsets_new (void);
void          mime_charsets_free (MimeCharsets *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MimeCharsets, mime_charsets_free)

/** What became of text on its way to UTF-8. All zero: it is what it said it was. */
typedef struct
{
  gboolean is_unknown;    /* no such charset: octets above 0x7F are U+FFFD in the output */
  gsize    n_invalid;     /* octets that are not of the charset: each is U+FFFD in the output */
  gsize    first_invalid; /* offset of the first of them; of use when @n_invalid > 0 */
} MimeConversion;

/**
 * mime_charsets_convert:
 * @charset: its name in mail, whatever its case: "iso-8859-1"; "" is US-ASCII
 * @out_conversion: (optional)
 *
 * Appends all of @data to @out as UTF-8, in any case valid. NUL octets stay. Nothing is
 * guessed: what can't be read is U+FFFD, and told (RFC 2046 section 4.1.2).
 */
void mime_charsets_convert (MimeCharsets   *self,
                            const char     *charset,
                            const guint8   *data,
                            gsize           length,
                            GString        *out,
                            MimeConversion *out_conversion);

/**
 * mime_charsets_convert_piece:
 * @is_last: whether no more follows
 * @out_n_used: octets of @data taken; the rest, the beginning of a character, has to be given
 *   again before the next piece; all, when @is_last
 *
 * As mime_charsets_convert() for text that comes in pieces; between two pieces of one text
 * nothing else may be converted from @charset. @conversion is added to: @first_invalid counts
 * from the beginning of @data + @base.
 */
void mime_charsets_convert_piece (MimeCharsets   *self,
                                  const char     *charset,
                                  const guint8   *data,
                                  gsize           length,
                                  gboolean        is_last,
                                  gsize           base,
                                  GString        *out,
                                  MimeConversion *conversion,
                                  gsize          *out_n_used);

/** Returns: whether there is a converter for @charset. */
gboolean mime_charsets_is_known (MimeCharsets *self, const char *charset);

G_END_DECLS
