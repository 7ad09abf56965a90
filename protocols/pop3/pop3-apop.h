/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <sasl/sasl-mechanism.h>

G_BEGIN_DECLS

/* APOP (RFC 1939 section 7): a login that shows the password to nobody. It can't be told from a
 * forgery of the server's, as MD5 is weak today: better than a password in clear, no more. */

/** Returns: (transfer full): a timestamp that no greeting had before: random digits, the time in
 * seconds, and the host's name, in the form of a message-id. */
char *
pop3_apop_make_timestamp (const char *host_name,
                          gint64 time_s,
                          SaslRandomFunc random,
                          gpointer random_data);

/** Returns: how many bytes the timestamp at the beginning of @data has; 0: there is none. It is
 * one if it could be a message-id: visible ASCII with one "@" at least. What else a server wants
 * hashed may be chosen to find out the password. */
gsize
pop3_apop_get_timestamp_length (const guint8 *data, gsize length);

/** Returns: (transfer full) (nullable): the first timestamp in the text of a greeting. */
char *
pop3_apop_find_timestamp (const char *text);

/**
 * pop3_apop_digest:
 * @timestamp: with its angle brackets
 *
 * Returns: (transfer full) (nullable): MD5 of both, POP3_APOP_DIGITS digits; NULL when the password
 *   has what SASLprep refuses (RFC 6856 section 2.2)
 */
char *
pop3_apop_digest (const char *timestamp, const char *password);

G_END_DECLS
