/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sasl-grammar.h"

G_BEGIN_DECLS

/* OAUTHBEARER (RFC 7628): its two messages, read and written. Bearer tokens themselves are opaque
 * here. */

/** "sasl-oauthbearer": the client's message (section 3.1). */
extern const WireGrammar sasl_grammar_oauthbearer;
/** "sasl-oauthbearer-error": the server's answer to a wrong token (section 3.2.2). */
extern const WireGrammar sasl_grammar_oauthbearer_error;

/** What a client sends after an error, so that the server can end (section 3.2.3). */
#define SASL_OAUTHBEARER_DUMMY "\001"

/** A client's message, read. Start from zeros; end with sasl_oauthbearer_clear(), which wipes. */
typedef struct
{
  gboolean      is_dummy; /* just kvsep: what follows the server's error */
  SaslGs2Header header;
  char         *host;  /* owned, (nullable) */
  guint         port;  /* 0 when not given */
  char         *token; /* owned, (nullable): without "Bearer"; "" where a client asks what is
                        * needed (section 4.3) */
} SaslOauthbearer;

/** A key that comes twice does not match, nor does an auth of another type than Bearer; a message
 * without auth does, as token NULL. */
gboolean sasl_scan_oauthbearer (WireScan *scan, SaslOauthbearer *out_message);
void     sasl_oauthbearer_clear (SaslOauthbearer *message);

/** @host: (nullable); @port: 0 for none. Returns: (transfer full): the message; wipe it. */
char *sasl_oauthbearer_format (const char *authzid, const char *host, guint port,
                               const char *token);

/** Returns: whether @token can be sent: 1*(ALPHA / DIGIT / "-._~+/") *"=" of RFC 6750. */
gboolean sasl_oauthbearer_is_token (const char *token);

/** What a server says of a wrong token. All owned by who made it. */
typedef struct
{
  const char *status;               /* "invalid_token" */
  const char *scope;                /* (nullable) */
  const char *openid_configuration; /* (nullable): an https URL */
} SaslOauthbearerError;

/** Returns: (transfer full): the error as JSON. */
char *sasl_oauthbearer_error_format (const SaslOauthbearerError *error);

/** Reads a JSON object. @out_status: (transfer full): its "status", "" when it has none; escapes
 * are left as they are */
gboolean sasl_scan_oauthbearer_error (WireScan *scan, char **out_status);

G_END_DECLS
