/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-expand.h"

#include <string.h>

#include "mail-address.h"
#include <smtp/smtp-mailbox.h>

typedef struct
{
  MailEntry         *entry;
  MailExpandListFunc on_list;
  GHashTable        *seen; /* of keys: who is a recipient already; looked up only */
} Expansion;

/* What one recipient stands for. */
typedef struct
{
  MailHost  *host;
  GPtrArray *leaves; /* of char *: paths */
  GPtrArray *above;  /* of char *: keys of the aliases on the way to the one at hand */
  gboolean   is_circular;
} Tree;

/* Returns: (transfer full): equal for two addresses that mean the same. Users and aliases here are
 * the same in all domains of the host; local parts elsewhere are that host's business, their case
 * too (RFC 5321 section 2.4). */
static char *
dup_key (MailHost *host, const char *path)
{
  g_autofree char *local_part = NULL;
  g_autofree char *domain = NULL;
  g_autofree char *lower = NULL;
  MailAddress      address;

  mail_address_resolve (host, path, &address);
  smtp_mailbox_split (path, &local_part, &domain);
  if (address.kind == MAIL_ADDRESS_MAILBOX || address.kind == MAIL_ADDRESS_ALIAS)
    {
      lower = g_ascii_strdown (local_part, -1);
      return g_strconcat (lower, "@", NULL);
    }
  if (address.kind != MAIL_ADDRESS_ELSEWHERE)
    return g_ascii_strdown (path, -1);
  lower = g_ascii_strdown (domain, -1);
  return g_strconcat (local_part, "@", lower, NULL);
}

/* A target of an alias may be just a local part: of the alias's own domain. */
static char *
dup_target (const char *alias, const char *target)
{
  const char *at = strrchr (alias, '@');

  if (strchr (target, '@') != NULL || at == NULL)
    return g_strdup (target);
  return g_strconcat (target, at, NULL);
}

static gboolean
has_key (const GPtrArray *keys, const char *key)
{
  for (guint i = 0; i < keys->len; i++)
    if (strcmp (g_ptr_array_index (keys, i), key) == 0)
      return TRUE;
  return FALSE;
}

static void
add_leaf (Tree *self, const char *path)
{
  g_autofree char *key = dup_key (self->host, path);

  for (guint i = 0; i < self->leaves->len; i++)
    {
      g_autofree char *other = dup_key (self->host, g_ptr_array_index (self->leaves, i));

      if (strcmp (other, key) == 0)
        return;
    }
  g_ptr_array_add (self->leaves, g_strdup (path));
}

static void grow (Tree *self, const char *path);

static void
grow_targets (Tree *self, const char *path, const MailAddress *address)
{
  g_autofree char *key = dup_key (self->host, path);
  const char      *owner[] = { NULL, NULL };
  const char *const *targets = address->targets;

  if (address->kind == MAIL_ADDRESS_OWNER)
    {
      owner[0] = *address->list->owner != '\0' ? address->list->owner : "postmaster";
      targets = owner;
    }
  if (has_key (self->above, key) || self->above->len >= MAIL_EXPAND_DEPTH_MAX)
    {
      self->is_circular = TRUE;
      return;
    }
  g_ptr_array_add (self->above, g_strdup (key));
  for (guint i = 0; targets[i] != NULL; i++)
    {
      g_autofree char *target = dup_target (path, targets[i]);
      g_autofree char *target_key = dup_key (self->host, target);

      /* Users may forward their mail and keep a copy. */
      if (address->user != NULL && strcmp (target_key, key) == 0)
        add_leaf (self, target);
      else
        grow (self, target);
    }
  g_ptr_array_remove_index (self->above, self->above->len - 1);
}

static void
grow (Tree *self, const char *path)
{
  MailAddress address;

  mail_address_resolve (self->host, path, &address);
  if (address.kind == MAIL_ADDRESS_ALIAS || address.kind == MAIL_ADDRESS_OWNER)
    grow_targets (self, path, &address);
  else
    add_leaf (self, path);
}

/* What a leaf takes along of what was asked for: RFC 3461 section 5.2.7.2 and 5.2.7.3 (c). */
static guint
get_notify (const SmtpRecipient *root, guint n_leaves)
{
  guint notify = root->notify;

  if (n_leaves == 1 || (notify & SMTP_NOTIFY_SUCCESS) == 0)
    return notify;
  notify &= ~(guint) SMTP_NOTIFY_SUCCESS;
  return notify != 0 ? notify : SMTP_NOTIFY_NEVER;
}

static void deal_with (Expansion *self, MailRecipient *recipient, gboolean is_leaf);

static void
add_leaves (Expansion *self, MailRecipient *root, const Tree *tree)
{
  static const MailOutcome outcome = { .status = "2.1.5", .reason = "" };

  mail_entry_finish (self->entry, root,
                     tree->leaves->len > 1 ? MAIL_STATE_EXPANDED : MAIL_STATE_PASSED_ON, &outcome);
  for (guint i = 0; i < tree->leaves->len; i++)
    {
      SmtpRecipient leaf = root->envelope;

      leaf.path = g_ptr_array_index (tree->leaves, i);
      leaf.notify = get_notify (&root->envelope, tree->leaves->len);
      deal_with (self, mail_entry_add (self->entry, &leaf, root->accepted), TRUE);
    }
}

static void
note_expanded (MailEntry *entry, const MailRecipient *root, const Tree *tree)
{
  g_autofree char *targets = NULL;

  g_ptr_array_add (tree->leaves, NULL);
  targets = g_strjoinv (", ", (char **) tree->leaves->pdata);
  g_ptr_array_remove_index (tree->leaves, tree->leaves->len - 1);
  mail_host_note (entry->host, entry->number, 0, "expanded",
                  "%s: <%s> stands for %s\nid: %s\nfrom: %s\nto: %s", entry->id,
                  root->envelope.path, targets, entry->id, root->envelope.path, targets);
}

static void
expand_alias (Expansion *self, MailRecipient *root)
{
  static const MailOutcome circular = {
    .status = "5.4.6", .reason = "the address leads back to itself, and to nobody else"
  };
  g_autoptr (GPtrArray) leaves = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) above = g_ptr_array_new_with_free_func (g_free);
  Tree tree = { self->entry->host, leaves, above, FALSE };

  grow (&tree, root->envelope.path);
  if (leaves->len == 0)
    {
      mail_entry_fail (self->entry, root, &circular);
      return;
    }
  note_expanded (self->entry, root, &tree);
  add_leaves (self, root, &tree);
}

/* A recipient that stands for itself: once. Returns: FALSE when it is there already. */
static gboolean
keep (Expansion *self, MailRecipient *recipient)
{
  static const MailOutcome merged = { .status = "2.1.5", .reason = "" };

  if (g_hash_table_add (self->seen, dup_key (self->entry->host, recipient->envelope.path)))
    return TRUE;
  mail_entry_finish (self->entry, recipient, MAIL_STATE_PASSED_ON, &merged);
  mail_host_note (self->entry->host, self->entry->number, 0, "merged",
                  "%s: <%s> gets it once\nid: %s\nrecipient: %s", self->entry->id,
                  recipient->envelope.path, self->entry->id, recipient->envelope.path);
  return FALSE;
}

/* For the sender, that is where the message has arrived (RFC 3461 section 5.2.7.1). A message
 * without a sender is for the owner: it must not get one (RFC 5321 section 4.5.5). */
static void
give_to_list (Expansion *self, MailRecipient *recipient, const SimScenarioList *list)
{
  static const MailOutcome delivered = { .status = "2.1.5", .reason = "" };

  if (*self->entry->mail.reverse_path == '\0')
    {
      const char      *at = strrchr (recipient->envelope.path, '@');
      g_autofree char *owner =
          g_strdup_printf ("%.*s-owner%s", (int) (at - recipient->envelope.path),
                           recipient->envelope.path, at);
      SmtpRecipient envelope = recipient->envelope;

      envelope.path = owner;
      mail_entry_finish (self->entry, recipient, MAIL_STATE_PASSED_ON, &delivered);
      deal_with (self, mail_entry_add (self->entry, &envelope, recipient->accepted), FALSE);
      return;
    }
  mail_entry_finish (self->entry, recipient, MAIL_STATE_DELIVERED, &delivered);
  self->on_list (self->entry, list);
}

/* @is_leaf: it came out of an expansion */
static void
deal_with (Expansion *self, MailRecipient *recipient, gboolean is_leaf)
{
  static const MailOutcome unknown = { .status = "5.1.1", .reason = "no such user here" };
  MailAddress address;

  mail_address_resolve (self->entry->host, recipient->envelope.path, &address);
  switch (address.kind)
    {
    case MAIL_ADDRESS_ELSEWHERE:
    case MAIL_ADDRESS_MAILBOX:
      keep (self, recipient);
      break;
    case MAIL_ADDRESS_LIST:
      if (keep (self, recipient))
        give_to_list (self, recipient, address.list);
      break;
    case MAIL_ADDRESS_ALIAS:
    case MAIL_ADDRESS_OWNER:
      if (is_leaf) /* users who forward their mail, and keep a copy */
        keep (self, recipient);
      else
        expand_alias (self, recipient);
      break;
    case MAIL_ADDRESS_UNKNOWN:
      mail_entry_fail (self->entry, recipient, &unknown);
      break;
    }
}

static gboolean
is_alias (MailHost *host, const MailRecipient *recipient)
{
  MailAddress address;

  mail_address_resolve (host, recipient->envelope.path, &address);
  return address.kind == MAIL_ADDRESS_ALIAS || address.kind == MAIL_ADDRESS_OWNER;
}

/* Those who were named first: what they asked for counts where an alias leads to them, too. */
void
mail_expand (MailEntry *entry, MailExpandListFunc on_list)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Expansion self = { entry, on_list, seen };
  guint     n_recipients = entry->recipients->len;

  for (guint pass = 0; pass < 2; pass++)
    for (guint i = 0; i < n_recipients; i++)
      {
        MailRecipient *recipient = g_ptr_array_index (entry->recipients, i);

        if (recipient->state == MAIL_STATE_WAITING &&
            is_alias (entry->host, recipient) == (pass == 1))
          deal_with (&self, recipient, FALSE);
      }
}
