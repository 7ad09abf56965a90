/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "smtp-client-content.h"

#include <string.h>

/* Returns: where the header ends: at its empty line, or with the message. */
static gsize
find_header_end (const guint8 *data, gsize length)
{
  gsize line = 0;

  for (gsize i = 0; i < length; i++)
    if (data[i] == '\n' || (data[i] == '\r' && (i + 1 == length || data[i + 1] != '\n')))
      {
        if (i == line || (i == line + 1 && data[line] == '\r'))
          return line;
        line = i + 1;
      }
  return length;
}

static gboolean
is_ascii (const guint8 *data, gsize length)
{
  guint8 all = 0;

  for (gsize i = 0; i < length; i++)
    all |= data[i];
  return all < 0x80;
}

void
smtp_content_examine (GBytes *message, SmtpContent *out_content)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (message, &length);
  SmtpContent content = { .has_8bit = !is_ascii (data, length) };
  gsize line = 0;

  content.has_nul = length > 0 && memchr (data, '\0', length) != NULL;
  for (gsize i = 0; i < length; i++)
    {
      gboolean is_pair;

      if (data[i] != '\r' && data[i] != '\n')
        continue;
      is_pair = data[i] == '\r' && i + 1 < length && data[i + 1] == '\n';
      content.has_bare |= !is_pair;
      content.has_long_line |= i - line > SMTP_TEXT_LINE_BYTES_MAX;
      i += is_pair ? 1 : 0;
      line = i + 1;
    }
  content.has_long_line |= length - line > SMTP_TEXT_LINE_BYTES_MAX;
  if (content.has_8bit)
    {
      gsize end = find_header_end (data, length);

      content.has_utf8_header = !is_ascii (data, end) &&
                                g_utf8_validate_len ((const char *) data, end, NULL);
    }
  *out_content = content;
}

GBytes *
smtp_content_mend (GBytes *message)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (message, &length);
  GByteArray *mended = g_byte_array_sized_new ((guint) (length + length / 32 + 2));
  gsize start = 0;

  for (gsize i = 0; i < length; i++)
    {
      if (data[i] != '\r' && data[i] != '\n')
        continue;
      g_byte_array_append (mended, data + start, (guint) (i - start));
      g_byte_array_append (mended, (const guint8 *) "\r\n", 2);
      if (data[i] == '\r' && i + 1 < length && data[i + 1] == '\n')
        i++;
      start = i + 1;
    }
  g_byte_array_append (mended, data + start, (guint) (length - start));
  if (start < length)
    g_byte_array_append (mended, (const guint8 *) "\r\n", 2);
  return g_byte_array_free_to_bytes (mended);
}
