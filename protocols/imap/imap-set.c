/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imap-set.h"

#include "imap-scan.h"

ImapSet *
imap_set_new (void)
{
  ImapSet *self = g_new0 (ImapSet, 1);

  self->ranges = g_array_new (FALSE, FALSE, sizeof (ImapRange));
  return self;
}

void
imap_set_free (ImapSet *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->ranges);
  g_free (self);
}

ImapSet *
imap_set_copy (const ImapSet *self)
{
  ImapSet *copy = imap_set_new ();

  g_array_append_vals (copy->ranges, self->ranges->data, self->ranges->len);
  copy->is_saved = self->is_saved;
  return copy;
}

static ImapRange *
get_range (const ImapSet *self, guint i)
{
  return &g_array_index (self->ranges, ImapRange, i);
}

void
imap_set_add (ImapSet *self, guint32 from, guint32 to)
{
  ImapRange range = { from, to };

  g_array_append_val (self->ranges, range);
}

void
imap_set_append (ImapSet *self, guint32 number)
{
  ImapRange *last = self->ranges->len > 0 ? get_range (self, self->ranges->len - 1) : NULL;

  if (last == NULL || (number != last->to && number - 1 != last->to))
    imap_set_add (self, number, number);
  else
    last->to = number;
}

static int
compare_ranges (gconstpointer a, gconstpointer b)
{
  const ImapRange *left = a;
  const ImapRange *right = b;

  return (left->from > right->from) - (left->from < right->from);
}

/* Puts a number for "*" and the smaller one first. Returns: FALSE when nothing is left of it. */
static gboolean
resolve_range (ImapRange *range, guint32 largest)
{
  guint32 from = range->from != IMAP_STAR ? range->from : largest;
  guint32 to = range->to != IMAP_STAR ? range->to : largest;

  if (from == 0 || to == 0)
    from = to = MAX (from, to);
  range->from = MIN (from, to);
  range->to = MAX (from, to);
  return range->from != 0;
}

void
imap_set_resolve (ImapSet *self, guint32 largest)
{
  guint    n = 0;
  gboolean is_sorted = TRUE;

  for (guint i = 0; i < self->ranges->len; i++)
    {
      ImapRange range = *get_range (self, i);

      if (!resolve_range (&range, largest))
        continue;
      is_sorted = is_sorted && (n == 0 || get_range (self, n - 1)->from <= range.from);
      *get_range (self, n++) = range;
    }
  g_array_set_size (self->ranges, n);
  if (!is_sorted)
    g_array_sort (self->ranges, compare_ranges);

  n = 0;
  for (guint i = 0; i < self->ranges->len; i++)
    {
      ImapRange  range = *get_range (self, i);
      ImapRange *last = n > 0 ? get_range (self, n - 1) : NULL;

      if (last != NULL && range.from - 1 <= last->to) /* no range is from 0 now */
        last->to = MAX (last->to, range.to);
      else
        *get_range (self, n++) = range;
    }
  g_array_set_size (self->ranges, n);
}

gboolean
imap_set_contains (const ImapSet *self, guint32 number)
{
  guint low = 0;
  guint high = self->ranges->len;

  while (low < high)
    {
      guint            middle = low + (high - low) / 2;
      const ImapRange *range = get_range (self, middle);

      if (number < range->from)
        high = middle;
      else if (number > range->to)
        low = middle + 1;
      else
        return TRUE;
    }
  return FALSE;
}

guint64
imap_set_count (const ImapSet *self)
{
  guint64 count = 0;

  for (guint i = 0; i < self->ranges->len; i++)
    count += (guint64) get_range (self, i)->to - get_range (self, i)->from + 1;
  return count;
}

gboolean
imap_set_is_empty (const ImapSet *self)
{
  return self->ranges->len == 0 && !self->is_saved;
}

static void
append_number (GString *out, guint32 number)
{
  if (number == IMAP_STAR)
    g_string_append_c (out, '*');
  else
    g_string_append_printf (out, "%u", number);
}

char *
imap_set_format (const ImapSet *self)
{
  GString *out = g_string_new (self->is_saved ? "$" : "");

  for (guint i = 0; i < self->ranges->len; i++)
    {
      const ImapRange *range = get_range (self, i);

      if (out->len > 0)
        g_string_append_c (out, ',');
      append_number (out, range->from);
      if (range->to != range->from)
        {
          g_string_append_c (out, ':');
          append_number (out, range->to);
        }
    }
  return g_string_free (out, FALSE);
}

ImapSet *
imap_set_parse (const char *text, gsize length)
{
  g_autoptr (ImapSet) set = NULL;
  WireScan scan;
  ImapScan self = { .scan = &scan };

  wire_scan_init (&scan, (const guint8 *) text, length, NULL);
  if (!imap_scan_sequence_set (&self, &set) || !wire_scan_at_end (&scan))
    return NULL;
  return g_steal_pointer (&set);
}
