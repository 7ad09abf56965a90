/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "json-line.h"

#include <mail/mail-message.h>

#include <stdio.h>

/* Prints what IMAP is told of messages, one JSON object a line, for tests to hold against what
 * servers tell of them. Usage: imap-dump FILE... Strings are octets, each as the character of its
 * number. */

static void
print_list (GString *line, const char *key, const char *list, gsize length)
{
  g_autofree char *text = g_strndup (list, length);

  json_line_name (line, key);
  json_line_octets (line, text);
}

static void
print_message (const char *path)
{
  g_autofree char *contents = NULL, *name = g_path_get_basename (path), *preview = NULL;
  g_autoptr (MailMessage) message = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GString) line = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  const char *list;
  gsize       length;

  if (!g_file_get_contents (path, &contents, &length, &error))
    g_error ("%s", error->message);
  bytes = g_bytes_new (contents, length);
  message = mail_message_new (bytes);
  json_line_open (line, '{');
  json_line_name (line, "file");
  json_line_octets (line, name);
  json_line_name (line, "size");
  json_line_number (line, mail_message_get_size (message));
  list = mail_message_get_envelope (message, &length);
  print_list (line, "envelope", list, length);
  list = mail_message_get_body (message, &length);
  print_list (line, "body", list, length);
  list = mail_message_get_body_structure (message, &length);
  print_list (line, "bodystructure", list, length);
  preview = mail_message_dup_preview (message);
  json_line_name (line, "preview");
  json_line_octets (line, preview);
  json_line_close (line, '}');
  g_string_append_c (line, '\n');
  fwrite (line->str, 1, line->len, stdout);
}

int
main (int argc, char **argv)
{
  for (int i = 1; i < argc; i++)
    print_message (argv[i]);
  return 0;
}
