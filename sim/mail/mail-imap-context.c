/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-imap-search-parts.h"

#include <string.h>

/* Searches that are kept up to date (RFC 5267 section 4.3). What each has found is kept as UIDs, in
 * the order that the client has them in; a change to the mailbox becomes REMOVEFROM and ADDTO. */

typedef struct
{
  char        *tag;
  gboolean     is_uid;
  MailMatcher *matcher;
  GArray      *criteria; /* (nullable): of a SORT */
  GArray      *uids;     /* of guint32: in the order that was asked for */
  GHashTable  *members;  /* the same: looked up only */
  guint32      uid_seen; /* all up to here have been looked at */
  guint64      modseq;   /* and as they were up to here */
} Context;

static void
context_free (gpointer data)
{
  Context *self = data;

  g_free (self->tag);
  mail_matcher_free (self->matcher);
  g_clear_pointer (&self->criteria, g_array_unref);
  g_array_unref (self->uids);
  g_hash_table_unref (self->members);
  g_free (self);
}

static Context *
find_context (const MailImap *self, const char *tag)
{
  for (guint i = 0; self->contexts != NULL && i < self->contexts->len; i++)
    {
      Context *context = g_ptr_array_index (self->contexts, i);

      if (strcmp (context->tag, tag) == 0)
        return context;
    }
  return NULL;
}

gboolean
mail_imap_has_context (const MailImap *self, const char *tag)
{
  return find_context (self, tag) != NULL;
}

static guint32
get_last_uid (const MailImap *self)
{
  guint n = imap_view_get_n (&self->view);

  return n > 0 ? imap_view_get_uid (&self->view, n) : 0;
}

static Context *
context_new (MailImapSearch *search)
{
  Context *self = g_new0 (Context, 1);
  const GArray *criteria = search->command->search.criteria;

  self->tag = g_strdup (search->command->tag);
  self->is_uid = search->command->is_uid;
  self->matcher = g_steal_pointer (&search->matcher);
  if (search->command->verb == IMAP_VERB_SORT)
    {
      self->criteria = g_array_new (FALSE, FALSE, sizeof (ImapSortCriterion));
      g_array_append_vals (self->criteria, criteria->data, criteria->len);
    }
  self->uids = g_array_new (FALSE, FALSE, sizeof (guint32));
  self->members = g_hash_table_new (NULL, NULL);
  for (guint i = 0; i < search->found->len; i++)
    {
      guint32 uid = g_array_index (search->found, MailImapFound, i).uid;

      g_array_append_val (self->uids, uid);
      g_hash_table_add (self->members, GUINT_TO_POINTER (uid));
    }
  self->uid_seen = get_last_uid (search->imap);
  self->modseq = search->modseq;
  return self;
}

gboolean
mail_imap_add_context (MailImapSearch *search)
{
  MailImap *self = search->imap;

  if (self->contexts == NULL)
    self->contexts = g_ptr_array_new_with_free_func (context_free);
  if (self->contexts->len == MAIL_IMAP_CONTEXTS_MAX)
    return FALSE;
  g_ptr_array_add (self->contexts, context_new (search));
  return TRUE;
}

void
mail_imap_clear_contexts (MailImap *self)
{
  g_clear_pointer (&self->contexts, g_ptr_array_unref);
}

/* What is told */

static gboolean
is_match (const MailImap *self, const Context *context, const MailStored *stored)
{
  return mail_matcher_matches (context->matcher, stored,
                               imap_view_find (&self->view, stored->uid),
                               mail_imap_is_recent (self, stored->uid));
}

/* Pairs of a position and a set being collected: "1 5,7 4 9". */
typedef struct
{
  const MailImap *imap;
  const Context  *context;
  GString        *out;
  ImapSet        *set;
  guint           position; /* of the set; 0 where it does not matter */
  guint           next;     /* the position that goes on with the set */
} Pairs;

static void
flush (Pairs *pairs)
{
  g_autofree char *text = imap_set_format (pairs->set);

  if (!imap_set_is_empty (pairs->set))
    g_string_append_printf (pairs->out, "%s%u %s", pairs->out->len > 0 ? " " : "",
                            pairs->position, text);
  imap_set_free (pairs->set);
  pairs->set = imap_set_new ();
}

/* @position: 0 for results in mailbox order, that need none (sections 4.3.3 and 4.3.4) */
static void
add (Pairs *pairs, guint32 uid, guint position)
{
  guint32 number = pairs->context->is_uid ? uid : imap_view_find (&pairs->imap->view, uid);

  if (number == 0)
    return;
  if (position != pairs->next || imap_set_is_empty (pairs->set))
    {
      flush (pairs);
      pairs->position = position;
    }
  imap_set_append (pairs->set, number);
  pairs->next = position == 0 ? 0 : position + 1;
}

static void
send (MailImap *self, const Context *context, const char *item, Pairs *pairs)
{
  g_autoptr (GString) out = g_string_new ("ESEARCH (TAG ");

  flush (pairs);
  if (pairs->out->len > 0)
    {
      imap_append_string (out, context->tag, strlen (context->tag), 0);
      g_string_append_printf (out, ")%s %s (%s)", context->is_uid ? " UID" : "", item,
                              pairs->out->str);
      mail_imap_send (self, "%s", out->str);
    }
  g_string_free (pairs->out, TRUE);
  imap_set_free (pairs->set);
}

static Pairs
begin (const MailImap *self, const Context *context)
{
  return (Pairs){ .imap = self, .context = context, .out = g_string_new (NULL),
                  .set = imap_set_new () };
}

static gboolean
is_result (const Context *context, guint32 uid)
{
  return g_hash_table_contains (context->members, GUINT_TO_POINTER (uid));
}

/* What is no result any more: of what was expunged, and changed so that the keys don't match.
 * @over: UIDs */
static void
collect_over (MailImap *self, Context *context, const GPtrArray *changed, GHashTable *over)
{
  g_autoptr (ImapSet) gone = imap_set_new ();

  mail_mailbox_list_expunged (self->mailbox, context->modseq, gone);
  for (guint i = 0; i < context->uids->len; i++)
    {
      guint32 uid = g_array_index (context->uids, guint32, i);

      if (imap_set_contains (gone, uid))
        g_hash_table_add (over, GUINT_TO_POINTER (uid));
    }
  for (guint i = 0; i < changed->len; i++)
    {
      const MailStored *stored = g_ptr_array_index (changed, i);

      if (is_result (context, stored->uid) && !is_match (self, context, stored))
        g_hash_table_add (over, GUINT_TO_POINTER (stored->uid));
    }
}

/* Positions of a SORT's results are those of the moment: what stood before is gone by then. */
static void
remove_results (MailImap *self, Context *context, const GPtrArray *changed)
{
  g_autoptr (GHashTable) over = g_hash_table_new (NULL, NULL);
  Pairs pairs = begin (self, context);
  guint n_kept = 0;

  collect_over (self, context, changed, over);
  for (guint i = 0; i < context->uids->len; i++)
    {
      guint32 uid = g_array_index (context->uids, guint32, i);
      guint   position = context->criteria != NULL ? n_kept + 1 : 0;

      if (!g_hash_table_contains (over, GUINT_TO_POINTER (uid)))
        {
          g_array_index (context->uids, guint32, n_kept++) = uid;
          continue;
        }
      add (&pairs, uid, position);
      pairs.next = position;
      g_hash_table_remove (context->members, GUINT_TO_POINTER (uid));
    }
  g_array_set_size (context->uids, n_kept);
  send (self, context, "REMOVEFROM", &pairs);
}

static void
consider (MailImap *self, Context *context, const MailStored *stored, GArray *uids)
{
  if (stored == NULL || is_result (context, stored->uid) ||
      imap_view_find (&self->view, stored->uid) == 0 || !is_match (self, context, stored))
    return;
  g_array_append_val (uids, stored->uid);
  g_hash_table_add (context->members, GUINT_TO_POINTER (stored->uid));
}

/* UIDs of messages that are results now, ascending: what changed, and what the client has not been
 * told of before. */
static void
collect_new (MailImap *self, Context *context, const GPtrArray *changed, GArray *uids)
{
  guint n = imap_view_get_n (&self->view);
  guint first = n;

  for (guint i = 0; i < changed->len; i++)
    {
      const MailStored *stored = g_ptr_array_index (changed, i);

      if (stored->uid <= context->uid_seen)
        consider (self, context, stored, uids);
    }
  while (first > 0 && imap_view_get_uid (&self->view, first) > context->uid_seen)
    first--;
  for (guint number = first + 1; number <= n; number++)
    consider (self, context,
              mail_mailbox_find_stored (self->mailbox, imap_view_get_uid (&self->view, number)),
              uids);
}

/* A SORT's results have a place each; in the order of the places each is told after those before
 * it. */
static void
add_sorted (MailImap *self, Context *context, const GArray *uids, Pairs *pairs)
{
  g_autoptr (GHashTable) news = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < uids->len; i++)
    g_hash_table_add (news, GUINT_TO_POINTER (g_array_index (uids, guint32, i)));
  mail_imap_sort_uids (self, context->uids, context->criteria);
  for (guint i = 0; i < context->uids->len; i++)
    {
      guint32 uid = g_array_index (context->uids, guint32, i);

      if (g_hash_table_contains (news, GUINT_TO_POINTER (uid)))
        add (pairs, uid, i + 1);
    }
}

static void
add_results (MailImap *self, Context *context, const GPtrArray *changed)
{
  g_autoptr (GArray) uids = g_array_new (FALSE, FALSE, sizeof (guint32));
  Pairs pairs = begin (self, context);

  collect_new (self, context, changed, uids);
  g_array_append_vals (context->uids, uids->data, uids->len);
  if (context->criteria != NULL && uids->len > 0)
    add_sorted (self, context, uids, &pairs);
  for (guint i = 0; context->criteria == NULL && i < uids->len; i++)
    add (&pairs, g_array_index (uids, guint32, i), 0);
  send (self, context, "ADDTO", &pairs);
}

static void
update (MailImap *self, Context *context)
{
  guint64 modseq = mail_mailbox_get_modseq (self->mailbox);
  guint32 last = get_last_uid (self);
  g_autoptr (GPtrArray) changed = NULL;

  if (modseq == context->modseq && last <= context->uid_seen)
    return;
  mail_matcher_set_now (context->matcher, mail_imap_get_unix_us (self));
  changed = mail_mailbox_list_changed (self->mailbox, context->modseq);
  remove_results (self, context, changed);
  add_results (self, context, changed);
  context->modseq = modseq;
  context->uid_seen = MAX (context->uid_seen, last);
}

void
mail_imap_update_contexts (MailImap *self)
{
  if (self->contexts == NULL || self->mailbox == NULL)
    return;
  for (guint i = 0; i < self->contexts->len; i++)
    update (self, g_ptr_array_index (self->contexts, i));
}

/* CANCELUPDATE (section 4.3.5): of tags that are not there there is nothing to be done. */
void
mail_imap_do_cancel_update (MailImap *self, const ImapCommand *command)
{
  g_auto (GStrv) tags = g_strsplit (command->text != NULL ? command->text : "", " ", -1);

  for (guint i = 0; tags[i] != NULL; i++)
    {
      Context *context = find_context (self, tags[i]);

      if (context != NULL)
        g_ptr_array_remove (self->contexts, context);
    }
  mail_imap_complete (self, IMAP_OK, NULL, "No further updates");
}
