/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-imap-reader-private.h"

#include "mail-compose.h"

/* What the user does to messages: at once, or without a connection, to be done on the server with
 * the next sync (RFC 4549 section 4.2). */

static const char *const seen_changes[] = { "+\\Seen", NULL };

/* Returns: (nullable): the changes of flags that the deed makes */
static const char *const *
get_changes (const SimScenarioAction *action)
{
  if (action->kind == SIM_ACTION_READ)
    return seen_changes;
  return action->kind == SIM_ACTION_FLAG ? (const char *const *) action->flags : NULL;
}

/* Commands */

static void
on_answered (MailImapReader *self, const ImapResponse *response)
{
  if (response->condition == IMAP_OK)
    return;
  self->is_refused = TRUE;
  mail_imap_reader_note_refusal (self, response);
}

static void
ask_store (MailImapReader *self, const ImapSet *uids, const char *what, const char *flags)
{
  g_autofree char *set = imap_set_format (uids);
  g_autofree char *text = g_strdup_printf ("UID STORE %s %s (%s)", set, what, flags);

  mail_imap_reader_ask (self, imap_request_new (text), on_answered);
}

/* Each flag by itself is set or not: others may have changed the rest (RFC 4549 section 4.2.3). */
static void
do_flag (MailImapReader *self, const char *const *changes, const ImapSet *uids)
{
  /* Online the answer shows what became of it; the copy changes its own flags. */
  static const char *const whats[2][2] = { { "+FLAGS.SILENT", "-FLAGS.SILENT" },
                                           { "+FLAGS", "-FLAGS" } };

  for (guint sign = 0; sign < 2; sign++)
    {
      g_autoptr (GString) flags = g_string_new (NULL);

      for (guint i = 0; changes[i] != NULL; i++)
        if (changes[i][0] == "+-"[sign])
          g_string_append_printf (flags, "%s%s", flags->len > 0 ? " " : "", changes[i] + 1);
      if (flags->len > 0)
        ask_store (self, uids, whats[self->own_copy != NULL][sign], flags->str);
    }
}

/* Removing: marked as deleted, then expunged, those and no others */

static void
on_expunged (MailImapReader *self, const ImapResponse *response)
{
  on_answered (self, response);
  if (self->others != NULL && !imap_set_is_empty (self->others))
    ask_store (self, self->others, "+FLAGS.SILENT", "\\Deleted");
  g_clear_pointer (&self->others, imap_set_free);
}

/* Returns: (transfer full): what is in @set and not in @other; both are resolved. */
static ImapSet *
subtract (const ImapSet *set, const ImapSet *other)
{
  ImapSet *left = imap_set_new ();

  for (guint i = 0; i < set->ranges->len; i++)
    {
      ImapRange range = g_array_index (set->ranges, ImapRange, i);
      guint64   from = range.from;

      for (guint j = 0; j < other->ranges->len; j++)
        {
          ImapRange hole = g_array_index (other->ranges, ImapRange, j);

          if (hole.to < from || hole.from > range.to)
            continue;
          if (hole.from > from)
            imap_set_add (left, (guint32) from, hole.from - 1);
          from = (guint64) hole.to + 1;
        }
      if (from <= range.to)
        imap_set_add (left, (guint32) from, range.to);
    }
  return left;
}

/* Without UIDPLUS all that is marked goes, so that what others have marked loses its mark for a
 * moment (RFC 4549 section 4.2.4). */
static void
on_deleted_found (MailImapReader *self, const ImapResponse *response)
{
  if (response->condition != IMAP_OK || self->found == NULL)
    {
      on_answered (self, response);
      return;
    }
  imap_set_free (self->others);
  self->others = subtract (self->found, self->chosen);
  if (!imap_set_is_empty (self->others))
    ask_store (self, self->others, "-FLAGS.SILENT", "\\Deleted");
  mail_imap_reader_ask (self, imap_request_new ("EXPUNGE"), on_expunged);
}

static void
on_marked (MailImapReader *self, const ImapResponse *response)
{
  g_autofree char *set = imap_set_format (self->chosen);
  g_autofree char *text = g_strdup_printf ("UID EXPUNGE %s", set);

  on_answered (self, response);
  if (response->condition != IMAP_OK)
    return;
  if (mail_imap_reader_can (self, IMAP_CAPABILITY_UIDPLUS))
    mail_imap_reader_ask (self, imap_request_new (text), on_answered);
  else
    mail_imap_reader_ask (self, imap_request_new ("UID SEARCH DELETED"), on_deleted_found);
}

static void
do_delete (MailImapReader *self)
{
  g_autofree char *set = imap_set_format (self->chosen);
  g_autofree char *text = g_strdup_printf ("UID STORE %s +FLAGS.SILENT (\\Deleted)", set);

  mail_imap_reader_ask (self, imap_request_new (text), on_marked);
}

/* Without MOVE: nothing is removed that has not been copied (RFC 4549 section 5.1, note 1). */
static void
on_copied (MailImapReader *self, const ImapResponse *response)
{
  on_answered (self, response);
  if (response->condition == IMAP_OK)
    do_delete (self);
}

static void
do_copy (MailImapReader *self, const SimScenarioAction *action)
{
  gboolean moves = action->kind == SIM_ACTION_MOVE;
  gboolean can_move =
      mail_imap_reader_can (self, IMAP_CAPABILITY_MOVE);
  g_autofree char *set = imap_set_format (self->chosen);
  g_autofree char *text = g_strdup_printf ("UID %s %s", moves && can_move ? "MOVE" : "COPY", set);
  ImapRequest     *request = imap_request_new (text);

  mail_imap_reader_add_mailbox (self, request, action->into);
  mail_imap_reader_ask (self, request, moves && !can_move ? on_copied : on_answered);
}

static void
do_read (MailImapReader *self)
{
  g_autofree char *set = imap_set_format (self->chosen);
  g_autofree char *text = g_strdup_printf ("UID FETCH %s (FLAGS BODY[])", set);

  mail_imap_reader_ask (self, imap_request_new (text), on_answered);
}

static void
do_save (MailImapReader *self, const SimScenarioAction *action)
{
  ImapRequest     *request;
  g_autofree char *problem = NULL;
  g_autoptr (GBytes) message = mail_compose_saved (self->host, action, &problem);
  g_autofree char *flags = g_strjoinv (" ", action->flags);
  g_autofree char *list = g_strdup_printf ("(%s)", flags);

  if (message == NULL)
    {
      mail_imap_reader_note (self, "save-failed", TRACE_FLAG_ERROR,
                             "the message can't be written: %s", problem);
      return;
    }
  request = imap_request_new ("APPEND");
  mail_imap_reader_add_mailbox (self, request, action->mailbox);
  if (*flags != '\0')
    imap_request_add (request, list);
  imap_request_add_literal (request, message);
  mail_imap_reader_ask (self, request, on_answered);
}

void
mail_imap_reader_save (MailImapReader *self, gpointer data)
{
  do_save (self, self->action);
}

void
mail_imap_reader_create (MailImapReader *self, gpointer data)
{
  ImapRequest *request = imap_request_new ("CREATE");

  mail_imap_reader_add_mailbox (self, request, self->action->mailbox);
  mail_imap_reader_ask (self, request, on_answered);
}

void
mail_imap_reader_remove (MailImapReader *self, const ImapSet *uids)
{
  imap_set_free (self->chosen);
  self->chosen = imap_set_copy (uids);
  do_delete (self);
}

void
mail_imap_reader_do (MailImapReader *self, const SimScenarioAction *action, const ImapSet *uids)
{
  imap_set_free (self->chosen);
  self->chosen = uids != NULL ? imap_set_copy (uids) : imap_set_new ();
  self->is_refused = FALSE;
  if (action->kind == SIM_ACTION_SAVE)
    do_save (self, action);
  else if (imap_set_is_empty (self->chosen))
    mail_imap_reader_note (self, "nothing-to-do", 0, "there is no such message in %s",
                           action->mailbox);
  else if (action->kind == SIM_ACTION_READ && self->own_copy != NULL)
    do_read (self);
  else if (get_changes (action) != NULL)
    do_flag (self, get_changes (action), self->chosen);
  else if (action->kind == SIM_ACTION_DELETE)
    do_delete (self);
  else
    do_copy (self, action);
}

/* Offline */

static gboolean
removes (const SimScenarioAction *action)
{
  return action->kind == SIM_ACTION_DELETE || action->kind == SIM_ACTION_MOVE;
}

static void
hide (MailImapReader *self, const ImapSet *uids, gboolean is_hidden)
{
  for (guint i = 0; i < self->box->messages->len; i++)
    {
      const MailCopied *copied = g_ptr_array_index (self->box->messages, i);

      if (imap_set_contains (uids, copied->uid))
        mail_imap_reader_hide (self, copied->uid, is_hidden);
    }
}

/* What a deed makes of the copy. The server's flags may have come in between, so it is told anew
 * once they are the server's. */
static void
apply (MailImapReader *self, const SimScenarioAction *action, const ImapSet *uids)
{
  if (get_changes (action) != NULL)
    mail_imap_reader_change_flags (self, uids, get_changes (action));
  else if (removes (action))
    hide (self, uids, TRUE);
}

void
mail_imap_reader_do_offline (MailImapReader *self)
{
  const SimScenarioAction *action = self->action;
  MailCopyBox             *box = mail_copy_get_box (self->copy, action->mailbox);
  ImapSet                 *uids = NULL;
  g_autofree char         *text = NULL;

  if (action->kind != SIM_ACTION_SAVE)
    {
      uids = mail_copy_box_resolve (box, action->messages);
      if (imap_set_is_empty (uids))
        {
          imap_set_free (uids);
          mail_imap_reader_note (self, "nothing-to-do", 0, "there is no such message in the copy "
                                 "of %s", action->mailbox);
          return;
        }
      text = imap_set_format (uids);
    }
  self->box = box;
  mail_imap_reader_note (self, "offline", 0,
                         "without a connection, %s does it to the copy; the server learns of it "
                         "with the next sync\nuser: %s\nmailbox: %s\nuids: %s",
                         action->user, action->user, box->name, text != NULL ? text : "");
  mail_copy_box_add_deed (box, action, uids);
  if (uids != NULL)
    apply (self, action, uids);
  mail_imap_reader_tell_news (self);
}

/* The first deed has been done, or refused: then the copy is to be as the server has it. */
static void
end_deed (MailImapReader *self, gpointer data)
{
  const SimScenarioAction *action =
      g_array_index (self->box->deeds, MailDeed, 0).data;
  g_autofree char *set = imap_set_format (self->chosen);
  g_autofree char *text = g_strdup_printf ("UID FETCH %s (FLAGS)", set);

  if (!imap_set_is_empty (self->chosen) && !self->is_refused)
    apply (self, action, self->chosen);
  else if (!imap_set_is_empty (self->chosen))
    {
      hide (self, self->chosen, FALSE);
      mail_imap_reader_ask (self, imap_request_new (text), NULL);
    }
  mail_copy_box_end_deed (self->box);
}

/* In their order, one after the other: one that a session's end interrupts is done again. */
void
mail_imap_reader_play_back (MailImapReader *self, gpointer data)
{
  const MailDeed *deed;

  if (!self->is_selected || self->box->deeds->len == 0)
    return;
  deed = &g_array_index (self->box->deeds, MailDeed, 0);
  mail_imap_reader_plan_next (self, mail_imap_reader_play_back, NULL);
  mail_imap_reader_plan_next (self, end_deed, NULL);
  mail_imap_reader_do (self, deed->data, deed->uids);
}
