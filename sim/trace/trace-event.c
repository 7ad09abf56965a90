/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "trace-event.h"

#include <string.h>

static const char *const kind_names[TRACE_N_KINDS] = {
  "open", "refused", "timeout", "reset", "close", "unit", "packet", "note", "message", "anomaly",
};

static const TraceLevel kind_levels[TRACE_N_KINDS] = {
  [TRACE_OPEN] = TRACE_LEVEL_DIALOGUE,    [TRACE_REFUSED] = TRACE_LEVEL_DIALOGUE,
  [TRACE_TIMEOUT] = TRACE_LEVEL_DIALOGUE, [TRACE_RESET] = TRACE_LEVEL_DIALOGUE,
  [TRACE_CLOSE] = TRACE_LEVEL_DIALOGUE,   [TRACE_UNIT] = TRACE_LEVEL_DIALOGUE,
  [TRACE_PACKET] = TRACE_LEVEL_PACKETS,   [TRACE_NOTE] = TRACE_LEVEL_DIALOGUE,
  [TRACE_MESSAGE] = TRACE_LEVEL_STORY,    [TRACE_ANOMALY] = TRACE_LEVEL_DIALOGUE,
};

static const char *const protocol_names[TRACE_N_PROTOCOLS] = {
  "", "smtp", "pop3", "imap", "dns", "tcp", "udp", "tls",
};

static const char *const level_names[] = { "story", "dialogue", "packets" };

/* In bit order; TLS has a key of its own in the saved form. */
static const char *const flag_names[] = { "tls", "error", "warning", "lost", "secret" };

/* Returns: the index of @name, or -1. */
static int
find_name (const char *const *names, gsize n_names, const char *name)
{
  for (gsize i = 0; i < n_names; i++)
    if (strcmp (names[i], name) == 0)
      return (int) i;
  return -1;
}

const char *
trace_kind_get_name (TraceKind kind)
{
  return kind_names[kind];
}

const char *
trace_protocol_get_name (TraceProtocol protocol)
{
  return protocol_names[protocol];
}

const char *
trace_level_get_name (TraceLevel level)
{
  return level_names[level];
}

gboolean
trace_kind_from_name (const char *name, TraceKind *out_kind)
{
  int i = find_name (kind_names, G_N_ELEMENTS (kind_names), name);

  if (i >= 0)
    *out_kind = (TraceKind) i;
  return i >= 0;
}

gboolean
trace_protocol_from_name (const char *name, TraceProtocol *out_protocol)
{
  int i = find_name (protocol_names, G_N_ELEMENTS (protocol_names), name);

  if (i >= 0)
    *out_protocol = (TraceProtocol) i;
  return i >= 0;
}

gboolean
trace_level_from_name (const char *name, TraceLevel *out_level)
{
  int i = find_name (level_names, G_N_ELEMENTS (level_names), name);

  if (i >= 0)
    *out_level = (TraceLevel) i;
  return i >= 0;
}

const char **
trace_flags_get_names (guint flags)
{
  const char **names = g_new0 (const char *, G_N_ELEMENTS (flag_names) + 1);
  guint        n = 0;

  for (guint i = 1; i < G_N_ELEMENTS (flag_names); i++)
    if (flags & 1u << i)
      names[n++] = flag_names[i];
  return names;
}

guint
trace_flags_from_name (const char *name)
{
  int i = find_name (flag_names, G_N_ELEMENTS (flag_names), name);

  return i > 0 ? 1u << i : 0;
}

TraceLevel
trace_kind_get_level (TraceKind kind)
{
  return kind_levels[kind];
}
