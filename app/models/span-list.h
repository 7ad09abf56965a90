/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <app-document.h>
#include <gio/gio.h>

G_BEGIN_DECLS

/** SpanList: the spans of a document as a list of SpanItem, each made when a row asks for it. */
#define APP_TYPE_SPAN_LIST (span_list_get_type ())
G_DECLARE_FINAL_TYPE (SpanList, span_list, APP, SPAN_LIST, GObject)

/** @document: (nullable): a reference is taken */
SpanList *span_list_new (AppDocument *document);

G_END_DECLS
