/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-reader.h"

#include "mail-finder.h"
#include "mail-policy.h"
#include "mail-queue-entry.h"
#include "mail-tls.h"
#include <net/sim-carrier.h>
#include <pop3/pop3-client.h>
#include <smtp/smtp-extension.h>

#define POP3_PORT 110
#define POP3S_PORT 995

struct _MailReader
{
  WireSession              session; /* first: the carrier drives this */
  SimHost                 *host;
  const SimScenarioAction *action;
  GPtrArray               *seen; /* of MailSeen */
  Pop3Client              *engine; /* (nullable) before it is connected */
  gboolean                 is_told; /* how it ended */
};

static void G_GNUC_PRINTF (4, 5)
note (MailReader *self, const char *name, guint flags, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list          arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  sim_world_note (sim_host_get_world (self->host), sim_host_get_actor (self->host), name, flags, 0,
                  "%s", text);
}

static const SimScenarioHost *
get_server (MailReader *self)
{
  return sim_scenario_get_host (sim_network_get_scenario (sim_host_get_network (self->host)),
                                self->action->server);
}

/* Whether TLS is there from the start: where the server offers nothing else. */
static gboolean
is_in_tls (MailReader *self)
{
  return (get_server (self)->services & (SIM_SERVICE_POP3 | SIM_SERVICE_POP3S)) ==
         SIM_SERVICE_POP3S;
}

static void
tell_result (MailReader *self)
{
  Pop3ClientResult result;
  g_autoptr (GString) wishes = g_string_new (NULL);

  pop3_client_get_result (self->engine, &result);
  self->is_told = TRUE;
  if (result.login_delay_s > 0)
    g_string_append_printf (wishes, "\nlogin-delay: %u", result.login_delay_s);
  if (result.expire_days != G_MAXUINT)
    g_string_append_printf (wishes, "\nexpire-days: %u", result.expire_days);
  note (self, "fetched", 0,
        result.n_fetched == 1 ? "%u message fetched, %u removed from the server%s"
                              : "%u messages fetched, %u removed from the server%s",
        result.n_fetched, result.n_deleted, wishes->str);
}

static void
add_seen (MailReader *self, const char *unique_id)
{
  MailSeen *seen = g_new0 (MailSeen, 1);

  *seen = (MailSeen){ g_strdup (unique_id),
                      sim_world_get_now (sim_host_get_world (self->host)) };
  g_ptr_array_add (self->seen, seen);
}

static void
tell_event (MailReader *self, const Pop3ClientEvent *event)
{
  g_autofree char *text = mail_note_value (event->text != NULL ? event->text : "");

  switch (event->kind)
    {
    case POP3_CLIENT_EVENT_MESSAGE:
      if (event->unique_id != NULL)
        add_seen (self, event->unique_id);
      break;
    case POP3_CLIENT_EVENT_TOP:
    case POP3_CLIENT_EVENT_SKIPPED:
      note (self, "skipped", TRACE_FLAG_WARNING, "a message stays on the server: %s",
            event->text != NULL ? text : "too large");
      break;
    case POP3_CLIENT_EVENT_REFUSED:
      self->is_told = TRUE;
      note (self, "login-refused", TRACE_FLAG_ERROR, "the server does not let %s in: %s",
            self->action->user, text);
      break;
    case POP3_CLIENT_EVENT_FAILED:
      self->is_told = TRUE;
      note (self, "fetch-failed", TRACE_FLAG_ERROR, "fetching failed: %s", text);
      break;
    case POP3_CLIENT_EVENT_DONE:
      tell_result (self);
      break;
    case POP3_CLIENT_EVENT_NONE:
      break;
    }
}

static void
drive (MailReader *self)
{
  Pop3ClientEvent event;

  while (pop3_client_next_event (self->engine, &event))
    tell_event (self, &event);
}

static void
reader_receive (WireSession *session, const guint8 *data, gsize length, gint64 now_us)
{
  MailReader *self = (MailReader *) session;

  pop3_client_receive (self->engine, data, length, now_us);
  drive (self);
}

static void
reader_receive_end (WireSession *session, gboolean is_lost, gint64 now_us)
{
  MailReader *self = (MailReader *) session;

  pop3_client_receive_end (self->engine);
  drive (self);
}

static gboolean
reader_next_unit (WireSession *session, WireUnit *out_unit)
{
  return pop3_client_next_unit (((MailReader *) session)->engine, out_unit);
}

static GBytes *
reader_take_output (WireSession *session)
{
  return pop3_client_take_output (((MailReader *) session)->engine);
}

static gint64
reader_get_deadline (WireSession *session)
{
  return pop3_client_get_deadline (((MailReader *) session)->engine);
}

static void
reader_expire (WireSession *session, gint64 now_us)
{
  MailReader *self = (MailReader *) session;

  pop3_client_expire (self->engine, now_us);
  drive (self);
}

static gboolean
reader_is_done (WireSession *session)
{
  return pop3_client_is_done (((MailReader *) session)->engine);
}

/* The reader lives on: its world frees it, after the network. */
static void
reader_free (WireSession *session)
{
}

static gboolean
reader_starts_tls (WireSession *session)
{
  return pop3_client_starts_tls (((MailReader *) session)->engine);
}

static void
reader_secured (WireSession *session, const WireSecurity *security, gint64 now_us)
{
  MailReader *self = (MailReader *) session;

  note (self, "tls", 0, "%s protects the session\nversion: %s\ncipher: %s\nproblems: %s\npeer: %s",
        security->version, security->version, security->cipher, security->problems,
        get_server (self)->name);
  pop3_client_secured (self->engine, security, now_us);
  drive (self);
}

static gboolean
reader_trusts (WireSession *session, const WireSecurity *security)
{
  return pop3_client_trusts (((MailReader *) session)->engine);
}

static void
reader_tls_failed (WireSession *session, const char *reason, gint64 now_us)
{
  MailReader *self = (MailReader *) session;

  note (self, "tls-failed", TRACE_FLAG_ERROR, "TLS failed: %s\nreason: %s", reason, reason);
  pop3_client_tls_failed (self->engine, reason);
  drive (self);
}

static const WireSessionClass reader_class = {
  reader_receive,      reader_receive_end, reader_next_unit, reader_take_output,
  reader_get_deadline, reader_expire,      reader_is_done,   reader_free,
  reader_starts_tls,   reader_secured,     reader_trusts,    reader_tls_failed,
};

/* In the order of SimTlsUse. */
static const Pop3TlsUse uses[] = { POP3_TLS_IF_OFFERED, POP3_TLS_NEVER, POP3_TLS_ALWAYS,
                                   POP3_TLS_VERIFIED };

/* Whole days, so that nothing goes too early. */
static guint
get_leave_days (const SimScenarioAction *action)
{
  const gint64 day_us = (gint64) 24 * 60 * 60 * G_USEC_PER_SEC;

  return (guint) MIN ((action->leave_us + day_us - 1) / day_us, G_MAXINT);
}

static Pop3Policy
get_policy (const SimScenarioAction *action)
{
  if (action->leave_us > 0)
    return POP3_POLICY_LEAVE;
  return action->keep ? POP3_POLICY_KEEP : POP3_POLICY_DELETE;
}

static WireSession *
on_start (SimCarrier *carrier, gpointer data)
{
  MailReader              *self = data;
  const SimScenarioAction *action = self->action;
  const SimScenarioHost   *host = sim_host_get_scenario (self->host);
  MailPeer                 peer = { .is_outside = sim_carrier_is_outside (carrier) };
  g_autoptr (GPtrArray) seen = g_ptr_array_new ();
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (gint64));
  Pop3ClientConfig config = {
    .user = action->user,
    .password = action->password,
    .policy = get_policy (action),
    .tls = uses[host->tls],
    .may_show_password = host->tls <= SIM_TLS_NEVER,
    .avoids_pipelining = (host->unused & SMTP_EXTENSION_PIPELINING) != 0,
    .uses_utf8 = (host->unused & SMTP_EXTENSION_SMTPUTF8) == 0,
    .mechanisms = action->mechanisms != G_MAXUINT ? action->mechanisms : 0,
    .random = mail_policy_get_random (&peer),
    .random_data = sim_host_get_random (self->host),
    .host_name = get_server (self)->name,
    .port = is_in_tls (self) ? POP3S_PORT : POP3_PORT,
    .leave_days = get_leave_days (action),
  };

  for (guint i = 0; i < self->seen->len; i++)
    {
      const MailSeen *message = g_ptr_array_index (self->seen, i);

      g_ptr_array_add (seen, message->unique_id);
      g_array_append_val (times, message->time_us);
    }
  g_ptr_array_add (seen, NULL);
  config.seen_unique_ids = (const char *const *) seen->pdata;
  config.seen_times_us = (const gint64 *) (gpointer) times->data;
  self->engine = pop3_client_new (&config, sim_world_get_now (sim_host_get_world (self->host)));
  return mail_tls_wrap_client (carrier, &self->session, is_in_tls (self), get_server (self)->name);
}

static void
on_finished (SimCarrier *carrier, SimCarrierEnd end, gpointer data)
{
  MailReader *self = data;

  if (end == SIM_CARRIER_REFUSED)
    note (self, "fetch-failed", TRACE_FLAG_ERROR, "the server refuses the connection");
  else if (end == SIM_CARRIER_UNREACHABLE)
    note (self, "fetch-failed", TRACE_FLAG_ERROR, "the server does not answer");
  else if (!self->is_told)
    note (self, "fetch-failed", TRACE_FLAG_ERROR, "the connection was lost");
}

static const SimCarrierFuncs carrier_funcs = { on_start, on_finished };

static void
on_found (const char *address, gboolean is_permanent, const char *reason, gpointer data)
{
  MailReader *self = data;

  if (address == NULL)
    note (self, "fetch-failed", TRACE_FLAG_ERROR, "the server can't be found: %s", reason);
  else
    sim_carrier_connect (self->host, address, is_in_tls (self) ? POP3S_PORT : POP3_PORT,
                         TRACE_POP3, &carrier_funcs, self);
}

static void
free_seen (gpointer data)
{
  g_free (((MailSeen *) data)->unique_id);
  g_free (data);
}

GPtrArray *
mail_seen_new (void)
{
  return g_ptr_array_new_with_free_func (free_seen);
}

MailReader *
mail_reader_new (SimHost *host, const SimScenarioAction *action, GPtrArray *seen)
{
  MailReader        *self = g_new0 (MailReader, 1);
  const SimScenario *scenario = sim_network_get_scenario (sim_host_get_network (host));
  const char        *server = sim_scenario_get_host (scenario, action->server)->name;

  self->session.klass = &reader_class;
  self->host = host;
  self->action = action;
  self->seen = seen;
  note (self, "fetching", 0, "%s looks for new mail on %s", action->user, server);
  mail_finder_find (host, server, on_found, self);
  return self;
}

void
mail_reader_free (MailReader *self)
{
  if (self == NULL)
    return;
  pop3_client_free (self->engine);
  g_free (self);
}
