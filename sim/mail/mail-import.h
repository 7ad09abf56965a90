/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mail-account.h"
#include "mail-register.h"

G_BEGIN_DECLS

/** How messages come in. Start from `{ 0 }`. */
typedef struct
{
  guint flags;                 /* besides their own */
  const char *const *keywords; /* (nullable): likewise */
  MailRegister *messages;      /* (nullable): gives them their numbers in the trace */
} MailImportHow;

/** Bytes of one file: ours, twice the largest message that a host takes by default. */
#define MAIL_IMPORT_MESSAGE_BYTES_MAX (64 * 1024 * 1024)

/**
 * mail_import:
 * @name: of the mailbox that gets the messages; it is made if it is not there
 * @path: an mbox file in any variant, or a Maildir: then the folders in it come in below @name, or
 *   as they are called when that is INBOX
 * @out_n: (optional): how many messages came
 *
 * Flags are those of Status, X-Status and X-Keywords at the end of the header, which are left out
 * then, or of the files' names (dovecot-keywords says what letters stand for). The date is that of
 * the "From " line, or of the file. Line ends become CRLF. Messages come in the order in which they
 * are in the file, or dovecot-uidlist has them, or the files' names begin.
 *
 * Returns: FALSE with @error set, a sentence without the path: no message was taken then
 */
gboolean
mail_import (MailAccount *account,
             const char *name,
             const char *path,
             const MailImportHow *how,
             guint *out_n,
             GError **error);

G_END_DECLS
