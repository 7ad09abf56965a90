/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "trace-log.h"

G_BEGIN_DECLS

/**
 * TraceMailboxes:
 *
 * The mailboxes of each host of a trace at any moment: their messages with UIDs, sequence numbers,
 * flags and modification sequences, read from what the hosts noted of changes (sim/mail/README.md
 * says how). Its owner repeats:
 *
 *   update, as the log grows -> ask for mailboxes at a playhead
 *
 * As with trace-host.h, nothing is played forward or back: of each message is kept when it came,
 * changed and went. The playhead counts events of the log: those at positions below it have
 * happened.
 */
typedef struct _TraceMailboxes TraceMailboxes;

/** Messages that one mailbox is followed for, all that ever were in it, and mailboxes: ours; a file
 * may claim anything. */
#define TRACE_MAILBOX_MESSAGES_MAX 200000
#define TRACE_MAILBOXES_MAX 20000
/** Changes of messages in all mailboxes together: those beyond are not followed. */
#define TRACE_MAILBOX_CHANGES_MAX 2000000

/** Without a limit: for trace_mailboxes_update(). */
#define TRACE_MAILBOXES_ALL G_MAXUINT

typedef struct
{
  guint32     uid;
  guint       sequence; /* message sequence number, from 1 */
  guint       message;  /* its number in the trace; 0: not known */
  const char *flags;    /* "(\Seen $Work)", borrowed from the index */
  guint64     modseq;
  guint       position; /* of the event that brought or last changed it */
} TraceMailboxMessage;

typedef struct
{
  char    *user;
  char    *name;
  char    *uses;         /* "\Sent \Important"; "" */
  gboolean is_subscribed;
  guint32  uid_validity; /* 0: not told yet, as with the numbers below */
  guint32  uid_next;
  guint64  modseq;       /* the highest so far */
  guint    n_messages;
  guint64  n_bytes;
  guint    position;     /* of the last event that changed it; G_MAXUINT: there was none */
  GArray  *messages;     /* (nullable), of TraceMailboxMessage, in order of UIDs */
} TraceMailbox;

TraceMailboxes *trace_mailboxes_new (TraceLog *log); /* takes a reference; nothing is read yet */
void            trace_mailboxes_free (TraceMailboxes *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TraceMailboxes, trace_mailboxes_free)

/** Reads on in the log, at most so many events. Returns: whether there is more to read. */
gboolean trace_mailboxes_update (TraceMailboxes *self, guint n_events_max);

/** Returns: (transfer full): of TraceMailbox: those that are there, by user, then INBOX first, then
 * by name; without their messages */
GPtrArray *trace_mailboxes_list (TraceMailboxes *self, guint actor, guint playhead);

/** Returns: (transfer full) (nullable): one of them, with its messages */
TraceMailbox *trace_mailboxes_get (TraceMailboxes *self, guint actor, guint playhead,
                                   const char *user, const char *name);
void          trace_mailbox_free (TraceMailbox *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TraceMailbox, trace_mailbox_free)

G_END_DECLS
