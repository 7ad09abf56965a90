/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* Runs a fuzz target over every file of its corpus as an ordinary test, on
 * exact-size copies so that an overread shows. Usage: fuzz-NAME CORPUS. */

static void
test_file (gconstpointer path)
{
  g_autofree char  *data = NULL;
  g_autofree guint8 *exact = NULL;
  gsize             length;

  g_assert_true (g_file_get_contents (path, &data, &length, NULL));
  exact = g_memdup2 (data, length);
  g_assert_cmpint (LLVMFuzzerTestOneInput (exact, length), ==, 0);
}

static void
test_empty (void)
{
  g_assert_cmpint (LLVMFuzzerTestOneInput ((const uint8_t *) "", 0), ==, 0);
}

int
main (int argc, char **argv)
{
  const char *folder;
  GDir       *dir;
  const char *name;

  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 2);
  folder = argv[1];
  g_test_add_func ("/corpus/empty-input", test_empty);
  dir = g_dir_open (folder, 0, NULL);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *test = g_strconcat ("/corpus/", name, NULL);

      g_test_add_data_func_full (test, g_build_filename (folder, name, NULL), test_file, g_free);
    }
  if (dir != NULL)
    g_dir_close (dir);
  return g_test_run ();
}
