/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <imf/imf-message.h>
#include <mail/mail-queue.h>
#include <mail/mail-smtp-session.h>
#include <mail/mail-tls.h>
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
  SECURED = 1 << 4, /* and: in TLS from the start */
  NAMED = 1 << 5,   /* and: with a certificate for "bob" */
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
  guint       who; /* Who */
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
#define COMPLETE_LETTER                                                                            \
  "DATA\r\nFrom: alice@sender.example\r\nDate: Tue, 24 Nov 2026 07:00:00 +0000\r\n"               \
  "Message-ID: <1@sender.example>\r\n\r\nx\r\n.\r\n"
#define AUTH_ALICE "AUTH PLAIN AGFsaWNlAHdvbmRlcmxhbmQ=\r\n"
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
  { "expand-for-strangers", "", SIM_SERVICE_SMTP, STRANGER,
    "HELO x.example\r\nEXPN news@sender.example\r\n" QUIT, "220 250 252 221", "expansion-denied",
    "list: news@sender.example" },
  { "expand-for-the-own-network", "", SIM_SERVICE_SMTP, OWN,
    "HELO x.example\r\nEXPN news\r\nEXPN sales\r\nEXPN bob\r\nEXPN dora\r\nEXPN team\r\n" QUIT,
    "220 250 250 250 550 550 553 221", "", NULL },

  { "submission-by-the-own-network", "", SIM_SERVICE_SUBMISSION, OWN,
    "EHLO x.example\r\n" FROM_ALICE TO_CAROL LETTER QUIT, "220 250 250 250 354 250 221",
    "completed submitted queued", "fields: Date, Message-ID" },
  { "submission-of-an-odd-message", "", SIM_SERVICE_SUBMISSION, OWN,
    "EHLO x.example\r\n" FROM_ALICE TO_CAROL "DATA\r\nno header\r\n.\r\n" QUIT,
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
  { "auth-demanded-of-strangers", "", SIM_SERVICE_SUBMISSION, STRANGER,
    "EHLO x.example\r\n" FROM_ALICE QUIT, "220 250 530 221", "", NULL },
  { "auth-demanded-of-real-programs", "", SIM_SERVICE_SUBMISSION, OUTSIDE,
    "EHLO x.example\r\n" FROM_ALICE QUIT, "220 250 530 221", "", NULL },
  { "auth-in-clear", "", SIM_SERVICE_SUBMISSION, OUTSIDE,
    "EHLO x.example\r\n" AUTH_ALICE FROM_ALICE TO_CAROL LETTER QUIT,
    "220 250 235 250 250 354 250 221", "auth completed submitted queued",
    "alice has shown who it is by PLAIN: the password is in clear on the wire\nclient: 127.0.0.1\n"
    "name: x.example\nuser: alice\nmechanism: PLAIN\nprotection: none" },
  { "auth-under-tls", "", SIM_SERVICE_SUBMISSIONS, STRANGER | SECURED,
    "EHLO x.example\r\n" AUTH_ALICE FROM_ALICE TO_CAROL LETTER QUIT,
    "220 250 235 250 250 354 250 221", "tls auth completed submitted queued",
    "by PLAIN\nclient: 203.0.113.25\nname: x.example\nuser: alice\nmechanism: PLAIN\n"
    "protection: TLSv1.3 TLS_AES_256_GCM_SHA384" },
  { "auth-by-address", "", SIM_SERVICE_SUBMISSION, OUTSIDE,
    "EHLO x.example\r\nAUTH PLAIN AGFsaWNlQHNlbmRlci5leGFtcGxlAHdvbmRlcmxhbmQ=\r\n" FROM_ALICE QUIT,
    "220 250 235 250 221", "auth", "user: alice@sender.example" },
  { "auth-by-login", "", SIM_SERVICE_SUBMISSION, OUTSIDE,
    "EHLO x.example\r\nAUTH LOGIN\r\nYWxpY2U=\r\nd29uZGVybGFuZA==\r\n" FROM_ALICE QUIT,
    "220 250 334 334 235 250 221", "auth", "mechanism: LOGIN" },
  { "auth-with-the-wrong-password", "", SIM_SERVICE_SUBMISSION, OUTSIDE,
    "EHLO x.example\r\nAUTH PLAIN AGFsaWNlAGJ1aWxkZXI=\r\n" FROM_ALICE AUTH_ALICE FROM_ALICE QUIT,
    "220 250 535 530 235 250 221", "auth-failed auth", "alice has not shown who it is" },
  { "auth-as-nobody", "", SIM_SERVICE_SUBMISSION, OUTSIDE,
    "EHLO x.example\r\nAUTH PLAIN AGRvcmEAYnVpbGRlcg==\r\n" QUIT, "220 250 535 221", "auth-failed",
    "user: dora" },
  { "auth-to-act-as-another", "", SIM_SERVICE_SUBMISSION, OUTSIDE,
    "EHLO x.example\r\nAUTH PLAIN Ym9iAGFsaWNlAHdvbmRlcmxhbmQ=\r\n" QUIT, "220 250 535 221",
    "auth-failed", NULL },
  { "auth-to-act-as-oneself", "", SIM_SERVICE_SUBMISSION, OUTSIDE,
    "EHLO x.example\r\nAUTH PLAIN YWxpY2VAb3RoZXIuZXhhbXBsZQBhbGljZQB3b25kZXJsYW5k\r\n" QUIT,
    "220 250 235 221", "auth", "user: alice@other.example" },
  { "auth-by-token", "Mechanisms=OAUTHBEARER\n", SIM_SERVICE_SUBMISSIONS, OUTSIDE | SECURED,
    "EHLO x.example\r\nAUTH OAUTHBEARER biwsAWF1dGg9QmVhcmVyIHdvbmRlcmxhbmQBAQ==\r\n" FROM_ALICE
    QUIT, "220 250 235 250 221", "tls auth", "user: alice\nmechanism: OAUTHBEARER" },
  { "auth-by-a-wrong-token", "Mechanisms=OAUTHBEARER\n", SIM_SERVICE_SUBMISSIONS,
    OUTSIDE | SECURED,
    "EHLO x.example\r\nAUTH OAUTHBEARER biwsAWF1dGg9QmVhcmVyIG5vdGhpbmcBAQ==\r\nAQ==\r\n" QUIT,
    "220 250 334 535 221", "tls auth-failed", NULL },
  { "auth-by-a-token-for-another", "Mechanisms=OAUTHBEARER\n", SIM_SERVICE_SUBMISSIONS,
    OUTSIDE | SECURED,
    "EHLO x.example\r\nAUTH OAUTHBEARER "
    "biwsAWhvc3Q9bWFpbC5yZWNpcGllbnQuZXhhbXBsZQFhdXRoPUJlYXJlciB3b25kZXJsYW5kAQE=\r\nAQ==\r\n" QUIT,
    "220 250 334 535 221", "tls auth-failed", NULL },
  { "auth-by-certificate", "Mechanisms=EXTERNAL\n", SIM_SERVICE_SUBMISSIONS,
    STRANGER | SECURED | NAMED, "EHLO x.example\r\nAUTH EXTERNAL =\r\n" FROM_ALICE QUIT,
    "220 250 235 250 221", "tls auth other-sender", "certificate: bob" },
  { "auth-without-certificate", "Mechanisms=EXTERNAL\n", SIM_SERVICE_SUBMISSIONS,
    STRANGER | SECURED, "EHLO x.example\r\nAUTH EXTERNAL =\r\n" QUIT, "220 250 504 221", "tls",
    NULL },
  { "anonymous-may-not-relay", "Mechanisms=ANONYMOUS\n", SIM_SERVICE_SUBMISSION, OUTSIDE,
    "EHLO x.example\r\nAUTH ANONYMOUS c2lyaGM=\r\n" FROM_ALICE TO_CAROL TO_BOB QUIT,
    "220 250 235 250 550 250 221", "auth relay-denied", "an anonymous client has shown" },
  { "auth-by-port-25-where-listed", "Mechanisms=PLAIN\nTrusts=none\n", SIM_SERVICE_SMTP, OUTSIDE,
    "EHLO x.example\r\n" AUTH_ALICE FROM_ALICE TO_CAROL QUIT, "220 250 235 250 250 221", "auth",
    NULL },
  { "sends-as-another", "", SIM_SERVICE_SUBMISSION, OUTSIDE,
    "EHLO x.example\r\n" AUTH_ALICE "MAIL FROM:<bob@sender.example>\r\n" TO_CAROL LETTER QUIT,
    "220 250 235 250 250 354 250 221", "auth other-sender completed submitted queued",
    "user: alice" },
  { "tls-demanded", "DemandTls=true\nCertificate=good\n", SIM_SERVICE_SUBMISSION, OUTSIDE,
    "EHLO x.example\r\n" FROM_ALICE QUIT, "220 250 530 221", "", NULL },
  { "tls-demanded-and-there", "DemandTls=true\n", SIM_SERVICE_SUBMISSION, OWN | SECURED,
    "EHLO x.example\r\n" FROM_ALICE QUIT, "220 250 250 221", "tls", "version: TLSv1.3" },
  { "tls-not-demanded-by-port-25", "DemandTls=true\n", SIM_SERVICE_SMTP, STRANGER,
    "EHLO x.example\r\n" FROM_A QUIT, "220 250 250 221", "", NULL },

  { "lmtp", "", SIM_SERVICE_LMTP, STRANGER,
    "LHLO x.example\r\n" FROM_A TO_BOB "RCPT TO:<dora@sender.example>\r\n"
    "RCPT TO:<sales@sender.example>\r\n" TO_CAROL LETTER QUIT,
    "220 250 250 250 550 250 550 354 250 250 221",
    "user-unknown relay-denied relayed delivered queued", "user: bob\nsize: " },
  { "lmtp-quota", "Quota=200\n", SIM_SERVICE_LMTP, STRANGER,
    "LHLO x.example\r\n" FROM_A TO_BOB TO_BOB LETTER QUIT, "220 250 250 250 250 354 250 452 221",
    "relayed delivered quota", "recipient: bob@sender.example\nquota: 200\nsize: " },

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
  MailTls      *tls;
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
      "Services=smtp;submission;submissions;lmtp\nAliases=sales:alice bob\nProfile=%s\n%s"
      "[Host next]\nRoles=MTA\nAddress=192.0.2.26\n"
      "[Link pc mail.sender.example]\n[Link next mail.sender.example]\n"
      "[List news@sender.example]\nHost=mail.sender.example\n"
      "Members=alice@sender.example;\"Carol C.\" <carol@recipient.example>\n"
      "[List team@sender.example]\nHost=mail.sender.example\n"
      "[List team@other.example]\nHost=mail.sender.example\n", profile, keys);

  self->scenario = sim_scenario_parse ("test.ini", text, strlen (text), &error);
  g_assert_no_error (error);
  self->sim = sim_world_new ("t", 5, self->scenario->start_us);
  self->network = sim_network_new (self->sim, self->scenario);
  self->messages = mail_register_new ();
  self->host = mail_host_new (sim_network_get_host (self->network, HOST_INDEX), self->messages);
  self->tls = mail_tls_new (self->scenario, self->sim, FALSE);
  self->host->tls = self->tls;
}

static void
world_clear (World *self)
{
  sim_network_free (self->network);
  mail_host_free (self->host);
  mail_tls_free (self->tls);
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

/* A session with @who, in TLS where that is said. */
static WireSession *
open_session (World *world, guint who, SimServices service)
{
  static const char *const names[] = { "bob", NULL };
  WireSecurity security = { .version = "TLSv1.3",
                            .cipher = "TLS_AES_256_GCM_SHA384",
                            .is_verified = (who & NAMED) != 0,
                            .problems = "",
                            .peer_names = (who & NAMED) != 0 ? names : NULL };
  WireSession *session =
      mail_smtp_session_new (world->host, &peers[who & ~(guint) (SECURED | NAMED)], service);

  if ((who & SECURED) != 0)
    session->klass->secured (session, &security, mail_host_get_now (world->host));
  return session;
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
  session = open_session (&world, test->who, test->service);
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

static void
test_connection_limit (void)
{
  World        world;
  WireSession *open[3];

  g_test_summary ("A client may have so many connections at a time, each client for itself.");
  world_init (&world, "ClientConnections=2\n", "common");
  for (guint i = 0; i < G_N_ELEMENTS (open); i++)
    {
      g_autoptr (GString) codes = g_string_new (NULL);
      g_autoptr (GString) texts = g_string_new (NULL);

      open[i] = mail_smtp_session_new (world.host, &peers[STRANGER], SIM_SERVICE_SMTP);
      take_replies (open[i], codes, texts);
      g_assert_cmpstr (codes->str, ==, i < 2 ? "220" : "421");
      g_assert_cmpint (open[i]->klass->is_done (open[i]), ==, i >= 2);
    }
  expect_visit (&world, 0, "203.0.113.99", QUIT, "220 221");
  open[2]->klass->free (open[2]);
  open[1]->klass->free (open[1]);
  expect_visit (&world, 0, peers[STRANGER].address, QUIT, "220 221");
  open[0]->klass->free (open[0]);
  world_clear (&world);
}

/* Lines of the reply to EHLO that are there, and words that are not. */
static const struct
{
  const char *keys;
  SimServices service;
  guint       who;
  const char *lines;
  const char *words; /* nowhere in the reply */
} offers[] = {
  { "Certificate=none\n", SIM_SERVICE_SMTP, STRANGER,
    "SIZE 33554432;8BITMIME;PIPELINING;CHUNKING;BINARYMIME;DSN;ENHANCEDSTATUSCODES;SMTPUTF8;VRFY;"
    "EXPN;HELP", "AUTH;STARTTLS;REQUIRETLS" },
  { "Without=CHUNKING;BINARYMIME;DSN;SMTPUTF8\n", SIM_SERVICE_SMTP, STRANGER,
    "8BITMIME;PIPELINING;ENHANCEDSTATUSCODES;VRFY;EXPN;HELP",
    "CHUNKING;BINARYMIME;DSN;SMTPUTF8;AUTH" },
  { "MessageBytes=1000\n", SIM_SERVICE_SMTP, STRANGER, "SIZE 1000", "AUTH" },
  /* A host that can't do TLS has no better than what is in clear. */
  { "Certificate=none\n", SIM_SERVICE_SUBMISSION, STRANGER,
    "AUTH SCRAM-SHA-256 SCRAM-SHA-1 CRAM-MD5 PLAIN LOGIN", "STARTTLS" },
  { "Certificate=good\n", SIM_SERVICE_SUBMISSION, STRANGER,
    "STARTTLS;AUTH SCRAM-SHA-256 SCRAM-SHA-1 CRAM-MD5", "REQUIRETLS" },
  { "Certificate=expired\n", SIM_SERVICE_SUBMISSION, STRANGER,
    "STARTTLS;AUTH SCRAM-SHA-256 SCRAM-SHA-1 CRAM-MD5", "REQUIRETLS" },
  { "Certificate=good\n", SIM_SERVICE_SUBMISSION, STRANGER | SECURED,
    "REQUIRETLS;AUTH SCRAM-SHA-256 SCRAM-SHA-1 CRAM-MD5 PLAIN LOGIN", "STARTTLS" },
  { "Certificate=good\nWithout=STARTTLS\n", SIM_SERVICE_SMTP, STRANGER, "HELP", "STARTTLS" },
  { "Certificate=good\n", SIM_SERVICE_SMTP, STRANGER, "STARTTLS", "AUTH" },
  { "Certificate=none\nMechanisms=LOGIN;CRAM-MD5\n", SIM_SERVICE_SUBMISSION, STRANGER,
    "AUTH CRAM-MD5 LOGIN", "STARTTLS" },
  { "Mechanisms=none\n", SIM_SERVICE_SUBMISSION, STRANGER, "HELP", "AUTH" },
  { "Without=AUTH\n", SIM_SERVICE_SUBMISSION, STRANGER, "HELP", "AUTH" },
  { "Certificate=none\nMechanisms=EXTERNAL;PLAIN\n", SIM_SERVICE_SUBMISSION, STRANGER,
    "AUTH PLAIN", "EXTERNAL" },
  { "Mechanisms=EXTERNAL;PLAIN\n", SIM_SERVICE_SUBMISSION, STRANGER | SECURED | NAMED,
    "AUTH EXTERNAL PLAIN", "STARTTLS" },
  { "Certificate=none\nMechanisms=PLAIN\n", SIM_SERVICE_SMTP, STRANGER, "AUTH PLAIN", "STARTTLS" },
  { "", SIM_SERVICE_LMTP, STRANGER, "PIPELINING;ENHANCEDSTATUSCODES;8BITMIME", "AUTH;DSN" },
};

/* Returns: (transfer full): the reply to EHLO. */
static char *
dup_offers (const char *keys, guint who, SimServices service)
{
  g_autoptr (GString) codes = g_string_new (NULL);
  g_autoptr (GString) texts = g_string_new (NULL);
  World        world;
  WireSession *session;

  world_init (&world, keys, "common");
  session = open_session (&world, who, service);
  talk (&world, session,
        service == SIM_SERVICE_LMTP ? "LHLO x.example\r\n" : "EHLO x.example\r\n", G_MAXSIZE, codes,
        texts);
  session->klass->free (session);
  world_clear (&world);
  return g_string_free (g_steal_pointer (&texts), FALSE);
}

static void
check_offers (guint i)
{
  g_autofree char *reply = dup_offers (offers[i].keys, offers[i].who, offers[i].service);
  g_auto (GStrv) lines = g_strsplit (offers[i].lines, ";", -1);
  g_auto (GStrv) words = g_strsplit (offers[i].words, ";", -1);

  for (guint j = 0; lines[j] != NULL; j++)
    {
      g_autofree char *inner = g_strdup_printf ("\r\n250-%s\r\n", lines[j]);
      g_autofree char *last = g_strdup_printf ("\r\n250 %s\r\n", lines[j]);

      if (strstr (reply, inner) == NULL && strstr (reply, last) == NULL)
        g_error ("row %u: no line %s in:\n%s", i, lines[j], reply);
    }
  for (guint j = 0; words[j] != NULL; j++)
    if (strstr (reply, words[j]) != NULL)
      g_error ("row %u: %s is in:\n%s", i, words[j], reply);
}

static void
test_offers (void)
{
  g_test_summary ("EHLO offers what the host has, and mechanisms that fit the connection.");
  for (guint i = 0; i < G_N_ELEMENTS (offers); i++)
    check_offers (i);
}

static void
test_lookups (void)
{
  g_autoptr (GString) codes = g_string_new (NULL);
  g_autoptr (GString) texts = g_string_new (NULL);
  World        world;
  WireSession *session;

  g_test_summary ("VRFY and EXPN give mailboxes in one of the two forms that there are.");
  world_init (&world, "", "common");
  session = open_session (&world, OWN, SIM_SERVICE_SMTP);
  talk (&world, session, "VRFY bob\r\nVRFY team\r\nEXPN news\r\nEXPN sales\r\n" QUIT, G_MAXSIZE,
        codes, texts);
  session->klass->free (session);
  world_clear (&world);
  g_assert_nonnull (strstr (texts->str, "\r\n250 2.1.5 bob@sender.example\r\n553-5.1.4 Ambiguous; "
                                        "Possibilities are\r\n"
                                        "553-5.1.4 <team@sender.example>\r\n"
                                        "553 5.1.4 <team@other.example>\r\n"
                                        "250-2.1.5 alice@sender.example\r\n"
                                        "250 2.1.5 \"Carol C.\" <carol@recipient.example>\r\n"
                                        "250"));
  g_assert_null (strstr (texts->str, "250 2.1.5 <"));
}

static void
test_tolerated (void)
{
  static const char *const odd = "HELO x.example\r\nMAIL FROM: <a@recipient.example>\r\n" TO_BOB
                                 "DATA\r\nx\r\n.\nRSET\r\n.\r\n" QUIT;
  static const struct
  {
    const char *profile, *keys, *codes, *notes, *fact;
  } rows[] = {
    { "strict", "", "220 250 501 503 503 500 500 500 221", "", NULL },
    { "common", "", "220 250 250 250 354 250 221", "tolerated tolerated relayed queued",
      "leniencies: needless-spaces" },
    { "lenient", "", "220 250 250 250 354 250 250 500 221",
      "tolerated tolerated relayed queued", "leniencies: crlf-dot-lf-ends-data" },
    { "strict", "Lenient=needless-spaces;crlf-dot-lf-ends-data\n",
      "220 250 250 250 354 250 250 500 221", "tolerated tolerated relayed queued",
      "leniencies: crlf-dot-lf-ends-data" },
  };

  g_test_summary ("What is let pass goes by profile and by name, and is noted.");
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      const Case test = { "tolerated", rows[i].keys, SIM_SERVICE_SMTP, STRANGER, odd,
                          rows[i].codes, rows[i].notes, rows[i].fact };

      run_case (&test, rows[i].profile, G_MAXSIZE);
      run_case (&test, rows[i].profile, 1);
    }
}

/* How a message came, as its Received field has it. */
static const struct
{
  SimServices service;
  guint       who;
  const char *client; /* up to DATA */
  const char *with;
} ways[] = {
  { SIM_SERVICE_SMTP, STRANGER, "HELO x.example\r\n" FROM_A TO_BOB, "SMTP" },
  { SIM_SERVICE_SMTP, STRANGER, "EHLO x.example\r\n" FROM_A TO_BOB, "ESMTP" },
  { SIM_SERVICE_SMTP, STRANGER | SECURED, "EHLO x.example\r\n" FROM_A TO_BOB, "ESMTPS" },
  { SIM_SERVICE_SMTP, STRANGER | SECURED, "HELO x.example\r\n" FROM_A TO_BOB, "SMTP" },
  { SIM_SERVICE_SMTP, STRANGER,
    "EHLO x.example\r\nMAIL FROM:<a@recipient.example> SMTPUTF8\r\n" TO_BOB, "UTF8SMTP" },
  { SIM_SERVICE_SMTP, STRANGER | SECURED,
    "EHLO x.example\r\nMAIL FROM:<a@recipient.example> SMTPUTF8\r\n" TO_BOB, "UTF8SMTPS" },
  { SIM_SERVICE_SUBMISSION, OUTSIDE,
    "EHLO x.example\r\n" AUTH_ALICE FROM_ALICE TO_BOB, "ESMTPA" },
  { SIM_SERVICE_SUBMISSIONS, OUTSIDE | SECURED,
    "EHLO x.example\r\n" AUTH_ALICE FROM_ALICE TO_BOB, "ESMTPSA" },
  { SIM_SERVICE_SUBMISSIONS, OUTSIDE | SECURED,
    "EHLO x.example\r\n" AUTH_ALICE "MAIL FROM:<alice@sender.example> SMTPUTF8\r\n" TO_BOB,
    "UTF8SMTPSA" },
  { SIM_SERVICE_LMTP, STRANGER, "LHLO x.example\r\n" FROM_A TO_BOB, "LMTP" },
  { SIM_SERVICE_LMTP, STRANGER | SECURED, "LHLO x.example\r\n" FROM_A TO_BOB, "LMTPS" },
  { SIM_SERVICE_LMTP, STRANGER,
    "LHLO x.example\r\nMAIL FROM:<a@recipient.example> SMTPUTF8\r\n" TO_BOB, "UTF8LMTP" },
};

/* Whether @message begins as its way says, and our own reader finds nothing wrong with it. */
static void
check_trace_fields (guint i, GBytes *message)
{
  const MailPeer  *peer = &peers[ways[i].who & ~(guint) (SECURED | NAMED)];
  gsize            length;
  const guint8    *data = g_bytes_get_data (message, &length);
  const char      *tls =
      (ways[i].who & SECURED) != 0 ? " \\(TLSv1.3 TLS_AES_256_GCM_SHA384\\)" : "";
  g_autofree char *pattern = g_strdup_printf (
      "^Return-Path: <[a-z]+@[a-z.]+>\r\nReceived: from x.example \\(\\[%s\\]\\) "
      "by mail.sender.example with %s%s id [a-z0-9]{8} for <bob@sender.example>; "
      "Tue, 24 Nov 2026 08:00:00 \\+0000\r\n", peer->address, ways[i].with, tls);
  g_autofree char *text = g_strndup ((const char *) data, length);
  g_autoptr (GRegex) fold = g_regex_new ("\r\n ", G_REGEX_RAW, 0, NULL);
  g_autofree char *unfolded = g_regex_replace_literal (fold, text, -1, 0, " ", 0, NULL);
  g_autoptr (WireSpans) spans = wire_annotate (&imf_grammar_message, data, length);

  if (!g_regex_match_simple (pattern, unfolded, G_REGEX_RAW, 0))
    g_error ("no %s in:\n%s", pattern, unfolded);
  for (guint j = 0; j < wire_spans_get_n_deviations (spans); j++)
    g_error ("%s in:\n%s", wire_spans_get_deviation (spans, j).deviation->name, text);
}

static void
test_trace_fields (void)
{
  g_test_summary ("Received says how the message came, in the words of the registry.");
  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      g_autoptr (GString) codes = g_string_new (NULL);
      g_autoptr (GString) texts = g_string_new (NULL);
      g_autofree char *client = g_strconcat (ways[i].client, COMPLETE_LETTER QUIT, NULL);
      World        world;
      WireSession *session;
      MailMailbox *mailbox;

      world_init (&world, "", "common");
      session = open_session (&world, ways[i].who, ways[i].service);
      talk (&world, session, client, G_MAXSIZE, codes, texts);
      session->klass->free (session);
      sim_world_run (world.sim, G_USEC_PER_SEC / 2);
      mailbox = mail_host_find_user (world.host, "bob")->mailbox;
      if (mail_mailbox_get_n_messages (mailbox) != 1)
        g_error ("nothing came by %s: %s", ways[i].with, codes->str);
      g_assert_cmpuint (mail_mailbox_get_n_messages (mailbox), ==, 1);
      check_trace_fields (i, mail_message_get_bytes (mail_mailbox_get (mailbox, 0)->message));
      world_clear (&world);
    }
}

static void
test_determinism (void)
{
  char *texts[2];

  g_test_summary ("The challenge of CRAM-MD5, all chance, is the same in the same world.");
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GString) codes = g_string_new (NULL);
      g_autoptr (GString) said = g_string_new (NULL);
      World        world;
      WireSession *session;

      world_init (&world, "", "common");
      session = open_session (&world, STRANGER, SIM_SERVICE_SUBMISSION);
      talk (&world, session, "EHLO x.example\r\nAUTH CRAM-MD5\r\n", G_MAXSIZE, codes, said);
      session->klass->free (session);
      world_clear (&world);
      texts[i] = g_strdup (said->str);
      g_assert_cmpstr (codes->str, ==, "220 250 334");
    }
  g_assert_cmpstr (texts[0], ==, texts[1]);
  g_free (texts[0]);
  g_free (texts[1]);
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
  g_test_add_func ("/mail-policy/connection-limit", test_connection_limit);
  g_test_add_func ("/mail-policy/offers", test_offers);
  g_test_add_func ("/mail-policy/lookups", test_lookups);
  g_test_add_func ("/mail-policy/tolerated", test_tolerated);
  g_test_add_func ("/mail-policy/trace-fields", test_trace_fields);
  g_test_add_func ("/mail-policy/determinism", test_determinism);
  return g_test_run ();
}
