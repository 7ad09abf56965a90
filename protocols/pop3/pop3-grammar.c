/* SPDX-License-Identifier: GPL-3.0-or-later */
#define WIRE_MODULE "pop3"
#include "pop3-grammar.h"

#include <string.h>

/* Digits of the largest number that fits 64 bits. */
#define NUMBER_DIGITS_MAX 20

WIRE_ELEMENT (command, "Command", 1939, "3");
WIRE_ELEMENT (user_command, "USER command", 1939, "7");
WIRE_ELEMENT (pass_command, "PASS command", 1939, "7");
WIRE_ELEMENT (stat_command, "STAT command", 1939, "5");
WIRE_ELEMENT (list_command, "LIST command", 1939, "5");
WIRE_ELEMENT (retr_command, "RETR command", 1939, "5");
WIRE_ELEMENT (dele_command, "DELE command", 1939, "5");
WIRE_ELEMENT (noop_command, "NOOP command", 1939, "5");
WIRE_ELEMENT (rset_command, "RSET command", 1939, "5");
WIRE_ELEMENT (quit_command, "QUIT command", 1939, "6");
WIRE_ELEMENT (top_command, "TOP command", 1939, "7");
WIRE_ELEMENT (uidl_command, "UIDL command", 1939, "7");
WIRE_ELEMENT (capa_command, "CAPA command", 2449, "5");
WIRE_ELEMENT (stls_command, "STLS command", 2595, "4");
WIRE_ELEMENT (unknown_command, "Unknown command", 1939, "3");
WIRE_ELEMENT (keyword, "Keyword", 1939, "3");
WIRE_ELEMENT (argument, "Argument", 1939, "3");
WIRE_ELEMENT (user_name, "Name of the mailbox", 1939, "7");
WIRE_ELEMENT (password, "Password", 1939, "7");
WIRE_ELEMENT (line_count, "Number of lines", 1939, "7");
WIRE_ELEMENT (message_number, "Message number", 1939, "4");
WIRE_ELEMENT (needless_space, "Needless space", 1939, "3");
WIRE_ELEMENT (crlf, "End of line", 1939, "3");

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
WIRE_ELEMENT (multi_line_text, "Line of a multi-line response", 1939, "3");
WIRE_ELEMENT (termination, "End of the multi-line response", 1939, "3");

/* VCHAR, and what RFC 6856 servers and careless clients send beyond ASCII. */
static gboolean
is_visible (guint8 byte)
{
  return byte > 0x20 && byte != 0x7f;
}

static gboolean
is_vchar (guint8 byte)
{
  return byte > 0x20 && byte < 0x7f;
}

static gboolean
is_line_byte (guint8 byte)
{
  return byte != '\0' && byte != '\r' && byte != '\n';
}

static gboolean
is_space (guint8 byte)
{
  return byte == ' ';
}

/* Matches one byte or more of a class; flags what is not printable ASCII. */
static gboolean
scan_run (WireScan *scan, const WireElement *element, gboolean (*is_member) (guint8 byte))
{
  WireMark mark = wire_scan_begin (scan, element);
  gboolean matched = wire_scan_while (scan, is_member) > 0 || wire_scan_fail (scan);

  for (gsize i = mark.pos; i < scan->pos; i++)
    if (scan->data[i] < 0x20 || scan->data[i] > 0x7e)
      {
        wire_scan_flag (scan, WIRE_SPAN_TOLERATED);
        break;
      }
  return wire_scan_end (scan, mark, matched);
}

static gboolean
scan_number (WireScan *scan, const WireElement *element, guint64 *out_value)
{
  WireMark mark = wire_scan_begin (scan, element);

  return wire_scan_end (scan, mark, wire_scan_number (scan, 1, NUMBER_DIGITS_MAX, out_value));
}

/* Always matches: spaces that nothing asks for. */
static gboolean
scan_needless_spaces (WireScan *scan)
{
  WireMark mark;

  if (wire_scan_peek (scan) != ' ')
    return TRUE;
  mark = wire_scan_begin (scan, &needless_space);
  wire_scan_while (scan, is_space);
  wire_scan_flag (scan, WIRE_SPAN_TOLERATED);
  return wire_scan_end (scan, mark, TRUE);
}

/* Keywords and arguments are each separated by a single SPACE character. */
static gboolean
scan_space (WireScan *scan)
{
  return wire_scan_byte (scan, ' ') && scan_needless_spaces (scan);
}

static gboolean
scan_line_end (WireScan *scan)
{
  WireMark mark = wire_scan_begin (scan, &crlf);

  if (wire_scan_peek (scan) == '\n')
    {
      scan->pos++;
      wire_scan_flag (scan, WIRE_SPAN_TOLERATED);
      return wire_scan_end (scan, mark, TRUE);
    }
  return wire_scan_end (scan, mark, wire_scan_crlf (scan));
}

/* Whether nothing but spaces is left on the line. */
static gboolean
is_at_line_end (const WireScan *scan)
{
  gsize ahead = 0;
  int   byte;

  while (wire_scan_peek_at (scan, ahead) == ' ')
    ahead++;
  byte = wire_scan_peek_at (scan, ahead);
  return byte == '\r' || byte == '\n' || byte == -1;
}

/* Commands */

static gboolean
scan_no_arguments (WireScan *scan, Pop3Command *out_command)
{
  return TRUE;
}

/* SP name */
static gboolean
scan_user_name (WireScan *scan, Pop3Command *out_command)
{
  gsize start;

  if (!scan_space (scan))
    return FALSE;
  start = scan->pos;
  if (!scan_run (scan, &user_name, is_visible))
    return FALSE;
  out_command->text = g_strndup ((const char *) scan->data + start, scan->pos - start);
  return TRUE;
}

/* SP string: PASS has exactly one argument, so further spaces belong to it. */
static gboolean
scan_password (WireScan *scan, Pop3Command *out_command)
{
  gsize start;

  if (!wire_scan_byte (scan, ' '))
    return FALSE;
  start = scan->pos;
  if (!scan_run (scan, &password, is_line_byte))
    return FALSE;
  out_command->text = g_strndup ((const char *) scan->data + start, scan->pos - start);
  return TRUE;
}

/* SP msg */
static gboolean
scan_message_number (WireScan *scan, Pop3Command *out_command)
{
  out_command->has_message_number =
      scan_space (scan) && scan_number (scan, &message_number, &out_command->message_number);
  return out_command->has_message_number;
}

/* [SP msg] */
static gboolean
scan_optional_message_number (WireScan *scan, Pop3Command *out_command)
{
  return is_at_line_end (scan) || scan_message_number (scan, out_command);
}

/* SP msg SP n */
static gboolean
scan_message_number_and_lines (WireScan *scan, Pop3Command *out_command)
{
  return scan_message_number (scan, out_command) && scan_space (scan) &&
         scan_number (scan, &line_count, &out_command->n_lines);
}

/* *(SP param) */
static gboolean
scan_any_arguments (WireScan *scan, Pop3Command *out_command)
{
  while (!is_at_line_end (scan))
    if (!scan_space (scan) || !scan_run (scan, &argument, is_visible))
      return FALSE;
  return TRUE;
}

static const struct
{
  const char        *keyword;
  const char        *usage;
  const WireElement *element;
  gboolean (*scan_arguments) (WireScan *scan, Pop3Command *out_command);
} verbs[POP3_N_VERBS] = {
  [POP3_VERB_UNKNOWN] = { "", "", &unknown_command, scan_any_arguments },
  [POP3_VERB_USER] = { "USER", "USER name", &user_command, scan_user_name },
  [POP3_VERB_PASS] = { "PASS", "PASS string", &pass_command, scan_password },
  [POP3_VERB_STAT] = { "STAT", "STAT", &stat_command, scan_no_arguments },
  [POP3_VERB_LIST] = { "LIST", "LIST [msg]", &list_command, scan_optional_message_number },
  [POP3_VERB_RETR] = { "RETR", "RETR msg", &retr_command, scan_message_number },
  [POP3_VERB_DELE] = { "DELE", "DELE msg", &dele_command, scan_message_number },
  [POP3_VERB_NOOP] = { "NOOP", "NOOP", &noop_command, scan_no_arguments },
  [POP3_VERB_RSET] = { "RSET", "RSET", &rset_command, scan_no_arguments },
  [POP3_VERB_QUIT] = { "QUIT", "QUIT", &quit_command, scan_no_arguments },
  [POP3_VERB_TOP] = { "TOP", "TOP msg n", &top_command, scan_message_number_and_lines },
  [POP3_VERB_UIDL] = { "UIDL", "UIDL [msg]", &uidl_command, scan_optional_message_number },
  [POP3_VERB_CAPA] = { "CAPA", "CAPA", &capa_command, scan_no_arguments },
  [POP3_VERB_STLS] = { "STLS", "STLS", &stls_command, scan_no_arguments },
};

/* Looks ahead: which keyword stands at the cursor. */
static Pop3Verb
find_verb (const WireScan *scan)
{
  for (guint verb = POP3_VERB_UNKNOWN + 1; verb < POP3_N_VERBS; verb++)
    {
      gsize length = strlen (verbs[verb].keyword);
      int   next = wire_scan_peek_at (scan, length);

      if (scan->length - scan->pos >= length &&
          g_ascii_strncasecmp ((const char *) scan->data + scan->pos, verbs[verb].keyword,
                               length) == 0 &&
          (next == -1 || !is_visible ((guint8) next)))
        return verb;
    }
  return POP3_VERB_UNKNOWN;
}

/* command = keyword *(SP param) CRLF */
gboolean
pop3_scan_command (WireScan *scan, Pop3Command *out_command)
{
  Pop3Verb verb = find_verb (scan);
  WireMark mark = wire_scan_begin (scan, verbs[verb].element);
  gboolean matched;

  out_command->verb = verb;
  matched = scan_run (scan, &keyword, is_visible) &&
            verbs[verb].scan_arguments (scan, out_command) && scan_needless_spaces (scan) &&
            scan_line_end (scan);
  return wire_scan_end (scan, mark, matched);
}

static gboolean
scan_command (WireScan *scan)
{
  Pop3Command read = { 0 };
  gboolean    matched = pop3_scan_command (scan, &read);

  pop3_command_clear (&read);
  return matched;
}

const WireGrammar pop3_grammar_command = { "pop3-command", "POP3 command", &command, scan_command };

void
pop3_command_clear (Pop3Command *read)
{
  g_free (read->text);
  *read = (Pop3Command){ 0 };
}

const char *
pop3_verb_get_keyword (Pop3Verb verb)
{
  return verbs[verb].keyword;
}

const char *
pop3_verb_get_usage (Pop3Verb verb)
{
  return verbs[verb].usage;
}

/* Listings */

/* The size never begins with a zero that says nothing, as unique-ids may. */
static gboolean
scan_octets (WireScan *scan, guint64 *out_octets)
{
  WireMark mark = wire_scan_begin (scan, &octets);
  gboolean matched;
  int      next;

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
  if (is_at_line_end (scan))
    return scan_needless_spaces (scan);
  return wire_scan_byte (scan, ' ') && scan_run (scan, &further_information, is_line_byte);
}

gboolean
pop3_scan_drop_listing (WireScan *scan, guint64 *out_n_messages, guint64 *out_octets)
{
  WireMark mark = wire_scan_begin (scan, &drop_listing);

  return wire_scan_end (scan, mark,
                        scan_number (scan, &drop_number, out_n_messages) &&
                            wire_scan_byte (scan, ' ') && scan_octets (scan, out_octets) &&
                            scan_further_information (scan));
}

gboolean
pop3_scan_scan_listing (WireScan *scan, guint64 *out_message_number, guint64 *out_octets)
{
  WireMark mark = wire_scan_begin (scan, &scan_listing);

  return wire_scan_end (scan, mark,
                        scan_number (scan, &message_number, out_message_number) &&
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
    wire_scan_flag (scan, WIRE_SPAN_TOLERATED);
  return wire_scan_end (scan, mark, matched);
}

gboolean
pop3_scan_unique_id_listing (WireScan *scan, guint64 *out_message_number, char **out_unique_id)
{
  WireMark mark = wire_scan_begin (scan, &unique_id_listing);
  gsize    start = 0;
  gsize    end = 0;
  gboolean matched = FALSE;

  if (scan_number (scan, &message_number, out_message_number) && wire_scan_byte (scan, ' '))
    {
      start = scan->pos;
      matched = scan_unique_id (scan);
      end = scan->pos;
      scan_needless_spaces (scan);
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

/* capability = capa-tag *(SP param) CRLF */
gboolean
pop3_scan_capability (WireScan *scan, char **out_tag)
{
  WireMark mark = wire_scan_begin (scan, &capability);
  gboolean matched = scan_run (scan, &capa_tag, is_tag_byte);
  gsize    tag_end = scan->pos;

  while (matched && !is_at_line_end (scan))
    matched = scan_space (scan) && scan_run (scan, &capa_parameter, is_visible);
  matched = matched && scan_needless_spaces (scan);
  if (matched)
    *out_tag = g_strndup ((const char *) scan->data + mark.pos, tag_end - mark.pos);
  return wire_scan_end (scan, mark, matched);
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
      wire_scan_flag (scan, WIRE_SPAN_TOLERATED);
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

  matched = wire_scan_byte (scan, '[') && scan_run (scan, &response_level, is_level_byte);
  while (matched && wire_scan_peek (scan) == '/')
    matched = wire_scan_byte (scan, '/') && scan_run (scan, &response_level, is_level_byte);
  matched = matched && wire_scan_byte (scan, ']');
  if (matched)
    *out_code = g_strndup ((const char *) scan->data + mark.pos + 1, scan->pos - mark.pos - 2);
  return wire_scan_end (scan, mark, matched);
}

/* Returns: the length of a timestamp at the cursor, 0 if there is none.
 * timestamp = "<" *VCHAR ">" ; MUST conform to RFC-822 msg-id */
static gsize
find_timestamp (const WireScan *scan)
{
  gboolean has_at = FALSE;
  int      byte;

  if (wire_scan_peek (scan) != '<')
    return 0;
  for (gsize i = 1; (byte = wire_scan_peek_at (scan, i)) > 0x20 && byte < 0x7f; i++)
    {
      if (byte == '<')
        return 0;
      if (byte == '>')
        return has_at ? i + 1 : 0;
      has_at = has_at || byte == '@';
    }
  return 0;
}

static gboolean
scan_text (WireScan *scan)
{
  WireMark mark = wire_scan_begin (scan, &text);

  while (scan->pos < scan->length && is_line_byte (scan->data[scan->pos]))
    {
      gsize timestamp_bytes = find_timestamp (scan);

      if (timestamp_bytes > 0)
        {
          wire_scan_leaf (scan, &timestamp, timestamp_bytes);
          continue;
        }
      if (scan->data[scan->pos] < 0x20 || scan->data[scan->pos] > 0x7e)
        wire_scan_flag (scan, WIRE_SPAN_TOLERATED);
      scan->pos++;
    }
  return wire_scan_end (scan, mark, scan->pos > mark.pos || wire_scan_fail (scan));
}

/* Looks ahead: whether the line ends in "number SP word" and the word is more
 * likely a unique-id than prose, as in "120 octets": it has a digit. */
static gboolean
is_unique_id_listing_ahead (const WireScan *scan)
{
  gsize    i = 0;
  gboolean has_digit = FALSE;
  int      byte;

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
  guint64          number, size;
  g_autofree char *id = NULL;

  if (is_at_line_end (scan))
    return scan_needless_spaces (scan);
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
  WireMark         mark = wire_scan_begin (scan, &status_line);
  g_autofree char *code = NULL;
  gboolean         is_ok = FALSE;
  gboolean         matched = scan_status_indicator (scan, &is_ok);
  gsize            text_start = scan->pos;
  gsize            text_end = scan->pos;

  if (matched && wire_scan_peek (scan) == ' ')
    {
      scan->pos++;
      matched = scan_status_text (scan, is_ok, &code, &text_start);
      text_end = scan->pos;
    }
  matched = matched && scan_line_end (scan);
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

  return wire_scan_end (scan, mark, wire_scan_byte (scan, '.') && scan_line_end (scan));
}

/* A line of a listing. Which listing it is, the line itself must tell: a
 * unique-id of nothing but digits passes for a size. */
static gboolean
scan_listing_line (WireScan *scan)
{
  guint64          number, size;
  g_autofree char *word = NULL;

  if (pop3_scan_scan_listing (scan, &number, &size) ||
      pop3_scan_unique_id_listing (scan, &number, &word) ||
      pop3_scan_capability (scan, &word))
    return TRUE;
  return is_at_line_end (scan) ? scan_needless_spaces (scan)
                               : scan_run (scan, &multi_line_text, is_line_byte);
}

/* multi-line = single-line *dot-stuffed "." CRLF */
static gboolean
scan_response (WireScan *scan)
{
  Pop3Status status = { 0 };
  gboolean   matched = pop3_scan_status_line (scan, &status);
  gboolean   is_multi_line = matched && status.is_ok && !wire_scan_at_end (scan);

  pop3_status_clear (&status);
  if (!is_multi_line)
    return matched;
  while (!scan_termination (scan))
    if (!scan_listing_line (scan) || !scan_line_end (scan))
      return FALSE;
  return TRUE;
}

const WireGrammar pop3_grammar_response = { "pop3-response", "POP3 response", &response,
                                            scan_response };
