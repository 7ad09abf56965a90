/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imf-word.h"

/* Returns: the end of the piece of an encoded-word that begins at @pos and has none of its
 * delimiters and no white space in it. */
static gsize
find_piece_end (const guint8 *data, gsize length, gsize pos)
{
  while (pos < length && data[pos] > ' ' && data[pos] != '?' && data[pos] != '=')
    pos++;
  return pos;
}

/* Returns: where the "?=" is that ends the text at @pos; @length if there is none. A "=?" that is
 * not part of one begins another encoded-word: so that no byte is looked at for more than one. */
static gsize
find_text_end (const guint8 *data, gsize length, gsize pos)
{
  gsize begin = pos;

  for (; pos < length && data[pos] > ' '; pos++)
    if (data[pos] == '?')
      {
        if (pos + 1 < length && data[pos + 1] == '=')
          return pos;
        if (pos > begin && data[pos - 1] == '=')
          break;
      }
  return length;
}

static void
split_charset (const guint8 *data, ImfWord *word)
{
  gsize end = word->charset_offset + word->charset_length;
  gsize star = word->charset_offset;

  while (star < end && data[star] != '*')
    star++;
  word->charset_length = star - word->charset_offset;
  word->language_offset = MIN (star + 1, end);
  word->language_length = end - word->language_offset;
}

gboolean
imf_word_find (const guint8 *data, gsize length, gsize pos, ImfWord *out_word)
{
  ImfWord word = { .offset = pos, .charset_offset = pos + 2 };
  gsize   end;

  if (length < 2 || pos > length - 2 || data[pos] != '=' || data[pos + 1] != '?')
    return FALSE;
  end = find_piece_end (data, length, word.charset_offset);
  if (length - end < 3 || data[end] != '?' || data[end + 2] != '?')
    return FALSE;
  word.charset_length = end - word.charset_offset;
  split_charset (data, &word);
  word.encoding = g_ascii_toupper ((char) data[end + 1]);
  word.text_offset = end + 3;
  if (word.charset_length == 0 || (word.encoding != 'B' && word.encoding != 'Q'))
    return FALSE;
  end = find_text_end (data, length, word.text_offset);
  if (end == length)
    return FALSE;
  word.text_length = end - word.text_offset;
  word.length = end + 2 - pos;
  if (out_word != NULL)
    *out_word = word;
  return TRUE;
}
