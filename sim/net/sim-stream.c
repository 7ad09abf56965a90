/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim-stream-private.h"

#define KEY "streams"

typedef struct
{
  guint16             port;
  SimStreamAcceptFunc accept;
  gpointer            user_data;
} Listener;

/* A connection that has ended well. Its last acknowledgement may have been lost; then the peer
 * sends FIN again and must get an acknowledgement, not RST (RFC 9293 section 3.6: TIME-WAIT).
 * It stays for good: a timer would only make worlds longer. */
typedef struct
{
  guint32 peer;
  guint16 port;
  guint16 peer_port;
  guint32 sequence;
  guint32 acknowledgement;
} Departed;

/* What a host keeps for its streams. */
typedef struct
{
  GPtrArray  *streams;   /* of SimStream */
  GHashTable *pairs;     /* guint64 -> SimStream: those that are not over; looked up only */
  GArray     *listeners; /* of Listener */
  GArray     *departed;  /* of Departed */
  guint16     next_port;
  guint16     next_ip_id;
} Streams;

/* A connection is known by its pair of sockets (RFC 9293 section 3.3.1), one of which has the
 * host's own address. */
static guint64
make_pair (guint16 port, guint32 peer, guint16 peer_port)
{
  return (guint64) peer << 32 | (guint64) port << 16 | peer_port;
}

static void on_packet (SimHost *host, const guint8 *data, gsize length, const SimPacketInfo *info);
static void destroy (SimStream *self);

static void
free_streams (gpointer data)
{
  Streams *self = data;

  for (guint i = 0; i < self->streams->len; i++)
    destroy (g_ptr_array_index (self->streams, i));
  g_ptr_array_unref (self->streams);
  g_hash_table_unref (self->pairs);
  g_array_unref (self->listeners);
  g_array_unref (self->departed);
  g_free (self);
}

static Streams *
get_streams (SimHost *host)
{
  Streams *self = sim_host_get_attached (host, KEY);

  if (self != NULL)
    return self;
  self = g_new0 (Streams, 1);
  self->streams = g_ptr_array_new ();
  self->pairs = g_hash_table_new (g_int64_hash, g_int64_equal);
  self->listeners = g_array_new (FALSE, FALSE, sizeof (Listener));
  self->departed = g_array_new (FALSE, FALSE, sizeof (Departed));
  self->next_port = SIM_STREAM_PORT_FIRST;
  self->next_ip_id = 1;
  sim_host_attach (host, KEY, self, free_streams);
  sim_host_set_receiver (host, INET_PROTOCOL_TCP, on_packet);
  return self;
}

SimWorld *
stream_get_world (SimStream *self)
{
  return sim_host_get_world (self->host);
}

guint
stream_record (SimStream *self, TraceKind kind, guint flags, gint64 arrival_us)
{
  TraceEvent event = {
    .arrival_us = arrival_us,
    .kind = kind,
    .protocol = self->protocol,
    .flags = flags,
    .connection = self->connection,
    .from = (guint16) sim_host_get_actor (self->host),
    .to = (guint16) self->peer_actor,
  };

  return sim_world_record (stream_get_world (self), &event, NULL, 0);
}

/* As stream_record(), for what the peer did and this end learns now. */
static guint
record_by_peer (SimStream *self, TraceKind kind, guint flags, guint cause)
{
  SimWorld  *world = stream_get_world (self);
  TraceEvent event = {
    .arrival_us = sim_world_get_now (world),
    .kind = kind,
    .protocol = self->protocol,
    .flags = flags,
    .cause = cause,
    .connection = self->connection,
    .from = (guint16) self->peer_actor,
    .to = (guint16) sim_host_get_actor (self->host),
  };

  return sim_world_record (world, &event, NULL, 0);
}

void
stream_send_segment (SimHost *host, guint32 to, InetPacket *packet, guint connection, guint cause)
{
  SimPacketInfo info = { TRACE_TCP, connection, cause, 0 };
  g_autoptr (GBytes) bytes = NULL;

  packet->source = sim_host_get_ipv4 (host);
  packet->destination = to;
  packet->protocol = INET_PROTOCOL_TCP;
  packet->ip_id = get_streams (host)->next_ip_id++;
  bytes = inet_packet_build (packet);
  sim_host_send_packet (host, to, bytes, &info);
}

/* Ends */

/* Packets find it no more. */
static void
forget (SimStream *self)
{
  Streams *streams = sim_host_get_attached (self->host, KEY); /* NULL while it is being freed */

  if (streams != NULL && g_hash_table_lookup (streams->pairs, &self->pair) == self)
    g_hash_table_remove (streams->pairs, &self->pair);
}

static void
destroy (SimStream *self)
{
  Streams *streams = sim_host_get_attached (self->host, KEY);

  stream_stop_timer (self);
  if (self->is_gone != NULL)
    *self->is_gone = TRUE;
  if (self->other != NULL)
    self->other->other = NULL;
  if (streams != NULL)
    {
      forget (self);
      g_ptr_array_remove_index_fast (streams->streams, self->index);
      if (self->index < streams->streams->len)
        ((SimStream *) g_ptr_array_index (streams->streams, self->index))->index = self->index;
    }
  for (guint i = 0; i < self->early->len; i++)
    g_bytes_unref (g_array_index (self->early, StreamEarly, i).bytes);
  g_array_unref (self->early);
  g_array_unref (self->units);
  g_byte_array_unref (self->out);
  g_free (self);
}

gboolean
stream_call (SimStream *self, void (*func) (SimStream *stream, gpointer user_data))
{
  gboolean is_gone = FALSE;

  if (!self->is_owned || func == NULL)
    return TRUE;
  self->is_gone = &is_gone;
  func (self, self->user_data);
  if (!is_gone)
    self->is_gone = NULL;
  return !is_gone;
}

gboolean
stream_call_received (SimStream *self, const GByteArray *in)
{
  gboolean is_gone = FALSE;

  if (!self->is_owned || self->funcs == NULL || self->funcs->received == NULL)
    return TRUE;
  self->is_gone = &is_gone;
  self->funcs->received (self, in->data, in->len, self->user_data);
  if (!is_gone)
    self->is_gone = NULL;
  return !is_gone;
}

/* Nothing will happen any more. Returns: whether there is an owner who will free it. */
static gboolean
be_over (SimStream *self)
{
  stream_stop_timer (self);
  self->state = STREAM_OVER;
  forget (self);
  if (self->is_owned)
    return TRUE;
  destroy (self);
  return FALSE;
}

void
stream_fail (SimStream *self, SimStreamFailure failure)
{
  if (be_over (self) && self->funcs != NULL && self->funcs->failed != NULL)
    self->funcs->failed (self, failure, self->user_data);
}

void
stream_close (SimStream *self)
{
  Departed departed = { self->peer, self->port, self->peer_port, stream_get_next_sequence (self),
                        stream_get_acknowledgement (self) };

  g_array_append_val (get_streams (self->host)->departed, departed);
  if (be_over (self) && self->funcs != NULL)
    stream_call (self, self->funcs->closed);
}

/* Who a packet is for */

static SimStream *
find_stream (Streams *self, guint16 port, guint32 peer, guint16 peer_port)
{
  guint64 pair = make_pair (port, peer, peer_port);

  return g_hash_table_lookup (self->pairs, &pair);
}

static Listener *
find_listener (Streams *self, guint16 port)
{
  for (guint i = 0; i < self->listeners->len; i++)
    if (g_array_index (self->listeners, Listener, i).port == port)
      return &g_array_index (self->listeners, Listener, i);
  return NULL;
}

static SimStream *
stream_new (SimHost *host, guint32 peer, guint16 port, guint16 peer_port)
{
  SimStream *self = g_new0 (SimStream, 1);
  Streams   *streams = get_streams (host);
  guint      mtu = sim_host_get_mtu (host, peer);

  self->host = host;
  self->peer = peer;
  self->port = port;
  self->peer_port = peer_port;
  self->peer_actor = sim_network_get_actor (sim_host_get_network (host), peer);
  self->mss = MIN (mtu - INET_IPV4_HEADER_BYTES - INET_TCP_HEADER_BYTES, SIM_STREAM_MSS_DEFAULT);
  self->iss = (guint32) sim_random_next_u64 (sim_host_get_random (host));
  self->out = g_byte_array_new ();
  self->units = g_array_new (FALSE, FALSE, sizeof (StreamUnit));
  self->early = g_array_new (FALSE, FALSE, sizeof (StreamEarly));
  self->fin_offset = G_MAXUINT64;
  self->pair = make_pair (port, peer, peer_port);
  self->index = streams->streams->len;
  g_ptr_array_add (streams->streams, self);
  g_hash_table_replace (streams->pairs, &self->pair, self);
  return self;
}

/* Joins an end to the one that connected to it, if that still is there. */
static void
join_ends (SimStream *self)
{
  SimNetwork      *network = sim_host_get_network (self->host);
  g_autofree char *address = sim_ipv4_to_string (self->peer);
  SimHost         *host = sim_network_find_address (network, address);

  if (host != NULL)
    self->other = find_stream (get_streams (host), self->peer_port,
                               sim_host_get_ipv4 (self->host), self->port);
  if (self->other != NULL)
    self->other->other = self;
}

/* A SYN to a port that somebody listens on (RFC 9293 section 3.10.7.2). */
static void
welcome (SimHost *host, const InetPacket *packet, const SimPacketInfo *info)
{
  SimWorld  *world = sim_host_get_world (host);
  TraceLog  *log = sim_world_get_log (world);
  SimStream *self =
      stream_new (host, packet->source, packet->destination_port, packet->source_port);

  self->state = STREAM_SYN_RECEIVED;
  self->irs = packet->sequence;
  self->connection = info->connection;
  self->protocol = trace_log_get_connection (log, info->connection)->protocol;
  self->open_event = info->cause;
  self->cause = info->cause;
  if (packet->mss > 0)
    self->mss = MIN (self->mss, packet->mss);
  join_ends (self);
  trace_log_set_arrival (log, info->cause, sim_world_get_now (world));
  stream_send_syn (self);
}

/* A segment nobody is there for: RST, unless it is one itself (RFC 9293 section 3.10.7.1). */
static void
turn_away (SimHost *host, const InetPacket *packet, const SimPacketInfo *info)
{
  gboolean   has_ack = (packet->flags & INET_TCP_ACK) != 0;
  guint32    length = (guint32) packet->payload_length + (packet->flags & INET_TCP_SYN ? 1 : 0) +
                   (packet->flags & INET_TCP_FIN ? 1 : 0);
  InetPacket reset = {
    .source_port = packet->destination_port,
    .destination_port = packet->source_port,
    .sequence = has_ack ? packet->acknowledgement : 0,
    .acknowledgement = has_ack ? 0 : packet->sequence + length,
    .flags = has_ack ? INET_TCP_RST : INET_TCP_RST | INET_TCP_ACK,
  };

  if ((packet->flags & INET_TCP_RST) == 0)
    stream_send_segment (host, packet->source, &reset, info->connection, 0);
}

/* A segment of a connection that has ended. Returns: FALSE when there was none. */
static gboolean
answer_departed (SimHost *host, const InetPacket *packet, const SimPacketInfo *info)
{
  const GArray *departed = get_streams (host)->departed;

  for (guint i = departed->len; i-- > 0;)
    {
      const Departed *one = &g_array_index (departed, Departed, i);
      InetPacket      answer = {
             .source_port = one->port,
             .destination_port = one->peer_port,
             .sequence = one->sequence,
             .acknowledgement = one->acknowledgement,
             .flags = INET_TCP_ACK,
             .window = SIM_STREAM_WINDOW_BYTES,
      };

      if (one->peer != packet->source || one->port != packet->destination_port ||
          one->peer_port != packet->source_port)
        continue;
      if (packet->payload_length > 0 || (packet->flags & INET_TCP_FIN))
        stream_send_segment (host, one->peer, &answer, info->connection, 0);
      return TRUE;
    }
  return FALSE;
}

static void
take_stray (SimHost *host, const InetPacket *packet, const SimPacketInfo *info)
{
  if (packet->flags == INET_TCP_SYN && sim_host_is_serving (host) &&
      find_listener (get_streams (host), packet->destination_port) != NULL)
    welcome (host, packet, info);
  else if ((packet->flags & INET_TCP_SYN) || !answer_departed (host, packet, info))
    turn_away (host, packet, info);
}

/* The handshake's last step at the accepting end. */
static void
accept_stream (SimStream *self)
{
  Listener *listener = find_listener (get_streams (self->host), self->port);

  stream_open_sending (self);
  self->state = STREAM_OPEN;
  self->is_owned = TRUE;
  sim_world_set_cause (stream_get_world (self), self->open_event);
  listener->accept (self, listener->user_data);
}

/* SYN, ACK at the connecting end (RFC 9293 section 3.10.7.3). */
static void
take_syn_ack (SimStream *self, const InetPacket *packet)
{
  if (packet->flags != (INET_TCP_SYN | INET_TCP_ACK) ||
      packet->acknowledgement != self->iss + 1)
    return;
  stream_open_sending (self);
  self->irs = packet->sequence;
  if (packet->mss > 0)
    self->mss = MIN (self->mss, packet->mss);
  self->state = STREAM_OPEN;
  self->cause = self->open_event;
  stream_send_ack (self);
  if (self->funcs == NULL || stream_call (self, self->funcs->connected))
    stream_push (self);
}

/* RST: the peer refuses, breaks off, or knows nothing of the connection. */
static void
take_reset (SimStream *self, guint cause)
{
  SimWorld         *world = stream_get_world (self);
  TraceLog         *log = sim_world_get_log (world);
  guint             position = trace_log_find (log, cause);
  gboolean          is_told = position != G_MAXUINT &&
                     trace_log_get_event (log, position)->kind == TRACE_RESET;
  SimStreamFailure failure =
      self->state == STREAM_SYN_SENT ? SIM_STREAM_REFUSED : SIM_STREAM_RESET;

  if (failure == SIM_STREAM_REFUSED)
    cause = record_by_peer (self, TRACE_REFUSED, TRACE_FLAG_ERROR, self->open_event);
  else if (is_told)
    trace_log_set_arrival (log, cause, sim_world_get_now (world));
  else
    cause = record_by_peer (self, TRACE_RESET, TRACE_FLAG_ERROR, cause);
  sim_world_set_cause (world, cause);
  stream_fail (self, failure);
}

static void
on_packet (SimHost *host, const guint8 *data, gsize length, const SimPacketInfo *info)
{
  InetPacket packet;
  SimStream *stream;

  if (!inet_packet_parse (data, length, &packet))
    return;
  stream = find_stream (get_streams (host), packet.destination_port, packet.source,
                        packet.source_port);
  if (stream == NULL)
    take_stray (host, &packet, info);
  else if (packet.flags & INET_TCP_RST)
    take_reset (stream, info->cause);
  else if (stream->state == STREAM_SYN_SENT)
    take_syn_ack (stream, &packet);
  else if (packet.flags & INET_TCP_SYN)
    stream_send_ack (stream); /* the answer to it was lost */
  else if (stream->state == STREAM_OPEN)
    stream_take_segment (stream, &packet, info->cause);
  else if (packet.acknowledgement == stream->iss + 1)
    {
      gboolean is_gone = FALSE;

      stream->is_gone = &is_gone;
      accept_stream (stream);
      if (is_gone)
        return;
      stream->is_gone = NULL;
      if (stream->state == STREAM_OPEN)
        stream_take_segment (stream, &packet, info->cause);
    }
}

/* The owner's side */

/* Returns: the next port of the dynamic range that is not in use. */
static guint16
take_port (Streams *self, guint32 peer, guint16 peer_port)
{
  guint16 port;

  do
    {
      port = self->next_port;
      self->next_port = port == G_MAXUINT16 ? SIM_STREAM_PORT_FIRST : (guint16) (port + 1);
    }
  while (find_stream (self, port, peer, peer_port) != NULL);
  return port;
}

static void
register_connection (SimStream *self)
{
  TraceConnection connection = {
    .from = (guint16) sim_host_get_actor (self->host),
    .to = (guint16) self->peer_actor,
    .protocol = self->protocol,
    .client_port = self->port,
    .server_port = self->peer_port,
  };

  self->connection =
      trace_log_add_connection (sim_world_get_log (stream_get_world (self)), &connection);
}

SimStream *
sim_stream_connect (SimHost              *host,
                    const char           *address,
                    guint16               port,
                    TraceProtocol         protocol,
                    const SimStreamFuncs *funcs,
                    gpointer              user_data)
{
  guint32    peer;
  SimHost   *peer_host = sim_network_find_address (sim_host_get_network (host), address);
  SimStream *self;

  g_return_val_if_fail (inet_ipv4_from_string (address, &peer), NULL);
  if (peer_host != NULL)
    get_streams (peer_host); /* it speaks TCP from now on, if only to refuse */
  self = stream_new (host, peer, take_port (get_streams (host), peer, port), port);
  self->is_owned = TRUE;
  self->is_client = TRUE;
  self->funcs = funcs;
  self->user_data = user_data;
  self->protocol = protocol;
  register_connection (self);
  self->open_event = stream_record (self, TRACE_OPEN, 0, TRACE_NO_TIME);
  stream_send_syn (self);
  return self;
}

gboolean
sim_stream_listen (SimHost *host, guint16 port, SimStreamAcceptFunc accept, gpointer user_data)
{
  Streams *self = get_streams (host);
  Listener listener = { port, accept, user_data };

  if (find_listener (self, port) != NULL)
    return FALSE;
  g_array_append_val (self->listeners, listener);
  return TRUE;
}

void
sim_stream_set_funcs (SimStream *self, const SimStreamFuncs *funcs, gpointer user_data)
{
  self->funcs = funcs;
  self->user_data = user_data;
}

void
sim_stream_send (SimStream *self, const guint8 *data, gsize length, guint unit)
{
  StreamUnit end;

  g_return_if_fail (!self->is_ending);
  if (self->state == STREAM_OVER || (length == 0 && unit == 0))
    return;
  if (length > 0)
    g_byte_array_append (self->out, data, (guint) length);
  self->queued += length;
  end = (StreamUnit){ self->queued, unit };
  g_array_append_val (self->units, end);
  stream_push (self);
}

void
sim_stream_end (SimStream *self)
{
  if (self->is_ending || self->state == STREAM_OVER)
    return;
  self->is_ending = TRUE;
  stream_push (self);
}

void
sim_stream_abort (SimStream *self)
{
  if (self->state == STREAM_OVER)
    return;
  stream_send_reset (self, stream_record (self, TRACE_RESET, TRACE_FLAG_ERROR, TRACE_NO_TIME));
  stream_stop_timer (self);
  self->state = STREAM_OVER;
  forget (self);
}

void
sim_stream_free (SimStream *self)
{
  if (self == NULL)
    return;
  self->is_owned = FALSE;
  self->funcs = NULL;
  if (self->state == STREAM_OVER)
    destroy (self);
  else
    sim_stream_end (self);
}

SimHost *
sim_stream_get_host (SimStream *self)
{
  return self->host;
}

guint32
sim_stream_get_peer_ipv4 (SimStream *self)
{
  return self->peer;
}

char *
sim_stream_dup_peer_address (SimStream *self)
{
  return sim_ipv4_to_string (self->peer);
}

guint
sim_stream_get_peer_actor (SimStream *self)
{
  return self->peer_actor;
}

guint16
sim_stream_get_port (SimStream *self)
{
  return self->port;
}

guint16
sim_stream_get_peer_port (SimStream *self)
{
  return self->peer_port;
}

guint
sim_stream_get_connection (SimStream *self)
{
  return self->connection;
}

TraceProtocol
sim_stream_get_protocol (SimStream *self)
{
  return self->protocol;
}

guint
sim_stream_get_last_arrived (SimStream *self)
{
  return self->last_arrived;
}

gboolean
sim_stream_is_client (SimStream *self)
{
  return self->is_client;
}

gsize
sim_stream_get_n_waiting (SimStream *self)
{
  return (gsize) (self->queued - self->acked);
}
