/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mime-encoding.h"

#include <string.h>

/* Length of a line, its end not counted (RFC 2045 section 2.7). */
#define LINE_MAX_7BIT 998

static const char base64_alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* Up to three octets as four characters. */
static void
base64_group (const guint8 *data, gsize n, char *out)
{
  guint32 bits = (guint32) data[0] << 16 | (guint32) (n > 1 ? data[1] : 0) << 8 |
                 (guint32) (n > 2 ? data[2] : 0);

  out[0] = base64_alphabet[bits >> 18];
  out[1] = base64_alphabet[bits >> 12 & 63];
  out[2] = n > 1 ? base64_alphabet[bits >> 6 & 63] : '=';
  out[3] = n > 2 ? base64_alphabet[bits & 63] : '=';
}

void
mime_append_base64 (GString *out, const guint8 *data, gsize length)
{
  gsize line_octets = MIME_ENCODED_LINE_MAX / 4 * 3;

  for (gsize at = 0; at < length; at += line_octets)
    {
      char  line[MIME_ENCODED_LINE_MAX + 2];
      gsize n = 0;

      for (gsize i = at; i < MIN (at + line_octets, length); i += 3, n += 4)
        base64_group (data + i, length - i, line + n);
      line[n++] = '\r';
      line[n++] = '\n';
      g_string_append_len (out, line, (gssize) n);
    }
}

/* Returns: the length of the line break at @at: CRLF, LF; 0 if there is none. */
static gsize
get_break (const guint8 *data, gsize length, gsize at)
{
  if (at < length && data[at] == '\n')
    return 1;
  if (length - at >= 2 && data[at] == '\r' && data[at + 1] == '\n')
    return 2;
  return 0;
}

/* Returns: whether the line ends at @at, by a break that is one or with the data. */
static gboolean
ends_line (const guint8 *data, gsize length, gsize at, gboolean is_text)
{
  return at == length || (is_text && get_break (data, length, at) > 0);
}

/* Returns: whether a line that begins at @at is changed by mailbox files or may be taken for
 * the end of a message. */
static gboolean
needs_protection (const guint8 *data, gsize length, gsize at)
{
  if (length - at >= 5 && memcmp (data + at, "From ", 5) == 0)
    return TRUE;
  return data[at] == '.' && ends_line (data, length, at + 1, TRUE);
}

/* Returns: whether the octet can't stand for itself in quoted-printable. */
static gboolean
needs_quoting (const guint8 *data, gsize length, gsize at, gsize column, gboolean is_text)
{
  guint8 c = data[at];

  if (c == ' ' || c == '\t')
    return ends_line (data, length, at + 1, is_text);
  if (c <= ' ' || c >= 127 || c == '=')
    return TRUE;
  return column == 0 && needs_protection (data, length, at);
}

void
mime_append_quoted_printable (GString *out, const guint8 *data, gsize length, gboolean is_text)
{
  static const char digits[] = "0123456789ABCDEF";
  gsize             column = 0;

  for (gsize at = 0; at < length; at++)
    {
      gsize    n_break = is_text ? get_break (data, length, at) : 0;
      gboolean is_quoted = needs_quoting (data, length, at, column, is_text);
      gsize    width = is_quoted ? 3 : 1;
      gsize    room = ends_line (data, length, at + 1, is_text) ? MIME_ENCODED_LINE_MAX
                                                                : MIME_ENCODED_LINE_MAX - 1;

      if (n_break > 0)
        {
          g_string_append (out, "\r\n");
          column = 0;
          at += n_break - 1;
          continue;
        }
      if (column + width > room)
        {
          g_string_append (out, "=\r\n");
          column = 0;
          is_quoted = needs_quoting (data, length, at, column, is_text);
        }
      if (is_quoted)
        {
          const char escape[3] = { '=', digits[data[at] >> 4], digits[data[at] & 15] };

          g_string_append_len (out, escape, 3);
        }
      else
        g_string_append_c (out, (char) data[at]);
      column += is_quoted ? 3 : 1;
    }
}

/* What decides on an encoding, found in one pass. */
typedef struct
{
  gboolean is_plain;   /* nothing in it is beyond 7bit or needs protection */
  gsize    n_quoted;   /* octets that quoted-printable has to escape, nearly */
  gsize    n_longest;  /* the longest line */
} Survey;

static Survey
survey_text (const guint8 *data, gsize length)
{
  Survey survey = { TRUE, 0, 0 };
  gsize  line = 0;

  for (gsize at = 0; at < length; at++)
    {
      guint8 c = data[at];
      gsize  n_break = get_break (data, length, at);

      if (n_break > 0)
        {
          survey.n_longest = MAX (survey.n_longest, at - line);
          at += n_break - 1;
          line = at + 1;
          continue;
        }
      if (c >= 128 || c == '\0' || c == '\r' || (at == line && needs_protection (data, length, at)))
        survey.is_plain = FALSE;
      survey.n_quoted += c >= 127 || c == '=' || (c < ' ' && c != '\t');
    }
  survey.n_longest = MAX (survey.n_longest, length - line);
  return survey;
}

MimeEncoding
mime_encoding_choose (const guint8 *data, gsize length, gboolean is_text)
{
  Survey survey;
  gsize  quoted;

  if (!is_text)
    return MIME_ENCODING_BASE64;
  survey = survey_text (data, length);
  if (survey.is_plain && survey.n_longest <= LINE_MAX_7BIT)
    return MIME_ENCODING_7BIT;
  quoted = length + 2 * survey.n_quoted;
  quoted += quoted / MIME_ENCODED_LINE_MAX * 3;
  return quoted <= length / 57 * 78 + 78 ? MIME_ENCODING_QUOTED_PRINTABLE : MIME_ENCODING_BASE64;
}
