/* SPDX-License-Identifier: GPL-3.0-or-later */
#define WIRE_MODULE "smtp"
#include "smtp-deviation.h"
#include "smtp-scan.h"

#include <string.h>

WIRE_ELEMENT (esmtp_param, "Parameter", 5321, "4.1.2");
WIRE_ELEMENT (size_parameter, "SIZE parameter", 1870, "6");
WIRE_ELEMENT (body_parameter, "BODY parameter", 6152, "2");
WIRE_ELEMENT (ret_parameter, "RET parameter", 3461, "4.3");
WIRE_ELEMENT (envid_parameter, "ENVID parameter", 3461, "4.4");
WIRE_ELEMENT (notify_parameter, "NOTIFY parameter", 3461, "4.1");
WIRE_ELEMENT (orcpt_parameter, "ORCPT parameter", 3461, "4.2");
WIRE_ELEMENT (auth_parameter, "AUTH parameter", 4954, "5");
WIRE_ELEMENT (smtputf8_parameter, "SMTPUTF8 parameter", 6531, "3.4");
WIRE_ELEMENT (requiretls_parameter, "REQUIRETLS parameter", 8689, "2");
WIRE_ELEMENT (esmtp_keyword, "Keyword of a parameter", 5321, "4.1.2");
WIRE_ELEMENT (esmtp_value, "Value of a parameter", 5321, "4.1.2");
WIRE_ELEMENT (size_value, "Size of the message", 1870, "6");
WIRE_ELEMENT (body_value, "Kind of body", 3030, "3");
WIRE_ELEMENT (ret_value, "What to return", 3461, "4.3");
WIRE_ELEMENT (notify_value, "When to notify", 3461, "4.1");
WIRE_ELEMENT (notify_keyword, "Event to notify of", 3461, "4.1");
WIRE_ELEMENT (original_recipient, "Original recipient", 3461, "4.2");
WIRE_ELEMENT (address_type, "Type of the address", 3461, "4.2");
WIRE_ELEMENT (utf8_address, "Address in UTF-8", 6533, "3");
WIRE_ELEMENT (unicode_char, "Character by its number", 6533, "3");
WIRE_ELEMENT (xtext, "Encoded text", 3461, "4");
WIRE_ELEMENT (hexchar, "Encoded octet", 3461, "4");

static gboolean
is_keyword_char (int byte)
{
  return byte > 0 && (g_ascii_isalnum ((char) byte) || byte == '-');
}

/* xtext */

/* hexchar = "+" and two hexadecimal digits */
static gboolean
scan_hexchar (WireScan *scan)
{
  int high = wire_scan_peek_at (scan, 1);
  int low = wire_scan_peek_at (scan, 2);

  if (high <= 0 || low <= 0 || !g_ascii_isxdigit ((char) high) || !g_ascii_isxdigit ((char) low))
    return wire_scan_fail (scan);
  wire_scan_leaf (scan, &hexchar, 3);
  return TRUE;
}

/* xtext = *( xchar / hexchar ) */
static gboolean
scan_xtext (WireScan *scan, gsize end)
{
  while (scan->pos < end)
    if (scan->data[scan->pos] == '+')
      {
        if (!scan_hexchar (scan))
          return FALSE;
      }
    else if (scan->data[scan->pos] >= 0x80)
      return wire_scan_fail (scan);
    else
      scan->pos++;
  return TRUE;
}

/* Values, up to @end, which is where the characters of a value end. */

static gboolean
scan_size (WireScan *scan, gsize end)
{
  gsize start = scan->pos;

  while (scan->pos < end && g_ascii_isdigit ((char) scan->data[scan->pos]))
    scan->pos++;
  return scan->pos - start <= 20 || wire_scan_fail (scan);
}

/* Whether the words up to the cursor, one of @words each, are parted by commas. */
static gboolean
scan_word (WireScan *scan, gsize end, const char *const *words)
{
  for (guint i = 0; words[i] != NULL; i++)
    {
      gsize length = strlen (words[i]);

      if (end - scan->pos >= length &&
          g_ascii_strncasecmp ((const char *) scan->data + scan->pos, words[i], length) == 0 &&
          (end - scan->pos == length || scan->data[scan->pos + length] == ','))
        {
          scan->pos += length;
          return TRUE;
        }
    }
  return wire_scan_fail (scan);
}

static gboolean
scan_body (WireScan *scan, gsize end)
{
  static const char *const words[] = { "7BIT", "8BITMIME", "BINARYMIME", NULL };

  return scan_word (scan, end, words);
}

static gboolean
scan_ret (WireScan *scan, gsize end)
{
  static const char *const words[] = { "FULL", "HDRS", NULL };

  return scan_word (scan, end, words);
}

/* "NEVER" / 1#( "SUCCESS" / "FAILURE" / "DELAY" ) */
static gboolean
scan_notify (WireScan *scan, gsize end)
{
  static const char *const alone[] = { "NEVER", NULL };
  static const char *const words[] = { "SUCCESS", "FAILURE", "DELAY", NULL };
  WireMark mark = wire_scan_begin (scan, &notify_keyword);

  if (wire_scan_end (scan, mark, scan_word (scan, end, alone)))
    return TRUE;
  for (;;)
    {
      mark = wire_scan_begin (scan, &notify_keyword);
      if (!wire_scan_end (scan, mark, scan_word (scan, end, words)))
        return FALSE;
      if (scan->pos == end)
        return TRUE;
      scan->pos++; /* the comma */
    }
}

/* EmbeddedUnicodeChar = "\x{" HEXPOINT "}" */
static gboolean
scan_unicode_char (WireScan *scan)
{
  gsize ahead = 3;
  int   byte;

  if (wire_scan_peek_at (scan, 1) != 'x' || wire_scan_peek_at (scan, 2) != '{')
    return wire_scan_fail (scan);
  while ((byte = wire_scan_peek_at (scan, ahead)) > 0 && g_ascii_isxdigit ((char) byte))
    ahead++;
  if (byte != '}' || ahead < 5 || ahead > 9)
    return wire_scan_fail (scan);
  wire_scan_leaf (scan, &unicode_char, ahead + 1);
  return TRUE;
}

/* utf-8-addr-xtext / utf-8-addr-unitext / utf-8-address */
static gboolean
scan_utf8_address (WireScan *scan, gsize end)
{
  WireMark mark = wire_scan_begin (scan, &utf8_address);
  gboolean matched = TRUE;

  while (matched && scan->pos < end)
    if (scan->data[scan->pos] == '\\')
      matched = scan_unicode_char (scan);
    else if (scan->data[scan->pos] >= 0x80)
      matched = smtp_scan_utf8_char (scan);
    else if (scan->data[scan->pos] == '+')
      matched = wire_scan_fail (scan);
    else
      scan->pos++;
  return wire_scan_end (scan, mark, matched);
}

/* original-recipient-address = addr-type ";" xtext */
static gboolean
scan_orcpt (WireScan *scan, gsize end)
{
  WireMark mark = wire_scan_begin (scan, &address_type);
  gboolean is_utf8;
  gboolean matched;

  while (scan->pos < end && is_keyword_char (scan->data[scan->pos]))
    scan->pos++;
  is_utf8 = scan->pos - mark.pos == 5 &&
            g_ascii_strncasecmp ((const char *) scan->data + mark.pos, "utf-8", 5) == 0;
  if (!wire_scan_end (scan, mark, scan->pos > mark.pos || wire_scan_fail (scan)) ||
      !wire_scan_byte (scan, ';'))
    return FALSE;
  if (is_utf8)
    return scan_utf8_address (scan, end);
  mark = wire_scan_begin (scan, &xtext);
  matched = scan_xtext (scan, end);
  return wire_scan_end (scan, mark, matched);
}

/* The parameters that are known here; others are read by RFC 5321's own rule alone. */
static const struct
{
  const char        *keyword;
  const WireElement *element;
  const WireElement *value; /* (nullable): what the value is; NULL when there must be none */
  gboolean (*scan) (WireScan *scan, gsize end);
} known[] = {
  { "SIZE", &size_parameter, &size_value, scan_size },
  { "BODY", &body_parameter, &body_value, scan_body },
  { "RET", &ret_parameter, &ret_value, scan_ret },
  { "ENVID", &envid_parameter, &xtext, scan_xtext },
  { "NOTIFY", &notify_parameter, &notify_value, scan_notify },
  { "ORCPT", &orcpt_parameter, &original_recipient, scan_orcpt },
  { "AUTH", &auth_parameter, &xtext, scan_xtext },
  { "SMTPUTF8", &smtputf8_parameter, NULL, NULL },
  { "REQUIRETLS", &requiretls_parameter, NULL, NULL },
};

#define UNKNOWN G_N_ELEMENTS (known)

static guint
find_known (const char *keyword, gsize length)
{
  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    if (length == strlen (known[i].keyword) &&
        g_ascii_strncasecmp (keyword, known[i].keyword, length) == 0)
      return i;
  return UNKNOWN;
}

/* Returns: where the esmtp-value at the cursor ends: 1*(%d33-60 / %d62-126 / UTF8-non-ascii). */
static gsize
find_value_end (WireScan *scan, gboolean *is_utf8)
{
  WireScan ahead = *scan;

  ahead.recorder = NULL;
  while (ahead.pos < ahead.length)
    {
      guint8 byte = ahead.data[ahead.pos];

      if (byte >= 0x80 && smtp_scan_utf8_char (&ahead))
        *is_utf8 = TRUE;
      else if (byte > ' ' && byte < 0x7F && byte != '=')
        ahead.pos++;
      else
        break;
    }
  return ahead.pos;
}

/* The value, by the rule of its parameter; where that does not match, by RFC 5321's. */
static gboolean
scan_value (WireScan *scan, guint which, SmtpCommand *command)
{
  gsize    end = find_value_end (scan, &command->is_utf8);
  WireMark mark;

  if (end == scan->pos)
    {
      mark = wire_scan_begin (scan, &esmtp_value);
      return wire_scan_end (scan, mark, wire_scan_fail (scan));
    }
  if (which != UNKNOWN && known[which].value != NULL)
    {
      mark = wire_scan_begin (scan, known[which].value);
      if (wire_scan_end (scan, mark, known[which].scan (scan, end) && scan->pos == end))
        return TRUE;
    }
  mark = wire_scan_begin (scan, &esmtp_value);
  scan->pos = end;
  if (which != UNKNOWN)
    wire_scan_deviate (scan, &smtp_deviation_odd_parameter_value);
  return wire_scan_end (scan, mark, TRUE);
}

/* Keyword and value in one piece of memory, each with a NUL of its own. */
static void
add_parameter (SmtpCommand *command, const guint8 *keyword, gsize keyword_length, gsize length)
{
  SmtpParameter parameter = { g_malloc (length + 1), NULL };

  memcpy (parameter.keyword, keyword, length);
  parameter.keyword[length] = '\0';
  if (length > keyword_length)
    {
      parameter.keyword[keyword_length] = '\0'; /* was "=" */
      parameter.value = parameter.keyword + keyword_length + 1;
    }
  g_array_append_val (command->parameters, parameter);
}

/* esmtp-param = esmtp-keyword ["=" esmtp-value] */
gboolean
smtp_scan_parameter (WireScan *scan, SmtpCommand *command)
{
  const guint8 *keyword = scan->data + scan->pos;
  gsize         length = 0;
  guint         which;
  WireMark      mark;
  WireMark      part;
  gboolean      matched;

  while (is_keyword_char (wire_scan_peek_at (scan, length)))
    length++;
  which = find_known ((const char *) keyword, length);
  mark = wire_scan_begin (scan, which != UNKNOWN ? known[which].element : &esmtp_param);
  part = wire_scan_begin (scan, &esmtp_keyword);
  matched = (length > 0 && keyword[0] != '-') || wire_scan_fail (scan);
  scan->pos += length;
  wire_scan_end (scan, part, matched);
  if (matched && wire_scan_peek (scan) == '=')
    {
      scan->pos++;
      matched = scan_value (scan, which, command);
    }
  else if (matched && which != UNKNOWN && known[which].value != NULL)
    wire_scan_deviate (scan, &smtp_deviation_odd_parameter_value);
  if (matched)
    add_parameter (command, keyword, length, scan->pos - mark.pos);
  return wire_scan_end (scan, mark, matched);
}

gboolean
smtp_scan_parameters (WireScan *scan, SmtpCommand *command)
{
  while (smtp_is_space (wire_scan_peek (scan)) && !smtp_is_at_line_end (scan))
    if (!smtp_scan_space (scan, command) || !smtp_scan_parameter (scan, command))
      return FALSE;
  return TRUE;
}
