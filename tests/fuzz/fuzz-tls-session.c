/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdint.h>
#include <string.h>

#include <tls/tls-authority.h>
#include <tls/tls-session.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

#define START_S 1795507200
#define INPUT_BYTES_MAX 4096

/* The first byte of an input is a set of these. */
enum
{
  INPUT_TO_CLIENT = 1 << 0, /* else to the server */
  INPUT_LATE = 1 << 1,      /* after the handshake */
  INPUT_CHANGES = 1 << 2,   /* pairs of offset and byte that change what the peer says first */
  INPUT_OLD = 1 << 3,       /* TLS 1.2 */
  INPUT_REFUSES = 1 << 4,   /* certificates with problems */
  INPUT_NAMED_WRONG = 1 << 5,
};

typedef struct
{
  TlsSession *sessions[2]; /* client, server */
} Ends;

static TlsContext *contexts[2];

static void
set_up (void)
{
  static const char *const names[] = { "mx.example", NULL };
  guint8                   zeros[TLS_SEED_BYTES] = { 0 };
  g_autoptr (GBytes) seed = g_bytes_new (zeros, sizeof zeros);
  g_autoptr (TlsLibrary) library = tls_library_new_deterministic (NULL);
  g_autoptr (TlsAuthority) authority = tls_authority_new (library, "A", START_S, seed, NULL);
  const TlsCertificate *certificate = tls_authority_issue (authority, TLS_ISSUE_GOOD, names, NULL);

  contexts[0] = tls_context_new (library, TLS_CLIENT, NULL);
  contexts[1] = tls_context_new (library, TLS_SERVER, NULL);
  g_assert_true (
      tls_context_add_anchors (contexts[0], tls_authority_get_certificate_pem (authority), NULL));
  g_assert_true (tls_context_set_certificate (contexts[1], certificate->chain_pem,
                                              certificate->key_pem, NULL));
}

static void
listen_to (TlsSession *session, guint how, GString *log)
{
  g_autoptr (GBytes) plaintext = NULL;
  TlsEvent event;

  while (tls_session_next_event (session, &event))
    {
      g_autofree char *problems = tls_problems_to_string (event.problems);

      g_string_append_printf (log, "%d %s %d %d;", event.kind, problems, event.failure,
                              event.alert);
      g_assert_true ((event.kind == TLS_EVENT_FAILED) == (event.reason != NULL));
      if (event.kind == TLS_EVENT_CERTIFICATE)
        tls_session_answer (session, (how & INPUT_REFUSES) == 0);
    }
  plaintext = tls_session_take_plaintext (session);
  g_assert_cmpuint (g_bytes_get_size (plaintext), ==, 0); /* nobody can make up a record */
}

static void
give (TlsSession *session, const guint8 *data, gsize length, gsize chunk, guint how, GString *log)
{
  for (gsize i = 0; i < length; i += chunk)
    {
      gsize              n_bytes = MIN (chunk, length - i);
      g_autofree guint8 *exact = g_memdup2 (data + i, n_bytes);

      tls_session_receive (session, exact, n_bytes);
      listen_to (session, how, log);
    }
}

static void
shake_hands (Ends *ends)
{
  g_autoptr (GString) log = g_string_new (NULL);

  for (guint round = 0; round < 6; round++)
    {
      g_autoptr (GBytes) output = tls_session_take_output (ends->sessions[round % 2]);

      give (ends->sessions[1 - round % 2], g_bytes_get_data (output, NULL),
            g_bytes_get_size (output), G_MAXSIZE / 2, 0, log);
    }
  for (guint i = 0; i < 2; i++)
    {
      listen_to (ends->sessions[i], 0, log);
      g_assert_true (tls_session_is_secured (ends->sessions[i]));
    }
}

/* What the peer would have said, changed by @data. */
static GBytes *
change_first_words (Ends *ends, guint to, const guint8 *data, gsize size)
{
  g_autoptr (GBytes) hello = tls_session_take_output (ends->sessions[0]);
  g_autoptr (GBytes) answer = NULL;
  gsize   length;
  guint8 *changed;

  if (to == 0)
    {
      tls_session_receive (ends->sessions[1], g_bytes_get_data (hello, NULL),
                           g_bytes_get_size (hello));
      answer = tls_session_take_output (ends->sessions[1]);
    }
  changed = g_bytes_unref_to_data (g_bytes_ref (to == 0 ? answer : hello), &length);
  for (; size >= 3; data += 3, size -= 3)
    changed[(data[0] << 8 | data[1]) % length] = data[2];
  return g_bytes_new_take (changed, length);
}

/* Returns: all that was said and heard. */
static char *
run (const guint8 *data, gsize size, gsize chunk)
{
  guint  how = data[0];
  guint  to = how & INPUT_TO_CLIENT ? 0 : 1;
  guint8 seeds[2][TLS_SEED_BYTES] = { { 1 }, { 2 } };
  g_autoptr (GBytes) client_seed = g_bytes_new (seeds[0], TLS_SEED_BYTES);
  g_autoptr (GBytes) server_seed = g_bytes_new (seeds[1], TLS_SEED_BYTES);
  g_autoptr (GBytes) output = NULL;
  g_autoptr (GBytes) binding = NULL;
  g_autofree char *key_log = NULL;
  g_autofree char *sum = NULL;
  GString         *log = g_string_new (NULL);
  Ends             ends;

  tls_context_set_versions (contexts[0], TLS_VERSION_1_2,
                            how & INPUT_OLD ? TLS_VERSION_1_2 : TLS_VERSION_1_3);
  ends.sessions[0] = tls_session_new (
      contexts[0], how & INPUT_NAMED_WRONG && !(how & INPUT_LATE) ? "x.example" : "mx.example",
      START_S, client_seed);
  ends.sessions[1] = tls_session_new (contexts[1], NULL, START_S, server_seed);
  if (how & INPUT_LATE)
    shake_hands (&ends);
  if (how & INPUT_CHANGES && !(how & INPUT_LATE))
    {
      g_autoptr (GBytes) changed = change_first_words (&ends, to, data + 1, size - 1);

      give (ends.sessions[to], g_bytes_get_data (changed, NULL), g_bytes_get_size (changed), chunk,
            how, log);
    }
  else
    give (ends.sessions[to], data + 1, size - 1, chunk, how, log);
  tls_session_send (ends.sessions[to], data, size);
  tls_session_close (ends.sessions[to]);
  tls_session_receive_end (ends.sessions[to]);
  listen_to (ends.sessions[to], how, log);
  output = tls_session_take_output (ends.sessions[to]);
  sum = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, output);
  key_log = tls_session_take_key_log (ends.sessions[to]);
  binding = tls_session_dup_binding (ends.sessions[to], TLS_BINDING_EXPORTER);
  g_string_append_printf (log, "%s %s", sum, key_log);
  for (guint i = 0; i < 2; i++)
    tls_session_free (ends.sessions[i]);
  return g_string_free (log, FALSE);
}

/* Whatever comes from a peer, the session says the same however the bytes are cut. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *whole = NULL;
  g_autofree char *pieces = NULL;

  if (size > INPUT_BYTES_MAX)
    return -1;
  if (size == 0)
    return 0;
  if (contexts[0] == NULL)
    set_up ();
  whole = run (data, size, INPUT_BYTES_MAX * 16);
  pieces = run (data, size, 1 + size % 7);
  g_assert_cmpstr (whole, ==, pieces);
  return 0;
}
