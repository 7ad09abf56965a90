/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "mail-imap-parts.h"

/* SELECT, EXAMINE, CLOSE, UNSELECT (RFC 9051 sections 6.3.2, 6.3.3, 6.4.1, 6.4.2), and catching up
 * with a mailbox on the way in (RFC 7162 section 3.2.5). */

/* Rights without any of which a mailbox is for reading only (RFC 4314 section 5.2). */
#define WRITING_RIGHTS "iswte"

/* What is the same for all */

static guint
find_first_unseen (MailImap *self)
{
  guint n = mail_mailbox_get_n_messages (self->mailbox);

  for (guint i = 0; i < n; i++)
    if ((mail_mailbox_get (self->mailbox, i)->flags & IMAP_FLAG_SEEN) == 0)
      return i + 1;
  return 0;
}

static void
tell_list (MailImap *self, const char *name)
{
  g_autoptr (GString) text = g_string_new ("LIST () ");

  imap_append_delimiter (text, MAIL_ACCOUNT_DELIMITER);
  g_string_append_c (text, ' ');
  imap_append_mailbox (text, name, mail_imap_get_write_flags (self));
  mail_imap_send (self, "%s", text->str);
}

static void
tell_mailbox (MailImap *self, const char *name)
{
  gboolean is_rev2 = mail_imap_has_enabled (self, IMAP_ENABLED_REV2);
  guint    unseen = is_rev2 ? 0 : find_first_unseen (self);

  mail_imap_tell_flags (self);
  mail_imap_send (self, "%u EXISTS", imap_view_get_n (&self->view));
  if (!is_rev2)
    mail_imap_send (self, "%u RECENT", g_hash_table_size (self->recents));
  if (unseen != 0)
    mail_imap_send (self, "OK [UNSEEN %u] The first that is not seen", unseen);
  mail_imap_send (self, "OK [UIDVALIDITY %u] UIDs are valid",
                  mail_mailbox_get_uid_validity (self->mailbox));
  mail_imap_send (self, "OK [UIDNEXT %u] The next UID",
                  mail_mailbox_get_uid_next (self->mailbox));
  mail_imap_send (self, "OK [HIGHESTMODSEQ %" G_GUINT64_FORMAT "] Highest so far",
                  mail_mailbox_get_modseq (self->mailbox));
  mail_imap_send (self, "OK [MAILBOXID (%s)] Its name for ever",
                  mail_mailbox_get_id (self->mailbox));
  if (is_rev2)
    tell_list (self, name);
}

/* Catching up */

/* The last UID up to which the client knows what is gone: the last pair of message sequence number
 * and UID that is so here too (RFC 7162 section 3.2.5.2). */
static guint32
find_known (MailImap *self, const ImapSelect *select)
{
  const GArray *numbers, *uids;
  guint         i = 0, j = 0;
  guint32       number, uid, known = 0;

  if (select->match_sequences == NULL || select->match_uids == NULL)
    return 0;
  numbers = select->match_sequences->ranges;
  uids = select->match_uids->ranges;
  if (numbers->len == 0 || uids->len == 0)
    return 0;
  number = g_array_index (numbers, ImapRange, 0).from;
  uid = g_array_index (uids, ImapRange, 0).from;
  for (;;)
    {
      if (number > imap_view_get_n (&self->view) || number == 0 ||
          imap_view_get_uid (&self->view, number) != uid)
        return known;
      known = uid;
      if (number++ >= g_array_index (numbers, ImapRange, i).to)
        {
          if (++i == numbers->len)
            return known;
          number = g_array_index (numbers, ImapRange, i).from;
        }
      if (uid++ >= g_array_index (uids, ImapRange, j).to)
        {
          if (++j == uids->len)
            return known;
          uid = g_array_index (uids, ImapRange, j).from;
        }
    }
}

/* Appends the part of @range that is from @from to @to. */
static void
add_common (ImapSet *out, const ImapRange *range, guint32 from, guint32 to)
{
  from = MAX (from, range->from);
  to = MIN (to, range->to);
  if (from <= to)
    imap_set_add (out, from, to);
}

/* Both are resolved. Returns: (transfer full): what is in both, above @known */
static ImapSet *
intersect (const ImapSet *a, const ImapSet *b, guint32 known)
{
  ImapSet *out = imap_set_new ();
  guint    j = 0;

  for (guint i = 0; i < a->ranges->len; i++)
    {
      const ImapRange *range = &g_array_index (a->ranges, ImapRange, i);

      while (j < b->ranges->len && g_array_index (b->ranges, ImapRange, j).to < range->from)
        j++;
      for (guint k = j; k < b->ranges->len; k++)
        {
          const ImapRange *other = &g_array_index (b->ranges, ImapRange, k);

          if (other->from > range->to)
            break;
          add_common (out, range, MAX (other->from, known + 1), other->to);
        }
    }
  return out;
}

/* Appends the part of @range that is not among the UIDs of the view. */
static void
add_unknown (MailImap *self, ImapSet *out, const ImapRange *range)
{
  g_autoptr (ImapSet) asked = imap_set_new ();
  g_autoptr (ImapSet) numbers = NULL;
  guint64 from = range->from;

  imap_set_add (asked, range->from, range->to);
  numbers = imap_view_resolve (&self->view, asked, TRUE, NULL);
  for (guint i = 0; i < numbers->ranges->len; i++)
    {
      const ImapRange *known = &g_array_index (numbers->ranges, ImapRange, i);

      for (guint number = known->from; number <= known->to; number++)
        {
          guint32 uid = imap_view_get_uid (&self->view, number);

          if (uid > from)
            imap_set_add (out, (guint32) from, uid - 1);
          from = (guint64) uid + 1;
        }
    }
  if (from <= range->to)
    imap_set_add (out, (guint32) from, range->to);
}

/* A message that the client still counts is told by VANISHED without (EARLIER), which moves the
 * numbers of others (RFC 7162 section 3.2.10), and by that alone. Returns: (transfer full): the
 * UIDs without those */
static ImapSet *
leave_out_known (MailImap *self, const ImapSet *uids)
{
  ImapSet *out = imap_set_new ();

  for (guint i = 0; i < uids->ranges->len; i++)
    add_unknown (self, out, &g_array_index (uids->ranges, ImapRange, i));
  return out;
}

void
mail_imap_tell_vanished (MailImap *self, const ImapSet *uids, guint64 modseq, guint32 known)
{
  g_autoptr (ImapSet) gone = imap_set_new ();
  g_autoptr (ImapSet) asked = NULL;
  g_autoptr (ImapSet) both = NULL;
  g_autoptr (ImapSet) told = NULL;

  if (uids->is_saved && self->saved == NULL)
    return;
  asked = imap_set_copy (uids->is_saved ? self->saved : uids);
  imap_set_resolve (asked, mail_mailbox_get_uid_next (self->mailbox) - 1);
  mail_mailbox_list_expunged (self->mailbox, modseq, gone);
  imap_set_resolve (gone, 0);
  both = intersect (gone, asked, known);
  told = leave_out_known (self, both);
  if (!imap_set_is_empty (told))
    {
      g_autofree char *text = imap_set_format (told);

      mail_imap_send (self, "VANISHED (EARLIER) %s", text);
    }
}

static void
tell_changed (MailImap *self, const ImapSet *uids, guint64 modseq)
{
  g_autoptr (ImapSet) numbers = imap_view_resolve (&self->view, uids, TRUE, NULL);
  g_autoptr (GString) out = g_string_new (NULL);

  for (guint i = 0; i < numbers->ranges->len; i++)
    {
      const ImapRange *range = &g_array_index (numbers->ranges, ImapRange, i);

      for (guint number = range->from; number <= range->to; number++)
        {
          const MailStored *stored = mail_imap_get_stored (self, number);

          if (stored == NULL || stored->modseq <= modseq)
            continue;
          g_string_printf (out, "* %u FETCH (UID %u ", number, stored->uid);
          mail_imap_append_flags (self, stored, out);
          g_string_append_printf (out, " MODSEQ (%" G_GUINT64_FORMAT "))\r\n", stored->modseq);
          imap_server_send (self->engine, out->str, out->len);
        }
    }
}

/* Returns: whether what the client knows is of this mailbox at all. */
static gboolean
catch_up (MailImap *self, const ImapSelect *select)
{
  g_autoptr (ImapSet) all = NULL;
  const ImapSet *uids = select->known_uids;

  if (select->uid_validity != mail_mailbox_get_uid_validity (self->mailbox))
    return FALSE;
  if (uids == NULL)
    {
      all = imap_set_new ();
      if (mail_mailbox_get_uid_next (self->mailbox) > 1)
        imap_set_add (all, 1, mail_mailbox_get_uid_next (self->mailbox) - 1);
      uids = all;
    }
  mail_imap_tell_vanished (self, uids, select->modseq, find_known (self, select));
  tell_changed (self, uids, select->modseq);
  return TRUE;
}

/* The commands */

/* Leaves what was selected, also where the new one then can't be (RFC 9051 section 6.3.2). */
static void
leave (MailImap *self)
{
  if (self->mailbox == NULL)
    return;
  mail_imap_deselect (self);
  imap_server_deselect (self->engine);
  imap_server_send_status (self->engine, IMAP_OK, "CLOSED", "The mailbox before is closed");
}

static void
note_selected (MailImap *self)
{
  guint n = imap_view_get_n (&self->view);

  mail_imap_note (self, 0, "selected",
                  n == 1 ? "%s is selected%s: %u message\nmessages: %u\nread-only: %s"
                         : "%s is selected%s: %u messages\nmessages: %u\nread-only: %s",
                  mail_mailbox_get_name (self->mailbox),
                  self->is_read_only ? " for reading only" : "", n, n,
                  self->is_read_only ? "yes" : "no");
}

void
mail_imap_do_select (MailImap *self, const ImapCommand *command)
{
  const ImapSelect *select = &command->select;
  g_autofree char  *rights = NULL;
  MailAccount      *account;
  const MailName   *name;
  gboolean          is_read_only = command->verb == IMAP_VERB_EXAMINE;
  gboolean          is_known = TRUE;

  if (select->is_qresync && !mail_imap_has_enabled (self, IMAP_ENABLED_QRESYNC))
    {
      mail_imap_complete (self, IMAP_BAD, NULL, "QRESYNC has to be enabled first");
      return;
    }
  leave (self);
  if (!mail_imap_find (self, command->mailbox, "r", &account, &name))
    return;
  if (name->mailbox == NULL)
    {
      mail_imap_complete (self, IMAP_NO, "CANNOT", "That name has no mailbox");
      return;
    }
  if (select->is_condstore)
    mail_imap_enable_condstore (self);
  rights = mail_account_dup_rights (account, name->name, self->user->name);
  is_read_only = is_read_only || strpbrk (rights, WRITING_RIGHTS) == NULL;
  mail_imap_enter (self, name->mailbox, account, rights, is_read_only);
  tell_mailbox (self, command->mailbox);
  note_selected (self);
  if (select->is_qresync)
    is_known = catch_up (self, select);
  mail_imap_complete (self, IMAP_OK, is_read_only ? "READ-ONLY" : "READ-WRITE",
                      is_known ? "Selected" : "Selected; its UIDVALIDITY is another");
}

/* Removes what is marked as deleted, and tells nobody here of it (RFC 9051 section 6.4.1). */
static void
expunge_silently (MailImap *self)
{
  g_autoptr (GArray) uids = NULL;

  if (self->is_read_only || strchr (self->rights, 'e') == NULL)
    return;
  uids = mail_imap_list_deleted (self, NULL);
  if (uids->len > 0)
    mail_mailbox_expunge (self->mailbox, (const guint32 *) uids->data, uids->len, self);
}

void
mail_imap_do_close (MailImap *self, const ImapCommand *command)
{
  if (command->verb == IMAP_VERB_CLOSE && self->mailbox != NULL &&
      !mail_mailbox_is_gone (self->mailbox))
    expunge_silently (self);
  mail_imap_deselect (self);
  imap_server_complete (self->engine, IMAP_OK, NULL, "Closed");
}
