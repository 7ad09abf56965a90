/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command.h"

#include <string.h>

#include <mail/mail-world.h>
#include <trace/trace-file.h>

/* A saved trace of a million events, and then some. */
#define TRACE_BYTES_MAX ((gsize) 2 * 1024 * 1024 * 1024)

static CommandTelling telling;

static struct
{
  char    *seed;
  double   until;
  char    *key_log;
  char    *save_mail;
  gboolean wants_scenario_help;
} run_options = { NULL, -1, NULL, NULL, FALSE };

static const GOptionEntry run_entries[] = {
  { "seed", 0, 0, G_OPTION_ARG_STRING, &run_options.seed, "take N instead of the scenario's seed",
    "N" },
  { "until", 0, 0, G_OPTION_ARG_DOUBLE, &run_options.until,
    "stop when the world's clock shows SECONDS", "SECONDS" },
  { "keylog", 0, 0, G_OPTION_ARG_FILENAME, &run_options.key_log,
    "write the secrets of the TLS sessions to FILE, for Wireshark and others", "FILE" },
  { "save-mail", 0, 0, G_OPTION_ARG_FILENAME, &run_options.save_mail,
    "write all mailboxes at the end as Maildirs FOLDER/HOST/USER", "FOLDER" },
  { "scenario-help", 0, 0, G_OPTION_ARG_NONE, &run_options.wants_scenario_help,
    "print every group and key that a scenario may have", NULL },
  COMMAND_TELLING_ENTRIES (telling),
  { NULL },
};

static const GOptionEntry read_entries[] = {
  COMMAND_TELLING_ENTRIES (telling),
  { NULL },
};

/* Every group and key, from the table that the loader reads by. */
static CommandStatus
tell_keys (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  const SimScenarioKey *key;
  const char           *group = "";

  for (guint i = 0; (key = sim_scenario_get_key (i)) != NULL; i++)
    {
      if (strcmp (group, key->group) != 0)
        g_string_append_printf (text, "%s[%s]\n", i > 0 ? "\n" : "", key->group);
      group = key->group;
      g_string_append_printf (text, "  %-18s %s%s%s%s\n", key->key, key->what,
                              key->only != NULL ? " (Do=" : "",
                              key->only != NULL ? key->only : "", key->only != NULL ? ")" : "");
    }
  return command_write_output (telling.output, text->str, text->len);
}

CommandStatus
command_run (int argc, char **argv)
{
  g_autoptr (MailWorld) world = NULL;
  g_autoptr (GError) error = NULL;
  CommandStatus status;
  guint64       seed = MAIL_WORLD_OWN_SEED;

  if (!command_parse (&argc, &argv, "FILE", "Runs a scenario or a lesson to its end.", run_entries,
                      &status))
    return status;
  if (run_options.wants_scenario_help && argc == 1)
    return tell_keys ();
  if (argc != 2)
    return command_complain (COMMAND_WRONG, "run takes one FILE (try postroad run --help)");
  if (run_options.seed != NULL &&
      !g_ascii_string_to_unsigned (run_options.seed, 10, 0, G_MAXINT64, &seed, NULL))
    return command_complain (COMMAND_WRONG, "%s is no seed; a seed is a whole number from 0",
                             run_options.seed);
  if (!command_check_telling (&telling))
    return COMMAND_WRONG;
  if (!command_can_write (telling.output) || !command_can_write (run_options.key_log) ||
      !command_can_save_mail (run_options.save_mail))
    return COMMAND_FAILED;
  world = mail_world_new_from_file (argv[1], seed, &error);
  if (world == NULL)
    return command_complain (COMMAND_WRONG, "%s", error->message);
  mail_world_schedule_actions (world);
  mail_world_run (world, run_options.until >= 0
                             ? (gint64) (MIN (run_options.until, 1e12) * G_USEC_PER_SEC)
                             : G_MAXINT64);
  status = command_tell (mail_world_get_log (world), &telling);
  if (status == COMMAND_DONE && run_options.key_log != NULL)
    status = command_write_key_log (mail_world_get_log (world), run_options.key_log);
  return status == COMMAND_DONE ? command_save_mail (world, run_options.save_mail) : status;
}

CommandStatus
command_read (int argc, char **argv)
{
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (TraceLog) log = NULL;
  g_autoptr (GError) error = NULL;
  CommandStatus status;
  const guint8 *data;
  gsize         length;

  if (!command_parse (&argc, &argv, "FILE", "Reads a saved trace.", read_entries, &status))
    return status;
  if (argc != 2)
    return command_complain (COMMAND_WRONG, "read takes one FILE (try postroad read --help)");
  if (!command_check_telling (&telling))
    return COMMAND_WRONG;
  bytes = command_read_file (argv[1], TRACE_BYTES_MAX);
  if (bytes == NULL)
    return COMMAND_WRONG;
  data = g_bytes_get_data (bytes, &length);
  log = trace_file_read (argv[1], data, length, &error);
  if (log == NULL)
    return command_complain (COMMAND_WRONG, "%s", error->message);
  return command_tell (log, &telling);
}
