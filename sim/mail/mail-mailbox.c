/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-mailbox.h"

#include <string.h>

typedef struct _Entry Entry;

/* A message, and its place in the order of changes. */
struct _Entry
{
  MailStored stored; /* first: what is lent is one of these */
  Entry *older;
  Entry *newer;
};

/* UIDs that went by one change, with no other message between them. */
typedef struct
{
  guint32 from, to;
  guint64 modseq;
} Run;

typedef struct
{
  guint id;
  MailMailboxFunc func; /* NULL: watches no more */
  gpointer user_data;
} Watcher;

struct _MailMailbox
{
  int n_references;
  char *name;
  char *id;
  guint32 uid_validity;
  guint32 uid_next;
  guint32 recent_from;
  guint64 modseq;
  guint64 n_bytes;
  GPtrArray *entries;  /* of Entry, in order of UIDs */
  Entry *newest;       /* of the order of changes: by rising modseq */
  GPtrArray *keywords; /* of char * */
  GArray *runs;        /* of Run, by rising modseq */
  guint64 known_from;  /* runs are complete for changes after this one */
  GArray *watchers;    /* of Watcher */
  guint n_telling;
  guint last_watch;
  const MailMailboxOwner *owner;
  gpointer owner_data;
  gboolean is_locked;
  gboolean is_gone;
};

static Entry *
get_entry (const MailMailbox *self, guint index)
{
  return g_ptr_array_index (self->entries, index);
}

static void
free_entry (gpointer data)
{
  Entry *entry = data;

  mail_message_unref (entry->stored.message);
  g_free (entry);
}

/* The order of changes */

static void
take_out (MailMailbox *self, Entry *entry)
{
  if (entry->older != NULL)
    entry->older->newer = entry->newer;
  if (entry->newer != NULL)
    entry->newer->older = entry->older;
  if (self->newest == entry)
    self->newest = entry->older;
  entry->older = entry->newer = NULL;
}

static void
put_newest (MailMailbox *self, Entry *entry)
{
  entry->stored.modseq = self->modseq;
  entry->older = self->newest;
  if (entry->older != NULL)
    entry->older->newer = entry;
  self->newest = entry;
}

static int
compare_uids (gconstpointer a, gconstpointer b)
{
  const MailStored *const *first = a, *const *second = b;

  return (*first)->uid < (*second)->uid ? -1 : (*first)->uid > (*second)->uid;
}

GPtrArray *
mail_mailbox_list_changed (const MailMailbox *self, guint64 modseq)
{
  GPtrArray *changed = g_ptr_array_new ();

  for (Entry *entry = self->newest; entry != NULL && entry->stored.modseq > modseq;
       entry = entry->older)
    g_ptr_array_add (changed, &entry->stored);
  g_ptr_array_sort (changed, compare_uids);
  return changed;
}

/* Telling of changes */

static void
tell_watchers (MailMailbox *self, gpointer by)
{
  guint n = self->watchers->len;

  mail_mailbox_ref (self);
  self->n_telling++;
  for (guint i = 0; i < n; i++)
    {
      Watcher watcher = g_array_index (self->watchers, Watcher, i);

      if (watcher.func != NULL)
        watcher.func (self, by, watcher.user_data);
    }
  if (--self->n_telling == 0)
    for (guint i = self->watchers->len; i-- > 0;)
      if (g_array_index (self->watchers, Watcher, i).func == NULL)
        g_array_remove_index (self->watchers, i);
  mail_mailbox_unref (self);
}

static void
tell (MailMailbox *self, MailChangeKind kind, const GPtrArray *messages, gpointer by)
{
  MailChange change = { kind, (const MailStored *const *) messages->pdata, messages->len,
                        self->modseq };

  if (self->owner != NULL)
    self->owner->changed (self, &change, self->owner_data);
  tell_watchers (self, by);
}

guint
mail_mailbox_watch (MailMailbox *self, MailMailboxFunc func, gpointer user_data)
{
  Watcher watcher = { ++self->last_watch, func, user_data };

  g_array_append_val (self->watchers, watcher);
  return watcher.id;
}

void
mail_mailbox_unwatch (MailMailbox *self, guint id)
{
  for (guint i = 0; i < self->watchers->len; i++)
    {
      Watcher *watcher = &g_array_index (self->watchers, Watcher, i);

      if (watcher->id != id)
        continue;
      if (self->n_telling > 0)
        watcher->func = NULL;
      else
        g_array_remove_index (self->watchers, i);
      return;
    }
}

/* Keywords */

guint
mail_mailbox_get_n_keywords (const MailMailbox *self)
{
  return self->keywords->len;
}

const char *
mail_mailbox_get_keyword (const MailMailbox *self, guint bit)
{
  return g_ptr_array_index (self->keywords, bit);
}

int
mail_mailbox_find_keyword (MailMailbox *self, const char *keyword, gboolean adds)
{
  for (guint i = 0; i < self->keywords->len; i++)
    if (g_ascii_strcasecmp (mail_mailbox_get_keyword (self, i), keyword) == 0)
      return (int) i;
  if (!adds || self->keywords->len >= MAIL_MAILBOX_KEYWORDS_MAX)
    return -1;
  g_ptr_array_add (self->keywords, g_strdup (keyword));
  return (int) self->keywords->len - 1;
}

static guint64
find_keywords (MailMailbox *self, const char *const *keywords)
{
  guint64 bits = 0;

  for (; keywords != NULL && *keywords != NULL; keywords++)
    {
      int bit = mail_mailbox_find_keyword (self, *keywords, TRUE);

      if (bit >= 0)
        bits |= G_GUINT64_CONSTANT (1) << bit;
    }
  return bits;
}

/* Messages */

guint
mail_mailbox_get_n_messages (const MailMailbox *self)
{
  return self->entries->len;
}

const MailStored *
mail_mailbox_get (const MailMailbox *self, guint index)
{
  g_return_val_if_fail (index < self->entries->len, NULL);
  return &get_entry (self, index)->stored;
}

guint
mail_mailbox_find (const MailMailbox *self, guint32 uid, gboolean *out_found)
{
  guint low = 0, high = self->entries->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (get_entry (self, middle)->stored.uid < uid)
        low = middle + 1;
      else
        high = middle;
    }
  if (out_found != NULL)
    *out_found = low < self->entries->len && get_entry (self, low)->stored.uid == uid;
  return low;
}

static Entry *
find_entry (const MailMailbox *self, guint32 uid)
{
  gboolean is_found;
  guint index = mail_mailbox_find (self, uid, &is_found);

  return is_found ? get_entry (self, index) : NULL;
}

const MailStored *
mail_mailbox_find_stored (const MailMailbox *self, guint32 uid)
{
  Entry *entry = find_entry (self, uid);

  return entry != NULL ? &entry->stored : NULL;
}

static Entry *
add (MailMailbox *self, MailMessage *message, const MailArrival *how, gint64 now_us)
{
  Entry *entry = g_new0 (Entry, 1);
  MailStored *stored = &entry->stored;
  gint64 internal_us = how->has_date ? how->internal_us : now_us;
  gint64 rest_us = internal_us % G_USEC_PER_SEC;

  stored->message = mail_message_ref (message);
  stored->number = how->number;
  stored->uid = self->uid_next++;
  stored->flags = how->flags & IMAP_FLAGS_PERMANENT;
  stored->keywords = find_keywords (self, how->keywords);
  stored->internal_us = internal_us - rest_us - (rest_us < 0 ? G_USEC_PER_SEC : 0);
  stored->zone_minutes = how->has_date ? how->zone_minutes : 0;
  stored->saved_us = now_us;
  g_snprintf (stored->unique_id, sizeof stored->unique_id, "%08u", stored->uid);
  self->n_bytes += mail_message_get_size (message);
  put_newest (self, entry);
  g_ptr_array_add (self->entries, entry);
  return entry;
}

guint32
mail_mailbox_store (MailMailbox *self,
                    MailMessage *const *messages,
                    const MailArrival *how,
                    guint n)
{
  g_autoptr (GPtrArray) added = g_ptr_array_new ();
  guint32 first = self->uid_next;
  gint64 now_us = self->owner != NULL ? self->owner->get_now (self->owner_data) : 0;

  g_return_val_if_fail (n <= G_MAXUINT32 - self->uid_next, 0);
  if (n == 0)
    return first;
  self->modseq++;
  for (guint i = 0; i < n; i++)
    g_ptr_array_add (added, add (self, messages[i], &how[i], now_us));
  tell (self, MAIL_CHANGE_ADDED, added, NULL);
  return first;
}

guint
mail_mailbox_set_flags (MailMailbox *self, const MailFlagChange *changes, guint n, gpointer by)
{
  g_autoptr (GPtrArray) changed = g_ptr_array_new ();
  guint64 modseq = self->modseq + 1;

  for (guint i = 0; i < n; i++)
    {
      Entry *entry = find_entry (self, changes[i].uid);
      guint flags = changes[i].flags & IMAP_FLAGS_PERMANENT;

      if (entry == NULL ||
          (entry->stored.flags == flags && entry->stored.keywords == changes[i].keywords))
        continue;
      entry->stored.flags = flags;
      entry->stored.keywords = changes[i].keywords;
      if (entry->stored.modseq == modseq)
        continue; /* it is twice in the list */
      self->modseq = modseq;
      take_out (self, entry);
      put_newest (self, entry);
      g_ptr_array_add (changed, entry);
    }
  if (changed->len == 0)
    return 0;
  g_ptr_array_sort (changed, compare_uids);
  tell (self, MAIL_CHANGE_FLAGS, changed, by);
  return changed->len;
}

/* Removal */

static void
remember (MailMailbox *self, guint32 uid, gboolean follows)
{
  Run run = { uid, uid, self->modseq };

  if (follows)
    g_array_index (self->runs, Run, self->runs->len - 1).to = uid;
  else
    g_array_append_val (self->runs, run);
}

/* Half is dropped, so that it takes no time to speak of for each. */
static void
forget (MailMailbox *self)
{
  guint n = self->runs->len;

  if (n <= MAIL_MAILBOX_EXPUNGED_RUNS_MAX)
    return;
  n -= MAIL_MAILBOX_EXPUNGED_RUNS_MAX / 2;
  self->known_from = g_array_index (self->runs, Run, n - 1).modseq;
  g_array_remove_range (self->runs, 0, n);
}

/* Takes those of @uids out of the array in one pass, and puts them into @removed. */
static void
remove_entries (MailMailbox *self, const guint32 *uids, guint n, GPtrArray *removed)
{
  gpointer *entries = self->entries->pdata;
  guint n_all = self->entries->len;
  guint from = mail_mailbox_find (self, uids[0], NULL), to = from;
  guint i = 0;

  while (from < n_all)
    {
      Entry *entry = entries[from];
      guint32 uid = entry->stored.uid;

      while (i < n && uids[i] < uid)
        i++;
      if (i == n)
        break;
      if (uids[i] == uid)
        g_ptr_array_add (removed, entry);
      else
        entries[to++] = entry;
      from++;
    }
  memmove (entries + to, entries + from, (n_all - from) * sizeof *entries);
  self->entries->len = to + (n_all - from);
}

guint
mail_mailbox_expunge (MailMailbox *self, const guint32 *uids, guint n, gpointer by)
{
  g_autoptr (GPtrArray) removed = g_ptr_array_new_with_free_func (free_entry);
  guint32 last = 0;

  if (n > 0)
    remove_entries (self, uids, n, removed);
  if (removed->len == 0)
    return 0;
  self->modseq++;
  for (guint i = 0; i < removed->len; i++)
    {
      Entry *entry = g_ptr_array_index (removed, i);

      take_out (self, entry);
      self->n_bytes -= mail_message_get_size (entry->stored.message);
      remember (self, entry->stored.uid, last != 0 && entry->stored.uid == last + 1);
      last = entry->stored.uid;
    }
  forget (self);
  tell (self, MAIL_CHANGE_REMOVED, removed, by);
  return removed->len;
}

static void
append_range (ImapSet *out_uids, guint32 from, guint32 to)
{
  ImapRange *last = out_uids->ranges->len > 0
                        ? &g_array_index (out_uids->ranges, ImapRange, out_uids->ranges->len - 1)
                        : NULL;
  ImapRange range = { from, to };

  if (last != NULL && last->to == from - 1)
    last->to = to;
  else
    g_array_append_val (out_uids->ranges, range);
}

/* All UIDs that were given to messages which are not there. */
static void
list_gaps (const MailMailbox *self, ImapSet *out_uids)
{
  guint32 next = 1;

  for (guint i = 0; i < self->entries->len; i++)
    {
      guint32 uid = get_entry (self, i)->stored.uid;

      if (uid > next)
        append_range (out_uids, next, uid - 1);
      next = uid + 1;
    }
  if (self->uid_next > next)
    append_range (out_uids, next, self->uid_next - 1);
}

static int
compare_runs (gconstpointer a, gconstpointer b)
{
  const Run *first = a, *second = b;

  return first->from < second->from ? -1 : first->from > second->from;
}

gboolean
mail_mailbox_list_expunged (const MailMailbox *self, guint64 modseq, ImapSet *out_uids)
{
  g_autoptr (GArray) runs = NULL;
  guint n = self->runs->len, low = 0, high = n;

  if (modseq < self->known_from)
    {
      list_gaps (self, out_uids);
      return FALSE;
    }
  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (g_array_index (self->runs, Run, middle).modseq <= modseq)
        low = middle + 1;
      else
        high = middle;
    }
  if (low == n)
    return TRUE;
  runs = g_array_new (FALSE, FALSE, sizeof (Run));
  g_array_append_vals (runs, &g_array_index (self->runs, Run, low), n - low);
  g_array_sort (runs, compare_runs);
  for (guint i = 0; i < runs->len; i++)
    append_range (out_uids, g_array_index (runs, Run, i).from, g_array_index (runs, Run, i).to);
  return TRUE;
}

/* What is known of the mailbox */

const char *
mail_mailbox_get_name (const MailMailbox *self)
{
  return self->name;
}

const char *
mail_mailbox_get_id (const MailMailbox *self)
{
  return self->id;
}

guint32
mail_mailbox_get_uid_validity (const MailMailbox *self)
{
  return self->uid_validity;
}

guint32
mail_mailbox_get_uid_next (const MailMailbox *self)
{
  return self->uid_next;
}

guint64
mail_mailbox_get_modseq (const MailMailbox *self)
{
  return self->modseq;
}

guint64
mail_mailbox_get_n_bytes (const MailMailbox *self)
{
  return self->n_bytes;
}

gboolean
mail_mailbox_is_gone (const MailMailbox *self)
{
  return self->is_gone;
}

guint32
mail_mailbox_take_recent (MailMailbox *self, gboolean takes)
{
  guint32 from = self->recent_from;

  if (takes)
    self->recent_from = self->uid_next;
  return from;
}

gboolean
mail_mailbox_lock (MailMailbox *self)
{
  if (self->is_locked)
    return FALSE;
  self->is_locked = TRUE;
  return TRUE;
}

void
mail_mailbox_unlock (MailMailbox *self)
{
  g_return_if_fail (self->is_locked);
  self->is_locked = FALSE;
}

/* For its account */

void
mail_mailbox_set_owner (MailMailbox *self, const MailMailboxOwner *owner, gpointer user_data)
{
  self->owner = owner;
  self->owner_data = user_data;
}

void
mail_mailbox_set_name (MailMailbox *self, const char *name)
{
  g_free (self->name);
  self->name = g_strdup (name);
}

void
mail_mailbox_set_uid_validity (MailMailbox *self, guint32 uid_validity)
{
  self->uid_validity = uid_validity;
}

void
mail_mailbox_set_gone (MailMailbox *self)
{
  self->owner = NULL;
  self->is_gone = TRUE;
  tell_watchers (self, NULL);
}

MailMailbox *
mail_mailbox_new (const char *name, guint32 uid_validity, const char *id)
{
  MailMailbox *self = g_new0 (MailMailbox, 1);

  self->n_references = 1;
  self->name = g_strdup (name);
  self->id = g_strdup (id);
  self->uid_validity = uid_validity;
  self->uid_next = self->recent_from = 1;
  self->modseq = 1;
  self->entries = g_ptr_array_new_with_free_func (free_entry);
  self->keywords = g_ptr_array_new_with_free_func (g_free);
  self->runs = g_array_new (FALSE, FALSE, sizeof (Run));
  self->watchers = g_array_new (FALSE, FALSE, sizeof (Watcher));
  return self;
}

MailMailbox *
mail_mailbox_ref (MailMailbox *self)
{
  self->n_references++;
  return self;
}

void
mail_mailbox_unref (MailMailbox *self)
{
  if (self == NULL || --self->n_references > 0)
    return;
  g_ptr_array_unref (self->entries);
  g_ptr_array_unref (self->keywords);
  g_array_unref (self->runs);
  g_array_unref (self->watchers);
  g_free (self->name);
  g_free (self->id);
  g_free (self);
}
