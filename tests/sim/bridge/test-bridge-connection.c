/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <bridge/bridge-connection.h>
#include <support/tls-pair.h>
#include <support/toy-session.h>
#include <tls/tls-layer.h>

/* Two ends of a pair of sockets, each a connection of its own in one log. */

static const char *const script[] = { "EHLO a.example", "STLS", "EHLO a.example", "QUIT", NULL };

typedef struct
{
  TraceLog *log;
  gint64    now_us; /* the clock stands still but for the test */
  guint     n_open;
  guint     n_lost;
  guint16   actors[2]; /* client, server */
  guint64   bytes_max; /* of the recording; 0: the default */
} World;

static gint64
get_now (gpointer data)
{
  return ((World *) data)->now_us;
}

static void
enter (gpointer data, guint cause)
{
}

static void
leave (gpointer data)
{
}

static const BridgeOwner owner = {
  .get_now = get_now, .enter = enter, .leave = leave, .set_cause = enter
};

static void
on_finished (BridgeConnection *connection, gpointer data)
{
  World *world = data;

  world->n_open--;
  world->n_lost += bridge_connection_is_lost (connection);
}

static void
world_init (World *self)
{
  *self = (World){ .log = trace_log_new ("t", 1) };
  self->actors[0] = (guint16) trace_log_add_actor (self->log, "client", "", "");
  self->actors[1] = (guint16) trace_log_add_actor (self->log, "server", "", "");
}

static BridgeConnection *
open_end (World *world, int fd, WireSession *session, gboolean is_client)
{
  TraceConnection about = { world->actors[0], world->actors[1], TRACE_POP3, 1, 110 };
  TraceEvent      open = { .kind = TRACE_OPEN, .from = world->actors[0], .to = world->actors[1] };
  BridgeConnectionConfig config = {
    .log = world->log,
    .owner = &owner,
    .owner_data = world,
    .protocol = TRACE_POP3,
    .client = world->actors[0],
    .server = world->actors[1],
    .is_client = is_client,
    .finished = on_finished,
    .finished_data = world,
    .trace_bytes_max = world->bytes_max,
  };
  BridgeConnection *made;

  config.connection = open.connection = trace_log_add_connection (world->log, &about);
  config.open_event = trace_log_append (world->log, &open, NULL, 0);
  world->n_open++;
  made = bridge_connection_new (&config, fd, session);
  bridge_connection_start (made);
  return made;
}

/* Runs until as many connections are left as are meant to be; bounded. */
static void
run_to (World *world, guint n_open)
{
  gint64 end_us = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;

  while (world->n_open > n_open && g_get_monotonic_time () < end_us)
    g_main_context_iteration (NULL, FALSE);
  g_assert_cmpuint (world->n_open, ==, n_open);
}

static TlsContext *
get_context (gpointer data)
{
  return data;
}

static WireSession *
new_session (TlsContext *context, const char *const *lines, guint seed_n)
{
  g_autoptr (GBytes) seed = pair_seed (seed_n);
  TlsLayerConfig config = {
    .get_context = get_context,
    .context_data = context,
    .peer_name = lines != NULL ? "mx.example" : NULL,
    .seed = seed,
    .epoch_us = (gint64) PAIR_START_S * G_USEC_PER_SEC,
  };

  return tls_layer_new (&toy_session_new (lines, 0, NULL)->session, &config);
}

static const TraceEvent *
find_event (TraceLog *log, guint id)
{
  return trace_log_get_event (log, trace_log_find (log, id));
}

/* What holds of each event of a connection: units follow from units, what is sent from what was
 * received; records from records, or from the unit that they carry. */
static void
check_cause (TraceLog *log, const TraceEvent *event)
{
  const TraceEvent *cause = find_event (log, event->cause);

  g_assert_cmpuint (cause->connection, ==, event->connection);
  if (event->kind == TRACE_UNIT)
    g_assert_cmpint (cause->kind, !=, TRACE_PACKET);
  else if (cause->kind == TRACE_UNIT && cause->from == event->from)
    g_assert_cmpint (cause->flags & TRACE_FLAG_TLS, !=, 0);
}

static void
test_secured (void)
{
  g_autoptr (PairWorld) tls = pair_world_new (TRUE);
  guint n_clear = 0, n_locked = 0, n_records = 0;
  World world;
  int   fds[2];

  g_test_summary ("Both ends record units in clear, locked after STLS, and records as packets.");
  world_init (&world);
  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), ==, 0);
  open_end (&world, fds[0], new_session (tls->server, NULL, 1), FALSE);
  open_end (&world, fds[1], new_session (tls->client, script, 2), TRUE);
  run_to (&world, 0);
  g_assert_cmpuint (world.n_lost, ==, 0);
  for (guint i = 0; i < trace_log_get_n_events (world.log); i++)
    {
      const TraceEvent *event = trace_log_get_event (world.log, i);

      if (event->kind != TRACE_UNIT && event->kind != TRACE_PACKET)
        continue;
      check_cause (world.log, event);
      n_records += event->kind == TRACE_PACKET;
      n_clear += event->kind == TRACE_UNIT && (event->flags & TRACE_FLAG_TLS) == 0;
      n_locked += event->kind == TRACE_UNIT && (event->flags & TRACE_FLAG_TLS) != 0;
      if (event->kind == TRACE_PACKET)
        g_assert_cmpint (event->protocol, ==, TRACE_TLS);
    }
  g_assert_cmpuint (n_clear, ==, 2 * 5);
  g_assert_cmpuint (n_locked, ==, 2 * 4);
  g_assert_cmpuint (n_records, >=, 2 * (9 + 4));
  trace_log_unref (world.log);
}

static void
test_reads_nothing (void)
{
  ToySession       *toy = toy_session_new (NULL, 0, NULL);
  g_autofree char  *much = g_strnfill (8 * 1024 * 1024, 'x');
  BridgeConnection *connection;
  World             world;
  int               fds[2];

  g_test_summary ("A peer that does not take the last output is given up after a while.");
  world_init (&world);
  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), ==, 0);
  wire_outbox_send_text (&toy->outbox, "response", much);
  toy->is_done = TRUE;
  connection = open_end (&world, fds[0], &toy->session, FALSE);
  g_assert_cmpuint (world.n_open, ==, 1);
  world.now_us += 50 * G_USEC_PER_SEC;
  bridge_connection_wake (connection);
  for (guint i = 0; i < 20; i++)
    g_main_context_iteration (NULL, FALSE);
  g_assert_cmpuint (world.n_open, ==, 1);
  world.now_us += 50 * G_USEC_PER_SEC;
  bridge_connection_wake (connection);
  run_to (&world, 0);
  g_assert_cmpuint (world.n_lost, ==, 1);
  close (fds[1]);
  trace_log_unref (world.log);
}

static void
test_full (void)
{
  g_autoptr (PairWorld) tls = pair_world_new (TRUE);
  guint n_units = 0, n_notes = 0;
  World world;
  int   fds[2];

  g_test_summary ("A recording that is full takes no more units; the sessions go on to their end.");
  world_init (&world);
  world.bytes_max = 700;
  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), ==, 0);
  open_end (&world, fds[0], new_session (tls->server, NULL, 1), FALSE);
  open_end (&world, fds[1], new_session (tls->client, script, 2), TRUE);
  run_to (&world, 0);
  g_assert_cmpuint (world.n_lost, ==, 0);
  for (guint i = 0; i < trace_log_get_n_events (world.log); i++)
    {
      const TraceEvent *event = trace_log_get_event (world.log, i);

      n_units += event->kind == TRACE_UNIT || event->kind == TRACE_PACKET;
      n_notes += event->kind == TRACE_NOTE;
    }
  g_assert_cmpuint (n_units, >, 0);
  g_assert_cmpuint (n_units, <, 20); /* of 44 */
  g_assert_cmpuint (n_notes, ==, 2);
  trace_log_unref (world.log);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/bridge/connection/secured", test_secured);
  g_test_add_func ("/bridge/connection/reads-nothing", test_reads_nothing);
  g_test_add_func ("/bridge/connection/full", test_full);
  return g_test_run ();
}
