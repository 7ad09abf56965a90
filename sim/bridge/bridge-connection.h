/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bridge-server.h"

G_BEGIN_DECLS

/**
 * BridgeConnection:
 *
 * One socket, a real program at its far end, and the session at this one: reads, lets the
 * session answer, records units, writes, keeps its deadline, and closes.
 */
typedef struct _BridgeConnection BridgeConnection;

/** Called once, when the connection is over; it frees itself afterwards. */
typedef void (*BridgeConnectionFinished) (BridgeConnection *connection, gpointer user_data);

/** What a connection needs of its server; copied. */
typedef struct
{
  TraceLog                *log;
  const BridgeOwner       *owner;
  gpointer                 owner_data;
  TraceProtocol            protocol;
  guint                    connection; /* id in the log */
  guint                    client;     /* actors */
  guint                    server;
  gboolean                 is_client; /* the session is the client's, the peer a real server */
  guint                    open_event;
  guint64                  trace_bytes_max; /* 0: BRIDGE_TRACE_BYTES_MAX */
  BridgeConnectionFinished finished;
  gpointer                 finished_data;
} BridgeConnectionConfig;

/**
 * bridge_connection_new:
 * @fd: (transfer full): a connected socket that does not block
 * @session: (transfer full)
 *
 * Made, and known to its owner, it is to be started.
 */
BridgeConnection *bridge_connection_new (const BridgeConnectionConfig *config,
                                         int                           fd,
                                         WireSession                  *session);

/** Lets the session speak first, if it has anything to say: it may be over at once. */
void bridge_connection_start (BridgeConnection *self);

/** The number of the message that the units recorded from now on belong to; 0: none. */
void bridge_connection_set_message (BridgeConnection *self, guint message);

/** The session has something to say although nothing arrived. Not from within a call on it. */
void bridge_connection_wake (BridgeConnection *self);

/** In finished: whether the connection broke, and the last event that was recorded of it. */
gboolean bridge_connection_is_lost (const BridgeConnection *self);
guint    bridge_connection_get_last_event (const BridgeConnection *self);

/** Closes at once and frees, without calling finished. */
void bridge_connection_free (BridgeConnection *self);

G_END_DECLS
