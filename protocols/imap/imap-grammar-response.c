/* SPDX-License-Identifier: GPL-3.0-or-later */
#define WIRE_MODULE "imap"
#include "imap-grammar.h"

#include <string.h>
#include <wire/wire-base64.h>

#include "imap-deviation.h"
#include "imap-response-shape.h"

WIRE_ELEMENT (response, "Response", 9051, "7");
WIRE_ELEMENT (response_tag, "Which command it answers", 9051, "2.2.2");
WIRE_ELEMENT (untagged, "It answers no command by itself", 9051, "2.2.2");
WIRE_ELEMENT (continuation, "The client may go on", 9051, "7.6");
WIRE_ELEMENT (condition, "How it went", 9051, "7.1");
WIRE_ELEMENT (response_code, "Response code", 9051, "7.1");
WIRE_ELEMENT (response_code_name, "Name of the code", 9051, "7.1");
WIRE_ELEMENT (response_code_rest, "Rest of the code", 9051, "7.1");
WIRE_ELEMENT (response_text, "Text for people", 9051, "7.1");
WIRE_ELEMENT (challenge, "Challenge", 9051, "6.2.2");
WIRE_ELEMENT (response_name, "What is told", 9051, "7.2");
WIRE_ELEMENT (response_number, "Number", 9051, "7.4");

/* Text that could be base64 is a challenge from this length on, or when it ends in padding: ours.
 * "+ done" is both. */
#define CHALLENGE_BYTES_MIN 8

static const char *const conditions[] = { "OK", "NO", "BAD", "PREAUTH", "BYE" };

static GPtrArray *
new_values (const ImapResponse *out_response)
{
  return out_response != NULL
             ? g_ptr_array_new_with_free_func ((GDestroyNotify) imap_value_free)
             : NULL;
}

/* The line's end, or that of the unit where there is none. */
static gsize
find_line_end (const WireScan *scan)
{
  const guint8 *start = scan->data + scan->pos;
  const guint8 *lf = memchr (start, '\n', scan->length - scan->pos);
  gsize         end = lf != NULL ? (gsize) (lf - scan->data) : scan->length;

  return lf != NULL && end > scan->pos && scan->data[end - 1] == '\r' ? end - 1 : end;
}

/* Codes */

/* The arguments by the rules of the code, or else whatever they are (RFC 9051 section 9:
 * resp-text-code). */
static gboolean
scan_code_values (ImapValueScan *self, const ImapShape *shape, ImapResponse *out_response)
{
  WireScan             *scan = self->scan;
  g_autoptr (GPtrArray) values = new_values (out_response);
  WireMark              mark = wire_scan_begin (scan, &response_code_rest);
  gsize                 length;

  if (wire_scan_peek (scan) == ' ' && imap_scan_values (self, shape, values) &&
      wire_scan_peek (scan) == ']')
    {
      if (out_response != NULL)
        out_response->code_values = g_steal_pointer (&values);
      return wire_scan_end (scan, mark, TRUE);
    }
  wire_scan_end (scan, mark, FALSE);
  self->depth = 0;
  mark = wire_scan_begin (scan, &response_code_rest);
  if (wire_scan_peek (scan) == ' ')
    scan->pos++;
  length = find_line_end (scan) - scan->pos;
  for (gsize i = 0; i < length; i++)
    if (scan->data[scan->pos + i] == ']')
      length = i;
  if (out_response != NULL && length > 0)
    {
      ImapValue *value = g_new0 (ImapValue, 1);

      value->kind = IMAP_VALUE_ATOM;
      value->text = g_strndup ((const char *) scan->data + scan->pos, length);
      value->length = strlen (value->text);
      out_response->code_values = new_values (out_response);
      g_ptr_array_add (out_response->code_values, value);
    }
  scan->pos += length;
  return wire_scan_end (scan, mark, wire_scan_peek (scan) == ']' || wire_scan_fail (scan));
}

/* "[" resp-text-code "]" */
static gboolean
scan_code (ImapValueScan *self, ImapResponse *out_response)
{
  WireScan     *scan = self->scan;
  WireMark      mark = wire_scan_begin (scan, &response_code);
  const guint8 *name = scan->data + scan->pos + 1;
  gsize         length = 0;
  gboolean      matched;

  self->is_code = TRUE;
  matched = wire_scan_byte (scan, '[') &&
            (length = imap_scan_response_atom (self, &response_code_name)) > 0 &&
            (wire_scan_peek (scan) == ']' ||
             scan_code_values (self, imap_shape_find_code (name, length), out_response)) &&
            wire_scan_byte (scan, ']');
  self->is_code = FALSE;
  if (out_response != NULL && matched)
    out_response->code = g_ascii_strup ((const char *) name, (gssize) length);
  else if (out_response != NULL)
    g_clear_pointer (&out_response->code_values, g_ptr_array_unref);
  return wire_scan_end (scan, mark, matched);
}

/* Texts */

/* [text] as @element, up to the line's end */
static void
scan_text (WireScan *scan, const WireElement *element, ImapResponse *out_response)
{
  gsize    end = find_line_end (scan);
  WireMark mark;

  if (out_response != NULL)
    out_response->text = g_strndup ((const char *) scan->data + scan->pos, end - scan->pos);
  if (end == scan->pos)
    return;
  mark = wire_scan_begin (scan, element);
  if (!g_utf8_validate ((const char *) scan->data + scan->pos, (gssize) (end - scan->pos), NULL))
    wire_scan_deviate (scan, &imap_deviation_eight_bit_string);
  scan->pos = end;
  wire_scan_end (scan, mark, TRUE);
}

/* resp-text = ["[" resp-text-code "]" SP] [text], and the space before it; what can be left out
 * often is. */
static void
scan_resp_text (ImapValueScan *self, ImapResponse *out_response)
{
  WireScan *scan = self->scan;
  gboolean  has_space = wire_scan_peek (scan) == ' ';

  if (has_space)
    scan->pos++;
  if (wire_scan_peek (scan) == '[' && has_space && scan_code (self, out_response) &&
      wire_scan_peek (scan) == ' ')
    scan->pos++;
  if (find_line_end (scan) == scan->pos)
    wire_scan_deviate (scan, &imap_deviation_response_without_text);
  scan_text (scan, &response_text, out_response);
}

static gboolean
is_challenge (const WireScan *scan)
{
  gsize       length = find_line_end (scan) - scan->pos;
  const char *text = (const char *) scan->data + scan->pos;
  g_autoptr (GBytes) bytes = NULL;

  if (length == 0 || (length < CHALLENGE_BYTES_MIN && text[length - 1] != '='))
    return FALSE;
  bytes = wire_base64_decode (text, length, NULL);
  return bytes != NULL;
}

/* continue-req = "+" SP (resp-text / base64) CRLF */
static gboolean
scan_continuation (ImapValueScan *self, ImapResponse *out_response)
{
  WireScan *scan = self->scan;

  if (out_response != NULL)
    out_response->kind = IMAP_RESPONSE_CONTINUE;
  wire_scan_leaf (scan, &continuation, 1);
  if (wire_scan_peek (scan) != ' ')
    {
      if (find_line_end (scan) != scan->pos)
        return wire_scan_fail (scan);
      wire_scan_deviate (scan, &imap_deviation_response_without_text);
    }
  else if (wire_scan_peek_at (scan, 1) == '[')
    {
      scan_resp_text (self, out_response);
      return imap_scan_line_end (&self->strings);
    }
  else
    scan->pos++;
  scan_text (scan, is_challenge (scan) ? &challenge : &response_text, out_response);
  return imap_scan_line_end (&self->strings);
}

/* Conditions */

/* Returns: how many bytes the name of a condition at the cursor has; 0: there is none. */
static gsize
find_condition (const WireScan *scan, ImapCondition *out_condition)
{
  for (guint i = 0; i < G_N_ELEMENTS (conditions); i++)
    {
      gsize n = strlen (conditions[i]);
      int   next = wire_scan_peek_at (scan, n);

      if ((next == ' ' || next == '\r' || next == '\n') &&
          g_ascii_strncasecmp ((const char *) scan->data + scan->pos, conditions[i], n) == 0)
        {
          *out_condition = (ImapCondition) i;
          return n;
        }
    }
  return 0;
}

/* resp-cond-state, resp-cond-auth, resp-cond-bye */
static gboolean
scan_status (ImapValueScan *self, gsize length, ImapCondition found, ImapResponse *out_response)
{
  if (out_response != NULL)
    {
      out_response->kind = IMAP_RESPONSE_STATUS;
      out_response->condition = found;
    }
  wire_scan_leaf (self->scan, &condition, length);
  scan_resp_text (self, out_response);
  return imap_scan_line_end (&self->strings);
}

/* Data */

/* The number of "12 EXISTS". */
static gboolean
has_number (const WireScan *scan)
{
  gsize n = 0;

  while (g_ascii_isdigit (wire_scan_peek_at (scan, n)))
    n++;
  return n > 0 && wire_scan_peek_at (scan, n) == ' ';
}

static gboolean
scan_response_number (WireScan *scan, ImapResponse *out_response)
{
  WireMark mark = wire_scan_begin (scan, &response_number);
  guint64  number = 0;
  gboolean matched = wire_scan_number (scan, 1, G_MAXUINT, &number);

  if (out_response != NULL)
    {
      out_response->has_number = TRUE;
      out_response->number = number;
    }
  return wire_scan_end (scan, mark, matched) && wire_scan_byte (scan, ' ');
}

/* capability-data, mailbox-data, message-data and those of extensions */
static gboolean
scan_data (ImapValueScan *self, ImapResponse *out_response)
{
  WireScan             *scan = self->scan;
  g_autoptr (GPtrArray) values = new_values (out_response);
  const guint8         *name;
  gsize                 length;

  if (out_response != NULL)
    out_response->kind = IMAP_RESPONSE_DATA;
  if (has_number (scan) && !scan_response_number (scan, out_response))
    return FALSE;
  if (g_ascii_isdigit (wire_scan_peek (scan)))
    return wire_scan_fail (scan);
  name = scan->data + scan->pos;
  length = imap_scan_response_atom (self, &response_name);
  if (length == 0)
    return FALSE;
  if (out_response != NULL)
    out_response->name = g_ascii_strup ((const char *) name, (gssize) length);
  if (!imap_scan_values (self, imap_shape_find_response (name, length), values))
    return FALSE;
  if (out_response != NULL)
    out_response->values = g_steal_pointer (&values);
  return imap_scan_line_end (&self->strings);
}

/* Responses */

/* tag = 1*<any ASTRING-CHAR except "+"> */
static gboolean
scan_tagged (ImapValueScan *self, ImapResponse *out_response)
{
  WireScan     *scan = self->scan;
  const guint8 *tag = scan->data + scan->pos;
  gsize         length = imap_scan_response_atom (self, &response_tag);
  ImapCondition found;
  gsize         n;

  if (length == 0 || !wire_scan_byte (scan, ' '))
    return FALSE;
  n = find_condition (scan, &found);
  if (n == 0 || found > IMAP_BAD)
    return wire_scan_fail (scan);
  if (out_response != NULL)
    out_response->tag = g_strndup ((const char *) tag, length);
  return scan_status (self, n, found, out_response);
}

static gboolean
scan_untagged (ImapValueScan *self, ImapResponse *out_response)
{
  WireScan     *scan = self->scan;
  ImapCondition found;
  gsize         n;

  wire_scan_leaf (scan, &untagged, 1);
  if (!wire_scan_byte (scan, ' '))
    return FALSE;
  n = find_condition (scan, &found);
  return n > 0 ? scan_status (self, n, found, out_response) : scan_data (self, out_response);
}

/* response-data, response-tagged, continue-req or greeting */
gboolean
imap_scan_response (WireScan *scan, ImapResponse *out_response)
{
  ImapValueScan self;
  gboolean      matched;

  imap_value_scan_init (&self, scan);
  if (out_response != NULL)
    imap_response_clear (out_response);
  if (wire_scan_peek (scan) == '+')
    matched = scan_continuation (&self, out_response);
  else if (wire_scan_peek (scan) == '*' && wire_scan_peek_at (scan, 1) == ' ')
    matched = scan_untagged (&self, out_response);
  else
    matched = scan_tagged (&self, out_response);
  matched = matched && (wire_scan_at_end (scan) || wire_scan_fail (scan));
  if (!matched && out_response != NULL)
    imap_response_clear (out_response);
  return matched;
}

static gboolean
scan_any_response (WireScan *scan)
{
  return imap_scan_response (scan, NULL);
}

const WireGrammar imap_grammar_response = { "imap-response", "IMAP response", &response,
                                            scan_any_response };
