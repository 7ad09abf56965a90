/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim-nameserver.h"

#include "sim-datagram.h"

#include <inet/inet-packet.h>
#include <arpa/inet.h>
#include <string.h>

#define DNS_PORT 53
#define KEY "nameserver"

/* CNAMEs followed for one question: ours, as common servers do. */
#define CNAME_STEPS_MAX 8

/* What a made-up SOA says (RFC 1035 section 3.3.13), in seconds: ours, as is common. */
#define SOA_SERIAL 1
#define SOA_REFRESH 3600
#define SOA_RETRY 600
#define SOA_EXPIRE 1209600

struct _SimNameserver
{
  const SimScenario *scenario;
  guint              host;
};

typedef struct
{
  SimNameserver         *server;
  const SimScenarioZone *zone;
  DnsMessage            *answer;
} Lookup;

/* Returns: (nullable): the zone of this server that is closest to @name. */
static const SimScenarioZone *
find_zone (SimNameserver *self, const char *name)
{
  const SimScenarioZone *found = NULL;

  for (guint i = 0; i < self->scenario->zones->len; i++)
    {
      const SimScenarioZone *zone = &g_array_index (self->scenario->zones, SimScenarioZone, i);

      if (zone->server == self->host && dns_name_is_within (name, zone->domain) &&
          (found == NULL || strlen (zone->domain) > strlen (found->domain)))
        found = zone;
    }
  return found;
}

static const char *
get_server_name (SimNameserver *self)
{
  return sim_scenario_get_host (self->scenario, self->host)->name;
}

/* Fills in the data of a record from the scenario's text. */
static void
fill_record (DnsRecord *record, const SimScenarioRecord *from)
{
  guint32 address;

  switch (record->type)
    {
    case DNS_TYPE_A:
      inet_ipv4_from_string (from->value, &address);
      for (guint i = 0; i < 4; i++)
        record->address[i] = (guint8) (address >> (24 - 8 * i));
      break;
    case DNS_TYPE_AAAA:
      inet_pton (AF_INET6, from->value, record->address);
      break;
    case DNS_TYPE_MX:
      record->preference = (guint16) from->preference;
      record->target = g_strdup (from->value);
      break;
    case DNS_TYPE_TXT:
      {
        GByteArray *data = g_byte_array_new ();
        gsize       length = strlen (from->value);

        for (gsize at = 0; at == 0 || at < length; at += 255)
          {
            guint8 n_bytes = (guint8) MIN (length - at, 255);

            g_byte_array_append (data, &n_bytes, 1);
            g_byte_array_append (data, (const guint8 *) from->value + at, n_bytes);
          }
        record->data = g_byte_array_free_to_bytes (data);
        break;
      }
    default:
      record->target = g_strdup (from->value);
    }
}

static gboolean
is_type (const SimScenarioRecord *record, guint16 type)
{
  return type == DNS_TYPE_ANY || dns_type_from_string (record->type) == type;
}

/* Appends the zone's records of @type for @name. Returns: how many. */
static guint
add_records (const SimScenarioZone *zone, const char *name, guint16 type, GArray *section)
{
  guint n_added = 0;

  for (guint i = 0; i < zone->records->len; i++)
    {
      const SimScenarioRecord *from = &g_array_index (zone->records, SimScenarioRecord, i);

      if (!is_type (from, type) || !dns_name_equals (from->name, name))
        continue;
      fill_record (dns_message_add_record (section, name, dns_type_from_string (from->type),
                                           zone->ttl),
                   from);
      n_added++;
    }
  return n_added;
}

static gboolean
name_exists (const SimScenarioZone *zone, const char *name)
{
  if (dns_name_equals (zone->domain, name))
    return TRUE;
  for (guint i = 0; i < zone->records->len; i++)
    if (dns_name_is_within (g_array_index (zone->records, SimScenarioRecord, i).name, name))
      return TRUE;
  return FALSE;
}

static void
add_soa (Lookup *self, GArray *section)
{
  DnsRecord *soa =
      dns_message_add_record (section, self->zone->domain, DNS_TYPE_SOA, self->zone->ttl);

  soa->target = g_strdup (get_server_name (self->server));
  soa->mailbox = g_strconcat ("hostmaster", *self->zone->domain != '\0' ? "." : "",
                              self->zone->domain, NULL);
  soa->serial = SOA_SERIAL;
  soa->refresh = SOA_REFRESH;
  soa->retry = SOA_RETRY;
  soa->expire = SOA_EXPIRE;
  soa->minimum = self->zone->ttl;
}

/* NS and SOA of the apex are made up when the zone has none. */
static guint
add_apex (Lookup *self, const char *name, guint16 type)
{
  if (!dns_name_equals (name, self->zone->domain))
    return 0;
  if (type == DNS_TYPE_SOA)
    add_soa (self, self->answer->answers);
  else if (type == DNS_TYPE_NS)
    dns_message_add_record (self->answer->answers, name, type, self->zone->ttl)->target =
        g_strdup (get_server_name (self->server));
  else
    return 0;
  return 1;
}

/* Puts the answer together, following CNAMEs while they stay with this server. */
static void
look_up (Lookup *self, const char *first_name, guint16 type)
{
  g_autofree char *name = g_strdup (first_name);

  for (guint step = 0; step < CNAME_STEPS_MAX; step++)
    {
      GArray *answers = self->answer->answers;

      if (add_records (self->zone, name, type, answers) > 0 || add_apex (self, name, type) > 0)
        return;
      if (type == DNS_TYPE_CNAME ||
          add_records (self->zone, name, DNS_TYPE_CNAME, answers) == 0)
        {
          if (!name_exists (self->zone, name))
            self->answer->rcode = DNS_RCODE_NXDOMAIN;
          add_soa (self, self->answer->authorities);
          return;
        }
      g_free (name);
      name = g_strdup (dns_message_get_record (answers, answers->len - 1)->target);
      self->zone = find_zone (self->server, name);
      if (self->zone == NULL)
        return;
    }
}

/* Adds the addresses of the hosts that the answers name (RFC 1035 section 3.3.9). */
static void
add_addresses (SimNameserver *self, DnsMessage *answer)
{
  for (guint i = 0; i < answer->answers->len; i++)
    {
      const DnsRecord       *record = dns_message_get_record (answer->answers, i);
      const SimScenarioZone *zone;

      if ((record->type != DNS_TYPE_MX && record->type != DNS_TYPE_NS) ||
          *record->target == '\0')
        continue;
      zone = find_zone (self, record->target);
      if (zone != NULL)
        add_records (zone, record->target, DNS_TYPE_A, answer->additionals);
    }
}

static DnsMessage *
answer_query (SimNameserver *self, const DnsMessage *query)
{
  const DnsQuestion *question;
  Lookup             lookup = { .server = self };

  if (query->opcode != 0)
    return dns_message_new_answer (query, DNS_RCODE_NOTIMP);
  if (query->questions->len != 1)
    return dns_message_new_answer (query, DNS_RCODE_FORMERR);
  question = &g_array_index (query->questions, DnsQuestion, 0);
  lookup.zone = find_zone (self, question->name);
  if (lookup.zone == NULL || question->klass != DNS_CLASS_IN)
    return dns_message_new_answer (query, DNS_RCODE_REFUSED);
  lookup.answer = dns_message_new_answer (query, DNS_RCODE_NOERROR);
  lookup.answer->is_authoritative = TRUE;
  look_up (&lookup, question->name, question->type);
  add_addresses (self, lookup.answer);
  return lookup.answer;
}

GBytes *
sim_nameserver_answer (SimNameserver *self, const guint8 *data, gsize length)
{
  g_autoptr (DnsMessage) query = dns_message_decode (data, length, NULL);
  g_autoptr (DnsMessage) answer = NULL;

  if (query == NULL)
    {
      /* RFC 1035 section 4.1.1: FORMERR, to the id at least. */
      if (length < DNS_HEADER_BYTES || (data[2] & 0x80) != 0)
        return NULL;
      answer = dns_message_new ();
      answer->id = (guint16) (data[0] << 8 | data[1]);
      answer->is_response = TRUE;
      answer->rcode = DNS_RCODE_FORMERR;
    }
  else if (query->is_response)
    return NULL;
  else
    answer = answer_query (self, query);
  return dns_message_encode (answer, DNS_UDP_BYTES_MAX);
}

SimNameserver *
sim_nameserver_new (const SimScenario *scenario, guint host)
{
  SimNameserver *self = g_new0 (SimNameserver, 1);

  self->scenario = scenario;
  self->host = host;
  return self;
}

void
sim_nameserver_free (SimNameserver *self)
{
  g_free (self);
}

/* Service */

static void
on_query (SimHost *host, const SimDatagram *datagram, gpointer data)
{
  SimWorld  *world = sim_host_get_world (host);
  g_autoptr (GBytes) bytes = sim_nameserver_answer (data, datagram->data, datagram->length);
  TraceEvent event = {
    .arrival_us = TRACE_NO_TIME,
    .kind = TRACE_UNIT,
    .protocol = TRACE_DNS,
    .connection = datagram->connection,
    .from = (guint16) sim_host_get_actor (host),
    .to = (guint16) sim_network_get_actor (sim_host_get_network (host), datagram->from),
    .what = trace_log_intern (sim_world_get_log (world), "answer"),
  };
  const guint8 *answer;
  gsize         length;
  guint         unit;

  if (bytes == NULL)
    return;
  answer = g_bytes_get_data (bytes, &length);
  if ((answer[3] & 0x0F) != DNS_RCODE_NOERROR)
    event.flags = TRACE_FLAG_ERROR;
  unit = sim_world_record (world, &event, answer, length);
  sim_datagram_send (host, DNS_PORT, datagram->from, datagram->from_port, bytes,
                     datagram->connection, unit);
}

void
sim_nameserver_serve_all (SimNetwork *network)
{
  const SimScenario *scenario = sim_network_get_scenario (network);

  for (guint i = 0; i < scenario->zones->len; i++)
    {
      guint          index = g_array_index (scenario->zones, SimScenarioZone, i).server;
      SimHost       *host = sim_network_get_host (network, index);
      SimNameserver *server;

      if (sim_host_get_attached (host, KEY) != NULL)
        continue;
      server = sim_nameserver_new (scenario, index);
      sim_host_attach (host, KEY, server, (GDestroyNotify) sim_nameserver_free);
      sim_datagram_bind (host, DNS_PORT, on_query, server);
    }
}
