/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sim-network.h"
#include <dns/dns-message.h>

G_BEGIN_DECLS

/**
 * The stub resolver of each host (RFC 1034 section 5.3.1): asks the name server
 * that the scenario names as the host's Resolver, over UDP, again when no answer comes;
 * remembers answers for their time to live, also that there is nothing (RFC 2308
 * section 5).
 */

/** Wait for an answer (RFC 1123 section 6.1.3.3: no less than 5 seconds by default) ... */
#define SIM_RESOLVER_WAIT_US (5 * G_USEC_PER_SEC)
/** ... and how often to ask: ours, as common resolvers do. */
#define SIM_RESOLVER_TRIES_MAX 3

typedef enum
{
  SIM_RESOLVER_ANSWER,   /* answer holds at least one record of the type asked for */
  SIM_RESOLVER_NXDOMAIN, /* there is no such name */
  SIM_RESOLVER_NODATA,   /* the name exists, but has no records of that type */
  SIM_RESOLVER_SERVFAIL, /* the server can't or won't say; or the host has no resolver */
  SIM_RESOLVER_TIMEOUT,  /* the server does not answer */
} SimResolverStatus;

/**
 * SimResolverFunc:
 * @answer: (nullable): with ANSWER, NXDOMAIN and NODATA; borrowed for the call
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

/** Returns: "NXDOMAIN" ... */
const char *sim_resolver_status_get_name (SimResolverStatus status);

G_END_DECLS
