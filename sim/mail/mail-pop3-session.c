/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-pop3-session.h"

#include "mail-tls.h"
#include <pop3/pop3-server.h>

typedef struct
{
  WireSession session; /* first: a session is one of these */
  MailHost   *host;
  MailPeer    peer;
  Pop3Server *engine;
  MailUser   *user;     /* logged in: the lock on the mailbox is held */
  GArray     *maildrop; /* of Item: what was there then, though an IMAP session may remove it */
} Pop3Session;

typedef struct
{
  MailMessage *message;
  guint32      uid;
  guint        number; /* of the message in the trace */
} Item;

static void
clear_item (gpointer item)
{
  mail_message_unref (((Item *) item)->message);
}

static Pop3MaildropItem *
list_maildrop (Pop3Session *self, MailMailbox *mailbox, guint *out_n)
{
  guint             n = mail_mailbox_get_n_messages (mailbox);
  Pop3MaildropItem *items = g_new0 (Pop3MaildropItem, n + 1);

  g_array_set_size (self->maildrop, 0);

  for (guint i = 0; i < n; i++)
    {
      const MailStored *stored = mail_mailbox_get (mailbox, i);
      Item              item = { mail_message_ref (stored->message), stored->uid, stored->number };
      gsize             length;
      const guint8     *data = g_bytes_get_data (mail_message_get_bytes (item.message), &length);

      g_array_append_val (self->maildrop, item);
      items[i].octets = pop3_count_octets (data, length);
      items[i].unique_id = stored->unique_id;
    }
  *out_n = n;
  return items;
}

static void
answer_login (Pop3Session *self, const Pop3ServerEvent *event)
{
  MailUser *user = mail_host_find_user (self->host, event->user);
  g_autofree Pop3MaildropItem *items = NULL;
  g_autofree char             *name = g_strdup (event->user);
  guint                        n;

  if (user == NULL || g_strcmp0 (user->password, event->password) != 0)
    {
      pop3_server_refuse_login (self->engine, "AUTH", "Unknown user or wrong password");
      mail_host_note (self->host, 0, TRACE_FLAG_ERROR, "login-refused", "login as %s refused",
                      name);
      return;
    }
  if (!mail_mailbox_lock (user->mailbox))
    {
      pop3_server_refuse_login (self->engine, "IN-USE", "Another session has the mailbox open");
      mail_host_note (self->host, 0, TRACE_FLAG_WARNING, "mailbox-in-use",
                      "mailbox of %s is locked by another session", name);
      return;
    }
  self->user = user;
  items = list_maildrop (self, user->mailbox, &n);
  pop3_server_accept_login (self->engine, items, n);
  mail_host_note (self->host, 0, 0, "login", n == 1 ? "%s is logged in: %u message\nuser: %s"
                                                    : "%s is logged in: %u messages\nuser: %s",
                  name, n, name);
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
      guint              n_left = mail_mailbox_get_n_messages (mailbox);

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
  TraceLog    *log = sim_world_get_log (self->host->sim);

  mail_host_note (self->host, 0, 0, "tls",
                  "%s protects the session\nversion: %s\ncipher: %s\npeer: %s",
                  security->version, security->version, security->cipher,
                  trace_log_get_actor (log, self->peer.actor)->name);
  pop3_server_secured (self->engine, now_us);
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
  pop3_session_receive,     pop3_session_receive_end,  pop3_session_next_unit,
  pop3_session_take_output, pop3_session_get_deadline, pop3_session_expire,
  pop3_session_is_done,     pop3_session_free,         pop3_session_starts_tls,
  pop3_session_secured,     NULL,                      pop3_session_tls_failed,
};

WireSession *
mail_pop3_session_new (MailHost *host, const MailPeer *peer)
{
  MailTls         *tls = peer->is_outside ? host->outside_tls : host->tls;
  Pop3Session     *self = g_new0 (Pop3Session, 1);
  Pop3ServerConfig config = {
    .name = host->name,
    .capabilities = POP3_CAPABILITIES_ALL,
    .profile = host->config->profile == SIM_PROFILE_STRICT ? POP3_PROFILE_STRICT
                                                           : POP3_PROFILE_COMMON,
  };

  if (tls != NULL && mail_tls_has_certificate (tls, sim_host_get_index (host->net)))
    config.capabilities |= POP3_CAPABILITY_STLS;
  self->session.klass = &pop3_session_class;
  self->host = host;
  self->peer = *peer;
  self->maildrop = g_array_new (FALSE, FALSE, sizeof (Item));
  g_array_set_clear_func (self->maildrop, clear_item);
  self->engine = pop3_server_new (&config, mail_host_get_now (host));
  return &self->session;
}
