/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sasl-mechanism.h"

G_BEGIN_DECLS

/**
 * SaslClient:
 *
 * The client's half of one SASL exchange, as SaslServer is the server's: decoded messages, no
 * base64. Its owner, a protocol's client, repeats:
 *
 *   start, where the protocol has initial responses -> take each event -> send the response ->
 *   receive the next challenge, or tell the outcome by succeed() or refuse()
 *
 * Not thread-safe.
 */
typedef struct _SaslClient SaslClient;

/** Copied by sasl_client_new(), the password and token to be wiped. */
typedef struct
{
  SaslMechanism  mechanism;
  SaslRandomFunc random; /* SCRAM */
  gpointer       random_data;
  const char    *authzid;  /* (nullable): who to act as, if not oneself */
  const char    *authcid;  /* who one is; PLAIN, LOGIN, CRAM-MD5, SCRAM */
  const char    *password; /* the same */
  const char    *token;    /* OAUTHBEARER; "" to ask what is needed */
  const char    *host;     /* (nullable): OAUTHBEARER: the server's name as connected to */
  guint          port;     /* OAUTHBEARER; 0: not sent */
  const char    *trace;    /* (nullable): ANONYMOUS */
  /* (nullable): what the client can bind to: a -PLUS mechanism does; any other tells that the
   * server had offered no -PLUS ("y"), so leave it out if it did. */
  const SaslBinding *binding;
  guint              n_iterations_min; /* SCRAM; 0: SASL_ITERATIONS_MIN */
  const char        *nonce;            /* (nullable): NULL: a random one */
} SaslClientConfig;

typedef enum
{
  SASL_CLIENT_EVENT_NONE,
  SASL_CLIENT_EVENT_RESPONSE, /* tells: send data, maybe empty */
  SASL_CLIENT_EVENT_DONE,     /* tells: success; the server has proved itself if it can */
  SASL_CLIENT_EVENT_FAILED,   /* tells: failure */
} SaslClientEventKind;

/** Everything in it is borrowed until the next call on the client. */
typedef struct
{
  SaslClientEventKind kind;
  GBytes             *data;
  SaslFailure         failure;
  gboolean            must_cancel; /* FAILED: the server still waits: send the protocol's
                                    * cancellation, and expect its refusal */
  const char         *server_text; /* FAILED: (nullable): the server's reason: SCRAM's "e=",
                                    * OAUTHBEARER's status */
} SaslClientEvent;

SaslClient *sasl_client_new (const SaslClientConfig *config);
void        sasl_client_free (SaslClient *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SaslClient, sasl_client_free)

/** Makes the initial response if the mechanism has one (RFC 4422 section 4): RESPONSE follows, or
 * nothing. Without this call it answers the first, empty challenge. */
void sasl_client_start (SaslClient *self);

/** Takes a challenge, decoded. */
void sasl_client_receive (SaslClient *self, const guint8 *data, gsize length);

/** The server said yes. @data: (nullable) (array length=length): what came with it. Ends with
 * DONE, or with FAILED where the server should have proved itself first: leave it then. */
void sasl_client_succeed (SaslClient *self, const guint8 *data, gsize length);

/** The server said no. Ends with FAILED, unless that was already told. */
void sasl_client_refuse (SaslClient *self);

/** Fills @out_event. Returns: FALSE, with kind NONE, when the exchange waits. */
gboolean sasl_client_next_event (SaslClient *self, SaslClientEvent *out_event);

G_END_DECLS
