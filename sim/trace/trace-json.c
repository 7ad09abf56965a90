/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "trace-json.h"

#include <string.h>

#include <wire/wire-text.h>

static void
append_escaped_ascii (GString *text, char c)
{
  switch (c)
    {
    case '"':
      g_string_append (text, "\\\"");
      break;
    case '\\':
      g_string_append (text, "\\\\");
      break;
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
        g_string_append_printf (text, "\\u%04x", (guint) c);
      else
        g_string_append_c (text, c);
    }
}

/* Above U+FFFF two escapes, a surrogate pair, stand for one character (RFC 8259 section 7). */
static void
append_escaped_character (GString *text, gunichar c)
{
  if (c > 0xFFFF)
    g_string_append_printf (text, "\\u%04x\\u%04x", 0xD800 + ((c - 0x10000) >> 10),
                            0xDC00 + ((c - 0x10000) & 0x3FF));
  else
    g_string_append_printf (text, "\\u%04x", c);
}

void
trace_json_append_string (GString *text, const char *value, gsize length)
{
  g_string_append_c (text, '"');
  for (gsize i = 0; i < length;)
    {
      gunichar c;
      gsize    n_bytes;

      if (!(value[i] & 0x80))
        {
          append_escaped_ascii (text, value[i++]);
          continue;
        }
      c = g_utf8_get_char (value + i);
      n_bytes = (gsize) g_unichar_to_utf8 (c, NULL);
      if (wire_text_is_deceptive (c))
        append_escaped_character (text, c);
      else
        g_string_append_len (text, value + i, (gssize) n_bytes);
      i += n_bytes;
    }
  g_string_append_c (text, '"');
}

/* Whether @c can stand outside strings in JSON. */
static gboolean
is_structure (char c)
{
  return g_ascii_isalnum (c) || (c != '\0' && strchr (" \t\r{}[],:+-.", c) != NULL);
}

const char *
trace_json_find_problem (const char *line, gsize length)
{
  gboolean in_string = FALSE;
  guint    depth = 0;

  for (gsize i = 0; i < length; i++)
    {
      char c = line[i];

      if (c == '"')
        in_string = !in_string;
      else if (in_string && c == '\\')
        {
          if (length - i >= 6 && memcmp (line + i + 1, "u0000", 5) == 0)
            return "a string can't hold \\u0000; bytes that do are saved as base64";
          i++;
        }
      else if (in_string && (guint8) c < 0x20)
        return "a control character in a string has to be escaped";
      else if (in_string)
        continue;
      else if (!is_structure (c))
        return "outside strings there are only names, numbers, brackets, commas and colons";
      else if ((c == '{' || c == '[') && ++depth > TRACE_JSON_DEPTH_MAX)
        return "its brackets nest too deep";
      else if ((c == '}' || c == ']') && depth > 0)
        depth--;
    }
  return NULL;
}
