/* SPDX-License-Identifier: GPL-3.0-or-later */
#define WIRE_MODULE "mime"
#include "mime-value.h"
#include "mime-deviation.h"

#include <string.h>

#include <imf/imf-deviation.h>
#include <imf/imf-message.h>
#include <imf/imf-scan.h>

WIRE_ELEMENT (media_type, "Media type", 2045, "5.1");
WIRE_ELEMENT (media_subtype, "Media subtype", 2045, "5.1");
WIRE_ELEMENT (parameter, "Parameter", 2045, "5.1");
WIRE_ELEMENT (attribute, "Parameter name", 2045, "5.1");
WIRE_ELEMENT (parameter_value, "Parameter value", 2045, "5.1");
WIRE_ELEMENT (extended_value, "Extended parameter value", 2231, "4");
WIRE_ELEMENT (value_charset, "Charset of the value", 2231, "4");
WIRE_ELEMENT (value_language, "Language of the value", 2231, "4");
WIRE_ELEMENT (percent_octets, "Percent-encoded octets", 2231, "4");
WIRE_ELEMENT (disposition_type, "Disposition", 2183, "2");
WIRE_ELEMENT (mechanism, "Transfer encoding", 2045, "6.1");
WIRE_ELEMENT (content_id_value, "Content identifier", 2045, "7");

/* tspecials := "(" / ")" / "<" / ">" / "@" / "," / ";" / ":" / "\" / <"> / "/" / "[" / "]" / "?" /
 * "=" */
static gboolean
is_token_byte (guint8 byte)
{
  return byte > 0x20 && byte < 0x7f && strchr ("()<>@,;:\\\"/[]?=", byte) == NULL;
}

static gboolean
is_space (guint8 byte)
{
  return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

/* Ends the string that was begun at @from: without NULs but the one after it. */
static void
end_string (MimeValue *out, gsize from, gboolean is_lower)
{
  gsize n = from;

  for (gsize i = from; i < out->text->len; i++)
    if (out->text->str[i] != '\0')
      out->text->str[n++] =
          is_lower ? g_ascii_tolower (out->text->str[i]) : out->text->str[i];
  g_string_truncate (out->text, n);
  g_string_append_c (out->text, '\0');
}

static void
append_string (MimeValue *out, const guint8 *bytes, gsize length, gboolean is_lower)
{
  gsize from;

  if (out == NULL)
    return;
  from = out->text->len;
  g_string_append_len (out->text, (const char *) bytes, (gssize) length);
  end_string (out, from, is_lower);
}

/* token under @element; its text in lower case */
static gboolean
scan_token_as (WireScan *scan, const WireElement *element, MimeValue *out)
{
  WireMark mark = wire_scan_begin (scan, element);

  if (wire_scan_while (scan, is_token_byte) == 0)
    {
      wire_scan_fail (scan);
      return wire_scan_end (scan, mark, FALSE);
    }
  append_string (out, scan->data + mark.pos, scan->pos - mark.pos, TRUE);
  return wire_scan_end (scan, mark, TRUE);
}

/* Bytes up to the next ";" that nothing matches. */
static void
scan_junk (WireScan *scan)
{
  const guint8 *semicolon = memchr (scan->data + scan->pos, ';', scan->length - scan->pos);
  WireMark      mark = wire_scan_begin (scan, wire_unrecognised);

  scan->pos = semicolon != NULL ? (gsize) (semicolon - scan->data) : scan->length;
  wire_scan_flag (scan, WIRE_SPAN_UNRECOGNISED);
  wire_scan_deviate (scan, &mime_deviation_unreadable_parameter);
  wire_scan_end (scan, mark, TRUE);
}

/* Whether a parameter begins at @pos: a token and "=". */
static gboolean
is_parameter_at (const WireScan *scan, gsize pos)
{
  gsize end = pos;

  while (end < scan->length && is_token_byte (scan->data[end]))
    end++;
  return end > pos && end < scan->length && scan->data[end] == '=';
}

/* Returns: where an unquoted value ends that is read as people mean it: at the ";", before a
 * comment, or before a parameter that lacks its ";". */
static gsize
find_value_end (const WireScan *scan)
{
  gsize pos = scan->pos;

  while (pos < scan->length && scan->data[pos] != ';')
    {
      gsize next = pos;

      while (next < scan->length && is_space (scan->data[next]))
        next++;
      if (next == pos)
        {
          pos++;
          continue;
        }
      if (next == scan->length || scan->data[next] == ';' || scan->data[next] == '(' ||
          is_parameter_at (scan, next))
        break;
      pos = next;
    }
  return pos;
}

static gboolean
is_hex_pair (const WireScan *scan, gsize pos)
{
  return scan->length - pos >= 3 && g_ascii_isxdigit (scan->data[pos + 1]) &&
         g_ascii_isxdigit (scan->data[pos + 2]);
}

/* extended-other-values := *(ext-octet / attribute-char), up to @end */
static void
scan_percent_encoded (WireScan *scan, gsize end)
{
  WireMark mark;

  while (scan->pos < end)
    {
      const guint8 *percent = memchr (scan->data + scan->pos, '%', end - scan->pos);

      scan->pos = percent != NULL ? (gsize) (percent - scan->data) : end;
      if (percent == NULL)
        break;
      if (!is_hex_pair (scan, scan->pos) || scan->pos + 3 > end)
        {
          wire_scan_deviate_at (scan, &mime_deviation_bad_percent_encoding, scan->pos, 1);
          scan->pos++;
          continue;
        }
      mark = wire_scan_begin (scan, &percent_octets);
      while (end - scan->pos >= 3 && scan->data[scan->pos] == '%' && is_hex_pair (scan, scan->pos))
        scan->pos += 3;
      wire_scan_end (scan, mark, TRUE);
    }
}

/* extended-initial-value := [charset] "'" [language] "'" extended-other-values, up to @end */
static void
scan_extended (WireScan *scan, gsize end, gboolean is_initial)
{
  const guint8 *first = memchr (scan->data + scan->pos, '\'', end - scan->pos);
  const guint8 *second =
      first != NULL ? memchr (first + 1, '\'', (gsize) (scan->data + end - first) - 1) : NULL;
  WireMark      mark = wire_scan_begin (scan, &extended_value);

  if (is_initial && second == NULL)
    wire_scan_deviate (scan, &mime_deviation_bad_percent_encoding);
  else if (is_initial)
    {
      if (scan->data + scan->pos < first)
        wire_scan_leaf (scan, &value_charset, (gsize) (first - scan->data) - scan->pos);
      scan->pos = (gsize) (first - scan->data) + 1;
      if (second > first + 1)
        wire_scan_leaf (scan, &value_language, (gsize) (second - first) - 1);
      scan->pos = (gsize) (second - scan->data) + 1;
    }
  scan_percent_encoded (scan, end);
  wire_scan_end (scan, mark, TRUE);
}

/* What RFC 2231 makes of the name at @offset: "name*", "name*0*", "name*7*". */
static gboolean
is_extended_name (const guint8 *name, gsize length, gboolean *out_is_initial)
{
  if (length < 2 || name[length - 1] != '*')
    return FALSE;
  length--;
  *out_is_initial = memchr (name, '*', length) == NULL ||
                    (length >= 2 && name[length - 2] == '*' && name[length - 1] == '0');
  return TRUE;
}

/* An unquoted value, up to @end: token, or what common readers take for one */
static void
scan_bare_value (WireScan *scan, gsize end, gboolean is_extended, gboolean is_initial)
{
  gsize    token_end = scan->pos;
  WireMark mark;

  while (token_end < end && is_token_byte (scan->data[token_end]))
    token_end++;
  if (is_extended)
    {
      if (token_end < end)
        wire_scan_deviate (scan, &mime_deviation_unquoted_parameter);
      scan_extended (scan, end, is_initial);
      return;
    }
  mark = wire_scan_begin (scan, &parameter_value);
  scan->pos = end;
  if (token_end < end)
    wire_scan_deviate (scan, &mime_deviation_unquoted_parameter);
  wire_scan_end (scan, mark, TRUE);
}

/* Whether there is an encoded-word in @text. */
static gboolean
has_encoded_word (const char *text, gsize length)
{
  return g_strstr_len (text, (gssize) length, "=?") != NULL &&
         g_strstr_len (text, (gssize) length, "?=") != NULL;
}

/* A quoted value; without its closing quote it goes to the end. */
static void
scan_quoted_value (WireScan *scan, GString *text)
{
  WireMark mark = wire_scan_begin (scan, &parameter_value);
  gsize    from = text->len;
  gsize    start = scan->pos;

  if (!imf_scan_bare_quoted_string (scan, text))
    {
      g_string_truncate (text, from);
      g_string_append_len (text, (const char *) scan->data + start + 1,
                           (gssize) (scan->length - start - 1));
      while (text->len > from && is_space ((guint8) text->str[text->len - 1]))
        g_string_truncate (text, text->len - 1);
      scan->pos = scan->length;
      wire_scan_deviate (scan, &mime_deviation_unclosed_quote);
    }
  if (has_encoded_word (text->str + from, text->len - from))
    wire_scan_deviate (scan, &mime_deviation_encoded_word_in_parameter);
  wire_scan_end (scan, mark, TRUE);
}

/* value := token / quoted-string, of the parameter whose name is at @name */
static void
scan_value (WireScan *scan, gsize name, gsize name_length, MimeValue *out)
{
  gboolean is_initial = FALSE;
  gboolean is_extended = is_extended_name (scan->data + name, name_length, &is_initial);
  gsize    start = scan->pos;
  gsize    end;

  if (wire_scan_peek (scan) == '"')
    {
      g_autoptr (GString) unused = out == NULL ? g_string_new (NULL) : NULL;
      GString *text = out != NULL ? out->text : unused;
      gsize    from = text->len;

      scan_quoted_value (scan, text);
      if (is_extended)
        wire_scan_deviate (scan, &mime_deviation_quoted_extended_value);
      if (out != NULL)
        end_string (out, from, FALSE);
      return;
    }
  end = find_value_end (scan);
  if (end == start)
    wire_scan_deviate (scan, &mime_deviation_empty_parameter);
  else
    scan_bare_value (scan, end, is_extended, is_initial);
  append_string (out, scan->data + start, end - start, FALSE);
}

/* parameter := attribute "=" value */
static gboolean
scan_parameter (WireScan *scan, MimeValue *out)
{
  WireMark mark = wire_scan_begin (scan, &parameter);
  gsize    out_length = out != NULL ? out->text->len : 0;
  gsize    name_length;

  if (!scan_token_as (scan, &attribute, out))
    return wire_scan_end (scan, mark, FALSE);
  name_length = scan->pos - mark.pos;
  imf_scan_optional_cfws (scan);
  if (wire_scan_at_end (scan) || wire_scan_peek (scan) == ';')
    {
      append_string (out, NULL, 0, FALSE);
      wire_scan_deviate (scan, &mime_deviation_empty_parameter);
    }
  else if (wire_scan_byte (scan, '='))
    {
      imf_scan_optional_cfws (scan);
      scan_value (scan, mark.pos, name_length, out);
    }
  else
    {
      if (out != NULL)
        g_string_truncate (out->text, out_length);
      return wire_scan_end (scan, mark, FALSE);
    }
  if (out != NULL)
    out->n_parameters++;
  return wire_scan_end (scan, mark, TRUE);
}

/* *(";" parameter), to the end of the scan */
static void
scan_parameters (WireScan *scan, MimeValue *out)
{
  for (;;)
    {
      gsize semicolon;

      imf_scan_optional_cfws (scan);
      if (wire_scan_at_end (scan))
        return;
      semicolon = scan->pos;
      if (wire_scan_byte (scan, ';'))
        {
          imf_scan_optional_cfws (scan);
          if (wire_scan_at_end (scan))
            {
              wire_scan_deviate_at (scan, &mime_deviation_trailing_semicolon, semicolon, 1);
              return;
            }
          if (wire_scan_peek (scan) == ';')
            {
              wire_scan_deviate_at (scan, &mime_deviation_empty_parameter, semicolon, 1);
              continue;
            }
        }
      else if (is_parameter_at (scan, scan->pos))
        wire_scan_deviate_at (scan, &mime_deviation_missing_semicolon, scan->pos, 1);
      else
        {
          scan_junk (scan);
          continue;
        }
      if (!scan_parameter (scan, out))
        scan_junk (scan);
    }
}

gboolean
mime_scan_content_type (WireScan *scan, MimeValue *out)
{
  imf_scan_optional_cfws (scan);
  if (!scan_token_as (scan, &media_type, out))
    return FALSE;
  imf_scan_optional_cfws (scan);
  if (wire_scan_peek (scan) != '/')
    {
      wire_scan_deviate (scan, &mime_deviation_missing_subtype);
      append_string (out, NULL, 0, FALSE);
      scan_parameters (scan, out);
      return TRUE;
    }
  wire_scan_byte (scan, '/');
  imf_scan_optional_cfws (scan);
  if (!scan_token_as (scan, &media_subtype, out))
    {
      wire_scan_deviate (scan, &mime_deviation_missing_subtype);
      append_string (out, NULL, 0, FALSE);
    }
  scan_parameters (scan, out);
  return TRUE;
}

/* disposition-type := "inline" / "attachment" / extension-token (RFC 2183 section 2) */
gboolean
mime_scan_content_disposition (WireScan *scan, MimeValue *out)
{
  gsize start;

  imf_scan_optional_cfws (scan);
  start = scan->pos;
  if (!scan_token_as (scan, &disposition_type, out))
    return FALSE;
  if (!(scan->pos - start == 6 &&
        g_ascii_strncasecmp ((const char *) scan->data + start, "inline", 6) == 0) &&
      !(scan->pos - start == 10 &&
        g_ascii_strncasecmp ((const char *) scan->data + start, "attachment", 10) == 0) &&
      !(scan->pos - start == 9 &&
        g_ascii_strncasecmp ((const char *) scan->data + start, "form-data", 9) == 0))
    wire_scan_deviate_at (scan, &mime_deviation_unknown_disposition, start, scan->pos - start);
  scan_parameters (scan, out);
  return TRUE;
}

gboolean
mime_scan_transfer_encoding (WireScan *scan, MimeValue *out)
{
  imf_scan_optional_cfws (scan);
  if (!scan_token_as (scan, &mechanism, out))
    return FALSE;
  imf_scan_optional_cfws (scan);
  if (!wire_scan_at_end (scan))
    scan_parameters (scan, NULL);
  return TRUE;
}

static gboolean
is_id_byte (guint8 byte)
{
  return !imf_is_control (byte) && !is_space (byte) && byte != '<' && byte != '>';
}

gboolean
mime_scan_content_id (WireScan *scan, GString *out)
{
  WireMark mark;

  imf_scan_optional_cfws (scan);
  if (wire_scan_peek (scan) == '<')
    return imf_scan_msg_id (scan, out);
  mark = wire_scan_begin (scan, &content_id_value);
  if (wire_scan_while (scan, is_id_byte) == 0)
    {
      wire_scan_fail (scan);
      return wire_scan_end (scan, mark, FALSE);
    }
  wire_scan_deviate (scan, &imf_deviation_id_without_brackets);
  if (out != NULL)
    g_string_append_len (out, (const char *) scan->data + mark.pos,
                         (gssize) (scan->pos - mark.pos));
  wire_scan_end (scan, mark, TRUE);
  imf_scan_optional_cfws (scan);
  return TRUE;
}
