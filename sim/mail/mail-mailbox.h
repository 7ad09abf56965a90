/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * MailMailbox:
 *
 * One user's mailbox in a message store: messages in order of delivery, each
 * with a unique id that is never used again (RFC 1939 section 7), and the lock
 * that a POP3 session holds (section 4).
 */
typedef struct _MailMailbox MailMailbox;

/** One stored message; borrowed from the mailbox. */
typedef struct
{
  GBytes *message; /* as it was delivered, trace fields included */
  char   *unique_id;
  guint   number; /* of the message in the trace */
} MailStored;

/** A mailbox holds at most this many messages: our bound on memory. */
#define MAIL_MAILBOX_MESSAGES_MAX 100000
/** and this many bytes. */
#define MAIL_MAILBOX_BYTES_MAX (G_GUINT64_CONSTANT (4) * 1024 * 1024 * 1024)

MailMailbox *mail_mailbox_new (void);
void         mail_mailbox_free (MailMailbox *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailMailbox, mail_mailbox_free)

/** What stands in the way of a message. */
typedef enum
{
  MAIL_MAILBOX_FITS,
  MAIL_MAILBOX_FULL,      /* for now: the user can make room (4.2.2, RFC 3463 section 3.3) */
  MAIL_MAILBOX_TOO_SMALL, /* for good: it is larger than all that the mailbox may hold (5.2.3) */
} MailMailboxRoom;

/** @quota: bytes that the mailbox may hold; 0: no limit but MAIL_MAILBOX_BYTES_MAX */
MailMailboxRoom mail_mailbox_check (const MailMailbox *self, guint64 length, guint64 quota);

/** Stores a message if it fits; a new reference is taken then. */
MailMailboxRoom mail_mailbox_store_checked (MailMailbox *self, GBytes *message, guint number,
                                            guint64 quota);

/** Returns: how many bytes the messages in it have. */
guint64 mail_mailbox_get_n_bytes (const MailMailbox *self);

guint             mail_mailbox_get_n_messages (const MailMailbox *self);
const MailStored *mail_mailbox_get (const MailMailbox *self, guint index);

/** Takes the lock of a session. Returns: FALSE when another session holds it. */
gboolean mail_mailbox_lock (MailMailbox *self);
void     mail_mailbox_unlock (MailMailbox *self);

/**
 * mail_mailbox_remove:
 * @indexes: (array length=n_indexes): ascending, counted when the lock was taken
 *
 * Removes messages; what was delivered since the lock was taken stays.
 */
void mail_mailbox_remove (MailMailbox *self, const guint *indexes, guint n_indexes);

G_END_DECLS
