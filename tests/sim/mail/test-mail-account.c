/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include <imap/imap-name.h>
#include <mail/mail-account.h>

/* The mailboxes of a user as a tree of names, and what is told of each change. */

typedef struct
{
  GString *told; /* sentences, each on a line */
  char *details;
  guint message;
} Told;

static gint64
get_now (gpointer data)
{
  return G_GINT64_CONSTANT (1795507200000000);
}

static void
on_changed (const char *sentence, const char *details, guint message, gpointer data)
{
  Told *told = data;

  g_string_append_printf (told->told, "%s\n", sentence);
  g_free (told->details);
  told->details = g_strdup (details);
  told->message = message;
}

static const MailAccountFuncs funcs = { get_now, on_changed };

static MailAccount *
new_account (Told *told)
{
  *told = (Told){ g_string_new (NULL), NULL, 0 };
  return mail_account_new ("alice", 1000, 100, &funcs, told);
}

static void
clear_told (Told *told)
{
  g_string_free (told->told, TRUE);
  g_free (told->details);
}

static void
assert_details (const Told *told, const char *expected)
{
  g_assert_cmpstr (told->details, ==, expected);
}

/* "INBOX a(noselect) a/b +c(nonexistent)": "+" before what is subscribed to. */
static void
assert_names (const MailAccount *account, const char *expected)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < mail_account_get_n_names (account); i++)
    {
      const MailName *name = mail_account_get_nth_name (account, i);

      g_string_append_printf (text, "%s%s%s%s", i > 0 ? " " : "", name->is_subscribed ? "+" : "",
                              name->name,
                              !name->exists           ? "(nonexistent)"
                              : name->mailbox == NULL ? "(noselect)"
                                                      : "");
      if (name->mailbox != NULL)
        g_assert_cmpstr (mail_mailbox_get_name (name->mailbox), ==, name->name);
    }
  g_assert_cmpstr (text->str, ==, expected);
}

static void
store (MailMailbox *mailbox, const char *text, guint number, guint flags, const char *keyword)
{
  const char *keywords[] = { keyword, NULL };
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (MailMessage) message = mail_message_new (bytes);
  MailArrival how = { .number = number, .flags = flags, .keywords = keywords };

  mail_mailbox_store (mailbox, &message, &how, 1);
}

/* What is done, one step after another, to an account with nothing but INBOX. */
typedef struct
{
  char what; /* c d r s u: create, delete, rename, subscribe, unsubscribe */
  const char *name, *to;
  int result;
  const char *names; /* afterwards; NULL: as before */
} Step;

static const Step steps[] = {
  { 'c', "a/b/c", NULL, MAIL_ACCOUNT_OK, "INBOX a(noselect) a/b(noselect) a/b/c" },
  { 'c', "a/b/c", NULL, MAIL_ACCOUNT_EXISTS, NULL },
  { 'c', "a/b/", NULL, MAIL_ACCOUNT_OK, "INBOX a(noselect) a/b a/b/c" },
  { 'c', "A/b", NULL, MAIL_ACCOUNT_OK, "INBOX A(noselect) A/b a(noselect) a/b a/b/c" },
  { 'd', "A", NULL, MAIL_ACCOUNT_HAS_CHILDREN, NULL },
  { 'd', "A/b", NULL, MAIL_ACCOUNT_OK, "INBOX A(noselect) a(noselect) a/b a/b/c" },
  { 'd', "A", NULL, MAIL_ACCOUNT_OK, "INBOX a(noselect) a/b a/b/c" },
  { 'd', "A", NULL, MAIL_ACCOUNT_MISSING, NULL },
  { 'c', "a-b", NULL, MAIL_ACCOUNT_OK, "INBOX a(noselect) a-b a/b a/b/c" },
  { 's', "a/b/c", NULL, MAIL_ACCOUNT_OK, "INBOX a(noselect) a-b a/b +a/b/c" },
  { 's', "gone", NULL, MAIL_ACCOUNT_OK, "INBOX a(noselect) a-b a/b +a/b/c +gone(nonexistent)" },
  { 'u', "never", NULL, MAIL_ACCOUNT_OK, NULL },
  { 's', "a//b", NULL, MAIL_ACCOUNT_CANNOT, NULL },
  { 'd', "gone", NULL, MAIL_ACCOUNT_MISSING, NULL },
  { 'd', "a/b", NULL, MAIL_ACCOUNT_OK,
    "INBOX a(noselect) a-b a/b(noselect) +a/b/c +gone(nonexistent)" },
  { 'r', "a", "z/y", MAIL_ACCOUNT_OK,
    "INBOX a-b +a/b/c(nonexistent) +gone(nonexistent) z(noselect) z/y(noselect) z/y/b(noselect) "
    "z/y/b/c" },
  { 'u', "a/b/c", NULL, MAIL_ACCOUNT_OK,
    "INBOX a-b +gone(nonexistent) z(noselect) z/y(noselect) z/y/b(noselect) z/y/b/c" },
  { 'r', "z/y", "z/y/q", MAIL_ACCOUNT_CANNOT, NULL },
  { 'r', "z/y", "z", MAIL_ACCOUNT_EXISTS, NULL },
  { 'r', "no", "yes", MAIL_ACCOUNT_MISSING, NULL },
  { 'r', "a-b", "b//c", MAIL_ACCOUNT_CANNOT, NULL },
  { 'r', "a-b", "gone", MAIL_ACCOUNT_OK,
    "INBOX +gone z(noselect) z/y(noselect) z/y/b(noselect) z/y/b/c" },
  { 'd', "inbox", NULL, MAIL_ACCOUNT_CANNOT, NULL },
  { 'c', "iNbOx", NULL, MAIL_ACCOUNT_EXISTS, NULL },
  { 'c', "inbox/x", NULL, MAIL_ACCOUNT_OK,
    "INBOX INBOX/x +gone z(noselect) z/y(noselect) z/y/b(noselect) z/y/b/c" },
  { 'c', "Am\xc3\xa9", NULL, MAIL_ACCOUNT_OK,
    "INBOX Am\xc3\xa9 INBOX/x +gone z(noselect) z/y(noselect) z/y/b(noselect) z/y/b/c" },
  { 'c', "Ame\xcc\x81", NULL, MAIL_ACCOUNT_CANNOT, NULL }, /* not in form C */
  { 'c', "a\xff", NULL, MAIL_ACCOUNT_CANNOT, NULL },
  { 'c', "", NULL, MAIL_ACCOUNT_CANNOT, NULL },
  { 'c', "/", NULL, MAIL_ACCOUNT_CANNOT, NULL },
  { 'c', "1/2/3/4/5/6/7/8/9/1/2/3/4/5/6/7/8/9/1/2/3/4/5/6/7/8/9/1/2/3/4/5/6", NULL,
    MAIL_ACCOUNT_CANNOT, NULL },
};

static int
run (MailAccount *account, const Step *step)
{
  switch (step->what)
    {
    case 'c':
      return mail_account_create (account, step->name, 0);
    case 'd':
      return mail_account_delete (account, step->name);
    case 'r':
      return mail_account_rename (account, step->name, step->to);
    default:
      return mail_account_subscribe (account, step->name, step->what == 's');
    }
}

static void
test_tree (void)
{
  Told told;
  g_autoptr (MailAccount) account = new_account (&told);
  const char *names = "INBOX";

  for (gsize i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      g_test_message ("step %" G_GSIZE_FORMAT, i);
      g_assert_cmpint (run (account, &steps[i]), ==, steps[i].result);
      if (steps[i].names != NULL)
        names = steps[i].names;
      assert_names (account, names);
    }
  g_assert_true (mail_account_has_children (account, "inbox"));
  g_assert_true (mail_account_has_children (account, "z/y/b"));
  g_assert_false (mail_account_has_children (account, "gone"));
  g_assert_null (mail_account_find (account, "never"));
  g_assert_true (mail_account_find (account, "InBoX") == mail_account_get_nth_name (account, 0));
  g_assert_true (mail_account_find (account, "Inbox/x") != NULL);
  clear_told (&told);
}

static guint32
get_validity (const MailAccount *account, const char *name)
{
  return mail_mailbox_get_uid_validity (mail_account_find (account, name)->mailbox);
}

static void
test_validity (void)
{
  Told told;
  g_autoptr (MailAccount) account = new_account (&told);
  guint32 first, second;
  g_autofree char *id = NULL;

  g_test_summary ("Whoever has a name, its validity only rises (RFC 9051 section 2.3.1.1).");
  g_assert_cmpuint (get_validity (account, "INBOX"), ==, 100);
  mail_account_create (account, "a", 0);
  first = get_validity (account, "a");
  id = g_strdup (mail_mailbox_get_id (mail_account_find (account, "a")->mailbox));
  g_assert_cmpuint (strlen (id), ==, 25);
  mail_account_create (account, "b", 0);
  second = get_validity (account, "b");
  g_assert_cmpuint (second, >, first);
  mail_account_rename (account, "a", "c");
  g_assert_cmpuint (get_validity (account, "c"), ==, first);
  mail_account_delete (account, "b");
  mail_account_rename (account, "c", "b");
  g_assert_cmpuint (get_validity (account, "b"), >, second);
  g_assert_cmpstr (mail_mailbox_get_id (mail_account_find (account, "b")->mailbox), ==, id);
  mail_account_create (account, "a", 0);
  g_assert_cmpuint (get_validity (account, "a"), >, first);
  g_assert_cmpstr (mail_mailbox_get_id (mail_account_find (account, "a")->mailbox), !=, id);
  clear_told (&told);
}

static void
test_rename_inbox (void)
{
  Told told;
  g_autoptr (MailAccount) account = new_account (&told);
  MailMailbox *inbox = mail_account_get_inbox (account), *old;
  const MailStored *stored;

  mail_account_create (account, "INBOX/sub", 0);
  store (inbox, "one", 4, IMAP_FLAG_SEEN, "Work");
  store (inbox, "two", 5, 0, NULL);
  g_assert_cmpint (mail_account_rename (account, "Inbox", "old/mail"), ==, MAIL_ACCOUNT_OK);
  assert_names (account, "INBOX INBOX/sub old(noselect) old/mail");
  g_assert_true (mail_account_get_inbox (account) == inbox);
  g_assert_cmpuint (mail_mailbox_get_n_messages (inbox), ==, 0);
  g_assert_cmpuint (mail_mailbox_get_uid_next (inbox), ==, 3);
  old = mail_account_find (account, "old/mail")->mailbox;
  g_assert_cmpuint (mail_mailbox_get_n_messages (old), ==, 2);
  stored = mail_mailbox_get (old, 0);
  g_assert_cmpuint (stored->number, ==, 4);
  g_assert_cmpuint (stored->flags, ==, IMAP_FLAG_SEEN);
  g_assert_cmpuint (stored->keywords, ==, 1);
  g_assert_cmpstr (mail_mailbox_get_keyword (old, 0), ==, "Work");
  g_assert_cmpuint (mail_mailbox_get (old, 1)->keywords, ==, 0);
  g_assert_cmpuint (mail_account_get_n_bytes (account), ==, 6);
  clear_told (&told);
}

static void
test_held (void)
{
  Told told;
  g_autoptr (MailAccount) account = new_account (&told);
  g_autoptr (MailMailbox) mailbox = NULL;

  g_test_summary ("A mailbox that a session holds outlives its name, and the account.");
  mail_account_create (account, "a", 0);
  mailbox = mail_mailbox_ref (mail_account_find (account, "a")->mailbox);
  store (mailbox, "one", 0, 0, NULL);
  g_assert_cmpuint (mail_account_get_n_messages (account), ==, 1);
  mail_account_delete (account, "a");
  g_assert_true (mail_mailbox_is_gone (mailbox));
  g_assert_cmpuint (mail_account_get_n_messages (account), ==, 0);
  g_assert_cmpuint (mail_account_get_n_bytes (account), ==, 0);
  store (mailbox, "two", 0, 0, NULL);
  g_assert_cmpuint (mail_account_get_n_messages (account), ==, 0);
  mail_mailbox_unref (mailbox);
  mailbox = mail_mailbox_ref (mail_account_get_inbox (account));
  g_clear_pointer (&account, mail_account_free);
  store (mailbox, "three", 0, 0, NULL);
  g_assert_cmpuint (mail_mailbox_get_n_messages (mailbox), ==, 1);
  clear_told (&told);
}

static void
test_told (void)
{
  Told told;
  g_autoptr (MailAccount) account = new_account (&told);
  MailMailbox *inbox = mail_account_get_inbox (account);
  const MailFlagChange changes[] = { { 1, IMAP_FLAG_SEEN, 0 },
                                     { 2, IMAP_FLAG_SEEN, 0 },
                                     { 3, IMAP_FLAG_SEEN | IMAP_FLAG_DRAFT, 1 } };
  const guint32 uids[] = { 1, 2 };
  g_autoptr (GString) details = g_string_new (NULL);

  mail_account_create (account, "a/b", 0);
  assert_details (&told, "user: alice\nmailbox: a/b\nchange: created\nuid-validity: 101\n"
                         "uid-next: 1\nmessages: 0\nbytes: 0");
  store (inbox, "one", 7, IMAP_FLAG_FLAGGED, "$Work");
  assert_details (&told, "user: alice\nmailbox: INBOX\nchange: added\nuids: 1\n"
                         "flags: (\\Flagged $Work)\nmodseq: 2\nuid-validity: 100\nuid-next: 2\n"
                         "messages: 1\nbytes: 3");
  g_assert_cmpuint (told.message, ==, 7);
  store (inbox, "two", 0, 0, NULL);
  store (inbox, "three", 0, 0, NULL);
  g_string_truncate (told.told, 0);
  mail_mailbox_set_flags (inbox, changes, 3, NULL);
  g_assert_cmpstr (told.told->str, ==,
                   "2 messages in alice's mailbox INBOX have the flags (\\Seen) now\n"
                   "1 message in alice's mailbox INBOX has the flags (\\Seen \\Draft $Work) now\n");
  assert_details (&told, "user: alice\nmailbox: INBOX\nchange: flags\nuids: 3\n"
                         "flags: (\\Seen \\Draft $Work)\nmodseq: 5\nuid-validity: 100\n"
                         "uid-next: 4\nmessages: 3\nbytes: 11");
  mail_mailbox_expunge (inbox, uids, 2, NULL);
  assert_details (&told, "user: alice\nmailbox: INBOX\nchange: removed\nuids: 1:2\nmodseq: 6\n"
                         "uid-validity: 100\nuid-next: 4\nmessages: 1\nbytes: 5");
  mail_account_rename (account, "a", "c");
  assert_details (&told, "user: alice\nmailbox: a\nchange: renamed\nto: c");
  mail_account_subscribe (account, "c/b", TRUE);
  assert_details (&told, "user: alice\nmailbox: c/b\nchange: subscribed");
  mail_account_subscribe (account, "c/b", FALSE);
  assert_details (&told, "user: alice\nmailbox: c/b\nchange: unsubscribed");
  mail_account_delete (account, "c/b");
  assert_details (&told, "user: alice\nmailbox: c/b\nchange: deleted");
  g_string_truncate (told.told, 0);
  mail_account_tell_next (account, details);
  store (inbox, "four", 0, 0, NULL);
  g_assert_cmpstr (told.told->str, ==, "");
  g_assert_cmpstr (details->str, ==,
                   "\nmailbox: INBOX\nchange: added\nuids: 4\nflags: ()\nmodseq: 7\n"
                   "uid-validity: 100\nuid-next: 5\nmessages: 2\nbytes: 9");
  store (inbox, "five", 0, 0, NULL);
  g_assert_cmpstr (told.told->str, ==, "1 message is put into alice's mailbox INBOX\n");
  clear_told (&told);
}

static void
test_told_by_flags (void)
{
  Told told;
  g_autoptr (MailAccount) account = new_account (&told);
  MailMailbox         *inbox = mail_account_get_inbox (account);
  const MailFlagChange changes[] = { { 1, IMAP_FLAG_SEEN, 1 },
                                     { 2, IMAP_FLAG_SEEN, 0 },
                                     { 3, IMAP_FLAG_SEEN, 1 } };

  g_test_summary ("One note for all that have the same flags, wherever they are.");
  store (inbox, "one", 0, IMAP_FLAG_DRAFT, "Work");
  store (inbox, "two", 0, 0, NULL);
  store (inbox, "three", 0, 0, NULL);
  g_string_truncate (told.told, 0);
  mail_mailbox_set_flags (inbox, changes, 3, NULL);
  g_assert_cmpstr (told.told->str, ==,
                   "1 message in alice's mailbox INBOX has the flags (\\Seen) now\n"
                   "2 messages in alice's mailbox INBOX have the flags (\\Seen Work) now\n");
  g_assert_nonnull (strstr (told.details, "\nuids: 1,3\n"));
  clear_told (&told);
}

static void
test_quota (void)
{
  Told told;
  g_autoptr (MailAccount) account = new_account (&told);
  g_autofree char *text = g_strnfill (600, 'a');
  g_autoptr (GBytes) bytes = g_bytes_new (text, 600);
  g_autofree char *details = NULL;

  g_assert_cmpint (mail_account_check (account, 1000), ==, MAIL_MAILBOX_FITS);
  g_assert_cmpint (mail_account_check (account, 1001), ==, MAIL_MAILBOX_TOO_SMALL);
  g_assert_cmpint (mail_account_deliver (account, bytes, 1, &details), ==, MAIL_MAILBOX_FITS);
  g_assert_nonnull (strstr (details, "\nuids: 1\n"));
  g_assert_cmpint (mail_account_deliver (account, bytes, 2, &details), ==, MAIL_MAILBOX_FULL);
  g_assert_cmpint (mail_account_check (account, 400), ==, MAIL_MAILBOX_FITS);
  mail_account_create (account, "a", 0);
  store (mail_account_find (account, "a")->mailbox, "one", 0, 0, NULL);
  g_assert_cmpint (mail_account_check (account, 400), ==, MAIL_MAILBOX_FULL);
  mail_account_set_quota (account, 0);
  g_assert_cmpint (mail_account_check (account, 2000), ==, MAIL_MAILBOX_FITS);
  g_assert_cmpint (mail_account_check (account, MAIL_MAILBOX_BYTES_MAX + 1), ==,
                   MAIL_MAILBOX_TOO_SMALL);
  g_assert_cmpuint (mail_account_get_n_bytes (account), ==, 603);
  g_assert_cmpuint (mail_account_get_n_messages (account), ==, 2);
  clear_told (&told);
}

static void
test_limit (void)
{
  Told told;
  g_autoptr (MailAccount) account = new_account (&told);

  for (guint i = 1; i < MAIL_ACCOUNT_MAILBOXES_MAX; i++)
    {
      g_autofree char *name = g_strdup_printf ("m%u", i);

      g_assert_cmpint (mail_account_create (account, name, 0), ==, MAIL_ACCOUNT_OK);
    }
  g_assert_cmpint (mail_account_create (account, "more", 0), ==, MAIL_ACCOUNT_LIMIT);
  g_assert_cmpint (mail_account_subscribe (account, "more", TRUE), ==, MAIL_ACCOUNT_LIMIT);
  g_assert_cmpint (mail_account_rename (account, "INBOX", "more"), ==, MAIL_ACCOUNT_LIMIT);
  g_assert_cmpint (mail_account_delete (account, "m1"), ==, MAIL_ACCOUNT_OK);
  g_assert_cmpint (mail_account_create (account, "more", 0), ==, MAIL_ACCOUNT_OK);
  clear_told (&told);
}

static void
assert_rights (const MailAccount *account, const char *user, const char *expected)
{
  g_autofree char *rights = mail_account_dup_rights (account, "inbox", user);

  g_assert_cmpstr (rights, ==, expected);
}

static void
test_rights (void)
{
  Told told;
  g_autoptr (MailAccount) account = new_account (&told);

  assert_rights (account, "alice", MAIL_RIGHTS_ALL);
  assert_rights (account, "bob", "");
  mail_account_set_rights (account, "INBOX", "anyone", "lr");
  assert_rights (account, "bob", "lr");
  mail_account_set_rights (account, "INBOX", "bob", "wlQs9");
  assert_rights (account, "bob", "lrsw");
  assert_rights (account, "carol", "lr");
  mail_account_set_rights (account, "INBOX", "-bob", "ra");
  assert_rights (account, "bob", "lsw");
  mail_account_set_rights (account, "INBOX", "bob", "");
  assert_rights (account, "bob", "l");
  mail_account_set_rights (account, "INBOX", "nobody", "");
  g_assert_cmpuint (mail_account_find (account, "INBOX")->rights->len, ==, 2);
  g_assert_cmpint (mail_account_set_rights (account, "no", "bob", "l"), ==, MAIL_ACCOUNT_MISSING);
  for (guint i = 2; i <= MAIL_ACCOUNT_RIGHTS_MAX; i++)
    {
      g_autofree char *user = g_strdup_printf ("u%u", i);

      g_assert_cmpint (mail_account_set_rights (account, "INBOX", user, "l"), ==,
                       i < MAIL_ACCOUNT_RIGHTS_MAX ? MAIL_ACCOUNT_OK : MAIL_ACCOUNT_LIMIT);
    }
  clear_told (&told);
}

static void
test_annotations (void)
{
  Told told;
  g_autoptr (MailAccount) account = new_account (&told);
  g_autoptr (GBytes) value = g_bytes_new_static ("v", 1);
  g_autofree char *large = g_strnfill (MAIL_ACCOUNT_ANNOTATION_BYTES_MAX + 1, 'a');
  g_autoptr (GBytes) too_large = g_bytes_new (large, MAIL_ACCOUNT_ANNOTATION_BYTES_MAX + 1);
  g_auto (GStrv) below = NULL;

  g_assert_null (mail_account_get_annotation (account, "", "/private/comment"));
  mail_account_set_annotation (account, "", "/private/Comment", value);
  g_assert_true (mail_account_get_annotation (account, "", "/PRIVATE/comment") == value);
  g_assert_null (mail_account_get_annotation (account, "INBOX", "/private/comment"));
  mail_account_create (account, "a", 0);
  mail_account_set_annotation (account, "a", "/private/b/c", value);
  mail_account_set_annotation (account, "a", "/private/b", value);
  mail_account_set_annotation (account, "a", "/private/bc", value);
  mail_account_rename (account, "a", "z");
  below = mail_account_list_annotations (account, "z", "/private/B");
  g_assert_cmpuint (g_strv_length (below), ==, 2);
  g_assert_cmpstr (below[0], ==, "/private/b");
  g_assert_cmpstr (below[1], ==, "/private/b/c");
  mail_account_set_annotation (account, "z", "/private/b", NULL);
  g_assert_null (mail_account_get_annotation (account, "z", "/private/b"));
  g_assert_cmpint (mail_account_set_annotation (account, "no", "/private/b", value), ==,
                   MAIL_ACCOUNT_MISSING);
  g_assert_cmpint (mail_account_set_annotation (account, "z", "/private/b", too_large), ==,
                   MAIL_ACCOUNT_LIMIT);
  for (guint i = 3; i <= MAIL_ACCOUNT_ANNOTATIONS_MAX; i++)
    {
      g_autofree char *entry = g_strdup_printf ("/private/%u", i);

      g_assert_cmpint (mail_account_set_annotation (account, "", entry, value), ==,
                       i < MAIL_ACCOUNT_ANNOTATIONS_MAX ? MAIL_ACCOUNT_OK : MAIL_ACCOUNT_LIMIT);
    }
  mail_account_delete (account, "z");
  g_assert_cmpint (mail_account_set_annotation (account, "", "/private/q", value), ==,
                   MAIL_ACCOUNT_OK);
  clear_told (&told);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/account/tree", test_tree);
  g_test_add_func ("/account/validity", test_validity);
  g_test_add_func ("/account/rename-inbox", test_rename_inbox);
  g_test_add_func ("/account/held", test_held);
  g_test_add_func ("/account/told", test_told);
  g_test_add_func ("/account/told-by-flags", test_told_by_flags);
  g_test_add_func ("/account/quota", test_quota);
  g_test_add_func ("/account/limit", test_limit);
  g_test_add_func ("/account/rights", test_rights);
  g_test_add_func ("/account/annotations", test_annotations);
  return g_test_run ();
}
