/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "trace-message.h"

#include <imap/imap-grammar.h>
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

/* Of these only some do, and around the message there is more. */
static const WireGrammar *const imap_carriers[] = { &imap_grammar_command,
                                                    &imap_grammar_response };

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

static const WireGrammar *
find_imap_carrier (const char *grammar)
{
  for (guint i = 0; i < G_N_ELEMENTS (imap_carriers); i++)
    if (strcmp (imap_carriers[i]->name, grammar) == 0)
      return imap_carriers[i];
  return NULL;
}

/* Returns: (transfer full) (nullable): the octets of the first literal that is a message */
static GBytes *
find_in_imap (const WireGrammar *grammar, GBytes *unit, gsize *out_offset)
{
  g_autoptr (WireSpans) spans =
      wire_annotate (grammar, g_bytes_get_data (unit, NULL), g_bytes_get_size (unit));
  guint depth = G_MAXUINT;

  for (guint i = 0; i < wire_spans_get_n (spans); i++)
    {
      const WireSpan *span = wire_spans_get (spans, i);
      const char     *name = span->element->name;

      if (span->depth <= depth)
        depth = strcmp (name, "fetch_message") == 0 || strcmp (name, "append_message") == 0
                    ? span->depth
                    : G_MAXUINT;
      if (depth == G_MAXUINT || span->length == 0 || strcmp (name, "literal_octets") != 0)
        continue;
      *out_offset = span->offset;
      return g_bytes_new_from_bytes (unit, span->offset, span->length);
    }
  return NULL;
}

gboolean
trace_message_is_in (const char *grammar, GBytes *unit)
{
  const WireGrammar *imap = find_imap_carrier (grammar);
  g_autoptr (GBytes) found = NULL;
  gsize offset;

  if (imap == NULL)
    return find_carrier (grammar) >= 0;
  found = find_in_imap (imap, unit, &offset);
  return found != NULL;
}

static TraceMessage *
new_from_imap (const WireGrammar *grammar, GBytes *unit)
{
  gsize         offset;
  GBytes       *found = find_in_imap (grammar, unit, &offset);
  TraceMessage *self;

  if (found == NULL)
    return NULL;
  self = g_new0 (TraceMessage, 1);
  self->dots = g_array_new (FALSE, FALSE, sizeof (gsize));
  self->bytes = found;
  self->offset = offset;
  return self;
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

  if (find_imap_carrier (grammar) != NULL)
    return new_from_imap (find_imap_carrier (grammar), unit);
  if (carrier < 0)
    return NULL;
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
  return self->offset + pos + low;
}
