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

/* What stands before the dot, and what after it, in an end of block. */
typedef enum
{
  END_NONE,
  END_CRLF,
  END_LF,
  END_CR,
  END_NUL, /* before the dot alone: CRLF NUL */
  N_ENDS,
} LineEnd;

/* The form of each pair. CRLF "." CRLF has no flag: it always counts. */
static const guint16 forms[N_ENDS][N_ENDS] = {
  [END_CRLF] = { [END_LF] = WIRE_FRAMER_END_CRLF_LF, [END_CR] = WIRE_FRAMER_END_CRLF_CR },
  [END_LF] = { [END_CRLF] = WIRE_FRAMER_END_LF_CRLF,
               [END_LF] = WIRE_FRAMER_END_LF_LF,
               [END_CR] = WIRE_FRAMER_END_LF_CR },
  [END_CR] = { [END_CRLF] = WIRE_FRAMER_END_CR_CRLF,
               [END_LF] = WIRE_FRAMER_END_CR_LF,
               [END_CR] = WIRE_FRAMER_END_CR_CR },
  [END_NUL] = { [END_CRLF] = WIRE_FRAMER_END_CRLF_NUL },
};

/* Whether CRLF, or the beginning of the block, stands right before @pos. */
static gboolean
is_after_crlf (const guint8 *data, gsize pos)
{
  return pos == 0 || (pos >= 2 && data[pos - 1] == '\n' && data[pos - 2] == '\r');
}

static LineEnd
get_before (const guint8 *data, gsize dot)
{
  if (is_after_crlf (data, dot))
    return END_CRLF;
  switch (data[dot - 1])
    {
    case '\n':
      return END_LF;
    case '\r':
      return END_CR;
    case '\0':
      return is_after_crlf (data, dot - 1) ? END_NUL : END_NONE;
    default:
      return END_NONE;
    }
}

static gboolean
counts (LineEnd before, LineEnd after, guint flags)
{
  return (before == END_CRLF && after == END_CRLF) || (forms[before][after] & flags) != 0;
}

WireDot
wire_dots_match_end (const guint8 *data,
                     gsize         length,
                     gsize         dot,
                     guint         flags,
                     gsize        *out_end,
                     guint        *out_form)
{
  LineEnd       before = get_before (data, dot);
  const guint8 *after = data + dot + 1;
  gsize         left = length - dot - 1;
  LineEnd       end = END_NONE;
  gboolean      may_be_crcrlf = (flags & WIRE_FRAMER_END_CRCRLF_CRCRLF) && before == END_CRLF &&
                           dot >= 3 && data[dot - 3] == '\r';

  if (before == END_NONE || (left > 0 && after[0] != '\r' && after[0] != '\n'))
    return WIRE_DOT_OTHER;
  if (left == 0 || (left == 1 && after[0] == '\r'))
    return WIRE_DOT_MAYBE;
  if (after[0] == '\n')
    end = END_LF;
  else
    end = after[1] == '\n' ? END_CRLF : END_CR;
  if (counts (before, end, flags))
    {
      *out_end = dot + 1 + (end == END_CRLF ? 2 : 1);
      *out_form = forms[before][end];
      return WIRE_DOT_END;
    }
  if (!may_be_crcrlf || end != END_CR || after[1] != '\r')
    return WIRE_DOT_OTHER;
  if (left == 2)
    return WIRE_DOT_MAYBE;
  if (after[2] != '\n')
    return WIRE_DOT_OTHER;
  *out_end = dot + 4;
  *out_form = WIRE_FRAMER_END_CRCRLF_CRCRLF;
  return WIRE_DOT_END;
}

/* The end of a whole block: what its final dot line has around the dot. Returns: how many bytes of
 * the block it is, 0 when there is none */
static gsize
find_end (const guint8 *block, gsize length, guint *out_form)
{
  gsize   after = 0; /* bytes of the line end after the dot */
  LineEnd before;
  LineEnd end;

  while (after < 3 && after < length && strchr ("\r\n", block[length - after - 1]) != NULL &&
         block[length - after - 1] != '\0')
    after++;
  if (after == 0 || length == after || block[length - after - 1] != '.')
    return 0;
  before = get_before (block, length - after - 1);
  if (after == 1)
    end = block[length - 1] == '\n' ? END_LF : END_CR;
  else if (after == 2 && memcmp (block + length - 2, "\r\n", 2) == 0)
    end = END_CRLF;
  else if (after == 3 && length >= 7 && memcmp (block + length - 7, "\r\r\n.\r\r\n", 7) == 0)
    {
      *out_form = WIRE_FRAMER_END_CRCRLF_CRCRLF;
      return 4;
    }
  else
    return 0;
  if (!counts (before, end, WIRE_FRAMER_ENDS))
    return 0;
  *out_form = forms[before][end];
  return after + (before == END_NUL ? 2 : 1);
}

gsize
wire_dots_get_end_length (const guint8 *block, gsize length)
{
  guint form;

  return find_end (block, length, &form);
}

guint
wire_dots_get_end_form (const guint8 *block, gsize length)
{
  guint form = 0;

  find_end (block, length, &form);
  return form;
}

/* Whether a line begins at @pos, which is after CR or LF. */
static gboolean
begins_line (const guint8 *block, gsize pos, gboolean after_lf, gboolean after_cr)
{
  if (is_after_crlf (block, pos))
    return TRUE;
  return block[pos - 1] == '\n' ? after_lf : after_cr;
}

GBytes *
wire_dots_unstuff (const guint8 *block, gsize length, guint flags)
{
  const gboolean after_lf = (flags & (WIRE_FRAMER_END_LF_LF | WIRE_FRAMER_END_LF_CRLF |
                                      WIRE_FRAMER_END_LF_CR)) != 0;
  const gboolean after_cr = (flags & (WIRE_FRAMER_END_CR_CR | WIRE_FRAMER_END_CR_CRLF |
                                      WIRE_FRAMER_END_CR_LF)) != 0;
  gsize          text_length = length - wire_dots_get_end_length (block, length);
  GByteArray    *text = g_byte_array_sized_new ((guint) text_length);
  gsize          start = 0; /* of what has not been copied */
  gsize          at = 0;

  while (at < text_length)
    {
      const guint8 *dot = memchr (block + at, '.', text_length - at);

      if (dot == NULL)
        break;
      at = (gsize) (dot - block);
      if (at == 0 || ((dot[-1] == '\n' || dot[-1] == '\r') &&
                      begins_line (block, at, after_lf, after_cr)))
        {
          g_byte_array_append (text, block + start, (guint) (at - start));
          start = at + 1;
        }
      at++;
    }
  if (text_length > start)
    g_byte_array_append (text, block + start, (guint) (text_length - start));
  return g_byte_array_free_to_bytes (text);
}
