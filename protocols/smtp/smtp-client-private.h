/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "smtp-client.h"

#include "smtp-client-content.h"
#include "smtp-reply.h"
#include <wire/wire-framer.h>

G_BEGIN_DECLS

/* What the files of the client share. smtp-client.c takes in replies and hands them to the step
 * that waits for them; -hello.c and -auth.c are the steps up to READY; -prepare.c decides how a
 * message is sent, and -transaction.c sends it. */

/** Octets of commands whose replies are still to come. RFC 2920 section 3.1: a group has to fit
 * the TCP window, "usually, but not always, 4K octets", or both ends may wait for each other. */
#define SMTP_CLIENT_GROUP_BYTES_MAX 4096

/** Octets of one chunk (RFC 3030 section 2 asks for a reasonable size), and how many of them may
 * wait for their replies. Ours: large enough to fill a line, small enough that a refusal comes
 * before much was sent in vain. */
#define SMTP_CLIENT_CHUNK_BYTES (64 * 1024)
#define SMTP_CLIENT_CHUNKS_MAX 4

/** An AUTH command with its initial response: still a command line (RFC 4954 section 4). */
#define SMTP_CLIENT_AUTH_BYTES_MAX 512

/** Octets that may wait unread while the session waits for its owner. Ours: a server has nothing to
 * say then but a 421. */
#define SMTP_CLIENT_INPUT_BYTES_MAX (1024 * 1024)

/** All recipients that are pending. */
#define ALL_RECIPIENTS G_MAXUINT

typedef enum
{
  STEP_GREETING,
  STEP_EHLO, /* LHLO in LMTP */
  STEP_HELO,
  STEP_STARTTLS,
  STEP_TLS, /* no reply: secured() or tls_failed() */
  STEP_AUTH,
  STEP_READY,   /* no reply: send() or quit() */
  STEP_CONVERT, /* no reply: convert() */
  STEP_RSET,
  STEP_MAIL,
  STEP_RCPT,
  STEP_DATA,
  STEP_CHUNK,   /* BDAT but the last */
  STEP_MESSAGE, /* the end of data, or the last BDAT */
  STEP_DOT,     /* the end of data that were sent to nobody */
  STEP_QUIT,
  STEP_OVER,
  N_STEPS,
} SmtpClientStep;

/** A reply that is to come. */
typedef struct
{
  SmtpClientStep step;
  guint          recipient; /* RCPT; MESSAGE in LMTP, ALL_RECIPIENTS in SMTP */
  gsize          n_bytes;   /* of the command */
  gint64         timeout_us;
} SmtpAwaited;

typedef struct
{
  SmtpRecipient recipient;
  gboolean      is_accepted; /* by the reply to RCPT */
  SmtpOutcome   outcome;
  guint         code;
  char         *status; /* (nullable) */
  char         *text;   /* (nullable) */
  gboolean      is_host;
  guint         relayed;
} SmtpClientRecipient;

/** An event with its text, as it waits to be taken. */
typedef struct
{
  SmtpClientEvent event;
  char           *text;
} SmtpClientNews;

struct _SmtpClient
{
  SmtpClientConfig config; /* strings owned */
  WireFramer      *framer;
  WireOutbox       outbox;
  GByteArray      *reply_bytes; /* lines of the reply so far */
  GQueue           awaited;     /* of SmtpAwaited: replies, in the order of their commands */
  gsize            n_awaited_bytes;
  SmtpClientStep   step; /* what the session is at while no reply is awaited */
  gint64           deadline_us;
  gint64           now_us;
  gboolean         is_input_over;
  GQueue           news; /* of SmtpClientNews */
  SmtpClientNews  *told; /* (nullable): the last one, borrowed by the owner */

  /* What is known of the server; forgotten when TLS begins. */
  guint   offered; /* SmtpExtension */
  guint   used;    /* of these, what the config lets be used */
  guint64 size_max;   /* SIZE; 0: no limit was named */
  guint   mechanisms; /* AUTH */

  /* TLS */
  gboolean starts_tls; /* and the layer below has not been told */
  gboolean is_secured;
  gboolean is_verified;
  GBytes  *exporter;  /* (nullable) */
  GBytes  *end_point; /* (nullable) */

  /* AUTH */
  SaslClient   *sasl; /* (nullable) */
  SaslMechanism mechanism;
  guint         tried; /* SaslMechanism that were of no use */
  gboolean      is_cancelled;
  char         *sasl_failure; /* (nullable): why it was */
  gboolean      is_authenticated;

  /* Why the session ends before its time, told once QUIT is done with. */
  char *failure; /* (nullable) */
  guint failure_code;

  /* The transaction */
  gboolean            is_sending; /* and SENT has not been told */
  gboolean            needs_rset; /* a transaction was opened and not ended */
  gboolean            is_converted;
  SmtpMail            mail;
  GArray             *recipients; /* of SmtpClientRecipient */
  SmtpClientRecipient any;        /* what becomes of any recipient when there was no transaction */
  GBytes             *message;    /* (nullable): as the owner gave it */
  GBytes             *content;    /* (nullable): as it is to arrive */
  gboolean            in_chunks;
  gsize               n_chunked;  /* octets of the content that were sent */
  SmtpClientStep      next;       /* the command to send next; STEP_READY: none */
  guint               next_recipient;
};

static inline SmtpClientRecipient *
get_recipient (const SmtpClient *self, guint i)
{
  return &g_array_index (self->recipients, SmtpClientRecipient, i);
}

/* smtp-client.c */

void smtp_client_await (SmtpClient *self, SmtpClientStep step, guint recipient, gsize n_bytes,
                        gint64 more_us);
/** Sends a command line and awaits its reply. */
void smtp_client_command (SmtpClient *self, SmtpClientStep step, guint recipient, const char *line);
void smtp_client_tell (SmtpClient *self, SmtpClientEventKind kind, const char *name, guint code,
                       const char *text);
/** The owner has answered, maybe before it took the question. */
void smtp_client_drop_question (SmtpClient *self);
/** Ends the session without another word: what is pending becomes temporary. */
void smtp_client_fail (SmtpClient *self, guint code, const char *status, const char *text);
/** Ends the session, which has come to nothing, by QUIT. */
void smtp_client_abandon (SmtpClient *self, SmtpOutcome outcome, guint code, const char *status,
                          const char *text);
/** All is said that comes before messages. */
void smtp_client_get_ready (SmtpClient *self);

/* smtp-client-hello.c */

void smtp_client_say_hello (SmtpClient *self);
void smtp_client_on_greeting (SmtpClient *self, const SmtpReply *reply, guint recipient);
void smtp_client_on_ehlo (SmtpClient *self, const SmtpReply *reply, guint recipient);
void smtp_client_on_helo (SmtpClient *self, const SmtpReply *reply, guint recipient);
void smtp_client_on_starttls (SmtpClient *self, const SmtpReply *reply, guint recipient);

/* smtp-client-auth.c */

/** Begins AUTH where there are credentials; else gets ready. */
void smtp_client_authenticate (SmtpClient *self);
void smtp_client_on_auth (SmtpClient *self, const SmtpReply *reply, guint recipient);

/* smtp-client-transaction.c */

SmtpOutcome smtp_client_get_outcome (guint code);
/** Decides on all recipients that are pending, or on any when there are none yet. */
void smtp_client_settle (SmtpClient *self, SmtpOutcome outcome, guint code, const char *status,
                         const char *text, gboolean is_host);
void smtp_client_recipient_clear (gpointer recipient);
/** Decides on one. */
void smtp_client_decide (SmtpClientRecipient *recipient, SmtpOutcome outcome, guint code,
                         const char *status, const char *text, gboolean is_host);
/** Tells that all is settled, and asks for the next. */
void smtp_client_end_transaction (SmtpClient *self);
/** Sends what may be sent; ends the transaction when nothing is left to send and to await. */
void smtp_client_go_on (SmtpClient *self);
void smtp_client_on_rset (SmtpClient *self, const SmtpReply *reply, guint recipient);
void smtp_client_on_mail (SmtpClient *self, const SmtpReply *reply, guint recipient);
void smtp_client_on_rcpt (SmtpClient *self, const SmtpReply *reply, guint recipient);
void smtp_client_on_data (SmtpClient *self, const SmtpReply *reply, guint recipient);
void smtp_client_on_chunk (SmtpClient *self, const SmtpReply *reply, guint recipient);
void smtp_client_on_message (SmtpClient *self, const SmtpReply *reply, guint recipient);
void smtp_client_on_dot (SmtpClient *self, const SmtpReply *reply, guint recipient);

G_END_DECLS
