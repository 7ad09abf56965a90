/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "pop3-server.h"

#include "pop3-language.h"
#include "pop3-maildrop.h"
#include <wire/wire-framer.h>

G_BEGIN_DECLS

/* What the files of the server share. pop3-server.c takes in lines and has the table, -auth.c has
 * the ways to log in, -commands.c what may be done then. */

typedef struct
{
  Pop3ServerRule rule;
  void (*run) (Pop3Server *self);
} Pop3Row;

struct _Pop3Server
{
  Pop3ServerConfig config; /* name owned; no greeting */
  WireFramer *framer;
  WireOutbox outbox;
  gint64 now_us;     /* when the client was last heard */
  gint64 started_us; /* when it was first asked to log in */
  gint64 deadline_us;
  Pop3State state;
  Pop3Language language;
  gboolean is_utf8;   /* the client has said UTF8 */
  guint n_errors;     /* commands in a row that were none */
  const Pop3Row *row; /* (nullable): of the command at hand */
  Pop3Command read;   /* the command at hand */

  /* The login */
  char *user;       /* (nullable): after a positive answer to USER; who is proved */
  char *timestamp;  /* (nullable): in the greeting */
  guint n_refused;  /* logins */
  SaslServer *sasl; /* (nullable) */
  SaslServerEvent sasl_event;
  const char *mechanism; /* (nullable): by which it logs in */
  char *claimed;         /* (nullable): who it said it was, in vain */

  Pop3Maildrop maildrop; /* empty before TRANSACTION */
  GArray *deleted;       /* (nullable), of guint: made for UPDATE */

  Pop3ServerEventKind asked; /* the event that waits for an answer, or NONE */
  gboolean is_new;           /* and has not been handed out */
  const char *failed;        /* (nullable): why AUTH failed, to be told */
  Pop3ServerEventKind end;   /* QUIT or LOST, to be told; else NONE */
  const char *end_text;      /* why LOST */
  gboolean is_input_over;
  gboolean is_out_of_room;

  /* TLS */
  gboolean is_starting; /* STLS was accepted: no more is read before TLS */
  gboolean starts_tls;  /* and that is not told yet */
  gboolean is_secured;
  char *certificate_name; /* (nullable): that the client has proved by its certificate */
  GBytes *exporter;       /* (nullable) */
  GBytes *end_point;      /* (nullable) */
};

/* pop3-server.c */

/** Puts a response line together; no @code: NULL. Returns: (transfer full) */
GString *
pop3_server_format_line (Pop3Server *self, gboolean is_ok, const char *code, const char *text);
/** Sends a response of several lines, which ends in the last of them, and frees it. */
void
pop3_server_send_listing (Pop3Server *self, GString *response);
/** Answers the command at hand with +OK, which may lead to another state. @format is translated. */
void
pop3_server_ok (Pop3Server *self, const char *format, ...) G_GNUC_PRINTF (2, 3);
/** Answers it with -ERR, which may too. @code: (nullable) */
void
pop3_server_err (Pop3Server *self, const char *code, const char *format, ...) G_GNUC_PRINTF (3, 4);
void
pop3_server_ask (Pop3Server *self, Pop3ServerEventKind kind);
/** Returns: whether the answer fits what was asked; clears the question. */
gboolean
pop3_server_take_answer (Pop3Server *self, Pop3ServerEventKind kind);
/** Ends the session; QUIT and LOST are then told, UPDATE has been asked. */
void
pop3_server_end (Pop3Server *self, Pop3ServerEventKind kind, const char *text);
/** Returns: Pop3Capabilities that there are here and now. */
guint
pop3_server_get_offer (const Pop3Server *self);

/* pop3-server-auth.c */

void
pop3_server_do_user (Pop3Server *self);
void
pop3_server_do_pass (Pop3Server *self);
void
pop3_server_do_apop (Pop3Server *self);
void
pop3_server_do_auth (Pop3Server *self);
/** Takes a line of the exchange, without its line end; @is_too_long: or the beginning of one. */
void
pop3_server_take_sasl_line (Pop3Server *self, const char *line, gsize length, gboolean is_too_long);
/** Returns: SaslMechanism that AUTH takes here and now. */
guint
pop3_server_get_mechanisms (const Pop3Server *self);
void
pop3_server_forget_user (Pop3Server *self);
void
pop3_server_forget_security (Pop3Server *self);

/* pop3-server-commands.c */

void
pop3_server_do_stat (Pop3Server *self);
void
pop3_server_do_list (Pop3Server *self);
void
pop3_server_do_message (Pop3Server *self);
void
pop3_server_do_dele (Pop3Server *self);
void
pop3_server_do_noop (Pop3Server *self);
void
pop3_server_do_rset (Pop3Server *self);
void
pop3_server_do_capa (Pop3Server *self);
void
pop3_server_do_stls (Pop3Server *self);
void
pop3_server_do_utf8 (Pop3Server *self);
void
pop3_server_do_lang (Pop3Server *self);
void
pop3_server_do_quit (Pop3Server *self);
void
pop3_server_do_update (Pop3Server *self);

G_END_DECLS
