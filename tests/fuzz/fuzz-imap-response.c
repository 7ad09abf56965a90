/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <imap/imap-grammar.h>

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static void
check_value (const ImapValue *value)
{
  guint64 number;

  g_assert_true ((value->kind == IMAP_VALUE_LIST) == (value->children != NULL));
  g_assert_true (value->text == NULL || value->text[value->length] == '\0');
  g_assert_true (imap_value_get_text (value) == NULL || value->text != NULL);
  if (imap_value_get_number (value, &number))
    g_assert_true (value->kind == IMAP_VALUE_ATOM);
  for (guint i = 0; i < imap_value_get_n (value); i++)
    check_value (imap_value_get (value, i));
}

static void
check_values (const GPtrArray *values)
{
  for (guint i = 0; values != NULL && i < values->len; i++)
    {
      const ImapValue *value = g_ptr_array_index (values, i);
      ImapFlags        flags = { 0 };

      check_value (value);
      imap_value_read_flags (value, &flags);
      imap_flags_clear (&flags);
    }
}

static void
check_response (const ImapResponse *response)
{
  check_values (response->values);
  check_values (response->code_values);
  if (response->kind == IMAP_RESPONSE_DATA)
    {
      g_assert_nonnull (response->name);
      g_assert_nonnull (response->values);
      imap_response_find (response, "BODY[]");
    }
  else
    g_assert_nonnull (response->text);
}

/* With a recorder, without, and for an engine, a response is the same. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (WireSpans) spans = wire_annotate (&imap_grammar_response, data, size);
  g_autofree char *problem = wire_spans_check (spans);
  ImapResponse     response = { 0 };
  WireScan         scan;
  gboolean         matched;

  g_assert_cmpstr (problem, ==, NULL);
  wire_scan_init (&scan, data, size, NULL);
  matched = imap_scan_response (&scan, &response);
  g_assert_true (matched == (spans->expected == NULL));
  g_assert_true (matched == wire_matches (&imap_grammar_response, data, size));
  if (matched)
    check_response (&response);
  else
    g_assert_true (response.values == NULL && response.text == NULL && response.name == NULL);
  imap_response_clear (&response);
  return 0;
}
