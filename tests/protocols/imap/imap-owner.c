/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imap-owner.h"

#include <string.h>
#include <support/imap-unit.h>

const char imap_owner_binding[] = "what only this channel has";

void
imap_owner_random (guint8 *data, gsize length, gpointer user_data)
{
  memset (data, 'r', length);
}

static void
send_text (ImapOwner *self, const char *text)
{
  imap_server_send (self->server, text, strlen (text));
}

/* Describes what a command is about, as far as these tests look at it. */
static void
tell_command (ImapOwner *self, const ImapCommand *command)
{
  g_string_append_printf (self->events, "%s%s", command->is_uid ? "UID " : "",
                          imap_verb_get_keyword (command->verb));
  if (command->mailbox != NULL)
    g_string_append_printf (self->events, " %s", command->mailbox);
  if (command->set != NULL)
    {
      g_autofree char *set = imap_set_format (command->set);

      g_string_append_printf (self->events, " %s", set);
    }
  for (guint i = 0; command->appends != NULL && i < command->appends->len; i++)
    {
      const ImapAppend *append = &g_array_index (command->appends, ImapAppend, i);

      for (guint j = 0; j < append->parts->len; j++)
        {
          const ImapAppendPart *part = &g_array_index (append->parts, ImapAppendPart, j);

          g_string_append_printf (self->events, " <%" G_GSIZE_FORMAT ">",
                                  part->text != NULL ? g_bytes_get_size (part->text) : 0);
        }
    }
  g_string_append (self->events, "; ");
}

static void
complete_ok (ImapOwner *self, const char *code)
{
  const ImapCommand *command = imap_server_get_command (self->server);
  g_autofree char *text = g_strdup_printf ("%s completed", imap_verb_get_keyword (command->verb));

  imap_server_complete (self->server, IMAP_OK, code, text);
}

void
imap_owner_complete (ImapOwner *self)
{
  const ImapCommand *command = imap_server_get_command (self->server);

  if (g_strcmp0 (command->mailbox, "nobox") == 0)
    {
      imap_server_complete (self->server, IMAP_NO, "NONEXISTENT", "No such mailbox");
      return;
    }
  if (g_strcmp0 (command->mailbox, "badbox") == 0)
    {
      imap_server_complete (self->server, IMAP_BAD, NULL, "Bad mailbox");
      return;
    }
  switch (command->verb)
    {
    case IMAP_VERB_NOOP:
      if (imap_server_get_state (self->server) == IMAP_STATE_SELECTED)
        send_text (self, "* 23 EXISTS\r\n");
      complete_ok (self, NULL);
      break;
    case IMAP_VERB_SELECT:
      send_text (self, "* 3 EXISTS\r\n");
      complete_ok (self, "READ-WRITE");
      break;
    case IMAP_VERB_EXAMINE:
      send_text (self, "* 3 EXISTS\r\n");
      complete_ok (self, "READ-ONLY");
      break;
    case IMAP_VERB_FETCH:
      g_assert_cmpint (imap_server_may_tell_expunge (self->server), ==, command->is_uid);
      send_text (self, "* 1 FETCH (BODY[] {5}\r\n1\r\n)2)\r\n");
      complete_ok (self, NULL);
      break;
    case IMAP_VERB_IDLE:
      imap_server_begin_idle (self->server);
      g_assert_true (imap_server_is_idle (self->server));
      g_assert_true (imap_server_may_tell_expunge (self->server));
      send_text (self, "* 4 EXISTS\r\n");
      break;
    default:
      complete_ok (self, NULL);
    }
}

static void
answer_auth (ImapOwner *self, const ImapServerEvent *event)
{
  static const SaslOauthbearerError error = { .status = "invalid_token" };
  SaslServer *sasl = imap_server_get_sasl (self->server);
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
  else if (g_str_equal (question->authcid, "test"))
    sasl_server_give_password (sasl, "test");
  else if (g_str_equal (question->authcid, "FRED FOOBAR"))
    sasl_server_give_password (sasl, "fat man");
  else
    sasl_server_refuse (sasl, SASL_FAILURE_CREDENTIALS);
  imap_server_auth_answered (self->server);
}

static void
take_event (ImapOwner *self, const ImapServerEvent *event)
{
  switch (event->kind)
    {
    case IMAP_SERVER_EVENT_AUTH:
      answer_auth (self, event);
      break;
    case IMAP_SERVER_EVENT_AUTHENTICATED:
      g_assert_cmpstr (event->text, ==, imap_server_get_user (self->server));
      g_string_append_printf (self->events, "AUTHENTICATED %s <%s>; ", event->mechanism,
                              event->text);
      break;
    case IMAP_SERVER_EVENT_AUTH_FAILED:
      g_string_append_printf (self->events, "FAILED %s <%s>: %s; ", event->mechanism, event->name,
                              event->text);
      break;
    case IMAP_SERVER_EVENT_COMMAND:
      g_assert_true (event->command == imap_server_get_command (self->server));
      tell_command (self, event->command);
      if (!self->holds)
        imap_owner_complete (self);
      break;
    case IMAP_SERVER_EVENT_DONE:
      g_string_append (self->events, "DONE; ");
      imap_server_complete (self->server, IMAP_OK, NULL, "IDLE terminated");
      break;
    case IMAP_SERVER_EVENT_STARTTLS:
      g_string_append (self->events, "STARTTLS; ");
      break;
    case IMAP_SERVER_EVENT_COMPRESS:
      g_string_append (self->events, "COMPRESS; ");
      break;
    case IMAP_SERVER_EVENT_TOLERATED:
      g_string_append_printf (self->events, "[%s] ", event->text);
      break;
    case IMAP_SERVER_EVENT_QUIT:
      g_string_append (self->events, "QUIT; ");
      break;
    case IMAP_SERVER_EVENT_LOST:
      g_string_append_printf (self->events, "LOST %s; ", event->text);
      break;
    case IMAP_SERVER_EVENT_NONE:
      g_assert_not_reached ();
    }
}

static void
append_bytes (GByteArray *array, GBytes *bytes)
{
  gsize         length;
  const guint8 *data = g_bytes_get_data (bytes, &length);

  g_byte_array_append (array, data, (guint) length);
}

/* The sent units joined, as they are on the wire, are the output. */
static void
take_units (ImapOwner *self)
{
  g_autoptr (GByteArray) wire = g_byte_array_new ();
  g_autoptr (GBytes) output = imap_server_take_output (self->server);
  gsize    length;
  WireUnit unit;

  while (imap_server_next_unit (self->server, &unit))
    {
      if (unit.direction == WIRE_SENT)
        {
          g_assert_cmpstr (unit.name, ==, "response");
          imap_unit_assert_sound (&unit);
          append_bytes (wire, unit.wire != NULL ? unit.wire : unit.bytes);
          append_bytes (self->told, unit.bytes);
        }
      else
        {
          g_string_append_printf (self->names, "%s ", unit.name);
          append_bytes (self->heard, unit.bytes);
        }
      wire_unit_clear (&unit);
    }
  g_assert_cmpmem (wire->data, wire->len, g_bytes_get_data (output, NULL),
                   g_bytes_get_size (output));
  append_bytes (self->sent, output);
  if (self->client != NULL)
    {
      gboolean      has_failed;
      const guint8 *data = g_bytes_get_data (output, &length);

      imap_deflate_push (self->client, data, length);
      while (imap_deflate_next (self->client, self->read, &has_failed))
        ;
      g_assert_false (has_failed);
    }
}

void
imap_owner_run (ImapOwner *self)
{
  ImapServerEvent event;
  gboolean        was_full;

  do
    {
      while (imap_server_next_event (self->server, &event))
        take_event (self, &event);
      was_full = imap_server_get_n_output (self->server) > IMAP_SERVER_OUTPUT_BYTES_MAX;
      take_units (self);
    }
  while (was_full);
}

void
imap_owner_receive (ImapOwner *self, const char *data, gsize length)
{
  g_autofree guint8 *copy = g_memdup2 (data, length);

  imap_server_receive (self->server, copy, length, self->now_us);
  imap_owner_run (self);
}

static void
begin_tls (ImapOwner *self)
{
  static const char *const names[] = { "tim", NULL };
  g_autoptr (GBytes) exporter = g_bytes_new_static (imap_owner_binding,
                                                    strlen (imap_owner_binding));
  WireSecurity security = { .version = "TLSv1.3",
                            .cipher = "TLS_AES_256_GCM_SHA384",
                            .is_verified = TRUE,
                            .problems = "",
                            .peer_names = names,
                            .exporter = exporter };

  g_assert_true (imap_server_starts_tls (self->server));
  g_assert_false (imap_server_starts_tls (self->server));
  imap_server_secured (self->server, &security, self->now_us);
  g_assert_true (imap_server_is_secured (self->server));
}

static void
send_chunked (ImapOwner *self, const char *data, gsize length, gsize chunk)
{
  g_autoptr (GBytes) wire = NULL;

  if (length == 0)
    return;
  if (self->client != NULL)
    {
      wire = imap_deflate_compress (self->client, (const guint8 *) data, length);
      data = g_bytes_get_data (wire, &length);
    }
  for (gsize i = 0; i < length; i += chunk)
    imap_owner_receive (self, data + i, MIN (chunk, length - i));
}

void
imap_owner_play (ImapOwner *self, const char *client, gsize chunk)
{
  imap_owner_run (self);
  while (*client != '\0')
    {
      gsize length = strcspn (client, IMAP_WAIT IMAP_TLS IMAP_DEFLATE);

      send_chunked (self, client, length, chunk);
      client += length;
      if (*client == *IMAP_TLS)
        begin_tls (self);
      else if (*client == *IMAP_DEFLATE)
        self->client = imap_deflate_new ();
      if (*client != '\0')
        client++;
    }
}

char *
imap_owner_dup_told (const ImapOwner *self)
{
  return g_strndup ((const char *) self->told->data, self->told->len);
}

void
imap_owner_init (ImapOwner *self, const ImapServerConfig *config)
{
  *self = (ImapOwner){
    .server = imap_server_new (config, 0),
    .events = g_string_new (NULL),
    .names = g_string_new (NULL),
    .sent = g_byte_array_new (),
    .told = g_byte_array_new (),
    .heard = g_byte_array_new (),
    .read = g_byte_array_new (),
  };
}

void
imap_owner_clear (ImapOwner *self)
{
  imap_server_free (self->server);
  imap_deflate_free (self->client);
  g_string_free (self->events, TRUE);
  g_string_free (self->names, TRUE);
  g_byte_array_unref (self->sent);
  g_byte_array_unref (self->told);
  g_byte_array_unref (self->heard);
  g_byte_array_unref (self->read);
}

/* Conversations */

static void
check_chunking (const ImapConversation *c, gsize chunk)
{
  g_autofree char *told = NULL;
  ImapOwner owner;

  imap_owner_init (&owner, c->config);
  imap_owner_play (&owner, c->client, chunk);
  told = imap_owner_dup_told (&owner);
  g_assert_cmpstr (told, ==, c->responses);
  g_assert_cmpstr (owner.events->str, ==, c->events);
  if (owner.client != NULL) /* what it read is the end of what was told */
    {
      g_assert_cmpuint (owner.read->len, <=, owner.told->len);
      g_assert_cmpmem (owner.read->data, owner.read->len,
                       owner.told->data + owner.told->len - owner.read->len, owner.read->len);
    }
  imap_owner_clear (&owner);
}

void
imap_conversation_check (const ImapConversation *conversation)
{
  for (gsize chunk = 1; chunk == 1 || chunk <= strlen (conversation->client); chunk++)
    check_chunking (conversation, chunk);
}

static void
test_conversation (gconstpointer data)
{
  g_test_summary ("Responses depend on the bytes sent, never on how TCP cut them.");
  imap_conversation_check (data);
}

void
imap_conversation_add_tests (const char *prefix, const ImapConversation *conversations, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *path = g_strconcat (prefix, "/", conversations[i].name, NULL);

      g_test_add_data_func (path, &conversations[i], test_conversation);
    }
}
