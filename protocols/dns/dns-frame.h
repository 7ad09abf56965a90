/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "dns-message.h"

G_BEGIN_DECLS

/** Messages over TCP: each after two octets with its length (RFC 1035 section 4.2.2). */
#define DNS_FRAME_LENGTH_BYTES 2

/** Returns: (transfer full): the length and the message; @message has at most
 * DNS_MESSAGE_BYTES_MAX. */
GBytes *dns_frame_new (GBytes *message);

/**
 * DnsFramer:
 *
 * Cuts a stream into messages. It holds no more than one message and what came with its end.
 */
typedef struct
{
  GByteArray *bytes; /* what came and is not taken yet */
} DnsFramer;

void dns_framer_init (DnsFramer *self);
void dns_framer_clear (DnsFramer *self);

/** @data: (array length=length): bytes of the stream, in any chunking; copied */
void dns_framer_receive (DnsFramer *self, const guint8 *data, gsize length);

/** Returns: (transfer full) (nullable): the next message without its length, NULL when it is not
 * complete. A length of 0 gives an empty message. */
GBytes *dns_framer_take (DnsFramer *self);

/** One DNS message with its length before it, as it is in a TCP stream: "dns-tcp". */
extern const WireGrammar dns_grammar_frame;

G_END_DECLS
