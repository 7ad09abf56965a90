/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-imap-reader-private.h"

#include <stdarg.h>
#include <string.h>

#include "mail-finder.h"
#include "mail-policy.h"
#include "mail-queue-entry.h"
#include "mail-tls.h"

#define IMAP_PORT 143
#define IMAPS_PORT 993

typedef struct
{
  MailImapStep step;
  gpointer     data;
} Planned;

typedef struct
{
  guint        number; /* as the engine has it */
  MailImapDone done;   /* (nullable) */
} Asked;

void
mail_imap_reader_note (MailImapReader *self, const char *what, guint flags, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list          arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  sim_world_note (sim_host_get_world (self->host), sim_host_get_actor (self->host), what, flags, 0,
                  "%s", text);
}

gint64
mail_imap_reader_get_now (const MailImapReader *self)
{
  return sim_world_get_now (sim_host_get_world (self->host));
}

static const SimScenarioHost *
get_server (const MailImapReader *self)
{
  return sim_scenario_get_host (sim_network_get_scenario (sim_host_get_network (self->host)),
                                self->action->server);
}

/* The plan */

static Planned *
make_planned (MailImapStep step, gpointer data)
{
  Planned *planned = g_new0 (Planned, 1);

  *planned = (Planned){ step, data };
  return planned;
}

void
mail_imap_reader_plan (MailImapReader *self, MailImapStep step, gpointer data)
{
  g_queue_push_tail (&self->plan, make_planned (step, data));
}

void
mail_imap_reader_plan_next (MailImapReader *self, MailImapStep step, gpointer data)
{
  g_queue_push_head (&self->plan, make_planned (step, data));
}

void
mail_imap_reader_drop_plan (MailImapReader *self)
{
  g_queue_clear_full (&self->plan, g_free);
}

void
mail_imap_reader_ask (MailImapReader *self, ImapRequest *request, MailImapDone done)
{
  Asked *asked = g_new0 (Asked, 1);

  asked->done = done;
  g_queue_push_tail (&self->asked, asked);
  asked->number = imap_client_send (self->engine, request);
}

/* Runs steps until one waits for an answer; after the last one, says good-bye. */
static void
run_plan (MailImapReader *self)
{
  while (g_queue_is_empty (&self->asked) && self->idle_until_us == 0 && self->poll_us == 0 &&
         !self->is_told)
    {
      g_autofree Planned *planned = g_queue_pop_head (&self->plan);

      if (planned == NULL)
        {
          mail_imap_reader_tell_news (self);
          self->is_told = TRUE;
          imap_client_quit (self->engine);
          return;
        }
      planned->step (self, planned->data);
    }
}

void
mail_imap_reader_note_refusal (MailImapReader *self, const ImapResponse *response)
{
  g_autofree char *text = mail_note_value (response->text != NULL ? response->text : "");

  mail_imap_reader_note (self, "refused", TRACE_FLAG_WARNING,
                         "the server refuses: %s\ncondition: %s\ncode: %s", text,
                         imap_condition_get_name (response->condition),
                         response->code != NULL ? response->code : "");
}

/* Returns: (transfer full) (nullable): what was asked by that command, taken out */
static Asked *
take_asked (MailImapReader *self, guint command)
{
  for (GList *link = self->asked.head; link != NULL; link = link->next)
    if (((Asked *) link->data)->number == command)
      {
        Asked *asked = link->data;

        g_queue_delete_link (&self->asked, link);
        return asked;
      }
  return NULL;
}

static void
on_completed (MailImapReader *self, guint command, const ImapResponse *response)
{
  g_autofree Asked *asked = take_asked (self, command);

  if (asked == NULL)
    self->idle_until_us = 0; /* IDLE */
  mail_imap_reader_take (self, response);
  if (asked != NULL && asked->done != NULL)
    asked->done (self, response);
  else if (response->condition != IMAP_OK)
    mail_imap_reader_note_refusal (self, response);
}

static void
on_refused (MailImapReader *self, const ImapClientEvent *event)
{
  g_autofree char *text = mail_note_value (event->text);

  self->is_told = TRUE;
  mail_imap_reader_drop_plan (self);
  mail_imap_reader_note (self, "login-refused", TRACE_FLAG_ERROR,
                         "the server does not let %s in: %s", self->action->user, text);
}

static void
on_failed (MailImapReader *self, const ImapClientEvent *event)
{
  g_autofree char *text = mail_note_value (event->text);

  mail_imap_reader_drop_plan (self);
  if (!self->is_told)
    mail_imap_reader_note (self, "fetch-failed", TRACE_FLAG_ERROR,
                           "the session failed: %s\nreason: %s", text, text);
  self->is_told = TRUE;
}

static void
on_told (MailImapReader *self, const ImapClientEvent *event)
{
  g_autofree char *text = mail_note_value (event->text);

  mail_imap_reader_note (self, event->code,
                         strcmp (event->code, "unreadable") == 0 ? TRACE_FLAG_WARNING : 0, "%s",
                         text);
}

static void
drive (MailImapReader *self)
{
  ImapClientEvent event;

  while (imap_client_next_event (self->engine, &event))
    {
      wire_session_tell_units (&self->session);
      switch (event.kind)
        {
        case IMAP_CLIENT_EVENT_READY:
          mail_imap_reader_make_plan (self);
          break;
        case IMAP_CLIENT_EVENT_RESPONSE:
          mail_imap_reader_take (self, event.response);
          if (self->idle_until_us != 0)
            mail_imap_reader_on_idle_news (self);
          break;
        case IMAP_CLIENT_EVENT_COMPLETED:
          on_completed (self, event.command, event.response);
          break;
        case IMAP_CLIENT_EVENT_TOLD:
          on_told (self, &event);
          break;
        case IMAP_CLIENT_EVENT_REFUSED:
          on_refused (self, &event);
          break;
        case IMAP_CLIENT_EVENT_FAILED:
          on_failed (self, &event);
          break;
        case IMAP_CLIENT_EVENT_IDLING:
        case IMAP_CLIENT_EVENT_DONE:
        case IMAP_CLIENT_EVENT_NONE:
          break;
        }
      if (event.kind == IMAP_CLIENT_EVENT_READY || event.kind == IMAP_CLIENT_EVENT_COMPLETED)
        run_plan (self);
    }
}

/* The session */

static void
reader_receive (WireSession *session, const guint8 *data, gsize length, gint64 now_us)
{
  MailImapReader *self = (MailImapReader *) session;

  imap_client_receive (self->engine, data, length, now_us);
  drive (self);
}

static void
reader_receive_end (WireSession *session, gboolean is_lost, gint64 now_us)
{
  MailImapReader *self = (MailImapReader *) session;

  imap_client_receive_end (self->engine);
  drive (self);
}

static gboolean
reader_next_unit (WireSession *session, WireUnit *out_unit)
{
  return imap_client_next_unit (((MailImapReader *) session)->engine, out_unit);
}

static GBytes *
reader_take_output (WireSession *session)
{
  return imap_client_take_output (((MailImapReader *) session)->engine);
}

static gint64
reader_get_deadline (WireSession *session)
{
  MailImapReader *self = (MailImapReader *) session;
  gint64          deadline_us = imap_client_get_deadline (self->engine);

  if (self->poll_us > 0)
    deadline_us = MIN (deadline_us, self->poll_us);
  return self->idle_until_us > 0 ? MIN (deadline_us, self->idle_until_us) : deadline_us;
}

static void
reader_expire (WireSession *session, gint64 now_us)
{
  MailImapReader *self = (MailImapReader *) session;

  if (self->idle_until_us > 0 && now_us >= self->idle_until_us)
    {
      self->idle_until_us = -1; /* it is ending */
      imap_client_end_idle (self->engine);
    }
  if (self->poll_us > 0 && now_us >= self->poll_us)
    {
      self->poll_us = 0;
      run_plan (self);
    }
  imap_client_expire (self->engine, now_us);
  drive (self);
}

static gboolean
reader_is_done (WireSession *session)
{
  return imap_client_is_done (((MailImapReader *) session)->engine);
}

/* The reader lives on: its world frees it, after the network. */
static void
reader_free (WireSession *session)
{
}

static gboolean
reader_starts_tls (WireSession *session)
{
  return imap_client_starts_tls (((MailImapReader *) session)->engine);
}

static void
reader_secured (WireSession *session, const WireSecurity *security, gint64 now_us)
{
  MailImapReader *self = (MailImapReader *) session;

  mail_imap_reader_note (self, "tls", 0,
                         "%s protects the session\nversion: %s\ncipher: %s\nproblems: %s\npeer: %s",
                         security->version, security->version, security->cipher,
                         security->problems, get_server (self)->name);
  imap_client_secured (self->engine, security, now_us);
  drive (self);
}

static gboolean
reader_trusts (WireSession *session, const WireSecurity *security)
{
  return imap_client_trusts (((MailImapReader *) session)->engine);
}

static void
reader_tls_failed (WireSession *session, const char *reason, gint64 now_us)
{
  MailImapReader *self = (MailImapReader *) session;

  mail_imap_reader_note (self, "tls-failed", TRACE_FLAG_ERROR, "TLS failed: %s\nreason: %s", reason,
                         reason);
  imap_client_tls_failed (self->engine, reason);
  drive (self);
}

static const WireSessionClass reader_class = {
  .receive = reader_receive,
  .receive_end = reader_receive_end,
  .next_unit = reader_next_unit,
  .take_output = reader_take_output,
  .get_deadline = reader_get_deadline,
  .expire = reader_expire,
  .is_done = reader_is_done,
  .free = reader_free,
  .starts_tls = reader_starts_tls,
  .secured = reader_secured,
  .trusts = reader_trusts,
  .tls_failed = reader_tls_failed,
};

/* Connecting */

/* Whether TLS is there from the start: where the server offers nothing else. */
static gboolean
is_in_tls (MailImapReader *self)
{
  return (get_server (self)->services & (SIM_SERVICE_IMAP | SIM_SERVICE_IMAPS)) ==
         SIM_SERVICE_IMAPS;
}

/* In the order of SimTlsUse. */
static const ImapTlsUse uses[] = { IMAP_TLS_IF_OFFERED, IMAP_TLS_NEVER, IMAP_TLS_ALWAYS,
                                   IMAP_TLS_VERIFIED };

static WireSession *
on_start (SimCarrier *carrier, gpointer data)
{
  MailImapReader        *self = data;
  const SimScenarioHost *config = sim_host_get_scenario (self->host);
  MailPeer               peer = { .is_outside = sim_carrier_is_outside (carrier) };
  ImapClientConfig       engine = {
          .host = get_server (self)->name,
          .user = self->action->user,
          .password = self->action->password,
          .mechanisms = self->action->mechanisms != G_MAXUINT
                            ? self->action->mechanisms
                            : ~(guint) (SASL_MECHANISM_EXTERNAL | SASL_MECHANISM_ANONYMOUS),
          .allows_clear = config->tls == SIM_TLS_IF_OFFERED || config->tls == SIM_TLS_NEVER,
          .random = mail_policy_get_random (&peer),
          .random_data = sim_host_get_random (self->host),
          .tls = uses[config->tls],
          .unused = config->unused_imap,
          .compresses = config->compresses,
  };

  self->engine = imap_client_new (&engine, mail_imap_reader_get_now (self));
  return mail_tls_wrap_client (carrier, &self->session, is_in_tls (self), get_server (self)->name);
}

static void
on_finished (SimCarrier *carrier, SimCarrierEnd end, gpointer data)
{
  MailImapReader *self = data;

  if (end == SIM_CARRIER_REFUSED)
    mail_imap_reader_note (self, "fetch-failed", TRACE_FLAG_ERROR,
                           "the server refuses the connection");
  else if (end == SIM_CARRIER_UNREACHABLE)
    mail_imap_reader_note (self, "fetch-failed", TRACE_FLAG_ERROR, "the server does not answer");
  else if (!self->is_told)
    mail_imap_reader_note (self, "fetch-failed", TRACE_FLAG_ERROR, "the connection was lost");
  self->is_told = TRUE;
}

static const SimCarrierFuncs carrier_funcs = { on_start, on_finished };

static void
on_found (const char *address, gboolean is_permanent, const char *reason, gpointer data)
{
  MailImapReader *self = data;

  if (address == NULL)
    mail_imap_reader_note (self, "fetch-failed", TRACE_FLAG_ERROR,
                           "the server can't be found: %s", reason);
  else
    sim_carrier_connect (self->host, address, is_in_tls (self) ? IMAPS_PORT : IMAP_PORT,
                         TRACE_IMAP, &carrier_funcs, self);
}

/* What the person wants, in the order of SimActionKind. */
static const char *const wishes[] = {
  "sends mail on",
  "looks for new mail on",
  "brings the copy of the mailboxes up to date with",
  "reads mail on",
  "flags mail on",
  "moves mail on",
  "copies mail on",
  "deletes mail on",
  "saves a message on",
  "makes a mailbox on",
};

MailImapReader *
mail_imap_reader_new (SimHost                 *host,
                      const SimScenarioAction *action,
                      MailCopy                *copy,
                      MailRegister            *messages)
{
  MailImapReader *self = g_new0 (MailImapReader, 1);

  self->session.klass = &reader_class;
  self->host = host;
  self->action = action;
  self->messages = messages;
  self->copy = copy;
  if (action->kind != SIM_ACTION_FETCH && action->kind != SIM_ACTION_SYNC && !action->is_offline)
    self->copy = self->own_copy = mail_copy_new ();
  self->names = g_ptr_array_new_with_free_func (g_free);
  self->told = imap_set_new ();
  self->news = (MailImapNews){ imap_set_new (), imap_set_new (), imap_set_new () };
  imap_view_init (&self->view);
  g_queue_init (&self->plan);
  g_queue_init (&self->asked);
  if (action->is_offline)
    {
      mail_imap_reader_do_offline (self);
      return self;
    }
  mail_imap_reader_note (self, "fetching", 0, "%s %s %s", action->user, wishes[action->kind],
                         get_server (self)->name);
  mail_finder_find (host, get_server (self)->name, on_found, self);
  return self;
}

void
mail_imap_reader_free (MailImapReader *self)
{
  if (self == NULL)
    return;
  imap_client_free (self->engine);
  mail_copy_free (self->own_copy);
  g_queue_clear_full (&self->plan, g_free);
  g_queue_clear_full (&self->asked, g_free);
  g_ptr_array_unref (self->names);
  imap_view_clear (&self->view);
  imap_set_free (self->found);
  imap_set_free (self->told);
  imap_set_free (self->chosen);
  imap_set_free (self->others);
  imap_set_free (self->news.added);
  imap_set_free (self->news.removed);
  imap_set_free (self->news.flags);
  g_free (self);
}
