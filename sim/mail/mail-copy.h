/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mail-message.h"
#include <imap/imap-flag.h>

G_BEGIN_DECLS

/**
 * MailCopy:
 *
 * What a mail program keeps of a user's mailboxes on a server, to be read and changed without a
 * connection (RFC 1733, RFC 4549): messages by their UIDs, their flags, how far it knows of the
 * server's changes, and what the user has done meanwhile that the server does not know yet.
 */
typedef struct _MailCopy MailCopy;

/** One message of a copy. */
typedef struct
{
  guint32      uid;
  ImapFlags    flags;
  MailMessage *message; /* (nullable): the program knows that it is there, no more */
  guint        number;  /* of the message in the trace; 0: not known */
} MailCopied;

/** What the user did without a connection: data is the owner's. */
typedef struct
{
  gconstpointer data;
  ImapSet      *uids; /* (nullable): of which messages */
} MailDeed;

/** The copy of one mailbox. */
typedef struct
{
  char      *name;
  guint32    uid_validity; /* 0: never seen */
  guint32    uid_next;     /* messages from here on are not known; at least 1 */
  guint64    modseq;       /* all changes up to here are known; 0: the server has none */
  GPtrArray *messages;     /* of MailCopied, by UID */
  GArray    *deeds;        /* of MailDeed, in their order */
} MailCopyBox;

MailCopy *mail_copy_new (void);
void      mail_copy_free (MailCopy *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailCopy, mail_copy_free)

/** Returns: (transfer none): the copy of the mailbox of that name, made when it is not there. */
MailCopyBox *mail_copy_get_box (MailCopy *self, const char *name);

/** Forgets all but the name and what the user did: the server's UIDs are others now (RFC 9051
 * section 2.3.1.1). */
void mail_copy_box_forget (MailCopyBox *box, guint32 uid_validity);

/** Returns: (nullable): the message; borrowed until it is removed */
MailCopied *mail_copy_box_find (const MailCopyBox *box, guint32 uid);

/** Returns: the message, made when it is not there; uid_next moves on past it. */
MailCopied *mail_copy_box_add (MailCopyBox *box, guint32 uid);

/** Returns: whether it was there. */
gboolean mail_copy_box_remove (MailCopyBox *box, guint32 uid);

/** Returns: (transfer full): the UIDs of the messages, counted from 1 in their order, that are in
 * @numbers; "*" is the last. */
ImapSet *mail_copy_box_resolve (const MailCopyBox *box, const ImapSet *numbers);

/** @uids: (transfer full) (nullable) */
void mail_copy_box_add_deed (MailCopyBox *box, gconstpointer data, ImapSet *uids);

G_END_DECLS
