/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <trace/trace-log.h>

G_BEGIN_DECLS

/* Traces made by hand for the diagram's tests: no simulator needed. */

/**
 * letter_new:
 *
 * One letter from alice to bob: composed, submitted by SMTP, its next hop found by
 * DNS, relayed, delivered, fetched by POP3; with every kind of row, TLS, a
 * refused recipient, a refused connection, a lost packet.
 *
 * Returns: (transfer full): the trace
 */
TraceLog *letter_new (void);

/** Returns: (transfer full): a trace of @n_events units between @n_hosts hosts. */
TraceLog *letter_new_many (guint n_hosts, guint n_events);

/** Appends one event. Returns: its id. */
guint letter_add (TraceLog *log, TraceKind kind, guint from, guint to, const char *what,
                  const char *text);

G_END_DECLS
