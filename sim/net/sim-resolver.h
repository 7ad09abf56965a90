/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sim-dns-cache.h"
#include "sim-network.h"

G_BEGIN_DECLS

/**
 * The stub resolver of each host (RFC 1034 section 5.3.1): asks the name servers that the
 * scenario names as the host's Resolver, one after the other, over UDP, and over TCP when an
 * answer was cut off; again when no answer comes, with twice the time. Follows aliases where
 * the servers did not; remembers answers for their time to live, also that there is nothing
 * (RFC 2308 section 5), and for a few seconds that the servers failed. Whoever asks for what is
 * being asked for already gets the same answer.
 *
 * Notes in the trace: "cache-hit"; "cached", "dns-truncated", "dns-servfail", "dns-lame",
 * "dns-failed", "dns-timeout" and "dns-switch", whose text is a sentence and then lines
 * `key: value` with the keys name, type, data, expires (seconds of the world), server.
 */

/**
 * SimResolverFunc:
 * @answer: (nullable): with ANSWER, NXDOMAIN and NODATA; borrowed for the call. Aliases come
 *   before what they lead to. TTLs are what is left of them
 */
typedef void (*SimResolverFunc) (SimResolverStatus status, const DnsMessage *answer,
                                 gpointer user_data);

/**
 * sim_resolver_query:
 * @type: DnsType
 *
 * Asks. The callback comes later from the world's run, also when the answer was remembered.
 *
 * Returns: an id for sim_resolver_cancel(), never 0
 */
guint sim_resolver_query (SimHost *host, const char *name, guint16 type, SimResolverFunc func,
                          gpointer user_data);

/** No callback will come. Does nothing when it has come. */
void sim_resolver_cancel (SimHost *host, guint id);

/** Returns: (transfer none): what the host remembers, for a view of it. */
SimDnsCache *sim_resolver_get_cache (SimHost *host);

G_END_DECLS
