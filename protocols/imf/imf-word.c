/* SPDX-License-Identifier: GPL-3.0-or-later */
#define WIRE_MODULE "imf"
#include "imf-word.h"
#include "imf-deviation.h"

#include <string.h>

WIRE_ELEMENT (encoded_word, "Encoded-word", 2047, "2");
WIRE_ELEMENT (word_charset, "Charset", 2047, "2");
WIRE_ELEMENT (word_language, "Language", 2231, "5");
WIRE_ELEMENT (word_encoding, "Encoding", 2047, "4");
WIRE_ELEMENT (encoded_text, "Encoded text", 2047, "2");
WIRE_ELEMENT (q_literals, "Characters that stand for themselves", 2047, "4.2");
WIRE_ELEMENT (q_octets, "Octets in hexadecimal", 2047, "4.2");
WIRE_ELEMENT (q_spaces, "Underscores for spaces", 2047, "4.2");
WIRE_ELEMENT (b_quanta, "Quanta of base64", 2047, "4.1");
WIRE_ELEMENT (b_padding, "Padding of base64", 2047, "4.1");

/* A kind of run in encoded text. */
typedef struct
{
  const WireElement *element;
  gsize (*measure) (const guint8 *text, gsize length); /* how much of the beginning is one */
} Run;

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

static gsize
measure_octets (const guint8 *text, gsize length)
{
  gsize n = 0;

  while (length - n >= 3 && text[n] == '=' && g_ascii_isxdigit (text[n + 1]) &&
         g_ascii_isxdigit (text[n + 2]))
    n += 3;
  return n;
}

static gsize
measure_spaces (const guint8 *text, gsize length)
{
  gsize n = 0;

  while (n < length && text[n] == '_')
    n++;
  return n;
}

static gsize
measure_literals (const guint8 *text, gsize length)
{
  gsize n = 0;

  while (n < length && text[n] > ' ' && text[n] < 0x7f &&
         strchr ("=?_", text[n]) == NULL)
    n++;
  return n;
}

static gsize
measure_quanta (const guint8 *text, gsize length)
{
  gsize n = 0;

  while (n < length && (g_ascii_isalnum (text[n]) || text[n] == '+' || text[n] == '/'))
    n++;
  return n;
}

static gsize
measure_padding (const guint8 *text, gsize length)
{
  gsize n = 0;

  while (n < length && text[n] == '=')
    n++;
  return n;
}

static const Run q_runs[] = {
  { &q_literals, measure_literals },
  { &q_octets, measure_octets },
  { &q_spaces, measure_spaces },
};

static const Run b_runs[] = {
  { &b_quanta, measure_quanta },
  { &b_padding, measure_padding },
};

/* Opens a span for the run at the cursor. Returns: whether there is one. */
static gboolean
scan_run (WireScan *scan, const Run *runs, guint n_runs, gsize end)
{
  for (guint i = 0; i < n_runs; i++)
    {
      gsize n = runs[i].measure (scan->data + scan->pos, end - scan->pos);

      if (n == 0)
        continue;
      wire_scan_leaf (scan, runs[i].element, n);
      return TRUE;
    }
  return FALSE;
}

/* Base64 comes in whole quanta, and padding only at the end (RFC 2045 section 6.8). */
static gboolean
is_whole_base64 (const guint8 *text, gsize length)
{
  gsize n = measure_quanta (text, length);
  gsize padding = length - n;

  return length % 4 == 0 && padding <= 2 && measure_padding (text + n, padding) == padding;
}

/* Runs in the order in which they come; what is none is left to the whole and noted. */
static void
scan_encoded_text (WireScan *scan, const ImfWord *word)
{
  gboolean   is_q = word->encoding == 'Q';
  const Run *runs = is_q ? q_runs : b_runs;
  guint      n_runs = is_q ? G_N_ELEMENTS (q_runs) : G_N_ELEMENTS (b_runs);
  gsize      end = word->text_offset + word->text_length;
  WireMark   mark = wire_scan_begin (scan, &encoded_text);
  gsize      bad_from = G_MAXSIZE;
  gsize      bad_to = 0;

  while (scan->pos < end)
    if (!scan_run (scan, runs, n_runs, end))
      {
        bad_from = MIN (bad_from, scan->pos);
        bad_to = ++scan->pos;
      }
  if (bad_from != G_MAXSIZE)
    wire_scan_deviate_at (scan, &imf_deviation_encoded_word_bad_text, bad_from,
                          bad_to - bad_from);
  else if (word->text_length == 0 ||
           (!is_q && !is_whole_base64 (scan->data + word->text_offset, word->text_length)))
    wire_scan_deviate (scan, &imf_deviation_encoded_word_bad_text);
  wire_scan_end (scan, mark, TRUE);
}

/* Returns: whether one of @neighbours stands at @pos. */
static gboolean
is_apart (const WireScan *scan, gsize pos, const char *neighbours)
{
  return strchr (neighbours, scan->data[pos]) != NULL && scan->data[pos] != '\0';
}

/* Section 5: in text white space stands between a word and its neighbours; in a comment its
 * parentheses may. A value begins after the colon. In quotes none should be at all. */
static void
check_place (WireScan *scan, const ImfWord *word, ImfWordPlace place)
{
  const char *before = place == IMF_WORD_IN_COMMENT ? " \t\r\n(" : " \t\r\n:";
  const char *after = place == IMF_WORD_IN_COMMENT ? " \t\r\n)" : " \t\r\n";
  gsize       end = word->offset + word->length;

  if (place == IMF_WORD_IN_QUOTES)
    wire_scan_deviate (scan, &imf_deviation_encoded_word_in_quotes);
  else if ((word->offset > 0 && !is_apart (scan, word->offset - 1, before)) ||
           (end < scan->length && !is_apart (scan, end, after)))
    wire_scan_deviate (scan, &imf_deviation_encoded_word_joined);
}

/* Section 5 (3): less may stand for itself in a phrase. */
static void
check_phrase (WireScan *scan, const ImfWord *word)
{
  gsize end = word->text_offset + word->text_length;

  for (gsize i = word->text_offset; word->encoding == 'Q' && i < end; i++)
    if (!g_ascii_isalnum (scan->data[i]) && strchr ("!*+-/=_", scan->data[i]) == NULL)
      {
        wire_scan_deviate_at (scan, &imf_deviation_encoded_word_special, i, 1);
        return;
      }
}

gboolean
imf_scan_encoded_word_in (WireScan *scan, ImfWordPlace place)
{
  WireMark mark = wire_scan_begin (scan, &encoded_word);
  ImfWord  word = { 0 };
  gboolean matched = imf_word_find (scan->data, scan->length, scan->pos, &word);

  if (!matched)
    return wire_scan_end (scan, mark, wire_scan_fail (scan));
  if (word.length > IMF_WORD_CHARACTERS_MAX)
    wire_scan_deviate (scan, &imf_deviation_encoded_word_over_75);
  check_place (scan, &word, place);
  if (place == IMF_WORD_IN_PHRASE)
    check_phrase (scan, &word);
  scan->pos = word.charset_offset;
  wire_scan_leaf (scan, &word_charset, word.charset_length);
  if (word.language_length > 0)
    {
      scan->pos = word.language_offset;
      wire_scan_leaf (scan, &word_language, word.language_length);
    }
  scan->pos = word.text_offset - 2;
  wire_scan_leaf (scan, &word_encoding, 1);
  scan->pos = word.text_offset;
  scan_encoded_text (scan, &word);
  scan->pos = word.offset + word.length;
  return wire_scan_end (scan, mark, TRUE);
}

gboolean
imf_scan_encoded_word (WireScan *scan)
{
  return imf_scan_encoded_word_in (scan, IMF_WORD_IN_TEXT);
}

void
imf_scan_words_in (WireScan *scan, gsize end, ImfWordPlace place)
{
  gsize whole = scan->length;

  scan->length = end;
  while (scan->pos < end)
    {
      const guint8 *sign = memchr (scan->data + scan->pos, '=', end - scan->pos);

      scan->pos = sign != NULL ? (gsize) (sign - scan->data) : end;
      if (sign != NULL && imf_word_find (scan->data, end, scan->pos, NULL))
        imf_scan_encoded_word_in (scan, place);
      else if (sign != NULL)
        scan->pos++;
    }
  scan->length = whole;
}
