/* SPDX-License-Identifier: GPL-3.0-or-later */
#define WIRE_MODULE "imf"
#include "imf-deviation.h"
#include "imf-kind.h"
#include "imf-other.h"
#include "imf-scan.h"
#include "imf-value.h"

#include <string.h>

WIRE_ELEMENT (header_section, "Header section", 5322, "2.1");
WIRE_ELEMENT (field_name, "Field name", 5322, "2.2");
WIRE_ELEMENT (colon, "Colon", 5322, "2.2");
WIRE_ELEMENT (line_end, "End of line", 5322, "2.1");
WIRE_ELEMENT (mbox_line, "Separator line of a mailbox file", 4155, "A");

/* What a line without its end must and what it should not exceed (RFC 5322 section 2.1.1). Of
 * UTF-8 the first counts octets, the second characters (RFC 6532 section 3.4). */
#define LINE_OCTETS_MAX 998
#define LINE_CHARACTERS_WISHED 78

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
    wire_scan_deviate (scan, &imf_deviation_bare_lf);
  wire_scan_end (scan, mark, TRUE);
}

static gboolean
is_blank (const guint8 *bytes, gsize length)
{
  gsize i = 0;

  while (i < length && strchr (" \t\r\n", bytes[i]) != NULL && bytes[i] != '\0')
    i++;
  return i == length;
}

/* What to say of a value that its grammar does not match. */
static const WireDeviation *
judge_value (const ImfKind *kind, const guint8 *value, gsize length)
{
  if (is_blank (value, length))
    return &imf_deviation_empty_value;
  if (kind->scan_value == imf_value_date_time || kind->scan_value == imf_value_date)
    return &imf_deviation_unreadable_date;
  return &imf_deviation_unreadable_value;
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
      gsize length = value_end - place.pos;

      imf_scan_restore (scan, place);
      imf_scan_unstructured (scan);
      wire_scan_deviate_at (scan, judge_value (kind, scan->data + place.pos, length), place.pos,
                            length);
    }
  scan->length = whole;
}

static gsize
count_characters (const guint8 *bytes, gsize length)
{
  gsize n = 0;

  for (gsize i = 0; i < length; i++)
    n += (bytes[i] & 0xC0) != 0x80;
  return n;
}

/* Notes the lines that are too long among those from @begin to @end, and a last one without an
 * end. */
static void
check_lines (WireScan *scan, gsize begin, gsize end)
{
  while (begin < end)
    {
      const guint8 *lf = memchr (scan->data + begin, '\n', end - begin);
      gsize         next = lf != NULL ? (gsize) (lf - scan->data) + 1 : end;
      gsize         length = next - begin;

      if (lf == NULL)
        wire_scan_deviate_at (scan, &imf_deviation_missing_last_line_end, end, 0);
      else
        length -= length >= 2 && scan->data[next - 2] == '\r' ? 2 : 1;
      if (length > LINE_OCTETS_MAX)
        wire_scan_deviate_at (scan, &imf_deviation_line_over_998, begin, length);
      else if (length > LINE_CHARACTERS_WISHED &&
               count_characters (scan->data + begin, length) > LINE_CHARACTERS_WISHED)
        wire_scan_deviate_at (scan, &imf_deviation_line_over_78, begin, length);
      begin = next;
    }
}

/* field-name *WSP ":" value CRLF. @base: where the header begins in the scan */
static void
scan_field (WireScan *scan, const ImfField *field, gsize base, ImfKindFunc find_kind)
{
  const ImfKind *kind = find_kind (scan->data + scan->pos, field->name_length);
  WireMark       mark = wire_scan_begin (scan, kind->element);
  gsize          colon_offset = base + field->value_offset - 1;

  wire_scan_leaf (scan, &field_name, field->name_length);
  if (scan->pos < colon_offset)
    wire_scan_deviate_at (scan, &imf_deviation_space_before_colon, scan->pos,
                          colon_offset - scan->pos);
  scan->pos = colon_offset;
  wire_scan_leaf (scan, &colon, 1);
  scan_value (scan, kind, base + field->value_offset + field->value_length);
  imf_scan_line_end (scan);
  check_lines (scan, mark.pos, scan->pos);
  wire_scan_end (scan, mark, TRUE);
}

/* A line of the header section that is no field. */
static void
scan_other_line (WireScan *scan, const ImfField *line, gsize base)
{
  gboolean is_mbox_line = line->offset == 0 && wire_scan_peek (scan) == 'F';
  WireMark mark = wire_scan_begin (scan, is_mbox_line ? &mbox_line : wire_unrecognised);

  scan->pos = base + line->value_offset + line->value_length;
  if (!is_mbox_line)
    wire_scan_flag (scan, WIRE_SPAN_UNRECOGNISED);
  wire_scan_deviate (scan, is_mbox_line ? &imf_deviation_mbox_line : &imf_deviation_not_a_field);
  imf_scan_line_end (scan);
  check_lines (scan, mark.pos, scan->pos);
  wire_scan_end (scan, mark, TRUE);
}

/* Returns: whether a limit, not an empty line nor a boundary line of MIME, ended the header. */
static gboolean
is_cut_off (const ImfHeader *header)
{
  const guint8 *rest = header->data + header->end;
  gsize         length = header->length - header->end;

  return length > 0 && imf_line_end_length (rest, length, 0) == 0 &&
         !(length >= 2 && rest[0] == '-' && rest[1] == '-');
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
  if (is_cut_off (header))
    wire_scan_deviate (scan, &imf_deviation_header_limit);
  wire_scan_end (scan, mark, TRUE);
}
