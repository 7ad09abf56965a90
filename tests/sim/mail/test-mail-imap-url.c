/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <mail/mail-imap-url.h>

/* Relative IMAP URLs (RFC 4469 section 3). */

static const struct
{
  const char *text;
  const char *read; /* "mailbox|UIDVALIDITY|UID|section|offset.length"; NULL: refused */
} cases[] = {
  { "/INBOX/;UID=20", "INBOX|0|20||" },
  { "/inbox;UIDVALIDITY=385759045/;UID=20/;SECTION=1.MIME", "INBOX|385759045|20|1.MIME|" },
  { "/Drafts;UIDVALIDITY=385759045/;UID=20/;section=HEADER", "Drafts|385759045|20|HEADER|" },
  { "Drafts/;UID=3", "Drafts|0|3||" },
  { "/a/b%20c/;uid=3/;partial=7", "a/b c|0|3||7.18446744073709551615" },
  { "/;UID=3/;PARTIAL=0.1024", "-|0|3||0.1024" },
  { ";UID=3/;SECTION=TEXT/;PARTIAL=5.6", "-|0|3|TEXT|5.6" },
  { "/x/;UID=4294967295/;SECTION=HEADER.FIELDS%20(Date%20From)",
    "x|0|4294967295|HEADER.FIELDS (Date From)|" },
  { "/gr%C3%BC%C3%9Fe/;UID=1", "gr\303\274\303\237e|0|1||" },
  { "/x/;UID=1/;SECTION=", "x|0|1||" },
  { "", NULL },
  { "/", NULL },
  { "/INBOX", NULL },
  { "/INBOX;UID=20", NULL },
  { "/INBOX/;UID=0", NULL },
  { "/INBOX/;UID=", NULL },
  { "/INBOX/;UID=x", NULL },
  { "/INBOX/;UID=4294967296", NULL },
  { "/INBOX/;UID=99999999999999999999999", NULL },
  { "/INBOX/;UID=1/", NULL },
  { "/INBOX/;UID=1/;SECTION=HEADER.FOO", NULL },
  { "/INBOX/;UID=1/;SECTION=1%", NULL },
  { "/INBOX/;UID=1/;SECTION=1%00", NULL },
  { "/INBOX/;UID=1/;SECTION=1]x[", NULL },
  { "/INBOX/;UID=1/;PARTIAL=", NULL },
  { "/INBOX/;UID=1/;PARTIAL=1.", NULL },
  { "/INBOX/;UID=1/;PARTIAL=1.2/;SECTION=1", NULL },
  { "/INBOX/;UID=1;URLAUTH=anonymous", NULL },
  { "/INBOX;UIDVALIDITY=x/;UID=1", NULL },
  { "/INBOX;OTHER=1/;UID=1", NULL },
  { "/%FF/;UID=1", NULL },
  { "/%00/;UID=1", NULL },
  { "/%/;UID=1", NULL },
  { "//server/INBOX/;UID=1", NULL },
  { "imap://server/INBOX/;UID=1", NULL },
};

static char *
format (const MailImapUrl *url)
{
  GString *out = g_string_new (url->mailbox != NULL ? url->mailbox : "-");

  g_string_append_printf (out, "|%u|%u|", url->uid_validity, url->uid);
  imap_section_append (&url->section, out);
  g_string_append_c (out, '|');
  if (url->is_partial)
    g_string_append_printf (out, "%" G_GUINT64_FORMAT ".%" G_GUINT64_FORMAT, url->partial_offset,
                            url->partial_length);
  return g_string_free (out, FALSE);
}

static void
test_urls (void)
{
  g_test_summary ("A URL names a message or a part of one, or it is refused.");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      MailImapUrl      url = { 0 };
      gboolean         matched = mail_imap_url_parse (cases[i].text, &url);
      g_autofree char *read = matched ? format (&url) : NULL;

      g_test_message ("%s", cases[i].text);
      g_assert_cmpstr (read, ==, cases[i].read);
      mail_imap_url_clear (&url);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mail-imap/url", test_urls);
  return g_test_run ();
}
