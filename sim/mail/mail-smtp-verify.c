/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-smtp-parts.h"

#include <string.h>

#include "mail-address.h"
#include <smtp/smtp-mailbox.h>

/* What an address or a list is: VRFY and EXPN (RFC 5321 section 3.5). Strangers are not told, it
 * would help those who collect addresses: they get 252 (section 7.3). */

/* Returns: (transfer full): the path that @text means: without a name and brackets around it. */
static char *
read_path (const char *text)
{
  const char *open = strrchr (text, '<');
  const char *close = open != NULL ? strchr (open, '>') : NULL;
  char       *path = close != NULL ? g_strndup (open + 1, (gsize) (close - open - 1))
                                   : g_strdup (text);

  return g_strstrip (path);
}

/* Returns: (transfer full): @path with a domain. */
static char *
qualify (MailSmtp *self, const char *path)
{
  g_autofree char *local_part = NULL;
  g_autofree char *domain = NULL;

  smtp_mailbox_split (path, &local_part, &domain);
  return domain != NULL ? g_strdup (path)
                        : g_strdup_printf ("%s@%s", path, mail_host_get_domain (self->host));
}

static gboolean
is_local_part_of (const char *name, const char *address)
{
  gsize length = strlen (name);

  return g_ascii_strncasecmp (address, name, length) == 0 && address[length] == '@';
}

/* All addresses here that a name without a domain may mean: the user's or alias's, and of each list
 * of that name. */
static GPtrArray *
collect_candidates (MailSmtp *self, const char *name)
{
  const GArray *lists = sim_network_get_scenario (sim_host_get_network (self->host->net))->lists;
  GPtrArray    *candidates = g_ptr_array_new_with_free_func (g_free);
  MailAddress   address;

  if (strchr (name, '@') != NULL)
    {
      g_ptr_array_add (candidates, g_strdup (name));
      return candidates;
    }
  mail_address_resolve (self->host, name, &address);
  if (address.kind != MAIL_ADDRESS_UNKNOWN)
    g_ptr_array_add (candidates, qualify (self, name));
  for (guint i = 0; i < lists->len; i++)
    {
      const SimScenarioList *list = &g_array_index (lists, SimScenarioList, i);

      if (list->host == sim_host_get_index (self->host->net) &&
          is_local_part_of (name, list->address))
        g_ptr_array_add (candidates, g_strdup (list->address));
    }
  return candidates;
}

/* Section 3.5.1: "Ambiguous; Possibilities are", a line for each. */
static void
answer_ambiguous (MailSmtp *self, GPtrArray *candidates)
{
  g_autoptr (GString) text = g_string_new ("Ambiguous; Possibilities are");

  for (guint i = 0; i < candidates->len; i++)
    g_string_append_printf (text, "\n<%s>", (const char *) g_ptr_array_index (candidates, i));
  smtp_server_answer (self->engine, 553, "5.1.4", text->str);
}

/* Returns: (transfer full) (nullable): the one address that @text means; NULL when it was answered
 * that there is none, or more than one. */
static char *
find_address (MailSmtp *self, const char *text)
{
  g_autofree char *path = read_path (text);
  g_autoptr (GPtrArray) candidates = collect_candidates (self, path);

  if (candidates->len == 1)
    return g_strdup (g_ptr_array_index (candidates, 0));
  if (candidates->len == 0)
    smtp_server_answer (self->engine, 550, "5.1.1", "No such user here");
  else
    answer_ambiguous (self, candidates);
  return NULL;
}

void
mail_smtp_answer_verify (MailSmtp *self, const char *text)
{
  g_autofree char *path = NULL;
  MailAddress      address;

  if (!mail_smtp_may_relay (self))
    {
      smtp_server_answer (self->engine, 252, "2.0.0",
                          "Cannot VRFY user, but will accept message and attempt delivery");
      return;
    }
  path = find_address (self, text);
  if (path == NULL)
    return;
  mail_address_resolve (self->host, path, &address);
  switch (address.kind)
    {
    case MAIL_ADDRESS_UNKNOWN:
      smtp_server_answer (self->engine, 550, "5.1.1", "No such user here");
      break;
    case MAIL_ADDRESS_ELSEWHERE:
      smtp_server_answer (self->engine, 252, "2.0.0",
                          "Not here; cannot VRFY it, but will relay a message");
      break;
    case MAIL_ADDRESS_LIST:
      smtp_server_answer (self->engine, 550, "5.1.1", "That is a mailing list, not a user");
      break;
    case MAIL_ADDRESS_MAILBOX:
    case MAIL_ADDRESS_ALIAS:
    case MAIL_ADDRESS_OWNER:
      smtp_server_answer (self->engine, 250, "2.1.5", path);
      break;
    }
}

/* One mailbox on each line (section 3.5.1): "User Name <Mailbox>", or that alone and without
 * brackets. */
static void
answer_members (MailSmtp *self, const char *const *members)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; members[i] != NULL; i++)
    {
      gboolean         is_named = strchr (members[i], '<') != NULL;
      g_autofree char *member = is_named ? g_strdup (members[i]) : qualify (self, members[i]);

      g_string_append_printf (text, "%s%s", i > 0 ? "\n" : "", member);
    }
  if (text->len > 0)
    smtp_server_answer (self->engine, 250, "2.1.5", text->str);
  else
    smtp_server_answer (self->engine, 550, "5.2.4", "The list has no members");
}

void
mail_smtp_answer_expand (MailSmtp *self, const char *text)
{
  g_autofree char *path = NULL;
  MailAddress      address;

  if (!mail_smtp_may_relay (self))
    {
      mail_smtp_note (self, 0, 0, "expansion-denied", "a stranger asks who is on a list: not told",
                      "list", text, "code", "252 2.0.0", NULL);
      smtp_server_answer (self->engine, 252, "2.0.0", "Cannot EXPN the list for you");
      return;
    }
  path = find_address (self, text);
  if (path == NULL)
    return;
  mail_address_resolve (self->host, path, &address);
  switch (address.kind)
    {
    case MAIL_ADDRESS_LIST:
      answer_members (self, (const char *const *) address.list->members);
      break;
    case MAIL_ADDRESS_ALIAS:
      answer_members (self, address.targets);
      break;
    case MAIL_ADDRESS_MAILBOX:
    case MAIL_ADDRESS_OWNER:
      smtp_server_answer (self->engine, 550, "5.1.1", "That is a user name, not a mailing list");
      break;
    case MAIL_ADDRESS_UNKNOWN:
    case MAIL_ADDRESS_ELSEWHERE:
      smtp_server_answer (self->engine, 550, "5.1.1", "No such mailing list here");
      break;
    }
}
