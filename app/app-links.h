/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app-session.h"

G_BEGIN_DECLS

/* Where one can go from the selected event of a session. */

/** Returns: the nearest cause that can be seen at the session's level, or APP_NO_EVENT. */
guint app_links_find_cause (AppSession *session);

/** Returns: the first event that follows from the selected one, or APP_NO_EVENT. */
guint app_links_find_consequence (AppSession *session);

/* From what one side says to what the other side of the connection says to it, and back; or
 * APP_NO_EVENT. */
guint app_links_find_reply (AppSession *session);
guint app_links_find_request (AppSession *session);

/** Returns: the next event that can be seen, the first when none is selected; or APP_NO_EVENT. */
guint app_links_find_next (AppSession *session);
/** Returns: the one before; the last one when none is selected; or APP_NO_EVENT. */
guint app_links_find_previous (AppSession *session);

G_END_DECLS
