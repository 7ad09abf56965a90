/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * WireFramer:
 *
 * Cuts a byte stream into whole units, however TCP cut it: lines that end in
 * CRLF, blocks of lines that end in a line of a single dot (RFC 5321 section
 * 4.1.1.4, RFC 1939 section 3), and as many bytes as were announced (RFC 3030
 * section 2). Its owner, an engine, repeats:
 *
 *   push bytes -> ask for the next unit of the kind it expects, until MORE
 *
 * Looks at each byte once, keeps at most the unit's limit in memory, and
 * leaves what follows the unit in place for whoever asks next.
 */
typedef struct _WireFramer WireFramer;

typedef enum
{
  WIRE_FRAME_MORE,     /* no whole unit yet */
  WIRE_FRAME_UNIT,     /* a whole unit, its end included */
  WIRE_FRAME_TOO_LONG, /* a unit over the limit has ended; its first bytes are given, the rest was
                          dropped */
} WireFrame;

/** What ends a unit beyond what the standards say. A form of end has two line ends, that of the
 * last line and that of the dot's; CR and LF in their names stand alone. The beginning of a block
 * counts as CRLF. A CR stands alone when what follows is not LF, which shows with the next byte. */
typedef enum
{
  WIRE_FRAMER_STRICT = 0,
  WIRE_FRAMER_BARE_LF_ENDS_LINE = 1 << 0,
  WIRE_FRAMER_BARE_CR_ENDS_LINE = 1 << 1,
  WIRE_FRAMER_END_LF_LF = 1 << 2, /* LF "." LF ends a block, too */
  WIRE_FRAMER_END_LF_CRLF = 1 << 3,
  WIRE_FRAMER_END_CRLF_LF = 1 << 4,
  WIRE_FRAMER_END_CR_CR = 1 << 5,
  WIRE_FRAMER_END_CR_CRLF = 1 << 6,
  WIRE_FRAMER_END_CRLF_CR = 1 << 7,
  WIRE_FRAMER_END_LF_CR = 1 << 8,
  WIRE_FRAMER_END_CR_LF = 1 << 9,
  WIRE_FRAMER_END_CRCRLF_CRCRLF = 1 << 10, /* CR CRLF "." CR CRLF */
  WIRE_FRAMER_END_CRLF_NUL = 1 << 11,      /* CRLF NUL "." CRLF */
} WireFramerFlags;

#define WIRE_FRAMER_N_ENDS 10
/** Those that end a block. */
#define WIRE_FRAMER_ENDS (0x3ffu << 2)
/** Those of them that have LF alone, and no CR alone. */
#define WIRE_FRAMER_BARE_LF_ENDS_DATA                                                              \
  (WIRE_FRAMER_END_LF_LF | WIRE_FRAMER_END_LF_CRLF | WIRE_FRAMER_END_CRLF_LF)

WireFramer *wire_framer_new (void);
void        wire_framer_free (WireFramer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WireFramer, wire_framer_free)

/** Appends bytes; copied. */
void wire_framer_push (WireFramer *self, const guint8 *data, gsize length);

/**
 * wire_framer_next_line:
 * @bytes_max: the line's limit, line end included
 * @out_data: (transfer none): borrowed until the next call on the framer
 *
 * A bare LF and a bare CR are content, unless @flags (WireFramerFlags) let them end the line.
 * Output arguments are untouched on MORE.
 */
WireFrame wire_framer_next_line (WireFramer *self, gsize bytes_max, guint flags,
                                 const guint8 **out_data, gsize *out_length);

/**
 * wire_framer_next_block:
 *
 * As wire_framer_next_line() for a dot-terminated block; the unit is as it was
 * on the wire, stuffed dots and the final line of a single dot included
 * (see wire-dots.h to undo them).
 */
WireFrame wire_framer_next_block (WireFramer *self, gsize bytes_max, guint flags,
                                  const guint8 **out_data, gsize *out_length);

/** Returns: the form that ended the last block: one of WIRE_FRAMER_ENDS; 0 for CRLF "." CRLF. */
guint wire_framer_get_end (const WireFramer *self);

/**
 * wire_framer_next_counted:
 * @n_bytes: how many bytes the unit has; the same until it has been given out
 *
 * As wire_framer_next_line() for a unit of just so many bytes; for none at once. When they are more
 * than @bytes_max, all are waited for nonetheless, and what follows them is next.
 */
WireFrame wire_framer_next_counted (WireFramer *self, guint64 n_bytes, gsize bytes_max,
                                    const guint8 **out_data, gsize *out_length);

/** Returns: how many bytes wait, not yet given out. */
gsize wire_framer_get_n_waiting (const WireFramer *self);

/** Drops all that waits, as after STARTTLS (RFC 3207 section 4.2). */
void wire_framer_drop (WireFramer *self);

G_END_DECLS
