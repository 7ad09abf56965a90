/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include <support/tls-pair.h>

#include <support/annotation.h>
#include <tls/tls-grammar.h>
#include <tls/tls-record.h>


#define RANDOM "0123456789abcdef0123456789abcdef"

static const struct
{
  const char *name, *bytes;
  gsize       length;
  const char *spans;
} cases[] = {
#define BYTES(text) text, sizeof text - 1
#define HEADER "record_header:5 record_type:1 record_version:2 record_length:2 "
  { "change-cipher-spec", BYTES ("\x14\3\3\0\1\1"), "record:6 " HEADER "change_cipher_spec:1 " },
  { "alert", BYTES ("\x15\3\3\0\2\2\x28"),
    "record:7 " HEADER "alert:2 alert_level:1 alert_description:1 " },
  { "encrypted-alert", BYTES ("\x15\3\3\0\3abc"), "record:8 " HEADER "encrypted_alert:3 " },
  { "data", BYTES ("\x17\3\3\0\5hello"), "record:10 " HEADER "encrypted_data:5 " },
  { "no-data", BYTES ("\x17\3\3\0\0"), "record:5 " HEADER },
  { "encrypted-handshake", BYTES ("\x16\3\3\0\6\0\0\0\0\1\2"),
    "record:11 " HEADER "encrypted_handshake:6 " },
  { "piece-of-a-message", BYTES ("\x16\3\3\0\6\x0b\0\1\0ab"),
    "record:11 " HEADER "encrypted_handshake:6 " },
  { "two-messages", BYTES ("\x16\3\3\0\x0a\x0c\0\0\2ab\x0e\0\0\0"),
    "record:15 " HEADER "server_key_exchange:6 message_type:1 message_length:3 message_body:2 "
    "server_hello_done:4 message_type:1 message_length:3 " },
  { "certificates", BYTES ("\x16\3\3\0\x10\x0b\0\0\x0c\0\0\x09\0\0\2ab\0\0\1c"),
    "record:21 " HEADER "certificate:16 message_type:1 message_length:3 certificate_list_length:3 "
    "certificate_entry:5 list_length:3 certificate_entry:4 list_length:3 " },
  { "old-hello", BYTES ("\x16\3\1\0\x31\1\0\0\x2d\3\3" RANDOM "\0\0\4\xc0\x2b\xc0\x2c\1\0\0\0"),
    "record:54 " HEADER
    "client_hello:49 message_type:1 message_length:3 legacy_version:2 random_value:32 "
    "session_id:1 cipher_suites:6 list_length:2 cipher_suite:2 cipher_suite:2 "
    "compression_methods:2 extensions:2 list_length:2 " },
  { "server-hello-without-extensions", BYTES ("\x16\3\3\0\x2a\2\0\0\x26\3\3" RANDOM "\0\xc0\x2b\0"),
    "record:47 " HEADER
    "server_hello:42 message_type:1 message_length:3 legacy_version:2 random_value:32 "
    "session_id:1 cipher_suite:2 compression_methods:1 " },
  { "retry-request",
    BYTES ("\x16\3\3\0\x38\2\0\0\x34\3\3" RANDOM "\0\x13\1\0\0\x0c\0\x2b\0\2\3\4\0\x33\0\2\0\x17"),
    "record:61 " HEADER
    "server_hello:56 message_type:1 message_length:3 legacy_version:2 random_value:32 "
    "session_id:1 cipher_suite:2 compression_methods:1 extensions:14 list_length:2 "
    "extension:6 extension_type:2 list_length:2 supported_version:2 "
    "extension:6 extension_type:2 list_length:2 key_share:2 key_share_entry:2 named_group:2 " },
  { "unknown-type", BYTES ("\x18\3\3\0\1a"), "record:6! " HEADER "unrecognised:1? " },
  { "cut-off", BYTES ("\x17\3\3\0\5hell"),
    "record:9! record_header:5! record_type:1 record_version:2 record_length:2 unrecognised:4? " },
  { "too-much", BYTES ("\x17\3\3\0\5hello!"),
    "record:11! record_header:5! record_type:1 record_version:2 record_length:2 "
    "unrecognised:6? " },
#undef BYTES
};

static void
test_spans (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  g_autoptr (WireSpans) spans =
      annotation_of (&tls_grammar_record, cases[i].bytes, cases[i].length);
  g_autofree char *text = annotation_describe (spans);

  g_assert_cmpstr (text, ==, cases[i].spans);
  annotation_check_beginnings (&tls_grammar_record, cases[i].bytes, cases[i].length);
}

/* Every record of one direction, its elements in order. */
static char *
describe_records (const GByteArray *bytes)
{
  GString *text = g_string_new (NULL);
  gsize    n_bytes = 0;

  for (gsize at = 0; at < bytes->len; at += n_bytes)
    {
      g_autoptr (WireSpans) spans = NULL;
      g_autofree char *record = NULL;

      g_assert_cmpint (tls_record_frame (bytes->data + at, bytes->len - at, &n_bytes), ==,
                       TLS_FRAME_RECORD);
      spans = annotation_of (&tls_grammar_record, (const char *) bytes->data + at, n_bytes);
      g_assert_null (spans->expected);
      annotation_check_beginnings (&tls_grammar_record, (const char *) bytes->data + at,
                                   MIN (n_bytes, 600));
      record = annotation_describe (spans);
      g_string_append (text, record);
    }
  return g_string_free (text, FALSE);
}

static void
assert_has (const char *text, const char *const *elements)
{
  for (; *elements != NULL; elements++)
    {
      g_autofree char *element = g_strdup_printf ("%s:", *elements);

      if (strstr (text, element) == NULL)
        {
          g_test_message ("no %s in %s", *elements, text);
          g_test_fail ();
        }
    }
}

static void
test_sessions (void)
{
  static const char *const client_has[] = {
    "client_hello", "host_name",      "cipher_suite",        "supported_version", "key_exchange",
    "named_group",  "extension_data", "signature_algorithm", "encrypted_data",    NULL,
  };
  static const char *const server_1_2_has[] = {
    "server_hello",      "certificate_entry",  "server_key_exchange",
    "server_hello_done", "change_cipher_spec", "encrypted_handshake",
    "encrypted_data",    "encrypted_alert",    NULL,
  };
  static const char *const server_1_3_has[] = {
    "server_hello", "key_exchange", "change_cipher_spec", "encrypted_data", NULL,
  };

  g_test_summary (
      "All records of whole sessions are read to the end, and so are their beginnings.");
  for (TlsVersion version = TLS_VERSION_1_2; version <= TLS_VERSION_1_3; version++)
    {
      g_autoptr (PairWorld) world = pair_world_new (TRUE);
      g_autoptr (Pair) pair = NULL;
      g_autofree char *client = NULL;
      g_autofree char *server = NULL;

      tls_context_set_versions (world->server, version, version);
      pair = pair_new (world, "mx.example", 1);
      pair_send (pair->client, "QUIT\r\n");
      pair_move (pair, 1000);
      pair_send (pair->server, "221 mx.example\r\n");
      tls_session_close (pair->server);
      pair_move (pair, 1000);
      client = describe_records (pair->to_server);
      server = describe_records (pair->to_client);
      assert_has (client, client_has);
      assert_has (server, version == TLS_VERSION_1_2 ? server_1_2_has : server_1_3_has);
    }
}

static void
test_alert_names (void)
{
  g_assert_cmpstr (tls_alert_get_name (0), ==, "close_notify");
  g_assert_cmpstr (tls_alert_get_name (48), ==, "unknown_ca");
  g_assert_null (tls_alert_get_name (1));
  g_assert_null (tls_alert_get_name (255));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/tls-grammar/spans/%s", cases[i].name);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_spans);
    }
  g_test_add_func ("/tls-grammar/sessions", test_sessions);
  g_test_add_func ("/tls-grammar/alert-names", test_alert_names);
  return g_test_run ();
}
