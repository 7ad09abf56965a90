/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "diagram-layout.h"

#include <math.h>

#include "diagram-build.h"

/* Sizes in layout units at text scale 1; diagram-build.h has those that the drawing shares. */
#define LANE_WIDTH_MIN 96.0  /* from lane to lane */
#define LANE_ROOM_MAX 340.0  /* wider gaps make arrows hard to follow */
#define ASIDE_SHARE 0.62     /* of a gap, next to a name server: few arrows end there */
#define SLOT_WIDTH 10.0
#define SLOTS_DRAWN_MAX 5    /* more concurrent connections than these share the last place */
#define EMPTY_HEIGHT 120.0

static const DiagramRowShape shapes[DIAGRAM_N_ROW_KINDS] = {
  [DIAGRAM_ROW_LETTER] = { 84, 24, 48 }, [DIAGRAM_ROW_STAGE] = { 70, 0, 35 },
  [DIAGRAM_ROW_UNIT] = { 38, 18, 26 },   [DIAGRAM_ROW_CONTROL] = { 36, 17, 25 },
  [DIAGRAM_ROW_PACKET] = { 32, 15, 22 }, [DIAGRAM_ROW_NOTE] = { 40, 0, 20 },
};

struct _DiagramLayout
{
  DiagramModel  *model;
  DiagramOptions options;
  guint16       *hidden; /* owned, behind options.hidden */
  GArray        *y;      /* of double: the upper edge of each row, and the end of the last */
  GArray        *x;      /* of double: the lanes */
  double         width;
  guint          epoch;

  DiagramChipsFunc chips; /* (nullable) */
  gpointer         chips_data;
};

void
diagram_options_init (DiagramOptions *options)
{
  *options = (DiagramOptions){
    .level = TRACE_LEVEL_DIALOGUE,
    .axis = DIAGRAM_AXIS_SEQUENCE,
    .width = 960,
    .text_scale = 1,
    .playhead = DIAGRAM_NONE,
    .future = DIAGRAM_FUTURE_FAINT,
    .variant = DIAGRAM_THEME_LIGHT,
    .columns = 80,
  };
}

DiagramModel *
diagram_layout_get_model (DiagramLayout *self)
{
  return self->model;
}

const DiagramOptions *
diagram_layout_get_options (DiagramLayout *self)
{
  return &self->options;
}

guint
diagram_layout_get_epoch (DiagramLayout *self)
{
  return self->epoch;
}

double
diagram_layout_get_width (DiagramLayout *self)
{
  return self->width;
}

double
diagram_layout_get_height (DiagramLayout *self)
{
  guint n_rows = diagram_layout_get_n_rows (self);

  return n_rows > 0 ? diagram_layout_get_row_y (self, n_rows)
                    : EMPTY_HEIGHT * self->options.text_scale;
}

double
diagram_layout_get_head_height (DiagramLayout *self)
{
  return DIAGRAM_HEAD_HEIGHT * self->options.text_scale;
}

guint
diagram_layout_get_n_rows (DiagramLayout *self)
{
  return diagram_model_get_n_rows (self->model);
}

const DiagramRowShape *
diagram_layout_get_shape (DiagramLayout *self, guint row)
{
  return &shapes[diagram_model_get_row_kind (self->model, row)];
}

double
diagram_layout_get_row_y (DiagramLayout *self, guint row)
{
  return g_array_index (self->y, double, row);
}

double
diagram_layout_get_row_height (DiagramLayout *self, guint row)
{
  return diagram_layout_get_row_y (self, row + 1) - diagram_layout_get_row_y (self, row);
}

double
diagram_layout_get_lane_x (DiagramLayout *self, guint lane)
{
  return g_array_index (self->x, double, lane);
}

guint
diagram_layout_find_row (DiagramLayout *self, double y)
{
  guint low = 0;
  guint high = diagram_layout_get_n_rows (self);

  if (high == 0 || y < 0 || y >= diagram_layout_get_height (self))
    return DIAGRAM_NONE;
  while (high - low > 1)
    {
      guint middle = low + (high - low) / 2;

      if (diagram_layout_get_row_y (self, middle) <= y)
        low = middle;
      else
        high = middle;
    }
  return low;
}

guint
diagram_layout_find_lane (DiagramLayout *self, double x)
{
  guint nearest = DIAGRAM_NONE;

  for (guint lane = 0; lane < self->x->len; lane++)
    if (nearest == DIAGRAM_NONE || fabs (diagram_layout_get_lane_x (self, lane) - x) <
                                       fabs (diagram_layout_get_lane_x (self, nearest) - x))
      nearest = lane;
  return nearest;
}

/* Lanes */

static double
get_gap_share (DiagramLayout *self, guint lane)
{
  return diagram_model_is_lane_aside (self->model, lane) ? ASIDE_SHARE : 1;
}

double
diagram_layout_get_actor_x (DiagramLayout *self, guint actor)
{
  return diagram_layout_get_lane_x (self, diagram_model_get_actor_lane (self->model, actor));
}

/* The smaller of the gaps beside a lane, or the other one at an edge. */
double
diagram_layout_get_room (DiagramLayout *self, guint lane)
{
  double left = lane > 0 ? diagram_layout_get_lane_x (self, lane) -
                               diagram_layout_get_lane_x (self, lane - 1)
                         : HUGE_VAL;
  double right = lane + 1 < self->x->len ? diagram_layout_get_lane_x (self, lane + 1) -
                                               diagram_layout_get_lane_x (self, lane)
                                         : HUGE_VAL;
  double room = MIN (left, right);

  return room < HUGE_VAL ? room : self->width - DIAGRAM_TIME_WIDTH * self->options.text_scale;
}

double
diagram_layout_get_note_room (DiagramLayout *self, guint lane)
{
  return MAX (diagram_layout_get_room (self, lane) * DIAGRAM_NOTE_REACH,
              DIAGRAM_NOTE_ROOM * self->options.text_scale);
}

gboolean
diagram_layout_get_chips (DiagramLayout *self, guint actor, DiagramChips *out_chips)
{
  DiagramChips chips = { 0, 0 };

  if (self->chips != NULL)
    self->chips (actor, &chips, self->chips_data);
  *out_chips = chips;
  return chips.n_queued > 0 || chips.n_stored > 0;
}

/* Lanes share the width equally but for name servers, with half a gap at each side. */
static void
place_lanes (DiagramLayout *self)
{
  guint  n_lanes = diagram_model_get_n_lanes (self->model);
  double scale = self->options.text_scale;
  double time = DIAGRAM_TIME_WIDTH * scale;
  double n_shares = 0;
  double share, left;

  for (guint lane = 0; lane < n_lanes; lane++)
    n_shares += get_gap_share (self, lane);
  share = (self->options.width - time - DIAGRAM_MARGIN * scale) / MAX (n_shares, 1);
  share = CLAMP (share, MIN (LANE_WIDTH_MIN * scale, DIAGRAM_WIDTH_MAX / MAX (n_shares, 1)),
                 LANE_ROOM_MAX * scale);
  self->width = MAX (self->options.width, time + share * n_shares + DIAGRAM_MARGIN * scale);
  self->width = MIN (self->width, MAX (DIAGRAM_WIDTH_MAX, self->options.width));
  /* A few lanes in a wide window stand together in the middle of it. */
  left = time + MAX (0, (self->width - time - DIAGRAM_MARGIN * scale - share * n_shares) / 2);
  share = MIN (share, (self->width - time - DIAGRAM_MARGIN * scale) / MAX (n_shares, 1));
  g_array_set_size (self->x, n_lanes);
  for (guint lane = 0; lane < n_lanes; lane++)
    {
      double own = share * get_gap_share (self, lane);

      g_array_index (self->x, double, lane) = left + own / 2;
      left += own;
    }
  self->epoch++;
}

/* Rows: places */

/* Where a connection's bar is on a lane; 0 without one. */
double
diagram_layout_get_slot_offset (DiagramLayout *self, guint slot)
{
  return MIN (slot, SLOTS_DRAWN_MAX - 1) * SLOT_WIDTH * self->options.text_scale;
}

static double
get_end_x (DiagramLayout *self, const TraceEvent *event, gboolean is_from)
{
  guint             actor = is_from ? event->from : event->to;
  double            x = diagram_layout_get_actor_x (self, actor);
  const DiagramBar *bar = event->kind == TRACE_MESSAGE || event->connection == 0
                              ? NULL
                              : diagram_model_get_bar (self->model, event->connection);

  if (bar == NULL)
    return x;
  return x +
         diagram_layout_get_slot_offset (self, actor == bar->from ? bar->from_slot : bar->to_slot);
}

void
diagram_layout_get_stretch (DiagramLayout *self, guint row, DiagramStretch *out_stretch)
{
  guint             position = diagram_model_get_position (self->model, row);
  const TraceEvent *event = trace_log_get_event (diagram_model_get_log (self->model), position);
  DiagramRowKind    kind = diagram_model_get_row_kind (self->model, row);
  double            scale = self->options.text_scale;
  double            gap = kind == DIAGRAM_ROW_LETTER ? 0 : DIAGRAM_BAR_WIDTH / 2 * scale;
  double            height = shapes[kind].height * scale;
  double            x1 = get_end_x (self, event, TRUE);
  double            x2 = get_end_x (self, event, FALSE);
  /* Gaps of a time axis come before the row. */
  double y = diagram_layout_get_row_y (self, row + 1) - height + shapes[kind].arrow * scale;

  *out_stretch = (DiagramStretch){ x1, y, x2, y };
  if (event->from == event->to)
    return;
  out_stretch->x1 += x2 > x1 ? gap : -gap;
  out_stretch->x2 -= x2 > x1 ? gap : -gap;
  if (event->arrival_us != TRACE_NO_TIME && event->arrival_us > event->time_us &&
      kind != DIAGRAM_ROW_LETTER)
    out_stretch->y2 += DIAGRAM_SLANT * scale;
}

guint
diagram_layout_hit (DiagramLayout *self, double x, double y)
{
  guint          row = diagram_layout_find_row (self, y);
  DiagramStretch stretch;
  double         slack = DIAGRAM_MARGIN * self->options.text_scale;

  if (row == DIAGRAM_NONE)
    return DIAGRAM_NONE;
  diagram_layout_get_stretch (self, row, &stretch);
  if (stretch.x1 == stretch.x2) /* a note, as wide as it may be */
    slack = diagram_layout_get_note_room (self, diagram_layout_find_lane (self, stretch.x1)) / 2;
  if (x >= DIAGRAM_TIME_WIDTH * self->options.text_scale &&
      (x < MIN (stretch.x1, stretch.x2) - slack || x > MAX (stretch.x1, stretch.x2) + slack))
    return DIAGRAM_NONE;
  return diagram_model_get_position (self->model, row);
}

/* Lifecycle */

/* The room that the wait before @row takes. */
static double
get_wait_gap (DiagramLayout *self, guint row)
{
  TraceLog *log = diagram_model_get_log (self->model);
  gint64    wait_us;

  if (self->options.axis == DIAGRAM_AXIS_SEQUENCE || row == 0)
    return 0;
  wait_us = trace_log_get_event (log, diagram_model_get_position (self->model, row))->time_us -
            trace_log_get_event (log, diagram_model_get_position (self->model, row - 1))->time_us;
  if (wait_us <= 1000)
    return 0;
  return CLAMP (12 * log10 ((double) wait_us / 1000), 0, 72) * self->options.text_scale;
}

static void
extend_rows (DiagramLayout *self)
{
  guint  n_rows = diagram_layout_get_n_rows (self);
  guint  row = self->y->len - 1;
  double y = g_array_index (self->y, double, row);

  g_array_set_size (self->y, n_rows + 1);
  for (; row < n_rows; row++)
    {
      y += shapes[diagram_model_get_row_kind (self->model, row)].height * self->options.text_scale +
           get_wait_gap (self, row);
      g_array_index (self->y, double, row + 1) = y;
    }
}

void
diagram_layout_update (DiagramLayout *self)
{
  if (diagram_model_update (self->model))
    place_lanes (self);
  extend_rows (self);
}

void
diagram_layout_set_width (DiagramLayout *self, double width)
{
  if (self->options.width == width)
    return;
  self->options.width = width;
  place_lanes (self);
}

void
diagram_layout_set_chips (DiagramLayout *self, DiagramChipsFunc func, gpointer user_data)
{
  self->chips = func;
  self->chips_data = user_data;
}

void
diagram_layout_set_playhead (DiagramLayout *self, guint playhead)
{
  self->options.playhead = playhead;
}

DiagramLayout *
diagram_layout_new (TraceLog *log, const DiagramOptions *options)
{
  DiagramLayout *self = g_new0 (DiagramLayout, 1);
  double         top = 0;

  self->options = *options;
  self->hidden = g_memdup2 (options->hidden, options->n_hidden * sizeof (guint16));
  self->options.hidden = self->hidden;
  self->model = diagram_model_new (log, options->level, options->hidden, options->n_hidden);
  self->y = g_array_new (FALSE, FALSE, sizeof (double));
  self->x = g_array_new (FALSE, FALSE, sizeof (double));
  g_array_append_val (self->y, top);
  place_lanes (self);
  extend_rows (self);
  return self;
}

void
diagram_layout_free (DiagramLayout *self)
{
  if (self == NULL)
    return;
  diagram_model_free (self->model);
  g_array_unref (self->y);
  g_array_unref (self->x);
  g_free (self->hidden);
  g_free (self);
}
