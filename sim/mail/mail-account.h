/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mail-mailbox.h"

G_BEGIN_DECLS

/**
 * MailAccount:
 *
 * All mailboxes of one user: a tree by names with "/" between levels, what is subscribed to, what
 * each is for, who may do what with it (RFC 4314), annotations (RFC 5464) and the quota (RFC 9208).
 * There is always an INBOX, where mail is delivered. Every change is noted in the trace by the
 * account's owner (see MailAccountFuncs).
 */
typedef struct _MailAccount MailAccount;

#define MAIL_ACCOUNT_DELIMITER '/'
/** Mailboxes of one user: ours. */
#define MAIL_ACCOUNT_MAILBOXES_MAX 10000
/** Annotations, and octets of one: ours (RFC 5464 sections 4.1 and 4.3 let a server have limits).
 * */
#define MAIL_ACCOUNT_ANNOTATIONS_MAX 1000
#define MAIL_ACCOUNT_ANNOTATION_BYTES_MAX (64 * 1024)

/** Entries in the access control list of one mailbox: ours. */
#define MAIL_ACCOUNT_RIGHTS_MAX 1000

/** What an account asks of its owner, and tells it. */
typedef struct
{
  /** Microseconds since 1970. */
  gint64 (*get_now) (gpointer user_data);

  /** Told of each change. @message: the number of the only message that it is about, or 0;
   * @details: lines "key: value" (README.md says which), without a line end after the last */
  void (*changed) (const char *sentence, const char *details, guint message, gpointer user_data);
} MailAccountFuncs;

/**
 * mail_account_new:
 * @user: the local part; copied
 * @quota: bytes of all mailboxes together; 0: no limit
 * @uid_validity: of its first mailbox, not 0; those made later have larger ones
 * @funcs: (nullable): borrowed for as long as the account is there
 */
MailAccount *mail_account_new (const char *user, guint64 quota, guint32 uid_validity,
                               const MailAccountFuncs *funcs, gpointer user_data);
void         mail_account_free (MailAccount *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailAccount, mail_account_free)

/** The next change is told by the caller: what would be told of it is appended to @details, each
 * line after a line end, without "user", instead. @details: borrowed until then */
void mail_account_tell_next (MailAccount *self, GString *details);

const char  *mail_account_get_user (const MailAccount *self);
MailMailbox *mail_account_get_inbox (const MailAccount *self); /* borrowed */

/** A name in the tree. A name without a mailbox (\Noselect) has others below it. Borrowed. */
typedef struct
{
  char        *name;
  MailMailbox *mailbox;      /* (nullable): \Noselect */
  guint        uses;         /* ImapUse */
  gboolean     is_subscribed; /* also of names that are no more (RFC 9051 section 6.3.7) */
  gboolean     exists;       /* FALSE: only subscribed to: \NonExistent */
  GPtrArray   *rights;       /* (nullable), of MailRight: beyond the owner's, who has all */
  GHashTable  *annotations;  /* (nullable): char * -> GBytes *: looked up only */
} MailName;

/** Returns: (nullable): the name, if it exists; INBOX in any case, also as a first level. Borrowed,
 * until names change. */
const MailName *mail_account_find (const MailAccount *self, const char *name);

/** All names, also those that are only subscribed to, in the order of their octets, INBOX first: a
 * parent before its children. */
guint           mail_account_get_n_names (const MailAccount *self);
const MailName *mail_account_get_nth_name (const MailAccount *self, guint i);

/** Whether some name that exists has @name and a delimiter at its beginning. */
gboolean mail_account_has_children (const MailAccount *self, const char *name);

/** How it went: an IMAP response code (RFC 5530) and a sentence, or MAIL_ACCOUNT_OK. */
typedef enum
{
  MAIL_ACCOUNT_OK,
  MAIL_ACCOUNT_EXISTS,      /* ALREADYEXISTS */
  MAIL_ACCOUNT_MISSING,     /* NONEXISTENT */
  MAIL_ACCOUNT_CANNOT,      /* CANNOT: not a name; INBOX can't be deleted */
  MAIL_ACCOUNT_HAS_CHILDREN, /* HASCHILDREN: \Noselect with names below */
  MAIL_ACCOUNT_LIMIT,       /* LIMIT */
  MAIL_ACCOUNT_OVER_QUOTA,  /* OVERQUOTA */
} MailAccountResult;

/** "ALREADYEXISTS"; "" for OK */
const char *mail_account_result_get_code (MailAccountResult result);

/** Makes a mailbox, and names for the levels above it that are not there (RFC 9051 section 6.3.4).
 * A delimiter at the end is left off. Names have to be in Unicode's form C: CANNOT otherwise. */
MailAccountResult mail_account_create (MailAccount *self, const char *name, guint uses);
/** A name with others below it becomes \Noselect (section 6.3.5). What it was subscribed to stays
 * (section 6.3.7). */
MailAccountResult mail_account_delete (MailAccount *self, const char *name);
/** With all below it; INBOX is emptied into the new name instead (section 6.3.6). */
MailAccountResult mail_account_rename (MailAccount *self, const char *from, const char *to);
/** Also names that do not exist (section 6.3.7); LIMIT when there are too many, CANNOT for what is
 * no name. */
MailAccountResult mail_account_subscribe (MailAccount *self, const char *name,
                                          gboolean is_subscribed);
/** Marks what a mailbox is for (RFC 6154 section 5.4). */
void mail_account_set_uses (MailAccount *self, const char *name, guint uses);

/* Quota: of all mailboxes together */
guint64         mail_account_get_quota (const MailAccount *self); /* 0: none */
void            mail_account_set_quota (MailAccount *self, guint64 quota);
guint64         mail_account_get_n_bytes (const MailAccount *self);
guint           mail_account_get_n_messages (const MailAccount *self);
MailMailboxRoom mail_account_check (const MailAccount *self, guint64 length);

/**
 * mail_account_deliver:
 * @message: referenced
 * @number: of the message in the trace
 * @out_details: (transfer full): lines for the caller's own note of it, each after a line end;
 *   the account tells nothing
 *
 * Puts a message into INBOX, if it fits. Returns: how it fits
 */
MailMailboxRoom mail_account_deliver (MailAccount *self, GBytes *message, guint number,
                                      char **out_details);

/* Rights (RFC 4314): letters of "lrswipkxtea", in that order. */
typedef struct
{
  char *identifier; /* "anyone", or a user's name */
  char *rights;
} MailRight;

#define MAIL_RIGHTS_ALL "lrswipkxtea"

/** Returns: (transfer full): what @user may do with @name: all for the owner; else what entries of
 * "anyone" and the user's own give, less what entries with "-" before those take; "" for nothing.
 * */
char *mail_account_dup_rights (const MailAccount *self, const char *name, const char *user);

/** @rights: "" takes the entry away; letters that are none are left out */
MailAccountResult mail_account_set_rights (MailAccount *self, const char *name,
                                           const char *identifier, const char *rights);

/* Annotations: of a mailbox, or of the account by the name ""; the case of @entry is nothing (RFC
 * 5464 section 3.2), it comes back in small letters. @value: (nullable): NULL removes. */

/** Returns: (nullable): borrowed, until it is changed */
GBytes *mail_account_get_annotation (const MailAccount *self, const char *name, const char *entry);
MailAccountResult mail_account_set_annotation (MailAccount *self, const char *name,
                                               const char *entry, GBytes *value);
/** Returns: (transfer full): the entries at or below @prefix, ascending, NULL-terminated. */
char **mail_account_list_annotations (const MailAccount *self, const char *name,
                                      const char *prefix);

G_END_DECLS
