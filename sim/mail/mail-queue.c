/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-queue.h"

#include <string.h>

#include "mail-finder.h"
#include "mail-route.h"
#include "mail-transfer.h"
#include <imf/imf-composer.h>
#include <smtp/smtp-grammar.h>

#define SMTP_PORT 25

/* How long a host takes to turn to a message it has accepted. Ours, so that the
 * reply leaves before the relaying begins. */
#define TURN_US (2 * 1000)

/* Waits before the second and later tries; the last one repeats. RFC 5321 section
 * 4.5.4.1: at least 30 minutes, longer later. */
static const gint64 waits_us[] = {
  30 * 60 * G_TIME_SPAN_SECOND,
  30 * 60 * G_TIME_SPAN_SECOND,
  60 * 60 * G_TIME_SPAN_SECOND,
  2 * 60 * 60 * G_TIME_SPAN_SECOND,
  4 * 60 * 60 * G_TIME_SPAN_SECOND,
};

typedef struct
{
  char    *path;
  char    *domain; /* (nullable): "postmaster" has none */
  gboolean is_done; /* delivered, relayed, or given up */
  char    *last;    /* (nullable): why it is not done yet */
} Recipient;

/* One message that the host is responsible for. */
typedef struct
{
  MailQueue *queue;
  char      *id;
  char      *reverse_path;
  GBytes    *message;
  guint      number;
  gint64     since_us;
  guint      n_tries;
  guint      n_hops; /* being worked on */
  GPtrArray *recipients;
} Entry;

/* The recipients of an entry in one domain, on their way to the next host. */
typedef struct
{
  Entry        *entry;
  char         *domain;
  GPtrArray    *recipients; /* of Recipient, borrowed */
  MailRoute     route;
  guint         at; /* host of the route being tried */
  MailTransfer *transfer;
  char         *trouble; /* (nullable): why the last host did not do */
} Hop;

struct _MailQueue
{
  MailHost  *host;
  GPtrArray *entries; /* of Entry */
  GPtrArray *hops;    /* of Hop */
};

static void try_host (Hop *hop);
static void work_on (gpointer data);

/* Recipients */

static void
free_recipient (gpointer data)
{
  Recipient *recipient = data;

  g_free (recipient->path);
  g_free (recipient->domain);
  g_free (recipient->last);
  g_free (recipient);
}

static void
finish_recipient (Recipient *recipient)
{
  recipient->is_done = TRUE;
}

static void
postpone (Recipient *recipient, const char *why)
{
  g_free (recipient->last);
  recipient->last = g_strdup (why);
}

static void
give_up (Entry *entry, Recipient *recipient, const char *why)
{
  finish_recipient (recipient);
  mail_host_note (entry->queue->host, entry->number, TRACE_FLAG_ERROR, "failed",
                  "%s: <%s> cannot be delivered: %s", entry->id, recipient->path, why);
}

/* Delivery to mailboxes here */

/* The user behind a forward-path; mail for the postmaster always finds somebody
 * (RFC 5321 section 4.5.1). */
static MailUser *
find_user (MailHost *host, const char *path)
{
  g_autofree char *local_part = NULL;
  g_autofree char *domain = NULL;
  MailUser        *user;

  smtp_mailbox_split (path, &local_part, &domain);
  user = mail_host_find_user (host, local_part);
  if (user == NULL && g_ascii_strcasecmp (local_part, "postmaster") == 0 && host->users->len > 0)
    user = g_ptr_array_index (host->users, 0);
  return user;
}

/* Final delivery adds the Return-Path (RFC 5321 section 4.4). */
static void
deliver (Entry *entry, Recipient *recipient)
{
  MailHost        *host = entry->queue->host;
  MailUser        *user = find_user (host, recipient->path);
  g_autofree char *path = g_strdup_printf ("<%s>", entry->reverse_path);
  g_autoptr (GBytes) message = imf_prepend_field (entry->message, "Return-Path", path);

  if (user == NULL)
    {
      give_up (entry, recipient, "no such user here");
      return;
    }
  if (!mail_mailbox_store (user->mailbox, message, entry->number))
    {
      postpone (recipient, "the mailbox is full");
      return;
    }
  finish_recipient (recipient);
  mail_host_tell_message (host, "delivered", entry->number, host->actor, host->actor,
                          "%s puts the message into the mailbox of %s",
                          host->name, user->name);
}

/* The end of a try */

static gboolean
is_entry_done (const Entry *entry)
{
  for (guint i = 0; i < entry->recipients->len; i++)
    if (!((Recipient *) g_ptr_array_index (entry->recipients, i))->is_done)
      return FALSE;
  return TRUE;
}

static void
expire_entry (Entry *entry)
{
  for (guint i = 0; i < entry->recipients->len; i++)
    {
      Recipient *recipient = g_ptr_array_index (entry->recipients, i);

      if (!recipient->is_done)
        {
          g_autofree char *why =
              g_strdup_printf ("given up after 5 days: %s", recipient->last);

          give_up (entry, recipient, why);
        }
    }
}

static void
schedule_retry (Entry *entry)
{
  MailHost *host = entry->queue->host;
  guint     i = MIN (entry->n_tries, G_N_ELEMENTS (waits_us)) - 1;

  mail_host_note (host, entry->number, TRACE_FLAG_WARNING, "retry",
                  "%s stays in the queue: next try in %" G_GINT64_FORMAT " minutes", entry->id,
                  waits_us[i] / (60 * G_TIME_SPAN_SECOND));
  sim_world_schedule (host->sim, mail_host_get_now (host) + waits_us[i], work_on, entry, NULL);
}

/* When no hop works on the entry any more: done, later, or never. */
static void
settle_entry (Entry *entry)
{
  MailHost *host = entry->queue->host;

  if (entry->n_hops > 0)
    return;
  if (!is_entry_done (entry) &&
      mail_host_get_now (host) - entry->since_us >= MAIL_QUEUE_EXPIRY_US)
    expire_entry (entry);
  if (is_entry_done (entry))
    g_ptr_array_remove (entry->queue->entries, entry);
  else
    schedule_retry (entry);
}

static void
end_hop (Hop *hop)
{
  Entry *entry = hop->entry;

  entry->n_hops--;
  g_ptr_array_remove (entry->queue->hops, hop);
  settle_entry (entry);
}

/* All recipients of the hop wait for another try, or are given up. */
static void
end_hop_with (Hop *hop, gboolean is_permanent, const char *why)
{
  for (guint i = 0; i < hop->recipients->len; i++)
    if (is_permanent)
      give_up (hop->entry, g_ptr_array_index (hop->recipients, i), why);
    else
      postpone (g_ptr_array_index (hop->recipients, i), why);
  if (!is_permanent)
    mail_host_note (hop->entry->queue->host, hop->entry->number, TRACE_FLAG_WARNING, "delayed",
                    "%s: no way to %s for now: %s", hop->entry->id, hop->domain, why);
  end_hop (hop);
}

/* Relaying */

/* Takes the recipients off the hop that the host accepted or refused for good. */
static void
sort_out (Hop *hop, MailTransfer *transfer)
{
  g_autoptr (GPtrArray) left = g_ptr_array_new ();

  for (guint i = 0; i < hop->recipients->len; i++)
    {
      Recipient       *recipient = g_ptr_array_index (hop->recipients, i);
      SmtpDelivery     delivery;
      g_autofree char *why = NULL;

      mail_transfer_get_delivery (transfer, i, &delivery);
      why = delivery.code != 0 ? g_strdup_printf ("%u %s", delivery.code, delivery.text)
                               : g_strdup (delivery.text);
      if (delivery.outcome == SMTP_OUTCOME_ACCEPTED)
        finish_recipient (recipient);
      else if (delivery.outcome == SMTP_OUTCOME_PERMANENT)
        give_up (hop->entry, recipient, why);
      else
        {
          postpone (recipient, why);
          g_free (hop->trouble);
          hop->trouble = g_steal_pointer (&why);
          g_ptr_array_add (left, recipient);
        }
    }
  g_ptr_array_unref (hop->recipients);
  hop->recipients = g_steal_pointer (&left);
}

/* After a host that did not do, the next one (RFC 5321 section 5.1). */
static void
try_next_host (Hop *hop)
{
  const char *exchange = mail_route_get (&hop->route, hop->at)->exchange;

  mail_host_note (hop->entry->queue->host, hop->entry->number, TRACE_FLAG_WARNING, "host-failed",
                  "%s: %s", exchange, hop->trouble);
  hop->at++;
  if (hop->at < hop->route.hosts->len)
    try_host (hop);
  else
    {
      g_autofree char *why = g_strdup (hop->trouble);

      end_hop_with (hop, FALSE, why);
    }
}

static void
on_transferred (MailTransfer *transfer, gpointer data)
{
  Hop *hop = data;

  sort_out (hop, transfer);
  g_clear_pointer (&hop->transfer, mail_transfer_free);
  if (hop->recipients->len == 0)
    end_hop (hop);
  else
    try_next_host (hop);
}

static void
on_found (const char *address, gboolean is_permanent, const char *reason, gpointer data)
{
  Hop   *hop = data;
  Entry *entry = hop->entry;
  g_autoptr (GArray) recipients = g_array_new (FALSE, FALSE, sizeof (SmtpRecipient));
  SmtpClientConfig config = { .name = entry->queue->host->name };
  SmtpTransaction  transaction = { .mail = { .reverse_path = entry->reverse_path },
                                   .message = entry->message };

  if (address == NULL)
    {
      g_free (hop->trouble);
      hop->trouble = g_strdup (reason);
      if (is_permanent && hop->route.hosts->len == 1)
        end_hop_with (hop, TRUE, reason);
      else
        try_next_host (hop);
      return;
    }
  for (guint i = 0; i < hop->recipients->len; i++)
    {
      SmtpRecipient recipient = {
        .path = ((Recipient *) g_ptr_array_index (hop->recipients, i))->path,
      };

      g_array_append_val (recipients, recipient);
    }
  transaction.recipients = (const SmtpRecipient *) recipients->data;
  transaction.n_recipients = recipients->len;
  hop->transfer = mail_transfer_new (entry->queue->host->net, address, SMTP_PORT, &config,
                                     &transaction, entry->number, on_transferred, hop);
}

static void
try_host (Hop *hop)
{
  mail_finder_find (hop->entry->queue->host->net, mail_route_get (&hop->route, hop->at)->exchange,
                    on_found, hop);
}

static void
on_mx (SimResolverStatus status, const DnsMessage *answer, gpointer data)
{
  Hop             *hop = data;
  MailHost        *host = hop->entry->queue->host;
  g_autofree char *hosts = NULL;

  mail_route_clear (&hop->route);
  mail_route_choose (hop->domain, host->name, status, answer, sim_host_get_random (host->net),
                     &hop->route);
  hosts = mail_route_describe (&hop->route);
  hop->at = 0;
  switch (hop->route.kind)
    {
    case MAIL_ROUTE_HOSTS:
      mail_host_note (host, hop->entry->number, 0, "mx-chosen", "mail for %s goes to %s",
                      hop->domain, hosts);
      try_host (hop);
      break;
    case MAIL_ROUTE_IMPLICIT:
      mail_host_note (host, hop->entry->number, 0, "mx-implicit",
                      "%s has no MX: its own address is tried", hop->domain);
      try_host (hop);
      break;
    case MAIL_ROUTE_NULL_MX:
      end_hop_with (hop, TRUE, "the domain takes no mail (null MX)");
      break;
    case MAIL_ROUTE_LOOP:
      end_hop_with (hop, TRUE, "mail loops back to this host");
      break;
    case MAIL_ROUTE_NO_DOMAIN:
      end_hop_with (hop, TRUE, "there is no such domain");
      break;
    case MAIL_ROUTE_UNKNOWN:
      end_hop_with (hop, FALSE, "DNS gives no answer");
      break;
    }
}

/* A domain that is an address literal needs no DNS. */
static gboolean
is_literal (const char *domain)
{
  return domain[0] == '[';
}

static void
start_hop (Entry *entry, GPtrArray *recipients)
{
  Hop *hop = g_new0 (Hop, 1);

  hop->entry = entry;
  hop->domain = g_strdup (((Recipient *) g_ptr_array_index (recipients, 0))->domain);
  hop->recipients = g_ptr_array_ref (recipients);
  g_ptr_array_add (entry->queue->hops, hop);
  if (is_literal (hop->domain))
    {
      g_autofree char *address = g_strndup (hop->domain + 1, strlen (hop->domain) - 2);

      mail_route_choose (address, "", SIM_RESOLVER_NODATA, NULL, NULL, &hop->route);
      on_found (address, FALSE, NULL, hop);
    }
  else
    sim_resolver_query (entry->queue->host->net, hop->domain, DNS_TYPE_MX, on_mx, hop);
}

static gboolean
is_local (MailHost *host, const Recipient *recipient)
{
  return recipient->domain == NULL || mail_host_is_local_domain (host, recipient->domain);
}

/* The recipients of @entry that share a domain with the one at @first and are not done. */
static GPtrArray *
collect_domain (Entry *entry, guint first)
{
  GPtrArray *collected = g_ptr_array_new ();
  Recipient *leader = g_ptr_array_index (entry->recipients, first);

  for (guint i = 0; i < entry->recipients->len; i++)
    {
      Recipient *recipient = g_ptr_array_index (entry->recipients, i);

      if (recipient->is_done || recipient->domain == NULL ||
          g_ascii_strcasecmp (recipient->domain, leader->domain) != 0)
        continue;
      /* An earlier one of this domain has collected it already. */
      if (i < first)
        {
          g_ptr_array_set_size (collected, 0);
          break;
        }
      g_ptr_array_add (collected, recipient);
    }
  return collected;
}

/* One try for all recipients that are not done. */
static void
work_on (gpointer data)
{
  Entry    *entry = data;
  MailHost *host = entry->queue->host;

  entry->n_tries++;
  entry->n_hops++; /* this function holds on to the entry, too */
  for (guint i = 0; i < entry->recipients->len; i++)
    {
      Recipient *recipient = g_ptr_array_index (entry->recipients, i);

      if (!recipient->is_done && is_local (host, recipient))
        deliver (entry, recipient);
    }
  for (guint i = 0; i < entry->recipients->len; i++)
    {
      Recipient *recipient = g_ptr_array_index (entry->recipients, i);
      g_autoptr (GPtrArray) together = NULL;

      if (recipient->is_done || is_local (host, recipient))
        continue;
      together = collect_domain (entry, i);
      if (together->len == 0)
        continue;
      entry->n_hops++;
      start_hop (entry, together);
    }
  entry->n_hops--;
  settle_entry (entry);
}

void
mail_queue_accept (MailQueue *self, const MailQueued *queued)
{
  Entry *entry = g_new0 (Entry, 1);

  entry->queue = self;
  entry->id = g_strdup (queued->id);
  entry->reverse_path = g_strdup (queued->mail.reverse_path);
  entry->message = g_bytes_ref (queued->message);
  entry->number = queued->number;
  entry->since_us = mail_host_get_now (self->host);
  entry->recipients = g_ptr_array_new_with_free_func (free_recipient);
  for (guint i = 0; i < queued->n_recipients; i++)
    {
      Recipient       *recipient = g_new0 (Recipient, 1);
      g_autofree char *local_part = NULL;

      recipient->path = g_strdup (queued->recipients[i].path);
      smtp_mailbox_split (recipient->path, &local_part, &recipient->domain);
      g_ptr_array_add (entry->recipients, recipient);
    }
  g_ptr_array_add (self->entries, entry);
  sim_world_schedule (self->host->sim, entry->since_us + TURN_US, work_on, entry, NULL);
}

guint
mail_queue_get_n_entries (const MailQueue *self)
{
  return self->entries->len;
}

static void
free_entry (gpointer data)
{
  Entry *entry = data;

  g_free (entry->id);
  g_free (entry->reverse_path);
  g_bytes_unref (entry->message);
  g_ptr_array_unref (entry->recipients);
  g_free (entry);
}

static void
free_hop (gpointer data)
{
  Hop *hop = data;

  mail_transfer_free (hop->transfer);
  mail_route_clear (&hop->route);
  g_ptr_array_unref (hop->recipients);
  g_free (hop->domain);
  g_free (hop->trouble);
  g_free (hop);
}

MailQueue *
mail_queue_new (MailHost *host)
{
  MailQueue *self = g_new0 (MailQueue, 1);

  self->host = host;
  self->entries = g_ptr_array_new_with_free_func (free_entry);
  self->hops = g_ptr_array_new_with_free_func (free_hop);
  return self;
}

void
mail_queue_free (MailQueue *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->hops);
  g_ptr_array_unref (self->entries);
  g_free (self);
}
