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
    smtp_server_answer (self->server, 450, NULL, "4.2.1 Not now");
  else if (g_str_equal (local_part, "gone"))
    smtp_server_answer (self->server, 421, NULL, "foo.example Going down");
  else
    smtp_server_answer (self->server, 250, NULL, "OK");
}

static void
answer_message (SmtpOwner *self, GBytes *message)
{
  gsize         length;
  const guint8 *data = g_bytes_get_data (message, &length);

  if (length >= 4 && memcmp (data, "Spam", 4) == 0)
    smtp_server_answer (self->server, 554, NULL, "No thanks");
  else
    {
      g_ptr_array_add (self->messages, g_bytes_ref (message));
      smtp_server_answer (self->server, 250, NULL, "OK");
    }
}

static void
answer (SmtpOwner *self, const SmtpEvent *event)
{
  switch (event->kind)
    {
    case SMTP_EVENT_HELLO:
      g_string_append_printf (self->events, "%s %s; ", event->is_extended ? "EHLO" : "HELO",
                              event->text);
      break;
    case SMTP_EVENT_MAIL:
      g_string_append_printf (self->events, "MAIL <%s>; ", event->text);
      answer_path (self, event->text);
      break;
    case SMTP_EVENT_RECIPIENT:
      g_string_append_printf (self->events, "RCPT <%s>; ", event->text);
      answer_path (self, event->text);
      break;
    case SMTP_EVENT_MESSAGE:
      g_string_append_printf (self->events, "MESSAGE %" G_GSIZE_FORMAT "; ",
                              g_bytes_get_size (event->message));
      answer_message (self, event->message);
      break;
    case SMTP_EVENT_VERIFY:
      g_string_append_printf (self->events, "VRFY %s; ", event->text);
      if (g_str_equal (event->text, "Crispin"))
        smtp_server_answer (self->server, 250, NULL, "Mark Crispin <Admin.MRC@foo.com>");
      else
        smtp_server_answer (self->server, 252, NULL, "Send some mail, I'll try my best");
      break;
    case SMTP_EVENT_RESET:
      g_string_append (self->events, "RSET; ");
      break;
    case SMTP_EVENT_QUIT:
      g_string_append (self->events, "QUIT; ");
      break;
    case SMTP_EVENT_LOST:
      g_string_append_printf (self->events, "LOST %s; ", event->text);
      break;
    case SMTP_EVENT_EXPAND:
    case SMTP_EVENT_STARTTLS:
    case SMTP_EVENT_AUTH:
    case SMTP_EVENT_AUTHENTICATED:
    case SMTP_EVENT_AUTH_FAILED:
    case SMTP_EVENT_TOLERATED:
    case SMTP_EVENT_NONE:
      g_assert_not_reached ();
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
