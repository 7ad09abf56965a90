/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "imf-value.h"

#include <wire/wire-grammar.h>

G_BEGIN_DECLS

/**
 * imf_grammar_message:
 *
 * "message": a whole message (RFC 5322 section 3.5): each field of the header
 * section by its own grammar, the empty line, the body as one span. Matches every
 * input, down to the empty one: a structured field whose value does not match is read
 * as unstructured and flagged, a line that is no field is unrecognised.
 * Takes time in proportion to the length.
 */
extern const WireGrammar imf_grammar_message;

G_END_DECLS
