/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-message-parts.h"

#include <mime/mime-html.h>
#include <string.h>

/* PREVIEW (RFC 8970): the first words of what is there to be read. */

/* Characters told: what a server should keep to (RFC 8970 section 3.3). */
#define PREVIEW_CHARACTERS_MAX 200

/* Octets of a part's text that are looked at. Ours: style sheets before the first word are shorter.
 */
#define PREVIEW_BYTES_MAX (256 * 1024)

/* Returns: (transfer full): the beginning of a text */
static char *
dup_beginning (const MimeTree *tree, const MimePart *part)
{
  char  *text = mail_message_dup_text (tree, part);
  gsize  length = strlen (text);
  char  *end;

  if (length <= PREVIEW_BYTES_MAX)
    return text;
  /* Not in the middle of a character */
  end = g_utf8_find_prev_char (text, text + PREVIEW_BYTES_MAX + 1);
  *end = '\0';
  return text;
}

/* Characters that senders pad with, to be seen by no one: soft hyphen, combining grapheme joiner,
 * zero width space, byte order mark. */
static gboolean
is_padding (gunichar c)
{
  return c == 0xad || c == 0x34f || c == 0x200b || c == 0xfeff;
}

/* Returns: (transfer full): @text on one line, single spaces between words, cut short */
static char *
collapse (const char *text)
{
  GString *out = g_string_new (NULL);
  gboolean is_space_due = FALSE;
  guint    n_characters = 0;

  for (; *text != '\0' && n_characters < PREVIEW_CHARACTERS_MAX; text = g_utf8_next_char (text))
    {
      gunichar c = g_utf8_get_char (text);

      if (is_padding (c))
        continue;
      if (g_unichar_isspace (c) || g_unichar_iscntrl (c))
        {
          is_space_due = out->len > 0;
          continue;
        }
      if (is_space_due && n_characters + 2 > PREVIEW_CHARACTERS_MAX)
        break;
      if (is_space_due)
        g_string_append_c (out, ' ');
      n_characters += is_space_due ? 2 : 1;
      g_string_append_unichar (out, c);
      is_space_due = FALSE;
    }
  return g_string_free (out, FALSE);
}

static gboolean
is_shown (const MimePart *part, const char *subtype)
{
  return part->kind == MIME_PART_LEAF && strcmp (part->type, "text") == 0 &&
         strcmp (part->subtype, subtype) == 0 &&
         (part->disposition == NULL || strcmp (part->disposition, "attachment") != 0);
}

/* The first text/@subtype that has words, messages within passed over. */
static char *
dup_preview_of (const MimeTree *tree, const char *subtype, gboolean is_html)
{
  guint n_parts = mime_tree_get_n_parts (tree);
  guint i = 0;

  while (i < n_parts)
    {
      const MimePart  *part = mime_tree_get_part (tree, i);
      g_autofree char *text = NULL;
      g_autofree char *plain = NULL;
      g_autofree char *preview = NULL;

      i = part->kind == MIME_PART_MESSAGE ? part->next : i + 1;
      if (!is_shown (part, subtype))
        continue;
      text = dup_beginning (tree, part);
      plain = is_html ? mime_html_to_text (text) : NULL;
      preview = collapse (is_html ? plain : text);
      if (preview[0] != '\0')
        return g_steal_pointer (&preview);
    }
  return NULL;
}

char *
mail_message_dup_preview (MailMessage *self)
{
  const MimeTree *tree = mail_message_get_tree (self);
  char           *preview = dup_preview_of (tree, "plain", FALSE);

  if (preview == NULL)
    preview = dup_preview_of (tree, "html", TRUE);
  return preview != NULL ? preview : g_strdup ("");
}
