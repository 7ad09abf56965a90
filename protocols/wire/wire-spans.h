/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "wire-deviation.h"
#include "wire-element.h"

G_BEGIN_DECLS

typedef enum
{
  WIRE_SPAN_OBSOLETE = 1 << 0,  /* the standard lets readers accept it, writers must not make it */
  WIRE_SPAN_TOLERATED = 1 << 1, /* no standard allows it; common readers let it pass */
  WIRE_SPAN_UNRECOGNISED = 1 << 2, /* nothing in the grammar matches these bytes */
  WIRE_SPAN_PARTIAL = 1 << 3, /* begun, but broken off: a piece inside or after it is missing */
} WireSpanFlags;

/** The bytes one element covers: @offset and @length count bytes of the unit. */
typedef struct
{
  const WireElement *element;
  guint32            offset;
  guint32            length;
  guint16            depth; /* 0 for the root; a child's is its parent's plus 1 */
  guint16            flags; /* WireSpanFlags */
} WireSpan;

/** Where the bytes depart from a standard; see wire_spans_get_deviation(). */
typedef struct
{
  const WireDeviation *deviation;
  guint32              span;   /* index of the span it was found in */
  guint32              offset; /* the bytes meant lie within that span */
  guint32              length; /* WIRE_DEVIATION_WHOLE: to the end of the span */
} WireSpanDeviation;

#define WIRE_DEVIATION_WHOLE G_MAXUINT32

/**
 * WireSpans:
 *
 * The spans of one unit, parents before children, siblings in byte order: the
 * recorder that a WireScan fills and the tree that the inspector shows.
 * A child lies within its parent; siblings do not overlap.
 */
typedef struct
{
  GArray            *array;    /* of WireSpan */
  GArray            *deviations; /* of WireSpanDeviation, in the order of their spans */
  gsize              length;   /* bytes of the unit that was annotated */
  gsize              farthest; /* where the grammar had to stop; = length when all matched */
  const WireElement *expected; /* (nullable): what it expected there; NULL when all matched */
} WireSpans;

/** The element of bytes that no rule matched. */
extern const WireElement *const wire_unrecognised;

WireSpans *wire_spans_new (void);
void       wire_spans_free (WireSpans *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WireSpans, wire_spans_free)

static inline guint
wire_spans_get_n (const WireSpans *self)
{
  return self->array->len;
}

static inline WireSpan *
wire_spans_get (const WireSpans *self, guint i)
{
  return &g_array_index (self->array, WireSpan, i);
}

/** Appends a span; the caller keeps the order that the type promises. */
void wire_spans_add (WireSpans         *self,
                     const WireElement *element,
                     gsize              offset,
                     gsize              length,
                     guint              depth,
                     guint              flags);

/** Notes a deviation of span @span; the caller keeps the order that the type promises, or
 * calls wire_spans_sort_deviations() in the end. */
void wire_spans_add_deviation (WireSpans           *self,
                               const WireDeviation *deviation,
                               guint                span,
                               gsize                offset,
                               gsize                length);
void wire_spans_sort_deviations (WireSpans *self);

static inline guint
wire_spans_get_n_deviations (const WireSpans *self)
{
  return self->deviations->len;
}

/** Returns: deviation @i, its length resolved. */
WireSpanDeviation wire_spans_get_deviation (const WireSpans *self, guint i);

/** Returns: the index of the first deviation of span @span or a later one; for a loop over the
 * deviations of one span. */
guint wire_spans_find_deviation (const WireSpans *self, guint span);

/** Forgets the spans from @n_spans on and the deviations from @n_deviations on. */
void wire_spans_truncate (WireSpans *self, guint n_spans, guint n_deviations);

/** Appends all of @other, moved by @offset bytes and @depth levels; @other is borrowed. */
void wire_spans_add_moved (WireSpans *self, const WireSpans *other, gsize offset, guint depth);

/** Returns: the index of the parent of span @i, or G_MAXUINT for a root. */
guint wire_spans_get_parent (const WireSpans *self, guint i);

/** Returns: the index of the deepest span that holds the byte at @offset, or G_MAXUINT. */
guint wire_spans_find_innermost (const WireSpans *self, gsize offset);

/**
 * wire_spans_check:
 *
 * What every annotation promises, for tests and fuzzing: one root over all
 * bytes, spans nest and stay in range, siblings are in order and apart.
 * Returns: (transfer full) (nullable): what is wrong, or NULL.
 */
char *wire_spans_check (const WireSpans *self);

/** Returns: (transfer full): the names of @flags as a NULL-terminated list. */
const char **wire_span_flags_get_names (guint flags);

G_END_DECLS
