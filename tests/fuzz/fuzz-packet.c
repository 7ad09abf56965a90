/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <inet/inet-packet.h>

#include <stdint.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* Annotation keeps its promises, with and without a recorder. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (WireSpans) spans = wire_annotate (&inet_grammar_packet, data, size);
  g_autofree char *problem = wire_spans_check (spans);

  g_assert_cmpstr (problem, ==, NULL);
  g_assert_true (wire_matches (&inet_grammar_packet, data, size) == (spans->expected == NULL));
  return 0;
}
