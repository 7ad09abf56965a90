/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mail-copy.h"
#include "mail-register.h"
#include <net/sim-network.h>

G_BEGIN_DECLS

/**
 * MailImapReader:
 *
 * A recipient's mail program at work on one thing by IMAP: finds the server by its name, connects,
 * and does what the action says (fetch, sync, read, flag, move ...), as mail programs do: what the
 * server has as an extension is used, and done without where it has not (RFC 4549).
 */
typedef struct _MailImapReader MailImapReader;

/**
 * mail_imap_reader_new:
 * @action: of any kind but SIM_ACTION_SEND; borrowed
 * @copy: what the program knows of the user's mailboxes; borrowed; grows with fetch and sync
 *
 * Starts at once. What is done offline is only remembered in @copy, and no connection is made.
 */
MailImapReader *mail_imap_reader_new (SimHost                 *host,
                                      const SimScenarioAction *action,
                                      MailCopy                *copy,
                                      MailRegister            *messages);
void            mail_imap_reader_free (MailImapReader *self); /* after the network */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailImapReader, mail_imap_reader_free)

G_END_DECLS
