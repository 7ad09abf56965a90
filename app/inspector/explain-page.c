/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explain-page.h"

#include <app-glossary.h>
#include <app-keys.h>
#include <glib/gi18n.h>
#include <models/span-item.h>
#include <models/span-list.h>
#include <string.h>
#include <wire/wire-text.h>

#include "lit-text.h"
#include "severity.h"

#define INDENT_PIXELS 14
/* Bytes before the selected ones that are shown with them. */
#define CONTEXT_BYTES 512
/* How much is said of what a span comes to. */
#define MEANING_CHARACTERS_MAX 300

struct _ExplainPage
{
  AdwBin              parent_instance;
  AppDocument        *document; /* (nullable) */
  GtkSingleSelection *selection; /* over a SpanList */
  GtkWidget          *list;
  GtkWidget          *list_scroller; /* hidden when there is no grammar to show */
  GtkWidget          *text_scroller; /* hidden when there are no bytes */
  GtkWidget          *description;   /* has all the room where there is no list */
  GtkTextBuffer      *buffer;
  GtkTextTag         *lit;
  GtkTextTag         *plain; /* of all bytes: where a line wraps, no hyphen is added */
  GtkWidget          *text_view;
  gsize               begin;  /* of the bytes that are in the buffer */
  GArray             *places; /* of int: where those bytes stand in the buffer, and the end */
  GtkWidget          *deviations; /* box */
  GtkWidget          *name;
  GtkWidget          *meaning;
  GtkWidget          *citation;
  GtkWidget          *flags;
  GtkWidget          *prose;
  GtkWidget          *remark;  /* box of an icon and a label */
  GtkWidget          *details; /* grid */
};

G_DEFINE_FINAL_TYPE (ExplainPage, explain_page, ADW_TYPE_BIN)

/* Bytes as text: each byte has its place in the buffer. */

static void
append_byte (GString *text, guint8 byte)
{
  if (byte == '\r')
    g_string_append (text, "\\r");
  else if (byte == '\n')
    g_string_append (text, "\\n\n");
  else if (byte == '\t')
    g_string_append (text, "\\t");
  else if (g_ascii_isprint (byte))
    g_string_append_c (text, (char) byte);
  else
    g_string_append_printf (text, "\\x%02X", byte);
}

/* Shows the bytes from @begin on, as many as are shown at once. */
static void
fill_text (ExplainPage *self, gsize begin)
{
  g_autoptr (GString) text = g_string_new (NULL);
  gsize         length = 0;
  const guint8 *data = NULL;
  gsize         end;
  int           place = 0;
  GtkTextIter   first, last;

  if (self->document != NULL)
    data = app_document_get_data (self->document, &length);
  end = MIN (length, begin + EXPLAIN_PAGE_BYTES_MAX);
  g_array_set_size (self->places, 0);
  self->begin = begin;
  if (begin > 0)
    {
      g_string_append (text, "…\n");
      place = 2;
    }
  for (gsize i = begin; i < end; i++)
    {
      gsize before = text->len;

      g_array_append_val (self->places, place);
      append_byte (text, data[i]);
      place += (int) (text->len - before);
    }
  g_array_append_val (self->places, place);
  if (end < length)
    g_string_append (text, "…");
  gtk_text_buffer_set_text (self->buffer, text->str, (int) text->len);
  gtk_text_buffer_get_bounds (self->buffer, &first, &last);
  gtk_text_buffer_apply_tag (self->buffer, self->plain, &first, &last);
}

/* Returns: the offset in the unit of the byte at @place in the buffer. */
static gsize
find_byte (ExplainPage *self, int place)
{
  gsize low = 0;
  gsize high = self->places->len;

  while (low + 1 < high)
    {
      gsize middle = low + (high - low) / 2;

      if (g_array_index (self->places, int, middle) <= place)
        low = middle;
      else
        high = middle;
    }
  return self->begin + low;
}

/* Makes sure that the span's first bytes are among those shown. */
static void
show_bytes_of (ExplainPage *self, const WireSpan *span)
{
  gsize end = self->begin + (self->places->len > 0 ? self->places->len - 1 : 0);

  if (span->offset < self->begin || (span->offset >= end && span->length > 0) ||
      (span->offset + span->length > end && span->offset > self->begin + CONTEXT_BYTES))
    fill_text (self, span->offset > CONTEXT_BYTES ? span->offset - CONTEXT_BYTES : 0);
}

static void
light (ExplainPage *self, const WireSpan *span)
{
  GtkTextIter start, end;
  gsize       first, last;

  if (span != NULL)
    show_bytes_of (self, span);
  gtk_text_buffer_get_bounds (self->buffer, &start, &end);
  gtk_text_buffer_remove_tag (self->buffer, self->lit, &start, &end);
  last = self->places->len > 0 ? self->places->len - 1 : 0;
  if (span == NULL || span->offset >= self->begin + last)
    return;
  first = span->offset - self->begin;
  gtk_text_buffer_get_iter_at_offset (self->buffer, &start,
                                      g_array_index (self->places, int, first));
  gtk_text_buffer_get_iter_at_offset (
      self->buffer, &end,
      g_array_index (self->places, int, MIN (first + (gsize) span->length, last)));
  gtk_text_buffer_apply_tag (self->buffer, self->lit, &start, &end);
  lit_text_scroll_to (GTK_TEXT_VIEW (self->text_view), &start);
}

/* What the span is */

static GtkWidget *
new_label (const char *css_class)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 38);
  lit_text_set_verbatim (GTK_LABEL (label));
  if (css_class != NULL)
    gtk_widget_add_css_class (label, css_class);
  return label;
}

static void
append_deviation (ExplainPage *self, const WireDeviation *deviation)
{
  GtkWidget       *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget       *label = new_label (NULL);
  const char      *prose = app_glossary_find ("deviations", deviation->name);
  g_autofree char *markup = g_markup_printf_escaped (
      _("<b>%s</b>: %s (RFC %u section %s)"), severity_get_label (deviation->severity),
      deviation->label, deviation->rfc, deviation->section);
  g_autofree char *escaped = prose != NULL ? g_markup_escape_text (prose, -1) : NULL;
  g_autofree char *all = escaped != NULL ? g_strconcat (markup, "\n", escaped, NULL) : NULL;

  gtk_label_set_markup (GTK_LABEL (label), all != NULL ? all : markup);
  gtk_box_append (GTK_BOX (box), severity_new_image (deviation->severity));
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (self->deviations), box);
}

/* The span's deviations, each kind once. */
static void
describe_deviations (ExplainPage *self, guint index)
{
  const WireSpans     *spans = app_document_get_spans (self->document);
  const WireDeviation *last = NULL;
  guint                i = wire_spans_find_deviation (spans, index);

  for (; i < wire_spans_get_n_deviations (spans); i++)
    {
      WireSpanDeviation found = wire_spans_get_deviation (spans, i);

      if (found.span != index)
        break;
      if (found.deviation != last)
        append_deviation (self, found.deviation);
      last = found.deviation;
    }
}

static void
describe_meaning (ExplainPage *self, guint index)
{
  g_autofree char *meaning = app_document_dup_meaning (self->document, index);
  g_autofree char *escaped = NULL;
  g_autofree char *shown = NULL;
  g_autofree char *text = NULL;

  gtk_widget_set_visible (self->meaning, meaning != NULL);
  if (meaning == NULL)
    return;
  escaped = wire_text_escape ((const guint8 *) meaning, strlen (meaning));
  shown = g_utf8_substring (escaped, 0, MIN (g_utf8_strlen (escaped, -1), MEANING_CHARACTERS_MAX));
  text = g_strconcat ("= ", shown, strlen (shown) < strlen (escaped) ? "…" : "", NULL);
  gtk_label_set_text (GTK_LABEL (self->meaning), text);
}

static void
describe (ExplainPage *self, SpanItem *item)
{
  const WireSpan         *span = item != NULL ? span_item_get_span (item) : NULL;
  GtkWidget              *child;
  g_autofree char        *citation = NULL;
  g_autofree const char **flags = NULL;
  g_autofree char        *joined = NULL;
  const char             *prose;

  while ((child = gtk_widget_get_first_child (self->deviations)) != NULL)
    gtk_box_remove (GTK_BOX (self->deviations), child);
  gtk_widget_set_visible (self->meaning, FALSE);
  gtk_widget_set_visible (self->citation, span != NULL);
  gtk_widget_set_visible (self->flags, span != NULL && span->flags != 0);
  if (span == NULL)
    {
      gtk_label_set_text (GTK_LABEL (self->name), "");
      gtk_label_set_text (GTK_LABEL (self->prose), "");
      return;
    }
  describe_deviations (self, span_item_get_index (item));
  describe_meaning (self, span_item_get_index (item));
  gtk_label_set_text (GTK_LABEL (self->name), span->element->label);
  citation = g_strdup_printf (_("RFC %u section %s"), span->element->rfc, span->element->section);
  gtk_label_set_text (GTK_LABEL (self->citation), citation);
  flags = wire_span_flags_get_names (span->flags);
  joined = g_strjoinv (", ", (char **) flags);
  gtk_label_set_text (GTK_LABEL (self->flags), joined);
  prose = app_glossary_find (span->element->module, span->element->name);
  gtk_label_set_text (GTK_LABEL (self->prose), prose != NULL ? prose : "");
}

static void
on_span_chosen (GtkSingleSelection *selection, GParamSpec *pspec, ExplainPage *self)
{
  SpanItem       *item = gtk_single_selection_get_selected_item (selection);
  const WireSpan *span = item != NULL ? span_item_get_span (item) : NULL;

  light (self, span);
  describe (self, item);
}

void
explain_page_select (ExplainPage *self, guint span)
{
  guint n_spans = g_list_model_get_n_items (G_LIST_MODEL (self->selection));

  if (span >= n_spans)
    return;
  gtk_single_selection_set_selected (self->selection, span);
  gtk_widget_activate_action (self->list, "list.scroll-to-item", "u", span);
}

static void
on_text_released (GtkGestureClick *gesture, int n_press, double x, double y, ExplainPage *self)
{
  GtkTextView *view = GTK_TEXT_VIEW (self->text_view);
  GtkTextIter  iter;
  int          buffer_x, buffer_y;

  if (self->document == NULL || app_document_get_spans (self->document) == NULL)
    return;
  gtk_text_view_window_to_buffer_coords (view, GTK_TEXT_WINDOW_WIDGET, (int) x, (int) y,
                                         &buffer_x, &buffer_y);
  gtk_text_view_get_iter_at_location (view, &iter, buffer_x, buffer_y);
  explain_page_select (self, wire_spans_find_innermost (
                                 app_document_get_spans (self->document),
                                 find_byte (self, gtk_text_iter_get_offset (&iter))));
}

/* Rows */

static void
on_row_setup (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer data)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *label = gtk_label_new (NULL);
  GtkWidget *sign = gtk_image_new_from_icon_name ("dialog-warning-symbolic");
  GtkWidget *excerpt = gtk_label_new (NULL);

  gtk_widget_add_css_class (sign, "warning");
  gtk_accessible_update_property (GTK_ACCESSIBLE (sign), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Departs from the standard"), -1);
  gtk_widget_set_margin_start (box, 6);
  gtk_widget_set_margin_end (box, 6);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_xalign (GTK_LABEL (excerpt), 1);
  gtk_label_set_ellipsize (GTK_LABEL (excerpt), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (excerpt, TRUE);
  gtk_widget_add_css_class (excerpt, "monospace");
  gtk_widget_add_css_class (excerpt, "dim-label");
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), sign);
  gtk_box_append (GTK_BOX (box), excerpt);
  gtk_list_item_set_child (item, box);
}

static void
on_row_bind (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer data)
{
  SpanItem       *span_item = gtk_list_item_get_item (item);
  const WireSpan *span = span_item_get_span (span_item);
  GtkWidget      *box = gtk_list_item_get_child (item);
  GtkWidget      *label = gtk_widget_get_first_child (box);
  GtkWidget      *sign = gtk_widget_get_next_sibling (label);

  gtk_label_set_text (GTK_LABEL (label), span->element->label);
  gtk_widget_set_visible (sign, span_item_get_deviates (span_item));
  gtk_widget_set_margin_start (label, MIN (span->depth, 12) * INDENT_PIXELS);
  gtk_label_set_text (GTK_LABEL (gtk_widget_get_next_sibling (sign)),
                      span_item_get_excerpt (span_item));
  if (span->flags != 0)
    gtk_widget_add_css_class (label, "warning");
  else
    gtk_widget_remove_css_class (label, "warning");
}

void
explain_page_set_document (ExplainPage *self, AppDocument *document, const char *words)
{
  g_autoptr (SpanList) list = span_list_new (document);
  gboolean has_spans = g_list_model_get_n_items (G_LIST_MODEL (list)) > 0;
  gsize    length = 0;

  if (document != NULL)
    app_document_get_data (document, &length);
  g_clear_pointer (&self->document, app_document_unref);
  self->document = document != NULL ? app_document_ref (document) : NULL;
  fill_text (self, 0);
  gtk_single_selection_set_model (self->selection, G_LIST_MODEL (list));
  if (!has_spans)
    {
      describe (self, NULL);
      gtk_label_set_text (GTK_LABEL (self->prose), words != NULL ? words : "");
    }
  gtk_widget_set_visible (self->list_scroller, has_spans);
  gtk_widget_set_visible (self->text_scroller, length > 0);
  gtk_widget_set_vexpand (self->description, !has_spans);
}

void
explain_page_set_remark (ExplainPage *self, const char *remark)
{
  gtk_widget_set_visible (self->remark, remark != NULL);
  gtk_label_set_text (GTK_LABEL (gtk_widget_get_last_child (self->remark)),
                      remark != NULL ? remark : "");
}

void
explain_page_set_details (ExplainPage *self, const char *const *labels, const char *const *values)
{
  GtkWidget *child;
  int        row = 0;

  while ((child = gtk_widget_get_first_child (self->details)) != NULL)
    gtk_grid_remove (GTK_GRID (self->details), child);
  gtk_widget_set_visible (self->details, labels != NULL && labels[0] != NULL);
  for (; labels != NULL && labels[row] != NULL; row++)
    {
      GtkWidget *label = new_label ("dim-label");
      GtkWidget *value = new_label (NULL);

      gtk_label_set_text (GTK_LABEL (label), labels[row]);
      gtk_label_set_max_width_chars (GTK_LABEL (label), 14);
      gtk_label_set_text (GTK_LABEL (value), values[row]);
      gtk_label_set_selectable (GTK_LABEL (value), TRUE);
      gtk_label_set_max_width_chars (GTK_LABEL (value), 26);
      gtk_widget_set_valign (label, GTK_ALIGN_START);
      gtk_widget_set_hexpand (value, TRUE);
      gtk_accessible_update_relation (GTK_ACCESSIBLE (value), GTK_ACCESSIBLE_RELATION_LABELLED_BY,
                                      label, NULL, -1);
      gtk_grid_attach (GTK_GRID (self->details), label, 0, row, 1, 1);
      gtk_grid_attach (GTK_GRID (self->details), value, 1, row, 1, 1);
    }
}

static GtkWidget *
make_remark (void)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *image = gtk_image_new_from_icon_name ("channel-secure-symbolic");

  gtk_widget_set_valign (image, GTK_ALIGN_START);
  gtk_box_append (GTK_BOX (box), image);
  gtk_box_append (GTK_BOX (box), new_label (NULL));
  gtk_widget_set_visible (box, FALSE);
  return box;
}

static GtkWidget *
make_description (ExplainPage *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  GtkWidget *scroller = gtk_scrolled_window_new ();

  self->deviations = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  self->name = new_label ("heading");
  self->meaning = new_label (NULL);
  self->citation = new_label ("accent");
  self->flags = new_label ("warning");
  self->prose = new_label (NULL);
  self->remark = make_remark ();
  self->details = gtk_grid_new ();
  gtk_grid_set_column_spacing (GTK_GRID (self->details), 12);
  gtk_grid_set_row_spacing (GTK_GRID (self->details), 6);
  gtk_widget_set_margin_top (self->details, 8);
  gtk_widget_set_visible (self->details, FALSE);
  gtk_box_append (GTK_BOX (box), self->remark);
  gtk_box_append (GTK_BOX (box), self->deviations);
  gtk_box_append (GTK_BOX (box), self->name);
  gtk_box_append (GTK_BOX (box), self->meaning);
  gtk_box_append (GTK_BOX (box), self->flags);
  gtk_box_append (GTK_BOX (box), self->prose);
  gtk_box_append (GTK_BOX (box), self->citation);
  gtk_box_append (GTK_BOX (box), self->details);
  gtk_widget_set_margin_start (box, 12);
  gtk_widget_set_margin_end (box, 12);
  gtk_widget_set_margin_top (box, 8);
  gtk_widget_set_margin_bottom (box, 12);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_min_content_height (GTK_SCROLLED_WINDOW (scroller), 130);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), box);
  return scroller;
}

static GtkWidget *
make_text (ExplainPage *self)
{
  GtkWidget  *scroller = gtk_scrolled_window_new ();
  GtkGesture *click = gtk_gesture_click_new ();

  self->text_view = gtk_text_view_new ();
  self->buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->text_view));
  self->lit = lit_text_add_tag (self->buffer);
  self->plain = gtk_text_buffer_create_tag (self->buffer, "plain", "insert-hyphens", FALSE, NULL);
  gtk_text_view_set_editable (GTK_TEXT_VIEW (self->text_view), FALSE);
  gtk_text_view_set_cursor_visible (GTK_TEXT_VIEW (self->text_view), FALSE);
  gtk_text_view_set_monospace (GTK_TEXT_VIEW (self->text_view), TRUE);
  gtk_text_view_set_wrap_mode (GTK_TEXT_VIEW (self->text_view), GTK_WRAP_CHAR);
  gtk_text_view_set_left_margin (GTK_TEXT_VIEW (self->text_view), 12);
  gtk_text_view_set_right_margin (GTK_TEXT_VIEW (self->text_view), 12);
  gtk_text_view_set_top_margin (GTK_TEXT_VIEW (self->text_view), 8);
  gtk_text_view_set_bottom_margin (GTK_TEXT_VIEW (self->text_view), 8);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->text_view), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Bytes of the unit as text"), -1);
  g_signal_connect (click, "released", G_CALLBACK (on_text_released), self);
  gtk_widget_add_controller (self->text_view, GTK_EVENT_CONTROLLER (click));
  gtk_scrolled_window_set_min_content_height (GTK_SCROLLED_WINDOW (scroller), 110);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), self->text_view);
  self->text_scroller = scroller;
  return scroller;
}

static GtkWidget *
make_list (ExplainPage *self)
{
  GtkWidget          *scroller = gtk_scrolled_window_new ();
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  self->selection = gtk_single_selection_new (NULL);
  g_signal_connect (self->selection, "notify::selected-item", G_CALLBACK (on_span_chosen), self);
  g_signal_connect (factory, "setup", G_CALLBACK (on_row_setup), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (on_row_bind), NULL);
  self->list =
      gtk_list_view_new (GTK_SELECTION_MODEL (g_object_ref (self->selection)), factory);
  app_keys_let_tab_leave (self->list);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Elements of the grammar"), -1);
  gtk_widget_set_vexpand (scroller, TRUE);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), self->list);
  self->list_scroller = scroller;
  return scroller;
}

/* A line below @child, which hides with it. */
static void
append_section (GtkWidget *box, GtkWidget *child)
{
  GtkWidget *separator = gtk_separator_new (GTK_ORIENTATION_HORIZONTAL);

  gtk_box_append (GTK_BOX (box), child);
  gtk_box_append (GTK_BOX (box), separator);
  g_object_bind_property (child, "visible", separator, "visible", G_BINDING_SYNC_CREATE);
}

static void
explain_page_dispose (GObject *object)
{
  ExplainPage *self = APP_EXPLAIN_PAGE (object);

  if (self->selection != NULL)
    g_signal_handlers_disconnect_by_data (self->selection, self);
  g_clear_object (&self->selection);
  g_clear_pointer (&self->document, app_document_unref);
  g_clear_pointer (&self->places, g_array_unref);
  G_OBJECT_CLASS (explain_page_parent_class)->dispose (object);
}

static void
explain_page_class_init (ExplainPageClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = explain_page_dispose;
}

static void
explain_page_init (ExplainPage *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  self->places = g_array_new (FALSE, FALSE, sizeof (int));
  append_section (box, make_list (self));
  append_section (box, make_text (self));
  self->description = make_description (self);
  gtk_box_append (GTK_BOX (box), self->description);
  adw_bin_set_child (ADW_BIN (self), box);
}
