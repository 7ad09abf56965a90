/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mime-encoding.h"
#include "mime-words.h"

#include <string.h>

#include <imf/imf-scan.h>
#include <imf/imf-word.h>

/* Length of a line that has an ASCII word as it is, a space before it and a quote on either side
 * counted. A line can't be folded within a word, but encoded-words can be apart. */
#define PLAIN_CHARACTERS_MAX 76

/* Spaces between two words left as they are. Ours, for the same reason. */
#define PLAIN_SPACES_MAX 20

/* What every encoded-word of ours has around its text. */
#define WORD_BEGIN "=?utf-8?"
#define WORD_FRAME_CHARACTERS (sizeof WORD_BEGIN - 1 + strlen ("Q?") + strlen ("?="))

/* Characters of the longest encoded-word of one character: four octets in Q. */
#define WORD_CHARACTERS_MIN (WORD_FRAME_CHARACTERS + 12)

/* A word of the text, and the spaces before it; after the last word, spaces alone. */
typedef struct
{
  gsize    n_spaces;
  gsize    offset;
  gsize    length;
  gboolean is_encoded;
} Word;

typedef struct
{
  const char    *text;
  gsize          length;
  MimeWordsPlace place;
  GArray        *words; /* of Word */
  GString       *out;
  gsize          column; /* of the line that folding makes */
} Encoding;

static Word *
get_word (const Encoding *self, guint i)
{
  return &g_array_index (self->words, Word, i);
}

/* Returns: whether a word can't stand in a header as it is. @column: of the line it is on */
static gboolean
needs_encoding (const char *word, gsize length, MimeWordsPlace place, gsize column)
{
  for (gsize i = 0; i < length; i++)
    {
      if (word[i] <= ' ' || word[i] >= 127 ||
          (word[i] == '=' && i + 1 < length && word[i + 1] == '?'))
        return TRUE;
      if (place == MIME_WORDS_IN_PHRASE && (word[i] == '"' || word[i] == '\\'))
        column++; /* a backslash before it */
    }
  return column + length > PLAIN_CHARACTERS_MAX;
}

/* Spaces at either end of the text would get lost, so the words beside them are encoded, too. */
static void
split_words (Encoding *self)
{
  gsize pos = 0;

  while (pos < self->length)
    {
      Word word = { .n_spaces = strspn (self->text + pos, " ") };

      word.offset = pos + word.n_spaces;
      word.length = strcspn (self->text + word.offset, " ");
      word.is_encoded = (pos == 0 && word.n_spaces > 0) || word.length == 0 ||
                        word.n_spaces > PLAIN_SPACES_MAX ||
                        needs_encoding (self->text + word.offset, word.length, self->place,
                                        pos == 0 ? self->column : 1);
      if (word.length == 0 && self->words->len > 0)
        get_word (self, self->words->len - 1)->is_encoded = TRUE;
      g_array_append_val (self->words, word);
      pos = word.offset + word.length;
    }
}

/* Notes that @n characters were written, with a fold before them if they need it. */
static void
advance (Encoding *self, gsize n, gboolean can_fold)
{
  if (can_fold && self->column + n > IMF_WORD_LINE_CHARACTERS_MAX)
    self->column = 0;
  self->column += n;
}

/* Returns: whether Q may leave the octet as it is (RFC 2047 sections 4.2 and 5 (3)). */
static gboolean
is_q_plain (guint8 c, MimeWordsPlace place)
{
  if (g_ascii_isalnum (c))
    return TRUE;
  if (place == MIME_WORDS_IN_PHRASE)
    return c != '\0' && strchr ("!*+-/", c) != NULL;
  return c > ' ' && c < 127 && strchr ("=?_", c) == NULL;
}

/* Returns: how many octets of whole characters Q writes with up to @room characters. */
static gsize
fit_q (const Encoding *self, const char *text, gsize length, gsize room, gsize *out_n_written)
{
  gsize n_written = 0, at = 0;

  while (at < length)
    {
      gsize n = (gsize) (g_utf8_next_char (text + at) - (text + at)), cost = 0;

      for (gsize i = 0; i < n; i++)
        cost += is_q_plain ((guint8) text[at + i], self->place) || text[at + i] == ' ' ? 1 : 3;
      if (n_written + cost > room)
        break;
      n_written += cost;
      at += n;
    }
  *out_n_written = n_written;
  return at;
}

/* Returns: how many octets of whole characters B writes with up to @room characters: unless they
 * are the last, a number that needs no padding, if there is one. Padding between encoded-words is
 * right, but there are readers that give up at it. */
static gsize
fit_b (const char *text, gsize length, gsize room)
{
  gsize n = MIN (length, room / 4 * 3);
  gsize n_unpadded;

  while (n < length && ((guint8) text[n] & 0xC0) == 0x80)
    n--;
  for (n_unpadded = n; n_unpadded > 0 && n < length; n_unpadded--)
    if (n_unpadded % 3 == 0 && ((guint8) text[n_unpadded] & 0xC0) != 0x80)
      return n_unpadded;
  return n;
}

static void
append_q (Encoding *self, const char *text, gsize length)
{
  g_string_append (self->out, WORD_BEGIN "Q?");
  for (gsize i = 0; i < length; i++)
    if (text[i] == ' ')
      g_string_append_c (self->out, '_');
    else if (is_q_plain ((guint8) text[i], self->place))
      g_string_append_c (self->out, text[i]);
    else
      g_string_append_printf (self->out, "=%02X", (guint8) text[i]);
  g_string_append (self->out, "?=");
}

static void
append_b (Encoding *self, const char *text, gsize length)
{
  g_autofree char *base64 = g_base64_encode ((const guchar *) text, length);

  g_string_append_printf (self->out, WORD_BEGIN "B?%s?=", base64);
}

/* One encoded-word of at most @room characters, with as much of the text as fits into it in Q or
 * B, whichever takes more; if both take all, in the shorter. Returns: how many octets */
static gsize
append_word (Encoding *self, const char *text, gsize length, gsize room)
{
  gsize n_q_written;
  gsize n_q = fit_q (self, text, length, room - WORD_FRAME_CHARACTERS, &n_q_written);
  gsize n_b = fit_b (text, length, room - WORD_FRAME_CHARACTERS);
  gboolean is_padded = n_b < length && n_b % 3 != 0;

  if (n_q > n_b || (n_q > 0 && is_padded) || (n_q == n_b && n_q_written <= (n_b + 2) / 3 * 4))
    {
      append_q (self, text, n_q);
      return n_q;
    }
  append_b (self, text, n_b);
  return n_b;
}

/* Encoded-words one after the other, each as long as its line lets it be. */
static void
write_encoded (Encoding *self, const char *text, gsize length)
{
  while (length > 0)
    {
      gsize    n_before = self->out->len, used, room;
      gboolean can_fold = n_before > 0;

      if (can_fold)
        g_string_append_c (self->out, ' ');
      used = self->column + (can_fold ? 1 : 0);
      room = used < IMF_WORD_LINE_CHARACTERS_MAX ? IMF_WORD_LINE_CHARACTERS_MAX - used : 0;
      if (room < WORD_CHARACTERS_MIN)
        room = can_fold ? IMF_WORD_LINE_CHARACTERS_MAX - 1 : WORD_CHARACTERS_MIN;
      used = append_word (self, text, length, MIN (room, IMF_WORD_CHARACTERS_MAX));
      advance (self, self->out->len - n_before, can_fold);
      text += used;
      length -= used;
    }
}

/* Returns: whether words @first to @last are atoms with single spaces between. */
static gboolean
are_atoms (const Encoding *self, guint first, guint last)
{
  for (guint i = first; i <= last; i++)
    {
      const Word *word = get_word (self, i);

      if (i > first && word->n_spaces > 1)
        return FALSE;
      for (gsize j = 0; j < word->length; j++)
        if (!imf_is_atext ((guint8) self->text[word->offset + j]))
          return FALSE;
    }
  return TRUE;
}

/* Words that stay as they are, in a phrase as atoms or as one quoted-string. */
static void
write_plain (Encoding *self, guint first, guint last)
{
  gboolean is_quoted = self->place == MIME_WORDS_IN_PHRASE && !are_atoms (self, first, last);

  for (guint i = first; i <= last; i++)
    {
      const Word *word = get_word (self, i);
      gsize       n_before = self->out->len;
      gsize       n_spaces = i > first ? word->n_spaces : n_before > 0 ? 1 : 0;

      g_string_append_printf (self->out, "%*s", (int) n_spaces, "");
      if (is_quoted && i == first)
        g_string_append_c (self->out, '"');
      for (gsize j = word->offset; j < word->offset + word->length; j++)
        {
          if (is_quoted && (self->text[j] == '"' || self->text[j] == '\\'))
            g_string_append_c (self->out, '\\');
          g_string_append_c (self->out, self->text[j]);
        }
      if (is_quoted && i == last)
        g_string_append_c (self->out, '"');
      advance (self, self->out->len - n_before, n_before > 0);
    }
}

/* Words @first to @last with the spaces around that are not what keeps words apart. */
static void
write_encoded_words (Encoding *self, guint first, guint last)
{
  const Word *word = get_word (self, first);
  gsize       begin = first == 0 ? 0 : word->offset - word->n_spaces + 1;
  gsize end = last + 1 < self->words->len ? get_word (self, last + 1)->offset - 1 : self->length;

  write_encoded (self, self->text + begin, end - begin);
}

char *
mime_words_encode (const char *text, MimeWordsPlace place, guint column)
{
  Encoding self = { text, strlen (text), place, g_array_new (FALSE, FALSE, sizeof (Word)),
                    g_string_new (NULL), column };
  guint    last;

  split_words (&self);
  for (guint first = 0; first < self.words->len; first = last + 1)
    {
      gboolean is_encoded = get_word (&self, first)->is_encoded;

      last = first;
      while (last + 1 < self.words->len && get_word (&self, last + 1)->is_encoded == is_encoded)
        last++;
      if (is_encoded)
        write_encoded_words (&self, first, last);
      else
        write_plain (&self, first, last);
    }
  if (place == MIME_WORDS_IN_PHRASE && self.out->len == 0)
    g_string_append (self.out, "\"\"");
  g_array_unref (self.words);
  return g_string_free (self.out, FALSE);
}
