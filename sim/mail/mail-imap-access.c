/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-imap-names-parts.h"

#include <string.h>

/* What users may take up and what others may do: QUOTA (RFC 9208) and ACL (RFC 4314). A user has
 * one quota root for all of his mailboxes, "#user/NAME". The postmaster of the host sees and sets
 * them all: there is nobody else that a mail host has to have (RFC 5321 section 4.5.1). */

#define ROOT "#user/"
#define KIB 1024

static gboolean
is_postmaster (const MailImap *self)
{
  return g_ascii_strcasecmp (self->user->name, "postmaster") == 0;
}

/* QUOTA */

static void
append_root (GString *out, const MailAccount *account)
{
  g_autofree char *root = g_strconcat (ROOT, mail_account_get_user (account), NULL);

  imap_append_string (out, root, strlen (root), 0);
}

/* Resources without a limit are not told. STORAGE is in units of 1,024 octets (section 5.1), of
 * which those count that are begun. */
static void
send_quota (MailImap *self, const MailAccount *account)
{
  g_autoptr (GString) out = g_string_new ("QUOTA ");
  guint64 quota = mail_account_get_quota (account);

  append_root (out, account);
  g_string_append (out, " (");
  if (quota > 0)
    g_string_append_printf (out, "STORAGE %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT " ",
                            (mail_account_get_n_bytes (account) + KIB - 1) / KIB,
                            (quota + KIB - 1) / KIB);
  g_string_append_printf (out, "MESSAGE %u %u)", mail_account_get_n_messages (account),
                          MAIL_MAILBOX_MESSAGES_MAX);
  mail_imap_send (self, "%s", out->str);
}

/* Completes the command with NO where @root is none, or of somebody else. */
static MailAccount *
find_root (MailImap *self, const char *root)
{
  MailUser *user = g_str_has_prefix (root, ROOT)
                       ? mail_host_find_user (self->host, root + strlen (ROOT))
                       : NULL;

  if (user != NULL && (user->account == self->user->account || is_postmaster (self)))
    return user->account;
  mail_imap_complete (self, IMAP_NO, "NONEXISTENT", "There is no such quota root for you");
  return NULL;
}

static void
get_quota (MailImap *self, const ImapCommand *command)
{
  MailAccount *account = find_root (self, command->text);

  if (account == NULL)
    return;
  send_quota (self, account);
  mail_imap_complete (self, IMAP_OK, NULL, "GETQUOTA completed");
}

/* Section 4.1.2: the mailbox need not be there. Who may not read another's has no business with his
 * quota. */
static void
get_quota_root (MailImap *self, const ImapCommand *command)
{
  g_autoptr (GString) out = g_string_new ("QUOTAROOT ");
  MailAccount     *account = NULL;
  const char      *inner = NULL;
  g_autofree char *rights = NULL;

  if (mail_imap_locate (self, command->mailbox, &account, &inner))
    rights = mail_imap_dup_rights (self, account, inner);
  if (rights == NULL || (account != self->user->account && strchr (rights, 'r') == NULL))
    {
      mail_imap_deny (self);
      return;
    }
  imap_append_mailbox (out, command->mailbox, mail_imap_get_write_flags (self));
  g_string_append_c (out, ' ');
  append_root (out, account);
  mail_imap_send (self, "%s", out->str);
  send_quota (self, account);
  mail_imap_complete (self, IMAP_OK, NULL, "GETQUOTAROOT completed");
}

/* Returns: FALSE: there is a resource that has no limit to be set, or a limit that is none.
 * @out_quota: octets; 0 where STORAGE is not limited (section 4.1.3) */
static gboolean
read_limits (const ImapCommand *command, guint64 *out_quota)
{
  guint64 quota = 0;

  for (guint i = 0; command->pairs != NULL && i < command->pairs->len; i++)
    {
      const ImapPair  *pair = &g_array_index (command->pairs, ImapPair, i);
      gsize            length = 0;
      const char      *data = pair->value != NULL ? g_bytes_get_data (pair->value, &length) : "";
      g_autofree char *limit = g_strndup (data, length);
      guint64          number;

      if (g_ascii_strcasecmp (pair->name, "STORAGE") != 0 ||
          !g_ascii_string_to_unsigned (limit, 10, 1, G_MAXINT64 / KIB, &number, NULL))
        return FALSE;
      quota = number * KIB;
    }
  *out_quota = quota;
  return TRUE;
}

static void
set_quota (MailImap *self, const ImapCommand *command)
{
  MailAccount *account = find_root (self, command->text);
  guint64      quota = 0;

  if (account == NULL)
    return;
  if (!is_postmaster (self))
    mail_imap_deny (self);
  else if (!read_limits (command, &quota))
    mail_imap_complete (self, IMAP_NO, "CANNOT", "Only STORAGE can be limited, by 1 or more");
  else
    {
      mail_account_set_quota (account, quota);
      send_quota (self, account);
      mail_imap_complete (self, IMAP_OK, NULL, "SETQUOTA completed");
    }
}

void
mail_imap_do_quota (MailImap *self, const ImapCommand *command)
{
  if (command->verb == IMAP_VERB_GETQUOTA)
    get_quota (self, command);
  else if (command->verb == IMAP_VERB_GETQUOTAROOT)
    get_quota_root (self, command);
  else
    set_quota (self, command);
}

/* ACL */

/* "c" stands for "k" and "x", "d" for "t" and "e": the former of the two readings in section 2.1.1.
 */
static const struct
{
  char        letter;
  const char *members;
} obsolete[] = { { 'c', "kx" }, { 'd', "te" } };

char *
mail_imap_format_rights (const char *rights)
{
  GString *out = g_string_new (NULL);

  for (const char *c = rights; *c != '\0'; c++)
    if (*c != 'a')
      g_string_append_c (out, *c);
  for (gsize i = 0; i < G_N_ELEMENTS (obsolete); i++)
    if (strpbrk (rights, obsolete[i].members) != NULL)
      g_string_append_c (out, obsolete[i].letter);
  if (strchr (rights, 'a') != NULL)
    g_string_append_c (out, 'a');
  return g_string_free (out, FALSE);
}

/* Returns: (transfer full) (nullable): the rights that @text gives, in any order; NULL where a
 * letter is none (section 3.1) */
static char *
read_rights (const char *text)
{
  GString *rights = g_string_new (NULL);

  for (const char *c = text; *c != '\0'; c++)
    if (*c == 'c' || *c == 'd')
      g_string_append (rights, obsolete[*c - 'c'].members);
    else if (strchr (MAIL_RIGHTS_ALL, *c) != NULL)
      g_string_append_c (rights, *c);
    else
      {
        g_string_free (rights, TRUE);
        return NULL;
      }
  return g_string_free (rights, FALSE);
}

/* Returns: (transfer full): all of MAIL_RIGHTS_ALL that are in one of the two, or (@is_less) in
 * @old and not in @given. */
static char *
combine (const char *old, const char *given, gboolean is_less)
{
  GString *out = g_string_new (NULL);

  for (const char *c = MAIL_RIGHTS_ALL; *c != '\0'; c++)
    {
      gboolean was = strchr (old, *c) != NULL;
      gboolean is_given = strchr (given, *c) != NULL;

      if (is_less ? was && !is_given : was || is_given)
        g_string_append_c (out, *c);
    }
  return g_string_free (out, FALSE);
}

/* Returns: (transfer full) (nullable): by what name @identifier is kept: "anyone", or a user's, or
 * one of these with "-" before it: rights that are taken (section 2). */
static char *
find_identifier (const MailImap *self, const char *identifier)
{
  const char     *sign = *identifier == '-' ? "-" : "";
  const char     *name = identifier + strlen (sign);
  const MailUser *user;

  if (strcmp (name, "anyone") == 0)
    return g_strdup (identifier);
  user = mail_host_find_login (self->host, name);
  return user != NULL ? g_strconcat (sign, user->name, NULL) : NULL;
}

static gboolean
is_owner (const MailAccount *account, const char *identifier)
{
  return strcmp (identifier + (*identifier == '-'), mail_account_get_user (account)) == 0;
}

static const char *
find_entry (const MailName *name, const char *identifier)
{
  for (guint i = 0; name->rights != NULL && i < name->rights->len; i++)
    {
      const MailRight *right = g_ptr_array_index (name->rights, i);

      if (strcmp (right->identifier, identifier) == 0)
        return right->rights;
    }
  return "";
}

/* Completes the command with NO where nobody can be given rights by that identifier, or the owner,
 * who has all for good. */
static char *
find_grantee (MailImap *self, const MailAccount *account, const char *identifier)
{
  g_autofree char *found = find_identifier (self, identifier);

  if (found == NULL)
    mail_imap_complete (self, IMAP_NO, "CANNOT",
                        "Rights are given to users here, and to \"anyone\"");
  else if (is_owner (account, found))
    mail_imap_complete (self, IMAP_NO, "CANNOT", "The owner has all rights, always");
  else
    return g_steal_pointer (&found);
  return NULL;
}

static void
set_acl (MailImap *self, const ImapCommand *command)
{
  gboolean         is_delete = command->verb == IMAP_VERB_DELETEACL;
  g_autofree char *given = read_rights (is_delete ? "" : command->rights);
  g_autofree char *rights = NULL;
  g_autofree char *inner = NULL;
  g_autofree char *text = NULL;
  g_autofree char *identifier = NULL;
  const char      *old;
  MailAccount     *account = NULL;
  const MailName  *name = NULL;
  MailAccountResult result;

  if (given == NULL)
    {
      mail_imap_complete (self, IMAP_BAD, NULL,
                          "The rights are letters of " MAIL_RIGHTS_ALL ", c and d");
      return;
    }
  if (!mail_imap_find (self, command->mailbox, "a", &account, &name))
    return;
  identifier = find_grantee (self, account, command->text);
  if (identifier == NULL)
    return;
  old = command->rights_change == 0 || is_delete ? "" : find_entry (name, identifier);
  rights = combine (old, given, command->rights_change == '-');
  inner = g_strdup (name->name);
  result = mail_account_set_rights (account, inner, identifier, rights);
  text = g_strdup_printf ("%s %s", imap_verb_get_keyword (command->verb),
                          result == MAIL_ACCOUNT_OK ? "completed" : "failed");
  mail_imap_complete_account (self, result, text);
}

static void
append_entry (MailImap *self, GString *out, const char *identifier, const char *rights)
{
  g_autofree char *all = mail_imap_format_rights (rights);

  g_string_append_c (out, ' ');
  imap_append_astring (out, identifier, mail_imap_get_write_flags (self));
  g_string_append_printf (out, " %s", all);
}

static void
get_acl (MailImap *self, const ImapCommand *command)
{
  g_autoptr (GString) out = g_string_new ("ACL ");
  MailAccount    *account = NULL;
  const MailName *name = NULL;

  if (!mail_imap_find (self, command->mailbox, "a", &account, &name))
    return;
  imap_append_mailbox (out, command->mailbox, mail_imap_get_write_flags (self));
  append_entry (self, out, mail_account_get_user (account), MAIL_RIGHTS_ALL);
  for (guint i = 0; name->rights != NULL && i < name->rights->len; i++)
    {
      const MailRight *right = g_ptr_array_index (name->rights, i);

      append_entry (self, out, right->identifier, right->rights);
    }
  mail_imap_send (self, "%s", out->str);
  mail_imap_complete (self, IMAP_OK, NULL, "GETACL completed");
}

/* Section 3.4: no right is tied to another here. */
static void
list_rights (MailImap *self, const ImapCommand *command)
{
  g_autoptr (GString) out = g_string_new ("LISTRIGHTS ");
  MailAccount    *account = NULL;
  const MailName *name = NULL;
  g_autofree char *identifier = NULL;

  if (!mail_imap_find (self, command->mailbox, "a", &account, &name))
    return;
  identifier = find_identifier (self, command->text);
  imap_append_mailbox (out, command->mailbox, mail_imap_get_write_flags (self));
  g_string_append_c (out, ' ');
  imap_append_astring (out, command->text, mail_imap_get_write_flags (self));
  if (identifier == NULL)
    g_string_append (out, " \"\"");
  else if (is_owner (account, identifier))
    g_string_append (out, " lrswipkxtecda");
  else
    g_string_append (out, " \"\" l r s w i p k x t e c d a");
  mail_imap_send (self, "%s", out->str);
  mail_imap_complete (self, IMAP_OK, NULL, "LISTRIGHTS completed");
}

/* Section 4: for whom there is some right that makes the mailbox his business. */
static void
my_rights (MailImap *self, const ImapCommand *command)
{
  g_autoptr (GString) out = g_string_new ("MYRIGHTS ");
  MailAccount     *account = NULL;
  const MailName  *name = NULL;
  g_autofree char *rights = NULL;
  g_autofree char *all = NULL;

  if (!mail_imap_find (self, command->mailbox, "", &account, &name))
    return;
  rights = mail_imap_dup_rights (self, account, name->name);
  if (strpbrk (rights, "lrikxa") == NULL)
    {
      mail_imap_complete (self, IMAP_NO, "NONEXISTENT", "There is no such mailbox");
      return;
    }
  all = mail_imap_format_rights (rights);
  imap_append_mailbox (out, command->mailbox, mail_imap_get_write_flags (self));
  g_string_append_printf (out, " %s", all);
  mail_imap_send (self, "%s", out->str);
  mail_imap_complete (self, IMAP_OK, NULL, "MYRIGHTS completed");
}

void
mail_imap_do_acl (MailImap *self, const ImapCommand *command)
{
  switch ((int) command->verb)
    {
    case IMAP_VERB_GETACL:
      get_acl (self, command);
      break;
    case IMAP_VERB_LISTRIGHTS:
      list_rights (self, command);
      break;
    case IMAP_VERB_MYRIGHTS:
      my_rights (self, command);
      break;
    default:
      set_acl (self, command);
      break;
    }
}
