/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "trace-message.h"

#include <string.h>
#include <wire/wire-dots.h>

/* The grammars of units with a message inside. */
static const struct
{
  const char *grammar;
  gboolean    is_stuffed;
} carriers[] = {
  { "message", FALSE },
  { "smtp-data", TRUE },
  { "smtp-chunk", FALSE },
  { "pop3-data", TRUE },
  { "imap-message", FALSE },
};

static int
find_carrier (const char *grammar)
{
  for (guint i = 0; i < G_N_ELEMENTS (carriers); i++)
    if (strcmp (carriers[i].grammar, grammar) == 0)
      return (int) i;
  return -1;
}

/* Whether the dot at @pos was stuffed: it begins a line (RFC 5321 section 4.5.2). */
static gboolean
is_stuffed_dot (const guint8 *data, gsize pos)
{
  return pos == 0 || (pos >= 2 && data[pos - 1] == '\n' && data[pos - 2] == '\r');
}

static void
find_stuffed_dots (GArray *dots, const guint8 *data, gsize length)
{
  for (gsize pos = 0; pos < length; pos++)
    {
      const guint8 *dot = memchr (data + pos, '.', length - pos);

      if (dot == NULL)
        break;
      pos = (gsize) (dot - data);
      if (is_stuffed_dot (data, pos))
        g_array_append_val (dots, pos);
    }
}

gboolean
trace_message_is_in (const char *grammar)
{
  return find_carrier (grammar) >= 0;
}

gboolean
trace_message_is_stuffed (const char *grammar)
{
  int carrier = find_carrier (grammar);

  return carrier >= 0 && carriers[carrier].is_stuffed;
}

TraceMessage *
trace_message_new (const char *grammar, GBytes *unit)
{
  TraceMessage *self;
  int           carrier = find_carrier (grammar);
  gsize         length;
  const guint8 *data = g_bytes_get_data (unit, &length);

  g_return_val_if_fail (carrier >= 0, NULL);
  self = g_new0 (TraceMessage, 1);
  self->dots = g_array_new (FALSE, FALSE, sizeof (gsize));
  if (carriers[carrier].is_stuffed)
    {
      find_stuffed_dots (self->dots, data, length - wire_dots_get_end_length (data, length));
      self->bytes = wire_dots_unstuff (data, length, FALSE);
    }
  else
    self->bytes = g_bytes_ref (unit);
  return self;
}

void
trace_message_free (TraceMessage *self)
{
  if (self == NULL)
    return;
  g_bytes_unref (self->bytes);
  g_array_unref (self->dots);
  g_free (self);
}

gsize
trace_message_to_unit (const TraceMessage *self, gsize pos)
{
  guint low = 0;
  guint high = self->dots->len;

  /* The dot of index i stands before byte dots[i] - i of the message. */
  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (g_array_index (self->dots, gsize, middle) - middle < pos)
        low = middle + 1;
      else
        high = middle;
    }
  return pos + low;
}
