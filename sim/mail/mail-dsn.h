/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mail-queue-entry.h"

G_BEGIN_DECLS

/* Delivery status notifications (RFC 3461, RFC 3464, RFC 6522; for SMTPUTF8: RFC 6533): what a
 * host writes to the sender of a message about what became of it. */

/** A message up to this many bytes is returned whole to a sender who said nothing of it: ours; the
 * rest is spared the way back. */
#define MAIL_DSN_RETURN_BYTES_MAX (64 * 1024)
/** and up to this many to one who asked for it whole: a limit that RFC 3461 section 6.2 allows. */
#define MAIL_DSN_RETURN_FULL_BYTES_MAX (1024 * 1024)

/** What a report tells. */
typedef enum
{
  MAIL_DSN_FAILED,
  MAIL_DSN_DELAYED,
  MAIL_DSN_SUCCEEDED, /* delivered, relayed or expanded */
} MailDsnKind;

/**
 * mail_dsn_build:
 * @recipients: (element-type MailRecipient): of the entry, whom the report is about
 * @to: the address that it goes to
 *
 * Writes a report. Its identifier and boundaries come from the host's generator.
 *
 * Returns: (transfer full): the message, to be sent with a null reverse-path
 */
GBytes *mail_dsn_build (const MailEntry *entry,
                        MailDsnKind      kind,
                        const GPtrArray *recipients,
                        const char      *to);

/** Returns: whether @text has characters beyond ASCII: an envelope with it takes SMTPUTF8. */
static inline gboolean
mail_dsn_is_utf8 (const char *text)
{
  return !g_str_is_ascii (text);
}

G_END_DECLS
