/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command.h"

#include <stdio.h>
#include <string.h>

#include <lesson-catalogue.h>
#include <trace/trace-file.h>
#include <trace/trace-text.h>

/* A saved trace of a lesson, with what a learner did in it. */
#define RECORDING_BYTES_MAX ((gsize) 256 * 1024 * 1024)

static char *recording;

static const GOptionEntry entries[] = {
  { "check", 0, 0, G_OPTION_ARG_FILENAME, &recording,
    "mark the saved trace FILE against the checks of lesson NAME", "FILE" },
  { NULL },
};

char *
command_find_lesson (const char *name)
{
  g_autofree char *folder = lesson_catalogue_dup_folder ();

  return lesson_catalogue_find (folder, name);
}

/* Returns: (transfer full) (nullable): the lesson of that name; NULL after a complaint. */
static Lesson *
load_lesson (const char *name)
{
  g_autofree char *folder = command_find_lesson (name);
  g_autoptr (GError) error = NULL;
  Lesson *lesson;

  if (folder == NULL)
    {
      command_complain (COMMAND_WRONG, "there is no lesson %s (postroad lessons lists them)", name);
      return NULL;
    }
  lesson = lesson_load (folder, &error);
  if (lesson == NULL)
    command_complain (COMMAND_WRONG, "%s", error->message);
  return lesson;
}

static CommandStatus
list_lessons (void)
{
  g_autofree char *folder = lesson_catalogue_dup_folder ();
  g_autoptr (GPtrArray) folders = lesson_catalogue_list (folder);
  CommandStatus status = COMMAND_DONE;

  if (folders->len == 0)
    return command_complain (COMMAND_FAILED, "there are no lessons in %s; POSTROAD_LESSONS names "
                             "another folder", folder);
  for (guint i = 0; i < folders->len; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (Lesson) lesson = lesson_load (g_ptr_array_index (folders, i), &error);

      if (lesson == NULL)
        status = command_complain (COMMAND_WRONG, "%s", error->message);
      else
        printf ("%-32s  %s (%s, %u minutes)\n", lesson->name, lesson->title, lesson->level,
                lesson->minutes);
    }
  return status;
}

static void
tell_lesson (const Lesson *lesson)
{
  printf ("%s\n\n", lesson->title);
  for (guint i = 0; lesson->needs[i] != NULL; i++)
    printf ("Needs %s\n", lesson->needs[i]);
  printf ("You will be able to\n");
  for (guint i = 0; lesson->goals[i] != NULL; i++)
    printf ("  - %s\n", lesson->goals[i]);
  printf ("\n");
  for (guint i = 0; i < lesson->steps->len; i++)
    printf ("%2u  %s\n", i + 1, lesson_get_step (lesson, i)->title);
}

/* One line for a check. Returns: whether it passed. */
static gboolean
tell_check (guint step, const LessonBlock *check, TraceLog *log)
{
  guint            position = lesson_condition_find (check->until, log, 0);
  const char      *hint = lesson_block_get (check, "hint");
  g_autofree char *description = NULL;

  if (position == G_MAXUINT)
    {
      printf ("not passed: step %u: %s: nothing in the recording is \"%s\"%s%s\n", step,
              lesson_block_get (check, "says"), lesson_condition_get_text (check->until),
              hint != NULL ? "; hint: " : "", hint != NULL ? hint : "");
      return FALSE;
    }
  description = trace_text_dup_description (log, position);
  printf ("passed: step %u: %s: event %s\n", step, lesson_block_get (check, "says"), description);
  return TRUE;
}

static CommandStatus
tell_checks (const Lesson *lesson, TraceLog *log)
{
  guint n_checks = 0;
  guint n_passed = 0;

  for (guint i = 0; i < lesson->steps->len; i++)
    {
      const LessonStep *step = lesson_get_step (lesson, i);

      for (guint j = 0; j < step->blocks->len; j++)
        {
          const LessonBlock *block = lesson_step_get_block (step, j);

          if (block->kind != LESSON_BLOCK_CHECK)
            continue;
          n_checks++;
          n_passed += tell_check (i + 1, block, log) ? 1 : 0;
        }
    }
  if (n_checks == 0)
    printf ("%s has no checks: nothing to mark\n", lesson->name);
  return n_passed == n_checks ? COMMAND_DONE : COMMAND_FAILED;
}

static CommandStatus
check_recording (const Lesson *lesson)
{
  g_autoptr (GBytes) bytes = command_read_file (recording, RECORDING_BYTES_MAX);
  g_autoptr (TraceLog) log = NULL;
  g_autoptr (GError) error = NULL;
  const guint8 *data;
  gsize         length;

  if (bytes == NULL)
    return COMMAND_WRONG;
  data = g_bytes_get_data (bytes, &length);
  log = trace_file_read (recording, data, length, &error);
  if (log == NULL)
    return command_complain (COMMAND_WRONG, "%s", error->message);
  return tell_checks (lesson, log);
}

CommandStatus
command_lessons (int argc, char **argv)
{
  g_autoptr (Lesson) lesson = NULL;
  CommandStatus status;

  if (!command_parse (&argc, &argv, "[NAME]",
                      "Lists the lessons, or the steps of one; marks a recording.", entries,
                      &status))
    return status;
  if (argc > 2 || (argc == 1 && recording != NULL))
    return command_complain (COMMAND_WRONG, argc > 2
                                                ? "lessons takes one NAME at most"
                                                : "--check needs the NAME of a lesson");
  if (argc == 1)
    return list_lessons ();
  lesson = load_lesson (argv[1]);
  if (lesson == NULL)
    return COMMAND_WRONG;
  if (recording != NULL)
    return check_recording (lesson);
  tell_lesson (lesson);
  return COMMAND_DONE;
}
