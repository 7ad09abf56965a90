/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Records, the units in which TLS is on the wire (RFC 8446 section 5.1): a header of five bytes,
 * type, version and length, and as many bytes as it says. */

#define TLS_RECORD_HEADER_BYTES 5

/** What one record may hold beyond its header: 2^14 + 2048 bytes when encrypted by TLS 1.2
 * (RFC 5246 section 6.2.3), less in TLS 1.3 (RFC 8446 section 5.2). */
#define TLS_RECORD_FRAGMENT_BYTES_MAX (16384 + 2048)

/** RFC 8446 section 5.1. */
typedef enum
{
  TLS_RECORD_CHANGE_CIPHER_SPEC = 20,
  TLS_RECORD_ALERT = 21,
  TLS_RECORD_HANDSHAKE = 22,
  TLS_RECORD_APPLICATION_DATA = 23,
} TlsRecordType;

typedef enum
{
  TLS_FRAME_MORE,   /* no whole record yet */
  TLS_FRAME_RECORD, /* a whole record */
  TLS_FRAME_WRONG,  /* this is no record: type, version or length can't be */
} TlsFrame;

/**
 * tls_record_frame:
 * @out_length: length of the record, header included; untouched unless it is RECORD
 *
 * Looks at the beginning of @data for a whole record.
 */
TlsFrame tls_record_frame (const guint8 *data, gsize length, gsize *out_length);

/** Returns: (nullable): "handshake_failure" ..., the name of an alert (RFC 8446 section 6), or
 * NULL for a number that is none. */
const char *tls_alert_get_name (guint alert);

G_END_DECLS
