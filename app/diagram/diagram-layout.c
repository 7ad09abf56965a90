/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "diagram-layout.h"

#include <math.h>
#include <string.h>

#include <trace/trace-text.h>

#include "diagram-mark.h"
#include "diagram-metrics.h"

/* Sizes in layout units at text scale 1. */
#define TIME_WIDTH 84.0      /* the time axis at the left */
#define MARGIN 16.0          /* at the right, and around notes */
#define LANE_WIDTH_MIN 96.0  /* from lane to lane */
#define LANE_ROOM_MAX 340.0  /* wider gaps make arrows hard to follow */
#define ASIDE_SHARE 0.62     /* of a gap, next to a name server: few arrows end there */
#define HEAD_HEIGHT 76.0
#define HEAD_BOX_HEIGHT 52.0
#define HEAD_WIDTH_MAX 214.0
#define HEAD_ICON 20.0
#define HEAD_ICON_ROOM 92.0  /* narrower heads have no icon */
#define HEAD_TEXT_ROOM 28.0  /* and narrower ones no text */
#define BAR_WIDTH 8.0
#define SLOT_WIDTH 10.0
#define SLOTS_DRAWN_MAX 5    /* more concurrent connections than these share the last place */
#define SLANT 5.0
#define NOTE_WIDTH_MIN 60.0
#define NOTE_REACH 1.55      /* of a gap: how wide a note may be */
#define EMPTY_HEIGHT 120.0

/* Where things are in a row, from its upper edge. */
typedef struct
{
  double height;
  double text;  /* baseline of the label above the arrow */
  double arrow;
} RowShape;

static const RowShape shapes[DIAGRAM_N_ROW_KINDS] = {
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
};

/* What the building of one list hands down. */
typedef struct
{
  DiagramLayout    *self;
  DiagramList      *list;
  TraceLog         *log;
  double            y1, y2;   /* the part that is built */
  double            scale;
  guint             row;
  const TraceEvent *event;
  DiagramItem       base;     /* row, position, flags and style of the row's items */
} Build;

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
  return HEAD_HEIGHT * self->options.text_scale;
}

guint
diagram_layout_get_n_rows (DiagramLayout *self)
{
  return diagram_model_get_n_rows (self->model);
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

static double
get_lane_x_of_actor (DiagramLayout *self, guint actor)
{
  return diagram_layout_get_lane_x (self, diagram_model_get_actor_lane (self->model, actor));
}

/* The smaller of the gaps beside a lane, or the other one at an edge. */
static double
get_room (DiagramLayout *self, guint lane)
{
  double left = lane > 0 ? diagram_layout_get_lane_x (self, lane) -
                               diagram_layout_get_lane_x (self, lane - 1)
                         : HUGE_VAL;
  double right = lane + 1 < self->x->len ? diagram_layout_get_lane_x (self, lane + 1) -
                                               diagram_layout_get_lane_x (self, lane)
                                         : HUGE_VAL;
  double room = MIN (left, right);

  return room < HUGE_VAL ? room : self->width - TIME_WIDTH * self->options.text_scale;
}

/* Lanes share the width equally but for name servers, with half a gap at each side. */
static void
place_lanes (DiagramLayout *self)
{
  guint  n_lanes = diagram_model_get_n_lanes (self->model);
  double scale = self->options.text_scale;
  double time = TIME_WIDTH * scale;
  double n_shares = 0;
  double share, left;

  for (guint lane = 0; lane < n_lanes; lane++)
    n_shares += get_gap_share (self, lane);
  share = (self->options.width - time - MARGIN * scale) / MAX (n_shares, 1);
  share = CLAMP (share, MIN (LANE_WIDTH_MIN * scale, DIAGRAM_WIDTH_MAX / MAX (n_shares, 1)),
                 LANE_ROOM_MAX * scale);
  self->width = MAX (self->options.width, time + share * n_shares + MARGIN * scale);
  self->width = MIN (self->width, MAX (DIAGRAM_WIDTH_MAX, self->options.width));
  /* A few lanes in a wide window stand together in the middle of it. */
  left = time + MAX (0, (self->width - time - MARGIN * scale - share * n_shares) / 2);
  share = MIN (share, (self->width - time - MARGIN * scale) / MAX (n_shares, 1));
  g_array_set_size (self->x, n_lanes);
  for (guint lane = 0; lane < n_lanes; lane++)
    {
      double own = share * get_gap_share (self, lane);

      g_array_index (self->x, double, lane) = left + own / 2;
      left += own;
    }
  self->epoch++;
}

static double
get_head_half (DiagramLayout *self, guint lane)
{
  double scale = self->options.text_scale;
  double gap = get_room (self, lane);
  double x = diagram_layout_get_lane_x (self, lane);
  double half = MIN (gap - 12 * scale, HEAD_WIDTH_MAX * scale) / 2;

  return MAX (MIN (MIN (half, x - 2), self->width - x - 2), 4);
}

static void
build_head (DiagramLayout *self, guint lane, DiagramList *list)
{
  double            scale = self->options.text_scale;
  guint             actor = diagram_model_get_lane_actor (self->model, lane);
  const TraceActor *host = trace_log_get_actor (diagram_model_get_log (self->model), actor);
  double            x = diagram_layout_get_lane_x (self, lane);
  double            half = get_head_half (self, lane);
  double            top = (HEAD_HEIGHT - HEAD_BOX_HEIGHT) / 2 * scale;
  double            bottom = top + HEAD_BOX_HEIGHT * scale;
  gboolean          has_icon = 2 * half >= HEAD_ICON_ROOM * scale;
  gboolean          has_lines = host->role[0] != '\0' || host->address[0] != '\0';
  double            text_x = has_icon ? x - half + (HEAD_ICON + 16) * scale : x - half + 6 * scale;
  double            text_room = x + half - 6 * scale - text_x;
  g_autofree char  *line = NULL;
  DiagramItem       item = { .row = DIAGRAM_NONE, .position = DIAGRAM_NONE, .actor = actor };

  item.kind = DIAGRAM_ITEM_LANE_LINE;
  item.x1 = item.x2 = x;
  item.y1 = bottom;
  item.y2 = HEAD_HEIGHT * scale;
  diagram_list_add (list, &item);
  item.kind = DIAGRAM_ITEM_LANE_HEAD;
  item.x1 = x - half;
  item.x2 = x + half;
  item.y1 = top;
  item.y2 = bottom;
  diagram_list_add (list, &item);
  if (has_icon)
    {
      item.kind = DIAGRAM_ITEM_MARK;
      item.mark = diagram_mark_for_role (host->role);
      item.x1 = x - half + (HEAD_ICON / 2 + 9) * scale;
      item.y1 = (top + bottom) / 2;
      item.x2 = HEAD_ICON * scale;
      diagram_list_add (list, &item);
    }
  if (text_room < HEAD_TEXT_ROOM * scale)
    return;
  item.x1 = text_x;
  item.x2 = text_room;
  item.text = DIAGRAM_TEXT_NAME;
  item.y1 = top + (has_lines ? 22 : 31) * scale;
  diagram_list_add_text (list, &item, host->name);
  if (!has_lines)
    return;
  line = host->role[0] != '\0' && host->address[0] != '\0'
             ? g_strdup_printf ("%s \302\267 %s", host->role, host->address)
             : g_strconcat (host->role, host->address, NULL);
  item.text = DIAGRAM_TEXT_ADDRESS;
  item.y1 = top + 40 * scale;
  diagram_list_add_text (list, &item, line);
}

void
diagram_layout_build_heads (DiagramLayout *self, DiagramList *list)
{
  for (guint lane = 0; lane < self->x->len; lane++)
    build_head (self, lane, list);
}

/* Rows: places */

/* Where a connection's bar is on a lane; 0 without one. */
static double
get_bar_offset (DiagramLayout *self, guint slot)
{
  return MIN (slot, SLOTS_DRAWN_MAX - 1) * SLOT_WIDTH * self->options.text_scale;
}

static double
get_end_x (DiagramLayout *self, const TraceEvent *event, gboolean is_from)
{
  guint             actor = is_from ? event->from : event->to;
  double            x = get_lane_x_of_actor (self, actor);
  const DiagramBar *bar = event->kind == TRACE_MESSAGE || event->connection == 0
                              ? NULL
                              : diagram_model_get_bar (self->model, event->connection);

  if (bar == NULL)
    return x;
  return x + get_bar_offset (self, actor == bar->from ? bar->from_slot : bar->to_slot);
}

void
diagram_layout_get_stretch (DiagramLayout *self, guint row, DiagramStretch *out_stretch)
{
  guint             position = diagram_model_get_position (self->model, row);
  const TraceEvent *event = trace_log_get_event (diagram_model_get_log (self->model), position);
  DiagramRowKind    kind = diagram_model_get_row_kind (self->model, row);
  double            scale = self->options.text_scale;
  double            gap = kind == DIAGRAM_ROW_LETTER ? 0 : BAR_WIDTH / 2 * scale;
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
    out_stretch->y2 += SLANT * scale;
}

guint
diagram_layout_hit (DiagramLayout *self, double x, double y)
{
  guint          row = diagram_layout_find_row (self, y);
  DiagramStretch stretch;
  double         slack = MARGIN * self->options.text_scale;

  if (row == DIAGRAM_NONE)
    return DIAGRAM_NONE;
  diagram_layout_get_stretch (self, row, &stretch);
  if (stretch.x1 == stretch.x2) /* a note, as wide as it may be */
    slack = get_room (self, diagram_layout_find_lane (self, stretch.x1)) * NOTE_REACH / 2;
  if (x >= TIME_WIDTH * self->options.text_scale &&
      (x < MIN (stretch.x1, stretch.x2) - slack || x > MAX (stretch.x1, stretch.x2) + slack))
    return DIAGRAM_NONE;
  return diagram_model_get_position (self->model, row);
}

/* Rows: what is drawn */

static void
add_text (Build *build, DiagramText text, DiagramAnchor anchor, double x, double y, double room,
          const char *characters)
{
  DiagramItem item = build->base;

  item.text = text;
  item.anchor = anchor;
  item.x1 = x;
  item.y1 = y;
  item.x2 = room;
  if (room > 0 && characters[0] != '\0')
    diagram_list_add_text (build->list, &item, characters);
}

static void
add_mark (Build *build, DiagramMark mark, double x, double y, double size)
{
  DiagramItem item = build->base;

  item.kind = DIAGRAM_ITEM_MARK;
  item.mark = mark;
  item.x1 = x;
  item.y1 = y;
  item.x2 = size * build->scale;
  diagram_list_add (build->list, &item);
}

static void
add_line (Build *build, DiagramItemKind kind, double x1, double y1, double x2, double y2)
{
  DiagramItem item = build->base;

  item.kind = kind;
  item.x1 = x1;
  item.y1 = y1;
  item.x2 = x2;
  item.y2 = y2;
  diagram_list_add (build->list, &item);
}

static DiagramStyle
get_style (TraceLog *log, const TraceEvent *event, DiagramRowKind kind)
{
  const char *what;

  switch (kind)
    {
    case DIAGRAM_ROW_LETTER:
    case DIAGRAM_ROW_STAGE:
      return DIAGRAM_STYLE_LETTER;
    case DIAGRAM_ROW_CONTROL:
      return DIAGRAM_STYLE_CONTROL;
    case DIAGRAM_ROW_PACKET:
      return DIAGRAM_STYLE_PACKET;
    case DIAGRAM_ROW_UNIT:
      what = trace_log_get_what (log, event);
      if (strcmp (what, "data") == 0)
        return DIAGRAM_STYLE_DATA;
      if (strcmp (what, "reply") == 0 || strcmp (what, "response") == 0 ||
          strcmp (what, "answer") == 0)
        return DIAGRAM_STYLE_REPLY;
      return DIAGRAM_STYLE_COMMAND;
    case DIAGRAM_ROW_NOTE:
    case DIAGRAM_N_ROW_KINDS:
    default:
      return DIAGRAM_STYLE_NOTE;
    }
}

static void
begin_row (Build *build, guint row)
{
  DiagramLayout    *self = build->self;
  guint             position = diagram_model_get_position (self->model, row);
  const TraceEvent *event = trace_log_get_event (build->log, position);
  DiagramRowKind    kind = diagram_model_get_row_kind (self->model, row);
  guint             flags = 0;

  if (event->flags & TRACE_FLAG_ERROR || event->kind == TRACE_REFUSED ||
      event->kind == TRACE_TIMEOUT || event->kind == TRACE_RESET)
    flags |= DIAGRAM_ITEM_ERROR;
  if (event->flags & TRACE_FLAG_WARNING || event->kind == TRACE_ANOMALY)
    flags |= DIAGRAM_ITEM_WARNING;
  if (event->flags & TRACE_FLAG_TLS)
    flags |= DIAGRAM_ITEM_TLS;
  if (event->flags & TRACE_FLAG_LOST || event->kind == TRACE_TIMEOUT)
    flags |= DIAGRAM_ITEM_LOST;
  if (row >= self->options.playhead)
    flags |= DIAGRAM_ITEM_FAINT;
  build->row = row;
  build->event = event;
  build->base = (DiagramItem){
    .flags = (guint8) flags,
    .style = (guint8) get_style (build->log, event, kind),
    .row = row,
    .position = position,
    .actor = DIAGRAM_NONE,
  };
  /* A message keeps its colour where the message itself is under way, and only there. */
  if (build->base.style == DIAGRAM_STYLE_LETTER || build->base.style == DIAGRAM_STYLE_DATA)
    build->base.colour = (guint8) diagram_mark_get_message_colour (event->message);
}

/* The trace's time, where it differs from the row's above. */
static void
build_time (Build *build, double y)
{
  DiagramItem      base = build->base;
  g_autofree char *text = NULL;

  if (build->row > 0)
    {
      guint above = diagram_model_get_position (build->self->model, build->row - 1);

      if (trace_log_get_event (build->log, above)->time_us == build->event->time_us)
        return;
    }
  text = trace_text_dup_time (build->log, build->event->time_us);
  build->base.flags &= DIAGRAM_ITEM_FAINT;
  build->base.style = DIAGRAM_STYLE_PLAIN;
  build->base.colour = 0;
  add_text (build, DIAGRAM_TEXT_TIME, DIAGRAM_ANCHOR_END, (TIME_WIDTH - 14) * build->scale,
            y + 4 * build->scale, (TIME_WIDTH - 18) * build->scale, text);
  build->base = base;
}

/* The label above an arrow, a lock before it when the unit went encrypted. */
static void
build_label (Build *build, const DiagramStretch *stretch, double y, const char *label)
{
  double scale = build->scale;
  double left = MIN (stretch->x1, stretch->x2);
  double right = MAX (stretch->x1, stretch->x2);
  double middle = (left + right) / 2;
  double room = right - left - 12 * scale;
  double size = diagram_theme_get_text_size (DIAGRAM_TEXT_LABEL) * scale;

  if (build->base.flags & DIAGRAM_ITEM_TLS && room > 40 * scale)
    {
      double width = diagram_metrics_get_width (label, size, FALSE);

      room -= 16 * scale;
      middle += 8 * scale;
      add_mark (build, DIAGRAM_MARK_LOCK, middle - MIN (width, room) / 2 - 9 * scale,
                y - 4.5 * scale, 10);
    }
  add_text (build, DIAGRAM_TEXT_LABEL, DIAGRAM_ANCHOR_MIDDLE, middle, y, room, label);
}

/* What can go wrong, and whose message it is, as marks on the shaft. */
static void
build_shaft_marks (Build *build, const DiagramStretch *stretch)
{
  double direction = stretch->x2 > stretch->x1 ? 1 : -1;
  double scale = build->scale;
  double length = fabs (stretch->x2 - stretch->x1);
  double at = 14 * scale;
  double slope = length > 0 ? (stretch->y2 - stretch->y1) / length : 0;

  if (length < 48 * scale)
    return;
  if (build->base.flags & DIAGRAM_ITEM_LOST)
    {
      add_mark (build, DIAGRAM_MARK_CROSS, stretch->x2 + direction * 7 * scale, stretch->y2, 10);
      return;
    }
  if (build->base.style == DIAGRAM_STYLE_DATA && build->event->message > 0)
    {
      add_mark (build, diagram_mark_for_message (build->event->message),
                stretch->x1 + direction * at, stretch->y1 + slope * at, 11);
      at += 18 * scale;
    }
  if (build->base.flags & DIAGRAM_ITEM_ERROR)
    add_mark (build, DIAGRAM_MARK_CROSS, stretch->x1 + direction * at, stretch->y1 + slope * at, 9);
  else if (build->base.flags & DIAGRAM_ITEM_WARNING)
    add_mark (build, DIAGRAM_MARK_WARNING, stretch->x1 + direction * at, stretch->y1 + slope * at,
              11);
}

static void
build_arrow (Build *build, const char *label)
{
  DiagramLayout *self = build->self;
  DiagramStretch stretch, drawn;
  DiagramRowKind kind = diagram_model_get_row_kind (self->model, build->row);
  double         arrow = shapes[kind].arrow * build->scale;

  diagram_layout_get_stretch (self, build->row, &stretch);
  drawn = stretch;
  if (build->base.flags & DIAGRAM_ITEM_LOST)
    {
      drawn.x2 = drawn.x1 + DIAGRAM_LOST_SHARE * (drawn.x2 - drawn.x1);
      drawn.y2 = drawn.y1 + DIAGRAM_LOST_SHARE * (drawn.y2 - drawn.y1);
    }
  add_line (build, DIAGRAM_ITEM_ARROW, drawn.x1, drawn.y1, drawn.x2, drawn.y2);
  build_shaft_marks (build, &drawn);
  build_label (build, &stretch, stretch.y1 - arrow + shapes[kind].text * build->scale, label);
  build_time (build, stretch.y1);
}

/* A message on its way: caption, thick arrow, an envelope half way, what it is below. */
static void
build_letter (Build *build, const char *label)
{
  double         scale = build->scale;
  const char    *caption = diagram_stage_get_caption (trace_log_get_what (build->log, build->event));
  DiagramStretch stretch;
  double         middle, room, top;
  DiagramItem    plate;

  diagram_layout_get_stretch (build->self, build->row, &stretch);
  middle = (stretch.x1 + stretch.x2) / 2;
  room = fabs (stretch.x2 - stretch.x1) - 8 * scale;
  top = stretch.y1 - shapes[DIAGRAM_ROW_LETTER].arrow * scale;
  add_line (build, DIAGRAM_ITEM_ARROW, stretch.x1, stretch.y1, stretch.x2, stretch.y2);
  if (room > 60 * scale)
    {
      add_mark (build, DIAGRAM_MARK_ENVELOPE, middle, stretch.y1, 30);
      if (build->event->message > 0)
        add_mark (build, diagram_mark_for_message (build->event->message),
                  stretch.x1 + (stretch.x2 > stretch.x1 ? 20 : -20) * scale, stretch.y1, 15);
    }
  add_text (build, DIAGRAM_TEXT_CAPTION, DIAGRAM_ANCHOR_MIDDLE, middle,
            top + shapes[DIAGRAM_ROW_LETTER].text * scale, room,
            caption != NULL ? caption : trace_log_get_what (build->log, build->event));
  plate = build->base;
  build->base.colour = 0;
  add_text (build, DIAGRAM_TEXT_DETAIL, DIAGRAM_ANCHOR_MIDDLE, middle, top + 75 * scale, room,
            label);
  build->base = plate;
  build_time (build, stretch.y1);
}

/* The left edge of a box @width wide, over its lane but within the diagram. */
static double
place_box (Build *build, double x, double width)
{
  double left = TIME_WIDTH * build->scale;
  double right = build->self->width - MARGIN / 2 * build->scale;

  return MAX (left, MIN (x - width / 2, right - width));
}

static double
get_box_room (Build *build, double x)
{
  double gap = get_room (build->self, diagram_layout_find_lane (build->self, x));

  return MAX (NOTE_WIDTH_MIN * build->scale, gap * NOTE_REACH);
}

static void
build_note (Build *build, const char *label)
{
  double         scale = build->scale;
  double         size = diagram_theme_get_text_size (DIAGRAM_TEXT_NOTE) * scale;
  double         inset = 12 * scale;
  double         half = 13 * scale;
  guint          marked = build->base.flags & (DIAGRAM_ITEM_ERROR | DIAGRAM_ITEM_WARNING);
  double         mark_room = marked ? 17 * scale : 0;
  DiagramStretch stretch;
  double         width, x;

  diagram_layout_get_stretch (build->self, build->row, &stretch);
  width = MIN (diagram_metrics_get_width (label, size, FALSE) + 2 * inset + mark_room,
               get_box_room (build, stretch.x1));
  x = place_box (build, stretch.x1, width);
  add_line (build, DIAGRAM_ITEM_NOTE, x, stretch.y1 - half, x + width, stretch.y1 + half);
  if (marked)
    add_mark (build, marked & DIAGRAM_ITEM_ERROR ? DIAGRAM_MARK_CROSS : DIAGRAM_MARK_WARNING,
              x + inset + 4 * scale, stretch.y1, 10);
  add_text (build, DIAGRAM_TEXT_NOTE, DIAGRAM_ANCHOR_MIDDLE, x + (width + mark_room) / 2,
            stretch.y1 + 4.2 * scale, width - 2 * inset - mark_room + 8 * scale, label);
  build_time (build, stretch.y1);
}

/* A step of a message's life that stays on one host: a framed note with the step's name. */
static void
build_stage (Build *build, const char *label)
{
  double         scale = build->scale;
  const char    *what = trace_log_get_what (build->log, build->event);
  const char    *caption = diagram_stage_get_caption (what);
  double         caption_size = diagram_theme_get_text_size (DIAGRAM_TEXT_CAPTION) * scale;
  double         detail_size = diagram_theme_get_text_size (DIAGRAM_TEXT_DETAIL) * scale;
  double         inset = 14 * scale;
  double         mark_room = 30 * scale;
  double         half = 26 * scale;
  DiagramStretch stretch;
  DiagramItem    base;
  double         width, x, text_x, text_room;

  if (caption == NULL)
    caption = what;
  diagram_layout_get_stretch (build->self, build->row, &stretch);
  width = MAX (diagram_metrics_get_width (caption, caption_size, TRUE),
               diagram_metrics_get_width (label, detail_size, FALSE));
  width = MIN (width + 2 * inset + mark_room, get_box_room (build, stretch.x1));
  x = place_box (build, stretch.x1, width);
  add_line (build, DIAGRAM_ITEM_NOTE, x, stretch.y1 - half, x + width, stretch.y1 + half);
  add_mark (build, build->event->message > 0 ? diagram_mark_for_message (build->event->message)
                                             : DIAGRAM_MARK_ENVELOPE,
            x + inset + 9 * scale, stretch.y1, 18);
  text_x = x + inset + mark_room;
  text_room = x + width - inset / 2 - text_x;
  add_text (build, DIAGRAM_TEXT_CAPTION, DIAGRAM_ANCHOR_START, text_x, stretch.y1 - 4 * scale,
            text_room, caption);
  base = build->base;
  build->base.colour = 0;
  add_text (build, DIAGRAM_TEXT_DETAIL, DIAGRAM_ANCHOR_START, text_x, stretch.y1 + 15 * scale,
            text_room, label);
  build->base = base;
  build_time (build, stretch.y1);
}

static void
build_row (Build *build, guint row)
{
  g_autofree char *label = NULL;

  begin_row (build, row);
  label = trace_text_dup_label (build->log, build->event);
  switch (diagram_model_get_row_kind (build->self->model, row))
    {
    case DIAGRAM_ROW_LETTER:
      build_letter (build, label);
      break;
    case DIAGRAM_ROW_STAGE:
      build_stage (build, label);
      break;
    case DIAGRAM_ROW_UNIT:
    case DIAGRAM_ROW_CONTROL:
    case DIAGRAM_ROW_PACKET:
      build_arrow (build, label);
      break;
    case DIAGRAM_ROW_NOTE:
    case DIAGRAM_N_ROW_KINDS:
    default:
      build_note (build, label);
      break;
    }
}

/* Bars */

static double
get_arrow_y (DiagramLayout *self, guint row)
{
  DiagramStretch stretch;

  diagram_layout_get_stretch (self, row, &stretch);
  return stretch.y1;
}

static void
build_bar_end (Build *build, const DiagramBar *bar, guint actor, guint slot, double y1, double y2)
{
  double      half = BAR_WIDTH / 2 * build->scale;
  double      x = get_lane_x_of_actor (build->self, actor) + get_bar_offset (build->self, slot);
  DiagramItem item = { .kind = DIAGRAM_ITEM_BAR,
                       .row = bar->first_row,
                       .position = diagram_model_get_position (build->self->model, bar->first_row),
                       .actor = actor };

  /* Cut off out of sight, so that long bars stay small for painters. */
  item.x1 = x - half;
  item.x2 = x + half;
  item.y1 = MAX (y1, build->y1 - 2 * BAR_WIDTH);
  item.y2 = MIN (y2, build->y2 + 2 * BAR_WIDTH);
  if (bar->first_row >= build->self->options.playhead)
    item.flags = DIAGRAM_ITEM_FAINT;
  diagram_list_add (build->list, &item);
}

static void
build_bar (const DiagramBar *bar, gpointer user_data)
{
  Build *build = user_data;
  guint  last = bar->last_row;
  guint  playhead = build->self->options.playhead;
  double y1 = get_arrow_y (build->self, bar->first_row) - 4 * build->scale;
  double y2;

  if (bar->first_row < playhead && last >= playhead)
    last = playhead - 1;
  y2 = get_arrow_y (build->self, last) + (SLANT + 6) * build->scale;
  if (build->self->options.future == DIAGRAM_FUTURE_HIDDEN && bar->first_row >= playhead)
    return;
  build_bar_end (build, bar, bar->from, bar->from_slot, y1, y2);
  if (bar->to != bar->from)
    build_bar_end (build, bar, bar->to, bar->to_slot, y1, y2);
}

static void
build_empty (Build *build)
{
  build->base = (DiagramItem){ .style = DIAGRAM_STYLE_PLAIN,
                               .row = DIAGRAM_NONE,
                               .position = DIAGRAM_NONE,
                               .actor = DIAGRAM_NONE };
  add_text (build, DIAGRAM_TEXT_MESSAGE, DIAGRAM_ANCHOR_MIDDLE, build->self->width / 2,
            EMPTY_HEIGHT / 2 * build->scale, build->self->width, "Nothing has happened yet");
}

/* The rows of which a part is between @y1 and @y2. Returns: whether there are any. */
static gboolean
find_rows (DiagramLayout *self, double y1, double y2, guint *out_first, guint *out_last)
{
  guint n_rows = diagram_layout_get_n_rows (self);
  guint last = n_rows - 1;

  if (n_rows == 0 || y2 <= 0 || y1 >= diagram_layout_get_height (self))
    return FALSE;
  if (y2 < diagram_layout_get_height (self))
    last = diagram_layout_find_row (self, y2);
  *out_first = diagram_layout_find_row (self, MAX (y1, 0));
  if (last > *out_first && diagram_layout_get_row_y (self, last) >= y2)
    last--;
  *out_last = last;
  return TRUE;
}

static Build
begin_build (DiagramLayout *self, double y1, double y2, DiagramList *list)
{
  return (Build){ .self = self,
                  .list = list,
                  .log = diagram_model_get_log (self->model),
                  .y1 = y1,
                  .y2 = y2,
                  .scale = self->options.text_scale };
}

void
diagram_layout_build_ground (DiagramLayout *self, double y1, double y2, DiagramList *list)
{
  Build build = begin_build (self, y1, y2, list);
  guint first, last;

  for (guint lane = 0; lane < self->x->len; lane++)
    {
      double      x = diagram_layout_get_lane_x (self, lane);
      DiagramItem item = { .kind = DIAGRAM_ITEM_LANE_LINE, .row = DIAGRAM_NONE,
                           .position = DIAGRAM_NONE,
                           .actor = diagram_model_get_lane_actor (self->model, lane),
                           .x1 = x, .y1 = y1, .x2 = x, .y2 = y2 };

      diagram_list_add (list, &item);
    }
  if (find_rows (self, y1, y2, &first, &last))
    diagram_model_foreach_bar (self->model, first, last, build_bar, &build);
}

void
diagram_layout_build_rows (DiagramLayout *self, double y1, double y2, DiagramList *list)
{
  Build build = begin_build (self, y1, y2, list);
  guint first, last;
  guint end = self->options.future == DIAGRAM_FUTURE_HIDDEN ? self->options.playhead : DIAGRAM_NONE;

  if (diagram_layout_get_n_rows (self) == 0)
    build_empty (&build);
  else if (find_rows (self, y1, y2, &first, &last))
    for (guint row = first; row <= last && row < end; row++)
      build_row (&build, row);
}

void
diagram_layout_build (DiagramLayout *self, double y1, double y2, DiagramList *list)
{
  diagram_layout_build_ground (self, y1, y2, list);
  diagram_layout_build_rows (self, y1, y2, list);
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
