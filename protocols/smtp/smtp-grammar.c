/* SPDX-License-Identifier: GPL-3.0-or-later */
#define WIRE_MODULE "smtp"
#include "smtp-grammar.h"

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
WIRE_ELEMENT (esmtp_param, "Parameter", 5321, "4.1.2");
WIRE_ELEMENT (esmtp_keyword, "Keyword of a parameter", 5321, "4.1.2");
WIRE_ELEMENT (esmtp_value, "Value of a parameter", 5321, "4.1.2");
WIRE_ELEMENT (string, "String", 5321, "4.1.2");
WIRE_ELEMENT (needless_space, "Needless space", 5321, "4.1.1");
WIRE_ELEMENT (crlf, "End of line", 5321, "2.3.8");

WIRE_ELEMENT (reply, "Reply", 5321, "4.2");
WIRE_ELEMENT (reply_line, "Line of a reply", 5321, "4.2.1");
WIRE_ELEMENT (reply_code, "Reply code", 5321, "4.2");
WIRE_ELEMENT (reply_class, "First digit: good, bad or incomplete", 5321, "4.2.1");
WIRE_ELEMENT (reply_category, "Second digit: what it is about", 5321, "4.2.1");
WIRE_ELEMENT (reply_detail, "Third digit: finer detail", 5321, "4.2.1");
WIRE_ELEMENT (reply_separator, "Hyphen: more lines follow; space: the last", 5321, "4.2.1");
WIRE_ELEMENT (reply_text, "Text", 5321, "4.2");
WIRE_ELEMENT (enhanced_code, "Enhanced status code", 3463, "2");

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

/* Characters */

static gboolean
is_space (guint8 byte)
{
  return byte == ' ' || byte == '\t';
}

static gboolean
is_esmtp_keyword (guint8 byte)
{
  return g_ascii_isalnum (byte) || byte == '-';
}

static gboolean
is_esmtp_value (guint8 byte)
{
  return byte >= 33 && byte <= 126 && byte != '=';
}

static gboolean
is_textstring (guint8 byte)
{
  return byte == '\t' || (byte >= 32 && byte <= 126);
}

static gboolean
is_line_byte (guint8 byte)
{
  return byte != '\0' && byte != '\r' && byte != '\n';
}

/* Textstring = 1*(%d09 / %d32-126); other bytes up to the end of the line are tolerated. */
static gboolean
scan_text (WireScan *scan)
{
  gsize start = scan->pos;

  wire_scan_while (scan, is_textstring);
  if (wire_scan_while (scan, is_line_byte) > 0)
    wire_scan_flag (scan, WIRE_SPAN_TOLERATED);
  return scan->pos > start || wire_scan_fail (scan);
}

/* Always matches: white space that no rule asks for. */
static void
scan_spaces (WireScan *scan, guint flags)
{
  WireMark mark;

  if (!is_space ((guint8) MAX (wire_scan_peek (scan), 0)))
    return;
  mark = wire_scan_begin (scan, &needless_space);
  wire_scan_while (scan, is_space);
  wire_scan_flag (scan, flags);
  wire_scan_end (scan, mark, TRUE);
}

/* SP, where common practice lets more of them pass. */
static gboolean
scan_space (WireScan *scan)
{
  if (!wire_scan_byte (scan, ' '))
    return FALSE;
  scan_spaces (scan, WIRE_SPAN_TOLERATED);
  return TRUE;
}

/* CRLF; a bare LF is tolerated. */
static gboolean
scan_crlf (WireScan *scan)
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

/* CRLF after spaces at the end of a line, which RFC 5321 section 4.1.1 asks servers to
 * tolerate. */
static gboolean
scan_line_end (WireScan *scan)
{
  scan_spaces (scan, 0);
  return scan_crlf (scan);
}

/* esmtp-param = esmtp-keyword ["=" esmtp-value] */
static gboolean
scan_parameter (WireScan *scan, SmtpCommand *out_command)
{
  WireMark      mark = wire_scan_begin (scan, &esmtp_param);
  WireMark      part = wire_scan_begin (scan, &esmtp_keyword);
  SmtpParameter parameter = { NULL, NULL };
  gboolean      matched = g_ascii_isalnum ((char) MAX (wire_scan_peek (scan), 0)) &&
                     wire_scan_while (scan, is_esmtp_keyword) > 0;

  if (!matched)
    wire_scan_fail (scan);
  else
    parameter.keyword = wire_scan_dup_since (scan, part);
  wire_scan_end (scan, part, matched);
  if (matched && wire_scan_peek (scan) == '=')
    {
      scan->pos++;
      part = wire_scan_begin (scan, &esmtp_value);
      matched = wire_scan_while (scan, is_esmtp_value) > 0 || wire_scan_fail (scan);
      parameter.value = wire_scan_dup_since (scan, part);
      wire_scan_end (scan, part, matched);
    }
  if (matched)
    g_array_append_val (out_command->parameters, parameter);
  else
    {
      g_free (parameter.keyword);
      g_free (parameter.value);
    }
  return wire_scan_end (scan, mark, matched);
}

/* Mail-parameters = esmtp-param *(SP esmtp-param), each after a space here. */
static gboolean
scan_parameters (WireScan *scan, SmtpCommand *out_command)
{
  while (wire_scan_peek (scan) == ' ')
    {
      gsize start = scan->pos;

      wire_scan_while (scan, is_space);
      if (wire_scan_peek (scan) == '\r' || wire_scan_peek (scan) == '\n')
        {
          scan->pos = start;
          return TRUE;
        }
      scan->pos = start;
      if (!scan_space (scan) || !scan_parameter (scan, out_command))
        return FALSE;
    }
  return TRUE;
}

/* What follows the verbs */

static gboolean
scan_helo_arguments (WireScan *scan, SmtpCommand *out_command)
{
  WireMark mark;
  gboolean matched;
  gsize    end;

  if (!scan_space (scan))
    return FALSE;
  for (end = scan->pos; end < scan->length && g_ascii_isgraph ((char) scan->data[end]);)
    end++;
  mark = wire_scan_begin (scan, &client_name);
  matched = wire_scan_peek (scan) == '[' ? smtp_scan_address_literal (scan)
                                         : smtp_scan_domain (scan);
  if (!matched || scan->pos != end)
    {
      /* Names that are no names are common: underscores, bare addresses (RFC 5321 section
       * 4.1.4: a server must not refuse mail for that alone). */
      wire_scan_fail (scan);
      wire_scan_end (scan, mark, FALSE);
      mark = wire_scan_begin (scan, &client_name);
      matched = end > scan->pos;
      scan->pos = end;
      wire_scan_flag (scan, WIRE_SPAN_TOLERATED);
    }
  out_command->argument = matched ? wire_scan_dup_since (scan, mark) : NULL;
  return wire_scan_end (scan, mark, matched);
}

static gboolean
scan_path_keyword (WireScan *scan, const WireElement *element, const char *text)
{
  WireMark mark;

  if (!scan_space (scan))
    return FALSE;
  mark = wire_scan_begin (scan, element);
  if (!wire_scan_end (scan, mark, wire_scan_text (scan, text)))
    return FALSE;
  scan_spaces (scan, WIRE_SPAN_TOLERATED);
  return TRUE;
}

static gboolean
scan_mail_arguments (WireScan *scan, SmtpCommand *out_command)
{
  return scan_path_keyword (scan, &from_keyword, "FROM:") &&
         smtp_scan_reverse_path (scan, &out_command->argument) &&
         scan_parameters (scan, out_command);
}

static gboolean
scan_rcpt_arguments (WireScan *scan, SmtpCommand *out_command)
{
  return scan_path_keyword (scan, &to_keyword, "TO:") &&
         smtp_scan_forward_path (scan, &out_command->argument) &&
         scan_parameters (scan, out_command);
}

static gboolean
scan_no_arguments (WireScan *scan, SmtpCommand *out_command)
{
  return TRUE;
}

/* String = Atom / Quoted-string; in practice, the rest of the line. */
static gboolean
scan_string_arguments (WireScan *scan, SmtpCommand *out_command)
{
  WireMark mark;

  if (!scan_space (scan))
    return FALSE;
  mark = wire_scan_begin (scan, &string);
  if (!scan_text (scan))
    return wire_scan_end (scan, mark, FALSE);
  out_command->argument = wire_scan_dup_since (scan, mark);
  g_strchomp (out_command->argument);
  return wire_scan_end (scan, mark, TRUE);
}

static gboolean
scan_optional_string (WireScan *scan, SmtpCommand *out_command)
{
  gsize ahead = 0;

  while (is_space ((guint8) MAX (wire_scan_peek_at (scan, ahead), 0)))
    ahead++;
  if (ahead == 0 || wire_scan_peek_at (scan, ahead) == '\r' ||
      wire_scan_peek_at (scan, ahead) == '\n')
    return TRUE;
  return scan_string_arguments (scan, out_command);
}

/* Whatever follows an unknown verb. */
static gboolean
scan_any_arguments (WireScan *scan, SmtpCommand *out_command)
{
  WireMark mark = wire_scan_begin (scan, &argument);
  gsize    n_bytes = wire_scan_while (scan, is_line_byte);

  wire_scan_end (scan, mark, n_bytes > 0);
  return TRUE;
}

static gboolean (*const scan_arguments[SMTP_N_VERBS]) (WireScan *scan, SmtpCommand *out_command) = {
  [SMTP_VERB_UNKNOWN] = scan_any_arguments, [SMTP_VERB_HELO] = scan_helo_arguments,
  [SMTP_VERB_EHLO] = scan_helo_arguments,   [SMTP_VERB_MAIL] = scan_mail_arguments,
  [SMTP_VERB_RCPT] = scan_rcpt_arguments,   [SMTP_VERB_DATA] = scan_no_arguments,
  [SMTP_VERB_RSET] = scan_no_arguments,     [SMTP_VERB_NOOP] = scan_optional_string,
  [SMTP_VERB_VRFY] = scan_string_arguments, [SMTP_VERB_EXPN] = scan_string_arguments,
  [SMTP_VERB_HELP] = scan_optional_string,  [SMTP_VERB_QUIT] = scan_no_arguments,
  [SMTP_VERB_STARTTLS] = scan_no_arguments, [SMTP_VERB_AUTH] = scan_string_arguments,
  [SMTP_VERB_BDAT] = scan_string_arguments, [SMTP_VERB_LHLO] = scan_helo_arguments,
  [SMTP_VERB_SEND] = scan_any_arguments,    [SMTP_VERB_SOML] = scan_any_arguments,
  [SMTP_VERB_SAML] = scan_any_arguments,    [SMTP_VERB_TURN] = scan_any_arguments,
};

static SmtpVerb
find_verb (const guint8 *data, gsize length)
{
  for (SmtpVerb v = SMTP_VERB_HELO; v < SMTP_N_VERBS; v++)
    if (length == strlen (verbs[v].keyword) &&
        g_ascii_strncasecmp ((const char *) data, verbs[v].keyword, length) == 0)
      return v;
  return SMTP_VERB_UNKNOWN;
}

gboolean
smtp_scan_command (WireScan *scan, SmtpCommand *out_command)
{
  gsize    length = 0;
  WireMark mark;
  WireMark part;
  gboolean matched;

  while (g_ascii_isalnum ((char) MAX (wire_scan_peek_at (scan, length), 0)))
    length++;
  out_command->verb = find_verb (scan->data + scan->pos, length);
  mark = wire_scan_begin (scan, verbs[out_command->verb].element);
  part = wire_scan_begin (scan, &verb);
  scan->pos += length;
  matched = wire_scan_end (scan, part, length > 0 || wire_scan_fail (scan));
  matched = matched && scan_arguments[out_command->verb](scan, out_command) &&
            scan_line_end (scan);
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

/* Replies */

static gboolean
scan_digit (WireScan *scan, const WireElement *element, guint8 low, guint8 high, guint *value)
{
  WireMark mark = wire_scan_begin (scan, element);
  int      byte = wire_scan_peek (scan);

  if (byte < low || byte > high)
    return wire_scan_end (scan, mark, wire_scan_fail (scan));
  scan->pos++;
  *value = *value * 10 + (guint) (byte - '0');
  return wire_scan_end (scan, mark, TRUE);
}

gboolean
smtp_scan_reply_code (WireScan *scan, guint *out_code)
{
  WireMark mark = wire_scan_begin (scan, &reply_code);
  guint    code = 0;
  gboolean matched = scan_digit (scan, &reply_class, '2', '5', &code) &&
                     scan_digit (scan, &reply_category, '0', '9', &code) &&
                     scan_digit (scan, &reply_detail, '0', '9', &code);

  if (matched)
    *out_code = code;
  if (matched && code / 10 % 10 > 5)
    wire_scan_flag (scan, WIRE_SPAN_TOLERATED);
  return wire_scan_end (scan, mark, matched);
}

/* status-code = class "." subject "." detail (RFC 3463 section 2), at the head of a text; its
 * class, one of 2, 4 and 5, is that of the reply. */
static void
scan_enhanced_code (WireScan *scan, guint code)
{
  WireMark mark = wire_scan_begin (scan, &enhanced_code);
  gboolean matched = code / 100 != 3 && wire_scan_peek (scan) == (int) ('0' + code / 100) &&
                     scan->pos++ < scan->length;

  for (guint i = 0; matched && i < 2; i++)
    matched = wire_scan_peek (scan) == '.' && scan->pos++ < scan->length &&
              wire_scan_number (scan, 1, 3, NULL);
  matched = matched && (wire_scan_peek (scan) == ' ' || wire_scan_peek (scan) == '\r' ||
                        wire_scan_peek (scan) == '\n');
  wire_scan_end (scan, mark, matched);
}

/* One line; *@code is 0 before the first. */
static gboolean
scan_reply_line (WireScan *scan, guint *code, gboolean *out_is_last)
{
  WireMark mark = wire_scan_begin (scan, &reply_line);
  WireMark part;
  guint    line_code = 0;

  if (!smtp_scan_reply_code (scan, &line_code) || (*code != 0 && line_code != *code))
    return wire_scan_end (scan, mark, wire_scan_fail (scan));
  *code = line_code;
  *out_is_last = wire_scan_peek (scan) != '-';
  if (wire_scan_peek (scan) == ' ' || wire_scan_peek (scan) == '-')
    {
      wire_scan_leaf (scan, &reply_separator, 1);
      scan_enhanced_code (scan, line_code);
      part = wire_scan_begin (scan, &reply_text);
      wire_scan_end (scan, part, scan_text (scan));
    }
  return wire_scan_end (scan, mark, scan_crlf (scan));
}

static gboolean
scan_reply_unit (WireScan *scan)
{
  gboolean is_last = FALSE;
  guint    code = 0;

  while (!is_last)
    if (!scan_reply_line (scan, &code, &is_last))
      return FALSE;
  return TRUE;
}

const WireGrammar smtp_grammar_reply = { "smtp-reply", "SMTP reply", &reply, scan_reply_unit };

static void
clear_parameter (gpointer data)
{
  SmtpParameter *parameter = data;

  g_free (parameter->keyword);
  g_free (parameter->value);
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
