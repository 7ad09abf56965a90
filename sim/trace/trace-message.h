/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TraceMessage:
 *
 * The message inside a unit. Data of SMTP and POP3 is a message with its dots stuffed, and a final
 * line (RFC 5321 section 4.5.2, RFC 1939 section 3): the message is read as it is once the stuffed
 * dots are gone, and shown where its bytes are in the unit. In commands and responses of IMAP it is
 * the first literal that is a whole message (RFC 9051 section 4.3).
 */
typedef struct
{
  GBytes *bytes;  /* the message */
  gsize   offset; /* where it begins in the unit */
  GArray *dots;  /* of gsize: where the stuffed dots are in the unit, rising */
} TraceMessage;

/** Returns: whether a unit of the grammar of that name carries a message, or is one. */
gboolean trace_message_is_in (const char *grammar, GBytes *unit);

/** Returns: whether the message has its dots stuffed in there, and a line that ends it. */
gboolean trace_message_is_stuffed (const char *grammar);

/**
 * trace_message_new:
 * @unit: not copied where the message is in there as it is
 *
 * Returns: (transfer full) (nullable): NULL where there is none: see trace_message_is_in()
 */
TraceMessage *trace_message_new (const char *grammar, GBytes *unit);
void          trace_message_free (TraceMessage *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TraceMessage, trace_message_free)

/** Returns: where the byte at @pos of the message is in the unit, or the stuffed dot before it;
 * @pos may be the message's length. */
gsize trace_message_to_unit (const TraceMessage *self, gsize pos);

G_END_DECLS
