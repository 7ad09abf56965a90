/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim-scenario-parts.h"

#include <string.h>

#include <imap/imap-flag.h>
#include <imap/imap-name.h>

/* Actions on mailboxes: what people do with their mail once it is there. */

#define POP3_SERVICES (SIM_SERVICE_POP3 | SIM_SERVICE_POP3S)
#define IMAP_SERVICES (SIM_SERVICE_IMAP | SIM_SERVICE_IMAPS)

static gboolean
read_seconds (SimReader *reader, const SimReaderGroup *group, const char *key, double unit_s,
              gint64 *out_us, GError **error)
{
  double number = 0;

  if (!sim_reader_get_number (reader, group, key, &number, error))
    return FALSE;
  *out_us = (gint64) (number * unit_s * G_USEC_PER_SEC + 0.5);
  return TRUE;
}

/* By which protocol: the one that was said, or the first that the server has. */
static gboolean
choose_protocol (SimScenario *self, SimReader *reader, const SimReaderGroup *group,
                 SimScenarioAction *action, GError **error)
{
  g_autofree char *protocol = NULL;

  if (!sim_reader_get_text (reader, group, "Protocol", &protocol, error))
    return FALSE;
  if (protocol == NULL)
    {
      guint services = sim_scenario_get_host (self, action->server)->services;

      action->access = (services & POP3_SERVICES) != 0 ? SIM_ACCESS_POP3 : SIM_ACCESS_IMAP;
      return TRUE;
    }
  if (strcmp (protocol, "pop3") == 0)
    action->access = SIM_ACCESS_POP3;
  else if (strcmp (protocol, "imap") == 0)
    action->access = SIM_ACCESS_IMAP;
  else
    return sim_reader_fail (reader->file, sim_reader_get_line (group, "Protocol"), error,
                            "Protocol is \"%s\", it should be pop3 or imap", protocol);
  return sim_scenario_read_service (
      self, reader, group, "Server",
      action->access == SIM_ACCESS_POP3 ? POP3_SERVICES : IMAP_SERVICES,
      action->access == SIM_ACCESS_POP3 ? "pop3 or pop3s" : "imap or imaps", &action->server,
      error);
}

static gboolean
read_fetch (SimScenario *self, SimReader *reader, const SimReaderGroup *group,
            SimScenarioAction *action, GError **error)
{
  if (!sim_scenario_read_service (self, reader, group, "Server", POP3_SERVICES | IMAP_SERVICES,
                                  "pop3, pop3s, imap or imaps", &action->server, error) ||
      !choose_protocol (self, reader, group, action, error) ||
      !sim_reader_get_truth (reader, group, "Keep", &action->keep, error) ||
      !read_seconds (reader, group, "LeaveDays", 24 * 60 * 60, &action->leave_us, error))
    return FALSE;
  if (action->keep && action->leave_us > 0)
    return sim_reader_fail (reader->file, sim_reader_get_line (group, "LeaveDays"), error,
                            "LeaveDays does not go with Keep, messages are kept for ever");
  return TRUE;
}

static gboolean
check_name (SimReader *reader, const SimReaderGroup *group, const char *key, const char *name,
            GError **error)
{
  if (imap_name_is_valid (name, '/'))
    return TRUE;
  return sim_reader_fail (reader->file, sim_reader_get_line (group, key), error,
                          "%s has \"%s\", it should be the name of a mailbox like Work/2026", key,
                          name);
}

static gboolean
read_sync (SimReader *reader, const SimReaderGroup *group, SimScenarioAction *action,
           GError **error)
{
  if (!sim_reader_get_list (reader, group, "Mailboxes", &action->mailboxes, error) ||
      !read_seconds (reader, group, "Idle", 1, &action->idle_us, error))
    return FALSE;
  for (guint i = 0; action->mailboxes[i] != NULL; i++)
    if (!check_name (reader, group, "Mailboxes", action->mailboxes[i], error))
      return FALSE;
  return TRUE;
}

static gboolean
read_messages (SimReader *reader, const SimReaderGroup *group, SimScenarioAction *action,
               GError **error)
{
  g_autofree char *text = g_strdup ("1:*");

  if (!sim_reader_get_text (reader, group, "Messages", &text, error))
    return FALSE;
  action->messages = imap_set_parse (text, strlen (text));
  if (action->messages == NULL || action->messages->is_saved)
    return sim_reader_fail (reader->file, sim_reader_get_line (group, "Messages"), error,
                            "Messages is \"%s\", it should be numbers like 1, 2:4 or 3,5:*", text);
  return TRUE;
}

/* Whether @name is a system flag that people can set, or can be a keyword. */
static gboolean
is_flag (const char *name)
{
  if (*name == '\\')
    return (imap_flag_find (name) & IMAP_FLAGS_PERMANENT) != 0;
  for (const char *c = name; *c != '\0'; c++)
    if (!g_ascii_isgraph (*c) || strchr ("(){%*\"\\]", *c) != NULL)
      return FALSE;
  return *name != '\0';
}

static gboolean
read_flags (SimReader *reader, const SimReaderGroup *group, SimScenarioAction *action,
            GError **error)
{
  gboolean has_signs = action->kind == SIM_ACTION_FLAG;

  if (!sim_reader_get_list (reader, group, "Flags", &action->flags, error))
    return FALSE;
  for (guint i = 0; action->flags[i] != NULL; i++)
    {
      const char *flag = action->flags[i];

      if (has_signs && *flag != '+' && *flag != '-')
        return sim_reader_fail (reader->file, sim_reader_get_line (group, "Flags"), error,
                                "Flags has \"%s\", it should begin with + or -", flag);
      if (!is_flag (flag + (has_signs ? 1 : 0)))
        return sim_reader_fail (reader->file, sim_reader_get_line (group, "Flags"), error,
                                "Flags has \"%s\", it should be a flag like \\Seen, \\Flagged, "
                                "\\Answered, \\Deleted or \\Draft, or a word", flag);
    }
  if (has_signs && action->flags[0] == NULL)
    return sim_reader_fail (reader->file, group->line, error,
                            "[%s] with Do=flag needs the key Flags: which, each with + or -",
                            group->title);
  return TRUE;
}

static gboolean
read_deed (SimReader *reader, const SimReaderGroup *group, SimScenarioAction *action,
           GError **error)
{
  if (!sim_reader_get_text (reader, group, "Mailbox", &action->mailbox, error) ||
      !check_name (reader, group, "Mailbox", action->mailbox, error) ||
      !read_messages (reader, group, action, error) ||
      !sim_reader_get_text (reader, group, "Into", &action->into, error) ||
      (action->into != NULL && !check_name (reader, group, "Into", action->into, error)) ||
      !read_flags (reader, group, action, error) ||
      !sim_reader_get_truth (reader, group, "Offline", &action->is_offline, error))
    return FALSE;
  return action->kind != SIM_ACTION_SAVE ||
         sim_scenario_read_letter (reader, group, action, error);
}

/* On the server itself nobody asks for a password, nor for a protocol. */
static gboolean
read_direct (SimReader *reader, const SimReaderGroup *group, SimScenarioAction *action,
             GError **error)
{
  action->access = SIM_ACCESS_DIRECT;
  if (action->kind == SIM_ACTION_SYNC || action->is_offline)
    return sim_reader_fail (reader->file, sim_reader_get_line (group, "Server"), error,
                            "Server is Host itself, which needs no copy of its own mailboxes");
  return TRUE;
}

gboolean
sim_scenario_read_reading (SimScenario          *self,
                           SimReader            *reader,
                           const SimReaderGroup *group,
                           SimScenarioAction    *action,
                           GError              **error)
{
  gboolean is_direct;

  if (!sim_scenario_read_host_name (self, reader, group, "Server", &action->server, error))
    return FALSE;
  is_direct = action->server == action->host && action->kind != SIM_ACTION_FETCH;
  if (is_direct ? !sim_reader_get_text (reader, group, "User", &action->user, error)
                : !sim_scenario_read_login (reader, group, action, TRUE, error))
    return FALSE;
  if (is_direct && action->user == NULL)
    return sim_reader_fail (reader->file, group->line, error,
                            "[%s] needs the key User: whose mailbox", group->title);
  if (action->kind == SIM_ACTION_FETCH)
    return read_fetch (self, reader, group, action, error);
  if (action->kind == SIM_ACTION_SYNC ? !read_sync (reader, group, action, error)
                                      : !read_deed (reader, group, action, error))
    return FALSE;
  if (is_direct)
    return read_direct (reader, group, action, error);
  action->access = SIM_ACCESS_IMAP;
  return sim_scenario_read_service (self, reader, group, "Server", IMAP_SERVICES,
                                    "imap or imaps", &action->server, error);
}
