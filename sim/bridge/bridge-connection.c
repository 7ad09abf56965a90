/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bridge-connection.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <trace/trace-unit.h>

#define READ_BYTES 65536
/* Input that is read away before closing: ours; a client that sends on and on is cut off. */
#define DISCARD_BYTES_MAX (1024 * 1024)

struct _BridgeConnection
{
  BridgeConnectionConfig config;
  GSocket               *socket;
  WireSession           *session;
  GByteArray            *waiting; /* output the socket has not taken yet */
  gsize                  n_sent;  /* bytes of it that it has */
  GSource               *read_source;
  GSource               *write_source;
  GSource               *deadline_source;
  GSource               *wake_source;
  guint                  last_received; /* events that the other direction answers to */
  guint                  last_sent;
  guint                  message;
  gboolean               is_input_over;
  gboolean               is_lost;
};

static void serve (BridgeConnection *self);

static void
clear_source (GSource **source)
{
  if (*source == NULL)
    return;
  g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

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
    .flags = kind == TRACE_RESET ? TRACE_FLAG_ERROR : 0,
    .connection = self->config.connection,
    .cause = MAX (self->last_received, self->last_sent),
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

/* Records the units of the session since the last call. */
static void
record_units (BridgeConnection *self)
{
  WireUnit unit;

  while (self->session->klass->next_unit (self->session, &unit))
    {
      gboolean is_sent = unit.direction == WIRE_SENT;
      TraceUnit record = {
        .time_us = get_now (self),
        .arrival_us = is_sent ? TRACE_NO_TIME : get_now (self),
        .protocol = self->config.protocol,
        .connection = self->config.connection,
        .cause = is_sent ? self->last_received : self->last_sent,
        .message = self->message,
        .from = get_end (self, is_sent),
        .to = get_end (self, !is_sent),
      };
      guint id = trace_unit_record (self->config.log, &record, &unit);

      if (is_sent)
        self->last_sent = id;
      else
        self->last_received = id;
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

static gboolean
on_deadline (gpointer data)
{
  BridgeConnection *self = data;

  clear_source (&self->deadline_source);
  self->config.owner->enter (self->config.owner_data, MAX (self->last_received, self->last_sent));
  self->session->klass->expire (self->session, get_now (self));
  self->config.owner->leave (self->config.owner_data);
  serve (self);
  return G_SOURCE_REMOVE;
}

static void
keep_deadline (BridgeConnection *self)
{
  gint64 deadline_us = self->session->klass->get_deadline (self->session);
  gint64 wait_ms;

  clear_source (&self->deadline_source);
  if (deadline_us == G_MAXINT64)
    return;
  wait_ms = MAX (deadline_us - get_now (self), 0) / 1000 + 1;
  self->deadline_source = g_timeout_source_new ((guint) MIN (wait_ms, G_MAXINT));
  g_source_set_callback (self->deadline_source, on_deadline, self, NULL);
  g_source_attach (self->deadline_source, g_main_context_get_thread_default ());
}

/* Gives the socket what it will take. Returns: FALSE when the connection broke. */
static gboolean
write_waiting (BridgeConnection *self)
{
  while (self->n_sent < self->waiting->len)
    {
      g_autoptr (GError) error = NULL;
      gssize n_sent = g_socket_send_with_blocking (
          self->socket, (const char *) self->waiting->data + self->n_sent,
          self->waiting->len - self->n_sent, FALSE, NULL, &error);

      if (n_sent < 0)
        return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
      self->n_sent += (gsize) n_sent;
    }
  g_byte_array_set_size (self->waiting, 0);
  self->n_sent = 0;
  return TRUE;
}

static gboolean
on_writable (GSocket *socket, GIOCondition condition, gpointer data)
{
  BridgeConnection *self = data;

  clear_source (&self->write_source);
  serve (self);
  return G_SOURCE_REMOVE;
}

static gboolean
on_readable (GSocket *socket, GIOCondition condition, gpointer data)
{
  BridgeConnection *self = data;
  g_autofree char  *bytes = g_malloc (READ_BYTES);
  g_autoptr (GError) error = NULL;
  gssize n_read =
      g_socket_receive_with_blocking (self->socket, bytes, READ_BYTES, FALSE, NULL, &error);

  if (n_read < 0 && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    return G_SOURCE_CONTINUE;
  clear_source (&self->read_source);
  self->config.owner->enter (self->config.owner_data, MAX (self->last_received, self->last_sent));
  if (n_read > 0)
    self->session->klass->receive (self->session, (const guint8 *) bytes, (gsize) n_read,
                                   get_now (self));
  else
    {
      self->is_input_over = TRUE;
      self->session->klass->receive_end (self->session, n_read < 0, get_now (self));
    }
  self->config.owner->leave (self->config.owner_data);
  if (n_read < 0)
    {
      record_units (self);
      self->is_lost = TRUE;
      finish (self, TRACE_RESET, get_end (self, FALSE), get_end (self, TRUE));
    }
  else
    serve (self);
  return G_SOURCE_REMOVE;
}

static void
watch (BridgeConnection *self, GSource **source, GIOCondition condition, GSocketSourceFunc func)
{
  if (*source != NULL)
    return;
  *source = g_socket_create_source (self->socket, condition, NULL);
  g_source_set_callback (*source, G_SOURCE_FUNC (func), self, NULL);
  g_source_attach (*source, g_main_context_get_thread_default ());
}

/* After every call on the session: records, writes, and waits for what is next. */
static void
serve (BridgeConnection *self)
{
  g_autoptr (GBytes) output = NULL;
  const guint8 *bytes;
  gsize         length;

  record_units (self);
  output = self->session->klass->take_output (self->session);
  bytes = g_bytes_get_data (output, &length);
  if (length > 0)
    g_byte_array_append (self->waiting, bytes, (guint) length);
  if (!write_waiting (self))
    {
      self->config.owner->enter (self->config.owner_data, self->last_sent);
      self->session->klass->receive_end (self->session, TRUE, get_now (self));
      self->config.owner->leave (self->config.owner_data);
      self->is_lost = TRUE;
      finish (self, TRACE_RESET, get_end (self, FALSE), get_end (self, TRUE));
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
  if (self->waiting->len > 0)
    watch (self, &self->write_source, G_IO_OUT, on_writable);
  if (!self->is_input_over && self->waiting->len < BRIDGE_OUTPUT_BYTES_MAX)
    watch (self, &self->read_source, G_IO_IN, on_readable);
  keep_deadline (self);
}

static gboolean
on_started (gpointer data)
{
  BridgeConnection *self = data;

  clear_source (&self->read_source);
  serve (self);
  return G_SOURCE_REMOVE;
}

/* Closing with input unread makes the kernel send RST, and a client might never see
 * the last reply: reads away what has come so far, within bounds. */
static void
discard_input (BridgeConnection *self)
{
  g_autofree char *bytes = g_malloc (READ_BYTES);
  gsize            n_discarded = 0;
  gssize           n_read;

  do
    {
      n_read = g_socket_receive_with_blocking (self->socket, bytes, READ_BYTES, FALSE, NULL, NULL);
      n_discarded += (gsize) MAX (n_read, 0);
    }
  while (n_read > 0 && n_discarded < DISCARD_BYTES_MAX);
}

void
bridge_connection_set_message (BridgeConnection *self, guint message)
{
  self->message = message;
}

static gboolean
on_woken (gpointer data)
{
  BridgeConnection *self = data;

  clear_source (&self->wake_source);
  serve (self);
  return G_SOURCE_REMOVE;
}

/* From the main context: whoever wakes may be in the middle of something. */
void
bridge_connection_wake (BridgeConnection *self)
{
  if (self->wake_source != NULL)
    return;
  self->wake_source = g_idle_source_new ();
  g_source_set_priority (self->wake_source, G_PRIORITY_DEFAULT);
  g_source_set_callback (self->wake_source, on_woken, self, NULL);
  g_source_attach (self->wake_source, g_main_context_get_thread_default ());
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
bridge_connection_new (const BridgeConnectionConfig *config, GSocket *socket, WireSession *session)
{
  BridgeConnection *self = g_new0 (BridgeConnection, 1);

  self->config = *config;
  self->socket = g_object_ref (socket);
  self->session = session;
  session->on_units = on_units;
  session->carrier = self;
  self->waiting = g_byte_array_new ();
  self->last_received = config->open_event;
  self->last_sent = config->open_event;
  g_socket_set_blocking (socket, FALSE);
  g_socket_set_option (socket, IPPROTO_TCP, TCP_NODELAY, 1, NULL);
  /* Not from here: the session may be over at once, and the caller must know it first. */
  self->read_source = g_idle_source_new ();
  g_source_set_priority (self->read_source, G_PRIORITY_DEFAULT);
  g_source_set_callback (self->read_source, on_started, self, NULL);
  g_source_attach (self->read_source, g_main_context_get_thread_default ());
  return self;
}

void
bridge_connection_free (BridgeConnection *self)
{
  if (self == NULL)
    return;
  clear_source (&self->read_source);
  clear_source (&self->write_source);
  clear_source (&self->deadline_source);
  clear_source (&self->wake_source);
  self->session->klass->free (self->session);
  g_socket_shutdown (self->socket, FALSE, TRUE, NULL);
  discard_input (self);
  g_socket_close (self->socket, NULL);
  g_object_unref (self->socket);
  g_byte_array_unref (self->waiting);
  g_free (self);
}
