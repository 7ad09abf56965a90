/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What both ends of a SASL exchange (RFC 4422) agree on: mechanisms, limits, how it can fail. */

/** One message of an exchange, decoded. Ours: base64 of it is above what SMTP needs (12288 octets,
 * RFC 4954 section 4) and no mechanism here comes near. */
#define SASL_MESSAGE_BYTES_MAX (64 * 1024)

/** The mechanisms, as bits for sets of them, those a client should prefer first. */
typedef enum
{
  SASL_MECHANISM_EXTERNAL = 1 << 0,    /* RFC 4422 appendix A */
  SASL_MECHANISM_OAUTHBEARER = 1 << 1, /* RFC 7628 */
  SASL_MECHANISM_SCRAM_SHA_256_PLUS = 1 << 2, /* RFC 7677 */
  SASL_MECHANISM_SCRAM_SHA_1_PLUS = 1 << 3,   /* RFC 5802 */
  SASL_MECHANISM_SCRAM_SHA_256 = 1 << 4,      /* RFC 7677 */
  SASL_MECHANISM_SCRAM_SHA_1 = 1 << 5,        /* RFC 5802 */
  SASL_MECHANISM_CRAM_MD5 = 1 << 6,           /* RFC 2195 */
  SASL_MECHANISM_PLAIN = 1 << 7,              /* RFC 4616 */
  SASL_MECHANISM_LOGIN = 1 << 8,              /* no RFC: see sasl-server.h */
  SASL_MECHANISM_ANONYMOUS = 1 << 9,          /* RFC 4505 */
} SaslMechanism;

#define SASL_N_MECHANISMS 10

/** Those that bind to the channel: to be offered only where the owner can give its bytes. */
#define SASL_MECHANISMS_PLUS                                                                       \
  (SASL_MECHANISM_SCRAM_SHA_256_PLUS | SASL_MECHANISM_SCRAM_SHA_1_PLUS)
#define SASL_MECHANISMS_SCRAM                                                                      \
  (SASL_MECHANISMS_PLUS | SASL_MECHANISM_SCRAM_SHA_256 | SASL_MECHANISM_SCRAM_SHA_1)
/** Those that send what an eavesdropper can use: not without TLS (RFC 4422 section 6.2). */
#define SASL_MECHANISMS_IN_CLEAR                                                                   \
  (SASL_MECHANISM_PLAIN | SASL_MECHANISM_LOGIN | SASL_MECHANISM_OAUTHBEARER)
/** Those in which the client speaks first (RFC 4422 section 5): an initial response is allowed. */
#define SASL_MECHANISMS_CLIENT_FIRST                                                               \
  (SASL_MECHANISMS_SCRAM | SASL_MECHANISM_PLAIN | SASL_MECHANISM_OAUTHBEARER |                     \
   SASL_MECHANISM_EXTERNAL | SASL_MECHANISM_ANONYMOUS)

/** Returns: "SCRAM-SHA-256-PLUS" ... */
const char *sasl_mechanism_get_name (SaslMechanism mechanism);

/** Returns: the mechanism of @name, case ignored as SMTP, POP3 and IMAP do; 0 when unknown. */
SaslMechanism sasl_mechanism_find (const char *name);

/** Returns: the hash of a SCRAM mechanism, MD5 for CRAM-MD5, -1 for others. */
int sasl_mechanism_get_hash (SaslMechanism mechanism);

/** Returns: (transfer full): the names of a set in order of preference, space between them. */
char *sasl_mechanisms_format (guint mechanisms);

/** Returns: the set of those in @names, a list parted by spaces, that are known. */
guint sasl_mechanisms_parse (const char *names);

/**
 * sasl_mechanisms_choose:
 * @offered: what the server lists
 * @usable: what the client has the means for; -PLUS only with channel binding
 *
 * Returns: the best mechanism of both sets, 0 for none. One of -PLUS wins over any without, as
 * RFC 5802 section 6 demands of a client that can bind.
 */
SaslMechanism sasl_mechanisms_choose (guint offered, guint usable);

/** Why an exchange failed. What the peer did wrong comes first; to a peer all are one refusal,
 * lest it learn which names exist (RFC 4422 section 3.6). */
typedef enum
{
  SASL_FAILURE_NONE,
  SASL_FAILURE_CANCELLED,      /* the peer gave up, or the owner did */
  SASL_FAILURE_TOO_LONG,       /* a message above SASL_MESSAGE_BYTES_MAX */
  SASL_FAILURE_MALFORMED,      /* a message that its grammar does not match */
  SASL_FAILURE_ENCODING,       /* not UTF-8, or text that SASLprep refuses */
  SASL_FAILURE_UNEXPECTED,     /* a message at a time at which none may come */
  SASL_FAILURE_EXTENSION,      /* a mandatory extension that nobody knows (m=) */
  SASL_FAILURE_NO_BINDING,     /* channel binding asked for, not used; or used, not agreed on */
  SASL_FAILURE_BINDING_TYPE,   /* a type of channel binding that the server has not */
  SASL_FAILURE_BINDING,        /* the two ends see different channels */
  SASL_FAILURE_DOWNGRADE,      /* the client believes that no -PLUS was offered, but it was */
  SASL_FAILURE_NONCE,          /* the nonce of another exchange */
  SASL_FAILURE_ITERATIONS,     /* client: an iteration count too low or too high */
  SASL_FAILURE_SIGNATURE,      /* client: the server does not know the password either */
  SASL_FAILURE_CREDENTIALS,    /* server: no such user, wrong password, proof or token */
  SASL_FAILURE_AUTHORIZATION,  /* server: right, but may not act as the one it names */
  SASL_FAILURE_UNAVAILABLE,    /* server: can't tell now; worth another attempt later */
  SASL_FAILURE_REFUSED,        /* client: the server said no */
} SaslFailure;

#define SASL_N_FAILURES 18

/** Returns: "wrong-nonce" ..., as names for tests and traces. */
const char *sasl_failure_get_name (SaslFailure failure);
/** Returns: a sentence for people. */
const char *sasl_failure_get_text (SaslFailure failure);

/** What the channel below has that is its alone; copied where it is given. */
typedef struct
{
  const char   *type; /* "tls-exporter" (RFC 9266), "tls-unique" (RFC 5929) */
  const guint8 *data;
  gsize         length; /* at least 1 */
} SaslBinding;

/** Fills @data with random octets: the world's generator, or the system's on real connections. */
typedef void (*SaslRandomFunc) (guint8 *data, gsize length, gpointer user_data);

/** Returns: (transfer full): a fresh nonce of printable ASCII without comma (RFC 5802 section 7),
 * from 18 random octets. */
char *sasl_nonce_new (SaslRandomFunc random, gpointer random_data);

G_END_DECLS
