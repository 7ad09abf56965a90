/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "imap-command.h"

G_BEGIN_DECLS

/* SORT (RFC 5256, RFC 5957): what is compared has been taken from the messages already. */

/** What one message is sorted by. Strings are borrowed, and made by imap_collate(); "" where there
 * is nothing. */
typedef struct
{
  guint32     number;      /* message sequence number: what decides where all else is equal */
  guint32     uid;
  gint64      arrival_us;  /* INTERNALDATE */
  gint64      sent_us;     /* the Date field, else INTERNALDATE (RFC 5256 section 2.2) */
  guint64     size;
  const char *cc, *from, *to; /* the first addr-mailbox */
  const char *display_from, *display_to;
  const char *subject;     /* base subject */
} ImapSortItem;

/** Puts @items into the order of @criteria. @criteria: of ImapSortCriterion */
void imap_sort (ImapSortItem *items, guint n_items, const GArray *criteria);

/**
 * imap_base_subject:
 * @subject: decoded, UTF-8
 * @out_is_reply: (optional): whether it was a reply or forward
 *
 * Returns: (transfer full): what is left when "re:", "(fwd)" and the like are taken away (RFC 5256
 *   section 2.1)
 */
char *imap_base_subject (const char *subject, gboolean *out_is_reply);

/** Returns: (transfer full): @text, UTF-8, so that strcmp() and strstr() compare as
 * i;unicode-casemap does (RFC 5256 section 7): each character in titlecase, then decomposed. Of
 * what is not UTF-8 each octet is U+FFFD. */
char *imap_collate (const char *text);

G_END_DECLS
