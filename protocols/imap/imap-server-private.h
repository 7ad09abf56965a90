/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "imap-deflate.h"
#include "imap-framer.h"
#include "imap-grammar.h"
#include "imap-server.h"

G_BEGIN_DECLS

/* For imap-server.c and the files that begin with imap-server- alone. */

/* Events that may wait to be told at once: what the owner has not taken yet, and the end. */
#define IMAP_SERVER_EVENTS_MAX 4

/* Deviations of one command that are told by name. */
#define IMAP_SERVER_TOLERATED_MAX 8

/* What comes next from the client. */
typedef enum
{
  IMAP_INPUT_COMMANDS,
  IMAP_INPUT_SASL, /* a line inside of AUTHENTICATE */
  IMAP_INPUT_IDLE, /* DONE */
} ImapServerInput;

/* How a command is refused. */
typedef struct
{
  ImapCondition condition;
  const char   *code; /* (nullable) */
  const char   *text; /* NULL: it is not refused */
} ImapRefusal;

typedef struct
{
  ImapServerRule rule;
  void (*run) (ImapServer *self); /* NULL: owners answer it */
} ImapServerRow;

struct _ImapServer
{
  ImapServerConfig config; /* strings owned; limits filled in */
  ImapFramer      *framer;
  WireOutbox       outbox;
  ImapDeflate     *deflate; /* (nullable): both directions are compressed */
  GByteArray      *inflated; /* (nullable) */
  GString         *line;     /* response at work */

  /* The session */
  ImapState       state;
  ImapServerInput input;
  guint           enabled; /* ImapEnabled */
  gboolean        is_greeted;
  gboolean        is_input_over;
  guint           n_errors;   /* BAD in a row */
  guint           n_failures; /* refused logins */
  gboolean        is_secured;
  gboolean        begins_tls; /* OK to STARTTLS has been said; secured() is due */
  gboolean        tells_tls;  /* starts_tls() has not been asked yet */
  GBytes         *exporter;   /* (nullable) */
  GBytes         *end_point;  /* (nullable) */
  char           *certificate_name; /* (nullable): of a client whose certificate is good */
  char           *user;             /* (nullable): who the client is */

  /* The command at hand */
  ImapCommand          command;
  gboolean             is_matched; /* all of it is as the grammar has it */
  const ImapServerRow *row;        /* (nullable): what is due to it */
  gboolean             is_begun;   /* pieces of it have come, and a literal is awaited */
  gboolean             is_idle;
  gboolean             is_idle_wrong; /* something else than DONE came */
  gboolean             is_late; /* the owner has let time pass before its answer */
  void (*pending) (ImapServer *self); /* (nullable): to do once the owner was told */

  /* LOGIN and AUTHENTICATE */
  SaslServer     *sasl;       /* (nullable) */
  SaslServerEvent sasl_event; /* to hand out */
  const char     *mechanism;  /* static */
  char           *claimed;    /* (nullable): who the client said it was when it failed */

  /* What the owner is told */
  ImapServerEvent     events[IMAP_SERVER_EVENTS_MAX];
  guint               n_events;
  const char         *tolerated[IMAP_SERVER_TOLERATED_MAX];
  guint               n_tolerated;
  ImapServerEventKind asked; /* the event that waits for its answer, or NONE */

  /* Time */
  gint64   now_us;     /* when the owner last told it */
  gint64   started_us; /* when the session began, or TLS in it */
  gint64   heard_us;   /* when the client was last heard */
  gboolean is_heard_stale; /* a command took longer than the owner's clock has told since */
  gint64   begun_us;       /* when the first octet of the unit at hand came */
  guint64  unit_octets;    /* that have come since */
};

/* Output (imap-server-output.c) */

void imap_server_greet (ImapServer *self);
/* Sends a response that is whole. */
void imap_server_put (ImapServer *self, const char *data, gsize length);
/* Says "TAG OK [code] text"; @tag: NULL: untagged */
void imap_server_put_status (ImapServer *self, const char *tag, const char *condition,
                             const char *code, const char *text);
/* Answers the command at hand: its row says what the state then is. */
void imap_server_finish (ImapServer *self, ImapCondition condition, const char *code,
                         const char *text);
/* Refuses what was read, be there a tag or not; counts it. */
void imap_server_refuse (ImapServer *self, const ImapRefusal *refusal);
/* Answers with OK and what the client may do now. */
void imap_server_finish_with_capabilities (ImapServer *self, const char *text);
void imap_server_append_capabilities (ImapServer *self, GString *out);
/* Says BYE and ends the session. @why: static, for the owner */
void imap_server_close (ImapServer *self, const char *code, const char *text, const char *why);

/* The order of a session (imap-server.c) */

/* Adds an event to tell. Returns: it, to be filled; borrowed until the next call. */
ImapServerEvent *imap_server_tell (ImapServer *self, ImapServerEventKind kind, const char *text);
/* The same, and waits for its answer. */
ImapServerEvent *imap_server_ask (ImapServer *self, ImapServerEventKind kind);
void             imap_server_end_session (ImapServer *self, ImapServerEventKind kind,
                                          const char *text);
gboolean imap_server_has (const ImapServer *self, guint32 capabilities); /* any of them */
/* Finds the row of the command that was read. Returns: FALSE with @out_refusal filled. */
gboolean imap_server_find_row (ImapServer *self, ImapRefusal *out_refusal);

/* Input (imap-server-input.c) */

/* Takes the next unit. Returns: FALSE when it is not all there. */
gboolean imap_server_take_unit (ImapServer *self);
/* Counts the unit as taken: the next begins with what waits. */
void  imap_server_begin_unit (ImapServer *self);
gsize imap_server_get_n_waiting (const ImapServer *self);
/* Gives the next line, inside of AUTHENTICATE or IDLE. */
ImapFrame imap_server_next_line (ImapServer *self, const char *name, ImapPiece *out_piece);

/* Commands (imap-server-commands.c) */
void imap_server_do_capability (ImapServer *self);
void imap_server_do_logout (ImapServer *self);
void imap_server_do_enable (ImapServer *self);
void imap_server_do_starttls (ImapServer *self);
void imap_server_do_compress (ImapServer *self);

/* LOGIN and AUTHENTICATE (imap-server-auth.c) */
guint imap_server_get_mechanisms (const ImapServer *self); /* SaslMechanism */
/* What is wrong with LOGIN here; text NULL: nothing. */
ImapRefusal imap_server_check_login (const ImapServer *self);
void        imap_server_do_login (ImapServer *self);
void        imap_server_do_authenticate (ImapServer *self);
gboolean    imap_server_take_sasl (ImapServer *self);
void        imap_server_forget_user (ImapServer *self);

G_END_DECLS
