/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <core/sim-scenario.h>
#include <core/sim-world.h>

G_BEGIN_DECLS

/**
 * SimNetwork:
 *
 * The hosts of a scenario and the links between them. Carries IP packets: each
 * takes the path of least latency, waits on every link for those before it in
 * its direction (bandwidth), then travels (latency), unless it is lost. A host
 * that is down is a pulled cable: what it sends and what is sent to or
 * through it is lost. Records each packet as it leaves, and its arrival.
 *
 * Free the network before the world, and before whatever sessions and callbacks use.
 */
typedef struct _SimNetwork SimNetwork;

/** One simulated computer: owned by its network, lives as long. */
typedef struct _SimHost SimHost;

/** The world is borrowed; so is the scenario. Both have to outlive the network. */
SimNetwork *sim_network_new (SimWorld *world, const SimScenario *scenario);
void        sim_network_free (SimNetwork *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimNetwork, sim_network_free)

SimWorld          *sim_network_get_world (SimNetwork *self);
const SimScenario *sim_network_get_scenario (SimNetwork *self);

/** Hosts have the scenario's order. */
guint    sim_network_get_n_hosts (SimNetwork *self);
SimHost *sim_network_get_host (SimNetwork *self, guint i);

/** Returns: (nullable): the host with that name. */
SimHost *sim_network_find_host (SimNetwork *self, const char *name);

/** Returns: (nullable): the host with that address, "192.0.2.1". */
SimHost *sim_network_find_address (SimNetwork *self, const char *address);

/**
 * sim_network_get_actor:
 *
 * Returns: the index of the actor with that address; for an address that no host has, an
 *   actor named after the address, which is added for it
 */
guint sim_network_get_actor (SimNetwork *self, guint32 ipv4);

/** For sim-carrier.h alone: what leads out of the network; (nullable). */
void          sim_network_set_outside (SimNetwork *self, gconstpointer outside, gpointer data);
gconstpointer sim_network_get_outside (SimNetwork *self, gpointer *out_data);

/** Returns: whether the network is being freed, when nothing may happen any more. */
gboolean sim_network_is_closing (SimNetwork *self);

/* Hosts */

SimNetwork            *sim_host_get_network (SimHost *self);
SimWorld              *sim_host_get_world (SimHost *self);
const SimScenarioHost *sim_host_get_scenario (SimHost *self);
guint                  sim_host_get_index (SimHost *self);
const char            *sim_host_get_name (SimHost *self);
const char            *sim_host_get_address (SimHost *self); /* "192.0.2.1" */
guint32                sim_host_get_ipv4 (SimHost *self);
guint                  sim_host_get_roles (SimHost *self); /* SimRoles */
guint                  sim_host_get_actor (SimHost *self); /* its index in the log */

/** Returns: (transfer none): the host's generator. */
SimRandom *sim_host_get_random (SimHost *self);

/** Returns: whether the host is up now. */
gboolean sim_host_is_up (SimHost *self);

/** Returns: whether the host's services run now: it is up, or down as a pulled cable is. */
gboolean sim_host_is_serving (SimHost *self);

/**
 * sim_host_attach:
 *
 * Keeps @data with the host under a static @key, in place of what was there before;
 * @destroy frees it then or with the host, later attachments first.
 */
void     sim_host_attach (SimHost *self, const char *key, gpointer data, GDestroyNotify destroy);
gpointer sim_host_get_attached (SimHost *self, const char *key); /* (nullable) */

/* Packets: what streams and datagrams are made of. */

/** How a packet is recorded. */
typedef struct
{
  TraceProtocol protocol;
  guint         connection;
  guint         cause;   /* 0: the world's current cause */
  guint         message; /* number of the message whose bytes it carries, or 0 */
} SimPacketInfo;

/** @info: as the packet was sent, cause filled in; it is the world's current cause, too. */
typedef void (*SimPacketFunc) (SimHost *host, const guint8 *packet, gsize length,
                               const SimPacketInfo *info);

/** Time a packet from a host to itself takes: ours, so that a trace keeps its order. */
#define SIM_NETWORK_LOOPBACK_US 10

/** Packets of that IP protocol (6: TCP, 17: UDP) that reach the host go to @func. */
void sim_host_set_receiver (SimHost *self, guint8 ip_protocol, SimPacketFunc func);

/**
 * sim_host_send_packet:
 * @to: the IPv4 address it goes to
 * @packet: the whole IP packet; a reference is taken
 */
void sim_host_send_packet (SimHost *self, guint32 to, GBytes *packet, const SimPacketInfo *info);

/** Returns: bytes of the largest packet that can go from the host to @to. */
guint sim_host_get_mtu (SimHost *self, guint32 to);

/** Returns: (transfer full): "192.0.2.1", whose first octet is the most significant byte. */
char *sim_ipv4_to_string (guint32 ipv4);

G_END_DECLS
