/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "trace-log.h"

G_BEGIN_DECLS

/**
 * TraceHosts:
 *
 * What each host of a trace holds at any moment: its queue, mailboxes, cache, certificates. All of
 * it is read from the notes and stages that the hosts recorded. Its owner repeats:
 *
 *   update, as the log grows -> ask for a host at a playhead
 *
 * Nothing is played forward or back: of each thing the index keeps where in the log it was spoken
 * of, so an answer is a pure function of (log, actor, playhead), costs the logarithm of the log's
 * length and what is shown, and is the same whichever way the playhead came. The playhead counts
 * events of the log: those at positions below it have happened.
 */
typedef struct _TraceHosts TraceHosts;

/** Rows of a kind that are told of one host; how many there are is told, too. More are no help to
 * who looks at them. */
#define TRACE_HOST_ROWS_MAX 200

/** Without a limit: for trace_hosts_update(). */
#define TRACE_HOSTS_ALL G_MAXUINT

typedef enum
{
  TRACE_RECIPIENT_WAITING,  /* not tried yet */
  TRACE_RECIPIENT_DELAYED,  /* tried in vain, to be tried again */
  TRACE_RECIPIENT_REPLACED, /* an alias or a list: others took its place */
  TRACE_RECIPIENT_SENT,     /* the next host has it */
  TRACE_RECIPIENT_DELIVERED,
  TRACE_RECIPIENT_FAILED,
} TraceRecipientState;

typedef struct
{
  char               *address;
  TraceRecipientState state;
  char               *reason; /* (nullable): why, which host has it, who took its place */
} TraceHostRecipient;

/** A message that the host is responsible for. */
typedef struct
{
  char      *id;
  guint      message;     /* number, or 0 */
  char      *from;        /* the reverse-path; "" for <> */
  GPtrArray *recipients;  /* of TraceHostRecipient */
  gint64     since_us;
  guint      n_attempts;
  gint64     next_us;     /* when it is tried again, or TRACE_NO_TIME */
  char      *reason;      /* (nullable): why it is still there */
  guint      position;    /* of the last event that spoke of it */
} TraceHostQueued;

typedef struct
{
  char   *user;
  guint   n_messages;
  guint64 n_bytes; /* as far as known */
  guint   position;
} TraceHostMailbox;

/** What the host remembers of a name. */
typedef struct
{
  char  *name;
  char  *type;
  char  *data;
  gint64 expires_us; /* or TRACE_NO_TIME */
  guint  position;
} TraceHostCached;

/** A decision that is told as it was noted: of certificates, TLS, refusals and the like. */
typedef struct
{
  const char *what;     /* the note's name, borrowed from the log */
  char       *sentence;
  guint       flags;    /* TraceFlags */
  guint       position;
} TraceHostDecision;

typedef struct
{
  const char *what; /* borrowed from the log */
  guint       n;    /* how often so far */
} TraceHostCounter;

typedef struct
{
  guint      actor;
  gint64     now_us;       /* of the last event that has happened; 0 at the beginning */
  guint      n_queued;     /* rows there are; the arrays below hold TRACE_HOST_ROWS_MAX at most */
  GPtrArray *queue;        /* of TraceHostQueued, oldest first */
  guint      n_mailboxes;
  GPtrArray *mailboxes;    /* of TraceHostMailbox, in the order of their first message */
  guint      n_cached;
  GPtrArray *cache;        /* of TraceHostCached that have not expired */
  GPtrArray *certificates; /* of TraceHostDecision: the last word on each, newest first */
  GPtrArray *sessions;     /* of TraceHostDecision: TLS sessions, newest first */
  GPtrArray *decisions;    /* of TraceHostDecision: the others, newest first */
  GArray    *counters;     /* of TraceHostCounter, in the order of their first event */
} TraceHost;

/** What the host's head in the ladder says. */
typedef struct
{
  guint n_queued;
  guint n_stored; /* messages in its mailboxes */
} TraceHostCounts;

TraceHosts *trace_hosts_new (TraceLog *log); /* takes a reference; nothing is read yet */
void        trace_hosts_free (TraceHosts *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TraceHosts, trace_hosts_free)

/**
 * trace_hosts_update:
 * @n_events_max: to read now, so that a window can read a long log bit by bit
 *
 * Reads on in the log. Returns: whether there is more to read.
 */
gboolean trace_hosts_update (TraceHosts *self, guint n_events_max);

/** Returns: how many events have been read. Asked about a later playhead, the index reads on. */
guint trace_hosts_get_n_events (TraceHosts *self);

TraceHostCounts trace_hosts_get_counts (TraceHosts *self, guint actor, guint playhead);

TraceHost *trace_hosts_get_host (TraceHosts *self, guint actor, guint playhead);
void       trace_host_free (TraceHost *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TraceHost, trace_host_free)

/**
 * trace_hosts_find_tls:
 *
 * Returns: the position of the note in which one end of the event's connection says what protects
 *   it, or G_MAXUINT
 */
guint trace_hosts_find_tls (TraceHosts *self, guint position);

G_END_DECLS
