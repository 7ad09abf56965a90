/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * WireFramer:
 *
 * Cuts a byte stream into whole units, however TCP cut it: lines that end in
 * CRLF, and blocks of lines that end in a line of a single dot (RFC 5321
 * section 4.1.1.4, RFC 1939 section 3). Its owner, an engine, repeats:
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

typedef enum
{
  WIRE_FRAMER_STRICT = 0,
  WIRE_FRAMER_BARE_LF_ENDS_LINE = 1 << 0, /* a line may end in LF alone */
  WIRE_FRAMER_BARE_LF_ENDS_DATA = 1 << 1, /* LF "." LF and the like end a block, too */
} WireFramerFlags;

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
 * A bare LF (unless @flags let it end the line) and a bare CR are content.
 * Output arguments are untouched on MORE.
 */
WireFrame wire_framer_next_line (WireFramer *self, gsize bytes_max, WireFramerFlags flags,
                                 const guint8 **out_data, gsize *out_length);

/**
 * wire_framer_next_block:
 *
 * As wire_framer_next_line() for a dot-terminated block; the unit is as it was
 * on the wire, stuffed dots and the final line of a single dot included
 * (see wire-dots.h to undo them).
 */
WireFrame wire_framer_next_block (WireFramer *self, gsize bytes_max, WireFramerFlags flags,
                                  const guint8 **out_data, gsize *out_length);

/**
 * wire_framer_next_counted:
 * @n_bytes: the length of the unit, announced before it (RFC 3030 section 2); the same in each
 *   call until it is there
 *
 * As wire_framer_next_line() for any @n_bytes bytes, of which the first @bytes_max are given.
 */
WireFrame wire_framer_next_counted (WireFramer *self, guint64 n_bytes, gsize bytes_max,
                                    const guint8 **out_data, gsize *out_length);

/** Returns: how many bytes wait, not yet given out. */
gsize wire_framer_get_n_waiting (const WireFramer *self);

/** Drops all that waits, as after STARTTLS (RFC 3207 section 4.2). */
void wire_framer_drop (WireFramer *self);

G_END_DECLS
