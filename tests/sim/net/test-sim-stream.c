/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net-world.h"

#include <inet/inet-packet.h>
#include <net/sim-stream.h>
#include <string.h>

/* One end of a conversation: sends pieces, keeps what comes. */
typedef struct
{
  NetWorld   *net;
  SimStream  *stream;
  GByteArray *in;
  guint       n_connected;
  guint       n_ended;
  guint       n_closed;
  guint       n_drained;
  guint       n_failed;
  SimStreamFailure failure;
  gint64      over_us;
  gboolean    ends_back; /* ends when the peer has ended */
  guint       n_replies; /* to send, one for each arrival */
  guint       last_cause;
} End;

static void
on_connected (SimStream *stream, gpointer data)
{
  ((End *) data)->n_connected++;
}

static void
on_received (SimStream *stream, const guint8 *data, gsize length, gpointer user_data)
{
  End *end = user_data;

  g_byte_array_append (end->in, data, (guint) length);
  end->last_cause = sim_world_get_cause (end->net->world);
  if (end->n_replies > 0)
    {
      end->n_replies--;
      sim_stream_send (stream, (const guint8 *) "reply\r\n", 7, 0);
    }
}

static void
on_ended (SimStream *stream, gpointer data)
{
  End *end = data;

  end->n_ended++;
  if (end->ends_back)
    sim_stream_end (stream);
}

static void
on_drained (SimStream *stream, gpointer data)
{
  ((End *) data)->n_drained++;
}

static void
on_closed (SimStream *stream, gpointer data)
{
  End *end = data;

  end->n_closed++;
  end->over_us = sim_world_get_now (end->net->world);
}

static void
on_failed (SimStream *stream, SimStreamFailure failure, gpointer data)
{
  End *end = data;

  end->n_failed++;
  end->failure = failure;
  end->over_us = sim_world_get_now (end->net->world);
}

static const SimStreamFuncs funcs = {
  on_connected, on_received, on_ended, on_drained, on_closed, on_failed,
};

static void
on_accepted (SimStream *stream, gpointer data)
{
  End *end = data;

  end->stream = stream;
  sim_stream_set_funcs (stream, &funcs, end);
}

static void
end_init (End *end, NetWorld *net)
{
  *end = (End){ .net = net, .in = g_byte_array_new (), .ends_back = TRUE };
}

static void
end_clear (End *end)
{
  sim_stream_free (end->stream);
  g_byte_array_unref (end->in);
}

static void
connect_to (End *client, const char *address, guint16 port)
{
  client->stream = sim_stream_connect (net_world_get_host (client->net, "a"), address, port,
                                       TRACE_SMTP, &funcs, client);
}

/* Records a unit of @length bytes and sends it. Returns: the unit's id. */
static guint
send_unit (End *end, const guint8 *data, gsize length)
{
  SimWorld  *world = end->net->world;
  TraceEvent event = { .kind = TRACE_UNIT,
                       .arrival_us = TRACE_NO_TIME,
                       .protocol = TRACE_SMTP,
                       .connection = sim_stream_get_connection (end->stream),
                       .from = (guint16) sim_host_get_actor (sim_stream_get_host (end->stream)),
                       .to = (guint16) sim_stream_get_peer_actor (end->stream) };
  guint unit = sim_world_record (world, &event, NULL, 0);

  sim_stream_send (end->stream, data, length, unit);
  return unit;
}

static guint8 *
make_bytes (gsize length)
{
  g_autoptr (SimRandom) random = sim_random_new (1, "bytes");
  guint8 *bytes = g_malloc (length + 1);

  for (gsize i = 0; i < length; i++)
    bytes[i] = (guint8) sim_random_next_u64 (random);
  return bytes;
}

typedef struct
{
  const char *path;
  const char *link;
  gsize       n_bytes;
  gsize       piece; /* bytes of a unit */
} Transfer;

static const Transfer transfers[] = {
  { "/sim/stream/transfer/one-byte", "", 1, 1 },
  { "/sim/stream/transfer/small", "LatencyMs=50", 300, 7 },
  { "/sim/stream/transfer/segment", "LatencyMs=5", 1460, 1460 },
  { "/sim/stream/transfer/segment-and-one", "LatencyMs=5", 1461, 1461 },
  { "/sim/stream/transfer/over-a-window", "LatencyMs=20", 200000, 65535 },
  { "/sim/stream/transfer/odd-pieces", "LatencyMs=3\nBandwidthKbps=2000", 100000, 977 },
  { "/sim/stream/transfer/slow", "LatencyMs=100\nBandwidthKbps=64", 20000, 20000 },
  { "/sim/stream/transfer/modem", "LatencyMs=100\nBandwidthKbps=2.4", 5000, 1000 },
  { "/sim/stream/transfer/small-mtu", "Mtu=576", 9999, 3333 },
  { "/sim/stream/transfer/no-latency", "LatencyMs=0\nBandwidthKbps=1000000000", 100000, 5000 },
  { "/sim/stream/transfer/some-loss", "LatencyMs=10\nLoss=0.02", 300000, 4321 },
  { "/sim/stream/transfer/much-loss", "LatencyMs=10\nLoss=0.1", 60000, 1234 },
  { "/sim/stream/transfer/more-loss", "LatencyMs=1\nLoss=0.2", 10000, 500 },
};

/* A whole conversation: connect, send, close from both ends. */
static NetWorld *
run_transfer (const Transfer *test, guint64 seed, End *client, End *server, const guint8 *bytes)
{
  g_autofree char *text = g_strdup_printf (NET_WORLD_TWO ("%s"), test->link);
  NetWorld        *net = net_world_new (seed, text);
  guint            unit = 0;

  end_init (client, net);
  end_init (server, net);
  sim_stream_listen (net_world_get_host (net, "b"), 25, on_accepted, server);
  connect_to (client, "192.0.2.2", 25);
  for (gsize at = 0; at < test->n_bytes; at += test->piece)
    {
      gsize            length = MIN (test->piece, test->n_bytes - at);
      g_autofree guint8 *exact = g_memdup2 (bytes + at, length);

      unit = send_unit (client, exact, length);
    }
  sim_stream_end (client->stream);
  sim_world_run (net->world, G_MAXINT64);
  if (server->stream != NULL && server->n_failed == 0)
    g_assert_cmpuint (server->last_cause, ==, unit);
  return net;
}

static void
check_arrivals (NetWorld *net)
{
  gint64 last_us = 0;

  for (guint i = 0; i < trace_log_get_n_events (net->log); i++)
    {
      const TraceEvent *event = trace_log_get_event (net->log, i);

      if (event->kind == TRACE_PACKET)
        g_assert_true (((event->flags & TRACE_FLAG_LOST) != 0) ==
                       (event->arrival_us == TRACE_NO_TIME));
      else
        g_assert_cmpint (event->arrival_us, >, event->time_us);
      if (event->kind != TRACE_UNIT)
        continue;
      g_assert_cmpint (event->arrival_us, >=, last_us);
      last_us = event->arrival_us;
    }
}

static void
test_transfer (gconstpointer data)
{
  const Transfer    *test = data;
  g_autofree guint8 *bytes = make_bytes (test->n_bytes);

  g_test_summary ("Whatever the link does, the bytes arrive, whole and once, and so do units.");
  for (guint64 seed = 1; seed <= 8; seed++)
    {
      End client, server;
      g_autoptr (NetWorld) net = run_transfer (test, seed, &client, &server, bytes);

      g_assert_cmpmem (server.in->data, server.in->len, bytes, test->n_bytes);
      g_assert_cmpuint (client.n_connected, ==, 1);
      g_assert_cmpuint (server.n_ended, ==, 1);
      g_assert_cmpuint (client.n_ended, ==, 1);
      g_assert_cmpuint (client.n_closed, ==, 1);
      g_assert_cmpuint (server.n_closed, ==, 1);
      g_assert_cmpuint (client.n_failed + server.n_failed, ==, 0);
      g_assert_cmpuint (client.n_drained, >=, 1);
      g_assert_cmpuint (net_world_count (net, TRACE_OPEN, 0), ==, 1);
      g_assert_cmpuint (net_world_count (net, TRACE_CLOSE, 0), ==, 2);
      g_assert_cmpuint (net_world_count (net, TRACE_RESET, 0), ==, 0);
      check_arrivals (net);
      end_clear (&client);
      end_clear (&server);
    }
}

/* A piece to send later. */
typedef struct
{
  End          *end;
  const guint8 *data;
  gsize         length;
} Piece;

static void
on_piece (gpointer data)
{
  Piece *piece = data;

  sim_stream_send (piece->end->stream, piece->data, piece->length, 0);
}

static void
test_drops (void)
{
  gsize n_bytes = 40000;
  g_autofree guint8 *bytes = make_bytes (n_bytes);

  g_test_summary ("Small pieces over time: what is sent again is cut elsewhere than at first.");
  for (guint64 seed = 1; seed <= 20; seed++)
    {
      g_autoptr (NetWorld) net = net_world_new (seed, NET_WORLD_TWO ("LatencyMs=10\nLoss=0.1"));
      End client, server;

      end_init (&client, net);
      end_init (&server, net);
      sim_stream_listen (net_world_get_host (net, "b"), 25, on_accepted, &server);
      connect_to (&client, "192.0.2.2", 25);
      for (gsize at = 0; at < n_bytes; at += 100)
        {
          Piece piece = { &client, bytes + at, 100 };

          sim_world_schedule (net->world, (gint64) at * 100, on_piece,
                              g_memdup2 (&piece, sizeof piece), g_free);
        }
      sim_world_run (net->world, G_MAXINT64);
      g_assert_cmpuint (client.n_failed, ==, 0);
      g_assert_cmpmem (server.in->data, server.in->len, bytes, n_bytes);
      end_clear (&client);
      end_clear (&server);
    }
}

/* How many packets with data the client sent. */
static guint
count_data (NetWorld *net)
{
  guint n = 0;

  for (guint i = 0; i < trace_log_get_n_events (net->log); i++)
    {
      const TraceEvent *event = trace_log_get_event (net->log, i);

      n += event->kind == TRACE_PACKET && event->from == 0 && event->bytes_length > 44;
    }
  return n;
}

static void
test_repair (void)
{
  static const Transfer test = { NULL, "LatencyMs=10\nLoss=0.05", 100 * 1460, 14600 };
  g_autofree guint8 *bytes = make_bytes (test.n_bytes);
  gint64 total_us = 0;

  g_test_summary ("Just what was lost is sent again, and all of a window's gaps soon.");
  for (guint64 seed = 1; seed <= 8; seed++)
    {
      End client, server;
      g_autoptr (NetWorld) net = run_transfer (&test, seed, &client, &server, bytes);
      guint n_lost = net_world_count (net, TRACE_PACKET, TRACE_FLAG_LOST);

      g_assert_cmpuint (count_data (net), <=, 100 + n_lost);
      total_us += client.over_us;
      end_clear (&client);
      end_clear (&server);
    }
  /* A time-out of a second or two for each window; without repair, one for each gap. */
  g_assert_cmpint (total_us / 8, <, 8 * G_USEC_PER_SEC);
}

static void
test_same (gconstpointer data)
{
  const Transfer    *test = data;
  g_autofree guint8 *bytes = make_bytes (test->n_bytes);
  char              *dumps[3];

  g_test_summary ("The same seed gives the same trace, another seed other losses.");
  for (guint i = 0; i < 3; i++)
    {
      End client, server;
      g_autoptr (NetWorld) net = run_transfer (test, i < 2 ? 1 : 2, &client, &server, bytes);

      dumps[i] = net_world_dump (net);
      end_clear (&client);
      end_clear (&server);
    }
  g_assert_cmpstr (dumps[0], ==, dumps[1]);
  g_assert_cmpstr (dumps[0], !=, dumps[2]);
  for (guint i = 0; i < 3; i++)
    g_free (dumps[i]);
}

/* What an analyser looks for, on a link without loss: each end's sequence numbers follow on,
 * acknowledgements never go back or repeat, and no segment of a clean connection is odd. */
static void
test_clean (void)
{
  static const Transfer test = { NULL, "LatencyMs=20\nBandwidthKbps=5000", 150000, 50000 };
  g_autofree guint8 *bytes = make_bytes (test.n_bytes);
  End client, server;
  g_autoptr (NetWorld) net = run_transfer (&test, 1, &client, &server, bytes);
  guint32 next[2] = { 0, 0 };
  guint32 acked[2] = { 0, 0 };
  guint   n_packets[2] = { 0, 0 };
  gint64  last_us = -1;

  g_test_summary ("A connection without loss has nothing in it that an analyser would mark.");
  for (guint i = 0; i < trace_log_get_n_events (net->log); i++)
    {
      const TraceEvent *event = trace_log_get_event (net->log, i);
      gsize             length;
      const guint8     *data = trace_log_get_bytes (net->log, event, &length);
      InetPacket        packet;
      guint             side = event->from;

      if (event->kind != TRACE_PACKET)
        continue;
      g_assert_true (inet_packet_parse (data, length, &packet));
      g_assert_cmpint (event->time_us, >=, last_us);
      last_us = event->time_us;
      if (n_packets[side]++ > 0)
        {
          g_assert_cmpuint (packet.sequence, ==, next[side]);
          g_assert_true (!inet_sequence_is_before (packet.acknowledgement, acked[side]));
          if (packet.payload_length == 0 && n_packets[side] > 2 && packet.flags == INET_TCP_ACK)
            g_assert_true (packet.acknowledgement != acked[side]);
        }
      g_assert_cmpuint (packet.mss, ==, packet.flags & INET_TCP_SYN ? 1460 : 0);
      g_assert_cmpuint (packet.payload_length, <=, 1460);
      if (acked[1 - side] != 0)
        g_assert_cmpuint (packet.sequence + packet.payload_length - acked[1 - side], <, 65535);
      next[side] = packet.sequence + (guint32) packet.payload_length +
                   (packet.flags & (INET_TCP_SYN | INET_TCP_FIN) ? 1 : 0);
      acked[side] = packet.acknowledgement;
    }
  g_assert_cmpuint (n_packets[0], >, 100);
  end_clear (&client);
  end_clear (&server);
}

static void
test_refused (void)
{
  g_autoptr (NetWorld) net = net_world_new (1, NET_WORLD_TWO ("LatencyMs=10"));
  End client;

  g_test_summary ("A port nobody listens on refuses at once.");
  end_init (&client, net);
  connect_to (&client, "192.0.2.2", 25);
  sim_world_run (net->world, G_MAXINT64);
  g_assert_cmpuint (client.n_failed, ==, 1);
  g_assert_cmpint (client.failure, ==, SIM_STREAM_REFUSED);
  g_assert_cmpint (client.over_us, <, 30000);
  g_assert_cmpuint (net_world_count (net, TRACE_REFUSED, TRACE_FLAG_ERROR), ==, 1);
  g_assert_cmpuint (net_world_count (net, TRACE_PACKET, 0), ==, 2);
  end_clear (&client);
}

static void
test_refusing (void)
{
  g_autoptr (NetWorld) net = net_world_new (
      1, "[Host a]\nAddress=192.0.2.1\n[Host b]\nAddress=192.0.2.2\nRefuses=0-5\n[Link a b]\n");
  End client, server;

  g_test_summary ("A host whose services do not run refuses, and takes connections later.");
  end_init (&client, net);
  end_init (&server, net);
  sim_stream_listen (net_world_get_host (net, "b"), 25, on_accepted, &server);
  connect_to (&client, "192.0.2.2", 25);
  sim_world_run (net->world, 4 * G_USEC_PER_SEC);
  g_assert_cmpint (client.failure, ==, SIM_STREAM_REFUSED);
  g_assert_cmpuint (client.n_failed, ==, 1);
  sim_stream_free (client.stream);
  sim_world_run (net->world, 6 * G_USEC_PER_SEC);
  connect_to (&client, "192.0.2.2", 25);
  sim_world_run (net->world, G_MAXINT64);
  g_assert_cmpuint (client.n_connected, ==, 1);
  g_assert_cmpuint (net_world_count (net, TRACE_NOTE, 0), ==, 2);
  end_clear (&client);
  end_clear (&server);
}

static void
check_timeout (const char *text, const char *address)
{
  g_autoptr (NetWorld) net = net_world_new (1, text);
  End client;

  end_init (&client, net);
  connect_to (&client, address, 25);
  sim_world_run (net->world, G_MAXINT64);
  g_assert_cmpuint (client.n_failed, ==, 1);
  g_assert_cmpint (client.failure, ==, SIM_STREAM_TIMED_OUT);
  g_assert_cmpint (client.over_us, >=, 180 * G_USEC_PER_SEC);
  g_assert_cmpint (client.over_us, <, 240 * G_USEC_PER_SEC);
  g_assert_cmpuint (net_world_count (net, TRACE_TIMEOUT, TRACE_FLAG_ERROR), ==, 1);
  g_assert_cmpuint (net_world_count (net, TRACE_PACKET, TRACE_FLAG_LOST), ==, 8);
  g_assert_cmpuint (net_world_count (net, TRACE_PACKET, 0), ==, 8);
  end_clear (&client);
}

static void
test_timed_out (void)
{
  g_test_summary ("A host that is down and an address that nobody has: SYN for three minutes.");
  check_timeout ("[Host a]\nAddress=192.0.2.1\n[Host b]\nAddress=192.0.2.2\nDown=0-1000\n"
                 "[Link a b]\n", "192.0.2.2");
  check_timeout (NET_WORLD_TWO (""), "198.51.100.7");
}

static void
test_comes_back (void)
{
  g_autoptr (NetWorld) net = net_world_new (
      1, "[Host a]\nAddress=192.0.2.1\n[Host b]\nAddress=192.0.2.2\nDown=0-5;8-20\n[Link a b]\n");
  End client, server;

  g_test_summary ("A cable that is put back in time: the connection goes on.");
  end_init (&client, net);
  end_init (&server, net);
  sim_stream_listen (net_world_get_host (net, "b"), 25, on_accepted, &server);
  connect_to (&client, "192.0.2.2", 25);
  sim_world_run (net->world, 10 * G_USEC_PER_SEC);
  g_assert_cmpuint (client.n_connected, ==, 1);
  sim_stream_send (client.stream, (const guint8 *) "hello", 5, 0);
  sim_stream_end (client.stream);
  sim_world_run (net->world, G_MAXINT64);
  g_assert_cmpmem (server.in->data, server.in->len, "hello", 5);
  g_assert_cmpuint (client.n_closed, ==, 1);
  end_clear (&client);
  end_clear (&server);
}

static void
test_broken (void)
{
  g_autoptr (NetWorld) net = net_world_new (
      1, "[Host a]\nAddress=192.0.2.1\n[Host b]\nAddress=192.0.2.2\nDown=5-9000\n[Link a b]\n");
  End client, server;

  g_test_summary ("Data that nobody acknowledges: the connection times out.");
  end_init (&client, net);
  end_init (&server, net);
  sim_stream_listen (net_world_get_host (net, "b"), 25, on_accepted, &server);
  connect_to (&client, "192.0.2.2", 25);
  sim_world_run (net->world, 6 * G_USEC_PER_SEC);
  sim_stream_send (client.stream, (const guint8 *) "hello", 5, 0);
  sim_world_run (net->world, G_MAXINT64);
  g_assert_cmpuint (client.n_failed, ==, 1);
  g_assert_cmpint (client.failure, ==, SIM_STREAM_TIMED_OUT);
  g_assert_cmpint (client.over_us, >=, 306 * G_USEC_PER_SEC);
  g_assert_cmpuint (server.n_failed, ==, 0);
  end_clear (&client);
  end_clear (&server);
}

static void
test_reset (void)
{
  g_autoptr (NetWorld) net = net_world_new (1, NET_WORLD_TWO ("LatencyMs=10"));
  End client, server;

  g_test_summary ("An end that breaks off: the other is told, once.");
  end_init (&client, net);
  end_init (&server, net);
  sim_stream_listen (net_world_get_host (net, "b"), 25, on_accepted, &server);
  connect_to (&client, "192.0.2.2", 25);
  sim_world_run (net->world, G_USEC_PER_SEC);
  sim_stream_send (client.stream, (const guint8 *) "hello", 5, 0);
  sim_stream_abort (client.stream);
  sim_world_run (net->world, G_MAXINT64);
  g_assert_cmpuint (client.n_failed, ==, 0);
  g_assert_cmpuint (server.n_failed, ==, 1);
  g_assert_cmpint (server.failure, ==, SIM_STREAM_RESET);
  g_assert_cmpuint (net_world_count (net, TRACE_RESET, TRACE_FLAG_ERROR), ==, 1);
  check_arrivals (net);
  end_clear (&client);
  end_clear (&server);
}

static void
test_half_close (void)
{
  g_autoptr (NetWorld) net = net_world_new (1, NET_WORLD_TWO ("LatencyMs=10"));
  End client, server;

  g_test_summary ("One end has ended; the other may still send.");
  end_init (&client, net);
  end_init (&server, net);
  server.ends_back = FALSE;
  sim_stream_listen (net_world_get_host (net, "b"), 25, on_accepted, &server);
  connect_to (&client, "192.0.2.2", 25);
  sim_stream_end (client.stream);
  sim_world_run (net->world, G_USEC_PER_SEC);
  g_assert_cmpuint (server.n_ended, ==, 1);
  g_assert_cmpuint (client.n_closed, ==, 0);
  sim_stream_send (server.stream, (const guint8 *) "still here", 10, 0);
  sim_world_run (net->world, 2 * G_USEC_PER_SEC);
  g_assert_cmpmem (client.in->data, client.in->len, "still here", 10);
  sim_stream_end (server.stream);
  sim_world_run (net->world, G_MAXINT64);
  g_assert_cmpuint (client.n_closed, ==, 1);
  g_assert_cmpuint (server.n_closed, ==, 1);
  end_clear (&client);
  end_clear (&server);
}

/* Frees the stream in whichever callback comes first. */
static void
let_go (SimStream *stream, gpointer data)
{
  sim_stream_free (stream);
  ++*(guint *) data;
}

static void
let_go_received (SimStream *stream, const guint8 *data, gsize length, gpointer user_data)
{
  let_go (stream, user_data);
}

static void
let_go_failed (SimStream *stream, SimStreamFailure failure, gpointer user_data)
{
  let_go (stream, user_data);
}

static void
break_off_received (SimStream *stream, const guint8 *data, gsize length, gpointer user_data)
{
  sim_stream_abort (stream);
  let_go (stream, user_data);
}

static const SimStreamFuncs letting_go[] = {
  { .connected = let_go },        { .received = let_go_received },
  { .ended = let_go },            { .drained = let_go },
  { .closed = let_go },           { .failed = let_go_failed },
  { .received = break_off_received },
};

typedef struct
{
  const SimStreamFuncs *funcs;
  guint                 n_gone;
} Fickle;

static void
on_accepted_fickle (SimStream *stream, gpointer data)
{
  Fickle *fickle = data;

  sim_stream_set_funcs (stream, fickle->funcs, &fickle->n_gone);
  sim_stream_send (stream, (const guint8 *) "hello", 5, 0);
  sim_stream_end (stream);
}

static void
on_accepted_never (SimStream *stream, gpointer data)
{
  sim_stream_free (stream);
}

static void
test_letting_go (void)
{
  g_test_summary ("A stream may be freed in any callback, at either end; the rest goes on.");
  for (guint i = 0; i < G_N_ELEMENTS (letting_go); i++)
    {
      g_autoptr (NetWorld) net = net_world_new (1, NET_WORLD_TWO ("LatencyMs=10"));
      SimHost   *host = net_world_get_host (net, "b");
      gboolean   is_failing = letting_go[i].failed != NULL;
      Fickle     server = { &letting_go[i], 0 };
      guint      n_gone = 0;
      SimStream *stream;

      if (!is_failing)
        sim_stream_listen (host, 25, on_accepted_fickle, &server);
      stream = sim_stream_connect (net_world_get_host (net, "a"), "192.0.2.2", 25, TRACE_SMTP,
                                   &letting_go[i], &n_gone);
      sim_stream_send (stream, (const guint8 *) "hello", 5, 0);
      if (letting_go[i].closed != NULL)
        sim_stream_end (stream);
      sim_world_run (net->world, G_MAXINT64);
      g_assert_cmpuint (n_gone, ==, 1);
      g_assert_cmpuint (server.n_gone, ==, is_failing || letting_go[i].connected != NULL ? 0 : 1);
    }
}

static void
test_accept_and_free (void)
{
  g_autoptr (NetWorld) net = net_world_new (1, NET_WORLD_TWO (""));
  End client;

  g_test_summary ("An accepted connection that nobody wants is ended.");
  end_init (&client, net);
  sim_stream_listen (net_world_get_host (net, "b"), 25, on_accepted_never, NULL);
  g_assert_false (sim_stream_listen (net_world_get_host (net, "b"), 25, on_accepted_never, NULL));
  connect_to (&client, "192.0.2.2", 25);
  sim_world_run (net->world, G_MAXINT64);
  g_assert_cmpuint (client.n_ended, ==, 1);
  g_assert_cmpuint (client.n_closed, ==, 1);
  end_clear (&client);
}

static void
test_to_itself (void)
{
  g_autoptr (NetWorld) net = net_world_new (1, NET_WORLD_TWO (""));
  End client, server;

  g_test_summary ("A host may talk to itself.");
  end_init (&client, net);
  end_init (&server, net);
  sim_stream_listen (net_world_get_host (net, "a"), 25, on_accepted, &server);
  connect_to (&client, "192.0.2.1", 25);
  sim_stream_send (client.stream, (const guint8 *) "hello", 5, 0);
  sim_stream_end (client.stream);
  sim_world_run (net->world, G_MAXINT64);
  g_assert_cmpmem (server.in->data, server.in->len, "hello", 5);
  g_assert_cmpuint (client.n_closed + server.n_closed, ==, 2);
  end_clear (&client);
  end_clear (&server);
}

static void
test_ports (void)
{
  g_autoptr (NetWorld) net = net_world_new (1, NET_WORLD_TWO (""));
  End clients[3];

  g_test_summary ("Connecting ends take ports in order; what they see of each other fits.");
  sim_stream_listen (net_world_get_host (net, "b"), 25, on_accepted_never, NULL);
  for (guint i = 0; i < 3; i++)
    {
      end_init (&clients[i], net);
      connect_to (&clients[i], "192.0.2.2", 25);
      g_assert_cmpuint (sim_stream_get_port (clients[i].stream), ==, SIM_STREAM_PORT_FIRST + i);
      g_assert_cmpuint (sim_stream_get_peer_port (clients[i].stream), ==, 25);
      g_assert_cmpuint (sim_stream_get_connection (clients[i].stream), ==, i + 1);
      g_assert_true (sim_stream_is_client (clients[i].stream));
    }
  sim_world_run (net->world, G_MAXINT64);
  for (guint i = 0; i < 3; i++)
    end_clear (&clients[i]);
}

static void
test_large (void)
{
  gsize              n_bytes = 8 * 1024 * 1024;
  Transfer           test = { NULL, "LatencyMs=1\nBandwidthKbps=1000000", 8 * 1024 * 1024, 4096 };
  g_autofree guint8 *bytes = make_bytes (n_bytes);
  End client, server;
  gint64 before_us = g_get_monotonic_time ();
  g_autoptr (NetWorld) net = run_transfer (&test, 1, &client, &server, bytes);

  g_test_summary ("Time grows with the bytes, not with their square.");
  g_assert_nonnull (net);
  g_assert_cmpmem (server.in->data, server.in->len, bytes, n_bytes);
  g_test_message ("8 MiB in %" G_GINT64_FORMAT " ms",
                  (g_get_monotonic_time () - before_us) / 1000);
  end_clear (&client);
  end_clear (&server);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (transfers); i++)
    g_test_add_data_func (transfers[i].path, &transfers[i], test_transfer);
  g_test_add_data_func ("/sim/stream/same", &transfers[11], test_same);
  g_test_add_func ("/sim/stream/clean", test_clean);
  g_test_add_func ("/sim/stream/drops", test_drops);
  g_test_add_func ("/sim/stream/repair", test_repair);
  g_test_add_func ("/sim/stream/refused", test_refused);
  g_test_add_func ("/sim/stream/refusing", test_refusing);
  g_test_add_func ("/sim/stream/timed-out", test_timed_out);
  g_test_add_func ("/sim/stream/comes-back", test_comes_back);
  g_test_add_func ("/sim/stream/broken", test_broken);
  g_test_add_func ("/sim/stream/reset", test_reset);
  g_test_add_func ("/sim/stream/half-close", test_half_close);
  g_test_add_func ("/sim/stream/letting-go", test_letting_go);
  g_test_add_func ("/sim/stream/accept-and-free", test_accept_and_free);
  g_test_add_func ("/sim/stream/to-itself", test_to_itself);
  g_test_add_func ("/sim/stream/ports", test_ports);
  g_test_add_func ("/sim/stream/large", test_large);
  return g_test_run ();
}
