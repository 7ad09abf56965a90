/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "diagram-export.h"

#include <math.h>

#include <cairo-pdf.h>

#include "diagram-cairo.h"
#include "diagram-svg.h"
#include "diagram-text.h"

/* A4 landscape in points (1/72 inch), and what the pages are like. */
#define PAGE_WIDTH 841.89
#define PAGE_HEIGHT 595.28
#define PAGE_MARGIN 34.0
#define PAGE_FOOT 18.0
#define PAGE_SCALE 0.65 /* of layout units: labels of 13 become 8.5 points */

/* The last line of a picture that had to stop. */
#define TRUNCATION_HEIGHT 44.0

G_DEFINE_QUARK (diagram-export-error-quark, diagram_export_error)

/* Cairo */

static cairo_status_t
append_bytes (void *closure, const unsigned char *data, unsigned int length)
{
  g_byte_array_append (closure, data, length);
  return CAIRO_STATUS_SUCCESS;
}

static gboolean
check_status (cairo_status_t status, GError **error)
{
  if (status == CAIRO_STATUS_SUCCESS)
    return TRUE;
  g_set_error (error, DIAGRAM_EXPORT_ERROR, DIAGRAM_EXPORT_ERROR_FAILED,
               "The picture could not be drawn: %s", cairo_status_to_string (status));
  return FALSE;
}

static void
paint_background (cairo_t *cr, DiagramThemeVariant variant)
{
  DiagramColour colour = diagram_theme_get_background (variant);

  cairo_set_source_rgb (cr, colour.red, colour.green, colour.blue);
  cairo_paint (cr);
}

static void
paint_heads (cairo_t *cr, DiagramLayout *layout, const DiagramOptions *options)
{
  g_autoptr (DiagramList) list = diagram_list_new ();

  diagram_layout_build_heads (layout, list);
  diagram_cairo_paint (cr, list, options->variant, options->text_scale, 0, 0);
}

/* Paints the rows' plane from @y1 to @y2, its top at the origin. */
static void
paint_rows (cairo_t *cr, DiagramLayout *layout, const DiagramOptions *options, double y1, double y2)
{
  g_autoptr (DiagramList) list = diagram_list_new ();

  cairo_save (cr);
  cairo_rectangle (cr, 0, 0, diagram_layout_get_width (layout), y2 - y1);
  cairo_clip (cr);
  diagram_layout_build (layout, y1, y2, list);
  diagram_cairo_paint (cr, list, options->variant, options->text_scale, 0, y1);
  cairo_restore (cr);
}

static void
paint_message (cairo_t *cr, const DiagramOptions *options, double scale, double x, double y,
               double room, const char *text)
{
  g_autoptr (DiagramList) list = diagram_list_new ();
  DiagramItem item = { .text = DIAGRAM_TEXT_MESSAGE, .anchor = DIAGRAM_ANCHOR_MIDDLE,
                       .row = DIAGRAM_NONE, .position = DIAGRAM_NONE, .actor = DIAGRAM_NONE,
                       .x1 = x, .y1 = y, .x2 = room };

  diagram_list_add_text (list, &item, text);
  diagram_cairo_paint (cr, list, options->variant, scale, 0, 0);
}

/* PNG */

/* Returns: how many rows a picture holds. */
static guint
get_png_rows (DiagramLayout *layout)
{
  double room = floor (DIAGRAM_PNG_PIXELS_MAX / MAX (diagram_layout_get_width (layout), 1));
  guint  n_rows = diagram_layout_get_n_rows (layout);

  room = MIN (room, DIAGRAM_PNG_HEIGHT_MAX) - diagram_layout_get_head_height (layout) -
         TRUNCATION_HEIGHT * diagram_layout_get_options (layout)->text_scale;
  if (diagram_layout_get_height (layout) <= room || room <= 0)
    return room > 0 ? n_rows : 0;
  return diagram_layout_find_row (layout, room); /* which is the first without room */
}

static gboolean
export_png (DiagramLayout *layout, GByteArray *out, GError **error)
{
  const DiagramOptions *options = diagram_layout_get_options (layout);
  guint                 n_rows = diagram_layout_get_n_rows (layout);
  guint                 n_drawn = get_png_rows (layout);
  double                head = diagram_layout_get_head_height (layout);
  double                end = n_drawn < n_rows ? diagram_layout_get_row_y (layout, n_drawn)
                                               : diagram_layout_get_height (layout);
  double                foot = TRUNCATION_HEIGHT * options->text_scale;
  int                   width = (int) ceil (diagram_layout_get_width (layout));
  int                   height = (int) ceil (head + end + (n_drawn < n_rows ? foot : foot / 2));
  cairo_surface_t      *surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, width, height);
  cairo_t              *cr = cairo_create (surface);
  cairo_status_t        status;

  paint_background (cr, options->variant);
  paint_heads (cr, layout, options);
  cairo_translate (cr, 0, head);
  paint_rows (cr, layout, options, 0, end);
  if (n_drawn < n_rows)
    {
      g_autofree char *text = g_strdup_printf ("\342\200\246 %u more events", n_rows - n_drawn);

      paint_message (cr, options, options->text_scale, width / 2.0, end + foot * 0.6, width, text);
    }
  status = cairo_status (cr);
  cairo_destroy (cr);
  if (status == CAIRO_STATUS_SUCCESS)
    status = cairo_surface_write_to_png_stream (surface, append_bytes, out);
  cairo_surface_destroy (surface);
  return check_status (status, error);
}

/* PDF */

/* The end of the page that begins at @y: after the last row that fits, and after one at least. */
static double
find_page_end (DiagramLayout *layout, double y, double room)
{
  double height = diagram_layout_get_height (layout);
  double end = height;
  guint  row;

  if (y + room >= height)
    return height;
  row = diagram_layout_find_row (layout, y + room);
  end = diagram_layout_get_row_y (layout, row);
  return end > y ? end : diagram_layout_get_row_y (layout, row + 1);
}

static guint
count_pages (DiagramLayout *layout, double room)
{
  guint  n = 0;
  double y = 0;

  do
    {
      y = find_page_end (layout, y, room);
      n++;
    }
  while (y < diagram_layout_get_height (layout));
  return n;
}

/* The heads as a drawing of their own, which the file holds once for all its pages. */
static cairo_surface_t *
record_heads (DiagramLayout *layout, const DiagramOptions *options)
{
  cairo_rectangle_t extents = { 0, 0, diagram_layout_get_width (layout),
                                diagram_layout_get_head_height (layout) };
  cairo_surface_t  *surface = cairo_recording_surface_create (CAIRO_CONTENT_COLOR_ALPHA, &extents);
  cairo_t          *cr = cairo_create (surface);

  paint_heads (cr, layout, options);
  cairo_destroy (cr);
  return surface;
}

static void
paint_page (cairo_t *cr,
            DiagramLayout *layout,
            cairo_surface_t *heads,
            double scale,
            double page_width,
            double page_height,
            double y1,
            double y2,
            guint page,
            guint n_pages)
{
  const DiagramOptions *options = diagram_layout_get_options (layout);
  g_autofree char      *number = g_strdup_printf ("%u / %u", page, n_pages);

  cairo_save (cr);
  if (options->variant != DIAGRAM_THEME_PRINT) /* which is the paper's own */
    paint_background (cr, options->variant);
  cairo_translate (cr, PAGE_MARGIN, PAGE_MARGIN);
  cairo_scale (cr, scale, scale);
  cairo_set_source_surface (cr, heads, 0, 0);
  cairo_paint (cr);
  cairo_translate (cr, 0, diagram_layout_get_head_height (layout));
  paint_rows (cr, layout, options, y1, y2);
  cairo_restore (cr);
  paint_message (cr, options, scale, page_width / 2, page_height - PAGE_FOOT, page_width, number);
  cairo_show_page (cr);
}

static gboolean
export_pdf (DiagramLayout *layout, GByteArray *out, GError **error)
{
  TraceLog *log = diagram_model_get_log (diagram_layout_get_model (layout));
  /* With many lanes the paper grows in its own shape: printers fit it to their page. */
  double           wanted = diagram_layout_get_width (layout) * PAGE_SCALE + 2 * PAGE_MARGIN;
  double           page_width = MAX (PAGE_WIDTH, wanted);
  double           page_height = page_width * PAGE_HEIGHT / PAGE_WIDTH;
  double           room = (page_height - 2 * PAGE_MARGIN - PAGE_FOOT) / PAGE_SCALE -
                diagram_layout_get_head_height (layout);
  guint            n_pages = count_pages (layout, room);
  g_autofree char *title = diagram_text_dup_safe (trace_log_get_title (log));
  double           y = 0;
  cairo_surface_t *surface = cairo_pdf_surface_create_for_stream (append_bytes, out, page_width,
                                                                  page_height);
  cairo_t         *cr = cairo_create (surface);
  cairo_surface_t *heads = record_heads (layout, diagram_layout_get_options (layout));
  cairo_status_t   status;

  cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_TITLE, title);
  cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_CREATOR, "Postroad");
  for (guint page = 1; page <= n_pages && cairo_status (cr) == CAIRO_STATUS_SUCCESS; page++)
    {
      double end = find_page_end (layout, y, room);

      paint_page (cr, layout, heads, PAGE_SCALE, page_width, page_height, y, end, page, n_pages);
      y = end;
    }
  cairo_surface_finish (surface);
  status = cairo_status (cr);
  if (status == CAIRO_STATUS_SUCCESS)
    status = cairo_surface_status (surface);
  cairo_destroy (cr);
  cairo_surface_destroy (heads);
  cairo_surface_destroy (surface);
  return check_status (status, error);
}

/* Pages are as wide as paper, and nothing on paper is still to come. */
static DiagramOptions
get_export_options (const DiagramOptions *options, DiagramFormat format)
{
  DiagramOptions result = *options;

  if (format == DIAGRAM_FORMAT_PDF)
    {
      result.width = (PAGE_WIDTH - 2 * PAGE_MARGIN) / PAGE_SCALE;
      if (result.variant == DIAGRAM_THEME_LIGHT)
        result.variant = DIAGRAM_THEME_PRINT;
    }
  return result;
}

gboolean
diagram_export (TraceLog *log, const DiagramOptions *options, DiagramFormat format, GByteArray *out,
                GError **error)
{
  DiagramOptions export_options = get_export_options (options, format);
  g_autoptr (DiagramLayout) layout = diagram_layout_new (log, &export_options);
  guint    length = out->len;
  gboolean is_done = TRUE;

  switch (format)
    {
    case DIAGRAM_FORMAT_TEXT:
      diagram_text_write (layout, out);
      break;
    case DIAGRAM_FORMAT_SVG:
      diagram_svg_write (layout, out);
      break;
    case DIAGRAM_FORMAT_PDF:
      is_done = export_pdf (layout, out, error);
      break;
    case DIAGRAM_FORMAT_PNG:
      is_done = export_png (layout, out, error);
      break;
    default:
      g_return_val_if_reached (FALSE);
    }
  if (!is_done)
    g_byte_array_set_size (out, length);
  return is_done;
}

guint
diagram_export_get_n_rows (TraceLog *log, const DiagramOptions *options, DiagramFormat format)
{
  DiagramOptions export_options = get_export_options (options, format);
  g_autoptr (DiagramLayout) layout = diagram_layout_new (log, &export_options);

  return format == DIAGRAM_FORMAT_PNG ? get_png_rows (layout) : diagram_layout_get_n_rows (layout);
}
