/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "trace-log.h"
#include <wire/wire-grammar.h>

G_BEGIN_DECLS

/**
 * trace_grammar_get_names:
 *
 * Returns: (transfer none): every name `postroad explain --as` knows, NULL-terminated:
 *   "message", "smtp-command", "smtp-reply", "smtp-data", "smtp-chunk", "smtp-chunk-rest",
 *   "smtp-sasl", "pop3-command", "pop3-response", "pop3-data", "imap-command", "imap-message",
 *   "imap-literal", "imap-rest", "imap-sasl", "imap-response", "dns", "tls-record", "packet", and
 *   "sasl-plain" and the others of protocols/sasl
 */
const char *const *trace_grammar_get_names (void);

gboolean trace_grammar_is_known (const char *name);

/** Returns: (nullable): the grammar's words for people: "SMTP command". */
const char *trace_grammar_get_label (const char *name);

/**
 * trace_grammar_for_event:
 *
 * Returns: (nullable): the name of the grammar that reads the event's bytes, from its protocol
 *   and its name; NULL for notes and the like
 */
const char *trace_grammar_for_event (TraceLog *log, const TraceEvent *event);

/**
 * trace_grammar_annotate:
 *
 * Annotates one unit with the grammar of that name, which must be known. Units
 * in which one protocol carries another are put together here, since protocols
 * are strangers to each other: the message inside "smtp-data", "smtp-chunk", "pop3-data" and
 * "imap-message", messages and headers in literals of "imap-response" and "imap-command", the
 * transport inside "packet".
 *
 * Returns: (transfer full): the spans, as wire_annotate() promises them
 */
WireSpans *trace_grammar_annotate (const char *name, const guint8 *data, gsize length);

G_END_DECLS
