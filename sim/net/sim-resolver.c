/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim-resolver.h"

#include "sim-datagram.h"

#include <string.h>

#define DNS_PORT 53
#define KEY "resolver"

/* One question that waits for its answer. */
typedef struct
{
  SimHost        *host;
  guint           id; /* for cancelling */
  char           *name;
  guint16         type;
  SimResolverFunc func; /* NULL: cancelled */
  gpointer        user_data;
  guint           n_tries;
  guint16         query_id;
  guint16         port;
  guint           connection;
  guint64         timer;
} Query;

/* An answer that is remembered. */
typedef struct
{
  char             *name;
  guint16           type;
  SimResolverStatus status;
  DnsMessage       *answer;
  gint64            until_us;
} Memory;

typedef struct
{
  SimHost   *host;
  GPtrArray *queries;  /* of Query */
  GPtrArray *memories; /* of Memory, in the order in which they came */
  guint      last_id;
} Resolver;

static void send_query (Query *self);

const char *
sim_resolver_status_get_name (SimResolverStatus status)
{
  static const char *const names[] = { "NOERROR", "NXDOMAIN", "NODATA", "SERVFAIL", "TIMEOUT" };

  return names[status];
}

static void
free_query (gpointer data)
{
  Query *self = data;

  g_free (self->name);
  g_free (self);
}

static void
free_memory (gpointer data)
{
  Memory *self = data;

  g_free (self->name);
  dns_message_free (self->answer);
  g_free (self);
}

static void
free_resolver (gpointer data)
{
  Resolver *self = data;

  g_ptr_array_unref (self->queries);
  g_ptr_array_unref (self->memories);
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
  self->queries = g_ptr_array_new_with_free_func (free_query);
  self->memories = g_ptr_array_new_with_free_func (free_memory);
  sim_host_attach (host, KEY, self, free_resolver);
  return self;
}

/* Memory */

/* How long an answer may be used: the least TTL of its records; without any, what
 * the SOA says (RFC 2308 section 5). */
static gint64
get_ttl_us (SimResolverStatus status, const DnsMessage *answer)
{
  const GArray *records = status == SIM_RESOLVER_ANSWER ? answer->answers : answer->authorities;
  gint64        ttl = records->len > 0 ? G_MAXINT32 : 0;

  for (guint i = 0; i < records->len; i++)
    {
      const DnsRecord *record = dns_message_get_record (records, i);

      ttl = MIN (ttl, record->ttl);
      if (status != SIM_RESOLVER_ANSWER)
        ttl = record->type == DNS_TYPE_SOA ? MIN (ttl, record->minimum) : 0;
    }
  return ttl * G_USEC_PER_SEC;
}

static Memory *
find_memory (Resolver *self, const char *name, guint16 type)
{
  gint64 now_us = sim_world_get_now (sim_host_get_world (self->host));

  for (guint i = self->memories->len; i-- > 0;)
    {
      Memory *memory = g_ptr_array_index (self->memories, i);

      if (memory->until_us <= now_us)
        g_ptr_array_remove_index (self->memories, i);
      else if (memory->type == type && dns_name_equals (memory->name, name))
        return memory;
    }
  return NULL;
}

/* Ends */

/* Hands the result over; the query is gone before the callback may ask again. */
static void
finish (Query *query, SimResolverStatus status, const DnsMessage *answer)
{
  Resolver       *self = get_resolver (query->host);
  SimResolverFunc func = query->func;
  gpointer        user_data = query->user_data;

  sim_world_cancel (sim_host_get_world (query->host), query->timer);
  if (query->port != 0)
    sim_datagram_unbind (query->host, query->port);
  g_ptr_array_remove (self->queries, query);
  if (func != NULL)
    func (status, answer, user_data);
}

static SimResolverStatus
judge (const Query *query, const DnsMessage *answer)
{
  if (answer->rcode == DNS_RCODE_NXDOMAIN)
    return SIM_RESOLVER_NXDOMAIN;
  if (answer->rcode != DNS_RCODE_NOERROR)
    return SIM_RESOLVER_SERVFAIL;
  for (guint i = 0; i < answer->answers->len; i++)
    if (dns_message_get_record (answer->answers, i)->type == query->type)
      return SIM_RESOLVER_ANSWER;
  return SIM_RESOLVER_NODATA;
}

/* Whether the answer is to this very question (RFC 1035 section 7.3). */
static gboolean
is_answer_to (const Query *query, const DnsMessage *answer)
{
  const DnsQuestion *question;

  if (!answer->is_response || answer->id != query->query_id || answer->questions->len != 1)
    return FALSE;
  question = &g_array_index (answer->questions, DnsQuestion, 0);
  return question->type == query->type && dns_name_equals (question->name, query->name);
}

static void
on_datagram (SimHost *host, const SimDatagram *datagram, gpointer data)
{
  Query            *query = data;
  SimWorld         *world = sim_host_get_world (host);
  SimResolverStatus status;
  gint64            ttl_us;
  g_autoptr (DnsMessage) answer = dns_message_decode (datagram->data, datagram->length, NULL);

  if (answer == NULL || !is_answer_to (query, answer))
    return;
  status = judge (query, answer);
  ttl_us = status == SIM_RESOLVER_SERVFAIL ? 0 : get_ttl_us (status, answer);
  if (ttl_us > 0)
    {
      Memory *memory = g_new0 (Memory, 1);

      *memory = (Memory){ g_strdup (query->name), query->type, status,
                          g_steal_pointer (&answer), sim_world_get_now (world) + ttl_us };
      g_ptr_array_add (get_resolver (host)->memories, memory);
      finish (query, status, memory->answer);
    }
  else
    finish (query, status, answer);
}

static void
on_no_answer (gpointer data)
{
  Query *query = data;

  query->timer = 0;
  if (query->n_tries < SIM_RESOLVER_TRIES_MAX)
    send_query (query);
  else
    finish (query, SIM_RESOLVER_TIMEOUT, NULL);
}

static void
on_remembered (gpointer data)
{
  Query    *query = data;
  Resolver *self = get_resolver (query->host);
  Memory   *memory = find_memory (self, query->name, query->type);

  query->timer = 0;
  if (query->func == NULL)
    finish (query, SIM_RESOLVER_SERVFAIL, NULL);
  else if (memory == NULL)
    send_query (query);
  else
    {
      g_autofree char *type = dns_type_to_string (query->type);

      sim_world_note (sim_host_get_world (query->host), sim_host_get_actor (query->host),
                      "cache-hit", 0, 0, "%s %s is remembered", type, query->name);
      finish (query, memory->status, memory->answer);
    }
}

static void
on_no_resolver (gpointer data)
{
  finish (data, SIM_RESOLVER_SERVFAIL, NULL);
}

/* Asking */

static guint
record_unit (SimHost *host, guint to_actor, guint connection, const char *what, GBytes *bytes)
{
  SimWorld     *world = sim_host_get_world (host);
  gsize         length;
  const guint8 *data = g_bytes_get_data (bytes, &length);
  TraceEvent    event = {
       .arrival_us = TRACE_NO_TIME,
       .kind = TRACE_UNIT,
       .protocol = TRACE_DNS,
       .connection = connection,
       .from = (guint16) sim_host_get_actor (host),
       .to = (guint16) to_actor,
       .what = trace_log_intern (sim_world_get_log (world), what),
  };

  return sim_world_record (world, &event, data, length);
}

static void
send_query (Query *query)
{
  SimHost    *host = query->host;
  SimWorld   *world = sim_host_get_world (host);
  SimNetwork *network = sim_host_get_network (host);
  SimHost    *server = sim_network_get_host (network, sim_host_get_scenario (host)->resolver);
  g_autoptr (DnsMessage) message = NULL;
  g_autoptr (GBytes) bytes = NULL;
  guint unit;

  if (query->connection == 0)
    {
      TraceConnection connection = { .from = (guint16) sim_host_get_actor (host),
                                     .to = (guint16) sim_host_get_actor (server),
                                     .protocol = TRACE_DNS,
                                     .server_port = DNS_PORT };

      query->query_id = (guint16) sim_random_range (sim_host_get_random (host), 65536);
      query->port = sim_datagram_bind (host, 0, on_datagram, query);
      connection.client_port = query->port;
      query->connection = trace_log_add_connection (sim_world_get_log (world), &connection);
    }
  query->n_tries++;
  query->timer = sim_world_schedule (world, sim_world_get_now (world) + SIM_RESOLVER_WAIT_US,
                                     on_no_answer, query, NULL);
  message = dns_message_new_query (query->query_id, query->name, query->type);
  bytes = dns_message_encode (message, DNS_UDP_BYTES_MAX);
  if (bytes == NULL || query->port == 0)
    {
      /* No such name can be asked for: the answer is the same as from a server. */
      finish (query, SIM_RESOLVER_SERVFAIL, NULL);
      return;
    }
  unit = record_unit (host, sim_host_get_actor (server), query->connection, "query", bytes);
  sim_datagram_send (host, query->port, sim_host_get_ipv4 (server), DNS_PORT, bytes,
                     query->connection, unit);
}

static void
on_ask (gpointer data)
{
  Query *query = data;

  query->timer = 0;
  if (query->func == NULL)
    finish (query, SIM_RESOLVER_SERVFAIL, NULL);
  else
    send_query (query);
}

guint
sim_resolver_query (SimHost        *host,
                    const char     *name,
                    guint16         type,
                    SimResolverFunc func,
                    gpointer        user_data)
{
  Resolver *self = get_resolver (host);
  SimWorld *world = sim_host_get_world (host);
  Query    *query = g_new0 (Query, 1);
  SimFunc   next = on_ask;

  *query = (Query){ .host = host, .id = ++self->last_id, .name = g_strdup (name), .type = type,
                    .func = func, .user_data = user_data };
  g_ptr_array_add (self->queries, query);
  if (sim_host_get_scenario (host)->resolver == SIM_SCENARIO_NONE)
    next = on_no_resolver;
  else if (find_memory (self, name, type) != NULL)
    next = on_remembered;
  query->timer = sim_world_schedule (world, sim_world_get_now (world), next, query, NULL);
  return query->id;
}

void
sim_resolver_cancel (SimHost *host, guint id)
{
  Resolver *self = get_resolver (host);

  for (guint i = 0; i < self->queries->len; i++)
    {
      Query *query = g_ptr_array_index (self->queries, i);

      if (query->id == id)
        query->func = NULL;
    }
}
