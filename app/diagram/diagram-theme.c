/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "diagram-theme.h"

#include <math.h>

#include "diagram-mark.h"

#define RGB(hex)                                                                                   \
  { ((hex) >> 16 & 0xff) / 255.0f, ((hex) >> 8 & 0xff) / 255.0f, ((hex) & 0xff) / 255.0f, 1 }

/* What each theme is made of. Inks are read, so they keep 4.5:1 against the
 * background (WCAG 2.1 success criterion 1.4.3); outlines of bare areas need not. */
typedef struct
{
  DiagramColour background;
  DiagramColour ink;       /* labels, commands */
  DiagramColour ink_quiet; /* times, addresses, replies, packets */
  DiagramColour error;
  DiagramColour warning;
  DiagramColour lane;
  DiagramColour head, head_edge;
  DiagramColour bar, bar_edge;
  DiagramColour note, note_edge;
  DiagramColour message[DIAGRAM_MESSAGE_COLOURS];      /* inks */
  DiagramColour message_fill[DIAGRAM_MESSAGE_COLOURS]; /* areas within an outline of the ink */
} Palette;

/* Okabe and Ito's colours, told apart with any colour vision: blue, vermillion, bluish green,
 * reddish purple, orange, sky blue, yellow. */
#define OKABE_ITO                                                                                  \
  { RGB (0x0072b2), RGB (0xd55e00), RGB (0x009e73), RGB (0xcc79a7),                                \
    RGB (0xe69f00), RGB (0x56b4e9), RGB (0xf0e442) }

/* The same, darkened to be read on white. */
#define OKABE_ITO_DARKENED                                                                         \
  { RGB (0x0069a4), RGB (0xb24e00), RGB (0x007a59), RGB (0xa3447a),                                \
    RGB (0x8a5f00), RGB (0x23759f), RGB (0x6b6500) }

static const Palette palettes[] = {
  [DIAGRAM_THEME_LIGHT] = {
    .background = RGB (0xffffff),
    .ink = RGB (0x22272e),
    .ink_quiet = RGB (0x57606a),
    .error = RGB (0xb3261e),
    .warning = RGB (0x855300),
    .lane = RGB (0xcfd5dc),
    .head = RGB (0xf4f6f8),
    .head_edge = RGB (0xc3cad3),
    .bar = RGB (0xe3e9f0),
    .bar_edge = RGB (0xa9b4c1),
    .note = RGB (0xfbf7ea),
    .note_edge = RGB (0xcdbf93),
    .message = OKABE_ITO_DARKENED,
    .message_fill = OKABE_ITO,
  },
  [DIAGRAM_THEME_DARK] = {
    .background = RGB (0x1e1e1e),
    .ink = RGB (0xe9ebee),
    .ink_quiet = RGB (0xaab2bc),
    .error = RGB (0xff8f85),
    .warning = RGB (0xf5b95c),
    .lane = RGB (0x4a5058),
    .head = RGB (0x2b2e32),
    .head_edge = RGB (0x565d66),
    .bar = RGB (0x363d46),
    .bar_edge = RGB (0x6b7683),
    .note = RGB (0x35311f),
    .note_edge = RGB (0x81764c),
    .message = { RGB (0x5aaee0), RGB (0xf28b3d), RGB (0x2fc497), RGB (0xdc97bb),
                 RGB (0xf0b23a), RGB (0x8fd0f5), RGB (0xf0e442) },
    .message_fill = OKABE_ITO,
  },
  [DIAGRAM_THEME_PRINT] = {
    .background = RGB (0xffffff),
    .ink = RGB (0x000000),
    .ink_quiet = RGB (0x3d434a),
    .error = RGB (0xa01c15),
    .warning = RGB (0x744700),
    .lane = RGB (0xb4bac1),
    .head = RGB (0xffffff),
    .head_edge = RGB (0x6b7280),
    .bar = RGB (0xf1f3f6),
    .bar_edge = RGB (0x8b95a1),
    .note = RGB (0xffffff),
    .note_edge = RGB (0x8f835c),
    .message = OKABE_ITO_DARKENED,
    .message_fill = OKABE_ITO,
  },
};
G_STATIC_ASSERT (G_N_ELEMENTS (palettes) == DIAGRAM_N_THEMES);

static const DiagramColour no_colour = { 0, 0, 0, 0 };

static const struct
{
  double   size;
  gboolean is_bold;
  gboolean is_quiet;
} fonts[] = {
  [DIAGRAM_TEXT_LABEL] = { 13, FALSE, FALSE },   [DIAGRAM_TEXT_DETAIL] = { 12, FALSE, TRUE },
  [DIAGRAM_TEXT_CAPTION] = { 15, TRUE, FALSE },  [DIAGRAM_TEXT_NOTE] = { 12, FALSE, FALSE },
  [DIAGRAM_TEXT_NAME] = { 13, TRUE, FALSE },     [DIAGRAM_TEXT_ADDRESS] = { 11, FALSE, TRUE },
  [DIAGRAM_TEXT_TIME] = { 11, FALSE, TRUE },     [DIAGRAM_TEXT_MESSAGE] = { 14, FALSE, TRUE },
};
G_STATIC_ASSERT (G_N_ELEMENTS (fonts) == DIAGRAM_N_TEXTS);

static double
get_luminance (const DiagramColour *colour)
{
  const float channels[] = { colour->red, colour->green, colour->blue };
  double      linear[3];

  for (guint i = 0; i < 3; i++)
    linear[i] = channels[i] <= 0.03928 ? channels[i] / 12.92
                                       : pow ((channels[i] + 0.055) / 1.055, 2.4);
  return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
}

double
diagram_colour_get_contrast (const DiagramColour *a, const DiagramColour *b)
{
  double la = get_luminance (a);
  double lb = get_luminance (b);

  return (MAX (la, lb) + 0.05) / (MIN (la, lb) + 0.05);
}

DiagramColour
diagram_theme_get_background (DiagramThemeVariant variant)
{
  return palettes[variant].background;
}

double
diagram_theme_get_text_size (DiagramText text)
{
  return fonts[text].size;
}

static DiagramColour
get_ink (const Palette *palette, const DiagramItem *item, gboolean is_quiet)
{
  if (item->flags & DIAGRAM_ITEM_ERROR)
    return palette->error;
  if (item->flags & DIAGRAM_ITEM_WARNING)
    return palette->warning;
  if (item->colour > 0)
    return palette->message[item->colour - 1];
  return is_quiet ? palette->ink_quiet : palette->ink;
}

static gboolean
is_quiet_style (guint style)
{
  return style == DIAGRAM_STYLE_REPLY || style == DIAGRAM_STYLE_CONTROL ||
         style == DIAGRAM_STYLE_PACKET;
}

static void
get_arrow (const Palette *palette, const DiagramItem *item, DiagramPaint *paint)
{
  paint->stroke = get_ink (palette, item, is_quiet_style (item->style));
  paint->line_width = 1.6;
  paint->head_size = 10;
  switch (item->style)
    {
    case DIAGRAM_STYLE_LETTER:
      paint->line_width = 4;
      paint->head_size = 17;
      break;
    case DIAGRAM_STYLE_DATA:
      paint->line_width = 2.4;
      paint->head_size = 12;
      break;
    case DIAGRAM_STYLE_REPLY:
      paint->line_width = 1.4;
      paint->dashes[0] = 6;
      paint->dashes[1] = 3.5;
      break;
    case DIAGRAM_STYLE_CONTROL:
    case DIAGRAM_STYLE_PACKET:
      paint->line_width = 1.1;
      paint->head_size = 8;
      paint->is_head_open = TRUE;
      break;
    default:
      break;
    }
  if (item->flags & (DIAGRAM_ITEM_ERROR | DIAGRAM_ITEM_LOST))
    {
      paint->dashes[0] = 3;
      paint->dashes[1] = 3;
    }
  paint->is_double = (item->flags & DIAGRAM_ITEM_TLS) != 0;
}

static void
get_mark (const Palette *palette, const DiagramItem *item, DiagramPaint *paint)
{
  paint->stroke = get_ink (palette, item, item->mark >= DIAGRAM_MARK_COMPUTER &&
                                              item->mark <= DIAGRAM_MARK_NAMES);
  paint->line_width = item->mark == DIAGRAM_MARK_CROSS ? 2.2 : 1.3;
  if (item->mark == DIAGRAM_MARK_LOCK)
    paint->fill = paint->stroke;
  else if (item->colour > 0)
    paint->fill = palette->message_fill[item->colour - 1];
  else
    paint->fill = palette->background;
  /* The flap and edge of an envelope show on any of its colours. */
  if (item->colour > 0 && item->mark == DIAGRAM_MARK_ENVELOPE)
    paint->fill = palette->background;
}

static void
dim (DiagramColour *colour)
{
  colour->alpha *= (float) DIAGRAM_FAINT_OPACITY;
}

void
diagram_theme_get_paint (DiagramThemeVariant variant, const DiagramItem *item,
                         DiagramPaint *out_paint)
{
  const Palette *palette = &palettes[variant];
  DiagramPaint   paint = { .fill = no_colour, .line_width = 1 };

  switch ((DiagramItemKind) item->kind)
    {
    case DIAGRAM_ITEM_LANE_LINE:
    case DIAGRAM_ITEM_TICK:
      paint.stroke = palette->lane;
      break;
    case DIAGRAM_ITEM_LANE_HEAD:
      paint.stroke = palette->head_edge;
      paint.fill = palette->head;
      paint.radius = 8;
      break;
    case DIAGRAM_ITEM_BAR:
      paint.stroke = palette->bar_edge;
      paint.fill = palette->bar;
      paint.radius = 2;
      /* From here on TLS protects the connection; a lock stands at the beginning of it. */
      if (item->flags & DIAGRAM_ITEM_TLS)
        {
          paint.stroke = palette->ink_quiet;
          paint.fill = palette->bar_edge;
        }
      break;
    case DIAGRAM_ITEM_NOTE:
      paint.stroke = item->colour > 0 || (item->flags & (DIAGRAM_ITEM_ERROR | DIAGRAM_ITEM_WARNING))
                         ? get_ink (palette, item, FALSE)
                         : palette->note_edge;
      paint.fill = item->style == DIAGRAM_STYLE_LETTER ? palette->background : palette->note;
      paint.line_width = item->style == DIAGRAM_STYLE_LETTER ? 1.6 : 1;
      paint.radius = 7;
      if (item->flags & DIAGRAM_ITEM_ERROR)
        {
          paint.dashes[0] = 4;
          paint.dashes[1] = 3;
        }
      break;
    case DIAGRAM_ITEM_ARROW:
      get_arrow (palette, item, &paint);
      break;
    case DIAGRAM_ITEM_MARK:
      get_mark (palette, item, &paint);
      break;
    case DIAGRAM_ITEM_TEXT:
    case DIAGRAM_N_ITEM_KINDS:
    default:
      g_return_if_reached ();
    }
  if (item->flags & DIAGRAM_ITEM_FAINT)
    {
      dim (&paint.stroke);
      dim (&paint.fill);
    }
  *out_paint = paint;
}

void
diagram_theme_get_font (DiagramThemeVariant variant, const DiagramItem *item, DiagramFont *out_font)
{
  const Palette *palette = &palettes[variant];
  DiagramText    text = item->text;
  gboolean       has_halo = (item->flags & DIAGRAM_ITEM_ACROSS) != 0;

  /* Of units, only what goes wrong and what is a message wears a colour; the rest is to be read. */
  *out_font = (DiagramFont){
    .colour = get_ink (palette, item, fonts[text].is_quiet ||
                       (text == DIAGRAM_TEXT_LABEL && is_quiet_style (item->style))),
    .halo = has_halo ? palette->background : no_colour,
    .halo_width = has_halo ? 4 : 0,
    .size = fonts[text].size,
    .is_bold = fonts[text].is_bold,
  };
  if (item->flags & DIAGRAM_ITEM_FAINT)
    {
      dim (&out_font->colour);
      dim (&out_font->halo);
    }
}
