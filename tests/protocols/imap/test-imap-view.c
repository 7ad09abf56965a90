/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <imap/imap-view.h>
#include <string.h>

static void
fill (ImapView *view, const guint32 *uids, guint n)
{
  imap_view_init (view);
  for (guint i = 0; i < n; i++)
    imap_view_append (view, uids[i]);
}

static const guint32 some[] = { 3, 5, 6, 10, 4294967295 };

/* What a client names, and which message sequence numbers that is in a mailbox of five messages
 * with the UIDs above. */
static const struct
{
  const char *set;
  gboolean    is_uid;
  const char *numbers;
  gboolean    is_wrong;
} cases[] = {
  { "1", FALSE, "1", FALSE },
  { "1:5", FALSE, "1:5", FALSE },
  { "5:1", FALSE, "1:5", FALSE },
  { "*", FALSE, "5", FALSE },
  { "2,4,3", FALSE, "2:4", FALSE },
  { "4:*,1", FALSE, "1,4:5", FALSE },
  { "6", FALSE, "", TRUE },
  { "4:6", FALSE, "4:5", TRUE },
  { "6:*", FALSE, "5", TRUE }, /* "*:6", and 6 is not there */
  { "3", TRUE, "1", FALSE },
  { "4", TRUE, "", FALSE },
  { "1:4", TRUE, "1", FALSE },
  { "4:9", TRUE, "2:3", FALSE },
  { "3,6", TRUE, "1,3", FALSE },
  { "3,5", TRUE, "1:2", FALSE }, /* nothing is between them */
  { "*", TRUE, "5", FALSE },
  { "11:*", TRUE, "5", FALSE },
  { "4294967295", TRUE, "5", FALSE },
  { "1:4294967295", TRUE, "1:5", FALSE },
  { "7:8", TRUE, "", FALSE },
};

static void
check_set (const ImapView *view, const char *text, gboolean is_uid, const char *numbers,
           gboolean is_wrong)
{
  g_autoptr (ImapSet) set = imap_set_parse (text, strlen (text));
  g_autoptr (ImapSet) resolved = NULL;
  g_autofree char *formatted = NULL;
  gboolean         out_wrong = !is_wrong;

  g_assert_nonnull (set);
  resolved = imap_view_resolve (view, set, is_uid, &out_wrong);
  formatted = imap_set_format (resolved);
  g_test_message ("%s%s: %s", is_uid ? "UID " : "", text, formatted);
  g_assert_cmpstr (formatted, ==, numbers);
  g_assert_cmpint (out_wrong, ==, is_wrong);
}

static void
test_resolve (void)
{
  ImapView view;

  g_test_summary ("A set becomes the message sequence numbers that are there.");
  fill (&view, some, G_N_ELEMENTS (some));
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    check_set (&view, cases[i].set, cases[i].is_uid, cases[i].numbers, cases[i].is_wrong);
  imap_view_empty (&view);
  check_set (&view, "1:*", TRUE, "", FALSE);
  check_set (&view, "*", TRUE, "", FALSE);
  check_set (&view, "*", FALSE, "", TRUE);
  check_set (&view, "1", FALSE, "", TRUE);
  imap_view_clear (&view);
}

static void
test_numbers (void)
{
  ImapView view;

  g_test_summary ("Numbers move up when a message before is gone.");
  fill (&view, some, G_N_ELEMENTS (some));
  for (guint i = 0; i < G_N_ELEMENTS (some); i++)
    {
      g_assert_cmpuint (imap_view_get_uid (&view, i + 1), ==, some[i]);
      g_assert_cmpuint (imap_view_find (&view, some[i]), ==, i + 1);
    }
  g_assert_cmpuint (imap_view_find (&view, 4), ==, 0);
  g_assert_cmpuint (imap_view_find (&view, 1), ==, 0);
  g_assert_cmpuint (imap_view_find (&view, 4294967294), ==, 0);
  imap_view_expunge (&view, 2);
  imap_view_expunge (&view, 1);
  g_assert_cmpuint (imap_view_get_n (&view), ==, 3);
  g_assert_cmpuint (imap_view_find (&view, 3), ==, 0);
  g_assert_cmpuint (imap_view_find (&view, 6), ==, 1);
  imap_view_set_uid (&view, 2, 7);
  g_assert_cmpuint (imap_view_find (&view, 7), ==, 2);
  imap_view_clear (&view);
}

static void
test_against_a_list (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);

  g_test_summary ("Random sets name what going through all messages names.");
  for (guint round = 0; round < 500; round++)
    {
      g_autoptr (ImapSet) set = imap_set_new ();
      g_autoptr (ImapSet) ascending = NULL;
      g_autoptr (ImapSet) numbers = NULL;
      ImapView view;
      guint32  uid = 0;

      imap_view_init (&view);
      for (guint i = g_rand_int_range (rand, 1, 30); i > 0; i--)
        imap_view_append (&view, uid += (guint32) g_rand_int_range (rand, 1, 4));
      for (guint i = g_rand_int_range (rand, 1, 5); i > 0; i--)
        imap_set_add (set, (guint32) g_rand_int_range (rand, 0, 50),
                      (guint32) g_rand_int_range (rand, 0, 50));
      ascending = imap_set_copy (set);
      imap_set_resolve (ascending, uid);
      numbers = imap_view_resolve (&view, set, TRUE, NULL);
      for (guint number = 1; number <= imap_view_get_n (&view); number++)
        g_assert_cmpint (imap_set_contains (numbers, number), ==,
                         imap_set_contains (ascending, imap_view_get_uid (&view, number)));
      g_assert_cmpuint (imap_set_count (numbers), <=, imap_view_get_n (&view));
      imap_view_clear (&view);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/imap/view/numbers", test_numbers);
  g_test_add_func ("/imap/view/resolve", test_resolve);
  g_test_add_func ("/imap/view/against-a-list", test_against_a_list);
  return g_test_run ();
}
