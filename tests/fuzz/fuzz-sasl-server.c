/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <sasl/sasl-client.h>
#include <sasl/sasl-scram.h>
#include <sasl/sasl-server.h>

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* Counts above it are good (SASL_ITERATIONS_MAX) but make a run slow and show nothing new. */
#define ITERATIONS_MAX 100

static const uint8_t channel[] = { 1, 2, 3 };

static void
fill (guint8 *data, gsize length, gpointer user_data)
{
  memset (data, 'r', length);
}

static void
answer (SaslServer *server, const SaslServerEvent *event)
{
  static const SaslOauthbearerError error = { "invalid_token", NULL, NULL };

  switch (event->kind)
    {
    case SASL_SERVER_EVENT_PASSWORD:
    case SASL_SERVER_EVENT_SECRET:
      g_assert_true (event->authcid[0] != '\0');
      if (event->authcid[0] == 'x')
        sasl_server_refuse (server, SASL_FAILURE_CREDENTIALS);
      else
        sasl_server_give_password (server, "pencil");
      break;
    case SASL_SERVER_EVENT_TOKEN:
      if (event->token[0] == 'x')
        sasl_server_accept_token (server, event->token);
      else
        sasl_server_refuse_token (server, &error);
      break;
    case SASL_SERVER_EVENT_AUTHORIZE:
      g_assert_cmpstr (event->authcid, !=, event->authzid);
      if (event->authzid[0] == 'x')
        sasl_server_refuse (server, SASL_FAILURE_AUTHORIZATION);
      else
        sasl_server_accept (server);
      break;
    default:
      break;
    }
}

/* Whether the server says what its grammars say. */
static void
check_challenge (SaslMechanism mechanism, GBytes *bytes)
{
  gsize         length;
  const guint8 *data = g_bytes_get_data (bytes, &length);

  if (length == 0)
    return;
  if (mechanism & SASL_MECHANISMS_SCRAM)
    g_assert_true (wire_matches (&sasl_grammar_scram_server_first, data, length) ||
                   wire_matches (&sasl_grammar_scram_server_final, data, length));
  else if (mechanism == SASL_MECHANISM_CRAM_MD5)
    g_assert_true (wire_matches (&sasl_grammar_cram_challenge, data, length));
  else if (mechanism == SASL_MECHANISM_OAUTHBEARER)
    g_assert_true (wire_matches (&sasl_grammar_oauthbearer_error, data, length));
}

/* Returns: whether the exchange is over. */
static gboolean
run_server (SaslServer *server)
{
  SaslServerEvent event;
  gboolean        is_over = FALSE;

  while (sasl_server_next_event (server, &event))
    {
      g_assert_false (is_over);
      is_over = event.kind == SASL_SERVER_EVENT_DONE || event.kind == SASL_SERVER_EVENT_FAILED;
      g_assert_true ((event.kind == SASL_SERVER_EVENT_FAILED) ==
                     (event.failure != SASL_FAILURE_NONE));
      if (event.kind == SASL_SERVER_EVENT_CHALLENGE)
        check_challenge (sasl_server_get_mechanism (server), event.data);
      answer (server, &event);
    }
  return is_over;
}

static gboolean
is_slow (const uint8_t *data, size_t size)
{
  SaslServerFirst first = { 0 };
  WireScan        scan;
  gboolean        matched;

  wire_scan_init (&scan, data, size, NULL);
  matched = sasl_scan_server_first (&scan, &first);
  sasl_server_first_clear (&first);
  return matched && first.n_iterations > ITERATIONS_MAX;
}

static gboolean
run_client (SaslClient *client)
{
  SaslClientEvent event;
  gboolean        is_over = FALSE;

  while (sasl_client_next_event (client, &event))
    {
      g_assert_false (is_over);
      is_over = event.kind != SASL_CLIENT_EVENT_RESPONSE;
      g_assert_true (is_over || event.data != NULL);
    }
  return is_over;
}

static SaslServer *
make_server (SaslMechanism mechanism, guint flags)
{
  SaslBinding      binding = { "tls-exporter", channel, sizeof channel };
  SaslServerConfig config = {
    .mechanism = mechanism,
    .random = fill,
    .host_name = "b.example",
    .bindings = &binding,
    .n_bindings = flags & 1,
    .external_name = flags & 2 ? "cert" : NULL,
    .n_iterations = 1,
    .data_with_success = (flags & 4) != 0,
    .sends_scram_error = (flags & 8) != 0,
  };

  return sasl_server_new (&config);
}

static SaslClient *
make_client (SaslMechanism mechanism, guint flags)
{
  SaslBinding      binding = { "tls-exporter", channel, sizeof channel };
  SaslClientConfig config = {
    .mechanism = mechanism,
    .random = fill,
    .authzid = flags & 1 ? "a,b" : NULL,
    .authcid = "user",
    .password = "pencil",
    .token = flags & 2 ? "" : "a.b",
    .binding = &binding,
    .n_iterations_min = 1,
  };

  return sasl_client_new (&config);
}

/* Byte 0: the mechanism; byte 1: what is set; then messages, LF between them, which go to a server
 * and to a client. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  SaslMechanism mechanism =
      (SaslMechanism) (1u << (size > 0 ? data[0] % SASL_N_MECHANISMS : 0));
  guint flags = size > 1 ? data[1] : 0;
  g_autoptr (SaslServer) server = make_server (mechanism, flags);
  g_autoptr (SaslClient) client = make_client (mechanism, flags);
  gboolean is_server_over = FALSE, is_client_over = FALSE;
  size_t   at = 2;

  if (flags & 16)
    sasl_client_start (client);
  is_client_over = run_client (client);
  for (guint n = 0; at < size; n++)
    {
      const uint8_t     *end = memchr (data + at, '\n', size - at);
      size_t             length = end != NULL ? (size_t) (end - data) - at : size - at;
      g_autofree guint8 *exact = length > 0 ? g_memdup2 (data + at, length) : g_malloc (1);

      if (n == 0)
        sasl_server_start (server, flags & 32 ? exact : NULL, flags & 32 ? length : 0);
      else
        sasl_server_receive (server, exact, length);
      is_server_over |= run_server (server);
      if (!is_slow (exact, length))
        {
          if (n > 1 && flags & 64)
            sasl_client_succeed (client, exact, length);
          else
            sasl_client_receive (client, exact, length);
          is_client_over |= run_client (client);
        }
      at += length + 1;
    }
  sasl_server_cancel (server);
  g_assert_true (run_server (server) != is_server_over);
  sasl_client_refuse (client);
  g_assert_true (run_client (client) != is_client_over);
  return 0;
}
