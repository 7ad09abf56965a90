/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <imf/imf-composer.h>
#include <imf/imf-fields.h>
#include <imf/imf-message.h>

#include <string.h>

/* What each message is made of: a head, then a piece again and again, then a tail. Bytes
 * are few enough for the header's limit, and enough that quadratic time, about 10^12
 * steps, would not pass the test's own limit. */
typedef struct
{
  const char *name;
  const char *head;
  const char *piece;
  const char *tail;
  gboolean    is_long; /* try 10 MB of it, too: most of them is body */
} Case;

static const Case cases[] = {
  { "comments-open", "To: ", "(", "\r\n", TRUE },
  { "comments-open-in-list", "To: ", "a@b,(", "\r\n", FALSE },
  { "comments-nested-and-closed", "To: ", "((()))", "a@b\r\n", FALSE },
  { "comments-in-a-row", "Date: ", "(a) ", "\r\n", FALSE },
  { "comment-long", "To: (", "a", "\r\n", FALSE },
  { "commas", "To: ", ",", "\r\n", TRUE },
  { "commas-with-comments", "To: ", ",()", "\r\n", FALSE },
  { "semicolons", "To: a@b", ";", "\r\n", FALSE },
  { "addresses", "To: ", "a@b,", "\r\n", FALSE },
  { "addresses-bad-last", "To: ", "A <a@b>,", "<<\r\n", FALSE },
  { "quotes", "To: ", "\"", "\r\n", FALSE },
  { "quotes-open", "To: ", "\"a\" ", "\"\r\n", FALSE },
  { "quoted-pairs", "To: \"", "\\", "\r\n", FALSE },
  { "brackets", "To: ", "[", "\r\n", FALSE },
  { "brackets-in-list", "To: ", "a[,", "\r\n", FALSE },
  { "angles", "To: ", "<", "\r\n", FALSE },
  { "angles-in-list", "To: ", "a<,", "\r\n", FALSE },
  { "colons", "To: ", "a:", "\r\n", FALSE },
  { "group", "To: g:", "a@b,", "\r\n", FALSE },
  { "dots", "From: a", ".", "@b\r\n", FALSE },
  { "dots-with-space", "From: a", " .", "@b\r\n", FALSE },
  { "words", "From: ", "a ", "<a@b>\r\n", FALSE },
  { "route", "To: <", "@a,", ":b@c>\r\n", FALSE },
  { "folds", "To: ", "\r\n ", "a@b\r\n", TRUE },
  { "folds-bare-lf", "Subject: ", "\n\t", "\n", FALSE },
  { "folds-and-dots", "To: a", "\r\n .", "@b\r\n", FALSE },
  { "ids", "References: ", "<a@b>", "\r\n", FALSE },
  { "ids-with-comments", "References: ", "<(>", "\r\n", FALSE },
  { "ids-with-quotes", "References: ", "<\">", "\r\n", FALSE },
  { "ids-with-open-quote", "References: <\">", "<a>", "\r\n", FALSE },
  { "ids-open", "References: ", "<", "\r\n", FALSE },
  { "ids-words", "References: ", "a ", "\r\n", FALSE },
  { "clauses", "Received: ", "from a ", "\r\n", FALSE },
  { "clauses-keywords", "Received: ", "by ", ";\r\n", FALSE },
  { "clauses-brackets", "Received: ", "[a ", "\r\n", FALSE },
  { "clauses-angles", "Received: ", "<> ", "\r\n", FALSE },
  { "clauses-comments", "Received: from a ", "(b)", "\r\n", FALSE },
  { "clause-long", "Received: from ", "a.", "\r\n", FALSE },
  { "key-words", "Keywords: ", "a b,", "\r\n", FALSE },
  { "key-words-dots", "Keywords: a", " .", "\r\n", FALSE },
  { "words-signs", "Subject: ", "=?", "\r\n", FALSE },
  { "words-charsets", "Subject: ", "=?a", "\r\n", FALSE },
  { "words-charset-long", "Subject: =?", "a", "\r\n", FALSE },
  { "words-begun", "Subject: ", "=?a?q?", "\r\n", FALSE },
  { "words-begun-in-name", "To: ", "=?a?q?", "\r\n", FALSE },
  { "words-whole", "Subject: ", "=?a?q?b?=", "\r\n", FALSE },
  { "words-whole-in-name", "To: ", "=?a?b?b?=", "\r\n", FALSE },
  { "words-broken-in-name", "To: ", "=?a?q?,?=", "\r\n", FALSE },
  { "words-broken-in-list", "To: ", "=?a?q?,?=,", "\r\n", FALSE },
  { "words-broken-in-names", "To: ", "=?a?q?,?= <a@b>", "\r\n", FALSE },
  { "no-commas", "To: ", "<a@b>", "\r\n", FALSE },
  { "words-in-quotes", "To: \"", "=?a?q?b", "\"<a@b>\r\n", FALSE },
  { "words-of-octets", "Subject: =?a?q?", "=4", "?=\r\n", FALSE },
  { "words-of-runs", "Subject: =?a?q?", "=41a_", "?=\r\n", FALSE },
  { "words-in-comment", "To: (", "=?a?b?==", ")\r\n", FALSE },
  { "digits", "Date: ", "1", "\r\n", FALSE },
  { "name", "", "a", "\r\n", TRUE },
  { "name-space", "a", " ", "\r\n", FALSE },
  { "colon-first", "", ":", "\r\n", FALSE },
  { "bare-cr", "Subject: ", "\r", "\r\n", TRUE },
  { "fields", "", "To: (\r\n", "\r\n", TRUE },
  { "no-fields", "To: a@b\r\n", "x\r\n", "\r\n", TRUE },
  { "body-ends", "A: b\r\n\r\n", "\r\n", "", TRUE },
};

static void
check_message (const guint8 *data, gsize length)
{
  g_autoptr (WireSpans) spans = wire_annotate (&imf_grammar_message, data, length);
  g_autofree char *problem = wire_spans_check (spans);

  g_assert_cmpstr (problem, ==, NULL);
  g_assert_null (spans->expected);
  g_assert_true (wire_matches (&imf_grammar_message, data, length));
}

static void
test_repeat (const Case *test, gsize bytes)
{
  g_autoptr (GString) message = g_string_new (test->head);
  gsize              piece_length = strlen (test->piece);
  gsize              n_pieces = (bytes - strlen (test->head) - strlen (test->tail)) / piece_length;
  g_autofree guint8 *copy = NULL;
  g_autoptr (GBytes) borrowed = NULL;

  for (gsize i = 0; i < n_pieces; i++)
    g_string_append_len (message, test->piece, (gssize) piece_length);
  g_string_append (message, test->tail);
  copy = g_memdup2 (message->str, message->len);
  check_message (copy, message->len);
  borrowed = g_bytes_new_static (copy, message->len);
  imf_count_fields (borrowed, "To");
}

static void
test_within_limit (gconstpointer data)
{
  test_repeat (data, IMF_HEADER_BYTES_MAX);
}

static void
test_past_limit (gconstpointer data)
{
  test_repeat (data, 10 * 1024 * 1024);
}

static void
test_any_bytes (void)
{
  static const char alphabet[] = "ab:, \t\r\n\r\n<>()\"\\@.;[]\0\377\303\266"
                                 "From: To: Date: 1";
  GRand            *random = g_rand_new_with_seed (1);

  g_test_summary ("Short inputs of all that means something.");
  for (guint round = 0; round < 20000; round++)
    {
      gsize              length = (gsize) g_rand_int_range (random, 0, 60);
      g_autofree guint8 *copy = g_malloc (length);

      for (gsize i = 0; i < length; i++)
        copy[i] = (guint8) alphabet[g_rand_int_range (random, 0, sizeof alphabet - 1)];
      if (length > 12 && round % 3 == 0)
        memcpy (copy, "References: ", 12);
      else if (length > 12 && round % 3 == 1)
        memcpy (copy, "Received: ", 10);
      check_message (copy, length);
    }
  g_rand_free (random);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *within = g_strconcat ("/imf-hostile/within-limit/", cases[i].name, NULL);
      g_autofree char *past = g_strconcat ("/imf-hostile/past-limit/", cases[i].name, NULL);

      g_test_add_data_func (within, &cases[i], test_within_limit);
      if (cases[i].is_long)
        g_test_add_data_func (past, &cases[i], test_past_limit);
    }
  g_test_add_func ("/imf-hostile/any-bytes", test_any_bytes);
  return g_test_run ();
}
