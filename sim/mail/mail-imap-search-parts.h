/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mail-imap-match.h"
#include "mail-imap-parts.h"

G_BEGIN_DECLS

/* A search under way: only for mail-imap-search.c, -sort.c and -context.c. */

/** Looks at a flag, or what takes as long, in one go: then others are served. Ours: some
 * milliseconds. */
#define MAIL_IMAP_SEARCH_LOOKS 200000

/** Searches of one session that are kept up to date: ours. RFC 5267 section 4.3.1 wants one at
 * least. */
#define MAIL_IMAP_CONTEXTS_MAX 16

/** A message that was found. */
typedef struct
{
  guint32 number; /* message sequence number */
  guint32 uid;
  guint64 modseq;
} MailImapFound;

typedef struct _MailImapSearch MailImapSearch;
struct _MailImapSearch
{
  MailImap          *imap;
  const ImapCommand *command; /* borrowed from the engine until it is completed */
  guint              options; /* ImapReturn; 0: SEARCH, SORT or THREAD answers */
  MailMatcher       *matcher;
  guint              from, to; /* message sequence numbers that have not been looked at */
  gboolean           is_descending;
  GArray            *found; /* of MailImapFound: ascending, then as SORT has them */
  /* The next part of the work, once all has been looked at. Returns: FALSE: it has been completed.
   */
  gboolean         (*finish) (MailImapSearch *self);
  guint64            modseq; /* of the mailbox when it began */
  guint              n_filled;
  GArray            *items;    /* of ImapSortItem or ImapThreadItem */
  GPtrArray         *messages; /* of MailMessage: whose strings the items borrow */
};

/** Begins SEARCH, SORT or THREAD; completes the command where it can't be. */
void mail_imap_search_begin (MailImap *self, const ImapCommand *command,
                             gboolean (*finish) (MailImapSearch *));

/** Saves what was found, where that was asked for: while it is ascending, or as @min and @max of
 * what is sorted. */
void mail_imap_search_save (MailImapSearch *self);

/** Sends ESEARCH with what was asked for, keeps the search up to date from now on where that was
 * asked for, and completes the command. */
void mail_imap_search_answer (MailImapSearch *self);

/** Appends " (MODSEQ n)" where the answer has to have it. */
void mail_imap_search_append_modseq (const MailImapSearch *self, GString *out);

/** What an answer has for a message: its number or its UID. */
guint32 mail_imap_search_get_number (const MailImapSearch *self, const MailImapFound *found);

/** Whether the message is \Recent in this session. */
gboolean mail_imap_is_recent (const MailImap *self, guint32 uid);

/** Microseconds since 1970. */
gint64 mail_imap_get_unix_us (const MailImap *self);

/* mail-imap-sort.c */

/** Puts UIDs, of messages that are there, into the order of @criteria. @uids: of guint32 */
void mail_imap_sort_uids (MailImap *self, GArray *uids, const GArray *criteria);

/* mail-imap-context.c */

/** Returns: whether a search by that tag is kept up to date. */
gboolean mail_imap_has_context (const MailImap *self, const char *tag);

/** Keeps the search up to date; takes its matcher. Returns: FALSE: there are too many */
gboolean mail_imap_add_context (MailImapSearch *search);

G_END_DECLS
