/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** Length of an encoded line, its end not counted (RFC 2045 sections 6.7 and 6.8). */
#define MIME_ENCODED_LINE_MAX 76

/** How much white space is taken away at the end of a quoted-printable line. Ours: so that little
 * has to be kept however long the line; in lines that are no longer than they should be it is all.
 */
#define MIME_TRAILING_SPACE_MAX 149

/** Content-Transfer-Encoding (RFC 2045 section 6.1). */
typedef enum
{
  MIME_ENCODING_7BIT,
  MIME_ENCODING_8BIT,
  MIME_ENCODING_BINARY,
  MIME_ENCODING_QUOTED_PRINTABLE,
  MIME_ENCODING_BASE64,
  MIME_ENCODING_UUENCODE, /* x-uuencode and its other names; no standard, read only */
  MIME_ENCODING_UNKNOWN,  /* to be treated as application/octet-stream (section 6.4) */
} MimeEncoding;

/** Returns: the encoding NAME, whatever its case; UNKNOWN for others */
MimeEncoding mime_encoding_find (const char *name, gsize length);

/** Returns: "7bit", "quoted-printable", ...; "unknown" */
const char *mime_encoding_get_name (MimeEncoding encoding);

/** Returns: whether the encoded form is the data itself: 7bit, 8bit, binary and UNKNOWN. */
gboolean mime_encoding_is_identity (MimeEncoding encoding);

/**
 * MimeDecoder:
 *
 * Undoes a transfer encoding piece by piece: init, then push each piece, then finish. How the
 * input was cut never changes the output. Nothing is refused: what no encoding allows is
 * passed over (base64) or kept as it is (quoted-printable), as RFC 2045 sections 6.7 and 6.8
 * advise, and what could not be undone is counted. Base64 ends with its padding: what follows is
 * passed over, too. Lives on the stack; needs no clear function. Fields are private but @n_wrong.
 */
typedef struct
{
  MimeEncoding encoding;
  gsize        n_wrong; /* octets, or groups of them, that the encoding does not allow */
  guint        state;
  guint32      bits;
  guint        n_pending;
  guint8       pending[MIME_ENCODED_LINE_MAX * 2]; /* input that can't be decided yet */
} MimeDecoder;

void mime_decoder_init (MimeDecoder *self, MimeEncoding encoding);

/** Returns: how many octets of output @n_bytes of input can give at most, now or in finish. */
gsize mime_decoder_get_room (gsize n_bytes);

/**
 * mime_decoder_push:
 * @out: room for mime_decoder_get_room (length) octets; may not be @data
 * Returns: how many octets were written
 */
gsize mime_decoder_push (MimeDecoder *self, const guint8 *data, gsize length, guint8 *out);

/** Writes what was still undecided. @out: room for mime_decoder_get_room (0). */
gsize mime_decoder_finish (MimeDecoder *self, guint8 *out);

/** Returns: (transfer full): all of @data decoded. @out_n_wrong: (optional) */
GBytes *mime_decode (MimeEncoding encoding, const guint8 *data, gsize length, gsize *out_n_wrong);

/** Appends @data in base64, in lines of MIME_ENCODED_LINE_MAX with CRLF after each. */
void mime_append_base64 (GString *out, const guint8 *data, gsize length);

/**
 * mime_append_quoted_printable:
 *
 * Appends @data in quoted-printable with CRLF line ends. As text (section 6.7 (4)) LF and CRLF
 * are line breaks; otherwise they are data: "=0D=0A". White space at the end of a line,
 * "." alone on a line and "From " at the beginning of one are encoded, too, so that no relay or
 * mailbox file changes them (RFC 2049 section 3).
 */
void
mime_append_quoted_printable (GString *out, const guint8 *data, gsize length, gboolean is_text);

/**
 * mime_encoding_choose:
 *
 * Returns: what carries @data unharmed at least cost: for text 7bit if its lines are ASCII of
 * at most 998 octets with CRLF or LF between and need no protection, else the shorter of
 * quoted-printable and base64; for other data base64
 */
MimeEncoding mime_encoding_choose (const guint8 *data, gsize length, gboolean is_text);

G_END_DECLS
