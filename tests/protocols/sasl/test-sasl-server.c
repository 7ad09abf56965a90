/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sasl-owner.h"

#include <string.h>

/* What clients send, right and wrong, and all that the server then does. */

typedef enum
{
  BINDS = 1 << 0,        /* offers -PLUS, with tls-exporter and tls-unique */
  SENDS_ERRORS = 1 << 1, /* "e=" */
  WITH_SUCCESS = 1 << 2, /* data beside the success */
  NO_EXTERNAL = 1 << 3,
} Flags;

typedef struct
{
  const char   *name;
  SaslMechanism mechanism;
  guint         flags;
  const char   *client; /* messages, a line each; the first is initial, "-" for none; "*" cancels */
  const char   *log;
} Case;

#define SHA_1 SASL_MECHANISM_SCRAM_SHA_1
#define SHA_1_PLUS SASL_MECHANISM_SCRAM_SHA_1_PLUS
#define FIRST "n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL\n"
#define NONCE "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j"
#define SERVER_FIRST "S: " NONCE ",s=QSXCR+Q6sek8bf92,i=4096\n"
#define PROOF ",p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts="

static const Case cases[] = {
  { "plain-initial", SASL_MECHANISM_PLAIN, 0, "~user~pencil", "done user\n" },
  { "plain-empty-authcid", SASL_MECHANISM_PLAIN, 0, "~~pencil", "failed malformed\n" },
  { "plain-empty-password", SASL_MECHANISM_PLAIN, 0, "~user~", "failed malformed\n" },
  { "plain-one-nul", SASL_MECHANISM_PLAIN, 0, "user~pencil", "failed malformed\n" },
  { "plain-three-nuls", SASL_MECHANISM_PLAIN, 0, "~user~pencil~", "failed malformed\n" },
  { "plain-nul-in-password", SASL_MECHANISM_PLAIN, 0, "~user~pen~cil", "failed malformed\n" },
  { "plain-nothing", SASL_MECHANISM_PLAIN, 0, "", "failed malformed\n" },
  { "plain-not-utf-8", SASL_MECHANISM_PLAIN, 0, "~us<ff>er~pencil", "failed encoding\n" },
  { "plain-overlong", SASL_MECHANISM_PLAIN, 0, "~us<c1><81>er~pencil", "failed encoding\n" },
  { "plain-surrogate", SASL_MECHANISM_PLAIN, 0, "~us<ed><a0><80>er~pencil", "failed encoding\n" },
  { "plain-cut-character", SASL_MECHANISM_PLAIN, 0, "~user~pencil<c3>", "failed encoding\n" },
  { "plain-control-in-name", SASL_MECHANISM_PLAIN, 0, "~us<07>er~pencil", "failed encoding\n" },
  { "plain-name-becomes-empty", SASL_MECHANISM_PLAIN, 0, "~<c2><ad>~pencil", "failed encoding\n" },
  { "plain-password-becomes-empty", SASL_MECHANISM_PLAIN, 0, "~user~<c2><ad>",
    "failed encoding\n" },
  { "plain-authzid-becomes-empty", SASL_MECHANISM_PLAIN, 0, "<c2><ad>~user~pencil",
    "failed encoding\n" },
  { "plain-soft-hyphen", SASL_MECHANISM_PLAIN, 0, "~us<c2><ad>er~pencil", "done user\n" },
  { "plain-unknown-user", SASL_MECHANISM_PLAIN, 0, "~nobody~pencil", "failed credentials\n" },
  { "plain-busy", SASL_MECHANISM_PLAIN, 0, "~busy~pencil", "failed unavailable\n" },
  { "plain-twice", SASL_MECHANISM_PLAIN, 0, "~user~pencil\n~user~pencil", "done user\n" },
  { "plain-cancelled", SASL_MECHANISM_PLAIN, 0, "-\n*", "S: \nfailed cancelled\n" },

  { "login-initial", SASL_MECHANISM_LOGIN, 0, "tim\ntanstaaftanstaaf",
    "S: Password:\ndone tim\n" },
  { "login-empty-name", SASL_MECHANISM_LOGIN, 0, "-\n\n", "S: Username:\nfailed encoding\n" },
  { "login-empty-password", SASL_MECHANISM_LOGIN, 0, "tim\n\n", "S: Password:\nfailed encoding\n" },
  { "login-nul", SASL_MECHANISM_LOGIN, 0, "ti~m\n", "failed malformed\n" },
  { "login-not-utf-8", SASL_MECHANISM_LOGIN, 0, "tim\nx<80>", "S: Password:\nfailed encoding\n" },
  { "login-cancelled", SASL_MECHANISM_LOGIN, 0, "tim\n*", "S: Password:\nfailed cancelled\n" },

  { "cram-initial", SASL_MECHANISM_CRAM_MD5, 0, "tim b913a602c7eda7a495b4e6e7334d3890",
    "failed unexpected\n" },
  { "cram-no-digest", SASL_MECHANISM_CRAM_MD5, 0, "-\ntim", "S: <1896.5@b.example>\n"
    "failed malformed\n" },
  { "cram-no-name", SASL_MECHANISM_CRAM_MD5, 0, "-\n b913a602c7eda7a495b4e6e7334d3890",
    "S: <1896.5@b.example>\nfailed encoding\n" },
  { "cram-short-digest", SASL_MECHANISM_CRAM_MD5, 0, "-\ntim b913a602c7eda7a495b4e6e7334d389",
    "S: <1896.5@b.example>\nfailed malformed\n" },
  { "cram-long-digest", SASL_MECHANISM_CRAM_MD5, 0, "-\ntim b913a602c7eda7a495b4e6e7334d38900",
    "S: <1896.5@b.example>\nfailed malformed\n" },
  { "cram-upper-case", SASL_MECHANISM_CRAM_MD5, 0, "-\ntim B913A602C7EDA7A495B4E6E7334D3890",
    "S: <1896.5@b.example>\nfailed malformed\n" },
  { "cram-other-challenge", SASL_MECHANISM_CRAM_MD5, 0, "-\ntim b913a602c7eda7a495b4e6e7334d3890",
    "S: <1896.5@b.example>\nfailed credentials\n" },
  { "cram-unknown-user", SASL_MECHANISM_CRAM_MD5, 0, "-\nx y b913a602c7eda7a495b4e6e7334d3890",
    "S: <1896.5@b.example>\nfailed credentials\n" },

  /* SCRAM, its first message */
  { "scram", SHA_1, 0, FIRST "c=biws," NONCE PROOF "\n\n",
    SERVER_FIRST "S: v=rmF9pqV8S7suAoZWja4dJRkFsKQ=\ndone user\n" },
  { "scram-data-with-success", SHA_1, WITH_SUCCESS, FIRST "c=biws," NONCE PROOF,
    SERVER_FIRST "done user with v=rmF9pqV8S7suAoZWja4dJRkFsKQ=\n" },
  { "scram-farewell-not-empty", SHA_1, 0, FIRST "c=biws," NONCE PROOF "\nx",
    SERVER_FIRST "S: v=rmF9pqV8S7suAoZWja4dJRkFsKQ=\nfailed unexpected\n" },
  { "scram-farewell-cancelled", SHA_1, 0, FIRST "c=biws," NONCE PROOF "\n*",
    SERVER_FIRST "S: v=rmF9pqV8S7suAoZWja4dJRkFsKQ=\nfailed cancelled\n" },
  { "scram-extensions-ignored", SHA_1, 0, "n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL,x=1,y==\n",
    SERVER_FIRST },
  { "scram-bad-flag", SHA_1, 0, "q,,n=user,r=x", "failed malformed\n" },
  { "scram-capital-flag", SHA_1, 0, "N,,n=user,r=x", "failed malformed\n" },
  { "scram-no-header", SHA_1, 0, "n=user,r=x", "failed malformed\n" },
  { "scram-half-header", SHA_1, 0, "n,n=user,r=x", "failed malformed\n" },
  { "scram-empty-authzid", SHA_1, 0, "n,a=,n=user,r=x", "failed malformed\n" },
  { "scram-p-without-type", SHA_1_PLUS, BINDS, "p,,n=user,r=x", "failed malformed\n" },
  { "scram-p-empty-type", SHA_1_PLUS, BINDS, "p=,,n=user,r=x", "failed malformed\n" },
  { "scram-empty-name", SHA_1, 0, "n,,n=,r=x", "failed malformed\n" },
  { "scram-bad-quote", SHA_1, 0, "n,,n=us=2cer,r=x", "failed malformed\n" },
  { "scram-lone-equals", SHA_1, 0, "n,,n=user=,r=x", "failed malformed\n" },
  { "scram-no-nonce", SHA_1, 0, "n,,n=user", "failed malformed\n" },
  { "scram-empty-nonce", SHA_1, 0, "n,,n=user,r=", "failed malformed\n" },
  { "scram-space-in-nonce", SHA_1, 0, "n,,n=user,r=x y", "failed malformed\n" },
  { "scram-wrong-order", SHA_1, 0, "n,,r=x,n=user", "failed malformed\n" },
  { "scram-nul-in-name", SHA_1, 0, "n,,n=us~er,r=x", "failed malformed\n" },
  { "scram-name-not-utf-8", SHA_1, 0, "n,,n=us<ff>er,r=x", "failed encoding\n" },
  { "scram-name-prohibited", SHA_1, 0, "n,,n=us^er,r=x", "failed encoding\n" },
  { "scram-empty-extension", SHA_1, 0, "n,,n=user,r=x,y=", "failed malformed\n" },
  { "scram-trailing-comma", SHA_1, 0, "n,,n=user,r=x,", "failed malformed\n" },
  { "scram-mandatory", SHA_1, 0, "n,,m=x,n=user,r=x", "failed extension\n" },
  { "scram-mandatory-strange", SHA_1, 0, "n,,m=x,q=1", "failed extension\n" },
  { "scram-mandatory-late", SHA_1, 0, "n,,n=user,r=x,m=y", "failed extension\n" },
  { "scram-nothing", SHA_1, 0, "", "failed malformed\n" },
  { "scram-busy", SHA_1, 0, "n,,n=busy,r=x", "failed unavailable\n" },
  { "scram-authzid-refused", SHA_1, WITH_SUCCESS,
    "n,a=root,n=user,r=fyko+d2lbbFgONRv9qkxdawL\n"
    "c=bixhPXJvb3Qs," NONCE ",p=Yk/yzC6pEtcuXbSQC6jhdELmyYo=",
    SERVER_FIRST "failed authorization\n" },

  /* Channel binding: flag, mechanism and offer against each other. */
  { "bind-y-not-offered", SHA_1, 0, "y,,n=user,r=fyko+d2lbbFgONRv9qkxdawL", SERVER_FIRST },
  { "bind-y-offered", SHA_1, BINDS, "y,,n=user,r=x", "failed downgrade\n" },
  { "bind-y-with-plus", SHA_1_PLUS, BINDS, "y,,n=user,r=x", "failed downgrade\n" },
  { "bind-n-offered", SHA_1, BINDS, FIRST, SERVER_FIRST },
  { "bind-n-with-plus", SHA_1_PLUS, BINDS, "n,,n=user,r=x", "failed no-binding\n" },
  { "bind-p-without-plus", SHA_1, BINDS, "p=tls-unique,,n=user,r=x", "failed no-binding\n" },
  { "bind-p-not-offered", SHA_1, 0, "p=tls-unique,,n=user,r=x", "failed no-binding\n" },
  { "bind-unknown-type", SHA_1_PLUS, BINDS, "p=tls-server-end-point,,n=user,r=x",
    "failed binding-type\n" },
  { "bind-type-is-case-sensitive", SHA_1_PLUS, BINDS, "p=TLS-unique,,n=user,r=x",
    "failed binding-type\n" },
  { "bind-second-type", SHA_1_PLUS, BINDS | WITH_SUCCESS,
    "p=tls-unique,,n=user,r=fyko+d2lbbFgONRv9qkxdawL\n"
    "c=cD10bHMtdW5pcXVlLCwAAQIDBAUGBwgJCgs=," NONCE ",p=ResgVA2w6fEFiwzXkrPSGTt/RSg=",
    SERVER_FIRST "done user with v=HKBeWjn99U5AvtgAjz6m1d81mhk=\n" },
  /* One octet of the channel differs: somebody is in the middle. */
  { "bind-other-channel", SHA_1_PLUS, BINDS,
    "p=tls-unique,,n=user,r=fyko+d2lbbFgONRv9qkxdawL\n"
    "c=cD10bHMtdW5pcXVlLCwAAQIDBAUGBwgJCgw=," NONCE ",p=ResgVA2w6fEFiwzXkrPSGTt/RSg=",
    SERVER_FIRST "failed binding\n" },
  { "bind-no-channel", SHA_1_PLUS, BINDS,
    "p=tls-unique,,n=user,r=fyko+d2lbbFgONRv9qkxdawL\n"
    "c=cD10bHMtdW5pcXVlLCw=," NONCE ",p=ResgVA2w6fEFiwzXkrPSGTt/RSg=",
    SERVER_FIRST "failed binding\n" },
  /* "n" was sent, "y" is repeated. */
  { "bind-other-header", SHA_1, 0, FIRST "c=eSws," NONCE PROOF, SERVER_FIRST "failed binding\n" },

  /* SCRAM, its final message */
  { "final-wrong-proof", SHA_1, 0, FIRST "c=biws," NONCE ",p=v0X8v3Bz2T0CJGbJQyF0X+HI4Tw=",
    SERVER_FIRST "failed credentials\n" },
  { "final-short-proof", SHA_1, 0, FIRST "c=biws," NONCE ",p=v0X8",
    SERVER_FIRST "failed credentials\n" },
  { "final-proof-not-base64", SHA_1, 0, FIRST "c=biws," NONCE ",p=v0X8v",
    SERVER_FIRST "failed malformed\n" },
  { "final-no-proof", SHA_1, 0, FIRST "c=biws," NONCE, SERVER_FIRST "failed malformed\n" },
  { "final-proof-not-last", SHA_1, 0, FIRST "c=biws," NONCE PROOF ",x=1",
    SERVER_FIRST "failed malformed\n" },
  { "final-no-binding", SHA_1, 0, FIRST NONCE PROOF, SERVER_FIRST "failed malformed\n" },
  { "final-only-our-nonce", SHA_1, 0, FIRST "c=biws,r=3rfcNHYJY1ZVvWVs7j" PROOF,
    SERVER_FIRST "failed nonce\n" },
  { "final-only-its-nonce", SHA_1, 0, FIRST "c=biws,r=fyko+d2lbbFgONRv9qkxdawL" PROOF,
    SERVER_FIRST "failed nonce\n" },
  { "final-longer-nonce", SHA_1, 0, FIRST "c=biws," NONCE "x" PROOF,
    SERVER_FIRST "failed nonce\n" },
  { "final-mandatory", SHA_1, 0, FIRST "c=biws," NONCE ",m=x" PROOF,
    SERVER_FIRST "failed extension\n" },
  { "final-mandatory-first", SHA_1, 0, FIRST "m=x,c=biws," NONCE PROOF,
    SERVER_FIRST "failed extension\n" },
  /* An extension is covered by the proof, so the proof without it is wrong. */
  { "final-extension", SHA_1, 0, FIRST "c=biws," NONCE ",x=y" PROOF,
    SERVER_FIRST "failed credentials\n" },
  { "final-empty", SHA_1, 0, FIRST "\n", SERVER_FIRST "failed malformed\n" },
  { "final-cancelled", SHA_1, 0, FIRST "*", SERVER_FIRST "failed cancelled\n" },
  /* Nobody is told that nobody has the name. */
  { "final-unknown-user", SHA_1, 0,
    "n,,n=nobody,r=fyko+d2lbbFgONRv9qkxdawL\nc=biws," NONCE PROOF,
    "S: " NONCE ",s=AQgPFh0kKzI5QEdOVVxjag==,i=4096\nfailed credentials\n" },

  { "errors-proof", SHA_1, SENDS_ERRORS,
    FIRST "c=biws," NONCE ",p=v0X8v3Bz2T0CJGbJQyF0X+HI4Tw=\n\n",
    SERVER_FIRST "S: e=invalid-proof\nfailed credentials\n" },
  { "errors-binding", SHA_1, SENDS_ERRORS, FIRST "c=eSws," NONCE PROOF "\n*",
    SERVER_FIRST "S: e=channel-bindings-dont-match\nfailed binding\n" },
  { "errors-downgrade", SHA_1, BINDS | SENDS_ERRORS, "y,,n=user,r=x\n\n",
    "S: e=server-does-support-channel-binding\nfailed downgrade\n" },
  { "errors-type", SHA_1_PLUS, BINDS | SENDS_ERRORS, "p=x,,n=user,r=x\n\n",
    "S: e=unsupported-channel-binding-type\nfailed binding-type\n" },
  { "errors-mandatory", SHA_1, SENDS_ERRORS, "n,,m=x,n=user,r=x\n\n",
    "S: e=extensions-not-supported\nfailed extension\n" },
  { "errors-cancelled", SHA_1, SENDS_ERRORS, FIRST "*", SERVER_FIRST "failed cancelled\n" },

  /* RFC 7628 section 4.4: what its client sends is no GS2 header. */
  { "oauth-rfc-4.4", SASL_MECHANISM_OAUTHBEARER, 0,
    "n,user=someuser@example.com,^auth=Bearer vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg==^^",
    "failed malformed\n" },
  { "oauth-dummy-first", SASL_MECHANISM_OAUTHBEARER, 0, "^", "failed malformed\n" },
  { "oauth-no-auth", SASL_MECHANISM_OAUTHBEARER, 0, "n,,^host=a^^", "failed malformed\n" },
  { "oauth-two-auths", SASL_MECHANISM_OAUTHBEARER, 0, "n,,^auth=Bearer a^auth=Bearer b^^",
    "failed malformed\n" },
  { "oauth-other-type", SASL_MECHANISM_OAUTHBEARER, 0, "n,,^auth=Basic a^^", "failed malformed\n" },
  { "oauth-no-end", SASL_MECHANISM_OAUTHBEARER, 0, "n,,^auth=Bearer a^", "failed malformed\n" },
  { "oauth-more-after-end", SASL_MECHANISM_OAUTHBEARER, 0, "n,,^auth=Bearer a^^x",
    "failed malformed\n" },
  { "oauth-port-zero", SASL_MECHANISM_OAUTHBEARER, 0, "n,,^port=0^auth=Bearer a^^",
    "failed malformed\n" },
  { "oauth-port-too-high", SASL_MECHANISM_OAUTHBEARER, 0, "n,,^port=65536^auth=Bearer a^^",
    "failed malformed\n" },
  { "oauth-binding", SASL_MECHANISM_OAUTHBEARER, 0, "p=x,,^auth=Bearer a^^",
    "failed no-binding\n" },
  { "oauth-authzid-becomes-empty", SASL_MECHANISM_OAUTHBEARER, 0,
    "n,a=<c2><ad>,^auth=Bearer a^^", "failed encoding\n" },
  { "oauth-nul", SASL_MECHANISM_OAUTHBEARER, 0, "n,,^auth=Bearer a~b^^", "failed malformed\n" },
  { "oauth-scheme-any-case", SASL_MECHANISM_OAUTHBEARER, 0,
    "n,,^mthd=GET^auth=bEaReR  vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==^^",
    "done user@example.com\n" },
  { "oauth-wrong-token", SASL_MECHANISM_OAUTHBEARER, 0, "n,,^auth=Bearer a^^\n^",
    "S: {\"status\":\"invalid_token\",\"scope\":\"example_scope\",\"openid-configuration\":"
    "\"https://example.com/.well-known/openid-configuration\"}\nfailed credentials\n" },
  { "oauth-wrong-token-cancelled", SASL_MECHANISM_OAUTHBEARER, 0, "n,,^auth=Bearer a^^\n*",
    "S: {\"status\":\"invalid_token\",\"scope\":\"example_scope\",\"openid-configuration\":"
    "\"https://example.com/.well-known/openid-configuration\"}\nfailed credentials\n" },

  { "external-none", SASL_MECHANISM_EXTERNAL, NO_EXTERNAL, "", "failed credentials\n" },
  { "external-initial", SASL_MECHANISM_EXTERNAL, 0, "", "done cert\n" },
  { "external-authorized", SASL_MECHANISM_EXTERNAL, 0, "boss,", "done boss,\n" },
  { "external-nul", SASL_MECHANISM_EXTERNAL, 0, "bo~ss", "failed malformed\n" },
  { "external-not-utf-8", SASL_MECHANISM_EXTERNAL, 0, "bo<ff>ss", "failed encoding\n" },

  { "anonymous-address", SASL_MECHANISM_ANONYMOUS, 0, "x@a.example",
    "done  trace x@a.example\n" },
  { "anonymous-control", SASL_MECHANISM_ANONYMOUS, 0, "a<07>", "failed encoding\n" },
  { "anonymous-nul", SASL_MECHANISM_ANONYMOUS, 0, "a~", "failed malformed\n" },
  { "anonymous-not-utf-8", SASL_MECHANISM_ANONYMOUS, 0, "a<ff>", "failed encoding\n" },
};

static SaslServer *
make_server (SaslMechanism mechanism, guint flags)
{
  const SaslBinding bindings[] = { owner_exporter, owner_unique };
  SaslServerConfig  config = {
     .mechanism = mechanism,
     .random = owner_random,
     .host_name = "b.example",
     .time_s = 5,
     .bindings = bindings,
     .n_bindings = flags & BINDS ? G_N_ELEMENTS (bindings) : 0,
     .external_name = flags & NO_EXTERNAL ? NULL : "cert",
     .data_with_success = (flags & WITH_SUCCESS) != 0,
     .sends_scram_error = (flags & SENDS_ERRORS) != 0,
     .nonce = mechanism == SASL_MECHANISM_CRAM_MD5 ? "1896" : "3rfcNHYJY1ZVvWVs7j",
  };

  return sasl_server_new (&config);
}

static void
test_responses (gconstpointer data)
{
  const Case *c = data;
  g_autoptr (SaslServer) server = make_server (c->mechanism, c->flags);
  g_autoptr (GString) log = g_string_new (NULL);
  g_auto (GStrv) lines = g_strsplit (c->client, "\n", -1);

  /* An empty text has no lines for g_strsplit(), but is one empty message here. */
  if (lines[0] == NULL || strcmp (lines[0], "-") == 0)
    sasl_server_start (server, lines[0] == NULL ? (const guint8 *) "" : NULL, 0);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      gsize              length;
      g_autofree guint8 *exact = owner_to_octets (lines[i], &length);

      if (i == 0 && strcmp (lines[0], "-") != 0)
        sasl_server_start (server, exact, length);
      else if (i > 0 && strcmp (lines[i], "*") == 0)
        sasl_server_cancel (server);
      /* The line end that closes the script is no message. */
      else if (i > 0 && (*lines[i] != '\0' || lines[i + 1] != NULL))
        sasl_server_receive (server, exact, length);
      owner_run_server (server, log);
    }
  owner_run_server (server, log);
  g_assert_cmpstr (log->str, ==, c->log);
}

/* Every message cut short does no harm, and nobody gets in with less than a good one. */
static void
test_beginnings (gconstpointer data)
{
  const Case *c = data;
  gsize       n = strcspn (c->client, "\n");

  for (gsize length = 0; length < n; length++)
    {
      g_autoptr (SaslServer) server = make_server (c->mechanism, c->flags);
      g_autoptr (GString) log = g_string_new (NULL);
      g_autofree char   *text = g_strndup (c->client, length);
      gsize              n_octets;
      g_autofree guint8 *exact = owner_to_octets (text, &n_octets);

      sasl_server_start (server, exact, n_octets);
      owner_run_server (server, log);
      sasl_server_cancel (server);
      owner_run_server (server, log);
      if (g_str_has_prefix (c->log, "done") && c->mechanism != SASL_MECHANISM_ANONYMOUS &&
          c->mechanism != SASL_MECHANISM_EXTERNAL)
        g_assert_null (g_strstr_len (log->str, -1, "done"));
    }
}

static void
test_too_long (void)
{
  g_autofree guint8 *data = g_malloc (SASL_MESSAGE_BYTES_MAX + 1);
  g_autoptr (GString) log = g_string_new (NULL);

  memset (data, 'x', SASL_MESSAGE_BYTES_MAX + 1);
  for (guint excess = 0; excess <= 1; excess++)
    {
      g_autoptr (SaslServer) server = make_server (SASL_MECHANISM_PLAIN, 0);

      data[0] = data[5] = '\0';
      sasl_server_start (server, data, SASL_MESSAGE_BYTES_MAX + excess);
      owner_run_server (server, log);
    }
  g_assert_cmpstr (log->str, ==, "failed credentials\nfailed too-long\n");
}

/* A message that comes before the answer ends the exchange; the late answer does no harm. */
static void
test_out_of_turn (void)
{
  g_autoptr (SaslServer) server = make_server (SASL_MECHANISM_PLAIN, 0);
  g_autoptr (GString) log = g_string_new (NULL);
  SaslServerEvent event;

  sasl_server_start (server, (const guint8 *) "\0user\0pencil", 12);
  g_assert_true (sasl_server_next_event (server, &event));
  g_assert_cmpint (event.kind, ==, SASL_SERVER_EVENT_PASSWORD);
  g_assert_cmpstr (event.authcid, ==, "user");
  g_assert_cmpstr (event.authzid, ==, "");
  g_assert_cmpstr (event.password, ==, "pencil");
  g_assert_false (sasl_server_next_event (server, &event));
  sasl_server_receive (server, (const guint8 *) "x", 1);
  sasl_server_accept (server);
  sasl_server_give_password (server, "pencil");
  owner_run_server (server, log);
  g_assert_cmpstr (log->str, ==, "failed unexpected\n");
}

/* The owner may check the password itself. */
static void
test_own_check (void)
{
  for (guint is_right = 0; is_right <= 1; is_right++)
    {
      g_autoptr (SaslServer) server = make_server (SASL_MECHANISM_PLAIN, 0);
      g_autoptr (GString) log = g_string_new (NULL);
      SaslServerEvent event;

      sasl_server_start (server, (const guint8 *) "\0x\0y", 4);
      g_assert_true (sasl_server_next_event (server, &event));
      if (is_right)
        sasl_server_accept (server);
      else
        sasl_server_refuse (server, SASL_FAILURE_CREDENTIALS);
      owner_run_server (server, log);
      g_assert_cmpstr (log->str, ==, is_right ? "done x\n" : "failed credentials\n");
    }
}

static void
test_token_event (void)
{
  static const char message[] = "n,,\001host=b.example\001port=587\001auth=Bearer a.b\001\001";

  g_autoptr (SaslServer) server = make_server (SASL_MECHANISM_OAUTHBEARER, 0);
  SaslServerEvent event;

  sasl_server_start (server, (const guint8 *) message, strlen (message));
  g_assert_true (sasl_server_next_event (server, &event));
  g_assert_cmpint (event.kind, ==, SASL_SERVER_EVENT_TOKEN);
  g_assert_cmpstr (event.token, ==, "a.b");
  g_assert_cmpstr (event.host, ==, "b.example");
  g_assert_cmpuint (event.port, ==, 587);
  sasl_server_accept_token (server, "who\001");
  g_assert_true (sasl_server_next_event (server, &event));
  g_assert_cmpint (event.failure, ==, SASL_FAILURE_ENCODING);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/sasl/server/", cases[i].name, NULL);
      g_autofree char *cut = g_strconcat ("/sasl/server/beginnings/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_responses);
      g_test_add_data_func (cut, &cases[i], test_beginnings);
    }
  g_test_add_func ("/sasl/server/too-long", test_too_long);
  g_test_add_func ("/sasl/server/out-of-turn", test_out_of_turn);
  g_test_add_func ("/sasl/server/own-check", test_own_check);
  g_test_add_func ("/sasl/server/token-event", test_token_event);
  return g_test_run ();
}
