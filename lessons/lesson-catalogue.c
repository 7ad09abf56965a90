/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lesson-catalogue.h"

#include <string.h>

char *
lesson_catalogue_dup_folder (void)
{
  const char *folder = g_getenv ("POSTROAD_LESSONS");

  if (folder != NULL && *folder != '\0')
    return g_strdup (folder);
  return g_strdup (POSTROAD_DATADIR "/postroad/lessons");
}

/* NN-name. Returns: the name after the number, NULL for another folder. */
static const char *
skip_number (const char *name, guint64 *out_number)
{
  char *end;

  if (!g_ascii_isdigit (*name))
    return NULL;
  *out_number = g_ascii_strtoull (name, &end, 10);
  return *end == '-' && end[1] != '\0' ? end + 1 : NULL;
}

static int
compare_folders (gconstpointer a, gconstpointer b)
{
  g_autofree char *name_a = g_path_get_basename (*(char *const *) a);
  g_autofree char *name_b = g_path_get_basename (*(char *const *) b);
  guint64          number_a = 0;
  guint64          number_b = 0;

  skip_number (name_a, &number_a);
  skip_number (name_b, &number_b);
  if (number_a != number_b)
    return number_a < number_b ? -1 : 1;
  return strcmp (name_a, name_b);
}

GPtrArray *
lesson_catalogue_list (const char *folder)
{
  GPtrArray  *folders = g_ptr_array_new_with_free_func (g_free);
  GDir       *dir = g_dir_open (folder, 0, NULL);
  const char *name;
  guint64     number;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autofree char *file = g_build_filename (path, "lesson.md", NULL);

      if (skip_number (name, &number) != NULL && g_file_test (file, G_FILE_TEST_IS_REGULAR))
        g_ptr_array_add (folders, g_steal_pointer (&path));
    }
  g_clear_pointer (&dir, g_dir_close);
  g_ptr_array_sort (folders, compare_folders);
  return folders;
}

char *
lesson_catalogue_find (const char *folder, const char *name)
{
  g_autoptr (GPtrArray) folders = lesson_catalogue_list (folder);
  guint64  wanted = 0;
  gboolean is_number = g_ascii_string_to_unsigned (name, 10, 0, G_MAXUINT, &wanted, NULL);

  for (guint i = 0; i < folders->len; i++)
    {
      const char      *path = g_ptr_array_index (folders, i);
      g_autofree char *whole = g_path_get_basename (path);
      guint64          number = 0;
      const char      *rest = skip_number (whole, &number);

      if (strcmp (name, whole) == 0 || strcmp (name, rest) == 0 || (is_number && number == wanted))
        return g_strdup (path);
    }
  return NULL;
}
