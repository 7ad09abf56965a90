/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <imap/imap-set.h>

#include <string.h>

/* An exact-size copy, so that an overread shows. */
static ImapSet *
parse (const char *text)
{
  gsize              length = strlen (text);
  g_autofree guint8 *copy = g_memdup2 (text, length);

  return imap_set_parse ((const char *) copy, length);
}

/* The written form comes back as it was; resolved, it is ascending and free of "*". */
static const struct
{
  const char *text;
  guint32     largest;
  const char *resolved;
  guint64     count;
} sets[] = {
  { "1", 9, "1", 1 },
  { "2,4:7,9,12:*", 15, "2,4:7,9,12:15", 10 },
  { "*:4,5:7", 10, "4:10", 7 },
  { "4:2", 9, "2:4", 3 },
  { "*", 7, "7", 1 },
  { "*", 0, "", 0 },
  { "*:*", 0, "", 0 },
  { "5:*", 0, "5", 1 },
  { "*:5", 0, "5", 1 },
  { "5:*", 3, "3:5", 3 },
  { "3,1,2", 9, "1:3", 3 },
  { "1:3,2,5,4", 9, "1:5", 5 },
  { "1:9,2:3", 9, "1:9", 9 },
  { "1,3,5", 9, "1,3,5", 3 },
  { "4294967295,1", 9, "1,4294967295", 2 },
  { "1:4294967295", 9, "1:4294967295", 4294967295 },
  { "4294967294,4294967295", 9, "4294967294:4294967295", 2 },
  { "$", 9, "$", 0 },
};

static void
test_resolve (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (sets); i++)
    {
      g_autoptr (ImapSet) set = parse (sets[i].text);
      g_autoptr (ImapSet) copy = NULL;
      g_autofree char *written = NULL;
      g_autofree char *resolved = NULL;
      g_autofree char *copied = NULL;

      g_assert_nonnull (set);
      written = imap_set_format (set);
      copy = imap_set_copy (set);
      g_assert_cmpint (strcmp (written, sets[i].text) == 0, ==,
                       strcmp (sets[i].text, "*:*") != 0);
      imap_set_resolve (set, sets[i].largest);
      resolved = imap_set_format (set);
      g_assert_cmpstr (resolved, ==, sets[i].resolved);
      g_assert_cmpuint (imap_set_count (set), ==, sets[i].count);
      g_assert_cmpint (imap_set_is_empty (set), ==, resolved[0] == '\0');
      copied = imap_set_format (copy);
      g_assert_cmpstr (copied, ==, written);
    }
}

static void
test_rejects (void)
{
  static const char *const wrong[] = {
    "",    "0",    "01",   "1,",          ",1",          "1:",         ":1",
    "1:0", "a",    "1 ",   "4294967296",  "99999999999", "1:2:3",      "1,,2",
    "$,1", "1,$",  "**",   "1:4294967296", "-1",          "1.2",        "\xc3\xa4",
  };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    if (parse (wrong[i]) != NULL)
      g_error ("\"%s\" is taken for a set", wrong[i]);
  g_assert_null (imap_set_parse ("1\0", 2));
  g_assert_null (imap_set_parse (NULL, 0));
}

static void
test_contains (void)
{
  g_autoptr (ImapSet) set = parse ("2,4:7,9,12:15");

  for (guint32 number = 0; number < 20; number++)
    g_assert_cmpint (imap_set_contains (set, number), ==,
                     number == 2 || (number >= 4 && number <= 7) || number == 9 ||
                         (number >= 12 && number <= 15));
  g_assert_false (imap_set_contains (set, G_MAXUINT32));
}

static void
test_append (void)
{
  static const guint32 numbers[] = { 1, 2, 3, 3, 5, 7, 8, 4294967294, 4294967295 };

  g_autoptr (ImapSet) set = imap_set_new ();
  g_autofree char *text = NULL;

  g_assert_true (imap_set_is_empty (set));
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    imap_set_append (set, numbers[i]);
  text = imap_set_format (set);
  g_assert_cmpstr (text, ==, "1:3,5,7:8,4294967294:4294967295");
}

/* Against a plain table of numbers, in whatever order ranges were added. */
static void
test_random (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (5);

  for (guint round = 0; round < 2000; round++)
    {
      gboolean has[41] = { FALSE };
      guint    n = 0;
      guint    largest = (guint) g_rand_int_range (rand, 1, 40);

      g_autoptr (ImapSet) set = imap_set_new ();

      for (int i = g_rand_int_range (rand, 0, 8); i > 0; i--)
        {
          guint from = (guint) g_rand_int_range (rand, 0, 41);
          guint to = (guint) g_rand_int_range (rand, 0, 41);
          guint a = from == 0 ? largest : from;
          guint b = to == 0 ? largest : to;

          imap_set_add (set, from, to);
          for (guint number = MIN (a, b); number <= MAX (a, b); number++)
            has[number] = TRUE;
        }
      imap_set_resolve (set, largest);
      for (guint number = 1; number <= 40; number++)
        {
          g_assert_cmpint (imap_set_contains (set, number), ==, has[number]);
          n += has[number];
        }
      g_assert_cmpuint (imap_set_count (set), ==, n);
      for (guint i = 1; i < set->ranges->len; i++)
        g_assert_cmpuint (g_array_index (set->ranges, ImapRange, i).from, >,
                          g_array_index (set->ranges, ImapRange, i - 1).to + 1);
    }
}

/* As many ranges as a set may have, and one more. */
static void
test_limit (void)
{
  g_autoptr (GString) text = g_string_new ("1");
  g_autoptr (ImapSet) set = NULL;

  for (guint i = 1; i < IMAP_SET_RANGES_MAX; i++)
    g_string_append (text, ",1");
  set = imap_set_parse (text->str, text->len);
  g_assert_nonnull (set);
  g_assert_cmpuint (set->ranges->len, ==, IMAP_SET_RANGES_MAX);
  g_string_append (text, ",1");
  g_assert_null (imap_set_parse (text->str, text->len));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/imap/set/resolve", test_resolve);
  g_test_add_func ("/imap/set/rejects", test_rejects);
  g_test_add_func ("/imap/set/contains", test_contains);
  g_test_add_func ("/imap/set/append", test_append);
  g_test_add_func ("/imap/set/random", test_random);
  g_test_add_func ("/imap/set/limit", test_limit);
  return g_test_run ();
}
