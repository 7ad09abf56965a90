/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <imf/imf-date.h>

#include <string.h>

typedef struct
{
  const char *name;
  const char *text;
  const char *formatted; /* NULL: not a date-time */
  gint64      seconds;   /* since 1970 */
  guint       flags;
} Case;

#define OBSOLETE WIRE_SPAN_OBSOLETE
#define TOLERATED WIRE_SPAN_TOLERATED

static const Case cases[] = {
  { "plain", "Tue, 24 Nov 2026 08:00:00 +0000", "Tue, 24 Nov 2026 08:00:00 +0000", 1795507200, 0 },
  { "east", "Tue, 1 Jul 2003 10:52:37 +0200", "Tue, 1 Jul 2003 10:52:37 +0200", 1057049557, 0 },
  { "west", "Fri, 21 Nov 1997 09:55:06 -0600", "Fri, 21 Nov 1997 09:55:06 -0600", 880127706, 0 },
  { "half-hour", "Thu, 13 Feb 1969 23:32:54 -0330", "Thu, 13 Feb 1969 23:32:54 -0330", -27723426,
    0 },
  { "no-second", "Thu, 13 Feb 1969 23:32 -0330", "Thu, 13 Feb 1969 23:32:00 -0330", -27723480, 0 },
  { "no-day-name", "21 Nov 1997 09:55:06 -0600", "Fri, 21 Nov 1997 09:55:06 -0600", 880127706, 0 },
  { "zero-day", "01 Jan 1970 00:00:00 +0000", "Thu, 1 Jan 1970 00:00:00 +0000", 0, 0 },
  { "unknown-zone", "1 Jan 1970 00:00:01 -0000", "Thu, 1 Jan 1970 00:00:01 -0000", 1, 0 },
  { "before-midnight", "31 Dec 1969 23:59:59 +0000", "Wed, 31 Dec 1969 23:59:59 +0000", -1, 0 },
  { "leap-day", "29 Feb 2024 12:00:00 +0000", "Thu, 29 Feb 2024 12:00:00 +0000", 1709208000, 0 },
  { "leap-second", "31 Dec 2016 23:59:60 +0000", "Sun, 1 Jan 2017 00:00:00 +0000", 1483228800, 0 },
  { "comment-at-end", " Tue, 24 Nov 2026 08:00:00 +0000 (UTC)", "Tue, 24 Nov 2026 08:00:00 +0000",
    1795507200, 0 },
  { "no-space", "Tue,24 Nov 2026 08:00:00 +0000", "Tue, 24 Nov 2026 08:00:00 +0000", 1795507200,
    0 },
  { "case", "TUE, 24 nov 2026 08:00:00 +0000", "Tue, 24 Nov 2026 08:00:00 +0000", 1795507200, 0 },
  { "last", "31 Dec 9999 23:59:59 +0000", "Fri, 31 Dec 9999 23:59:59 +0000", 253402300799, 0 },

  /* RFC 5322 appendix A.5 and A.6 */
  { "folded",
    "Thu,\r\n      13\r\n        Feb\r\n          1969\r\n      23:32\r\n"
    "               -0330 (Newfoundland Time)",
    "Thu, 13 Feb 1969 23:32:00 -0330", -27723480, 0 },
  { "two-digit-year", "21 Nov 97 09:55:06 GMT", "Fri, 21 Nov 1997 09:55:06 +0000", 880106106,
    OBSOLETE },
  { "comments", "Fri, 21 Nov 1997 09(comment):   55  :  06 -0600",
    "Fri, 21 Nov 1997 09:55:06 -0600", 880127706, OBSOLETE },

  { "year-49", "1 Jan 49 00:00 +0000", "Fri, 1 Jan 2049 00:00:00 +0000", 2493072000, OBSOLETE },
  { "year-50", "1 Jan 50 00:00 +0000", "Sun, 1 Jan 1950 00:00:00 +0000", -631152000, OBSOLETE },
  { "year-100", "1 Jan 100 00:00 +0000", "Sat, 1 Jan 2000 00:00:00 +0000", 946684800, OBSOLETE },
  { "zone-ut", "1 Jan 1970 00:00 UT", "Thu, 1 Jan 1970 00:00:00 +0000", 0, OBSOLETE },
  { "zone-est", "1 Jan 1970 00:00 est", "Thu, 1 Jan 1970 00:00:00 -0500", 18000, OBSOLETE },
  { "zone-pdt", "1 Jan 1970 00:00 PDT", "Thu, 1 Jan 1970 00:00:00 -0700", 25200, OBSOLETE },
  { "zone-military", "1 Jan 1970 00:00 A", "Thu, 1 Jan 1970 00:00:00 -0000", 0, OBSOLETE },
  { "zone-unheard-of", "1 Jan 1970 00:00 MESZ", "Thu, 1 Jan 1970 00:00:00 -0000", 0, TOLERATED },

  { "wrong-day-name", "Mon, 24 Nov 2026 08:00:00 +0000", "Tue, 24 Nov 2026 08:00:00 +0000",
    1795507200, TOLERATED },
  { "no-comma", "Tue 24 Nov 2026 08:00:00 +0000", "Tue, 24 Nov 2026 08:00:00 +0000", 1795507200,
    TOLERATED },
  { "whole-names", "Tuesday, 24 November 2026 08:00:00 +0000", "Tue, 24 Nov 2026 08:00:00 +0000",
    1795507200, TOLERATED },
  { "hyphens", "24-Nov-2026 08:00:00 +0000", "Tue, 24 Nov 2026 08:00:00 +0000", 1795507200,
    TOLERATED },
  { "one-digit-hour", "24 Nov 2026 8:00:00 +0000", "Tue, 24 Nov 2026 08:00:00 +0000", 1795507200,
    TOLERATED },
  { "no-zone", "24 Nov 2026 08:00:00", "Tue, 24 Nov 2026 08:00:00 -0000", 1795507200, TOLERATED },

  { "not-empty", "", NULL, 0, 0 },
  { "not-day", "30 Feb 2026 00:00:00 +0000", NULL, 0, 0 },
  { "not-day-zero", "0 Jan 2026 00:00:00 +0000", NULL, 0, 0 },
  { "not-leap-year", "29 Feb 1900 00:00:00 +0000", NULL, 0, 0 },
  { "not-year-zero", "1 Jan 0000 00:00:00 +0000", NULL, 0, 0 },
  { "not-hour", "1 Jan 2026 24:00:00 +0000", NULL, 0, 0 },
  { "not-minute", "1 Jan 2026 00:60:00 +0000", NULL, 0, 0 },
  { "not-second", "1 Jan 2026 00:00:61 +0000", NULL, 0, 0 },
  { "not-offset", "1 Jan 2026 00:00:00 +0060", NULL, 0, 0 },
  { "not-short-offset", "1 Jan 2026 00:00:00 +01", NULL, 0, 0 },
  { "not-month", "1 Foo 2026 00:00:00 +0000", NULL, 0, 0 },
  { "not-short-month", "1 Ja 2026 00:00:00 +0000", NULL, 0, 0 },
  { "not-day-name", "Foo, 1 Jan 2026 00:00:00 +0000", NULL, 0, 0 },
  { "not-long-year", "1 Jan 12026 00:00:00 +0000", NULL, 0, 0 },
  { "not-rest", "1 Jan 2026 00:00:00 +0000 x", NULL, 0, 0 },
  { "not-time", "1 Jan 2026", NULL, 0, 0 },
  { "not-long-zone", "1 Jan 2026 00:00:00 Newfoundland", NULL, 0, 0 },
};

static void
test_parse (gconstpointer data)
{
  const Case      *test = data;
  gsize            length = strlen (test->text);
  g_autofree char *copy = g_memdup2 (test->text, length);
  g_autofree char *formatted = NULL;
  ImfDate          date = { 42, 42, FALSE };
  WireScan         scan;

  g_assert_true (imf_date_parse (copy, length, &date) == (test->formatted != NULL));
  if (test->formatted == NULL)
    {
      g_assert_cmpint (date.time_us, ==, 42);
      return;
    }
  g_assert_cmpint (date.time_us, ==, test->seconds * G_USEC_PER_SEC);
  formatted = imf_date_format (&date);
  g_assert_cmpstr (formatted, ==, test->formatted);
  wire_scan_init (&scan, (const guint8 *) copy, length, NULL);
  g_assert_true (imf_scan_date_time (&scan, NULL));
  g_assert_cmphex (scan.flags, ==, test->flags);
}

static void
test_format (void)
{
  static const struct
  {
    ImfDate     date;
    const char *text;
  } dates[] = {
    { { 999999, 0, FALSE }, "Thu, 1 Jan 1970 00:00:00 +0000" },
    { { -1, 0, FALSE }, "Wed, 31 Dec 1969 23:59:59 +0000" },
    { { 0, -570, FALSE }, "Wed, 31 Dec 1969 14:30:00 -0930" },
    { { 0, 0, TRUE }, "Thu, 1 Jan 1970 00:00:00 -0000" },
    { { G_MAXINT64, 0, FALSE }, "Fri, 31 Dec 9999 23:59:59 +0000" },
    { { G_MAXINT64, 60, FALSE }, "Fri, 31 Dec 9999 23:59:59 +0100" },
    { { G_MININT64, 0, FALSE }, "Mon, 1 Jan 0001 00:00:00 +0000" },
    { { G_MININT64, -60, FALSE }, "Mon, 1 Jan 0001 00:00:00 -0100" },
    { { 0, G_MAXINT, FALSE }, "Mon, 5 Jan 1970 03:59:00 +9959" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (dates); i++)
    {
      g_autofree char *text = imf_date_format (&dates[i].date);

      g_assert_cmpstr (text, ==, dates[i].text);
    }
}

static void
test_round_trip (void)
{
  g_test_summary ("A day of every month of 400 years is written and read back.");
  for (gint64 time_us = -400 * 365 * (gint64) 86400 * G_USEC_PER_SEC; time_us < 0;
       time_us += (gint64) 27 * 86400 * G_USEC_PER_SEC + 3661 * (gint64) G_USEC_PER_SEC)
    {
      ImfDate          date = { time_us, (int) (time_us % 720), FALSE };
      ImfDate          again;
      g_autofree char *text = imf_date_format (&date);

      g_assert_true (imf_date_parse (text, strlen (text), &again));
      g_assert_cmpint (again.time_us, ==, date.time_us);
      g_assert_cmpint (again.zone_minutes, ==, date.zone_minutes);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/imf-date/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_parse);
    }
  g_test_add_func ("/imf-date/format", test_format);
  g_test_add_func ("/imf-date/round-trip", test_round_trip);
  return g_test_run ();
}
