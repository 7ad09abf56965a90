/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tls-context.h"
#include "tls-verify.h"

G_BEGIN_DECLS

/**
 * TlsSession:
 *
 * One end of a TLS connection (RFC 8446, RFC 5246) as a layer between a protocol engine and what
 * carries its bytes. It opens no socket and reads no clock. Its owner repeats:
 *
 *   receive ciphertext -> take each event -> answer the one that asks -> take plaintext ->
 *   send plaintext -> take output, which is the ciphertext to send
 *
 * Records are worked on whole and one by one, so that what happens, and in a deterministic library
 * every byte of it, does not depend on how TCP cut them. What the peer does wrong is an event with
 * the alert that was sent, never an error here. Not thread-safe.
 */
typedef struct _TlsSession TlsSession;

typedef enum
{
  TLS_EVENT_NONE,        /* no more until receive() or answer() */
  TLS_EVENT_CERTIFICATE, /* asks a client: the server's certificate has problems; go on? */
  TLS_EVENT_SECURED,     /* tells: the handshake is done */
  TLS_EVENT_CLOSED,      /* tells: the peer will send no more; what is to be sent still can be */
  TLS_EVENT_FAILED,      /* tells: send the output, then close the connection */
} TlsEventKind;

typedef enum
{
  TLS_FAILURE_NONE,
  TLS_FAILURE_NOT_TLS, /* what came is no record of TLS */
  TLS_FAILURE_PEER, /* what came breaks the protocol, was changed on its way, or offers nothing that
                       both can do */
  TLS_FAILURE_ALERT,   /* the peer gave up with an alert */
  TLS_FAILURE_REFUSED, /* the owner refused the certificate */
  TLS_FAILURE_CUT_OFF, /* the connection ended without close_notify: an attacker may have ended it
                        */
} TlsFailure;

/** All text is borrowed from the session and lives as long. */
typedef struct
{
  TlsEventKind       kind;
  guint              problems;   /* CERTIFICATE, SECURED: a set of TlsProblem */
  const char *const *peer_names; /* CERTIFICATE, SECURED: DNS names and addresses in the peer's
                                    certificate, made safe to show; NULL when it gave none */
  TlsVersion  version;           /* SECURED */
  const char *version_name;      /* "TLSv1.3" */
  const char *cipher;            /* the suite's name as RFCs have it: "TLS_AES_256_GCM_SHA384" */
  const char *asked_name; /* (nullable): the name a client said it wants to reach, safe to show */
  TlsFailure  failure;    /* FAILED */
  const char *reason;     /* what was wrong, in a few words */
  int         alert;      /* FAILED: sent or received (RFC 8446 section 6); -1 for none */
  gboolean    alert_is_ours;
} TlsEvent;

/** The two ways to tie SASL to a TLS session (RFC 9266, RFC 5929). */
typedef enum
{
  TLS_BINDING_EXPORTER,
  TLS_BINDING_SERVER_END_POINT,
} TlsBinding;

/**
 * tls_session_new:
 * @peer_name: (nullable): for a client, the name or IP address that the server's certificate has to
 * be for; NULL: any
 * @now_s: the time at which certificates are judged, in seconds since 1970
 * @seed: (nullable): TLS_SEED_BYTES, used for this session alone; demanded in a deterministic
 * library, refused in the real one
 *
 * A client's session has output at once, its ClientHello.
 */
TlsSession *tls_session_new (TlsContext *context, const char *peer_name, gint64 now_s,
                             GBytes *seed);
void        tls_session_free (TlsSession *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsSession, tls_session_free)

/** Ciphertext from the peer, in any chunking; copied. What comes after an end is dropped. */
void tls_session_receive (TlsSession *self, const guint8 *data, gsize length);

/** The peer will send no more: its connection ended or broke. A failure, unless it said
 * close_notify (RFC 8446 section 6.1). */
void tls_session_receive_end (TlsSession *self);

/** Fills @out_event. Returns: FALSE, with kind NONE, when the session waits. */
gboolean tls_session_next_event (TlsSession *self, TlsEvent *out_event);

/** Answers TLS_EVENT_CERTIFICATE: goes on, or ends with the alert that fits the first problem. */
void tls_session_answer (TlsSession *self, gboolean accept);

/** Plaintext to the peer; copied. Kept until the handshake is done; dropped after close() or a
 * failure. */
void tls_session_send (TlsSession *self, const guint8 *data, gsize length);

/** Says close_notify after all that was sent; what the peer sends is still received. */
void tls_session_close (TlsSession *self);

/** Returns: (transfer full): plaintext from the peer since the last call; may be empty. */
GBytes *tls_session_take_plaintext (TlsSession *self);

/** Returns: (transfer full): whole records to send, all since the last call; may be empty. */
GBytes *tls_session_take_output (TlsSession *self);

gboolean tls_session_is_secured (const TlsSession *self);

/**
 * tls_session_take_key_log:
 *
 * Returns: (transfer full): the session's secrets since the last call, lines in NSS key log format,
 * so that who recorded the ciphertext can read it; may be ""
 */
char *tls_session_take_key_log (TlsSession *self);

/**
 * tls_session_dup_binding:
 *
 * Returns: (transfer full) (nullable): channel binding data; NULL before the handshake is done, for
 * the exporter in TLS 1.2 without extended master secret (RFC 9266 section 2), and for the end
 * point when the server's certificate is signed without a hash function (RFC 5929 section 4.1)
 */
GBytes *tls_session_dup_binding (TlsSession *self, TlsBinding binding);

G_END_DECLS
