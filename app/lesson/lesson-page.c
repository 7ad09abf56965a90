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
  gboolean    is_asking; /* a prediction of the step has no answer yet */
  GtkWidget  *progress;
  GtkWidget  *heading;
  GtkWidget  *blocks;
  GtkWidget  *scroller;
  GtkWidget  *back;
  GtkWidget  *next;
};

enum
{
  PROP_0,
  PROP_ASKING,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (LessonPage, lesson_page, ADW_TYPE_BIN)

static void append_blocks (LessonPage *self, guint first);

static void
set_asking (LessonPage *self, gboolean is_asking)
{
  if (self->is_asking == is_asking)
    return;
  self->is_asking = is_asking;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ASKING]);
}

gboolean
lesson_page_is_asking (LessonPage *self)
{
  return self->is_asking;
}

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
  TraceLog   *log = app_session_get_log (self->session);
  const char *tab = lesson_block_get (block, "tab");
  guint       position;

  app_session_pause (self->session);
  if (tab != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.show-tab", "s", tab);
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
  gtk_widget_set_focus_on_click (button, FALSE);
  g_object_set_data (G_OBJECT (button), "block", (gpointer) block);
  g_signal_connect (button, "clicked", G_CALLBACK (on_show_clicked), self);
  return button;
}

/* predict: the next unit answers */

typedef struct
{
  LessonPage *page;
  guint       index; /* of the block in the step */
  guint       unit;  /* position of the answer, or G_MAXUINT */
  gboolean    is_answered;
  GtkWidget  *entry;
  GtkWidget  *verdict;
} Prediction;

/* Returns: the position to which the lesson has led before block @index of its step. */
static guint
find_position_before (LessonPage *self, guint index)
{
  TraceLog *log = app_session_get_log (self->session);
  guint     position = 0;

  for (guint i = 0; i <= self->step; i++)
    {
      const LessonStep *step = lesson_get_step (self->lesson, i);
      guint             end = i == self->step ? index : step->blocks->len;

      for (guint k = 0; k < end; k++)
        {
          const LessonBlock *block = lesson_step_get_block (step, k);
          guint              found = G_MAXUINT;

          if (block->kind == LESSON_BLOCK_SHOW && block->until != NULL)
            found = lesson_condition_find (block->until, log, 0);
          else if (block->kind == LESSON_BLOCK_PREDICT)
            found = lesson_predict_find (log, position);
          if (found != G_MAXUINT)
            position = found;
        }
    }
  return position;
}

/* Shows the answer in the ladder, and the first time what the lesson says about it. */
static void
reveal_answer (Prediction *prediction)
{
  LessonPage *self = prediction->page;

  app_session_pause (self->session);
  app_session_set_playhead (self->session, prediction->unit + 1);
  app_session_set_selected (self->session, prediction->unit);
  if (prediction->is_answered)
    return;
  prediction->is_answered = TRUE;
  append_blocks (self, prediction->index + 1);
}

static void
on_predicted (GtkWidget *widget, Prediction *prediction)
{
  static const char *const marks[] = { "✓", "≈", "✗" };

  TraceLog        *log = app_session_get_log (prediction->page->session);
  const char      *answer = gtk_editable_get_text (GTK_EDITABLE (prediction->entry));
  g_autofree char *reason = NULL;
  g_autofree char *text = NULL;
  LessonVerdict    verdict;

  if (answer[0] == '\0')
    return;
  verdict = lesson_predict_judge (log, prediction->unit, answer, &reason);
  text = g_strdup_printf ("%s  %s", marks[verdict], reason);
  gtk_label_set_text (GTK_LABEL (prediction->verdict), text);
  gtk_widget_set_visible (prediction->verdict, TRUE);
  reveal_answer (prediction);
}

static GtkWidget *
make_predict (LessonPage *self, const LessonBlock *block, guint index)
{
  GtkWidget  *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget  *question = new_text (NULL);
  GtkWidget  *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget  *button = gtk_button_new_with_label (_("Check"));
  Prediction *prediction = g_new0 (Prediction, 1);
  const char *text = lesson_block_get (block, "question");

  prediction->page = self;
  prediction->index = index;
  prediction->unit =
      lesson_predict_find (app_session_get_log (self->session), find_position_before (self, index));
  prediction->entry = gtk_entry_new ();
  prediction->verdict = new_text (NULL);
  gtk_widget_set_visible (prediction->verdict, FALSE);
  gtk_widget_set_sensitive (row, prediction->unit != G_MAXUINT);
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
make_block (LessonPage *self, const LessonBlock *block, guint index)
{
  switch (block->kind)
    {
    case LESSON_BLOCK_PROSE:
      return new_text (block->markup);
    case LESSON_BLOCK_SHOW:
      return make_show (self, block);
    case LESSON_BLOCK_PREDICT:
      return make_predict (self, block, index);
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

/* Fills the page from block @first to the first prediction: what comes after one would give
 * its answer away. */
static void
append_blocks (LessonPage *self, guint first)
{
  const LessonStep *step = lesson_get_step (self->lesson, self->step);

  for (guint i = first; i < step->blocks->len; i++)
    {
      const LessonBlock *block = lesson_step_get_block (step, i);
      GtkWidget         *widget = make_block (self, block, i);

      if (widget != NULL)
        gtk_box_append (GTK_BOX (self->blocks), widget);
      if (block->kind == LESSON_BLOCK_PREDICT)
        {
          set_asking (self, TRUE);
          return;
        }
    }
  set_asking (self, FALSE);
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
  append_blocks (self, 0);
  gtk_widget_set_sensitive (self->back, self->step > 0);
  gtk_widget_set_sensitive (self->next, self->step + 1 < self->lesson->steps->len);
  gtk_adjustment_set_value (
      gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scroller)), 0);
}

/* A step that begins by showing something shows it at once; one that asks begins where the
 * lesson had come to. */
static void
move_ladder (LessonPage *self)
{
  const LessonStep *step = lesson_get_step (self->lesson, self->step);

  for (guint i = 0; i < step->blocks->len; i++)
    {
      const LessonBlock *block = lesson_step_get_block (step, i);

      if (block->kind == LESSON_BLOCK_SHOW)
        {
          run_show (self, block);
          return;
        }
      if (block->kind == LESSON_BLOCK_PREDICT)
        {
          guint position = find_position_before (self, i);

          app_session_pause (self->session);
          app_session_set_playhead (self->session, position + 1);
          app_session_set_selected (self->session, position);
          return;
        }
    }
}

void
lesson_page_go_to (LessonPage *self, guint step)
{
  if (self->lesson == NULL || step >= self->lesson->steps->len)
    return;
  self->step = step;
  show_step (self);
  if (step > 0)
    move_ladder (self);
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

void
lesson_page_close (LessonPage *self)
{
  clear_blocks (self);
  set_asking (self, FALSE);
  g_clear_pointer (&self->lesson, lesson_free);
  g_clear_object (&self->session);
  self->step = 0;
  gtk_label_set_text (GTK_LABEL (self->progress), "");
  gtk_label_set_text (GTK_LABEL (self->heading), "");
  gtk_widget_set_sensitive (self->back, FALSE);
  gtk_widget_set_sensitive (self->next, FALSE);
}

gboolean
lesson_page_open (LessonPage *self, const char *path, AppSession *session)
{
  g_autofree char *folder =
      g_file_test (path, G_FILE_TEST_IS_DIR) ? g_strdup (path) : g_path_get_dirname (path);
  g_autofree char *file = g_build_filename (folder, "lesson.md", NULL);
  g_autoptr (GError) error = NULL;

  lesson_page_close (self);
  g_set_object (&self->session, session);
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
lesson_page_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_ASKING)
    g_value_set_boolean (value, APP_LESSON_PAGE (object)->is_asking);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
lesson_page_class_init (LessonPageClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = lesson_page_dispose;
  G_OBJECT_CLASS (klass)->get_property = lesson_page_get_property;
  properties[PROP_ASKING] = g_param_spec_boolean (
      "asking", NULL, NULL, FALSE,
      G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (G_OBJECT_CLASS (klass), N_PROPS, properties);
}

static GtkWidget *
make_buttons (LessonPage *self)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  self->back = gtk_button_new_with_mnemonic (_("_Back"));
  self->next = gtk_button_new_with_mnemonic (_("_Next"));
  gtk_widget_add_css_class (self->next, "suggested-action");
  gtk_widget_set_sensitive (self->back, FALSE);
  gtk_widget_set_sensitive (self->next, FALSE);
  /* So that after a click Space goes on playing. */
  gtk_widget_set_focus_on_click (self->back, FALSE);
  gtk_widget_set_focus_on_click (self->next, FALSE);
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
