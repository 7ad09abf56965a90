/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "smtp-conversation.h"

#include <string.h>

#include <sasl/sasl-client.h>
#include <wire/wire-base64.h>

/* AUTH on the server's side (RFC 4954). The user is "tim", his password "tanstaaftanstaaf". */

#define GREETING "220 foo.com ESMTP Postroad\r\n"
#define HI "EHLO bar.com\r\n"
#define LISTED(clear)                                                                              \
  "250-foo.com greets bar.com\r\n250-PIPELINING\r\n250-ENHANCEDSTATUSCODES\r\n250-STARTTLS\r\n"    \
  "250 AUTH " clear "\r\n"
#define IN_CLEAR LISTED ("SCRAM-SHA-256 SCRAM-SHA-1 CRAM-MD5 ANONYMOUS")
#define SECURED                                                                                    \
  "250-foo.com greets bar.com\r\n250-PIPELINING\r\n250-ENHANCEDSTATUSCODES\r\n250 AUTH EXTERNAL "  \
  "OAUTHBEARER SCRAM-SHA-256-PLUS SCRAM-SHA-1-PLUS SCRAM-SHA-256 SCRAM-SHA-1 CRAM-MD5 PLAIN "      \
  "LOGIN ANONYMOUS\r\n"
#define TO_TLS HI "STARTTLS\r\n" SMTP_TLS HI
#define TO_TLS_REPLIES GREETING IN_CLEAR "220 2.0.0 Ready to start TLS\r\n" SECURED
#define TO_TLS_EVENTS "EHLO bar.com; STARTTLS; EHLO bar.com; "
#define YES "235 2.7.0 Authentication successful\r\n"
#define NO "535 5.7.8 Authentication credentials invalid\r\n"
#define NOT_BASE64 "501 5.5.2 Cannot decode the response: it is not base64\r\n"
#define TIM_PLAIN "AHRpbQB0YW5zdGFhZnRhbnN0YWFm" /* NUL tim NUL tanstaaftanstaaf */
#define TIM_WRONG "AHRpbQB3cm9uZw=="
#define KIM_BY_TIM "a2ltAHRpbQB0YW5zdGFhZnRhbnN0YWFm"
#define JIM_BY_TIM "amltAHRpbQB0YW5zdGFhZnRhbnN0YWFm"
#define PLAIN_OF_LATER "AGxhdGVyAHRhbnN0YWFm"

static void
fill_random (guint8 *data, gsize length, gpointer user_data)
{
  memset (data, 0x5a, length);
}

#define FIELDS                                                                                     \
  .name = "foo.com", .profile = SMTP_LENIENT_EARLY_PIPELINING, .random = fill_random,              \
  .extensions = SMTP_EXTENSION_PIPELINING | SMTP_EXTENSION_ENHANCEDSTATUSCODES |                   \
                SMTP_EXTENSION_STARTTLS | SMTP_EXTENSION_AUTH,                                     \
  .mechanisms = (1u << SASL_N_MECHANISMS) - 1

static const SmtpServerConfig careful = {
  FIELDS, .mechanisms_in_clear = SASL_MECHANISM_SCRAM_SHA_256 | SASL_MECHANISM_SCRAM_SHA_1 |
                                 SASL_MECHANISM_SCRAM_SHA_256_PLUS | SASL_MECHANISM_CRAM_MD5 |
                                 SASL_MECHANISM_ANONYMOUS };
static const SmtpServerConfig only_tls = { FIELDS };
static const SmtpServerConfig demands = { FIELDS, .mechanisms_in_clear = SASL_MECHANISM_PLAIN,
                                          .demands_auth = TRUE };

static const SmtpConversation cases[] = {
  /* RFC 4954 section 4.1, with the password of RFC 2195 section 2. */
  { "rfc-4954-plain", &careful, TO_TLS "AUTH PLAIN " TIM_PLAIN "\r\n", TO_TLS_REPLIES YES,
    TO_TLS_EVENTS "AUTH PLAIN <tim>; AUTHENTICATED PLAIN <tim>; ", NULL },
  { "rfc-4954-plain-without-initial-response", &careful,
    TO_TLS "auth plain\r\n" TIM_PLAIN "\r\n", TO_TLS_REPLIES "334 \r\n" YES,
    TO_TLS_EVENTS "AUTH PLAIN <tim>; AUTHENTICATED PLAIN <tim>; ", NULL },
  { "rfc-4954-external", &careful, TO_TLS "AUTH EXTERNAL =\r\n", TO_TLS_REPLIES YES,
    TO_TLS_EVENTS "AUTHENTICATED EXTERNAL <tim>; ", NULL },
  { "external-as-another", &careful, TO_TLS "AUTH EXTERNAL a2lt\r\n", TO_TLS_REPLIES YES,
    TO_TLS_EVENTS "AUTH EXTERNAL <tim>; AUTHENTICATED EXTERNAL <kim>; ", NULL },
  { "login", &careful, TO_TLS "AUTH LOGIN\r\ndGlt\r\ndGFuc3RhYWZ0YW5zdGFhZg==\r\n",
    TO_TLS_REPLIES "334 VXNlcm5hbWU6\r\n334 UGFzc3dvcmQ6\r\n" YES,
    TO_TLS_EVENTS "AUTH LOGIN <tim>; AUTHENTICATED LOGIN <tim>; ", NULL },
  { "login-with-name", &careful, TO_TLS "AUTH LOGIN dGlt\r\ndGFuc3RhYWZ0YW5zdGFhZg==\r\n",
    TO_TLS_REPLIES "334 UGFzc3dvcmQ6\r\n" YES,
    TO_TLS_EVENTS "AUTH LOGIN <tim>; AUTHENTICATED LOGIN <tim>; ", NULL },
  { "anonymous", &careful, HI "AUTH ANONYMOUS c2lyaGM=\r\n", GREETING IN_CLEAR YES,
    "EHLO bar.com; AUTHENTICATED ANONYMOUS <>; ", NULL },

  /* Who one is, and as whom one acts. */
  { "acts-as-another", &careful, TO_TLS "AUTH PLAIN " KIM_BY_TIM "\r\n", TO_TLS_REPLIES YES,
    TO_TLS_EVENTS "AUTH PLAIN <tim>; AUTH PLAIN <tim>; AUTHENTICATED PLAIN <kim>; ", NULL },
  { "may-not-act-as-another", &careful, TO_TLS "AUTH PLAIN " JIM_BY_TIM "\r\n", TO_TLS_REPLIES NO,
    TO_TLS_EVENTS "AUTH PLAIN <tim>; AUTH PLAIN <tim>; "
    "FAILED PLAIN <tim>: The user may not act as another; ", NULL },
  { "wrong-password", &careful, TO_TLS "AUTH PLAIN " TIM_WRONG "\r\nNOOP\r\n",
    TO_TLS_REPLIES NO "250 2.0.0 OK\r\n",
    TO_TLS_EVENTS "AUTH PLAIN <tim>; FAILED PLAIN <tim>: Name or password is wrong; ", NULL },
  { "not-now", &careful, TO_TLS "AUTH PLAIN " PLAIN_OF_LATER "\r\n",
    TO_TLS_REPLIES "454 4.7.0 Temporary authentication failure\r\n",
    TO_TLS_EVENTS "AUTH PLAIN <later>; "
    "FAILED PLAIN <later>: Users can't be looked up for the moment; ", NULL },

  /* RFC 4954 section 4: cancelled, not base64, not expected. */
  { "cancelled", &careful, TO_TLS "AUTH LOGIN\r\ndGlt\r\n*\r\nAUTH PLAIN " TIM_PLAIN "\r\n",
    TO_TLS_REPLIES "334 VXNlcm5hbWU6\r\n334 UGFzc3dvcmQ6\r\n"
                   "501 5.7.0 Authentication cancelled\r\n" YES,
    TO_TLS_EVENTS "FAILED LOGIN <tim>: The exchange was cancelled; AUTH PLAIN <tim>; "
    "AUTHENTICATED PLAIN <tim>; ", NULL },
  { "not-base64", &careful,
    TO_TLS "AUTH PLAIN *\r\nAUTH PLAIN =AAA\r\nAUTH PLAIN AAA=BBB\r\nAUTH PLAIN\r\nAAA\r\n"
           "AUTH PLAIN\r\nAHRp bQ==\r\n",
    TO_TLS_REPLIES NOT_BASE64 NOT_BASE64 NOT_BASE64 "334 \r\n" NOT_BASE64 "334 \r\n" NOT_BASE64,
    TO_TLS_EVENTS "FAILED PLAIN <>: A response is not base64; "
                  "FAILED PLAIN <>: A response is not base64; ", NULL },
  { "no-initial-response-where-the-server-begins", &careful, HI "AUTH CRAM-MD5 dGlt\r\n",
    GREETING IN_CLEAR "501 5.7.0 The mechanism takes no initial response\r\n", "EHLO bar.com; ",
    NULL },
  { "unreadable", &careful, TO_TLS "AUTH PLAIN =\r\nAUTH PLAIN dGlt\r\n",
    TO_TLS_REPLIES "501 5.5.2 Cannot read the authentication response\r\n"
                   "501 5.5.2 Cannot read the authentication response\r\n",
    TO_TLS_EVENTS "FAILED PLAIN <>: The message is not of the form that is due; "
                  "FAILED PLAIN <>: The message is not of the form that is due; ", NULL },
  { "commands-are-responses-now", &careful, TO_TLS "AUTH PLAIN\r\nQUIT\r\nNOOP\r\n",
    TO_TLS_REPLIES "334 \r\n501 5.5.2 Cannot read the authentication response\r\n250 2.0.0 OK\r\n",
    TO_TLS_EVENTS "FAILED PLAIN <>: The message is not of the form that is due; ",
    NULL },

  /* What is not offered. */
  { "unknown-mechanism", &careful, HI "AUTH DIGEST-MD5\r\nAUTH SCRAM-SHA-256-PLUS\r\n",
    GREETING IN_CLEAR "504 5.5.4 Authentication mechanism not recognised\r\n"
                      "538 5.7.11 Encryption required for requested authentication mechanism\r\n",
    "EHLO bar.com; ", NULL },
  { "plain-in-clear", &careful, HI "AUTH PLAIN " TIM_PLAIN "\r\n",
    GREETING IN_CLEAR
    "538 5.7.11 Encryption required for requested authentication mechanism\r\n",
    "EHLO bar.com; ", NULL },
  { "nothing-in-clear", &only_tls, HI "AUTH PLAIN " TIM_PLAIN "\r\n",
    GREETING "250-foo.com greets bar.com\r\n250-PIPELINING\r\n250-ENHANCEDSTATUSCODES\r\n"
             "250 STARTTLS\r\n"
             "538 5.7.11 Encryption required for requested authentication mechanism\r\n",
    "EHLO bar.com; ", NULL },

  /* The order of commands. */
  { "once-is-enough", &careful,
    TO_TLS "AUTH PLAIN " TIM_PLAIN "\r\nAUTH PLAIN " TIM_PLAIN "\r\n" HI "AUTH EXTERNAL =\r\n",
    TO_TLS_REPLIES YES "503 5.5.1 Bad sequence of commands: authenticated already\r\n" SECURED
    "503 5.5.1 Bad sequence of commands: authenticated already\r\n",
    TO_TLS_EVENTS "AUTH PLAIN <tim>; AUTHENTICATED PLAIN <tim>; EHLO bar.com; ", NULL },
  { "not-within-a-transaction", &careful,
    "AUTH CRAM-MD5\r\n" HI "MAIL FROM:<>\r\nAUTH CRAM-MD5\r\n",
    GREETING "503 5.5.1 Bad sequence of commands: send EHLO first\r\n" IN_CLEAR "250 2.1.0 OK\r\n"
    "503 5.5.1 Bad sequence of commands: a mail transaction is in progress\r\n",
    "EHLO bar.com; MAIL <>; ", NULL },
  { "demanded", &demands,
    HI "MAIL FROM:<>\r\nVRFY x\r\nNOOP\r\nRSET\r\nAUTH PLAIN " TIM_PLAIN "\r\nMAIL FROM:<>\r\n",
    GREETING LISTED ("PLAIN") "530 5.7.0 Authentication required\r\n"
    "530 5.7.0 Authentication required\r\n250 2.0.0 OK\r\n250 2.0.0 OK\r\n" YES
    "250 2.1.0 OK\r\n",
    "EHLO bar.com; AUTH PLAIN <tim>; AUTHENTICATED PLAIN <tim>; MAIL <>; ", NULL },
  { "tls-forgets-who-it-was", &demands,
    HI "AUTH PLAIN " TIM_PLAIN "\r\nSTARTTLS\r\n" SMTP_TLS HI "MAIL FROM:<>\r\n",
    GREETING LISTED ("PLAIN") YES "220 2.0.0 Ready to start TLS\r\n" SECURED
    "530 5.7.0 Authentication required\r\n",
    "EHLO bar.com; AUTH PLAIN <tim>; AUTHENTICATED PLAIN <tim>; STARTTLS; EHLO bar.com; ", NULL },

  /* The limit on attempts. */
  { "three-times-and-out", &careful,
    TO_TLS "AUTH PLAIN " TIM_WRONG "\r\nAUTH PLAIN " TIM_WRONG "\r\nAUTH PLAIN " TIM_WRONG
           "\r\nNOOP\r\n",
    TO_TLS_REPLIES NO NO NO
    "421 4.7.0 foo.com Too many failed authentications, closing the connection\r\n",
    TO_TLS_EVENTS "AUTH PLAIN <tim>; FAILED PLAIN <tim>: Name or password is wrong; "
    "AUTH PLAIN <tim>; FAILED PLAIN <tim>: Name or password is wrong; "
    "AUTH PLAIN <tim>; FAILED PLAIN <tim>: Name or password is wrong; "
    "LOST too many failed authentications; ", NULL },
};

/* A response may have 12288 octets, and no more (RFC 4954 section 4). */
static void
test_line_limit (void)
{
  for (guint excess = 0; excess < 2; excess++)
    {
      gsize            length = 12288 + excess * 4;
      g_autofree char *response = g_strnfill (length, 'A');
      g_autofree char *client = g_strdup_printf ("%s\r\nNOOP\r\n", response);
      const char      *expected = excess == 0
                                      ? "501 5.5.2 Cannot read the authentication response\r\n"
                                      : "500 5.5.6 Authentication exchange line is too long\r\n";
      g_autofree char *replies =
          g_strconcat (GREETING IN_CLEAR "334 \r\n", expected, "250 2.0.0 OK\r\n", NULL);
      SmtpOwner owner;

      smtp_owner_init (&owner, &careful);
      smtp_owner_receive_chunked (&owner, HI "AUTH SCRAM-SHA-1\r\n",
                                  strlen (HI "AUTH SCRAM-SHA-1\r\n"), 9);
      smtp_owner_receive_chunked (&owner, client, strlen (client), 1000);
      g_assert_cmpmem (owner.sent->data, owner.sent->len, replies, strlen (replies));
      smtp_owner_clear (&owner);
    }
}

static void
send_line (SmtpOwner *owner, const char *verb, GBytes *response)
{
  gsize            length;
  const guint8    *data = g_bytes_get_data (response, &length);
  g_autofree char *base64 = wire_base64_encode (data, length);
  g_autofree char *line = g_strconcat (verb, *verb != '\0' && *base64 == '\0' ? "=" : base64,
                                       "\r\n", NULL);

  smtp_owner_receive_chunked (owner, line, strlen (line), 11);
}

/* Runs a client's exchange. Returns: the code at its end. */
static guint
converse (SmtpOwner *owner, SaslClient *client, const char *mechanism, gboolean has_initial)
{
  g_autofree char *verb = g_strdup_printf ("AUTH %s%s", mechanism, has_initial ? " " : "\r\n");
  SaslClientEvent event;
  guint           code = 0;

  for (guint i = 0; i < 6; i++)
    {
      gsize before = owner->sent->len;
      g_autoptr (GBytes) challenge = NULL;

      if (i == 0 && !has_initial)
        smtp_owner_receive_chunked (owner, verb, strlen (verb), 50);
      else
        {
          if (i == 0)
            sasl_client_start (client);
          if (!sasl_client_next_event (client, &event) ||
              event.kind != SASL_CLIENT_EVENT_RESPONSE)
            return code;
          send_line (owner, i == 0 ? verb : "", event.data);
        }
      g_assert_cmpuint (owner->sent->len, >, before + 4);
      code = (guint) g_ascii_strtoull ((const char *) owner->sent->data + before, NULL, 10);
      if (code != 334)
        return code;
      challenge = wire_base64_decode ((const char *) owner->sent->data + before + 4,
                                      owner->sent->len - before - 6, NULL);
      g_assert_nonnull (challenge);
      sasl_client_receive (client, g_bytes_get_data (challenge, NULL),
                           g_bytes_get_size (challenge));
    }
  return code;
}

static void
check_mechanism (SaslMechanism mechanism, const char *password, gboolean has_initial)
{
  SaslBinding binding = { "tls-exporter", (const guint8 *) smtp_conversation_binding,
                          strlen (smtp_conversation_binding) };
  SaslClientConfig config = { .mechanism = mechanism,
                              .random = fill_random,
                              .authcid = "tim",
                              .password = password,
                              .token = g_str_equal (password, "wrong") ? "bad" : "good",
                              .trace = "tim",
                              .binding = mechanism & SASL_MECHANISMS_PLUS ? &binding : NULL };
  g_autoptr (SaslClient) client = sasl_client_new (&config);
  g_autoptr (GBytes) exporter = g_bytes_new_static (binding.data, binding.length);
  static const char *const names[] = { "tim", NULL };
  WireSecurity security = { .is_verified = TRUE, .peer_names = names, .exporter = exporter };
  gboolean     is_right = !g_str_equal (password, "wrong") ||
                      (mechanism & (SASL_MECHANISM_EXTERNAL | SASL_MECHANISM_ANONYMOUS)) != 0;
  SmtpOwner    owner;

  smtp_owner_init (&owner, &careful);
  smtp_server_secured (owner.server, &security, 0);
  smtp_owner_receive_chunked (&owner, HI, strlen (HI), 50);
  g_assert_cmpuint (converse (&owner, client, sasl_mechanism_get_name (mechanism), has_initial), ==,
                    is_right ? 235 : 535);
  g_assert_cmpint (smtp_server_get_user (owner.server) != NULL, ==, is_right);
  g_assert_cmpint (smtp_server_get_state (owner.server), ==, SMTP_STATE_READY);
  smtp_owner_clear (&owner);
}

static void
test_mechanisms (void)
{
  g_test_summary ("Each mechanism, against the client's half of it, with the right password and a "
                  "wrong one.");
  for (guint i = 0; i < SASL_N_MECHANISMS; i++)
    {
      SaslMechanism mechanism = (SaslMechanism) (1u << i);

      if (mechanism & SASL_MECHANISMS_CLIENT_FIRST)
        {
          check_mechanism (mechanism, "tanstaaftanstaaf", TRUE);
          check_mechanism (mechanism, "wrong", TRUE);
        }
      check_mechanism (mechanism, "tanstaaftanstaaf", FALSE);
      check_mechanism (mechanism, "wrong", FALSE);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  smtp_conversation_add_tests ("/smtp/server/auth", cases, G_N_ELEMENTS (cases));
  g_test_add_func ("/smtp/server/auth/line-limit", test_line_limit);
  g_test_add_func ("/smtp/server/auth/mechanisms", test_mechanisms);
  return g_test_run ();
}
