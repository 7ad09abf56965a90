/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What can be asked of a part of a tree, by means of what the tree tells. */
#include "mime-parameter.h"
#include "mime-tree.h"

#include <string.h>

const ImfField *
mime_tree_find_field (const MimeTree *self, const MimePart *part, const char *name)
{
  const guint8 *data = mime_tree_get_data (self, NULL);
  gsize length = strlen (name);

  for (guint i = 0; i < part->n_fields; i++)
    {
      const ImfField *field = mime_tree_get_field (self, part->first_field + i);

      if (field->name_length == length &&
          g_ascii_strncasecmp ((const char *) data + field->name_offset, name, length) == 0)
        return field;
    }
  return NULL;
}

/* Returns: (nullable): the @n parameters from @first on. */
static const MimeParameter *
get_parameters (const MimeTree *self, guint first, guint n)
{
  return n > 0 ? mime_tree_get_parameter (self, first) : NULL;
}

const char *
mime_tree_find_parameter (const MimeTree *self, const MimePart *part, const char *name)
{
  for (guint i = 0; i < part->n_parameters; i++)
    {
      const MimeParameter *parameter = mime_tree_get_parameter (self, part->first_parameter + i);

      if (strcmp (parameter->name, name) == 0)
        return parameter->value;
    }
  return NULL;
}

char *
mime_tree_dup_parameter (const MimeTree *self,
                         const MimePart *part,
                         const char     *name,
                         MimeCharsets   *charsets)
{
  return mime_parameters_dup (get_parameters (self, part->first_parameter, part->n_parameters),
                              part->n_parameters, name, charsets);
}

char *
mime_tree_dup_disposition_parameter (const MimeTree *self,
                                     const MimePart *part,
                                     const char     *name,
                                     MimeCharsets   *charsets)
{
  return mime_parameters_dup (get_parameters (self, part->first_disposition_parameter,
                                              part->n_disposition_parameters),
                              part->n_disposition_parameters, name, charsets);
}

char *
mime_tree_dup_filename (const MimeTree *self, const MimePart *part, MimeCharsets *charsets)
{
  char *filename = mime_tree_dup_disposition_parameter (self, part, "filename", charsets);

  return filename != NULL ? filename : mime_tree_dup_parameter (self, part, "name", charsets);
}

/* Whether part @i has no number of its own: the message, and what is directly inside a
 * message/rfc822 part, share the number of what holds them. */
static gboolean
is_unnumbered (const MimeTree *self, guint i)
{
  const MimePart *part = mime_tree_get_part (self, i);

  return part->kind == MIME_PART_MULTIPART &&
         (part->parent == MIME_NO_PART ||
          mime_tree_get_part (self, part->parent)->kind == MIME_PART_MESSAGE);
}

char *
mime_tree_dup_number (const MimeTree *self, guint i)
{
  g_autoptr (GString) number = g_string_new (NULL);

  if (is_unnumbered (self, i))
    return g_strdup ("");
  while (i != MIME_NO_PART)
    {
      const MimePart *part = mime_tree_get_part (self, i);

      if (!is_unnumbered (self, i))
        {
          g_autofree char *prefix =
              g_strdup_printf ("%u%s", part->ordinal, number->len > 0 ? "." : "");

          g_string_prepend (number, prefix);
        }
      i = part->parent;
    }
  return g_string_free (g_steal_pointer (&number), FALSE);
}

gsize
mime_tree_count_lines (const MimeTree *self, const MimePart *part)
{
  const guint8 *at = mime_tree_get_data (self, NULL) + part->body_offset;
  const guint8 *end = at + part->body_length;
  gsize         n_lines = 0;

  while (at < end && (at = memchr (at, '\n', (gsize) (end - at))) != NULL)
    {
      at++;
      n_lines++;
    }
  return n_lines;
}
