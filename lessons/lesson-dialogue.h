/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <trace/trace-log.h>

G_BEGIN_DECLS

/* Who answers whom in the dialogue of a connection. Positions are those of the log;
 * G_MAXUINT stands for "there is none". */

/** Returns: whether the event is a server's reply, response or answer. */
gboolean lesson_dialogue_is_reply (TraceLog *log, const TraceEvent *event);

/**
 * lesson_dialogue_pair:
 *
 * Servers answer in the order of the commands, and end of data counts as one
 * (RFC 5321 section 4.2, RFC 2920 section 3.1), so the pairs can be told off in one pass.
 *
 * Returns: (transfer full) (element-type guint): for the event at each position, the position of
 *   what it answers: a command, a query or the end of mail data; G_MAXUINT for a greeting, which
 *   answers the connection itself, and for what is no reply
 */
GArray *lesson_dialogue_pair (TraceLog *log);

/**
 * lesson_dialogue_find_next:
 *
 * Returns: the position of the first unit after @position on the connection of the event there; on
 *   any connection when that event belongs to none
 */
guint lesson_dialogue_find_next (TraceLog *log, guint position);

G_END_DECLS
