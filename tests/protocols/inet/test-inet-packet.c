/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <inet/inet-packet.h>
#include <string.h>

#define SOURCE 0xC0000201u      /* 192.0.2.1 */
#define DESTINATION 0xC6336402u /* 198.51.100.2 */

static const InetPacket syn = {
  .source = SOURCE,
  .destination = DESTINATION,
  .protocol = INET_PROTOCOL_TCP,
  .ip_id = 0x1234,
  .source_port = 49152,
  .destination_port = 25,
  .sequence = 0xDEADBEEF,
  .flags = INET_TCP_SYN,
  .window = 65535,
  .mss = 1460,
};

/* Checksums */

static void
test_checksum_vectors (void)
{
  static const struct
  {
    const char *bytes;
    gsize       length;
    guint16     checksum;
  } vectors[] = {
    /* The example of RFC 1071 section 3: the sum is ddf2. */
    { "\x00\x01\xf2\x03\xf4\xf5\xf6\xf7", 8, 0x220D },
    { "", 0, 0xFFFF },
    { "\xff\xff", 2, 0x0000 },
    { "\x01", 1, 0xFEFF },
    /* A header in wide use as an example; its checksum field is zero here. */
    { "\x45\x00\x00\x73\x00\x00\x40\x00\x40\x11\x00\x00\xc0\xa8\x00\x01\xc0\xa8\x00\xc7", 20,
      0xB861 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (vectors); i++)
    {
      g_autofree guint8 *exact = g_memdup2 (vectors[i].bytes, vectors[i].length);

      g_assert_cmphex (
          inet_checksum_finish (inet_checksum_add (0, exact, vectors[i].length)), ==,
          vectors[i].checksum);
    }
}

static void
test_checksum_of_the_longest (void)
{
  g_autofree guint8 *ones = g_malloc (INET_PACKET_BYTES_MAX);
  guint32            sum;

  g_test_summary ("No carry is lost in the longest packet, whole or in pieces.");
  memset (ones, 0xFF, INET_PACKET_BYTES_MAX);
  sum = inet_checksum_add (0, ones, INET_PACKET_BYTES_MAX);
  g_assert_cmphex (inet_checksum_finish (sum), ==, 0x00FF);
  sum = inet_checksum_add (0, ones, 40000);
  sum = inet_checksum_add (sum, ones + 40000, INET_PACKET_BYTES_MAX - 40000);
  g_assert_cmphex (inet_checksum_finish (sum), ==, 0x00FF);
}

/* What a receiver does: over data and checksum together the sum is all ones (RFC 1071 section 1).
 */
static void
assert_good_checksums (const guint8 *data, gsize length)
{
  guint8 pseudo[12] = { 0 };
  gsize  segment_length = length - INET_IPV4_HEADER_BYTES;

  g_assert_cmphex (inet_checksum_finish (inet_checksum_add (0, data, INET_IPV4_HEADER_BYTES)), ==,
                   0);
  memcpy (pseudo, data + 12, 8);
  pseudo[9] = data[9];
  pseudo[10] = (guint8) (segment_length >> 8);
  pseudo[11] = (guint8) segment_length;
  g_assert_cmphex (inet_checksum_finish (
                       inet_checksum_add (inet_checksum_add (0, pseudo, sizeof pseudo),
                                          data + INET_IPV4_HEADER_BYTES, segment_length)),
                   ==, 0);
}

/* Building and reading */

static void
test_syn_to_the_byte (void)
{
  static const guint8 expected[] = {
    0x45, 0x00, 0x00, 0x2C, 0x12, 0x34, 0x40, 0x00, 0x40, 0x06, 0x00, 0x00, /* checksum: below */
    0xC0, 0x00, 0x02, 0x01, 0xC6, 0x33, 0x64, 0x02,                         /* addresses */
    0xC0, 0x00, 0x00, 0x19, 0xDE, 0xAD, 0xBE, 0xEF, 0x00, 0x00, 0x00, 0x00, /* ports, numbers */
    0x60, 0x02, 0xFF, 0xFF, 0x00, 0x00, 0x00, 0x00,                         /* SYN, window */
    0x02, 0x04, 0x05, 0xB4,                                                 /* MSS 1460 */
  };
  g_autoptr (GBytes) bytes = inet_packet_build (&syn);
  gsize              length;
  const guint8      *data = g_bytes_get_data (bytes, &length);
  g_autofree guint8 *without_checksums = g_memdup2 (data, length);

  assert_good_checksums (data, length);
  memset (without_checksums + 10, 0, 2);
  memset (without_checksums + 36, 0, 2);
  g_assert_cmpmem (without_checksums, length, expected, sizeof expected);
}

static void
assert_same (const InetPacket *a, const InetPacket *b)
{
  g_assert_cmphex (a->source, ==, b->source);
  g_assert_cmphex (a->destination, ==, b->destination);
  g_assert_cmpuint (a->protocol, ==, b->protocol);
  g_assert_cmpuint (a->ip_id, ==, b->ip_id);
  g_assert_cmpuint (a->source_port, ==, b->source_port);
  g_assert_cmpuint (a->destination_port, ==, b->destination_port);
  g_assert_cmpuint (a->sequence, ==, b->sequence);
  g_assert_cmpuint (a->acknowledgement, ==, b->acknowledgement);
  g_assert_cmphex (a->flags, ==, b->flags);
  g_assert_cmpuint (a->window, ==, b->window);
  g_assert_cmpuint (a->mss, ==, b->mss);
  g_assert_cmpmem (a->payload, a->payload_length, b->payload, b->payload_length);
}

static void
fill_at_random (InetPacket *packet, GRand *random, guint8 *payload, gsize payload_bytes_max)
{
  packet->source = g_rand_int (random);
  packet->destination = g_rand_int (random);
  packet->protocol = g_rand_boolean (random) ? INET_PROTOCOL_TCP : INET_PROTOCOL_UDP;
  packet->ip_id = (guint16) g_rand_int (random);
  packet->source_port = (guint16) g_rand_int (random);
  packet->destination_port = (guint16) g_rand_int (random);
  packet->payload = payload;
  packet->payload_length = (gsize) g_rand_int_range (random, 0, (gint32) payload_bytes_max);
  for (gsize i = 0; i < packet->payload_length; i++)
    payload[i] = (guint8) g_rand_int (random);
  if (packet->protocol == INET_PROTOCOL_UDP)
    return;
  packet->sequence = g_rand_int (random);
  packet->acknowledgement = g_rand_int (random);
  packet->flags = (guint8) g_rand_int (random);
  packet->window = (guint16) g_rand_int (random);
  packet->mss = g_rand_boolean (random) ? 0 : 1460;
}

static void
test_round_trip (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (791);

  for (guint i = 0; i < 2000; i++)
    {
      guint8             payload[1500];
      InetPacket         packet = { 0 };
      InetPacket         read;
      g_autoptr (GBytes) bytes = NULL;
      g_autofree guint8 *exact = NULL;
      gsize              length;

      fill_at_random (&packet, random, payload, i % 2 == 0 ? sizeof payload : 4);
      bytes = inet_packet_build (&packet);
      length = g_bytes_get_size (bytes);
      exact = g_memdup2 (g_bytes_get_data (bytes, NULL), length);
      assert_good_checksums (exact, length);
      g_assert_true (inet_packet_parse (exact, length, &read));
      assert_same (&packet, &read);
      g_assert_true (wire_matches (&inet_grammar_packet, exact, length));
    }
}

static void
test_longest (void)
{
  g_autofree guint8 *payload = g_malloc0 (INET_PACKET_BYTES_MAX);
  InetPacket         packet = syn, read;
  g_autoptr (GBytes) bytes = NULL;

  packet.payload = payload;
  packet.payload_length = INET_PACKET_BYTES_MAX - 44;
  bytes = inet_packet_build (&packet);
  g_assert_cmpuint (g_bytes_get_size (bytes), ==, INET_PACKET_BYTES_MAX);
  assert_good_checksums (g_bytes_get_data (bytes, NULL), INET_PACKET_BYTES_MAX);
  g_assert_true (
      inet_packet_parse (g_bytes_get_data (bytes, NULL), INET_PACKET_BYTES_MAX, &read));
  assert_same (&packet, &read);
}

/* In UDP a checksum field of 0 says that there is none (RFC 768). */
static void
test_udp_checksum_is_never_zero (void)
{
  guint n_all_ones = 0;

  for (guint i = 0; i <= G_MAXUINT16; i++)
    {
      const guint8     payload[] = { (guint8) (i >> 8), (guint8) i };
      const InetPacket packet = { .source = SOURCE,
                                  .destination = DESTINATION,
                                  .protocol = INET_PROTOCOL_UDP,
                                  .source_port = 53,
                                  .destination_port = 53,
                                  .payload = payload,
                                  .payload_length = sizeof payload };
      g_autoptr (GBytes) bytes = inet_packet_build (&packet);
      const guint8 *data = g_bytes_get_data (bytes, NULL);

      g_assert_true (data[26] != 0 || data[27] != 0);
      n_all_ones += data[26] == 0xFF && data[27] == 0xFF;
      assert_good_checksums (data, g_bytes_get_size (bytes));
    }
  g_assert_cmpuint (n_all_ones, >, 0);
}

/* Hostile packets: the SYN or a datagram with one field changed. */
static const struct
{
  const char *name;
  gboolean    is_udp;
  gsize       at;
  guint8      value;
  gboolean    is_read;
} changes[] = {
  { "ip-version-6", FALSE, 0, 0x65, FALSE },
  { "ip-header-shorter-than-20", FALSE, 0, 0x44, FALSE },
  { "ip-header-past-the-end", FALSE, 0, 0x4F, FALSE },
  { "total-length-past-the-end", FALSE, 3, 0x2D, FALSE },
  { "total-length-below-the-header", FALSE, 3, 0x13, FALSE },
  { "total-length-within-tcp-header", FALSE, 3, 0x27, FALSE },
  { "later-fragment", FALSE, 7, 0x01, FALSE },
  { "first-fragment", FALSE, 6, 0x20, TRUE },
  { "other-protocol", FALSE, 9, 1, FALSE },
  { "data-offset-below-5", FALSE, 32, 0x40, FALSE },
  { "data-offset-past-the-end", FALSE, 32, 0x70, FALSE },
  { "option-without-length", FALSE, 41, 0, TRUE },
  { "option-past-the-header", FALSE, 41, 5, TRUE },
  { "udp-length-below-the-header", TRUE, 25, 7, FALSE },
  { "udp-length-past-the-end", TRUE, 25, 13, FALSE },
  { "udp-length-within-the-packet", TRUE, 25, 11, TRUE },
  { "total-length-within-udp-header", TRUE, 3, 27, FALSE },
};

static void
check (const guint8 *data, gsize length, gboolean is_read)
{
  g_autofree guint8 *exact = g_memdup2 (data, length);
  g_autoptr (WireSpans) spans = wire_annotate (&inet_grammar_packet, exact, length);
  g_autofree char *problem = wire_spans_check (spans);
  InetPacket       packet = { .window = 4711 };

  g_assert_cmpstr (problem, ==, NULL);
  g_assert_true (inet_packet_parse (exact, length, &packet) == is_read);
  if (!is_read)
    g_assert_cmpuint (packet.window, ==, 4711);
}

static GBytes *
build_datagram (void)
{
  const InetPacket datagram = { .source = SOURCE,
                                .destination = DESTINATION,
                                .protocol = INET_PROTOCOL_UDP,
                                .source_port = 49152,
                                .destination_port = 53,
                                .payload = (const guint8 *) "abcd",
                                .payload_length = 4 };

  return inet_packet_build (&datagram);
}

static void
test_change (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  g_autoptr (GBytes) bytes = changes[i].is_udp ? build_datagram () : inet_packet_build (&syn);
  gsize              length = g_bytes_get_size (bytes);
  g_autofree guint8 *changed = g_memdup2 (g_bytes_get_data (bytes, NULL), length);

  changed[changes[i].at] = changes[i].value;
  check (changed, length, changes[i].is_read);
}

static void
test_cut_anywhere (void)
{
  g_autoptr (GBytes) tcp = inet_packet_build (&syn);
  g_autoptr (GBytes) udp = build_datagram ();

  for (gsize n = 0; n < g_bytes_get_size (tcp); n++)
    check (g_bytes_get_data (tcp, NULL), n, FALSE);
  for (gsize n = 0; n < g_bytes_get_size (udp); n++)
    check (g_bytes_get_data (udp, NULL), n, FALSE);
}

static void
test_padding_is_no_payload (void)
{
  g_autoptr (GBytes) bytes = build_datagram ();
  guint8     frame[46] = { 0 };
  InetPacket packet;

  g_test_summary ("A short Ethernet frame is filled up; the filling is not the datagram's.");
  memcpy (frame, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  g_assert_true (inet_packet_parse (frame, sizeof frame, &packet));
  g_assert_cmpmem (packet.payload, packet.payload_length, "abcd", 4);
}

static void
test_finds_mss (void)
{
  static const struct
  {
    const char *options; /* 8 bytes */
    guint16     mss;
  } cases[] = {
    { "\1\1\1\1\2\4\5\xb4", 1460 }, /* after no-operation */
    { "\4\2\2\4\2\x18\0\0", 536 },  /* after SACK permitted */
    { "\0\0\0\0\2\4\5\xb4", 0 },    /* after the end of the list */
    { "\2\3\5\xb4\0\0\0\0", 0 },    /* of a wrong length */
    { "\1\1\1\1\1\1\1\2", 0 },      /* cut off after its kind */
    { "\1\1\1\1\1\2\4\5", 0 },      /* cut off in its value */
    { "\3\0\2\4\5\xb4\0\0", 0 },    /* after an option of length 0 */
  };
  InetPacket with_payload = syn;

  with_payload.mss = 0;
  with_payload.payload_length = 8;
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      InetPacket         read;
      g_autoptr (GBytes) bytes = NULL;
      g_autofree guint8 *data = NULL;

      with_payload.payload = (const guint8 *) cases[i].options;
      bytes = inet_packet_build (&with_payload);
      data = g_memdup2 (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
      data[32] = 7 << 4; /* the payload becomes options */
      g_assert_true (inet_packet_parse (data, g_bytes_get_size (bytes), &read));
      g_assert_cmpuint (read.mss, ==, cases[i].mss);
      g_assert_cmpuint (read.payload_length, ==, 0);
      check (data, g_bytes_get_size (bytes), TRUE);
    }
}

/* Text and numbers */

static void
test_flags (void)
{
  static const struct
  {
    guint       flags;
    const char *text;
  } cases[] = {
    { 0, "" },
    { INET_TCP_SYN, "SYN" },
    { INET_TCP_SYN | INET_TCP_ACK, "SYN, ACK" },
    { INET_TCP_PSH | INET_TCP_ACK, "PSH, ACK" },
    { INET_TCP_FIN | INET_TCP_ACK, "FIN, ACK" },
    { INET_TCP_RST | INET_TCP_ACK, "RST, ACK" },
    { INET_TCP_SYN | INET_TCP_ECE | INET_TCP_CWR, "SYN, ECE, CWR" },
    { 0xFF, "FIN, SYN, RST, PSH, ACK, URG, ECE, CWR" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = inet_tcp_flags_to_string (cases[i].flags);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

static void
test_addresses (void)
{
  static const char *const good[] = { "0.0.0.0", "192.0.2.1", "198.51.100.255",
                                      "255.255.255.255" };
  static const char *const bad[] = { "",           "1.2.3",   "1.2.3.4.5", "1.2.3.256", "1.2.3.4 ",
                                     " 1.2.3.4",   "1..2.3",  "1.2.3.",    "01.2.3.4",  "1.2.3.-4",
                                     "1.2.3.0004", "1.2.3.a", ".1.2.3",    "1,2,3,4",   "::1" };

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      guint32          address;
      g_autofree char *text = NULL;

      g_assert_true (inet_ipv4_from_string (good[i], &address));
      text = inet_ipv4_to_string (address);
      g_assert_cmpstr (text, ==, good[i]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      guint32 address = 4711;

      g_test_message ("%s", bad[i]);
      g_assert_false (inet_ipv4_from_string (bad[i], &address));
      g_assert_cmpuint (address, ==, 4711);
    }
}

static void
test_sequence (void)
{
  g_assert_true (inet_sequence_is_before (0, 1));
  g_assert_false (inet_sequence_is_before (1, 0));
  g_assert_false (inet_sequence_is_before (7, 7));
  g_assert_true (inet_sequence_is_before (0xFFFFFFFF, 0));
  g_assert_false (inet_sequence_is_before (0, 0xFFFFFFFF));
  g_assert_true (inet_sequence_is_before (0xFFFFF000, 0x1000));
}

/* The grammar */

static void
test_spans (void)
{
  static const struct
  {
    const char *name;
    guint       offset, length, depth;
  } expected[] = {
    { "packet", 0, 44, 0 },           { "ip_header", 0, 20, 1 },
    { "ip_version", 0, 1, 2 },        { "ip_service", 1, 1, 2 },
    { "ip_length", 2, 2, 2 },         { "ip_id", 4, 2, 2 },
    { "ip_fragment", 6, 2, 2 },       { "ip_ttl", 8, 1, 2 },
    { "ip_protocol", 9, 1, 2 },       { "ip_checksum", 10, 2, 2 },
    { "ip_source", 12, 4, 2 },        { "ip_destination", 16, 4, 2 },
    { "tcp_header", 20, 24, 1 },      { "tcp_source_port", 20, 2, 2 },
    { "tcp_destination_port", 22, 2, 2 }, { "tcp_sequence", 24, 4, 2 },
    { "tcp_acknowledgement", 28, 4, 2 },  { "tcp_offset", 32, 1, 2 },
    { "tcp_flags", 33, 1, 2 },        { "tcp_window", 34, 2, 2 },
    { "tcp_checksum", 36, 2, 2 },     { "tcp_urgent", 38, 2, 2 },
    { "tcp_mss", 40, 4, 2 },
  };
  g_autoptr (GBytes) bytes = inet_packet_build (&syn);
  g_autoptr (WireSpans) spans = wire_annotate (
      &inet_grammar_packet, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));

  g_assert_cmpuint (wire_spans_get_n (spans), ==, G_N_ELEMENTS (expected));
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      const WireSpan *span = wire_spans_get (spans, i);

      g_assert_cmpstr (span->element->name, ==, expected[i].name);
      g_assert_cmpuint (span->offset, ==, expected[i].offset);
      g_assert_cmpuint (span->length, ==, expected[i].length);
      g_assert_cmpuint (span->depth, ==, expected[i].depth);
      g_assert_cmpuint (span->flags, ==, 0);
    }
}

static void
test_later_fragment_is_payload (void)
{
  g_autoptr (GBytes) bytes = build_datagram ();
  gsize              length = g_bytes_get_size (bytes);
  g_autofree guint8 *data = g_memdup2 (g_bytes_get_data (bytes, NULL), length);
  g_autoptr (WireSpans) spans = NULL;
  const WireSpan *last;

  data[7] = 1;
  spans = wire_annotate (&inet_grammar_packet, data, length);
  g_assert_null (spans->expected);
  last = wire_spans_get (spans, wire_spans_get_n (spans) - 1);
  g_assert_cmpstr (last->element->name, ==, "payload");
  g_assert_cmpuint (last->offset, ==, INET_IPV4_HEADER_BYTES);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/inet/checksum/vectors", test_checksum_vectors);
  g_test_add_func ("/inet/checksum/longest", test_checksum_of_the_longest);
  g_test_add_func ("/inet/packet/syn-to-the-byte", test_syn_to_the_byte);
  g_test_add_func ("/inet/packet/round-trip", test_round_trip);
  g_test_add_func ("/inet/packet/longest", test_longest);
  g_test_add_func ("/inet/packet/udp-checksum-is-never-zero", test_udp_checksum_is_never_zero);
  for (guint i = 0; i < G_N_ELEMENTS (changes); i++)
    {
      g_autofree char *path = g_strconcat ("/inet/packet/changed/", changes[i].name, NULL);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_change);
    }
  g_test_add_func ("/inet/packet/cut-anywhere", test_cut_anywhere);
  g_test_add_func ("/inet/packet/padding-is-no-payload", test_padding_is_no_payload);
  g_test_add_func ("/inet/packet/finds-mss", test_finds_mss);
  g_test_add_func ("/inet/text/flags", test_flags);
  g_test_add_func ("/inet/text/addresses", test_addresses);
  g_test_add_func ("/inet/sequence", test_sequence);
  g_test_add_func ("/inet/grammar/spans", test_spans);
  g_test_add_func ("/inet/grammar/later-fragment-is-payload", test_later_fragment_is_payload);
  return g_test_run ();
}
