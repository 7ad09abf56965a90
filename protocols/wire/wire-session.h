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

/**
 * WireSecurity:
 *
 * What protects a session once TLS does, as the layer that runs TLS tells it to the session.
 * Borrowed for the call. The bindings are what SASL can be tied to (RFC 9266, RFC 5929).
 */
typedef struct
{
  const char        *version;     /* "TLSv1.3" */
  const char        *cipher;      /* "TLS_AES_256_GCM_SHA384" */
  gboolean           is_verified; /* the peer gave a certificate and nothing is wrong with it */
  const char        *problems;    /* what is: "expired, wrong-name"; "" for nothing */
  const char *const *peer_names;  /* (nullable): in the peer's certificate; NULL: it gave none */
  const char        *asked_name;  /* (nullable): the name that a client said it wants to reach */
  GBytes            *exporter;    /* (nullable): "tls-exporter" */
  GBytes            *end_point;   /* (nullable): "tls-server-end-point" */
} WireSecurity;

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

  /* TLS, for sessions that can do without it: all four may be NULL. They are called by the layer
   * between session and carrier (tls-layer.h), never by a carrier. */

  /* Returns: TRUE, once: TLS is to begin, after the output so far and with the next input. */
  gboolean (*starts_tls) (WireSession *self);
  /* TLS protects the session from now on; before the first byte where it does from the start. */
  void (*secured) (WireSession *self, const WireSecurity *security, gint64 now_us);
  /* A client's: the server's certificate has problems. Returns: whether to go on all the same. */
  gboolean (*trusts) (WireSession *self, const WireSecurity *security);
  /* TLS failed: nothing can be sent or received any more; receive_end() follows. */
  void (*tls_failed) (WireSession *self, const char *reason, gint64 now_us);

  /* (nullable): For sessions whose answers can be far larger than what asked for them. The carrier
   * has sent what there was, and has room: says more of what waits to be said. Returns: FALSE when
   * nothing waits. A carrier calls it after take_output, until FALSE or until it has no room. */
  gboolean (*produce) (WireSession *self, gint64 now_us);
} WireSessionClass;

struct _WireSession
{
  const WireSessionClass *klass;
  /* (nullable): the carrier's, called once a unit has been taken in and before anything is
   * decided on it, so that a record tells the cause before the effect. */
  void (*on_units) (gpointer carrier);
  /* (nullable): the carrier's: the session has something to say although nothing arrived. */
  void (*on_wake) (gpointer carrier);
  gpointer carrier;
};

/** For sessions: lets the carrier record the units so far. */
static inline void
wire_session_tell_units (WireSession *self)
{
  if (self->on_units != NULL)
    self->on_units (self->carrier);
}

/**
 * wire_session_wake:
 *
 * For sessions that learn of something by another way than their connection: a mailbox that another
 * session has changed. The carrier comes back for units and output later, never from within this
 * call.
 */
static inline void
wire_session_wake (WireSession *self)
{
  if (self->on_wake != NULL)
    self->on_wake (self->carrier);
}

G_END_DECLS
