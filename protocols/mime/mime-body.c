/* SPDX-License-Identifier: GPL-3.0-or-later */
#define WIRE_MODULE "mime"
#include "mime-body.h"
#include "mime-deviation.h"
#include "mime-lines.h"

#include <string.h>

/* Length of a line of flowed text (RFC 3676 section 4.2). */
#define FLOWED_CHARACTERS_MAX 78

WIRE_ELEMENT (text_line, "Line", 2045, "2.10");
WIRE_ELEMENT (binary_data, "Binary data", 2045, "2.9");
WIRE_ELEMENT (opaque_data, "Data in an unknown encoding", 2045, "6.4");
WIRE_ELEMENT (quote_marks, "Quote marks", 3676, "4.5");
WIRE_ELEMENT (stuffed_space, "Stuffed space", 3676, "4.4");
WIRE_ELEMENT (soft_space, "Space before a soft line break", 3676, "4.1");
WIRE_ELEMENT (signature_separator, "Signature separator", 3676, "4.3");

/* What a body in 7bit or 8bit must not have (RFC 2045 sections 2.7 and 2.8); each is noted where
 * it occurs first. */
static void
check_octets (MimeLines *lines, MimeEncoding encoding)
{
  const guint8 *data = lines->scan->data;

  for (gsize i = lines->scan->pos; i < lines->content_end; i++)
    {
      if (data[i] >= 0x80 && encoding == MIME_ENCODING_7BIT)
        mime_lines_note (lines, &mime_deviation_eight_bit_undeclared, i, 1);
      else if (data[i] == '\0')
        mime_lines_note (lines, &mime_deviation_nul_in_text, i, 1);
      else if (data[i] == '\r')
        mime_lines_note (lines, &mime_deviation_bare_line_end_in_body, i, 1);
    }
}

/* Notes a line that is longer than it should be, unless one word alone is. */
static void
check_flowed_length (MimeLines *lines, gboolean is_utf8)
{
  const guint8 *data = lines->scan->data;
  gsize         n_characters = 0, n_word = 0, n_longest = 0;

  for (gsize i = lines->scan->pos; i < lines->content_end; i++)
    if (!is_utf8 || (data[i] & 0xC0) != 0x80)
      {
        n_characters++;
        n_word = data[i] == ' ' ? 0 : n_word + 1;
        n_longest = MAX (n_longest, n_word);
      }
  if (n_characters > FLOWED_CHARACTERS_MAX && n_longest <= FLOWED_CHARACTERS_MAX)
    mime_lines_note (lines, &mime_deviation_flowed_line_over_78, lines->scan->pos,
                     lines->content_end - lines->scan->pos);
}

static gboolean
is_separator (const MimeLines *lines)
{
  return lines->content_end - lines->scan->pos == 3 &&
         memcmp (lines->scan->data + lines->scan->pos, "-- ", 3) == 0;
}

/* One line of flowed text, in the order of section 4.1: quote marks, stuffing, then its end. */
static void
scan_flowed_content (MimeLines *lines)
{
  WireScan *scan = lines->scan;
  gsize     n_quotes = 0;

  while (scan->pos + n_quotes < lines->content_end && scan->data[scan->pos + n_quotes] == '>')
    n_quotes++;
  if (n_quotes > 0)
    wire_scan_leaf (scan, &quote_marks, n_quotes);
  if (scan->pos < lines->content_end && scan->data[scan->pos] == ' ')
    wire_scan_leaf (scan, &stuffed_space, 1);
  if (is_separator (lines))
    wire_scan_leaf (scan, &signature_separator, 3);
  else if (scan->pos < lines->content_end && scan->data[lines->content_end - 1] == ' ')
    {
      scan->pos = lines->content_end - 1;
      wire_scan_leaf (scan, &soft_space, 1);
    }
}

static void
scan_plain_line (MimeLines *lines, MimeEncoding encoding, gboolean is_flowed, gboolean is_utf8)
{
  WireMark mark = wire_scan_begin (lines->scan, &text_line);

  if (encoding != MIME_ENCODING_BINARY)
    {
      check_octets (lines, encoding);
      mime_lines_check_length (lines, NULL);
    }
  if (is_flowed)
    {
      check_flowed_length (lines, is_utf8);
      scan_flowed_content (lines);
    }
  lines->scan->pos = lines->content_end;
  mime_lines_end (lines);
  wire_scan_end (lines->scan, mark, TRUE);
}

static void
scan_plain_lines (MimeLines *lines, MimeEncoding encoding, gboolean is_flowed, gboolean is_utf8)
{
  while (mime_lines_next (lines))
    if (lines->content_end > lines->scan->pos)
      scan_plain_line (lines, encoding, is_flowed, is_utf8);
    else
      mime_lines_end (lines);
}

static void
scan_rest_as (WireScan *scan, const WireElement *element)
{
  if (!wire_scan_at_end (scan))
    wire_scan_leaf (scan, element, scan->length - scan->pos);
}

void
mime_scan_leaf_body (WireScan    *scan,
                     MimeEncoding encoding,
                     gboolean     is_text,
                     gboolean     is_flowed,
                     gboolean     is_utf8)
{
  MimeLines lines = { .scan = scan, .allows_bare_line_ends = encoding == MIME_ENCODING_BINARY };

  switch (encoding)
    {
    case MIME_ENCODING_BINARY:
      if (!is_text)
        {
          scan_rest_as (scan, &binary_data);
          break;
        }
      G_GNUC_FALLTHROUGH;
    case MIME_ENCODING_7BIT:
    case MIME_ENCODING_8BIT:
      scan_plain_lines (&lines, encoding, is_text && is_flowed, is_utf8);
      break;
    case MIME_ENCODING_QUOTED_PRINTABLE:
      mime_lines_scan_quoted_printable (&lines);
      break;
    case MIME_ENCODING_BASE64:
      mime_lines_scan_base64 (&lines);
      break;
    case MIME_ENCODING_UUENCODE:
      mime_lines_scan_uuencode (&lines);
      break;
    case MIME_ENCODING_UNKNOWN:
      scan_rest_as (scan, &opaque_data);
      break;
    }
}
