/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <wire/wire-grammar.h>

G_BEGIN_DECLS

/**
 * tls_grammar_record:
 *
 * One whole record as it is on the wire (RFC 8446 section 5.1): "tls-record". Explained is what an
 * observer without keys can read: the hellos, the other messages before encryption begins, alerts.
 * Whether the content is encrypted a record does not say; it counts as encrypted when it isn't
 * made of whole messages.
 */
extern const WireGrammar tls_grammar_record;

G_END_DECLS
