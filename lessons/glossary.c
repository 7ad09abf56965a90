/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "glossary.h"

#include <string.h>

/* A file is prose by hand: more than this is a mistake. */
#define FILE_BYTES_MAX (4 * 1024 * 1024)

typedef struct
{
  GPtrArray  *names;   /* of char *, in the file's order */
  GHashTable *entries; /* name -> text; looked up only */
} Module;

struct _Glossary
{
  char       *folder;
  GHashTable *modules; /* name -> Module; looked up only */
};

static void
free_module (gpointer data)
{
  Module *self = data;

  g_ptr_array_unref (self->names);
  g_hash_table_unref (self->entries);
  g_free (self);
}

/* Ends the entry at hand: lines of a paragraph are joined. */
static void
store_entry (Module *self, const char *name, GString *text)
{
  if (name == NULL)
    return;
  g_strchomp (text->str);
  g_ptr_array_add (self->names, g_strdup (name));
  g_hash_table_insert (self->entries, g_strdup (name), g_strdup (text->str));
}

static void
append_line (GString *text, const char *line)
{
  gboolean is_blank = *line == '\0';

  if (text->len == 0 && is_blank)
    return;
  if (is_blank)
    g_string_append (text, "\n\n");
  else
    {
      if (text->len > 0 && text->str[text->len - 1] != '\n')
        g_string_append_c (text, ' ');
      g_string_append (text, line);
    }
}

static Module *
read_module (const char *path)
{
  Module          *self = g_new0 (Module, 1);
  g_autofree char *data = NULL;
  g_autofree char *name = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  g_auto (GStrv) lines = NULL;
  gsize length;

  self->names = g_ptr_array_new_with_free_func (g_free);
  self->entries = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  if (!g_file_get_contents (path, &data, &length, NULL) || length > FILE_BYTES_MAX ||
      !g_utf8_validate_len (data, length, NULL))
    return self;
  lines = g_strsplit (data, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_strchomp (lines[i]);
      if (g_str_has_prefix (lines[i], "## "))
        {
          store_entry (self, name, text);
          g_free (name);
          name = g_strdup (lines[i] + 3);
          g_string_truncate (text, 0);
        }
      else if (name != NULL)
        append_line (text, lines[i]);
    }
  store_entry (self, name, text);
  return self;
}

static Module *
get_module (Glossary *self, const char *name)
{
  Module *module = g_hash_table_lookup (self->modules, name);

  if (module == NULL)
    {
      g_autofree char *file = g_strconcat (name, ".md", NULL);
      g_autofree char *path = g_build_filename (self->folder, file, NULL);

      module = read_module (path);
      g_hash_table_insert (self->modules, g_strdup (name), module);
    }
  return module;
}

const char *
glossary_find (Glossary *self, const char *module, const char *name)
{
  const char *text = g_hash_table_lookup (get_module (self, module)->entries, name);

  return text != NULL && *text != '\0' ? text : NULL;
}

GPtrArray *
glossary_list (Glossary *self, const char *module)
{
  return g_ptr_array_ref (get_module (self, module)->names);
}

Glossary *
glossary_new (const char *folder)
{
  Glossary *self = g_new0 (Glossary, 1);

  self->folder = g_strdup (folder);
  self->modules = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, free_module);
  return self;
}

void
glossary_free (Glossary *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->modules);
  g_free (self->folder);
  g_free (self);
}
