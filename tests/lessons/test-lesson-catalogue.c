/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <lesson-catalogue.h>

#include <string.h>

#include <glib/gstdio.h>

/* Folders of a catalogue; those that end in "!" get no lesson.md. */
static const char *const folders[] = {
  "10-last", "02-second", "9-ninth", "02-other", "03-no-lesson!", "glossary", "12", "13-", "x-1",
};

/* What the catalogue makes of them. */
static const char *const listed[] = { "02-other", "02-second", "9-ninth", "10-last" };

static const struct
{
  const char *name, *found; /* NULL: none */
} finds[] = {
  { "9", "9-ninth" },
  { "09", "9-ninth" },
  { "10", "10-last" },
  { "2", "02-other" }, /* the first of two */
  { "second", "02-second" },
  { "02-second", "02-second" },
  { "3", NULL },
  { "no-lesson", NULL },
  { "glossary", NULL },
  { "12", NULL },
  { "", NULL },
  { "-9", NULL },
  { "99999999999999999999", NULL },
  { "../02-second", NULL },
};

static char *top;

/* Makes the folders, or with @is_made FALSE removes them. */
static void
make_folders (gboolean is_made)
{
  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    {
      gboolean         has_lesson = !g_str_has_suffix (folders[i], "!");
      g_autofree char *name = g_strndup (folders[i], strcspn (folders[i], "!"));
      g_autofree char *folder = g_build_filename (top, name, NULL);
      g_autofree char *file = g_build_filename (folder, "lesson.md", NULL);

      if (is_made)
        {
          g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
          g_assert_true (!has_lesson || g_file_set_contents (file, "", 0, NULL));
        }
      else
        {
          g_remove (file);
          g_rmdir (folder);
        }
    }
}

static void
test_list (void)
{
  g_autoptr (GPtrArray) found = lesson_catalogue_list (top);

  g_test_summary ("Lessons come in the order of their numbers, not of their letters.");
  g_assert_cmpuint (found->len, ==, G_N_ELEMENTS (listed));
  for (guint i = 0; i < found->len; i++)
    {
      g_autofree char *name = g_path_get_basename (g_ptr_array_index (found, i));

      g_assert_cmpstr (name, ==, listed[i]);
    }
}

static void
test_list_of_nothing (void)
{
  g_autoptr (GPtrArray) found = lesson_catalogue_list ("/nonexistent");

  g_assert_cmpuint (found->len, ==, 0);
}

static void
test_find (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (finds); i++)
    {
      g_autofree char *found = lesson_catalogue_find (top, finds[i].name);
      g_autofree char *expected =
          finds[i].found != NULL ? g_build_filename (top, finds[i].found, NULL) : NULL;

      g_test_message ("\"%s\"", finds[i].name);
      g_assert_cmpstr (found, ==, expected);
    }
}

static void
test_folder (void)
{
  g_autofree char *named = NULL;
  g_autofree char *installed = NULL;

  g_setenv ("POSTROAD_LESSONS", "/somewhere", TRUE);
  named = lesson_catalogue_dup_folder ();
  g_assert_cmpstr (named, ==, "/somewhere");
  g_setenv ("POSTROAD_LESSONS", "", TRUE);
  installed = lesson_catalogue_dup_folder ();
  g_assert_true (g_str_has_suffix (installed, "/postroad/lessons"));
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  top = g_dir_make_tmp ("postroad-catalogue-XXXXXX", NULL);
  g_assert_nonnull (top);
  make_folders (TRUE);
  g_test_add_func ("/lesson-catalogue/list", test_list);
  g_test_add_func ("/lesson-catalogue/list-of-nothing", test_list_of_nothing);
  g_test_add_func ("/lesson-catalogue/find", test_find);
  g_test_add_func ("/lesson-catalogue/folder", test_folder);
  status = g_test_run ();
  make_folders (FALSE);
  g_rmdir (top);
  g_free (top);
  return status;
}
