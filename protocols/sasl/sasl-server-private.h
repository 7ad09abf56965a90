/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sasl-scram.h"
#include "sasl-server.h"

G_BEGIN_DECLS

/* For sasl-server.c and sasl-server-scram.c alone. */

typedef enum
{
  SASL_SERVER_STATE_NEW,        /* start() has not been called */
  SASL_SERVER_STATE_CHALLENGED, /* a response is due */
  SASL_SERVER_STATE_FAREWELL,   /* a last response is due, then it ends as self->failure says */
  SASL_SERVER_STATE_ASKING,     /* an answer is due */
  SASL_SERVER_STATE_OVER,
} SaslServerState;

/* What SCRAM has to remember from message to message. */
typedef struct
{
  GString  *auth_message; /* client-first-message-bare "," server-first-message "," ... */
  char     *binding;      /* the value that "c=" has to have */
  char     *nonce;        /* the client's, and ours after it */
  SaslKeys *keys;
  gboolean  is_made_up;   /* nobody has those keys */
} SaslServerScram;

struct _SaslServer
{
  SaslMechanism       mechanism;
  SaslRandomFunc      random;
  gpointer            random_data;
  char               *host_name;
  gint64              time_s;
  GPtrArray          *binding_types; /* of char *, as binding_data of GBytes */
  GPtrArray          *binding_data;
  char               *external_name; /* (nullable) */
  guint               n_iterations;
  gboolean            data_with_success, sends_scram_error;
  char               *own_nonce; /* (nullable) */
  SaslServerState     state;
  guint               step;    /* of the mechanism's row: what the next response is */
  SaslServerEventKind pending; /* to be told next, or NONE */
  SaslServerEventKind asked;   /* what the answer is to */
  SaslFailure         failure;
  GBytes             *data;                          /* (nullable): of the event */
  char               *authcid, *authzid;             /* prepared; "" at first */
  char               *password, *token, *host, *trace; /* (nullable) */
  guint               port;
  char               *challenge; /* (nullable): CRAM-MD5's */
  char               *digest;    /* (nullable): the client's answer to it */
  SaslServerScram     scram;
};

/* Ways out of a step. */
void sasl_server_challenge (SaslServer *self, const char *text, gsize length);
void sasl_server_ask (SaslServer *self, SaslServerEventKind kind);
void sasl_server_fail (SaslServer *self, SaslFailure failure);
/* @data: (nullable): additional data of the outcome; borrowed */
void sasl_server_succeed (SaslServer *self, const char *data);
/* Who the client is has been proved: goes on to whom it may act as. */
void sasl_server_authorize (SaslServer *self);

/* Takes the names as sent. Returns: FALSE after failing. @authzid: (nullable) */
gboolean sasl_server_take_names (SaslServer *self, const char *authcid, const char *authzid);

/* Returns: why @data is not read: ENCODING or MALFORMED. */
SaslFailure sasl_server_explain (const guint8 *data, gsize length);

/* SCRAM's steps, and what follows its answers. */
void sasl_server_scram_first (SaslServer *self, const guint8 *data, gsize length);
void sasl_server_scram_final (SaslServer *self, const guint8 *data, gsize length);
/* @keys: (transfer full) (nullable): NULL: made up */
void sasl_server_scram_take_keys (SaslServer *self, SaslKeys *keys);
void sasl_server_scram_finish (SaslServer *self);
/* Returns: (transfer full) (nullable): keys made of a clear password with fresh salt. */
SaslKeys *sasl_server_scram_derive (SaslServer *self, const char *password);
void      sasl_server_scram_clear (SaslServer *self);

G_END_DECLS
