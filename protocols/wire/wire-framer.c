/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wire-framer.h"

#include "wire-dots.h"

#include <string.h>

/* How much given-out data may lie in front before it is moved away: moving at
 * each unit would make many small units quadratic. */
#define COMPACT_BYTES 65536

/* What is kept before a drop: what may begin an end of block (a dot and two bytes of its line end)
 * and what stands before (three at the most). */
#define TAIL_BYTES 8

typedef enum
{
  LINE,
  BLOCK,
  COUNT,
} Kind;

struct _WireFramer
{
  GByteArray *waiting;
  gsize       start;     /* first byte not yet given out */
  gsize       searched;  /* bytes after start that hold no end, as kind and flags have it */
  Kind        kind;      /* what was asked for last */
  guint       flags;
  guint       end;       /* the form that ended the last block */
  guint64     n_dropped; /* bytes of the current, over-long unit that were not kept */
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

/* Each finder looks at what has not been searched yet. Returns: how many bytes the unit has; 0
 * while its end has not come */

/* CRLF, or LF if the flags let it. */
static gsize
find_lf (WireFramer *self, const guint8 *data, gsize length)
{
  while (self->searched < length)
    {
      const guint8 *lf = memchr (data + self->searched, '\n', length - self->searched);

      self->searched = lf != NULL ? (gsize) (lf - data) + 1 : length;
      if (lf != NULL && ((self->flags & WIRE_FRAMER_BARE_LF_ENDS_LINE) ||
                         (lf > data && lf[-1] == '\r')))
        return self->searched;
    }
  return 0;
}

/* CR, with the LF that may follow it. */
static gsize
find_cr_or_lf (WireFramer *self, const guint8 *data, gsize length)
{
  for (; self->searched < length; self->searched++)
    {
      gsize end = self->searched + 1;

      if (data[self->searched] == '\n' && (self->flags & WIRE_FRAMER_BARE_LF_ENDS_LINE))
        return end;
      if (data[self->searched] != '\r')
        continue;
      if (end == length)
        return 0;
      return data[end] == '\n' ? end + 1 : end;
    }
  return 0;
}

/* A line of a single dot. */
static gsize
find_block_end (WireFramer *self, const guint8 *data, gsize length)
{
  gsize at = self->searched;

  while (at < length)
    {
      const guint8 *dot = memchr (data + at, '.', length - at);
      gsize         end;

      if (dot == NULL)
        break;
      self->searched = (gsize) (dot - data);
      switch (wire_dots_match_end (data, length, self->searched, self->flags, &end, &self->end))
        {
        case WIRE_DOT_END:
          return end;
        case WIRE_DOT_MAYBE:
          return 0;
        default:
          at = self->searched + 1;
        }
    }
  self->searched = length;
  return 0;
}

/* Forgets the middle of an over-long unit: keeps its first bytes to show and
 * its last to see an end that straddles. */
static void
drop_excess (WireFramer *self, gsize bytes_max, gsize tail_bytes)
{
  gsize length = self->waiting->len - self->start;
  gsize excess;

  if (length <= bytes_max + tail_bytes)
    return;
  excess = length - bytes_max - tail_bytes;
  g_byte_array_remove_range (self->waiting, (guint) (self->start + bytes_max), (guint) excess);
  self->n_dropped += excess;
  self->searched -= excess;
}

static const guint8 *
get_waiting (WireFramer *self, gsize *out_length)
{
  *out_length = self->waiting->len - self->start;
  return *out_length > 0 ? self->waiting->data + self->start : (const guint8 *) "";
}

/* Whoever asks otherwise than before has to see all that waits; of a unit that
 * lost its middle the end alone tells. */
static void
ask_for (WireFramer *self, Kind kind, guint flags)
{
  if ((kind != self->kind || flags != self->flags) && self->n_dropped == 0)
    self->searched = 0;
  self->kind = kind;
  self->flags = flags;
}

/* Gives out the unit that has @unit_bytes, those that were dropped not counted. */
static WireFrame
give_out (WireFramer    *self,
          const guint8  *data,
          gsize          unit_bytes,
          gsize          bytes_max,
          const guint8 **out_data,
          gsize         *out_length)
{
  gboolean fits = self->n_dropped == 0 && unit_bytes <= bytes_max;

  *out_data = data;
  *out_length = MIN (unit_bytes, bytes_max);
  self->start += unit_bytes;
  self->searched = 0;
  self->n_dropped = 0;
  return fits ? WIRE_FRAME_UNIT : WIRE_FRAME_TOO_LONG;
}

WireFrame
wire_framer_next_line (WireFramer    *self,
                       gsize          bytes_max,
                       guint          flags,
                       const guint8 **out_data,
                       gsize         *out_length)
{
  gsize         length;
  const guint8 *data = get_waiting (self, &length);
  gsize         unit_bytes;

  ask_for (self, LINE, flags);
  unit_bytes = (flags & WIRE_FRAMER_BARE_CR_ENDS_LINE) ? find_cr_or_lf (self, data, length)
                                                       : find_lf (self, data, length);
  if (unit_bytes > 0)
    return give_out (self, data, unit_bytes, bytes_max, out_data, out_length);
  drop_excess (self, bytes_max, TAIL_BYTES);
  return WIRE_FRAME_MORE;
}

WireFrame
wire_framer_next_block (WireFramer    *self,
                        gsize          bytes_max,
                        guint          flags,
                        const guint8 **out_data,
                        gsize         *out_length)
{
  gsize         length;
  const guint8 *data = get_waiting (self, &length);
  gsize         unit_bytes;

  ask_for (self, BLOCK, flags);
  unit_bytes = find_block_end (self, data, length);
  if (unit_bytes > 0)
    return give_out (self, data, unit_bytes, bytes_max, out_data, out_length);
  drop_excess (self, bytes_max, TAIL_BYTES);
  return WIRE_FRAME_MORE;
}

guint
wire_framer_get_end (const WireFramer *self)
{
  return self->end;
}

WireFrame
wire_framer_next_counted (WireFramer    *self,
                          guint64        n_bytes,
                          gsize          bytes_max,
                          const guint8 **out_data,
                          gsize         *out_length)
{
  gsize         length;
  const guint8 *data = get_waiting (self, &length);

  ask_for (self, COUNT, 0);
  if (n_bytes - self->n_dropped <= length)
    return give_out (self, data, (gsize) (n_bytes - self->n_dropped), bytes_max, out_data,
                     out_length);
  self->searched = length;
  drop_excess (self, bytes_max, 0);
  return WIRE_FRAME_MORE;
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
  self->start = self->searched = 0;
  self->n_dropped = 0;
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
