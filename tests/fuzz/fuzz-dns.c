/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <dns/dns-frame.h>

#include <stdint.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* Every record's text that can be read gives the same text again. */
static void
check_texts (const DnsMessage *message)
{
  const GArray *sections[] = { message->answers, message->authorities, message->additionals };

  for (guint i = 0; i < G_N_ELEMENTS (sections); i++)
    for (guint j = 0; j < sections[i]->len; j++)
      {
        const DnsRecord *record = dns_message_get_record (sections[i], j);
        g_autoptr (DnsMessage) other = dns_message_new ();
        DnsRecord       *read = dns_message_add_record (other->answers, "", record->type, 0);
        g_autofree char *text = dns_record_dup_data (record);
        g_autofree char *again = NULL;

        if (!dns_record_read_data (read, text))
          continue;
        again = dns_record_dup_data (read);
        g_assert_cmpstr (again, ==, text);
      }
}

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
  check_texts (message);
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

/* As a stream, the first byte saying how it is cut: the messages are the same for every cut. */
static void
check_stream (const uint8_t *data, size_t size)
{
  DnsFramer whole, cut;
  size_t    chunk = size > 0 ? data[0] + 1u : 1;

  dns_framer_init (&whole);
  dns_framer_init (&cut);
  dns_framer_receive (&whole, data, size);
  for (size_t at = 0; at < size; at += chunk)
    {
      GBytes *message;

      dns_framer_receive (&cut, data + at, MIN (chunk, size - at));
      while ((message = dns_framer_take (&cut)) != NULL)
        {
          g_autoptr (GBytes) first = message;
          g_autoptr (GBytes) second = dns_framer_take (&whole);
          g_autoptr (GBytes) frame = dns_frame_new (first);
          gboolean is_good = wire_matches (&dns_grammar_message, g_bytes_get_data (first, NULL),
                                           g_bytes_get_size (first));

          g_assert_true (second != NULL && g_bytes_equal (first, second));
          g_assert_true (is_good == wire_matches (&dns_grammar_frame,
                                                  g_bytes_get_data (frame, NULL),
                                                  g_bytes_get_size (frame)));
        }
    }
  g_assert_null (dns_framer_take (&whole));
  g_assert_cmpuint (whole.bytes->len, ==, cut.bytes->len);
  dns_framer_clear (&whole);
  dns_framer_clear (&cut);
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
  check_stream (data, size);
  return 0;
}
