/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imap-sort.h"

#include <string.h>

/* Base subjects (RFC 5256 section 2.1): what is left of a subject, from @begin to @end. Each rule
 * takes its text away and says whether there was any. */
typedef struct
{
  const char *begin, *end;
  gboolean    is_reply;
} Subject;

static gboolean
begins_with (const char *begin, const char *end, const char *word)
{
  gsize length = strlen (word);

  return (gsize) (end - begin) >= length && g_ascii_strncasecmp (begin, word, length) == 0;
}

static const char *
skip_space (const char *begin, const char *end)
{
  while (begin < end && *begin == ' ')
    begin++;
  return begin;
}

/* subj-blob = "[" *BLOBCHAR "]" *WSP
 * Returns: (nullable): where it ends */
static const char *
skip_blob (const char *begin, const char *end)
{
  if (begin == end || *begin != '[')
    return NULL;
  begin++;
  while (begin < end && *begin != '[' && *begin != ']')
    begin++;
  return begin < end && *begin == ']' ? skip_space (begin + 1, end) : NULL;
}

/* subj-refwd = ("re" / ("fw" ["d"])) *WSP [subj-blob] ":"
 * Returns: (nullable): where it ends */
static const char *
skip_refwd (const char *begin, const char *end)
{
  const char *blob_end;

  if (begins_with (begin, end, "fwd"))
    begin += 3;
  else if (begins_with (begin, end, "re") || begins_with (begin, end, "fw"))
    begin += 2;
  else
    return NULL;
  begin = skip_space (begin, end);
  blob_end = skip_blob (begin, end);
  if (blob_end != NULL)
    begin = blob_end;
  return begin < end && *begin == ':' ? begin + 1 : NULL;
}

/* Step 2: subj-trailer = "(fwd)" / WSP */
static void
take_trailers (Subject *self)
{
  for (;;)
    {
      if (self->end > self->begin && self->end[-1] == ' ')
        self->end--;
      else if (self->end - self->begin >= 5 && begins_with (self->end - 5, self->end, "(fwd)"))
        {
          self->end -= 5;
          self->is_reply = TRUE;
        }
      else
        return;
    }
}

/* Steps 3 and 4: subj-leader = (*subj-blob subj-refwd) / WSP, and a subj-blob with something after
 * it. Blobs are looked over once: a run of them goes with the subj-refwd after it, or goes but
 * for the last when nothing follows. */
static gboolean
take_leader (Subject *self)
{
  const char *pos = skip_space (self->begin, self->end);
  const char *last_blob = NULL;
  const char *blob_end;
  const char *refwd_end;

  while ((blob_end = skip_blob (pos, self->end)) != NULL)
    {
      last_blob = pos;
      pos = blob_end;
    }
  refwd_end = skip_refwd (pos, self->end);
  if (refwd_end != NULL)
    {
      self->begin = refwd_end;
      self->is_reply = TRUE;
      return TRUE;
    }
  self->begin = pos == self->end && last_blob != NULL ? last_blob : pos;
  return FALSE;
}

/* Step 6: subj-fwd = subj-fwd-hdr subject subj-fwd-trl */
static gboolean
take_forward (Subject *self)
{
  if (self->end - self->begin < 6 || self->end[-1] != ']' ||
      !begins_with (self->begin, self->end, "[fwd:"))
    return FALSE;
  self->begin += strlen ("[fwd:");
  self->end--;
  self->is_reply = TRUE;
  return TRUE;
}

/* Step 1: tabs and line ends are spaces, several spaces are one. */
static char *
dup_on_one_line (const char *text)
{
  GString *line = g_string_sized_new (strlen (text));

  for (; *text != '\0'; text++)
    {
      gboolean is_space = strchr (" \t\r\n", *text) != NULL;

      if (!is_space)
        g_string_append_c (line, *text);
      else if (line->len == 0 || line->str[line->len - 1] != ' ')
        g_string_append_c (line, ' ');
    }
  return g_string_free (line, FALSE);
}

char *
imap_base_subject (const char *subject, gboolean *out_is_reply)
{
  g_autofree char *line = dup_on_one_line (subject);
  Subject          self = { .begin = line, .end = line + strlen (line) };

  do
    {
      take_trailers (&self);
      while (take_leader (&self))
        ;
    }
  while (take_forward (&self));
  if (out_is_reply != NULL)
    *out_is_reply = self.is_reply;
  return g_strndup (self.begin, (gsize) (self.end - self.begin));
}

/* Collation */

/* Ideographs, most of what is not ASCII in much mail, have neither case nor parts. */
static gboolean
is_ideograph (gunichar c)
{
  return (c >= 0x3400 && c <= 0x4dbf) || (c >= 0x4e00 && c <= 0x9fff);
}

static void
append_collated (GString *out, gunichar c)
{
  gunichar parts[G_UNICHAR_MAX_DECOMPOSITION_LENGTH];
  gsize    n_parts;

  n_parts = g_unichar_fully_decompose (g_unichar_totitle (c), TRUE, parts, G_N_ELEMENTS (parts));
  for (gsize i = 0; i < n_parts; i++)
    g_string_append_unichar (out, parts[i]);
}

char *
imap_collate (const char *text)
{
  gsize            length = strlen (text);
  g_autofree char *valid = NULL;
  GString         *out;

  if (g_str_is_ascii (text))
    return g_ascii_strup (text, (gssize) length);
  if (!g_utf8_validate (text, (gssize) length, NULL))
    text = valid = g_utf8_make_valid (text, (gssize) length);
  out = g_string_sized_new (length + length / 8);
  while (*text != '\0')
    {
      const char *next = g_utf8_next_char (text);

      if ((guint8) *text < 0x80)
        g_string_append_c (out, g_ascii_toupper (*text));
      else if (is_ideograph (g_utf8_get_char (text)))
        g_string_append_len (out, text, next - text);
      else
        append_collated (out, g_utf8_get_char (text));
      text = next;
    }
  return g_string_free (out, FALSE);
}

/* Sorting */

static int
compare_numbers (guint64 a, guint64 b)
{
  return (a > b) - (a < b);
}

static int
compare_times (gint64 a, gint64 b)
{
  return (a > b) - (a < b);
}

static int
compare_by (const ImapSortItem *a, const ImapSortItem *b, ImapSortKey key)
{
  switch (key)
    {
    case IMAP_SORT_ARRIVAL:
      return compare_times (a->arrival_us, b->arrival_us);
    case IMAP_SORT_CC:
      return strcmp (a->cc, b->cc);
    case IMAP_SORT_DATE:
      return compare_times (a->sent_us, b->sent_us);
    case IMAP_SORT_DISPLAYFROM:
      return strcmp (a->display_from, b->display_from);
    case IMAP_SORT_DISPLAYTO:
      return strcmp (a->display_to, b->display_to);
    case IMAP_SORT_FROM:
      return strcmp (a->from, b->from);
    case IMAP_SORT_SIZE:
      return compare_numbers (a->size, b->size);
    case IMAP_SORT_SUBJECT:
      return strcmp (a->subject, b->subject);
    case IMAP_SORT_TO:
      return strcmp (a->to, b->to);
    default:
      g_assert_not_reached ();
    }
}

/* "There is an implicit sort criterion of sequence number", which REVERSE does not turn. */
static int
compare_items (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const ImapSortItem *left = a;
  const ImapSortItem *right = b;
  const GArray       *criteria = user_data;

  for (guint i = 0; i < criteria->len; i++)
    {
      const ImapSortCriterion *criterion = &g_array_index (criteria, ImapSortCriterion, i);
      int order = compare_by (left, right, criterion->key);

      if (order != 0)
        return (order < 0) == criterion->is_reverse ? 1 : -1;
    }
  return compare_numbers (left->number, right->number);
}

void
imap_sort (ImapSortItem *items, guint n_items, const GArray *criteria)
{
  g_return_if_fail (criteria != NULL);

  if (n_items > 0)
    g_qsort_with_data (items, (int) n_items, sizeof *items, compare_items, (gpointer) criteria);
}
