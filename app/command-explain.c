/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command.h"

#include <string.h>

#include <trace/trace-grammar.h>

#include "app-mail.h"
#include "explain-json.h"
#include "explain-text.h"

/* What --as calls a file of several messages; no grammar of one unit. */
#define MBOX "mbox"

static struct
{
  char *grammar;
  char *format;
  char *output;
  int   message; /* counted from 1; 0: all */
} options;

static const GOptionEntry entries[] = {
  { "as", 0, 0, G_OPTION_ARG_STRING, &options.grammar,
    "read it as GRAMMAR, not as what it looks like", "GRAMMAR" },
  { "message", 0, 0, G_OPTION_ARG_INT, &options.message,
    "of a mailbox file only message N, counted from 1", "N" },
  { "format", 'f', 0, G_OPTION_ARG_STRING, &options.format, "text (default) or json", "FORMAT" },
  { "output", 'o', 0, G_OPTION_ARG_FILENAME, &options.output,
    "write to OUT instead of standard output", "OUT" },
  { NULL },
};

static gboolean
is_json (void)
{
  return g_strcmp0 (options.format, "json") == 0;
}

static gboolean
is_one_line (const char *data, gsize length)
{
  const char *lf = memchr (data, '\n', length);

  return lf == NULL || lf == data + length - 1;
}

/* What a file looks like from its first bytes: a message unless it is plainly
 * one line of a dialogue or a whole reply. */
static const char *
guess_grammar (GBytes *file)
{
  gsize                    length;
  const guint8            *data = g_bytes_get_data (file, &length);
  static const char *const verbs[] = { "HELO ", "EHLO ", "MAIL FROM:", "RCPT TO:" };
  const char              *text = (const char *) data;

  if (length >= 4 && g_ascii_isdigit (text[0]) && g_ascii_isdigit (text[1]) &&
      g_ascii_isdigit (text[2]) && (text[3] == ' ' || text[3] == '-'))
    return "smtp-reply";
  if ((length >= 3 && strncmp (text, "+OK", 3) == 0) ||
      (length >= 4 && strncmp (text, "-ERR", 4) == 0))
    return "pop3-response";
  if (length >= 2 && strncmp (text, "* ", 2) == 0)
    return "imap-response";
  if (is_one_line (text, length))
    for (guint i = 0; i < G_N_ELEMENTS (verbs); i++)
      if (length >= strlen (verbs[i]) &&
          g_ascii_strncasecmp (text, verbs[i], strlen (verbs[i])) == 0)
        return "smtp-command";
  return app_mail_is_mbox (file) ? MBOX : "message";
}

/* Complains when an option names what does not exist. */
static gboolean
check_options (void)
{
  if (options.format != NULL && strcmp (options.format, "text") != 0 &&
      strcmp (options.format, "json") != 0)
    {
      command_complain (COMMAND_WRONG, "there is no format %s; formats are text, json",
                        options.format);
      return FALSE;
    }
  if (options.grammar != NULL && !trace_grammar_is_known (options.grammar) &&
      strcmp (options.grammar, MBOX) != 0)
    {
      g_autofree char *names = g_strjoinv (", ", (char **) trace_grammar_get_names ());

      command_complain (COMMAND_WRONG, "there is no grammar %s; grammars are %s, " MBOX,
                        options.grammar, names);
      return FALSE;
    }
  return TRUE;
}

/* An mbox file */

static void
append_mail_text (GString *text, AppMail *mail)
{
  guint n_messages = app_mail_get_n (mail);

  g_string_append_printf (text, "Mailbox file (%s), %" G_GSIZE_FORMAT " bytes, %u messages\n",
                          app_mail_get_variant (mail), app_mail_get_length (mail), n_messages);
  for (guint i = 0; i < n_messages; i++)
    {
      g_autoptr (AppDocument) document = app_mail_dup_document (mail, i);

      g_string_append_printf (text, "\nMessage %u of %u, at byte %" G_GSIZE_FORMAT ": ", i + 1,
                              n_messages, app_document_get_base (document));
      explain_text_append (text, document);
    }
}

static void
append_mail_json (GString *text, AppMail *mail)
{
  g_string_append_printf (text,
                          "{\"grammar\":\"" MBOX "\",\"length\":%" G_GSIZE_FORMAT
                          ",\"variant\":\"%s\",\"messages\":[",
                          app_mail_get_length (mail), app_mail_get_variant (mail));
  for (guint i = 0; i < app_mail_get_n (mail); i++)
    {
      g_autoptr (AppDocument) document = app_mail_dup_document (mail, i);

      if (i > 0)
        g_string_append_c (text, ',');
      explain_json_append (text, document);
    }
  g_string_append (text, "]}");
}

/* Explanation */

static void
append_document (GString *text, AppDocument *document)
{
  if (is_json ())
    explain_json_append (text, document);
  else
    explain_text_append (text, document);
}

static gboolean
append_mail (GString *text, AppMail *mail)
{
  guint n_messages = app_mail_get_n (mail);
  g_autoptr (AppDocument) document = NULL;

  if (options.message == 0)
    {
      if (is_json ())
        append_mail_json (text, mail);
      else
        append_mail_text (text, mail);
      return TRUE;
    }
  if (options.message < 0 || (guint) options.message > n_messages)
    {
      command_complain (COMMAND_WRONG, "there is no message %d; there are %u, counted from 1",
                        options.message, n_messages);
      return FALSE;
    }
  document = app_mail_dup_document (mail, (guint) options.message - 1);
  append_document (text, document);
  return TRUE;
}

/* Appends what there is to say of the file, or complains. */
static gboolean
append_file (GString *text, GBytes *file)
{
  const char *grammar = options.grammar != NULL ? options.grammar : guess_grammar (file);
  g_autoptr (AppDocument) document = NULL;

  if (strcmp (grammar, MBOX) == 0)
    {
      g_autoptr (AppMail) mail = app_mail_new (file, TRUE);

      return append_mail (text, mail);
    }
  if (options.message != 0)
    {
      command_complain (COMMAND_WRONG, "--message picks from a mailbox file, which this is not");
      return FALSE;
    }
  document = app_document_new (grammar, file, 0);
  append_document (text, document);
  return TRUE;
}

CommandStatus
command_explain (int argc, char **argv)
{
  g_autoptr (GBytes) file = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  CommandStatus status;

  if (!command_parse (&argc, &argv, "FILE", "Explains every byte of a message or a protocol unit.",
                      entries, &status))
    return status;
  if (argc != 2)
    return command_complain (COMMAND_WRONG, "explain takes one FILE (try postroad explain --help)");
  if (!check_options ())
    return COMMAND_WRONG;
  file = command_read_file (argv[1], APP_MAIL_BYTES_MAX);
  if (file == NULL || !append_file (text, file))
    return COMMAND_WRONG;
  if (is_json ())
    g_string_append_c (text, '\n');
  return command_write_output (options.output, text->str, text->len);
}
