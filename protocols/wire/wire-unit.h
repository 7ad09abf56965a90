/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  WIRE_RECEIVED,
  WIRE_SENT,
} WireDirection;

/**
 * WireUnit:
 *
 * One protocol unit as an engine framed it, for the trace: its bytes as they are
 * on the wire, and what it is. @name is a static string, one of
 * "command", "reply", "data", "chunk" (what BDAT announced), "sasl" (a client's line inside of
 * AUTH) (SMTP); "command", "response", "data", "sasl" (POP3); "command", "literal" (the octets of
 * one for which the client had to wait), "rest" (of the command, behind it), "sasl", "response"
 * (IMAP); "query", "answer" (DNS); "record" (TLS).
 *
 * Under TLS a sent unit is told in clear with @is_secured set and no bytes of the output are its
 * own; the records that carry it follow, and they are the output. A sent record has is_secured set
 * when it carries the clear unit before it, and not when it is TLS's own: handshake, alert.
 */
typedef struct
{
  WireDirection direction;
  const char   *name;
  GBytes       *bytes; /* owned */
  GBytes       *wire;  /* (nullable), owned: sent: what is on the wire instead, compressed */
  gboolean      is_secured;
} WireUnit;

void wire_unit_clear (WireUnit *unit);

/**
 * WireOutbox:
 *
 * What an engine has to say, embedded in it: the bytes to send and the units,
 * received and sent, in the order in which the engine dealt with them. The sent
 * units (what they are on the wire; under TLS: the sent records) joined together are exactly the
 * output, so an owner that
 * records units knows at which stream offset each begins.
 */
typedef struct
{
  GByteArray *output;
  GArray     *units;   /* of WireUnit */
  guint       n_taken; /* of them */
} WireOutbox;

void wire_outbox_init (WireOutbox *self);
void wire_outbox_clear (WireOutbox *self);

/** Queues bytes to send as one unit; copied. */
void wire_outbox_send (WireOutbox *self, const char *name, const guint8 *data, gsize length);
void wire_outbox_send_text (WireOutbox *self, const char *name, const char *text);
/** The same, of bytes that are there already; referenced. */
void wire_outbox_send_bytes (WireOutbox *self, const char *name, GBytes *bytes);

/** The same, of bytes that go on the wire as @wire. */
void wire_outbox_send_as (WireOutbox *self, const char *name, GBytes *bytes, GBytes *wire);

/** Notes a unit that the peer sent; copied. */
void wire_outbox_note (WireOutbox *self, const char *name, const guint8 *data, gsize length);
/** The same, referenced. */
void wire_outbox_note_bytes (WireOutbox *self, const char *name, GBytes *bytes);

/** Adds a unit whose bytes are none of the output, or are there already; takes it over. */
void wire_outbox_add_unit (WireOutbox *self, const WireUnit *unit);

/** Returns: whether a unit waits. */
gboolean wire_outbox_has_unit (const WireOutbox *self);

/** Returns: how many bytes to send wait. */
gsize wire_outbox_get_n_output (const WireOutbox *self);

/** Returns: (transfer full): every byte to send since the last call; may be empty. */
GBytes *wire_outbox_take_output (WireOutbox *self);

/** Fills @out_unit (owner clears it with wire_unit_clear()). Returns: FALSE when there is none. */
gboolean wire_outbox_next_unit (WireOutbox *self, WireUnit *out_unit);

G_END_DECLS
