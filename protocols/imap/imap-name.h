/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Names of mailboxes: UTF-8 everywhere in the program, on the wire either that (RFC 9051 section
 * 5.1, RFC 6855 section 3) or modified UTF-7 (RFC 3501 section 5.1.3). */

/** One name, in octets of UTF-8. Ours: far above what is in use, and a bound on hostile trees. */
#define IMAP_NAME_BYTES_MAX 1024

/** Levels of hierarchy in a name: ours, for the same reason. */
#define IMAP_NAME_LEVELS_MAX 32

/** Returns: (transfer full): @name, valid UTF-8, in modified UTF-7. */
char *imap_name_to_utf7 (const char *name);

/**
 * imap_name_from_utf7:
 *
 * Returns: (transfer full) (nullable): UTF-8; NULL for what is no modified UTF-7: bytes beyond
 * ASCII,
 *   a shift sequence that is not ended, is not needed, is empty where "&-" is meant, or has half a
 *   surrogate pair or bits left over
 */
char *imap_name_from_utf7 (const char *text, gsize length);

/** Returns: whether @name can be that of a mailbox: valid UTF-8, 1 to IMAP_NAME_BYTES_MAX octets,
 * no controls (RFC 9051 section 5.1, RFC 5198), no empty level between @delimiter, no "%" and "*".
 * */
gboolean imap_name_is_valid (const char *name, char delimiter);

/** Returns: whether @name is INBOX, in whatever case (RFC 9051 section 5.1). */
gboolean imap_name_is_inbox (const char *name);

/**
 * imap_name_matches:
 * @pattern: with "*" for anything, and "%" for anything but @delimiter (RFC 9051 section 6.3.9)
 *
 * INBOX, also as a first level, matches whatever the case. Takes time in the product of the lengths
 * at most, whatever the pattern.
 */
gboolean imap_name_matches (const char *pattern, const char *name, char delimiter);

G_END_DECLS
