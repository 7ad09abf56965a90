/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imap-view.h"

void
imap_view_init (ImapView *self)
{
  self->uids = g_array_new (FALSE, FALSE, sizeof (guint32));
}

void
imap_view_clear (ImapView *self)
{
  g_clear_pointer (&self->uids, g_array_unref);
}

void
imap_view_empty (ImapView *self)
{
  g_array_set_size (self->uids, 0);
}

guint
imap_view_get_n (const ImapView *self)
{
  return self->uids->len;
}

guint32
imap_view_get_uid (const ImapView *self, guint number)
{
  g_return_val_if_fail (number >= 1 && number <= self->uids->len, 0);
  return g_array_index (self->uids, guint32, number - 1);
}

void
imap_view_set_uid (ImapView *self, guint number, guint32 uid)
{
  g_return_if_fail (number >= 1 && number <= self->uids->len);
  g_array_index (self->uids, guint32, number - 1) = uid;
}

/* Returns: how many messages have a UID below @uid. */
static guint
count_below (const ImapView *self, guint64 uid)
{
  guint low = 0, high = self->uids->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (g_array_index (self->uids, guint32, middle) < uid)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

guint
imap_view_find (const ImapView *self, guint32 uid)
{
  guint below = count_below (self, uid);

  if (below == self->uids->len || g_array_index (self->uids, guint32, below) != uid)
    return 0;
  return below + 1;
}

void
imap_view_append (ImapView *self, guint32 uid)
{
  g_array_append_val (self->uids, uid);
}

void
imap_view_expunge (ImapView *self, guint number)
{
  g_return_if_fail (number >= 1 && number <= self->uids->len);
  g_array_remove_index (self->uids, number - 1);
}

/* Returns: whether all numbers of a set as it is written are there. Where nothing is, not even "*"
 * is (RFC 9051 section 9, seq-number). */
static gboolean
has_numbers (const ImapView *self, const ImapSet *set)
{
  guint n = self->uids->len;

  for (guint i = 0; i < set->ranges->len; i++)
    {
      const ImapRange *range = &g_array_index (set->ranges, ImapRange, i);

      if (n == 0 || range->from > n || range->to > n)
        return FALSE;
    }
  return TRUE;
}

static void
add_range (ImapSet *numbers, guint from, guint to)
{
  const ImapRange *last;

  if (from > to)
    return;
  last = numbers->ranges->len > 0
             ? &g_array_index (numbers->ranges, ImapRange, numbers->ranges->len - 1)
             : NULL;
  if (last != NULL && last->to + 1 == from) /* UIDs between them are no more */
    g_array_index (numbers->ranges, ImapRange, numbers->ranges->len - 1).to = to;
  else
    imap_set_add (numbers, from, to);
}

ImapSet *
imap_view_resolve (const ImapView *self, const ImapSet *set, gboolean is_uid, gboolean *out_wrong)
{
  g_autoptr (ImapSet) resolved = imap_set_copy (set);
  ImapSet *numbers = imap_set_new ();
  guint    n = self->uids->len;

  if (out_wrong != NULL)
    *out_wrong = !is_uid && !has_numbers (self, set);
  if (n == 0)
    return numbers;
  imap_set_resolve (resolved, is_uid ? imap_view_get_uid (self, n) : n);
  for (guint i = 0; i < resolved->ranges->len; i++)
    {
      const ImapRange *range = &g_array_index (resolved->ranges, ImapRange, i);

      if (is_uid)
        add_range (numbers, count_below (self, range->from) + 1,
                   count_below (self, (guint64) range->to + 1));
      else
        add_range (numbers, MAX (range->from, 1), MIN (range->to, n));
    }
  return numbers;
}
