/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <app-session.h>
#include <gtk/gtk.h>

#include "diagram-layout.h"

G_BEGIN_DECLS

/**
 * DiagramView:
 *
 * The ladder on the screen: paints what is in sight of a session's trace, with
 * the lane heads pinned, the selection lit and the event in flight on its way.
 * A GtkScrollable; all it knows of the trace is the session's. Each lane head in sight is a button
 * with the action `diagram.show-host`, whose target is the number of the actor: it chooses the
 * session's host and shows it in the inspector.
 */
#define DIAGRAM_TYPE_VIEW (diagram_view_get_type ())
G_DECLARE_FINAL_TYPE (DiagramView, diagram_view, DIAGRAM, VIEW, GtkWidget)

/** Zoom of text and everything: what the keys step through. */
#define DIAGRAM_VIEW_ZOOM_MIN 0.5
#define DIAGRAM_VIEW_ZOOM_MAX 3.0

GtkWidget *diagram_view_new (void);

/** @session: (nullable): a reference is taken */
void diagram_view_set_session (DiagramView *self, AppSession *session);

double diagram_view_get_zoom (DiagramView *self);
void   diagram_view_set_zoom (DiagramView *self, double zoom);

/** What has not happened yet is drawn faint, or, while somebody is asked what comes next, not. */
void diagram_view_set_future_hidden (DiagramView *self, gboolean is_hidden);

/** Scrolls so that the event at @position is in sight. */
void diagram_view_reveal (DiagramView *self, guint position);

G_END_DECLS
