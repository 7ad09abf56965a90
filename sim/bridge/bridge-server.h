/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <trace/trace-log.h>
#include <wire/wire-session.h>

G_BEGIN_DECLS

/**
 * BridgeServer:
 *
 * Lets real programs talk to simulated hosts: listens on sockets, gives each
 * connection a session from its owner, carries bytes between the two and
 * records every unit in the trace. It knows no protocol and no simulator: the
 * owner brings sessions and the clock. Runs in the thread's default main
 * context; not thread-safe.
 */
typedef struct _BridgeServer BridgeServer;

/** Connections a listener serves at a time (DESIGN.md section 8). */
#define BRIDGE_SESSIONS_MAX 200
/** Output that may wait for a slow client before its input is left unread: ours. */
#define BRIDGE_OUTPUT_BYTES_MAX (1024 * 1024)

/** A recording grows no further than this: ours, well below what a log can address. Sessions go on,
 * with a note that no more of them is recorded. */
#define BRIDGE_TRACE_BYTES_MAX (G_GUINT64_CONSTANT (2) * 1024 * 1024 * 1024)

/** One service to offer. Strings are copied. */
typedef struct
{
  const char   *service; /* "smtp" */
  const char   *host;    /* name of the simulated host */
  guint         actor;   /* its index in the log */
  TraceProtocol protocol;
} BridgeListener;

/** What the server asks its owner; every function gets @user_data. */
typedef struct
{
  /* Returns: the time on the owner's clock, microseconds. */
  gint64 (*get_now) (gpointer user_data);
  /* Returns: (transfer full): the session for a client that connected to @listener. */
  WireSession *(*open_session) (gpointer user_data, guint listener, guint client_actor);
  /* Returns: what a client gets to read when there are too many already. */
  const char *(*get_refusal) (gpointer user_data, guint listener);
  /* Before a session is called, with the event it now answers to, and after. */
  void (*enter) (gpointer user_data, guint cause);
  void (*leave) (gpointer user_data);
  /* Between the two: what the session does from now on follows from event @cause. */
  void (*set_cause) (gpointer user_data, guint cause);
} BridgeOwner;

BridgeServer *bridge_server_new (TraceLog *log, const BridgeOwner *owner, gpointer user_data);
void          bridge_server_free (BridgeServer *self); /* closes everything */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BridgeServer, bridge_server_free)

/**
 * bridge_server_listen:
 * @port: 0 for any free one
 * @may_move: if @port is taken, take the next free one instead
 *
 * Returns: the port that is listened on, or 0 with @error set
 */
guint16 bridge_server_listen (BridgeServer          *self,
                              const BridgeListener  *listener,
                              GInetAddress          *address,
                              guint16                port,
                              gboolean               may_move,
                              GError               **error);

/** Returns: how many connections are open. */
guint bridge_server_get_n_connections (const BridgeServer *self);

G_END_DECLS
