/* SPDX-License-Identifier: GPL-3.0-or-later */
#define WIRE_MODULE "sasl"
#include "sasl-scram.h"

#include <wire/wire-base64.h>

#include <string.h>

WIRE_ELEMENT (client_first_message, "SCRAM client-first-message", 5802, "7");
WIRE_ELEMENT (server_first_message, "SCRAM server-first-message", 5802, "7");
WIRE_ELEMENT (client_final_message, "SCRAM client-final-message", 5802, "7");
WIRE_ELEMENT (server_final_message, "SCRAM server-final-message", 5802, "7");
WIRE_ELEMENT (attribute_name, "Name of the attribute", 5802, "5.1");
WIRE_ELEMENT (attribute_value, "Value of the attribute", 5802, "5.1");
WIRE_ELEMENT (reserved_mext, "Mandatory extension", 5802, "5.1");
WIRE_ELEMENT (username, "User name", 5802, "5.1");
WIRE_ELEMENT (nonce, "Nonce", 5802, "5.1");
WIRE_ELEMENT (salt, "Salt", 5802, "5.1");
WIRE_ELEMENT (iteration_count, "Iteration count", 5802, "5.1");
WIRE_ELEMENT (channel_binding, "Channel binding", 5802, "5.1");
WIRE_ELEMENT (proof, "Client proof", 5802, "5.1");
WIRE_ELEMENT (verifier, "Server signature", 5802, "5.1");
WIRE_ELEMENT (server_error, "Server error", 5802, "5.1");
WIRE_ELEMENT (extension, "Optional extension", 5802, "5.1");

/* Digits of an iteration count that are read at all: 2^64 has 20. */
#define COUNT_DIGITS_MAX 19

/* Pieces */

/* ALPHA "=" */
static gboolean
scan_name (WireScan *scan, char name)
{
  WireMark mark = wire_scan_begin (scan, &attribute_name);
  gboolean matched = wire_scan_byte (scan, (guint8) name) && wire_scan_byte (scan, '=');

  return wire_scan_end (scan, mark, matched);
}

/* value = 1*value-char */
static gboolean
scan_value (WireScan *scan, char **out_value)
{
  WireMark mark = wire_scan_begin (scan, &attribute_value);
  gboolean matched = TRUE;

  while (matched && wire_scan_peek (scan) != ',' && !wire_scan_at_end (scan))
    matched = sasl_scan_utf8_char (scan);
  matched = matched && (scan->pos > mark.pos || wire_scan_fail (scan));
  if (matched && out_value != NULL)
    *out_value = wire_scan_dup_since (scan, mark);
  return wire_scan_end (scan, mark, matched);
}

/* printable = %x21-2B / %x2D-7E */
static gboolean
is_printable (guint8 byte)
{
  return g_ascii_isgraph (byte) && byte != ',';
}

static gboolean
is_base64 (guint8 byte)
{
  return g_ascii_isalnum (byte) || byte == '/' || byte == '+' || byte == '=';
}

/* A named attribute that goes by @element. @out_data: (nullable): the value is base64, and this
 * what it stands for */
static gboolean
scan_attribute (WireScan          *scan,
                char               name,
                const WireElement *element,
                gboolean (*is_member) (guint8 byte),
                char             **out_value,
                GBytes           **out_data)
{
  g_autofree char *value = NULL;
  WireMark         mark = wire_scan_begin (scan, element);
  gboolean         matched = scan_name (scan, name);

  if (matched)
    {
      WireMark part = wire_scan_begin (scan, &attribute_value);

      matched = wire_scan_while (scan, is_member) > 0;
      value = wire_scan_dup_since (scan, part);
      if (matched && out_data != NULL)
        {
          *out_data = wire_base64_decode (value, scan->pos - part.pos, NULL);
          matched = *out_data != NULL;
        }
      wire_scan_end (scan, part, matched || wire_scan_fail (scan));
    }
  if (matched && out_value != NULL)
    *out_value = g_steal_pointer (&value);
  return wire_scan_end (scan, mark, matched);
}

/* "r=" printable */
static gboolean
scan_nonce (WireScan *scan, char **out_nonce)
{
  return scan_attribute (scan, 'r', &nonce, is_printable, out_nonce, NULL);
}

/* [reserved-mext ","]: "m=" 1*(value-char) */
static gboolean
scan_reserved_mext (WireScan *scan, gboolean *out_has_extension)
{
  WireMark mark;
  gboolean matched;

  if (wire_scan_peek (scan) != 'm')
    return TRUE;
  mark = wire_scan_begin (scan, &reserved_mext);
  matched = scan_name (scan, 'm') && scan_value (scan, NULL);
  *out_has_extension = TRUE;
  return wire_scan_end (scan, mark, matched) && wire_scan_byte (scan, ',');
}

/* attr-val = ALPHA "=" value. An "m" out of place is mandatory all the same (section 5.1). */
static gboolean
scan_extension (WireScan *scan, gboolean *out_has_extension)
{
  int      name = wire_scan_peek (scan);
  WireMark mark = wire_scan_begin (scan, name == 'm' ? &reserved_mext : &extension);
  gboolean matched = g_ascii_isalpha ((char) MAX (name, 0)) || wire_scan_fail (scan);

  *out_has_extension |= name == 'm';
  matched = matched && scan_name (scan, (char) name) && scan_value (scan, NULL);
  return wire_scan_end (scan, mark, matched);
}

/* ["," extensions], up to the end, or to the attribute @last. */
static gboolean
scan_extensions (WireScan *scan, char last, gboolean *out_has_extension)
{
  while (wire_scan_peek (scan) == ',' && (last == '\0' || wire_scan_peek_at (scan, 1) != last))
    {
      scan->pos++;
      if (!scan_extension (scan, out_has_extension))
        return FALSE;
    }
  return TRUE;
}

/* username = "n=" saslname */
static gboolean
scan_username (WireScan *scan, char **out_name)
{
  WireMark mark = wire_scan_begin (scan, &username);
  gboolean matched = scan_name (scan, 'n') && sasl_scan_saslname (scan, out_name);

  return wire_scan_end (scan, mark, matched);
}

/* Messages */

/* client-first-message = gs2-header [reserved-mext ","] username "," nonce ["," extensions] */
gboolean
sasl_scan_client_first (WireScan *scan, SaslClientFirst *out_message)
{
  if (!sasl_scan_gs2_header (scan, &out_message->header))
    return FALSE;
  out_message->header_bytes = scan->pos;
  return scan_reserved_mext (scan, &out_message->has_extension) &&
         scan_username (scan, &out_message->username) && wire_scan_byte (scan, ',') &&
         scan_nonce (scan, &out_message->nonce) &&
         scan_extensions (scan, '\0', &out_message->has_extension);
}

/* iteration-count = "i=" posit-number */
static gboolean
scan_iteration_count (WireScan *scan, guint64 *out_count)
{
  WireMark mark = wire_scan_begin (scan, &iteration_count);
  gboolean matched = scan_name (scan, 'i');

  if (matched)
    {
      WireMark part = wire_scan_begin (scan, &attribute_value);

      matched = wire_scan_peek (scan) != '0' &&
                wire_scan_number (scan, 1, COUNT_DIGITS_MAX, out_count);
      while (matched && g_ascii_isdigit ((char) MAX (wire_scan_peek (scan), 0)))
        {
          *out_count = G_MAXUINT64;
          scan->pos++;
        }
      wire_scan_end (scan, part, matched || wire_scan_fail (scan));
    }
  return wire_scan_end (scan, mark, matched);
}

/* server-first-message = [reserved-mext ","] nonce "," salt "," iteration-count ["," extensions] */
gboolean
sasl_scan_server_first (WireScan *scan, SaslServerFirst *out_message)
{
  return scan_reserved_mext (scan, &out_message->has_extension) &&
         scan_nonce (scan, &out_message->nonce) && wire_scan_byte (scan, ',') &&
         scan_attribute (scan, 's', &salt, is_base64, NULL, &out_message->salt) &&
         wire_scan_byte (scan, ',') && scan_iteration_count (scan, &out_message->n_iterations) &&
         scan_extensions (scan, '\0', &out_message->has_extension);
}

/* client-final-message = channel-binding "," nonce ["," extensions] "," proof */
gboolean
sasl_scan_client_final (WireScan *scan, SaslClientFinal *out_message)
{
  g_autoptr (GBytes) binding = NULL;

  if (!scan_reserved_mext (scan, &out_message->has_extension) ||
      !scan_attribute (scan, 'c', &channel_binding, is_base64, &out_message->channel_binding,
                       &binding) ||
      !wire_scan_byte (scan, ',') || !scan_nonce (scan, &out_message->nonce) ||
      !scan_extensions (scan, 'p', &out_message->has_extension))
    return FALSE;
  out_message->bare_bytes = scan->pos;
  return wire_scan_byte (scan, ',') &&
         scan_attribute (scan, 'p', &proof, is_base64, NULL, &out_message->proof);
}

/* server-error = "e=" server-error-value */
static gboolean
scan_server_error (WireScan *scan, char **out_error)
{
  WireMark mark = wire_scan_begin (scan, &server_error);

  return wire_scan_end (scan, mark, scan_name (scan, 'e') && scan_value (scan, out_error));
}

/* server-final-message = (server-error / verifier) ["," extensions] */
gboolean
sasl_scan_server_final (WireScan *scan, SaslServerFinal *out_message)
{
  gboolean matched = wire_scan_peek (scan) == 'e'
                         ? scan_server_error (scan, &out_message->error)
                         : scan_attribute (scan, 'v', &verifier, is_base64, NULL,
                                           &out_message->verifier);

  return matched && scan_extensions (scan, '\0', &out_message->has_extension);
}

void
sasl_client_first_clear (SaslClientFirst *message)
{
  sasl_gs2_header_clear (&message->header);
  g_clear_pointer (&message->username, g_free);
  g_clear_pointer (&message->nonce, g_free);
}

void
sasl_server_first_clear (SaslServerFirst *message)
{
  g_clear_pointer (&message->nonce, g_free);
  g_clear_pointer (&message->salt, g_bytes_unref);
}

void
sasl_client_final_clear (SaslClientFinal *message)
{
  g_clear_pointer (&message->channel_binding, g_free);
  g_clear_pointer (&message->nonce, g_free);
  g_clear_pointer (&message->proof, g_bytes_unref);
}

void
sasl_server_final_clear (SaslServerFinal *message)
{
  g_clear_pointer (&message->verifier, g_bytes_unref);
  g_clear_pointer (&message->error, g_free);
}

#define DEFINE_GRAMMAR(name, Type, text, label)                                                    \
  static gboolean scan_##name##_message (WireScan *scan)                                           \
  {                                                                                                \
    Type     message = { 0 };                                                                      \
    gboolean matched = sasl_scan_##name (scan, &message);                                          \
                                                                                                   \
    sasl_##name##_clear (&message);                                                                \
    return matched;                                                                                \
  }                                                                                                \
  const WireGrammar sasl_grammar_scram_##name = { "sasl-scram-" text, label, &name##_message,      \
                                                  scan_##name##_message }

DEFINE_GRAMMAR (client_first, SaslClientFirst, "client-first", "SCRAM client-first-message");
DEFINE_GRAMMAR (server_first, SaslServerFirst, "server-first", "SCRAM server-first-message");
DEFINE_GRAMMAR (client_final, SaslClientFinal, "client-final", "SCRAM client-final-message");
DEFINE_GRAMMAR (server_final, SaslServerFinal, "server-final", "SCRAM server-final-message");

gboolean
sasl_scram_is_nonce (const char *text)
{
  for (const char *at = text; *at != '\0'; at++)
    if (!is_printable ((guint8) *at))
      return FALSE;
  return *text != '\0';
}

/* Sums */

char *
sasl_scram_format_binding (const char *header, gsize header_bytes, GBytes *binding)
{
  g_autoptr (GByteArray) input = g_byte_array_new ();
  gsize         length;
  const guint8 *data;

  g_byte_array_append (input, (const guint8 *) header, (guint) header_bytes);
  if (binding != NULL)
    {
      data = g_bytes_get_data (binding, &length);
      g_byte_array_append (input, data, (guint) length);
    }
  return wire_base64_encode (input->data, input->len);
}

void
sasl_scram_apply_proof (const SaslKeys *keys, GString *auth_message, guint8 *in_out_key)
{
  guint8 signature[SASL_DIGEST_BYTES_MAX];
  gsize  n = (gsize) g_checksum_type_get_length (keys->hash);

  sasl_hmac (keys->hash, keys->stored_key, n, auth_message->str, auth_message->len, signature);
  for (gsize i = 0; i < n; i++)
    in_out_key[i] ^= signature[i];
}

gsize
sasl_scram_sign (const SaslKeys *keys, GString *auth_message, guint8 *out_signature)
{
  return sasl_hmac (keys->hash, keys->server_key,
                    (gsize) g_checksum_type_get_length (keys->hash), auth_message->str,
                    auth_message->len, out_signature);
}

/* RFC 5802 section 7. Who is unknown is not told from who has the password wrong. */
const char *
sasl_scram_get_error (SaslFailure failure)
{
  switch (failure)
    {
    case SASL_FAILURE_ENCODING:
    case SASL_FAILURE_MALFORMED:
      return "invalid-encoding";
    case SASL_FAILURE_EXTENSION:
      return "extensions-not-supported";
    case SASL_FAILURE_CREDENTIALS:
      return "invalid-proof";
    case SASL_FAILURE_BINDING:
      return "channel-bindings-dont-match";
    case SASL_FAILURE_DOWNGRADE:
      return "server-does-support-channel-binding";
    case SASL_FAILURE_NO_BINDING:
      return "channel-binding-not-supported";
    case SASL_FAILURE_BINDING_TYPE:
      return "unsupported-channel-binding-type";
    case SASL_FAILURE_UNAVAILABLE:
      return "no-resources";
    default:
      return "other-error";
    }
}
