/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mime-tree.h"

#include <wire/wire-grammar.h>

G_BEGIN_DECLS

/**
 * mime_grammar_message:
 *
 * "message": a whole message (RFC 5322 section 3.5) with all its parts (RFC 2045, RFC 2046): the
 * parts that mime_tree_new() finds, each field by its own grammar, each body down to its lines.
 * Matches every input, down to the empty one, in time proportional to its length.
 */
extern const WireGrammar mime_grammar_message;

G_END_DECLS
