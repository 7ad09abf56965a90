/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-smtp-parts.h"

#include <string.h>

/* Who a client is: AUTH (RFC 4954). */

/* The user that @name stands for. */
static MailUser *
find_user (MailSmtp *self, const char *name)
{
  return mail_host_find_login (self->host, name);
}

/* Who has a password may act as nobody but itself, by whichever of its names. A host that has
 * proved its name by its certificate is nobody here, and may act as itself. */
static void
answer_authorize (MailSmtp *self, SaslServer *sasl, const SaslServerEvent *event)
{
  MailUser *user = find_user (self, event->authcid);

  if (*event->authzid == '\0' || strcmp (event->authcid, event->authzid) == 0 ||
      (user != NULL && find_user (self, event->authzid) == user))
    sasl_server_accept (sasl);
  else
    sasl_server_refuse (sasl, SASL_FAILURE_AUTHORIZATION);
}

/* A token has to be for this server (RFC 7628 section 3.2). Real programs know it by the address
 * they found it at. */
static gboolean
is_for_us (MailSmtp *self, const SaslServerEvent *event)
{
  if (event->host == NULL || g_ascii_strcasecmp (event->host, self->host->name) == 0 ||
      mail_host_is_local_domain (self->host, event->host))
    return TRUE;
  return self->peer.is_outside && (g_hostname_is_ip_address (event->host) ||
                                   g_ascii_strcasecmp (event->host, "localhost") == 0);
}

/* A simulated user has one secret, and it is the token, too. */
static void
answer_token (MailSmtp *self, SaslServer *sasl, const SaslServerEvent *event)
{
  static const SaslOauthbearerError error = { .status = "invalid_token" };

  for (guint i = 0; *event->token != '\0' && is_for_us (self, event) &&
                    i < self->host->users->len; i++)
    {
      const MailUser *user = g_ptr_array_index (self->host->users, i);

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
get_keys (MailSmtp *self, MailUser *user, SaslMechanism mechanism)
{
  int        hash = sasl_mechanism_get_hash (mechanism);
  SaslKeys **keys = &user->keys[hash == G_CHECKSUM_SHA256];
  guint8     octets[SASL_SALT_BYTES];
  g_autoptr (GBytes) salt = NULL;

  if ((mechanism & SASL_MECHANISMS_SCRAM) == 0)
    return NULL;
  if (*keys == NULL)
    {
      mail_policy_draw (self->host, &self->peer, octets, sizeof octets);
      salt = g_bytes_new (octets, sizeof octets);
      *keys = sasl_keys_derive ((GChecksumType) hash, user->password, salt, SASL_ITERATIONS_MIN,
                                NULL);
    }
  return *keys;
}

static void
answer_password (MailSmtp *self, SaslServer *sasl, const SaslServerEvent *event)
{
  MailUser       *user = find_user (self, event->authcid);
  const SaslKeys *keys = NULL;

  if (user != NULL && user->password != NULL && event->kind == SASL_SERVER_EVENT_SECRET)
    keys = get_keys (self, user, sasl_server_get_mechanism (sasl));
  if (keys != NULL)
    sasl_server_give_keys (sasl, keys);
  else if (user != NULL && user->password != NULL)
    sasl_server_give_password (sasl, user->password);
  else
    sasl_server_refuse (sasl, SASL_FAILURE_CREDENTIALS);
}

void
mail_smtp_answer_auth (MailSmtp *self, const SaslServerEvent *event)
{
  SaslServer *sasl = smtp_server_get_sasl (self->engine);

  switch (event->kind)
    {
    case SASL_SERVER_EVENT_PASSWORD:
    case SASL_SERVER_EVENT_SECRET:
      answer_password (self, sasl, event);
      break;
    case SASL_SERVER_EVENT_TOKEN:
      answer_token (self, sasl, event);
      break;
    case SASL_SERVER_EVENT_AUTHORIZE:
      answer_authorize (self, sasl, event);
      break;
    case SASL_SERVER_EVENT_NONE:
    case SASL_SERVER_EVENT_CHALLENGE:
    case SASL_SERVER_EVENT_DONE:
    case SASL_SERVER_EVENT_FAILED:
      break;
    }
  smtp_server_auth_answered (self->engine);
}

/* Whether an eavesdropper has learnt the password. */
static gboolean
is_password_told (MailSmtp *self, const char *mechanism)
{
  return !smtp_server_is_secured (self->engine) &&
         (sasl_mechanism_find (mechanism) & SASL_MECHANISMS_IN_CLEAR) != 0;
}

void
mail_smtp_tell_authenticated (MailSmtp *self, const SmtpEvent *event)
{
  gboolean         is_told = is_password_told (self, event->mechanism);
  const char      *name = *event->text != '\0' ? event->text : "an anonymous client";
  g_autofree char *sentence =
      g_strdup_printf ("%s has shown who it is by %s%s", name, event->mechanism,
                       is_told ? ": the password is in clear on the wire" : "");

  mail_smtp_note (self, 0, is_told ? TRACE_FLAG_WARNING : 0, "auth", sentence, "user",
                  *event->text != '\0' ? event->text : NULL, "mechanism", event->mechanism,
                  "protection", self->tls != NULL ? self->tls : "none", NULL);
}

void
mail_smtp_tell_auth_failed (MailSmtp *self, const SmtpEvent *event)
{
  gboolean         has_name = event->name != NULL && *event->name != '\0';
  g_autofree char *sentence =
      g_strdup_printf ("%s has not shown who it is", has_name ? event->name : "the client");

  mail_smtp_note (self, 0, TRACE_FLAG_ERROR, "auth-failed", sentence, "user",
                  has_name ? event->name : NULL, "mechanism", event->mechanism, "reason",
                  event->text, "protection", self->tls != NULL ? self->tls : "none", NULL);
}
