/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>
#include <mail/mail-export.h>
#include <trace/trace-file.h>

#define DEFAULT_COLUMNS 80
#define NARROWEST_COLUMNS 40

/* The formats of `run` and `read`. Pictures need somewhere to go that is not a terminal. */
static const struct
{
  const char   *name;
  gboolean      is_picture;
  gboolean      is_diagram;
  DiagramFormat format;
} formats[] = {
  { "text", FALSE, TRUE, DIAGRAM_FORMAT_TEXT }, { "jsonl", FALSE, FALSE, 0 },
  { "svg", FALSE, TRUE, DIAGRAM_FORMAT_SVG },   { "pdf", TRUE, TRUE, DIAGRAM_FORMAT_PDF },
  { "png", TRUE, TRUE, DIAGRAM_FORMAT_PNG },
};

CommandStatus
command_complain (CommandStatus status, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list          arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  fprintf (stderr, "postroad: %s\n", text);
  return status;
}

gboolean
command_parse (int                 *argc,
               char              ***argv,
               const char          *usage,
               const char          *summary,
               const GOptionEntry  *entries,
               CommandStatus       *out_status)
{
  g_autoptr (GOptionContext) context = g_option_context_new (usage);
  g_autoptr (GError) error = NULL;
  g_autofree char *program = g_strdup_printf ("postroad %s", (*argv)[0]);
  gboolean         wants_help = FALSE;
  GOptionEntry     help[] = {
        { "help", 'h', 0, G_OPTION_ARG_NONE, &wants_help, "print this help", NULL },
        { NULL },
  };

  g_set_prgname (program);
  g_option_context_set_summary (context, summary);
  g_option_context_set_help_enabled (context, FALSE);
  g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_add_main_entries (context, help, NULL);
  if (!g_option_context_parse (context, argc, argv, &error))
    {
      *out_status = command_complain (COMMAND_WRONG, "%s (try postroad %s --help)", error->message,
                                      (*argv)[0]);
      return FALSE;
    }
  if (wants_help)
    {
      g_autofree char *text = g_option_context_get_help (context, TRUE, NULL);

      fputs (text, stdout);
      *out_status = COMMAND_DONE;
      return FALSE;
    }
  return TRUE;
}

/* command_read_file() once the file is open. */
static GBytes *
read_descriptor (const char *path, int fd, gsize bytes_max)
{
  struct stat      status;
  g_autofree char *data = NULL;
  gsize            length = 0;

  if (fstat (fd, &status) < 0)
    {
      command_complain (COMMAND_WRONG, "%s: %s", path, g_strerror (errno));
      return NULL;
    }
  if (S_ISDIR (status.st_mode))
    {
      command_complain (COMMAND_WRONG, "%s: this is a directory; name a file in it", path);
      return NULL;
    }
  if ((guint64) status.st_size > bytes_max)
    {
      command_complain (COMMAND_WRONG,
                        "%s: %" G_GUINT64_FORMAT
                        " bytes are too many, the limit is %" G_GSIZE_FORMAT,
                        path, (guint64) status.st_size, bytes_max);
      return NULL;
    }
  /* Pipes and the like have no size: read what comes, up to the limit. */
  for (gsize room = 0;;)
    {
      gssize n_read;

      if (length == room)
        {
          room = MAX (room * 2, (gsize) status.st_size + 65536);
          data = g_realloc (data, room);
        }
      n_read = read (fd, data + length, room - length);
      if (n_read < 0 && errno == EINTR)
        continue;
      if (n_read < 0)
        {
          command_complain (COMMAND_FAILED, "%s: %s", path, g_strerror (errno));
          return NULL;
        }
      if (n_read == 0)
        break;
      length += (gsize) n_read;
      if (length > bytes_max)
        {
          command_complain (COMMAND_WRONG, "%s: more than %" G_GSIZE_FORMAT " bytes, the limit",
                            path, bytes_max);
          return NULL;
        }
    }
  return g_bytes_new_take (g_steal_pointer (&data), length);
}

GBytes *
command_read_file (const char *path, gsize bytes_max)
{
  int     fd = g_open (path, O_RDONLY | O_CLOEXEC, 0);
  GBytes *bytes;

  if (fd < 0)
    {
      command_complain (COMMAND_WRONG, "%s: %s", path, g_strerror (errno));
      return NULL;
    }
  bytes = read_descriptor (path, fd, bytes_max);
  g_close (fd, NULL);
  return bytes;
}

static gboolean
write_all (int fd, const guint8 *data, gsize length)
{
  while (length > 0)
    {
      gssize n_written = write (fd, data, length);

      if (n_written < 0 && errno == EINTR)
        continue;
      if (n_written < 0)
        return FALSE;
      data += n_written;
      length -= (gsize) n_written;
    }
  return TRUE;
}

/* Writes beside @path and renames, so that nobody ever sees half of it. */
static CommandStatus
write_file (const char *path, const void *data, gsize length)
{
  g_autofree char *beside = g_strdup_printf ("%s.XXXXXX", path);
  mode_t           mask = umask (0);
  int              fd;

  umask (mask);
  if (g_file_test (path, G_FILE_TEST_IS_DIR))
    return command_complain (COMMAND_FAILED, "%s: this is a directory", path);
  fd = g_mkstemp_full (beside, O_WRONLY | O_CLOEXEC, 0666 & ~mask);
  if (fd < 0)
    return command_complain (COMMAND_FAILED, "%s: %s", path, g_strerror (errno));
  if (!write_all (fd, data, length) || fsync (fd) < 0)
    {
      int saved = errno;

      g_close (fd, NULL);
      g_unlink (beside);
      return command_complain (COMMAND_FAILED, "%s: %s", path, g_strerror (saved));
    }
  if (!g_close (fd, NULL) || g_rename (beside, path) < 0)
    {
      int saved = errno;

      g_unlink (beside);
      return command_complain (COMMAND_FAILED, "%s: %s", path, g_strerror (saved));
    }
  return COMMAND_DONE;
}

static CommandStatus
write_device (const char *path, const void *data, gsize length)
{
  int           fd = g_open (path, O_WRONLY | O_CLOEXEC, 0);
  CommandStatus status = COMMAND_DONE;

  if (fd < 0 || !write_all (fd, data, length))
    status = command_complain (COMMAND_FAILED, "%s: %s", path, g_strerror (errno));
  if (fd >= 0)
    g_close (fd, NULL);
  return status;
}

CommandStatus
command_write_output (const char *path, const void *data, gsize length)
{
  if (path != NULL && strcmp (path, "-") != 0)
    {
      struct stat status;

      /* A device or a pipe can't be replaced by renaming. */
      if (stat (path, &status) < 0 || S_ISREG (status.st_mode) || S_ISDIR (status.st_mode))
        return write_file (path, data, length);
    }
  if (path == NULL || strcmp (path, "-") == 0)
    {
      fflush (stdout);
      if (!write_all (STDOUT_FILENO, data, length))
        return command_complain (COMMAND_FAILED, "standard output: %s", g_strerror (errno));
      return COMMAND_DONE;
    }

  return write_device (path, data, length);
}

gboolean
command_can_write (const char *path)
{
  g_autofree char *folder = path != NULL ? g_path_get_dirname (path) : NULL;
  gboolean         is_device;

  if (path == NULL || strcmp (path, "-") == 0)
    return TRUE;
  is_device = g_file_test (path, G_FILE_TEST_EXISTS) && !g_file_test (path, G_FILE_TEST_IS_REGULAR);
  if (!g_file_test (path, G_FILE_TEST_IS_DIR) &&
      (is_device ? access (path, W_OK) : access (folder, W_OK | X_OK)) == 0)
    return TRUE;
  command_complain (COMMAND_FAILED, "%s: a recording can't be written there", path);
  return FALSE;
}

gboolean
command_can_save_mail (const char *path)
{
  g_autoptr (GError) error = NULL;

  if (path == NULL || mail_export_can_write (path, &error))
    return TRUE;
  command_complain (COMMAND_FAILED, "%s", error->message);
  return FALSE;
}

CommandStatus
command_save_mail (MailWorld *world, const char *path)
{
  g_autoptr (GError) error = NULL;

  if (path == NULL || mail_world_save_mail (world, path, &error))
    return COMMAND_DONE;
  return command_complain (COMMAND_FAILED, "the mailboxes can't be saved: %s", error->message);
}

CommandStatus
command_write_key_log (TraceLog *log, const char *path)
{
  const char *lines = trace_log_get_key_log (log);

  return command_write_output (path, lines, strlen (lines));
}

guint
command_get_columns (void)
{
  struct winsize size;
  const char    *columns = g_getenv ("COLUMNS");
  guint64        value;

  if (isatty (STDOUT_FILENO) && ioctl (STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    return MAX (size.ws_col, NARROWEST_COLUMNS);
  if (columns != NULL && g_ascii_string_to_unsigned (columns, 10, NARROWEST_COLUMNS, 1000, &value,
                                                     NULL))
    return (guint) value;
  return DEFAULT_COLUMNS;
}

static int
find_format (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    if (strcmp (formats[i].name, name) == 0)
      return (int) i;
  return -1;
}

gboolean
command_check_telling (const CommandTelling *telling)
{
  const char *format = telling->format != NULL ? telling->format : "text";
  TraceLevel  level;
  int         i = find_format (format);

  if (i < 0)
    {
      command_complain (COMMAND_WRONG,
                        "there is no format %s; formats are text, jsonl, svg, pdf, png", format);
      return FALSE;
    }
  if (telling->level != NULL && !trace_level_from_name (telling->level, &level))
    {
      command_complain (COMMAND_WRONG,
                        "there is no level %s; levels are story, dialogue, packets",
                        telling->level);
      return FALSE;
    }
  if (formats[i].is_picture && telling->output == NULL && isatty (STDOUT_FILENO))
    {
      command_complain (COMMAND_WRONG, "%s is not for a terminal; name a file with -o", format);
      return FALSE;
    }
  return TRUE;
}

/* A picture that would be too tall stops early; its last line says so, and so does this. */
static void
warn_of_truncation (TraceLog *log, const DiagramOptions *options, DiagramFormat format)
{
  guint n_rows = diagram_export_get_n_rows (log, options, format);
  guint n_all = diagram_export_get_n_rows (log, options, DIAGRAM_FORMAT_TEXT);

  if (n_rows < n_all)
    command_complain (COMMAND_DONE, "the picture holds %u of %u rows; svg and pdf hold all", n_rows,
                      n_all);
}

CommandStatus
command_tell (TraceLog *log, const CommandTelling *telling)
{
  int            i = find_format (telling->format != NULL ? telling->format : "text");
  TraceLevel     level = TRACE_LEVEL_DIALOGUE;
  DiagramOptions options;
  g_autoptr (GByteArray) out = g_byte_array_new ();
  g_autoptr (GError) error = NULL;

  if (telling->level != NULL)
    trace_level_from_name (telling->level, &level);
  if (!formats[i].is_diagram)
    {
      g_autoptr (GString) text = g_string_new (NULL);

      trace_file_write (log, level, text);
      return command_write_output (telling->output, text->str, text->len);
    }
  diagram_options_init (&options);
  options.level = level;
  options.columns = command_get_columns ();
  options.is_ascii = !g_get_charset (NULL);
  if (!diagram_export (log, &options, formats[i].format, out, &error))
    return command_complain (COMMAND_FAILED, "%s", error->message);
  warn_of_truncation (log, &options, formats[i].format);
  return command_write_output (telling->output, out->data, out->len);
}
