/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <trace/trace-log.h>

G_BEGIN_DECLS

/* Predictions: what a learner expects to come next, judged by what the engines then
 * said. Nothing of the answer is in a lesson's file. */

typedef enum
{
  LESSON_VERDICT_RIGHT,
  LESSON_VERDICT_CLOSE, /* a reply of the same class, another code */
  LESSON_VERDICT_WRONG,
} LessonVerdict;

/**
 * lesson_predict_find:
 *
 * Returns: the position of the unit to predict at @position: the next one of the connection there;
 *   G_MAXUINT when nothing more is said
 */
guint lesson_predict_find (TraceLog *log, guint position);

/**
 * lesson_predict_judge:
 * @unit: position of the unit, from lesson_predict_find()
 * @answer: as typed: a reply code or its class ("250", "2yz", "+OK"), a verb, or the
 *   whole line; "message" for mail data
 * @out_reason: (transfer full): why, from the unit's own bytes; plain text for people
 */
LessonVerdict lesson_predict_judge (TraceLog *log, guint unit, const char *answer,
                                    char **out_reason);

G_END_DECLS
