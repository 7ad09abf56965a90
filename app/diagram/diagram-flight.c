/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "diagram-flight.h"

#include <math.h>

/* A flight over this many layout units lasts as long as any. */
#define FAR 600.0
/* What never arrives fades over the last part of its way. */
#define FADE_FROM 0.6

static const TraceEvent *
get_event (DiagramLayout *layout, guint row)
{
  DiagramModel *model = diagram_layout_get_model (layout);

  return trace_log_get_event (diagram_model_get_log (model),
                              diagram_model_get_position (model, row));
}

static gboolean
is_lost (const TraceEvent *event)
{
  return (event->flags & TRACE_FLAG_LOST) != 0 || event->kind == TRACE_TIMEOUT;
}

gboolean
diagram_flight_at (DiagramLayout *layout, guint row, double progress, DiagramFlight *out_flight)
{
  DiagramModel     *model = diagram_layout_get_model (layout);
  const TraceEvent *event;
  DiagramStretch    stretch;
  DiagramFlight     flight = { .opacity = 1 };
  double            t = CLAMP (progress, 0, 1);
  gboolean          is_message;

  g_return_val_if_fail (row < diagram_layout_get_n_rows (layout), FALSE);
  event = get_event (layout, row);
  if (event->from == event->to)
    return FALSE;
  diagram_layout_get_stretch (layout, row, &stretch);
  t = t * t * (3 - 2 * t);
  if (is_lost (event))
    {
      flight.opacity = t < FADE_FROM ? 1 : (1 - t) / (1 - FADE_FROM);
      t *= DIAGRAM_LOST_SHARE;
    }
  flight.x = stretch.x1 + t * (stretch.x2 - stretch.x1);
  flight.y = stretch.y1 + t * (stretch.y2 - stretch.y1);
  flight.angle = atan2 (stretch.y2 - stretch.y1, stretch.x2 - stretch.x1);
  is_message = diagram_model_get_row_kind (model, row) == DIAGRAM_ROW_LETTER;
  flight.mark = is_message           ? DIAGRAM_MARK_ENVELOPE
                : event->message > 0 ? diagram_mark_for_message (event->message)
                                     : DIAGRAM_MARK_CIRCLE;
  flight.colour = diagram_mark_get_message_colour (event->message);
  *out_flight = flight;
  return TRUE;
}

gint64
diagram_flight_get_duration_us (DiagramLayout *layout, guint row)
{
  DiagramStretch stretch;
  double         share;

  g_return_val_if_fail (row < diagram_layout_get_n_rows (layout), 0);
  if (get_event (layout, row)->from == get_event (layout, row)->to)
    return 0;
  diagram_layout_get_stretch (layout, row, &stretch);
  share = MIN (fabs (stretch.x2 - stretch.x1) / FAR, 1);
  return DIAGRAM_FLIGHT_US_MIN +
         (gint64) (share * (DIAGRAM_FLIGHT_US_MAX - DIAGRAM_FLIGHT_US_MIN));
}

double
diagram_flight_get_row_opacity (guint row, double playhead, DiagramFuture future)
{
  double faint = future == DIAGRAM_FUTURE_FAINT ? DIAGRAM_FAINT_OPACITY : 0;
  double shown = CLAMP (playhead - row, 0, 1);

  return faint + shown * (1 - faint);
}
