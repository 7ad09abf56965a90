/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <imap/imap-write.h>

#include <string.h>

#define UTF8 IMAP_WRITE_UTF8

static const struct
{
  const char *text;
  gsize       length; /* 0: strlen */
  guint       flags;
  const char *string, *astring;
} strings[] = {
  { "", 0, 0, "\"\"", "\"\"" },
  { "abc", 0, 0, "\"abc\"", "abc" },
  { "a]b", 0, 0, "\"a]b\"", "a]b" },
  { "NIL", 0, 0, "\"NIL\"", "\"NIL\"" },
  { "nil", 0, 0, "\"nil\"", "\"nil\"" },
  { "NILS", 0, 0, "\"NILS\"", "NILS" },
  { "a b", 0, 0, "\"a b\"", "\"a b\"" },
  { "a(b)", 0, 0, "\"a(b)\"", "\"a(b)\"" },
  { "a{5}", 0, 0, "\"a{5}\"", "\"a{5}\"" },
  { "50%", 0, 0, "\"50%\"", "\"50%\"" },
  { "a*", 0, 0, "\"a*\"", "\"a*\"" },
  { "a\tb\x7f", 0, 0, "\"a\tb\x7f\"", "\"a\tb\x7f\"" },
  { "say \"\\\"", 0, 0, "\"say \\\"\\\\\\\"\"", "\"say \\\"\\\\\\\"\"" },
  { "a\r\nb", 0, 0, "{4}\r\na\r\nb", "{4}\r\na\r\nb" },
  { "a\nb", 0, UTF8, "{3}\r\na\nb", "{3}\r\na\nb" },
  { "\rb", 0, 0, "{2}\r\n\rb", "{2}\r\n\rb" },
  { "Gr\xc3\xbc\xc3\x9f" "e", 0, 0,
    "{7}\r\nGr\xc3\xbc\xc3\x9f" "e", "{7}\r\nGr\xc3\xbc\xc3\x9f" "e" },
  { "Gr\xc3\xbc\xc3\x9f" "e", 0, UTF8,
    "\"Gr\xc3\xbc\xc3\x9f" "e\"", "\"Gr\xc3\xbc\xc3\x9f" "e\"" },
  { "Gr\xfc", 0, UTF8, "{3}\r\nGr\xfc", "{3}\r\nGr\xfc" },
  { "a\0b", 3, 0, "~{3}\r\na\0b", NULL },
};

static void
test_strings (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (strings); i++)
    {
      gsize length = strings[i].length > 0 ? strings[i].length : strlen (strings[i].text);
      g_autoptr (GString) string = g_string_new ("x ");
      g_autoptr (GString) astring = g_string_new (NULL);
      g_autoptr (GString) nstring = g_string_new ("x ");

      imap_append_string (string, strings[i].text, length, strings[i].flags);
      if (strings[i].astring == NULL)
        {
          g_assert_cmpmem (string->str, string->len, "x ~{3}\r\na\0b", 11);
          continue;
        }
      g_assert_cmpstr (string->str + 2, ==, strings[i].string);
      imap_append_nstring (nstring, strings[i].text, strings[i].flags);
      g_assert_cmpstr (nstring->str, ==, string->str);
      imap_append_astring (astring, strings[i].text, strings[i].flags);
      g_assert_cmpstr (astring->str, ==, strings[i].astring);
    }
}

static void
test_long_strings (void)
{
  g_test_summary ("A quoted string has 1,000 octets at most.");
  for (gsize length = 999; length < 1002; length++)
    {
      g_autofree char *text = g_strnfill (length, 'a');
      g_autofree char *expected = length <= 1000 ? g_strdup_printf ("\"%s\"", text)
                                                 : g_strdup_printf ("{1001}\r\n%s", text);
      g_autoptr (GString) out = g_string_new (NULL);

      imap_append_string (out, text, length, 0);
      g_assert_cmpstr (out->str, ==, expected);
    }
}

static void
test_pieces (void)
{
  g_autoptr (GString) out = g_string_new (NULL);

  imap_append_nstring (out, NULL, 0);
  g_string_append_c (out, ' ');
  imap_append_delimiter (out, '/');
  imap_append_delimiter (out, '\\');
  imap_append_delimiter (out, '\0');
  g_string_append_c (out, ' ');
  imap_append_literal (out, (const guint8 *) "", 0);
  imap_append_literal (out, (const guint8 *) "a\0b", 3);
  g_assert_cmpmem (out->str, out->len, "NIL \"/\"\"\\\\\"NIL {0}\r\n{3}\r\na\0b", 28);
}

static void
test_atoms (void)
{
  static const char specials[] = "(){ %*\"\\]\x7f\x1f\t\xc3";

  g_assert_true (imap_is_atom ("ab+1$~}[.", 9));
  g_assert_false (imap_is_atom ("", 0));
  g_assert_false (imap_is_astring_atom ("", 0));
  g_assert_false (imap_is_atom ("a\0b", 3));
  for (guint i = 0; specials[i] != '\0'; i++)
    {
      char text[] = { 'a', specials[i], 'b' };

      g_assert_false (imap_is_atom (text, 3));
      g_assert_true (imap_is_astring_atom (text, 3) == (specials[i] == ']'));
    }
}

static void
test_mailboxes (void)
{
  static const struct { const char *name; guint flags; const char *written; } cases[] = {
    { "INBOX", 0, "INBOX" },
    { "Sent Items", 0, "\"Sent Items\"" },
    { "Entw\xc3\xbcrfe", 0, "Entw&APw-rfe" },
    { "Entw\xc3\xbcrfe", UTF8, "\"Entw\xc3\xbcrfe\"" },
    { "a&b", 0, "a&-b" },
    { "a&b", UTF8, "a&b" },
    { "NIL", 0, "\"NIL\"" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GString) out = g_string_new (NULL);

      imap_append_mailbox (out, cases[i].name, cases[i].flags);
      g_assert_cmpstr (out->str, ==, cases[i].written);
    }
}

static void
test_dates (void)
{
  static const struct { gint64 time_s; int zone; const char *written; } cases[] = {
    { 837596665, -420, "\"17-Jul-1996 02:44:25 -0700\"" }, /* RFC 9051 section 7.5.2 */
    { 0, 0, "\" 1-Jan-1970 00:00:00 +0000\"" },
    { -1, 330, "\" 1-Jan-1970 05:29:59 +0530\"" },
    { -1, -30, "\"31-Dec-1969 23:29:59 -0030\"" },
    { G_GINT64_CONSTANT (9000000000000), 0, "\" 1-Jan-1970 00:00:00 +0000\"" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      ImapDate date = { cases[i].time_s * G_USEC_PER_SEC, cases[i].zone };
      g_autoptr (GString) out = g_string_new (NULL);

      imap_append_date_time (out, &date);
      g_assert_cmpstr (out->str, ==, cases[i].written);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/imap/write/strings", test_strings);
  g_test_add_func ("/imap/write/long-strings", test_long_strings);
  g_test_add_func ("/imap/write/pieces", test_pieces);
  g_test_add_func ("/imap/write/atoms", test_atoms);
  g_test_add_func ("/imap/write/mailboxes", test_mailboxes);
  g_test_add_func ("/imap/write/dates", test_dates);
  return g_test_run ();
}
