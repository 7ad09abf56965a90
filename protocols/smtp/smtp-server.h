/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "smtp-grammar.h"
#include <wire/wire-unit.h>

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

/** Recipients of one message (DESIGN.md section 8); at least 100 (RFC 5321 section 4.5.3.1.8). */
#define SMTP_SERVER_RECIPIENTS_MAX 1000

/** Commands refused for good (5yz) in a row after which the server closes. Ours: a person who
 * types recovers sooner; a program that does not speak SMTP never does. */
#define SMTP_SERVER_ERRORS_MAX 20

/** What a server lets pass that the standard does not ask it to. */
typedef enum
{
  SMTP_LENIENT_BARE_LF_ENDS_LINE = 1 << 0, /* command lines may end in LF alone */
  SMTP_LENIENT_FORMS = 1 << 1,             /* spaces too many, paths without brackets, odd names */
  SMTP_LENIENT_BARE_LF_ENDS_DATA = 1 << 2, /* LF "." LF ends the data: open to smuggling */
} SmtpLeniency;

#define SMTP_PROFILE_STRICT 0
#define SMTP_PROFILE_COMMON (SMTP_LENIENT_BARE_LF_ENDS_LINE | SMTP_LENIENT_FORMS)
#define SMTP_PROFILE_LENIENT (SMTP_PROFILE_COMMON | SMTP_LENIENT_BARE_LF_ENDS_DATA)

/** Copied by smtp_server_new(). */
typedef struct
{
  const char *name;           /* the host's domain name */
  const char *greeting;       /* (nullable): text after the name in the 220 reply */
  guint       profile;        /* SmtpLeniency */
  gsize       size_max;       /* bytes of a message; 0: SMTP_SERVER_MESSAGE_BYTES_MAX */
  guint       recipients_max; /* 0: SMTP_SERVER_RECIPIENTS_MAX */
  gint64      timeout_us;     /* 0: SMTP_SERVER_TIMEOUT_US */
} SmtpServerConfig;

typedef enum
{
  SMTP_EVENT_NONE,      /* no more until receive(), expire() or an answer */
  SMTP_EVENT_HELLO,     /* tells: text is the client's claimed name; a transaction is given up */
  SMTP_EVENT_MAIL,      /* asks:  text is the reverse-path, "" for <>; a new transaction */
  SMTP_EVENT_RECIPIENT, /* asks:  text is the forward-path */
  SMTP_EVENT_MESSAGE,   /* asks:  message has its dots unstuffed */
  SMTP_EVENT_VERIFY,    /* asks:  text is what to verify (RFC 5321 section 3.5) */
  SMTP_EVENT_RESET,     /* tells: the transaction was given up by RSET */
  SMTP_EVENT_QUIT,      /* tells: the session ended in good order */
  SMTP_EVENT_LOST,      /* tells: the session ended otherwise; text is why */
} SmtpEventKind;

/** Everything in it is borrowed until the next call on the server. */
typedef struct
{
  SmtpEventKind kind;
  const char   *text;
  gboolean      is_extended; /* HELLO: EHLO rather than HELO */
  GBytes       *message;     /* MESSAGE */
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
 * @text: lines separated by LF
 *
 * Answers the event that asked.
 */
void smtp_server_answer (SmtpServer *self, guint code, const char *text);

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
  SMTP_STATE_CLOSED = 1 << 5,
} SmtpState;

#define SMTP_N_STATES 6

/** What may come when, and where it leads: one row of the table that the session obeys. */
typedef struct
{
  SmtpVerb      verb;
  guint         legal; /* a set of SmtpState */
  SmtpState     next;  /* after a positive reply; 0: the state stays */
  SmtpEventKind event; /* that it leads to */
} SmtpServerRule;

/** Returns: (nullable): row @i, NULL past the last. */
const SmtpServerRule *smtp_server_get_rule (guint i);

SmtpState smtp_server_get_state (const SmtpServer *self);

/** Returns: "greeted", "ready", "mail", "recipient", "data" or "closed". */
const char *smtp_state_get_name (SmtpState state);

G_END_DECLS
