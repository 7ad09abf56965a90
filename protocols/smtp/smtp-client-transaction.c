/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "smtp-client-private.h"

#include <string.h>

#include "smtp-parameters.h"
#include <wire/wire-dots.h>

void
smtp_client_recipient_clear (gpointer data)
{
  SmtpClientRecipient *recipient = data;

  smtp_recipient_clear (&recipient->recipient);
  g_free (recipient->status);
  g_free (recipient->text);
}

/* Outcomes */

SmtpOutcome
smtp_client_get_outcome (guint code)
{
  return smtp_code_is_permanent (code) ? SMTP_OUTCOME_PERMANENT : SMTP_OUTCOME_TEMPORARY;
}

void
smtp_client_decide (SmtpClientRecipient *recipient,
                    SmtpOutcome outcome,
                    guint code,
                    const char *status,
                    const char *text,
                    gboolean is_host)
{
  g_free (recipient->status);
  g_free (recipient->text);
  recipient->outcome = outcome;
  recipient->code = code;
  recipient->status = g_strdup (status);
  recipient->text = g_strdup (text);
  recipient->is_host = is_host;
}

void
smtp_client_settle (SmtpClient *self,
                    SmtpOutcome outcome,
                    guint code,
                    const char *status,
                    const char *text,
                    gboolean is_host)
{
  if (!self->is_sending && self->any.outcome == SMTP_OUTCOME_PENDING)
    smtp_client_decide (&self->any, outcome, code, status, text, is_host);
  for (guint i = 0; i < self->recipients->len; i++)
    if (get_recipient (self, i)->outcome == SMTP_OUTCOME_PENDING)
      smtp_client_decide (get_recipient (self, i), outcome, code, status, text, is_host);
}

/* Whether a refusal of the whole transaction is of the host: one for now, and one that asks for
 * what the session lacks. */
static gboolean
is_of_host (guint code)
{
  return !smtp_code_is_permanent (code) || code == 530 || code == 535 || code == 538;
}

/* The status of a reply that is no refusal where none but a positive one would do. */
static const char *
get_status (const SmtpReply *reply)
{
  return reply->code < 400 ? "4.5.0" : reply->status;
}

/* The transaction can't go on: the reply decides on all that is pending. */
static void
refuse (SmtpClient *self, const SmtpReply *reply)
{
  smtp_client_settle (self, smtp_client_get_outcome (reply->code), reply->code,
                      get_status (reply), reply->text, is_of_host (reply->code));
  self->next = STEP_READY;
}

/* Returns: how many recipients the message is still for. */
static guint
count_accepted (const SmtpClient *self)
{
  guint n = 0;

  for (guint i = 0; i < self->recipients->len; i++)
    {
      const SmtpClientRecipient *recipient = get_recipient (self, i);

      if (recipient->outcome == SMTP_OUTCOME_PENDING && recipient->is_accepted)
        n++;
    }
  return n;
}

void
smtp_client_end_transaction (SmtpClient *self)
{
  self->is_sending = FALSE;
  self->next = STEP_READY;
  g_clear_pointer (&self->content, g_bytes_unref);
  smtp_client_tell (self, SMTP_CLIENT_EVENT_SENT, NULL, 0, NULL);
  smtp_client_get_ready (self);
}

/* Sending. What goes into one group and what ends it is RFC 2920 section 3.1's. */

static gboolean
pipelines (const SmtpClient *self)
{
  return (self->used & SMTP_EXTENSION_PIPELINING) != 0;
}

/* Whether a command of @n_bytes may be sent before the replies to those before it. */
static gboolean
has_room (const SmtpClient *self, gsize n_bytes)
{
  return self->awaited.length == 0 ||
         (pipelines (self) && self->n_awaited_bytes + n_bytes <= SMTP_CLIENT_GROUP_BYTES_MAX);
}

static gboolean
try_command (SmtpClient *self, SmtpClientStep step, guint recipient, const char *line)
{
  if (!has_room (self, strlen (line) + 2))
    return FALSE;
  smtp_client_command (self, step, recipient, line);
  return TRUE;
}

static gboolean
send_rset (SmtpClient *self)
{
  if (!try_command (self, STEP_RSET, 0, "RSET"))
    return FALSE;
  self->next = STEP_MAIL;
  return TRUE;
}

/* What the server can be told; AUTH= only by those who have proved who they are. */
static guint
get_told_extensions (const SmtpClient *self)
{
  return self->is_authenticated ? self->used : self->used & ~(guint) SMTP_EXTENSION_AUTH;
}

static gboolean
send_mail (SmtpClient *self)
{
  g_autofree char *parameters =
      smtp_mail_format_parameters (&self->mail, get_told_extensions (self));
  g_autofree char *line =
      g_strdup_printf ("MAIL FROM:<%s>%s", self->mail.reverse_path, parameters);

  if (!try_command (self, STEP_MAIL, 0, line))
    return FALSE;
  self->next = STEP_RCPT;
  self->next_recipient = 0;
  return TRUE;
}

static gboolean
send_rcpt (SmtpClient *self)
{
  const SmtpClientRecipient *recipient;
  g_autofree char *parameters = NULL;
  g_autofree char *line = NULL;

  while (self->next_recipient < self->recipients->len &&
         get_recipient (self, self->next_recipient)->outcome != SMTP_OUTCOME_PENDING)
    self->next_recipient++;
  if (self->next_recipient == self->recipients->len)
    {
      self->next = self->in_chunks ? STEP_CHUNK : STEP_DATA;
      return TRUE;
    }
  recipient = get_recipient (self, self->next_recipient);
  parameters =
      smtp_recipient_format_parameters (&recipient->recipient, get_told_extensions (self));
  line = g_strdup_printf ("RCPT TO:<%s>%s", recipient->recipient.path, parameters);
  if (!try_command (self, STEP_RCPT, self->next_recipient, line))
    return FALSE;
  self->next_recipient++;
  return TRUE;
}

static gboolean
send_data (SmtpClient *self)
{
  if (self->awaited.length == 0 && count_accepted (self) == 0)
    self->next = STEP_READY;
  else if (try_command (self, STEP_DATA, 0, "DATA"))
    self->next = STEP_READY;
  else
    return FALSE;
  return TRUE;
}

/* The reply to the whole message; in LMTP one for each recipient (RFC 2033 section 4.2). */
static void
await_message (SmtpClient *self, gsize n_bytes)
{
  gint64 more_us = (gint64) (n_bytes / SMTP_CLIENT_BLOCK_BYTES) * SMTP_CLIENT_BLOCK_TIMEOUT_US;

  if (!self->config.is_lmtp)
    smtp_client_await (self, STEP_MESSAGE, ALL_RECIPIENTS, 0, more_us);
  for (guint i = 0; self->config.is_lmtp && i < self->recipients->len; i++)
    if (get_recipient (self, i)->outcome == SMTP_OUTCOME_PENDING)
      {
        smtp_client_await (self, STEP_MESSAGE, i, 0, more_us);
        more_us = 0;
      }
}

/* A chunk may follow others that wait for their replies, but RCPT has to be done with (RFC 3030
 * section 2). In LMTP the last waits for all, as after a failed chunk nobody could tell how many
 * replies to it come. */
static gboolean
has_room_for_chunk (const SmtpClient *self, gboolean is_last)
{
  const SmtpAwaited *first = self->awaited.head != NULL ? self->awaited.head->data : NULL;

  if (first == NULL)
    return TRUE;
  return pipelines (self) && first->step == STEP_CHUNK &&
         self->awaited.length < SMTP_CLIENT_CHUNKS_MAX && !(is_last && self->config.is_lmtp);
}

static gboolean
send_chunk (SmtpClient *self)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (self->content, &length);
  gsize n_bytes = MIN (length - self->n_chunked, SMTP_CLIENT_CHUNK_BYTES);
  gboolean is_last = self->n_chunked + n_bytes == length;
  g_autofree char *command =
      g_strdup_printf ("BDAT %" G_GSIZE_FORMAT "%s\r\n", n_bytes, is_last ? " LAST" : "");

  if (self->awaited.length == 0 && count_accepted (self) == 0)
    {
      self->next = STEP_READY;
      return TRUE;
    }
  if (!has_room_for_chunk (self, is_last))
    return FALSE;
  wire_outbox_send_text (&self->outbox, "command", command);
  if (n_bytes > 0)
    wire_outbox_send (&self->outbox, "chunk", data + self->n_chunked, n_bytes);
  self->n_chunked += n_bytes;
  if (is_last)
    {
      await_message (self, 0);
      self->next = STEP_READY;
    }
  else
    smtp_client_await (self, STEP_CHUNK, 0, 0, 0);
  return TRUE;
}

/* Returns: FALSE when nothing can be sent now. */
static gboolean
send_next (SmtpClient *self)
{
  switch (self->next)
    {
    case STEP_RSET:
      return send_rset (self);
    case STEP_MAIL:
      return send_mail (self);
    case STEP_RCPT:
      return send_rcpt (self);
    case STEP_DATA:
      return send_data (self);
    case STEP_CHUNK:
      return send_chunk (self);
    default:
      return FALSE;
    }
}

void
smtp_client_go_on (SmtpClient *self)
{
  while (send_next (self))
    ;
  if (self->awaited.length == 0 && self->next == STEP_READY)
    smtp_client_end_transaction (self);
}

/* Replies */

void
smtp_client_on_rset (SmtpClient *self, const SmtpReply *reply, guint recipient)
{
  if (smtp_code_is_positive (reply->code))
    self->needs_rset = FALSE;
  else
    refuse (self, reply);
  smtp_client_go_on (self);
}

void
smtp_client_on_mail (SmtpClient *self, const SmtpReply *reply, guint recipient)
{
  if (smtp_code_is_positive (reply->code))
    self->needs_rset = TRUE;
  else
    refuse (self, reply);
  smtp_client_go_on (self);
}

/* "Too many recipients": 452, or 552 as RFC 821 had it (RFC 5321 section 4.5.3.1.10). A status code
 * can say that it is something else. */
static gboolean
is_too_many (const SmtpClient *self, const SmtpReply *reply)
{
  if (reply->status != NULL && !g_str_equal (reply->status + 1, ".5.3"))
    return FALSE;
  return (reply->code == 452 || reply->code == 552) &&
         (reply->status != NULL || count_accepted (self) > 0);
}

/* The rest can be spared: it would be refused, too. */
static void
spare_rest (SmtpClient *self, const SmtpReply *reply)
{
  for (guint i = self->next_recipient; i < self->recipients->len; i++)
    if (get_recipient (self, i)->outcome == SMTP_OUTCOME_PENDING)
      smtp_client_decide (get_recipient (self, i), SMTP_OUTCOME_TEMPORARY, reply->code, "4.5.3",
                          reply->text, FALSE);
}

/* A recipient that was accepted stays pending: the message is what counts. */
void
smtp_client_on_rcpt (SmtpClient *self, const SmtpReply *reply, guint i)
{
  SmtpClientRecipient *recipient = get_recipient (self, i);

  if (smtp_code_is_positive (reply->code))
    recipient->is_accepted = TRUE;
  else if (recipient->outcome == SMTP_OUTCOME_PENDING && is_too_many (self, reply))
    {
      smtp_client_decide (recipient, SMTP_OUTCOME_TEMPORARY, reply->code, "4.5.3", reply->text,
                          FALSE);
      if (reply->status != NULL)
        spare_rest (self, reply);
    }
  else if (recipient->outcome == SMTP_OUTCOME_PENDING)
    smtp_client_decide (recipient, smtp_client_get_outcome (reply->code), reply->code,
                        get_status (reply), reply->text, FALSE);
  smtp_client_go_on (self);
}

static void
send_dot (SmtpClient *self)
{
  smtp_client_tell (self, SMTP_CLIENT_EVENT_TOLD, "lone-dot", 0,
                    "the server takes data for nobody: the message stays here");
  wire_outbox_send_text (&self->outbox, "data", ".\r\n");
  /* In LMTP nobody can tell whether a reply comes: one comes for each recipient. */
  if (self->config.is_lmtp)
    smtp_client_fail (self, 0, "4.5.0", "the server takes data for nobody");
  else
    smtp_client_await (self, STEP_DOT, 0, 3, 0);
}

static void
send_message (SmtpClient *self)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (self->content, &length);
  g_autoptr (GBytes) block = wire_dots_stuff (data, length);

  data = g_bytes_get_data (block, &length);
  wire_outbox_send (&self->outbox, "data", data, length);
  await_message (self, length);
}

void
smtp_client_on_data (SmtpClient *self, const SmtpReply *reply, guint recipient)
{
  if (!smtp_code_is_intermediate (reply->code))
    refuse (self, reply);
  else if (count_accepted (self) > 0)
    send_message (self);
  else
    send_dot (self);
  if (self->step != STEP_OVER)
    smtp_client_go_on (self);
}

void
smtp_client_on_chunk (SmtpClient *self, const SmtpReply *reply, guint recipient)
{
  if (!smtp_code_is_positive (reply->code))
    refuse (self, reply);
  smtp_client_go_on (self);
}

static void
settle_by_message (SmtpClient *self, SmtpClientRecipient *recipient, const SmtpReply *reply)
{
  if (recipient->outcome != SMTP_OUTCOME_PENDING)
    return;
  if (smtp_code_is_positive (reply->code))
    {
      smtp_client_decide (recipient, SMTP_OUTCOME_ACCEPTED, reply->code, reply->status,
                          reply->text, FALSE);
      recipient->relayed = self->used & SMTP_EXTENSION_DSN;
    }
  else
    smtp_client_decide (recipient, smtp_client_get_outcome (reply->code), reply->code,
                        get_status (reply), reply->text,
                        !self->config.is_lmtp && is_of_host (reply->code));
}

/* RFC 5321 section 4.1.1.4: the end of data clears the server's buffers, whatever comes of it; a
 * BDAT that failed leaves them as nobody knows (RFC 3030 section 2). */
void
smtp_client_on_message (SmtpClient *self, const SmtpReply *reply, guint recipient)
{
  if (!self->in_chunks || smtp_code_is_positive (reply->code))
    self->needs_rset = FALSE;
  for (guint i = 0; i < self->recipients->len; i++)
    if (recipient == ALL_RECIPIENTS || recipient == i)
      settle_by_message (self, get_recipient (self, i), reply);
  smtp_client_go_on (self);
}

void
smtp_client_on_dot (SmtpClient *self, const SmtpReply *reply, guint recipient)
{
  self->needs_rset = FALSE;
  smtp_client_go_on (self);
}

void
smtp_client_get_delivery (const SmtpClient *self, guint i, SmtpDelivery *out_delivery)
{
  const SmtpClientRecipient *recipient =
      self->recipients->len > 0 ? get_recipient (self, i) : &self->any;

  *out_delivery = (SmtpDelivery){
    .outcome = recipient->outcome,
    .code = recipient->code,
    .status = recipient->status,
    .text = recipient->text,
    .is_host = recipient->is_host,
    .relayed = recipient->relayed,
  };
}
