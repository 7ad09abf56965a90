/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-imap-names-parts.h"

#include <string.h>

/* METADATA (RFC 5464): annotations of mailboxes, and of the server by the name "". What is private
 * to a user who is not the owner is kept beside the owner's, under a name that no client can write.
 * What all share of the server is the postmaster's to set. */

#define PRIVATE "/private"
#define SHARED "/shared"
/* Where the private entries of who is not the owner are kept: "/of/bob/private/comment". */
#define OF_OTHERS "/of/"
/* What a mailbox is for, as an entry (RFC 6154 section 4). */
#define USES_ENTRY "/private/specialuse"
/* Whom to write to about the server (section 3.2.1.1): the server's own, and read-only. */
#define ADMIN_ENTRY "/shared/admin"

/* Whose annotations are asked for. */
typedef struct
{
  MailImap    *imap;
  MailAccount *account; /* (nullable): of the server, where there is no postmaster */
  char        *name;    /* in the account; "" for the server's */
  gboolean     is_server;
} Place;

static void
place_clear (Place *place)
{
  g_free (place->name);
}

/* Names of entries */

/* Section 3.2: components of ASCII without controls, "*" and "%", at least two of them: the first
 * says for whom. */
static gboolean
is_entry (const char *entry, gboolean is_set)
{
  gsize length = strlen (entry);
  gsize scope = g_ascii_strncasecmp (entry, PRIVATE, strlen (PRIVATE)) == 0  ? strlen (PRIVATE)
                : g_ascii_strncasecmp (entry, SHARED, strlen (SHARED)) == 0 ? strlen (SHARED)
                                                                            : 0;

  if (scope == 0 || length > MAIL_ACCOUNT_ANNOTATION_BYTES_MAX)
    return FALSE;
  for (const char *c = entry; *c != '\0'; c++)
    if (*c < 0x20 || *c > 0x7E || *c == '*' || *c == '%' || (c[0] == '/' && c[1] == '/'))
      return FALSE;
  if (length == scope)
    return !is_set; /* all of them, by DEPTH */
  return entry[scope] == '/' && entry[length - 1] != '/';
}

static gboolean
is_private (const char *entry)
{
  return g_str_has_prefix (entry, PRIVATE);
}

/* Returns: (transfer full): by what name the entry is kept. @entry: in lower case */
static char *
get_key (const Place *place, const char *entry)
{
  if (is_private (entry) && place->account != place->imap->user->account)
    return g_strconcat (OF_OTHERS, place->imap->user->name, entry, NULL);
  return g_strdup (entry);
}

/* Returns: the entry of a key, as the client knows it. */
static const char *
get_entry (const char *key)
{
  const char *slash = g_str_has_prefix (key, OF_OTHERS)
                          ? strchr (key + strlen (OF_OTHERS), '/')
                          : key;

  return slash != NULL ? slash : key;
}

/* What is shared of the server is kept with the postmaster. */
static MailAccount *
find_server_account (const MailImap *self, const char *entry)
{
  const MailUser *user =
      is_private (entry) ? self->user : mail_host_find_user (self->host, "postmaster");

  return user != NULL ? user->account : NULL;
}

/* Values */

static GBytes *
dup_string (char *text)
{
  return g_bytes_new_take (text, strlen (text));
}

static GBytes *
dup_uses (const Place *place)
{
  const MailName *name = mail_account_find (place->account, place->name);
  GString        *text;

  if (name == NULL || name->uses == 0)
    return NULL;
  text = g_string_new (NULL);
  mail_imap_append_uses (text, name->uses);
  return g_string_free_to_bytes (text);
}

/* Returns: (transfer full) (nullable) */
static GBytes *
dup_value (const Place *place, const char *entry)
{
  g_autofree char *key = get_key (place, entry);
  GBytes          *value;

  if (place->is_server && strcmp (entry, ADMIN_ENTRY) == 0)
    return dup_string (g_strdup_printf ("mailto:postmaster@%s",
                                        mail_host_get_domain (place->imap->host)));
  if (place->account == NULL)
    return NULL;
  if (!place->is_server && strcmp (entry, USES_ENTRY) == 0 &&
      place->account == place->imap->user->account)
    return dup_uses (place);
  value = mail_account_get_annotation (place->account, place->name, key);
  return value != NULL ? g_bytes_ref (value) : NULL;
}

/* GETMETADATA */

typedef struct
{
  Place              place;
  const ImapCommand *command; /* borrowed from the engine until it is completed */
  GPtrArray         *entries; /* of char *: to be answered */
  GHashTable        *known;   /* the same: looked up only */
  guint              next;
  guint64            longest; /* of those that MAXSIZE leaves out */
} Get;

static void
get_free (gpointer data)
{
  Get *get = data;

  place_clear (&get->place);
  g_hash_table_unref (get->known);
  g_ptr_array_unref (get->entries);
  g_free (get);
}

static void
add_entry (Get *get, const char *entry)
{
  char *copy;

  if (g_hash_table_contains (get->known, entry))
    return;
  copy = g_strdup (entry);
  g_ptr_array_add (get->entries, copy);
  g_hash_table_add (get->known, copy);
}

static gboolean
is_deep_enough (const Get *get, const char *entry, const char *prefix)
{
  const char *rest = entry + strlen (prefix);

  return get->command->depth == IMAP_DEPTH_INFINITY || *rest == '\0' ||
         strchr (rest + 1, '/') == NULL;
}

/* Section 4.2.2: an entry, and those below it. */
static void
add_below (Get *get, const char *entry)
{
  g_autofree char *key = NULL;
  g_auto (GStrv) keys = NULL;

  if (get->place.is_server)
    get->place.account = find_server_account (get->place.imap, entry);
  key = get_key (&get->place, entry);
  if (get->place.is_server && g_str_has_prefix (ADMIN_ENTRY, entry))
    add_entry (get, ADMIN_ENTRY);
  if (!get->place.is_server && strcmp (entry, PRIVATE) == 0)
    add_entry (get, USES_ENTRY);
  if (get->place.account == NULL)
    return;
  keys = mail_account_list_annotations (get->place.account, get->place.name, key);
  for (guint i = 0; keys != NULL && keys[i] != NULL; i++)
    {
      const char *found = get_entry (keys[i]);

      if (is_deep_enough (get, found, entry))
        add_entry (get, found);
    }
}

static void
send_value (Get *get, const char *entry, GBytes *value)
{
  g_autoptr (GString) out = g_string_new ("* METADATA ");
  gsize       length = 0;
  const char *data = value != NULL ? g_bytes_get_data (value, &length) : NULL;

  imap_append_mailbox (out, get->command->mailbox,
                       mail_imap_get_write_flags (get->place.imap));
  g_string_append (out, " (");
  imap_append_astring (out, entry, 0);
  g_string_append_c (out, ' ');
  if (value == NULL)
    g_string_append (out, "NIL");
  else
    imap_append_string (out, data != NULL ? data : "", length, 0);
  g_string_append (out, ")\r\n");
  imap_server_send (get->place.imap->engine, out->str, out->len);
}

static void
answer (Get *get, const char *entry)
{
  g_autoptr (GBytes) value = NULL;
  gsize length;

  if (get->place.is_server)
    get->place.account = find_server_account (get->place.imap, entry);
  value = dup_value (&get->place, entry);
  length = value != NULL ? g_bytes_get_size (value) : 0;
  if (get->command->has_maxsize && length > get->command->maxsize)
    get->longest = MAX (get->longest, length);
  else if (value != NULL || get->command->depth == IMAP_DEPTH_ZERO)
    send_value (get, entry, value);
}

static gboolean
step (gpointer data)
{
  Get      *get = data;
  MailImap *imap = get->place.imap;

  while (get->next < get->entries->len &&
         imap_server_get_n_output (imap->engine) < MAIL_IMAP_OUTPUT_BYTES)
    answer (get, g_ptr_array_index (get->entries, get->next++));
  if (get->next < get->entries->len)
    return TRUE;
  if (get->longest > 0)
    {
      g_autofree char *code =
          g_strdup_printf ("METADATA LONGENTRIES %" G_GUINT64_FORMAT, get->longest);

      mail_imap_complete (imap, IMAP_OK, code, "GETMETADATA completed");
    }
  else
    mail_imap_complete (imap, IMAP_OK, NULL, "GETMETADATA completed");
  return FALSE;
}

static void
begin_get (MailImap *self, const ImapCommand *command, Place *place)
{
  Get *get = g_new0 (Get, 1);

  get->place = *place;
  get->command = command;
  get->entries = g_ptr_array_new_with_free_func (g_free);
  get->known = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 0; i < command->words->len; i++)
    {
      g_autofree char *entry =
          g_ascii_strdown (g_ptr_array_index (command->words, i), -1);

      if (command->depth == IMAP_DEPTH_ZERO)
        add_entry (get, entry);
      else
        add_below (get, entry);
    }
  mail_imap_begin_work (self, step, get, get_free);
}

/* SETMETADATA */

/* Returns: FALSE: it is no list of uses that a mailbox can have. */
static gboolean
read_uses (GBytes *value, guint *out_uses)
{
  gsize            length = 0;
  const char      *data = value != NULL ? g_bytes_get_data (value, &length) : NULL;
  g_autofree char *text = g_strndup (data != NULL ? data : "", length);
  g_auto (GStrv) words = g_strsplit (text, " ", -1);
  guint uses = 0;

  for (guint i = 0; words[i] != NULL; i++)
    {
      guint use = imap_use_find (words[i]);

      if (use == 0 && *words[i] != '\0')
        return FALSE;
      uses |= use;
    }
  *out_uses = uses;
  return (uses & (IMAP_USE_ALL | IMAP_USE_FLAGGED)) == 0;
}

static MailAccountResult
set_uses (const Place *place, GBytes *value)
{
  guint           uses = 0;
  const MailName *name = mail_account_find (place->account, place->name);

  if (name == NULL || !read_uses (value, &uses))
    return MAIL_ACCOUNT_CANNOT;
  mail_account_set_uses (place->account, place->name, uses);
  return MAIL_ACCOUNT_OK;
}

static MailAccountResult
set_value (Place *place, const char *entry, GBytes *value)
{
  g_autofree char *key = NULL;

  if (place->is_server)
    place->account = find_server_account (place->imap, entry);
  if (place->account == NULL)
    return MAIL_ACCOUNT_CANNOT;
  if (!place->is_server && strcmp (entry, USES_ENTRY) == 0 &&
      place->account == place->imap->user->account)
    return set_uses (place, value);
  key = get_key (place, entry);
  return mail_account_set_annotation (place->account, place->name, key, value);
}

/* The server's own entries: the shared ones are the postmaster's, and one is nobody's (section
 * 3.2.1.1). */
static gboolean
may_set (const Place *place, const char *entry)
{
  if (!place->is_server || is_private (entry))
    return TRUE;
  return strcmp (entry, ADMIN_ENTRY) != 0 &&
         g_ascii_strcasecmp (place->imap->user->name, "postmaster") == 0;
}

/* Sets entries from @i on; when one fails, those before it are what they were (section 4.3). */
static MailAccountResult
set_from (Place *place, const GArray *pairs, guint i)
{
  const ImapPair    *pair;
  g_autofree char   *entry = NULL;
  g_autoptr (GBytes) old = NULL;
  MailAccountResult  result;

  if (i == pairs->len)
    return MAIL_ACCOUNT_OK;
  pair = &g_array_index (pairs, ImapPair, i);
  entry = g_ascii_strdown (pair->name, -1);
  if (place->is_server)
    place->account = find_server_account (place->imap, entry);
  old = dup_value (place, entry);
  result = set_value (place, entry, pair->value);
  if (result != MAIL_ACCOUNT_OK)
    return result;
  result = set_from (place, pairs, i + 1);
  if (result != MAIL_ACCOUNT_OK)
    set_value (place, entry, old);
  return result;
}

/* Completes the command where something about the entries stands in the way of all. */
static gboolean
check_pairs (MailImap *self, const Place *place, const GArray *pairs)
{
  for (guint i = 0; i < pairs->len; i++)
    {
      const ImapPair  *pair = &g_array_index (pairs, ImapPair, i);
      g_autofree char *entry = g_ascii_strdown (pair->name, -1);
      g_autofree char *code =
          g_strdup_printf ("METADATA MAXSIZE %u", MAIL_ACCOUNT_ANNOTATION_BYTES_MAX);

      if (!is_entry (entry, TRUE))
        mail_imap_complete (self, IMAP_BAD, NULL, "That is no name of an entry");
      else if (!may_set (place, entry))
        mail_imap_deny (self);
      else if (pair->value != NULL &&
               g_bytes_get_size (pair->value) > MAIL_ACCOUNT_ANNOTATION_BYTES_MAX)
        mail_imap_complete (self, IMAP_NO, code, "The value is too large");
      else
        continue;
      return FALSE;
    }
  return TRUE;
}

static void
set (MailImap *self, const ImapCommand *command, Place *place)
{
  MailAccountResult result;

  if (!check_pairs (self, place, command->pairs))
    return;
  if (command->pairs->len > MAIL_ACCOUNT_ANNOTATIONS_MAX)
    result = MAIL_ACCOUNT_LIMIT;
  else
    result = set_from (place, command->pairs, 0);
  if (result == MAIL_ACCOUNT_LIMIT)
    mail_imap_complete (self, IMAP_NO, "METADATA TOOMANY", "There are too many entries");
  else
    mail_imap_complete_account (self, result,
                                result == MAIL_ACCOUNT_OK ? "SETMETADATA completed"
                                                          : "That can't be set");
}

/* Section 3.3: "l", and any of the rights that have to do with the messages. Completes the command
 * where it can't be. */
static gboolean
find_place (MailImap *self, const char *mailbox, Place *out_place)
{
  const MailName  *name = NULL;
  g_autofree char *rights = NULL;

  *out_place = (Place){ .imap = self, .is_server = *mailbox == '\0' };
  if (out_place->is_server)
    {
      out_place->name = g_strdup ("");
      return TRUE;
    }
  if (!mail_imap_find (self, mailbox, "l", &out_place->account, &name))
    return FALSE;
  rights = mail_imap_dup_rights (self, out_place->account, name->name);
  if (strpbrk (rights, "rswip") == NULL)
    {
      mail_imap_deny (self);
      return FALSE;
    }
  out_place->name = g_strdup (name->name);
  return TRUE;
}

static gboolean
are_entries (const GPtrArray *words)
{
  for (guint i = 0; i < words->len; i++)
    if (!is_entry (g_ptr_array_index (words, i), FALSE))
      return FALSE;
  return TRUE;
}

void
mail_imap_do_metadata (MailImap *self, const ImapCommand *command)
{
  Place place;

  if (command->verb == IMAP_VERB_GETMETADATA && !are_entries (command->words))
    {
      mail_imap_complete (self, IMAP_BAD, NULL, "That is no name of an entry");
      return;
    }
  if (!find_place (self, command->mailbox, &place))
    return;
  if (command->verb == IMAP_VERB_GETMETADATA)
    {
      begin_get (self, command, &place);
      return;
    }
  set (self, command, &place);
  place_clear (&place);
}
