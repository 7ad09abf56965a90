/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <mail/mail-world.h>

G_BEGIN_DECLS

/* What tests of mail hosts read out of a trace. */

/** Runs a scenario, given as text, to its end. Returns: (transfer full): its trace */
TraceLog *mail_story_run (const char *scenario);

/**
 * mail_story_tell:
 * @leave_out: NULL-terminated: kinds of notes that the story does without
 *
 * Returns: (transfer full): what happened to mail, in order: "queued@mail.a.example ..."
 */
char *mail_story_tell (TraceLog *log, const char *const *leave_out);

/** Returns: (transfer full) (nullable): the @n-th note or stage of that kind, from 0 */
char *mail_story_dup_note (TraceLog *log, const char *what, guint n);

/** Returns: how many notes or stages of that kind there are. */
guint mail_story_count (TraceLog *log, const char *what);

/** Returns: (transfer full) (nullable): the value of "key: value" in a note */
char *mail_story_dup_value (const char *note, const char *key);

/** Returns: (transfer full) (nullable): the @n-th message that was fetched by POP3, its dots
 * unstuffed */
GBytes *mail_story_dup_fetched (TraceLog *log, guint n);

G_END_DECLS
