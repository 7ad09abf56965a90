/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-outbound.h"

#include "mail-transfer.h"

#define SMTP_PORT 25

/* A transaction to be done. */
typedef struct
{
  const SmtpTransaction *transaction;
  guint                  number;
  MailOutboundFunc       func;
  gpointer               user_data;
} Job;

/* Another host, as far as this one has to do with it. */
typedef struct
{
  MailOutbound *outbound;
  char         *name;
  char         *address;
  SmtpTlsUse    tls;
  GQueue        waiting;  /* of Job */
  GPtrArray    *sessions; /* of Session */
  guint         n_sessions_max;
  gint64        rest_until_us; /* it is left alone until then */
  SmtpDelivery  rest;          /* why, and what it means for any recipient; strings are owned */
  gboolean      has_call;      /* what waits is about to be told so */
  gboolean      is_served;     /* a session is about to ask for what waits */
} Peer;

typedef struct
{
  Peer         *peer;
  MailTransfer *transfer;
  Job          *job; /* (nullable): that the session was opened for, or is about */
  guint         n_jobs;
  gboolean      is_sent;  /* the job has been given to the transfer */
  gboolean      is_clear; /* TLS failed the last time */
} Session;

struct _MailOutbound
{
  MailHost   *host;
  GHashTable *peers; /* key -> Peer; looked up only */
};

static void open_session (Peer *peer, Job *job, gboolean is_clear);
static void pump (Peer *peer);

/* Ends of jobs */

static void
finish_job (Job *job, const SmtpDelivery *deliveries, const char *tls)
{
  MailOutboundFunc func = job->func;
  gpointer         user_data = job->user_data;

  g_free (job);
  func (deliveries, tls, user_data);
}

/* The same for all recipients. */
static void
finish_job_with (Job *job, const SmtpDelivery *delivery)
{
  guint n_recipients = job->transaction->n_recipients;
  g_autofree SmtpDelivery *deliveries = g_new (SmtpDelivery, n_recipients);

  for (guint i = 0; i < n_recipients; i++)
    deliveries[i] = *delivery;
  finish_job (job, deliveries, NULL);
}

static void
finish_job_by_transfer (Job *job, MailTransfer *transfer)
{
  guint n_recipients = job->transaction->n_recipients;
  g_autofree SmtpDelivery *deliveries = g_new0 (SmtpDelivery, n_recipients);

  for (guint i = 0; i < n_recipients; i++)
    mail_transfer_get_delivery (transfer, i, &deliveries[i]);
  finish_job (job, deliveries, mail_transfer_get_tls (transfer));
}

/* Rest */

static void
clear_rest (Peer *peer)
{
  g_free ((char *) peer->rest.status);
  g_free ((char *) peer->rest.text);
  peer->rest = (SmtpDelivery){ .outcome = SMTP_OUTCOME_PENDING };
  peer->rest_until_us = 0;
}

static void
begin_rest (Peer *peer, const SmtpDelivery *delivery)
{
  SmtpDelivery rest = *delivery;

  rest.status = g_strdup (delivery->status);
  rest.text = g_strdup (delivery->text);
  clear_rest (peer);
  peer->rest = rest;
  peer->rest_until_us = mail_host_get_now (peer->outbound->host) + MAIL_OUTBOUND_REST_US;
}

static gboolean
is_resting (const Peer *peer)
{
  return mail_host_get_now (peer->outbound->host) < peer->rest_until_us;
}

/* What waits now is told; what the tellings lead to waits for the next call. */
static void
on_resting (gpointer data)
{
  Peer  *peer = data;
  GQueue waiting = peer->waiting;

  peer->has_call = FALSE;
  g_queue_init (&peer->waiting);
  while (waiting.length > 0)
    finish_job_with (g_queue_pop_head (&waiting), &peer->rest);
  pump (peer);
}

/* Work for those that wait: sessions, or the news that there will be none. */
static void
pump (Peer *peer)
{
  SimWorld *world = peer->outbound->host->sim;

  if (peer->waiting.length == 0 || peer->has_call || peer->is_served)
    return;
  if (is_resting (peer))
    {
      peer->has_call = TRUE;
      sim_world_schedule (world, sim_world_get_now (world), on_resting, peer, NULL);
      return;
    }
  while (peer->waiting.length > 0 && peer->sessions->len < peer->n_sessions_max)
    open_session (peer, g_queue_pop_head (&peer->waiting), FALSE);
}

/* Sessions */

static void
on_ready (MailTransfer *transfer, gpointer data)
{
  Session *session = data;

  clear_rest (session->peer);
  if (session->job == NULL && session->n_jobs < MAIL_OUTBOUND_MESSAGES_MAX)
    session->job = g_queue_pop_head (&session->peer->waiting);
  if (session->job == NULL)
    {
      mail_transfer_quit (transfer);
      return;
    }
  session->n_jobs++;
  session->is_sent = TRUE;
  mail_transfer_send (transfer, session->job->transaction, session->job->number);
}

static void
on_sent (MailTransfer *transfer, gpointer data)
{
  Session *session = data;
  Job     *job = session->job;

  session->job = NULL;
  session->is_sent = FALSE;
  session->peer->is_served = TRUE;
  finish_job_by_transfer (job, transfer);
  session->peer->is_served = FALSE;
}

/* Without TLS at once, where it was a bonus (RFC 7672 section 1.1); else with the failure. */
static gboolean
try_in_clear (Session *session, Job *job)
{
  Peer       *peer = session->peer;
  const char *failure = mail_transfer_get_tls_failure (session->transfer);

  if (failure == NULL || session->is_sent || session->is_clear || peer->tls != SMTP_TLS_IF_OFFERED)
    return FALSE;
  mail_host_note (peer->outbound->host, job->number, TRACE_FLAG_WARNING, "tls-fallback",
                  "no TLS with %s: %s; again, without\nhost: %s\nreason: %s", peer->name, failure,
                  peer->name, failure);
  open_session (peer, job, TRUE);
  return TRUE;
}

/* A session that was over before it could do its job. Where there are others the host may just
 * not want so many: the job waits for one of them. */
static void
settle_unsent (Session *session, Job *job)
{
  Peer        *peer = session->peer;
  SmtpDelivery delivery;

  if (mail_transfer_is_connected (session->transfer) && peer->sessions->len > 0)
    {
      peer->n_sessions_max = peer->sessions->len;
      g_queue_push_head (&peer->waiting, job);
      return;
    }
  mail_transfer_get_delivery (session->transfer, 0, &delivery);
  delivery.is_host = TRUE;
  begin_rest (peer, &delivery);
  finish_job_with (job, &peer->rest);
}

static void
on_finished (MailTransfer *transfer, gpointer data)
{
  Session *session = data;
  Peer    *peer = session->peer;
  Job     *job = g_steal_pointer (&session->job);

  /* It stays alive until the last call on it. */
  g_ptr_array_remove (peer->sessions, session);
  if (job != NULL && !try_in_clear (session, job))
    {
      if (session->is_sent)
        finish_job_by_transfer (job, transfer);
      else
        settle_unsent (session, job);
    }
  mail_transfer_free (transfer);
  g_free (session);
  pump (peer);
}

static const MailTransferFuncs transfer_funcs = { on_ready, on_sent, on_finished };

static void
open_session (Peer *peer, Job *job, gboolean is_clear)
{
  MailHost          *host = peer->outbound->host;
  Session           *session = g_new0 (Session, 1);
  MailTransferConfig config = {
    .address = peer->address,
    .peer_name = peer->name,
    .port = SMTP_PORT,
    .client = { .name = host->name,
                .extensions = SMTP_EXTENSIONS_ALL & ~host->config->unused,
                .tls = is_clear ? SMTP_TLS_NEVER : peer->tls,
                .host_name = peer->name,
                .port = SMTP_PORT },
    .message = job->number,
  };

  session->peer = peer;
  session->job = job;
  session->is_clear = is_clear;
  g_ptr_array_add (peer->sessions, session);
  session->transfer = mail_transfer_new (host, &config, &transfer_funcs, session);
}

/* Peers */

static Peer *
get_peer (MailOutbound *self, const MailDestination *to)
{
  g_autofree char *key = g_strdup_printf ("%s %s %u", to->address, to->name, (guint) to->tls);
  Peer            *peer = g_hash_table_lookup (self->peers, key);

  if (peer != NULL)
    return peer;
  peer = g_new0 (Peer, 1);
  peer->outbound = self;
  peer->name = g_strdup (to->name);
  peer->address = g_strdup (to->address);
  peer->tls = to->tls;
  peer->n_sessions_max = MAIL_OUTBOUND_SESSIONS_MAX;
  peer->sessions = g_ptr_array_new ();
  g_queue_init (&peer->waiting);
  g_hash_table_insert (self->peers, g_steal_pointer (&key), peer);
  return peer;
}

void
mail_outbound_send (MailOutbound          *self,
                    const MailDestination *to,
                    const SmtpTransaction *transaction,
                    guint                  number,
                    MailOutboundFunc       func,
                    gpointer               user_data)
{
  Peer *peer = get_peer (self, to);
  Job  *job = g_new0 (Job, 1);

  *job = (Job){ transaction, number, func, user_data };
  g_queue_push_tail (&peer->waiting, job);
  pump (peer);
}

static void
free_peer (gpointer data)
{
  Peer *peer = data;

  for (guint i = 0; i < peer->sessions->len; i++)
    {
      Session *session = g_ptr_array_index (peer->sessions, i);

      mail_transfer_free (session->transfer);
      g_free (session->job);
      g_free (session);
    }
  g_ptr_array_unref (peer->sessions);
  g_queue_clear_full (&peer->waiting, g_free);
  clear_rest (peer);
  g_free (peer->name);
  g_free (peer->address);
  g_free (peer);
}

MailOutbound *
mail_outbound_new (MailHost *host)
{
  MailOutbound *self = g_new0 (MailOutbound, 1);

  self->host = host;
  self->peers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, free_peer);
  return self;
}

void
mail_outbound_free (MailOutbound *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->peers);
  g_free (self);
}
