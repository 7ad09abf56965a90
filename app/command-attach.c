/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command.h"

#include <string.h>

#include <bridge/bridge-client.h>
#include <glib-unix.h>
#include <mail/mail-tls.h>
#include <mail/mail-world.h>
#include <net/sim-carrier.h>
#include <trace/trace-file.h>

static CommandTelling telling;

static struct
{
  char  *seed;
  char  *ca;
  char  *key_log;
  double until;
  double seconds;
} options = { NULL, NULL, NULL, -1, -1 };

/* A file of certificates of authorities; a system's whole list is a quarter of that. */
#define CA_BYTES_MAX (1024 * 1024)

static const GOptionEntry entries[] = {
  { "seed", 0, 0, G_OPTION_ARG_STRING, &options.seed, "take N instead of the scenario's seed",
    "N" },
  { "ca", 0, 0, G_OPTION_ARG_FILENAME, &options.ca,
    "let simulated clients trust the certificates in FILE (PEM)", "FILE" },
  { "keylog", 0, 0, G_OPTION_ARG_FILENAME, &options.key_log,
    "save the secrets of the TLS sessions in FILE at the end", "FILE" },
  { "until", 0, 0, G_OPTION_ARG_DOUBLE, &options.until,
    "stop when the world's clock shows SECONDS", "SECONDS" },
  { "for", 0, 0, G_OPTION_ARG_DOUBLE, &options.seconds, "stop after SECONDS of real time",
    "SECONDS" },
  COMMAND_TELLING_ENTRIES (telling),
  { NULL },
};

/* A host that a real server stands in for. */
typedef struct
{
  guint           host; /* its index */
  guint16         port; /* of the simulated host; 0: any */
  GSocketAddress *address;
} Standin;

/* A world some of whose hosts are real servers. Its clock runs with the wall's while there is a
 * connection to one of them, and else jumps from one thing that happens to the next. */
typedef struct
{
  MailWorld    *world;
  SimWorld     *sim;
  BridgeClient *client;
  GMainLoop    *loop;
  GArray       *standins; /* of Standin */
  GHashTable   *calls;    /* SimCarrier -> BridgeCall, looked up only */
  gint64        until_us;
  gint64        wall_us; /* when the clock last began to run with the wall's ... */
  gint64        base_us; /* and what it showed then */
  guint         timer;
  gboolean      is_held; /* the world does something: its clock stands */
  gboolean      is_over; /* no more is to happen */
} Attaching;

static void schedule_turn (Attaching *self);

/* Time */

static gboolean
is_calling (Attaching *self)
{
  return bridge_client_get_n_calls (self->client) > 0;
}

static gint64
get_wall (Attaching *self)
{
  gint64 now_us = sim_world_get_now (self->sim);

  if (!is_calling (self))
    return now_us;
  return MAX (now_us, self->base_us + g_get_monotonic_time () - self->wall_us);
}

/* Never ahead of what the world is about to do, so that the trace is in the order of time. */
static gint64
get_now (gpointer data)
{
  Attaching *self = data;
  gint64     now_us = sim_world_get_now (self->sim);

  if (self->is_held)
    return now_us;
  return MAX (now_us, MIN (get_wall (self), sim_world_get_next_time (self->sim)));
}

static void
run_world (Attaching *self, gint64 until_us)
{
  self->is_held = TRUE;
  mail_world_run (self->world, until_us);
  self->is_held = FALSE;
}

static void
enter (gpointer data, guint cause)
{
  Attaching *self = data;

  run_world (self, get_wall (self));
  self->is_held = TRUE;
  sim_world_set_cause (self->sim, cause);
}

static void
leave (gpointer data)
{
  Attaching *self = data;

  self->is_held = FALSE;
  schedule_turn (self);
}

static void
set_cause (gpointer data, guint cause)
{
  Attaching *self = data;

  sim_world_set_cause (self->sim, cause);
}

static const BridgeOwner owner = {
  .get_now = get_now, .enter = enter, .leave = leave, .set_cause = set_cause,
};

/* Lets the world do all that is due. Returns: milliseconds until there is more; -1 for never. */
static gint
take_turn (Attaching *self)
{
  for (;;)
    {
      gint64 next_us = sim_world_get_next_time (self->sim);

      if (is_calling (self))
        {
          gint64 now_us = get_wall (self);

          run_world (self, now_us);
          next_us = MIN (sim_world_get_next_time (self->sim), self->until_us);
          if (now_us >= self->until_us)
            return -1;
          return (gint) MIN (MAX (next_us - now_us, 0) / 1000 + 1, G_MAXINT);
        }
      if (next_us == G_MAXINT64 || next_us > self->until_us)
        return -1;
      run_world (self, next_us);
    }
}

static gboolean
on_turn (gpointer data)
{
  Attaching *self = data;
  gint       wait_ms;

  self->timer = 0;
  wait_ms = take_turn (self);
  if (wait_ms < 0)
    {
      self->is_over = TRUE;
      g_clear_handle_id (&self->timer, g_source_remove);
      g_main_loop_quit (self->loop);
    }
  else if (self->timer == 0)
    self->timer = g_timeout_add ((guint) wait_ms, on_turn, self);
  return G_SOURCE_REMOVE;
}

/* As soon as whatever goes on now has come to its end. */
static void
schedule_turn (Attaching *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  if (!self->is_over)
    self->timer = g_idle_add (on_turn, self);
}

static gboolean
on_end (gpointer data)
{
  Attaching *self = data;

  self->is_over = TRUE;
  g_main_loop_quit (self->loop);
  return G_SOURCE_CONTINUE;
}

/* Connections */

static WireSession *
on_call_start (BridgeCall *call, guint connection, gpointer data)
{
  return sim_carrier_start_outside (data, connection);
}

static void
on_call_finished (BridgeCall *call, BridgeCallEnd end, gpointer data)
{
  static const SimCarrierEnd ends[] = {
    [BRIDGE_CALL_DONE] = SIM_CARRIER_DONE,
    [BRIDGE_CALL_LOST] = SIM_CARRIER_LOST,
    [BRIDGE_CALL_REFUSED] = SIM_CARRIER_REFUSED,
    [BRIDGE_CALL_UNREACHABLE] = SIM_CARRIER_UNREACHABLE,
  };
  SimCarrier *carrier = data;
  gpointer    attaching;

  sim_network_get_outside (sim_host_get_network (sim_carrier_get_host (carrier)), &attaching);
  g_hash_table_remove (((Attaching *) attaching)->calls, carrier);
  sim_carrier_end_outside (carrier, ends[end]);
}

static const BridgeCallFuncs call_funcs = { on_call_start, on_call_finished };

static const Standin *
find_standin (Attaching *self, SimHost *host, guint16 port)
{
  const Standin *found = NULL;

  for (guint i = 0; host != NULL && i < self->standins->len; i++)
    {
      const Standin *standin = &g_array_index (self->standins, Standin, i);

      if (standin->host == sim_host_get_index (host) &&
          (standin->port == port || (standin->port == 0 && found == NULL)))
        found = standin;
    }
  return found;
}

static gboolean
on_connect (SimCarrier *carrier, const char *address, guint16 port, gpointer data)
{
  Attaching     *self = data;
  SimHost       *from = sim_carrier_get_host (carrier);
  SimHost       *to = sim_network_find_address (sim_host_get_network (from), address);
  const Standin *standin = find_standin (self, to, port);
  BridgeCallConfig config;

  if (standin == NULL)
    return FALSE;
  if (!is_calling (self))
    {
      self->wall_us = g_get_monotonic_time ();
      self->base_us = sim_world_get_now (self->sim);
    }
  /* Real certificates are judged at the real time, whatever the world's clock has jumped to. */
  mail_tls_set_epoch (mail_world_get_outside_tls (self->world),
                      g_get_real_time () - sim_world_get_now (self->sim));
  config = (BridgeCallConfig){
    .address = standin->address,
    .protocol = sim_carrier_get_protocol (carrier),
    .client = sim_host_get_actor (from),
    .server = sim_host_get_actor (to),
    .server_port = port,
    .cause = sim_world_get_cause (self->sim),
  };
  g_hash_table_insert (self->calls, carrier,
                       bridge_client_call (self->client, &config, &call_funcs, carrier));
  return TRUE;
}

static void
on_set_message (SimCarrier *carrier, guint message, gpointer data)
{
  Attaching *self = data;

  bridge_call_set_message (g_hash_table_lookup (self->calls, carrier), message);
}

static void
on_wake (SimCarrier *carrier, gpointer data)
{
  Attaching *self = data;

  bridge_call_wake (g_hash_table_lookup (self->calls, carrier));
}

static const SimOutside outside = { on_connect, on_set_message, on_wake };

/* The command line */

/* "127.0.0.1:25", "[::1]:25" or "localhost:25". Returns: (transfer full) (nullable) */
static GSocketAddress *
parse_address (const char *text)
{
  const char      *colon = strrchr (text, ':');
  g_autofree char *address = NULL;
  guint64          port;
  gsize            length;

  if (colon == NULL || !g_ascii_string_to_unsigned (colon + 1, 10, 1, G_MAXUINT16, &port, NULL))
    return NULL;
  address = g_strndup (text, (gsize) (colon - text));
  length = strlen (address);
  if (strcmp (address, "localhost") == 0)
    return g_inet_socket_address_new_from_string ("127.0.0.1", (guint) port);
  if (length > 2 && address[0] == '[' && address[length - 1] == ']')
    {
      address[length - 1] = '\0';
      return g_inet_socket_address_new_from_string (address + 1, (guint) port);
    }
  return strchr (address, ':') == NULL
             ? g_inet_socket_address_new_from_string (address, (guint) port)
             : NULL;
}

static void
clear_standin (gpointer data)
{
  g_object_unref (((Standin *) data)->address);
}

/* "HOST=ADDR:PORT", or "HOST:PORT=ADDR:PORT" for one port of the host's. */
static gboolean
add_standin (GArray *standins, SimNetwork *network, const char *text)
{
  const char      *equals = strchr (text, '=');
  g_autofree char *name = g_strndup (text, equals != NULL ? (gsize) (equals - text) : 0);
  char            *colon = strchr (name, ':');
  guint64          port = 0;
  SimHost         *host;
  Standin          standin;

  if (equals == NULL || equals == text ||
      (colon != NULL &&
       !g_ascii_string_to_unsigned (colon + 1, 10, 1, G_MAXUINT16, &port, NULL)))
    {
      command_complain (COMMAND_WRONG, "\"%s\" should look like HOST=ADDRESS:PORT", text);
      return FALSE;
    }
  if (colon != NULL)
    *colon = '\0';
  host = sim_network_find_host (network, name);
  if (host == NULL)
    {
      command_complain (COMMAND_WRONG, "the scenario has no host \"%s\"", name);
      return FALSE;
    }
  for (guint i = 0; i < standins->len; i++)
    if (g_array_index (standins, Standin, i).host == sim_host_get_index (host) &&
        g_array_index (standins, Standin, i).port == port)
      {
        command_complain (COMMAND_WRONG, "%s has two addresses, there can be one", text);
        return FALSE;
      }
  standin = (Standin){ sim_host_get_index (host), (guint16) port, parse_address (equals + 1) };
  if (standin.address == NULL)
    {
      command_complain (COMMAND_WRONG,
                        "\"%s\" is no address to connect to, one looks like 127.0.0.1:25",
                        equals + 1);
      return FALSE;
    }
  g_array_append_val (standins, standin);
  return TRUE;
}

/* Returns: whether the authorities are trusted now, after a complaint if not. */
static gboolean
trust (MailWorld *world, const char *path)
{
  g_autoptr (GBytes) bytes = command_read_file (path, CA_BYTES_MAX);
  g_autoptr (GError) error = NULL;
  g_autofree char *pem = NULL;
  gsize            length;

  if (bytes == NULL)
    return FALSE;
  pem = g_strndup (g_bytes_get_data (bytes, &length), g_bytes_get_size (bytes));
  if (mail_tls_add_anchors (mail_world_get_outside_tls (world), pem, &error))
    return TRUE;
  command_complain (COMMAND_WRONG, "%s: %s", path, error->message);
  return FALSE;
}

static CommandStatus
attach (MailWorld *world, GArray *standins)
{
  Attaching self = { .world = world, .sim = mail_world_get_world (world), .standins = standins };
  guint     sources[3] = { 0 };
  CommandStatus status;

  self.until_us = options.until >= 0 ? (gint64) (MIN (options.until, 1e12) * G_USEC_PER_SEC)
                                     : G_MAXINT64;
  self.loop = g_main_loop_new (NULL, FALSE);
  self.client = bridge_client_new (mail_world_get_log (world), &owner, &self);
  self.calls = g_hash_table_new (NULL, NULL);
  sources[0] = g_unix_signal_add (SIGINT, on_end, &self);
  sources[1] = g_unix_signal_add (SIGTERM, on_end, &self);
  if (options.seconds >= 0)
    sources[2] = g_timeout_add ((guint) MIN (options.seconds * 1000, G_MAXINT), on_end, &self);
  sim_carrier_set_outside (mail_world_get_network (world), &outside, &self);
  mail_world_schedule_actions (world);
  schedule_turn (&self);
  g_main_loop_run (self.loop);
  g_clear_handle_id (&self.timer, g_source_remove);
  for (guint i = 0; i < G_N_ELEMENTS (sources); i++)
    g_clear_handle_id (&sources[i], g_source_remove);
  status = command_tell (mail_world_get_log (world), &telling);
  if (status == COMMAND_DONE && options.key_log != NULL)
    status = command_write_key_log (mail_world_get_log (world), options.key_log);
  bridge_client_free (self.client);
  g_hash_table_unref (self.calls);
  g_main_loop_unref (self.loop);
  return status;
}

CommandStatus
command_attach (int argc, char **argv)
{
  g_autoptr (MailWorld) world = NULL;
  g_autoptr (GArray) standins = g_array_new (FALSE, FALSE, sizeof (Standin));
  g_autoptr (GError) error = NULL;
  CommandStatus status;
  guint64       seed = MAIL_WORLD_OWN_SEED;

  g_array_set_clear_func (standins, clear_standin);
  if (!command_parse (&argc, &argv, "SCENARIO HOST=ADDRESS:PORT...",
                      "Runs a scenario in which real servers stand in for some of the hosts.",
                      entries, &status))
    return status;
  if (argc < 3)
    return command_complain (COMMAND_WRONG, "attach takes a SCENARIO and at least one "
                                            "HOST=ADDRESS:PORT (try postroad attach --help)");
  if (options.seed != NULL &&
      !g_ascii_string_to_unsigned (options.seed, 10, 0, G_MAXINT64, &seed, NULL))
    return command_complain (COMMAND_WRONG, "%s is no seed; a seed is a whole number from 0",
                             options.seed);
  if (!command_check_telling (&telling))
    return COMMAND_WRONG;
  if (!command_can_write (telling.output) || !command_can_write (options.key_log))
    return COMMAND_FAILED;
  world = mail_world_new_from_file (argv[1], seed, &error);
  if (world == NULL)
    return command_complain (COMMAND_WRONG, "%s", error->message);
  if (options.ca != NULL && !trust (world, options.ca))
    return COMMAND_WRONG;
  for (int i = 2; i < argc; i++)
    if (!add_standin (standins, mail_world_get_network (world), argv[i]))
      return COMMAND_WRONG;
  return attach (world, standins);
}
