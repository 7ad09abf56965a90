/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-copy.h"

#include <string.h>

struct _MailCopy
{
  GPtrArray *boxes; /* of MailCopyBox */
};

static void
free_copied (gpointer data)
{
  MailCopied *copied = data;

  imap_flags_clear (&copied->flags);
  mail_message_unref (copied->message);
  g_free (copied);
}

static void
clear_deed (gpointer data)
{
  imap_set_free (((MailDeed *) data)->uids);
}

static void
free_box (gpointer data)
{
  MailCopyBox *box = data;

  g_free (box->name);
  g_ptr_array_unref (box->messages);
  g_array_unref (box->deeds);
  g_free (box);
}

MailCopyBox *
mail_copy_get_box (MailCopy *self, const char *name)
{
  MailCopyBox *box;

  for (guint i = 0; i < self->boxes->len; i++)
    {
      box = g_ptr_array_index (self->boxes, i);
      if (strcmp (box->name, name) == 0)
        return box;
    }
  box = g_new0 (MailCopyBox, 1);
  box->name = g_strdup (name);
  box->uid_next = 1;
  box->messages = g_ptr_array_new_with_free_func (free_copied);
  box->deeds = g_array_new (FALSE, FALSE, sizeof (MailDeed));
  g_array_set_clear_func (box->deeds, clear_deed);
  g_ptr_array_add (self->boxes, box);
  return box;
}

void
mail_copy_box_forget (MailCopyBox *box, guint32 uid_validity)
{
  g_ptr_array_set_size (box->messages, 0);
  box->uid_validity = uid_validity;
  box->uid_next = 1;
  box->modseq = 0;
}

/* Returns: the index of @uid, or of the first message after it. */
static guint
find_index (const MailCopyBox *box, guint32 uid)
{
  guint from = 0;
  guint to = box->messages->len;

  while (from < to)
    {
      guint             middle = from + (to - from) / 2;
      const MailCopied *copied = g_ptr_array_index (box->messages, middle);

      if (copied->uid < uid)
        from = middle + 1;
      else
        to = middle;
    }
  return from;
}

MailCopied *
mail_copy_box_find (const MailCopyBox *box, guint32 uid)
{
  guint       i = find_index (box, uid);
  MailCopied *copied = i < box->messages->len ? g_ptr_array_index (box->messages, i) : NULL;

  return copied != NULL && copied->uid == uid ? copied : NULL;
}

MailCopied *
mail_copy_box_add (MailCopyBox *box, guint32 uid)
{
  MailCopied *copied = mail_copy_box_find (box, uid);

  if (copied != NULL)
    return copied;
  copied = g_new0 (MailCopied, 1);
  copied->uid = uid;
  g_ptr_array_insert (box->messages, (int) find_index (box, uid), copied);
  if (uid >= box->uid_next && uid < G_MAXUINT32)
    box->uid_next = uid + 1;
  return copied;
}

gboolean
mail_copy_box_remove (MailCopyBox *box, guint32 uid)
{
  if (mail_copy_box_find (box, uid) == NULL)
    return FALSE;
  g_ptr_array_remove_index (box->messages, find_index (box, uid));
  return TRUE;
}

ImapSet *
mail_copy_box_resolve (const MailCopyBox *box, const ImapSet *numbers)
{
  g_autoptr (ImapSet) resolved = imap_set_copy (numbers);
  ImapSet *uids = imap_set_new ();

  imap_set_resolve (resolved, box->messages->len);
  for (guint i = 0; i < box->messages->len; i++)
    if (imap_set_contains (resolved, i + 1))
      imap_set_append (uids, ((MailCopied *) g_ptr_array_index (box->messages, i))->uid);
  return uids;
}

void
mail_copy_box_add_deed (MailCopyBox *box, gconstpointer data, ImapSet *uids)
{
  MailDeed deed = { data, uids };

  g_array_append_val (box->deeds, deed);
}

MailCopy *
mail_copy_new (void)
{
  MailCopy *self = g_new0 (MailCopy, 1);

  self->boxes = g_ptr_array_new_with_free_func (free_box);
  return self;
}

void
mail_copy_free (MailCopy *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->boxes);
  g_free (self);
}
