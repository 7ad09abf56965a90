/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "diagram-metrics.h"

/* Thousandths of the size, from U+0020 to U+007E: the advances of DejaVu Sans,
 * the widest of the common sans-serif fonts. */
static const guint16 advances[] = {
  318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337,
  636, 636, 636, 636, 636, 636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531,
  1000, 684, 686, 698, 770, 632, 575, 775, 752, 295, 295, 656, 557, 863, 748, 787,
  603, 787, 695, 635, 611, 732, 684, 989, 685, 611, 685, 390, 337, 390, 838, 500,
  500, 613, 635, 550, 635, 615, 352, 635, 634, 278, 278, 579, 278, 974, 634, 612,
  635, 635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636, 337, 636, 838,
};

#define ADVANCE_OTHER 680  /* letters of other narrow scripts */
#define ADVANCE_WIDE 1000  /* ideographs and emoji */
#define BOLD_FACTOR 1.13   /* bold against regular, on average */
#define ELLIPSIS "\342\200\246"
#define ELLIPSIS_ADVANCE 1000

static guint
get_advance (gunichar c)
{
  if (c >= 0x20 && c <= 0x7e)
    return advances[c - 0x20];
  if (g_unichar_iszerowidth (c))
    return 0;
  return g_unichar_iswide (c) ? ADVANCE_WIDE : ADVANCE_OTHER;
}

static double
get_unit (double size, gboolean is_bold)
{
  return size / 1000 * (is_bold ? BOLD_FACTOR : 1);
}

double
diagram_metrics_get_width (const char *text, double size, gboolean is_bold)
{
  guint64 sum = 0;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    sum += get_advance (g_utf8_get_char (p));
  return (double) sum * get_unit (size, is_bold);
}

char *
diagram_metrics_dup_elided (const char *text, double size, gboolean is_bold, double width)
{
  double      room = width / get_unit (size, is_bold);
  guint64     sum = 0;
  const char *cut = text; /* the end of what leaves room for the ellipsis */

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      if ((double) (sum + ELLIPSIS_ADVANCE) <= room)
        cut = p;
      sum += get_advance (g_utf8_get_char (p));
      if ((double) sum > room)
        return room >= ELLIPSIS_ADVANCE
                   ? g_strdup_printf ("%.*s" ELLIPSIS, (int) (cut - text), text)
                   : g_strdup ("");
    }
  return g_strdup (text);
}
