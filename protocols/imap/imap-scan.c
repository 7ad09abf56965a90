/* SPDX-License-Identifier: GPL-3.0-or-later */
#define WIRE_MODULE "imap"
#include "imap-scan.h"

/* Digits of the largest number of 32 bits. */
#define NUMBER_DIGITS_MAX 10

WIRE_ELEMENT (sequence_set, "Set of messages", 9051, "9");

/* Sets */

/* seq-number = nz-number / "*" */
static gboolean
scan_seq_number (WireScan *scan, guint32 *out_number)
{
  guint64 number;

  if (wire_scan_peek (scan) == '*')
    {
      scan->pos++;
      *out_number = IMAP_STAR;
      return TRUE;
    }
  if (wire_scan_peek (scan) == '0' ||
      !wire_scan_number (scan, 1, NUMBER_DIGITS_MAX, &number) || number > G_MAXUINT32)
    return wire_scan_fail (scan);
  *out_number = (guint32) number;
  return TRUE;
}

/* seq-range = seq-number ":" seq-number, or one number */
static gboolean
scan_range (WireScan *scan, ImapSet *set)
{
  guint32 from;
  guint32 to;

  if (set->ranges->len == IMAP_SET_RANGES_MAX || !scan_seq_number (scan, &from))
    return wire_scan_fail (scan);
  to = from;
  if (wire_scan_peek (scan) == ':')
    {
      scan->pos++;
      if (!scan_seq_number (scan, &to))
        return FALSE;
    }
  imap_set_add (set, from, to);
  return TRUE;
}

/* sequence-set = (seq-number / seq-range) ["," sequence-set] / "$" */
gboolean
imap_scan_sequence_set (WireScan *scan, ImapSet **out_set)
{
  WireMark mark = wire_scan_begin (scan, &sequence_set);
  ImapSet *set = imap_set_new ();
  gboolean matched;

  if (wire_scan_peek (scan) == '$')
    {
      scan->pos++;
      set->is_saved = matched = TRUE;
    }
  else
    {
      matched = scan_range (scan, set);
      while (matched && wire_scan_peek (scan) == ',')
        {
          scan->pos++;
          matched = scan_range (scan, set);
        }
    }
  if (matched)
    *out_set = set;
  else
    imap_set_free (set);
  return wire_scan_end (scan, mark, matched);
}
