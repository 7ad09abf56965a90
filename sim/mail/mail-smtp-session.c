/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-smtp-session.h"

#include <string.h>

#include "mail-queue.h"
#include <imf/imf-composer.h>
#include <imf/imf-trace.h>
#include <smtp/smtp-server.h>

#define QUEUE_ID_LENGTH 8

typedef struct
{
  WireSession session; /* first: a session is one of these */
  MailHost   *host;
  MailPeer    peer;
  gboolean    is_submission;
  SmtpServer *engine;
  char       *client_name; /* (nullable): as it introduced itself */
  gboolean    is_extended;
  SmtpMail    mail;       /* of the transaction */
  GArray     *recipients; /* of SmtpRecipient, of the transaction */
} SmtpSession;

static void
clear_transaction (SmtpSession *self)
{
  smtp_mail_clear (&self->mail);
  g_array_set_size (self->recipients, 0);
}

/* Policy */

static gboolean
has_mailbox (const MailHost *host, const char *local_part)
{
  return mail_host_find_user (host, local_part) != NULL ||
         (g_ascii_strcasecmp (local_part, "postmaster") == 0 && host->users->len > 0);
}

/* Whether the host takes mail for @path; says so or why not. */
static void
answer_recipient (SmtpSession *self, const SmtpRecipient *recipient)
{
  const char      *path = recipient->path;
  g_autofree char *local_part = NULL;
  g_autofree char *domain = NULL;
  SmtpRecipient    copy;
  gboolean         is_local;

  smtp_mailbox_split (path, &local_part, &domain);
  is_local = domain == NULL || mail_host_is_local_domain (self->host, domain);
  if (is_local && !has_mailbox (self->host, local_part))
    {
      mail_host_note (self->host, 0, TRACE_FLAG_ERROR, "user-unknown", "no mailbox for <%s>", path);
      smtp_server_answer (self->engine, 550, NULL, "No such user here");
      return;
    }
  if (!is_local && !self->is_submission && !self->peer.is_own_network)
    {
      mail_host_note (self->host, 0, TRACE_FLAG_ERROR, "relay-denied",
                      "not ours, and the client is not of our network: <%s>", path);
      smtp_server_answer (self->engine, 550, NULL, "Relaying denied");
      return;
    }
  smtp_recipient_copy (recipient, &copy);
  g_array_append_val (self->recipients, copy);
  smtp_server_answer (self->engine, 250, NULL, "OK");
}

/* What a submission server adds if it lacks it (RFC 6409 sections 8.2 and 8.3). */
static GBytes *
complete_message (SmtpSession *self, GBytes *message)
{
  SimRandom *random = sim_host_get_random (self->host->net);
  GBytes    *completed = g_bytes_ref (message);

  if (!imf_has_field (completed, "Message-ID"))
    {
      g_autofree char *token = sim_random_token (random, QUEUE_ID_LENGTH);
      g_autofree char *value = g_strdup_printf ("<%s@%s>", token, self->host->name);
      GBytes          *more = imf_prepend_field (completed, "Message-ID", value);

      g_bytes_unref (completed);
      completed = more;
    }
  if (!imf_has_field (completed, "Date"))
    {
      ImfDate          date = { .time_us = sim_world_get_unix_us (self->host->sim) };
      g_autofree char *value = imf_date_format (&date);
      GBytes          *more = imf_prepend_field (completed, "Date", value);

      g_bytes_unref (completed);
      completed = more;
    }
  return completed;
}

static GBytes *
add_received (SmtpSession *self, GBytes *message, const char *id)
{
  /* "for" would tell recipients of each other if there were several (RFC 5321 section 7.2). */
  ImfReceived received = {
    .from_name = self->client_name,
    .from_address = self->peer.address,
    .by_name = self->host->name,
    .protocol = self->is_extended ? "ESMTP" : "SMTP",
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
get_actor_name (SmtpSession *self, guint actor)
{
  return trace_log_get_actor (sim_world_get_log (self->host->sim), actor)->name;
}

/* The step of the message's life that its arrival here is. */
static void
tell_arrival (SmtpSession *self, guint number)
{
  if (self->is_submission || self->peer.is_own_network)
    mail_host_tell_message (self->host, "submitted", number, self->peer.actor, self->host->actor,
                            "%s hands the message to %s",
                            get_actor_name (self, self->peer.actor), self->host->name);
  else
    mail_host_tell_message (self->host, "relayed", number, self->peer.actor, self->host->actor,
                            "%s relays the message to %s",
                            get_actor_name (self, self->peer.actor), self->host->name);
}

static void
answer_message (SmtpSession *self, GBytes *message)
{
  SimRandom       *random = sim_host_get_random (self->host->net);
  g_autofree char *id = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GBytes) completed = NULL;
  g_autoptr (GBytes) received = NULL;
  MailQueued queued;
  guint      number;

  if (imf_count_fields (message, "Received") >= MAIL_HOPS_MAX)
    {
      mail_host_note (self->host, 0, TRACE_FLAG_ERROR, "loop",
                      "%d Received fields: the message goes round in a loop", MAIL_HOPS_MAX);
      smtp_server_answer (self->engine, 554, NULL,
                          "Too many hops, the message seems to be looping");
      clear_transaction (self);
      return;
    }
  id = sim_random_token (random, QUEUE_ID_LENGTH);
  completed = self->is_submission ? complete_message (self, message) : g_bytes_ref (message);
  number = mail_register_number (self->host->messages, completed);
  received = add_received (self, completed, id);
  tell_arrival (self, number);
  mail_host_note (self->host, number, 0, "queued", "message queued as %s", id);
  queued = (MailQueued){ .id = id,
                         .mail = self->mail,
                         .recipients = (const SmtpRecipient *) self->recipients->data,
                         .n_recipients = self->recipients->len,
                         .message = received,
                         .number = number };
  mail_queue_accept (self->host->queue, &queued);
  text = g_strdup_printf ("OK, queued as %s", id);
  smtp_server_answer (self->engine, 250, NULL, text);
  clear_transaction (self);
}

static void
answer (SmtpSession *self, const SmtpEvent *event)
{
  switch (event->kind)
    {
    case SMTP_EVENT_HELLO:
      g_free (self->client_name);
      self->client_name = g_strdup (event->text);
      self->is_extended = event->is_extended;
      clear_transaction (self);
      break;
    case SMTP_EVENT_MAIL:
      clear_transaction (self);
      smtp_mail_copy (event->mail, &self->mail);
      smtp_server_answer (self->engine, 250, NULL, "OK");
      break;
    case SMTP_EVENT_RECIPIENT:
      answer_recipient (self, event->recipient);
      break;
    case SMTP_EVENT_MESSAGE:
      {
        g_autoptr (GBytes) message = g_bytes_ref (event->message);

        answer_message (self, message);
        break;
      }
    case SMTP_EVENT_VERIFY:
      /* RFC 5321 section 7.3: saying more would help those who collect addresses. */
      smtp_server_answer (self->engine, 252, NULL,
                          "Cannot VRFY user, but will accept message and attempt delivery");
      break;
    case SMTP_EVENT_LOST:
      mail_host_note (self->host, 0, TRACE_FLAG_WARNING, "session-lost", "session ended: %s",
                      event->text);
      clear_transaction (self);
      break;
    case SMTP_EVENT_RESET:
    case SMTP_EVENT_QUIT:
      clear_transaction (self);
      break;
    case SMTP_EVENT_EXPAND:
      smtp_server_answer (self->engine, 502, NULL, "EXPN is not offered");
      break;
    case SMTP_EVENT_STARTTLS:
    case SMTP_EVENT_AUTH:
    case SMTP_EVENT_AUTHENTICATED:
    case SMTP_EVENT_AUTH_FAILED:
    case SMTP_EVENT_TOLERATED:
    case SMTP_EVENT_NONE:
      break;
    }
}

static void
drive (SmtpSession *self)
{
  SmtpEvent event;

  while (smtp_server_next_event (self->engine, &event))
    {
      wire_session_tell_units (&self->session);
      answer (self, &event);
    }
}

static void
smtp_session_receive (WireSession *session, const guint8 *data, gsize length, gint64 now_us)
{
  SmtpSession *self = (SmtpSession *) session;

  smtp_server_receive (self->engine, data, length, now_us);
  drive (self);
}

static void
smtp_session_receive_end (WireSession *session, gboolean is_lost, gint64 now_us)
{
  SmtpSession *self = (SmtpSession *) session;

  smtp_server_receive_end (self->engine);
  drive (self);
}

static gboolean
smtp_session_next_unit (WireSession *session, WireUnit *out_unit)
{
  return smtp_server_next_unit (((SmtpSession *) session)->engine, out_unit);
}

static GBytes *
smtp_session_take_output (WireSession *session)
{
  return smtp_server_take_output (((SmtpSession *) session)->engine);
}

static gint64
smtp_session_get_deadline (WireSession *session)
{
  return smtp_server_get_deadline (((SmtpSession *) session)->engine);
}

static void
smtp_session_expire (WireSession *session, gint64 now_us)
{
  SmtpSession *self = (SmtpSession *) session;

  smtp_server_expire (self->engine, now_us);
  drive (self);
}

static gboolean
smtp_session_is_done (WireSession *session)
{
  return smtp_server_is_done (((SmtpSession *) session)->engine);
}

static void
smtp_session_free (WireSession *session)
{
  SmtpSession *self = (SmtpSession *) session;

  smtp_server_free (self->engine);
  g_free (self->client_name);
  smtp_mail_clear (&self->mail);
  g_array_unref (self->recipients);
  g_free (self);
}

static const WireSessionClass smtp_session_class = {
  smtp_session_receive,     smtp_session_receive_end, smtp_session_next_unit,
  smtp_session_take_output, smtp_session_get_deadline, smtp_session_expire,
  smtp_session_is_done,     smtp_session_free,
};

static guint
get_profile (const MailHost *host)
{
  switch (host->config->profile)
    {
    case SIM_PROFILE_STRICT:
      return SMTP_PROFILE_STRICT;
    case SIM_PROFILE_LENIENT:
      return SMTP_PROFILE_LENIENT;
    case SIM_PROFILE_COMMON:
      break;
    }
  return SMTP_PROFILE_COMMON;
}

static void
clear_recipient (gpointer data)
{
  smtp_recipient_clear (data);
}

WireSession *
mail_smtp_session_new (MailHost *host, const MailPeer *peer, SimServices service)
{
  gboolean         is_submission = service != SIM_SERVICE_SMTP && service != SIM_SERVICE_LMTP;
  SmtpSession     *self = g_new0 (SmtpSession, 1);
  SmtpServerConfig config = {
    .name = host->name,
    .greeting = is_submission ? "ESMTP Postroad submission" : "ESMTP Postroad",
    .profile = get_profile (host),
  };

  self->session.klass = &smtp_session_class;
  self->host = host;
  self->peer = *peer;
  self->is_submission = is_submission;
  self->recipients = g_array_new (FALSE, FALSE, sizeof (SmtpRecipient));
  g_array_set_clear_func (self->recipients, clear_recipient);
  self->engine = smtp_server_new (&config, mail_host_get_now (host));
  return &self->session;
}
