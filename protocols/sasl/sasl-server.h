/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sasl-mechanism.h"
#include "sasl-oauthbearer.h"
#include "sasl-secret.h"

G_BEGIN_DECLS

/**
 * SaslServer:
 *
 * The server's half of one SASL exchange (RFC 4422 section 3), as a pure state machine: no
 * sockets, no clock, no users. It reads and makes decoded messages; base64, the lines around
 * it, how an exchange is cancelled and which reply goes with which outcome are the matter of
 * the protocol (SMTP: RFC 4954 section 4) that owns it. That owner repeats:
 *
 *   start -> take each event -> answer those that ask -> send the challenge -> receive
 *
 * An event that asks waits for its answer, at once or later; a message that comes meanwhile
 * ends the exchange, for SASL is lock-step. Names and passwords in events are
 * prepared by SASLprep, so that they can be compared with prepared ones; the password of
 * CRAM-MD5 is used as it is kept. After DONE or FAILED there is nothing more. Not thread-safe.
 *
 * LOGIN has no RFC; it is done as widely deployed: the challenges "Username:" and "Password:",
 * the name also as an initial response.
 */
typedef struct _SaslServer SaslServer;

/** Copied by sasl_server_new(). */
typedef struct
{
  SaslMechanism  mechanism;
  SaslRandomFunc random;
  gpointer       random_data;
  const char    *host_name; /* in the challenge of CRAM-MD5 (RFC 2195 section 2) */
  gint64         time_s;    /* in that challenge too: seconds, on whatever clock */
  /* What -PLUS mechanisms may bind to; give it whenever such were offered, whichever was then
   * chosen, and only then: it tells a downgrade attack (RFC 5802 section 6). */
  const SaslBinding *bindings;
  guint              n_bindings;
  const char        *external_name; /* (nullable): who the channel says the client is, by its
                                     * certificate; without it EXTERNAL fails */
  guint              n_iterations;  /* of SCRAM, for clear passwords; 0: SASL_ITERATIONS_MIN */
  gboolean           data_with_success; /* the protocol's success reply can carry data; SMTP's
                                         * POP3's and IMAP4rev1's can't: the data then goes as
                                         * a challenge, with an empty response */
  gboolean           sends_scram_error; /* tell a SCRAM client why by "e=" before failing */
  const char        *nonce;             /* (nullable): our part; NULL: a random one */
} SaslServerConfig;

typedef enum
{
  SASL_SERVER_EVENT_NONE,      /* no more until start(), receive() or an answer */
  SASL_SERVER_EVENT_CHALLENGE, /* tells: send data; receive() what the client responds */
  SASL_SERVER_EVENT_PASSWORD,  /* asks:  is password that of authcid? */
  SASL_SERVER_EVENT_SECRET,    /* asks:  what is kept of authcid's password? */
  SASL_SERVER_EVENT_TOKEN,     /* asks:  whose is token? host and port, if not NULL and 0, must be
                                * the server's (RFC 7628 section 3.2) */
  SASL_SERVER_EVENT_AUTHORIZE, /* asks:  may authcid, who is proved, act as authzid? */
  SASL_SERVER_EVENT_DONE,      /* tells: success: the client is authzid now */
  SASL_SERVER_EVENT_FAILED,    /* tells: failure */
} SaslServerEventKind;

/** Everything in it is borrowed until the next call on the server. */
typedef struct
{
  SaslServerEventKind kind;
  GBytes             *data;    /* CHALLENGE: maybe empty. DONE: (nullable): to go with success */
  const char         *authcid; /* who the client says it is; "" with TOKEN and ANONYMOUS */
  const char         *authzid; /* who it wants to act as; "" in events that ask: not said */
  const char         *password;
  const char         *token; /* "": the client asks what is needed; refuse it */
  const char         *host;  /* (nullable) */
  guint               port;
  const char         *trace; /* DONE of ANONYMOUS: what the client left (RFC 4505 section 2) */
  SaslFailure         failure;
} SaslServerEvent;

SaslServer *sasl_server_new (const SaslServerConfig *config);
void        sasl_server_free (SaslServer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SaslServer, sasl_server_free)

/**
 * sasl_server_start:
 * @initial: (nullable) (array length=length): the initial response; NULL for none, which is not
 *   the same as an empty one (RFC 4422 section 4)
 */
void sasl_server_start (SaslServer *self, const guint8 *initial, gsize length);

/** Takes a response, decoded; copied as far as needed. What is wrong with it becomes FAILED. */
void sasl_server_receive (SaslServer *self, const guint8 *data, gsize length);

/** The client gave up: by "*", or by leaving. Ends with FAILED. */
void sasl_server_cancel (SaslServer *self);

/** Fills @out_event. Returns: FALSE, with kind NONE, when the exchange waits. */
gboolean sasl_server_next_event (SaslServer *self, SaslServerEvent *out_event);

/** Of the configuration; for the hash of the keys that SECRET asks for. */
SaslMechanism sasl_server_get_mechanism (const SaslServer *self);

/* Answers. One that comes after the end, by cancel() say, is ignored. */

/** Answers PASSWORD and AUTHORIZE with yes. */
void sasl_server_accept (SaslServer *self);

/** Answers any: no (SASL_FAILURE_CREDENTIALS, also for users who are not there;
 * SASL_FAILURE_AUTHORIZATION), or not now (SASL_FAILURE_UNAVAILABLE). SCRAM goes on after
 * CREDENTIALS with made-up keys, so that it does not tell who is there. */
void sasl_server_refuse (SaslServer *self, SaslFailure failure);

/** Answers PASSWORD and SECRET with the user's password as it is kept, in clear; borrowed. */
void sasl_server_give_password (SaslServer *self, const char *password);

/** Answers PASSWORD, and SECRET of SCRAM, with keys of the mechanism's hash; borrowed. */
void sasl_server_give_keys (SaslServer *self, const SaslKeys *keys);

/** Answers TOKEN: it is that of user @authcid. Not for the token "". */
void sasl_server_accept_token (SaslServer *self, const char *authcid);

/** Answers TOKEN: it is of no use, and why; borrowed. */
void sasl_server_refuse_token (SaslServer *self, const SaslOauthbearerError *error);

G_END_DECLS
