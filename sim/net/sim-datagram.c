/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim-datagram.h"

#include <inet/inet-packet.h>

/* Of the dynamic range, in order, as for streams. */
#define PORT_FIRST 49152

#define KEY "datagrams"

typedef struct
{
  guint16         port;
  SimDatagramFunc func;
  gpointer        user_data;
} Binding;

/* What a host keeps for its datagrams. */
typedef struct
{
  GArray *bindings; /* of Binding */
  guint16 next_port;
  guint16 next_ip_id;
} Datagrams;

static void
free_datagrams (gpointer data)
{
  Datagrams *self = data;

  g_array_unref (self->bindings);
  g_free (self);
}

static Binding *
find_binding (Datagrams *self, guint16 port)
{
  for (guint i = 0; i < self->bindings->len; i++)
    if (g_array_index (self->bindings, Binding, i).port == port)
      return &g_array_index (self->bindings, Binding, i);
  return NULL;
}

static void
on_packet (SimHost *host, const guint8 *data, gsize length, const SimPacketInfo *info)
{
  Datagrams  *self = sim_host_get_attached (host, KEY);
  SimWorld   *world = sim_host_get_world (host);
  InetPacket  packet;
  SimDatagram datagram;
  Binding    *binding;

  if (!inet_packet_parse (data, length, &packet))
    return;
  binding = find_binding (self, packet.destination_port);
  if (binding == NULL || (binding->port < PORT_FIRST && !sim_host_is_serving (host)))
    return;
  if (info->cause != 0)
    trace_log_set_arrival (sim_world_get_log (world), info->cause, sim_world_get_now (world));
  datagram = (SimDatagram){
    .from = packet.source,
    .from_port = packet.source_port,
    .to_port = packet.destination_port,
    .data = packet.payload,
    .length = packet.payload_length,
    .connection = info->connection,
    .unit = info->cause,
  };
  binding->func (host, &datagram, binding->user_data);
}

static Datagrams *
get_datagrams (SimHost *host)
{
  Datagrams *self = sim_host_get_attached (host, KEY);

  if (self != NULL)
    return self;
  self = g_new0 (Datagrams, 1);
  self->bindings = g_array_new (FALSE, FALSE, sizeof (Binding));
  self->next_port = PORT_FIRST;
  self->next_ip_id = 1;
  sim_host_attach (host, KEY, self, free_datagrams);
  sim_host_set_receiver (host, INET_PROTOCOL_UDP, on_packet);
  return self;
}

/* Returns: the next free port of the range, 0 when all are taken. */
static guint16
take_port (Datagrams *self)
{
  for (guint n = PORT_FIRST; n <= G_MAXUINT16; n++)
    {
      guint16 port = self->next_port;

      self->next_port = port == G_MAXUINT16 ? PORT_FIRST : (guint16) (port + 1);
      if (find_binding (self, port) == NULL)
        return port;
    }
  return 0;
}

guint16
sim_datagram_bind (SimHost *host, guint16 port, SimDatagramFunc func, gpointer user_data)
{
  Datagrams *self = get_datagrams (host);
  Binding    binding = { port, func, user_data };

  if (port == 0)
    binding.port = take_port (self);
  else if (find_binding (self, port) != NULL)
    return 0;
  if (binding.port != 0)
    g_array_append_val (self->bindings, binding);
  return binding.port;
}

void
sim_datagram_unbind (SimHost *host, guint16 port)
{
  Datagrams *self = get_datagrams (host);

  for (guint i = 0; i < self->bindings->len; i++)
    if (g_array_index (self->bindings, Binding, i).port == port)
      {
        g_array_remove_index (self->bindings, i);
        return;
      }
}

void
sim_datagram_send (SimHost *host,
                   guint16  port,
                   guint32  to,
                   guint16  to_port,
                   GBytes  *payload,
                   guint    connection,
                   guint    unit)
{
  Datagrams *self = get_datagrams (host);
  InetPacket packet = {
    .source = sim_host_get_ipv4 (host),
    .destination = to,
    .protocol = INET_PROTOCOL_UDP,
    .ip_id = self->next_ip_id++,
    .source_port = port,
    .destination_port = to_port,
  };
  SimPacketInfo info = { TRACE_UDP, connection, unit, 0 };
  g_autoptr (GBytes) bytes = NULL;

  packet.payload = g_bytes_get_data (payload, &packet.payload_length);
  bytes = inet_packet_build (&packet);
  sim_host_send_packet (host, to, bytes, &info);
}
