/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "diagram-build.h"

#include "diagram-mark.h"
#include "diagram-metrics.h"

/* The heads of the lanes, and the counters on them. Sizes in layout units at text scale 1. */
#define HEAD_BOX_HEIGHT 52.0
#define HEAD_WIDTH_MAX 214.0
#define HEAD_ICON 20.0
#define HEAD_ICON_ROOM 92.0  /* narrower heads have no icon */
#define HEAD_TEXT_ROOM 28.0  /* and narrower ones no text */
#define CHIP_HEIGHT 17.0
#define CHIP_GAP 6.0
#define CHIP_MARK 11.0
#define CHIP_INSET 7.0

static double
get_head_half (DiagramLayout *self, guint lane)
{
  double scale = diagram_layout_get_options (self)->text_scale;
  double gap = diagram_layout_get_room (self, lane);
  double x = diagram_layout_get_lane_x (self, lane);
  double half = MIN (gap - 12 * scale, HEAD_WIDTH_MAX * scale) / 2;

  return MAX (MIN (MIN (half, x - 2), diagram_layout_get_width (self) - x - 2), 4);
}

void
diagram_layout_get_head_box (DiagramLayout *self, guint lane, DiagramBox *out_box)
{
  double scale = diagram_layout_get_options (self)->text_scale;
  double x = diagram_layout_get_lane_x (self, lane);
  double half = get_head_half (self, lane);
  double top = (DIAGRAM_HEAD_HEIGHT - HEAD_BOX_HEIGHT) / 2 * scale;

  *out_box = (DiagramBox){ x - half, top, x + half, top + HEAD_BOX_HEIGHT * scale };
}

/* A counter on a head's lower edge: a mark, a number and a word, as far as there is room. */
typedef struct
{
  DiagramMark mark;
  char       *text;
  double      width;
} Chip;

static void
make_chip (Chip *chip, DiagramMark mark, guint n, const char *word, double room, double scale)
{
  double size = diagram_theme_get_text_size (DIAGRAM_TEXT_ADDRESS) * scale;
  double sides = (2 * CHIP_INSET + CHIP_MARK + 4) * scale;

  chip->mark = mark;
  chip->text = g_strdup_printf ("%u %s", n, word);
  chip->width = sides + diagram_metrics_get_width (chip->text, size, FALSE);
  if (chip->width <= room)
    return;
  g_free (chip->text);
  chip->text = g_strdup_printf ("%u", n);
  chip->width = sides + diagram_metrics_get_width (chip->text, size, FALSE);
  if (chip->width <= room)
    return;
  chip->text[0] = '\0';
  chip->width = (CHIP_MARK + 4) * scale;
}

static void
add_chip (DiagramList *list, const DiagramItem *head, const Chip *chip, double x, double scale)
{
  DiagramItem item = *head;
  double      y = head->y2 + 2 * scale;

  item.style = DIAGRAM_STYLE_NOTE;
  item.kind = DIAGRAM_ITEM_NOTE;
  item.x1 = x;
  item.x2 = x + chip->width;
  item.y1 = y - CHIP_HEIGHT / 2 * scale;
  item.y2 = y + CHIP_HEIGHT / 2 * scale;
  diagram_list_add (list, &item);
  item.kind = DIAGRAM_ITEM_MARK;
  item.mark = (guint8) chip->mark;
  item.x1 = chip->text[0] != '\0' ? x + (CHIP_INSET + CHIP_MARK / 2) * scale : x + chip->width / 2;
  item.y1 = y;
  item.x2 = CHIP_MARK * scale;
  diagram_list_add (list, &item);
  if (chip->text[0] == '\0')
    return;
  item.text = DIAGRAM_TEXT_ADDRESS;
  item.anchor = DIAGRAM_ANCHOR_START;
  item.x1 = x + (CHIP_INSET + CHIP_MARK + 4) * scale;
  item.x2 = chip->width;
  item.y1 = y + 4 * scale;
  diagram_list_add_text (list, &item, chip->text);
}

/* @head: the head's box */
static void
build_chips (DiagramLayout *self, const DiagramItem *head, DiagramList *list)
{
  double       scale = diagram_layout_get_options (self)->text_scale;
  double       room = head->x2 - head->x1;
  double       x, width = 0;
  DiagramChips counts;
  Chip         chips[2];
  guint        n_chips = 0;

  if (!diagram_layout_get_chips (self, head->actor, &counts) || room < HEAD_TEXT_ROOM * scale)
    return;
  if (counts.n_queued > 0)
    make_chip (&chips[n_chips++], DIAGRAM_MARK_QUEUE, counts.n_queued, "queued",
               room / 2 - CHIP_GAP * scale, scale);
  if (counts.n_stored > 0)
    make_chip (&chips[n_chips++], DIAGRAM_MARK_ENVELOPE, counts.n_stored, "in box",
               room / 2 - CHIP_GAP * scale, scale);
  for (guint i = 0; i < n_chips; i++)
    width += chips[i].width + (i > 0 ? CHIP_GAP * scale : 0);
  x = (head->x1 + head->x2 - width) / 2;
  for (guint i = 0; i < n_chips; i++)
    {
      add_chip (list, head, &chips[i], x, scale);
      x += chips[i].width + CHIP_GAP * scale;
      g_free (chips[i].text);
    }
}

static void
build_head (DiagramLayout *self, guint lane, DiagramList *list)
{
  double            scale = diagram_layout_get_options (self)->text_scale;
  DiagramModel     *model = diagram_layout_get_model (self);
  guint             actor = diagram_model_get_lane_actor (model, lane);
  const TraceActor *host = trace_log_get_actor (diagram_model_get_log (model), actor);
  double            x = diagram_layout_get_lane_x (self, lane);
  double            half = get_head_half (self, lane);
  double            top = (DIAGRAM_HEAD_HEIGHT - HEAD_BOX_HEIGHT) / 2 * scale;
  double            bottom = top + HEAD_BOX_HEIGHT * scale;
  DiagramItem       box;
  gboolean          has_icon = 2 * half >= HEAD_ICON_ROOM * scale;
  gboolean          has_lines = host->role[0] != '\0' || host->address[0] != '\0';
  double            text_x = has_icon ? x - half + (HEAD_ICON + 16) * scale : x - half + 6 * scale;
  double            text_room = x + half - 6 * scale - text_x;
  g_autofree char  *line = NULL;
  DiagramItem       item = { .row = DIAGRAM_NONE, .position = DIAGRAM_NONE, .actor = actor };

  item.kind = DIAGRAM_ITEM_LANE_LINE;
  item.x1 = item.x2 = x;
  item.y1 = bottom;
  item.y2 = DIAGRAM_HEAD_HEIGHT * scale;
  diagram_list_add (list, &item);
  item.kind = DIAGRAM_ITEM_LANE_HEAD;
  item.x1 = x - half;
  item.x2 = x + half;
  item.y1 = top;
  item.y2 = bottom;
  diagram_list_add (list, &item);
  box = item;
  if (has_icon)
    {
      item.kind = DIAGRAM_ITEM_MARK;
      item.mark = diagram_mark_for_role (host->role);
      item.x1 = x - half + (HEAD_ICON / 2 + 9) * scale;
      item.y1 = (top + bottom) / 2;
      item.x2 = HEAD_ICON * scale;
      diagram_list_add (list, &item);
    }
  build_chips (self, &box, list);
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
  DiagramModel *model = diagram_layout_get_model (self);

  for (guint lane = 0; lane < diagram_model_get_n_lanes (model); lane++)
    build_head (self, lane, list);
}
