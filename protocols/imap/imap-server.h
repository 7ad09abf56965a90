/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "imap-command.h"
#include "imap-response.h"
#include <sasl/sasl-server.h>
#include <wire/wire-session.h>

G_BEGIN_DECLS

/**
 * ImapServer:
 *
 * The serving half of one IMAP session (RFC 9051, RFC 3501 and extensions), as a pure state
 * machine: it frames and reads commands, knows which may come when, and does what needs no mailbox:
 * CAPABILITY, NOOP, LOGOUT, ENABLE, STARTTLS, AUTHENTICATE, COMPRESS, the literals. It opens no
 * socket, reads no clock and knows no mailboxes. Its owner repeats:
 *
 *   receive bytes -> take each event -> answer those that ask -> send output
 *
 * A COMMAND is answered by any number of untagged responses, at once or later, and then by
 * imap_server_complete(). Meanwhile the next commands wait, so that responses leave in order. All
 * times are microseconds on the owner's clock. Not thread-safe.
 */
typedef struct _ImapServer ImapServer;

/** Silence that ends a session: the least that RFC 9051 section 5.4 allows once a client is known.
 * */
#define IMAP_SERVER_AUTOLOGOUT_US (30 * 60 * G_USEC_PER_SEC)
/** And before: ours; who has not said who it is in that time never will. */
#define IMAP_SERVER_LOGIN_TIMEOUT_US (3 * 60 * G_USEC_PER_SEC)
/** Time for one command from its first octet to its last, besides what its literals take at the
 * least rate: ours, as in SMTP. */
#define IMAP_SERVER_COMMAND_TIMEOUT_US (5 * 60 * G_USEC_PER_SEC)
#define IMAP_SERVER_BYTES_PER_S_MIN 30

/** The largest message that APPEND takes by default (DESIGN.md section 8): APPENDLIMIT. */
#define IMAP_SERVER_APPEND_BYTES_MAX (32 * 1024 * 1024)
/** Literals of any other command: ours, room for a long list of search strings. */
#define IMAP_SERVER_LITERAL_BYTES_MAX (256 * 1024)
/** All messages of one MULTIAPPEND, or all parts of a CATENATE, together. */
#define IMAP_SERVER_APPENDS_BYTES_MAX (64 * 1024 * 1024)
/** A non-synchronizing literal without LITERAL+ (RFC 7888 section 5). */
#define IMAP_SERVER_LITERAL_MINUS_BYTES_MAX 4096
/** Output that may wait while commands go on to be taken: ours. Above it next_event() returns FALSE
 * until the output has been taken: a client that asks much in few bytes, or compressed, fills no
 * memory. */
#define IMAP_SERVER_OUTPUT_BYTES_MAX (1024 * 1024)
/** BAD commands in a row after which the server closes: ours, as in SMTP. */
#define IMAP_SERVER_ERRORS_MAX 20
/** Refused logins after which the server closes: as in POP3. */
#define IMAP_SERVER_LOGINS_MAX 3

/** Copied by imap_server_new(). */
typedef struct
{
  const char *name;         /* the host's domain name */
  const char *greeting;     /* (nullable): text of the greeting */
  const char *refusal;      /* (nullable): the greeting is BYE with this text */
  const char *user;         /* (nullable): PREAUTH: who the client is known to be */
  guint32     capabilities; /* ImapCapability */
  gboolean    is_strict;
  guint       mechanisms;          /* SaslMechanism under TLS, as SmtpServerConfig has them */
  guint       mechanisms_in_clear; /* and without; without PLAIN there: LOGINDISABLED */
  SaslRandomFunc random;
  gpointer       random_data;
  gint64         epoch_us;
  guint64        append_bytes_max; /* 0: IMAP_SERVER_APPEND_BYTES_MAX */
  gint64         autologout_us;    /* 0: IMAP_SERVER_AUTOLOGOUT_US */
} ImapServerConfig;

typedef enum
{
  IMAP_SERVER_EVENT_NONE,
  IMAP_SERVER_EVENT_AUTH,  /* asks: sasl is SaslServer's event; answered as in smtp-server.h. LOGIN
                            * is SASL_SERVER_EVENT_PASSWORD, too */
  IMAP_SERVER_EVENT_AUTHENTICATED, /* tells: text is who the client is now */
  IMAP_SERVER_EVENT_AUTH_FAILED,   /* tells: text is why, name who it said it was or "" */
  IMAP_SERVER_EVENT_COMMAND, /* asks: command, which is legal now -> imap_server_complete() */
  IMAP_SERVER_EVENT_DONE,    /* tells: the client ends IDLE: complete it */
  IMAP_SERVER_EVENT_STARTTLS, /* tells: TLS begins */
  IMAP_SERVER_EVENT_COMPRESS, /* tells: what follows is compressed */
  IMAP_SERVER_EVENT_TOLERATED, /* tells: text is the name of the deviation let pass in the command
                                * that follows */
  IMAP_SERVER_EVENT_QUIT, /* tells: the session ended in good order */
  IMAP_SERVER_EVENT_LOST, /* tells: it ended otherwise; text is why */
} ImapServerEventKind;

/** Everything in it is borrowed until the next call on the server; the command until it is
 * completed. */
typedef struct
{
  ImapServerEventKind    kind;
  const char            *text;
  const char            *name;
  const char            *mechanism; /* AUTH, AUTHENTICATED, AUTH_FAILED: "PLAIN", "LOGIN" */
  const SaslServerEvent *sasl;
  const ImapCommand     *command;
} ImapServerEvent;

/** Starts the session: the greeting waits in the output. */
ImapServer *imap_server_new (const ImapServerConfig *config, gint64 now_us);
void        imap_server_free (ImapServer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ImapServer, imap_server_free)

void     imap_server_receive (ImapServer *self, const guint8 *data, gsize length, gint64 now_us);
void     imap_server_receive_end (ImapServer *self);

/** Returns: FALSE when there is none: for want of input, of an answer, or of room for output. */
gboolean imap_server_next_event (ImapServer *self, ImapServerEvent *out_event);

/**
 * imap_server_send:
 * @response: (array length=length): one whole response with its literals, "* 3 EXISTS" CRLF; copied
 *
 * Between COMMAND and complete() that answers the command; else, unasked, only what RFC 9051
 * section 7 lets come at any time, or in IDLE.
 */
void imap_server_send (ImapServer *self, const char *response, gsize length);
void imap_server_send_bytes (ImapServer *self, GBytes *response); /* referenced */

/**
 * imap_server_complete:
 * @condition: IMAP_OK, IMAP_NO or IMAP_BAD
 * @code: (nullable): a response code without brackets: "TRYCREATE", "COPYUID 1 1:2 3:4"
 * @text: for people, on one line
 *
 * Answers the command at hand; after OK the state is what the table says.
 */
void imap_server_complete (ImapServer *self, ImapCondition condition, const char *code,
                           const char *text);

/** Sends an untagged status: "* OK [UNSEEN 3] text", "* NO [OVERQUOTA] text" */
void imap_server_send_status (ImapServer *self, ImapCondition condition, const char *code,
                              const char *text);

/** Answers IDLE: the client may wait now; DONE follows, and then complete(). */
void imap_server_begin_idle (ImapServer *self);

/** Ends the session with BYE: the owner shuts down, or the mailbox is no more. */
void imap_server_bye (ImapServer *self, const char *code, const char *text);

/** The selected mailbox is gone or renamed: the state is authenticated again (RFC 9051 section 7.1,
 * CLOSED is the owner's to send). */
void imap_server_deselect (ImapServer *self);

/** Returns: the exchange whose event waits: answer it, then call imap_server_auth_answered(). */
SaslServer *imap_server_get_sasl (ImapServer *self);
void        imap_server_auth_answered (ImapServer *self);

/** What the client has enabled; a command can do so, too (RFC 7162 section 3.1). */
guint imap_server_get_enabled (const ImapServer *self);
void  imap_server_enable (ImapServer *self, guint enabled);

/** The command at hand; (nullable): none. */
const ImapCommand *imap_server_get_command (const ImapServer *self);

/** Whether messages may be told to be gone now (RFC 9051 section 7.5.1): not in answer to FETCH,
 * STORE and SEARCH by message sequence numbers, nor when no command is at hand; in IDLE they may.
 * */
gboolean imap_server_may_tell_expunge (const ImapServer *self);

/** Whether the client waits in IDLE, and unasked responses can be sent at once. */
gboolean imap_server_is_idle (const ImapServer *self);

gboolean    imap_server_is_secured (const ImapServer *self);
const char *imap_server_get_user (const ImapServer *self); /* (nullable), borrowed */

/* As in smtp-server.h. */
gboolean imap_server_starts_tls (ImapServer *self);
void     imap_server_secured (ImapServer *self, const WireSecurity *security, gint64 now_us);
GBytes  *imap_server_take_output (ImapServer *self);
gsize    imap_server_get_n_output (const ImapServer *self); /* bytes that wait to be taken */
gboolean imap_server_next_unit (ImapServer *self, WireUnit *out_unit);
gint64   imap_server_get_deadline (const ImapServer *self);
void     imap_server_expire (ImapServer *self, gint64 now_us);
gboolean imap_server_is_done (const ImapServer *self);

/* The order of a session, as the state diagram shows it. */

/** The states of RFC 9051 section 3, as bits for sets of them. */
typedef enum
{
  IMAP_STATE_NOT_AUTHENTICATED = 1 << 0,
  IMAP_STATE_AUTHENTICATED = 1 << 1,
  IMAP_STATE_SELECTED = 1 << 2,
  IMAP_STATE_LOGOUT = 1 << 3,
} ImapState;

#define IMAP_N_STATES 4
#define IMAP_STATES_ANY                                                                            \
  (IMAP_STATE_NOT_AUTHENTICATED | IMAP_STATE_AUTHENTICATED | IMAP_STATE_SELECTED)

/** What may come when, and where it leads: one row of the table that the session obeys. */
typedef struct
{
  ImapVerb            verb;
  guint               legal;      /* a set of ImapState */
  ImapState           next;       /* after OK; 0: the state stays */
  ImapState           refused;    /* after NO; 0: the state stays (SELECT: authenticated) */
  guint32             capability; /* ImapCapability without any of which there is no such command; 0
                                   * */
  gboolean            is_open;    /* owners answer it: COMMAND */
} ImapServerRule;

/** Returns: (nullable): row @i, NULL past the last. */
const ImapServerRule *imap_server_get_rule (guint i);

ImapState imap_server_get_state (const ImapServer *self);

/** Returns: "not authenticated", "authenticated", "selected" or "logout". */
const char *imap_state_get_name (ImapState state);

G_END_DECLS
