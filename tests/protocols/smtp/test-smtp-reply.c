/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <smtp/smtp-grammar.h>
#include <smtp/smtp-reply.h>

#include <string.h>

static const struct
{
  const char *unit;
  guint       code; /* 0: it is no reply */
  const char *text;
} parse_cases[] = {
  { "250 OK\r\n", 250, "OK" },
  { "250\r\n", 250, "" },
  { "250 \r\n", 250, "" },
  { "250  two\r\n", 250, " two" },
  { "250 lf\n", 250, "lf" },
  { "250-b.example\r\n250-SIZE 10\r\n250 HELP\r\n", 250, "b.example\nSIZE 10\nHELP" },
  { "250-\r\n250\r\n", 250, "\n" },
  { "550 5.1.1 No\xc3\xb6\r\n", 550, "5.1.1 No\xc3\xb6" },
  { "599 x\r\n", 599, "x" },
  { "", 0, NULL },
  { "250", 0, NULL },
  { "250 OK", 0, NULL },
  { "25 OK\r\n", 0, NULL },
  { "2500 OK\r\n", 0, NULL },
  { "150 OK\r\n", 0, NULL },
  { "650 OK\r\n", 0, NULL },
  { "250_OK\r\n", 0, NULL },
  { "250-OK\r\n", 0, NULL },
  { "250-OK\r\n251 OK\r\n", 0, NULL },
  { "250 OK\r\n250 OK\r\n", 0, NULL },
  { "250 a\rb\r\n", 0, NULL },
  { "\r\n", 0, NULL },
};

static void
test_parse (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (parse_cases); i++)
    {
      gsize              length = strlen (parse_cases[i].unit);
      g_autofree guint8 *copy = g_memdup2 (parse_cases[i].unit, length);
      SmtpReply          reply = { 0 };
      gboolean           is_reply = smtp_reply_parse (copy, length, &reply);

      g_assert_cmpint (is_reply, ==, parse_cases[i].code != 0);
      g_assert_cmpuint (reply.code, ==, parse_cases[i].code);
      g_assert_cmpstr (reply.text, ==, parse_cases[i].text);
      smtp_reply_clear (&reply);
    }
}

static const struct
{
  guint       code;
  const char *text;
  const char *unit;
} format_cases[] = {
  { 250, "OK", "250 OK\r\n" },
  { 250, "", "250 \r\n" },
  { 250, "a\nb\n\nc", "250-a\r\n250-b\r\n250-\r\n250 c\r\n" },
  { 250, "a\n", "250-a\r\n250 \r\n" },
  { 550, "a\r\nb\x01\x7f\tc", "550-a?\r\n550 b??\tc\r\n" },
};

static void
test_format (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (format_cases); i++)
    {
      g_autofree char *unit = smtp_reply_format (format_cases[i].code, format_cases[i].text);

      g_assert_cmpstr (unit, ==, format_cases[i].unit);
      g_assert_true (
          wire_matches (&smtp_grammar_reply, (const guint8 *) unit, strlen (unit)));
    }
}

static void
test_line_limit (void)
{
  const gsize room = SMTP_REPLY_LINE_BYTES_MAX - strlen ("250 \r\n");

  g_test_summary ("No line is longer than it may be, and no byte of the text gets lost.");
  for (gsize length = room - 1; length <= 3 * room + 1; length++)
    {
      g_autofree char *text = g_strnfill (length, 'x');
      g_autofree char *unit = smtp_reply_format (250, text);
      g_auto (GStrv) lines = g_strsplit (unit, "\r\n", -1);
      guint     n_lines = g_strv_length (lines) - 1;
      SmtpReply reply = { 0 };
      gsize     n_bytes = 0;

      g_assert_cmpuint (n_lines, ==, (length + room - 1) / room);
      for (guint i = 0; i < n_lines; i++)
        g_assert_cmpuint (strlen (lines[i]) + 2, <=, SMTP_REPLY_LINE_BYTES_MAX);
      g_assert_true (smtp_reply_parse ((const guint8 *) unit, strlen (unit), &reply));
      for (const char *c = reply.text; *c != '\0'; c++)
        n_bytes += *c == 'x';
      g_assert_cmpuint (n_bytes, ==, length);
      smtp_reply_clear (&reply);
    }
}

static void
test_last_line (void)
{
  g_assert_true (smtp_reply_is_last_line ((const guint8 *) "250 a\r\n", 7));
  g_assert_true (smtp_reply_is_last_line ((const guint8 *) "250\r\n", 5));
  g_assert_true (smtp_reply_is_last_line ((const guint8 *) "25\n", 3));
  g_assert_true (smtp_reply_is_last_line ((const guint8 *) "", 0));
  g_assert_true (smtp_reply_is_last_line ((const guint8 *) "SSH-2.0\r\n", 9));
  g_assert_true (smtp_reply_is_last_line ((const guint8 *) "x50-", 4));
  g_assert_true (smtp_reply_is_last_line ((const guint8 *) "2x0-", 4));
  g_assert_true (smtp_reply_is_last_line ((const guint8 *) "25x-", 4));
  g_assert_false (smtp_reply_is_last_line ((const guint8 *) "250-", 4));
}

static void
test_codes (void)
{
  /* RFC 5321 section 4.2.3, with 455 and 555 of section 4.1.1.11. */
  static const guint codes[] = { 211, 214, 220, 221, 250, 251, 252, 354, 421, 450, 451, 452,
                                 455, 500, 501, 502, 503, 504, 550, 551, 552, 553, 554, 555 };
  guint next = 0;

  for (guint code = 0; code < 1000; code++)
    {
      gboolean is_known = next < G_N_ELEMENTS (codes) && code == codes[next];

      g_assert_cmpint (smtp_code_get_meaning (code) != NULL, ==, is_known);
      next += is_known ? 1 : 0;
      g_assert_cmpint (smtp_code_is_positive (code), ==, code / 100 == 2);
      g_assert_cmpint (smtp_code_is_intermediate (code), ==, code / 100 == 3);
      g_assert_cmpint (smtp_code_is_temporary (code), ==, code / 100 == 4);
      g_assert_cmpint (smtp_code_is_permanent (code), ==, code / 100 == 5);
    }
  g_assert_cmpuint (next, ==, G_N_ELEMENTS (codes));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/smtp/reply/parse", test_parse);
  g_test_add_func ("/smtp/reply/format", test_format);
  g_test_add_func ("/smtp/reply/line-limit", test_line_limit);
  g_test_add_func ("/smtp/reply/last-line", test_last_line);
  g_test_add_func ("/smtp/reply/codes", test_codes);
  return g_test_run ();
}
