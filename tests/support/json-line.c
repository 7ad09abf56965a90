/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "json-line.h"

#include <string.h>

/* A string ends in '"', whatever is in it. */
static void
append_comma (GString *line)
{
  if (line->len > 0 && strchr ("{[:", line->str[line->len - 1]) == NULL)
    g_string_append_c (line, ',');
}

static void
append_character (GString *line, gunichar character)
{
  if (character < 0x20 || character == 0x7f || character == '"' || character == '\\')
    g_string_append_printf (line, "\\u%04x", character);
  else
    g_string_append_unichar (line, character);
}

void
json_line_name (GString *line, const char *name)
{
  append_comma (line);
  g_string_append_printf (line, "\"%s\":", name);
}

void
json_line_octets (GString *line, const char *text)
{
  append_comma (line);
  if (text == NULL)
    {
      g_string_append (line, "null");
      return;
    }
  g_string_append_c (line, '"');
  for (const char *p = text; *p != '\0'; p++)
    append_character (line, (guint8) *p);
  g_string_append_c (line, '"');
}

void
json_line_utf8 (GString *line, const char *text, gsize length)
{
  const char *end = text + length;

  append_comma (line);
  g_string_append_c (line, '"');
  for (const char *p = text; p < end; p = g_utf8_next_char (p))
    append_character (line, *p != '\0' ? g_utf8_get_char (p) : 0);
  g_string_append_c (line, '"');
}

void
json_line_number (GString *line, gsize number)
{
  append_comma (line);
  g_string_append_printf (line, "%" G_GSIZE_FORMAT, number);
}

void
json_line_open (GString *line, char bracket)
{
  append_comma (line);
  g_string_append_c (line, bracket);
}

void
json_line_close (GString *line, char bracket)
{
  g_string_append_c (line, bracket);
}
