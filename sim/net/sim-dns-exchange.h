/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sim-network.h"
#include <dns/dns-message.h>

G_BEGIN_DECLS

#define SIM_DNS_PORT 53

/**
 * SimDnsExchange:
 *
 * One question to one name server: over UDP, as often as its owner likes, always with the same
 * identifier and from the same port, so that a late answer counts as well; once more over TCP
 * (RFC 1035 section 4.2.2) when the answer was cut off. EDNS is not used: a datagram holds
 * 512 octets.
 */
typedef struct _SimDnsExchange SimDnsExchange;

/** @answer: (nullable): borrowed for the call; NULL when asking over TCP came to nothing. The
 * exchange may be freed in the call. */
typedef void (*SimDnsExchangeFunc) (SimDnsExchange *exchange, const DnsMessage *answer,
                                    gpointer user_data);

/**
 * sim_dns_exchange_new:
 * @server: its address
 * @recurse: whether the server is asked to ask others
 *
 * Returns: (transfer full) (nullable): an exchange that has not asked yet; NULL when there can't
 *   be such a name, or the host has no port left
 */
SimDnsExchange *sim_dns_exchange_new (SimHost *host, guint32 server, const char *name,
                                      guint16 type, gboolean recurse, SimDnsExchangeFunc func,
                                      gpointer user_data);
void sim_dns_exchange_free (SimDnsExchange *self);

/** Asks over UDP; does nothing while a question over TCP is under way. */
void sim_dns_exchange_send (SimDnsExchange *self);

/** Records a message of DNS that @host sends. Returns: the event's id */
guint sim_dns_record_unit (SimHost *host, guint to_actor, guint connection, const char *what,
                           guint flags, GBytes *message);

G_END_DECLS
