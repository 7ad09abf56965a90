/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-pop3-session.h"

#include "mail-auth.h"
#include "mail-policy.h"
#include "mail-queue-entry.h"
#include <pop3/pop3-server.h>

typedef struct
{
  WireSession session; /* first: a session is one of these */
  MailHost *host;
  MailPeer peer;
  Pop3Server *engine;
  MailUser *user;   /* logged in: the lock on the mailbox is held */
  char *tls;        /* (nullable): "TLSv1.3 TLS_AES_256_GCM_SHA384" */
  GArray *maildrop; /* of Item: what was there then, though an IMAP session may remove it */
} Pop3Session;

typedef struct
{
  MailMessage *message;
  guint32 uid;
  guint number; /* of the message in the trace */
} Item;

static void
clear_item (gpointer item)
{
  mail_message_unref (((Item *) item)->message);
}

static Pop3MaildropItem *
list_maildrop (Pop3Session *self, MailMailbox *mailbox, guint *out_n)
{
  guint n = mail_mailbox_get_n_messages (mailbox);
  Pop3MaildropItem *items = g_new0 (Pop3MaildropItem, n + 1);

  g_array_set_size (self->maildrop, 0);
  for (guint i = 0; i < n; i++)
    {
      const MailStored *stored = mail_mailbox_get (mailbox, i);
      Item item = { mail_message_ref (stored->message), stored->uid, stored->number };
      gsize length;
      const guint8 *data = g_bytes_get_data (mail_message_get_bytes (item.message), &length);

      g_array_append_val (self->maildrop, item);
      items[i].octets = pop3_count_octets (data, length);
      items[i].unique_id = stored->unique_id;
    }
  *out_n = n;
  return items;
}

/* A refusal, as it goes on the wire and into the trace. */
typedef struct
{
  const char *what; /* the kind of note */
  guint flags;
  const char *code; /* RFC 2449 section 8 */
  const char *text;
  const char *sentence; /* after the name */
} Refusal;

static const Refusal wrong_password = { "login-refused", TRACE_FLAG_ERROR, "AUTH",
                                        "Unknown user or wrong password", "is not let in" };
static const Refusal in_use = { "mailbox-in-use", TRACE_FLAG_WARNING, "IN-USE",
                                "Another session has the mailbox open",
                                "has the mailbox locked by another session" };
static const Refusal too_soon = { "login-delay", TRACE_FLAG_WARNING, "LOGIN-DELAY",
                                  "Too soon after the last login", "comes back too soon" };

static void
refuse_login (Pop3Session *self, const Refusal *refusal, const char *name)
{
  pop3_server_refuse_login (self->engine, refusal->code, refusal->text);
  mail_host_note (self->host, 0, refusal->flags, refusal->what, "%s %s\nuser: %s\ncode: %s", name,
                  refusal->sentence, name, refusal->code);
}

/* Whether the user has logged in less than the host's delay ago (RFC 2449 section 6.5). */
static gboolean
is_too_soon (Pop3Session *self, const MailUser *user)
{
  gint64 delay_us = self->host->config->login_delay_us;

  return delay_us > 0 && user->has_logged_in &&
         mail_host_get_now (self->host) - user->logged_in_us < delay_us;
}

/* Returns: (nullable): why the user who is named, and proved unless there is a password, is not let
 * in. */
static const Refusal *
check_login (Pop3Session *self, MailUser *user, const char *password)
{
  if (user == NULL)
    return &wrong_password;
  if (password != NULL &&
      (user->password == NULL || !sasl_password_matches (password, user->password)))
    return &wrong_password;
  if (is_too_soon (self, user))
    return &too_soon;
  return mail_mailbox_lock (user->mailbox) ? NULL : &in_use;
}

/* @is_told: whether an eavesdropper has learnt the password */
static void
tell_login (Pop3Session *self, const char *name, const char *mechanism, guint n, gboolean is_told)
{
  mail_host_note (self->host, 0, 0, "login",
                  n == 1
                      ? "%s is logged in: %u message%s\nuser: %s\nmechanism: %s\nprotection: %s"
                      : "%s is logged in: %u messages%s\nuser: %s\nmechanism: %s\nprotection: %s",
                  name, n, is_told ? "; the password was in clear on the wire" : "", name,
                  mechanism, self->tls != NULL ? self->tls : "none");
}

static void
answer_login (Pop3Session *self, const Pop3ServerEvent *event)
{
  MailUser *user = mail_host_find_login (self->host, event->user);
  const Refusal *refusal = check_login (self, user, event->password);
  const char *mechanism = event->mechanism; /* a name for ever */
  gboolean is_told = !pop3_server_is_secured (self->engine) &&
                     (event->password != NULL || mail_auth_is_told (mechanism, FALSE));
  g_autofree Pop3MaildropItem *items = NULL;
  g_autofree char *name = mail_note_value (event->user);
  guint n;

  if (refusal != NULL)
    {
      refuse_login (self, refusal, name);
      return;
    }
  self->user = user;
  user->has_logged_in = TRUE;
  user->logged_in_us = mail_host_get_now (self->host);
  items = list_maildrop (self, user->mailbox, &n);
  pop3_server_accept_login (self->engine, items, n);
  tell_login (self, name, mechanism, n, is_told);
}

static void
answer_apop (Pop3Session *self, const Pop3ServerEvent *event)
{
  const MailUser *user = mail_host_find_login (self->host, event->user);

  pop3_server_give_password (self->engine, user != NULL ? user->password : NULL);
}

static void
answer_auth (Pop3Session *self, const Pop3ServerEvent *event)
{
  mail_auth_answer (self->host, &self->peer, pop3_server_get_sasl (self->engine), event->sasl);
  pop3_server_auth_answered (self->engine);
}

static void
tell_auth_failed (Pop3Session *self, const Pop3ServerEvent *event)
{
  g_autofree char *name = mail_note_value (event->user);

  mail_host_note (self->host, 0, TRACE_FLAG_ERROR, "auth-failed",
                  "%s has not shown who it is\nuser: %s\nmechanism: %s\nreason: %s\nprotection: %s",
                  *name != '\0' ? name : "the client", name, event->mechanism, event->text,
                  self->tls != NULL ? self->tls : "none");
}

static void
answer_message (Pop3Session *self, guint index, gboolean is_whole)
{
  const Item *item = &g_array_index (self->maildrop, Item, index);

  pop3_server_give_message (self->engine, mail_message_get_bytes (item->message));
  if (is_whole)
    mail_host_tell_message (self->host, "retrieved", item->number, self->host->actor,
                            self->peer.actor, "%s fetches the message from the mailbox",
                            self->user->name);
}

static void
answer_update (Pop3Session *self, const Pop3ServerEvent *event)
{
  g_autofree guint32 *uids = g_new (guint32, event->n_deleted);
  g_autoptr (GString) details = g_string_new (NULL);
  guint n_deleted;

  for (guint i = 0; i < event->n_deleted; i++)
    uids[i] = g_array_index (self->maildrop, Item, event->deleted[i]).uid;
  mail_account_tell_next (self->user->account, details);
  n_deleted = mail_mailbox_expunge (self->user->mailbox, uids, event->n_deleted, NULL);
  mail_account_tell_next (self->user->account, NULL);
  pop3_server_finish_update (self->engine, TRUE);
  mail_mailbox_unlock (self->user->mailbox);
  if (n_deleted > 0)
    {
      const MailMailbox *mailbox = self->user->mailbox;
      guint n_left = mail_mailbox_get_n_messages (mailbox);

      mail_host_note (self->host, 0, 0, "removed",
                      n_deleted == 1 ? "%u message removed, %u left\nuser: %s\nleft: %u%s"
                                     : "%u messages removed, %u left\nuser: %s\nleft: %u%s",
                      n_deleted, n_left, self->user->name, n_left, details->str);
    }
  self->user = NULL;
}

/* The session is over without UPDATE: nothing is deleted (RFC 1939 section 6). */
static void
give_up (Pop3Session *self, const char *why)
{
  if (self->user != NULL)
    {
      mail_mailbox_unlock (self->user->mailbox);
      mail_host_note (self->host, 0, TRACE_FLAG_WARNING, "session-lost",
                      "session of %s ended without QUIT: nothing is removed", self->user->name);
    }
  self->user = NULL;
}

static void
answer (Pop3Session *self, const Pop3ServerEvent *event)
{
  switch (event->kind)
    {
    case POP3_SERVER_EVENT_AUTH:
      answer_auth (self, event);
      break;
    case POP3_SERVER_EVENT_APOP:
      answer_apop (self, event);
      break;
    case POP3_SERVER_EVENT_AUTH_FAILED:
      tell_auth_failed (self, event);
      break;
    case POP3_SERVER_EVENT_LOGIN:
      answer_login (self, event);
      break;
    case POP3_SERVER_EVENT_MESSAGE:
      answer_message (self, event->index, event->is_whole);
      break;
    case POP3_SERVER_EVENT_UPDATE:
      answer_update (self, event);
      break;
    case POP3_SERVER_EVENT_LOST:
      give_up (self, event->text);
      break;
    case POP3_SERVER_EVENT_QUIT:
    case POP3_SERVER_EVENT_NONE:
      break;
    }
}

static void
drive (Pop3Session *self)
{
  Pop3ServerEvent event;

  while (pop3_server_next_event (self->engine, &event))
    {
      wire_session_tell_units (&self->session);
      answer (self, &event);
    }
}

static void
pop3_session_receive (WireSession *session, const guint8 *data, gsize length, gint64 now_us)
{
  Pop3Session *self = (Pop3Session *) session;

  pop3_server_receive (self->engine, data, length, now_us);
  drive (self);
}

static void
pop3_session_receive_end (WireSession *session, gboolean is_lost, gint64 now_us)
{
  Pop3Session *self = (Pop3Session *) session;

  pop3_server_receive_end (self->engine);
  drive (self);
}

static gboolean
pop3_session_next_unit (WireSession *session, WireUnit *out_unit)
{
  return pop3_server_next_unit (((Pop3Session *) session)->engine, out_unit);
}

static GBytes *
pop3_session_take_output (WireSession *session)
{
  return pop3_server_take_output (((Pop3Session *) session)->engine);
}

static gint64
pop3_session_get_deadline (WireSession *session)
{
  return pop3_server_get_deadline (((Pop3Session *) session)->engine);
}

/* Goes on with commands that waited for room. */
static gboolean
pop3_session_produce (WireSession *session, gint64 now_us)
{
  Pop3Session *self = (Pop3Session *) session;

  if (!pop3_server_is_waiting_for_room (self->engine))
    return FALSE;
  drive (self);
  return pop3_server_is_waiting_for_room (self->engine);
}

static void
pop3_session_expire (WireSession *session, gint64 now_us)
{
  Pop3Session *self = (Pop3Session *) session;

  pop3_server_expire (self->engine, now_us);
  drive (self);
}

static gboolean
pop3_session_is_done (WireSession *session)
{
  return pop3_server_is_done (((Pop3Session *) session)->engine);
}

static void
pop3_session_free (WireSession *session)
{
  Pop3Session *self = (Pop3Session *) session;

  if (self->user != NULL)
    mail_mailbox_unlock (self->user->mailbox);
  pop3_server_free (self->engine);
  g_array_unref (self->maildrop);
  g_free (self->tls);
  g_free (self);
}

static gboolean
pop3_session_starts_tls (WireSession *session)
{
  return pop3_server_starts_tls (((Pop3Session *) session)->engine);
}

static void
pop3_session_secured (WireSession *session, const WireSecurity *security, gint64 now_us)
{
  Pop3Session *self = (Pop3Session *) session;
  TraceLog *log = sim_world_get_log (self->host->sim);

  g_free (self->tls);
  self->tls = g_strdup_printf ("%s %s", security->version, security->cipher);
  mail_host_note (self->host, 0, 0, "tls",
                  "%s protects the session\nversion: %s\ncipher: %s\npeer: %s", security->version,
                  security->version, security->cipher,
                  trace_log_get_actor (log, self->peer.actor)->name);
  pop3_server_secured (self->engine, security, now_us);
  drive (self);
}

static void
pop3_session_tls_failed (WireSession *session, const char *reason, gint64 now_us)
{
  Pop3Session *self = (Pop3Session *) session;

  mail_host_note (self->host, 0, TRACE_FLAG_ERROR, "tls-failed", "TLS failed: %s\nreason: %s",
                  reason, reason);
}

static const WireSessionClass pop3_session_class = {
  .receive = pop3_session_receive,
  .receive_end = pop3_session_receive_end,
  .next_unit = pop3_session_next_unit,
  .take_output = pop3_session_take_output,
  .get_deadline = pop3_session_get_deadline,
  .expire = pop3_session_expire,
  .is_done = pop3_session_is_done,
  .free = pop3_session_free,
  .starts_tls = pop3_session_starts_tls,
  .secured = pop3_session_secured,
  .tls_failed = pop3_session_tls_failed,
  .produce = pop3_session_produce,
};

/* What the host offers of POP3. Its maildrops hold UTF-8 where it takes such mail (RFC 6856 section
 * 2.1). Where there is APOP, passwords are not to be shown as well (RFC 1939 section 13). */
static void
configure (MailHost *host, const MailPeer *peer, Pop3ServerConfig *out_config)
{
  const SimScenarioHost *scenario = host->config;
  gboolean has_certificate = mail_policy_has_certificate (host, peer);

  out_config->name = host->name;
  out_config->profile =
      scenario->profile == SIM_PROFILE_STRICT ? POP3_PROFILE_STRICT : POP3_PROFILE_COMMON;
  out_config->capabilities = POP3_CAPABILITIES_ALL;
  if (has_certificate)
    out_config->capabilities |= POP3_CAPABILITY_STLS;
  if (scenario->offers_apop)
    out_config->capabilities |= POP3_CAPABILITY_APOP;
  if (scenario->without & SMTP_EXTENSION_PIPELINING)
    out_config->capabilities &= ~(guint) POP3_CAPABILITY_PIPELINING;
  if (scenario->without & SMTP_EXTENSION_SMTPUTF8)
    out_config->capabilities &= ~(guint) POP3_CAPABILITY_UTF8;
  out_config->guards_passwords =
      scenario->offers_apop || mail_policy_guards_passwords (host, peer, has_certificate);
  out_config->mechanisms =
      mail_policy_get_mechanisms (host, peer, SIM_SERVICE_POP3, has_certificate, TRUE);
  out_config->mechanisms_in_clear =
      mail_policy_get_mechanisms (host, peer, SIM_SERVICE_POP3, has_certificate, FALSE);
  if (scenario->offers_apop)
    out_config->mechanisms_in_clear &= ~(guint) SASL_MECHANISMS_IN_CLEAR;
  out_config->random = mail_policy_get_random (peer);
  out_config->random_data = sim_host_get_random (host->net);
  out_config->epoch_us = sim_world_get_unix_us (host->sim) - mail_host_get_now (host);
  out_config->login_delay_s =
      (guint) ((scenario->login_delay_us + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC);
}

WireSession *
mail_pop3_session_new (MailHost *host, const MailPeer *peer)
{
  Pop3Session *self = g_new0 (Pop3Session, 1);
  Pop3ServerConfig config = { 0 };

  configure (host, peer, &config);
  self->session.klass = &pop3_session_class;
  self->host = host;
  self->peer = *peer;
  self->maildrop = g_array_new (FALSE, FALSE, sizeof (Item));
  g_array_set_clear_func (self->maildrop, clear_item);
  self->engine = pop3_server_new (&config, mail_host_get_now (host));
  return &self->session;
}
