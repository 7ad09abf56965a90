/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pop3-owner.h"

#include <sasl/sasl-secret.h>
#include <string.h>

static const char *
get_password (const Pop3Owner *self, const char *user)
{
  if (strcmp (user, "mrose") == 0 || strcmp (user, "busy") == 0)
    return self->password;
  return NULL;
}

static void
accept_login (Pop3Owner *self)
{
  Pop3MaildropItem *items = g_new0 (Pop3MaildropItem, self->n_messages);

  for (guint i = 0; i < self->n_messages; i++)
    {
      gsize length;
      const guint8 *data = g_bytes_get_data (self->messages[i], &length);

      items[i].octets = pop3_count_octets (data, length);
      items[i].unique_id = g_strdup_printf ("uid%u", i + 1);
    }
  pop3_server_accept_login (self->server, items, self->n_messages);
  for (guint i = 0; i < self->n_messages; i++)
    g_free ((char *) items[i].unique_id);
  g_free (items);
}

static void
answer_login (Pop3Owner *self, const Pop3ServerEvent *event)
{
  if (event->password != NULL)
    g_string_append_printf (self->events, "LOGIN %s/%s; ", event->user, event->password);
  else
    g_string_append_printf (self->events, "LOGIN %s by %s; ", event->user, event->mechanism);
  if (g_str_equal (event->user, "busy"))
    pop3_server_refuse_login (self->server, "IN-USE", "maildrop already locked");
  else if (event->password == NULL ||
           g_strcmp0 (event->password, get_password (self, event->user)) == 0)
    accept_login (self);
  else
    pop3_server_refuse_login (self->server, NULL, "invalid password");
}

static void
answer_auth (Pop3Owner *self, const SaslServerEvent *event)
{
  SaslServer *sasl = pop3_server_get_sasl (self->server);
  const char *password = get_password (self, event->authcid);

  if (event->kind == SASL_SERVER_EVENT_AUTHORIZE)
    sasl_server_accept (sasl);
  else if (strcmp (event->authcid, "later") == 0)
    sasl_server_refuse (sasl, SASL_FAILURE_UNAVAILABLE);
  else if (event->kind == SASL_SERVER_EVENT_TOKEN && g_strcmp0 (event->token, "t0ken") == 0)
    sasl_server_accept_token (sasl, "mrose");
  else if (event->kind == SASL_SERVER_EVENT_TOKEN)
    {
      static const SaslOauthbearerError error = { .status = "invalid_token" };

      sasl_server_refuse_token (sasl, &error);
    }
  else if (password != NULL)
    sasl_server_give_password (sasl, password);
  else
    sasl_server_refuse (sasl, SASL_FAILURE_CREDENTIALS);
  pop3_server_auth_answered (self->server);
}

void
pop3_owner_draw (guint8 *data, gsize length, gpointer unused)
{
  memset (data, 0x5a, length);
}

static void
answer (Pop3Owner *self, const Pop3ServerEvent *event)
{
  switch (event->kind)
    {
    case POP3_SERVER_EVENT_AUTH:
      answer_auth (self, event->sasl);
      break;
    case POP3_SERVER_EVENT_APOP:
      pop3_server_give_password (self->server, get_password (self, event->user));
      break;
    case POP3_SERVER_EVENT_AUTH_FAILED:
      g_string_append_printf (self->events, "FAILED %s by %s: %s; ", event->user, event->mechanism,
                              event->text);
      break;
    case POP3_SERVER_EVENT_LOGIN:
      answer_login (self, event);
      break;
    case POP3_SERVER_EVENT_MESSAGE:
      g_string_append_printf (self->events, "%s %u; ", event->is_whole ? "MESSAGE" : "TOP",
                              event->index);
      pop3_server_give_message (self->server, self->messages[event->index]);
      break;
    case POP3_SERVER_EVENT_UPDATE:
      g_string_append (self->events, "UPDATE");
      for (guint i = 0; i < event->n_deleted; i++)
        g_string_append_printf (self->events, " %u", event->deleted[i]);
      g_string_append (self->events, "; ");
      pop3_server_finish_update (self->server, !self->is_update_failing);
      break;
    case POP3_SERVER_EVENT_QUIT:
      g_string_append (self->events, "QUIT; ");
      break;
    case POP3_SERVER_EVENT_LOST:
      g_string_append_printf (self->events, "LOST %s; ", event->text);
      break;
    case POP3_SERVER_EVENT_NONE:
      g_assert_not_reached ();
    }
}

void
pop3_owner_run (Pop3Owner *self)
{
  g_autoptr (GBytes) output = NULL;
  Pop3ServerEvent event;
  WireUnit unit;

  while (pop3_server_next_event (self->server, &event))
    answer (self, &event);
  while (pop3_server_next_unit (self->server, &unit))
    {
      GByteArray *units = unit.direction == WIRE_SENT ? self->told : self->heard;

      g_byte_array_append (units, g_bytes_get_data (unit.bytes, NULL),
                           (guint) g_bytes_get_size (unit.bytes));
      wire_unit_clear (&unit);
    }
  output = pop3_server_take_output (self->server);
  g_byte_array_append (self->sent, g_bytes_get_data (output, NULL),
                       (guint) g_bytes_get_size (output));
}

void
pop3_owner_receive (Pop3Owner *self, const guint8 *data, gsize length)
{
  g_autofree guint8 *copy = g_memdup2 (data, length);

  pop3_server_receive (self->server, copy, length, 0);
  pop3_owner_run (self);
}

void
pop3_owner_receive_chunked (Pop3Owner *self, const char *data, gsize length, gsize chunk)
{
  for (gsize i = 0; i < length; i += chunk)
    pop3_owner_receive (self, (const guint8 *) data + i, MIN (chunk, length - i));
}

void
pop3_owner_init (Pop3Owner *self,
                 const Pop3ServerConfig *config,
                 GBytes **messages,
                 guint n_messages)
{
  *self = (Pop3Owner){
    .server = pop3_server_new (config, 0),
    .messages = messages,
    .n_messages = n_messages,
    .password = "tan staaf",
    .events = g_string_new (NULL),
    .sent = g_byte_array_new (),
    .heard = g_byte_array_new (),
    .told = g_byte_array_new (),
  };
}

void
pop3_owner_clear (Pop3Owner *self)
{
  pop3_server_free (self->server);
  g_string_free (self->events, TRUE);
  g_byte_array_unref (self->sent);
  g_byte_array_unref (self->heard);
  g_byte_array_unref (self->told);
}
