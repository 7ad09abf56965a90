/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "mail-imap-parts.h"

/* What the client believes of the selected mailbox, and how it learns of changes (RFC 9051 section
 * 5.2). The view has the messages that it was told of; the mailbox has them all. Both ascend in
 * UIDs, so that one walk along both finds what differs. */

gboolean
mail_imap_has_enabled (const MailImap *self, guint enabled)
{
  return (imap_server_get_enabled (self->engine) & enabled) != 0;
}

void
mail_imap_enable_condstore (MailImap *self)
{
  if (mail_imap_has_enabled (self, IMAP_ENABLED_CONDSTORE))
    return;
  imap_server_enable (self->engine, IMAP_ENABLED_CONDSTORE);
  if (self->mailbox != NULL)
    mail_imap_send (self, "OK [HIGHESTMODSEQ %" G_GUINT64_FORMAT "] Highest so far",
                    mail_mailbox_get_modseq (self->mailbox));
}

/* Pieces of responses */

/* @out: room for all that a mailbox can have, and NULL */
static void
list_keywords (const MailMailbox *mailbox, guint64 bits, const char **out)
{
  for (guint i = 0; bits != 0; i++, bits >>= 1)
    if ((bits & 1) != 0)
      *out++ = mail_mailbox_get_keyword (mailbox, i);
  *out = NULL;
}

void
mail_imap_append_flags (MailImap *self, const MailStored *stored, GString *out)
{
  const char *keywords[MAIL_MAILBOX_KEYWORDS_MAX + 1];
  guint       flags = stored->flags;

  if (!mail_imap_has_enabled (self, IMAP_ENABLED_REV2) &&
      g_hash_table_contains (self->recents, GUINT_TO_POINTER (stored->uid)))
    flags |= IMAP_FLAG_RECENT;
  list_keywords (self->mailbox, stored->keywords, keywords);
  g_string_append (out, "FLAGS ");
  imap_append_flags (out, flags, keywords);
}

void
mail_imap_append_extras (MailImap *self, const MailStored *stored, GString *out)
{
  if (mail_imap_has_enabled (self, IMAP_ENABLED_CONDSTORE | IMAP_ENABLED_REV2))
    g_string_append_printf (out, " UID %u", stored->uid);
  if (mail_imap_has_enabled (self, IMAP_ENABLED_CONDSTORE))
    g_string_append_printf (out, " MODSEQ (%" G_GUINT64_FORMAT ")", stored->modseq);
}

/* "FLAGS" of all that a message may have here. */
void
mail_imap_tell_flags (MailImap *self)
{
  const char *keywords[MAIL_MAILBOX_KEYWORDS_MAX + 1];
  guint       n = mail_mailbox_get_n_keywords (self->mailbox);
  gboolean    has_keywords = FALSE;
  guint       permanent = 0;
  g_autoptr (GString) text = g_string_new ("FLAGS ");

  if (!self->is_read_only)
    permanent = mail_imap_permit_flags (self->rights, IMAP_FLAGS_PERMANENT, &has_keywords);
  self->n_keywords = n;
  list_keywords (self->mailbox, n < 64 ? (G_GUINT64_CONSTANT (1) << n) - 1 : G_MAXUINT64,
                 keywords);
  imap_append_flags (text, IMAP_FLAGS_PERMANENT, keywords);
  mail_imap_send (self, "%s", text->str);
  g_string_assign (text, "OK [PERMANENTFLAGS ");
  if (!has_keywords)
    keywords[0] = NULL;
  imap_append_flags (text, permanent, keywords);
  if (has_keywords && n < MAIL_MAILBOX_KEYWORDS_MAX)
    {
      g_string_truncate (text, text->len - 1);
      g_string_append (text, permanent != 0 || keywords[0] != NULL ? " \\*)" : "\\*)");
    }
  mail_imap_send (self, "%s] Flags that last", text->str);
}

/* Which message is where */

const MailStored *
mail_imap_get_stored (MailImap *self, guint sequence)
{
  guint32           uid = imap_view_get_uid (&self->view, sequence);
  const MailStored *stored = NULL;
  guint             index = sequence - 1;

  /* Where nothing is gone yet they stand at the same places. */
  if (index < mail_mailbox_get_n_messages (self->mailbox))
    stored = mail_mailbox_get (self->mailbox, index);
  if (stored != NULL && stored->uid == uid)
    return stored;
  return mail_mailbox_find_stored (self->mailbox, uid);
}

ImapSet *
mail_imap_resolve (MailImap *self, const ImapSet *set, gboolean is_uid)
{
  gboolean is_wrong = FALSE;
  ImapSet *numbers;

  if (set->is_saved && self->saved == NULL)
    return imap_set_new ();
  if (set->is_saved)
    numbers = imap_view_resolve (&self->view, self->saved, TRUE, NULL);
  else
    numbers = imap_view_resolve (&self->view, set, is_uid, &is_wrong);
  if (is_wrong)
    {
      g_clear_pointer (&numbers, imap_set_free);
      mail_imap_complete (self, IMAP_BAD, NULL, "There is no message of that number");
    }
  return numbers;
}

gboolean
mail_imap_may_change (MailImap *self, const char *rights)
{
  if (!self->is_read_only && (*rights == '\0' || strpbrk (self->rights, rights) != NULL))
    return TRUE;
  mail_imap_complete (self, IMAP_NO, self->is_read_only ? "CANNOT" : "NOPERM",
                      self->is_read_only ? "The mailbox is open for reading only"
                                         : "You have no right to do that here");
  return FALSE;
}

/* Changes */

/* Whether messages that the client knows of are gone: those up to the last it knows are fewer. */
static gboolean
has_gone (MailImap *self)
{
  guint    n = imap_view_get_n (&self->view);
  gboolean found;
  guint    n_present;

  if (n == 0)
    return FALSE;
  n_present = mail_mailbox_find (self->mailbox, imap_view_get_uid (&self->view, n), &found);
  return n_present + (found ? 1 : 0) < n;
}

/* Tells of all that is gone, and closes the gaps in the view. */
static void
tell_gone (MailImap *self)
{
  g_autoptr (ImapSet) vanished = imap_set_new ();
  gboolean is_quick = mail_imap_has_enabled (self, IMAP_ENABLED_QRESYNC);
  guint    n = imap_view_get_n (&self->view);
  guint    n_kept = 0;
  guint    index = 0;

  for (guint i = 1; i <= n; i++)
    {
      guint32 uid = imap_view_get_uid (&self->view, i);

      if (index < mail_mailbox_get_n_messages (self->mailbox) &&
          mail_mailbox_get (self->mailbox, index)->uid == uid)
        {
          imap_view_set_uid (&self->view, ++n_kept, uid);
          index++;
          continue;
        }
      if (is_quick)
        imap_set_append (vanished, uid);
      else
        mail_imap_send (self, "%u EXPUNGE", n_kept + 1);
      g_hash_table_remove (self->recents, GUINT_TO_POINTER (uid));
    }
  g_array_set_size (self->view.uids, n_kept);
  if (is_quick)
    {
      g_autofree char *uids = imap_set_format (vanished);

      mail_imap_send (self, "VANISHED %s", uids);
    }
}

/* Takes new messages into the view. Returns: whether there are any */
static gboolean
take_new (MailImap *self)
{
  guint    n_known = imap_view_get_n (&self->view);
  guint32  last = n_known > 0 ? imap_view_get_uid (&self->view, n_known) : 0;
  guint    n = mail_mailbox_get_n_messages (self->mailbox);
  gboolean found;
  guint    first = mail_mailbox_find (self->mailbox, last, &found) + (found ? 1 : 0);
  guint32  recent_from;

  if (first >= n)
    return FALSE;
  recent_from = mail_mailbox_take_recent (self->mailbox, !self->is_read_only);
  for (guint i = first; i < n; i++)
    {
      guint32 uid = mail_mailbox_get (self->mailbox, i)->uid;

      imap_view_append (&self->view, uid);
      if (uid >= recent_from)
        g_hash_table_add (self->recents, GUINT_TO_POINTER (uid));
    }
  return TRUE;
}

static void
tell_new (MailImap *self)
{
  mail_imap_send (self, "%u EXISTS", imap_view_get_n (&self->view));
  if (!mail_imap_has_enabled (self, IMAP_ENABLED_REV2))
    mail_imap_send (self, "%u RECENT", g_hash_table_size (self->recents));
}

static void
tell_message_flags (MailImap *self, guint number, const MailStored *stored, GString *out)
{
  g_string_printf (out, "* %u FETCH (", number);
  mail_imap_append_flags (self, stored, out);
  mail_imap_append_extras (self, stored, out);
  g_string_append (out, ")\r\n");
  imap_server_send (self->engine, out->str, out->len);
}

/* Tells the flags of the first @n messages of the view that have changed since @modseq. */
static void
tell_changed_flags (MailImap *self, guint n, guint64 modseq)
{
  g_autoptr (GPtrArray) changed = mail_mailbox_list_changed (self->mailbox, modseq);
  g_autoptr (GString) out = g_string_new (NULL);

  if (self->n_keywords < mail_mailbox_get_n_keywords (self->mailbox))
    mail_imap_tell_flags (self);
  for (guint i = 0; i < changed->len; i++)
    {
      const MailStored *stored = g_ptr_array_index (changed, i);
      guint             number = imap_view_find (&self->view, stored->uid);

      if (number != 0 && number <= n)
        tell_message_flags (self, number, stored, out);
    }
}

static void
tell (MailImap *self, gboolean may_tell_gone)
{
  guint64  modseq = self->told_modseq;
  guint64  now = mail_mailbox_get_modseq (self->mailbox);
  gboolean tells_gone = may_tell_gone && (self->has_gone || now != modseq) && has_gone (self);
  guint    n_known;

  if (now == modseq && !tells_gone)
    return;
  if (tells_gone)
    {
      mail_imap_update_contexts (self);
      tell_gone (self);
    }
  self->told_modseq = now;
  self->has_gone = !may_tell_gone && has_gone (self);
  if (now == modseq)
    return;
  n_known = imap_view_get_n (&self->view);
  if (take_new (self))
    tell_new (self);
  tell_changed_flags (self, n_known, modseq);
}

void
mail_imap_tell_present (MailImap *self)
{
  if (self->mailbox != NULL && !mail_mailbox_is_gone (self->mailbox))
    tell (self, FALSE);
}

/* The mailbox is no more: whoever deletes his own knows; others can't go on. */
static void
lose_mailbox (MailImap *self)
{
  const ImapCommand *command = imap_server_get_command (self->engine);

  mail_imap_deselect (self);
  if (command == NULL || command->verb != IMAP_VERB_DELETE)
    {
      mail_imap_note (self, TRACE_FLAG_WARNING, "mailbox-gone",
                      "the selected mailbox was deleted: the session ends");
      imap_server_bye (self->engine, NULL, "The selected mailbox was deleted");
      return;
    }
  imap_server_send_status (self->engine, IMAP_OK, "CLOSED", "The mailbox is no more");
  imap_server_deselect (self->engine);
}

void
mail_imap_tell_changes (MailImap *self)
{
  if (self->mailbox == NULL)
    return;
  if (mail_mailbox_is_gone (self->mailbox))
    {
      lose_mailbox (self);
      return;
    }
  tell (self, imap_server_may_tell_expunge (self->engine));
  /* Also when there was nothing to tell: the client's own changes, which it knows of, are news for
   * searches that it has kept up to date. */
  mail_imap_update_contexts (self);
}

void
mail_imap_set_flags (MailImap *self, const MailFlagChange *changes, guint n)
{
  mail_imap_tell_present (self);
  mail_mailbox_set_flags (self->mailbox, changes, n, self);
  self->told_modseq = mail_mailbox_get_modseq (self->mailbox);
}

/* Selecting */

/* Told when the client can be: at once in IDLE, else with the next command. */
static void
on_changed (MailMailbox *mailbox, gpointer by, gpointer user_data)
{
  MailImap *self = user_data;

  if (by != self && imap_server_is_idle (self->engine))
    wire_session_wake (&self->session);
}

void
mail_imap_enter (MailImap    *self,
                 MailMailbox *mailbox,
                 MailAccount *account,
                 const char  *rights,
                 gboolean     is_read_only)
{
  self->mailbox = mail_mailbox_ref (mailbox);
  self->account = account;
  self->rights = g_strdup (rights);
  self->is_read_only = is_read_only;
  self->told_modseq = mail_mailbox_get_modseq (mailbox);
  self->has_gone = FALSE;
  take_new (self);
  self->watch = mail_mailbox_watch (mailbox, on_changed, self);
}

void
mail_imap_deselect (MailImap *self)
{
  if (self->mailbox == NULL)
    return;
  mail_imap_clear_contexts (self);
  mail_mailbox_unwatch (self->mailbox, self->watch);
  g_clear_pointer (&self->mailbox, mail_mailbox_unref);
  g_clear_pointer (&self->rights, g_free);
  g_clear_pointer (&self->saved, imap_set_free);
  g_hash_table_remove_all (self->recents);
  imap_view_empty (&self->view);
  self->account = NULL;
  self->is_read_only = FALSE;
}
