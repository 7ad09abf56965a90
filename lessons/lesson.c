/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lesson.h"

#include <string.h>

#include <cmark.h>

#include "lesson-front.h"
#include "lesson-markup.h"

#define STEP_PREFIX "Step:"

G_DEFINE_QUARK (lesson-error-quark, lesson_error)

static const char *const kind_names[LESSON_N_BLOCK_KINDS] = {
  "prose", "show", "predict", "task", "check", "quiz", "compare",
};

/* The pages of the inspector a show block can turn to. */
static const char *const tabs[] = { "explain", "bytes", "state", NULL };

const char *
lesson_block_kind_get_name (LessonBlockKind kind)
{
  return kind_names[kind];
}

static void
clear_value (gpointer data)
{
  g_free (((LessonValue *) data)->value);
}

static void
clear_reference (gpointer data)
{
  g_free (((LessonReference *) data)->section);
}

static void
free_block (gpointer data)
{
  LessonBlock *self = data;

  g_free (self->markup);
  g_array_unref (self->values);
  lesson_condition_free (self->until);
  g_free (self);
}

static void
free_step (gpointer data)
{
  LessonStep *self = data;

  g_free (self->title);
  g_ptr_array_unref (self->blocks);
  g_free (self);
}

static LessonBlock *
add_block (LessonStep *step, LessonBlockKind kind, guint line)
{
  LessonBlock *block = g_new0 (LessonBlock, 1);

  block->kind = kind;
  block->line = line;
  block->values = g_array_new (FALSE, FALSE, sizeof (LessonValue));
  g_array_set_clear_func (block->values, clear_value);
  g_ptr_array_add (step->blocks, block);
  return block;
}

/* Reading */

/* What is being read: for messages. */
typedef struct
{
  Lesson     *lesson;
  const char *file;
  guint       n_lines; /* before the Markdown */
} Reader;

static guint
get_line (const Reader *self, cmark_node *node)
{
  return self->n_lines + (guint) cmark_node_get_start_line (node);
}

static LessonStep *
get_last_step (const Reader *self)
{
  GPtrArray *steps = self->lesson->steps;

  return steps->len > 0 ? g_ptr_array_index (steps, steps->len - 1) : NULL;
}

/* Returns: (transfer full): the heading's words, without emphasis and the like. */
static char *
dup_words (cmark_node *heading)
{
  GString    *text = g_string_new (NULL);
  cmark_iter *iter = cmark_iter_new (heading);

  while (cmark_iter_next (iter) != CMARK_EVENT_DONE)
    {
      const char *literal = cmark_node_get_literal (cmark_iter_get_node (iter));

      if (literal != NULL)
        g_string_append (text, literal);
    }
  cmark_iter_free (iter);
  return g_string_free (text, FALSE);
}

static gboolean
read_step (Reader *self, cmark_node *heading, GError **error)
{
  g_autofree char *words = dup_words (heading);
  LessonStep      *step;

  if (!g_str_has_prefix (words, STEP_PREFIX) || strlen (words) == strlen (STEP_PREFIX))
    return lesson_fail (self->file, get_line (self, heading), error,
                        "a heading of this level begins a step: \"## Step: what it is about\"; "
                        "inside a step use \"###\"");
  step = g_new0 (LessonStep, 1);
  step->title = g_strstrip (g_strdup (words + strlen (STEP_PREFIX)));
  step->line = get_line (self, heading);
  step->blocks = g_ptr_array_new_with_free_func (free_block);
  g_ptr_array_add (self->lesson->steps, step);
  return TRUE;
}

static gboolean
read_condition (Reader *self, LessonBlock *block, const LessonValue *value, GError **error)
{
  g_autoptr (GError) mistake = NULL;

  block->until = lesson_condition_parse (value->value, &mistake);
  if (block->until == NULL)
    return lesson_fail (self->file, value->line, error, "%s", mistake->message);
  return TRUE;
}

/* The values that more than the page cares about. */
static gboolean
interpret_value (Reader *self, LessonBlock *block, const LessonValue *value, GError **error)
{
  if (strcmp (value->key, "until") == 0)
    return read_condition (self, block, value, error);
  if (strcmp (value->key, "level") == 0)
    {
      block->has_level = trace_level_from_name (value->value, &block->level);
      if (!block->has_level)
        return lesson_fail (self->file, value->line, error,
                            "there is no level \"%s\"; levels are story, dialogue, packets",
                            value->value);
    }
  if (strcmp (value->key, "tab") == 0 && !g_strv_contains (tabs, value->value))
    return lesson_fail (self->file, value->line, error,
                        "there is no tab \"%s\"; tabs are explain, bytes, state", value->value);
  return TRUE;
}

static gboolean
read_live_block (Reader *self, LessonStep *step, cmark_node *node, GError **error)
{
  const char  *info = cmark_node_get_fence_info (node);
  guint        line = get_line (self, node);
  guint        kind = LESSON_BLOCK_PROSE + 1;
  LessonBlock *block;

  while (kind < LESSON_N_BLOCK_KINDS && strcmp (info, kind_names[kind]) != 0)
    kind++;
  if (kind == LESSON_N_BLOCK_KINDS)
    return lesson_fail (self->file, line, error, "there is no block \"%s\"; blocks are show, "
                        "predict, task, check, quiz, compare, and text without a word after the "
                        "fence is shown as it is", info);
  block = add_block (step, (LessonBlockKind) kind, line);
  if (!lesson_values_read (block->kind, self->file, cmark_node_get_literal (node), line + 1,
                           block->values, error))
    return FALSE;
  for (guint i = 0; i < block->values->len; i++)
    if (!interpret_value (self, block, &g_array_index (block->values, LessonValue, i), error))
      return FALSE;
  return TRUE;
}

/* Prose that follows prose goes on in the same block. */
static gboolean
read_prose (Reader *self, LessonStep *step, cmark_node *node, GError **error)
{
  LessonBlock *block = step->blocks->len > 0
                           ? g_ptr_array_index (step->blocks, step->blocks->len - 1)
                           : NULL;
  g_autoptr (GString) markup = NULL;
  const char *mistake;
  guint       line;

  if (block == NULL || block->kind != LESSON_BLOCK_PROSE)
    block = add_block (step, LESSON_BLOCK_PROSE, get_line (self, node));
  markup = g_string_new (block->markup);
  mistake = lesson_markup_append (markup, node, &line);
  if (mistake != NULL)
    return lesson_fail (self->file, self->n_lines + line, error, "%s", mistake);
  g_free (block->markup);
  block->markup = g_strdup (markup->str);
  return TRUE;
}

static gboolean
read_node (Reader *self, cmark_node *node, GError **error)
{
  LessonStep *step = get_last_step (self);

  if (cmark_node_get_type (node) == CMARK_NODE_HEADING && cmark_node_get_heading_level (node) <= 2)
    return read_step (self, node, error);
  if (step == NULL)
    return lesson_fail (self->file, get_line (self, node), error,
                        "this comes before the first step; begin with \"## Step: ...\"");
  if (cmark_node_get_type (node) == CMARK_NODE_CODE_BLOCK &&
      *cmark_node_get_fence_info (node) != '\0')
    return read_live_block (self, step, node, error);
  return read_prose (self, step, node, error);
}

static gboolean
read_steps (Reader *self, const char *markdown, GError **error)
{
  cmark_node *document = cmark_parse_document (markdown, strlen (markdown), CMARK_OPT_DEFAULT);
  gboolean    is_read = TRUE;

  for (cmark_node *node = cmark_node_first_child (document); node != NULL && is_read;
       node = cmark_node_next (node))
    is_read = read_node (self, node, error);
  cmark_node_free (document);
  for (guint i = 0; i < self->lesson->steps->len && is_read; i++)
    {
      const LessonStep *step = lesson_get_step (self->lesson, i);

      if (step->blocks->len == 0)
        is_read = lesson_fail (self->file, step->line, error, "this step is empty; say something");
    }
  if (is_read && self->lesson->steps->len == 0)
    is_read = lesson_fail (self->file, self->n_lines + 1, error,
                           "there is no step; begin one with \"## Step: ...\"");
  return is_read;
}

/* Returns: the number a folder's name begins with, 0 for none. */
static guint
read_number (const char *name)
{
  return (guint) MIN (g_ascii_strtoull (name, NULL, 10), G_MAXUINT);
}

static Lesson *
new_lesson (const char *folder)
{
  Lesson *self = g_new0 (Lesson, 1);

  self->folder = g_strdup (folder);
  self->name = g_path_get_basename (folder);
  self->number = read_number (self->name);
  self->needs = g_new0 (char *, 1);
  self->covers = g_array_new (FALSE, FALSE, sizeof (LessonReference));
  g_array_set_clear_func (self->covers, clear_reference);
  self->steps = g_ptr_array_new_with_free_func (free_step);
  return self;
}

/* Returns: the line of the byte that is not UTF-8 text. */
static guint
find_bad_line (const char *text, const char *bad)
{
  guint line = 1;

  for (; text < bad; text++)
    line += *text == '\n';
  return line;
}

Lesson *
lesson_parse (const char *folder, const char *file, const char *text, gsize length, GError **error)
{
  g_autoptr (Lesson) self = new_lesson (folder);
  Reader           reader = { self, file, 0 };
  g_autofree char *copy = NULL;
  const char      *markdown;
  const char      *bad;

  if (length > LESSON_BYTES_MAX)
    {
      lesson_fail (file, 1, error, "this is longer than a megabyte; no lesson is");
      return NULL;
    }
  if (length > 0 && !g_utf8_validate_len (text, length, &bad))
    {
      lesson_fail (file, find_bad_line (text, bad), error,
                   "there is a byte that is not UTF-8 text; save the file as UTF-8");
      return NULL;
    }
  copy = length > 0 ? g_strndup (text, length) : g_strdup ("");
  markdown = lesson_front_read (self, file, copy, &reader.n_lines, error);
  if (markdown == NULL || !read_steps (&reader, markdown, error))
    return NULL;
  return g_steal_pointer (&self);
}

Lesson *
lesson_load (const char *folder, GError **error)
{
  g_autofree char *file = g_build_filename (folder, "lesson.md", NULL);
  g_autofree char *text = NULL;
  gsize            length;

  if (!g_file_get_contents (file, &text, &length, error))
    return NULL;
  return lesson_parse (folder, file, text, length, error);
}

void
lesson_free (Lesson *self)
{
  if (self == NULL)
    return;
  g_free (self->name);
  g_free (self->folder);
  g_free (self->title);
  g_free (self->level);
  g_strfreev (self->needs);
  g_strfreev (self->goals);
  g_array_unref (self->covers);
  g_ptr_array_unref (self->steps);
  g_free (self);
}

const LessonStep *
lesson_get_step (const Lesson *self, guint index)
{
  g_return_val_if_fail (index < self->steps->len, NULL);
  return g_ptr_array_index (self->steps, index);
}

const LessonBlock *
lesson_step_get_block (const LessonStep *step, guint index)
{
  g_return_val_if_fail (index < step->blocks->len, NULL);
  return g_ptr_array_index (step->blocks, index);
}

char *
lesson_dup_scenario (const Lesson *self)
{
  return g_build_filename (self->folder, "scenario.ini", NULL);
}

const char *
lesson_block_get (const LessonBlock *block, const char *key)
{
  for (guint i = 0; i < block->values->len; i++)
    {
      const LessonValue *value = &g_array_index (block->values, LessonValue, i);

      if (strcmp (value->key, key) == 0)
        return value->value;
    }
  return NULL;
}
