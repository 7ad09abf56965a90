/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim-dns-zone.h"

#include <string.h>

/* What a made-up SOA says (RFC 1035 section 3.3.13), in seconds: ours, as is common. */
#define SOA_SERIAL 1
#define SOA_REFRESH 3600
#define SOA_RETRY 600
#define SOA_EXPIRE 1209600

/* Bytes of a character-string (RFC 1035 section 3.3). */
#define STRING_BYTES_MAX 255

struct _SimDnsZone
{
  const SimScenarioZone *scenario;
  DnsMessage            *records; /* the answers are the zone's records, in order */
};

static GBytes *
cut_strings (const char *text)
{
  GByteArray *data = g_byte_array_new ();
  gsize       length = strlen (text);

  for (gsize at = 0; at == 0 || at < length; at += STRING_BYTES_MAX)
    {
      guint8 n_bytes = (guint8) MIN (length - at, STRING_BYTES_MAX);

      g_byte_array_append (data, &n_bytes, 1);
      g_byte_array_append (data, (const guint8 *) text + at, n_bytes);
    }
  return g_byte_array_free_to_bytes (data);
}

static gboolean
has (const SimDnsZone *self, const char *name, guint16 type)
{
  for (guint i = 0; i < self->records->answers->len; i++)
    {
      const DnsRecord *record = dns_message_get_record (self->records->answers, i);

      if (record->type == type && dns_name_equals (record->name, name))
        return TRUE;
    }
  return FALSE;
}

/* Appends the records of @type that @owner has, as records of @name. Returns: how many. */
static guint
add (const SimDnsZone *self, const char *owner, const char *name, guint16 type, GArray *section)
{
  guint n_added = 0;

  for (guint i = 0; i < self->records->answers->len; i++)
    {
      const DnsRecord *record = dns_message_get_record (self->records->answers, i);
      DnsRecord       *added;

      if ((type != DNS_TYPE_ANY && record->type != type) ||
          !dns_name_equals (record->name, owner))
        continue;
      dns_message_add_copy (section, record);
      added = &g_array_index (section, DnsRecord, section->len - 1);
      g_free (added->name);
      added->name = g_strdup (name);
      n_added++;
    }
  return n_added;
}

/* A name is there if it, or any name below it, has records (RFC 1034 section 3.1). */
static gboolean
exists (const SimDnsZone *self, const char *name)
{
  for (guint i = 0; i < self->records->answers->len; i++)
    if (dns_name_is_within (dns_message_get_record (self->records->answers, i)->name, name))
      return TRUE;
  return FALSE;
}

/* Returns: (nullable): the name above or at @name, nearest to the zone's own, that has been
 * delegated. */
static const char *
find_cut (const SimDnsZone *self, const char *name)
{
  const char *found = NULL;

  while (name != NULL && !dns_name_equals (name, self->scenario->domain))
    {
      if (has (self, name, DNS_TYPE_NS))
        found = name;
      name = dns_name_get_parent (name);
    }
  return found;
}

/* Returns: (transfer full) (nullable): the wildcard that stands in for @name, which is not there
 * (RFC 1034 section 4.3.3): below the nearest name that is. */
static char *
find_wildcard (const SimDnsZone *self, const char *name)
{
  g_autofree char *wildcard = NULL;

  do
    name = dns_name_get_parent (name);
  while (name != NULL && !exists (self, name));
  if (name == NULL)
    return NULL;
  wildcard = g_strconcat ("*", *name != '\0' ? "." : "", name, NULL);
  return exists (self, wildcard) ? g_steal_pointer (&wildcard) : NULL;
}

SimDnsZoneResult
sim_dns_zone_look_up (const SimDnsZone *self,
                      const char       *name,
                      guint16           type,
                      DnsMessage       *answer)
{
  const char      *cut = find_cut (self, name);
  g_autofree char *owner = NULL;

  if (cut != NULL)
    {
      add (self, cut, cut, DNS_TYPE_NS, answer->authorities);
      return SIM_DNS_ZONE_DELEGATED;
    }
  owner = exists (self, name) ? g_strdup (name) : find_wildcard (self, name);
  if (owner == NULL)
    return SIM_DNS_ZONE_NXDOMAIN;
  if (add (self, owner, name, type, answer->answers) > 0)
    return SIM_DNS_ZONE_RECORDS;
  if (type != DNS_TYPE_CNAME && add (self, owner, name, DNS_TYPE_CNAME, answer->answers) > 0)
    return SIM_DNS_ZONE_ALIAS;
  return SIM_DNS_ZONE_NODATA;
}

void
sim_dns_zone_add_soa (const SimDnsZone *self, GArray *section)
{
  DnsRecord *soa;

  add (self, self->scenario->domain, self->scenario->domain, DNS_TYPE_SOA, section);
  soa = &g_array_index (section, DnsRecord, section->len - 1);
  soa->ttl = MIN (soa->ttl, soa->minimum);
}

void
sim_dns_zone_add_addresses (const SimDnsZone *self, const char *name, GArray *section)
{
  add (self, name, name, DNS_TYPE_A, section);
  add (self, name, name, DNS_TYPE_AAAA, section);
}

const SimScenarioZone *
sim_dns_zone_get_scenario (const SimDnsZone *self)
{
  return self->scenario;
}

static void
add_soa (SimDnsZone *self, const char *server)
{
  const char *domain = self->scenario->domain;
  DnsRecord  *soa = dns_message_add_record (self->records->answers, domain, DNS_TYPE_SOA,
                                            self->scenario->ttl);

  soa->target = g_strdup (server);
  soa->mailbox = g_strconcat ("hostmaster", *domain != '\0' ? "." : "", domain, NULL);
  soa->serial = SOA_SERIAL;
  soa->refresh = SOA_REFRESH;
  soa->retry = SOA_RETRY;
  soa->expire = SOA_EXPIRE;
  soa->minimum = self->scenario->ttl;
}

SimDnsZone *
sim_dns_zone_new (const SimScenarioZone *scenario, const char *server)
{
  SimDnsZone *self = g_new0 (SimDnsZone, 1);

  self->scenario = scenario;
  self->records = dns_message_new ();
  for (guint i = 0; i < scenario->records->len; i++)
    {
      const SimScenarioRecord *from = &g_array_index (scenario->records, SimScenarioRecord, i);
      DnsRecord               *record =
          dns_message_add_record (self->records->answers, from->name,
                                  dns_type_from_string (from->type), scenario->ttl);

      if (record->type == DNS_TYPE_TXT)
        record->data = cut_strings (from->value);
      else if (!dns_record_read_data (record, from->value))
        g_assert_not_reached (); /* the scenario has been checked */
    }
  if (!has (self, scenario->domain, DNS_TYPE_NS))
    dns_message_add_record (self->records->answers, scenario->domain, DNS_TYPE_NS, scenario->ttl)
        ->target = g_strdup (server);
  if (!has (self, scenario->domain, DNS_TYPE_SOA))
    add_soa (self, server);
  return self;
}

void
sim_dns_zone_free (SimDnsZone *self)
{
  if (self == NULL)
    return;
  dns_message_free (self->records);
  g_free (self);
}
