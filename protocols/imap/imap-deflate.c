/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imap-deflate.h"

#include <zlib.h>

/* Raw deflate: no header, no checksum (RFC 4978 section 3 names RFC 1951). */
#define RAW_WINDOW_BITS (-MAX_WBITS)
#define MEMORY_LEVEL 8

/* Output is made room for in steps of this many bytes. */
#define STEP_BYTES (16 * 1024)

/* Input that was taken is given away once it is this long: ours. */
#define TAKEN_BYTES_MAX (64 * 1024)

struct _ImapDeflate
{
  z_stream    out;
  z_stream    in;
  GByteArray *pushed; /* what came */
  gsize       n_taken; /* of it */
  gboolean    has_more; /* inflate stopped for want of room */
  gboolean    is_over;  /* the stream ended, or is none */
};

ImapDeflate *
imap_deflate_new (void)
{
  ImapDeflate *self = g_new0 (ImapDeflate, 1);
  int          status;

  status = deflateInit2 (&self->out, Z_DEFAULT_COMPRESSION, Z_DEFLATED, RAW_WINDOW_BITS,
                         MEMORY_LEVEL, Z_DEFAULT_STRATEGY);
  g_assert (status == Z_OK);
  status = inflateInit2 (&self->in, RAW_WINDOW_BITS);
  g_assert (status == Z_OK);
  self->pushed = g_byte_array_new ();
  return self;
}

void
imap_deflate_free (ImapDeflate *self)
{
  if (self == NULL)
    return;
  deflateEnd (&self->out);
  inflateEnd (&self->in);
  g_byte_array_unref (self->pushed);
  g_free (self);
}

/* Runs deflate over one piece that zlib can count. */
static void
compress_piece (ImapDeflate *self, const guint8 *data, guint length, int flush, GByteArray *out)
{
  self->out.next_in = (Bytef *) data;
  self->out.avail_in = length;
  do
    {
      guint before = out->len;

      g_byte_array_set_size (out, before + STEP_BYTES);
      self->out.next_out = out->data + before;
      self->out.avail_out = STEP_BYTES;
      deflate (&self->out, flush);
      g_byte_array_set_size (out, out->len - self->out.avail_out);
    }
  while (self->out.avail_out == 0);
}

GBytes *
imap_deflate_compress (ImapDeflate *self, const guint8 *data, gsize length)
{
  GByteArray *out = g_byte_array_new ();

  while (length > 0)
    {
      guint piece = (guint) MIN (length, G_MAXINT32);

      length -= piece;
      compress_piece (self, data, piece, length > 0 ? Z_NO_FLUSH : Z_SYNC_FLUSH, out);
      data += piece;
    }
  return g_byte_array_free_to_bytes (out);
}

void
imap_deflate_push (ImapDeflate *self, const guint8 *data, gsize length)
{
  if (self->is_over)
    return;
  if (self->n_taken == self->pushed->len || self->n_taken > TAKEN_BYTES_MAX)
    {
      g_byte_array_remove_range (self->pushed, 0, (guint) self->n_taken);
      self->n_taken = 0;
    }
  g_byte_array_append (self->pushed, data, (guint) length);
}

gsize
imap_deflate_get_n_waiting (const ImapDeflate *self)
{
  return self->is_over ? 0 : self->pushed->len - self->n_taken;
}

/* Inflates one step into @out. */
static void
inflate_step (ImapDeflate *self, GByteArray *out)
{
  guint before = out->len;
  int   status;

  g_byte_array_set_size (out, before + STEP_BYTES);
  self->in.next_in = self->pushed->data + self->n_taken;
  self->in.avail_in = (guint) (self->pushed->len - self->n_taken);
  self->in.next_out = out->data + before;
  self->in.avail_out = STEP_BYTES;
  status = inflate (&self->in, Z_SYNC_FLUSH);
  g_byte_array_set_size (out, out->len - self->in.avail_out);
  self->n_taken = self->pushed->len - self->in.avail_in;
  self->has_more = self->in.avail_out == 0;
  /* Z_BUF_ERROR: it wants more input; nothing is wrong. */
  if (status != Z_OK && status != Z_BUF_ERROR)
    {
      self->is_over = TRUE;
      g_byte_array_set_size (self->pushed, 0);
      self->n_taken = 0;
    }
}

gboolean
imap_deflate_next (ImapDeflate *self, GByteArray *out, gboolean *out_failed)
{
  guint before = out->len;

  while (!self->is_over && (self->has_more || self->n_taken < self->pushed->len) &&
         out->len - before <= IMAP_DEFLATE_PIECE_BYTES - STEP_BYTES)
    inflate_step (self, out);
  *out_failed = self->is_over && out->len == before;
  return out->len > before;
}
