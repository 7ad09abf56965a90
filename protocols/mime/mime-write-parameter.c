/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mime-encoding.h"
#include "mime-writer.h"

#include <string.h>

/* token := 1*<any (US-ASCII) CHAR except SPACE, CTLs, or tspecials> (RFC 2045 section 5.1) */
static gboolean
is_token_byte (guint8 byte)
{
  return byte > 0x20 && byte < 0x7f && strchr ("()<>@,;:\\\"/[]?=", byte) == NULL;
}

/* attribute-char := <any (US-ASCII) CHAR except SPACE, CTLs, "*", "'", "%", or tspecials>
 * (RFC 2231 section 7) */
static gboolean
is_attribute_byte (guint8 byte)
{
  return is_token_byte (byte) && strchr ("*'%", byte) == NULL;
}

/* Whether it is a token without "*", "'" and "%", which make readers think of RFC 2231. */
static gboolean
is_token (const char *value)
{
  if (*value == '\0')
    return FALSE;
  for (; *value != '\0'; value++)
    if (!is_attribute_byte ((guint8) *value))
      return FALSE;
  return TRUE;
}

/* Whether a quoted-string can hold @value: ASCII, no controls, and nothing that careless readers
 * take for an encoded-word. */
static gboolean
is_quotable (const char *value)
{
  for (const char *at = value; *at != '\0'; at++)
    if ((guint8) *at < 0x20 || (guint8) *at >= 0x7f)
      return FALSE;
  return strstr (value, "=?") == NULL;
}

/* Returns: characters on the last line of @out. */
static gsize
get_column (const GString *out)
{
  gsize column = 0;

  while (column < out->len && out->str[out->len - column - 1] != '\n')
    column++;
  return column;
}

/* Appends "NAME=VALUE" on the line, or on a new one; a ";" may still follow. */
static void
append_piece (GString *out, const char *piece)
{
  if (get_column (out) + strlen ("; ") + strlen (piece) + strlen (";") > MIME_ENCODED_LINE_MAX)
    g_string_append (out, ";\r\n ");
  else
    g_string_append (out, "; ");
  g_string_append (out, piece);
}

static gboolean
fits_line (const GString *piece)
{
  return strlen (" ") + piece->len + strlen (";") <= MIME_ENCODED_LINE_MAX;
}

static void
append_quoted (GString *piece, const char *value)
{
  g_string_append_c (piece, '"');
  for (; *value != '\0'; value++)
    {
      if (*value == '"' || *value == '\\')
        g_string_append_c (piece, '\\');
      g_string_append_c (piece, *value);
    }
  g_string_append_c (piece, '"');
}

/* ext-octet := "%" 2(DIGIT / "A" / "B" / "C" / "D" / "E" / "F") */
static void
append_percent (GString *piece, const char *text, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (is_attribute_byte ((guint8) text[i]))
      g_string_append_c (piece, text[i]);
    else
      g_string_append_printf (piece, "%%%02X", (guint8) text[i]);
}

/* NAME*0*=utf-8''..., NAME*1*=... */
static void
append_sections (GString *out, const char *name, const char *charset, const char *value)
{
  for (guint i = 0; *value != '\0'; i++)
    {
      g_autoptr (GString) piece = g_string_new (NULL);
      gsize n_head;

      g_string_printf (piece, "%s*%u*=%s%s", name, i, i == 0 ? charset : "", i == 0 ? "''" : "");
      n_head = piece->len;
      while (*value != '\0')
        {
          const char *next = g_utf8_next_char (value);
          gsize n_before = piece->len;

          append_percent (piece, value, (gsize) (next - value));
          if (n_before > n_head && !fits_line (piece))
            {
              g_string_truncate (piece, n_before);
              break;
            }
          value = next;
        }
      append_piece (out, piece->str);
    }
}

void
mime_write_parameter (GString *out, const char *name, const char *value)
{
  g_autoptr (GString) piece = g_string_new (NULL);
  const char *charset = g_str_is_ascii (value) ? "us-ascii" : "utf-8";

  if (is_token (value) || is_quotable (value))
    {
      g_string_append_printf (piece, "%s=", name);
      if (is_token (value))
        g_string_append (piece, value);
      else
        append_quoted (piece, value);
      /* A name that says itself how to read the value is not to be changed. */
      if (fits_line (piece) || strchr (name, '*') != NULL)
        {
          append_piece (out, piece->str);
          return;
        }
    }
  g_string_printf (piece, "%s*=%s''", name, charset);
  append_percent (piece, value, strlen (value));
  if (fits_line (piece))
    append_piece (out, piece->str);
  else
    append_sections (out, name, charset, value);
}
