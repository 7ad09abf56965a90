/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lit-text.h"

/* Where in the view the text is, from 0 at its top to 1. */
#define PLACE 0.15

#define MARK "lit"
#define SOURCE "lit-scroll"

GtkTextTag *
lit_text_add_tag (GtkTextBuffer *buffer)
{
  /* GTK finds lines that only change colour by their height, which is not known of lines out of
   * sight; a tag that could change more makes it look at each line. */
  return gtk_text_buffer_create_tag (buffer, "lit", "background", "#f6d32d", "foreground",
                                     "#000000", "rise", 0, NULL);
}

static void
scroll (GtkTextView *view)
{
  GtkTextMark *mark = gtk_text_buffer_get_mark (gtk_text_view_get_buffer (view), MARK);

  gtk_text_view_scroll_to_mark (view, mark, 0, TRUE, 0, PLACE);
}

static gboolean
on_settled (gpointer view)
{
  g_object_set_data (view, SOURCE, NULL);
  scroll (view);
  return G_SOURCE_REMOVE;
}

void
lit_text_scroll_to (GtkTextView *view, const GtkTextIter *iter)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (view);
  GtkTextMark   *mark = gtk_text_buffer_get_mark (buffer, MARK);
  guint          source;

  if (mark == NULL)
    gtk_text_buffer_create_mark (buffer, MARK, iter, TRUE);
  else
    gtk_text_buffer_move_mark (buffer, mark, iter);
  scroll (view);
  if (g_object_get_data (G_OBJECT (view), SOURCE) != NULL)
    return;
  /* The view measures lines at a higher priority than this. */
  source = g_idle_add_full (G_PRIORITY_LOW, on_settled, g_object_ref (view), g_object_unref);
  g_object_set_data (G_OBJECT (view), SOURCE, GUINT_TO_POINTER (source));
}

void
lit_text_set_verbatim (GtkLabel *label)
{
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();

  pango_attr_list_insert (attributes, pango_attr_insert_hyphens_new (FALSE));
  gtk_label_set_attributes (label, attributes);
}
