/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bridge-server.h"

G_BEGIN_DECLS

/**
 * BridgeClient:
 *
 * Lets simulated hosts talk to real servers: connects a socket, asks for the session that
 * is to speak there, carries bytes between the two and records every unit in the trace. As
 * BridgeServer, it knows no protocol and no simulator, and shares BridgeOwner with it for the clock
 * and for causes. Connects to nothing but what it is told to. Runs in the thread's default main
 * context; not thread-safe.
 */
typedef struct _BridgeClient BridgeClient;

/** One connection; lives until its finished callback has returned. */
typedef struct _BridgeCall BridgeCall;

/** Wait for a connection to stand: RFC 5321 has no figure; TCP's own waits are minutes, and
 * this is a server that somebody named just now. */
#define BRIDGE_CLIENT_CONNECT_US (30 * G_USEC_PER_SEC)

/** How a connection ended. */
typedef enum
{
  BRIDGE_CALL_DONE,        /* the session was done, or the server closed in good order */
  BRIDGE_CALL_LOST,        /* the connection broke; the session was told */
  BRIDGE_CALL_REFUSED,     /* never connected: nobody listens there */
  BRIDGE_CALL_UNREACHABLE, /* never connected: nobody answers in time */
} BridgeCallEnd;

/** Where to, and as whom in the trace; copied. */
typedef struct
{
  GSocketAddress *address;
  TraceProtocol   protocol;
  guint           client; /* actors */
  guint           server;
  guint16         server_port; /* as the simulated world has it */
  guint           cause;       /* event that the connection follows from; 0: none */
} BridgeCallConfig;

typedef struct
{
  /* Connected: returns the (transfer full) session, or NULL to close at once. */
  WireSession *(*start) (BridgeCall *call, guint connection, gpointer user_data);
  /* Over. The session, if any, is freed afterwards. Called once. */
  void (*finished) (BridgeCall *call, BridgeCallEnd end, gpointer user_data);
} BridgeCallFuncs;

/** @owner: static; its open_session and get_refusal are not used. */
BridgeClient *bridge_client_new (TraceLog *log, const BridgeOwner *owner, gpointer user_data);
/** Closes everything, without calling finished. */
void bridge_client_free (BridgeClient *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BridgeClient, bridge_client_free)

/** Starts a connection; the callbacks come later from the main context. */
BridgeCall *bridge_client_call (BridgeClient           *self,
                                const BridgeCallConfig *config,
                                const BridgeCallFuncs  *funcs,
                                gpointer                user_data);

/** The number of the message that the units recorded from now on belong to; 0: none. */
void bridge_call_set_message (BridgeCall *self, guint message);

/** The session has something to say although nothing arrived. */
void bridge_call_wake (BridgeCall *self);

/** Returns: how many connections there are, being made or open. */
guint bridge_client_get_n_calls (const BridgeClient *self);

G_END_DECLS
