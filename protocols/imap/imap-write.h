/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "imap-command.h"

G_BEGIN_DECLS

/* Writing the pieces of commands and responses (RFC 9051 section 4): both ends use these, so that
 * what is quoted, what is a literal and what is NIL is decided once. */

/** What strings may be. */
typedef enum
{
  IMAP_WRITE_UTF8 = 1 << 0, /* UTF-8 in quoted strings (RFC 9051 section 4.3, RFC 6855) */
} ImapWriteFlags;

/** Whether @text can be an atom, or an astring without quotes. */
gboolean imap_is_atom (const char *text, gsize length);
gboolean imap_is_astring_atom (const char *text, gsize length);

/** Appends a string: quoted where it can be, else a literal "{N}" CRLF octets; with NUL octets
 * a literal8 "~{N}". Quoted strings have no CR, LF, NUL, at most 1,000 octets, and none beyond
 * ASCII unless @flags allow UTF-8 and they are. */
void imap_append_string (GString *out, const char *text, gsize length, guint flags);

/** As imap_append_string(); NIL for NULL. */
void imap_append_nstring (GString *out, const char *text, guint flags);

/** An atom where that will do, else as imap_append_string(). Not for NIL: it would be the text. */
void imap_append_astring (GString *out, const char *text, guint flags);

/** The name of a mailbox: modified UTF-7 unless @flags allow UTF-8. */
void imap_append_mailbox (GString *out, const char *name, guint flags);

/** A whole literal: "{N}" CRLF octets. */
void imap_append_literal (GString *out, const guint8 *data, gsize length);

/** "17-Jul-1996 02:44:25 -0700", in quotes, a space before a day of one digit (RFC 9051 section 9,
 * date-time). */
void imap_append_date_time (GString *out, const ImapDate *date);

/** "NIL", or a delimiter in quotes. */
void imap_append_delimiter (GString *out, char delimiter);

G_END_DECLS
