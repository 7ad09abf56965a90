/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-export.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <imf/imf-mbox.h>
#include <string.h>
#include <utime.h>

#include "mail-maildir.h"

#define FOLDER_MODE 0700
#define FILE_MODE 0600

static gboolean
fail (GError **error, const char *path)
{
  int number = errno;

  g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (number), "%s: %s", path,
               g_strerror (number));
  return FALSE;
}

/* Line ends */

/* Whether LF alone can stand for the ends of all lines: mail_import() makes them CRLF again. */
static gboolean
has_only_crlf (const char *data, gsize length)
{
  for (gsize pos = 0; pos < length;)
    {
      const char *end = memchr (data + pos, '\n', length - pos);
      gsize at;

      if (end == NULL)
        break;
      at = (gsize) (end - data);
      if (at == 0 || data[at - 1] != '\r' || (at > 1 && data[at - 2] == '\r'))
        return FALSE;
      pos = at + 1;
    }
  return TRUE;
}

/* Returns: (transfer full): the message as files have it. */
static GString *
dup_local (const MailStored *stored)
{
  gsize length;
  const char *data = g_bytes_get_data (mail_message_get_bytes (stored->message), &length);
  GString *text = g_string_sized_new (length);

  if (length == 0)
    return text;
  if (!has_only_crlf (data, length))
    return g_string_append_len (text, data, (gssize) length);
  for (const char *p = data, *end = data + length; p < end;)
    {
      const char *line = memchr (p, '\n', (gsize) (end - p));

      if (line == NULL)
        {
          g_string_append_len (text, p, end - p);
          break;
        }
      g_string_append_len (text, p, line - p - 1);
      g_string_append_c (text, '\n');
      p = line + 1;
    }
  return text;
}

/* mbox */

/* Returns: the offset of the empty line after the header, or the length. */
static gsize
find_header_end (const GString *text)
{
  const char *line = text->str, *end = text->str + text->len;

  while (line < end && *line != '\n' && !(*line == '\r' && line + 1 < end && line[1] == '\n'))
    {
      line = memchr (line, '\n', (gsize) (end - line));
      if (line == NULL)
        return text->len;
      line++;
    }
  return (gsize) (line - text->str);
}

static void
append_keywords (const MailMailbox *mailbox, guint64 keywords, GString *out)
{
  for (guint bit = 0; bit < mail_mailbox_get_n_keywords (mailbox); bit++)
    if ((keywords & G_GUINT64_CONSTANT (1) << bit) != 0)
      g_string_append_printf (out, " %s", mail_mailbox_get_keyword (mailbox, bit));
}

/* All three fields always: so that fields of these names of the message's own stay its own. */
static void
insert_flags (const MailMailbox *mailbox, const MailStored *stored, GString *text)
{
  gsize at = find_header_end (text);
  g_autoptr (GString) fields = g_string_new (NULL);

  if (at == text->len && text->len > 0 && text->str[text->len - 1] != '\n')
    g_string_append_c (fields, '\n');
  g_string_append_printf (
      fields, "Status: %sO\nX-Status: ", (stored->flags & IMAP_FLAG_SEEN) != 0 ? "R" : "");
  if ((stored->flags & IMAP_FLAG_ANSWERED) != 0)
    g_string_append_c (fields, 'A');
  if ((stored->flags & IMAP_FLAG_FLAGGED) != 0)
    g_string_append_c (fields, 'F');
  if ((stored->flags & IMAP_FLAG_DRAFT) != 0)
    g_string_append_c (fields, 'T');
  if ((stored->flags & IMAP_FLAG_DELETED) != 0)
    g_string_append_c (fields, 'D');
  g_string_append (fields, "\nX-Keywords:");
  append_keywords (mailbox, stored->keywords, fields);
  g_string_append_c (fields, '\n');
  g_string_insert_len (text, (gssize) at, fields->str, (gssize) fields->len);
}

/* Returns: (transfer full) (nullable): whom the Return-Path on top names. */
static char *
dup_sender (const GString *text)
{
  static const char name[] = "Return-Path: <";
  const char *from = text->str + strlen (name);

  if (g_ascii_strncasecmp (text->str, name, strlen (name)) != 0)
    return NULL;
  return g_strndup (from, strcspn (from, ">\r\n"));
}

GBytes *
mail_export_mbox (const MailMailbox *mailbox)
{
  GString *file = g_string_new (NULL);

  for (guint i = 0; i < mail_mailbox_get_n_messages (mailbox); i++)
    {
      const MailStored *stored = mail_mailbox_get (mailbox, i);
      GString *text = dup_local (stored);
      g_autofree char *sender = dup_sender (text);
      g_autoptr (GBytes) message = NULL;

      insert_flags (mailbox, stored, text);
      message = g_string_free_to_bytes (text);
      imf_mbox_append (file, IMF_MBOX_RD, sender, stored->internal_us, message);
    }
  return g_string_free_to_bytes (file);
}

/* Maildir */

static gboolean
write_file (const char *folder, const char *name, const GString *text, GError **error)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  return g_file_set_contents_full (path, text->str, (gssize) text->len, G_FILE_SET_CONTENTS_NONE,
                                   FILE_MODE, error);
}

/* The letters of a mailbox's keywords. @out: (array length=MAIL_MAILBOX_KEYWORDS_MAX) */
static void
choose_letters (const MailMailbox *mailbox, char *out)
{
  char letter = 'a';

  for (guint bit = 0; bit < mail_mailbox_get_n_keywords (mailbox); bit++)
    if (g_ascii_strcasecmp (mail_mailbox_get_keyword (mailbox, bit), MAIL_MAILDIR_PASSED) == 0)
      out[bit] = 'P';
    else
      out[bit] = letter <= 'z' ? letter++ : '\0';
}

static void
append_letters (const MailMailbox *mailbox,
                const MailStored *stored,
                const char *letters,
                GString *out)
{
  gboolean is_passed = FALSE;
  g_autoptr (GString) others = g_string_new (NULL);
  g_autoptr (GString) flags = g_string_new (NULL);

  for (guint bit = 0; bit < mail_mailbox_get_n_keywords (mailbox); bit++)
    if ((stored->keywords & G_GUINT64_CONSTANT (1) << bit) != 0 && letters[bit] == 'P')
      is_passed = TRUE;
    else if ((stored->keywords & G_GUINT64_CONSTANT (1) << bit) != 0 && letters[bit] != '\0')
      g_string_append_c (others, letters[bit]);
  mail_maildir_append_flags (flags, stored->flags);
  /* In order of the letters: D F P R S T, then small ones. */
  g_string_append (out, ":2,");
  for (const char *p = flags->str; *p != '\0' && *p < 'P'; p++)
    g_string_append_c (out, *p);
  if (is_passed)
    g_string_append_c (out, 'P');
  for (const char *p = flags->str; *p != '\0'; p++)
    if (*p > 'P')
      g_string_append_c (out, *p);
  g_string_append (out, others->str);
}

static gboolean
write_message (const MailMailbox *mailbox,
               const MailStored *stored,
               const char *letters,
               const char *folder,
               GString *uids,
               GError **error)
{
  GString *text = dup_local (stored);
  g_autofree char *base =
      g_strdup_printf ("%" G_GINT64_FORMAT ".U%u.postroad",
                       MAX (stored->internal_us / G_USEC_PER_SEC, 0), stored->uid);
  g_autoptr (GString) name = g_string_new (base);
  g_autofree char *path = NULL;
  struct utimbuf times;
  gboolean is_written;

  append_letters (mailbox, stored, letters, name);
  is_written = write_file (folder, name->str, text, error);
  g_string_free (text, TRUE);
  if (!is_written)
    return FALSE;
  path = g_build_filename (folder, name->str, NULL);
  times.actime = times.modtime = (time_t) (stored->internal_us / G_USEC_PER_SEC);
  if (g_utime (path, &times) != 0)
    return fail (error, path);
  g_string_append_printf (uids, "%u :%s\n", stored->uid, base);
  return TRUE;
}

static gboolean
write_keywords (const MailMailbox *mailbox, const char *letters, const char *folder, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint bit = 0; bit < mail_mailbox_get_n_keywords (mailbox); bit++)
    if (letters[bit] >= 'a')
      g_string_append_printf (text, "%d %s\n", letters[bit] - 'a',
                              mail_mailbox_get_keyword (mailbox, bit));
  return text->len == 0 || write_file (folder, "dovecot-keywords", text, error);
}

static gboolean
make_folders (const char *folder, GError **error)
{
  static const char *const parts[] = { "cur", "new", "tmp" };

  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      g_autofree char *path = g_build_filename (folder, parts[i], NULL);

      if (g_mkdir_with_parents (path, FOLDER_MODE) != 0)
        return fail (error, path);
    }
  return TRUE;
}

static gboolean
write_mailbox (const MailMailbox *mailbox, const char *folder, GError **error)
{
  g_autofree char *cur = g_build_filename (folder, "cur", NULL);
  char letters[MAIL_MAILBOX_KEYWORDS_MAX];
  g_autoptr (GString) uids = g_string_new (NULL);

  if (!make_folders (folder, error))
    return FALSE;
  choose_letters (mailbox, letters);
  g_string_append_printf (uids, "3 V%u N%u\n", mail_mailbox_get_uid_validity (mailbox),
                          mail_mailbox_get_uid_next (mailbox));
  for (guint i = 0; i < mail_mailbox_get_n_messages (mailbox); i++)
    if (!write_message (mailbox, mail_mailbox_get (mailbox, i), letters, cur, uids, error))
      return FALSE;
  return write_keywords (mailbox, letters, folder, error) &&
         write_file (folder, "dovecot-uidlist", uids, error);
}

static gboolean
write_subscriptions (const MailAccount *account, const char *folder, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < mail_account_get_n_names (account); i++)
    {
      const MailName *name = mail_account_get_nth_name (account, i);
      g_autofree char *written = mail_maildir_format_folder (name->name);

      if (name->is_subscribed)
        g_string_append_printf (text, "%s\n", *written != '\0' ? written + 1 : "INBOX");
    }
  return text->len == 0 || write_file (folder, "subscriptions", text, error);
}

static gboolean
write_account (const MailAccount *account, const char *path, GError **error)
{
  for (guint i = 0; i < mail_account_get_n_names (account); i++)
    {
      const MailName *name = mail_account_get_nth_name (account, i);
      g_autofree char *written = mail_maildir_format_folder (name->name);
      g_autofree char *folder =
          *written != '\0' ? g_build_filename (path, written, NULL) : g_strdup (path);
      g_autoptr (GString) mark = g_string_new (NULL);

      if (name->mailbox == NULL)
        continue;
      if (!write_mailbox (name->mailbox, folder, error) ||
          (*written != '\0' && !write_file (folder, "maildirfolder", mark, error)))
        return FALSE;
    }
  return write_subscriptions (account, path, error);
}

/* Removes a folder of our own and all that is in it. */
static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *inside = g_build_filename (path, name, NULL);

      if (g_file_test (inside, G_FILE_TEST_IS_DIR) && !g_file_test (inside, G_FILE_TEST_IS_SYMLINK))
        remove_tree (inside);
      else
        g_unlink (inside);
    }
  g_rmdir (path);
}

char *
mail_export_escape (const char *name)
{
  GString *level = g_string_new (NULL);

  for (const char *p = name; *p != '\0'; p++)
    if (*p == '/' || *p == '\\' || (*p == '.' && p == name))
      g_string_append_printf (level, "\\%02x", (guint) *p);
    else
      g_string_append_c (level, *p);
  return g_string_free (level, FALSE);
}

gboolean
mail_export_can_write (const char *path, GError **error)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);

  if (dir != NULL && g_dir_read_name (dir) == NULL)
    return TRUE;
  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return TRUE;
  g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_EXIST,
               "%s: there is something already, a new or an empty folder is wanted", path);
  return FALSE;
}

gboolean
mail_export (const MailExport *accounts, guint n, const char *path, GError **error)
{
  g_autofree char *parent = g_path_get_dirname (path);
  g_autofree char *beside = g_strdup_printf ("%s.XXXXXX", path);
  gboolean is_written = TRUE;

  if (!mail_export_can_write (path, error))
    return FALSE;
  if (g_mkdir_with_parents (parent, FOLDER_MODE) != 0)
    return fail (error, parent);
  if (g_mkdtemp_full (beside, FOLDER_MODE) == NULL)
    return fail (error, beside);
  for (guint i = 0; is_written && i < n; i++)
    {
      g_autofree char *folder = g_build_filename (beside, accounts[i].folder, NULL);

      is_written = write_account (accounts[i].account, folder, error);
    }
  if (is_written && g_rename (beside, path) != 0)
    is_written = fail (error, path);
  if (!is_written)
    remove_tree (beside);
  return is_written;
}
