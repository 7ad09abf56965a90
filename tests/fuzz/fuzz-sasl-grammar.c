/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <sasl/sasl-oauthbearer.h>
#include <sasl/sasl-scram.h>

#include <stdint.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static const WireGrammar *const grammars[] = {
  &sasl_grammar_plain,
  &sasl_grammar_cram_challenge,
  &sasl_grammar_cram_response,
  &sasl_grammar_oauthbearer,
  &sasl_grammar_oauthbearer_error,
  &sasl_grammar_external,
  &sasl_grammar_anonymous,
  &sasl_grammar_scram_client_first,
  &sasl_grammar_scram_server_first,
  &sasl_grammar_scram_client_final,
  &sasl_grammar_scram_server_final,
};

/* The first byte says which grammar ("a" and on), the rest is the message. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  const WireGrammar *grammar = grammars[size > 0 ? data[0] % G_N_ELEMENTS (grammars) : 0];
  const uint8_t     *message = size > 0 ? data + 1 : data;
  size_t             length = size > 0 ? size - 1 : 0;
  g_autoptr (WireSpans) spans = wire_annotate (grammar, message, length);
  g_autofree char *problem = wire_spans_check (spans);

  g_assert_cmpstr (problem, ==, NULL);
  g_assert_true (wire_matches (grammar, message, length) == (spans->expected == NULL));
  return 0;
}
