/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wire-framer.h"

#include <string.h>

/* How much given-out data may lie in front before it is moved away: moving at
 * each unit would make many small units quadratic. */
#define COMPACT_BYTES 65536

/* An end of block is at most CRLF "." CRLF; these bytes before a drop may begin one. */
#define TAIL_BYTES 4

typedef gboolean (*IsEnd) (const guint8 *data, gsize length, gsize lf, WireFramerFlags flags);

struct _WireFramer
{
  GByteArray     *waiting;
  gsize           start;     /* first byte not yet given out */
  gsize           searched;  /* bytes after start that hold no end, as is_end and flags have it */
  IsEnd           is_end;    /* what was asked for last */
  WireFramerFlags flags;
  gsize           n_dropped; /* bytes of the current, over-long unit that were not kept */
};

void
wire_framer_push (WireFramer *self, const guint8 *data, gsize length)
{
  if (self->start == self->waiting->len)
    {
      g_byte_array_set_size (self->waiting, 0);
      self->start = 0;
    }
  else if (self->start > COMPACT_BYTES && self->start > self->waiting->len / 2)
    {
      g_byte_array_remove_range (self->waiting, 0, (guint) self->start);
      self->start = 0;
    }
  g_byte_array_append (self->waiting, data, (guint) length);
}

/* Whether the LF at @lf ends a line. */
static gboolean
is_line_end (const guint8 *data, gsize length, gsize lf, WireFramerFlags flags)
{
  return (flags & WIRE_FRAMER_BARE_LF_ENDS_LINE) || (lf > 0 && data[lf - 1] == '\r');
}

/* Whether the LF at @lf ends a line that is a single dot, by whose reading of
 * line ends @flags tell. */
static gboolean
is_block_end (const guint8 *data, gsize length, gsize lf, WireFramerFlags flags)
{
  gboolean lenient = (flags & WIRE_FRAMER_BARE_LF_ENDS_DATA) != 0;
  gsize    dot;

  if (lf >= 2 && data[lf - 1] == '\r' && data[lf - 2] == '.')
    dot = lf - 2;
  else if (lenient && lf >= 1 && data[lf - 1] == '.')
    dot = lf - 1;
  else
    return FALSE;
  if (dot == 0)
    return TRUE;
  if (data[dot - 1] != '\n')
    return FALSE;
  return lenient || (dot >= 2 && data[dot - 2] == '\r');
}

/* Forgets the middle of an over-long unit: keeps its first bytes to show and
 * its last four to see an end that straddles. */
static void
drop_excess (WireFramer *self, gsize bytes_max)
{
  gsize length = self->waiting->len - self->start;
  gsize excess;

  if (length <= bytes_max + TAIL_BYTES)
    return;
  excess = length - bytes_max - TAIL_BYTES;
  g_byte_array_remove_range (self->waiting, (guint) (self->start + bytes_max), (guint) excess);
  self->n_dropped += excess;
  self->searched = self->waiting->len - self->start;
}

static WireFrame
next_unit (WireFramer      *self,
           IsEnd            is_end,
           gsize            bytes_max,
           WireFramerFlags  flags,
           const guint8   **out_data,
           gsize           *out_length)
{
  gsize         length = self->waiting->len - self->start;
  const guint8 *data = length > 0 ? self->waiting->data + self->start : NULL;

  /* Whoever asks otherwise than before has to see all that waits; of a unit that
   * lost its middle the end alone tells. */
  if ((is_end != self->is_end || flags != self->flags) && self->n_dropped == 0)
    self->searched = 0;
  self->is_end = is_end;
  self->flags = flags;
  while (self->searched < length)
    {
      const guint8 *lf = memchr (data + self->searched, '\n', length - self->searched);
      gsize         unit_bytes;
      gboolean      fits;

      if (lf == NULL)
        break;
      self->searched = (gsize) (lf - data) + 1;
      if (!is_end (data, length, self->searched - 1, flags))
        continue;
      unit_bytes = self->searched;
      fits = self->n_dropped == 0 && unit_bytes <= bytes_max;
      *out_data = data;
      *out_length = MIN (unit_bytes, bytes_max);
      self->start += unit_bytes;
      self->searched = 0;
      self->n_dropped = 0;
      return fits ? WIRE_FRAME_UNIT : WIRE_FRAME_TOO_LONG;
    }
  self->searched = length;
  drop_excess (self, bytes_max);
  return WIRE_FRAME_MORE;
}

WireFrame
wire_framer_next_line (WireFramer      *self,
                       gsize            bytes_max,
                       WireFramerFlags  flags,
                       const guint8   **out_data,
                       gsize           *out_length)
{
  return next_unit (self, is_line_end, bytes_max, flags, out_data, out_length);
}

WireFrame
wire_framer_next_block (WireFramer      *self,
                        gsize            bytes_max,
                        WireFramerFlags  flags,
                        const guint8   **out_data,
                        gsize           *out_length)
{
  return next_unit (self, is_block_end, bytes_max, flags, out_data, out_length);
}

WireFrame
wire_framer_next_counted (WireFramer    *self,
                          guint64        n_bytes,
                          gsize          bytes_max,
                          const guint8 **out_data,
                          gsize         *out_length)
{
  gsize length = self->waiting->len - self->start;

  if (self->n_dropped + length < n_bytes)
    {
      if (length > bytes_max)
        {
          g_byte_array_set_size (self->waiting, (guint) (self->start + bytes_max));
          self->n_dropped += length - bytes_max;
        }
      self->searched = 0;
      return WIRE_FRAME_MORE;
    }
  *out_data = self->waiting->data + self->start;
  *out_length = (gsize) MIN (n_bytes, bytes_max);
  self->start += (gsize) (n_bytes - self->n_dropped);
  self->searched = 0;
  self->n_dropped = 0;
  return n_bytes <= bytes_max ? WIRE_FRAME_UNIT : WIRE_FRAME_TOO_LONG;
}

gsize
wire_framer_get_n_waiting (const WireFramer *self)
{
  return self->waiting->len - self->start;
}

void
wire_framer_drop (WireFramer *self)
{
  g_byte_array_set_size (self->waiting, 0);
  self->start = self->searched = self->n_dropped = 0;
}

WireFramer *
wire_framer_new (void)
{
  WireFramer *self = g_new0 (WireFramer, 1);

  self->waiting = g_byte_array_new ();
  return self;
}

void
wire_framer_free (WireFramer *self)
{
  if (self == NULL)
    return;
  g_byte_array_unref (self->waiting);
  g_free (self);
}
