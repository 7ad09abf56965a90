/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <mime/mime-words.h>

#include <string.h>

#include <imf/imf-address.h>
#include <imf/imf-composer.h>
#include <imf/imf-fields.h>
#include <imf/imf-word.h>

#define OCTETS(text) text, sizeof text - 1
#define NONE "\357\277\275"

typedef struct
{
  const char *name;
  const char *in;
  gsize       n_in;
  const char *out;
} Case;

static const Case cases[] = {
  /* RFC 2047 section 8. */
  { "rfc-q-ascii", OCTETS ("=?US-ASCII?Q?Keith_Moore?= <moore@a.example>"),
    "Keith Moore <moore@a.example>" },
  { "rfc-q", OCTETS ("=?ISO-8859-1?Q?Keld_J=F8rn_Simonsen?="), "Keld J\303\270rn Simonsen" },
  { "rfc-q-then-text", OCTETS ("=?ISO-8859-1?Q?Andr=E9?= Pirard"), "Andr\303\251 Pirard" },
  { "rfc-b-two",
    OCTETS ("=?ISO-8859-1?B?SWYgeW91IGNhbiByZWFkIHRoaXMgeW8=?=\r\n"
            " =?ISO-8859-2?B?dSB1bmRlcnN0YW5kIHRoZSBleGFtcGxlLg==?="),
    "If you can read this you understand the example." },
  { "rfc-comment", OCTETS ("(=?iso-8859-8?b?7eXs+SDv4SDp7Oj08A==?=)"),
    "(\327\235\327\225\327\234\327\251 \327\237\327\221 "
    "\327\231\327\234\327\230\327\244\327\240)" },
  { "rfc-a", OCTETS ("(=?ISO-8859-1?Q?a?=)"), "(a)" },
  { "rfc-a-b", OCTETS ("(=?ISO-8859-1?Q?a?= b)"), "(a b)" },
  { "rfc-ab", OCTETS ("(=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=)"), "(ab)" },
  { "rfc-ab-spaces", OCTETS ("(=?ISO-8859-1?Q?a?=  =?ISO-8859-1?Q?b?=)"), "(ab)" },
  { "rfc-ab-folded", OCTETS ("(=?ISO-8859-1?Q?a?=\r\n    =?ISO-8859-1?Q?b?=)"), "(ab)" },
  { "rfc-a-b-underscore", OCTETS ("(=?ISO-8859-1?Q?a_b?=)"), "(a b)" },
  { "rfc-a-b-two-charsets", OCTETS ("(=?ISO-8859-1?Q?a?= =?ISO-8859-2?Q?_b?=)"), "(a b)" },
  /* RFC 2047 section 2: no white space inside. */
  { "rfc-space-inside", OCTETS ("=?iso-8859-1?q?this is some text?="),
    "=?iso-8859-1?q?this is some text?=" },
  /* RFC 2231 section 5. */
  { "rfc-language", OCTETS ("=?US-ASCII*EN?Q?Keith_Moore?="), "Keith Moore" },

  { "empty", OCTETS (""), "" },
  { "plain", OCTETS (" a  b "), " a  b " },
  { "folded", OCTETS ("a\r\n b\n\tc\r\n"), "a b\tc" },
  { "nul", OCTETS ("a\0b =?utf-8?q?c=00d?="), "ab cd" },
  { "utf-8", OCTETS ("Gr\303\274\303\237e"), "Gr\303\274\303\237e" },
  { "not-utf-8", OCTETS ("Gr\374\337e"), "Gr" NONE NONE "e" },
  { "character-cut-q", OCTETS ("=?utf-8?q?=E2=82?= =?UTF-8?Q?=AC?="), "\342\202\254" },
  { "character-cut-b-q", OCTETS ("=?utf-8?b?4oI=?=\r\n =?utf-8?q?=ac?="), "\342\202\254" },
  { "character-cut-by-text", OCTETS ("=?utf-8?q?=E2=82?= a =?utf-8?q?=AC?="),
    NONE NONE " a " NONE },
  { "stateful", OCTETS ("=?ISO-2022-JP?B?GyRCJCIbKEI=?= =?iso-2022-jp?B?GyRCJCQbKEI=?="),
    "\343\201\202\343\201\204" },
  { "joined", OCTETS ("a=?utf-8?q?b?=c=?utf-8?q?d?==?utf-8?q?e?="), "abcde" },
  { "unknown-charset", OCTETS ("=?utf-8?q?a?= =?x-unknown?q?b?= =?utf-8?q?c?="),
    "a =?x-unknown?q?b?= c" },
  { "unknown-encoding", OCTETS ("=?utf-8?x?a?="), "=?utf-8?x?a?=" },
  { "no-charset", OCTETS ("=??q?a?="), "=??q?a?=" },
  { "no-text", OCTETS ("a =?utf-8?q?" "?= b"), "a  b" },
  { "unfinished", OCTETS ("=?utf-8?q?a? =?utf-8?q?b?="), "=?utf-8?q?a? b" },
  { "one-in-another", OCTETS ("=?utf-8?q?a=?utf-8?q?b?="), "=?utf-8?q?ab" },
  { "question-mark-inside", OCTETS ("=?utf-8?q?a?b?="), "a?b" },
  { "bad-digits", OCTETS ("=?utf-8?q?=4=G1=?="), "=4=G1=" },
  { "no-padding", OCTETS ("=?utf-8?b?YQ?="), "a" },
  { "pieces", OCTETS ("= =? =?a =?a? =?a?q =?a?q? =?a?q?="), "= =? =?a =?a? =?a?q =?a?q? =?a?q?=" },
};

static void
test_decode (gconstpointer data)
{
  const Case *test = data;
  g_autoptr (MimeCharsets) charsets = mime_charsets_new ();
  g_autofree guint8 *copy = g_memdup2 (test->in, test->n_in);
  g_autofree char   *decoded = mime_words_decode (charsets, copy, test->n_in);

  g_assert_cmpstr (decoded, ==, test->out);
}

static void
test_find (void)
{
  static const char text[] = "..=?iso-8859-1*en-GB?b?YWJj?=.";
  ImfWord           word = { 0 };

  g_assert_false (imf_word_find ((const guint8 *) text, strlen (text), 1, &word));
  g_assert_cmpuint (word.length, ==, 0);
  g_assert_true (imf_word_find ((const guint8 *) text, strlen (text), 2, &word));
  g_assert_cmpuint (word.offset, ==, 2);
  g_assert_cmpuint (word.length, ==, 27);
  g_assert_cmpmem (text + word.charset_offset, word.charset_length, "iso-8859-1", 10);
  g_assert_cmpmem (text + word.language_offset, word.language_length, "en-GB", 5);
  g_assert_cmpint (word.encoding, ==, 'B');
  g_assert_cmpmem (text + word.text_offset, word.text_length, "YWJj", 4);
  for (gsize length = 2; length < strlen (text) - 1; length++)
    {
      g_autofree guint8 *cut = g_memdup2 (text, length);

      g_assert_false (imf_word_find (cut, length, 2, NULL));
    }
}

static void
test_hostile (void)
{
  static const char *const pieces[] = { "=?a?q?x", "=?a?q?", "=?utf-8?q?a?= ", "=", "?", "=?",
                                        "=?utf-8?b?=" };
  g_autoptr (MimeCharsets) charsets = mime_charsets_new ();
  g_autoptr (GString) words = g_string_new (NULL);

  g_test_summary ("A megabyte of beginnings, and words in ten thousand charsets, take no longer.");
  for (guint i = 0; i < G_N_ELEMENTS (pieces); i++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      g_autofree char *decoded = NULL;

      while (text->len < 1 << 20)
        g_string_append (text, pieces[i]);
      decoded = mime_words_decode_text (charsets, text->str);
      g_assert_cmpuint (strlen (decoded), <=, text->len);
    }
  for (guint i = 0; i < 10000; i++)
    g_string_append_printf (words, "=?x-%u?q?a?= ", i);
  {
    g_autofree char *decoded = mime_words_decode_text (charsets, words->str);

    g_assert_cmpstr (decoded, ==, words->str);
  }
}

#define A50 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define EURO_8 EURO_2 EURO_2 EURO_2 EURO_2
#define EURO_2 "\342\202\254\342\202\254"
#define O_UMLAUT_8                                                                                 \
  "\303\266\303\266\303\266\303\266\303\266\303\266\303\266\303\266"

typedef struct
{
  const char *text;
  const char *as_text;
  const char *as_phrase;
} Encoded;

static const Encoded encoded[] = {
  { "", "", "\"\"" },
  { "Hello  there (you)", "Hello  there (you)", "\"Hello  there (you)\"" },
  { "Ann Example", "Ann Example", "Ann Example" },
  { "A. \"B\" \\", "A. \"B\" \\", "\"A. \\\"B\\\" \\\\\"" },
  { "Gr\303\274\303\237e", "=?utf-8?B?R3LDvMOfZQ==?=", "=?utf-8?B?R3LDvMOfZQ==?=" },
  { "Gr\303\266sse aus Bern", "=?utf-8?Q?Gr=C3=B6sse?= aus Bern",
    "=?utf-8?Q?Gr=C3=B6sse?= aus Bern" },
  { "Dr. Andr\303\251 A.", "Dr. =?utf-8?B?QW5kcsOp?= A.", "\"Dr.\" =?utf-8?B?QW5kcsOp?= \"A.\"" },
  { "a \303\266 \303\266 b", "a =?utf-8?B?w7Ygw7Y=?= b", "a =?utf-8?B?w7Ygw7Y=?= b" },
  { "a  caf\303\251abc  b", "a =?utf-8?Q?_caf=C3=A9abc_?= b", "a =?utf-8?Q?_caf=C3=A9abc_?= b" },
  { "caf\303\251abcdefgh\"(.",
    "=?utf-8?Q?caf=C3=A9abcdefgh\"(.?=", "=?utf-8?B?Y2Fmw6lhYmNkZWZnaCIoLg==?=" },
  { "caf\303\251abcdefghijklmnopq_=?", "=?utf-8?Q?caf=C3=A9abcdefghijklmnopq=5F=3D=3F?=",
    "=?utf-8?Q?caf=C3=A9abcdefghijklmnopq=5F=3D=3F?=" },
  { " a", "=?utf-8?Q?_a?=", "=?utf-8?Q?_a?=" },
  { "b a ", "b =?utf-8?Q?a_?=", "b =?utf-8?Q?a_?=" },
  { "  ",
    "=?utf-8?Q?"
    "__?=",
    "=?utf-8?Q?"
    "__?=" },
  /* What looks like an encoded-word (RFC 2047 section 5), and what can't be folded. */
  { "x =?utf-8?q?a?= y", "x =?utf-8?B?PT91dGYtOD9xP2E/PQ==?= y",
    "x =?utf-8?B?PT91dGYtOD9xP2E/PQ==?= y" },
  { "a\tb", "=?utf-8?B?YQli?=", "=?utf-8?B?YQli?=" },
  /* As many as fit without padding, then the others. */
  { O_UMLAUT_8 O_UMLAUT_8 O_UMLAUT_8,
    "=?utf-8?B?w7bDtsO2w7bDtsO2w7bDtsO2w7bDtsO2w7bDtsO2w7bDtsO2w7bDtsO2?= =?utf-8?B?w7bDtsO2?=",
    "=?utf-8?B?w7bDtsO2w7bDtsO2w7bDtsO2w7bDtsO2w7bDtsO2w7bDtsO2w7bDtsO2?= "
    "=?utf-8?B?w7bDtsO2?=" },
  /* No number of octets goes without padding but all: Q first. */
  { " " EURO_8 EURO_8,
    "=?utf-8?Q?_=E2=82=AC=E2=82=AC=E2=82=AC=E2=82=AC=E2=82=AC=E2=82=AC?= "
    "=?utf-8?B?4oKs4oKs4oKs4oKs4oKs4oKs4oKs4oKs4oKs4oKs?=",
    "=?utf-8?Q?_=E2=82=AC=E2=82=AC=E2=82=AC=E2=82=AC=E2=82=AC=E2=82=AC?= "
    "=?utf-8?B?4oKs4oKs4oKs4oKs4oKs4oKs4oKs4oKs4oKs4oKs?=" },
};

static void
test_encode (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (encoded); i++)
    {
      g_autofree char *text = mime_words_encode (encoded[i].text, MIME_WORDS_IN_TEXT, 0);
      g_autofree char *phrase = mime_words_encode (encoded[i].text, MIME_WORDS_IN_PHRASE, 0);

      g_assert_cmpstr (text, ==, encoded[i].as_text);
      g_assert_cmpstr (phrase, ==, encoded[i].as_phrase);
    }
}

/* Words of every sort, with spaces between and sometimes around. */
static char *
make_text (GRand *random)
{
  static const char *const pieces[] = { "a",
                                        "Zz",
                                        "(",
                                        "\"",
                                        "\\",
                                        ".",
                                        ",",
                                        "_",
                                        "=",
                                        "?",
                                        "=?",
                                        "?=",
                                        "\303\266",
                                        "\342\202\254",
                                        "\360\237\230\200",
                                        "\t",
                                        "=?utf-8?q?x?=",
                                        "long",
                                        A50,
                                        "\320\232\320\273" };
  GString *text = g_string_new (NULL);
  guint    n = (guint) g_rand_int_range (random, 0, 30);

  for (guint i = 0; i < n; i++)
    {
      guint n_pieces = (guint) g_rand_int_range (random, 0, 6);

      for (guint j = 0; j < n_pieces; j++)
        {
          guint piece = g_rand_boolean (random)
                            ? 1
                            : (guint) g_rand_int_range (random, 0, G_N_ELEMENTS (pieces));

          g_string_append (text, pieces[piece]);
        }
      if (g_rand_int_range (random, 0, 4) > 0)
        g_string_append (text, g_rand_int_range (random, 0, 8) == 0 ? "  " : " ");
    }
  return g_string_free (text, FALSE);
}

/* The lines of a field keep to their length, and encoded-words to theirs. */
static void
check_lines (const char *field)
{
  g_auto (GStrv) lines = g_strsplit (field, "\r\n", -1);

  g_assert_true (g_str_is_ascii (field));
  for (guint i = 0; lines[i] != NULL; i++)
    {
      gsize length = strlen (lines[i]);

      if (strstr (lines[i], "=?utf-8?Q?") == NULL && strstr (lines[i], "=?utf-8?B?") == NULL)
        continue;
      /* One word of ASCII may be longer than any line should be. */
      if (strlen (strrchr (lines[i], ' ')) < 50 && strcspn (lines[i] + 1, " ") < 75)
        g_assert_cmpuint (length, <=, IMF_WORD_LINE_CHARACTERS_MAX);
      for (gsize at = 0; at < length; at++)
        {
          ImfWord word;

          if (imf_word_find ((const guint8 *) lines[i], length, at, &word))
            {
              g_assert_cmpuint (word.length, <=, IMF_WORD_CHARACTERS_MAX);
              g_assert_cmpuint (word.text_length, >, 0);
            }
        }
    }
}

static void
check_field (MimeCharsets *charsets, const char *text)
{
  g_autofree char *value = mime_words_encode (text, MIME_WORDS_IN_TEXT, strlen ("Subject: "));
  g_autoptr (GString) field = g_string_new (NULL);
  g_autoptr (ImfHeader) header = NULL;
  g_autofree char *decoded = NULL;
  const ImfField  *found;

  imf_append_field (field, "Subject", value);
  check_lines (field->str);
  header = imf_header_new ((const guint8 *) field->str, field->len);
  g_assert_cmpuint (imf_header_get_n (header), ==, 1);
  found = imf_header_get (header, 0);
  decoded = mime_words_decode (charsets, (const guint8 *) field->str + found->value_offset,
                               found->value_length);
  if (text[0] != '\0')
    g_assert_cmpstr (decoded + 1, ==, text);
}

static void
check_phrase (MimeCharsets *charsets, const char *text)
{
  g_autofree char *phrase = mime_words_encode (text, MIME_WORDS_IN_PHRASE, strlen ("To: "));
  g_autofree char *address = g_strconcat (phrase, " <a@b.example>", NULL);
  g_autoptr (GString) field = g_string_new (NULL);
  g_autoptr (ImfAddressList) list = NULL;
  g_autofree char *decoded = NULL;

  imf_append_field (field, "To", address);
  check_lines (field->str);
  list = imf_address_list_parse ((const guint8 *) field->str + 3, field->len - 5);
  g_assert_nonnull (list);
  g_assert_cmpuint (imf_address_list_get_n (list), ==, 1);
  if (imf_address_list_get (list, 0)->display_name != NULL)
    decoded = mime_words_decode_text (charsets, imf_address_list_get (list, 0)->display_name);
  g_assert_cmpstr (decoded != NULL ? decoded : "", ==, text);
}

static void
test_round_trip (void)
{
  g_autoptr (MimeCharsets) charsets = mime_charsets_new ();
  g_autoptr (GRand) random = g_rand_new_with_seed (5);
  g_autofree char *spaces = g_strnfill (5000, ' ');
  g_autofree char *middle = g_strconcat ("a", spaces, "b", NULL);
  g_autofree char *word = g_strnfill (5000, 'w');

  g_test_summary ("Any text, encoded, folded, read and decoded, is what it was.");
  for (guint i = 0; i < 4000; i++)
    {
      g_autofree char *text = make_text (random);

      check_field (charsets, text);
      check_phrase (charsets, text);
    }
  check_field (charsets, spaces);
  check_field (charsets, middle);
  check_field (charsets, word);
  check_phrase (charsets, word);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/mime-words/decode/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_decode);
    }
  g_test_add_func ("/mime-words/find", test_find);
  g_test_add_func ("/mime-words/hostile", test_hostile);
  g_test_add_func ("/mime-words/encode", test_encode);
  g_test_add_func ("/mime-words/round-trip", test_round_trip);
  return g_test_run ();
}
