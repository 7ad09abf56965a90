/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bytes-page.h"

#include <app-session.h>
#include <glib/gi18n.h>

#define BYTES_PER_LINE 8

struct _BytesPage
{
  AdwBin         parent_instance;
  GtkTextBuffer *buffer; /* owned by the view */
};

G_DEFINE_FINAL_TYPE (BytesPage, bytes_page, ADW_TYPE_BIN)

static void
append_line (GString *text, const guint8 *data, gsize offset, gsize length)
{
  g_string_append_printf (text, "%05" G_GSIZE_MODIFIER "x  ", offset);
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

void
bytes_page_set_event (BytesPage *self, TraceLog *log, guint position)
{
  g_autoptr (GString) text = g_string_new (NULL);
  const TraceEvent *event;
  const guint8     *data;
  gsize             length, shown;

  if (log == NULL || position == APP_NO_EVENT)
    {
      gtk_text_buffer_set_text (self->buffer, "", 0);
      return;
    }
  event = trace_log_get_event (log, position);
  data = trace_log_get_bytes (log, event, &length);
  if (event->kind == TRACE_NOTE || event->kind == TRACE_MESSAGE)
    length = 0; /* words about it, which never were on the wire */
  shown = MIN (length, BYTES_PAGE_BYTES_MAX);
  for (gsize offset = 0; offset < shown; offset += BYTES_PER_LINE)
    append_line (text, data, offset, MIN (BYTES_PER_LINE, shown - offset));
  if (length == 0)
    g_string_append (text, _("Nothing of this was on the wire: it has no bytes."));
  if (shown < length)
    g_string_append_printf (text, _("… and %" G_GSIZE_FORMAT " bytes more"), length - shown);
  gtk_text_buffer_set_text (self->buffer, text->str, (int) text->len);
}

static void
bytes_page_class_init (BytesPageClass *klass)
{
}

static void
bytes_page_init (BytesPage *self)
{
  GtkWidget *view = gtk_text_view_new ();
  GtkWidget *scroller = gtk_scrolled_window_new ();

  self->buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (view));
  gtk_text_view_set_editable (GTK_TEXT_VIEW (view), FALSE);
  gtk_text_view_set_monospace (GTK_TEXT_VIEW (view), TRUE);
  gtk_text_view_set_left_margin (GTK_TEXT_VIEW (view), 12);
  gtk_text_view_set_top_margin (GTK_TEXT_VIEW (view), 12);
  gtk_widget_add_css_class (view, "bytes");
  gtk_accessible_update_property (GTK_ACCESSIBLE (view), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Bytes in hexadecimal and as text"), -1);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), view);
  adw_bin_set_child (ADW_BIN (self), scroller);
}
