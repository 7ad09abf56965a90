/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-mailbox.h"

struct _MailMailbox
{
  GPtrArray *messages; /* of MailStored */
  guint64    n_bytes;
  guint      n_stored; /* ever: the next unique id */
  gboolean   is_locked;
};

static void
free_stored (gpointer data)
{
  MailStored *stored = data;

  g_bytes_unref (stored->message);
  g_free (stored->unique_id);
  g_free (stored);
}

MailMailboxRoom
mail_mailbox_check (const MailMailbox *self, guint64 length, guint64 quota)
{
  guint64 limit = quota != 0 ? MIN (quota, MAIL_MAILBOX_BYTES_MAX) : MAIL_MAILBOX_BYTES_MAX;

  if (length > limit)
    return MAIL_MAILBOX_TOO_SMALL;
  if (self->messages->len >= MAIL_MAILBOX_MESSAGES_MAX || self->n_bytes > limit - length)
    return MAIL_MAILBOX_FULL;
  return MAIL_MAILBOX_FITS;
}

MailMailboxRoom
mail_mailbox_store_checked (MailMailbox *self, GBytes *message, guint number, guint64 quota)
{
  gsize           length = g_bytes_get_size (message);
  MailMailboxRoom room = mail_mailbox_check (self, length, quota);
  MailStored     *stored;

  if (room != MAIL_MAILBOX_FITS)
    return room;
  stored = g_new0 (MailStored, 1);
  stored->message = g_bytes_ref (message);
  stored->unique_id = g_strdup_printf ("%08u", ++self->n_stored);
  stored->number = number;
  self->n_bytes += length;
  g_ptr_array_add (self->messages, stored);
  return MAIL_MAILBOX_FITS;
}

guint64
mail_mailbox_get_n_bytes (const MailMailbox *self)
{
  return self->n_bytes;
}

guint
mail_mailbox_get_n_messages (const MailMailbox *self)
{
  return self->messages->len;
}

const MailStored *
mail_mailbox_get (const MailMailbox *self, guint index)
{
  return g_ptr_array_index (self->messages, index);
}

gboolean
mail_mailbox_lock (MailMailbox *self)
{
  if (self->is_locked)
    return FALSE;
  self->is_locked = TRUE;
  return TRUE;
}

void
mail_mailbox_unlock (MailMailbox *self)
{
  g_return_if_fail (self->is_locked);
  self->is_locked = FALSE;
}

void
mail_mailbox_remove (MailMailbox *self, const guint *indexes, guint n_indexes)
{
  for (guint i = n_indexes; i-- > 0;)
    {
      self->n_bytes -= g_bytes_get_size (mail_mailbox_get (self, indexes[i])->message);
      g_ptr_array_remove_index (self->messages, indexes[i]);
    }
}

MailMailbox *
mail_mailbox_new (void)
{
  MailMailbox *self = g_new0 (MailMailbox, 1);

  self->messages = g_ptr_array_new_with_free_func (free_stored);
  return self;
}

void
mail_mailbox_free (MailMailbox *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->messages);
  g_free (self);
}
