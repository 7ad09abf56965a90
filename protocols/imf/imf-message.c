/* SPDX-License-Identifier: GPL-3.0-or-later */
#define WIRE_MODULE "imf"
#include "imf-message.h"
#include "imf-fields.h"
#include "imf-kind.h"

WIRE_ELEMENT (message, "Message", 5322, "3.5");
WIRE_ELEMENT (empty_line, "Empty line", 5322, "2.1");
WIRE_ELEMENT (body, "Body", 5322, "2.3");

/* body = (*(*998text CRLF) *998text) / obs-body: NUL, bare CR and bare LF are obsolete */
static void
scan_body (WireScan *scan)
{
  WireMark mark = wire_scan_begin (scan, &body);
  gboolean is_obsolete = FALSE;

  for (gsize i = scan->pos; !is_obsolete && i < scan->length; i++)
    {
      guint8 byte = scan->data[i];

      if (byte == '\r' && i + 1 < scan->length && scan->data[i + 1] == '\n')
        i++;
      else
        is_obsolete = byte == '\0' || byte == '\r' || byte == '\n';
    }
  scan->pos = scan->length;
  if (is_obsolete)
    wire_scan_flag (scan, WIRE_SPAN_OBSOLETE);
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
  return TRUE;
}

const WireGrammar imf_grammar_message = { "message", "Message", &message, scan_message };
