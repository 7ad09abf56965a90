/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ImapFramer:
 *
 * Cuts a stream into IMAP's units, however TCP cut it: lines that end in CRLF, with the literals
 * that they announce (RFC 9051 section 4.3, RFC 7888, literal8 of RFC 3516). Its owner, an engine,
 * repeats:
 *
 *   push bytes -> ask for the next unit, until MORE
 *
 * A server's framer stops at each announcement of a synchronizing literal, since the client waits
 * there for leave to go on: a command comes in pieces then. Looks at each byte once.
 */
typedef struct _ImapFramer ImapFramer;

/** Literals in one unit: ours; with IMAP_COMMAND_BYTES_MAX, the bound on what a unit is made of. */
#define IMAP_LITERALS_MAX 1000

typedef enum
{
  IMAP_FRAME_MORE,     /* no whole unit yet */
  IMAP_FRAME_UNIT,     /* a whole unit, or a piece of one */
  IMAP_FRAME_TOO_LONG, /* the lines, their literals left out, are over the limit: the unit ended
                        * with this one, and the piece's first bytes are given. Literals that come
                        * without leave are read away, with what follows them */
  IMAP_FRAME_TOO_BIG,  /* the unit announces a literal over the limit, or one too many; its bytes so
                        * far are given. The framer stands still until imap_framer_refuse_literal(),
                        * where is_synchronizing tells that the client waits, or
                        * imap_framer_skip_literal(); or the owner closes the connection */
} ImapFrame;

typedef struct
{
  const char   *name;   /* static: "command", "literal", "rest" of a client; "response" */
  const guint8 *data;   /* borrowed until the next call on the framer */
  gsize         length;
  gboolean      is_end; /* the command or response ends here */
  guint64       announced; /* of a piece that ends in an announcement: octets of the literal;
                            * G_MAXUINT64 where the number is too large to tell */
  gboolean      is_binary; /* it is a literal8 */
  gboolean      is_synchronizing; /* its sender waits for leave to go on */
} ImapPiece;

/** @is_server: whether to read commands, not responses */
ImapFramer *imap_framer_new (gboolean is_server);
void        imap_framer_free (ImapFramer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ImapFramer, imap_framer_free)

void imap_framer_push (ImapFramer *self, const guint8 *data, gsize length);

/**
 * imap_framer_next:
 * @line_bytes_max: of the unit's lines, its literals left out
 * @literal_bytes_max: of all literals of the unit
 * @allows_bare_lf: also LF alone ends a line
 *
 * Output arguments are untouched on MORE. A response, or a command whose literals are all
 * non-synchronizing, is one unit. Else "command" ends in the first announcement, then come
 * "literal", just the octets, and "rest", up to the command's end or the next announcement, in
 * turn. A literal of 0 octets is a piece too.
 *
 * "{5+}" at the end of a client's line announces a literal wherever it stands (RFC 7888 section 4);
 * "{5}" only where a string may begin, and not in the text of a status response.
 */
ImapFrame imap_framer_next (ImapFramer *self, gsize line_bytes_max, guint64 literal_bytes_max,
                            gboolean allows_bare_lf, ImapPiece *out_piece);

/** All pieces of the command so far, put together: borrowed until the next call. After the piece
 * with is_end: the whole command. */
const guint8 *imap_framer_get_command (ImapFramer *self, gsize *out_length);

/** The owner refuses the literal that was announced: the client will not send it (RFC 9051 section
 * 4.3): the next byte begins a new command. */
void imap_framer_refuse_literal (ImapFramer *self);

/** After TOO_BIG of a non-synchronizing literal: reads it and the rest of the unit away without
 * keeping it; next() returns MORE meanwhile. */
void imap_framer_skip_literal (ImapFramer *self);

/** The next line is a client's inside of AUTHENTICATE or IDLE, where no literals are: as next(),
 * with the name "sasl" or "command". */
ImapFrame imap_framer_next_line (ImapFramer *self, gsize line_bytes_max, gboolean allows_bare_lf,
                                 const char *name, ImapPiece *out_piece);

/** Returns: how many bytes wait, not yet given out. */
gsize imap_framer_get_n_waiting (const ImapFramer *self);

/** Drops all that waits, as after STARTTLS (RFC 9051 section 6.2.1). */
void imap_framer_drop (ImapFramer *self);

/** Returns: (transfer full): takes all that waits, as when it has to be inflated first (RFC 4978).
 * */
GBytes *imap_framer_take_waiting (ImapFramer *self);

G_END_DECLS
