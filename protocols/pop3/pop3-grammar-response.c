/* SPDX-License-Identifier: GPL-3.0-or-later */
#define WIRE_MODULE "pop3"
#include "pop3-grammar.h"

#include <string.h>

#include "pop3-apop.h"
#include "pop3-scan.h"

/* Digits of the largest number that fits 64 bits. */
#define NUMBER_DIGITS_MAX 20

WIRE_ELEMENT (response, "Response", 1939, "3");
WIRE_ELEMENT (status_line, "Status line", 2449, "3");
WIRE_ELEMENT (status_indicator, "Status indicator", 1939, "3");
WIRE_ELEMENT (response_code, "Response code", 2449, "8");
WIRE_ELEMENT (response_level, "Level of the response code", 2449, "8");
WIRE_ELEMENT (text, "Text", 2449, "3");
WIRE_ELEMENT (timestamp, "Timestamp for APOP", 1939, "7");
WIRE_ELEMENT (drop_listing, "Drop listing, or one scan listing", 1939, "5");
WIRE_ELEMENT (drop_number, "Number of messages, or message number", 1939, "5");
WIRE_ELEMENT (scan_listing, "Scan listing", 1939, "5");
WIRE_ELEMENT (octets, "Size in octets", 1939, "11");
WIRE_ELEMENT (further_information, "Further information", 1939, "5");
WIRE_ELEMENT (unique_id_listing, "Unique-id listing", 1939, "7");
WIRE_ELEMENT (unique_id, "Unique-id", 1939, "7");
WIRE_ELEMENT (capability, "Capability", 2449, "3");
WIRE_ELEMENT (capa_tag, "Capability tag", 2449, "5");
WIRE_ELEMENT (capa_parameter, "Capability parameter", 2449, "5");
WIRE_ELEMENT (language_listing, "Language that the server speaks", 6856, "3.3");
WIRE_ELEMENT (language_tag, "Language tag", 6856, "3.2");
WIRE_ELEMENT (language_name, "Name of the language", 6856, "3.3");
WIRE_ELEMENT (challenge_line, "Challenge", 5034, "4");
WIRE_ELEMENT (sasl_challenge, "Challenge in base64", 5034, "4");
WIRE_ELEMENT (multi_line_text, "Line of a multi-line response", 1939, "3");
WIRE_ELEMENT (termination, "End of the multi-line response", 1939, "3");

static gboolean
is_vchar (guint8 byte)
{
  return byte > 0x20 && byte < 0x7f;
}

/* Listings */

/* The size never begins with a zero that says nothing, as unique-ids may. */
static gboolean
scan_octets (WireScan *scan, guint64 *out_octets)
{
  WireMark mark = wire_scan_begin (scan, &octets);
  gboolean matched;
  int next;

  if (wire_scan_peek (scan) == '0' && wire_scan_peek_at (scan, 1) >= '0' &&
      wire_scan_peek_at (scan, 1) <= '9')
    return wire_scan_end (scan, mark, wire_scan_fail (scan));
  matched = wire_scan_number (scan, 1, NUMBER_DIGITS_MAX, out_octets);
  next = wire_scan_peek (scan);
  if (matched && next != -1 && next != ' ' && next != '\r' && next != '\n')
    matched = wire_scan_fail (scan);
  return wire_scan_end (scan, mark, matched);
}

/* Always matches: no requirement is made on what follows the size. */
static gboolean
scan_further_information (WireScan *scan)
{
  if (pop3_is_at_line_end (scan))
    return pop3_scan_needless_spaces (scan);
  return wire_scan_byte (scan, ' ') &&
         pop3_scan_utf8_run (scan, &further_information, pop3_is_line_byte);
}

gboolean
pop3_scan_drop_listing (WireScan *scan, guint64 *out_n_messages, guint64 *out_octets)
{
  WireMark mark = wire_scan_begin (scan, &drop_listing);

  return wire_scan_end (scan, mark,
                        pop3_scan_number (scan, &drop_number, out_n_messages) &&
                            wire_scan_byte (scan, ' ') && scan_octets (scan, out_octets) &&
                            scan_further_information (scan));
}

gboolean
pop3_scan_scan_listing (WireScan *scan, guint64 *out_message_number, guint64 *out_octets)
{
  WireMark mark = wire_scan_begin (scan, &scan_listing);

  return wire_scan_end (scan, mark,
                        pop3_scan_message_number (scan, out_message_number) &&
                            wire_scan_byte (scan, ' ') && scan_octets (scan, out_octets) &&
                            scan_further_information (scan));
}

/* One to 70 characters in the range 0x21 to 0x7E; longer ones have been met. */
static gboolean
scan_unique_id (WireScan *scan)
{
  WireMark mark = wire_scan_begin (scan, &unique_id);
  gboolean matched = wire_scan_while (scan, is_vchar) > 0 || wire_scan_fail (scan);

  if (scan->pos - mark.pos > POP3_UNIQUE_ID_BYTES_MAX)
    wire_scan_deviate (scan, &pop3_deviation_long_unique_id);
  return wire_scan_end (scan, mark, matched);
}

gboolean
pop3_scan_unique_id_listing (WireScan *scan, guint64 *out_message_number, char **out_unique_id)
{
  WireMark mark = wire_scan_begin (scan, &unique_id_listing);
  gsize start = 0;
  gsize end = 0;
  gboolean matched = FALSE;

  if (pop3_scan_message_number (scan, out_message_number) && wire_scan_byte (scan, ' '))
    {
      start = scan->pos;
      matched = scan_unique_id (scan);
      end = scan->pos;
      pop3_scan_needless_spaces (scan);
    }
  if (matched)
    *out_unique_id = g_strndup ((const char *) scan->data + start, end - start);
  return wire_scan_end (scan, mark, matched);
}

gboolean
pop3_unique_id_is_valid (const char *id)
{
  gsize length = strlen (id);

  for (gsize i = 0; i < length; i++)
    if (id[i] < 0x21 || id[i] > 0x7e)
      return FALSE;
  return length >= 1 && length <= POP3_UNIQUE_ID_BYTES_MAX;
}

/* cchar = %x21-2D / %x2F-7F ; printable ASCII, excluding "." */
static gboolean
is_tag_byte (guint8 byte)
{
  return byte > 0x20 && byte < 0x7f && byte != '.';
}

/* Takes a parameter of a capability, which follows the space at the cursor. */
static gboolean
scan_capa_parameter (WireScan *scan, GString *parameters)
{
  gsize start;

  if (!pop3_scan_space (scan))
    return FALSE;
  start = scan->pos;
  if (!pop3_scan_run (scan, &capa_parameter, pop3_is_visible))
    return FALSE;
  if (parameters->len > 0)
    g_string_append_c (parameters, ' ');
  g_string_append_len (parameters, (const char *) scan->data + start, (gssize) (scan->pos - start));
  return TRUE;
}

/* capability = capa-tag *(SP param) CRLF */
gboolean
pop3_scan_capability (WireScan *scan, char **out_tag, char **out_parameters)
{
  g_autoptr (GString) parameters = g_string_new (NULL);
  WireMark mark = wire_scan_begin (scan, &capability);
  gboolean matched = pop3_scan_run (scan, &capa_tag, is_tag_byte);
  gsize tag_end = scan->pos;

  while (matched && !pop3_is_at_line_end (scan))
    matched = scan_capa_parameter (scan, parameters);
  matched = matched && pop3_scan_needless_spaces (scan);
  if (matched)
    {
      *out_tag = g_strndup ((const char *) scan->data + mark.pos, tag_end - mark.pos);
      *out_parameters = g_strdup (parameters->str);
    }
  return wire_scan_end (scan, mark, matched);
}

/* Looks ahead: whether the line looks like one of LANG's listing, a tag that begins with two or
 * three small letters and the language's name: the tags of capabilities are longer, or capitals.
 * Returns: the tag's length, 0 if it does not. */
static gsize
find_language_tag (const WireScan *scan)
{
  gsize n_letters = 0;
  gsize n;
  int byte;

  while ((byte = wire_scan_peek_at (scan, n_letters)) >= 'a' && byte <= 'z')
    n_letters++;
  if (n_letters < 2 || n_letters > 3)
    return 0;
  for (n = n_letters;
       (byte = wire_scan_peek_at (scan, n)) == '-' || (byte > 0 && g_ascii_isalnum ((char) byte));
       n++)
    if (n == n_letters && byte != '-')
      return 0;
  return byte == ' ' && wire_scan_peek_at (scan, n + 1) > ' ' ? n : 0;
}

/* A line of LANG's listing: tag SP description (RFC 6856 section 3.3 has examples, no rule). */
static gboolean
scan_language_listing (WireScan *scan)
{
  gsize tag_bytes = find_language_tag (scan);
  WireMark mark;

  if (tag_bytes == 0)
    return FALSE;
  mark = wire_scan_begin (scan, &language_listing);
  wire_scan_leaf (scan, &language_tag, tag_bytes);
  return wire_scan_end (scan, mark,
                        wire_scan_byte (scan, ' ') &&
                            pop3_scan_utf8_run (scan, &language_name, pop3_is_line_byte));
}

/* Responses */

/* status = "+OK" / "-ERR"; servers MUST send them in upper case. */
static gboolean
scan_status_indicator (WireScan *scan, gboolean *out_is_ok)
{
  WireMark mark = wire_scan_begin (scan, &status_indicator);
  gboolean is_ok = wire_scan_peek (scan) != '-';
  gboolean matched = wire_scan_text (scan, is_ok ? "+OK" : "-ERR");

  for (gsize i = mark.pos; i < scan->pos; i++)
    if (g_ascii_islower (scan->data[i]))
      {
        wire_scan_deviate (scan, &pop3_deviation_small_status);
        break;
      }
  if (matched)
    *out_is_ok = is_ok;
  return wire_scan_end (scan, mark, matched);
}

/* rchar = %x21-2E / %x30-5C / %x5E-7F ; printable ASCII, excluding "/" and "]" */
static gboolean
is_level_byte (guint8 byte)
{
  return byte > 0x20 && byte < 0x7f && byte != '/' && byte != ']';
}

/* resp-code = "[" resp-level *("/" resp-level) "]" */
static gboolean
scan_response_code (WireScan *scan, char **out_code)
{
  WireMark mark = wire_scan_begin (scan, &response_code);
  gboolean matched;

  matched = wire_scan_byte (scan, '[') && pop3_scan_run (scan, &response_level, is_level_byte);
  while (matched && wire_scan_peek (scan) == '/')
    matched = wire_scan_byte (scan, '/') && pop3_scan_run (scan, &response_level, is_level_byte);
  matched = matched && wire_scan_byte (scan, ']');
  if (matched)
    *out_code = g_strndup ((const char *) scan->data + mark.pos + 1, scan->pos - mark.pos - 2);
  return wire_scan_end (scan, mark, matched);
}

static gboolean
scan_text (WireScan *scan)
{
  WireMark mark = wire_scan_begin (scan, &text);

  while (scan->pos < scan->length && pop3_is_line_byte (scan->data[scan->pos]))
    {
      gsize timestamp_bytes =
          pop3_apop_get_timestamp_length (scan->data + scan->pos, scan->length - scan->pos);

      if (timestamp_bytes > 0)
        {
          wire_scan_leaf (scan, &timestamp, timestamp_bytes);
          continue;
        }
      scan->pos++;
    }
  pop3_check_utf8 (scan, mark.pos);
  return wire_scan_end (scan, mark, scan->pos > mark.pos || wire_scan_fail (scan));
}

/* Looks ahead: whether the line ends in "number SP word" and the word is more
 * likely a unique-id than prose, as in "120 octets": it has a digit. */
static gboolean
is_unique_id_listing_ahead (const WireScan *scan)
{
  gsize i = 0;
  gboolean has_digit = FALSE;
  int byte;

  while (wire_scan_peek_at (scan, i) >= '0' && wire_scan_peek_at (scan, i) <= '9')
    i++;
  if (i == 0 || wire_scan_peek_at (scan, i) != ' ')
    return FALSE;
  for (i++; (byte = wire_scan_peek_at (scan, i)) > 0x20 && byte < 0x7f; i++)
    has_digit = has_digit || g_ascii_isdigit (byte);
  return has_digit && (byte == '\r' || byte == '\n');
}

/* What may follow a status: a listing of STAT, LIST msg or UIDL msg, or text. */
static gboolean
scan_information (WireScan *scan, gboolean is_ok)
{
  guint64 number, size;
  g_autofree char *id = NULL;

  if (pop3_is_at_line_end (scan))
    return pop3_scan_needless_spaces (scan);
  if (is_ok && pop3_scan_drop_listing (scan, &number, &size))
    return TRUE;
  if (is_ok && is_unique_id_listing_ahead (scan) &&
      pop3_scan_unique_id_listing (scan, &number, &id))
    return TRUE;
  return scan_text (scan);
}

/* text = *schar / resp-code *CHAR */
static gboolean
scan_status_text (WireScan *scan, gboolean is_ok, char **out_code, gsize *out_start)
{
  if (wire_scan_peek (scan) == '[' && scan_response_code (scan, out_code) &&
      wire_scan_peek (scan) == ' ')
    scan->pos++;
  *out_start = scan->pos;
  return scan_information (scan, is_ok);
}

/* single-line = status [SP text] CRLF */
gboolean
pop3_scan_status_line (WireScan *scan, Pop3Status *out_status)
{
  WireMark mark = wire_scan_begin (scan, &status_line);
  g_autofree char *code = NULL;
  gboolean is_ok = FALSE;
  gboolean matched = scan_status_indicator (scan, &is_ok);
  gsize text_start = scan->pos;
  gsize text_end = scan->pos;

  if (matched && wire_scan_peek (scan) == ' ')
    {
      scan->pos++;
      matched = scan_status_text (scan, is_ok, &code, &text_start);
      text_end = scan->pos;
    }
  matched = matched && pop3_scan_line_end (scan);
  if (matched)
    *out_status = (Pop3Status){
      .is_ok = is_ok,
      .code = g_steal_pointer (&code),
      .text = g_strndup ((const char *) scan->data + text_start, text_end - text_start),
    };
  return wire_scan_end (scan, mark, matched);
}

void
pop3_status_clear (Pop3Status *status)
{
  g_free (status->code);
  g_free (status->text);
  *status = (Pop3Status){ 0 };
}

/* "." CRLF */
static gboolean
scan_termination (WireScan *scan)
{
  WireMark mark = wire_scan_begin (scan, &termination);

  return wire_scan_end (scan, mark, wire_scan_byte (scan, '.') && pop3_scan_line_end (scan));
}

/* A line of a listing. Which listing it is, the line itself must tell: a
 * unique-id of nothing but digits passes for a size. */
static gboolean
scan_listing_line (WireScan *scan)
{
  guint64 number, size;
  g_autofree char *word = NULL;
  g_autofree char *more = NULL;

  if (pop3_scan_scan_listing (scan, &number, &size) ||
      pop3_scan_unique_id_listing (scan, &number, &word) || scan_language_listing (scan) ||
      pop3_scan_capability (scan, &word, &more))
    return TRUE;
  return pop3_is_at_line_end (scan)
             ? pop3_scan_needless_spaces (scan)
             : pop3_scan_utf8_run (scan, &multi_line_text, pop3_is_line_byte);
}

/* multi-line = single-line *dot-stuffed "." CRLF */
static gboolean
scan_response (WireScan *scan)
{
  Pop3Status status = { 0 };
  gboolean matched = pop3_scan_status_line (scan, &status);
  gboolean is_multi_line = matched && status.is_ok && !wire_scan_at_end (scan);

  pop3_status_clear (&status);
  if (!is_multi_line)
    return matched;
  while (!scan_termination (scan))
    if (!scan_listing_line (scan) || !pop3_scan_line_end (scan))
      return FALSE;
  return TRUE;
}

/* continue-req = "+" SP [base64] CRLF */
gboolean
pop3_scan_challenge (WireScan *scan, char **out_base64)
{
  WireMark mark = wire_scan_begin (scan, &challenge_line);
  gboolean matched = wire_scan_byte (scan, '+') && wire_scan_byte (scan, ' ');
  gsize start = scan->pos;
  gsize end = start;

  if (matched)
    {
      pop3_scan_base64 (scan, &sasl_challenge);
      end = scan->pos;
      matched = pop3_scan_line_end (scan);
    }
  if (matched)
    *out_base64 = g_strndup ((const char *) scan->data + start, end - start);
  return wire_scan_end (scan, mark, matched);
}

/* response =/ continue-req */
static gboolean
scan_response_unit (WireScan *scan)
{
  g_autofree char *base64 = NULL;

  if (wire_scan_peek (scan) == '+' && wire_scan_peek_at (scan, 1) == ' ')
    return pop3_scan_challenge (scan, &base64);
  return scan_response (scan);
}

const WireGrammar pop3_grammar_response = { "pop3-response", "POP3 response", &response,
                                            scan_response_unit };
