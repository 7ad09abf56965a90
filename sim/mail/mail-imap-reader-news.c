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

void
mail_imap_reader_lose (MailImapReader *self, guint32 uid)
{
  if (self->box != NULL && uid != 0 && mail_copy_box_remove (self->box, uid))
    add_to (self->news.removed, uid);
}

void
mail_imap_reader_begin_box (MailImapReader *self, MailCopyBox *box)
{
  self->box = box;
  self->is_selected = FALSE;
  self->uid_next = 0;
  self->modseq = 0;
  imap_view_empty (&self->view);
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

  if (box->uid_validity == uid_validity)
    return;
  if (box->uid_validity != 0)
    mail_imap_reader_note (self, "copy-dropped", TRACE_FLAG_WARNING,
                           "the server counts %s anew: the copy is of no use any more\n"
                           "mailbox: %s\nuid-validity: %u", box->name, box->name, uid_validity);
  for (guint i = 0; i < box->messages->len; i++)
    add_to (self->news.removed, ((MailCopied *) g_ptr_array_index (box->messages, i))->uid);
  mail_copy_box_forget (box, uid_validity);
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
    {
      guint32 uid = ((MailCopied *) g_ptr_array_index (self->box->messages, i))->uid;

      if (imap_set_contains (uids, uid))
        mail_imap_reader_lose (self, uid);
    }
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
  imap_flags_clear (&copied->flags);
  imap_value_read_flags (value, &copied->flags);
  copied->flags.system &= ~(guint) IMAP_FLAG_RECENT;
  add_to (self->told, copied->uid);
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
    self->n_fetched++;
  mail_message_unref (copied->message);
  copied->message = mail_message_new (bytes);
  copied->number = mail_register_number (self->messages, bytes);
}

static void
take_fetch (MailImapReader *self, const ImapResponse *response)
{
  const ImapValue *uid_value = imap_response_find (response, "UID");
  const ImapValue *flags = imap_response_find (response, "FLAGS");
  const ImapValue *body = imap_response_find (response, "BODY[]");
  guint64          number = response->number;
  guint64          uid = 0;
  gboolean         is_new;
  MailCopied      *copied;

  if (number < 1 || number > imap_view_get_n (&self->view))
    return;
  if (uid_value != NULL && imap_value_get_number (uid_value, &uid) && uid <= G_MAXUINT32)
    imap_view_set_uid (&self->view, (guint) number, (guint32) uid);
  uid = imap_view_get_uid (&self->view, (guint) number);
  if (uid == 0)
    return;
  is_new = mail_copy_box_find (self->box, (guint32) uid) == NULL;
  copied = mail_copy_box_add (self->box, (guint32) uid);
  if (is_new)
    add_to (self->news.added, copied->uid);
  if (flags != NULL)
    take_flags (self, copied, flags);
  if (body != NULL)
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

  if (response->values->len < 3)
    return;
  attributes = g_ptr_array_index (response->values, 0);
  value = g_ptr_array_index (response->values, 2);
  name = imap_value_get_text (value);
  if (name == NULL || has_attribute (attributes, "\\Noselect") ||
      has_attribute (attributes, "\\NonExistent"))
    return;
  decoded = is_utf8 && g_utf8_validate (name, -1, NULL) ? NULL
                                                        : imap_name_from_utf7 (name, strlen (name));
  g_ptr_array_add (self->names, decoded != NULL ? decoded : g_strdup (name));
}

/* All of it */

static void
take_exists (MailImapReader *self, guint64 number)
{
  /* Nobody has room for more; what the server says of them is not taken in. */
  while (imap_view_get_n (&self->view) < MIN (number, G_MAXUINT32 / 64))
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

static void
tell_one (MailImapReader *self, ImapSet *uids, const char *change, const char *sentence)
{
  g_autofree char *text = NULL;
  guint64          n;

  imap_set_resolve (uids, G_MAXUINT32);
  n = imap_set_count (uids);
  text = imap_set_format (uids);
  if (n > 0)
    mail_imap_reader_note (self, "mailbox", 0,
                           "%s: %" G_GUINT64_FORMAT " %s %s\nuser: %s\nmailbox: %s\nchange: %s\n"
                           "uids: %s\nmodseq: %" G_GUINT64_FORMAT "\nuid-validity: %u\n"
                           "uid-next: %u\nmessages: %u",
                           self->box->name, n, n == 1 ? "message" : "messages", sentence,
                           self->action->user, self->box->name, change, text, self->box->modseq,
                           self->box->uid_validity, self->box->uid_next,
                           self->box->messages->len);
  g_array_set_size (uids->ranges, 0);
}

/* The flags of messages that have the same ones, each time. */
static void
tell_flags (MailImapReader *self)
{
  imap_set_resolve (self->news.flags, G_MAXUINT32);
  imap_set_resolve (self->news.added, G_MAXUINT32);
  for (guint i = 0; i < self->box->messages->len; i++)
    {
      const MailCopied *copied = g_ptr_array_index (self->box->messages, i);
      g_autoptr (GString) flags = g_string_new (NULL);
      g_autoptr (ImapSet) uids = imap_set_new ();
      g_autofree char *sentence = NULL;

      if (!imap_set_contains (self->news.flags, copied->uid))
        continue;
      if (copied->flags.keywords != NULL)
        g_ptr_array_add (copied->flags.keywords, NULL);
      imap_append_flags (flags, copied->flags.system,
                         copied->flags.keywords != NULL
                             ? (const char *const *) copied->flags.keywords->pdata
                             : NULL);
      if (copied->flags.keywords != NULL)
        g_ptr_array_set_size (copied->flags.keywords, (int) copied->flags.keywords->len - 1);
      if (imap_set_contains (self->news.added, copied->uid) && copied->flags.system == 0 &&
          copied->flags.keywords == NULL)
        continue;
      imap_set_append (uids, copied->uid);
      sentence = g_strdup_printf ("with flags %s", flags->str);
      g_string_truncate (flags, flags->len - 1);
      g_string_erase (flags, 0, 1);
      {
        g_autofree char *change = g_strdup_printf ("flags\nflags: %s", flags->str);

        tell_one (self, uids, change, sentence);
      }
    }
  g_array_set_size (self->news.flags->ranges, 0);
}

void
mail_imap_reader_tell_news (MailImapReader *self)
{
  g_autoptr (ImapSet) added = NULL;

  if (self->box == NULL || self->own_copy != NULL)
    return;
  added = imap_set_copy (self->news.added);
  tell_one (self, self->news.removed, "removed", "gone");
  tell_one (self, added, "added", "new");
  tell_flags (self);
  g_array_set_size (self->news.added->ranges, 0);
}
