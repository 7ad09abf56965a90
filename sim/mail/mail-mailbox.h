/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mail-message.h"
#include <imap/imap-flag.h>
#include <imap/imap-set.h>

G_BEGIN_DECLS

/**
 * MailMailbox:
 *
 * One mailbox of a message store: messages in order of their UIDs, with flags, dates and
 * modification sequences (RFC 9051 section 2.3, RFC 7162), and who is to be told of changes. POP3
 * sees the same messages, under its lock. Sessions keep their own view of it (imap-view.h) and
 * catch up with the changes when they may tell them.
 */
typedef struct _MailMailbox MailMailbox;

/** Messages and bytes of one mailbox: our bound on memory. */
#define MAIL_MAILBOX_MESSAGES_MAX 1000000
#define MAIL_MAILBOX_BYTES_MAX (G_GUINT64_CONSTANT (4) * 1024 * 1024 * 1024)
/** Keywords of one mailbox: bits of a guint64. PERMANENTFLAGS has no "\*" once they are used up. */
#define MAIL_MAILBOX_KEYWORDS_MAX 64
/** What is known of removed messages, in runs of UIDs that went together: ours. RFC 7162 section
 * 3.2.7 lets a server forget. */
#define MAIL_MAILBOX_EXPUNGED_RUNS_MAX 65536

/** One message in a mailbox; borrowed, until the next change to the mailbox. */
typedef struct
{
  MailMessage *message;
  guint        number; /* of the message in the trace; 0: none */
  guint32      uid;
  guint        flags;    /* ImapFlag, \Recent never */
  guint64      keywords; /* bits: see mail_mailbox_get_keyword() */
  guint64      modseq;
  gint64       internal_us; /* INTERNALDATE: since 1970, whole seconds */
  int          zone_minutes;
  gint64       saved_us;  /* SAVEDATE: since 1970 */
  char         unique_id[12]; /* POP3's: the UID in digits, which comes once (RFC 1939 section 7) */
} MailStored;

/** How a message comes into a mailbox. Start from `{ 0 }`. */
typedef struct
{
  guint              number;
  guint              flags;
  const char *const *keywords; /* (nullable), NULL-terminated */
  gboolean           has_date;
  gint64             internal_us;
  int                zone_minutes;
} MailArrival;

/** @id: of the mailbox for ever, "F..." (RFC 8474 section 4): copied */
MailMailbox *mail_mailbox_new (const char *name, guint32 uid_validity, const char *id);
MailMailbox *mail_mailbox_ref (MailMailbox *self);
void         mail_mailbox_unref (MailMailbox *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailMailbox, mail_mailbox_unref)

const char *mail_mailbox_get_name (const MailMailbox *self); /* UTF-8; changes by renaming */
const char *mail_mailbox_get_id (const MailMailbox *self);
guint32     mail_mailbox_get_uid_validity (const MailMailbox *self);
guint32     mail_mailbox_get_uid_next (const MailMailbox *self);
guint64     mail_mailbox_get_modseq (const MailMailbox *self); /* HIGHESTMODSEQ; at least 1 */
guint64     mail_mailbox_get_n_bytes (const MailMailbox *self);
/** Deleted, but a session still has it. */
gboolean    mail_mailbox_is_gone (const MailMailbox *self);

guint             mail_mailbox_get_n_messages (const MailMailbox *self);
const MailStored *mail_mailbox_get (const MailMailbox *self, guint index);

/** Returns: the index of @uid, or of the first message after it; @out_found: (optional) */
guint mail_mailbox_find (const MailMailbox *self, guint32 uid, gboolean *out_found);

/** Returns: (nullable): the message with @uid; borrowed, until the next change */
const MailStored *mail_mailbox_find_stored (const MailMailbox *self, guint32 uid);

/* Keywords: a table of the mailbox's, in the order in which they came. */
guint       mail_mailbox_get_n_keywords (const MailMailbox *self);
const char *mail_mailbox_get_keyword (const MailMailbox *self, guint bit);

/** Returns: the bit of @keyword, whatever its case; -1: not there, and not to be added or no
 * room. */
int mail_mailbox_find_keyword (MailMailbox *self, const char *keyword, gboolean adds);

/* Changes. Each call is one change with one modification sequence for all messages in it; sessions
 * that watch are woken, and the account notes it. */

/** What stands in the way of a message. */
typedef enum
{
  MAIL_MAILBOX_FITS,
  MAIL_MAILBOX_FULL,      /* for now: the user can make room (4.2.2, RFC 3463 section 3.3) */
  MAIL_MAILBOX_TOO_SMALL, /* for good: it is larger than all that the mailbox may hold (5.2.3) */
} MailMailboxRoom;

/**
 * mail_mailbox_store:
 * @messages: (array length=n): referenced
 * @how: (array length=n)
 *
 * Stores messages whether or not there is room: mail_account_check() says. Without a date, now is
 * the internal date; keywords for which there is no room are left out.
 *
 * Returns: the UID of the first; those that follow have the next ones
 */
guint32 mail_mailbox_store (MailMailbox *self, MailMessage *const *messages, const MailArrival *how,
                            guint n);

/** What becomes of the flags of one message. */
typedef struct
{
  guint32 uid;
  guint   flags;
  guint64 keywords;
} MailFlagChange;

/** Sets flags and keywords to what @changes say; what is that already keeps its modification
 * sequence.
 * @by: (nullable): who changed them, to be told apart by watchers: the session's own pointer.
 * Returns: how many messages changed */
guint mail_mailbox_set_flags (MailMailbox *self, const MailFlagChange *changes, guint n,
                              gpointer by);

/** Removes messages for good. @uids: ascending; those that are not there are passed over.
 * Returns: how many were removed */
guint mail_mailbox_expunge (MailMailbox *self, const guint32 *uids, guint n, gpointer by);

/* What has changed since some modification sequence: takes time for what is told, not for the
 * mailbox. */

/** Returns: (transfer container): of const MailStored *: the messages that came or whose flags
 * changed after @modseq, in order of UIDs; borrowed, until the next change. */
GPtrArray *mail_mailbox_list_changed (const MailMailbox *self, guint64 modseq);

/** UIDs that were removed after @modseq, in @out_uids (appended, ascending). Returns: FALSE: that
 * is too long ago to be known: all UIDs below uid_next that are not there are appended instead */
gboolean mail_mailbox_list_expunged (const MailMailbox *self, guint64 modseq, ImapSet *out_uids);

/** \Recent (RFC 3501 section 2.3.2): UIDs from here on no session was told of yet. @takes: the
 * caller is told now, and no other will be */
guint32 mail_mailbox_take_recent (MailMailbox *self, gboolean takes);

/** Told after each change; not while the mailbox is being changed. @by: as given to the change */
typedef void (*MailMailboxFunc) (MailMailbox *self, gpointer by, gpointer user_data);

/** Returns: an id for unwatch(). */
guint mail_mailbox_watch (MailMailbox *self, MailMailboxFunc func, gpointer user_data);
void  mail_mailbox_unwatch (MailMailbox *self, guint id);

/** POP3's lock (RFC 1939 section 4): one session at a time. Returns: FALSE when another has it.
 * IMAP sessions go on meanwhile. */
gboolean mail_mailbox_lock (MailMailbox *self);
void     mail_mailbox_unlock (MailMailbox *self);

/* For the account that has the mailbox. */

typedef enum
{
  MAIL_CHANGE_ADDED,
  MAIL_CHANGE_FLAGS,
  MAIL_CHANGE_REMOVED,
} MailChangeKind;

/** One change; borrowed, until the callback returns. */
typedef struct
{
  MailChangeKind           kind;
  const MailStored *const *messages; /* (array length=n): in order of UIDs */
  guint                    n;
  guint64                  modseq;
} MailChange;

typedef struct
{
  gint64 (*get_now) (gpointer user_data); /* since 1970 */
  void (*changed) (MailMailbox *self, const MailChange *change, gpointer user_data);
} MailMailboxOwner;

/** @owner: (nullable): borrowed for as long as the mailbox has it; told before the watchers */
void mail_mailbox_set_owner (MailMailbox *self, const MailMailboxOwner *owner, gpointer user_data);
void mail_mailbox_set_name (MailMailbox *self, const char *name);
void mail_mailbox_set_uid_validity (MailMailbox *self, guint32 uid_validity);

/** Says that it was deleted: it has no owner any more, and those who watch are told. */
void mail_mailbox_set_gone (MailMailbox *self);

G_END_DECLS
