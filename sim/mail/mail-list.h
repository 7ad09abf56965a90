/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mail-queue-entry.h"

G_BEGIN_DECLS

/**
 * mail_list_post:
 *
 * Sends the message of @entry to the members of a list, as a new message of this host's: the
 * reverse-path is the list's own, so that reports of failures reach its owner and not the author
 * (RFC 5321 section 3.9.2), nothing of the envelope is derived from that of the message (RFC 3461
 * section 5.2.7.1), and fields say what the list is and how to leave it (RFC 2369, RFC 2919). What
 * has been through the list already is dropped.
 */
void mail_list_post (MailEntry *entry, const SimScenarioList *list);

/** Returns: (transfer full): the identifier, "news.lists.example" (RFC 2919 section 2) */
char *mail_list_dup_id (const SimScenarioList *list);

/** Returns: (transfer full): @message with the fields of @list instead of those of others */
GBytes *mail_list_dress (const SimScenarioList *list, GBytes *message);

G_END_DECLS
