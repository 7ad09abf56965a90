/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>
#include <wire/wire-spans.h>

G_BEGIN_DECLS

/** SpanItem: one span of a unit, as a row of a list. Properties: none; rows read the getters. */
#define APP_TYPE_SPAN_ITEM (span_item_get_type ())
G_DECLARE_FINAL_TYPE (SpanItem, span_item, APP, SPAN_ITEM, GObject)

/** @data: of the unit; what a row shows is copied */
SpanItem *span_item_new (const WireSpans *spans, guint i, const guint8 *data);

guint           span_item_get_index (SpanItem *self);
const WireSpan *span_item_get_span (SpanItem *self);
const char     *span_item_get_excerpt (SpanItem *self); /* escaped */

/** Returns: whether a deviation was found in the span itself, not in one inside of it. */
gboolean span_item_get_deviates (SpanItem *self);

G_END_DECLS
