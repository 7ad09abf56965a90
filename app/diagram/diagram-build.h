/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "diagram-layout.h"

G_BEGIN_DECLS

/* What the two halves of DiagramLayout share and nobody else needs: diagram-layout.c knows where
 * things are, diagram-build.c makes items of them. Sizes in layout units at text scale 1. */

#define DIAGRAM_TIME_WIDTH 92.0 /* the time axis at the left */
#define DIAGRAM_MARGIN 16.0     /* at the right, and around notes */
#define DIAGRAM_HEAD_HEIGHT 76.0
#define DIAGRAM_BAR_WIDTH 8.0
#define DIAGRAM_SLANT 5.0       /* of arrows whose arrival is known */
#define DIAGRAM_NOTE_REACH 1.55 /* of a gap: how wide a note may be */
#define DIAGRAM_NOTE_ROOM 300.0 /* or this much, where lanes are close: two lines of a sentence */

/** Where things are in a row, from its upper edge. */
typedef struct
{
  double height;
  double text; /* baseline of the label above the arrow */
  double arrow;
} DiagramRowShape;

const DiagramRowShape *diagram_layout_get_shape (DiagramLayout *self, guint row);

/** Returns: the smaller of the gaps beside @lane; the whole width when it is alone. */
double diagram_layout_get_room (DiagramLayout *self, guint lane);

/** Returns: how wide a note on @lane may be. */
double diagram_layout_get_note_room (DiagramLayout *self, guint lane);

/** Fills @out_chips. Returns: whether the heads show chips, and this one has any. */
gboolean diagram_layout_get_chips (DiagramLayout *self, guint actor, DiagramChips *out_chips);

double diagram_layout_get_actor_x (DiagramLayout *self, guint actor);

/** Returns: how far the bar in @slot is from its lane. */
double diagram_layout_get_slot_offset (DiagramLayout *self, guint slot);

G_END_DECLS
