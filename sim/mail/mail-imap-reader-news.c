/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-imap-reader-private.h"

#include <string.h>

#include "mail-queue-entry.h"
#include <imap/imap-flag.h>

/* What the server tells, and what the copy learns from it. */

static void
add_to (ImapSet *set, guint32 uid)
{
  imap_set_add (set, uid, uid);
}

static MailCopied *
get_copied (const MailCopyBox *box, guint i)
{
  return g_ptr_array_index (box->messages, i);
}

void
mail_imap_reader_lose (MailImapReader *self, guint32 uid)
{
  const MailCopied *copied = mail_copy_box_find (self->box, uid);

  if (copied == NULL)
    return;
  if (!copied->is_hidden)
    add_to (self->news.removed, uid);
  self->n_removed++;
  mail_copy_box_remove (self->box, uid);
}

void
mail_imap_reader_hide (MailImapReader *self, guint32 uid, gboolean is_hidden)
{
  MailCopied *copied = mail_copy_box_find (self->box, uid);

  if (copied == NULL || copied->is_hidden == is_hidden)
    return;
  copied->is_hidden = is_hidden;
  add_to (is_hidden ? self->news.removed : self->news.added, uid);
}

void
mail_imap_reader_change_flags (MailImapReader *self, const ImapSet *uids,
                               const char *const *changes)
{
  for (guint i = 0; i < self->box->messages->len; i++)
    {
      MailCopied *copied = get_copied (self->box, i);

      if (imap_set_contains (uids, copied->uid) && mail_copied_change_flags (copied, changes))
        add_to (self->news.flags, copied->uid);
    }
}

void
mail_imap_reader_begin_box (MailImapReader *self, MailCopyBox *box)
{
  self->box = box;
  self->is_selected = self->is_partial = FALSE;
  self->uid_next = 0;
  self->modseq = 0;
  imap_view_empty (&self->view);
  /* What came before a session broke off is not known to be all there is: it is asked for again. */
  for (guint i = box->messages->len; i-- > 0 && get_copied (box, i)->uid >= box->uid_next;)
    mail_imap_reader_lose (self, get_copied (box, i)->uid);
}

guint
mail_imap_reader_find_first_new (const MailImapReader *self)
{
  guint n = imap_view_get_n (&self->view);
  guint number = n + 1;

  while (number > 1)
    {
      guint32 uid = imap_view_get_uid (&self->view, number - 1);

      if (uid != 0 && mail_copy_box_find (self->box, uid) != NULL)
        break;
      number--;
    }
  return number;
}

/* Numbers and sets */

static guint64
get_number (const GPtrArray *values, guint i)
{
  guint64 number = 0;

  if (values != NULL && i < values->len)
    imap_value_get_number (g_ptr_array_index (values, i), &number);
  return number;
}

/* Returns: (transfer full) (nullable) */
static ImapSet *
get_set (const ImapValue *value)
{
  const char *text = value != NULL ? imap_value_get_text (value) : NULL;
  ImapSet    *set = text != NULL ? imap_set_parse (text, strlen (text)) : NULL;

  if (set != NULL)
    imap_set_resolve (set, G_MAXUINT32);
  return set;
}

/* Status codes */

static void
take_uid_validity (MailImapReader *self, guint32 uid_validity)
{
  MailCopyBox *box = self->box;
  guint        n_lost;

  if (box->uid_validity == uid_validity)
    return;
  for (guint i = 0; i < box->messages->len; i++)
    add_to (self->news.removed, get_copied (box, i)->uid);
  if (box->uid_validity == 0)
    {
      mail_copy_box_forget (box, uid_validity);
      return;
    }
  n_lost = mail_copy_box_forget (box, uid_validity);
  mail_imap_reader_note (self, "copy-dropped", TRACE_FLAG_WARNING,
                         "the server counts %s anew: the copy is of no use any more\n"
                         "mailbox: %s\nuid-validity: %u\ndeeds-lost: %u",
                         box->name, box->name, uid_validity, n_lost);
}

static void
take_code (MailImapReader *self, const ImapResponse *response)
{
  guint64 number = get_number (response->code_values, 0);

  if (self->box == NULL)
    return;
  if (strcmp (response->code, "UIDVALIDITY") == 0 && number > 0 && number <= G_MAXUINT32)
    take_uid_validity (self, (guint32) number);
  else if (strcmp (response->code, "UIDNEXT") == 0 && number <= G_MAXUINT32)
    self->uid_next = (guint32) number;
  else if (strcmp (response->code, "HIGHESTMODSEQ") == 0)
    self->modseq = number;
}

/* Messages */

static void
take_vanished (MailImapReader *self, const ImapResponse *response)
{
  gboolean         is_earlier = response->values->len == 2;
  const ImapValue *last = response->values->len > 0
                              ? g_ptr_array_index (response->values, response->values->len - 1)
                              : NULL;
  g_autoptr (ImapSet) uids = get_set (last);

  for (guint i = self->box->messages->len; uids != NULL && i-- > 0;)
    if (imap_set_contains (uids, get_copied (self->box, i)->uid))
      mail_imap_reader_lose (self, get_copied (self->box, i)->uid);
  for (guint i = imap_view_get_n (&self->view); uids != NULL && !is_earlier && i > 0; i--)
    if (imap_set_contains (uids, imap_view_get_uid (&self->view, i)))
      imap_view_expunge (&self->view, i);
}

static void
take_expunge (MailImapReader *self, guint64 number)
{
  if (number < 1 || number > imap_view_get_n (&self->view))
    return;
  mail_imap_reader_lose (self, imap_view_get_uid (&self->view, (guint) number));
  imap_view_expunge (&self->view, (guint) number);
}

static void
take_flags (MailImapReader *self, MailCopied *copied, const ImapValue *value)
{
  ImapFlags flags = { 0 };

  imap_value_read_flags (value, &flags);
  flags.system &= ~(guint) IMAP_FLAG_RECENT;
  if (mail_copied_take_flags (copied, &flags))
    add_to (self->news.flags, copied->uid);
}

static void
take_message (MailImapReader *self, MailCopied *copied, const ImapValue *value)
{
  const char *text = imap_value_get_text (value);
  g_autoptr (GBytes) bytes = NULL;

  if (text == NULL)
    return;
  bytes = g_bytes_new (text, value->length);
  if (copied->message == NULL)
    {
      self->n_fetched++;
      copied->fetched_us = mail_imap_reader_get_now (self);
    }
  mail_message_unref (copied->message);
  copied->message = mail_message_new (bytes);
  copied->number = mail_register_number (self->messages, bytes);
}

/* Returns: (nullable): the message that the server tells of, where the copy is to have it: flags of
 * one that has not been fetched yet do not make it known. */
static MailCopied *
find_copied (MailImapReader *self, guint32 uid, gboolean is_told_whole)
{
  MailCopied *copied = mail_copy_box_find (self->box, uid);

  if (copied != NULL || (!is_told_whole && self->own_copy == NULL))
    return copied;
  add_to (self->news.added, uid);
  return mail_copy_box_add (self->box, uid);
}

static void
take_fetch (MailImapReader *self, const ImapResponse *response)
{
  const ImapValue *uid_value = imap_response_find (response, "UID");
  const ImapValue *flags = imap_response_find (response, "FLAGS");
  const ImapValue *body = imap_response_find (response, "BODY[]");
  guint64          number = response->number;
  guint64          uid = 0;
  MailCopied      *copied;

  if (number < 1 || number > imap_view_get_n (&self->view))
    return;
  if (uid_value != NULL && imap_value_get_number (uid_value, &uid) && uid <= G_MAXUINT32)
    imap_view_set_uid (&self->view, (guint) number, (guint32) uid);
  uid = imap_view_get_uid (&self->view, (guint) number);
  if (uid == 0)
    return;
  if (flags != NULL)
    add_to (self->told, (guint32) uid);
  copied = find_copied (self, (guint32) uid, body != NULL);
  if (copied != NULL && flags != NULL)
    take_flags (self, copied, flags);
  if (copied != NULL && body != NULL)
    take_message (self, copied, body);
}

/* What a search found: "* SEARCH 1 2", or "* ESEARCH (TAG "A1") UID ALL 1:2". */
static void
take_search (MailImapReader *self, const ImapResponse *response)
{
  imap_set_free (self->found);
  self->found = imap_set_new ();
  for (guint i = 0; i < response->values->len; i++)
    {
      guint64 number = get_number (response->values, i);

      if (number > 0 && number <= G_MAXUINT32)
        add_to (self->found, (guint32) number);
    }
  imap_set_resolve (self->found, G_MAXUINT32);
}

static void
take_esearch (MailImapReader *self, const ImapResponse *response)
{
  ImapSet *found = NULL;

  for (guint i = 0; i + 1 < response->values->len && found == NULL; i++)
    if (imap_value_is (g_ptr_array_index (response->values, i), "ALL"))
      found = get_set (g_ptr_array_index (response->values, i + 1));
  imap_set_free (self->found);
  self->found = found != NULL ? found : imap_set_new ();
}

/* Names */

static gboolean
has_attribute (const ImapValue *attributes, const char *name)
{
  for (guint i = 0; i < imap_value_get_n (attributes); i++)
    if (imap_value_is (imap_value_get (attributes, i), name))
      return TRUE;
  return FALSE;
}

static void
take_name (MailImapReader *self, const ImapResponse *response)
{
  const ImapValue *attributes, *value;
  const char      *name;
  gboolean         is_utf8 = (imap_client_get_enabled (self->engine) &
                      (IMAP_ENABLED_UTF8 | IMAP_ENABLED_REV2)) != 0;
  char            *decoded;

  if (response->values->len < 3 || !self->lists)
    return;
  attributes = g_ptr_array_index (response->values, 0);
  value = g_ptr_array_index (response->values, 2);
  name = imap_value_get_text (value);
  if (name == NULL || has_attribute (attributes, "\\Noselect") ||
      has_attribute (attributes, "\\NonExistent"))
    return;
  decoded = is_utf8 ? NULL : imap_name_from_utf7 (name, strlen (name));
  if (decoded == NULL)
    decoded = g_strdup (g_ascii_strcasecmp (name, "INBOX") == 0 ? "INBOX" : name);
  g_ptr_array_add (self->names, decoded);
}

/* All of it */

static void
take_exists (MailImapReader *self, guint64 number)
{
  while (imap_view_get_n (&self->view) < MIN (number, MAIL_IMAP_MESSAGES_MAX))
    imap_view_append (&self->view, 0);
}

void
mail_imap_reader_take (MailImapReader *self, const ImapResponse *response)
{
  const char *name = response->name;

  if (response->code != NULL)
    take_code (self, response);
  if (response->kind != IMAP_RESPONSE_DATA)
    return;
  if (strcmp (name, "LIST") == 0)
    take_name (self, response);
  else if (strcmp (name, "SEARCH") == 0)
    take_search (self, response);
  else if (strcmp (name, "ESEARCH") == 0)
    take_esearch (self, response);
  else if (self->box == NULL)
    return;
  else if (strcmp (name, "EXISTS") == 0)
    take_exists (self, response->number);
  else if (strcmp (name, "EXPUNGE") == 0)
    take_expunge (self, response->number);
  else if (strcmp (name, "VANISHED") == 0)
    take_vanished (self, response);
  else if (strcmp (name, "FETCH") == 0)
    take_fetch (self, response);
}

/* Notes */

/* @more: (nullable): further details, each line with its end */
static void
tell_change (MailImapReader *self, const ImapSet *uids, const char *change, const char *sentence,
             const char *more)
{
  g_autofree char  *text = imap_set_format (uids);
  guint64           n = imap_set_count (uids);
  const MailCopyBox *box = self->box;

  mail_imap_reader_note (self, "mailbox", 0,
                         "%s: %" G_GUINT64_FORMAT " %s %s\nuser: %s\nmailbox: %s\nchange: %s\n"
                         "uids: %s\n%smodseq: %" G_GUINT64_FORMAT "\nuid-validity: %u\n"
                         "uid-next: %u\nmessages: %u",
                         box->name, n, n == 1 ? "message" : "messages", sentence,
                         self->action->user, box->name, change, text, more != NULL ? more : "",
                         box->modseq, box->uid_validity, box->uid_next,
                         mail_copy_box_get_n_visible (box));
}

static void
tell_set (MailImapReader *self, ImapSet *uids, const char *change, const char *sentence)
{
  imap_set_resolve (uids, G_MAXUINT32);
  if (!imap_set_is_empty (uids))
    tell_change (self, uids, change, sentence, NULL);
}

/* Whether the flags of a message are to be told: a new one without any needs no words. */
static gboolean
has_news (const MailImapReader *self, const MailCopied *copied)
{
  return imap_set_contains (self->news.flags, copied->uid) && !copied->is_hidden;
}

/* One note for each set of flags, told where the first message has it. */
static void
tell_flags (MailImapReader *self)
{
  g_autoptr (GPtrArray) told = g_ptr_array_new_with_free_func (g_free);

  imap_set_resolve (self->news.flags, G_MAXUINT32);
  for (guint i = 0; i < self->box->messages->len; i++)
    {
      const MailCopied *copied = get_copied (self->box, i);
      g_autofree char  *flags = mail_copied_format_flags (copied);
      g_autofree char  *sentence = NULL;
      g_autofree char  *more = NULL;
      g_autoptr (ImapSet) uids = imap_set_new ();

      if (!has_news (self, copied) ||
          g_ptr_array_find_with_equal_func (told, flags, g_str_equal, NULL))
        continue;
      for (guint j = i; j < self->box->messages->len; j++)
        {
          const MailCopied *other = get_copied (self->box, j);
          g_autofree char  *others = mail_copied_format_flags (other);

          if (has_news (self, other) && strcmp (others, flags) == 0)
            imap_set_append (uids, other->uid);
        }
      sentence = g_strdup_printf ("with the flags %s", flags);
      more = g_strdup_printf ("flags: %s\n", flags);
      tell_change (self, uids, "flags", sentence, more);
      g_ptr_array_add (told, g_steal_pointer (&flags));
    }
}

void
mail_imap_reader_tell_news (MailImapReader *self)
{
  if (self->box != NULL && self->own_copy == NULL && self->action->kind != SIM_ACTION_FETCH)
    {
      tell_set (self, self->news.removed, "removed", "gone");
      tell_set (self, self->news.added, "added", "new");
      tell_flags (self);
    }
  g_array_set_size (self->news.removed->ranges, 0);
  g_array_set_size (self->news.added->ranges, 0);
  g_array_set_size (self->news.flags->ranges, 0);
}
