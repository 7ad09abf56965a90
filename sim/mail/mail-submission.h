/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mail-host.h"

G_BEGIN_DECLS

/* What a submission server makes of the messages and addresses that users hand to it (RFC 6409):
 * completes what is missing, refuses what it can't mend. */

/** Why something is refused: a reply. */
typedef struct
{
  guint       code;
  const char *status; /* static: "5.6.0" (RFC 3463) */
  char       *text;   /* owned, one line */
} MailRefusal;

void mail_refusal_clear (MailRefusal *refusal);

/**
 * mail_submission_complete_path:
 * @path: out of MAIL or RCPT; not ""
 * @out_path: (transfer full): with the host's first domain, where it had none and its local part
 *   is of somebody here (RFC 6409 section 8)
 *
 * Returns: FALSE with @out_refusal filled when its domain is not fully qualified (section 4.2)
 *   and not one of the host's
 */
gboolean mail_submission_complete_path (MailHost    *host,
                                        const char  *path,
                                        gboolean     is_sender,
                                        char       **out_path,
                                        MailRefusal *out_refusal);

/** Who submits a message, and how. */
typedef struct
{
  const MailUser *user;    /* (nullable): as AUTH has shown */
  gboolean        is_utf8; /* MAIL had SMTPUTF8 */
  const char     *reverse_path; /* (nullable): who is the author of a message that has no From;
                                 * NULL or "": such a message is refused */
} MailSubmitter;

/**
 * mail_submission_complete:
 * @out_changes: (transfer full): what was added and replaced, "Date, Message-ID"; "" for nothing
 *
 * Adds Date, Message-ID and Sender where they are missing or of no use (sections 8.1 to 8.3), gives
 * addresses without a domain the host's first. New fields go before all others. A header without
 * From gets one of the reverse-path, which no RFC asks for, and most submission servers do.
 *
 * Returns: (transfer full) (nullable): the message; NULL with @out_refusal filled when it has no
 *   usable From, addresses that can't be read or completed, or 8-bit fields without SMTPUTF8
 */
GBytes *mail_submission_complete (MailHost            *host,
                                  const MailSubmitter *submitter,
                                  GBytes              *message,
                                  char               **out_changes,
                                  MailRefusal         *out_refusal);

G_END_DECLS
