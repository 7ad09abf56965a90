/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mail-mailbox.h"

G_BEGIN_DECLS

/* What mailboxes are called and how flags are written in files: a Maildir has its messages in cur/
 * and new/, flags as letters at the end of a file's name, ":2,FS"; Maildir++ has the other
 * mailboxes of a user in folders ".Work.2026" beside them. Names are in modified UTF-7; a dot in
 * one is written "\2e", a backslash "\5c". */

/** Keywords that a mailbox's files can have: letters "a" to "z". */
#define MAIL_MAILDIR_KEYWORDS_MAX 26

/** Written as "P", for "passed", not by a letter of its own. */
#define MAIL_MAILDIR_PASSED "$Forwarded"

/** Returns: (transfer full): the folder's name: ".Work.2026"; "" for INBOX */
char *
mail_maildir_format_folder (const char *name);

/** Returns: (transfer full) (nullable): the mailbox's name; NULL when @folder is none */
char *
mail_maildir_parse_folder (const char *folder);

/** Appends the letters of @flags. */
void
mail_maildir_append_flags (GString *out, guint flags);

/** Returns: the flag that @letter stands for; 0: none. */
guint
mail_maildir_get_flag (char letter);

G_END_DECLS
