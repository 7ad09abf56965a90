/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-account-parts.h"

#include <string.h>

#define ANYONE "anyone"

/* Rights */

/* Adds the letters of @rights to @set, or takes them out of it. */
static void
change_set (GString *set, const char *rights, gboolean adds)
{
  for (; *rights != '\0'; rights++)
    {
      char *there = strchr (set->str, *rights);

      if (adds && there == NULL)
        g_string_append_c (set, *rights);
      else if (!adds && there != NULL)
        g_string_erase (set, there - set->str, 1);
    }
}

/* Returns: (transfer full): the rights among @letters, in their order. */
static char *
put_in_order (const char *letters)
{
  GString *rights = g_string_new (NULL);

  for (const char *p = MAIL_RIGHTS_ALL; *p != '\0'; p++)
    if (strchr (letters, *p) != NULL)
      g_string_append_c (rights, *p);
  return g_string_free (rights, FALSE);
}

/* Whether the entry speaks of @user, as one that gives or takes. */
static gboolean
is_about (const MailRight *right, const char *user, gboolean gives)
{
  const char *identifier = right->identifier;

  if ((*identifier == '-') == gives)
    return FALSE;
  identifier += !gives;
  return strcmp (identifier, ANYONE) == 0 || strcmp (identifier, user) == 0;
}

char *
mail_account_dup_rights (const MailAccount *self, const char *name, const char *user)
{
  g_autofree char *clean = mail_account_clean_name (name);
  const MailName *there = mail_account_find_any (self, clean);
  g_autoptr (GString) set = NULL;

  if (strcmp (user, self->user) == 0)
    return g_strdup (MAIL_RIGHTS_ALL);
  if (there == NULL || there->rights == NULL)
    return g_strdup ("");
  set = g_string_new (NULL);
  for (int gives = TRUE; gives >= FALSE; gives--)
    for (guint i = 0; i < there->rights->len; i++)
      {
        const MailRight *right = g_ptr_array_index (there->rights, i);

        if (is_about (right, user, gives))
          change_set (set, right->rights, gives);
      }
  return put_in_order (set->str);
}

static MailRight *
find_right (const MailName *name, const char *identifier)
{
  for (guint i = 0; name->rights != NULL && i < name->rights->len; i++)
    {
      MailRight *right = g_ptr_array_index (name->rights, i);

      if (strcmp (right->identifier, identifier) == 0)
        return right;
    }
  return NULL;
}

static MailRight *
add_right (MailName *name, const char *identifier)
{
  MailRight *right = g_new0 (MailRight, 1);

  right->identifier = g_strdup (identifier);
  if (name->rights == NULL)
    name->rights = g_ptr_array_new_with_free_func (mail_account_free_rights);
  g_ptr_array_add (name->rights, right);
  return right;
}

MailAccountResult
mail_account_set_rights (MailAccount *self,
                         const char *name,
                         const char *identifier,
                         const char *rights)
{
  g_autofree char *clean = mail_account_clean_name (name);
  MailName *there = mail_account_find_any (self, clean);
  g_autofree char *ordered = put_in_order (rights);
  MailRight *right;

  if (there == NULL || !there->exists)
    return MAIL_ACCOUNT_MISSING;
  right = find_right (there, identifier);
  if (*ordered == '\0')
    {
      if (right != NULL)
        g_ptr_array_remove (there->rights, right);
      return MAIL_ACCOUNT_OK;
    }
  if (right == NULL && there->rights != NULL && there->rights->len >= MAIL_ACCOUNT_RIGHTS_MAX)
    return MAIL_ACCOUNT_LIMIT;
  if (right == NULL)
    right = add_right (there, identifier);
  g_free (right->rights);
  right->rights = g_steal_pointer (&ordered);
  return MAIL_ACCOUNT_OK;
}

/* Annotations */

/* Returns: (nullable): where those of @name are kept; NULL: there is no such name. */
static GHashTable **
find_annotations (MailAccount *self, const char *name)
{
  g_autofree char *clean = mail_account_clean_name (name);
  MailName *there;

  if (*name == '\0')
    return &self->annotations;
  there = mail_account_find_any (self, clean);
  return there != NULL && there->exists ? &there->annotations : NULL;
}

GBytes *
mail_account_get_annotation (const MailAccount *self, const char *name, const char *entry)
{
  GHashTable **annotations = find_annotations ((MailAccount *) self, name);
  g_autofree char *key = g_ascii_strdown (entry, -1);

  return annotations != NULL && *annotations != NULL ? g_hash_table_lookup (*annotations, key)
                                                     : NULL;
}

MailAccountResult
mail_account_set_annotation (MailAccount *self, const char *name, const char *entry, GBytes *value)
{
  GHashTable **annotations = find_annotations (self, name);
  g_autofree char *key = g_ascii_strdown (entry, -1);
  gboolean is_there;

  if (annotations == NULL)
    return MAIL_ACCOUNT_MISSING;
  is_there = *annotations != NULL && g_hash_table_contains (*annotations, key);
  if (value == NULL)
    {
      if (is_there && g_hash_table_remove (*annotations, key))
        self->n_annotations--;
      return MAIL_ACCOUNT_OK;
    }
  if (g_bytes_get_size (value) > MAIL_ACCOUNT_ANNOTATION_BYTES_MAX ||
      (!is_there && self->n_annotations >= MAIL_ACCOUNT_ANNOTATIONS_MAX))
    return MAIL_ACCOUNT_LIMIT;
  if (*annotations == NULL)
    *annotations =
        g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_bytes_unref);
  g_hash_table_replace (*annotations, g_steal_pointer (&key), g_bytes_ref (value));
  self->n_annotations += !is_there;
  return MAIL_ACCOUNT_OK;
}

static int
compare_strings (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* Whether @entry is @prefix or below it. */
static gboolean
is_below (const char *entry, const char *prefix)
{
  gsize length = strlen (prefix);

  return strncmp (entry, prefix, length) == 0 &&
         (length == 0 || entry[length] == '\0' || entry[length] == '/' ||
          prefix[length - 1] == '/');
}

char **
mail_account_list_annotations (const MailAccount *self, const char *name, const char *prefix)
{
  GHashTable **annotations = find_annotations ((MailAccount *) self, name);
  g_autofree char *start = g_ascii_strdown (prefix, -1);
  GPtrArray *entries = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer entry;

  if (annotations != NULL && *annotations != NULL)
    {
      g_hash_table_iter_init (&iter, *annotations);
      while (g_hash_table_iter_next (&iter, &entry, NULL))
        if (is_below (entry, start))
          g_ptr_array_add (entries, g_strdup (entry));
    }
  g_ptr_array_sort (entries, compare_strings);
  g_ptr_array_add (entries, NULL);
  return (char **) g_ptr_array_free (entries, FALSE);
}
