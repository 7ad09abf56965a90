/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim-scenario-parts.h"

#include <string.h>

#include <imap/imap-flag.h>
#include <imap/imap-name.h>

/* What users have in the message store from the beginning: [Mailbox N], and Mailboxes of hosts. */

#define DELIMITER '/'
#define KEYWORD_BYTES_MAX 64

/* Backslashes would have to be doubled in a key file: names do without. */
static guint
find_flag (const char *name)
{
  g_autofree char *written = g_strconcat ("\\", name, NULL);

  return imap_flag_find (written) & IMAP_FLAGS_PERMANENT;
}

static guint
find_use (const char *name)
{
  g_autofree char *written = g_strconcat ("\\", name, NULL);

  return imap_use_find (written);
}

/* flag-keyword = "$MDNSent" / ... / atom (RFC 9051 section 9) */
static gboolean
is_keyword (const char *name)
{
  gsize length = strlen (name);

  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isgraph (name[i]) || strchr ("(){%*\"\\]", name[i]) != NULL)
      return FALSE;
  return length > 0 && length <= KEYWORD_BYTES_MAX;
}

static gboolean
check_name (SimReader *reader, guint line, const char *key, const char *name, GError **error)
{
  g_autofree char *normal = NULL;

  if (imap_name_is_valid (name, DELIMITER))
    normal = g_utf8_normalize (name, -1, G_NORMALIZE_NFC);
  if (g_strcmp0 (normal, name) != 0)
    return sim_reader_fail (reader->file, line, error,
                            "%s has \"%s\", a mailbox is called like Work or Work/2026", key, name);
  return TRUE;
}

gboolean
sim_scenario_read_host_mailboxes (SimReader *reader,
                                  const SimReaderGroup *group,
                                  SimScenarioHost *host,
                                  GError **error)
{
  guint line = sim_reader_get_line (group, "Mailboxes");

  if (!sim_reader_get_list (reader, group, "Mailboxes", &host->mailboxes, error))
    return FALSE;
  for (guint i = 0; host->mailboxes[i] != NULL; i++)
    if (!check_name (reader, line, "Mailboxes", host->mailboxes[i], error))
      return FALSE;
  return TRUE;
}

static gboolean
read_user (SimScenario *self,
           SimReader *reader,
           const SimReaderGroup *group,
           SimScenarioMailbox *mailbox,
           GError **error)
{
  const SimScenarioHost *host;

  if (!sim_scenario_read_host_name (self, reader, group, "Host", &mailbox->host, error) ||
      !sim_reader_get_text (reader, group, "User", &mailbox->user, error))
    return FALSE;
  host = sim_scenario_get_host (self, mailbox->host);
  for (guint i = 0; i < host->users->len; i++)
    if (strcmp (g_array_index (host->users, SimScenarioUser, i).name, mailbox->user) == 0)
      return TRUE;
  return sim_reader_fail (reader->file, sim_reader_get_line (group, "User"), error,
                          "User is \"%s\", it should be one of the Users of %s", mailbox->user,
                          host->name);
}

static gboolean
read_uses (SimReader *reader,
           const SimReaderGroup *group,
           SimScenarioMailbox *mailbox,
           GError **error)
{
  g_auto (GStrv) names = NULL;

  if (!sim_reader_get_list (reader, group, "Use", &names, error))
    return FALSE;
  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    {
      guint use = find_use (names[i]);

      if (use == 0)
        return sim_reader_fail (reader->file, sim_reader_get_line (group, "Use"), error,
                                "Use has \"%s\", it should be a list of All, Archive, Drafts, "
                                "Flagged, Junk, Sent, Trash and Important",
                                names[i]);
      mailbox->uses |= use;
    }
  return TRUE;
}

static gboolean
read_flags (SimReader *reader,
            const SimReaderGroup *group,
            SimScenarioMailbox *mailbox,
            GError **error)
{
  g_auto (GStrv) names = NULL;
  g_autoptr (GStrvBuilder) keywords = g_strv_builder_new ();

  if (!sim_reader_get_list (reader, group, "Flags", &names, error))
    return FALSE;
  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    {
      guint flag = find_flag (names[i]);

      mailbox->flags |= flag;
      if (flag != 0)
        continue;
      if (!is_keyword (names[i]))
        return sim_reader_fail (reader->file, sim_reader_get_line (group, "Flags"), error,
                                "Flags has \"%s\", it should be a list of Seen, Answered, Flagged, "
                                "Deleted, Draft and keywords like $Forwarded",
                                names[i]);
      g_strv_builder_add (keywords, names[i]);
    }
  mailbox->keywords = g_strv_builder_end (keywords);
  return TRUE;
}

/* Paths are from where the scenario is. */
static gboolean
read_import (SimReader *reader,
             const SimReaderGroup *group,
             SimScenarioMailbox *mailbox,
             GError **error)
{
  g_autofree char *path = NULL;
  g_autofree char *folder = g_path_get_dirname (reader->file);

  mailbox->import_line = sim_reader_get_line (group, "Import");
  if (!sim_reader_get_text (reader, group, "Import", &path, error))
    return FALSE;
  if (path != NULL && *path == '\0')
    return sim_reader_fail (reader->file, mailbox->import_line, error,
                            "Import is empty, it should be the path of an mbox file or a Maildir");
  if (path != NULL)
    mailbox->import =
        g_path_is_absolute (path) ? g_strdup (path) : g_build_filename (folder, path, NULL);
  return TRUE;
}

static gboolean
check_second (SimScenario *self,
              SimReader *reader,
              const SimReaderGroup *group,
              const SimScenarioMailbox *mailbox,
              GError **error)
{
  for (guint i = 0; i < self->mailboxes->len; i++)
    {
      const SimScenarioMailbox *other = &g_array_index (self->mailboxes, SimScenarioMailbox, i);

      if (other->host == mailbox->host && strcmp (other->user, mailbox->user) == 0 &&
          strcmp (other->name, mailbox->name) == 0)
        return sim_reader_fail (reader->file, group->line, error,
                                "second mailbox %s of %s, the first is in line %u", mailbox->name,
                                mailbox->user, other->line);
    }
  return TRUE;
}

static gboolean
fill_mailbox (SimScenario *self,
              SimReader *reader,
              const SimReaderGroup *group,
              SimScenarioMailbox *mailbox,
              GError **error)
{
  if (!read_user (self, reader, group, mailbox, error) ||
      !sim_reader_get_text (reader, group, "Name", &mailbox->name, error) ||
      !check_name (reader, sim_reader_get_line (group, "Name"), "Name", mailbox->name, error))
    return FALSE;
  if (imap_name_is_inbox (mailbox->name))
    {
      g_free (mailbox->name);
      mailbox->name = g_strdup ("INBOX");
    }
  return check_second (self, reader, group, mailbox, error) &&
         read_uses (reader, group, mailbox, error) &&
         sim_reader_get_truth (reader, group, "Subscribed", &mailbox->is_subscribed, error) &&
         read_import (reader, group, mailbox, error) && read_flags (reader, group, mailbox, error);
}

void
sim_scenario_mailbox_clear (gpointer data)
{
  SimScenarioMailbox *mailbox = data;

  g_free (mailbox->user);
  g_free (mailbox->name);
  g_free (mailbox->import);
  g_strfreev (mailbox->keywords);
}

gboolean
sim_scenario_read_mailbox (SimScenario *self,
                           SimReader *reader,
                           const SimReaderGroup *group,
                           GError **error)
{
  SimScenarioMailbox mailbox = {
    .line = group->line,
    .host = SIM_SCENARIO_NONE,
    .name = g_strdup ("INBOX"),
    .is_subscribed = TRUE,
  };

  if (!fill_mailbox (self, reader, group, &mailbox, error))
    {
      sim_scenario_mailbox_clear (&mailbox);
      return FALSE;
    }
  g_array_append_val (self->mailboxes, mailbox);
  return TRUE;
}
