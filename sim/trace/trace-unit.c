/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "trace-unit.h"

#include <string.h>

static gboolean
begins_with (const guint8 *data, gsize length, const char *text)
{
  return length >= strlen (text) &&
         g_ascii_strncasecmp ((const char *) data, text, strlen (text)) == 0;
}

/* What stands behind the tag, or the star, of a line of IMAP. Returns: (nullable) */
static const guint8 *
skip_tag (const guint8 *data, gsize *length)
{
  const guint8 *space = *length > 0 ? memchr (data, ' ', *length) : NULL;

  if (space == NULL)
    return NULL;
  *length -= (gsize) (space + 1 - data);
  return space + 1;
}

/* NO and BAD refuse, where they have a tag; without one they warn. BYE ends what was not asked to
 * end, unless the caller knows better. */
static guint
get_imap_response_flags (const guint8 *data, gsize length)
{
  gboolean      is_untagged = length > 0 && data[0] == '*';
  const guint8 *rest = skip_tag (data, &length);

  if (rest == NULL || data[0] == '+')
    return 0;
  if (begins_with (rest, length, "BAD "))
    return TRACE_FLAG_ERROR;
  if (begins_with (rest, length, "NO "))
    return is_untagged ? TRACE_FLAG_WARNING : TRACE_FLAG_ERROR;
  return is_untagged && begins_with (rest, length, "BYE") ? TRACE_FLAG_WARNING : 0;
}

static guint
get_imap_flags (const char *name, const guint8 *data, gsize length)
{
  if (strcmp (name, "response") == 0)
    return get_imap_response_flags (data, length);
  if (strcmp (name, "command") == 0)
    {
      const guint8 *rest = skip_tag (data, &length);

      return rest != NULL && (begins_with (rest, length, "LOGIN ") ||
                              begins_with (rest, length, "AUTHENTICATE "))
                 ? TRACE_FLAG_SECRET
                 : 0;
    }
  return 0;
}

guint
trace_unit_get_flags (TraceProtocol protocol, const char *name, const guint8 *data, gsize length)
{
  if (strcmp (name, "sasl") == 0)
    return TRACE_FLAG_SECRET;
  if (protocol == TRACE_IMAP)
    return get_imap_flags (name, data, length);
  if (strcmp (name, "command") == 0)
    return begins_with (data, length, "PASS ") || begins_with (data, length, "APOP ") ||
                   begins_with (data, length, "AUTH ")
               ? TRACE_FLAG_SECRET
               : 0;
  if (protocol == TRACE_SMTP && strcmp (name, "reply") == 0 && length > 0)
    return data[0] == '5' ? TRACE_FLAG_ERROR : data[0] == '4' ? TRACE_FLAG_WARNING : 0;
  if (protocol == TRACE_POP3 && strcmp (name, "response") == 0)
    return begins_with (data, length, "-ERR") ? TRACE_FLAG_ERROR : 0;
  return 0;
}

/* Returns: (nullable): the last command on that connection */
static const TraceEvent *
find_command (TraceLog *log, guint connection)
{
  for (guint i = trace_log_get_n_events (log); i > 0; i--)
    {
      const TraceEvent *event = trace_log_get_event (log, i - 1);

      if (event->connection == connection && event->kind == TRACE_UNIT &&
          strcmp (trace_log_get_what (log, event), "command") == 0)
        return event;
      if (event->connection == connection && event->kind == TRACE_OPEN)
        break;
    }
  return NULL;
}

/* A literal, and the rest of a command, are secret when its beginning is; BYE is in order when the
 * client has said LOGOUT. */
static guint
get_flags_by_command (TraceLog *log, const TraceUnit *record, const WireUnit *unit, guint flags)
{
  gboolean is_piece = strcmp (unit->name, "literal") == 0 || strcmp (unit->name, "rest") == 0;
  const TraceEvent *command;
  const guint8     *data;
  gsize             length;

  if (record->protocol != TRACE_IMAP || (!is_piece && flags != TRACE_FLAG_WARNING))
    return flags;
  command = find_command (log, record->connection);
  if (command == NULL)
    return flags;
  if (is_piece)
    return flags | (command->flags & TRACE_FLAG_SECRET);
  data = trace_log_get_bytes (log, command, &length);
  data = skip_tag (data, &length);
  return data != NULL && begins_with (data, length, "LOGOUT") ? 0 : flags;
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
  guint         flags = get_flags_by_command (
      log, record, unit, trace_unit_get_flags (record->protocol, unit->name, data, length));
  TraceEvent    event = {
       .time_us = record->time_us,
       .arrival_us = record->arrival_us,
       .kind = TRACE_UNIT,
       .protocol = record->protocol,
       .flags = record->flags | flags,
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
