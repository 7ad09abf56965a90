/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bytes-page.h"

#include <glib/gi18n.h>

#include "lit-text.h"

#define BYTES_PER_LINE 8

/* A line is an offset, the bytes, and the same bytes as text. */
#define OFFSET_DIGITS_MIN 5
#define HEX_COLUMN(digits) ((digits) + 2)
#define TEXT_COLUMN(digits) (HEX_COLUMN (digits) + BYTES_PER_LINE * 3 + 1)

/* Bytes before the selected ones that are shown with them. */
#define CONTEXT_BYTES 1024

struct _BytesPage
{
  AdwBin         parent_instance;
  AppDocument   *document; /* (nullable) */
  GtkWidget     *view;
  GtkTextBuffer *buffer; /* owned by the view */
  GtkTextTag    *lit;
  gsize          begin; /* of the bytes that are in the buffer */
  gsize          end;
  guint          first_line; /* of the buffer that shows bytes */
  guint          digits;     /* of an offset */
};

G_DEFINE_FINAL_TYPE (BytesPage, bytes_page, ADW_TYPE_BIN)

static void
append_line (GString      *text,
             const guint8 *data,
             gsize         base,
             gsize         offset,
             gsize         length,
             guint         digits)
{
  g_string_append_printf (text, "%0*" G_GSIZE_MODIFIER "x  ", (int) digits, base + offset);
  for (gsize i = 0; i < BYTES_PER_LINE; i++)
    if (i < length)
      g_string_append_printf (text, "%02x ", data[offset + i]);
    else
      g_string_append (text, "   ");
  g_string_append_c (text, ' ');
  for (gsize i = 0; i < length; i++)
    g_string_append_c (text, g_ascii_isprint (data[offset + i]) ? (char) data[offset + i] : '.');
  g_string_append_c (text, '\n');
}

/* Shows the bytes from @begin on, which begins a line, as many as are shown at once. */
static void
fill (BytesPage *self, gsize begin)
{
  g_autoptr (GString) text = g_string_new (NULL);
  const guint8 *data = NULL;
  gsize         length = 0;
  gsize         base = 0;

  if (self->document != NULL)
    {
      data = app_document_get_data (self->document, &length);
      base = app_document_get_base (self->document);
    }
  self->digits = OFFSET_DIGITS_MIN;
  while ((base + length) >> (4 * self->digits) > 0)
    self->digits++;
  self->begin = begin;
  self->end = MIN (length, begin + BYTES_PAGE_BYTES_MAX);
  self->first_line = begin > 0 ? 1 : 0;
  if (begin > 0)
    g_string_append_printf (text, _("… %" G_GSIZE_FORMAT " bytes before"), begin);
  if (begin > 0)
    g_string_append_c (text, '\n');
  for (gsize offset = begin; offset < self->end; offset += BYTES_PER_LINE)
    append_line (text, data, base, offset, MIN (BYTES_PER_LINE, self->end - offset),
                 self->digits);
  if (length == 0 && self->document == NULL)
    g_string_append (text, _("Nothing of this was on the wire: it has no bytes."));
  if (self->end < length)
    g_string_append_printf (text, _("… and %" G_GSIZE_FORMAT " bytes more"), length - self->end);
  gtk_text_buffer_set_text (self->buffer, text->str, (int) text->len);
}

static void
light_columns (BytesPage *self, guint line, guint from, guint to)
{
  GtkTextIter start, end;

  gtk_text_buffer_get_iter_at_line_offset (self->buffer, &start, (int) line, (int) from);
  gtk_text_buffer_get_iter_at_line_offset (self->buffer, &end, (int) line, (int) to);
  gtk_text_buffer_apply_tag (self->buffer, self->lit, &start, &end);
}

/* Lights the bytes from @from to before @to, offsets in what is shown. */
static void
light (BytesPage *self, gsize from, gsize to)
{
  for (gsize offset = from; offset < to;)
    {
      guint line = (guint) (offset / BYTES_PER_LINE);
      gsize line_end = MIN (to, (line + 1u) * (gsize) BYTES_PER_LINE);
      guint first = (guint) (offset % BYTES_PER_LINE);
      guint last = (guint) (line_end - line * (gsize) BYTES_PER_LINE);

      light_columns (self, self->first_line + line, HEX_COLUMN (self->digits) + first * 3,
                     HEX_COLUMN (self->digits) + last * 3 - 1);
      light_columns (self, self->first_line + line, TEXT_COLUMN (self->digits) + first,
                     TEXT_COLUMN (self->digits) + last);
      offset = line_end;
    }
}

void
bytes_page_select (BytesPage *self, gsize offset, gsize length)
{
  GtkTextIter start, end;
  gsize       unit_length = 0;

  if (self->document != NULL)
    app_document_get_data (self->document, &unit_length);
  if (offset < self->begin || (offset >= self->end && offset < unit_length))
    {
      gsize begin = offset > CONTEXT_BYTES ? offset - CONTEXT_BYTES : 0;

      fill (self, begin - begin % BYTES_PER_LINE);
    }
  gtk_text_buffer_get_bounds (self->buffer, &start, &end);
  gtk_text_buffer_remove_tag (self->buffer, self->lit, &start, &end);
  if (offset >= self->end)
    return;
  light (self, offset - self->begin, MIN (offset + length, self->end) - self->begin);
  gtk_text_buffer_get_iter_at_line (
      self->buffer, &start,
      (int) (self->first_line + (offset - self->begin) / BYTES_PER_LINE));
  lit_text_scroll_to (GTK_TEXT_VIEW (self->view), &start);
}

void
bytes_page_set_document (BytesPage *self, AppDocument *document)
{
  if (document != NULL)
    app_document_ref (document);
  g_clear_pointer (&self->document, app_document_unref);
  self->document = document;
  fill (self, 0);
}

static void
bytes_page_dispose (GObject *object)
{
  BytesPage *self = APP_BYTES_PAGE (object);

  g_clear_pointer (&self->document, app_document_unref);
  G_OBJECT_CLASS (bytes_page_parent_class)->dispose (object);
}

static void
bytes_page_class_init (BytesPageClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = bytes_page_dispose;
}

static void
bytes_page_init (BytesPage *self)
{
  GtkWidget *view = gtk_text_view_new ();
  GtkWidget *scroller = gtk_scrolled_window_new ();

  self->view = view;
  self->buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (view));
  self->lit = lit_text_add_tag (self->buffer);
  gtk_text_view_set_editable (GTK_TEXT_VIEW (view), FALSE);
  gtk_text_view_set_cursor_visible (GTK_TEXT_VIEW (view), FALSE);
  gtk_text_view_set_monospace (GTK_TEXT_VIEW (view), TRUE);
  gtk_text_view_set_left_margin (GTK_TEXT_VIEW (view), 12);
  gtk_text_view_set_top_margin (GTK_TEXT_VIEW (view), 12);
  gtk_widget_add_css_class (view, "bytes");
  gtk_accessible_update_property (GTK_ACCESSIBLE (view), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Bytes in hexadecimal and as text"), -1);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), view);
  adw_bin_set_child (ADW_BIN (self), scroller);
}
