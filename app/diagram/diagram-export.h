/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "diagram-layout.h"

G_BEGIN_DECLS

/* A whole trace as a file: the same layout and the same display list as on the screen. */

typedef enum
{
  DIAGRAM_FORMAT_TEXT, /* a ladder of options.columns columns */
  DIAGRAM_FORMAT_SVG,
  DIAGRAM_FORMAT_PDF,  /* pages of the shape of A4 landscape, lane heads on each */
  DIAGRAM_FORMAT_PNG,  /* as the window shows it */
} DiagramFormat;

#define DIAGRAM_EXPORT_ERROR (diagram_export_error_quark ())
GQuark diagram_export_error_quark (void);

typedef enum
{
  DIAGRAM_EXPORT_ERROR_FAILED, /* Cairo could not do it: out of memory */
} DiagramExportError;

/** A picture stops at this height or this many pixels; its last line says what is missing. */
#define DIAGRAM_PNG_HEIGHT_MAX 20000
#define DIAGRAM_PNG_PIXELS_MAX (64 * 1000 * 1000)

/**
 * diagram_export:
 * @out: the file's bytes are appended; untouched on failure
 *
 * Returns: FALSE with @error set (DIAGRAM_EXPORT_ERROR)
 */
gboolean diagram_export (TraceLog *log, const DiagramOptions *options, DiagramFormat format,
                         GByteArray *out, GError **error);

/**
 * diagram_export_get_n_rows:
 *
 * Returns: how many rows @format will hold: fewer than there are when a picture gets too tall
 */
guint diagram_export_get_n_rows (TraceLog *log, const DiagramOptions *options,
                                 DiagramFormat format);

G_END_DECLS
