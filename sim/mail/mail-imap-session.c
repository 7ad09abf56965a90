/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-imap-session.h"

#include <stdarg.h>
#include <string.h>

#include "mail-auth.h"
#include "mail-imap-parts.h"
#include "mail-policy.h"
#include "mail-queue-entry.h"

/* Who answers which command. */
static const struct
{
  ImapVerb verb;
  void   (*run) (MailImap *self, const ImapCommand *command);
} commands[] = {
  { IMAP_VERB_ID, mail_imap_do_id },
  { IMAP_VERB_NOOP, mail_imap_do_noop },
  { IMAP_VERB_SELECT, mail_imap_do_select },
  { IMAP_VERB_EXAMINE, mail_imap_do_select },
  { IMAP_VERB_CREATE, mail_imap_do_create },
  { IMAP_VERB_DELETE, mail_imap_do_delete },
  { IMAP_VERB_RENAME, mail_imap_do_rename },
  { IMAP_VERB_SUBSCRIBE, mail_imap_do_subscribe },
  { IMAP_VERB_UNSUBSCRIBE, mail_imap_do_subscribe },
  { IMAP_VERB_LIST, mail_imap_do_list },
  { IMAP_VERB_LSUB, mail_imap_do_list },
  { IMAP_VERB_NAMESPACE, mail_imap_do_namespace },
  { IMAP_VERB_STATUS, mail_imap_do_status },
  { IMAP_VERB_APPEND, mail_imap_do_append },
  { IMAP_VERB_IDLE, mail_imap_do_idle },
  { IMAP_VERB_GETQUOTA, mail_imap_do_quota },
  { IMAP_VERB_GETQUOTAROOT, mail_imap_do_quota },
  { IMAP_VERB_SETQUOTA, mail_imap_do_quota },
  { IMAP_VERB_GETACL, mail_imap_do_acl },
  { IMAP_VERB_SETACL, mail_imap_do_acl },
  { IMAP_VERB_DELETEACL, mail_imap_do_acl },
  { IMAP_VERB_LISTRIGHTS, mail_imap_do_acl },
  { IMAP_VERB_MYRIGHTS, mail_imap_do_acl },
  { IMAP_VERB_GETMETADATA, mail_imap_do_metadata },
  { IMAP_VERB_SETMETADATA, mail_imap_do_metadata },
  { IMAP_VERB_CHECK, mail_imap_do_noop },
  { IMAP_VERB_CLOSE, mail_imap_do_close },
  { IMAP_VERB_UNSELECT, mail_imap_do_close },
  { IMAP_VERB_EXPUNGE, mail_imap_do_expunge },
  { IMAP_VERB_SEARCH, mail_imap_do_search },
  { IMAP_VERB_SORT, mail_imap_do_sort },
  { IMAP_VERB_THREAD, mail_imap_do_sort },
  { IMAP_VERB_FETCH, mail_imap_do_fetch },
  { IMAP_VERB_STORE, mail_imap_do_store },
  { IMAP_VERB_COPY, mail_imap_do_copy },
  { IMAP_VERB_MOVE, mail_imap_do_copy },
  { IMAP_VERB_REPLACE, mail_imap_do_append },
  { IMAP_VERB_CANCELUPDATE, mail_imap_do_cancel_update },
};

/* What is said */

guint
mail_imap_get_write_flags (const MailImap *self)
{
  return mail_imap_has_enabled (self, IMAP_ENABLED_UTF8 | IMAP_ENABLED_REV2) ? IMAP_WRITE_UTF8 : 0;
}

void
mail_imap_send (MailImap *self, const char *format, ...)
{
  g_autoptr (GString) response = g_string_new ("* ");
  va_list arguments;

  va_start (arguments, format);
  g_string_append_vprintf (response, format, arguments);
  va_end (arguments);
  g_string_append (response, "\r\n");
  imap_server_send (self->engine, response->str, response->len);
}

void
mail_imap_complete (MailImap     *self,
                    ImapCondition condition,
                    const char   *code,
                    const char   *text)
{
  mail_imap_tell_changes (self);
  imap_server_complete (self->engine, condition, code, text);
}

void
mail_imap_complete_account (MailImap *self, MailAccountResult result, const char *text)
{
  if (result == MAIL_ACCOUNT_OK)
    mail_imap_complete (self, IMAP_OK, NULL, text);
  else
    mail_imap_complete (self, IMAP_NO, mail_account_result_get_code (result), text);
}

/* Notes */

static void
append_fact (GString *text, const char *key, const char *value)
{
  g_autofree char *clean = value != NULL ? mail_note_value (value) : NULL;

  if (clean != NULL)
    g_string_append_printf (text, "\n%s: %s", key, clean);
}

void
mail_imap_note (MailImap *self, guint flags, const char *what, const char *format, ...)
{
  g_autoptr (GString) text = g_string_new (NULL);
  va_list arguments;

  va_start (arguments, format);
  g_string_append_vprintf (text, format, arguments);
  va_end (arguments);
  append_fact (text, "user", self->user != NULL ? self->user->name : NULL);
  append_fact (text, "mailbox",
               self->mailbox != NULL ? mail_mailbox_get_name (self->mailbox) : NULL);
  append_fact (text, "client", self->peer.address);
  mail_host_note (self->host, 0, flags, what, "%s", text->str);
}

/* Answers that take their time */

static void
end_work (MailImap *self)
{
  MailImapWork work = self->work;

  memset (&self->work, 0, sizeof self->work);
  if (work.free_data != NULL)
    work.free_data (work.data);
}

static gboolean
has_room (const MailImap *self)
{
  return imap_server_get_n_output (self->engine) < MAIL_IMAP_OUTPUT_BYTES;
}

/* Lets the answer go on. A step that said nothing has been at work: then others have their turn,
 * unless nobody would come back. */
static void
run_work (MailImap *self)
{
  self->is_at_work = FALSE;
  if (imap_server_is_done (self->engine))
    end_work (self);
  while (self->work.step != NULL && has_room (self) && !self->is_at_work)
    {
      gsize n_output = imap_server_get_n_output (self->engine);

      if (!self->work.step (self->work.data))
        end_work (self);
      else
        self->is_at_work = !self->is_input_over && self->session.on_wake != NULL &&
                           imap_server_get_n_output (self->engine) == n_output;
    }
}

void
mail_imap_begin_work (MailImap      *self,
                      gboolean     (*step) (gpointer),
                      gpointer       data,
                      GDestroyNotify free_data)
{
  end_work (self);
  self->work = (MailImapWork){ step, data, free_data };
  run_work (self);
}

/* Commands of any state */

void
mail_imap_do_noop (MailImap *self, const ImapCommand *command)
{
  mail_imap_complete (self, IMAP_OK, NULL, "Done");
}

void
mail_imap_do_id (MailImap *self, const ImapCommand *command)
{
  g_autoptr (GString) told = g_string_new (NULL);

  for (guint i = 0; command->pairs != NULL && i < command->pairs->len; i++)
    {
      const ImapPair *pair = &g_array_index (command->pairs, ImapPair, i);
      gsize           length;
      const char     *value = pair->value != NULL ? g_bytes_get_data (pair->value, &length) : NULL;
      g_autofree char *text = value != NULL ? g_strndup (value, length) : g_strdup ("");
      g_autofree char *key = g_strdup (pair->name);

      g_strdelimit (key, "\r\n:", ' ');
      append_fact (told, key, text);
    }
  mail_imap_note (self, 0, "id", "the client says what program it is%s", told->str);
  mail_imap_send (self, "ID (\"name\" \"Postroad\")");
  mail_imap_complete (self, IMAP_OK, NULL, "Nice to meet you");
}

void
mail_imap_do_idle (MailImap *self, const ImapCommand *command)
{
  mail_imap_note (self, 0, "idle", "waits to be told of changes\nstate: begins");
  mail_imap_tell_changes (self);
  imap_server_begin_idle (self->engine);
}

static void
end_idle (MailImap *self)
{
  mail_imap_note (self, 0, "idle", "waits no more\nstate: ends");
  mail_imap_complete (self, IMAP_OK, NULL, "Idle completed");
}

/* The engine's events */

static void
answer_command (MailImap *self, const ImapCommand *command)
{
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    if (commands[i].verb == command->verb)
      {
        commands[i].run (self, command);
        return;
      }
  mail_imap_complete (self, IMAP_BAD, NULL, "No such command here");
}

static void
answer_auth (MailImap *self, const SaslServerEvent *event)
{
  mail_auth_answer (self->host, &self->peer, imap_server_get_sasl (self->engine), event);
  imap_server_auth_answered (self->engine);
}

static const char *
get_protection (const MailImap *self)
{
  return self->tls != NULL ? self->tls : "none";
}

static void
tell_authenticated (MailImap *self, const ImapServerEvent *event)
{
  const char *mechanism = event->mechanism != NULL ? event->mechanism : "PREAUTH";
  gboolean    is_told = mail_auth_is_told (mechanism, imap_server_is_secured (self->engine));

  self->user = mail_host_find_login (self->host, event->text);
  if (self->user == NULL)
    {
      imap_server_bye (self->engine, NULL, "You have no mailbox here");
      return;
    }
  mail_imap_note (self, is_told ? TRACE_FLAG_WARNING : 0, "login",
                  "%s is logged in by %s%s\nmechanism: %s\nprotection: %s", self->user->name,
                  mechanism, is_told ? ": the password is in clear on the wire" : "", mechanism,
                  get_protection (self));
}

static void
tell_auth_failed (MailImap *self, const ImapServerEvent *event)
{
  g_autofree char *name = mail_note_value (event->name != NULL ? event->name : "");
  g_autofree char *reason = mail_note_value (event->text);

  mail_imap_note (self, TRACE_FLAG_ERROR, "login-refused",
                  "login as %s refused\nname: %s\nmechanism: %s\nreason: %s\nprotection: %s",
                  *name != '\0' ? name : "nobody", name,
                  event->mechanism != NULL ? event->mechanism : "", reason, get_protection (self));
}

static void
tell_tolerated (MailImap *self, const ImapServerEvent *event)
{
  mail_imap_note (self, TRACE_FLAG_WARNING, "tolerated",
                  "not as the standard has it, but let pass: %s\nleniencies: %s", event->text,
                  event->text);
}

static void
give_up (MailImap *self, const ImapServerEvent *event)
{
  g_autofree char *reason = mail_note_value (event->text);

  end_work (self);
  mail_imap_note (self, TRACE_FLAG_WARNING, "session-lost", "session ended: %s\nreason: %s",
                  reason, reason);
  mail_imap_deselect (self);
}

static void
answer (MailImap *self, const ImapServerEvent *event)
{
  switch (event->kind)
    {
    case IMAP_SERVER_EVENT_AUTH:
      answer_auth (self, event->sasl);
      break;
    case IMAP_SERVER_EVENT_AUTHENTICATED:
      tell_authenticated (self, event);
      break;
    case IMAP_SERVER_EVENT_AUTH_FAILED:
      tell_auth_failed (self, event);
      break;
    case IMAP_SERVER_EVENT_COMMAND:
      answer_command (self, event->command);
      break;
    case IMAP_SERVER_EVENT_DONE:
      end_idle (self);
      break;
    case IMAP_SERVER_EVENT_TOLERATED:
      tell_tolerated (self, event);
      break;
    case IMAP_SERVER_EVENT_QUIT:
      mail_imap_deselect (self);
      break;
    case IMAP_SERVER_EVENT_LOST:
      give_up (self, event);
      break;
    case IMAP_SERVER_EVENT_STARTTLS:
    case IMAP_SERVER_EVENT_COMPRESS:
    case IMAP_SERVER_EVENT_NONE:
      break;
    }
}

/* Takes what the client asks, as long as there is room for what has to be said: a line of input can
 * ask for megabytes. */
static void
drive (MailImap *self)
{
  ImapServerEvent event;

  self->is_paused = FALSE;
  if (imap_server_is_done (self->engine))
    end_work (self);
  while (self->work.step == NULL && has_room (self) &&
         imap_server_next_event (self->engine, &event))
    {
      wire_session_tell_units (&self->session);
      answer (self, &event);
    }
  self->is_paused = !has_room (self);
}

/* The session */

static void
imap_session_receive (WireSession *session, const guint8 *data, gsize length, gint64 now_us)
{
  MailImap *self = (MailImap *) session;

  imap_server_receive (self->engine, data, length, now_us);
  drive (self);
}

/* Nobody reads any more what was left to be said. */
static void
imap_session_receive_end (WireSession *session, gboolean is_lost, gint64 now_us)
{
  MailImap *self = (MailImap *) session;

  self->is_input_over = TRUE;
  if (is_lost)
    end_work (self);
  imap_server_receive_end (self->engine);
  drive (self);
}

static gboolean
imap_session_produce (WireSession *session, gint64 now_us)
{
  MailImap *self = (MailImap *) session;

  if (imap_server_is_idle (self->engine))
    mail_imap_tell_changes (self);
  run_work (self);
  drive (self);
  if (self->is_at_work)
    {
      wire_session_wake (session);
      return FALSE;
    }
  return self->work.step != NULL || self->is_paused;
}

static gboolean
imap_session_next_unit (WireSession *session, WireUnit *out_unit)
{
  return imap_server_next_unit (((MailImap *) session)->engine, out_unit);
}

static GBytes *
imap_session_take_output (WireSession *session)
{
  return imap_server_take_output (((MailImap *) session)->engine);
}

static gint64
imap_session_get_deadline (WireSession *session)
{
  return imap_server_get_deadline (((MailImap *) session)->engine);
}

static void
imap_session_expire (WireSession *session, gint64 now_us)
{
  MailImap *self = (MailImap *) session;

  imap_server_expire (self->engine, now_us);
  drive (self);
}

static gboolean
imap_session_is_done (WireSession *session)
{
  return imap_server_is_done (((MailImap *) session)->engine);
}

static void
imap_session_free (WireSession *session)
{
  MailImap *self = (MailImap *) session;

  end_work (self);
  mail_imap_deselect (self);
  imap_view_clear (&self->view);
  imap_server_free (self->engine);
  mime_charsets_free (self->charsets);
  imap_set_free (self->saved);
  g_hash_table_unref (self->recents);
  g_free (self->tls);
  g_free (self);
}

static gboolean
imap_session_starts_tls (WireSession *session)
{
  return imap_server_starts_tls (((MailImap *) session)->engine);
}

static void
imap_session_secured (WireSession *session, const WireSecurity *security, gint64 now_us)
{
  MailImap *self = (MailImap *) session;
  TraceLog *log = sim_world_get_log (self->host->sim);

  g_free (self->tls);
  self->tls = g_strdup_printf ("%s %s", security->version, security->cipher);
  mail_imap_note (self, 0, "tls",
                  "%s protects the session\nversion: %s\ncipher: %s\npeer: %s",
                  security->version, security->version, security->cipher,
                  trace_log_get_actor (log, self->peer.actor)->name);
  imap_server_secured (self->engine, security, now_us);
  drive (self);
}

static void
imap_session_tls_failed (WireSession *session, const char *reason, gint64 now_us)
{
  mail_imap_note ((MailImap *) session, TRACE_FLAG_ERROR, "tls-failed",
                  "TLS failed: %s\nreason: %s", reason, reason);
}

static const WireSessionClass imap_session_class = {
  .receive = imap_session_receive,
  .receive_end = imap_session_receive_end,
  .next_unit = imap_session_next_unit,
  .take_output = imap_session_take_output,
  .get_deadline = imap_session_get_deadline,
  .expire = imap_session_expire,
  .is_done = imap_session_is_done,
  .free = imap_session_free,
  .starts_tls = imap_session_starts_tls,
  .secured = imap_session_secured,
  .tls_failed = imap_session_tls_failed,
  .produce = imap_session_produce,
};

static guint
get_mechanisms (MailHost *host, const MailPeer *peer, gboolean is_secured)
{
  guint mechanisms =
      mail_policy_get_mechanisms (host, peer, SIM_SERVICE_IMAP,
                                  mail_policy_has_certificate (host, peer), is_secured);

  /* Without a name there is no mailbox, and a host's certificate names none. */
  return mechanisms & ~(guint) (SASL_MECHANISM_ANONYMOUS | SASL_MECHANISM_EXTERNAL);
}

/* What IMAP4rev2 has in itself, of what can be left out (RFC 9051 appendix E). */
#define IN_REV2                                                                                    \
  (IMAP_CAPABILITY_SASL_IR | IMAP_CAPABILITY_ENABLE | IMAP_CAPABILITY_IDLE |                       \
   IMAP_CAPABILITY_NAMESPACE | IMAP_CAPABILITY_UNSELECT | IMAP_CAPABILITY_UIDPLUS |                \
   IMAP_CAPABILITY_MOVE | IMAP_CAPABILITY_LIST_EXTENDED | IMAP_CAPABILITY_LIST_STATUS |            \
   IMAP_CAPABILITY_ESEARCH | IMAP_CAPABILITY_SEARCHRES)

/* All but what the scenario takes away, and what can't be without that. */
static guint32
get_capabilities (MailHost *host, const MailPeer *peer)
{
  guint32 without = host->config->without_imap;

  if ((without & IN_REV2) != 0)
    without |= IMAP_CAPABILITY_IMAP4REV2;
  if ((without & (IMAP_CAPABILITY_CONDSTORE | IMAP_CAPABILITY_ENABLE)) != 0)
    without |= IMAP_CAPABILITY_QRESYNC;
  if (!mail_policy_has_certificate (host, peer))
    without |= IMAP_CAPABILITY_STARTTLS;
  return (guint32) IMAP_CAPABILITIES_ALL & ~without;
}

WireSession *
mail_imap_session_new (MailHost *host, const MailPeer *peer)
{
  MailImap        *self = g_new0 (MailImap, 1);
  ImapServerConfig config = {
    .name = host->name,
    .capabilities = get_capabilities (host, peer),
    .is_strict = host->config->profile == SIM_PROFILE_STRICT,
    .mechanisms = get_mechanisms (host, peer, TRUE),
    .mechanisms_in_clear = get_mechanisms (host, peer, FALSE),
    .random = mail_policy_get_random (peer),
    .random_data = sim_host_get_random (host->net),
    .epoch_us = sim_world_get_unix_us (host->sim) - mail_host_get_now (host),
    .append_bytes_max = host->config->size_max,
  };

  self->session.klass = &imap_session_class;
  self->host = host;
  self->peer = *peer;
  self->recents = g_hash_table_new (NULL, NULL);
  self->charsets = mime_charsets_new ();
  imap_view_init (&self->view);
  self->engine = imap_server_new (&config, mail_host_get_now (host));
  return &self->session;
}
