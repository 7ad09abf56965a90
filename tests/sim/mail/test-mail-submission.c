/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <mail/mail-submission.h>
#include <string.h>

#include <imf/imf-message.h>

/* What a submission server makes of messages and addresses (RFC 6409). */

#define SCENARIO                                                                                   \
  "[Scenario]\nTitle=t\nSeed=5\nStart=2026-11-24T08:00:00Z\n"                                      \
  "[Host mail.sender.example]\nRoles=MSA\nAddress=192.0.2.25\n"                                    \
  "Domains=sender.example;example\n"                                                               \
  "Users=alice:a;bob:b\nServices=submission\nAliases=sales:alice\n"

#define DATE "Date: Tue, 24 Nov 2026 07:00:00 +0000\r\n"
#define ID "Message-ID: <1@sender.example>\r\n"
#define NEW_DATE "Date: Tue, 24 Nov 2026 08:00:00 +0000\r\n"

typedef struct
{
  const char *name;
  const char *user; /* who has shown who it is */
  gboolean    is_utf8;
  const char *message;
  const char *completed; /* "ID" stands for the new identifier; (nullable): refused */
  const char *told;      /* what was changed, or why it was refused */
} Case;

static const Case cases[] = {
  { "complete-is-left-alone", "alice", FALSE, "From: alice@sender.example\r\n" DATE ID "\r\nx\r\n",
    "From: alice@sender.example\r\n" DATE ID "\r\nx\r\n", "" },
  { "date-and-id-are-added", "alice", FALSE, "From: alice@sender.example\r\n\r\nx\r\n",
    NEW_DATE "Message-ID: <ID@mail.sender.example>\r\nFrom: alice@sender.example\r\n\r\nx\r\n",
    "Date, Message-ID" },
  { "odd-date-and-id-are-replaced", NULL, FALSE,
    "From: alice@sender.example\r\nDate: today\r\nMessage-ID: one\r\nX: y\r\n\r\nx\r\n",
    "From: alice@sender.example\r\n" NEW_DATE "Message-ID: <ID@mail.sender.example>\r\n"
    "X: y\r\n\r\nx\r\n",
    "Date, Message-ID" },
  { "header-without-body", NULL, FALSE, "From: alice@sender.example\r\n" DATE,
    "Message-ID: <ID@mail.sender.example>\r\nFrom: alice@sender.example\r\n" DATE, "Message-ID" },
  { "sender-where-from-is-another", "alice", FALSE,
    "From: carol@recipient.example\r\n" DATE ID "\r\n",
    "Sender: alice@sender.example\r\nFrom: carol@recipient.example\r\n" DATE ID "\r\n", "Sender" },
  { "sender-where-from-are-several", "alice", FALSE,
    "From: alice@sender.example, carol@recipient.example\r\n" DATE ID "\r\n",
    "Sender: alice@sender.example\r\nFrom: alice@sender.example, carol@recipient.example\r\n" DATE
    ID "\r\n", "Sender" },
  { "false-sender-is-replaced", "alice", FALSE,
    "From: carol@recipient.example\r\nSender: bob@sender.example\r\n" DATE ID "\r\n",
    "From: carol@recipient.example\r\nSender: alice@sender.example\r\n" DATE ID "\r\n", "Sender" },
  { "false-sender-of-own-message-goes", "alice", FALSE,
    "From: Alice <ALICE@sender.example>\r\nSender: bob@sender.example\r\n" DATE ID "\r\n",
    "From: Alice <ALICE@sender.example>\r\n" DATE ID "\r\n", "Sender" },
  { "true-sender-stays", "alice", FALSE,
    "From: carol@recipient.example\r\nSender: Alice <alice@sender.example>\r\n" DATE ID "\r\n",
    "From: carol@recipient.example\r\nSender: Alice <alice@sender.example>\r\n" DATE ID "\r\n",
    "" },
  { "detail-is-one-s-own", "alice", FALSE, "From: alice+x@sender.example\r\n" DATE ID "\r\n",
    "From: alice+x@sender.example\r\n" DATE ID "\r\n", "" },
  { "no-sender-for-whom-is-not-known", NULL, FALSE,
    "From: carol@recipient.example\r\n" DATE ID "\r\n",
    "From: carol@recipient.example\r\n" DATE ID "\r\n", "" },
  { "addresses-get-a-domain", "alice", FALSE,
    "From: Alice <alice>\r\nTo: bob, \"C, D\" <c@recipient.example>,\r\n sales\r\n" DATE ID "\r\n",
    "From: Alice <alice@sender.example>\r\nTo: bob@sender.example, \"C, D\" <c@recipient.example>, "
    "sales@sender.example\r\n" DATE ID "\r\n", "From, To" },
  { "own-domain-of-one-label-is-complete", "alice", FALSE,
    "From: alice@example\r\nTo: bob@EXAMPLE\r\n" DATE ID "\r\n",
    "From: alice@example\r\nTo: bob@EXAMPLE\r\n" DATE ID "\r\n", "" },
  { "literals-are-complete", "alice", FALSE,
    "From: alice@sender.example\r\nTo: c@[192.0.2.1]\r\n" DATE ID "\r\n",
    "From: alice@sender.example\r\nTo: c@[192.0.2.1]\r\n" DATE ID "\r\n", "" },
  { "groups-stay", "alice", FALSE,
    "From: alice@sender.example\r\nTo: undisclosed-recipients:;\r\n" DATE ID "\r\n",
    "From: alice@sender.example\r\nTo: undisclosed-recipients:;\r\n" DATE ID "\r\n", "" },
  { "utf8-header", "alice", TRUE,
    "From: alice@sender.example\r\nSubject: gr\xc3\xbc\xc3\x9f\r\n" DATE ID "\r\n",
    "From: alice@sender.example\r\nSubject: gr\xc3\xbc\xc3\x9f\r\n" DATE ID "\r\n", "" },
  { "8-bit-body", "alice", FALSE, "From: alice@sender.example\r\n" DATE ID "\r\n\xff\r\n",
    "From: alice@sender.example\r\n" DATE ID "\r\n\xff\r\n", "" },

  { "no-from", "alice", FALSE, "Subject: x\r\n\r\n", NULL, "554 5.6.0 The message has no From" },
  { "no-header", "alice", FALSE, "hello\r\n", NULL, "554 5.6.0 The message has no From" },
  { "nothing", "alice", FALSE, "", NULL, "554 5.6.0 The message has no From" },
  { "two-froms", "alice", FALSE, "From: a@b.example\r\nFrom: a@b.example\r\n\r\n", NULL,
    "554 5.6.0 The message has more than one From" },
  { "two-senders", "alice", FALSE,
    "From: a@b.example\r\nSender: a@b.example\r\nSender: a@b.example\r\n\r\n", NULL,
    "554 5.6.0 The message has more than one Sender" },
  { "empty-from", "alice", FALSE, "From: \r\n\r\n", NULL, "554 5.6.0 From is empty" },
  { "empty-address", "alice", FALSE, "From: <>\r\n\r\n", NULL,
    "554 5.6.0 From has an empty address" },
  { "unreadable-address", "alice", FALSE, "From: alice@sender.example\r\nCc: a@b@c\r\n\r\n", NULL,
    "554 5.6.0 Cc can't be read as addresses" },
  { "short-domain", "alice", FALSE, "From: alice@sender\r\n\r\n", NULL,
    "554 5.6.0 From has the domain sender, which is not fully qualified" },
  { "nobody-of-that-name", "alice", FALSE, "From: alice@sender.example\r\nTo: carol\r\n\r\n", NULL,
    "554 5.6.0 To has an address without a domain" },
  { "group-without-domains", "alice", FALSE,
    "From: alice@sender.example\r\nTo: us: bob, alice;\r\n\r\n", NULL,
    "554 5.6.0 To has a group with an address without a domain" },
  { "8-bit-header", "alice", FALSE, "From: alice@sender.example\r\nSubject: \xc3\xbc\r\n\r\n", NULL,
    "554 5.6.0 The header has 8-bit octets, that takes SMTPUTF8" },
  { "not-utf8", "alice", TRUE, "From: alice@sender.example\r\nSubject: \xfc\r\n\r\n", NULL,
    "554 5.6.0 The header is not UTF-8" },
};

typedef struct
{
  SimScenario  *scenario;
  SimWorld     *sim;
  SimNetwork   *network;
  MailRegister *messages;
  MailHost     *host;
} World;

static void
world_init (World *self)
{
  g_autoptr (GError) error = NULL;

  self->scenario = sim_scenario_parse ("test.ini", SCENARIO, strlen (SCENARIO), &error);
  g_assert_no_error (error);
  self->sim = sim_world_new ("t", 5, self->scenario->start_us);
  self->network = sim_network_new (self->sim, self->scenario);
  self->messages = mail_register_new ();
  self->host = mail_host_new (sim_network_get_host (self->network, 0), self->messages);
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

/* The identifier that was drawn, as "ID". */
static char *
hide_identifier (GBytes *message)
{
  gsize            length;
  const char      *data = g_bytes_get_data (message, &length);
  g_autofree char *text = g_strndup (data, length);
  g_autoptr (GRegex) regex = g_regex_new ("<[0-9a-z]{8}@mail", G_REGEX_RAW, 0, NULL);

  return g_regex_replace_literal (regex, text, -1, 0, "<ID@mail", 0, NULL);
}

/* What the server has written, our own reader finds nothing wrong with: no more than before. */
static guint
count_deviations (GBytes *message)
{
  gsize         length;
  const guint8 *data = g_bytes_get_data (message, &length);
  g_autoptr (WireSpans) spans = wire_annotate (&imf_grammar_message, data, length);

  return wire_spans_get_n_deviations (spans);
}

static void
test_complete (gconstpointer data)
{
  const Case   *test = data;
  gsize         length = strlen (test->message);
  g_autoptr (GBytes) message = g_bytes_new (test->message, length);
  g_autoptr (GBytes) completed = NULL;
  g_autofree char *changes = NULL;
  g_autofree char *told = NULL;
  MailRefusal   refusal;
  MailSubmitter submitter = { .is_utf8 = test->is_utf8 };
  World         world;

  g_test_summary ("A message is completed, left alone or refused, as RFC 6409 has it.");
  world_init (&world);
  submitter.user = test->user != NULL ? mail_host_find_user (world.host, test->user) : NULL;
  completed = mail_submission_complete (world.host, &submitter, message, &changes, &refusal);
  if (test->completed == NULL)
    {
      g_assert_null (completed);
      told = g_strdup_printf ("%u %s %s", refusal.code, refusal.status, refusal.text);
      g_assert_cmpstr (told, ==, test->told);
      mail_refusal_clear (&refusal);
    }
  else
    {
      g_autofree char *text = NULL;

      g_assert_nonnull (completed);
      text = hide_identifier (completed);
      g_assert_cmpstr (text, ==, test->completed);
      g_assert_cmpstr (changes, ==, test->told);
      g_assert_cmpuint (count_deviations (completed), <=, count_deviations (message));
    }
  world_clear (&world);
}

static void
test_author (void)
{
  static const char text[] = "Subject: x\r\n\r\nhello\r\n";
  static const struct
  {
    const char *reverse_path, *message, *changes; /* (nullable): refused */
  } cases[] = {
    { "bob@sender.example", text, "From, Date, Message-ID" },
    { "", text, NULL },
    { NULL, text, NULL },
    { "bob@sender.example", "hello\r\n", NULL },
  };
  World world;

  g_test_summary ("A header without From gets that of the reverse-path, if there is one.");
  world_init (&world);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) message = g_bytes_new (cases[i].message, strlen (cases[i].message));
      MailSubmitter    submitter = { .reverse_path = cases[i].reverse_path };
      g_autofree char *changes = NULL;
      MailRefusal      refusal;
      g_autoptr (GBytes) completed =
          mail_submission_complete (world.host, &submitter, message, &changes, &refusal);

      g_assert_cmpint (completed != NULL, ==, cases[i].changes != NULL);
      if (completed == NULL)
        mail_refusal_clear (&refusal);
      else
        {
          g_assert_cmpstr (changes, ==, cases[i].changes);
          g_assert_nonnull (g_strstr_len (g_bytes_get_data (completed, NULL),
                                          (gssize) g_bytes_get_size (completed),
                                          "From: bob@sender.example\r\n"));
          g_assert_cmpuint (count_deviations (completed), ==, 0);
        }
    }
  world_clear (&world);
}

static const struct
{
  const char *path, *completed; /* or the refusal of a sender */
} paths[] = {
  { "alice", "alice@sender.example" },
  { "SALES", "SALES@sender.example" },
  { "postmaster", "postmaster" },
  { "carol@recipient.example", "carol@recipient.example" },
  { "carol@[192.0.2.1]", "carol@[192.0.2.1]" },
  { "alice@example", "alice@example" },
  { "carol", "554 5.1.7 <carol> has no domain" },
  { "alice@sender", "554 5.1.8 The domain of <alice@sender> is not fully qualified" },
};

static void
test_paths (void)
{
  World world;

  g_test_summary ("An address of the envelope gets the host's domain, or is refused.");
  world_init (&world);
  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autofree char *path = NULL;
      g_autofree char *told = NULL;
      MailRefusal      refusal;

      if (!mail_submission_complete_path (world.host, paths[i].path, TRUE, &path, &refusal))
        {
          told = g_strdup_printf ("%u %s %s", refusal.code, refusal.status, refusal.text);
          mail_refusal_clear (&refusal);
        }
      g_assert_cmpstr (path != NULL ? path : told, ==, paths[i].completed);
    }
  world_clear (&world);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/mail-submission/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_complete);
    }
  g_test_add_func ("/mail-submission/author", test_author);
  g_test_add_func ("/mail-submission/paths", test_paths);
  return g_test_run ();
}
