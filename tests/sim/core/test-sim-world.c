/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <core/sim-world.h>

#include <string.h>

typedef struct
{
  SimWorld *world;
  guint     n_calls;
  gint64    last_us;
  guint     cause;
  guint64   other; /* a call to cancel */
} Owner;

static void
on_call (gpointer data)
{
  Owner *owner = data;

  owner->n_calls++;
  owner->last_us = sim_world_get_now (owner->world);
  owner->cause = sim_world_get_cause (owner->world);
  sim_world_cancel (owner->world, owner->other);
}

static void
on_endless (gpointer data)
{
  Owner *owner = data;

  owner->n_calls++;
  sim_world_schedule (owner->world, 0, on_endless, owner, NULL);
}

static void
test_run (void)
{
  g_autoptr (SimWorld) world = sim_world_new ("run", 1, 1000000);
  Owner owner = { .world = world };

  g_test_summary ("The clock jumps from call to call, and stops where it is told to.");
  sim_world_schedule (world, 30, on_call, &owner, NULL);
  sim_world_schedule (world, 10, on_call, &owner, NULL);
  g_assert_cmpint (sim_world_get_next_time (world), ==, 10);
  g_assert_true (sim_world_run (world, 20));
  g_assert_cmpuint (owner.n_calls, ==, 1);
  g_assert_cmpint (owner.last_us, ==, 10);
  g_assert_cmpint (sim_world_get_now (world), ==, 20);
  g_assert_cmpint (sim_world_get_unix_us (world), ==, 1000020);
  g_assert_false (sim_world_run (world, G_MAXINT64));
  g_assert_cmpuint (owner.n_calls, ==, 2);
  g_assert_cmpint (sim_world_get_now (world), ==, 30);
  g_assert_false (sim_world_run (world, 40));
  g_assert_cmpint (sim_world_get_now (world), ==, 40);
  sim_world_schedule (world, 5, on_call, &owner, NULL);
  g_assert_false (sim_world_run (world, G_MAXINT64));
  g_assert_cmpint (owner.last_us, ==, 40);
}

static void
count (gpointer data)
{
  ++*(guint *) data;
}

static void
on_nothing (gpointer data)
{
}

static void
test_cancel (void)
{
  SimWorld *world = sim_world_new ("cancel", 1, 0);
  Owner     owner = { .world = world };
  guint     n_destroyed = 0;
  guint64   id;

  g_test_summary ("Data is freed once: after the call, when it is taken back, or at the end.");
  id = sim_world_schedule (world, 1, on_nothing, &n_destroyed, count);
  sim_world_cancel (world, id);
  sim_world_cancel (world, id);
  g_assert_cmpuint (n_destroyed, ==, 1);
  sim_world_schedule (world, 1, on_nothing, &n_destroyed, count);
  g_assert_true (!sim_world_run (world, 1));
  g_assert_cmpuint (n_destroyed, ==, 2);
  owner.other = sim_world_schedule (world, 9, on_call, &owner, NULL);
  sim_world_schedule (world, 2, on_call, &owner, NULL);
  sim_world_run (world, 10);
  g_assert_cmpuint (owner.n_calls, ==, 1);
  sim_world_schedule (world, 99, on_nothing, &n_destroyed, count);
  sim_world_free (world);
  g_assert_cmpuint (n_destroyed, ==, 3);
}

static void
test_causes (void)
{
  g_autoptr (SimWorld) world = sim_world_new ("causes", 1, 0);
  TraceLog  *log = sim_world_get_log (world);
  guint      actor = trace_log_add_actor (log, "a", "", "");
  Owner      owner = { .world = world };
  TraceEvent unit = { .kind = TRACE_UNIT, .arrival_us = TRACE_NO_TIME };
  guint      first;
  guint      second;

  g_test_summary (
      "A call has the cause it was scheduled with; notes become the cause, units don't.");
  first = sim_world_note (world, actor, "first", 0, 0, "one %d", 1);
  g_assert_cmpuint (sim_world_get_cause (world), ==, first);
  sim_world_schedule (world, 5, on_call, &owner, NULL);
  second = sim_world_note (world, actor, "second", TRACE_FLAG_WARNING, 7, "two");
  g_assert_cmpuint (trace_log_get_event (log, 1)->cause, ==, first);
  g_assert_cmpuint (trace_log_get_event (log, 1)->message, ==, 7);
  sim_world_record (world, &unit, "x", 1);
  g_assert_cmpuint (sim_world_get_cause (world), ==, second);
  g_assert_cmpuint (trace_log_get_event (log, 2)->cause, ==, second);
  unit.cause = first;
  sim_world_record (world, &unit, "x", 1);
  g_assert_cmpuint (trace_log_get_event (log, 3)->cause, ==, first);
  sim_world_run (world, G_MAXINT64);
  g_assert_cmpuint (owner.cause, ==, first);
  g_assert_cmpuint (sim_world_get_cause (world), ==, 0);
}

static void
test_endless (void)
{
  g_autoptr (SimWorld) world = sim_world_new ("endless", 1, 0);
  TraceLog *log = sim_world_get_log (world);
  Owner     owner = { .world = world };

  g_test_summary ("A world without end ends with a note that says so.");
  sim_world_schedule (world, 0, on_endless, &owner, NULL);
  g_assert_false (sim_world_run (world, G_MAXINT64));
  g_assert_true (sim_world_is_stopped (world));
  g_assert_cmpuint (owner.n_calls, ==, SIM_WORLD_CALLS_MAX);
  g_assert_cmpuint (trace_log_get_n_events (log), ==, 1);
  g_assert_cmpstr (trace_log_get_what (log, trace_log_get_event (log, 0)), ==, "stopped");
  g_assert_false (sim_world_run (world, G_MAXINT64));
  g_assert_cmpuint (owner.n_calls, ==, SIM_WORLD_CALLS_MAX);
}

static void
test_generators (void)
{
  g_autoptr (SimWorld) world = sim_world_new ("generators", 3, 0);
  g_autoptr (SimRandom) same = sim_random_new (3, "a");
  SimRandom *random = sim_world_get_random (world, "a");

  g_test_summary ("A name has one generator, made from the world's seed.");
  g_assert_true (random == sim_world_get_random (world, "a"));
  g_assert_true (random != sim_world_get_random (world, "b"));
  g_assert_cmpuint (sim_random_next_u64 (random), ==, sim_random_next_u64 (same));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sim/world/run", test_run);
  g_test_add_func ("/sim/world/cancel", test_cancel);
  g_test_add_func ("/sim/world/causes", test_causes);
  g_test_add_func ("/sim/world/endless", test_endless);
  g_test_add_func ("/sim/world/generators", test_generators);
  return g_test_run ();
}
