/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ImapThreadNames:
 *
 * Numbers for texts that others chose: message ids, subjects. A hash table whose key is made of all
 * the texts that will be asked for, so that whoever wants many to fall together would have to know
 * them all beforehand, and yet the same every time.
 */
typedef struct _ImapThreadNames ImapThreadNames;

ImapThreadNames *imap_thread_names_new (void);
void             imap_thread_names_free (ImapThreadNames *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ImapThreadNames, imap_thread_names_free)

/** Makes @text part of the key; for all texts, before the first is added. */
void imap_thread_names_prepare (ImapThreadNames *self, const char *text);

/** Returns: the number of @text, from 0 on in the order of adding. @text: borrowed */
guint imap_thread_names_add (ImapThreadNames *self, const char *text);

guint imap_thread_names_get_n (const ImapThreadNames *self);

G_END_DECLS
