/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <smtp/smtp-client.h>

#include <string.h>

/* How much goes out before which reply, and what happens while nobody waits for one: what whole
 * conversations (test-smtp-client.c) can't tell. */

#define GREETED "220 b\r\n250-b\r\n"
#define GROUP_BYTES_MAX 4096
#define CHUNK_BYTES (64 * 1024)

/* A client whose owner answers when the test says so. */
typedef struct
{
  SmtpClient *client;
  GString    *output; /* since the last look */
  GString    *events;
} Flow;

static void
flow_init (Flow *flow, const SmtpClientConfig *config)
{
  SmtpClientConfig named = *config;

  named.name = "a";
  if (named.tls == SMTP_TLS_IF_OFFERED)
    named.tls = SMTP_TLS_NEVER;
  *flow = (Flow){ smtp_client_new (&named, 0), g_string_new (NULL), g_string_new (NULL) };
}

static void
flow_clear (Flow *flow)
{
  smtp_client_free (flow->client);
  g_string_free (flow->output, TRUE);
  g_string_free (flow->events, TRUE);
}

static void
drain (Flow *flow)
{
  static const char *const names[] = { "", "READY", "CONVERT", "SENT", "TOLD", "DONE", "FAILED" };
  g_autoptr (GBytes) output = NULL;
  SmtpClientEvent event;
  WireUnit unit;

  while (smtp_client_next_event (flow->client, &event))
    g_string_append_printf (flow->events, "%s%s%s; ", names[event.kind],
                            event.kind == SMTP_CLIENT_EVENT_FAILED ? " " : "",
                            event.kind == SMTP_CLIENT_EVENT_FAILED ? event.text : "");
  while (smtp_client_next_unit (flow->client, &unit))
    wire_unit_clear (&unit);
  output = smtp_client_take_output (flow->client);
  g_string_append_len (flow->output, g_bytes_get_data (output, NULL),
                       (gssize) g_bytes_get_size (output));
}

/* Returns: what the client says to @replies; borrowed until the next call. */
static const char *
feed (Flow *flow, const char *replies)
{
  g_string_truncate (flow->output, 0);
  smtp_client_receive (flow->client, (const guint8 *) replies, strlen (replies), 0);
  drain (flow);
  return flow->output->str;
}

static const char *
send_to (Flow *flow, const SmtpMail *mail, guint n_recipients, GBytes *message)
{
  g_autofree SmtpRecipient *recipients = g_new0 (SmtpRecipient, n_recipients);
  SmtpTransaction transaction = { *mail, recipients, n_recipients, message };

  for (guint i = 0; i < n_recipients; i++)
    recipients[i].path = g_strdup_printf ("user%03u@b.example", i);
  if (transaction.mail.reverse_path == NULL)
    transaction.mail.reverse_path = (char *) "x@a";
  g_string_truncate (flow->output, 0);
  smtp_client_send (flow->client, &transaction, 0);
  drain (flow);
  for (guint i = 0; i < n_recipients; i++)
    smtp_recipient_clear (&recipients[i]);
  return flow->output->str;
}

static guint
count (const char *text, const char *word)
{
  guint n = 0;

  for (const char *at = strstr (text, word); at != NULL; at = strstr (at + 1, word))
    n++;
  return n;
}

static const SmtpMail plain_mail = { NULL };
static const SmtpClientConfig plain_config = { NULL };

static GBytes *
make_letter (gsize length)
{
  char *text = g_malloc (length);

  for (gsize i = 0; i < length; i++)
    text[i] = i % 80 == 78 ? '\r' : i % 80 == 79 ? '\n' : 'x';
  return g_bytes_new_take (text, length);
}

static void
test_window (void)
{
  g_autoptr (GBytes) letter = make_letter (80);
  g_autoptr (GString) replies = g_string_new ("250 OK\r\n");
  guint n_sent = 0, n_data = 0;
  Flow flow;

  g_test_summary ("Commands that wait for replies fit the window (RFC 2920 section 3.1).");
  flow_init (&flow, &plain_config);
  feed (&flow, GREETED "250 PIPELINING\r\n");
  send_to (&flow, &plain_mail, 500, letter);
  for (guint round = 0; round < 100 && n_data == 0; round++)
    {
      guint n = count (flow.output->str, "RCPT TO:");

      g_assert_cmpuint (flow.output->len, >, 0);
      g_assert_cmpuint (flow.output->len, <=, GROUP_BYTES_MAX);
      n_data += count (flow.output->str, "DATA\r\n");
      n_sent += n;
      for (guint i = 0; i < n; i++)
        g_string_append (replies, "250 OK\r\n");
      feed (&flow, replies->str);
      g_string_truncate (replies, 0);
    }
  g_assert_cmpuint (n_sent, ==, 500);
  g_assert_cmpuint (n_data, ==, 1);
  flow_clear (&flow);
}

/* Several chunks may wait for their replies, in LMTP not the last: nobody could tell how many
 * replies come to it when one before has failed. */
static void
test_chunks (void)
{
  for (guint is_lmtp = 0; is_lmtp <= 1; is_lmtp++)
    {
      SmtpClientConfig config = { .is_lmtp = is_lmtp != 0 };
      g_autoptr (GBytes) letter = make_letter (11 * CHUNK_BYTES / 2 / 80 * 80);
      Flow flow;

      flow_init (&flow, &config);
      feed (&flow, GREETED "250-PIPELINING\r\n250 CHUNKING\r\n");
      g_assert_null (strstr (send_to (&flow, &plain_mail, 1, letter), "BDAT"));
      g_assert_cmpuint (count (feed (&flow, "250 OK\r\n250 OK\r\n"), "BDAT 65536\r\n"), ==, 4);
      g_assert_cmpuint (count (feed (&flow, "250 OK\r\n"), "BDAT 65536\r\n"), ==, 1);
      g_assert_cmpuint (count (feed (&flow, "250 OK\r\n"), " LAST"), ==, is_lmtp ? 0 : 1);
      g_assert_cmpuint (count (feed (&flow, "250 OK\r\n250 OK\r\n"), " LAST"), ==, 0);
      g_assert_cmpuint (count (feed (&flow, "250 OK\r\n"), " LAST"), ==, is_lmtp ? 1 : 0);
      feed (&flow, "250 Done\r\n");
      g_assert_cmpstr (flow.events->str, ==, "READY; SENT; READY; ");
      flow_clear (&flow);
    }
}

/* RFC 3030 section 2: "MUST NOT send any additional BDAT segments". */
static void
test_failed_chunk (void)
{
  g_autoptr (GBytes) letter = make_letter (20 * CHUNK_BYTES);
  SmtpDelivery delivery;
  Flow flow;

  flow_init (&flow, &plain_config);
  feed (&flow, GREETED "250-PIPELINING\r\n250 CHUNKING\r\n");
  send_to (&flow, &plain_mail, 1, letter);
  feed (&flow, "250 OK\r\n250 OK\r\n");
  g_assert_cmpstr (feed (&flow, "552 5.3.4 too big\r\n250 x\r\n"), ==, "");
  g_assert_cmpstr (feed (&flow, "503 x\r\n503 x\r\n"), ==, "");
  g_assert_cmpstr (flow.events->str, ==, "READY; SENT; READY; ");
  smtp_client_get_delivery (flow.client, 0, &delivery);
  g_assert_cmpuint (delivery.code, ==, 552);
  g_assert_cmpstr (send_to (&flow, &plain_mail, 1, letter), ==,
                   "RSET\r\nMAIL FROM:<x@a>\r\nRCPT TO:<user000@b.example>\r\n");
  flow_clear (&flow);
}

/* The time for the end of data grows with the data. */
static void
test_large_message (void)
{
  g_autoptr (GBytes) letter = make_letter (3 * SMTP_CLIENT_BLOCK_BYTES);
  Flow flow;

  flow_init (&flow, &plain_config);
  feed (&flow, GREETED "250 SIZE\r\n");
  send_to (&flow, &plain_mail, 1, letter);
  feed (&flow, "250 OK\r\n250 OK\r\n354 Go\r\n");
  g_assert_cmpint (smtp_client_get_deadline (flow.client), ==,
                   SMTP_CLIENT_MESSAGE_TIMEOUT_US + 3 * SMTP_CLIENT_BLOCK_TIMEOUT_US);
  flow_clear (&flow);
}

/* An initial response that would make the line too long answers the first challenge instead
 * (RFC 4954 section 4). */
static void
test_long_initial_response (void)
{
  g_autofree char *token = g_strnfill (600, 't');
  SmtpClientConfig config = { .token = token, .may_auth_in_clear = TRUE };
  Flow flow;

  flow_init (&flow, &config);
  g_assert_cmpstr (feed (&flow, GREETED "250 AUTH OAUTHBEARER\r\n"), ==,
                   "EHLO a\r\nAUTH OAUTHBEARER\r\n");
  g_assert_cmpuint (strlen (feed (&flow, "334 \r\n")), >, 600);
  feed (&flow, "235 OK\r\n");
  g_assert_cmpstr (flow.events->str, ==, "TOLD; READY; ");
  flow_clear (&flow);
}

/* Passwords that no mechanism can carry are not sent at all. */
static void
test_unsendable_password (void)
{
  SmtpClientConfig config = { .user = "u", .password = "\xff", .may_auth_in_clear = TRUE };
  Flow flow;

  flow_init (&flow, &config);
  g_assert_cmpstr (feed (&flow, GREETED "250 AUTH PLAIN\r\n"), ==, "EHLO a\r\nQUIT\r\n");
  flow_clear (&flow);
}

/* RFC 8689 section 5: a report of failure goes without rather than not at all. */
static void
test_report_requires_tls (void)
{
  SmtpMail report = { .reverse_path = (char *) "", .requires_tls = TRUE };
  g_autoptr (GBytes) letter = make_letter (80);
  Flow flow;

  flow_init (&flow, &plain_config);
  feed (&flow, GREETED "250 SIZE\r\n");
  g_assert_cmpstr (send_to (&flow, &report, 1, letter), ==, "MAIL FROM:<> SIZE=80\r\n");
  flow_clear (&flow);
}

/* AUTH= is said by those alone who have proved who they are. */
static void
test_auth_parameter (void)
{
  SmtpMail mail = { .auth = (char *) "kim@a" };
  g_autoptr (GBytes) letter = make_letter (80);
  SmtpClientConfig config = { .user = "u", .password = "p", .may_auth_in_clear = TRUE };

  for (guint is_proved = 0; is_proved <= 1; is_proved++)
    {
      Flow flow;

      flow_init (&flow, is_proved ? &config : &plain_config);
      feed (&flow, GREETED "250 AUTH PLAIN\r\n");
      if (is_proved)
        feed (&flow, "235 OK\r\n");
      g_assert_cmpstr (send_to (&flow, &mail, 1, letter), ==,
                       is_proved ? "MAIL FROM:<x@a> AUTH=kim@a\r\n" : "MAIL FROM:<x@a>\r\n");
      flow_clear (&flow);
    }
}

/* What a server says or does while the owner has nothing to send. */
static void
test_idle (void)
{
  static const struct
  {
    const char *replies; /* (nullable): it closes */
    const char *events;
  } idles[] = {
    { "421 4.3.2 Idle for too long\r\n", "READY; FAILED Idle for too long; " },
    { "250 OK\r\n", "READY; FAILED the server replied to no command; " },
    { NULL, "READY; FAILED the connection was lost; " },
  };

  for (guint i = 0; i < G_N_ELEMENTS (idles); i++)
    {
      g_autoptr (GBytes) letter = make_letter (80);
      SmtpDelivery delivery;
      Flow flow;

      flow_init (&flow, &plain_config);
      feed (&flow, GREETED "250 SIZE\r\n");
      g_assert_cmpint (smtp_client_get_deadline (flow.client), ==, G_MAXINT64);
      if (idles[i].replies == NULL)
        smtp_client_receive_end (flow.client);
      feed (&flow, idles[i].replies != NULL ? idles[i].replies : "");
      g_assert_cmpstr (flow.events->str, ==, idles[i].events);
      /* Answers that cross with the end do no harm. */
      g_assert_cmpstr (send_to (&flow, &plain_mail, 2, letter), ==, "");
      smtp_client_get_delivery (flow.client, 1, &delivery);
      g_assert_cmpint (delivery.outcome, ==, SMTP_OUTCOME_TEMPORARY);
      g_assert_true (delivery.is_host);
      smtp_client_quit (flow.client, 0);
      smtp_client_convert (flow.client, NULL, 0);
      drain (&flow);
      g_assert_cmpstr (flow.events->str, ==, idles[i].events);
      flow_clear (&flow);
    }
}

/* A server that talks on while the owner converts a message, or TLS is to begin. */
static void
test_flood (void)
{
  g_autoptr (GBytes) letter = g_bytes_new_static ("A: b\r\n\r\n\xff\r\n", 11);
  g_autofree char *flood = g_strnfill (512 * 1024, 'x');
  Flow flow;

  flow_init (&flow, &plain_config);
  feed (&flow, GREETED "250 SIZE\r\n");
  send_to (&flow, &plain_mail, 1, letter);
  g_assert_cmpstr (flow.events->str, ==, "READY; TOLD; CONVERT; ");
  for (guint i = 0; i < 3; i++)
    feed (&flow, flood);
  g_assert_cmpstr (flow.events->str, ==,
                   "READY; TOLD; CONVERT; SENT; FAILED the server sends more than it is asked "
                   "for; ");
  flow_clear (&flow);
}

/* TLS from the first byte on (RFC 8314 section 3): STARTTLS is not asked for again. */
static void
test_implicit_tls (void)
{
  WireSecurity security = { "TLSv1.2", "C", FALSE, "expired" };
  SmtpClientConfig config = { .tls = SMTP_TLS_ALWAYS };
  Flow flow;

  flow_init (&flow, &config);
  g_assert_true (smtp_client_trusts (flow.client, &security));
  smtp_client_secured (flow.client, &security, 0);
  g_assert_cmpstr (feed (&flow, GREETED "250 STARTTLS\r\n"), ==, "EHLO a\r\n");
  g_assert_cmpstr (flow.events->str, ==, "TOLD; READY; ");
  g_assert_true (smtp_client_is_secured (flow.client));
  g_assert_cmphex (smtp_client_get_offered (flow.client), ==, SMTP_EXTENSION_STARTTLS);
  flow_clear (&flow);
  config.tls = SMTP_TLS_VERIFIED;
  flow_init (&flow, &config);
  g_assert_false (smtp_client_trusts (flow.client, &security));
  flow_clear (&flow);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/smtp/client-flow/window", test_window);
  g_test_add_func ("/smtp/client-flow/chunks", test_chunks);
  g_test_add_func ("/smtp/client-flow/failed-chunk", test_failed_chunk);
  g_test_add_func ("/smtp/client-flow/large-message", test_large_message);
  g_test_add_func ("/smtp/client-flow/long-initial-response", test_long_initial_response);
  g_test_add_func ("/smtp/client-flow/unsendable-password", test_unsendable_password);
  g_test_add_func ("/smtp/client-flow/report-requires-tls", test_report_requires_tls);
  g_test_add_func ("/smtp/client-flow/auth-parameter", test_auth_parameter);
  g_test_add_func ("/smtp/client-flow/idle", test_idle);
  g_test_add_func ("/smtp/client-flow/flood", test_flood);
  g_test_add_func ("/smtp/client-flow/implicit-tls", test_implicit_tls);
  return g_test_run ();
}
