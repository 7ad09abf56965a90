/* SPDX-License-Identifier: GPL-3.0-or-later */
#define WIRE_MODULE "imf"
#include "imf-message.h"
#include "imf-deviation.h"
#include "imf-fields.h"
#include "imf-kind.h"

WIRE_ELEMENT (message, "Message", 5322, "3.5");
WIRE_ELEMENT (empty_line, "Empty line", 5322, "2.1");
WIRE_ELEMENT (body, "Body", 5322, "2.3");

/* body = (*(*998text CRLF) *998text) / obs-body: NUL and bare CR are obsolete, and so is LF in
 * a line; as a line's end it is a mistake. Each is noted where it is first. */
static void
scan_body (WireScan *scan)
{
  WireMark      mark = wire_scan_begin (scan, &body);
  const guint8 *bytes = scan->data;
  gsize         length = scan->length;
  gsize         nul = G_MAXSIZE, cr = G_MAXSIZE, lf = G_MAXSIZE;

  for (gsize i = scan->pos; i < length; i++)
    {
      if (bytes[i] == '\r' && i + 1 < length && bytes[i + 1] == '\n')
        i++;
      else if (bytes[i] == '\0')
        nul = MIN (nul, i);
      else if (bytes[i] == '\r')
        cr = MIN (cr, i);
      else if (bytes[i] == '\n')
        lf = MIN (lf, i);
    }
  scan->pos = length;
  if (nul != G_MAXSIZE)
    wire_scan_deviate_at (scan, &imf_deviation_nul_octet, nul, 1);
  if (cr != G_MAXSIZE)
    wire_scan_deviate_at (scan, &imf_deviation_bare_cr, cr, 1);
  if (lf != G_MAXSIZE)
    wire_scan_deviate_at (scan, &imf_deviation_bare_lf, lf, 1);
  wire_scan_end (scan, mark, TRUE);
}

/* message = (fields / obs-fields) [CRLF body] */
static gboolean
scan_message (WireScan *scan)
{
  g_autoptr (ImfHeader) header = imf_header_new (scan->data + scan->pos, scan->length - scan->pos);
  WireMark mark;

  if (imf_header_get_n (header) > 0)
    imf_scan_header_section (scan, header, imf_kind_find);
  if (header->body_offset > header->end)
    {
      mark = wire_scan_begin (scan, &empty_line);
      imf_scan_line_end (scan);
      wire_scan_end (scan, mark, TRUE);
    }
  if (!wire_scan_at_end (scan))
    scan_body (scan);
  imf_scan_check_message_header (scan, header, imf_kind_find, FALSE);
  return TRUE;
}

const WireGrammar imf_grammar_message = { "message", "Message", &message, scan_message };
