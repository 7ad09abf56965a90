/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim-dns-cache.h"

#include <string.h>

struct _SimDnsCache
{
  GHashTable *entries; /* key -> SimDnsCacheEntry; looked up only */
  GSequence  *order;   /* of SimDnsCacheEntry: who expires first, then who was first */
};

const char *
sim_resolver_status_get_name (SimResolverStatus status)
{
  static const char *const names[] = { "NXDOMAIN", "NODATA", "SERVFAIL", "TIMEOUT" };

  return status == SIM_RESOLVER_ANSWER ? "NOERROR" : names[status - 1];
}

static char *
make_key (const char *name, guint16 type)
{
  gsize            length = strlen (name);
  g_autofree char *lower = NULL;

  if (length > 0 && name[length - 1] == '.')
    length--;
  lower = g_ascii_strdown (name, (gssize) length);
  return g_strdup_printf ("%u %s", type, lower);
}

static void
free_entry (gpointer data)
{
  SimDnsCacheEntry *entry = data;

  g_free (entry->name);
  g_free (entry->key);
  dns_message_free (entry->answer);
  g_free (entry);
}

static void
forget (SimDnsCache *self, SimDnsCacheEntry *entry)
{
  g_hash_table_remove (self->entries, entry->key);
  g_sequence_remove (entry->place);
}

static gint
compare_expiry (gconstpointer a, gconstpointer b, gpointer data)
{
  gint64 first = ((const SimDnsCacheEntry *) a)->until_us;
  gint64 second = ((const SimDnsCacheEntry *) b)->until_us;

  return first < second ? -1 : first > second;
}

/* Forgets what has expired, and then what expires first while there are too many. */
static void
make_room (SimDnsCache *self, gint64 now_us)
{
  while (g_sequence_get_length (self->order) > 0)
    {
      SimDnsCacheEntry *first = g_sequence_get (g_sequence_get_begin_iter (self->order));

      if (first->until_us > now_us &&
          g_hash_table_size (self->entries) < SIM_DNS_CACHE_ENTRIES_MAX)
        return;
      forget (self, first);
    }
}

static void
age_section (GArray *section, guint32 seconds)
{
  for (guint i = 0; i < section->len; i++)
    {
      DnsRecord *record = &g_array_index (section, DnsRecord, i);

      record->ttl -= MIN (record->ttl, seconds);
    }
}

const SimDnsCacheEntry *
sim_dns_cache_get (SimDnsCache *self, const char *name, guint16 type, gint64 now_us)
{
  g_autofree char  *key = make_key (name, type);
  SimDnsCacheEntry *entry = g_hash_table_lookup (self->entries, key);
  guint32           age_s;

  if (entry == NULL)
    return NULL;
  if (entry->until_us <= now_us)
    {
      forget (self, entry);
      return NULL;
    }
  age_s = (guint32) ((now_us - entry->stored_us) / G_USEC_PER_SEC);
  if (entry->answer != NULL && age_s > entry->age_s)
    {
      age_section (entry->answer->answers, age_s - entry->age_s);
      age_section (entry->answer->authorities, age_s - entry->age_s);
      age_section (entry->answer->additionals, age_s - entry->age_s);
      entry->age_s = age_s;
    }
  return entry;
}

const SimDnsCacheEntry *
sim_dns_cache_add (SimDnsCache      *self,
                   const char       *name,
                   guint16           type,
                   SimResolverStatus status,
                   DnsMessage       *answer,
                   guint32           seconds,
                   gint64            now_us)
{
  SimDnsCacheEntry *entry = g_new0 (SimDnsCacheEntry, 1);
  SimDnsCacheEntry *before;

  *entry = (SimDnsCacheEntry){ .name = g_strdup (name),
                               .type = type,
                               .status = status,
                               .answer = answer,
                               .stored_us = now_us,
                               .until_us = now_us + (gint64) seconds * G_USEC_PER_SEC,
                               .key = make_key (name, type) };
  before = g_hash_table_lookup (self->entries, entry->key);
  if (before != NULL)
    forget (self, before);
  make_room (self, now_us);
  g_hash_table_insert (self->entries, entry->key, entry);
  entry->place = g_sequence_insert_sorted (self->order, entry, compare_expiry, NULL);
  return entry;
}

guint
sim_dns_cache_get_n (SimDnsCache *self)
{
  return g_hash_table_size (self->entries);
}

const SimDnsCacheEntry *
sim_dns_cache_peek (SimDnsCache *self, guint i)
{
  g_return_val_if_fail (i < sim_dns_cache_get_n (self), NULL);
  return g_sequence_get (g_sequence_get_iter_at_pos (self->order, (gint) i));
}

/* A TTL with its top bit set counts as 0 (RFC 2181 section 8). */
static guint32
get_ttl (const DnsRecord *record)
{
  return record->ttl <= G_MAXINT32 ? record->ttl : 0;
}

guint32
sim_dns_cache_get_seconds (SimResolverStatus status, const DnsMessage *answer)
{
  guint32  seconds = G_MAXINT32;
  gboolean has_end = status == SIM_RESOLVER_ANSWER;

  for (guint i = 0; i < answer->answers->len; i++)
    seconds = MIN (seconds, get_ttl (dns_message_get_record (answer->answers, i)));
  /* RFC 2308 section 5: without SOA there is no saying how long there will be none. */
  for (guint i = 0; i < answer->authorities->len && status != SIM_RESOLVER_ANSWER; i++)
    {
      const DnsRecord *record = dns_message_get_record (answer->authorities, i);

      if (record->type != DNS_TYPE_SOA)
        continue;
      seconds = MIN (seconds, MIN (get_ttl (record), record->minimum));
      seconds = MIN (seconds, SIM_DNS_NEGATIVE_SECONDS_MAX);
      has_end = TRUE;
    }
  return has_end ? seconds : 0;
}

SimDnsCache *
sim_dns_cache_new (void)
{
  SimDnsCache *self = g_new0 (SimDnsCache, 1);

  self->entries = g_hash_table_new (g_str_hash, g_str_equal);
  self->order = g_sequence_new (free_entry);
  return self;
}

void
sim_dns_cache_free (SimDnsCache *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->entries);
  g_sequence_free (self->order);
  g_free (self);
}
