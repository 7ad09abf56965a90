/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bridge-connection.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bridge-poll.h"
#include <trace/trace-unit.h>

#define READ_BYTES 65536
/* Input that is read away before closing: ours; a client that sends on and on is cut off. */
#define DISCARD_BYTES_MAX (1024 * 1024)
/* What a session may have left to say when its peer has closed already, and nothing is lost: ours,
 * a close_notify of TLS takes 31 bytes at most. */
#define LAST_WORD_BYTES 31
/* How long the last output waits for a peer that does not take it: ours, as the session, being
 * over, has no patience of its own any more. */
#define LINGER_US (60 * G_USEC_PER_SEC)

struct _BridgeConnection
{
  BridgeConnectionConfig config;
  int                    fd;
  BridgePoll            *poll;
  WireSession           *session;
  GByteArray            *waiting; /* output the socket has not taken yet */
  gsize                  n_sent;  /* bytes of it that it has */
  guint                  last_received; /* units that the other direction answers to */
  guint                  last_sent;
  guint                  last_record[2]; /* by WireDirection: the last unit or TLS record */
  gint64                 give_up_us;     /* when output that nobody takes is given up; 0: never */
  guint                  message;
  gint64                 armed_us; /* the deadline that the poll was told of; G_MAXINT64: none */
  gboolean               is_input_over;
  gboolean               is_lost;
  gboolean               is_unrecorded; /* the recording is full, and that was told */
  gboolean               is_woken; /* the session may have something to say */
};

static void serve (BridgeConnection *self);

static gint64
get_now (BridgeConnection *self)
{
  return self->config.owner->get_now (self->config.owner_data);
}

static void
finish (BridgeConnection *self, TraceKind kind, guint from, guint to)
{
  TraceEvent event = {
    .time_us = get_now (self),
    .arrival_us = TRACE_NO_TIME,
    .kind = kind,
    .protocol = self->config.protocol,
    .flags = kind == TRACE_CLOSE ? 0 : TRACE_FLAG_ERROR,
    .connection = self->config.connection,
    .cause = bridge_connection_get_last_event (self),
    .from = (guint16) from,
    .to = (guint16) to,
  };

  trace_log_append (self->config.log, &event, NULL, 0);
  self->config.finished (self, self->config.finished_data);
  bridge_connection_free (self);
}

/* The actor at this end, or at the far one. */
static guint
get_end (BridgeConnection *self, gboolean is_this)
{
  return is_this == self->config.is_client ? self->config.client : self->config.server;
}

/* What the unit follows from: a TLS record from the unit it carries, or from the last one of the
 * other direction, record or not; a unit from units alone, so that the dialogue needs no packets.
 */
static guint
find_cause (BridgeConnection *self, const WireUnit *unit, gboolean is_record)
{
  gboolean is_sent = unit->direction == WIRE_SENT;

  if (!is_record)
    return is_sent ? self->last_received : self->last_sent;
  if (is_sent && unit->is_secured)
    return self->last_sent;
  return self->last_record[is_sent ? WIRE_RECEIVED : WIRE_SENT];
}

/* Whether the recording has reached its limit; tells of it once a connection. */
static gboolean
is_full (BridgeConnection *self)
{
  static const char text[] = "the recording is full: no more of this session is recorded";
  TraceEvent        event = {
           .time_us = get_now (self),
           .kind = TRACE_NOTE,
           .flags = TRACE_FLAG_WARNING,
           .connection = self->config.connection,
           .from = (guint16) get_end (self, TRUE),
           .to = (guint16) get_end (self, TRUE),
  };

  if (trace_log_get_memory (self->config.log) < self->config.trace_bytes_max)
    return FALSE;
  if (self->is_unrecorded)
    return TRUE;
  self->is_unrecorded = TRUE;
  event.arrival_us = event.time_us;
  event.what = trace_log_intern (self->config.log, "recording-full");
  trace_log_append (self->config.log, &event, text, strlen (text));
  return TRUE;
}

static void
record_unit (BridgeConnection *self, const WireUnit *unit, gint64 now_us)
{
  gboolean  is_sent = unit->direction == WIRE_SENT;
  gboolean  is_record = strcmp (unit->name, "record") == 0;
  TraceUnit record = {
    .time_us = now_us,
    .arrival_us = is_sent ? TRACE_NO_TIME : now_us,
    .protocol = self->config.protocol,
    .connection = self->config.connection,
    .cause = find_cause (self, unit, is_record),
    .message = self->message,
    .from = get_end (self, is_sent),
    .to = get_end (self, !is_sent),
  };
  guint id = trace_unit_record (self->config.log, &record, unit);

  self->last_record[unit->direction] = id;
  if (is_sent && !is_record)
    self->last_sent = id;
  else if (!is_record)
    self->last_received = id;
}

/* Records the units of the session since the last call. */
static void
record_units (BridgeConnection *self)
{
  gint64   now_us = get_now (self);
  WireUnit unit;

  while (self->session->klass->next_unit (self->session, &unit))
    {
      if (!is_full (self))
        record_unit (self, &unit, now_us);
      wire_unit_clear (&unit);
    }
}

/* The session is about to decide on what it received. */
static void
on_units (gpointer data)
{
  BridgeConnection *self = data;

  record_units (self);
  self->config.owner->set_cause (self->config.owner_data, self->last_received);
}

static void
enter (BridgeConnection *self)
{
  self->config.owner->enter (self->config.owner_data, bridge_connection_get_last_event (self));
}

static void
leave (BridgeConnection *self)
{
  self->config.owner->leave (self->config.owner_data);
}

/* The peer takes nothing of what is left to say. */
static void
give_up (BridgeConnection *self)
{
  self->is_lost = TRUE;
  finish (self, TRACE_TIMEOUT, get_end (self, FALSE), get_end (self, TRUE));
}

/* What the poll calls when the deadline has come, or there is something to do at once. */
static void
on_due (gpointer data)
{
  BridgeConnection *self = data;

  self->armed_us = G_MAXINT64;
  if (self->is_woken)
    self->is_woken = FALSE;
  else if (self->give_up_us != 0 && get_now (self) >= self->give_up_us)
    {
      give_up (self);
      return;
    }
  else if (get_now (self) >= self->session->klass->get_deadline (self->session))
    {
      enter (self);
      self->session->klass->expire (self->session, get_now (self));
      leave (self);
    }
  serve (self);
}

/* A deadline moves away with every byte that comes. The poll keeps the nearest it was told of, and
 * what is then too early is found out: clocks are not asked each time. */
static void
keep_deadline (BridgeConnection *self)
{
  gint64 deadline_us = self->give_up_us != 0
                           ? self->give_up_us
                           : self->session->klass->get_deadline (self->session);

  if (self->is_woken)
    {
      self->armed_us = G_MAXINT64;
      bridge_poll_set_deadline (self->poll, 0);
      return;
    }
  if (deadline_us >= self->armed_us)
    return;
  self->armed_us = deadline_us;
  if (deadline_us != G_MAXINT64)
    bridge_poll_set_deadline (self->poll,
                              g_get_monotonic_time () + MAX (deadline_us - get_now (self), 0));
}

/* Gives the socket what it will take. Returns: FALSE when the connection broke. */
static gboolean
write_waiting (BridgeConnection *self)
{
  while (self->n_sent < self->waiting->len)
    {
      gssize n_sent = send (self->fd, self->waiting->data + self->n_sent,
                            self->waiting->len - self->n_sent, MSG_NOSIGNAL | MSG_DONTWAIT);

      if (n_sent < 0 && errno == EINTR)
        continue;
      if (n_sent < 0)
        return errno == EAGAIN || errno == EWOULDBLOCK;
      self->n_sent += (gsize) n_sent;
    }
  g_byte_array_set_size (self->waiting, 0);
  self->n_sent = 0;
  return TRUE;
}

static void
lose (BridgeConnection *self)
{
  self->is_lost = TRUE;
  finish (self, TRACE_RESET, get_end (self, FALSE), get_end (self, TRUE));
}

static void
read_input (BridgeConnection *self)
{
  guint8 bytes[READ_BYTES];
  gssize n_read = recv (self->fd, bytes, sizeof bytes, MSG_DONTWAIT);
  gboolean is_broken = n_read < 0;

  if (is_broken && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
    return;
  enter (self);
  if (n_read > 0)
    self->session->klass->receive (self->session, bytes, (gsize) n_read, get_now (self));
  else
    {
      self->is_input_over = TRUE;
      self->session->klass->receive_end (self->session, is_broken, get_now (self));
    }
  leave (self);
  if (is_broken)
    {
      record_units (self);
      lose (self);
    }
  else
    serve (self);
}

static void
on_ready (GIOCondition condition, gpointer data)
{
  BridgeConnection *self = data;

  if ((condition & G_IO_OUT) != 0 || self->is_input_over)
    serve (self);
  else
    read_input (self);
}

/* Nothing is left to do but to get rid of the output. */
static gboolean
is_over (BridgeConnection *self)
{
  return self->is_input_over || self->session->klass->is_done (self->session);
}

static const BridgePollFuncs poll_funcs = { on_ready, on_due };

/* Records what the session has to say, and writes it. Returns: FALSE when the connection broke. */
static gboolean
send_all (BridgeConnection *self)
{
  g_autoptr (GBytes) output = NULL;
  const guint8 *bytes;
  gsize         length;

  record_units (self);
  output = self->session->klass->take_output (self->session);
  bytes = g_bytes_get_data (output, &length);
  if (length > 0)
    g_byte_array_append (self->waiting, bytes, (guint) length);
  return write_waiting (self);
}

/* Lets the session say more of what waits to be said, if the socket has room for it. */
static gboolean
produce (BridgeConnection *self)
{
  const WireSessionClass *klass = self->session->klass;
  gboolean                has_more;

  if (klass->produce == NULL || self->waiting->len >= BRIDGE_OUTPUT_BYTES_MAX)
    return FALSE;
  enter (self);
  has_more = klass->produce (self->session, get_now (self));
  leave (self);
  return has_more;
}

/* After every call on the session: records, writes, and waits for what is next. */
static void
serve (BridgeConnection *self)
{
  gboolean is_broken, has_more;

  do
    {
      is_broken = !send_all (self);
      has_more = !is_broken && produce (self);
    }
  while (has_more);
  is_broken = is_broken || !send_all (self);
  if (is_broken && self->session->klass->is_done (self->session) &&
      self->waiting->len - self->n_sent <= LAST_WORD_BYTES)
    {
      /* The peer has gone before the last word: the session is no worse for it. */
      finish (self, TRACE_CLOSE, get_end (self, FALSE), get_end (self, TRUE));
      return;
    }
  if (is_broken)
    {
      enter (self);
      self->session->klass->receive_end (self->session, TRUE, get_now (self));
      leave (self);
      lose (self);
      return;
    }
  if (self->waiting->len == 0 && self->session->klass->is_done (self->session))
    {
      finish (self, TRACE_CLOSE, get_end (self, TRUE), get_end (self, FALSE));
      return;
    }
  if (self->waiting->len == 0 && self->is_input_over)
    {
      finish (self, TRACE_CLOSE, get_end (self, FALSE), get_end (self, TRUE));
      return;
    }
  if (self->give_up_us == 0 && is_over (self))
    self->give_up_us = get_now (self) + LINGER_US;
  bridge_poll_watch (self->poll,
                     (self->waiting->len > 0 ? G_IO_OUT : 0) |
                         (!self->is_input_over && self->waiting->len < BRIDGE_OUTPUT_BYTES_MAX
                              ? G_IO_IN
                              : 0));
  keep_deadline (self);
}

/* Closing with input unread makes the kernel send RST, and a client might never see
 * the last reply: reads away what has come so far, within bounds. */
static void
close_socket (BridgeConnection *self)
{
  guint8   bytes[READ_BYTES];
  gsize    n_discarded = 0;
  gssize   n_read = self->is_input_over ? 0 : recv (self->fd, bytes, sizeof bytes, MSG_DONTWAIT);

  if (n_read > 0)
    shutdown (self->fd, SHUT_WR);
  while (n_read > 0 && n_discarded < DISCARD_BYTES_MAX)
    {
      n_discarded += (gsize) n_read;
      n_read = recv (self->fd, bytes, sizeof bytes, MSG_DONTWAIT);
    }
  if (self->poll != NULL)
    bridge_poll_close (self->poll);
  else
    close (self->fd);
}

void
bridge_connection_set_message (BridgeConnection *self, guint message)
{
  self->message = message;
}

/* From the main context: whoever wakes may be in the middle of something. */
void
bridge_connection_wake (BridgeConnection *self)
{
  self->is_woken = TRUE;
  bridge_poll_set_deadline (self->poll, 0);
}

static void
on_wake (gpointer data)
{
  bridge_connection_wake (data);
}

gboolean
bridge_connection_is_lost (const BridgeConnection *self)
{
  return self->is_lost;
}

guint
bridge_connection_get_last_event (const BridgeConnection *self)
{
  return MAX (self->last_received, self->last_sent);
}

BridgeConnection *
bridge_connection_new (const BridgeConnectionConfig *config, int fd, WireSession *session)
{
  BridgeConnection *self = g_new0 (BridgeConnection, 1);

  self->config = *config;
  if (self->config.trace_bytes_max == 0)
    self->config.trace_bytes_max = BRIDGE_TRACE_BYTES_MAX;
  self->fd = fd;
  self->session = session;
  session->on_units = on_units;
  session->on_wake = on_wake;
  session->carrier = self;
  self->waiting = g_byte_array_new ();
  self->armed_us = G_MAXINT64;
  self->last_received = config->open_event;
  self->last_sent = config->open_event;
  self->last_record[WIRE_RECEIVED] = self->last_record[WIRE_SENT] = config->open_event;
  self->poll = bridge_poll_new (fd, G_IO_IN, &poll_funcs, self);
  return self;
}

void
bridge_connection_start (BridgeConnection *self)
{
  if (self->poll != NULL)
    {
      serve (self);
      return;
    }
  /* The system has no more room: better no session than one that hears nothing. */
  enter (self);
  self->session->klass->receive_end (self->session, TRUE, get_now (self));
  leave (self);
  lose (self);
}

void
bridge_connection_free (BridgeConnection *self)
{
  if (self == NULL)
    return;
  self->session->klass->free (self->session);
  close_socket (self);
  g_byte_array_unref (self->waiting);
  g_free (self);
}
