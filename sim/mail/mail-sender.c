/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-sender.h"

#include <string.h>

#include "mail-finder.h"
#include "mail-transfer.h"
#include <imf/imf-address.h>
#include <mime/mime-draft.h>

#define ID_LENGTH 10

struct _MailSender
{
  SimHost                 *host;
  const SimScenarioAction *action;
  GBytes                  *message;
  guint                    number;
  char                    *reverse_path;
  GPtrArray               *recipients; /* of char *, NULL-terminated */
  MailTransfer            *transfer;
};

static void G_GNUC_PRINTF (4, 5)
note (MailSender *self, const char *name, guint flags, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list          arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  sim_world_note (sim_host_get_world (self->host), sim_host_get_actor (self->host), name, flags,
                  self->number, "%s", text);
}

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

/* Reads the envelope off the addresses: who is told in RCPT is not read from the
 * header again by anybody (RFC 5321 section 2.3.1). */
static gboolean
make_envelope (MailSender *self)
{
  char *from[] = { self->action->from, NULL };
  g_autoptr (GPtrArray) sender = g_ptr_array_new_with_free_func (g_free);

  if (!add_paths (sender, from) || sender->len != 1 ||
      !add_paths (self->recipients, self->action->to) ||
      !add_paths (self->recipients, self->action->cc) || self->recipients->len == 0)
    return FALSE;
  self->reverse_path = g_strdup (g_ptr_array_index (sender, 0));
  g_ptr_array_add (self->recipients, NULL);
  return TRUE;
}

/* Boundaries come out of the host's own chance, as its identifiers do. */
static guint64
draw_number (gpointer random)
{
  return sim_random_next_u64 (random);
}

static char *
join_or_null (char **addresses)
{
  return addresses[0] != NULL ? g_strjoinv (", ", addresses) : NULL;
}

static gboolean
compose (MailSender *self, char **out_problem)
{
  SimWorld        *world = sim_host_get_world (self->host);
  SimRandom       *random = sim_host_get_random (self->host);
  const char      *at = strrchr (self->reverse_path, '@');
  g_autofree char *token = sim_random_token (random, ID_LENGTH);
  g_autoptr (MimeDraft) draft = mime_draft_new ();

  draft->from = g_strdup (self->action->from);
  draft->to = join_or_null (self->action->to);
  draft->cc = join_or_null (self->action->cc);
  draft->subject = g_strdup (self->action->subject);
  draft->message_id = g_strdup_printf ("%s@%s", token, at != NULL ? at + 1 : "invalid");
  draft->text = g_strdup (self->action->body);
  if (*self->action->html != '\0')
    draft->html = g_strdup (self->action->html);
  draft->allows_8bit = self->action->is_8bit;
  draft->date.time_us = sim_world_get_unix_us (world);
  self->message = mime_draft_build (draft, draw_number, random, out_problem);
  return self->message != NULL;
}

static void
tell_composed (MailSender *self)
{
  SimWorld        *world = sim_host_get_world (self->host);
  guint            actor = sim_host_get_actor (self->host);
  g_autofree char *to = g_strjoinv (", ", self->action->to);
  g_autofree char *text = g_strdup_printf ("%s writes to %s: %s", self->action->from,
                                           to, self->action->subject);
  TraceEvent       event = {
          .arrival_us = sim_world_get_now (world),
          .kind = TRACE_MESSAGE,
          .message = self->number,
          .from = (guint16) actor,
          .to = (guint16) actor,
          .what = trace_log_intern (sim_world_get_log (world), "composed"),
  };

  sim_world_record (world, &event, text, strlen (text));
}

static void
on_transferred (MailTransfer *transfer, gpointer data)
{
  MailSender *self = data;

  for (guint i = 0; g_ptr_array_index (self->recipients, i) != NULL; i++)
    {
      SmtpDelivery delivery;

      mail_transfer_get_delivery (transfer, i, &delivery);
      if (delivery.outcome != SMTP_OUTCOME_ACCEPTED)
        note (self, "not-sent", TRACE_FLAG_ERROR, "<%s> was not submitted: %s",
              (const char *) g_ptr_array_index (self->recipients, i), delivery.text);
    }
  g_clear_pointer (&self->transfer, mail_transfer_free);
}

static void
on_found (const char *address, gboolean is_permanent, const char *reason, gpointer data)
{
  MailSender      *self = data;
  g_autofree char *name = g_strdup_printf ("[%s]", sim_host_get_address (self->host));
  /* RFC 5321 section 4.1.4: an address literal, having no name in DNS */
  SmtpClientConfig config = { .name = name };
  SmtpTransaction  transaction = { .mail = { .reverse_path = self->reverse_path },
                                   .message = self->message };
  g_autoptr (GArray) recipients = g_array_new (FALSE, FALSE, sizeof (SmtpRecipient));

  if (address == NULL)
    {
      note (self, "not-sent", TRACE_FLAG_ERROR, "the submission server can't be found: %s",
            reason);
      return;
    }
  for (guint i = 0; i + 1 < self->recipients->len; i++)
    {
      SmtpRecipient recipient = { .path = g_ptr_array_index (self->recipients, i) };

      g_array_append_val (recipients, recipient);
    }
  transaction.recipients = (const SmtpRecipient *) recipients->data;
  transaction.n_recipients = recipients->len;
  self->transfer = mail_transfer_new (self->host, address, self->action->via_port, &config,
                                      &transaction, self->number, on_transferred, self);
}

MailSender *
mail_sender_new (SimHost *host, const SimScenarioAction *action, MailRegister *messages)
{
  MailSender       *self = g_new0 (MailSender, 1);
  const SimScenario *scenario = sim_network_get_scenario (sim_host_get_network (host));
  g_autofree char   *problem = NULL;

  self->host = host;
  self->action = action;
  self->recipients = g_ptr_array_new_with_free_func (g_free);
  if (!make_envelope (self) || !compose (self, &problem))
    {
      note (self, "not-composed", TRACE_FLAG_ERROR, "the message can't be written: %s",
            problem != NULL ? problem : "an address in it is not one");
      return self;
    }
  self->number = mail_register_number (messages, self->message);
  tell_composed (self);
  mail_finder_find (host, sim_scenario_get_host (scenario, action->via)->name, on_found, self);
  return self;
}

void
mail_sender_free (MailSender *self)
{
  if (self == NULL)
    return;
  mail_transfer_free (self->transfer);
  g_clear_pointer (&self->message, g_bytes_unref);
  g_ptr_array_unref (self->recipients);
  g_free (self->reverse_path);
  g_free (self);
}
