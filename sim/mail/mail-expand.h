/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mail-queue-entry.h"

G_BEGIN_DECLS

/** Aliases that stand for aliases, and so on: ours; people lose their way sooner. */
#define MAIL_EXPAND_DEPTH_MAX 10

/**
 * MailExpandListFunc:
 *
 * The message is for a list. Its recipient has its outcome.
 */
typedef void (*MailExpandListFunc) (MailEntry *entry, const SimScenarioList *list);

/**
 * mail_expand:
 *
 * Puts those in the place of each recipient of @entry here that it stands for (RFC 5321 section
 * 3.9): what is left waits for a mailbox here or for another host, and nobody is there twice. What
 * was asked for by NOTIFY and ORCPT goes along as RFC 3461 section 5.2.7 has it. An address that
 * stands for nobody but itself fails with 5.4.6, one that is nobody's with 5.1.1.
 */
void mail_expand (MailEntry *entry, MailExpandListFunc on_list);

G_END_DECLS
