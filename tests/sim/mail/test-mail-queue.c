/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "mail-scenario.h"
#include "mail-story.h"
#include <mail/mail-outbound.h>

/* What becomes of a message: whom it reaches, by which way, when it is tried again, and who is told
 * (RFC 5321 sections 3.9, 4.5.4, 5; RFC 3461 section 5.2). */

static const char *const left_out[] = {
  "composed", "submitted", "queued", "unqueued", "relayed", "down", "up", "refusing", "serving",
  "cache-hit", "cached", "fetching", "login", "retrieved", "removed", "fetched", "no-tls", NULL,
};

#define SENDER "@mail.sender.example"
#define MX1 "@mx1.recipient.example"
#define MX2 "@mx2.recipient.example"

/* A fact is "what key=value": the first note of that kind has that value. */
static const struct
{
  const char *name, *scenario, *story;
  const char *facts[4];
} cases[] = {
  { "alias",
    MAIL_SCENARIO ("", "Aliases=team:bob\n", "", MAIL_SCENARIO_FIRST,
                   MAIL_SCENARIO_SEND ("team@recipient.example", "")),
    "mx-chosen" SENDER " expanded" MX1 " delivered" MX1 " relayed-to" SENDER,
    { "expanded from=team@recipient.example", "expanded to=bob@recipient.example" } },
  { "alias-of-several-with-a-report",
    MAIL_SCENARIO ("", "Aliases=team:bob carol alice@sender.example\n", "", MAIL_SCENARIO_FIRST,
                   MAIL_SCENARIO_SEND ("team@recipient.example", "Notify=success\n")),
    NULL,
    { "expanded to=bob@recipient.example, carol@recipient.example, alice@sender.example",
      "reported to=alice@sender.example" } },
  { "delivery-is-reported-by-who-delivers",
    MAIL_SCENARIO ("", "", "", MAIL_SCENARIO_FIRST,
                   MAIL_SCENARIO_SEND ("bob@recipient.example", "Notify=success;failure\n")),
    "mx-chosen" SENDER " delivered" MX1 " reported" MX1 " relayed-to" SENDER " mx-chosen" MX1
    " delivered" SENDER " relayed-to" MX1, { "reported to=alice@sender.example" } },
  { "relaying-is-reported-where-the-next-host-would-not",
    MAIL_SCENARIO ("", "Without=DSN\n", "", MAIL_SCENARIO_FIRST,
                   MAIL_SCENARIO_SEND ("bob@recipient.example", "Notify=success\n")),
    "mx-chosen" SENDER " delivered" MX1 " relayed-to" SENDER " reported" SENDER
    " delivered" SENDER, { "reported to=alice@sender.example" } },
  { "no-report-is-wanted",
    MAIL_SCENARIO ("", "", "", MAIL_SCENARIO_FIRST,
                   MAIL_SCENARIO_SEND ("ghost@recipient.example", "Notify=never\n")),
    "mx-chosen" SENDER " user-unknown" MX1 " failed" SENDER " dropped" SENDER, { NULL } },
  { "forward-and-keep-a-copy",
    MAIL_SCENARIO ("", "Forward=bob:bob dave@other.example\n", "", MAIL_SCENARIO_FIRST
                   "[Zone other.example]\nServer=ns.example\nMX=10 mx2.recipient.example\n",
                   MAIL_SCENARIO_SEND ("bob@recipient.example", "")),
    "mx-chosen" SENDER " expanded" MX1 " delivered" MX1 " relayed-to" SENDER " mx-chosen" MX1
    " delivered" MX2 " relayed-to" MX1, { NULL } },
  { "aliases-in-a-circle",
    MAIL_SCENARIO ("", "Aliases=a:b;b:c;c:a\n", "", MAIL_SCENARIO_FIRST,
                   MAIL_SCENARIO_SEND ("a@recipient.example", "")),
    "mx-chosen" SENDER " failed" MX1 " bounced" MX1 " relayed-to" SENDER " mx-chosen" MX1
    " delivered" SENDER " relayed-to" MX1,
    { "failed status=5.4.6", "failed recipient=a@recipient.example" } },
  { "a-circle-with-a-way-out",
    MAIL_SCENARIO ("", "Aliases=a:b;b:a carol\n", "", MAIL_SCENARIO_FIRST,
                   MAIL_SCENARIO_SEND ("a@recipient.example", "")),
    "mx-chosen" SENDER " expanded" MX1 " delivered" MX1 " relayed-to" SENDER,
    { "expanded to=carol@recipient.example" } },
  { "nobody-gets-it-twice",
    MAIL_SCENARIO ("", "Aliases=team:bob carol;all:team bob\n", "", MAIL_SCENARIO_FIRST,
                   MAIL_SCENARIO_SEND ("bob@recipient.example;all@recipient.example", "")),
    "mx-chosen" SENDER " expanded" MX1 " merged" MX1 " delivered" MX1 " delivered" MX1
    " relayed-to" SENDER, { "merged recipient=bob@recipient.example" } },
  { "an-alias-for-nobody",
    MAIL_SCENARIO ("", "Aliases=team:ghost\n", "", MAIL_SCENARIO_FIRST,
                   MAIL_SCENARIO_SEND ("team@recipient.example", "")),
    "mx-chosen" SENDER " expanded" MX1 " failed" MX1 " bounced" MX1 " relayed-to" SENDER
    " mx-chosen" MX1 " delivered" SENDER " relayed-to" MX1, { "failed status=5.1.1" } },
  { "domains-with-the-same-hosts-go-together",
    MAIL_SCENARIO ("", "", "", "MX=10 mx2.recipient.example\n"
                   "[Zone other.example]\nServer=ns.example\nMX=10 mx2.recipient.example\n",
                   MAIL_SCENARIO_SEND ("bob@recipient.example;dave@other.example", "")),
    "mx-chosen" SENDER " mx-chosen" SENDER " delivered" MX2 " delivered" MX2 " relayed-to" SENDER,
    { "relayed-to recipients=<bob@recipient.example>, <dave@other.example>" } },
  { "smarthost",
    MAIL_SCENARIO ("Smarthost=mx2.recipient.example\n", "",
                   "Trusts=mail.sender.example\n", MAIL_SCENARIO_FIRST,
                   MAIL_SCENARIO_SEND ("dave@other.example", "")),
    "smarthost" SENDER " delivered" MX2 " relayed-to" SENDER,
    { "smarthost host=mx2.recipient.example" } },
  { "address-literal",
    MAIL_SCENARIO ("Aliases=lit:bob@[203.0.113.26]\n", "", "", "",
                   MAIL_SCENARIO_SEND ("lit@sender.example", "")),
    "expanded" SENDER " delivered" MX2 " relayed-to" SENDER,
    { "relayed-to host=[203.0.113.26]" } },
  { "second-address-of-a-host",
    MAIL_SCENARIO ("", "Refuses=0-3600\n", "",
                   "MX=10 mx.recipient.example\nA mx.recipient.example=203.0.113.25;203.0.113.26\n",
                   MAIL_SCENARIO_SEND ("bob@recipient.example", "")),
    "mx-chosen" SENDER " host-failed" SENDER " delivered" MX2 " relayed-to" SENDER,
    { "host-failed reason=connection refused" } },
  { "ipv6-only-host-is-left-out",
    MAIL_SCENARIO ("", "", "",
                   "MX=10 six.recipient.example;20 mx2.recipient.example\n"
                   "AAAA six.recipient.example=2001:db8::25\n",
                   MAIL_SCENARIO_SEND ("bob@recipient.example", "")),
    "mx-chosen" SENDER " host-failed" SENDER " delivered" MX2 " relayed-to" SENDER,
    { "host-failed host=six.recipient.example" } },
  { "mx-that-is-a-cname",
    MAIL_SCENARIO ("", "", "",
                   "MX=10 alias.recipient.example\nCNAME alias.recipient.example="
                   "mx1.recipient.example\n",
                   MAIL_SCENARIO_SEND ("bob@recipient.example", "")),
    "mx-chosen" SENDER " delivered" MX1 " relayed-to" SENDER, { NULL } },
  { "mx-without-an-address",
    MAIL_SCENARIO ("", "", "", "MX=10 nowhere.recipient.example\n",
                   MAIL_SCENARIO_SEND ("bob@recipient.example", "")),
    "mx-chosen" SENDER " host-failed" SENDER " failed" SENDER " bounced" SENDER " delivered" SENDER,
    { "failed status=5.4.4" } },
  { "mx-is-this-host",
    MAIL_SCENARIO ("", "", "", "MX=10 mail.sender.example\n",
                   MAIL_SCENARIO_SEND ("bob@recipient.example", "")),
    "failed" SENDER " bounced" SENDER " delivered" SENDER, { "failed status=5.4.6" } },
  { "mx-is-this-host-by-another-name",
    MAIL_SCENARIO ("", "", "",
                   "MX=10 self.recipient.example\nA self.recipient.example=192.0.2.25\n",
                   MAIL_SCENARIO_SEND ("bob@recipient.example", "")),
    "mx-chosen" SENDER " host-failed" SENDER " failed" SENDER " bounced" SENDER " delivered" SENDER,
    { "failed status=5.4.6" } },
  { "the-only-other-host-is-down",
    MAIL_SCENARIO ("", "Down=0-3000\n", "",
                   "MX=10 mx1.recipient.example;20 self.recipient.example\n"
                   "A self.recipient.example=192.0.2.25\n",
                   MAIL_SCENARIO_SEND ("bob@recipient.example", "")),
    NULL, { "delayed reason=no answer", "relayed-to host=mx1.recipient.example" } },
  { "a-report-that-cannot-be-delivered",
    MAIL_SCENARIO ("", "", "", MAIL_SCENARIO_FIRST,
                   "[Action 1]\nAt=0\nHost=pc\nDo=send\nFrom=x@void.example\n"
                   "To=ghost@recipient.example\nVia=mail.sender.example\n"),
    "mx-chosen" SENDER " user-unknown" MX1 " failed" SENDER " bounced" SENDER " failed" SENDER
    " double-bounce" SENDER " bounced" SENDER " delivered" SENDER,
    { "failed status=5.1.1", "failed recipient=ghost@recipient.example",
      "bounced to=x@void.example", "delivered user=alice" } },
  { "8-bit-to-a-host-without-8bitmime",
    MAIL_SCENARIO ("", "Without=8BITMIME;BINARYMIME\n", "", MAIL_SCENARIO_FIRST,
                   "[Action 1]\nAt=0\nHost=pc\nDo=send\nFrom=alice@sender.example\n"
                   "To=bob@recipient.example\nBody=Grüße\nEightBit=true\n"
                   "Via=mail.sender.example\n"),
    NULL, { "converted extension=8BITMIME", "delivered user=bob" } },
  { "more-recipients-than-the-host-takes-at-a-time",
    MAIL_SCENARIO ("Aliases=all:bob+1@recipient.example bob+2@recipient.example "
                   "bob+3@recipient.example bob+4@recipient.example bob+5@recipient.example\n",
                   "MessageRecipients=2\n", "", MAIL_SCENARIO_FIRST,
                   MAIL_SCENARIO_SEND ("all@sender.example", "")),
    "expanded" SENDER " mx-chosen" SENDER " delivered" MX1 " delivered" MX1 " relayed-to" SENDER
    " delivered" MX1 " delivered" MX1 " relayed-to" SENDER " delivered" MX1 " relayed-to" SENDER,
    { "relayed-to recipients=<bob+1@recipient.example>, <bob+2@recipient.example>" } },
  { "submission-by-a-user",
    MAIL_SCENARIO ("Certificate=good\n", "", "", MAIL_SCENARIO_FIRST,
                   MAIL_SCENARIO_SEND ("anna@sender.example",
                                       "User=alice\nPassword=a\nMechanism=PLAIN\n")),
    NULL, { "auth user=alice", "delivered user=anna" } },
  { "submission-with-a-wrong-password",
    MAIL_SCENARIO ("Certificate=good\n", "", "", MAIL_SCENARIO_FIRST,
                   MAIL_SCENARIO_SEND ("anna@sender.example", "User=alice\nPassword=b\n")),
    NULL, { "not-sent recipient=anna@sender.example" } },
  { "tls-is-required-and-not-offered",
    MAIL_SCENARIO ("Certificate=good\n", "", "", MAIL_SCENARIO_FIRST,
                   MAIL_SCENARIO_SEND ("bob@recipient.example", "RequireTls=true\n")),
    "certificate" SENDER " certificate@pc tls@pc tls" SENDER " mx-chosen" SENDER
    " host-failed" SENDER " failed" SENDER " bounced" SENDER " delivered" SENDER,
    { "failed status=5.7.10", "bounced to=alice@sender.example" } },
  { "tls-is-required-and-the-certificate-is-another-s",
    MAIL_SCENARIO ("Certificate=good\n", "Certificate=wrong-name\n", "Certificate=good\n",
                   MAIL_SCENARIO_BOTH,
                   MAIL_SCENARIO_SEND ("bob@recipient.example", "RequireTls=true\n")),
    NULL, { "host-failed host=mx1.recipient.example", "relayed-to host=mx2.recipient.example" } },
  { "tls-is-required-and-requiretls-is-not-offered",
    MAIL_SCENARIO ("Certificate=good\n", "Certificate=good\nWithout=REQUIRETLS\n", "",
                   MAIL_SCENARIO_FIRST,
                   MAIL_SCENARIO_SEND ("bob@recipient.example", "RequireTls=true\n")),
    NULL, { "failed status=5.7.30", "bounced to=alice@sender.example" } },
  { "tls-is-required-and-offered",
    MAIL_SCENARIO ("Certificate=good\n", "Certificate=good\n", "", MAIL_SCENARIO_FIRST,
                   MAIL_SCENARIO_SEND ("bob@recipient.example", "RequireTls=true\n")),
    NULL, { "delivered user=bob" } },
  { "larger-than-the-mailbox",
    MAIL_SCENARIO ("Quota=2000\nAliases=team:anna\n", "", "", "",
                   MAIL_SCENARIO_SEND ("team@sender.example", "Bytes=3000\n")),
    NULL, { "failed status=5.2.3", "failed recipient=anna@sender.example" } },
};

static void
check_fact (TraceLog *log, const char *fact)
{
  g_auto (GStrv) words = g_strsplit_set (fact, " =", 3);
  g_autofree char *note = mail_story_dup_note (log, words[0], 0);
  g_autofree char *value = note != NULL ? mail_story_dup_value (note, words[1]) : NULL;

  if (g_strcmp0 (value, words[2]) != 0)
    g_test_message ("wanted \"%s\" of \"%s\"", fact, note);
  g_assert_cmpstr (value, ==, words[2]);
}

/* What is taken is got rid of. */
static void
check_nothing_lost (TraceLog *log)
{
  g_assert_cmpuint (mail_story_count (log, "queued"), ==, mail_story_count (log, "unqueued"));
}

static void
test_story (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  g_autoptr (TraceLog) log = mail_story_run (cases[i].scenario);
  g_autofree char *story = mail_story_tell (log, left_out);

  if (cases[i].story != NULL)
    g_assert_cmpstr (story, ==, cases[i].story);
  for (guint j = 0; j < G_N_ELEMENTS (cases[i].facts) && cases[i].facts[j] != NULL; j++)
    check_fact (log, cases[i].facts[j]);
  check_nothing_lost (log);
}

/* Connections to port 25 of a host, by whoever made them. */
static guint
count_connections (TraceLog *log, const char *to)
{
  guint n = 0;

  for (guint i = 1; i <= trace_log_get_n_connections (log); i++)
    {
      const TraceConnection *connection = trace_log_get_connection (log, i);

      n += connection->server_port == 25 &&
           strcmp (trace_log_get_actor (log, connection->to)->name, to) == 0;
    }
  return n;
}

static void
test_sessions_are_shared (void)
{
  g_autoptr (TraceLog) log = mail_story_run (
      MAIL_SCENARIO ("", "", "", MAIL_SCENARIO_FIRST,
                     MAIL_SCENARIO_SEND ("bob@recipient.example", "Count=50\n")));

  g_test_summary ("Messages that wait for the same host go in the sessions that are there.");
  g_assert_cmpuint (mail_story_count (log, "delivered"), ==, 50);
  g_assert_cmpuint (count_connections (log, "mx1.recipient.example"), <=,
                    2 * MAIL_OUTBOUND_SESSIONS_MAX);
  check_nothing_lost (log);
}

static void
test_sessions_end (void)
{
  g_autoptr (TraceLog) log = mail_story_run (
      MAIL_SCENARIO ("", "", "", MAIL_SCENARIO_FIRST,
                     MAIL_SCENARIO_SEND ("bob@recipient.example", "Count=1000\n")));

  g_test_summary ("No session has more than so many messages.");
  g_assert_cmpuint (mail_story_count (log, "delivered"), ==, 1000);
  g_assert_cmpuint (count_connections (log, "mx1.recipient.example"), >=,
                    1000 / MAIL_OUTBOUND_MESSAGES_MAX);
  check_nothing_lost (log);
}

/* Two tries fail: the first message finds out, the others are told; the third works for each. */
static void
test_hosts_rest (void)
{
  g_autoptr (TraceLog) log = mail_story_run (
      MAIL_SCENARIO ("", "Refuses=0-3000\n", "", MAIL_SCENARIO_FIRST,
                     MAIL_SCENARIO_SEND ("bob@recipient.example", "Count=40\nEvery=1\n")));

  g_test_summary ("A host that could not be reached is left alone for a while.");
  g_assert_cmpuint (mail_story_count (log, "delivered"), ==, 40);
  g_assert_cmpuint (mail_story_count (log, "host-failed"), >=, 40);
  g_assert_cmpuint (count_connections (log, "mx1.recipient.example"), <=,
                    40 + 2 * MAIL_OUTBOUND_SESSIONS_MAX);
  check_nothing_lost (log);
}

static void
test_many_recipients (void)
{
  g_autoptr (GString) aliases = g_string_new ("Aliases=all:");
  g_autoptr (GString) scenario = g_string_new (NULL);
  g_autoptr (TraceLog) log = NULL;

  g_test_summary ("More recipients than one transaction takes come in several.");
  for (guint i = 0; i < 250; i++)
    g_string_append_printf (aliases, "%sbob+%u@recipient.example", i > 0 ? " " : "", i);
  g_string_append (aliases, "\n");
  g_string_append (scenario, MAIL_SCENARIO ("@", "", "", MAIL_SCENARIO_FIRST,
                                            MAIL_SCENARIO_SEND ("all@sender.example", "")));
  g_string_replace (scenario, "@[Host ns", "[Host ns", 1);
  g_string_replace (scenario, "Services=smtp;submission;pop3\n",
                    "Services=smtp;submission;pop3\nALIASES", 1);
  g_string_replace (scenario, "ALIASES", aliases->str, 1);
  log = mail_story_run (scenario->str);
  g_assert_cmpuint (mail_story_count (log, "relayed-to"), ==, 3);
  g_assert_cmpuint (mail_story_count (log, "delivered"), ==, 250);
  g_assert_cmpuint (count_connections (log, "mx1.recipient.example"), ==, 1);
  check_nothing_lost (log);
}

/* Six days without the host: a warning after four hours, and the end after five days. */
static void
test_schedule (void)
{
  g_autoptr (TraceLog) log = mail_story_run (
      MAIL_SCENARIO ("", "Down=0-518400\n", "", MAIL_SCENARIO_FIRST,
                     MAIL_SCENARIO_SEND ("bob@recipient.example", "")));
  static const char *const waits[] = { "30", "30", "60", "120", "180", "180" };

  g_assert_cmpuint (mail_story_count (log, "warned"), ==, 1);
  g_assert_cmpuint (mail_story_count (log, "expired"), ==, 1);
  g_assert_cmpuint (mail_story_count (log, "bounced"), ==, 1);
  g_assert_cmpuint (mail_story_count (log, "retry"), >, 35);
  for (guint i = 0; i < G_N_ELEMENTS (waits); i++)
    {
      g_autofree char *note = mail_story_dup_note (log, "retry", i);
      g_autofree char *wanted = g_strdup_printf ("next try in %s minutes\n", waits[i]);
      g_autofree char *attempt = mail_story_dup_value (note, "attempt");

      g_assert_nonnull (strstr (note, wanted));
      g_assert_cmpint (atoi (attempt), ==, (int) i + 1);
    }
  check_fact (log, "failed status=4.4.7");
  check_nothing_lost (log);
}

/* Anna has it at once, Bob after two tries that fail: Anna's delivery is told at once, and once. */
static void
test_reported_once (void)
{
  g_autoptr (TraceLog) log = mail_story_run (
      MAIL_SCENARIO ("", "Refuses=0-3000\nWithout=DSN\n", "", MAIL_SCENARIO_FIRST,
                     MAIL_SCENARIO_SEND ("anna@sender.example;bob@recipient.example",
                                         "Notify=success\n")));

  g_assert_cmpuint (mail_story_count (log, "retry"), ==, 2);
  g_assert_cmpuint (mail_story_count (log, "reported"), ==, 2);
}

/* Submission in TLS from the start: a host that offers no other (RFC 8314 section 3.3). */
static void
test_implicit_tls (void)
{
  g_autoptr (GString) scenario = g_string_new (
      MAIL_SCENARIO ("Certificate=good\n", "", "", "",
                     MAIL_SCENARIO_SEND ("anna@sender.example", "User=alice\nPassword=a\n")));
  g_autoptr (TraceLog) log = NULL;

  g_string_replace (scenario, "Services=smtp;submission;pop3", "Services=submissions;pop3", 1);
  log = mail_story_run (scenario->str);
  g_assert_cmpint (trace_log_get_connection (log, 1)->server_port, ==, 465);
  check_fact (log, "delivered user=anna");
}

/* Hands a message to the first service of the first host with any, as a program outside would. */
static void
hand_in (MailWorld *world, const char *message)
{
  const char *const lines[] = { "EHLO [192.0.2.77]\r\n",
                                "MAIL FROM:<alice@sender.example>\r\n",
                                "RCPT TO:<bob@recipient.example>\r\n", "DATA\r\n", message,
                                ".\r\n" };
  WireSession *session = mail_world_open_session (world, 0, 0, "192.0.2.77");

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      g_bytes_unref (session->klass->take_output (session));
      session->klass->receive (session, (const guint8 *) lines[i], strlen (lines[i]), 0);
    }
  g_bytes_unref (session->klass->take_output (session));
  session->klass->free (session);
}

/* A host that sends by TLS alone, and a message whose sender would rather have it arrive (RFC 8689
 * section 4.2.2). */
static void
test_tls_optional (void)
{
  static const struct
  {
    const char *message;
    guint       n_delivered;
  } cases_of_it[] = {
    { "From: alice@sender.example\r\n\r\nHi\r\n", 0 },
    { "TLS-Required: No\r\nFrom: alice@sender.example\r\n\r\nHi\r\n", 1 },
    { "TLS-Required: Yes\r\nFrom: alice@sender.example\r\n\r\nHi\r\n", 0 },
    { "From: alice@sender.example\r\n\r\nTLS-Required: No\r\n", 0 },
  };
  static const char text[] = MAIL_SCENARIO ("Tls=always\n", "", "", MAIL_SCENARIO_FIRST, "");

  g_test_summary ("\"TLS-Required: No\" lets a message go in clear.");
  for (guint i = 0; i < G_N_ELEMENTS (cases_of_it); i++)
    {
      g_autoptr (MailWorld) world = mail_world_new (
          sim_scenario_parse ("test.ini", text, strlen (text), NULL), 1);

      hand_in (world, cases_of_it[i].message);
      mail_world_run (world, (gint64) 3600 * G_USEC_PER_SEC);
      g_assert_cmpuint (mail_story_count (mail_world_get_log (world), "queued"), >=, 1);
      g_assert_cmpuint (mail_story_count (mail_world_get_log (world), "delivered"), ==,
                        cases_of_it[i].n_delivered);
    }
}

/* A world can be let go at any moment. */
static void
test_half_run (void)
{
  for (gint64 until_us = 0; until_us < 400000; until_us += 9000)
    {
      const char  *text = cases[1].scenario;
      SimScenario *scenario = sim_scenario_parse ("test.ini", text, strlen (text), NULL);
      g_autoptr (MailWorld) world = mail_world_new (scenario, 1);

      mail_world_schedule_actions (world);
      mail_world_run (world, until_us);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/mail-queue/", cases[i].name, NULL);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_story);
    }
  g_test_add_func ("/mail-queue/sessions-are-shared", test_sessions_are_shared);
  g_test_add_func ("/mail-queue/sessions-end", test_sessions_end);
  g_test_add_func ("/mail-queue/hosts-rest", test_hosts_rest);
  g_test_add_func ("/mail-queue/many-recipients", test_many_recipients);
  g_test_add_func ("/mail-queue/schedule", test_schedule);
  g_test_add_func ("/mail-queue/reported-once", test_reported_once);
  g_test_add_func ("/mail-queue/implicit-tls", test_implicit_tls);
  g_test_add_func ("/mail-queue/tls-optional", test_tls_optional);
  g_test_add_func ("/mail-queue/half-run", test_half_run);
  return g_test_run ();
}
