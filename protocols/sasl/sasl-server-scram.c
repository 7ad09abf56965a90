/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sasl-server-private.h"

#include <wire/wire-base64.h>

#include <string.h>

/* Octets of a password that nobody has. */
#define MADE_UP_BYTES 18

/* Whether the GS2 flag goes with the mechanism and with what was offered; and which bytes of the
 * channel the client then has to know (RFC 5802 section 6). */
static SaslFailure
check_binding (SaslServer *self, const SaslGs2Header *header, GBytes **out_data)
{
  gboolean is_plus = (self->mechanism & SASL_MECHANISMS_PLUS) != 0;

  *out_data = NULL;
  if (header->flag == 'y' && self->binding_types->len > 0)
    return SASL_FAILURE_DOWNGRADE;
  if ((header->flag == 'p') != is_plus)
    return SASL_FAILURE_NO_BINDING;
  if (!is_plus)
    return SASL_FAILURE_NONE;
  for (guint i = 0; i < self->binding_types->len; i++)
    if (strcmp (g_ptr_array_index (self->binding_types, i), header->cb_name) == 0)
      {
        *out_data = g_ptr_array_index (self->binding_data, i);
        return SASL_FAILURE_NONE;
      }
  return SASL_FAILURE_BINDING_TYPE;
}

/* Keeps what later messages are checked against. */
static void
remember (SaslServer *self, const SaslClientFirst *first, const char *message, gsize length,
          GBytes *binding)
{
  SaslServerScram *scram = &self->scram;
  g_autofree char *ours = self->own_nonce != NULL
                              ? g_strdup (self->own_nonce)
                              : sasl_nonce_new (self->random, self->random_data);

  scram->nonce = g_strconcat (first->nonce, ours, NULL);
  scram->binding = sasl_scram_format_binding (message, first->header_bytes, binding);
  scram->auth_message = g_string_new_len (message + first->header_bytes,
                                          (gssize) (length - first->header_bytes));
}

void
sasl_server_scram_first (SaslServer *self, const guint8 *data, gsize length)
{
  SaslClientFirst first = { 0 };
  SaslFailure     failure;
  GBytes         *binding = NULL;
  WireScan        scan;

  wire_scan_init (&scan, data, length, NULL);
  if (!sasl_scan_client_first (&scan, &first) || !wire_scan_at_end (&scan))
    failure = first.has_extension ? SASL_FAILURE_EXTENSION : sasl_server_explain (data, length);
  else if (first.has_extension)
    failure = SASL_FAILURE_EXTENSION;
  else
    failure = check_binding (self, &first.header, &binding);
  if (failure != SASL_FAILURE_NONE)
    sasl_server_fail (self, failure);
  else if (sasl_server_take_names (self, first.username, first.header.authzid))
    {
      remember (self, &first, (const char *) data, length, binding);
      sasl_server_ask (self, SASL_SERVER_EVENT_SECRET);
    }
  sasl_client_first_clear (&first);
}

SaslKeys *
sasl_server_scram_derive (SaslServer *self, const char *password)
{
  guint8 octets[SASL_SALT_BYTES];
  g_autoptr (GBytes) salt = NULL;

  self->random (octets, sizeof octets, self->random_data);
  salt = g_bytes_new (octets, sizeof octets);
  return sasl_keys_derive ((GChecksumType) sasl_mechanism_get_hash (self->mechanism), password,
                           salt, self->n_iterations, NULL);
}

/* Keys of a user who is not there: as costly to make as any, and refused in the end. */
static SaslKeys *
make_up_keys (SaslServer *self)
{
  guint8           octets[MADE_UP_BYTES];
  g_autofree char *password = NULL;

  self->random (octets, sizeof octets, self->random_data);
  password = wire_base64_encode (octets, sizeof octets);
  return sasl_server_scram_derive (self, password);
}

void
sasl_server_scram_take_keys (SaslServer *self, SaslKeys *keys)
{
  SaslServerScram *scram = &self->scram;
  g_autofree char *salt = NULL;
  g_autofree char *message = NULL;
  const guint8    *octets;
  gsize            length;

  scram->is_made_up = keys == NULL;
  scram->keys = keys != NULL ? keys : make_up_keys (self);
  octets = g_bytes_get_data (scram->keys->salt, &length);
  salt = wire_base64_encode (octets, length);
  message = g_strdup_printf ("r=%s,s=%s,i=%u", scram->nonce, salt, scram->keys->n_iterations);
  g_string_append_printf (scram->auth_message, ",%s", message);
  sasl_server_challenge (self, message, strlen (message));
}

/* Whether @proof can only come from who has the password: it gives the ClientKey that StoredKey is
 * the hash of (RFC 5802 section 3). */
static gboolean
is_proof (SaslServer *self, GBytes *proof)
{
  const SaslKeys *keys = self->scram.keys;
  guint8          key[SASL_DIGEST_BYTES_MAX], hashed[SASL_DIGEST_BYTES_MAX];
  gsize           n = (gsize) g_checksum_type_get_length (keys->hash);
  gboolean        is_right;

  if (g_bytes_get_size (proof) != n)
    return FALSE;
  memcpy (key, g_bytes_get_data (proof, NULL), n);
  sasl_scram_apply_proof (keys, self->scram.auth_message, key);
  sasl_hash (keys->hash, key, n, hashed);
  is_right = sasl_secret_equal (hashed, n, keys->stored_key, n);
  sasl_secret_wipe (key, sizeof key);
  return is_right;
}

static SaslFailure
check_final (SaslServer *self, const SaslClientFinal *final, const char *message)
{
  SaslServerScram *scram = &self->scram;

  if (final->has_extension)
    return SASL_FAILURE_EXTENSION;
  if (strcmp (final->nonce, scram->nonce) != 0)
    return SASL_FAILURE_NONCE;
  if (strcmp (final->channel_binding, scram->binding) != 0)
    return SASL_FAILURE_BINDING;
  g_string_append_c (scram->auth_message, ',');
  g_string_append_len (scram->auth_message, message, (gssize) final->bare_bytes);
  return is_proof (self, final->proof) && !scram->is_made_up ? SASL_FAILURE_NONE
                                                             : SASL_FAILURE_CREDENTIALS;
}

void
sasl_server_scram_final (SaslServer *self, const guint8 *data, gsize length)
{
  SaslClientFinal final = { 0 };
  SaslFailure     failure;
  WireScan        scan;

  wire_scan_init (&scan, data, length, NULL);
  if (!sasl_scan_client_final (&scan, &final) || !wire_scan_at_end (&scan))
    failure = final.has_extension ? SASL_FAILURE_EXTENSION : sasl_server_explain (data, length);
  else
    failure = check_final (self, &final, (const char *) data);
  sasl_client_final_clear (&final);
  if (failure != SASL_FAILURE_NONE)
    sasl_server_fail (self, failure);
  else
    sasl_server_authorize (self);
}

/* Proves to the client that this server knows it: server-final-message. */
void
sasl_server_scram_finish (SaslServer *self)
{
  guint8           signature[SASL_DIGEST_BYTES_MAX];
  gsize            n = sasl_scram_sign (self->scram.keys, self->scram.auth_message, signature);
  g_autofree char *verifier = wire_base64_encode (signature, n);
  g_autofree char *message = g_strconcat ("v=", verifier, NULL);

  sasl_server_succeed (self, message);
}

void
sasl_server_scram_clear (SaslServer *self)
{
  SaslServerScram *scram = &self->scram;

  if (scram->auth_message != NULL)
    g_string_free (scram->auth_message, TRUE);
  g_free (scram->binding);
  g_free (scram->nonce);
  sasl_keys_free (scram->keys);
  *scram = (SaslServerScram){ 0 };
}
