/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <inet/inet-packet.h>

#include <stdint.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* What can be read can be built, and what was built is read as the same. */
static void
check_round_trip (const uint8_t *data, size_t size, const WireSpans *spans)
{
  InetPacket packet, again;
  g_autoptr (GBytes) bytes = NULL;

  if (!inet_packet_parse (data, size, &packet))
    return;
  g_assert_true (packet.payload >= data && packet.payload + packet.payload_length <= data + size);
  /* A datagram's fields are always explained; TCP options may be wrong, and are skipped. */
  g_assert_true (packet.protocol != INET_PROTOCOL_UDP || spans->expected == NULL);
  /* The MSS option, put where other options were not, may need room. */
  if (packet.payload_length > INET_PACKET_BYTES_MAX - 44)
    return;
  bytes = inet_packet_build (&packet);
  g_assert_true (
      inet_packet_parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &again));
  g_assert_cmpuint (again.source, ==, packet.source);
  g_assert_cmpuint (again.destination, ==, packet.destination);
  g_assert_cmpuint (again.source_port, ==, packet.source_port);
  g_assert_cmpuint (again.destination_port, ==, packet.destination_port);
  g_assert_cmpuint (again.sequence, ==, packet.sequence);
  g_assert_cmpuint (again.acknowledgement, ==, packet.acknowledgement);
  g_assert_cmpuint (again.flags, ==, packet.flags);
  g_assert_cmpuint (again.window, ==, packet.window);
  g_assert_cmpuint (again.mss, ==, packet.mss);
  g_assert_cmpmem (again.payload, again.payload_length, packet.payload, packet.payload_length);
}

/* Annotation keeps its promises, with and without a recorder. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (WireSpans) spans = wire_annotate (&inet_grammar_packet, data, size);
  g_autofree char *problem = wire_spans_check (spans);

  g_assert_cmpstr (problem, ==, NULL);
  g_assert_true (wire_matches (&inet_grammar_packet, data, size) == (spans->expected == NULL));
  check_round_trip (data, size, spans);
  return 0;
}
