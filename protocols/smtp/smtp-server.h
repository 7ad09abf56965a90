/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "smtp-envelope.h"
#include "smtp-extension.h"
#include "smtp-grammar.h"
#include "smtp-profile.h"
#include <sasl/sasl-server.h>
#include <wire/wire-session.h>

G_BEGIN_DECLS

/**
 * SmtpServer:
 *
 * The receiving half of one SMTP session (RFC 5321), as a pure state machine.
 * It opens no socket, reads no clock and knows no mailboxes. Its owner, be it
 * a simulated host or the loopback bridge, repeats four moves:
 *
 *   receive bytes -> take each event -> answer those that ask -> send output
 *
 * An event that asks pauses the session, so pipelined commands (RFC 2920) wait
 * in the input and replies leave in command order. All times are microseconds
 * on the owner's clock. Not thread-safe.
 */
typedef struct _SmtpServer SmtpServer;

/** Wait for the next command, or the next of the data (RFC 5321 section 4.5.3.2.7). */
#define SMTP_SERVER_TIMEOUT_US (5 * 60 * G_USEC_PER_SEC)

/** The largest message by default (DESIGN.md section 8); offered as SIZE (RFC 1870). */
#define SMTP_SERVER_MESSAGE_BYTES_MAX (32 * 1024 * 1024)

/** Time for one line, command or response of AUTH, from its first octet to its last, however
 * steadily the client sends. Ours: who types is done sooner; who sends an octet a minute to hold
 * the session is cut. */
#define SMTP_SERVER_LINE_TIMEOUT_US (5 * 60 * G_USEC_PER_SEC)

/** Time for the data, or a chunk, on top of what its octets may take at the least rate. Ours, for
 * the same reason: the slowest modems ever in use did four times that rate. */
#define SMTP_SERVER_DATA_TIMEOUT_US (10 * 60 * G_USEC_PER_SEC)
#define SMTP_SERVER_DATA_BYTES_PER_S_MIN 30

/** A response inside of AUTH, and its CRLF (RFC 4954 section 4). */
#define SMTP_SERVER_SASL_LINE_BYTES_MAX (12288 + 2)

/** Recipients of one message (DESIGN.md section 8); at least 100 (RFC 5321 section 4.5.3.1.8). */
#define SMTP_SERVER_RECIPIENTS_MAX 1000

/** Commands refused for good (5yz) in a row after which the server closes. Ours: a person who
 * types recovers sooner; a program that does not speak SMTP never does. */
#define SMTP_SERVER_ERRORS_MAX 20

/** Commands of one session whose AUTH failed after which the server closes: ours, as RFC 4954
 * section 6 lets a server do ("after a number of"). */
#define SMTP_SERVER_AUTH_FAILURES_MAX 3

/** Copied by smtp_server_new(). */
typedef struct
{
  const char *name;     /* the host's domain name */
  const char *greeting; /* (nullable): text after the name in the 220 reply */
  /* Refuses the session with the greeting: 554 waits for QUIT and answers all else with 503
   * (RFC 5321 section 3.1), 421 closes. 0: does not. The text is name and greeting. */
  guint    refusal;
  guint    profile;    /* SmtpLeniency */
  guint    extensions; /* SmtpExtension that EHLO offers, in their order: STARTTLS not under TLS,
                        * REQUIRETLS only there, AUTH when there is a mechanism, BINARYMIME only
                        * with CHUNKING, SMTPUTF8 only with 8BITMIME */
  gboolean is_lmtp;    /* LMTP (RFC 2033): LHLO, and a reply for each recipient after the data */
  gboolean demands_auth; /* 530 before AUTH to what the table says needs it (RFC 6409 section
                          * 4.3, RFC 4954 section 6) */
  gboolean demands_tls;  /* 530 to all but NOOP, EHLO, STARTTLS and QUIT without TLS (RFC 3207
                          * section 4) */
  gboolean fails_tls;    /* STARTTLS is offered, but answered by 454: no certificate just now */
  guint    mechanisms;          /* SaslMechanism that AUTH offers under TLS; -PLUS are left out
                                 * where the connection has no binding, EXTERNAL where the client
                                 * has shown no certificate or one that has problems */
  guint    mechanisms_in_clear; /* and without */
  SaslRandomFunc random;        /* for AUTH; may be NULL without mechanisms */
  gpointer       random_data;
  gint64         epoch_us; /* what the owner's clock means at 0: microseconds since 1970 */
  gsize    size_max;       /* bytes of a message; 0: SMTP_SERVER_MESSAGE_BYTES_MAX */
  guint    recipients_max; /* 0: SMTP_SERVER_RECIPIENTS_MAX */
  gint64   timeout_us;     /* 0: SMTP_SERVER_TIMEOUT_US */
} SmtpServerConfig;

typedef enum
{
  SMTP_EVENT_NONE,      /* no more until receive(), expire() or an answer */
  SMTP_EVENT_HELLO,     /* tells: text is the client's claimed name; a transaction is given up */
  SMTP_EVENT_MAIL,      /* asks:  mail; a new transaction. text is the reverse-path, "" for <> */
  SMTP_EVENT_RECIPIENT, /* asks:  recipient. text is the forward-path */
  SMTP_EVENT_MESSAGE,   /* asks:  message has its dots unstuffed, its chunks joined. In LMTP asks
                         * once for each accepted recipient, in order: index says which */
  SMTP_EVENT_VERIFY,    /* asks:  text is what to verify (RFC 5321 section 3.5). An answer beyond
                         * ASCII to a client that does not take it becomes 252 2.6.8 (RFC 6531
                         * section 3.7.4.2) */
  SMTP_EVENT_EXPAND,    /* asks:  text is the list to expand; as VERIFY */
  SMTP_EVENT_RESET,     /* tells: the transaction was given up; text is why: "RSET", or what was
                         * wrong with the message */
  SMTP_EVENT_STARTTLS,  /* tells: TLS begins (see smtp_server_starts_tls()); nothing more comes
                         * before smtp_server_secured() but LOST */
  SMTP_EVENT_AUTH,      /* asks:  sasl is SaslServer's event that asks; answered by
                         * smtp_server_answer_auth() */
  SMTP_EVENT_AUTHENTICATED, /* tells: text is who the client is now, "" for anonymous */
  SMTP_EVENT_AUTH_FAILED,   /* tells: text is why, for people; name is who it said it was or "" */
  SMTP_EVENT_TOLERATED, /* tells: leniencies: what is let pass of the command or data whose reply
                         * and events follow */
  SMTP_EVENT_QUIT,      /* tells: the session ended in good order */
  SMTP_EVENT_LOST,      /* tells: the session ended otherwise; text is why */
} SmtpEventKind;

/** Everything in it is borrowed until the next call on the server. */
typedef struct
{
  SmtpEventKind kind;
  const char   *text;
  gboolean      is_extended; /* HELLO: EHLO (or LHLO) rather than HELO */
  gboolean      is_utf8;     /* VERIFY, EXPAND: the client takes an answer in UTF-8 */
  const SmtpMail        *mail;      /* MAIL */
  const SmtpRecipient   *recipient; /* RECIPIENT */
  guint                  index;     /* MESSAGE: among the accepted recipients */
  GBytes                *message;   /* MESSAGE */
  const SaslServerEvent *sasl;      /* AUTH */
  const char            *mechanism; /* AUTH, AUTHENTICATED, AUTH_FAILED: "PLAIN" */
  const char            *name;      /* AUTH_FAILED */
  guint                  leniencies; /* TOLERATED: SmtpLeniency */
} SmtpEvent;

/** Starts the session: the greeting waits in the output. */
SmtpServer *smtp_server_new (const SmtpServerConfig *config, gint64 now_us);
void        smtp_server_free (SmtpServer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmtpServer, smtp_server_free)

/**
 * smtp_server_receive:
 * @data: (array length=length): bytes from the client, in any chunking; copied
 *
 * Never fails: what the client gets wrong becomes a 5yz reply in the output
 * (RFC 5321 section 4.2.1), not an error here.
 */
void smtp_server_receive (SmtpServer *self, const guint8 *data, gsize length, gint64 now_us);

/** The client will send no more; what it sent before is still dealt with, then comes LOST unless
 * it quit. */
void smtp_server_receive_end (SmtpServer *self);

/** Fills @out_event. Returns: FALSE, with kind NONE, when the session waits. */
gboolean smtp_server_next_event (SmtpServer *self, SmtpEvent *out_event);

/**
 * smtp_server_answer:
 * @code: 2yz accepts, 4yz and 5yz refuse (RFC 5321 section 4.3.2); 421 also ends the session
 * @status: (nullable): enhanced status code, "5.1.1" (RFC 3463), of the class of @code; sent where
 *   the server offers ENHANCEDSTATUSCODES; NULL: one that fits @code and the command
 * @text: lines separated by LF
 *
 * Answers the event that asked, other than AUTH.
 */
void smtp_server_answer (SmtpServer *self, guint code, const char *status, const char *text);

/** Returns: the exchange whose event waits, to be answered by one of sasl_server_accept(),
 * _refuse(), _give_password(), _give_keys(), _accept_token(), _refuse_token(); then call
 * smtp_server_auth_answered(). */
SaslServer *smtp_server_get_sasl (SmtpServer *self);
void        smtp_server_auth_answered (SmtpServer *self);

/** Returns: TRUE, once, after the 220 to STARTTLS has been put into the output: TLS begins after
 * that output. What the client sent behind its command is dropped (RFC 3207 section 4.2). */
gboolean smtp_server_starts_tls (SmtpServer *self);

/** TLS protects the session: all that was known of the client is forgotten (RFC 3207 section
 * 4.2). With implicit TLS: before the first receive(). Copied as far as needed. */
void smtp_server_secured (SmtpServer *self, const WireSecurity *security, gint64 now_us);

/** Whether TLS protects the session, and who the client has proved to be: (nullable), borrowed. */
gboolean    smtp_server_is_secured (const SmtpServer *self);
const char *smtp_server_get_user (const SmtpServer *self);

/** Returns: (transfer full): every byte to send since the last call; may be empty. */
GBytes *smtp_server_take_output (SmtpServer *self);

/** The units received and sent, for the trace: see WireSessionClass.next_unit. */
gboolean smtp_server_next_unit (SmtpServer *self, WireUnit *out_unit);

/** Returns: when expire() is due; G_MAXINT64 while an event waits for its answer, and at the
 * end. */
gint64 smtp_server_get_deadline (const SmtpServer *self);

/** Ends the session with 421 if its deadline has come. */
void smtp_server_expire (SmtpServer *self, gint64 now_us);

/** Returns: whether to close once the output has been sent. */
gboolean smtp_server_is_done (const SmtpServer *self);

/* The order of a session, as the state diagram shows it. */

/** States, as bits for sets of them. */
typedef enum
{
  SMTP_STATE_GREETED = 1 << 0,   /* connected; who is it? */
  SMTP_STATE_READY = 1 << 1,     /* introduced; no transaction */
  SMTP_STATE_MAIL = 1 << 2,      /* the sender is known */
  SMTP_STATE_RECIPIENT = 1 << 3, /* and a recipient at least */
  SMTP_STATE_DATA = 1 << 4,      /* the message is coming */
  SMTP_STATE_CHUNKS = 1 << 5,    /* a part of the message has come by BDAT */
  SMTP_STATE_AUTH = 1 << 6,      /* the client is proving who it is */
  SMTP_STATE_CLOSED = 1 << 7,
} SmtpState;

#define SMTP_N_STATES 8

/** What a command takes, as bits for sets. What it lacks is told by the first of these replies,
 * in this order; then by 502 where the extension that the command belongs to is not offered; then
 * by the row's refusal where the state is not legal. */
typedef enum
{
  SMTP_NEED_SMTP = 1 << 0, /* 500 in LMTP (RFC 2033 section 4.1) */
  SMTP_NEED_LMTP = 1 << 1, /* 500 in SMTP */
  SMTP_NEED_TLS = 1 << 2,  /* 530 without TLS where the server demands it */
  SMTP_NEED_AUTH = 1 << 3, /* 530 without AUTH where the server demands it */
  SMTP_NEED_CLEAR = 1 << 4, /* 503 under TLS */
} SmtpNeed;

/** What may come when, and where it leads: one row of the table that the session obeys. */
typedef struct
{
  SmtpVerb      verb;
  guint         legal;     /* a set of SmtpState */
  SmtpState     next;      /* after a positive reply; 0: the state stays */
  SmtpEventKind event;     /* that it leads to */
  guint         refusal;   /* the reply in all other states that no row of the verb has */
  guint         needs;     /* SmtpNeed */
  guint         extension; /* SmtpExtension without which there is no such command; or 0 */
} SmtpServerRule;

/** Returns: (nullable): row @i, NULL past the last. */
const SmtpServerRule *smtp_server_get_rule (guint i);

SmtpState smtp_server_get_state (const SmtpServer *self);

/** Returns: "greeted", "ready", "mail", "recipient", "data", "chunks", "auth" or "closed". */
const char *smtp_state_get_name (SmtpState state);

G_END_DECLS
