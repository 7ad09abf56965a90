/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim-carrier.h"

#include <string.h>
#include <trace/trace-unit.h>

#define KEY "carriers"

struct _SimCarrier
{
  SimHost               *host;
  SimStream             *stream;
  WireSession           *session; /* (nullable) before it has started */
  const SimCarrierFuncs *funcs;
  gpointer               user_data;
  guint                  message;
  guint64                timer;
  guint64                wake_timer; /* 0: nobody has woken the session */
  gboolean               is_input_over;
  guint                  secured_unit; /* whose records are being sent; 0: none */
  gboolean               is_outside; /* no stream, and the session is another's */
  guint                  connection; /* outside */
  TraceProtocol          protocol;
};

/* What a port starts for each connection. */
typedef struct
{
  const SimCarrierFuncs *funcs;
  gpointer               user_data;
} Service;

/* What a host keeps: its carriers, and the services of its ports. */
typedef struct
{
  GPtrArray *carriers;
  GPtrArray *services;
} Carriers;

static void
free_carrier (SimCarrier *self)
{
  sim_world_cancel (sim_host_get_world (self->host), self->timer);
  sim_world_cancel (sim_host_get_world (self->host), self->wake_timer);
  if (self->session != NULL)
    self->session->klass->free (self->session);
  g_free (self);
}

static void
free_carriers (gpointer data)
{
  Carriers *self = data;

  for (guint i = 0; i < self->carriers->len; i++)
    free_carrier (g_ptr_array_index (self->carriers, i));
  g_ptr_array_unref (self->carriers);
  g_ptr_array_unref (self->services);
  g_free (self);
}

static Carriers *
get_carriers (SimHost *host)
{
  Carriers *self = sim_host_get_attached (host, KEY);

  if (self != NULL)
    return self;
  self = g_new0 (Carriers, 1);
  self->carriers = g_ptr_array_new ();
  self->services = g_ptr_array_new_with_free_func (g_free);
  sim_host_attach (host, KEY, self, free_carriers);
  return self;
}

/* Over: tells the owner, then everything goes. */
static void
finish (SimCarrier *self, SimCarrierEnd end)
{
  g_ptr_array_remove (get_carriers (self->host)->carriers, self);
  sim_stream_free (self->stream);
  if (self->funcs->finished != NULL)
    self->funcs->finished (self, end, self->user_data);
  free_carrier (self);
}

static gboolean
is_record (const WireUnit *unit)
{
  return strcmp (unit->name, "record") == 0;
}

/* What the unit follows from: a record from the unit it carries, or from what came before it. */
static guint
find_cause (SimCarrier *self, const WireUnit *unit)
{
  guint cause = sim_world_get_cause (sim_host_get_world (self->host));
  guint arrived = sim_stream_get_last_arrived (self->stream);

  if (!is_record (unit))
    return cause;
  return unit->is_secured ? self->secured_unit : arrived != 0 ? arrived : cause;
}

static guint
record_unit (SimCarrier *self, const WireUnit *unit)
{
  SimWorld  *world = sim_host_get_world (self->host);
  TraceLog  *log = sim_world_get_log (world);
  guint      cause = find_cause (self, unit);
  guint      position = cause != 0 ? trace_log_find (log, cause) : G_MAXUINT;
  guint      message = self->message;
  TraceUnit  record = {
     .time_us = sim_world_get_now (world),
     .arrival_us = TRACE_NO_TIME,
     .protocol = sim_stream_get_protocol (self->stream),
     .connection = sim_stream_get_connection (self->stream),
     .cause = cause,
     .from = sim_host_get_actor (self->host),
     .to = sim_stream_get_peer_actor (self->stream),
  };

  /* What answers something about a message is about that message, too. */
  if (message == 0 && position != G_MAXUINT)
    message = trace_log_get_event (log, position)->message;
  record.message = message;
  return trace_unit_record (log, &record, unit);
}

static void on_deadline (gpointer data);

static void
keep_deadline (SimCarrier *self)
{
  SimWorld *world = sim_host_get_world (self->host);
  gint64    deadline_us = self->session->klass->get_deadline (self->session);

  sim_world_cancel (world, self->timer);
  self->timer = 0;
  if (deadline_us != G_MAXINT64)
    self->timer = sim_world_schedule (world, deadline_us, on_deadline, self, NULL);
}

/* A unit arrives with the last of the records that carry it. */
static void
finish_secured (SimCarrier *self)
{
  if (self->secured_unit != 0)
    sim_stream_send (self->stream, NULL, 0, self->secured_unit);
  self->secured_unit = 0;
}

static void
send_unit (SimCarrier *self, const WireUnit *unit)
{
  gsize         length;
  const guint8 *data = g_bytes_get_data (unit->wire != NULL ? unit->wire : unit->bytes, &length);
  guint         id;

  if (!is_record (unit) || !unit->is_secured)
    finish_secured (self);
  id = record_unit (self, unit);
  if (unit->is_secured && !is_record (unit))
    self->secured_unit = id;
  else
    sim_stream_send (self->stream, data, length, id);
}

/* Records and sends what the session has to say. */
static void
send_all (SimCarrier *self)
{
  g_autoptr (GBytes) output = NULL;
  WireUnit unit;

  while (self->session->klass->next_unit (self->session, &unit))
    {
      if (unit.direction == WIRE_SENT)
        send_unit (self, &unit);
      wire_unit_clear (&unit);
    }
  finish_secured (self);
  /* The units, under TLS the records, were the output: the same bytes. */
  output = self->session->klass->take_output (self->session);
}

/* After every call on the session: sends, and closes when that was all. A stream has room for
 * whatever there is: it is the world's memory. */
static void
serve (SimCarrier *self)
{
  const WireSessionClass *klass = self->session->klass;
  gboolean                has_more;

  do
    {
      send_all (self);
      has_more = klass->produce != NULL &&
                 klass->produce (self->session,
                                 sim_world_get_now (sim_host_get_world (self->host)));
    }
  while (has_more);
  send_all (self);
  if (self->session->klass->is_done (self->session) || self->is_input_over)
    finish (self, SIM_CARRIER_DONE);
  else
    keep_deadline (self);
}

static void
on_deadline (gpointer data)
{
  SimCarrier *self = data;
  SimWorld   *world = sim_host_get_world (self->host);

  self->timer = 0;
  self->session->klass->expire (self->session, sim_world_get_now (world));
  serve (self);
}

static void
on_woken (gpointer data)
{
  SimCarrier *self = data;

  self->wake_timer = 0;
  serve (self);
}

/* At the same time, but after what is going on: that may be another session's doing. */
static void
on_wake (gpointer data)
{
  SimCarrier *self = data;
  SimWorld   *world = sim_host_get_world (self->host);

  if (self->wake_timer == 0)
    self->wake_timer =
        sim_world_schedule (world, sim_world_get_now (world), on_woken, self, NULL);
}

static void
start (SimCarrier *self)
{
  self->session = self->funcs->start (self, self->user_data);
  if (self->session == NULL)
    {
      finish (self, SIM_CARRIER_DONE);
      return;
    }
  self->session->on_wake = on_wake;
  self->session->carrier = self;
  serve (self);
}

/* Stream callbacks */

static void
on_connected (SimStream *stream, gpointer data)
{
  start (data);
}

static void
on_received (SimStream *stream, const guint8 *data, gsize length, gpointer user_data)
{
  SimCarrier *self = user_data;

  self->session->klass->receive (self->session, data, length,
                                 sim_world_get_now (sim_host_get_world (self->host)));
  serve (self);
}

static void
on_ended (SimStream *stream, gpointer data)
{
  SimCarrier *self = data;

  self->is_input_over = TRUE;
  self->session->klass->receive_end (self->session, FALSE,
                                     sim_world_get_now (sim_host_get_world (self->host)));
  serve (self);
}

static void
on_failed (SimStream *stream, SimStreamFailure failure, gpointer data)
{
  SimCarrier *self = data;

  if (self->session == NULL)
    {
      finish (self, failure == SIM_STREAM_TIMED_OUT ? SIM_CARRIER_UNREACHABLE
                                                    : SIM_CARRIER_REFUSED);
      return;
    }
  self->session->klass->receive_end (self->session, TRUE,
                                     sim_world_get_now (sim_host_get_world (self->host)));
  finish (self, SIM_CARRIER_LOST);
}

static const SimStreamFuncs stream_funcs = {
  .connected = on_connected,
  .received = on_received,
  .ended = on_ended,
  .failed = on_failed,
};

static SimCarrier *
carrier_new (SimHost *host, const SimCarrierFuncs *funcs, gpointer user_data)
{
  SimCarrier *self = g_new0 (SimCarrier, 1);

  self->host = host;
  self->funcs = funcs;
  self->user_data = user_data;
  g_ptr_array_add (get_carriers (host)->carriers, self);
  return self;
}

static void
on_accepted (SimStream *stream, gpointer data)
{
  Service    *service = data;
  SimCarrier *self =
      carrier_new (sim_stream_get_host (stream), service->funcs, service->user_data);

  self->stream = stream;
  self->protocol = sim_stream_get_protocol (stream);
  sim_stream_set_funcs (stream, &stream_funcs, self);
  start (self);
}

static const SimOutside *get_outside (SimCarrier *self, gpointer *out_data);

SimCarrier *
sim_carrier_connect (SimHost               *host,
                     const char            *address,
                     guint16                port,
                     TraceProtocol          protocol,
                     const SimCarrierFuncs *funcs,
                     gpointer               user_data)
{
  SimCarrier       *self = carrier_new (host, funcs, user_data);
  gpointer          data;
  const SimOutside *outside = get_outside (self, &data);

  self->protocol = protocol;
  self->is_outside = outside != NULL;
  if (outside != NULL && outside->connect (self, address, port, data))
    return self;
  self->is_outside = FALSE;
  self->stream = sim_stream_connect (host, address, port, protocol, &stream_funcs, self);
  return self;
}

gboolean
sim_carrier_listen (SimHost               *host,
                    guint16                port,
                    const SimCarrierFuncs *funcs,
                    gpointer               user_data)
{
  Service *service = g_new0 (Service, 1);

  *service = (Service){ funcs, user_data };
  g_ptr_array_add (get_carriers (host)->services, service);
  return sim_stream_listen (host, port, on_accepted, service);
}

static const SimOutside *
get_outside (SimCarrier *self, gpointer *out_data)
{
  return sim_network_get_outside (sim_host_get_network (self->host), out_data);
}

void
sim_carrier_set_message (SimCarrier *self, guint message)
{
  gpointer          data;
  const SimOutside *outside = get_outside (self, &data);

  self->message = message;
  if (self->is_outside)
    outside->set_message (self, message, data);
}

void
sim_carrier_wake (SimCarrier *self)
{
  gpointer          data;
  const SimOutside *outside = get_outside (self, &data);

  if (self->is_outside)
    outside->wake (self, data);
  else
    serve (self);
}

guint
sim_carrier_get_connection (SimCarrier *self)
{
  if (self->stream == NULL)
    return self->connection;
  return sim_stream_get_connection (self->stream);
}

TraceProtocol
sim_carrier_get_protocol (SimCarrier *self)
{
  return self->protocol;
}

gboolean
sim_carrier_is_outside (SimCarrier *self)
{
  return self->is_outside;
}

void
sim_carrier_set_outside (SimNetwork *network, const SimOutside *outside, gpointer user_data)
{
  sim_network_set_outside (network, outside, user_data);
}

WireSession *
sim_carrier_start_outside (SimCarrier *self, guint connection)
{
  self->connection = connection;
  return self->funcs->start (self, self->user_data);
}

void
sim_carrier_end_outside (SimCarrier *self, SimCarrierEnd end)
{
  g_ptr_array_remove (get_carriers (self->host)->carriers, self);
  if (self->funcs->finished != NULL)
    self->funcs->finished (self, end, self->user_data);
  free_carrier (self);
}

SimHost *
sim_carrier_get_host (SimCarrier *self)
{
  return self->host;
}

SimStream *
sim_carrier_get_stream (SimCarrier *self)
{
  return self->stream;
}

WireSession *
sim_carrier_get_session (SimCarrier *self)
{
  return self->session;
}
