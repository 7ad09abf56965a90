/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mail-account.h"

G_BEGIN_DECLS

/* The parts of an account: only for mail-account*.c. */

struct _MailAccount
{
  char                   *user;
  guint64                 quota;
  guint32                 uid_validity; /* of the next mailbox */
  GPtrArray              *names;        /* of MailName, in order */
  MailName               *inbox;
  guint64                 n_bytes;
  guint                   n_messages;
  GHashTable             *annotations; /* (nullable): the account's own */
  guint                   n_annotations; /* of it and of all mailboxes */
  GHashTable             *validities; /* name -> the largest that a mailbox of that name had */
  const MailAccountFuncs *funcs;
  gpointer                user_data;
  GString                *next_details; /* (nullable): see mail_account_tell_next() */
};

/** Returns: (transfer full): as names are kept: without a delimiter at the end, INBOX in capitals.
 * */
char *mail_account_clean_name (const char *name);

/** Returns: (nullable): also a name that is only subscribed to; @name: a clean one */
MailName *mail_account_find_any (const MailAccount *self, const char *name);

void mail_account_free_rights (gpointer right);

/* mail-account-note.c */

/** printf: the sentence; tells what was done with @mailbox and the name. @more: (nullable): lines
 * between "change" and what the mailbox is now. */
void mail_account_tell (MailAccount *self, const char *name, const MailMailbox *mailbox,
                        const char *change, const char *more, const char *format, ...)
    G_GNUC_PRINTF (6, 7);

/** Of mailboxes of the account. */
extern const MailMailboxOwner mail_account_owner;

G_END_DECLS
