/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sasl-owner.h"

#include <string.h>

/* What servers send, right and wrong, and all that the client then does. */

typedef struct
{
  const char   *name;
  SaslMechanism mechanism;
  guint         n_iterations_min;
  const char   *server; /* messages, a line each: "+" a challenge, "ok", "ok+" with data, "no" */
  const char   *log;    /* in which "*" says that the client has to cancel */
} Case;

#define SHA_1 SASL_MECHANISM_SCRAM_SHA_1
#define FIRST "C: n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL\n"
#define NONCE "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j"
#define SERVER_FIRST "+" NONCE ",s=QSXCR+Q6sek8bf92,i=4096\n"
#define FINAL "C: c=biws," NONCE ",p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=\n"
#define VERIFIER "v=rmF9pqV8S7suAoZWja4dJRkFsKQ="

static const Case cases[] = {
  { "plain", SASL_MECHANISM_PLAIN, 0, "ok", "C: ~user~pencil\ndone\n" },
  { "plain-refused", SASL_MECHANISM_PLAIN, 0, "no", "C: ~user~pencil\nfailed refused\n" },
  { "plain-challenged", SASL_MECHANISM_PLAIN, 0, "+x", "C: ~user~pencil\nfailed unexpected *\n" },
  { "plain-data-with-success", SASL_MECHANISM_PLAIN, 0, "ok+x",
    "C: ~user~pencil\nfailed unexpected\n" },
  { "login", SASL_MECHANISM_LOGIN, 0, "+User Name\n+\nok", "C: user\nC: pencil\ndone\n" },
  { "login-success-too-early", SASL_MECHANISM_LOGIN, 0, "+Username:\nok",
    "C: user\nfailed unexpected\n" },
  { "login-success-at-once", SASL_MECHANISM_LOGIN, 0, "ok", "failed unexpected\n" },
  { "login-third-challenge", SASL_MECHANISM_LOGIN, 0, "+\n+\n+\n",
    "C: user\nC: pencil\nfailed unexpected *\n" },
  { "cram-any-challenge", SASL_MECHANISM_CRAM_MD5, 0, "+\nok",
    "C: user 71243ff576c714339ed3418500dada21\ndone\n" },
  { "cram-success-at-once", SASL_MECHANISM_CRAM_MD5, 0, "ok", "failed unexpected\n" },
  { "external", SASL_MECHANISM_EXTERNAL, 0, "ok", "C: \ndone\n" },
  { "anonymous", SASL_MECHANISM_ANONYMOUS, 0, "ok", "C: guest\ndone\n" },
  { "oauth", SASL_MECHANISM_OAUTHBEARER, 0, "ok", "C: n,,^auth=Bearer a.b==^^\ndone\n" },
  { "oauth-refused-at-once", SASL_MECHANISM_OAUTHBEARER, 0, "no",
    "C: n,,^auth=Bearer a.b==^^\nfailed refused\n" },
  { "oauth-error", SASL_MECHANISM_OAUTHBEARER, 0, "+{ \"scope\" : \"x\", \"status\":\"400\" }\nno",
    "C: n,,^auth=Bearer a.b==^^\nC: ^\nfailed refused: 400\n" },
  { "oauth-success-after-error", SASL_MECHANISM_OAUTHBEARER, 0, "+{\"status\":\"400\"}\nok",
    "C: n,,^auth=Bearer a.b==^^\nC: ^\nfailed refused: 400\n" },
  { "oauth-error-not-json", SASL_MECHANISM_OAUTHBEARER, 0, "+oops\nno",
    "C: n,,^auth=Bearer a.b==^^\nC: ^\nfailed refused\n" },

  { "scram", SHA_1, 0, SERVER_FIRST "+" VERIFIER "\nok", FIRST FINAL "C: \ndone\n" },
  { "scram-data-with-success", SHA_1, 0, SERVER_FIRST "ok+" VERIFIER, FIRST FINAL "done\n" },
  { "scram-extensions-ignored", SHA_1, 0, SERVER_FIRST "ok+" VERIFIER ",x=y",
    FIRST FINAL "done\n" },
  { "scram-data-twice", SHA_1, 0, SERVER_FIRST "+" VERIFIER "\nok+" VERIFIER,
    FIRST FINAL "C: \nfailed unexpected\n" },
  { "scram-not-proved", SHA_1, 0, SERVER_FIRST "ok", FIRST FINAL "failed signature\n" },
  { "scram-success-at-once", SHA_1, 0, "ok", FIRST "failed signature\n" },
  { "scram-verifier-at-once", SHA_1, 0, "ok+" VERIFIER, FIRST "failed signature\n" },
  { "scram-wrong-signature", SHA_1, 0, SERVER_FIRST "+v=rmF9pqV8S7suAoZWja4dJRkFsKU=\n",
    FIRST FINAL "failed signature *\n" },
  { "scram-wrong-signature-with-success", SHA_1, 0,
    SERVER_FIRST "ok+v=rmF9pqV8S7suAoZWja4dJRkFsKU=", FIRST FINAL "failed signature\n" },
  { "scram-short-signature", SHA_1, 0, SERVER_FIRST "ok+v=rmF9",
    FIRST FINAL "failed signature\n" },
  { "scram-error", SHA_1, 0, SERVER_FIRST "+e=invalid-proof\nno",
    FIRST FINAL "C: \nfailed refused: invalid-proof\n" },
  { "scram-error-with-success", SHA_1, 0, SERVER_FIRST "ok+e=other-error",
    FIRST FINAL "failed refused: other-error\n" },
  { "scram-success-after-error", SHA_1, 0, SERVER_FIRST "+e=other-error\nok",
    FIRST FINAL "C: \nfailed refused: other-error\n" },
  { "scram-refused", SHA_1, 0, SERVER_FIRST "no", FIRST FINAL "failed refused\n" },
  { "scram-final-malformed", SHA_1, 0, SERVER_FIRST "+x", FIRST FINAL "failed malformed *\n" },
  { "scram-final-not-base64", SHA_1, 0, SERVER_FIRST "+v=rmF9p",
    FIRST FINAL "failed malformed *\n" },
  { "scram-final-mandatory", SHA_1, 0, SERVER_FIRST "+" VERIFIER ",m=x",
    FIRST FINAL "failed extension *\n" },
  { "scram-first-again", SHA_1, 0, SERVER_FIRST SERVER_FIRST, FIRST FINAL "failed malformed *\n" },

  { "nonce-other", SHA_1, 0, "+r=Fyko+d2lbbFgONRv9qkxdawL3rf,s=QSXC,i=4096",
    FIRST "failed nonce *\n" },
  { "nonce-only-ours", SHA_1, 0, "+r=fyko+d2lbbFgONRv9qkxdawL,s=QSXC,i=4096",
    FIRST "failed nonce *\n" },
  { "nonce-cut", SHA_1, 0, "+r=fyko,s=QSXC,i=4096", FIRST "failed nonce *\n" },
  { "nonce-missing", SHA_1, 0, "+s=QSXC,i=4096", FIRST "failed malformed *\n" },
  { "salt-missing", SHA_1, 0, "+" NONCE ",i=4096", FIRST "failed malformed *\n" },
  { "salt-empty", SHA_1, 0, "+" NONCE ",s=,i=4096", FIRST "failed malformed *\n" },
  { "salt-not-base64", SHA_1, 0, "+" NONCE ",s=QSX,i=4096", FIRST "failed malformed *\n" },
  { "count-missing", SHA_1, 0, "+" NONCE ",s=QSXC", FIRST "failed malformed *\n" },
  { "count-zero", SHA_1, 0, "+" NONCE ",s=QSXC,i=0", FIRST "failed malformed *\n" },
  { "count-negative", SHA_1, 0, "+" NONCE ",s=QSXC,i=-1", FIRST "failed malformed *\n" },
  { "count-leading-zero", SHA_1, 0, "+" NONCE ",s=QSXC,i=04096", FIRST "failed malformed *\n" },
  { "count-low", SHA_1, 0, "+" NONCE ",s=QSXC,i=4095", FIRST "failed iterations *\n" },
  { "count-high", SHA_1, 0, "+" NONCE ",s=QSXC,i=600001", FIRST "failed iterations *\n" },
  { "count-past-32-bits", SHA_1, 0, "+" NONCE ",s=QSXC,i=4294971392",
    FIRST "failed iterations *\n" },
  { "count-past-64-bits", SHA_1, 0, "+" NONCE ",s=QSXC,i=18446744073709555712",
    FIRST "failed iterations *\n" },
  { "count-endless", SHA_1, 0, "+" NONCE ",s=QSXC,i=99999999999999999999999999999999",
    FIRST "failed iterations *\n" },
  { "count-low-by-choice", SHA_1, 1, "+" NONCE ",s=QSXCR+Q6sek8bf92,i=1\nno",
    FIRST "C: c=biws," NONCE ",p=oOYHM9v6xY2rjZbx0JQ45hHFv6E=\nfailed refused\n" },
  { "first-mandatory", SHA_1, 0, "+m=x," NONCE ",s=QSXC,i=4096", FIRST "failed extension *\n" },
  { "first-mandatory-last", SHA_1, 0, "+" NONCE ",s=QSXC,i=4096,m=x",
    FIRST "failed extension *\n" },
  { "first-empty", SHA_1, 0, "+", FIRST "failed malformed *\n" },
  { "first-nul", SHA_1, 0, "+" NONCE "~,s=QSXC,i=4096", FIRST "failed malformed *\n" },
};

static SaslClient *
make_client (SaslMechanism mechanism, const char *authcid, const char *password, guint min)
{
  SaslClientConfig config = {
    .mechanism = mechanism,
    .random = owner_random,
    .authcid = authcid,
    .password = password,
    .token = "a.b==",
    .trace = "guest",
    .n_iterations_min = min,
    .nonce = "fyko+d2lbbFgONRv9qkxdawL",
  };

  return sasl_client_new (&config);
}

static void
feed (SaslClient *client, const char *line)
{
  gsize              length;
  g_autofree guint8 *exact =
      owner_to_octets (g_str_has_prefix (line, "ok+") ? line + 3 : line + 1, &length);

  if (*line == '+')
    sasl_client_receive (client, exact, length);
  else if (g_str_has_prefix (line, "ok+"))
    sasl_client_succeed (client, exact, length);
  else if (strcmp (line, "ok") == 0)
    sasl_client_succeed (client, NULL, 0);
  else if (strcmp (line, "no") == 0)
    sasl_client_refuse (client);
}

static void
test_challenges (gconstpointer data)
{
  const Case *c = data;
  g_autoptr (SaslClient) client =
      make_client (c->mechanism, "user", "pencil", c->n_iterations_min);
  g_autoptr (GString) log = g_string_new (NULL);
  g_auto (GStrv) lines = g_strsplit (c->server, "\n", -1);

  sasl_client_start (client);
  owner_run_client (client, log);
  for (guint i = 0; lines[i] != NULL; i++)
    if (*lines[i] != '\0')
      {
        feed (client, lines[i]);
        owner_run_client (client, log);
      }
  g_assert_cmpstr (log->str, ==, c->log);
}

/* Without an initial response the first challenge has to be empty. */
static void
test_late_start (void)
{
  g_autoptr (SaslClient) client = make_client (SASL_MECHANISM_PLAIN, "a", "b", 0);
  g_autoptr (SaslClient) other = make_client (SASL_MECHANISM_PLAIN, "a", "b", 0);
  g_autoptr (GString) log = g_string_new (NULL);

  sasl_client_receive (client, NULL, 0);
  owner_run_client (client, log);
  sasl_client_receive (other, (const guint8 *) "x", 1);
  owner_run_client (other, log);
  g_assert_cmpstr (log->str, ==, "C: ~a~b\nfailed unexpected *\n");
}

/* What can't be sent isn't: names and passwords that are empty, no UTF-8, or prohibited. */
static void
test_unsendable (void)
{
  static const struct
  {
    SaslMechanism mechanism;
    const char   *authcid, *password, *log;
  } unsendable[] = {
    { SASL_MECHANISM_PLAIN, "", "x", "failed encoding\n" },
    { SASL_MECHANISM_PLAIN, "x", "", "failed encoding\n" },
    { SASL_MECHANISM_PLAIN, "x", "\xff", "failed encoding\n" },
    { SASL_MECHANISM_LOGIN, "", "x", "failed encoding *\n" },
    { SASL_MECHANISM_LOGIN, "x", "", "C: x\nfailed encoding *\n" },
    { SASL_MECHANISM_CRAM_MD5, "", "x", "failed encoding *\n" },
    { SASL_MECHANISM_CRAM_MD5, "\xff", "x", "failed encoding *\n" },
    { SHA_1, "", "x", "failed encoding\n" },
    { SHA_1, "\xc2\xad", "x", "failed encoding\n" },
    { SHA_1, "a\x07", "x", "failed encoding\n" },
    { SHA_1, "\xff", "x", "failed encoding\n" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (unsendable); i++)
    {
      g_autoptr (SaslClient) client = make_client (unsendable[i].mechanism, unsendable[i].authcid,
                                                   unsendable[i].password, 0);
      g_autoptr (GString) log = g_string_new (NULL);

      sasl_client_start (client);
      owner_run_client (client, log);
      for (guint turn = 0; turn < 2; turn++)
        {
          sasl_client_receive (client, (const guint8 *) "x", 1);
          owner_run_client (client, log);
        }
      g_assert_cmpstr (log->str, ==, unsendable[i].log);
    }
}

/* A password that can't be prepared is found out only when it is hashed. */
static void
test_unpreparable_password (void)
{
  g_autoptr (SaslClient) client = make_client (SHA_1, "user", "a\x07", 0);
  g_autoptr (GString) log = g_string_new (NULL);

  sasl_client_start (client);
  owner_run_client (client, log);
  feed (client, "+" NONCE ",s=QSXCR+Q6sek8bf92,i=4096");
  owner_run_client (client, log);
  g_assert_cmpstr (log->str, ==, FIRST "failed encoding *\n");
}

static void
test_too_long (void)
{
  g_autoptr (SaslClient) client = make_client (SASL_MECHANISM_CRAM_MD5, "user", "pencil", 0);
  g_autofree guint8 *data = g_malloc0 (SASL_MESSAGE_BYTES_MAX + 1);
  g_autoptr (GString) log = g_string_new (NULL);

  sasl_client_receive (client, data, SASL_MESSAGE_BYTES_MAX + 1);
  owner_run_client (client, log);
  g_assert_cmpstr (log->str, ==, "failed too-long *\n");
}

static void
test_bad_token (void)
{
  static const char *const tokens[] = { "a b", "a\001", "=", "\xc3\xb6" };

  for (guint i = 0; i < G_N_ELEMENTS (tokens); i++)
    {
      SaslClientConfig config = { .mechanism = SASL_MECHANISM_OAUTHBEARER, .token = tokens[i] };
      g_autoptr (SaslClient) client = sasl_client_new (&config);
      g_autoptr (GString) log = g_string_new (NULL);

      sasl_client_start (client);
      owner_run_client (client, log);
      g_assert_cmpstr (log->str, ==, "failed encoding\n");
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/sasl/client/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_challenges);
    }
  g_test_add_func ("/sasl/client/late-start", test_late_start);
  g_test_add_func ("/sasl/client/unsendable", test_unsendable);
  g_test_add_func ("/sasl/client/unpreparable-password", test_unpreparable_password);
  g_test_add_func ("/sasl/client/too-long", test_too_long);
  g_test_add_func ("/sasl/client/bad-token", test_bad_token);
  return g_test_run ();
}
