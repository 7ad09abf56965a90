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
 * (RFC 3207 section 4.2 says why).
 */

/** Copied by tls_layer_new(). */
typedef struct
{
  TlsContext *context;
  const char *peer_name;   /* (nullable): a client's: the name that the certificate has to be for */
  GBytes     *seed;        /* (nullable): as tls_session_new() has it */
  gint64      epoch_us;    /* what the carrier's clock means at 0: microseconds since 1970 */
  gboolean    is_implicit; /* TLS from the first byte */
  /* (nullable): gets the secrets as they come to be, lines in NSS key log format. */
  void (*key_log) (const char *lines, gpointer user_data);
  gpointer user_data;
} TlsLayerConfig;

/** @inside: (transfer full). Returns: (transfer full): the session that its carrier is to have. */
WireSession *tls_layer_new (WireSession *inside, const TlsLayerConfig *config);

G_END_DECLS
