/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <core/sim-scenario.h>

G_BEGIN_DECLS

/**
 * SimRoutes:
 *
 * For every two hosts of a scenario the link that begins the way of least latency
 * between them; of ways equally quick, the one found first in the scenario's order.
 */
typedef struct _SimRoutes SimRoutes;

SimRoutes *sim_routes_new (const SimScenario *scenario); /* borrowed */
void       sim_routes_free (SimRoutes *self);

/** Returns: the index of the link, which there is: a scenario's hosts are all connected. */
guint sim_routes_get_link (const SimRoutes *self, guint from, guint to);

G_END_DECLS
