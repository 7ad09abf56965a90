/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "smtp-client-private.h"

#include <string.h>

#include "smtp-parameters.h"
#include <wire/wire-dots.h>

static SmtpClientRecipient *
get_recipient (const SmtpClient *self, guint i)
{
  return &g_array_index (self->recipients, SmtpClientRecipient, i);
}

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

static void
settle_one (SmtpClientRecipient *recipient,
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
    settle_one (&self->any, outcome, code, status, text, is_host);
  for (guint i = 0; i < self->recipients->len; i++)
    if (get_recipient (self, i)->outcome == SMTP_OUTCOME_PENDING)
      settle_one (get_recipient (self, i), outcome, code, status, text, is_host);
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

static void
end_transaction (SmtpClient *self)
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
    end_transaction (self);
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
      settle_one (get_recipient (self, i), SMTP_OUTCOME_TEMPORARY, reply->code, "4.5.3",
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
      settle_one (recipient, SMTP_OUTCOME_TEMPORARY, reply->code, "4.5.3", reply->text, FALSE);
      if (reply->status != NULL)
        spare_rest (self, reply);
    }
  else if (recipient->outcome == SMTP_OUTCOME_PENDING)
    settle_one (recipient, smtp_client_get_outcome (reply->code), reply->code, get_status (reply),
                reply->text, FALSE);
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
      settle_one (recipient, SMTP_OUTCOME_ACCEPTED, reply->code, reply->status, reply->text,
                  FALSE);
      recipient->relayed = self->used & SMTP_EXTENSION_DSN;
    }
  else
    settle_one (recipient, smtp_client_get_outcome (reply->code), reply->code,
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

/* Before the first command: does the server take what the message is? */

static void
reject (SmtpClient *self, const char *status, const char *text)
{
  smtp_client_settle (self, SMTP_OUTCOME_PERMANENT, 0, status, text, TRUE);
}

static gboolean
is_ascii (const char *text)
{
  return text == NULL || g_str_is_ascii (text);
}

static gboolean
has_utf8_envelope (const SmtpClient *self)
{
  gboolean is_plain = is_ascii (self->mail.reverse_path);

  for (guint i = 0; i < self->recipients->len; i++)
    is_plain = is_plain && is_ascii (get_recipient (self, i)->recipient.path);
  return !is_plain;
}

/* SMTPUTF8 is said where it is needed and where the owner says so, but not demanded for the owner's
 * word alone (RFC 6531 section 3.4). */
static gboolean
check_utf8 (SmtpClient *self, const SmtpContent *content)
{
  gboolean is_offered = (self->used & SMTP_EXTENSION_SMTPUTF8) != 0;
  gboolean is_needed = has_utf8_envelope (self) || content->has_utf8_header;

  if (is_needed && !is_offered)
    reject (self, "5.6.7", "the server does not offer SMTPUTF8, which addresses or header need");
  self->mail.is_utf8 = is_offered && (is_needed || self->mail.is_utf8);
  return is_offered || !is_needed;
}

/* RFC 8689 section 4.2.1; section 5 lets reports of failure go without. */
static gboolean
check_tls (SmtpClient *self)
{
  if (!self->mail.requires_tls || *self->mail.reverse_path == '\0')
    return TRUE;
  if (!self->is_secured || !self->is_verified)
    reject (self, "5.7.10", "the message requires TLS with a verified server");
  else if ((self->used & SMTP_EXTENSION_REQUIRETLS) == 0)
    reject (self, "5.7.30", "the message requires TLS, and the server does not offer REQUIRETLS");
  else
    return TRUE;
  return FALSE;
}

static gboolean
offers_binary (const SmtpClient *self)
{
  guint both = SMTP_EXTENSION_BINARYMIME | SMTP_EXTENSION_CHUNKING;

  return (self->used & both) == both;
}

/* Returns: (nullable): the extension that the message can't do without, where it is not offered. */
static const char *
choose_body (SmtpClient *self, const SmtpContent *content, gboolean *out_is_exact)
{
  SmtpBody said = self->mail.body;
  gboolean is_binary = content->has_nul || content->has_long_line ||
                       (said == SMTP_BODY_BINARYMIME && content->has_bare);
  gboolean has_8bitmime = (self->used & SMTP_EXTENSION_8BITMIME) != 0;

  *out_is_exact = is_binary || (said == SMTP_BODY_BINARYMIME && offers_binary (self));
  if (is_binary && !offers_binary (self))
    return "BINARYMIME";
  if (content->has_8bit && !has_8bitmime && !offers_binary (self))
    return "8BITMIME";
  if (*out_is_exact || (content->has_8bit && !has_8bitmime))
    self->mail.body = SMTP_BODY_BINARYMIME;
  else if (content->has_8bit)
    self->mail.body = SMTP_BODY_8BITMIME;
  else if (said == SMTP_BODY_BINARYMIME)
    self->mail.body = SMTP_BODY_7BIT;
  return NULL;
}

/* The content as it is to arrive. */
static void
prepare_content (SmtpClient *self, const SmtpContent *content, gboolean is_exact)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (self->message, &length);
  gboolean is_whole = length == 0 || data[length - 1] == '\n';

  g_clear_pointer (&self->content, g_bytes_unref);
  if (is_exact || (!content->has_bare && is_whole))
    self->content = g_bytes_ref (self->message);
  else
    self->content = smtp_content_mend (self->message);
  if (content->has_bare && !is_exact)
    smtp_client_tell (self, SMTP_CLIENT_EVENT_TOLD, "line-ends", 0,
                      "a bare CR or LF in the message became CRLF, lest it be taken for the end");
  self->mail.size = g_bytes_get_size (self->content);
  self->in_chunks = (self->used & SMTP_EXTENSION_CHUNKING) != 0;
  self->n_chunked = 0;
}

static gboolean
check_size (SmtpClient *self)
{
  g_autofree char *text = NULL;

  if ((self->used & SMTP_EXTENSION_SIZE) == 0 || self->size_max == 0 ||
      self->mail.size <= self->size_max)
    return TRUE;
  text = g_strdup_printf ("the message has %" G_GUINT64_FORMAT " octets, and the server takes "
                          "%" G_GUINT64_FORMAT " at most",
                          self->mail.size, self->size_max);
  reject (self, "5.3.4", text);
  return FALSE;
}

/* The message needs what is not offered: asks for it to be converted, once. */
static void
ask_to_convert (SmtpClient *self, const char *extension)
{
  g_autofree char *text =
      g_strdup_printf ("the message needs %s, which the server does not offer", extension);

  if (self->is_converted)
    {
      reject (self, "5.6.3", text);
      end_transaction (self);
      return;
    }
  smtp_client_tell (self, SMTP_CLIENT_EVENT_TOLD,
                    *extension == '8' ? "no-8bitmime" : "no-binarymime", 0, text);
  self->step = STEP_CONVERT;
  smtp_client_tell (self, SMTP_CLIENT_EVENT_CONVERT, NULL, 0, extension);
}

/* Whether text can't end the command that it is put into. */
static gboolean
is_one_line (const char *text)
{
  for (; *text != '\0'; text++)
    if (g_ascii_iscntrl (*text))
      return FALSE;
  return TRUE;
}

static gboolean
check_paths (SmtpClient *self)
{
  if (!is_one_line (self->mail.reverse_path))
    reject (self, "5.1.7", "the sender's address has control characters");
  for (guint i = 0; i < self->recipients->len; i++)
    if (!is_one_line (get_recipient (self, i)->recipient.path))
      settle_one (get_recipient (self, i), SMTP_OUTCOME_PERMANENT, 0, "5.1.3",
                  "the address has control characters", FALSE);
  for (guint i = 0; i < self->recipients->len; i++)
    if (get_recipient (self, i)->outcome == SMTP_OUTCOME_PENDING)
      return TRUE;
  return FALSE;
}

static void
begin (SmtpClient *self)
{
  const char *lacking;
  gboolean is_exact;
  SmtpContent content;

  smtp_content_examine (self->message, &content);
  if (!check_paths (self) || !check_tls (self) || !check_utf8 (self, &content))
    {
      end_transaction (self);
      return;
    }
  lacking = choose_body (self, &content, &is_exact);
  if (lacking != NULL)
    {
      ask_to_convert (self, lacking);
      return;
    }
  prepare_content (self, &content, is_exact);
  if (!check_size (self))
    {
      end_transaction (self);
      return;
    }
  self->step = STEP_MAIL;
  self->next = self->needs_rset ? STEP_RSET : STEP_MAIL;
  smtp_client_go_on (self);
}

/* The owner's answers */

static void
load (SmtpClient *self, const SmtpTransaction *transaction)
{
  smtp_mail_clear (&self->mail);
  smtp_mail_copy (&transaction->mail, &self->mail);
  g_clear_pointer (&self->message, g_bytes_unref);
  self->message = g_bytes_ref (transaction->message);
  g_array_set_size (self->recipients, 0);
  for (guint i = 0; i < transaction->n_recipients; i++)
    {
      SmtpClientRecipient recipient = { .outcome = SMTP_OUTCOME_PENDING };

      smtp_recipient_copy (&transaction->recipients[i], &recipient.recipient);
      g_array_append_val (self->recipients, recipient);
    }
  self->is_sending = TRUE;
  self->is_converted = FALSE;
}

void
smtp_client_send (SmtpClient *self, const SmtpTransaction *transaction, gint64 now_us)
{
  g_return_if_fail (transaction->n_recipients > 0);
  if (self->step == STEP_OVER)
    {
      load (self, transaction);
      smtp_client_settle (self, SMTP_OUTCOME_TEMPORARY, 0, "4.4.2", "the session is over", TRUE);
      self->is_sending = FALSE;
      return;
    }
  g_return_if_fail (self->step == STEP_READY && self->awaited.length == 0);
  self->now_us = now_us;
  smtp_client_drop_question (self);
  load (self, transaction);
  begin (self);
}

void
smtp_client_convert (SmtpClient *self, GBytes *message, gint64 now_us)
{
  if (self->step == STEP_OVER)
    return;
  g_return_if_fail (self->step == STEP_CONVERT);
  self->now_us = now_us;
  smtp_client_drop_question (self);
  if (message == NULL)
    {
      reject (self, "5.6.3", "the server does not take the message as it is, and it can't be "
                             "converted");
      end_transaction (self);
      return;
    }
  smtp_client_tell (self, SMTP_CLIENT_EVENT_TOLD, "downgraded", 0,
                    "the message was converted to what the server takes");
  g_bytes_unref (self->message);
  self->message = g_bytes_ref (message);
  self->mail.body = SMTP_BODY_UNSAID;
  self->is_converted = TRUE;
  begin (self);
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
