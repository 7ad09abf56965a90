/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "smtp-client-private.h"

#include <string.h>

void
smtp_client_say_hello (SmtpClient *self)
{
  g_autofree char *line =
      g_strconcat (self->config.is_lmtp ? "LHLO " : "EHLO ", self->config.name, NULL);

  smtp_client_command (self, STEP_EHLO, 0, line);
}

void
smtp_client_on_greeting (SmtpClient *self, const SmtpReply *reply, guint recipient)
{
  if (smtp_code_is_positive (reply->code))
    smtp_client_say_hello (self);
  else
    smtp_client_abandon (self, smtp_client_get_outcome (reply->code), reply->code, reply->status,
                         reply->text);
}

/* What the server offers */

/* ehlo-line = ehlo-keyword *( SP ehlo-param ) (RFC 5321 section 4.1.1.1). "AUTH=" comes from
 * drafts of RFC 2554 and is still written by servers, for clients as old. */
static void
note_offer (SmtpClient *self, const char *line)
{
  gsize length = strcspn (line, " =");
  const char *parameters = line + length + (line[length] != '\0' ? 1 : 0);
  g_autofree char *keyword = g_strndup (line, length);
  SmtpExtension extension = smtp_extension_find (keyword);

  if (line[length] == '=' && extension != SMTP_EXTENSION_AUTH)
    return;
  self->offered |= extension;
  if (extension == SMTP_EXTENSION_SIZE)
    g_ascii_string_to_unsigned (parameters, 10, 0, G_MAXUINT64, &self->size_max, NULL);
  else if (extension == SMTP_EXTENSION_AUTH)
    self->mechanisms |= sasl_mechanisms_parse (parameters);
}

static void
note_offers (SmtpClient *self, const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  self->offered = 0;
  self->size_max = 0;
  self->mechanisms = 0;
  for (guint i = 1; lines[0] != NULL && lines[i] != NULL; i++)
    note_offer (self, lines[i]);
  self->used = self->offered & self->config.extensions;
}

/* STARTTLS, where it is wanted */

static void
refuse_clear (SmtpClient *self, guint code, const char *status, const char *why)
{
  g_autofree char *text = g_strconcat ("TLS is demanded, and the server ", why, NULL);

  smtp_client_abandon (self, SMTP_OUTCOME_TEMPORARY, code, status, text);
}

static gboolean
demands_tls (const SmtpClient *self)
{
  return self->config.tls == SMTP_TLS_ALWAYS || self->config.tls == SMTP_TLS_VERIFIED;
}

/* The server is known as it is in clear, or under TLS: what comes before mail? */
static void
secure (SmtpClient *self)
{
  if (self->is_secured || self->config.tls == SMTP_TLS_NEVER)
    smtp_client_authenticate (self);
  else if ((self->used & SMTP_EXTENSION_STARTTLS) != 0)
    smtp_client_command (self, STEP_STARTTLS, 0, "STARTTLS");
  else if (demands_tls (self))
    refuse_clear (self, 0, "4.7.10", "does not offer STARTTLS");
  else
    {
      smtp_client_tell (self, SMTP_CLIENT_EVENT_TOLD, "no-tls", 0,
                        "the server does not offer STARTTLS: the session goes on in clear");
      smtp_client_authenticate (self);
    }
}

void
smtp_client_on_starttls (SmtpClient *self, const SmtpReply *reply, guint recipient)
{
  g_autofree char *text = NULL;

  if (reply->code == 220)
    {
      self->step = STEP_TLS;
      self->starts_tls = TRUE;
      self->deadline_us = self->now_us + SMTP_CLIENT_COMMAND_TIMEOUT_US;
      /* What came behind the reply was said in clear, by whomever. */
      wire_framer_drop (self->framer);
    }
  else if (demands_tls (self))
    {
      text = g_strdup_printf ("refused STARTTLS: %s", reply->text);
      refuse_clear (self, reply->code, reply->status != NULL ? reply->status : "4.7.10", text);
    }
  else
    {
      text = g_strdup_printf ("the server refused STARTTLS, the session goes on in clear: %s",
                              reply->text);
      smtp_client_tell (self, SMTP_CLIENT_EVENT_TOLD, "no-tls", reply->code, text);
      smtp_client_authenticate (self);
    }
}

void
smtp_client_on_ehlo (SmtpClient *self, const SmtpReply *reply, guint recipient)
{
  if (smtp_code_is_positive (reply->code))
    {
      note_offers (self, reply->text);
      secure (self);
    }
  else if (smtp_code_is_permanent (reply->code) && !self->config.is_lmtp)
    {
      g_autofree char *line = g_strconcat ("HELO ", self->config.name, NULL);

      smtp_client_tell (self, SMTP_CLIENT_EVENT_TOLD, "helo", reply->code,
                        "the server does not know EHLO: the session goes on without extensions");
      smtp_client_command (self, STEP_HELO, 0, line);
    }
  else
    smtp_client_abandon (self, smtp_client_get_outcome (reply->code), reply->code, reply->status,
                         reply->text);
}

void
smtp_client_on_helo (SmtpClient *self, const SmtpReply *reply, guint recipient)
{
  if (smtp_code_is_positive (reply->code))
    {
      note_offers (self, "");
      secure (self);
    }
  else
    smtp_client_abandon (self, smtp_client_get_outcome (reply->code), reply->code, reply->status,
                         reply->text);
}
