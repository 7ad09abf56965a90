/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <mime/mime-encoding.h>

#include <string.h>

/* Octets as a string; NULs and all. */
#define OCTETS(text) text, sizeof text - 1

typedef struct
{
  const char  *name;
  MimeEncoding encoding;
  const char  *in;
  gsize        n_in;
  const char  *out;
  gsize        n_out;
  gsize        n_wrong;
} Case;

#define QP(name, in, out, n_wrong)                                                                 \
  { "quoted-printable/" name, MIME_ENCODING_QUOTED_PRINTABLE, OCTETS (in), OCTETS (out), n_wrong }
#define B64(name, in, out, n_wrong)                                                                \
  { "base64/" name, MIME_ENCODING_BASE64, OCTETS (in), OCTETS (out), n_wrong }
#define UU(name, in, out, n_wrong)                                                                 \
  { "uuencode/" name, MIME_ENCODING_UUENCODE, OCTETS (in), OCTETS (out), n_wrong }

static const Case cases[] = {
  { "7bit", MIME_ENCODING_7BIT, OCTETS ("a=20\r\n\0"), OCTETS ("a=20\r\n\0"), 0 },
  { "unknown", MIME_ENCODING_UNKNOWN, OCTETS ("\377 \n"), OCTETS ("\377 \n"), 0 },

  /* RFC 2045 section 6.7. */
  QP ("rfc-soft-breaks",
      "Now's the time =\r\nfor all folk to come=\r\n to the aid of their country.\r\n",
      "Now's the time for all folk to come to the aid of their country.\r\n",
      0),
  QP ("empty", "", "", 0),
  QP ("escapes", "=0C=3D=41=0D=0a=ff", "\f=A\r\n\377", 0),
  QP ("line-ends-stay", "a\r\nb\nc\rd\r\r\n", "a\r\nb\nc\rd\r\r\n", 0),
  QP ("white-space-within", " a \t b", " a \t b", 0),
  QP ("white-space-at-end", "a \t\r\n b \n c\t ", "a\r\n b\n c", 0),
  QP ("white-space-alone", " \r\n\t\n \r\r\n ", "\r\n\n \r\r\n", 0),
  QP ("white-space-encoded", "a=20\r\nb=09 \r\n", "a \r\nb\t\r\n", 0),
  QP ("white-space-before-soft-break", "a =\r\nb", "a b", 0),
  QP ("padding-behind-soft-break", "a= \t\r\nb=\t\nc", "abc", 0),
  QP ("soft-break-lf", "a=\nb", "ab", 0),
  QP ("soft-break-at-end", "a=\r\n", "a", 0),
  QP ("octets-beyond-ascii", "\303\266\0\001", "\303\266\0\001", 0),
  /* The note of section 6.7: kept as they are. */
  QP ("wrong-digits", "=XY=4G=G4=", "=XY=4G=G4", 4),
  QP ("wrong-penultimate", "a=4", "a=4", 1),
  QP ("wrong-cr", "a=\rb=\r", "a=\rb=\r", 2),
  QP ("wrong-space", "a= b= \tc", "a= b= \tc", 2),
  QP ("wrong-equals", "====41==\r\n=", "===A=", 5),
  QP ("wrong-space-then-end-of-line", "=4 \r\n=x \t", "=4\r\n=x", 2),

  B64 ("empty", "", "", 0),
  /* RFC 4648 section 10. */
  B64 ("one", "Zg==", "f", 0),
  B64 ("two", "Zm8=", "fo", 0),
  B64 ("three", "Zm9v", "foo", 0),
  B64 ("six", "Zm9vYmFy\r\n", "foobar", 0),
  B64 ("alphabet", "+/+/AAAA/w==", "\373\377\277\0\0\0\377", 0),
  B64 ("lines", "Zm\r\n9v\nYm\t F\ry", "foobar", 0),
  B64 ("other-characters", "Z.m-9_v!\377\0", "foo", 6),
  B64 ("no-padding", "Zm9vYg", "foob", 1),
  B64 ("half-padding", "Zg=", "f", 1),
  B64 ("lines-in-padding", "Zg=\r\n=\r\n", "f", 0),
  B64 ("lone-character", "Zm9vY", "foo", 1),
  B64 ("after-padding", "Zg==Zg==\r\n-- ", "f", 6),
  B64 ("more-padding", "Zm8==", "fo", 1),
  B64 ("early-padding", "=Z=m9v", "foo", 2),
  B64 ("padding-within", "Zm=9v", "foo", 1),
  B64 ("padding-alone", "====", "", 4),
  B64 ("bits-under-padding", "Zh==", "f", 0),

  /* What uuencode(1) makes of "Cat", a file of 46 octets and an empty one. */
  UU ("short", "begin 644 cat.txt\r\n#0V%T\r\n`\r\nend\r\n", "Cat", 0),
  UU ("lf", "begin 644 cat.txt\n#0V%T\n`\nend\n", "Cat", 0),
  UU ("long",
      "begin 644 x\nM86%A86%A86%A86%A86%A86%A86%A86%A86%A86%A86%A86%A86%A86%A86%A\n!80``\n`\n"
      "end\n",
      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
      0),
  UU ("nothing", "begin 644 x\n`\nend\n", "", 0),
  UU ("spaces-for-zero", "begin 644 x\n#    \n \nend\n", "\0\0\0", 0),
  UU ("text-around", "See:\n\nbegin 644 cat.txt\n#0V%T\n`\nend\nBye\n", "Cat", 0),
  UU ("checksum", "begin 644 x\n#0V%TX\n`\nend\n", "Cat", 0),
  UU ("four-digits", "begin 0644 x\n#0V%T\nend", "Cat", 0),
  UU ("no-begin", "#0V%T\n`\nend\n", "", 1),
  UU ("no-name", "begin 644 \n#0V%T\n`\nend\n", "", 1),
  UU ("no-end", "begin 644 x\n#0V%T\n", "Cat", 1),
  UU ("no-end-nor-line-end", "begin 644 x\n#0V%T", "Cat", 1),
  UU ("short-line", "begin 644 x\nM0V%T\nend\n", "Cat", 1),
  UU ("last-group-cut", "begin 644 x\n!80\nend\n", "a", 0),
  UU ("wrong-length", "begin 644 x\nx0V%T\nend\n", "", 1),
  UU ("wrong-character", "begin 644 x\n#0v%T\nend\n", "Aat", 1),
};

/* Decodes exact-size copies of pieces of @chunk octets; everything for 0. */
static GString *
decode (MimeEncoding encoding, const guint8 *data, gsize length, gsize chunk, gsize *out_n_wrong)
{
  GString    *out = g_string_new (NULL);
  MimeDecoder decoder;
  gsize       n;

  mime_decoder_init (&decoder, encoding);
  for (gsize at = 0; at < length; at += chunk)
    {
      gsize              n_piece = MIN (chunk, length - at);
      g_autofree guint8 *piece = g_memdup2 (data + at, n_piece);
      g_autofree guint8 *room = g_malloc (mime_decoder_get_room (n_piece));

      n = mime_decoder_push (&decoder, piece, n_piece, room);
      g_assert_cmpuint (n, <=, mime_decoder_get_room (n_piece));
      g_string_append_len (out, (const char *) room, (gssize) n);
    }
  {
    g_autofree guint8 *room = g_malloc (mime_decoder_get_room (0));

    n = mime_decoder_finish (&decoder, room);
    g_string_append_len (out, (const char *) room, (gssize) n);
  }
  *out_n_wrong = decoder.n_wrong;
  return out;
}

static void
test_decode (gconstpointer data)
{
  const Case *test = data;

  g_test_summary ("What a transfer encoding comes to, however its text was cut.");
  for (gsize chunk = 1; chunk <= test->n_in + 1; chunk++)
    {
      gsize    n_wrong;
      GString *out =
          decode (test->encoding, (const guint8 *) test->in, test->n_in, chunk, &n_wrong);

      g_assert_cmpmem (out->str, out->len, test->out, test->n_out);
      g_assert_cmpuint (n_wrong, ==, test->n_wrong);
      g_string_free (out, TRUE);
    }
}

static void
test_names (void)
{
  static const char *const uuencode[] = { "x-uuencode", "x-uue", "uuencode", "X-UUEncode" };
  static const char *const unknown[] = { "", "x-unknown", "base64x", "base6", "7 bit" };

  for (MimeEncoding i = MIME_ENCODING_7BIT; i < MIME_ENCODING_UNKNOWN; i++)
    {
      const char *name = mime_encoding_get_name (i);

      g_assert_cmpint (mime_encoding_find (name, strlen (name)), ==, i);
      g_assert_cmpint (mime_encoding_is_identity (i), ==, i <= MIME_ENCODING_BINARY);
    }
  for (guint i = 0; i < G_N_ELEMENTS (uuencode); i++)
    g_assert_cmpint (mime_encoding_find (uuencode[i], strlen (uuencode[i])), ==,
                     MIME_ENCODING_UUENCODE);
  for (guint i = 0; i < G_N_ELEMENTS (unknown); i++)
    g_assert_cmpint (mime_encoding_find (unknown[i], strlen (unknown[i])), ==,
                     MIME_ENCODING_UNKNOWN);
  g_assert_cmpint (mime_encoding_find ("BASE64", 6), ==, MIME_ENCODING_BASE64);
  g_assert_cmpstr (mime_encoding_get_name (MIME_ENCODING_UNKNOWN), ==, "unknown");
  g_assert_true (mime_encoding_is_identity (MIME_ENCODING_UNKNOWN));
}

/* Text of a kind that trips decoders: mostly the characters that mean something. */
static guint8 *
make_text (GRand *random, const char *alphabet, gsize length)
{
  guint8 *text = g_malloc (length + 1);
  gsize   n = strlen (alphabet);

  for (gsize i = 0; i < length; i++)
    text[i] = (guint8) alphabet[g_rand_int_range (random, 0, (gint32) n)];
  text[length] = '\0';
  return text;
}

static void
test_any_pieces (void)
{
  static const struct
  {
    MimeEncoding encoding;
    const char  *alphabet;
  } kinds[] = {
    { MIME_ENCODING_QUOTED_PRINTABLE, "  \t\t\r\n\r\n==4aG" },
    { MIME_ENCODING_QUOTED_PRINTABLE, "      \t\r\n=" },
    { MIME_ENCODING_QUOTED_PRINTABLE, "                                  =\r\n" },
    { MIME_ENCODING_BASE64, "ABCDEFGHabcdefgh01234567+/\r\n" },
    { MIME_ENCODING_BASE64, "AZaz09+/\r\n= .\377" },
    { MIME_ENCODING_UUENCODE, "!#M `aA0\r\n" },
  };
  g_autoptr (GRand) random = g_rand_new_with_seed (1);

  g_test_summary ("Random text comes to the same whole and in pieces of any size.");
  for (guint i = 0; i < 1200; i++)
    {
      guint              kind = i % G_N_ELEMENTS (kinds);
      gsize              length = (gsize) g_rand_int_range (random, 0, 900), n_wrong, n_wrong_whole;
      g_autofree guint8 *text = make_text (random, kinds[kind].alphabet, length);
      GString           *whole;

      if (kinds[kind].encoding == MIME_ENCODING_UUENCODE && length > 12)
        memcpy (text, "begin 644 x\n", 12);
      whole = decode (kinds[kind].encoding, text, length, length + 1, &n_wrong_whole);
      for (gsize chunk = 1; chunk < length; chunk = chunk * 3 / 2 + 1)
        {
          GString *out = decode (kinds[kind].encoding, text, length, chunk, &n_wrong);

          g_assert_cmpmem (out->str, out->len, whole->str, whole->len);
          g_assert_cmpuint (n_wrong, ==, n_wrong_whole);
          g_string_free (out, TRUE);
        }
      g_string_free (whole, TRUE);
    }
}

static void
test_long_white_space (void)
{
  g_autofree char *spaces = g_strnfill (MIME_TRAILING_SPACE_MAX + 9, ' ');
  g_autofree char *text = g_strconcat ("a", spaces, "\r\nb=", spaces, "\r\nc", spaces, "d", NULL);
  g_autofree char *wanted = g_strconcat ("a         \r\nb=         \r\nc", spaces, "d", NULL);

  g_test_summary ("Of white space at the end of a line so much goes, wherever it was cut.");
  for (gsize chunk = 1; chunk <= strlen (text); chunk++)
    {
      gsize    n_wrong;
      GString *out = decode (MIME_ENCODING_QUOTED_PRINTABLE, (const guint8 *) text, strlen (text),
                             chunk, &n_wrong);

      g_assert_cmpstr (out->str, ==, wanted);
      g_assert_cmpuint (n_wrong, ==, 1);
      g_string_free (out, TRUE);
    }
}

/* Lines of what was encoded are as long as they may be, and harmless. */
static void
check_lines (const GString *text)
{
  g_auto (GStrv) lines = g_strsplit (text->str, "\r\n", -1);

  g_assert_cmpuint (strlen (text->str), ==, text->len);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_assert_cmpuint (strlen (lines[i]), <=, MIME_ENCODED_LINE_MAX);
      g_assert_false (g_str_has_suffix (lines[i], " ") || g_str_has_suffix (lines[i], "\t"));
      g_assert_false (g_str_has_prefix (lines[i], "From "));
      g_assert_cmpstr (lines[i], !=, ".");
      g_assert_null (strpbrk (lines[i], "\r\n"));
      g_assert_true (g_str_is_ascii (lines[i]));
    }
}

static void
check_round_trip (MimeEncoding encoding, const guint8 *data, gsize length, gboolean is_text)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GBytes) bytes = NULL;
  gsize n_wrong;

  if (encoding == MIME_ENCODING_BASE64)
    mime_append_base64 (text, data, length);
  else
    mime_append_quoted_printable (text, data, length, is_text);
  check_lines (text);
  bytes = mime_decode (encoding, (const guint8 *) text->str, text->len, &n_wrong);
  g_assert_cmpuint (n_wrong, ==, 0);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), data, length);
}

static void
test_round_trip (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (2);

  g_test_summary ("What is encoded is decoded to the same octets.");
  for (guint i = 0; i < 2000; i++)
    {
      gsize              length = (gsize) g_rand_int_range (random, 0, 400);
      g_autofree guint8 *lines = make_text (random, ".. \t=From \n\n", length);
      g_autofree guint8 *data = g_malloc (length + 1);
      g_autofree guint8 *exact = NULL;
      g_auto (GStrv) parts = g_strsplit ((const char *) lines, "\n", -1);
      g_autofree char *crlf_lines = g_strjoinv ("\r\n", parts);

      for (gsize j = 0; j < length; j++)
        data[j] = (guint8) g_rand_int (random);
      exact = g_memdup2 (data, length);
      check_round_trip (MIME_ENCODING_BASE64, exact, length, FALSE);
      check_round_trip (MIME_ENCODING_QUOTED_PRINTABLE, exact, length, FALSE);
      check_round_trip (MIME_ENCODING_QUOTED_PRINTABLE, (const guint8 *) crlf_lines,
                        strlen (crlf_lines), TRUE);
      check_round_trip (MIME_ENCODING_QUOTED_PRINTABLE, (const guint8 *) crlf_lines,
                        strlen (crlf_lines), FALSE);
    }
}

#define ALPHABET_64 "0123456789012345678901234567890123456789012345678901234567890123"

static void
test_encode (void)
{
  static const struct
  {
    const char *text, *as_text, *as_data;
  } quoted[] = {
    { "", "", "" },
    { "a=b\xC3\xB6", "a=3Db=C3=B6", "a=3Db=C3=B6" },
    { "a\nb\r\nc\rd", "a\r\nb\r\nc=0Dd", "a=0Ab=0D=0Ac=0Dd" },
    { "a \n\t\n ", "a=20\r\n=09\r\n=20", "a =0A\t=0A=20" },
    { ".\n.a\n.", "=2E\r\n.a\r\n=2E", "=2E=0A.a=0A." },
    { "From a\nFromage\n From ", "=46rom a\r\nFromage\r\n From=20",
      "=46rom a=0AFromage=0A From=20" },
    { ALPHABET_64 "ABCDEFGHIJKL", ALPHABET_64 "ABCDEFGHIJKL", ALPHABET_64 "ABCDEFGHIJKL" },
    { ALPHABET_64 "ABCDEFGHIJKLM", ALPHABET_64 "ABCDEFGHIJK=\r\nLM",
      ALPHABET_64 "ABCDEFGHIJK=\r\nLM" },
    { ALPHABET_64 "ABCDEFGHI=", ALPHABET_64 "ABCDEFGHI=3D", ALPHABET_64 "ABCDEFGHI=3D" },
    { ALPHABET_64 "ABCDEFGHI==", ALPHABET_64 "ABCDEFGHI=\r\n=3D=3D",
      ALPHABET_64 "ABCDEFGHI=\r\n=3D=3D" },
    { ALPHABET_64 "ABCDEFGHIJKFrom ", ALPHABET_64 "ABCDEFGHIJK=\r\n=46rom=20",
      ALPHABET_64 "ABCDEFGHIJK=\r\n=46rom=20" },
  };
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (quoted); i++)
    {
      const guint8 *data = (const guint8 *) quoted[i].text;
      gsize         length = strlen (quoted[i].text);

      g_string_truncate (text, 0);
      mime_append_quoted_printable (text, data, length, TRUE);
      g_assert_cmpstr (text->str, ==, quoted[i].as_text);
      g_string_truncate (text, 0);
      mime_append_quoted_printable (text, data, length, FALSE);
      g_assert_cmpstr (text->str, ==, quoted[i].as_data);
    }
  g_string_truncate (text, 0);
  mime_append_base64 (text, (const guint8 *) ALPHABET_64, 64);
  g_assert_cmpstr (
      text->str, ==,
      "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2\r\n"
      "Nzg5MDEyMw==\r\n");
}

static void
test_choose (void)
{
  static const struct
  {
    const char  *text;
    MimeEncoding encoding;
  } texts[] = {
    { "", MIME_ENCODING_7BIT },
    { "Hi\r\nthere \n\t=\033\n", MIME_ENCODING_7BIT },
    { "a\n\nFrom b\n", MIME_ENCODING_QUOTED_PRINTABLE },
    { "a From b\n.a\n", MIME_ENCODING_7BIT },
    { "a\r\n.\r\nb", MIME_ENCODING_QUOTED_PRINTABLE },
    { "a\rb", MIME_ENCODING_QUOTED_PRINTABLE },
    { "Gr\303\274\303\237e aus der Stadt", MIME_ENCODING_QUOTED_PRINTABLE },
    { "\320\237\321\200\320\270\320\262\320\265\321\202, \320\274\320\270\321\200! "
      "\320\237\321\200\320\270\320\262\320\265\321\202, \320\274\320\270\321\200!"
      "\320\237\321\200\320\270\320\262\320\265\321\202, \320\274\320\270\321\200! "
      "\320\237\321\200\320\270\320\262\320\265\321\202, \320\274\320\270\321\200!"
      "\320\237\321\200\320\270\320\262\320\265\321\202, \320\274\320\270\321\200!",
      MIME_ENCODING_BASE64 },
  };
  g_autofree char *line = g_strnfill (999, 'a');

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_assert_cmpint (mime_encoding_choose ((const guint8 *) texts[i].text, strlen (texts[i].text),
                                           TRUE),
                     ==, texts[i].encoding);
  g_assert_cmpint (mime_encoding_choose ((const guint8 *) line, 998, TRUE), ==, MIME_ENCODING_7BIT);
  g_assert_cmpint (mime_encoding_choose ((const guint8 *) line, 999, TRUE), ==,
                   MIME_ENCODING_QUOTED_PRINTABLE);
  g_assert_cmpint (mime_encoding_choose ((const guint8 *) "a\0b", 3, TRUE), ==,
                   MIME_ENCODING_QUOTED_PRINTABLE);
  g_assert_cmpint (mime_encoding_choose ((const guint8 *) line, 9, FALSE), ==,
                   MIME_ENCODING_BASE64);
}

static void
test_hostile (void)
{
  static const char *const fills[] = {
    "=", " ", "= ", "=\r", "A", "A=", "\r", "\n", "M\n", "\377"
  };
  gsize length = 8 << 20;

  g_test_summary ("Large inputs of what is awkward give no more than was promised.");
  for (guint i = 0; i < G_N_ELEMENTS (fills); i++)
    {
      g_autofree guint8 *data = g_malloc (length);

      for (gsize at = 0; at < length; at++)
        data[at] = (guint8) fills[i][at % strlen (fills[i])];
      memcpy (data, "begin 644 x\n", 12);
      for (MimeEncoding encoding = MIME_ENCODING_7BIT; encoding <= MIME_ENCODING_UNKNOWN;
           encoding++)
        {
          g_autoptr (GBytes) bytes = mime_decode (encoding, data, length, NULL);

          g_assert_cmpuint (g_bytes_get_size (bytes), <=, length);
        }
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/mime-encoding/decode/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_decode);
    }
  g_test_add_func ("/mime-encoding/names", test_names);
  g_test_add_func ("/mime-encoding/any-pieces", test_any_pieces);
  g_test_add_func ("/mime-encoding/long-white-space", test_long_white_space);
  g_test_add_func ("/mime-encoding/round-trip", test_round_trip);
  g_test_add_func ("/mime-encoding/encode", test_encode);
  g_test_add_func ("/mime-encoding/choose", test_choose);
  g_test_add_func ("/mime-encoding/hostile", test_hostile);
  return g_test_run ();
}
