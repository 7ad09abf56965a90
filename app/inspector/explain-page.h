/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>
#include <app-document.h>

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

/** Bytes that are shown as text at once: those around what is selected. */
#define EXPLAIN_PAGE_BYTES_MAX (16 * 1024)

/** @document: (nullable); @words: (nullable): said where there are no spans */
void explain_page_set_document (ExplainPage *self, AppDocument *document, const char *words);

/** Tells what the document's words are based on; @remark: (nullable): that it went encrypted. */
void explain_page_set_remark (ExplainPage *self, const char *remark);

/**
 * explain_page_set_details:
 * @labels: (nullable): what the details of a note are called, NULL-terminated
 * @values: as many: what they are
 */
void explain_page_set_details (ExplainPage *self, const char *const *labels,
                               const char *const *values);

/** Selects span @span, which also lights its bytes. */
void explain_page_select (ExplainPage *self, guint span);

G_END_DECLS
