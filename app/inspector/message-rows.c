/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "message-rows.h"

#include <app-glossary.h>
#include <glib/gi18n.h>
#include <string.h>
#include <wire/wire-text.h>

#include "lit-text.h"
#include "severity.h"

#define INDENT_PIXELS 16
/* How far the tree of parts may indent. */
#define INDENT_MAX 10
/* Lines of a value on a row that is not selected. */
#define LINES_MAX 3
/* Bytes of a value that are shown at all. */
#define VALUE_BYTES_MAX 4000

#define PLACE "place"
#define MORE "more"
#define KIND "kind"

const MessageRowPlace *
message_row_get_place (GtkListBoxRow *row)
{
  return row != NULL ? g_object_get_data (G_OBJECT (row), PLACE) : NULL;
}

static void
set_place (GtkWidget *row, MessageRowPlace place)
{
  g_object_set_data_full (G_OBJECT (row), PLACE, g_memdup2 (&place, sizeof place), g_free);
}

static GtkWidget *
new_label (const char *text, const char *css_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_natural_wrap_mode (GTK_LABEL (label), GTK_NATURAL_WRAP_NONE);
  lit_text_set_verbatim (GTK_LABEL (label));
  if (css_class != NULL)
    gtk_widget_add_css_class (label, css_class);
  return label;
}

/* A row with @content; @more (nullable) is what only shows when the row is selected. */
static GtkWidget *
new_row (GtkWidget *content, GtkWidget *more)
{
  GtkWidget *row = gtk_list_box_row_new ();

  gtk_widget_set_margin_start (content, 12);
  gtk_widget_set_margin_end (content, 12);
  gtk_widget_set_margin_top (content, 6);
  gtk_widget_set_margin_bottom (content, 6);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), content);
  if (more != NULL)
    g_object_set_data (G_OBJECT (row), MORE, more);
  return row;
}

static void
set_label (GtkWidget *row, const char *text)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
}

void
message_row_set_expanded (GtkListBoxRow *row, gboolean is_expanded)
{
  GtkWidget *more = g_object_get_data (G_OBJECT (row), MORE);

  if (more == NULL)
    return;
  if (g_object_get_data (G_OBJECT (row), KIND) != NULL)
    gtk_widget_set_visible (more, is_expanded);
  else
    gtk_label_set_lines (GTK_LABEL (more), is_expanded ? -1 : LINES_MAX);
  gtk_label_set_ellipsize (GTK_LABEL (more),
                           is_expanded ? PANGO_ELLIPSIZE_NONE : PANGO_ELLIPSIZE_END);
}

GtkWidget *
message_row_new_remark (const char *text)
{
  GtkWidget *row = new_row (new_label (text, "dim-label"), NULL);

  gtk_list_box_row_set_selectable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  return row;
}

/* Deviations */

static MessageRowPlace
get_deviation_place (AppDocument *document, guint i)
{
  WireSpanDeviation found = wire_spans_get_deviation (app_document_get_spans (document), i);

  return (MessageRowPlace){ found.span, found.offset, found.length, MIME_NO_PART };
}

/* Which deviation of the document a row shows now. */
typedef struct
{
  const WireDeviation *deviation;
  guint                current; /* for wire_spans_get_deviation() */
} Kind;

void
message_row_go_on (GtkListBoxRow *row, AppDocument *document)
{
  Kind            *kind = g_object_get_data (G_OBJECT (row), KIND);
  const WireSpans *spans = app_document_get_spans (document);
  guint            n = wire_spans_get_n_deviations (spans);

  if (kind == NULL)
    return;
  for (guint i = 1; i <= n; i++)
    {
      guint next = (guint) ((kind->current + (guint64) i) % n);

      if (wire_spans_get_deviation (spans, next).deviation == kind->deviation)
        {
          kind->current = next;
          break;
        }
    }
  set_place (GTK_WIDGET (row), get_deviation_place (document, kind->current));
}

static GtkWidget *
make_next (void)
{
  GtkWidget *button = gtk_button_new_from_icon_name ("go-next-symbolic");

  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (button, _("The next place"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("The next place"), -1);
  return button;
}

GtkWidget *
message_row_new_deviations (AppDocument         *document,
                            const AppDeviations *kind,
                            GCallback            on_next,
                            gpointer             data)
{
  const WireDeviation *deviation = kind->deviation;
  GtkWidget           *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);
  GtkWidget           *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  const char          *prose = app_glossary_find ("deviations", deviation->name);
  GtkWidget           *more = new_label (prose != NULL ? prose : "", NULL);
  GtkWidget           *row;
  Kind                *shown = g_new (Kind, 1);
  g_autofree char     *about = NULL;
  g_autofree char     *label = NULL;

  about = g_strdup_printf (
      g_dngettext (GETTEXT_PACKAGE, "%s · RFC %u section %s", "%s · RFC %u section %s · %u times",
                   kind->n_times),
      severity_get_label (deviation->severity), deviation->rfc, deviation->section, kind->n_times);
  gtk_widget_set_visible (more, FALSE);
  gtk_box_append (GTK_BOX (texts), new_label (deviation->label, NULL));
  gtk_box_append (GTK_BOX (texts), new_label (about, "caption"));
  gtk_box_append (GTK_BOX (texts), more);
  gtk_widget_set_hexpand (texts, TRUE);
  gtk_box_append (GTK_BOX (box), severity_new_image (deviation->severity));
  gtk_box_append (GTK_BOX (box), texts);
  row = new_row (box, more);
  *shown = (Kind){ deviation, kind->first };
  g_object_set_data_full (G_OBJECT (row), KIND, shown, g_free);
  set_place (row, get_deviation_place (document, kind->first));
  if (kind->n_times > 1)
    {
      GtkWidget *next = make_next ();

      g_object_set_data (G_OBJECT (next), "row", row);
      g_signal_connect (next, "clicked", on_next, data);
      gtk_box_append (GTK_BOX (box), next);
    }
  label = g_strconcat (deviation->label, ", ", about, NULL);
  set_label (row, label);
  return row;
}

/* Fields and parts */

/* Returns: where these bytes of the message are in the document. */
static MessageRowPlace
get_message_place (AppDocument *document, gsize offset, gsize length, guint part)
{
  gsize begin = app_document_to_unit (document, offset);
  gsize end = app_document_to_unit (document, offset + length);

  return (MessageRowPlace){ G_MAXUINT, (guint) begin, (guint) (end - begin), part };
}

GtkWidget *
message_row_new_field (AppDocument *document, guint i, const char *host)
{
  const MimeTree  *tree = app_document_get_tree (document);
  const ImfField  *field = mime_tree_get_field (tree, i);
  const guint8    *data = mime_tree_get_data (tree, NULL);
  GtkWidget       *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  g_autofree char *value = app_document_dup_value (document, field, VALUE_BYTES_MAX);
  g_autofree char *name = field->name_length > 0
                              ? wire_text_escape (data + field->name_offset, field->name_length)
                              : g_strdup (_("No field"));
  g_autofree char *added = host != NULL ? g_strdup_printf (_("added by %s"), host) : NULL;
  g_autofree char *label =
      g_strconcat (name, ": ", value, added != NULL ? ", " : NULL, added, NULL);
  GtkWidget       *more = new_label (value, NULL);
  GtkWidget       *row;

  gtk_box_append (GTK_BOX (box), new_label (name, "caption-heading"));
  gtk_box_append (GTK_BOX (box), more);
  if (added != NULL)
    {
      GtkWidget *remark = new_label (added, "caption");

      gtk_widget_add_css_class (remark, "dim-label");
      gtk_box_append (GTK_BOX (box), remark);
    }
  row = new_row (box, more);
  message_row_set_expanded (GTK_LIST_BOX_ROW (row), FALSE);
  set_place (row,
             get_message_place (document, field->offset, field->end - field->offset, MIME_NO_PART));
  set_label (row, label);
  return row;
}

/* Returns: (transfer none): an icon for parts of this type. */
static const char *
get_icon (const MimePart *part)
{
  static const struct
  {
    const char *type;
    const char *icon;
  } icons[] = {
    { "text", "text-x-generic-symbolic" },   { "image", "image-x-generic-symbolic" },
    { "audio", "audio-x-generic-symbolic" }, { "video", "video-x-generic-symbolic" },
    { "multipart", "folder-symbolic" },      { "message", "mail-unread-symbolic" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (icons); i++)
    if (strcmp (part->type, icons[i].type) == 0)
      return icons[i].icon;
  return "package-x-generic-symbolic";
}

GtkWidget *
message_row_new_part (AppDocument *document, guint index)
{
  const MimeTree  *tree = app_document_get_tree (document);
  const MimePart  *part = mime_tree_get_part (tree, index);
  g_autofree char *number = mime_tree_dup_number (tree, index);
  g_autofree char *filename =
      mime_tree_dup_filename (tree, part, app_document_get_charsets (document));
  g_autofree char *text = g_strconcat (part->type, "/", part->subtype, NULL);
  g_autofree char *type = wire_text_escape ((const guint8 *) text, strlen (text));
  g_autofree char *size = g_format_size (part->body_length);
  g_autofree char *label = NULL;
  GtkWidget       *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget       *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget       *row, *about;

  about = new_label (size, "caption");
  gtk_widget_add_css_class (about, "numeric");
  gtk_box_append (GTK_BOX (texts), new_label (type, NULL));
  if (filename != NULL)
    {
      g_autofree char *escaped = wire_text_escape ((const guint8 *) filename, strlen (filename));

      gtk_box_append (GTK_BOX (texts), new_label (escaped, "caption"));
    }
  gtk_widget_set_hexpand (texts, TRUE);
  gtk_box_append (GTK_BOX (box), gtk_image_new_from_icon_name (get_icon (part)));
  gtk_box_append (GTK_BOX (box), texts);
  if (number[0] != '\0')
    gtk_box_append (GTK_BOX (box), new_label (number, "dim-label"));
  gtk_box_append (GTK_BOX (box), about);
  row = new_row (box, NULL);
  gtk_widget_set_margin_start (box, 12 + (int) MIN (part->depth, INDENT_MAX) * INDENT_PIXELS);
  set_place (row, get_message_place (document, part->header_offset,
                                     part->body_offset + part->body_length - part->header_offset,
                                     index));
  label = g_strdup_printf (_("Part %s, depth %u: %s %s, %s"), number, part->depth, type,
                           filename != NULL ? filename : "", size);
  set_label (row, label);
  return row;
}
