/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <wire/wire-grammar.h>

G_BEGIN_DECLS

/* The messages of SASL mechanisms, decoded (no base64 around them): rules for engines and
 * inspector alike. Each takes one whole message. LOGIN has no grammar, for it has none of its own:
 * a name, then a password, each a message. SCRAM's are in sasl-scram.h, OAUTHBEARER's in
 * sasl-oauthbearer.h. */

/** "sasl-plain" (RFC 4616 section 2). */
extern const WireGrammar sasl_grammar_plain;
/** "sasl-cram-challenge", "sasl-cram-response" (RFC 2195 section 2). */
extern const WireGrammar sasl_grammar_cram_challenge;
extern const WireGrammar sasl_grammar_cram_response;
/** "sasl-external" (RFC 4422 appendix A.1). */
extern const WireGrammar sasl_grammar_external;
/** "sasl-anonymous" (RFC 4505 section 2). */
extern const WireGrammar sasl_grammar_anonymous;

/** A message of PLAIN, read. Start from zeros; end with sasl_plain_clear(), which wipes. */
typedef struct
{
  char *authzid; /* owned; "" for none */
  char *authcid; /* owned */
  char *passwd;  /* owned */
} SaslPlain;

gboolean sasl_scan_plain (WireScan *scan, SaslPlain *out_plain);
void     sasl_plain_clear (SaslPlain *plain);

/** Hexadecimal digits of an MD5 digest. */
#define SASL_CRAM_DIGEST_DIGITS 32

/** @out_authcid: (transfer full): may be empty. @out_digest: room for SASL_CRAM_DIGEST_DIGITS and a
 * NUL. */
gboolean sasl_scan_cram_response (WireScan *scan, char **out_authcid, char *out_digest);

/** The channel binding flag and identity that OAUTHBEARER and SCRAM begin with. Start from zeros;
 * end with sasl_gs2_header_clear(). */
typedef struct
{
  char  flag;    /* 'n', 'y' or 'p' */
  char *cb_name; /* owned, (nullable): with 'p' */
  char *authzid; /* owned, (nullable): decoded */
} SaslGs2Header;

/** gs2-header = gs2-cbind-flag "," [ authzid ] "," (RFC 5802 section 7) */
gboolean sasl_scan_gs2_header (WireScan *scan, SaslGs2Header *out_header);
void     sasl_gs2_header_clear (SaslGs2Header *header);

/** saslname = 1*(value-safe-char / "=2C" / "=3D"). @out_name: (transfer full): decoded */
gboolean sasl_scan_saslname (WireScan *scan, char **out_name);

/** Returns: (transfer full): @name as a saslname. */
char *sasl_saslname_encode (const char *name);

/* What the grammars share. */

/** Matches one character of UTF-8 (RFC 3629 section 4) other than NUL. */
gboolean sasl_scan_utf8_char (WireScan *scan);
/** Matches one value-safe-char (RFC 5802 section 7): no NUL, "=" or ",". */
gboolean sasl_scan_value_safe_char (WireScan *scan);

G_END_DECLS
