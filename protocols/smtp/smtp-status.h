/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "smtp-grammar.h"

G_BEGIN_DECLS

/* Enhanced status codes (RFC 3463): class "." subject "." detail, "5.1.1". */

/** The longest: class, two numbers of three digits, two dots. */
#define SMTP_STATUS_BYTES_MAX 9

typedef struct
{
  guint class; /* 2, 4 or 5 */
  guint subject;
  guint detail;
} SmtpStatus;

/** Reads the status that @text begins with, whatever follows. Returns: its length; 0 for none */
gsize smtp_status_parse (const char *text, gsize length, SmtpStatus *out_status);

/** Returns: whether @text is one and nothing else. */
gboolean smtp_status_is_valid (const char *text);

/** Returns: (nullable): for people, what the class is: 2, 4 or 5 */
const char *smtp_status_get_class_meaning (guint class);
/** Returns: (nullable): what the subject is: 0 to 7 */
const char *smtp_status_get_subject_meaning (guint subject);
/** Returns: (nullable): what subject and detail are together; NULL when they are not known here,
 * and what is known of the subject is to be told (RFC 3463 section 2) */
const char *smtp_status_get_meaning (const SmtpStatus *status);

/**
 * smtp_status_for_code:
 * @code: of a reply
 * @verb: of the command that it answers: SMTP_VERB_DATA or _BDAT also for the message;
 *   SMTP_VERB_UNKNOWN for a command that is none, or no command at all
 *
 * Returns: (nullable): the status that fits where nothing more is known; NULL for codes that have
 * none: 3yz, and those of the greeting and of replies to EHLO, HELO and LHLO that are positive (RFC
 * 2034 section 3)
 */
const char *smtp_status_for_code (guint code, SmtpVerb verb);

G_END_DECLS
