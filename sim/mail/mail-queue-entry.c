/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-queue-entry.h"

#include <smtp/smtp-mailbox.h>

char *
mail_note_value (const char *text)
{
  char *value = g_strdup (text);

  g_strdelimit (value, "\r\n", ' ');
  return value;
}

char *
mail_note_time (gint64 time_us)
{
  return g_strdup_printf ("%" G_GINT64_FORMAT ".%06" G_GINT64_FORMAT, time_us / G_USEC_PER_SEC,
                          time_us % G_USEC_PER_SEC);
}

char *
mail_entry_format_recipients (const GPtrArray *recipients)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < recipients->len; i++)
    {
      const MailRecipient *recipient = g_ptr_array_index (recipients, i);

      g_string_append_printf (text, "%s<%s>", i > 0 ? ", " : "", recipient->envelope.path);
    }
  return g_string_free (text, FALSE);
}

static void
set_outcome (MailEntry *self, MailRecipient *recipient, const MailOutcome *outcome)
{
  g_free (recipient->status);
  g_free (recipient->reason);
  g_free (recipient->remote);
  recipient->status = g_strdup (outcome->status);
  recipient->reason = mail_note_value (outcome->reason);
  recipient->remote = g_strdup (outcome->remote);
  recipient->code = outcome->code;
  recipient->attempt_us = mail_host_get_now (self->host);
}

void
mail_entry_fail (MailEntry *self, MailRecipient *recipient, const MailOutcome *outcome)
{
  g_return_if_fail (recipient->state == MAIL_STATE_WAITING);
  set_outcome (self, recipient, outcome);
  recipient->state = MAIL_STATE_FAILED;
  mail_host_note (self->host, self->number, TRACE_FLAG_ERROR, "failed",
                  "%s: <%s> cannot be delivered: %s\nid: %s\nrecipient: %s\nstatus: %s\n"
                  "reason: %s", self->id, recipient->envelope.path, recipient->reason, self->id,
                  recipient->envelope.path, recipient->status, recipient->reason);
}

void
mail_entry_postpone (MailEntry *self, MailRecipient *recipient, const MailOutcome *outcome)
{
  set_outcome (self, recipient, outcome);
}

void
mail_entry_finish (MailEntry         *self,
                   MailRecipient     *recipient,
                   MailState          state,
                   const MailOutcome *outcome)
{
  set_outcome (self, recipient, outcome);
  recipient->state = state;
}

gboolean
mail_entry_is_done (const MailEntry *self)
{
  for (guint i = 0; i < self->recipients->len; i++)
    if (((MailRecipient *) g_ptr_array_index (self->recipients, i))->state == MAIL_STATE_WAITING)
      return FALSE;
  return TRUE;
}

MailRecipient *
mail_entry_add (MailEntry *self, const SmtpRecipient *envelope, const char *accepted)
{
  MailRecipient   *recipient = g_new0 (MailRecipient, 1);
  g_autofree char *local_part = NULL;

  smtp_recipient_copy (envelope, &recipient->envelope);
  recipient->attempt_us = -1;
  recipient->accepted = g_strdup (accepted != NULL ? accepted : envelope->path);
  smtp_mailbox_split (envelope->path, &local_part, &recipient->domain);
  g_ptr_array_add (self->recipients, recipient);
  return recipient;
}

static void
free_recipient (gpointer data)
{
  MailRecipient *recipient = data;

  smtp_recipient_clear (&recipient->envelope);
  g_free (recipient->accepted);
  g_free (recipient->domain);
  g_free (recipient->status);
  g_free (recipient->reason);
  g_free (recipient->remote);
  g_free (recipient);
}

MailEntry *
mail_entry_new (MailHost *host, const MailQueued *queued)
{
  MailEntry *self = g_new0 (MailEntry, 1);

  self->host = host;
  self->link.data = self;
  self->id = g_strdup (queued->id);
  smtp_mail_copy (&queued->mail, &self->mail);
  self->message = g_bytes_ref (queued->message);
  self->number = queued->number;
  self->since_us = mail_host_get_now (host);
  self->recipients = g_ptr_array_new_with_free_func (free_recipient);
  for (guint i = 0; i < queued->n_recipients; i++)
    mail_entry_add (self, &queued->recipients[i], NULL);
  return self;
}

void
mail_entry_free (MailEntry *self)
{
  g_free (self->id);
  smtp_mail_clear (&self->mail);
  g_bytes_unref (self->message);
  g_ptr_array_unref (self->recipients);
  g_free (self);
}
