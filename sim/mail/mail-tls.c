/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-tls.h"

#include <sasl/sasl-mechanism.h>
#include <string.h>
#include <tls/tls-authority.h>
#include <tls/tls-certificate.h>

#define AUTHORITY_NAME "Postroad authority"
#define KEY "tls"

/* The services that are in TLS from the start: who offers one has a certificate. */
#define IMPLICIT_SERVICES                                                                          \
  (SIM_SERVICE_SUBMISSIONS | SIM_SERVICE_POP3S | SIM_SERVICE_IMAPS)

/* What a host's sessions get their contexts from. */
typedef struct
{
  MailTls    *tls;
  guint       host;
  TlsContext *sides[2]; /* (nullable), by TlsSide: made when first needed */
} HostTls;

struct _MailTls
{
  const SimScenario *scenario;
  SimWorld          *world;
  gboolean           is_real;
  gboolean           has_certificates; /* any host has one */
  gint64             epoch_us;
  TlsLibrary        *library;   /* (nullable) before it is needed */
  TlsAuthority      *authority; /* (nullable) */
  GString           *anchors;   /* PEM: whom clients trust besides the authority */
  HostTls           *hosts;     /* as many as in the scenario */
};

/* Both kinds, attached to each host for its clients. */
typedef struct
{
  MailTls *inside;
  MailTls *outside;
} Attached;

/* A seed for what @what and two numbers name, out of the world's, without drawing from the world's
 * generators: TLS changes no other chance. Real sessions have none. */
static GBytes *
dup_seed (MailTls *self, const char *what, guint32 a, guint32 b)
{
  g_autoptr (GChecksum) sum = NULL;
  guint8  digest[TLS_SEED_BYTES];
  gsize   length = sizeof digest;
  guint64 seed = GUINT64_TO_LE (sim_world_get_seed (self->world));
  guint32 numbers[] = { GUINT32_TO_LE (a), GUINT32_TO_LE (b) };

  if (self->is_real)
    return NULL;
  sum = g_checksum_new (G_CHECKSUM_SHA256);
  g_checksum_update (sum, (const guchar *) what, (gssize) strlen (what));
  g_checksum_update (sum, (const guchar *) &seed, sizeof seed);
  g_checksum_update (sum, (const guchar *) numbers, sizeof numbers);
  g_checksum_get_digest (sum, digest, &length);
  return g_bytes_new (digest, sizeof digest);
}

static const SimScenarioHost *
get_host (MailTls *self, guint host)
{
  return sim_scenario_get_host (self->scenario, host);
}

/* Makes library and authority, once. Returns: FALSE with @error set when OpenSSL can't. */
static gboolean
ensure_authority (MailTls *self, GError **error)
{
  g_autoptr (GBytes) seed = NULL;

  if (self->authority != NULL)
    return TRUE;
  if (self->library == NULL)
    self->library = self->is_real ? tls_library_new_real () : tls_library_new_deterministic (error);
  if (self->library == NULL)
    return FALSE;
  seed = dup_seed (self, "authority", 0, 0);
  self->authority = tls_authority_new (self->library, AUTHORITY_NAME,
                                       self->epoch_us / G_USEC_PER_SEC, seed, error);
  return self->authority != NULL;
}

static TlsIssue
get_issue (SimCertificate certificate)
{
  return certificate >= SIM_CERTIFICATE_GOOD ? (TlsIssue) (certificate - SIM_CERTIFICATE_GOOD)
                                             : TLS_ISSUE_GOOD;
}

/* Returns: (nullable): the certificate of host @host, borrowed */
static const TlsCertificate *
get_certificate (MailTls *self, guint host, GError **error)
{
  const SimScenarioHost *config = get_host (self, host);
  TlsIssue               issue = get_issue (config->certificate);
  const char *const      all[] = { config->name, config->address,
                                   self->is_real ? "localhost" : NULL, "127.0.0.1", "::1", NULL };
  const TlsCertificate  *certificate;
  g_autoptr (GError) wrong_name = NULL;

  if (!mail_tls_has_certificate (self, host))
    {
      g_set_error (error, TLS_ERROR, TLS_ERROR_CERTIFICATE, "%s has no certificate", config->name);
      return NULL;
    }
  if (!ensure_authority (self, error))
    return NULL;
  certificate = tls_authority_issue (self->authority, issue, all, &wrong_name);
  /* A host in a scenario may have a name that no certificate can be for: its address can. */
  if (certificate == NULL && g_error_matches (wrong_name, TLS_ERROR, TLS_ERROR_NAME))
    return tls_authority_issue (self->authority, issue, all + 1, error);
  if (certificate == NULL)
    g_propagate_error (error, g_steal_pointer (&wrong_name));
  return certificate;
}

/* Clients show a certificate where the scenario says that they have one, for SASL's EXTERNAL. */
static gboolean
shows_certificate (MailTls *self, guint host, TlsSide side)
{
  return side == TLS_SERVER || get_host (self, host)->certificate >= SIM_CERTIFICATE_GOOD;
}

/* Servers ask for one where EXTERNAL is offered, clients judge that of the server. */
static gboolean
wants_certificate (MailTls *self, guint host, TlsSide side)
{
  const SimScenarioHost *config = get_host (self, host);

  return side == TLS_CLIENT || (config->mechanisms != G_MAXUINT &&
                                (config->mechanisms & SASL_MECHANISM_EXTERNAL) != 0);
}

/* Notes something about the host's TLS; nothing follows from it. */
static void
note (MailTls *self, guint host, const char *what, guint flags, const char *text)
{
  const SimScenarioHost *config = get_host (self, host);
  TraceLog              *log = sim_world_get_log (self->world);
  guint                  cause = sim_world_get_cause (self->world);

  sim_world_note (self->world, trace_log_add_actor (log, config->name, "", config->address), what,
                  flags, 0, "%s", text);
  sim_world_set_cause (self->world, cause);
}

/* Says once what the host shows from now on. */
static void
note_certificate (MailTls *self, guint host, const TlsCertificate *certificate)
{
  g_autofree char *says = tls_certificate_describe (self->library, certificate->chain_pem);
  g_autofree char *text =
      g_strdup_printf ("takes its certificate to show it\n%s", says != NULL ? says : "");

  note (self, host, "certificate", 0, g_strchomp (text));
}

static TlsContext *
make_context (MailTls *self, guint host, TlsSide side, GError **error)
{
  g_autoptr (TlsContext) made = NULL;

  if (!ensure_authority (self, error))
    return NULL;
  made = tls_context_new (self->library, side, error);
  if (made == NULL)
    return NULL;
  if (shows_certificate (self, host, side))
    {
      const TlsCertificate *certificate = get_certificate (self, host, error);

      if (certificate == NULL || !tls_context_set_certificate (made, certificate->chain_pem,
                                                               certificate->key_pem, error))
        return NULL;
      note_certificate (self, host, certificate);
    }
  if (wants_certificate (self, host, side) &&
      (!tls_context_add_anchors (made, tls_authority_get_certificate_pem (self->authority),
                                 error) ||
       (self->anchors->len > 0 && !tls_context_add_anchors (made, self->anchors->str, error))))
    return NULL;
  return g_steal_pointer (&made);
}

static TlsContext *
get_context (HostTls *host, TlsSide side)
{
  g_autoptr (GError) error = NULL;

  if (host->sides[side] == NULL)
    host->sides[side] = make_context (host->tls, host->host, side, &error);
  if (error != NULL)
    note (host->tls, host->host, "tls-unavailable", TRACE_FLAG_ERROR, error->message);
  return host->sides[side];
}

static TlsContext *
get_client_context (gpointer data)
{
  return get_context (data, TLS_CLIENT);
}

static TlsContext *
get_server_context (gpointer data)
{
  return get_context (data, TLS_SERVER);
}

static void
on_secrets (const char *lines, gpointer data)
{
  trace_log_add_key_log (data, lines);
}

static gboolean
does_tls (MailTls *self, guint host, TlsSide side, gboolean is_implicit)
{
  if (is_implicit)
    return TRUE;
  if (side == TLS_SERVER)
    return mail_tls_has_certificate (self, host);
  /* Among simulated hosts of which none can, a layer would only cost time. */
  return get_host (self, host)->tls != SIM_TLS_NEVER && (self->is_real || self->has_certificates);
}

WireSession *
mail_tls_wrap (MailTls     *self,
               WireSession *inside,
               guint        host,
               TlsSide      side,
               gboolean     is_implicit,
               const char  *peer_name,
               guint        connection)
{
  g_autoptr (GBytes) seed = NULL;
  TlsLayerConfig config = {
    .get_context = side == TLS_SERVER ? get_server_context : get_client_context,
    .context_data = &self->hosts[host],
    .peer_name = side == TLS_CLIENT ? peer_name : NULL,
    .epoch_us = self->epoch_us,
    .now_us = sim_world_get_now (self->world),
    .is_implicit = is_implicit,
    .key_log_data = sim_world_get_log (self->world),
  };

  if (!does_tls (self, host, side, is_implicit))
    return inside;
  /* Two simulated ends have the same secrets: one tells them. */
  if (self->is_real || side == TLS_SERVER)
    config.key_log = on_secrets;
  seed = dup_seed (self, "session", connection, side);
  config.seed = seed;
  return tls_layer_new (inside, &config);
}

void
mail_tls_attach (SimHost *host, MailTls *inside, MailTls *outside)
{
  Attached *attached = g_new (Attached, 1);

  *attached = (Attached){ inside, outside };
  sim_host_attach (host, KEY, attached, g_free);
}

WireSession *
mail_tls_wrap_client (SimCarrier  *carrier,
                      WireSession *inside,
                      gboolean     is_implicit,
                      const char  *peer_name)
{
  SimHost  *host = sim_carrier_get_host (carrier);
  Attached *attached = sim_host_get_attached (host, KEY);

  if (attached == NULL)
    return inside;
  return mail_tls_wrap (sim_carrier_is_outside (carrier) ? attached->outside : attached->inside,
                        inside, sim_host_get_index (host), TLS_CLIENT, is_implicit, peer_name,
                        sim_carrier_get_connection (carrier));
}

gboolean
mail_tls_has_certificate (MailTls *self, guint host)
{
  const SimScenarioHost *config = get_host (self, host);

  if (config->certificate == SIM_CERTIFICATE_UNSAID)
    return self->is_real || (config->services & IMPLICIT_SERVICES) != 0;
  return config->certificate != SIM_CERTIFICATE_NONE;
}

const char *
mail_tls_get_anchor_pem (MailTls *self, GError **error)
{
  return ensure_authority (self, error) ? tls_authority_get_certificate_pem (self->authority)
                                        : NULL;
}

char *
mail_tls_describe_certificate (MailTls *self, guint host)
{
  const TlsCertificate *certificate = get_certificate (self, host, NULL);

  return certificate != NULL ? tls_certificate_describe (self->library, certificate->chain_pem)
                             : NULL;
}

void
mail_tls_set_epoch (MailTls *self, gint64 epoch_us)
{
  g_return_if_fail (self->is_real);
  self->epoch_us = epoch_us;
}

gboolean
mail_tls_add_anchors (MailTls *self, const char *pem, GError **error)
{
  g_autoptr (TlsContext) trial = NULL;

  if (!ensure_authority (self, error))
    return FALSE;
  trial = tls_context_new (self->library, TLS_CLIENT, error);
  if (trial == NULL || !tls_context_add_anchors (trial, pem, error))
    return FALSE;
  g_string_append_printf (self->anchors, "%s\n", pem);
  return TRUE;
}

MailTls *
mail_tls_new (const SimScenario *scenario, SimWorld *world, gboolean is_real)
{
  MailTls *self = g_new0 (MailTls, 1);

  self->scenario = scenario;
  self->world = world;
  self->is_real = is_real;
  self->epoch_us = scenario->start_us;
  self->anchors = g_string_new (NULL);
  self->hosts = g_new0 (HostTls, scenario->hosts->len);
  for (guint i = 0; i < scenario->hosts->len; i++)
    {
      self->hosts[i].tls = self;
      self->hosts[i].host = i;
      self->has_certificates |= mail_tls_has_certificate (self, i);
    }
  return self;
}

void
mail_tls_free (MailTls *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < self->scenario->hosts->len; i++)
    {
      tls_context_unref (self->hosts[i].sides[TLS_CLIENT]);
      tls_context_unref (self->hosts[i].sides[TLS_SERVER]);
    }
  tls_authority_free (self->authority);
  tls_library_unref (self->library);
  g_string_free (self->anchors, TRUE);
  g_free (self->hosts);
  g_free (self);
}
