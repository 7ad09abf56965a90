/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-world.h"

#include <string.h>

#include "mail-direct.h"
#include "mail-export.h"
#include "mail-host.h"
#include "mail-imap-reader.h"
#include "mail-imap-session.h"
#include "mail-pop3-session.h"
#include "mail-provision.h"
#include "mail-reader.h"
#include "mail-sender.h"
#include "mail-smtp-session.h"
#include "mail-tls.h"
#include <net/sim-carrier.h>
#include <net/sim-nameserver.h>

#define SMTP_REFUSAL "Too many connections, try again later\r\n"
#define POP3_REFUSAL "-ERR [SYS/TEMP] Too many connections\r\n"
#define IMAP_REFUSAL "* BYE [UNAVAILABLE] Too many connections\r\n"

/* What the services are called, where they listen, whether they are in TLS from the start (RFC 8314
 * section 3), and what a client reads when there are too many (RFC 5321 section 3.8, RFC 1939
 * section 4, RFC 9051 section 7.1.5): nothing where it would have to be in TLS. */
static const struct
{
  SimServices   flag;
  const char   *name;
  guint16       port;
  TraceProtocol protocol;
  gboolean      is_implicit;
  const char   *refusal;
} kinds[] = {
  { SIM_SERVICE_SMTP, "smtp", 25, TRACE_SMTP, FALSE, SMTP_REFUSAL },
  { SIM_SERVICE_SUBMISSION, "submission", 587, TRACE_SMTP, FALSE, SMTP_REFUSAL },
  { SIM_SERVICE_SUBMISSIONS, "submissions", 465, TRACE_SMTP, TRUE, "" },
  { SIM_SERVICE_LMTP, "lmtp", 24, TRACE_SMTP, FALSE, SMTP_REFUSAL },
  { SIM_SERVICE_POP3, "pop3", 110, TRACE_POP3, FALSE, POP3_REFUSAL },
  { SIM_SERVICE_POP3S, "pop3s", 995, TRACE_POP3, TRUE, "" },
  { SIM_SERVICE_IMAP, "imap", 143, TRACE_IMAP, FALSE, IMAP_REFUSAL },
  { SIM_SERVICE_IMAPS, "imaps", 993, TRACE_IMAP, TRUE, "" },
};

typedef struct
{
  MailWorld  *world;
  MailHost   *host;
  guint       kind; /* index in kinds */
  MailService service;
  char       *refusal;
} Service;

/* What a user has fetched from a server, across fetches. */
typedef struct
{
  guint      host;
  guint      server;
  char      *user;
  GPtrArray *messages; /* of MailSeen */
} Seen;

/* What a mail program keeps of a user's mailboxes, across actions. */
typedef struct
{
  guint     host;
  guint     server;
  char     *user;
  MailCopy *copy;
} Copy;

struct _MailWorld
{
  SimScenario  *scenario;
  SimWorld     *sim;
  SimNetwork   *network;
  MailRegister *messages;
  MailTls      *tls;         /* among simulated hosts */
  MailTls      *outside_tls; /* with real programs */
  GError       *error;    /* (nullable): of what could not be imported */
  GPtrArray    *hosts;    /* of MailHost, in the scenario's order */
  GPtrArray    *services; /* of Service */
  GPtrArray    *senders;  /* of MailSender */
  GPtrArray    *readers;  /* of MailReader */
  GPtrArray    *imap_readers; /* of MailImapReader */
  GPtrArray    *copies;       /* of Copy */
  GPtrArray    *seen;     /* of Seen */
};

TraceLog *
mail_world_get_log (MailWorld *self)
{
  return sim_world_get_log (self->sim);
}

SimWorld *
mail_world_get_world (MailWorld *self)
{
  return self->sim;
}

MailTls *
mail_world_get_outside_tls (MailWorld *self)
{
  return self->outside_tls;
}

SimNetwork *
mail_world_get_network (MailWorld *self)
{
  return self->network;
}

/* Services */

static WireSession *
new_session (MailHost *host, const MailPeer *peer, guint kind)
{
  switch (kinds[kind].protocol)
    {
    case TRACE_POP3:
      return mail_pop3_session_new (host, peer);
    case TRACE_IMAP:
      return mail_imap_session_new (host, peer);
    default:
      return mail_smtp_session_new (host, peer, kinds[kind].flag);
    }
}

static WireSession *
open_session (Service *service, const MailPeer *peer, guint connection)
{
  MailTls     *tls = peer->is_outside ? service->world->outside_tls : service->world->tls;
  WireSession *inside = new_session (service->host, peer, service->kind);

  return mail_tls_wrap (tls, inside, sim_host_get_index (service->host->net), TLS_SERVER,
                        kinds[service->kind].is_implicit, NULL, connection);
}

/* A host's own network: mail programs on a link of its own, as an office's are. */
static gboolean
is_own_network (MailWorld *self, SimHost *server, SimHost *client)
{
  if (client == NULL || (sim_host_get_roles (client) & SIM_ROLE_MUA) == 0)
    return FALSE;
  for (guint i = 0; i < self->scenario->links->len; i++)
    {
      const SimScenarioLink *link = &g_array_index (self->scenario->links, SimScenarioLink, i);
      guint                  a = sim_host_get_index (server);
      guint                  b = sim_host_get_index (client);

      if ((link->hosts[0] == a && link->hosts[1] == b) ||
          (link->hosts[0] == b && link->hosts[1] == a))
        return TRUE;
    }
  return FALSE;
}

static WireSession *
on_start (SimCarrier *carrier, gpointer data)
{
  Service         *service = data;
  SimStream       *stream = sim_carrier_get_stream (carrier);
  g_autofree char *address = sim_stream_dup_peer_address (stream);
  SimHost         *client = sim_network_find_address (service->world->network, address);
  MailPeer         peer = {
            .actor = sim_stream_get_peer_actor (stream),
            .is_own_network = is_own_network (service->world, service->host->net, client),
  };

  g_strlcpy (peer.address, address, sizeof peer.address);
  return open_session (service, &peer, sim_carrier_get_connection (carrier));
}

static const SimCarrierFuncs carrier_funcs = { on_start, NULL };

/* What real programs find at the host: where it has a certificate for them, all that it offers is
 * there in TLS from the start, too, as RFC 8314 section 3 wants it. */
static guint
get_outside_services (MailWorld *self, MailHost *host)
{
  guint services = host->config->services;

  if (!mail_tls_has_certificate (self->outside_tls, sim_host_get_index (host->net)))
    return services;
  return services | (services & SIM_SERVICE_SUBMISSION ? SIM_SERVICE_SUBMISSIONS : 0) |
         (services & SIM_SERVICE_POP3 ? SIM_SERVICE_POP3S : 0) |
         (services & SIM_SERVICE_IMAP ? SIM_SERVICE_IMAPS : 0);
}

/* SMTP's has the host's name after the code (RFC 5321 section 4.2.3). */
static char *
make_refusal (const MailHost *host, guint kind)
{
  if (kinds[kind].protocol != TRACE_SMTP || kinds[kind].is_implicit)
    return g_strdup (kinds[kind].refusal);
  return g_strdup_printf ("421 %s %s", host->name, kinds[kind].refusal);
}

static void
offer_services (MailWorld *self, MailHost *host)
{
  guint services = get_outside_services (self, host);

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      Service *service;

      if ((services & kinds[i].flag) == 0)
        continue;
      service = g_new0 (Service, 1);
      service->world = self;
      service->host = host;
      service->kind = i;
      service->service = (MailService){ kinds[i].name, host->name, host->actor, kinds[i].port,
                                        kinds[i].protocol };
      service->refusal = make_refusal (host, i);
      g_ptr_array_add (self->services, service);
      if ((host->config->services & kinds[i].flag) != 0)
        sim_carrier_listen (host->net, kinds[i].port, &carrier_funcs, service);
    }
}

guint
mail_world_get_n_services (MailWorld *self)
{
  return self->services->len;
}

const MailService *
mail_world_get_service (MailWorld *self, guint index)
{
  return &((Service *) g_ptr_array_index (self->services, index))->service;
}

WireSession *
mail_world_open_session (MailWorld *self, guint index, guint client, const char *client_address)
{
  MailPeer peer = { .actor = client, .is_own_network = TRUE, .is_outside = TRUE };

  g_strlcpy (peer.address, client_address, sizeof peer.address);
  /* The connection's number is for seeds, which real sessions have none of. */
  return open_session (g_ptr_array_index (self->services, index), &peer, 0);
}

const char *
mail_world_get_refusal (MailWorld *self, guint index)
{
  return ((Service *) g_ptr_array_index (self->services, index))->refusal;
}

/* People */

static GPtrArray *
find_seen (MailWorld *self, const SimScenarioAction *action)
{
  Seen *made;

  for (guint i = 0; i < self->seen->len; i++)
    {
      Seen *seen = g_ptr_array_index (self->seen, i);

      if (seen->host == action->host && seen->server == action->server &&
          strcmp (seen->user, action->user) == 0)
        return seen->messages;
    }
  made = g_new0 (Seen, 1);
  *made = (Seen){ action->host, action->server, g_strdup (action->user),
                  mail_seen_new () };
  g_ptr_array_add (self->seen, made);
  return made->messages;
}

/* The copy that the person's mail program keeps of the mailboxes on that server. */
static MailCopy *
find_copy (MailWorld *self, const SimScenarioAction *action)
{
  Copy *made;

  for (guint i = 0; i < self->copies->len; i++)
    {
      Copy *copy = g_ptr_array_index (self->copies, i);

      if (copy->host == action->host && copy->server == action->server &&
          strcmp (copy->user, action->user) == 0)
        return copy->copy;
    }
  made = g_new0 (Copy, 1);
  *made = (Copy){ action->host, action->server, g_strdup (action->user), mail_copy_new () };
  g_ptr_array_add (self->copies, made);
  return made->copy;
}

/* What somebody does to mailboxes, by the way that the action says. */
static void
read_mail (MailWorld *self, MailHost *host, const SimScenarioAction *action)
{
  if (action->access == SIM_ACCESS_DIRECT)
    mail_direct_do (host, action);
  else if (action->access == SIM_ACCESS_POP3)
    g_ptr_array_add (self->readers,
                     mail_reader_new (host->net, action, find_seen (self, action)));
  else
    g_ptr_array_add (self->imap_readers,
                     mail_imap_reader_new (host->net, action, find_copy (self, action),
                                           self->messages));
}

typedef struct
{
  MailWorld               *world;
  const SimScenarioAction *action;
  guint64                  n_done; /* of the action's count */
} Due;

static void schedule_action (MailWorld *self, const SimScenarioAction *action, guint64 n_done);

static void
on_due (gpointer data)
{
  Due                     *due = data;
  MailWorld               *self = due->world;
  const SimScenarioAction *action = due->action;
  MailHost                *host = g_ptr_array_index (self->hosts, action->host);

  /* What one person does does not follow from what happened before. */
  sim_world_set_cause (self->sim, 0);
  if (action->kind == SIM_ACTION_SEND)
    g_ptr_array_add (self->senders, mail_sender_new (host, action));
  else
    read_mail (self, host, action);
  if (due->n_done + 1 < action->count)
    schedule_action (self, action, due->n_done + 1);
}

/* The action's first time, or the one after so many. */
static void
schedule_action (MailWorld *self, const SimScenarioAction *action, guint64 n_done)
{
  Due *due = g_new0 (Due, 1);

  *due = (Due){ self, action, n_done };
  sim_world_schedule (self->sim, action->at_us + (gint64) n_done * action->every_us, on_due, due,
                      g_free);
}

void
mail_world_schedule_actions (MailWorld *self)
{
  for (guint i = 0; i < self->scenario->actions->len; i++)
    {
      const SimScenarioAction *action =
          &g_array_index (self->scenario->actions, SimScenarioAction, i);

      if (action->count > 0)
        schedule_action (self, action, 0);
    }
}

void
mail_world_run (MailWorld *self, gint64 until_us)
{
  sim_world_run (self->sim, until_us);
}

gboolean
mail_world_save_mail (MailWorld *self, const char *path, GError **error)
{
  g_autoptr (GArray) accounts = g_array_new (FALSE, FALSE, sizeof (MailExport));
  g_autoptr (GPtrArray) folders = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < self->hosts->len; i++)
    {
      const MailHost *host = g_ptr_array_index (self->hosts, i);

      for (guint j = 0; j < host->users->len; j++)
        {
          const MailUser  *user = g_ptr_array_index (host->users, j);
          g_autofree char *name = mail_export_escape (user->name);
          char            *folder = g_build_filename (host->name, name, NULL);
          MailExport       account = { user->account, folder };

          g_ptr_array_add (folders, folder);
          g_array_append_val (accounts, account);
        }
    }
  return mail_export ((const MailExport *) accounts->data, accounts->len, path, error);
}

static void
free_service (gpointer data)
{
  Service *service = data;

  g_free (service->refusal);
  g_free (service);
}

static void
free_copy (gpointer data)
{
  Copy *copy = data;

  g_free (copy->user);
  mail_copy_free (copy->copy);
  g_free (copy);
}

static void
free_seen (gpointer data)
{
  Seen *seen = data;

  g_free (seen->user);
  g_ptr_array_unref (seen->messages);
  g_free (seen);
}

MailWorld *
mail_world_new (SimScenario *scenario, guint64 seed)
{
  MailWorld *self = g_new0 (MailWorld, 1);

  self->scenario = scenario;
  self->sim = sim_world_new (scenario->title, seed != MAIL_WORLD_OWN_SEED ? seed : scenario->seed,
                             scenario->start_us);
  self->network = sim_network_new (self->sim, scenario);
  self->messages = mail_register_new ();
  self->tls = mail_tls_new (scenario, self->sim, FALSE);
  self->outside_tls = mail_tls_new (scenario, self->sim, TRUE);
  self->hosts = g_ptr_array_new_with_free_func ((GDestroyNotify) mail_host_free);
  self->services = g_ptr_array_new_with_free_func (free_service);
  self->senders = g_ptr_array_new_with_free_func ((GDestroyNotify) mail_sender_free);
  self->readers = g_ptr_array_new_with_free_func ((GDestroyNotify) mail_reader_free);
  self->seen = g_ptr_array_new_with_free_func (free_seen);
  self->imap_readers =
      g_ptr_array_new_with_free_func ((GDestroyNotify) mail_imap_reader_free);
  self->copies = g_ptr_array_new_with_free_func (free_copy);
  sim_nameserver_serve_all (self->network);
  for (guint i = 0; i < sim_network_get_n_hosts (self->network); i++)
    {
      MailHost *host = mail_host_new (sim_network_get_host (self->network, i), self->messages);

      host->tls = self->tls;
      host->outside_tls = self->outside_tls;
      mail_tls_attach (host->net, self->tls, self->outside_tls);
      g_ptr_array_add (self->hosts, host);
      offer_services (self, host);
    }
  mail_provision (scenario, self->hosts, self->messages, &self->error);
  return self;
}

MailWorld *
mail_world_new_from_file (const char *path, guint64 seed, GError **error)
{
  g_autofree char *inside = g_build_filename (path, "scenario.ini", NULL);
  SimScenario     *scenario =
      sim_scenario_load (g_file_test (inside, G_FILE_TEST_IS_REGULAR) ? inside : path, error);

  g_autoptr (MailWorld) self = scenario != NULL ? mail_world_new (scenario, seed) : NULL;

  if (self == NULL)
    return NULL;
  if (self->error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&self->error));
      return NULL;
    }
  return g_steal_pointer (&self);
}

/* The network first: nothing calls back any more. Then what used it, then the world. */
void
mail_world_free (MailWorld *self)
{
  if (self == NULL)
    return;
  g_clear_error (&self->error);
  sim_network_free (self->network);
  g_ptr_array_unref (self->senders);
  g_ptr_array_unref (self->readers);
  g_ptr_array_unref (self->imap_readers);
  g_ptr_array_unref (self->copies);
  g_ptr_array_unref (self->seen);
  g_ptr_array_unref (self->services);
  g_ptr_array_unref (self->hosts);
  mail_tls_free (self->tls);
  mail_tls_free (self->outside_tls);
  sim_world_free (self->sim);
  mail_register_free (self->messages);
  sim_scenario_free (self->scenario);
  g_free (self);
}
