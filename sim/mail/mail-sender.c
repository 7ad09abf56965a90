/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-sender.h"

#include <string.h>

#include "mail-compose.h"
#include "mail-finder.h"
#include "mail-transfer.h"
#include <imf/imf-address.h>

/* Submission in TLS from the start (RFC 8314 section 3.3). */
#define SUBMISSIONS_PORT 465

struct _MailSender
{
  MailHost                *host;
  const SimScenarioAction *action;
  GBytes                  *message;
  guint                    number;
  SmtpMail                 mail;
  GArray                  *recipients; /* of SmtpRecipient */
  char                    *address;    /* (nullable): of the server */
  MailTransfer            *transfer;
  gboolean                 is_sent; /* the transaction is over */
};

static void submit (MailSender *self, SmtpTlsUse tls);

/* Returns: (transfer full) (nullable): a mailbox as SMTP has it, its domain in A-labels. */
static char *
format_path (const ImfMailbox *mailbox)
{
  g_autofree char *domain = g_hostname_is_non_ascii (mailbox->domain)
                                ? g_hostname_to_ascii (mailbox->domain)
                                : g_strdup (mailbox->domain);
  ImfMailbox       plain = { .local_part = mailbox->local_part, .domain = domain };

  return domain != NULL ? imf_mailbox_format_addr_spec (&plain) : NULL;
}

/* The addr-specs of a list of addresses, appended to @paths. */
static gboolean
add_paths (GPtrArray *paths, char **addresses)
{
  for (guint i = 0; addresses[i] != NULL; i++)
    {
      g_autoptr (ImfAddressList) list = imf_address_list_parse_text (addresses[i]);

      for (guint j = 0; list != NULL && j < imf_address_list_get_n (list); j++)
        {
          char *path = format_path (imf_address_list_get (list, j));

          if (path == NULL)
            return FALSE;
          g_ptr_array_add (paths, path);
        }
      if (list == NULL)
        return FALSE;
    }
  return TRUE;
}

/* Who asks to be told says whom they wrote to (RFC 3461 section 4.2). */
static void
add_recipient (MailSender *self, const char *path)
{
  gboolean      is_ascii = g_str_is_ascii (path);
  SmtpRecipient recipient = { .path = g_strdup (path), .notify = self->action->notify };

  if (recipient.notify != 0)
    {
      recipient.orcpt_type = g_strdup (is_ascii ? "rfc822" : "utf-8");
      recipient.orcpt = g_strdup (path);
    }
  self->mail.is_utf8 |= !is_ascii;
  g_array_append_val (self->recipients, recipient);
}

/* Reads the envelope off the addresses: who is told in RCPT is not read from the
 * header again by anybody (RFC 5321 section 2.3.1). */
static gboolean
make_envelope (MailSender *self)
{
  const SimScenarioAction *action = self->action;
  char *from[] = { action->from, NULL };
  g_autoptr (GPtrArray) sender = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);

  if (!add_paths (sender, from) || sender->len != 1 || !add_paths (paths, action->to) ||
      !add_paths (paths, action->cc) || paths->len == 0)
    return FALSE;
  self->mail.reverse_path = g_strdup (g_ptr_array_index (sender, 0));
  self->mail.ret = action->ret;
  self->mail.envid = g_strdup (action->envid);
  self->mail.requires_tls = action->requires_tls;
  self->mail.is_utf8 = !g_str_is_ascii (self->mail.reverse_path);
  for (guint i = 0; i < paths->len; i++)
    add_recipient (self, g_ptr_array_index (paths, i));
  return TRUE;
}

static void
draw_octets (guint8 *data, gsize length, gpointer random)
{
  for (gsize i = 0; i < length; i++)
    data[i] = (guint8) sim_random_range (random, 256);
}

static gboolean
compose (MailSender *self, char **out_problem)
{
  const char *at = strrchr (self->mail.reverse_path, '@');

  self->message = mail_compose (self->host->net, self->action, at != NULL ? at + 1 : "invalid",
                                self->mail.is_utf8, out_problem);
  return self->message != NULL;
}

static void
tell_composed (MailSender *self)
{
  g_autofree char *to = g_strjoinv (", ", self->action->to);

  mail_host_tell_message (self->host, "composed", self->number, self->host->actor,
                          self->host->actor, "%s writes to %s: %s", self->action->from, to,
                          self->action->subject);
}

/* Submission */

static void
tell_refused (MailSender *self, const SmtpRecipient *recipient, const SmtpDelivery *delivery)
{
  g_autofree char *reason = g_strdup (delivery->text != NULL ? delivery->text : "");
  const char      *hope = delivery->outcome == SMTP_OUTCOME_PERMANENT ? "" : ", try again later";

  g_strdelimit (reason, "\r\n", ' ');
  mail_host_note (self->host, self->number, TRACE_FLAG_ERROR, "not-sent",
                  "<%s> was not submitted: %s%s\nrecipient: %s\nstatus: %s\nreason: %s",
                  recipient->path, reason, hope, recipient->path,
                  delivery->status != NULL ? delivery->status : "", reason);
}

static void
tell_outcomes (MailSender *self)
{
  for (guint i = 0; i < self->recipients->len; i++)
    {
      SmtpDelivery delivery;

      mail_transfer_get_delivery (self->transfer, self->is_sent ? i : 0, &delivery);
      if (delivery.outcome != SMTP_OUTCOME_ACCEPTED)
        tell_refused (self, &g_array_index (self->recipients, SmtpRecipient, i), &delivery);
    }
}

static void
on_ready (MailTransfer *transfer, gpointer data)
{
  MailSender     *self = data;
  SmtpTransaction transaction = { .mail = self->mail,
                                  .recipients = (const SmtpRecipient *) self->recipients->data,
                                  .n_recipients = self->recipients->len,
                                  .message = self->message };

  if (self->is_sent)
    mail_transfer_quit (transfer);
  else
    mail_transfer_send (transfer, &transaction, self->number);
}

static void
on_sent (MailTransfer *transfer, gpointer data)
{
  MailSender *self = data;

  self->is_sent = TRUE;
  tell_outcomes (self);
}

/* Where TLS was a bonus and failed, once more without it; a password is not shown then. */
static void
on_finished (MailTransfer *transfer, gpointer data)
{
  MailSender *self = data;
  const char *failure = mail_transfer_get_tls_failure (transfer);

  if (!self->is_sent && failure != NULL && self->host->config->tls == SIM_TLS_IF_OFFERED &&
      !self->mail.requires_tls && self->action->via_port != SUBMISSIONS_PORT)
    {
      mail_host_note (self->host, self->number, TRACE_FLAG_WARNING, "tls-fallback",
                      "no TLS with the server: %s; again, without\nreason: %s", failure, failure);
      submit (self, SMTP_TLS_NEVER);
    }
  else
    {
      if (!self->is_sent)
        tell_outcomes (self);
      self->transfer = NULL;
    }
  mail_transfer_free (transfer);
}

static const MailTransferFuncs transfer_funcs = { on_ready, on_sent, on_finished };

static void
submit (MailSender *self, SmtpTlsUse tls)
{
  const SimScenarioAction *action = self->action;
  const SimScenario       *scenario =
      sim_network_get_scenario (sim_host_get_network (self->host->net));
  const char *via = sim_scenario_get_host (scenario, action->via)->name;
  /* RFC 5321 section 4.1.4: an address literal, having no name in DNS */
  g_autofree char   *name = g_strdup_printf ("[%s]", self->host->address);
  MailTransferConfig config = {
    .address = self->address,
    .peer_name = via,
    .port = (guint16) action->via_port,
    .is_implicit_tls = action->via_port == SUBMISSIONS_PORT,
    .client = { .name = name,
                .extensions = SMTP_EXTENSIONS_ALL & ~self->host->config->unused,
                .tls = tls,
                .user = action->user,
                .password = action->password,
                .mechanisms = action->mechanisms,
                /* Who says that there is to be no TLS has made up their mind. */
                .may_auth_in_clear = self->host->config->tls == SIM_TLS_NEVER,
                .random = draw_octets,
                .random_data = sim_host_get_random (self->host->net),
                .host_name = via,
                .port = (guint16) action->via_port },
    .message = self->number,
  };

  self->transfer = mail_transfer_new (self->host, &config, &transfer_funcs, self);
}

static SmtpTlsUse
get_tls_use (const MailSender *self)
{
  if (self->mail.requires_tls)
    return SMTP_TLS_VERIFIED;
  switch (self->host->config->tls)
    {
    case SIM_TLS_NEVER:
      return SMTP_TLS_NEVER;
    case SIM_TLS_ALWAYS:
      return SMTP_TLS_ALWAYS;
    case SIM_TLS_VERIFIED:
      return SMTP_TLS_VERIFIED;
    case SIM_TLS_IF_OFFERED:
      break;
    }
  return SMTP_TLS_IF_OFFERED;
}

static void
on_found (const char *address, gboolean is_permanent, const char *reason, gpointer data)
{
  MailSender *self = data;

  if (address == NULL)
    {
      mail_host_note (self->host, self->number, TRACE_FLAG_ERROR, "not-sent",
                      "the submission server can't be found: %s\nreason: %s", reason, reason);
      return;
    }
  self->address = g_strdup (address);
  submit (self, get_tls_use (self));
}

static void
clear_recipient (gpointer data)
{
  smtp_recipient_clear (data);
}

MailSender *
mail_sender_new (MailHost *host, const SimScenarioAction *action)
{
  MailSender        *self = g_new0 (MailSender, 1);
  const SimScenario *scenario = sim_network_get_scenario (sim_host_get_network (host->net));
  g_autofree char   *problem = NULL;

  self->host = host;
  self->action = action;
  self->recipients = g_array_new (FALSE, FALSE, sizeof (SmtpRecipient));
  g_array_set_clear_func (self->recipients, clear_recipient);
  if (!make_envelope (self) || !compose (self, &problem))
    {
      mail_host_note (host, 0, TRACE_FLAG_ERROR, "not-composed",
                      "the message can't be written: %s",
                      problem != NULL ? problem : "an address in it is not one");
      return self;
    }
  self->number = mail_register_number (host->messages, self->message);
  tell_composed (self);
  mail_finder_find (host->net, sim_scenario_get_host (scenario, action->via)->name, on_found, self);
  return self;
}

void
mail_sender_free (MailSender *self)
{
  if (self == NULL)
    return;
  mail_transfer_free (self->transfer);
  g_clear_pointer (&self->message, g_bytes_unref);
  g_array_unref (self->recipients);
  smtp_mail_clear (&self->mail);
  g_free (self->address);
  g_free (self);
}
