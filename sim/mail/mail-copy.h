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
  gint64       fetched_us; /* when the message came, on the owner's clock */
  gboolean     is_hidden;  /* the user has removed it, and the server does not know yet */
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
  GPtrArray *messages;     /* of MailCopied, by UID: those hidden, too */
  GArray    *deeds;        /* of MailDeed, in their order */
} MailCopyBox;

MailCopy *mail_copy_new (void);
void      mail_copy_free (MailCopy *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailCopy, mail_copy_free)

/** Returns: (transfer none): the copy of the mailbox of that name, made when it is not there. */
MailCopyBox *mail_copy_get_box (MailCopy *self, const char *name);

/** Removes the copy of a mailbox that is no more, with what the user did to it. */
void mail_copy_drop_box (MailCopy *self, MailCopyBox *box);

guint        mail_copy_get_n_boxes (const MailCopy *self);
MailCopyBox *mail_copy_get_nth_box (const MailCopy *self, guint i);

/** Forgets the messages, and what the user did to them: the server's UIDs are others now (RFC 4549
 * section 4.1). Messages that the user saved are still to be uploaded. Returns: how many deeds are
 * lost */
guint mail_copy_box_forget (MailCopyBox *box, guint32 uid_validity);

/** Returns: (nullable): the message; borrowed until it is removed */
MailCopied *mail_copy_box_find (const MailCopyBox *box, guint32 uid);

/** Returns: the message, made when it is not there. */
MailCopied *mail_copy_box_add (MailCopyBox *box, guint32 uid);

/** Returns: whether it was there. */
gboolean mail_copy_box_remove (MailCopyBox *box, guint32 uid);

/** Returns: how many messages the user sees: those not hidden. */
guint mail_copy_box_get_n_visible (const MailCopyBox *box);

/** Returns: (transfer full): the UIDs of the messages in @numbers, by which the user counts those
 * that are to be seen, from 1; "*" is the last. */
ImapSet *mail_copy_box_resolve (const MailCopyBox *box, const ImapSet *numbers);

/** @uids: (transfer full) (nullable) */
void mail_copy_box_add_deed (MailCopyBox *box, gconstpointer data, ImapSet *uids);

/** Removes the first deed: it has been done. */
void mail_copy_box_end_deed (MailCopyBox *box);

/**
 * mail_copied_change_flags:
 * @changes: (array zero-terminated=1): "+\\Seen", "-Work"
 *
 * Returns: whether any flag is another now
 */
gboolean mail_copied_change_flags (MailCopied *copied, const char *const *changes);

/** Takes over the flags, which are left empty. Returns: whether they are others than before */
gboolean mail_copied_take_flags (MailCopied *copied, ImapFlags *flags);

/** Returns: (transfer full): "(\\Seen $Work)" */
char *mail_copied_format_flags (const MailCopied *copied);

G_END_DECLS
