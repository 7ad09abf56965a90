/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tls-library.h"

G_BEGIN_DECLS

/**
 * tls_certificate_describe:
 * @pem: a certificate, or a chain of which the first counts
 *
 * Returns: (transfer full) (nullable): what it says, for people, a line each: "names: a.example,
 *   192.0.2.1", "issuer: ...", "from: 2026-11-24 08:00 UTC", "to: ..."; safe to show; NULL for what
 *   is no certificate
 */
char *tls_certificate_describe (TlsLibrary *library, const char *pem);

G_END_DECLS
