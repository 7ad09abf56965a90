/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <smtp/smtp-client.h>
#include <smtp/smtp-grammar.h>
#include <smtp/smtp-reply.h>

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* What a client does with the bytes, fed in pieces of @chunk: every command it sends. */
static GBytes *
run_client (const uint8_t *data, size_t size, size_t chunk)
{
  static const char *const recipients[] = { "a@b", "c@d", NULL };
  g_autoptr (GBytes) message = g_bytes_new_static (".x\r\n", 4);
  SmtpClientConfig config = { "a", "", recipients, message };
  g_autoptr (SmtpClient) client = smtp_client_new (&config, 0);
  SmtpClientEvent event;
  SmtpDelivery    delivery;

  for (size_t i = 0; i < size; i += chunk)
    {
      smtp_client_receive (client, data + i, MIN (chunk, size - i), 0);
      while (smtp_client_next_event (client, &event))
        ;
    }
  smtp_client_receive_end (client);
  while (smtp_client_next_event (client, &event))
    ;
  g_assert_true (smtp_client_is_done (client));
  for (guint i = 0; recipients[i] != NULL; i++)
    {
      smtp_client_get_delivery (client, i, &delivery);
      g_assert_cmpint (delivery.outcome, !=, SMTP_OUTCOME_PENDING);
      g_assert_true (delivery.outcome != SMTP_OUTCOME_ACCEPTED ||
                     smtp_code_is_positive (delivery.code));
    }
  return smtp_client_take_output (client);
}

/* A reply that was read and is written again says the same. */
static void
check_parsed (const uint8_t *data, size_t size, gboolean is_whole)
{
  SmtpReply reply = { 0 };

  g_assert_true (smtp_reply_parse (data, size, &reply) == is_whole);
  if (is_whole)
    {
      g_autofree char *unit = smtp_reply_format (reply.code, reply.text);
      SmtpReply        again = { 0 };

      g_assert_true (smtp_reply_parse ((const guint8 *) unit, strlen (unit), &again));
      g_assert_cmpuint (again.code, ==, reply.code);
      g_assert_cmpuint (strlen (again.text), >=, strlen (reply.text));
      smtp_reply_clear (&again);
    }
  smtp_reply_clear (&reply);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (WireSpans) spans = wire_annotate (&smtp_grammar_reply, data, size);
  g_autofree char *problem = wire_spans_check (spans);
  gboolean         is_whole = spans->expected == NULL;
  g_autoptr (GBytes) whole = run_client (data, size, size + 1);
  g_autoptr (GBytes) pieces = run_client (data, size, 3);

  g_assert_cmpstr (problem, ==, NULL);
  g_assert_true (wire_matches (&smtp_grammar_reply, data, size) == is_whole);
  check_parsed (data, size, is_whole);
  g_assert_true (g_bytes_equal (whole, pieces));
  return 0;
}
