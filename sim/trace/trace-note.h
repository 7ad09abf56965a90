/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "trace-log.h"

G_BEGIN_DECLS

/**
 * TraceNote:
 *
 * What a host says of its decision, read: the first line of the event's bytes is a sentence for
 * people, each further line a detail, "key: value". Stages of a message may have details, too.
 * All text is copied, and safe to show, since a file may have brought it.
 */
typedef struct _TraceNote TraceNote;

typedef struct
{
  const char *key;   /* lower case letters, digits and hyphens: "next-attempt" */
  const char *value; /* may be "" */
} TraceNoteDetail;

/** Details that are read of one note: ours have fewer than ten; a file may claim anything. */
#define TRACE_NOTE_DETAILS_MAX 64
/** A longer key is none. */
#define TRACE_NOTE_KEY_BYTES_MAX 32

/** What a note is about: the order in which a host works on a message, then what goes with it. */
typedef enum
{
  TRACE_NOTE_PLAIN,
  TRACE_NOTE_QUEUED,      /* a message is the host's responsibility now, or no more */
  TRACE_NOTE_ROUTE,       /* where it goes: MX, aliases, lists */
  TRACE_NOTE_NAMES,       /* what names stand for is remembered */
  TRACE_NOTE_WAITING,     /* not now: retry, delay, greylisting */
  TRACE_NOTE_SENT,        /* the next host has it */
  TRACE_NOTE_DELIVERED,   /* it is in a mailbox */
  TRACE_NOTE_FAILED,      /* it never will be; refused for good */
  TRACE_NOTE_BOUNCED,     /* and its sender is told */
  TRACE_NOTE_IDENTITY,    /* who a client is */
  TRACE_NOTE_SECURE,      /* TLS */
  TRACE_NOTE_CERTIFICATE,
  TRACE_NOTE_N_KINDS,
} TraceNoteKind;

/** @event: of any kind; those without bytes have an empty sentence and no details */
TraceNote *trace_note_new (TraceLog *log, const TraceEvent *event);
void       trace_note_free (TraceNote *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TraceNote, trace_note_free)

const char *trace_note_get_sentence (const TraceNote *self);

guint                  trace_note_get_n_details (const TraceNote *self);
const TraceNoteDetail *trace_note_get_nth_detail (const TraceNote *self, guint i);

/** Returns: (nullable): the value of the first detail with @key. */
const char *trace_note_get_detail (const TraceNote *self, const char *key);

/** The value as a decimal number. @out_number is untouched when there is none. */
gboolean trace_note_get_number (const TraceNote *self, const char *key, guint64 *out_number);

/** The value, seconds of the world's clock with up to six decimals, in microseconds. */
gboolean trace_note_get_time (const TraceNote *self, const char *key, gint64 *out_time_us);

/**
 * trace_note_split:
 *
 * Returns: (transfer full): the items of a value that is a list, separated by commas outside of
 *   quotes, without white space and angle brackets around them; NULL-terminated
 */
char **trace_note_split (const char *value);

/** Returns: what notes of that name are about. */
TraceNoteKind trace_note_get_kind (const char *what);

G_END_DECLS
