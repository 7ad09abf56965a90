/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mail-account.h"

G_BEGIN_DECLS

/* What is in mailboxes, as files that mail programs read. mail_import() takes it back as it was:
 * the same octets, flags and internal dates (by the second; the zone is not kept). */

/** An account, and where in the exported folder it goes: "mail.example/bob"; "": right there */
typedef struct
{
  const MailAccount *account;
  const char *folder;
} MailExport;

/**
 * mail_export:
 * @accounts: (array length=n)
 * @path: of a folder that is not there yet, or empty
 *
 * Writes all mailboxes of each account as a Maildir++ tree: with dovecot-uidlist (UIDs),
 * dovecot-keywords and subscriptions beside the messages, so that Dovecot can go on with it. Lines
 * end in LF. Of the keywords of a mailbox, the first MAIL_MAILDIR_KEYWORDS_MAX are kept.
 *
 * Returns: FALSE with @error set: nothing is left behind then
 */
gboolean
mail_export (const MailExport *accounts, guint n, const char *path, GError **error);

/** Returns: (transfer full): the mailbox as an mboxrd file, flags as Status, X-Status and
 * X-Keywords at the end of each header. A Content-Length of a message's own that happens to lead to
 * its end or just beyond counts for readers: an empty line may be added then. */
GBytes *
mail_export_mbox (const MailMailbox *mailbox);

/** Returns: (transfer full): @name as one level of a path: "/", "\\" and a dot in front are written
 * "\2f", "\5c" and "\2e". */
char *
mail_export_escape (const char *name);

/** Returns: whether a folder could be made at @path; FALSE with @error set if not. */
gboolean
mail_export_can_write (const char *path, GError **error);

G_END_DECLS
