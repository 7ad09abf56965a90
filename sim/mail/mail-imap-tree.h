/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mail-imap-parts.h"

G_BEGIN_DECLS

/**
 * MailImapTree:
 *
 * All names that a user can see at one moment, his own and those of others that he has the right to
 * look up, with the levels above them: what LIST and LSUB choose from. The names are copied, so
 * that an answer that is given piece by piece is not cut by a change to the mailboxes.
 */
typedef struct _MailImapTree MailImapTree;

/** A name. The last five are for who chooses. */
typedef struct
{
  char        *name;    /* as the client sees it */
  MailAccount *account; /* (nullable), borrowed: NULL: a level that no account has */
  const char  *inner;   /* within name: what it is called there */
  guint        uses;    /* ImapUse: of the user's own only (RFC 6154 section 2) */
  gboolean     exists, is_selectable, is_subscribed;
  gboolean     has_children; /* that exist, and can be seen */

  gboolean     is_match;    /* with a pattern */
  gboolean     ends_level;  /* with one that ends in "%" */
  gboolean     is_selected; /* by the selection options */
  gboolean     has_selected_child;  /* at any depth: mail_imap_tree_mark_ancestors() */
  gboolean     has_unmatched_child; /* selected, but with no pattern */
} MailImapLeaf;

/** @has_others: with the mailboxes of other users */
MailImapTree *mail_imap_tree_new (MailImap *imap, gboolean has_others);
void          mail_imap_tree_free (MailImapTree *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailImapTree, mail_imap_tree_free)

/** In the order of their octets, INBOX first. */
guint         mail_imap_tree_get_n (const MailImapTree *self);
MailImapLeaf *mail_imap_tree_get (const MailImapTree *self, guint i);

/** Tells each name of what is selected below it. */
void mail_imap_tree_mark_ancestors (MailImapTree *self);

G_END_DECLS
