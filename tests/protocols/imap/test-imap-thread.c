/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include <imap/imap-sort.h>
#include <imap/imap-thread.h>

/* Threads (RFC 5256 section 3): by subject, and by references. */

/* Messages, and what their strings belong to. */
typedef struct
{
  GArray    *items;  /* of ImapThreadItem */
  GPtrArray *strvs;
  GPtrArray *strings;
} Messages;

static void
messages_init (Messages *self)
{
  self->items = g_array_new (FALSE, TRUE, sizeof (ImapThreadItem));
  self->strvs = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  self->strings = g_ptr_array_new_with_free_func (g_free);
}

static void
messages_clear (Messages *self)
{
  g_array_unref (self->items);
  g_ptr_array_unref (self->strvs);
  g_ptr_array_unref (self->strings);
}

static void
messages_add (Messages *self, guint number, gint64 sent, const char *id, const char *references,
              const char *subject)
{
  ImapThreadItem   item = { .number = number, .sent_us = sent };
  char           **ids = g_strsplit (references, ",", -1);
  g_autofree char *base = imap_base_subject (subject, &item.is_reply);
  char            *collated = imap_collate (base);
  char            *own = id[0] != '\0' ? g_strdup (id) : NULL;

  g_ptr_array_add (self->strvs, ids);
  g_ptr_array_add (self->strings, collated);
  g_ptr_array_add (self->strings, own);
  item.message_id = own;
  item.references = (const char *const *) ids;
  item.subject = collated;
  g_array_append_val (self->items, item);
}

static char *
dup_threads (const Messages *self, ImapThreadKind kind)
{
  GString *out = g_string_new (NULL);

  imap_thread ((const ImapThreadItem *) (gpointer) self->items->data, self->items->len, kind, out);
  return g_string_free (out, FALSE);
}

/* Tables */

typedef struct
{
  guint       number;
  gint64      sent;
  const char *id, *references, *subject;
} Message;

static const struct
{
  const char    *name;
  Message        messages[8];
  const char    *by_references, *by_subject;
} cases[] = {
  { "none", { { 0 } }, "", "" },
  { "one", { { 7, 1, "a", "", "x" } }, "(7)", "(7)" },
  { "a-reply", { { 1, 1, "a", "", "x" }, { 2, 2, "b", "a", "Re: x" } }, "(1 2)", "(1 2)" },
  { "two-replies",
    { { 1, 1, "a", "", "x" }, { 2, 3, "b", "a", "Re: x" }, { 3, 2, "c", "a", "Re: x" } },
    "(1 (3)(2))", "(1 (3)(2))" },
  /* Section 4's first example */
  { "nested",
    { { 2, 1, "2", "", "x" }, { 3, 2, "3", "", "y" }, { 4, 4, "4", "3,6", "y" },
      { 6, 3, "6", "3", "y" }, { 7, 7, "7", "44", "y" }, { 23, 5, "23", "4", "y" },
      { 44, 6, "44", "6", "y" }, { 96, 8, "96", "7", "y" } },
    "(2)(3 6 (4 23)(44 7 96))", "(2)(3 (6)(4)(23)(44)(7)(96))" },
  /* Section 4's second example: siblings whose parent is not there */
  { "siblings-of-a-parent-that-is-not-there",
    { { 3, 1, "3", "p", "x" }, { 5, 2, "5", "p", "y" } }, "((3)(5))", "(3)(5)" },
  { "an-only-child-is-promoted", { { 3, 1, "3", "p", "x" } }, "(3)", "(3)" },
  { "a-grandparent-that-is-not-there",
    { { 3, 1, "3", "g,p", "x" }, { 5, 2, "5", "g,q", "y" } }, "((3)(5))", "(3)(5)" },
  { "a-gap-in-the-middle",
    { { 1, 1, "a", "", "x" }, { 2, 2, "c", "a,b", "y" }, { 3, 3, "d", "a,b", "z" } },
    "(1 (2)(3))", "(1)(2)(3)" },
  { "children-before-parents",
    { { 1, 3, "c", "a,b", "x" }, { 2, 2, "b", "a", "x" }, { 3, 1, "a", "", "x" } }, "(3 2 1)",
    "(3 (2)(1))" },
  { "given-in-any-order",
    { { 3, 3, "c", "a,b", "x" }, { 1, 1, "a", "", "x" }, { 2, 2, "b", "a", "x" } }, "(1 2 3)",
    "(1 (2)(3))" },
  /* Step 1 (A): the second of two with one id has one of its own */
  { "two-with-one-id",
    { { 1, 2, "a", "", "x" }, { 2, 1, "a", "", "y" }, { 3, 3, "b", "a", "z" } }, "(2)(1 3)",
    "(2)(1)(3)" },
  { "two-with-no-id", { { 1, 1, "", "", "x" }, { 2, 2, "", "", "y" } }, "(1)(2)", "(1)(2)" },
  { "ids-have-case", { { 1, 1, "A", "", "x" }, { 2, 2, "b", "a", "y" } }, "(1)(2)", "(1)(2)" },
  { "a-link-that-is-there-stays",
    { { 1, 1, "a", "", "x" }, { 2, 2, "b", "a", "y" }, { 3, 3, "c", "x,b", "z" } }, "(1 2 3)",
    "(1)(2)(3)" },
  /* Step 1 (B): a message knows its parent better */
  { "a-message-decides-on-its-own-parent",
    { { 1, 1, "a", "", "w" }, { 2, 2, "b", "", "x" }, { 3, 3, "d", "a,c", "y" },
      { 4, 4, "c", "b", "z" } },
    "(1)(2 4 3)", "(1)(2)(3)(4)" },
  { "a-message-without-references-has-no-parent",
    { { 1, 1, "c", "a,b", "x" }, { 2, 2, "a", "", "y" }, { 3, 3, "b", "", "z" } }, "(2)(3 1)",
    "(1)(2)(3)" },
  { "its-own-parent", { { 1, 1, "a", "a", "x" }, { 2, 2, "b", "b,b", "y" } }, "(1)(2)", "(1)(2)" },
  { "a-loop", { { 1, 1, "a", "b", "x" }, { 2, 2, "b", "a", "y" } }, "(2 1)", "(1)(2)" },
  { "a-loop-of-three",
    { { 1, 1, "a", "c", "x" }, { 2, 2, "b", "a", "y" }, { 3, 3, "c", "b", "z" } }, "(3 1 2)",
    "(1)(2)(3)" },
  { "a-loop-in-one-message", { { 1, 1, "d", "a,b,c,a,d", "x" } }, "(1)", "(1)" },
  /* Step 4 */
  { "threads-by-date",
    { { 1, 9, "a", "", "x" }, { 2, 5, "b", "", "y" }, { 3, 1, "c", "", "z" } }, "(3)(2)(1)",
    "(3)(2)(1)" },
  { "a-dummy-by-its-first-child",
    { { 1, 2, "a", "", "w" }, { 2, 3, "b", "p", "x" }, { 3, 1, "c", "p", "y" } }, "((3)(2))(1)",
    "(3)(1)(2)" },
  { "equal-dates-by-number",
    { { 1, 1, "a", "", "x" }, { 2, 1, "b", "", "y" }, { 3, 1, "c", "a", "z" },
      { 4, 1, "d", "a", "q" } },
    "(1 (3)(4))(2)", "(1)(2)(3)(4)" },
  /* Step 5 */
  { "a-reply-by-its-subject", { { 1, 1, "a", "", "x" }, { 2, 2, "b", "", "Re: X" } }, "(1 2)",
    "(1 2)" },
  { "a-reply-before-its-original", { { 1, 1, "a", "", "Re: x" }, { 2, 2, "b", "", "x" } }, "(2 1)",
    "(1 2)" },
  { "two-of-one-subject", { { 1, 1, "a", "", "x" }, { 2, 2, "b", "", "x" } }, "((1)(2))",
    "(1 2)" },
  { "three-of-one-subject",
    { { 1, 1, "a", "", "x" }, { 2, 2, "b", "", "x" }, { 3, 3, "c", "", "Re: x" } },
    "((1)(2)(3))", "(1 (2)(3))" },
  { "no-subject", { { 1, 1, "a", "", "" }, { 2, 2, "b", "", "Re:" } }, "(1)(2)", "(1 2)" },
  { "two-replies-without-an-original",
    { { 1, 1, "a", "", "Re: x" }, { 2, 2, "b", "", "Re: x" } }, "((1)(2))", "(1 2)" },
  { "dummies-of-one-subject",
    { { 1, 1, "a", "p", "x" }, { 2, 2, "b", "p", "y" }, { 3, 3, "c", "q", "x" },
      { 4, 4, "d", "q", "z" } },
    "((1)(2)(3)(4))", "(1 3)(2)(4)" },
  { "a-dummy-and-a-message-of-one-subject",
    { { 1, 1, "a", "", "x" }, { 2, 2, "b", "p", "x" }, { 3, 3, "c", "p", "y" } },
    "((1)(2)(3))", "(1 2)(3)" },
  { "a-subject-further-down-does-not-count",
    { { 1, 1, "a", "", "x" }, { 2, 2, "b", "a", "y" }, { 3, 3, "c", "", "y" } }, "(1 2)(3)",
    "(1)(2 3)" },
};

static void
test_case (gconstpointer data)
{
  guint            i = GPOINTER_TO_UINT (data);
  Messages         messages;
  g_autofree char *by_references = NULL, *by_subject = NULL;

  messages_init (&messages);
  for (const Message *message = cases[i].messages;
       message < cases[i].messages + G_N_ELEMENTS (cases[i].messages) && message->number != 0;
       message++)
    messages_add (&messages, message->number, message->sent, message->id, message->references,
                  message->subject);
  by_references = dup_threads (&messages, IMAP_THREAD_REFERENCES);
  by_subject = dup_threads (&messages, IMAP_THREAD_ORDEREDSUBJECT);
  g_assert_cmpstr (by_references, ==, cases[i].by_references);
  g_assert_cmpstr (by_subject, ==, cases[i].by_subject);
  messages_clear (&messages);
}

/* The steps of RFC 5256 section 3 once more, as they are written, however long they take. */

typedef struct _Naive Naive;
struct _Naive
{
  const ImapThreadItem *item; /* NULL: a dummy */
  const char           *id;
  Naive                *parent;
  GPtrArray            *children; /* of Naive */
};

static GPtrArray *all_naives;

static Naive *
naive_new (const ImapThreadItem *item, const char *id)
{
  Naive *self = g_new0 (Naive, 1);

  self->item = item;
  self->id = id;
  self->children = g_ptr_array_new ();
  g_ptr_array_add (all_naives, self);
  return self;
}

static void
naive_free (gpointer data)
{
  g_ptr_array_unref (((Naive *) data)->children);
  g_free (data);
}

static Naive *
naive_find (const char *id)
{
  for (guint i = 0; i < all_naives->len; i++)
    if (g_strcmp0 (((Naive *) g_ptr_array_index (all_naives, i))->id, id) == 0)
      return g_ptr_array_index (all_naives, i);
  return NULL;
}

static void
naive_unlink (Naive *child)
{
  if (child->parent != NULL)
    g_ptr_array_remove (child->parent->children, child);
  child->parent = NULL;
}

static void
naive_link (Naive *child, Naive *parent)
{
  for (Naive *above = parent; above != NULL; above = above->parent)
    if (above == child)
      return;
  naive_unlink (child);
  child->parent = parent;
  g_ptr_array_add (parent->children, child);
}

static const ImapThreadItem *
naive_key (const Naive *self)
{
  return self->item != NULL ? self->item
                            : naive_key (g_ptr_array_index (self->children, 0));
}

static int
naive_compare (gconstpointer a, gconstpointer b)
{
  const ImapThreadItem *left = naive_key (*(Naive *const *) a);
  const ImapThreadItem *right = naive_key (*(Naive *const *) b);

  if (left->sent_us != right->sent_us)
    return left->sent_us > right->sent_us ? 1 : -1;
  return left->number > right->number ? 1 : -1;
}

static void
naive_sort (Naive *self)
{
  for (guint i = 0; i < self->children->len; i++)
    naive_sort (g_ptr_array_index (self->children, i));
  g_ptr_array_sort (self->children, naive_compare);
}

static void
naive_prune (Naive *self, gboolean is_root)
{
  for (guint i = 0; i < self->children->len;)
    {
      Naive *child = g_ptr_array_index (self->children, i);

      naive_prune (child, FALSE);
      if (child->item != NULL || (is_root && child->children->len > 1))
        {
          i++;
          continue;
        }
      while (child->children->len > 0)
        {
          Naive *grandchild = g_ptr_array_index (child->children, 0);

          naive_unlink (grandchild);
          grandchild->parent = self;
          g_ptr_array_add (self->children, grandchild);
        }
      naive_unlink (child);
    }
}

static Naive *
naive_look_up (GPtrArray *table, const Naive *thread, guint *out_i)
{
  const char *subject = naive_key (thread)->subject;

  for (guint i = 0; i < table->len; i++)
    if (strcmp (naive_key (g_ptr_array_index (table, i))->subject, subject) == 0)
      {
        *out_i = i;
        return g_ptr_array_index (table, i);
      }
  return NULL;
}

static void
naive_merge (Naive *root)
{
  g_autoptr (GPtrArray) table = g_ptr_array_new ();
  g_autoptr (GPtrArray) threads = g_ptr_array_copy (root->children, NULL, NULL);
  guint slot = 0;

  for (guint i = 0; i < threads->len; i++)
    {
      Naive *thread = g_ptr_array_index (threads, i);
      Naive *other = naive_look_up (table, thread, &slot);

      if (naive_key (thread)->subject[0] == '\0')
        continue;
      if (other == NULL)
        g_ptr_array_add (table, thread);
      else if (other->item != NULL &&
               (thread->item == NULL || (other->item->is_reply && !thread->item->is_reply)))
        table->pdata[slot] = thread;
    }
  for (guint i = 0; i < threads->len; i++)
    {
      Naive *thread = g_ptr_array_index (threads, i);
      Naive *other = naive_look_up (table, thread, &slot);

      if (thread->parent != root || other == NULL || other == thread)
        continue;
      if (other->item == NULL && thread->item == NULL)
        {
          while (thread->children->len > 0)
            naive_link (g_ptr_array_index (thread->children, 0), other);
          naive_unlink (thread);
        }
      else if (other->item == NULL || (thread->item->is_reply && !other->item->is_reply))
        naive_link (thread, other);
      else
        {
          Naive *dummy = naive_new (NULL, NULL);

          naive_link (dummy, root);
          naive_link (other, dummy);
          naive_link (thread, dummy);
          table->pdata[slot] = dummy;
        }
    }
}

static void
naive_write (const Naive *self, GString *out)
{
  g_string_append_c (out, '(');
  if (self->item != NULL)
    g_string_append_printf (out, "%u", self->item->number);
  while (self->children->len == 1)
    {
      self = g_ptr_array_index (self->children, 0);
      g_string_append_printf (out, " %u", self->item->number);
    }
  if (self->children->len > 0 && self->item != NULL)
    g_string_append_c (out, ' ');
  for (guint i = 0; i < self->children->len; i++)
    naive_write (g_ptr_array_index (self->children, i), out);
  g_string_append_c (out, ')');
}

static void
naive_follow (Naive *message)
{
  Naive *last = NULL;

  for (guint r = 0; message->item->references[r] != NULL; r++)
    {
      Naive *next = naive_find (message->item->references[r]);

      if (next == NULL)
        next = naive_new (NULL, message->item->references[r]);
      if (last != NULL && next->parent == NULL)
        naive_link (next, last);
      last = next;
    }
  naive_unlink (message);
  if (last != NULL)
    naive_link (message, last);
}

static char *
naive_thread (const Messages *messages)
{
  guint      n = messages->items->len;
  GString   *out = g_string_new (NULL);
  Naive     *root;

  all_naives = g_ptr_array_new_with_free_func (naive_free);
  for (guint i = 0; i < n; i++)
    {
      const ImapThreadItem *item = &g_array_index (messages->items, ImapThreadItem, i);

      naive_new (item, item->message_id != NULL && naive_find (item->message_id) == NULL
                           ? item->message_id
                           : "not an id");
    }
  for (guint i = 0; i < n; i++)
    naive_follow (g_ptr_array_index (all_naives, i));
  root = naive_new (NULL, NULL);
  for (guint i = 0; i + 1 < all_naives->len; i++)
    if (((Naive *) g_ptr_array_index (all_naives, i))->parent == NULL)
      naive_link (g_ptr_array_index (all_naives, i), root);
  naive_prune (root, TRUE);
  naive_sort (root);
  naive_merge (root);
  naive_sort (root);
  for (guint i = 0; i < root->children->len; i++)
    naive_write (g_ptr_array_index (root->children, i), out);
  g_clear_pointer (&all_naives, g_ptr_array_unref);
  return g_string_free (out, FALSE);
}

static char *
random_references (guint n_ids)
{
  GString *out = g_string_new (NULL);

  for (guint n = (guint) g_test_rand_int_range (0, 5); n > 0; n--)
    g_string_append_printf (out, "%s%d", out->len > 0 ? "," : "",
                            g_test_rand_int_range (0, (gint32) n_ids));
  return g_string_free (out, FALSE);
}

static void
test_random (void)
{
  static const char *const subjects[] = { "a", "b", "c", "d", "e", "f", "Re: a", "Re: b", "Re: c",
                                          "", "Fwd: d" };

  g_test_summary ("What is quick comes to the same as the steps as they are written.");
  for (guint round = 0; round < 20000; round++)
    {
      guint    n_ids = (guint) g_test_rand_int_range (1, 24);
      guint    n = (guint) g_test_rand_int_range (1, 16);
      Messages messages;
      g_autofree char *threads = NULL, *expected = NULL;

      messages_init (&messages);
      for (guint i = 0; i < n; i++)
        {
          g_autofree char *id = g_strdup_printf ("%d", g_test_rand_int_range (0, (gint32) n_ids));
          g_autofree char *references = random_references (n_ids);

          messages_add (&messages, i + 1, g_test_rand_int_range (0, 20),
                        g_test_rand_int_range (0, 8) == 0 ? "" : id, references,
                        subjects[g_test_rand_int_range (0, G_N_ELEMENTS (subjects))]);
        }
      threads = dup_threads (&messages, IMAP_THREAD_REFERENCES);
      expected = naive_thread (&messages);
      g_assert_cmpstr (threads, ==, expected);
      messages_clear (&messages);
    }
}

/* Many messages */

#define N_MANY 100000

static void
assert_quick (const Messages *messages, const char *what)
{
  for (ImapThreadKind kind = 0; kind <= IMAP_THREAD_REFERENCES; kind++)
    {
      gint64           start = g_get_monotonic_time ();
      g_autofree char *threads = dup_threads (messages, kind);
      gint64           took = g_get_monotonic_time () - start;

      g_test_message ("%s, kind %d: %.3f s, %" G_GSIZE_FORMAT " octets", what, kind,
                      (double) took / G_USEC_PER_SEC, strlen (threads));
      g_assert_cmpint (took, <, 10 * G_TIME_SPAN_SECOND);
    }
}

static void
add_many (Messages *messages, char *(*dup_references) (guint i), gboolean is_one_subject)
{
  for (guint i = 0; i < N_MANY; i++)
    {
      g_autofree char *id = g_strdup_printf ("%u@example.org", i);
      g_autofree char *references = dup_references (i);
      g_autofree char *subject = g_strdup_printf ("x%u", is_one_subject ? 0 : i);

      messages_add (messages, i + 1, i, id, references, subject);
    }
}

static char *
dup_next (guint i)
{
  return g_strdup_printf ("%u@example.org", i + 1);
}

static char *
dup_previous (guint i)
{
  return i == 0 ? g_strdup ("") : g_strdup_printf ("%u@example.org", i - 1);
}

static char *
dup_ring (guint i)
{
  return g_strdup_printf ("%u@example.org", (i + N_MANY - 1) % N_MANY);
}

static char *
dup_same (guint i)
{
  return g_strdup ("a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q,r,s,t,u,v,w,x,y,z");
}

static char *
dup_nothing (guint i)
{
  return g_strdup ("");
}

/* Each puts the long chain below itself, and is then taken away from it. */
static char *
dup_far (guint i)
{
  return g_strdup_printf ("%u@example.org,%u@example.org", (i * 7919) % N_MANY, i / 2);
}

static void
test_many (void)
{
  static const struct
  {
    const char *name;
    char     *(*dup_references) (guint i);
    gboolean    is_one_subject;
  } shapes[] = {
    { "a chain", dup_previous, FALSE },     { "a chain, deepest first", dup_next, FALSE },
    { "a ring", dup_ring, FALSE },          { "the same references", dup_same, FALSE },
    { "nothing in common", dup_nothing, FALSE }, { "one subject", dup_nothing, TRUE },
    { "far references", dup_far, FALSE },
  };

  g_test_summary ("Deep, wide and tangled threads take no more than n log n.");
  for (gsize i = 0; i < G_N_ELEMENTS (shapes); i++)
    {
      Messages messages;

      messages_init (&messages);
      add_many (&messages, shapes[i].dup_references, shapes[i].is_one_subject);
      assert_quick (&messages, shapes[i].name);
      messages_clear (&messages);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/imap-thread/", cases[i].name, NULL);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_case);
    }
  g_test_add_func ("/imap-thread/random", test_random);
  g_test_add_func ("/imap-thread/many", test_many);
  return g_test_run ();
}
