/* SPDX-License-Identifier: GPL-3.0-or-later */
#define WIRE_MODULE "smtp"
#include "smtp-deviation.h"
#include "smtp-scan.h"
#include "smtp-status.h"

#include <string.h>

#include "smtp-extension.h"

WIRE_ELEMENT (reply, "Reply", 5321, "4.2");
WIRE_ELEMENT (reply_line, "Line of a reply", 5321, "4.2.1");
WIRE_ELEMENT (reply_code, "Reply code", 5321, "4.2");
WIRE_ELEMENT (reply_class, "First digit: good, bad or incomplete", 5321, "4.2.1");
WIRE_ELEMENT (reply_category, "Second digit: what it is about", 5321, "4.2.1");
WIRE_ELEMENT (reply_detail, "Third digit: finer detail", 5321, "4.2.1");
WIRE_ELEMENT (reply_separator, "Hyphen: more lines follow; space: the last", 5321, "4.2.1");
WIRE_ELEMENT (reply_text, "Text", 5321, "4.2");
WIRE_ELEMENT (enhanced_code, "Enhanced status code", 3463, "2");
WIRE_ELEMENT (status_class, "Class: success, not now, or no", 3463, "2");
WIRE_ELEMENT (status_subject, "Subject: what it is about", 3463, "2");
WIRE_ELEMENT (status_detail, "Detail", 3463, "2");
WIRE_ELEMENT (sasl_challenge, "Challenge", 4954, "4");
WIRE_ELEMENT (server_name, "Name of the server", 5321, "4.1.1.1");
WIRE_ELEMENT (ehlo_greet, "Words of greeting", 5321, "4.1.1.1");
WIRE_ELEMENT (ehlo_line, "Extension that is offered", 5321, "4.1.1.1");
WIRE_ELEMENT (ehlo_keyword, "Keyword of an extension", 5321, "4.1.1.1");
WIRE_ELEMENT (ehlo_param, "Parameter of an extension", 5321, "4.1.1.1");

/* The reply that the server's challenges are in (RFC 4954 section 4). */
#define CHALLENGE_CODE 334

/* What is known of the lines so far. */
typedef struct
{
  guint    code;         /* of the first */
  gboolean is_sound;
  gboolean answers_ehlo; /* for all that can be told */
  guint    n_lines;
  gsize    status_pos; /* of the first line's enhanced status code */
  gsize    status_length; /* 0: there is none, or the lines differ */
} Reply;

/* Keywords that tell a reply to EHLO from others, beyond those of SmtpExtension. */
static const char *const other_keywords[] = {
  "ATRN",      "BURL",        "CHECKPOINT", "CONNEG",  "CONPERM",   "DELIVERBY",
  "ETRN",      "FUTURERELEASE", "LIMITS",   "MT-PRIORITY", "MTRK",  "NO-SOLICITING",
  "RRVS",      "SAML",        "SEND",       "SOML",    "SUBMITTER", "TURN",
  "UTF8SMTP",  "VERB",        "XCLIENT",    "XFORWARD", NULL,
};

/* Codes */

static gboolean
scan_digit (WireScan *scan, const WireElement *element, guint *value)
{
  WireMark mark = wire_scan_begin (scan, element);
  int      byte = wire_scan_peek (scan);

  if (byte < '0' || byte > '9')
    return wire_scan_end (scan, mark, wire_scan_fail (scan));
  scan->pos++;
  *value = *value * 10 + (guint) (byte - '0');
  return wire_scan_end (scan, mark, TRUE);
}

static gboolean
has_class (guint code)
{
  return code >= 200 && code < 600;
}

gboolean
smtp_scan_reply_code (WireScan *scan, guint *out_code)
{
  WireMark mark = wire_scan_begin (scan, &reply_code);
  guint    code = 0;
  gboolean matched = scan_digit (scan, &reply_class, &code) &&
                     scan_digit (scan, &reply_category, &code) &&
                     scan_digit (scan, &reply_detail, &code);

  if (matched)
    *out_code = code;
  if (matched && !has_class (code))
    wire_scan_deviate (scan, &smtp_deviation_odd_reply_class);
  else if (matched && code / 10 % 10 > 5)
    wire_scan_deviate (scan, &smtp_deviation_odd_reply_category);
  return wire_scan_end (scan, mark, matched);
}

static void
scan_status_number (WireScan *scan, const WireElement *element, gsize length)
{
  wire_scan_leaf (scan, element, length);
  scan->pos += wire_scan_peek (scan) == '.' ? 1 : 0;
}

/* status-code = class "." subject "." detail (RFC 3463 section 2), at the head of a text. Those of
 * another class than the reply's are let pass. */
static void
scan_status (WireScan *scan, Reply *self, guint code)
{
  const char *text = (const char *) scan->data + scan->pos;
  gsize       left = scan->length - scan->pos;
  SmtpStatus  status;
  gsize       length = code / 100 != 3 ? smtp_status_parse (text, left, &status) : 0;
  gsize       dot;
  WireMark    mark;

  if (length > 0 && length < left && !smtp_is_space (text[length]) &&
      !smtp_is_line_end (text[length]))
    length = 0;
  if (self->n_lines == 0)
    {
      self->status_pos = scan->pos;
      self->status_length = length;
    }
  else if (length != self->status_length ||
           memcmp (scan->data + self->status_pos, text, length) != 0)
    self->status_length = 0;
  if (length == 0)
    return;
  if (status.class != code / 100)
    self->status_length = 0;
  dot = (gsize) ((const char *) memchr (text + 2, '.', length - 2) - text);
  mark = wire_scan_begin (scan, &enhanced_code);
  if (status.class != code / 100)
    wire_scan_deviate (scan, &smtp_deviation_status_of_other_class);
  scan_status_number (scan, &status_class, 1);
  scan_status_number (scan, &status_subject, dot - 2);
  scan_status_number (scan, &status_detail, length - dot - 1);
  wire_scan_end (scan, mark, TRUE);
}

/* Texts */

/* Whether the text of a reply of that code may be in UTF-8: where it shows a mailbox (RFC 6531
 * section 3.7.4). */
static gboolean
may_be_utf8 (guint code)
{
  return code == 250 || code == 251 || code == 551;
}

/* Textstring = 1*(%d09 / %d32-126), as @element; other octets but NUL are let pass. */
static void
scan_text (WireScan *scan, const WireElement *element, gsize end, guint code)
{
  WireMark mark = wire_scan_begin (scan, element);
  gboolean has_control = FALSE;
  gboolean has_eight_bit = FALSE;

  for (; scan->pos < end && scan->data[scan->pos] != '\0'; scan->pos++)
    {
      guint8 byte = scan->data[scan->pos];

      has_control |= byte == 0x7F || (byte < ' ' && byte != '\t');
      has_eight_bit |= byte >= 0x80;
    }
  if (has_control ||
      (has_eight_bit && !(may_be_utf8 (code) &&
                          g_utf8_validate_len ((const char *) scan->data + mark.pos,
                                               scan->pos - mark.pos, NULL))))
    wire_scan_deviate (scan, &smtp_deviation_eight_bit_reply);
  wire_scan_end (scan, mark, scan->pos > mark.pos);
}

static gboolean
is_keyword_char (guint8 byte)
{
  return g_ascii_isalnum ((char) byte) || byte == '-';
}

/* Returns: the length of the ehlo-keyword that @text begins with, 0 for none */
static gsize
find_keyword (const guint8 *text, gsize length)
{
  gsize n = 0;

  while (n < length && is_keyword_char (text[n]))
    n++;
  if (n == 0 || text[0] == '-' ||
      (n < length && !smtp_is_space (text[n]) && !smtp_is_line_end (text[n])))
    return 0;
  return n;
}

static gboolean
is_known_keyword (const guint8 *text, gsize length)
{
  g_autofree char *keyword = g_ascii_strup ((const char *) text, (gssize) length);

  return smtp_extension_find (keyword) != 0 || g_strv_contains (other_keywords, keyword);
}

/* Whether the reply looks like one to EHLO: 250, and lines after the first that are keywords, some
 * of them known. */
static gboolean
answers_ehlo (const guint8 *data, gsize length)
{
  gboolean has_known = FALSE;
  gsize    start = 0;

  if (length < 3 || memcmp (data, "250", 3) != 0)
    return FALSE;
  for (guint i = 0; start < length; i++)
    {
      const guint8 *lf = memchr (data + start, '\n', length - start);
      const guint8 *text = data + start + strlen ("250-");
      gsize         end = lf != NULL ? (gsize) (lf - data) + 1 : length;
      gsize         n;

      if (i > 0)
        {
          n = end - start > strlen ("250-") ? find_keyword (text, end - start - 4) : 0;
          if (n == 0)
            return FALSE;
          has_known |= is_known_keyword (text, n);
        }
      start = end;
    }
  return has_known;
}

/* Domain [ SP ehlo-greet ] */
static void
scan_server_name (WireScan *scan, gsize end)
{
  gsize    start = scan->pos;
  gsize    name_end = start;
  WireMark mark;

  while (name_end < end && !smtp_is_space (scan->data[name_end]))
    name_end++;
  if (name_end == start)
    return;
  mark = wire_scan_begin (scan, &server_name);
  scan->pos = name_end;
  wire_scan_end (scan, mark, TRUE);
  if (scan->pos < end)
    {
      scan->pos++;
      scan_text (scan, &ehlo_greet, end, 0);
    }
}

/* ehlo-line = ehlo-keyword *( SP ehlo-param ) */
static void
scan_ehlo_line (WireScan *scan, gsize end)
{
  WireMark mark = wire_scan_begin (scan, &ehlo_line);

  wire_scan_leaf (scan, &ehlo_keyword, find_keyword (scan->data + scan->pos, end - scan->pos));
  while (scan->pos < end)
    {
      gsize param_end;

      while (scan->pos < end && smtp_is_space (scan->data[scan->pos]))
        scan->pos++;
      for (param_end = scan->pos; param_end < end && !smtp_is_space (scan->data[param_end]);)
        param_end++;
      if (param_end > scan->pos)
        wire_scan_leaf (scan, &ehlo_param, param_end - scan->pos);
    }
  wire_scan_end (scan, mark, TRUE);
}

/* What follows code and separator, up to the line end. */
static void
scan_reply_text (WireScan *scan, Reply *self, guint code)
{
  gsize end = smtp_find_line_end (scan);

  if (self->answers_ehlo && self->n_lines == 0)
    scan_server_name (scan, end);
  else if (self->answers_ehlo)
    scan_ehlo_line (scan, end);
  else if (code == CHALLENGE_CODE)
    smtp_scan_base64 (scan, &sasl_challenge, end);
  else
    {
      scan_status (scan, self, code);
      scan_text (scan, &reply_text, end, code);
    }
}

/* Lines */

/* After the code: a space or a hyphen, or the end of the line. Returns: whether it is the last
 * line. */
static gboolean
scan_separator (WireScan *scan, Reply *self)
{
  int byte = wire_scan_peek (scan);

  if (smtp_is_line_end (byte))
    wire_scan_deviate (scan, &smtp_deviation_reply_without_text);
  else if (byte >= 0)
    {
      WireMark mark = wire_scan_begin (scan, &reply_separator);

      scan->pos++;
      if (byte != ' ' && byte != '-')
        {
          wire_scan_deviate (scan, &smtp_deviation_odd_reply_separator);
          self->is_sound = FALSE;
        }
      wire_scan_end (scan, mark, TRUE);
    }
  return byte != '-';
}

static gboolean
scan_reply_line (WireScan *scan, Reply *self, guint *out_code, gboolean *out_is_last)
{
  WireMark mark = wire_scan_begin (scan, &reply_line);
  gboolean matched;

  if (!smtp_scan_reply_code (scan, out_code))
    return wire_scan_end (scan, mark, FALSE);
  if (self->n_lines == 0)
    self->code = *out_code;
  else if (*out_code != self->code)
    {
      wire_scan_deviate (scan, &smtp_deviation_mixed_reply_codes);
      self->is_sound = FALSE;
    }
  self->is_sound &= has_class (*out_code);
  *out_is_last = scan_separator (scan, self);
  if (smtp_is_line_end (wire_scan_peek (scan)))
    self->status_length = 0; /* so that it is not on each line */
  else
    scan_reply_text (scan, self, *out_code);
  smtp_scan_line_end (scan, &smtp_deviation_lf_ends_reply, NULL, &matched);
  if (matched && scan->pos - mark.pos > SMTP_REPLY_LINE_BYTES_MAX)
    wire_scan_deviate (scan, &smtp_deviation_long_reply_line);
  self->n_lines++;
  return wire_scan_end (scan, mark, matched);
}

gboolean
smtp_scan_reply (WireScan *scan, SmtpReplyShape *out_shape)
{
  Reply    self = { .is_sound = TRUE };
  gboolean is_last = FALSE;
  guint    code = 0;

  self.answers_ehlo = answers_ehlo (scan->data + scan->pos, scan->length - scan->pos);
  while (!is_last)
    if (!scan_reply_line (scan, &self, &code, &is_last))
      return FALSE;
  *out_shape = (SmtpReplyShape){ code, self.is_sound, self.status_length > 0 };
  return TRUE;
}

static gboolean
scan_reply_unit (WireScan *scan)
{
  SmtpReplyShape shape;

  return smtp_scan_reply (scan, &shape);
}

const WireGrammar smtp_grammar_reply = { "smtp-reply", "SMTP reply", &reply, scan_reply_unit };
