/* SPDX-License-Identifier: GPL-3.0-or-later */
#define WIRE_MODULE "inet"
#include "inet-packet.h"

WIRE_ELEMENT (packet, "IP packet", 791, "3.1");
WIRE_ELEMENT (ip_header, "IPv4 header", 791, "3.1");
WIRE_ELEMENT (ip_version, "Version and header length", 791, "3.1");
WIRE_ELEMENT (ip_service, "Type of service", 791, "3.1");
WIRE_ELEMENT (ip_length, "Total length", 791, "3.1");
WIRE_ELEMENT (ip_id, "Identification", 791, "3.1");
WIRE_ELEMENT (ip_fragment, "Flags and fragment offset", 791, "3.1");
WIRE_ELEMENT (ip_ttl, "Time to live", 791, "3.1");
WIRE_ELEMENT (ip_protocol, "Protocol", 791, "3.1");
WIRE_ELEMENT (ip_checksum, "Header checksum", 791, "3.1");
WIRE_ELEMENT (ip_source, "Source address", 791, "3.1");
WIRE_ELEMENT (ip_destination, "Destination address", 791, "3.1");
WIRE_ELEMENT (ip_options, "IP options", 791, "3.1");
WIRE_ELEMENT (tcp_header, "TCP header", 9293, "3.1");
WIRE_ELEMENT (tcp_source_port, "Source port", 9293, "3.1");
WIRE_ELEMENT (tcp_destination_port, "Destination port", 9293, "3.1");
WIRE_ELEMENT (tcp_sequence, "Sequence number", 9293, "3.1");
WIRE_ELEMENT (tcp_acknowledgement, "Acknowledgment number", 9293, "3.1");
WIRE_ELEMENT (tcp_offset, "Data offset", 9293, "3.1");
WIRE_ELEMENT (tcp_flags, "Control bits", 9293, "3.1");
WIRE_ELEMENT (tcp_window, "Window", 9293, "3.1");
WIRE_ELEMENT (tcp_checksum, "TCP checksum", 9293, "3.1");
WIRE_ELEMENT (tcp_urgent, "Urgent pointer", 9293, "3.1");
WIRE_ELEMENT (tcp_option, "TCP option", 9293, "3.2");
WIRE_ELEMENT (tcp_mss, "Maximum segment size option", 9293, "3.2");
WIRE_ELEMENT (udp_header, "UDP header", 768, "Format");
WIRE_ELEMENT (udp_source_port, "Source port", 768, "Fields");
WIRE_ELEMENT (udp_destination_port, "Destination port", 768, "Fields");
WIRE_ELEMENT (udp_length, "Length", 768, "Fields");
WIRE_ELEMENT (udp_checksum, "UDP checksum", 768, "Fields");
WIRE_ELEMENT (payload, "Payload", 9293, "3.1");

/* A header is its fields, one after the other. */
typedef struct
{
  const WireElement *element;
  gsize              n_bytes;
} Field;

static const Field ip_fields[] = {
  { &ip_version, 1 }, { &ip_service, 1 },  { &ip_length, 2 },   { &ip_id, 2 },
  { &ip_fragment, 2 }, { &ip_ttl, 1 },     { &ip_protocol, 1 }, { &ip_checksum, 2 },
  { &ip_source, 4 },  { &ip_destination, 4 },
};

static const Field tcp_fields[] = {
  { &tcp_source_port, 2 },     { &tcp_destination_port, 2 }, { &tcp_sequence, 4 },
  { &tcp_acknowledgement, 4 }, { &tcp_offset, 1 },           { &tcp_flags, 1 },
  { &tcp_window, 2 },          { &tcp_checksum, 2 },         { &tcp_urgent, 2 },
};

static const Field udp_fields[] = {
  { &udp_source_port, 2 }, { &udp_destination_port, 2 }, { &udp_length, 2 }, { &udp_checksum, 2 },
};

static gboolean
scan_fields (WireScan *scan, const Field *fields, gsize n_fields)
{
  for (gsize i = 0; i < n_fields; i++)
    {
      if (scan->length - scan->pos < fields[i].n_bytes)
        return wire_scan_fail (scan);
      wire_scan_leaf (scan, fields[i].element, fields[i].n_bytes);
    }
  return TRUE;
}

static gboolean
scan_ip_header (WireScan *scan, guint8 *out_protocol, gboolean *out_is_later_fragment)
{
  WireMark mark = wire_scan_begin (scan, &ip_header);
  gsize    header_length;

  if (wire_scan_peek (scan) >> 4 != 4 ||
      !scan_fields (scan, ip_fields, G_N_ELEMENTS (ip_fields)))
    return wire_scan_end (scan, mark, wire_scan_fail (scan));
  *out_protocol = scan->data[mark.pos + 9];
  *out_is_later_fragment =
      ((scan->data[mark.pos + 6] << 8 | scan->data[mark.pos + 7]) & INET_FRAGMENT_OFFSET_MASK) != 0;
  header_length = (scan->data[mark.pos] & 0x0F) * 4u;
  if (header_length < INET_IPV4_HEADER_BYTES || header_length > scan->length - mark.pos)
    return wire_scan_end (scan, mark, wire_scan_fail (scan));
  if (header_length > INET_IPV4_HEADER_BYTES)
    wire_scan_leaf (scan, &ip_options, header_length - INET_IPV4_HEADER_BYTES);
  return wire_scan_end (scan, mark, TRUE);
}

/* Kind 0 and 1 are single bytes; the others have a length (RFC 9293 section 3.2). */
static gboolean
scan_tcp_option (WireScan *scan, gsize end)
{
  int   kind = wire_scan_peek (scan);
  gsize n_bytes = 1;

  if (kind > 1)
    {
      if (end - scan->pos < 2)
        return wire_scan_fail (scan);
      n_bytes = scan->data[scan->pos + 1];
    }
  if (n_bytes < 1 || (kind > 1 && n_bytes < 2) || n_bytes > end - scan->pos)
    return wire_scan_fail (scan);
  wire_scan_leaf (scan, kind == 2 ? &tcp_mss : &tcp_option, n_bytes);
  return TRUE;
}

static gboolean
scan_tcp_header (WireScan *scan)
{
  WireMark mark = wire_scan_begin (scan, &tcp_header);
  gsize    header_length;

  if (!scan_fields (scan, tcp_fields, G_N_ELEMENTS (tcp_fields)))
    return wire_scan_end (scan, mark, FALSE);
  header_length = (scan->data[mark.pos + 12] >> 4) * 4u;
  if (header_length < INET_TCP_HEADER_BYTES || header_length > scan->length - mark.pos)
    return wire_scan_end (scan, mark, wire_scan_fail (scan));
  while (scan->pos < mark.pos + header_length)
    if (!scan_tcp_option (scan, mark.pos + header_length))
      return wire_scan_end (scan, mark, FALSE);
  return wire_scan_end (scan, mark, TRUE);
}

static gboolean
scan_udp_header (WireScan *scan)
{
  WireMark mark = wire_scan_begin (scan, &udp_header);

  return wire_scan_end (scan, mark,
                        scan_fields (scan, udp_fields, G_N_ELEMENTS (udp_fields)));
}

/* A later fragment has no header of TCP or UDP; what follows the Total Length counts as payload. */
static gboolean
scan_packet (WireScan *scan)
{
  guint8   protocol;
  gboolean is_later_fragment;

  if (!scan_ip_header (scan, &protocol, &is_later_fragment))
    return FALSE;
  if (!is_later_fragment && protocol == INET_PROTOCOL_TCP && !scan_tcp_header (scan))
    return FALSE;
  if (!is_later_fragment && protocol == INET_PROTOCOL_UDP && !scan_udp_header (scan))
    return FALSE;
  if (!wire_scan_at_end (scan))
    wire_scan_leaf (scan, &payload, scan->length - scan->pos);
  return TRUE;
}

const WireGrammar inet_grammar_packet = { "packet", "IP packet", &packet, scan_packet };
