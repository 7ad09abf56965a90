/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "imap-set.h"

G_BEGIN_DECLS

/**
 * ImapView:
 *
 * What one session believes of the selected mailbox: which UID stands at which message sequence
 * number (RFC 9051 section 2.3.1.2). A server's changes only as the client is told; a client's only
 * by what it was told. Numbers count from 1.
 */
typedef struct
{
  GArray *uids; /* of guint32, ascending; 0: not known to the client yet */
} ImapView;

void imap_view_init (ImapView *self);
void imap_view_clear (ImapView *self); /* ends it */
void imap_view_empty (ImapView *self); /* no message is left */

guint imap_view_get_n (const ImapView *self);

/** @number: 1 to get_n() */
guint32 imap_view_get_uid (const ImapView *self, guint number);
void    imap_view_set_uid (ImapView *self, guint number, guint32 uid);

/** Returns: the message sequence number of @uid; 0: it is not there. In logarithmic time; all UIDs
 * have to be known. */
guint imap_view_find (const ImapView *self, guint32 uid);

void imap_view_append (ImapView *self, guint32 uid);

/** Removes message @number: those after it move up. */
void imap_view_expunge (ImapView *self, guint number);

/**
 * imap_view_resolve:
 * @set: as the client wrote it; copied
 * @is_uid: UIDs rather than message sequence numbers
 * @out_wrong: (optional): whether a message sequence number in it is not there: BAD (RFC 9051
 *   section 9, seq-number); for UIDs never
 *
 * Returns: (transfer full): message sequence numbers that are there
 */
ImapSet *imap_view_resolve (const ImapView *self, const ImapSet *set, gboolean is_uid,
                            gboolean *out_wrong);

G_END_DECLS
