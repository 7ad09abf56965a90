/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "trace-log.h"

G_BEGIN_DECLS

/* The saved form of a trace: JSON Lines (DESIGN.md section 7). */

#define TRACE_FILE_ERROR (trace_file_error_quark ())
GQuark trace_file_error_quark (void);

typedef enum
{
  TRACE_FILE_ERROR_SYNTAX, /* not the saved form; the message begins with "name:line: " */
} TraceFileError;

/** A line may be this long: a 32 MiB message in base64 or escaped, with room to spare. */
#define TRACE_FILE_LINE_BYTES_MAX (256u * 1024 * 1024)

/**
 * trace_file_write:
 *
 * Appends the trace as JSON Lines to @text: a header line and one line for every
 * event of @level. A cause that the level leaves out is replaced by the nearest
 * cause of that cause that it holds. The same log gives the same bytes.
 */
void trace_file_write (TraceLog *log, TraceLevel level, GString *text);

/**
 * trace_file_read:
 * @name: for error messages only
 *
 * Returns: (transfer full): the trace, NULL with @error set (TRACE_FILE_ERROR) when @data is not
 * one; trace_file_write() of it at the level it was written at gives @data again
 */
TraceLog *trace_file_read (const char *name, const guint8 *data, gsize length, GError **error);

/** Returns: whether @data begins like a saved trace. */
gboolean trace_file_is_one (const guint8 *data, gsize length);

G_END_DECLS
