/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-direct.h"

#include <string.h>

#include "mail-account.h"
#include "mail-compose.h"
#include <imap/imap-flag.h>

/* Nothing was done, and why. */
static void
refuse (MailHost *host, const SimScenarioAction *action, const char *why, const char *name)
{
  mail_host_note (host, 0, TRACE_FLAG_WARNING, "refused", "%s: %s\nuser: %s\nmailbox: %s", why,
                  name, action->user, name);
}

/* Returns: (nullable): the mailbox, or NULL when it was refused. */
static MailMailbox *
find (MailHost *host, const SimScenarioAction *action, MailAccount *account, const char *name)
{
  const MailName *found = mail_account_find (account, name);

  if (found != NULL && found->mailbox != NULL)
    return found->mailbox;
  refuse (host, action, "there is no such mailbox", name);
  return NULL;
}

/* Returns: (transfer full): of guint32: the UIDs of the messages that are meant, ascending */
static GArray *
list_uids (const MailMailbox *mailbox, const SimScenarioAction *action)
{
  guint   n = mail_mailbox_get_n_messages (mailbox);
  GArray *uids = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autoptr (ImapSet) numbers = imap_set_copy (action->messages);

  imap_set_resolve (numbers, n);
  for (guint i = 0; i < n; i++)
    if (imap_set_contains (numbers, i + 1))
      g_array_append_val (uids, mail_mailbox_get (mailbox, i)->uid);
  return uids;
}

static void
apply_flag (MailMailbox *mailbox, const char *flag, MailFlagChange *change)
{
  guint system = imap_flag_find (flag + 1);
  int   bit = system == 0 ? mail_mailbox_find_keyword (mailbox, flag + 1, *flag == '+') : -1;

  if (*flag == '+')
    {
      change->flags |= system;
      change->keywords |= bit >= 0 ? G_GUINT64_CONSTANT (1) << bit : 0;
    }
  else
    {
      change->flags &= ~system;
      change->keywords &= bit >= 0 ? ~(G_GUINT64_CONSTANT (1) << bit) : G_MAXUINT64;
    }
}

static void
do_flag (MailMailbox *mailbox, const char *const *flags, const GArray *uids)
{
  g_autoptr (GArray) changes = g_array_new (FALSE, FALSE, sizeof (MailFlagChange));

  for (guint i = 0; i < uids->len; i++)
    {
      guint32           uid = g_array_index (uids, guint32, i);
      const MailStored *stored = mail_mailbox_find_stored (mailbox, uid);
      MailFlagChange    change = { uid, stored->flags, stored->keywords };

      for (guint j = 0; flags[j] != NULL; j++)
        apply_flag (mailbox, flags[j], &change);
      g_array_append_val (changes, change);
    }
  mail_mailbox_set_flags (mailbox, (const MailFlagChange *) (gpointer) changes->data,
                          changes->len, NULL);
}

static void
do_read (MailHost *host, const SimScenarioAction *action, MailMailbox *mailbox, const GArray *uids)
{
  static const char *const seen[] = { "+\\Seen", NULL };

  for (guint i = 0; i < uids->len; i++)
    {
      const MailStored *stored =
          mail_mailbox_find_stored (mailbox, g_array_index (uids, guint32, i));

      mail_host_tell_message (host, "retrieved", stored->number, host->actor, host->actor,
                              "%s reads the message in the mailbox itself", action->user);
    }
  do_flag (mailbox, seen, uids);
}

static void
copy_one (MailMailbox *from, const MailStored *stored, MailMailbox *into)
{
  g_autoptr (GPtrArray) keywords = g_ptr_array_new ();
  MailArrival arrival = {
    .number = stored->number,
    .flags = stored->flags,
    .has_date = TRUE,
    .internal_us = stored->internal_us,
    .zone_minutes = stored->zone_minutes,
  };
  MailMessage *message = stored->message;

  for (guint bit = 0; bit < mail_mailbox_get_n_keywords (from); bit++)
    if ((stored->keywords >> bit & 1) != 0)
      g_ptr_array_add (keywords, (gpointer) mail_mailbox_get_keyword (from, bit));
  g_ptr_array_add (keywords, NULL);
  arrival.keywords = (const char *const *) keywords->pdata;
  mail_mailbox_store (into, &message, &arrival, 1);
}

static void
do_copy (MailHost *host, const SimScenarioAction *action, MailAccount *account,
         MailMailbox *mailbox, const GArray *uids)
{
  MailMailbox *into = find (host, action, account, action->into);

  if (into == NULL)
    return;
  for (guint i = 0; i < uids->len; i++)
    copy_one (mailbox, mail_mailbox_find_stored (mailbox, g_array_index (uids, guint32, i)), into);
  if (action->kind == SIM_ACTION_MOVE)
    mail_mailbox_expunge (mailbox, (const guint32 *) (gpointer) uids->data, uids->len, NULL);
}

static void
do_save (MailHost *host, const SimScenarioAction *action, MailMailbox *mailbox)
{
  g_autofree char *problem = NULL;
  g_autoptr (GBytes) bytes = mail_compose_saved (host->net, action, &problem);
  g_autoptr (MailMessage) message = bytes != NULL ? mail_message_new (bytes) : NULL;
  MailArrival arrival = { 0 };

  if (message == NULL)
    {
      refuse (host, action, problem, action->mailbox);
      return;
    }
  arrival.number = mail_register_number (host->messages, bytes);
  for (guint i = 0; action->flags[i] != NULL; i++)
    arrival.flags |= imap_flag_find (action->flags[i]);
  mail_mailbox_store (mailbox, &message, &arrival, 1);
}

void
mail_direct_do (MailHost *host, const SimScenarioAction *action)
{
  MailUser    *user = mail_host_find_user (host, action->user);
  MailMailbox *mailbox;
  g_autoptr (GArray) uids = NULL;

  if (user == NULL)
    {
      refuse (host, action, "there is no such user", action->user);
      return;
    }
  mail_host_note (host, 0, 0, "direct", "%s opens the mailbox on the server itself\nuser: %s\n"
                  "mailbox: %s", user->name, user->name, action->mailbox);
  if (action->kind == SIM_ACTION_CREATE)
    {
      if (mail_account_create (user->account, action->mailbox, 0) != MAIL_ACCOUNT_OK)
        refuse (host, action, "the mailbox can't be made", action->mailbox);
      return;
    }
  mailbox = find (host, action, user->account, action->mailbox);
  if (mailbox == NULL)
    return;
  uids = list_uids (mailbox, action);
  if (action->kind == SIM_ACTION_READ)
    do_read (host, action, mailbox, uids);
  else if (action->kind == SIM_ACTION_FLAG)
    do_flag (mailbox, (const char *const *) action->flags, uids);
  else if (action->kind == SIM_ACTION_MOVE || action->kind == SIM_ACTION_COPY)
    do_copy (host, action, user->account, mailbox, uids);
  else if (action->kind == SIM_ACTION_DELETE)
    mail_mailbox_expunge (mailbox, (const guint32 *) (gpointer) uids->data, uids->len, NULL);
  else if (action->kind == SIM_ACTION_SAVE)
    do_save (host, action, mailbox);
}
