/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <pop3/pop3-client.h>

#include <stdint.h>
#include <string.h>

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static void
draw (guint8 *data, gsize length, gpointer unused)
{
  memset (data, 0x5a, length);
}

/* What a client does with the bytes, fed in pieces of @chunk: every command it sends. */
static GBytes *
run_client (const uint8_t *data, size_t size, size_t chunk)
{
  static const char *const seen[] = { "a", NULL };
  Pop3ClientConfig config = {
    "u",
    "p",
    POP3_POLICY_DELETE,
    FALSE,
    seen,
    0,
    100,
    .may_show_password = TRUE,
    .uses_utf8 = TRUE,
    .random = draw,
    .top_lines = 2,
  };
  g_autoptr (Pop3Client) client = pop3_client_new (&config, 0);
  Pop3ClientEvent event;

  for (size_t i = 0; i < size; i += chunk)
    {
      pop3_client_receive (client, data + i, MIN (chunk, size - i), 0);
      while (pop3_client_next_event (client, &event))
        if (event.kind == POP3_CLIENT_EVENT_MESSAGE || event.kind == POP3_CLIENT_EVENT_TOP)
          g_assert_cmpuint (g_bytes_get_size (event.message), <=, 100);
    }
  pop3_client_receive_end (client);
  while (pop3_client_next_event (client, &event))
    ;
  g_assert_true (pop3_client_is_done (client));
  return pop3_client_take_output (client);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (WireSpans) spans = wire_annotate (&pop3_grammar_response, data, size);
  g_autofree char *problem = wire_spans_check (spans);
  g_autoptr (GBytes) whole = run_client (data, size, size + 1);
  g_autoptr (GBytes) pieces = run_client (data, size, 3);

  g_assert_cmpstr (problem, ==, NULL);
  g_assert_true (wire_matches (&pop3_grammar_response, data, size) == (spans->expected == NULL));
  g_assert_true (g_bytes_equal (whole, pieces));
  return 0;
}
