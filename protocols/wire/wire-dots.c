/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wire-dots.h"

#include <string.h>

GBytes *
wire_dots_stuff (const guint8 *text, gsize length)
{
  GByteArray *block = g_byte_array_sized_new ((guint) (length + length / 64 + 5));
  gsize       start = 0;

  while (start < length)
    {
      const guint8 *lf = memchr (text + start, '\n', length - start);
      gsize         end = lf != NULL ? (gsize) (lf - text) + 1 : length;
      gboolean      begins_line = start == 0 || (start >= 2 && text[start - 2] == '\r');

      if (begins_line && text[start] == '.')
        g_byte_array_append (block, (const guint8 *) ".", 1);
      g_byte_array_append (block, text + start, (guint) (end - start));
      start = end;
    }
  if (length > 0 && !(length >= 2 && text[length - 2] == '\r' && text[length - 1] == '\n'))
    g_byte_array_append (block, (const guint8 *) "\r\n", 2);
  g_byte_array_append (block, (const guint8 *) ".\r\n", 3);
  return g_byte_array_free_to_bytes (block);
}

gsize
wire_dots_get_end_length (const guint8 *block, gsize length)
{
  gsize end_length = 0;

  if (length >= 3 && memcmp (block + length - 3, ".\r\n", 3) == 0)
    end_length = 3;
  else if (length >= 2 && memcmp (block + length - 2, ".\n", 2) == 0)
    end_length = 2;
  if (end_length > 0 && (length == end_length || block[length - end_length - 1] == '\n'))
    return end_length;
  return 0;
}

GBytes *
wire_dots_unstuff (const guint8 *block, gsize length, gboolean lf_begins_line)
{
  gsize       text_length = length - wire_dots_get_end_length (block, length);
  GByteArray *text = g_byte_array_sized_new ((guint) text_length);
  gsize       start = 0;

  while (start < text_length)
    {
      const guint8 *lf = memchr (block + start, '\n', text_length - start);
      gsize         end = lf != NULL ? (gsize) (lf - block) + 1 : text_length;
      gboolean      begins_line =
          start == 0 || lf_begins_line || (start >= 2 && block[start - 2] == '\r');

      if (begins_line && block[start] == '.')
        start++;
      g_byte_array_append (text, block + start, (guint) (end - start));
      start = end;
    }
  return g_byte_array_free_to_bytes (text);
}
