/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include <support/tls-pair.h>


static const char *const names[] = { "mx.example", NULL };
static const char *const other_names[] = { "pop.example", "imap.example", "2001:db8::2", NULL };

static TlsAuthority *
make_authority (TlsLibrary *library, guint seed_n, gint64 start_s)
{
  g_autoptr (GBytes) seed = pair_seed (seed_n);
  g_autoptr (GError) error = NULL;
  TlsAuthority *authority = tls_authority_new (library, "Test authority", start_s, seed, &error);

  g_assert_no_error (error);
  return authority;
}

static const TlsCertificate *
issue (TlsAuthority *authority, TlsIssue kind, const char *const *for_names)
{
  g_autoptr (GError) error = NULL;
  const TlsCertificate *certificate = tls_authority_issue (authority, kind, for_names, &error);

  g_assert_no_error (error);
  return certificate;
}

static void
test_seeds (void)
{
  g_autoptr (TlsLibrary) library = tls_library_new_deterministic (NULL);
  g_autoptr (TlsLibrary) again = tls_library_new_deterministic (NULL);
  g_autoptr (TlsAuthority) first = make_authority (library, 1, PAIR_START_S);
  g_autoptr (TlsAuthority) second = make_authority (again, 1, PAIR_START_S);
  g_autoptr (TlsAuthority) other = make_authority (library, 2, PAIR_START_S);
  g_autoptr (TlsAuthority) later = make_authority (library, 1, PAIR_START_S + 1);

  g_test_summary (
      "The same seed gives the same certificates, in whatever order they are asked for.");
  for (TlsIssue kind = TLS_ISSUE_GOOD; kind <= TLS_ISSUE_UNKNOWN_ISSUER; kind++)
    issue (first, kind, names);
  for (int kind = TLS_ISSUE_UNKNOWN_ISSUER; kind >= TLS_ISSUE_GOOD; kind--)
    {
      const TlsCertificate *a = issue (first, (TlsIssue) kind, names);
      const TlsCertificate *b = issue (second, (TlsIssue) kind, names);
      const TlsCertificate *c = issue (other, (TlsIssue) kind, names);
      const TlsCertificate *d = issue (first, (TlsIssue) kind, other_names);

      g_assert_cmpstr (a->chain_pem, ==, b->chain_pem);
      g_assert_cmpstr (a->key_pem, ==, b->key_pem);
      g_assert_cmpstr (a->key_pem, !=, c->key_pem);
      g_assert_cmpstr (a->key_pem, !=, d->key_pem);
    }
  g_assert_cmpstr (tls_authority_get_certificate_pem (first), ==,
                   tls_authority_get_certificate_pem (second));
  g_assert_cmpstr (tls_authority_get_key_pem (first), !=, tls_authority_get_key_pem (other));
  g_assert_cmpstr (tls_authority_get_certificate_pem (first), !=,
                   tls_authority_get_certificate_pem (later));
}

static void
test_kept (void)
{
  g_autoptr (TlsLibrary) library = tls_library_new_deterministic (NULL);
  g_autoptr (TlsAuthority) authority = make_authority (library, 1, PAIR_START_S);
  const TlsCertificate *good = issue (authority, TLS_ISSUE_GOOD, names);

  g_assert_true (good == issue (authority, TLS_ISSUE_GOOD, names));
  g_assert_true (good != issue (authority, TLS_ISSUE_EXPIRED, names));
  g_assert_true (good != issue (authority, TLS_ISSUE_GOOD, other_names));
}

static void
test_from_pem (void)
{
  g_autoptr (TlsLibrary) library = tls_library_new_deterministic (NULL);
  g_autoptr (TlsAuthority) made = make_authority (library, 1, PAIR_START_S);
  g_autoptr (GBytes) seed = pair_seed (1);
  g_autoptr (GError) error = NULL;
  g_autoptr (TlsAuthority) read =
      tls_authority_new_from_pem (library, tls_authority_get_certificate_pem (made),
                                  tls_authority_get_key_pem (made), PAIR_START_S, seed, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (tls_authority_get_certificate_pem (read), ==,
                   tls_authority_get_certificate_pem (made));
  g_assert_cmpstr (tls_authority_get_key_pem (read), ==, tls_authority_get_key_pem (made));
  g_assert_cmpstr (issue (made, TLS_ISSUE_GOOD, names)->chain_pem, ==,
                   issue (read, TLS_ISSUE_GOOD, names)->chain_pem);
}

/* A world's certificates also serve real sessions, which draw on nothing of that world. */
static void
test_real_sessions_take_them (void)
{
  g_autoptr (PairWorld) world = pair_world_new (TRUE);
  g_autoptr (PairWorld) real = pair_world_new (FALSE);
  g_autoptr (GError) error = NULL;
  g_autoptr (Pair) pair = NULL;
  const TlsCertificate *certificate = issue (world->authority, TLS_ISSUE_GOOD, names);

  tls_context_set_certificate (real->server, certificate->chain_pem, certificate->key_pem, &error);
  g_assert_no_error (error);
  tls_context_add_anchors (real->client, tls_authority_get_certificate_pem (world->authority),
                           &error);
  g_assert_no_error (error);
  pair = pair_new (real, "mx.example", 0);
  pair_move (pair, 1000);
  g_assert_true (g_str_has_prefix (pair->client_events->str, "secured"));
}

/* A chain may have more than the host's own certificate. */
static void
test_chain (void)
{
  g_autoptr (PairWorld) world = pair_world_new (TRUE);
  const TlsCertificate *certificate = issue (world->authority, TLS_ISSUE_GOOD, names);
  const char           *issuer = tls_authority_get_certificate_pem (world->authority);
  g_autofree char      *chain = g_strconcat (certificate->chain_pem, issuer, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (Pair) shorter = pair_new (world, "mx.example", 1);
  g_autoptr (Pair) pair = NULL;

  pair_move (shorter, 1000);
  tls_context_set_certificate (world->server, chain, certificate->key_pem, &error);
  g_assert_no_error (error);
  pair = pair_new (world, "mx.example", 1);
  pair_move (pair, 1000);
  g_assert_true (g_str_has_prefix (pair->client_events->str, "secured"));
  g_assert_cmpuint (pair->to_client->len, >, shorter->to_client->len + 300);
}

static void
test_names (void)
{
  static const char *const bad[] = {
    "", "a b", "x@example", "line\r\nbreak", "m\xc3\xbcller.example", "mx.example/x"
  };
  static const char *const none[] = { NULL };
  const char              *many[TLS_CERTIFICATE_NAMES_MAX + 2] = { NULL };
  g_autofree char         *longest = g_strnfill (253, 'a');
  g_autoptr (TlsLibrary) library = tls_library_new_deterministic (NULL);
  g_autoptr (TlsAuthority) authority = make_authority (library, 1, PAIR_START_S);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      const char *const list[] = { "mx.example", bad[i], NULL };
      g_autoptr (GError) problem = NULL;

      g_assert_null (tls_authority_issue (authority, TLS_ISSUE_GOOD, list, &problem));
      g_assert_error (problem, TLS_ERROR, TLS_ERROR_NAME);
    }
  g_assert_null (tls_authority_issue (authority, TLS_ISSUE_GOOD, none, &error));
  g_assert_error (error, TLS_ERROR, TLS_ERROR_NAME);
  g_clear_error (&error);
  for (guint i = 0; i < TLS_CERTIFICATE_NAMES_MAX; i++)
    many[i] = longest;
  issue (authority, TLS_ISSUE_GOOD, many);
  many[TLS_CERTIFICATE_NAMES_MAX] = longest;
  g_assert_null (tls_authority_issue (authority, TLS_ISSUE_GOOD, many, &error));
  g_assert_error (error, TLS_ERROR, TLS_ERROR_NAME);
}

/* Set-up that fails, with what it says. */
static void
test_bad_pem (void)
{
  g_autoptr (PairWorld) world = pair_world_new (TRUE);
  const TlsCertificate *one = issue (world->authority, TLS_ISSUE_GOOD, names);
  const TlsCertificate *other = issue (world->authority, TLS_ISSUE_GOOD, other_names);
  g_autofree char      *damaged = g_strdup (one->chain_pem);
  g_autofree char      *half = g_strndup (one->key_pem, strlen (one->key_pem) / 2);
  g_autofree char      *second_damaged = NULL;
  g_autoptr (GBytes) seed = pair_seed (1);

  memcpy (strstr (damaged, "MII"), "AAA", 3);
  second_damaged = g_strconcat (one->chain_pem, damaged, NULL);
  {
    const struct
    {
      const char *chain_pem, *key_pem;
      TlsError    code;
    } cases[] = {
      { "", one->key_pem, TLS_ERROR_CERTIFICATE },
      { "nonsense", one->key_pem, TLS_ERROR_CERTIFICATE },
      { damaged, one->key_pem, TLS_ERROR_CERTIFICATE },
      { second_damaged, one->key_pem, TLS_ERROR_CERTIFICATE },
      { one->key_pem, one->key_pem, TLS_ERROR_CERTIFICATE },
      { one->chain_pem, "", TLS_ERROR_KEY },
      { one->chain_pem, half, TLS_ERROR_KEY },
      { one->chain_pem, one->chain_pem, TLS_ERROR_KEY },
      { one->chain_pem, other->key_pem, TLS_ERROR_KEY },
    };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
      {
        g_autoptr (GError) error = NULL;
        g_autoptr (GError) again = NULL;

        g_assert_false (tls_context_set_certificate (world->server, cases[i].chain_pem,
                                                     cases[i].key_pem, &error));
        g_assert_error (error, TLS_ERROR, (int) cases[i].code);
        g_assert_null (tls_authority_new_from_pem (world->library, cases[i].chain_pem,
                                                   cases[i].key_pem, PAIR_START_S, seed, &again));
        g_assert_error (again, TLS_ERROR, (int) cases[i].code);
      }
  }
  {
    g_autoptr (GError) error = NULL;
    g_autoptr (GError) again = NULL;

    g_assert_null (tls_authority_new_from_pem (world->library, one->chain_pem, one->key_pem,
                                               PAIR_START_S, seed, &error));
    g_assert_error (error, TLS_ERROR, TLS_ERROR_CERTIFICATE);
    g_assert_false (tls_context_add_anchors (world->client, "nonsense", &again));
    g_assert_error (again, TLS_ERROR, TLS_ERROR_CERTIFICATE);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tls-authority/seeds", test_seeds);
  g_test_add_func ("/tls-authority/kept", test_kept);
  g_test_add_func ("/tls-authority/from-pem", test_from_pem);
  g_test_add_func ("/tls-authority/real-sessions-take-them", test_real_sessions_take_them);
  g_test_add_func ("/tls-authority/chain", test_chain);
  g_test_add_func ("/tls-authority/names", test_names);
  g_test_add_func ("/tls-authority/bad-pem", test_bad_pem);
  return g_test_run ();
}
