/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tls-record.h"

/* RFC 8446 section 6; no_renegotiation is of RFC 5246 section 7.2. */
static const struct
{
  guint8      alert;
  const char *name;
} alerts[] = {
  { 0, "close_notify" },
  { 10, "unexpected_message" },
  { 20, "bad_record_mac" },
  { 22, "record_overflow" },
  { 30, "decompression_failure" },
  { 40, "handshake_failure" },
  { 42, "bad_certificate" },
  { 43, "unsupported_certificate" },
  { 44, "certificate_revoked" },
  { 45, "certificate_expired" },
  { 46, "certificate_unknown" },
  { 47, "illegal_parameter" },
  { 48, "unknown_ca" },
  { 49, "access_denied" },
  { 50, "decode_error" },
  { 51, "decrypt_error" },
  { 70, "protocol_version" },
  { 71, "insufficient_security" },
  { 80, "internal_error" },
  { 86, "inappropriate_fallback" },
  { 90, "user_canceled" },
  { 100, "no_renegotiation" },
  { 109, "missing_extension" },
  { 110, "unsupported_extension" },
  { 112, "unrecognized_name" },
  { 113, "bad_certificate_status_response" },
  { 115, "unknown_psk_identity" },
  { 116, "certificate_required" },
  { 120, "no_application_protocol" },
};

TlsFrame
tls_record_frame (const guint8 *data, gsize length, gsize *out_length)
{
  gsize n_bytes;

  if ((length > 0 &&
       (data[0] < TLS_RECORD_CHANGE_CIPHER_SPEC || data[0] > TLS_RECORD_APPLICATION_DATA)) ||
      (length > 1 && data[1] != 3))
    return TLS_FRAME_WRONG;
  if (length < TLS_RECORD_HEADER_BYTES)
    return TLS_FRAME_MORE;
  n_bytes = (gsize) data[3] << 8 | data[4];
  if (n_bytes > TLS_RECORD_FRAGMENT_BYTES_MAX)
    return TLS_FRAME_WRONG;
  if (length - TLS_RECORD_HEADER_BYTES < n_bytes)
    return TLS_FRAME_MORE;
  *out_length = TLS_RECORD_HEADER_BYTES + n_bytes;
  return TLS_FRAME_RECORD;
}

const char *
tls_alert_get_name (guint alert)
{
  for (guint i = 0; i < G_N_ELEMENTS (alerts); i++)
    if (alerts[i].alert == alert)
      return alerts[i].name;
  return NULL;
}
