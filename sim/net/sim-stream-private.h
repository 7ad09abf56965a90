/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sim-stream.h"

#include <inet/inet-packet.h>

G_BEGIN_DECLS

/* The inside of a stream, for sim-stream*.c only: who exists and which packet is whose
 * (sim-stream.c), the sending half (sim-stream-send.c) and the receiving half
 * (sim-stream-receive.c). Offsets count the bytes of data in one direction from 0; the
 * sequence number of offset 0 is the initial one plus 1. */

/** States as far as they matter here (RFC 9293 section 3.3.2); who has sent FIN is kept apart. */
typedef enum
{
  STREAM_SYN_SENT,
  STREAM_SYN_RECEIVED,
  STREAM_OPEN,
  STREAM_OVER, /* just waits for its owner to free it */
} StreamState;

struct _SimStream
{
  SimHost              *host;
  const SimStreamFuncs *funcs; /* (nullable) */
  gpointer              user_data;
  gboolean              is_owned; /* not yet, or no more, is the stream's own business */
  gboolean             *is_gone;  /* (nullable): told when the stream is freed in a callback */
  gboolean              is_client;
  guint                 index; /* among its host's streams */
  guint64               pair;  /* what tells it from the others of its host: see sim-stream.c */
  StreamState           state;
  guint32               peer;
  guint16               port;
  guint16               peer_port;
  guint                 peer_actor;
  guint                 connection;
  TraceProtocol         protocol;
  guint                 open_event;
  SimStream            *other; /* (nullable): the peer's end, whose units are to be told */

  /* Sending */
  guint32     iss;
  guint       mss;
  GByteArray *out;         /* from offset out_start on */
  guint64     out_start;
  guint64     acked;       /* offset up to which the peer has all */
  guint64     sent;        /* offset up to which it has been sent */
  guint64     queued;      /* offset up to which it was handed over */
  guint64     recovery;    /* offset up to which losses are being made good */
  GArray     *units;       /* of StreamUnit, not yet delivered */
  gboolean    is_ending;   /* the owner will send no more */
  gboolean    is_fin_sent;
  gboolean    is_fin_acked;
  guint       close_event;

  /* The retransmission timer */
  guint64 timer;
  gint64  rto_us;
  gint64  round_trip_us; /* smoothed; 0 before the first sample */
  gint64  deviation_us;
  guint64 timed_offset;  /* whose acknowledgement ends a sample; 0: none is taken */
  gint64  timed_us;      /* when that was sent */
  gint64  stuck_us;      /* since when nothing has been acknowledged that should be */

  /* Receiving */
  guint32  irs;
  guint64  received;     /* offset up to which all has come, in order */
  GArray  *early;        /* of StreamEarly, by offset */
  guint64  fin_offset;   /* of the peer's FIN, G_MAXUINT64 before it came */
  guint    fin_event;    /* the peer's TRACE_CLOSE */
  gboolean is_fin_received;
  guint    last_arrived; /* the peer's last unit or TLS record that has arrived whole */
  guint    cause;        /* the last of those that was no TLS record */
};

/** A unit within the bytes that are sent. */
typedef struct
{
  guint64 end; /* offset after its last byte */
  guint   unit;
} StreamUnit;

/** A segment that came before its turn. */
typedef struct
{
  guint64 offset;
  GBytes *bytes;
} StreamEarly;

/* sim-stream.c */

SimWorld *stream_get_world (SimStream *self);
guint     stream_record (SimStream *self, TraceKind kind, guint flags, gint64 arrival_us);

/** Nothing will happen any more: tells the owner, or frees the stream when it has none. */
void stream_fail (SimStream *self, SimStreamFailure failure);
void stream_close (SimStream *self);

/** Calls the owner, if there is one. Returns: FALSE when the stream is no more. */
gboolean stream_call (SimStream *self, void (*func) (SimStream *stream, gpointer user_data));
gboolean stream_call_received (SimStream *self, const GByteArray *in);

/** Builds and sends a segment from a host, which need not have a stream for it. */
void stream_send_segment (SimHost *host, guint32 to, InetPacket *packet, guint connection,
                          guint cause);

/* sim-stream-send.c */

void stream_send_syn (SimStream *self);
void stream_send_ack (SimStream *self);
void stream_send_reset (SimStream *self, guint cause);

/** Sends what the window allows, and FIN after all of it. */
void stream_push (SimStream *self);

/** The handshake is done. */
void stream_open_sending (SimStream *self);

/** The peer has all up to @acknowledgement. Returns: whether that is news. */
gboolean stream_take_acknowledgement (SimStream *self, guint32 acknowledgement);

void stream_stop_timer (SimStream *self);

/** Returns: the sequence number of the next segment. */
guint32 stream_get_next_sequence (const SimStream *self);

/* sim-stream-receive.c */

/** Returns: the acknowledgement number: the next sequence number that is expected. */
guint32 stream_get_acknowledgement (const SimStream *self);

/** A segment of an open stream; @cause is the packet's. */
void stream_take_segment (SimStream *self, const InetPacket *packet, guint cause);

G_END_DECLS
