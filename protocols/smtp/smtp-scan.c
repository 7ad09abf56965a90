/* SPDX-License-Identifier: GPL-3.0-or-later */
#define WIRE_MODULE "smtp"
#include "smtp-scan.h"

#include "smtp-deviation.h"
#include <wire/wire-base64.h>

WIRE_ELEMENT (needless_space, "Needless space", 5321, "4.1.1");
WIRE_ELEMENT (crlf, "End of line", 5321, "2.3.8");

void
smtp_be_lenient (WireScan            *scan,
                 SmtpCommand         *command,
                 const WireDeviation *deviation,
                 SmtpLeniency         leniency)
{
  wire_scan_deviate (scan, deviation);
  command->leniencies |= leniency;
}

/* Spaces and line ends */

static void
skip_spaces (WireScan *scan)
{
  while (smtp_is_space (wire_scan_peek (scan)))
    scan->pos++;
}

gboolean
smtp_is_at_line_end (const WireScan *scan)
{
  gsize ahead = 0;

  while (smtp_is_space (wire_scan_peek_at (scan, ahead)))
    ahead++;
  return smtp_is_line_end (wire_scan_peek_at (scan, ahead));
}

void
smtp_scan_needless_spaces (WireScan *scan, SmtpCommand *command)
{
  WireMark mark;

  if (!smtp_is_space (wire_scan_peek (scan)))
    return;
  mark = wire_scan_begin (scan, &needless_space);
  skip_spaces (scan);
  smtp_be_lenient (scan, command, &smtp_deviation_needless_space, SMTP_LENIENT_SPACES);
  wire_scan_end (scan, mark, TRUE);
}

gboolean
smtp_scan_space (WireScan *scan, SmtpCommand *command)
{
  if (wire_scan_peek (scan) == ' ')
    scan->pos++;
  else if (wire_scan_peek (scan) != '\t')
    return wire_scan_fail (scan);
  smtp_scan_needless_spaces (scan, command);
  return TRUE;
}

const WireDeviation *
smtp_scan_line_end (WireScan            *scan,
                    const WireDeviation *lf,
                    const WireDeviation *cr,
                    gboolean            *out_matched)
{
  const WireDeviation *deviation = NULL;
  WireMark             mark = wire_scan_begin (scan, &crlf);

  if (wire_scan_peek (scan) == '\n')
    deviation = lf;
  else if (wire_scan_peek (scan) == '\r' && scan->length - scan->pos == 1)
    deviation = cr;
  if (deviation != NULL)
    {
      scan->pos++;
      wire_scan_deviate (scan, deviation);
      *out_matched = wire_scan_end (scan, mark, TRUE);
    }
  else
    *out_matched = wire_scan_end (scan, mark, wire_scan_crlf (scan));
  return deviation;
}

void
smtp_scan_trailing_spaces (WireScan *scan)
{
  WireMark mark;

  if (!smtp_is_space (wire_scan_peek (scan)) || !smtp_is_at_line_end (scan))
    return;
  mark = wire_scan_begin (scan, &needless_space);
  skip_spaces (scan);
  wire_scan_deviate (scan, &smtp_deviation_trailing_space);
  wire_scan_end (scan, mark, TRUE);
}

/* base64 */

void
smtp_scan_base64 (WireScan *scan, const WireElement *element, gsize end)
{
  WireMark mark = wire_scan_begin (scan, element);
  g_autoptr (GBytes) octets =
      wire_base64_decode ((const char *) scan->data + scan->pos, end - scan->pos, NULL);

  scan->pos = end;
  if (octets == NULL)
    wire_scan_deviate (scan, &smtp_deviation_bad_base64);
  wire_scan_end (scan, mark, end > mark.pos);
}

gsize
smtp_find_line_end (const WireScan *scan)
{
  gsize end = scan->pos;

  while (end < scan->length && !smtp_is_line_end (scan->data[end]))
    end++;
  return end;
}
