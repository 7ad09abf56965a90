/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sim-dns-cache.h"
#include "sim-network.h"

G_BEGIN_DECLS

/**
 * SimNameserver:
 *
 * What a name server knows by itself (RFC 1034 section 4.3.2): the zones of the scenario that
 * name its host as their server. Follows a CNAME within its zones, refers to the servers of
 * what has been delegated, adds the addresses of exchanges and name servers, tells a name that
 * does not exist from one without such records, both with the SOA (RFC 2308 section 3), and
 * refuses questions about zones that are not its own. Zones may ask for trouble: that the server
 * fails, does not know them, or cuts its answers off.
 */
typedef struct _SimNameserver SimNameserver;

/** CNAMEs followed for one question: ours, as common servers do. Past it, SERVFAIL. */
#define SIM_NAMESERVER_ALIASES_MAX 8

/** Datagrams are no larger, whatever the asker can take (RFC 6891 section 6.2.3): ours, so that
 * they fit the least MTU of IPv6 and are never cut into fragments. */
#define SIM_NAMESERVER_UDP_BYTES_MAX 1232

/** How much of an answer comes from the server's own zones. */
typedef enum
{
  SIM_NAMESERVER_ALL,     /* it is the answer, or there is none to be had */
  SIM_NAMESERVER_BEGUN,   /* an alias leads to where the server has no zone */
  SIM_NAMESERVER_REFERS,  /* others know: their names are in the authority section */
  SIM_NAMESERVER_UNKNOWN, /* nothing: REFUSED */
} SimNameserverShare;

/** @scenario is borrowed. The zones are those whose server is host @host. */
SimNameserver *sim_nameserver_new (const SimScenario *scenario, guint host);
void           sim_nameserver_free (SimNameserver *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimNameserver, sim_nameserver_free)

/**
 * sim_nameserver_answer:
 * @query: (array length=length): what came off the wire
 * @is_stream: whether it came over TCP
 * @now_us: on the world's clock
 *
 * Never fails: what can't be read is answered with FORMERR; what is not a query at all, or
 * has no header to answer to, with silence.
 *
 * Returns: (transfer full) (nullable): the answer from the server's own zones
 */
GBytes *sim_nameserver_answer (SimNameserver *self, const guint8 *query, gsize length,
                               gboolean is_stream, gint64 now_us);

/* The same in steps, for a service that may ask others in between. */

/** Returns: (transfer full) (nullable): the query; or NULL, and @out_answer (nullable) is what is
 * to be answered at once. */
DnsMessage *sim_nameserver_read_query (const guint8 *data, gsize length, DnsMessage **out_answer);

/** Returns: (transfer full): the answer from the server's own zones. */
DnsMessage *sim_nameserver_look_up (SimNameserver *self, const DnsMessage *query, gint64 now_us,
                                    SimNameserverShare *out_share);

/** Returns: (transfer full): the bytes, no more than the asker takes; adds an OPT record if
 * @query has one (RFC 6891 section 6.1.1). */
GBytes *sim_nameserver_write (SimNameserver *self, const DnsMessage *query, DnsMessage *answer,
                              gboolean is_stream);

/** Returns: (nullable): the server's zone that @name is in. */
const SimScenarioZone *sim_nameserver_find_zone (SimNameserver *self, const char *name);

/**
 * sim_nameserver_serve_all:
 *
 * Starts a name server on UDP and TCP port 53 of every host that a zone names as its server, or
 * that is some host's Resolver. The latter ask other servers for those that desire it (RFC 1034
 * section 4.3.1), from the root zone downwards if the scenario has one, else straight at the
 * server of the closest zone, and remember what they find.
 */
void sim_nameserver_serve_all (SimNetwork *network);

/** Returns: (transfer none) (nullable): what a host's name server remembers of other servers'
 * zones. */
SimDnsCache *sim_nameserver_get_cache (SimHost *host);

G_END_DECLS
