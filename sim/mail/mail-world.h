/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <core/sim-scenario.h>
#include <core/sim-world.h>
#include <net/sim-network.h>
#include <trace/trace-log.h>
#include <wire/wire-session.h>

G_BEGIN_DECLS

/**
 * MailWorld:
 *
 * A scenario come alive: its network, name servers and mail hosts, and the
 * people who write and fetch. Its owner runs it and views the trace:
 *
 *   new -> run (to the end, or bit by bit) -> get_log
 *
 * The bridge gets sessions of its services for real clients. Deterministic: the same
 * scenario and seed give the same trace.
 */
typedef struct _MailWorld MailWorld;

/** The seed of the scenario itself. */
#define MAIL_WORLD_OWN_SEED G_MAXUINT64

/** What a host listens on. Strings are borrowed from the world. */
typedef struct
{
  const char   *service; /* "smtp", "submission", "submissions", "lmtp", "pop3", "pop3s",
                          * "imap", "imaps" */
  const char   *host;
  guint         actor;
  guint16       port;
  TraceProtocol protocol;
} MailService;

/**
 * mail_world_new:
 * @scenario: (transfer full): checked by its loader
 * @seed: MAIL_WORLD_OWN_SEED, or one to take instead of the scenario's
 *
 * What the scenario imports and can't be read is left out: see mail_world_new_from_file().
 */
MailWorld *mail_world_new (SimScenario *scenario, guint64 seed);

/** Loads @path, a scenario file or a folder with a scenario.ini; errors are the loader's, or tell
 * what can't be imported. */
MailWorld *mail_world_new_from_file (const char *path, guint64 seed, GError **error);

void mail_world_free (MailWorld *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailWorld, mail_world_free)

TraceLog *mail_world_get_log (MailWorld *self); /* borrowed */
SimWorld *mail_world_get_world (MailWorld *self);
SimNetwork *mail_world_get_network (MailWorld *self);

/** Returns: (transfer none): the TLS of connections with real programs: see mail-tls.h */
struct _MailTls *mail_world_get_outside_tls (MailWorld *self);

/** Puts the scenario's actions on the queue: what its people do. Without it, hosts only serve. */
void mail_world_schedule_actions (MailWorld *self);

/** Runs to @until_us of the world's clock, or to its end with G_MAXINT64. */
void mail_world_run (MailWorld *self, gint64 until_us);

/** Writes what is in all mailboxes into a new or empty folder, as Maildir++ in HOST/USER: see
 * mail-export.h. Returns: FALSE with @error set; nothing is left behind then */
gboolean mail_world_save_mail (MailWorld *self, const char *path, GError **error);

/** What real programs find, which may be more than simulated hosts do: see get_service(). */
guint              mail_world_get_n_services (MailWorld *self);
const MailService *mail_world_get_service (MailWorld *self, guint index);

/**
 * mail_world_open_session:
 * @client: actor of the client
 * @client_address: its IP address in text form
 *
 * Returns: (transfer full): a session of service @index for a client that comes from outside the
 *   world; such clients count as the host's own network, as loopback does elsewhere
 */
WireSession *mail_world_open_session (MailWorld  *self,
                                      guint       index,
                                      guint       client,
                                      const char *client_address);

/** Returns: what a client of service @index reads when there are too many already. */
const char *mail_world_get_refusal (MailWorld *self, guint index);

G_END_DECLS
