/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "mail-scenario.h"
#include <mail/mail-dsn.h>
#include <mime/mime-message.h>
#include <wire/wire-spans.h>

/* Reports, part by part (RFC 3461 section 6, RFC 3464, RFC 6522, RFC 6533). */

typedef struct
{
  SimScenario  *scenario;
  SimWorld     *world;
  SimNetwork   *network;
  MailRegister *messages;
  MailHost     *host;
} Bench;

static void
bench_init (Bench *self)
{
  static const char text[] = MAIL_SCENARIO ("", "", "", "", "");

  self->scenario = sim_scenario_parse ("test.ini", text, strlen (text), NULL);
  self->world = sim_world_new ("t", 5, self->scenario->start_us);
  self->network = sim_network_new (self->world, self->scenario);
  self->messages = mail_register_new ();
  self->host = mail_host_new (sim_network_find_host (self->network, "mail.sender.example"),
                              self->messages);
}

static void
bench_clear (Bench *self)
{
  sim_network_free (self->network);
  mail_host_free (self->host);
  sim_world_free (self->world);
  mail_register_free (self->messages);
  sim_scenario_free (self->scenario);
}

#define HEADER "Date: Tue, 24 Nov 2026 08:00:00 +0000\r\nFrom: alice@sender.example\r\n"
#define MESSAGE HEADER "Subject: Lunch\r\nMessage-ID: <1@sender.example>\r\n\r\nNoon?\r\n"

/* One recipient; what the report has to have in it, and what it must not. */
typedef struct
{
  const char   *name;
  MailDsnKind   kind;
  MailState     state;
  MailOutcome   outcome;
  SmtpMail      mail;
  SmtpRecipient recipient;
  const char   *accepted; /* (nullable) */
  const char   *message;
  const char   *with[10];
  const char   *without[6];
} Case;

#define ALICE .reverse_path = (char *) "alice@sender.example"
#define BOB { .path = (char *) "bob@recipient.example" }

static const Case cases[] = {
  { "refused-by-the-next-host", MAIL_DSN_FAILED, MAIL_STATE_FAILED,
    { "5.1.1", "550 5.1.1 No such user here", 550, "mx1.recipient.example" },
    { ALICE, .envid = (char *) "QQ314159" },
    { .path = (char *) "bob@recipient.example", .orcpt_type = (char *) "rfc822",
      .orcpt = (char *) "robert@old.example" },
    NULL, MESSAGE,
    { "\r\nFrom: \"Mail system of mail.sender.example\" <postmaster@sender.example>\r\n"
      "To: alice@sender.example\r\n",
      "\r\nIn-Reply-To: <1@sender.example>\r\nReferences: <1@sender.example>\r\n"
      "Auto-Submitted: auto-replied\r\n",
      "\r\nContent-Type: multipart/report; report-type=delivery-status;\r\n boundary=",
      "\r\n    mx1.recipient.example said: 550 5.1.1 No such user here\r\n",
      "\r\nContent-Type: message/delivery-status\r\n",
      "\r\n\r\nOriginal-Envelope-Id: QQ314159\r\nReporting-MTA: dns; mail.sender.example\r\n"
      "Arrival-Date: Tue, 24 Nov 2026 08:00:00 +0000\r\n\r\n"
      "Original-Recipient: rfc822; robert@old.example\r\n"
      "Final-Recipient: rfc822; bob@recipient.example\r\nAction: failed\r\nStatus: 5.1.1\r\n"
      "Remote-MTA: dns; mx1.recipient.example\r\n"
      "Diagnostic-Code: smtp; 550 5.1.1 No such user here\r\n"
      "Last-Attempt-Date: Tue, 24 Nov 2026 08:00:00 +0000\r\nFinal-Log-ID: q1\r\n",
      "\r\nContent-Type: message/rfc822\r\nContent-Description: The message\r\n\r\n" MESSAGE },
    { "Will-Retry-Until", "rfc822-headers" } },
  { "nobody-said-why-but-this-host", MAIL_DSN_FAILED, MAIL_STATE_FAILED,
    { "5.1.2", "there is no such domain", 0, NULL }, { ALICE }, BOB, NULL, MESSAGE,
    { "Diagnostic-Code: x-postroad; there is no such domain\r\n",
      "This is why: there is no such domain.\r\n" },
    { "Remote-MTA", "Original-Recipient", "Original-Envelope-Id" } },
  { "header-only-is-wanted", MAIL_DSN_FAILED, MAIL_STATE_FAILED,
    { "5.1.2", "there is no such domain", 0, NULL },
    { ALICE, .ret = SMTP_RETURN_HEADERS }, BOB, NULL, MESSAGE,
    { "\r\nContent-Type: text/rfc822-headers\r\n", "\r\n\r\n" HEADER }, { "Noon?" } },
  { "tls-is-required", MAIL_DSN_FAILED, MAIL_STATE_FAILED,
    { "5.7.10", "no TLS", 0, NULL },
    { ALICE, .ret = SMTP_RETURN_FULL, .requires_tls = TRUE }, BOB, NULL, MESSAGE,
    { "\r\nContent-Type: text/rfc822-headers\r\n" }, { "Noon?" } },
  { "delayed", MAIL_DSN_DELAYED, MAIL_STATE_WAITING,
    { "4.4.1", "no answer", 0, NULL }, { ALICE, .ret = SMTP_RETURN_FULL }, BOB, NULL, MESSAGE,
    { "Action: delayed\r\nStatus: 4.4.1\r\n",
      "Will-Retry-Until: Sun, 29 Nov 2026 08:00:00 +0000\r\n",
      "Subject: Your message is delayed\r\n", "text/rfc822-headers" },
    { "Noon?", "message/rfc822" } },
  { "delivered", MAIL_DSN_SUCCEEDED, MAIL_STATE_DELIVERED, { "2.1.5", "", 0, NULL },
    { ALICE }, BOB, NULL, MESSAGE, { "Action: delivered\r\nStatus: 2.1.5\r\nLast-Attempt-Date" },
    { "Noon?", "Diagnostic-Code" } },
  { "relayed", MAIL_DSN_SUCCEEDED, MAIL_STATE_RELAYED,
    { "2.0.0", "250 OK", 250, "mx1.recipient.example" }, { ALICE }, BOB, NULL, MESSAGE,
    { "Action: relayed\r\nStatus: 2.0.0\r\nRemote-MTA: dns; mx1.recipient.example\r\n"
      "Diagnostic-Code: smtp; 250 OK\r\n" }, { "Noon?" } },
  { "expanded", MAIL_DSN_SUCCEEDED, MAIL_STATE_EXPANDED, { "2.1.5", "", 0, NULL },
    { ALICE }, BOB, NULL, MESSAGE, { "Action: expanded\r\n" }, { NULL } },
  { "an-alias", MAIL_DSN_FAILED, MAIL_STATE_FAILED,
    { "5.1.1", "550 who?", 550, "mx1.recipient.example" }, { ALICE }, BOB, "team@sender.example",
    MESSAGE,
    { "\r\n<team@sender.example>, forwarded to <bob@recipient.example>\r\n",
      "Final-Recipient: rfc822; team@sender.example\r\n" }, { NULL } },
  { "beyond-ascii", MAIL_DSN_FAILED, MAIL_STATE_FAILED,
    { "5.6.7", "the server does not offer SMTPUTF8", 0, NULL },
    { ALICE, .is_utf8 = TRUE }, { .path = (char *) "jörg@recipient.example" }, NULL,
    HEADER "To: jörg@recipient.example\r\n\r\nx\r\n",
    { "\r\nContent-Type: message/global-delivery-status\r\n"
      "Content-Transfer-Encoding: quoted-printable\r\n",
      "Final-Recipient: utf-8; j=C3=B6rg@recipient.example\r\n",
      "\r\nContent-Type: message/global\r\nContent-Transfer-Encoding: quoted-printable\r\n" },
    { "ö" } },
  { "beyond-ascii-and-so-is-the-sender", MAIL_DSN_FAILED, MAIL_STATE_FAILED,
    { "5.1.1", "550 wer?", 550, "mx1.recipient.example" },
    { .reverse_path = (char *) "jörg@sender.example", .is_utf8 = TRUE }, BOB, NULL,
    HEADER "\r\nx\r\n", { "To: jörg@sender.example\r\n" }, { NULL } },
  { "utf-8-type-within-ascii", MAIL_DSN_FAILED, MAIL_STATE_FAILED,
    { "5.1.1", "550 who?", 550, "mx1.recipient.example" }, { ALICE },
    { .path = (char *) "bob@recipient.example", .orcpt_type = (char *) "utf-8",
      .orcpt = (char *) "bob+a@recipient.example" }, NULL, MESSAGE,
    { "\r\nContent-Type: message/delivery-status\r\n",
      "Original-Recipient: utf-8; bob\\x{2B}a@recipient.example\r\n" }, { NULL } },
  { "hostile-text", MAIL_DSN_FAILED, MAIL_STATE_FAILED,
    { "5.0.0", "550 a\r\nAction: delivered\r\n\x07\xff" "b", 550, "mx1.recipient.example" },
    { ALICE, .envid = (char *) "a\r\nb" }, { .path = (char *) "\"a b\"@recipient.example" }, NULL,
    HEADER "Message-ID: no id\r\n\r\nx\r\n",
    { "Final-Recipient: rfc822; \"a b\"@recipient.example\r\n" },
    { "\r\nAction: delivered", "In-Reply-To", "\x07", "\xff" } },
  { "8-bit-without-smtputf8", MAIL_DSN_FAILED, MAIL_STATE_FAILED,
    { "5.0.0", "no", 0, NULL }, { ALICE }, BOB, NULL,
    HEADER "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
    "Content-Transfer-Encoding: 8bit\r\n\r\nGrüße\r\n",
    { "\r\nContent-Type: message/rfc822\r\nContent-Transfer-Encoding: 8bit\r\n", "Grüße\r\n" },
    { NULL } },
  { "no-header-at-all", MAIL_DSN_FAILED, MAIL_STATE_FAILED,
    { "5.0.0", "no", 0, NULL }, { ALICE, .ret = SMTP_RETURN_HEADERS }, BOB, NULL, "x\r\n",
    { "Action: failed" }, { NULL } },
};

static MailEntry *
make_entry (MailHost *host, const Case *item, GBytes *message)
{
  MailQueued queued = { .id = "q1", .mail = item->mail, .recipients = &item->recipient,
                        .n_recipients = 1, .message = message, .number = 1 };
  MailEntry     *entry = mail_entry_new (host, &queued);
  MailRecipient *recipient = g_ptr_array_index (entry->recipients, 0);

  if (item->accepted != NULL)
    {
      g_free (recipient->accepted);
      recipient->accepted = g_strdup (item->accepted);
    }
  mail_entry_finish (entry, recipient, item->state, &item->outcome);
  return entry;
}

/* Quoted-printable lines are joined, so that their text can be looked for. */
static char *
dup_joined (GBytes *report)
{
  gsize       length;
  const char *data = g_bytes_get_data (report, &length);
  g_autoptr (GString) text = g_string_new_len (data, (gssize) length);

  g_string_replace (text, "=\r\n", "", 0);
  return g_strndup (text->str, text->len);
}

/* Our own reader finds nothing to blame, except in what is returned. */
static void
check_deviations (GBytes *report)
{
  gsize         length;
  const guint8 *data = g_bytes_get_data (report, &length);
  const char   *returned = g_strrstr_len ((const char *) data, (gssize) length,
                                          "\r\nContent-Description: The message");
  gsize         end = returned != NULL ? (gsize) (returned - (const char *) data) : length;
  g_autoptr (WireSpans) spans = wire_annotate (&mime_grammar_message, data, length);

  for (guint i = 0; i < wire_spans_get_n_deviations (spans); i++)
    {
      WireSpanDeviation found = wire_spans_get_deviation (spans, i);

      if (found.offset >= end || found.deviation->severity == WIRE_SEVERITY_HINT)
        continue;
      g_test_message ("%s at %" G_GSIZE_FORMAT " of\n%.*s", found.deviation->name,
                      (gsize) found.offset, (int) length, (const char *) data);
      g_test_fail ();
    }
}

static void
test_report (gconstpointer data)
{
  const Case      *item = data;
  Bench            bench;
  MailEntry       *entry;
  g_autofree char *text = NULL;
  g_autoptr (GBytes) message = g_bytes_new (item->message, strlen (item->message));
  g_autoptr (GBytes) report = NULL;

  bench_init (&bench);
  entry = make_entry (bench.host, item, message);
  report = mail_dsn_build (entry, item->kind, entry->recipients, item->mail.reverse_path);
  g_assert_nonnull (report);
  text = dup_joined (report);
  for (guint i = 0; i < G_N_ELEMENTS (item->with) && item->with[i] != NULL; i++)
    if (strstr (text, item->with[i]) == NULL)
      {
        g_test_message ("no \"%s\" in:\n%s", item->with[i], text);
        g_test_fail ();
      }
  for (guint i = 0; i < G_N_ELEMENTS (item->without) && item->without[i] != NULL; i++)
    if (strstr (text, item->without[i]) != NULL)
      {
        g_test_message ("\"%s\" in:\n%s", item->without[i], text);
        g_test_fail ();
      }
  check_deviations (report);
  mail_entry_free (entry);
  bench_clear (&bench);
}

/* A large message is returned to who asks for it, a very large one to nobody. */
static void
test_size (void)
{
  static const struct
  {
    gsize      size;
    SmtpReturn ret;
    gboolean   is_whole;
  } sizes[] = {
    { 1000, SMTP_RETURN_UNSAID, TRUE },
    { MAIL_DSN_RETURN_BYTES_MAX + 1, SMTP_RETURN_UNSAID, FALSE },
    { MAIL_DSN_RETURN_BYTES_MAX + 1, SMTP_RETURN_FULL, TRUE },
    { MAIL_DSN_RETURN_FULL_BYTES_MAX + 1, SMTP_RETURN_FULL, FALSE },
    { 1000, SMTP_RETURN_HEADERS, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      Case       item = cases[0];
      Bench      bench;
      MailEntry *entry;
      GString   *text = g_string_new (HEADER "\r\n");
      g_autoptr (GBytes) message = NULL;
      g_autoptr (GBytes) report = NULL;

      while (text->len < sizes[i].size)
        g_string_append (text, "What is here is long, to be long, and for nothing else.\r\n");
      message = g_string_free_to_bytes (text);
      item.mail.ret = sizes[i].ret;
      bench_init (&bench);
      entry = make_entry (bench.host, &item, message);
      report = mail_dsn_build (entry, item.kind, entry->recipients, item.mail.reverse_path);
      g_assert_cmpint (g_strstr_len (g_bytes_get_data (report, NULL),
                                     (gssize) g_bytes_get_size (report),
                                     "Content-Type: message/rfc822\r\n") != NULL,
                       ==, sizes[i].is_whole);
      mail_entry_free (entry);
      bench_clear (&bench);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/mail-dsn/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_report);
    }
  g_test_add_func ("/mail-dsn/size", test_size);
  return g_test_run ();
}
