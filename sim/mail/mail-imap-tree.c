/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-imap-tree.h"

#include <string.h>

#include "mail-imap-names-parts.h"

struct _MailImapTree
{
  MailImap   *imap;
  GPtrArray  *leaves; /* of MailImapLeaf */
  GHashTable *names;  /* char * -> MailImapLeaf: looked up only */
};

static void
leaf_free (gpointer data)
{
  MailImapLeaf *leaf = data;

  g_free (leaf->name);
  g_free (leaf);
}

/* @name: (transfer full) */
static MailImapLeaf *
take (MailImapTree *self, char *name)
{
  MailImapLeaf *leaf = g_hash_table_lookup (self->names, name);

  if (leaf != NULL)
    {
      g_free (name);
      return leaf;
    }
  leaf = g_new0 (MailImapLeaf, 1);
  leaf->name = name;
  leaf->inner = name;
  g_ptr_array_add (self->leaves, leaf);
  g_hash_table_insert (self->names, name, leaf);
  return leaf;
}

/* Returns: (nullable): the name above that of which @name is the first @length octets. */
static MailImapLeaf *
find_above (MailImapTree *self, const char *name, gsize length)
{
  g_autofree char *above = g_strndup (name, length);

  return g_hash_table_lookup (self->names, above);
}

/* Gathering */

static void
add_own (MailImapTree *self)
{
  MailAccount *account = self->imap->user->account;
  guint        n = mail_account_get_n_names (account);

  for (guint i = 0; i < n; i++)
    {
      const MailName *name = mail_account_get_nth_name (account, i);
      MailImapLeaf   *leaf = take (self, g_strdup (name->name));

      leaf->account = account;
      leaf->uses = name->uses;
      leaf->exists = name->exists;
      leaf->is_selectable = name->mailbox != NULL;
      leaf->is_subscribed = name->is_subscribed;
    }
}

static void
add_of_other (MailImapTree *self, const MailUser *user, const MailName *name)
{
  g_autofree char *rights = NULL;
  MailImapLeaf    *leaf;

  if (!name->exists || name->rights == NULL)
    return;
  rights = mail_imap_dup_rights (self->imap, user->account, name->name);
  if (strchr (rights, 'l') == NULL)
    return;
  leaf = take (self, g_strdup_printf (MAIL_IMAP_OTHERS "%s/%s", user->name, name->name));
  leaf->account = user->account;
  leaf->inner = leaf->name + strlen (leaf->name) - strlen (name->name);
  leaf->exists = TRUE;
  leaf->is_selectable = name->mailbox != NULL && strchr (rights, 'r') != NULL;
}

static void
add_others (MailImapTree *self)
{
  const GPtrArray *users = self->imap->host->users;

  for (guint i = 0; i < users->len; i++)
    {
      const MailUser *user = g_ptr_array_index (users, i);
      guint           n = mail_account_get_n_names (user->account);

      if (user->account == self->imap->user->account)
        continue;
      for (guint k = 0; k < n; k++)
        add_of_other (self, user, mail_account_get_nth_name (user->account, k));
    }
}

/* The levels above each name, and what is below them. New ones are added behind the others and come
 * to their turn, too. */
static void
add_levels (MailImapTree *self)
{
  for (guint i = 0; i < self->leaves->len; i++)
    {
      MailImapLeaf *leaf = g_ptr_array_index (self->leaves, i);
      const char   *end = strrchr (leaf->name, MAIL_ACCOUNT_DELIMITER);

      if (end != NULL && end > leaf->name)
        take (self, g_strndup (leaf->name, (gsize) (end - leaf->name)));
    }
}

static void
mark_parents (MailImapTree *self)
{
  for (guint i = 0; i < self->leaves->len; i++)
    {
      const MailImapLeaf *leaf = g_ptr_array_index (self->leaves, i);

      for (const char *c = leaf->name; leaf->exists && *c != '\0'; c++)
        if (*c == MAIL_ACCOUNT_DELIMITER)
          {
            MailImapLeaf *above = find_above (self, leaf->name, (gsize) (c - leaf->name));

            if (above != NULL)
              above->has_children = TRUE;
          }
    }
}

static int
compare (gconstpointer a, gconstpointer b)
{
  const MailImapLeaf *x = *(MailImapLeaf *const *) a;
  const MailImapLeaf *y = *(MailImapLeaf *const *) b;
  gboolean            x_is_inbox = strcmp (x->name, "INBOX") == 0;
  gboolean            y_is_inbox = strcmp (y->name, "INBOX") == 0;

  return x_is_inbox != y_is_inbox ? y_is_inbox - x_is_inbox : strcmp (x->name, y->name);
}

MailImapTree *
mail_imap_tree_new (MailImap *imap, gboolean has_others)
{
  MailImapTree *self = g_new0 (MailImapTree, 1);

  self->imap = imap;
  self->leaves = g_ptr_array_new_with_free_func (leaf_free);
  self->names = g_hash_table_new (g_str_hash, g_str_equal);
  add_own (self);
  if (has_others)
    add_others (self);
  add_levels (self);
  mark_parents (self);
  g_ptr_array_sort (self->leaves, compare);
  return self;
}

void
mail_imap_tree_free (MailImapTree *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->names);
  g_ptr_array_unref (self->leaves);
  g_free (self);
}

guint
mail_imap_tree_get_n (const MailImapTree *self)
{
  return self->leaves->len;
}

MailImapLeaf *
mail_imap_tree_get (const MailImapTree *self, guint i)
{
  return g_ptr_array_index (self->leaves, i);
}

static void
mark_above (MailImapTree *self, const MailImapLeaf *leaf)
{
  for (const char *c = leaf->name; *c != '\0'; c++)
    {
      MailImapLeaf *above = *c == MAIL_ACCOUNT_DELIMITER
                                ? find_above (self, leaf->name, (gsize) (c - leaf->name))
                                : NULL;

      if (above == NULL)
        continue;
      above->has_selected_child = TRUE;
      above->has_unmatched_child = above->has_unmatched_child || !leaf->is_match;
    }
}

void
mail_imap_tree_mark_ancestors (MailImapTree *self)
{
  for (guint i = 0; i < self->leaves->len; i++)
    {
      const MailImapLeaf *leaf = g_ptr_array_index (self->leaves, i);

      if (leaf->is_selected)
        mark_above (self, leaf);
    }
}
