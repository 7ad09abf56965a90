/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <core/sim-queue.h>
#include <core/sim-random.h>

static gpointer
number (guint n)
{
  return GUINT_TO_POINTER (n + 1);
}

static guint
pop (SimQueue *queue)
{
  return GPOINTER_TO_UINT (sim_queue_pop (queue, NULL)) - 1;
}

static void
test_order (void)
{
  g_autoptr (SimQueue) queue = sim_queue_new ();
  static const gint64 times[] = { 5, 1, 3, 1, 5, 0, 3, 1 };
  static const guint  order[] = { 5, 1, 3, 7, 2, 6, 0, 4 };

  g_test_summary ("Items come by time, and by the order of pushing when times are the same.");
  for (guint i = 0; i < G_N_ELEMENTS (times); i++)
    sim_queue_push (queue, times[i], number (i));
  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    {
      gint64 time_us = -1;

      g_assert_cmpint (sim_queue_get_next_time (queue), ==, times[order[i]]);
      g_assert_cmpuint (GPOINTER_TO_UINT (sim_queue_pop (queue, &time_us)) - 1, ==, order[i]);
      g_assert_cmpint (time_us, ==, times[order[i]]);
    }
  g_assert_null (sim_queue_pop (queue, NULL));
  g_assert_cmpint (sim_queue_get_next_time (queue), ==, G_MAXINT64);
}

static void
test_cancel (void)
{
  g_autoptr (SimQueue) queue = sim_queue_new ();
  guint64 ids[4];

  g_test_summary ("An id is good for one cancellation of one item, and never comes again.");
  for (guint i = 0; i < 4; i++)
    ids[i] = sim_queue_push (queue, 10, number (i));
  g_assert_true (sim_queue_cancel (queue, ids[1]) == number (1));
  g_assert_null (sim_queue_cancel (queue, ids[1]));
  g_assert_null (sim_queue_cancel (queue, 0));
  g_assert_cmpuint (pop (queue), ==, 0);
  g_assert_null (sim_queue_cancel (queue, ids[0]));
  g_assert_cmpuint (sim_queue_push (queue, 10, number (9)), !=, ids[1]);
  g_assert_null (sim_queue_cancel (queue, ids[1]));
  g_assert_cmpuint (pop (queue), ==, 2);
  g_assert_cmpuint (pop (queue), ==, 3);
  g_assert_cmpuint (pop (queue), ==, 9);
  g_assert_cmpuint (sim_queue_get_n_items (queue), ==, 0);
}

/* What a queue promises, without a heap: look for the least each time. */
typedef struct
{
  gint64   time_us;
  guint64  id;
  gboolean is_in;
} Plain;

static guint
find_least (const GArray *items)
{
  guint least = G_MAXUINT;

  for (guint i = 0; i < items->len; i++)
    {
      const Plain *item = &g_array_index (items, Plain, i);

      if (item->is_in &&
          (least == G_MAXUINT || item->time_us < g_array_index (items, Plain, least).time_us))
        least = i;
    }
  return least;
}

static void
test_mixture (void)
{
  g_autoptr (SimQueue) queue = sim_queue_new ();
  g_autoptr (SimRandom) random = sim_random_new (1, "mixture");
  g_autoptr (GArray) items = g_array_new (FALSE, FALSE, sizeof (Plain));

  g_test_summary ("Pushes, pops and cancellations in any order: as a plain list would have it.");
  for (guint step = 0; step < 4000; step++)
    {
      guint deed = (guint) sim_random_range (random, 4);

      if (deed < 2)
        {
          Plain item = { (gint64) sim_random_range (random, 50), 0, TRUE };

          item.id = sim_queue_push (queue, item.time_us, number (items->len));
          g_array_append_val (items, item);
        }
      else if (deed == 2 && items->len > 0)
        {
          guint  i = (guint) sim_random_range (random, items->len);
          Plain *item = &g_array_index (items, Plain, i);

          g_assert_true (sim_queue_cancel (queue, item->id) == (item->is_in ? number (i) : NULL));
          item->is_in = FALSE;
        }
      else
        {
          guint least = find_least (items);

          g_assert_true (sim_queue_pop (queue, NULL) ==
                         (least != G_MAXUINT ? number (least) : NULL));
          if (least != G_MAXUINT)
            g_array_index (items, Plain, least).is_in = FALSE;
        }
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sim/queue/order", test_order);
  g_test_add_func ("/sim/queue/cancel", test_cancel);
  g_test_add_func ("/sim/queue/mixture", test_mixture);
  return g_test_run ();
}
