/* SPDX-License-Identifier: GPL-3.0-or-later */
#define WIRE_MODULE "imf"
#include "imf-date.h"
#include "imf-deviation.h"
#include "imf-scan.h"

#include <string.h>

/* Days from 0001-01-01, which GDate counts as 1, to 1970-01-01. */
#define JULIAN_OF_EPOCH 719163
#define DAY_US ((gint64) 24 * 60 * 60 * G_USEC_PER_SEC)

/* The last microsecond of the year 9999. */
#define TIME_US_MAX ((3652059 + 1 - JULIAN_OF_EPOCH) * DAY_US - 1)
#define TIME_US_MIN ((1 - JULIAN_OF_EPOCH) * DAY_US)

WIRE_ELEMENT (date_time, "Date and time", 5322, "3.3");
WIRE_ELEMENT (day_name, "Day of the week", 5322, "3.3");
WIRE_ELEMENT (day, "Day", 5322, "3.3");
WIRE_ELEMENT (month, "Month", 5322, "3.3");
WIRE_ELEMENT (year, "Year", 5322, "3.3");
WIRE_ELEMENT (hour, "Hour", 5322, "3.3");
WIRE_ELEMENT (minute, "Minute", 5322, "3.3");
WIRE_ELEMENT (second, "Second", 5322, "3.3");
WIRE_ELEMENT (zone, "Zone", 5322, "3.3");

static const char *const day_names[] = { "Monday", "Tuesday",  "Wednesday", "Thursday",
                                         "Friday", "Saturday", "Sunday" };

static const char *const month_names[] = { "January",   "February", "March",    "April",
                                           "May",       "June",     "July",     "August",
                                           "September", "October",  "November", "December" };

/* obs-zone (RFC 5322 section 4.3); any other name, the single letters included, is -0000. */
static const struct
{
  const char *name;
  int         hours;
} zones[] = {
  { "UT", 0 },   { "GMT", 0 },  { "EDT", -4 }, { "EST", -5 }, { "CDT", -5 },
  { "CST", -6 }, { "MDT", -6 }, { "MST", -7 }, { "PDT", -7 }, { "PST", -8 },
};

/* Letters of the longest zone name in use (RFC 5322 section 4.3). */
#define ZONE_LETTERS_MAX 5

/* A date-time as written. */
typedef struct
{
  int      day_of_week; /* 0 for Monday, -1 when not told */
  int      month;       /* 0 for January */
  guint64  day, year, hour, minute, second;
  int      zone_minutes;
  gboolean zone_is_unknown;
} Parts;

static gboolean
is_alpha (guint8 byte)
{
  return g_ascii_isalpha (byte);
}

/* What the standard has between two tokens of a date; the obsolete syntax has [CFWS] everywhere. */
typedef enum
{
  GAP_NONE,
  GAP_FWS,
  GAP_OPTIONAL_FWS,
} Gap;

/* Returns: whether there was white space. */
static gboolean
scan_gap (WireScan *scan, Gap gap)
{
  gsize    start = scan->pos;
  gboolean has_comment = imf_scan_optional_cfws (scan);
  gsize    length = scan->pos - start;

  if (has_comment || (gap == GAP_NONE && length > 0))
    wire_scan_deviate_at (scan, &imf_deviation_comment_in_date, start, length);
  else if (gap == GAP_FWS && length == 0 && !wire_scan_at_end (scan))
    wire_scan_deviate_at (scan, &imf_deviation_joined_date, start - 1, 2);
  return length > 0;
}

/* Matches the first three letters of one of @names; a longer piece of the name is tolerated. */
static gboolean
scan_name (WireScan          *scan,
           const WireElement *element,
           const char *const *names,
           guint              n_names,
           int               *out_index)
{
  WireMark    mark = wire_scan_begin (scan, element);
  gsize       length = wire_scan_while (scan, is_alpha);
  const char *text = (const char *) scan->data + mark.pos;
  gboolean    matched = FALSE;

  for (guint i = 0; !matched && length >= 3 && i < n_names; i++)
    if (length <= strlen (names[i]) && g_ascii_strncasecmp (text, names[i], length) == 0)
      {
        *out_index = (int) i;
        matched = TRUE;
      }
  if (!matched)
    {
      scan->pos = mark.pos;
      wire_scan_fail (scan);
    }
  else if (length > 3)
    wire_scan_deviate (scan, &imf_deviation_long_name_in_date);
  return wire_scan_end (scan, mark, matched);
}

/* Matches @wanted digits or, noted, fewer down to @min. @fewer: (nullable) */
static gboolean
scan_digits (WireScan            *scan,
             const WireElement   *element,
             guint                min,
             guint                wanted,
             const WireDeviation *fewer,
             guint64             *out_value)
{
  WireMark mark = wire_scan_begin (scan, element);
  gboolean matched = wire_scan_number (scan, min, wanted, out_value);

  if (matched && g_ascii_isdigit (wire_scan_peek (scan)))
    matched = wire_scan_fail (scan);
  if (matched && scan->pos - mark.pos < wanted && fewer != NULL)
    wire_scan_deviate (scan, fewer);
  return wire_scan_end (scan, mark, matched);
}

/* [ day-name "," ]; the comma may be missing, which is tolerated */
static gboolean
scan_day_of_week (WireScan *scan, Parts *parts)
{
  int   byte = wire_scan_peek (scan);
  gsize start;

  parts->day_of_week = -1;
  if (byte == -1 || !g_ascii_isalpha (byte))
    return TRUE;
  if (!scan_name (scan, &day_name, day_names, G_N_ELEMENTS (day_names), &parts->day_of_week))
    return FALSE;
  start = scan->pos;
  if (wire_scan_peek (scan) != ',')
    imf_scan_optional_cfws (scan);
  if (wire_scan_peek (scan) == ',')
    {
      if (scan->pos > start)
        wire_scan_deviate_at (scan, &imf_deviation_comment_in_date, start, scan->pos - start);
      scan->pos++;
    }
  else
    wire_scan_deviate_at (scan, &imf_deviation_missing_comma_in_date, start, scan->pos - start);
  scan_gap (scan, GAP_OPTIONAL_FWS);
  return TRUE;
}

/* FWS or, tolerated, "-" between day, month and year */
static void
scan_date_gap (WireScan *scan)
{
  if (wire_scan_peek (scan) != '-')
    {
      scan_gap (scan, GAP_FWS);
      return;
    }
  scan->pos++;
  wire_scan_deviate_at (scan, &imf_deviation_hyphen_in_date, scan->pos - 1, 1);
}

/* date = day month year */
static gboolean
scan_date (WireScan *scan, Parts *parts)
{
  gsize start;

  if (!scan_digits (scan, &day, 1, 2, NULL, &parts->day))
    return FALSE;
  scan_date_gap (scan);
  if (!scan_name (scan, &month, month_names, G_N_ELEMENTS (month_names), &parts->month))
    return FALSE;
  scan_date_gap (scan);
  start = scan->pos;
  if (!scan_digits (scan, &year, 2, 4, &imf_deviation_two_digit_year, &parts->year))
    return FALSE;
  if (scan->pos - start == 2)
    parts->year += parts->year < 50 ? 2000 : 1900;
  else if (scan->pos - start == 3)
    parts->year += 1900;
  scan_gap (scan, GAP_FWS);
  return TRUE;
}

/* ":" between minute and second. What white space means is not clear before it is known whether
 * there is one. */
static gboolean
scan_colon (WireScan *scan)
{
  ImfPlace place = imf_scan_save (scan);

  scan_gap (scan, GAP_NONE);
  if (wire_scan_peek (scan) != ':')
    return imf_scan_restore (scan, place);
  scan->pos++;
  return TRUE;
}

/* time-of-day = hour ":" minute [ ":" second ] */
static gboolean
scan_time_of_day (WireScan *scan, Parts *parts)
{
  if (!scan_digits (scan, &hour, 1, 2, &imf_deviation_one_digit_time, &parts->hour))
    return FALSE;
  scan_gap (scan, GAP_NONE);
  if (!wire_scan_byte (scan, ':'))
    return FALSE;
  scan_gap (scan, GAP_NONE);
  if (!scan_digits (scan, &minute, 1, 2, &imf_deviation_one_digit_time, &parts->minute))
    return FALSE;
  parts->second = 0;
  if (!scan_colon (scan))
    return TRUE;
  scan_gap (scan, GAP_NONE);
  return scan_digits (scan, &second, 1, 2, &imf_deviation_one_digit_time, &parts->second);
}

/* ( "+" / "-" ) 4DIGIT */
static gboolean
scan_offset (WireScan *scan, Parts *parts)
{
  gboolean is_west = wire_scan_peek (scan) == '-';
  guint64  offset = 0;

  scan->pos++;
  if (!wire_scan_number (scan, 4, 4, &offset) || offset % 100 > 59)
    return wire_scan_fail (scan);
  parts->zone_minutes = (int) (offset / 100 * 60 + offset % 100) * (is_west ? -1 : 1);
  parts->zone_is_unknown = is_west && offset == 0;
  return TRUE;
}

/* obs-zone, or any other name of that length */
static gboolean
scan_zone_name (WireScan *scan, Parts *parts)
{
  const char *name = (const char *) scan->data + scan->pos;
  gsize       length = wire_scan_while (scan, is_alpha);

  if (length == 0 || length > ZONE_LETTERS_MAX)
    return wire_scan_fail (scan);
  parts->zone_is_unknown = TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (zones); i++)
    if (strlen (zones[i].name) == length && g_ascii_strncasecmp (zones[i].name, name, length) == 0)
      {
        parts->zone_minutes = zones[i].hours * 60;
        parts->zone_is_unknown = FALSE;
      }
  if (length == 1 && g_ascii_toupper (name[0]) != 'J')
    wire_scan_deviate (scan, &imf_deviation_military_zone);
  else
    wire_scan_deviate (scan, parts->zone_is_unknown ? &imf_deviation_unknown_zone
                                                    : &imf_deviation_obsolete_zone);
  return TRUE;
}

/* zone = (FWS ( "+" / "-" ) 4DIGIT) / obs-zone; none at all is tolerated and read as -0000 */
static gboolean
scan_zone (WireScan *scan, Parts *parts)
{
  gboolean has_space = scan_gap (scan, GAP_OPTIONAL_FWS);
  int      byte = wire_scan_peek (scan);
  WireMark mark;

  parts->zone_minutes = 0;
  parts->zone_is_unknown = TRUE;
  if (byte != '+' && byte != '-' && (byte == -1 || !g_ascii_isalpha (byte)))
    {
      wire_scan_deviate (scan, &imf_deviation_missing_zone);
      return TRUE;
    }
  if (!has_space && !g_ascii_isalpha (byte))
    wire_scan_deviate_at (scan, &imf_deviation_joined_zone, scan->pos - 1, 2);
  mark = wire_scan_begin (scan, &zone);
  return wire_scan_end (scan, mark,
                        g_ascii_isalpha (byte) ? scan_zone_name (scan, parts)
                                               : scan_offset (scan, parts));
}

/* Returns: whether there is such a day and time. A second of 60 is a leap second. */
static gboolean
parts_to_date (const Parts *parts, ImfDate *out_date, int *out_day_of_week)
{
  GDate  date;
  gint64 days;

  if (parts->hour > 23 || parts->minute > 59 || parts->second > 60 ||
      !g_date_valid_dmy ((GDateDay) parts->day, (GDateMonth) (parts->month + 1),
                         (GDateYear) parts->year))
    return FALSE;
  g_date_clear (&date, 1);
  g_date_set_dmy (&date, (GDateDay) parts->day, (GDateMonth) (parts->month + 1),
                  (GDateYear) parts->year);
  days = (gint64) g_date_get_julian (&date) - JULIAN_OF_EPOCH;
  *out_day_of_week = (int) g_date_get_weekday (&date) - 1;
  out_date->zone_minutes = parts->zone_minutes;
  out_date->zone_is_unknown = parts->zone_is_unknown;
  out_date->time_us =
      days * DAY_US +
      (((gint64) parts->hour * 60 + (gint64) parts->minute - parts->zone_minutes) * 60 +
       (gint64) parts->second) *
          G_USEC_PER_SEC;
  return TRUE;
}

/* date-time = [ day-of-week "," ] date time [CFWS] */
gboolean
imf_scan_date_time (WireScan *scan, ImfDate *out_date)
{
  ImfPlace place = imf_scan_save (scan);
  WireMark mark;
  Parts    parts = { 0 };
  ImfDate  date = { 0 };
  int      day_of_week = 0;
  gboolean has_comment;
  gboolean matched;

  has_comment = imf_scan_optional_cfws (scan);
  mark = wire_scan_begin (scan, &date_time);
  if (has_comment)
    wire_scan_deviate (scan, &imf_deviation_comment_in_date);
  matched = scan_day_of_week (scan, &parts) && scan_date (scan, &parts) &&
            scan_time_of_day (scan, &parts) && scan_zone (scan, &parts) &&
            (parts_to_date (&parts, &date, &day_of_week) || wire_scan_fail (scan));
  if (matched && parts.day_of_week != -1 && parts.day_of_week != day_of_week)
    wire_scan_deviate (scan, &imf_deviation_wrong_day_name);
  if (!wire_scan_end (scan, mark, matched))
    return imf_scan_restore (scan, place);
  imf_scan_optional_cfws (scan);
  if (out_date != NULL)
    *out_date = date;
  return TRUE;
}

gboolean
imf_date_parse (const char *text, gsize length, ImfDate *out_date)
{
  WireScan scan;
  ImfDate  date;

  wire_scan_init (&scan, (const guint8 *) text, length, NULL);
  if (!imf_scan_date_time (&scan, &date) || !wire_scan_at_end (&scan))
    return FALSE;
  *out_date = date;
  return TRUE;
}

char *
imf_date_format (const ImfDate *self)
{
  int    minutes = CLAMP (self->zone_minutes, -(99 * 60 + 59), 99 * 60 + 59);
  gint64 zone_us = (gint64) minutes * 60 * G_USEC_PER_SEC;
  gint64 local_us = CLAMP (self->time_us, TIME_US_MIN - zone_us, TIME_US_MAX - zone_us) + zone_us;
  gint64 second_of_day = (local_us - TIME_US_MIN) % DAY_US / G_USEC_PER_SEC;
  GDate  date;

  g_date_clear (&date, 1);
  g_date_set_julian (&date, (guint32) ((local_us - TIME_US_MIN) / DAY_US + 1));
  return g_strdup_printf (
      "%.3s, %d %.3s %04d %02d:%02d:%02d %c%02d%02d", day_names[g_date_get_weekday (&date) - 1],
      g_date_get_day (&date), month_names[g_date_get_month (&date) - 1], g_date_get_year (&date),
      (int) (second_of_day / 3600), (int) (second_of_day / 60 % 60), (int) (second_of_day % 60),
      minutes < 0 || self->zone_is_unknown ? '-' : '+', ABS (minutes) / 60, ABS (minutes) % 60);
}
