/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SimRandom:
 *
 * A seeded generator: xoshiro256** by Blackman and Vigna, its state filled by
 * splitmix64 from the world's seed and the generator's name. Every host and link
 * has one of its own, so that chance in one place never changes what chance
 * does in another. The same on every machine; not for secrets.
 */
typedef struct _SimRandom SimRandom;

SimRandom *sim_random_new (guint64 seed, const char *name);
void       sim_random_free (SimRandom *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimRandom, sim_random_free)

guint64 sim_random_next_u64 (SimRandom *self);

/** Returns: one of 0 to @n - 1, each as likely as the others; @n is at least 1. */
guint64 sim_random_range (SimRandom *self, guint64 n);

/** Returns: TRUE with @probability (0: never, 1: always). */
gboolean sim_random_chance (SimRandom *self, double probability);

/** Returns: (transfer full): @length characters out of 0-9 and a-z. */
char *sim_random_token (SimRandom *self, guint length);

G_END_DECLS
