/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>
#include <app-session.h>

G_BEGIN_DECLS

/**
 * StatePage:
 *
 * Where the server of the event's connection stands after it: its states with the
 * current one lit, and what may come now. Both are read from the engine's own
 * table; the state is found by walking the connection's units through it. Of IMAP it is told, too,
 * what is selected.
 */
#define APP_TYPE_STATE_PAGE (state_page_get_type ())
G_DECLARE_FINAL_TYPE (StatePage, state_page, APP, STATE_PAGE, AdwBin)

/** @session: (nullable); @position: of the event, or APP_NO_EVENT */
void state_page_set_event (StatePage *self, AppSession *session, guint position);

G_END_DECLS
