/* SPDX-License-Identifier: GPL-3.0-or-later */
#define WIRE_MODULE "pop3"
#include "pop3-grammar.h"

#include <string.h>

#include "pop3-scan.h"
#include <sasl/sasl-secret.h>

/* A mechanism's name has 1 to 20 characters (RFC 4422 section 3.1). */
#define MECHANISM_BYTES_MAX 20

WIRE_ELEMENT (command, "Command", 1939, "3");
WIRE_ELEMENT (user_command, "USER command", 1939, "7");
WIRE_ELEMENT (pass_command, "PASS command", 1939, "7");
WIRE_ELEMENT (apop_command, "APOP command", 1939, "7");
WIRE_ELEMENT (auth_command, "AUTH command", 5034, "4");
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
WIRE_ELEMENT (utf8_command, "UTF8 command", 6856, "2.1");
WIRE_ELEMENT (lang_command, "LANG command", 6856, "3.2");
WIRE_ELEMENT (unknown_command, "Unknown command", 1939, "3");
WIRE_ELEMENT (keyword, "Keyword", 1939, "3");
WIRE_ELEMENT (argument, "Argument", 1939, "3");
WIRE_ELEMENT (user_name, "Name of the mailbox", 1939, "7");
WIRE_ELEMENT (password, "Password", 1939, "7");
WIRE_ELEMENT (apop_digest, "Digest for APOP", 1939, "7");
WIRE_ELEMENT (sasl_mechanism, "Mechanism of authentication", 5034, "4");
WIRE_ELEMENT (initial_response, "Initial response", 5034, "4");
WIRE_ELEMENT (empty_response, "Response that is present, but empty", 5034, "4");
WIRE_ELEMENT (sasl_response, "Response in base64", 5034, "4");
WIRE_ELEMENT (sasl_line, "Line of an authentication exchange", 5034, "4");
WIRE_ELEMENT (sasl_cancel, "The client gives up", 5034, "4");
WIRE_ELEMENT (language_range, "Language that is asked for", 6856, "3.2");
WIRE_ELEMENT (line_count, "Number of lines", 1939, "7");

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

  if (!pop3_scan_space (scan))
    return FALSE;
  start = scan->pos;
  if (!pop3_scan_utf8_run (scan, &user_name, pop3_is_visible))
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
  if (!pop3_scan_utf8_run (scan, &password, pop3_is_line_byte))
    return FALSE;
  out_command->text = g_strndup ((const char *) scan->data + start, scan->pos - start);
  return TRUE;
}

static gboolean
is_hexadecimal (guint8 byte)
{
  return g_ascii_isxdigit ((char) byte);
}

/* SP digest: a 16-octet value which is sent in hexadecimal format, using lower-case ASCII
 * characters; others let capitals pass, and they say the same. */
static gboolean
scan_digest (WireScan *scan, Pop3Command *out_command)
{
  WireMark mark;
  gboolean matched;

  if (!pop3_scan_space (scan))
    return FALSE;
  mark = wire_scan_begin (scan, &apop_digest);
  matched = wire_scan_while (scan, is_hexadecimal) == POP3_APOP_DIGITS || wire_scan_fail (scan);
  if (matched)
    out_command->argument = wire_scan_dup_since (scan, mark);
  return wire_scan_end (scan, mark, matched);
}

/* SP name SP digest */
static gboolean
scan_name_and_digest (WireScan *scan, Pop3Command *out_command)
{
  return scan_user_name (scan, out_command) && scan_digest (scan, out_command);
}

/* Whether @byte is all that is left on the line. */
static gboolean
is_alone (const WireScan *scan, char byte)
{
  int next = wire_scan_peek_at (scan, 1);

  return wire_scan_peek (scan) == byte && (next == '\r' || next == '\n' || next == -1);
}

/* initial-response = base64 / "=" */
static void
scan_initial_response (WireScan *scan, Pop3Command *out_command)
{
  WireMark mark = wire_scan_begin (scan, &initial_response);

  if (is_alone (scan, '='))
    wire_scan_leaf (scan, &empty_response, 1);
  else
    pop3_scan_base64 (scan, &sasl_response);
  out_command->argument = wire_scan_dup_since (scan, mark);
  wire_scan_end (scan, mark, TRUE);
}

static gboolean
is_mechanism_byte (guint8 byte)
{
  return g_ascii_isalnum ((char) byte) || byte == '-' || byte == '_';
}

/* SP sasl-mech [SP initial-response]; with nothing, clients from before CAPA ask for a list. */
static gboolean
scan_auth_arguments (WireScan *scan, Pop3Command *out_command)
{
  WireMark mark;
  gsize n_bytes;

  if (pop3_is_at_line_end (scan))
    return TRUE;
  if (!pop3_scan_space (scan))
    return FALSE;
  mark = wire_scan_begin (scan, &sasl_mechanism);
  n_bytes = wire_scan_while (scan, is_mechanism_byte);
  if (n_bytes == 0 || n_bytes > MECHANISM_BYTES_MAX)
    return wire_scan_end (scan, mark, wire_scan_fail (scan));
  out_command->text = wire_scan_dup_since (scan, mark);
  wire_scan_end (scan, mark, TRUE);
  if (pop3_is_at_line_end (scan))
    return TRUE;
  if (!pop3_scan_space (scan))
    return FALSE;
  scan_initial_response (scan, out_command);
  return TRUE;
}

static gboolean
is_language_byte (guint8 byte)
{
  return g_ascii_isalnum ((char) byte) || byte == '-';
}

/* [SP language-range]: a basic one, or "*" */
static gboolean
scan_language (WireScan *scan, Pop3Command *out_command)
{
  WireMark mark;
  gboolean matched;

  if (pop3_is_at_line_end (scan))
    return TRUE;
  if (!pop3_scan_space (scan))
    return FALSE;
  mark = wire_scan_begin (scan, &language_range);
  matched = wire_scan_peek (scan) == '*'
                ? wire_scan_byte (scan, '*')
                : wire_scan_while (scan, is_language_byte) > 0 || wire_scan_fail (scan);
  if (matched)
    out_command->text = wire_scan_dup_since (scan, mark);
  return wire_scan_end (scan, mark, matched);
}

/* SP msg */
static gboolean
scan_message (WireScan *scan, Pop3Command *out_command)
{
  out_command->has_message_number =
      pop3_scan_space (scan) && pop3_scan_message_number (scan, &out_command->message_number);
  return out_command->has_message_number;
}

/* [SP msg] */
static gboolean
scan_optional_message_number (WireScan *scan, Pop3Command *out_command)
{
  return pop3_is_at_line_end (scan) || scan_message (scan, out_command);
}

/* SP msg SP n */
static gboolean
scan_message_number_and_lines (WireScan *scan, Pop3Command *out_command)
{
  return scan_message (scan, out_command) && pop3_scan_space (scan) &&
         pop3_scan_number (scan, &line_count, &out_command->n_lines);
}

/* *(SP param) */
static gboolean
scan_any_arguments (WireScan *scan, Pop3Command *out_command)
{
  while (!pop3_is_at_line_end (scan))
    if (!pop3_scan_space (scan) || !pop3_scan_run (scan, &argument, pop3_is_visible))
      return FALSE;
  return TRUE;
}

static const struct
{
  const char *keyword;
  const char *usage;
  const WireElement *element;
  gboolean (*scan_arguments) (WireScan *scan, Pop3Command *out_command);
} verbs[POP3_N_VERBS] = {
  [POP3_VERB_UNKNOWN] = { "", "", &unknown_command, scan_any_arguments },
  [POP3_VERB_USER] = { "USER", "USER name", &user_command, scan_user_name },
  [POP3_VERB_PASS] = { "PASS", "PASS string", &pass_command, scan_password },
  [POP3_VERB_APOP] = { "APOP", "APOP name digest", &apop_command, scan_name_and_digest },
  [POP3_VERB_AUTH] = { "AUTH", "AUTH mechanism [initial-response]", &auth_command,
                       scan_auth_arguments },
  [POP3_VERB_STAT] = { "STAT", "STAT", &stat_command, scan_no_arguments },
  [POP3_VERB_LIST] = { "LIST", "LIST [msg]", &list_command, scan_optional_message_number },
  [POP3_VERB_RETR] = { "RETR", "RETR msg", &retr_command, scan_message },
  [POP3_VERB_DELE] = { "DELE", "DELE msg", &dele_command, scan_message },
  [POP3_VERB_NOOP] = { "NOOP", "NOOP", &noop_command, scan_no_arguments },
  [POP3_VERB_RSET] = { "RSET", "RSET", &rset_command, scan_no_arguments },
  [POP3_VERB_QUIT] = { "QUIT", "QUIT", &quit_command, scan_no_arguments },
  [POP3_VERB_TOP] = { "TOP", "TOP msg n", &top_command, scan_message_number_and_lines },
  [POP3_VERB_UIDL] = { "UIDL", "UIDL [msg]", &uidl_command, scan_optional_message_number },
  [POP3_VERB_CAPA] = { "CAPA", "CAPA", &capa_command, scan_no_arguments },
  [POP3_VERB_STLS] = { "STLS", "STLS", &stls_command, scan_no_arguments },
  [POP3_VERB_UTF8] = { "UTF8", "UTF8", &utf8_command, scan_no_arguments },
  [POP3_VERB_LANG] = { "LANG", "LANG [language]", &lang_command, scan_language },
};

/* Looks ahead: which keyword stands at the cursor. */
static Pop3Verb
find_verb (const WireScan *scan)
{
  for (guint verb = POP3_VERB_UNKNOWN + 1; verb < POP3_N_VERBS; verb++)
    {
      gsize length = strlen (verbs[verb].keyword);
      int next = wire_scan_peek_at (scan, length);

      if (scan->length - scan->pos >= length &&
          g_ascii_strncasecmp ((const char *) scan->data + scan->pos, verbs[verb].keyword,
                               length) == 0 &&
          (next == -1 || !pop3_is_visible ((guint8) next)))
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
  matched = pop3_scan_run (scan, &keyword, pop3_is_visible) &&
            verbs[verb].scan_arguments (scan, out_command) && pop3_scan_needless_spaces (scan) &&
            pop3_scan_line_end (scan);
  return wire_scan_end (scan, mark, matched);
}

static gboolean
scan_command (WireScan *scan)
{
  Pop3Command read = { 0 };
  gboolean matched = pop3_scan_command (scan, &read);

  pop3_command_clear (&read);
  return matched;
}

const WireGrammar pop3_grammar_command = { "pop3-command", "POP3 command", &command, scan_command };

/* [base64] / "*" */
static gboolean
scan_sasl_line (WireScan *scan)
{
  if (is_alone (scan, '*'))
    wire_scan_leaf (scan, &sasl_cancel, 1);
  else
    pop3_scan_base64 (scan, &sasl_response);
  return pop3_scan_line_end (scan);
}

const WireGrammar pop3_grammar_sasl = { "pop3-sasl", "Line of an AUTH exchange", &sasl_line,
                                        scan_sasl_line };

void
pop3_command_clear (Pop3Command *read)
{
  sasl_secret_free (read->text);
  sasl_secret_free (read->argument);
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
