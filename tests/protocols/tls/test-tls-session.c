/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include <support/tls-pair.h>
#include <tls/tls-record.h>
#include <tls/tls-verify.h>

/* OpenSSL asks the clock when it makes a session. It gets one that leaps, so that a time which
 * finds its way into the bytes makes them differ. */
time_t time (time_t *out_time);

static time_t leaping_time = 1000000000;

time_t
time (time_t *out_time)
{
  leaping_time += 100003;
  if (out_time != NULL)
    *out_time = leaping_time;
  return leaping_time;
}

static const TlsVersion versions[] = { TLS_VERSION_1_2, TLS_VERSION_1_3 };

#define CIPHER_1_2 "secured TLSv1.2 TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"
#define CIPHER_1_3 "secured TLSv1.3 TLS_AES_256_GCM_SHA384"
#define PEER " peer mx.example,*.mail.example,192.0.2.1,2001:db8:0:0:0:0:0:1"

/* A whole conversation: what is sent waits for the handshake. */
static Pair *
converse (PairWorld *world, guint seed_n, gsize chunk)
{
  Pair *pair = pair_new (world, "mx.example", seed_n);

  pair_send (pair->client, "EHLO a.example\r\n");
  pair_move (pair, chunk);
  pair_send (pair->server, "250 mx.example\r\n");
  pair_move (pair, chunk);
  tls_session_close (pair->client);
  pair_move (pair, chunk);
  tls_session_close (pair->server);
  pair_move (pair, chunk);
  return pair;
}

static void
assert_conversed (const Pair *pair, TlsVersion version)
{
  g_autofree char *client = g_strconcat (version == TLS_VERSION_1_2 ? CIPHER_1_2 : CIPHER_1_3, PEER,
                                         " asked mx.example;closed;", NULL);
  g_autofree char *server = g_strconcat (version == TLS_VERSION_1_2 ? CIPHER_1_2 : CIPHER_1_3,
                                         " asked mx.example;closed;", NULL);

  g_assert_cmpstr (pair->client_events->str, ==, client);
  g_assert_cmpstr (pair->server_events->str, ==, server);
  g_assert_cmpstr (pair->server_heard->str, ==, "EHLO a.example\r\n");
  g_assert_cmpstr (pair->client_heard->str, ==, "250 mx.example\r\n");
}

static gboolean
is_same (const GByteArray *a, const GByteArray *b)
{
  return a->len == b->len && memcmp (a->data, b->data, a->len) == 0;
}

static void
test_every_chunk (void)
{
  g_autoptr (PairWorld) world = pair_world_new (TRUE);

  g_test_summary ("What happens, and every byte of it, doesn't depend on how TCP cut the bytes.");
  for (guint v = 0; v < G_N_ELEMENTS (versions); v++)
    {
      g_autoptr (Pair) whole = NULL;

      pair_world_set_version (world, versions[v]);
      whole = converse (world, 1, G_MAXSIZE / 2);
      assert_conversed (whole, versions[v]);
      for (gsize chunk = 1; chunk <= 40; chunk++)
        {
          g_autoptr (Pair) pair = converse (world, 1, chunk);

          assert_conversed (pair, versions[v]);
          g_assert_true (is_same (pair->to_server, whole->to_server));
          g_assert_true (is_same (pair->to_client, whole->to_client));
        }
    }
}

static void
test_seeds (void)
{
  g_autoptr (PairWorld) world = pair_world_new (TRUE);
  g_autoptr (PairWorld) again = pair_world_new (TRUE);

  g_test_summary ("The same seeds give the same bytes, whatever else happens; others don't.");
  for (guint v = 0; v < G_N_ELEMENTS (versions); v++)
    {
      g_autoptr (Pair) first = NULL;
      g_autoptr (Pair) other = NULL;
      g_autoptr (Pair) second = NULL;

      pair_world_set_version (world, versions[v]);
      pair_world_set_version (again, versions[v]);
      first = converse (world, 7, 1000);
      other = converse (again, 8, 1000);
      second = converse (again, 7, 1000);
      g_assert_true (is_same (first->to_server, second->to_server));
      g_assert_true (is_same (first->to_client, second->to_client));
      g_assert_false (is_same (first->to_server, other->to_server));
      g_assert_false (is_same (first->to_client, other->to_client));
    }
}

/* Two conversations at once say what each would say alone. */
static void
test_interleaved (void)
{
  g_autoptr (PairWorld) world = pair_world_new (TRUE);
  g_autoptr (Pair) alone = converse (world, 7, 1000);
  g_autoptr (Pair) first = pair_new (world, "mx.example", 7);
  g_autoptr (Pair) second = pair_new (world, "mx.example", 8);
  Pair *pairs[] = { first, second };

  for (guint i = 0; i < 2; i++)
    pair_send (pairs[i]->client, "EHLO a.example\r\n");
  /* One step of either at a time. */
  for (guint step = 0; step < 8; step++)
    {
      pair_carry (pairs[step % 2], step / 2 % 2 == 0, 1000);
      pair_carry (pairs[1 - step % 2], step / 2 % 2 == 0, 1000);
    }
  pair_send (first->server, "250 mx.example\r\n");
  for (guint i = 0; i < 2; i++)
    pair_move (pairs[i], 1000);
  tls_session_close (first->client);
  pair_move (first, 1000);
  tls_session_close (first->server);
  pair_move (first, 1000);
  assert_conversed (first, TLS_VERSION_1_3);
  g_assert_true (is_same (alone->to_server, first->to_server));
  g_assert_true (is_same (alone->to_client, first->to_client));
}

/* ServerHello, change of ciphers, and four encrypted messages up to Finished; no tickets. */
static void
test_no_tickets (void)
{
  g_autoptr (PairWorld) world = pair_world_new (TRUE);
  g_autoptr (Pair) pair = pair_new (world, "mx.example", 1);
  gsize n_bytes = 0;
  guint n_records = 0;

  pair_move (pair, 1000);
  for (gsize at = 0; at < pair->to_client->len; at += n_bytes, n_records++)
    g_assert_cmpint (
        tls_record_frame (pair->to_client->data + at, pair->to_client->len - at, &n_bytes), ==,
        TLS_FRAME_RECORD);
  g_assert_cmpuint (n_records, ==, 6);
}

static void
test_real_is_apart (void)
{
  g_autoptr (PairWorld) real = pair_world_new (FALSE);
  g_autoptr (PairWorld) world = pair_world_new (TRUE);
  g_autoptr (Pair) first = NULL;
  g_autoptr (Pair) real_first = NULL;
  g_autoptr (Pair) second = NULL;
  g_autoptr (Pair) real_second = NULL;

  g_test_summary ("Real sessions, in turn with simulated ones, draw on something else.");
  first = converse (world, 7, 1000);
  real_first = converse (real, 7, 1000);
  second = converse (world, 7, 1000);
  real_second = converse (real, 7, 1000);
  assert_conversed (real_first, TLS_VERSION_1_3);
  g_assert_true (is_same (first->to_server, second->to_server));
  g_assert_true (is_same (first->to_client, second->to_client));
  /* The random values of the hellos, RFC 8446 section 4.1.2: they begin at the 11th byte. */
  g_assert_true (memcmp (real_first->to_server->data + 11, real_second->to_server->data + 11, 32));
  g_assert_true (memcmp (real_first->to_client->data + 11, real_second->to_client->data + 11, 32));
  g_assert_true (memcmp (first->to_server->data + 11, real_first->to_server->data + 11, 32));
  g_assert_cmpstr (tls_authority_get_key_pem (world->authority), !=,
                   tls_authority_get_key_pem (real->authority));
}

static void
test_seed_in_the_real_library (void)
{
  if (g_test_subprocess ())
    {
      g_autoptr (PairWorld) world = pair_world_new (FALSE);
      g_autoptr (GBytes) seed = pair_seed (1);

      tls_session_new (world->client, NULL, PAIR_START_S, seed);
      return;
    }
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_failed ();
  g_test_trap_assert_stderr ("*seed != NULL*");
}

static void
test_no_seed_in_a_deterministic_library (void)
{
  if (g_test_subprocess ())
    {
      g_autoptr (PairWorld) world = pair_world_new (TRUE);

      tls_session_new (world->client, NULL, PAIR_START_S, NULL);
      return;
    }
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_failed ();
  g_test_trap_assert_stderr ("*seed != NULL*");
}

/* Certificates with problems */

static const struct
{
  const char *name;
  TlsIssue    issue;
  const char *peer_name, *problems, *alert;
  gint64      day;
} problem_cases[] = {
  { "expired", TLS_ISSUE_EXPIRED, "mx.example", "expired", "certificate_expired" },
  { "not-yet-valid", TLS_ISSUE_NOT_YET_VALID, "mx.example", "not-yet-valid", "bad_certificate" },
  { "wrong-name", TLS_ISSUE_WRONG_NAME, "mx.example", "wrong-name", "bad_certificate" },
  { "self-signed", TLS_ISSUE_SELF_SIGNED, "mx.example", "self-signed", "unknown_ca" },
  { "unknown-issuer", TLS_ISSUE_UNKNOWN_ISSUER, "mx.example", "unknown-issuer", "unknown_ca" },
  { "two-at-once", TLS_ISSUE_SELF_SIGNED, "mx2.example", "wrong-name, self-signed", "unknown_ca" },
  { "wrong-address", TLS_ISSUE_GOOD, "192.0.2.2", "wrong-name", "bad_certificate" },
  { "wildcard-not-itself", TLS_ISSUE_GOOD, "mail.example", "wrong-name", "bad_certificate" },
  { "wildcard-one-label", TLS_ISSUE_GOOD, "a.b.mail.example", "wrong-name", "bad_certificate" },
};

static void
run_problem (guint i, TlsVersion version, gboolean refuses)
{
  g_autoptr (PairWorld) world = pair_world_new (TRUE);
  g_autoptr (Pair) pair = NULL;
  g_autofree char *asks = g_strdup_printf ("certificate %s;", problem_cases[i].problems);
  g_autofree char *sent =
      g_strdup_printf ("%sfailed %d sent %s;", asks, TLS_FAILURE_REFUSED, problem_cases[i].alert);
  g_autofree char *got =
      g_strdup_printf ("failed %d got %s;", TLS_FAILURE_ALERT, problem_cases[i].alert);

  pair_world_issue (world, problem_cases[i].issue);
  pair_world_set_version (world, version);
  pair = pair_new (world, problem_cases[i].peer_name, 3);
  pair->refuses = refuses;
  pair_send (pair->client, "x");
  pair_move (pair, 100);
  if (refuses)
    {
      g_assert_cmpstr (pair->client_events->str, ==, sent);
      g_assert_cmpstr (pair->server_events->str, ==, got);
      g_assert_cmpstr (pair->server_heard->str, ==, "");
      g_assert_false (tls_session_is_secured (pair->client));
    }
  else
    {
      g_assert_true (g_str_has_prefix (pair->client_events->str, asks));
      g_assert_nonnull (strstr (pair->client_events->str, "problems"));
      g_assert_cmpstr (pair->server_heard->str, ==, "x");
    }
}

static void
test_problem (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);

  for (guint v = 0; v < G_N_ELEMENTS (versions); v++)
    {
      run_problem (i, versions[v], TRUE);
      run_problem (i, versions[v], FALSE);
    }
}

static void
test_good_names (void)
{
  static const char *const names[] = { "mx.example",     "MX.example", "mx.example.",
                                       "a.mail.example", "192.0.2.1",  "2001:db8::1" };
  g_autoptr (PairWorld) world = pair_world_new (TRUE);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (Pair) pair = pair_new (world, names[i], 1);

      pair_move (pair, 1000);
      g_assert_true (g_str_has_prefix (pair->client_events->str, "secured"));
      /* An address is not told (RFC 8446 section 4.2's server_name is for names of hosts). */
      g_assert_true ((strstr (pair->server_events->str, "asked") == NULL) ==
                     g_hostname_is_ip_address (names[i]));
    }
}

static void
test_problem_names (void)
{
  for (guint i = 0; i < TLS_N_PROBLEMS; i++)
    {
      g_assert_nonnull (tls_problem_get_name (1u << i));
      g_assert_true (g_str_has_suffix (tls_problem_get_sentence (1u << i), "."));
    }
}

static void
test_client_certificate (void)
{
  static const char *const names[] = { "client.example", NULL };

  g_test_summary ("A server that trusts an authority is told what the client shows.");
  for (guint v = 0; v < G_N_ELEMENTS (versions); v++)
    for (TlsIssue issue = TLS_ISSUE_GOOD; issue <= TLS_ISSUE_EXPIRED; issue++)
      {
        g_autoptr (PairWorld) world = pair_world_new (TRUE);
        g_autoptr (GError) error = NULL;
        g_autoptr (Pair) pair = NULL;
        const TlsCertificate *certificate;

        pair_world_set_version (world, versions[v]);
        tls_context_add_anchors (world->server,
                                 tls_authority_get_certificate_pem (world->authority), &error);
        g_assert_no_error (error);
        certificate = tls_authority_issue (world->authority, issue, names, &error);
        tls_context_set_certificate (world->client, certificate->chain_pem, certificate->key_pem,
                                     &error);
        g_assert_no_error (error);
        pair = pair_new (world, "mx.example", 1);
        pair_move (pair, 1000);
        g_assert_nonnull (strstr (pair->server_events->str, " peer client.example asked"));
        g_assert_true ((strstr (pair->server_events->str, "problems expired") == NULL) ==
                       (issue == TLS_ISSUE_GOOD));
      }
}

/* Bytes that are wrong */

static void
test_corrupted (void)
{
  g_test_summary (
      "A byte changed anywhere in the server's answer ends the handshake with an alert.");
  for (guint v = 0; v < G_N_ELEMENTS (versions); v++)
    {
      g_autoptr (PairWorld) world = pair_world_new (TRUE);
      g_autoptr (Pair) whole = NULL;
      gsize flight;

      pair_world_set_version (world, versions[v]);
      whole = pair_new (world, "mx.example", 1);
      pair_move (whole, 5000);
      flight = versions[v] == TLS_VERSION_1_3 ? whole->to_client->len : 200;
      for (gsize at = 0; at < flight; at += 7)
        {
          g_autoptr (Pair) pair = pair_new (world, "mx.example", 1);
          g_autoptr (GBytes) hello = tls_session_take_output (pair->client);
          g_autoptr (GBytes) answer = NULL;
          g_autofree guint8 *changed = NULL;
          gsize              length;

          tls_session_receive (pair->server, g_bytes_get_data (hello, NULL),
                               g_bytes_get_size (hello));
          answer = tls_session_take_output (pair->server);
          changed = g_memdup2 (g_bytes_get_data (answer, &length), g_bytes_get_size (answer));
          if (at >= length)
            break;
          changed[at] ^= 0x41;
          tls_session_receive (pair->client, changed, length);
          tls_session_receive_end (pair->client);
          pair_listen (pair);
          g_assert_true (strstr (pair->client_events->str, "failed") != NULL);
          g_assert_null (strstr (pair->client_events->str, "closed"));
        }
    }
}

static void
test_corrupted_data (void)
{
  g_test_summary ("A changed byte of data is told by bad_record_mac, and nothing of it is given.");
  for (guint v = 0; v < G_N_ELEMENTS (versions); v++)
    {
      g_autoptr (PairWorld) world = pair_world_new (TRUE);
      g_autoptr (Pair) pair = NULL;
      g_autoptr (GBytes) record = NULL;
      g_autofree guint8 *changed = NULL;
      g_autofree char   *expected =
          g_strdup_printf ("failed %d sent bad_record_mac;", TLS_FAILURE_PEER);
      g_autofree char *told = g_strdup_printf ("failed %d got bad_record_mac;", TLS_FAILURE_ALERT);

      pair_world_set_version (world, versions[v]);
      pair = pair_new (world, "mx.example", 1);
      pair_move (pair, 1000);
      pair_send (pair->client, "secret");
      record = tls_session_take_output (pair->client);
      changed = g_memdup2 (g_bytes_get_data (record, NULL), g_bytes_get_size (record));
      changed[g_bytes_get_size (record) - 1] ^= 1;
      tls_session_receive (pair->server, changed, g_bytes_get_size (record));
      pair_move (pair, 1000);
      g_assert_true (g_str_has_suffix (pair->server_events->str, expected));
      g_assert_true (g_str_has_suffix (pair->client_events->str, told));
      g_assert_cmpstr (pair->server_heard->str, ==, "");
    }
}

/* What a server makes of first bytes that are no hello. */
static const struct
{
  const char *name, *bytes;
  gsize       length;
  const char *events, *output;
  gsize       output_length;
} wrong_cases[] = {
#define BYTES(text) text, sizeof text - 1
  { "smtp", BYTES ("EHLO a.example\r\n"), "failed 1;", BYTES ("") },
  { "ssl-2", BYTES ("\x80\x2e\x01\3\1\0\x15\0\0\0\x10"), "failed 1;", BYTES ("") },
  { "oversized", BYTES ("\x16\3\1\xff\xff\1"), "failed 2 sent record_overflow;",
    BYTES ("\x15\3\3\0\2\2\x16") },
  { "version-2", BYTES ("\x16\2\1\0\1"), "failed 1;", BYTES ("") },
  { "empty-handshake", BYTES ("\x16\3\1\0\0"), "failed 5;", BYTES ("") },
  { "data-first", BYTES ("\x17\3\1\0\2ab"), "failed 2 sent unexpected_message;",
    BYTES ("\x15\3\1\0\2\2\x0a") },
  { "alert-first", BYTES ("\x15\3\1\0\2\2\x28"), "failed 2 sent unexpected_message;",
    BYTES ("\x15\3\1\0\2\2\x0a") },
  { "cut-off", BYTES ("\x16\3\1\0\x05\1\0\0"), "failed 5;", BYTES ("") },
  { "nothing", BYTES (""), "failed 5;", BYTES ("") },
#undef BYTES
};

static void
test_wrong (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  g_autoptr (PairWorld) world = pair_world_new (TRUE);
  gsize length = wrong_cases[i].length;

  for (gsize chunk = 1; chunk <= length + 1; chunk++)
    {
      g_autoptr (Pair) pair = pair_new (world, NULL, 1);
      g_autoptr (GBytes) output = NULL;

      for (gsize at = 0; at < length; at += chunk)
        {
          gsize              n_bytes = MIN (chunk, length - at);
          g_autofree guint8 *exact = g_memdup2 (wrong_cases[i].bytes + at, n_bytes);

          tls_session_receive (pair->server, exact, n_bytes);
        }
      tls_session_receive_end (pair->server);
      pair_listen (pair);
      g_assert_cmpstr (pair->server_events->str, ==, wrong_cases[i].events);
      output = tls_session_take_output (pair->server);
      g_assert_cmpmem (g_bytes_get_data (output, NULL), g_bytes_get_size (output),
                       wrong_cases[i].output, wrong_cases[i].output_length);
    }
}

static void
test_no_version_in_common (void)
{
  g_autoptr (PairWorld) world = pair_world_new (TRUE);
  g_autoptr (Pair) pair = NULL;

  tls_context_set_versions (world->client, TLS_VERSION_1_2, TLS_VERSION_1_2);
  tls_context_set_versions (world->server, TLS_VERSION_1_3, TLS_VERSION_1_3);
  pair = pair_new (world, "mx.example", 1);
  pair_move (pair, 10);
  g_assert_cmpstr (pair->server_events->str, ==, "failed 2 sent protocol_version;");
  g_assert_cmpstr (pair->client_events->str, ==, "failed 3 got protocol_version;");
}

/* Ends */

static void
test_half_close (void)
{
  g_test_summary ("After close_notify one way, the other way goes on (RFC 8446 section 6.1).");
  for (guint v = 0; v < G_N_ELEMENTS (versions); v++)
    {
      g_autoptr (PairWorld) world = pair_world_new (TRUE);
      g_autoptr (Pair) pair = NULL;

      pair_world_set_version (world, versions[v]);
      pair = pair_new (world, "mx.example", 1);
      pair_send (pair->client, "last words");
      tls_session_close (pair->client); /* before the handshake is done */
      pair_send (pair->client, "too late");
      pair_move (pair, 50);
      g_assert_cmpstr (pair->server_heard->str, ==, "last words");
      g_assert_true (g_str_has_suffix (pair->server_events->str, ";closed;"));
      g_assert_null (strstr (pair->client_events->str, "closed"));
      pair_send (pair->server, "a long ");
      pair_move (pair, 50);
      pair_send (pair->server, "answer");
      tls_session_close (pair->server);
      pair_move (pair, 50);
      g_assert_cmpstr (pair->client_heard->str, ==, "a long answer");
      g_assert_true (g_str_has_suffix (pair->client_events->str, ";closed;"));
      tls_session_receive_end (pair->client);
      tls_session_receive_end (pair->server);
      pair_listen (pair);
      g_assert_null (strstr (pair->client_events->str, "failed"));
      g_assert_null (strstr (pair->server_events->str, "failed"));
    }
}

static void
test_cut_off (void)
{
  g_autoptr (PairWorld) world = pair_world_new (TRUE);
  g_autoptr (Pair) pair = pair_new (world, "mx.example", 1);

  g_test_summary ("An end without close_notify is a failure: whatever came may be only a part.");
  pair_move (pair, 50);
  pair_send (pair->client, "half of the");
  pair_move (pair, 50);
  tls_session_receive_end (pair->server);
  pair_listen (pair);
  g_assert_cmpstr (pair->server_heard->str, ==, "half of the");
  g_assert_true (g_str_has_suffix (pair->server_events->str, "failed 5;"));
}

static void
test_lost_while_asking (void)
{
  g_autoptr (PairWorld) world = pair_world_new (TRUE);
  g_autoptr (Pair) pair = NULL;
  g_autoptr (GBytes) hello = NULL;
  g_autoptr (GBytes) answer = NULL;
  TlsEvent event;

  pair_world_issue (world, TLS_ISSUE_SELF_SIGNED);
  pair = pair_new (world, "mx.example", 1);
  hello = tls_session_take_output (pair->client);
  tls_session_receive (pair->server, g_bytes_get_data (hello, NULL), g_bytes_get_size (hello));
  answer = tls_session_take_output (pair->server);
  tls_session_receive (pair->client, g_bytes_get_data (answer, NULL), g_bytes_get_size (answer));
  g_assert_true (tls_session_next_event (pair->client, &event));
  g_assert_cmpint (event.kind, ==, TLS_EVENT_CERTIFICATE);
  g_assert_false (tls_session_next_event (pair->client, &event));
  tls_session_receive_end (pair->client);
  tls_session_answer (pair->client, TRUE);
  g_assert_true (tls_session_next_event (pair->client, &event));
  g_assert_cmpint (event.failure, ==, TLS_FAILURE_CUT_OFF);
}

static void
test_large (void)
{
  const gsize      length = 300000;
  g_autofree char *text = g_malloc (length + 1);

  g_test_summary ("More than a record holds, both ways at once.");
  for (gsize i = 0; i < length; i++)
    text[i] = (char) ('a' + i % 26);
  text[length] = '\0';
  for (guint v = 0; v < G_N_ELEMENTS (versions); v++)
    {
      g_autoptr (PairWorld) world = pair_world_new (TRUE);
      g_autoptr (Pair) pair = NULL;
      gsize n_bytes = 0;

      pair_world_set_version (world, versions[v]);
      pair = pair_new (world, "mx.example", 1);
      pair_send (pair->client, text);
      pair_send (pair->server, text);
      pair_move (pair, 1460);
      g_assert_cmpstr (pair->server_heard->str, ==, text);
      g_assert_cmpstr (pair->client_heard->str, ==, text);
      /* The output is whole records. */
      for (gsize at = 0; at < pair->to_client->len; at += n_bytes)
        g_assert_cmpint (
            tls_record_frame (pair->to_client->data + at, pair->to_client->len - at, &n_bytes), ==,
            TLS_FRAME_RECORD);
    }
}

/* Secrets */

static void
test_key_log (void)
{
  static const char *const labels[] = { "CLIENT_RANDOM ", "CLIENT_HANDSHAKE_TRAFFIC_SECRET " };

  for (guint v = 0; v < G_N_ELEMENTS (versions); v++)
    {
      g_autoptr (PairWorld) world = pair_world_new (TRUE);
      g_autoptr (Pair) pair = NULL;
      g_autofree char *client = NULL;
      g_autofree char *server = NULL;
      g_autofree char *rest = NULL;
      g_auto (GStrv) words = NULL;

      pair_world_set_version (world, versions[v]);
      pair = converse (world, 1, 1000);
      client = tls_session_take_key_log (pair->client);
      server = tls_session_take_key_log (pair->server);
      g_assert_nonnull (strstr (client, labels[v]));
      words = g_strsplit (strstr (client, labels[v]), " ", 3);
      /* It is of this session: the random value of the hello. */
      for (guint i = 0; i < 32; i++)
        {
          g_autofree char *hex = g_strdup_printf ("%02x", pair->to_server->data[11 + i]);

          g_assert_true (strncmp (words[1] + 2 * i, hex, 2) == 0);
        }
      g_assert_nonnull (strstr (server, words[1]));
      rest = tls_session_take_key_log (pair->client);
      g_assert_cmpstr (rest, ==, "");
    }
}

static void
test_bindings (void)
{
  for (guint v = 0; v < G_N_ELEMENTS (versions); v++)
    for (TlsBinding binding = TLS_BINDING_EXPORTER; binding <= TLS_BINDING_SERVER_END_POINT;
         binding++)
      {
        g_autoptr (PairWorld) world = pair_world_new (TRUE);
        g_autoptr (Pair) pair = NULL;
        g_autoptr (Pair) other = NULL;
        g_autoptr (GBytes) client = NULL;
        g_autoptr (GBytes) server = NULL;
        g_autoptr (GBytes) others = NULL;

        pair_world_set_version (world, versions[v]);
        pair = pair_new (world, "mx.example", 1);
        other = pair_new (world, "mx.example", 2);
        g_assert_null (tls_session_dup_binding (pair->client, binding));
        pair_move (pair, 1000);
        pair_move (other, 1000);
        client = tls_session_dup_binding (pair->client, binding);
        server = tls_session_dup_binding (pair->server, binding);
        others = tls_session_dup_binding (other->server, binding);
        g_assert_cmpuint (g_bytes_get_size (client), ==, 32);
        g_assert_true (g_bytes_equal (client, server));
        /* One is of the session, the other of the certificate. */
        g_assert_true (g_bytes_equal (client, others) == (binding == TLS_BINDING_SERVER_END_POINT));
      }
}

static void
add_table (const char *folder, const char *name, guint i, GTestDataFunc test)
{
  g_autofree char *path = g_strdup_printf ("/tls/%s/%s", folder, name);

  g_test_add_data_func (path, GUINT_TO_POINTER (i), test);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tls/every-chunk", test_every_chunk);
  g_test_add_func ("/tls/seeds", test_seeds);
  g_test_add_func ("/tls/interleaved", test_interleaved);
  g_test_add_func ("/tls/no-tickets", test_no_tickets);
  g_test_add_func ("/tls/real-is-apart", test_real_is_apart);
  g_test_add_func ("/tls/seed-in-the-real-library", test_seed_in_the_real_library);
  g_test_add_func ("/tls/no-seed-in-a-deterministic-library",
                   test_no_seed_in_a_deterministic_library);
  for (guint i = 0; i < G_N_ELEMENTS (problem_cases); i++)
    add_table ("problem", problem_cases[i].name, i, test_problem);
  g_test_add_func ("/tls/good-names", test_good_names);
  g_test_add_func ("/tls/problem-names", test_problem_names);
  g_test_add_func ("/tls/client-certificate", test_client_certificate);
  g_test_add_func ("/tls/corrupted", test_corrupted);
  g_test_add_func ("/tls/corrupted-data", test_corrupted_data);
  for (guint i = 0; i < G_N_ELEMENTS (wrong_cases); i++)
    add_table ("wrong", wrong_cases[i].name, i, test_wrong);
  g_test_add_func ("/tls/no-version-in-common", test_no_version_in_common);
  g_test_add_func ("/tls/half-close", test_half_close);
  g_test_add_func ("/tls/cut-off", test_cut_off);
  g_test_add_func ("/tls/lost-while-asking", test_lost_while_asking);
  g_test_add_func ("/tls/large", test_large);
  g_test_add_func ("/tls/key-log", test_key_log);
  g_test_add_func ("/tls/bindings", test_bindings);
  return g_test_run ();
}
