/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mail-imap-parts.h"

G_BEGIN_DECLS

/* Names as a client sees them: only for mail-imap-names.c, -list.c, -status.c, -access.c and
 * -metadata.c. A user's own mailboxes are named as they are, those of others "user/NAME/...". */

/**
 * mail_imap_locate:
 * @out_account: borrowed
 * @out_inner: within @name, or static: what the mailbox is called in that account; "user/bob" is
 *   his INBOX
 *
 * Returns: FALSE: it is of somebody who is not here, or above all that can be
 */
gboolean mail_imap_locate (MailImap *self, const char *name, MailAccount **out_account,
                           const char **out_inner);

/** Returns: (transfer full): what the user may do with a name of an account. */
char *mail_imap_dup_rights (MailImap *self, const MailAccount *account, const char *inner);

/** Returns: (transfer full): @rights with "c" and "d" as RFC 4314 section 2.1.1 has them. */
char *mail_imap_format_rights (const char *rights);

/** Appends "STATUS name (...)". @name: as the client sees it; @items: ImapStatusItem */
void mail_imap_append_status (MailImap *self, MailMailbox *mailbox, const char *name, guint items,
                              GString *out);

/** Completes with NO for want of a right. */
void mail_imap_deny (MailImap *self);

/** Appends the uses of a mailbox, a space between them (RFC 6154). */
void mail_imap_append_uses (GString *out, guint uses);

G_END_DECLS
