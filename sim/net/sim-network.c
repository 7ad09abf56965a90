/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim-network.h"
#include "sim-routes.h"

#include <string.h>

#include <inet/inet-packet.h>

typedef struct
{
  const SimScenarioLink *scenario;
  SimRandom             *random;
  gint64 free_at_us[2]; /* from hosts[0], from hosts[1]: when the last that waits has left */
} Link;

typedef struct
{
  const char    *key;
  gpointer       data;
  GDestroyNotify destroy;
} Attached;

struct _SimHost
{
  SimNetwork            *network;
  const SimScenarioHost *scenario;
  guint                  index;
  guint                  actor;
  SimRandom             *random;
  SimPacketFunc          receivers[256]; /* by IP protocol */
  GArray                *attached;       /* of Attached */
};

struct _SimNetwork
{
  SimWorld          *world;
  const SimScenario *scenario;
  GPtrArray         *hosts; /* of SimHost */
  GArray            *links; /* of Link, in the scenario's order */
  SimRoutes         *routes;
  guint16            packet_name;
  gboolean           is_closing;
  gconstpointer      outside; /* (nullable) */
  gpointer           outside_data;
};

/* A packet on its way. */
typedef struct
{
  guint         n_refs; /* one for each call that is scheduled, one for who works on it */
  SimNetwork   *network;
  GBytes       *packet;
  SimPacketInfo info;
  guint         event; /* 0 until it has left */
  guint         at;    /* the host it is at, or on its way to */
  guint         to;    /* SIM_SCENARIO_NONE: an address that no host has */
  guint         to_actor;
} Transit;

/* Packets of a host to itself are as large as those of Ethernet. */
#define MTU_DEFAULT 1500

/* IPv4 header: where the protocol is (RFC 791 section 3.1). */
#define IP_PROTOCOL_OFFSET 9

static SimHost *
get_host (SimNetwork *self, guint i)
{
  return g_ptr_array_index (self->hosts, i);
}

static Link *
get_link (SimNetwork *self, guint i)
{
  return &g_array_index (self->links, Link, i);
}

static void
unref_transit (gpointer data)
{
  Transit *transit = data;

  if (--transit->n_refs > 0)
    return;
  g_bytes_unref (transit->packet);
  g_free (transit);
}

static void
schedule (Transit *transit, gint64 at_us, SimFunc func)
{
  transit->n_refs++;
  sim_world_schedule (transit->network->world, at_us, func, transit, unref_transit);
}

static gboolean
is_in (const GArray *spans, gint64 time_us)
{
  for (guint i = 0; i < spans->len; i++)
    {
      const SimScenarioSpan *span = &g_array_index (spans, SimScenarioSpan, i);

      if (time_us >= span->from_us && time_us < span->to_us)
        return TRUE;
    }
  return FALSE;
}

/* Returns: the index of the host with that address, or SIM_SCENARIO_NONE. */
static guint
find_by_ipv4 (SimNetwork *self, guint32 ipv4)
{
  for (guint i = 0; i < self->hosts->len; i++)
    if (get_host (self, i)->scenario->ipv4 == ipv4)
      return i;
  return SIM_SCENARIO_NONE;
}

static guint
get_other_end (const Link *link, guint host)
{
  return link->scenario->hosts[link->scenario->hosts[0] == host];
}

static gint64
get_sending_time (const Link *link, gsize n_bytes)
{
  double us = (double) n_bytes * 8 * 1000 / link->scenario->bandwidth_kbps;

  return (gint64) us + 1; /* never nothing: packets of one direction leave at different times */
}

/* Whether a packet that now leaves will be lost on its way. Every link is asked even when
 * the answer is known, so that a host that is down changes nothing for other packets. */
static gboolean
is_doomed (SimNetwork *self, const Transit *transit)
{
  gint64   time_us = sim_world_get_now (self->world);
  guint    at = transit->at;
  gboolean is_lost = transit->to == SIM_SCENARIO_NONE ||
                     is_in (get_host (self, at)->scenario->downs, time_us);

  while (transit->to != SIM_SCENARIO_NONE && at != transit->to)
    {
      guint next_link = sim_routes_get_link (self->routes, at, transit->to);
      Link *link = get_link (self, next_link);

      if (link->scenario->loss > 0 && sim_random_chance (link->random, link->scenario->loss))
        is_lost = TRUE;
      time_us += get_sending_time (link, g_bytes_get_size (transit->packet)) +
                 link->scenario->latency_us;
      at = get_other_end (link, at);
      is_lost = is_lost || is_in (get_host (self, at)->scenario->downs, time_us);
    }
  return is_lost;
}

/* Returns: whether the packet will be lost. */
static gboolean
record_packet (SimNetwork *self, Transit *transit)
{
  gboolean   is_lost = is_doomed (self, transit);
  gsize      length;
  const void *bytes = g_bytes_get_data (transit->packet, &length);
  TraceEvent event = {
    .arrival_us = TRACE_NO_TIME,
    .kind = TRACE_PACKET,
    .protocol = transit->info.protocol,
    .flags = is_lost ? TRACE_FLAG_LOST : 0,
    .cause = transit->info.cause,
    .connection = transit->info.connection,
    .message = transit->info.message,
    .from = (guint16) get_host (self, transit->at)->actor,
    .to = (guint16) transit->to_actor,
    .what = self->packet_name,
  };

  transit->event = sim_world_record (self->world, &event, bytes, length);
  return is_lost;
}

static void
deliver (SimNetwork *self, Transit *transit)
{
  SimHost      *host = get_host (self, transit->to);
  gsize         length;
  const guint8 *bytes = g_bytes_get_data (transit->packet, &length);
  SimPacketFunc receive = host->receivers[bytes[IP_PROTOCOL_OFFSET]];

  trace_log_set_arrival (sim_world_get_log (self->world), transit->event,
                         sim_world_get_now (self->world));
  sim_world_set_cause (self->world, transit->info.cause);
  if (receive != NULL)
    receive (host, bytes, length, &transit->info);
}

static void travel (Transit *transit);

static void
on_arrived (gpointer data)
{
  Transit *transit = data;

  if (transit->at == transit->to)
    deliver (transit->network, transit);
  else
    travel (transit);
}

/* The link is free for the packet: it leaves, and is recorded if that is the first time. */
static void
on_turn (gpointer data)
{
  Transit    *transit = data;
  SimNetwork *self = transit->network;
  gint64      now_us = sim_world_get_now (self->world);
  Link       *link;

  if (transit->event == 0 && record_packet (self, transit))
    return;
  link = get_link (self, sim_routes_get_link (self->routes, transit->at, transit->to));
  transit->at = get_other_end (link, transit->at);
  schedule (transit,
            now_us + get_sending_time (link, g_bytes_get_size (transit->packet)) +
                link->scenario->latency_us,
            on_arrived);
}

/* Takes its place on the next link of its way, behind the packets that wait there. */
static void
travel (Transit *transit)
{
  SimNetwork *self = transit->network;
  gint64      now_us = sim_world_get_now (self->world);
  Link *link = get_link (self, sim_routes_get_link (self->routes, transit->at, transit->to));
  gint64 *free_at_us = &link->free_at_us[link->scenario->hosts[0] != transit->at];
  gint64  turn_us = MAX (now_us, *free_at_us);

  *free_at_us = turn_us + get_sending_time (link, g_bytes_get_size (transit->packet));
  if (turn_us > now_us)
    schedule (transit, turn_us, on_turn);
  else
    on_turn (transit);
}

void
sim_host_send_packet (SimHost *host, guint32 to, GBytes *packet, const SimPacketInfo *info)
{
  SimNetwork *self = host->network;
  Transit    *transit;

  if (self->is_closing)
    return;
  transit = g_new0 (Transit, 1);
  transit->n_refs = 1;
  transit->network = self;
  transit->packet = g_bytes_ref (packet);
  transit->info = *info;
  transit->at = host->index;
  transit->to = find_by_ipv4 (self, to);
  transit->to_actor = sim_network_get_actor (self, to);
  if (transit->info.cause == 0)
    transit->info.cause = sim_world_get_cause (self->world);
  if (transit->to != SIM_SCENARIO_NONE && transit->to != host->index)
    travel (transit);
  else if (!record_packet (self, transit))
    schedule (transit, sim_world_get_now (self->world) + SIM_NETWORK_LOOPBACK_US, on_arrived);
  unref_transit (transit);
}

void
sim_host_set_receiver (SimHost *self, guint8 ip_protocol, SimPacketFunc func)
{
  self->receivers[ip_protocol] = func;
}

guint
sim_host_get_mtu (SimHost *self, guint32 to)
{
  SimNetwork *network = self->network;
  guint       at = self->index;
  guint       target = find_by_ipv4 (network, to);
  guint       mtu = MTU_DEFAULT;

  while (target != SIM_SCENARIO_NONE && at != target)
    {
      Link *link = get_link (network, sim_routes_get_link (network->routes, at, target));

      mtu = MIN (mtu, link->scenario->mtu);
      at = get_other_end (link, at);
    }
  return mtu;
}

/* Hosts */

SimNetwork *
sim_host_get_network (SimHost *self)
{
  return self->network;
}

SimWorld *
sim_host_get_world (SimHost *self)
{
  return self->network->world;
}

const SimScenarioHost *
sim_host_get_scenario (SimHost *self)
{
  return self->scenario;
}

guint
sim_host_get_index (SimHost *self)
{
  return self->index;
}

const char *
sim_host_get_name (SimHost *self)
{
  return self->scenario->name;
}

const char *
sim_host_get_address (SimHost *self)
{
  return self->scenario->address;
}

guint32
sim_host_get_ipv4 (SimHost *self)
{
  return self->scenario->ipv4;
}

guint
sim_host_get_roles (SimHost *self)
{
  return self->scenario->roles;
}

guint
sim_host_get_actor (SimHost *self)
{
  return self->actor;
}

SimRandom *
sim_host_get_random (SimHost *self)
{
  return self->random;
}

gboolean
sim_host_is_up (SimHost *self)
{
  return !is_in (self->scenario->downs, sim_world_get_now (self->network->world));
}

gboolean
sim_host_is_serving (SimHost *self)
{
  return !is_in (self->scenario->refuses, sim_world_get_now (self->network->world));
}

void
sim_host_attach (SimHost *self, const char *key, gpointer data, GDestroyNotify destroy)
{
  Attached attached = { key, data, destroy };

  for (guint i = 0; i < self->attached->len; i++)
    {
      Attached *old = &g_array_index (self->attached, Attached, i);

      if (strcmp (old->key, key) != 0)
        continue;
      if (old->destroy != NULL)
        old->destroy (old->data);
      *old = attached;
      return;
    }
  g_array_append_val (self->attached, attached);
}

gpointer
sim_host_get_attached (SimHost *self, const char *key)
{
  for (guint i = 0; i < self->attached->len; i++)
    {
      Attached *attached = &g_array_index (self->attached, Attached, i);

      if (strcmp (attached->key, key) == 0)
        return attached->data;
    }
  return NULL;
}

/* The network */

SimWorld *
sim_network_get_world (SimNetwork *self)
{
  return self->world;
}

const SimScenario *
sim_network_get_scenario (SimNetwork *self)
{
  return self->scenario;
}

void
sim_network_set_outside (SimNetwork *self, gconstpointer outside, gpointer data)
{
  self->outside = outside;
  self->outside_data = data;
}

gconstpointer
sim_network_get_outside (SimNetwork *self, gpointer *out_data)
{
  *out_data = self->outside_data;
  return self->outside;
}

gboolean
sim_network_is_closing (SimNetwork *self)
{
  return self->is_closing;
}

guint
sim_network_get_n_hosts (SimNetwork *self)
{
  return self->hosts->len;
}

SimHost *
sim_network_get_host (SimNetwork *self, guint i)
{
  return get_host (self, i);
}

SimHost *
sim_network_find_host (SimNetwork *self, const char *name)
{
  for (guint i = 0; i < self->hosts->len; i++)
    if (g_ascii_strcasecmp (sim_host_get_name (get_host (self, i)), name) == 0)
      return get_host (self, i);
  return NULL;
}

SimHost *
sim_network_find_address (SimNetwork *self, const char *address)
{
  guint32 ipv4;
  guint   i;

  if (!inet_ipv4_from_string (address, &ipv4))
    return NULL;
  i = find_by_ipv4 (self, ipv4);
  return i != SIM_SCENARIO_NONE ? get_host (self, i) : NULL;
}

guint
sim_network_get_actor (SimNetwork *self, guint32 ipv4)
{
  guint            i = find_by_ipv4 (self, ipv4);
  g_autofree char *address = NULL;

  if (i != SIM_SCENARIO_NONE)
    return get_host (self, i)->actor;
  address = sim_ipv4_to_string (ipv4);
  return trace_log_add_actor (sim_world_get_log (self->world), address, "", address);
}

char *
sim_ipv4_to_string (guint32 ipv4)
{
  return inet_ipv4_to_string (ipv4);
}

/* What changes about a host at a set time, told in a note. */
typedef struct
{
  SimHost    *host;
  const char *name;
  const char *text;
  guint       flags;
} Change;

static void
on_change (gpointer data)
{
  Change *change = data;

  sim_world_note (sim_host_get_world (change->host), change->host->actor, change->name,
                  change->flags, 0, "%s", change->text);
}

static void
schedule_changes (SimHost *host, const GArray *spans, Change begin, Change end)
{
  SimWorld *world = sim_host_get_world (host);

  for (guint i = 0; i < spans->len; i++)
    {
      const SimScenarioSpan *span = &g_array_index (spans, SimScenarioSpan, i);

      sim_world_schedule (world, span->from_us, on_change, g_memdup2 (&begin, sizeof begin),
                          g_free);
      sim_world_schedule (world, span->to_us, on_change, g_memdup2 (&end, sizeof end), g_free);
    }
}

static SimHost *
host_new (SimNetwork *network, guint index)
{
  SimHost         *self = g_new0 (SimHost, 1);
  g_autofree char *roles = NULL;

  self->network = network;
  self->scenario = sim_scenario_get_host (network->scenario, index);
  self->index = index;
  roles = sim_roles_to_string (self->scenario->roles);
  self->actor = trace_log_add_actor (sim_world_get_log (network->world), self->scenario->name,
                                     roles, self->scenario->address);
  self->random = sim_world_get_random (network->world, self->scenario->name);
  self->attached = g_array_new (FALSE, FALSE, sizeof (Attached));
  schedule_changes (self, self->scenario->downs,
                    (Change){ self, "down", "down: nobody can reach this host",
                              TRACE_FLAG_WARNING },
                    (Change){ self, "up", "up again", 0 });
  schedule_changes (self, self->scenario->refuses,
                    (Change){ self, "refusing", "its services stop: connections are refused",
                              TRACE_FLAG_WARNING },
                    (Change){ self, "serving", "its services run again", 0 });
  return self;
}

static void
host_detach_all (SimHost *self)
{
  for (guint i = self->attached->len; i-- > 0;)
    {
      Attached attached = g_array_index (self->attached, Attached, i);

      g_array_set_size (self->attached, i);
      if (attached.destroy != NULL)
        attached.destroy (attached.data);
    }
}

static void
host_free (gpointer data)
{
  SimHost *self = data;

  g_array_unref (self->attached);
  g_free (self);
}

SimNetwork *
sim_network_new (SimWorld *world, const SimScenario *scenario)
{
  SimNetwork *self = g_new0 (SimNetwork, 1);

  self->world = world;
  self->scenario = scenario;
  self->packet_name = trace_log_intern (sim_world_get_log (world), "packet");
  self->routes = sim_routes_new (scenario);
  self->hosts = g_ptr_array_new_with_free_func (host_free);
  for (guint i = 0; i < scenario->hosts->len; i++)
    g_ptr_array_add (self->hosts, host_new (self, i));
  self->links = g_array_new (FALSE, TRUE, sizeof (Link));
  for (guint i = 0; i < scenario->links->len; i++)
    {
      const SimScenarioLink *from = &g_array_index (scenario->links, SimScenarioLink, i);
      g_autofree char       *name = g_strdup_printf (
                "link %s %s", sim_scenario_get_host (scenario, from->hosts[0])->name,
                sim_scenario_get_host (scenario, from->hosts[1])->name);
      Link link = { .scenario = from, .random = sim_world_get_random (world, name) };

      g_array_append_val (self->links, link);
    }
  return self;
}

void
sim_network_free (SimNetwork *self)
{
  if (self == NULL)
    return;
  self->is_closing = TRUE;
  for (guint i = self->hosts->len; i-- > 0;)
    host_detach_all (get_host (self, i));
  g_ptr_array_unref (self->hosts);
  g_array_unref (self->links);
  sim_routes_free (self->routes);
  g_free (self);
}
