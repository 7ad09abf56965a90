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
mail_copy_drop_box (MailCopy *self, MailCopyBox *box)
{
  g_ptr_array_remove (self->boxes, box);
}

guint
mail_copy_get_n_boxes (const MailCopy *self)
{
  return self->boxes->len;
}

MailCopyBox *
mail_copy_get_nth_box (const MailCopy *self, guint i)
{
  return g_ptr_array_index (self->boxes, i);
}

guint
mail_copy_box_forget (MailCopyBox *box, guint32 uid_validity)
{
  guint n_deeds = box->deeds->len;

  g_ptr_array_set_size (box->messages, 0);
  box->uid_validity = uid_validity;
  box->uid_next = 1;
  box->modseq = 0;
  for (guint i = box->deeds->len; i-- > 0;)
    if (g_array_index (box->deeds, MailDeed, i).uids != NULL)
      g_array_remove_index (box->deeds, i);
  return n_deeds - box->deeds->len;
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

guint
mail_copy_box_get_n_visible (const MailCopyBox *box)
{
  guint n = 0;

  for (guint i = 0; i < box->messages->len; i++)
    n += !((MailCopied *) g_ptr_array_index (box->messages, i))->is_hidden;
  return n;
}

ImapSet *
mail_copy_box_resolve (const MailCopyBox *box, const ImapSet *numbers)
{
  g_autoptr (ImapSet) resolved = imap_set_copy (numbers);
  ImapSet *uids = imap_set_new ();
  guint    number = 0;

  imap_set_resolve (resolved, mail_copy_box_get_n_visible (box));
  for (guint i = 0; i < box->messages->len; i++)
    {
      const MailCopied *copied = g_ptr_array_index (box->messages, i);

      if (!copied->is_hidden && imap_set_contains (resolved, ++number))
        imap_set_append (uids, copied->uid);
    }
  return uids;
}

void
mail_copy_box_add_deed (MailCopyBox *box, gconstpointer data, ImapSet *uids)
{
  MailDeed deed = { data, uids };

  g_array_append_val (box->deeds, deed);
}

void
mail_copy_box_end_deed (MailCopyBox *box)
{
  if (box->deeds->len > 0)
    g_array_remove_index (box->deeds, 0);
}

/* Flags */

/* Returns: the index of the keyword, whatever its case; -1: it is not there. */
static int
find_keyword (const ImapFlags *flags, const char *keyword)
{
  for (guint i = 0; flags->keywords != NULL && i < flags->keywords->len; i++)
    if (g_ascii_strcasecmp (g_ptr_array_index (flags->keywords, i), keyword) == 0)
      return (int) i;
  return -1;
}

static gboolean
change_flag (ImapFlags *flags, const char *name, gboolean is_set)
{
  guint bit = imap_flag_find (name);
  guint before = flags->system;
  int   i = bit == 0 ? find_keyword (flags, name) : -1;

  if (bit != 0)
    flags->system = is_set ? before | bit : before & ~bit;
  else if (is_set && i < 0)
    imap_flags_add_keyword (flags, name);
  else if (!is_set && i >= 0)
    g_ptr_array_remove_index (flags->keywords, (guint) i);
  else
    return FALSE;
  return bit == 0 || flags->system != before;
}

gboolean
mail_copied_change_flags (MailCopied *copied, const char *const *changes)
{
  gboolean is_changed = FALSE;

  for (guint i = 0; changes[i] != NULL; i++)
    if (change_flag (&copied->flags, changes[i] + 1, changes[i][0] == '+'))
      is_changed = TRUE;
  return is_changed;
}

static guint
get_n_keywords (const ImapFlags *flags)
{
  return flags->keywords != NULL ? flags->keywords->len : 0;
}

static gboolean
are_equal (const ImapFlags *one, const ImapFlags *other)
{
  if (one->system != other->system || get_n_keywords (one) != get_n_keywords (other))
    return FALSE;
  for (guint i = 0; i < get_n_keywords (one); i++)
    if (find_keyword (other, g_ptr_array_index (one->keywords, i)) < 0)
      return FALSE;
  return TRUE;
}

gboolean
mail_copied_take_flags (MailCopied *copied, ImapFlags *flags)
{
  gboolean is_changed = !are_equal (&copied->flags, flags);

  imap_flags_clear (&copied->flags);
  copied->flags = *flags;
  *flags = (ImapFlags){ 0 };
  return is_changed;
}

char *
mail_copied_format_flags (const MailCopied *copied)
{
  g_autoptr (GPtrArray) keywords = g_ptr_array_new ();
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < get_n_keywords (&copied->flags); i++)
    g_ptr_array_add (keywords, g_ptr_array_index (copied->flags.keywords, i));
  g_ptr_array_add (keywords, NULL);
  imap_append_flags (text, copied->flags.system, (const char *const *) keywords->pdata);
  return g_string_free (text, FALSE);
}

/* Life */

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
