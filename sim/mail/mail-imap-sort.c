/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-imap-search-parts.h"

#include <imap/imap-sort.h>
#include <imap/imap-thread.h>

/* SORT and THREAD (RFC 5256), ESORT (RFC 5267 section 3): what a search has found, put in order. */

/* Looks that it takes to read of a message what it is sorted by. */
#define FILL_LOOKS 100

/* What is compared */

static void
fill_sort_item (const MailStored *stored, guint32 number, GArray *items)
{
  ImapSortItem item = { 0 };

  mail_message_fill_sort_item (stored->message, stored->internal_us, &item);
  item.number = number;
  item.uid = stored->uid;
  item.arrival_us = stored->internal_us;
  g_array_append_val (items, item);
}

static void
fill_thread_item (const MailImapSearch *search, const MailStored *stored, guint i)
{
  const MailImapFound *found = &g_array_index (search->found, MailImapFound, i);
  ImapThreadItem       item = { 0 };

  mail_message_fill_thread_item (stored->message, stored->internal_us, &item);
  item.number = mail_imap_search_get_number (search, found);
  g_array_append_val (search->items, item);
}

/* Reads one more message that was found. One that another session has expunged meanwhile is left
 * out. */
static void
fill (MailImapSearch *search)
{
  guint                i = search->n_filled++;
  const MailImapFound *found = &g_array_index (search->found, MailImapFound, i);
  const MailStored    *stored = mail_imap_get_stored (search->imap, found->number);

  if (stored == NULL)
    return;
  g_ptr_array_add (search->messages, mail_message_ref (stored->message));
  if (search->command->verb == IMAP_VERB_SORT)
    fill_sort_item (stored, found->number, search->items);
  else
    fill_thread_item (search, stored, i);
}

/* Returns: whether all have been read. */
static gboolean
fill_some (MailImapSearch *search)
{
  gsize size = search->command->verb == IMAP_VERB_SORT ? sizeof (ImapSortItem)
                                                       : sizeof (ImapThreadItem);

  if (search->items == NULL)
    {
      search->items = g_array_new (FALSE, FALSE, (guint) size);
      search->messages = g_ptr_array_new_with_free_func ((GDestroyNotify) mail_message_unref);
    }
  for (guint cost = 0; cost < MAIL_IMAP_SEARCH_LOOKS && search->n_filled < search->found->len;
       cost += FILL_LOOKS)
    fill (search);
  return search->n_filled == search->found->len;
}

/* SORT */

/* Puts what was found into the order of the items: both are of the same messages, found is
 * ascending. */
static void
reorder (MailImapSearch *search)
{
  GArray *sorted = g_array_sized_new (FALSE, FALSE, sizeof (MailImapFound), search->items->len);
  guint   n = imap_view_get_n (&search->imap->view);
  g_autofree guint *places = g_new0 (guint, (gsize) n + 1);

  for (guint i = 0; i < search->found->len; i++)
    places[g_array_index (search->found, MailImapFound, i).number] = i;
  for (guint i = 0; i < search->items->len; i++)
    {
      guint place = places[g_array_index (search->items, ImapSortItem, i).number];

      g_array_append_val (sorted, g_array_index (search->found, MailImapFound, place));
    }
  g_array_unref (search->found);
  search->found = sorted;
}

static void
send_sorted (const MailImapSearch *search)
{
  g_autoptr (GString) out = g_string_new ("SORT");

  for (guint i = 0; i < search->found->len; i++)
    g_string_append_printf (
        out, " %u",
        mail_imap_search_get_number (search, &g_array_index (search->found, MailImapFound, i)));
  mail_imap_search_append_modseq (search, out);
  mail_imap_send (search->imap, "%s", out->str);
}

static gboolean
finish_sort (MailImapSearch *search)
{
  if (!fill_some (search))
    return TRUE;
  imap_sort ((ImapSortItem *) (void *) search->items->data, search->items->len,
             search->command->search.criteria);
  reorder (search);
  mail_imap_search_save (search);
  if (search->options != 0)
    {
      mail_imap_search_answer (search);
      return FALSE;
    }
  send_sorted (search);
  mail_imap_complete (search->imap, IMAP_OK, NULL, "SORT completed");
  return FALSE;
}

void
mail_imap_sort_uids (MailImap *self, GArray *uids, const GArray *criteria)
{
  g_autoptr (GArray) items = g_array_new (FALSE, FALSE, sizeof (ImapSortItem));

  for (guint i = 0; i < uids->len; i++)
    {
      guint32           uid = g_array_index (uids, guint32, i);
      const MailStored *stored = mail_mailbox_find_stored (self->mailbox, uid);

      if (stored != NULL)
        fill_sort_item (stored, imap_view_find (&self->view, uid), items);
    }
  imap_sort ((ImapSortItem *) (void *) items->data, items->len, criteria);
  g_array_set_size (uids, 0);
  for (guint i = 0; i < items->len; i++)
    g_array_append_val (uids, g_array_index (items, ImapSortItem, i).uid);
}

/* THREAD */

static gboolean
finish_thread (MailImapSearch *search)
{
  g_autoptr (GString) out = g_string_new ("THREAD ");

  if (!fill_some (search))
    return TRUE;
  imap_thread ((const ImapThreadItem *) (const void *) search->items->data, search->items->len,
               search->command->search.thread, out);
  if (search->items->len == 0)
    g_string_truncate (out, out->len - 1);
  mail_imap_send (search->imap, "%s", out->str);
  mail_imap_complete (search->imap, IMAP_OK, NULL, "THREAD completed");
  return FALSE;
}

void
mail_imap_do_sort (MailImap *self, const ImapCommand *command)
{
  mail_imap_search_begin (self, command,
                          command->verb == IMAP_VERB_SORT ? finish_sort : finish_thread);
}
