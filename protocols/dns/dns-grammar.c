/* SPDX-License-Identifier: GPL-3.0-or-later */
#define WIRE_MODULE "dns"
#include "dns-frame.h"

WIRE_ELEMENT (message, "DNS message", 1035, "4.1");
WIRE_ELEMENT (header, "Header", 1035, "4.1.1");
WIRE_ELEMENT (id, "Identifier", 1035, "4.1.1");
WIRE_ELEMENT (flags, "Flags and response code", 1035, "4.1.1");
WIRE_ELEMENT (flags_query, "QR, opcode, AA, TC, RD", 1035, "4.1.1");
WIRE_ELEMENT (flags_answer, "RA and response code", 1035, "4.1.1");
WIRE_ELEMENT (question_count, "Number of questions", 1035, "4.1.1");
WIRE_ELEMENT (answer_count, "Number of answers", 1035, "4.1.1");
WIRE_ELEMENT (authority_count, "Number of authority records", 1035, "4.1.1");
WIRE_ELEMENT (additional_count, "Number of additional records", 1035, "4.1.1");
WIRE_ELEMENT (question, "Question", 1035, "4.1.2");
WIRE_ELEMENT (question_type, "Type asked for", 1035, "4.1.2");
WIRE_ELEMENT (question_class, "Class asked for", 1035, "4.1.2");
WIRE_ELEMENT (answer, "Answer", 1035, "4.1.3");
WIRE_ELEMENT (authority, "Authority record", 1035, "4.1.3");
WIRE_ELEMENT (additional, "Additional record", 1035, "4.1.3");
WIRE_ELEMENT (name, "Domain name", 1035, "3.1");
WIRE_ELEMENT (label, "Label", 1035, "3.1");
WIRE_ELEMENT (root, "Root: end of the name", 1035, "3.1");
WIRE_ELEMENT (pointer, "Compression pointer", 1035, "4.1.4");
WIRE_ELEMENT (record_type, "Type", 1035, "3.2.1");
WIRE_ELEMENT (record_class, "Class", 1035, "3.2.1");
WIRE_ELEMENT (ttl, "Time to live", 1035, "3.2.1");
WIRE_ELEMENT (data_length, "Length of the data", 1035, "3.2.1");
WIRE_ELEMENT (record_data, "Data", 1035, "3.2.1");
WIRE_ELEMENT (address, "IPv4 address", 1035, "3.4.1");
WIRE_ELEMENT (ipv6_address, "IPv6 address", 3596, "2.2");
WIRE_ELEMENT (preference, "Preference", 1035, "3.3.9");
WIRE_ELEMENT (serial, "Serial number of the zone", 1035, "3.3.13");
WIRE_ELEMENT (refresh, "Refresh interval", 1035, "3.3.13");
WIRE_ELEMENT (retry, "Retry interval", 1035, "3.3.13");
WIRE_ELEMENT (expire, "Expiry", 1035, "3.3.13");
WIRE_ELEMENT (minimum, "Minimum time to live", 1035, "3.3.13");
WIRE_ELEMENT (character_string, "Character-string", 1035, "3.3");
WIRE_ELEMENT (priority, "Priority", 2782, "The format of the SRV RR");
WIRE_ELEMENT (weight, "Weight", 2782, "The format of the SRV RR");
WIRE_ELEMENT (port, "Port", 2782, "The format of the SRV RR");
WIRE_ELEMENT (certificate_usage, "Certificate usage", 7672, "3.1");
WIRE_ELEMENT (selector, "Selector", 7672, "3.1");
WIRE_ELEMENT (matching_type, "Matching type", 7672, "3.1");
WIRE_ELEMENT (association_data, "Certificate association data", 7672, "3.1");
WIRE_ELEMENT (udp_payload_size, "Size of datagrams taken", 6891, "6.1.2");
WIRE_ELEMENT (edns_flags, "Extended response code and flags", 6891, "6.1.3");
WIRE_ELEMENT (extended_rcode, "Upper bits of the response code", 6891, "6.1.3");
WIRE_ELEMENT (edns_version, "Version of EDNS", 6891, "6.1.3");
WIRE_ELEMENT (dnssec_ok, "DO and reserved bits", 6891, "6.1.4");
WIRE_ELEMENT (option, "Option", 6891, "6.1.2");
WIRE_ELEMENT (option_code, "Option code", 6891, "6.1.2");
WIRE_ELEMENT (option_length, "Length of the option", 6891, "6.1.2");
WIRE_ELEMENT (option_data, "Data of the option", 6891, "6.1.2");
WIRE_ELEMENT (frame, "DNS message over TCP", 1035, "4.2.2");
WIRE_ELEMENT (frame_length, "Length of the message", 1035, "4.2.2");

static gboolean
scan_bytes (WireScan *scan, const WireElement *element, gsize n_bytes)
{
  if (scan->length - scan->pos < n_bytes)
    return wire_scan_fail (scan);
  wire_scan_leaf (scan, element, n_bytes);
  return TRUE;
}

static guint
peek_16 (const WireScan *scan, gsize pos)
{
  return (guint) scan->data[pos] << 8 | scan->data[pos + 1];
}

/* Labels to the root or to a pointer, which must point back (section 4.1.4). */
static gboolean
scan_name (WireScan *scan)
{
  WireMark mark = wire_scan_begin (scan, &name);

  for (;;)
    {
      int length = wire_scan_peek (scan);

      if (length == 0)
        return wire_scan_end (scan, mark, scan_bytes (scan, &root, 1));
      if (length >= 0xC0 && wire_scan_peek_at (scan, 1) >= 0)
        {
          gsize target = peek_16 (scan, scan->pos) & 0x3FFF;

          return wire_scan_end (scan, mark,
                                target < mark.pos ? scan_bytes (scan, &pointer, 2)
                                                  : wire_scan_fail (scan));
        }
      if (length < 0 || length > DNS_LABEL_BYTES_MAX ||
          !scan_bytes (scan, &label, (gsize) length + 1) ||
          scan->pos - mark.pos >= DNS_NAME_BYTES_MAX)
        return wire_scan_end (scan, mark, wire_scan_fail (scan));
    }
}

/* Whether the name at @pos, which has been scanned, ends in a pointer. */
static gboolean
has_pointer (const WireScan *scan, gsize pos)
{
  while (scan->data[pos] > 0 && scan->data[pos] <= DNS_LABEL_BYTES_MAX)
    pos += scan->data[pos] + 1u;
  return scan->data[pos] != 0;
}

static gboolean
scan_soa (WireScan *scan)
{
  return scan_name (scan) && scan_name (scan) && scan_bytes (scan, &serial, 4) &&
         scan_bytes (scan, &refresh, 4) && scan_bytes (scan, &retry, 4) &&
         scan_bytes (scan, &expire, 4) && scan_bytes (scan, &minimum, 4);
}

static gboolean
scan_txt (WireScan *scan, gsize end)
{
  while (scan->pos < end)
    if (end - scan->pos < scan->data[scan->pos] + 1u ||
        !scan_bytes (scan, &character_string, scan->data[scan->pos] + 1u))
      return wire_scan_fail (scan);
  return TRUE;
}

/* Which says itself that its name should not be compressed; what is, is read all the same. */
static gboolean
scan_srv (WireScan *scan)
{
  gsize begin;

  if (!scan_bytes (scan, &priority, 2) || !scan_bytes (scan, &weight, 2) ||
      !scan_bytes (scan, &port, 2))
    return FALSE;
  begin = scan->pos;
  if (!scan_name (scan))
    return FALSE;
  if (has_pointer (scan, begin))
    wire_scan_flag (scan, WIRE_SPAN_TOLERATED);
  return TRUE;
}

static gboolean
scan_tlsa (WireScan *scan, gsize end)
{
  return scan_bytes (scan, &certificate_usage, 1) && scan_bytes (scan, &selector, 1) &&
         scan_bytes (scan, &matching_type, 1) &&
         (scan->pos == end || scan_bytes (scan, &association_data, end - scan->pos));
}

static gboolean
scan_option (WireScan *scan, gsize end)
{
  WireMark mark = wire_scan_begin (scan, &option);
  gsize    length;

  if (end - scan->pos < 4 || !scan_bytes (scan, &option_code, 2) ||
      !scan_bytes (scan, &option_length, 2))
    return wire_scan_end (scan, mark, wire_scan_fail (scan));
  length = peek_16 (scan, scan->pos - 2);
  if (length > end - scan->pos)
    return wire_scan_end (scan, mark, wire_scan_fail (scan));
  return wire_scan_end (scan, mark, length == 0 || scan_bytes (scan, &option_data, length));
}

static gboolean
scan_options (WireScan *scan, gsize end)
{
  while (scan->pos < end)
    if (!scan_option (scan, end))
      return FALSE;
  return TRUE;
}

static gboolean
scan_record_data (WireScan *scan, guint type, gsize length)
{
  WireMark mark = wire_scan_begin (scan, &record_data);
  gsize    end = scan->pos + length;
  gboolean matched = FALSE;

  switch (type)
    {
    case DNS_TYPE_A:
      matched = length == 4 && scan_bytes (scan, &address, 4);
      break;
    case DNS_TYPE_AAAA:
      matched = length == 16 && scan_bytes (scan, &ipv6_address, 16);
      break;
    case DNS_TYPE_NS:
    case DNS_TYPE_CNAME:
    case DNS_TYPE_PTR:
      matched = scan_name (scan);
      break;
    case DNS_TYPE_MX:
      matched = length > 2 && scan_bytes (scan, &preference, 2) && scan_name (scan);
      break;
    case DNS_TYPE_SOA:
      matched = scan_soa (scan);
      break;
    case DNS_TYPE_TXT:
      matched = scan_txt (scan, end);
      break;
    case DNS_TYPE_SRV:
      matched = length > 6 && scan_srv (scan);
      break;
    case DNS_TYPE_TLSA:
      matched = length >= 3 && scan_tlsa (scan, end);
      break;
    case DNS_TYPE_OPT:
      matched = scan_options (scan, end);
      break;
    default:
      scan->pos = end;
      matched = TRUE;
    }
  if (matched && scan->pos != end)
    matched = wire_scan_fail (scan);
  return wire_scan_end (scan, mark, matched);
}

/* Class and TTL, which mean other things in an OPT record (RFC 6891 section 6.1.2). */
static gboolean
scan_class_and_ttl (WireScan *scan, guint type)
{
  WireMark mark;

  if (type != DNS_TYPE_OPT)
    return scan_bytes (scan, &record_class, 2) && scan_bytes (scan, &ttl, 4);
  if (!scan_bytes (scan, &udp_payload_size, 2))
    return FALSE;
  mark = wire_scan_begin (scan, &edns_flags);
  return wire_scan_end (scan, mark,
                        scan_bytes (scan, &extended_rcode, 1) &&
                            scan_bytes (scan, &edns_version, 1) &&
                            scan_bytes (scan, &dnssec_ok, 2));
}

static gboolean
scan_record (WireScan *scan, const WireElement *element)
{
  WireMark mark = wire_scan_begin (scan, element);
  guint    type;
  gsize    length;

  if (!scan_name (scan) || !scan_bytes (scan, &record_type, 2))
    return wire_scan_end (scan, mark, FALSE);
  type = peek_16 (scan, scan->pos - 2);
  if (!scan_class_and_ttl (scan, type) || !scan_bytes (scan, &data_length, 2))
    return wire_scan_end (scan, mark, FALSE);
  length = peek_16 (scan, scan->pos - 2);
  if (length > scan->length - scan->pos)
    return wire_scan_end (scan, mark, wire_scan_fail (scan));
  return wire_scan_end (scan, mark, length == 0 || scan_record_data (scan, type, length));
}

static gboolean
scan_question (WireScan *scan)
{
  WireMark mark = wire_scan_begin (scan, &question);

  return wire_scan_end (scan, mark,
                        scan_name (scan) && scan_bytes (scan, &question_type, 2) &&
                            scan_bytes (scan, &question_class, 2));
}

static gboolean
scan_header (WireScan *scan)
{
  WireMark mark = wire_scan_begin (scan, &header);
  WireMark word;

  if (!scan_bytes (scan, &id, 2))
    return wire_scan_end (scan, mark, FALSE);
  word = wire_scan_begin (scan, &flags);
  if (!wire_scan_end (scan, word,
                      scan_bytes (scan, &flags_query, 1) && scan_bytes (scan, &flags_answer, 1)))
    return wire_scan_end (scan, mark, FALSE);
  return wire_scan_end (scan, mark,
                        scan_bytes (scan, &question_count, 2) &&
                            scan_bytes (scan, &answer_count, 2) &&
                            scan_bytes (scan, &authority_count, 2) &&
                            scan_bytes (scan, &additional_count, 2));
}

static gboolean
scan_message (WireScan *scan)
{
  static const WireElement *const sections[] = { &answer, &authority, &additional };
  gsize                           start = scan->pos;

  if (!scan_header (scan))
    return FALSE;
  for (guint n = peek_16 (scan, start + 4); n > 0; n--)
    if (!scan_question (scan))
      return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (sections); i++)
    for (guint n = peek_16 (scan, start + 6 + 2 * i); n > 0; n--)
      if (!scan_record (scan, sections[i]))
        return FALSE;
  return TRUE;
}

const WireGrammar dns_grammar_message = { "dns", "DNS message", &message, scan_message };

static gboolean
scan_frame (WireScan *scan)
{
  gsize    start = scan->pos;
  WireMark mark;

  if (!scan_bytes (scan, &frame_length, DNS_FRAME_LENGTH_BYTES) ||
      peek_16 (scan, start) != scan->length - scan->pos)
    return wire_scan_fail (scan);
  mark = wire_scan_begin (scan, &message);
  return wire_scan_end (scan, mark, scan_message (scan));
}

const WireGrammar dns_grammar_frame = { "dns-tcp", "DNS message over TCP", &frame, scan_frame };
