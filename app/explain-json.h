/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app-document.h"

G_BEGIN_DECLS

/**
 * explain_json_append:
 *
 * Appends @document as one JSON object, as DESIGN.md section 7 fixes it: "grammar", "length",
 * "spans", "parts", "deviations". Offsets count bytes of the document's file.
 */
void explain_json_append (GString *text, AppDocument *document);

G_END_DECLS
