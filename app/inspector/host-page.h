/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>
#include <app-session.h>

G_BEGIN_DECLS

/**
 * HostPage:
 *
 * What a host holds at the playhead: its queue with the next attempt and the reason, mailboxes,
 * what it remembers of names, certificates, TLS sessions, its last decisions. The host is the
 * session's, or, while none was chosen, that of the selected event. A row goes to the event that
 * spoke of it.
 */
#define APP_TYPE_HOST_PAGE (host_page_get_type ())
G_DECLARE_FINAL_TYPE (HostPage, host_page, APP, HOST_PAGE, AdwBin)

/** Rows of a kind that are shown; how many more there are is said. */
#define HOST_PAGE_ROWS_MAX 50

/** @session: (nullable): a reference is taken */
void host_page_set_session (HostPage *self, AppSession *session);

/** Makes the page tell of the present; its owner calls this when it can be seen. */
void host_page_update (HostPage *self);

G_END_DECLS
