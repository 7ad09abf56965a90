/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tls-pair.h"

#include <string.h>

#include <tls/tls-record.h>

GBytes *
pair_seed (guint n)
{
  guint8 bytes[TLS_SEED_BYTES];

  memset (bytes, 0x5a, sizeof bytes);
  memcpy (bytes, &n, sizeof n);
  return g_bytes_new (bytes, sizeof bytes);
}

void
pair_world_issue (PairWorld *self, TlsIssue issue)
{
  static const char *const names[] = { "mx.example", "*.mail.example", "192.0.2.1", "2001:db8::1",
                                       NULL };
  g_autoptr (GError) error = NULL;
  const TlsCertificate *certificate = tls_authority_issue (self->authority, issue, names, &error);

  g_assert_no_error (error);
  tls_context_set_certificate (self->server, certificate->chain_pem, certificate->key_pem, &error);
  g_assert_no_error (error);
}

PairWorld *
pair_world_new (gboolean is_deterministic)
{
  PairWorld *self = g_new0 (PairWorld, 1);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) seed = is_deterministic ? pair_seed (0) : NULL;

  self->library =
      is_deterministic ? tls_library_new_deterministic (&error) : tls_library_new_real ();
  g_assert_no_error (error);
  self->authority = tls_authority_new (self->library, "Test authority", PAIR_START_S, seed, &error);
  g_assert_no_error (error);
  self->client = tls_context_new (self->library, TLS_CLIENT, &error);
  g_assert_no_error (error);
  self->server = tls_context_new (self->library, TLS_SERVER, &error);
  g_assert_no_error (error);
  tls_context_add_anchors (self->client, tls_authority_get_certificate_pem (self->authority),
                           &error);
  g_assert_no_error (error);
  pair_world_issue (self, TLS_ISSUE_GOOD);
  return self;
}

void
pair_world_free (PairWorld *self)
{
  tls_context_unref (self->client);
  tls_context_unref (self->server);
  tls_authority_free (self->authority);
  tls_library_unref (self->library);
  g_free (self);
}

void
pair_world_set_version (PairWorld *self, TlsVersion version)
{
  tls_context_set_versions (self->client, version, version);
  tls_context_set_versions (self->server, version, version);
}

Pair *
pair_new (PairWorld *world, const char *peer_name, guint seed_n)
{
  Pair    *self = g_new0 (Pair, 1);
  gboolean has_seeds = tls_library_is_deterministic (world->library);
  g_autoptr (GBytes) client_seed = has_seeds ? pair_seed (2 * seed_n) : NULL;
  g_autoptr (GBytes) server_seed = has_seeds ? pair_seed (2 * seed_n + 1) : NULL;

  self->client = tls_session_new (world->client, peer_name, PAIR_START_S, client_seed);
  self->server = tls_session_new (world->server, NULL, PAIR_START_S, server_seed);
  self->to_server = g_byte_array_new ();
  self->to_client = g_byte_array_new ();
  self->client_heard = g_string_new (NULL);
  self->server_heard = g_string_new (NULL);
  self->client_events = g_string_new (NULL);
  self->server_events = g_string_new (NULL);
  return self;
}

void
pair_free (Pair *self)
{
  tls_session_free (self->client);
  tls_session_free (self->server);
  g_byte_array_unref (self->to_server);
  g_byte_array_unref (self->to_client);
  g_string_free (self->client_heard, TRUE);
  g_string_free (self->server_heard, TRUE);
  g_string_free (self->client_events, TRUE);
  g_string_free (self->server_events, TRUE);
  g_free (self);
}

static void
describe (GString *text, const TlsEvent *event)
{
  g_autofree char *problems = tls_problems_to_string (event->problems);
  g_autofree char *names =
      event->peer_names != NULL ? g_strjoinv (",", (char **) event->peer_names) : NULL;

  switch (event->kind)
    {
    case TLS_EVENT_CERTIFICATE:
      g_assert_nonnull (names);
      g_string_append_printf (text, "certificate %s;", problems);
      break;
    case TLS_EVENT_SECURED:
      g_string_append_printf (text, "secured %s %s", event->version_name, event->cipher);
      if (names != NULL)
        g_string_append_printf (text, " peer %s", names);
      if (event->asked_name != NULL)
        g_string_append_printf (text, " asked %s", event->asked_name);
      g_string_append_printf (text, "%s%s;", problems[0] != '\0' ? " problems " : "", problems);
      break;
    case TLS_EVENT_CLOSED:
      g_string_append (text, "closed;");
      break;
    case TLS_EVENT_FAILED:
      g_assert_nonnull (event->reason);
      g_string_append_printf (text, "failed %d", event->failure);
      if (event->alert >= 0)
        g_string_append_printf (text, " %s %s", event->alert_is_ours ? "sent" : "got",
                                tls_alert_get_name ((guint) event->alert));
      g_string_append (text, ";");
      break;
    case TLS_EVENT_NONE:
      g_assert_not_reached ();
    }
}

static void
listen_to (Pair *pair, TlsSession *session, GString *events, GString *heard)
{
  g_autoptr (GBytes) plaintext = NULL;
  TlsEvent event;

  while (tls_session_next_event (session, &event))
    {
      describe (events, &event);
      if (event.kind == TLS_EVENT_CERTIFICATE)
        tls_session_answer (session, !pair->refuses);
    }
  plaintext = tls_session_take_plaintext (session);
  g_string_append_len (heard, g_bytes_get_data (plaintext, NULL),
                       (gssize) g_bytes_get_size (plaintext));
}

void
pair_listen (Pair *self)
{
  listen_to (self, self->client, self->client_events, self->client_heard);
  listen_to (self, self->server, self->server_events, self->server_heard);
}

/* Each chunk is an exact copy, so that reading past it shows. */
gboolean
pair_carry (Pair *self, gboolean to_server, gsize chunk)
{
  TlsSession *from = to_server ? self->client : self->server;
  TlsSession *to = to_server ? self->server : self->client;
  g_autoptr (GBytes) output = tls_session_take_output (from);
  gsize         length;
  const guint8 *data = g_bytes_get_data (output, &length);

  g_byte_array_append (to_server ? self->to_server : self->to_client, data, (guint) length);
  for (gsize i = 0; i < length; i += chunk)
    {
      gsize              n_bytes = MIN (chunk, length - i);
      g_autofree guint8 *exact = g_memdup2 (data + i, n_bytes);

      tls_session_receive (to, exact, n_bytes);
      pair_listen (self);
    }
  return length > 0;
}

void
pair_move (Pair *self, gsize chunk)
{
  gboolean is_moving;

  do
    {
      is_moving = pair_carry (self, TRUE, chunk);
      is_moving |= pair_carry (self, FALSE, chunk);
    }
  while (is_moving);
  pair_listen (self);
}

void
pair_send (TlsSession *session, const char *text)
{
  tls_session_send (session, (const guint8 *) text, strlen (text));
}
