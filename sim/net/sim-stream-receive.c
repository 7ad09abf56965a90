/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim-stream-private.h"

guint32
stream_get_acknowledgement (const SimStream *self)
{
  return self->irs + 1 + (guint32) self->received + (self->is_fin_received ? 1 : 0);
}

/* The peer's unit @unit is what happens now follows from; a TLS record, which carries one or none,
 * is not: what it carries is told after it. */
static void
take_cause (SimStream *self, guint unit)
{
  TraceLog *log = sim_world_get_log (stream_get_world (self));
  guint     position = trace_log_find (log, unit);

  if (trace_log_get_event (log, position)->kind != TRACE_PACKET)
    self->cause = unit;
}

/* Marks the units of the peer that have now arrived whole. */
static void
tell_units (SimStream *self)
{
  SimWorld  *world = stream_get_world (self);
  SimStream *peer = self->other;
  guint      n_whole = 0;

  if (peer == NULL)
    return;
  while (n_whole < peer->units->len &&
         g_array_index (peer->units, StreamUnit, n_whole).end <= self->received)
    {
      guint unit = g_array_index (peer->units, StreamUnit, n_whole++).unit;

      if (unit == 0)
        continue;
      trace_log_set_arrival (sim_world_get_log (world), unit, sim_world_get_now (world));
      self->last_arrived = unit;
      take_cause (self, unit);
    }
  if (n_whole > 0)
    g_array_remove_range (peer->units, 0, n_whole);
}

/* Keeps a segment that came before its turn. */
static void
keep_early (SimStream *self, guint64 offset, const guint8 *data, gsize length)
{
  StreamEarly early = { offset, NULL };
  guint       i = 0;

  while (i < self->early->len && g_array_index (self->early, StreamEarly, i).offset < offset)
    i++;
  if (i < self->early->len && g_array_index (self->early, StreamEarly, i).offset == offset)
    return; /* a copy: segments are cut at the same places every time */
  early.bytes = g_bytes_new (data, length);
  g_array_insert_val (self->early, i, early);
}

/* Appends to @in what of the segment is new; it is the next. */
static void
take_next (SimStream *self, GByteArray *in, guint64 offset, const guint8 *data, gsize length)
{
  guint64 known = self->received - offset;

  if (known >= length)
    return;
  g_byte_array_append (in, data + known, (guint) (length - known));
  self->received += length - known;
}

static void
take_data (SimStream *self, GByteArray *in, guint64 offset, const guint8 *data, gsize length)
{
  guint n_taken = 0;

  if (offset > self->received)
    {
      keep_early (self, offset, data, length);
      return;
    }
  take_next (self, in, offset, data, length);
  while (n_taken < self->early->len &&
         g_array_index (self->early, StreamEarly, n_taken).offset <= self->received)
    {
      StreamEarly   early = g_array_index (self->early, StreamEarly, n_taken++);
      gsize         early_length;
      const guint8 *bytes = g_bytes_get_data (early.bytes, &early_length);

      take_next (self, in, early.offset, bytes, early_length);
      g_bytes_unref (early.bytes);
    }
  if (n_taken > 0)
    g_array_remove_range (self->early, 0, n_taken);
}

/* The peer's FIN has come, maybe before data that was sent ahead of it. */
static void
take_fin (SimStream *self)
{
  SimWorld *world = stream_get_world (self);

  if (self->is_fin_received || self->fin_offset != self->received)
    return;
  self->is_fin_received = TRUE;
  if (self->fin_event != 0)
    trace_log_set_arrival (sim_world_get_log (world), self->fin_event, sim_world_get_now (world));
}

/* The offset of a segment, which may lie on either side of what was received so far. */
static guint64
get_offset (const SimStream *self, const InetPacket *packet)
{
  guint32 expected = self->irs + 1 + (guint32) self->received;

  return self->received + (guint64) (gint64) (gint32) (packet->sequence - expected);
}

/* Calls the owner with all that the segment brought. Returns: FALSE when that was the stream's end.
 */
static gboolean
tell_owner (SimStream *self, const GByteArray *in, gboolean is_drained, gboolean is_ended)
{
  if (in->len > 0 && !stream_call_received (self, in))
    return FALSE;
  if (is_drained && self->funcs != NULL && !stream_call (self, self->funcs->drained))
    return FALSE;
  if (is_ended && self->is_fin_received && self->fin_event != 0)
    sim_world_set_cause (stream_get_world (self), self->fin_event);
  return !is_ended || self->funcs == NULL || stream_call (self, self->funcs->ended);
}

void
stream_take_segment (SimStream *self, const InetPacket *packet, guint cause)
{
  g_autoptr (GByteArray) in = g_byte_array_new ();
  guint64  offset = get_offset (self, packet);
  gboolean had_fin = self->is_fin_received;
  gboolean is_news = stream_take_acknowledgement (self, packet->acknowledgement);

  if (packet->payload_length > 0)
    take_data (self, in, offset, packet->payload, packet->payload_length);
  if ((packet->flags & INET_TCP_FIN) && self->fin_offset == G_MAXUINT64)
    {
      self->fin_offset = offset + packet->payload_length;
      self->fin_event = cause;
    }
  take_fin (self);
  if (in->len > 0)
    tell_units (self);
  if (packet->payload_length > 0 || (packet->flags & INET_TCP_FIN))
    stream_send_ack (self);
  if (self->cause != 0)
    sim_world_set_cause (stream_get_world (self), self->cause);
  if (!tell_owner (self, in, is_news && self->acked == self->queued,
                   self->is_fin_received && !had_fin))
    return;
  stream_push (self);
  if (self->state == STREAM_OPEN && self->is_fin_acked && self->is_fin_received)
    stream_close (self);
}
