/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <mime/mime-message.h>

#include <string.h>

#define HEAD                                                                                       \
  "From: a@a.example\r\nDate: Tue, 24 Nov 2026 08:00:00 +0000\r\nMessage-ID: <1@a.example>\r\n"
#define MIME HEAD "MIME-Version: 1.0\r\n"
#define TEXT MIME "Content-Type: text/plain; charset=utf-8\r\n"
#define MIXED MIME "Content-Type: multipart/mixed; boundary=b\r\n\r\n"
#define A20 "aaaaaaaaaaaaaaaaaaaa"
#define A100 A20 A20 A20 A20 A20
#define A1000 A100 A100 A100 A100 A100 A100 A100 A100 A100 A100

typedef struct
{
  const char *deviation; /* NULL: there is none at all */
  const char *message;
} Case;

/* Each has the deviation it is listed under; others may come with it. */
static const Case cases[] = {
  { NULL, HEAD "\r\nbody\r\n" },
  { NULL, TEXT "Content-Transfer-Encoding: quoted-printable\r\n\r\nGr=C3=BC=\r\n=C3=9Fe\r\n" },
  { NULL, TEXT "Content-Transfer-Encoding: 8bit\r\n\r\nGr\303\274\303\237e\r\n" },
  { NULL, TEXT "Content-Transfer-Encoding: base64\r\n\r\nR3LDvMOfZQ0K\r\n" },
  { NULL, MIXED "--b\r\nContent-Type: image/png; name=\"a b.png\"\r\n"
                "Content-Disposition: attachment;\r\n filename*=utf-8''%C3%A4.png\r\n"
                "Content-Transfer-Encoding: base64\r\n\r\nQQ==\r\n--b--\r\n" },
  { NULL,
    MIME "Content-Type: text/plain; charset=us-ascii; format=flowed\r\n\r\n> a \r\n> b\r\n c\r\n" },
  { NULL, HEAD "Subject: =?utf-8?q?=EF=BF=BD?=\r\n\r\n" },
  { NULL, MIME "Content-Type: message/rfc822\r\n\r\n" HEAD "\r\nx\r\n" },
  { NULL, MIME "Content-Type: message/rfc822\r\n\r\n"
               "Subject: a\r\nContent-Type: text/plain\r\n\r\nx\r\n" },
  { NULL, MIME "Content-Type: message/global\r\nContent-Transfer-Encoding: base64\r\n\r\n"
               "U3ViamVjdDogYQ0KDQp4DQo=\r\n" },
  { NULL, MIME "Content-Type: message/external-body; access-type=local-file;\r\n"
               " name=\"/u/a.ps\"\r\n\r\nContent-Type: application/postscript\r\n"
               "Content-ID: <2@a.example>\r\n\r\n" },
  { NULL, MIME "Content-Type: multipart/mixed; boundary*1=b; boundary*0=a\r\n\r\n"
               "--ab\r\n\r\nx\r\n--ab--\r\n" },
  { NULL, MIME "Content-Type: multipart/mixed; boundary*=us-ascii'en'a%62\r\n\r\n"
               "--ab\r\n\r\nx\r\n--ab--\r\n" },

  { "missing_mime_version", HEAD "Content-Type: text/plain\r\n\r\n" },
  { "other_mime_version", HEAD "MIME-Version: 2.0\r\n\r\n" },
  { "unreadable_content_type", MIME "Content-Type: ?\r\n\r\n" },
  { "missing_subtype", MIME "Content-Type: text\r\n\r\n" },
  { "unquoted_parameter", MIME "Content-Type: image/png; name=a b.png\r\n\r\n" },
  { "unquoted_parameter", MIME "Content-Type: image/png; name*=utf-8''a(b)\r\n\r\n" },
  { "duplicate_parameter", MIME "Content-Type: image/png; name=a; name=b\r\n\r\n" },
  { "empty_parameter", MIME "Content-Type: text/plain; charset=\r\n\r\n" },
  { "empty_parameter", MIME "Content-Type: text/plain;; charset=us-ascii\r\n\r\n" },
  { "missing_semicolon", MIME "Content-Type: text/plain charset=us-ascii\r\n\r\n" },
  { "trailing_semicolon", MIME "Content-Type: text/plain;\r\n\r\n" },
  { "unreadable_parameter", MIME "Content-Type: text/plain; =x\r\n\r\n" },
  { "unclosed_quote", MIME "Content-Type: image/png; name=\"a.png\r\n\r\n" },
  { "broken_continuation", MIME "Content-Type: image/png; name*0=a; name*2=b\r\n\r\n" },
  { "bad_percent_encoding", MIME "Content-Type: image/png; name*=utf-8''%4\r\n\r\n" },
  { "bad_percent_encoding", MIME "Content-Type: image/png; name*=a%20b\r\n\r\n" },
  { "encoded_word_in_parameter", MIME "Content-Type: image/png; name=\"=?utf-8?q?a?=\"\r\n\r\n" },
  { "quoted_extended_value", MIME "Content-Type: image/png; name*=\"utf-8''a%20b\"\r\n\r\n" },
  { "understated_composite",
    MIXED "--b\r\nContent-Transfer-Encoding: 8bit\r\n\r\nx\r\n--b--\r\n" },
  { NULL,
    MIME "Content-Type: multipart/mixed; boundary=b\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
         "--b\r\nContent-Transfer-Encoding: 8bit\r\n\r\nx\r\n--b--\r\n" },
  { "missing_boundary", MIME "Content-Type: multipart/mixed\r\n\r\nx" },
  { "bad_boundary", MIME "Content-Type: multipart/mixed; boundary=" A100 "\r\n\r\nx" },
  { "bad_boundary", MIME "Content-Type: multipart/mixed; boundary=\"b*\"\r\n\r\nx" },
  { "unseen_boundary", MIXED "x\r\n" },
  { "unclosed_boundary", MIXED "--b\r\n\r\nx\r\n" },
  { "boundary_with_tail", MIXED "--b x\r\n\r\nx\r\n--b--\r\n" },
  { "encoded_composite",
    MIME "Content-Transfer-Encoding: base64\r\n"
         "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n--b--\r\n" },
  { "encoded_composite",
    MIME "Content-Transfer-Encoding: base64\r\nContent-Type: message/delivery-status\r\n\r\nQQ==" },
  { "unknown_encoding", MIME "Content-Transfer-Encoding: zip\r\n\r\nx" },
  { "uuencode",
    MIME "Content-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 a\r\n#86)C\r\n`\r\nend\r\n" },
  { "eight_bit_undeclared", MIME "Content-Type: text/plain; charset=utf-8\r\n\r\n\303\244\r\n" },
  { "bare_line_end_in_body", TEXT "\r\na\nb\r\n" },
  { "bare_line_end_in_body", TEXT "\r\na\rb\r\n" },
  { "body_line_over_998", TEXT "\r\n" A1000 "\r\n" },
  { "qp_bad_escape", TEXT "Content-Transfer-Encoding: quoted-printable\r\n\r\na=zz\r\n" },
  { "qp_lower_case", TEXT "Content-Transfer-Encoding: quoted-printable\r\n\r\n=c3=a4\r\n" },
  { "qp_long_line", TEXT "Content-Transfer-Encoding: quoted-printable\r\n\r\n" A100 "\r\n" },
  { "qp_trailing_space", TEXT "Content-Transfer-Encoding: quoted-printable\r\n\r\na \r\n" },
  { "qp_trailing_space", TEXT "Content-Transfer-Encoding: quoted-printable\r\n\r\na= \r\nb\r\n" },
  { "qp_raw_octet", TEXT "Content-Transfer-Encoding: quoted-printable\r\n\r\n\303\244\r\n" },
  { "base64_bad_character", TEXT "Content-Transfer-Encoding: base64\r\n\r\nQ*Q==\r\n" },
  { "base64_long_line", TEXT "Content-Transfer-Encoding: base64\r\n\r\n" A100 "\r\n" },
  { "base64_bad_padding", TEXT "Content-Transfer-Encoding: base64\r\n\r\nQQ\r\n" },
  { "base64_after_padding", TEXT "Content-Transfer-Encoding: base64\r\n\r\nQQ==QQ==\r\n" },
  { "uuencode_bad_line",
    MIME "Content-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 a\r\n#86\r\n`\r\nend\r\n" },
  { "unknown_charset", MIME "Content-Type: text/plain; charset=x-none\r\n\r\na\r\n" },
  { "wrong_charset", TEXT "Content-Transfer-Encoding: 8bit\r\n\r\n\344\r\n" },
  { "missing_charset", MIME "Content-Transfer-Encoding: 8bit\r\n\r\n\303\244\r\n" },
  { "encoded_word_unknown_charset", HEAD "Subject: =?x-none?q?a?=\r\n\r\n" },
  { "encoded_word_split_character", HEAD "Subject: =?utf-8?q?=C3?= =?utf-8?q?=A4?=\r\n\r\n" },
  { "encoded_word_wrong_charset", HEAD "Subject: =?utf-8?q?=E4?=\r\n\r\n" },
  { "filename_path", MIME "Content-Disposition: attachment; filename=\"../a\"\r\n\r\n" },
  { "filename_path", MIME "Content-Type: a/b; name=\"../a\"\r\n\r\n" },
  { "unknown_disposition", MIME "Content-Disposition: upwards\r\n\r\n" },
  { "incomplete_report",
    MIME "Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\n\r\n--b--\r\n" },
  { "incomplete_signed",
    MIME "Content-Type: multipart/signed; boundary=b\r\n\r\n--b\r\n\r\n--b--\r\n" },
  { "flowed_line_over_78", MIME "Content-Type: text/plain; format=flowed\r\n\r\n" A20 " " A20
                                " " A20 " " A20 " \r\nx\r\n" },
  { "missing_date", MIME "Content-Type: message/rfc822\r\n\r\nTo: a@a.example\r\n\r\n" },
  { "duplicate_field", MIXED "--b\r\nContent-Type: a/b\r\nContent-Type: c/d\r\n\r\n--b--\r\n" },
};

/* Returns: (transfer full): the names of the deviations of @message, each once. */
static GHashTable *
find_deviations (const guint8 *data, gsize length)
{
  g_autofree guint8 *copy = g_memdup2 (data, length);
  g_autoptr (WireSpans) spans = wire_annotate (&mime_grammar_message, copy, length);
  g_autofree char *problem = wire_spans_check (spans);
  GHashTable *names = g_hash_table_new (g_str_hash, g_str_equal);

  g_assert_null (problem);
  for (guint i = 0; i < wire_spans_get_n_deviations (spans); i++)
    g_hash_table_add (names, (gpointer) wire_spans_get_deviation (spans, i).deviation->name);
  return names;
}

static void
test_case (gconstpointer data)
{
  const Case *test = data;
  g_autoptr (GHashTable) found =
      find_deviations ((const guint8 *) test->message, strlen (test->message));
  GHashTableIter iter;
  gpointer name;

  g_hash_table_iter_init (&iter, found);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    g_test_message ("found: %s", (const char *) name);
  if (test->deviation == NULL)
    g_assert_cmpuint (g_hash_table_size (found), ==, 0);
  else
    g_assert_true (g_hash_table_contains (found, test->deviation));
}

/* What can't be written down as a string. */
static void
test_nul (void)
{
  static const char message[] = TEXT "\r\na\0b\r\n";
  g_autoptr (GHashTable) found = find_deviations ((const guint8 *) message, sizeof message - 1);

  g_assert_true (g_hash_table_contains (found, "nul_in_text"));
}

static void
test_limits (void)
{
  g_autoptr (GString) deep = g_string_new (HEAD "MIME-Version: 1.0\r\n");
  g_autoptr (GString) many = g_string_new (MIXED);
  g_autoptr (GHashTable) found = NULL;

  for (guint i = 0; i < 100; i++)
    g_string_append_printf (
        deep, "Content-Type: multipart/mixed; boundary=b%03u\r\n\r\n--b%03u\r\n", i, i);
  found = find_deviations ((const guint8 *) deep->str, deep->len);
  g_assert_true (g_hash_table_contains (found, "depth_limit"));
  g_clear_pointer (&found, g_hash_table_unref);
  for (guint i = 0; i < MIME_PARTS_MAX; i++)
    g_string_append (many, "--b\r\n\r\n");
  g_string_append (many, "--b--\r\n");
  found = find_deviations ((const guint8 *) many->str, many->len);
  g_assert_true (g_hash_table_contains (found, "parts_limit"));
}

static void
check_has_case (const WireDeviation *deviation, gpointer data)
{
  static const char *const elsewhere[] = { "nul_in_text", "depth_limit", "parts_limit", NULL };
  guint *n_deviations = data;

  if (strcmp (deviation->module, "mime") != 0)
    return;
  (*n_deviations)++;
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    if (g_strcmp0 (cases[i].deviation, deviation->name) == 0)
      return;
  if (g_strv_contains (elsewhere, deviation->name))
    return;
  g_test_message ("no example of %s", deviation->name);
  g_test_fail ();
}

static void
test_each_has_an_example (void)
{
  guint n_deviations = 0;

  wire_deviation_foreach (check_has_case, &n_deviations);
  g_assert_cmpuint (n_deviations, >=, 40);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf (
          "/mime/deviation/%s-%u", cases[i].deviation != NULL ? cases[i].deviation : "none", i);

      g_test_add_data_func (path, &cases[i], test_case);
    }
  g_test_add_func ("/mime/deviation/nul", test_nul);
  g_test_add_func ("/mime/deviation/limits", test_limits);
  g_test_add_func ("/mime/deviation/each-has-an-example", test_each_has_an_example);
  return g_test_run ();
}
