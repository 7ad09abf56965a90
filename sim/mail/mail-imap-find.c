/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "mail-imap-parts.h"

/* Which mailbox a client means, and what it may do there (RFC 4314). */

/* Whose the name is, and what it is called there. @out_name: borrowed from @name, or static.
 * Returns: (nullable): NULL: nobody's */
static MailAccount *
find_account (MailImap *self, const char *name, const char **out_name)
{
  g_autofree char *user_name = NULL;
  const char      *rest;
  MailUser        *user;

  *out_name = name;
  if (!g_str_has_prefix (name, MAIL_IMAP_OTHERS))
    return self->user->account;
  name += strlen (MAIL_IMAP_OTHERS);
  rest = strchr (name, MAIL_ACCOUNT_DELIMITER);
  user_name = rest != NULL ? g_strndup (name, (gsize) (rest - name)) : g_strdup (name);
  *out_name = rest != NULL && rest[1] != '\0' ? rest + 1 : "INBOX";
  user = mail_host_find_user (self->host, user_name);
  return user != NULL ? user->account : NULL;
}

static gboolean
has_rights (const char *rights, const char *wanted)
{
  return strspn (wanted, rights) == strlen (wanted);
}

/* Why a name can't be used. */
typedef enum
{
  NAME_FOUND,
  NAME_MISSING,
  NAME_FORBIDDEN,
} NameResult;

/* Who may not list a mailbox is told that it is not there (RFC 4314 section 6). */
static NameResult
look_up (MailImap        *self,
         const char      *name,
         const char      *wanted,
         MailAccount    **out_account,
         const MailName **out_name,
         char           **out_rights)
{
  const char      *inner;
  MailAccount     *account = find_account (self, name, &inner);
  const MailName  *found = account != NULL ? mail_account_find (account, inner) : NULL;
  g_autofree char *rights = NULL;

  if (found == NULL || !found->exists)
    return NAME_MISSING;
  rights = mail_account_dup_rights (account, inner, self->user->name);
  if (!has_rights (rights, wanted))
    return strchr (rights, 'l') != NULL ? NAME_FORBIDDEN : NAME_MISSING;
  *out_account = account;
  *out_name = found;
  if (out_rights != NULL)
    *out_rights = g_steal_pointer (&rights);
  return NAME_FOUND;
}

static void
refuse_name (MailImap *self, NameResult result, const char *missing)
{
  if (result == NAME_MISSING)
    mail_imap_complete (self, IMAP_NO, missing, "There is no such mailbox");
  else
    mail_imap_complete (self, IMAP_NO, "NOPERM", "You have no right to do that there");
}

gboolean
mail_imap_find (MailImap        *self,
                const char      *name,
                const char      *rights,
                MailAccount    **out_account,
                const MailName **out_name)
{
  NameResult result = look_up (self, name, rights, out_account, out_name, NULL);

  if (result != NAME_FOUND)
    refuse_name (self, result, "NONEXISTENT");
  return result == NAME_FOUND;
}

MailMailbox *
mail_imap_find_target (MailImap     *self,
                       const char   *name,
                       MailAccount **out_account,
                       char        **out_rights)
{
  const MailName *found;
  NameResult      result = look_up (self, name, "i", out_account, &found, out_rights);

  if (result != NAME_FOUND)
    refuse_name (self, result, "TRYCREATE");
  else if (found->mailbox == NULL)
    {
      g_clear_pointer (out_rights, g_free);
      mail_imap_complete (self, IMAP_NO, "CANNOT", "That name has no mailbox");
    }
  return result == NAME_FOUND ? found->mailbox : NULL;
}

MailMailbox *
mail_imap_find_readable (MailImap *self, const char *name)
{
  MailAccount    *account;
  const MailName *found;

  return look_up (self, name, "r", &account, &found, NULL) == NAME_FOUND ? found->mailbox : NULL;
}

gboolean
mail_imap_check_room (MailImap *self, const MailAccount *account, guint n, guint64 length)
{
  if (mail_account_check (account, length) != MAIL_MAILBOX_FITS)
    mail_imap_complete (self, IMAP_NO, "OVERQUOTA", "There is no room left");
  else if (n > MAIL_MAILBOX_MESSAGES_MAX - MIN (mail_account_get_n_messages (account),
                                                (guint) MAIL_MAILBOX_MESSAGES_MAX))
    mail_imap_complete (self, IMAP_NO, "LIMIT", "There are too many messages already");
  else
    return TRUE;
  return FALSE;
}

guint
mail_imap_permit_flags (const char *rights, guint system, gboolean *out_keywords)
{
  guint permitted = 0;

  if (strchr (rights, 's') != NULL)
    permitted |= IMAP_FLAG_SEEN;
  if (strchr (rights, 't') != NULL)
    permitted |= IMAP_FLAG_DELETED;
  *out_keywords = strchr (rights, 'w') != NULL;
  if (*out_keywords)
    permitted |= IMAP_FLAGS_PERMANENT & ~(guint) (IMAP_FLAG_SEEN | IMAP_FLAG_DELETED);
  return system & permitted;
}
