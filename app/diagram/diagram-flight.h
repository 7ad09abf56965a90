/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "diagram-layout.h"
#include "diagram-mark.h"

G_BEGIN_DECLS

/** A marker on its way along a row's arrow. */
typedef struct
{
  double      x, y;
  double      angle;  /* of travel, radians, 0 to the right, y down */
  DiagramMark mark;
  guint       colour; /* as DiagramItem.colour */
  double      opacity; /* fades out where it is lost */
} DiagramFlight;

/** How long a flight lasts on screen at speed 1, by how far it goes. */
#define DIAGRAM_FLIGHT_US_MIN (80 * 1000)
#define DIAGRAM_FLIGHT_US_MAX (600 * 1000)

/**
 * diagram_flight_at:
 * @progress: 0 as it leaves to 1 as it arrives; eased, clamped
 *
 * Returns: whether there is anything to fly in @row (notes stay); @out_flight is untouched if not
 */
gboolean diagram_flight_at (DiagramLayout *layout, guint row, double progress,
                            DiagramFlight *out_flight);

/** Returns: how long the flight of @row lasts at speed 1, in microseconds; 0 for what stays. */
gint64 diagram_flight_get_duration_us (DiagramLayout *layout, guint row);

/** Returns: the opacity of a row when @playhead rows (and a fraction) have happened. */
double diagram_flight_get_row_opacity (guint row, double playhead, DiagramFuture future);

G_END_DECLS
