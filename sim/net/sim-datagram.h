/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sim-network.h"

G_BEGIN_DECLS

/** UDP (RFC 768) between simulated hosts: what DNS needs of it. */

/** One datagram that arrived; borrowed for the call. */
typedef struct
{
  guint32       from;
  guint16       from_port;
  guint16       to_port;
  const guint8 *data;
  gsize         length;
  guint         connection; /* id in the log of the exchange it belongs to */
  guint         unit;       /* the unit it carries, 0 for none; also the world's current cause */
} SimDatagram;

typedef void (*SimDatagramFunc) (SimHost *host, const SimDatagram *datagram, gpointer user_data);

/**
 * sim_datagram_bind:
 * @port: or 0 for the next free of the dynamic range
 *
 * Returns: the port, 0 when it is taken
 */
guint16 sim_datagram_bind (SimHost *host, guint16 port, SimDatagramFunc func, gpointer user_data);
void    sim_datagram_unbind (SimHost *host, guint16 port);

/**
 * sim_datagram_send:
 * @connection: of the exchange in the log
 * @unit: id of the trace's event that the payload is the whole of
 *
 * Sends one datagram. When it arrives, so does its unit; when it is lost, its unit never does.
 */
void sim_datagram_send (SimHost *host, guint16 port, guint32 to, guint16 to_port, GBytes *payload,
                        guint connection, guint unit);

G_END_DECLS
