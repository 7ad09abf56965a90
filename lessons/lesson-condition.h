/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <trace/trace-log.h>

G_BEGIN_DECLS

/**
 * LessonCondition:
 *
 * What a lesson waits for in a trace: a test of one event, written in one line.
 *
 *   mail.recipient.example 250 after MAIL
 *     a reply of that host to that command; the code may be a class, "2yz"; instead of
 *     a command's verb, "connect" means the greeting and "message" the end of mail data
 *
 *   event smtp unit=reply code=503 from=a.example to=b.example
 *   event kind=note name=queued text~is full
 *     any event: a protocol, and properties that must all hold. text~ takes the rest of
 *     the line, which the event's words must contain, in any case of letters
 */
typedef struct _LessonCondition LessonCondition;

#define LESSON_CONDITION_ERROR (lesson_condition_error_quark ())
GQuark lesson_condition_error_quark (void);

typedef enum
{
  LESSON_CONDITION_ERROR_SYNTAX, /* the message says what is wrong and what would be right */
} LessonConditionError;

/** Returns: (transfer full) (nullable): NULL with @error set when @text is no condition. */
LessonCondition *lesson_condition_parse (const char *text, GError **error);
void             lesson_condition_free (LessonCondition *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LessonCondition, lesson_condition_free)

/** Returns: (transfer none): the condition as it was written. */
const char *lesson_condition_get_text (const LessonCondition *self);

/** Returns: the first position from @from on that matches, or G_MAXUINT. */
guint lesson_condition_find (const LessonCondition *self, TraceLog *log, guint from);

G_END_DECLS
