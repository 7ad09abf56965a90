/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "pop3-grammar.h"
#include "pop3-message.h"
#include <sasl/sasl-server.h>
#include <wire/wire-session.h>

G_BEGIN_DECLS

/**
 * Pop3Server:
 *
 * The serving half of one POP3 session (RFC 1939, with CAPA and response codes
 * of RFC 2449, STLS of RFC 2595, AUTH of RFC 5034, UTF8 and LANG of RFC 6856), as a pure state
 * machine. It opens no socket, reads no clock and knows no mailboxes. Its owner, be it a simulated
 * host or the loopback bridge, repeats four moves:
 *
 *   receive bytes -> take each event -> answer those that ask -> send output
 *
 * An event that asks pauses the session, so pipelined commands (RFC 2449
 * section 6.6) wait in the input and responses leave in command order. The
 * owner locks the maildrop when it accepts a login and releases it at the one
 * event that ends the session: UPDATE, once answered, or QUIT or LOST. All times
 * are microseconds on the owner's clock. Not thread-safe.
 */
typedef struct _Pop3Server Pop3Server;

/** Inactivity that ends a session: the least that RFC 1939 section 3 allows. */
#define POP3_SERVER_AUTOLOGOUT_US (10 * 60 * G_USEC_PER_SEC)

/** Refused logins after which the server closes: RFC 1939 section 4 lets it close at the
 * first; people mistype, programs that guess passwords should have to reconnect. */
#define POP3_SERVER_LOGINS_MAX 3

/** How long a client may take to log in. Ours: the autologout ends a silent one; one that goes on
 * saying something else is told with its next command. */
#define POP3_SERVER_LOGIN_TIMEOUT_US (10 * 60 * G_USEC_PER_SEC)

/** Commands in a row that are none, not now or not so, after which the server closes. Ours: a
 * person who types recovers sooner; a program that does not speak POP3 never does. */
#define POP3_SERVER_ERRORS_MAX 20

/** While so much waits to be sent no further command is read: ours, for a client may ask for far
 * more than it takes. */
#define POP3_SERVER_OUTPUT_BYTES_MAX (1024 * 1024)

typedef enum
{
  POP3_PROFILE_COMMON, /* also what servers in use accept: bare LF, needless spaces, 8-bit bytes */
  POP3_PROFILE_STRICT, /* only what RFC 1939 and RFC 2449 allow */
} Pop3Profile;

/** What a server can be told to do without, and what it can do if its owner can. */
typedef enum
{
  POP3_CAPABILITY_TOP = 1 << 0,
  POP3_CAPABILITY_UIDL = 1 << 1,
  POP3_CAPABILITY_CAPA = 1 << 2,       /* the CAPA command itself */
  POP3_CAPABILITY_RESP_CODES = 1 << 3, /* codes in brackets; without it they are left out */
  POP3_CAPABILITY_PIPELINING = 1 << 4, /* without it, it is not told; commands may come early */
  POP3_CAPABILITY_EXPIRE = 1 << 5,     /* EXPIRE NEVER: messages stay until they are deleted */
  POP3_CAPABILITY_UTF8 = 1 << 6,       /* UTF8, with UTF-8 in names and passwords (RFC 6856) */
  POP3_CAPABILITY_LANG = 1 << 7,
  POP3_CAPABILITIES_ALL = (1 << 8) - 1, /* that need nothing of the owner */
  POP3_CAPABILITY_STLS = 1 << 8,        /* the owner can start TLS */
  POP3_CAPABILITY_APOP = 1 << 9,        /* a timestamp in the greeting; needs random */
  POP3_CAPABILITY_USER = 1 << 10, /* USER and PASS: there always, the bit is for the table alone */
  POP3_CAPABILITY_AUTH = 1 << 11, /* there with a mechanism: so is this */
} Pop3Capabilities;

/** Copied by pop3_server_new(). */
typedef struct
{
  const char *name;     /* the host's domain name, in greeting and farewell */
  const char *greeting; /* (nullable): text of the greeting; NULL: "NAME POP3 server ready" */
  guint capabilities;   /* Pop3Capabilities */
  Pop3Profile profile;
  gint64 autologout_us;      /* 0: POP3_SERVER_AUTOLOGOUT_US */
  gboolean guards_passwords; /* no USER and PASS without TLS (RFC 5034 section 4) */
  guint mechanisms;          /* SaslMechanism that AUTH offers under TLS; -PLUS are left out
                              * where the connection has no binding, EXTERNAL where the client
                              * has shown no certificate or one that has problems */
  guint mechanisms_in_clear; /* and without */
  SaslRandomFunc random;     /* for AUTH and APOP; may be NULL without */
  gpointer random_data;
  gint64 epoch_us;     /* what the owner's clock means at 0: microseconds since 1970 */
  guint login_delay_s; /* told as LOGIN-DELAY; the owner enforces it. 0: none */
} Pop3ServerConfig;

typedef enum
{
  POP3_SERVER_EVENT_NONE,    /* no more until receive(), expire() or an answer */
  POP3_SERVER_EVENT_AUTH,    /* asks: sasl is SaslServer's event that asks: see
                              * pop3_server_get_sasl() */
  POP3_SERVER_EVENT_APOP,    /* asks: user's password as it is kept -> give_password() */
  POP3_SERVER_EVENT_LOGIN,   /* asks: user, and password, unless the client has proved by mechanism
                              * who it is -> accept_login() or refuse_login() */
  POP3_SERVER_EVENT_MESSAGE, /* asks: index -> give_message() */
  POP3_SERVER_EVENT_UPDATE,  /* asks: deleted, maybe none -> finish_update() */
  POP3_SERVER_EVENT_AUTH_FAILED, /* tells: AUTH or APOP failed; text is why, for people; user is who
                                  * it said it was or "" */
  POP3_SERVER_EVENT_QUIT,        /* tells: ended before any login */
  POP3_SERVER_EVENT_LOST, /* tells: ended without QUIT, so nothing may be deleted; text is why */
} Pop3ServerEventKind;

/** Everything in it is borrowed until the next call on the server. */
typedef struct
{
  Pop3ServerEventKind kind;
  const char *user;            /* LOGIN, APOP, AUTH_FAILED: as the client wrote it, "" for an
                                * anonymous one; UTF-8 is prepared by SASLprep */
  const char *password;        /* LOGIN: spaces and all; NULL: there is nothing to check */
  const char *mechanism;       /* LOGIN, AUTH, AUTH_FAILED: "USER", "APOP", "PLAIN" ... */
  const SaslServerEvent *sasl; /* AUTH */
  guint index;                 /* MESSAGE: from 0, as in accept_login() */
  gboolean is_whole;           /* MESSAGE: RETR asks; FALSE: TOP, which gets only the beginning */
  const guint *deleted;        /* UPDATE: indexes, ascending */
  guint n_deleted;             /* UPDATE */
  const char *text;            /* LOST: for the trace, "autologout"; AUTH_FAILED */
} Pop3ServerEvent;

/** One message of a maildrop, as the session will list it. */
typedef struct
{
  guint64 octets;        /* pop3_count_octets() of the message */
  const char *unique_id; /* see pop3_unique_id_is_valid() */
} Pop3MaildropItem;

/** Starts the session: the greeting waits in the output. */
Pop3Server *
pop3_server_new (const Pop3ServerConfig *config, gint64 now_us);
void
pop3_server_free (Pop3Server *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Pop3Server, pop3_server_free)

/**
 * pop3_server_receive:
 * @data: (array length=length): bytes from the client, in any chunking; copied
 *
 * Never fails: what the client gets wrong becomes a -ERR response in the output
 * (RFC 1939 section 3), not an error here.
 */
void
pop3_server_receive (Pop3Server *self, const guint8 *data, gsize length, gint64 now_us);

/** The client will send no more. What it sent is dealt with, then comes LOST unless it quit. */
void
pop3_server_receive_end (Pop3Server *self);

/** Fills @out_event. Returns: FALSE, with kind NONE, when the session waits. */
gboolean
pop3_server_next_event (Pop3Server *self, Pop3ServerEvent *out_event);

/* Answers, one for each event that asks. */

/** Returns: the exchange whose event waits, to be answered by one of sasl_server_accept(),
 * _refuse(), _give_password(), _give_keys(), _accept_token(), _refuse_token(); then call
 * pop3_server_auth_answered(). */
SaslServer *
pop3_server_get_sasl (Pop3Server *self);
void
pop3_server_auth_answered (Pop3Server *self);

/** Answers APOP. @password: (nullable): there is no such user; borrowed */
void
pop3_server_give_password (Pop3Server *self, const char *password);

/**
 * pop3_server_accept_login:
 * @items: (array length=n_items): the maildrop in the order of its message numbers; copied
 */
void
pop3_server_accept_login (Pop3Server *self, const Pop3MaildropItem *items, guint n_items);

/**
 * pop3_server_refuse_login:
 * @code: (nullable): a response code without brackets: "IN-USE", "LOGIN-DELAY" (RFC 2449 section
 *   8.1), "SYS/TEMP", "SYS/PERM"; with "AUTH", as with NULL, it counts as a guess
 * @text: for people, on one line
 */
void
pop3_server_refuse_login (Pop3Server *self, const char *code, const char *text);

/**
 * pop3_server_give_message:
 * @message: (nullable): the whole message, also for TOP, which the session cuts;
 *   NULL when it can't be read, which becomes a -ERR response
 *
 * The message is sent with CRLF line ends: a bare LF gets its CR, a last line
 * without an end gets one. One with an internationalized header is refused by [UTF8] to a client
 * that has not said UTF8 (RFC 6856 section 5); no surrogate is made up for it, which would not be
 * what the sender wrote.
 */
void
pop3_server_give_message (Pop3Server *self, GBytes *message);

/** @is_complete: whether all messages marked as deleted have been removed. */
void
pop3_server_finish_update (Pop3Server *self, gboolean is_complete);

/** Returns: TRUE, once, after the +OK to STLS has been put into the output: TLS begins after that
 * output. What the client sent behind its command is dropped. */
gboolean
pop3_server_starts_tls (Pop3Server *self);

/** TLS protects the session; the client has to say again who it is. With implicit TLS: before the
 * first receive(). @security: copied as far as needed */
void
pop3_server_secured (Pop3Server *self, const WireSecurity *security, gint64 now_us);

/** Whether TLS protects the session. */
gboolean
pop3_server_is_secured (const Pop3Server *self);

/** Returns: whether the session has stopped reading commands until its output is taken; then
 * next_event() goes on. */
gboolean
pop3_server_is_waiting_for_room (const Pop3Server *self);

/** Returns: (transfer full): every byte to send since the last call; may be empty. */
GBytes *
pop3_server_take_output (Pop3Server *self);

/** The units received and sent, for the trace: see WireSessionClass.next_unit. */
gboolean
pop3_server_next_unit (Pop3Server *self, WireUnit *out_unit);

/** Returns: when expire() is due; G_MAXINT64 while an event waits for its answer and at the end. */
gint64
pop3_server_get_deadline (const Pop3Server *self);

/** Ends the session if its deadline has come: in silence, without UPDATE (RFC 1939 section 3). */
void
pop3_server_expire (Pop3Server *self, gint64 now_us);

/** Returns: whether to close once the output has been sent. */
gboolean
pop3_server_is_done (const Pop3Server *self);

/* The order of a session, as the state diagram shows it. */

/** The states of RFC 1939 section 3, as bits for sets of them. */
typedef enum
{
  POP3_STATE_AUTHORIZATION = 1 << 0,
  POP3_STATE_PASSWORD = 1 << 1, /* still AUTHORIZATION: USER was accepted, PASS may come */
  POP3_STATE_AUTH = 1 << 2,     /* still AUTHORIZATION: the client is proving who it is (RFC 5034
                                 * section 4); lines are no commands */
  POP3_STATE_TRANSACTION = 1 << 3,
  POP3_STATE_UPDATE = 1 << 4, /* the owner removes messages; no command is legal any more */
  POP3_STATE_CLOSED = 1 << 5, /* over */
} Pop3State;

#define POP3_N_STATES 6

/** What may come when, and where it leads: one row of the table that the session obeys. */
typedef struct
{
  Pop3Verb verb;
  guint legal;               /* a set of Pop3State */
  Pop3State next;            /* after a positive response; 0: the state stays */
  Pop3State refused;         /* after a negative response; 0: the state stays */
  guint capability;          /* Pop3Capabilities it needs, or 0 */
  Pop3ServerEventKind event; /* that it leads to */
  gboolean shows_password;   /* not without TLS where passwords are guarded */
} Pop3ServerRule;

/** Returns: (nullable): row @i, NULL past the last. */
const Pop3ServerRule *
pop3_server_get_rule (guint i);

Pop3State
pop3_server_get_state (const Pop3Server *self);

/** Returns: for people: "AUTHORIZATION", "AUTHORIZATION, user named", "TRANSACTION" ... */
const char *
pop3_state_get_name (Pop3State state);

G_END_DECLS
