/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "part-text.h"

#include <wire/wire-text.h>

/* Encoded bytes that are looked at for each byte of text that is shown: quoted-printable takes
 * three, and charsets of several bytes a character some more. */
#define ENCODED_FACTOR 4

/* Fills @data with pieces until it is full. */
typedef struct
{
  GByteArray *data;
  gsize       bytes_max;
  gboolean    is_cut;
} Collector;

static void
collect (const guint8 *data, gsize length, gpointer user_data)
{
  Collector *self = user_data;
  gsize      room = self->bytes_max - self->data->len;

  self->is_cut |= length > room;
  g_byte_array_append (self->data, data, (guint) MIN (length, room));
}

/* The part without what lies far beyond anything that is shown, cut where a line ends. */
static MimePart
bound (const MimeTree *tree, const MimePart *part, gsize bytes_max)
{
  MimePart      bounded = *part;
  const guint8 *body = mime_tree_get_data (tree, NULL) + part->body_offset;
  gsize         length = bytes_max * ENCODED_FACTOR;

  if (part->body_length <= length)
    return bounded;
  while (length > 0 && body[length - 1] != '\n')
    length--;
  bounded.body_length = length > 0 ? length : bytes_max * ENCODED_FACTOR;
  return bounded;
}

static void
append_character (GString *text, gunichar c)
{
  if (c < ' ' || c == 0x7F)
    g_string_append_unichar (text, c == 0x7F ? 0x2421 : 0x2400 + c);
  else if (wire_text_is_deceptive (c))
    g_string_append_printf (text, "\\u{%04X}", c);
  else
    g_string_append_unichar (text, c);
}

/* Appends valid UTF-8 as it is shown. */
static void
append_shown (PartText *self, const char *data, gsize length)
{
  const char *end = data + length;
  guint       column = 0;

  for (const char *at = data; at < end;)
    {
      gunichar    c = g_utf8_get_char (at);
      const char *next = g_utf8_next_char (at);

      if (c == '\r' && next < end && *next == '\n')
        c = '\n', next++;
      if (column == PART_TEXT_LINE_CHARACTERS_MAX && c != '\n')
        {
          g_string_append_c (self->text, '\n');
          self->is_broken = TRUE;
          column = 0;
        }
      if (c == '\n' || c == '\t')
        g_string_append_c (self->text, (char) c);
      else
        append_character (self->text, c);
      column = c == '\n' ? 0 : column + 1;
      at = next;
    }
}

/* Takes off the last character, which may be half of one. */
static void
trim (GByteArray *data)
{
  while (data->len > 0 && (data->data[data->len - 1] & 0xC0) == 0x80)
    g_byte_array_set_size (data, data->len - 1);
  if (data->len > 0 && data->data[data->len - 1] >= 0xC0)
    g_byte_array_set_size (data, data->len - 1);
}

/* A character cut in two where we stopped to read is no mistake of the message. */
static void
forgive_cut (MimeDecoding *decoding)
{
  MimeConversion *conversion = &decoding->conversion;

  if (conversion->n_invalid > 0 && conversion->first_invalid + 4 > decoding->n_bytes)
    conversion->n_invalid = 0;
}

PartText *
part_text_new (const MimeTree *tree,
               const MimePart *part,
               MimeCharsets   *charsets,
               gsize           bytes_max)
{
  PartText *self = g_new0 (PartText, 1);
  MimePart  bounded = bound (tree, part, bytes_max);
  gboolean  is_bounded = bounded.body_length < part->body_length;
  g_autoptr (GByteArray) data = g_byte_array_new ();
  g_autoptr (GString) utf8 = g_string_new (NULL);
  Collector collector = { data, bytes_max, is_bounded };

  self->text = g_string_new (NULL);
  mime_tree_decode_part (tree, &bounded, charsets, collect, &collector, &self->decoding);
  self->is_cut = collector.is_cut;
  if (is_bounded)
    forgive_cut (&self->decoding);
  if (self->is_cut)
    trim (data);
  if (data->len > 0)
    mime_charsets_convert (charsets, "utf-8", data->data, data->len, utf8, NULL);
  append_shown (self, utf8->str, utf8->len);
  return self;
}

void
part_text_free (PartText *self)
{
  if (self == NULL)
    return;
  g_string_free (self->text, TRUE);
  g_free (self);
}
