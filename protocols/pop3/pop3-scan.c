/* SPDX-License-Identifier: GPL-3.0-or-later */
#define WIRE_MODULE "pop3"
#include "pop3-scan.h"

#include <wire/wire-base64.h>

/* Digits of the largest number that fits 64 bits. */
#define NUMBER_DIGITS_MAX 20

WIRE_ELEMENT (message_number, "Message number", 1939, "4");
WIRE_ELEMENT (needless_space, "Needless space", 1939, "3");
WIRE_ELEMENT (crlf, "End of line", 1939, "3");

gboolean
pop3_is_visible (guint8 byte)
{
  return byte > 0x20 && byte != 0x7f;
}

gboolean
pop3_is_line_byte (guint8 byte)
{
  return byte != '\0' && byte != '\r' && byte != '\n';
}

static gboolean
is_space (guint8 byte)
{
  return byte == ' ';
}

static gboolean
is_printable (guint8 byte)
{
  return byte >= 0x20 && byte <= 0x7e;
}

gboolean
pop3_scan_run (WireScan *scan, const WireElement *element, gboolean (*is_member) (guint8 byte))
{
  WireMark mark = wire_scan_begin (scan, element);
  gboolean matched = wire_scan_while (scan, is_member) > 0 || wire_scan_fail (scan);

  for (gsize i = mark.pos; i < scan->pos; i++)
    if (!is_printable (scan->data[i]))
      {
        wire_scan_deviate (scan, &pop3_deviation_odd_octet_in_pop3);
        break;
      }
  return wire_scan_end (scan, mark, matched);
}

void
pop3_check_utf8 (WireScan *scan, gsize start)
{
  gboolean is_ascii = TRUE;
  gboolean has_control = FALSE;

  for (gsize i = start; i < scan->pos; i++)
    {
      is_ascii &= scan->data[i] < 0x80;
      has_control |= scan->data[i] < 0x20 || scan->data[i] == 0x7f;
    }
  if (has_control || (!is_ascii && !g_utf8_validate_len ((const char *) scan->data + start,
                                                         scan->pos - start, NULL)))
    wire_scan_deviate (scan, &pop3_deviation_odd_octet_in_pop3);
}

gboolean
pop3_scan_utf8_run (WireScan *scan, const WireElement *element, gboolean (*is_member) (guint8 byte))
{
  WireMark mark = wire_scan_begin (scan, element);
  gboolean matched = wire_scan_while (scan, is_member) > 0 || wire_scan_fail (scan);

  pop3_check_utf8 (scan, mark.pos);
  return wire_scan_end (scan, mark, matched);
}

gboolean
pop3_scan_number (WireScan *scan, const WireElement *element, guint64 *out_value)
{
  WireMark mark = wire_scan_begin (scan, element);

  return wire_scan_end (scan, mark, wire_scan_number (scan, 1, NUMBER_DIGITS_MAX, out_value));
}

gboolean
pop3_scan_message_number (WireScan *scan, guint64 *out_number)
{
  return pop3_scan_number (scan, &message_number, out_number);
}

gboolean
pop3_scan_needless_spaces (WireScan *scan)
{
  WireMark mark;

  if (wire_scan_peek (scan) != ' ')
    return TRUE;
  mark = wire_scan_begin (scan, &needless_space);
  wire_scan_while (scan, is_space);
  wire_scan_deviate (scan, &pop3_deviation_space_in_pop3);
  return wire_scan_end (scan, mark, TRUE);
}

/* Keywords and arguments are each separated by a single SPACE character. */
gboolean
pop3_scan_space (WireScan *scan)
{
  return wire_scan_byte (scan, ' ') && pop3_scan_needless_spaces (scan);
}

gboolean
pop3_scan_line_end (WireScan *scan)
{
  WireMark mark = wire_scan_begin (scan, &crlf);

  if (wire_scan_peek (scan) == '\n')
    {
      scan->pos++;
      wire_scan_deviate (scan, &pop3_deviation_lf_ends_pop3_line);
      return wire_scan_end (scan, mark, TRUE);
    }
  return wire_scan_end (scan, mark, wire_scan_crlf (scan));
}

gboolean
pop3_is_at_line_end (const WireScan *scan)
{
  gsize ahead = 0;
  int byte;

  while (wire_scan_peek_at (scan, ahead) == ' ')
    ahead++;
  byte = wire_scan_peek_at (scan, ahead);
  return byte == '\r' || byte == '\n' || byte == -1;
}

void
pop3_scan_base64 (WireScan *scan, const WireElement *element)
{
  WireMark mark = wire_scan_begin (scan, element);
  g_autoptr (GBytes) octets = NULL;

  while (scan->pos < scan->length && scan->data[scan->pos] != '\r' && scan->data[scan->pos] != '\n')
    scan->pos++;
  octets = wire_base64_decode ((const char *) scan->data + mark.pos, scan->pos - mark.pos, NULL);
  if (octets == NULL)
    wire_scan_deviate (scan, &pop3_deviation_bad_pop3_base64);
  wire_scan_end (scan, mark, scan->pos > mark.pos);
}
