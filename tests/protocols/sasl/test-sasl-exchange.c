/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sasl-owner.h"

#include <string.h>

/* Both ends against each other: every octet that passes between them. */

typedef struct
{
  const char        *name;
  SaslMechanism      mechanism;
  const char        *authzid, *authcid, *password, *client_nonce, *server_nonce;
  const SaslBinding *client_binding, *server_binding;
  const char        *exchange; /* without an initial response; the server's outcome, the client's */
} Case;

#define TOKEN "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg=="

static const Case cases[] = {
  /* RFC 4616 section 4 */
  { "plain", SASL_MECHANISM_PLAIN, NULL, "tim", "tanstaaftanstaaf", NULL, NULL, NULL, NULL,
    "S: \nC: ~tim~tanstaaftanstaaf\ndone tim\ndone\n" },
  { "plain-for-another", SASL_MECHANISM_PLAIN, "Ursel", "user", "pencil", NULL, NULL, NULL, NULL,
    "S: \nC: Ursel~user~pencil\nfailed authorization\nfailed refused\n" },
  { "plain-authorized", SASL_MECHANISM_PLAIN, "boss,", "user", "pencil", NULL, NULL, NULL, NULL,
    "S: \nC: boss,~user~pencil\ndone boss,\ndone\n" },
  { "plain-as-oneself", SASL_MECHANISM_PLAIN, "user", "user", "pencil", NULL, NULL, NULL, NULL,
    "S: \nC: user~user~pencil\ndone user\ndone\n" },
  { "plain-prepared", SASL_MECHANISM_PLAIN, NULL, "a,b=o\xcc\x88", "pa\xc3\x9f 1\xe2\x81\x84\x32",
    NULL, NULL, NULL, NULL,
    "S: \nC: ~a,b=o\xcc\x88~pa\xc3\x9f 1\xe2\x81\x84\x32\ndone a,b=\xc3\xb6\ndone\n" },
  { "plain-against-keys", SASL_MECHANISM_PLAIN, NULL, "kept", "pencil", NULL, NULL, NULL, NULL,
    "S: \nC: ~kept~pencil\ndone kept\ndone\n" },
  { "plain-wrong-against-keys", SASL_MECHANISM_PLAIN, NULL, "kept", "pencils", NULL, NULL, NULL,
    NULL, "S: \nC: ~kept~pencils\nfailed credentials\nfailed refused\n" },
  { "plain-wrong", SASL_MECHANISM_PLAIN, NULL, "user", "pencil ", NULL, NULL, NULL, NULL,
    "S: \nC: ~user~pencil \nfailed credentials\nfailed refused\n" },
  { "login", SASL_MECHANISM_LOGIN, NULL, "tim", "tanstaaftanstaaf", NULL, NULL, NULL, NULL,
    "S: Username:\nC: tim\nS: Password:\nC: tanstaaftanstaaf\ndone tim\ndone\n" },
  { "login-wrong", SASL_MECHANISM_LOGIN, NULL, "tim", "x", NULL, NULL, NULL, NULL,
    "S: Username:\nC: tim\nS: Password:\nC: x\nfailed credentials\nfailed refused\n" },
  /* RFC 2195 section 2 */
  { "cram-md5", SASL_MECHANISM_CRAM_MD5, NULL, "tim", "tanstaaftanstaaf", NULL, "1896", NULL, NULL,
    "S: <1896.697170952@postoffice.reston.mci.net>\n"
    "C: tim b913a602c7eda7a495b4e6e7334d3890\ndone tim\ndone\n" },
  { "cram-md5-random", SASL_MECHANISM_CRAM_MD5, NULL, "tim", "tanstaaftanstaaf", NULL, NULL, NULL,
    NULL,
    "S: <3615022833237690369.697170952@postoffice.reston.mci.net>\n"
    "C: tim 5f30ed0a5db0cd40862f39e0eec05b89\ndone tim\ndone\n" },
  { "cram-md5-wrong", SASL_MECHANISM_CRAM_MD5, NULL, "tim", "tanstaaf", NULL, "1896", NULL, NULL,
    "S: <1896.697170952@postoffice.reston.mci.net>\n"
    "C: tim 85a2deaeb5209b0f54d40759dacc24c4\nfailed credentials\nfailed refused\n" },
  /* RFC 5802 section 5 */
  { "scram-sha-1", SASL_MECHANISM_SCRAM_SHA_1, NULL, "user", "pencil", "fyko+d2lbbFgONRv9qkxdawL",
    "3rfcNHYJY1ZVvWVs7j", NULL, NULL,
    "S: \nC: n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL\n"
    "S: r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096\n"
    "C: c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=\n"
    "S: v=rmF9pqV8S7suAoZWja4dJRkFsKQ=\nC: \ndone user\ndone\n" },
  /* RFC 7677 section 3 */
  { "scram-sha-256", SASL_MECHANISM_SCRAM_SHA_256, NULL, "user", "pencil", "rOprNGfwEbeRWgbNEkqO",
    "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0", NULL, NULL,
    "S: \nC: n,,n=user,r=rOprNGfwEbeRWgbNEkqO\n"
    "S: r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096\n"
    "C: c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
    "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=\n"
    "S: v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=\nC: \ndone user\ndone\n" },
  /* The same bound to a channel; computed with another program's PBKDF2 and HMAC. */
  { "scram-sha-1-plus", SASL_MECHANISM_SCRAM_SHA_1_PLUS, NULL, "user", "pencil",
    "fyko+d2lbbFgONRv9qkxdawL", "3rfcNHYJY1ZVvWVs7j", &owner_unique, &owner_unique,
    "S: \nC: p=tls-unique,,n=user,r=fyko+d2lbbFgONRv9qkxdawL\n"
    "S: r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096\n"
    "C: c=cD10bHMtdW5pcXVlLCwAAQIDBAUGBwgJCgs=,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,"
    "p=ResgVA2w6fEFiwzXkrPSGTt/RSg=\n"
    "S: v=HKBeWjn99U5AvtgAjz6m1d81mhk=\nC: \ndone user\ndone\n" },
  { "scram-sha-256-plus", SASL_MECHANISM_SCRAM_SHA_256_PLUS, NULL, "user", "pencil",
    "rOprNGfwEbeRWgbNEkqO", "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0", &owner_exporter, &owner_exporter,
    "S: \nC: p=tls-exporter,,n=user,r=rOprNGfwEbeRWgbNEkqO\n"
    "S: r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096\n"
    "C: c=cD10bHMtZXhwb3J0ZXIsLAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f,"
    "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
    "p=QC6CS20quADQRb3mT99YUH+n3VJxUvzuK0K0E1Vrs2M=\n"
    "S: v=2GiAgapEppLVlUXbxUDksL3VgYHzuqiK5tR4mhJGgvs=\nC: \ndone user\ndone\n" },
  /* A client that could bind, a server that can't; quoted, prepared names. */
  { "scram-quoted", SASL_MECHANISM_SCRAM_SHA_256, "boss,", "a,b=o\xcc\x88", "pa\xc3\x9f \xc2\xbd",
    "cn", "sn", &owner_exporter, NULL,
    "S: \nC: y,a=boss=2C,n=a=2Cb=3D\xc3\xb6,r=cn\nS: r=cnsn,s=c2FsdA==,i=5000\n"
    "C: c=eSxhPWJvc3M9MkMs,r=cnsn,p=RAV2KGJ6SLG+CZWnliF1iabiwtiMJgsvzvrnYYayyoo=\n"
    "S: v=ISKsOx2EBogmPPK6xFsnWc4vPYjcChoYWk03uEK/oqU=\nC: \ndone boss,\ndone\n" },
  { "scram-downgrade", SASL_MECHANISM_SCRAM_SHA_256, NULL, "user", "pencil", "c", "s",
    &owner_exporter, &owner_exporter,
    "S: \nC: y,,n=user,r=c\nfailed downgrade\nfailed refused\n" },
  { "scram-other-type", SASL_MECHANISM_SCRAM_SHA_256_PLUS, NULL, "user", "pencil", "c", "s",
    &owner_unique, &owner_exporter,
    "S: \nC: p=tls-unique,,n=user,r=c\nfailed binding-type\nfailed refused\n" },
  /* RFC 7628 section 4.1 */
  { "oauthbearer", SASL_MECHANISM_OAUTHBEARER, "user@example.com", NULL, TOKEN, NULL, NULL, NULL,
    NULL,
    "S: \nC: n,a=user@example.com,^host=server.example.com^port=143^auth=Bearer " TOKEN "^^\n"
    "done user@example.com\ndone\n" },
  /* RFC 7628 section 4.3 */
  { "oauthbearer-query", SASL_MECHANISM_OAUTHBEARER, "user@example.com", NULL, "", NULL, NULL, NULL,
    NULL,
    "S: \nC: n,a=user@example.com,^host=server.example.com^port=143^auth=^^\n"
    "S: {\"status\":\"invalid_token\",\"scope\":\"example_scope\",\"openid-configuration\":"
    "\"https://example.com/.well-known/openid-configuration\"}\nC: ^\n"
    "failed credentials\nfailed refused: invalid_token\n" },
  { "oauthbearer-for-another", SASL_MECHANISM_OAUTHBEARER, "x", NULL, TOKEN, NULL, NULL, NULL, NULL,
    "S: \nC: n,a=x,^host=server.example.com^port=143^auth=Bearer " TOKEN "^^\n"
    "failed authorization\nfailed refused\n" },
  /* RFC 4422 appendix A.2 */
  { "external", SASL_MECHANISM_EXTERNAL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
    "S: \nC: \ndone cert\ndone\n" },
  { "external-for-another", SASL_MECHANISM_EXTERNAL, "fred@example.com", NULL, NULL, NULL, NULL,
    NULL, NULL, "S: \nC: fred@example.com\nfailed authorization\nfailed refused\n" },
  /* RFC 4505 section 4 */
  { "anonymous", SASL_MECHANISM_ANONYMOUS, NULL, "sirhc", NULL, NULL, NULL, NULL, NULL,
    "S: \nC: sirhc\ndone  trace sirhc\ndone\n" },
  { "anonymous-empty", SASL_MECHANISM_ANONYMOUS, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
    "S: \nC: \ndone  trace \ndone\n" },
};

static SaslClient *
make_client (const Case *c)
{
  SaslClientConfig config = {
    .mechanism = c->mechanism,
    .random = owner_random,
    .authzid = c->authzid,
    .authcid = c->authcid,
    .password = c->password,
    .token = c->password,
    .host = "server.example.com",
    .port = 143,
    .trace = c->authcid,
    .binding = c->client_binding,
    .nonce = c->client_nonce,
  };

  return sasl_client_new (&config);
}

static SaslServer *
make_server (const Case *c, gboolean data_with_success)
{
  SaslServerConfig config = {
    .mechanism = c->mechanism,
    .random = owner_random,
    .host_name = "postoffice.reston.mci.net",
    .time_s = 697170952,
    .bindings = c->server_binding,
    .n_bindings = c->server_binding != NULL,
    .external_name = "cert",
    .data_with_success = data_with_success,
    .nonce = c->server_nonce,
  };

  return sasl_server_new (&config);
}

/* Hands what one end says to the other until both have come to an end. */
static void
join (SaslServer *server, SaslClient *client, GString *log)
{
  SaslServerEvent event;
  SaslClientEvent said;

  while (sasl_server_next_event (server, &event))
    {
      g_autofree char *text = event.data != NULL ? owner_to_text (event.data) : NULL;
      const guint8    *data = NULL;
      gsize            length = 0;

      if (event.data != NULL)
        data = g_bytes_get_data (event.data, &length);
      if (event.kind == SASL_SERVER_EVENT_DONE)
        {
          g_string_append_printf (log, "done %s%s%s%s%s\n", event.authzid,
                                  text != NULL ? " with " : "", text != NULL ? text : "",
                                  event.trace != NULL ? " trace " : "",
                                  event.trace != NULL ? event.trace : "");
          sasl_client_succeed (client, data, length);
        }
      else if (event.kind == SASL_SERVER_EVENT_FAILED)
        {
          g_string_append_printf (log, "failed %s\n", sasl_failure_get_name (event.failure));
          sasl_client_refuse (client);
        }
      else if (event.kind == SASL_SERVER_EVENT_CHALLENGE)
        {
          g_string_append_printf (log, "S: %s\n", text);
          sasl_client_receive (client, data, length);
          if (sasl_client_next_event (client, &said) && said.kind == SASL_CLIENT_EVENT_RESPONSE)
            {
              g_autofree char   *response = owner_to_text (said.data);
              g_autofree guint8 *exact = owner_to_octets (response, &length);

              g_string_append_printf (log, "C: %s\n", response);
              sasl_server_receive (server, exact, length);
            }
          else
            {
              g_string_append_printf (log, "client failed %s\n",
                                      sasl_failure_get_name (said.failure));
              sasl_server_cancel (server);
            }
        }
      else
        owner_answer (server, &event);
    }
  owner_run_client (client, log);
}

static void
test_exchange (gconstpointer data)
{
  const Case *c = data;
  g_autoptr (SaslServer) server = make_server (c, FALSE);
  g_autoptr (SaslClient) client = make_client (c);
  g_autoptr (GString) log = g_string_new (NULL);

  sasl_server_start (server, NULL, 0);
  join (server, client, log);
  g_assert_cmpstr (log->str, ==, c->exchange);
}

/* The same with an initial response, and with data beside the success: fewer turns, the same
 * outcome. */
static void
test_initial (gconstpointer data)
{
  const Case *c = data;
  g_autoptr (SaslServer) server = make_server (c, TRUE);
  g_autoptr (SaslClient) client = make_client (c);
  g_autoptr (GString) log = g_string_new (NULL);
  const char *outcome = g_strstr_len (c->exchange, -1, "\nfailed");
  SaslClientEvent said;

  sasl_client_start (client);
  if (sasl_client_next_event (client, &said))
    {
      g_autofree char   *response = owner_to_text (said.data);
      gsize              length;
      g_autofree guint8 *exact = owner_to_octets (response, &length);

      g_assert_cmpint (said.kind, ==, SASL_CLIENT_EVENT_RESPONSE);
      sasl_server_start (server, exact, length);
    }
  else
    sasl_server_start (server, NULL, 0);
  join (server, client, log);
  if (outcome != NULL)
    g_assert_true (g_str_has_suffix (log->str, outcome + 1));
  else
    g_assert_true (g_str_has_suffix (log->str, "\ndone\n") ||
                   g_str_has_prefix (log->str, "done "));
  g_assert_true ((strstr (log->str, " with v=") != NULL) ==
                 (outcome == NULL && (c->mechanism & SASL_MECHANISMS_SCRAM)));
}

/* Chance of their own gives the two ends different nonces, and a user of whom a clear password is
 * kept fresh salt. */
static void
test_own_nonces (void)
{
  Case c = { "", SASL_MECHANISM_SCRAM_SHA_256, NULL, "tim", "tanstaaftanstaaf", NULL, NULL, NULL,
             NULL, NULL };
  g_autoptr (SaslServer) server = make_server (&c, FALSE);
  g_autoptr (SaslClient) client = make_client (&c);
  g_autoptr (GString) log = g_string_new (NULL);

  sasl_server_start (server, NULL, 0);
  join (server, client, log);
  g_assert_true (g_str_has_prefix (log->str,
                                   "S: \nC: n,,n=tim,r=AQgPFh0kKzI5QEdOVVxjanF4\n"
                                   "S: r=AQgPFh0kKzI5QEdOVVxjanF4AQgPFh0kKzI5QEdOVVxjanF4,"
                                   "s=AQgPFh0kKzI5QEdOVVxjag==,i=4096\nC: c=biws,"));
  g_assert_true (g_str_has_suffix (log->str, "C: \ndone tim\ndone\n"));
}

/* Keys made up for who is not there let nobody in, not even who can foretell chance. */
static void
test_made_up (void)
{
  Case c = { "", SASL_MECHANISM_SCRAM_SHA_256, NULL, "nobody", "AQgPFh0kKzI5QEdOVVxjanF4", "c", "s",
             NULL, NULL, NULL };
  g_autoptr (SaslServer) server = make_server (&c, FALSE);
  g_autoptr (SaslClient) client = make_client (&c);
  g_autoptr (GString) log = g_string_new (NULL);

  sasl_server_start (server, NULL, 0);
  join (server, client, log);
  g_assert_true (g_str_has_suffix (log->str, "\nfailed credentials\nfailed refused\n"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/sasl/exchange/", cases[i].name, NULL);
      g_autofree char *initial = g_strconcat ("/sasl/initial/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_exchange);
      g_test_add_data_func (initial, &cases[i], test_initial);
    }
  g_test_add_func ("/sasl/exchange/own-nonces", test_own_nonces);
  g_test_add_func ("/sasl/exchange/made-up", test_made_up);
  return g_test_run ();
}
