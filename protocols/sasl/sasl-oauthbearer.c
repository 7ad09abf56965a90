/* SPDX-License-Identifier: GPL-3.0-or-later */
#define WIRE_MODULE "sasl"
#include "sasl-oauthbearer.h"

#include "sasl-secret.h"

#include <string.h>

WIRE_ELEMENT (oauthbearer_message, "OAUTHBEARER message", 7628, "3.1");
WIRE_ELEMENT (kvpair, "Key and value", 7628, "3.1");
WIRE_ELEMENT (key, "Key", 7628, "3.1");
WIRE_ELEMENT (value, "Value", 7628, "3.1");
WIRE_ELEMENT (kvsep, "Separator: control A", 7628, "3.1");
WIRE_ELEMENT (auth_scheme, "Type of the token", 7628, "3");
WIRE_ELEMENT (bearer_token, "Bearer token", 7628, "3");
WIRE_ELEMENT (oauthbearer_error, "OAUTHBEARER error", 7628, "3.2.2");
WIRE_ELEMENT (error_member, "Member of the error", 7628, "3.2.2");
WIRE_ELEMENT (error_name, "Name of the member", 7628, "3.2.2");
WIRE_ELEMENT (error_value, "Value of the member", 7628, "3.2.2");

#define KVSEP '\001'

/* Characters */

static gboolean
is_alpha (guint8 byte)
{
  return g_ascii_isalpha (byte);
}

/* VCHAR / SP / HTAB / CR / LF */
static gboolean
is_value (guint8 byte)
{
  return (byte >= ' ' && byte <= '~') || byte == '\t' || byte == '\r' || byte == '\n';
}

static gboolean
is_token (guint8 byte)
{
  return g_ascii_isalnum (byte) || (byte != '\0' && strchr ("-._~+/", byte) != NULL);
}

static gboolean
is_equals (guint8 byte)
{
  return byte == '=';
}

static gboolean
scan_kvsep (WireScan *scan)
{
  WireMark mark = wire_scan_begin (scan, &kvsep);

  return wire_scan_end (scan, mark, wire_scan_byte (scan, KVSEP));
}

/* The values that we know */

/* b64token = 1*(ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/") *"=" */
static gboolean
scan_token (WireScan *scan, char **out_token)
{
  WireMark mark = wire_scan_begin (scan, &bearer_token);
  gboolean matched = wire_scan_while (scan, is_token) > 0 || wire_scan_fail (scan);

  wire_scan_while (scan, is_equals);
  if (matched)
    *out_token = wire_scan_dup_since (scan, mark);
  return wire_scan_end (scan, mark, matched);
}

/* "Bearer" 1*SP b64token, or nothing. */
static gboolean
scan_auth (WireScan *scan, SaslOauthbearer *out_message)
{
  WireMark mark;
  gboolean matched;

  if (out_message->token != NULL)
    return wire_scan_fail (scan);
  if (wire_scan_peek (scan) == KVSEP)
    {
      out_message->token = g_strdup ("");
      return TRUE;
    }
  mark = wire_scan_begin (scan, &auth_scheme);
  matched = wire_scan_text (scan, "Bearer");
  if (!wire_scan_end (scan, mark, matched) || !wire_scan_byte (scan, ' '))
    return FALSE;
  while (wire_scan_peek (scan) == ' ')
    scan->pos++;
  return scan_token (scan, &out_message->token);
}

/* A decimal positive integer without leading zeros (section 3.1). */
static gboolean
scan_port (WireScan *scan, SaslOauthbearer *out_message)
{
  WireMark mark = wire_scan_begin (scan, &value);
  guint64  number = 0;
  gboolean matched = out_message->port == 0 && wire_scan_peek (scan) != '0' &&
                     wire_scan_number (scan, 1, 5, &number) && number <= G_MAXUINT16;

  out_message->port = (guint) number;
  return wire_scan_end (scan, mark, matched || wire_scan_fail (scan));
}

static gboolean
scan_host (WireScan *scan, SaslOauthbearer *out_message)
{
  WireMark mark = wire_scan_begin (scan, &value);
  gboolean matched = out_message->host == NULL || wire_scan_fail (scan);

  if (matched)
    {
      wire_scan_while (scan, is_value);
      out_message->host = wire_scan_dup_since (scan, mark);
    }
  return wire_scan_end (scan, mark, matched);
}

/* Unknown keys are ignored (section 3.1). */
static gboolean
scan_value (WireScan *scan, SaslOauthbearer *out_message)
{
  WireMark mark = wire_scan_begin (scan, &value);

  wire_scan_while (scan, is_value);
  return wire_scan_end (scan, mark, TRUE);
}

static const struct
{
  const char *key;
  gboolean (*scan) (WireScan *scan, SaslOauthbearer *out_message);
} keys[] = {
  { "auth", scan_auth },
  { "host", scan_host },
  { "port", scan_port },
};

/* kvpair = key "=" value kvsep */
static gboolean
scan_kvpair (WireScan *scan, SaslOauthbearer *out_message)
{
  gboolean (*scan_this) (WireScan *, SaslOauthbearer *) = scan_value;
  WireMark         mark = wire_scan_begin (scan, &kvpair);
  WireMark         part = wire_scan_begin (scan, &key);
  gboolean         matched = wire_scan_while (scan, is_alpha) > 0 || wire_scan_fail (scan);
  g_autofree char *name = wire_scan_dup_since (scan, part);

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    if (strcmp (name, keys[i].key) == 0)
      scan_this = keys[i].scan;
  matched = wire_scan_end (scan, part, matched) && wire_scan_byte (scan, '=') &&
            scan_this (scan, out_message) && scan_kvsep (scan);
  return wire_scan_end (scan, mark, matched);
}

/* client-resp = (gs2-header kvsep *kvpair kvsep) / kvsep */
gboolean
sasl_scan_oauthbearer (WireScan *scan, SaslOauthbearer *out_message)
{
  gboolean matched;

  if (wire_scan_peek (scan) == KVSEP)
    {
      out_message->is_dummy = TRUE;
      return scan_kvsep (scan) && wire_scan_at_end (scan);
    }
  matched = sasl_scan_gs2_header (scan, &out_message->header) && scan_kvsep (scan);
  while (matched && wire_scan_peek (scan) != KVSEP)
    matched = scan_kvpair (scan, out_message);
  return matched && scan_kvsep (scan);
}

void
sasl_oauthbearer_clear (SaslOauthbearer *message)
{
  sasl_gs2_header_clear (&message->header);
  g_clear_pointer (&message->host, g_free);
  g_clear_pointer (&message->token, sasl_secret_free);
}

static gboolean
scan_oauthbearer_message (WireScan *scan)
{
  SaslOauthbearer message = { 0 };
  gboolean        matched = sasl_scan_oauthbearer (scan, &message);

  sasl_oauthbearer_clear (&message);
  return matched;
}

const WireGrammar sasl_grammar_oauthbearer = { "sasl-oauthbearer", "OAUTHBEARER message",
                                               &oauthbearer_message, scan_oauthbearer_message };

char *
sasl_oauthbearer_format (const char *authzid, const char *host, guint port, const char *token)
{
  GString         *text = g_string_sized_new (128 + strlen (token));
  g_autofree char *name = sasl_saslname_encode (authzid);
  char            *copy;

  g_string_append_printf (text, *name != '\0' ? "n,a=%s,\001" : "n,%s,\001", name);
  if (host != NULL)
    g_string_append_printf (text, "host=%s\001", host);
  if (port != 0)
    g_string_append_printf (text, "port=%u\001", port);
  g_string_append_printf (text, "auth=%s%s\001\001", *token != '\0' ? "Bearer " : "", token);
  copy = g_strndup (text->str, text->len);
  sasl_secret_wipe (text->str, text->len);
  g_string_free (text, TRUE);
  return copy;
}

gboolean
sasl_oauthbearer_is_token (const char *token)
{
  g_autofree char *copy = NULL;
  WireScan         scan;
  gboolean         is_token;

  wire_scan_init (&scan, (const guint8 *) token, strlen (token), NULL);
  is_token = scan_token (&scan, &copy) && wire_scan_at_end (&scan);
  if (copy != NULL)
    sasl_secret_wipe (copy, strlen (copy));
  return is_token;
}

/* The error, as JSON (RFC 7159). Only an object of plain values is read: what else a server may
 * nest in it is no part of RFC 7628. */

static gboolean
is_json_space (guint8 byte)
{
  return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

static gboolean
is_json_word (guint8 byte)
{
  return g_ascii_isalnum (byte) || byte == '-' || byte == '+' || byte == '.';
}

/* quotation-mark *char quotation-mark; the span and @out_text are what is between. */
static gboolean
scan_json_string (WireScan *scan, const WireElement *element, char **out_text)
{
  WireMark mark;
  gboolean matched = TRUE;

  if (!wire_scan_byte (scan, '"'))
    return FALSE;
  mark = wire_scan_begin (scan, element);
  while (matched && wire_scan_peek (scan) != '"')
    {
      if (wire_scan_peek (scan) >= 0 && wire_scan_peek (scan) < ' ')
        matched = wire_scan_fail (scan);
      else if (wire_scan_peek (scan) == '\\')
        {
          scan->pos++;
          matched = sasl_scan_utf8_char (scan);
        }
      else
        matched = sasl_scan_utf8_char (scan);
    }
  if (matched)
    *out_text = wire_scan_dup_since (scan, mark);
  return wire_scan_end (scan, mark, matched) && wire_scan_byte (scan, '"');
}

static gboolean
scan_json_value (WireScan *scan, char **out_text)
{
  WireMark mark;
  gboolean matched;

  if (wire_scan_peek (scan) == '"')
    return scan_json_string (scan, &error_value, out_text);
  mark = wire_scan_begin (scan, &error_value);
  matched = wire_scan_while (scan, is_json_word) > 0 || wire_scan_fail (scan);
  if (matched)
    *out_text = wire_scan_dup_since (scan, mark);
  return wire_scan_end (scan, mark, matched);
}

/* member = string ws ":" ws value */
static gboolean
scan_error_member (WireScan *scan, char **out_status)
{
  WireMark         mark = wire_scan_begin (scan, &error_member);
  g_autofree char *name = NULL;
  g_autofree char *text = NULL;
  gboolean         matched = scan_json_string (scan, &error_name, &name);

  wire_scan_while (scan, is_json_space);
  matched = matched && wire_scan_byte (scan, ':');
  wire_scan_while (scan, is_json_space);
  matched = matched && scan_json_value (scan, &text);
  if (matched && strcmp (name, "status") == 0)
    {
      g_free (*out_status);
      *out_status = g_steal_pointer (&text);
    }
  return wire_scan_end (scan, mark, matched);
}

gboolean
sasl_scan_oauthbearer_error (WireScan *scan, char **out_status)
{
  g_autofree char *status = g_strdup ("");
  gboolean         matched;

  wire_scan_while (scan, is_json_space);
  matched = wire_scan_byte (scan, '{');
  for (gboolean more = TRUE; matched && more;)
    {
      wire_scan_while (scan, is_json_space);
      matched = scan_error_member (scan, &status);
      wire_scan_while (scan, is_json_space);
      more = wire_scan_peek (scan) == ',';
      scan->pos += more && matched;
    }
  matched = matched && wire_scan_byte (scan, '}');
  wire_scan_while (scan, is_json_space);
  if (matched)
    *out_status = g_steal_pointer (&status);
  return matched;
}

static gboolean
scan_error (WireScan *scan)
{
  g_autofree char *status = NULL;

  return sasl_scan_oauthbearer_error (scan, &status);
}

const WireGrammar sasl_grammar_oauthbearer_error = { "sasl-oauthbearer-error",
                                                     "OAUTHBEARER error", &oauthbearer_error,
                                                     scan_error };

static void
append_member (GString *json, const char *name, const char *text)
{
  g_string_append_printf (json, "%s\"%s\":\"", json->len > 1 ? "," : "", name);
  for (const char *at = text; *at != '\0'; at++)
    if (*at == '"' || *at == '\\')
      g_string_append_printf (json, "\\%c", *at);
    else if (g_ascii_iscntrl (*at))
      g_string_append_printf (json, "\\u%04x", (guint) *at);
    else
      g_string_append_c (json, *at);
  g_string_append_c (json, '"');
}

char *
sasl_oauthbearer_error_format (const SaslOauthbearerError *error)
{
  GString *json = g_string_new ("{");

  append_member (json, "status", error->status);
  if (error->scope != NULL)
    append_member (json, "scope", error->scope);
  if (error->openid_configuration != NULL)
    append_member (json, "openid-configuration", error->openid_configuration);
  g_string_append_c (json, '}');
  return g_string_free (json, FALSE);
}
