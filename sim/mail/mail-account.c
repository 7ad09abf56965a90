/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-account-parts.h"

#include <imap/imap-name.h>
#include <string.h>

#define INBOX "INBOX"

/** Names of which it is remembered which validity they had; more are forgotten all at once, and
 * every mailbox that is renamed then gets a new one. */
#define VALIDITIES_MAX (2 * MAIL_ACCOUNT_MAILBOXES_MAX)

/* Names */

char *
mail_account_clean_name (const char *name)
{
  gsize length = strlen (name);
  char *clean = g_strdup (name);

  if (length > 1 && clean[length - 1] == MAIL_ACCOUNT_DELIMITER)
    clean[--length] = '\0';
  if (g_ascii_strncasecmp (clean, INBOX, strlen (INBOX)) == 0 &&
      (clean[strlen (INBOX)] == '\0' || clean[strlen (INBOX)] == MAIL_ACCOUNT_DELIMITER))
    memcpy (clean, INBOX, strlen (INBOX));
  return clean;
}

/* INBOX first, the others in order of their octets. */
static int
compare_names (const char *a, const char *b)
{
  gboolean is_first_inbox = strcmp (a, INBOX) == 0, is_second_inbox = strcmp (b, INBOX) == 0;

  if (is_first_inbox || is_second_inbox)
    return is_second_inbox - is_first_inbox;
  return strcmp (a, b);
}

/* Returns: the index of the first name that is not before @name. */
static guint
search (const MailAccount *self, const char *name)
{
  guint low = 0, high = self->names->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;
      const MailName *there = g_ptr_array_index (self->names, middle);

      if (compare_names (there->name, name) < 0)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

MailName *
mail_account_find_any (const MailAccount *self, const char *name)
{
  guint i = search (self, name);
  MailName *there = i < self->names->len ? g_ptr_array_index (self->names, i) : NULL;

  return there != NULL && strcmp (there->name, name) == 0 ? there : NULL;
}

static MailName *
find_existing (const MailAccount *self, const char *name)
{
  MailName *there = mail_account_find_any (self, name);

  return there != NULL && there->exists ? there : NULL;
}

const MailName *
mail_account_find (const MailAccount *self, const char *name)
{
  g_autofree char *clean = mail_account_clean_name (name);

  return find_existing (self, clean);
}

guint
mail_account_get_n_names (const MailAccount *self)
{
  return self->names->len;
}

const MailName *
mail_account_get_nth_name (const MailAccount *self, guint i)
{
  return g_ptr_array_index (self->names, i);
}

/* Returns: the index of the first name below @name, which may not be there. */
static guint
search_below (const MailAccount *self, const char *name, char **out_prefix)
{
  *out_prefix = g_strdup_printf ("%s%c", name, MAIL_ACCOUNT_DELIMITER);
  return search (self, *out_prefix);
}

gboolean
mail_account_has_children (const MailAccount *self, const char *name)
{
  g_autofree char *clean = mail_account_clean_name (name);
  g_autofree char *prefix = NULL;

  for (guint i = search_below (self, clean, &prefix); i < self->names->len; i++)
    {
      const MailName *there = g_ptr_array_index (self->names, i);

      if (!g_str_has_prefix (there->name, prefix))
        return FALSE;
      if (there->exists)
        return TRUE;
    }
  return FALSE;
}

void
mail_account_free_rights (gpointer right)
{
  MailRight *self = right;

  g_free (self->identifier);
  g_free (self->rights);
  g_free (self);
}

/* Takes away all but the name itself and that it is subscribed to. */
static void
empty_name (MailAccount *self, MailName *name)
{
  if (name->annotations != NULL)
    self->n_annotations -= g_hash_table_size (name->annotations);
  g_clear_pointer (&name->annotations, g_hash_table_unref);
  g_clear_pointer (&name->rights, g_ptr_array_unref);
  g_clear_pointer (&name->mailbox, mail_mailbox_unref);
  name->uses = 0;
}

static void
free_name (gpointer data)
{
  MailName *name = data;

  g_clear_pointer (&name->annotations, g_hash_table_unref);
  g_clear_pointer (&name->rights, g_ptr_array_unref);
  mail_mailbox_unref (name->mailbox);
  g_free (name->name);
  g_free (name);
}

/* Returns: the name, which may have been there, subscribed to. */
static MailName *
add_name (MailAccount *self, const char *name)
{
  MailName *there = mail_account_find_any (self, name);

  if (there != NULL)
    return there;
  there = g_new0 (MailName, 1);
  there->name = g_strdup (name);
  g_ptr_array_insert (self->names, (int) search (self, name), there);
  return there;
}

/* A name that does not exist and is not subscribed to is none. */
static void
drop_name (MailAccount *self, MailName *name)
{
  if (!name->exists && !name->is_subscribed)
    g_ptr_array_remove (self->names, name);
}

/* Whether it can be a name, in Unicode's form C: RFC 9051 section
 * 6.3.4 has others refused or converted. */
static gboolean
is_valid (const char *name)
{
  g_autofree char *normal = NULL;

  if (!imap_name_is_valid (name, MAIL_ACCOUNT_DELIMITER))
    return FALSE;
  normal = g_utf8_normalize (name, -1, G_NORMALIZE_NFC);
  return g_strcmp0 (normal, name) == 0;
}

/* Validities */

/* Returns: for a mailbox that gets @name: @own if it has one that is larger than those of all
 * that had the name, else a new one (RFC 9051 section 2.3.1.1). */
static guint32
choose_validity (MailAccount *self, const char *name, guint32 own)
{
  guint32 before = GPOINTER_TO_UINT (g_hash_table_lookup (self->validities, name));
  guint32 chosen = own > before && own != 0 ? own : self->uid_validity++;

  if (g_hash_table_size (self->validities) >= VALIDITIES_MAX)
    {
      g_hash_table_remove_all (self->validities);
      chosen = chosen == own ? self->uid_validity++ : chosen;
    }
  g_hash_table_insert (self->validities, g_strdup (name), GUINT_TO_POINTER (chosen));
  return chosen;
}

/* Making */

static void
make_mailbox (MailAccount *self, MailName *name)
{
  guint32 validity = choose_validity (self, name->name, 0);
  g_autofree char *text = g_strdup_printf ("%s %u", self->user, validity);
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);
  g_autofree char *id = g_strdup_printf ("F%.24s", digest);

  name->mailbox = mail_mailbox_new (name->name, validity, id);
  name->exists = TRUE;
  mail_mailbox_set_owner (name->mailbox, &mail_account_owner, self);
}

/* Makes names for the levels above @name. Returns: FALSE: that would be too many. */
static gboolean
make_levels (MailAccount *self, const char *name)
{
  guint n = 1;

  for (const char *p = name; *p != '\0'; p++)
    n += *p == MAIL_ACCOUNT_DELIMITER;
  if (self->names->len + n > MAIL_ACCOUNT_MAILBOXES_MAX)
    return FALSE;
  for (const char *p = name; *p != '\0'; p++)
    {
      g_autofree char *level = NULL;
      MailName *there;

      if (*p != MAIL_ACCOUNT_DELIMITER)
        continue;
      level = g_strndup (name, (gsize) (p - name));
      there = add_name (self, level);
      if (there->exists)
        continue;
      there->exists = TRUE;
      mail_account_tell (self, level, NULL, "created", NULL,
                         "%s of %s is a name for others below it", level, self->user);
    }
  return TRUE;
}

/* Returns: (transfer full): "uses: \\Drafts \\Important" */
static char *
format_uses (guint uses)
{
  GString *text = g_string_new ("uses:");

  for (guint i = 0; i < IMAP_N_USES; i++)
    if ((uses & 1u << i) != 0)
      g_string_append_printf (text, " %s", imap_use_get_name ((ImapUse) (1u << i)));
  return g_string_free (text, FALSE);
}

/* The name is clean, and free for a mailbox. */
static MailName *
create (MailAccount *self, const char *name, guint uses)
{
  MailName *made = add_name (self, name);
  g_autofree char *more = uses != 0 ? format_uses (uses) : NULL;

  make_mailbox (self, made);
  made->uses = uses;
  mail_account_tell (self, name, made->mailbox, "created", more, "%s has a mailbox %s", self->user,
                     name);
  return made;
}

MailAccountResult
mail_account_create (MailAccount *self, const char *name, guint uses)
{
  g_autofree char *clean = mail_account_clean_name (name);
  MailName *there;

  if (!is_valid (clean))
    return MAIL_ACCOUNT_CANNOT;
  there = mail_account_find_any (self, clean);
  if (there != NULL && there->mailbox != NULL)
    return MAIL_ACCOUNT_EXISTS;
  if (!make_levels (self, clean))
    return MAIL_ACCOUNT_LIMIT;
  create (self, clean, uses);
  return MAIL_ACCOUNT_OK;
}

/* Deleting */

static void
delete_mailbox (MailAccount *self, MailName *name)
{
  g_autoptr (MailMailbox) mailbox = g_steal_pointer (&name->mailbox);

  self->n_bytes -= mail_mailbox_get_n_bytes (mailbox);
  self->n_messages -= mail_mailbox_get_n_messages (mailbox);
  mail_mailbox_set_gone (mailbox);
}

MailAccountResult
mail_account_delete (MailAccount *self, const char *name)
{
  g_autofree char *clean = mail_account_clean_name (name);
  MailName *there = find_existing (self, clean);
  gboolean has_children;

  if (there == NULL)
    return MAIL_ACCOUNT_MISSING;
  if (there == self->inbox)
    return MAIL_ACCOUNT_CANNOT;
  has_children = mail_account_has_children (self, clean);
  if (has_children && there->mailbox == NULL)
    return MAIL_ACCOUNT_HAS_CHILDREN;
  if (there->mailbox != NULL)
    delete_mailbox (self, there);
  empty_name (self, there);
  there->exists = has_children;
  drop_name (self, there);
  mail_account_tell (self, clean, NULL, "deleted", NULL, "%s's mailbox %s is deleted", self->user,
                     clean);
  return MAIL_ACCOUNT_OK;
}

/* Renaming */

/* Whether the names below @from can be so far below @to. */
static gboolean
can_rename_below (const MailAccount *self, const char *from, const char *to)
{
  g_autofree char *prefix = NULL;

  for (guint i = search_below (self, from, &prefix); i < self->names->len; i++)
    {
      const MailName *there = g_ptr_array_index (self->names, i);
      g_autofree char *name = NULL;

      if (!g_str_has_prefix (there->name, prefix))
        break;
      name = g_strconcat (to, there->name + strlen (from), NULL);
      if (there->exists && !is_valid (name))
        return FALSE;
    }
  return TRUE;
}

/* What exists goes to its new name; that the old one is subscribed to stays (section 6.3.7). */
static void
rename_one (MailAccount *self, const char *from, const char *to)
{
  MailName *old = mail_account_find_any (self, from);
  MailName *new = add_name (self, to);

  new->mailbox = g_steal_pointer (&old->mailbox);
  new->rights = g_steal_pointer (&old->rights);
  new->annotations = g_steal_pointer (&old->annotations);
  new->uses = old->uses;
  new->exists = TRUE;
  old->uses = 0;
  old->exists = FALSE;
  drop_name (self, old);
  if (new->mailbox == NULL)
    return;
  mail_mailbox_set_name (new->mailbox, to);
  mail_mailbox_set_uid_validity (
      new->mailbox, choose_validity (self, to, mail_mailbox_get_uid_validity (new->mailbox)));
}

static void
rename_all (MailAccount *self, const char *from, const char *to)
{
  g_autofree char *prefix = NULL;
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);

  g_ptr_array_add (names, g_strdup (from));
  for (guint i = search_below (self, from, &prefix); i < self->names->len; i++)
    {
      const MailName *there = g_ptr_array_index (self->names, i);

      if (!g_str_has_prefix (there->name, prefix))
        break;
      if (there->exists)
        g_ptr_array_add (names, g_strdup (there->name));
    }
  for (guint i = 0; i < names->len; i++)
    {
      const char *old = g_ptr_array_index (names, i);
      g_autofree char *new = g_strconcat (to, old + strlen (from), NULL);

      rename_one (self, old, new);
    }
}

/* INBOX stays; its messages go (section 6.3.6). */
static void
empty_inbox (MailAccount *self, const char *to)
{
  MailMailbox *inbox = self->inbox->mailbox;
  MailMailbox *mailbox = create (self, to, 0)->mailbox;
  guint n = mail_mailbox_get_n_messages (inbox);
  guint n_keywords = mail_mailbox_get_n_keywords (inbox);
  g_autofree MailMessage **messages = g_new (MailMessage *, n);
  g_autofree MailArrival *how = g_new0 (MailArrival, n);
  g_autofree guint32 *uids = g_new (guint32, n);
  g_autofree const char **keywords = g_new0 (const char *, (gsize) n *(n_keywords + 1));

  for (guint i = 0; i < n; i++)
    {
      const MailStored *stored = mail_mailbox_get (inbox, i);
      const char **own = keywords + (gsize) i * (n_keywords + 1), **end = own;

      for (guint bit = 0; bit < n_keywords; bit++)
        if ((stored->keywords & G_GUINT64_CONSTANT (1) << bit) != 0)
          *end++ = mail_mailbox_get_keyword (inbox, bit);
      messages[i] = stored->message;
      uids[i] = stored->uid;
      how[i] = (MailArrival){ stored->number, stored->flags,       own,
                              TRUE,           stored->internal_us, stored->zone_minutes };
    }
  mail_mailbox_store (mailbox, messages, how, n);
  mail_mailbox_expunge (inbox, uids, n, NULL);
}

MailAccountResult
mail_account_rename (MailAccount *self, const char *from, const char *to)
{
  g_autofree char *old = mail_account_clean_name (from);
  g_autofree char *new = mail_account_clean_name (to);
  g_autofree char *below = g_strdup_printf ("%s%c", old, MAIL_ACCOUNT_DELIMITER);
  g_autofree char *more = g_strdup_printf ("to: %s", new);
  MailName *there = find_existing (self, old);

  if (there == NULL)
    return MAIL_ACCOUNT_MISSING;
  if (!is_valid (new))
    return MAIL_ACCOUNT_CANNOT;
  if (find_existing (self, new) != NULL)
    return MAIL_ACCOUNT_EXISTS;
  if (there != self->inbox && (g_str_has_prefix (new, below) || !can_rename_below (self, old, new)))
    return MAIL_ACCOUNT_CANNOT;
  if (!make_levels (self, new))
    return MAIL_ACCOUNT_LIMIT;
  if (there == self->inbox)
    {
      empty_inbox (self, new);
      return MAIL_ACCOUNT_OK;
    }
  rename_all (self, old, new);
  mail_account_tell (self, old, find_existing (self, new)->mailbox, "renamed", more,
                     "%s's mailbox %s is now called %s", self->user, old, new);
  return MAIL_ACCOUNT_OK;
}

/* Subscriptions and uses */

MailAccountResult
mail_account_subscribe (MailAccount *self, const char *name, gboolean is_subscribed)
{
  g_autofree char *clean = mail_account_clean_name (name);
  MailName *there = mail_account_find_any (self, clean);

  if (there == NULL && !is_subscribed)
    return MAIL_ACCOUNT_OK;
  if (there == NULL && !is_valid (clean))
    return MAIL_ACCOUNT_CANNOT;
  if (there == NULL && self->names->len >= MAIL_ACCOUNT_MAILBOXES_MAX)
    return MAIL_ACCOUNT_LIMIT;
  there = add_name (self, clean);
  if (there->is_subscribed == is_subscribed)
    return MAIL_ACCOUNT_OK;
  there->is_subscribed = is_subscribed;
  drop_name (self, there);
  mail_account_tell (self, clean, NULL, is_subscribed ? "subscribed" : "unsubscribed", NULL,
                     is_subscribed ? "%s subscribes to %s" : "%s is no longer subscribed to %s",
                     self->user, clean);
  return MAIL_ACCOUNT_OK;
}

void
mail_account_set_uses (MailAccount *self, const char *name, guint uses)
{
  g_autofree char *clean = mail_account_clean_name (name);
  MailName *there = find_existing (self, clean);

  g_autofree char *more = NULL;

  if (there == NULL || there->uses == uses)
    return;
  there->uses = uses;
  more = format_uses (uses);
  mail_account_tell (self, clean, NULL, "used", more, "%s's mailbox %s has uses of its own",
                     self->user, clean);
}

/* Quota */

guint64
mail_account_get_quota (const MailAccount *self)
{
  return self->quota;
}

void
mail_account_set_quota (MailAccount *self, guint64 quota)
{
  self->quota = quota;
}

guint64
mail_account_get_n_bytes (const MailAccount *self)
{
  return self->n_bytes;
}

guint
mail_account_get_n_messages (const MailAccount *self)
{
  return self->n_messages;
}

MailMailboxRoom
mail_account_check (const MailAccount *self, guint64 length)
{
  guint64 limit =
      self->quota != 0 ? MIN (self->quota, MAIL_MAILBOX_BYTES_MAX) : MAIL_MAILBOX_BYTES_MAX;

  if (length > limit)
    return MAIL_MAILBOX_TOO_SMALL;
  if (self->n_messages >= MAIL_MAILBOX_MESSAGES_MAX || self->n_bytes > limit - length)
    return MAIL_MAILBOX_FULL;
  return MAIL_MAILBOX_FITS;
}

MailMailboxRoom
mail_account_deliver (MailAccount *self, GBytes *bytes, guint number, char **out_details)
{
  MailMailboxRoom room = mail_account_check (self, g_bytes_get_size (bytes));
  MailArrival how = { .number = number };
  g_autoptr (MailMessage) message = NULL;
  g_autoptr (GString) details = NULL;

  if (room != MAIL_MAILBOX_FITS)
    return room;
  message = mail_message_new (bytes);
  details = g_string_new (NULL);
  mail_account_tell_next (self, details);
  mail_mailbox_store (self->inbox->mailbox, &message, &how, 1);
  *out_details = g_string_free (g_steal_pointer (&details), FALSE);
  return room;
}

/* The account */

const char *
mail_account_get_user (const MailAccount *self)
{
  return self->user;
}

MailMailbox *
mail_account_get_inbox (const MailAccount *self)
{
  return self->inbox->mailbox;
}

const char *
mail_account_result_get_code (MailAccountResult result)
{
  static const char *const codes[] = {
    [MAIL_ACCOUNT_OK] = "",
    [MAIL_ACCOUNT_EXISTS] = "ALREADYEXISTS",
    [MAIL_ACCOUNT_MISSING] = "NONEXISTENT",
    [MAIL_ACCOUNT_CANNOT] = "CANNOT",
    [MAIL_ACCOUNT_HAS_CHILDREN] = "HASCHILDREN",
    [MAIL_ACCOUNT_LIMIT] = "LIMIT",
    [MAIL_ACCOUNT_OVER_QUOTA] = "OVERQUOTA",
  };

  return codes[result];
}

MailAccount *
mail_account_new (const char *user,
                  guint64 quota,
                  guint32 uid_validity,
                  const MailAccountFuncs *funcs,
                  gpointer user_data)
{
  MailAccount *self = g_new0 (MailAccount, 1);

  self->user = g_strdup (user);
  self->quota = quota;
  self->uid_validity = uid_validity;
  self->funcs = funcs;
  self->user_data = user_data;
  self->names = g_ptr_array_new_with_free_func (free_name);
  self->validities = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->inbox = add_name (self, INBOX);
  make_mailbox (self, self->inbox);
  return self;
}

/* Mailboxes that a session still holds have no owner to tell from then on. */
void
mail_account_free (MailAccount *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < self->names->len; i++)
    {
      MailName *name = g_ptr_array_index (self->names, i);

      if (name->mailbox != NULL)
        mail_mailbox_set_owner (name->mailbox, NULL, NULL);
    }
  g_ptr_array_unref (self->names);
  g_clear_pointer (&self->annotations, g_hash_table_unref);
  g_hash_table_unref (self->validities);
  g_free (self->user);
  g_free (self);
}
