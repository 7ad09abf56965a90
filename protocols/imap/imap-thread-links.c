/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imap-thread-links.h"

#define NONE IMAP_THREAD_NONE

typedef struct
{
  guint parent;  /* in the thread */
  guint side[2]; /* in the splay tree: nearer to the thread's root, and farther from it */
  guint up;      /* in the splay tree; of its top: the message from which the path branches off */
} Node;

struct _ImapThreadLinks
{
  GArray *nodes; /* of Node */
};

static inline Node *
get (const ImapThreadLinks *self, guint i)
{
  return &g_array_index (self->nodes, Node, i);
}

static gboolean
is_top (const ImapThreadLinks *self, guint i)
{
  guint up = get (self, i)->up;

  return up == NONE || (get (self, up)->side[0] != i && get (self, up)->side[1] != i);
}

/* Changes places with the node above. */
static void
rotate (ImapThreadLinks *self, guint i)
{
  Node  *node = get (self, i);
  guint  up = node->up;
  Node  *upper = get (self, up);
  guint  side = upper->side[1] == i;
  guint  inner = node->side[!side];

  if (!is_top (self, up))
    {
      Node *top = get (self, upper->up);

      top->side[top->side[1] == up] = i;
    }
  node->up = upper->up;
  upper->side[side] = inner;
  if (inner != NONE)
    get (self, inner)->up = up;
  node->side[!side] = up;
  upper->up = i;
}

/* Makes @i the top of its splay tree. */
static void
splay (ImapThreadLinks *self, guint i)
{
  while (!is_top (self, i))
    {
      guint up = get (self, i)->up;

      if (!is_top (self, up))
        {
          const Node *upper = get (self, up);
          guint       side = upper->side[1] == i;

          rotate (self, get (self, upper->up)->side[side] == up ? up : i);
        }
      rotate (self, i);
    }
}

/* Makes the path from the thread's root to @i one splay tree, @i at its top. */
static void
expose (ImapThreadLinks *self, guint i)
{
  guint last = NONE;

  for (guint j = i; j != NONE; j = get (self, j)->up)
    {
      splay (self, j);
      get (self, j)->side[1] = last;
      last = j;
    }
  splay (self, i);
}

static guint
find_root (ImapThreadLinks *self, guint i)
{
  expose (self, i);
  while (get (self, i)->side[0] != NONE)
    i = get (self, i)->side[0];
  splay (self, i);
  return i;
}

void
imap_thread_links_link (ImapThreadLinks *self, guint child, guint parent)
{
  g_assert (get (self, child)->parent == NONE);

  if (find_root (self, parent) == child)
    return;
  expose (self, child);
  get (self, child)->up = parent;
  get (self, child)->parent = parent;
}

void
imap_thread_links_cut (ImapThreadLinks *self, guint child)
{
  Node *node = get (self, child);

  if (node->parent == NONE)
    return;
  expose (self, child);
  get (self, node->side[0])->up = NONE;
  node->side[0] = NONE;
  node->parent = NONE;
}

guint
imap_thread_links_add (ImapThreadLinks *self)
{
  Node node = { NONE, { NONE, NONE }, NONE };

  g_array_append_val (self->nodes, node);
  return self->nodes->len - 1;
}

guint
imap_thread_links_get_n (const ImapThreadLinks *self)
{
  return self->nodes->len;
}

guint
imap_thread_links_get_parent (const ImapThreadLinks *self, guint child)
{
  return get (self, child)->parent;
}

ImapThreadLinks *
imap_thread_links_new (void)
{
  ImapThreadLinks *self = g_new0 (ImapThreadLinks, 1);

  self->nodes = g_array_new (FALSE, FALSE, sizeof (Node));
  return self;
}

void
imap_thread_links_free (ImapThreadLinks *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->nodes);
  g_free (self);
}
