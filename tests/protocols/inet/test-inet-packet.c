/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <inet/inet-packet.h>
#include <string.h>

static const InetPacket samples[] = {
  { .source = 0xC000020A, .destination = 0xC0000219, .protocol = INET_PROTOCOL_TCP, .ip_id = 1,
    .source_port = 49152, .destination_port = 25, .sequence = 0xFFFFFFFF,
    .flags = INET_TCP_SYN, .window = 65535, .mss = 1460 },
  { .source = 0xC000020A, .destination = 0xC0000219, .protocol = INET_PROTOCOL_TCP, .ip_id = 2,
    .source_port = 49152, .destination_port = 25, .sequence = 5, .acknowledgement = 6,
    .flags = INET_TCP_PSH | INET_TCP_ACK, .window = 65535,
    .payload = (const guint8 *) "QUIT\r\n", .payload_length = 6 },
  { .source = 0xC000020A, .destination = 0xC6336435, .protocol = INET_PROTOCOL_UDP, .ip_id = 3,
    .source_port = 49152, .destination_port = 53, .payload = (const guint8 *) "odd",
    .payload_length = 3 },
};

/* The checksum over what holds its own checksum is 0. */
static void
check_checksums (const guint8 *data, gsize length, guint8 protocol)
{
  guint8  pseudo[12] = { 0 };
  guint32 sum;

  g_assert_cmphex (inet_checksum_finish (inet_checksum_add (0, data, 20)), ==, 0);
  memcpy (pseudo, data + 12, 8);
  pseudo[9] = protocol;
  pseudo[10] = (guint8) ((length - 20) >> 8);
  pseudo[11] = (guint8) (length - 20);
  sum = inet_checksum_add (0, pseudo, 12);
  g_assert_cmphex (inet_checksum_finish (inet_checksum_add (sum, data + 20, length - 20)), ==, 0);
}

static void
test_round_trip (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (samples); i++)
    {
      g_autoptr (GBytes) bytes = inet_packet_build (&samples[i]);
      gsize         length;
      const guint8 *data = g_bytes_get_data (bytes, &length);
      InetPacket    read;

      check_checksums (data, length, samples[i].protocol);
      g_assert_true (inet_packet_parse (data, length, &read));
      g_assert_cmphex (read.source, ==, samples[i].source);
      g_assert_cmphex (read.destination, ==, samples[i].destination);
      g_assert_cmpuint (read.ip_id, ==, samples[i].ip_id);
      g_assert_cmpuint (read.source_port, ==, samples[i].source_port);
      g_assert_cmpuint (read.destination_port, ==, samples[i].destination_port);
      g_assert_cmpuint (read.sequence, ==, samples[i].sequence);
      g_assert_cmpuint (read.acknowledgement, ==, samples[i].acknowledgement);
      g_assert_cmpuint (read.flags, ==, samples[i].flags);
      g_assert_cmpuint (read.mss, ==, samples[i].mss);
      g_assert_cmpmem (read.payload, read.payload_length, samples[i].payload,
                       samples[i].payload_length);
      g_assert_true (wire_matches (&inet_grammar_packet, data, length));
      for (gsize cut = 0; cut < length; cut++)
        {
          g_autofree guint8 *exact = g_memdup2 (data, cut);

          g_assert_false (inet_packet_parse (exact, cut, &read));
        }
    }
}

/* RFC 1071 section 3's numerical example: the sum of these words is ddf2. */
static void
test_checksum (void)
{
  static const guint8 words[] = { 0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7 };

  g_assert_cmphex (inet_checksum_finish (inet_checksum_add (0, words, sizeof words)), ==,
                   (guint16) ~0xddf2);
}

static void
test_words (void)
{
  g_autofree char *flags = inet_tcp_flags_to_string (INET_TCP_ACK | INET_TCP_SYN);
  g_autofree char *address = inet_ipv4_to_string (0xC0000201);
  static const char *const wrong[] = { "", "1.2.3", "1.2.3.4.5", "256.1.1.1", "1.2.3.04", "a.b.c.d",
                                       "1.2.3.4 ", "1..2.3" };
  guint32 value = 7;

  g_assert_cmpstr (flags, ==, "SYN, ACK");
  g_assert_cmpstr (address, ==, "192.0.2.1");
  g_assert_true (inet_ipv4_from_string ("192.0.2.1", &value));
  g_assert_cmphex (value, ==, 0xC0000201);
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    g_assert_false (inet_ipv4_from_string (wrong[i], &value));
  g_assert_cmphex (value, ==, 0xC0000201);
  g_assert_true (inet_sequence_is_before (0xFFFFFFF0, 5));
  g_assert_false (inet_sequence_is_before (5, 0xFFFFFFF0));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/inet/round-trip", test_round_trip);
  g_test_add_func ("/inet/checksum", test_checksum);
  g_test_add_func ("/inet/words", test_words);
  return g_test_run ();
}
