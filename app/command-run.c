/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command.h"

#include <mail/mail-world.h>
#include <trace/trace-file.h>

/* A saved trace of a million events, and then some. */
#define TRACE_BYTES_MAX ((gsize) 2 * 1024 * 1024 * 1024)

static CommandTelling telling;

static struct
{
  char  *seed;
  double until;
} run_options = { NULL, -1 };

static const GOptionEntry run_entries[] = {
  { "seed", 0, 0, G_OPTION_ARG_STRING, &run_options.seed, "take N instead of the scenario's seed",
    "N" },
  { "until", 0, 0, G_OPTION_ARG_DOUBLE, &run_options.until,
    "stop when the world's clock shows SECONDS", "SECONDS" },
  COMMAND_TELLING_ENTRIES (telling),
  { NULL },
};

static const GOptionEntry read_entries[] = {
  COMMAND_TELLING_ENTRIES (telling),
  { NULL },
};

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
  if (argc != 2)
    return command_complain (COMMAND_WRONG, "run takes one FILE (try postroad run --help)");
  if (run_options.seed != NULL &&
      !g_ascii_string_to_unsigned (run_options.seed, 10, 0, G_MAXINT64, &seed, NULL))
    return command_complain (COMMAND_WRONG, "%s is no seed; a seed is a whole number from 0",
                             run_options.seed);
  if (!command_check_telling (&telling))
    return COMMAND_WRONG;
  world = mail_world_new_from_file (argv[1], seed, &error);
  if (world == NULL)
    return command_complain (COMMAND_WRONG, "%s", error->message);
  mail_world_schedule_actions (world);
  mail_world_run (world, run_options.until >= 0
                             ? (gint64) (MIN (run_options.until, 1e12) * G_USEC_PER_SEC)
                             : G_MAXINT64);
  return command_tell (mail_world_get_log (world), &telling);
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
