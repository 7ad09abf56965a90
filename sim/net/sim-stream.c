/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim-stream.h"

#include <inet/inet-packet.h>
#include <string.h>

#define KEY "streams"

/* Retransmission: at least 1 s, doubled at each loss, at most 60 s; 3 s when the SYN had to
 * be sent again, else three times what the handshake took (after RFC 1122 section 4.2.3.1). */
#define RTO_US_MIN (1 * G_USEC_PER_SEC)
#define RTO_US_LOSSY (3 * G_USEC_PER_SEC)
#define RTO_US_MAX (60 * G_USEC_PER_SEC)

/* Tries of a SYN, and of a segment, before giving up: ours; with the doubling above, about a
 * minute for connecting (RFC 5321 section 4.5.3.2 wants minutes at most) and four for data. */
#define SYN_TRIES_MAX 6
#define DATA_TRIES_MAX 8

/* States as far as they matter here (RFC 9293 section 3.3.2): who has said FIN is kept apart. */
typedef enum
{
  STATE_SYN_SENT,
  STATE_SYN_RECEIVED,
  STATE_OPEN,
  STATE_OVER,
} State;

/* A unit within the bytes that are sent: where it ends in the sequence. */
typedef struct
{
  guint64 end; /* offset in the stream, from 0 */
  guint   unit;
} UnitEnd;

/* A segment that came before its turn. */
typedef struct
{
  guint64 offset;
  GBytes *bytes;
} Early;

struct _SimStream
{
  SimHost              *host;
  const SimStreamFuncs *funcs; /* (nullable) once the owner has let go */
  gpointer              user_data;
  gboolean              is_owned;
  gboolean              is_client;
  State                 state;
  guint32               peer;
  guint16               port;
  guint16               peer_port;
  guint                 peer_actor;
  guint                 connection;
  TraceProtocol         protocol;
  guint                 open_event;
  SimStream            *other; /* (nullable): the peer's end, to tell it of units; NULL once it is gone */

  /* Sending: offsets count data bytes of the stream; the sequence number of offset 0 is iss + 1. */
  guint32     iss;
  guint       mss;
  GByteArray *out;        /* not yet acknowledged, from acked on */
  guint64     acked;
  guint64     sent;       /* offset up to which it has been sent */
  guint64     queued;     /* offset up to which it was handed over */
  GArray     *units;      /* of UnitEnd, not yet delivered */
  gboolean    ends;       /* the owner will send no more */
  gboolean    fin_sent;
  gboolean    fin_acked;
  guint       n_tries;    /* of what is outstanding */
  gint64      opened_us;  /* when the handshake began */
  gint64      rto_us;
  guint64     timer;

  /* Receiving */
  guint32  irs;
  guint64  received; /* offset up to which all has come, in order */
  GArray  *early;    /* of Early, by offset */
  guint64  fin_at;   /* offset of the peer's FIN, G_MAXUINT64 before it came */
  gboolean fin_received;
  guint    cause;    /* the peer's last unit that has arrived whole */
};

typedef struct
{
  guint16             port;
  SimStreamAcceptFunc accept;
  gpointer            user_data;
} Listener;

typedef struct
{
  GPtrArray *streams;   /* of SimStream */
  GArray    *listeners; /* of Listener */
  guint16    next_port;
  guint16    next_ip_id;
} Streams;

static void on_packet (SimHost *host, const guint8 *data, gsize length, const SimPacketInfo *info);
static void on_timer (gpointer data);
static void destroy (SimStream *self);

static SimWorld *
get_world (SimStream *self)
{
  return sim_host_get_world (self->host);
}

static void
free_streams (gpointer data)
{
  Streams *self = data;

  for (guint i = 0; i < self->streams->len; i++)
    destroy (g_ptr_array_index (self->streams, i));
  g_ptr_array_unref (self->streams);
  g_array_unref (self->listeners);
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
  self->listeners = g_array_new (FALSE, FALSE, sizeof (Listener));
  self->next_port = SIM_STREAM_PORT_FIRST;
  self->next_ip_id = 1;
  sim_host_attach (host, KEY, self, free_streams);
  sim_host_set_receiver (host, INET_PROTOCOL_TCP, on_packet);
  return self;
}

/* Events of the connection */

static guint
record (SimStream *self, TraceKind kind, guint flags, gboolean is_instant)
{
  TraceEvent event = {
    .arrival_us = is_instant ? sim_world_get_now (get_world (self)) : TRACE_NO_TIME,
    .kind = kind,
    .protocol = self->protocol,
    .flags = flags,
    .connection = self->connection,
    .from = (guint16) sim_host_get_actor (self->host),
    .to = (guint16) self->peer_actor,
  };

  return sim_world_record (get_world (self), &event, NULL, 0);
}

/* Segments */

static void
send_segment (SimHost             *host,
              guint32              to,
              InetPacket          *packet,
              const SimPacketInfo *info)
{
  g_autoptr (GBytes) bytes = NULL;

  packet->source = sim_host_get_ipv4 (host);
  packet->destination = to;
  packet->protocol = INET_PROTOCOL_TCP;
  packet->ip_id = get_streams (host)->next_ip_id++;
  bytes = inet_packet_build (packet);
  sim_host_send_packet (host, to, bytes, info);
}

/* The next sequence number that the peer has not said yet (RFC 9293 section 3.3.1: RCV.NXT). */
static guint32
get_acknowledgement (const SimStream *self)
{
  return self->irs + 1 + (guint32) self->received + (self->fin_received ? 1 : 0);
}

static void
send_with (SimStream *self, guint flags, guint32 sequence, const guint8 *data, gsize length,
           guint cause)
{
  SimPacketInfo info = { TRACE_TCP, self->connection, cause, 0 };
  InetPacket    packet = {
       .source_port = self->port,
       .destination_port = self->peer_port,
       .sequence = sequence,
       .acknowledgement = flags & INET_TCP_ACK ? get_acknowledgement (self) : 0,
       .flags = (guint8) flags,
       .window = SIM_STREAM_WINDOW_BYTES,
       .mss = flags & INET_TCP_SYN ? (guint16) self->mss : 0,
       .payload = data,
       .payload_length = length,
  };

  send_segment (self->host, self->peer, &packet, &info);
}

static guint32
get_sequence (const SimStream *self, guint64 offset)
{
  return self->iss + 1 + (guint32) offset;
}

static void
start_timer (SimStream *self)
{
  SimWorld *world = get_world (self);
  gint64    wait_us = self->rto_us;

  for (guint i = 0; i < self->n_tries && wait_us < RTO_US_MAX; i++)
    wait_us *= 2;
  sim_world_cancel (world, self->timer);
  self->timer = sim_world_schedule (world, sim_world_get_now (world) + MIN (wait_us, RTO_US_MAX),
                                    on_timer, self, NULL);
}

/* The handshake is done: how long an answer takes is known. */
static void
measure (SimStream *self)
{
  gint64 round_trip_us = sim_world_get_now (get_world (self)) - self->opened_us;

  self->rto_us = self->n_tries > 0 ? RTO_US_LOSSY : MAX (3 * round_trip_us, RTO_US_MIN);
}

static void
stop_timer (SimStream *self)
{
  sim_world_cancel (get_world (self), self->timer);
  self->timer = 0;
  self->n_tries = 0;
}

/* The unit that the byte at @offset belongs to. */
static guint
find_unit (SimStream *self, guint64 offset)
{
  for (guint i = 0; i < self->units->len; i++)
    {
      const UnitEnd *end = &g_array_index (self->units, UnitEnd, i);

      if (offset < end->end)
        return end->unit;
    }
  return 0;
}

static gboolean
has_outstanding (const SimStream *self)
{
  return self->state < STATE_OPEN || self->acked < self->sent ||
         (self->fin_sent && !self->fin_acked);
}

/* Sends one segment of data from @offset. Returns: its length. */
static gsize
send_data (SimStream *self, guint64 offset)
{
  gsize waiting = (gsize) (self->queued - offset);
  gsize length = MIN (waiting, self->mss);
  guint flags = INET_TCP_ACK | (length == waiting ? INET_TCP_PSH : 0);

  send_with (self, flags, get_sequence (self, offset), self->out->data + (offset - self->acked),
             length, find_unit (self, offset));
  return length;
}

/* Sends what the window lets go, then FIN if that was all. */
static void
push_out (SimStream *self)
{
  if (self->state != STATE_OPEN)
    return;
  while (self->sent < self->queued && self->sent - self->acked < SIM_STREAM_WINDOW_BYTES - self->mss)
    self->sent += send_data (self, self->sent);
  if (self->ends && !self->fin_sent && self->sent == self->queued)
    {
      self->fin_sent = TRUE;
      record (self, TRACE_CLOSE, 0, TRUE);
      send_with (self, INET_TCP_FIN | INET_TCP_ACK, get_sequence (self, self->sent), NULL, 0, 0);
    }
  if (has_outstanding (self) && self->timer == 0)
    start_timer (self);
}

/* Ends */

static void
destroy (SimStream *self)
{
  Streams *streams = sim_host_get_attached (self->host, KEY); /* NULL while it is being freed */

  sim_world_cancel (get_world (self), self->timer);
  if (self->other != NULL)
    self->other->other = NULL;
  if (streams != NULL)
    g_ptr_array_remove (streams->streams, self);
  for (guint i = 0; i < self->early->len; i++)
    g_bytes_unref (g_array_index (self->early, Early, i).bytes);
  g_array_unref (self->early);
  g_array_unref (self->units);
  g_byte_array_unref (self->out);
  g_free (self);
}

/* Nothing will happen any more; the owner, if any, frees it. */
static void
be_over (SimStream *self)
{
  stop_timer (self);
  self->state = STATE_OVER;
  if (!self->is_owned)
    destroy (self);
}

static void
fail (SimStream *self, SimStreamFailure failure)
{
  const SimStreamFuncs *funcs = self->is_owned ? self->funcs : NULL;
  gpointer              user_data = self->user_data;

  be_over (self);
  if (funcs != NULL && funcs->failed != NULL)
    funcs->failed (self, failure, user_data);
}

/* Both ends have ended and all was acknowledged. Returns: whether it is so. */
static gboolean
check_closed (SimStream *self)
{
  const SimStreamFuncs *funcs = self->is_owned ? self->funcs : NULL;
  gpointer              user_data = self->user_data;

  if (self->state != STATE_OPEN || !self->fin_acked || !self->fin_received)
    return FALSE;
  be_over (self);
  if (funcs != NULL && funcs->closed != NULL)
    funcs->closed (self, user_data);
  return TRUE;
}

static void
time_out (SimStream *self)
{
  SimStreamFailure failure = SIM_STREAM_TIMED_OUT;

  record (self, TRACE_TIMEOUT, TRACE_FLAG_ERROR, TRUE);
  fail (self, failure);
}

static void
on_timer (gpointer data)
{
  SimStream *self = data;

  self->timer = 0;
  if (++self->n_tries >= (self->state < STATE_OPEN ? SYN_TRIES_MAX : DATA_TRIES_MAX))
    {
      time_out (self);
      return;
    }
  if (self->state == STATE_SYN_SENT)
    send_with (self, INET_TCP_SYN, self->iss, NULL, 0, self->open_event);
  else if (self->state == STATE_SYN_RECEIVED)
    send_with (self, INET_TCP_SYN | INET_TCP_ACK, self->iss, NULL, 0, 0);
  else if (self->acked < self->sent)
    send_data (self, self->acked);
  else if (self->fin_sent && !self->fin_acked)
    send_with (self, INET_TCP_FIN | INET_TCP_ACK, get_sequence (self, self->sent), NULL, 0, 0);
  start_timer (self);
}

/* Receiving */

static void
send_ack (SimStream *self)
{
  send_with (self, INET_TCP_ACK,
             get_sequence (self, self->sent) + (self->fin_sent ? 1 : 0), NULL, 0, 0);
}

/* The peer has all up to @acknowledgement. Returns: whether that is news. */
static gboolean
take_acknowledgement (SimStream *self, guint32 acknowledgement)
{
  guint32  ahead = acknowledgement - get_sequence (self, self->acked);
  guint64  outstanding = self->sent - self->acked + (self->fin_sent && !self->fin_acked ? 1 : 0);
  gsize    n_bytes;

  if (ahead == 0 || ahead > outstanding)
    return FALSE;
  n_bytes = MIN (ahead, (gsize) (self->sent - self->acked));
  if (ahead > n_bytes)
    self->fin_acked = TRUE;
  g_byte_array_remove_range (self->out, 0, (guint) n_bytes);
  self->acked += n_bytes;
  stop_timer (self);
  if (has_outstanding (self))
    start_timer (self);
  return TRUE;
}

/* Marks the units of the peer that have now arrived whole. */
static void
tell_units (SimStream *self)
{
  SimStream *peer = self->other;
  guint      n_whole = 0;

  if (peer == NULL)
    return;
  while (n_whole < peer->units->len &&
         g_array_index (peer->units, UnitEnd, n_whole).end <= self->received)
    {
      guint unit = g_array_index (peer->units, UnitEnd, n_whole++).unit;

      if (unit == 0)
        continue;
      trace_log_set_arrival (sim_world_get_log (get_world (self)), unit,
                             sim_world_get_now (get_world (self)));
      self->cause = unit;
    }
  if (n_whole > 0)
    g_array_remove_range (peer->units, 0, n_whole);
}

/* Keeps a segment that came before its turn; the first copy stays. */
static void
keep_early (SimStream *self, guint64 offset, const guint8 *data, gsize length)
{
  Early early = { offset, g_bytes_new (data, length) };
  guint i = 0;

  while (i < self->early->len && g_array_index (self->early, Early, i).offset <= offset)
    i++;
  g_array_insert_val (self->early, i, early);
}

/* Appends to @in what of the segment is new and next. */
static void
take_in_order (SimStream *self, GByteArray *in, guint64 offset, const guint8 *data, gsize length)
{
  gsize known = (gsize) (self->received - offset);

  if (known >= length)
    return;
  g_byte_array_append (in, data + known, (guint) (length - known));
  self->received += length - known;
}

static void
take_data (SimStream *self, GByteArray *in, guint64 offset, const guint8 *data, gsize length)
{
  if (offset > self->received)
    {
      keep_early (self, offset, data, length);
      return;
    }
  take_in_order (self, in, offset, data, length);
  while (self->early->len > 0 &&
         g_array_index (self->early, Early, 0).offset <= self->received)
    {
      Early         early = g_array_index (self->early, Early, 0);
      gsize         early_length;
      const guint8 *bytes = g_bytes_get_data (early.bytes, &early_length);

      take_in_order (self, in, early.offset, bytes, early_length);
      g_bytes_unref (early.bytes);
      g_array_remove_index (self->early, 0);
    }
}

/* A call to the owner, which may let go of the stream in it: sim_stream_free() then says so
 * here. */
typedef struct
{
  SimStream *stream;
  gboolean   is_gone;
} Guard;

/* The stream that is calling its owner; only one can at a time. */
static Guard *calling;

static gboolean
call_received (SimStream *self, GByteArray *in)
{
  Guard  guard = { self, FALSE };
  Guard *outer = calling;

  if (!self->is_owned || self->funcs == NULL || self->funcs->received == NULL)
    return TRUE;
  calling = &guard;
  self->funcs->received (self, in->data, in->len, self->user_data);
  calling = outer;
  return !guard.is_gone;
}

static gboolean
call_plain (SimStream *self, void (*func) (SimStream *stream, gpointer user_data))
{
  Guard  guard = { self, FALSE };
  Guard *outer = calling;

  if (!self->is_owned || func == NULL)
    return TRUE;
  calling = &guard;
  func (self, self->user_data);
  calling = outer;
  return !guard.is_gone;
}

/* A segment of an open connection. */
static void
take_segment (SimStream *self, const InetPacket *packet)
{
  g_autoptr (GByteArray) in = g_byte_array_new ();
  guint64  before = self->received;
  gboolean had_fin = self->fin_received;
  guint64  offset = self->received +
                   (guint64) (gint64) (gint32) (packet->sequence - self->irs - 1 -
                                                (guint32) self->received);
  gboolean is_news = take_acknowledgement (self, packet->acknowledgement);

  if (packet->payload_length > 0)
    take_data (self, in, offset, packet->payload, packet->payload_length);
  if (packet->flags & INET_TCP_FIN)
    self->fin_at = offset + packet->payload_length;
  if (self->fin_at == self->received)
    self->fin_received = TRUE;
  if (self->received > before)
    tell_units (self);
  if (packet->payload_length > 0 || (packet->flags & INET_TCP_FIN))
    send_ack (self);
  sim_world_set_cause (get_world (self), self->cause);
  if (self->received > before && !call_received (self, in))
    return;
  if (is_news && self->acked == self->queued && self->funcs != NULL &&
      !call_plain (self, self->funcs->drained))
    return;
  if (self->fin_received && !had_fin && self->funcs != NULL &&
      !call_plain (self, self->funcs->ended))
    return;
  push_out (self);
  check_closed (self);
}

static SimStream *
find_stream (Streams *self, const InetPacket *packet)
{
  for (guint i = 0; i < self->streams->len; i++)
    {
      SimStream *stream = g_ptr_array_index (self->streams, i);

      if (stream->port == packet->destination_port && stream->peer_port == packet->source_port &&
          stream->peer == packet->source && stream->state != STATE_OVER)
        return stream;
    }
  return NULL;
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
  guint      mtu = sim_host_get_mtu (host, peer);

  self->host = host;
  self->is_owned = TRUE;
  self->opened_us = sim_world_get_now (sim_host_get_world (host));
  self->rto_us = RTO_US_MIN;
  self->peer = peer;
  self->port = port;
  self->peer_port = peer_port;
  self->peer_actor = sim_network_get_actor (sim_host_get_network (host), peer);
  self->mss = MIN (mtu - INET_IPV4_HEADER_BYTES - INET_TCP_HEADER_BYTES, SIM_STREAM_MSS_DEFAULT);
  self->iss = (guint32) sim_random_next_u64 (sim_host_get_random (host));
  self->out = g_byte_array_new ();
  self->units = g_array_new (FALSE, FALSE, sizeof (UnitEnd));
  self->early = g_array_new (FALSE, FALSE, sizeof (Early));
  self->fin_at = G_MAXUINT64;
  g_ptr_array_add (get_streams (host)->streams, self);
  return self;
}

/* The other end of the same connection, if it is simulated, too. */
static SimStream *
find_other_end (SimStream *self)
{
  SimNetwork *network = sim_host_get_network (self->host);

  for (guint i = 0; i < sim_network_get_n_hosts (network); i++)
    {
      SimHost *host = sim_network_get_host (network, i);
      Streams *streams;

      if (sim_host_get_ipv4 (host) != self->peer)
        continue;
      streams = get_streams (host);
      for (guint j = 0; j < streams->streams->len; j++)
        {
          SimStream *other = g_ptr_array_index (streams->streams, j);

          if (other->port == self->peer_port && other->peer_port == self->port &&
              other->peer == sim_host_get_ipv4 (self->host) && other->state != STATE_OVER)
            return other;
        }
    }
  return NULL;
}

/* A SYN to a port that somebody listens on (RFC 9293 section 3.10.7.2). */
static void
welcome (SimHost *host, const InetPacket *packet, const SimPacketInfo *info)
{
  SimStream *self = stream_new (host, packet->source, packet->destination_port,
                                packet->source_port);

  self->is_owned = FALSE;
  self->state = STATE_SYN_RECEIVED;
  self->irs = packet->sequence;
  self->connection = info->connection;
  self->other = find_other_end (self);
  if (packet->mss > 0)
    self->mss = MIN (self->mss, packet->mss);
  if (self->other != NULL)
    {
      self->other->other = self;
      self->protocol = self->other->protocol;
      self->open_event = self->other->open_event;
      self->cause = self->other->open_event;
    }
  send_with (self, INET_TCP_SYN | INET_TCP_ACK, self->iss, NULL, 0, 0);
  start_timer (self);
}

/* A segment nobody is there for is answered with RST, unless it is one (RFC 9293 section
 * 3.10.7.1). */
static void
turn_away (SimHost *host, const InetPacket *packet, const SimPacketInfo *info)
{
  SimPacketInfo reset_info = { TRACE_TCP, info->connection, 0, 0 };
  gboolean      has_ack = (packet->flags & INET_TCP_ACK) != 0;
  InetPacket    reset = {
       .source_port = packet->destination_port,
       .destination_port = packet->source_port,
       .sequence = has_ack ? packet->acknowledgement : 0,
       .acknowledgement = has_ack ? 0
                                  : packet->sequence + (guint32) packet->payload_length +
                                        ((packet->flags & INET_TCP_SYN) ? 1 : 0),
       .flags = has_ack ? INET_TCP_RST : INET_TCP_RST | INET_TCP_ACK,
  };

  if ((packet->flags & INET_TCP_RST) == 0)
    send_segment (host, packet->source, &reset, &reset_info);
}

/* The handshake's last step at the accepting end. */
static void
accept_stream (SimStream *self, const InetPacket *packet)
{
  Listener *listener = find_listener (get_streams (self->host), self->port);

  measure (self);
  stop_timer (self);
  self->state = STATE_OPEN;
  if (listener == NULL)
    {
      sim_stream_abort (self);
      destroy (self);
      return;
    }
  self->is_owned = TRUE;
  sim_world_set_cause (get_world (self), self->open_event);
  listener->accept (self, listener->user_data);
}

/* SYN, ACK at the connecting end (RFC 9293 section 3.10.7.3). */
static void
take_syn_ack (SimStream *self, const InetPacket *packet)
{
  if ((packet->flags & (INET_TCP_SYN | INET_TCP_ACK)) != (INET_TCP_SYN | INET_TCP_ACK) ||
      packet->acknowledgement != self->iss + 1)
    return;
  measure (self);
  stop_timer (self);
  self->irs = packet->sequence;
  if (packet->mss > 0)
    self->mss = MIN (self->mss, packet->mss);
  self->state = STATE_OPEN;
  trace_log_set_arrival (sim_world_get_log (get_world (self)), self->open_event,
                         sim_world_get_now (get_world (self)));
  send_ack (self);
  sim_world_set_cause (get_world (self), self->open_event);
  self->cause = self->open_event;
  if (self->funcs != NULL && !call_plain (self, self->funcs->connected))
    return;
  push_out (self);
}

static void
take_reset (SimStream *self)
{
  if (self->state == STATE_SYN_SENT)
    {
      TraceEvent event = {
        .arrival_us = sim_world_get_now (get_world (self)),
        .kind = TRACE_REFUSED,
        .protocol = self->protocol,
        .flags = TRACE_FLAG_ERROR,
        .connection = self->connection,
        .cause = self->open_event,
        .from = (guint16) self->peer_actor,
        .to = (guint16) sim_host_get_actor (self->host),
      };
      guint refused = sim_world_record (get_world (self), &event, NULL, 0);

      sim_world_set_cause (get_world (self), refused);
      fail (self, SIM_STREAM_REFUSED);
      return;
    }
  fail (self, SIM_STREAM_RESET);
}

static void
on_packet (SimHost *host, const guint8 *data, gsize length, const SimPacketInfo *info)
{
  Streams   *streams = get_streams (host);
  InetPacket packet;
  SimStream *stream;

  if (!inet_packet_parse (data, length, &packet))
    return;
  stream = find_stream (streams, &packet);
  if (stream == NULL)
    {
      if (packet.flags == INET_TCP_SYN && sim_host_is_serving (host) &&
          find_listener (streams, packet.destination_port) != NULL)
        welcome (host, &packet, info);
      else
        turn_away (host, &packet, info);
      return;
    }
  if (packet.flags & INET_TCP_RST)
    {
      take_reset (stream);
      return;
    }
  if (stream->state == STATE_SYN_SENT)
    {
      take_syn_ack (stream, &packet);
      return;
    }
  if (packet.flags & INET_TCP_SYN)
    {
      /* A SYN again: our answer to it was lost. */
      if (stream->state == STATE_SYN_RECEIVED)
        send_with (stream, INET_TCP_SYN | INET_TCP_ACK, stream->iss, NULL, 0, 0);
      else
        send_ack (stream);
      return;
    }
  if (stream->state == STATE_SYN_RECEIVED)
    {
      if (packet.acknowledgement != stream->iss + 1)
        return;
      accept_stream (stream, &packet);
      /* The owner may have let go already: look again. */
      stream = find_stream (streams, &packet);
      if (stream == NULL || (packet.payload_length == 0 && !(packet.flags & INET_TCP_FIN)))
        return;
    }
  take_segment (stream, &packet);
}

/* The owner's side */

static guint16
take_port (Streams *self)
{
  guint16 port = self->next_port;

  self->next_port = port == G_MAXUINT16 ? SIM_STREAM_PORT_FIRST : (guint16) (port + 1);
  return port;
}

SimStream *
sim_stream_connect (SimHost              *host,
                    const char           *address,
                    guint16               port,
                    TraceProtocol         protocol,
                    const SimStreamFuncs *funcs,
                    gpointer              user_data)
{
  guint32         peer = 0;
  SimStream      *self;
  TraceConnection connection = { 0 };

  inet_ipv4_from_string (address, &peer);
  self = stream_new (host, peer, take_port (get_streams (host)), port);
  self->is_client = TRUE;
  self->funcs = funcs;
  self->user_data = user_data;
  self->protocol = protocol;
  connection.from = (guint16) sim_host_get_actor (host);
  connection.to = (guint16) self->peer_actor;
  connection.protocol = protocol;
  connection.client_port = self->port;
  connection.server_port = port;
  self->connection =
      trace_log_add_connection (sim_world_get_log (get_world (self)), &connection);
  self->open_event = record (self, TRACE_OPEN, 0, FALSE);
  send_with (self, INET_TCP_SYN, self->iss, NULL, 0, self->open_event);
  start_timer (self);
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
  UnitEnd end;

  g_return_if_fail (!self->ends);
  if (self->state == STATE_OVER || length == 0)
    return;
  g_byte_array_append (self->out, data, (guint) length);
  self->queued += length;
  end = (UnitEnd){ self->queued, unit };
  g_array_append_val (self->units, end);
  push_out (self);
}

void
sim_stream_end (SimStream *self)
{
  if (self->ends || self->state == STATE_OVER)
    return;
  self->ends = TRUE;
  push_out (self);
}

void
sim_stream_abort (SimStream *self)
{
  if (self->state == STATE_OVER)
    return;
  record (self, TRACE_RESET, TRACE_FLAG_ERROR, TRUE);
  send_with (self, INET_TCP_RST | INET_TCP_ACK,
             get_sequence (self, self->sent) + (self->fin_sent ? 1 : 0), NULL, 0, 0);
  stop_timer (self);
  self->state = STATE_OVER;
}

void
sim_stream_free (SimStream *self)
{
  if (self == NULL)
    return;
  if (calling != NULL && calling->stream == self)
    calling->is_gone = TRUE;
  self->is_owned = FALSE;
  self->funcs = NULL;
  if (self->state == STATE_OVER)
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
