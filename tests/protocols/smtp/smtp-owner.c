/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "smtp-owner.h"

#include <string.h>

static void
answer_path (SmtpOwner *self, const char *path)
{
  g_autofree char *local_part = NULL;
  g_autofree char *domain = NULL;

  smtp_mailbox_split (path, &local_part, &domain);
  if (g_str_equal (local_part, "nobody") || g_str_equal (local_part, "Green"))
    smtp_server_answer (self->server, 550, NULL, "No such user here");
  else if (g_str_equal (local_part, "later"))
    smtp_server_answer (self->server, 450, "4.2.1", "Not now");
  else if (g_str_equal (local_part, "gone"))
    smtp_server_answer (self->server, 421, NULL, "foo.example Going down");
  else
    smtp_server_answer (self->server, 250, NULL, "OK");
}

static void
answer_message (SmtpOwner *self, const SmtpEvent *event)
{
  gsize         length;
  const guint8 *data = g_bytes_get_data (event->message, &length);

  if (event->index % 2 == 1)
    smtp_server_answer (self->server, 452, "4.2.2", "The mailbox is over its quota");
  else if (length >= 4 && memcmp (data, "Spam", 4) == 0)
    smtp_server_answer (self->server, 554, NULL, "No thanks");
  else
    {
      g_ptr_array_add (self->messages, g_bytes_ref (event->message));
      smtp_server_answer (self->server, 250, NULL, "OK");
    }
}

/* Answers what the exchange asks: the user is "tim", and his password "tanstaaftanstaaf"; "later"
 * has to wait; the token "good" is his; he may act as "kim", and as nobody else. */
static void
answer_auth (SmtpOwner *self, const SmtpEvent *event)
{
  static const SaslOauthbearerError error = { .status = "invalid_token" };
  SaslServer *sasl = smtp_server_get_sasl (self->server);
  const SaslServerEvent *question = event->sasl;

  g_string_append_printf (self->events, "AUTH %s <%s>; ", event->mechanism, question->authcid);
  if (g_str_equal (question->authcid, "later"))
    sasl_server_refuse (sasl, SASL_FAILURE_UNAVAILABLE);
  else if (question->kind == SASL_SERVER_EVENT_AUTHORIZE && g_str_equal (question->authzid, "kim"))
    sasl_server_accept (sasl);
  else if (question->kind == SASL_SERVER_EVENT_AUTHORIZE)
    sasl_server_refuse (sasl, SASL_FAILURE_AUTHORIZATION);
  else if (question->kind == SASL_SERVER_EVENT_TOKEN && g_str_equal (question->token, "good"))
    sasl_server_accept_token (sasl, "tim");
  else if (question->kind == SASL_SERVER_EVENT_TOKEN)
    sasl_server_refuse_token (sasl, &error);
  else if (g_str_equal (question->authcid, "tim"))
    sasl_server_give_password (sasl, "tanstaaftanstaaf");
  else
    sasl_server_refuse (sasl, SASL_FAILURE_CREDENTIALS);
  smtp_server_auth_answered (self->server);
}

static void
answer_lookup (SmtpOwner *self, const SmtpEvent *event)
{
  gboolean is_list = event->kind == SMTP_EVENT_EXPAND;

  g_string_append_printf (self->events, "%s %s%s; ", is_list ? "EXPN" : "VRFY", event->text,
                          event->is_utf8 ? " SMTPUTF8" : "");
  if (g_str_equal (event->text, "Crispin"))
    smtp_server_answer (self->server, 250, NULL, "Mark Crispin <Admin.MRC@foo.com>");
  else if (g_str_equal (event->text, "Jos\303\251"))
    smtp_server_answer (self->server, 250, NULL, "<Jos\303\251@foo.com>");
  else if (is_list && g_str_equal (event->text, "Example-People"))
    smtp_server_answer (self->server, 250, NULL,
                        "Jon Postel <Postel@isi.edu>\nFred Fonebone <Fonebone@physics.foo-u.edu>\n"
                        "Sam Q. Smith <SQSmith@specific.generic.com>");
  else if (is_list)
    smtp_server_answer (self->server, 550, NULL, "No such list here");
  else
    smtp_server_answer (self->server, 252, NULL, "Send some mail, I'll try my best");
}

static void
tell_mail (SmtpOwner *self, const SmtpMail *mail)
{
  static const char *const bodies[] = { "", " 7BIT", " 8BITMIME", " BINARYMIME" };

  g_string_append_printf (self->events, "MAIL <%s>%s", mail->reverse_path, bodies[mail->body]);
  if (mail->ret != SMTP_RETURN_UNSAID)
    g_string_append (self->events, mail->ret == SMTP_RETURN_FULL ? " FULL" : " HDRS");
  if (mail->is_utf8)
    g_string_append (self->events, " UTF8");
  if (mail->requires_tls)
    g_string_append (self->events, " REQUIRETLS");
  if (mail->envid != NULL)
    g_string_append_printf (self->events, " ENVID=%s", mail->envid);
  if (mail->auth != NULL)
    g_string_append_printf (self->events, " AUTH=<%s>", mail->auth);
  g_string_append (self->events, "; ");
}

static void
tell_recipient (SmtpOwner *self, const SmtpRecipient *recipient)
{
  g_string_append_printf (self->events, "RCPT <%s>", recipient->path);
  if (recipient->notify != 0)
    g_string_append_printf (self->events, " NOTIFY=%u", recipient->notify);
  if (recipient->orcpt != NULL)
    g_string_append_printf (self->events, " ORCPT=%s;%s", recipient->orcpt_type, recipient->orcpt);
  g_string_append (self->events, "; ");
}

/* What came too early depends on when it came: the tests of that alone ask for it. */
static void
tell_tolerated (SmtpOwner *self, guint leniencies)
{
  g_autofree char *names = NULL;

  self->was_early = self->was_early || (leniencies & SMTP_LENIENT_EARLY_PIPELINING) != 0;
  leniencies &= ~(guint) SMTP_LENIENT_EARLY_PIPELINING;
  if (leniencies == 0)
    return;
  names = smtp_leniencies_format (leniencies);
  g_string_append_printf (self->events, "[%s] ", names);
}

static void
answer (SmtpOwner *self, const SmtpEvent *event)
{
  switch (event->kind)
    {
    case SMTP_EVENT_HELLO:
      g_string_append_printf (self->events, "%s %s; ",
                              !event->is_extended ? "HELO"
                              : self->is_lmtp     ? "LHLO"
                                                  : "EHLO",
                              event->text);
      break;
    case SMTP_EVENT_MAIL:
      tell_mail (self, event->mail);
      answer_path (self, event->mail->reverse_path);
      break;
    case SMTP_EVENT_RECIPIENT:
      tell_recipient (self, event->recipient);
      answer_path (self, event->recipient->path);
      break;
    case SMTP_EVENT_MESSAGE:
      g_string_append_printf (self->events, "MESSAGE %" G_GSIZE_FORMAT,
                              g_bytes_get_size (event->message));
      if (self->is_lmtp)
        g_string_append_printf (self->events, " FOR %u", event->index);
      g_string_append (self->events, "; ");
      answer_message (self, event);
      break;
    case SMTP_EVENT_VERIFY:
    case SMTP_EVENT_EXPAND:
      answer_lookup (self, event);
      break;
    case SMTP_EVENT_RESET:
      if (!g_str_equal (event->text, "RSET"))
        g_string_append_printf (self->events, "GIVEN UP: %s; ", event->text);
      else
        g_string_append (self->events, "RSET; ");
      break;
    case SMTP_EVENT_STARTTLS:
      g_string_append (self->events, "STARTTLS; ");
      break;
    case SMTP_EVENT_AUTH:
      answer_auth (self, event);
      break;
    case SMTP_EVENT_AUTHENTICATED:
      g_string_append_printf (self->events, "AUTHENTICATED %s <%s>; ", event->mechanism,
                              event->text);
      break;
    case SMTP_EVENT_AUTH_FAILED:
      g_string_append_printf (self->events, "FAILED %s <%s>: %s; ", event->mechanism, event->name,
                              event->text);
      break;
    case SMTP_EVENT_TOLERATED:
      tell_tolerated (self, event->leniencies);
      break;
    case SMTP_EVENT_QUIT:
      g_string_append (self->events, "QUIT; ");
      break;
    case SMTP_EVENT_LOST:
      g_string_append_printf (self->events, "LOST %s; ", event->text);
      break;
    case SMTP_EVENT_NONE:
      g_assert_not_reached ();
    }
}

/* Every byte of every unit is explained, and what a server sends departs from nothing; a command
 * that the grammar does not know to its end is refused for good, or has the session end. */
static void
check_explained (SmtpOwner *self, const WireUnit *unit)
{
  gsize         length;
  const guint8 *data = g_bytes_get_data (unit->bytes, &length);
  g_autoptr (WireSpans) spans = NULL;

  if (unit->direction == WIRE_SENT)
    {
      spans = wire_annotate (&smtp_grammar_reply, data, length);
      g_assert_null (spans->expected);
      g_assert_cmpuint (wire_spans_get_n_deviations (spans), ==, 0);
      g_assert_true (!self->was_unexplained || data[0] == '5' || memcmp (data, "421", 3) == 0);
      self->was_unexplained = FALSE;
    }
  else if (g_str_equal (unit->name, "command"))
    {
      spans = wire_annotate (&smtp_grammar_command, data, length);
      self->was_unexplained = spans->expected != NULL;
    }
}

void
smtp_owner_run (SmtpOwner *self)
{
  g_autoptr (GBytes) output = NULL;
  SmtpEvent event;
  WireUnit  unit;

  while (smtp_server_next_event (self->server, &event))
    answer (self, &event);
  while (smtp_server_next_unit (self->server, &unit))
    {
      GByteArray *units = unit.direction == WIRE_SENT ? self->told : self->heard;

      g_assert_cmpint (unit.direction == WIRE_SENT, ==, g_str_equal (unit.name, "reply"));
      g_byte_array_append (units, g_bytes_get_data (unit.bytes, NULL),
                           (guint) g_bytes_get_size (unit.bytes));
      check_explained (self, &unit);
      wire_unit_clear (&unit);
    }
  output = smtp_server_take_output (self->server);
  g_byte_array_append (self->sent, g_bytes_get_data (output, NULL),
                       (guint) g_bytes_get_size (output));
}

void
smtp_owner_receive (SmtpOwner *self, const guint8 *data, gsize length)
{
  g_autofree guint8 *copy = g_memdup2 (data, length);

  smtp_server_receive (self->server, copy, length, 0);
  smtp_owner_run (self);
}

void
smtp_owner_receive_chunked (SmtpOwner *self, const char *data, gsize length, gsize chunk)
{
  for (gsize i = 0; i < length; i += chunk)
    smtp_owner_receive (self, (const guint8 *) data + i, MIN (chunk, length - i));
}

void
smtp_owner_init (SmtpOwner *self, const SmtpServerConfig *config)
{
  *self = (SmtpOwner){
    .server = smtp_server_new (config, 0),
    .is_lmtp = config->is_lmtp,
    .messages = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref),
    .events = g_string_new (NULL),
    .sent = g_byte_array_new (),
    .heard = g_byte_array_new (),
    .told = g_byte_array_new (),
  };
}

void
smtp_owner_clear (SmtpOwner *self)
{
  smtp_server_free (self->server);
  g_ptr_array_unref (self->messages);
  g_string_free (self->events, TRUE);
  g_byte_array_unref (self->sent);
  g_byte_array_unref (self->heard);
  g_byte_array_unref (self->told);
}
