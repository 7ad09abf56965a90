/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-auth.h"
#include "mail-smtp-parts.h"

/* Who a client is: AUTH (RFC 4954). */

void
mail_smtp_answer_auth (MailSmtp *self, const SaslServerEvent *event)
{
  mail_auth_answer (self->host, &self->peer, smtp_server_get_sasl (self->engine), event);
  smtp_server_auth_answered (self->engine);
}

void
mail_smtp_tell_authenticated (MailSmtp *self, const SmtpEvent *event)
{
  gboolean         is_told = mail_auth_is_told (event->mechanism,
                                                smtp_server_is_secured (self->engine));
  const char      *name = *event->text != '\0' ? event->text : "an anonymous client";
  g_autofree char *sentence =
      g_strdup_printf ("%s has shown who it is by %s%s", name, event->mechanism,
                       is_told ? ": the password is in clear on the wire" : "");

  mail_smtp_note (self, 0, is_told ? TRACE_FLAG_WARNING : 0, "auth", sentence, "user",
                  *event->text != '\0' ? event->text : NULL, "mechanism", event->mechanism,
                  "protection", self->tls != NULL ? self->tls : "none", NULL);
}

void
mail_smtp_tell_auth_failed (MailSmtp *self, const SmtpEvent *event)
{
  gboolean         has_name = event->name != NULL && *event->name != '\0';
  g_autofree char *sentence =
      g_strdup_printf ("%s has not shown who it is", has_name ? event->name : "the client");

  mail_smtp_note (self, 0, TRACE_FLAG_ERROR, "auth-failed", sentence, "user",
                  has_name ? event->name : NULL, "mechanism", event->mechanism, "reason",
                  event->text, "protection", self->tls != NULL ? self->tls : "none", NULL);
}
