/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>
#include <app-document.h>
#include <app-session.h>

G_BEGIN_DECLS

/**
 * Inspector:
 *
 * What the selected event is, beside the ladder: Explain (the grammar's spans and
 * the bytes, each lighting the other), Bytes (hex and text), Message (the message that the event
 * carries, if it does), State (the server's state machine after the event), Host (what a host holds
 * at the playhead). A view of a session's selection, or of one message of a file.
 */
#define APP_TYPE_INSPECTOR (inspector_get_type ())
G_DECLARE_FINAL_TYPE (Inspector, inspector, APP, INSPECTOR, AdwBin)

/** @session: (nullable): a reference is taken */
void inspector_set_session (Inspector *self, AppSession *session);

/** Tells whether the inspector can be seen; it follows the selection only then. */
void inspector_set_open (Inspector *self, gboolean is_open);

/**
 * inspector_set_message:
 * @document: (nullable): a message that is shown elsewhere, in its parts
 *
 * Shows Explain and Bytes of it, instead of a session.
 */
void inspector_set_message (Inspector *self, AppDocument *document);

/** Selects span @span and @length bytes at @offset of what is shown. */
void inspector_select (Inspector *self, guint span, gsize offset, gsize length);

/** @page: "explain", "bytes", "message", "state" or "host"; any other leaves the page as it is */
void inspector_show_page (Inspector *self, const char *page);

G_END_DECLS
