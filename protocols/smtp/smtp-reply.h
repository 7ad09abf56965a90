/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** A whole reply may be this long: ours; EHLO replies in use stay far below. */
#define SMTP_REPLY_BYTES_MAX (64 * 1024)

/** One reply (RFC 5321 section 4.2): its code and its text, lines separated by LF. */
typedef struct
{
  guint code;
  char *status; /* owned, (nullable): the enhanced status code, when each line begins with the same
                 * one and it is of the code's class (RFC 2034 section 4) */
  char *text;   /* owned, without the status; may hold any byte but NUL, CR and LF in its lines */
} SmtpReply;

void smtp_reply_clear (SmtpReply *reply);

/**
 * smtp_reply_parse:
 * @data: (array length=length): a whole reply unit
 *
 * Returns: whether it is one; @out_reply is untouched if not. Nor is it one when its code is of a
 *   class that does not exist, differs between lines, or has neither a space nor a hyphen after it:
 *   what of it counts can't be known
 */
gboolean smtp_reply_parse (const guint8 *data, gsize length, SmtpReply *out_reply);

/**
 * smtp_reply_is_last_line:
 *
 * Returns: whether @line ends its reply: it is not a code and a hyphen (RFC 5321 section 4.2.1);
 *   so a line that is none of a reply does not make its reader wait for more
 */
gboolean smtp_reply_is_last_line (const guint8 *line, gsize length);

/**
 * smtp_reply_format:
 * @status: (nullable): enhanced status code, put at the head of each line (RFC 2034 section 4)
 *   unless it is of another class than @code
 * @text: lines separated by LF; controls in it are replaced by "?"; a line that is too
 *   long for SMTP_REPLY_LINE_BYTES_MAX is continued on another
 *
 * Returns: (transfer full): the reply as it goes on the wire
 */
char *smtp_reply_format (guint code, const char *status, const char *text);

/** Classes by the first digit (RFC 5321 section 4.2.1). */
static inline gboolean
smtp_code_is_positive (guint code)
{
  return code >= 200 && code < 300;
}

static inline gboolean
smtp_code_is_intermediate (guint code)
{
  return code >= 300 && code < 400;
}

static inline gboolean
smtp_code_is_temporary (guint code)
{
  return code >= 400 && code < 500;
}

static inline gboolean
smtp_code_is_permanent (guint code)
{
  return code >= 500 && code < 600;
}

/** Returns: (nullable): what a code of RFC 5321 section 4.2.3, or of an extension, means, for
 * people */
const char *smtp_code_get_meaning (guint code);

G_END_DECLS
