/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lesson-page.h"

#include <app-glossary.h>
#include <glib/gi18n.h>
#include <lesson-predict.h>
#include <lesson.h>
#include <string.h>
#include <trace/trace-text.h>

struct _LessonPage
{
  AdwBin      parent_instance;
  Lesson     *lesson;  /* (nullable) */
  AppSession *session; /* (nullable) */
  guint       step;
  GtkWidget  *progress;
  GtkWidget  *heading;
  GtkWidget  *blocks;
  GtkWidget  *scroller;
  GtkWidget  *back;
  GtkWidget  *next;
};

G_DEFINE_FINAL_TYPE (LessonPage, lesson_page, ADW_TYPE_BIN)

#define GLOSSARY_SCHEME "glossary:"

/* Says what the glossary has about an element, where the link to it stands. */
static void
show_entry (GtkWidget *label, const char *prose)
{
  GtkWidget *popover = gtk_popover_new ();
  GtkWidget *text = gtk_label_new (prose);

  gtk_label_set_wrap (GTK_LABEL (text), TRUE);
  gtk_label_set_xalign (GTK_LABEL (text), 0);
  gtk_label_set_max_width_chars (GTK_LABEL (text), 40);
  gtk_popover_set_child (GTK_POPOVER (popover), text);
  gtk_popover_set_position (GTK_POPOVER (popover), GTK_POS_RIGHT);
  gtk_widget_set_parent (popover, label);
  g_signal_connect (popover, "closed", G_CALLBACK (gtk_widget_unparent), NULL);
  g_signal_connect_object (label, "destroy", G_CALLBACK (gtk_widget_unparent), popover,
                           G_CONNECT_SWAPPED);
  gtk_popover_popup (GTK_POPOVER (popover));
}

static gboolean
on_link (GtkLabel *label, const char *uri, gpointer data)
{
  g_auto (GStrv) parts = NULL;
  const char *prose = NULL;

  if (!g_str_has_prefix (uri, GLOSSARY_SCHEME))
    return FALSE;
  parts = g_strsplit (uri + strlen (GLOSSARY_SCHEME), ".", 2);
  if (g_strv_length (parts) == 2)
    prose = app_glossary_find (parts[0], parts[1]);
  if (prose != NULL)
    show_entry (GTK_WIDGET (label), prose);
  return TRUE;
}

static GtkWidget *
new_text (const char *markup)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 40);
  gtk_widget_add_css_class (label, "lesson-text");
  g_signal_connect (label, "activate-link", G_CALLBACK (on_link), NULL);
  if (markup != NULL)
    gtk_label_set_markup (GTK_LABEL (label), markup);
  return label;
}

/* show: moves the ladder */

static void
run_show (LessonPage *self, const LessonBlock *block)
{
  TraceLog *log = app_session_get_log (self->session);
  guint     position;

  app_session_pause (self->session);
  if (block->has_level)
    app_session_set_level (self->session, block->level);
  if (block->until == NULL)
    return;
  position = lesson_condition_find (block->until, log, 0);
  if (position == G_MAXUINT)
    return;
  app_session_set_playhead (self->session, position + 1);
  app_session_set_selected (self->session, position);
}

static void
on_show_clicked (GtkButton *button, LessonPage *self)
{
  run_show (self, g_object_get_data (G_OBJECT (button), "block"));
}

static GtkWidget *
make_show (LessonPage *self, const LessonBlock *block)
{
  GtkWidget *button = gtk_button_new ();
  GtkWidget *content = adw_button_content_new ();

  adw_button_content_set_icon_name (ADW_BUTTON_CONTENT (content), "find-location-symbolic");
  adw_button_content_set_label (ADW_BUTTON_CONTENT (content), _("Show it in the ladder"));
  gtk_button_set_child (GTK_BUTTON (button), content);
  gtk_widget_set_halign (button, GTK_ALIGN_START);
  g_object_set_data (G_OBJECT (button), "block", (gpointer) block);
  g_signal_connect (button, "clicked", G_CALLBACK (on_show_clicked), self);
  return button;
}

/* predict: the next unit answers */

typedef struct
{
  LessonPage *page;
  GtkWidget  *entry;
  GtkWidget  *verdict;
} Prediction;

static void
on_predicted (GtkWidget *widget, Prediction *prediction)
{
  static const char *const marks[] = { "✓", "≈", "✗" };

  LessonPage      *self = prediction->page;
  TraceLog        *log = app_session_get_log (self->session);
  guint            playhead = app_session_get_playhead (self->session);
  guint            from = app_session_find_previous (self->session, playhead);
  guint            unit = lesson_predict_find (log, from != APP_NO_EVENT ? from : 0);
  const char      *answer = gtk_editable_get_text (GTK_EDITABLE (prediction->entry));
  g_autofree char *reason = NULL;
  g_autofree char *text = NULL;
  LessonVerdict    verdict;

  if (unit == G_MAXUINT)
    {
      gtk_label_set_text (GTK_LABEL (prediction->verdict),
                          _("Nothing more is said: go back to an earlier step."));
      return;
    }
  verdict = lesson_predict_judge (log, unit, answer, &reason);
  text = g_strdup_printf ("%s  %s", marks[verdict], reason);
  gtk_label_set_text (GTK_LABEL (prediction->verdict), text);
  app_session_set_playhead (self->session, unit + 1);
  app_session_set_selected (self->session, unit);
}

static GtkWidget *
make_predict (LessonPage *self, const LessonBlock *block)
{
  GtkWidget  *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget  *question = new_text (NULL);
  GtkWidget  *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget  *button = gtk_button_new_with_label (_("Check"));
  Prediction *prediction = g_new0 (Prediction, 1);
  const char *text = lesson_block_get (block, "question");

  prediction->page = self;
  prediction->entry = gtk_entry_new ();
  prediction->verdict = new_text (NULL);
  gtk_label_set_text (GTK_LABEL (question), text != NULL ? text : _("What comes next?"));
  gtk_entry_set_placeholder_text (GTK_ENTRY (prediction->entry), _("250, 5yz, MAIL …"));
  gtk_widget_set_hexpand (prediction->entry, TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (prediction->entry),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _("Your prediction"), -1);
  gtk_box_append (GTK_BOX (row), prediction->entry);
  gtk_box_append (GTK_BOX (row), button);
  gtk_box_append (GTK_BOX (box), question);
  gtk_box_append (GTK_BOX (box), row);
  gtk_box_append (GTK_BOX (box), prediction->verdict);
  gtk_widget_add_css_class (box, "state");
  g_object_set_data_full (G_OBJECT (box), "prediction", prediction, g_free);
  g_signal_connect (button, "clicked", G_CALLBACK (on_predicted), prediction);
  g_signal_connect (prediction->entry, "activate", G_CALLBACK (on_predicted), prediction);
  return box;
}

/* Steps */

static GtkWidget *
make_block (LessonPage *self, const LessonBlock *block)
{
  switch (block->kind)
    {
    case LESSON_BLOCK_PROSE:
      return new_text (block->markup);
    case LESSON_BLOCK_SHOW:
      return make_show (self, block);
    case LESSON_BLOCK_PREDICT:
      return make_predict (self, block);
    default:
      return NULL;
    }
}

static void
clear_blocks (LessonPage *self)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (self->blocks)) != NULL)
    gtk_box_remove (GTK_BOX (self->blocks), child);
}

static void
show_step (LessonPage *self)
{
  const LessonStep *step = lesson_get_step (self->lesson, self->step);
  g_autofree char  *progress = g_strdup_printf (_("%s · step %u of %u"), self->lesson->title,
                                                self->step + 1, self->lesson->steps->len);

  clear_blocks (self);
  gtk_label_set_text (GTK_LABEL (self->progress), progress);
  gtk_label_set_text (GTK_LABEL (self->heading), step->title);
  for (guint i = 0; i < step->blocks->len; i++)
    {
      GtkWidget *widget = make_block (self, lesson_step_get_block (step, i));

      if (widget != NULL)
        gtk_box_append (GTK_BOX (self->blocks), widget);
    }
  gtk_widget_set_sensitive (self->back, self->step > 0);
  gtk_widget_set_sensitive (self->next, self->step + 1 < self->lesson->steps->len);
  gtk_adjustment_set_value (
      gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scroller)), 0);
}

void
lesson_page_go_to (LessonPage *self, guint step)
{
  const LessonStep *shown;

  if (self->lesson == NULL || step >= self->lesson->steps->len)
    return;
  self->step = step;
  show_step (self);
  /* A step that begins by showing something shows it at once. */
  shown = lesson_get_step (self->lesson, step);
  for (guint i = 0; step > 0 && i < shown->blocks->len; i++)
    if (lesson_step_get_block (shown, i)->kind == LESSON_BLOCK_SHOW)
      {
        run_show (self, lesson_step_get_block (shown, i));
        break;
      }
}

guint
lesson_page_get_step (LessonPage *self)
{
  return self->step;
}

guint
lesson_page_get_n_steps (LessonPage *self)
{
  return self->lesson != NULL ? self->lesson->steps->len : 0;
}

static void
on_back (GtkButton *button, LessonPage *self)
{
  lesson_page_go_to (self, self->step - 1);
}

static void
on_next (GtkButton *button, LessonPage *self)
{
  lesson_page_go_to (self, self->step + 1);
}

gboolean
lesson_page_open (LessonPage *self, const char *path, AppSession *session)
{
  g_autofree char *folder =
      g_file_test (path, G_FILE_TEST_IS_DIR) ? g_strdup (path) : g_path_get_dirname (path);
  g_autofree char *file = g_build_filename (folder, "lesson.md", NULL);
  g_autoptr (GError) error = NULL;

  clear_blocks (self);
  g_clear_pointer (&self->lesson, lesson_free);
  g_set_object (&self->session, session);
  self->step = 0;
  gtk_widget_set_sensitive (self->back, FALSE);
  gtk_widget_set_sensitive (self->next, FALSE);
  if (!g_file_test (file, G_FILE_TEST_IS_REGULAR))
    return FALSE;
  self->lesson = lesson_load (folder, &error);
  if (self->lesson == NULL || self->lesson->steps->len == 0)
    {
      g_autofree char *text =
          g_markup_escape_text (error != NULL ? error->message : _("It has no steps."), -1);

      gtk_label_set_text (GTK_LABEL (self->progress), "");
      gtk_label_set_text (GTK_LABEL (self->heading), _("The lesson can't be read"));
      gtk_box_append (GTK_BOX (self->blocks), new_text (text));
      g_clear_pointer (&self->lesson, lesson_free);
      return TRUE;
    }
  lesson_page_go_to (self, 0);
  return TRUE;
}

static void
lesson_page_dispose (GObject *object)
{
  LessonPage *self = APP_LESSON_PAGE (object);

  g_clear_pointer (&self->lesson, lesson_free);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (lesson_page_parent_class)->dispose (object);
}

static void
lesson_page_class_init (LessonPageClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = lesson_page_dispose;
}

static GtkWidget *
make_buttons (LessonPage *self)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  self->back = gtk_button_new_with_mnemonic (_("_Back"));
  self->next = gtk_button_new_with_mnemonic (_("_Next"));
  gtk_widget_add_css_class (self->next, "suggested-action");
  gtk_widget_set_hexpand (self->next, TRUE);
  gtk_widget_set_hexpand (self->back, TRUE);
  g_signal_connect (self->back, "clicked", G_CALLBACK (on_back), self);
  g_signal_connect (self->next, "clicked", G_CALLBACK (on_next), self);
  gtk_box_append (GTK_BOX (row), self->back);
  gtk_box_append (GTK_BOX (row), self->next);
  return row;
}

static void
lesson_page_init (LessonPage *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 10);

  self->progress = new_text (NULL);
  self->heading = new_text (NULL);
  self->blocks = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  self->scroller = gtk_scrolled_window_new ();
  gtk_widget_add_css_class (self->progress, "caption");
  gtk_widget_add_css_class (self->progress, "dim-label");
  gtk_widget_add_css_class (self->heading, "title-3");
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), self->blocks);
  gtk_widget_set_vexpand (self->scroller, TRUE);
  gtk_box_append (GTK_BOX (box), self->progress);
  gtk_box_append (GTK_BOX (box), self->heading);
  gtk_box_append (GTK_BOX (box), self->scroller);
  gtk_box_append (GTK_BOX (box), make_buttons (self));
  gtk_widget_set_margin_start (box, 18);
  gtk_widget_set_margin_end (box, 18);
  gtk_widget_set_margin_top (box, 14);
  gtk_widget_set_margin_bottom (box, 14);
  adw_bin_set_child (ADW_BIN (self), box);
}
