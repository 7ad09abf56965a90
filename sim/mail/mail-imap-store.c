/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "mail-imap-parts.h"

/* STORE (RFC 9051 section 6.4.6, RFC 7162 section 3.1.3): the flags of all messages change at once,
 * and then the client is told, message by message. */

typedef struct
{
  MailImap          *imap;
  const ImapCommand *command; /* borrowed: it is there until it is completed */
  GArray            *told;     /* of guint: message sequence numbers to tell the flags of */
  guint              n_told;   /* of them already */
  ImapSet           *modified; /* numbers or UIDs that had changed: nothing was done to them */
  gboolean           is_gone;  /* a message was there no more */
  GString           *out;
} Store;

static void
free_store (gpointer data)
{
  Store *self = data;

  g_array_unref (self->told);
  imap_set_free (self->modified);
  g_string_free (self->out, TRUE);
  g_free (self);
}

/* What changes */

/* What the command asks for, as far as the user may. */
typedef struct
{
  guint   system;
  guint64 keywords;
  guint   system_mask; /* what may change at all */
  guint64 keywords_mask;
} Wish;

/* Looks the keywords up, and adds them to the mailbox's where they are to be set. Returns: FALSE:
 * there is no room for them */
static gboolean
find_keywords (MailImap *self, const ImapCommand *command, guint64 *out_bits)
{
  const GPtrArray *keywords = command->flags.keywords;

  *out_bits = 0;
  for (guint i = 0; keywords != NULL && i < keywords->len; i++)
    {
      int bit = mail_mailbox_find_keyword (self->mailbox, g_ptr_array_index (keywords, i),
                                           command->store != IMAP_STORE_REMOVE);

      if (bit >= 0)
        *out_bits |= G_GUINT64_CONSTANT (1) << bit;
      else if (command->store != IMAP_STORE_REMOVE)
        return FALSE;
    }
  return TRUE;
}

/* Whether the user may change any of the flags of the command (RFC 4314 section 4). */
static gboolean
may_change_any (MailImap *self, const ImapCommand *command)
{
  gboolean may_keywords;
  guint    system = mail_imap_permit_flags (self->rights, IMAP_FLAGS_PERMANENT, &may_keywords);
  gboolean has_keywords = command->flags.keywords != NULL && command->flags.keywords->len > 0;

  if (command->store == IMAP_STORE_REPLACE)
    return system != 0 || may_keywords;
  return (system & command->flags.system) != 0 || (may_keywords && has_keywords) ||
         (!has_keywords && command->flags.system == 0);
}

static gboolean
read_wish (MailImap *self, const ImapCommand *command, Wish *out_wish)
{
  gboolean may_keywords;

  if (!mail_imap_may_change (self, ""))
    return FALSE;
  if (!may_change_any (self, command))
    {
      mail_imap_complete (self, IMAP_NO, "NOPERM", "You have no right to change these flags");
      return FALSE;
    }
  out_wish->system_mask =
      mail_imap_permit_flags (self->rights, IMAP_FLAGS_PERMANENT, &may_keywords);
  out_wish->keywords_mask = may_keywords ? G_MAXUINT64 : 0;
  out_wish->system = command->flags.system & IMAP_FLAGS_PERMANENT;
  out_wish->keywords = 0;
  if (may_keywords && !find_keywords (self, command, &out_wish->keywords))
    {
      mail_imap_complete (self, IMAP_NO, "LIMIT", "The mailbox has too many keywords already");
      return FALSE;
    }
  return TRUE;
}

static guint64
combine (ImapStoreKind kind, guint64 old, guint64 wish, guint64 mask)
{
  switch (kind)
    {
    case IMAP_STORE_ADD:
      return old | (wish & mask);
    case IMAP_STORE_REMOVE:
      return old & ~(wish & mask);
    case IMAP_STORE_REPLACE:
      break;
    }
  return (old & ~mask) | (wish & mask);
}

/* Whether anybody has changed the message since the client looked (RFC 7162 section 3.1.3); which
 * flag it was is not kept, so that it may have been another one (section 3.1.12). */
static gboolean
is_outdated (const ImapCommand *command, const MailStored *stored)
{
  return command->modifiers.has_unchanged_since && stored->modseq > command->modifiers.modseq;
}

static void
choose (Store *self, const Wish *wish, guint number, GArray *changes)
{
  const ImapCommand *command = self->command;
  const MailStored  *stored = mail_imap_get_stored (self->imap, number);
  MailFlagChange     change;

  if (stored == NULL)
    {
      self->is_gone = TRUE;
      return;
    }
  if (is_outdated (command, stored))
    {
      imap_set_append (self->modified, command->is_uid ? stored->uid : number);
      return;
    }
  change.uid = stored->uid;
  change.flags =
      (guint) combine (command->store, stored->flags, wish->system, wish->system_mask);
  change.keywords =
      combine (command->store, stored->keywords, wish->keywords, wish->keywords_mask);
  if (change.flags != stored->flags || change.keywords != stored->keywords)
    g_array_append_val (changes, change);
  /* A silent command still tells what the modification sequence is now, if that is of interest. */
  if (!command->is_silent || mail_imap_has_enabled (self->imap, IMAP_ENABLED_CONDSTORE))
    g_array_append_val (self->told, number);
}

/* Telling */

static void
finish (Store *self)
{
  g_autofree char *set = imap_set_format (self->modified);
  g_autofree char *code = *set != '\0' ? g_strdup_printf ("MODIFIED %s", set) : NULL;
  gboolean         fails = self->is_gone && !self->command->is_uid && !self->command->is_silent;

  if (fails)
    mail_imap_complete (self->imap, IMAP_NO, code != NULL ? code : "EXPUNGEISSUED",
                        "Some of the messages are there no more");
  else
    mail_imap_complete (self->imap, IMAP_OK, code,
                        code != NULL ? "Some had been changed meanwhile" : "Stored");
}

static void
tell_one (Store *self, guint number, const MailStored *stored)
{
  gboolean has_uid = self->command->is_uid;
  gboolean has_more = mail_imap_has_enabled (self->imap, IMAP_ENABLED_CONDSTORE);
  GString *out = self->out;

  g_string_printf (out, "* %u FETCH (", number);
  if (has_uid || has_more)
    g_string_append_printf (out, "UID %u", stored->uid);
  if (has_more)
    g_string_append_printf (out, " MODSEQ (%" G_GUINT64_FORMAT ")", stored->modseq);
  if (!self->command->is_silent)
    {
      if (has_uid || has_more)
        g_string_append_c (out, ' ');
      mail_imap_append_flags (self->imap, stored, out);
    }
  g_string_append (out, ")\r\n");
  imap_server_send (self->imap->engine, out->str, out->len);
}

static gboolean
step (gpointer data)
{
  Store *self = data;

  while (self->n_told < self->told->len)
    {
      guint             number = g_array_index (self->told, guint, self->n_told++);
      const MailStored *stored = mail_imap_get_stored (self->imap, number);

      if (stored == NULL)
        continue;
      tell_one (self, number, stored);
      return TRUE;
    }
  finish (self);
  return FALSE;
}

/* All changes are made before the first is told, in one change of the mailbox. */
static void
change_all (Store *self, const ImapSet *numbers, const Wish *wish)
{
  g_autoptr (GArray) changes = g_array_new (FALSE, FALSE, sizeof (MailFlagChange));

  for (guint i = 0; i < numbers->ranges->len; i++)
    {
      const ImapRange *range = &g_array_index (numbers->ranges, ImapRange, i);

      for (guint number = range->from; number <= range->to; number++)
        choose (self, wish, number, changes);
    }
  if (changes->len > 0)
    mail_imap_set_flags (self->imap, (const MailFlagChange *) changes->data, changes->len);
}

void
mail_imap_do_store (MailImap *self, const ImapCommand *command)
{
  g_autoptr (ImapSet) numbers = mail_imap_resolve (self, command->set, command->is_uid);
  Store *store;
  Wish   wish;

  if (numbers == NULL || !read_wish (self, command, &wish))
    return;
  if (command->modifiers.has_unchanged_since)
    mail_imap_enable_condstore (self);
  mail_imap_tell_present (self);
  if (self->n_keywords < mail_mailbox_get_n_keywords (self->mailbox))
    mail_imap_tell_flags (self);
  store = g_new0 (Store, 1);
  store->imap = self;
  store->command = command;
  store->told = g_array_new (FALSE, FALSE, sizeof (guint));
  store->modified = imap_set_new ();
  store->out = g_string_new (NULL);
  change_all (store, numbers, &wish);
  mail_imap_begin_work (self, step, store, free_store);
}
