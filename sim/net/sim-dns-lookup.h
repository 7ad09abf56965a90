/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sim-dns-cache.h"
#include "sim-network.h"

G_BEGIN_DECLS

/**
 * SimDnsLookups:
 *
 * Finds answers and remembers them (RFC 1034 section 5.3.3), for the stub of a host, which
 * leaves the work to its name servers, and for a name server that does the work for others:
 *
 *   is it remembered? -> whom to ask? -> ask -> an answer, an alias to follow, or who knows better
 *
 * Who asks for what is being looked up already shares that lookup. Aliases are followed, and
 * addresses of name servers found, by lookups of their own; one that would wait for itself, or
 * goes on too long, fails.
 */
typedef struct _SimDnsLookups SimDnsLookups;
typedef struct _SimDnsLookup SimDnsLookup;

/** Lookups that wait for one another: ours. It bounds chains of CNAMEs, too. */
#define SIM_DNS_LOOKUP_DEPTH_MAX 8

/** Referrals that one lookup follows: ours; names are seldom five labels deep. */
#define SIM_DNS_LOOKUP_REFERRALS_MAX 16

/** Name servers without an address that one lookup looks for, and how deep such searches may lie
 * within one another: ours. A server that names many that nobody knows must not make work that
 * grows with every step. */
#define SIM_DNS_LOOKUP_SERVERS_MAX 3
#define SIM_DNS_LOOKUP_SERVER_DEPTH_MAX 2

/** Where an iterative lookup starts. */
typedef struct
{
  const char *domain;  /* the zone that the server is in charge of; borrowed */
  guint32     address; /* of the server */
} SimDnsHint;

typedef struct
{
  /* What the host itself, in charge of zones, knows: (transfer full) (nullable) an answer, an
   * alias that leads elsewhere, or a referral. NULL: nothing. */
  DnsMessage *(*get_own) (const char *name, guint16 type, gpointer user_data);
  /* Whom to ask first about a name; FALSE: nobody is known. */
  gboolean (*get_hint) (const char *name, SimDnsHint *out_hint, gpointer user_data);
} SimDnsLookupsFuncs;

/** @funcs: (nullable): for a name server that asks for others; NULL: a stub, which asks the
 * resolvers that the scenario gives its host */
SimDnsLookups *sim_dns_lookups_new (SimHost *host, const SimDnsLookupsFuncs *funcs,
                                    gpointer user_data);
void           sim_dns_lookups_free (SimDnsLookups *self);

SimDnsCache *sim_dns_lookups_get_cache (SimDnsLookups *self);

/**
 * SimDnsLookupFunc:
 * @answer: (nullable): borrowed for the call; with SERVFAIL, if any, what was found before the way
 *   was lost
 */
typedef void (*SimDnsLookupFunc) (SimResolverStatus status, const DnsMessage *answer,
                                  gpointer user_data);

/** Returns: (transfer none): the lookup, until the callback comes, from the world's run. */
SimDnsLookup *sim_dns_lookups_find (SimDnsLookups *self, const char *name, guint16 type,
                                    SimDnsLookupFunc func, gpointer user_data);

/** No callback comes for @user_data. A lookup that nobody waits for ends. */
void sim_dns_lookup_forget (SimDnsLookup *self, gpointer user_data);

/** Returns: whether @answer refers to servers of a zone below @zone that may know @name; sets
 * @out_cut, borrowed, to the domain of that zone. */
gboolean sim_dns_is_referral (const DnsMessage *answer, const char *zone, const char *name,
                              const char **out_cut);

G_END_DECLS
