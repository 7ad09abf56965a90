/* SPDX-License-Identifier: GPL-3.0-or-later */
#define WIRE_MODULE "imf"
#include "imf-list.h"
#include "imf-deviation.h"
#include "imf-scan.h"
#include "imf-token.h"

#include <string.h>

/* Specials that writers leave without quotes in the description of a list, as in
 * "Users of A: questions, answers <a.b.example>". */
#define DESCRIPTION_SPECIALS_TOLERATED "@[],:;"

/** Octets of a list identifier (RFC 2919 section 2). */
#define LIST_ID_BYTES_MAX 255

WIRE_ELEMENT (uri, "URI", 2369, "2");
WIRE_ELEMENT (uri_scheme, "Scheme of a URI", 2369, "2");
WIRE_ELEMENT (list_text, "Text that is ignored", 2369, "2");
WIRE_ELEMENT (no_posting, "No posting", 2369, "3.4");
WIRE_ELEMENT (list_description, "Description of the list", 2919, "3");
WIRE_ELEMENT (list_identifier, "Identifier of the list", 2919, "2");
WIRE_ELEMENT (one_click, "Form to post", 8058, "5");

static gboolean
is_uri_byte (guint8 byte)
{
  return byte > ' ' && byte != 0x7f && byte != '<' && byte != '>';
}

static gboolean
is_naked_uri_byte (guint8 byte)
{
  return is_uri_byte (byte) && byte != ',' && byte != '(' && byte != ')';
}

static gboolean
is_scheme_byte (guint8 byte)
{
  return g_ascii_isalnum (byte) || (byte != '\0' && strchr ("+-.", byte) != NULL);
}

/* scheme ":", under its element; a URI without one is none */
static void
scan_scheme (WireScan *scan)
{
  gsize length = 0;
  int   byte;

  while ((byte = wire_scan_peek_at (scan, length)) != -1 && is_scheme_byte ((guint8) byte))
    length++;
  if (length > 0 && byte == ':' && g_ascii_isalpha (wire_scan_peek (scan)))
    wire_scan_leaf (scan, &uri_scheme, length);
  else
    wire_scan_deviate (scan, &imf_deviation_odd_uri);
}

/* "<" URI ">"; white space inside is to be ignored */
static gboolean
scan_uri (WireScan *scan)
{
  WireMark mark = wire_scan_begin (scan, &uri);
  gboolean has_space;
  gsize    start;

  if (!wire_scan_byte (scan, '<'))
    return wire_scan_end (scan, mark, FALSE);
  has_space = imf_scan_fws (scan);
  start = scan->pos;
  scan_scheme (scan);
  while (wire_scan_while (scan, is_uri_byte) > 0)
    has_space = imf_scan_fws (scan) || has_space;
  imf_scan_flag_bytes (scan, start);
  if (has_space)
    wire_scan_deviate (scan, &imf_deviation_space_in_uri);
  return wire_scan_end (scan, mark, wire_scan_byte (scan, '>'));
}

/* URI, with nothing around it. @lacks_brackets: whether they should be there */
static gboolean
scan_naked_uri (WireScan *scan, gboolean lacks_brackets)
{
  WireMark mark = wire_scan_begin (scan, &uri);
  gboolean matched;

  scan_scheme (scan);
  matched = wire_scan_while (scan, is_naked_uri_byte) > 0;
  imf_scan_flag_bytes (scan, mark.pos);
  if (lacks_brackets)
    wire_scan_deviate (scan, &imf_deviation_list_address_without_brackets);
  return wire_scan_end (scan, mark, matched || wire_scan_fail (scan));
}

gboolean
imf_value_uri (WireScan *scan)
{
  imf_scan_optional_cfws (scan);
  if (!(wire_scan_peek (scan) == '<' ? scan_uri (scan) : scan_naked_uri (scan, FALSE)))
    return FALSE;
  imf_scan_optional_cfws (scan);
  return TRUE;
}

/* Whatever stands between a URI and the next comma: readers ignore it. */
static void
scan_ignored_text (WireScan *scan)
{
  WireMark mark = wire_scan_begin (scan, &list_text);

  imf_scan_skip_until (scan, ',');
  wire_scan_deviate (scan, &imf_deviation_text_among_uris);
  wire_scan_end (scan, mark, TRUE);
}

gboolean
imf_value_list_uris (WireScan *scan)
{
  gboolean has_uri = FALSE;

  imf_scan_optional_cfws (scan);
  while (!wire_scan_at_end (scan))
    {
      if (wire_scan_peek (scan) == ',')
        wire_scan_deviate_at (scan, &imf_deviation_empty_list_member, scan->pos, 1);
      else if (scan_uri (scan) || scan_naked_uri (scan, TRUE))
        has_uri = TRUE;
      else
        return FALSE;
      imf_scan_optional_cfws (scan);
      if (!wire_scan_at_end (scan) && wire_scan_peek (scan) != ',')
        scan_ignored_text (scan);
      if (!wire_scan_at_end (scan))
        scan->pos++;
      imf_scan_optional_cfws (scan);
    }
  return has_uri || wire_scan_fail (scan);
}

gboolean
imf_value_list_post (WireScan *scan)
{
  ImfPlace place = imf_scan_save (scan);

  imf_scan_optional_cfws (scan);
  if (wire_scan_text (scan, "NO"))
    {
      scan->pos -= 2;
      wire_scan_leaf (scan, &no_posting, 2);
      imf_scan_optional_cfws (scan);
      if (wire_scan_at_end (scan))
        return TRUE;
    }
  imf_scan_restore (scan, place);
  return imf_value_list_uris (scan);
}

/* Returns: whether the bytes are list-label "." list-id-namespace, dot-atom-text both. */
static gboolean
is_list_id (const guint8 *bytes, gsize length)
{
  gboolean is_in_word = FALSE;
  gboolean has_dot = FALSE;

  for (gsize i = 0; i < length; i++)
    {
      if (bytes[i] == '.' ? !is_in_word : !imf_is_atext (bytes[i]))
        return FALSE;
      is_in_word = bytes[i] != '.';
      has_dot = has_dot || bytes[i] == '.';
    }
  return is_in_word && has_dot && length <= LIST_ID_BYTES_MAX;
}

static gboolean
scan_identifier (WireScan *scan)
{
  WireMark mark = wire_scan_begin (scan, &list_identifier);

  while (wire_scan_while (scan, is_uri_byte) > 0)
    {
      ImfPlace place = imf_scan_save (scan);

      if (imf_scan_fws (scan) && (wire_scan_at_end (scan) || wire_scan_peek (scan) == '>'))
        imf_scan_restore (scan, place);
    }
  imf_scan_flag_bytes (scan, mark.pos);
  if (!is_list_id (scan->data + mark.pos, scan->pos - mark.pos))
    wire_scan_deviate (scan, &imf_deviation_odd_list_id);
  return wire_scan_end (scan, mark, scan->pos > mark.pos || wire_scan_fail (scan));
}

/* Returns: whether there is a "<" after the cursor. */
static gboolean
has_bracket (const WireScan *scan)
{
  return memchr (scan->data + scan->pos, '<', scan->length - scan->pos) != NULL;
}

gboolean
imf_value_list_id (WireScan *scan)
{
  imf_scan_optional_cfws (scan);
  if (!has_bracket (scan))
    {
      wire_scan_deviate (scan, &imf_deviation_list_id_without_brackets);
      if (!scan_identifier (scan))
        return FALSE;
      imf_scan_fws (scan);
      return wire_scan_at_end (scan);
    }
  if (wire_scan_peek (scan) != '<' &&
      !imf_scan_phrase_as (scan, &list_description, DESCRIPTION_SPECIALS_TOLERATED, NULL))
    return FALSE;
  imf_scan_optional_cfws (scan);
  if (!wire_scan_byte (scan, '<'))
    return FALSE;
  imf_scan_fws (scan);
  if (!scan_identifier (scan))
    return FALSE;
  imf_scan_fws (scan);
  if (!wire_scan_byte (scan, '>'))
    return FALSE;
  imf_scan_optional_cfws (scan);
  return TRUE;
}

gboolean
imf_value_list_unsubscribe_post (WireScan *scan)
{
  static const char form[] = "List-Unsubscribe=One-Click";

  imf_scan_fws (scan);
  if (!wire_scan_text (scan, form))
    return FALSE;
  scan->pos -= sizeof form - 1;
  wire_scan_leaf (scan, &one_click, sizeof form - 1);
  imf_scan_fws (scan);
  return TRUE;
}
