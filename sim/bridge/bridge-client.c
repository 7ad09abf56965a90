/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bridge-client.h"

#include "bridge-connection.h"

struct _BridgeCall
{
  BridgeClient          *client;
  BridgeCallConfig       config; /* its address is a reference of ours */
  const BridgeCallFuncs *funcs;
  gpointer               user_data;
  GSocket               *socket;
  GSource               *connect_source;  /* (nullable): while it is being made */
  GSource               *timeout_source;  /* (nullable) */
  BridgeConnection      *connection;      /* (nullable) before it stands */
  guint                  id;              /* of the connection in the log */
  guint                  open_event;
  guint                  message;
};

struct _BridgeClient
{
  TraceLog          *log;
  const BridgeOwner *owner;
  gpointer           user_data;
  GPtrArray         *calls; /* of BridgeCall */
};

static void
clear_source (GSource **source)
{
  if (*source == NULL)
    return;
  g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static void
free_call (BridgeCall *self)
{
  clear_source (&self->connect_source);
  clear_source (&self->timeout_source);
  g_clear_object (&self->socket);
  g_object_unref (self->config.address);
  g_free (self);
}

/* Tells who started it, within the owner's world. */
static void
finish (BridgeCall *self, BridgeCallEnd end, guint cause)
{
  BridgeClient *client = self->client;

  clear_source (&self->connect_source);
  clear_source (&self->timeout_source);
  g_ptr_array_remove (client->calls, self);
  client->owner->enter (client->user_data, cause);
  self->funcs->finished (self, end, self->user_data);
  client->owner->leave (client->user_data);
}

static void
record (BridgeCall *self, TraceKind kind)
{
  BridgeClient *client = self->client;
  TraceEvent    event = {
       .time_us = client->owner->get_now (client->user_data),
       .kind = kind,
       .protocol = self->config.protocol,
       .flags = TRACE_FLAG_ERROR,
       .connection = self->id,
       .cause = self->open_event,
       .from = (guint16) self->config.server,
       .to = (guint16) self->config.client,
  };

  event.arrival_us = event.time_us;
  trace_log_append (client->log, &event, NULL, 0);
}

static void
fail (BridgeCall *self, BridgeCallEnd end)
{
  record (self, end == BRIDGE_CALL_REFUSED ? TRACE_REFUSED : TRACE_TIMEOUT);
  finish (self, end, self->open_event);
  free_call (self);
}

static gboolean
on_timeout (gpointer data)
{
  fail (data, BRIDGE_CALL_UNREACHABLE);
  return G_SOURCE_REMOVE;
}

static void
on_finished (BridgeConnection *connection, gpointer data)
{
  BridgeCall *self = data;
  gboolean    is_lost = bridge_connection_is_lost (connection);

  finish (self, is_lost ? BRIDGE_CALL_LOST : BRIDGE_CALL_DONE,
          bridge_connection_get_last_event (connection));
  free_call (self);
}

static void
start (BridgeCall *self)
{
  BridgeClient          *client = self->client;
  BridgeConnectionConfig config = {
    .log = client->log,
    .owner = client->owner,
    .owner_data = client->user_data,
    .protocol = self->config.protocol,
    .connection = self->id,
    .client = self->config.client,
    .server = self->config.server,
    .is_client = TRUE,
    .open_event = self->open_event,
    .finished = on_finished,
    .finished_data = self,
  };
  WireSession *session;

  trace_log_set_arrival (client->log, self->open_event,
                         client->owner->get_now (client->user_data));
  client->owner->enter (client->user_data, self->open_event);
  session = self->funcs->start (self, self->id, self->user_data);
  client->owner->leave (client->user_data);
  if (session == NULL)
    {
      finish (self, BRIDGE_CALL_DONE, self->open_event);
      free_call (self);
      return;
    }
  self->connection = bridge_connection_new (&config, self->socket, session);
  bridge_connection_set_message (self->connection, self->message);
}

/* The connection stands, or can't be made. */
static gboolean
on_connected (GSocket *socket, GIOCondition condition, gpointer data)
{
  BridgeCall *self = data;
  g_autoptr (GError) error = NULL;

  clear_source (&self->connect_source);
  clear_source (&self->timeout_source);
  if (g_socket_check_connect_result (self->socket, &error))
    start (self);
  else
    fail (self, g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED)
                    ? BRIDGE_CALL_REFUSED
                    : BRIDGE_CALL_UNREACHABLE);
  return G_SOURCE_REMOVE;
}

/* Not from within bridge_client_call(): who called it must know the call first. */
static gboolean
on_no_socket (gpointer data)
{
  BridgeCall *self = data;

  clear_source (&self->timeout_source);
  fail (self, BRIDGE_CALL_UNREACHABLE);
  return G_SOURCE_REMOVE;
}

static guint16
get_local_port (GSocket *socket)
{
  g_autoptr (GSocketAddress) address = g_socket_get_local_address (socket, NULL);

  return address != NULL ? g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address)) : 0;
}

/* Begins to connect. Returns: FALSE when that can't even begin. */
static gboolean
begin (BridgeCall *self)
{
  g_autoptr (GError) error = NULL;

  self->socket = g_socket_new (g_socket_address_get_family (self->config.address),
                               G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL);
  if (self->socket == NULL)
    return FALSE;
  g_socket_set_blocking (self->socket, FALSE);
  return g_socket_connect (self->socket, self->config.address, NULL, &error) ||
         g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PENDING);
}

static void
attach (GSource *source)
{
  g_source_attach (source, g_main_context_get_thread_default ());
}

static void
record_open (BridgeCall *self, gboolean has_begun)
{
  BridgeClient   *client = self->client;
  TraceConnection connection = {
    .from = (guint16) self->config.client,
    .to = (guint16) self->config.server,
    .protocol = self->config.protocol,
    .client_port = has_begun ? get_local_port (self->socket) : 0,
    .server_port = self->config.server_port,
  };
  TraceEvent event = {
    .time_us = client->owner->get_now (client->user_data),
    .arrival_us = TRACE_NO_TIME,
    .kind = TRACE_OPEN,
    .protocol = self->config.protocol,
    .cause = self->config.cause,
    .from = (guint16) self->config.client,
    .to = (guint16) self->config.server,
  };

  self->id = event.connection = trace_log_add_connection (client->log, &connection);
  self->open_event = trace_log_append (client->log, &event, NULL, 0);
}

BridgeCall *
bridge_client_call (BridgeClient           *self,
                    const BridgeCallConfig *config,
                    const BridgeCallFuncs  *funcs,
                    gpointer                user_data)
{
  BridgeCall *call = g_new0 (BridgeCall, 1);
  gboolean    has_begun;

  call->client = self;
  call->config = *config;
  g_object_ref (call->config.address);
  call->funcs = funcs;
  call->user_data = user_data;
  g_ptr_array_add (self->calls, call);
  has_begun = begin (call);
  record_open (call, has_begun);
  if (has_begun)
    {
      call->connect_source = g_socket_create_source (call->socket, G_IO_OUT, NULL);
      g_source_set_callback (call->connect_source, G_SOURCE_FUNC (on_connected), call, NULL);
      attach (call->connect_source);
    }
  call->timeout_source =
      has_begun ? g_timeout_source_new (BRIDGE_CLIENT_CONNECT_US / 1000) : g_idle_source_new ();
  g_source_set_callback (call->timeout_source, has_begun ? on_timeout : on_no_socket, call, NULL);
  attach (call->timeout_source);
  return call;
}

void
bridge_call_set_message (BridgeCall *self, guint message)
{
  self->message = message;
  if (self->connection != NULL)
    bridge_connection_set_message (self->connection, message);
}

void
bridge_call_wake (BridgeCall *self)
{
  if (self->connection != NULL)
    bridge_connection_wake (self->connection);
}

guint
bridge_client_get_n_calls (const BridgeClient *self)
{
  return self->calls->len;
}

BridgeClient *
bridge_client_new (TraceLog *log, const BridgeOwner *owner, gpointer user_data)
{
  BridgeClient *self = g_new0 (BridgeClient, 1);

  self->log = trace_log_ref (log);
  self->owner = owner;
  self->user_data = user_data;
  self->calls = g_ptr_array_new ();
  return self;
}

void
bridge_client_free (BridgeClient *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < self->calls->len; i++)
    {
      BridgeCall *call = g_ptr_array_index (self->calls, i);

      bridge_connection_free (call->connection);
      free_call (call);
    }
  g_ptr_array_unref (self->calls);
  trace_log_unref (self->log);
  g_free (self);
}
