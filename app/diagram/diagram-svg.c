/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "diagram-svg.h"

#include <math.h>
#include <string.h>

#include <trace/trace-text.h>

#include "diagram-mark.h"
#include "diagram-metrics.h"

/* The list of one stretch of rows is made, written and dropped before the next. */
#define ROWS_AT_ONCE 512
#define HEAD_HALF 0.42
#define DOUBLE_GAP 3.2

/* Whoever shows the file picks the font, most likely one narrower than the metrics': cutting
 * every label to the widest would cut too much. */
#define TEXT_SLACK 1.08

typedef struct
{
  GByteArray         *out;
  TraceLog           *log;
  DiagramList        *list;
  DiagramThemeVariant variant;
  double              scale;
  double              y;     /* added to every y: heads come first */
  guint               row;   /* whose group is open, or DIAGRAM_NONE */
} Svg;

static void
put (Svg *self, const char *text)
{
  g_byte_array_append (self->out, (const guint8 *) text, (guint) strlen (text));
}

/* A number with at most one decimal, whatever the locale. */
static void
put_number (Svg *self, double value)
{
  gint64 tenths = llround (value * 10);
  guint64 size = (guint64) ABS (tenths);
  char   digits[32];
  guint  n = sizeof digits;

  if (size % 10 != 0)
    {
      digits[--n] = (char) ('0' + size % 10);
      digits[--n] = '.';
    }
  size /= 10;
  do
    digits[--n] = (char) ('0' + size % 10);
  while ((size /= 10) > 0);
  if (tenths < 0)
    digits[--n] = '-';
  g_byte_array_append (self->out, (const guint8 *) digits + n, (guint) sizeof digits - n);
}

static void
put_attribute (Svg *self, const char *name, double value)
{
  put (self, " ");
  put (self, name);
  put (self, "=\"");
  put_number (self, value);
  put (self, "\"");
}

static void
put_point (Svg *self, const char *command, double x, double y)
{
  put (self, command);
  put_number (self, x);
  put (self, " ");
  put_number (self, y);
}

/* Text is valid UTF-8 without controls: diagram_text_dup_safe() saw to it. */
static void
put_escaped (Svg *self, const char *text)
{
  const char *start = text;

  for (const char *p = text;; p++)
    {
      const char *entity = NULL;

      if (*p == '&')
        entity = "&amp;";
      else if (*p == '<')
        entity = "&lt;";
      else if (*p == '>')
        entity = "&gt;";
      else if (*p == '"')
        entity = "&quot;";
      else if (*p != '\0')
        continue;
      g_byte_array_append (self->out, (const guint8 *) start, (guint) (p - start));
      if (entity == NULL)
        return;
      put (self, entity);
      start = p + 1;
    }
}

static void
put_colour (Svg *self, const char *name, const DiagramColour *colour)
{
  char hex[8];

  put (self, " ");
  put (self, name);
  if (colour->alpha <= 0)
    {
      put (self, "=\"none\"");
      return;
    }
  g_snprintf (hex, sizeof hex, "#%02x%02x%02x", (guint) lroundf (colour->red * 255) & 0xff,
              (guint) lroundf (colour->green * 255) & 0xff,
              (guint) lroundf (colour->blue * 255) & 0xff);
  put (self, "=\"");
  put (self, hex);
  put (self, "\"");
  if (colour->alpha < 1)
    {
      g_autofree char *opacity = g_strdup_printf ("%s-opacity", name);
      char             value[8];

      g_snprintf (value, sizeof value, "0.%02u", (guint) lroundf (colour->alpha * 100) % 100);
      put (self, " ");
      put (self, opacity);
      put (self, "=\"");
      put (self, value);
      put (self, "\"");
    }
}

static void
put_stroke (Svg *self, const DiagramPaint *paint, double width, gboolean is_dashed)
{
  put_colour (self, "stroke", &paint->stroke);
  put_attribute (self, "stroke-width", width * self->scale);
  if (is_dashed && paint->dashes[0] > 0)
    {
      put (self, " stroke-dasharray=\"");
      put_number (self, paint->dashes[0] * self->scale);
      put (self, " ");
      put_number (self, paint->dashes[1] * self->scale);
      put (self, "\"");
    }
}

static void
write_box (Svg *self, const DiagramItem *item, const DiagramPaint *paint)
{
  put (self, "<rect");
  put_attribute (self, "x", item->x1);
  put_attribute (self, "y", item->y1 + self->y);
  put_attribute (self, "width", item->x2 - item->x1);
  put_attribute (self, "height", item->y2 - item->y1);
  put_attribute (self, "rx", paint->radius * self->scale);
  put_colour (self, "fill", &paint->fill);
  put_stroke (self, paint, paint->line_width, TRUE);
  put (self, "/>\n");
}

static void
write_line (Svg *self, const DiagramPaint *paint, double width, double x1, double y1, double x2,
            double y2)
{
  put (self, "<line");
  put_attribute (self, "x1", x1);
  put_attribute (self, "y1", y1);
  put_attribute (self, "x2", x2);
  put_attribute (self, "y2", y2);
  put_stroke (self, paint, width, TRUE);
  put (self, "/>\n");
}

static void
write_arrow (Svg *self, const DiagramItem *item, const DiagramPaint *paint)
{
  double   dx = item->x2 - item->x1;
  double   dy = item->y2 - item->y1;
  double   length = hypot (dx, dy);
  gboolean has_head = !(item->flags & DIAGRAM_ITEM_LOST);
  double   head = MIN (paint->head_size * self->scale, length / 2);
  double   y1 = item->y1 + self->y;
  double   x2 = item->x2;
  double   y2 = item->y2 + self->y;
  double   gap = DOUBLE_GAP / 2 * self->scale;
  double   shaft;

  if (length <= 0)
    return;
  dx /= length;
  dy /= length;
  shaft = has_head && (!paint->is_head_open || paint->is_double) ? head * 0.8 : 0;
  if (paint->is_double)
    for (int side = -1; side <= 1; side += 2)
      write_line (self, paint, paint->line_width * 0.7, item->x1 - side * gap * dy,
                  y1 + side * gap * dx, x2 - dx * shaft - side * gap * dy,
                  y2 - dy * shaft + side * gap * dx);
  else
    write_line (self, paint, paint->line_width, item->x1, y1, x2 - dx * shaft, y2 - dy * shaft);
  if (!has_head)
    return;
  put (self, "<path d=\"");
  put_point (self, "M", x2 - head * dx - head * HEAD_HALF * dy,
             y2 - head * dy + head * HEAD_HALF * dx);
  put_point (self, "L", x2, y2);
  put_point (self, "L", x2 - head * dx + head * HEAD_HALF * dy,
             y2 - head * dy - head * HEAD_HALF * dx);
  if (paint->is_head_open)
    {
      put (self, "\" fill=\"none\"");
      put_stroke (self, paint, paint->line_width + 0.3, FALSE);
    }
  else
    {
      put (self, "Z\"");
      put_colour (self, "fill", &paint->stroke);
    }
  put (self, "/>\n");
}

static void
write_mark_part (Svg *self, const DiagramItem *item, const DiagramPaint *paint,
                 const DiagramPathStep *step, const DiagramPathStep *end)
{
  static const char *const letters[] = { "M", "L", "C", "Z" };
  static const guint       n_points[] = { 1, 1, 3, 0 };
  const DiagramColour      none = { 0, 0, 0, 0 };

  put (self, "<path d=\"");
  for (; step < end; step++)
    {
      put (self, letters[step->verb]);
      for (guint i = 0; i < n_points[step->verb]; i++)
        put_point (self, i > 0 ? " " : "", item->x1 + step->points[2 * i] * item->x2 / 2,
                   item->y1 + self->y + step->points[2 * i + 1] * item->x2 / 2);
    }
  put (self, "\"");
  put_colour (self, "fill", end->verb == DIAGRAM_PATH_FILL ? &paint->fill : &none);
  put_stroke (self, paint, paint->line_width, FALSE);
  put (self, " stroke-linecap=\"round\" stroke-linejoin=\"round\"/>\n");
}

static void
write_mark (Svg *self, const DiagramItem *item, const DiagramPaint *paint)
{
  const DiagramPathStep *start = diagram_mark_get_path (item->mark);

  for (const DiagramPathStep *step = start; step->verb != DIAGRAM_PATH_END; step++)
    if (step->verb == DIAGRAM_PATH_FILL || step->verb == DIAGRAM_PATH_STROKE)
      {
        write_mark_part (self, item, paint, start, step);
        start = step + 1;
      }
}

static void
write_text (Svg *self, const DiagramItem *item)
{
  static const char *const anchors[] = { "start", "middle", "end" };
  const char              *text = diagram_list_get_text (self->list, item);
  g_autofree char         *elided = NULL;
  DiagramFont              font;

  diagram_theme_get_font (self->variant, item, &font);
  elided = diagram_metrics_dup_elided (text, font.size * self->scale, font.is_bold,
                                       item->x2 * TEXT_SLACK);
  if (elided[0] == '\0')
    return;
  put (self, "<text");
  put_attribute (self, "x", item->x1);
  put_attribute (self, "y", item->y1 + self->y);
  put_attribute (self, "font-size", font.size * self->scale);
  if (font.is_bold)
    put (self, " font-weight=\"bold\"");
  if (item->anchor != DIAGRAM_ANCHOR_START)
    {
      put (self, " text-anchor=\"");
      put (self, anchors[item->anchor]);
      put (self, "\"");
    }
  put_colour (self, "fill", &font.colour);
  if (font.halo.alpha > 0)
    {
      put (self, " paint-order=\"stroke\"");
      put_colour (self, "stroke", &font.halo);
      put_attribute (self, "stroke-width", font.halo_width * self->scale);
      put (self, " stroke-linejoin=\"round\"");
    }
  put (self, ">");
  put_escaped (self, elided);
  put (self, "</text>\n");
}

/* The items of a row are a group, which has the row's description as its title. */
static void
open_group (Svg *self, const DiagramItem *item)
{
  guint row = item->kind == DIAGRAM_ITEM_BAR ? DIAGRAM_NONE : item->row;

  if (row == self->row)
    return;
  if (self->row != DIAGRAM_NONE)
    put (self, "</g>\n");
  self->row = row;
  if (row != DIAGRAM_NONE)
    {
      g_autofree char *description = trace_text_dup_description (self->log, item->position);
      g_autofree char *safe = diagram_text_dup_safe (description);

      put (self, "<g><title>");
      put_escaped (self, safe);
      put (self, "</title>\n");
    }
}

static void
write_list (Svg *self)
{
  for (guint i = 0; i < diagram_list_get_n (self->list); i++)
    {
      const DiagramItem *item = diagram_list_get (self->list, i);
      DiagramPaint       paint;

      open_group (self, item);
      if (item->kind == DIAGRAM_ITEM_TEXT)
        {
          write_text (self, item);
          continue;
        }
      diagram_theme_get_paint (self->variant, item, &paint);
      if (item->kind == DIAGRAM_ITEM_ARROW)
        write_arrow (self, item, &paint);
      else if (item->kind == DIAGRAM_ITEM_MARK)
        write_mark (self, item, &paint);
      else if (item->kind == DIAGRAM_ITEM_LANE_LINE || item->kind == DIAGRAM_ITEM_TICK)
        write_line (self, &paint, paint.line_width, item->x1, item->y1 + self->y, item->x2,
                    item->y2 + self->y);
      else
        write_box (self, item, &paint);
    }
  if (self->row != DIAGRAM_NONE)
    put (self, "</g>\n");
  self->row = DIAGRAM_NONE;
  diagram_list_clear (self->list);
}

static void
write_start (Svg *self, DiagramLayout *layout)
{
  double           width = ceil (diagram_layout_get_width (layout));
  double           height = ceil (self->y + diagram_layout_get_height (layout));
  g_autofree char *title = diagram_text_dup_safe (trace_log_get_title (self->log));
  g_autofree char *description = g_strdup_printf (
      "A sequence diagram: %u hosts from left to right, %u events from top to bottom.",
      diagram_model_get_n_lanes (diagram_layout_get_model (layout)),
      diagram_layout_get_n_rows (layout));
  DiagramColour    background = diagram_theme_get_background (self->variant);

  put (self, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
             "<svg xmlns=\"http://www.w3.org/2000/svg\"");
  put_attribute (self, "width", width);
  put_attribute (self, "height", height);
  put (self, " viewBox=\"0 0 ");
  put_number (self, width);
  put (self, " ");
  put_number (self, height);
  put (self, "\" font-family=\"" DIAGRAM_FONT_FAMILY "\" role=\"img\">\n<title>");
  put_escaped (self, title);
  put (self, "</title>\n<desc>");
  put_escaped (self, description);
  put (self, "</desc>\n<rect width=\"100%\" height=\"100%\"");
  put_colour (self, "fill", &background);
  put (self, "/>\n");
}

void
diagram_svg_write (DiagramLayout *layout, GByteArray *out)
{
  const DiagramOptions *options = diagram_layout_get_options (layout);
  g_autoptr (DiagramList) list = diagram_list_new ();
  guint n_rows = diagram_layout_get_n_rows (layout);
  Svg   svg = { .out = out,
                .log = diagram_model_get_log (diagram_layout_get_model (layout)),
                .list = list,
                .variant = options->variant,
                .scale = options->text_scale,
                .y = diagram_layout_get_head_height (layout),
                .row = DIAGRAM_NONE };

  write_start (&svg, layout);
  svg.y = 0;
  diagram_layout_build_heads (layout, list);
  write_list (&svg);
  svg.y = diagram_layout_get_head_height (layout);
  diagram_layout_build_ground (layout, 0, diagram_layout_get_height (layout), list);
  write_list (&svg);
  for (guint row = 0; row < n_rows; row += ROWS_AT_ONCE)
    {
      guint end = MIN (row + ROWS_AT_ONCE, n_rows);

      diagram_layout_build_rows (layout, diagram_layout_get_row_y (layout, row),
                                 diagram_layout_get_row_y (layout, end), list);
      write_list (&svg);
    }
  if (n_rows == 0)
    {
      diagram_layout_build_rows (layout, 0, diagram_layout_get_height (layout), list);
      write_list (&svg);
    }
  put (&svg, "</svg>\n");
}
