/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <mail/mail-host.h>

G_BEGIN_DECLS

/**
 * MailImapDialogue:
 *
 * A mail host with the users alice, bob, carol and postmaster, whose passwords are their names, and
 * sessions of IMAP with it: what is said is held against a script, as RFCs write examples.
 */
typedef struct _MailImapDialogue MailImapDialogue;

/** @keys: more of the host's group in the scenario: "Quota=1000\n" */
MailImapDialogue *mail_imap_dialogue_new (const char *keys);
void              mail_imap_dialogue_free (MailImapDialogue *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailImapDialogue, mail_imap_dialogue_free)

MailHost    *mail_imap_dialogue_get_host (MailImapDialogue *self);
MailAccount *mail_imap_dialogue_get_account (MailImapDialogue *self, const char *user);

/** Moves the world's clock on. */
void mail_imap_dialogue_wait (MailImapDialogue *self, gint64 seconds);

/** Puts a message into a mailbox, which is made where it is not there. @flags: "\\Seen $Junk";
 * @day: (nullable): INTERNALDATE as "2026-11-24" at 12:00 UTC; NULL: now */
void mail_imap_dialogue_add (MailImapDialogue *self, const char *user, const char *mailbox,
                             const char *flags, const char *day, const char *text);

/**
 * mail_imap_dialogue_run:
 * @chunk: octets that are given to a session at once; 0: all
 *
 * Runs a script and fails the test where something else is said. Its lines:
 *
 *   U2: bob       session 2 begins, logged in as bob; session 1 is alice's without being asked for
 *   C: text       the client says it, with CRLF; "C2:" is session 2. Without a line end: "C\\:
 *   text" S: text       the next line that the server says; of a status the condition counts, the
 *   code if
 *                 there is one in the script, and not the text
 *   S: ...        any lines, up to the one that follows in the script
 *   # text        a remark
 *
 * Before each "C" all that the session has said has to be in the script.
 */
void mail_imap_dialogue_run (MailImapDialogue *self, const char *script, gsize chunk);

/** Says @text, with its line ends, in session 1. Returns: (transfer full): all that is said
 * thereupon. */
char *mail_imap_dialogue_say (MailImapDialogue *self, const char *text);

G_END_DECLS
