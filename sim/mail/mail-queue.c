/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-queue.h"

#include "mail-address.h"
#include "mail-expand.h"
#include "mail-list.h"
#include "mail-queue-entry.h"
#include "mail-report.h"
#include "mail-schedule.h"
#include "mail-way.h"
#include <imf/imf-composer.h>

/* How long a host takes to turn to a message it has accepted. Ours, so that the
 * reply leaves before the relaying begins. */
#define TURN_US (2 * 1000)

struct _MailQueue
{
  MailHost     *host;
  GQueue        entries; /* of MailEntry, by their links */
  MailOutbound *outbound;
  GHashTable   *ways; /* of MailWay: a set, not gone through but to free it */
};

static void work_on (gpointer data);

/* Delivery to mailboxes here */

/* Final delivery adds the Return-Path (RFC 5321 section 4.4). */
static void
deliver (MailEntry *entry, MailRecipient *recipient, MailUser *user)
{
  static const MailOutcome delivered = { .status = "2.1.5", .reason = "" };
  static const MailOutcome full = { .status = "4.2.2", .reason = "the mailbox is full" };
  static const MailOutcome too_small = {
    .status = "5.2.3", .reason = "the message is larger than all that the mailbox may hold"
  };
  MailHost        *host = entry->host;
  g_autofree char *path = g_strdup_printf ("<%s>", entry->mail.reverse_path);
  g_autofree char *details = NULL;
  g_autoptr (GBytes) message = imf_prepend_field (entry->message, "Return-Path", path);

  switch (mail_account_deliver (user->account, message, entry->number, &details))
    {
    case MAIL_MAILBOX_FULL:
      mail_entry_postpone (entry, recipient, &full);
      mail_host_note (host, entry->number, TRACE_FLAG_WARNING, "delayed",
                      "%s: the mailbox of %s is full\nid: %s\nrecipient: %s\nreason: %s", entry->id,
                      user->name, entry->id, recipient->envelope.path, full.reason);
      return;
    case MAIL_MAILBOX_TOO_SMALL:
      mail_entry_fail (entry, recipient, &too_small);
      return;
    case MAIL_MAILBOX_FITS:
      break;
    }
  mail_entry_finish (entry, recipient, MAIL_STATE_DELIVERED, &delivered);
  mail_host_tell_message (host, "delivered", entry->number, host->actor, host->actor,
                          "%s puts the message into the mailbox of %s\nid: %s\nrecipient: %s\n"
                          "user: %s\nsize: %" G_GSIZE_FORMAT "%s", host->name, user->name,
                          entry->id, recipient->envelope.path, user->name,
                          g_bytes_get_size (message), details);
}

/* Returns: whether @recipient is of this host, and has been dealt with. */
static gboolean
deliver_here (MailEntry *entry, MailRecipient *recipient)
{
  static const MailOutcome unknown = { .status = "5.1.1", .reason = "no such user here" };
  MailAddress address;

  mail_address_resolve (entry->host, recipient->envelope.path, &address);
  if (address.kind == MAIL_ADDRESS_ELSEWHERE)
    return FALSE;
  if (address.user != NULL)
    deliver (entry, recipient, address.user);
  else
    mail_entry_fail (entry, recipient, &unknown);
  return TRUE;
}

/* The end of a try */

static void
expire (MailEntry *entry)
{
  gint64 age_us = mail_host_get_now (entry->host) - entry->since_us;

  mail_host_note (entry->host, entry->number, TRACE_FLAG_ERROR, "expired",
                  "%s is given up after %.1f days\nid: %s", entry->id,
                  (double) age_us / (24.0 * 3600 * G_USEC_PER_SEC), entry->id);
  for (guint i = 0; i < entry->recipients->len; i++)
    {
      MailRecipient   *recipient = g_ptr_array_index (entry->recipients, i);
      g_autofree char *reason = NULL;
      MailOutcome      outcome;

      if (recipient->state != MAIL_STATE_WAITING)
        continue;
      reason = g_strdup (recipient->reason != NULL ? recipient->reason : "");
      if (recipient->code == 0)
        {
          g_autofree char *last = g_steal_pointer (&reason);

          reason = g_strdup_printf ("it could not be delivered in all this time; last: %s", last);
        }
      /* X.4.7: "Delivery time expired" */
      outcome = (MailOutcome){ "4.4.7", reason, recipient->code, recipient->remote };
      mail_entry_fail (entry, recipient, &outcome);
    }
}

/* Why the first of those that wait waits. */
static const char *
get_reason (const MailEntry *entry)
{
  for (guint i = 0; i < entry->recipients->len; i++)
    {
      const MailRecipient *recipient = g_ptr_array_index (entry->recipients, i);

      if (recipient->state == MAIL_STATE_WAITING && recipient->reason != NULL)
        return recipient->reason;
    }
  return "";
}

static void
on_warning_due (gpointer data)
{
  MailEntry *entry = data;

  entry->warning = 0;
  mail_report_delay (entry);
}

static void
schedule_retry (MailEntry *entry)
{
  MailHost        *host = entry->host;
  gint64           next_us = mail_schedule_get_next_us (host, entry->since_us, entry->n_tries);
  g_autofree char *next = mail_note_time (next_us);
  gint64           warning_us = mail_schedule_get_warning_us (host, entry->since_us);

  mail_host_note (host, entry->number, TRACE_FLAG_WARNING, "retry",
                  "%s stays in the queue: next try in %" G_GINT64_FORMAT " minutes\nid: %s\n"
                  "next-attempt: %s\nreason: %s\nattempt: %u", entry->id,
                  (next_us - mail_host_get_now (host)) / (60 * G_TIME_SPAN_SECOND), entry->id,
                  next, get_reason (entry), entry->n_tries);
  sim_world_schedule (host->sim, next_us, work_on, entry, NULL);
  /* Once, and not where the end comes first. */
  if (!entry->is_warned && warning_us < mail_schedule_get_expiry_us (host, entry->since_us))
    entry->warning = sim_world_schedule (host->sim, warning_us, on_warning_due, entry, NULL);
  entry->is_warned = TRUE;
}

static void
remove_entry (MailEntry *entry)
{
  MailHost *host = entry->host;

  mail_host_note (host, entry->number, 0, "unqueued", "%s leaves the queue\nid: %s", entry->id,
                  entry->id);
  sim_world_cancel (host->sim, entry->warning);
  g_queue_unlink (&host->queue->entries, &entry->link);
  mail_entry_free (entry);
}

/* When nothing works on the entry any more: done, later, or never. */
static void
settle_entry (MailEntry *entry)
{
  MailHost *host = entry->host;

  if (!mail_entry_is_done (entry) &&
      mail_host_get_now (host) >= mail_schedule_get_expiry_us (host, entry->since_us))
    expire (entry);
  mail_report_settled (entry);
  if (mail_entry_is_done (entry))
    remove_entry (entry);
  else
    schedule_retry (entry);
}

static void
on_way_done (MailWay *way, MailEntry *entry)
{
  g_hash_table_remove (entry->host->queue->ways, way);
  settle_entry (entry);
}

/* One try for all recipients that wait. */
static void
work_on (gpointer data)
{
  MailEntry *entry = data;
  MailQueue *queue = entry->host->queue;
  g_autoptr (GPtrArray) elsewhere = g_ptr_array_new ();

  entry->n_tries++;
  if (!entry->is_expanded)
    mail_expand (entry, mail_list_post);
  entry->is_expanded = TRUE;
  for (guint i = 0; i < entry->recipients->len; i++)
    {
      MailRecipient *recipient = g_ptr_array_index (entry->recipients, i);

      if (recipient->state == MAIL_STATE_WAITING && !deliver_here (entry, recipient))
        g_ptr_array_add (elsewhere, recipient);
    }
  if (elsewhere->len > 0)
    g_hash_table_add (queue->ways, mail_way_new (entry, queue->outbound, elsewhere, on_way_done));
  else
    settle_entry (entry);
}

static void
note_queued (const MailEntry *entry)
{
  g_autofree char *recipients = mail_entry_format_recipients (entry->recipients);

  mail_host_note (entry->host, entry->number, 0, "queued",
                  "message queued as %s\nid: %s\nfrom: <%s>\nrecipients: %s\n"
                  "size: %" G_GSIZE_FORMAT, entry->id, entry->id, entry->mail.reverse_path,
                  recipients, g_bytes_get_size (entry->message));
}

void
mail_queue_accept (MailQueue *self, const MailQueued *queued)
{
  MailEntry *entry = mail_entry_new (self->host, queued);

  g_queue_push_tail_link (&self->entries, &entry->link);
  note_queued (entry);
  sim_world_schedule (self->host->sim, entry->since_us + TURN_US, work_on, entry, NULL);
}

guint
mail_queue_get_n_entries (const MailQueue *self)
{
  return self->entries.length;
}

MailQueue *
mail_queue_new (MailHost *host)
{
  MailQueue *self = g_new0 (MailQueue, 1);

  self->host = host;
  g_queue_init (&self->entries);
  self->outbound = mail_outbound_new (host);
  self->ways = g_hash_table_new_full (NULL, NULL, (GDestroyNotify) mail_way_free, NULL);
  return self;
}

void
mail_queue_free (MailQueue *self)
{
  if (self == NULL)
    return;
  mail_outbound_free (self->outbound);
  g_hash_table_unref (self->ways);
  while (self->entries.length > 0)
    {
      MailEntry *entry = self->entries.head->data;

      g_queue_unlink (&self->entries, &entry->link);
      mail_entry_free (entry);
    }
  g_free (self);
}
