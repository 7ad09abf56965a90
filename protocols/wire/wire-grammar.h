/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "wire-scan.h"

G_BEGIN_DECLS

/**
 * WireGrammar:
 *
 * A way to read one kind of whole unit, for annotation: the same rule functions
 * the engines call, under a root element. Each protocol module exports its
 * grammars as constants; sim/trace/trace-grammar.h lists them all by name.
 */
typedef struct
{
  const char        *name;  /* as in `postroad explain --as NAME` */
  const char        *label; /* for people */
  const WireElement *root;  /* covers the whole unit */
  gboolean (*scan) (WireScan *scan);
} WireGrammar;

/**
 * wire_annotate:
 * @data: (array length=length): one whole unit; borrowed for the call
 *
 * Reads a unit with a recorder. Never fails: what matched is kept; from where
 * the grammar had to stop, the rest is one span of wire_unrecognised, and
 * the elements left open are flagged WIRE_SPAN_PARTIAL. Spans of @grammar->root
 * cover every byte. Runs the grammar once, or twice when it does not match.
 *
 * Returns: (transfer full): the spans; for an empty unit just the root.
 */
WireSpans *wire_annotate (const WireGrammar *grammar, const guint8 *data, gsize length);

/** Returns: whether @grammar matches all of @data, without recording anything. */
gboolean wire_matches (const WireGrammar *grammar, const guint8 *data, gsize length);

G_END_DECLS
