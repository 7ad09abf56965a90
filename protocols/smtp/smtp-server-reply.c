/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "smtp-server-private.h"

#include <stdarg.h>
#include <string.h>

#include "smtp-reply.h"

/* Longer texts are not worth keeping: they name a user or an octet and do not come again. */
#define KEPT_TEXT_BYTES_MAX 80

static GBytes *
format (guint code, const char *status, const char *text)
{
  char *bytes = smtp_reply_format (code, *status != '\0' ? status : NULL, text);

  return g_bytes_new_take (bytes, strlen (bytes));
}

/* Returns: (transfer none): the reply, made or found; a server says the same few over and over. */
static GBytes *
keep (SmtpServer *self, guint code, const char *status, const char *text)
{
  SmtpKeptReply *kept;

  for (guint i = 0; i < SMTP_SERVER_REPLIES_KEPT; i++)
    {
      kept = &self->kept[i];
      if (kept->code == code && strcmp (kept->status, status) == 0 &&
          strcmp (kept->text, text) == 0)
        return kept->bytes;
    }
  kept = &self->kept[self->next_kept++ % SMTP_SERVER_REPLIES_KEPT];
  g_free (kept->text);
  g_clear_pointer (&kept->bytes, g_bytes_unref);
  kept->code = code;
  g_strlcpy (kept->status, status, sizeof kept->status);
  kept->text = g_strdup (text);
  kept->bytes = format (code, status, text);
  return kept->bytes;
}

void
smtp_server_reply (SmtpServer *self, guint code, const char *status, const char *text)
{
  gboolean has_status = status != NULL && !self->is_hello &&
                        smtp_server_has (self, SMTP_EXTENSION_ENHANCEDSTATUSCODES);

  if (!has_status)
    status = "";
  if (strlen (text) > KEPT_TEXT_BYTES_MAX || strlen (status) >= sizeof self->kept[0].status)
    {
      g_autoptr (GBytes) bytes = format (code, status, text);

      wire_outbox_send_bytes (&self->outbox, "reply", bytes);
    }
  else
    wire_outbox_send_bytes (&self->outbox, "reply", keep (self, code, status, text));
}

void
smtp_server_reply_printf (SmtpServer *self,
                          guint       code,
                          const char *status,
                          const char *format_string,
                          ...)
{
  g_autofree char *text = NULL;
  va_list          arguments;

  va_start (arguments, format_string);
  text = g_strdup_vprintf (format_string, arguments);
  va_end (arguments);
  smtp_server_reply (self, code, status, text);
}

void
smtp_server_close (SmtpServer *self, const char *status, const char *text, const char *why)
{
  smtp_server_reply_printf (self, 421, status, "%s %s", self->config.name, text);
  smtp_server_end_session (self, SMTP_EVENT_LOST, why);
}

void
smtp_server_count_error (SmtpServer *self)
{
  if (++self->n_errors >= SMTP_SERVER_ERRORS_MAX && self->state != SMTP_STATE_CLOSED)
    smtp_server_close (self, "4.7.0", "Too many errors, closing the connection",
                       "too many errors");
}

void
smtp_server_refuse (SmtpServer *self, guint code, const char *status, const char *text)
{
  smtp_server_reply (self, code, status, text);
  smtp_server_count_error (self);
}

void
smtp_server_clear_replies (SmtpServer *self)
{
  for (guint i = 0; i < SMTP_SERVER_REPLIES_KEPT; i++)
    {
      g_free (self->kept[i].text);
      g_clear_pointer (&self->kept[i].bytes, g_bytes_unref);
    }
}
