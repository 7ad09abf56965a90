/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lesson.h"

G_BEGIN_DECLS

/* The parts of reading a lesson that lesson.c shares; for lesson*.c only. */

/** Sets @error to "file:line: ...". Returns: FALSE, for `return lesson_fail (...)`. */
gboolean lesson_fail (const char *file, guint line, GError **error, const char *format, ...)
    G_GNUC_PRINTF (4, 5);

/**
 * lesson_front_read:
 *
 * Reads the front matter, "key: value" lines between "---" lines, into @lesson.
 *
 * Returns: (nullable): where the Markdown begins, and how many lines came before it in
 *   @out_n_lines; NULL with @error set
 */
const char *lesson_front_read (Lesson *lesson, const char *file, const char *text,
                               guint *out_n_lines, GError **error);

/**
 * lesson_values_read:
 * @kind: of a live block
 * @line: of the first line of @text
 * @values: array of LessonValue to append to
 *
 * Reads the "key: value" lines of a live block; an indented line continues the
 * value before it.
 *
 * Returns: FALSE with @error set when a key is unknown, is there twice or is missing
 */
gboolean lesson_values_read (LessonBlockKind kind, const char *file, const char *text, guint line,
                             GArray *values, GError **error);

G_END_DECLS
