/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <imf/imf-composer.h>
#include <imf/imf-fields.h>
#include <imf/imf-trace.h>

#include <string.h>

/* 2026-11-24 08:00:00 UTC */
#define MORNING                                                                                    \
  {                                                                                                \
    1795507200 * G_GINT64_CONSTANT (1000000), 0, FALSE                                             \
  }

#define FIFTY "0123456789 123456789 123456789 123456789 123456789"

static char *
bytes_to_text (GBytes *bytes)
{
  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

typedef struct
{
  const char *name;
  const char *value;
  const char *field; /* of the name "Name" */
} FoldCase;

static const FoldCase fold_cases[] = {
  { "short", "a b", "Name: a b\r\n" },
  { "empty", "", "Name:\r\n" },
  { "spaces", "  ", "Name:   \r\n" },
  { "at-the-limit", FIFTY " 123456789 123456789 1", "Name: " FIFTY " 123456789 123456789 1\r\n" },
  { "over-the-limit", FIFTY " 123456789 123456789 12",
    "Name: " FIFTY " 123456789 123456789\r\n 12\r\n" },
  { "space-stays", FIFTY " 123456789 123456789 \t 12 ",
    "Name: " FIFTY " 123456789 123456789\r\n \t 12 \r\n" },
  { "no-line-of-spaces",
    FIFTY " 123456789 123456789 1                                                              ",
    "Name: " FIFTY " 123456789 123456789\r\n 1"
    "                                                              \r\n" },
  { "encoded-word", FIFTY " 1234567890 =?a?q?b?=", "Name: " FIFTY " 1234567890\r\n =?a?q?b?=\r\n" },
  { "encoded-word-fits", FIFTY " 123456789 =?a?q?b?=", "Name: " FIFTY " 123456789 =?a?q?b?=\r\n" },
  { "controls", "a\r\nBcc: b\177", "Name: a??Bcc: b?\r\n" },
};

static void
test_fold (gconstpointer data)
{
  const FoldCase *test = data;
  g_autoptr (GString) out = g_string_new (NULL);

  imf_append_field (out, "Name", test->value);
  g_assert_cmpstr (out->str, ==, test->field);
}

static void
test_fold_is_undone (void)
{
  g_test_summary ("Words of every length fold so that unfolding gives them back, uncut.");
  for (guint length = 1; length < 120; length++)
    {
      g_autofree char *word = g_strnfill (length, 'x');
      g_autofree char *value =
          g_strdup_printf ("%s %s  %s a b c %s\t%s", word, word, word, word, word);
      g_autoptr (GString) out = g_string_new (NULL);
      g_autoptr (ImfHeader) header = NULL;
      g_autofree char *again = NULL;
      g_auto (GStrv) lines = NULL;

      imf_append_field (out, "Subject", value);
      header = imf_header_new ((const guint8 *) out->str, out->len);
      g_assert_cmpuint (imf_header_get_n (header), ==, 1);
      again = imf_header_dup_value (header, imf_header_get (header, 0));
      g_assert_cmpstr (again, ==, value);
      lines = g_strsplit (out->str, "\r\n", -1);
      for (guint i = 0; lines[i] != NULL; i++)
        g_assert_cmpuint (strlen (lines[i]), <=, MAX (length + 9, IMF_LINE_CHARACTERS_WANTED));
    }
}

static void
test_prepend (void)
{
  g_autoptr (GBytes) message = g_bytes_new_static ("A: b\r\n\r\nx", 9);
  g_autoptr (GBytes) more = imf_prepend_field (message, "Received", "by a.example");
  g_autoptr (GBytes) most = imf_prepend_field (more, "Received", "by b.example");
  g_autofree char *text = bytes_to_text (most);

  g_assert_cmpstr (text, ==, "Received: by b.example\r\nReceived: by a.example\r\nA: b\r\n\r\nx");
  g_assert_cmpuint (imf_count_fields (most, "received"), ==, 2);
  g_assert_cmpuint (imf_count_fields (message, "received"), ==, 0);
  g_assert_true (imf_has_field (most, "a"));
  g_assert_false (imf_has_field (most, "x"));
}

static const struct
{
  ImfReceived received;
  const char *value;
} received_cases[] = {
  { { "a.example", "192.0.2.1", "b.example", "ESMTP", "1a", "bob@b.example", MORNING },
    "from a.example ([192.0.2.1]) by b.example with ESMTP id 1a for <bob@b.example>; "
    "Tue, 24 Nov 2026 08:00:00 +0000" },
  { { "a.example", "2001:db8::1", "b.example", NULL, NULL, NULL, MORNING },
    "from a.example ([IPv6:2001:db8::1]) by b.example; Tue, 24 Nov 2026 08:00:00 +0000" },
  { { "[192.0.2.9]", "192.0.2.1", "b.example", NULL, NULL, NULL, MORNING },
    "from [192.0.2.9] ([192.0.2.1]) by b.example; Tue, 24 Nov 2026 08:00:00 +0000" },
  { { NULL, "192.0.2.1", "b.example", NULL, NULL, NULL, MORNING },
    "from [192.0.2.1] by b.example; Tue, 24 Nov 2026 08:00:00 +0000" },
  { { NULL, NULL, "b.example", NULL, NULL, NULL, MORNING },
    "by b.example; Tue, 24 Nov 2026 08:00:00 +0000" },
  { { "x (y\r\nBcc: \"z", NULL, "b.example", "a;b", "c d", "no path", MORNING },
    "from x??y??Bcc:??z by b.example with a?b id c?d; Tue, 24 Nov 2026 08:00:00 +0000" },
  { { NULL, NULL, "b.example", NULL, NULL, "\"a b\"@c.example", MORNING },
    "by b.example for <\"a b\"@c.example>; Tue, 24 Nov 2026 08:00:00 +0000" },
  { { NULL, NULL, "b.example", "ESMTPS", "1a", NULL, MORNING, "TLSv1.3 TLS_AES_256_GCM_SHA384" },
    "by b.example with ESMTPS (TLSv1.3 TLS_AES_256_GCM_SHA384) id 1a; "
    "Tue, 24 Nov 2026 08:00:00 +0000" },
  { { NULL, NULL, "b.example", NULL, NULL, NULL, MORNING, "x) (y" },
    "by b.example (x? ?y); Tue, 24 Nov 2026 08:00:00 +0000" },
};

static void
test_received (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (received_cases); i++)
    {
      g_autofree char *value = imf_format_received (&received_cases[i].received);
      ImfDate          date;
      WireScan         scan;

      g_assert_cmpstr (value, ==, received_cases[i].value);
      wire_scan_init (&scan, (const guint8 *) value, strlen (value), NULL);
      g_assert_true (imf_scan_received (&scan, &date));
      g_assert_true (wire_scan_at_end (&scan));
      g_assert_cmpint (date.time_us, ==, received_cases[i].received.date.time_us);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (fold_cases); i++)
    {
      g_autofree char *path = g_strconcat ("/imf-composer/fold/", fold_cases[i].name, NULL);

      g_test_add_data_func (path, &fold_cases[i], test_fold);
    }
  g_test_add_func ("/imf-composer/fold-is-undone", test_fold_is_undone);
  g_test_add_func ("/imf-composer/prepend", test_prepend);
  g_test_add_func ("/imf-composer/received", test_received);
  return g_test_run ();
}
