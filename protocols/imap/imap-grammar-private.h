/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "imap-grammar.h"
#include "imap-scan.h"

G_BEGIN_DECLS

/* What the files of the grammar of commands share; nobody else needs it. */

/** Reads what follows a verb, the space before it included, into @command, which has what was
 * read also when it does not match. */
typedef gboolean (*ImapArgumentsFunc) (ImapScan *self, ImapCommand *command);

/** "(" item *(SP item) ")"; @is_optional: "()" too. */
gboolean imap_scan_list (ImapScan *self, gboolean is_optional, ImapArgumentsFunc scan_item,
                         ImapCommand *command);

/** mailbox, of the command; and with a space before it */
gboolean imap_scan_command_mailbox (ImapScan *self, ImapCommand *command);
gboolean imap_scan_space_mailbox (ImapScan *self, ImapCommand *command);
/** SP sequence-set, of the command */
gboolean imap_scan_space_set (ImapScan *self, ImapCommand *command);
/** Appends to an array of what is copied. @array: made when it is not there */
void imap_add_word (GPtrArray **array, char *word);

/* imap-grammar-mailbox.c */
gboolean imap_scan_select_arguments (ImapScan *self, ImapCommand *command);
gboolean imap_scan_create_arguments (ImapScan *self, ImapCommand *command);
gboolean imap_scan_rename_arguments (ImapScan *self, ImapCommand *command);
gboolean imap_scan_list_arguments (ImapScan *self, ImapCommand *command);
gboolean imap_scan_lsub_arguments (ImapScan *self, ImapCommand *command);
gboolean imap_scan_status_arguments (ImapScan *self, ImapCommand *command);

/* imap-grammar-access.c */
gboolean imap_scan_id_arguments (ImapScan *self, ImapCommand *command);
gboolean imap_scan_quota_root_arguments (ImapScan *self, ImapCommand *command);
gboolean imap_scan_setquota_arguments (ImapScan *self, ImapCommand *command);
gboolean imap_scan_identifier_arguments (ImapScan *self, ImapCommand *command);
gboolean imap_scan_setacl_arguments (ImapScan *self, ImapCommand *command);
gboolean imap_scan_getmetadata_arguments (ImapScan *self, ImapCommand *command);
gboolean imap_scan_setmetadata_arguments (ImapScan *self, ImapCommand *command);

/* imap-grammar-append.c */
gboolean imap_scan_append_arguments (ImapScan *self, ImapCommand *command);
gboolean imap_scan_replace_arguments (ImapScan *self, ImapCommand *command);

/* imap-grammar-fetch.c */
gboolean imap_scan_fetch_arguments (ImapScan *self, ImapCommand *command);
gboolean imap_scan_store_arguments (ImapScan *self, ImapCommand *command);

/* imap-grammar-search.c */
gboolean imap_scan_search_arguments (ImapScan *self, ImapCommand *command);
gboolean imap_scan_sort_arguments (ImapScan *self, ImapCommand *command);
gboolean imap_scan_thread_arguments (ImapScan *self, ImapCommand *command);
gboolean imap_scan_cancelupdate_arguments (ImapScan *self, ImapCommand *command);

G_END_DECLS
