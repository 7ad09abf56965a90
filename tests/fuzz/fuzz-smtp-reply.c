/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <smtp/smtp-client.h>
#include <smtp/smtp-grammar.h>
#include <smtp/smtp-reply.h>

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* The first bytes of the input choose what the client is told to do; the rest is what a hostile
 * server sends. A reply alone is an input, too: its digits choose. */
#define N_CHOICES 3

static const char *const letters[] = {
  ".x\r\n",
  "",
  "A: b\r\n\r\nx\n.\n\r.\r\ry",
  "A: b\r\n\r\n\xff\r\n.\r\n",
  "A: \xc3\xb6\r\n\r\nx\r\n",
};

static const char *const paths[] = { "a@b", "c@d", "\xc3\xb6@e", "f@g\r\nDATA", "" };

typedef struct
{
  const uint8_t *choices;
  SmtpClient    *client;
  guint          n_sent;
  gboolean       is_starting; /* a transaction was given, SENT has not come */
  GByteArray    *output;
} Run;

static void
fill (guint8 *data, gsize length, gpointer user_data)
{
  memset (data, 'r', length);
}

static void
send_letter (Run *run)
{
  const char *letter = letters[run->choices[1] % G_N_ELEMENTS (letters)];
  g_autoptr (GBytes) message =
      run->choices[1] & 0x40 ? g_bytes_new_static ("A: b\r\n\r\n\0\n", 10)
                             : g_bytes_new_static (letter, strlen (letter));
  SmtpRecipient recipients[G_N_ELEMENTS (paths)] = { { NULL } };
  guint n = 1 + run->choices[2] % (G_N_ELEMENTS (paths) - 1);
  SmtpTransaction transaction = { .recipients = recipients, .n_recipients = n,
                                  .message = message };

  for (guint i = 0; i < n; i++)
    recipients[i].path = (char *) paths[(i + run->choices[2] / 16) % G_N_ELEMENTS (paths)];
  transaction.mail.reverse_path = (char *) (run->choices[1] & 0x20 ? "" : "x@y");
  transaction.mail.requires_tls = (run->choices[2] & 8) != 0 && run->n_sent == 1;
  transaction.mail.body = run->choices[1] & 0x80 ? SMTP_BODY_BINARYMIME : SMTP_BODY_UNSAID;
  run->n_sent++;
  run->is_starting = TRUE;
  smtp_client_send (run->client, &transaction, 0);
}

static void
check_delivered (Run *run)
{
  SmtpDelivery delivery;

  run->is_starting = FALSE;
  for (guint i = 0; i < 1 + run->choices[2] % (G_N_ELEMENTS (paths) - 1u); i++)
    {
      smtp_client_get_delivery (run->client, i, &delivery);
      g_assert_cmpint (delivery.outcome, !=, SMTP_OUTCOME_PENDING);
      g_assert_nonnull (delivery.text);
      g_assert_true (delivery.outcome != SMTP_OUTCOME_ACCEPTED ||
                     smtp_code_is_positive (delivery.code));
    }
}

static void
answer (Run *run, const SmtpClientEvent *event)
{
  g_autoptr (GBytes) converted = NULL;

  if (event->kind == SMTP_CLIENT_EVENT_READY && run->n_sent < 3)
    send_letter (run);
  else if (event->kind == SMTP_CLIENT_EVENT_READY)
    smtp_client_quit (run->client, 0);
  else if (event->kind == SMTP_CLIENT_EVENT_CONVERT)
    {
      converted = run->choices[0] & 4 ? g_bytes_new_static ("A: b\r\n\r\nc\r\n", 11) : NULL;
      smtp_client_convert (run->client, converted, 0);
    }
  else if (event->kind == SMTP_CLIENT_EVENT_SENT)
    check_delivered (run);
}

static void
drain (Run *run)
{
  static const WireSecurity security = { "TLSv1.3", "C", TRUE, "" };
  g_autoptr (GBytes) output = NULL;
  SmtpClientEvent event;
  WireUnit unit;

  while (smtp_client_next_event (run->client, &event))
    answer (run, &event);
  if (smtp_client_starts_tls (run->client))
    {
      smtp_client_secured (run->client, &security, 0);
      while (smtp_client_next_event (run->client, &event))
        answer (run, &event);
    }
  output = smtp_client_take_output (run->client);
  g_byte_array_append (run->output, g_bytes_get_data (output, NULL),
                       (guint) g_bytes_get_size (output));
  while (smtp_client_next_unit (run->client, &unit))
    {
      gsize length;
      const guint8 *bytes = g_bytes_get_data (unit.bytes, &length);

      /* A command is one line, whatever it was made from. */
      if (unit.direction == WIRE_SENT && g_str_equal (unit.name, "command"))
        g_assert_true (memchr (bytes, '\n', length) == bytes + length - 1 &&
                       memchr (bytes, '\r', length) == bytes + length - 2);
      wire_unit_clear (&unit);
    }
}

/* What a client does with the bytes, fed in pieces of @chunk: every byte it sends. */
static GBytes *
run_client (const uint8_t *choices, const uint8_t *data, size_t size, size_t chunk)
{
  SmtpClientConfig config = {
    .name = "a",
    .is_lmtp = (choices[0] & 1) != 0,
    .tls = (choices[0] & 2) != 0 ? SMTP_TLS_ALWAYS : SMTP_TLS_IF_OFFERED,
    .user = (choices[0] & 8) != 0 ? "u" : NULL,
    .password = "p",
    .token = (choices[0] & 0x10) != 0 ? "t" : NULL,
    .may_auth_in_clear = (choices[0] & 0x20) != 0,
    .random = fill,
  };
  Run run = { .choices = choices, .client = smtp_client_new (&config, 0),
              .output = g_byte_array_new () };

  for (size_t i = 0; i < size; i += chunk)
    {
      smtp_client_receive (run.client, data + i, MIN (chunk, size - i), 0);
      drain (&run);
    }
  smtp_client_receive_end (run.client);
  drain (&run);
  g_assert_true (smtp_client_is_done (run.client));
  g_assert_false (run.is_starting);
  smtp_client_free (run.client);
  return g_byte_array_free_to_bytes (run.output);
}

/* A reply that was read and is written again says the same. */
static void
check_parsed (const uint8_t *data, size_t size, gboolean is_whole)
{
  SmtpReply reply = { 0 };
  gboolean is_parsed = smtp_reply_parse (data, size, &reply);

  /* The grammar explains more than a client can go by. */
  g_assert_true (is_whole || !is_parsed);
  if (is_parsed)
    {
      g_autofree char *unit = smtp_reply_format (reply.code, reply.status, reply.text);
      SmtpReply again = { 0 };

      g_assert_true (smtp_reply_parse ((const guint8 *) unit, strlen (unit), &again));
      g_assert_cmpuint (again.code, ==, reply.code);
      g_assert_cmpstr (again.status, ==, reply.status);
      g_assert_cmpuint (strlen (again.text), >=, strlen (reply.text));
      smtp_reply_clear (&again);
    }
  smtp_reply_clear (&reply);
}

static gboolean
says_starttls (GBytes *output)
{
  gsize length;
  const char *text = g_bytes_get_data (output, &length);

  return length > 0 && g_strstr_len (text, (gssize) length, "STARTTLS") != NULL;
}

static void
check_client (const uint8_t *data, size_t size)
{
  static const uint8_t plain[N_CHOICES] = { 0 };
  const uint8_t *choices = size >= N_CHOICES ? data : plain;
  size_t skipped = size >= N_CHOICES && !g_ascii_isdigit (data[0]) ? N_CHOICES : 0;
  g_autoptr (GBytes) pieces = run_client (choices, data + skipped, size - skipped, 1);
  g_autoptr (GBytes) again = run_client (choices, data + skipped, size - skipped, 1);
  g_autoptr (GBytes) larger = run_client (choices, data + skipped, size - skipped, 3);
  g_autoptr (GBytes) whole = run_client (choices, data + skipped, size - skipped, size + 1);

  g_assert_true (g_bytes_equal (pieces, again));
  /* What comes in clear behind the reply to STARTTLS is dropped, so there the cut does matter. */
  if (says_starttls (pieces))
    return;
  g_assert_true (g_bytes_equal (whole, pieces));
  g_assert_true (g_bytes_equal (whole, larger));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (WireSpans) spans = wire_annotate (&smtp_grammar_reply, data, size);
  g_autofree char *problem = wire_spans_check (spans);
  gboolean is_whole = spans->expected == NULL;

  g_assert_cmpstr (problem, ==, NULL);
  g_assert_true (wire_matches (&smtp_grammar_reply, data, size) == is_whole);
  check_parsed (data, size, is_whole);
  check_client (data, size);
  return 0;
}
