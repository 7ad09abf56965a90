/* SPDX-License-Identifier: GPL-3.0-or-later */
#define WIRE_MODULE "smtp"
#include "smtp-grammar.h"

#include "smtp-deviation.h"
#include "smtp-scan.h"

#include <string.h>

WIRE_ELEMENT (command, "Command", 5321, "4.1.1");
WIRE_ELEMENT (helo_command, "HELO command", 5321, "4.1.1.1");
WIRE_ELEMENT (ehlo_command, "EHLO command", 5321, "4.1.1.1");
WIRE_ELEMENT (mail_command, "MAIL command", 5321, "4.1.1.2");
WIRE_ELEMENT (rcpt_command, "RCPT command", 5321, "4.1.1.3");
WIRE_ELEMENT (data_command, "DATA command", 5321, "4.1.1.4");
WIRE_ELEMENT (rset_command, "RSET command", 5321, "4.1.1.5");
WIRE_ELEMENT (vrfy_command, "VRFY command", 5321, "4.1.1.6");
WIRE_ELEMENT (expn_command, "EXPN command", 5321, "4.1.1.7");
WIRE_ELEMENT (help_command, "HELP command", 5321, "4.1.1.8");
WIRE_ELEMENT (noop_command, "NOOP command", 5321, "4.1.1.9");
WIRE_ELEMENT (quit_command, "QUIT command", 5321, "4.1.1.10");
WIRE_ELEMENT (starttls_command, "STARTTLS command", 3207, "4");
WIRE_ELEMENT (auth_command, "AUTH command", 4954, "4");
WIRE_ELEMENT (bdat_command, "BDAT command", 3030, "2");
WIRE_ELEMENT (lhlo_command, "LHLO command", 2033, "4.1");
WIRE_ELEMENT (obsolete_command, "Obsolete command", 5321, "F.6");
WIRE_ELEMENT (unknown_command, "Unknown command", 5321, "4.2.4");
WIRE_ELEMENT (verb, "Verb", 5321, "2.4");
WIRE_ELEMENT (argument, "Argument", 5321, "2.4");
WIRE_ELEMENT (client_name, "Name of the client", 5321, "4.1.1.1");
WIRE_ELEMENT (from_keyword, "FROM:", 5321, "4.1.1.2");
WIRE_ELEMENT (to_keyword, "TO:", 5321, "4.1.1.3");
WIRE_ELEMENT (string, "String", 5321, "4.1.2");
WIRE_ELEMENT (client_remark, "Text after the client's name", 5321, "4.1.1.1");
WIRE_ELEMENT (sasl_mechanism, "Mechanism", 4422, "3.1");
WIRE_ELEMENT (initial_response, "Initial response", 4954, "4");
WIRE_ELEMENT (empty_response, "Response without content", 4954, "4");
WIRE_ELEMENT (chunk_size, "Size of the chunk", 3030, "2");
WIRE_ELEMENT (end_marker, "LAST", 3030, "2");

WIRE_ELEMENT (sasl_line, "Line of an authentication exchange", 4954, "4");
WIRE_ELEMENT (sasl_response, "Response", 4954, "4");
WIRE_ELEMENT (sasl_cancel, "Cancels the exchange", 4954, "4");

/* The verbs, in the order of SmtpVerb. */
static const struct
{
  const char        *keyword;
  const char        *usage;
  const WireElement *element;
} verbs[SMTP_N_VERBS] = {
  [SMTP_VERB_UNKNOWN] = { "", "", &unknown_command },
  [SMTP_VERB_HELO] = { "HELO", "HELO domain", &helo_command },
  [SMTP_VERB_EHLO] = { "EHLO", "EHLO domain", &ehlo_command },
  [SMTP_VERB_MAIL] = { "MAIL", "MAIL FROM:<reverse-path> [parameters]", &mail_command },
  [SMTP_VERB_RCPT] = { "RCPT", "RCPT TO:<forward-path> [parameters]", &rcpt_command },
  [SMTP_VERB_DATA] = { "DATA", "DATA", &data_command },
  [SMTP_VERB_RSET] = { "RSET", "RSET", &rset_command },
  [SMTP_VERB_NOOP] = { "NOOP", "NOOP [string]", &noop_command },
  [SMTP_VERB_VRFY] = { "VRFY", "VRFY string", &vrfy_command },
  [SMTP_VERB_EXPN] = { "EXPN", "EXPN string", &expn_command },
  [SMTP_VERB_HELP] = { "HELP", "HELP [string]", &help_command },
  [SMTP_VERB_QUIT] = { "QUIT", "QUIT", &quit_command },
  [SMTP_VERB_STARTTLS] = { "STARTTLS", "STARTTLS", &starttls_command },
  [SMTP_VERB_AUTH] = { "AUTH", "AUTH mechanism [initial-response]", &auth_command },
  [SMTP_VERB_BDAT] = { "BDAT", "BDAT size [LAST]", &bdat_command },
  [SMTP_VERB_LHLO] = { "LHLO", "LHLO domain", &lhlo_command },
  [SMTP_VERB_SEND] = { "SEND", "SEND FROM:<reverse-path>", &obsolete_command },
  [SMTP_VERB_SOML] = { "SOML", "SOML FROM:<reverse-path>", &obsolete_command },
  [SMTP_VERB_SAML] = { "SAML", "SAML FROM:<reverse-path>", &obsolete_command },
  [SMTP_VERB_TURN] = { "TURN", "TURN", &obsolete_command },
};

const char *
smtp_verb_get_keyword (SmtpVerb v)
{
  return verbs[v].keyword;
}

const char *
smtp_verb_get_usage (SmtpVerb v)
{
  return verbs[v].usage;
}

/* What the parameters add to a command line of 512 octets: SIZE (RFC 1870 section 3), BODY (RFC
 * 3030 section 3), SMTPUTF8 (RFC 6531 section 3.1), REQUIRETLS (RFC 8689 section 2), AUTH (RFC 4954
 * section 3) and those of DSN, whose values are bounded in RFC 3461 sections 4.2 and 4.4. */
#define LINE_BYTES_MAX 512
#define MAIL_BYTES_MAX (LINE_BYTES_MAX + 26 + 16 + 10 + 11 + 500 + 9 + 107)
#define RCPT_BYTES_MAX (LINE_BYTES_MAX + 29 + 507)

/* Of a mechanism (RFC 4422 section 3.1). */
#define MECHANISM_BYTES_MAX 20

static void
add_needs (SmtpCommand *command, SmtpNeeds needs)
{
  command->leniencies |= needs.leniencies;
  command->is_utf8 |= needs.is_utf8;
}

/* CRLF after spaces at the end of a line, which RFC 5321 section 4.1.1 asks servers to
 * tolerate. */
static gboolean
scan_command_end (WireScan *scan, SmtpCommand *command)
{
  const WireDeviation *deviation;
  gboolean             matched;

  smtp_scan_trailing_spaces (scan);
  deviation = smtp_scan_line_end (scan, &smtp_deviation_lf_ends_command,
                                  &smtp_deviation_cr_ends_command, &matched);
  if (deviation != NULL)
    command->leniencies |= deviation == &smtp_deviation_lf_ends_command
                               ? SMTP_LENIENT_BARE_LF_ENDS_LINE
                               : SMTP_LENIENT_BARE_CR_ENDS_LINE;
  return matched;
}

/* A line that is longer than it may be, as its verb allows. */
static void
check_length (WireScan *scan, SmtpCommand *command)
{
  gsize bytes_max = LINE_BYTES_MAX;

  if (command->verb == SMTP_VERB_MAIL)
    bytes_max = MAIL_BYTES_MAX;
  else if (command->verb == SMTP_VERB_RCPT)
    bytes_max = RCPT_BYTES_MAX;
  if (scan->pos > bytes_max)
    smtp_be_lenient (scan, command, &smtp_deviation_long_command, SMTP_LENIENT_LONG_LINES);
}

/* What follows the verbs */

/* Octets beyond ASCII up to @end, where they have no place in a command. */
static void
flag_eight_bit (WireScan *scan, SmtpCommand *command, gsize start, gsize end)
{
  for (gsize i = start; i < end; i++)
    if (scan->data[i] >= 0x80)
      {
        smtp_be_lenient (scan, command, &smtp_deviation_eight_bit_command, SMTP_LENIENT_EIGHT_BIT);
        return;
      }
}

/* Text after a literal, as RFC 2821 had it. */
static void
scan_client_remark (WireScan *scan, SmtpCommand *command)
{
  WireMark mark;

  if (smtp_is_at_line_end (scan) || !smtp_is_space (wire_scan_peek (scan)))
    return;
  while (smtp_is_space (wire_scan_peek (scan)))
    scan->pos++;
  mark = wire_scan_begin (scan, &client_remark);
  while (!smtp_is_at_line_end (scan) && wire_scan_peek (scan) >= ' ')
    scan->pos++;
  smtp_be_lenient (scan, command, &smtp_deviation_odd_client_name, SMTP_LENIENT_ODD_NAMES);
  flag_eight_bit (scan, command, mark.pos, scan->pos);
  wire_scan_end (scan, mark, scan->pos > mark.pos);
}

static gboolean
scan_helo_arguments (WireScan *scan, SmtpCommand *command)
{
  SmtpNeeds needs = { 0 };
  WireMark  mark;
  gboolean  matched;
  gsize     end;

  if (!smtp_scan_space (scan, command))
    return FALSE;
  for (end = scan->pos; end < scan->length && scan->data[end] > ' ' && scan->data[end] != 0x7F;)
    end++;
  mark = wire_scan_begin (scan, &client_name);
  matched = wire_scan_peek (scan) == '[' ? smtp_scan_address_literal (scan)
                                         : smtp_scan_domain (scan, &needs);
  if (!matched || scan->pos != end || needs.leniencies != 0 || needs.is_utf8)
    {
      /* Names that are no names are common: underscores, bare addresses (RFC 5321 section
       * 4.1.4: a server must not refuse mail for that alone). */
      wire_scan_fail (scan);
      wire_scan_end (scan, mark, FALSE);
      mark = wire_scan_begin (scan, &client_name);
      matched = end > scan->pos;
      scan->pos = end;
      smtp_be_lenient (scan, command, &smtp_deviation_odd_client_name, SMTP_LENIENT_ODD_NAMES);
      flag_eight_bit (scan, command, mark.pos, end);
    }
  command->argument = matched ? wire_scan_dup_since (scan, mark) : NULL;
  matched = wire_scan_end (scan, mark, matched);
  if (matched)
    scan_client_remark (scan, command);
  return matched;
}

/* "FROM:" or "TO:", with spaces on either side of the colon tolerated. */
static gboolean
scan_path_keyword (WireScan          *scan,
                   const WireElement *element,
                   const char        *word,
                   SmtpCommand       *command)
{
  WireMark mark;
  gboolean matched;

  if (!smtp_scan_space (scan, command))
    return FALSE;
  mark = wire_scan_begin (scan, element);
  matched = wire_scan_text (scan, word);
  if (matched)
    smtp_scan_needless_spaces (scan, command);
  if (!wire_scan_end (scan, mark, matched && wire_scan_byte (scan, ':')))
    return FALSE;
  smtp_scan_needless_spaces (scan, command);
  return TRUE;
}

/* Whether MAIL says SMTPUTF8. */
static gboolean
has_smtputf8 (const SmtpCommand *command)
{
  for (guint i = 0; i < command->parameters->len; i++)
    if (g_ascii_strcasecmp (g_array_index (command->parameters, SmtpParameter, i).keyword,
                            "SMTPUTF8") == 0)
      return TRUE;
  return FALSE;
}

static gboolean
scan_mail_arguments (WireScan *scan, SmtpCommand *command)
{
  SmtpNeeds needs = { 0 };
  gboolean  matched = scan_path_keyword (scan, &from_keyword, "FROM", command) &&
                     smtp_scan_reverse_path (scan, &needs, &command->argument) &&
                     smtp_scan_parameters (scan, command);

  add_needs (command, needs);
  if (matched && needs.is_utf8 && !has_smtputf8 (command))
    wire_scan_deviate (scan, &smtp_deviation_undeclared_utf8);
  return matched;
}

static gboolean
scan_rcpt_arguments (WireScan *scan, SmtpCommand *command)
{
  SmtpNeeds needs = { 0 };
  gboolean  matched = scan_path_keyword (scan, &to_keyword, "TO", command) &&
                     smtp_scan_forward_path (scan, &needs, &command->argument) &&
                     smtp_scan_parameters (scan, command);

  add_needs (command, needs);
  return matched;
}

static gboolean
scan_no_arguments (WireScan *scan, SmtpCommand *command)
{
  return TRUE;
}

/* Returns: where a text that begins at the cursor ends: behind its last byte that is no space. */
static gsize
find_text_end (const WireScan *scan)
{
  gsize end = scan->pos;

  for (gsize i = scan->pos; i < scan->length && !smtp_is_line_end (scan->data[i]); i++)
    if (scan->data[i] == '\0' || (scan->data[i] < ' ' && scan->data[i] != '\t') ||
        scan->data[i] == 0x7F)
      break;
    else if (!smtp_is_space (scan->data[i]))
      end = i + 1;
  return end;
}

/* String = Atom / Quoted-string; in practice, the rest of the line up to @end. */
static gboolean
scan_string (WireScan *scan, SmtpCommand *command, gsize end, gboolean may_be_utf8)
{
  WireMark mark = wire_scan_begin (scan, &string);

  if (end == scan->pos)
    return wire_scan_end (scan, mark, wire_scan_fail (scan));
  scan->pos = end;
  command->argument = wire_scan_dup_since (scan, mark);
  if (may_be_utf8 && g_utf8_validate_len (command->argument, end - mark.pos, NULL))
    command->is_utf8 |= !g_str_is_ascii (command->argument);
  else
    flag_eight_bit (scan, command, mark.pos, end);
  return wire_scan_end (scan, mark, TRUE);
}

/* SP String [ SP "SMTPUTF8" ] (RFC 6531 section 3.7.4.2) */
static gboolean
scan_verify_arguments (WireScan *scan, SmtpCommand *command)
{
  static const char word[] = " SMTPUTF8";
  const gsize       length = strlen (word);
  gsize             end;
  gsize             text_end;
  gboolean          has_word;

  if (!smtp_scan_space (scan, command))
    return FALSE;
  text_end = end = find_text_end (scan);
  has_word = end - scan->pos > length &&
             g_ascii_strncasecmp ((const char *) scan->data + end - length, word, length) == 0;
  if (has_word)
    for (text_end = end - length; smtp_is_space (scan->data[text_end - 1]);)
      text_end--;
  return scan_string (scan, command, text_end, TRUE) &&
         (!has_word || (smtp_scan_space (scan, command) && smtp_scan_parameter (scan, command)));
}

static gboolean
scan_optional_string (WireScan *scan, SmtpCommand *command)
{
  return smtp_is_at_line_end (scan) ||
         (smtp_scan_space (scan, command) &&
          scan_string (scan, command, find_text_end (scan), FALSE));
}

/* AUTH and BDAT */

/* Whether all that is left up to the end of the line is @byte. */
static gboolean
is_alone (const WireScan *scan, char byte)
{
  return wire_scan_peek (scan) == byte && (smtp_is_line_end (wire_scan_peek_at (scan, 1)) ||
                                           smtp_is_space (wire_scan_peek_at (scan, 1)));
}

static gboolean
is_mechanism_char (int byte)
{
  return byte > 0 && (g_ascii_isalnum ((char) byte) || byte == '-' || byte == '_');
}

/* SP sasl-mech [ SP initial-response ] */
static gboolean
scan_auth_arguments (WireScan *scan, SmtpCommand *command)
{
  WireMark mark;
  gsize    end;

  if (!smtp_scan_space (scan, command))
    return FALSE;
  mark = wire_scan_begin (scan, &sasl_mechanism);
  while (scan->pos - mark.pos < MECHANISM_BYTES_MAX && is_mechanism_char (wire_scan_peek (scan)))
    scan->pos++;
  if (scan->pos == mark.pos)
    return wire_scan_end (scan, mark, wire_scan_fail (scan));
  command->argument = wire_scan_dup_since (scan, mark);
  wire_scan_end (scan, mark, TRUE);
  if (smtp_is_at_line_end (scan))
    return TRUE;
  if (!smtp_scan_space (scan, command))
    return FALSE;
  mark = wire_scan_begin (scan, &initial_response);
  end = smtp_find_line_end (scan);
  while (end > scan->pos && smtp_is_space (scan->data[end - 1]))
    end--;
  if (is_alone (scan, '='))
    wire_scan_leaf (scan, &empty_response, 1);
  else
    smtp_scan_base64 (scan, &sasl_response, end);
  command->initial = wire_scan_dup_since (scan, mark);
  return wire_scan_end (scan, mark, TRUE);
}

/* SP chunk-size [ SP end-marker ] */
static gboolean
scan_bdat_arguments (WireScan *scan, SmtpCommand *command)
{
  WireMark mark;
  gboolean matched;

  if (!smtp_scan_space (scan, command))
    return FALSE;
  mark = wire_scan_begin (scan, &chunk_size);
  matched = wire_scan_number (scan, 1, G_MAXUINT, &command->chunk_size) &&
            (smtp_is_space (wire_scan_peek (scan)) || smtp_is_line_end (wire_scan_peek (scan)) ||
             wire_scan_fail (scan));
  if (!wire_scan_end (scan, mark, matched))
    return FALSE;
  if (smtp_is_at_line_end (scan))
    return TRUE;
  if (!smtp_scan_space (scan, command))
    return FALSE;
  mark = wire_scan_begin (scan, &end_marker);
  command->is_last = wire_scan_text (scan, "LAST");
  return wire_scan_end (scan, mark, command->is_last);
}

/* Whatever follows an unknown verb. */
static gboolean
scan_any_arguments (WireScan *scan, SmtpCommand *command)
{
  WireMark mark = wire_scan_begin (scan, &argument);

  while (!wire_scan_at_end (scan) && !smtp_is_line_end (wire_scan_peek (scan)))
    scan->pos++;
  wire_scan_end (scan, mark, scan->pos > mark.pos);
  return TRUE;
}

/* SEND, SOML and SAML are written as MAIL is, TURN alone; servers refuse them whatever follows. */
static gboolean
scan_obsolete_arguments (WireScan *scan, SmtpCommand *command)
{
  guint    leniencies = command->leniencies;
  WireMark mark;
  gboolean matched;

  wire_scan_deviate (scan, &smtp_deviation_obsolete_command);
  if (smtp_is_at_line_end (scan))
    return TRUE;
  mark = wire_scan_begin (scan, &argument);
  matched = scan_mail_arguments (scan, command) && smtp_is_at_line_end (scan);
  if (wire_scan_end (scan, mark, matched))
    return TRUE;
  g_clear_pointer (&command->argument, g_free);
  g_array_set_size (command->parameters, 0);
  command->leniencies = leniencies;
  command->is_utf8 = FALSE;
  return scan_any_arguments (scan, command);
}

static gboolean (*const scan_arguments[SMTP_N_VERBS]) (WireScan *scan, SmtpCommand *command) = {
  [SMTP_VERB_UNKNOWN] = scan_any_arguments,   [SMTP_VERB_HELO] = scan_helo_arguments,
  [SMTP_VERB_EHLO] = scan_helo_arguments,     [SMTP_VERB_MAIL] = scan_mail_arguments,
  [SMTP_VERB_RCPT] = scan_rcpt_arguments,     [SMTP_VERB_DATA] = scan_no_arguments,
  [SMTP_VERB_RSET] = scan_no_arguments,       [SMTP_VERB_NOOP] = scan_optional_string,
  [SMTP_VERB_VRFY] = scan_verify_arguments,   [SMTP_VERB_EXPN] = scan_verify_arguments,
  [SMTP_VERB_HELP] = scan_optional_string,    [SMTP_VERB_QUIT] = scan_no_arguments,
  [SMTP_VERB_STARTTLS] = scan_no_arguments,   [SMTP_VERB_AUTH] = scan_auth_arguments,
  [SMTP_VERB_BDAT] = scan_bdat_arguments,     [SMTP_VERB_LHLO] = scan_helo_arguments,
  [SMTP_VERB_SEND] = scan_obsolete_arguments, [SMTP_VERB_SOML] = scan_obsolete_arguments,
  [SMTP_VERB_SAML] = scan_obsolete_arguments, [SMTP_VERB_TURN] = scan_obsolete_arguments,
};

/* Commands in memory */

static void
clear_parameter (gpointer data)
{
  g_free (((SmtpParameter *) data)->keyword); /* the value is behind it */
}

static void
reset_command (SmtpCommand *self)
{
  g_clear_pointer (&self->argument, g_free);
  g_clear_pointer (&self->initial, g_free);
  if (self->parameters->len > 0)
    g_array_set_size (self->parameters, 0);
  *self = (SmtpCommand){ .parameters = self->parameters };
}

void
smtp_command_init (SmtpCommand *self)
{
  *self = (SmtpCommand){ 0 };
  self->parameters = g_array_new (FALSE, FALSE, sizeof (SmtpParameter));
  g_array_set_clear_func (self->parameters, clear_parameter);
}

void
smtp_command_clear (SmtpCommand *self)
{
  g_clear_pointer (&self->argument, g_free);
  g_clear_pointer (&self->initial, g_free);
  g_clear_pointer (&self->parameters, g_array_unref);
}

/* The line */

static SmtpVerb
find_verb (const guint8 *data, gsize length)
{
  char initial = length > 0 ? g_ascii_toupper ((char) data[0]) : '\0';

  for (SmtpVerb v = SMTP_VERB_HELO; v < SMTP_N_VERBS; v++)
    if (verbs[v].keyword[0] == initial && length == strlen (verbs[v].keyword) &&
        g_ascii_strncasecmp ((const char *) data, verbs[v].keyword, length) == 0)
      return v;
  return SMTP_VERB_UNKNOWN;
}

static gboolean
is_verb_char (int byte)
{
  return byte > 0 && (g_ascii_isalnum ((char) byte) || byte == '-');
}

gboolean
smtp_scan_command (WireScan *scan, SmtpCommand *out_command)
{
  gsize    length = 0;
  WireMark mark;
  WireMark part;
  gboolean matched;

  reset_command (out_command);
  while (is_verb_char (wire_scan_peek_at (scan, length)))
    length++;
  out_command->verb = find_verb (scan->data + scan->pos, length);
  mark = wire_scan_begin (scan, verbs[out_command->verb].element);
  part = wire_scan_begin (scan, &verb);
  scan->pos += length;
  matched = wire_scan_end (scan, part, length > 0 || wire_scan_fail (scan));
  matched = matched && scan_arguments[out_command->verb](scan, out_command) &&
            scan_command_end (scan, out_command);
  if (matched)
    check_length (scan, out_command);
  return wire_scan_end (scan, mark, matched);
}

static gboolean
scan_command_unit (WireScan *scan)
{
  SmtpCommand out_command;
  gboolean    matched;

  smtp_command_init (&out_command);
  matched = smtp_scan_command (scan, &out_command);
  smtp_command_clear (&out_command);
  return matched;
}

const WireGrammar smtp_grammar_command = { "smtp-command", "SMTP command", &command,
                                           scan_command_unit };

/* [base64] or "*"; "=" is for AUTH itself, where a response without content must show. */
static gboolean
scan_sasl_unit (WireScan *scan)
{
  gboolean matched;

  if (is_alone (scan, '*'))
    wire_scan_leaf (scan, &sasl_cancel, 1);
  else if (is_alone (scan, '='))
    wire_scan_leaf (scan, &empty_response, 1);
  else
    smtp_scan_base64 (scan, &sasl_response, smtp_find_line_end (scan));
  smtp_scan_line_end (scan, &smtp_deviation_lf_ends_command, &smtp_deviation_cr_ends_command,
                      &matched);
  return matched;
}

const WireGrammar smtp_grammar_sasl = { "smtp-sasl", "Line of an authentication exchange",
                                        &sasl_line, scan_sasl_unit };
