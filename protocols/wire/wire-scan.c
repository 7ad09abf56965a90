/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wire-scan.h"

#include <string.h>

/* The length of a span that is still open; replaced by wire_scan_close_span(). */
#define SPAN_OPEN G_MAXUINT32

void
wire_scan_init (WireScan *scan, const guint8 *data, gsize length, WireSpans *recorder)
{
  *scan = (WireScan){
    .data = data != NULL ? data : (const guint8 *) "", /* an empty unit may have no address */
    .length = length,
    .recorder = recorder,
    .open_span = G_MAXUINT,
    .snapshot_at = G_MAXSIZE,
  };
}

guint
wire_scan_open_span (WireScan *scan, const WireElement *element)
{
  guint index = scan->recorder->array->len;

  wire_spans_add (scan->recorder, element, scan->pos, SPAN_OPEN, scan->depth, 0);
  scan->open_span = index;
  return index;
}

void
wire_scan_close_span (WireScan *scan, const WireMark *mark, gboolean matched)
{
  if (!matched)
    wire_spans_truncate (scan->recorder, mark->n_spans, mark->n_deviations);
  else
    wire_spans_get (scan->recorder, mark->n_spans)->length = (guint32) (scan->pos - mark->pos);
}

/* Copies the spans as they stand at the farthest failure, before backtracking
 * throws them away; what is open ends here, broken off. */
void
wire_scan_take_snapshot (WireScan *scan)
{
  WireSpans *snapshot;

  if (scan->snapshot == NULL)
    return;
  snapshot = scan->snapshot;
  scan->snapshot = NULL;
  g_array_append_vals (snapshot->array, scan->recorder->array->data, scan->recorder->array->len);
  g_array_append_vals (snapshot->deviations, scan->recorder->deviations->data,
                       scan->recorder->deviations->len);
  for (guint i = 0; i < snapshot->array->len; i++)
    {
      WireSpan *span = wire_spans_get (snapshot, i);

      if (span->length == SPAN_OPEN)
        {
          span->length = (guint32) (scan->pos - span->offset);
          span->flags |= WIRE_SPAN_PARTIAL;
        }
    }
}

gboolean
wire_scan_text (WireScan *scan, const char *text)
{
  gsize length = strlen (text);

  if (scan->length - scan->pos >= length &&
      g_ascii_strncasecmp ((const char *) scan->data + scan->pos, text, length) == 0)
    {
      scan->pos += length;
      return TRUE;
    }
  return wire_scan_fail (scan);
}

gboolean
wire_scan_crlf (WireScan *scan)
{
  if (wire_scan_peek (scan) == '\r' && wire_scan_peek_at (scan, 1) == '\n')
    {
      scan->pos += 2;
      return TRUE;
    }
  return wire_scan_fail (scan);
}

gsize
wire_scan_while (WireScan *scan, gboolean (*is_member) (guint8 byte))
{
  gsize start = scan->pos;

  while (scan->pos < scan->length && is_member (scan->data[scan->pos]))
    scan->pos++;
  return scan->pos - start;
}

gboolean
wire_scan_number (WireScan *scan, guint min, guint max, guint64 *out_value)
{
  gsize   start = scan->pos;
  guint64 value = 0;

  while (scan->pos < scan->length && scan->pos - start < max &&
         g_ascii_isdigit (scan->data[scan->pos]))
    {
      guint digit = scan->data[scan->pos] - '0';

      if (value > (G_MAXUINT64 - digit) / 10)
        break;
      value = value * 10 + digit;
      scan->pos++;
    }
  if (scan->pos - start < min)
    {
      wire_scan_fail (scan);
      scan->pos = start;
      return FALSE;
    }
  if (out_value != NULL)
    *out_value = value;
  return TRUE;
}

void
wire_scan_flag (WireScan *scan, guint flags)
{
  scan->flags |= flags;
  if (scan->recorder != NULL && scan->open_span != G_MAXUINT)
    wire_spans_get (scan->recorder, scan->open_span)->flags |= flags;
}

void
wire_scan_deviate (WireScan *scan, const WireDeviation *deviation)
{
  wire_scan_flag (scan, wire_severity_get_flags (deviation->severity));
  if (scan->recorder != NULL && scan->open_span != G_MAXUINT)
    wire_spans_add_deviation (scan->recorder, deviation, scan->open_span,
                              wire_spans_get (scan->recorder, scan->open_span)->offset,
                              WIRE_DEVIATION_WHOLE);
}

void
wire_scan_deviate_at (WireScan            *scan,
                      const WireDeviation *deviation,
                      gsize                offset,
                      gsize                length)
{
  wire_scan_flag (scan, wire_severity_get_flags (deviation->severity));
  if (scan->recorder != NULL && scan->open_span != G_MAXUINT)
    wire_spans_add_deviation (scan->recorder, deviation, scan->open_span, offset, length);
}

void
wire_scan_leaf (WireScan *scan, const WireElement *element, gsize n_bytes)
{
  WireMark mark = wire_scan_begin (scan, element);

  g_assert (scan->length - scan->pos >= n_bytes);
  scan->pos += n_bytes;
  wire_scan_end (scan, mark, TRUE);
}

char *
wire_scan_dup_since (const WireScan *scan, WireMark mark)
{
  gsize length = scan->pos - mark.pos;
  char *copy = g_malloc (length + 1);

  if (length > 0)
    memcpy (copy, scan->data + mark.pos, length);
  copy[length] = '\0';
  return copy;
}
