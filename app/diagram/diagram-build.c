/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "diagram-build.h"

#include <math.h>
#include <string.h>

#include <trace/trace-text.h>

#include "diagram-mark.h"
#include "diagram-metrics.h"

#define NOTE_HALF 13.0       /* of the height of a note of one line */
#define NOTE_HALF_TALL 18.0  /* and of two */
#define NOTE_LINE 14.5
#define NOTE_MARK_ROOM 17.0
#define MARKS_ROOM 48.0      /* shorter arrows carry no marks */

/* What the building of one list hands down. */
typedef struct
{
  DiagramLayout        *self;
  DiagramModel         *model;
  const DiagramOptions *options;
  TraceLog             *log;
  DiagramList          *list;
  double                y1, y2; /* the part that is built */
  double                scale;
  guint                 row;
  const TraceEvent     *event;
  DiagramItem           base; /* row, position, flags and style of the row's items */
} Build;

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
      if (strcmp (what, "data") == 0 || strcmp (what, "chunk") == 0)
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

static gboolean
goes_across (const DiagramModel *model, const TraceEvent *event)
{
  guint from = diagram_model_get_actor_lane (model, event->from);
  guint to = diagram_model_get_actor_lane (model, event->to);

  return MAX (from, to) - MIN (from, to) > 1;
}

static void
begin_row (Build *build, guint row)
{
  guint             position = diagram_model_get_position (build->model, row);
  const TraceEvent *event = trace_log_get_event (build->log, position);
  DiagramRowKind    kind = diagram_model_get_row_kind (build->model, row);
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
  if (row >= build->options->playhead)
    flags |= DIAGRAM_ITEM_FAINT;
  if (goes_across (build->model, event))
    flags |= DIAGRAM_ITEM_ACROSS;
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
      guint above = diagram_model_get_position (build->model, build->row - 1);

      if (trace_log_get_event (build->log, above)->time_us == build->event->time_us)
        return;
    }
  text = trace_text_dup_time (build->log, build->event->time_us);
  build->base.flags &= DIAGRAM_ITEM_FAINT;
  build->base.style = DIAGRAM_STYLE_PLAIN;
  build->base.colour = 0;
  add_text (build, DIAGRAM_TEXT_TIME, DIAGRAM_ANCHOR_END, (DIAGRAM_TIME_WIDTH - 14) * build->scale,
            y + 4 * build->scale, (DIAGRAM_TIME_WIDTH - 18) * build->scale, text);
  build->base = base;
}

static void
build_label (Build *build, const DiagramStretch *stretch, double y, const char *label)
{
  double room = fabs (stretch->x2 - stretch->x1) - 12 * build->scale;

  add_text (build, DIAGRAM_TEXT_LABEL, DIAGRAM_ANCHOR_MIDDLE, (stretch->x1 + stretch->x2) / 2, y,
            room, label);
}

/* Puts @mark on the shaft @at from its tail. Returns: where the next one goes. */
static double
add_shaft_mark (
    Build *build, const DiagramStretch *stretch, DiagramMark mark, double at, double size)
{
  double share = at * build->scale / fabs (stretch->x2 - stretch->x1);

  add_mark (build, mark, stretch->x1 + share * (stretch->x2 - stretch->x1),
            stretch->y1 + share * (stretch->y2 - stretch->y1), size);
  return at + 18;
}

/* That it went encrypted, whose message it is and what went wrong, as marks on the shaft. */
static void
build_shaft_marks (Build *build, const DiagramStretch *stretch)
{
  double length = fabs (stretch->x2 - stretch->x1) / build->scale;
  guint  flags = build->base.flags;
  double at = 14;

  if (length < MARKS_ROOM)
    return;
  if (flags & DIAGRAM_ITEM_TLS)
    at = add_shaft_mark (build, stretch, DIAGRAM_MARK_LOCK, at, 11);
  if (build->base.style == DIAGRAM_STYLE_DATA && build->event->message > 0)
    at = add_shaft_mark (build, stretch, diagram_mark_for_message (build->event->message), at, 11);
  if (flags & DIAGRAM_ITEM_LOST)
    add_shaft_mark (build, stretch, DIAGRAM_MARK_CROSS, length + 7, 10);
  else if (flags & DIAGRAM_ITEM_ERROR && build->base.style == DIAGRAM_STYLE_CONTROL)
    add_shaft_mark (build, stretch, DIAGRAM_MARK_CROSS, length - 18, 10);
  else if (flags & DIAGRAM_ITEM_ERROR)
    add_shaft_mark (build, stretch, DIAGRAM_MARK_CROSS, at, 10);
  else if (flags & DIAGRAM_ITEM_WARNING)
    add_shaft_mark (build, stretch, DIAGRAM_MARK_WARNING, at, 11);
}

static void
build_arrow (Build *build, const char *label)
{
  const DiagramRowShape *shape = diagram_layout_get_shape (build->self, build->row);
  DiagramStretch         stretch, drawn;
  double                 label_y;

  diagram_layout_get_stretch (build->self, build->row, &stretch);
  label_y = stretch.y1 - (shape->arrow - shape->text) * build->scale;
  drawn = stretch;
  if (build->base.flags & DIAGRAM_ITEM_LOST)
    {
      drawn.x2 = drawn.x1 + DIAGRAM_LOST_SHARE * (drawn.x2 - drawn.x1);
      drawn.y2 = drawn.y1 + DIAGRAM_LOST_SHARE * (drawn.y2 - drawn.y1);
    }
  add_line (build, DIAGRAM_ITEM_ARROW, drawn.x1, drawn.y1, drawn.x2, drawn.y2);
  build_shaft_marks (build, &drawn);
  build_label (build, &stretch, label_y, label);
  build_time (build, stretch.y1);
}

/* A message on its way: caption, thick arrow, an envelope half way, what it is below. */
static void
build_letter (Build *build, const char *label)
{
  const DiagramRowShape *shape = diagram_layout_get_shape (build->self, build->row);
  double                 scale = build->scale;
  const char            *what = trace_log_get_what (build->log, build->event);
  const char            *caption = diagram_stage_get_caption (what);
  DiagramStretch         stretch;
  double                 middle, room, top;
  DiagramItem            base;

  diagram_layout_get_stretch (build->self, build->row, &stretch);
  middle = (stretch.x1 + stretch.x2) / 2;
  room = fabs (stretch.x2 - stretch.x1) - 8 * scale;
  top = stretch.y1 - shape->arrow * scale;
  add_line (build, DIAGRAM_ITEM_ARROW, stretch.x1, stretch.y1, stretch.x2, stretch.y2);
  if (room > 60 * scale)
    {
      add_mark (build, DIAGRAM_MARK_ENVELOPE, middle, stretch.y1, 30);
      if (build->event->message > 0)
        add_mark (build, diagram_mark_for_message (build->event->message),
                  stretch.x1 + (stretch.x2 > stretch.x1 ? 20 : -20) * scale, stretch.y1, 15);
    }
  add_text (build, DIAGRAM_TEXT_CAPTION, DIAGRAM_ANCHOR_MIDDLE, middle,
            top + shape->text * scale, room,
            caption != NULL ? caption : what);
  base = build->base;
  build->base.colour = 0;
  add_text (build, DIAGRAM_TEXT_DETAIL, DIAGRAM_ANCHOR_MIDDLE, middle, top + 75 * scale, room,
            label);
  build->base = base;
  build_time (build, stretch.y1);
}

/* The left edge of a box @width wide, over its lane but within the diagram. */
static double
place_box (Build *build, double x, double width)
{
  double left = DIAGRAM_TIME_WIDTH * build->scale;
  double right = diagram_layout_get_width (build->self) - DIAGRAM_MARGIN / 2 * build->scale;

  return MAX (left, MIN (x - width / 2, right - width));
}

static double
get_box_room (Build *build, double x)
{
  return diagram_layout_get_note_room (build->self, diagram_layout_find_lane (build->self, x));
}

/* What kind of decision it is, and, where that does not say it already, that something is wrong. */
static guint
get_note_marks (Build *build, DiagramMark marks[2])
{
  DiagramMark kind = build->event->kind == TRACE_NOTE
                         ? diagram_mark_for_note (trace_log_get_what (build->log, build->event))
                         : DIAGRAM_N_MARKS;
  guint       n_marks = 0;

  if (kind != DIAGRAM_N_MARKS)
    marks[n_marks++] = kind;
  if (build->base.flags & DIAGRAM_ITEM_ERROR)
    {
      if (kind != DIAGRAM_MARK_CROSS)
        marks[n_marks++] = DIAGRAM_MARK_CROSS;
    }
  else if (build->base.flags & DIAGRAM_ITEM_WARNING && kind != DIAGRAM_MARK_CLOCK)
    marks[n_marks++] = DIAGRAM_MARK_WARNING;
  return n_marks;
}

/* The widest beginning of @text that ends at a space and fits in @room. Returns: its bytes; those
 * of all of it when it has no such beginning. */
static gsize
find_break (const char *text, double size, double room)
{
  gsize length = strlen (text);
  gsize found = length;

  for (const char *space = strchr (text, ' '); space != NULL; space = strchr (space + 1, ' '))
    {
      g_autofree char *line = g_strndup (text, (gsize) (space - text));

      if (diagram_metrics_get_width (line, size, FALSE) > room)
        break;
      found = (gsize) (space - text);
    }
  return found;
}

/* A sentence that is too long for one line goes on in a second; what does not fit there either is
 * told by the inspector. */
static void
build_note (Build *build, const char *label)
{
  double           scale = build->scale;
  double           size = diagram_theme_get_text_size (DIAGRAM_TEXT_NOTE) * scale;
  double           inset = 12 * scale;
  DiagramMark      marks[2];
  guint            n_marks = get_note_marks (build, marks);
  double           mark_room = n_marks * NOTE_MARK_ROOM * scale;
  double           text_width = diagram_metrics_get_width (label, size, FALSE);
  double           room, width, half, x, text_x;
  gsize            cut = strlen (label);
  g_autofree char *first = NULL;
  DiagramStretch   stretch;

  diagram_layout_get_stretch (build->self, build->row, &stretch);
  room = get_box_room (build, stretch.x1) - 2 * inset - mark_room;
  if (text_width > room)
    cut = find_break (label, size, room);
  first = g_strndup (label, cut);
  half = (label[cut] != '\0' ? NOTE_HALF_TALL : NOTE_HALF) * scale;
  width = MIN (text_width, room) + 2 * inset + mark_room;
  x = place_box (build, stretch.x1, width);
  text_x = x + (width + mark_room) / 2;
  add_line (build, DIAGRAM_ITEM_NOTE, x, stretch.y1 - half, x + width, stretch.y1 + half);
  for (guint i = 0; i < n_marks; i++)
    add_mark (build, marks[i], x + inset + (3 + i * NOTE_MARK_ROOM) * scale, stretch.y1, 12);
  add_text (build, DIAGRAM_TEXT_NOTE, DIAGRAM_ANCHOR_MIDDLE, text_x,
            stretch.y1 + (label[cut] != '\0' ? 4.2 - NOTE_LINE / 2 : 4.2) * scale,
            width - 2 * inset - mark_room + 8 * scale, first);
  if (label[cut] != '\0')
    add_text (build, DIAGRAM_TEXT_NOTE, DIAGRAM_ANCHOR_MIDDLE, text_x,
              stretch.y1 + (4.2 + NOTE_LINE / 2) * scale,
              width - 2 * inset - mark_room + 8 * scale, label + cut + 1);
  build_time (build, stretch.y1);
}

/* A step of a message's life that stays on one host: a framed note with the step's name. */
static void
build_stage (Build *build, const char *label)
{
  double         scale = build->scale;
  const char    *what = trace_log_get_what (build->log, build->event);
  const char    *step = diagram_stage_get_caption (what);
  g_autofree char *caption = diagram_text_dup_safe (step != NULL ? step : what);
  double         caption_size = diagram_theme_get_text_size (DIAGRAM_TEXT_CAPTION) * scale;
  double         detail_size = diagram_theme_get_text_size (DIAGRAM_TEXT_DETAIL) * scale;
  double         inset = 14 * scale;
  double         mark_room = 30 * scale;
  double         half = 26 * scale;
  DiagramStretch stretch;
  DiagramItem    base;
  double         width, x, text_x, text_room;

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
  g_autofree char *words = NULL;
  g_autofree char *label = NULL;

  begin_row (build, row);
  words = trace_text_dup_label (build->log, build->event);
  label = diagram_text_dup_safe (words); /* before anything is measured */
  switch (diagram_model_get_row_kind (build->model, row))
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

static double
get_bar_x (Build *build, guint actor, guint slot)
{
  return diagram_layout_get_actor_x (build->self, actor) +
         diagram_layout_get_slot_offset (build->self, slot);
}

/* A stretch of a bar from @row on; flags: DIAGRAM_ITEM_TLS where it is protected. */
static void
build_bar_stretch (Build *build, const DiagramBar *bar, gboolean is_from, guint row, double y1,
                   double y2, guint flags)
{
  double      half = DIAGRAM_BAR_WIDTH / 2 * build->scale;
  guint       actor = is_from ? bar->from : bar->to;
  double      x = get_bar_x (build, actor, is_from ? bar->from_slot : bar->to_slot);
  DiagramItem item = { .kind = DIAGRAM_ITEM_BAR,
                       .row = bar->first_row,
                       .position = diagram_model_get_position (build->model, bar->first_row),
                       .flags = (guint8) flags,
                       .actor = actor };

  /* Cut off out of sight, so that long bars stay small for painters. */
  item.x1 = x - half;
  item.x2 = x + half;
  item.y1 = MAX (y1, build->y1 - 2 * DIAGRAM_BAR_WIDTH);
  item.y2 = MIN (y2, build->y2 + 2 * DIAGRAM_BAR_WIDTH);
  if (row >= build->options->playhead)
    item.flags |= DIAGRAM_ITEM_FAINT;
  diagram_list_add (build->list, &item);
}

/* Where TLS begins: a lock on the bar. */
static void
build_bar_lock (Build *build, const DiagramBar *bar, gboolean is_from, double y)
{
  guint       actor = is_from ? bar->from : bar->to;
  DiagramItem item = { .kind = DIAGRAM_ITEM_MARK, .mark = DIAGRAM_MARK_LOCK,
                       .row = DIAGRAM_NONE, .position = DIAGRAM_NONE, .actor = actor };

  item.x1 = get_bar_x (build, actor, is_from ? bar->from_slot : bar->to_slot);
  item.y1 = y;
  item.x2 = 13 * build->scale;
  if (bar->tls_row >= build->options->playhead)
    item.flags = DIAGRAM_ITEM_FAINT;
  diagram_list_add (build->list, &item);
}

static void
build_bar_end (Build *build, const DiagramBar *bar, gboolean is_from, double y1, double y2)
{
  double tls_y = bar->tls_row != DIAGRAM_NONE
                     ? get_arrow_y (build->self, bar->tls_row) - 8 * build->scale
                     : y2;

  build_bar_stretch (build, bar, is_from, bar->first_row, y1, y2, 0);
  if (bar->tls_row == DIAGRAM_NONE || tls_y >= y2)
    return;
  build_bar_stretch (build, bar, is_from, bar->tls_row, tls_y, y2, DIAGRAM_ITEM_TLS);
  build_bar_lock (build, bar, is_from, tls_y - 2 * build->scale);
}

static void
build_bar (const DiagramBar *bar, gpointer user_data)
{
  Build *build = user_data;
  guint  last = bar->last_row;
  guint  playhead = build->options->playhead;
  double y1 = get_arrow_y (build->self, bar->first_row) - 4 * build->scale;
  double y2;

  if (bar->first_row < playhead && last >= playhead)
    last = playhead - 1;
  y2 = get_arrow_y (build->self, last) + (DIAGRAM_SLANT + 6) * build->scale;
  if (build->options->future == DIAGRAM_FUTURE_HIDDEN && bar->first_row >= playhead)
    return;
  build_bar_end (build, bar, TRUE, y1, y2);
  if (bar->to != bar->from)
    build_bar_end (build, bar, FALSE, y1, y2);
}

static void
build_empty (Build *build)
{
  build->base = (DiagramItem){ .style = DIAGRAM_STYLE_PLAIN,
                               .row = DIAGRAM_NONE,
                               .position = DIAGRAM_NONE,
                               .actor = DIAGRAM_NONE };
  add_text (build, DIAGRAM_TEXT_MESSAGE, DIAGRAM_ANCHOR_MIDDLE,
            diagram_layout_get_width (build->self) / 2, diagram_layout_get_height (build->self) / 2,
            diagram_layout_get_width (build->self), "Nothing has happened yet");
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
  DiagramModel         *model = diagram_layout_get_model (self);
  const DiagramOptions *options = diagram_layout_get_options (self);

  return (Build){ .self = self,
                  .model = model,
                  .options = options,
                  .log = diagram_model_get_log (model),
                  .list = list,
                  .y1 = y1,
                  .y2 = y2,
                  .scale = options->text_scale };
}

void
diagram_layout_build_ground (DiagramLayout *self, double y1, double y2, DiagramList *list)
{
  Build         build = begin_build (self, y1, y2, list);
  DiagramModel *model = build.model;
  guint         first, last;

  for (guint lane = 0; lane < diagram_model_get_n_lanes (model); lane++)
    {
      double      x = diagram_layout_get_lane_x (self, lane);
      DiagramItem item = { .kind = DIAGRAM_ITEM_LANE_LINE, .row = DIAGRAM_NONE,
                           .position = DIAGRAM_NONE,
                           .actor = diagram_model_get_lane_actor (model, lane),
                           .x1 = x, .y1 = y1, .x2 = x, .y2 = y2 };

      diagram_list_add (list, &item);
    }
  if (find_rows (self, y1, y2, &first, &last))
    diagram_model_foreach_bar (model, first, last, build_bar, &build);
}

void
diagram_layout_build_rows (DiagramLayout *self, double y1, double y2, DiagramList *list)
{
  Build build = begin_build (self, y1, y2, list);
  guint first, last;
  guint end =
      build.options->future == DIAGRAM_FUTURE_HIDDEN ? build.options->playhead : DIAGRAM_NONE;

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

