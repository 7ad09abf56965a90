/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <net/sim-network.h>

G_BEGIN_DECLS

/**
 * MailFinderFunc:
 * @address: (nullable): an IPv4 address in text form, NULL when there is none; borrowed
 * @is_permanent: with no address: whether asking again is of no use
 * @reason: with no address: why, for people
 */
typedef void (*MailFinderFunc) (const char *address, gboolean is_permanent, const char *reason,
                                gpointer user_data);

/**
 * mail_finder_find:
 *
 * Finds the address of a host by its name: by DNS when @host has a resolver, else from
 * the scenario, as from a hosts file. The callback comes from the world's run, never from
 * within this call.
 */
void mail_finder_find (SimHost *host, const char *name, MailFinderFunc func, gpointer user_data);

/**
 * MailFinderAllFunc:
 * @addresses: (nullable): IPv4 addresses in text form, in the order in which they are to be tried,
 *   NULL-terminated; NULL when there is none; borrowed
 */
typedef void (*MailFinderAllFunc) (const char *const *addresses, gboolean is_permanent,
                                   const char *reason, gpointer user_data);

/** As mail_finder_find(), for all addresses of a host (RFC 5321 section 5.1: "multihomed"). */
void mail_finder_find_all (SimHost *host, const char *name, MailFinderAllFunc func,
                           gpointer user_data);

G_END_DECLS
