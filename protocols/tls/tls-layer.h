/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tls-context.h"
#include <wire/wire-session.h>

G_BEGIN_DECLS

/**
 * TlsLayer:
 *
 * A session that puts TLS between another session and what carries its bytes: from the start
 * (implicit TLS, RFC 8314 section 3), or from when the other asks for it (STARTTLS, RFC 3207).
 * Until then it only passes on. To its carrier it is a session like any other, on a simulated
 * stream as on a socket; to the session inside it is the carrier.
 *
 * Units of the session inside come out with is_secured set once TLS protects them, each sent one
 * followed by the records that carry it (wire-unit.h); records received come before the units
 * that were in them. Clear text that came behind the command that starts TLS is dropped unread
 * (RFC 3207 section 4.2 says why): what came with the command by the session inside, and what
 * comes later is no record of TLS, which ends the session.
 *
 * Each end says close_notify before it closes (RFC 8446 section 6.1). An end of the connection
 * without it is a failure, for an attacker may have cut off the rest.
 */

/** Copied by tls_layer_new(). */
typedef struct
{
  /* Returns: (transfer none) (nullable): the context, asked for when TLS begins, so that sessions
   * that stay in clear cost nothing; NULL: TLS can't be, which is a failure like others. */
  TlsContext *(*get_context) (gpointer context_data);
  gpointer    context_data;
  const char *peer_name;   /* (nullable): a client's: the name that the certificate has to be for */
  GBytes     *seed;        /* (nullable): as tls_session_new() has it */
  gint64      epoch_us;    /* what the carrier's clock means at 0: microseconds since 1970 */
  gint64      now_us;      /* on the carrier's clock */
  gboolean    is_implicit; /* TLS from the first byte */
  /* (nullable): gets the secrets as they come to be, lines in NSS key log format. */
  void (*key_log) (const char *lines, gpointer key_log_data);
  gpointer key_log_data;
} TlsLayerConfig;

/** @inside: (transfer full). Returns: (transfer full): the session that its carrier is to have. */
WireSession *tls_layer_new (WireSession *inside, const TlsLayerConfig *config);

G_END_DECLS
