/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "smtp-parameters.h"
#include "smtp-server.h"
#include <wire/wire-framer.h>

G_BEGIN_DECLS

/* For smtp-server.c and the files that begin with smtp-server- alone. */

/* Events that may wait to be told at once: a failure of AUTH, and that it was the last. */
#define SMTP_SERVER_EVENTS_MAX 3

/* Replies that are kept ready. */
#define SMTP_SERVER_REPLIES_KEPT 8

/* A reply of one line that was sent before, as it goes on the wire. */
typedef struct
{
  guint   code;
  char    status[12]; /* "" for none */
  char   *text;
  GBytes *bytes;
} SmtpKeptReply;

/* A chunk that BDAT announced and whose octets are coming. */
typedef struct
{
  gboolean    is_coming;
  guint64     size;
  gboolean    is_last;
  gboolean    is_legal; /* the order of commands lets it be part of a message */
  SmtpRefusal refusal;  /* code 0: the chunk is taken */
} SmtpChunk;

struct _SmtpServer
{
  SmtpServerConfig config; /* strings owned; limits filled in */
  WireFramer      *framer;
  WireOutbox       outbox;
  SmtpKeptReply    kept[SMTP_SERVER_REPLIES_KEPT];
  guint            next_kept; /* to be replaced next */

  /* The session */
  SmtpState state;
  gboolean  is_extended;       /* the client said EHLO or LHLO */
  gboolean  is_refused;        /* by the greeting: nothing but QUIT will do */
  gboolean  is_input_over;
  guint     n_errors;          /* refused commands in a row */
  guint     n_auth_failures;
  gboolean  is_secured;
  gboolean  begins_tls;        /* 220 to STARTTLS has been said; secured() is due */
  gboolean  tells_tls;         /* starts_tls() has not been asked yet */
  GBytes   *exporter;          /* (nullable) */
  GBytes   *end_point;         /* (nullable) */
  char     *certificate_name;  /* (nullable): of a client whose certificate is good */
  char     *user;              /* (nullable): who AUTH proved the client to be */

  /* What was taken last */
  SmtpCommand command;
  gboolean    takes_utf8;  /* VRFY, EXPN: in the reply */
  gboolean    is_matched;  /* by the grammar, and what it takes is let pass */
  gboolean    is_hello;    /* being answered: its reply has no status code (RFC 2034 section 3) */
  gboolean    must_wait;   /* the client must take the reply before it sends on (RFC 2920) */
  gboolean    is_early;    /* it did not, before the data at hand */
  guint       tolerated;   /* SmtpLeniency to be told before pending runs */
  void (*pending) (SmtpServer *self); /* (nullable): what becomes of the unit at hand */

  /* The transaction */
  SmtpMail      mail;
  SmtpRecipient recipient;    /* at hand */
  guint         n_recipients; /* accepted */
  SmtpChunk     chunk;
  GByteArray   *chunks;       /* (nullable): of the message so far */
  gboolean      is_spoiled;   /* a chunk was refused: the transaction can't succeed */
  GBytes       *message;      /* (nullable): at hand */
  guint         index;        /* LMTP: of the recipient whose reply is due */
  SmtpRefusal   refusal;      /* of the data at hand; code 0: none */
  char          refusal_text[96];

  /* AUTH */
  SaslServer     *sasl;       /* (nullable) */
  SaslServerEvent sasl_event; /* to hand out */
  char           *claimed;    /* (nullable): who the client said it was when it failed */
  char           *response;   /* (nullable): to be run, without its line end */
  gsize           response_length;

  /* What the owner is told */
  SmtpEvent     events[SMTP_SERVER_EVENTS_MAX];
  guint         n_events;
  SmtpEventKind asked; /* the event that waits for its answer, or NONE */

  /* Time */
  gint64  now_us;      /* when the owner last told it */
  gint64  heard_us;    /* when the client was last heard */
  gint64  begun_us;    /* when the first octet of the unit at hand came */
  guint64 unit_octets; /* that have come since */
};

/* Replies (smtp-server-reply.c) */

/* Sends a reply. @status: (nullable): sent where the server offers such codes. */
void smtp_server_reply (SmtpServer *self, guint code, const char *status, const char *text);
void smtp_server_reply_printf (SmtpServer *self, guint code, const char *status,
                               const char *format, ...) G_GNUC_PRINTF (4, 5);
/* Sends a reply of a client's mistake and counts it; too many in a row end the session. */
void smtp_server_refuse (SmtpServer *self, guint code, const char *status, const char *text);
void smtp_server_count_error (SmtpServer *self);
/* Says 421 and ends the session. @why: static, for the owner */
void smtp_server_close (SmtpServer *self, const char *status, const char *text, const char *why);
void        smtp_server_clear_replies (SmtpServer *self);

/* The order of a session (smtp-server.c) */

/* Adds an event to tell. Returns: it, to be filled; borrowed until the next call. */
SmtpEvent *smtp_server_tell (SmtpServer *self, SmtpEventKind kind, const char *text);
/* The same, and waits for its answer. */
SmtpEvent *smtp_server_ask (SmtpServer *self, SmtpEventKind kind, const char *text);
void       smtp_server_end_session (SmtpServer *self, SmtpEventKind kind, const char *text);
/* Forgets the transaction, if there is one. Returns: whether there was. */
gboolean smtp_server_end_transaction (SmtpServer *self);
/* Returns: whether the server is set up for @extension, which may not be the time to offer it. */
gboolean smtp_server_has (const SmtpServer *self, SmtpExtension extension);
/* Returns: the SmtpExtension that EHLO offers now, and SaslMechanism of AUTH. */
guint smtp_server_get_offer (const SmtpServer *self);
guint smtp_server_get_mechanisms (const SmtpServer *self);
/* Counts the unit as taken: the next begins with what waits. */
void smtp_server_begin_unit (SmtpServer *self);
/* Whether the client may send on without waiting for the reply to @verb (RFC 2920 section 3.1). */
gboolean smtp_server_may_pipeline (const SmtpServer *self, SmtpVerb verb);
/* Refuses what came before its time, and closes. */
void smtp_server_refuse_early (SmtpServer *self);
/* Runs @func, after the owner has been told of @leniencies if there are any. */
void smtp_server_run_after_telling (SmtpServer *self, guint leniencies,
                                    void (*func) (SmtpServer *self));

/* Commands (smtp-server-commands.c): what is done with one that is in order. */
void smtp_server_do_hello (SmtpServer *self);
void smtp_server_do_mail (SmtpServer *self);
void smtp_server_do_rcpt (SmtpServer *self);
void smtp_server_do_rset (SmtpServer *self);
void smtp_server_do_noop (SmtpServer *self);
void smtp_server_do_vrfy (SmtpServer *self);
void smtp_server_do_expn (SmtpServer *self);
void smtp_server_do_help (SmtpServer *self);
void smtp_server_do_quit (SmtpServer *self);
void smtp_server_do_starttls (SmtpServer *self);

/* Data and chunks (smtp-server-data.c) */
void smtp_server_do_data (SmtpServer *self);
/* BDAT, whose octets follow whatever is said of it. @refusal: code 0 for none */
void smtp_server_do_bdat (SmtpServer *self, const SmtpRefusal *refusal);
/* Take the next unit. Return: FALSE when it is not all there. */
gboolean smtp_server_take_data (SmtpServer *self);
gboolean smtp_server_take_chunk (SmtpServer *self);
/* What an answer to MESSAGE leads to, once the reply has been sent. */
void smtp_server_message_answered (SmtpServer *self);

/* AUTH (smtp-server-auth.c) */
void     smtp_server_do_auth (SmtpServer *self);
gboolean smtp_server_take_sasl (SmtpServer *self);
void     smtp_server_forget_user (SmtpServer *self);

G_END_DECLS
