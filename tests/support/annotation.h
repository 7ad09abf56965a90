/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <wire/wire-grammar.h>

/** Annotates an exact-size copy of @unit and checks what holds of every annotation.
 * Returns: (transfer full): the spans */
WireSpans *annotation_of (const WireGrammar *grammar, const char *unit, gsize length);

/** As annotation_of(), of a grammar that matches every input: it does so to the end, and without a
 * recorder gives the same flags. @data: borrowed for the call */
WireSpans *annotation_of_all (const WireGrammar *grammar, const guint8 *data, gsize length);

/** Returns: (transfer full): each span as "element:bytes ", after the number "-" for obsolete, "~"
 * for tolerated, "?" for unrecognised, "!" for partial */
char *annotation_describe (const WireSpans *spans);

/** Annotates every beginning of @unit. */
void annotation_check_beginnings (const WireGrammar *grammar, const char *unit, gsize length);
