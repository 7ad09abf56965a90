/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sasl-owner.h"

#include <sasl/sasl-prep.h>
#include <string.h>

typedef struct
{
  const char *name, *text;
  const char *query;  /* prepared; NULL: refused */
  const char *stored; /* likewise */
} PrepCase;

static const PrepCase prep_cases[] = {
  /* The examples of RFC 4013 */
  { "soft-hyphen", "I\xc2\xadX", "IX", "IX" },
  { "no-change", "user", "user", "user" },
  { "case-kept", "USER", "USER", "USER" },
  { "feminine-ordinal", "\xc2\xaa", "a", "a" },
  { "roman-nine", "\xe2\x85\xa8", "IX", "IX" },
  { "control", "\x07", NULL, NULL },
  { "bidi", "\xd8\xa7\x31", NULL, NULL },

  { "empty", "", "", "" },
  { "becomes-empty", "\xc2\xad\xe2\x81\xa0\xef\xbb\xbf", "", "" },
  { "no-break-space", "a\xc2\xa0\x62", "a b", "a b" },
  { "zero-width-space", "a\xe2\x80\x8b\x62", "a b", "a b" },
  { "ogham-space", "a\xe1\x9a\x80\x62", "a b", "a b" },
  /* RFC 5802 section 3 suggests these two, whose forms C and KC differ. */
  { "half", "\xc2\xbd", "1\xe2\x81\x84\x32", "1\xe2\x81\x84\x32" },
  { "acute-accent", "\xc2\xb4", " \xcc\x81", " \xcc\x81" },
  { "composed", "o\xcc\x88", "\xc3\xb6", "\xc3\xb6" },
  { "delete", "a\x7f", NULL, NULL },
  { "c1-control", "a\xc2\x80", NULL, NULL },
  { "line-separator", "a\xe2\x80\xa8", NULL, NULL },
  { "bidi-override", "a\xe2\x80\xae", NULL, NULL },
  { "private-use", "\xee\x80\x80", NULL, NULL },
  { "non-character", "\xef\xb7\x90", NULL, NULL },
  { "last-of-plane", "\xf0\x9f\xbf\xbf", NULL, NULL },
  { "replacement", "\xef\xbf\xbd", NULL, NULL },
  { "ideographic-description", "\xe2\xbf\xb0", NULL, NULL },
  { "tag", "\xf3\xa0\x80\xa1", NULL, NULL },
  { "unassigned", "\xcd\xb8", "\xcd\xb8", NULL },
  { "rtl", "\xd8\xa7\x31\xd8\xa8", "\xd8\xa7\x31\xd8\xa8", "\xd8\xa7\x31\xd8\xa8" },
  { "rtl-and-ltr", "\xd8\xa7\x61\xd8\xa8", NULL, NULL },
  { "rtl-not-first", "\x31\xd8\xa8", NULL, NULL },
  { "not-utf-8", "a\xff", NULL, NULL },
  { "overlong", "a\xc0\x80", NULL, NULL },
};

static void
test_prep (gconstpointer data)
{
  const PrepCase  *c = data;
  g_autofree char *query = sasl_prep (c->text, SASL_PREP_QUERY);
  g_autofree char *stored = sasl_prep (c->text, SASL_PREP_STORED);
  g_autofree char *again = query != NULL ? sasl_prep (query, SASL_PREP_QUERY) : NULL;

  g_assert_cmpstr (query, ==, c->query);
  g_assert_cmpstr (stored, ==, c->stored);
  g_assert_cmpstr (again, ==, c->query);
}

/* The "trace" profile (RFC 4505 section 3) maps nothing and lets spaces be. */
static void
test_trace (void)
{
  g_assert_true (sasl_prep_is_trace ("", 0));
  g_assert_true (sasl_prep_is_trace ("a\xc2\xa0\x62", 4));
  g_assert_true (sasl_prep_is_trace ("\xe2\xbf\xb0", 3));
  g_assert_false (sasl_prep_is_trace ("a\0b", 3));
  g_assert_false (sasl_prep_is_trace ("\xe2\x80\xae", 3));
  g_assert_false (sasl_prep_is_trace ("\xd8\xa7\x31", 3));
  g_assert_false (sasl_prep_is_trace ("\xe2\xbf", 2));
}

static void
test_equal (void)
{
  static const guint8 a[] = { 1, 2, 3 }, b[] = { 1, 2, 4 };

  g_assert_true (sasl_secret_equal (a, 3, a, 3));
  g_assert_true (sasl_secret_equal (a, 2, b, 2));
  g_assert_false (sasl_secret_equal (a, 3, b, 3));
  g_assert_false (sasl_secret_equal (a, 2, a, 3));
  g_assert_false (sasl_secret_equal (a, 3, a, 2));
  g_assert_false (sasl_secret_equal (a, 3, a, 0));
  g_assert_true (sasl_secret_equal (NULL, 0, NULL, 0));
  /* Where only the lowest bit of the first octet differs. */
  g_assert_false (sasl_secret_equal ((const guint8 *) "\0x", 2, (const guint8 *) "\1x", 2));
}

static void
test_password_matches (void)
{
  g_assert_true (sasl_password_matches ("pencil", "pencil"));
  g_assert_true (sasl_password_matches ("o\xcc\x88", "\xc3\xb6"));
  g_assert_false (sasl_password_matches ("pencil", "Pencil"));
  g_assert_false (sasl_password_matches ("", ""));
  g_assert_false (sasl_password_matches ("\xc2\xad", ""));
  g_assert_false (sasl_password_matches ("\x07", "\x07"));
  g_assert_false (sasl_password_matches ("pencil", "pencils"));
}

static void
test_wipe (void)
{
  guint8 data[] = { 1, 2, 3 };
  g_autoptr (GBytes) bytes = sasl_secret_to_bytes (data, sizeof data);
  g_autoptr (GBytes) empty = sasl_secret_to_bytes (NULL, 0);

  sasl_secret_wipe (data, 2);
  g_assert_cmpmem (data, sizeof data, "\0\0\3", 3);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), "\1\2\3", 3);
  g_assert_cmpuint (g_bytes_get_size (empty), ==, 0);
  sasl_secret_free (NULL);
}

static void
check_hmac (GChecksumType hash, const char *key, gsize key_length, const char *text)
{
  g_autofree char *expected =
      g_compute_hmac_for_data (hash, (const guint8 *) key, key_length, (const guint8 *) text,
                               strlen (text));
  guint8 digest[SASL_DIGEST_BYTES_MAX];
  gsize  n =
      sasl_hmac (hash, (const guint8 *) key, key_length, text, strlen (text), digest);
  g_autoptr (GString) digits = g_string_new (NULL);

  for (gsize i = 0; i < n; i++)
    g_string_append_printf (digits, "%02x", digest[i]);
  g_assert_cmpstr (digits->str, ==, expected);
}

/* Ours, which takes in a key once for many texts, against GLib's; and a sum from RFC 2195. */
static void
test_hmac (void)
{
  static const GChecksumType hashes[] = { G_CHECKSUM_MD5, G_CHECKSUM_SHA1, G_CHECKSUM_SHA256 };
  g_autofree char           *key = g_strnfill (200, 'k');

  for (guint i = 0; i < G_N_ELEMENTS (hashes); i++)
    for (gsize length = 0; length <= 200; length++)
      check_hmac (hashes[i], key, length, "what do ya want for nothing?");
}

/* Keys depend on password, salt, count and hash, each. */
static void
test_keys (void)
{
  static const struct
  {
    GChecksumType hash;
    const char   *password, *salt;
    guint         n_iterations;
  } others[] = {
    { G_CHECKSUM_SHA1, "pencil", "salt", 2 },   { G_CHECKSUM_SHA1, "pencils", "salt", 1 },
    { G_CHECKSUM_SHA1, "pencil", "salts", 1 },  { G_CHECKSUM_SHA256, "pencil", "salt", 1 },
  };
  g_autoptr (GBytes) salt = g_bytes_new ("salt", 4);
  g_autoptr (SaslKeys) keys = sasl_keys_derive (G_CHECKSUM_SHA1, "pencil", salt, 1, NULL);
  g_autoptr (SaslKeys) same = sasl_keys_copy (keys);

  g_assert_cmpmem (keys->stored_key, 20, same->stored_key, 20);
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new (others[i].salt, strlen (others[i].salt));
      g_autoptr (SaslKeys) other = sasl_keys_derive (others[i].hash, others[i].password, bytes,
                                                     others[i].n_iterations, NULL);

      g_assert_true (memcmp (keys->stored_key, other->stored_key, 20) != 0);
      g_assert_true (memcmp (keys->server_key, other->server_key, 20) != 0);
    }
  g_assert_null (sasl_keys_derive (G_CHECKSUM_SHA1, "", salt, 1, NULL));
  g_assert_null (sasl_keys_derive (G_CHECKSUM_SHA1, "\x07", salt, 1, NULL));
}

static void
test_mechanisms (void)
{
  guint all = (1u << SASL_N_MECHANISMS) - 1;
  g_autofree char *text = sasl_mechanisms_format (all);
  g_autofree char *none = sasl_mechanisms_format (0);

  g_assert_cmpstr (text, ==,
                   "EXTERNAL OAUTHBEARER SCRAM-SHA-256-PLUS SCRAM-SHA-1-PLUS SCRAM-SHA-256 "
                   "SCRAM-SHA-1 CRAM-MD5 PLAIN LOGIN ANONYMOUS");
  g_assert_cmpstr (none, ==, "");
  g_assert_cmpuint (sasl_mechanisms_parse (text), ==, all);
  g_assert_cmpuint (sasl_mechanisms_parse ("plain  GSSAPI LOGIN "), ==,
                    SASL_MECHANISM_PLAIN | SASL_MECHANISM_LOGIN);
  g_assert_cmpuint (sasl_mechanisms_parse (""), ==, 0);
  g_assert_cmpint (sasl_mechanism_find ("SCRAM-SHA-1"), ==, SASL_MECHANISM_SCRAM_SHA_1);
  g_assert_cmpint (sasl_mechanism_find ("SCRAM-SHA"), ==, 0);
}

static void
test_choice (void)
{
  guint passwords = SASL_MECHANISMS_SCRAM | SASL_MECHANISM_CRAM_MD5 | SASL_MECHANISM_PLAIN;

  g_assert_cmpint (sasl_mechanisms_choose (SASL_MECHANISM_PLAIN | SASL_MECHANISM_SCRAM_SHA_1,
                                           passwords),
                   ==, SASL_MECHANISM_SCRAM_SHA_1);
  g_assert_cmpint (
      sasl_mechanisms_choose (SASL_MECHANISM_SCRAM_SHA_256 | SASL_MECHANISM_SCRAM_SHA_1_PLUS,
                              passwords),
      ==, SASL_MECHANISM_SCRAM_SHA_1_PLUS);
  g_assert_cmpint (sasl_mechanisms_choose (SASL_MECHANISM_LOGIN, passwords), ==, 0);
}

/* Every failure has its own name, and a text. */
static void
test_failures (void)
{
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < SASL_N_FAILURES; i++)
    {
      const char *name = sasl_failure_get_name ((SaslFailure) i);

      g_assert_nonnull (name);
      g_assert_true (g_hash_table_add (names, (gpointer) name));
      g_assert_cmpuint (strlen (sasl_failure_get_text ((SaslFailure) i)), >, 10);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (prep_cases); i++)
    {
      g_autofree char *path = g_strconcat ("/sasl/prep/", prep_cases[i].name, NULL);

      g_test_add_data_func (path, &prep_cases[i], test_prep);
    }
  g_test_add_func ("/sasl/prep-trace", test_trace);
  g_test_add_func ("/sasl/secret/equal", test_equal);
  g_test_add_func ("/sasl/secret/password-matches", test_password_matches);
  g_test_add_func ("/sasl/secret/wipe", test_wipe);
  g_test_add_func ("/sasl/secret/hmac", test_hmac);
  g_test_add_func ("/sasl/secret/keys", test_keys);
  g_test_add_func ("/sasl/mechanism/list", test_mechanisms);
  g_test_add_func ("/sasl/mechanism/choice", test_choice);
  g_test_add_func ("/sasl/mechanism/failures", test_failures);
  return g_test_run ();
}
