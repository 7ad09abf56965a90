/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim-nameserver.h"

#include "sim-datagram.h"
#include "sim-dns-exchange.h"
#include "sim-dns-lookup.h"
#include "sim-stream.h"

#include <dns/dns-frame.h>
#include <string.h>

#define KEY "nameserver"

/* A name server at work on its host. */
typedef struct
{
  SimHost       *host;
  SimNameserver *server;
  SimDnsLookups *lookups;     /* NULL: it asks nobody else */
  GPtrArray     *queries;     /* of Query, not answered yet */
  GPtrArray     *connections; /* of Connection */
} Service;

/* A TCP connection that queries come over. */
typedef struct
{
  Service  *service;
  SimStream *stream;
  DnsFramer  framer;
  gboolean   is_input_over;
} Connection;

/* A query being answered, and where its answer goes. */
typedef struct
{
  Service      *service;
  DnsMessage   *query;  /* (nullable): it could not be read */
  DnsMessage   *answer; /* from the server's own zones */
  Connection   *connection; /* NULL: it came over UDP */
  guint32       from;
  guint16       from_port;
  guint         log_connection;
  SimDnsLookup *lookup; /* others are being asked */
  guint64       timer;  /* the answer is ready, and waits */
  GBytes       *bytes;
} Query;

static void
free_query (Query *self)
{
  sim_world_cancel (sim_host_get_world (self->service->host), self->timer);
  dns_message_free (self->query);
  dns_message_free (self->answer);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_free (self);
}

static void
free_connection (Connection *self)
{
  /* A network that is being freed takes its streams with it. */
  if (!sim_network_is_closing (sim_host_get_network (self->service->host)))
    sim_stream_free (self->stream);
  dns_framer_clear (&self->framer);
  g_free (self);
}

/* Drops a query that can't be answered any more. */
static void
drop_query (Query *self)
{
  if (self->lookup != NULL)
    sim_dns_lookup_forget (self->lookup, self);
  g_ptr_array_remove (self->service->queries, self);
  free_query (self);
}

static gboolean
has_queries (const Connection *connection)
{
  const GPtrArray *queries = connection->service->queries;

  for (guint i = 0; i < queries->len; i++)
    if (((const Query *) g_ptr_array_index (queries, i))->connection == connection)
      return TRUE;
  return FALSE;
}

static void
close_connection (Connection *self)
{
  GPtrArray *queries = self->service->queries;

  for (guint i = queries->len; i-- > 0;)
    if (((Query *) g_ptr_array_index (queries, i))->connection == self)
      drop_query (g_ptr_array_index (queries, i));
  g_ptr_array_remove (self->service->connections, self);
  free_connection (self);
}

/* Answering */

static void
send_answer (Query *self)
{
  Service      *service = self->service;
  Connection   *connection = self->connection;
  const guint8 *data = g_bytes_get_data (self->bytes, NULL);
  guint flags = (data[3] & 0x0F) != DNS_RCODE_NOERROR ? TRACE_FLAG_ERROR : 0;
  guint actor = sim_network_get_actor (sim_host_get_network (service->host), self->from);
  guint unit = sim_dns_record_unit (service->host, actor, self->log_connection, "answer", flags,
                                    self->bytes);

  if (connection == NULL)
    sim_datagram_send (service->host, SIM_DNS_PORT, self->from, self->from_port, self->bytes,
                       self->log_connection, unit);
  else
    {
      g_autoptr (GBytes) frame = dns_frame_new (self->bytes);
      gsize length;

      data = g_bytes_get_data (frame, &length);
      sim_stream_send (connection->stream, data, length, unit);
    }
  drop_query (self);
  if (connection != NULL && connection->is_input_over && !has_queries (connection))
    close_connection (connection);
}

static void
on_delayed (gpointer data)
{
  Query *self = data;

  self->timer = 0;
  send_answer (self);
}

/* Sends @answer, once the time has passed that the zone's server takes. */
static void
answer_query (Query *self, DnsMessage *answer)
{
  Service               *service = self->service;
  SimWorld              *world = sim_host_get_world (service->host);
  const SimScenarioZone *zone = NULL;

  answer->recursion_available = service->lookups != NULL;
  self->bytes = sim_nameserver_write (service->server, self->query, answer,
                                      self->connection != NULL);
  if (self->bytes == NULL)
    {
      drop_query (self);
      return;
    }
  if (self->query != NULL)
    zone = sim_nameserver_find_zone (
        service->server, g_array_index (self->query->questions, DnsQuestion, 0).name);
  if (zone == NULL || zone->delay_us == 0)
    send_answer (self);
  else
    self->timer = sim_world_schedule (world, sim_world_get_now (world) + zone->delay_us,
                                      on_delayed, self, NULL);
}

/* Others have been asked. */
static void
on_found (SimResolverStatus status, const DnsMessage *found, gpointer data)
{
  Query *self = data;
  g_autoptr (DnsMessage) answer = dns_message_new_answer (self->query, DNS_RCODE_SERVFAIL);

  self->lookup = NULL;
  if (found != NULL)
    {
      answer->rcode = found->rcode;
      for (guint i = 0; i < found->answers->len; i++)
        dns_message_add_copy (answer->answers, dns_message_get_record (found->answers, i));
      for (guint i = 0; i < found->authorities->len; i++)
        if (dns_message_get_record (found->authorities, i)->type == DNS_TYPE_SOA)
          dns_message_add_copy (answer->authorities,
                                dns_message_get_record (found->authorities, i));
    }
  answer_query (self, answer);
}

/* Recursion (RFC 1034 section 4.3.1) */

/* Returns: (nullable): the zone of the scenario that is closest to @name. */
static const SimScenarioZone *
find_closest (Service *self, const char *name)
{
  const SimScenario *scenario = sim_network_get_scenario (sim_host_get_network (self->host));
  const SimScenarioZone *found = NULL;

  for (guint i = 0; i < scenario->zones->len; i++)
    {
      const SimScenarioZone *zone = &g_array_index (scenario->zones, SimScenarioZone, i);

      if (dns_name_is_within (name, zone->domain) &&
          (found == NULL || strlen (zone->domain) > strlen (found->domain)))
        found = zone;
    }
  return found;
}

static const SimScenarioZone *
find_root (Service *self)
{
  const SimScenario *scenario = sim_network_get_scenario (sim_host_get_network (self->host));

  for (guint i = 0; i < scenario->zones->len; i++)
    if (*g_array_index (scenario->zones, SimScenarioZone, i).domain == '\0')
      return &g_array_index (scenario->zones, SimScenarioZone, i);
  return NULL;
}

/* Whether the server has no zone for @name, or, in a world without a root zone, another server
 * has a closer one: then nothing else leads there. */
static gboolean
is_others (Service *self, const char *name)
{
  const SimScenarioZone *own = sim_nameserver_find_zone (self->server, name);

  return own == NULL || (find_root (self) == NULL && find_closest (self, name) != own);
}

static DnsMessage *
get_own (const char *name, guint16 type, gpointer data)
{
  Service *self = data;
  g_autoptr (DnsMessage) query = dns_message_new_query (0, name, type);
  g_autoptr (DnsMessage) answer = NULL;
  SimNameserverShare share;

  answer = sim_nameserver_look_up (
      self->server, query, sim_world_get_now (sim_host_get_world (self->host)), &share);
  if (share == SIM_NAMESERVER_UNKNOWN ||
      (share != SIM_NAMESERVER_REFERS && is_others (self, name)))
    return NULL;
  return g_steal_pointer (&answer);
}

static gboolean
get_hint (const char *name, SimDnsHint *out_hint, gpointer data)
{
  Service               *self = data;
  SimNetwork            *network = sim_host_get_network (self->host);
  const SimScenarioZone *zone = find_root (self);

  if (zone == NULL)
    zone = find_closest (self, name);
  if (zone == NULL)
    return FALSE;
  *out_hint = (SimDnsHint){ zone->domain,
                            sim_host_get_ipv4 (sim_network_get_host (network, zone->server)) };
  return TRUE;
}

static const SimDnsLookupsFuncs lookups_funcs = { get_own, get_hint };

/* Taking queries */

/* Whether the same query, sent again because its answer is slow to come, is being answered. */
static gboolean
is_repeated (const Query *self)
{
  const GPtrArray *queries = self->service->queries;

  for (guint i = 0; i < queries->len; i++)
    {
      const Query *other = g_ptr_array_index (queries, i);

      if (other != self && other->connection == self->connection && other->from == self->from &&
          other->from_port == self->from_port && other->query != NULL &&
          other->query->id == self->query->id)
        return TRUE;
    }
  return FALSE;
}

static void
take_query (Query *self, const guint8 *data, gsize length)
{
  Service           *service = self->service;
  gint64             now_us = sim_world_get_now (sim_host_get_world (service->host));
  SimNameserverShare share = SIM_NAMESERVER_ALL;
  const DnsQuestion *question;

  g_ptr_array_add (service->queries, self);
  self->query = sim_nameserver_read_query (data, length, &self->answer);
  if (self->query == NULL && self->answer == NULL)
    {
      drop_query (self);
      return;
    }
  if (self->query == NULL)
    {
      answer_query (self, self->answer);
      return;
    }
  if (is_repeated (self))
    {
      drop_query (self);
      return;
    }
  self->answer = sim_nameserver_look_up (service->server, self->query, now_us, &share);
  question = &g_array_index (self->query->questions, DnsQuestion, 0);
  if (service->lookups != NULL && self->query->recursion_desired &&
      question->klass == DNS_CLASS_IN &&
      (share != SIM_NAMESERVER_ALL || is_others (service, question->name)))
    self->lookup = sim_dns_lookups_find (service->lookups, question->name, question->type,
                                         on_found, self);
  else
    answer_query (self, self->answer);
}

static void
on_datagram (SimHost *host, const SimDatagram *datagram, gpointer data)
{
  Query *query = g_new0 (Query, 1);

  *query = (Query){ .service = data,
                    .from = datagram->from,
                    .from_port = datagram->from_port,
                    .log_connection = datagram->connection };
  take_query (query, datagram->data, datagram->length);
}

static void
on_received (SimStream *stream, const guint8 *data, gsize length, gpointer user_data)
{
  Connection *self = user_data;
  GBytes     *bytes;

  dns_framer_receive (&self->framer, data, length);
  while ((bytes = dns_framer_take (&self->framer)) != NULL)
    {
      g_autoptr (GBytes) message = bytes;
      gsize         message_length;
      const guint8 *start = g_bytes_get_data (message, &message_length);
      Query        *query = g_new0 (Query, 1);

      *query = (Query){ .service = self->service,
                        .connection = self,
                        .from = sim_stream_get_peer_ipv4 (stream),
                        .from_port = sim_stream_get_peer_port (stream),
                        .log_connection = sim_stream_get_connection (stream) };
      take_query (query, start, message_length);
    }
}

static void
on_ended (SimStream *stream, gpointer data)
{
  Connection *self = data;

  self->is_input_over = TRUE;
  if (!has_queries (self))
    close_connection (self);
}

static void
on_failed (SimStream *stream, SimStreamFailure failure, gpointer data)
{
  close_connection (data);
}

static const SimStreamFuncs stream_funcs = {
  .received = on_received,
  .ended = on_ended,
  .failed = on_failed,
};

static void
on_accepted (SimStream *stream, gpointer data)
{
  Service    *service = data;
  Connection *connection = g_new0 (Connection, 1);

  *connection = (Connection){ .service = service, .stream = stream };
  dns_framer_init (&connection->framer);
  g_ptr_array_add (service->connections, connection);
  sim_stream_set_funcs (stream, &stream_funcs, connection);
}

/* Starting */

static void
free_service (gpointer data)
{
  Service *self = data;

  sim_dns_lookups_free (self->lookups);
  for (guint i = 0; i < self->queries->len; i++)
    free_query (g_ptr_array_index (self->queries, i));
  for (guint i = 0; i < self->connections->len; i++)
    free_connection (g_ptr_array_index (self->connections, i));
  g_ptr_array_unref (self->queries);
  g_ptr_array_unref (self->connections);
  sim_nameserver_free (self->server);
  g_free (self);
}

static void
serve (SimHost *host, gboolean is_recursive)
{
  const SimScenario *scenario = sim_network_get_scenario (sim_host_get_network (host));
  Service           *self = sim_host_get_attached (host, KEY);

  if (self == NULL)
    {
      self = g_new0 (Service, 1);
      self->host = host;
      self->server = sim_nameserver_new (scenario, sim_host_get_index (host));
      self->queries = g_ptr_array_new ();
      self->connections = g_ptr_array_new ();
      sim_datagram_bind (host, SIM_DNS_PORT, on_datagram, self);
      sim_stream_listen (host, SIM_DNS_PORT, on_accepted, self);
      sim_host_attach (host, KEY, self, free_service);
    }
  if (is_recursive && self->lookups == NULL)
    self->lookups = sim_dns_lookups_new (host, &lookups_funcs, self);
}

void
sim_nameserver_serve_all (SimNetwork *network)
{
  const SimScenario *scenario = sim_network_get_scenario (network);

  for (guint i = 0; i < scenario->zones->len; i++)
    serve (sim_network_get_host (network,
                                 g_array_index (scenario->zones, SimScenarioZone, i).server),
           FALSE);
  for (guint i = 0; i < scenario->hosts->len; i++)
    {
      const GArray *resolvers = sim_scenario_get_host (scenario, i)->resolvers;

      for (guint j = 0; j < resolvers->len; j++)
        serve (sim_network_get_host (network, g_array_index (resolvers, guint, j)), TRUE);
    }
}

SimDnsCache *
sim_nameserver_get_cache (SimHost *host)
{
  Service *self = sim_host_get_attached (host, KEY);

  return self != NULL && self->lookups != NULL ? sim_dns_lookups_get_cache (self->lookups) : NULL;
}
