/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sim-random.h"
#include <trace/trace-log.h>

G_BEGIN_DECLS

/**
 * SimWorld:
 *
 * The kernel of a simulation: a clock that jumps from one scheduled call to the
 * next, the trace in which all that happens is recorded, and the generators that
 * stand for chance. Its users repeat two moves:
 *
 *   a call runs -> it records what happened, and schedules what follows
 *
 * The clock starts at 0 and counts microseconds. There is no other source of time
 * or chance, so the same seed and the same calls give the same trace.
 *
 * Causes: the world knows the event that what is going on now follows from. A call
 * runs with the cause that was current when it was scheduled; recording a note,
 * a message's stage or the opening of a connection makes that event current.
 */
typedef struct _SimWorld SimWorld;

/**
 * A run of this many calls is taken for a loop: ours. A 32 MiB message over four
 * links takes some 300,000.
 */
#define SIM_WORLD_CALLS_MAX (10 * 1000 * 1000)

/** Nor may the trace of a world grow past this: ours; well below what a log can address. */
#define SIM_WORLD_TRACE_BYTES_MAX (G_GUINT64_CONSTANT (2) * 1024 * 1024 * 1024)

typedef void (*SimFunc) (gpointer data);

/**
 * sim_world_new:
 * @start_us: what the world's clock means at 0: microseconds since 1970-01-01 00:00 UTC
 */
SimWorld *sim_world_new (const char *title, guint64 seed, gint64 start_us);
/** Frees the data of calls that never ran. What uses the world is to be freed before it. */
void sim_world_free (SimWorld *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimWorld, sim_world_free)

TraceLog *sim_world_get_log (SimWorld *self); /* (transfer none) */
guint64   sim_world_get_seed (SimWorld *self);

/* Time */

/** Returns: microseconds since the world began. */
gint64 sim_world_get_now (SimWorld *self);

/** Returns: the same moment as microseconds since 1970-01-01 00:00 UTC. */
gint64 sim_world_get_unix_us (SimWorld *self);

/**
 * sim_world_schedule:
 * @at_us: when; a time that has passed means now, after all that is already due
 * @destroy: (nullable): frees @data once the call has run, was cancelled, or never will run
 *
 * Returns: an id for sim_world_cancel(), never 0
 */
guint64 sim_world_schedule (SimWorld *self, gint64 at_us, SimFunc func, gpointer data,
                            GDestroyNotify destroy);

/** Takes back a call; does nothing when it has run, is running, or @id is 0. */
void sim_world_cancel (SimWorld *self, guint64 id);

/** Returns: the time of the next call, G_MAXINT64 when there is none. */
gint64 sim_world_get_next_time (SimWorld *self);

/**
 * sim_world_run:
 * @until_us: runs all calls up to and at this time, then sets the clock to it; with
 *   G_MAXINT64 runs until nothing is left, and the clock stays at the last call
 *
 * A world that reaches one of the limits above stops for good, with a note
 * "stopped" that says why.
 *
 * Returns: FALSE when nothing is left to run
 */
gboolean sim_world_run (SimWorld *self, gint64 until_us);

/** Returns: whether the world reached one of its limits. */
gboolean sim_world_is_stopped (SimWorld *self);

/* Chance */

/** Returns: (transfer none): the generator of that name, the same one every time. */
SimRandom *sim_world_get_random (SimWorld *self, const char *name);

/* Recording */

/**
 * sim_world_record:
 * @event: time_us is filled in, and cause when it is 0; copied
 * @bytes: (array length=length) (nullable): copied
 *
 * Appends to the log. A note, a message's stage or an opening becomes the current cause.
 *
 * Returns: the event's id
 */
guint sim_world_record (SimWorld *self, const TraceEvent *event, const void *bytes, gsize length);

/**
 * sim_world_note:
 * @actor: index of the actor whose note it is
 * @name: its kind in one word: "queued"
 * @flags: TraceFlags
 * @message: number of the message it is about, or 0
 * @format: the note in words
 *
 * Records a host's decision or a change of its state. Returns: the event's id
 */
guint sim_world_note (SimWorld *self, guint actor, const char *name, guint flags, guint message,
                      const char *format, ...) G_GNUC_PRINTF (6, 7);

/** Returns: the id of the event that what happens now follows from; 0: none. */
guint sim_world_get_cause (SimWorld *self);
void  sim_world_set_cause (SimWorld *self, guint cause);

G_END_DECLS
