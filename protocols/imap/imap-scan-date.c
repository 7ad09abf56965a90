/* SPDX-License-Identifier: GPL-3.0-or-later */
#define WIRE_MODULE "imap"
#include "imap-scan.h"

#include "imap-deviation.h"

WIRE_ELEMENT (date, "Date", 9051, "9");
WIRE_ELEMENT (date_time, "Date and time", 9051, "9");
WIRE_ELEMENT (date_text, "Day", 9051, "9");
WIRE_ELEMENT (time_of_day, "Time of day", 9051, "9");
WIRE_ELEMENT (zone, "Zone", 9051, "9");

static const ImapWord months[] = {
  IMAP_WORD ("JAN"), IMAP_WORD ("FEB"), IMAP_WORD ("MAR"), IMAP_WORD ("APR"),
  IMAP_WORD ("MAY"), IMAP_WORD ("JUN"), IMAP_WORD ("JUL"), IMAP_WORD ("AUG"),
  IMAP_WORD ("SEP"), IMAP_WORD ("OCT"), IMAP_WORD ("NOV"), IMAP_WORD ("DEC"),
};

/* Just so many digits, at most @max. */
static gboolean
scan_digits (WireScan *scan, guint n_digits, guint max, guint *out_value)
{
  gsize   start = scan->pos;
  guint64 value;

  if (!wire_scan_number (scan, n_digits, n_digits, &value))
    return FALSE;
  if (value > max)
    {
      scan->pos = start;
      return wire_scan_fail (scan);
    }
  *out_value = (guint) value;
  return TRUE;
}

/* "-" date-month "-" date-year, and whether there is such a day */
static gboolean
scan_month_and_year (WireScan *scan, guint day, ImapDay *out_day)
{
  gsize start = scan->pos;
  guint year;
  int   month;

  if (!wire_scan_byte (scan, '-'))
    return FALSE;
  month = scan->length - scan->pos >= 3
              ? imap_word_find (months, G_N_ELEMENTS (months), scan->data + scan->pos, 3)
              : -1;
  if (month < 0)
    return wire_scan_fail (scan);
  scan->pos += 3;
  if (!wire_scan_byte (scan, '-') || !scan_digits (scan, 4, 9999, &year))
    return FALSE;
  if (!g_date_valid_dmy ((GDateDay) day, (GDateMonth) (month + 1), (GDateYear) year))
    {
      scan->pos = start;
      return wire_scan_fail (scan);
    }
  *out_day = (ImapDay){ (guint16) year, (guint8) (month + 1), (guint8) day };
  return TRUE;
}

/* date-text = date-day "-" date-month "-" date-year */
static gboolean
scan_date_text (WireScan *scan, ImapDay *out_day)
{
  guint64 day;

  return wire_scan_number (scan, 1, 2, &day) && scan_month_and_year (scan, (guint) day, out_day);
}

/* date = date-text / DQUOTE date-text DQUOTE */
gboolean
imap_scan_date (ImapScan *self, ImapDay *out_day)
{
  WireScan *scan = self->scan;
  ImapDay   day;
  WireMark  mark;
  gboolean  is_quoted;
  gboolean  matched;

  if (self->is_cut)
    return TRUE;
  mark = wire_scan_begin (scan, &date);
  is_quoted = wire_scan_peek (scan) == '"';
  scan->pos += is_quoted;
  matched = scan_date_text (scan, &day) && (!is_quoted || wire_scan_byte (scan, '"'));
  if (matched)
    *out_day = day;
  return wire_scan_end (scan, mark, matched);
}

/* date-day-fixed "-" date-month "-" date-year */
static gboolean
scan_fixed_day (ImapScan *self, ImapDay *out_day)
{
  WireScan *scan = self->scan;
  WireMark  mark = wire_scan_begin (scan, &date_text);
  guint     day;
  gboolean  matched;

  if (wire_scan_peek (scan) == ' ')
    {
      scan->pos++;
      matched = scan_digits (scan, 1, 9, &day);
    }
  else if (wire_scan_peek_at (scan, 1) == '-')
    matched = imap_scan_deviate (self, &imap_deviation_unpadded_day) &&
              scan_digits (scan, 1, 9, &day);
  else
    matched = scan_digits (scan, 2, 31, &day);
  return wire_scan_end (scan, mark, matched && scan_month_and_year (scan, day, out_day));
}

/* time = 2DIGIT ":" 2DIGIT ":" 2DIGIT */
static gboolean
scan_time (WireScan *scan, guint *out_seconds)
{
  WireMark mark = wire_scan_begin (scan, &time_of_day);
  guint    hours;
  guint    minutes;
  guint    seconds;
  gboolean matched;

  matched = scan_digits (scan, 2, 23, &hours) && wire_scan_byte (scan, ':') &&
            scan_digits (scan, 2, 59, &minutes) && wire_scan_byte (scan, ':') &&
            scan_digits (scan, 2, 60, &seconds); /* a leap second */
  if (matched)
    *out_seconds = (hours * 60 + minutes) * 60 + seconds;
  return wire_scan_end (scan, mark, matched);
}

/* zone = ("+" / "-") 4DIGIT */
static gboolean
scan_zone (WireScan *scan, int *out_minutes)
{
  WireMark mark = wire_scan_begin (scan, &zone);
  gboolean is_west = wire_scan_peek (scan) == '-';
  guint    hours;
  guint    minutes;
  gboolean matched;

  matched = wire_scan_byte (scan, is_west ? '-' : '+') && scan_digits (scan, 2, 99, &hours) &&
            scan_digits (scan, 2, 59, &minutes);
  if (matched)
    *out_minutes = (int) (hours * 60 + minutes) * (is_west ? -1 : 1);
  return wire_scan_end (scan, mark, matched);
}

static ImapDate
make_date (const ImapDay *day, guint seconds, int zone_minutes)
{
  GDate  on;
  gint64 days;

  g_date_clear (&on, 1);
  g_date_set_dmy (&on, day->day, (GDateMonth) day->month, day->year);
  days = (gint64) g_date_get_julian (&on) - 719163; /* 1970-01-01 */
  return (ImapDate){
    .time_us = (days * 86400 + seconds - zone_minutes * 60) * G_USEC_PER_SEC,
    .zone_minutes = zone_minutes,
  };
}

/* date-time = DQUOTE date-day-fixed "-" date-month "-" date-year SP time SP zone DQUOTE */
gboolean
imap_scan_date_time (ImapScan *self, ImapDate *out_date)
{
  WireScan *scan = self->scan;
  ImapDay   day;
  guint     seconds;
  int       zone_minutes;
  WireMark  mark;
  gboolean  matched;

  if (self->is_cut)
    return TRUE;
  mark = wire_scan_begin (scan, &date_time);
  matched = wire_scan_byte (scan, '"') && scan_fixed_day (self, &day) &&
            wire_scan_byte (scan, ' ') && scan_time (scan, &seconds) &&
            wire_scan_byte (scan, ' ') && scan_zone (scan, &zone_minutes) &&
            wire_scan_byte (scan, '"');
  if (matched)
    *out_date = make_date (&day, seconds, zone_minutes);
  return wire_scan_end (scan, mark, matched);
}
