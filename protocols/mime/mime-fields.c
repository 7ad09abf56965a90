/* SPDX-License-Identifier: GPL-3.0-or-later */
#define WIRE_MODULE "mime"
#include "mime-fields.h"
#include "mime-deviation.h"
#include "mime-value.h"

#include <string.h>

#include <imf/imf-scan.h>

WIRE_ELEMENT (version, "MIME version", 2045, "4");
WIRE_ELEMENT (digest, "Digest of the content", 1864, "2");
WIRE_ELEMENT (language_tag, "Language tag", 4021, "2.2.10");
WIRE_ELEMENT (uri, "URI", 2557, "4.2");
WIRE_ELEMENT (mime_version, "MIME-Version", 2045, "4");
WIRE_ELEMENT (content_type, "Content-Type", 2045, "5");
WIRE_ELEMENT (content_transfer_encoding, "Content-Transfer-Encoding", 2045, "6");
WIRE_ELEMENT (content_id, "Content-ID", 2045, "7");
WIRE_ELEMENT (content_description, "Content-Description", 2045, "8");
WIRE_ELEMENT (content_disposition, "Content-Disposition", 2183, "2");
WIRE_ELEMENT (content_language, "Content-Language", 4021, "2.2.10");
WIRE_ELEMENT (content_location, "Content-Location", 2557, "4.2");
WIRE_ELEMENT (content_base, "Content-Base", 4021, "2.2.6");
WIRE_ELEMENT (content_md5, "Content-MD5", 1864, "2");
WIRE_ELEMENT (content_features, "Content-Features", 4021, "2.2.8");
WIRE_ELEMENT (content_alternative, "Content-Alternative", 4021, "2.2.11");
WIRE_ELEMENT (content_duration, "Content-Duration", 4021, "2.2.13");
WIRE_ELEMENT (content_extension, "Other MIME field", 2045, "9");

static gboolean
scan_content_type_value (WireScan *scan)
{
  return mime_scan_content_type (scan, NULL);
}

static gboolean
scan_content_disposition_value (WireScan *scan)
{
  return mime_scan_content_disposition (scan, NULL);
}

static gboolean
scan_transfer_encoding_value (WireScan *scan)
{
  return mime_scan_transfer_encoding (scan, NULL);
}

/* version := "MIME-Version" ":" 1*DIGIT "." 1*DIGIT */
static gboolean
scan_mime_version_value (WireScan *scan)
{
  WireMark mark;
  guint64  major = 0;
  guint64  minor = 0;
  gboolean matched;

  imf_scan_optional_cfws (scan);
  mark = wire_scan_begin (scan, &version);
  matched = wire_scan_number (scan, 1, 9, &major);
  if (matched)
    {
      imf_scan_optional_cfws (scan);
      matched = wire_scan_byte (scan, '.');
      imf_scan_optional_cfws (scan);
      matched = matched && wire_scan_number (scan, 1, 9, &minor);
    }
  if (matched && (major != 1 || minor != 0))
    wire_scan_deviate (scan, &mime_deviation_other_mime_version);
  matched = wire_scan_end (scan, mark, matched);
  imf_scan_optional_cfws (scan);
  return matched;
}

static gboolean
scan_content_id_value (WireScan *scan)
{
  return mime_scan_content_id (scan, NULL);
}

static gboolean
is_base64_byte (guint8 byte)
{
  return g_ascii_isalnum (byte) || byte == '+' || byte == '/' || byte == '=';
}

/* md5-digest: 24 characters of base64 */
static gboolean
scan_digest_value (WireScan *scan)
{
  WireMark mark;
  gboolean matched;

  imf_scan_optional_cfws (scan);
  mark = wire_scan_begin (scan, &digest);
  matched = wire_scan_while (scan, is_base64_byte) == 24 || wire_scan_fail (scan);
  matched = wire_scan_end (scan, mark, matched);
  imf_scan_optional_cfws (scan);
  return matched;
}

static gboolean
is_language_byte (guint8 byte)
{
  return g_ascii_isalnum (byte) || byte == '-' || byte == '*';
}

/* Language-tag *("," Language-tag) */
static gboolean
scan_languages_value (WireScan *scan)
{
  WireMark mark;
  gboolean matched;

  do
    {
      imf_scan_optional_cfws (scan);
      mark = wire_scan_begin (scan, &language_tag);
      matched = wire_scan_while (scan, is_language_byte) > 0 || wire_scan_fail (scan);
      if (!wire_scan_end (scan, mark, matched))
        return FALSE;
      imf_scan_optional_cfws (scan);
    }
  while (!wire_scan_at_end (scan) && wire_scan_byte (scan, ','));
  return TRUE;
}

static gboolean
is_uri_byte (guint8 byte)
{
  return byte > 0x20 && byte < 0x7f && byte != '"' && byte != '<' && byte != '>';
}

/* A URI; folding inside of one has no meaning (RFC 2557 section 4.4.2) */
static gboolean
scan_uri_value (WireScan *scan)
{
  WireMark mark;
  gsize    end = 0;

  imf_scan_optional_cfws (scan);
  mark = wire_scan_begin (scan, &uri);
  while (wire_scan_while (scan, is_uri_byte) > 0)
    {
      end = scan->pos;
      if (!imf_scan_fws (scan))
        break;
    }
  if (end == 0)
    {
      wire_scan_fail (scan);
      return wire_scan_end (scan, mark, FALSE);
    }
  scan->pos = end;
  wire_scan_end (scan, mark, TRUE);
  imf_scan_optional_cfws (scan);
  return TRUE;
}

/* How each field of MIME is read. */
static const ImfKind kinds[] = {
  { "MIME-Version", &mime_version, IMF_GROUP_MIME, 1, scan_mime_version_value },
  { "Content-Type", &content_type, IMF_GROUP_MIME, 1, scan_content_type_value },
  { "Content-Transfer-Encoding", &content_transfer_encoding, IMF_GROUP_MIME, 1,
    scan_transfer_encoding_value },
  { "Content-ID", &content_id, IMF_GROUP_MIME, 1, scan_content_id_value },
  { "Content-Description", &content_description, IMF_GROUP_MIME, 1, imf_scan_unstructured },
  { "Content-Disposition", &content_disposition, IMF_GROUP_MIME, 1,
    scan_content_disposition_value },
  { "Content-Language", &content_language, IMF_GROUP_MIME, 1, scan_languages_value },
  { "Content-Location", &content_location, IMF_GROUP_MIME, 1, scan_uri_value },
  { "Content-Base", &content_base, IMF_GROUP_MIME, 1, scan_uri_value },
  { "Content-MD5", &content_md5, IMF_GROUP_MIME, 1, scan_digest_value },
  { "Content-Features", &content_features, IMF_GROUP_MIME, 0, imf_scan_unstructured },
  { "Content-Alternative", &content_alternative, IMF_GROUP_MIME, 0, imf_scan_unstructured },
  { "Content-Duration", &content_duration, IMF_GROUP_MIME, 1, imf_scan_unstructured },
};

/* MIME-extension-field: any other "Content-" (RFC 2045 section 9) */
static const ImfKind extension = { "Content-", &content_extension, IMF_GROUP_MIME, 0,
                                   imf_scan_unstructured };

const ImfKind *
mime_kind_find (const guint8 *name, gsize length)
{
  const ImfKind *kind = imf_kind_find_in (kinds, G_N_ELEMENTS (kinds), name, length);

  if (kind != NULL)
    return kind;
  kind = imf_kind_find (name, length);
  if (kind->group == IMF_GROUP_OPTIONAL && length > 8 &&
      g_ascii_strncasecmp ((const char *) name, "Content-", 8) == 0 &&
      strcmp (kind->element->name, "optional_field") == 0)
    return &extension;
  return kind;
}
