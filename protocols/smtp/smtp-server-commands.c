/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "smtp-server-private.h"

#include <string.h>

/* Greetings */

static void
append_extensions (SmtpServer *self, GString *text)
{
  guint offer = smtp_server_get_offer (self);

  for (guint i = 0; i < SMTP_N_EXTENSIONS; i++)
    {
      SmtpExtension extension = (SmtpExtension) (1u << i);

      if ((offer & extension) == 0)
        continue;
      g_string_append_printf (text, "\n%s", smtp_extension_get_keyword (extension));
      if (extension == SMTP_EXTENSION_SIZE)
        g_string_append_printf (text, " %" G_GSIZE_FORMAT, self->config.size_max);
      else if (extension == SMTP_EXTENSION_AUTH)
        {
          g_autofree char *names = sasl_mechanisms_format (smtp_server_get_mechanisms (self));

          g_string_append_printf (text, " %s", names);
        }
    }
}

void
smtp_server_do_hello (SmtpServer *self)
{
  g_autoptr (GString) text = g_string_new (NULL);

  self->is_extended = self->command.verb != SMTP_VERB_HELO;
  smtp_server_end_transaction (self);
  self->state = SMTP_STATE_READY;
  g_string_printf (text, "%s greets %s", self->config.name, self->command.argument);
  if (self->is_extended)
    append_extensions (self, text);
  smtp_server_reply (self, 250, NULL, text->str);
  smtp_server_tell (self, SMTP_EVENT_HELLO, self->command.argument)->is_extended =
      self->is_extended;
}

/* Transactions */

static gboolean
has_parameter (const SmtpCommand *command, const char *keyword)
{
  for (guint i = 0; i < command->parameters->len; i++)
    if (g_ascii_strcasecmp (g_array_index (command->parameters, SmtpParameter, i).keyword,
                            keyword) == 0)
      return TRUE;
  return FALSE;
}

/* Returns: why the parameters or the address of MAIL are refused; code 0: they are not. */
static SmtpRefusal
check_mail (SmtpServer *self)
{
  const SmtpCommand *command = &self->command;
  guint              offer = smtp_server_get_offer (self);
  SmtpRefusal        refusal = { 0 };

  if (command->parameters->len > 0 && !self->is_extended)
    return (SmtpRefusal){ 555, "5.5.4", "Parameters take EHLO" };
  /* The option is for sessions under TLS (RFC 8689 section 2). */
  if (!self->is_secured && smtp_server_has (self, SMTP_EXTENSION_REQUIRETLS) &&
      has_parameter (command, "REQUIRETLS"))
    return (SmtpRefusal){ 530, "5.7.0", "REQUIRETLS takes TLS: send STARTTLS first" };
  if (!smtp_mail_read_parameters (&self->mail, command->parameters, offer, &refusal))
    return refusal;
  if (self->mail.size > self->config.size_max)
    return (SmtpRefusal){ 552, "5.3.4", "Message size exceeds the limit" };
  /* RFC 6531 section 3.5. */
  if (!self->mail.is_utf8 && command->is_utf8)
    return (SmtpRefusal){ 550, "5.6.7", "Non-ASCII addresses take SMTPUTF8" };
  return refusal;
}

void
smtp_server_do_mail (SmtpServer *self)
{
  SmtpRefusal refusal;

  smtp_mail_clear (&self->mail);
  self->mail.reverse_path = g_steal_pointer (&self->command.argument);
  refusal = check_mail (self);
  if (refusal.code != 0)
    smtp_server_refuse (self, refusal.code, refusal.status, refusal.text);
  else
    smtp_server_ask (self, SMTP_EVENT_MAIL, self->mail.reverse_path)->mail = &self->mail;
}

void
smtp_server_do_rcpt (SmtpServer *self)
{
  const SmtpCommand *command = &self->command;
  SmtpRefusal        refusal = { 0 };

  smtp_recipient_clear (&self->recipient);
  self->recipient.path = g_steal_pointer (&self->command.argument);
  if (command->parameters->len > 0 && !self->is_extended)
    refusal = (SmtpRefusal){ 555, "5.5.4", "Parameters take EHLO" };
  else if (smtp_recipient_read_parameters (&self->recipient, command->parameters,
                                           smtp_server_get_offer (self), &refusal) &&
           !self->mail.is_utf8 && command->is_utf8)
    refusal = (SmtpRefusal){ 553, "5.6.7", "Non-ASCII addresses take SMTPUTF8" };
  if (refusal.code != 0)
    smtp_server_refuse (self, refusal.code, refusal.status, refusal.text);
  else if (self->n_recipients >= self->config.recipients_max)
    /* No mistake: the client goes on with the others (RFC 5321 section 4.5.3.1.10). */
    smtp_server_reply (self, 452, "4.5.3", "Too many recipients");
  else
    smtp_server_ask (self, SMTP_EVENT_RECIPIENT, self->recipient.path)->recipient =
        &self->recipient;
}

void
smtp_server_do_rset (SmtpServer *self)
{
  smtp_server_reply (self, 250, "2.0.0", "OK");
  if (smtp_server_end_transaction (self))
    smtp_server_tell (self, SMTP_EVENT_RESET, "RSET");
}

/* Questions */

void
smtp_server_do_noop (SmtpServer *self)
{
  smtp_server_reply (self, 250, "2.0.0", "OK");
}

/* Hands a question on, if its parameters are in order (RFC 6531 section 3.7.4.2). */
static void
ask_lookup (SmtpServer *self, SmtpEventKind kind)
{
  self->takes_utf8 = has_parameter (&self->command, "SMTPUTF8");
  if (self->command.parameters->len > (self->takes_utf8 ? 1 : 0) ||
      (self->takes_utf8 && (smtp_server_get_offer (self) & SMTP_EXTENSION_SMTPUTF8) == 0))
    smtp_server_refuse (self, 504, "5.5.4", "Parameter not recognised");
  else
    smtp_server_ask (self, kind, self->command.argument)->is_utf8 = self->takes_utf8;
}

void
smtp_server_do_vrfy (SmtpServer *self)
{
  ask_lookup (self, SMTP_EVENT_VERIFY);
}

void
smtp_server_do_expn (SmtpServer *self)
{
  ask_lookup (self, SMTP_EVENT_EXPAND);
}

/* Whether HELP names the command: it is one of this session's. */
static gboolean
is_known (SmtpServer *self, const SmtpServerRule *rule)
{
  return rule->legal != 0 &&
         (rule->needs & (self->config.is_lmtp ? SMTP_NEED_SMTP : SMTP_NEED_LMTP)) == 0 &&
         (rule->extension == 0 || smtp_server_has (self, (SmtpExtension) rule->extension));
}

static gboolean
is_known_verb (SmtpServer *self, SmtpVerb verb)
{
  const SmtpServerRule *rule;

  for (guint i = 0; (rule = smtp_server_get_rule (i)) != NULL; i++)
    if (rule->verb == verb && is_known (self, rule))
      return TRUE;
  return FALSE;
}

void
smtp_server_do_help (SmtpServer *self)
{
  const char *topic = self->command.argument;
  g_autoptr (GString) text = g_string_new (topic == NULL ? "Commands:" : NULL);

  for (SmtpVerb verb = SMTP_VERB_HELO; verb < SMTP_N_VERBS; verb++)
    {
      if (!is_known_verb (self, verb))
        continue;
      if (topic == NULL)
        g_string_append_printf (text, "\n%s", smtp_verb_get_usage (verb));
      else if (g_ascii_strcasecmp (topic, smtp_verb_get_keyword (verb)) == 0)
        g_string_append (text, smtp_verb_get_usage (verb));
    }
  if (text->len > 0)
    smtp_server_reply (self, 214, "2.0.0", text->str);
  else
    smtp_server_refuse (self, 504, "5.5.4", "No help on that: HELP alone lists the commands");
}

/* The session */

void
smtp_server_do_quit (SmtpServer *self)
{
  smtp_server_reply_printf (self, 221, "2.0.0", "%s Service closing transmission channel",
                            self->config.name);
  smtp_server_end_session (self, SMTP_EVENT_QUIT, NULL);
}

/* RFC 3207 section 4. What waits behind the command came in clear, be it from the client or from
 * somebody between, and must not count as protected: it is dropped. */
void
smtp_server_do_starttls (SmtpServer *self)
{
  if (self->config.fails_tls)
    smtp_server_reply (self, 454, "4.7.0", "TLS not available due to temporary reason");
  else
    {
      wire_framer_drop (self->framer);
      smtp_server_begin_unit (self);
      smtp_server_reply (self, 220, "2.0.0", "Ready to start TLS");
      self->begins_tls = self->tells_tls = TRUE;
      self->state = SMTP_STATE_GREETED;
      smtp_server_tell (self, SMTP_EVENT_STARTTLS, NULL);
    }
}
