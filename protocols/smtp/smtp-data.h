/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "smtp-profile.h"
#include <wire/wire-deviation.h>

G_BEGIN_DECLS

/* What a block of mail data, as the framer gave it out, has in it that RFC 5321 does not allow
 * (sections 2.3.8, 4.1.1.4 and 4.5.3.1.6): CR and LF alone, NUL, lines that are too long, an end of
 * data that is not CRLF "." CRLF, and within the data what looks like one: where a server takes it
 * for the end, what follows is taken for commands. */

/** A text line, CRLF included, a stuffed dot not (RFC 5321 section 4.5.3.1.6). */
#define SMTP_TEXT_LINE_BYTES_MAX 1000

/** Returns: the SmtpLeniency that @block needs to be let pass, one of its end included. */
guint smtp_data_get_leniencies (const guint8 *block, gsize length);

typedef void (*SmtpDataFunc) (const WireDeviation *deviation,
                              gsize                offset,
                              gsize                length,
                              gpointer             user_data);

/** Calls @func for each place. What looks like an end is told besides the CR, LF or NUL in it. */
void smtp_data_foreach (const guint8 *block, gsize length, SmtpDataFunc func, gpointer user_data);

G_END_DECLS
