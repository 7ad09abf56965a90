/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * BridgePoll:
 *
 * Watches one file descriptor and one deadline in the thread's default main context. All polls of
 * a thread share a single source of that context, with an epoll instance behind it: a source each
 * would wake the context by system calls of its own when it comes and goes, a good part of what a
 * short mail session costs.
 */
typedef struct _BridgePoll BridgePoll;

/** Either may free any poll, its own among them. */
typedef struct
{
  /* The descriptor is ready for what is watched, or has G_IO_HUP or G_IO_ERR. */
  void (*ready) (GIOCondition condition, gpointer user_data);
  /* The deadline has come; it is not watched any more. */
  void (*due) (gpointer user_data);
} BridgePollFuncs;

/** @fd: stays the owner's, until bridge_poll_close(). @condition: to watch for first. @funcs:
 * static. Returns: (nullable): NULL when the system has no more room for it */
BridgePoll *bridge_poll_new (int fd, GIOCondition condition, const BridgePollFuncs *funcs,
                             gpointer user_data);

/** Watches no more; the descriptor is as it was. @self: (nullable) */
void bridge_poll_free (BridgePoll *self);
/** As bridge_poll_free(), and closes the descriptor. @self: (nullable) */
void bridge_poll_close (BridgePoll *self);

/* Both do nothing without a poll: @self is (nullable). */

/** @condition: of G_IO_IN and G_IO_OUT; 0 for neither */
void bridge_poll_watch (BridgePoll *self, GIOCondition condition);

/** @at_us: on the monotonic clock; -1 for no deadline; 0 for as soon as possible */
void bridge_poll_set_deadline (BridgePoll *self, gint64 at_us);

G_END_DECLS
