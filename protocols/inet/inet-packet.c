/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "inet-packet.h"

#include <string.h>

#define TTL 64
#define MSS_OPTION_BYTES 4

static guint16
read_16 (const guint8 *data)
{
  return (guint16) (data[0] << 8 | data[1]);
}

static guint32
read_32 (const guint8 *data)
{
  return (guint32) data[0] << 24 | (guint32) data[1] << 16 | (guint32) data[2] << 8 | data[3];
}

static void
write_16 (guint8 *data, guint16 value)
{
  data[0] = (guint8) (value >> 8);
  data[1] = (guint8) value;
}

static void
write_32 (guint8 *data, guint32 value)
{
  write_16 (data, (guint16) (value >> 16));
  write_16 (data + 2, (guint16) value);
}

guint32
inet_checksum_add (guint32 sum, const guint8 *data, gsize length)
{
  for (gsize i = 0; i + 1 < length; i += 2)
    sum += read_16 (data + i);
  if (length % 2 == 1)
    sum += (guint32) data[length - 1] << 8;
  return (sum & 0xFFFF) + (sum >> 16);
}

guint16
inet_checksum_finish (guint32 sum)
{
  while (sum >> 16)
    sum = (sum & 0xFFFF) + (sum >> 16);
  return (guint16) ~sum;
}

/* The sum over the pseudo header that TCP and UDP share (RFC 9293 section 3.1, RFC 768). */
static guint32
sum_pseudo_header (const InetPacket *packet, gsize segment_length)
{
  guint8 header[12];

  write_32 (header, packet->source);
  write_32 (header + 4, packet->destination);
  header[8] = 0;
  header[9] = packet->protocol;
  write_16 (header + 10, (guint16) segment_length);
  return inet_checksum_add (0, header, sizeof header);
}

static void
write_ipv4_header (guint8 *data, const InetPacket *packet, gsize length)
{
  data[0] = 4 << 4 | INET_IPV4_HEADER_BYTES / 4;
  write_16 (data + 2, (guint16) length);
  write_16 (data + 4, packet->ip_id);
  data[6] = 0x40; /* don't fragment */
  data[8] = TTL;
  data[9] = packet->protocol;
  write_32 (data + 12, packet->source);
  write_32 (data + 16, packet->destination);
  write_16 (data + 10,
            inet_checksum_finish (inet_checksum_add (0, data, INET_IPV4_HEADER_BYTES)));
}

static void
write_tcp_header (guint8 *data, const InetPacket *packet, gsize header_length)
{
  write_16 (data, packet->source_port);
  write_16 (data + 2, packet->destination_port);
  write_32 (data + 4, packet->sequence);
  write_32 (data + 8, packet->acknowledgement);
  data[12] = (guint8) (header_length / 4 << 4);
  data[13] = packet->flags;
  write_16 (data + 14, packet->window);
  if (packet->mss > 0)
    {
      data[INET_TCP_HEADER_BYTES] = 2;
      data[INET_TCP_HEADER_BYTES + 1] = MSS_OPTION_BYTES;
      write_16 (data + INET_TCP_HEADER_BYTES + 2, packet->mss);
    }
}

GBytes *
inet_packet_build (const InetPacket *packet)
{
  gboolean is_tcp = packet->protocol == INET_PROTOCOL_TCP;
  gsize    header_length = !is_tcp            ? INET_UDP_HEADER_BYTES
                           : packet->mss == 0 ? INET_TCP_HEADER_BYTES
                                              : INET_TCP_HEADER_BYTES + MSS_OPTION_BYTES;
  gsize    segment_length = header_length + packet->payload_length;
  gsize    length = INET_IPV4_HEADER_BYTES + segment_length;
  guint8  *data, *segment;
  guint16  checksum;

  g_return_val_if_fail (length <= INET_PACKET_BYTES_MAX, NULL);
  data = g_malloc0 (length);
  segment = data + INET_IPV4_HEADER_BYTES;
  write_ipv4_header (data, packet, length);
  if (packet->payload_length > 0)
    memcpy (segment + header_length, packet->payload, packet->payload_length);
  if (is_tcp)
    write_tcp_header (segment, packet, header_length);
  else
    {
      write_16 (segment, packet->source_port);
      write_16 (segment + 2, packet->destination_port);
      write_16 (segment + 4, (guint16) segment_length);
    }
  checksum = inet_checksum_finish (inet_checksum_add (sum_pseudo_header (packet, segment_length),
                                                      segment, segment_length));
  /* In UDP, 0 means "no checksum"; a sum of 0 is sent as all ones (RFC 768). */
  if (!is_tcp && checksum == 0)
    checksum = 0xFFFF;
  write_16 (segment + (is_tcp ? 16 : 6), checksum);
  return g_bytes_new_take (data, length);
}

/* The MSS option of a TCP header, or 0. */
static guint16
find_mss (const guint8 *options, gsize length)
{
  for (gsize i = 0; i < length && options[i] != 0;)
    {
      if (options[i] == 1)
        {
          i++;
          continue;
        }
      if (i + 1 >= length || options[i + 1] < 2 || i + options[i + 1] > length)
        break;
      if (options[i] == 2 && options[i + 1] == MSS_OPTION_BYTES)
        return read_16 (options + i + 2);
      i += options[i + 1];
    }
  return 0;
}

gboolean
inet_packet_parse (const guint8 *data, gsize length, InetPacket *out_packet)
{
  InetPacket    packet = { 0 };
  const guint8 *segment;
  gsize         ip_header_length, segment_length, header_length;

  if (length < INET_IPV4_HEADER_BYTES || data[0] >> 4 != 4)
    return FALSE;
  ip_header_length = (data[0] & 0x0F) * 4u;
  if (ip_header_length < INET_IPV4_HEADER_BYTES || read_16 (data + 2) < ip_header_length ||
      read_16 (data + 2) > length || (read_16 (data + 6) & INET_FRAGMENT_OFFSET_MASK) != 0)
    return FALSE;
  packet.protocol = data[9];
  packet.ip_id = read_16 (data + 4);
  packet.source = read_32 (data + 12);
  packet.destination = read_32 (data + 16);
  segment = data + ip_header_length;
  segment_length = read_16 (data + 2) - ip_header_length;
  if (packet.protocol == INET_PROTOCOL_TCP && segment_length >= INET_TCP_HEADER_BYTES)
    {
      header_length = (segment[12] >> 4) * 4u;
      if (header_length < INET_TCP_HEADER_BYTES || header_length > segment_length)
        return FALSE;
      packet.sequence = read_32 (segment + 4);
      packet.acknowledgement = read_32 (segment + 8);
      packet.flags = segment[13];
      packet.window = read_16 (segment + 14);
      packet.mss = find_mss (segment + INET_TCP_HEADER_BYTES,
                             header_length - INET_TCP_HEADER_BYTES);
    }
  else if (packet.protocol == INET_PROTOCOL_UDP && segment_length >= INET_UDP_HEADER_BYTES)
    {
      header_length = INET_UDP_HEADER_BYTES;
      if (read_16 (segment + 4) < header_length || read_16 (segment + 4) > segment_length)
        return FALSE;
      segment_length = read_16 (segment + 4);
    }
  else
    return FALSE;
  packet.source_port = read_16 (segment);
  packet.destination_port = read_16 (segment + 2);
  packet.payload = segment + header_length;
  packet.payload_length = segment_length - header_length;
  *out_packet = packet;
  return TRUE;
}

char *
inet_tcp_flags_to_string (guint flags)
{
  static const struct
  {
    guint       flag;
    const char *name;
  } names[] = {
    { INET_TCP_FIN, "FIN" }, { INET_TCP_SYN, "SYN" }, { INET_TCP_RST, "RST" },
    { INET_TCP_PSH, "PSH" }, { INET_TCP_ACK, "ACK" }, { INET_TCP_URG, "URG" },
    { INET_TCP_ECE, "ECE" }, { INET_TCP_CWR, "CWR" },
  };
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (flags & names[i].flag)
      g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "", names[i].name);
  return g_string_free (text, FALSE);
}

char *
inet_ipv4_to_string (guint32 address)
{
  return g_strdup_printf ("%u.%u.%u.%u", address >> 24, address >> 16 & 0xFF, address >> 8 & 0xFF,
                          address & 0xFF);
}

gboolean
inet_ipv4_from_string (const char *text, guint32 *out_address)
{
  guint32 address = 0;

  for (guint i = 0; i < 4; i++)
    {
      guint value = 0;
      guint n_digits = 0;

      if (i > 0 && *text++ != '.')
        return FALSE;
      for (; g_ascii_isdigit (*text) && n_digits < 3; text++, n_digits++)
        value = value * 10 + (guint) (*text - '0');
      if (n_digits == 0 || value > 255 || (n_digits > 1 && text[-(int) n_digits] == '0'))
        return FALSE;
      address = address << 8 | value;
    }
  if (*text != '\0')
    return FALSE;
  *out_address = address;
  return TRUE;
}
