/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "annotation.h"

WireSpans *
annotation_of (const WireGrammar *grammar, const char *unit, gsize length)
{
  g_autofree guint8 *copy = g_memdup2 (unit, length);
  WireSpans         *spans = wire_annotate (grammar, copy, length);
  g_autofree char   *problem = wire_spans_check (spans);

  g_assert_cmpstr (problem, ==, NULL);
  g_assert_cmpint (wire_matches (grammar, copy, length), ==, spans->expected == NULL);
  return spans;
}

static guint
collect_flags (const WireSpans *spans)
{
  guint flags = 0;

  for (guint i = 0; i < wire_spans_get_n (spans); i++)
    flags |= wire_spans_get (spans, i)->flags;
  return flags;
}

WireSpans *
annotation_of_all (const WireGrammar *grammar, const guint8 *data, gsize length)
{
  WireSpans       *spans = wire_annotate (grammar, data, length);
  g_autofree char *problem = wire_spans_check (spans);
  WireScan         scan;

  g_assert_cmpstr (problem, ==, NULL);
  wire_scan_init (&scan, data, length, NULL);
  g_assert_true (grammar->scan (&scan));
  g_assert_cmphex (scan.flags, ==, collect_flags (spans));
  g_assert_null (spans->expected);
  g_assert_cmpuint (spans->farthest, ==, length);
  g_assert_true (wire_matches (grammar, data, length));
  return spans;
}

char *
annotation_describe (const WireSpans *spans)
{
  static const char marks[] = "-~?!"; /* in the order of the bits of WireSpanFlags */
  GString          *text = g_string_new (NULL);

  for (guint i = 0; i < wire_spans_get_n (spans); i++)
    {
      const WireSpan *span = wire_spans_get (spans, i);

      g_string_append_printf (text, "%s:%u", span->element->name, span->length);
      for (guint bit = 0; bit < sizeof marks - 1; bit++)
        if (span->flags & (1u << bit))
          g_string_append_c (text, marks[bit]);
      g_string_append_c (text, ' ');
    }
  return g_string_free (text, FALSE);
}

void
annotation_check_beginnings (const WireGrammar *grammar, const char *unit, gsize length)
{
  for (gsize n = 0; n < length; n++)
    wire_spans_free (annotation_of (grammar, unit, n));
}
