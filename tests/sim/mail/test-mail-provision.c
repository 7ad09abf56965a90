/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>

#include <mail/mail-provision.h>
#include <mail/mail-world.h>
#include <trace/trace-note.h>

/* What users of a scenario have from the beginning. */

#define WORLD                                                                                      \
  "[Scenario]\nTitle=t\nStart=2026-11-24T08:00:00Z\n"                                              \
  "[Host mail.example]\nRoles=MS\nAddress=192.0.2.25\nDomains=example\nUsers=alice:a;bob:b\n"      \
  "Services=imap;pop3\nMailboxes=Sent;trash;Work\n"
/* Ten lines; then groups. */

static char *folder;

static MailWorld *
load (const char *more, GError **error)
{
  g_autofree char *text = g_strconcat (WORLD, more, NULL);
  g_autofree char *path = g_build_filename (folder, "world.ini", NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  return mail_world_new_from_file (path, MAIL_WORLD_OWN_SEED, error);
}

/* What each note says, a line each. */
static char *
tell (MailWorld *world)
{
  TraceLog *log = mail_world_get_log (world);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < trace_log_get_n_events (log); i++)
    {
      const TraceEvent *event = trace_log_get_event (log, i);
      g_autoptr (TraceNote) note = NULL;

      if (event->kind != TRACE_NOTE)
        continue;
      note = trace_note_new (log, event);
      g_string_append_printf (text, "%s\n", trace_note_get_sentence (note));
    }
  return g_string_free (text, FALSE);
}

static void
test_mailboxes (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *mbox = g_build_filename (folder, "old.mbox", NULL);
  g_autoptr (MailWorld) world = NULL;
  g_autofree char *told = NULL;

  g_assert_true (g_file_set_contents (
      mbox, "From a@b Mon Nov 23 08:00:00 2026\nSubject: old\n\nhello\n\n", -1, NULL));
  world = load ("[Mailbox 1]\nHost=mail.example\nUser=bob\nImport=old.mbox\nFlags=Seen;Old\n"
                "[Mailbox 2]\nHost=mail.example\nUser=bob\nName=Work\nUse=Important\n"
                "[Mailbox 3]\nHost=mail.example\nUser=alice\nName=A/B\nSubscribed=false\n",
                &error);
  g_assert_no_error (error);
  told = tell (world);
  g_assert_cmpstr (told, ==,
                   "alice has a mailbox Sent\nalice subscribes to Sent\n"
                   "alice has a mailbox trash\nalice subscribes to trash\n"
                   "alice has a mailbox Work\nalice subscribes to Work\n"
                   "bob has a mailbox Sent\nbob subscribes to Sent\n"
                   "bob has a mailbox trash\nbob subscribes to trash\n"
                   "bob has a mailbox Work\nbob subscribes to Work\n"
                   "bob subscribes to INBOX\n"
                   "1 message is put into bob's mailbox INBOX\n"
                   "bob begins with 1 message from elsewhere\n"
                   "bob's mailbox Work has uses of its own\n"
                   "A of alice is a name for others below it\n"
                   "alice has a mailbox A/B\n");
}

static void
test_saved (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MailWorld) world = load ("", &error);
  g_autofree char *path = g_build_filename (folder, "saved", NULL);
  g_autofree char *sent = g_build_filename (path, "mail.example", "bob", ".Sent", "cur", NULL);
  g_autofree char *cur = g_build_filename (path, "mail.example", "alice", "cur", NULL);

  g_assert_no_error (error);
  g_assert_true (mail_world_save_mail (world, path, &error));
  g_assert_no_error (error);
  g_assert_true (g_file_test (sent, G_FILE_TEST_IS_DIR));
  g_assert_true (g_file_test (cur, G_FILE_TEST_IS_DIR));
  g_assert_false (mail_world_save_mail (world, path, &error));
  g_assert_nonnull (error);
}

static void
test_mistakes (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *missing =
      g_strdup_printf ("%s/world.ini:14: Import: %s/no.mbox can't be read: No such file or "
                       "directory, it should be an mbox file or a Maildir",
                       folder, folder);

  g_assert_null (load ("[Mailbox 1]\nHost=mail.example\nUser=bob\nImport=no.mbox\n", &error));
  g_assert_error (error, SIM_SCENARIO_ERROR, SIM_SCENARIO_ERROR_WRONG);
  g_assert_cmpstr (error->message, ==, missing);
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *inside = g_build_filename (path, name, NULL);

      if (g_file_test (inside, G_FILE_TEST_IS_DIR))
        remove_tree (inside);
      else
        g_unlink (inside);
    }
  g_rmdir (path);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp ("postroad-XXXXXX", NULL);
  g_test_add_func ("/provision/mailboxes", test_mailboxes);
  g_test_add_func ("/provision/saved", test_saved);
  g_test_add_func ("/provision/mistakes", test_mistakes);
  status = g_test_run ();
  remove_tree (folder);
  g_free (folder);
  return status;
}
