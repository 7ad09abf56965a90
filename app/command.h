/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <diagram/diagram-export.h>
#include <mail/mail-world.h>
#include <trace/trace-log.h>

G_BEGIN_DECLS

/* The command line (DESIGN.md section 7): one function a command. Each gets the
 * arguments after the program's name, the command itself first, tells the user
 * what is wrong on standard error, and returns the exit status. */

typedef enum
{
  COMMAND_DONE = 0,
  COMMAND_FAILED = 1, /* the work could not be done */
  COMMAND_WRONG = 2,  /* the command or a file is wrong */
} CommandStatus;

CommandStatus command_run (int argc, char **argv);
CommandStatus command_read (int argc, char **argv);
CommandStatus command_explain (int argc, char **argv);
CommandStatus command_serve (int argc, char **argv);
CommandStatus command_attach (int argc, char **argv);
CommandStatus command_lessons (int argc, char **argv);

/* What the commands share */

/**
 * command_parse:
 *
 * Parses GOption @entries out of @argc and @argv, leaving the rest in place;
 * @usage is the synopsis after the command's name. Handles --help.
 *
 * Returns: TRUE to go on; FALSE with @out_status set
 */
gboolean command_parse (int                 *argc,
                        char              ***argv,
                        const char          *usage,
                        const char          *summary,
                        const GOptionEntry  *entries,
                        CommandStatus       *out_status);

/** Prints "postroad: " and the message on standard error. Returns: @status. */
CommandStatus command_complain (CommandStatus status, const char *format, ...) G_GNUC_PRINTF (2, 3);

/**
 * command_read_file:
 *
 * Reads a whole regular file of at most @bytes_max. Returns: (transfer full) (nullable): its
 *   bytes; NULL after a complaint
 */
GBytes *command_read_file (const char *path, gsize bytes_max);

/**
 * command_write_output:
 * @path: (nullable): NULL or "-" for standard output
 *
 * Writes everything or nothing: a file is written beside and renamed.
 */
CommandStatus command_write_output (const char *path, const void *data, gsize length);

/**
 * command_can_write:
 * @path: (nullable): as for command_write_output()
 *
 * Returns: whether it looks as if it could be written, after a complaint if not: to be asked before
 *   a long recording, not after it
 */
gboolean command_can_write (const char *path);

/** Returns: whether mailboxes could be saved in the folder @path, after a complaint if not; NULL:
 * nothing is to be saved */
gboolean command_can_save_mail (const char *path);

/** Saves all mailboxes of a world in the folder @path (NULL: nowhere). */
CommandStatus command_save_mail (MailWorld *world, const char *path);

/** Writes the secrets of the TLS sessions in @log, in NSS key log format, as Wireshark reads it. */
CommandStatus command_write_key_log (TraceLog *log, const char *path);

/** The options of `run` and `read` that say how a trace is told. */
typedef struct
{
  char *format; /* "text", "jsonl", "svg", "pdf", "png" */
  char *level;
  char *output;
} CommandTelling;

/** GOption entries that fill @telling, for a static array: see command-run.c. */
#define COMMAND_TELLING_ENTRIES(telling)                                                           \
  { "format", 'f', 0, G_OPTION_ARG_STRING, &(telling).format,                                      \
    "text (default), jsonl, svg, pdf or png", "FORMAT" },                                          \
    { "level", 'l', 0, G_OPTION_ARG_STRING, &(telling).level,                                      \
      "story, dialogue (default) or packets", "LEVEL" },                                           \
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &(telling).output,                                  \
      "write to OUT instead of standard output", "OUT" }

/** Returns: whether the options make sense, after a complaint if not. */
gboolean command_check_telling (const CommandTelling *telling);

/** Writes @log as @telling says. */
CommandStatus command_tell (TraceLog *log, const CommandTelling *telling);

/** Returns: (transfer full) (nullable): the folder of the lesson with that number or name. */
char *command_find_lesson (const char *name);

/** Returns: the width of the terminal on standard output, 80 when it is none. */
guint command_get_columns (void);

G_END_DECLS
