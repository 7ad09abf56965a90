/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imap-flag.h"

/* In the order of ImapFlag. */
static const char *const flags[IMAP_N_FLAGS] = {
  "\\Answered", "\\Flagged", "\\Deleted", "\\Seen", "\\Draft", "\\Recent",
};

/* In the order of ImapUse. */
static const char *const uses[IMAP_N_USES] = {
  "\\All", "\\Archive", "\\Drafts", "\\Flagged", "\\Junk", "\\Sent", "\\Trash", "\\Important",
};

static const char *
get_name (const char *const *names, guint n_names, guint bit)
{
  for (guint i = 0; i < n_names; i++)
    if (bit == 1u << i)
      return names[i];
  return "";
}

static guint
find_name (const char *const *names, guint n_names, const char *name)
{
  for (guint i = 0; i < n_names; i++)
    if (g_ascii_strcasecmp (names[i], name) == 0)
      return 1u << i;
  return 0;
}

void
imap_flags_clear (ImapFlags *self)
{
  g_clear_pointer (&self->keywords, g_ptr_array_unref);
  *self = (ImapFlags){ 0 };
}

void
imap_flags_add_keyword (ImapFlags *self, const char *keyword)
{
  if (self->keywords == NULL)
    self->keywords = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < self->keywords->len; i++)
    if (g_ascii_strcasecmp (g_ptr_array_index (self->keywords, i), keyword) == 0)
      return;
  g_ptr_array_add (self->keywords, g_strdup (keyword));
}

const char *
imap_flag_get_name (ImapFlag flag)
{
  return get_name (flags, IMAP_N_FLAGS, flag);
}

guint
imap_flag_find (const char *name)
{
  return find_name (flags, IMAP_N_FLAGS, name);
}

void
imap_append_flags (GString *out, guint system, const char *const *keywords)
{
  const char *separator = "";

  g_string_append_c (out, '(');
  for (guint i = 0; i < IMAP_N_FLAGS; i++)
    if (system & 1u << i)
      {
        g_string_append (out, separator);
        g_string_append (out, flags[i]);
        separator = " ";
      }
  for (; keywords != NULL && *keywords != NULL; keywords++)
    {
      g_string_append (out, separator);
      g_string_append (out, *keywords);
      separator = " ";
    }
  g_string_append_c (out, ')');
}

const char *
imap_use_get_name (ImapUse use)
{
  return get_name (uses, IMAP_N_USES, use);
}

guint
imap_use_find (const char *name)
{
  return find_name (uses, IMAP_N_USES, name);
}
