/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imf-composer.h"
#include "imf-fields.h"
#include "imf-scan.h"
#include "imf-word.h"

#include <string.h>

/* Where the next white space and the word after it end in @value from @pos. White space
 * at the end of the value goes with the word before it: no line is made of it alone. */
static gsize
find_word_end (const char *value, gsize length, gsize pos)
{
  gsize end = pos;

  while (end < length && (value[end] == ' ' || value[end] == '\t'))
    end++;
  while (end < length && value[end] != ' ' && value[end] != '\t')
    end++;
  if (strspn (value + end, " \t") == length - end)
    return length;
  return end;
}

void
imf_append_field (GString *header, const char *name, const char *value)
{
  gsize length = strlen (value);
  gsize column = strlen (name) + 2;
  gsize wanted = strstr (value, "=?") != NULL ? IMF_WORD_LINE_CHARACTERS_MAX
                                              : IMF_LINE_CHARACTERS_WANTED;
  gsize pos = 0;

  g_string_append_printf (header, length > 0 ? "%s: " : "%s:", name);
  while (pos < length)
    {
      gsize end = find_word_end (value, length, pos);

      if (pos > 0 && column + (end - pos) > wanted)
        {
          g_string_append (header, "\r\n");
          column = 0;
        }
      column += end - pos;
      for (; pos < end; pos++)
        g_string_append_c (header, imf_is_control ((guint8) value[pos]) ? '?' : value[pos]);
    }
  g_string_append (header, "\r\n");
}

GBytes *
imf_prepend_field (GBytes *message, const char *name, const char *value)
{
  GString      *text = g_string_new (NULL);
  gsize         length;
  gconstpointer data = g_bytes_get_data (message, &length);

  imf_append_field (text, name, value);
  g_string_append_len (text, data, (gssize) length);
  return g_string_free_to_bytes (text);
}

guint
imf_count_fields (GBytes *message, const char *name)
{
  gsize         length;
  gconstpointer data = g_bytes_get_data (message, &length);
  g_autoptr (ImfHeader) header = imf_header_new (data, length);
  const ImfField *field = NULL;
  guint           n = 0;

  while ((field = imf_header_find (header, name, field)) != NULL)
    n++;
  return n;
}

gboolean
imf_has_field (GBytes *message, const char *name)
{
  return imf_count_fields (message, name) > 0;
}
