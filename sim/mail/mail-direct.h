/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mail-host.h"

G_BEGIN_DECLS

/**
 * mail_direct_do:
 * @action: of the kinds read, flag, move, copy, delete, save, create
 *
 * What a user does to mailboxes on the server itself, by a program that opens them as files: the
 * oldest way to read mail. No protocol is spoken, so there is nothing on the wire, but what is
 * decided is noted.
 */
void mail_direct_do (MailHost *host, const SimScenarioAction *action);

G_END_DECLS
