/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "smtp-data.h"

#include "smtp-deviation.h"
#include <wire/wire-dots.h>

#include <string.h>

/* How many bytes each form of end has before its dot, in the order of WireFramerFlags. */
static const guint8 bytes_before[WIRE_FRAMER_N_ENDS] = { 1, 1, 2, 1, 1, 2, 1, 1, 3, 3 };

/* What looks like an end of data at the dot, by any reading of line ends. */
static void
check_dot (const guint8 *data, gsize length, gsize dot, SmtpDataFunc func, gpointer user_data)
{
  gsize end;
  guint form;

  if (wire_dots_match_end (data, length, dot, WIRE_FRAMER_ENDS, &end, &form) == WIRE_DOT_END &&
      form != 0)
    {
      guint i = (guint) g_bit_nth_lsf (form, -1) - (guint) g_bit_nth_lsf (WIRE_FRAMER_ENDS, -1);
      gsize begin = dot - MIN (dot, bytes_before[i]);

      func (&smtp_deviation_false_end_of_data, begin, end - begin, user_data);
    }
}

/* The line that begins at @start, up to the next LF, alone or not. */
static void
check_line (const guint8 *data, gsize length, gsize start, SmtpDataFunc func, gpointer user_data)
{
  const guint8 *lf = memchr (data + start, '\n', length - start);
  gsize         end = lf != NULL ? (gsize) (lf - data) + 1 : length;
  gsize         n_stuffed = data[start] == '.' ? 1 : 0;

  if (end - start - n_stuffed > SMTP_TEXT_LINE_BYTES_MAX)
    func (&smtp_deviation_long_line_in_data, start, end - start, user_data);
}

void
smtp_data_foreach (const guint8 *block, gsize block_length, SmtpDataFunc func, gpointer user_data)
{
  gsize length = block_length - wire_dots_get_end_length (block, block_length);

  for (gsize i = 0; i < length; i++)
    {
      if (i == 0 || block[i - 1] == '\n')
        check_line (block, length, i, func, user_data);
      if (block[i] == '.')
        check_dot (block, length, i, func, user_data);
      else if (block[i] == '\0')
        func (&smtp_deviation_nul_in_data, i, 1, user_data);
      else if (block[i] == '\n' && (i == 0 || block[i - 1] != '\r'))
        func (&smtp_deviation_bare_lf_in_data, i, 1, user_data);
      else if (block[i] == '\r' && (i + 1 == length || block[i + 1] != '\n'))
        func (&smtp_deviation_bare_cr_in_data, i, 1, user_data);
    }
  if (wire_dots_get_end_form (block, block_length) != 0)
    func (&smtp_deviation_odd_end_of_data, length, block_length - length, user_data);
}

static void
add_leniency (const WireDeviation *deviation, gsize offset, gsize length, gpointer user_data)
{
  guint *leniencies = user_data;

  if (deviation == &smtp_deviation_bare_lf_in_data)
    *leniencies |= SMTP_LENIENT_BARE_LF_DATA;
  else if (deviation == &smtp_deviation_bare_cr_in_data)
    *leniencies |= SMTP_LENIENT_BARE_CR_DATA;
  else if (deviation == &smtp_deviation_nul_in_data)
    *leniencies |= SMTP_LENIENT_NUL;
  else if (deviation == &smtp_deviation_long_line_in_data)
    *leniencies |= SMTP_LENIENT_LONG_LINES;
}

guint
smtp_data_get_leniencies (const guint8 *block, gsize length)
{
  guint leniencies = smtp_leniency_of_end (wire_dots_get_end_form (block, length));

  smtp_data_foreach (block, length, add_leniency, &leniencies);
  return leniencies;
}
