/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app-mail.h"
#include "app-session.h"

G_BEGIN_DECLS

/**
 * app_loader_load:
 * @out_start_us: see app_session_get_start_us()
 *
 * Makes a trace of what a user opens: reads a saved trace, or runs a scenario or
 * a lesson's folder to its end.
 *
 * Returns: (transfer full) (nullable): the trace, NULL with @error set
 */
TraceLog *app_loader_load (const char *path, gint64 *out_start_us, GError **error);

/**
 * app_loader_load_mail:
 * @path: a message or a mailbox file
 *
 * Returns: (transfer full) (nullable): its messages; NULL, and no @error, if it looks like
 *   something else; NULL with @error set if it can't be read
 */
AppMail *app_loader_load_mail (const char *path, GError **error);

G_END_DECLS
