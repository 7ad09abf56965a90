/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imap-thread.h"
#include "imap-thread-links.h"
#include "imap-thread-names.h"

#include <string.h>

#define NONE IMAP_THREAD_NONE

/* A message, or a dummy that stands for one that is not there. */
typedef struct
{
  const ImapThreadItem *item;  /* NULL: a dummy */
  const ImapThreadItem *first; /* what it is sorted by: the message, or a dummy's first child */
  guint                 parent; /* NONE: a child of the root */
  gboolean              is_gone;
} Node;

typedef struct
{
  const ImapThreadItem **items; /* in the order of their numbers */
  guint                  n_items;
  GArray                *nodes; /* of Node: first the items, then dummies */
} Forest;

static inline Node *
get (const Forest *self, guint i)
{
  return &g_array_index (self->nodes, Node, i);
}

static inline gboolean
is_dummy (const Forest *self, guint i)
{
  return get (self, i)->item == NULL;
}

static int
compare_numbers (gconstpointer a, gconstpointer b)
{
  const ImapThreadItem *left = *(const ImapThreadItem *const *) a;
  const ImapThreadItem *right = *(const ImapThreadItem *const *) b;

  return (left->number > right->number) - (left->number < right->number);
}

static int
compare_sent (const ImapThreadItem *left, const ImapThreadItem *right)
{
  if (left->sent_us != right->sent_us)
    return left->sent_us > right->sent_us ? 1 : -1;
  return (left->number > right->number) - (left->number < right->number);
}

/* Finds the first child of each dummy anew. */
static void
find_first_children (Forest *self)
{
  for (guint i = 0; i < self->nodes->len; i++)
    if (is_dummy (self, i))
      get (self, i)->first = NULL;
  for (guint i = 0; i < self->n_items; i++)
    {
      guint parent = get (self, i)->parent;
      Node *dummy = parent != NONE && is_dummy (self, parent) ? get (self, parent) : NULL;

      if (dummy != NULL &&
          (dummy->first == NULL || compare_sent (self->items[i], dummy->first) < 0))
        dummy->first = self->items[i];
    }
}

/* Telling (RFC 5256 section 4) */

static int
compare_nodes (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const Forest *self = user_data;
  const Node   *left = get (self, *(const guint *) a);
  const Node   *right = get (self, *(const guint *) b);

  return compare_sent (left->first, right->first);
}

/* Children of every node, in the order they are told: those of node @i are from starts[i] on, up to
 * starts[i + 1]; those of the root are at the end. */
typedef struct
{
  guint *nodes;
  guint *starts;
} Children;

/* Returns: (transfer full): the nodes that are left, in the order of what they are sorted by */
static GArray *
sort_nodes (const Forest *self)
{
  GArray *order = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint i = 0; i < self->nodes->len; i++)
    if (!get (self, i)->is_gone)
      g_array_append_val (order, i);
  g_array_sort_with_data (order, compare_nodes, (gpointer) self);
  return order;
}

static void
children_init (Children *children, const Forest *self)
{
  g_autoptr (GArray) order = sort_nodes (self);
  guint            n = self->nodes->len;
  g_autofree guint *next = g_new (guint, n + 1);

  children->starts = g_new0 (guint, n + 2);
  children->nodes = g_new (guint, MAX (1, order->len));
  for (guint i = 0; i < order->len; i++)
    {
      guint parent = get (self, g_array_index (order, guint, i))->parent;

      children->starts[(parent == NONE ? n : parent) + 1]++;
    }
  for (guint i = 0; i <= n; i++)
    children->starts[i + 1] += children->starts[i];
  memcpy (next, children->starts, (n + 1) * sizeof *next);
  for (guint i = 0; i < order->len; i++)
    {
      guint node = g_array_index (order, guint, i);
      guint parent = get (self, node)->parent;

      children->nodes[next[parent == NONE ? n : parent]++] = node;
    }
}

static void
children_clear (Children *children)
{
  g_free (children->nodes);
  g_free (children->starts);
}

static guint
count_children (const Children *children, guint i)
{
  return children->starts[i + 1] - children->starts[i];
}

/* thread-members = nz-number *(SP nz-number) [SP thread-nested]
 * Returns: the last of them */
static guint
write_members (const Forest *self, const Children *children, guint i, GString *out)
{
  if (is_dummy (self, i))
    return i;
  g_string_append_printf (out, "%u", get (self, i)->item->number);
  while (count_children (children, i) == 1)
    {
      i = children->nodes[children->starts[i]];
      g_string_append_printf (out, " %u", get (self, i)->item->number);
    }
  if (count_children (children, i) > 0)
    g_string_append_c (out, ' ');
  return i;
}

/* Puts the children of @i on the stack, so that the first is taken first. */
static void
push_children (const Children *children, guint i, GArray *stack)
{
  for (guint n = count_children (children, i); n > 0; n--)
    g_array_append_val (stack, children->nodes[children->starts[i] + n - 1]);
}

/* thread-list = "(" (thread-members / thread-nested) ")"; NONE on the stack is a ")". */
static void
write_threads (Forest *self, GString *out)
{
  g_autoptr (GArray) stack = g_array_new (FALSE, FALSE, sizeof (guint));
  const guint close = NONE;
  Children    children;

  find_first_children (self);
  children_init (&children, self);
  push_children (&children, self->nodes->len, stack);
  while (stack->len > 0)
    {
      guint i = g_array_index (stack, guint, stack->len - 1);

      g_array_set_size (stack, stack->len - 1);
      if (i == close)
        {
          g_string_append_c (out, ')');
          continue;
        }
      g_string_append_c (out, '(');
      g_array_append_val (stack, close);
      push_children (&children, write_members (self, &children, i, out), stack);
    }
  children_clear (&children);
}

/* ORDEREDSUBJECT */

static int
compare_subjects (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const Forest         *self = user_data;
  const ImapThreadItem *left = self->items[*(const guint *) a];
  const ImapThreadItem *right = self->items[*(const guint *) b];
  int                   order = strcmp (left->subject, right->subject);

  return order != 0 ? order : compare_sent (left, right);
}

static void
thread_by_subject (Forest *self)
{
  g_autofree guint *order = g_new (guint, self->n_items);
  guint             leader = 0;

  for (guint i = 0; i < self->n_items; i++)
    order[i] = i;
  g_qsort_with_data (order, (int) self->n_items, sizeof *order, compare_subjects, self);
  for (guint i = 0; i < self->n_items; i++)
    if (i == 0 ||
        strcmp (self->items[order[i]]->subject, self->items[leader]->subject) != 0)
      leader = order[i];
    else
      get (self, order[i])->parent = leader;
}

/* REFERENCES, step 1 */

/* Message ids, and whose they are. */
typedef struct
{
  ImapThreadNames *names;
  ImapThreadLinks *links;
  GArray          *owners; /* of guint: by the name's number */
} Ids;

static void
prepare_ids (Ids *self, const Forest *forest)
{
  for (guint i = 0; i < forest->n_items; i++)
    {
      const ImapThreadItem *item = forest->items[i];

      if (item->message_id != NULL)
        imap_thread_names_prepare (self->names, item->message_id);
      for (guint r = 0; item->references[r] != NULL; r++)
        imap_thread_names_prepare (self->names, item->references[r]);
    }
}

/* Of several messages with one id the first has it. */
static void
add_messages (Ids *self, const Forest *forest)
{
  for (guint i = 0; i < forest->n_items; i++)
    {
      const ImapThreadItem *item = forest->items[i];

      imap_thread_links_add (self->links);
      if (item->message_id != NULL &&
          imap_thread_names_add (self->names, item->message_id) == self->owners->len)
        g_array_append_val (self->owners, i);
    }
}

/* Returns: the message with that id; a dummy if there is none */
static guint
find_message (Ids *self, const char *id)
{
  guint name = imap_thread_names_add (self->names, id);

  if (name == self->owners->len)
    {
      guint dummy = imap_thread_links_add (self->links);

      g_array_append_val (self->owners, dummy);
    }
  return g_array_index (self->owners, guint, name);
}

static void
follow_references (Ids *self, guint message, const char *const *references)
{
  guint last = NONE;

  for (guint r = 0; references[r] != NULL; r++)
    {
      guint next = find_message (self, references[r]);

      if (last != NONE && imap_thread_links_get_parent (self->links, next) == NONE)
        imap_thread_links_link (self->links, next, last);
      last = next;
    }
  if (imap_thread_links_get_parent (self->links, message) == last)
    return;
  imap_thread_links_cut (self->links, message);
  if (last != NONE)
    imap_thread_links_link (self->links, message, last);
}

/* Makes a node of each message and dummy, with the parents that references give them. */
static void
link_by_references (Forest *self)
{
  g_autoptr (ImapThreadNames) names = imap_thread_names_new ();
  g_autoptr (ImapThreadLinks) links = imap_thread_links_new ();
  g_autoptr (GArray) owners = g_array_new (FALSE, FALSE, sizeof (guint));
  Ids ids = { names, links, owners };

  prepare_ids (&ids, self);
  add_messages (&ids, self);
  for (guint i = 0; i < self->n_items; i++)
    follow_references (&ids, i, self->items[i]->references);
  g_array_set_size (self->nodes, imap_thread_links_get_n (links));
  for (guint i = 0; i < self->nodes->len; i++)
    {
      const ImapThreadItem *item = i < self->n_items ? self->items[i] : NULL;

      *get (self, i) = (Node){ item, item, imap_thread_links_get_parent (links, i), FALSE };
    }
}

/* Steps 2 and 3 */

/* Finds for each node its parent when dummies are gone: the nearest message above it, or the dummy
 * at the top. */
static guint *
find_kept_parents (const Forest *self)
{
  g_autoptr (GArray) path = g_array_new (FALSE, FALSE, sizeof (guint));
  guint               n = self->nodes->len;
  guint              *kept = g_new (guint, n);
  g_autofree guint8  *is_known = g_new0 (guint8, n);

  for (guint i = 0; i < n; i++)
    {
      for (guint j = i; j != NONE && !is_known[j]; j = get (self, j)->parent)
        g_array_append_val (path, j);
      for (; path->len > 0; g_array_set_size (path, path->len - 1))
        {
          guint j = g_array_index (path, guint, path->len - 1);
          guint parent = get (self, j)->parent;

          kept[j] = parent == NONE || !is_dummy (self, parent) ||
                            get (self, parent)->parent == NONE
                        ? parent
                        : kept[parent];
          is_known[j] = TRUE;
        }
    }
  return kept;
}

/* Dummies stay where they hold several threads together. */
static void
prune (Forest *self)
{
  g_autofree guint *kept = find_kept_parents (self);
  g_autofree guint *n_children = g_new0 (guint, self->nodes->len);

  for (guint i = 0; i < self->n_items; i++)
    if (kept[i] != NONE)
      n_children[kept[i]]++;
  for (guint i = 0; i < self->nodes->len; i++)
    {
      Node *node = get (self, i);

      if (node->item == NULL)
        node->is_gone = node->parent != NONE || n_children[i] < 2;
    }
  for (guint i = 0; i < self->n_items; i++)
    {
      gboolean is_left = kept[i] == NONE || !get (self, kept[i])->is_gone;

      get (self, i)->parent = is_left ? kept[i] : NONE;
    }
}

/* Steps 4 and 5 */

/* Threads by their subjects: for each root, the number of its subject; for each subject, the root
 * that the others are put to. */
typedef struct
{
  GArray *roots;    /* of guint, sorted */
  guint  *subjects; /* of each root; NONE: it has none */
  GArray *table;    /* of guint */
} Subjects;

static void
number_subjects (Subjects *subjects, const Forest *self)
{
  g_autoptr (ImapThreadNames) names = imap_thread_names_new ();
  GArray *roots = subjects->roots;

  for (guint i = 0; i < roots->len; i++)
    imap_thread_names_prepare (names,
                               get (self, g_array_index (roots, guint, i))->first->subject);
  for (guint i = 0; i < roots->len; i++)
    {
      const char *subject = get (self, g_array_index (roots, guint, i))->first->subject;

      subjects->subjects[i] = subject[0] != '\0' ? imap_thread_names_add (names, subject) : NONE;
    }
}

/* Step 5 (B): which root stands for a subject. */
static void
fill_table (Subjects *subjects, const Forest *self)
{
  for (guint i = 0; i < subjects->roots->len; i++)
    {
      guint root = g_array_index (subjects->roots, guint, i);
      guint subject = subjects->subjects[i];
      guint other;

      if (subject == NONE)
        continue;
      if (subject == subjects->table->len)
        {
          g_array_append_val (subjects->table, root);
          continue;
        }
      other = g_array_index (subjects->table, guint, subject);
      if (!is_dummy (self, other) &&
          (is_dummy (self, root) ||
           (get (self, other)->item->is_reply && !get (self, root)->item->is_reply)))
        g_array_index (subjects->table, guint, subject) = root;
    }
}

/* Puts @root and @other under a dummy of their own. Returns: the dummy */
static guint
join (Forest *self, guint root, guint other)
{
  Node  dummy = { .parent = NONE };
  guint number = self->nodes->len;

  g_array_append_val (self->nodes, dummy);
  get (self, root)->parent = number;
  get (self, other)->parent = number;
  return number;
}

/* Step 5 (C) for one root. @moved: (array): where the children of a dummy that goes are put to */
static void
merge (Forest *self, Subjects *subjects, guint i, guint *moved)
{
  guint  root = g_array_index (subjects->roots, guint, i);
  guint *other;

  if (subjects->subjects[i] == NONE || get (self, root)->parent != NONE)
    return;
  other = &g_array_index (subjects->table, guint, subjects->subjects[i]);
  if (*other == root)
    return;
  if (is_dummy (self, *other) && is_dummy (self, root))
    {
      moved[root] = *other;
      get (self, root)->is_gone = TRUE;
    }
  else if (is_dummy (self, *other) ||
           (get (self, root)->item->is_reply && !get (self, *other)->item->is_reply))
    get (self, root)->parent = *other;
  else
    *other = join (self, root, *other);
}

/* Returns: (transfer full): the roots, sorted by sent date */
static GArray *
sort_roots (const Forest *self)
{
  GArray *roots = sort_nodes (self);
  guint   n = 0;

  for (guint i = 0; i < roots->len; i++)
    if (get (self, g_array_index (roots, guint, i))->parent == NONE)
      g_array_index (roots, guint, n++) = g_array_index (roots, guint, i);
  g_array_set_size (roots, n);
  return roots;
}

static void
merge_by_subject (Forest *self)
{
  g_autoptr (GArray) roots = sort_roots (self);
  g_autoptr (GArray) table = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autofree guint *numbers = g_new (guint, MAX (1, roots->len));
  guint             n_nodes = self->nodes->len;
  g_autofree guint *moved = g_new (guint, n_nodes);
  Subjects          subjects = { roots, numbers, table };

  memset (moved, 0xff, n_nodes * sizeof *moved);
  number_subjects (&subjects, self);
  fill_table (&subjects, self);
  for (guint i = 0; i < roots->len; i++)
    merge (self, &subjects, i, moved);
  for (guint i = 0; i < self->n_items; i++)
    {
      Node *node = get (self, i);

      if (node->parent != NONE && node->parent < n_nodes && moved[node->parent] != NONE)
        node->parent = moved[node->parent];
    }
}

static void
thread_by_references (Forest *self)
{
  link_by_references (self);
  prune (self);
  find_first_children (self);
  merge_by_subject (self);
}

/* Life */

static void
forest_init (Forest *self, const ImapThreadItem *items, guint n_items)
{
  self->n_items = n_items;
  self->items = g_new (const ImapThreadItem *, n_items);
  self->nodes = g_array_new (FALSE, FALSE, sizeof (Node));
  for (guint i = 0; i < n_items; i++)
    self->items[i] = &items[i];
  qsort (self->items, n_items, sizeof *self->items, compare_numbers);
  for (guint i = 0; i < n_items; i++)
    {
      Node node = { self->items[i], self->items[i], NONE, FALSE };

      g_array_append_val (self->nodes, node);
    }
}

static void
forest_clear (Forest *self)
{
  g_free (self->items);
  g_array_unref (self->nodes);
}

void
imap_thread (const ImapThreadItem *items, guint n_items, ImapThreadKind kind, GString *out)
{
  Forest forest;

  if (n_items == 0)
    return;
  forest_init (&forest, items, n_items);
  if (kind == IMAP_THREAD_ORDEREDSUBJECT)
    thread_by_subject (&forest);
  else
    thread_by_references (&forest);
  write_threads (&forest, out);
  forest_clear (&forest);
}
