/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>
#include <trace/trace-log.h>

G_BEGIN_DECLS

/**
 * ExplainPage:
 *
 * The spans of a unit above its bytes: choosing a span lights its bytes, clicking
 * bytes chooses the innermost span there. Below, what the span's element is, why it
 * is there, and which section of which RFC says so.
 */
#define APP_TYPE_EXPLAIN_PAGE (explain_page_get_type ())
G_DECLARE_FINAL_TYPE (ExplainPage, explain_page, APP, EXPLAIN_PAGE, AdwBin)

/** Bytes that are shown as text; spans further on light nothing. */
#define EXPLAIN_PAGE_BYTES_MAX (16 * 1024)
/** Spans that are listed. */
#define EXPLAIN_PAGE_SPANS_MAX 5000

/** @log: (nullable); @position: of the event, or APP_NO_EVENT */
void explain_page_set_event (ExplainPage *self, TraceLog *log, guint position);

G_END_DECLS
