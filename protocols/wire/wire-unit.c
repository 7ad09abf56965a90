/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wire-unit.h"

#include <string.h>

/* Memory for units and for output that is kept for the next; more is given away. Ours: a burst
 * of pipelined commands must not cost its memory for the rest of the session. */
#define UNITS_KEPT 64
#define OUTPUT_BYTES_KEPT 4096

void
wire_unit_clear (WireUnit *unit)
{
  g_clear_pointer (&unit->bytes, g_bytes_unref);
  g_clear_pointer (&unit->wire, g_bytes_unref);
}

void
wire_outbox_add_unit (WireOutbox *self, const WireUnit *unit)
{
  g_array_append_vals (self->units, unit, 1);
}

gboolean
wire_outbox_has_unit (const WireOutbox *self)
{
  return self->n_taken < self->units->len;
}

static void
add_unit (WireOutbox *self, WireDirection direction, const char *name, GBytes *bytes)
{
  WireUnit unit = { direction, name, bytes, NULL, FALSE };

  g_array_append_val (self->units, unit);
}

void
wire_outbox_send_bytes (WireOutbox *self, const char *name, GBytes *bytes)
{
  gsize         length;
  const guint8 *data = g_bytes_get_data (bytes, &length);

  g_byte_array_append (self->output, data, (guint) length);
  add_unit (self, WIRE_SENT, name, g_bytes_ref (bytes));
}

void
wire_outbox_send_as (WireOutbox *self, const char *name, GBytes *bytes, GBytes *wire)
{
  gsize         length;
  const guint8 *data = g_bytes_get_data (wire, &length);
  WireUnit unit = { WIRE_SENT, name, g_bytes_ref (bytes), g_bytes_ref (wire), FALSE };

  g_byte_array_append (self->output, data, (guint) length);
  g_array_append_val (self->units, unit);
}

void
wire_outbox_send (WireOutbox *self, const char *name, const guint8 *data, gsize length)
{
  g_byte_array_append (self->output, data, (guint) length);
  add_unit (self, WIRE_SENT, name, g_bytes_new (data, length));
}

void
wire_outbox_send_text (WireOutbox *self, const char *name, const char *text)
{
  wire_outbox_send (self, name, (const guint8 *) text, strlen (text));
}

void
wire_outbox_note (WireOutbox *self, const char *name, const guint8 *data, gsize length)
{
  add_unit (self, WIRE_RECEIVED, name, g_bytes_new (data, length));
}

void
wire_outbox_note_bytes (WireOutbox *self, const char *name, GBytes *bytes)
{
  add_unit (self, WIRE_RECEIVED, name, g_bytes_ref (bytes));
}

gsize
wire_outbox_get_n_output (const WireOutbox *self)
{
  return self->output->len;
}

GBytes *
wire_outbox_take_output (WireOutbox *self)
{
  GByteArray *output = self->output;
  GBytes     *copy;

  if (output->len > OUTPUT_BYTES_KEPT)
    {
      self->output = g_byte_array_new ();
      return g_byte_array_free_to_bytes (output);
    }
  copy = g_bytes_new (output->data, output->len);
  g_byte_array_set_size (output, 0);
  return copy;
}

gboolean
wire_outbox_next_unit (WireOutbox *self, WireUnit *out_unit)
{
  if (self->n_taken == self->units->len)
    return FALSE;
  *out_unit = g_array_index (self->units, WireUnit, self->n_taken++);
  if (self->n_taken == self->units->len)
    {
      if (self->n_taken > UNITS_KEPT)
        {
          g_array_unref (self->units);
          self->units = g_array_new (FALSE, FALSE, sizeof (WireUnit));
        }
      g_array_set_size (self->units, 0);
      self->n_taken = 0;
    }
  return TRUE;
}

void
wire_outbox_init (WireOutbox *self)
{
  self->output = g_byte_array_new ();
  self->units = g_array_new (FALSE, FALSE, sizeof (WireUnit));
  self->n_taken = 0;
}

void
wire_outbox_clear (WireOutbox *self)
{
  WireUnit unit;

  while (wire_outbox_next_unit (self, &unit))
    wire_unit_clear (&unit);
  g_clear_pointer (&self->output, g_byte_array_unref);
  g_clear_pointer (&self->units, g_array_unref);
}
