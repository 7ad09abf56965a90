/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SimQueue:
 *
 * What is still to come in a simulated world, in the order (time, order of
 * pushing), so that two things of the same microsecond always happen in the same
 * order. Pushing, popping and cancelling take time that grows with the logarithm
 * of the number of items.
 */
typedef struct _SimQueue SimQueue;

SimQueue *sim_queue_new (void);
/** @data of items that are left is not freed: pop them first. */
void sim_queue_free (SimQueue *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimQueue, sim_queue_free)

/** Returns: the item's id, never 0 and never used again. */
guint64 sim_queue_push (SimQueue *self, gint64 time_us, gpointer data);

/**
 * sim_queue_pop:
 * @out_time_us: (optional)
 *
 * Returns: (transfer full) (nullable): the first item's data, NULL when the queue is empty
 */
gpointer sim_queue_pop (SimQueue *self, gint64 *out_time_us);

/**
 * sim_queue_cancel:
 *
 * Returns: (transfer full) (nullable): the data of item @id; NULL when it was popped or
 *   cancelled before, or @id is 0
 */
gpointer sim_queue_cancel (SimQueue *self, guint64 id);

/** Returns: the first item's time, G_MAXINT64 when the queue is empty. */
gint64 sim_queue_get_next_time (const SimQueue *self);

guint sim_queue_get_n_items (const SimQueue *self);

G_END_DECLS
