/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "diagram-list.h"

G_BEGIN_DECLS

/** How display list items look. Nothing else knows a colour. */

typedef enum
{
  DIAGRAM_THEME_LIGHT,
  DIAGRAM_THEME_DARK,
  DIAGRAM_THEME_PRINT, /* black on white, saves ink */
  DIAGRAM_N_THEMES,
} DiagramThemeVariant;

/** 0 to 1, not premultiplied; laid out as a GdkRGBA. */
typedef struct
{
  float red, green, blue, alpha;
} DiagramColour;

/** Lines, boxes and marks. */
typedef struct
{
  DiagramColour stroke;
  DiagramColour fill;        /* alpha 0: none */
  double        line_width;  /* 0: no outline */
  double        dashes[2];   /* on, off; 0, 0: solid */
  double        radius;      /* of corners */
  gboolean      is_double;   /* two thin lines instead of one */
  double        head_size;   /* arrows: length of the head */
  gboolean      is_head_open; /* arrows: a head of two strokes instead of a filled one */
} DiagramPaint;

typedef struct
{
  DiagramColour colour;
  DiagramColour halo;      /* alpha 0: none; else it surrounds the letters by half of halo_width */
  double        halo_width;
  double        size;      /* pixels at text scale 1 */
  gboolean      is_bold;
} DiagramFont;

/** What is drawn beyond the playhead keeps this much of its opacity. */
#define DIAGRAM_FAINT_OPACITY 0.28

/** The first of these that is there. */
#define DIAGRAM_FONT_FAMILY "Cantarell, Noto Sans, DejaVu Sans, sans-serif"

DiagramColour diagram_theme_get_background (DiagramThemeVariant variant);
/** Fills the paint of any item but a text; FAINT has been applied to the colours. */
void diagram_theme_get_paint (DiagramThemeVariant variant, const DiagramItem *item,
                              DiagramPaint *out_paint);
/** Fills the font of a text item; FAINT has been applied to the colours. */
void diagram_theme_get_font (DiagramThemeVariant variant, const DiagramItem *item,
                             DiagramFont *out_font);

/** Returns: contrast by WCAG 2.1's formula (relative luminance), 1 to 21; alpha is ignored. */
double diagram_colour_get_contrast (const DiagramColour *a, const DiagramColour *b);

/** Returns: the size of @text in pixels at text scale 1, for the layout. */
double diagram_theme_get_text_size (DiagramText text);

G_END_DECLS
