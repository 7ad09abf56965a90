/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imap-owner.h"

#include <sasl/sasl-client.h>
#include <string.h>
#include <wire/wire-base64.h>

/* STARTTLS, LOGIN and AUTHENTICATE. */

#define SCRAM SASL_MECHANISM_SCRAM_SHA_256

static const ImapServerConfig secret = {
  .name = "b.example",
  .capabilities =
      IMAP_CAPABILITY_IMAP4REV1 | IMAP_CAPABILITY_STARTTLS | IMAP_CAPABILITY_SASL_IR,
  .mechanisms = SASL_MECHANISM_PLAIN | SASL_MECHANISM_EXTERNAL | SASL_MECHANISM_LOGIN |
                SASL_MECHANISM_SCRAM_SHA_256_PLUS | SASL_MECHANISM_OAUTHBEARER,
  .mechanisms_in_clear = SASL_MECHANISM_CRAM_MD5,
  .random = imap_owner_random,
};
static const ImapServerConfig bare = {
  .name = "b.example",
  .capabilities = IMAP_CAPABILITY_IMAP4REV1,
  .mechanisms = SASL_MECHANISM_PLAIN,
  .mechanisms_in_clear = SASL_MECHANISM_PLAIN,
  .random = imap_owner_random,
};
static const ImapServerConfig closed = {
  .name = "b.example",
  .capabilities = IMAP_CAPABILITY_IMAP4REV1,
};

#define SECRET                                                                                     \
  "* OK [CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED AUTH=CRAM-MD5 SASL-IR LITERAL-] "             \
  "b.example IMAP4 Postroad\r\n"
#define SECURED                                                                                    \
  "CAPABILITY IMAP4rev1 AUTH=EXTERNAL AUTH=OAUTHBEARER AUTH=SCRAM-SHA-256-PLUS AUTH=PLAIN "        \
  "AUTH=LOGIN SASL-IR LITERAL-"
#define BARE "* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN LITERAL-] b.example IMAP4 Postroad\r\n"
#define TLS "t STARTTLS\r\n" IMAP_TLS
#define TLS_OK SECRET "t OK Begin TLS negotiation now\r\n"
#define IN "OK [CAPABILITY IMAP4rev1 LITERAL-] Logged in\r\n"
#define FAILED "NO [AUTHENTICATIONFAILED] Authentication failed\r\n"
#define NOT_RIGHT "Name or password is wrong"

static const ImapConversation conversations[] = {
  { "login-disabled", &secret,
    "a LOGIN tim tanstaaftanstaaf\r\nb LOGIN {3}\r\nc AUTHENTICATE PLAIN\r\nd NOOP\r\n",
    SECRET "a NO [PRIVACYREQUIRED] Plaintext logins only under TLS\r\n"
           "b NO [PRIVACYREQUIRED] Plaintext logins only under TLS\r\n"
           "c NO [PRIVACYREQUIRED] That mechanism only under TLS\r\nd OK NOOP completed\r\n",
    "NOOP; " },
  { "starttls", &secret, TLS "b CAPABILITY\r\nc STARTTLS\r\nd LOGIN tim tanstaaftanstaaf\r\n",
    TLS_OK "* " SECURED "\r\nb OK CAPABILITY completed\r\nc BAD TLS is active already\r\nd " IN,
    "STARTTLS; AUTH LOGIN <tim>; AUTHENTICATED LOGIN <tim>; " },
  { "starttls-is-not-there", &bare, "a STARTTLS\r\n", BARE "a BAD Command not supported here\r\n",
    "" },
  { "plain", &secret, TLS "a AUTHENTICATE PLAIN\r\nAHRpbQB0YW5zdGFhZnRhbnN0YWFm\r\nb NOOP\r\n",
    TLS_OK "+ \r\na " IN "b OK NOOP completed\r\n",
    "STARTTLS; AUTH PLAIN <tim>; AUTHENTICATED PLAIN <tim>; NOOP; " },
  { "plain-at-once", &secret, TLS "a AUTHENTICATE plain AHRpbQB0YW5zdGFhZnRhbnN0YWFm\r\n",
    TLS_OK "a " IN, "STARTTLS; AUTH PLAIN <tim>; AUTHENTICATED PLAIN <tim>; " },
  { "external-at-once", &secret, TLS "a AUTHENTICATE EXTERNAL =\r\n", TLS_OK "a " IN,
    "STARTTLS; AUTHENTICATED EXTERNAL <tim>; " },
  { "login-mechanism", &secret,
    TLS "a AUTHENTICATE LOGIN\r\ndGlt\r\ndGFuc3RhYWZ0YW5zdGFhZg==\r\n",
    TLS_OK "+ VXNlcm5hbWU6\r\n+ UGFzc3dvcmQ6\r\na " IN,
    "STARTTLS; AUTH LOGIN <tim>; AUTHENTICATED LOGIN <tim>; " },
  { "cancelled", &secret, TLS "a AUTHENTICATE PLAIN\r\n*\r\nb NOOP\r\n",
    TLS_OK "+ \r\na BAD Authentication cancelled\r\nb OK NOOP completed\r\n",
    "STARTTLS; FAILED PLAIN <>: The exchange was cancelled; NOOP; " },
  { "no-base64", &secret,
    TLS "a AUTHENTICATE PLAIN\r\nb NOOP\r\nc AUTHENTICATE PLAIN =AAA\r\nd NOOP\r\n",
    TLS_OK "+ \r\na BAD The response is not base64\r\nc BAD The response is not base64\r\n"
           "d OK NOOP completed\r\n",
    "STARTTLS; FAILED PLAIN <>: A response is not base64; NOOP; " },
  { "initial-response-where-none-may-be", &secret, "a AUTHENTICATE CRAM-MD5 AAAA\r\n",
    SECRET "a BAD The mechanism takes no initial response\r\n", "" },
  { "initial-response-without-sasl-ir", &bare,
    "a AUTHENTICATE PLAIN AHRpbQB0YW5zdGFhZnRhbnN0YWFm\r\n",
    BARE "a BAD An initial response needs SASL-IR\r\n", "" },
  { "unknown-mechanism", &secret, "a AUTHENTICATE GSSAPI\r\nb AUTHENTICATE ANONYMOUS\r\n",
    SECRET "a NO Authentication mechanism not recognised\r\n"
           "b NO Authentication mechanism not recognised\r\n",
    "" },
  { "nobody-may-log-in", &closed, "a LOGIN a b\r\nb AUTHENTICATE PLAIN\r\n",
    "* OK [CAPABILITY IMAP4rev1 LOGINDISABLED LITERAL-] b.example IMAP4 Postroad\r\n"
    "a NO LOGIN is disabled: use AUTHENTICATE\r\nb NO Authentication mechanism not recognised\r\n",
    "" },
  { "fails-three-times", &bare, "a LOGIN tim x\r\nb LOGIN nobody x\r\nc LOGIN later x\r\n"
                                "d LOGIN \"\" \"\"\r\ne NOOP\r\n",
    BARE "a " FAILED "b " FAILED "c NO [UNAVAILABLE] Temporary authentication failure\r\nd " FAILED
         "* BYE Too many failed logins, closing the connection\r\n",
    "AUTH LOGIN <tim>; FAILED LOGIN <tim>: " NOT_RIGHT "; "
    "AUTH LOGIN <nobody>; FAILED LOGIN <nobody>: " NOT_RIGHT "; "
    "AUTH LOGIN <later>; FAILED LOGIN <later>: Users can't be looked up for the moment; "
    "FAILED LOGIN <>: The message is not of the form that is due; LOST too many failed logins; " },
  { "acts-as-another", &bare, "a AUTHENTICATE PLAIN\r\n"
                              "a2ltAHRpbQB0YW5zdGFhZnRhbnN0YWFm\r\n",
    BARE "+ \r\na " IN, "AUTH PLAIN <tim>; AUTH PLAIN <tim>; AUTHENTICATED PLAIN <kim>; " },
  { "may-not-act-as-another", &bare, "a AUTHENTICATE PLAIN\r\n"
                                     "Ym9iAHRpbQB0YW5zdGFhZnRhbnN0YWFm\r\n",
    BARE "+ \r\na NO [AUTHORIZATIONFAILED] You may not act as that user\r\n",
    "AUTH PLAIN <tim>; AUTH PLAIN <tim>; FAILED PLAIN <tim>: The user may not act as another; " },
  { "token", &secret,
    TLS "a AUTHENTICATE OAUTHBEARER bixhPXRpbSwBYXV0aD1CZWFyZXIgZ29vZAEB\r\n"
        "b LOGIN x y\r\n",
    TLS_OK "a " IN "b BAD Command not allowed now: you are logged in already\r\n",
    "STARTTLS; AUTH OAUTHBEARER <>; AUTHENTICATED OAUTHBEARER <tim>; " },
};

/* What was sent behind STARTTLS may be dropped only as far as it came with it. */
static void
test_injection (void)
{
  static const char client[] = "a STARTTLS\r\nb LOGIN tim tanstaaftanstaaf\r\n";
  ImapOwner owner;

  g_test_summary ("What came in clear behind STARTTLS counts for nothing under TLS.");
  for (gsize chunk = 1; chunk < sizeof client; chunk++)
    {
      g_autofree char *told = NULL;

      imap_owner_init (&owner, &secret);
      imap_owner_play (&owner, client, chunk);
      imap_owner_play (&owner, IMAP_TLS "c NOOP\r\n", chunk);
      told = imap_owner_dup_told (&owner);
      g_assert_cmpstr (told, ==,
                       SECRET "a OK Begin TLS negotiation now\r\nc OK NOOP completed\r\n");
      g_assert_null (imap_server_get_user (owner.server));
      imap_owner_clear (&owner);
    }
}

/* With implicit TLS the layer tells before anything was sent or taken. */
static void
test_implicit (void)
{
  static const WireSecurity security = { .version = "TLSv1.3" };
  g_autofree char *told = NULL;
  ImapOwner owner;

  g_test_summary ("Under TLS from the start the greeting offers what TLS allows.");
  imap_owner_init (&owner, &secret);
  imap_server_secured (owner.server, &security, 0);
  imap_owner_play (&owner, "a STARTTLS\r\n", 100);
  told = imap_owner_dup_told (&owner);
  g_assert_cmpstr (told, ==,
                   "* OK [CAPABILITY IMAP4rev1 AUTH=OAUTHBEARER AUTH=PLAIN AUTH=LOGIN SASL-IR "
                   "LITERAL-] b.example IMAP4 Postroad\r\na BAD TLS is active already\r\n");
  imap_owner_clear (&owner);
}

/* Every mechanism, with a client of it at the other end */

static const ImapServerConfig every = {
  .name = "b.example",
  .capabilities = IMAP_CAPABILITY_IMAP4REV1 | IMAP_CAPABILITY_STARTTLS | IMAP_CAPABILITY_SASL_IR,
  .mechanisms = (1 << SASL_N_MECHANISMS) - 1,
  .random = imap_owner_random,
};

/* Returns: (transfer full): the client's next response in base64. */
static char *
take_response (SaslClient *client)
{
  SaslClientEvent event;
  gsize           length;
  const guint8   *data;

  g_assert_true (sasl_client_next_event (client, &event));
  g_assert_cmpint (event.kind, ==, SASL_CLIENT_EVENT_RESPONSE);
  data = g_bytes_get_data (event.data, &length);
  return wire_base64_encode (data, length);
}

/* Hands the client the challenge that was told last. Returns: FALSE when it was none. */
static gboolean
take_challenge (ImapOwner *owner, SaslClient *client)
{
  g_autofree char *told = imap_owner_dup_told (owner);
  g_autoptr (GBytes) challenge = NULL;

  g_byte_array_set_size (owner->told, 0);
  if (told[0] != '+')
    {
      g_byte_array_append (owner->told, (const guint8 *) told, (guint) strlen (told));
      return FALSE;
    }
  g_assert_true (g_str_has_prefix (told, "+ ") && g_str_has_suffix (told, "\r\n"));
  challenge = wire_base64_decode (told + 2, strlen (told) - 4, NULL);
  g_assert_nonnull (challenge);
  sasl_client_receive (client, g_bytes_get_data (challenge, NULL), g_bytes_get_size (challenge));
  return TRUE;
}

static void
check_mechanism (SaslMechanism mechanism, gboolean is_at_once, gboolean is_right)
{
  const char      *name = sasl_mechanism_get_name (mechanism);
  SaslBinding      binding = { "tls-exporter", (const guint8 *) imap_owner_binding,
                               strlen (imap_owner_binding) };
  SaslClientConfig config = {
    .mechanism = mechanism,
    .random = imap_owner_random,
    .authcid = "tim",
    .password = is_right ? "tanstaaftanstaaf" : "wrong",
    .token = is_right ? "good" : "bad",
    .nonce = "rOprNGfwEbeRWgbNEkqO",
    .binding = (mechanism & SASL_MECHANISMS_PLUS) != 0 ? &binding : NULL,
  };
  g_autoptr (SaslClient) client = sasl_client_new (&config);
  g_autoptr (GString) line = g_string_new (NULL);
  g_autofree char *told = NULL;
  ImapOwner        owner;

  imap_owner_init (&owner, &every);
  imap_owner_play (&owner, TLS, 100);
  g_byte_array_set_size (owner.told, 0);
  g_string_printf (line, "a AUTHENTICATE %s", name);
  if (is_at_once)
    {
      g_autofree char *initial = NULL;

      sasl_client_start (client);
      initial = take_response (client);
      g_string_append_printf (line, " %s", *initial != '\0' ? initial : "=");
    }
  g_string_append (line, "\r\n");
  imap_owner_play (&owner, line->str, 3);
  while (take_challenge (&owner, client))
    {
      g_autofree char *response = take_response (client);

      g_string_printf (line, "%s\r\n", response);
      imap_owner_play (&owner, line->str, 3);
    }
  told = imap_owner_dup_told (&owner);
  g_test_message ("%s: %s", name, told);
  g_assert_true (g_str_has_prefix (told, is_right ? "a " IN : "a " FAILED));
  g_assert_cmpint (imap_server_get_user (owner.server) != NULL, ==, is_right);
  imap_owner_clear (&owner);
}

static void
test_mechanisms (void)
{
  g_test_summary ("Every mechanism lets in who knows the password, and nobody else.");
  for (guint i = 0; i < SASL_N_MECHANISMS; i++)
    {
      SaslMechanism mechanism = (SaslMechanism) (1u << i);
      gboolean      has_secret =
          (mechanism & (SASL_MECHANISM_EXTERNAL | SASL_MECHANISM_ANONYMOUS)) == 0;

      check_mechanism (mechanism, FALSE, TRUE);
      if (has_secret)
        check_mechanism (mechanism, FALSE, FALSE);
      if ((mechanism & SASL_MECHANISMS_CLIENT_FIRST) == 0)
        continue;
      check_mechanism (mechanism, TRUE, TRUE);
      if (has_secret)
        check_mechanism (mechanism, TRUE, FALSE);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  imap_conversation_add_tests ("/imap/server/auth", conversations, G_N_ELEMENTS (conversations));
  g_test_add_func ("/imap/server/auth/mechanisms", test_mechanisms);
  g_test_add_func ("/imap/server/auth/injection", test_injection);
  g_test_add_func ("/imap/server/auth/implicit-tls", test_implicit);
  return g_test_run ();
}
