/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pop3-owner.h"

#include <pop3/pop3-apop.h>
#include <string.h>

#define GREETING "+OK b.example POP3 server ready\r\n"
#define LOGIN "USER mrose\r\nPASS tan staaf\r\n"
#define LOGGED_IN GREETING "+OK now the password\r\n+OK maildrop has 3 messages (54 octets)\r\n"
#define LOGIN_EVENT "LOGIN mrose/tan staaf; "
#define CAPA_BEFORE                                                                                \
  "+OK capability list follows\r\nTOP\r\nUSER\r\nUIDL\r\nRESP-CODES\r\nAUTH-RESP-CODE\r\n"
#define CAPA_AFTER                                                                                 \
  "PIPELINING\r\nEXPIRE NEVER\r\nUTF8 USER\r\nLANG\r\nIMPLEMENTATION Postroad\r\n.\r\n"
#define UNKNOWN_4                                                                                  \
  "-ERR unknown command\r\n-ERR unknown command\r\n-ERR unknown command\r\n"                       \
  "-ERR unknown command\r\n"
#define UNKNOWN_10 UNKNOWN_4 UNKNOWN_4 "-ERR unknown command\r\n-ERR unknown command\r\n"
#define LEFT_3 "+OK b.example POP3 server signing off (3 messages left)\r\n"

static const char *const maildrop[] = {
  "Subject: a\r\n\r\none\r\n.two\r\nthree\r\n", /* 32 octets */
  "", "Subject: c\n\nno end",                   /* 22 octets with CRLF line ends */
};

static const Pop3ServerConfig common = { "b.example", NULL, POP3_CAPABILITIES_ALL,
                                         POP3_PROFILE_COMMON, 0 };
static const Pop3ServerConfig strict = { "b.example", NULL, POP3_CAPABILITIES_ALL,
                                         POP3_PROFILE_STRICT, 0 };
static const Pop3ServerConfig lockable = { "b.example", NULL,
                                           POP3_CAPABILITIES_ALL | POP3_CAPABILITY_STLS,
                                           POP3_PROFILE_COMMON, 0 };
static const Pop3ServerConfig guarded = {
  "b.example",         NULL, POP3_CAPABILITIES_ALL | POP3_CAPABILITY_STLS,
  POP3_PROFILE_COMMON, 0,    .guards_passwords = TRUE
};
static const Pop3ServerConfig plain = { "b.example", "welcome\r\nto b", 0, POP3_PROFILE_COMMON, 0 };

typedef struct
{
  const char *name;
  const Pop3ServerConfig *config;
  const char *client;
  const char *responses;
  const char *events;
} Case;

/* What the client sends, every byte the server must send back, what its owner learns. */
static const Case cases[] = {
  { "greets", &common, "", GREETING, "" },
  { "quits-before-login", &common, "QUIT\r\nNOOP\r\n",
    GREETING "+OK b.example POP3 server signing off\r\n", "QUIT; " },
  { "logs-in", &common, LOGIN "QUIT\r\n", LOGGED_IN LEFT_3, LOGIN_EVENT "UPDATE; " },
  { "keywords-in-any-case", &common, "user mrose\r\nPass tan staaf\r\nquit\r\n", LOGGED_IN LEFT_3,
    LOGIN_EVENT "UPDATE; " },
  { "refuses-a-password", &common, "USER mrose\r\nPASS no\r\nPASS tan staaf\r\nQUIT\r\n",
    GREETING "+OK now the password\r\n-ERR invalid password\r\n"
             "-ERR PASS may not be given in the state AUTHORIZATION\r\n"
             "+OK b.example POP3 server signing off\r\n",
    "LOGIN mrose/no; QUIT; " },
  { "tells-a-locked-maildrop", &common, "USER busy\r\nPASS x\r\nQUIT\r\n",
    GREETING "+OK now the password\r\n-ERR [IN-USE] maildrop already locked\r\n"
             "+OK b.example POP3 server signing off\r\n",
    "LOGIN busy/x; QUIT; " },
  { "closes-after-three-refusals", &common,
    "USER a\r\nPASS 1\r\nUSER a\r\nPASS 2\r\nUSER a\r\nPASS 3\r\nUSER a\r\nPASS 4\r\n",
    GREETING "+OK now the password\r\n-ERR invalid password\r\n"
             "+OK now the password\r\n-ERR invalid password\r\n"
             "+OK now the password\r\n-ERR invalid password\r\n",
    "LOGIN a/1; LOGIN a/2; LOGIN a/3; LOST too many refused logins; " },
  { "corrects-a-user", &common, "USER moses\r\nUSER mrose\r\nPASS tan staaf\r\nQUIT\r\n",
    GREETING "+OK now the password\r\n+OK now the password\r\n"
             "+OK maildrop has 3 messages (54 octets)\r\n" LEFT_3,
    LOGIN_EVENT "UPDATE; " },
  { "counts-and-lists", &common, LOGIN "STAT\r\nLIST\r\nLIST 3\r\nUIDL\r\nUIDL 1\r\nQUIT\r\n",
    LOGGED_IN "+OK 3 54\r\n"
              "+OK 3 messages (54 octets)\r\n1 32\r\n2 0\r\n3 22\r\n.\r\n"
              "+OK 3 22\r\n"
              "+OK 3 messages (54 octets)\r\n1 uid1\r\n2 uid2\r\n3 uid3\r\n.\r\n"
              "+OK 1 uid1\r\n" LEFT_3,
    LOGIN_EVENT "UPDATE; " },
  { "retrieves", &common, LOGIN "RETR 1\r\nRETR 2\r\nRETR 3\r\nQUIT\r\n",
    LOGGED_IN "+OK 32 octets\r\nSubject: a\r\n\r\none\r\n..two\r\nthree\r\n.\r\n"
              "+OK 0 octets\r\n.\r\n"
              "+OK 22 octets\r\nSubject: c\r\n\r\nno end\r\n.\r\n" LEFT_3,
    LOGIN_EVENT "MESSAGE 0; MESSAGE 1; MESSAGE 2; UPDATE; " },
  { "gives-tops", &common,
    LOGIN "TOP 1 0\r\nTOP 1 2\r\nTOP 1 99999999999\r\nTOP 2 1\r\nTOP 3 1\r\nQUIT\r\n",
    LOGGED_IN "+OK top of message follows\r\nSubject: a\r\n\r\n.\r\n"
              "+OK top of message follows\r\nSubject: a\r\n\r\none\r\n..two\r\n.\r\n"
              "+OK top of message follows\r\nSubject: a\r\n\r\none\r\n..two\r\nthree\r\n.\r\n"
              "+OK top of message follows\r\n.\r\n"
              "+OK top of message follows\r\nSubject: c\r\n\r\nno end\r\n.\r\n" LEFT_3,
    LOGIN_EVENT "TOP 0; TOP 0; TOP 0; TOP 1; TOP 2; UPDATE; " },
  { "deletes", &common,
    LOGIN "DELE 1\r\nDELE 1\r\nRETR 1\r\nLIST 1\r\nSTAT\r\nLIST\r\nUIDL\r\n"
          "DELE 3\r\nQUIT\r\n",
    LOGGED_IN "+OK message 1 deleted\r\n-ERR message 1 is marked as deleted\r\n"
              "-ERR message 1 is marked as deleted\r\n-ERR message 1 is marked as deleted\r\n"
              "+OK 2 22\r\n+OK 2 messages (22 octets)\r\n2 0\r\n3 22\r\n.\r\n"
              "+OK 2 messages (22 octets)\r\n2 uid2\r\n3 uid3\r\n.\r\n+OK message 3 deleted\r\n"
              "+OK b.example POP3 server signing off (1 message left)\r\n",
    LOGIN_EVENT "UPDATE 0 2; " },
  { "undeletes", &common, LOGIN "DELE 1\r\nRSET\r\nSTAT\r\nQUIT\r\n",
    LOGGED_IN "+OK message 1 deleted\r\n+OK maildrop has 3 messages (54 octets)\r\n"
              "+OK 3 54\r\n" LEFT_3,
    LOGIN_EVENT "UPDATE; " },
  { "deletes-nothing-without-quit", &common, LOGIN "DELE 1\r\n",
    LOGGED_IN "+OK message 1 deleted\r\n", LOGIN_EVENT },
  { "empties", &common, LOGIN "DELE 1\r\nDELE 2\r\nDELE 3\r\nLIST\r\nQUIT\r\n",
    LOGGED_IN "+OK message 1 deleted\r\n+OK message 2 deleted\r\n+OK message 3 deleted\r\n"
              "+OK 0 messages (0 octets)\r\n.\r\n"
              "+OK b.example POP3 server signing off (maildrop empty)\r\n",
    LOGIN_EVENT "UPDATE 0 1 2; " },
  { "knows-no-such-message", &common,
    LOGIN "RETR 0\r\nRETR 4\r\nDELE 18446744073709551615\r\nTOP 4 1\r\nLIST 9\r\nUIDL 9\r\n",
    LOGGED_IN "-ERR no such message, the maildrop has 3\r\n"
              "-ERR no such message, the maildrop has 3\r\n"
              "-ERR no such message, the maildrop has 3\r\n"
              "-ERR no such message, the maildrop has 3\r\n"
              "-ERR no such message, the maildrop has 3\r\n"
              "-ERR no such message, the maildrop has 3\r\n",
    LOGIN_EVENT },
  { "tells-the-usage", &common,
    "USER\r\nUSER a b\r\n" LOGIN "RETR\r\nRETR x\r\nRETR -1\r\nRETR 1 2\r\nTOP 1\r\nNOOP x\r\n"
    "RETR 18446744073709551616\r\n",
    GREETING "-ERR usage: USER name\r\n-ERR usage: USER name\r\n"
             "+OK now the password\r\n+OK maildrop has 3 messages (54 octets)\r\n"
             "-ERR usage: RETR msg\r\n-ERR usage: RETR msg\r\n-ERR usage: RETR msg\r\n"
             "-ERR usage: RETR msg\r\n-ERR usage: TOP msg n\r\n-ERR usage: NOOP\r\n"
             "-ERR usage: RETR msg\r\n",
    LOGIN_EVENT },
  { "knows-no-such-command", &common, "\r\nHELO x\r\nAPOP mrose c4c9\r\nRETRIEVE 1\r\n ",
    GREETING "-ERR unknown command\r\n-ERR unknown command\r\n-ERR unknown command\r\n"
             "-ERR unknown command\r\n",
    "" },
  { "lists-capabilities", &common, "CAPA\r\nQUIT\r\n",
    GREETING CAPA_BEFORE CAPA_AFTER "+OK b.example POP3 server signing off\r\n", "QUIT; " },
  { "starts-tls-and-hears-no-more-in-clear", &lockable,
    "CAPA\r\nUSER mrose\r\nSTLS\r\nPASS tan staaf\r\nUSER x\r\nQUIT\r\n",
    GREETING CAPA_BEFORE "STLS\r\n" CAPA_AFTER "+OK now the password\r\n"
                         "+OK begin TLS negotiation\r\n",
    "" },
  { "starts-tls-before-login-only", &lockable, LOGIN "STLS\r\nSTLS x\r\nQUIT\r\n",
    LOGGED_IN "-ERR STLS may not be given in the state TRANSACTION\r\n"
              "-ERR STLS may not be given in the state TRANSACTION\r\n" LEFT_3,
    LOGIN_EVENT "UPDATE; " },
  { "knows-no-stls-where-its-owner-has-no-tls", &common, "STLS\r\n",
    GREETING "-ERR unknown command\r\n", "" },
  { "does-without-options", &plain,
    "CAPA\r\nUSER busy\r\nPASS x\r\n" LOGIN "TOP 1 1\r\nUIDL\r\nQUIT\r\n",
    "+OK welcome??to b\r\n-ERR unknown command\r\n+OK now the password\r\n"
    "-ERR maildrop already locked\r\n"
    "+OK now the password\r\n+OK maildrop has 3 messages (54 octets)\r\n"
    "-ERR unknown command\r\n-ERR unknown command\r\n" LEFT_3,
    "LOGIN busy/x; " LOGIN_EVENT "UPDATE; " },
  { "common-accepts-common-practice", &common,
    "USER  mrose \nPASS tan staaf\nLIST \n LIST\nSTAT  \nQUIT\n",
    LOGGED_IN "+OK 3 messages (54 octets)\r\n1 32\r\n2 0\r\n3 22\r\n.\r\n-ERR unknown command\r\n"
              "+OK 3 54\r\n" LEFT_3,
    LOGIN_EVENT "UPDATE; " },
  { "strict-refuses-it", &strict, "USER  mrose\r\nUSER mr\xf6se\r\nQUIT \r\nQUIT\nQUIT\r\n",
    GREETING "-ERR not printable ASCII words, each after a single space\r\n"
             "-ERR not printable ASCII words, each after a single space\r\n"
             "-ERR not printable ASCII words, each after a single space\r\n"
             "-ERR usage: QUIT\r\n",
    "" },
  { "strict-takes-utf-8-names", &strict, "USER mr\xc3\xb6se\r\nPASS x\r\n",
    GREETING "+OK now the password\r\n-ERR invalid password\r\n", "LOGIN mr\xc3\xb6se/x; " },
  { "prepares-utf-8", &common, "USER I\xc2\xadX\xe2\x85\xa8\r\nPASS \xc2\xaa\r\n",
    GREETING "+OK now the password\r\n-ERR invalid password\r\n", "LOGIN IXIX/a; " },
  { "refuses-what-is-no-utf-8", &common, "USER mr\xf6se\r\nUSER a\r\nPASS \xff\r\n",
    GREETING
    "-ERR [AUTH] octets that are no UTF-8, or characters that names and passwords must not "
    "have\r\n+OK now the password\r\n"
    "-ERR [AUTH] octets that are no UTF-8, or characters that names and passwords must not "
    "have\r\n",
    "" },
  { "guards-passwords", &guarded, "CAPA\r\nUSER mrose\r\nPASS tan staaf\r\n",
    GREETING "+OK capability list follows\r\nTOP\r\nUIDL\r\nRESP-CODES\r\nAUTH-RESP-CODE\r\n"
             "STLS\r\n" CAPA_AFTER "-ERR [AUTH] no passwords in clear, say STLS first\r\n"
             "-ERR PASS may not be given in the state AUTHORIZATION\r\n",
    "" },
  { "utf8-mode-is-for-authorization", &lockable,
    "UTF8\r\nSTLS\r\n" LOGIN "UTF8\r\nUTF8 x\r\nQUIT\r\n",
    GREETING "+OK UTF-8 from now on\r\n-ERR too late for STLS after UTF8\r\n"
             "+OK now the password\r\n+OK maildrop has 3 messages (54 octets)\r\n"
             "-ERR UTF8 may not be given in the state TRANSACTION\r\n"
             "-ERR UTF8 may not be given in the state TRANSACTION\r\n" LEFT_3,
    LOGIN_EVENT "UPDATE; " },
  { "speaks-german", &common,
    "LANG\r\nLANG de\r\nlang x-y\r\nBOO\r\n" LOGIN
    "LIST 9\r\nDELE 1\r\nLANG *\r\nLANG *x\r\nQUIT\r\n",
    GREETING "+OK language list follows\r\nen English\r\nde Deutsch\r\n.\r\n"
             "+OK de Sprache ge\xc3\xa4ndert\r\n-ERR diese Sprache gibt es hier nicht\r\n"
             "-ERR unbekannter Befehl\r\n+OK jetzt das Kennwort\r\n"
             "+OK im Postfach: 3 Nachrichten (54 Oktette)\r\n"
             "-ERR keine solche Nachricht, das Postfach hat 3\r\n"
             "+OK Nachricht 1 gel\xc3\xb6scht\r\n+OK en language changed\r\n"
             "-ERR usage: LANG [language]\r\n"
             "+OK b.example POP3 server signing off (2 messages left)\r\n",
    LOGIN_EVENT "UPDATE 0; " },
  { "closes-after-twenty-bad-commands", &common,
    "A\r\nB\r\nC\r\nD\r\nE\r\nF\r\nG\r\nH\r\nI\r\nJ\r\nCAPA x\r\nUSER x\r\n"
    "A\r\nB\r\nC\r\nD\r\nE\r\nF\r\nG\r\nH\r\nI\r\nJ\r\n"
    "STAT\r\nUSER\r\nC\r\nD\r\nE\r\nF\r\nG\r\nH\r\nI\r\nJ\r\nQUIT\r\n",
    GREETING UNKNOWN_10 "-ERR usage: CAPA\r\n+OK now the password\r\n" UNKNOWN_10
                        "-ERR STAT may not be given in the state AUTHORIZATION, user named\r\n"
                        "-ERR usage: USER name\r\n" UNKNOWN_4 UNKNOWN_4
                        "-ERR too many bad commands, closing\r\n",
    "LOST too many bad commands; " },
};

static GBytes **
make_maildrop (void)
{
  GBytes **messages = g_new0 (GBytes *, G_N_ELEMENTS (maildrop));

  for (guint i = 0; i < G_N_ELEMENTS (maildrop); i++)
    messages[i] = g_bytes_new_static (maildrop[i], strlen (maildrop[i]));
  return messages;
}

static void
free_maildrop (GBytes **messages)
{
  for (guint i = 0; i < G_N_ELEMENTS (maildrop); i++)
    g_bytes_unref (messages[i]);
  g_free (messages);
}

static void
assert_text (GByteArray *bytes, const char *expected)
{
  g_autofree char *text = g_strndup ((const char *) bytes->data, bytes->len);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_responses (gconstpointer data)
{
  const Case *c = data;
  gsize length = strlen (c->client);
  GBytes **messages = make_maildrop ();

  g_test_summary ("Responses depend on the bytes sent, never on how TCP cut them.");
  for (gsize chunk = 1; chunk <= length + 1; chunk++)
    {
      Pop3Owner owner;

      pop3_owner_init (&owner, c->config, messages, G_N_ELEMENTS (maildrop));
      pop3_owner_run (&owner);
      pop3_owner_receive_chunked (&owner, c->client, length, chunk);
      assert_text (owner.sent, c->responses);
      assert_text (owner.told, c->responses);
      g_assert_cmpstr (owner.events->str, ==, c->events);
      g_assert_cmpmem (owner.heard->data, owner.heard->len, c->client, owner.heard->len);
      g_assert_cmpint (pop3_server_is_done (owner.server), ==,
                       pop3_server_get_deadline (owner.server) == G_MAXINT64);
      pop3_owner_clear (&owner);
    }
  free_maildrop (messages);
}

static const WireSecurity security = { "TLSv1.3", "TLS_AES_256_GCM_SHA384" };

static void
test_stls (void)
{
  static const char begun[] = GREETING "+OK now the password\r\n+OK begin TLS negotiation\r\n";
  const char *in_clear = "USER mrose\r\nSTLS\r\nPASS tan staaf\r\n";
  const char *secured = "PASS tan staaf\r\nCAPA\r\nSTLS\r\n" LOGIN "QUIT\r\n";
  GBytes **messages = make_maildrop ();

  g_test_summary ("After STLS nothing counts that came before, nor what came with it.");
  for (gsize chunk = 1; chunk <= strlen (secured); chunk++)
    {
      Pop3Owner owner;

      pop3_owner_init (&owner, &lockable, messages, G_N_ELEMENTS (maildrop));
      pop3_owner_run (&owner);
      g_assert_false (pop3_server_starts_tls (owner.server));
      pop3_owner_receive_chunked (&owner, in_clear, strlen (in_clear), chunk);
      assert_text (owner.sent, begun);
      g_assert_true (pop3_server_starts_tls (owner.server));
      g_assert_false (pop3_server_starts_tls (owner.server));
      pop3_server_secured (owner.server, &security, 1000);
      g_assert_cmpint (pop3_server_get_deadline (owner.server), ==,
                       1000 + POP3_SERVER_AUTOLOGOUT_US);
      pop3_owner_receive_chunked (&owner, secured, strlen (secured), chunk);
      g_byte_array_remove_range (owner.sent, 0, strlen (begun));
      assert_text (
          owner.sent,
          "-ERR PASS may not be given in the state AUTHORIZATION\r\n" CAPA_BEFORE CAPA_AFTER
          "-ERR command not permitted when TLS is active\r\n"
          "+OK now the password\r\n+OK maildrop has 3 messages (54 octets)\r\n" LEFT_3);
      g_assert_cmpstr (owner.events->str, ==, LOGIN_EVENT "UPDATE; ");
      pop3_owner_clear (&owner);
    }
  free_maildrop (messages);
}

/* RFC 1939 section 10, with USER and PASS where it has APOP. */
static void
test_rfc_example (void)
{
  const char *client = LOGIN "STAT\r\nLIST\r\nRETR 1\r\nDELE 1\r\nRETR 2\r\nDELE 2\r\nQUIT\r\n";
  g_autofree char *one = g_strnfill (118, '1');
  g_autofree char *two = g_strnfill (198, '2');
  g_autofree char *first = g_strconcat (one, "\r\n", NULL);
  g_autofree char *second = g_strconcat (two, "\r\n", NULL);
  g_autofree char *expected = NULL;
  GBytes *messages[] = { g_bytes_new (first, 120), g_bytes_new (second, 200) };

  expected = g_strdup_printf ("+OK POP3 server ready\r\n"
                              "+OK now the password\r\n"
                              "+OK maildrop has 2 messages (320 octets)\r\n"
                              "+OK 2 320\r\n"
                              "+OK 2 messages (320 octets)\r\n1 120\r\n2 200\r\n.\r\n"
                              "+OK 120 octets\r\n%s.\r\n+OK message 1 deleted\r\n"
                              "+OK 200 octets\r\n%s.\r\n+OK message 2 deleted\r\n"
                              "+OK dewey POP3 server signing off (maildrop empty)\r\n",
                              first, second);
  for (gsize chunk = 1; chunk <= strlen (client); chunk++)
    {
      Pop3ServerConfig config = { "dewey", "POP3 server ready", POP3_CAPABILITIES_ALL,
                                  POP3_PROFILE_STRICT, 0 };
      Pop3Owner owner;

      pop3_owner_init (&owner, &config, messages, 2);
      pop3_owner_receive_chunked (&owner, client, strlen (client), chunk);
      assert_text (owner.sent, expected);
      g_assert_true (g_str_has_suffix (owner.events->str, "UPDATE 0 1; "));
      pop3_owner_clear (&owner);
    }
  g_bytes_unref (messages[0]);
  g_bytes_unref (messages[1]);
}

static const Pop3ServerConfig complete = {
  "b.example",
  NULL,
  POP3_CAPABILITIES_ALL | POP3_CAPABILITY_STLS | POP3_CAPABILITY_APOP,
  POP3_PROFILE_COMMON,
  0,
  .mechanisms_in_clear = SASL_MECHANISM_PLAIN,
  .random = pop3_owner_draw,
};

static const struct
{
  Pop3State state;
  const char *to_reach;
} states[] = {
  { POP3_STATE_AUTHORIZATION, "" },
  { POP3_STATE_PASSWORD, "USER mrose\r\n" },
  { POP3_STATE_TRANSACTION, LOGIN },
};

/* Returns: (nullable): the row for the verb in the state. */
static const Pop3ServerRule *
find_rule (Pop3Verb verb, Pop3State state)
{
  const Pop3ServerRule *rule;

  for (guint i = 0; (rule = pop3_server_get_rule (i)) != NULL; i++)
    if (rule->verb == verb && (rule->legal & state))
      return rule;
  return NULL;
}

/* Returns: what APOP takes, after the greeting. Static. */
static const char *
apop_arguments (const Pop3Owner *owner)
{
  static char arguments[100];
  g_autofree char *greeting = g_strndup ((const char *) owner->sent->data, owner->sent->len);
  g_autofree char *timestamp = pop3_apop_find_timestamp (greeting);
  g_autofree char *digest = pop3_apop_digest (timestamp, "tan staaf");

  g_snprintf (arguments, sizeof arguments, " mrose %s", digest);
  return arguments;
}

static void
check_verb_in_state (Pop3Verb verb, const char *arguments, guint s)
{
  const Pop3ServerRule *rule = find_rule (verb, states[s].state);
  g_autofree char *line = NULL;
  GBytes **messages = make_maildrop ();
  Pop3State expected = states[s].state;
  Pop3Owner owner;
  guint before;

  pop3_owner_init (&owner, &complete, messages, G_N_ELEMENTS (maildrop));
  pop3_owner_run (&owner);
  if (verb == POP3_VERB_APOP)
    arguments = apop_arguments (&owner);
  line = g_strdup_printf ("%s%s\r\n", pop3_verb_get_keyword (verb), arguments);
  pop3_owner_receive_chunked (&owner, states[s].to_reach, strlen (states[s].to_reach), 7);
  pop3_owner_run (&owner);
  g_assert_cmpint (pop3_server_get_state (owner.server), ==, states[s].state);
  before = owner.sent->len;
  pop3_owner_receive_chunked (&owner, line, strlen (line), 3);
  g_assert_cmpuint (owner.sent->len, >, before);
  g_assert_cmpint (owner.sent->data[before], ==, rule != NULL ? '+' : '-');
  if (rule != NULL && rule->next != 0)
    expected = rule->next == POP3_STATE_UPDATE ? POP3_STATE_CLOSED : rule->next;
  g_assert_cmpint (pop3_server_get_state (owner.server), ==, expected);
  pop3_owner_clear (&owner);
  free_maildrop (messages);
}

static void
test_every_verb_in_every_state (void)
{
  static const char *const arguments[POP3_N_VERBS] = {
    [POP3_VERB_USER] = " mrose",
    [POP3_VERB_PASS] = " tan staaf",
    [POP3_VERB_RETR] = " 1",
    [POP3_VERB_DELE] = " 1",
    [POP3_VERB_TOP] = " 1 1",
    [POP3_VERB_LANG] = " de",
    [POP3_VERB_AUTH] = " PLAIN AG1yb3NlAHRhbiBzdGFhZg==",
  };

  for (guint verb = POP3_VERB_UNKNOWN + 1; verb < POP3_N_VERBS; verb++)
    for (guint s = 0; s < G_N_ELEMENTS (states); s++)
      check_verb_in_state (verb, arguments[verb] != NULL ? arguments[verb] : "", s);
}

/* An event that asks holds back everything behind it, and the clock. */
static void
test_questions_pause (void)
{
  g_autoptr (Pop3Server) server = pop3_server_new (&common, 0);
  const char *client = LOGIN "STAT\r\nRETR 1\r\nNOOP\r\nQUIT\r\nSTAT\r\n";
  const char *responses = GREETING "+OK now the password\r\n"
                                   "+OK maildrop has 1 message (0 octets)\r\n"
                                   "+OK 1 0\r\n-ERR message 1 can't be read\r\n+OK\r\n"
                                   "-ERR some deleted messages not removed\r\n";
  const char *text;
  gsize length;
  Pop3MaildropItem item = { 0, "u" };
  Pop3ServerEvent event;
  g_autoptr (GBytes) output = NULL;

  pop3_server_receive (server, (const guint8 *) client, strlen (client), 5);
  g_assert_true (pop3_server_next_event (server, &event));
  g_assert_cmpint (event.kind, ==, POP3_SERVER_EVENT_LOGIN);
  g_assert_false (pop3_server_next_event (server, &event));
  g_assert_cmpint (pop3_server_get_deadline (server), ==, G_MAXINT64);
  pop3_server_accept_login (server, &item, 1);
  g_assert_cmpint (pop3_server_get_deadline (server), ==, 5 + POP3_SERVER_AUTOLOGOUT_US);
  g_assert_true (pop3_server_next_event (server, &event));
  g_assert_cmpint (event.kind, ==, POP3_SERVER_EVENT_MESSAGE);
  pop3_server_give_message (server, NULL);
  g_assert_true (pop3_server_next_event (server, &event));
  g_assert_cmpint (event.kind, ==, POP3_SERVER_EVENT_UPDATE);
  g_assert_cmpint (pop3_server_get_state (server), ==, POP3_STATE_UPDATE);
  g_assert_false (pop3_server_is_done (server));
  pop3_server_finish_update (server, FALSE);
  g_assert_true (pop3_server_is_done (server));
  g_assert_false (pop3_server_next_event (server, &event));
  output = pop3_server_take_output (server);
  text = g_bytes_get_data (output, &length);
  g_assert_cmpmem (text, length, responses, strlen (responses));
}

static void
test_autologout (void)
{
  g_autoptr (Pop3Server) server = pop3_server_new (&common, 1000);
  Pop3ServerEvent event;
  gint64 deadline;
  g_autoptr (GBytes) greeting = NULL;
  g_autoptr (GBytes) silence = NULL;

  g_test_summary ("Ten minutes from the last command, bytes without a line end do not count.");
  pop3_server_receive (server, (const guint8 *) "NOOP\r\n", 6, 2000);
  g_assert_false (pop3_server_next_event (server, &event));
  pop3_server_receive (server, (const guint8 *) "NO", 2, 3000);
  g_assert_false (pop3_server_next_event (server, &event));
  deadline = pop3_server_get_deadline (server);
  g_assert_cmpint (deadline, ==, 2000 + G_GINT64_CONSTANT (600000000));
  greeting = pop3_server_take_output (server);
  pop3_server_expire (server, deadline - 1);
  g_assert_false (pop3_server_next_event (server, &event));
  pop3_server_expire (server, deadline);
  g_assert_true (pop3_server_next_event (server, &event));
  g_assert_cmpint (event.kind, ==, POP3_SERVER_EVENT_LOST);
  g_assert_cmpstr (event.text, ==, "autologout");
  g_assert_false (pop3_server_next_event (server, &event));
  g_assert_true (pop3_server_is_done (server));
  silence = pop3_server_take_output (server);
  g_assert_cmpuint (g_bytes_get_size (silence), ==, 0);
}

static void
test_lost (void)
{
  GBytes **messages = make_maildrop ();
  Pop3Owner owner;

  g_test_summary ("What came before the connection ended still counts; without QUIT nothing goes.");
  pop3_owner_init (&owner, &common, messages, G_N_ELEMENTS (maildrop));
  pop3_server_receive (owner.server, (const guint8 *) LOGIN "DELE 1\r\nQU",
                       strlen (LOGIN "DELE 1\r\nQU"), 0);
  pop3_server_receive_end (owner.server);
  pop3_owner_run (&owner);
  g_assert_cmpstr (owner.events->str, ==, LOGIN_EVENT "LOST the connection ended without QUIT; ");
  pop3_owner_clear (&owner);

  pop3_owner_init (&owner, &common, messages, G_N_ELEMENTS (maildrop));
  pop3_server_receive (owner.server, (const guint8 *) LOGIN "DELE 1\r\nQUIT\r\n",
                       strlen (LOGIN "DELE 1\r\nQUIT\r\n"), 0);
  pop3_server_receive_end (owner.server);
  pop3_owner_run (&owner);
  g_assert_cmpstr (owner.events->str, ==, LOGIN_EVENT "UPDATE 0; ");
  pop3_owner_clear (&owner);
  free_maildrop (messages);
}

static void
test_long_line (void)
{
  const gsize length = 10 * 1000 * 1000;
  g_autofree guint8 *line = g_malloc (length);
  Pop3Owner owner;

  memset (line, 'x', length);
  pop3_owner_init (&owner, &common, NULL, 0);
  for (gsize i = 0; i < length; i += 65536)
    {
      pop3_server_receive (owner.server, line + i, MIN (65536, length - i), 0);
      pop3_owner_run (&owner);
    }
  pop3_owner_receive (&owner, (const guint8 *) "\r\nNOOP\r\n", 8);
  assert_text (owner.sent, GREETING "-ERR command line longer than 255 octets\r\n"
                                    "-ERR NOOP may not be given in the state AUTHORIZATION\r\n");
  g_assert_cmpuint (owner.heard->len, ==, 255 + strlen ("NOOP\r\n"));
  pop3_owner_clear (&owner);
}

static void
test_line_limit (void)
{
  g_autofree char *pass = g_strnfill (POP3_COMMAND_BYTES_MAX - strlen ("PASS \r\n"), 'p');
  g_autofree char *fits = g_strdup_printf ("USER a\r\nPASS %s\r\n", pass);
  g_autofree char *over = g_strdup_printf ("USER a\r\nPASS %sp\r\n", pass);
  Pop3Owner owner;

  pop3_owner_init (&owner, &common, NULL, 0);
  pop3_owner_receive (&owner, (const guint8 *) fits, strlen (fits));
  assert_text (owner.sent, GREETING "+OK now the password\r\n-ERR invalid password\r\n");
  pop3_owner_receive (&owner, (const guint8 *) over, strlen (over));
  assert_text (owner.sent, GREETING "+OK now the password\r\n-ERR invalid password\r\n"
                                    "+OK now the password\r\n"
                                    "-ERR command line longer than 255 octets\r\n");
  pop3_owner_clear (&owner);
}

static void
test_nul_bytes (void)
{
  static const char client[] = "USER a\0b\r\n\0\0\0\r\nUSER a\r\nPASS x\0y\r\nNO\0OP\r\n";
  Pop3Owner owner;

  pop3_owner_init (&owner, &common, NULL, 0);
  pop3_owner_receive_chunked (&owner, client, sizeof client - 1, 4);
  assert_text (owner.sent, GREETING "-ERR usage: USER name\r\n-ERR unknown command\r\n"
                                    "+OK now the password\r\n-ERR usage: PASS string\r\n"
                                    "-ERR unknown command\r\n");
  g_assert_cmpstr (owner.events->str, ==, "");
  pop3_owner_clear (&owner);
}

static void
test_login_timeout (void)
{
  Pop3Owner owner;

  g_test_summary ("Who talks for long without logging in is told with the next command.");
  pop3_owner_init (&owner, &common, NULL, 0);
  pop3_server_receive (owner.server, (const guint8 *) "LANG *\r\n", 8,
                       POP3_SERVER_LOGIN_TIMEOUT_US - 1);
  pop3_owner_run (&owner);
  g_assert_false (pop3_server_is_done (owner.server));
  pop3_server_receive (owner.server, (const guint8 *) "LANG *\r\n", 8,
                       POP3_SERVER_LOGIN_TIMEOUT_US + 1);
  pop3_owner_run (&owner);
  assert_text (owner.sent,
               GREETING "+OK en language changed\r\n-ERR no login in time, closing\r\n");
  g_assert_cmpstr (owner.events->str, ==, "LOST no login in time; ");
  pop3_owner_clear (&owner);
}

static void
test_room (void)
{
  const gsize size = 300 * 1000;
  GBytes *message = g_bytes_new_take (g_strnfill (size, 'x'), size);
  GString *client = g_string_new (LOGIN);
  Pop3Owner owner;
  guint n_rounds = 0;

  g_test_summary ("However much is asked for at once, little more than the limit waits.");
  for (guint i = 0; i < 100; i++)
    g_string_append (client, "RETR 1\r\n");
  g_string_append (client, "QUIT\r\n");
  pop3_owner_init (&owner, &common, &message, 1);
  pop3_server_receive (owner.server, (const guint8 *) client->str, client->len, 0);
  do
    {
      guint before = owner.sent->len;

      pop3_owner_run (&owner);
      g_assert_cmpuint (owner.sent->len - before, <, POP3_SERVER_OUTPUT_BYTES_MAX + size + 100);
      n_rounds++;
    }
  while (pop3_server_is_waiting_for_room (owner.server));
  g_assert_cmpuint (n_rounds, >, 20);
  g_assert_cmpuint (owner.sent->len, >, 100 * size);
  g_assert_true (g_str_has_suffix (owner.events->str, "MESSAGE 0; UPDATE; "));
  g_assert_true (pop3_server_is_done (owner.server));
  pop3_owner_clear (&owner);
  g_string_free (client, TRUE);
  g_bytes_unref (message);
}

static void
test_internationalized (void)
{
  const char *texts[] = { "Subject: gr\xc3\xbc\xc3\x9f\r\n\r\na\r\n",
                          "Subject: \xfc\r\n\r\n\xc3\xbc\r\n" };
  const char *client = LOGIN "RETR 1\r\nTOP 1 0\r\nLIST 1\r\nRETR 2\r\n";
  const char *utf8_client = "UTF8\r\n" LOGIN "RETR 1\r\n";
  GBytes *messages[2];
  Pop3Owner owner;

  g_test_summary ("A header in UTF-8 is for clients that said UTF8; other octets are for all.");
  for (guint i = 0; i < 2; i++)
    messages[i] = g_bytes_new_static (texts[i], strlen (texts[i]));
  pop3_owner_init (&owner, &common, messages, 2);
  pop3_owner_receive_chunked (&owner, client, strlen (client), 5);
  assert_text (owner.sent,
               GREETING "+OK now the password\r\n+OK maildrop has 2 messages (40 octets)\r\n"
                        "-ERR [UTF8] message 1 needs a client that has said UTF8\r\n"
                        "-ERR [UTF8] message 1 needs a client that has said UTF8\r\n+OK 1 22\r\n"
                        "+OK 18 octets\r\nSubject: \xfc\r\n\r\n\xc3\xbc\r\n.\r\n");
  pop3_owner_clear (&owner);
  pop3_owner_init (&owner, &common, messages, 2);
  pop3_owner_receive_chunked (&owner, utf8_client, strlen (utf8_client), 5);
  g_assert_true (g_str_has_suffix (
      (g_byte_array_append (owner.sent, (const guint8 *) "", 1), (const char *) owner.sent->data),
      "+OK 22 octets\r\nSubject: gr\xc3\xbc\xc3\x9f\r\n\r\na\r\n.\r\n"));
  pop3_owner_clear (&owner);
  g_bytes_unref (messages[0]);
  g_bytes_unref (messages[1]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/pop3/server/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_responses);
    }
  g_test_add_func ("/pop3/server/stls", test_stls);
  g_test_add_func ("/pop3/server/rfc-1939-section-10", test_rfc_example);
  g_test_add_func ("/pop3/server/every-verb-in-every-state", test_every_verb_in_every_state);
  g_test_add_func ("/pop3/server/questions-pause", test_questions_pause);
  g_test_add_func ("/pop3/server/autologout", test_autologout);
  g_test_add_func ("/pop3/server/lost", test_lost);
  g_test_add_func ("/pop3/server/long-line", test_long_line);
  g_test_add_func ("/pop3/server/line-limit", test_line_limit);
  g_test_add_func ("/pop3/server/nul-bytes", test_nul_bytes);
  g_test_add_func ("/pop3/server/login-timeout", test_login_timeout);
  g_test_add_func ("/pop3/server/room", test_room);
  g_test_add_func ("/pop3/server/internationalized", test_internationalized);
  return g_test_run ();
}
