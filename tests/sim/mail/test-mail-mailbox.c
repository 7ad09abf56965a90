/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include <mail/mail-mailbox.h>

/* Mailboxes: what is in them after each change, what is told of it, and what it costs. */

static MailMessage *
new_message (gsize n_bytes)
{
  g_autofree char *text = g_strnfill (n_bytes, 'a');
  g_autoptr (GBytes) bytes = g_bytes_new (text, n_bytes);

  return mail_message_new (bytes);
}

static MailMailbox *
new_mailbox (void)
{
  return mail_mailbox_new ("INBOX", 7, "F1");
}

/* Puts in @n messages of ten octets. */
static void
fill (MailMailbox *mailbox, guint n)
{
  g_autoptr (MailMessage) message = new_message (10);
  g_autofree MailMessage **messages = g_new (MailMessage *, n);
  g_autofree MailArrival *how = g_new0 (MailArrival, n);

  for (guint i = 0; i < n; i++)
    messages[i] = message;
  mail_mailbox_store (mailbox, messages, how, n);
}

static void
remove_one (MailMailbox *mailbox, guint32 uid)
{
  g_assert_cmpuint (mail_mailbox_expunge (mailbox, &uid, 1, NULL), ==, 1);
}

static void
set_flags (MailMailbox *mailbox, guint32 uid, guint flags)
{
  MailFlagChange change = { uid, flags, 0 };

  mail_mailbox_set_flags (mailbox, &change, 1, NULL);
}

/* "1,3,4 " of the UIDs that are there. */
static char *
describe (const MailMailbox *mailbox)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < mail_mailbox_get_n_messages (mailbox); i++)
    g_string_append_printf (text, "%s%u", i > 0 ? "," : "", mail_mailbox_get (mailbox, i)->uid);
  return g_string_free (text, FALSE);
}

static void
assert_uids (const MailMailbox *mailbox, const char *expected)
{
  g_autofree char *uids = describe (mailbox);

  g_assert_cmpstr (uids, ==, expected);
}

static void
assert_changed (const MailMailbox *mailbox, guint64 modseq, const char *expected)
{
  g_autoptr (GPtrArray) changed = mail_mailbox_list_changed (mailbox, modseq);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < changed->len; i++)
    g_string_append_printf (text, "%s%u", i > 0 ? "," : "",
                            ((const MailStored *) g_ptr_array_index (changed, i))->uid);
  g_assert_cmpstr (text->str, ==, expected);
}

static void
assert_expunged (const MailMailbox *mailbox,
                 guint64 modseq,
                 gboolean is_known,
                 const char *expected)
{
  g_autoptr (ImapSet) set = imap_set_new ();
  g_autofree char *text = NULL;

  g_assert_cmpint (mail_mailbox_list_expunged (mailbox, modseq, set), ==, is_known);
  text = imap_set_format (set);
  g_assert_cmpstr (text, ==, expected);
}

static gint64
get_now (gpointer data)
{
  return *(gint64 *) data;
}

static void
on_owner_changed (MailMailbox *mailbox, const MailChange *change, gpointer data)
{
}

static const MailMailboxOwner owner = { get_now, on_owner_changed };

static void
test_empty (void)
{
  g_autoptr (MailMailbox) mailbox = new_mailbox ();
  gboolean is_found = TRUE;

  g_assert_cmpstr (mail_mailbox_get_name (mailbox), ==, "INBOX");
  g_assert_cmpstr (mail_mailbox_get_id (mailbox), ==, "F1");
  g_assert_cmpuint (mail_mailbox_get_uid_validity (mailbox), ==, 7);
  g_assert_cmpuint (mail_mailbox_get_uid_next (mailbox), ==, 1);
  g_assert_cmpuint (mail_mailbox_get_modseq (mailbox), ==, 1);
  g_assert_cmpuint (mail_mailbox_get_n_bytes (mailbox), ==, 0);
  g_assert_cmpuint (mail_mailbox_find (mailbox, 5, &is_found), ==, 0);
  g_assert_false (is_found);
  g_assert_null (mail_mailbox_find_stored (mailbox, 1));
  g_assert_cmpuint (mail_mailbox_expunge (mailbox, NULL, 0, NULL), ==, 0);
  g_assert_cmpuint (mail_mailbox_store (mailbox, NULL, NULL, 0), ==, 1);
  g_assert_cmpuint (mail_mailbox_get_modseq (mailbox), ==, 1);
  assert_changed (mailbox, 0, "");
  assert_expunged (mailbox, 0, TRUE, "");
}

static void
test_arrival (void)
{
  static const char *const keywords[] = { "$Forwarded", "Work", "$forwarded", NULL };
  g_autoptr (MailMailbox) mailbox = new_mailbox ();
  gint64 now_us = G_GINT64_CONSTANT (1795507200123456);
  MailMessage *messages[2] = { new_message (10), new_message (5) };
  MailArrival how[2] = {
    { .number = 3, .flags = IMAP_FLAG_SEEN | IMAP_FLAG_RECENT, .keywords = keywords },
    { .has_date = TRUE, .internal_us = -1500000, .zone_minutes = -300 },
  };
  const MailStored *stored;

  mail_mailbox_set_owner (mailbox, &owner, &now_us);
  g_assert_cmpuint (mail_mailbox_store (mailbox, messages, how, 2), ==, 1);
  mail_message_unref (messages[0]);
  mail_message_unref (messages[1]);
  stored = mail_mailbox_get (mailbox, 0);
  g_assert_cmpuint (stored->number, ==, 3);
  g_assert_cmpuint (stored->uid, ==, 1);
  g_assert_cmpuint (stored->flags, ==, IMAP_FLAG_SEEN);
  g_assert_cmpuint (stored->keywords, ==, 3);
  g_assert_cmpuint (stored->modseq, ==, 2);
  g_assert_cmpint (stored->internal_us, ==, G_GINT64_CONSTANT (1795507200000000));
  g_assert_cmpint (stored->saved_us, ==, now_us);
  g_assert_cmpint (stored->zone_minutes, ==, 0);
  g_assert_cmpstr (stored->unique_id, ==, "00000001");
  stored = mail_mailbox_find_stored (mailbox, 2);
  g_assert_cmpint (stored->internal_us, ==, -2000000);
  g_assert_cmpint (stored->zone_minutes, ==, -300);
  g_assert_cmpuint (stored->modseq, ==, 2);
  g_assert_cmpuint (mail_mailbox_get_n_bytes (mailbox), ==, 15);
  g_assert_cmpuint (mail_mailbox_get_uid_next (mailbox), ==, 3);
  g_assert_cmpstr (mail_mailbox_get_keyword (mailbox, 1), ==, "Work");
}

static void
test_keywords (void)
{
  g_autoptr (MailMailbox) mailbox = new_mailbox ();

  for (int i = 0; i < MAIL_MAILBOX_KEYWORDS_MAX; i++)
    {
      g_autofree char *keyword = g_strdup_printf ("k%d", i);

      g_assert_cmpint (mail_mailbox_find_keyword (mailbox, keyword, FALSE), ==, -1);
      g_assert_cmpint (mail_mailbox_find_keyword (mailbox, keyword, TRUE), ==, i);
    }
  g_assert_cmpint (mail_mailbox_find_keyword (mailbox, "another", TRUE), ==, -1);
  g_assert_cmpint (mail_mailbox_find_keyword (mailbox, "K63", TRUE), ==, 63);
  g_assert_cmpuint (mail_mailbox_get_n_keywords (mailbox), ==, MAIL_MAILBOX_KEYWORDS_MAX);
}

static void
test_changes (void)
{
  g_autoptr (MailMailbox) mailbox = new_mailbox ();
  const MailFlagChange some[] = {
    { 2, IMAP_FLAG_SEEN, 0 },
    { 4, IMAP_FLAG_SEEN, 0 },
    { 9, IMAP_FLAG_SEEN, 0 },
    { 4, IMAP_FLAG_FLAGGED, 0 },
  };

  fill (mailbox, 5);
  g_assert_cmpuint (mail_mailbox_get_modseq (mailbox), ==, 2);
  g_assert_cmpuint (mail_mailbox_set_flags (mailbox, some, 4, NULL), ==, 2);
  g_assert_cmpuint (mail_mailbox_get_modseq (mailbox), ==, 3);
  g_assert_cmpuint (mail_mailbox_find_stored (mailbox, 4)->flags, ==, IMAP_FLAG_FLAGGED);
  assert_changed (mailbox, 2, "2,4");
  assert_changed (mailbox, 1, "1,2,3,4,5");
  assert_changed (mailbox, 3, "");
  /* What is so already is no change. */
  g_assert_cmpuint (mail_mailbox_set_flags (mailbox, some, 1, NULL), ==, 0);
  g_assert_cmpuint (mail_mailbox_get_modseq (mailbox), ==, 3);
  set_flags (mailbox, 1, IMAP_FLAG_DELETED);
  assert_changed (mailbox, 3, "1");
  remove_one (mailbox, 4);
  assert_changed (mailbox, 2, "1,2");
  remove_one (mailbox, 1);
  assert_changed (mailbox, 3, "");
  fill (mailbox, 1);
  assert_changed (mailbox, 2, "2,6");
  assert_uids (mailbox, "2,3,5,6");
  g_assert_cmpuint (mail_mailbox_get_n_bytes (mailbox), ==, 40);
}

/* Removes those of a mailbox of five. */
static const struct
{
  guint32 uids[6];
  guint n, n_removed;
  const char *left, *expunged;
} removals[] = {
  { { 1 }, 1, 1, "2,3,4,5", "1" },        { { 5 }, 1, 1, "1,2,3,4", "5" },
  { { 1, 2, 3, 4, 5 }, 5, 5, "", "1:5" }, { { 2, 4 }, 2, 2, "1,3,5", "2,4" },
  { { 2, 3, 5 }, 3, 3, "1,4", "2:3,5" },  { { 6, 7 }, 2, 0, "1,2,3,4,5", "" },
  { { 3, 3, 9 }, 3, 1, "1,2,4,5", "3" },  { { 0 }, 0, 0, "1,2,3,4,5", "" },
};

static void
test_removals (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (removals); i++)
    {
      g_autoptr (MailMailbox) mailbox = new_mailbox ();

      fill (mailbox, 5);
      g_assert_cmpuint (mail_mailbox_expunge (mailbox, removals[i].uids, removals[i].n, NULL), ==,
                        removals[i].n_removed);
      assert_uids (mailbox, removals[i].left);
      assert_expunged (mailbox, 1, TRUE, removals[i].expunged);
      assert_expunged (mailbox, 3, TRUE, "");
      g_assert_cmpuint (mail_mailbox_get_modseq (mailbox), ==, removals[i].n_removed > 0 ? 3 : 2);
      g_assert_cmpuint (mail_mailbox_get_uid_next (mailbox), ==, 6);
    }
}

static void
test_expunged_in_order (void)
{
  g_autoptr (MailMailbox) mailbox = new_mailbox ();

  fill (mailbox, 6);
  remove_one (mailbox, 5); /* 3 */
  remove_one (mailbox, 2); /* 4 */
  remove_one (mailbox, 3); /* 5 */
  remove_one (mailbox, 6); /* 6 */
  assert_expunged (mailbox, 2, TRUE, "2:3,5:6");
  assert_expunged (mailbox, 3, TRUE, "2:3,6");
  assert_expunged (mailbox, 5, TRUE, "6");
}

static void
test_forgetting (void)
{
  g_autoptr (MailMailbox) mailbox = new_mailbox ();
  g_autoptr (ImapSet) set = imap_set_new ();
  const guint n = MAIL_MAILBOX_EXPUNGED_RUNS_MAX + 1;
  guint64 modseq;

  g_test_summary ("Old removals are forgotten; the UIDs that are not there are told instead.");
  fill (mailbox, 2 * n);
  modseq = mail_mailbox_get_modseq (mailbox);
  for (guint i = 0; i + 1 < n; i++)
    remove_one (mailbox, 2 * i + 1);
  g_assert_true (mail_mailbox_list_expunged (mailbox, modseq, set));
  g_assert_cmpuint (set->ranges->len, ==, n - 1);
  remove_one (mailbox, 2 * n - 1);
  g_array_set_size (set->ranges, 0);
  g_assert_false (mail_mailbox_list_expunged (mailbox, modseq, set));
  g_assert_cmpuint (set->ranges->len, ==, n);
  g_array_set_size (set->ranges, 0);
  g_assert_true (mail_mailbox_list_expunged (
      mailbox, mail_mailbox_get_modseq (mailbox) - MAIL_MAILBOX_EXPUNGED_RUNS_MAX / 2, set));
  g_assert_cmpuint (set->ranges->len, ==, MAIL_MAILBOX_EXPUNGED_RUNS_MAX / 2);
}

static void
test_recent (void)
{
  g_autoptr (MailMailbox) mailbox = new_mailbox ();

  fill (mailbox, 2);
  g_assert_cmpuint (mail_mailbox_take_recent (mailbox, FALSE), ==, 1);
  g_assert_cmpuint (mail_mailbox_take_recent (mailbox, TRUE), ==, 1);
  g_assert_cmpuint (mail_mailbox_take_recent (mailbox, TRUE), ==, 3);
  fill (mailbox, 1);
  g_assert_cmpuint (mail_mailbox_take_recent (mailbox, TRUE), ==, 3);
}

static void
test_lock (void)
{
  g_autoptr (MailMailbox) mailbox = new_mailbox ();

  g_assert_true (mail_mailbox_lock (mailbox));
  g_assert_false (mail_mailbox_lock (mailbox));
  mail_mailbox_unlock (mailbox);
  g_assert_true (mail_mailbox_lock (mailbox));
}

/* Watching */

typedef struct
{
  guint n_told;
  gpointer by;
  guint other; /* to be unwatched when told */
  guint own;
  guint64 modseq;
} Watch;

static void
on_changed (MailMailbox *mailbox, gpointer by, gpointer data)
{
  Watch *watch = data;

  watch->n_told++;
  watch->by = by;
  watch->modseq = mail_mailbox_get_modseq (mailbox);
  if (watch->other != 0)
    mail_mailbox_unwatch (mailbox, watch->other);
  if (watch->own != 0)
    mail_mailbox_unwatch (mailbox, watch->own);
}

static void
test_watching (void)
{
  g_autoptr (MailMailbox) mailbox = new_mailbox ();
  Watch first = { 0 }, second = { 0 };
  MailFlagChange change = { 1, IMAP_FLAG_SEEN, 0 };
  guint32 uid = 1;
  guint id;

  first.own = mail_mailbox_watch (mailbox, on_changed, &first);
  id = first.other = mail_mailbox_watch (mailbox, on_changed, &second);
  fill (mailbox, 2);
  g_assert_cmpuint (first.n_told, ==, 1);
  g_assert_cmpuint (first.modseq, ==, 2);
  g_assert_cmpuint (second.n_told, ==, 0);
  mail_mailbox_unwatch (mailbox, id); /* has no effect */
  first = (Watch){ 0 };
  id = mail_mailbox_watch (mailbox, on_changed, &first);
  mail_mailbox_set_flags (mailbox, &change, 1, &uid);
  g_assert_cmpuint (first.n_told, ==, 1);
  g_assert_true (first.by == &uid);
  mail_mailbox_set_flags (mailbox, &change, 1, &uid);
  g_assert_cmpuint (first.n_told, ==, 1);
  mail_mailbox_expunge (mailbox, &uid, 1, &change);
  g_assert_true (first.by == &change);
  mail_mailbox_set_gone (mailbox);
  g_assert_cmpuint (first.n_told, ==, 3);
  g_assert_true (mail_mailbox_is_gone (mailbox));
  mail_mailbox_unwatch (mailbox, id);
}

/* A model that keeps the same in the plainest way: random changes, then everything is compared. */

typedef struct
{
  guint32 uid;
  guint flags;
  guint64 modseq, removed; /* 0: it is there */
} Kept;

static void
check_model (const MailMailbox *mailbox, const GArray *model, guint64 since)
{
  g_autoptr (GString) there = g_string_new (NULL);
  g_autoptr (GString) changed = g_string_new (NULL);
  g_autoptr (ImapSet) removed = imap_set_new ();
  g_autofree char *expected = NULL;

  for (guint i = 0; i < model->len; i++)
    {
      const Kept *kept = &g_array_index (model, Kept, i);
      const MailStored *stored = mail_mailbox_find_stored (mailbox, kept->uid);

      g_assert_cmpint (stored == NULL, ==, kept->removed != 0);
      if (kept->removed > since)
        imap_set_append (removed, kept->uid);
      if (stored == NULL)
        continue;
      g_assert_cmpuint (stored->flags, ==, kept->flags);
      g_assert_cmpuint (stored->modseq, ==, kept->modseq);
      g_string_append_printf (there, "%s%u", there->len > 0 ? "," : "", kept->uid);
      if (kept->modseq > since)
        g_string_append_printf (changed, "%s%u", changed->len > 0 ? "," : "", kept->uid);
    }
  expected = imap_set_format (removed);
  assert_uids (mailbox, there->str);
  assert_changed (mailbox, since, changed->str);
  assert_expunged (mailbox, since, TRUE, expected);
}

static void
change_model (MailMailbox *mailbox, GArray *model, GRand *random)
{
  guint64 modseq = mail_mailbox_get_modseq (mailbox) + 1;
  int what = g_rand_int_range (random, 0, 3);
  guint n = (guint) g_rand_int_range (random, 1, 8);
  g_autoptr (GArray) uids = g_array_new (FALSE, FALSE, sizeof (guint32));

  if (what == 0)
    {
      for (guint i = 0; i < n; i++)
        {
          Kept kept = { model->len + 1, 0, modseq, 0 };

          g_array_append_val (model, kept);
        }
      fill (mailbox, n);
      return;
    }
  for (guint i = 0; i < model->len; i++)
    {
      Kept *kept = &g_array_index (model, Kept, i);
      MailFlagChange change = { kept->uid, (guint) g_rand_int_range (random, 0, 32), 0 };

      if (g_rand_int_range (random, 0, 6) != 0)
        continue;
      if (what == 1)
        g_array_append_val (uids, kept->uid);
      else if (mail_mailbox_set_flags (mailbox, &change, 1, NULL) > 0)
        {
          kept->flags = change.flags;
          kept->modseq = modseq++;
        }
      if (what == 1 && kept->removed == 0)
        kept->removed = modseq;
    }
  if (what == 1)
    mail_mailbox_expunge (mailbox, (guint32 *) uids->data, uids->len, NULL);
}

static void
test_model (void)
{
  GRand *random = g_rand_new_with_seed (5);

  for (guint round = 0; round < 20; round++)
    {
      g_autoptr (MailMailbox) mailbox = new_mailbox ();
      g_autoptr (GArray) model = g_array_new (FALSE, FALSE, sizeof (Kept));

      for (guint i = 0; i < 60; i++)
        {
          change_model (mailbox, model, random);
          check_model (
              mailbox, model,
              (guint64) g_rand_int_range (random, 1, (int) mail_mailbox_get_modseq (mailbox) + 1));
        }
    }
  g_rand_free (random);
}

static void
test_million (void)
{
  g_autoptr (MailMailbox) mailbox = new_mailbox ();
  const guint n = MAIL_MAILBOX_MESSAGES_MAX;
  g_autoptr (GArray) uids = g_array_new (FALSE, FALSE, sizeof (guint32));
  gint64 start_us;

  g_test_summary ("A million messages: a change takes time for what it changes.");
  fill (mailbox, n);
  for (guint32 uid = 1; uid <= n; uid += 2)
    g_array_append_val (uids, uid);
  start_us = g_get_monotonic_time ();
  for (guint i = 0; i < 10000; i++)
    {
      set_flags (mailbox, i * 97 + 1, IMAP_FLAG_SEEN);
      assert_changed (mailbox, mail_mailbox_get_modseq (mailbox), "");
    }
  g_assert_cmpint (g_get_monotonic_time () - start_us, <, 2 * G_USEC_PER_SEC);
  start_us = g_get_monotonic_time ();
  mail_mailbox_expunge (mailbox, (guint32 *) uids->data, uids->len, NULL);
  g_assert_cmpint (g_get_monotonic_time () - start_us, <, 5 * G_USEC_PER_SEC);
  g_assert_cmpuint (mail_mailbox_get_n_messages (mailbox), ==, n / 2);
  g_assert_cmpuint (mail_mailbox_find (mailbox, n, NULL), ==, n / 2 - 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mailbox/empty", test_empty);
  g_test_add_func ("/mailbox/arrival", test_arrival);
  g_test_add_func ("/mailbox/keywords", test_keywords);
  g_test_add_func ("/mailbox/changes", test_changes);
  g_test_add_func ("/mailbox/removals", test_removals);
  g_test_add_func ("/mailbox/expunged-in-order", test_expunged_in_order);
  g_test_add_func ("/mailbox/forgetting", test_forgetting);
  g_test_add_func ("/mailbox/recent", test_recent);
  g_test_add_func ("/mailbox/lock", test_lock);
  g_test_add_func ("/mailbox/watching", test_watching);
  g_test_add_func ("/mailbox/model", test_model);
  g_test_add_func ("/mailbox/million", test_million);
  return g_test_run ();
}
