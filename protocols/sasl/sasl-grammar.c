/* SPDX-License-Identifier: GPL-3.0-or-later */
#define WIRE_MODULE "sasl"
#include "sasl-grammar.h"

#include "sasl-secret.h"

#include <string.h>

WIRE_ELEMENT (plain_message, "PLAIN message", 4616, "2");
WIRE_ELEMENT (authzid, "Authorization identity", 4422, "3.4.1");
WIRE_ELEMENT (authcid, "Authentication identity", 4616, "2");
WIRE_ELEMENT (passwd, "Password", 4616, "2");
WIRE_ELEMENT (utf8nul, "NUL between the parts", 4616, "2");

WIRE_ELEMENT (cram_challenge, "CRAM-MD5 challenge", 2195, "2");
WIRE_ELEMENT (cram_unique, "Random digits and time", 2195, "2");
WIRE_ELEMENT (cram_host, "Name of the server", 2195, "2");
WIRE_ELEMENT (cram_response, "CRAM-MD5 response", 2195, "2");
WIRE_ELEMENT (cram_digest, "Keyed digest", 2195, "2");

WIRE_ELEMENT (gs2_header, "GS2 header", 5802, "7");
WIRE_ELEMENT (gs2_cbind_flag, "Channel binding flag", 5802, "6");
WIRE_ELEMENT (cb_name, "Type of channel binding", 5802, "7");
WIRE_ELEMENT (gs2_authzid, "Authorization identity of the header", 5802, "5.1");
WIRE_ELEMENT (saslname, "Name, comma and equals sign quoted", 5802, "5.1");

WIRE_ELEMENT (external_message, "EXTERNAL message", 4422, "A.1");
WIRE_ELEMENT (anonymous_message, "ANONYMOUS message", 4505, "2");
WIRE_ELEMENT (trace_token, "Trace information", 4505, "2");

/* A token holds 255 characters at most (RFC 4505 section 2); an address is not bounded there. */
#define TRACE_CHARACTERS_MAX 255

/* Characters */

gboolean
sasl_scan_utf8_char (WireScan *scan)
{
  gsize    left = scan->length - scan->pos;
  gunichar c;

  if (left == 0 || scan->data[scan->pos] == '\0')
    return wire_scan_fail (scan);
  if (scan->data[scan->pos] < 0x80)
    {
      scan->pos++;
      return TRUE;
    }
  c = g_utf8_get_char_validated ((const char *) scan->data + scan->pos, (gssize) MIN (left, 4));
  if (c >= (gunichar) -2 || !g_unichar_validate (c))
    return wire_scan_fail (scan);
  scan->pos += (gsize) g_unichar_to_utf8 (c, NULL);
  return TRUE;
}

gboolean
sasl_scan_value_safe_char (WireScan *scan)
{
  if (wire_scan_peek (scan) == '=' || wire_scan_peek (scan) == ',')
    return wire_scan_fail (scan);
  return sasl_scan_utf8_char (scan);
}

/* Whether a character that sasl_scan_utf8_char() takes is next. */
static gboolean
is_at_text (const WireScan *scan)
{
  return wire_scan_peek (scan) > 0;
}

/* PLAIN */

/* 1*SAFE */
static gboolean
scan_safe (WireScan *scan, const WireElement *element, char **out_text)
{
  WireMark mark = wire_scan_begin (scan, element);
  gboolean matched = sasl_scan_utf8_char (scan);

  while (matched && is_at_text (scan))
    matched = sasl_scan_utf8_char (scan);
  if (matched && out_text != NULL)
    *out_text = wire_scan_dup_since (scan, mark);
  return wire_scan_end (scan, mark, matched);
}

static gboolean
scan_nul (WireScan *scan)
{
  WireMark mark = wire_scan_begin (scan, &utf8nul);

  return wire_scan_end (scan, mark, wire_scan_byte (scan, '\0'));
}

/* message = [authzid] UTF8NUL authcid UTF8NUL passwd */
gboolean
sasl_scan_plain (WireScan *scan, SaslPlain *out_plain)
{
  if (!is_at_text (scan))
    out_plain->authzid = g_strdup ("");
  else if (!scan_safe (scan, &authzid, &out_plain->authzid))
    return FALSE;
  return scan_nul (scan) && scan_safe (scan, &authcid, &out_plain->authcid) && scan_nul (scan) &&
         scan_safe (scan, &passwd, &out_plain->passwd);
}

void
sasl_plain_clear (SaslPlain *plain)
{
  g_clear_pointer (&plain->authzid, g_free);
  g_clear_pointer (&plain->authcid, g_free);
  g_clear_pointer (&plain->passwd, sasl_secret_free);
}

static gboolean
scan_plain_message (WireScan *scan)
{
  SaslPlain plain = { 0 };
  gboolean  matched = sasl_scan_plain (scan, &plain);

  sasl_plain_clear (&plain);
  return matched;
}

const WireGrammar sasl_grammar_plain = { "sasl-plain", "PLAIN message", &plain_message,
                                         scan_plain_message };

/* CRAM-MD5 */

static gboolean
is_cram_unique (guint8 byte)
{
  return g_ascii_isgraph (byte) && byte != '<' && byte != '>' && byte != '@';
}

/* The msg-id of RFC 822: "<" unique "@" host ">" */
static gboolean
scan_msg_id (WireScan *scan)
{
  WireMark mark;
  gboolean matched;

  if (!wire_scan_byte (scan, '<'))
    return FALSE;
  mark = wire_scan_begin (scan, &cram_unique);
  matched = wire_scan_while (scan, is_cram_unique) > 0 || wire_scan_fail (scan);
  if (!wire_scan_end (scan, mark, matched) || !wire_scan_byte (scan, '@'))
    return FALSE;
  mark = wire_scan_begin (scan, &cram_host);
  matched = wire_scan_while (scan, is_cram_unique) > 0 || wire_scan_fail (scan);
  return wire_scan_end (scan, mark, matched) && wire_scan_byte (scan, '>');
}

/* The digest is in lower case (RFC 2195 section 2). */
static gboolean
is_lower_xdigit (guint8 byte)
{
  return g_ascii_isdigit (byte) || (byte >= 'a' && byte <= 'f');
}

/* The name may hold spaces, the digest can't: the last space parts them. */
static gboolean
scan_cram_name (WireScan *scan, char **out_name)
{
  WireMark mark = wire_scan_begin (scan, &authcid);
  gsize    end = scan->length;
  gboolean matched = TRUE;

  while (end > scan->pos && scan->data[end - 1] != ' ')
    end--;
  while (matched && scan->pos + 1 < end)
    matched = sasl_scan_utf8_char (scan);
  if (matched)
    *out_name = wire_scan_dup_since (scan, mark);
  return wire_scan_end (scan, mark, matched);
}

gboolean
sasl_scan_cram_response (WireScan *scan, char **out_authcid, char *out_digest)
{
  g_autofree char *name = NULL;
  WireMark         mark;
  gboolean         matched;

  if (!scan_cram_name (scan, &name) || !wire_scan_byte (scan, ' '))
    return FALSE;
  mark = wire_scan_begin (scan, &cram_digest);
  matched = wire_scan_while (scan, is_lower_xdigit) == SASL_CRAM_DIGEST_DIGITS &&
            wire_scan_at_end (scan);
  if (matched)
    {
      memcpy (out_digest, scan->data + mark.pos, SASL_CRAM_DIGEST_DIGITS);
      out_digest[SASL_CRAM_DIGEST_DIGITS] = '\0';
      *out_authcid = g_steal_pointer (&name);
    }
  return wire_scan_end (scan, mark, matched || wire_scan_fail (scan));
}

static gboolean
scan_cram_response (WireScan *scan)
{
  g_autofree char *name = NULL;
  char             digest[SASL_CRAM_DIGEST_DIGITS + 1];

  return sasl_scan_cram_response (scan, &name, digest);
}

const WireGrammar sasl_grammar_cram_challenge = { "sasl-cram-challenge", "CRAM-MD5 challenge",
                                                  &cram_challenge, scan_msg_id };
const WireGrammar sasl_grammar_cram_response = { "sasl-cram-response", "CRAM-MD5 response",
                                                 &cram_response, scan_cram_response };

/* GS2 header */

/* saslname = 1*(value-safe-char / "=2C" / "=3D") */
gboolean
sasl_scan_saslname (WireScan *scan, char **out_name)
{
  WireMark mark = wire_scan_begin (scan, &saslname);
  GString *name = g_string_new (NULL);
  gboolean matched = TRUE;

  while (matched && wire_scan_peek (scan) != ',' && !wire_scan_at_end (scan))
    {
      gsize from = scan->pos;

      if (wire_scan_peek (scan) != '=')
        {
          matched = sasl_scan_utf8_char (scan);
          g_string_append_len (name, (const char *) scan->data + from,
                               (gssize) (scan->pos - from));
          continue;
        }
      scan->pos++;
      if (wire_scan_peek (scan) == '2' && wire_scan_peek_at (scan, 1) == 'C')
        g_string_append_c (name, ',');
      else if (wire_scan_peek (scan) == '3' && wire_scan_peek_at (scan, 1) == 'D')
        g_string_append_c (name, '=');
      else
        matched = wire_scan_fail (scan);
      if (matched)
        scan->pos += 2;
    }
  matched = matched && (scan->pos > mark.pos || wire_scan_fail (scan));
  if (matched)
    *out_name = g_string_free (name, FALSE);
  else
    g_string_free (name, TRUE);
  return wire_scan_end (scan, mark, matched);
}

char *
sasl_saslname_encode (const char *name)
{
  GString *encoded = g_string_new (NULL);

  for (const char *at = name; *at != '\0'; at++)
    if (*at == ',')
      g_string_append (encoded, "=2C");
    else if (*at == '=')
      g_string_append (encoded, "=3D");
    else
      g_string_append_c (encoded, *at);
  return g_string_free (encoded, FALSE);
}

static gboolean
is_cb_name (guint8 byte)
{
  return g_ascii_isalnum (byte) || byte == '.' || byte == '-';
}

/* cb-name = 1*(ALPHA / DIGIT / "." / "-") */
static gboolean
scan_cb_name (WireScan *scan, char **out_name)
{
  WireMark mark = wire_scan_begin (scan, &cb_name);
  gboolean matched = wire_scan_while (scan, is_cb_name) > 0 || wire_scan_fail (scan);

  if (matched)
    *out_name = wire_scan_dup_since (scan, mark);
  return wire_scan_end (scan, mark, matched);
}

/* gs2-cbind-flag = ("p=" cb-name) / "n" / "y" */
static gboolean
scan_gs2_cbind_flag (WireScan *scan, SaslGs2Header *out_header)
{
  WireMark mark = wire_scan_begin (scan, &gs2_cbind_flag);
  int      flag = wire_scan_peek (scan);
  gboolean matched = flag == 'n' || flag == 'y' || flag == 'p' || wire_scan_fail (scan);

  if (matched)
    {
      out_header->flag = (char) flag;
      scan->pos++;
      matched = flag != 'p' ||
                (wire_scan_byte (scan, '=') && scan_cb_name (scan, &out_header->cb_name));
    }
  return wire_scan_end (scan, mark, matched);
}

gboolean
sasl_scan_gs2_header (WireScan *scan, SaslGs2Header *out_header)
{
  WireMark mark = wire_scan_begin (scan, &gs2_header);
  gboolean matched = scan_gs2_cbind_flag (scan, out_header) && wire_scan_byte (scan, ',');

  if (matched && wire_scan_peek (scan) != ',')
    {
      WireMark part = wire_scan_begin (scan, &gs2_authzid);

      matched = wire_scan_byte (scan, 'a') && wire_scan_byte (scan, '=') &&
                sasl_scan_saslname (scan, &out_header->authzid);
      wire_scan_end (scan, part, matched);
    }
  matched = matched && wire_scan_byte (scan, ',');
  return wire_scan_end (scan, mark, matched);
}

void
sasl_gs2_header_clear (SaslGs2Header *header)
{
  g_clear_pointer (&header->cb_name, g_free);
  g_clear_pointer (&header->authzid, g_free);
}

/* EXTERNAL and ANONYMOUS */

/* authz-id-string = *( UTF8-char-no-nul ) */
static gboolean
scan_external (WireScan *scan)
{
  return wire_scan_at_end (scan) || scan_safe (scan, &authzid, NULL);
}

/* message = [ email / token ]. What the "trace" profile then prohibits is for
 * sasl_prep_is_trace(). */
static gboolean
scan_anonymous (WireScan *scan)
{
  WireMark mark = wire_scan_begin (scan, &trace_token);
  gboolean is_email = memchr (scan->data + scan->pos, '@', scan->length - scan->pos) != NULL;
  gboolean matched = TRUE;

  for (guint n = 0; matched && !wire_scan_at_end (scan); n++)
    matched = n < TRACE_CHARACTERS_MAX || is_email ? sasl_scan_utf8_char (scan)
                                                   : wire_scan_fail (scan);
  return wire_scan_end (scan, mark, matched);
}

const WireGrammar sasl_grammar_external = { "sasl-external", "EXTERNAL message", &external_message,
                                            scan_external };
const WireGrammar sasl_grammar_anonymous = { "sasl-anonymous", "ANONYMOUS message",
                                             &anonymous_message, scan_anonymous };
