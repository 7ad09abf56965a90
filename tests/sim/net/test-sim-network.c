/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net-world.h"

#include <net/sim-datagram.h>

/* a - r - b, and a way from a to b that has fewer links but takes longer; c hangs on r. */
#define CROSSING                                                                                   \
  "[Host a]\nAddress=192.0.2.1\n[Host r]\nAddress=192.0.2.9\n[Host b]\nAddress=192.0.2.2\n"       \
  "[Host c]\nAddress=192.0.2.3\n"                                                                 \
  "[Link a b]\nLatencyMs=50\nMtu=600\n[Link a r]\nLatencyMs=10\n[Link r b]\nLatencyMs=20\n"        \
  "[Link c r]\nLatencyMs=100\nBandwidthKbps=800\nMtu=1000\n"

typedef struct
{
  guint  n_received;
  gint64 at_us[64];
  guint8 first[64]; /* the first byte of each */
} Inbox;

static void
on_datagram (SimHost *host, const SimDatagram *datagram, gpointer data)
{
  Inbox *inbox = data;

  inbox->at_us[inbox->n_received] = sim_world_get_now (sim_host_get_world (host));
  inbox->first[inbox->n_received++] = datagram->data[0];
}

/* Sends a datagram whose IP packet has @n_bytes. Returns: its unit. */
static guint
send_bytes (NetWorld *net, const char *from, const char *to, guint8 first, gsize n_bytes)
{
  SimHost *host = net_world_get_host (net, from);
  SimHost *target = net_world_get_host (net, to);
  guint8  *data = g_malloc0 (n_bytes - 28);
  g_autoptr (GBytes) bytes = g_bytes_new_take (data, n_bytes - 28);
  TraceEvent event = { .kind = TRACE_UNIT, .arrival_us = TRACE_NO_TIME };
  guint      unit = sim_world_record (net->world, &event, NULL, 0);

  data[0] = first;
  sim_datagram_send (host, 5000, sim_host_get_ipv4 (target), 7, bytes, 0, unit);
  return unit;
}

static void
test_routes (void)
{
  g_autoptr (NetWorld) net = net_world_new (1, CROSSING);
  Inbox    inbox = { 0 };
  SimHost *a = net_world_get_host (net, "a");

  g_test_summary ("Packets take the quickest way, however many links it has.");
  sim_datagram_bind (net_world_get_host (net, "b"), 7, on_datagram, &inbox);
  send_bytes (net, "a", "b", 1, 100);
  sim_world_run (net->world, G_MAXINT64);
  g_assert_cmpuint (inbox.n_received, ==, 1);
  /* 10 and 20 ms, and twice 8 microseconds (and one) to send 100 bytes. */
  g_assert_cmpint (inbox.at_us[0], ==, 30018);
  g_assert_cmpuint (net_world_count (net, TRACE_PACKET, 0), ==, 1);
  g_assert_cmpuint (sim_host_get_mtu (a, 0xc0000202), ==, 1500);
  g_assert_cmpuint (sim_host_get_mtu (a, 0xc0000203), ==, 1000);
}

static void
test_queueing (void)
{
  g_autoptr (NetWorld) net = net_world_new (1, CROSSING);
  Inbox inbox = { 0 };

  g_test_summary ("Packets leave one after the other; others from elsewhere go in between.");
  sim_datagram_bind (net_world_get_host (net, "b"), 7, on_datagram, &inbox);
  /* 1000 bytes take 10 ms on c's link, and hardly any time on r's link to b. */
  for (guint i = 0; i < 3; i++)
    send_bytes (net, "c", "b", (guint8) i, 1000);
  send_bytes (net, "a", "b", 9, 1000);
  sim_world_run (net->world, G_MAXINT64);
  g_assert_cmpuint (inbox.n_received, ==, 4);
  g_assert_cmpuint (inbox.first[0], ==, 9);
  g_assert_cmpint (inbox.at_us[0], <, 31000);
  for (guint i = 0; i < 3; i++)
    {
      g_assert_cmpuint (inbox.first[i + 1], ==, i);
      g_assert_cmpint (inbox.at_us[i + 1], ==, 120000 + 10001 * (i + 1) + 81);
    }
  for (guint i = 0, n = 0; i < trace_log_get_n_events (net->log); i++)
    {
      const TraceEvent *event = trace_log_get_event (net->log, i);

      if (event->kind == TRACE_PACKET && event->from == 3)
        g_assert_cmpint (event->time_us, ==, 10001 * n++);
    }
}

static void
test_loss (void)
{
  g_autoptr (NetWorld) net = net_world_new (5, NET_WORLD_TWO ("Loss=0.5"));
  Inbox inbox = { 0 };
  guint n_lost;

  g_test_summary ("What is lost is marked so and has no arrival, nor has its unit.");
  sim_datagram_bind (net_world_get_host (net, "b"), 7, on_datagram, &inbox);
  for (guint i = 0; i < 64; i++)
    send_bytes (net, "a", "b", (guint8) i, 100);
  sim_world_run (net->world, G_MAXINT64);
  n_lost = net_world_count (net, TRACE_PACKET, TRACE_FLAG_LOST);
  g_assert_cmpuint (inbox.n_received + n_lost, ==, 64);
  g_assert_cmpuint (n_lost, >, 16);
  g_assert_cmpuint (n_lost, <, 48);
  for (guint i = 0; i < trace_log_get_n_events (net->log); i++)
    {
      const TraceEvent *event = trace_log_get_event (net->log, i);

      if (event->kind == TRACE_PACKET)
        g_assert_true ((event->arrival_us == TRACE_NO_TIME) ==
                       (trace_log_get_event (net->log, event->cause - 1)->arrival_us ==
                        TRACE_NO_TIME));
    }
}

static void
test_down (void)
{
  g_autoptr (NetWorld) net = net_world_new (
      1, "[Host a]\nAddress=192.0.2.1\n[Host r]\nAddress=192.0.2.9\nDown=1-2\n"
         "[Host b]\nAddress=192.0.2.2\n[Link a r]\n[Link r b]\n");
  Inbox    inbox = { 0 };
  SimHost *r = net_world_get_host (net, "r");

  g_test_summary ("Nothing passes a host that is down; it says when that is.");
  sim_datagram_bind (net_world_get_host (net, "b"), 7, on_datagram, &inbox);
  for (guint i = 0; i < 3; i++)
    {
      send_bytes (net, "a", "b", (guint8) i, 100);
      g_assert_true (sim_host_is_up (r) == (i != 1));
      sim_world_run (net->world, (gint64) (i + 1) * G_USEC_PER_SEC);
    }
  sim_world_run (net->world, G_MAXINT64);
  g_assert_cmpuint (inbox.n_received, ==, 2);
  g_assert_cmpuint (inbox.first[1], ==, 2);
  g_assert_cmpuint (net_world_count (net, TRACE_PACKET, TRACE_FLAG_LOST), ==, 1);
  g_assert_cmpuint (net_world_count (net, TRACE_NOTE, 0), ==, 2);
  g_assert_cmpuint (net_world_count (net, TRACE_NOTE, TRACE_FLAG_WARNING), ==, 1);
}

static void
test_nobody (void)
{
  g_autoptr (NetWorld) net = net_world_new (1, NET_WORLD_TWO (""));
  guint8 byte = 0;
  g_autoptr (GBytes) bytes = g_bytes_new (&byte, 1);
  TraceEvent event = { .kind = TRACE_UNIT, .arrival_us = TRACE_NO_TIME };
  guint      unit = sim_world_record (net->world, &event, NULL, 0);
  const TraceActor *actor;

  g_test_summary ("An address that no host has becomes an actor that never answers.");
  sim_datagram_send (net_world_get_host (net, "a"), 5000, 0xc6336407, 7, bytes, 0, unit);
  sim_world_run (net->world, G_MAXINT64);
  g_assert_cmpuint (net_world_count (net, TRACE_PACKET, TRACE_FLAG_LOST), ==, 1);
  g_assert_cmpuint (trace_log_get_n_actors (net->log), ==, 3);
  actor = trace_log_get_actor (net->log, 2);
  g_assert_cmpstr (actor->name, ==, "198.51.100.7");
  g_assert_null (sim_network_find_address (net->network, "198.51.100.7"));
  g_assert_true (sim_network_find_address (net->network, "192.0.2.2") ==
                 net_world_get_host (net, "B"));
}

static void
append (gpointer data)
{
  g_string_append (*(GString **) ((gpointer *) data)[0], ((gpointer *) data)[1]);
}

static void
test_attached (void)
{
  NetWorld *net = net_world_new (1, NET_WORLD_TWO (""));
  SimHost  *host = net_world_get_host (net, "a");
  g_autoptr (GString) text = g_string_new (NULL);
  GString *place = text;
  gpointer one[] = { &place, "one " };
  gpointer two[] = { &place, "two " };
  gpointer three[] = { &place, "three " };

  g_test_summary ("What a host keeps is freed once, later things first.");
  sim_host_attach (host, "x", one, append);
  sim_host_attach (host, "y", two, append);
  g_assert_true (sim_host_get_attached (host, "x") == one);
  sim_host_attach (host, "x", three, append);
  g_assert_cmpstr (text->str, ==, "one ");
  g_assert_null (sim_host_get_attached (host, "z"));
  net_world_free (net);
  g_assert_cmpstr (text->str, ==, "one two three ");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sim/network/routes", test_routes);
  g_test_add_func ("/sim/network/queueing", test_queueing);
  g_test_add_func ("/sim/network/loss", test_loss);
  g_test_add_func ("/sim/network/down", test_down);
  g_test_add_func ("/sim/network/nobody", test_nobody);
  g_test_add_func ("/sim/network/attached", test_attached);
  return g_test_run ();
}
