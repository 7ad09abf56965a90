/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "corpus.h"

char *
corpus_find (const char *path)
{
  const char      *shared = g_getenv ("POSTROAD_SHARED");
  g_autofree char *beside = g_build_filename (g_getenv ("G_TEST_SRCDIR"), "..", "shared", NULL);
  g_autofree char *found =
      g_build_filename (shared != NULL ? shared : beside, "corpora", path, NULL);

  if (g_file_test (found, G_FILE_TEST_EXISTS))
    return g_steal_pointer (&found);
  g_test_skip ("the shared corpora are not here");
  return NULL;
}

guint
corpus_foreach (CorpusFunc func, gpointer user_data)
{
  g_autofree char *folder = corpus_find ("messages");
  g_autoptr (GDir) dir = folder != NULL ? g_dir_open (folder, 0, NULL) : NULL;
  const char *name;
  guint       n_messages = 0;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char   *path = g_build_filename (folder, name, NULL);
      g_autofree char   *content = NULL;
      g_autofree guint8 *copy = NULL;
      gsize              length;

      g_assert_true (g_file_get_contents (path, &content, &length, NULL));
      copy = g_memdup2 (content, length);
      func (name, copy, length, user_data);
      n_messages++;
    }
  return n_messages;
}
