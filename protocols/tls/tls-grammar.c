/* SPDX-License-Identifier: GPL-3.0-or-later */
#define WIRE_MODULE "tls"
#include "tls-grammar.h"

#include "tls-record.h"

WIRE_ELEMENT (record, "TLS record", 8446, "5.1");
WIRE_ELEMENT (record_header, "Record header", 8446, "5.1");
WIRE_ELEMENT (record_type, "Content type", 8446, "5.1");
WIRE_ELEMENT (record_version, "Record version", 8446, "5.1");
WIRE_ELEMENT (record_length, "Length of the content", 8446, "5.1");
WIRE_ELEMENT (change_cipher_spec, "Change cipher spec", 5246, "7.1");
WIRE_ELEMENT (alert, "Alert", 8446, "6");
WIRE_ELEMENT (alert_level, "Alert level", 8446, "6");
WIRE_ELEMENT (alert_description, "Alert description", 8446, "6");
WIRE_ELEMENT (encrypted_data, "Encrypted content", 8446, "5.2");
WIRE_ELEMENT (encrypted_handshake, "Encrypted handshake message, or a piece of one", 5246, "6.2.3");
WIRE_ELEMENT (encrypted_alert, "Encrypted alert", 5246, "7.2");

WIRE_ELEMENT (hello_request, "HelloRequest", 5246, "7.4.1.1");
WIRE_ELEMENT (client_hello, "ClientHello", 8446, "4.1.2");
WIRE_ELEMENT (server_hello, "ServerHello", 8446, "4.1.3");
WIRE_ELEMENT (certificate, "Certificate", 5246, "7.4.2");
WIRE_ELEMENT (server_key_exchange, "ServerKeyExchange", 5246, "7.4.3");
WIRE_ELEMENT (certificate_request, "CertificateRequest", 5246, "7.4.4");
WIRE_ELEMENT (server_hello_done, "ServerHelloDone", 5246, "7.4.5");
WIRE_ELEMENT (certificate_verify, "CertificateVerify", 5246, "7.4.8");
WIRE_ELEMENT (client_key_exchange, "ClientKeyExchange", 5246, "7.4.7");
WIRE_ELEMENT (message_type, "Handshake message type", 8446, "4");
WIRE_ELEMENT (message_length, "Length of the message", 8446, "4");
WIRE_ELEMENT (message_body, "Body of the message", 8446, "4");
WIRE_ELEMENT (certificate_list_length, "Length of the certificate list", 5246, "7.4.2");
WIRE_ELEMENT (certificate_entry, "Certificate in DER", 5246, "7.4.2");

WIRE_ELEMENT (legacy_version, "Version of the hello", 8446, "4.1.2");
WIRE_ELEMENT (random_value, "Random value", 8446, "4.1.2");
WIRE_ELEMENT (session_id, "Session identifier", 8446, "4.1.2");
WIRE_ELEMENT (cipher_suites, "Cipher suites offered", 8446, "4.1.2");
WIRE_ELEMENT (cipher_suite, "Cipher suite", 8446, "B.4");
WIRE_ELEMENT (compression_methods, "Compression methods", 8446, "4.1.2");
WIRE_ELEMENT (extensions, "Extensions", 8446, "4.2");
WIRE_ELEMENT (list_length, "Length of what follows", 8446, "3.4");
WIRE_ELEMENT (extension, "Extension", 8446, "4.2");
WIRE_ELEMENT (extension_type, "Extension type", 8446, "4.2");
WIRE_ELEMENT (extension_data, "Extension data", 8446, "4.2");
WIRE_ELEMENT (server_name, "Server name indication", 8446, "4.2");
WIRE_ELEMENT (name_type, "Kind of name", 8446, "4.2");
WIRE_ELEMENT (host_name, "Name of the server", 8446, "4.2");
WIRE_ELEMENT (supported_versions, "Supported versions", 8446, "4.2.1");
WIRE_ELEMENT (supported_version, "Version", 8446, "4.2.1");
WIRE_ELEMENT (signature_algorithms, "Signature algorithms", 8446, "4.2.3");
WIRE_ELEMENT (signature_algorithm, "Signature algorithm", 8446, "4.2.3");
WIRE_ELEMENT (supported_groups, "Supported groups", 8446, "4.2.7");
WIRE_ELEMENT (named_group, "Named group", 8446, "4.2.7");
WIRE_ELEMENT (key_share, "Key share", 8446, "4.2.8");
WIRE_ELEMENT (key_share_entry, "Share of one group", 8446, "4.2.8");
WIRE_ELEMENT (key_exchange, "Public value", 8446, "4.2.8");

/* RFC 8446 section 4. */
enum
{
  MESSAGE_CLIENT_HELLO = 1,
  MESSAGE_SERVER_HELLO = 2,
  MESSAGE_CERTIFICATE = 11,
};

/* RFC 8446 section 4.2. */
enum
{
  EXTENSION_SERVER_NAME = 0,
  EXTENSION_SUPPORTED_GROUPS = 10,
  EXTENSION_SIGNATURE_ALGORITHMS = 13,
  EXTENSION_SUPPORTED_VERSIONS = 43,
  EXTENSION_KEY_SHARE = 51,
};

#define MESSAGE_HEADER_BYTES 4
#define RANDOM_BYTES 32

static gboolean
scan_bytes (WireScan *scan, const WireElement *element, gsize n_bytes, gsize end)
{
  if (end - scan->pos < n_bytes)
    return wire_scan_fail (scan);
  wire_scan_leaf (scan, element, n_bytes);
  return TRUE;
}

/* What is left up to @end, if anything. */
static gboolean
scan_rest (WireScan *scan, const WireElement *element, gsize end)
{
  return scan->pos == end || scan_bytes (scan, element, end - scan->pos, end);
}

static gsize
number_at (const WireScan *scan, gsize pos, guint n_bytes)
{
  gsize number = 0;

  for (guint i = 0; i < n_bytes; i++)
    number = number << 8 | scan->data[pos + i];
  return number;
}

/* A length of @n_bytes (RFC 8446 section 3.4). What has it ends at @out_end. */
static gboolean
scan_length (WireScan *scan, const WireElement *element, guint n_bytes, gsize end, gsize *out_end)
{
  gsize length;

  if (!scan_bytes (scan, element, n_bytes, end))
    return FALSE;
  length = number_at (scan, scan->pos - n_bytes, n_bytes);
  if (length > end - scan->pos)
    return wire_scan_fail (scan);
  *out_end = scan->pos + length;
  return TRUE;
}

/* A length, then items of two bytes each, to the end of the list. */
static gboolean
scan_list (WireScan *scan, const WireElement *list, const WireElement *item, guint length_bytes,
           gsize end)
{
  WireMark mark = wire_scan_begin (scan, list);
  gsize    list_end = 0;
  gboolean matched = scan_length (scan, &list_length, length_bytes, end, &list_end);

  while (matched && scan->pos < list_end)
    matched = scan_bytes (scan, item, 2, list_end);
  return wire_scan_end (scan, mark, matched);
}

/* A length of one byte and as many more, all under @element. */
static gboolean
scan_short (WireScan *scan, const WireElement *element, gsize end)
{
  if (scan->pos >= end)
    return wire_scan_fail (scan);
  return scan_bytes (scan, element, 1u + scan->data[scan->pos], end);
}

/* Extensions */

/* The list has one name in practice: struct ServerNameList. A server answers with an empty one. */
static gboolean
scan_server_name (WireScan *scan, gsize end)
{
  gsize list_end = 0, name_end = 0;

  if (scan->pos == end)
    return TRUE;
  if (!scan_length (scan, &list_length, 2, end, &list_end))
    return FALSE;
  while (scan->pos < list_end)
    if (!scan_bytes (scan, &name_type, 1, list_end) ||
        !scan_length (scan, &list_length, 2, list_end, &name_end) ||
        !scan_rest (scan, &host_name, name_end))
      return FALSE;
  return TRUE;
}

/* struct KeyShareEntry; a HelloRetryRequest has the group alone. */
static gboolean
scan_key_share_entry (WireScan *scan, gsize end)
{
  WireMark mark = wire_scan_begin (scan, &key_share_entry);
  gsize    key_end = 0;

  return wire_scan_end (
      scan, mark,
      scan_bytes (scan, &named_group, 2, end) &&
          (scan->pos == end || (scan_length (scan, &list_length, 2, end, &key_end) &&
                                scan_rest (scan, &key_exchange, key_end))));
}

/* A client offers a list, a server has chosen one. */
static gboolean
scan_key_share (WireScan *scan, gboolean is_client, gsize end)
{
  gsize list_end = end;

  if (is_client && !scan_length (scan, &list_length, 2, end, &list_end))
    return FALSE;
  while (scan->pos < list_end)
    if (!scan_key_share_entry (scan, list_end))
      return FALSE;
  return TRUE;
}

/* The data of an extension. Anything past what is known of its form is left to the caller. */
static gboolean
scan_extension_data (WireScan *scan, guint type, gboolean is_client, gsize end)
{
  WireMark           mark;
  const WireElement *element = &extension_data;
  gboolean           matched = FALSE;

  switch (type)
    {
    case EXTENSION_SUPPORTED_GROUPS:
      return scan_list (scan, &supported_groups, &named_group, 2, end);
    case EXTENSION_SIGNATURE_ALGORITHMS:
      return scan_list (scan, &signature_algorithms, &signature_algorithm, 2, end);
    case EXTENSION_SUPPORTED_VERSIONS:
      return is_client ? scan_list (scan, &supported_versions, &supported_version, 1, end)
                       : scan_bytes (scan, &supported_version, 2, end);
    case EXTENSION_SERVER_NAME:
      element = &server_name;
      break;
    case EXTENSION_KEY_SHARE:
      element = &key_share;
      break;
    default:
      return scan_rest (scan, element, end);
    }
  if (scan->pos == end)
    return TRUE;
  mark = wire_scan_begin (scan, element);
  matched = type == EXTENSION_SERVER_NAME ? scan_server_name (scan, end)
                                          : scan_key_share (scan, is_client, end);
  return wire_scan_end (scan, mark, matched);
}

static gboolean
scan_extension (WireScan *scan, gboolean is_client, gsize end)
{
  WireMark mark = wire_scan_begin (scan, &extension);
  gsize    data_end = 0;
  guint    type;

  if (!scan_bytes (scan, &extension_type, 2, end) ||
      !scan_length (scan, &list_length, 2, end, &data_end))
    return wire_scan_end (scan, mark, FALSE);
  type = (guint) number_at (scan, scan->pos - 4, 2);
  return wire_scan_end (scan, mark,
                        scan_extension_data (scan, type, is_client, data_end) &&
                            scan_rest (scan, &extension_data, data_end));
}

/* Hellos of TLS 1.2 may end before them. */
static gboolean
scan_extensions (WireScan *scan, gboolean is_client, gsize end)
{
  WireMark mark;
  gsize    list_end = 0;
  gboolean matched;

  if (scan->pos == end)
    return TRUE;
  mark = wire_scan_begin (scan, &extensions);
  matched = scan_length (scan, &list_length, 2, end, &list_end);
  while (matched && scan->pos < list_end)
    matched = scan_extension (scan, is_client, list_end);
  return wire_scan_end (scan, mark, matched);
}

/* Handshake messages */

static gboolean
scan_client_hello (WireScan *scan, gsize end)
{
  return scan_bytes (scan, &legacy_version, 2, end) &&
         scan_bytes (scan, &random_value, RANDOM_BYTES, end) &&
         scan_short (scan, &session_id, end) &&
         scan_list (scan, &cipher_suites, &cipher_suite, 2, end) &&
         scan_short (scan, &compression_methods, end) && scan_extensions (scan, TRUE, end);
}

static gboolean
scan_server_hello (WireScan *scan, gsize end)
{
  return scan_bytes (scan, &legacy_version, 2, end) &&
         scan_bytes (scan, &random_value, RANDOM_BYTES, end) &&
         scan_short (scan, &session_id, end) && scan_bytes (scan, &cipher_suite, 2, end) &&
         scan_bytes (scan, &compression_methods, 1, end) && scan_extensions (scan, FALSE, end);
}

/* opaque ASN.1Cert<1..2^24-1>; ASN.1Cert certificate_list<0..2^24-1> */
static gboolean
scan_certificate (WireScan *scan, gsize end)
{
  gsize list_end = 0, entry_end = 0;

  if (!scan_length (scan, &certificate_list_length, 3, end, &list_end))
    return FALSE;
  while (scan->pos < list_end)
    {
      WireMark mark = wire_scan_begin (scan, &certificate_entry);
      gboolean matched = scan_length (scan, &list_length, 3, list_end, &entry_end);

      if (matched)
        scan->pos = entry_end;
      if (!wire_scan_end (scan, mark, matched))
        return FALSE;
    }
  return TRUE;
}

/* The messages that are sent in clear: those of TLS 1.2, and the hellos of TLS 1.3, after which
 * it encrypts. */
static const WireElement *
find_message (guint type)
{
  static const struct
  {
    guint              type;
    const WireElement *element;
  } messages[] = {
    { 0, &hello_request },
    { MESSAGE_CLIENT_HELLO, &client_hello },
    { MESSAGE_SERVER_HELLO, &server_hello },
    { MESSAGE_CERTIFICATE, &certificate },
    { 12, &server_key_exchange },
    { 13, &certificate_request },
    { 14, &server_hello_done },
    { 15, &certificate_verify },
    { 16, &client_key_exchange },
  };

  for (guint i = 0; i < G_N_ELEMENTS (messages); i++)
    if (messages[i].type == type)
      return messages[i].element;
  return NULL;
}

static gboolean
scan_message (WireScan *scan, gsize end)
{
  guint    type = scan->data[scan->pos];
  WireMark mark = wire_scan_begin (scan, find_message (type));
  gsize    message_end = 0;
  gboolean matched = scan_bytes (scan, &message_type, 1, end) &&
                     scan_length (scan, &message_length, 3, end, &message_end);

  if (matched && type == MESSAGE_CLIENT_HELLO)
    matched = scan_client_hello (scan, message_end);
  else if (matched && type == MESSAGE_SERVER_HELLO)
    matched = scan_server_hello (scan, message_end);
  else if (matched && type == MESSAGE_CERTIFICATE)
    matched = scan_certificate (scan, message_end);
  return wire_scan_end (scan, mark, matched && scan_rest (scan, &message_body, message_end));
}

/* Whether the rest is whole messages of kinds that are sent in clear. */
static gboolean
is_in_clear (const WireScan *scan)
{
  gsize pos = scan->pos;

  if (pos == scan->length)
    return FALSE;
  while (scan->length - pos >= MESSAGE_HEADER_BYTES && find_message (scan->data[pos]) != NULL)
    {
      gsize length = number_at (scan, pos + 1, 3);

      if (length > scan->length - pos - MESSAGE_HEADER_BYTES)
        return FALSE;
      pos += MESSAGE_HEADER_BYTES + length;
    }
  return pos == scan->length;
}

static gboolean
scan_handshake (WireScan *scan)
{
  if (!is_in_clear (scan))
    return scan_rest (scan, &encrypted_handshake, scan->length);
  while (!wire_scan_at_end (scan))
    if (!scan_message (scan, scan->length))
      return FALSE;
  return TRUE;
}

static gboolean
scan_alert (WireScan *scan)
{
  WireMark mark;

  if (scan->length - scan->pos != 2)
    return scan_rest (scan, &encrypted_alert, scan->length);
  mark = wire_scan_begin (scan, &alert);
  wire_scan_leaf (scan, &alert_level, 1);
  wire_scan_leaf (scan, &alert_description, 1);
  return wire_scan_end (scan, mark, TRUE);
}

/* Records */

static gboolean
scan_header (WireScan *scan, guint *out_type)
{
  WireMark mark = wire_scan_begin (scan, &record_header);
  gsize    end = 0;
  gboolean matched = scan_bytes (scan, &record_type, 1, scan->length) &&
                     scan_bytes (scan, &record_version, 2, scan->length) &&
                     scan_length (scan, &record_length, 2, scan->length, &end);

  if (matched && end != scan->length)
    matched = wire_scan_fail (scan);
  if (matched)
    *out_type = scan->data[mark.pos];
  return wire_scan_end (scan, mark, matched);
}

static gboolean
scan_record (WireScan *scan)
{
  guint type = 0;

  if (!scan_header (scan, &type))
    return FALSE;
  switch (type)
    {
    case TLS_RECORD_HANDSHAKE:
      return scan_handshake (scan);
    case TLS_RECORD_ALERT:
      return scan_alert (scan);
    case TLS_RECORD_CHANGE_CIPHER_SPEC:
      return scan_bytes (scan, &change_cipher_spec, 1, scan->length);
    case TLS_RECORD_APPLICATION_DATA:
      return scan_rest (scan, &encrypted_data, scan->length);
    default:
      return wire_scan_fail (scan);
    }
}

const WireGrammar tls_grammar_record = { "tls-record", "TLS record", &record, scan_record };
