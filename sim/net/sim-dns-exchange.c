/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim-dns-exchange.h"

#include "sim-datagram.h"
#include "sim-stream.h"

#include <dns/dns-frame.h>

struct _SimDnsExchange
{
  SimHost           *host;
  guint32            server;
  char              *name;
  guint16            type;
  guint16            query_id;
  guint16            port;
  guint              connection; /* of the datagrams, in the log */
  GBytes            *query;
  SimStream         *stream; /* NULL: not over TCP (yet) */
  DnsFramer          framer;
  SimDnsExchangeFunc func;
  gpointer           user_data;
};

guint
sim_dns_record_unit (SimHost    *host,
                     guint       to_actor,
                     guint       connection,
                     const char *what,
                     guint       flags,
                     GBytes     *message)
{
  SimWorld     *world = sim_host_get_world (host);
  gsize         length;
  const guint8 *data = g_bytes_get_data (message, &length);
  TraceEvent    event = {
       .arrival_us = TRACE_NO_TIME,
       .kind = TRACE_UNIT,
       .protocol = TRACE_DNS,
       .flags = flags,
       .connection = connection,
       .from = (guint16) sim_host_get_actor (host),
       .to = (guint16) to_actor,
       .what = trace_log_intern (sim_world_get_log (world), what),
  };

  return sim_world_record (world, &event, data, length);
}

static guint
get_server_actor (SimDnsExchange *self)
{
  return sim_network_get_actor (sim_host_get_network (self->host), self->server);
}

/* Whether the answer is to this very question (RFC 1035 section 7.3). */
static gboolean
is_answer (SimDnsExchange *self, const DnsMessage *answer)
{
  const DnsQuestion *question;

  if (!answer->is_response || answer->id != self->query_id || answer->questions->len != 1)
    return FALSE;
  question = &g_array_index (answer->questions, DnsQuestion, 0);
  return question->type == self->type && dns_name_equals (question->name, self->name);
}

/* Over TCP. The unit is the message; the length before it belongs to the transport. */

static void
on_connected (SimStream *stream, gpointer data)
{
  SimDnsExchange *self = data;
  g_autoptr (GBytes) frame = dns_frame_new (self->query);
  gsize         length;
  const guint8 *bytes = g_bytes_get_data (frame, &length);
  guint         unit = sim_dns_record_unit (self->host, get_server_actor (self),
                                            sim_stream_get_connection (stream), "query", 0,
                                            self->query);

  sim_stream_send (stream, bytes, length, unit);
}

static void
on_received (SimStream *stream, const guint8 *data, gsize length, gpointer user_data)
{
  SimDnsExchange *self = user_data;
  GBytes         *bytes;

  dns_framer_receive (&self->framer, data, length);
  while ((bytes = dns_framer_take (&self->framer)) != NULL)
    {
      g_autoptr (GBytes) message = bytes;
      g_autoptr (DnsMessage) answer = dns_message_decode (g_bytes_get_data (message, NULL),
                                                          g_bytes_get_size (message), NULL);

      if (answer == NULL || !is_answer (self, answer))
        continue;
      self->func (self, answer, self->user_data);
      return;
    }
}

static void
on_ended (SimStream *stream, gpointer data)
{
  SimDnsExchange *self = data;

  self->func (self, NULL, self->user_data);
}

static void
on_failed (SimStream *stream, SimStreamFailure failure, gpointer data)
{
  SimDnsExchange *self = data;

  self->func (self, NULL, self->user_data);
}

static const SimStreamFuncs stream_funcs = {
  .connected = on_connected,
  .received = on_received,
  .ended = on_ended,
  .failed = on_failed,
};

static void
ask_over_tcp (SimDnsExchange *self)
{
  g_autofree char *type = dns_type_to_string (self->type);
  g_autofree char *address = sim_ipv4_to_string (self->server);

  sim_world_note (sim_host_get_world (self->host), sim_host_get_actor (self->host),
                  "dns-truncated", 0, 0,
                  "the answer to %s %s does not fit a datagram: asks again over TCP\n"
                  "name: %s\ntype: %s\nserver: %s",
                  type, self->name, self->name, type, address);
  self->stream = sim_stream_connect (self->host, address, SIM_DNS_PORT, TRACE_DNS, &stream_funcs,
                                     self);
}

/* Over UDP */

static void
on_datagram (SimHost *host, const SimDatagram *datagram, gpointer data)
{
  SimDnsExchange *self = data;
  g_autoptr (DnsMessage) answer = NULL;

  if (datagram->from != self->server || datagram->from_port != SIM_DNS_PORT ||
      self->stream != NULL)
    return;
  answer = dns_message_decode (datagram->data, datagram->length, NULL);
  if (answer == NULL || !is_answer (self, answer))
    return;
  if (answer->is_truncated)
    ask_over_tcp (self);
  else
    self->func (self, answer, self->user_data);
}

void
sim_dns_exchange_send (SimDnsExchange *self)
{
  guint unit;

  if (self->stream != NULL)
    return;
  unit = sim_dns_record_unit (self->host, get_server_actor (self), self->connection, "query", 0,
                              self->query);
  sim_datagram_send (self->host, self->port, self->server, SIM_DNS_PORT, self->query,
                     self->connection, unit);
}

SimDnsExchange *
sim_dns_exchange_new (SimHost           *host,
                      guint32            server,
                      const char        *name,
                      guint16            type,
                      gboolean           recurse,
                      SimDnsExchangeFunc func,
                      gpointer           user_data)
{
  SimDnsExchange *self = g_new0 (SimDnsExchange, 1);
  TraceConnection connection = { .from = (guint16) sim_host_get_actor (host),
                                 .protocol = TRACE_DNS,
                                 .server_port = SIM_DNS_PORT };
  g_autoptr (DnsMessage) query = NULL;

  *self = (SimDnsExchange){ .host = host,
                            .server = server,
                            .name = g_strdup (name),
                            .type = type,
                            .func = func,
                            .user_data = user_data };
  dns_framer_init (&self->framer);
  self->query_id = (guint16) sim_random_range (sim_host_get_random (host), 65536);
  query = dns_message_new_query (self->query_id, name, type);
  query->recursion_desired = recurse;
  self->query = dns_message_encode (query, DNS_UDP_BYTES_MAX);
  if (self->query != NULL)
    self->port = sim_datagram_bind (host, 0, on_datagram, self);
  if (self->port == 0)
    {
      sim_dns_exchange_free (self);
      return NULL;
    }
  connection.to = (guint16) get_server_actor (self);
  connection.client_port = self->port;
  self->connection =
      trace_log_add_connection (sim_world_get_log (sim_host_get_world (host)), &connection);
  return self;
}

void
sim_dns_exchange_free (SimDnsExchange *self)
{
  if (self == NULL)
    return;
  /* A network that is being freed takes ports and streams with it, in an order of its own. */
  if (!sim_network_is_closing (sim_host_get_network (self->host)))
    {
      if (self->port != 0)
        sim_datagram_unbind (self->host, self->port);
      sim_stream_free (self->stream);
    }
  dns_framer_clear (&self->framer);
  g_clear_pointer (&self->query, g_bytes_unref);
  g_free (self->name);
  g_free (self);
}
