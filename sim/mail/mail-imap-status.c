/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-imap-names-parts.h"

/* STATUS (RFC 9051 section 6.3.11, RFC 3501 section 6.3.10), with the items of RFC 7162, 7889,
 * 8438, 8474 and 9208. */

/* What has to be counted. */
typedef struct
{
  guint   n_unseen, n_deleted, n_recent;
  guint64 size, deleted_size;
} Counts;

static gboolean
is_recent (MailImap *self, MailMailbox *mailbox, guint32 recent_from, guint32 uid)
{
  return uid >= recent_from ||
         (mailbox == self->mailbox && self->recents != NULL &&
          g_hash_table_contains (self->recents, GUINT_TO_POINTER (uid)));
}

static void
count (MailImap *self, MailMailbox *mailbox, guint items, Counts *counts)
{
  guint    n = mail_mailbox_get_n_messages (mailbox);
  guint32  recent_from = mail_mailbox_take_recent (mailbox, FALSE);
  gboolean has_sizes = (items & (IMAP_STATUS_SIZE | IMAP_STATUS_DELETED_STORAGE)) != 0;

  for (guint i = 0; i < n; i++)
    {
      const MailStored *stored = mail_mailbox_get (mailbox, i);
      gboolean          is_deleted = (stored->flags & IMAP_FLAG_DELETED) != 0;
      guint64           size = has_sizes ? mail_message_get_size (stored->message) : 0;

      counts->n_unseen += (stored->flags & IMAP_FLAG_SEEN) == 0;
      counts->n_deleted += is_deleted;
      counts->n_recent += is_recent (self, mailbox, recent_from, stored->uid);
      counts->size += size;
      counts->deleted_size += is_deleted ? size : 0;
    }
}

/* As CAPABILITY tells it (RFC 7889 section 3). */
static guint64
get_append_limit (const MailImap *self)
{
  guint64 limit = self->host->config->size_max;

  return limit != 0 ? limit : IMAP_SERVER_APPEND_BYTES_MAX;
}

static guint64
get_number (MailImap *self, MailMailbox *mailbox, ImapStatusItem item, const Counts *counts)
{
  switch (item)
    {
    case IMAP_STATUS_MESSAGES:
      return mail_mailbox_get_n_messages (mailbox);
    case IMAP_STATUS_RECENT:
      return counts->n_recent;
    case IMAP_STATUS_UIDNEXT:
      return mail_mailbox_get_uid_next (mailbox);
    case IMAP_STATUS_UIDVALIDITY:
      return mail_mailbox_get_uid_validity (mailbox);
    case IMAP_STATUS_UNSEEN:
      return counts->n_unseen;
    case IMAP_STATUS_DELETED:
      return counts->n_deleted;
    case IMAP_STATUS_SIZE:
      return counts->size;
    case IMAP_STATUS_HIGHESTMODSEQ:
      return mail_mailbox_get_modseq (mailbox);
    case IMAP_STATUS_APPENDLIMIT:
      return get_append_limit (self);
    case IMAP_STATUS_DELETED_STORAGE:
      return counts->deleted_size;
    case IMAP_STATUS_MAILBOXID:
      break;
    }
  return 0;
}

static void
append_item (MailImap      *self,
             MailMailbox   *mailbox,
             ImapStatusItem item,
             const Counts  *counts,
             GString       *out)
{
  g_string_append_printf (out, "%s ", imap_status_item_get_name (item));
  if (item == IMAP_STATUS_MAILBOXID)
    g_string_append_printf (out, "(%s)", mail_mailbox_get_id (mailbox));
  else
    g_string_append_printf (out, "%" G_GUINT64_FORMAT, get_number (self, mailbox, item, counts));
}

void
mail_imap_append_status (MailImap    *self,
                         MailMailbox *mailbox,
                         const char  *name,
                         guint        items,
                         GString     *out)
{
  Counts      counts = { 0 };
  const char *separator = "";

  if ((items & (IMAP_STATUS_UNSEEN | IMAP_STATUS_DELETED | IMAP_STATUS_RECENT | IMAP_STATUS_SIZE |
                IMAP_STATUS_DELETED_STORAGE)) != 0)
    count (self, mailbox, items, &counts);
  g_string_append (out, "STATUS ");
  imap_append_mailbox (out, name, mail_imap_get_write_flags (self));
  g_string_append (out, " (");
  for (guint i = 0; i < IMAP_N_STATUS_ITEMS; i++)
    {
      if ((items & 1u << i) == 0)
        continue;
      g_string_append (out, separator);
      append_item (self, mailbox, (ImapStatusItem) (1u << i), &counts, out);
      separator = " ";
    }
  g_string_append_c (out, ')');
}

void
mail_imap_do_status (MailImap *self, const ImapCommand *command)
{
  g_autoptr (GString) out = g_string_new (NULL);
  MailAccount    *account = NULL;
  const MailName *name = NULL;

  if (!mail_imap_find (self, command->mailbox, "r", &account, &name))
    return;
  if (name->mailbox == NULL)
    {
      mail_imap_complete (self, IMAP_NO, "NONEXISTENT", "It is no mailbox, only a level of names");
      return;
    }
  if ((command->status_items & IMAP_STATUS_HIGHESTMODSEQ) != 0)
    mail_imap_enable_condstore (self);
  mail_imap_append_status (self, name->mailbox, command->mailbox, command->status_items, out);
  mail_imap_send (self, "%s", out->str);
  mail_imap_complete (self, IMAP_OK, NULL, "STATUS completed");
}
