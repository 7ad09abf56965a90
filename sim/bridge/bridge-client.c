/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bridge-client.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bridge-connection.h"
#include "bridge-poll.h"

struct _BridgeCall
{
  BridgeClient          *client;
  BridgeCallConfig       config; /* its address is a reference of ours */
  const BridgeCallFuncs *funcs;
  gpointer               user_data;
  int                    fd;         /* -1: none, or the connection's */
  BridgePoll            *poll;       /* (nullable): while the connection is being made */
  guint                  idle;       /* instead, when that could not even begin */
  BridgeConnection      *connection; /* (nullable) before it stands */
  guint                  id;         /* of the connection in the log */
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
free_call (BridgeCall *self)
{
  bridge_poll_free (self->poll);
  g_clear_handle_id (&self->idle, g_source_remove);
  if (self->fd >= 0)
    close (self->fd);
  g_object_unref (self->config.address);
  g_free (self);
}

/* Tells who started it, within the owner's world. */
static void
finish (BridgeCall *self, BridgeCallEnd end, guint cause)
{
  BridgeClient *client = self->client;

  /* In the call's own time: an owner's clock may stand when there are no calls. */
  client->owner->enter (client->user_data, cause);
  g_ptr_array_remove (client->calls, self);
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

static void
on_timeout (gpointer data)
{
  fail (data, BRIDGE_CALL_UNREACHABLE);
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
  self->connection = bridge_connection_new (&config, self->fd, session);
  self->fd = -1;
  bridge_connection_set_message (self->connection, self->message);
  bridge_connection_start (self->connection);
}

/* The connection stands, or can't be made. */
static void
on_connected (GIOCondition condition, gpointer data)
{
  BridgeCall *self = data;
  int         problem = 0;
  socklen_t   length = sizeof problem;

  g_clear_pointer (&self->poll, bridge_poll_free);
  if (getsockopt (self->fd, SOL_SOCKET, SO_ERROR, &problem, &length) < 0)
    problem = errno;
  if (problem == 0)
    start (self);
  else
    fail (self, problem == ECONNREFUSED ? BRIDGE_CALL_REFUSED : BRIDGE_CALL_UNREACHABLE);
}

static const BridgePollFuncs poll_funcs = { on_connected, on_timeout };

/* Not from within bridge_client_call(): who called it must know the call first. */
static gboolean
on_no_socket (gpointer data)
{
  BridgeCall *self = data;

  self->idle = 0;
  fail (self, BRIDGE_CALL_UNREACHABLE);
  return G_SOURCE_REMOVE;
}

static guint16
get_local_port (int fd)
{
  struct sockaddr_storage address;
  socklen_t               length = sizeof address;

  if (getsockname (fd, (struct sockaddr *) &address, &length) < 0)
    return 0;
  if (address.ss_family == AF_INET6)
    return g_ntohs (((struct sockaddr_in6 *) &address)->sin6_port);
  return g_ntohs (((struct sockaddr_in *) &address)->sin_port);
}

/* Begins to connect. Returns: FALSE when that can't even begin. */
static gboolean
begin (BridgeCall *self)
{
  const int               on = 1;
  struct sockaddr_storage address;
  gssize                  length = g_socket_address_get_native_size (self->config.address);

  if (length < 0 || (gsize) length > sizeof address ||
      !g_socket_address_to_native (self->config.address, &address, sizeof address, NULL))
    return FALSE;
  self->fd = socket (address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (self->fd < 0)
    return FALSE;
  setsockopt (self->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return connect (self->fd, (struct sockaddr *) &address, (socklen_t) length) == 0 ||
         errno == EINPROGRESS;
}

static void
record_open (BridgeCall *self, gboolean has_begun)
{
  BridgeClient   *client = self->client;
  TraceConnection connection = {
    .from = (guint16) self->config.client,
    .to = (guint16) self->config.server,
    .protocol = self->config.protocol,
    .client_port = has_begun ? get_local_port (self->fd) : 0,
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
  call->fd = -1;
  call->config = *config;
  g_object_ref (call->config.address);
  call->funcs = funcs;
  call->user_data = user_data;
  g_ptr_array_add (self->calls, call);
  has_begun = begin (call);
  record_open (call, has_begun);
  if (has_begun)
    call->poll = bridge_poll_new (call->fd, G_IO_OUT, &poll_funcs, call);
  if (call->poll == NULL)
    {
      call->idle = g_idle_add (on_no_socket, call);
      return call;
    }
  bridge_poll_set_deadline (call->poll, g_get_monotonic_time () + BRIDGE_CLIENT_CONNECT_US);
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
