/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-transfer.h"

#include <net/sim-carrier.h>

struct _MailTransfer
{
  WireSession      session; /* first: the carrier drives this */
  SmtpClient      *engine;
  SmtpTransaction  transaction;
  GArray          *recipients; /* of SmtpRecipient: the transaction's */
  gboolean         is_sent;    /* the transaction has been given to the engine */
  SimWorld        *world;
  guint            message;
  const char      *failure; /* (nullable): why there was no connection */
  MailTransferFunc func;
  gpointer         user_data;
  gboolean         is_carried; /* the carrier holds the session */
  gboolean         is_owned;   /* the owner has not freed it */
};

/* One transaction, then QUIT; the outcomes are read at the end. */
static void
drain (MailTransfer *self)
{
  SmtpClientEvent event;
  gint64          now_us = sim_world_get_now (self->world);

  while (smtp_client_next_event (self->engine, &event))
    if (event.kind == SMTP_CLIENT_EVENT_READY && self->is_sent)
      smtp_client_quit (self->engine, now_us);
    else if (event.kind == SMTP_CLIENT_EVENT_READY)
      {
        self->is_sent = TRUE;
        smtp_client_send (self->engine, &self->transaction, now_us);
      }
    else if (event.kind == SMTP_CLIENT_EVENT_CONVERT)
      smtp_client_convert (self->engine, NULL, now_us);
}

static void
transfer_receive (WireSession *session, const guint8 *data, gsize length, gint64 now_us)
{
  MailTransfer *self = (MailTransfer *) session;

  smtp_client_receive (self->engine, data, length, now_us);
  drain (self);
}

static void
transfer_receive_end (WireSession *session, gboolean is_lost, gint64 now_us)
{
  MailTransfer *self = (MailTransfer *) session;

  smtp_client_receive_end (self->engine);
  drain (self);
}

static gboolean
transfer_next_unit (WireSession *session, WireUnit *out_unit)
{
  return smtp_client_next_unit (((MailTransfer *) session)->engine, out_unit);
}

static GBytes *
transfer_take_output (WireSession *session)
{
  return smtp_client_take_output (((MailTransfer *) session)->engine);
}

static gint64
transfer_get_deadline (WireSession *session)
{
  return smtp_client_get_deadline (((MailTransfer *) session)->engine);
}

static void
transfer_expire (WireSession *session, gint64 now_us)
{
  MailTransfer *self = (MailTransfer *) session;

  smtp_client_expire (self->engine, now_us);
  drain (self);
}

static gboolean
transfer_is_done (WireSession *session)
{
  return smtp_client_is_done (((MailTransfer *) session)->engine);
}

static void
free_when_unused (MailTransfer *self)
{
  if (self->is_carried || self->is_owned)
    return;
  smtp_client_free (self->engine);
  smtp_mail_clear (&self->transaction.mail);
  g_bytes_unref (self->transaction.message);
  g_array_unref (self->recipients);
  g_free (self);
}

/* The carrier lets go; the owner may still read the outcomes. */
static void
transfer_free (WireSession *session)
{
  MailTransfer *self = (MailTransfer *) session;

  self->is_carried = FALSE;
  free_when_unused (self);
}

static const WireSessionClass transfer_class = {
  transfer_receive,      transfer_receive_end, transfer_next_unit, transfer_take_output,
  transfer_get_deadline, transfer_expire,      transfer_is_done,   transfer_free,
};

static WireSession *
on_start (SimCarrier *carrier, gpointer data)
{
  MailTransfer *self = data;

  sim_carrier_set_message (carrier, self->message);
  self->is_carried = TRUE;
  return &self->session;
}

static void
on_finished (SimCarrier *carrier, SimCarrierEnd end, gpointer data)
{
  MailTransfer *self = data;

  if (end == SIM_CARRIER_REFUSED)
    self->failure = "connection refused";
  else if (end == SIM_CARRIER_UNREACHABLE)
    self->failure = "no answer";
  else if (!smtp_client_is_done (self->engine))
    {
      smtp_client_receive_end (self->engine);
      drain (self);
    }
  self->func (self, self->user_data);
}

static const SimCarrierFuncs carrier_funcs = { on_start, on_finished };

void
mail_transfer_get_delivery (MailTransfer *self, guint recipient, SmtpDelivery *out_delivery)
{
  if (self->failure != NULL)
    *out_delivery = (SmtpDelivery){ SMTP_OUTCOME_TEMPORARY, 0, self->failure };
  else
    smtp_client_get_delivery (self->engine, recipient, out_delivery);
}

static void
clear_recipient (gpointer data)
{
  smtp_recipient_clear (data);
}

static void
copy_transaction (MailTransfer *self, const SmtpTransaction *transaction)
{
  self->recipients = g_array_new (FALSE, FALSE, sizeof (SmtpRecipient));
  g_array_set_clear_func (self->recipients, clear_recipient);
  for (guint i = 0; i < transaction->n_recipients; i++)
    {
      SmtpRecipient recipient;

      smtp_recipient_copy (&transaction->recipients[i], &recipient);
      g_array_append_val (self->recipients, recipient);
    }
  smtp_mail_copy (&transaction->mail, &self->transaction.mail);
  self->transaction.recipients = (const SmtpRecipient *) self->recipients->data;
  self->transaction.n_recipients = self->recipients->len;
  self->transaction.message = g_bytes_ref (transaction->message);
}

MailTransfer *
mail_transfer_new (SimHost                *host,
                   const char             *address,
                   guint16                 port,
                   const SmtpClientConfig *config,
                   const SmtpTransaction  *transaction,
                   guint                   message,
                   MailTransferFunc        func,
                   gpointer                user_data)
{
  MailTransfer *self = g_new0 (MailTransfer, 1);

  self->session.klass = &transfer_class;
  self->world = sim_host_get_world (host);
  self->engine = smtp_client_new (config, sim_world_get_now (self->world));
  copy_transaction (self, transaction);
  self->message = message;
  self->func = func;
  self->user_data = user_data;
  self->is_owned = TRUE;
  sim_carrier_connect (host, address, port, TRACE_SMTP, &carrier_funcs, self);
  return self;
}

void
mail_transfer_free (MailTransfer *self)
{
  if (self == NULL)
    return;
  self->is_owned = FALSE;
  free_when_unused (self);
}
