/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "trace-unit.h"

#include <string.h>

static gboolean
begins_with (const guint8 *data, gsize length, const char *text)
{
  return length >= strlen (text) &&
         g_ascii_strncasecmp ((const char *) data, text, strlen (text)) == 0;
}

guint
trace_unit_get_flags (TraceProtocol protocol, const char *name, const guint8 *data, gsize length)
{
  if (strcmp (name, "command") == 0)
    return begins_with (data, length, "PASS ") || begins_with (data, length, "AUTH ")
               ? TRACE_FLAG_SECRET
               : 0;
  if (strcmp (name, "sasl") == 0)
    return TRACE_FLAG_SECRET;
  if (protocol == TRACE_SMTP && strcmp (name, "reply") == 0 && length > 0)
    return data[0] == '5' ? TRACE_FLAG_ERROR : data[0] == '4' ? TRACE_FLAG_WARNING : 0;
  if (protocol == TRACE_POP3 && strcmp (name, "response") == 0)
    return begins_with (data, length, "-ERR") ? TRACE_FLAG_ERROR : 0;
  return 0;
}

/* A TLS record is what is on the wire, not a unit of the protocol that it carries. */
static void
make_record (TraceEvent *event)
{
  event->kind = TRACE_PACKET;
  event->protocol = TRACE_TLS;
}

guint
trace_unit_record (TraceLog *log, const TraceUnit *record, const WireUnit *unit)
{
  gsize         length;
  const guint8 *data = g_bytes_get_data (unit->bytes, &length);
  TraceEvent    event = {
       .time_us = record->time_us,
       .arrival_us = record->arrival_us,
       .kind = TRACE_UNIT,
       .protocol = record->protocol,
       .flags =
           record->flags | trace_unit_get_flags (record->protocol, unit->name, data, length),
       .cause = record->cause,
       .connection = record->connection,
       .message = record->message,
       .from = (guint16) record->from,
       .to = (guint16) record->to,
       .what = trace_log_intern (log, unit->name),
  };

  if (strcmp (unit->name, "record") == 0)
    make_record (&event);
  else if (unit->is_secured)
    event.flags |= TRACE_FLAG_TLS;
  return trace_log_append (log, &event, data, length);
}
