/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <mime/mime-words.h>

#include <string.h>

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
  return g_test_run ();
}
