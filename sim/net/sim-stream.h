/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sim-network.h"

G_BEGIN_DECLS

/**
 * SimStream:
 *
 * One end of a TCP connection (RFC 9293) between simulated hosts, as far as
 * mail shows it: three-way handshake with the MSS option, sequence numbers,
 * acknowledgements, a window, retransmission with back-off, FIN from both ends
 * and half-close, RST. No slow start, fast retransmission, selective acknowledgements or
 * urgent data; TIME-WAIT without a timer. Each segment goes out as soon as the window lets
 * it, and is acknowledged at once.
 *
 * Its owner connects or accepts, sends, ends, and lets go with
 * sim_stream_free(). Callbacks come from the world's run, never from within a call on
 * the stream. It may be freed in any of them.
 */
typedef struct _SimStream SimStream;

/** The window every end offers: all that fits the field without scaling (RFC 9293 section 3.1). */
#define SIM_STREAM_WINDOW_BYTES 65535

/** RFC 9293 section 3.7.1; less where a link's MTU is smaller. 1500 bytes less 40 of headers. */
#define SIM_STREAM_MSS_DEFAULT 1460

/** First of the ports that connecting ends use: of IANA's dynamic range, in order. */
#define SIM_STREAM_PORT_FIRST 49152

typedef enum
{
  SIM_STREAM_REFUSED,   /* nobody listens there */
  SIM_STREAM_TIMED_OUT, /* nobody answers (any more) */
  SIM_STREAM_RESET,     /* the peer broke it off */
} SimStreamFailure;

/** Any may be NULL. */
typedef struct
{
  /* The connection stands: for the end that connected. */
  void (*connected) (SimStream *stream, gpointer user_data);
  /* @data is borrowed for the call. */
  void (*received) (SimStream *stream, const guint8 *data, gsize length, gpointer user_data);
  /* The peer will send no more; one may still send to it. */
  void (*ended) (SimStream *stream, gpointer user_data);
  /* The peer has acknowledged all that was sent. */
  void (*drained) (SimStream *stream, gpointer user_data);
  /* Both ends have ended and everything was acknowledged. Nothing comes after it. */
  void (*closed) (SimStream *stream, gpointer user_data);
  /* Nothing comes after it. */
  void (*failed) (SimStream *stream, SimStreamFailure failure, gpointer user_data);
} SimStreamFuncs;

/**
 * sim_stream_connect:
 * @address: an IPv4 address in text form
 * @protocol: what will be spoken, for the trace
 * @funcs: static
 *
 * Returns: (transfer full): the stream, which is not connected yet
 */
SimStream *sim_stream_connect (SimHost *host, const char *address, guint16 port,
                               TraceProtocol protocol, const SimStreamFuncs *funcs,
                               gpointer user_data);

/**
 * SimStreamAcceptFunc:
 * @stream: (transfer full): a stream that is connected
 *
 * Gets a stream whose handshake is done; calls sim_stream_set_funcs(), or frees it.
 */
typedef void (*SimStreamAcceptFunc) (SimStream *stream, gpointer user_data);

/** Returns: FALSE when somebody listens there already. */
gboolean sim_stream_listen (SimHost *host, guint16 port, SimStreamAcceptFunc accept,
                            gpointer user_data);

void sim_stream_set_funcs (SimStream *self, const SimStreamFuncs *funcs, gpointer user_data);

/**
 * sim_stream_send:
 * @unit: id of the trace's event that these bytes are the whole of, or 0
 *
 * Bytes for the peer; copied. When the last of a unit's bytes has been delivered,
 * in order, the unit's arrival is filled in, and what the peer does in
 * its received callback has that unit as its cause. A unit without bytes of its own arrives with
 * the bytes before it: so does one that TLS records carry, sent after them. Records are units here,
 * but causes only of records.
 */
void sim_stream_send (SimStream *self, const guint8 *data, gsize length, guint unit);

/** No more will be sent: FIN follows what was sent. */
void sim_stream_end (SimStream *self);

/** Breaks the connection off: RST, and no more callbacks. */
void sim_stream_abort (SimStream *self);

/**
 * sim_stream_free:
 *
 * No more callbacks. What was sent still gets delivered, then FIN; the end of
 * the conversation goes on without an owner.
 */
void sim_stream_free (SimStream *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimStream, sim_stream_free)

SimHost      *sim_stream_get_host (SimStream *self);
guint32       sim_stream_get_peer_ipv4 (SimStream *self);
char         *sim_stream_dup_peer_address (SimStream *self); /* (transfer full): "192.0.2.1" */
guint         sim_stream_get_peer_actor (SimStream *self);
guint16       sim_stream_get_port (SimStream *self); /* of this end */
guint16       sim_stream_get_peer_port (SimStream *self);
guint         sim_stream_get_connection (SimStream *self); /* its id in the log */
TraceProtocol sim_stream_get_protocol (SimStream *self);
/** Returns: the event of the peer's last unit or record that has arrived whole; 0: none yet. */
guint         sim_stream_get_last_arrived (SimStream *self);
gboolean      sim_stream_is_client (SimStream *self); /* whether it is the end that connected */

/** Returns: bytes handed to send() that the peer has not acknowledged. */
gsize sim_stream_get_n_waiting (SimStream *self);

G_END_DECLS
