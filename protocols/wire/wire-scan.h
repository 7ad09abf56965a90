/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "wire-element.h"
#include "wire-spans.h"

G_BEGIN_DECLS

/**
 * WireScan:
 *
 * A cursor over one whole unit, shared by every grammar. A rule is one function
 * named after its ABNF rule:
 *
 *   mark = wire_scan_begin (scan, &element) -> match -> wire_scan_end (scan, mark, matched)
 *
 * The mark is both the place to go back to and, when a recorder is attached,
 * the span that explains the bytes: one mechanism backtracks input and spans
 * together. Engines attach no recorder. The struct lives on the stack, borrows
 * its data and needs no clear function.
 */
typedef struct
{
  const guint8      *data; /* borrowed for the life of the scan */
  gsize              length;
  gsize              pos;
  guint              depth;     /* of open marks */
  guint              flags;     /* WireSpanFlags met so far on the path that matches */
  WireSpans         *recorder;  /* (nullable) */
  guint              open_span; /* index of the innermost open span; recorder only */
  const WireElement *element;   /* innermost open element */
  gsize              farthest;  /* farthest position at which something failed to match */
  const WireElement *expected;  /* what was being matched there, NULL until a first failure */
  gsize              snapshot_at; /* used by wire_annotate() only */
  WireSpans         *snapshot;    /* used by wire_annotate() only */
} WireScan;

typedef struct
{
  gsize              pos;
  guint              flags;
  guint              n_spans;
  guint              n_deviations;
  guint              open_span;
  const WireElement *element;
} WireMark;

/** Rules that recurse (comments, groups) give up past this depth: our bound on stack use. */
#define WIRE_SCAN_DEPTH_MAX 64

void wire_scan_init (WireScan *scan, const guint8 *data, gsize length, WireSpans *recorder);

/* Not for grammars: the slow halves of the inline functions below. */
guint wire_scan_open_span (WireScan *scan, const WireElement *element);
void  wire_scan_close_span (WireScan *scan, const WireMark *mark, gboolean matched);
void  wire_scan_take_snapshot (WireScan *scan);

/** Opens @element at the cursor. Every begin has exactly one end. */
static inline WireMark
wire_scan_begin (WireScan *scan, const WireElement *element)
{
  WireMark mark = { scan->pos, scan->flags, 0, 0, scan->open_span, scan->element };

  if (scan->recorder != NULL)
    {
      mark.n_deviations = scan->recorder->deviations->len;
      mark.n_spans = wire_scan_open_span (scan, element);
    }
  scan->element = element;
  scan->depth++;
  return mark;
}

/** Closes what begin opened: keeps it, or rewinds input and spans. Returns: @matched. */
static inline gboolean
wire_scan_end (WireScan *scan, WireMark mark, gboolean matched)
{
  if (scan->recorder != NULL)
    wire_scan_close_span (scan, &mark, matched);
  if (!matched)
    {
      scan->pos = mark.pos;
      scan->flags = mark.flags;
    }
  scan->open_span = mark.open_span;
  scan->element = mark.element;
  scan->depth--;
  return matched;
}

/**
 * wire_scan_fail:
 *
 * Notes that the innermost element could not go on at the cursor. The
 * primitives below call it; a rule calls it after a look-ahead of its own.
 * Returns: FALSE, so that a rule can end with `return wire_scan_fail (scan)`.
 */
static inline gboolean
wire_scan_fail (WireScan *scan)
{
  if (scan->pos > scan->farthest || scan->expected == NULL)
    {
      scan->farthest = scan->pos;
      scan->expected = scan->element;
    }
  if (G_UNLIKELY (scan->pos == scan->snapshot_at && scan->recorder != NULL))
    wire_scan_take_snapshot (scan);
  return FALSE;
}

static inline gboolean
wire_scan_at_end (const WireScan *scan)
{
  return scan->pos == scan->length;
}

/** Returns: the byte at the cursor, or -1 at the end. */
static inline int
wire_scan_peek (const WireScan *scan)
{
  return scan->pos < scan->length ? scan->data[scan->pos] : -1;
}

/** Returns: the byte @ahead of the cursor, or -1 past the end. */
static inline int
wire_scan_peek_at (const WireScan *scan, gsize ahead)
{
  return scan->length - scan->pos > ahead ? scan->data[scan->pos + ahead] : -1;
}

/** Matches one byte. */
static inline gboolean
wire_scan_byte (WireScan *scan, guint8 byte)
{
  if (scan->pos < scan->length && scan->data[scan->pos] == byte)
    {
      scan->pos++;
      return TRUE;
    }
  return wire_scan_fail (scan);
}

/** Matches ASCII @text without regard to case (RFC 5234 section 2.3). */
gboolean wire_scan_text (WireScan *scan, const char *text);

/** Matches CRLF. */
gboolean wire_scan_crlf (WireScan *scan);

/** Matches as many bytes as satisfy @is_member. Returns: how many. */
gsize wire_scan_while (WireScan *scan, gboolean (*is_member) (guint8 byte));

/** Matches @min to @max decimal digits. @out_value (optional) is untouched on failure. */
gboolean wire_scan_number (WireScan *scan, guint min, guint max, guint64 *out_value);

/**
 * wire_scan_flag:
 * @flags: WireSpanFlags
 *
 * Marks the innermost open span, and the scan, as obsolete or tolerated. Undone
 * when the rule does not match after all.
 */
void wire_scan_flag (WireScan *scan, guint flags);

/**
 * wire_scan_deviate:
 *
 * Notes that the bytes of the innermost open span depart from a standard, and flags the span
 * and the scan by the severity. Undone when the rule does not match after all.
 */
void wire_scan_deviate (WireScan *scan, const WireDeviation *deviation);

/** As wire_scan_deviate(), of just @length bytes at @offset within the innermost open span. */
void wire_scan_deviate_at (WireScan            *scan,
                           const WireDeviation *deviation,
                           gsize                offset,
                           gsize                length);

/* A leaf: opens @element over the next @n_bytes, which must be there. */
void wire_scan_leaf (WireScan *scan, const WireElement *element, gsize n_bytes);

/** Returns: (transfer full): what was matched since @mark, NUL bytes and all, NUL-terminated. */
char *wire_scan_dup_since (const WireScan *scan, WireMark mark);

G_END_DECLS
