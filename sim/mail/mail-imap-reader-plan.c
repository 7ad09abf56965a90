/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-imap-reader-private.h"

#include <string.h>

#include "mail-queue-entry.h"

/* What mail programs do, step by step: offline (fetch), disconnected (sync, RFC 4549), online. */

gboolean
mail_imap_reader_can (const MailImapReader *self, guint32 capability)
{
  return (imap_client_get_capabilities (self->engine) & capability) != 0;
}

void
mail_imap_reader_add_mailbox (const MailImapReader *self, ImapRequest *request, const char *name)
{
  if ((imap_client_get_enabled (self->engine) & (IMAP_ENABLED_UTF8 | IMAP_ENABLED_REV2)) != 0)
    imap_request_add_mailbox_utf8 (request, name);
  else
    imap_request_add_mailbox (request, name);
}

/* The mailbox */

/* "(QRESYNC (VALIDITY MODSEQ UIDS))" of what the copy knows (RFC 7162 section 3.2.5). */
static void
add_resync (MailImapReader *self, ImapRequest *request)
{
  MailCopyBox     *box = self->box;
  g_autofree char *text = NULL;

  self->resyncs = (imap_client_get_enabled (self->engine) & IMAP_ENABLED_QRESYNC) != 0 &&
                  box->uid_validity != 0 && box->modseq != 0;
  if (self->resyncs && box->uid_next > 1)
    text = g_strdup_printf ("(QRESYNC (%u %" G_GUINT64_FORMAT " 1:%u))", box->uid_validity,
                            box->modseq, box->uid_next - 1);
  else if (self->resyncs)
    text = g_strdup_printf ("(QRESYNC (%u %" G_GUINT64_FORMAT "))", box->uid_validity,
                            box->modseq);
  else if (mail_imap_reader_can (self, IMAP_CAPABILITY_CONDSTORE) && self->own_copy == NULL &&
           (imap_client_get_enabled (self->engine) & IMAP_ENABLED_CONDSTORE) == 0)
    text = g_strdup ("(CONDSTORE)");
  if (text != NULL)
    imap_request_add (request, text);
}

static void
on_selected (MailImapReader *self, const ImapResponse *response)
{
  g_autofree char *text = NULL;

  self->is_selected = response->condition == IMAP_OK;
  if (self->is_selected)
    return;
  text = mail_note_value (response->text != NULL ? response->text : "");
  mail_imap_reader_note (self, "refused", TRACE_FLAG_WARNING,
                         "the server does not open %s: %s\nmailbox: %s", self->box->name, text,
                         self->box->name);
}

static void
select_box (MailImapReader *self, gpointer data)
{
  ImapRequest *request = imap_request_new ("SELECT");

  mail_imap_reader_tell_news (self);
  mail_imap_reader_begin_box (self, mail_copy_get_box (self->copy, data));
  mail_imap_reader_add_mailbox (self, request, data);
  add_resync (self, request);
  mail_imap_reader_ask (self, request, on_selected);
}

/* What of the copy is no more, and which flags are others: without QRESYNC the program has to find
 * out for itself (RFC 4549 section 4.3.1). */

static void
lose_all_but (MailImapReader *self, ImapSet *there)
{
  imap_set_resolve (there, G_MAXUINT32);
  for (guint i = self->box->messages->len; i-- > 0;)
    {
      guint32 uid = ((MailCopied *) g_ptr_array_index (self->box->messages, i))->uid;

      if (!imap_set_contains (there, uid))
        mail_imap_reader_lose (self, uid);
    }
}

static void
on_old_told (MailImapReader *self, const ImapResponse *response)
{
  if (response->condition == IMAP_OK)
    lose_all_but (self, self->told);
  else
    mail_imap_reader_note_refusal (self, response);
}

static void
on_old_found (MailImapReader *self, const ImapResponse *response)
{
  if (response->condition == IMAP_OK && self->found != NULL)
    lose_all_but (self, self->found);
  else
    mail_imap_reader_note_refusal (self, response);
}

static void
check_old (MailImapReader *self, gpointer data)
{
  MailCopyBox     *box = self->box;
  g_autofree char *text = NULL;
  g_autofree char *flags = NULL;

  if (!self->is_selected || self->resyncs || box->messages->len == 0)
    return;
  g_array_set_size (self->told->ranges, 0);
  if (box->modseq == 0 || self->modseq == 0 ||
      !mail_imap_reader_can (self, IMAP_CAPABILITY_CONDSTORE))
    {
      text = g_strdup_printf ("UID FETCH 1:%u (FLAGS)", box->uid_next - 1);
      mail_imap_reader_ask (self, imap_request_new (text), on_old_told);
      return;
    }
  text = g_strdup_printf ("UID SEARCH UID 1:%u", box->uid_next - 1);
  mail_imap_reader_ask (self, imap_request_new (text), on_old_found);
  flags = g_strdup_printf ("UID FETCH 1:%u (FLAGS) (CHANGEDSINCE %" G_GUINT64_FORMAT ")",
                           box->uid_next - 1, box->modseq);
  if (self->modseq > box->modseq)
    mail_imap_reader_ask (self, imap_request_new (flags), NULL);
}

/* The messages that are left of the copy are the first ones of the mailbox, in their order. */
static void
number_old (MailImapReader *self, gpointer data)
{
  guint n = MIN (self->box->messages->len, imap_view_get_n (&self->view));

  if (!self->is_selected)
    return;
  for (guint i = 0; i < n; i++)
    if (imap_view_get_uid (&self->view, i + 1) == 0)
      imap_view_set_uid (&self->view, i + 1,
                         ((MailCopied *) g_ptr_array_index (self->box->messages, i))->uid);
}

/* New messages */

#define NEW_ITEMS "FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[]"

static void
on_new_told (MailImapReader *self, const ImapResponse *response)
{
  guint first = mail_imap_reader_find_first_new (self);

  if (response->condition == IMAP_OK && first > 1)
    {
      self->box->uid_next = MAX (self->box->uid_next,
                                 imap_view_get_uid (&self->view, first - 1) + 1);
      return;
    }
  self->is_partial = TRUE;
  if (response->condition != IMAP_OK)
    mail_imap_reader_note_refusal (self, response);
}

/* All of them at once where they are few, else so many that the next ones can wait. @data: the
 * number up to where they were asked for before */
static void
fetch_new (MailImapReader *self, gpointer data)
{
  guint            n = imap_view_get_n (&self->view);
  guint            first, last;
  g_autofree char *text = NULL;

  if (!self->is_selected || self->is_partial)
    return;
  first = MAX (mail_imap_reader_find_first_new (self), GPOINTER_TO_UINT (data) + 1);
  if (first > n)
    return;
  last = MIN (n, first + MAIL_IMAP_BATCH - 1);
  if (last == n && data == NULL)
    text = g_strdup_printf ("UID FETCH %u:* (" NEW_ITEMS ")", self->box->uid_next);
  else
    text = g_strdup_printf ("FETCH %u:%u (UID " NEW_ITEMS ")", first, last);
  if (last < n)
    mail_imap_reader_plan_next (self, fetch_new, GUINT_TO_POINTER (last));
  mail_imap_reader_ask (self, imap_request_new (text), on_new_told);
}

/* All is known up to what the server told when it opened the mailbox; what came later is told again
 * next time, which does no harm. */
static void
remember (MailImapReader *self, gpointer data)
{
  if (!self->is_selected)
    return;
  if (!self->is_partial)
    {
      self->box->modseq = self->modseq;
      self->box->uid_next = MAX (self->box->uid_next, self->uid_next);
    }
  mail_imap_reader_tell_news (self);
}

/* Offline: new mail is fetched, and leaves the server, at once or after some days */

static void
remove_fetched (MailImapReader *self, gpointer data)
{
  gint64 until_us = mail_imap_reader_get_now (self) - self->action->leave_us;
  g_autoptr (ImapSet) uids = imap_set_new ();

  if (!self->is_selected)
    return;
  for (guint i = 0; i < self->box->messages->len; i++)
    {
      const MailCopied *copied = g_ptr_array_index (self->box->messages, i);

      if (copied->message != NULL && copied->fetched_us <= until_us)
        imap_set_append (uids, copied->uid);
    }
  self->n_removed = 0;
  if (!imap_set_is_empty (uids))
    mail_imap_reader_remove (self, uids);
}

static void
tell_fetched (MailImapReader *self, gpointer data)
{
  if (self->is_selected)
    mail_imap_reader_note (self, "fetched", 0,
                           self->n_fetched == 1
                               ? "%u message fetched, %u removed from the server"
                               : "%u messages fetched, %u removed from the server",
                           self->n_fetched, self->action->keep ? 0 : self->n_removed);
}

static void
plan_fetch (MailImapReader *self)
{
  g_ptr_array_add (self->names, g_strdup ("INBOX"));
  mail_imap_reader_plan (self, select_box, g_ptr_array_index (self->names, 0));
  mail_imap_reader_plan (self, check_old, NULL);
  mail_imap_reader_plan (self, number_old, NULL);
  mail_imap_reader_plan (self, fetch_new, NULL);
  if (!self->action->keep)
    mail_imap_reader_plan (self, remove_fetched, NULL);
  mail_imap_reader_plan (self, remember, NULL);
  mail_imap_reader_plan (self, tell_fetched, NULL);
}

/* Disconnected: a copy of all */

/* First the server learns what was done offline, then the copy what happened on the server (RFC
 * 4549 section 3). */
static void
plan_box (MailImapReader *self, char *name)
{
  mail_imap_reader_plan (self, select_box, name);
  mail_imap_reader_plan (self, mail_imap_reader_play_back, NULL);
  mail_imap_reader_plan (self, check_old, NULL);
  mail_imap_reader_plan (self, number_old, NULL);
  mail_imap_reader_plan (self, fetch_new, NULL);
  mail_imap_reader_plan (self, remember, NULL);
}

static void
select_first (MailImapReader *self, gpointer data)
{
  char *name = g_ptr_array_index (self->names, 0);

  if (self->is_selected && strcmp (self->box->name, name) == 0)
    return;
  mail_imap_reader_plan_next (self, remember, NULL);
  mail_imap_reader_plan_next (self, fetch_new, NULL);
  mail_imap_reader_plan_next (self, number_old, NULL);
  mail_imap_reader_plan_next (self, check_old, NULL);
  select_box (self, name);
}

static void
poll (MailImapReader *self, gpointer data)
{
  mail_imap_reader_ask (self, imap_request_new ("NOOP"), NULL);
}

static void stay (MailImapReader *self, gpointer data);

static void
plan_news (MailImapReader *self)
{
  mail_imap_reader_plan_next (self, stay, NULL);
  mail_imap_reader_plan_next (self, remember, NULL);
  mail_imap_reader_plan_next (self, fetch_new, NULL);
}

/* Stays, and is told of what happens meanwhile (RFC 2177), or asks now and then. */
static void
stay (MailImapReader *self, gpointer data)
{
  gint64 now_us = mail_imap_reader_get_now (self);

  if (!self->is_selected)
    return;
  if (self->idle_end_us == 0)
    self->idle_end_us = now_us + self->action->idle_us;
  if (now_us >= self->idle_end_us)
    return;
  if (mail_imap_reader_can (self, IMAP_CAPABILITY_IDLE))
    {
      self->idle_until_us = self->idle_end_us;
      imap_client_idle (self->engine);
      return;
    }
  self->poll_us = MIN (self->idle_end_us, now_us + MAIL_IMAP_POLL_US);
  plan_news (self);
  mail_imap_reader_plan_next (self, poll, NULL);
}

/* A message that is new has to be fetched, which IDLE does not allow; what else is told needs no
 * question. */
void
mail_imap_reader_on_idle_news (MailImapReader *self)
{
  if (self->idle_until_us <= 0)
    return;
  if (mail_imap_reader_find_first_new (self) > imap_view_get_n (&self->view))
    {
      mail_imap_reader_tell_news (self);
      return;
    }
  self->idle_until_us = -1;
  imap_client_end_idle (self->engine);
  plan_news (self);
}

/* First where something was done offline: what is moved from there comes to mailboxes that are
 * looked at later. Then INBOX. */
static int
get_rank (const MailImapReader *self, const char *name)
{
  MailCopyBox *box = mail_copy_get_box (self->copy, name);

  return box->deeds->len > 0 ? 0 : strcmp (name, "INBOX") == 0 ? 1 : 2;
}

/* The copy of a mailbox that is no more goes, but for messages to be saved there. */
static void
drop_lost_boxes (MailImapReader *self)
{
  for (guint i = mail_copy_get_n_boxes (self->copy); i-- > 0;)
    {
      MailCopyBox *box = mail_copy_get_nth_box (self->copy, i);

      if (box->deeds->len > 0 ||
          g_ptr_array_find_with_equal_func (self->names, box->name, g_str_equal, NULL))
        continue;
      mail_imap_reader_note (self, "copy-dropped", TRACE_FLAG_WARNING,
                             "the server has no mailbox %s any more\nmailbox: %s", box->name,
                             box->name);
      mail_copy_drop_box (self->copy, box);
    }
}

static void
plan_boxes (MailImapReader *self, gpointer data)
{
  if (self->lists)
    drop_lost_boxes (self);
  self->lists = FALSE;
  for (int rank = 0; rank < 3; rank++)
    for (guint i = 0; i < self->names->len; i++)
      if (get_rank (self, g_ptr_array_index (self->names, i)) == rank)
        plan_box (self, g_ptr_array_index (self->names, i));
  if (self->action->idle_us > 0 && self->names->len > 0)
    {
      mail_imap_reader_plan (self, select_first, NULL);
      mail_imap_reader_plan (self, stay, NULL);
    }
}

static void
on_listed (MailImapReader *self, const ImapResponse *response)
{
  if (response->condition == IMAP_OK)
    return;
  mail_imap_reader_note_refusal (self, response);
  mail_imap_reader_drop_plan (self);
}

static void
list_names (MailImapReader *self, gpointer data)
{
  self->lists = TRUE;
  mail_imap_reader_ask (self, imap_request_new ("LIST \"\" \"*\""), on_listed);
}

static void
plan_sync (MailImapReader *self)
{
  char **names = self->action->mailboxes;

  for (guint i = 0; names[i] != NULL; i++)
    if (!g_ptr_array_find_with_equal_func (self->names, names[i], g_str_equal, NULL))
      g_ptr_array_add (self->names, g_strdup (names[i]));
  if (self->names->len == 0)
    mail_imap_reader_plan (self, list_names, NULL);
  mail_imap_reader_plan (self, plan_boxes, NULL);
}

/* Online: what the person sees, and does */

/* @data: how many have been seen */
static void
see (MailImapReader *self, gpointer data)
{
  guint            n = imap_view_get_n (&self->view);
  guint            first = GPOINTER_TO_UINT (data) + 1;
  guint            last = MIN (n, first + MAIL_IMAP_BATCH - 1);
  g_autofree char *text = NULL;

  if (!self->is_selected || first > n)
    return;
  if (first == 1 && last == n)
    text = g_strdup ("FETCH 1:* (UID FLAGS ENVELOPE)");
  else
    text = g_strdup_printf ("FETCH %u:%u (UID FLAGS ENVELOPE)", first, last);
  if (last < n)
    mail_imap_reader_plan_next (self, see, GUINT_TO_POINTER (last));
  mail_imap_reader_ask (self, imap_request_new (text), NULL);
}

static void
act (MailImapReader *self, gpointer data)
{
  g_autoptr (ImapSet) uids = NULL;

  if (!self->is_selected)
    return;
  uids = mail_copy_box_resolve (self->box, self->action->messages);
  mail_imap_reader_do (self, self->action, uids);
}

void
mail_imap_reader_make_plan (MailImapReader *self)
{
  const SimScenarioAction *action = self->action;

  switch (action->kind)
    {
    case SIM_ACTION_FETCH:
      plan_fetch (self);
      break;
    case SIM_ACTION_SYNC:
      plan_sync (self);
      break;
    case SIM_ACTION_CREATE:
      mail_imap_reader_plan (self, mail_imap_reader_create, NULL);
      break;
    case SIM_ACTION_SAVE:
      mail_imap_reader_plan (self, mail_imap_reader_save, NULL);
      break;
    case SIM_ACTION_SEND:
    case SIM_ACTION_READ:
    case SIM_ACTION_FLAG:
    case SIM_ACTION_MOVE:
    case SIM_ACTION_COPY:
    case SIM_ACTION_DELETE:
      mail_imap_reader_plan (self, select_box, action->mailbox);
      mail_imap_reader_plan (self, see, NULL);
      mail_imap_reader_plan (self, act, NULL);
      break;
    }
}
