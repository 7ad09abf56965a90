/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <dns/dns-message.h>

G_BEGIN_DECLS

/** How a question can end. */
typedef enum
{
  SIM_RESOLVER_ANSWER,   /* answer holds at least one record of the type asked for */
  SIM_RESOLVER_NXDOMAIN, /* there is no such name */
  SIM_RESOLVER_NODATA,   /* the name exists, but has no records of that type */
  SIM_RESOLVER_SERVFAIL, /* the servers can't or won't say; or the host has no resolver */
  SIM_RESOLVER_TIMEOUT,  /* the servers do not answer */
} SimResolverStatus;

/** Returns: "NXDOMAIN" ... */
const char *sim_resolver_status_get_name (SimResolverStatus status);

/**
 * SimDnsCache:
 *
 * Answers that are remembered for their time to live, and that there is no answer for the
 * time that the zone's SOA says (RFC 2308 section 5). Times are the world's microseconds.
 */
typedef struct _SimDnsCache SimDnsCache;

/** Entries of one cache: ours. Past it those go that would have expired first. */
#define SIM_DNS_CACHE_ENTRIES_MAX 1000

/** Longest time that "there is none" is remembered: RFC 2308 section 5 calls one to three hours
 * sensible. */
#define SIM_DNS_NEGATIVE_SECONDS_MAX (3 * 60 * 60)

/** How long a failure is remembered (RFC 2308 section 7.1: at most five minutes): ours, short, so
 * that a story goes on soon after the trouble ends. */
#define SIM_DNS_FAILURE_SECONDS 5

typedef struct
{
  char             *name;
  guint16           type;
  SimResolverStatus status;
  DnsMessage       *answer; /* (nullable); TTLs are what is left of them */
  gint64            stored_us;
  gint64            until_us; /* it is forgotten from then on */
  /* Private */
  char          *key;
  guint32        age_s; /* already taken off the TTLs */
  GSequenceIter *place;
} SimDnsCacheEntry;

SimDnsCache *sim_dns_cache_new (void);
void         sim_dns_cache_free (SimDnsCache *self);

/** Returns: (nullable) (transfer none): what is remembered, until the next call. */
const SimDnsCacheEntry *sim_dns_cache_get (SimDnsCache *self, const char *name, guint16 type,
                                           gint64 now_us);

/**
 * sim_dns_cache_add:
 * @answer: (nullable) (transfer full)
 * @seconds: for how long
 *
 * Remembers, in place of what was remembered for the same question.
 * Returns: (transfer none): the entry, until the next call
 */
const SimDnsCacheEntry *sim_dns_cache_add (SimDnsCache *self, const char *name, guint16 type,
                                           SimResolverStatus status, DnsMessage *answer,
                                           guint32 seconds, gint64 now_us);

/** Returns: how many entries there are; some may have expired unseen. */
guint sim_dns_cache_get_n (SimDnsCache *self);

/** Returns: (transfer none): entry @i in the order of expiring, its answer as old as when it was
 * last used. */
const SimDnsCacheEntry *sim_dns_cache_peek (SimDnsCache *self, guint i);

/** Returns: for how many seconds an answer may be remembered; 0: not at all. */
guint32 sim_dns_cache_get_seconds (SimResolverStatus status, const DnsMessage *answer);

G_END_DECLS
