/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "wire-unit.h"

G_BEGIN_DECLS

/**
 * WireSession:
 *
 * One end of a protocol session with its decisions made: an engine together
 * with the owner that answers its questions (a mail host's policy, say). What
 * carries the bytes, a simulated stream or a socket of the loopback bridge,
 * sees only this. The carrier repeats:
 *
 *   receive (or receive_end) -> take each unit, record it -> take_output, send it -> close when
 * is_done
 *
 * and calls expire() when get_deadline() has come. All times are microseconds on
 * the carrier's clock. A type that is a session embeds this struct first.
 */
typedef struct _WireSession WireSession;

typedef struct
{
  /* Bytes from the peer in any chunking; copied. */
  void (*receive) (WireSession *self, const guint8 *data, gsize length, gint64 now_us);
  /* The peer will send no more: it closed, or the connection broke (@is_lost). */
  void (*receive_end) (WireSession *self, gboolean is_lost, gint64 now_us);
  /* The units, received and sent, since the last call, in order; FALSE when there is none. */
  gboolean (*next_unit) (WireSession *self, WireUnit *out_unit);
  /* (transfer full): every byte to send since the last call; may be empty. */
  GBytes *(*take_output) (WireSession *self);
  /* When expire() is due, or G_MAXINT64. */
  gint64 (*get_deadline) (WireSession *self);
  void (*expire) (WireSession *self, gint64 now_us);
  /* Whether to close once the output has been sent. */
  gboolean (*is_done) (WireSession *self);
  void (*free) (WireSession *self);
} WireSessionClass;

struct _WireSession
{
  const WireSessionClass *klass;
  /* (nullable): the carrier's, called once a unit has been taken in and before anything is
   * decided on it, so that a record tells the cause before the effect. */
  void (*on_units) (gpointer carrier);
  gpointer carrier;
};

/** For sessions: lets the carrier record the units so far. */
static inline void
wire_session_tell_units (WireSession *self)
{
  if (self->on_units != NULL)
    self->on_units (self->carrier);
}

G_END_DECLS
