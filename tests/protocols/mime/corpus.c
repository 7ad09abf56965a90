/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "corpus.h"

gboolean
corpus_foreach (CorpusFunc func, gpointer user_data)
{
  const char *shared = g_getenv ("POSTROAD_SHARED");
  g_autofree char *beside = g_build_filename (g_getenv ("G_TEST_SRCDIR"), "..", "shared", NULL);
  g_autofree char *folder =
      g_build_filename (shared != NULL ? shared : beside, "corpora", "messages", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  if (dir == NULL)
    {
      g_test_skip ("the shared corpora are not here");
      return FALSE;
    }
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autofree char *content = NULL;
      g_autofree guint8 *copy = NULL;
      gsize length;

      g_assert_true (g_file_get_contents (path, &content, &length, NULL));
      copy = g_memdup2 (content, length);
      func (name, copy, length, user_data);
    }
  return TRUE;
}
