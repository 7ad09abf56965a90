/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-imap-names-parts.h"

#include <string.h>

#include "mail-imap-tree.h"
#include <imap/imap-name.h>

/* LIST (RFC 9051 section 6.3.9, RFC 5258) with STATUS, MYRIGHTS (RFC 8440) and special uses (RFC
 * 6154), LSUB (RFC 3501 section 6.3.9), NAMESPACE (RFC 9051 section 6.3.10). Names are held against
 * the patterns, and answered, piece by piece, so that others are served meanwhile. */

/** Patterns of one command: ours. Those beyond are ignored, as RFC 9051 section 6.3.9 has it of
 * patterns that a server does not accept. */
#define LIST_PATTERNS_MAX 100
/* Steps in one go: octets of patterns times those of names, or messages that are counted; 2,000,000
 * take some 3 ms. */
#define LIST_STEPS 2000000
/* And in all: a tree of 10,000 names takes a hundredth of it for a pattern that people use. */
#define LIST_STEPS_MAX 500000000

#define LIST_SELECTIONS (IMAP_LIST_SELECT_SUBSCRIBED | IMAP_LIST_SELECT_SPECIAL_USE)

typedef struct
{
  MailImap          *imap;
  const ImapCommand *command; /* borrowed from the engine until it is completed */
  guint              options;
  GPtrArray         *patterns; /* of char *: canonical, without runs of wildcards */
  MailImapTree      *tree;
  guint              next;     /* name to be held against the patterns, then to be answered */
  gboolean           is_matched;
  guint64            n_steps;
} List;

/* Patterns */

/* Appends @text, a run of wildcards as the one that it comes to. */
static void
append_pattern (GString *pattern, const char *text)
{
  for (const char *c = text; *c != '\0'; c++)
    {
      gboolean is_wild = *c == '*' || *c == '%';
      char     last = pattern->len > 0 ? pattern->str[pattern->len - 1] : '\0';

      if (is_wild && last == '*')
        continue;
      if (is_wild && last == '%')
        g_string_truncate (pattern, pattern->len - (*c == '*'));
      if (!(is_wild && last == '%' && *c == '%'))
        g_string_append_c (pattern, *c);
    }
}

static gsize
count_literals (const char *pattern)
{
  gsize n = 0;

  for (; *pattern != '\0'; pattern++)
    n += *pattern != '*' && *pattern != '%';
  return n;
}

/* The canonical patterns: the reference with each appended. Empty ones, and those longer than any
 * name, match nothing. */
static GPtrArray *
read_patterns (const ImapList *list)
{
  GPtrArray *patterns = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < list->patterns->len && patterns->len < LIST_PATTERNS_MAX; i++)
    {
      const char *text = g_ptr_array_index (list->patterns, i);
      GString    *pattern = g_string_new (NULL);

      if (list->reference != NULL)
        append_pattern (pattern, list->reference);
      append_pattern (pattern, text);
      /* "*%" is "*", but for the levels. */
      if (g_str_has_suffix (text, "%") && g_str_has_suffix (pattern->str, "*"))
        g_string_append_c (pattern, '%');
      if (*text != '\0' && count_literals (pattern->str) <= IMAP_NAME_BYTES_MAX)
        g_ptr_array_add (patterns, g_string_free (pattern, FALSE));
      else
        g_string_free (pattern, TRUE);
    }
  return patterns;
}

/* Whether a pattern may match names that begin with @prefix: as far as its first wildcard. */
static gboolean
may_reach (const char *pattern, const char *prefix)
{
  for (; *prefix != '\0' && *pattern != '\0'; pattern++, prefix++)
    if (*pattern == '*' || *pattern == '%')
      return TRUE;
    else if (*pattern != *prefix)
      return FALSE;
  return *prefix == '\0' || *pattern != '\0';
}

static gboolean
reaches_others (const List *list)
{
  for (guint i = 0; i < list->patterns->len; i++)
    {
      const char *pattern = g_ptr_array_index (list->patterns, i);

      /* "user" itself is a level. */
      if (may_reach (pattern, MAIL_IMAP_OTHERS) || strcmp (pattern, "user") == 0)
        return TRUE;
    }
  return FALSE;
}

/* Matching */

/* Section 6.3.9: levels of names that are no mailboxes are for patterns that end in "%"; LSUB has
 * the same rule for those above what is subscribed to (RFC 3501 section 6.3.9). */
static gboolean
matches_pattern (List *list, const MailImapLeaf *leaf, const char *pattern)
{
  if (*pattern != *leaf->name && *pattern != '*' && *pattern != '%' &&
      g_ascii_tolower (*pattern) != 'i')
    return FALSE;
  list->n_steps += strlen (pattern) * strlen (leaf->name);
  return imap_name_matches (pattern, leaf->name, MAIL_ACCOUNT_DELIMITER);
}

static void
match (List *list, MailImapLeaf *leaf)
{
  list->n_steps += list->patterns->len;
  for (guint i = 0; i < list->patterns->len && !leaf->ends_level; i++)
    {
      const char *pattern = g_ptr_array_index (list->patterns, i);
      gboolean    is_level = pattern[strlen (pattern) - 1] == '%';

      if (leaf->is_match && !is_level)
        continue;
      if (matches_pattern (list, leaf, pattern))
        {
          leaf->is_match = TRUE;
          leaf->ends_level = is_level;
        }
    }
}

/* Whether the selection options choose it; without any: what is there. */
static gboolean
meets_selection (const List *list, const MailImapLeaf *leaf)
{
  if ((list->options & LIST_SELECTIONS) == 0)
    return leaf->exists;
  if ((list->options & IMAP_LIST_SELECT_SUBSCRIBED) != 0 && !leaf->is_subscribed)
    return FALSE;
  return (list->options & IMAP_LIST_SELECT_SPECIAL_USE) == 0 || (leaf->exists && leaf->uses != 0);
}

static void
select_leaves (List *list)
{
  guint n = mail_imap_tree_get_n (list->tree);

  for (guint i = 0; i < n; i++)
    {
      MailImapLeaf *leaf = mail_imap_tree_get (list->tree, i);

      leaf->is_selected = meets_selection (list, leaf);
    }
  mail_imap_tree_mark_ancestors (list->tree);
}

/* Whether it is answered although not selected itself. */
static gboolean
is_shown_for_others (const List *list, const MailImapLeaf *leaf)
{
  if (list->command->verb == IMAP_VERB_LSUB || (list->options & LIST_SELECTIONS) == 0)
    return leaf->ends_level && leaf->has_selected_child;
  return (list->options & IMAP_LIST_SELECT_RECURSIVE) != 0 && leaf->has_unmatched_child;
}

/* Answering */

typedef struct
{
  GString *out;
  gsize    start;
} Attributes;

static void
add (Attributes *attributes, gboolean is_there, const char *name)
{
  if (!is_there)
    return;
  if (attributes->out->len > attributes->start)
    g_string_append_c (attributes->out, ' ');
  g_string_append (attributes->out, name);
}

/* RFC 3501 section 6.3.9: \Noselect is of a level that is not subscribed to, and no other. */
static void
append_lsub_attributes (const MailImapLeaf *leaf, GString *out)
{
  if (!leaf->is_selected)
    g_string_append (out, "\\Noselect");
}

static void
append_uses (const List *list, const MailImapLeaf *leaf, Attributes *attributes)
{
  guint wanted = IMAP_LIST_SELECT_SPECIAL_USE | IMAP_LIST_RETURN_SPECIAL_USE;
  g_autoptr (GString) uses = g_string_new (NULL);

  if (list->command->list.is_extended && (list->options & wanted) == 0)
    return;
  mail_imap_append_uses (uses, leaf->uses);
  add (attributes, uses->len > 0, uses->str);
}

static void
append_attributes (const List *list, const MailImapLeaf *leaf, GString *out)
{
  Attributes attributes = { out, out->len };
  gboolean   is_extended = list->command->list.is_extended;
  guint      subscribed = IMAP_LIST_SELECT_SUBSCRIBED | IMAP_LIST_RETURN_SUBSCRIBED;
  gboolean   has_children = !is_extended || (list->options & IMAP_LIST_RETURN_CHILDREN) != 0;

  add (&attributes, !leaf->exists && is_extended, "\\NonExistent");
  add (&attributes, leaf->exists ? !leaf->is_selectable : !is_extended, "\\Noselect");
  add (&attributes, leaf->is_subscribed && (list->options & subscribed) != 0, "\\Subscribed");
  add (&attributes, has_children && leaf->has_children, "\\HasChildren");
  add (&attributes, has_children && !leaf->has_children, "\\HasNoChildren");
  append_uses (list, leaf, &attributes);
}

/* RFC 9051 section 6.3.9.6: which of the options a name below it meets. */
static void
append_child_info (const List *list, const MailImapLeaf *leaf, GString *out)
{
  if ((list->options & IMAP_LIST_SELECT_RECURSIVE) == 0 || !leaf->has_selected_child)
    return;
  g_string_append (out, " (\"CHILDINFO\" (");
  if ((list->options & IMAP_LIST_SELECT_SUBSCRIBED) != 0)
    g_string_append (out, "\"SUBSCRIBED\"");
  if ((list->options & LIST_SELECTIONS) == LIST_SELECTIONS)
    g_string_append_c (out, ' ');
  if ((list->options & IMAP_LIST_SELECT_SPECIAL_USE) != 0)
    g_string_append (out, "\"SPECIAL-USE\"");
  g_string_append (out, "))");
}

static void
send_line (List *list, const MailImapLeaf *leaf)
{
  g_autoptr (GString) out = g_string_new (imap_verb_get_keyword (list->command->verb));

  g_string_append (out, " (");
  if (list->command->verb == IMAP_VERB_LSUB)
    append_lsub_attributes (leaf, out);
  else
    append_attributes (list, leaf, out);
  g_string_append (out, ") ");
  imap_append_delimiter (out, MAIL_ACCOUNT_DELIMITER);
  g_string_append_c (out, ' ');
  imap_append_mailbox (out, leaf->name, mail_imap_get_write_flags (list->imap));
  append_child_info (list, leaf, out);
  mail_imap_send (list->imap, "%s", out->str);
}

static void
send_rights (List *list, const MailImapLeaf *leaf)
{
  g_autofree char *rights = mail_imap_dup_rights (list->imap, leaf->account, leaf->inner);
  g_autofree char *all = mail_imap_format_rights (rights);
  g_autoptr (GString) out = g_string_new ("MYRIGHTS ");

  imap_append_mailbox (out, leaf->name, mail_imap_get_write_flags (list->imap));
  g_string_append_printf (out, " %s", all);
  mail_imap_send (list->imap, "%s", out->str);
}

/* STATUS and MYRIGHTS are of what was selected, and is a mailbox still (RFC 9051 section 6.3.9.2,
 * RFC 8440 section 3). */
static void
send_more (List *list, const MailImapLeaf *leaf)
{
  const MailName *name =
      leaf->account != NULL ? mail_account_find (leaf->account, leaf->inner) : NULL;

  if (!leaf->is_selected || !leaf->exists || name == NULL)
    return;
  if ((list->options & IMAP_LIST_RETURN_MYRIGHTS) != 0)
    send_rights (list, leaf);
  if ((list->options & IMAP_LIST_RETURN_STATUS) != 0 && leaf->is_selectable &&
      name->mailbox != NULL)
    {
      g_autoptr (GString) out = g_string_new (NULL);

      list->n_steps += mail_mailbox_get_n_messages (name->mailbox);
      mail_imap_append_status (list->imap, name->mailbox, leaf->name, list->command->status_items,
                               out);
      mail_imap_send (list->imap, "%s", out->str);
    }
}

static void
answer (List *list, const MailImapLeaf *leaf)
{
  list->n_steps += 100;
  if (!leaf->is_match || !(leaf->is_selected || is_shown_for_others (list, leaf)))
    return;
  send_line (list, leaf);
  send_more (list, leaf);
}

/* The work */

static gboolean
has_time (const List *list, guint64 until)
{
  return list->n_steps < until &&
         imap_server_get_n_output (list->imap->engine) < MAIL_IMAP_OUTPUT_BYTES;
}

static gboolean
step (gpointer data)
{
  List   *list = data;
  guint   n = mail_imap_tree_get_n (list->tree);
  guint64 until = list->n_steps + LIST_STEPS;

  for (; !list->is_matched && list->next < n && list->n_steps < until; list->next++)
    match (list, mail_imap_tree_get (list->tree, list->next));
  if (!list->is_matched && list->next == n)
    {
      select_leaves (list);
      list->is_matched = TRUE;
      list->next = 0;
    }
  for (; list->is_matched && list->next < n && has_time (list, until); list->next++)
    answer (list, mail_imap_tree_get (list->tree, list->next));
  if (list->is_matched && list->next == n)
    mail_imap_complete (list->imap, IMAP_OK, NULL,
                        list->command->verb == IMAP_VERB_LSUB ? "LSUB completed"
                                                              : "LIST completed");
  else if (!list->is_matched && list->n_steps > LIST_STEPS_MAX)
    mail_imap_complete (list->imap, IMAP_NO, "LIMIT", "The patterns are too much work");
  else
    return TRUE;
  return FALSE;
}

static void
list_free (gpointer data)
{
  List *list = data;

  g_ptr_array_unref (list->patterns);
  mail_imap_tree_free (list->tree);
  g_free (list);
}

/* Section 6.3.9: an empty name asks for the delimiter. */
static void
send_delimiter (MailImap *self, const ImapCommand *command)
{
  mail_imap_send (self, "%s (\\Noselect) \"%c\" \"\"", imap_verb_get_keyword (command->verb),
                  MAIL_ACCOUNT_DELIMITER);
  mail_imap_complete (self, IMAP_OK, NULL, "LIST completed");
}

static gboolean
asks_for_delimiter (const ImapList *list)
{
  return !list->is_extended && list->patterns->len == 1 &&
         *(const char *) g_ptr_array_index (list->patterns, 0) == '\0';
}

static void
begin_list (MailImap *self, const ImapCommand *command)
{
  List *list = g_new0 (List, 1);

  list->imap = self;
  list->command = command;
  list->options = command->list.options;
  if (command->verb == IMAP_VERB_LSUB)
    list->options = IMAP_LIST_SELECT_SUBSCRIBED;
  list->patterns = read_patterns (&command->list);
  list->tree = mail_imap_tree_new (self, reaches_others (list));
  if ((command->status_items & IMAP_STATUS_HIGHESTMODSEQ) != 0)
    mail_imap_enable_condstore (self);
  mail_imap_begin_work (self, step, list, list_free);
}

void
mail_imap_do_list (MailImap *self, const ImapCommand *command)
{
  guint options = command->list.options;

  if (asks_for_delimiter (&command->list))
    send_delimiter (self, command);
  else if ((options & IMAP_LIST_SELECT_RECURSIVE) != 0 && (options & LIST_SELECTIONS) == 0)
    mail_imap_complete (self, IMAP_BAD, NULL, "RECURSIVEMATCH is not for itself alone");
  else
    begin_list (self, command);
}

void
mail_imap_do_namespace (MailImap *self, const ImapCommand *command)
{
  (void) command;
  mail_imap_send (self, "NAMESPACE ((\"\" \"%c\")) ((\"" MAIL_IMAP_OTHERS "\" \"%c\")) NIL",
                  MAIL_ACCOUNT_DELIMITER, MAIL_ACCOUNT_DELIMITER);
  mail_imap_complete (self, IMAP_OK, NULL, "NAMESPACE completed");
}
