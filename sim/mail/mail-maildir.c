/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-maildir.h"

#include <imap/imap-name.h>
#include <string.h>

#define DELIMITER '/'

/* In the order in which files have them: by letter. */
static const struct
{
  char letter;
  ImapFlag flag;
} letters[] = {
  { 'D', IMAP_FLAG_DRAFT }, { 'F', IMAP_FLAG_FLAGGED }, { 'R', IMAP_FLAG_ANSWERED },
  { 'S', IMAP_FLAG_SEEN },  { 'T', IMAP_FLAG_DELETED },
};

char *
mail_maildir_format_folder (const char *name)
{
  g_autofree char *written = NULL;
  GString *folder = g_string_new (NULL);

  if (imap_name_is_inbox (name))
    return g_string_free (folder, FALSE);
  written = imap_name_to_utf7 (name);
  g_string_append_c (folder, '.');
  for (const char *p = written; *p != '\0'; p++)
    if (*p == DELIMITER)
      g_string_append_c (folder, '.');
    else if (*p == '.' || *p == '\\')
      g_string_append_printf (folder, "\\%02x", (guint) *p);
    else
      g_string_append_c (folder, *p);
  return g_string_free (folder, FALSE);
}

char *
mail_maildir_parse_folder (const char *folder)
{
  g_autoptr (GString) written = g_string_new (NULL);
  g_autofree char *name = NULL;

  if (folder[0] != '.')
    return NULL;
  for (const char *p = folder + 1; *p != '\0'; p++)
    if (*p == '.')
      g_string_append_c (written, DELIMITER);
    else if (*p == '\\' && g_ascii_isxdigit (p[1]) && g_ascii_isxdigit (p[2]))
      {
        g_string_append_c (written,
                           (char) (g_ascii_xdigit_value (p[1]) * 16 + g_ascii_xdigit_value (p[2])));
        p += 2;
      }
    else
      g_string_append_c (written, *p);
  if (strlen (written->str) == written->len)
    name = imap_name_from_utf7 (written->str, written->len);
  return name != NULL && imap_name_is_valid (name, DELIMITER) ? g_steal_pointer (&name) : NULL;
}

void
mail_maildir_append_flags (GString *out, guint flags)
{
  for (gsize i = 0; i < G_N_ELEMENTS (letters); i++)
    if ((flags & letters[i].flag) != 0)
      g_string_append_c (out, letters[i].letter);
}

guint
mail_maildir_get_flag (char letter)
{
  for (gsize i = 0; i < G_N_ELEMENTS (letters); i++)
    if (letters[i].letter == letter)
      return letters[i].flag;
  return 0;
}
