/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <mime/mime-charset.h>

#include <string.h>

#define OCTETS(text) text, sizeof text - 1
#define NONE "\357\277\275"

typedef struct
{
  const char *name, *charset;
  const char *in;
  gsize       n_in;
  const char *out;
  gsize       n_out;
  gsize       n_invalid, first_invalid;
} Case;

static const Case cases[] = {
  { "none", "", OCTETS ("a\0b\177"), OCTETS ("a\0b\177"), 0, 0 },
  { "ascii", "US-ASCII", OCTETS ("12345678a\200\377b"), OCTETS ("12345678a" NONE NONE "b"), 2, 9 },
  { "utf-8", "utf-8", OCTETS ("a\303\266\342\202\254\360\237\230\200\0b"),
    OCTETS ("a\303\266\342\202\254\360\237\230\200\0b"), 0, 0 },
  { "utf-8-name", "UTF8", OCTETS ("12345678\303\26612345678"), OCTETS ("12345678\303\26612345678"),
    0, 0 },
  /* RFC 3629 sections 3 and 10: overlong forms, surrogates, beyond U+10FFFF. */
  { "utf-8-overlong", "utf-8", OCTETS ("\300\200\340\200\200\360\200\200\200"),
    OCTETS (NONE NONE NONE NONE NONE NONE NONE NONE NONE), 9, 0 },
  { "utf-8-surrogate", "utf-8", OCTETS ("a\355\240\200"), OCTETS ("a" NONE NONE NONE), 3, 1 },
  { "utf-8-too-far", "utf-8", OCTETS ("\364\220\200\200\365"), OCTETS (NONE NONE NONE NONE NONE), 5,
    0 },
  { "utf-8-edges", "utf-8",
    OCTETS ("\302\200\337\277\340\240\200\355\237\277\357\277\277\360\220\200\200\364\217\277\277"),
    OCTETS ("\302\200\337\277\340\240\200\355\237\277\357\277\277\360\220\200\200\364\217\277\277"),
    0, 0 },
  { "utf-8-cut", "utf-8", OCTETS ("\342\202a\303\303\266\360\237\230"),
    OCTETS (NONE NONE "a" NONE "\303\266" NONE NONE NONE), 6, 0 },
  { "latin-1", "ISO-8859-1", OCTETS ("\0a\366\200\377"), OCTETS ("\0a\303\266\302\200\303\277"), 0,
    0 },
  { "latin-9", "iso-8859-15", OCTETS ("12345678\244"), OCTETS ("12345678\342\202\254"), 0, 0 },
  { "holes", "windows-1252", OCTETS ("a\200\201b"), OCTETS ("a\342\202\254" NONE "b"), 1, 2 },
  { "ebcdic", "ibm037", OCTETS ("\301\302\100\360"), OCTETS ("AB 0"), 0, 0 },
  { "koi8", "koi8-r", OCTETS ("\320\322"), OCTETS ("\320\277\321\200"), 0, 0 },
  { "shift-jis", "shift_jis", OCTETS ("\202\240\261a"), OCTETS ("\343\201\202\357\275\261a"), 0,
    0 },
  { "gb2312-broken", "gb2312", OCTETS ("\326a\326\320"), OCTETS (NONE "a\344\270\255"), 1, 0 },
  { "gb2312-cut", "gb2312", OCTETS ("ab\326\320\326"), OCTETS ("ab\344\270\255" NONE), 1, 4 },
  { "big5", "big5", OCTETS ("\244\244"), OCTETS ("\344\270\255"), 0, 0 },
  { "euc-kr", "euc-kr", OCTETS ("\260\241"), OCTETS ("\352\260\200"), 0, 0 },
  { "iso-2022-jp", "iso-2022-jp", OCTETS ("a\033$B$\"\033(Bb"), OCTETS ("a\343\201\202b"), 0, 0 },
  { "iso-2022-jp-open", "iso-2022-jp", OCTETS ("\033$B$\""), OCTETS ("\343\201\202"), 0, 0 },
  { "iso-2022-jp-cut", "iso-2022-jp", OCTETS ("a\033$"), OCTETS ("a" NONE NONE), 2, 1 },
  { "iso-2022-jp-eight-bit", "iso-2022-jp", OCTETS ("a\377"), OCTETS ("a" NONE), 1, 1 },
  { "utf-7", "utf-7", OCTETS ("Hi Mom +Jjo-!+-"), OCTETS ("Hi Mom \342\230\272!+"), 0, 0 },
  { "utf-16-big", "utf-16", OCTETS ("\376\377\0a \254"), OCTETS ("a\342\202\254"), 0, 0 },
  { "utf-16-little", "utf-16", OCTETS ("\377\376a\0\254 "), OCTETS ("a\342\202\254"), 0, 0 },
  { "utf-16-untold", "utf-16", OCTETS ("\0a \254"), OCTETS ("a\342\202\254"), 0, 0 },
  { "utf-16-half", "utf-16", OCTETS ("\0a\0"), OCTETS ("a" NONE), 1, 2 },
  { "utf-16-tiny", "utf-16", OCTETS ("a"), OCTETS (NONE), 1, 0 },
  { "utf-16-surrogates", "utf-16be", OCTETS ("\330=\336\0\330=\0a"),
    OCTETS ("\360\237\230\200" NONE "a"), 2, 4 },
  { "utf-32", "utf-32", OCTETS ("\0\0\0a\0\1\366\0"), OCTETS ("a\360\237\230\200"), 0, 0 },
  /* Base letters wait for the tone mark that may follow. */
  { "windows-1258", "windows-1258", OCTETS ("a\354a"), OCTETS ("\303\241a"), 0, 0 },
  { "windows-1255-held-back", "cp1255", OCTETS ("\357a\357\0\331\357\331"),
    OCTETS ("\327\237a\327\237\0" NONE "\327\237" NONE), 2, 4 },
  { "windows-1258-held-back", "windows-1258", OCTETS ("ea\322a"), OCTETS ("e\341\272\243a"), 0, 0 },
  /* Names that iconv does not know. */
  { "utf-7-old", "UNICODE-1-1-UTF-7", OCTETS ("+AOQ-"), OCTETS ("\303\244"), 0, 0 },
  { "korean-windows", "ks_c_5601-1987", OCTETS ("\260\241\201A"),
    OCTETS ("\352\260\200\352\260\202"), 0, 0 },
  { "right-to-left", "iso-8859-8-i", OCTETS ("\340"), OCTETS ("\327\220"), 0, 0 },
  { "koi8-underscore", "KOI8_R", OCTETS ("\320"), OCTETS ("\320\277"), 0, 0 },
  { "ucs-2", "iso-10646-ucs-2", OCTETS ("\0a"), OCTETS ("a"), 0, 0 },
};

/* Converts exact-size copies of pieces of @chunk octets; what was left is given again. */
static void
check_pieces (MimeCharsets *charsets, const Case *test, gsize chunk)
{
  g_autoptr (GString) out = g_string_new (NULL);
  MimeConversion conversion = { 0 };
  gsize          at = 0, end = 0, n_used;

  do
    {
      g_autofree guint8 *piece = NULL;

      end = MIN (end + chunk, test->n_in);
      piece = g_memdup2 (test->in + at, end - at);
      mime_charsets_convert_piece (charsets, test->charset, piece, end - at, end == test->n_in, at,
                                   out, &conversion, &n_used);
      g_assert_cmpuint (n_used, <=, end - at);
      at += n_used;
    }
  while (end < test->n_in);
  g_assert_cmpuint (at, ==, test->n_in);
  g_assert_cmpmem (out->str, out->len, test->out, test->n_out);
  g_assert_false (conversion.is_unknown);
  g_assert_cmpuint (conversion.n_invalid, ==, test->n_invalid);
  g_assert_cmpuint (conversion.first_invalid, ==, test->first_invalid);
}

static void
test_convert (gconstpointer data)
{
  const Case *test = data;
  g_autoptr (MimeCharsets) charsets = mime_charsets_new ();
  g_autoptr (GString) out = g_string_new ("<");
  MimeConversion conversion;

  g_test_summary ("What octets of a charset are in UTF-8, however they were cut.");
  g_assert_true (mime_charsets_is_known (charsets, test->charset));
  mime_charsets_convert (charsets, test->charset, (const guint8 *) test->in, test->n_in, out,
                         &conversion);
  g_assert_cmpmem (out->str + 1, out->len - 1, test->out, test->n_out);
  g_assert_cmpuint (conversion.n_invalid, ==, test->n_invalid);
  for (gsize chunk = 1; chunk <= test->n_in + 1; chunk++)
    check_pieces (charsets, test, chunk);
}

static void
test_unknown (void)
{
  /* The last eight iconv would take: the locale's, this machine's, and its own syntax. */
  static const char *const names[] = {
    "x-unknown",       "uft-8", "none",     "\303\266", "utf-8//IGNORE", "wchar_t",
    "iso-2022-cn-ext", " ",     "../utf-8", "//",       "utf-8,",        "latin1+"
  };
  g_autoptr (MimeCharsets) charsets = mime_charsets_new ();
  g_autofree char *long_name = g_strnfill (200, 'u');

  g_test_summary ("An unknown charset is told, and its octets beyond ASCII are not guessed at.");
  g_assert_false (mime_charsets_is_known (charsets, long_name));
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GString) out = g_string_new (NULL);
      MimeConversion conversion;

      g_assert_false (mime_charsets_is_known (charsets, names[i]));
      mime_charsets_convert (charsets, names[i], (const guint8 *) "a\0\303\266", 4, out,
                             &conversion);
      g_assert_cmpmem (out->str, out->len, "a\0" NONE NONE, 8);
      g_assert_true (conversion.is_unknown);
    }
}

static void
test_many (void)
{
  g_autoptr (MimeCharsets) charsets = mime_charsets_new ();
  g_autoptr (GString) out = g_string_new (NULL);
  MimeConversion conversion = { 0 };
  gsize          n_used;

  g_test_summary ("A text amid which many other charsets are used goes on as it began.");
  mime_charsets_convert_piece (charsets, "iso-2022-jp", (const guint8 *) "\033$B", 3, FALSE, 0, out,
                               &conversion, &n_used);
  g_assert_cmpuint (n_used, ==, 3);
  for (guint i = 0; i < 2000; i++)
    {
      g_autofree char *name = g_strdup_printf ("x-%u", i);

      g_assert_false (mime_charsets_is_known (charsets, name));
    }
  mime_charsets_convert_piece (charsets, "iso-2022-jp", (const guint8 *) "$\"", 2, TRUE, 3, out,
                               &conversion, &n_used);
  g_assert_cmpstr (out->str, ==, "\343\201\202");
}

static void
test_reset (void)
{
  g_autoptr (MimeCharsets) charsets = mime_charsets_new ();
  g_autoptr (GString) out = g_string_new (NULL);
  MimeConversion conversion = { 0 };
  gsize          n_used;

  g_test_summary ("A text that was broken off leaves nothing behind.");
  mime_charsets_convert_piece (charsets, "iso-2022-jp", (const guint8 *) "\033$B", 3, FALSE, 0, out,
                               &conversion, &n_used);
  mime_charsets_convert (charsets, "iso-2022-jp", (const guint8 *) "$\"", 2, out, &conversion);
  mime_charsets_convert (charsets, "iso-2022-jp", (const guint8 *) "\033$B$\"", 5, out, NULL);
  mime_charsets_convert (charsets, "iso-2022-jp", (const guint8 *) "$\"", 2, out, NULL);
  g_assert_cmpstr (out->str, ==, "$\"\343\201\202$\"");
}

static gboolean
is_utf8 (const GString *text)
{
  g_autofree char *copy = g_memdup2 (text->str, text->len + 1);

  for (gsize i = 0; i < text->len; i++)
    if (copy[i] == '\0')
      copy[i] = '0';
  return g_utf8_validate_len (copy, text->len, NULL);
}

/* Whatever the octets and the charset, the output is UTF-8 and each replacement is counted. */
static void
test_random (void)
{
  static const char *const names[] = { "",          "utf-8",       "iso-8859-1", "windows-1252",
                                       "shift_jis", "gb18030",     "big5-hkscs", "iso-2022-jp",
                                       "euc-kr",    "iso-2022-kr", "utf-7",      "utf-16",
                                       "utf-32",    "cp1255",      "x-unknown",  "iso-2022-cn" };
  g_autoptr (MimeCharsets) charsets = mime_charsets_new ();
  g_autoptr (GRand) random = g_rand_new_with_seed (3);

  for (guint i = 0; i < 6000; i++)
    {
      gsize              length = (gsize) g_rand_int_range (random, 0, i % 100 == 0 ? 40000 : 60);
      g_autofree guint8 *data = g_malloc (length + 1);
      g_autoptr (GString) out = g_string_new (NULL);
      g_autoptr (GString) pieces = g_string_new (NULL);
      MimeConversion whole, conversion = { 0 };
      gsize          at = 0, n_used;

      for (gsize j = 0; j < length; j++)
        data[j] = (guint8) (g_rand_int (random) & (i % 2 == 0 ? 255 : 127));
      mime_charsets_convert (charsets, names[i % G_N_ELEMENTS (names)], data, length, out, &whole);
      g_assert_true (is_utf8 (out));
      mime_charsets_convert_piece (charsets, names[i % G_N_ELEMENTS (names)], data, length / 2,
                                   FALSE, 0, pieces, &conversion, &at);
      mime_charsets_convert_piece (charsets, names[i % G_N_ELEMENTS (names)], data + at,
                                   length - at, TRUE, at, pieces, &conversion, &n_used);
      g_assert_cmpuint (at + n_used, ==, length);
      g_assert_cmpmem (pieces->str, pieces->len, out->str, out->len);
      g_assert_cmpuint (conversion.n_invalid, ==, whole.n_invalid);
      g_assert_cmpuint (conversion.first_invalid, ==, whole.first_invalid);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/mime-charset/convert/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_convert);
    }
  g_test_add_func ("/mime-charset/unknown", test_unknown);
  g_test_add_func ("/mime-charset/many", test_many);
  g_test_add_func ("/mime-charset/reset", test_reset);
  g_test_add_func ("/mime-charset/random", test_random);
  return g_test_run ();
}
