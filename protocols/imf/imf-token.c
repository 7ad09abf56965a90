/* SPDX-License-Identifier: GPL-3.0-or-later */
#define WIRE_MODULE "imf"
#include "imf-token.h"
#include "imf-deviation.h"

#include <string.h>

WIRE_ELEMENT (parameter, "Parameter", 2045, "5.1");
WIRE_ELEMENT (parameter_name, "Name of a parameter", 2045, "5.1");
WIRE_ELEMENT (parameter_value, "Value of a parameter", 2045, "5.1");
WIRE_ELEMENT (keyword_value, "Keyword", 4021, "2.1");
WIRE_ELEMENT (number, "Number", 5234, "B.1");

gboolean
imf_is_token (guint8 byte)
{
  switch (byte)
    {
    case '(':
    case ')':
    case '<':
    case '>':
    case '@':
    case ',':
    case ';':
    case ':':
    case '\\':
    case '"':
    case '/':
    case '[':
    case ']':
    case '?':
    case '=':
      return FALSE;
    default:
      return byte > ' ' && byte != 0x7f;
    }
}

gboolean
imf_scan_token (WireScan *scan, const WireElement *element)
{
  WireMark mark = wire_scan_begin (scan, element);

  if (wire_scan_while (scan, imf_is_token) == 0)
    return wire_scan_end (scan, mark, wire_scan_fail (scan));
  imf_scan_flag_bytes (scan, mark.pos);
  return wire_scan_end (scan, mark, TRUE);
}

gboolean
imf_scan_quoted_alone (WireScan *scan)
{
  gsize    whole = scan->length;
  gsize    end = scan->pos + 1;
  gboolean matched;

  if (wire_scan_peek (scan) != '"')
    return wire_scan_fail (scan);
  while (end < whole && scan->data[end] != '"')
    end += scan->data[end] == '\\' && end + 1 < whole ? 2 : 1;
  scan->length = MIN (end + 1, whole);
  matched = imf_scan_quoted_string (scan, NULL);
  scan->length = whole;
  return matched;
}

gboolean
imf_scan_token_or_quoted (WireScan *scan, const WireElement *element)
{
  WireMark mark;

  if (wire_scan_peek (scan) != '"')
    return imf_scan_token (scan, element);
  mark = wire_scan_begin (scan, element);
  return wire_scan_end (scan, mark, imf_scan_quoted_alone (scan));
}

gboolean
imf_scan_parameter (WireScan *scan)
{
  WireMark mark = wire_scan_begin (scan, &parameter);
  gboolean matched = imf_scan_token (scan, &parameter_name);

  imf_scan_optional_cfws (scan);
  matched = matched && wire_scan_byte (scan, '=');
  imf_scan_optional_cfws (scan);
  return wire_scan_end (scan, mark,
                        matched && imf_scan_token_or_quoted (scan, &parameter_value));
}

gboolean
imf_scan_parameters (WireScan *scan)
{
  imf_scan_optional_cfws (scan);
  while (!wire_scan_at_end (scan))
    {
      if (!wire_scan_byte (scan, ';'))
        return FALSE;
      imf_scan_optional_cfws (scan);
      if (wire_scan_at_end (scan))
        wire_scan_deviate_at (scan, &imf_deviation_needless_semicolon, scan->pos - 1, 1);
      else if (!imf_scan_parameter (scan))
        return FALSE;
      imf_scan_optional_cfws (scan);
    }
  return TRUE;
}

gboolean
imf_scan_keyword (WireScan *scan, const char *const *known)
{
  g_autoptr (GString) word = g_string_new (NULL);
  gsize start = scan->pos;

  if (!imf_scan_phrase_as (scan, &keyword_value, "", word))
    return FALSE;
  if (known == NULL)
    return TRUE;
  for (; *known != NULL; known++)
    if (g_ascii_strcasecmp (*known, word->str) == 0)
      return TRUE;
  wire_scan_deviate_at (scan, &imf_deviation_unknown_keyword, start, scan->pos - start);
  return TRUE;
}

gboolean
imf_scan_digits (WireScan *scan)
{
  WireMark mark = wire_scan_begin (scan, &number);

  return wire_scan_end (scan, mark, wire_scan_number (scan, 1, G_MAXUINT, NULL));
}

/* @stop: -1: none */
static void
skip (WireScan *scan, int stop)
{
  gsize start = scan->pos;

  while (!wire_scan_at_end (scan) && scan->data[scan->pos] != stop)
    {
      if (imf_scan_fws (scan))
        continue;
      if (scan->data[scan->pos] == '\r' || scan->data[scan->pos] == '\n')
        wire_scan_deviate_at (scan, &imf_deviation_bare_cr, scan->pos, 1);
      scan->pos++;
    }
  imf_scan_flag_bytes (scan, start);
}

void
imf_scan_skip_until (WireScan *scan, guint8 stop)
{
  skip (scan, stop);
}

static gboolean
scan_text (WireScan *scan, const WireElement *element, int stop)
{
  WireMark mark = wire_scan_begin (scan, element);

  skip (scan, stop);
  return wire_scan_end (scan, mark, scan->pos > mark.pos || wire_scan_fail (scan));
}

gboolean
imf_scan_text_until (WireScan *scan, const WireElement *element, guint8 stop)
{
  return scan_text (scan, element, stop);
}

gboolean
imf_scan_text_as (WireScan *scan, const WireElement *element)
{
  return scan_text (scan, element, -1);
}
