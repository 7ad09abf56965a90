/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sasl-owner.h"

#include <string.h>
#include <wire/wire-base64.h>

static const guint8 octets[32] = { 0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15,
                                   16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31 };

const SaslBinding owner_exporter = { "tls-exporter", octets, 32 };
const SaslBinding owner_unique = { "tls-unique", octets, 12 };

static const struct
{
  const char *name, *password;
  const char *salts[2]; /* for SHA-1 and SHA-256, in base64; NULL: the password is given */
  guint       n_iterations;
} users[] = {
  { "user", "pencil", { "QSXCR+Q6sek8bf92", "W22ZaJ0SNY7soEsUEjb6gQ==" }, 4096 },
  { "tim", "tanstaaftanstaaf", { NULL, NULL }, 0 },
  { "a,b=\xc3\xb6", "pa\xc3\x9f \xc2\xbd", { NULL, "c2FsdA==" }, 5000 },
  { "kept", "pencil", { NULL, "c2FsdA==" }, 4096 },
};

static const char token[] = "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==";

static const SaslOauthbearerError token_error = {
  "invalid_token", "example_scope", "https://example.com/.well-known/openid-configuration"
};

void
owner_random (guint8 *data, gsize length, gpointer user_data)
{
  for (gsize i = 0; i < length; i++)
    data[i] = (guint8) (i * 7 + 1);
}

static void
give_keys (SaslServer *server, guint i, gboolean is_sha_256)
{
  const char *text = users[i].salts[is_sha_256];
  g_autoptr (GBytes) salt = wire_base64_decode (text, strlen (text), NULL);
  g_autoptr (SaslKeys) keys =
      sasl_keys_derive (is_sha_256 ? G_CHECKSUM_SHA256 : G_CHECKSUM_SHA1, users[i].password, salt,
                        users[i].n_iterations, NULL);

  sasl_server_give_keys (server, keys);
}

static void
answer_for_user (SaslServer *server, const SaslServerEvent *event, SaslMechanism mechanism)
{
  gboolean is_scram = (mechanism & SASL_MECHANISMS_SCRAM) != 0;
  gboolean is_sha_256 =
      !is_scram || sasl_mechanism_get_hash (mechanism) == (int) G_CHECKSUM_SHA256;

  if (strcmp (event->authcid, "busy") == 0)
    {
      sasl_server_refuse (server, SASL_FAILURE_UNAVAILABLE);
      return;
    }
  for (guint i = 0; i < G_N_ELEMENTS (users); i++)
    if (strcmp (event->authcid, users[i].name) == 0)
      {
        gboolean can_keys = is_scram || strcmp (users[i].name, "kept") == 0;

        if (can_keys && users[i].salts[is_sha_256] != NULL)
          give_keys (server, i, is_sha_256);
        else
          sasl_server_give_password (server, users[i].password);
        return;
      }
  sasl_server_refuse (server, SASL_FAILURE_CREDENTIALS);
}

void
owner_answer (SaslServer *server, const SaslServerEvent *event)
{
  switch (event->kind)
    {
    case SASL_SERVER_EVENT_PASSWORD:
    case SASL_SERVER_EVENT_SECRET:
      answer_for_user (server, event, sasl_server_get_mechanism (server));
      break;
    case SASL_SERVER_EVENT_TOKEN:
      if (strcmp (event->token, token) == 0)
        sasl_server_accept_token (server, "user@example.com");
      else
        sasl_server_refuse_token (server, &token_error);
      break;
    case SASL_SERVER_EVENT_AUTHORIZE:
      if (strcmp (event->authzid, "boss,") == 0)
        sasl_server_accept (server);
      else
        sasl_server_refuse (server, SASL_FAILURE_AUTHORIZATION);
      break;
    default:
      break;
    }
}

char *
owner_to_text (GBytes *bytes)
{
  gsize         length;
  const guint8 *data = g_bytes_get_data (bytes, &length);
  GString      *text = g_string_new (NULL);

  for (gsize i = 0; i < length; i++)
    g_string_append_c (text, data[i] == 0 ? '~' : data[i] == 1 ? '^' : (char) data[i]);
  return g_string_free (text, FALSE);
}

guint8 *
owner_to_octets (const char *text, gsize *out_length)
{
  GByteArray *bytes = g_byte_array_new ();
  guint8     *exact;

  for (const char *at = text; *at != '\0'; at++)
    {
      guint8 octet = *at == '~' ? 0 : *at == '^' ? 1 : (guint8) *at;

      if (at[0] == '<' && g_ascii_isxdigit (at[1]) && g_ascii_isxdigit (at[2]) && at[3] == '>')
        {
          octet = (guint8) (g_ascii_xdigit_value (at[1]) << 4 | g_ascii_xdigit_value (at[2]));
          at += 3;
        }
      g_byte_array_append (bytes, &octet, 1);
    }
  *out_length = bytes->len;
  /* Never NULL: an empty initial response is one. */
  exact = bytes->len > 0 ? g_memdup2 (bytes->data, bytes->len) : g_malloc (1);
  g_byte_array_unref (bytes);
  return exact;
}

static void
log_server_event (const SaslServerEvent *event, GString *log)
{
  g_autofree char *text = event->data != NULL ? owner_to_text (event->data) : NULL;

  switch (event->kind)
    {
    case SASL_SERVER_EVENT_CHALLENGE:
      g_string_append_printf (log, "S: %s\n", text);
      break;
    case SASL_SERVER_EVENT_DONE:
      g_string_append_printf (log, "done %s", event->authzid);
      if (text != NULL)
        g_string_append_printf (log, " with %s", text);
      if (event->trace != NULL)
        g_string_append_printf (log, " trace %s", event->trace);
      g_string_append_c (log, '\n');
      break;
    case SASL_SERVER_EVENT_FAILED:
      g_string_append_printf (log, "failed %s\n", sasl_failure_get_name (event->failure));
      break;
    default:
      break;
    }
}

void
owner_run_server (SaslServer *server, GString *log)
{
  SaslServerEvent event;

  while (sasl_server_next_event (server, &event))
    {
      log_server_event (&event, log);
      owner_answer (server, &event);
    }
}

void
owner_run_client (SaslClient *client, GString *log)
{
  SaslClientEvent event;

  while (sasl_client_next_event (client, &event))
    {
      g_autofree char *text = event.data != NULL ? owner_to_text (event.data) : NULL;

      if (event.kind == SASL_CLIENT_EVENT_RESPONSE)
        g_string_append_printf (log, "C: %s\n", text);
      else if (event.kind == SASL_CLIENT_EVENT_DONE)
        g_string_append (log, "done\n");
      else
        g_string_append_printf (log, "failed %s%s%s%s\n", sasl_failure_get_name (event.failure),
                                event.must_cancel ? " *" : "",
                                event.server_text != NULL ? ": " : "",
                                event.server_text != NULL ? event.server_text : "");
    }
}
