/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "smtp-client-private.h"

/* What comes before the first command of a transaction: does the server take what the message
 * is, and as what is it sent? */

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
      smtp_client_end_transaction (self);
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
      smtp_client_decide (get_recipient (self, i), SMTP_OUTCOME_PERMANENT, 0, "5.1.3",
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
      smtp_client_end_transaction (self);
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
      smtp_client_end_transaction (self);
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
      smtp_client_end_transaction (self);
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
