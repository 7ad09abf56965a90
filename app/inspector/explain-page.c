/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explain-page.h"

#include <app-glossary.h>
#include <app-session.h>
#include <glib/gi18n.h>
#include <models/span-item.h>
#include <trace/trace-grammar.h>

#define INDENT_PIXELS 14

struct _ExplainPage
{
  AdwBin              parent_instance;
  WireSpans          *spans; /* (nullable) */
  GListStore         *store; /* of SpanItem, in the order of the spans */
  GtkSingleSelection *selection;
  GtkWidget          *list;
  GtkWidget          *list_scroller; /* hidden when there is no grammar to show */
  GtkWidget          *text_scroller; /* hidden when there are no bytes */
  GtkTextBuffer      *buffer;
  GtkTextTag         *lit;
  GtkTextTag         *plain; /* of all bytes: where a line wraps, no hyphen is added */
  GtkWidget          *text_view;
  GArray             *places; /* of int: where the bytes stand in the buffer, and the end */
  GtkWidget          *name;
  GtkWidget          *citation;
  GtkWidget          *flags;
  GtkWidget          *prose;
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

static void
fill_text (ExplainPage *self, const guint8 *data, gsize length)
{
  g_autoptr (GString) text = g_string_new (NULL);
  gsize       shown = MIN (length, EXPLAIN_PAGE_BYTES_MAX);
  int         place = 0;
  GtkTextIter start, end;

  g_array_set_size (self->places, 0);
  for (gsize i = 0; i < shown; i++)
    {
      gsize before = text->len;

      g_array_append_val (self->places, place);
      append_byte (text, data[i]);
      place += (int) g_utf8_strlen (text->str + before, (gssize) (text->len - before));
    }
  g_array_append_val (self->places, place);
  gtk_text_buffer_set_text (self->buffer, text->str, (int) text->len);
  gtk_text_buffer_get_bounds (self->buffer, &start, &end);
  gtk_text_buffer_apply_tag (self->buffer, self->plain, &start, &end);
}

/* Returns: the offset of the byte at @place in the buffer. */
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
  return low;
}

static void
light (ExplainPage *self, const WireSpan *span)
{
  GtkTextIter start, end;
  gsize       last = self->places->len > 0 ? self->places->len - 1 : 0;

  gtk_text_buffer_get_bounds (self->buffer, &start, &end);
  gtk_text_buffer_remove_tag (self->buffer, self->lit, &start, &end);
  if (span == NULL || span->offset >= last)
    return;
  gtk_text_buffer_get_iter_at_offset (self->buffer, &start,
                                      g_array_index (self->places, int, span->offset));
  gtk_text_buffer_get_iter_at_offset (
      self->buffer, &end,
      g_array_index (self->places, int, MIN (span->offset + (gsize) span->length, last)));
  gtk_text_buffer_apply_tag (self->buffer, self->lit, &start, &end);
  gtk_text_view_scroll_to_iter (GTK_TEXT_VIEW (self->text_view), &start, 0.1, FALSE, 0, 0);
}

/* What the span is */

static void
describe (ExplainPage *self, const WireSpan *span)
{
  g_autofree char        *citation = NULL;
  g_autofree const char **flags = NULL;
  g_autofree char        *joined = NULL;
  const char             *prose;

  gtk_widget_set_visible (self->citation, span != NULL);
  gtk_widget_set_visible (self->flags, span != NULL && span->flags != 0);
  if (span == NULL)
    {
      gtk_label_set_text (GTK_LABEL (self->name), "");
      gtk_label_set_text (GTK_LABEL (self->prose), "");
      return;
    }
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
  describe (self, span);
}

static void
on_text_released (GtkGestureClick *gesture, int n_press, double x, double y, ExplainPage *self)
{
  GtkTextView *view = GTK_TEXT_VIEW (self->text_view);
  GtkTextIter  iter;
  int          buffer_x, buffer_y;
  guint        found;

  if (self->spans == NULL)
    return;
  gtk_text_view_window_to_buffer_coords (view, GTK_TEXT_WINDOW_WIDGET, (int) x, (int) y,
                                         &buffer_x, &buffer_y);
  gtk_text_view_get_iter_at_location (view, &iter, buffer_x, buffer_y);
  found = wire_spans_find_innermost (self->spans,
                                     find_byte (self, gtk_text_iter_get_offset (&iter)));
  if (found < g_list_model_get_n_items (G_LIST_MODEL (self->store)))
    {
      gtk_single_selection_set_selected (self->selection, found);
      gtk_widget_activate_action (self->list, "list.scroll-to-item", "u", found);
    }
}

/* Rows */

static void
on_row_setup (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer data)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *label = gtk_label_new (NULL);
  GtkWidget *excerpt = gtk_label_new (NULL);

  gtk_widget_set_margin_start (box, 6);
  gtk_widget_set_margin_end (box, 6);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_xalign (GTK_LABEL (excerpt), 1);
  gtk_label_set_ellipsize (GTK_LABEL (excerpt), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (excerpt, TRUE);
  gtk_widget_add_css_class (excerpt, "monospace");
  gtk_widget_add_css_class (excerpt, "dim-label");
  gtk_box_append (GTK_BOX (box), label);
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

  gtk_label_set_text (GTK_LABEL (label), span->element->label);
  gtk_widget_set_margin_start (label, MIN (span->depth, 12) * INDENT_PIXELS);
  gtk_label_set_text (GTK_LABEL (gtk_widget_get_next_sibling (label)),
                      span_item_get_excerpt (span_item));
  if (span->flags != 0)
    gtk_widget_add_css_class (label, "warning");
  else
    gtk_widget_remove_css_class (label, "warning");
}

static void
fill_list (ExplainPage *self, const guint8 *data)
{
  guint n_spans = MIN (wire_spans_get_n (self->spans), EXPLAIN_PAGE_SPANS_MAX);
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < n_spans; i++)
    {
      const WireSpan *span = wire_spans_get (self->spans, i);

      g_ptr_array_add (items, span_item_new (span, data + span->offset));
    }
  g_list_store_splice (self->store, 0, g_list_model_get_n_items (G_LIST_MODEL (self->store)),
                       items->pdata, items->len);
}

/* Returns: (transfer none): in words, an event whose bytes no grammar reads. */
static const char *
tell_without_grammar (TraceLog *log, guint position)
{
  if (log == NULL || position == APP_NO_EVENT)
    return "";
  switch ((TraceKind) trace_log_get_event (log, position)->kind)
    {
    case TRACE_NOTE:
      return _("A host decided this. It is not on the wire: a host's decisions show in what it "
               "does next.");
    case TRACE_MESSAGE:
      return _("A step in the life of the message, told as one event. The Dialogue level shows "
               "the commands and replies it is made of.");
    case TRACE_OPEN:
      return _("A connection begins. The Packets level shows the segments that open it.");
    case TRACE_CLOSE:
      return _("One side has no more to say and closes its half of the connection.");
    default:
      return _("This event has no grammar of its own.");
    }
}

void
explain_page_set_event (ExplainPage *self, TraceLog *log, guint position)
{
  const char   *grammar = NULL;
  const guint8 *data = NULL;
  gsize         length = 0;

  g_clear_pointer (&self->spans, wire_spans_free);
  if (log != NULL && position != APP_NO_EVENT)
    {
      const TraceEvent *event = trace_log_get_event (log, position);

      grammar = trace_grammar_for_event (log, event);
      if (event->kind != TRACE_NOTE && event->kind != TRACE_MESSAGE)
        data = trace_log_get_bytes (log, event, &length);
    }
  fill_text (self, data, length);
  if (grammar != NULL)
    {
      self->spans = trace_grammar_annotate (grammar, data, length);
      fill_list (self, data);
      gtk_single_selection_set_selected (self->selection, 0);
      on_span_chosen (self->selection, NULL, self);
    }
  else
    {
      g_list_store_remove_all (self->store);
      describe (self, NULL);
      gtk_label_set_text (GTK_LABEL (self->prose), tell_without_grammar (log, position));
    }
  gtk_widget_set_visible (self->list_scroller, grammar != NULL);
  gtk_widget_set_visible (self->text_scroller, length > 0);
}

static GtkWidget *
new_label (const char *css_class)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 38);
  if (css_class != NULL)
    gtk_widget_add_css_class (label, css_class);
  return label;
}

static GtkWidget *
make_description (ExplainPage *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  GtkWidget *scroller = gtk_scrolled_window_new ();

  self->name = new_label ("heading");
  self->citation = new_label ("accent");
  self->flags = new_label ("warning");
  self->prose = new_label (NULL);
  gtk_box_append (GTK_BOX (box), self->name);
  gtk_box_append (GTK_BOX (box), self->flags);
  gtk_box_append (GTK_BOX (box), self->prose);
  gtk_box_append (GTK_BOX (box), self->citation);
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
  self->lit = gtk_text_buffer_create_tag (self->buffer, "lit", "background", "#f6d32d",
                                          "foreground", "#000000", NULL);
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

  self->store = g_list_store_new (APP_TYPE_SPAN_ITEM);
  self->selection = gtk_single_selection_new (G_LIST_MODEL (g_object_ref (self->store)));
  g_signal_connect (self->selection, "notify::selected-item", G_CALLBACK (on_span_chosen), self);
  g_signal_connect (factory, "setup", G_CALLBACK (on_row_setup), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (on_row_bind), NULL);
  self->list =
      gtk_list_view_new (GTK_SELECTION_MODEL (g_object_ref (self->selection)), factory);
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
  g_clear_object (&self->store);
  g_clear_pointer (&self->spans, wire_spans_free);
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
  gtk_box_append (GTK_BOX (box), make_description (self));
  adw_bin_set_child (ADW_BIN (self), box);
}
