/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim-stream-private.h"

/* The retransmission timeout, RTO, before there is a sample; what it is when the SYN had
 * to be sent again; and its bounds. RFC 9293 section 3.8.1 leaves the figures to RFC 6298. */
#define RTO_FIRST_US (1 * G_USEC_PER_SEC)
#define RTO_LOSSY_US (3 * G_USEC_PER_SEC)
#define RTO_MIN_US (1 * G_USEC_PER_SEC)
#define RTO_MAX_US (60 * G_USEC_PER_SEC)

/* How long a segment is sent again before giving up: for SYN the 3 minutes that RFC 9293
 * section 3.8.3 wants at least, for data the user timeout of its section 3.9.1.1. */
#define SYN_PATIENCE_US (180 * G_USEC_PER_SEC)
#define DATA_PATIENCE_US (300 * G_USEC_PER_SEC)

/* Bytes under way at most: whole segments, and never all of the peer's window, which an
 * analyser would take for a full one. */
#define FLIGHT_BYTES_MAX (SIM_STREAM_WINDOW_BYTES - 1)

/* Acknowledged bytes are dropped from the buffer when there are this many: each byte is moved
 * a few times at most, however long the stream. */
#define OUT_SLACK_BYTES (64 * 1024)

static void on_timer (gpointer data);

static guint32
get_sequence (const SimStream *self, guint64 offset)
{
  return self->iss + 1 + (guint32) offset;
}

guint32
stream_get_next_sequence (const SimStream *self)
{
  return get_sequence (self, self->sent) + (self->is_fin_sent ? 1 : 0);
}

static gboolean
has_outstanding (const SimStream *self)
{
  return self->state < STREAM_OPEN || self->acked < self->sent ||
         (self->is_fin_sent && !self->is_fin_acked);
}

/* The timer */

void
stream_stop_timer (SimStream *self)
{
  sim_world_cancel (stream_get_world (self), self->timer);
  self->timer = 0;
}

static void
start_timer (SimStream *self)
{
  SimWorld *world = stream_get_world (self);

  stream_stop_timer (self);
  self->timer = sim_world_schedule (world, sim_world_get_now (world) + self->rto_us, on_timer,
                                    self, NULL);
}

/* Starts to wait for an acknowledgement that has made no progress so far. */
static void
start_waiting (SimStream *self)
{
  self->stuck_us = sim_world_get_now (stream_get_world (self));
  start_timer (self);
}

/* A round trip took @sample_us: the smoothed mean and deviation that RFC 9293 section 3.8.1
 * demands, in the form that Jacobson gave them. */
static void
take_sample (SimStream *self, gint64 sample_us)
{
  if (self->round_trip_us == 0)
    {
      self->round_trip_us = sample_us;
      self->deviation_us = sample_us / 2;
    }
  else
    {
      self->deviation_us += (ABS (sample_us - self->round_trip_us) - self->deviation_us) / 4;
      self->round_trip_us += (sample_us - self->round_trip_us) / 8;
    }
  self->rto_us =
      CLAMP (self->round_trip_us + 4 * self->deviation_us, RTO_MIN_US, RTO_MAX_US);
}

/* Segments */

static void
send_segment (SimStream    *self,
              guint         flags,
              guint32       sequence,
              const guint8 *data,
              gsize         length,
              guint         cause)
{
  InetPacket packet = {
    .source_port = self->port,
    .destination_port = self->peer_port,
    .sequence = sequence,
    .acknowledgement = flags & INET_TCP_ACK ? stream_get_acknowledgement (self) : 0,
    .flags = (guint8) flags,
    .window = SIM_STREAM_WINDOW_BYTES,
    .mss = flags & INET_TCP_SYN ? (guint16) self->mss : 0,
    .payload = data,
    .payload_length = length,
  };

  stream_send_segment (self->host, self->peer, &packet, self->connection, cause);
}

static void
repeat_syn (SimStream *self)
{
  guint flags = self->state == STREAM_SYN_SENT ? INET_TCP_SYN : INET_TCP_SYN | INET_TCP_ACK;

  send_segment (self, flags, self->iss, NULL, 0, self->open_event);
}

void
stream_send_syn (SimStream *self)
{
  repeat_syn (self);
  self->rto_us = RTO_FIRST_US;
  self->timed_us = sim_world_get_now (stream_get_world (self));
  start_waiting (self);
}

void
stream_send_ack (SimStream *self)
{
  if (self->state < STREAM_OPEN)
    repeat_syn (self);
  else
    send_segment (self, INET_TCP_ACK, stream_get_next_sequence (self), NULL, 0, 0);
}

void
stream_send_reset (SimStream *self, guint cause)
{
  guint flags = self->state == STREAM_SYN_SENT ? INET_TCP_RST : INET_TCP_RST | INET_TCP_ACK;
  guint32 sequence =
      self->state == STREAM_SYN_SENT ? self->iss + 1 : stream_get_next_sequence (self);

  send_segment (self, flags, sequence, NULL, 0, cause);
}

static void
send_fin (SimStream *self)
{
  send_segment (self, INET_TCP_FIN | INET_TCP_ACK, get_sequence (self, self->queued), NULL, 0,
                self->close_event);
}

/* The unit that the byte at @offset belongs to. */
static guint
find_unit (const SimStream *self, guint64 offset)
{
  for (guint i = 0; i < self->units->len; i++)
    {
      const StreamUnit *unit = &g_array_index (self->units, StreamUnit, i);

      if (offset < unit->end)
        return unit->unit;
    }
  return 0;
}

/* Sends one segment of data from @offset. Returns: its length. */
static gsize
send_data (SimStream *self, guint64 offset)
{
  gsize waiting = (gsize) (self->queued - offset);
  gsize length = MIN (waiting, self->mss);
  guint flags = INET_TCP_ACK | (length == waiting ? INET_TCP_PSH : 0);

  send_segment (self, flags, get_sequence (self, offset),
                self->out->data + (offset - self->out_start), length, find_unit (self, offset));
  return length;
}

static gboolean
may_send (const SimStream *self)
{
  gsize next = MIN ((gsize) (self->queued - self->sent), self->mss);

  return next > 0 && self->sent - self->acked + next <= FLIGHT_BYTES_MAX;
}

void
stream_push (SimStream *self)
{
  if (self->state != STREAM_OPEN)
    return;
  while (may_send (self))
    {
      self->sent += send_data (self, self->sent);
      if (self->timed_offset == 0)
        {
          self->timed_offset = self->sent;
          self->timed_us = sim_world_get_now (stream_get_world (self));
        }
    }
  if (self->is_ending && !self->is_fin_sent && self->sent == self->queued)
    {
      self->is_fin_sent = TRUE;
      self->close_event = stream_record (self, TRACE_CLOSE, 0, TRACE_NO_TIME);
      send_fin (self);
    }
  if (has_outstanding (self) && self->timer == 0)
    start_waiting (self);
}

static void
give_up (SimStream *self)
{
  stream_record (self, TRACE_TIMEOUT, TRACE_FLAG_ERROR, TRACE_NO_TIME);
  stream_fail (self, SIM_STREAM_TIMED_OUT);
}

/* No acknowledgement came: the first segment that has none is sent again, and the timeout
 * doubles until something new has been acknowledged (RFC 9293 section 3.8.2). */
static void
on_timer (gpointer data)
{
  SimStream *self = data;
  gint64     waited_us = sim_world_get_now (stream_get_world (self)) - self->stuck_us;

  self->timer = 0;
  if (waited_us >= (self->state < STREAM_OPEN ? SYN_PATIENCE_US : DATA_PATIENCE_US))
    {
      give_up (self);
      return;
    }
  self->rto_us = MIN (2 * self->rto_us, RTO_MAX_US);
  self->timed_offset = 0; /* Karn: what is sent twice says nothing about round trips */
  self->timed_us = TRACE_NO_TIME;
  if (self->state < STREAM_OPEN)
    repeat_syn (self);
  else if (self->acked < self->sent)
    {
      self->recovery = self->sent;
      send_data (self, self->acked);
    }
  else
    send_fin (self);
  start_timer (self);
}

/* Acknowledgements */

void
stream_open_sending (SimStream *self)
{
  stream_stop_timer (self);
  if (self->timed_us != TRACE_NO_TIME)
    take_sample (self, sim_world_get_now (stream_get_world (self)) - self->timed_us);
  else
    self->rto_us = RTO_LOSSY_US;
}

static void
drop_acknowledged (SimStream *self)
{
  gsize n_bytes = (gsize) (self->acked - self->out_start);

  if (n_bytes < OUT_SLACK_BYTES && n_bytes < self->out->len)
    return;
  if (n_bytes < self->out->len / 2)
    return;
  g_byte_array_remove_range (self->out, 0, (guint) n_bytes);
  self->out_start = self->acked;
}

gboolean
stream_take_acknowledgement (SimStream *self, guint32 acknowledgement)
{
  guint32 ahead = acknowledgement - get_sequence (self, self->acked);
  guint64 n_bytes = self->sent - self->acked;

  if (ahead == 0 || ahead > n_bytes + (self->is_fin_sent && !self->is_fin_acked ? 1 : 0))
    return FALSE;
  if (ahead > n_bytes)
    self->is_fin_acked = TRUE;
  self->acked += MIN (ahead, n_bytes);
  drop_acknowledged (self);
  if (self->timed_offset != 0 && self->acked >= self->timed_offset)
    {
      take_sample (self, sim_world_get_now (stream_get_world (self)) - self->timed_us);
      self->timed_offset = 0;
    }
  stream_stop_timer (self);
  /* What comes after a gap that was filled has a gap of its own, or it would be acknowledged. */
  if (self->acked < self->recovery && self->acked < self->sent)
    send_data (self, self->acked);
  if (has_outstanding (self))
    start_waiting (self);
  return TRUE;
}
