/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include <trace/trace-text.h>

/* Stands in for trace-text in the diagram's tests, so that what they compare changes only when
 * the diagram does, and so that labels can be as hostile as trace-text never makes them. Weak:
 * where the trace library comes along, its own words win. */

__attribute__ ((weak)) TraceLevel
trace_kind_get_level (TraceKind kind)
{
  return kind == TRACE_MESSAGE  ? TRACE_LEVEL_STORY
         : kind == TRACE_PACKET ? TRACE_LEVEL_PACKETS
                                : TRACE_LEVEL_DIALOGUE;
}

__attribute__ ((weak)) char *
trace_text_dup_label (TraceLog *log, const TraceEvent *event)
{
  gsize         length;
  const guint8 *bytes = trace_log_get_bytes (log, event, &length);
  const char   *what = trace_log_get_what (log, event);
  const guint8 *end = memchr (bytes, '\r', length);

  if (strcmp (what, "data") == 0)
    return g_strdup_printf ("message, %" G_GSIZE_FORMAT " bytes", length);
  if (event->kind == TRACE_MESSAGE)
    return g_strdup_printf ("message %u", event->message);
  if (length == 0)
    return g_strdup (what);
  if (event->kind == TRACE_NOTE)
    return g_strdup_printf ("%s: %.*s", what, (int) length, (const char *) bytes);
  return g_strndup ((const char *) bytes, end != NULL ? (gsize) (end - bytes) : length);
}

__attribute__ ((weak)) char *
trace_text_dup_description (TraceLog *log, guint position)
{
  const TraceEvent *event = trace_log_get_event (log, position);
  g_autofree char  *label = trace_text_dup_label (log, event);

  return g_strdup_printf ("%u: %s to %s, %s", position + 1,
                          trace_log_get_actor (log, event->from)->name,
                          trace_log_get_actor (log, event->to)->name, label);
}

__attribute__ ((weak)) char *
trace_text_dup_time (TraceLog *log, gint64 time_us)
{
  return g_strdup_printf ("%" G_GINT64_FORMAT ".%06" G_GINT64_FORMAT, time_us / G_USEC_PER_SEC,
                          time_us % G_USEC_PER_SEC);
}
