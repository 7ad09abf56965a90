/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "diagram-cairo.h"

#include <math.h>

#include <pango/pangocairo.h>

#include "diagram-mark.h"

/* Half the opening of an arrow's head, and the gap between the lines of a double one. */
#define HEAD_HALF 0.42
#define DOUBLE_GAP 3.2

/* What one painting keeps: a layout and a font per kind of text. */
typedef struct
{
  cairo_t              *cr;
  const DiagramList    *list;
  DiagramThemeVariant   variant;
  double                scale;
  double                x, y;
  PangoLayout          *layout; /* made with the first text */
  PangoFontDescription *fonts[DIAGRAM_N_TEXTS];
} Painting;

static void
set_colour (cairo_t *cr, const DiagramColour *colour)
{
  cairo_set_source_rgba (cr, colour->red, colour->green, colour->blue, colour->alpha);
}

static void
set_stroke (Painting *self, const DiagramPaint *paint, double width)
{
  double dashes[2] = { paint->dashes[0] * self->scale, paint->dashes[1] * self->scale };

  set_colour (self->cr, &paint->stroke);
  cairo_set_line_width (self->cr, width * self->scale);
  cairo_set_dash (self->cr, dashes, dashes[0] > 0 ? 2 : 0, 0);
}

/* A hair line lies on whole pixels when the surface is one of pixels. */
static double
snap (double x)
{
  return floor (x) + 0.5;
}

static void
add_round_box (cairo_t *cr, double x1, double y1, double x2, double y2, double radius)
{
  radius = MIN (radius, MIN (x2 - x1, y2 - y1) / 2);
  cairo_new_sub_path (cr);
  cairo_arc (cr, x2 - radius, y1 + radius, radius, -G_PI_2, 0);
  cairo_arc (cr, x2 - radius, y2 - radius, radius, 0, G_PI_2);
  cairo_arc (cr, x1 + radius, y2 - radius, radius, G_PI_2, G_PI);
  cairo_arc (cr, x1 + radius, y1 + radius, radius, G_PI, 3 * G_PI_2);
  cairo_close_path (cr);
}

static void
paint_box (Painting *self, const DiagramItem *item, const DiagramPaint *paint)
{
  cairo_t *cr = self->cr;
  double   x1 = snap (item->x1 - self->x);
  double   y1 = snap (item->y1 - self->y);
  double   x2 = MAX (snap (item->x2 - self->x), x1 + 1);
  double   y2 = MAX (snap (item->y2 - self->y), y1 + 1);

  add_round_box (cr, x1, y1, x2, y2, paint->radius * self->scale);
  set_colour (cr, &paint->fill);
  cairo_fill_preserve (cr);
  set_stroke (self, paint, paint->line_width);
  cairo_stroke (cr);
}

static void
paint_line (Painting *self, const DiagramItem *item, const DiagramPaint *paint)
{
  gboolean is_upright = item->x1 == item->x2;
  double   x1 = item->x1 - self->x;
  double   x2 = item->x2 - self->x;

  set_stroke (self, paint, paint->line_width);
  cairo_move_to (self->cr, is_upright ? snap (x1) : x1, item->y1 - self->y);
  cairo_line_to (self->cr, is_upright ? snap (x2) : x2, item->y2 - self->y);
  cairo_stroke (self->cr);
}

/* A way from (x, y) in the direction (dx, dy), of length 1. Turning Cairo's matrix instead would
 * put six numbers into a PDF with each arrow. */
typedef struct
{
  double x, y, dx, dy;
} Way;

/* The point @along the way and @aside to its right. */
static void
go_to (cairo_t *cr, const Way *way, double along, double aside, gboolean is_first)
{
  double x = way->x + along * way->dx - aside * way->dy;
  double y = way->y + along * way->dy + aside * way->dx;

  if (is_first)
    cairo_move_to (cr, x, y);
  else
    cairo_line_to (cr, x, y);
}

static void
paint_shaft (Painting *self, const DiagramPaint *paint, const Way *way, double end)
{
  double gap = paint->is_double ? DOUBLE_GAP / 2 * self->scale : 0;

  set_stroke (self, paint, paint->is_double ? paint->line_width * 0.7 : paint->line_width);
  go_to (self->cr, way, 0, -gap, TRUE);
  go_to (self->cr, way, end, -gap, FALSE);
  if (paint->is_double)
    {
      go_to (self->cr, way, 0, gap, TRUE);
      go_to (self->cr, way, end, gap, FALSE);
    }
  cairo_stroke (self->cr);
}

static void
paint_arrow (Painting *self, const DiagramItem *item, const DiagramPaint *paint)
{
  cairo_t *cr = self->cr;
  double   length = hypot (item->x2 - item->x1, item->y2 - item->y1);
  double   head = MIN (paint->head_size * self->scale, length / 2);
  gboolean has_head = !(item->flags & DIAGRAM_ITEM_LOST);
  Way      way;

  if (length <= 0)
    return;
  way = (Way){ item->x1 - self->x, item->y1 - self->y, (item->x2 - item->x1) / length,
               (item->y2 - item->y1) / length };
  paint_shaft (self, paint, &way, has_head && (!paint->is_head_open || paint->is_double)
                                      ? length - head * 0.8
                                      : length);
  if (!has_head)
    return;
  cairo_set_dash (cr, NULL, 0, 0);
  go_to (cr, &way, length - head, -head * HEAD_HALF, TRUE);
  go_to (cr, &way, length, 0, FALSE);
  go_to (cr, &way, length - head, head * HEAD_HALF, FALSE);
  if (paint->is_head_open)
    {
      cairo_set_line_width (cr, (paint->line_width + 0.3) * self->scale);
      cairo_stroke (cr);
    }
  else
    {
      cairo_close_path (cr);
      cairo_fill (cr);
    }
}

void
diagram_cairo_paint_mark (cairo_t *cr, guint mark, double x, double y, double size,
                          const DiagramPaint *paint)
{
  double half = size / 2;

  cairo_new_path (cr);
  cairo_set_dash (cr, NULL, 0, 0);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
  cairo_set_line_width (cr, paint->line_width);
  for (const DiagramPathStep *step = diagram_mark_get_path (mark); step->verb != DIAGRAM_PATH_END;
       step++)
    {
      double p[6];

      for (guint i = 0; i < 6; i++)
        p[i] = (i % 2 == 0 ? x : y) + step->points[i] * half;
      switch (step->verb)
        {
        case DIAGRAM_PATH_MOVE:
          cairo_move_to (cr, p[0], p[1]);
          break;
        case DIAGRAM_PATH_LINE:
          cairo_line_to (cr, p[0], p[1]);
          break;
        case DIAGRAM_PATH_CURVE:
          cairo_curve_to (cr, p[0], p[1], p[2], p[3], p[4], p[5]);
          break;
        case DIAGRAM_PATH_CLOSE:
          cairo_close_path (cr);
          break;
        case DIAGRAM_PATH_FILL:
          set_colour (cr, &paint->fill);
          cairo_fill_preserve (cr);
          G_GNUC_FALLTHROUGH;
        case DIAGRAM_PATH_STROKE:
          set_colour (cr, &paint->stroke);
          cairo_stroke (cr);
          break;
        case DIAGRAM_PATH_END:
        default:
          break;
        }
    }
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_MITER);
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_BUTT);
}

static void
paint_mark (Painting *self, const DiagramItem *item, const DiagramPaint *paint)
{
  DiagramPaint scaled = *paint;

  scaled.line_width *= self->scale;
  diagram_cairo_paint_mark (self->cr, item->mark, item->x1 - self->x, item->y1 - self->y, item->x2,
                            &scaled);
}

/* Text */

static PangoFontDescription *
get_font (Painting *self, const DiagramItem *item, const DiagramFont *font)
{
  PangoFontDescription **slot = &self->fonts[item->text];

  if (*slot == NULL)
    {
      *slot = pango_font_description_from_string (DIAGRAM_FONT_FAMILY);
      pango_font_description_set_absolute_size (*slot, font->size * self->scale * PANGO_SCALE);
      pango_font_description_set_weight (*slot, font->is_bold ? PANGO_WEIGHT_BOLD
                                                              : PANGO_WEIGHT_NORMAL);
    }
  return *slot;
}

static void
paint_text (Painting *self, const DiagramItem *item)
{
  cairo_t    *cr = self->cr;
  DiagramFont font;
  double      x = item->x1 - self->x;
  double      y = item->y1 - self->y;
  int         width;

  diagram_theme_get_font (self->variant, item, &font);
  if (self->layout == NULL)
    {
      self->layout = pango_cairo_create_layout (cr);
      pango_layout_set_single_paragraph_mode (self->layout, TRUE);
      /* On paper glyphs stand where the font puts them: rounded, each would need a number. */
      if (cairo_surface_get_type (cairo_get_target (cr)) != CAIRO_SURFACE_TYPE_IMAGE)
        pango_context_set_round_glyph_positions (pango_layout_get_context (self->layout), FALSE);
    }
  pango_layout_set_font_description (self->layout, get_font (self, item, &font));
  pango_layout_set_width (self->layout, -1);
  pango_layout_set_ellipsize (self->layout, PANGO_ELLIPSIZE_NONE);
  pango_layout_set_text (self->layout, diagram_list_get_text (self->list, item), -1);
  pango_layout_get_size (self->layout, &width, NULL);
  if (width > item->x2 * PANGO_SCALE)
    {
      pango_layout_set_ellipsize (self->layout, PANGO_ELLIPSIZE_END);
      pango_layout_set_width (self->layout, (int) (item->x2 * PANGO_SCALE));
      pango_layout_get_size (self->layout, &width, NULL);
    }
  if (item->anchor == DIAGRAM_ANCHOR_MIDDLE)
    x -= width / (2.0 * PANGO_SCALE);
  else if (item->anchor == DIAGRAM_ANCHOR_END)
    x -= width / (double) PANGO_SCALE;
  /* A plate under the letters is their halo: outlines of letters make a PDF ten times as slow. */
  if (font.halo.alpha > 0)
    {
      double pad = font.halo_width / 2 * self->scale;
      double size = font.size * self->scale;

      set_colour (cr, &font.halo);
      cairo_rectangle (cr, x - pad, y - size * 0.85, width / (double) PANGO_SCALE + 2 * pad,
                       size * 1.1);
      cairo_fill (cr);
    }
  cairo_move_to (cr, x, y);
  set_colour (cr, &font.colour);
  pango_cairo_show_layout_line (cr, pango_layout_get_line_readonly (self->layout, 0));
  cairo_new_path (cr);
}

static void
paint_item (Painting *self, const DiagramItem *item)
{
  DiagramPaint paint;

  if (item->kind == DIAGRAM_ITEM_TEXT)
    {
      paint_text (self, item);
      return;
    }
  diagram_theme_get_paint (self->variant, item, &paint);
  switch ((DiagramItemKind) item->kind)
    {
    case DIAGRAM_ITEM_LANE_HEAD:
    case DIAGRAM_ITEM_BAR:
    case DIAGRAM_ITEM_NOTE:
      paint_box (self, item, &paint);
      break;
    case DIAGRAM_ITEM_ARROW:
      paint_arrow (self, item, &paint);
      break;
    case DIAGRAM_ITEM_MARK:
      paint_mark (self, item, &paint);
      break;
    case DIAGRAM_ITEM_LANE_LINE:
    case DIAGRAM_ITEM_TICK:
    case DIAGRAM_ITEM_TEXT:
    case DIAGRAM_N_ITEM_KINDS:
    default:
      paint_line (self, item, &paint);
      break;
    }
}

static void
end_painting (Painting *self)
{
  g_clear_object (&self->layout);
  for (guint i = 0; i < DIAGRAM_N_TEXTS; i++)
    g_clear_pointer (&self->fonts[i], pango_font_description_free);
}

void
diagram_cairo_paint (cairo_t *cr, const DiagramList *list, DiagramThemeVariant variant,
                     double text_scale, double x, double y)
{
  Painting painting = { cr, list, variant, text_scale, x, y, NULL, { NULL } };

  for (guint i = 0; i < diagram_list_get_n (list); i++)
    paint_item (&painting, diagram_list_get (list, i));
  end_painting (&painting);
}

void
diagram_cairo_paint_item (cairo_t *cr, const DiagramList *list, const DiagramItem *item,
                          DiagramThemeVariant variant, double text_scale, double x, double y)
{
  Painting painting = { cr, list, variant, text_scale, x, y, NULL, { NULL } };

  paint_item (&painting, item);
  end_painting (&painting);
}
