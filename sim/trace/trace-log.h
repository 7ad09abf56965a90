/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "trace-event.h"

G_BEGIN_DECLS

/**
 * TraceLog:
 *
 * The append-only record of all that happened: the document that the window,
 * the exports and the lesson checks view. The simulator, the bridge and the
 * capture reader append; nobody else writes. Ids never change; of an event only
 * its arrival may be filled in later, once. Deterministic: no pointers, no
 * clock. Not thread-safe.
 */
typedef struct _TraceLog TraceLog;

/** Who takes part: a host. Strings are owned by the log. */
typedef struct
{
  const char *name;    /* unique: "mail.sender.example" */
  const char *role;    /* RFC 5598 roles, comma-separated: "MSA, MTA"; may be "" */
  const char *address; /* IP address in text form; may be "" */
} TraceActor;

/** One TCP connection, or one DNS exchange over UDP. */
typedef struct
{
  guint16       from; /* index of the actor that opened it */
  guint16       to;
  TraceProtocol protocol;
  guint16       client_port;
  guint16       server_port;
} TraceConnection;

TraceLog *trace_log_new (const char *title, guint64 seed);
TraceLog *trace_log_ref (TraceLog *self);
void      trace_log_unref (TraceLog *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TraceLog, trace_log_unref)

const char *trace_log_get_title (TraceLog *self);
guint64     trace_log_get_seed (TraceLog *self);

/* Appending */

/** Returns: the actor's index; that of the actor of the same name if there is one. */
guint trace_log_add_actor (TraceLog *self, const char *name, const char *role, const char *address);

/** As trace_log_add_actor() for a name known to be new: does not look through the others. */
guint trace_log_add_actor_unchecked (TraceLog *self, const char *name, const char *role,
                                     const char *address);

/** Returns: the connection's id, counted from 1. */
guint trace_log_add_connection (TraceLog *self, const TraceConnection *connection);

/** Names a log can hold: they are numbered in 16 bits. */
#define TRACE_LOG_NAMES_MAX 65535

/** Returns: the number of @what in the log's table of names, which must have room. */
guint16 trace_log_intern (TraceLog *self, const char *what);

/** Returns: whether @what is in the table of names or there is room for it. */
gboolean trace_log_can_intern (TraceLog *self, const char *what);

/**
 * trace_log_append:
 * @event: everything but bytes_offset and bytes_length; copied
 * @bytes: (array length=length) (nullable): copied into the arena
 *
 * Returns: the new event's id
 */
guint trace_log_append (TraceLog *self, const TraceEvent *event, const void *bytes, gsize length);

/**
 * trace_log_append_numbered:
 *
 * As trace_log_append() with the id the event had in a log that was saved in
 * part. @id must be above all ids so far; the ids between stay unused: reading
 * one of those gives NULL.
 */
guint trace_log_append_numbered (TraceLog *self, guint id, const TraceEvent *event,
                                 const void *bytes, gsize length);

/** Fills in the arrival of event @id, which has none yet. */
void trace_log_set_arrival (TraceLog *self, guint id, gint64 arrival_us);

/**
 * trace_log_add_key_log:
 * @lines: whole lines in NSS key log format; copied
 *
 * Keeps secrets of TLS sessions, so that other programs can read their records. They are no part
 * of what happened: a saved trace does not hold them.
 */
void trace_log_add_key_log (TraceLog *self, const char *lines);

/** Returns: all of them; "" for none. */
const char *trace_log_get_key_log (TraceLog *self);

/* Reading: events by position, 0 to n-1; ids rise with positions. */

guint             trace_log_get_n_events (TraceLog *self);
const TraceEvent *
trace_log_get_event (TraceLog *self, guint position); /* borrowed until an append */
guint             trace_log_get_id (TraceLog *self, guint position);

/** Returns: the position of event @id, or G_MAXUINT when the log does not hold it. */
guint trace_log_find (TraceLog *self, guint id);

/** Returns: (transfer none): the event's bytes, borrowed until an append; never NULL. */
const guint8 *trace_log_get_bytes (TraceLog *self, const TraceEvent *event, gsize *out_length);

/** Returns: (transfer none): the event's name: "command", "queued" ... */
const char *trace_log_get_what (TraceLog *self, const TraceEvent *event);

guint                  trace_log_get_n_actors (TraceLog *self);
const TraceActor      *trace_log_get_actor (TraceLog *self, guint index);
guint                  trace_log_get_n_connections (TraceLog *self);
const TraceConnection *trace_log_get_connection (TraceLog *self, guint id); /* 1 to n */

/** Returns: bytes of memory the log holds, for the benchmark. */
gsize trace_log_get_memory (TraceLog *self);

G_END_DECLS
