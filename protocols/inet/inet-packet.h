/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <wire/wire-grammar.h>

G_BEGIN_DECLS

/* IP packets as they are on a link: IPv4 (RFC 791) with TCP (RFC 9293) or UDP
 * (RFC 768) inside. */

/** Protocol numbers in the IPv4 header. */
#define INET_PROTOCOL_TCP 6
#define INET_PROTOCOL_UDP 17

/** Header lengths without options. */
#define INET_IPV4_HEADER_BYTES 20
#define INET_TCP_HEADER_BYTES 20
#define INET_UDP_HEADER_BYTES 8

/** Where a fragment belongs, in the lower 13 bits below the flags (RFC 791 section 3.1). */
#define INET_FRAGMENT_OFFSET_MASK 0x1FFF

/** The Total Length field has 16 bits (RFC 791 section 3.1). */
#define INET_PACKET_BYTES_MAX 65535

typedef enum
{
  INET_TCP_FIN = 1 << 0,
  INET_TCP_SYN = 1 << 1,
  INET_TCP_RST = 1 << 2,
  INET_TCP_PSH = 1 << 3,
  INET_TCP_ACK = 1 << 4,
  INET_TCP_URG = 1 << 5,
  INET_TCP_ECE = 1 << 6,
  INET_TCP_CWR = 1 << 7,
} InetTcpFlags;

/** What a packet says. Addresses have their first octet in the most significant byte. */
typedef struct
{
  guint32       source;
  guint32       destination;
  guint8        protocol;
  guint16       ip_id;
  guint16       source_port;      /* TCP and UDP */
  guint16       destination_port;
  guint32       sequence;         /* TCP */
  guint32       acknowledgement;
  guint8        flags;            /* InetTcpFlags */
  guint16       window;
  guint16       mss;              /* the MSS option; 0: none */
  const guint8 *payload;          /* borrowed */
  gsize         payload_length;
} InetPacket;

/**
 * inet_packet_build:
 * @packet: protocol is TCP or UDP; the payload fits INET_PACKET_BYTES_MAX
 *
 * Returns: (transfer full): the whole IP packet, with lengths and checksums, TTL 64
 */
GBytes *inet_packet_build (const InetPacket *packet);

/**
 * inet_packet_parse:
 *
 * Reads an IPv4 packet with a whole TCP or UDP header; the later fragments of one, which
 * begin in the middle, are none. Checksums are not checked. Bytes past the Total Length,
 * such as the padding of a short Ethernet frame, and past the length of UDP are ignored.
 *
 * Returns: FALSE when it is none; @out_packet, whose payload is borrowed from @data, is untouched
 */
gboolean inet_packet_parse (const guint8 *data, gsize length, InetPacket *out_packet);

/**
 * inet_checksum_add:
 * @length: at most INET_PACKET_BYTES_MAX; even, except in the last piece
 *
 * Returns: the Internet checksum (RFC 1071) of @data, added to @sum, which is 0 or came from
 *   here, not yet complemented
 */
guint32 inet_checksum_add (guint32 sum, const guint8 *data, gsize length);
/** Returns: the complement of @sum in 16 bits, as headers carry it. */
guint16 inet_checksum_finish (guint32 sum);

/** Returns: (transfer full): "SYN, ACK", in Wireshark's order; "" for no flag. */
char *inet_tcp_flags_to_string (guint flags);

/** Returns: (transfer full): "192.0.2.1". */
char *inet_ipv4_to_string (guint32 address);
/** Returns: whether @text is an IPv4 address in dotted form; @out_address is untouched if not. */
gboolean inet_ipv4_from_string (const char *text, guint32 *out_address);

/** Whether sequence number @a comes before @b (RFC 9293 section 3.4: modulo 2^32). */
static inline gboolean
inet_sequence_is_before (guint32 a, guint32 b)
{
  return (gint32) (a - b) < 0;
}

/** One IP packet: "packet". */
extern const WireGrammar inet_grammar_packet;

G_END_DECLS
