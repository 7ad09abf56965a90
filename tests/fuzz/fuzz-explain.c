/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <trace/trace-grammar.h>
#include <wire/wire-dots.h>

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static guint
count (const WireSpans *spans, const char *name)
{
  guint n = 0;

  for (guint i = 0; i < wire_spans_get_n (spans); i++)
    n += strcmp (wire_spans_get (spans, i)->element->name, name) == 0;
  return n;
}

/* Every byte that unstuffing takes away has a span that says so. */
static void
check_dots (const WireSpans *spans, const uint8_t *data, size_t size)
{
  g_autoptr (GBytes) text = wire_dots_unstuff (data, size, FALSE);
  gsize end_length = wire_dots_get_end_length (data, size);

  g_assert_cmpuint (count (spans, "stuffed_dot"), ==, size - end_length - g_bytes_get_size (text));
  g_assert_cmpuint (count (spans, "end_of_data"), ==, end_length > 0);
}

/* The first byte chooses the grammar, the others are the unit: spans nest, stay in range,
 * and every byte has an innermost one. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  const char *const *names = trace_grammar_get_names ();
  guint              n_names = g_strv_length ((char **) names);
  const char        *name = names[size > 0 ? data[0] % n_names : 0];
  const uint8_t     *unit = size > 0 ? data + 1 : data;
  size_t             unit_size = size > 0 ? size - 1 : 0;
  g_autoptr (WireSpans) spans = trace_grammar_annotate (name, unit, unit_size);
  g_autofree char *problem = wire_spans_check (spans);

  g_assert_cmpstr (problem, ==, NULL);
  if (unit_size > 0)
    g_assert_cmpuint (wire_spans_find_innermost (spans, unit_size - 1), !=, G_MAXUINT);
  if (g_str_has_suffix (name, "-data"))
    check_dots (spans, unit, unit_size);
  return 0;
}
