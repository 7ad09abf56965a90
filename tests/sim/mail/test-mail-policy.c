/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <mail/mail-queue.h>
#include <mail/mail-smtp-session.h>
#include <string.h>
#include <trace/trace-log.h>

/* What a mail host answers, and what it tells of that: whole sessions, in every profile and however
 * TCP cut them. */

#define HOST_INDEX 1

/* Who comes. */
typedef enum
{
  STRANGER, /* a simulated server elsewhere */
  OWN,      /* a mail program on a link of the host's own */
  OUTSIDE,  /* a real program */
  NEXT,     /* the simulated server beside it, which Trusts names */
} Who;

static const MailPeer peers[] = {
  { .address = "203.0.113.25" },
  { .address = "192.0.2.10", .is_own_network = TRUE },
  { .address = "127.0.0.1", .is_own_network = TRUE, .is_outside = TRUE },
  { .address = "192.0.2.26" },
};

/* A session: its client's bytes, the codes of all replies, the kinds of all notes. */
typedef struct
{
  const char *name;
  const char *keys; /* more of the host's group in the scenario */
  SimServices service;
  Who         who;
  const char *client;
  const char *codes;
  const char *notes;
  const char *fact; /* (nullable): stands in a note */
} Case;

#define FROM_A "MAIL FROM:<a@recipient.example>\r\n"
#define FROM_ALICE "MAIL FROM:<alice@sender.example>\r\n"
#define TO_BOB "RCPT TO:<bob@sender.example>\r\n"
#define TO_CAROL "RCPT TO:<carol@recipient.example>\r\n"
#define LETTER "DATA\r\nFrom: alice@sender.example\r\n\r\nx\r\n.\r\n"
#define QUIT "QUIT\r\n"
#define FIVE "Received: x\r\nReceived: x\r\nReceived: x\r\nReceived: x\r\nReceived: x\r\n"
#define TEN FIVE FIVE
#define HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN

static const Case cases[] = {
  { "mail-for-a-user", "", SIM_SERVICE_SMTP, STRANGER,
    "HELO x.example\r\n" FROM_A TO_BOB LETTER QUIT, "220 250 250 250 354 250 221",
    "relayed queued", "queued as" },
  { "null-reverse-path", "", SIM_SERVICE_SMTP, STRANGER,
    "HELO x.example\r\nMAIL FROM:<>\r\n" TO_BOB LETTER QUIT, "220 250 250 250 354 250 221",
    "relayed queued", "from: <>" },
  { "postmaster-without-domain", "", SIM_SERVICE_SMTP, STRANGER,
    "HELO x.example\r\n" FROM_A "RCPT TO:<Postmaster>\r\n" QUIT, "220 250 250 250 221", "", NULL },
  { "postmaster-of-each-domain", "", SIM_SERVICE_SMTP, STRANGER,
    "HELO x.example\r\n" FROM_A "RCPT TO:<postmaster@sender.example>\r\n"
    "RCPT TO:<POSTMASTER@other.example>\r\n" QUIT, "220 250 250 250 250 221", "", NULL },
  { "source-route-is-ignored", "", SIM_SERVICE_SMTP, STRANGER,
    "HELO x.example\r\n" FROM_A "RCPT TO:<@y.example,@z.example:bob@sender.example>\r\n"
    "RCPT TO:<@sender.example:carol@recipient.example>\r\n" QUIT,
    "220 250 250 250 550 221", "relay-denied", "recipient: carol@recipient.example" },
  { "aliases-lists-and-details", "", SIM_SERVICE_SMTP, STRANGER,
    "HELO x.example\r\n" FROM_A "RCPT TO:<Sales@sender.example>\r\n"
    "RCPT TO:<news@sender.example>\r\nRCPT TO:<news-bounces@sender.example>\r\n"
    "RCPT TO:<bob+books@sender.example>\r\n" QUIT, "220 250 250 250 250 250 250 221", "", NULL },
  { "no-such-user", "", SIM_SERVICE_SMTP, STRANGER,
    "HELO x.example\r\n" FROM_A "RCPT TO:<dora@sender.example>\r\n" QUIT, "220 250 250 550 221",
    "user-unknown",
    "no mailbox for <dora@sender.example>\nclient: 203.0.113.25\nname: x.example\n"
    "sender: <a@recipient.example>\nrecipient: dora@sender.example\ncode: 550 5.1.1" },
  { "no-relaying-for-strangers", "", SIM_SERVICE_SMTP, STRANGER,
    "HELO x.example\r\n" FROM_A TO_CAROL QUIT, "220 250 250 550 221", "relay-denied",
    "recipient: carol@recipient.example\ncode: 550 5.7.1" },
  { "relaying-for-the-own-network", "", SIM_SERVICE_SMTP, OWN,
    "HELO x.example\r\n" FROM_ALICE TO_CAROL LETTER QUIT, "220 250 250 250 354 250 221",
    "submitted queued", NULL },
  { "relaying-for-real-programs", "", SIM_SERVICE_SMTP, OUTSIDE,
    "HELO x.example\r\n" FROM_ALICE TO_CAROL LETTER QUIT, "220 250 250 250 354 250 221",
    "submitted queued", NULL },
  { "trust-names-who-may-relay", "Trusts=next\n", SIM_SERVICE_SMTP, NEXT,
    "HELO x.example\r\n" FROM_ALICE TO_CAROL QUIT, "220 250 250 250 221", "", NULL },
  { "trust-that-names-others", "Trusts=next\n", SIM_SERVICE_SMTP, OWN,
    "HELO x.example\r\n" FROM_ALICE TO_CAROL QUIT, "220 250 250 550 221", "relay-denied", NULL },
  { "trust-in-nobody", "Trusts=none\n", SIM_SERVICE_SMTP, OUTSIDE,
    "HELO x.example\r\n" FROM_ALICE TO_CAROL TO_BOB QUIT, "220 250 250 550 250 221", "relay-denied",
    NULL },
  { "hop-limit", "", SIM_SERVICE_SMTP, STRANGER,
    "HELO x.example\r\n" FROM_A TO_BOB "DATA\r\n" HUNDRED "\r\n.\r\n" QUIT,
    "220 250 250 250 354 554 221", "loop", "code: 554 5.4.6" },
  { "relayed-by-what-is-in-it", "", SIM_SERVICE_SMTP, OUTSIDE,
    "HELO x.example\r\n" FROM_A TO_CAROL "DATA\r\nReceived: x\r\n\r\n.\r\n" QUIT,
    "220 250 250 250 354 250 221", "relayed queued", NULL },
  { "given-up", "", SIM_SERVICE_SMTP, STRANGER, "HELO x.example\r\n" FROM_A TO_BOB "DATA\r\nhalf",
    "220 250 250 250 354", "session-lost", NULL },

  { "verify-for-strangers", "", SIM_SERVICE_SMTP, STRANGER,
    "HELO x.example\r\nVRFY bob\r\nVRFY dora\r\n" QUIT, "220 250 252 252 221", "", NULL },
  { "verify-for-the-own-network", "", SIM_SERVICE_SMTP, OWN,
    "HELO x.example\r\nVRFY bob\r\nVRFY Bob B. <bob@other.example>\r\nVRFY sales\r\nVRFY dora\r\n"
    "VRFY news@sender.example\r\nVRFY carol@recipient.example\r\nVRFY team\r\n" QUIT,
    "220 250 250 250 250 550 550 252 553 221", "", NULL },
  { "submission-by-the-own-network", "", SIM_SERVICE_SUBMISSION, OWN,
    "EHLO x.example\r\n" FROM_ALICE TO_CAROL LETTER QUIT, "220 250 250 250 354 250 221",
    "completed submitted queued", "fields: Date, Message-ID" },
  { "submission-of-an-odd-message", "", SIM_SERVICE_SUBMISSION, OWN,
    "EHLO x.example\r\n" FROM_ALICE TO_CAROL "DATA\r\nSubject: x\r\n\r\n.\r\n" QUIT,
    "220 250 250 250 354 554 221", "message-refused",
    "reason: The message has no From\ncode: 554 5.6.0" },
  { "submission-of-short-domains", "", SIM_SERVICE_SUBMISSION, OWN,
    "EHLO x.example\r\nMAIL FROM:<alice@sender>\r\n" FROM_ALICE "RCPT TO:<carol@recipient>\r\n"
    TO_BOB QUIT, "220 250 554 250 554 250 221", "address-refused address-refused",
    "address: carol@recipient\ncode: 554 5.1.2" },
  { "relay-takes-odd-messages", "", SIM_SERVICE_SMTP, OWN,
    "EHLO x.example\r\nMAIL FROM:<alice@sender>\r\n" TO_BOB "DATA\r\nSubject: x\r\n\r\n.\r\n" QUIT,
    "220 250 250 250 354 250 221", "submitted queued", NULL },

  { "quota-exceeded-by-size", "Quota=1000\n", SIM_SERVICE_SMTP, STRANGER,
    "EHLO x.example\r\nMAIL FROM:<a@recipient.example> SIZE=1001\r\n" TO_BOB QUIT,
    "220 250 250 552 221", "quota", "quota: 1000\nsize: 1001\ncode: 552 5.2.3" },
  { "quota-kept", "Quota=1000\n", SIM_SERVICE_SMTP, STRANGER,
    "EHLO x.example\r\nMAIL FROM:<a@recipient.example> SIZE=1000\r\n" TO_BOB LETTER QUIT,
    "220 250 250 250 354 250 221", "relayed queued", NULL },
  { "quota-exceeded-by-the-message", "Quota=10\n", SIM_SERVICE_SMTP, STRANGER,
    "EHLO x.example\r\n" FROM_A TO_BOB "RCPT TO:<alice@sender.example>\r\n" LETTER QUIT,
    "220 250 250 250 250 354 552 221", "quota", "quota: 10\nsize: 33\ncode: 552 5.2.3" },
  { "quota-does-not-hold-up-others", "Quota=10\n", SIM_SERVICE_SMTP, OWN,
    "EHLO x.example\r\n" FROM_ALICE TO_BOB TO_CAROL LETTER QUIT, "220 250 250 250 250 354 250 221",
    "submitted queued", NULL },
  { "message-limit", "MessageBytes=20\n", SIM_SERVICE_SMTP, STRANGER,
    "EHLO x.example\r\nMAIL FROM:<a@recipient.example> SIZE=21\r\n" FROM_A TO_BOB LETTER QUIT,
    "220 250 552 250 250 354 552 221", "", NULL },
  { "recipient-limit", "MessageRecipients=1\n", SIM_SERVICE_SMTP, STRANGER,
    "EHLO x.example\r\n" FROM_A TO_BOB "RCPT TO:<alice@sender.example>\r\n" LETTER QUIT,
    "220 250 250 250 452 354 250 221", "relayed queued", NULL },
};

/* Worlds */

typedef struct
{
  SimScenario  *scenario;
  SimWorld     *sim;
  SimNetwork   *network;
  MailRegister *messages;
  MailHost     *host;
} World;

static void
world_init (World *self, const char *keys, const char *profile)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = g_strdup_printf (
      "[Scenario]\nTitle=t\nSeed=5\nStart=2026-11-24T08:00:00Z\n"
      "[Host pc]\nRoles=MUA\nAddress=192.0.2.10\n"
      "[Host mail.sender.example]\nRoles=MSA;MTA;MDA;MS\nAddress=192.0.2.25\n"
      "Domains=sender.example;other.example\nUsers=alice:wonderland;bob:builder\n"
      "Services=smtp;submission;lmtp\nAliases=sales:alice bob\nProfile=%s\n%s"
      "[Host next]\nRoles=MTA\nAddress=192.0.2.26\n"
      "[Link pc mail.sender.example]\n[Link next mail.sender.example]\n"
      "[List news@sender.example]\nHost=mail.sender.example\n"
      "Members=alice@sender.example;carol@recipient.example\n"
      "[List team@sender.example]\nHost=mail.sender.example\n"
      "[List team@other.example]\nHost=mail.sender.example\n", profile, keys);

  self->scenario = sim_scenario_parse ("test.ini", text, strlen (text), &error);
  g_assert_no_error (error);
  self->sim = sim_world_new ("t", 5, self->scenario->start_us);
  self->network = sim_network_new (self->sim, self->scenario);
  self->messages = mail_register_new ();
  self->host = mail_host_new (sim_network_get_host (self->network, HOST_INDEX), self->messages);
}

static void
world_clear (World *self)
{
  sim_network_free (self->network);
  mail_host_free (self->host);
  sim_world_free (self->sim);
  mail_register_free (self->messages);
  sim_scenario_free (self->scenario);
}

/* The notes and stages of messages that are not about the host's schedule: kinds, and texts. */
static void
collect_notes (World *self, GString *kinds, GString *texts)
{
  TraceLog *log = sim_world_get_log (self->sim);

  for (guint i = 0; i < trace_log_get_n_events (log); i++)
    {
      const TraceEvent *event = trace_log_get_event (log, i);
      gsize             length;
      const char       *bytes = (const char *) trace_log_get_bytes (log, event, &length);

      if (event->kind != TRACE_NOTE && event->kind != TRACE_MESSAGE)
        continue;
      g_string_append_printf (kinds, "%s%s", kinds->len > 0 ? " " : "",
                              trace_log_get_what (log, event));
      g_string_append_len (texts, bytes, (gssize) length);
      g_string_append (texts, "\n\n");
    }
}

/* Sessions */

/* Takes what the session has to say; appends the code of each reply's last line. */
static void
take_replies (WireSession *session, GString *codes, GString *texts)
{
  WireUnit unit;
  g_autoptr (GBytes) output = NULL;
  g_auto (GStrv) lines = NULL;
  g_autofree char *text = NULL;
  gsize            length;
  const char      *data;

  while (session->klass->next_unit (session, &unit))
    continue;
  output = session->klass->take_output (session);
  data = g_bytes_get_data (output, &length);
  text = g_strndup (length > 0 ? data : "", length);
  g_string_append (texts, text);
  lines = g_strsplit (text, "\r\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    if (strlen (lines[i]) >= 4 && lines[i][3] == ' ')
      g_string_append_printf (codes, "%s%.3s", codes->len > 0 ? " " : "", lines[i]);
}

/* One line, or one piece of data, at a time, cut into chunks. */
static void
talk (World *world, WireSession *session, const char *client, gsize chunk, GString *codes,
      GString *texts)
{
  gsize length = strlen (client);

  take_replies (session, codes, texts);
  for (gsize at = 0; at < length;)
    {
      const char *end = strchr (client + at, '\n');
      gsize       n = MIN (chunk, (end != NULL ? (gsize) (end + 1 - client) : length) - at);
      g_autofree guint8 *copy = g_memdup2 (client + at, n);

      session->klass->receive (session, copy, n, mail_host_get_now (world->host));
      take_replies (session, codes, texts);
      at += n;
    }
  session->klass->receive_end (session, FALSE, mail_host_get_now (world->host));
  take_replies (session, codes, texts);
}

static void
run_case (const Case *test, const char *profile, gsize chunk)
{
  g_autoptr (GString) codes = g_string_new (NULL);
  g_autoptr (GString) texts = g_string_new (NULL);
  g_autoptr (GString) kinds = g_string_new (NULL);
  g_autoptr (GString) facts = g_string_new (NULL);
  World        world;
  WireSession *session;

  world_init (&world, test->keys, profile);
  session = mail_smtp_session_new (world.host, &peers[test->who], test->service);
  talk (&world, session, test->client, chunk, codes, texts);
  session->klass->free (session);
  collect_notes (&world, kinds, facts);
  g_assert_cmpstr (codes->str, ==, test->codes);
  g_assert_cmpstr (kinds->str, ==, test->notes);
  if (test->fact != NULL && strstr (facts->str, test->fact) == NULL)
    g_error ("no \"%s\" in:\n%s", test->fact, facts->str);
  world_clear (&world);
}

static void
test_session (gconstpointer data)
{
  static const char *const profiles[] = { "strict", "common", "lenient" };
  static const gsize       chunks[] = { G_MAXSIZE, 1, 3, 7, 64 };

  g_test_summary ("Replies and notes of a session, in each profile and however it is cut.");
  for (guint i = 0; i < G_N_ELEMENTS (profiles); i++)
    for (guint j = 0; j < G_N_ELEMENTS (chunks); j++)
      run_case (data, profiles[i], chunks[j]);
}

/* A session of a client at @address; its codes. */
static char *
visit (World *world, const char *address, const char *client)
{
  g_autoptr (GString) codes = g_string_new (NULL);
  g_autoptr (GString) texts = g_string_new (NULL);
  MailPeer     peer = { 0 };
  WireSession *session;

  g_strlcpy (peer.address, address, sizeof peer.address);
  session = mail_smtp_session_new (world->host, &peer, SIM_SERVICE_SMTP);
  talk (world, session, client, G_MAXSIZE, codes, texts);
  session->klass->free (session);
  return g_strdup (codes->str);
}

static void
expect_visit (World *world, gint64 at_s, const char *address, const char *client,
              const char *expected)
{
  g_autofree char *codes = NULL;

  sim_world_run (world->sim, at_s * G_USEC_PER_SEC);
  codes = visit (world, address, client);
  g_assert_cmpstr (codes, ==, expected);
}

#define VISIT(from, to) "HELO x.example\r\nMAIL FROM:<" from ">\r\nRCPT TO:<" to ">\r\n" QUIT

static void
test_greylist (void)
{
  static const char *const from_a = VISIT ("a@recipient.example", "bob@sender.example");
  static const char *const from_b = VISIT ("b@recipient.example", "bob@sender.example");
  static const char *const again = VISIT ("A@recipient.example", "BOB@sender.example");
  static const char *const unknown = VISIT ("a@recipient.example", "dora@sender.example");
  g_autoptr (GString) kinds = g_string_new (NULL);
  g_autoptr (GString) facts = g_string_new (NULL);
  World world;

  g_test_summary ("A newcomer has to come back, late enough, and is known from then on.");
  world_init (&world, "Greylist=300\n", "common");
  expect_visit (&world, 0, "203.0.113.1", from_a, "220 250 250 451 221");
  expect_visit (&world, 299, "203.0.113.1", from_a, "220 250 250 451 221");
  expect_visit (&world, 300, "203.0.113.2", from_a, "220 250 250 451 221");
  expect_visit (&world, 300, "203.0.113.1", from_b, "220 250 250 451 221");
  expect_visit (&world, 300, "203.0.113.1", again, "220 250 250 250 221");
  expect_visit (&world, 301, "203.0.113.1", from_a, "220 250 250 250 221");
  expect_visit (&world, 302, "203.0.113.1", unknown, "220 250 250 550 221");
  /* Known for 35 days after the last visit; who never came back, for 5. */
  expect_visit (&world, 301 + 35 * 86400, "203.0.113.1", from_a, "220 250 250 250 221");
  expect_visit (&world, 301 + 35 * 86400, "203.0.113.2", from_a, "220 250 250 451 221");
  expect_visit (&world, 302 + 70 * 86400, "203.0.113.1", from_a, "220 250 250 451 221");
  collect_notes (&world, kinds, facts);
  g_assert_cmpstr (kinds->str, ==,
                   "greylisted greylisted greylisted greylisted greylist-passed user-unknown "
                   "greylisted greylisted");
  g_assert_nonnull (strstr (facts->str, "recipient: bob@sender.example\nseconds: 300\n"
                                        "code: 451 4.7.1"));
  g_assert_nonnull (strstr (facts->str, "seconds: 1\ncode: 451 4.7.1"));
  world_clear (&world);
}

static void
test_message_limit (void)
{
  static const char *const three =
      "HELO x.example\r\n" FROM_A "RSET\r\n" FROM_A "RSET\r\n" FROM_A QUIT;
  g_autoptr (GString) kinds = g_string_new (NULL);
  g_autoptr (GString) facts = g_string_new (NULL);
  World world;

  g_test_summary ("A client may begin so many messages in a minute, each client for itself.");
  world_init (&world, "ClientMessages=2\n", "common");
  expect_visit (&world, 0, "203.0.113.1", three, "220 250 250 250 250 250 451 221");
  expect_visit (&world, 59, "203.0.113.1", three, "220 250 451 250 451 250 451 221");
  expect_visit (&world, 59, "203.0.113.2", three, "220 250 250 250 250 250 451 221");
  expect_visit (&world, 60, "203.0.113.1", three, "220 250 250 250 250 250 451 221");
  collect_notes (&world, kinds, facts);
  g_assert_nonnull (strstr (facts->str, "limit: 2 messages in a minute\ncode: 451 4.7.1"));
  world_clear (&world);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/mail-policy/session/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_session);
    }
  g_test_add_func ("/mail-policy/greylist", test_greylist);
  g_test_add_func ("/mail-policy/message-limit", test_message_limit);
  return g_test_run ();
}
