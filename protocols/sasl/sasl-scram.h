/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sasl-grammar.h"
#include "sasl-mechanism.h"
#include "sasl-secret.h"

G_BEGIN_DECLS

/* The four messages of SCRAM (RFC 5802 section 7), read, and the sums that both ends do over
 * them (section 3). A struct starts from zeros and ends with its clear function. */

/** "sasl-scram-client-first" ... */
extern const WireGrammar sasl_grammar_scram_client_first;
extern const WireGrammar sasl_grammar_scram_server_first;
extern const WireGrammar sasl_grammar_scram_client_final;
extern const WireGrammar sasl_grammar_scram_server_final;

typedef struct
{
  SaslGs2Header header;
  gsize         header_bytes;  /* client-first-message-bare begins after them */
  gboolean      has_extension; /* a mandatory one: m= */
  char         *username;      /* owned; decoded */
  char         *nonce;         /* owned */
} SaslClientFirst;

typedef struct
{
  gboolean has_extension;
  char    *nonce; /* owned */
  GBytes  *salt;  /* owned, not empty */
  guint64  n_iterations; /* G_MAXUINT64 for all that are larger */
} SaslServerFirst;

typedef struct
{
  gboolean has_extension;
  char    *channel_binding; /* owned; base64, as received */
  char    *nonce;           /* owned */
  gsize    bare_bytes;      /* client-final-message-without-proof */
  GBytes  *proof;           /* owned */
} SaslClientFinal;

typedef struct
{
  gboolean has_extension;
  GBytes  *verifier; /* owned, (nullable): the ServerSignature */
  char    *error;    /* owned, (nullable): when there is no verifier */
} SaslServerFinal;

gboolean sasl_scan_client_first (WireScan *scan, SaslClientFirst *out_message);
gboolean sasl_scan_server_first (WireScan *scan, SaslServerFirst *out_message);
gboolean sasl_scan_client_final (WireScan *scan, SaslClientFinal *out_message);
gboolean sasl_scan_server_final (WireScan *scan, SaslServerFinal *out_message);

void sasl_client_first_clear (SaslClientFirst *message);
void sasl_server_first_clear (SaslServerFirst *message);
void sasl_client_final_clear (SaslClientFinal *message);
void sasl_server_final_clear (SaslServerFinal *message);

/** Returns: whether @text is a nonce: 1*printable, so no comma. */
gboolean sasl_scram_is_nonce (const char *text);

/** Returns: (transfer full): the value of "c=": the GS2 header, then the channel's bytes if
 * @binding is not NULL, in base64. */
char *sasl_scram_format_binding (const char *header, gsize header_bytes, GBytes *binding);

/** ClientProof = ClientKey XOR HMAC (StoredKey, AuthMessage); the same sum turns a proof back into
 * a ClientKey. @in_out_key: of as many bytes as the digest. */
void sasl_scram_apply_proof (const SaslKeys *keys, GString *auth_message, guint8 *in_out_key);

/** @out_signature: room for SASL_DIGEST_BYTES_MAX. Returns: the bytes of the ServerSignature. */
gsize sasl_scram_sign (const SaslKeys *keys, GString *auth_message, guint8 *out_signature);

/** Returns: the server-error-value for @failure: "invalid-proof", or "other-error". */
const char *sasl_scram_get_error (SaslFailure failure);

G_END_DECLS
