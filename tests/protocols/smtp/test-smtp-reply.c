/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <smtp/smtp-grammar.h>
#include <smtp/smtp-reply.h>
#include <smtp/smtp-status.h>

#include <string.h>

static const struct
{
  const char *unit;
  guint       code; /* 0: it is no reply */
  const char *status;
  const char *text;
} parse_cases[] = {
  { "250 OK\r\n", 250, NULL, "OK" },
  { "250\r\n", 250, NULL, "" },
  { "250 \r\n", 250, NULL, "" },
  { "250  two\r\n", 250, NULL, " two" },
  { "250 lf\n", 250, NULL, "lf" },
  { "250-b.example\r\n250-SIZE 10\r\n250 HELP\r\n", 250, NULL, "b.example\nSIZE 10\nHELP" },
  { "250-\r\n250\r\n", 250, NULL, "\n" },
  { "550 5.1.1 No\xc3\xb6\r\n", 550, "5.1.1", "No\xc3\xb6" },
  { "250 2.0.0\r\n", 250, "2.0.0", "" },
  { "250 2.0.0 \r\n", 250, "2.0.0", "" },
  { "250 2.0.0  x\r\n", 250, "2.0.0", " x" },
  { "451 4.123.999 x\r\n", 451, "4.123.999", "x" },
  { "250-2.1.5 a\r\n250 2.1.5 b\r\n", 250, "2.1.5", "a\nb" },
  { "250-2.1.5 a\r\n250 2.1.50 b\r\n", 250, NULL, "2.1.5 a\n2.1.50 b" },
  { "250-2.1.50 a\r\n250 2.1.5 b\r\n", 250, NULL, "2.1.50 a\n2.1.5 b" },
  { "250-2.1.5 a\r\n250 b\r\n", 250, NULL, "2.1.5 a\nb" },
  { "250-2.1.5 a\r\n250\r\n", 250, NULL, "2.1.5 a\n" },
  { "250-\r\n250 2.1.5 a\r\n", 250, NULL, "\n2.1.5 a" },
  { "250-b\r\n250 2.1.5 a\r\n", 250, NULL, "b\n2.1.5 a" },
  { "550 2.1.1 x\r\n", 550, NULL, "2.1.1 x" },
  { "354 2.1.1 x\r\n", 354, NULL, "2.1.1 x" },
  { "550 5.1 x\r\n", 550, NULL, "5.1 x" },
  { "550 5.1.1x\r\n", 550, NULL, "5.1.1x" },
  { "550 5.1.1234 x\r\n", 550, NULL, "5.1.1234 x" },
  { "599 x\r\n", 599, NULL, "x" },
  { "334 PDE=\r\n", 334, NULL, "PDE=" },
  { "", 0, NULL, NULL },
  { "250", 0, NULL, NULL },
  { "250 OK", 0, NULL, NULL },
  { "25 OK\r\n", 0, NULL, NULL },
  { "2500 OK\r\n", 0, NULL, NULL },
  { "150 OK\r\n", 0, NULL, NULL },
  { "650 OK\r\n", 0, NULL, NULL },
  { "250_OK\r\n", 0, NULL, NULL },
  { "250\tOK\r\n", 0, NULL, NULL },
  { "250-OK\r\n", 0, NULL, NULL },
  { "250-OK\r\n251 OK\r\n", 0, NULL, NULL },
  { "250 OK\r\n250 OK\r\n", 0, NULL, NULL },
  { "250 a\rb\r\n", 0, NULL, NULL },
  { "\r\n", 0, NULL, NULL },
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
      g_assert_cmpstr (reply.status, ==, parse_cases[i].status);
      g_assert_cmpstr (reply.text, ==, parse_cases[i].text);
      smtp_reply_clear (&reply);
    }
}

static const struct
{
  guint       code;
  const char *status;
  const char *text;
  const char *unit;
} format_cases[] = {
  { 250, NULL, "OK", "250 OK\r\n" },
  { 250, NULL, "", "250 \r\n" },
  { 250, NULL, "a\nb\n\nc", "250-a\r\n250-b\r\n250-\r\n250 c\r\n" },
  { 250, NULL, "a\n", "250-a\r\n250 \r\n" },
  { 550, NULL, "a\r\nb\x01\x7f\tc", "550-a?\r\n550 b??\tc\r\n" },
  { 250, "2.0.0", "OK", "250 2.0.0 OK\r\n" },
  { 250, "2.0.0", "", "250 2.0.0 \r\n" },
  { 551, "5.7.1", "a\nb", "551-5.7.1 a\r\n551 5.7.1 b\r\n" },
  { 354, "2.0.0", "a", "354 a\r\n" },
  { 550, "2.0.0", "a", "550 a\r\n" },
};

static void
test_format (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (format_cases); i++)
    {
      g_autofree char *unit = smtp_reply_format (format_cases[i].code, format_cases[i].status,
                                                 format_cases[i].text);

      g_assert_cmpstr (unit, ==, format_cases[i].unit);
      g_assert_true (
          wire_matches (&smtp_grammar_reply, (const guint8 *) unit, strlen (unit)));
    }
}

static void
test_line_limit (gconstpointer data)
{
  const char *status = data;
  const gsize room =
      SMTP_REPLY_LINE_BYTES_MAX - strlen ("250 \r\n") - (status != NULL ? strlen ("2.1.50 ") : 0);

  g_test_summary ("No line is longer than it may be, and no byte of the text gets lost.");
  for (gsize length = room - 1; length <= 3 * room + 1; length++)
    {
      g_autofree char *text = g_strnfill (length, 'x');
      g_autofree char *unit = smtp_reply_format (250, status, text);
      g_auto (GStrv) lines = g_strsplit (unit, "\r\n", -1);
      guint     n_lines = g_strv_length (lines) - 1;
      SmtpReply reply = { 0 };
      gsize     n_bytes = 0;

      g_assert_cmpuint (n_lines, ==, (length + room - 1) / room);
      for (guint i = 0; i < n_lines; i++)
        g_assert_cmpuint (strlen (lines[i]) + 2, <=, SMTP_REPLY_LINE_BYTES_MAX);
      g_assert_true (smtp_reply_parse ((const guint8 *) unit, strlen (unit), &reply));
      g_assert_cmpstr (reply.status, ==, status);
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
  /* RFC 5321 section 4.2.3, with 455 and 555 of section 4.1.1.11; RFC 4954 section 6; RFC 7504. */
  static const guint codes[] = { 211, 214, 220, 221, 235, 250, 251, 252, 334, 354, 421,
                                 432, 450, 451, 452, 454, 455, 500, 501, 502, 503, 504,
                                 521, 530, 534, 535, 538, 550, 551, 552, 553, 554, 555, 556 };
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

static void
test_statuses (void)
{
  static const struct
  {
    const char *text;
    gsize       length; /* 0: it is none */
    SmtpStatus  status;
  } cases[] = {
    { "2.0.0", 5, { 2, 0, 0 } },       { "4.2.2 full", 5, { 4, 2, 2 } },
    { "5.123.999", 9, { 5, 123, 999 } }, { "5.7.10.", 6, { 5, 7, 10 } },
    { "3.0.0", 0, { 0 } },             { "1.0.0", 0, { 0 } },
    { "5.0", 0, { 0 } },               { "5.0.", 0, { 0 } },
    { "5..0", 0, { 0 } },              { "5.00.0", 0, { 0 } },
    { "5.0.01", 0, { 0 } },            { "5.1234.0", 0, { 0 } },
    { "5.0.1234", 0, { 0 } },          { "55.0.0", 0, { 0 } },
    { "", 0, { 0 } },                  { "5.1.x", 0, { 0 } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gsize            length = strlen (cases[i].text);
      g_autofree char *copy = g_memdup2 (cases[i].text, length);
      SmtpStatus       status = { 0 };

      g_assert_cmpuint (smtp_status_parse (copy, length, &status), ==, cases[i].length);
      g_assert_cmpuint (status.class, ==, cases[i].status.class);
      g_assert_cmpuint (status.subject, ==, cases[i].status.subject);
      g_assert_cmpuint (status.detail, ==, cases[i].status.detail);
      g_assert_cmpint (smtp_status_is_valid (cases[i].text), ==,
                       length > 0 && cases[i].length == length);
    }
}

static void
test_status_meanings (void)
{
  /* How many details from 0 on each subject has (RFC 3463 section 3, RFC 5248 section 2.4 and
   * later), but 1.9, 7.15 and on: those are not among the texts at hand, but for these. */
  static const guint n_details[] = { 1, 9, 5, 6, 8, 7, 11, 15 };
  static const SmtpStatus others[] = { { 5, 1, 10 }, { 5, 7, 27 }, { 5, 7, 30 } };

  for (guint subject = 0; subject < 9; subject++)
    for (guint detail = 0; detail < 40; detail++)
      {
        SmtpStatus status = { 5, subject, detail };
        gboolean   is_known =
            subject < G_N_ELEMENTS (n_details) && detail < n_details[subject];

        for (guint i = 0; i < G_N_ELEMENTS (others); i++)
          is_known |= others[i].subject == subject && others[i].detail == detail;
        g_assert_cmpint (smtp_status_get_meaning (&status) != NULL, ==, is_known);
      }
  for (guint i = 0; i < 10; i++)
    {
      g_assert_cmpint (smtp_status_get_class_meaning (i) != NULL, ==, i == 2 || i == 4 || i == 5);
      g_assert_cmpint (smtp_status_get_subject_meaning (i) != NULL, ==, i < 8);
    }
}

static void
test_status_for_code (void)
{
  static const struct
  {
    guint       code;
    SmtpVerb    verb;
    const char *status;
  } cases[] = {
    { 220, SMTP_VERB_UNKNOWN, NULL },     { 220, SMTP_VERB_STARTTLS, "2.0.0" },
    { 250, SMTP_VERB_EHLO, NULL },        { 250, SMTP_VERB_HELO, NULL },
    { 250, SMTP_VERB_LHLO, NULL },        { 501, SMTP_VERB_EHLO, "5.5.4" },
    { 354, SMTP_VERB_DATA, NULL },        { 334, SMTP_VERB_AUTH, NULL },
    { 250, SMTP_VERB_MAIL, "2.1.0" },     { 250, SMTP_VERB_RCPT, "2.1.5" },
    { 250, SMTP_VERB_DATA, "2.6.0" },     { 250, SMTP_VERB_RSET, "2.0.0" },
    { 221, SMTP_VERB_QUIT, "2.0.0" },     { 235, SMTP_VERB_AUTH, "2.7.0" },
    { 252, SMTP_VERB_VRFY, "2.5.0" },     { 421, SMTP_VERB_UNKNOWN, "4.3.2" },
    { 452, SMTP_VERB_RCPT, "4.2.2" },     { 452, SMTP_VERB_DATA, "4.3.1" },
    { 500, SMTP_VERB_UNKNOWN, "5.5.2" },  { 502, SMTP_VERB_TURN, "5.5.1" },
    { 535, SMTP_VERB_AUTH, "5.7.8" },     { 550, SMTP_VERB_RCPT, "5.1.1" },
    { 550, SMTP_VERB_MAIL, "5.1.0" },     { 552, SMTP_VERB_MAIL, "5.3.4" },
    { 554, SMTP_VERB_UNKNOWN, "5.3.2" },  { 554, SMTP_VERB_DATA, "5.0.0" },
    { 555, SMTP_VERB_RCPT, "5.5.4" },     { 499, SMTP_VERB_NOOP, "4.0.0" },
    { 599, SMTP_VERB_NOOP, "5.0.0" },     { 650, SMTP_VERB_NOOP, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpstr (smtp_status_for_code (cases[i].code, cases[i].verb), ==, cases[i].status);
  for (guint code = 0; code < 1000; code++)
    for (SmtpVerb verb = SMTP_VERB_UNKNOWN; verb < SMTP_N_VERBS; verb++)
      {
        const char *status = smtp_status_for_code (code, verb);

        if (status == NULL)
          continue;
        g_assert_true (smtp_status_is_valid (status));
        g_assert_cmpuint ((guint) (status[0] - '0'), ==, code / 100);
      }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/smtp/reply/parse", test_parse);
  g_test_add_func ("/smtp/reply/format", test_format);
  g_test_add_data_func ("/smtp/reply/line-limit", NULL, test_line_limit);
  g_test_add_data_func ("/smtp/reply/line-limit-with-status", "2.1.50", test_line_limit);
  g_test_add_func ("/smtp/reply/last-line", test_last_line);
  g_test_add_func ("/smtp/reply/codes", test_codes);
  g_test_add_func ("/smtp/status/parse", test_statuses);
  g_test_add_func ("/smtp/status/meanings", test_status_meanings);
  g_test_add_func ("/smtp/status/for-code", test_status_for_code);
  return g_test_run ();
}
