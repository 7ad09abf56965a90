/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "trace-host.h"

G_BEGIN_DECLS

/* What the two halves of TraceHosts share and nobody else needs: trace-host-read.c reads the log,
 * trace-host.c answers. */

/* A message in a queue, from where to where in the log it was there, and who spoke of it. */
typedef struct
{
  char   *id;
  guint32 born;   /* position of its "queued" */
  guint32 died;   /* of its "unqueued", or G_MAXUINT32 */
  GArray *events; /* of guint32 */
} TraceHostEntry;

/* What a mailbox, or all mailboxes of a host, hold from an event on. */
typedef struct
{
  guint32 position;
  guint32 n_messages;
  guint64 n_bytes;
} TraceHostLevel;

typedef struct
{
  char   *user;
  GArray *levels; /* of TraceHostLevel */
} TraceHostBox;

/* All notes about one thing. */
typedef struct
{
  char   *key;
  GArray *events; /* of guint32 */
} TraceHostSeries;

/* Things by their key, in the order in which they were first spoken of. */
typedef struct
{
  GPtrArray  *all;    /* of TraceHostSeries */
  GHashTable *by_key; /* key -> TraceHostSeries, borrowed */
} TraceHostSeriesSet;

typedef struct
{
  GArray            *entries;      /* of TraceHostEntry, by born */
  GHashTable        *alive;        /* id -> index of the entry plus 1 */
  GArray            *deaths;       /* of guint32: positions, rising */
  GPtrArray         *boxes;        /* of TraceHostBox */
  GHashTable        *box_of;       /* user -> TraceHostBox, borrowed */
  GArray            *stored;       /* of TraceHostLevel: all boxes */
  TraceHostSeriesSet cache;        /* by "TYPE name" */
  TraceHostSeriesSet certificates; /* by names */
  GArray            *sessions;     /* of guint32: notes of TLS */
  GArray            *decisions;    /* of guint32 */
  TraceHostSeriesSet counters;     /* by the notes' name */
  char              *reader;       /* (nullable): who logged in last */
} TraceHostIndex;

struct _TraceHosts
{
  TraceLog   *log;
  guint       n_events; /* read so far */
  GPtrArray  *hosts;    /* of TraceHostIndex */
  GHashTable *sizes;    /* message number -> bytes, from whoever told first */
};

/** Returns: what is known of @actor, made when it is new. */
TraceHostIndex *trace_hosts_get (TraceHosts *self, guint actor);

G_END_DECLS
