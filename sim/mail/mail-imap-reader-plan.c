/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-imap-reader-private.h"

#include <string.h>

#include "mail-compose.h"
#include "mail-queue-entry.h"
#include <imap/imap-flag.h>

/* What mail programs do, step by step: offline (fetch), disconnected (sync, RFC 4549), online. */

static gboolean
can (const MailImapReader *self, guint32 capability)
{
  return (imap_client_get_capabilities (self->engine) & capability) != 0;
}

static void
add_mailbox (const MailImapReader *self, ImapRequest *request, const char *name)
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
  else if (can (self, IMAP_CAPABILITY_CONDSTORE) && self->own_copy == NULL &&
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
  add_mailbox (self, request, data);
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
}

/* What is found is all there is up to there, in order: so the first ones by number. */
static void
on_old_found (MailImapReader *self, const ImapResponse *response)
{
  guint number = 1;

  if (response->condition != IMAP_OK || self->found == NULL)
    return;
  for (guint i = 0; i < self->found->ranges->len; i++)
    {
      ImapRange range = g_array_index (self->found->ranges, ImapRange, i);

      for (guint64 uid = range.from; uid <= range.to && number <= imap_view_get_n (&self->view);
           uid++)
        imap_view_set_uid (&self->view, number++, (guint32) uid);
    }
  lose_all_but (self, self->found);
}

static void
check_old (MailImapReader *self, gpointer data)
{
  MailCopyBox     *box = self->box;
  g_autofree char *text = NULL;

  if (!self->is_selected || self->resyncs || box->messages->len == 0)
    return;
  g_array_set_size (self->told->ranges, 0);
  if (box->modseq == 0 || self->modseq == 0)
    {
      text = g_strdup_printf ("UID FETCH 1:%u (FLAGS)", box->uid_next - 1);
      mail_imap_reader_ask (self, imap_request_new (text), on_old_told);
      return;
    }
  text = g_strdup_printf ("UID SEARCH UID 1:%u", box->uid_next - 1);
  mail_imap_reader_ask (self, imap_request_new (text), on_old_found);
  if (self->modseq > box->modseq)
    {
      g_autofree char *flags =
          g_strdup_printf ("UID FETCH 1:%u (FLAGS) (CHANGEDSINCE %" G_GUINT64_FORMAT ")",
                           box->uid_next - 1, box->modseq);

      mail_imap_reader_ask (self, imap_request_new (flags), NULL);
    }
}

static void
fetch_new (MailImapReader *self, gpointer data)
{
  MailCopyBox     *box = self->box;
  g_autofree char *text = NULL;

  if (!self->is_selected || imap_view_get_n (&self->view) == 0 ||
      (self->uid_next != 0 && self->uid_next <= box->uid_next))
    return;
  text = g_strdup_printf ("UID FETCH %u:* (FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[])",
                          box->uid_next);
  mail_imap_reader_ask (self, imap_request_new (text), NULL);
}

/* All is known up to what the server told when it opened the mailbox; what came later is told again
 * next time, which does no harm. */
static void
remember (MailImapReader *self, gpointer data)
{
  if (!self->is_selected)
    return;
  if (self->modseq != 0)
    self->box->modseq = self->modseq;
  if (self->uid_next > self->box->uid_next)
    self->box->uid_next = self->uid_next;
  mail_imap_reader_tell_news (self);
}

/* Deeds */

static char *
format_uids (const ImapSet *uids)
{
  return imap_set_format (uids);
}

static void
ask_store (MailImapReader *self, const ImapSet *uids, const char *what, const char *flags)
{
  g_autofree char *set = format_uids (uids);
  g_autofree char *text = g_strdup_printf ("UID STORE %s %s (%s)", set, what, flags);

  mail_imap_reader_ask (self, imap_request_new (text), NULL);
}

static void
do_flag (MailImapReader *self, const SimScenarioAction *action, const ImapSet *uids)
{
  for (guint sign = 0; sign < 2; sign++)
    {
      g_autoptr (GString) flags = g_string_new (NULL);

      for (guint i = 0; action->flags[i] != NULL; i++)
        if (action->flags[i][0] == "+-"[sign])
          g_string_append_printf (flags, "%s%s", flags->len > 0 ? " " : "", action->flags[i] + 1);
      if (flags->len > 0)
        ask_store (self, uids, sign == 0 ? "+FLAGS" : "-FLAGS", flags->str);
    }
}

static void
expunge (MailImapReader *self, const ImapSet *uids)
{
  g_autofree char *set = format_uids (uids);
  g_autofree char *text = g_strdup_printf ("UID EXPUNGE %s", set);

  /* Without UIDPLUS other messages marked as deleted go, too (RFC 4315 section 2.1). */
  mail_imap_reader_ask (
      self, imap_request_new (can (self, IMAP_CAPABILITY_UIDPLUS) ? text : "EXPUNGE"), NULL);
}

static void
do_delete (MailImapReader *self, const SimScenarioAction *action, const ImapSet *uids)
{
  ask_store (self, uids, "+FLAGS.SILENT", "\\Deleted");
  expunge (self, uids);
}

static void
do_copy (MailImapReader *self, const SimScenarioAction *action, const ImapSet *uids)
{
  gboolean         moves = action->kind == SIM_ACTION_MOVE;
  gboolean         can_move = can (self, IMAP_CAPABILITY_MOVE);
  g_autofree char *set = format_uids (uids);
  g_autofree char *text = g_strdup_printf ("UID %s %s", moves && can_move ? "MOVE" : "COPY", set);
  ImapRequest     *request = imap_request_new (text);

  add_mailbox (self, request, action->into);
  mail_imap_reader_ask (self, request, NULL);
  if (moves && !can_move)
    do_delete (self, action, uids);
}

static void
do_read (MailImapReader *self, const SimScenarioAction *action, const ImapSet *uids)
{
  g_autofree char *set = format_uids (uids);
  g_autofree char *text = g_strdup_printf ("UID FETCH %s (FLAGS BODY[])", set);

  mail_imap_reader_ask (self, imap_request_new (text), NULL);
}

static void
do_save (MailImapReader *self, const SimScenarioAction *action)
{
  ImapRequest     *request = imap_request_new ("APPEND");
  g_autofree char *problem = NULL;
  g_autoptr (GBytes) message = mail_compose_saved (self->host, action, &problem);
  g_autofree char *flags = g_strjoinv (" ", action->flags);
  g_autofree char *list = g_strdup_printf ("(%s)", flags);

  if (message == NULL)
    {
      imap_request_free (request);
      mail_imap_reader_note (self, "save-failed", TRACE_FLAG_ERROR,
                             "the message can't be written: %s", problem);
      return;
    }
  add_mailbox (self, request, action->mailbox);
  imap_request_add (request, list);
  imap_request_add_literal (request, message);
  mail_imap_reader_ask (self, request, NULL);
}

static void
do_create (MailImapReader *self, const SimScenarioAction *action)
{
  ImapRequest *request = imap_request_new ("CREATE");

  add_mailbox (self, request, action->mailbox);
  mail_imap_reader_ask (self, request, NULL);
}

static void
do_deed (MailImapReader *self, const SimScenarioAction *action, const ImapSet *uids)
{
  if (action->kind == SIM_ACTION_SAVE)
    {
      do_save (self, action);
      return;
    }
  if (uids == NULL || imap_set_is_empty (uids))
    {
      mail_imap_reader_note (self, "nothing-to-do", 0, "there is no such message in %s",
                             action->mailbox);
      return;
    }
  if (action->kind == SIM_ACTION_READ)
    do_read (self, action, uids);
  else if (action->kind == SIM_ACTION_FLAG)
    do_flag (self, action, uids);
  else if (action->kind == SIM_ACTION_DELETE)
    do_delete (self, action, uids);
  else if (action->kind == SIM_ACTION_MOVE || action->kind == SIM_ACTION_COPY)
    do_copy (self, action, uids);
}

/* What was done offline is done on the server now, in its order (RFC 4549 section 4.2). */
static void
play_back (MailImapReader *self, gpointer data)
{
  MailCopyBox *box = self->box;

  if (!self->is_selected)
    return;
  for (guint i = 0; i < box->deeds->len; i++)
    {
      const MailDeed *deed = &g_array_index (box->deeds, MailDeed, i);

      do_deed (self, deed->data, deed->uids);
    }
  g_array_set_size (box->deeds, 0);
}

/* Offline: new mail is fetched, and leaves the server */

static void
remove_fetched (MailImapReader *self, gpointer data)
{
  g_autoptr (ImapSet) uids = imap_set_new ();

  if (!self->is_selected)
    return;
  for (guint i = 0; i < self->box->messages->len; i++)
    {
      const MailCopied *copied = g_ptr_array_index (self->box->messages, i);

      if (copied->message != NULL)
        imap_set_append (uids, copied->uid);
    }
  if (!imap_set_is_empty (uids))
    do_delete (self, self->action, uids);
}

static void
tell_fetched (MailImapReader *self, gpointer data)
{
  if (self->is_selected)
    mail_imap_reader_note (self, "fetched", 0,
                           self->n_fetched == 1 ? "%u message fetched" : "%u messages fetched",
                           self->n_fetched);
}

/* Disconnected: a copy of all */

static void
plan_box (MailImapReader *self, char *name)
{
  mail_imap_reader_plan (self, select_box, name);
  mail_imap_reader_plan (self, check_old, NULL);
  mail_imap_reader_plan (self, play_back, NULL);
  mail_imap_reader_plan (self, fetch_new, NULL);
  mail_imap_reader_plan (self, remember, NULL);
}

static void
select_first (MailImapReader *self, gpointer data)
{
  char *name = g_ptr_array_index (self->names, 0);

  if (!self->is_selected || strcmp (self->box->name, name) != 0)
    select_box (self, name);
}

/* Stays, and is told of what happens meanwhile (RFC 2177). */
static void
stay (MailImapReader *self, gpointer data)
{
  gint64 now_us = mail_imap_reader_get_now (self);

  if (!self->is_selected || !can (self, IMAP_CAPABILITY_IDLE))
    return;
  if (self->idle_end_us == 0)
    self->idle_end_us = now_us + self->action->idle_us;
  if (now_us >= self->idle_end_us)
    return;
  self->idle_until_us = self->idle_end_us;
  imap_client_idle (self->engine);
}

/* A message that is new has to be fetched, which IDLE does not allow; what else is told needs no
 * question. */
void
mail_imap_reader_on_idle_news (MailImapReader *self)
{
  guint n = imap_view_get_n (&self->view);

  if (self->idle_until_us <= 0)
    return;
  if (n == 0 || imap_view_get_uid (&self->view, n) != 0)
    {
      mail_imap_reader_tell_news (self);
      return;
    }
  self->idle_until_us = -1;
  self->uid_next = 0; /* it is another now */
  imap_client_end_idle (self->engine);
  mail_imap_reader_plan_next (self, stay, NULL);
  mail_imap_reader_plan_next (self, remember, NULL);
  mail_imap_reader_plan_next (self, fetch_new, NULL);
}

static void
plan_boxes (MailImapReader *self, gpointer data)
{
  for (guint i = 0; i < self->names->len; i++)
    plan_box (self, g_ptr_array_index (self->names, i));
  if (self->action->idle_us > 0 && self->names->len > 0)
    {
      mail_imap_reader_plan (self, select_first, NULL);
      mail_imap_reader_plan (self, stay, NULL);
    }
}

static void
list_names (MailImapReader *self, gpointer data)
{
  mail_imap_reader_ask (self, imap_request_new ("LIST \"\" \"*\""), NULL);
}

/* Online: what the person sees, and does */

static void
see (MailImapReader *self, gpointer data)
{
  if (self->is_selected && imap_view_get_n (&self->view) > 0)
    mail_imap_reader_ask (self, imap_request_new ("FETCH 1:* (UID FLAGS ENVELOPE)"), NULL);
}

static void
act (MailImapReader *self, gpointer data)
{
  if (!self->is_selected)
    return;
  imap_set_free (self->chosen);
  self->chosen = mail_copy_box_resolve (self->box, self->action->messages);
  do_deed (self, self->action, self->chosen);
}

static void
create (MailImapReader *self, gpointer data)
{
  do_create (self, self->action);
}

static void
save (MailImapReader *self, gpointer data)
{
  do_save (self, self->action);
}

void
mail_imap_reader_make_plan (MailImapReader *self)
{
  const SimScenarioAction *action = self->action;

  switch (action->kind)
    {
    case SIM_ACTION_FETCH:
      g_ptr_array_add (self->names, g_strdup ("INBOX"));
      mail_imap_reader_plan (self, select_box, g_ptr_array_index (self->names, 0));
      mail_imap_reader_plan (self, fetch_new, NULL);
      if (!action->keep)
        mail_imap_reader_plan (self, remove_fetched, NULL);
      mail_imap_reader_plan (self, remember, NULL);
      mail_imap_reader_plan (self, tell_fetched, NULL);
      break;
    case SIM_ACTION_SYNC:
      for (guint i = 0; action->mailboxes[i] != NULL; i++)
        g_ptr_array_add (self->names, g_strdup (action->mailboxes[i]));
      if (self->names->len == 0)
        mail_imap_reader_plan (self, list_names, NULL);
      mail_imap_reader_plan (self, plan_boxes, NULL);
      break;
    case SIM_ACTION_CREATE:
      mail_imap_reader_plan (self, create, NULL);
      break;
    case SIM_ACTION_SAVE:
      mail_imap_reader_plan (self, save, NULL);
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
