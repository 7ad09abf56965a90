/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-smtp-parts.h"

#include <string.h>

#include "mail-address.h"
#include "mail-queue.h"
#include "mail-smtp-session.h"
#include "mail-submission.h"
#include <imf/imf-composer.h>
#include <imf/imf-trace.h>

/* What becomes of a message that has come whole. */

#define QUEUE_ID_LENGTH 8

/* Trace (RFC 5321 section 4.4) */

/* How the message came: the registry's names (RFC 3848, RFC 6531 section 4.3) are made up of what
 * was used. */
static char *
format_protocol (MailSmtp *self)
{
  const char *base = "SMTP";

  if (self->service == SIM_SERVICE_LMTP)
    base = self->mail.is_utf8 ? "UTF8LMTP" : "LMTP";
  else if (self->is_extended)
    base = self->mail.is_utf8 ? "UTF8SMTP" : "ESMTP";
  else
    return g_strdup (base);
  return g_strconcat (base, smtp_server_is_secured (self->engine) ? "S" : "",
                      smtp_server_get_user (self->engine) != NULL ? "A" : "", NULL);
}

static GBytes *
add_received (MailSmtp *self, GBytes *message, const char *id)
{
  g_autofree char *protocol = format_protocol (self);
  /* "for" would tell recipients of each other if there were several (RFC 5321 section 7.2). */
  ImfReceived received = {
    .from_name = self->client_name,
    .from_address = self->peer.address,
    .by_name = self->host->name,
    .protocol = protocol,
    .tls = self->tls,
    .id = id,
    .for_path = self->recipients->len == 1
                    ? g_array_index (self->recipients, SmtpRecipient, 0).path
                    : NULL,
    .date = { .time_us = sim_world_get_unix_us (self->host->sim) },
  };
  g_autofree char *value = imf_format_received (&received);

  return imf_prepend_field (message, "Received", value);
}

static const char *
get_actor_name (MailSmtp *self, guint actor)
{
  return trace_log_get_actor (sim_world_get_log (self->host->sim), actor)->name;
}

/* The step of the message's life that its arrival here is. */
static void
tell_arrival (MailSmtp *self, GBytes *message, guint number)
{
  gboolean is_submitted = mail_policy_is_submission (self->service) ||
                          (mail_smtp_may_relay (self) && !imf_has_field (message, "Received"));

  mail_host_tell_message (self->host, is_submitted ? "submitted" : "relayed", number,
                          self->peer.actor, self->host->actor,
                          is_submitted ? "%s hands the message to %s"
                                       : "%s relays the message to %s",
                          get_actor_name (self, self->peer.actor), self->host->name);
}

/* Refusals */

/* RFC 5321 section 6.3. */
static gboolean
is_looping (MailSmtp *self, GBytes *message)
{
  static const MailSmtpRefusal loop = { "loop", 554, "5.4.6",
                                        "Too many hops, the message seems to be looping" };
  guint            n_hops = imf_count_fields (message, "Received");
  g_autofree char *sentence = NULL;

  if (n_hops < MAIL_HOPS_MAX)
    return FALSE;
  sentence = g_strdup_printf ("%u Received fields: the message goes round in a loop", n_hops);
  mail_smtp_refuse (self, &loop, sentence, NULL);
  return TRUE;
}

/* The room there is for the message at the recipient. */
static MailMailboxRoom
check_room (MailSmtp *self, const SmtpRecipient *recipient, gsize length)
{
  MailAddress address;

  mail_address_resolve (self->host, recipient->path, &address);
  if (address.kind != MAIL_ADDRESS_MAILBOX)
    return MAIL_MAILBOX_FITS;
  return mail_account_check (address.user->account, length);
}

/* Whether the message fits nowhere: better said now than by a report later. Where it fits
 * somewhere, the queue sees to the rest. */
static gboolean
fits_nowhere (MailSmtp *self, GBytes *message)
{
  gsize           length = g_bytes_get_size (message);
  MailMailboxRoom worst = MAIL_MAILBOX_TOO_SMALL;

  for (guint i = 0; i < self->recipients->len; i++)
    {
      MailMailboxRoom room =
          check_room (self, &g_array_index (self->recipients, SmtpRecipient, i), length);

      if (room == MAIL_MAILBOX_FITS)
        return FALSE;
      worst = MIN (worst, room);
    }
  mail_smtp_refuse_for_room (self, worst, NULL, length);
  return TRUE;
}

/* Submission (RFC 6409). Returns: (transfer full) (nullable): NULL when it was refused. */
static GBytes *
complete_message (MailSmtp *self, GBytes *message)
{
  MailSubmitter    submitter = {
       .user = mail_smtp_get_user (self),
       .is_utf8 = self->mail.is_utf8,
       .reverse_path = self->host->config->profile != SIM_PROFILE_STRICT
                           ? self->mail.reverse_path
                           : NULL,
  };
  MailRefusal      refused;
  MailSmtpRefusal  refusal = { .what = "message-refused" };
  g_autofree char *changes = NULL;
  g_autofree char *sentence = NULL;
  GBytes          *completed;

  if (!mail_policy_is_submission (self->service))
    return g_bytes_ref (message);
  completed = mail_submission_complete (self->host, &submitter, message, &changes, &refused);
  if (completed == NULL)
    {
      refusal.code = refused.code;
      refusal.status = refused.status;
      refusal.text = refused.text;
      mail_smtp_refuse (self, &refusal, "the message is not fit to be sent on", "reason",
                        refused.text, NULL);
      mail_refusal_clear (&refused);
      return NULL;
    }
  if (*changes != '\0')
    {
      sentence = g_strdup_printf ("the message lacked something: %s", changes);
      self->number = mail_register_number (self->host->messages, completed);
      mail_smtp_note (self, self->number, 0, "completed", sentence, "fields", changes, NULL);
    }
  return completed;
}

/* Acceptance */

static void
enqueue (MailSmtp *self, const char *id, GBytes *message, const SmtpRecipient *recipients,
         guint n_recipients)
{
  MailQueued queued = { .id = id,
                        .mail = self->mail,
                        .recipients = recipients,
                        .n_recipients = n_recipients,
                        .message = message,
                        .number = self->number };

  mail_queue_accept (self->host->queue, &queued);
}

static void
accept_all (MailSmtp *self, GBytes *message)
{
  g_autofree char *id = sim_random_token (sim_host_get_random (self->host->net), QUEUE_ID_LENGTH);
  g_autofree char *text = g_strdup_printf ("OK, queued as %s", id);
  g_autoptr (GBytes) completed = NULL;
  g_autoptr (GBytes) received = NULL;

  if (is_looping (self, message) || fits_nowhere (self, message))
    return;
  completed = complete_message (self, message);
  if (completed == NULL)
    return;
  self->number = mail_register_number (self->host->messages, completed);
  received = add_received (self, completed, id);
  tell_arrival (self, completed, self->number);
  enqueue (self, id, received, (const SmtpRecipient *) self->recipients->data,
           self->recipients->len);
  smtp_server_answer (self->engine, 250, "2.0.0", text);
}

/* LMTP (RFC 2033): final delivery, answered for each recipient. */

/* What all recipients get; NULL when none does. */
static void
begin_delivery (MailSmtp *self, GBytes *message)
{
  g_autofree char *id = sim_random_token (sim_host_get_random (self->host->net), QUEUE_ID_LENGTH);

  g_clear_pointer (&self->received, g_bytes_unref);
  self->number = mail_register_number (self->host->messages, message);
  self->received = add_received (self, message, id);
  tell_arrival (self, message, self->number);
}

static void
deliver (MailSmtp *self, const SmtpRecipient *recipient, MailUser *user)
{
  g_autofree char *path = g_strdup_printf ("<%s>", self->mail.reverse_path);
  g_autoptr (GBytes) message = imf_prepend_field (self->received, "Return-Path", path);
  g_autofree char *details = NULL;
  MailMailboxRoom room = mail_account_deliver (user->account, message, self->number, &details);

  if (room != MAIL_MAILBOX_FITS)
    {
      mail_smtp_refuse_for_room (self, room, recipient->path, g_bytes_get_size (message));
      return;
    }
  mail_host_tell_message (self->host, "delivered", self->number, self->host->actor,
                          self->host->actor,
                          "%s puts the message into the mailbox of %s\nrecipient: %s\nuser: %s\n"
                          "size: %" G_GSIZE_FORMAT "%s", self->host->name, user->name,
                          recipient->path, user->name, g_bytes_get_size (message), details);
  smtp_server_answer (self->engine, 250, "2.1.5", "Delivered");
}

static void
deliver_one (MailSmtp *self, GBytes *message, guint index)
{
  const SmtpRecipient *recipient = &g_array_index (self->recipients, SmtpRecipient, index);
  MailAddress          address;

  if (is_looping (self, message))
    return;
  if (index == 0)
    begin_delivery (self, message);
  mail_address_resolve (self->host, recipient->path, &address);
  if (address.kind == MAIL_ADDRESS_MAILBOX)
    deliver (self, recipient, address.user);
  else
    {
      SimRandom       *random = sim_host_get_random (self->host->net);
      g_autofree char *id = sim_random_token (random, QUEUE_ID_LENGTH);
      g_autofree char *text = g_strdup_printf ("OK, queued as %s", id);

      enqueue (self, id, self->received, recipient, 1);
      smtp_server_answer (self->engine, 250, "2.1.5", text);
    }
}

void
mail_smtp_answer_message (MailSmtp *self, GBytes *message, guint index)
{
  if (self->service == SIM_SERVICE_LMTP)
    deliver_one (self, message, index);
  else
    accept_all (self, message);
  if (self->service != SIM_SERVICE_LMTP || index + 1 >= self->recipients->len)
    mail_smtp_clear (self);
}
