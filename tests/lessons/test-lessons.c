/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <lesson-catalogue.h>
#include <lesson-predict.h>

#include <string.h>

#include <glossary.h>
#include <mail/mail-world.h>
#include <trace/trace-file.h>

/* Every lesson of the source tree: it loads, its world gives the trace that is expected,
 * and what it tells the learner to look at is there. */

static char *
dup_lessons_folder (void)
{
  return g_test_build_filename (G_TEST_DIST, "lessons", NULL);
}

/* Returns: (transfer full): the trace of the lesson's own world, run to its end. */
static TraceLog *
run_lesson (const Lesson *lesson)
{
  g_autofree char *scenario = lesson_dup_scenario (lesson);
  g_autoptr (GError) error = NULL;
  g_autoptr (MailWorld) world = mail_world_new_from_file (scenario, MAIL_WORLD_OWN_SEED, &error);

  g_assert_no_error (error);
  mail_world_schedule_actions (world);
  mail_world_run (world, G_MAXINT64);
  return trace_log_ref (mail_world_get_log (world));
}

static Lesson *
load (gconstpointer folder)
{
  g_autoptr (GError) error = NULL;
  Lesson *lesson = lesson_load (folder, &error);

  g_assert_no_error (error);
  return lesson;
}

static void
test_trace (gconstpointer folder)
{
  g_autoptr (Lesson) lesson = load (folder);
  g_autoptr (TraceLog) log = run_lesson (lesson);
  g_autoptr (TraceLog) saved = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GString) again = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (folder, "expected.jsonl", NULL);
  g_autofree char *expected = NULL;
  gsize            length;

  g_test_summary ("A lesson's world gives the trace beside it, byte for byte.");
  g_file_get_contents (path, &expected, &length, &error);
  g_assert_no_error (error);
  trace_file_write (log, TRACE_LEVEL_DIALOGUE, text);
  g_assert_cmpmem (text->str, text->len, expected, length);
  saved = trace_file_read (path, (const guint8 *) expected, length, &error);
  g_assert_no_error (error);
  trace_file_write (saved, TRACE_LEVEL_DIALOGUE, again);
  g_assert_cmpmem (again->str, again->len, expected, length);
}

static void
test_conditions (gconstpointer folder)
{
  g_autoptr (Lesson) lesson = load (folder);
  g_autoptr (TraceLog) log = run_lesson (lesson);
  guint n_shows = 0;

  g_test_summary ("What a lesson shows is in its trace.");
  for (guint i = 0; i < lesson->steps->len; i++)
    {
      const LessonStep *step = lesson_get_step (lesson, i);

      for (guint j = 0; j < step->blocks->len; j++)
        {
          const LessonBlock *block = lesson_step_get_block (step, j);

          if (block->kind != LESSON_BLOCK_SHOW)
            continue;
          n_shows++;
          if (lesson_condition_find (block->until, log, 0) == G_MAXUINT)
            {
              g_test_message ("%s, line %u: nothing in the trace is \"%s\"", lesson->name,
                              block->line, lesson_condition_get_text (block->until));
              g_test_fail ();
            }
        }
    }
  g_assert_cmpuint (n_shows, >, 0);
}

/* The playhead stands where the last show block put it; a prediction has to have
 * something to predict there, and the next show block has to uncover just that. */
static void
test_predictions (gconstpointer folder)
{
  g_autoptr (Lesson) lesson = load (folder);
  g_autoptr (TraceLog) log = run_lesson (lesson);
  guint playhead = 0;
  guint predicted = G_MAXUINT;

  g_test_summary ("What a lesson asks to predict comes next, and is then shown.");
  for (guint i = 0; i < lesson->steps->len; i++)
    {
      const LessonStep *step = lesson_get_step (lesson, i);

      for (guint j = 0; j < step->blocks->len; j++)
        {
          const LessonBlock *block = lesson_step_get_block (step, j);

          if (block->kind == LESSON_BLOCK_SHOW)
            {
              playhead = lesson_condition_find (block->until, log, 0);
              if (predicted != G_MAXUINT)
                g_assert_cmpuint (playhead, ==, predicted);
              predicted = G_MAXUINT;
            }
          if (block->kind == LESSON_BLOCK_PREDICT)
            {
              predicted = lesson_predict_find (log, playhead);
              g_assert_cmpuint (predicted, !=, G_MAXUINT);
            }
        }
    }
}

/* Every link of the form glossary:MODULE.NAME in @markup. */
static void
check_glossary_links (const LessonBlock *block, Glossary *glossary)
{
  const char *at = block->markup;

  while ((at = strstr (at, "\"glossary:")) != NULL)
    {
      const char      *start = at + strlen ("\"glossary:");
      g_autofree char *target = g_strndup (start, strcspn (start, "\""));
      char            *dot = strchr (target, '.');

      at = start;
      g_assert_nonnull (dot);
      *dot = '\0';
      if (glossary_find (glossary, target, dot + 1) == NULL)
        {
          g_test_message ("line %u: the glossary has no %s in %s", block->line, dot + 1, target);
          g_test_fail ();
        }
    }
}

/* Tags open and close in order. What they mean is for the label to know. */
static void
check_markup (const LessonBlock *block)
{
  static const GMarkupParser parser = { NULL, NULL, NULL, NULL, NULL };

  g_autofree char *whole = g_strdup_printf ("<markup>%s</markup>", block->markup);
  g_autoptr (GMarkupParseContext) context = g_markup_parse_context_new (&parser, 0, NULL, NULL);
  g_autoptr (GError) error = NULL;

  g_markup_parse_context_parse (context, whole, -1, &error);
  g_assert_no_error (error);
  g_markup_parse_context_end_parse (context, &error);
  g_assert_no_error (error);
}

static void
test_links (gconstpointer folder)
{
  g_autoptr (Lesson) lesson = load (folder);
  g_autofree char *lessons = dup_lessons_folder ();
  g_autofree char *path = g_build_filename (lessons, "glossary", NULL);
  g_autoptr (Glossary) glossary = glossary_new (path);

  g_test_summary ("Links of a lesson lead somewhere, its needs too, and its markup is valid.");
  for (guint i = 0; lesson->needs[i] != NULL; i++)
    {
      g_autofree char *needed = lesson_catalogue_find (lessons, lesson->needs[i]);

      g_assert_nonnull (needed);
    }
  for (guint i = 0; i < lesson->steps->len; i++)
    {
      const LessonStep *step = lesson_get_step (lesson, i);

      for (guint j = 0; j < step->blocks->len; j++)
        {
          const LessonBlock *block = lesson_step_get_block (step, j);

          if (block->kind != LESSON_BLOCK_PROSE)
            continue;
          check_markup (block);
          check_glossary_links (block, glossary);
        }
    }
}

static const struct
{
  const char   *name;
  GTestDataFunc run;
} tests[] = {
  { "trace", test_trace },
  { "conditions", test_conditions },
  { "predictions", test_predictions },
  { "links", test_links },
};

int
main (int argc, char **argv)
{
  g_autofree char *folder = NULL;
  g_autoptr (GPtrArray) folders = NULL;

  g_test_init (&argc, &argv, NULL);
  folder = dup_lessons_folder ();
  folders = lesson_catalogue_list (folder);
  g_assert_cmpuint (folders->len, >, 0);
  for (guint i = 0; i < folders->len; i++)
    {
      g_autofree char *name = g_path_get_basename (g_ptr_array_index (folders, i));

      for (guint j = 0; j < G_N_ELEMENTS (tests); j++)
        {
          g_autofree char *path = g_strdup_printf ("/lessons/%s/%s", name, tests[j].name);

          g_test_add_data_func (path, g_ptr_array_index (folders, i), tests[j].run);
        }
    }
  return g_test_run ();
}
