/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-auth.h"

#include <string.h>

#include "mail-policy.h"

/* Who has a password may act as nobody but itself, by whichever of its names. A host that has
 * proved its name by its certificate is nobody here, and may act as itself. */
static void
answer_authorize (MailHost *host, SaslServer *sasl, const SaslServerEvent *event)
{
  MailUser *user = mail_host_find_login (host, event->authcid);

  if (*event->authzid == '\0' || strcmp (event->authcid, event->authzid) == 0 ||
      (user != NULL && mail_host_find_login (host, event->authzid) == user))
    sasl_server_accept (sasl);
  else
    sasl_server_refuse (sasl, SASL_FAILURE_AUTHORIZATION);
}

/* A token has to be for this server (RFC 7628 section 3.2). Real programs know it by the address
 * they found it at. */
static gboolean
is_for_us (const MailHost *host, const MailPeer *peer, const SaslServerEvent *event)
{
  if (event->host == NULL || g_ascii_strcasecmp (event->host, host->name) == 0 ||
      mail_host_is_local_domain (host, event->host))
    return TRUE;
  return peer->is_outside && (g_hostname_is_ip_address (event->host) ||
                                   g_ascii_strcasecmp (event->host, "localhost") == 0);
}

/* A simulated user has one secret, and it is the token, too. */
static void
answer_token (const MailHost        *host,
              const MailPeer        *peer,
              SaslServer            *sasl,
              const SaslServerEvent *event)
{
  static const SaslOauthbearerError error = { .status = "invalid_token" };

  for (guint i = 0; *event->token != '\0' && is_for_us (host, peer, event) &&
                    i < host->users->len; i++)
    {
      const MailUser *user = g_ptr_array_index (host->users, i);

      if (g_strcmp0 (user->password, event->token) == 0)
        {
          sasl_server_accept_token (sasl, user->name);
          return;
        }
    }
  sasl_server_refuse_token (sasl, &error);
}

/* What a server keeps for SCRAM (RFC 5802 section 3), made when first asked for.
 * Returns: (nullable): NULL for other mechanisms, and passwords that can't be prepared */
static const SaslKeys *
get_keys (const MailHost *host, const MailPeer *peer, MailUser *user, SaslMechanism mechanism)
{
  int        hash = sasl_mechanism_get_hash (mechanism);
  SaslKeys **keys = &user->keys[hash == G_CHECKSUM_SHA256];
  guint8     octets[SASL_SALT_BYTES];
  g_autoptr (GBytes) salt = NULL;

  if ((mechanism & SASL_MECHANISMS_SCRAM) == 0)
    return NULL;
  if (*keys == NULL)
    {
      mail_policy_draw (host, peer, octets, sizeof octets);
      salt = g_bytes_new (octets, sizeof octets);
      *keys = sasl_keys_derive ((GChecksumType) hash, user->password, salt, SASL_ITERATIONS_MIN,
                                NULL);
    }
  return *keys;
}

static void
answer_password (const MailHost        *host,
                 const MailPeer        *peer,
                 SaslServer            *sasl,
                 const SaslServerEvent *event)
{
  MailUser       *user = mail_host_find_login (host, event->authcid);
  const SaslKeys *keys = NULL;

  if (user != NULL && user->password != NULL && event->kind == SASL_SERVER_EVENT_SECRET)
    keys = get_keys (host, peer, user, sasl_server_get_mechanism (sasl));
  if (keys != NULL)
    sasl_server_give_keys (sasl, keys);
  else if (user != NULL && user->password != NULL)
    sasl_server_give_password (sasl, user->password);
  else
    sasl_server_refuse (sasl, SASL_FAILURE_CREDENTIALS);
}

void
mail_auth_answer (MailHost              *host,
                  const MailPeer        *peer,
                  SaslServer            *sasl,
                  const SaslServerEvent *event)
{
  switch (event->kind)
    {
    case SASL_SERVER_EVENT_PASSWORD:
    case SASL_SERVER_EVENT_SECRET:
      answer_password (host, peer, sasl, event);
      break;
    case SASL_SERVER_EVENT_TOKEN:
      answer_token (host, peer, sasl, event);
      break;
    case SASL_SERVER_EVENT_AUTHORIZE:
      answer_authorize (host, sasl, event);
      break;
    case SASL_SERVER_EVENT_NONE:
    case SASL_SERVER_EVENT_CHALLENGE:
    case SASL_SERVER_EVENT_DONE:
    case SASL_SERVER_EVENT_FAILED:
      break;
    }
}

gboolean
mail_auth_is_told (const char *mechanism, gboolean is_secured)
{
  return !is_secured && (sasl_mechanism_find (mechanism) & SASL_MECHANISMS_IN_CLEAR) != 0;
}
