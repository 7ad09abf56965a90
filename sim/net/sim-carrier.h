/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sim-stream.h"
#include <wire/wire-session.h>

G_BEGIN_DECLS

/**
 * SimCarrier:
 *
 * Carries the bytes of one session over a simulated stream: connects or accepts,
 * gives the session what arrives, records each unit the session sends, sends it,
 * keeps the session's deadline, closes when the session is done. Units that the session
 * received are the peer's to record. Frees itself, stream and session at the end.
 */
typedef struct _SimCarrier SimCarrier;

/** How it ended. */
typedef enum
{
  SIM_CARRIER_DONE, /* the session was done, or the peer ended and the session had no more to say */
  SIM_CARRIER_LOST, /* the connection broke; the session was told */
  SIM_CARRIER_REFUSED,     /* never connected: nobody listens there */
  SIM_CARRIER_UNREACHABLE, /* never connected: nobody answers */
} SimCarrierEnd;

typedef struct
{
  /* Connected: returns the (transfer full) session, or NULL to close at once. */
  WireSession *(*start) (SimCarrier *carrier, gpointer user_data);
  /* (nullable): over. The session, if any, is freed afterwards, then the carrier.
   * Called once for every carrier, unless the network is freed first. */
  void (*finished) (SimCarrier *carrier, SimCarrierEnd end, gpointer user_data);
} SimCarrierFuncs;

/**
 * sim_carrier_connect:
 * @address: an IPv4 address in text form
 * @funcs: static
 *
 * Returns: (transfer none): the carrier, which frees itself when it is over
 */
SimCarrier *sim_carrier_connect (SimHost *host, const char *address, guint16 port,
                                 TraceProtocol protocol, const SimCarrierFuncs *funcs,
                                 gpointer user_data);

/**
 * sim_carrier_listen:
 *
 * Starts a session for every connection to the port.
 * Returns: FALSE when somebody listens there already
 */
gboolean sim_carrier_listen (SimHost *host, guint16 port, const SimCarrierFuncs *funcs,
                             gpointer user_data);

/** The number of the message that the units recorded from now on belong to; 0: none. */
void sim_carrier_set_message (SimCarrier *self, guint message);

/**
 * sim_carrier_wake:
 *
 * The session has something to say although nothing arrived: its owner has
 * answered a question later than it was asked. Not from within a call on the session.
 */
void sim_carrier_wake (SimCarrier *self);

/** Returns: the id of the connection in the log; 0 before there is one. */
guint sim_carrier_get_connection (SimCarrier *self);

/** Returns: what is spoken on it. */
TraceProtocol sim_carrier_get_protocol (SimCarrier *self);

/** Returns: whether real sockets carry the session: see SimOutside. */
gboolean sim_carrier_is_outside (SimCarrier *self);

SimHost     *sim_carrier_get_host (SimCarrier *self);
SimStream   *sim_carrier_get_stream (SimCarrier *self); /* (nullable): NULL outside */
WireSession *sim_carrier_get_session (SimCarrier *self); /* (nullable) */

/**
 * SimOutside:
 *
 * The way out of the simulated network: real servers that stand in for hosts. Who has it set is
 * asked about each connection that a session of the world opens, and carries those it takes: it
 * connects, calls sim_carrier_start_outside(), drives the session, and calls
 * sim_carrier_end_outside() whatever happened. Nothing of such a connection is a packet.
 */
typedef struct
{
  /* Returns: whether it takes the connection to port @port of the host with that address. */
  gboolean (*connect) (SimCarrier *carrier, const char *address, guint16 port, gpointer user_data);
  /* The units recorded from now on belong to that message. */
  void (*set_message) (SimCarrier *carrier, guint message, gpointer user_data);
  /* The session has something to say although nothing arrived. */
  void (*wake) (SimCarrier *carrier, gpointer user_data);
} SimOutside;

/** @outside: static. Of the whole network. */
void sim_carrier_set_outside (SimNetwork *network, const SimOutside *outside, gpointer user_data);

/**
 * sim_carrier_start_outside:
 * @connection: its id in the log
 *
 * Returns: (transfer full) (nullable): the session of the end that connected; NULL: close at once
 */
WireSession *sim_carrier_start_outside (SimCarrier *self, guint connection);

/** Over; the session, if there was one, is still there: it is freed after this call. */
void sim_carrier_end_outside (SimCarrier *self, SimCarrierEnd end);

G_END_DECLS
