/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mime-flowed.h"

#include <string.h>

/* One line of text, without its end. */
typedef struct
{
  guint depth; /* of quoting */
  const char *content;
  gsize length;
} Line;

/* Takes the next line off @text: quote marks counted, and a space after them, which is stuffing,
 * passed over; without quote marks only where the text is stuffed. Returns: FALSE at the end. */
static gboolean
take_line (const char **text, gboolean is_stuffed, Line *out_line)
{
  const char *line = *text;
  gsize length = strcspn (line, "\r\n");

  if (*line == '\0')
    return FALSE;
  *text = line + length + (line[length] == '\r' ? 1 : 0);
  if (**text == '\n')
    (*text)++;
  out_line->depth = (guint) MIN (strspn (line, ">"), length);
  out_line->content = line + out_line->depth;
  out_line->length = length - out_line->depth;
  if (out_line->length > 0 && *out_line->content == ' ' && (is_stuffed || out_line->depth > 0))
    {
      out_line->content++;
      out_line->length--;
    }
  return TRUE;
}

static gboolean
is_signature_separator (const char *text, gsize length)
{
  return length == 3 && memcmp (text, "-- ", 3) == 0;
}

/* Returns: characters, which are what lines are measured in. */
static gsize
count_characters (const char *text, gsize length)
{
  return (gsize) g_utf8_strlen (text, (gssize) length);
}

/* Returns: characters that stand before the content of a line: quote marks and stuffing. */
static gsize
get_prefix_length (const Line *line, const char *content, gsize length)
{
  if (line->depth > 0)
    return (gsize) line->depth + (length > 0 ? 1 : 0);
  return length > 0 && (*content == ' ' || *content == '>' ||
                        (length >= 5 && memcmp (content, "From ", 5) == 0))
             ? 1
             : 0;
}

static void
append_line (GString *out, const Line *line, const char *content, gsize length)
{
  gsize n_prefix = get_prefix_length (line, content, length);

  for (guint i = 0; i < line->depth; i++)
    g_string_append_c (out, '>');
  if (n_prefix > line->depth)
    g_string_append_c (out, ' ');
  g_string_append_len (out, content, (gssize) length);
  g_string_append (out, "\r\n");
}

/* Returns: the length of the next word of a paragraph and all spaces after it. */
static gsize
get_word_length (const char *content, gsize length)
{
  gsize n = 0;

  while (n < length && content[n] == ' ')
    n++;
  while (n < length && content[n] != ' ')
    n++;
  while (n < length && content[n] == ' ')
    n++;
  return n;
}

/* Returns: how much of a paragraph goes on one line: as many words as fit, at least one. A
 * line may not become a signature separator (section 4.2). */
static gsize
measure_line (const Line *line, const char *content, gsize length)
{
  gsize n = 0;
  gsize column = get_prefix_length (line, content, length);

  while (n < length)
    {
      gsize n_word = get_word_length (content + n, length - n);

      column += count_characters (content + n, n_word);
      if (n > 0 && column > MIME_FLOWED_LINE_WANTED && !is_signature_separator (content, n))
        break;
      n += n_word;
    }
  return n;
}

/* Whether it is no longer than a line may be; looks at no more of it than that. */
static gboolean
fits_line (const Line *line, const char *content, gsize length)
{
  gsize       column = get_prefix_length (line, content, length);
  const char *end = content + length;

  for (; content < end && column <= MIME_FLOWED_LINE_MAX; content = g_utf8_next_char (content))
    column++;
  return column <= MIME_FLOWED_LINE_MAX;
}

/* Returns: whether all lines of the paragraph could be kept to MIME_FLOWED_LINE_MAX. */
static gboolean
append_paragraph (GString *out, const Line *line)
{
  const char *content = line->content;
  gsize       length = line->length;

  while (length > 0 && content[length - 1] == ' ' && !is_signature_separator (content, length))
    length--;
  do
    {
      gsize n = fits_line (line, content, length) ? length : measure_line (line, content, length);

      if (!fits_line (line, content, n))
        return FALSE;
      append_line (out, line, content, n);
      content += n;
      length -= n;
    }
  while (length > 0);
  return TRUE;
}

char *
mime_flowed_encode (const char *text)
{
  g_autoptr (GString) out = g_string_new (NULL);
  Line line;

  while (take_line (&text, FALSE, &line))
    if (!append_paragraph (out, &line))
      return NULL;
  return g_string_free (g_steal_pointer (&out), FALSE);
}

/* Begins a paragraph the way mime_flowed_encode() reads it. */
static void
append_quote_marks (GString *out, const Line *line)
{
  for (guint i = 0; i < line->depth; i++)
    g_string_append_c (out, '>');
  if (line->depth > 0 && line->length > 0)
    g_string_append_c (out, ' ');
}

char *
mime_flowed_decode (const char *text, gboolean deletes_space)
{
  GString *out = g_string_new (NULL);
  Line line;
  guint open_depth = 0;
  gboolean is_open = FALSE; /* the last line was flowed */

  while (take_line (&text, TRUE, &line))
    {
      gboolean is_separator = is_signature_separator (line.content, line.length);
      gboolean is_flowed = line.length > 0 && line.content[line.length - 1] == ' ' && !is_separator;

      if (is_open && (line.depth != open_depth || is_separator))
        {
          g_string_append_c (out, '\n');
          is_open = FALSE;
        }
      if (!is_open)
        append_quote_marks (out, &line);
      g_string_append_len (out, line.content,
                           (gssize) line.length - (is_flowed && deletes_space ? 1 : 0));
      if (!is_flowed)
        g_string_append_c (out, '\n');
      is_open = is_flowed;
      open_depth = line.depth;
    }
  if (is_open)
    g_string_append_c (out, '\n');
  return g_string_free (out, FALSE);
}
