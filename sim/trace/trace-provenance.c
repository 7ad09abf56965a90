/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "trace-provenance.h"

#include <imf/imf-fields.h>

#include "trace-grammar.h"
#include "trace-message.h"

struct _TraceProvenance
{
  GHashTable *added; /* GBytes of a field -> the actor that added it, plus 1 */
  guint       n_hops;
};

static gboolean
is_hop (TraceLog *log, const TraceEvent *event, guint message)
{
  const char        *grammar;
  const guint8      *data;
  gsize              length;
  g_autoptr (GBytes) unit = NULL;

  if (event->message != message || event->kind != TRACE_UNIT)
    return FALSE;
  grammar = trace_grammar_for_event (log, event);
  if (grammar == NULL)
    return FALSE;
  data = trace_log_get_bytes (log, event, &length);
  unit = g_bytes_new_static (data, length);
  return trace_message_is_in (grammar, unit);
}

/* Returns: the last hop before @position that brought the message to @actor, or G_MAXUINT. */
static guint
find_hop_before (TraceLog *log, guint position, guint actor, guint message)
{
  while (position-- > 0)
    {
      const TraceEvent *event = trace_log_get_event (log, position);

      if (event->to == actor && is_hop (log, event, message))
        return position;
    }
  return G_MAXUINT;
}

static void
add_field (TraceProvenance *self, const guint8 *data, gsize length, guint actor)
{
  GBytes *field = g_bytes_new (data, length);

  if (g_hash_table_contains (self->added, field))
    g_bytes_unref (field);
  else
    g_hash_table_insert (self->added, field, GUINT_TO_POINTER (actor + 1));
}

/* The fields that no hop before had are the sender's. */
static void
take_in_hop (TraceProvenance *self, TraceLog *log, guint position)
{
  const TraceEvent *event = trace_log_get_event (log, position);
  gsize             length;
  const guint8     *data = trace_log_get_bytes (log, event, &length);
  g_autoptr (GBytes) unit = g_bytes_new_static (data, length);
  g_autoptr (TraceMessage) message =
      trace_message_new (trace_grammar_for_event (log, event), unit);
  g_autoptr (ImfHeader) header = NULL;

  data = g_bytes_get_data (message->bytes, &length);
  header = imf_header_new (data, length);
  for (guint i = 0; i < imf_header_get_n (header); i++)
    {
      const ImfField *field = imf_header_get (header, i);

      add_field (self, data + field->offset, field->end - field->offset, event->from);
    }
  self->n_hops++;
}

TraceProvenance *
trace_provenance_new (TraceLog *log, guint position)
{
  guint            message = trace_log_get_event (log, position)->message;
  guint            hops[TRACE_PROVENANCE_HOPS_MAX];
  guint            n_hops = 0;
  TraceProvenance *self;

  if (message == 0 || !is_hop (log, trace_log_get_event (log, position), message))
    return NULL;
  while (position != G_MAXUINT && n_hops < TRACE_PROVENANCE_HOPS_MAX)
    {
      hops[n_hops++] = position;
      position =
          find_hop_before (log, position, trace_log_get_event (log, position)->from, message);
    }
  self = g_new0 (TraceProvenance, 1);
  self->added = g_hash_table_new_full (g_bytes_hash, g_bytes_equal,
                                       (GDestroyNotify) g_bytes_unref, NULL);
  while (n_hops > 0)
    take_in_hop (self, log, hops[--n_hops]);
  return self;
}

guint
trace_provenance_get_n_hops (const TraceProvenance *self)
{
  return self->n_hops;
}

guint
trace_provenance_find (const TraceProvenance *self, const guint8 *field, gsize length)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (field, length);
  guint found = GPOINTER_TO_UINT (g_hash_table_lookup (self->added, bytes));

  return found > 0 ? found - 1 : G_MAXUINT;
}

void
trace_provenance_free (TraceProvenance *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->added);
  g_free (self);
}
