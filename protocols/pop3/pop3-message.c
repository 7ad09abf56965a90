/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pop3-message.h"

#include <string.h>

/* Returns: where the line that begins at @start ends, its LF included. */
static gsize
find_line_end (const guint8 *data, gsize length, gsize start)
{
  const guint8 *lf = memchr (data + start, '\n', length - start);

  return lf != NULL ? (gsize) (lf - data) + 1 : length;
}

static gboolean
ends_in_crlf (const guint8 *data, gsize start, gsize end)
{
  return end - start >= 2 && data[end - 2] == '\r' && data[end - 1] == '\n';
}

guint64
pop3_count_octets (const guint8 *message, gsize length)
{
  guint64 n_octets = length;
  gsize end;

  for (gsize start = 0; start < length; start = end)
    {
      end = find_line_end (message, length, start);
      if (message[end - 1] != '\n')
        n_octets += 2;
      else if (!ends_in_crlf (message, start, end))
        n_octets++;
    }
  return n_octets;
}

GBytes *
pop3_message_to_wire (GBytes *message)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (message, &length);
  guint64 n_octets = pop3_count_octets (data, length);
  GByteArray *wire;
  gsize end;

  if (n_octets == length)
    return g_bytes_ref (message);
  wire = g_byte_array_sized_new ((guint) n_octets);
  for (gsize start = 0; start < length; start = end)
    {
      gsize text_end;

      end = find_line_end (data, length, start);
      text_end = end;
      if (ends_in_crlf (data, start, end))
        text_end -= 2;
      else if (data[end - 1] == '\n')
        text_end--;
      g_byte_array_append (wire, data + start, (guint) (text_end - start));
      g_byte_array_append (wire, (const guint8 *) "\r\n", 2);
    }
  return g_byte_array_free_to_bytes (wire);
}

GBytes *
pop3_message_top (GBytes *message, guint64 n_lines)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (message, &length);
  gboolean is_in_body = FALSE;
  gsize start = 0;

  while (start < length && !(is_in_body && n_lines == 0))
    {
      gsize end = find_line_end (data, length, start);

      if (is_in_body)
        n_lines--;
      else
        is_in_body = end - start == 2 && data[start] == '\r';
      start = end;
    }
  return g_bytes_new_from_bytes (message, 0, start);
}

gboolean
pop3_message_needs_utf8 (GBytes *message)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (message, &length);
  gboolean is_ascii = TRUE;
  gsize end = 0;

  for (gsize start = 0; start < length; start = end)
    {
      end = find_line_end (data, length, start);
      if (data[start] == '\n' || (end - start == 2 && data[start] == '\r'))
        break;
      for (gsize i = start; i < end; i++)
        is_ascii &= data[i] < 0x80;
    }
  return !is_ascii && g_utf8_validate_len ((const char *) data, end, NULL);
}
