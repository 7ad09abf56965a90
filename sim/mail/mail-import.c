/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-import.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <imap/imap-name.h>
#include <imf/imf-mbox.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mail-maildir.h"

/** Of the files beside the messages: a line for each of a million messages. */
#define LIST_BYTES_MAX (256 * 1024 * 1024)

/* One message on its way into a mailbox. */
typedef struct
{
  GBytes *message;
  guint flags;
  char **keywords; /* (nullable) */
  gboolean has_date;
  gint64 date_us;
} Item;

/* One mailbox on its way into the account. */
typedef struct
{
  char *name;
  GArray *items; /* of Item */
} Folder;

typedef struct
{
  MailAccount *account;
  const MailImportHow *how;
  GPtrArray *folders;       /* of Folder */
  GPtrArray *subscriptions; /* of char * */
  guint64 n_bytes;
  guint n_messages;
} Import;

static void
clear_item (gpointer data)
{
  Item *item = data;

  g_bytes_unref (item->message);
  g_strfreev (item->keywords);
}

static void
free_folder (gpointer data)
{
  Folder *folder = data;

  g_free (folder->name);
  g_array_unref (folder->items);
  g_free (folder);
}

static Folder *
add_folder (Import *self, const char *name)
{
  Folder *folder = g_new0 (Folder, 1);

  folder->name = g_strdup (name);
  folder->items = g_array_new (FALSE, FALSE, sizeof (Item));
  g_array_set_clear_func (folder->items, clear_item);
  g_ptr_array_add (self->folders, folder);
  return folder;
}

static gboolean
fail (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

static gboolean
fail (GError **error, const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list arguments;

  va_start (arguments, format);
  message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error_literal (error, G_FILE_ERROR, G_FILE_ERROR_FAILED, message);
  return FALSE;
}

/* Line ends become CRLF where none is yet: what has both kinds was kept as it was. */
static GBytes *
restore_line_ends (GBytes *message)
{
  gsize length;
  const char *data = g_bytes_get_data (message, &length);
  g_autoptr (GString) text = NULL;
  const char *end = data != NULL ? data + length : NULL;

  if (length == 0 || memchr (data, '\n', length) == NULL ||
      g_strstr_len (data, (gssize) length, "\r\n") != NULL)
    return g_bytes_ref (message);
  text = g_string_sized_new (length + length / 32);
  for (const char *p = data, *line; p < end; p = line)
    {
      line = memchr (p, '\n', (gsize) (end - p));
      if (line == NULL)
        {
          g_string_append_len (text, p, end - p);
          break;
        }
      g_string_append_len (text, p, line - p);
      g_string_append (text, "\r\n");
      line++;
    }
  return g_string_free_to_bytes (g_steal_pointer (&text));
}

/* Counts a message in. Takes @item in any case. */
static gboolean
add_item (Import *self, Folder *folder, Item *item, GError **error)
{
  GBytes *message = item->message;

  item->message = restore_line_ends (message);
  g_bytes_unref (message);
  self->n_bytes += g_bytes_get_size (item->message);
  self->n_messages++;
  g_array_append_val (folder->items, *item);
  if (self->n_messages > MAIL_MAILBOX_MESSAGES_MAX ||
      mail_account_check (self->account, self->n_bytes) != MAIL_MAILBOX_FITS)
    return fail (error, "holds more than the user may have");
  return TRUE;
}

/* Returns: (nullable): NULL with @error set */
static GBytes *
read_file (const char *path, gsize bytes_max, GError **error)
{
  GStatBuf facts;
  char *data;
  gsize length;

  errno = 0;
  if (g_stat (path, &facts) != 0 || !S_ISREG (facts.st_mode))
    {
      fail (error, "can't be read: %s", errno != 0 ? g_strerror (errno) : "not a file");
      return NULL;
    }
  if (facts.st_size < 0 || (guint64) facts.st_size > bytes_max)
    {
      fail (error, "has a file of more than %" G_GSIZE_FORMAT " bytes", bytes_max);
      return NULL;
    }
  if (g_file_get_contents (path, &data, &length, NULL))
    return g_bytes_new_take (data, length);
  fail (error, "can't be read: %s", g_strerror (errno));
  return NULL;
}

/* mbox */

/* The fields in which programs keep flags. */
enum
{
  FIELD_STATUS,
  FIELD_X_STATUS,
  FIELD_X_KEYWORDS,
  N_FIELDS
};

static void
read_status (Item *item, int field, const char *value)
{
  static const struct
  {
    int field;
    char letter;
    ImapFlag flag;
  } letters[] = {
    { FIELD_STATUS, 'R', IMAP_FLAG_SEEN },      { FIELD_X_STATUS, 'A', IMAP_FLAG_ANSWERED },
    { FIELD_X_STATUS, 'F', IMAP_FLAG_FLAGGED }, { FIELD_X_STATUS, 'T', IMAP_FLAG_DRAFT },
    { FIELD_X_STATUS, 'D', IMAP_FLAG_DELETED },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (letters); i++)
    if (letters[i].field == field && strchr (value, letters[i].letter) != NULL)
      item->flags |= letters[i].flag;
}

/* Reads one line of the header if it is such a field, and takes note that it was there. */
static gboolean
read_field (Item *item, const char *line, gsize length, guint *found)
{
  static const char *const names[N_FIELDS] = { "Status:", "X-Status:", "X-Keywords:" };

  for (int i = 0; i < N_FIELDS; i++)
    {
      gsize n_name = strlen (names[i]);
      g_autofree char *value = NULL;

      if (length < n_name || g_ascii_strncasecmp (line, names[i], n_name) != 0 ||
          (*found & 1u << i) != 0)
        continue;
      *found |= 1u << i;
      value = g_strstrip (g_strndup (line + n_name, length - n_name));
      if (i != FIELD_X_KEYWORDS)
        read_status (item, i, value);
      else if (*value != '\0')
        item->keywords = g_strsplit_set (value, " \t", -1);
      return TRUE;
    }
  return FALSE;
}

/* Returns: the offset of the empty line that ends the header, or the length. */
static gsize
find_header_end (const char *data, gsize length)
{
  gsize pos = 0;

  while (pos < length)
    {
      const char *end = memchr (data + pos, '\n', length - pos);

      if (data[pos] == '\n' || (data[pos] == '\r' && pos + 1 < length && data[pos + 1] == '\n'))
        return pos;
      if (end == NULL)
        return length;
      pos = (gsize) (end - data) + 1;
    }
  return length;
}

/* Takes the fields with flags off the end of the header, each once. */
static void
take_flags (Item *item)
{
  gsize length;
  const char *data = g_bytes_get_data (item->message, &length);
  gsize end = length > 0 ? find_header_end (data, length) : 0;
  gsize from = end;
  guint found = 0;
  GString *rest;

  while (from > 0)
    {
      gsize line = from - 1;

      while (line > 0 && data[line - 1] != '\n')
        line--;
      if (!read_field (item, data + line, from - line, &found))
        break;
      from = line;
    }
  if (from == end)
    return;
  rest = g_string_sized_new (length);
  g_string_append_len (rest, data, (gssize) from);
  g_string_append_len (rest, data + end, (gssize) (length - end));
  g_bytes_unref (item->message);
  item->message = g_string_free_to_bytes (rest);
}

/* "+0100" after the year, or a name of a zone before it, which counts as UTC. */
static gint64
read_zone (const char *text)
{
  int hours, minutes;

  if ((*text != '+' && *text != '-') || sscanf (text + 1, "%2d%2d", &hours, &minutes) != 2)
    return 0;
  return (*text == '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
}

/* "Nov 24 08:00:00 2026" at word @i, with zones before and after the year. */
static gboolean
read_date (const GPtrArray *words, guint i, gint64 *out_us)
{
  static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
  const char *month = g_ptr_array_index (words, i);
  const char *found = strlen (month) == 3 ? strstr (months, month) : NULL;
  guint last = i + 3;
  int day, hour, minute, second = 0, year;
  g_autoptr (GDateTime) date = NULL;

  if (found == NULL || (found - months) % 3 != 0 ||
      sscanf (g_ptr_array_index (words, i + 1), "%2d", &day) != 1 ||
      sscanf (g_ptr_array_index (words, i + 2), "%2d:%2d:%2d", &hour, &minute, &second) < 2)
    return FALSE;
  while (last < words->len && sscanf (g_ptr_array_index (words, last), "%4d", &year) != 1)
    last++;
  if (last == words->len)
    return FALSE;
  date = g_date_time_new_utc (year, (int) (found - months) / 3 + 1, day, hour, minute,
                              MIN (second, 59));
  if (date == NULL)
    return FALSE;
  *out_us = g_date_time_to_unix (date) * G_USEC_PER_SEC;
  if (last + 1 < words->len)
    *out_us -= read_zone (g_ptr_array_index (words, last + 1)) * G_USEC_PER_SEC;
  return TRUE;
}

/* The date of "From alice@example Tue Nov 24 08:00:00 2026", whatever the sender looks like.
 * imf-mbox.h has made sure that there is one. */
static gboolean
read_separator (const char *line, gsize length, gint64 *out_us)
{
  g_autofree char *text = g_strndup (line, length);
  g_auto (GStrv) all = g_strsplit_set (g_strstrip (text), " \t", -1);
  g_autoptr (GPtrArray) words = g_ptr_array_new ();

  for (guint i = 0; all[i] != NULL; i++)
    if (*all[i] != '\0')
      g_ptr_array_add (words, all[i]);
  for (guint i = 2; i + 3 < words->len; i++)
    if (read_date (words, i, out_us))
      return TRUE;
  return FALSE;
}

static gboolean
read_mbox (Import *self, const char *name, const char *path, GError **error)
{
  g_autoptr (GBytes) bytes = read_file (path, MAIL_MAILBOX_BYTES_MAX, error);
  g_autoptr (ImfMbox) mbox = NULL;
  Folder *folder;
  const guint8 *data;
  gsize length;

  if (bytes == NULL)
    return FALSE;
  data = g_bytes_get_data (bytes, &length);
  if (length > 0 && !imf_mbox_is (data, length))
    return fail (error, "is neither an mbox file nor a Maildir");
  mbox = imf_mbox_new (data, length);
  folder = add_folder (self, name);
  for (guint i = 0; i < imf_mbox_get_n (mbox); i++)
    {
      const ImfMboxMessage *there = imf_mbox_get (mbox, i);
      Item item = { .message = imf_mbox_dup_message (mbox, i) };

      item.has_date = read_separator ((const char *) data + there->separator_offset,
                                      there->offset - there->separator_offset, &item.date_us);
      take_flags (&item);
      if (!add_item (self, folder, &item, error))
        return FALSE;
    }
  return TRUE;
}

/* Maildir */

/* One file of a Maildir. */
typedef struct
{
  char *path;
  char *base;   /* without flags */
  char *flags;  /* borrowed from the path */
  guint64 time; /* with which the name begins */
  guint32 uid;  /* 0: not known */
} File;

static void
free_file (gpointer data)
{
  File *file = data;

  g_free (file->path);
  g_free (file->base);
  g_free (file);
}

static int
compare_files (gconstpointer a, gconstpointer b)
{
  const File *first = *(const File *const *) a, *second = *(const File *const *) b;

  if (first->uid != second->uid)
    return first->uid - 1 < second->uid - 1 ? -1 : 1; /* those without one last */
  if (first->time != second->time)
    return first->time < second->time ? -1 : 1;
  return strcmp (first->base, second->base);
}

/* Returns: (transfer full) (nullable): a file beside the messages, if there is one. */
static char *
read_list (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GBytes) bytes = read_file (path, LIST_BYTES_MAX, NULL);
  gsize length;
  const char *data = bytes != NULL ? g_bytes_get_data (bytes, &length) : NULL;

  return data != NULL ? g_strndup (data, length) : NULL;
}

/* Dovecot's list: a head, then "UID [FACTS] :BASE" on each line. Returns: (nullable): base -> UID
 */
static GHashTable *
read_uids (const char *folder)
{
  g_autofree char *text = read_list (folder, "dovecot-uidlist");
  GHashTable *uids;

  if (text == NULL)
    return NULL;
  uids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (char *line = strchr (text, '\n'), *next; line != NULL; line = next)
    {
      guint64 uid = g_ascii_strtoull (++line, NULL, 10);
      char *base;

      next = strchr (line, '\n');
      if (next != NULL)
        *next = '\0';
      base = strstr (line, " :");
      if (base == NULL || uid == 0 || uid > G_MAXUINT32)
        continue;
      base[2 + strcspn (base + 2, ":")] = '\0';
      g_hash_table_replace (uids, g_strdup (base + 2), GUINT_TO_POINTER ((guint) uid));
    }
  return uids;
}

/* "N NAME" on each line. @out: (array length=MAIL_MAILDIR_KEYWORDS_MAX): of char *, NULL: none */
static void
read_keywords (const char *folder, char **out)
{
  g_autofree char *text = read_list (folder, "dovecot-keywords");
  g_auto (GStrv) lines = g_strsplit (text != NULL ? text : "", "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      char *end;
      guint64 number = g_ascii_strtoull (lines[i], &end, 10);

      if (end == lines[i] || *end != ' ' || end[1] == '\0' || number >= MAIL_MAILDIR_KEYWORDS_MAX)
        continue;
      g_free (out[number]);
      out[number] = g_strdup (end + 1);
    }
}

static gboolean
list_files (
    const char *folder, const char *part, GHashTable *uids, GPtrArray *files, GError **error)
{
  g_autofree char *path = g_build_filename (folder, part, NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  if (dir == NULL)
    return fail (error, "has no folder %s that can be read", part);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      File *file;

      if (name[0] == '.')
        continue;
      if (files->len >= MAIL_MAILBOX_MESSAGES_MAX)
        return fail (error, "holds more than the user may have");
      file = g_new0 (File, 1);
      file->path = g_build_filename (path, name, NULL);
      file->base = g_strndup (name, strcspn (name, ":"));
      file->flags = strstr (file->path + strlen (path), ":2,");
      file->time = g_ascii_strtoull (name, NULL, 10);
      if (uids != NULL)
        file->uid = GPOINTER_TO_UINT (g_hash_table_lookup (uids, file->base));
      g_ptr_array_add (files, file);
    }
  return TRUE;
}

static void
read_letters (Item *item, const char *letters, char *const *keywords)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (; *letters != '\0'; letters++)
    {
      item->flags |= mail_maildir_get_flag (*letters);
      if (*letters == 'P')
        g_strv_builder_add (builder, MAIL_MAILDIR_PASSED);
      else if (g_ascii_islower (*letters) && keywords[*letters - 'a'] != NULL)
        g_strv_builder_add (builder, keywords[*letters - 'a']);
    }
  item->keywords = g_strv_builder_end (builder);
}

static gboolean
read_message (Import *self, Folder *folder, const File *file, char *const *keywords, GError **error)
{
  Item item = { .message = read_file (file->path, MAIL_IMPORT_MESSAGE_BYTES_MAX, error) };
  GStatBuf facts;

  if (item.message == NULL)
    return FALSE;
  item.has_date = g_stat (file->path, &facts) == 0;
  item.date_us = item.has_date ? (gint64) facts.st_mtime * G_USEC_PER_SEC : 0;
  if (file->flags != NULL)
    read_letters (&item, file->flags + strlen (":2,"), keywords);
  return add_item (self, folder, &item, error);
}

/* The messages of one folder. */
static gboolean
read_maildir (Import *self, const char *name, const char *path, GError **error)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (free_file);
  g_autoptr (GHashTable) uids = read_uids (path);
  char *keywords[MAIL_MAILDIR_KEYWORDS_MAX] = { NULL };
  Folder *folder = add_folder (self, name);
  gboolean is_read =
      list_files (path, "cur", uids, files, error) && list_files (path, "new", uids, files, error);

  read_keywords (path, keywords);
  g_ptr_array_sort (files, compare_files);
  for (guint i = 0; is_read && i < files->len; i++)
    is_read = read_message (self, folder, g_ptr_array_index (files, i), keywords, error);
  for (guint i = 0; i < MAIL_MAILDIR_KEYWORDS_MAX; i++)
    g_free (keywords[i]);
  return is_read;
}

static int
compare_strings (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* Returns: (transfer full): the names of what may be a mailbox in it, in order. */
static GPtrArray *
list_folders (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  GPtrArray *folders = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  while (dir != NULL && folders->len < MAIL_ACCOUNT_MAILBOXES_MAX &&
         (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *cur = g_build_filename (path, name, "cur", NULL);

      if (name[0] == '.' && g_file_test (cur, G_FILE_TEST_IS_DIR))
        g_ptr_array_add (folders, g_strdup (name));
    }
  g_ptr_array_sort (folders, compare_strings);
  return folders;
}

/* What is below INBOX is so by its name alone. */
static char *
join (const char *parent, const char *name)
{
  if (imap_name_is_inbox (parent))
    return g_strdup (name);
  return g_strdup_printf ("%s%c%s", parent, MAIL_ACCOUNT_DELIMITER, name);
}

static void
read_subscriptions (Import *self, const char *name, const char *path)
{
  g_autofree char *text = read_list (path, "subscriptions");
  g_auto (GStrv) lines = g_strsplit (text != NULL ? text : "", "\n", -1);

  for (guint i = 0; lines[i] != NULL && i < MAIL_ACCOUNT_MAILBOXES_MAX; i++)
    {
      g_autofree char *folder = g_strconcat (".", lines[i], NULL);
      g_autofree char *mailbox = mail_maildir_parse_folder (folder);

      if (mailbox != NULL)
        g_ptr_array_add (self->subscriptions, join (name, mailbox));
    }
}

static gboolean
read_tree (Import *self, const char *name, const char *path, GError **error)
{
  g_autoptr (GPtrArray) folders = list_folders (path);

  if (!read_maildir (self, name, path, error))
    return FALSE;
  for (guint i = 0; i < folders->len; i++)
    {
      const char *folder = g_ptr_array_index (folders, i);
      g_autofree char *inside = g_build_filename (path, folder, NULL);
      g_autofree char *mailbox = mail_maildir_parse_folder (folder);
      g_autofree char *joined = mailbox != NULL ? join (name, mailbox) : NULL;

      if (joined != NULL && !read_maildir (self, joined, inside, error))
        return FALSE;
    }
  read_subscriptions (self, name, path);
  return TRUE;
}

/* Into the account */

static char **
join_keywords (const Import *self, const Item *item)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  if (item->keywords != NULL)
    for (guint i = 0; item->keywords[i] != NULL; i++)
      if (*item->keywords[i] != '\0')
        g_strv_builder_add (builder, item->keywords[i]);
  for (guint i = 0; self->how->keywords != NULL && self->how->keywords[i] != NULL; i++)
    g_strv_builder_add (builder, self->how->keywords[i]);
  return g_strv_builder_end (builder);
}

static void
store_folder (Import *self, const Folder *folder)
{
  guint n = folder->items->len;
  MailMailbox *mailbox = mail_account_find (self->account, folder->name)->mailbox;
  g_autofree MailMessage **messages = g_new0 (MailMessage *, n);
  g_autofree MailArrival *arrivals = g_new0 (MailArrival, n);
  g_autoptr (GPtrArray) keywords = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);

  for (guint i = 0; i < n; i++)
    {
      const Item *item = &g_array_index (folder->items, Item, i);
      char **all = join_keywords (self, item);

      g_ptr_array_add (keywords, all);
      messages[i] = mail_message_new (item->message);
      arrivals[i] = (MailArrival){
        .number = self->how->messages != NULL
                      ? mail_register_number (self->how->messages, item->message)
                      : 0,
        .flags = self->how->flags | item->flags,
        .keywords = (const char *const *) all,
        .has_date = item->has_date,
        .internal_us = item->date_us,
      };
    }
  mail_mailbox_store (mailbox, messages, arrivals, n);
  for (guint i = 0; i < n; i++)
    mail_message_unref (messages[i]);
}

/* Whether all mailboxes are there, or could be made. */
static gboolean
make_mailboxes (Import *self, GError **error)
{
  for (guint i = 0; i < self->folders->len; i++)
    {
      const Folder *folder = g_ptr_array_index (self->folders, i);
      MailAccountResult result = mail_account_create (self->account, folder->name, 0);

      if (result != MAIL_ACCOUNT_OK && result != MAIL_ACCOUNT_EXISTS)
        return fail (error, "can't be mailbox %s: %s", folder->name,
                     mail_account_result_get_code (result));
    }
  return TRUE;
}

static gboolean
import (Import *self, const char *name, const char *path, guint *out_n, GError **error)
{
  gboolean is_read = g_file_test (path, G_FILE_TEST_IS_DIR) ? read_tree (self, name, path, error)
                                                            : read_mbox (self, name, path, error);

  if (!is_read || !make_mailboxes (self, error))
    return FALSE;
  for (guint i = 0; i < self->folders->len; i++)
    store_folder (self, g_ptr_array_index (self->folders, i));
  for (guint i = 0; i < self->subscriptions->len; i++)
    mail_account_subscribe (self->account, g_ptr_array_index (self->subscriptions, i), TRUE);
  if (out_n != NULL)
    *out_n = self->n_messages;
  return TRUE;
}

gboolean
mail_import (MailAccount *account,
             const char *name,
             const char *path,
             const MailImportHow *how,
             guint *out_n,
             GError **error)
{
  Import self = { .account = account, .how = how };
  gboolean is_done;

  self.folders = g_ptr_array_new_with_free_func (free_folder);
  self.subscriptions = g_ptr_array_new_with_free_func (g_free);
  is_done = import (&self, name, path, out_n, error);
  g_ptr_array_unref (self.folders);
  g_ptr_array_unref (self.subscriptions);
  return is_done;
}
