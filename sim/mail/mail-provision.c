/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-provision.h"

#include <string.h>

#include "mail-import.h"

/* What mailboxes of these names are for (RFC 6154 section 2), where hosts give them to users. */
static const struct
{
  const char *name;
  ImapUse use;
} standard[] = {
  { "Drafts", IMAP_USE_DRAFTS }, { "Sent", IMAP_USE_SENT },       { "Trash", IMAP_USE_TRASH },
  { "Junk", IMAP_USE_JUNK },     { "Archive", IMAP_USE_ARCHIVE },
};

static guint
find_uses (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (standard); i++)
    if (g_ascii_strcasecmp (standard[i].name, name) == 0)
      return standard[i].use;
  return 0;
}

static void
give_standard (MailHost *host)
{
  for (guint i = 0; i < host->users->len; i++)
    {
      const MailUser *user = g_ptr_array_index (host->users, i);

      for (guint j = 0; host->config->mailboxes[j] != NULL; j++)
        {
          const char *name = host->config->mailboxes[j];

          mail_account_create (user->account, name, find_uses (name));
          mail_account_subscribe (user->account, name, TRUE);
        }
    }
}

static gboolean
import (const SimScenario *scenario,
        const SimScenarioMailbox *mailbox,
        MailHost *host,
        const MailUser *user,
        MailRegister *messages,
        GError **error)
{
  const MailImportHow how = { mailbox->flags, (const char *const *) mailbox->keywords, messages };
  g_autoptr (GError) problem = NULL;
  guint n;

  if (!mail_import (user->account, mailbox->name, mailbox->import, &how, &n, &problem))
    {
      g_set_error (error, SIM_SCENARIO_ERROR, SIM_SCENARIO_ERROR_WRONG,
                   "%s:%u: Import: %s %s, it should be an mbox file or a Maildir", scenario->file,
                   mailbox->import_line, mailbox->import, problem->message);
      return FALSE;
    }
  mail_host_note (host, 0, 0, "imported",
                  n == 1 ? "%s begins with %u message from elsewhere\nuser: %s\nmailbox: %s"
                         : "%s begins with %u messages from elsewhere\nuser: %s\nmailbox: %s",
                  user->name, n, user->name, mailbox->name);
  return TRUE;
}

static gboolean
give (const SimScenario *scenario,
      const SimScenarioMailbox *mailbox,
      MailHost *host,
      MailRegister *messages,
      GError **error)
{
  const MailUser *user = mail_host_find_user (host, mailbox->user);
  const MailName *name;

  mail_account_create (user->account, mailbox->name, mailbox->uses);
  name = mail_account_find (user->account, mailbox->name);
  if (mailbox->uses != 0)
    mail_account_set_uses (user->account, mailbox->name, name->uses | mailbox->uses);
  if (mailbox->is_subscribed)
    mail_account_subscribe (user->account, mailbox->name, TRUE);
  return mailbox->import == NULL || import (scenario, mailbox, host, user, messages, error);
}

gboolean
mail_provision (const SimScenario *scenario,
                const GPtrArray *hosts,
                MailRegister *messages,
                GError **error)
{
  for (guint i = 0; i < hosts->len; i++)
    give_standard (g_ptr_array_index (hosts, i));
  for (guint i = 0; i < scenario->mailboxes->len; i++)
    {
      const SimScenarioMailbox *mailbox =
          &g_array_index (scenario->mailboxes, SimScenarioMailbox, i);

      if (!give (scenario, mailbox, g_ptr_array_index (hosts, mailbox->host), messages, error))
        return FALSE;
    }
  return TRUE;
}
