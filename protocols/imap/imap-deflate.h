/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ImapDeflate:
 *
 * The two streams of COMPRESS=DEFLATE (RFC 4978), raw deflate (RFC 1951), each with its state for
 * as long as the session lasts. zlib does the work.
 */
typedef struct _ImapDeflate ImapDeflate;

/** What one call of inflate may come to: ours; the framer takes it piece by piece, and a kilobyte
 * of zeros can be a megabyte. */
#define IMAP_DEFLATE_PIECE_BYTES (256 * 1024)

ImapDeflate *imap_deflate_new (void);
void         imap_deflate_free (ImapDeflate *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ImapDeflate, imap_deflate_free)

/** Returns: (transfer full): @data compressed, to the end: what the peer gets it can read at once.
 * */
GBytes *imap_deflate_compress (ImapDeflate *self, const guint8 *data, gsize length);

/** Takes what came; copied. */
void imap_deflate_push (ImapDeflate *self, const guint8 *data, gsize length);

/** Returns: how many bytes wait, not yet inflated. */
gsize imap_deflate_get_n_waiting (const ImapDeflate *self);

/**
 * imap_deflate_next:
 * @out: appended to, at most IMAP_DEFLATE_PIECE_BYTES
 *
 * Returns: FALSE with nothing appended when there is no more; @out_failed is TRUE when what came is
 *   no deflate stream, or has ended: no more ever will be
 */
gboolean imap_deflate_next (ImapDeflate *self, GByteArray *out, gboolean *out_failed);

G_END_DECLS
