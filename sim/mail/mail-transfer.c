/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-transfer.h"

#include <string.h>

#include "mail-queue-entry.h"
#include "mail-tls.h"
#include <mime/mime-downgrade.h>
#include <net/sim-carrier.h>

struct _MailTransfer
{
  WireSession              session; /* first: the carrier drives this */
  MailHost                *host;
  SmtpClient              *engine;
  SmtpTlsUse               tls_use;
  gboolean                 is_implicit_tls;
  char                    *peer_name;
  GBytes                  *body; /* (nullable): of the transaction, for conversion */
  guint                    message;
  SimCarrier              *carrier;     /* (nullable): while it carries */
  const char              *failure;     /* (nullable): why there was no connection */
  char                    *tls;         /* (nullable) */
  char                    *tls_details; /* (nullable): for the note of it */
  gboolean                 is_verified;
  gboolean                 is_certificate_told;
  char                    *tls_failure; /* (nullable) */
  gboolean                 is_connected;
  const MailTransferFuncs *funcs;
  gpointer                 user_data;
  gboolean                 is_carried; /* the carrier holds the session */
  gboolean                 is_owned;   /* the owner has not freed it */
};

static gint64
get_now (const MailTransfer *self)
{
  return mail_host_get_now (self->host);
}

/* Where the server takes no 8-bit or binary message, it goes in 7 bit if it can (RFC 6152 section
 * 3). @wanted: the extension that is missing */
static void
convert (MailTransfer *self, const char *wanted)
{
  g_autofree char *problem = NULL;
  g_autoptr (GBytes) converted = mime_downgrade (self->body, &problem);

  if (converted != NULL)
    mail_host_note (self->host, self->message, 0, "converted",
                    "the server does not offer %s: the message is made 7-bit\nextension: %s",
                    wanted, wanted);
  else
    mail_host_note (self->host, self->message, TRACE_FLAG_WARNING, "not-converted",
                    "the server does not offer %s, and the message can't be made 7-bit: %s\n"
                    "extension: %s\nreason: %s", wanted, problem, wanted, problem);
  smtp_client_convert (self->engine, converted, get_now (self));
}

/* What the server says may be in it, in lines of its own making: a note's lines are facts. */
static void
tell (MailTransfer *self, const SmtpClientEvent *event)
{
  g_autofree char *text = mail_note_value (event->text);

  if (strcmp (event->name, "tls") == 0 && self->tls_details != NULL)
    mail_host_note (self->host, self->message, self->is_verified ? 0 : TRACE_FLAG_WARNING, "tls",
                    "%s\n%s", text, self->tls_details);
  else
    mail_host_note (self->host, self->message, 0, event->name, "%s", text);
}

static void
drain (MailTransfer *self)
{
  SmtpClientEvent event;

  while (smtp_client_next_event (self->engine, &event))
    {
      wire_session_tell_units (&self->session);
      switch (event.kind)
        {
        case SMTP_CLIENT_EVENT_READY:
          if (self->is_owned)
            self->funcs->ready (self, self->user_data);
          else
            smtp_client_quit (self->engine, get_now (self));
          break;
        case SMTP_CLIENT_EVENT_SENT:
          if (self->is_owned)
            self->funcs->sent (self, self->user_data);
          break;
        case SMTP_CLIENT_EVENT_CONVERT:
          convert (self, event.text);
          break;
        case SMTP_CLIENT_EVENT_TOLD:
          tell (self, &event);
          break;
        case SMTP_CLIENT_EVENT_DONE:
        case SMTP_CLIENT_EVENT_FAILED:
        case SMTP_CLIENT_EVENT_NONE:
          break;
        }
    }
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
  g_clear_pointer (&self->body, g_bytes_unref);
  g_free (self->peer_name);
  g_free (self->tls);
  g_free (self->tls_details);
  g_free (self->tls_failure);
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

/* TLS */

static gboolean
transfer_starts_tls (WireSession *session)
{
  return smtp_client_starts_tls (((MailTransfer *) session)->engine);
}

/* What the server showed, and what is thought of it: once a session. */
static void
tell_certificate (MailTransfer *self, const WireSecurity *security)
{
  g_autofree char *names = NULL;

  if (self->is_certificate_told || security->peer_names == NULL)
    return;
  self->is_certificate_told = TRUE;
  names = g_strjoinv (", ", (char **) security->peer_names);
  if (security->is_verified)
    mail_host_note (self->host, self->message, 0, "certificate",
                    "%s shows a certificate that is good for it\nnames: %s\nstate: good\n"
                    "peer: %s\nconnection: %u",
                    self->peer_name, names, self->peer_name,
                    sim_carrier_get_connection (self->carrier));
  else
    mail_host_note (self->host, self->message, TRACE_FLAG_WARNING, "certificate",
                    "%s shows a certificate that is not good for it: %s\nnames: %s\nstate: %s\n"
                    "peer: %s\nconnection: %u",
                    self->peer_name, security->problems, names, security->problems,
                    self->peer_name, sim_carrier_get_connection (self->carrier));
}

static void
transfer_secured (WireSession *session, const WireSecurity *security, gint64 now_us)
{
  MailTransfer *self = (MailTransfer *) session;

  g_free (self->tls);
  self->tls = g_strdup_printf ("%s %s", security->version, security->cipher);
  tell_certificate (self, security);
  g_free (self->tls_details);
  self->tls_details = g_strdup_printf (
      "version: %s\ncipher: %s\ncertificate: %s\npeer: %s\nconnection: %u", security->version,
      security->cipher, security->is_verified ? "good" : security->problems, self->peer_name,
      sim_carrier_get_connection (self->carrier));
  self->is_verified = security->is_verified;
  smtp_client_secured (self->engine, security, now_us);
  drain (self);
}

static gboolean
transfer_trusts (WireSession *session, const WireSecurity *security)
{
  tell_certificate ((MailTransfer *) session, security);
  return smtp_client_trusts (((MailTransfer *) session)->engine, security);
}

static void
transfer_tls_failed (WireSession *session, const char *reason, gint64 now_us)
{
  MailTransfer *self = (MailTransfer *) session;

  g_free (self->tls_failure);
  self->tls_failure = g_strdup (reason);
  smtp_client_tls_failed (self->engine, reason, now_us);
  drain (self);
}

static const WireSessionClass transfer_class = {
  transfer_receive,      transfer_receive_end, transfer_next_unit,  transfer_take_output,
  transfer_get_deadline, transfer_expire,      transfer_is_done,    transfer_free,
  transfer_starts_tls,   transfer_secured,     transfer_trusts,     transfer_tls_failed,
};

static WireSession *
on_start (SimCarrier *carrier, gpointer data)
{
  MailTransfer *self = data;

  sim_carrier_set_message (carrier, self->message);
  self->carrier = carrier;
  self->is_carried = TRUE;
  self->is_connected = TRUE;
  if (self->tls_use == SMTP_TLS_NEVER && !self->is_implicit_tls)
    return &self->session;
  return mail_tls_wrap_client (carrier, &self->session, self->is_implicit_tls, self->peer_name);
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
  self->carrier = NULL;
  if (self->is_owned)
    self->funcs->finished (self, self->user_data);
}

static const SimCarrierFuncs carrier_funcs = { on_start, on_finished };

void
mail_transfer_send (MailTransfer *self, const SmtpTransaction *transaction, guint message)
{
  self->message = message;
  if (self->carrier != NULL)
    sim_carrier_set_message (self->carrier, message);
  g_clear_pointer (&self->body, g_bytes_unref);
  self->body = g_bytes_ref (transaction->message);
  smtp_client_send (self->engine, transaction, get_now (self));
}

void
mail_transfer_quit (MailTransfer *self)
{
  smtp_client_quit (self->engine, get_now (self));
}

void
mail_transfer_get_delivery (MailTransfer *self, guint recipient, SmtpDelivery *out_delivery)
{
  if (self->failure != NULL)
    *out_delivery = (SmtpDelivery){ .outcome = SMTP_OUTCOME_TEMPORARY,
                                    .status = "4.4.1",
                                    .text = self->failure,
                                    .is_host = TRUE };
  else
    smtp_client_get_delivery (self->engine, recipient, out_delivery);
}

gboolean
mail_transfer_is_connected (const MailTransfer *self)
{
  return self->is_connected;
}

const char *
mail_transfer_get_tls_failure (const MailTransfer *self)
{
  return self->tls_failure;
}

const char *
mail_transfer_get_tls (const MailTransfer *self)
{
  return self->tls;
}

MailTransfer *
mail_transfer_new (MailHost                 *host,
                   const MailTransferConfig *config,
                   const MailTransferFuncs  *funcs,
                   gpointer                  user_data)
{
  MailTransfer *self = g_new0 (MailTransfer, 1);

  self->session.klass = &transfer_class;
  self->host = host;
  self->engine = smtp_client_new (&config->client, mail_host_get_now (host));
  self->tls_use = config->client.tls;
  self->is_implicit_tls = config->is_implicit_tls;
  self->peer_name = g_strdup (config->peer_name);
  self->message = config->message;
  self->funcs = funcs;
  self->user_data = user_data;
  self->is_owned = TRUE;
  sim_carrier_connect (host->net, config->address, config->port, TRACE_SMTP, &carrier_funcs, self);
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
