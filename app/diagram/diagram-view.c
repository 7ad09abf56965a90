/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "diagram-view.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <math.h>
#include <trace/trace-text.h>

#include "diagram-cairo.h"
#include "diagram-flight.h"

/* Where the current row is kept while playing: this far down the view. */
#define FOLLOW_FRACTION 0.6
/* How much of the way to there a frame goes: smooth, yet never far behind. */
#define FOLLOW_SPEED 0.18
/* The marker that flies along an arrow, in layout units. */
#define MARKER_SIZE 22.0
#define SCROLL_STEP 40.0
/* Events whose hosts are read at once when a trace is opened, and then in each idle moment: a few
 * milliseconds. */
#define EVENTS_AT_ONCE 5000

struct _DiagramView
{
  GtkWidget           parent_instance;
  AppSession         *session; /* (nullable) */
  DiagramLayout      *layout;  /* (nullable): without a session */
  DiagramList        *list;
  GtkAdjustment      *adjustments[2]; /* by GtkOrientation */
  double              zoom;
  DiagramThemeVariant variant;
  guint               tick;
  gboolean            is_future_hidden;
  double              pointer_y; /* of the widget; negative while the pointer is elsewhere */
  guint               hovered;   /* row, or DIAGRAM_NONE */
  GPtrArray          *heads;     /* of GtkButton: over the heads of lanes in sight */
  guint               first_head; /* lane of the first one */
  guint               head_idle; /* source that brings them up to date, or 0 */
  guint               reading;   /* source that reads the hosts, or 0 */
};

enum
{
  PROP_0,
  PROP_HADJUSTMENT,
  PROP_VADJUSTMENT,
  PROP_HSCROLL_POLICY,
  PROP_VSCROLL_POLICY,
};

G_DEFINE_FINAL_TYPE_WITH_CODE (DiagramView, diagram_view, GTK_TYPE_WIDGET,
                               G_IMPLEMENT_INTERFACE (GTK_TYPE_SCROLLABLE, NULL))

static double
get_scroll (DiagramView *self, GtkOrientation orientation)
{
  GtkAdjustment *adjustment = self->adjustments[orientation];

  return adjustment != NULL ? gtk_adjustment_get_value (adjustment) : 0;
}

/* Rows that have happened: those of events below the playhead. */
static guint
get_n_happened (DiagramView *self)
{
  guint playhead = app_session_get_playhead (self->session);
  guint row;

  if (playhead == 0)
    return 0;
  row = diagram_model_find_row (diagram_layout_get_model (self->layout), playhead - 1);
  return row != DIAGRAM_NONE ? row + 1 : 0;
}

/* The row that flies or will fly next. */
static guint
get_current_row (DiagramView *self)
{
  guint n_rows = diagram_layout_get_n_rows (self->layout);

  return n_rows == 0 ? DIAGRAM_NONE : MIN (get_n_happened (self), n_rows - 1);
}

static void
configure (GtkAdjustment *adjustment, double size, double page)
{
  double upper = MAX (size, page);
  double value = CLAMP (gtk_adjustment_get_value (adjustment), 0, upper - page);

  gtk_adjustment_configure (adjustment, value, 0, upper, SCROLL_STEP, page * 0.9, page);
}

static void
configure_adjustments (DiagramView *self)
{
  double width = gtk_widget_get_width (GTK_WIDGET (self));
  double height = gtk_widget_get_height (GTK_WIDGET (self));
  double head_height = 0, all_width = width, all_height = 0;

  if (self->layout != NULL)
    {
      head_height = diagram_layout_get_head_height (self->layout);
      all_width = diagram_layout_get_width (self->layout);
      all_height = diagram_layout_get_height (self->layout);
    }
  if (self->adjustments[GTK_ORIENTATION_HORIZONTAL] != NULL)
    configure (self->adjustments[GTK_ORIENTATION_HORIZONTAL], floor (all_width), width);
  if (self->adjustments[GTK_ORIENTATION_VERTICAL] != NULL)
    configure (self->adjustments[GTK_ORIENTATION_VERTICAL], all_height,
               MAX (height - head_height, 1));
}

/* Hosts */

static void
get_chips (guint actor, DiagramChips *out_chips, gpointer data)
{
  DiagramView    *self = data;
  TraceHosts     *hosts = app_session_get_hosts (self->session);
  guint           playhead = app_session_get_playhead (self->session);
  TraceHostCounts counts;

  if (trace_hosts_get_n_events (hosts) < playhead)
    return;
  counts = trace_hosts_get_counts (hosts, actor, playhead);
  *out_chips = (DiagramChips){ counts.n_queued, counts.n_stored };
}

static gboolean
on_reading (gpointer data)
{
  DiagramView *self = data;

  if (trace_hosts_update (app_session_get_hosts (self->session), EVENTS_AT_ONCE))
    return G_SOURCE_CONTINUE;
  self->reading = 0;
  gtk_widget_queue_draw (GTK_WIDGET (self));
  return G_SOURCE_REMOVE;
}

/* Reads what hosts hold: a short trace at once, a long one while nothing else is to be done. */
static void
read_hosts (DiagramView *self)
{
  g_clear_handle_id (&self->reading, g_source_remove);
  if (self->session != NULL &&
      trace_hosts_update (app_session_get_hosts (self->session), EVENTS_AT_ONCE))
    self->reading = g_idle_add_full (G_PRIORITY_LOW, on_reading, self, NULL);
}

/* The lanes whose heads are in sight, of which there may be none. */
static void
find_heads_in_sight (DiagramView *self, guint *out_first, guint *out_n)
{
  guint      n_lanes = diagram_model_get_n_lanes (diagram_layout_get_model (self->layout));
  double     left = get_scroll (self, GTK_ORIENTATION_HORIZONTAL);
  double     right = left + gtk_widget_get_width (GTK_WIDGET (self));
  DiagramBox box;
  guint      first = 0;
  guint      n = 0;

  for (guint lane = 0; lane < n_lanes; lane++)
    {
      diagram_layout_get_head_box (self->layout, lane, &box);
      if (box.x2 < left)
        first = lane + 1;
      else if (box.x1 <= right)
        n++;
      else
        break;
    }
  *out_first = first;
  *out_n = n;
}

static char *
describe_head (DiagramView *self, guint actor)
{
  const TraceActor *host = trace_log_get_actor (app_session_get_log (self->session), actor);
  g_autofree char  *name = diagram_text_dup_safe (host->name);

  return g_strdup_printf (_("Show what %s holds"), name);
}

static void
name_head (DiagramView *self, GtkWidget *button, guint lane)
{
  guint actor = diagram_model_get_lane_actor (diagram_layout_get_model (self->layout), lane);
  g_autofree char *label = describe_head (self, actor);

  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "u", actor);
  gtk_widget_set_tooltip_text (button, label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  -1);
}

static GtkWidget *
new_head (DiagramView *self)
{
  GtkWidget *button = gtk_button_new ();

  gtk_widget_add_css_class (button, "lane-head");
  gtk_widget_set_focus_on_click (button, FALSE);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "u", 0);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "diagram.show-host");
  gtk_widget_set_parent (button, GTK_WIDGET (self));
  return button;
}

/* Keeps a button over each head in sight. Not while widgets get their sizes. */
static gboolean
on_heads_stale (gpointer data)
{
  DiagramView *self = data;
  guint        first = 0;
  guint        n = 0;

  self->head_idle = 0;
  if (self->layout != NULL && self->session != NULL)
    find_heads_in_sight (self, &first, &n);
  while (self->heads->len > n)
    g_ptr_array_remove_index (self->heads, self->heads->len - 1);
  while (self->heads->len < n)
    g_ptr_array_add (self->heads, new_head (self));
  self->first_head = first;
  for (guint i = 0; i < n; i++)
    name_head (self, g_ptr_array_index (self->heads, i), first + i);
  gtk_widget_queue_allocate (GTK_WIDGET (self));
  return G_SOURCE_REMOVE;
}

static void
update_heads (DiagramView *self)
{
  if (self->head_idle == 0)
    self->head_idle = g_idle_add_full (GTK_PRIORITY_RESIZE - 1, on_heads_stale, self, NULL);
}

/* Lanes that have moved since may be out of sight: the next update sees to it. */
static void
allocate_heads (DiagramView *self)
{
  double scroll = get_scroll (self, GTK_ORIENTATION_HORIZONTAL);

  guint  n_lanes = diagram_model_get_n_lanes (diagram_layout_get_model (self->layout));

  for (guint i = 0; i < self->heads->len && n_lanes > 0; i++)
    {
      GtkWidget *button = g_ptr_array_index (self->heads, i);
      DiagramBox box;
      int        minimum;

      diagram_layout_get_head_box (self->layout, MIN (self->first_head + i, n_lanes - 1), &box);
      gtk_widget_measure (button, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
      gtk_widget_measure (button, GTK_ORIENTATION_VERTICAL, -1, &minimum, NULL, NULL, NULL);
      gtk_widget_size_allocate (button,
                                &(GtkAllocation){ (int) (box.x1 - scroll), (int) box.y1,
                                                  MAX ((int) (box.x2 - box.x1), 1),
                                                  MAX ((int) (box.y2 - box.y1), 1) },
                                -1);
    }
}

static void
on_show_host (GtkWidget *widget, const char *action, GVariant *target)
{
  DiagramView *self = DIAGRAM_VIEW (widget);

  if (self->session == NULL)
    return;
  app_session_set_host (self->session, g_variant_get_uint32 (target));
  gtk_widget_activate_action (widget, "win.show-tab", "s", "host");
}

static void
rebuild_layout (DiagramView *self)
{
  DiagramOptions options;

  g_clear_pointer (&self->layout, diagram_layout_free);
  self->hovered = DIAGRAM_NONE;
  if (self->session != NULL)
    {
      diagram_options_init (&options);
      options.level = app_session_get_level (self->session);
      options.width = MAX (gtk_widget_get_width (GTK_WIDGET (self)), 1);
      options.text_scale = self->zoom;
      options.future =
          self->is_future_hidden ? DIAGRAM_FUTURE_HIDDEN : DIAGRAM_FUTURE_FAINT;
      self->layout = diagram_layout_new (app_session_get_log (self->session), &options);
      diagram_layout_set_chips (self->layout, get_chips, self);
    }
  update_heads (self);
  configure_adjustments (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* Painting */

static void
paint_hover (DiagramView *self, cairo_t *cr, double scroll_y, double width)
{
  if (self->hovered >= diagram_layout_get_n_rows (self->layout))
    return;
  cairo_set_source_rgba (cr, 0.5, 0.5, 0.5, 0.1);
  cairo_rectangle (cr, 0, diagram_layout_get_row_y (self->layout, self->hovered) - scroll_y, width,
                   diagram_layout_get_row_height (self->layout, self->hovered));
  cairo_fill (cr);
}

static void
paint_selection (DiagramView *self, cairo_t *cr, double scroll_y, double width)
{
  guint         selected = app_session_get_selected (self->session);
  guint         row;
  double        y, height;
  DiagramColour background = diagram_theme_get_background (self->variant);
  gboolean      is_dark = background.red < 0.5;

  if (selected == APP_NO_EVENT || !app_session_is_visible (self->session, selected))
    return;
  row = diagram_model_find_row (diagram_layout_get_model (self->layout), selected);
  if (row == DIAGRAM_NONE)
    return;
  y = diagram_layout_get_row_y (self->layout, row) - scroll_y;
  height = diagram_layout_get_row_height (self->layout, row);
  cairo_set_source_rgba (cr, 0.21, 0.52, 0.89, is_dark ? 0.28 : 0.14);
  cairo_rectangle (cr, 0, y, width, height);
  cairo_fill (cr);
  cairo_set_source_rgba (cr, 0.21, 0.52, 0.89, 1);
  cairo_rectangle (cr, 0, y, 3, height);
  cairo_fill (cr);
}

static void
paint_flight (DiagramView *self, cairo_t *cr, double scroll_x, double scroll_y)
{
  double        progress = app_session_get_progress (self->session);
  guint         row = get_n_happened (self);
  DiagramFlight flight;
  DiagramItem   item = { .kind = DIAGRAM_ITEM_MARK, .style = DIAGRAM_STYLE_LETTER };
  DiagramPaint  paint;

  if (!app_session_get_playing (self->session) || progress <= 0 ||
      row >= diagram_layout_get_n_rows (self->layout) ||
      !diagram_flight_at (self->layout, row, progress, &flight))
    return;
  item.mark = (guint8) flight.mark;
  item.colour = (guint8) flight.colour;
  diagram_theme_get_paint (self->variant, &item, &paint);
  paint.stroke.alpha *= (float) flight.opacity;
  paint.fill.alpha *= (float) flight.opacity;
  diagram_cairo_paint_mark (cr, flight.mark, flight.x - scroll_x, flight.y - scroll_y,
                            MARKER_SIZE * self->zoom, &paint);
}

static void
paint_heads (DiagramView *self, cairo_t *cr, double scroll_x)
{
  diagram_list_clear (self->list);
  diagram_layout_build_heads (self->layout, self->list);
  diagram_cairo_paint (cr, self->list, self->variant, self->zoom, scroll_x, 0);
}

static void
diagram_view_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  DiagramView    *self = DIAGRAM_VIEW (widget);
  int             width = gtk_widget_get_width (widget);
  int             height = gtk_widget_get_height (widget);
  DiagramColour   colour = diagram_theme_get_background (self->variant);
  GdkRGBA         background = { colour.red, colour.green, colour.blue, 1 };
  graphene_rect_t bounds = GRAPHENE_RECT_INIT (0, 0, (float) width, (float) height);
  double          scroll_x = get_scroll (self, GTK_ORIENTATION_HORIZONTAL);
  double          scroll_y = get_scroll (self, GTK_ORIENTATION_VERTICAL);
  double          head_height;
  cairo_t        *cr;

  gtk_snapshot_append_color (snapshot, &background, &bounds);
  if (self->layout == NULL)
    return;
  head_height = diagram_layout_get_head_height (self->layout);
  diagram_layout_set_playhead (self->layout, get_n_happened (self));
  gtk_snapshot_push_clip (snapshot, &bounds);
  cr = gtk_snapshot_append_cairo (snapshot, &bounds);
  cairo_save (cr);
  cairo_rectangle (cr, 0, head_height, width, MAX (height - head_height, 0));
  cairo_clip (cr);
  cairo_translate (cr, 0, head_height);
  paint_hover (self, cr, scroll_y, width);
  paint_selection (self, cr, scroll_y, width);
  diagram_list_clear (self->list);
  diagram_layout_build (self->layout, scroll_y, scroll_y + height - head_height, self->list);
  diagram_cairo_paint (cr, self->list, self->variant, self->zoom, scroll_x, scroll_y);
  paint_flight (self, cr, scroll_x, scroll_y);
  cairo_restore (cr);
  paint_heads (self, cr, scroll_x);
  cairo_destroy (cr);
  for (guint i = 0; i < self->heads->len; i++)
    gtk_widget_snapshot_child (widget, g_ptr_array_index (self->heads, i), snapshot);
  gtk_snapshot_pop (snapshot);
}

/* Following the playhead */

static void
follow (DiagramView *self)
{
  GtkAdjustment *adjustment = self->adjustments[GTK_ORIENTATION_VERTICAL];
  guint          row = get_current_row (self);
  double         page, target, value;

  if (row == DIAGRAM_NONE || adjustment == NULL)
    return;
  page = gtk_adjustment_get_page_size (adjustment);
  value = gtk_adjustment_get_value (adjustment);
  target = diagram_layout_get_row_y (self->layout, row) - page * FOLLOW_FRACTION;
  target = CLAMP (target, 0, gtk_adjustment_get_upper (adjustment) - page);
  if (fabs (target - value) > page)
    gtk_adjustment_set_value (adjustment, target);
  else
    gtk_adjustment_set_value (adjustment, value + (target - value) * FOLLOW_SPEED);
}

static gboolean
is_animated (DiagramView *self)
{
  gboolean value = TRUE;

  g_object_get (gtk_widget_get_settings (GTK_WIDGET (self)), "gtk-enable-animations", &value, NULL);
  return value;
}

static gboolean
on_tick (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  DiagramView *self = DIAGRAM_VIEW (widget);

  if (self->session == NULL ||
      !app_session_tick (self->session, gdk_frame_clock_get_frame_time (clock),
                         is_animated (self)))
    {
      self->tick = 0;
      gtk_widget_queue_draw (widget);
      return G_SOURCE_REMOVE;
    }
  follow (self);
  gtk_widget_queue_draw (widget);
  return G_SOURCE_CONTINUE;
}

void
diagram_view_reveal (DiagramView *self, guint position)
{
  GtkAdjustment *adjustment = self->adjustments[GTK_ORIENTATION_VERTICAL];
  guint          row;
  double         y;

  if (self->layout == NULL || adjustment == NULL || position == APP_NO_EVENT)
    return;
  row = diagram_model_find_row (diagram_layout_get_model (self->layout), position);
  if (row == DIAGRAM_NONE)
    return;
  y = diagram_layout_get_row_y (self->layout, row);
  gtk_adjustment_clamp_page (adjustment, MAX (y - SCROLL_STEP, 0),
                             y + diagram_layout_get_row_height (self->layout, row) + SCROLL_STEP);
}

/* Session */

static void
update_label (DiagramView *self)
{
  guint            selected = app_session_get_selected (self->session);
  g_autofree char *label = NULL;

  if (selected == APP_NO_EVENT)
    label = g_strdup (_("Ladder: nothing is selected"));
  else
    label = trace_text_dup_description (app_session_get_log (self->session), selected);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

static void
on_session_changed (AppSession *session, GParamSpec *pspec, DiagramView *self)
{
  if (g_str_equal (pspec->name, "level"))
    rebuild_layout (self);
  if (g_str_equal (pspec->name, "playing") && app_session_get_playing (session) &&
      self->tick == 0)
    self->tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), on_tick, NULL, NULL);
  if (g_str_equal (pspec->name, "selected"))
    {
      update_label (self);
      if (!app_session_get_playing (session))
        diagram_view_reveal (self, app_session_get_selected (session));
    }
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
diagram_view_set_session (DiagramView *self, AppSession *session)
{
  if (self->session != NULL)
    g_signal_handlers_disconnect_by_data (self->session, self);
  g_set_object (&self->session, session);
  if (session != NULL)
    {
      g_signal_connect (session, "notify", G_CALLBACK (on_session_changed), self);
      update_label (self);
    }
  read_hosts (self);
  for (guint i = 0; i < G_N_ELEMENTS (self->adjustments); i++)
    if (self->adjustments[i] != NULL)
      gtk_adjustment_set_value (self->adjustments[i], 0);
  rebuild_layout (self);
}

double
diagram_view_get_zoom (DiagramView *self)
{
  return self->zoom;
}

void
diagram_view_set_zoom (DiagramView *self, double zoom)
{
  zoom = CLAMP (zoom, DIAGRAM_VIEW_ZOOM_MIN, DIAGRAM_VIEW_ZOOM_MAX);
  if (zoom == self->zoom)
    return;
  self->zoom = zoom;
  rebuild_layout (self);
  if (self->session != NULL)
    diagram_view_reveal (self, app_session_get_selected (self->session));
}

void
diagram_view_set_future_hidden (DiagramView *self, gboolean is_hidden)
{
  if (self->is_future_hidden == is_hidden)
    return;
  self->is_future_hidden = is_hidden;
  rebuild_layout (self);
}

/* Pointer */

/* Returns: the position of the event at a point of the widget, or APP_NO_EVENT. */
static guint
find_event (DiagramView *self, double x, double y)
{
  double head_height;
  guint  position;

  if (self->layout == NULL)
    return APP_NO_EVENT;
  head_height = diagram_layout_get_head_height (self->layout);
  if (y < head_height)
    return APP_NO_EVENT;
  position = diagram_layout_hit (self->layout, x + get_scroll (self, GTK_ORIENTATION_HORIZONTAL),
                                 y - head_height + get_scroll (self, GTK_ORIENTATION_VERTICAL));
  return position != DIAGRAM_NONE ? position : APP_NO_EVENT;
}

static void
on_pressed (GtkGestureClick *gesture, int n_press, double x, double y, DiagramView *self)
{
  /* The heads are buttons. */
  if (self->layout != NULL && y < diagram_layout_get_head_height (self->layout))
    return;
  gtk_widget_grab_focus (GTK_WIDGET (self));
  if (self->session != NULL)
    app_session_set_selected (self->session, find_event (self, x, y));
  if (n_press == 2)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.show-inspector", NULL);
}

/* Lights the row under the pointer. */
static void
set_pointer (DiagramView *self, double y)
{
  guint  hovered = DIAGRAM_NONE;
  double head_height;

  self->pointer_y = y;
  if (self->layout != NULL)
    {
      head_height = diagram_layout_get_head_height (self->layout);
      if (y >= head_height)
        hovered = diagram_layout_find_row (
            self->layout, y - head_height + get_scroll (self, GTK_ORIENTATION_VERTICAL));
    }
  if (hovered == self->hovered)
    return;
  self->hovered = hovered;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
on_motion (GtkEventControllerMotion *controller, double x, double y, DiagramView *self)
{
  set_pointer (self, y);
}

static void
on_leave (GtkEventControllerMotion *controller, DiagramView *self)
{
  set_pointer (self, -1);
}

/* Zooms so that what is under the pointer stays there. */
static void
zoom_at_pointer (DiagramView *self, double zoom)
{
  GtkAdjustment *adjustment = self->adjustments[GTK_ORIENTATION_VERTICAL];
  guint          row = self->hovered;
  double         y, within;

  if (self->layout == NULL || adjustment == NULL || row == DIAGRAM_NONE)
    {
      diagram_view_set_zoom (self, zoom);
      return;
    }
  y = self->pointer_y - diagram_layout_get_head_height (self->layout);
  within = (y + gtk_adjustment_get_value (adjustment) -
            diagram_layout_get_row_y (self->layout, row)) /
           diagram_layout_get_row_height (self->layout, row);
  diagram_view_set_zoom (self, zoom);
  y = self->pointer_y - diagram_layout_get_head_height (self->layout);
  gtk_adjustment_set_value (adjustment,
                            diagram_layout_get_row_y (self->layout, row) +
                                within * diagram_layout_get_row_height (self->layout, row) - y);
}

static gboolean
on_scroll (GtkEventControllerScroll *controller, double dx, double dy, DiagramView *self)
{
  GdkModifierType state =
      gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (controller));

  if ((state & GDK_CONTROL_MASK) == 0)
    return FALSE;
  zoom_at_pointer (self, self->zoom * pow (1.1, -dy));
  return TRUE;
}

static gboolean
on_query_tooltip (GtkWidget  *widget,
                  int         x,
                  int         y,
                  gboolean    is_keyboard,
                  GtkTooltip *tooltip,
                  gpointer    data)
{
  DiagramView     *self = DIAGRAM_VIEW (widget);
  guint            position = is_keyboard || self->session == NULL ? APP_NO_EVENT
                                                                   : find_event (self, x, y);
  g_autofree char *text = NULL;

  if (position == APP_NO_EVENT)
    return FALSE;
  text = trace_text_dup_description (app_session_get_log (self->session), position);
  gtk_tooltip_set_text (tooltip, text);
  return TRUE;
}

/* Widget */

static void
on_dark_changed (AdwStyleManager *manager, GParamSpec *pspec, DiagramView *self)
{
  /* What saves ink on paper has the strongest lines on a screen. */
  if (adw_style_manager_get_dark (manager))
    self->variant = DIAGRAM_THEME_DARK;
  else
    self->variant = adw_style_manager_get_high_contrast (manager) ? DIAGRAM_THEME_PRINT
                                                                  : DIAGRAM_THEME_LIGHT;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
diagram_view_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  DiagramView *self = DIAGRAM_VIEW (widget);

  if (self->layout != NULL && diagram_layout_get_options (self->layout)->width != MAX (width, 1))
    {
      diagram_layout_set_width (self->layout, MAX (width, 1));
      update_heads (self);
    }
  configure_adjustments (self);
  if (self->layout != NULL)
    allocate_heads (self);
}

static void
diagram_view_measure (GtkWidget      *widget,
                      GtkOrientation  orientation,
                      int             for_size,
                      int            *minimum,
                      int            *natural,
                      int            *minimum_baseline,
                      int            *natural_baseline)
{
  *minimum = 160;
  *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? 800 : 600;
}

/* What is under a pointer that stays is another row now. */
static void
on_scrolled (DiagramView *self)
{
  set_pointer (self, self->pointer_y);
  update_heads (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
set_adjustment (DiagramView *self, GtkOrientation orientation, GtkAdjustment *adjustment)
{
  if (self->adjustments[orientation] != NULL)
    g_signal_handlers_disconnect_by_data (self->adjustments[orientation], self);
  g_clear_object (&self->adjustments[orientation]);
  if (adjustment == NULL)
    return;
  self->adjustments[orientation] = g_object_ref_sink (adjustment);
  g_signal_connect_swapped (adjustment, "value-changed", G_CALLBACK (on_scrolled), self);
  configure_adjustments (self);
}

static void
diagram_view_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  DiagramView *self = DIAGRAM_VIEW (object);

  if (id == PROP_HADJUSTMENT)
    set_adjustment (self, GTK_ORIENTATION_HORIZONTAL, g_value_get_object (value));
  else if (id == PROP_VADJUSTMENT)
    set_adjustment (self, GTK_ORIENTATION_VERTICAL, g_value_get_object (value));
}

static void
diagram_view_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  DiagramView *self = DIAGRAM_VIEW (object);

  if (id == PROP_HADJUSTMENT)
    g_value_set_object (value, self->adjustments[GTK_ORIENTATION_HORIZONTAL]);
  else if (id == PROP_VADJUSTMENT)
    g_value_set_object (value, self->adjustments[GTK_ORIENTATION_VERTICAL]);
  else
    g_value_set_enum (value, GTK_SCROLL_NATURAL);
}

static void
diagram_view_dispose (GObject *object)
{
  DiagramView *self = DIAGRAM_VIEW (object);

  if (self->session != NULL)
    g_signal_handlers_disconnect_by_data (self->session, self);
  g_signal_handlers_disconnect_by_data (adw_style_manager_get_default (), self);
  g_clear_handle_id (&self->reading, g_source_remove);
  g_clear_handle_id (&self->head_idle, g_source_remove);
  g_clear_pointer (&self->heads, g_ptr_array_unref);
  g_clear_object (&self->session);
  for (guint i = 0; i < G_N_ELEMENTS (self->adjustments); i++)
    set_adjustment (self, (GtkOrientation) i, NULL);
  g_clear_pointer (&self->layout, diagram_layout_free);
  g_clear_pointer (&self->list, diagram_list_free);
  G_OBJECT_CLASS (diagram_view_parent_class)->dispose (object);
}

static void
diagram_view_class_init (DiagramViewClass *klass)
{
  GObjectClass   *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = diagram_view_dispose;
  object_class->set_property = diagram_view_set_property;
  object_class->get_property = diagram_view_get_property;
  widget_class->snapshot = diagram_view_snapshot;
  widget_class->measure = diagram_view_measure;
  widget_class->size_allocate = diagram_view_size_allocate;
  g_object_class_override_property (object_class, PROP_HADJUSTMENT, "hadjustment");
  g_object_class_override_property (object_class, PROP_VADJUSTMENT, "vadjustment");
  g_object_class_override_property (object_class, PROP_HSCROLL_POLICY, "hscroll-policy");
  g_object_class_override_property (object_class, PROP_VSCROLL_POLICY, "vscroll-policy");
  gtk_widget_class_install_action (widget_class, "diagram.show-host", "u", on_show_host);
  gtk_widget_class_set_css_name (widget_class, "ladder");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
diagram_view_init (DiagramView *self)
{
  GtkGesture         *click = gtk_gesture_click_new ();
  GtkEventController *scroll =
      gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_VERTICAL);
  GtkEventController *motion = gtk_event_controller_motion_new ();
  AdwStyleManager    *manager = adw_style_manager_get_default ();

  self->zoom = 1;
  self->pointer_y = -1;
  self->hovered = DIAGRAM_NONE;
  self->list = diagram_list_new ();
  self->heads = g_ptr_array_new_with_free_func ((GDestroyNotify) gtk_widget_unparent);
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  gtk_widget_set_has_tooltip (GTK_WIDGET (self), TRUE);
  g_signal_connect (self, "query-tooltip", G_CALLBACK (on_query_tooltip), NULL);
  g_signal_connect (click, "pressed", G_CALLBACK (on_pressed), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
  gtk_event_controller_set_propagation_phase (scroll, GTK_PHASE_CAPTURE);
  g_signal_connect (scroll, "scroll", G_CALLBACK (on_scroll), self);
  gtk_widget_add_controller (GTK_WIDGET (self), scroll);
  g_signal_connect (motion, "motion", G_CALLBACK (on_motion), self);
  g_signal_connect (motion, "leave", G_CALLBACK (on_leave), self);
  gtk_widget_add_controller (GTK_WIDGET (self), motion);
  g_signal_connect (manager, "notify::dark", G_CALLBACK (on_dark_changed), self);
  g_signal_connect (manager, "notify::high-contrast", G_CALLBACK (on_dark_changed), self);
  on_dark_changed (manager, NULL, self);
}

GtkWidget *
diagram_view_new (void)
{
  return g_object_new (DIAGRAM_TYPE_VIEW, NULL);
}
