/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imap-server-private.h"

#include <string.h>

static const char *const state_names[IMAP_N_STATES] = {
  "not authenticated", "authenticated", "selected", "logout",
};

#define ANY IMAP_STATES_ANY
#define BEFORE IMAP_STATE_NOT_AUTHENTICATED
#define AUTH IMAP_STATE_AUTHENTICATED
#define SELECTED IMAP_STATE_SELECTED
#define KNOWN (IMAP_STATE_AUTHENTICATED | IMAP_STATE_SELECTED)
#define LOGGED_OUT IMAP_STATE_LOGOUT

#define REV1 IMAP_CAPABILITY_IMAP4REV1
#define REV2 IMAP_CAPABILITY_IMAP4REV2
#define ACCESS IMAP_CAPABILITY_ACCESS
#define CAN(name) IMAP_CAPABILITY_##name

/* A row of a command that owners answer, and of one that the engine does by itself. */
#define OPEN(verb, legal, next, refused, capability)                                               \
  { { IMAP_VERB_##verb, legal, next, refused, capability, TRUE }, NULL }
#define OWN(verb, legal, next, capability, run)                                                    \
  { { IMAP_VERB_##verb, legal, next, 0, capability, FALSE }, run }

/* The order of a session: RFC 9051 section 6, and the extensions: what may come when, and where
 * it leads. SELECT that fails leaves no mailbox selected (section 6.3.2). */
static const ImapServerRow rows[] = {
  OWN (CAPABILITY, ANY, 0, 0, imap_server_do_capability),
  OPEN (NOOP, ANY, 0, 0, 0),
  OWN (LOGOUT, ANY, LOGGED_OUT, 0, imap_server_do_logout),
  OPEN (ID, ANY, 0, 0, CAN (ID)),
  OWN (STARTTLS, BEFORE, 0, CAN (STARTTLS), imap_server_do_starttls),
  OWN (AUTHENTICATE, BEFORE, AUTH, 0, imap_server_do_authenticate),
  OWN (LOGIN, BEFORE, AUTH, 0, imap_server_do_login),
  OWN (ENABLE, AUTH, 0, CAN (ENABLE) | REV2, imap_server_do_enable),
  OPEN (SELECT, KNOWN, SELECTED, AUTH, 0),
  OPEN (EXAMINE, KNOWN, SELECTED, AUTH, 0),
  OPEN (CREATE, KNOWN, 0, 0, 0),
  OPEN (DELETE, KNOWN, 0, 0, 0),
  OPEN (RENAME, KNOWN, 0, 0, 0),
  OPEN (SUBSCRIBE, KNOWN, 0, 0, 0),
  OPEN (UNSUBSCRIBE, KNOWN, 0, 0, 0),
  OPEN (LIST, KNOWN, 0, 0, 0),
  OPEN (LSUB, KNOWN, 0, 0, REV1),
  OPEN (NAMESPACE, KNOWN, 0, 0, CAN (NAMESPACE) | REV2),
  OPEN (STATUS, KNOWN, 0, 0, 0),
  OPEN (APPEND, KNOWN, 0, 0, 0),
  OPEN (IDLE, KNOWN, 0, 0, CAN (IDLE) | REV2),
  OWN (COMPRESS, KNOWN, 0, CAN (COMPRESS), imap_server_do_compress),
  OPEN (GETQUOTA, KNOWN, 0, 0, ACCESS),
  OPEN (GETQUOTAROOT, KNOWN, 0, 0, ACCESS),
  OPEN (SETQUOTA, KNOWN, 0, 0, ACCESS),
  OPEN (GETACL, KNOWN, 0, 0, ACCESS),
  OPEN (SETACL, KNOWN, 0, 0, ACCESS),
  OPEN (DELETEACL, KNOWN, 0, 0, ACCESS),
  OPEN (LISTRIGHTS, KNOWN, 0, 0, ACCESS),
  OPEN (MYRIGHTS, KNOWN, 0, 0, ACCESS),
  OPEN (GETMETADATA, KNOWN, 0, 0, ACCESS),
  OPEN (SETMETADATA, KNOWN, 0, 0, ACCESS),
  OPEN (CHECK, SELECTED, 0, 0, REV1),
  OPEN (CLOSE, SELECTED, AUTH, 0, 0),
  OPEN (UNSELECT, SELECTED, AUTH, 0, CAN (UNSELECT) | REV2),
  OPEN (EXPUNGE, SELECTED, 0, 0, 0),
  OPEN (SEARCH, SELECTED, 0, 0, 0),
  OPEN (SORT, SELECTED, 0, 0, CAN (SORT)),
  OPEN (THREAD, SELECTED, 0, 0, CAN (THREAD)),
  OPEN (FETCH, SELECTED, 0, 0, 0),
  OPEN (STORE, SELECTED, 0, 0, 0),
  OPEN (COPY, SELECTED, 0, 0, 0),
  OPEN (MOVE, SELECTED, 0, 0, CAN (MOVE) | REV2),
  OPEN (REPLACE, SELECTED, 0, 0, CAN (REPLACE)),
  OPEN (CANCELUPDATE, SELECTED, 0, 0, CAN (CONTEXT)),
};

/* Events */

ImapServerEvent *
imap_server_tell (ImapServer *self, ImapServerEventKind kind, const char *text)
{
  ImapServerEvent *event = &self->events[self->n_events++];

  g_assert (self->n_events <= IMAP_SERVER_EVENTS_MAX);
  *event = (ImapServerEvent){ .kind = kind, .text = text };
  return event;
}

ImapServerEvent *
imap_server_ask (ImapServer *self, ImapServerEventKind kind)
{
  self->asked = kind;
  self->is_late = FALSE;
  return imap_server_tell (self, kind, NULL);
}

/* Forgets what the owner was to be asked: there is nobody any more to answer. */
static void
drop_questions (ImapServer *self)
{
  guint n_kept = 0;

  for (guint i = 0; i < self->n_events; i++)
    if (self->events[i].kind != IMAP_SERVER_EVENT_COMMAND &&
        self->events[i].kind != IMAP_SERVER_EVENT_AUTH &&
        self->events[i].kind != IMAP_SERVER_EVENT_DONE)
      self->events[n_kept++] = self->events[i];
  self->n_events = n_kept;
}

void
imap_server_end_session (ImapServer *self, ImapServerEventKind kind, const char *text)
{
  drop_questions (self);
  self->state = IMAP_STATE_LOGOUT;
  self->input = IMAP_INPUT_COMMANDS;
  self->pending = NULL;
  self->asked = IMAP_SERVER_EVENT_NONE;
  self->is_idle = self->begins_tls = self->tells_tls = FALSE;
  self->n_tolerated = 0;
  imap_server_tell (self, kind, text);
  imap_framer_drop (self->framer);
}

gboolean
imap_server_has (const ImapServer *self, guint32 capabilities)
{
  return (self->config.capabilities & capabilities) != 0;
}

/* Which command may come */

static const ImapServerRow *
get_row (ImapVerb verb)
{
  /* The table has one row for each verb, in the order of ImapVerb. */
  G_STATIC_ASSERT (G_N_ELEMENTS (rows) == IMAP_N_VERBS - 1);
  return verb == IMAP_VERB_UNKNOWN ? NULL : &rows[verb - 1];
}

static const char *
get_order_text (const ImapServer *self, const ImapServerRule *rule)
{
  if (self->state == IMAP_STATE_NOT_AUTHENTICATED)
    return "Command not allowed now: log in first";
  if (rule->legal == IMAP_STATE_NOT_AUTHENTICATED)
    return "Command not allowed now: you are logged in already";
  if (rule->legal == IMAP_STATE_SELECTED)
    return "Command not allowed now: no mailbox is selected";
  return "Command not allowed now: a mailbox is selected";
}

gboolean
imap_server_find_row (ImapServer *self, ImapRefusal *out_refusal)
{
  const ImapServerRow *row = get_row (self->command.verb);
  guint32              needed;

  self->row = NULL;
  *out_refusal = (ImapRefusal){ IMAP_BAD, NULL, NULL };
  if (row == NULL)
    out_refusal->text = "Unknown command";
  else
    {
      needed = row->rule.capability;
      if (self->command.verb == IMAP_VERB_EXPUNGE && self->command.is_uid)
        needed = IMAP_CAPABILITY_UIDPLUS | REV2;
      if (needed != 0 && !imap_server_has (self, needed))
        out_refusal->text = "Command not supported here";
      else if ((row->rule.legal & self->state) == 0)
        out_refusal->text = get_order_text (self, &row->rule);
      else
        self->row = row;
    }
  return self->row != NULL;
}

/* The owner's moves */

static gboolean
is_full (const ImapServer *self)
{
  return wire_outbox_get_n_output (&self->outbox) > IMAP_SERVER_OUTPUT_BYTES_MAX;
}

/* What may wait while the owner is at a command: ours. Once a client is known it may have sent
 * messages ahead; before there is nothing long to say. */
static gsize
get_waiting_max (const ImapServer *self)
{
  if (self->state == IMAP_STATE_NOT_AUTHENTICATED)
    return 2 * IMAP_COMMAND_BYTES_MAX;
  return (gsize) MAX (IMAP_SERVER_APPENDS_BYTES_MAX, self->config.append_bytes_max) +
         16 * IMAP_COMMAND_BYTES_MAX;
}

void
imap_server_receive (ImapServer *self, const guint8 *data, gsize length, gint64 now_us)
{
  imap_server_greet (self);
  self->now_us = now_us;
  if (self->state == IMAP_STATE_LOGOUT || length == 0)
    return;
  self->heard_us = now_us;
  self->is_heard_stale = FALSE;
  if (self->begins_tls)
    return;
  if (self->unit_octets == 0)
    self->begun_us = now_us;
  self->unit_octets += length;
  if (self->deflate != NULL)
    imap_deflate_push (self->deflate, data, length);
  else
    imap_framer_push (self->framer, data, length);
  if ((self->asked != IMAP_SERVER_EVENT_NONE || is_full (self)) &&
      imap_server_get_n_waiting (self) > get_waiting_max (self))
    imap_server_close (self, NULL, "Too much was sent ahead, closing the connection",
                       "too much was sent ahead");
}

void
imap_server_receive_end (ImapServer *self)
{
  imap_server_greet (self);
  self->is_input_over = TRUE;
}

/* Whether nothing can be taken in before the owner has done something: taken what there is, or
 * answered. */
static gboolean
must_wait (const ImapServer *self)
{
  if (self->n_events > 0 || self->n_tolerated > 0 || self->state == IMAP_STATE_LOGOUT ||
      is_full (self))
    return TRUE;
  return self->asked != IMAP_SERVER_EVENT_NONE && self->input != IMAP_INPUT_IDLE;
}

/* Takes units until there is something to tell or to wait for. */
static void
advance (ImapServer *self)
{
  while (!must_wait (self))
    {
      void (*pending) (ImapServer *self) = g_steal_pointer (&self->pending);

      if (pending != NULL)
        pending (self);
      else if (self->begins_tls || !imap_server_take_unit (self))
        {
          if (!self->is_input_over || self->state == IMAP_STATE_LOGOUT)
            return;
          imap_server_end_session (self, IMAP_SERVER_EVENT_LOST, "connection lost");
        }
    }
}

gboolean
imap_server_next_event (ImapServer *self, ImapServerEvent *out_event)
{
  if (self->config.refusal != NULL)
    imap_server_greet (self);
  advance (self);
  *out_event = (ImapServerEvent){ .kind = IMAP_SERVER_EVENT_NONE };
  if (self->n_tolerated > 0)
    {
      out_event->kind = IMAP_SERVER_EVENT_TOLERATED;
      out_event->text = self->tolerated[0];
      self->n_tolerated--;
      memmove (self->tolerated, self->tolerated + 1,
               self->n_tolerated * sizeof self->tolerated[0]);
    }
  else if (self->n_events > 0)
    {
      *out_event = self->events[0];
      self->n_events--;
      memmove (self->events, self->events + 1, self->n_events * sizeof self->events[0]);
    }
  return out_event->kind != IMAP_SERVER_EVENT_NONE;
}

void
imap_server_complete (ImapServer *self, ImapCondition condition, const char *code,
                      const char *text)
{
  g_return_if_fail (condition <= IMAP_BAD);
  if (self->state == IMAP_STATE_LOGOUT) /* it ended meanwhile */
    return;
  g_return_if_fail (self->asked == IMAP_SERVER_EVENT_COMMAND);
  self->asked = IMAP_SERVER_EVENT_NONE;
  self->is_heard_stale = self->is_late && !self->is_idle;
  self->is_idle = FALSE;
  self->input = IMAP_INPUT_COMMANDS;
  if (self->is_idle_wrong)
    {
      self->is_idle_wrong = FALSE;
      imap_server_finish (self, IMAP_BAD, NULL, "IDLE ends with DONE alone");
    }
  else
    imap_server_finish (self, condition, code, text);
}

void
imap_server_begin_idle (ImapServer *self)
{
  if (self->state == IMAP_STATE_LOGOUT)
    return;
  g_return_if_fail (self->asked == IMAP_SERVER_EVENT_COMMAND &&
                    self->command.verb == IMAP_VERB_IDLE);
  self->is_idle = TRUE;
  self->input = IMAP_INPUT_IDLE;
  imap_server_put (self, "+ idling\r\n", 10);
}

void
imap_server_deselect (ImapServer *self)
{
  if (self->state == IMAP_STATE_SELECTED)
    self->state = IMAP_STATE_AUTHENTICATED;
}

guint
imap_server_get_enabled (const ImapServer *self)
{
  return self->enabled;
}

void
imap_server_enable (ImapServer *self, guint enabled)
{
  if (enabled & IMAP_ENABLED_QRESYNC) /* RFC 7162 section 3.2.3 */
    enabled |= IMAP_ENABLED_CONDSTORE;
  self->enabled |= enabled;
}

const ImapCommand *
imap_server_get_command (const ImapServer *self)
{
  return self->asked == IMAP_SERVER_EVENT_COMMAND ? &self->command : NULL;
}

/* Whether message sequence numbers are among what is searched by. */
static gboolean
has_numbers (const ImapSearchKey *key)
{
  if (key == NULL)
    return FALSE;
  if (key->kind == IMAP_SEARCH_SEQUENCE)
    return TRUE;
  for (guint i = 0; key->children != NULL && i < key->children->len; i++)
    if (has_numbers (g_ptr_array_index (key->children, i)))
      return TRUE;
  return FALSE;
}

gboolean
imap_server_may_tell_expunge (const ImapServer *self)
{
  if (self->asked != IMAP_SERVER_EVENT_COMMAND)
    return FALSE;
  switch (self->command.verb)
    {
    case IMAP_VERB_FETCH:
    case IMAP_VERB_STORE:
      return self->command.is_uid;
    case IMAP_VERB_SEARCH:
    case IMAP_VERB_SORT: /* RFC 5256 section 3 */
    case IMAP_VERB_THREAD:
      return self->command.is_uid && !has_numbers (self->command.search.key);
    default:
      return TRUE;
    }
}

gboolean
imap_server_is_idle (const ImapServer *self)
{
  return self->is_idle;
}

const char *
imap_server_get_user (const ImapServer *self)
{
  return self->user;
}

/* TLS */

gboolean
imap_server_starts_tls (ImapServer *self)
{
  gboolean starts = self->tells_tls;

  self->tells_tls = FALSE;
  return starts;
}

static void
forget_security (ImapServer *self)
{
  g_clear_pointer (&self->exporter, g_bytes_unref);
  g_clear_pointer (&self->end_point, g_bytes_unref);
  g_clear_pointer (&self->certificate_name, g_free);
}

void
imap_server_secured (ImapServer *self, const WireSecurity *security, gint64 now_us)
{
  if (self->state == IMAP_STATE_LOGOUT)
    return;
  imap_framer_drop (self->framer);
  forget_security (self);
  self->begins_tls = self->tells_tls = FALSE;
  self->is_secured = TRUE;
  self->exporter = security->exporter != NULL ? g_bytes_ref (security->exporter) : NULL;
  self->end_point = security->end_point != NULL ? g_bytes_ref (security->end_point) : NULL;
  if (security->is_verified && security->peer_names != NULL)
    self->certificate_name = g_strdup (security->peer_names[0]);
  self->now_us = self->started_us = self->heard_us = self->begun_us = now_us;
  self->unit_octets = 0;
}

gboolean
imap_server_is_secured (const ImapServer *self)
{
  return self->is_secured;
}

/* Time */

static gint64
get_silence_deadline (const ImapServer *self)
{
  if (self->state == IMAP_STATE_NOT_AUTHENTICATED)
    return self->started_us + IMAP_SERVER_LOGIN_TIMEOUT_US;
  return self->heard_us + self->config.autologout_us;
}

/* When a unit that has begun must be whole. */
static gint64
get_unit_deadline (const ImapServer *self)
{
  if (self->unit_octets == 0)
    return G_MAXINT64;
  return self->begun_us + IMAP_SERVER_COMMAND_TIMEOUT_US +
         (gint64) (self->unit_octets / IMAP_SERVER_BYTES_PER_S_MIN) * G_USEC_PER_SEC;
}

gint64
imap_server_get_deadline (const ImapServer *self)
{
  if (self->state == IMAP_STATE_LOGOUT)
    return G_MAXINT64;
  if (self->asked != IMAP_SERVER_EVENT_NONE && !self->is_idle)
    return G_MAXINT64;
  return MIN (get_silence_deadline (self), get_unit_deadline (self));
}

void
imap_server_expire (ImapServer *self, gint64 now_us)
{
  if (now_us < imap_server_get_deadline (self))
    return;
  if (self->is_heard_stale && now_us >= get_silence_deadline (self))
    {
      /* The silence began when the owner answered, but nobody told when that was. */
      self->heard_us = now_us;
      self->is_heard_stale = FALSE;
    }
  if (now_us < imap_server_get_deadline (self))
    return;
  self->now_us = now_us;
  imap_server_greet (self);
  if (now_us >= get_silence_deadline (self) && self->state == IMAP_STATE_NOT_AUTHENTICATED)
    imap_server_close (self, NULL, "Autologout; nobody has logged in", "timeout");
  else if (now_us >= get_silence_deadline (self))
    imap_server_close (self, NULL, "Autologout; idle for too long", "timeout");
  else
    imap_server_close (self, NULL, "Autologout; the command takes too long", "timeout");
}

gboolean
imap_server_is_done (const ImapServer *self)
{
  return self->state == IMAP_STATE_LOGOUT;
}

/* The table */

const ImapServerRule *
imap_server_get_rule (guint i)
{
  return i < G_N_ELEMENTS (rows) ? &rows[i].rule : NULL;
}

ImapState
imap_server_get_state (const ImapServer *self)
{
  return self->state;
}

const char *
imap_state_get_name (ImapState state)
{
  return state_names[g_bit_nth_lsf (state, -1)];
}

/* Lifetime */

ImapServer *
imap_server_new (const ImapServerConfig *config, gint64 now_us)
{
  ImapServer *self = g_new0 (ImapServer, 1);

  self->config = *config;
  self->config.name = g_strdup (config->name);
  self->config.greeting = g_strdup (config->greeting);
  self->config.refusal = g_strdup (config->refusal);
  self->config.user = NULL;
  if (config->append_bytes_max == 0)
    self->config.append_bytes_max = IMAP_SERVER_APPEND_BYTES_MAX;
  if (config->autologout_us == 0)
    self->config.autologout_us = IMAP_SERVER_AUTOLOGOUT_US;
  self->framer = imap_framer_new (TRUE);
  self->line = g_string_new (NULL);
  wire_outbox_init (&self->outbox);
  self->user = g_strdup (config->user);
  self->state =
      config->user != NULL ? IMAP_STATE_AUTHENTICATED : IMAP_STATE_NOT_AUTHENTICATED;
  self->now_us = self->started_us = self->heard_us = self->begun_us = now_us;
  return self;
}

void
imap_server_free (ImapServer *self)
{
  if (self == NULL)
    return;
  imap_server_forget_user (self);
  forget_security (self);
  imap_command_clear (&self->command);
  imap_framer_free (self->framer);
  imap_deflate_free (self->deflate);
  g_clear_pointer (&self->inflated, g_byte_array_unref);
  wire_outbox_clear (&self->outbox);
  g_string_free (self->line, TRUE);
  g_free ((char *) self->config.name);
  g_free ((char *) self->config.greeting);
  g_free ((char *) self->config.refusal);
  g_free (self);
}
