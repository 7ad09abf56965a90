/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "mail-imap-parts.h"

/* COPY, MOVE and EXPUNGE (RFC 9051 sections 6.4.3, 6.4.7 and 6.4.8; RFC 4315, RFC 6851): all of the
 * messages, or none. */

/* Messages on their way to another mailbox, with what they take along. */
typedef struct
{
  GPtrArray *messages; /* of MailMessage, referenced */
  GArray    *uids;     /* of guint32: where they come from */
  GArray    *how;      /* of MailArrival; keywords are in: */
  GPtrArray *keywords; /* of const char **, NULL-terminated, owned; each string borrowed */
  guint64    n_bytes;
  gboolean   is_gone;  /* a message was there no more */
} Load;

static Load *
load_new (void)
{
  Load *self = g_new0 (Load, 1);

  self->messages = g_ptr_array_new_with_free_func ((GDestroyNotify) mail_message_unref);
  self->uids = g_array_new (FALSE, FALSE, sizeof (guint32));
  self->how = g_array_new (FALSE, FALSE, sizeof (MailArrival));
  self->keywords = g_ptr_array_new_with_free_func (g_free);
  return self;
}

static void
load_free (Load *self)
{
  g_ptr_array_unref (self->messages);
  g_array_unref (self->uids);
  g_array_unref (self->how);
  g_ptr_array_unref (self->keywords);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Load, load_free)

static const char *const *
take_keywords (Load *load, const MailMailbox *mailbox, guint64 bits)
{
  GPtrArray *names;

  if (bits == 0)
    return NULL;
  names = g_ptr_array_new ();
  for (guint i = 0; bits != 0; i++, bits >>= 1)
    if ((bits & 1) != 0)
      g_ptr_array_add (names, (gpointer) mail_mailbox_get_keyword (mailbox, i));
  g_ptr_array_add (names, NULL);
  g_ptr_array_add (load->keywords, g_ptr_array_free (names, FALSE));
  return g_ptr_array_index (load->keywords, load->keywords->len - 1);
}

/* @rights: in the mailbox that it goes to: they decide which flags go along (RFC 4314 section 4) */
static void
load_one (MailImap *self, Load *load, guint number, const char *rights)
{
  const MailStored *stored = mail_imap_get_stored (self, number);
  MailArrival       arrival = { 0 };
  gboolean          may_keywords;

  if (stored == NULL)
    {
      load->is_gone = TRUE;
      return;
    }
  arrival.number = stored->number;
  arrival.flags = mail_imap_permit_flags (rights, stored->flags, &may_keywords);
  if (may_keywords)
    arrival.keywords = take_keywords (load, self->mailbox, stored->keywords);
  arrival.has_date = TRUE;
  arrival.internal_us = stored->internal_us;
  arrival.zone_minutes = stored->zone_minutes;
  g_ptr_array_add (load->messages, mail_message_ref (stored->message));
  g_array_append_val (load->uids, stored->uid);
  g_array_append_val (load->how, arrival);
  load->n_bytes += mail_message_get_size (stored->message);
}

static Load *
load_all (MailImap *self, const ImapSet *numbers, const char *rights)
{
  Load *load = load_new ();

  for (guint i = 0; i < numbers->ranges->len; i++)
    {
      const ImapRange *range = &g_array_index (numbers->ranges, ImapRange, i);

      for (guint number = range->from; number <= range->to; number++)
        load_one (self, load, number, rights);
    }
  return load;
}

/* Returns: (transfer full): "COPYUID 432432 42:69 1202:1229" (RFC 4315 section 3) */
static char *
format_copy_uid (const MailMailbox *target, const Load *load, guint32 first)
{
  g_autoptr (ImapSet) from = imap_set_new ();
  g_autoptr (ImapSet) to = imap_set_new ();
  g_autofree char *from_text = NULL;
  g_autofree char *to_text = NULL;

  for (guint i = 0; i < load->uids->len; i++)
    imap_set_append (from, g_array_index (load->uids, guint32, i));
  imap_set_add (to, first, first + load->uids->len - 1);
  from_text = imap_set_format (from);
  to_text = imap_set_format (to);
  return g_strdup_printf ("COPYUID %u %s %s", mail_mailbox_get_uid_validity (target), from_text,
                          to_text);
}

/* Returns: (transfer full) (nullable): "HIGHESTMODSEQ 5", what a client that resynchronizes
 * quickly is told after messages have gone (RFC 7162 section 3.2.7) */
static char *
format_modseq (MailImap *self)
{
  if (!mail_imap_has_enabled (self, IMAP_ENABLED_QRESYNC))
    return NULL;
  return g_strdup_printf ("HIGHESTMODSEQ %" G_GUINT64_FORMAT,
                          mail_mailbox_get_modseq (self->mailbox));
}

static void
move (MailImap *self, const Load *load, const char *copy_uid)
{
  g_autofree char *code = NULL;

  imap_server_send_status (self->engine, IMAP_OK, copy_uid, "Moved");
  mail_mailbox_expunge (self->mailbox, (const guint32 *) load->uids->data, load->uids->len, self);
  code = format_modseq (self);
  mail_imap_complete (self, IMAP_OK, code, "Moved");
}

static gboolean
is_allowed (MailImap *self, const ImapCommand *command)
{
  if (command->verb != IMAP_VERB_MOVE)
    return TRUE;
  return mail_imap_may_change (self, "t") && mail_imap_may_change (self, "e");
}

void
mail_imap_do_copy (MailImap *self, const ImapCommand *command)
{
  gboolean     is_move = command->verb == IMAP_VERB_MOVE;
  g_autoptr (ImapSet) numbers = mail_imap_resolve (self, command->set, command->is_uid);
  g_autoptr (Load) load = NULL;
  g_autofree char *rights = NULL;
  g_autofree char *code = NULL;
  MailAccount     *account;
  MailMailbox     *target;
  guint32          first;

  if (numbers == NULL || !is_allowed (self, command))
    return;
  target = mail_imap_find_target (self, command->mailbox, &account, &rights);
  if (target == NULL)
    return;
  load = load_all (self, numbers, rights);
  if (load->is_gone && !command->is_uid)
    {
      mail_imap_complete (self, IMAP_NO, "EXPUNGEISSUED",
                          "Some of the messages are there no more: nothing was copied");
      return;
    }
  if (load->messages->len == 0)
    {
      mail_imap_complete (self, IMAP_OK, NULL, "There was nothing to copy");
      return;
    }
  /* What moves within an account takes no more room than before (RFC 6851 section 4.1). */
  if (!(is_move && account == self->account) &&
      !mail_imap_check_room (self, account, load->messages->len, load->n_bytes))
    return;
  first = mail_mailbox_store (target, (MailMessage *const *) load->messages->pdata,
                              (const MailArrival *) load->how->data, load->messages->len);
  code = format_copy_uid (target, load, first);
  if (is_move)
    move (self, load, code);
  else
    mail_imap_complete (self, IMAP_OK, code, "Copied");
}

/* EXPUNGE */

GArray *
mail_imap_list_deleted (MailImap *self, const ImapSet *numbers)
{
  GArray *uids = g_array_new (FALSE, FALSE, sizeof (guint32));
  guint   n = imap_view_get_n (&self->view);

  for (guint number = 1; number <= n; number++)
    {
      const MailStored *stored;

      if (numbers != NULL && !imap_set_contains (numbers, number))
        continue;
      stored = mail_imap_get_stored (self, number);
      if (stored != NULL && (stored->flags & IMAP_FLAG_DELETED) != 0)
        g_array_append_val (uids, stored->uid);
    }
  return uids;
}

void
mail_imap_do_expunge (MailImap *self, const ImapCommand *command)
{
  g_autoptr (ImapSet) numbers = NULL;
  g_autoptr (GArray) uids = NULL;
  g_autofree char *code = NULL;

  if (!mail_imap_may_change (self, "e"))
    return;
  if (command->set != NULL)
    {
      numbers = mail_imap_resolve (self, command->set, TRUE);
      if (numbers == NULL)
        return;
    }
  uids = mail_imap_list_deleted (self, numbers);
  if (uids->len > 0)
    {
      mail_mailbox_expunge (self->mailbox, (const guint32 *) uids->data, uids->len, self);
      code = format_modseq (self);
    }
  mail_imap_complete (self, IMAP_OK, code, "Expunged");
}
