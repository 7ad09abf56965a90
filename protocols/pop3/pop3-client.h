/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "pop3-grammar.h"
#include <wire/wire-unit.h>

G_BEGIN_DECLS

/**
 * Pop3Client:
 *
 * The asking half of one POP3 session (RFC 1939), as a pure state machine: logs
 * in, looks through the maildrop, fetches each message it has not seen before,
 * deletes or leaves what it fetched, and quits. Its owner, who has connected to
 * the server, repeats:
 *
 *   receive bytes -> take each event -> send output
 *
 * and stores each message before it sends the output that follows, since that
 * may tell the server to delete it. No event asks. All times are
 * microseconds on the owner's clock. Not thread-safe.
 */
typedef struct _Pop3Client Pop3Client;

/** Silence after which a client gives up: ours; less than any server's autologout. */
#define POP3_CLIENT_TIMEOUT_US (5 * 60 * G_USEC_PER_SEC)

/** The largest message a client takes by default; larger ones stay on the server. */
#define POP3_CLIENT_MESSAGE_BYTES_MAX (32 * 1024 * 1024)

/** A whole listing (LIST, UIDL, CAPA): ours; room for 100,000 unique-ids of 70 characters. */
#define POP3_CLIENT_LISTING_BYTES_MAX (8 * 1024 * 1024)

typedef enum
{
  POP3_POLICY_KEEP,   /* leave messages on the server */
  POP3_POLICY_DELETE, /* delete what has been fetched, now or, by its unique-id, earlier */
} Pop3Policy;

/** What the client wants of STLS (RFC 2595 section 4). */
typedef enum
{
  POP3_TLS_NEVER,
  POP3_TLS_IF_OFFERED, /* goes on in clear where it is not offered or refused */
  POP3_TLS_ALWAYS,     /* fails where it is not */
  POP3_TLS_VERIFIED,   /* and where the certificate has problems */
} Pop3TlsUse;

/** Copied by pop3_client_new(). */
typedef struct
{
  const char        *user;
  const char        *password;
  Pop3Policy         policy;
  gboolean           is_capa_skipped;   /* TRUE: do as a client from before RFC 2449 */
  const char *const *seen_unique_ids;   /* (nullable), NULL-terminated: not to fetch again */
  gint64             timeout_us;        /* 0: POP3_CLIENT_TIMEOUT_US */
  gsize              message_bytes_max; /* 0: POP3_CLIENT_MESSAGE_BYTES_MAX */
  Pop3TlsUse         tls;
} Pop3ClientConfig;

typedef enum
{
  POP3_CLIENT_EVENT_NONE,    /* no more until receive() or expire() */
  POP3_CLIENT_EVENT_MESSAGE, /* tells: message, unique_id, message_number */
  POP3_CLIENT_EVENT_REFUSED, /* tells: login refused; code, text */
  POP3_CLIENT_EVENT_DONE,    /* tells: the server confirmed QUIT after a whole session */
  POP3_CLIENT_EVENT_FAILED,  /* tells: text is why; messages told before are good */
} Pop3ClientEventKind;

/** Everything in it is borrowed until the next call on the client. */
typedef struct
{
  Pop3ClientEventKind kind;
  GBytes             *message;        /* MESSAGE: dots unstuffed */
  const char         *unique_id;      /* MESSAGE: (nullable) when the server has no UIDL */
  guint64             message_number; /* MESSAGE */
  const char         *code;           /* REFUSED: (nullable): response code, "IN-USE" */
  const char         *text;           /* REFUSED: the server's; FAILED: ours */
} Pop3ClientEvent;

typedef enum
{
  POP3_OUTCOME_PENDING,
  POP3_OUTCOME_DONE,
  POP3_OUTCOME_REFUSED,
  POP3_OUTCOME_FAILED,
} Pop3Outcome;

/** How the session stands or ended. */
typedef struct
{
  Pop3Outcome outcome;
  const char *text;         /* (nullable), borrowed from the client: why REFUSED or FAILED */
  guint       n_listed;     /* messages in the maildrop */
  guint       n_fetched;    /* messages told */
  guint       n_seen;       /* left alone since their unique-id was seen before */
  guint       n_skipped;    /* too large, or the server did not give them */
  guint       n_deleted;    /* that the server agreed to delete */
  guint64     n_octets;     /* of the messages told */
} Pop3ClientResult;

/** Starts the session: it waits for the server's greeting. */
Pop3Client *pop3_client_new (const Pop3ClientConfig *config, gint64 now_us);
void        pop3_client_free (Pop3Client *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Pop3Client, pop3_client_free)

/** @data: (array length=length): bytes from the server, in any chunking; copied */
void pop3_client_receive (Pop3Client *self, const guint8 *data, gsize length, gint64 now_us);

/** The server will send no more. */
void pop3_client_receive_end (Pop3Client *self);

/** Fills @out_event. Returns: FALSE, with kind NONE, when the session waits. */
gboolean pop3_client_next_event (Pop3Client *self, Pop3ClientEvent *out_event);

/** Returns: TRUE, once, when the server has agreed to STLS: TLS begins after the output so far.
 * What the server sent behind its answer is dropped. */
gboolean pop3_client_starts_tls (Pop3Client *self);

/** TLS protects the session: what the server can do is asked again. With implicit TLS: before the
 * first receive(). */
void pop3_client_secured (Pop3Client *self, gint64 now_us);

/** Returns: whether to go on in spite of problems of the server's certificate. */
gboolean pop3_client_trusts (const Pop3Client *self);

/** Nothing can be sent or received any more. */
void pop3_client_tls_failed (Pop3Client *self, const char *reason);

/** Returns: (transfer full): every byte to send since the last call; may be empty. */
GBytes *pop3_client_take_output (Pop3Client *self);

/** The units received and sent, for the trace: see WireSessionClass.next_unit. */
gboolean pop3_client_next_unit (Pop3Client *self, WireUnit *out_unit);

/** Returns: when expire() is due; G_MAXINT64 once the session is over. */
gint64 pop3_client_get_deadline (const Pop3Client *self);

/** Gives up if the deadline has come. */
void pop3_client_expire (Pop3Client *self, gint64 now_us);

/** Returns: whether to close once the output has been sent. */
gboolean pop3_client_is_done (const Pop3Client *self);

void pop3_client_get_result (const Pop3Client *self, Pop3ClientResult *out_result);

/** Returns: the command that awaits its answer, "RETR"; "greeting" at first, "" when done. */
const char *pop3_client_get_step_name (const Pop3Client *self);

G_END_DECLS
