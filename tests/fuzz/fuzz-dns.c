/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <dns/dns-message.h>

#include <stdint.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* What can be read is explained, can be written, and is read again as the same. */
static void
check_round_trip (const uint8_t *data, size_t size)
{
  g_autoptr (DnsMessage) message = dns_message_decode (data, size, NULL);
  g_autoptr (DnsMessage) again = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *summary = NULL;
  g_autofree char *summary_again = NULL;

  if (message == NULL)
    return;
  g_assert_true (wire_matches (&dns_grammar_message, data, size));
  summary = dns_message_dup_summary (message);
  bytes = dns_message_encode (message, DNS_MESSAGE_BYTES_MAX);
  g_assert_nonnull (bytes);
  g_assert_cmpuint (g_bytes_get_size (bytes), <=, DNS_MESSAGE_BYTES_MAX);
  again = dns_message_decode (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), NULL);
  g_assert_nonnull (again);
  /* Names that pointed into the middle of others may need more room than they had. */
  if (again->is_truncated != message->is_truncated)
    return;
  summary_again = dns_message_dup_summary (again);
  g_assert_true (g_ascii_strcasecmp (summary_again, summary) == 0 || again->is_truncated);
}

/* Annotation keeps its promises, with and without a recorder. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (WireSpans) spans = wire_annotate (&dns_grammar_message, data, size);
  g_autofree char *problem = wire_spans_check (spans);

  g_assert_cmpstr (problem, ==, NULL);
  g_assert_true (wire_matches (&dns_grammar_message, data, size) == (spans->expected == NULL));
  check_round_trip (data, size);
  return 0;
}
