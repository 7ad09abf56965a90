/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <command.h>

#include <stdio.h>

#include <glib/gstdio.h>

/* A recording of lesson 6, marked against lessons with these checks. */

#define STEP(blocks)                                                                               \
  "---\ntitle: T\nlevel: foundation\nminutes: 5\ngoals: g\ncovers: RFC 5321 section 4.2\n---\n"    \
  "## Step: Do\nDo it.\n\n" blocks
#define PASSED "```check\nsays: Say hello\nuntil: event smtp verb=EHLO\n```\n"
#define MISSED                                                                                     \
  "```check\nsays: Get a 503\nuntil: event smtp code=503\nhint: RCPT before MAIL\n```\n"

typedef struct
{
  const char   *name, *lesson;
  CommandStatus status;
  const char   *output, *complaint; /* patterns */
} Case;

static const Case cases[] = {
  { "none", STEP (""), COMMAND_DONE, "01-lesson has no checks*", "" },
  { "passed", STEP (PASSED), COMMAND_DONE, "passed: step 1: Say hello: event 9: *EHLO*", "" },
  { "missed", STEP (MISSED), COMMAND_FAILED,
    "not passed: step 1: Get a 503: *code=503*RCPT before MAIL*", "" },
  { "both", STEP (PASSED "\n" MISSED), COMMAND_FAILED, "passed: *\nnot passed: *", "" },
  { "wrong-lesson", STEP ("```check\n```\n"), COMMAND_WRONG, "",
    "postroad: *01-lesson/lesson.md:12: this check block has no \"until: ...\"" },
};

/* Runs in a process of its own, and says the command's status last. */
static void
mark (const Case *item)
{
  g_autofree char *top = g_dir_make_tmp ("postroad-lessons-XXXXXX", NULL);
  g_autofree char *folder = g_build_filename (top, "01-lesson", NULL);
  g_autofree char *file = g_build_filename (folder, "lesson.md", NULL);
  g_autofree char *recording = g_test_build_filename (
      G_TEST_DIST, "lessons", "06-first-smtp-session", "expected.jsonl", NULL);
  char         *arguments[] = { "lessons", "1", "--check", recording, NULL };
  CommandStatus status;

  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (file, item->lesson, -1, NULL));
  g_setenv ("POSTROAD_LESSONS", top, TRUE);
  status = command_lessons (4, arguments);
  g_remove (file);
  g_rmdir (folder);
  g_rmdir (top);
  printf ("status %d\n", status);
}

static void
test_check (gconstpointer data)
{
  const Case      *item = data;
  g_autofree char *output = NULL;
  g_autofree char *complaint = NULL;

  if (g_test_subprocess ())
    {
      mark (item);
      return;
    }
  output = g_strdup_printf ("*%s*status %d*", item->output, item->status);
  complaint = g_strdup_printf ("*%s*", item->complaint);
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_passed ();
  g_test_trap_assert_stdout (output);
  g_test_trap_assert_stderr (complaint);
}

static void
test_find (void)
{
  static const char *const names[] = { "6", "06", "first-smtp-session", "06-first-smtp-session" };

  g_autofree char *lessons = g_test_build_filename (G_TEST_DIST, "lessons", NULL);
  g_autofree char *expected = g_build_filename (lessons, "06-first-smtp-session", NULL);
  g_autofree char *absent = NULL;

  g_setenv ("POSTROAD_LESSONS", lessons, TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *found = command_find_lesson (names[i]);

      g_assert_cmpstr (found, ==, expected);
    }
  absent = command_find_lesson ("../lessons");
  g_assert_null (absent);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/command-lessons/check/%s", cases[i].name);

      g_test_add_data_func (path, &cases[i], test_check);
    }
  g_test_add_func ("/command-lessons/find", test_find);
  return g_test_run ();
}
