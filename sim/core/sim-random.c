/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim-random.h"

struct _SimRandom
{
  guint64 state[4];
};

static guint64
rotate_left (guint64 x, guint n_bits)
{
  return (x << n_bits) | (x >> (64 - n_bits));
}

/* splitmix64: spreads a seed that may be as plain as 1 over a whole state. */
static guint64
next_split (guint64 *state)
{
  guint64 z = *state += G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);

  z = (z ^ (z >> 30)) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * G_GUINT64_CONSTANT (0x94d049bb133111eb);
  return z ^ (z >> 31);
}

/* FNV-1a with 64 bits: the name as a number. */
static guint64
hash_name (const char *name)
{
  guint64 hash = G_GUINT64_CONSTANT (0xcbf29ce484222325);

  for (; *name != '\0'; name++)
    hash = (hash ^ (guint8) *name) * G_GUINT64_CONSTANT (0x100000001b3);
  return hash;
}

/* xoshiro256**, version 1.0. */
guint64
sim_random_next_u64 (SimRandom *self)
{
  guint64 *s = self->state;
  guint64  result = rotate_left (s[1] * 5, 7) * 9;
  guint64  t = s[1] << 17;

  s[2] ^= s[0];
  s[3] ^= s[1];
  s[1] ^= s[2];
  s[0] ^= s[3];
  s[2] ^= t;
  s[3] = rotate_left (s[3], 45);
  return result;
}

/* Numbers below 2^64 mod n are drawn again: without them every remainder is as likely. */
guint64
sim_random_range (SimRandom *self, guint64 n)
{
  guint64 skipped;
  guint64 value;

  g_return_val_if_fail (n > 0, 0);
  skipped = (0 - n) % n;
  do
    value = sim_random_next_u64 (self);
  while (value < skipped);
  return value % n;
}

/* The upper 53 bits make a double from 0 up to, but not, 1. */
gboolean
sim_random_chance (SimRandom *self, double probability)
{
  return (double) (sim_random_next_u64 (self) >> 11) * 0x1p-53 < probability;
}

char *
sim_random_token (SimRandom *self, guint length)
{
  static const char digits[] = "0123456789abcdefghijklmnopqrstuvwxyz";
  char             *token = g_malloc (length + 1);

  for (guint i = 0; i < length; i++)
    token[i] = digits[sim_random_range (self, sizeof digits - 1)];
  token[length] = '\0';
  return token;
}

SimRandom *
sim_random_new (guint64 seed, const char *name)
{
  SimRandom *self = g_new (SimRandom, 1);
  guint64    state = next_split (&seed) ^ hash_name (name);

  for (guint i = 0; i < G_N_ELEMENTS (self->state); i++)
    self->state[i] = next_split (&state);
  return self;
}

void
sim_random_free (SimRandom *self)
{
  g_free (self);
}
