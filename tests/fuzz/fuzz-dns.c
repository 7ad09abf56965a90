/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <dns/dns-message.h>

#include <stdint.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* What can be read can be written and read again, as the same. */
static void
check_round_trip (const uint8_t *data, size_t size)
{
  g_autoptr (DnsMessage) message = dns_message_decode (data, size, NULL);
  g_autoptr (DnsMessage) again = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *summary = NULL;
  g_autofree char *summary_again = NULL;
  gsize            length;
  const guint8    *encoded;

  if (message == NULL)
    return;
  summary = dns_message_dup_summary (message);
  bytes = dns_message_encode (message, DNS_MESSAGE_BYTES_MAX);
  if (bytes == NULL)
    return;
  encoded = g_bytes_get_data (bytes, &length);
  again = dns_message_decode (encoded, length, NULL);
  g_assert_nonnull (again);
  message->is_truncated = again->is_truncated;
  summary_again = dns_message_dup_summary (again);
  if (!again->is_truncated)
    g_assert_cmpstr (summary_again, ==, summary);
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
