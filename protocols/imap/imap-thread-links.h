/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define IMAP_THREAD_NONE G_MAXUINT

/**
 * ImapThreadLinks:
 *
 * Which message is whose child while references are followed (RFC 5256 section 3, step 1): links
 * are made and broken, none that would be a loop. Whether one would be is known in time log n,
 * however deep the thread, by a link-cut tree (Sleator and Tarjan): each thread's paths are splay
 * trees, ordered by depth.
 */
typedef struct _ImapThreadLinks ImapThreadLinks;

ImapThreadLinks *imap_thread_links_new (void);
void             imap_thread_links_free (ImapThreadLinks *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ImapThreadLinks, imap_thread_links_free)

/** Returns: the number of a new message, from 0 on, without a parent. */
guint imap_thread_links_add (ImapThreadLinks *self);

guint imap_thread_links_get_n (const ImapThreadLinks *self);

/** Returns: IMAP_THREAD_NONE: it has none */
guint imap_thread_links_get_parent (const ImapThreadLinks *self, guint child);

/** Makes @parent the parent of @child, which has none; but not where that would be a loop. */
void imap_thread_links_link (ImapThreadLinks *self, guint child, guint parent);

/** @child has no parent any more. */
void imap_thread_links_cut (ImapThreadLinks *self, guint child);

G_END_DECLS
