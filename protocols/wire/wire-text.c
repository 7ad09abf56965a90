/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wire-text.h"

#include <string.h>

gboolean
wire_text_is_deceptive (gunichar c)
{
  switch (g_unichar_type (c))
    {
    case G_UNICODE_CONTROL:
    case G_UNICODE_FORMAT:
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
    case G_UNICODE_PRIVATE_USE:
    case G_UNICODE_UNASSIGNED:
    case G_UNICODE_SURROGATE:
      return TRUE;
    default:
      return FALSE;
    }
}

/* Returns: how many bytes the character at @data takes that may be shown as it is; 0 of one that is
 * escaped. */
static gsize
get_shown_length (const guint8 *data, gsize length)
{
  gunichar c;

  if (data[0] < 0x80)
    return g_ascii_iscntrl (data[0]) ? 0 : 1;
  c = g_utf8_get_char_validated ((const char *) data, (gssize) length);
  if (c == (gunichar) -1 || c == (gunichar) -2 || wire_text_is_deceptive (c))
    return 0;
  return (gsize) g_unichar_to_utf8 (c, NULL);
}

/* Whether a backslash before these bytes could be taken for one of ours. */
static gboolean
is_like_escape (const guint8 *data, gsize length)
{
  return length > 0 &&
         (get_shown_length (data, length) == 0 || strchr ("\\rntxu", data[0]) != NULL);
}

static void
append_escaped_ascii (GString *text, char c)
{
  switch (c)
    {
    case '\r':
      g_string_append (text, "\\r");
      break;
    case '\n':
      g_string_append (text, "\\n");
      break;
    case '\t':
      g_string_append (text, "\\t");
      break;
    default:
      if (g_ascii_iscntrl (c))
        g_string_append_printf (text, "\\x%02X", (guint8) c);
      else
        g_string_append_c (text, c);
    }
}

char *
wire_text_escape (const guint8 *data, gsize length)
{
  GString *text = g_string_sized_new (length + 16);

  for (gsize i = 0; i < length;)
    {
      gunichar c;

      if (data[i] < 0x80)
        {
          if (data[i] == '\\' && is_like_escape (data + i + 1, length - i - 1))
            g_string_append_c (text, '\\');
          append_escaped_ascii (text, (char) data[i++]);
          continue;
        }
      c = g_utf8_get_char_validated ((const char *) data + i, (gssize) (length - i));
      if (c == (gunichar) -1 || c == (gunichar) -2)
        {
          g_string_append_printf (text, "\\x%02X", data[i++]);
          continue;
        }
      if (wire_text_is_deceptive (c))
        g_string_append_printf (text, "\\u{%04X}", c);
      else
        g_string_append_unichar (text, c);
      i += (gsize) g_unichar_to_utf8 (c, NULL);
    }
  return g_string_free (text, FALSE);
}

gboolean
wire_text_is_plain (const guint8 *data, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (data[i] == 0x7F || (data[i] < 0x20 && strchr ("\r\n\t", data[i]) == NULL) || data[i] == 0)
      return FALSE;
  /* U+0080 to U+009F are control characters, too: C2 80 to C2 9F. */
  for (gsize i = 0; i + 1 < length; i++)
    if (data[i] == 0xC2 && data[i + 1] >= 0x80 && data[i + 1] <= 0x9F)
      return FALSE;
  return g_utf8_validate_len ((const char *) data, length, NULL);
}
