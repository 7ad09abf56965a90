/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wire-grammar.h"

/* Runs the grammar under its root. Returns: whether it matched every byte. */
static gboolean
run_grammar (const WireGrammar *grammar, WireScan *scan)
{
  WireMark mark = wire_scan_begin (scan, grammar->root);
  gboolean matched = grammar->scan (scan);

  if (matched ? !wire_scan_at_end (scan) : scan->expected == NULL)
    wire_scan_fail (scan);
  return wire_scan_end (scan, mark, matched) && wire_scan_at_end (scan);
}

static void
add_unrecognised_rest (WireSpans *spans, gsize from, gsize length)
{
  if (from < length)
    wire_spans_add (spans, wire_unrecognised, from, length - from, 1, WIRE_SPAN_UNRECOGNISED);
}

WireSpans *
wire_annotate (const WireGrammar *grammar, const guint8 *data, gsize length)
{
  g_autoptr (WireSpans) spans = wire_spans_new ();
  g_autoptr (WireSpans) partial = NULL;
  WireScan scan;

  wire_scan_init (&scan, data, length, spans);
  if (run_grammar (grammar, &scan))
    {
      spans->length = spans->farthest = length;
      wire_spans_sort_deviations (spans);
      return g_steal_pointer (&spans);
    }

  /* Once more, to keep the spans as they stood where the grammar came farthest. */
  partial = wire_spans_new ();
  partial->length = length;
  partial->farthest = scan.farthest;
  partial->expected = scan.expected;
  wire_spans_truncate (spans, 0, 0);
  wire_scan_init (&scan, data, length, spans);
  scan.snapshot_at = partial->farthest;
  scan.snapshot = partial;
  run_grammar (grammar, &scan);
  g_assert (partial->array->len > 0);
  add_unrecognised_rest (partial, partial->farthest, length);
  wire_spans_get (partial, 0)->length = (guint32) length;
  wire_spans_sort_deviations (partial);
  return g_steal_pointer (&partial);
}

gboolean
wire_matches (const WireGrammar *grammar, const guint8 *data, gsize length)
{
  WireScan scan;

  wire_scan_init (&scan, data, length, NULL);
  return run_grammar (grammar, &scan);
}
