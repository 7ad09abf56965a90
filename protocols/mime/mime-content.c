/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mime-tree.h"

#include <string.h>

/* How much of a part is decoded at a time. */
#define PIECE_BYTES 16384

/* A part on its way: octets of its body, octets of its content, UTF-8. */
typedef struct
{
  MimeCharsets *charsets; /* (nullable): NULL leaves the content as it is */
  const char   *charset;
  MimeSink      sink; /* (nullable) */
  gpointer      user_data;
  MimeDecoding *decoding;
  guint8       *content; /* decoded and not yet handed on */
  gsize         n_content;
  gsize         n_handed_on; /* octets of content that came before @content */
  GString      *text;
} Flow;

/* Hands on what has been decoded; as text, all but the beginning of a character. */
static void
hand_on (Flow *self, gboolean is_last)
{
  gsize n_used = self->n_content;

  if (self->charsets == NULL)
    {
      if (self->sink != NULL && self->n_content > 0)
        self->sink (self->content, self->n_content, self->user_data);
    }
  else
    {
      g_string_truncate (self->text, 0);
      mime_charsets_convert_piece (self->charsets, self->charset, self->content, self->n_content,
                                   is_last, self->n_handed_on, self->text,
                                   &self->decoding->conversion, &n_used);
      if (self->sink != NULL && self->text->len > 0)
        self->sink ((const guint8 *) self->text->str, self->text->len, self->user_data);
    }
  self->n_handed_on += n_used;
  self->n_content -= n_used;
  memmove (self->content, self->content + n_used, self->n_content);
}

static void
run_flow (Flow *self, MimeEncoding encoding, const guint8 *body, gsize length)
{
  MimeDecoder decoder;
  gsize       n;

  mime_decoder_init (&decoder, encoding);
  for (gsize pos = 0; pos < length; pos += n)
    {
      n = MIN (PIECE_BYTES, length - pos);
      self->n_content +=
          mime_decoder_push (&decoder, body + pos, n, self->content + self->n_content);
      hand_on (self, FALSE);
    }
  self->n_content += mime_decoder_finish (&decoder, self->content + self->n_content);
  hand_on (self, TRUE);
  self->decoding->n_wrong = decoder.n_wrong;
  self->decoding->n_bytes = self->n_handed_on;
}

/* A character of any charset is shorter than what is added to the room here. */
void
mime_tree_decode_part (const MimeTree *self,
                       const MimePart *part,
                       MimeCharsets   *charsets,
                       MimeSink        sink,
                       gpointer        user_data,
                       MimeDecoding   *out_decoding)
{
  gsize            piece = MIN (PIECE_BYTES, part->body_length);
  gsize            room = mime_decoder_get_room (piece) + mime_decoder_get_room (0) + 64;
  g_autofree char *charset = NULL;
  MimeDecoding     decoding = { 0 };
  Flow             flow = { .sink = sink, .user_data = user_data, .decoding = &decoding };

  if (charsets != NULL && strcmp (part->type, "text") == 0)
    {
      charset = mime_tree_dup_parameter (self, part, "charset", charsets);
      flow.charsets = charsets;
      flow.charset = charset != NULL ? charset : "";
      flow.text = g_string_sized_new (room);
    }
  flow.content = g_malloc (room);
  run_flow (&flow, part->encoding, mime_tree_get_data (self, NULL) + part->body_offset,
            part->body_length);
  g_free (flow.content);
  if (flow.text != NULL)
    g_string_free (flow.text, TRUE);
  if (out_decoding != NULL)
    *out_decoding = decoding;
}

static void
append_piece (const guint8 *data, gsize length, gpointer user_data)
{
  g_byte_array_append (user_data, data, (guint) length);
}

GBytes *
mime_tree_dup_content (const MimeTree *self, const MimePart *part)
{
  GByteArray *content = g_byte_array_sized_new ((guint) MIN (part->body_length, G_MAXUINT / 2));

  mime_tree_decode_part (self, part, NULL, append_piece, content, NULL);
  return g_byte_array_free_to_bytes (content);
}

static void
append_text (const guint8 *data, gsize length, gpointer user_data)
{
  g_string_append_len (user_data, (const char *) data, (gssize) length);
}

char *
mime_tree_dup_text (const MimeTree *self,
                    const MimePart *part,
                    MimeCharsets   *charsets,
                    gsize          *out_length,
                    MimeDecoding   *out_decoding)
{
  GString *text = g_string_sized_new (part->body_length + 1);

  mime_tree_decode_part (self, part, charsets, append_text, text, out_decoding);
  if (out_length != NULL)
    *out_length = text->len;
  return g_string_free (text, FALSE);
}
