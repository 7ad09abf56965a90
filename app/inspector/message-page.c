/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "message-page.h"

#include <app-keys.h>
#include <glib/gi18n.h>
#include <mime/mime-fields.h>
#include <string.h>
#include <trace/trace-provenance.h>
#include <wire/wire-text.h>

#include "message-rows.h"
#include "part-view.h"

/* From this width in pixels on, the part is beside the lists, which are so wide then. */
#define WIDE_WIDTH 760
#define LISTS_WIDTH 380

/* The lists, from top to bottom. */
enum
{
  LIST_DEVIATIONS,
  LIST_FIELDS,
  LIST_PARTS,
  N_LISTS,
};

struct _MessagePage
{
  AdwBin       parent_instance;
  AppDocument *document; /* (nullable) */
  TraceLog    *log;      /* (nullable): whose event carries it */
  guint        position;
  gboolean     is_filled; /* the lists tell of the document */
  gboolean     is_filling;
  gboolean     is_wide;
  guint        rearrange_id; /* 0: none */
  GtkWidget   *headings[N_LISTS];
  GtkWidget   *lists[N_LISTS];
  GtkWidget   *scroller;
  GtkWidget   *paned;
  PartView    *part;
};

enum
{
  SIGNAL_CHOSEN,
  SIGNAL_ACTIVATED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (MessagePage, message_page, ADW_TYPE_BIN)

/* Rows */

static void
choose (MessagePage *self, GtkListBoxRow *row)
{
  const MessageRowPlace *place = message_row_get_place (row);
  guint                  span;

  if (place == NULL)
    return;
  if (place->part != MIME_NO_PART)
    part_view_set_part (self->part, self->document, place->part);
  span = place->span != G_MAXUINT
             ? place->span
             : app_document_find_span (self->document, place->offset, place->length);
  g_signal_emit (self, signals[SIGNAL_CHOSEN], 0, span, place->offset, place->length);
}

/* Only one row of all lists is selected. */
static void
on_row_selected (GtkListBox *list, GtkListBoxRow *row, MessagePage *self)
{
  GtkListBoxRow *old = g_object_get_data (G_OBJECT (list), "selected");

  /* A row that has left the list has nothing left to fold. */
  if (old != NULL && gtk_widget_get_parent (GTK_WIDGET (old)) != NULL)
    message_row_set_expanded (old, FALSE);
  g_object_set_data_full (G_OBJECT (list), "selected", row != NULL ? g_object_ref (row) : NULL,
                          g_object_unref);
  if (row == NULL || self->is_filling)
    return;
  message_row_set_expanded (row, TRUE);
  for (guint i = 0; i < N_LISTS; i++)
    if (self->lists[i] != GTK_WIDGET (list))
      gtk_list_box_unselect_all (GTK_LIST_BOX (self->lists[i]));
  choose (self, row);
}

static void
on_row_activated (GtkListBox *list, GtkListBoxRow *row, MessagePage *self)
{
  g_signal_emit (self, signals[SIGNAL_ACTIVATED], 0);
}

static void
on_next (GtkButton *button, MessagePage *self)
{
  GtkListBoxRow *row = g_object_get_data (G_OBJECT (button), "row");

  message_row_go_on (row, self->document);
  if (gtk_list_box_row_is_selected (row))
    choose (self, row);
  else
    gtk_list_box_select_row (GTK_LIST_BOX (self->lists[LIST_DEVIATIONS]), row);
}

static void
append_remark (MessagePage *self, guint list, guint n_more)
{
  g_autofree char *text = g_strdup_printf (_("… and %u more"), n_more);

  gtk_list_box_append (GTK_LIST_BOX (self->lists[list]), message_row_new_remark (text));
}

static void
clear_list (MessagePage *self, guint list)
{
  GtkListBoxRow *row;

  gtk_list_box_unselect_all (GTK_LIST_BOX (self->lists[list]));
  while ((row = gtk_list_box_get_row_at_index (GTK_LIST_BOX (self->lists[list]), 0)) != NULL)
    gtk_list_box_remove (GTK_LIST_BOX (self->lists[list]), GTK_WIDGET (row));
}

static void
fill_deviations (MessagePage *self)
{
  g_autoptr (GArray) kinds = app_document_dup_deviations (self->document);
  g_autofree char *heading = NULL;

  for (guint i = 0; i < kinds->len; i++)
    gtk_list_box_append (
        GTK_LIST_BOX (self->lists[LIST_DEVIATIONS]),
        message_row_new_deviations (self->document, &g_array_index (kinds, AppDeviations, i),
                                    G_CALLBACK (on_next), self));
  heading = kinds->len == 0
                ? g_strdup (_("No deviations from the standards"))
                : g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u deviation from the standards",
                                                "%u deviations from the standards", kinds->len),
                                   kinds->len);
  gtk_label_set_text (GTK_LABEL (self->headings[LIST_DEVIATIONS]), heading);
  gtk_widget_set_visible (self->lists[LIST_DEVIATIONS], kinds->len > 0);
}

static ImfGroup
get_group (MessagePage *self, const ImfField *field)
{
  const guint8 *data = mime_tree_get_data (app_document_get_tree (self->document), NULL);

  return mime_kind_find (data + field->name_offset, field->name_length)->group;
}

/* Returns: (transfer full) (nullable): the name of the host that added field @i. */
static char *
dup_host (MessagePage *self, const TraceProvenance *provenance, guint i)
{
  const MimeTree *tree = app_document_get_tree (self->document);
  const ImfField *field = mime_tree_get_field (tree, i);
  const guint8   *data = mime_tree_get_data (tree, NULL);
  guint           actor = G_MAXUINT;
  const char     *name;

  if (provenance != NULL)
    actor = trace_provenance_find (provenance, data + field->offset, field->end - field->offset);
  if (actor == G_MAXUINT)
    return NULL;
  name = trace_log_get_actor (self->log, actor)->name;
  return wire_text_escape ((const guint8 *) name, strlen (name));
}

static void
append_field (MessagePage *self, guint i, ImfGroup group, const TraceProvenance *provenance)
{
  g_autofree char *host = dup_host (self, provenance, i);
  GtkWidget       *row = message_row_new_field (self->document, i, host);

  g_object_set_data (G_OBJECT (row), "group", GUINT_TO_POINTER (group));
  gtk_list_box_append (GTK_LIST_BOX (self->lists[LIST_FIELDS]), row);
}

/* The fields group by group, each group's in the order of the message. */
static void
fill_fields (MessagePage *self)
{
  const MimeTree *tree = app_document_get_tree (self->document);
  const MimePart *message = mime_tree_get_part (tree, 0);
  guint           n_rows = 0;
  g_autoptr (TraceProvenance) provenance =
      self->log != NULL ? trace_provenance_new (self->log, self->position) : NULL;

  for (guint group = 0; group < IMF_N_GROUPS; group++)
    for (guint i = 0; i < message->n_fields && n_rows < MESSAGE_PAGE_ROWS_MAX; i++)
      {
        guint index = message->first_field + i;

        if (get_group (self, mime_tree_get_field (tree, index)) != group)
          continue;
        append_field (self, index, group, provenance);
        n_rows++;
      }
  if (n_rows < message->n_fields)
    append_remark (self, LIST_FIELDS, message->n_fields - n_rows);
  gtk_widget_set_visible (self->lists[LIST_FIELDS], n_rows > 0);
  gtk_widget_set_visible (self->headings[LIST_FIELDS], n_rows > 0);
}

static guint
get_row_group (GtkListBoxRow *row)
{
  return GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (row), "group"));
}

static void
on_field_header (GtkListBoxRow *row, GtkListBoxRow *before, gpointer data)
{
  guint      group = get_row_group (row);
  GtkWidget *label;

  if (message_row_get_place (row) == NULL || (before != NULL && get_row_group (before) == group))
    {
      gtk_list_box_row_set_header (row, NULL);
      return;
    }
  label = gtk_label_new (imf_group_get_label (group));
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, "dim-label");
  gtk_widget_add_css_class (label, "caption");
  gtk_widget_set_margin_start (label, 12);
  gtk_widget_set_margin_top (label, 8);
  gtk_list_box_row_set_header (row, label);
}

static void
fill_parts (MessagePage *self)
{
  guint n_parts = mime_tree_get_n_parts (app_document_get_tree (self->document));
  guint n_rows = MIN (n_parts, MESSAGE_PAGE_ROWS_MAX);

  for (guint i = 0; i < n_rows; i++)
    gtk_list_box_append (GTK_LIST_BOX (self->lists[LIST_PARTS]),
                         message_row_new_part (self->document, i));
  if (n_rows < n_parts)
    append_remark (self, LIST_PARTS, n_parts - n_rows);
}

/* Returns: the part to begin with: the first text that is no attachment, else the first leaf. */
static guint
find_first_part (const MimeTree *tree)
{
  guint first = 0;

  for (guint i = 0; i < mime_tree_get_n_parts (tree); i++)
    {
      const MimePart *part = mime_tree_get_part (tree, i);

      if (part->kind != MIME_PART_LEAF)
        continue;
      if (strcmp (part->type, "text") == 0 && g_strcmp0 (part->disposition, "attachment") != 0)
        return i;
      if (first == 0)
        first = i;
    }
  return first;
}

static void
fill (MessagePage *self)
{
  if (self->is_filled || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  self->is_filled = self->is_filling = TRUE;
  for (guint i = 0; i < N_LISTS; i++)
    clear_list (self, i);
  if (self->document != NULL)
    {
      guint first = find_first_part (app_document_get_tree (self->document));

      fill_deviations (self);
      fill_fields (self);
      fill_parts (self);
      part_view_set_part (self->part, self->document, first);
      gtk_list_box_select_row (
          GTK_LIST_BOX (self->lists[LIST_PARTS]),
          gtk_list_box_get_row_at_index (GTK_LIST_BOX (self->lists[LIST_PARTS]), (int) first));
      gtk_adjustment_set_value (
          gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scroller)), 0);
    }
  else
    part_view_set_part (self->part, NULL, 0);
  self->is_filling = FALSE;
}

void
message_page_set_event (MessagePage *self, TraceLog *log, guint position)
{
  if (log != NULL)
    trace_log_ref (log);
  g_clear_pointer (&self->log, trace_log_unref);
  self->log = log;
  self->position = position;
}

void
message_page_set_document (MessagePage *self, AppDocument *document)
{
  if (document != NULL)
    app_document_ref (document);
  g_clear_pointer (&self->document, app_document_unref);
  self->document = document;
  self->is_filled = FALSE;
  fill (self);
}

/* Arrangement */

static gboolean
on_rearrange (gpointer data)
{
  MessagePage *self = data;
  int          size = self->is_wide ? LISTS_WIDTH : gtk_widget_get_height (self->paned) / 2;

  self->rearrange_id = 0;
  gtk_orientable_set_orientation (
      GTK_ORIENTABLE (self->paned),
      self->is_wide ? GTK_ORIENTATION_HORIZONTAL : GTK_ORIENTATION_VERTICAL);
  gtk_paned_set_resize_start_child (GTK_PANED (self->paned), !self->is_wide);
  gtk_paned_set_position (GTK_PANED (self->paned), size);
  return G_SOURCE_REMOVE;
}

/* A widget can't be arranged anew while it is given its size: that waits a moment. */
static void
on_resized (GtkDrawingArea *sensor, int width, int height, MessagePage *self)
{
  gboolean is_wide = width >= WIDE_WIDTH;

  if (is_wide == self->is_wide)
    return;
  self->is_wide = is_wide;
  if (self->rearrange_id == 0)
    self->rearrange_id = g_idle_add (on_rearrange, self);
}

/* Life */

static void
message_page_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (message_page_parent_class)->map (widget);
  fill (APP_MESSAGE_PAGE (widget));
}

static void
message_page_dispose (GObject *object)
{
  MessagePage *self = APP_MESSAGE_PAGE (object);

  g_clear_handle_id (&self->rearrange_id, g_source_remove);
  g_clear_pointer (&self->document, app_document_unref);
  g_clear_pointer (&self->log, trace_log_unref);
  self->is_filled = self->is_filling = TRUE; /* what is taken apart now says nothing */
  G_OBJECT_CLASS (message_page_parent_class)->dispose (object);
}

static void
message_page_class_init (MessagePageClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = message_page_dispose;
  GTK_WIDGET_CLASS (klass)->map = message_page_map;
  signals[SIGNAL_CHOSEN] =
      g_signal_new ("chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 3, G_TYPE_UINT, G_TYPE_UINT, G_TYPE_UINT);
  signals[SIGNAL_ACTIVATED] = g_signal_new ("activated", G_TYPE_FROM_CLASS (klass),
                                            G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
append_list (MessagePage *self, GtkWidget *box, guint list, const char *heading)
{
  GtkWidget *label = gtk_label_new (heading);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_widget_add_css_class (label, "heading");
  gtk_widget_set_margin_top (label, list > 0 ? 12 : 0);
  self->headings[list] = label;
  self->lists[list] = gtk_list_box_new ();
  gtk_widget_add_css_class (self->lists[list], "boxed-list");
  gtk_list_box_set_activate_on_single_click (GTK_LIST_BOX (self->lists[list]), FALSE);
  app_keys_let_enter_activate (self->lists[list]);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->lists[list]),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, heading, -1);
  g_signal_connect (self->lists[list], "row-selected", G_CALLBACK (on_row_selected), self);
  g_signal_connect (self->lists[list], "row-activated", G_CALLBACK (on_row_activated), self);
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), self->lists[list]);
}

static void
message_page_init (MessagePage *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *all = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *sensor = gtk_drawing_area_new (); /* of no height: it tells the width */

  append_list (self, box, LIST_DEVIATIONS, _("Deviations from the standards"));
  append_list (self, box, LIST_PARTS, _("Parts"));
  append_list (self, box, LIST_FIELDS, _("Header fields"));
  gtk_list_box_set_header_func (GTK_LIST_BOX (self->lists[LIST_FIELDS]), on_field_header, NULL,
                                NULL);
  gtk_widget_set_margin_start (box, 12);
  gtk_widget_set_margin_end (box, 12);
  gtk_widget_set_margin_top (box, 12);
  gtk_widget_set_margin_bottom (box, 12);
  self->scroller = gtk_scrolled_window_new ();
  /* As wide as there is room, however long its lines are. */
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroller), GTK_POLICY_EXTERNAL,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), box);
  self->part = g_object_new (APP_TYPE_PART_VIEW, NULL);
  self->paned = gtk_paned_new (GTK_ORIENTATION_VERTICAL);
  gtk_paned_set_start_child (GTK_PANED (self->paned), self->scroller);
  gtk_paned_set_end_child (GTK_PANED (self->paned), GTK_WIDGET (self->part));
  gtk_paned_set_shrink_start_child (GTK_PANED (self->paned), FALSE);
  gtk_paned_set_shrink_end_child (GTK_PANED (self->paned), FALSE);
  gtk_widget_set_size_request (self->scroller, 260, 120);
  gtk_widget_set_size_request (GTK_WIDGET (self->part), 260, 120);
  gtk_widget_set_vexpand (self->paned, TRUE);
  g_signal_connect (sensor, "resize", G_CALLBACK (on_resized), self);
  gtk_box_append (GTK_BOX (all), sensor);
  gtk_box_append (GTK_BOX (all), self->paned);
  adw_bin_set_child (ADW_BIN (self), all);
}
