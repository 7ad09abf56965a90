/* SPDX-License-Identifier: GPL-3.0-or-later */
#define WIRE_MODULE "imf"
#include "imf-kind.h"
#include "imf-scan.h"

WIRE_ELEMENT (header_section, "Header section", 5322, "2.1");
WIRE_ELEMENT (field_name, "Field name", 5322, "2.2");
WIRE_ELEMENT (colon, "Colon", 5322, "2.2");
WIRE_ELEMENT (line_end, "End of line", 5322, "2.1");
WIRE_ELEMENT (mbox_line, "Separator line of a mailbox file", 4155, "A");

void
imf_scan_line_end (WireScan *scan)
{
  gsize    length = imf_line_end_length (scan->data, scan->length, scan->pos);
  WireMark mark;

  if (length == 0)
    return;
  mark = wire_scan_begin (scan, &line_end);
  scan->pos += length;
  if (length == 1)
    wire_scan_flag (scan, WIRE_SPAN_TOLERATED);
  wire_scan_end (scan, mark, TRUE);
}

/* Always matches: a value that its own grammar does not match to the end is still text. */
static void
scan_value (WireScan *scan, const ImfKind *kind, gsize value_end)
{
  gsize    whole = scan->length;
  ImfPlace place = imf_scan_save (scan);

  scan->length = value_end;
  if (!kind->scan_value (scan) || !wire_scan_at_end (scan))
    {
      imf_scan_restore (scan, place);
      imf_scan_unstructured (scan);
      wire_scan_flag (scan, WIRE_SPAN_TOLERATED);
    }
  scan->length = whole;
}

/* field-name *WSP ":" value CRLF. @base: where the header begins in the scan */
static void
scan_field (WireScan *scan, const ImfField *field, gsize base, ImfKindFunc find_kind)
{
  const ImfKind *kind = find_kind (scan->data + scan->pos, field->name_length);
  WireMark       mark = wire_scan_begin (scan, kind->element);

  wire_scan_leaf (scan, &field_name, field->name_length);
  if (scan->pos + 1 < base + field->value_offset)
    wire_scan_flag (scan, WIRE_SPAN_OBSOLETE);
  scan->pos = base + field->value_offset - 1;
  wire_scan_leaf (scan, &colon, 1);
  scan_value (scan, kind, base + field->value_offset + field->value_length);
  imf_scan_line_end (scan);
  wire_scan_end (scan, mark, TRUE);
}

/* A line of the header section that is no field. */
static void
scan_other_line (WireScan *scan, const ImfField *line, gsize base)
{
  gboolean is_mbox = line->offset == 0 && wire_scan_peek (scan) == 'F';
  WireMark mark = wire_scan_begin (scan, is_mbox ? &mbox_line : wire_unrecognised);

  scan->pos = base + line->value_offset + line->value_length;
  wire_scan_flag (scan, is_mbox ? WIRE_SPAN_TOLERATED : WIRE_SPAN_UNRECOGNISED);
  imf_scan_line_end (scan);
  wire_scan_end (scan, mark, TRUE);
}

void
imf_scan_header_section (WireScan *scan, const ImfHeader *header, ImfKindFunc find_kind)
{
  WireMark mark = wire_scan_begin (scan, &header_section);

  for (guint i = 0; i < imf_header_get_n (header); i++)
    {
      const ImfField *field = imf_header_get (header, i);

      if (field->name_length > 0)
        scan_field (scan, field, mark.pos, find_kind);
      else
        scan_other_line (scan, field, mark.pos);
    }
  wire_scan_end (scan, mark, TRUE);
}

void
imf_scan_check_message_header (WireScan *scan, const ImfHeader *header, ImfKindFunc find_kind)
{
  (void) scan;
  (void) header;
  (void) find_kind;
}
