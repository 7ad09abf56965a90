/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net-world.h"

#include <net/sim-carrier.h>
#include <string.h>
#include <support/tls-pair.h>
#include <support/toy-session.h>
#include <tls/tls-layer.h>

/* Silence after which a session of this test gives up. */
#define PATIENCE_US (60 * G_USEC_PER_SEC)

/* A session of a protocol of lines: the server greets and answers each line "ok NUMBER", the
 * client sends its lines one by one, then "quit", which ends both. */
typedef struct
{
  WireSession        session;
  WireOutbox         outbox;
  GString           *in;
  const char *const *script; /* the client's lines; NULL: the server */
  guint              n_lines;
  gint64             deadline_us;
  gboolean           is_done;
  gboolean           is_lost;
  gboolean           is_expired;
  guint             *n_freed;
} Session;

static void
take_line (Session *self, const char *line)
{
  g_autofree char *reply = NULL;

  if (self->script != NULL)
    {
      if (self->script[self->n_lines] != NULL)
        wire_outbox_send_text (&self->outbox, "command", self->script[self->n_lines++]);
      else
        self->is_done = TRUE;
      return;
    }
  reply = g_strdup_printf ("ok %u\r\n", ++self->n_lines);
  wire_outbox_send_text (&self->outbox, "response", reply);
  self->is_done = strcmp (line, "quit\r\n") == 0;
}

static void
receive (WireSession *session, const guint8 *data, gsize length, gint64 now_us)
{
  Session *self = (Session *) session;
  char    *end;

  self->deadline_us = now_us + PATIENCE_US;
  g_string_append_len (self->in, (const char *) data, (gssize) length);
  while ((end = strstr (self->in->str, "\r\n")) != NULL)
    {
      g_autofree char *line = g_strndup (self->in->str, (gsize) (end + 2 - self->in->str));

      g_string_erase (self->in, 0, end + 2 - self->in->str);
      wire_outbox_note (&self->outbox, "line", (const guint8 *) line, strlen (line));
      take_line (self, line);
    }
}

static void
receive_end (WireSession *session, gboolean is_lost, gint64 now_us)
{
  ((Session *) session)->is_lost = is_lost;
}

static gboolean
next_unit (WireSession *session, WireUnit *out_unit)
{
  return wire_outbox_next_unit (&((Session *) session)->outbox, out_unit);
}

static GBytes *
take_output (WireSession *session)
{
  return wire_outbox_take_output (&((Session *) session)->outbox);
}

static gint64
get_deadline (WireSession *session)
{
  return ((Session *) session)->deadline_us;
}

static void
expire (WireSession *session, gint64 now_us)
{
  Session *self = (Session *) session;

  self->is_done = self->is_expired = TRUE;
}

static gboolean
is_done (WireSession *session)
{
  return ((Session *) session)->is_done;
}

static void
free_session (WireSession *session)
{
  Session *self = (Session *) session;

  ++*self->n_freed;
  wire_outbox_clear (&self->outbox);
  g_string_free (self->in, TRUE);
  g_free (self);
}

static const WireSessionClass session_class = {
  receive, receive_end, next_unit, take_output, get_deadline, expire, is_done, free_session,
};

typedef struct
{
  NetWorld          *net;
  const char *const *script;
  guint              n_freed;
  guint              n_finished;
  SimCarrierEnd      end;
  gboolean           is_lost;
  gboolean           is_expired;
  guint              message;
} Owner;

static WireSession *
start (SimCarrier *carrier, gpointer data)
{
  Owner   *owner = data;
  Session *self = g_new0 (Session, 1);

  self->session.klass = &session_class;
  wire_outbox_init (&self->outbox);
  self->in = g_string_new (NULL);
  self->script = owner->script;
  self->n_freed = &owner->n_freed;
  self->deadline_us = sim_world_get_now (owner->net->world) + PATIENCE_US;
  if (owner->script == NULL)
    wire_outbox_send_text (&self->outbox, "response", "hello\r\n");
  sim_carrier_set_message (carrier, owner->message);
  return &self->session;
}

static WireSession *
start_none (SimCarrier *carrier, gpointer data)
{
  return NULL;
}

static void
finished (SimCarrier *carrier, SimCarrierEnd end, gpointer data)
{
  Owner         *owner = data;
  const Session *session = (const Session *) sim_carrier_get_session (carrier);

  owner->n_finished++;
  owner->end = end;
  if (session != NULL)
    {
      owner->is_lost = session->is_lost;
      owner->is_expired = session->is_expired;
    }
}

static const SimCarrierFuncs funcs = { start, finished };
static const SimCarrierFuncs funcs_none = { start_none, finished };

static const char *const script[] = { "USER anna\r\n", "PASS secret\r\n", "quit\r\n", NULL };

static void
run_session (NetWorld *net, Owner *client, Owner *server)
{
  *client = (Owner){ .net = net, .script = script, .message = 5 };
  *server = (Owner){ .net = net };
  sim_carrier_listen (net_world_get_host (net, "b"), 110, &funcs, server);
  sim_carrier_connect (net_world_get_host (net, "a"), "192.0.2.2", 110, TRACE_POP3, &funcs,
                       client);
  sim_world_run (net->world, G_MAXINT64);
}

static void
test_session (void)
{
  static const char *const links[] = { "LatencyMs=10", "Loss=0.2" };
  static const char *const units[] = { "hello\r\n", "USER anna\r\n", "ok 1\r\n",
                                       "PASS secret\r\n", "ok 2\r\n", "quit\r\n", "ok 3\r\n" };

  g_test_summary ("Two sessions joined: each unit is recorded once, by its sender, caused by the "
                  "one before.");
  for (guint k = 0; k < G_N_ELEMENTS (links); k++)
    {
      g_autofree char *text = g_strdup_printf (NET_WORLD_TWO ("%s"), links[k]);
      g_autoptr (NetWorld) net = net_world_new (3, text);
      Owner client, server;
      guint n_units = 0;
      guint last = 0;

      run_session (net, &client, &server);
      g_assert_cmpuint (client.n_finished + server.n_finished, ==, 2);
      g_assert_cmpuint (client.n_freed + server.n_freed, ==, 2);
      g_assert_cmpint (client.end, ==, SIM_CARRIER_DONE);
      g_assert_cmpint (server.end, ==, SIM_CARRIER_DONE);
      for (guint i = 0; i < trace_log_get_n_events (net->log); i++)
        {
          const TraceEvent *event = trace_log_get_event (net->log, i);
          gsize             length;
          const guint8     *bytes = trace_log_get_bytes (net->log, event, &length);
          gboolean          is_secret = (event->flags & TRACE_FLAG_SECRET) != 0;

          if (event->kind != TRACE_UNIT)
            continue;
          g_assert_cmpmem (bytes, length, units[n_units], strlen (units[n_units]));
          g_assert_cmpint (event->arrival_us, >, event->time_us);
          g_assert_true (is_secret == (n_units == 3));
          g_assert_cmpuint (event->from, ==, n_units % 2 == 0);
          g_assert_cmpuint (event->message, ==, n_units == 0 ? 0 : 5);
          if (n_units > 0)
            g_assert_cmpuint (event->cause, ==, last);
          last = trace_log_get_id (net->log, i);
          n_units++;
        }
      g_assert_cmpuint (n_units, ==, G_N_ELEMENTS (units));
    }
}

/* One end with TLS around it. */
typedef struct
{
  NetWorld          *net;
  TlsContext        *context;
  const char *const *script;
  guint              seed_n;
} SecuredEnd;

static TlsContext *
get_context (gpointer data)
{
  return data;
}

static WireSession *
start_secured (SimCarrier *carrier, gpointer data)
{
  SecuredEnd *end = data;
  g_autoptr (GBytes) seed = pair_seed (end->seed_n);
  ToySession    *toy = toy_session_new (end->script, sim_world_get_now (end->net->world), NULL);
  TlsLayerConfig config = {
    .get_context = get_context,
    .context_data = end->context,
    .peer_name = end->script != NULL ? "mx.example" : NULL,
    .seed = seed,
    .epoch_us = (gint64) PAIR_START_S * G_USEC_PER_SEC,
    .now_us = sim_world_get_now (end->net->world),
  };

  return tls_layer_new (&toy->session, &config);
}

static const SimCarrierFuncs secured_funcs = { start_secured, NULL };

/* What a unit's records are held to: each caused by it, the last arriving with it. */
static guint
count_records (TraceLog *log, guint unit)
{
  const TraceEvent *carried = trace_log_get_event (log, trace_log_find (log, unit));
  gint64            arrival_us = 0;
  guint             n_records = 0;

  for (guint i = 0; i < trace_log_get_n_events (log); i++)
    {
      const TraceEvent *event = trace_log_get_event (log, i);

      if (event->protocol != TRACE_TLS || event->cause != unit || event->from != carried->from)
        continue;
      arrival_us = event->arrival_us;
      n_records++;
    }
  g_assert_cmpint (carried->arrival_us, ==, arrival_us);
  return n_records;
}

static void
check_secured (TraceLog *log)
{
  guint n_clear = 0, n_secured = 0, last = 0;

  for (guint i = 0; i < trace_log_get_n_events (log); i++)
    {
      const TraceEvent *event = trace_log_get_event (log, i);
      guint             id = trace_log_get_id (log, i);

      if (event->kind == TRACE_PACKET && event->protocol == TRACE_TLS)
        g_assert_cmpstr (trace_log_get_what (log, event), ==, "record");
      if (event->kind != TRACE_UNIT)
        continue;
      if (last != 0)
        g_assert_cmpuint (event->cause, ==, last);
      last = id;
      if ((event->flags & TRACE_FLAG_TLS) == 0)
        n_clear++;
      else
        g_assert_cmpuint (count_records (log, id), ==, event->bytes_length > 16384 ? 4 : 1);
      n_secured += (event->flags & TRACE_FLAG_TLS) != 0;
    }
  g_assert_cmpuint (n_clear, ==, 3);
  g_assert_cmpuint (n_secured, ==, 4);
}

static void
test_secured (void)
{
  static const char *const links[] = { "LatencyMs=10", "Loss=0.2" };
  g_autofree char *line = g_strnfill (50 * 1000, 'x');
  const char *const lines[] = { "STLS", line, "QUIT", NULL };
  g_autoptr (PairWorld) tls = pair_world_new (TRUE);
  g_autofree char *first = NULL;

  g_test_summary ("A unit under TLS is told in clear, its records after it; what follows from it "
                  "follows from the unit. Twice the same, ciphertext included.");
  for (guint k = 0; k < 2 * G_N_ELEMENTS (links); k++)
    {
      g_autofree char *text = g_strdup_printf (NET_WORLD_TWO ("%s"), links[k / 2]);
      g_autofree char *dump = NULL;
      g_autoptr (NetWorld) net = net_world_new (3, text);
      SecuredEnd client = { net, tls->client, lines, 1 };
      SecuredEnd server = { net, tls->server, NULL, 2 };

      sim_carrier_listen (net_world_get_host (net, "b"), 110, &secured_funcs, &server);
      sim_carrier_connect (net_world_get_host (net, "a"), "192.0.2.2", 110, TRACE_POP3,
                           &secured_funcs, &client);
      sim_world_run (net->world, G_MAXINT64);
      check_secured (net->log);
      dump = net_world_dump (net);
      if (k % 2 == 0)
        {
          g_free (first);
          first = g_steal_pointer (&dump);
        }
      else
        g_assert_cmpstr (dump, ==, first);
    }
}

static void
test_same (void)
{
  g_autofree char *first = NULL;

  g_test_summary ("The same seed gives the same trace.");
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (NetWorld) net = net_world_new (9, NET_WORLD_TWO ("Loss=0.3"));
      Owner client, server;
      g_autofree char *dump = NULL;

      run_session (net, &client, &server);
      dump = net_world_dump (net);
      if (i == 0)
        first = g_steal_pointer (&dump);
      else
        g_assert_cmpstr (dump, ==, first);
    }
}

static void
test_never (void)
{
  g_autoptr (NetWorld) net = net_world_new (1, NET_WORLD_TWO (""));
  Owner owner = { .net = net, .script = script };
  SimHost *host = net_world_get_host (net, "a");

  g_test_summary ("Refused, and nobody there.");
  sim_carrier_connect (host, "192.0.2.2", 110, TRACE_POP3, &funcs, &owner);
  sim_world_run (net->world, G_MAXINT64);
  g_assert_cmpuint (owner.n_finished, ==, 1);
  g_assert_cmpint (owner.end, ==, SIM_CARRIER_REFUSED);
  sim_carrier_connect (host, "192.0.2.7", 110, TRACE_POP3, &funcs, &owner);
  sim_world_run (net->world, G_MAXINT64);
  g_assert_cmpuint (owner.n_finished, ==, 2);
  g_assert_cmpint (owner.end, ==, SIM_CARRIER_UNREACHABLE);
  g_assert_cmpuint (owner.n_freed, ==, 0);
}

static void
test_unwanted (void)
{
  g_autoptr (NetWorld) net = net_world_new (1, NET_WORLD_TWO (""));
  Owner client = { .net = net, .script = script };
  Owner server = { .net = net };

  g_test_summary ("A server that starts no session closes; the client's session ends.");
  g_assert_true (sim_carrier_listen (net_world_get_host (net, "b"), 110, &funcs_none, &server));
  g_assert_false (sim_carrier_listen (net_world_get_host (net, "b"), 110, &funcs_none, &server));
  sim_carrier_connect (net_world_get_host (net, "a"), "192.0.2.2", 110, TRACE_POP3, &funcs,
                       &client);
  sim_world_run (net->world, G_MAXINT64);
  g_assert_cmpuint (server.n_finished, ==, 1);
  g_assert_cmpuint (client.n_finished, ==, 1);
  g_assert_cmpuint (client.n_freed, ==, 1);
  g_assert_cmpint (client.end, ==, SIM_CARRIER_DONE);
}

static void
test_cut (void)
{
  g_autoptr (NetWorld) net = net_world_new (
      1, "[Host a]\nAddress=192.0.2.1\n[Host b]\nAddress=192.0.2.2\nDown=0.05-9000\n"
         "[Link a b]\nLatencyMs=10\n");
  Owner client, server;

  g_test_summary ("A cable pulled in the middle: the deadlines of both sessions end them.");
  run_session (net, &client, &server);
  g_assert_cmpuint (client.n_finished, ==, 1);
  g_assert_cmpuint (server.n_finished, ==, 1);
  g_assert_true (client.is_expired);
  g_assert_true (server.is_expired);
  g_assert_cmpuint (client.n_freed + server.n_freed, ==, 2);
}

static void
test_end_of_world (void)
{
  g_autoptr (NetWorld) net = net_world_new (1, NET_WORLD_TWO ("LatencyMs=10"));
  Owner client = { .net = net, .script = script };
  Owner server = { .net = net };
  guint n_events;
  TraceLog *log = trace_log_ref (net->log);

  g_test_summary ("A world freed in the middle frees its sessions and records nothing more.");
  sim_carrier_listen (net_world_get_host (net, "b"), 110, &funcs, &server);
  sim_carrier_connect (net_world_get_host (net, "a"), "192.0.2.2", 110, TRACE_POP3, &funcs,
                       &client);
  sim_world_run (net->world, 45000);
  n_events = trace_log_get_n_events (log);
  g_clear_pointer (&net, net_world_free);
  g_assert_cmpuint (client.n_freed + server.n_freed, ==, 2);
  g_assert_cmpuint (client.n_finished + server.n_finished, ==, 0);
  g_assert_cmpuint (trace_log_get_n_events (log), ==, n_events);
  trace_log_unref (log);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sim/carrier/session", test_session);
  g_test_add_func ("/sim/carrier/secured", test_secured);
  g_test_add_func ("/sim/carrier/same", test_same);
  g_test_add_func ("/sim/carrier/never", test_never);
  g_test_add_func ("/sim/carrier/unwanted", test_unwanted);
  g_test_add_func ("/sim/carrier/cut", test_cut);
  g_test_add_func ("/sim/carrier/end-of-world", test_end_of_world);
  return g_test_run ();
}
