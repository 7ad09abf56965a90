/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim-queue.h"

/* A binary heap of items, and a table of slots that says where in the heap each
 * item is, so that one can be taken out of the middle. An id is a slot's number
 * plus 1 and, above that, how often the slot has been used. */

typedef struct
{
  gint64   time_us;
  guint64  sequence;
  guint32  slot;
  gpointer data;
} Item;

typedef struct
{
  guint32 place; /* in the heap, or the next free slot */
  guint32 n_uses;
} Slot;

#define NO_SLOT G_MAXUINT32

struct _SimQueue
{
  GArray *heap;  /* of Item */
  GArray *slots; /* of Slot */
  guint32 free_slot;
  guint64 sequence;
};

static Item *
get_item (const SimQueue *self, guint place)
{
  return &g_array_index (self->heap, Item, place);
}

static Slot *
get_slot (const SimQueue *self, guint slot)
{
  return &g_array_index (self->slots, Slot, slot);
}

static gboolean
is_before (const Item *a, const Item *b)
{
  return a->time_us != b->time_us ? a->time_us < b->time_us : a->sequence < b->sequence;
}

static void
put (SimQueue *self, guint place, Item item)
{
  *get_item (self, place) = item;
  get_slot (self, item.slot)->place = place;
}

/* Finds @item its place from @place upwards: it may be earlier than its parents. */
static void
sift_up (SimQueue *self, guint place, Item item)
{
  while (place > 0 && is_before (&item, get_item (self, (place - 1) / 2)))
    {
      put (self, place, *get_item (self, (place - 1) / 2));
      place = (place - 1) / 2;
    }
  put (self, place, item);
}

/* Finds @item its place from @place downwards: it may be later than its children. */
static void
sift_down (SimQueue *self, guint place, Item item)
{
  for (;;)
    {
      guint child = 2 * place + 1;

      if (child >= self->heap->len)
        break;
      if (child + 1 < self->heap->len &&
          is_before (get_item (self, child + 1), get_item (self, child)))
        child++;
      if (!is_before (get_item (self, child), &item))
        break;
      put (self, place, *get_item (self, child));
      place = child;
    }
  put (self, place, item);
}

static guint32
take_slot (SimQueue *self)
{
  guint32 slot = self->free_slot;
  Slot    fresh = { 0, 0 };

  if (slot != NO_SLOT)
    {
      self->free_slot = get_slot (self, slot)->place;
      return slot;
    }
  g_array_append_val (self->slots, fresh);
  return self->slots->len - 1;
}

/* Takes the item at @place out of the heap. */
static gpointer
remove_at (SimQueue *self, guint place)
{
  Item  item = *get_item (self, place);
  Item  last = *get_item (self, self->heap->len - 1);
  Slot *slot = get_slot (self, item.slot);

  slot->n_uses++;
  slot->place = self->free_slot;
  self->free_slot = item.slot;
  g_array_set_size (self->heap, self->heap->len - 1);
  if (place < self->heap->len)
    {
      if (place > 0 && is_before (&last, get_item (self, (place - 1) / 2)))
        sift_up (self, place, last);
      else
        sift_down (self, place, last);
    }
  return item.data;
}

guint64
sim_queue_push (SimQueue *self, gint64 time_us, gpointer data)
{
  Item item = { time_us, self->sequence++, take_slot (self), data };

  g_array_set_size (self->heap, self->heap->len + 1);
  sift_up (self, self->heap->len - 1, item);
  return ((guint64) get_slot (self, item.slot)->n_uses << 32) | (item.slot + 1);
}

gpointer
sim_queue_pop (SimQueue *self, gint64 *out_time_us)
{
  if (self->heap->len == 0)
    return NULL;
  if (out_time_us != NULL)
    *out_time_us = get_item (self, 0)->time_us;
  return remove_at (self, 0);
}

gpointer
sim_queue_cancel (SimQueue *self, guint64 id)
{
  guint32 slot = (guint32) id - 1;
  guint32 place;

  if ((guint32) id == 0 || slot >= self->slots->len ||
      get_slot (self, slot)->n_uses != (guint32) (id >> 32))
    return NULL;
  /* A free slot's count belongs to an id that nobody has been given yet. */
  place = get_slot (self, slot)->place;
  if (place >= self->heap->len || get_item (self, place)->slot != slot)
    return NULL;
  return remove_at (self, place);
}

gint64
sim_queue_get_next_time (const SimQueue *self)
{
  return self->heap->len > 0 ? get_item (self, 0)->time_us : G_MAXINT64;
}

guint
sim_queue_get_n_items (const SimQueue *self)
{
  return self->heap->len;
}

SimQueue *
sim_queue_new (void)
{
  SimQueue *self = g_new0 (SimQueue, 1);

  self->heap = g_array_new (FALSE, FALSE, sizeof (Item));
  self->slots = g_array_new (FALSE, FALSE, sizeof (Slot));
  self->free_slot = NO_SLOT;
  return self;
}

void
sim_queue_free (SimQueue *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->heap);
  g_array_unref (self->slots);
  g_free (self);
}
