/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "smtp-conversation.h"

#include <string.h>

const char smtp_conversation_binding[] = "what only this channel has";

static void
assert_text (const GByteArray *bytes, const char *expected)
{
  g_autofree char *text = g_strndup ((const char *) bytes->data, bytes->len);

  g_assert_cmpstr (text, ==, expected);
  g_assert_cmpuint (bytes->len, ==, strlen (expected));
}

static void
begin_tls (SmtpOwner *owner)
{
  static const char *const names[] = { "tim", NULL };
  g_autoptr (GBytes) exporter =
      g_bytes_new_static (smtp_conversation_binding, strlen (smtp_conversation_binding));
  WireSecurity security = { .version = "TLSv1.3",
                            .cipher = "TLS_AES_256_GCM_SHA384",
                            .is_verified = TRUE,
                            .problems = "",
                            .peer_names = names,
                            .exporter = exporter };

  g_assert_true (smtp_server_starts_tls (owner->server));
  g_assert_false (smtp_server_starts_tls (owner->server));
  smtp_server_secured (owner->server, &security, 0);
  g_assert_true (smtp_server_is_secured (owner->server));
}

/* Sends what the client has to say, and gathers in @sent what of it goes over the wire. */
static void
send_client (SmtpOwner *owner, const char *client, gsize chunk, GString *sent)
{
  while (*client != '\0')
    {
      gsize length = strcspn (client, SMTP_WAIT SMTP_TLS);

      smtp_owner_receive_chunked (owner, client, length, chunk);
      g_string_append_len (sent, client, (gssize) length);
      client += length;
      if (*client == *SMTP_TLS)
        {
          begin_tls (owner);
          g_string_truncate (sent, owner->heard->len); /* the rest was dropped */
        }
      if (*client != '\0')
        client++;
    }
}

static void
check_chunking (const SmtpConversation *c, gsize chunk)
{
  g_autoptr (GString) sent = g_string_new (NULL);
  SmtpOwner owner;

  smtp_owner_init (&owner, c->config);
  smtp_owner_run (&owner);
  send_client (&owner, c->client, chunk, sent);
  assert_text (owner.sent, c->replies);
  assert_text (owner.told, c->replies);
  g_assert_cmpstr (owner.events->str, ==, c->events);
  g_assert_cmpmem (owner.heard->data, owner.heard->len, sent->str,
                   MIN (owner.heard->len, sent->len));
  g_assert_cmpint (owner.messages->len > 0, ==, c->message != NULL);
  if (c->message != NULL)
    {
      GBytes *message = owner.messages->pdata[owner.messages->len - 1];

      g_assert_cmpmem (g_bytes_get_data (message, NULL), g_bytes_get_size (message), c->message,
                       strlen (c->message));
    }
  smtp_owner_clear (&owner);
}

void
smtp_conversation_check (const SmtpConversation *conversation)
{
  for (gsize chunk = 1; chunk == 1 || chunk <= strlen (conversation->client); chunk++)
    check_chunking (conversation, chunk);
}

static void
test_conversation (gconstpointer data)
{
  g_test_summary ("Replies depend on the bytes sent, never on how TCP cut them.");
  smtp_conversation_check (data);
}

void
smtp_conversation_add_tests (const char *prefix, const SmtpConversation *conversations, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *path = g_strconcat (prefix, "/", conversations[i].name, NULL);

      g_test_add_data_func (path, &conversations[i], test_conversation);
    }
}
