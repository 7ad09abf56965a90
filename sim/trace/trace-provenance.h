/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "trace-log.h"

G_BEGIN_DECLS

/**
 * TraceProvenance:
 *
 * Which host put which header field into a message: the message's bytes are compared at each hop
 * that led it to where it was looked at. A field that a hop is the first to carry was added by
 * the host that sent it on that hop; what the first hop carries was written there.
 */
typedef struct _TraceProvenance TraceProvenance;

/** Hops that are looked back at. Servers give up messages with more than a hundred Received fields
 * (RFC 5321 section 6.3). */
#define TRACE_PROVENANCE_HOPS_MAX 128

/**
 * trace_provenance_new:
 * @position: of a unit that carries a message
 *
 * Returns: (transfer full) (nullable): NULL when the log does not say which message it is
 */
TraceProvenance *trace_provenance_new (TraceLog *log, guint position);
void             trace_provenance_free (TraceProvenance *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TraceProvenance, trace_provenance_free)

guint trace_provenance_get_n_hops (const TraceProvenance *self);

/**
 * trace_provenance_find:
 * @field: (array length=length): a whole field of the message, its line end included
 *
 * Returns: the actor that added it, G_MAXUINT for what no hop carried
 */
guint trace_provenance_find (const TraceProvenance *self, const guint8 *field, gsize length);

G_END_DECLS
