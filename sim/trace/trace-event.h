/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** What happened. The order is that of `trace_kind_get_name()`. */
typedef enum
{
  TRACE_OPEN,    /* a connection was asked for (TCP: the SYN leaves; UDP: none) */
  TRACE_REFUSED, /* nobody listens there */
  TRACE_TIMEOUT, /* nobody answered */
  TRACE_RESET,   /* a connection was broken off */
  TRACE_CLOSE,   /* an end said it will send no more */
  TRACE_UNIT,    /* one protocol unit, in clear */
  TRACE_PACKET,  /* one IP packet as it is on the link, or one TLS record (protocol TRACE_TLS) */
  TRACE_NOTE,    /* a host's decision or a change of its state */
  TRACE_MESSAGE, /* a stage in the life of one message across hosts */
  TRACE_ANOMALY, /* captures: a gap or a contradiction */
  TRACE_N_KINDS,
} TraceKind;

/** How much a viewer tells; each level holds all of the one before it. */
typedef enum
{
  TRACE_LEVEL_STORY,    /* messages */
  TRACE_LEVEL_DIALOGUE, /* and units, notes, connections opening and closing */
  TRACE_LEVEL_PACKETS,  /* and packets: everything */
} TraceLevel;

typedef enum
{
  TRACE_NO_PROTOCOL,
  TRACE_SMTP,
  TRACE_POP3,
  TRACE_IMAP,
  TRACE_DNS,
  TRACE_TCP,
  TRACE_UDP,
  TRACE_TLS,
  TRACE_N_PROTOCOLS,
} TraceProtocol;

typedef enum
{
  TRACE_FLAG_TLS = 1 << 0,     /* sent encrypted */
  TRACE_FLAG_ERROR = 1 << 1,   /* something was refused or went wrong */
  TRACE_FLAG_WARNING = 1 << 2, /* works, but look at it: a retry, a tolerated form */
  TRACE_FLAG_LOST = 1 << 3,    /* never arrived */
  TRACE_FLAG_SECRET = 1 << 4,  /* holds a password */
} TraceFlags;

/** The arrival of an event that has none (yet). */
#define TRACE_NO_TIME G_MININT64

/**
 * TraceEvent:
 *
 * One record of the trace, at most 48 bytes. Its id is its place in the log
 * plus 1, so that 0 means "none". Bytes are in the log's arena, names are the
 * log's interned strings. Times are microseconds of the world's clock.
 */
typedef struct
{
  gint64  time_us;   /* when it was sent or happened */
  gint64  arrival_us; /* when its last byte arrived, or TRACE_NO_TIME */
  guint64 bytes_offset : 40; /* in the arena */
  guint64 kind : 5;          /* TraceKind */
  guint64 protocol : 5;      /* TraceProtocol */
  guint64 flags : 14;        /* TraceFlags */
  guint32 bytes_length;
  guint32 cause;      /* id of the event this one follows from; 0: none */
  guint32 connection; /* id of the connection; 0: none */
  guint32 message;    /* number of the message it belongs to; 0: none */
  guint16 from;       /* index of the actor; for a note, whose it is */
  guint16 to;         /* index of the actor; = from for what stays on one host */
  guint16 what;       /* interned: the unit ("command", "reply", "data" ...), the note's or
                       * stage's name ("queued", "submitted" ...), "packet" for IP packets,
                       * "record" for TLS records */
} TraceEvent;

G_STATIC_ASSERT (sizeof (TraceEvent) <= 48);

const char *trace_kind_get_name (TraceKind kind);
const char *trace_protocol_get_name (TraceProtocol protocol); /* "" for none */
const char *trace_level_get_name (TraceLevel level);

/** Returns: whether @name is one; @out_kind is untouched if not. */
gboolean trace_kind_from_name (const char *name, TraceKind *out_kind);
gboolean trace_protocol_from_name (const char *name, TraceProtocol *out_protocol);
gboolean trace_level_from_name (const char *name, TraceLevel *out_level);

/** Returns: the names of @flags but TLS, in bit order, NULL-terminated; (transfer container). */
const char **trace_flags_get_names (guint flags);
/** Returns: the flag of that name, or 0. */
guint trace_flags_from_name (const char *name);

/** Returns: the first level that tells of events of @kind. */
TraceLevel trace_kind_get_level (TraceKind kind);

G_END_DECLS
