/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <trace/trace-log.h>

G_BEGIN_DECLS

/**
 * app_loader_load:
 *
 * Makes a trace of what a user opens: reads a saved trace, or runs a scenario or
 * a lesson's folder to its end.
 *
 * Returns: (transfer full) (nullable): the trace, NULL with @error set
 */
TraceLog *app_loader_load (const char *path, GError **error);

G_END_DECLS
