/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app-document.h"

G_BEGIN_DECLS

/**
 * explain_text_append:
 *
 * Appends a listing of @document for a terminal: the deviations found, one line a kind, then one
 * line for each span. Offsets count bytes of the document's file.
 */
void explain_text_append (GString *text, AppDocument *document);

G_END_DECLS
