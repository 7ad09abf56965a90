/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-policy.h"

#include <errno.h>
#include <sys/random.h>

#include "mail-tls.h"

/* What users may show by who they are, where the scenario does not say. */
#define MECHANISMS_DEFAULT                                                                         \
  (SASL_MECHANISMS_SCRAM | SASL_MECHANISM_CRAM_MD5 | SASL_MECHANISM_PLAIN | SASL_MECHANISM_LOGIN)

/* Those by which users get at their mailboxes. */
#define MAILBOX_SERVICES                                                                           \
  (SIM_SERVICE_POP3 | SIM_SERVICE_POP3S | SIM_SERVICE_IMAP | SIM_SERVICE_IMAPS)

gboolean
mail_policy_is_submission (SimServices service)
{
  return service == SIM_SERVICE_SUBMISSION || service == SIM_SERVICE_SUBMISSIONS;
}

/* Trust */

static gboolean
is_listed (const MailHost *host, const MailPeer *peer)
{
  SimNetwork *network = sim_host_get_network (host->net);
  SimHost    *client = sim_network_find_address (network, peer->address);

  if (client == NULL || peer->is_outside)
    return FALSE;
  for (guint i = 0; host->config->trusted[i] != SIM_SCENARIO_NONE; i++)
    if (host->config->trusted[i] == sim_host_get_index (client))
      return TRUE;
  return FALSE;
}

gboolean
mail_policy_trusts (const MailHost *host, const MailPeer *peer, SimServices service)
{
  if (service == SIM_SERVICE_LMTP)
    return FALSE;
  if (host->config->trusted != NULL)
    return is_listed (host, peer);
  if (peer->is_outside && mail_policy_is_submission (service) && host->users->len > 0)
    return FALSE;
  return peer->is_own_network;
}

/* Authentication */

static gboolean
has_submission (const MailHost *host)
{
  return (host->config->services & (SIM_SERVICE_SUBMISSION | SIM_SERVICE_SUBMISSIONS)) != 0;
}

/* Where AUTH is offered if the scenario says nothing of it: to real programs on port 25 as well,
 * as many servers do. */
static gboolean
offers_by_default (const MailHost *host, SimServices service, gboolean is_outside)
{
  if (host->users->len == 0)
    return FALSE;
  if ((service & MAILBOX_SERVICES) != 0)
    return TRUE;
  if (mail_policy_is_submission (service) || (service == SIM_SERVICE_SMTP && is_outside))
    return TRUE;
  return service == SIM_SERVICE_SMTP && !has_submission (host) &&
         (host->config->roles & SIM_ROLE_MSA) != 0;
}

/* Whether the certificate is one that real programs are shown although the scenario says nothing of
 * TLS: then they may as well do without. */
static gboolean
is_lent (const MailHost *host, const MailPeer *peer)
{
  return peer->is_outside && host->config->certificate == SIM_CERTIFICATE_UNSAID;
}

gboolean
mail_policy_guards_passwords (const MailHost *host, const MailPeer *peer, gboolean has_certificate)
{
  return (has_certificate && !is_lent (host, peer)) || host->config->demands_tls;
}

guint
mail_policy_get_mechanisms (const MailHost *host,
                            const MailPeer *peer,
                            SimServices     service,
                            gboolean        has_certificate,
                            gboolean        is_secured)
{
  guint mechanisms = host->config->mechanisms;

  if (service == SIM_SERVICE_LMTP)
    return 0;
  if (mechanisms == G_MAXUINT)
    mechanisms = offers_by_default (host, service, peer->is_outside) ? MECHANISMS_DEFAULT : 0;
  if (!is_secured && mail_policy_guards_passwords (host, peer, has_certificate))
    mechanisms &= ~(guint) SASL_MECHANISMS_IN_CLEAR;
  return mechanisms;
}

/* Chance: the host's own in the simulator, so that a run can be repeated, the system's where real
 * programs are. */

static void
draw_simulated (guint8 *data, gsize length, gpointer random)
{
  for (gsize i = 0; i < length; i++)
    data[i] = (guint8) sim_random_next_u64 (random);
}

static void
draw_real (guint8 *data, gsize length, gpointer unused)
{
  while (length > 0)
    {
      ssize_t n = getrandom (data, length, 0);

      /* Only a signal can come between; a system without randomness has no business here. */
      g_assert (n > 0 || errno == EINTR);
      if (n > 0)
        {
          data += n;
          length -= (gsize) n;
        }
    }
}

SaslRandomFunc
mail_policy_get_random (const MailPeer *peer)
{
  return peer->is_outside ? draw_real : draw_simulated;
}

void
mail_policy_draw (const MailHost *host, const MailPeer *peer, guint8 *data, gsize length)
{
  mail_policy_get_random (peer) (data, length, sim_host_get_random (host->net));
}

/* The whole */

gboolean
mail_policy_has_certificate (const MailHost *host, const MailPeer *peer)
{
  MailTls *tls = peer->is_outside ? host->outside_tls : host->tls;

  return tls != NULL && mail_tls_has_certificate (tls, sim_host_get_index (host->net));
}

static guint
get_profile (const SimScenarioHost *config)
{
  switch (config->profile)
    {
    case SIM_PROFILE_STRICT:
      return SMTP_PROFILE_STRICT | config->leniencies;
    case SIM_PROFILE_LENIENT:
      return SMTP_PROFILE_LENIENT | config->leniencies;
    case SIM_PROFILE_COMMON:
      break;
    }
  return SMTP_PROFILE_COMMON | config->leniencies;
}

void
mail_policy_configure (MailHost         *host,
                       const MailPeer   *peer,
                       SimServices       service,
                       SmtpServerConfig *out_config)
{
  const SimScenarioHost *config = host->config;
  gboolean has_certificate = mail_policy_has_certificate (host, peer);
  gboolean is_submission = mail_policy_is_submission (service);

  out_config->name = host->name;
  out_config->profile = get_profile (config);
  out_config->extensions = SMTP_EXTENSIONS_ALL & ~config->without;
  if (!has_certificate)
    out_config->extensions &= ~(guint) SMTP_EXTENSION_STARTTLS;
  out_config->is_lmtp = service == SIM_SERVICE_LMTP;
  /* By LMTP mail is in the mailbox when the reply comes, so the reports of that (RFC 3461 section
   * 5.2.3) are left to the client, which makes them where DSN is not offered (section 5.2.2). */
  if (out_config->is_lmtp)
    out_config->extensions &= ~(guint) SMTP_EXTENSION_DSN;
  out_config->demands_auth = is_submission && !mail_policy_trusts (host, peer, service);
  out_config->demands_tls = is_submission && config->demands_tls;
  out_config->mechanisms = mail_policy_get_mechanisms (host, peer, service, has_certificate, TRUE);
  out_config->mechanisms_in_clear =
      mail_policy_get_mechanisms (host, peer, service, has_certificate, FALSE);
  out_config->random = mail_policy_get_random (peer);
  out_config->random_data = sim_host_get_random (host->net);
  out_config->epoch_us = sim_world_get_unix_us (host->sim) - mail_host_get_now (host);
  out_config->size_max = (gsize) MIN (config->size_max, G_MAXSIZE);
  out_config->recipients_max = config->recipients_max;
}
