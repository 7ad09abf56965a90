/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <mime/mime-charset.h>
#include <mime/mime-encoding.h>

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static const char *const charsets[] = { "",           "utf-8",     "iso-8859-1",  "windows-1252",
                                        "shift_jis",  "gb18030",   "big5-hkscs",  "iso-2022-jp",
                                        "euc-kr",     "cp949",     "iso-2022-kr", "utf-7",
                                        "utf-16",     "utf-32",    "cp1255",      "iso-2022-cn",
                                        "iso-2022-jp-3", "euc-tw", "tcvn",      "x-unknown" };

/* Decodes pieces of @chunk octets, each copied to its exact size. */
static GString *
decode (MimeEncoding encoding, const uint8_t *data, size_t size, size_t chunk, gsize *out_n_wrong)
{
  GString           *out = g_string_new (NULL);
  MimeDecoder        decoder;
  g_autofree guint8 *rest = g_malloc (mime_decoder_get_room (0));
  gsize              n;

  mime_decoder_init (&decoder, encoding);
  for (size_t at = 0; at < size; at += chunk)
    {
      size_t             n_piece = MIN (chunk, size - at);
      g_autofree guint8 *piece = g_memdup2 (data + at, n_piece);
      g_autofree guint8 *room = g_malloc (mime_decoder_get_room (n_piece));

      n = mime_decoder_push (&decoder, piece, n_piece, room);
      g_string_append_len (out, (const char *) room, (gssize) n);
    }
  n = mime_decoder_finish (&decoder, rest);
  g_string_append_len (out, (const char *) rest, (gssize) n);
  *out_n_wrong = decoder.n_wrong;
  return out;
}

/* How the input was cut changes nothing, and there is never more output than input. */
static void
check_decoding (MimeEncoding encoding, const uint8_t *data, size_t size, size_t chunk)
{
  gsize    n_wrong, n_wrong_in_pieces;
  GString *whole = decode (encoding, data, size, size + 1, &n_wrong);
  GString *pieces = decode (encoding, data, size, chunk, &n_wrong_in_pieces);

  g_assert_cmpmem (whole->str, whole->len, pieces->str, pieces->len);
  g_assert_cmpuint (n_wrong, ==, n_wrong_in_pieces);
  g_assert_cmpuint (whole->len, <=, size);
  g_string_free (whole, TRUE);
  g_string_free (pieces, TRUE);
}

static void
check_encoding (MimeEncoding encoding, const uint8_t *data, size_t size)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GBytes) bytes = NULL;
  gsize n_wrong;

  if (encoding == MIME_ENCODING_BASE64)
    mime_append_base64 (text, data, size);
  else
    mime_append_quoted_printable (text, data, size, FALSE);
  bytes = mime_decode (encoding, (const guint8 *) text->str, text->len, &n_wrong);
  g_assert_cmpuint (n_wrong, ==, 0);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), data, size);
}

/* The output is UTF-8, and the same when the text comes in two pieces. */
static void
check_charset (const char *name, const uint8_t *data, size_t size, size_t cut)
{
  static MimeCharsets *converters;
  g_autoptr (GString) whole = g_string_new (NULL);
  g_autoptr (GString) pieces = g_string_new (NULL);
  MimeConversion conversion, sum = { 0 };
  gsize          n_first, n_rest;

  if (converters == NULL)
    converters = mime_charsets_new ();
  cut = MIN (cut, size);
  mime_charsets_convert (converters, name, data, size, whole, &conversion);
  mime_charsets_convert_piece (converters, name, data, cut, FALSE, 0, pieces, &sum, &n_first);
  g_assert_cmpuint (n_first, <=, cut);
  mime_charsets_convert_piece (converters, name, data + n_first, size - n_first, TRUE, n_first,
                               pieces, &sum, &n_rest);
  g_assert_cmpuint (n_first + n_rest, ==, size);
  g_assert_cmpmem (whole->str, whole->len, pieces->str, pieces->len);
  g_assert_cmpuint (conversion.n_invalid, ==, sum.n_invalid);
  for (gsize i = 0; i < whole->len; i++)
    if (whole->str[i] == '\0')
      whole->str[i] = '0';
  g_assert_true (g_utf8_validate_len (whole->str, whole->len, NULL));
}

/* The first octet says what to do, the second how to cut. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  uint8_t what;
  size_t  chunk;

  if (size < 2)
    return 0;
  what = data[0];
  chunk = (size_t) data[1] + 1;
  data += 2;
  size -= 2;
  if (what < 128)
    {
      check_decoding ((MimeEncoding) (what % (MIME_ENCODING_UNKNOWN + 1)), data, size, chunk);
      check_encoding (what % 2 == 0 ? MIME_ENCODING_BASE64 : MIME_ENCODING_QUOTED_PRINTABLE, data,
                      size);
    }
  else
    check_charset (charsets[what % G_N_ELEMENTS (charsets)], data, size, chunk);
  return 0;
}
