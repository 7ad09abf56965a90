/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command.h"

#include <malloc.h>
#include <stdio.h>
#include <string.h>

#include <bridge/bridge-server.h>
#include <glib-unix.h>
#include <mail/mail-tls.h>
#include <mail/mail-world.h>
#include <trace/trace-file.h>

static struct
{
  char  *listen;
  char  *port_base;
  char  *record;
  char  *ca;
  char  *key_log;
  char  *save_mail;
  double seconds;
} options = { NULL, NULL, NULL, NULL, NULL, NULL, -1 };

static const GOptionEntry entries[] = {
  { "listen", 0, 0, G_OPTION_ARG_STRING, &options.listen,
    "listen on ADDRESS instead of 127.0.0.1", "ADDRESS" },
  { "port-base", 0, 0, G_OPTION_ARG_STRING, &options.port_base,
    "add N to the services' ports; 0 takes any free ports (default 10000)", "N" },
  { "record", 0, 0, G_OPTION_ARG_FILENAME, &options.record, "save the trace in FILE at the end",
    "FILE" },
  { "ca", 0, 0, G_OPTION_ARG_FILENAME, &options.ca,
    "write the certificate of the authority, for clients to trust, to FILE", "FILE" },
  { "keylog", 0, 0, G_OPTION_ARG_FILENAME, &options.key_log,
    "save the secrets of the TLS sessions in FILE at the end", "FILE" },
  { "save-mail", 0, 0, G_OPTION_ARG_FILENAME, &options.save_mail,
    "write all mailboxes at the end as Maildirs FOLDER/HOST/USER", "FOLDER" },
  { "for", 0, 0, G_OPTION_ARG_DOUBLE, &options.seconds, "end after SECONDS", "SECONDS" },
  { NULL },
};

/* The steps in which memory is fetched, and what may lie idle: ours. */
#define KEPT_BYTES (16 * 1024 * 1024)

#define PORT_BASE_DEFAULT 10000
#define PORT_BASE_MAX 64000

/* A world whose clock follows the wall's, and the sockets that let people into it. */
typedef struct
{
  MailWorld    *world;
  BridgeServer *server;
  GMainLoop    *loop;
  gint64        started_us; /* on the monotonic clock, at the world's 0 */
  guint         timer;
  gint64        entered_us; /* when a session was last entered */
  gint64        timer_us; /* what the timer waits for, on the world's clock */
  gboolean      is_held;  /* the world does something: its clock stands */
} Serving;

static gint64
get_wall (const Serving *self)
{
  return g_get_monotonic_time () - self->started_us;
}

/* Never ahead of what the world is about to do, so that the record is in the order of time. */
static gint64
get_now (gpointer data)
{
  Serving  *self = data;
  SimWorld *sim = mail_world_get_world (self->world);
  gint64    now_us = sim_world_get_now (sim);

  if (self->is_held)
    return now_us;
  return MAX (now_us, MIN (get_wall (self), sim_world_get_next_time (sim)));
}

static void keep_time (Serving *self, gint64 wall_us);

static gboolean
on_time (gpointer data)
{
  Serving *self = data;

  self->timer = 0;
  keep_time (self, get_wall (self));
  return G_SOURCE_REMOVE;
}

/* Lets the world catch up with the wall's clock, and wakes when it next has something to do. */
static void
keep_time (Serving *self, gint64 wall_us)
{
  SimWorld *sim = mail_world_get_world (self->world);
  gint64    next_us;

  self->is_held = TRUE;
  mail_world_run (self->world, wall_us);
  self->is_held = FALSE;
  next_us = sim_world_get_next_time (sim);
  if (self->timer != 0 && next_us == self->timer_us)
    return;
  self->timer_us = next_us;
  g_clear_handle_id (&self->timer, g_source_remove);
  if (next_us != G_MAXINT64)
    self->timer = g_timeout_add (
        (guint) MIN (MAX (next_us - get_wall (self), 0) / 1000 + 1, G_MAXINT), on_time, self);
}

static WireSession *
open_session (gpointer data, guint listener, guint client_actor)
{
  Serving    *self = data;
  TraceLog   *log = mail_world_get_log (self->world);
  const char *address = trace_log_get_actor (log, client_actor)->address;

  return mail_world_open_session (self->world, listener, client_actor, address);
}

static const char *
get_refusal (gpointer data, guint listener)
{
  Serving *self = data;

  return mail_world_get_refusal (self->world, listener);
}

static void
enter (gpointer data, guint cause)
{
  Serving *self = data;

  self->is_held = TRUE;
  self->entered_us = get_wall (self);
  mail_world_run (self->world, self->entered_us);
  sim_world_set_cause (mail_world_get_world (self->world), cause);
}

/* What the session has brought about is due now at the earliest: it waits for the timer. */
static void
leave (gpointer data)
{
  Serving *self = data;

  keep_time (self, self->entered_us);
}

static void
set_cause (gpointer data, guint cause)
{
  Serving *self = data;

  sim_world_set_cause (mail_world_get_world (self->world), cause);
}

static const BridgeOwner owner = {
  get_now, open_session, get_refusal, enter, leave, set_cause,
};

static gboolean
on_end (gpointer data)
{
  Serving *self = data;

  g_main_loop_quit (self->loop);
  return G_SOURCE_CONTINUE;
}

/* Whether an earlier host offers the same service: then its port is taken. */
static gboolean
is_offered_before (MailWorld *world, guint index)
{
  const char *service = mail_world_get_service (world, index)->service;

  for (guint i = 0; i < index; i++)
    if (strcmp (mail_world_get_service (world, i)->service, service) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
listen_all (Serving *self, GInetAddress *address, guint port_base)
{
  g_autofree char *where = g_inet_address_to_string (address);

  for (guint i = 0; i < mail_world_get_n_services (self->world); i++)
    {
      const MailService *service = mail_world_get_service (self->world, i);
      BridgeListener listener = { service->service, service->host, service->actor,
                                  service->protocol };
      guint16        wanted = port_base == 0 ? 0 : (guint16) (port_base + service->port);
      g_autoptr (GError) error = NULL;
      guint16 port = bridge_server_listen (self->server, &listener, address, wanted,
                                           is_offered_before (self->world, i), &error);

      if (port == 0)
        {
          command_complain (COMMAND_FAILED, "can't listen on %s port %u for %s of %s: %s", where,
                            wanted, service->service, service->host, error->message);
          return FALSE;
        }
      printf ("listening %s %s %s %u\n", service->service, service->host, where, port);
    }
  printf ("ready\n");
  fflush (stdout);
  return TRUE;
}

static CommandStatus
save_recording (TraceLog *log, const char *path)
{
  g_autoptr (GString) text = g_string_new (NULL);

  trace_file_write (log, TRACE_LEVEL_PACKETS, text);
  return command_write_output (path, text->str, text->len);
}

/* Made for this run alone: whoever is to trust it needs it before the first session. */
static CommandStatus
write_authority (MailWorld *world, const char *path)
{
  g_autoptr (GError) error = NULL;
  const char *pem = mail_tls_get_anchor_pem (mail_world_get_outside_tls (world), &error);

  if (pem == NULL)
    return command_complain (COMMAND_FAILED, "TLS can't be set up: %s", error->message);
  return command_write_output (path, pem, strlen (pem));
}

static CommandStatus
save (MailWorld *world)
{
  TraceLog     *log = mail_world_get_log (world);
  CommandStatus status = COMMAND_DONE;

  if (options.record != NULL)
    status = save_recording (log, options.record);
  if (status == COMMAND_DONE && options.key_log != NULL)
    status = command_write_key_log (log, options.key_log);
  return status == COMMAND_DONE ? command_save_mail (world, options.save_mail) : status;
}

static CommandStatus
serve (MailWorld *world, GInetAddress *address, guint port_base)
{
  Serving       self = { .world = world, .started_us = g_get_monotonic_time () };
  guint         sources[3] = { 0 };
  CommandStatus status = COMMAND_DONE;

  self.loop = g_main_loop_new (NULL, FALSE);
  self.server = bridge_server_new (mail_world_get_log (world), &owner, &self);
  sources[0] = g_unix_signal_add (SIGINT, on_end, &self);
  sources[1] = g_unix_signal_add (SIGTERM, on_end, &self);
  if (options.seconds >= 0)
    sources[2] = g_timeout_add ((guint) MIN (options.seconds * 1000, G_MAXINT), on_end, &self);
  if (listen_all (&self, address, port_base))
    g_main_loop_run (self.loop);
  else
    status = COMMAND_FAILED;
  g_clear_handle_id (&self.timer, g_source_remove);
  for (guint i = 0; i < G_N_ELEMENTS (sources); i++)
    g_clear_handle_id (&sources[i], g_source_remove);
  bridge_server_free (self.server);
  g_clear_handle_id (&self.timer, g_source_remove);
  g_main_loop_unref (self.loop);
  return status == COMMAND_DONE ? save (world) : status;
}

CommandStatus
command_serve (int argc, char **argv)
{
  g_autoptr (MailWorld) world = NULL;
  g_autoptr (GInetAddress) address = NULL;
  g_autoptr (GError) error = NULL;
  CommandStatus status;
  guint64       port_base = PORT_BASE_DEFAULT;

  if (!command_parse (&argc, &argv, "SCENARIO",
                      "Lets real mail programs talk to the simulated hosts of a scenario.",
                      entries, &status))
    return status;
  if (argc != 2)
    return command_complain (COMMAND_WRONG,
                             "serve takes one SCENARIO (try postroad serve --help)");
  if (options.port_base != NULL &&
      !g_ascii_string_to_unsigned (options.port_base, 10, 0, PORT_BASE_MAX, &port_base, NULL))
    return command_complain (COMMAND_WRONG, "%s is no port base; it is a number from 0 to %u",
                             options.port_base, PORT_BASE_MAX);
  address = g_inet_address_new_from_string (options.listen != NULL ? options.listen : "127.0.0.1");
  if (address == NULL)
    return command_complain (COMMAND_WRONG, "%s is no IP address to listen on", options.listen);
  if (!command_can_write (options.record) || !command_can_write (options.key_log) ||
      !command_can_save_mail (options.save_mail))
    return COMMAND_FAILED;
  /* Recordings and mailboxes only grow: memory that is given back just has to be fetched again. */
  mallopt (M_TOP_PAD, KEPT_BYTES);
  mallopt (M_TRIM_THRESHOLD, KEPT_BYTES);
  world = mail_world_new_from_file (argv[1], MAIL_WORLD_OWN_SEED, &error);
  if (world == NULL)
    return command_complain (COMMAND_WRONG, "%s", error->message);
  if (mail_world_get_n_services (world) == 0)
    return command_complain (COMMAND_WRONG, "%s: no host in it has services to offer", argv[1]);
  mail_tls_set_epoch (mail_world_get_outside_tls (world), g_get_real_time ());
  if (options.ca != NULL)
    status = write_authority (world, options.ca);
  else
    status = COMMAND_DONE;
  return status == COMMAND_DONE ? serve (world, address, (guint) port_base) : status;
}
