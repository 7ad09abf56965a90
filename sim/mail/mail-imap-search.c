/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-imap-search-parts.h"

#include <string.h>

/* SEARCH (RFC 9051 section 6.4.4, RFC 3501 section 6.4.4), with ESEARCH (RFC 4731), SEARCHRES (RFC
 * 5182) and what of CONTEXT=SEARCH (RFC 5267) concerns the first answer. */

/* What is answered with numbers, of the options. */
#define RETURN_NUMBERS (IMAP_RETURN_MIN | IMAP_RETURN_MAX)
#define RETURN_ITEMS                                                                               \
  (RETURN_NUMBERS | IMAP_RETURN_ALL | IMAP_RETURN_COUNT | IMAP_RETURN_PARTIAL)

gboolean
mail_imap_is_recent (const MailImap *self, guint32 uid)
{
  return self->recents != NULL && g_hash_table_contains (self->recents, GUINT_TO_POINTER (uid));
}

gint64
mail_imap_get_unix_us (const MailImap *self)
{
  return sim_world_get_unix_us (self->host->sim);
}

guint32
mail_imap_search_get_number (const MailImapSearch *self, const MailImapFound *found)
{
  return self->command->is_uid ? found->uid : found->number;
}

static const MailImapFound *
get_found (const MailImapSearch *self, guint i)
{
  return &g_array_index (self->found, MailImapFound, i);
}

/* Whether only the first and the last are wanted, so that not all messages have to be looked at.
 * Of sorted ones the first is known when all are. */
static gboolean
wants_ends (const MailImapSearch *self)
{
  guint wanted = self->options &
                 (RETURN_ITEMS | IMAP_RETURN_UPDATE | IMAP_RETURN_CONTEXT);

  return self->command->verb == IMAP_VERB_SEARCH && wanted != 0 && (wanted & ~RETURN_NUMBERS) == 0;
}

/* Looking */

/* Goes on from what was found: the other end where both are wanted, or nothing more. */
static void
turn (MailImapSearch *self)
{
  gboolean wants_both = (self->options & RETURN_NUMBERS) == RETURN_NUMBERS;

  if (wants_both && !self->is_descending)
    self->is_descending = TRUE;
  else
    self->from = self->to + 1;
}

/* Returns: what it cost. */
static guint64
look (MailImapSearch *self, guint number)
{
  const MailStored *stored = mail_imap_get_stored (self->imap, number);
  MailImapFound     found;
  guint64           cost;

  if (stored == NULL)
    return 1;
  cost = mail_matcher_get_cost (self->matcher, stored);
  if (!mail_matcher_matches (self->matcher, stored, number,
                             mail_imap_is_recent (self->imap, stored->uid)))
    return cost;
  found = (MailImapFound){ number, stored->uid, stored->modseq };
  g_array_append_val (self->found, found);
  if (wants_ends (self))
    turn (self);
  return cost;
}

static gboolean
step (gpointer data)
{
  MailImapSearch *self = data;

  for (guint64 cost = 0; cost < MAIL_IMAP_SEARCH_LOOKS && self->from <= self->to;)
    cost += look (self, self->is_descending ? self->to-- : self->from++);
  return self->from <= self->to || self->finish (self);
}

/* Saving */

static int
compare_uids (gconstpointer a, gconstpointer b)
{
  guint32 x = *(const guint32 *) a;
  guint32 y = *(const guint32 *) b;

  return (x > y) - (x < y);
}

/* RFC 5182 section 2.4: "$" is the first, or the last, or both, where nothing else is returned. */
static void
collect_saved (const MailImapSearch *self, GArray *uids)
{
  guint    items = self->options & RETURN_ITEMS;
  gboolean is_all = items == 0 || (items & ~RETURN_NUMBERS) != 0;
  guint    n = self->found->len;

  for (guint i = 0; i < n; i++)
    {
      gboolean is_first = i == 0 && (items & IMAP_RETURN_MIN) != 0;
      gboolean is_last = i == n - 1 && (items & IMAP_RETURN_MAX) != 0;

      if (is_all || is_first || is_last)
        g_array_append_val (uids, get_found (self, i)->uid);
    }
}

void
mail_imap_search_save (MailImapSearch *self)
{
  g_autoptr (GArray) uids = g_array_new (FALSE, FALSE, sizeof (guint32));

  if ((self->options & IMAP_RETURN_SAVE) == 0)
    return;
  collect_saved (self, uids);
  g_array_sort (uids, compare_uids);
  imap_set_free (self->imap->saved);
  self->imap->saved = imap_set_new ();
  for (guint i = 0; i < uids->len; i++)
    imap_set_append (self->imap->saved, g_array_index (uids, guint32, i));
}

/* Answering */

static guint64
find_highest_modseq (const MailImapSearch *self)
{
  guint64 highest = 0;

  for (guint i = 0; i < self->found->len; i++)
    highest = MAX (highest, get_found (self, i)->modseq);
  return highest;
}

/* RFC 4731 section 3.2: of the messages that MIN and MAX tell, where they are all that is told. */
static guint64
find_modseq (const MailImapSearch *self)
{
  guint   items = self->options & RETURN_ITEMS;
  guint   n = self->found->len;
  guint64 modseq = 0;

  if (n == 0 || items == 0 || (items & ~RETURN_NUMBERS) != 0)
    return find_highest_modseq (self);
  if ((items & IMAP_RETURN_MIN) != 0)
    modseq = get_found (self, 0)->modseq;
  if ((items & IMAP_RETURN_MAX) != 0)
    modseq = MAX (modseq, get_found (self, n - 1)->modseq);
  return modseq;
}

void
mail_imap_search_append_modseq (const MailImapSearch *self, GString *out)
{
  if (self->found->len > 0 && mail_matcher_has_modseq (self->matcher))
    g_string_append_printf (out, " (MODSEQ %" G_GUINT64_FORMAT ")", find_highest_modseq (self));
}

/* The numbers of results @from up to @to, counted from 0, as a set in their order. */
static void
append_set (const MailImapSearch *self, guint from, guint to, GString *out)
{
  g_autoptr (ImapSet) set = imap_set_new ();
  g_autofree char *text = NULL;

  for (guint i = from; i < to; i++)
    imap_set_append (set, mail_imap_search_get_number (self, get_found (self, i)));
  text = imap_set_format (set);
  g_string_append (out, text);
}

/* RFC 5267 section 4.4: the range as it was asked for, and NIL where no result is in it. */
static void
append_partial (const MailImapSearch *self, GString *out)
{
  guint32 from = self->command->search.partial_from;
  guint32 to = self->command->search.partial_to;
  guint   first = MIN (from, to);
  guint   end = MIN (MAX (from, to), self->found->len);

  g_string_append_printf (out, " PARTIAL (%u:%u ", from, to);
  if (first > end || first == 0)
    g_string_append (out, "NIL");
  else
    append_set (self, first - 1, end, out);
  g_string_append_c (out, ')');
}

static void
append_items (const MailImapSearch *self, GString *out)
{
  guint n = self->found->len;

  if ((self->options & IMAP_RETURN_MIN) != 0 && n > 0)
    g_string_append_printf (out, " MIN %u",
                            mail_imap_search_get_number (self, get_found (self, 0)));
  if ((self->options & IMAP_RETURN_MAX) != 0 && n > 0)
    g_string_append_printf (out, " MAX %u",
                            mail_imap_search_get_number (self, get_found (self, n - 1)));
  if ((self->options & IMAP_RETURN_COUNT) != 0)
    g_string_append_printf (out, " COUNT %u", n);
  if ((self->options & IMAP_RETURN_ALL) != 0 && n > 0)
    {
      g_string_append (out, " ALL ");
      append_set (self, 0, n, out);
    }
  if ((self->options & IMAP_RETURN_PARTIAL) != 0)
    append_partial (self, out);
  if (n > 0 && mail_matcher_has_modseq (self->matcher))
    g_string_append_printf (out, " MODSEQ %" G_GUINT64_FORMAT, find_modseq (self));
}

static void
send_extended (const MailImapSearch *self)
{
  g_autoptr (GString) out = g_string_new ("ESEARCH (TAG ");

  imap_append_string (out, self->command->tag, strlen (self->command->tag), 0);
  g_string_append (out, self->command->is_uid ? ") UID" : ")");
  append_items (self, out);
  mail_imap_send (self->imap, "%s", out->str);
}

/* Section 4.3.1 of RFC 5267. */
static void
refuse_update (const MailImapSearch *self)
{
  g_autoptr (GString) code = g_string_new ("NOUPDATE ");

  imap_append_string (code, self->command->tag, strlen (self->command->tag), 0);
  imap_server_send_status (self->imap->engine, IMAP_NO, code->str,
                           "Too many searches are kept up to date");
}

void
mail_imap_search_answer (MailImapSearch *self)
{
  const char      *verb = imap_verb_get_keyword (self->command->verb);
  g_autofree char *text = g_strdup_printf ("%s completed", verb);

  if (self->options != IMAP_RETURN_SAVE)
    send_extended (self);
  if ((self->options & IMAP_RETURN_UPDATE) != 0 && !mail_imap_add_context (self))
    refuse_update (self);
  mail_imap_complete (self->imap, IMAP_OK, NULL, text);
}

/* SEARCH as RFC 3501 section 7.2.5 has it. */
static void
send_plain (const MailImapSearch *self)
{
  g_autoptr (GString) out = g_string_new ("SEARCH");

  for (guint i = 0; i < self->found->len; i++)
    g_string_append_printf (out, " %u", mail_imap_search_get_number (self, get_found (self, i)));
  mail_imap_search_append_modseq (self, out);
  mail_imap_send (self->imap, "%s", out->str);
}

static int
compare_found (gconstpointer a, gconstpointer b)
{
  return compare_uids (&((const MailImapFound *) a)->number, &((const MailImapFound *) b)->number);
}

static gboolean
finish_search (MailImapSearch *self)
{
  if (wants_ends (self))
    g_array_sort (self->found, compare_found);
  mail_imap_search_save (self);
  if (self->options != 0)
    {
      mail_imap_search_answer (self);
      return FALSE;
    }
  send_plain (self);
  mail_imap_complete (self->imap, IMAP_OK, NULL, "SEARCH completed");
  return FALSE;
}

/* Beginning */

/* What is to be returned: in IMAP4rev2 SEARCH is always extended (RFC 9051 section 6.4.4). */
static guint
get_options (MailImap *self, const ImapCommand *command)
{
  const ImapSearch *search = &command->search;
  gboolean is_rev2 = mail_imap_has_enabled (self, IMAP_ENABLED_REV2);

  if (search->has_return)
    return search->options != 0 ? search->options : IMAP_RETURN_ALL;
  return is_rev2 && command->verb == IMAP_VERB_SEARCH ? IMAP_RETURN_ALL : 0;
}

static void
refuse (MailImap *self, guint options, MailMatchProblem problem)
{
  switch (problem)
    {
    case MAIL_MATCH_BAD_CHARSET:
      if ((options & IMAP_RETURN_SAVE) != 0) /* RFC 5182 section 2.1: NO empties "$" */
        {
          imap_set_free (self->saved);
          self->saved = imap_set_new ();
        }
      mail_imap_complete (self, IMAP_NO, "BADCHARSET (US-ASCII UTF-8)",
                          "That charset is not known here");
      break;
    case MAIL_MATCH_BAD_TEXT:
      mail_imap_complete (self, IMAP_BAD, NULL, "Text is not in the charset it is said to be in");
      break;
    case MAIL_MATCH_BAD_SEQUENCE:
      mail_imap_complete (self, IMAP_BAD, NULL, "There is no message of that sequence number");
      break;
    case MAIL_MATCH_OK:
      break;
    }
}

/* What the grammar lets pass but can't be. Returns: (nullable): why. */
static const char *
find_fault (MailImap *self, const ImapCommand *command, guint options)
{
  gboolean is_utf8 = mail_imap_has_enabled (self, IMAP_ENABLED_UTF8);

  if (is_utf8 && command->verb == IMAP_VERB_SEARCH && command->search.charset != NULL)
    return "CHARSET is not for those who enabled UTF8=ACCEPT"; /* RFC 6855 section 3 */
  if ((options & IMAP_RETURN_ALL) != 0 && (options & IMAP_RETURN_PARTIAL) != 0)
    return "ALL and PARTIAL are not for one search"; /* RFC 5267 section 4.4 */
  if ((options & IMAP_RETURN_UPDATE) != 0 && mail_imap_has_context (self, command->tag))
    return "Tag reuse"; /* section 4.3 */
  return NULL;
}

static MailMatcher *
make_matcher (MailImap *self, const ImapCommand *command, guint options)
{
  MailMatchContext context = {
    .mailbox = self->mailbox,
    .view = &self->view,
    .saved = self->saved,
    .charsets = self->charsets,
    .charset = command->search.charset,
    .now_us = mail_imap_get_unix_us (self),
    .is_kept = (options & IMAP_RETURN_UPDATE) != 0,
  };
  MailMatchProblem problem;
  MailMatcher *matcher = mail_matcher_new (command->search.key, &context, &problem);

  if (matcher == NULL)
    refuse (self, options, problem);
  return matcher;
}

static void
search_free (MailImapSearch *self)
{
  mail_matcher_free (self->matcher);
  g_array_unref (self->found);
  g_clear_pointer (&self->items, g_array_unref);
  g_clear_pointer (&self->messages, g_ptr_array_unref);
  g_free (self);
}

void
mail_imap_search_begin (MailImap          *self,
                        const ImapCommand *command,
                        gboolean         (*finish) (MailImapSearch *))
{
  guint           options = get_options (self, command);
  const char     *fault = find_fault (self, command, options);
  MailMatcher    *matcher;
  MailImapSearch *search;

  if (fault != NULL)
    {
      mail_imap_complete (self, IMAP_BAD, NULL, fault);
      return;
    }
  matcher = make_matcher (self, command, options);
  if (matcher == NULL)
    return;
  if (mail_matcher_has_modseq (matcher))
    mail_imap_enable_condstore (self);
  search = g_new0 (MailImapSearch, 1);
  search->imap = self;
  search->command = command;
  search->options = options;
  search->matcher = matcher;
  search->modseq = mail_mailbox_get_modseq (self->mailbox);
  search->from = 1;
  search->to = imap_view_get_n (&self->view);
  search->found = g_array_new (FALSE, FALSE, sizeof (MailImapFound));
  search->finish = finish;
  search->is_descending = wants_ends (search) && (options & IMAP_RETURN_MIN) == 0;
  mail_imap_begin_work (self, step, search, (GDestroyNotify) search_free);
}

void
mail_imap_do_search (MailImap *self, const ImapCommand *command)
{
  mail_imap_search_begin (self, command, finish_search);
}
