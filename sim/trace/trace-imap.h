/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "trace-log.h"
#include <imap/imap-server.h>

G_BEGIN_DECLS

/**
 * TraceImaps:
 *
 * What each IMAP session of a trace has come to at any moment: its state, the mailbox it has
 * selected, how many messages its client has been told of. Other sessions may have been told of
 * more, or of fewer: who is told when is up to the server (RFC 9051 section 7.5.1). It is read from
 * the commands and responses alone, so captures have it, too. As with trace-mailbox.h, the playhead
 * counts events of the log: those at positions below it have happened.
 */
typedef struct _TraceImaps TraceImaps;

/** Without a limit: for trace_imaps_update(). */
#define TRACE_IMAPS_ALL G_MAXUINT

/** Commands of a session that wait for their tagged response and are followed: ours. */
#define TRACE_IMAP_PENDING_MAX 64

typedef struct
{
  guint       connection;
  guint       position;   /* of the event that last changed any of this */
  ImapState   state;
  const char *mailbox;    /* (nullable): the selected one, in UTF-8; borrowed from the index */
  gboolean    is_read_only;
  gboolean    is_idle;    /* IDLE has begun */
  guint64     n_messages; /* that the client has been told of in the selected mailbox */
} TraceImapSession;

TraceImaps *trace_imaps_new (TraceLog *log); /* takes a reference; nothing is read yet */
void        trace_imaps_free (TraceImaps *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TraceImaps, trace_imaps_free)

/** Reads on in the log, at most so many events. Returns: whether there is more to read. */
gboolean trace_imaps_update (TraceImaps *self, guint n_events_max);

/** Returns: FALSE, with the state at the beginning, of a connection that has said nothing yet. */
gboolean trace_imaps_get (TraceImaps *self, guint connection, guint playhead,
                          TraceImapSession *out_session);

/** Returns: (transfer full): of TraceImapSession: those that @actor serves and that have not ended,
 * in the order of their beginning */
GArray *trace_imaps_list (TraceImaps *self, guint actor, guint playhead);

G_END_DECLS
