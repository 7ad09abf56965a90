/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "trace-log.h"

G_BEGIN_DECLS

/* Words for people about an event, worked out from its bytes by the protocol's
 * own grammar; nothing of this is stored. */

/**
 * trace_text_dup_verb:
 *
 * Returns: (transfer full) (nullable): what the unit asks ("MAIL", "UID FETCH", "A" for
 *   a DNS query, "SYN, ACK" for a TCP packet); NULL for replies and where there is none
 */
char *trace_text_dup_verb (TraceLog *log, const TraceEvent *event);

/**
 * trace_text_dup_code:
 *
 * Returns: (transfer full) (nullable): what the reply says: "250", "+OK", "-ERR",
 *   "NXDOMAIN"; of IMAP "OK", "NO", "+", or what is told: "FETCH"; NULL for anything but replies
 */
char *trace_text_dup_code (TraceLog *log, const TraceEvent *event);

/**
 * trace_text_dup_label:
 *
 * Returns: (transfer full): one line for an arrow or a note: the unit's first line
 *   without its line end, "message, 1,204 bytes", "A mail.example -> 192.0.2.1" ...; with
 *   "{1,204 bytes}" for a literal of IMAP; escaped, valid UTF-8, passwords masked
 */
char *trace_text_dup_label (TraceLog *log, const TraceEvent *event);

/**
 * trace_text_dup_description:
 *
 * Returns: (transfer full): a sentence for a screen reader or a tooltip: "14: mail.sender to
 *   mail.recipient, SMTP command: RCPT TO:<bob@recipient>"; escaped as the label is
 */
char *trace_text_dup_description (TraceLog *log, guint position);

/** Returns: (transfer full): seconds since the trace's first event: "0.012345". */
char *trace_text_dup_time (TraceLog *log, gint64 time_us);

G_END_DECLS
