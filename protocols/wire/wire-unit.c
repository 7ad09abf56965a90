/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wire-unit.h"

#include <string.h>

void
wire_unit_clear (WireUnit *unit)
{
  g_clear_pointer (&unit->bytes, g_bytes_unref);
}

static void
add_unit (WireOutbox    *self,
          WireDirection  direction,
          const char    *name,
          const guint8  *data,
          gsize          length)
{
  WireUnit *unit = g_new (WireUnit, 1);

  *unit = (WireUnit){ direction, name, g_bytes_new (data, length) };
  g_queue_push_tail (&self->units, unit);
}

void
wire_outbox_send (WireOutbox *self, const char *name, const guint8 *data, gsize length)
{
  g_byte_array_append (self->output, data, (guint) length);
  add_unit (self, WIRE_SENT, name, data, length);
}

void
wire_outbox_send_text (WireOutbox *self, const char *name, const char *text)
{
  wire_outbox_send (self, name, (const guint8 *) text, strlen (text));
}

void
wire_outbox_note (WireOutbox *self, const char *name, const guint8 *data, gsize length)
{
  add_unit (self, WIRE_RECEIVED, name, data, length);
}

GBytes *
wire_outbox_take_output (WireOutbox *self)
{
  GByteArray *output = self->output;

  self->output = g_byte_array_new ();
  return g_byte_array_free_to_bytes (output);
}

gboolean
wire_outbox_next_unit (WireOutbox *self, WireUnit *out_unit)
{
  WireUnit *unit = g_queue_pop_head (&self->units);

  if (unit == NULL)
    return FALSE;
  *out_unit = *unit;
  g_free (unit);
  return TRUE;
}

void
wire_outbox_init (WireOutbox *self)
{
  self->output = g_byte_array_new ();
  g_queue_init (&self->units);
}

void
wire_outbox_clear (WireOutbox *self)
{
  WireUnit unit;

  while (wire_outbox_next_unit (self, &unit))
    wire_unit_clear (&unit);
  g_clear_pointer (&self->output, g_byte_array_unref);
}
