/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <smtp/smtp-mailbox.h>
#include <smtp/smtp-profile.h>

#include <string.h>

#define O_UMLAUT "\303\266"
#define L60 "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefgh"

static const struct
{
  const char *mailbox, *local_part, *domain;
} split_cases[] = {
  { "x@a.example", "x", "a.example" },
  { "postmaster", "postmaster", NULL },
  { "\"x\"@a.example", "x", "a.example" },
  { "\"x y\"@a.example", "x y", "a.example" },
  { "\"x\\\"@\\\\\"@a.example", "x\"@\\", "a.example" },
  { "\"a@b\"@c.example", "a@b", "c.example" },
  { "x@[tag:a@b]", "x", "[tag:a@b]" },
  { "\"x", "\"x", NULL },
  { "\"x\\", "\"x\\", NULL },
  { "", "", NULL },
};

static void
test_split (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (split_cases); i++)
    {
      g_autofree char *local_part = NULL;
      g_autofree char *domain = NULL;

      smtp_mailbox_split (split_cases[i].mailbox, &local_part, &domain);
      g_assert_cmpstr (local_part, ==, split_cases[i].local_part);
      g_assert_cmpstr (domain, ==, split_cases[i].domain);
    }
}

/* What each takes to be let pass; NO_MATCH for what nobody lets pass. */
#define NO_MATCH G_MAXUINT

static const struct
{
  const char *text;
  guint       leniencies;
  gboolean    is_utf8;
} mailboxes[] = {
  { "x@a.example", 0, FALSE },
  { "!#$%&'*+-/=?^_`{|}~@a.example", 0, FALSE },
  { "x.y.z@a", 0, FALSE },
  { "x@1.example", 0, FALSE },
  { "x@a-b.example", 0, FALSE },
  { "x@-a", NO_MATCH, FALSE },
  { "x@a-", NO_MATCH, FALSE },
  { "x@a..b", NO_MATCH, FALSE },
  { "x@", NO_MATCH, FALSE },
  { "@a", NO_MATCH, FALSE },
  { "x", NO_MATCH, FALSE },
  { "", NO_MATCH, FALSE },
  { "x y@a", NO_MATCH, FALSE },
  { "x(y)@a", NO_MATCH, FALSE },
  { "x@a b", NO_MATCH, FALSE },
  { "x@@a", NO_MATCH, FALSE },
  { "x\\@a", NO_MATCH, FALSE },
  { "\"x y\"@a", 0, FALSE },
  { "\"x\\\"y\\\\\"@a", 0, FALSE },
  { "\"x\"y\"@a", NO_MATCH, FALSE },
  { "\"x.\".y@a", NO_MATCH, FALSE },
  { "\"x\ny\"@a", NO_MATCH, FALSE },
  { ".x@a", SMTP_LENIENT_ODD_PATHS, FALSE },
  { "x.@a", SMTP_LENIENT_ODD_PATHS, FALSE },
  { "x..y@a", SMTP_LENIENT_ODD_PATHS, FALSE },
  { "x@a_b", SMTP_LENIENT_ODD_PATHS, FALSE },
  { "x@_a", SMTP_LENIENT_ODD_PATHS, FALSE },
  { O_UMLAUT "@a", 0, TRUE },
  { "x@" O_UMLAUT ".example", 0, TRUE },
  { "x." O_UMLAUT "@a." O_UMLAUT, 0, TRUE },
  { "\"" O_UMLAUT "\"@a", 0, TRUE },
  { "." O_UMLAUT "@a", SMTP_LENIENT_ODD_PATHS, TRUE },
  { "x@-" O_UMLAUT, NO_MATCH, TRUE },
  { "\303@a", NO_MATCH, FALSE },
  { "x@\355\240\200", NO_MATCH, FALSE }, /* a surrogate */
  { "x@\300\257", NO_MATCH, FALSE },      /* longer than need be */
  { L60 "abcd@a", 0, FALSE },
  { L60 "abcde@a", NO_MATCH, FALSE },
  { L60 "ab" O_UMLAUT "@a", 0, TRUE },
  { L60 "abc" O_UMLAUT "@a", NO_MATCH, TRUE }, /* octets count, not characters */
  { "x@[192.0.2.1]", 0, FALSE },
  { "x@[192.0.2.1", NO_MATCH, FALSE },
  { "x@[IPv6:::1]", 0, FALSE },
  { "x@[ipv6:1:2:3:4:5:6:7:8]", 0, FALSE },
  { "x@[IPv6:1:2:3:4:5:6:7:8:9]", NO_MATCH, FALSE },
  { "x@[IPv6:1:2:3:4::5:6:7]", NO_MATCH, FALSE }, /* "::" stands for two groups at least */
  { "x@[IPv6:1:2:3::4:5:6]", 0, FALSE },
  { "x@[IPv6:]", NO_MATCH, FALSE },
  { "x@[tag:x y]", NO_MATCH, FALSE },
  { "x@[" O_UMLAUT "]", NO_MATCH, FALSE },
};

static void
test_mailboxes (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (mailboxes); i++)
    {
      gsize              length = strlen (mailboxes[i].text);
      g_autofree guint8 *exact = g_memdup2 (mailboxes[i].text, length);
      g_autofree char   *escaped = g_strescape (mailboxes[i].text, NULL);
      SmtpNeeds          needs = { 0 };
      WireScan           scan;
      gboolean           matched;

      g_test_message ("%s", escaped);
      wire_scan_init (&scan, exact, length, NULL);
      matched = smtp_scan_mailbox (&scan, &needs) && wire_scan_at_end (&scan);
      g_assert_cmpint (matched, ==, mailboxes[i].leniencies != NO_MATCH);
      if (matched)
        {
          g_assert_cmphex (needs.leniencies, ==, mailboxes[i].leniencies);
          g_assert_cmpint (needs.is_utf8, ==, mailboxes[i].is_utf8);
        }
      for (guint may_be_utf8 = 0; may_be_utf8 < 2; may_be_utf8++)
        g_assert_cmpint (smtp_mailbox_is_valid (mailboxes[i].text, may_be_utf8), ==,
                         mailboxes[i].leniencies == 0 && (may_be_utf8 || !mailboxes[i].is_utf8));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/smtp/mailbox/split", test_split);
  g_test_add_func ("/smtp/mailbox/mailboxes", test_mailboxes);
  return g_test_run ();
}
