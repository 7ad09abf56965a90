/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-dialogue.h"

#include <string.h>

/* Sessions that are asked for much: memory stays within bounds, and so does time. */

#define LARGE_BYTES 100000
#define N_LARGE 100
#define N_COMMANDS 1000

/* What may wait to be sent: what the session says at a time, a message, and what is around it. */
#define OUTPUT_BYTES_MAX (256 * 1024 + LARGE_BYTES + 4096)

static void
fill_large (MailDialogue *self)
{
  MailMailbox *inbox = mail_account_get_inbox (mail_dialogue_get_account (self, "alice"));

  for (guint i = 0; i < N_LARGE; i++)
    {
      g_autoptr (GString) text = g_string_new ("Subject: large\r\n\r\n");
      g_autoptr (GBytes) bytes = NULL;
      g_autoptr (MailMessage) message = NULL;
      MailArrival arrival = { 0 };

      while (text->len < LARGE_BYTES)
        g_string_append_printf (text, "%u 0123456789012345678901234567890123456789\r\n", i);
      bytes = g_bytes_new (text->str, LARGE_BYTES);
      message = mail_message_new (bytes);
      mail_mailbox_store (inbox, &message, &arrival, 1);
    }
}

/* Takes what the session has to say. Returns: how many bytes that is */
static gsize
take (WireSession *session)
{
  g_autoptr (GBytes) output = NULL;
  WireUnit unit;
  gsize    n_units = 0;

  while (session->klass->next_unit (session, &unit))
    {
      if (unit.direction == WIRE_SENT)
        n_units += g_bytes_get_size (unit.bytes);
      wire_unit_clear (&unit);
    }
  output = session->klass->take_output (session);
  g_assert_cmpuint (n_units, ==, g_bytes_get_size (output));
  return g_bytes_get_size (output);
}

static void
give (WireSession *session, const char *text, gsize length)
{
  session->klass->receive (session, (const guint8 *) text, length, 0);
}

static void
test_slow_reader (void)
{
  g_autoptr (MailDialogue) dialogue = mail_dialogue_new ("");
  g_autoptr (GString) commands = g_string_new ("s SELECT INBOX\r\n");
  WireSession *session;
  guint64      n_bytes = 0;

  g_test_summary ("Ten gigabytes of answers that nobody reads yet are not made yet.");
  fill_large (dialogue);
  mail_dialogue_open (dialogue, 0, "alice");
  session = dialogue->sessions[0];
  for (guint i = 0; i < N_COMMANDS; i++)
    g_string_append_printf (commands, "%u FETCH 1:* BODY[]\r\n", i);
  give (session, commands->str, commands->len);
  for (guint round = 0; round < 1000; round++)
    {
      gsize n = take (session);

      g_assert_cmpuint (n, >, 0);
      g_assert_cmpuint (n, <=, OUTPUT_BYTES_MAX);
      n_bytes += n;
      g_assert_true (session->klass->produce (session, 0));
    }
  g_assert_cmpuint (n_bytes, >, (guint64) 200 * 1024 * 1024);
  /* The reader goes away in the middle of it. */
  session->klass->receive_end (session, TRUE, 0);
  take (session);
  g_assert_false (session->klass->produce (session, 0));
}

/* Every tag is answered, in order, however the output is taken. */
static void
test_many_small (void)
{
  g_autoptr (MailDialogue) dialogue = mail_dialogue_new ("");
  g_autoptr (GString) commands = g_string_new ("s SELECT INBOX\r\n");
  const char *at;

  g_test_summary ("Commands that wait for room are answered in their order, and all of them.");
  mail_dialogue_fill (dialogue, "INBOX", 200, 0);
  mail_dialogue_open (dialogue, 0, "alice");
  for (guint i = 0; i < N_COMMANDS; i++)
    g_string_append_printf (commands, "t%u FETCH 1:* (UID FLAGS INTERNALDATE)\r\n", i);
  mail_dialogue_give (dialogue, 0, commands->str, commands->len);
  at = dialogue->said[0]->str;
  for (guint i = 0; i < N_COMMANDS; i++)
    {
      g_autofree char *tagged = g_strdup_printf ("\r\nt%u OK", i);

      at = strstr (at, tagged);
      g_assert_nonnull (at);
    }
  g_string_truncate (dialogue->said[0], 0);
}

static void
test_envelopes (void)
{
  g_autoptr (MailDialogue) dialogue = mail_dialogue_new ("");
  static const char command[] = "s SELECT INBOX\r\na FETCH 1:* ENVELOPE\r\nb FETCH 1:* ENVELOPE\r\n"
                                "c STORE 1:* +FLAGS (\\Seen)\r\nd UID FETCH 1:* FLAGS\r\n";

  g_test_summary ("Ten thousand envelopes, and the flags of as many messages, are told at once.");
  mail_dialogue_fill (dialogue, "INBOX", 10000, 0);
  mail_dialogue_open (dialogue, 0, "alice");
  mail_dialogue_give (dialogue, 0, command, strlen (command));
  g_assert_nonnull (strstr (dialogue->said[0]->str, "\r\nd OK"));
  g_string_truncate (dialogue->said[0], 0);
}

static void
test_many_expunged (void)
{
  g_autoptr (MailDialogue) dialogue = mail_dialogue_new ("");
  static const char command[] = "s SELECT INBOX\r\nc STORE 1:* +FLAGS.SILENT (\\Deleted)\r\n"
                                "d EXPUNGE\r\n";

  g_test_summary ("A mailbox is emptied in time linear in its messages, also for who looks on.");
  mail_dialogue_fill (dialogue, "INBOX", 20000, 0);
  mail_dialogue_open (dialogue, 0, "alice");
  mail_dialogue_open (dialogue, 1, "alice");
  mail_dialogue_give (dialogue, 1, "s SELECT INBOX\r\ni IDLE\r\n", 24);
  mail_dialogue_give (dialogue, 0, command, strlen (command));
  g_assert_nonnull (strstr (dialogue->said[0]->str, "\r\nd OK"));
  g_assert_true (g_str_has_suffix (dialogue->said[1]->str, "* 1 EXPUNGE\r\n"));
  g_string_truncate (dialogue->said[0], 0);
  g_string_truncate (dialogue->said[1], 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mail-imap/load/slow-reader", test_slow_reader);
  g_test_add_func ("/mail-imap/load/many-small", test_many_small);
  g_test_add_func ("/mail-imap/load/envelopes", test_envelopes);
  g_test_add_func ("/mail-imap/load/many-expunged", test_many_expunged);
  return g_test_run ();
}
