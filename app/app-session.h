/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>
#include <trace/trace-host.h>
#include <trace/trace-imap.h>
#include <trace/trace-log.h>
#include <trace/trace-mailbox.h>

G_BEGIN_DECLS

/** No event: what is selected when nothing is. */
#define APP_NO_EVENT G_MAXUINT

/**
 * AppSession:
 *
 * How somebody looks at a trace: how far they have come, what they have
 * selected, which level they see, whether it plays and how fast. The document
 * is the TraceLog; every view is a function of the two. Knows no GTK: whoever
 * shows the session calls app_session_tick() with the time of each frame.
 *
 * The playhead counts events of the log, not rows: those at positions below it
 * have happened. While playing, the event at the playhead is in flight and
 * `progress` says how far.
 *
 * Properties: level (TraceLevel as uint), playhead, selected, host, progress, playing,
 * speed; all notify.
 */
#define APP_TYPE_SESSION (app_session_get_type ())
G_DECLARE_FINAL_TYPE (AppSession, app_session, APP, SESSION, GObject)

/** No host: none was chosen. */
#define APP_NO_HOST G_MAXUINT

/** It is not known when the world's clock began. */
#define APP_SESSION_NO_START G_MININT64

/** Speeds the user can choose, as factors; 64 stands beside "as fast as possible". */
#define APP_SESSION_SPEED_MIN 0.125
#define APP_SESSION_SPEED_MAX 64.0

/** How long one event is in flight at speed 1: WINDOW.md, Playback. */
#define APP_SESSION_FLIGHT_US_MIN (80 * 1000)
#define APP_SESSION_FLIGHT_US_MAX (600 * 1000)
/** and how long the eye rests before the next one leaves. */
#define APP_SESSION_REST_US (180 * 1000)

AppSession *app_session_new (TraceLog *log); /* takes a reference */

TraceLog  *app_session_get_log (AppSession *self);
TraceLevel app_session_get_level (AppSession *self);
guint      app_session_get_playhead (AppSession *self);
guint      app_session_get_selected (AppSession *self); /* a position, or APP_NO_EVENT */
guint      app_session_get_host (AppSession *self);     /* index of an actor, or APP_NO_HOST */
double     app_session_get_progress (AppSession *self); /* 0 to 1 */
gboolean   app_session_get_playing (AppSession *self);
double     app_session_get_speed (AppSession *self);

void app_session_set_level (AppSession *self, TraceLevel level);
void app_session_set_playhead (AppSession *self, guint playhead);
void app_session_set_selected (AppSession *self, guint selected);
void app_session_set_host (AppSession *self, guint host);
void app_session_set_speed (AppSession *self, double speed);

/** What 0 on the trace's clock means: microseconds since 1970, or APP_SESSION_NO_START. */
gint64 app_session_get_start_us (AppSession *self);
void   app_session_set_start_us (AppSession *self, gint64 start_us);

/** Returns: (transfer none): what hosts hold; who asks reads it first as far as it takes. */
TraceHosts *app_session_get_hosts (AppSession *self);

/** Returns: (transfer none): as with the hosts: mailboxes message by message, sessions of IMAP. */
TraceMailboxes *app_session_get_mailboxes (AppSession *self);
TraceImaps     *app_session_get_imaps (AppSession *self);

/** Whether the event at @position shows at the session's level. */
gboolean app_session_is_visible (AppSession *self, guint position);

/** Returns: the first visible position at or after @from, the number of events if none. */
guint app_session_find_next (AppSession *self, guint from);
/** Returns: the last visible position before @before, or APP_NO_EVENT. */
guint app_session_find_previous (AppSession *self, guint before);

/* Stepping moves the playhead past the next visible event, or back before the
 * last one, selects the event that happened last, and stops playing. */
gboolean app_session_step_forward (AppSession *self);
gboolean app_session_step_back (AppSession *self);
/** An exchange is what follows up to and with the next reply. */
gboolean app_session_step_exchange (AppSession *self);
gboolean app_session_step_exchange_back (AppSession *self);
void     app_session_go_to_start (AppSession *self);
void     app_session_go_to_end (AppSession *self);

/** Starts, from the beginning again when at the end. */
void app_session_play (AppSession *self);
void app_session_pause (AppSession *self);

/**
 * app_session_tick:
 * @frame_us: the frame's time on any steady clock
 * @is_animated: FALSE: the user asked for no animation; events appear without flight
 *
 * Moves playing on. Returns: whether it still plays.
 */
gboolean app_session_tick (AppSession *self, gint64 frame_us, gboolean is_animated);

/** Returns: how long the event at @position is in flight at speed 1, in microseconds. */
gint64 app_session_get_flight_us (AppSession *self, guint position);

G_END_DECLS
