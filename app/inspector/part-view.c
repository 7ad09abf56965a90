/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "part-view.h"

#include <glib/gi18n.h>
#include <string.h>
#include <wire/wire-text.h>

#include "lit-text.h"
#include "part-image.h"
#include "part-text.h"

/* Bytes of a name that is offered for saving: what file systems take, with room for an ending. */
#define NAME_BYTES_MAX 200

/* Labels ask for so much width, and take what there is. */
#define NATURAL_CHARACTERS 30

/* Fields of a part that are shown above it, and bytes of each. */
#define FIELDS_MAX 30
#define FIELD_LINES_MAX 6
#define FIELD_BYTES_MAX 300

struct _PartView
{
  AdwBin         parent_instance;
  AppDocument   *document; /* (nullable) */
  guint          part;
  GtkWidget     *title;
  GtkWidget     *fields;
  GtkWidget     *problems; /* box */
  GtkWidget     *save;
  GtkWidget     *stack; /* of "text", "image", "words" */
  GtkTextBuffer *buffer;
  GtkWidget     *text_view;
  GtkWidget     *picture;
  GtkWidget     *words;
};

G_DEFINE_FINAL_TYPE (PartView, part_view, ADW_TYPE_BIN)

static const MimePart *
get_part (PartView *self)
{
  return mime_tree_get_part (app_document_get_tree (self->document), self->part);
}

/* Saving */

char *
part_view_make_safe_name (const char *filename, const char *fallback)
{
  g_autoptr (GString) name = g_string_new (NULL);
  const char *at = filename != NULL ? filename : "";

  for (; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      if (c < ' ' || c == 0x7F || wire_text_is_deceptive (c))
        continue;
      if (c == '/' || c == '\\')
        g_string_truncate (name, 0); /* a folder: what counts is what comes after */
      else if (c < 0x7F && strchr (":*?\"<>|", (int) c) != NULL)
        g_string_append_c (name, '_');
      else if (name->len > 0 || (c != '.' && !g_unichar_isspace (c)))
        g_string_append_unichar (name, c);
    }
  if (name->len > NAME_BYTES_MAX)
    g_string_truncate (
        name, (gsize) (g_utf8_find_prev_char (name->str, name->str + NAME_BYTES_MAX) - name->str));
  return g_strdup (name->len > 0 ? name->str : fallback);
}

static void
show_problem (PartView *self, const char *text)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *image = gtk_image_new_from_icon_name ("dialog-warning-symbolic");
  GtkWidget *label = gtk_label_new (text);

  gtk_widget_add_css_class (image, "warning");
  gtk_widget_set_valign (image, GTK_ALIGN_START);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_max_width_chars (GTK_LABEL (label), NATURAL_CHARACTERS);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_box_append (GTK_BOX (box), image);
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (self->problems), box);
}

static void
on_saved (GObject *file, GAsyncResult *result, gpointer data)
{
  g_autoptr (PartView) self = data;
  g_autoptr (GError) error = NULL;

  if (!g_file_replace_contents_finish (G_FILE (file), result, NULL, &error))
    {
      g_autofree char *text = g_strdup_printf (_("It could not be saved: %s"), error->message);

      show_problem (self, text);
    }
}

/* What is being saved: the part of that moment, whatever is selected meanwhile. */
typedef struct
{
  PartView *view;
  GBytes   *content;
} Saving;

static void
on_place_chosen (GtkNativeDialog *dialog, int response, Saving *saving)
{
  if (response == GTK_RESPONSE_ACCEPT)
    {
      g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));

      g_file_replace_contents_bytes_async (file, saving->content, NULL, FALSE, G_FILE_CREATE_NONE,
                                           NULL, on_saved, g_object_ref (saving->view));
    }
  g_bytes_unref (saving->content);
  g_object_unref (saving->view);
  g_free (saving);
  g_object_unref (dialog);
}

static void
on_save (GtkButton *button, PartView *self)
{
  GtkWindow            *window = GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self)));
  GtkFileChooserNative *dialog = gtk_file_chooser_native_new (
      _("Save the part"), window, GTK_FILE_CHOOSER_ACTION_SAVE, NULL, NULL);
  const MimeTree  *tree = app_document_get_tree (self->document);
  g_autofree char *filename =
      mime_tree_dup_filename (tree, get_part (self), app_document_get_charsets (self->document));
  g_autofree char *name = part_view_make_safe_name (filename, _("part"));
  Saving          *saving = g_new0 (Saving, 1);

  saving->view = g_object_ref (self);
  saving->content = mime_tree_dup_content (tree, get_part (self));
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (dialog), name);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  g_signal_connect (dialog, "response", G_CALLBACK (on_place_chosen), saving);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

/* What the part is */

static char *
describe (PartView *self)
{
  const MimeTree  *tree = app_document_get_tree (self->document);
  const MimePart  *part = get_part (self);
  MimeCharsets    *charsets = app_document_get_charsets (self->document);
  g_autofree char *charset = mime_tree_dup_parameter (tree, part, "charset", charsets);
  g_autofree char *filename = mime_tree_dup_filename (tree, part, charsets);
  GString         *text = g_string_new (NULL);
  g_autofree char *size = g_format_size (part->body_length);

  g_string_append_printf (text, "%s/%s", part->type, part->subtype);
  if (charset != NULL)
    g_string_append_printf (text, _(", charset %s"), charset);
  g_string_append_printf (text, ", %s",
                          part->encoding_name != NULL ? part->encoding_name
                                                      : mime_encoding_get_name (part->encoding));
  if (part->disposition != NULL)
    g_string_append_printf (text, ", %s", part->disposition);
  if (filename != NULL)
    g_string_append_printf (text, _(", named “%s”"), filename);
  g_string_append_printf (text, _(", %s as sent"), size);
  return g_string_free (text, FALSE);
}

static void
set_escaped (GtkWidget *label, const char *text)
{
  g_autofree char *escaped = wire_text_escape ((const guint8 *) text, strlen (text));

  gtk_label_set_text (GTK_LABEL (label), escaped);
}

/* The part's own header fields; the message's have a place of their own. */
static char *
list_fields (PartView *self)
{
  const MimeTree *tree = app_document_get_tree (self->document);
  const MimePart *part = get_part (self);
  const guint8   *data = mime_tree_get_data (tree, NULL);
  GString        *text = g_string_new (NULL);

  for (guint i = 0; self->part > 0 && i < MIN (part->n_fields, FIELDS_MAX); i++)
    {
      const ImfField  *field = mime_tree_get_field (tree, part->first_field + i);
      g_autofree char *name = wire_text_escape (data + field->name_offset, field->name_length);
      g_autofree char *value = app_document_dup_value (self->document, field, FIELD_BYTES_MAX);
      g_autofree char *markup = g_markup_printf_escaped ("<b>%s</b> %s", name, value);

      g_string_append_printf (text, "%s%s", text->len > 0 ? "\n" : "", markup);
    }
  return g_string_free (text, FALSE);
}

/* Showing */

static void
show_words (PartView *self, const char *text)
{
  gtk_label_set_text (GTK_LABEL (self->words), text);
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "words");
}

static void
show_decoding_problems (PartView *self, const MimeDecoding *decoding)
{
  const MimePart  *part = get_part (self);
  g_autofree char *charset =
      mime_tree_dup_parameter (app_document_get_tree (self->document), part, "charset",
                               app_document_get_charsets (self->document));
  const char      *name = charset != NULL ? charset : "us-ascii";
  g_autofree char *wrong = NULL;
  g_autofree char *odd = NULL;

  if (decoding->n_wrong > 0)
    {
      wrong = g_strdup_printf (_("The encoding %s was broken in %" G_GSIZE_FORMAT
                                 " places; they were passed over."),
                               mime_encoding_get_name (part->encoding), decoding->n_wrong);
      show_problem (self, wrong);
    }
  if (decoding->conversion.is_unknown)
    odd = g_strdup_printf (_("The charset %s is not known: what is beyond ASCII shows as �."),
                           name);
  else if (decoding->conversion.n_invalid > 0)
    odd = g_strdup_printf (_("%" G_GSIZE_FORMAT " octets are not of the charset %s and show as �; "
                             "the first is octet %" G_GSIZE_FORMAT "."),
                           decoding->conversion.n_invalid, name,
                           decoding->conversion.first_invalid);
  if (odd != NULL)
    show_problem (self, odd);
}

static void
show_text (PartView *self)
{
  const MimePart *part = get_part (self);
  g_autoptr (PartText) text =
      part_text_new (app_document_get_tree (self->document), part,
                     app_document_get_charsets (self->document), PART_VIEW_TEXT_BYTES_MAX);

  if (strcmp (part->type, "text") == 0 && strcmp (part->subtype, "html") == 0)
    show_problem (self, _("HTML is shown as its source: nothing is fetched or run."));
  show_decoding_problems (self, &text->decoding);
  if (text->is_cut)
    show_problem (self, _("Only the first 1 MB is shown."));
  if (text->is_broken)
    show_problem (self, _("Long lines are broken here so that they can be shown."));
  gtk_text_buffer_set_text (self->buffer, text->text->str, (int) text->text->len);
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "text");
}

static void
show_image (PartView *self)
{
  const MimeTree *tree = app_document_get_tree (self->document);
  g_autoptr (GBytes) content = mime_tree_dup_content (tree, get_part (self));
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkTexture) texture = NULL;
  g_autofree char *size = g_format_size (g_bytes_get_size (content));
  g_autofree char *words = NULL;
  int              sides[2] = { 0, 0 };

  texture = part_image_new (content, sides, &error);
  if (texture == NULL)
    {
      words = g_strdup_printf (_("This image can't be shown: %s"), error->message);
      show_problem (self, words);
      show_words (self, size);
      return;
    }
  words = g_strdup_printf (_("Image of %d × %d pixels, %s"), sides[0], sides[1], size);
  gtk_picture_set_paintable (GTK_PICTURE (self->picture), GDK_PAINTABLE (texture));
  gtk_picture_set_alternative_text (GTK_PICTURE (self->picture), words);
  gtk_widget_set_tooltip_text (self->picture, words);
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "image");
}

static void
show_data (PartView *self)
{
  MimeDecoding     decoding;
  g_autofree char *size = NULL;
  g_autofree char *words = NULL;

  mime_tree_decode_part (app_document_get_tree (self->document), get_part (self), NULL, NULL, NULL,
                         &decoding);
  size = g_format_size (decoding.n_bytes);
  words = g_strdup_printf (_("%s of data that are not text. Save them to look at them with a "
                             "program for this type."),
                           size);
  show_decoding_problems (self, &decoding);
  show_words (self, words);
}

static void
show_composite (PartView *self)
{
  const MimePart  *part = get_part (self);
  g_autofree char *words = NULL;

  if (part->kind == MIME_PART_MESSAGE)
    words = g_strdup (_("A whole message, carried as a part of this one. It is next in the list."));
  else
    words = g_strdup_printf (
        g_dngettext (GETTEXT_PACKAGE, "%u part, which is below in the list.",
                     "%u parts one after the other. They are below in the list.",
                     part->n_children),
        part->n_children);
  show_words (self, words);
}

/* Whether the part reads as text, whatever it is for. */
static gboolean
is_text (const MimePart *part)
{
  static const char *const subtypes[] = { "json", "xml", "javascript", "pgp-signature",
                                          "pgp-encrypted", "svg+xml" };

  if (strcmp (part->type, "text") == 0 || strcmp (part->type, "message") == 0 ||
      g_str_has_suffix (part->subtype, "+xml") || g_str_has_suffix (part->subtype, "+json"))
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (subtypes); i++)
    if (strcmp (part->subtype, subtypes[i]) == 0)
      return TRUE;
  return FALSE;
}

void
part_view_set_part (PartView *self, AppDocument *document, guint part)
{
  g_autofree char *description = NULL;
  g_autofree char *fields = NULL;
  GtkWidget       *child;

  if (document != NULL)
    app_document_ref (document);
  g_clear_pointer (&self->document, app_document_unref);
  self->document = document;
  self->part = part;
  while ((child = gtk_widget_get_first_child (self->problems)) != NULL)
    gtk_box_remove (GTK_BOX (self->problems), child);
  gtk_text_buffer_set_text (self->buffer, "", 0);
  gtk_picture_set_paintable (GTK_PICTURE (self->picture), NULL);
  gtk_widget_set_visible (self->save, document != NULL);
  if (document == NULL)
    {
      gtk_label_set_text (GTK_LABEL (self->title), "");
      gtk_widget_set_visible (self->fields, FALSE);
      show_words (self, "");
      return;
    }
  description = describe (self);
  set_escaped (self->title, description);
  fields = list_fields (self);
  gtk_label_set_markup (GTK_LABEL (self->fields), fields);
  gtk_widget_set_visible (self->fields, fields[0] != '\0');
  if (get_part (self)->kind != MIME_PART_LEAF)
    show_composite (self);
  else if (is_text (get_part (self)))
    show_text (self);
  else if (strcmp (get_part (self)->type, "image") == 0)
    show_image (self);
  else
    show_data (self);
}

static GtkWidget *
new_label (const char *css_class)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_max_width_chars (GTK_LABEL (label), NATURAL_CHARACTERS);
  lit_text_set_verbatim (GTK_LABEL (label));
  if (css_class != NULL)
    gtk_widget_add_css_class (label, css_class);
  return label;
}

static GtkWidget *
make_text (PartView *self)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();

  self->text_view = gtk_text_view_new ();
  self->buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->text_view));
  gtk_text_view_set_editable (GTK_TEXT_VIEW (self->text_view), FALSE);
  gtk_text_view_set_monospace (GTK_TEXT_VIEW (self->text_view), TRUE);
  gtk_text_view_set_wrap_mode (GTK_TEXT_VIEW (self->text_view), GTK_WRAP_WORD_CHAR);
  gtk_text_view_set_left_margin (GTK_TEXT_VIEW (self->text_view), 12);
  gtk_text_view_set_right_margin (GTK_TEXT_VIEW (self->text_view), 12);
  gtk_text_view_set_top_margin (GTK_TEXT_VIEW (self->text_view), 8);
  gtk_text_view_set_bottom_margin (GTK_TEXT_VIEW (self->text_view), 8);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->text_view), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("The part, decoded"), -1);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), self->text_view);
  return scroller;
}

static GtkWidget *
make_head (PartView *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  self->title = new_label ("heading");
  self->fields = new_label ("caption");
  gtk_label_set_lines (GTK_LABEL (self->fields), FIELD_LINES_MAX);
  gtk_label_set_ellipsize (GTK_LABEL (self->fields), PANGO_ELLIPSIZE_END);
  self->problems = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  self->save = gtk_button_new_from_icon_name ("document-save-symbolic");
  gtk_widget_set_tooltip_text (self->save, _("Save the part as a file"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->save), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Save the part as a file"), -1);
  gtk_widget_add_css_class (self->save, "flat");
  gtk_widget_set_valign (self->save, GTK_ALIGN_START);
  g_signal_connect (self->save, "clicked", G_CALLBACK (on_save), self);
  gtk_widget_set_hexpand (self->title, TRUE);
  gtk_box_append (GTK_BOX (row), self->title);
  gtk_box_append (GTK_BOX (row), self->save);
  gtk_box_append (GTK_BOX (box), row);
  gtk_box_append (GTK_BOX (box), self->fields);
  gtk_box_append (GTK_BOX (box), self->problems);
  gtk_widget_set_margin_start (box, 12);
  gtk_widget_set_margin_end (box, 12);
  gtk_widget_set_margin_top (box, 8);
  gtk_widget_set_margin_bottom (box, 8);
  return box;
}

static void
part_view_dispose (GObject *object)
{
  PartView *self = APP_PART_VIEW (object);

  g_clear_pointer (&self->document, app_document_unref);
  G_OBJECT_CLASS (part_view_parent_class)->dispose (object);
}

static void
part_view_class_init (PartViewClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = part_view_dispose;
}

static void
part_view_init (PartView *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *frame = gtk_scrolled_window_new ();

  self->stack = gtk_stack_new ();
  self->picture = gtk_picture_new ();
  self->words = new_label ("dim-label");
  gtk_picture_set_can_shrink (GTK_PICTURE (self->picture), TRUE);
  gtk_widget_set_margin_start (self->words, 12);
  gtk_widget_set_margin_end (self->words, 12);
  gtk_widget_set_margin_top (self->words, 12);
  gtk_widget_set_valign (self->words, GTK_ALIGN_START);
  gtk_stack_add_named (GTK_STACK (self->stack), make_text (self), "text");
  /* An image, too, gets what room there is. */
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (frame), GTK_POLICY_EXTERNAL,
                                  GTK_POLICY_EXTERNAL);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (frame), self->picture);
  gtk_stack_add_named (GTK_STACK (self->stack), frame, "image");
  gtk_stack_add_named (GTK_STACK (self->stack), self->words, "words");
  gtk_widget_set_vexpand (self->stack, TRUE);
  gtk_box_append (GTK_BOX (box), make_head (self));
  gtk_box_append (GTK_BOX (box), gtk_separator_new (GTK_ORIENTATION_HORIZONTAL));
  gtk_box_append (GTK_BOX (box), self->stack);
  adw_bin_set_child (ADW_BIN (self), box);
  part_view_set_part (self, NULL, 0);
}
