/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-imap-names-parts.h"

#include <string.h>

#include <imap/imap-name.h>

/* What names mean, and what is done with them: CREATE, DELETE, RENAME, SUBSCRIBE, UNSUBSCRIBE (RFC
 * 9051 sections 6.3.4 to 6.3.8), with the rights of RFC 4314. */

gboolean
mail_imap_locate (MailImap     *self,
                  const char   *name,
                  MailAccount **out_account,
                  const char  **out_inner)
{
  const char      *rest = name + strlen (MAIL_IMAP_OTHERS);
  const char      *end;
  g_autofree char *user_name = NULL;
  MailUser        *user;

  if (!g_str_has_prefix (name, MAIL_IMAP_OTHERS))
    {
      *out_account = self->user->account;
      *out_inner = name;
      return strcmp (name, "user") != 0;
    }
  end = strchr (rest, MAIL_ACCOUNT_DELIMITER);
  user_name = end != NULL ? g_strndup (rest, (gsize) (end - rest)) : g_strdup (rest);
  user = mail_host_find_user (self->host, user_name);
  if (user == NULL)
    return FALSE;
  *out_account = user->account;
  *out_inner = end != NULL && end[1] != '\0' ? end + 1 : "INBOX";
  return TRUE;
}

char *
mail_imap_dup_rights (MailImap *self, const MailAccount *account, const char *inner)
{
  return mail_account_dup_rights (account, inner, self->user->name);
}

void
mail_imap_deny (MailImap *self)
{
  mail_imap_complete (self, IMAP_NO, "NOPERM", "That is not allowed here");
}

void
mail_imap_append_uses (GString *out, guint uses)
{
  const char *separator = "";

  for (guint i = 0; i < IMAP_N_USES; i++)
    {
      if ((uses & 1u << i) == 0)
        continue;
      g_string_append_printf (out, "%s%s", separator, imap_use_get_name ((ImapUse) (1u << i)));
      separator = " ";
    }
}

/* Names that may be made */

/* Whether a name can be made: RFC 9051 section 5.1 has names in Net-Unicode, which is in
 * Normalization Form C; what is not is refused. */
static gboolean
is_name (const char *inner)
{
  g_autofree char *normalized = NULL;

  if (!imap_name_is_valid (inner, MAIL_ACCOUNT_DELIMITER))
    return FALSE;
  normalized = g_utf8_normalize (inner, -1, G_NORMALIZE_NFC);
  return normalized != NULL && strcmp (normalized, inner) == 0;
}

/* Returns: (transfer full): @name without a delimiter at its end, which says only that names are to
 * be made below it (section 6.3.4). */
static char *
strip_delimiter (const char *name)
{
  gsize length = strlen (name);

  if (length > 1 && name[length - 1] == MAIL_ACCOUNT_DELIMITER)
    length--;
  return g_strndup (name, length);
}

/* RFC 4314 section 4: "k" on the nearest parent there is; the owner needs none at the top. */
static gboolean
may_create (MailImap *self, const MailAccount *account, const char *inner)
{
  g_autofree char *parent = g_strdup (inner);
  char            *end;

  while ((end = strrchr (parent, MAIL_ACCOUNT_DELIMITER)) != NULL)
    {
      const MailName *name;

      *end = '\0';
      name = mail_account_find (account, parent);
      if (name != NULL && name->exists)
        {
          g_autofree char *rights = mail_imap_dup_rights (self, account, parent);

          return strchr (rights, 'k') != NULL;
        }
    }
  return account == self->user->account;
}

/* Finds where a new name is to be; completes the command where it can't be. */
static gboolean
find_place (MailImap *self, const char *name, MailAccount **out_account, const char **out_inner)
{
  if (!mail_imap_locate (self, name, out_account, out_inner) || !is_name (*out_inner))
    {
      mail_imap_complete (self, IMAP_NO, "CANNOT", "A mailbox can't have that name");
      return FALSE;
    }
  if (!may_create (self, *out_account, *out_inner))
    {
      mail_imap_deny (self);
      return FALSE;
    }
  return TRUE;
}

/* CREATE */

/* Section 4 of RFC 4314: what is new has the rights of what it is below. */
static void
inherit_rights (MailAccount *account, const char *inner)
{
  const char      *end = strrchr (inner, MAIL_ACCOUNT_DELIMITER);
  g_autofree char *parent = end != NULL ? g_strndup (inner, (gsize) (end - inner)) : NULL;
  const MailName  *name = parent != NULL ? mail_account_find (account, parent) : NULL;
  g_autoptr (GPtrArray) pairs = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; name != NULL && name->rights != NULL && i < name->rights->len; i++)
    {
      const MailRight *right = g_ptr_array_index (name->rights, i);

      g_ptr_array_add (pairs, g_strdup (right->identifier));
      g_ptr_array_add (pairs, g_strdup (right->rights));
    }
  for (guint i = 0; i < pairs->len; i += 2)
    mail_account_set_rights (account, inner, g_ptr_array_index (pairs, i),
                             g_ptr_array_index (pairs, i + 1));
}

/* A use is the owner's matter (RFC 6154 section 2), and one that no mailbox of his has yet; "\All"
 * and "\Flagged" would have to show messages of other mailboxes. */
static gboolean
may_use (MailImap *self, const MailAccount *account, guint uses)
{
  if (uses == 0)
    return TRUE;
  if (account != self->user->account || (uses & (IMAP_USE_ALL | IMAP_USE_FLAGGED)) != 0)
    return FALSE;
  for (guint i = 0; i < mail_account_get_n_names (account); i++)
    if ((mail_account_get_nth_name (account, i)->uses & uses) != 0)
      return FALSE;
  return TRUE;
}

void
mail_imap_do_create (MailImap *self, const ImapCommand *command)
{
  g_autofree char  *name = strip_delimiter (command->mailbox);
  MailAccount      *account = NULL;
  const char       *inner = NULL;
  MailAccountResult result;
  g_autofree char  *code = NULL;

  if (!find_place (self, name, &account, &inner))
    return;
  if (command->has_unknown_use || !may_use (self, account, command->uses))
    {
      mail_imap_complete (self, IMAP_NO, "USEATTR", "It can't be made for that use");
      return;
    }
  result = mail_account_create (account, inner, command->uses);
  if (result != MAIL_ACCOUNT_OK)
    {
      mail_imap_complete_account (self, result, "CREATE failed");
      return;
    }
  inherit_rights (account, inner);
  code = g_strdup_printf ("MAILBOXID (%s)",
                          mail_mailbox_get_id (mail_account_find (account, inner)->mailbox));
  mail_imap_complete (self, IMAP_OK, code, "CREATE completed"); /* RFC 8474 section 4.1 */
}

/* DELETE, RENAME */

void
mail_imap_do_delete (MailImap *self, const ImapCommand *command)
{
  MailAccount      *account = NULL;
  const MailName   *name = NULL;
  g_autofree char  *inner = NULL;
  MailAccountResult result;

  if (!mail_imap_find (self, command->mailbox, "x", &account, &name))
    return;
  inner = g_strdup (name->name);
  result = mail_account_delete (account, inner);
  mail_imap_complete_account (self, result,
                              result == MAIL_ACCOUNT_OK ? "DELETE completed" : "DELETE failed");
}

/* RFC 9051 section 6.3.9.7: who knows of IMAP4rev2 is told what became of the old name. */
static void
tell_old_name (MailImap *self, const ImapCommand *command, const char *target)
{
  g_autoptr (GString) out = g_string_new ("LIST () ");
  guint flags = mail_imap_get_write_flags (self);

  if (!mail_imap_has_enabled (self, IMAP_ENABLED_REV2) || imap_name_is_inbox (command->mailbox))
    return;
  imap_append_delimiter (out, MAIL_ACCOUNT_DELIMITER);
  g_string_append_c (out, ' ');
  imap_append_mailbox (out, target, flags);
  g_string_append (out, " (\"OLDNAME\" (");
  imap_append_mailbox (out, command->mailbox, flags);
  g_string_append (out, "))");
  mail_imap_send (self, "%s", out->str);
}

void
mail_imap_do_rename (MailImap *self, const ImapCommand *command)
{
  g_autofree char  *target = strip_delimiter (command->target);
  MailAccount      *account = NULL;
  MailAccount      *target_account = NULL;
  const char       *inner = NULL;
  const MailName   *name = NULL;
  g_autofree char  *from = NULL;
  MailAccountResult result;

  if (!mail_imap_find (self, command->mailbox, "x", &account, &name) ||
      !find_place (self, target, &target_account, &inner))
    return;
  if (target_account != account)
    {
      mail_imap_complete (self, IMAP_NO, "CANNOT", "It can't become another user's");
      return;
    }
  from = g_strdup (name->name);
  result = mail_account_rename (account, from, inner);
  if (result == MAIL_ACCOUNT_OK)
    tell_old_name (self, command, target);
  mail_imap_complete_account (self, result,
                              result == MAIL_ACCOUNT_OK ? "RENAME completed" : "RENAME failed");
}

/* SUBSCRIBE, UNSUBSCRIBE. What is subscribed to need not be there: it may be deleted and made anew
 * (section 6.3.7). */

/* Returns: (transfer full): the name by which a subscription is kept: the user's own mailboxes may
 * be called in the manner of others', too. */
static char *
find_own_name (MailImap *self, const char *name)
{
  MailAccount     *account = NULL;
  const char      *inner = NULL;
  g_autofree char *stripped = strip_delimiter (name);

  if (mail_imap_locate (self, stripped, &account, &inner) && account == self->user->account)
    return g_strdup (inner);
  return g_steal_pointer (&stripped);
}

void
mail_imap_do_subscribe (MailImap *self, const ImapCommand *command)
{
  const char       *verb = imap_verb_get_keyword (command->verb);
  g_autofree char  *name = find_own_name (self, command->mailbox);
  MailAccountResult result = mail_account_subscribe (self->user->account, name,
                                                     command->verb == IMAP_VERB_SUBSCRIBE);
  g_autofree char  *text =
      g_strdup_printf ("%s %s", verb, result == MAIL_ACCOUNT_OK ? "completed" : "failed");

  mail_imap_complete_account (self, result, text);
}
