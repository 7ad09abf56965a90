/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <pop3/pop3-apop.h>
#include <pop3/pop3-client.h>

#include "pop3-owner.h"

#include <string.h>

/* Logins: what a server answers, and how both ends get along by each mechanism. */

#define GREETING "+OK b.example POP3 server ready\r\n"
#define IN "+OK maildrop has 0 messages (0 octets)\r\n"
#define BY_PASSWORD                                                                                \
  (SASL_MECHANISMS_SCRAM | SASL_MECHANISM_CRAM_MD5 | SASL_MECHANISM_PLAIN | SASL_MECHANISM_LOGIN)

static const Pop3ServerConfig open_to_all = {
  "b.example",
  NULL,
  POP3_CAPABILITIES_ALL,
  POP3_PROFILE_STRICT,
  0,
  .mechanisms = SASL_MECHANISM_PLAIN,
  .mechanisms_in_clear = SASL_MECHANISM_PLAIN | SASL_MECHANISM_LOGIN | SASL_MECHANISM_CRAM_MD5 |
                         SASL_MECHANISM_OAUTHBEARER | SASL_MECHANISM_ANONYMOUS,
  .random = pop3_owner_draw,
};
static const Pop3ServerConfig guarded = {
  "b.example",
  NULL,
  POP3_CAPABILITIES_ALL | POP3_CAPABILITY_STLS,
  POP3_PROFILE_COMMON,
  0,
  .guards_passwords = TRUE,
  .mechanisms = SASL_MECHANISM_PLAIN,
  .random = pop3_owner_draw,
};
static const Pop3ServerConfig by_digest = {
  "b.example",         NULL, POP3_CAPABILITIES_ALL | POP3_CAPABILITY_APOP,
  POP3_PROFILE_COMMON, 0,    .random = pop3_owner_draw,
};
static const Pop3ServerConfig closed = {
  "b.example", NULL, POP3_CAPABILITIES_ALL, POP3_PROFILE_COMMON, 0,
};

typedef struct
{
  const char *name;
  const Pop3ServerConfig *config;
  const char *client;
  const char *responses; /* after the greeting */
  const char *events;
} Case;

/* "\0mrose\0tan staaf" */
#define RIGHT "AG1yb3NlAHRhbiBzdGFhZg=="
#define WRONG "AG1yb3NlAHdyb25n"
#define NO_INITIAL "+ \r\n"
#define FAILED_CREDENTIALS "-ERR [AUTH] name, password or proof is wrong\r\n"

#define CAPA                                                                                       \
  "+OK capability list follows\r\nTOP\r\nUSER\r\n"                                                 \
  "SASL OAUTHBEARER CRAM-MD5 PLAIN LOGIN ANONYMOUS\r\nUIDL\r\nRESP-CODES\r\nAUTH-RESP-CODE\r\n"    \
  "PIPELINING\r\nEXPIRE NEVER\r\nUTF8 USER\r\nLANG\r\nIMPLEMENTATION Postroad\r\n.\r\n"

static const Case cases[] = {
  { "plain-at-once", &open_to_all, "auth plain " RIGHT "\r\nNOOP\r\n", IN "+OK\r\n",
    "LOGIN mrose by PLAIN; " },
  { "plain-when-asked", &open_to_all, "AUTH PLAIN\r\n" RIGHT "\r\nNOOP\r\n",
    NO_INITIAL IN "+OK\r\n", "LOGIN mrose by PLAIN; " },
  { "login", &open_to_all, "AUTH LOGIN\r\nbXJvc2U=\r\ndGFuIHN0YWFm\r\n",
    "+ VXNlcm5hbWU6\r\n+ UGFzc3dvcmQ6\r\n" IN, "LOGIN mrose by LOGIN; " },
  { "anonymous-with-an-empty-response", &open_to_all, "AUTH ANONYMOUS =\r\nSTAT\r\n",
    IN "+OK 0 0\r\n", "LOGIN  by ANONYMOUS; " },
  { "once-only", &open_to_all, "AUTH PLAIN " RIGHT "\r\nAUTH PLAIN " RIGHT "\r\nUSER a\r\n",
    IN "-ERR AUTH may not be given in the state TRANSACTION\r\n"
       "-ERR USER may not be given in the state TRANSACTION\r\n",
    "LOGIN mrose by PLAIN; " },
  { "wrong", &open_to_all, "AUTH PLAIN " WRONG "\r\nAUTH PLAIN " RIGHT "\r\n",
    FAILED_CREDENTIALS IN,
    "FAILED mrose by PLAIN: Name or password is wrong; LOGIN mrose by PLAIN; " },
  { "wrong-thrice", &open_to_all,
    "AUTH PLAIN " WRONG "\r\nUSER a\r\nPASS b\r\nAUTH PLAIN " WRONG "\r\nNOOP\r\n",
    FAILED_CREDENTIALS "+OK now the password\r\n-ERR invalid password\r\n" FAILED_CREDENTIALS,
    "FAILED mrose by PLAIN: Name or password is wrong; LOGIN a/b; FAILED mrose by "
    "PLAIN: Name or password is wrong; LOST too many refused logins; " },
  { "in-use", &open_to_all, "AUTH PLAIN AGJ1c3kAdGFuIHN0YWFm\r\nUSER mrose\r\n",
    "-ERR [IN-USE] maildrop already locked\r\n+OK now the password\r\n", "LOGIN busy by PLAIN; " },
  { "not-now", &open_to_all, "AUTH PLAIN AGxhdGVyAHg=\r\n",
    "-ERR [SYS/TEMP] can't tell now, try again later\r\n",
    "FAILED later by PLAIN: Users can't be looked up for the moment; " },
  { "cancelled", &open_to_all, "AUTH PLAIN\r\n*\r\nNOOP\r\nAUTH PLAIN " RIGHT "\r\n",
    NO_INITIAL "-ERR authentication cancelled\r\n"
               "-ERR NOOP may not be given in the state AUTHORIZATION\r\n" IN,
    "FAILED  by PLAIN: The exchange was cancelled; LOGIN mrose by PLAIN; " },
  { "no-base64", &open_to_all, "AUTH PLAIN\r\n!!!\r\nAUTH PLAIN =AAA\r\nAUTH PLAIN AAA=BBB\r\n",
    NO_INITIAL
    "-ERR the response is not base64\r\n"
    "-ERR the initial response is not base64\r\n-ERR the initial response is not base64\r\n",
    "FAILED  by PLAIN: A response is not base64; " },
  { "no-such-mechanism", &open_to_all, "AUTH GSSAPI\r\nAUTH SCRAM-SHA-1\r\nAUTH !\r\n",
    "-ERR no such mechanism here\r\n-ERR no such mechanism here\r\n"
    "-ERR usage: AUTH mechanism [initial-response]\r\n",
    "" },
  { "cram-takes-no-initial-response", &open_to_all, "AUTH CRAM-MD5 =\r\n",
    "-ERR the mechanism takes no initial response\r\n", "" },
  { "only-under-tls", &guarded, "AUTH PLAIN " RIGHT "\r\nAUTH\r\nUSER mrose\r\n",
    "-ERR [AUTH] the mechanism needs TLS, say STLS first\r\n+OK mechanism list follows\r\n.\r\n"
    "-ERR [AUTH] no passwords in clear, say STLS first\r\n",
    "" },
  { "lists", &open_to_all, "AUTH\r\n",
    "+OK mechanism list follows\r\nOAUTHBEARER\r\nCRAM-MD5\r\nPLAIN\r\nLOGIN\r\nANONYMOUS\r\n.\r\n",
    "" },
  { "told-by-capa-before-and-after", &open_to_all, "CAPA\r\nAUTH PLAIN " RIGHT "\r\nCAPA\r\n",
    CAPA IN CAPA, "LOGIN mrose by PLAIN; " },
  { "has-none", &closed, "AUTH PLAIN " RIGHT "\r\nAPOP mrose c4c9334bac560ecc979e58001b3e22fb\r\n",
    "-ERR unknown command\r\n-ERR unknown command\r\n", "" },
  { "the-last-name-counts", &open_to_all, "USER a\r\nAUTH PLAIN " RIGHT "\r\n",
    "+OK now the password\r\n" IN, "LOGIN mrose by PLAIN; " },
  { "token-refused", &open_to_all,
    "AUTH OAUTHBEARER bixhPW1yb3NlLAFhdXRoPUJlYXJlciB3cm9uZwEB\r\nAQ==\r\n",
    "+ eyJzdGF0dXMiOiJpbnZhbGlkX3Rva2VuIn0=\r\n" FAILED_CREDENTIALS,
    "FAILED  by OAUTHBEARER: Name or password is wrong; " },
};

static void
assert_text (GByteArray *bytes, const char *expected)
{
  g_autofree char *text = g_strndup ((const char *) bytes->data, bytes->len);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_case (gconstpointer data)
{
  const Case *c = data;
  g_autofree char *expected = g_strconcat (GREETING, c->responses, NULL);
  gsize length = strlen (c->client);

  g_test_summary ("A login is the same however its lines were cut.");
  for (gsize chunk = 1; chunk <= length; chunk++)
    {
      Pop3Owner owner;

      pop3_owner_init (&owner, c->config, NULL, 0);
      pop3_owner_run (&owner);
      pop3_owner_receive_chunked (&owner, c->client, length, chunk);
      assert_text (owner.sent, expected);
      assert_text (owner.told, expected);
      g_assert_cmpstr (owner.events->str, ==, c->events);
      g_assert_cmpmem (owner.heard->data, owner.heard->len, c->client,
                       MIN (length, owner.heard->len));
      pop3_owner_clear (&owner);
    }
}

/* Digests of "<5a5a5a5a5a5a5a5a.0@b.example>" and the password, and of that alone. */
#define RIGHT_DIGEST "4632377fbdf8f5cd2d4acc1575a0fb50"
#define EMPTY_DIGEST "56e022fa18334c98c5b09ecbf846c235"

static void
test_apop (void)
{
  static const char client[] = "APOP nobody " EMPTY_DIGEST "\r\nAPOP mrose " EMPTY_DIGEST "\r\n"
                               "APOP mrose " RIGHT_DIGEST "\r\nNOOP\r\n";
  Pop3Owner owner;

  g_test_summary ("Nobody has no password, which is not the same as an empty one.");
  for (gsize chunk = 1; chunk < sizeof client; chunk++)
    {
      pop3_owner_init (&owner, &by_digest, NULL, 0);
      pop3_owner_run (&owner);
      pop3_owner_receive_chunked (&owner, client, sizeof client - 1, chunk);
      assert_text (
          owner.sent,
          "+OK b.example POP3 server ready <5a5a5a5a5a5a5a5a.0@b.example>\r\n" FAILED_CREDENTIALS
              FAILED_CREDENTIALS IN "+OK\r\n");
      g_assert_true (g_str_has_prefix (owner.events->str, "FAILED nobody by APOP: "));
      g_assert_true (g_str_has_suffix (owner.events->str, "; LOGIN mrose by APOP; "));
      pop3_owner_clear (&owner);
    }
}

static void
test_long_lines (void)
{
  g_autofree char *fits = g_strnfill (POP3_SASL_LINE_BYTES_MAX - 6, 'A');
  g_autofree char *line = g_strconcat ("AUTH PLAIN\r\n", fits, "==\r\n", NULL);
  g_autofree char *long_line = g_strconcat ("AUTH PLAIN\r\n", fits, "AAAAAAAA\r\nCAPA x\r\n", NULL);
  Pop3Owner owner;

  g_test_summary ("A response may be far longer than a command, but not endless.");
  pop3_owner_init (&owner, &open_to_all, NULL, 0);
  pop3_owner_receive (&owner, (const guint8 *) line, strlen (line));
  assert_text (owner.sent, GREETING NO_INITIAL "-ERR response can't be read\r\n");
  pop3_owner_clear (&owner);
  pop3_owner_init (&owner, &open_to_all, NULL, 0);
  pop3_owner_receive (&owner, (const guint8 *) long_line, strlen (long_line));
  assert_text (owner.sent, GREETING NO_INITIAL "-ERR line of the exchange too long\r\n"
                                               "-ERR usage: CAPA\r\n");
  pop3_owner_clear (&owner);
}

static void
test_lost (void)
{
  Pop3Owner owner;

  g_test_summary ("A client may leave in the middle of an exchange.");
  pop3_owner_init (&owner, &open_to_all, NULL, 0);
  pop3_owner_receive (&owner, (const guint8 *) "AUTH LOGIN\r\nbXJv", 16);
  g_assert_cmpint (pop3_server_get_state (owner.server), ==, POP3_STATE_AUTH);
  pop3_server_receive_end (owner.server);
  pop3_owner_run (&owner);
  g_assert_cmpstr (owner.events->str, ==, "LOST the connection ended without QUIT; ");
  pop3_owner_clear (&owner);
}

static void
test_digest (void)
{
  g_autofree char *digest = pop3_apop_digest ("<1896.697170952@dbc.mtview.ca.us>", "tanstaaf");
  g_autofree char *found = pop3_apop_find_timestamp ("ready < a@b> <<1.2@b> <3@c>");
  g_autofree char *made = pop3_apop_make_timestamp ("b.example", 7, pop3_owner_draw, NULL);
  g_autofree char *prepared = pop3_apop_digest ("<1@a>", "I\xc2\xadX");
  g_autofree char *plain = pop3_apop_digest ("<1@a>", "IX");

  g_test_summary ("RFC 1939 section 7 has the digest of an example.");
  g_assert_cmpstr (digest, ==, "c4c9334bac560ecc979e58001b3e22fb");
  g_assert_cmpstr (found, ==, "<1.2@b>");
  g_assert_cmpstr (made, ==, "<5a5a5a5a5a5a5a5a.7@b.example>");
  g_assert_cmpuint (pop3_apop_get_timestamp_length ((const guint8 *) made, strlen (made)), ==,
                    strlen (made));
  g_assert_cmpstr (prepared, ==, plain);
  g_assert_null (pop3_apop_digest ("<1@a>", "\xff"));
  g_assert_null (pop3_apop_find_timestamp ("ready <nothing> <a@\xf6> <a@b"));
}

/* Both ends */

typedef struct
{
  const char *name;
  guint offered;
  gboolean has_apop, is_secured, guards;
  guint client_mechanisms;
  gboolean may_show;
  const char *password;
  const char *events; /* of the server */
  Pop3Outcome outcome;
  const char *mechanism; /* (nullable) */
} Join;

static const Join joins[] = {
  { "scram-plus", BY_PASSWORD, FALSE, TRUE, FALSE, 0, FALSE, "tan staaf",
    "LOGIN mrose by SCRAM-SHA-256-PLUS; UPDATE; ", POP3_OUTCOME_DONE, "SCRAM-SHA-256-PLUS" },
  { "scram-1-plus", BY_PASSWORD, FALSE, TRUE, FALSE, SASL_MECHANISM_SCRAM_SHA_1_PLUS, FALSE,
    "tan staaf", "LOGIN mrose by SCRAM-SHA-1-PLUS; UPDATE; ", POP3_OUTCOME_DONE, NULL },
  { "scram", BY_PASSWORD, TRUE, FALSE, FALSE, 0, TRUE, "tan staaf",
    "LOGIN mrose by SCRAM-SHA-256; UPDATE; ", POP3_OUTCOME_DONE, "SCRAM-SHA-256" },
  { "scram-1", SASL_MECHANISM_SCRAM_SHA_1, FALSE, FALSE, FALSE, 0, FALSE, "tan staaf",
    "LOGIN mrose by SCRAM-SHA-1; UPDATE; ", POP3_OUTCOME_DONE, NULL },
  { "cram", SASL_MECHANISM_CRAM_MD5 | SASL_MECHANISM_PLAIN, TRUE, FALSE, FALSE, 0, TRUE,
    "tan staaf", "LOGIN mrose by CRAM-MD5; UPDATE; ", POP3_OUTCOME_DONE, NULL },
  { "apop-before-plain-in-clear", SASL_MECHANISM_PLAIN, TRUE, FALSE, FALSE, 0, TRUE, "tan staaf",
    "LOGIN mrose by APOP; UPDATE; ", POP3_OUTCOME_DONE, "APOP" },
  { "plain-before-apop-in-tls", SASL_MECHANISM_PLAIN, TRUE, TRUE, FALSE, 0, FALSE, "tan staaf",
    "LOGIN mrose by PLAIN; UPDATE; ", POP3_OUTCOME_DONE, "PLAIN" },
  { "login", SASL_MECHANISM_LOGIN, FALSE, TRUE, FALSE, 0, FALSE, "tan staaf",
    "LOGIN mrose by LOGIN; UPDATE; ", POP3_OUTCOME_DONE, "LOGIN" },
  { "user", 0, FALSE, TRUE, TRUE, 0, FALSE, "tan staaf", "LOGIN mrose/tan staaf; UPDATE; ",
    POP3_OUTCOME_DONE, "USER" },
  { "user-in-clear-if-it-may", 0, FALSE, FALSE, FALSE, 0, TRUE, "tan staaf",
    "LOGIN mrose/tan staaf; UPDATE; ", POP3_OUTCOME_DONE, "USER" },
  { "nothing-in-clear-if-not", SASL_MECHANISM_PLAIN, FALSE, FALSE, FALSE, 0, FALSE, "tan staaf", "",
    POP3_OUTCOME_FAILED, NULL },
  { "nothing-that-both-know", SASL_MECHANISM_PLAIN, FALSE, TRUE, FALSE, SASL_MECHANISM_CRAM_MD5,
    FALSE, "tan staaf", "", POP3_OUTCOME_FAILED, NULL },
  { "wrong-password-by-scram", BY_PASSWORD, FALSE, TRUE, FALSE, 0, FALSE, "wrong",
    "FAILED mrose by SCRAM-SHA-256-PLUS: Name or password is wrong; QUIT; ", POP3_OUTCOME_REFUSED,
    NULL },
  { "wrong-password-by-apop", 0, TRUE, FALSE, FALSE, 0, FALSE, "wrong",
    "FAILED mrose by APOP: No such user, or the digest is not that of the password; QUIT; ",
    POP3_OUTCOME_REFUSED, "APOP" },
  { "anonymous", SASL_MECHANISM_ANONYMOUS, FALSE, FALSE, FALSE, SASL_MECHANISM_ANONYMOUS, FALSE,
    "tan staaf", "LOGIN  by ANONYMOUS; UPDATE; ", POP3_OUTCOME_DONE, NULL },
};

static void
carry (Pop3Client *client, Pop3Owner *owner)
{
  gsize taken = 0;

  for (guint i = 0; i < 100 && !pop3_client_is_done (client); i++)
    {
      g_autoptr (GBytes) output = NULL;
      Pop3ClientEvent event;

      pop3_owner_run (owner);
      pop3_client_receive (client, owner->sent->data + taken, owner->sent->len - taken, 0);
      taken = owner->sent->len;
      while (pop3_client_next_event (client, &event))
        ;
      output = pop3_client_take_output (client);
      if (g_bytes_get_size (output) > 0)
        pop3_owner_receive (owner, g_bytes_get_data (output, NULL), g_bytes_get_size (output));
    }
}

static void
test_join (gconstpointer data)
{
  const Join *join = data;
  g_autoptr (GBytes) exporter = g_bytes_new ("0123456789abcdef", 16);
  const WireSecurity security = { "TLSv1.3", "TLS_AES_256_GCM_SHA384", .exporter = exporter };
  Pop3ServerConfig server_config = {
    "b.example",
    NULL,
    POP3_CAPABILITIES_ALL,
    POP3_PROFILE_STRICT,
    0,
    .guards_passwords = join->guards,
    .mechanisms = join->offered,
    .mechanisms_in_clear = join->offered,
    .random = pop3_owner_draw,
  };
  Pop3ClientConfig client_config = {
    "mrose",
    join->password,
    POP3_POLICY_KEEP,
    .may_show_password = join->may_show,
    .mechanisms = join->client_mechanisms,
    .random = pop3_owner_draw,
    .uses_utf8 = TRUE,
  };
  g_autoptr (Pop3Client) client = NULL;
  Pop3ClientResult result;
  Pop3Owner owner;

  if (join->has_apop)
    server_config.capabilities |= POP3_CAPABILITY_APOP;
  client = pop3_client_new (&client_config, 0);
  pop3_owner_init (&owner, &server_config, NULL, 0);
  if (join->is_secured)
    {
      pop3_server_secured (owner.server, &security, 0);
      pop3_client_secured (client, &security, 0);
    }
  carry (client, &owner);
  pop3_client_get_result (client, &result);
  g_assert_cmpstr (owner.events->str, ==, join->events);
  g_assert_cmpint (result.outcome, ==, join->outcome);
  g_assert_true (pop3_client_is_done (client));
  if (join->mechanism != NULL)
    g_assert_cmpstr (result.mechanism, ==, join->mechanism);
  pop3_owner_clear (&owner);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/pop3/auth/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_case);
    }
  for (guint i = 0; i < G_N_ELEMENTS (joins); i++)
    {
      g_autofree char *path = g_strconcat ("/pop3/auth/joined/", joins[i].name, NULL);

      g_test_add_data_func (path, &joins[i], test_join);
    }
  g_test_add_func ("/pop3/auth/apop", test_apop);
  g_test_add_func ("/pop3/auth/long-lines", test_long_lines);
  g_test_add_func ("/pop3/auth/lost", test_lost);
  g_test_add_func ("/pop3/auth/digest", test_digest);
  return g_test_run ();
}
