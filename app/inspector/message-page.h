/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>
#include <app-document.h>
#include <trace/trace-log.h>

G_BEGIN_DECLS

/**
 * MessagePage:
 *
 * The message of a document: where it departs from the standards first, then its header fields in
 * their groups, then its parts, and the part that is selected, decoded: below the lists, or beside
 * them where there is room. Every row knows its bytes.
 *
 * Signals:
 * - "chosen" (guint span, guint offset, guint length): a row was selected; the span of the
 *   document that it tells of, and which of its bytes
 * - "activated" (): a row was double-clicked or got Enter: to be shown at its bytes
 */
#define APP_TYPE_MESSAGE_PAGE (message_page_get_type ())
G_DECLARE_FINAL_TYPE (MessagePage, message_page, APP, MESSAGE_PAGE, AdwBin)

/** Rows of fields and of parts that are made; how many more there are is said. */
#define MESSAGE_PAGE_ROWS_MAX 400

/** The event of a trace that carries the next document, for who added which field; @log:
 * (nullable): none does. To be told before the document. */
void message_page_set_event (MessagePage *self, TraceLog *log, guint position);

/** @document: (nullable): one with a message. What it says is found when the page is seen. */
void message_page_set_document (MessagePage *self, AppDocument *document);

G_END_DECLS
