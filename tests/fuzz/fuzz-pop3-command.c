/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <pop3/pop3-grammar.h>

#include <stdint.h>

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static void
check (const WireGrammar *grammar, const uint8_t *data, size_t size)
{
  g_autoptr (WireSpans) spans = wire_annotate (grammar, data, size);
  g_autofree char *problem = wire_spans_check (spans);

  g_assert_cmpstr (problem, ==, NULL);
  g_assert_true (wire_matches (grammar, data, size) == (spans->expected == NULL));
}

/* Annotation keeps its promises, and what the engine reads without a recorder
 * is what the inspector shows with one. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (WireSpans) spans = wire_annotate (&pop3_grammar_command, data, size);
  g_autofree char *problem = wire_spans_check (spans);
  gboolean is_whole = spans->expected == NULL;
  Pop3Command command = { 0 };
  WireScan scan;

  g_assert_cmpstr (problem, ==, NULL);
  g_assert_true (wire_matches (&pop3_grammar_command, data, size) == is_whole);

  wire_scan_init (&scan, data, size, NULL);
  g_assert_true ((pop3_scan_command (&scan, &command) && wire_scan_at_end (&scan)) == is_whole);
  if (is_whole && (command.verb == POP3_VERB_USER || command.verb == POP3_VERB_PASS ||
                   command.verb == POP3_VERB_APOP))
    g_assert_true (command.text != NULL && command.text[0] != '\0');
  pop3_command_clear (&command);
  check (&pop3_grammar_sasl, data, size);
  return 0;
}
