/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <core/sim-random.h>

typedef struct
{
  const char *path;
  guint64     seed;
  const char *name;
  guint64     values[3];
} Case;

/* Worked out by a program of its own, which also gives the values that the authors of
 * xoshiro256** publish for the state 1, 2, 3, 4. */
static const Case cases[] = {
  { "/sim/random/host", 1, "mail.example",
    { 0x3b40c45488965264, 0x0fe4710a7c890332, 0x5ceb1fbabc25b767 } },
  { "/sim/random/link", 1, "link a b",
    { 0x60a4b21bee5edc6e, 0xd7354aab7a0d890a, 0xf1073fdb6f63f14d } },
  { "/sim/random/other-seed", 2, "mail.example",
    { 0x51ceb4f045123949, 0x3d1ceda75804d4e4, 0xd1db6af1551f6951 } },
};

static void
test_values (gconstpointer data)
{
  const Case *test = data;
  g_autoptr (SimRandom) random = sim_random_new (test->seed, test->name);

  g_test_summary ("The same seed and name give the same numbers, for ever.");
  for (guint i = 0; i < G_N_ELEMENTS (test->values); i++)
    g_assert_cmphex (sim_random_next_u64 (random), ==, test->values[i]);
}

static void
test_token (void)
{
  g_autoptr (SimRandom) random = sim_random_new (1, "token");
  g_autofree char *token = sim_random_token (random, 12);
  g_autofree char *none = sim_random_token (random, 0);

  g_assert_cmpstr (token, ==, "1t368nb1l9d3");
  g_assert_cmpstr (none, ==, "");
}

static void
test_range (void)
{
  g_autoptr (SimRandom) random = sim_random_new (1, "range");
  guint counts[7] = { 0 };

  g_test_summary ("Every number of a range comes as often as the others.");
  for (guint i = 0; i < 70000; i++)
    counts[sim_random_range (random, 7)]++;
  for (guint i = 0; i < 7; i++)
    {
      g_assert_cmpuint (counts[i], >, 9600);
      g_assert_cmpuint (counts[i], <, 10400);
    }
  g_assert_cmpuint (sim_random_range (random, 1), ==, 0);
}

static void
test_chance (void)
{
  g_autoptr (SimRandom) random = sim_random_new (1, "chance");
  guint n_true = 0;

  g_test_summary ("Probability 0 is never, 1 is always, a quarter is a quarter.");
  for (guint i = 0; i < 10000; i++)
    {
      g_assert_false (sim_random_chance (random, 0));
      g_assert_true (sim_random_chance (random, 1));
      n_true += sim_random_chance (random, 0.25);
    }
  g_assert_cmpuint (n_true, >, 2350);
  g_assert_cmpuint (n_true, <, 2650);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_test_add_data_func (cases[i].path, &cases[i], test_values);
  g_test_add_func ("/sim/random/token", test_token);
  g_test_add_func ("/sim/random/range", test_range);
  g_test_add_func ("/sim/random/chance", test_chance);
  return g_test_run ();
}
