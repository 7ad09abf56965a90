/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <imf/imf-message.h>

#include <stdint.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* Annotation keeps its promises, with and without a recorder. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (WireSpans) spans = wire_annotate (&imf_grammar_message, data, size);
  g_autofree char *problem = wire_spans_check (spans);

  g_assert_cmpstr (problem, ==, NULL);
  /* Every input is a message of some kind. */
  g_assert_true (wire_matches (&imf_grammar_message, data, size));
  return 0;
}
