/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim-resolver.h"

#include "sim-dns-lookup.h"

#define KEY "resolver"

/* What a host keeps. */
typedef struct
{
  SimHost       *host;
  SimDnsLookups *lookups;
  GHashTable    *asks; /* id -> Ask; looked up only */
  guint          last_id;
} Resolver;

/* One who waits for an answer. */
typedef struct
{
  Resolver       *resolver;
  guint           id;
  SimDnsLookup   *lookup;
  SimResolverFunc func;
  gpointer        user_data;
} Ask;

static void
free_resolver (gpointer data)
{
  Resolver *self = data;

  sim_dns_lookups_free (self->lookups);
  g_hash_table_unref (self->asks);
  g_free (self);
}

static Resolver *
get_resolver (SimHost *host)
{
  Resolver *self = sim_host_get_attached (host, KEY);

  if (self != NULL)
    return self;
  self = g_new0 (Resolver, 1);
  self->host = host;
  self->lookups = sim_dns_lookups_new (host, NULL, NULL);
  self->asks = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  sim_host_attach (host, KEY, self, free_resolver);
  return self;
}

static void
on_found (SimResolverStatus status, const DnsMessage *answer, gpointer data)
{
  Ask            *ask = data;
  SimResolverFunc func = ask->func;
  gpointer        user_data = ask->user_data;

  g_hash_table_remove (ask->resolver->asks, GUINT_TO_POINTER (ask->id));
  func (status, status != SIM_RESOLVER_SERVFAIL ? answer : NULL, user_data);
}

guint
sim_resolver_query (SimHost        *host,
                    const char     *name,
                    guint16         type,
                    SimResolverFunc func,
                    gpointer        user_data)
{
  Resolver *self = get_resolver (host);
  Ask      *ask = g_new0 (Ask, 1);

  *ask = (Ask){ self, ++self->last_id, NULL, func, user_data };
  g_hash_table_insert (self->asks, GUINT_TO_POINTER (ask->id), ask);
  ask->lookup = sim_dns_lookups_find (self->lookups, name, type, on_found, ask);
  return ask->id;
}

void
sim_resolver_cancel (SimHost *host, guint id)
{
  Resolver *self = get_resolver (host);
  Ask      *ask = g_hash_table_lookup (self->asks, GUINT_TO_POINTER (id));

  if (ask == NULL)
    return;
  sim_dns_lookup_forget (ask->lookup, ask);
  g_hash_table_remove (self->asks, GUINT_TO_POINTER (id));
}

SimDnsCache *
sim_resolver_get_cache (SimHost *host)
{
  return sim_dns_lookups_get_cache (get_resolver (host)->lookups);
}
