/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mail-mailbox.h"
#include <imap/imap-view.h>

G_BEGIN_DECLS

/**
 * MailMatcher:
 *
 * The keys of a SEARCH, made ready to be held against messages (RFC 9051 section 6.4.4): text is
 * UTF-8 and collated, sets are resolved, and what is cheap to find out is asked before what is
 * dear, so that a body is read only where all else agrees. The answer does not depend on the order.
 */
typedef struct _MailMatcher MailMatcher;

/** What keys mean depends on. All borrowed, until mail_matcher_new() returns but for the mailbox
 * and the clock. */
typedef struct
{
  MailMailbox    *mailbox;
  const ImapView *view;     /* of message sequence numbers */
  const ImapSet  *saved;    /* (nullable): "$" (RFC 5182): UIDs, resolved */
  MimeCharsets   *charsets;
  const char     *charset;  /* (nullable): NULL: UTF-8, of which US-ASCII is a part */
  gint64          now_us;   /* since 1970: of OLDER and YOUNGER (RFC 5032) */
  gboolean        is_kept;  /* message sequence numbers are those of now for good, though messages
                             * before them be expunged (RFC 5267 section 4.3) */
} MailMatchContext;

/** Why a search can't be. */
typedef enum
{
  MAIL_MATCH_OK,
  MAIL_MATCH_BAD_CHARSET,  /* NO [BADCHARSET]: there is no converter */
  MAIL_MATCH_BAD_TEXT,     /* BAD: the octets are not of the charset */
  MAIL_MATCH_BAD_SEQUENCE, /* BAD: a message sequence number that is not there */
} MailMatchProblem;

/** @key: copied. Returns: (nullable): NULL with @out_problem */
MailMatcher *mail_matcher_new (const ImapSearchKey *key, const MailMatchContext *context,
                               MailMatchProblem *out_problem);
void         mail_matcher_free (MailMatcher *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailMatcher, mail_matcher_free)

/** @sequence: of the session's view. @is_recent: in this session (RFC 3501 section 2.3.2) */
gboolean mail_matcher_matches (MailMatcher *self, const MailStored *stored, guint sequence,
                               gboolean is_recent);

/** Moves the clock of OLDER and YOUNGER on. */
void mail_matcher_set_now (MailMatcher *self, gint64 now_us);

/** Returns: about how much work it is to hold the keys against @stored, in looks at a flag: what
 * keeps one search from holding up other sessions. */
guint64 mail_matcher_get_cost (const MailMatcher *self, const MailStored *stored);

/** Returns: whether MODSEQ is among the keys (RFC 7162 section 3.1.5). */
gboolean mail_matcher_has_modseq (const MailMatcher *self);

/** Returns: days since 1970-01-01 of a day as it is written. */
gint64 mail_match_day_number (const ImapDay *day);

G_END_DECLS
