/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mime-draft.h"

G_BEGIN_DECLS

typedef enum
{
  MIME_REPLY,              /* to Reply-To, or From */
  MIME_REPLY_ALL,          /* also to the other recipients, once each, not to oneself */
  MIME_FORWARD_INLINE,     /* its text quoted below a line, its attachments along */
  MIME_FORWARD_ATTACHED,   /* whole, as message/rfc822 */
} MimeReplyKind;

/**
 * mime_reply_new:
 * @message: what is answered; borrowed
 * @own_addresses: (nullable): mailboxes of who answers, as in a field; the first becomes From
 *
 * A draft that answers or forwards @message: recipients (RFC 5322 section 3.6.3; who answers
 * oneself writes to the same people again), In-Reply-To of an answer and References (section
 * 3.6.4), "Re: " or "Fwd: " once (section 3.6.5). Its text, HTML as plain text where there is
 * nothing else, is quoted with "> " as flowed text (RFC 3676 section 4.5) below "On DATE, NAME
 * wrote:" or, forwarded inline, below a line and the fields that tell what it is. Addresses and
 * identifiers that can't be written again are left out. Date and id are for the caller to set.
 *
 * Returns: (transfer full)
 */
MimeDraft *mime_reply_new (const MimeTree *message,
                           MimeReplyKind   kind,
                           const char     *own_addresses,
                           MimeCharsets   *charsets);

/**
 * mime_resend:
 * @from, @to: addresses as in a field
 *
 * Puts a resent block before @message (RFC 5322 section 3.6.6): all else stays, byte for byte.
 * Returns: (transfer full) (nullable): NULL with @out_problem set when an address is wrong
 */
GBytes *mime_resend (GBytes        *message,
                     const char    *from,
                     const char    *to,
                     const char    *message_id,
                     const ImfDate *date,
                     char         **out_problem);

G_END_DECLS
