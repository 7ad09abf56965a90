/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sim-network.h"
#include <dns/dns-message.h>

G_BEGIN_DECLS

/**
 * SimNameserver:
 *
 * An authoritative name server (RFC 1034 section 4.3.2) for zones of the scenario.
 * Chases a CNAME within its zones, adds the addresses of exchanges and name servers,
 * tells a name that does not exist from one without such records, both with the SOA
 * (RFC 2308 section 3), and refuses questions about zones that are not its own.
 */
typedef struct _SimNameserver SimNameserver;

/** @scenario is borrowed. The zones are those whose server is host @host. */
SimNameserver *sim_nameserver_new (const SimScenario *scenario, guint host);
void           sim_nameserver_free (SimNameserver *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimNameserver, sim_nameserver_free)

/**
 * sim_nameserver_answer:
 * @query: (array length=length): what came off the wire
 *
 * Never fails: what can't be read is answered with FORMERR; what is not a query at all, or
 * has no header to answer to, with silence.
 *
 * Returns: (transfer full) (nullable): the answer
 */
GBytes *sim_nameserver_answer (SimNameserver *self, const guint8 *query, gsize length);

/** Starts a name server on UDP port 53 of every host that a zone names as its server. */
void sim_nameserver_serve_all (SimNetwork *network);

G_END_DECLS
