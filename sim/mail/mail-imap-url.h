/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <imap/imap-section.h>

G_BEGIN_DECLS

/** What a relative IMAP URL names: a message, or a part of one (RFC 4469 section 3). */
typedef struct
{
  char       *mailbox;      /* (nullable), UTF-8: NULL: the selected one */
  guint32     uid_validity; /* 0: not said */
  guint32     uid;
  ImapSection section;
  gboolean    is_partial;
  guint64     partial_offset, partial_length; /* length: G_MAXUINT64: to the end */
} MailImapUrl;

void mail_imap_url_clear (MailImapUrl *self);

/**
 * mail_imap_url_parse:
 *
 * Reads "/Drafts;UIDVALIDITY=385759045/;UID=20/;SECTION=1.MIME", also with ";PARTIAL=0.1024" at the
 * end; without a mailbox, as "/;UID=20", it is about the selected one. Words are in any case,
 * octets may be percent-encoded.
 *
 * Returns: FALSE for what is none of these: absolute URLs, too, as RFC 4469 section 3 leaves them
 *   out; @out_url is untouched then
 */
gboolean mail_imap_url_parse (const char *text, MailImapUrl *out_url);

G_END_DECLS
