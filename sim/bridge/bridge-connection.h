/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bridge-server.h"

G_BEGIN_DECLS

/**
 * BridgeConnection:
 *
 * One socket of a real client and the session that serves it: reads, lets the
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
  guint                    open_event;
  BridgeConnectionFinished finished;
  gpointer                 finished_data;
} BridgeConnectionConfig;

/** Starts serving: @socket is borrowed with a new reference, @session handed over. */
BridgeConnection *bridge_connection_new (const BridgeConnectionConfig *config,
                                         GSocket                      *socket,
                                         WireSession                  *session);

/** Closes at once and frees, without calling finished. */
void bridge_connection_free (BridgeConnection *self);

G_END_DECLS
