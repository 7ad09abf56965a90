/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim-nameserver.h"

#include "sim-dns-zone.h"

#include <string.h>

/* RFC 6891 section 6.1.3: the upper bits of BADVERS, which is 16. */
#define BADVERS_UPPER 1

struct _SimNameserver
{
  GPtrArray *zones; /* of SimDnsZone */
};

/* Returns: (nullable): the zone of this server that is closest to @name. */
static const SimDnsZone *
find_zone (SimNameserver *self, const char *name)
{
  const SimDnsZone *found = NULL;
  gsize             found_length = 0;

  for (guint i = 0; i < self->zones->len; i++)
    {
      const SimDnsZone *zone = g_ptr_array_index (self->zones, i);
      const char       *domain = sim_dns_zone_get_scenario (zone)->domain;

      if (dns_name_is_within (name, domain) && (found == NULL || strlen (domain) > found_length))
        {
          found = zone;
          found_length = strlen (domain);
        }
    }
  return found;
}

const SimScenarioZone *
sim_nameserver_find_zone (SimNameserver *self, const char *name)
{
  const SimDnsZone *zone = find_zone (self, name);

  return zone != NULL ? sim_dns_zone_get_scenario (zone) : NULL;
}

static gboolean
is_during (const GArray *spans, gint64 now_us)
{
  for (guint i = 0; i < spans->len; i++)
    {
      const SimScenarioSpan *span = &g_array_index (spans, SimScenarioSpan, i);

      if (now_us >= span->from_us && now_us < span->to_us)
        return TRUE;
    }
  return FALSE;
}

/* Nothing but the question and a code. */
static SimNameserverShare
give_up (DnsMessage *answer, DnsRcode rcode, SimNameserverShare share)
{
  g_array_set_size (answer->answers, 0);
  g_array_set_size (answer->authorities, 0);
  answer->is_authoritative = FALSE;
  answer->rcode = (guint8) rcode;
  return share;
}

/* Puts the answer together, following CNAMEs while they stay with this server. */
static SimNameserverShare
look_up (SimNameserver *self, DnsMessage *answer, const char *first, guint16 type, gint64 now_us)
{
  g_autofree char *name = g_strdup (first);

  for (guint n_aliases = 0; n_aliases <= SIM_NAMESERVER_ALIASES_MAX; n_aliases++)
    {
      const SimDnsZone      *zone = find_zone (self, name);
      const SimScenarioZone *scenario = zone != NULL ? sim_dns_zone_get_scenario (zone) : NULL;

      if (zone == NULL || is_during (scenario->lames, now_us))
        return n_aliases > 0 ? SIM_NAMESERVER_BEGUN
                             : give_up (answer, DNS_RCODE_REFUSED, SIM_NAMESERVER_UNKNOWN);
      if (is_during (scenario->serv_fails, now_us))
        return give_up (answer, DNS_RCODE_SERVFAIL, SIM_NAMESERVER_ALL);
      answer->is_authoritative = TRUE;
      switch (sim_dns_zone_look_up (zone, name, type, answer))
        {
        case SIM_DNS_ZONE_RECORDS:
          return SIM_NAMESERVER_ALL;
        case SIM_DNS_ZONE_DELEGATED:
          if (n_aliases > 0)
            return SIM_NAMESERVER_BEGUN;
          answer->is_authoritative = FALSE;
          return SIM_NAMESERVER_REFERS;
        case SIM_DNS_ZONE_NXDOMAIN:
          answer->rcode = DNS_RCODE_NXDOMAIN;
          G_GNUC_FALLTHROUGH;
        case SIM_DNS_ZONE_NODATA:
          sim_dns_zone_add_soa (zone, answer->authorities);
          return SIM_NAMESERVER_ALL;
        case SIM_DNS_ZONE_ALIAS:
          g_free (name);
          name = g_strdup (
              dns_message_get_record (answer->answers, answer->answers->len - 1)->target);
          break;
        }
    }
  return give_up (answer, DNS_RCODE_SERVFAIL, SIM_NAMESERVER_ALL);
}

/* Whether a record names a host whose addresses will be needed next (RFC 1035 section 3.3,
 * RFC 3596 section 3, RFC 2782). */
static gboolean
names_host (const DnsRecord *record)
{
  return (record->type == DNS_TYPE_MX || record->type == DNS_TYPE_NS ||
          record->type == DNS_TYPE_SRV) &&
         *record->target != '\0';
}

static void
add_addresses (SimNameserver *self, DnsMessage *answer, const GArray *section)
{
  for (guint i = 0; i < section->len; i++)
    {
      const DnsRecord  *record = dns_message_get_record (section, i);
      const SimDnsZone *zone = names_host (record) ? find_zone (self, record->target) : NULL;

      if (zone != NULL)
        sim_dns_zone_add_addresses (zone, record->target, answer->additionals);
    }
}

DnsMessage *
sim_nameserver_look_up (SimNameserver      *self,
                        const DnsMessage   *query,
                        gint64              now_us,
                        SimNameserverShare *out_share)
{
  const DnsQuestion *question = &g_array_index (query->questions, DnsQuestion, 0);
  DnsMessage        *answer = dns_message_new_answer (query, DNS_RCODE_NOERROR);

  if (question->klass != DNS_CLASS_IN)
    {
      *out_share = give_up (answer, DNS_RCODE_REFUSED, SIM_NAMESERVER_ALL);
      return answer;
    }
  *out_share = look_up (self, answer, question->name, question->type, now_us);
  add_addresses (self, answer, answer->answers);
  add_addresses (self, answer, answer->authorities);
  return answer;
}

/* Returns: how many OPT records there are; one is the most (RFC 6891 section 6.1.1). */
static guint
count_options (const DnsMessage *query)
{
  guint n = 0;

  for (guint i = 0; i < query->additionals->len; i++)
    n += dns_message_get_record (query->additionals, i)->type == DNS_TYPE_OPT;
  return n;
}

DnsMessage *
sim_nameserver_read_query (const guint8 *data, gsize length, DnsMessage **out_answer)
{
  g_autoptr (DnsMessage) query = dns_message_decode (data, length, NULL);

  *out_answer = NULL;
  if (query == NULL)
    {
      /* RFC 1035 section 4.1.1: FORMERR, to the id at least. */
      if (length < DNS_HEADER_BYTES || (data[2] & 0x80) != 0)
        return NULL;
      *out_answer = dns_message_new ();
      (*out_answer)->id = (guint16) (data[0] << 8 | data[1]);
      (*out_answer)->is_response = TRUE;
      (*out_answer)->rcode = DNS_RCODE_FORMERR;
      return NULL;
    }
  if (query->is_response)
    return NULL;
  if (query->opcode != 0)
    *out_answer = dns_message_new_answer (query, DNS_RCODE_NOTIMP);
  else if (query->questions->len != 1 || count_options (query) > 1)
    *out_answer = dns_message_new_answer (query, DNS_RCODE_FORMERR);
  return *out_answer == NULL ? g_steal_pointer (&query) : NULL;
}

/* Whether there is anything to cut off. */
static gboolean
is_answered (const DnsMessage *answer)
{
  return answer->rcode == DNS_RCODE_NOERROR || answer->rcode == DNS_RCODE_NXDOMAIN;
}

/* Leaves the header and the question alone. */
static void
cut_off (DnsMessage *answer)
{
  g_array_set_size (answer->answers, 0);
  g_array_set_size (answer->authorities, 0);
  g_array_set_size (answer->additionals, 0);
  answer->is_truncated = TRUE;
}

/* An answer that is cut off has no room for its OPT record, but needs it. */
static GBytes *
encode (DnsMessage *answer, gsize bytes_max)
{
  g_autoptr (GBytes) bytes = dns_message_encode (answer, bytes_max);
  const DnsRecord *options = dns_message_get_options (answer);
  guint8           extended_rcode;

  if (bytes == NULL || options == NULL ||
      !(((const guint8 *) g_bytes_get_data (bytes, NULL))[2] & 0x02))
    return g_steal_pointer (&bytes);
  extended_rcode = (guint8) (options->ttl >> 24);
  cut_off (answer);
  dns_message_add_options (answer, SIM_NAMESERVER_UDP_BYTES_MAX, extended_rcode);
  return dns_message_encode (answer, bytes_max);
}

GBytes *
sim_nameserver_write (SimNameserver    *self,
                      const DnsMessage *query,
                      DnsMessage       *answer,
                      gboolean          is_stream)
{
  const DnsRecord       *options = query != NULL ? dns_message_get_options (query) : NULL;
  const SimScenarioZone *zone = NULL;
  gsize                  bytes_max = DNS_UDP_BYTES_MAX;

  if (query != NULL)
    zone = sim_nameserver_find_zone (
        self, g_array_index (query->questions, DnsQuestion, 0).name);
  if (zone != NULL && zone->truncates && !is_stream && is_answered (answer))
    cut_off (answer);
  if (options != NULL)
    {
      gboolean is_known = (options->ttl >> 16 & G_MAXUINT8) == 0;

      /* RFC 6891 section 6.2.3: less than 512 counts as 512. */
      bytes_max = CLAMP (options->klass, DNS_UDP_BYTES_MAX, SIM_NAMESERVER_UDP_BYTES_MAX);
      if (!is_known)
        give_up (answer, DNS_RCODE_NOERROR, SIM_NAMESERVER_ALL);
      dns_message_add_options (answer, SIM_NAMESERVER_UDP_BYTES_MAX,
                               is_known ? 0 : BADVERS_UPPER);
    }
  return encode (answer, is_stream ? DNS_MESSAGE_BYTES_MAX : bytes_max);
}

GBytes *
sim_nameserver_answer (SimNameserver *self,
                       const guint8  *data,
                       gsize          length,
                       gboolean       is_stream,
                       gint64         now_us)
{
  g_autoptr (DnsMessage) answer = NULL;
  g_autoptr (DnsMessage) query = sim_nameserver_read_query (data, length, &answer);
  SimNameserverShare share;

  if (query != NULL)
    answer = sim_nameserver_look_up (self, query, now_us, &share);
  return answer != NULL ? sim_nameserver_write (self, query, answer, is_stream) : NULL;
}

SimNameserver *
sim_nameserver_new (const SimScenario *scenario, guint host)
{
  SimNameserver *self = g_new0 (SimNameserver, 1);

  self->zones = g_ptr_array_new_with_free_func ((GDestroyNotify) sim_dns_zone_free);
  for (guint i = 0; i < scenario->zones->len; i++)
    {
      const SimScenarioZone *zone = &g_array_index (scenario->zones, SimScenarioZone, i);

      if (zone->server == host)
        g_ptr_array_add (self->zones, sim_dns_zone_new (
                                          zone, sim_scenario_get_host (scenario, host)->name));
    }
  return self;
}

void
sim_nameserver_free (SimNameserver *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->zones);
  g_free (self);
}
