/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <app-session.h>
#include <trace/trace-note.h>

G_BEGIN_DECLS

/* Words for people about times, hosts' roles and the details of notes, in the reader's language. */

/** Returns: (transfer full): how long it is, in its two largest units: "29 min 12 s", "450 ms". */
char *app_words_dup_span (gint64 span_us);

/** Returns: (transfer full): a time of the trace as a clock shows it: "09:30:02" where the session
 * knows when its world began, else "0:29:12" since the trace began. */
char *app_words_dup_clock (AppSession *session, gint64 time_us);

/** Returns: (transfer full): a time seen from @now_us: "in 29 min 12 s, at 09:30:02"; "12 s ago,
 * at ..." of what has passed. */
char *app_words_dup_moment (AppSession *session, gint64 time_us, gint64 now_us);

/** Returns: (transfer full): "MSA, MTA" in full: "submission (MSA), transfer (MTA)". */
char *app_words_dup_roles (const char *roles);

/** Returns: (transfer full): what a detail is called in notes of the name @what: "Next attempt". */
char *app_words_dup_detail_label (const char *what, const char *key);

/** Returns: (transfer full): detail @i of @note, which was said at @now_us. */
char *app_words_dup_detail_value (AppSession *session, const TraceNote *note, guint i,
                                  gint64 now_us);

/** Returns: (transfer full): what happened @n times: "3 queued"; NULL for what nobody counts. */
char *app_words_dup_counter (const char *what, guint n);

/** Returns: (transfer none): the name of an icon for notes of that name and flags. */
const char *app_words_get_icon (const char *what, guint flags);

G_END_DECLS
