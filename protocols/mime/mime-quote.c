/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mime-quote.h"
#include "mime-flowed.h"
#include "mime-html.h"

#include <string.h>

typedef struct
{
  const MimeTree *tree;
  MimeCharsets *charsets;
  GString *readable;
  GPtrArray *attachments; /* (nullable) */
} Collection;

static gboolean
is_type (const MimePart *part, const char *type, const char *subtype)
{
  return strcmp (part->type, type) == 0 && strcmp (part->subtype, subtype) == 0;
}

/* Whether a leaf is shown where it stands. */
static gboolean
is_readable (const Collection *self, const MimePart *part)
{
  g_autofree char *filename = NULL;

  if (part->kind != MIME_PART_LEAF || g_strcmp0 (part->disposition, "attachment") == 0 ||
      !(is_type (part, "text", "plain") || is_type (part, "text", "html")))
    return FALSE;
  filename = mime_tree_dup_filename (self->tree, part, self->charsets);
  return filename == NULL;
}

static gboolean
has_parameter (const Collection *self, const MimePart *part, const char *name, const char *value)
{
  const char *written = mime_tree_find_parameter (self->tree, part, name);

  return written != NULL && g_ascii_strcasecmp (written, value) == 0;
}

static void
add_text (Collection *self, const MimePart *part)
{
  gsize length;
  char *content = mime_tree_dup_text (self->tree, part, self->charsets, &length, NULL);
  g_autofree char *text = content;

  for (gsize i = 0; i < length; i++)
    if (content[i] == '\0')
      content[i] = ' ';
  if (is_type (part, "text", "html"))
    text = mime_html_to_text (content);
  else if (has_parameter (self, part, "format", "flowed"))
    text = mime_flowed_decode (content, has_parameter (self, part, "delsp", "yes"));
  if (text != content)
    g_free (content);
  g_string_append (self->readable, text);
  if (self->readable->len > 0 && self->readable->str[self->readable->len - 1] != '\n')
    g_string_append_c (self->readable, '\n');
}

/* Whether text/plain to be read is among the parts from @i to before @end. */
static gboolean
has_plain (const Collection *self, guint i, guint end)
{
  for (; i < end; i++)
    {
      const MimePart *part = mime_tree_get_part (self->tree, i);

      if (is_type (part, "text", "plain") && is_readable (self, part))
        return TRUE;
    }
  return FALSE;
}

/* Returns: which of the alternatives is read: the first with plain text, else the last. */
static guint
choose_alternative (const Collection *self, guint i, guint end)
{
  guint chosen = i;

  for (; i < end; i = mime_tree_get_part (self->tree, i)->next)
    {
      chosen = i;
      if (has_plain (self, i, mime_tree_get_part (self->tree, i)->next))
        break;
    }
  return chosen;
}

/* Goes down at most MIME_DEPTH_MAX levels: a tree has no more. */
static void
collect (Collection *self, guint i)
{
  const MimePart *part = mime_tree_get_part (self->tree, i);

  if (part->kind == MIME_PART_MULTIPART && part->n_children > 0 &&
      is_type (part, "multipart", "alternative"))
    collect (self, choose_alternative (self, i + 1, part->next));
  else if (part->kind == MIME_PART_MULTIPART)
    for (guint child = i + 1; child < part->next;
         child = mime_tree_get_part (self->tree, child)->next)
      collect (self, child);
  else if (is_readable (self, part))
    add_text (self, part);
  else if (self->attachments != NULL)
    g_ptr_array_add (self->attachments, (gpointer) part);
}

void
mime_quote_collect (const MimeTree *tree,
                    MimeCharsets *charsets,
                    GString *readable,
                    GPtrArray *attachments)
{
  Collection self = { tree, charsets, readable, attachments };

  collect (&self, 0);
}

void
mime_quote_append (GString *out, const char *text)
{
  while (*text != '\0')
    {
      gsize length = strcspn (text, "\r\n");

      g_string_append_c (out, '>');
      if (length > 0 && *text != '>')
        g_string_append_c (out, ' ');
      g_string_append_len (out, text, (gssize) length);
      g_string_append_c (out, '\n');
      text += length;
      if (text[0] == '\r' && text[1] == '\n')
        text += 2;
      else if (*text != '\0')
        text++;
    }
}

static void
append_quoted (GString *out, const char *value)
{
  g_string_append_c (out, '"');
  for (; *value != '\0'; value++)
    {
      if (*value == '"' || *value == '\\')
        g_string_append_c (out, '\\');
      g_string_append_c (out, *value);
    }
  g_string_append_c (out, '"');
}

static gboolean
is_printable (const char *text)
{
  for (; *text != '\0'; text++)
    if (*text < 0x20 || *text == 0x7f)
      return FALSE;
  return TRUE;
}

char *
mime_quote_dup_type (const MimeTree *tree, const MimePart *part)
{
  GString *out;

  if (*part->subtype == '\0' || strcmp (part->type, "multipart") == 0)
    return g_strdup ("application/octet-stream");
  out = g_string_new (part->type);
  g_string_append_printf (out, "/%s", part->subtype);
  for (guint i = 0; i < part->n_parameters; i++)
    {
      const MimeParameter *parameter = mime_tree_get_parameter (tree, part->first_parameter + i);

      if (*parameter->name == '\0' || strcmp (parameter->name, "name") == 0 ||
          strchr (parameter->name, '*') != NULL || !is_printable (parameter->value))
        continue;
      g_string_append_printf (out, "; %s=", parameter->name);
      append_quoted (out, parameter->value);
    }
  return g_string_free (out, FALSE);
}
