/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sasl-owner.h"

#include <sasl/sasl-scram.h>
#include <string.h>
#include <support/annotation.h>

typedef struct
{
  const char        *name;
  const WireGrammar *grammar;
  const char        *unit;  /* as owner_to_octets() reads it */
  const char        *spans; /* "element:bytes", ? unrecognised, ! partial */
} Case;

static const Case cases[] = {
  { "plain", &sasl_grammar_plain, "~tim~tanstaaftanstaaf",
    "plain_message:21 utf8nul:1 authcid:3 utf8nul:1 passwd:16 " },
  { "plain-authzid", &sasl_grammar_plain, "Ursel~Kurt~xipj3plmq",
    "plain_message:20 authzid:5 utf8nul:1 authcid:4 utf8nul:1 passwd:9 " },
  { "plain-no-password", &sasl_grammar_plain, "~tim~",
    "plain_message:5! utf8nul:1 authcid:3 utf8nul:1 passwd:0! " },
  { "plain-not-utf-8", &sasl_grammar_plain, "~t<80>m~x",
    "plain_message:6! utf8nul:1 authcid:1! unrecognised:4? " },
  { "plain-third-nul", &sasl_grammar_plain, "~a~b~c",
    "plain_message:6! utf8nul:1 authcid:1 utf8nul:1 passwd:1 unrecognised:2? " },
  { "plain-empty", &sasl_grammar_plain, "", "plain_message:0! utf8nul:0! " },

  { "challenge", &sasl_grammar_cram_challenge, "<1896.697170952@postoffice.reston.mci.net>",
    "cram_challenge:42 cram_unique:14 cram_host:25 " },
  { "challenge-no-host", &sasl_grammar_cram_challenge, "<1896>",
    "cram_challenge:6! cram_unique:4 unrecognised:1? " },
  { "response", &sasl_grammar_cram_response, "tim b913a602c7eda7a495b4e6e7334d3890",
    "cram_response:36 authcid:3 cram_digest:32 " },
  { "response-space", &sasl_grammar_cram_response, "t m b913a602c7eda7a495b4e6e7334d3890",
    "cram_response:36 authcid:3 cram_digest:32 " },
  { "response-short", &sasl_grammar_cram_response, "tim b913",
    "cram_response:8! authcid:3 cram_digest:4! " },
  { "response-capitals", &sasl_grammar_cram_response, "tim B913",
    "cram_response:8! authcid:3 cram_digest:0! unrecognised:4? " },

  { "oauthbearer", &sasl_grammar_oauthbearer,
    "n,a=user@example.com,^host=server.example.com^port=143^auth=Bearer a.b=^^",
    "oauthbearer_message:73 gs2_header:21 gs2_cbind_flag:1 gs2_authzid:18 saslname:16 kvsep:1 "
    "kvpair:24 key:4 value:18 kvsep:1 kvpair:9 key:4 value:3 kvsep:1 kvpair:17 key:4 auth_scheme:6 "
    "bearer_token:4 kvsep:1 kvsep:1 " },
  { "oauthbearer-dummy", &sasl_grammar_oauthbearer, "^", "oauthbearer_message:1 kvsep:1 " },
  { "oauthbearer-unknown-key", &sasl_grammar_oauthbearer, "y,,^qs=^^",
    "oauthbearer_message:9 gs2_header:3 gs2_cbind_flag:1 kvsep:1 kvpair:4 key:2 value:0 kvsep:1 "
    "kvsep:1 " },
  /* RFC 7628 section 4.4 */
  { "oauthbearer-user", &sasl_grammar_oauthbearer, "n,user=someuser@example.com,^^",
    "oauthbearer_message:30! gs2_header:2! gs2_cbind_flag:1 gs2_authzid:0! unrecognised:28? " },
  { "oauthbearer-error", &sasl_grammar_oauthbearer_error,
    "{\"status\":\"invalid_token\", \"n\" : 1}",
    "oauthbearer_error:35 error_member:24 error_name:6 error_value:13 error_member:7 error_name:1 "
    "error_value:1 " },
  { "oauthbearer-error-nested", &sasl_grammar_oauthbearer_error, "{\"a\":[]}",
    "oauthbearer_error:8! error_member:4! error_name:1 error_value:0! unrecognised:3? " },

  { "external", &sasl_grammar_external, "fred@example.com", "external_message:16 authzid:16 " },
  { "external-empty", &sasl_grammar_external, "", "external_message:0 " },
  { "external-nul", &sasl_grammar_external, "a~",
    "external_message:2! authzid:1 unrecognised:1? " },
  { "anonymous", &sasl_grammar_anonymous, "sirhc", "anonymous_message:5 trace_token:5 " },
  { "anonymous-empty", &sasl_grammar_anonymous, "", "anonymous_message:0 trace_token:0 " },

  { "client-first", &sasl_grammar_scram_client_first, "n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL",
    "client_first_message:36 gs2_header:3 gs2_cbind_flag:1 username:6 attribute_name:2 saslname:4 "
    "nonce:26 attribute_name:2 attribute_value:24 " },
  { "client-first-bound", &sasl_grammar_scram_client_first, "p=tls-exporter,a=b,n=us=2Cer,r=x,y=z",
    "client_first_message:36 gs2_header:19 gs2_cbind_flag:14 cb_name:12 gs2_authzid:3 saslname:1 "
    "username:9 attribute_name:2 saslname:7 nonce:3 attribute_name:2 attribute_value:1 extension:3 "
    "attribute_name:2 attribute_value:1 " },
  { "client-first-mandatory", &sasl_grammar_scram_client_first, "y,,m=x,n=a,r=x,m=z",
    "client_first_message:18 gs2_header:3 gs2_cbind_flag:1 reserved_mext:3 attribute_name:2 "
    "attribute_value:1 username:3 attribute_name:2 saslname:1 nonce:3 attribute_name:2 "
    "attribute_value:1 reserved_mext:3 attribute_name:2 attribute_value:1 " },
  { "client-first-bad-quote", &sasl_grammar_scram_client_first, "n,,n=a=2,r=x",
    "client_first_message:12! gs2_header:3 gs2_cbind_flag:1 username:4! attribute_name:2 "
    "saslname:2! unrecognised:5? " },
  { "client-first-no-header", &sasl_grammar_scram_client_first, "n=user,r=x",
    "client_first_message:10! gs2_header:1! gs2_cbind_flag:1 unrecognised:9? " },
  { "server-first", &sasl_grammar_scram_server_first, "r=ab,s=QSXCR+Q6sek8bf92,i=4096",
    "server_first_message:30 nonce:4 attribute_name:2 attribute_value:2 salt:18 attribute_name:2 "
    "attribute_value:16 iteration_count:6 attribute_name:2 attribute_value:4 " },
  { "server-first-zero", &sasl_grammar_scram_server_first, "r=ab,s=QSXC,i=0",
    "server_first_message:15! nonce:4 attribute_name:2 attribute_value:2 salt:6 attribute_name:2 "
    "attribute_value:4 iteration_count:2! attribute_name:2 attribute_value:0! unrecognised:1? " },
  { "client-final", &sasl_grammar_scram_client_final, "c=biws,r=ab,p=v0X8",
    "client_final_message:18 channel_binding:6 attribute_name:2 attribute_value:4 nonce:4 "
    "attribute_name:2 attribute_value:2 proof:6 attribute_name:2 attribute_value:4 " },
  { "client-final-extension", &sasl_grammar_scram_client_final, "c=biws,r=ab,x=1,p=v0X8",
    "client_final_message:22 channel_binding:6 attribute_name:2 attribute_value:4 nonce:4 "
    "attribute_name:2 attribute_value:2 extension:3 attribute_name:2 attribute_value:1 proof:6 "
    "attribute_name:2 attribute_value:4 " },
  { "client-final-no-proof", &sasl_grammar_scram_client_final, "c=biws,r=ab",
    "client_final_message:11! channel_binding:6 attribute_name:2 attribute_value:4 nonce:4 "
    "attribute_name:2 attribute_value:2 " },
  { "server-final", &sasl_grammar_scram_server_final, "v=rmF9",
    "server_final_message:6 verifier:6 attribute_name:2 attribute_value:4 " },
  { "server-final-error", &sasl_grammar_scram_server_final, "e=invalid-proof,x=y",
    "server_final_message:19 server_error:15 attribute_name:2 attribute_value:13 extension:3 "
    "attribute_name:2 attribute_value:1 " },
  { "server-final-not-base64", &sasl_grammar_scram_server_final, "v=rm*9",
    "server_final_message:6! verifier:4! attribute_name:2 attribute_value:2! unrecognised:2? " },
};

static void
test_spans (gconstpointer data)
{
  const Case        *c = data;
  gsize              length;
  g_autofree guint8 *exact = owner_to_octets (c->unit, &length);
  g_autoptr (WireSpans) spans = annotation_of (c->grammar, (const char *) exact, length);
  g_autofree char *words = annotation_describe (spans);

  g_assert_cmpstr (words, ==, c->spans);
}

static void
test_beginnings (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gsize              length;
      g_autofree guint8 *exact = owner_to_octets (cases[i].unit, &length);

      annotation_check_beginnings (cases[i].grammar, (const char *) exact, length);
    }
}

/* A token has 255 characters at most, of whatever size; an address may be longer. */
static void
test_trace_bound (void)
{
  g_autoptr (GString) token = g_string_new (NULL);

  for (guint i = 0; i < 255; i++)
    g_string_append (token, "\xf0\x9f\x90\xa2");
  g_assert_true (
      wire_matches (&sasl_grammar_anonymous, (const guint8 *) token->str, token->len));
  g_string_append_c (token, 'x');
  g_assert_false (
      wire_matches (&sasl_grammar_anonymous, (const guint8 *) token->str, token->len));
  g_string_append_c (token, '@');
  g_assert_true (
      wire_matches (&sasl_grammar_anonymous, (const guint8 *) token->str, token->len));
}

static void
test_client_first_values (void)
{
  static const char unit[] = "p=tls-exporter,a=b=2Cc,n=us=3Der,r=x,y=z";
  SaslClientFirst   first = { 0 };
  WireScan          scan;

  wire_scan_init (&scan, (const guint8 *) unit, strlen (unit), NULL);
  g_assert_true (sasl_scan_client_first (&scan, &first));
  g_assert_cmpint (first.header.flag, ==, 'p');
  g_assert_cmpstr (first.header.cb_name, ==, "tls-exporter");
  g_assert_cmpstr (first.header.authzid, ==, "b,c");
  g_assert_cmpuint (first.header_bytes, ==, strlen ("p=tls-exporter,a=b=2Cc,"));
  g_assert_cmpstr (first.username, ==, "us=er");
  g_assert_cmpstr (first.nonce, ==, "x");
  g_assert_false (first.has_extension);
  sasl_client_first_clear (&first);
}

/* A count is never taken for a smaller one. */
static void
test_count_values (void)
{
  static const struct
  {
    const char *unit;
    guint64     count;
  } counts[] = {
    { "r=x,s=QSXC,i=1", 1 },
    { "r=x,s=QSXC,i=9999999999999999999", G_GUINT64_CONSTANT (9999999999999999999) },
    { "r=x,s=QSXC,i=10000000000000000000", G_MAXUINT64 },
    { "r=x,s=QSXC,i=18446744073709551617", G_MAXUINT64 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
    {
      SaslServerFirst first = { 0 };
      WireScan        scan;

      wire_scan_init (&scan, (const guint8 *) counts[i].unit, strlen (counts[i].unit), NULL);
      g_assert_true (sasl_scan_server_first (&scan, &first) && wire_scan_at_end (&scan));
      g_assert_cmpuint (first.n_iterations, ==, counts[i].count);
      sasl_server_first_clear (&first);
    }
}

/* A name comes back as it went, whatever is in it. */
static void
test_saslname (void)
{
  static const char name[] = ",=2C\xc3\xb6==,3D";

  g_autofree char *encoded = sasl_saslname_encode (name);
  g_autofree char *decoded = NULL;
  WireScan         scan;

  g_assert_cmpstr (encoded, ==, "=2C=3D2C\xc3\xb6=3D=3D=2C3D");
  wire_scan_init (&scan, (const guint8 *) encoded, strlen (encoded), NULL);
  g_assert_true (sasl_scan_saslname (&scan, &decoded));
  g_assert_cmpstr (decoded, ==, name);
}

/* What an owner says of a token is JSON whatever it holds. */
static void
test_error_format (void)
{
  SaslOauthbearerError error = { "a\"b\\c\n", NULL, "https://b.example/" };
  g_autofree char     *json = sasl_oauthbearer_error_format (&error);

  g_assert_cmpstr (json, ==,
                   "{\"status\":\"a\\\"b\\\\c\\u000a\",\"openid-configuration\":"
                   "\"https://b.example/\"}");
  g_assert_true (
      wire_matches (&sasl_grammar_oauthbearer_error, (const guint8 *) json, strlen (json)));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/sasl/grammar/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_spans);
    }
  g_test_add_func ("/sasl/grammar/beginnings", test_beginnings);
  g_test_add_func ("/sasl/grammar/trace-bound", test_trace_bound);
  g_test_add_func ("/sasl/grammar/client-first-values", test_client_first_values);
  g_test_add_func ("/sasl/grammar/count-values", test_count_values);
  g_test_add_func ("/sasl/grammar/saslname", test_saslname);
  g_test_add_func ("/sasl/grammar/error-format", test_error_format);
  return g_test_run ();
}
