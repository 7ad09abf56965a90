/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>
#include <utime.h>

#include <mail/mail-export.h>
#include <mail/mail-import.h>
#include <mail/mail-maildir.h>

/* Mailboxes out of files and into files: what comes in, and that nothing is lost on the way out
 * and in again. */

static char *folder; /* of this run */

static char *
make_path (const char *name)
{
  return g_build_filename (folder, name, NULL);
}

static void
write_text (const char *name, const char *text, gsize length)
{
  g_autofree char *path = make_path (name);
  g_autofree char *parent = g_path_get_dirname (path);

  g_assert_cmpint (g_mkdir_with_parents (parent, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, text, (gssize) length, NULL));
}

static void
write_string (const char *name, const char *text)
{
  write_text (name, text, strlen (text));
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

static MailAccount *
new_account (void)
{
  return mail_account_new ("alice", 0, 5, NULL, NULL);
}

static MailMailbox *
get_mailbox (const MailAccount *account, const char *name)
{
  const MailName *there = mail_account_find (account, name);

  g_assert_nonnull (there);
  return there->mailbox;
}

static guint
import (MailAccount *account, const char *name, const char *file)
{
  g_autofree char *path = make_path (file);
  const MailImportHow how = { 0 };
  g_autoptr (GError) error = NULL;
  guint n;

  mail_import (account, name, path, &how, &n, &error);
  g_assert_no_error (error);
  return n;
}

static gboolean export(const MailAccount *account, const char *path, GError **error)
{
  const MailExport all = { account, "" };

  return mail_export (&all, 1, path, error);
}

static char *
format_flags (const MailMailbox *mailbox, const MailStored *stored)
{
  GString *text = g_string_new (NULL);
  const char *keywords[MAIL_MAILBOX_KEYWORDS_MAX + 1];
  guint n = 0;

  for (guint bit = 0; bit < mail_mailbox_get_n_keywords (mailbox); bit++)
    if ((stored->keywords & G_GUINT64_CONSTANT (1) << bit) != 0)
      keywords[n++] = mail_mailbox_get_keyword (mailbox, bit);
  keywords[n] = NULL;
  imap_append_flags (text, stored->flags, keywords);
  return g_string_free (text, FALSE);
}

static void
assert_message (
    const MailMailbox *mailbox, guint index, const char *text, const char *flags, gint64 seconds)
{
  const MailStored *stored = mail_mailbox_get (mailbox, index);
  GBytes *bytes = mail_message_get_bytes (stored->message);
  g_autofree char *found = format_flags (mailbox, stored);
  g_autofree char *data = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));

  g_assert_cmpstr (data, ==, text);
  g_assert_cmpstr (found, ==, flags);
  g_assert_cmpint (stored->internal_us, ==, seconds * G_USEC_PER_SEC);
  g_assert_cmpint (stored->zone_minutes, ==, 0);
}

/* mbox */

static void
test_mbox (void)
{
  static const char text[] =
      "From alice@a.example Tue Nov 24 08:00:00 2026\n"
      "Subject: one\nStatus: RO\nX-Status: AFTD\nX-Keywords: Work $Later\n\nhello\n>From here\n\n"
      "From May Tue Nov 24 08:00:01 2026 +0100\n"
      "Status: R\nSubject: two\n\nStatus: RO\n\n"
      "From bob Sun Feb 28 23:59:60 CET 2027 remote from there\r\n"
      "Subject: three\r\nstatus: o\r\n\r\nx\ry\r\n\r\n"
      "From c@d Thu Jan  1 00:00:00 1970\nSubject: four\nSTATUS: R\nStatus: RO\n\n\n";
  g_autoptr (MailAccount) account = new_account ();
  MailMailbox *mailbox;

  write_string ("in.mbox", text);
  g_assert_cmpuint (import (account, "Old/mail", "in.mbox"), ==, 4);
  mailbox = get_mailbox (account, "Old/mail");
  assert_message (mailbox, 0, "Subject: one\r\n\r\nhello\r\nFrom here\r\n",
                  "(\\Answered \\Flagged \\Deleted \\Seen \\Draft Work $Later)", 1795507200);
  assert_message (mailbox, 1, "Status: R\r\nSubject: two\r\n\r\nStatus: RO\r\n", "()",
                  1795507201 - 3600);
  assert_message (mailbox, 2, "Subject: three\r\n\r\nx\ry\r\n", "()", 1803859199);
  /* Each name once: the fields above are the message's own. */
  assert_message (mailbox, 3, "Subject: four\r\nSTATUS: R\r\n\r\n", "(\\Seen)", 0);
  g_assert_cmpuint (mail_account_get_n_messages (account), ==, 4);
}

static void
test_empty_mbox (void)
{
  g_autoptr (MailAccount) account = new_account ();

  write_string ("empty.mbox", "");
  g_assert_cmpuint (import (account, "Nothing", "empty.mbox"), ==, 0);
  g_assert_cmpuint (mail_mailbox_get_n_messages (get_mailbox (account, "Nothing")), ==, 0);
}

/* Maildir */

static void
set_time (const char *name, gint64 seconds)
{
  g_autofree char *path = make_path (name);
  struct utimbuf times = { (time_t) seconds, (time_t) seconds };

  g_assert_cmpint (g_utime (path, &times), ==, 0);
}

static void
make_maildir (const char *name)
{
  g_autofree char *cur = g_build_filename (folder, name, "cur", NULL);
  g_autofree char *new = g_build_filename (folder, name, "new", NULL);

  g_assert_cmpint (g_mkdir_with_parents (cur, 0700), ==, 0);
  g_assert_cmpint (g_mkdir_with_parents (new, 0700), ==, 0);
}

static void
test_maildir (void)
{
  g_autoptr (MailAccount) account = new_account ();
  MailMailbox *inbox = mail_account_get_inbox (account);

  make_maildir ("md");
  make_maildir ("md/.Sent");
  make_maildir ("md/.a.b &- c\\2ed"); /* a/b & c.d */
  make_maildir ("md/.bad..name");
  make_maildir ("md/not-one");
  write_string ("md/cur/100.x:2,FPRSTDac", "S: late\n\nx\n");
  write_string ("md/cur/99.y:2,S", "S: early\r\n\r\nboth\n");
  write_string ("md/new/98.z", "S: new\n");
  write_string ("md/cur/.hidden", "no");
  write_string ("md/cur/97.w:1,odd", "");
  set_time ("md/cur/100.x:2,FPRSTDac", 1795507200);
  set_time ("md/cur/99.y:2,S", 2);
  set_time ("md/new/98.z", 3);
  set_time ("md/cur/97.w:1,odd", 4);
  write_string ("md/dovecot-keywords", "0 Work\nx\n2 Play\n99 Much\n1\n");
  write_string ("md/dovecot-uidlist", "3 V1 N9\n7 W10 :100.x\n8 :97.w:2,S\nnonsense\n0 :98.z\n");
  write_string ("md/subscriptions", "Sent\na.b &- c\\2ed\nGone\n..\n");
  write_string ("md/.Sent/cur/1.a:2,", "S: sent\n\n");
  g_assert_cmpuint (import (account, "INBOX", "md"), ==, 5);
  g_assert_cmpuint (mail_mailbox_get_n_messages (inbox), ==, 4);
  assert_message (inbox, 0, "S: late\r\n\r\nx\r\n",
                  "(\\Answered \\Flagged \\Deleted \\Seen \\Draft $Forwarded Work Play)",
                  1795507200);
  assert_message (inbox, 1, "", "()", 4);
  assert_message (inbox, 2, "S: new\r\n", "()", 3);
  assert_message (inbox, 3, "S: early\r\n\r\nboth\n", "(\\Seen)", 2);
  g_assert_cmpuint (mail_mailbox_get_n_messages (get_mailbox (account, "Sent")), ==, 1);
  g_assert_true (mail_account_find (account, "Sent")->is_subscribed);
  g_assert_true (mail_account_find (account, "a/b & c.d")->is_subscribed);
  g_assert_cmpuint (mail_account_get_n_names (account), ==, 5); /* and a, and Gone */
  g_assert_cmpuint (import (account, "Again", "md"), ==, 5);
  g_assert_cmpuint (mail_mailbox_get_n_messages (get_mailbox (account, "Again/Sent")), ==, 1);
}

static const struct
{
  const char *name, *folder;
} names[] = {
  { "INBOX", "" },
  { "Work", ".Work" },
  { "Work/2026", ".Work.2026" },
  { "INBOX/x", ".INBOX.x" },
  { "a.b/c\\d", ".a\\2eb.c\\5cd" },
  { "../..", ".\\2e\\2e.\\2e\\2e" },
  { "\xe2\x98\x83 & co", ".&JgM- &- co" },
};

static void
test_names (void)
{
  static const char *const none[] = { "",    "x",  ".",   "..",     "...",  ".a..b",
                                      ".a.", ".&", ".a%", ".\\00x", ".\xff" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *written = mail_maildir_format_folder (names[i].name);
      g_autofree char *name = mail_maildir_parse_folder (written);

      g_assert_cmpstr (written, ==, names[i].folder);
      g_assert_cmpstr (name, ==, i == 0 ? NULL : names[i].name);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (none); i++)
    g_assert_null (mail_maildir_parse_folder (none[i]));
}

/* What can't come in, and the reason. */
static void
assert_refused (guint64 quota, const char *name, const char *file, const char *reason)
{
  g_autoptr (MailAccount) account = mail_account_new ("alice", quota, 5, NULL, NULL);
  g_autofree char *path = make_path (file);
  const MailImportHow how = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_false (mail_import (account, name, path, &how, NULL, &error));
  g_assert_nonnull (error);
  g_assert_cmpstr (error->message, ==, reason);
  g_assert_cmpuint (mail_account_get_n_messages (account), ==, 0);
}

static void
test_refusals (void)
{
  write_string ("letter", "Subject: alone\n\nhello\n");
  write_string ("two.mbox", "From a@b Tue Nov 24 08:00:00 2026\nS: 1\n\n"
                            "From a@b Tue Nov 24 08:00:00 2026\nS: 2\n\n");
  make_maildir ("half");
  {
    g_autofree char *new = make_path ("half/new");

    g_rmdir (new);
  }
  make_maildir ("folder-in-it");
  make_maildir ("folder-in-it/cur/1:2,S");
  assert_refused (0, "INBOX", "missing", "can't be read: No such file or directory");
  assert_refused (0, "INBOX", "letter", "is neither an mbox file nor a Maildir");
  assert_refused (0, "INBOX", "half", "has no folder new that can be read");
  assert_refused (0, "INBOX", "folder-in-it", "can't be read: not a file");
  assert_refused (10, "INBOX", "two.mbox", "holds more than the user may have");
  assert_refused (0, "a//b", "two.mbox", "can't be mailbox a//b: CANNOT");
}

/* Out and in again */

/* Messages in every odd shape, as they may be in a mailbox. */
static const char *const shapes[] = {
  "Return-Path: <bob@b.example>\r\nSubject: usual\r\n\r\nhello\r\n",
  "Subject: quoted\r\n\r\nFrom me to you\r\n>From me to you\r\n>>>From\r\n\r\n\r\n",
  "Subject: looks\r\n\r\nFrom a@b Tue Nov 24 08:00:00 2026\r\nStatus: RO\r\n",
  "Status: R\r\nX-Status: F\r\nX-Keywords: a b\r\n\r\nown fields\r\n",
  "Subject: own at the end\r\nX-Keywords: a\r\nX-Keywords: b\r\nStatus: RO\r\n\r\n",
  "Subject: header only\r\n",
  "\r\nbody only\r\n",
  "Subject: both\r\n\r\nbare\nand\r\nnot\r\n",
  "Subject: cr\r\n\r\na\rb\r\r\nc\r\n",
  "Subject: 8-bit \xff\r\n\r\n\xe4\xf6\r\n",
  "Subject: counted\r\nContent-Length: 5000\r\n\r\nabc\r\n",
};

static MailAccount *
make_account (void)
{
  static const char *const two[] = { "$Forwarded", "Work", NULL };
  static const char *const one[] = { "Play", NULL };
  MailAccount *account = new_account ();
  MailMailbox *mailboxes[3];

  mail_account_create (account, "Work.old/\xe2\x98\x83", 0);
  mail_account_create (account, "Empty", IMAP_USE_SENT);
  mail_account_subscribe (account, "INBOX", TRUE);
  mail_account_subscribe (account, "Work.old/\xe2\x98\x83", TRUE);
  mail_account_subscribe (account, "Gone", TRUE);
  mailboxes[0] = mail_account_get_inbox (account);
  mailboxes[1] = get_mailbox (account, "Work.old/\xe2\x98\x83");
  for (guint i = 0; i < 4 * G_N_ELEMENTS (shapes); i++)
    {
      const char *text = shapes[i % G_N_ELEMENTS (shapes)];
      g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
      g_autoptr (MailMessage) message = mail_message_new (bytes);
      MailArrival how = {
        .flags = i * 7,
        .keywords = i % 3 == 0   ? two
                    : i % 3 == 1 ? one
                                 : NULL,
        .has_date = TRUE,
        .internal_us = (1795507200 - (gint64) i * 100000) * G_USEC_PER_SEC,
      };

      mail_mailbox_store (mailboxes[i % 2], &message, &how, 1);
    }
  return account;
}

static void
assert_same_mailbox (const MailMailbox *a, const MailMailbox *b)
{
  guint n = mail_mailbox_get_n_messages (a);

  g_assert_cmpuint (mail_mailbox_get_n_messages (b), ==, n);
  for (guint i = 0; i < n; i++)
    {
      const MailStored *first = mail_mailbox_get (a, i), *second = mail_mailbox_get (b, i);
      g_autofree char *first_flags = format_flags (a, first);
      g_autofree char *second_flags = format_flags (b, second);
      GBytes *text = mail_message_get_bytes (first->message);
      GBytes *other = mail_message_get_bytes (second->message);

      g_assert_cmpmem (g_bytes_get_data (text, NULL), g_bytes_get_size (text),
                       g_bytes_get_data (other, NULL), g_bytes_get_size (other));
      g_assert_cmpstr (first_flags, ==, second_flags);
      g_assert_cmpint (first->internal_us, ==, second->internal_us);
    }
}

static void
test_maildir_trip (void)
{
  g_autoptr (MailAccount) account = make_account ();
  g_autoptr (MailAccount) again = new_account ();
  g_autofree char *path = make_path ("out/alice");
  g_autofree char *list = make_path ("out/alice/dovecot-uidlist");
  g_autofree char *uids = NULL;
  g_autoptr (GDir) beside = NULL;
  g_autofree char *parent = make_path ("out");
  g_autoptr (GError) error = NULL;
  guint n_names = mail_account_get_n_names (account);

  export(account, path, &error);
  g_assert_no_error (error);
  import (again, "INBOX", "out/alice");
  g_assert_cmpuint (mail_account_get_n_names (again), ==, n_names);
  for (guint i = 0; i < n_names; i++)
    {
      const MailName *first = mail_account_get_nth_name (account, i);
      const MailName *second = mail_account_get_nth_name (again, i);

      g_assert_cmpstr (first->name, ==, second->name);
      g_assert_cmpint (first->exists, ==, second->exists);
      g_assert_cmpint (first->mailbox == NULL, ==, second->mailbox == NULL);
      if (strcmp (first->name, "INBOX") != 0)
        g_assert_cmpint (first->is_subscribed, ==, second->is_subscribed);
      if (first->mailbox != NULL)
        assert_same_mailbox (first->mailbox, second->mailbox);
    }
  g_assert_true (g_file_get_contents (list, &uids, NULL, NULL));
  g_assert_true (g_str_has_prefix (uids, "3 V5 N23\n1 :1795507200.U1.postroad\n"));
  beside = g_dir_open (parent, 0, NULL);
  g_assert_cmpstr (g_dir_read_name (beside), ==, "alice");
  g_assert_null (g_dir_read_name (beside));
}

static void
test_mbox_trip (void)
{
  g_autoptr (MailAccount) account = make_account ();
  g_autoptr (MailAccount) again = new_account ();
  MailMailbox *inbox = mail_account_get_inbox (account);
  g_autoptr (GBytes) bytes = mail_export_mbox (inbox);

  write_text ("out.mbox", g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  import (again, "INBOX", "out.mbox");
  assert_same_mailbox (inbox, mail_account_get_inbox (again));
  g_assert_true (g_str_has_prefix (g_bytes_get_data (bytes, NULL),
                                   "From bob@b.example Tue Nov 24 08:00:00 2026\n"));
}

static void
test_no_export (void)
{
  g_autoptr (MailAccount) account = make_account ();
  g_autofree char *taken = make_path ("taken");
  g_autofree char *file = make_path ("a-file/x");
  g_autofree char *long_name = g_strnfill (400, 'n');
  g_autofree char *path = make_path ("long/alice");
  g_autofree char *parent = make_path ("long");
  g_autofree char *message =
      g_strdup_printf ("%s: there is something already, a new or an empty folder is wanted", taken);
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = NULL;

  write_string ("taken/x", "");
  write_string ("a-file", "");
  g_assert_false (export(account, taken, &error));
  g_assert_cmpstr (error->message, ==, message);
  g_clear_error (&error);
  g_assert_false (export(account, file, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  mail_account_create (account, long_name, 0);
  g_assert_false (export(account, path, &error));
  g_assert_nonnull (strstr (error->message, "File name too long"));
  dir = g_dir_open (parent, 0, NULL);
  g_assert_null (g_dir_read_name (dir)); /* nothing is left behind */
}

static void
test_many_keywords (void)
{
  g_autoptr (MailAccount) account = new_account ();
  g_autoptr (MailAccount) again = new_account ();
  g_autofree char *path = make_path ("many");
  const char *keywords[31] = { NULL };
  g_autoptr (GPtrArray) owned = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GBytes) bytes = g_bytes_new_static ("a: b\r\n", 6);
  g_autoptr (MailMessage) message = mail_message_new (bytes);
  MailArrival how = { .keywords = keywords };

  g_test_summary ("Files have letters for 26 keywords; the others are left out.");
  for (guint i = 0; i < 30; i++)
    {
      g_ptr_array_add (owned, g_strdup_printf ("k%u", i));
      keywords[i] = g_ptr_array_index (owned, i);
    }
  mail_mailbox_store (mail_account_get_inbox (account), &message, &how, 1);
  g_assert_true (export(account, path, NULL));
  import (again, "INBOX", "many");
  g_assert_cmpuint (mail_mailbox_get_n_keywords (mail_account_get_inbox (again)), ==, 26);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp ("postroad-XXXXXX", NULL);
  g_test_add_func ("/import/mbox", test_mbox);
  g_test_add_func ("/import/empty-mbox", test_empty_mbox);
  g_test_add_func ("/import/maildir", test_maildir);
  g_test_add_func ("/import/names", test_names);
  g_test_add_func ("/import/refusals", test_refusals);
  g_test_add_func ("/import/maildir-trip", test_maildir_trip);
  g_test_add_func ("/import/mbox-trip", test_mbox_trip);
  g_test_add_func ("/import/no-export", test_no_export);
  g_test_add_func ("/import/many-keywords", test_many_keywords);
  status = g_test_run ();
  remove_tree (folder);
  g_free (folder);
  return status;
}
