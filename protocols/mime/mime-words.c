/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mime-words.h"
#include "mime-encoding.h"

#include <string.h>

#include <imf/imf-word.h>

/* What has been read but not yet written. */
typedef struct
{
  MimeCharsets *charsets;
  GString      *out;
  char         *charset; /* (nullable): of the encoded-words in @octets */
  GByteArray   *octets;  /* what neighbouring encoded-words in one charset come to */
  gsize         n_invalid; /* octets that are not of the charset they are said to be in */
} Decoding;

/* Writes UTF-8 without NULs, which a string can't hold. */
static void
write_text (Decoding *self, const char *charset, const guint8 *text, gsize length)
{
  gsize          start = self->out->len, end = start;
  MimeConversion conversion = { 0 };

  mime_charsets_convert (self->charsets, charset, text, length, self->out, &conversion);
  self->n_invalid += conversion.n_invalid;
  if (memchr (self->out->str + start, '\0', self->out->len - start) == NULL)
    return;
  for (gsize i = start; i < self->out->len; i++)
    if (self->out->str[i] != '\0')
      self->out->str[end++] = self->out->str[i];
  g_string_truncate (self->out, end);
}

static void
write_words (Decoding *self)
{
  if (self->charset == NULL)
    return;
  write_text (self, self->charset, self->octets->data, self->octets->len);
  g_clear_pointer (&self->charset, g_free);
  g_byte_array_set_size (self->octets, 0);
}

/* Text that is in no encoded-word, without the line ends of its folding. */
static void
write_plain (Decoding *self, const guint8 *text, gsize length)
{
  gsize start = 0;

  for (gsize i = 0; i <= length; i++)
    if (i == length || text[i] == '\r' || text[i] == '\n')
      {
        if (i > start)
          write_text (self, "utf-8", text + start, i - start);
        start = i + 1;
      }
}

static gboolean
is_white_space (const guint8 *text, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (text[i] != ' ' && text[i] != '\t' && text[i] != '\r' && text[i] != '\n')
      return FALSE;
  return TRUE;
}

/* The "Q" encoding (RFC 2047 section 4.2); what it does not allow stays as it is. */
static gsize
decode_q (const guint8 *text, gsize length, guint8 *out)
{
  gsize n = 0;

  for (gsize i = 0; i < length; i++)
    if (text[i] == '=' && length - i > 2 && g_ascii_isxdigit (text[i + 1]) &&
        g_ascii_isxdigit (text[i + 2]))
      {
        out[n++] = (guint8) (g_ascii_xdigit_value ((char) text[i + 1]) << 4 |
                             g_ascii_xdigit_value ((char) text[i + 2]));
        i += 2;
      }
    else
      out[n++] = text[i] == '_' ? ' ' : text[i];
  return n;
}

static gsize
decode_b (const guint8 *text, gsize length, guint8 *out)
{
  MimeDecoder decoder;
  gsize       n;

  mime_decoder_init (&decoder, MIME_ENCODING_BASE64);
  n = mime_decoder_push (&decoder, text, length, out);
  return n + mime_decoder_finish (&decoder, out + n);
}

/* One encoded-word, joined to those before it if they are in the same charset. */
static void
read_word (Decoding *self, const guint8 *data, const ImfWord *word)
{
  const char      *name = (const char *) data + word->charset_offset;
  g_autofree char *charset = g_ascii_strdown (name, (gssize) word->charset_length);
  const guint8    *text = data + word->text_offset;
  guint            n_old;
  gsize            n;

  if (g_strcmp0 (charset, self->charset) != 0)
    {
      write_words (self);
      self->charset = g_steal_pointer (&charset);
    }
  n_old = self->octets->len;
  g_byte_array_set_size (self->octets, n_old + (guint) mime_decoder_get_room (word->text_length));
  if (word->encoding == 'B')
    n = decode_b (text, word->text_length, self->octets->data + n_old);
  else
    n = decode_q (text, word->text_length, self->octets->data + n_old);
  g_byte_array_set_size (self->octets, n_old + (guint) n);
}

/* Looks for an encoded-word in a known charset at or after @pos. */
static gboolean
find_word (const Decoding *self, const guint8 *text, gsize length, gsize pos, ImfWord *out_word)
{
  const guint8 *equals;

  while (pos < length && (equals = memchr (text + pos, '=', length - pos)) != NULL)
    {
      pos = (gsize) (equals - text);
      if (imf_word_find (text, length, pos, out_word))
        {
          g_autofree char *charset = g_strndup ((const char *) text + out_word->charset_offset,
                                                out_word->charset_length);

          if (mime_charsets_is_known (self->charsets, charset))
            return TRUE;
          pos += out_word->length - 1;
        }
      pos++;
    }
  return FALSE;
}

/* Leaves the text in @self-> */
static void
decode (Decoding *self, const guint8 *text, gsize length)
{
  ImfWord word;
  gsize   pos = 0;

  if (length == 0)
    text = (const guint8 *) "";
  while (find_word (self, text, length, pos, &word))
    {
      if (self->charset == NULL || !is_white_space (text + pos, word.offset - pos))
        {
          write_words (self);
          write_plain (self, text + pos, word.offset - pos);
        }
      read_word (self, text, &word);
      pos = word.offset + word.length;
    }
  write_words (self);
  write_plain (self, text + pos, length - pos);
  g_byte_array_unref (self->octets);
}

char *
mime_words_decode (MimeCharsets *charsets, const guint8 *text, gsize length)
{
  Decoding self = { charsets, g_string_sized_new (length), NULL, g_byte_array_new (), 0 };

  decode (&self, text, length);
  return g_string_free (self.out, FALSE);
}

gsize
mime_words_count_invalid (MimeCharsets *charsets, const guint8 *text, gsize length)
{
  Decoding self = { charsets, g_string_sized_new (length), NULL, g_byte_array_new (), 0 };

  decode (&self, text, length);
  g_string_free (self.out, TRUE);
  return self.n_invalid;
}

char *
mime_words_decode_text (MimeCharsets *charsets, const char *text)
{
  return mime_words_decode (charsets, (const guint8 *) text, strlen (text));
}
