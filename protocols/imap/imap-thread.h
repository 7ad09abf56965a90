/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "imap-command.h"

G_BEGIN_DECLS

/* THREAD (RFC 5256 section 3): what messages belong together. */

/** What one message is threaded by. Strings are borrowed. */
typedef struct
{
  guint32            number;     /* what the answer is to have: message sequence number or UID */
  gint64             sent_us;    /* as in ImapSortItem */
  const char        *message_id; /* (nullable): without "<" and ">", as normalised */
  const char *const *references; /* NULL-terminated: of References, else the first of In-Reply-To */
  const char        *subject;    /* base subject, collated */
  gboolean           is_reply;   /* its subject says so */
} ImapThreadItem;

/**
 * imap_thread:
 *
 * Appends the threads as THREAD tells them, "(2)(3 6 (4 23)(44 7 96))"; nothing for no items. In
 * time n log n, whatever the references, and without recursion on their depth.
 */
void imap_thread (const ImapThreadItem *items, guint n_items, ImapThreadKind kind, GString *out);

G_END_DECLS
