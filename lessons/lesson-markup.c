/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lesson-markup.h"

#include <string.h>

/* Lists in lists and emphasis in emphasis may go this deep: ours; prose that needs more is hard to
 * read. */
#define DEPTH_MAX 8

typedef struct
{
  GString    *markup;
  const char *mistake;
  guint       line;
  guint       n_inlines; /* how deep emphasis and links are nested */
} Writer;

static void write_blocks (Writer *self, cmark_node *parent, guint depth);

static void
append_escaped (Writer *self, const char *text)
{
  g_autofree char *escaped = g_markup_escape_text (text != NULL ? text : "", -1);

  g_string_append (self->markup, escaped);
}

/* Inline nodes do not know their line: the block that holds them does. */
static void
note_mistake (Writer *self, cmark_node *node, const char *mistake)
{
  if (self->mistake != NULL)
    return;
  while (node != NULL && cmark_node_get_start_line (node) == 0)
    node = cmark_node_parent (node);
  self->mistake = mistake;
  self->line = node != NULL ? (guint) cmark_node_get_start_line (node) : 1;
}

static void write_inlines (Writer *self, cmark_node *parent);

static void
write_wrapped (Writer *self, cmark_node *node, const char *tag)
{
  g_string_append_printf (self->markup, "<%s>", tag);
  write_inlines (self, node);
  g_string_append_printf (self->markup, "</%s>", tag);
}

/* "glossary:MODULE.NAME"; the module names a file, so nothing but letters, digits and "_". */
static gboolean
is_glossary_link (const char *url)
{
  static const char word[] = G_CSET_a_2_z G_CSET_DIGITS "_";

  gsize length;

  if (!g_str_has_prefix (url, "glossary:"))
    return FALSE;
  url += strlen ("glossary:");
  length = strspn (url, word);
  if (length == 0 || url[length] != '.')
    return FALSE;
  url += length + 1;
  return *url != '\0' && url[strspn (url, word)] == '\0';
}

static void
write_link (Writer *self, cmark_node *node)
{
  const char *url = cmark_node_get_url (node);

  if (!g_str_has_prefix (url, "https:") && !is_glossary_link (url))
    note_mistake (self, node, "a link has to begin with https: or glossary:MODULE.NAME");
  g_string_append (self->markup, "<a href=\"");
  append_escaped (self, url);
  g_string_append (self->markup, "\">");
  write_inlines (self, node);
  g_string_append (self->markup, "</a>");
}

static void
write_inline (Writer *self, cmark_node *node)
{
  switch (cmark_node_get_type (node))
    {
    case CMARK_NODE_TEXT:
      append_escaped (self, cmark_node_get_literal (node));
      break;
    case CMARK_NODE_SOFTBREAK:
      g_string_append_c (self->markup, ' ');
      break;
    case CMARK_NODE_LINEBREAK:
      g_string_append_c (self->markup, '\n');
      break;
    case CMARK_NODE_CODE:
      g_string_append (self->markup, "<tt>");
      append_escaped (self, cmark_node_get_literal (node));
      g_string_append (self->markup, "</tt>");
      break;
    case CMARK_NODE_EMPH:
      write_wrapped (self, node, "i");
      break;
    case CMARK_NODE_STRONG:
      write_wrapped (self, node, "b");
      break;
    case CMARK_NODE_LINK:
      write_link (self, node);
      break;
    default:
      note_mistake (self, node, "pictures and HTML are not shown; write plain Markdown, and "
                                "`<angle brackets>` as code");
      break;
    }
}

static void
write_inlines (Writer *self, cmark_node *parent)
{
  if (self->n_inlines >= DEPTH_MAX)
    {
      note_mistake (self, parent, "emphasis and links are nested too deep; eight levels are the "
                                  "most");
      return;
    }
  self->n_inlines++;
  for (cmark_node *node = cmark_node_first_child (parent); node != NULL;
       node = cmark_node_next (node))
    write_inline (self, node);
  self->n_inlines--;
}

static void
write_list (Writer *self, cmark_node *list, guint depth)
{
  gboolean is_ordered = cmark_node_get_list_type (list) == CMARK_ORDERED_LIST;
  int      number = cmark_node_get_list_start (list);
  gboolean is_first = TRUE;

  if (depth >= DEPTH_MAX)
    {
      note_mistake (self, list, "lists are nested too deep; eight levels are the most");
      return;
    }
  for (cmark_node *item = cmark_node_first_child (list); item != NULL;
       item = cmark_node_next (item))
    {
      if (!is_first)
        g_string_append_c (self->markup, '\n');
      is_first = FALSE;
      for (guint i = 0; i < depth; i++)
        g_string_append (self->markup, "    ");
      if (is_ordered)
        g_string_append_printf (self->markup, "%d. ", number++);
      else
        g_string_append (self->markup, "• ");
      write_blocks (self, item, depth + 1);
    }
}

static void
write_code (Writer *self, cmark_node *node)
{
  g_autofree char *text = g_strchomp (g_strdup (cmark_node_get_literal (node)));

  if (*cmark_node_get_fence_info (node) != '\0')
    note_mistake (self, node, "a live block stands by itself, not in a list or a quotation; end "
                              "the list before it, and begin its fence at the start of a line");
  g_string_append (self->markup, "<tt>");
  append_escaped (self, text);
  g_string_append (self->markup, "</tt>");
}

static void
write_block (Writer *self, cmark_node *node, guint depth)
{
  switch (cmark_node_get_type (node))
    {
    case CMARK_NODE_PARAGRAPH:
      write_inlines (self, node);
      break;
    case CMARK_NODE_HEADING:
      write_wrapped (self, node, "b");
      break;
    case CMARK_NODE_LIST:
      write_list (self, node, depth);
      break;
    case CMARK_NODE_CODE_BLOCK:
      write_code (self, node);
      break;
    case CMARK_NODE_BLOCK_QUOTE:
      g_string_append (self->markup, "<i>");
      write_blocks (self, node, depth + 1);
      g_string_append (self->markup, "</i>");
      break;
    default:
      note_mistake (self, node, "HTML and rules are not shown; write plain Markdown");
      break;
    }
}

/* Blocks of an item or a quotation, each on lines of its own. */
static void
write_blocks (Writer *self, cmark_node *parent, guint depth)
{
  if (depth > DEPTH_MAX)
    {
      note_mistake (self, parent, "lists are nested too deep; eight levels are the most");
      return;
    }
  for (cmark_node *node = cmark_node_first_child (parent); node != NULL;
       node = cmark_node_next (node))
    {
      if (node != cmark_node_first_child (parent))
        g_string_append_c (self->markup, '\n');
      write_block (self, node, depth);
    }
}

const char *
lesson_markup_append (GString *markup, cmark_node *node, guint *out_line)
{
  Writer self = { markup, NULL, 0, 0 };

  if (markup->len > 0)
    g_string_append (markup, "\n\n");
  write_block (&self, node, 0);
  if (self.mistake != NULL)
    *out_line = self.line;
  return self.mistake;
}
