/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "pop3-grammar.h"
#include <sasl/sasl-client.h>
#include <wire/wire-session.h>

G_BEGIN_DECLS

/**
 * Pop3Client:
 *
 * The asking half of one POP3 session (RFC 1939), as a pure state machine: asks what the server
 * can do, secures the session, logs in by the best way that both know, looks through the maildrop,
 * fetches each message it has not seen before, deletes or leaves what it fetched, and quits. Its
 * owner, who has connected to the server, repeats:
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

/** Commands whose answers may be awaited at a time, where the server has PIPELINING (RFC 2449
 * section 6.6): ours; they fit any window, and what they ask for need not fit memory. */
#define POP3_CLIENT_PIPELINE_MAX 10

typedef enum
{
  POP3_POLICY_KEEP,   /* leave messages on the server */
  POP3_POLICY_DELETE, /* delete what has been fetched, now or, by its unique-id, earlier */
  POP3_POLICY_LEAVE,  /* leave messages for some days, then delete them */
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
  const char *user;
  const char *password; /* (nullable): with a token */
  Pop3Policy policy;
  gboolean is_capa_skipped;           /* TRUE: do as a client from before RFC 2449 */
  const char *const *seen_unique_ids; /* (nullable), NULL-terminated: not to fetch again */
  gint64 timeout_us;                  /* 0: POP3_CLIENT_TIMEOUT_US */
  gsize message_bytes_max;            /* 0: POP3_CLIENT_MESSAGE_BYTES_MAX */
  Pop3TlsUse tls;
  /* The password is shown to nobody without TLS (USER, and AUTH by PLAIN, LOGIN and OAUTHBEARER)
   * unless this is TRUE. */
  gboolean may_show_password;
  gboolean avoids_apop; /* although the server's greeting has a timestamp for it */
  gboolean uses_utf8;   /* where it is offered: UTF8 (RFC 6856) */
  gboolean avoids_pipelining;
  guint mechanisms;      /* SaslMechanism that may be used, 0: all but EXTERNAL, ANONYMOUS */
  const char *token;     /* (nullable): for OAUTHBEARER */
  SaslRandomFunc random; /* for SCRAM; NULL: without */
  gpointer random_data;
  const char *host_name; /* (nullable): the server's, for OAUTHBEARER */
  guint16 port;
  /* With POP3_POLICY_LEAVE: (nullable) (array): when each of seen_unique_ids was first seen, on the
   * owner's clock; what is there for longer than so many days is deleted. */
  const gint64 *seen_times_us;
  guint leave_days;
  guint top_lines; /* of messages that are too large, header and so many lines are fetched
                    * by TOP; 0: not even the header */
} Pop3ClientConfig;

typedef enum
{
  POP3_CLIENT_EVENT_NONE,    /* no more until receive() or expire() */
  POP3_CLIENT_EVENT_MESSAGE, /* tells: message, unique_id, message_number */
  POP3_CLIENT_EVENT_TOP,     /* tells: the beginning of a message that is too large, which stays on
                              * the server: message, unique_id, message_number, octets */
  POP3_CLIENT_EVENT_SKIPPED, /* tells: a message that stays there: too large, or the server does not
                              * give it; unique_id, message_number, octets, code, text */
  POP3_CLIENT_EVENT_REFUSED, /* tells: login refused; code, text */
  POP3_CLIENT_EVENT_DONE,    /* tells: the server confirmed QUIT after a whole session */
  POP3_CLIENT_EVENT_FAILED,  /* tells: text is why; messages told before are good */
} Pop3ClientEventKind;

/** Everything in it is borrowed until the next call on the client. */
typedef struct
{
  Pop3ClientEventKind kind;
  GBytes *message; /* MESSAGE, TOP: dots unstuffed */
  /* MESSAGE: what the server calls it; where it has no UIDL, SHA-256 of the message in
   * hexadecimal, by which it is known again once fetched: two equal messages share one, and a
   * Message-ID may be missing, or shared by different ones. TOP, SKIPPED: NULL without UIDL */
  const char *unique_id;
  guint64 message_number; /* MESSAGE, TOP, SKIPPED */
  guint64 octets;         /* TOP, SKIPPED: of the whole message, as LIST said */
  const char *code;       /* REFUSED, SKIPPED: (nullable): response code, "IN-USE" */
  const char *text;       /* REFUSED: the server's; SKIPPED, FAILED: ours */
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
  const char *text;      /* (nullable), borrowed from the client: why REFUSED or FAILED */
  guint n_listed;        /* messages in the maildrop */
  guint n_fetched;       /* messages told */
  guint n_seen;          /* left alone since their unique-id was seen before */
  guint n_skipped;       /* too large, or the server did not give them */
  guint n_deleted;       /* that the server agreed to delete */
  guint64 n_octets;      /* of the messages told */
  const char *mechanism; /* (nullable): it logged in by "USER", "APOP", "PLAIN" ... */
  guint login_delay_s;   /* LOGIN-DELAY: wait so long before the next session; 0: not said */
  guint expire_days;     /* EXPIRE: messages are kept so long; G_MAXUINT: for ever, or not said */
} Pop3ClientResult;

/** Starts the session: it waits for the server's greeting. */
Pop3Client *
pop3_client_new (const Pop3ClientConfig *config, gint64 now_us);
void
pop3_client_free (Pop3Client *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Pop3Client, pop3_client_free)

/** @data: (array length=length): bytes from the server, in any chunking; copied */
void
pop3_client_receive (Pop3Client *self, const guint8 *data, gsize length, gint64 now_us);

/** The server will send no more. */
void
pop3_client_receive_end (Pop3Client *self);

/** Fills @out_event. Returns: FALSE, with kind NONE, when the session waits. */
gboolean
pop3_client_next_event (Pop3Client *self, Pop3ClientEvent *out_event);

/** Returns: TRUE, once, when the server has agreed to STLS: TLS begins after the output so far.
 * What the server sent behind its answer is dropped. */
gboolean
pop3_client_starts_tls (Pop3Client *self);

/** TLS protects the session: what the server can do is asked again. With implicit TLS: before the
 * first receive(). */
void
pop3_client_secured (Pop3Client *self, const WireSecurity *security, gint64 now_us);

/** Whether TLS protects the session. */
gboolean
pop3_client_is_secured (const Pop3Client *self);

/** Returns: whether to go on in spite of problems of the server's certificate. */
gboolean
pop3_client_trusts (const Pop3Client *self);

/** Nothing can be sent or received any more. */
void
pop3_client_tls_failed (Pop3Client *self, const char *reason);

/** Returns: (transfer full): every byte to send since the last call; may be empty. */
GBytes *
pop3_client_take_output (Pop3Client *self);

/** The units received and sent, for the trace: see WireSessionClass.next_unit. */
gboolean
pop3_client_next_unit (Pop3Client *self, WireUnit *out_unit);

/** Returns: when expire() is due; G_MAXINT64 once the session is over. */
gint64
pop3_client_get_deadline (const Pop3Client *self);

/** Gives up if the deadline has come. */
void
pop3_client_expire (Pop3Client *self, gint64 now_us);

/** Returns: whether to close once the output has been sent. */
gboolean
pop3_client_is_done (const Pop3Client *self);

void
pop3_client_get_result (const Pop3Client *self, Pop3ClientResult *out_result);

/** Returns: the command that awaits its answer, "RETR"; "greeting" at first, "" when done. */
const char *
pop3_client_get_step_name (const Pop3Client *self);

G_END_DECLS
