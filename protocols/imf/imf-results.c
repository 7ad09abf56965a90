/* SPDX-License-Identifier: GPL-3.0-or-later */
#define WIRE_MODULE "imf"
#include "imf-results.h"
#include "imf-deviation.h"
#include "imf-scan.h"
#include "imf-token.h"

#include <string.h>

WIRE_ELEMENT (authserv_id, "Who authenticated", 8601, "2.5");
WIRE_ELEMENT (authres_version, "Version of the field", 8601, "2.2");
WIRE_ELEMENT (arc_instance, "Instance of the ARC set", 8617, "4.2.1");
WIRE_ELEMENT (no_result, "No result", 8601, "2.2");
WIRE_ELEMENT (resinfo, "Result of one method", 8601, "2.2");
WIRE_ELEMENT (auth_method, "Method", 8601, "2.7");
WIRE_ELEMENT (auth_method_version, "Version of the method", 8601, "2.2");
WIRE_ELEMENT (auth_result, "Result", 8601, "2.7");
WIRE_ELEMENT (auth_reason, "Reason", 8601, "2.2");
WIRE_ELEMENT (auth_reason_text, "Text of the reason", 8601, "2.2");
WIRE_ELEMENT (propspec, "What was checked", 8601, "2.2");
WIRE_ELEMENT (ptype, "Where it comes from", 8601, "2.3");
WIRE_ELEMENT (property, "Property", 8601, "2.2");
WIRE_ELEMENT (pvalue, "Value of the property", 8601, "2.2");
WIRE_ELEMENT (spf_result, "Result of SPF", 7208, "2.6");
WIRE_ELEMENT (spf_pair, "Detail of SPF", 7208, "9.1");
WIRE_ELEMENT (spf_key, "Name of the detail", 7208, "9.1");
WIRE_ELEMENT (spf_value, "Value of the detail", 7208, "9.1");

static const char *const spf_results[] = {
  "pass", "fail", "softfail", "neutral", "none", "temperror", "permerror",
};

/* Ldh-str, and what methods and properties in use have beyond it */
static gboolean
is_name_byte (guint8 byte)
{
  return g_ascii_isalnum (byte) || byte == '-' || byte == '_';
}

/* A value without quotes, as it is written: up to what must end it */
static gboolean
is_value_byte (guint8 byte)
{
  return byte > ' ' && byte != 0x7f && byte != ';' && byte != '(' && byte != ')' && byte != '"';
}

static gboolean
is_digit (guint8 byte)
{
  return g_ascii_isdigit (byte);
}

/* Returns: the byte that is at the cursor after white space and comments are passed over, or -1;
 * nothing is consumed. */
static int
peek_after_cfws (const WireScan *scan, gsize ahead)
{
  WireScan copy = *scan;

  copy.recorder = NULL;
  copy.pos += ahead;
  imf_scan_optional_cfws (&copy);
  return wire_scan_peek (&copy);
}

static gsize
measure (const WireScan *scan, gboolean (*is_member) (guint8 byte))
{
  gsize length = 0;
  int   byte;

  while ((byte = wire_scan_peek_at (scan, length)) != -1 && is_member ((guint8) byte))
    length++;
  return length;
}

/* Returns: whether @bytes are a token (RFC 2045) or [ [ local-part ] "@" ] domain-name. */
static gboolean
is_pvalue (const guint8 *bytes, gsize length)
{
  gsize n_ats = 0;
  gsize n_odd = 0;
  gsize n_not_atext = 0;

  for (gsize i = 0; i < length; i++)
    {
      n_ats += bytes[i] == '@';
      n_odd += !imf_is_token (bytes[i]);
      n_not_atext += bytes[i] != '@' && bytes[i] != '.' && !imf_is_atext (bytes[i]);
    }
  return length > 0 && (n_odd == 0 || (n_ats == 1 && n_not_atext == 0 && bytes[length - 1] != '@'));
}

/* value, or what stands in its place; noted if it should have been in quotes */
static void
scan_value (WireScan *scan, const WireElement *element, const WireDeviation *odd,
            gboolean (*is_legal) (const guint8 *bytes, gsize length))
{
  WireMark mark;

  if (wire_scan_peek (scan) == -1 ||
      (wire_scan_peek (scan) != '"' && !is_value_byte (scan->data[scan->pos])))
    {
      wire_scan_deviate (scan, odd);
      return;
    }
  mark = wire_scan_begin (scan, element);
  if (imf_scan_quoted_alone (scan))
    wire_scan_while (scan, is_value_byte); /* "local part"@domain */
  else
    {
      wire_scan_while (scan, is_value_byte);
      if (scan->pos > mark.pos && !is_legal (scan->data + mark.pos, scan->pos - mark.pos))
        wire_scan_deviate (scan, odd);
      imf_scan_flag_bytes (scan, mark.pos);
    }
  wire_scan_end (scan, mark, scan->pos > mark.pos || wire_scan_fail (scan));
}

/* [CFWS] "=" [CFWS] */
static void
scan_equals (WireScan *scan)
{
  imf_scan_optional_cfws (scan);
  wire_scan_byte (scan, '=');
  imf_scan_optional_cfws (scan);
}

/* reasonspec = "reason" [CFWS] "=" [CFWS] value
 * propspec = ptype [CFWS] "." [CFWS] property [CFWS] "=" pvalue */
static gboolean
scan_property (WireScan *scan)
{
  gsize    length = measure (scan, is_name_byte);
  gboolean is_reason =
      length == 6 && g_ascii_strncasecmp ((const char *) scan->data + scan->pos, "reason", 6) == 0;
  int      next = length > 0 ? peek_after_cfws (scan, length) : -1;
  WireMark mark;

  if (next == '=' && is_reason)
    {
      mark = wire_scan_begin (scan, &auth_reason);
      scan->pos += length;
      scan_equals (scan);
      scan_value (scan, &auth_reason_text, &imf_deviation_odd_result_value, is_pvalue);
      return wire_scan_end (scan, mark, TRUE);
    }
  if (next != '=' && next != '.')
    return wire_scan_fail (scan);
  mark = wire_scan_begin (scan, &propspec);
  if (next == '.')
    {
      wire_scan_leaf (scan, &ptype, length);
      imf_scan_optional_cfws (scan);
      scan->pos++;
      imf_scan_optional_cfws (scan);
      length = measure (scan, is_name_byte);
    }
  else
    wire_scan_deviate (scan, &imf_deviation_odd_property);
  if (length == 0 || peek_after_cfws (scan, length) != '=')
    return wire_scan_end (scan, mark, wire_scan_fail (scan));
  wire_scan_leaf (scan, &property, length);
  scan_equals (scan);
  scan_value (scan, &pvalue, &imf_deviation_odd_result_value, is_pvalue);
  return wire_scan_end (scan, mark, TRUE);
}

/* A word where a result or a property should be */
static gboolean
scan_odd_word (WireScan *scan)
{
  gsize start = scan->pos;

  if (wire_scan_while (scan, is_value_byte) == 0 && !imf_scan_quoted_alone (scan))
    return wire_scan_fail (scan);
  imf_scan_flag_bytes (scan, start);
  wire_scan_deviate_at (scan, &imf_deviation_odd_result, start, scan->pos - start);
  return TRUE;
}

/* What follows a result up to ";": reasons and properties; a word that is neither is noted. */
static gboolean
scan_properties (WireScan *scan)
{
  imf_scan_optional_cfws (scan);
  while (!wire_scan_at_end (scan) && wire_scan_peek (scan) != ';')
    {
      if (!scan_property (scan) && !scan_odd_word (scan))
        return FALSE;
      imf_scan_optional_cfws (scan);
    }
  return TRUE;
}

/* method [CFWS] "=" [CFWS] result, where method = Keyword [ [CFWS] "/" [CFWS] method-version ] */
static gboolean
scan_method (WireScan *scan)
{
  gsize length = measure (scan, is_name_byte);
  int   next = length > 0 ? peek_after_cfws (scan, length) : -1;
  gsize n_digits;

  if (next != '=' && next != '/')
    return wire_scan_fail (scan);
  wire_scan_leaf (scan, &auth_method, length);
  imf_scan_optional_cfws (scan);
  if (next == '/')
    {
      scan->pos++;
      imf_scan_optional_cfws (scan);
      n_digits = measure (scan, is_name_byte);
      if (n_digits == 0)
        return wire_scan_fail (scan);
      wire_scan_leaf (scan, &auth_method_version, n_digits);
      imf_scan_optional_cfws (scan);
    }
  if (!wire_scan_byte (scan, '='))
    return FALSE;
  imf_scan_optional_cfws (scan);
  scan_value (scan, &auth_result, &imf_deviation_odd_result_value, is_pvalue);
  return TRUE;
}

/* resinfo = [CFWS] ";" methodspec [ CFWS reasonspec ] [ CFWS 1*propspec ], here after the ";";
 * no-result = [CFWS] ";" [CFWS] "none" */
static gboolean
scan_resinfo (WireScan *scan)
{
  gsize    length = measure (scan, is_name_byte);
  WireMark mark;
  ImfPlace place;

  if (length == 4 && g_ascii_strncasecmp ((const char *) scan->data + scan->pos, "none", 4) == 0 &&
      peek_after_cfws (scan, 4) != '=')
    {
      wire_scan_leaf (scan, &no_result, 4);
      imf_scan_optional_cfws (scan);
      return wire_scan_at_end (scan) || wire_scan_peek (scan) == ';';
    }
  mark = wire_scan_begin (scan, &resinfo);
  place = imf_scan_save (scan);
  if (!scan_method (scan))
    imf_scan_restore (scan, place);
  return wire_scan_end (scan, mark, scan_properties (scan));
}

/* [CFWS] authserv-id [ CFWS authres-version ]; left out by some writers, so that the first
 * result is where it should be. Returns: whether a result begins at the cursor. */
static gboolean
scan_server (WireScan *scan)
{
  gsize length = measure (scan, is_name_byte);
  int   next = length > 0 ? peek_after_cfws (scan, length) : -1;

  if (next == '=' || wire_scan_peek (scan) == ';')
    {
      wire_scan_deviate (scan, &imf_deviation_missing_authserv_id);
      return next == '=';
    }
  scan_value (scan, &authserv_id, &imf_deviation_odd_result_value, is_pvalue);
  imf_scan_optional_cfws (scan);
  length = measure (scan, is_digit);
  if (length > 0 && measure (scan, is_value_byte) == length)
    wire_scan_leaf (scan, &authres_version, length);
  return FALSE;
}

static gboolean
scan_payload (WireScan *scan)
{
  gboolean is_result;

  imf_scan_optional_cfws (scan);
  if (wire_scan_at_end (scan))
    return wire_scan_fail (scan);
  is_result = scan_server (scan);
  if (!(is_result ? scan_resinfo (scan) : scan_properties (scan)))
    return FALSE;
  while (!wire_scan_at_end (scan))
    {
      if (!wire_scan_byte (scan, ';'))
        return FALSE;
      imf_scan_optional_cfws (scan);
      if (wire_scan_at_end (scan) || wire_scan_peek (scan) == ';')
        wire_scan_deviate_at (scan, &imf_deviation_needless_semicolon, scan->pos - 1, 1);
      else if (!scan_resinfo (scan))
        return FALSE;
    }
  return TRUE;
}

gboolean
imf_value_authentication_results (WireScan *scan)
{
  return scan_payload (scan);
}

gboolean
imf_value_arc_authentication_results (WireScan *scan)
{
  WireMark mark;

  imf_scan_optional_cfws (scan);
  mark = wire_scan_begin (scan, &arc_instance);
  if (!wire_scan_end (scan, mark,
                      wire_scan_text (scan, "i") && (scan_equals (scan), TRUE) &&
                          wire_scan_number (scan, 1, 2, NULL)))
    return FALSE;
  imf_scan_optional_cfws (scan);
  return wire_scan_byte (scan, ';') && scan_payload (scan);
}

/* dot-atom, without quotes */
static gboolean
is_dot_atom (const guint8 *bytes, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (bytes[i] != '.' && !imf_is_atext (bytes[i]))
      return FALSE;
  return length > 0;
}

/* key-value-pair = key [CFWS] "=" ( dot-atom / quoted-string ) */
static gboolean
scan_spf_pair (WireScan *scan)
{
  gsize    length = measure (scan, is_name_byte);
  WireMark mark;

  if (length == 0 || peek_after_cfws (scan, length) != '=')
    return wire_scan_fail (scan);
  mark = wire_scan_begin (scan, &spf_pair);
  wire_scan_leaf (scan, &spf_key, length);
  scan_equals (scan);
  scan_value (scan, &spf_value, &imf_deviation_unquoted_spf_value, is_dot_atom);
  return wire_scan_end (scan, mark, TRUE);
}

static gboolean
scan_spf_result (WireScan *scan)
{
  gsize       length = measure (scan, is_name_byte);
  const char *name = (const char *) scan->data + scan->pos;
  gboolean    is_known = FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (spf_results); i++)
    is_known = is_known || (strlen (spf_results[i]) == length &&
                            g_ascii_strncasecmp (spf_results[i], name, length) == 0);
  if (length == 0)
    return wire_scan_fail (scan);
  if (!is_known)
    wire_scan_deviate_at (scan, &imf_deviation_unknown_spf_result, scan->pos, length);
  wire_scan_leaf (scan, &spf_result, length);
  return TRUE;
}

gboolean
imf_value_received_spf (WireScan *scan)
{
  imf_scan_optional_cfws (scan);
  if (!scan_spf_result (scan))
    return FALSE;
  imf_scan_optional_cfws (scan);
  while (!wire_scan_at_end (scan))
    {
      if (!scan_spf_pair (scan) && !scan_odd_word (scan))
        return FALSE;
      imf_scan_optional_cfws (scan);
      if (!wire_scan_at_end (scan) && !wire_scan_byte (scan, ';'))
        return FALSE;
      imf_scan_optional_cfws (scan);
    }
  return TRUE;
}
