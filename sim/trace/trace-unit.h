/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "trace-log.h"
#include <wire/wire-unit.h>

G_BEGIN_DECLS

/** Where and when a unit was seen: what a carrier knows about it. */
typedef struct
{
  gint64        time_us;
  gint64        arrival_us; /* or TRACE_NO_TIME */
  TraceProtocol protocol;
  guint         flags; /* TraceFlags beyond those that the unit itself calls for */
  guint         connection;
  guint         cause;
  guint         message;
  guint         from;
  guint         to;
} TraceUnit;

/**
 * trace_unit_record:
 *
 * Appends a unit an engine framed; the simulator's carrier and the bridge share it. A
 * unit that holds a password, or a piece of an IMAP command that does, is flagged
 * TRACE_FLAG_SECRET, a refusal TRACE_FLAG_ERROR (4yz, an untagged NO, BYE without LOGOUT:
 * TRACE_FLAG_WARNING), one that TLS protects TRACE_FLAG_TLS. A TLS record
 * becomes an event of kind TRACE_PACKET and protocol TRACE_TLS: it is what is on the wire.
 *
 * Returns: the event's id
 */
guint trace_unit_record (TraceLog *log, const TraceUnit *record, const WireUnit *unit);

/** Returns: the TraceFlags that the bytes of a unit call for by themselves. */
guint trace_unit_get_flags (TraceProtocol protocol, const char *name, const guint8 *data,
                            gsize length);

G_END_DECLS
