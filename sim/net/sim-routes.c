/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim-routes.h"

/* Stands for "no way known"; twice this still fits. */
#define FAR (G_MAXINT64 / 4)

/* What passing a host costs beyond the links: of ways equally quick the one with fewer hosts. */
#define HOST_US 1

struct _SimRoutes
{
  guint  n_hosts;
  guint *links; /* n_hosts by n_hosts */
};

guint
sim_routes_get_link (const SimRoutes *self, guint from, guint to)
{
  return self->links[from * self->n_hosts + to];
}

/* Floyd and Warshall's algorithm over at most SIM_SCENARIO_GROUPS_MAX hosts. */
SimRoutes *
sim_routes_new (const SimScenario *scenario)
{
  SimRoutes          *self = g_new0 (SimRoutes, 1);
  guint               n = scenario->hosts->len;
  g_autofree gint64  *distances = g_new (gint64, (gsize) n * n + 1);

  self->n_hosts = n;
  self->links = g_new0 (guint, (gsize) n * n + 1);
  for (gsize i = 0; i < (gsize) n * n; i++)
    distances[i] = FAR;
  for (guint i = 0; i < scenario->links->len; i++)
    {
      const SimScenarioLink *link = &g_array_index (scenario->links, SimScenarioLink, i);

      for (guint end = 0; end < 2; end++)
        {
          gsize at = (gsize) link->hosts[end] * n + link->hosts[1 - end];

          if (link->latency_us + HOST_US >= distances[at])
            continue;
          distances[at] = link->latency_us + HOST_US;
          self->links[at] = i;
        }
    }
  for (gsize via = 0; via < n; via++)
    for (gsize from = 0; from < n; from++)
      for (gsize to = 0; to < n; to++)
        {
          gint64 distance = distances[from * n + via] + distances[via * n + to];

          if (from == to || distance >= distances[from * n + to])
            continue;
          distances[from * n + to] = distance;
          self->links[from * n + to] = self->links[from * n + via];
        }
  return self;
}

void
sim_routes_free (SimRoutes *self)
{
  if (self == NULL)
    return;
  g_free (self->links);
  g_free (self);
}
