/* SPDX-License-Identifier: GPL-3.0-or-later */
#define WIRE_MODULE "wire"

#include "wire-spans.h"

WIRE_ELEMENT (unrecognised, "Not recognised", 5234, "1");

const WireElement *const wire_unrecognised = &unrecognised;

/* Names as they stand in JSON; order of the bits in WireSpanFlags. */
static const struct
{
  guint       flag;
  const char *name;
} flag_names[] = {
  { WIRE_SPAN_OBSOLETE, "obsolete" },
  { WIRE_SPAN_TOLERATED, "tolerated" },
  { WIRE_SPAN_UNRECOGNISED, "unrecognised" },
  { WIRE_SPAN_PARTIAL, "partial" },
};

void
wire_spans_add (WireSpans         *self,
                const WireElement *element,
                gsize              offset,
                gsize              length,
                guint              depth,
                guint              flags)
{
  WireSpan span = {
    .element = element,
    .offset = (guint32) offset,
    .length = (guint32) length,
    .depth = (guint16) depth,
    .flags = (guint16) flags,
  };

  g_array_append_val (self->array, span);
}

void
wire_spans_add_deviation (WireSpans           *self,
                          const WireDeviation *deviation,
                          guint                span,
                          gsize                offset,
                          gsize                length)
{
  WireSpanDeviation found = { deviation, span, (guint32) offset, (guint32) length };

  g_array_append_val (self->deviations, found);
}

/* By span; by place within one. */
static int
compare_deviations (gconstpointer a, gconstpointer b)
{
  const WireSpanDeviation *left = a;
  const WireSpanDeviation *right = b;

  if (left->span != right->span)
    return left->span < right->span ? -1 : 1;
  return (left->offset > right->offset) - (left->offset < right->offset);
}

void
wire_spans_sort_deviations (WireSpans *self)
{
  g_array_sort (self->deviations, compare_deviations);
}

WireSpanDeviation
wire_spans_get_deviation (const WireSpans *self, guint i)
{
  WireSpanDeviation found = g_array_index (self->deviations, WireSpanDeviation, i);
  const WireSpan   *span = wire_spans_get (self, found.span);

  if (found.length == WIRE_DEVIATION_WHOLE)
    found.length = span->offset + span->length - found.offset;
  return found;
}

guint
wire_spans_find_deviation (const WireSpans *self, guint span)
{
  guint low = 0;
  guint high = self->deviations->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (g_array_index (self->deviations, WireSpanDeviation, middle).span < span)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

void
wire_spans_truncate (WireSpans *self, guint n_spans, guint n_deviations)
{
  g_array_set_size (self->array, n_spans);
  g_array_set_size (self->deviations, n_deviations);
}

void
wire_spans_add_moved (WireSpans *self, const WireSpans *other, gsize offset, guint depth)
{
  guint n_before = self->array->len;

  for (guint i = 0; i < other->deviations->len; i++)
    {
      WireSpanDeviation found = wire_spans_get_deviation (other, i);

      wire_spans_add_deviation (self, found.deviation, found.span + n_before,
                                found.offset + offset, found.length);
    }
  for (guint i = 0; i < other->array->len; i++)
    {
      const WireSpan *span = wire_spans_get (other, i);

      wire_spans_add (self, span->element, span->offset + offset, span->length,
                      span->depth + depth, span->flags);
    }
}

guint
wire_spans_get_parent (const WireSpans *self, guint i)
{
  guint depth = wire_spans_get (self, i)->depth;

  while (i-- > 0)
    if (wire_spans_get (self, i)->depth < depth)
      return i;
  return G_MAXUINT;
}

guint
wire_spans_find_innermost (const WireSpans *self, gsize offset)
{
  guint found = G_MAXUINT;

  for (guint i = 0; i < self->array->len; i++)
    {
      const WireSpan *span = wire_spans_get (self, i);

      if (span->offset > offset)
        break;
      if (offset - span->offset < span->length)
        found = i;
    }
  return found;
}

/* Each lies within its span, and they are in the order of their spans. */
static char *
check_deviations (const WireSpans *self)
{
  guint previous = 0;

  for (guint i = 0; i < self->deviations->len; i++)
    {
      WireSpanDeviation found;
      const WireSpan   *span;

      if (g_array_index (self->deviations, WireSpanDeviation, i).span >= self->array->len)
        return g_strdup_printf ("deviation %u belongs to no span", i);
      found = wire_spans_get_deviation (self, i);
      span = wire_spans_get (self, found.span);
      if (found.span < previous)
        return g_strdup_printf ("deviation %u (%s) is out of order", i, found.deviation->name);
      if (found.offset < span->offset || (guint64) found.offset + found.length >
                                             (guint64) span->offset + span->length)
        return g_strdup_printf ("deviation %u (%s) lies outside its span", i,
                                found.deviation->name);
      previous = found.span;
    }
  return NULL;
}

char *
wire_spans_check (const WireSpans *self)
{
  /* ends[d]: where the last span of depth d ended; parents[d]: where the open one ends. */
  g_autoptr (GArray) open = g_array_new (FALSE, TRUE, sizeof (guint64));
  g_autoptr (GArray) next = g_array_new (FALSE, TRUE, sizeof (guint64));
  const WireSpan *root;

  if (self->array->len == 0)
    return g_strdup ("there is no root");
  root = wire_spans_get (self, 0);
  if (root->depth != 0 || root->offset != 0 || root->length != self->length)
    return g_strdup ("the root does not cover the unit");
  for (guint i = 0; i < self->array->len; i++)
    {
      const WireSpan *span = wire_spans_get (self, i);
      guint64         end = (guint64) span->offset + span->length;

      if (i > 0 && (span->depth == 0 || span->depth > open->len))
        return g_strdup_printf ("span %u (%s) has no parent", i, span->element->name);
      if (i > 0 && end > g_array_index (open, guint64, span->depth - 1))
        return g_strdup_printf ("span %u (%s) ends outside its parent", i, span->element->name);
      if (i > 0 && span->offset < g_array_index (next, guint64, span->depth))
        return g_strdup_printf ("span %u (%s) begins inside its elder sibling", i,
                                span->element->name);
      g_array_set_size (open, span->depth);
      g_array_append_val (open, end);
      g_array_set_size (next, span->depth);
      g_array_append_val (next, end);
      g_array_set_size (next, span->depth + 2);
      g_array_index (next, guint64, span->depth + 1) = span->offset;
    }
  return check_deviations (self);
}

const char **
wire_span_flags_get_names (guint flags)
{
  const char **names = g_new0 (const char *, G_N_ELEMENTS (flag_names) + 1);
  guint        n = 0;

  for (guint i = 0; i < G_N_ELEMENTS (flag_names); i++)
    if (flags & flag_names[i].flag)
      names[n++] = flag_names[i].name;
  return names;
}

WireSpans *
wire_spans_new (void)
{
  WireSpans *self = g_new0 (WireSpans, 1);

  self->array = g_array_new (FALSE, FALSE, sizeof (WireSpan));
  self->deviations = g_array_new (FALSE, FALSE, sizeof (WireSpanDeviation));
  return self;
}

void
wire_spans_free (WireSpans *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->array);
  g_array_unref (self->deviations);
  g_free (self);
}
