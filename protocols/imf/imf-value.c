/* SPDX-License-Identifier: GPL-3.0-or-later */
#define WIRE_MODULE "imf"
#include "imf-value.h"
#include "imf-address.h"
#include "imf-date.h"
#include "imf-deviation.h"
#include "imf-scan.h"
#include "imf-trace.h"

#include <string.h>

WIRE_ELEMENT (msg_id, "Message identifier", 5322, "3.6.4");
WIRE_ELEMENT (id_left, "Left side of the identifier", 5322, "3.6.4");
WIRE_ELEMENT (id_right, "Right side of the identifier", 5322, "3.6.4");
WIRE_ELEMENT (obs_phrase, "Phrase among identifiers", 5322, "4.5.4");
WIRE_ELEMENT (keyword_phrase, "Key word", 5322, "3.6.5");

/* Bytes an id of any shape may have, as common readers take it. */
static gboolean
is_id_byte (guint8 byte)
{
  return !imf_is_control (byte) && strchr (" \t<>", byte) == NULL;
}

/* [CFWS], which only the obsolete syntax has in an id */
static void
scan_id_space (WireScan *scan)
{
  gsize start = scan->pos;

  imf_scan_optional_cfws (scan);
  if (scan->pos > start)
    wire_scan_deviate_at (scan, &imf_deviation_space_in_id, start, scan->pos - start);
}

/* id-left "@" id-right, or their obsolete forms with CFWS in between */
static gboolean
scan_id_sides (WireScan *scan, GString *out)
{
  gboolean matched;
  gsize    start;
  WireMark mark;

  scan_id_space (scan);
  start = scan->pos;
  if (!imf_scan_dotted (scan, &id_left, TRUE, out))
    return FALSE;
  if (memchr (scan->data + start, '"', scan->pos - start) != NULL)
    wire_scan_deviate_at (scan, &imf_deviation_quoted_string_in_id, start, scan->pos - start);
  scan_id_space (scan);
  if (!wire_scan_byte (scan, '@'))
    return FALSE;
  if (out != NULL)
    g_string_append_c (out, '@');
  scan_id_space (scan);
  if (wire_scan_peek (scan) == '[')
    {
      mark = wire_scan_begin (scan, &id_right);
      matched = wire_scan_end (scan, mark, imf_scan_domain_literal (scan, out));
    }
  else
    matched = imf_scan_dotted (scan, &id_right, FALSE, out);
  scan_id_space (scan);
  return matched && wire_scan_peek (scan) == '>';
}

/* Anything between "<" and ">": tolerated, for ids are compared and never taken apart */
static gboolean
scan_opaque_id (WireScan *scan, GString *out)
{
  gsize start = scan->pos;

  if (wire_scan_while (scan, is_id_byte) == 0)
    return wire_scan_fail (scan);
  if (out != NULL)
    g_string_append_len (out, (const char *) scan->data + start, (gssize) (scan->pos - start));
  return TRUE;
}

static gboolean
scan_bare_msg_id (WireScan *scan, GString *out)
{
  WireMark mark = wire_scan_begin (scan, &msg_id);
  ImfPlace place;
  gsize    out_length = out != NULL ? out->len : 0;
  gboolean matched = wire_scan_byte (scan, '<');

  place = imf_scan_save (scan);
  if (matched && !scan_id_sides (scan, out))
    {
      imf_scan_restore (scan, place);
      if (out != NULL)
        g_string_truncate (out, out_length);
      matched = scan_opaque_id (scan, out);
      wire_scan_deviate (scan, &imf_deviation_odd_id);
    }
  matched = matched && wire_scan_byte (scan, '>');
  if (!matched && out != NULL)
    g_string_truncate (out, out_length);
  return wire_scan_end (scan, mark, matched);
}

gboolean
imf_scan_msg_id (WireScan *scan, GString *out)
{
  ImfPlace place = imf_scan_save (scan);

  imf_scan_optional_cfws (scan);
  if (!scan_bare_msg_id (scan, out))
    return imf_scan_restore (scan, place);
  imf_scan_optional_cfws (scan);
  return TRUE;
}

/* msg-id; one without its brackets is tolerated */
gboolean
imf_value_msg_id (WireScan *scan)
{
  WireMark mark;

  imf_scan_optional_cfws (scan);
  if (wire_scan_peek (scan) == '<')
    return imf_scan_msg_id (scan, NULL);
  mark = wire_scan_begin (scan, &msg_id);
  wire_scan_deviate (scan, &imf_deviation_id_without_brackets);
  if (!wire_scan_end (scan, mark, scan_opaque_id (scan, NULL)))
    return FALSE;
  imf_scan_optional_cfws (scan);
  return TRUE;
}

/* 1*msg-id / *(phrase / msg-id); commas between are tolerated */
gboolean
imf_value_msg_ids (WireScan *scan)
{
  WireMark mark;

  imf_scan_optional_cfws (scan);
  if (wire_scan_at_end (scan))
    wire_scan_deviate (scan, &imf_deviation_empty_list_member);
  while (!wire_scan_at_end (scan))
    {
      gboolean matched;

      switch (wire_scan_peek (scan))
        {
        case '<':
          matched = scan_bare_msg_id (scan, NULL);
          break;
        case ',':
          matched = wire_scan_byte (scan, ',');
          wire_scan_deviate_at (scan, &imf_deviation_comma_among_ids, scan->pos - 1, 1);
          break;
        default:
          mark = wire_scan_begin (scan, &obs_phrase);
          wire_scan_deviate (scan, &imf_deviation_phrase_among_ids);
          matched = wire_scan_end (scan, mark, imf_scan_word (scan, NULL));
          break;
        }
      if (!matched)
        return FALSE;
      imf_scan_optional_cfws (scan);
    }
  return TRUE;
}

gboolean
imf_value_date_time (WireScan *scan)
{
  return imf_scan_date_time (scan, NULL);
}

gboolean
imf_value_received (WireScan *scan)
{
  return imf_scan_received (scan, NULL);
}

gboolean
imf_value_mailbox (WireScan *scan)
{
  imf_scan_optional_cfws (scan);
  if (!imf_scan_author (scan, NULL))
    return FALSE;
  imf_scan_optional_cfws (scan);
  return TRUE;
}

/* Notes a list of addresses that has none. */
static gboolean
check_blank (WireScan *scan, gsize start)
{
  WireScan ahead = *scan;

  ahead.pos = start;
  ahead.recorder = NULL;
  imf_scan_optional_cfws (&ahead);
  if (wire_scan_at_end (&ahead))
    wire_scan_deviate (scan, &imf_deviation_empty_address_list);
  return TRUE;
}

gboolean
imf_value_mailbox_list (WireScan *scan)
{
  gsize start = scan->pos;

  return imf_scan_mailbox_list (scan, NULL) && check_blank (scan, start);
}

gboolean
imf_value_address_list (WireScan *scan)
{
  gsize start = scan->pos;

  return imf_scan_address_list (scan, NULL) && check_blank (scan, start);
}

/* Bcc may be blank. */
gboolean
imf_value_optional_address_list (WireScan *scan)
{
  return imf_scan_address_list (scan, NULL);
}

/* phrase *("," phrase) / obs-phrase-list */
gboolean
imf_value_phrase_list (WireScan *scan)
{
  gboolean wants_phrase = TRUE;
  gsize    comma = G_MAXSIZE;

  imf_scan_optional_cfws (scan);
  while (!wire_scan_at_end (scan))
    {
      if (wire_scan_peek (scan) == ',')
        {
          comma = scan->pos++;
          if (wants_phrase)
            wire_scan_deviate_at (scan, &imf_deviation_empty_list_member, comma, 1);
          wants_phrase = TRUE;
        }
      else if (!wants_phrase || !imf_scan_phrase_as (scan, &keyword_phrase, "", NULL))
        return FALSE;
      else
        wants_phrase = FALSE;
      imf_scan_optional_cfws (scan);
    }
  if (wants_phrase && comma != G_MAXSIZE)
    wire_scan_deviate_at (scan, &imf_deviation_empty_list_member, comma, 1);
  else if (wants_phrase)
    wire_scan_deviate (scan, &imf_deviation_empty_list_member);
  return TRUE;
}
