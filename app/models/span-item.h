/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>
#include <wire/wire-spans.h>

G_BEGIN_DECLS

/** SpanItem: one span of a unit, as a row of a list. Properties: none; rows read the getters. */
#define APP_TYPE_SPAN_ITEM (span_item_get_type ())
G_DECLARE_FINAL_TYPE (SpanItem, span_item, APP, SPAN_ITEM, GObject)

/** @bytes: of the span, cut to what a row shows; copied */
SpanItem *span_item_new (const WireSpan *span, const guint8 *bytes);

const WireSpan *span_item_get_span (SpanItem *self);
const char     *span_item_get_excerpt (SpanItem *self); /* escaped */

G_END_DECLS
