/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include <support/tls-pair.h>
#include <support/toy-session.h>
#include <tls/tls-layer.h>
#include <tls/tls-record.h>

#define NOW_US (5 * G_USEC_PER_SEC)

static const TlsVersion versions[] = { TLS_VERSION_1_2, TLS_VERSION_1_3 };
static const gsize      chunks[] = { G_MAXSIZE, 1, 2, 7, 100, 1000 };

static const char *const in_clear_first[] = { "EHLO a.example", "STLS", "EHLO a.example", "QUIT",
                                              NULL };
static const char *const secured[] = { "EHLO a.example", "QUIT", NULL };

/* One end: a layer around a toy, and what its carrier sees. */
typedef struct
{
  WireSession *layer;
  ToySession  *toy;   /* inside of it */
  GString     *told;  /* by the toy */
  GString     *units; /* "> 16 command lock; " ... */
  GByteArray  *out;   /* not carried yet */
  GByteArray  *records; /* the sent records, and the sent units that were in clear */
  GByteArray  *sent;  /* all output */
  GString     *keys;
} End;

typedef struct
{
  End client, server;
} Joint;

static TlsContext *
get_context (gpointer data)
{
  return data;
}

static void
on_key_log (const char *lines, gpointer data)
{
  g_string_append (data, lines);
}

static void
add_unit (End *self, const WireUnit *unit)
{
  gsize         length;
  const guint8 *data = g_bytes_get_data (unit->bytes, &length);
  gboolean      is_record = strcmp (unit->name, "record") == 0;

  if (is_record)
    g_string_append_printf (self->units, "%c record %u %" G_GSIZE_FORMAT "%s; ",
                            unit->direction == WIRE_SENT ? '>' : '<', data[0], length,
                            unit->is_secured ? " of it" : "");
  else
    g_string_append_printf (self->units, "%c %s %.*s%s; ", unit->direction == WIRE_SENT ? '>' : '<',
                            unit->name, (int) MIN (length - 2, 20), (const char *) data,
                            unit->is_secured ? " lock" : "");
  if (unit->direction == WIRE_SENT && (is_record || !unit->is_secured))
    g_byte_array_append (self->records, data, (guint) length);
}

/* What a carrier does after each call. */
static void
serve (End *self)
{
  g_autoptr (GBytes) output = NULL;
  WireUnit unit;

  while (self->layer->klass->next_unit (self->layer, &unit))
    {
      add_unit (self, &unit);
      wire_unit_clear (&unit);
    }
  output = self->layer->klass->take_output (self->layer);
  g_byte_array_append (self->out, g_bytes_get_data (output, NULL),
                       (guint) g_bytes_get_size (output));
  g_byte_array_append (self->sent, g_bytes_get_data (output, NULL),
                       (guint) g_bytes_get_size (output));
}

static void
on_units (gpointer carrier)
{
  End     *self = carrier;
  WireUnit unit;

  while (self->layer->klass->next_unit (self->layer, &unit))
    {
      add_unit (self, &unit);
      wire_unit_clear (&unit);
    }
}

static void
end_init (End *self, const char *const *script, TlsContext *context, gboolean is_implicit,
          guint seed_n)
{
  g_autoptr (GBytes) seed = pair_seed (seed_n);
  TlsLayerConfig config = {
    .get_context = get_context,
    .context_data = context,
    .peer_name = script != NULL ? "mx.example" : NULL,
    .seed = seed,
    .epoch_us = (gint64) PAIR_START_S * G_USEC_PER_SEC,
    .now_us = NOW_US,
    .is_implicit = is_implicit,
    .key_log = on_key_log,
  };

  self->told = g_string_new (NULL);
  self->units = g_string_new (NULL);
  self->keys = g_string_new (NULL);
  self->out = g_byte_array_new ();
  self->records = g_byte_array_new ();
  self->sent = g_byte_array_new ();
  config.key_log_data = self->keys;
  self->toy = toy_session_new (script, NOW_US, self->told);
  self->layer = tls_layer_new (&self->toy->session, &config);
  self->layer->on_units = on_units;
  self->layer->carrier = self;
  serve (self);
}

static void
end_clear (End *self)
{
  self->layer->klass->free (self->layer);
  g_string_free (self->told, TRUE);
  g_string_free (self->units, TRUE);
  g_string_free (self->keys, TRUE);
  g_byte_array_unref (self->out);
  g_byte_array_unref (self->records);
  g_byte_array_unref (self->sent);
}

static Joint *
joint_new (PairWorld *world, const char *const *script, gboolean is_implicit)
{
  Joint *self = g_new0 (Joint, 1);

  end_init (&self->client, script, world->client, is_implicit, 1);
  end_init (&self->server, NULL, world->server, is_implicit, 2);
  return self;
}

static void
joint_free (Joint *self)
{
  end_clear (&self->client);
  end_clear (&self->server);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Joint, joint_free)

static void
give (End *self, const void *data, gsize length)
{
  g_autofree guint8 *copy = g_memdup2 (data, length);

  self->layer->klass->receive (self->layer, copy, length, NOW_US);
  serve (self);
}

static void
give_text (End *self, const char *text, gsize chunk)
{
  for (gsize i = 0; i < strlen (text); i += MIN (chunk, strlen (text) - i))
    give (self, text + i, MIN (chunk, strlen (text) - i));
}

static gboolean
is_done (End *self)
{
  return self->layer->klass->is_done (self->layer);
}

static void
end_input (End *self, gboolean is_lost)
{
  self->layer->klass->receive_end (self->layer, is_lost, NOW_US);
  serve (self);
}

/* Carries bytes at most @chunk at a time until none is left or the reader is done. */
static gboolean
carry (End *from, End *to, gsize chunk)
{
  gsize length = MIN (from->out->len, chunk);

  if (length == 0 || is_done (to))
    return FALSE;
  give (to, from->out->data, length);
  g_byte_array_remove_range (from->out, 0, (guint) length);
  return TRUE;
}

static void
move (Joint *self, gsize chunk)
{
  while (carry (&self->client, &self->server, chunk) |
         carry (&self->server, &self->client, chunk))
    ;
}

static void
assert_output (const End *self)
{
  g_assert_cmpmem (self->sent->data, self->sent->len, self->records->data, self->records->len);
}

static guint
count (const char *text, const char *what)
{
  guint n = 0;

  for (const char *at = strstr (text, what); at != NULL; at = strstr (at + 1, what))
    n++;
  return n;
}

static void
assert_same_lines (const char *a, const char *b)
{
  g_auto (GStrv) lines = g_strsplit (a, "\n", -1);

  g_assert_cmpuint (strlen (a), ==, strlen (b));
  for (guint i = 0; lines[i] != NULL; i++)
    g_assert_nonnull (strstr (b, lines[i]));
}

static void
test_starttls (void)
{
  g_autoptr (PairWorld) world = pair_world_new (TRUE);

  g_test_summary ("STARTTLS: clear before, locked after; what happens and every byte sent depend "
                  "on the seed, not on how TCP cut them.");
  for (guint v = 0; v < G_N_ELEMENTS (versions); v++)
    {
      g_autofree char *version = g_strdup (versions[v] == TLS_VERSION_1_2 ? "TLSv1.2" : "TLSv1.3");
      g_autofree char *client_told = g_strdup_printf (
          "220 hello; 250 1; 220 go; secured %s verified asked mx.example; 250 2; 221 bye; ",
          version);
      g_autofree char *server_told = g_strdup_printf (
          "EHLO a.example; STLS; secured %s asked mx.example; EHLO a.example; QUIT; ", version);
      g_autoptr (Joint) first = NULL;

      pair_world_set_version (world, versions[v]);
      for (guint c = 0; c < G_N_ELEMENTS (chunks); c++)
        {
          g_autoptr (Joint) joint = joint_new (world, in_clear_first, FALSE);

          move (joint, chunks[c]);
          g_assert_cmpstr (joint->client.told->str, ==, client_told);
          g_assert_cmpstr (joint->server.told->str, ==, server_told);
          g_assert_true (is_done (&joint->client) && is_done (&joint->server));
          assert_output (&joint->client);
          assert_output (&joint->server);
          if (first != NULL)
            {
              g_assert_cmpstr (joint->client.units->str, ==, first->client.units->str);
              g_assert_cmpstr (joint->server.units->str, ==, first->server.units->str);
              g_assert_cmpmem (joint->client.sent->data, joint->client.sent->len,
                               first->client.sent->data, first->client.sent->len);
              g_assert_cmpmem (joint->server.sent->data, joint->server.sent->len,
                               first->server.sent->data, first->server.sent->len);
              continue;
            }
          first = g_steal_pointer (&joint);
        }
      g_assert_true (g_str_has_prefix (first->client.units->str,
                                       "< response 220 hello; > command EHLO a.example; "
                                       "< response 250 1; > command STLS; < response 220 go; "
                                       "> record 22 "));
      /* Each locked unit that is sent is followed by its record; close_notify is TLS's own. */
      g_assert_nonnull (strstr (first->client.units->str,
                                versions[v] == TLS_VERSION_1_2
                                    ? "> command EHLO a.example lock; > record 23 45 of it; "
                                    : "> command EHLO a.example lock; > record 23 38 of it; "));
      g_assert_cmpuint (count (first->client.units->str, "of it"), ==, 2);
      g_assert_cmpuint (count (first->server.units->str, "of it"), ==, 2);
      g_assert_nonnull (strstr (first->server.units->str, "of it; < record 23 "));
      g_assert_true (g_str_has_suffix (first->server.units->str,
                                       versions[v] == TLS_VERSION_1_2 ? "of it; > record 21 31; "
                                                                      : "of it; > record 23 24; "));
      assert_same_lines (first->client.keys->str, first->server.keys->str);
      g_assert_cmpuint (count (first->client.keys->str, "\n"), ==,
                        versions[v] == TLS_VERSION_1_2 ? 1 : 5);
    }
}

static void
test_implicit (void)
{
  g_autoptr (PairWorld) world = pair_world_new (TRUE);

  g_test_summary ("Implicit TLS: nothing before it, not even the greeting.");
  for (guint c = 0; c < G_N_ELEMENTS (chunks); c++)
    {
      g_autoptr (Joint) joint = joint_new (world, secured, TRUE);

      g_assert_cmpuint (joint->server.sent->len, ==, 0);
      g_assert_cmpuint (joint->client.sent->data[0], ==, TLS_RECORD_HANDSHAKE);
      move (joint, chunks[c]);
      g_assert_cmpstr (joint->client.told->str, ==,
                       "secured TLSv1.3 verified asked mx.example; 220 hello; 250 1; 221 bye; ");
      g_assert_cmpstr (joint->server.told->str, ==,
                       "secured TLSv1.3 asked mx.example; EHLO a.example; QUIT; ");
      g_assert_nonnull (strstr (joint->server.units->str, "> response 220 hello lock; > record"));
      assert_output (&joint->client);
      assert_output (&joint->server);
    }
}

static void
test_injection (void)
{
  g_autoptr (PairWorld) world = pair_world_new (TRUE);

  g_test_summary ("What an attacker puts behind the line that starts TLS is never carried out: it "
                  "is dropped, or is no TLS.");
  for (guint c = 0; c < G_N_ELEMENTS (chunks); c++)
    {
      g_autoptr (Joint) joint = joint_new (world, in_clear_first, FALSE);
      End *server = &joint->server;

      give_text (server, "STLS\r\nDELETE\r\nDELETE MORE\r\n", chunks[c]);
      g_assert_null (strstr (server->told->str, "DELETE"));
      g_assert_null (strstr (server->units->str, "command DELETE"));
      if (chunks[c] < strlen ("STLS\r\nDELETE\r\nDELETE MORE\r\n"))
        {
          g_assert_true (g_str_has_suffix (
              server->told->str, "STLS; failed: what the peer sends is not TLS; lost; "));
          g_assert_true (is_done (server));
          continue;
        }
      /* The handshake goes on from an empty slate. */
      g_assert_cmpstr (server->told->str, ==, "STLS; ");
      g_byte_array_set_size (server->out, 0);
      give_text (&joint->client, "220 hello\r\n250 1\r\n220 go\r\n250 2\r\n221 bye\r\n", G_MAXSIZE);
      g_assert_true (g_str_has_prefix (joint->client.told->str, "220 hello; 250 1; 220 go; "));
      g_assert_null (strstr (joint->client.told->str, "250 2"));
      g_byte_array_remove_range (joint->client.out, 0, strlen ("EHLO a.example\r\nSTLS\r\n"));
      move (joint, G_MAXSIZE);
      g_assert_cmpstr (server->told->str, ==,
                       "STLS; secured TLSv1.3 asked mx.example; EHLO a.example; QUIT; ");
    }
}

static void
test_end (void)
{
  g_autoptr (PairWorld) world = pair_world_new (TRUE);
  static const char *const endless[] = { "EHLO a.example", NULL };

  g_test_summary ("An end with close_notify is an end, one without is a failure, a broken "
                  "connection is none of TLS's.");
  for (guint c = 0; c < G_N_ELEMENTS (chunks); c++)
    {
      g_autoptr (Joint) joint = joint_new (world, endless, TRUE);

      /* The client has no more to say and closes; the server answers with its own. */
      move (joint, chunks[c]);
      g_assert_true (is_done (&joint->client) && is_done (&joint->server));
      g_assert_true (g_str_has_suffix (joint->server.told->str, "EHLO a.example; ended; "));
      g_assert_true (
          g_str_has_suffix (joint->server.units->str, "< record 23 24; > record 23 24; "));
    }
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (Joint) joint = joint_new (world, endless, TRUE);
      End *server = &joint->server;

      if (i < 2)
        {
          carry (&joint->client, server, G_MAXSIZE);
          carry (server, &joint->client, G_MAXSIZE);
          carry (&joint->client, server, G_MAXSIZE);
          carry (server, &joint->client, G_MAXSIZE);
        }
      end_input (server, i == 1);
      g_assert_true (is_done (server));
      if (i == 0)
        g_assert_true (g_str_has_suffix (
            server->told->str, "; failed: the connection ended without close_notify; lost; "));
      else if (i == 1)
        g_assert_cmpstr (server->told->str, ==, "secured TLSv1.3 asked mx.example; lost; ");
      else
        g_assert_cmpstr (server->told->str, ==,
                         "failed: the connection ended during the handshake; lost; ");
      serve (server);
      g_assert_null (strstr (server->told->str, "EHLO"));
    }
}

static void
test_certificate (void)
{
  static const struct
  {
    TlsIssue    issue;
    const char *problems;
    const char *alert;
  } cases[] = {
    { TLS_ISSUE_EXPIRED, "expired", "certificate_expired" },
    { TLS_ISSUE_WRONG_NAME, "wrong-name", "bad_certificate" },
    { TLS_ISSUE_UNKNOWN_ISSUER, "unknown-issuer", "unknown_ca" },
  };

  g_test_summary ("A certificate with problems: the client decides, both learn what came of it.");
  for (guint i = 0; i < 2 * G_N_ELEMENTS (cases); i++)
    for (guint c = 0; c < G_N_ELEMENTS (chunks); c++)
      {
        g_autoptr (PairWorld) world = pair_world_new (TRUE);
        g_autoptr (Joint) joint = NULL;
        gboolean trusts = i % 2;
        const char      *problems = cases[i / 2].problems;
        g_autofree char *client = g_strdup_printf (
            trusts ? "220 hello; 250 1; 220 go; certificate %s; secured TLSv1.3 but %s asked "
                     "mx.example; 250 2; 221 bye; "
                   : "220 hello; 250 1; 220 go; certificate %s; failed: the certificate is not "
                     "trusted: %s; lost; ",
            problems, problems);
        g_autofree char *server = g_strdup_printf (
            trusts ? "EHLO a.example; STLS; secured TLSv1.3 asked mx.example; EHLO a.example; "
                     "QUIT; "
                   : "EHLO a.example; STLS; failed: the peer gave up: %s; lost; ",
            cases[i / 2].alert);

        pair_world_issue (world, cases[i / 2].issue);
        joint = joint_new (world, in_clear_first, FALSE);
        joint->client.toy->trusts = trusts;
        move (joint, chunks[c]);
        g_assert_cmpstr (joint->client.told->str, ==, client);
        g_assert_cmpstr (joint->server.told->str, ==, server);
        g_assert_true (is_done (&joint->client) && is_done (&joint->server));
        assert_output (&joint->client);
      }
}

static void
test_no_tls (void)
{
  g_autoptr (PairWorld) world = pair_world_new (TRUE);

  g_test_summary ("A client that expects TLS meets a greeting in clear; what came is told.");
  for (guint c = 0; c < G_N_ELEMENTS (chunks); c++)
    {
      g_autoptr (Joint) joint = joint_new (world, secured, TRUE);
      End *client = &joint->client;

      give_text (client, "220 hello\r\n", chunks[c]);
      g_assert_cmpstr (client->told->str, ==, "failed: what the peer sends is not TLS; lost; ");
      g_assert_true (is_done (client));
      g_assert_cmpuint (count (client->units->str, "< record 50 "), ==, 1);
      g_assert_cmpuint (count (client->units->str, "EHLO"), ==, 0);
    }
}

static void
test_impossible (void)
{
  End server = { 0 };

  g_test_summary ("TLS that can't be set up is a failure like others.");
  end_init (&server, NULL, NULL, TRUE, 1);
  g_assert_cmpstr (server.told->str, ==, "failed: TLS is not to be had here; lost; ");
  g_assert_true (is_done (&server));
  g_assert_cmpuint (server.sent->len, ==, 0);
  end_clear (&server);
}

static void
test_expiry (void)
{
  g_autoptr (PairWorld) world = pair_world_new (TRUE);
  g_autoptr (Joint) joint = joint_new (world, in_clear_first, FALSE);
  End   *server = &joint->server;
  gint64 deadline_us;
  guint  n_sent;

  g_test_summary ("A handshake that does not go on ends by the patience of the session inside, "
                  "which says nothing in clear.");
  give_text (server, "STLS\r\n", G_MAXSIZE);
  deadline_us = server->layer->klass->get_deadline (server->layer);
  g_assert_cmpint (deadline_us, ==, NOW_US + TOY_PATIENCE_US);
  n_sent = server->sent->len;
  give_text (server, "\x16\x03\x01", 1);
  g_assert_cmpint (server->layer->klass->get_deadline (server->layer), ==, deadline_us);
  server->layer->klass->expire (server->layer, deadline_us);
  serve (server);
  g_assert_true (is_done (server));
  g_assert_cmpuint (server->sent->len, ==, n_sent);
}

static void
test_long (void)
{
  g_autoptr (PairWorld) world = pair_world_new (TRUE);
  g_autofree char *line = g_strnfill (100 * 1000, 'x');
  const char *const script[] = { line, "QUIT", NULL };
  g_autoptr (Joint) joint = joint_new (world, script, TRUE);

  g_test_summary ("A long unit is one unit and as many records as it needs.");
  move (joint, 1460);
  g_assert_cmpuint (count (joint->client.units->str, "lock; > record 23 16406 of it; "), ==, 1);
  g_assert_cmpuint (count (joint->client.units->str, "> record 23 16406 of it; "), ==, 6);
  g_assert_cmpuint (count (joint->client.units->str, "> command xxxx"), ==, 1);
  g_assert_cmpuint (count (joint->server.units->str, "< record 23 16406; "), ==, 6);
  g_assert_true (g_str_has_suffix (joint->server.told->str, "xxxx; QUIT; "));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tls/layer/starttls", test_starttls);
  g_test_add_func ("/tls/layer/implicit", test_implicit);
  g_test_add_func ("/tls/layer/injection", test_injection);
  g_test_add_func ("/tls/layer/end", test_end);
  g_test_add_func ("/tls/layer/certificate", test_certificate);
  g_test_add_func ("/tls/layer/no-tls", test_no_tls);
  g_test_add_func ("/tls/layer/impossible", test_impossible);
  g_test_add_func ("/tls/layer/expiry", test_expiry);
  g_test_add_func ("/tls/layer/long", test_long);
  return g_test_run ();
}
