/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <net/sim-network.h>

G_BEGIN_DECLS

/** A world for a test: a scenario's text brought to life. */
typedef struct
{
  SimScenario *scenario;
  SimWorld    *world;
  SimNetwork  *network;
  TraceLog    *log; /* borrowed */
} NetWorld;

/** @text: what follows the group [Scenario] */
NetWorld *net_world_new (guint64 seed, const char *text);
void      net_world_free (NetWorld *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (NetWorld, net_world_free)

SimHost *net_world_get_host (NetWorld *self, const char *name);

/** Returns: (transfer full): each event of the log on a line: kind, name, times, flags, bytes. */
char *net_world_dump (NetWorld *self);

/** Returns: how many events of that kind have all of @flags. */
guint net_world_count (NetWorld *self, TraceKind kind, guint flags);

/** Two hosts, a and b, at 192.0.2.1 and 192.0.2.2, and the keys of the link between them. */
#define NET_WORLD_TWO(link)                                                                        \
  "[Host a]\nAddress=192.0.2.1\n[Host b]\nAddress=192.0.2.2\n[Link a b]\n" link "\n"

G_END_DECLS
