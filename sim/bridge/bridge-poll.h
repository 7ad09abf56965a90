/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * BridgePoll:
 *
 * Watches one file descriptor and one deadline in the thread's default main context, as a single
 * source that stays for a connection's life. Adding and removing sources costs a system call
 * each time, which would be most of what a short mail session costs.
 */
typedef struct _BridgePoll BridgePoll;

/** Either may free the poll. */
typedef struct
{
  /* The descriptor is ready for what is watched, or has G_IO_HUP or G_IO_ERR. */
  void (*ready) (GIOCondition condition, gpointer user_data);
  /* The deadline has come; it is not watched any more. */
  void (*due) (gpointer user_data);
} BridgePollFuncs;

/** @fd: stays the owner's. @condition: to watch for first. @funcs: static */
BridgePoll *bridge_poll_new (int fd, GIOCondition condition, const BridgePollFuncs *funcs,
                             gpointer user_data);
void        bridge_poll_free (BridgePoll *self);

/** @condition: of G_IO_IN and G_IO_OUT; 0 for neither */
void bridge_poll_watch (BridgePoll *self, GIOCondition condition);

/** @at_us: on the monotonic clock; -1 for no deadline; 0 for as soon as possible */
void bridge_poll_set_deadline (BridgePoll *self, gint64 at_us);

G_END_DECLS
