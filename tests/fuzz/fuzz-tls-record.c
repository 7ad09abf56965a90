/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdint.h>

#include <tls/tls-grammar.h>
#include <tls/tls-record.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* Annotation keeps its promises, with and without a recorder; what can be framed begins with a
 * header that can be read. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (WireSpans) spans = wire_annotate (&tls_grammar_record, data, size);
  g_autofree char *problem = wire_spans_check (spans);
  gsize            length = 0;

  g_assert_cmpstr (problem, ==, NULL);
  g_assert_true (wire_matches (&tls_grammar_record, data, size) == (spans->expected == NULL));
  if (tls_record_frame (data, size, &length) == TLS_FRAME_RECORD)
    g_assert_true (length >= TLS_RECORD_HEADER_BYTES && length <= size);
  return 0;
}
