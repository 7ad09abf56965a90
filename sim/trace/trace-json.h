/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* JSON text (RFC 8259) beside json-glib: an emitter of strings whose bytes never
 * vary, and the checks that make its parser safe for a file of unknown origin. */

/** Brackets in a line nest at most so deep: the saved form needs 3, unknown members may add some.
 */
#define TRACE_JSON_DEPTH_MAX 16

/**
 * trace_json_append_string:
 * @value: (array length=length): valid UTF-8
 *
 * Appends @value as a JSON string. Control characters, and characters that change how
 * their neighbours look in a terminal or an editor, are escaped.
 */
void trace_json_append_string (GString *text, const char *value, gsize length);

/**
 * trace_json_find_problem:
 *
 * What json-glib would not refuse: nesting that would exhaust the stack, comments, and
 * a NUL, at which its strings would end. To be asked before its parser is.
 *
 * Returns: (transfer none) (nullable): what is wrong with @line, or NULL
 */
const char *trace_json_find_problem (const char *line, gsize length);

G_END_DECLS
