/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <smtp/smtp-client.h>
#include <smtp/smtp-reply.h>

#include <string.h>

#define HELLO "EHLO a.example\r\n"
#define MAIL "MAIL FROM:<x@a.example>\r\n"
#define RCPT_1 "RCPT TO:<one@b.example>\r\n"
#define RCPT_2 "RCPT TO:<two@b.example>\r\n"
#define DATA "DATA\r\n"
#define MESSAGE "Subject: x\r\n\r\n..dot\r\n.\r\n"
#define QUIT "QUIT\r\n"
#define LETTER "Subject: x\r\n\r\n.dot\r\n"

static const char *const recipients[] = { "one@b.example", "two@b.example", NULL };

typedef struct
{
  const char *name;
  const char *server;  /* what it sends; then it closes */
  const char *client;  /* every byte the client must send */
  const char *results; /* "accepted 250 OK; " for each recipient */
  const char *events;
  const char *letter;  /* (nullable): LETTER */
} Case;

static const Case cases[] = {
  { "sends", "220 b\r\n250 b\r\n250 OK\r\n250 OK\r\n250 OK\r\n354 Go\r\n250 Done\r\n221 Bye\r\n",
    HELLO MAIL RCPT_1 RCPT_2 DATA MESSAGE QUIT, "accepted 250 Done; accepted 250 Done; ",
    "SENT; DONE; ", NULL },
  { "multi-line-replies",
    "220-b\r\n220 hello\r\n250-b\r\n250-SIZE 1000\r\n250 8BITMIME\r\n250 OK\r\n250-O\r\n250 K\r\n"
    "250 OK\r\n354 Go\r\n250-Done\r\n250 so\r\n221 Bye\r\n",
    HELLO "MAIL FROM:<x@a.example> SIZE=20\r\n" RCPT_1 RCPT_2 DATA MESSAGE QUIT,
    "accepted 250 Done\nso; accepted 250 Done\nso; ", "SENT; DONE; ", NULL },
  { "keywords-are-whole-words",
    "220 b\r\n250-SIZE\r\n250-SIZES 10\r\n250 X8BITMIME\r\n550 no\r\n221 Bye\r\n", HELLO MAIL QUIT,
    "permanent 550 no; permanent 550 no; ", "DONE; ", NULL },
  { "eight-bit-message",
    "220 b\r\n250-b\r\n250-8bitmime\r\n250 size\r\n250 OK\r\n250 OK\r\n250 OK\r\n354 Go\r\n"
    "250 Done\r\n221 Bye\r\n",
    HELLO "MAIL FROM:<x@a.example> BODY=8BITMIME SIZE=3\r\n" RCPT_1 RCPT_2 DATA
          "\xc3\xb6\n\r\n.\r\n" QUIT,
    "accepted 250 Done; accepted 250 Done; ", "SENT; DONE; ", "\xc3\xb6\n" },
  { "eight-bit-message-not-wanted", "220 b\r\n250 b\r\n221 Bye\r\n", HELLO QUIT,
    "permanent 0 the message is 8-bit and the server does not offer 8BITMIME; "
    "permanent 0 the message is 8-bit and the server does not offer 8BITMIME; ",
    "DONE; ", "\xc3\xb6" },
  { "empty-message",
    "220 b\r\n250 b\r\n250 OK\r\n250 OK\r\n250 OK\r\n354 Go\r\n250 Done\r\n221 Bye\r\n",
    HELLO MAIL RCPT_1 RCPT_2 DATA ".\r\n" QUIT, "accepted 250 Done; accepted 250 Done; ",
    "SENT; DONE; ", "" },
  { "falls-back-to-helo",
    "220 b\r\n502 what\r\n250 b\r\n250 OK\r\n250 OK\r\n250 OK\r\n354 Go\r\n250 Done\r\n221 Bye\r\n",
    HELLO "HELO a.example\r\n" MAIL RCPT_1 RCPT_2 DATA MESSAGE QUIT,
    "accepted 250 Done; accepted 250 Done; ", "SENT; DONE; ", NULL },
  { "helo-refused", "220 b\r\n500 what\r\n550 go away\r\n221 Bye\r\n",
    HELLO "HELO a.example\r\n" QUIT, "permanent 550 go away; permanent 550 go away; ", "DONE; ",
    NULL },
  { "ehlo-not-now", "220 b\r\n451 busy\r\n221 Bye\r\n", HELLO QUIT,
    "temporary 451 busy; temporary 451 busy; ", "DONE; ", NULL },
  { "no-service", "554 No SMTP service here\r\n221 Bye\r\n", QUIT,
    "permanent 554 No SMTP service here; permanent 554 No SMTP service here; ", "DONE; ", NULL },
  { "sender-refused", "220 b\r\n250 b\r\n452 full\r\n221 Bye\r\n", HELLO MAIL QUIT,
    "temporary 452 full; temporary 452 full; ", "DONE; ", NULL },
  { "one-recipient-refused",
    "220 b\r\n250 b\r\n250 OK\r\n550 5.1.1 who\r\n250 OK\r\n354 Go\r\n250 Done\r\n221 Bye\r\n",
    HELLO MAIL RCPT_1 RCPT_2 DATA MESSAGE QUIT, "permanent 550 5.1.1 who; accepted 250 Done; ",
    "SENT; DONE; ", NULL },
  { "one-recipient-later",
    "220 b\r\n250 b\r\n250 OK\r\n251 forwarded\r\n450 later\r\n354 Go\r\n250 Done\r\n221 Bye\r\n",
    HELLO MAIL RCPT_1 RCPT_2 DATA MESSAGE QUIT, "accepted 250 Done; temporary 450 later; ",
    "SENT; DONE; ", NULL },
  { "too-many-recipients-said-as-552",
    "220 b\r\n250 b\r\n250 OK\r\n250 OK\r\n552 many\r\n354 Go\r\n250 Done\r\n221 Bye\r\n",
    HELLO MAIL RCPT_1 RCPT_2 DATA MESSAGE QUIT, "accepted 250 Done; temporary 552 many; ",
    "SENT; DONE; ", NULL },
  { "first-recipient-552", "220 b\r\n250 b\r\n250 OK\r\n552 full\r\n552 full\r\n221 Bye\r\n",
    HELLO MAIL RCPT_1 RCPT_2 QUIT, "permanent 552 full; permanent 552 full; ", "DONE; ", NULL },
  { "nobody-accepted", "220 b\r\n250 b\r\n250 OK\r\n550 no\r\n450 later\r\n221 Bye\r\n",
    HELLO MAIL RCPT_1 RCPT_2 QUIT, "permanent 550 no; temporary 450 later; ", "DONE; ", NULL },
  { "data-refused", "220 b\r\n250 b\r\n250 OK\r\n550 no\r\n250 OK\r\n451 later\r\n221 Bye\r\n",
    HELLO MAIL RCPT_1 RCPT_2 DATA QUIT, "permanent 550 no; temporary 451 later; ", "DONE; ", NULL },
  { "data-without-354", "220 b\r\n250 b\r\n250 OK\r\n250 OK\r\n250 OK\r\n250 what\r\n221 Bye\r\n",
    HELLO MAIL RCPT_1 RCPT_2 DATA QUIT, "temporary 250 what; temporary 250 what; ", "DONE; ",
    NULL },
  { "message-refused",
    "220 b\r\n250 b\r\n250 OK\r\n250 OK\r\n250 OK\r\n354 Go\r\n554 Spam\r\n221 Bye\r\n",
    HELLO MAIL RCPT_1 RCPT_2 DATA MESSAGE QUIT, "permanent 554 Spam; permanent 554 Spam; ",
    "DONE; ", NULL },
  { "closes-without-221", "220 b\r\n250 b\r\n250 OK\r\n250 OK\r\n250 OK\r\n354 Go\r\n250 Done\r\n",
    HELLO MAIL RCPT_1 RCPT_2 DATA MESSAGE QUIT, "accepted 250 Done; accepted 250 Done; ",
    "SENT; DONE; ", NULL },
  { "lost-after-end-of-data", "220 b\r\n250 b\r\n250 OK\r\n550 no\r\n250 OK\r\n354 Go\r\n",
    HELLO MAIL RCPT_1 RCPT_2 DATA MESSAGE,
    "permanent 550 no; temporary 0 the connection was lost; ", "FAILED the connection was lost; ",
    NULL },
  { "lost-at-once", "", "",
    "temporary 0 the connection was lost; temporary 0 the connection was lost; ",
    "FAILED the connection was lost; ", NULL },
  { "lost-within-a-reply", "220 b\r\n250-b\r\n250", HELLO,
    "temporary 0 the connection was lost; temporary 0 the connection was lost; ",
    "FAILED the connection was lost; ", NULL },
  { "closing-down", "220 b\r\n250 b\r\n250 OK\r\n550 no\r\n421 Bye\r\n250 OK\r\n",
    HELLO MAIL RCPT_1 RCPT_2, "permanent 550 no; temporary 421 Bye; ", "FAILED Bye; ", NULL },
  { "closing-down-at-quit",
    "220 b\r\n250 b\r\n250 OK\r\n250 OK\r\n250 OK\r\n354 Go\r\n250 Done\r\n421 Bye\r\n",
    HELLO MAIL RCPT_1 RCPT_2 DATA MESSAGE QUIT, "accepted 250 Done; accepted 250 Done; ",
    "SENT; DONE; ", NULL },
  { "no-reply-at-all", "SSH-2.0-x\r\n", "",
    "temporary 0 the server sent something that is no SMTP reply; "
    "temporary 0 the server sent something that is no SMTP reply; ",
    "FAILED the server sent something that is no SMTP reply; ", NULL },
  { "codes-that-differ", "220-b\r\n250 b\r\n", "",
    "temporary 0 the server sent something that is no SMTP reply; "
    "temporary 0 the server sent something that is no SMTP reply; ",
    "FAILED the server sent something that is no SMTP reply; ", NULL },
  { "bare-lf", "220 b\n250 b\n250 OK\n250 OK\n250 OK\n354 Go\n250 Done\n221 Bye\n",
    HELLO MAIL RCPT_1 RCPT_2 DATA MESSAGE QUIT, "accepted 250 Done; accepted 250 Done; ",
    "SENT; DONE; ", NULL },
  { "greeted-as-by-nobody", "250 b\r\n354 b\r\n221 Bye\r\n", HELLO QUIT,
    "temporary 354 b; temporary 354 b; ", "DONE; ", NULL },
};

static const char *const outcome_names[] = { "pending", "accepted", "temporary", "permanent" };

/* A client, and what it has sent and told so far. */
typedef struct
{
  SmtpClient *client;
  GString    *sent;
  GString    *units; /* sent ones, joined */
  GString    *events;
} Run;

static void
run_init (Run *run, const char *letter)
{
  g_autoptr (GBytes) message = g_bytes_new (letter, strlen (letter));
  SmtpClientConfig config = { "a.example", "x@a.example", recipients, message };

  run->client = smtp_client_new (&config, 0);
  run->sent = g_string_new (NULL);
  run->units = g_string_new (NULL);
  run->events = g_string_new (NULL);
}

static void
run_clear (Run *run)
{
  smtp_client_free (run->client);
  g_string_free (run->sent, TRUE);
  g_string_free (run->units, TRUE);
  g_string_free (run->events, TRUE);
}

static void
drain (Run *run)
{
  static const char *const names[] = { "", "SENT", "DONE", "FAILED" };
  g_autoptr (GBytes) output = NULL;
  SmtpClientEvent event;
  WireUnit        unit;

  while (smtp_client_next_event (run->client, &event))
    g_string_append_printf (run->events, "%s%s%s; ", names[event.kind],
                            event.text != NULL ? " " : "", event.text != NULL ? event.text : "");
  output = smtp_client_take_output (run->client);
  g_string_append_len (run->sent, g_bytes_get_data (output, NULL),
                       (gssize) g_bytes_get_size (output));
  while (smtp_client_next_unit (run->client, &unit))
    {
      if (unit.direction == WIRE_SENT)
        g_string_append_len (run->units, g_bytes_get_data (unit.bytes, NULL),
                             (gssize) g_bytes_get_size (unit.bytes));
      else
        g_assert_cmpstr (unit.name, ==, "reply");
      wire_unit_clear (&unit);
    }
}

static void
receive (Run *run, const char *data, gsize length)
{
  g_autofree guint8 *copy = g_memdup2 (data, length);

  smtp_client_receive (run->client, copy, length, 0);
  drain (run);
}

static char *
describe_results (const SmtpClient *client)
{
  GString *string = g_string_new (NULL);

  for (guint i = 0; recipients[i] != NULL; i++)
    {
      SmtpDelivery delivery;

      smtp_client_get_delivery (client, i, &delivery);
      g_string_append_printf (string, "%s %u %s; ", outcome_names[delivery.outcome], delivery.code,
                              delivery.text);
    }
  return g_string_free (string, FALSE);
}

static void
check_case (const Case *c, gsize chunk)
{
  g_autofree char *results = NULL;
  gsize            length = strlen (c->server);
  Run              run;

  run_init (&run, c->letter != NULL ? c->letter : LETTER);
  for (gsize i = 0; i < length; i += chunk)
    receive (&run, c->server + i, MIN (chunk, length - i));
  smtp_client_receive_end (run.client);
  drain (&run);
  g_assert_true (smtp_client_is_done (run.client));
  g_assert_cmpint (smtp_client_get_deadline (run.client), ==, G_MAXINT64);
  g_assert_cmpstr (smtp_client_get_step_name (run.client), ==, "");
  g_assert_cmpstr (run.sent->str, ==, c->client);
  g_assert_cmpstr (run.units->str, ==, c->client);
  g_assert_cmpstr (run.events->str, ==, c->events);
  results = describe_results (run.client);
  g_assert_cmpstr (results, ==, c->results);
  run_clear (&run);
}

static void
test_conversation (gconstpointer data)
{
  const Case *c = data;

  g_test_summary ("What is sent depends on the replies, never on how TCP cut them.");
  for (gsize chunk = 1; chunk == 1 || chunk <= strlen (c->server); chunk++)
    check_case (c, chunk);
}

/* All input and its end before the first event is taken: none gets lost. */
static void
test_all_at_once (void)
{
  Run run;

  run_init (&run, LETTER);
  smtp_client_receive (run.client, (const guint8 *) cases[0].server, strlen (cases[0].server), 0);
  smtp_client_receive_end (run.client);
  drain (&run);
  g_assert_cmpstr (run.events->str, ==, "SENT; DONE; ");
  g_assert_cmpstr (run.sent->str, ==, cases[0].client);
  run_clear (&run);
}

/* What the client waits for, how long, and what it says when nothing comes. */
static const struct
{
  const char *replies;
  const char *step;
  gint64      seconds;
  const char *events;
} waits[] = {
  { "", "greeting", 300, "FAILED the server did not answer in time (greeting); " },
  { "220 b\r\n", "EHLO", 300, "FAILED the server did not answer in time (EHLO); " },
  { "220 b\r\n500 b\r\n", "HELO", 300, "FAILED the server did not answer in time (HELO); " },
  { "220 b\r\n250 b\r\n", "MAIL", 300, "FAILED the server did not answer in time (MAIL); " },
  { "220 b\r\n250 b\r\n250 b\r\n", "RCPT", 300,
    "FAILED the server did not answer in time (RCPT); " },
  { "220 b\r\n250 b\r\n250 b\r\n250 b\r\n250 b\r\n", "DATA", 120,
    "FAILED the server did not answer in time (DATA); " },
  { "220 b\r\n250 b\r\n250 b\r\n250 b\r\n250 b\r\n354 b\r\n", "end of data", 600,
    "FAILED the server did not answer in time (end of data); " },
  { "220 b\r\n250 b\r\n250 b\r\n250 b\r\n250 b\r\n354 b\r\n250 b\r\n", "QUIT", 300,
    "SENT; DONE; " },
};

static void
test_timeouts (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (waits); i++)
    {
      gint64 deadline;
      Run    run;

      run_init (&run, LETTER);
      smtp_client_receive (run.client, (const guint8 *) waits[i].replies, strlen (waits[i].replies),
                           1000);
      drain (&run);
      g_assert_cmpstr (smtp_client_get_step_name (run.client), ==, waits[i].step);
      deadline = smtp_client_get_deadline (run.client);
      g_assert_cmpint (deadline, ==, (i == 0 ? 0 : 1000) + waits[i].seconds * G_USEC_PER_SEC);
      /* Half a reply buys no time. */
      smtp_client_receive (run.client, (const guint8 *) "250-", 4, deadline - 1);
      drain (&run);
      g_assert_cmpint (smtp_client_get_deadline (run.client), ==, deadline);
      smtp_client_expire (run.client, deadline - 1);
      g_assert_false (smtp_client_is_done (run.client));
      smtp_client_expire (run.client, deadline);
      drain (&run);
      g_assert_true (smtp_client_is_done (run.client));
      g_assert_cmpstr (run.events->str, ==, waits[i].events);
      run_clear (&run);
    }
}

/* A greeting of @n_lines lines of @line_bytes each, and how the client takes it. */
static char *
greet (guint n_lines, gsize line_bytes)
{
  g_autofree char *fill = g_strnfill (line_bytes - strlen ("220-\r\n"), 'x');
  char            *step;
  Run              run;

  run_init (&run, LETTER);
  for (guint i = 1; i <= n_lines; i++)
    {
      g_autofree char *line = g_strdup_printf ("220%c%s\r\n", i < n_lines ? '-' : ' ', fill);

      receive (&run, line, strlen (line));
    }
  step = g_strdup (smtp_client_is_done (run.client) ? run.events->str
                                                    : smtp_client_get_step_name (run.client));
  run_clear (&run);
  return step;
}

static void
test_reply_limits (void)
{
  static const struct
  {
    guint       n_lines;
    gsize       line_bytes;
    const char *step;
  } limits[] = {
    { 1, SMTP_CLIENT_REPLY_LINE_BYTES_MAX, "EHLO" },
    { 1, SMTP_CLIENT_REPLY_LINE_BYTES_MAX + 1,
      "FAILED the server sent a reply that is too long; " },
    { SMTP_REPLY_BYTES_MAX / 1024, 1024, "EHLO" },
    { SMTP_REPLY_BYTES_MAX / 1024 + 1, 1024, "FAILED the server sent a reply that is too long; " },
    { 1, 10 * 1000 * 1000, "FAILED the server sent a reply that is too long; " },
  };

  for (guint i = 0; i < G_N_ELEMENTS (limits); i++)
    {
      g_autofree char *step = greet (limits[i].n_lines, limits[i].line_bytes);

      g_assert_cmpstr (step, ==, limits[i].step);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/smtp/client/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_conversation);
    }
  g_test_add_func ("/smtp/client/all-at-once", test_all_at_once);
  g_test_add_func ("/smtp/client/timeouts", test_timeouts);
  g_test_add_func ("/smtp/client/reply-limits", test_reply_limits);
  return g_test_run ();
}
