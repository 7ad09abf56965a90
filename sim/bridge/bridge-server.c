/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* accept4() */
#include "bridge-server.h"

#include "bridge-connection.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define BACKLOG 200
/* Connections taken at a time before others get their turn: ours. */
#define ACCEPTS_MAX 16

typedef struct
{
  BridgeServer  *server;
  BridgeListener config; /* strings owned */
  guint          index;
  guint16        port;
  GSocket       *socket;
  GSource       *source;
  guint          n_connections;
} Listener;

struct _BridgeServer
{
  TraceLog          *log;
  const BridgeOwner *owner;
  gpointer           user_data;
  GPtrArray         *listeners;   /* of Listener */
  GPtrArray         *connections; /* of BridgeConnection, borrowed */
  GHashTable        *owners;      /* BridgeConnection -> Listener, looked up only */
};

static void
free_listener (gpointer data)
{
  Listener *listener = data;

  g_source_destroy (listener->source);
  g_source_unref (listener->source);
  g_socket_close (listener->socket, NULL);
  g_object_unref (listener->socket);
  g_free ((char *) listener->config.service);
  g_free ((char *) listener->config.host);
  g_free (listener);
}

static void
on_finished (BridgeConnection *connection, gpointer data)
{
  BridgeServer *self = data;
  Listener     *listener = g_hash_table_lookup (self->owners, connection);

  listener->n_connections--;
  g_hash_table_remove (self->owners, connection);
  g_ptr_array_remove_fast (self->connections, connection);
}

/* Who connected, as text and number. */
typedef struct
{
  char    address[INET6_ADDRSTRLEN];
  guint16 port;
} Peer;

static void
read_peer (const struct sockaddr_storage *address, Peer *out_peer)
{
  const void *bytes = &((const struct sockaddr_in *) address)->sin_addr;

  out_peer->port = g_ntohs (((const struct sockaddr_in *) address)->sin_port);
  if (address->ss_family == AF_INET6)
    {
      bytes = &((const struct sockaddr_in6 *) address)->sin6_addr;
      out_peer->port = g_ntohs (((const struct sockaddr_in6 *) address)->sin6_port);
    }
  if (inet_ntop (address->ss_family, bytes, out_peer->address, sizeof out_peer->address) == NULL)
    out_peer->address[0] = '\0';
}

/* The actor that stands for the programs at a client's address. */
static guint
find_client_actor (BridgeServer *self, const Peer *peer)
{
  g_autofree char *name = g_strdup_printf ("client at %s", peer->address);

  return trace_log_add_actor (self->log, name, "MUA", peer->address);
}

static void
welcome (Listener *listener, int fd, const Peer *peer)
{
  BridgeServer   *self = listener->server;
  guint           client = find_client_actor (self, peer);
  TraceConnection connection = {
    .from = (guint16) client,
    .to = (guint16) listener->config.actor,
    .protocol = listener->config.protocol,
    .client_port = peer->port,
    .server_port = listener->port,
  };
  TraceEvent event = {
    .time_us = self->owner->get_now (self->user_data),
    .kind = TRACE_OPEN,
    .protocol = listener->config.protocol,
    .from = (guint16) client,
    .to = (guint16) listener->config.actor,
  };
  BridgeConnectionConfig config = {
    .log = self->log,
    .owner = self->owner,
    .owner_data = self->user_data,
    .protocol = listener->config.protocol,
    .client = client,
    .server = listener->config.actor,
    .finished = on_finished,
    .finished_data = self,
  };
  BridgeConnection *made;
  WireSession      *session;

  config.connection = event.connection = trace_log_add_connection (self->log, &connection);
  event.arrival_us = event.time_us;
  config.open_event = trace_log_append (self->log, &event, NULL, 0);
  self->owner->enter (self->user_data, config.open_event);
  session = self->owner->open_session (self->user_data, listener->index, client);
  self->owner->leave (self->user_data);
  made = bridge_connection_new (&config, fd, session);
  listener->n_connections++;
  g_ptr_array_add (self->connections, made);
  g_hash_table_insert (self->owners, made, listener);
  bridge_connection_start (made);
}

/* Takes one connection. Returns: FALSE when nobody is waiting. */
static gboolean
take_connection (Listener *listener)
{
  BridgeServer           *self = listener->server;
  struct sockaddr_storage address = { 0 };
  socklen_t               length = sizeof address;
  Peer                    peer;
  int fd = accept4 (g_socket_get_fd (listener->socket), (struct sockaddr *) &address, &length,
                    SOCK_NONBLOCK | SOCK_CLOEXEC);

  if (fd < 0)
    return FALSE;
  if (listener->n_connections >= BRIDGE_SESSIONS_MAX)
    {
      const char *refusal = self->owner->get_refusal (self->user_data, listener->index);
      gssize      n_sent = send (fd, refusal, strlen (refusal), MSG_NOSIGNAL);

      (void) n_sent; /* a client that is gone need not be told */
      close (fd);
      return TRUE;
    }
  read_peer (&address, &peer);
  welcome (listener, fd, &peer);
  return TRUE;
}

static gboolean
on_connecting (GSocket *socket, GIOCondition condition, gpointer data)
{
  for (guint i = 0; i < ACCEPTS_MAX && take_connection (data); i++)
    ;
  return G_SOURCE_CONTINUE;
}

static GSocket *
open_socket (GInetAddress *address, guint16 port, GError **error)
{
  g_autoptr (GSocket) socket = g_socket_new (g_inet_address_get_family (address),
                                             G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, error);
  g_autoptr (GSocketAddress) endpoint = g_inet_socket_address_new (address, port);

  if (socket == NULL)
    return NULL;
  g_socket_set_listen_backlog (socket, BACKLOG);
  g_socket_set_blocking (socket, FALSE);
  /* Connections inherit it: replies are to leave at once (tcp(7)). */
  g_socket_set_option (socket, IPPROTO_TCP, TCP_NODELAY, 1, NULL);
  if (!g_socket_bind (socket, endpoint, TRUE, error) || !g_socket_listen (socket, error))
    return NULL;
  return g_steal_pointer (&socket);
}

guint16
bridge_server_listen (BridgeServer         *self,
                      const BridgeListener *listener,
                      GInetAddress         *address,
                      guint16               port,
                      gboolean              may_move,
                      GError              **error)
{
  g_autoptr (GSocket) socket = NULL;
  g_autoptr (GSocketAddress) bound = NULL;
  g_autoptr (GError) reason = NULL;
  Listener *made;

  for (;;)
    {
      socket = open_socket (address, port, &reason);
      if (socket != NULL || !may_move || port == 0 || port == G_MAXUINT16 ||
          !g_error_matches (reason, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE))
        break;
      g_clear_error (&reason);
      port++;
    }
  if (socket != NULL)
    bound = g_socket_get_local_address (socket, &reason);
  if (bound == NULL)
    {
      g_propagate_error (error, g_steal_pointer (&reason));
      return 0;
    }
  made = g_new0 (Listener, 1);
  made->server = self;
  made->config = *listener;
  made->config.service = g_strdup (listener->service);
  made->config.host = g_strdup (listener->host);
  made->index = self->listeners->len;
  made->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  made->socket = g_steal_pointer (&socket);
  made->source = g_socket_create_source (made->socket, G_IO_IN, NULL);
  g_source_set_callback (made->source, G_SOURCE_FUNC (on_connecting), made, NULL);
  g_source_attach (made->source, g_main_context_get_thread_default ());
  g_ptr_array_add (self->listeners, made);
  return made->port;
}

guint
bridge_server_get_n_connections (const BridgeServer *self)
{
  return self->connections->len;
}

BridgeServer *
bridge_server_new (TraceLog *log, const BridgeOwner *owner, gpointer user_data)
{
  BridgeServer *self = g_new0 (BridgeServer, 1);

  self->log = trace_log_ref (log);
  self->owner = owner;
  self->user_data = user_data;
  self->listeners = g_ptr_array_new_with_free_func (free_listener);
  self->connections = g_ptr_array_new ();
  self->owners = g_hash_table_new (NULL, NULL);
  return self;
}

void
bridge_server_free (BridgeServer *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < self->connections->len; i++)
    bridge_connection_free (g_ptr_array_index (self->connections, i));
  g_ptr_array_unref (self->connections);
  g_hash_table_unref (self->owners);
  g_ptr_array_unref (self->listeners);
  trace_log_unref (self->log);
  g_free (self);
}
