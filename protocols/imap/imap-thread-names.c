/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imap-thread-names.h"

#include <string.h>

/* Slots at the beginning; always a power of two, at most half of them used. */
#define SLOTS_MIN 64

typedef struct
{
  const char *text;
  guint64     hash;
} Name;

struct _ImapThreadNames
{
  guint64 key[2];
  GArray *names; /* of Name */
  guint  *slots; /* number + 1; 0: free */
  guint   n_slots;
};

static inline guint64
rotate (guint64 x, guint n)
{
  return x << n | x >> (64 - n);
}

static inline void
sip_round (guint64 v[4])
{
  v[0] += v[1];
  v[2] += v[3];
  v[1] = rotate (v[1], 13) ^ v[0];
  v[3] = rotate (v[3], 16) ^ v[2];
  v[0] = rotate (v[0], 32);
  v[2] += v[1];
  v[0] += v[3];
  v[1] = rotate (v[1], 17) ^ v[2];
  v[3] = rotate (v[3], 21) ^ v[0];
  v[2] = rotate (v[2], 32);
}

static void
sip_word (guint64 v[4], guint64 word)
{
  v[3] ^= word;
  sip_round (v);
  v[0] ^= word;
}

/* SipHash-1-3, by Aumasson and Bernstein: whoever lacks its key can't find what falls together. */
static guint64
hash_text (const guint64 key[2], const char *text)
{
  gsize   length = strlen (text);
  guint64 v[4] = { key[0] ^ G_GUINT64_CONSTANT (0x736f6d6570736575),
                   key[1] ^ G_GUINT64_CONSTANT (0x646f72616e646f6d),
                   key[0] ^ G_GUINT64_CONSTANT (0x6c7967656e657261),
                   key[1] ^ G_GUINT64_CONSTANT (0x7465646279746573) };
  guint64 last = (guint64) length << 56;

  for (; length >= 8; length -= 8, text += 8)
    {
      guint64 word;

      memcpy (&word, text, 8);
      sip_word (v, word);
    }
  for (gsize i = 0; i < length; i++)
    last |= (guint64) (guint8) text[i] << (8 * i);
  sip_word (v, last);
  v[2] ^= 0xff;
  for (guint i = 0; i < 3; i++)
    sip_round (v);
  return v[0] ^ v[1] ^ v[2] ^ v[3];
}

void
imap_thread_names_prepare (ImapThreadNames *self, const char *text)
{
  guint64 hash = hash_text (self->key, text);

  g_assert (self->names->len == 0);
  self->key[0] = self->key[1] ^ hash;
  self->key[1] = hash;
}

static void
grow (ImapThreadNames *self)
{
  self->n_slots = MAX (SLOTS_MIN, self->n_slots * 2);
  g_free (self->slots);
  self->slots = g_new0 (guint, self->n_slots);
  for (guint i = 0; i < self->names->len; i++)
    {
      guint slot = (guint) g_array_index (self->names, Name, i).hash & (self->n_slots - 1);

      while (self->slots[slot] != 0)
        slot = (slot + 1) & (self->n_slots - 1);
      self->slots[slot] = i + 1;
    }
}

guint
imap_thread_names_add (ImapThreadNames *self, const char *text)
{
  Name  name = { text, hash_text (self->key, text) };
  guint slot;

  if (self->names->len * 2 >= self->n_slots)
    grow (self);
  slot = (guint) name.hash & (self->n_slots - 1);
  while (self->slots[slot] != 0)
    {
      const Name *other = &g_array_index (self->names, Name, self->slots[slot] - 1);

      if (other->hash == name.hash && strcmp (other->text, text) == 0)
        return self->slots[slot] - 1;
      slot = (slot + 1) & (self->n_slots - 1);
    }
  g_array_append_val (self->names, name);
  self->slots[slot] = self->names->len;
  return self->names->len - 1;
}

guint
imap_thread_names_get_n (const ImapThreadNames *self)
{
  return self->names->len;
}

ImapThreadNames *
imap_thread_names_new (void)
{
  ImapThreadNames *self = g_new0 (ImapThreadNames, 1);

  self->names = g_array_new (FALSE, FALSE, sizeof (Name));
  return self;
}

void
imap_thread_names_free (ImapThreadNames *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->names);
  g_free (self->slots);
  g_free (self);
}
