/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-message-parts.h"

#include <string.h>

/* Length of an EMAILID, "M" included. Ours: 120 bits of a digest tell any messages apart. */
#define EMAIL_ID_LENGTH 25

/* What all messages share: those that keep what can be made again, the one last asked first. */
static struct
{
  guint         n_messages;
  GQueue        kept;
  gsize         n_cached;
  MimeCharsets *charsets;
} shared;

/* A message's own. */

static gsize
count_bare_lfs (const guint8 *data, gsize length)
{
  const guint8 *end = data + length;
  const guint8 *lf = data;
  gsize         n_bare = 0;

  while ((lf = memchr (lf, '\n', (gsize) (end - lf))) != NULL)
    {
      if (lf == data || lf[-1] != '\r')
        n_bare++;
      lf++;
    }
  return n_bare;
}

guint64
mail_message_get_size (MailMessage *self)
{
  if (self->size == G_MAXUINT64)
    {
      gsize         length;
      const guint8 *data = g_bytes_get_data (self->bytes, &length);

      self->size = length + (length > 0 ? count_bare_lfs (data, length) : 0);
    }
  return self->size;
}

GBytes *
mail_message_dup_with_crlf (GBytes *bytes)
{
  gsize         length;
  const guint8 *data = g_bytes_get_data (bytes, &length);
  gsize         n_bare = length > 0 ? count_bare_lfs (data, length) : 0;
  guint8       *wire;
  guint8       *out;

  if (n_bare == 0)
    return g_bytes_ref (bytes);
  out = wire = g_malloc (length + n_bare);
  for (gsize i = 0; i < length; i++)
    {
      if (data[i] == '\n' && (i == 0 || data[i - 1] != '\r'))
        *out++ = '\r';
      *out++ = data[i];
    }
  return g_bytes_new_take (wire, length + n_bare);
}

GBytes *
mail_message_get_wire (MailMessage *self)
{
  if (self->wire == NULL)
    self->wire = mail_message_dup_with_crlf (self->bytes);
  return self->wire;
}

GBytes *
mail_message_get_bytes (const MailMessage *self)
{
  return self->bytes;
}

/* Five bits a character, of the 32 that can't be taken for one another. */
static char *
dup_email_id (GBytes *wire)
{
  static const char    digits[] = "abcdefghijkmnpqrstuvwxyz23456789";
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  gsize                length;
  const guint8        *data = g_bytes_get_data (wire, &length);
  guint8               digest[32];
  gsize                n_digest = sizeof digest;
  char                *id = g_malloc (EMAIL_ID_LENGTH + 1);

  g_checksum_update (checksum, data, (gssize) length);
  g_checksum_get_digest (checksum, digest, &n_digest);
  id[0] = 'M';
  for (guint i = 0; i + 1 < EMAIL_ID_LENGTH; i++)
    {
      guint bit = i * 5;
      guint pair = (guint) digest[bit / 8] << 8 | digest[bit / 8 + 1];

      id[i + 1] = digits[pair >> (11 - bit % 8) & 31];
    }
  id[EMAIL_ID_LENGTH] = '\0';
  return id;
}

const char *
mail_message_get_email_id (MailMessage *self)
{
  if (self->email_id == NULL)
    self->email_id = dup_email_id (mail_message_get_wire (self));
  return self->email_id;
}

/* What can be made again, and is kept while there is room. */

static void
drop_kept (MailMessage *self)
{
  if (self->n_cached == 0)
    return;
  g_queue_unlink (&shared.kept, &self->link);
  shared.n_cached -= self->n_cached;
  self->n_cached = 0;
  g_clear_pointer (&self->tree, mime_tree_free);
  g_clear_pointer (&self->text, mail_message_text_free);
}

void
mail_message_keep (MailMessage *self, gsize n_bytes)
{
  if (self->n_cached > 0)
    g_queue_unlink (&shared.kept, &self->link);
  g_queue_push_head_link (&shared.kept, &self->link);
  self->n_cached += n_bytes;
  shared.n_cached += n_bytes;
  while (shared.n_cached > MAIL_MESSAGE_CACHE_BYTES && shared.kept.tail != &self->link)
    drop_kept (shared.kept.tail->data);
}

gsize
mail_message_get_n_cached (void)
{
  return shared.n_cached;
}

/* An estimate of what a tree takes: its own arrays, and strings, which are of its fields. */
static gsize
count_tree_bytes (const MimeTree *tree)
{
  guint n_parts = mime_tree_get_n_parts (tree);
  gsize n_bytes = 1024 + n_parts * sizeof (MimePart);

  for (guint i = 0; i < n_parts; i++)
    n_bytes += mime_tree_get_part (tree, i)->n_fields * sizeof (ImfField);
  return n_bytes;
}

const MimeTree *
mail_message_get_tree (MailMessage *self)
{
  gsize         length;
  const guint8 *data;

  if (self->tree != NULL)
    {
      mail_message_keep (self, 0);
      return self->tree;
    }
  data = g_bytes_get_data (mail_message_get_wire (self), &length);
  self->tree = mime_tree_new (data, length);
  mail_message_keep (self, count_tree_bytes (self->tree));
  return self->tree;
}

MimeCharsets *
mail_message_get_charsets (void)
{
  if (shared.charsets == NULL)
    shared.charsets = mime_charsets_new ();
  return shared.charsets;
}

/* Life */

MailMessage *
mail_message_new (GBytes *bytes)
{
  MailMessage *self;

  g_return_val_if_fail (bytes != NULL, NULL);

  self = g_new0 (MailMessage, 1);
  self->n_refs = 1;
  self->bytes = g_bytes_ref (bytes);
  self->size = G_MAXUINT64;
  self->link.data = self;
  shared.n_messages++;
  return self;
}

MailMessage *
mail_message_ref (MailMessage *self)
{
  self->n_refs++;
  return self;
}

static void
free_string (GString *string)
{
  g_string_free (string, TRUE);
}

void
mail_message_unref (MailMessage *self)
{
  if (self == NULL || --self->n_refs > 0)
    return;
  drop_kept (self);
  g_clear_pointer (&self->keys, mail_message_keys_free);
  g_clear_pointer (&self->envelope, free_string);
  g_clear_pointer (&self->body, free_string);
  g_clear_pointer (&self->body_structure, free_string);
  g_free (self->email_id);
  g_clear_pointer (&self->wire, g_bytes_unref);
  g_bytes_unref (self->bytes);
  g_free (self);
  if (--shared.n_messages == 0)
    g_clear_pointer (&shared.charsets, mime_charsets_free);
}
