/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** The four ways to keep messages in one file that all begin with "From " lines (RFC 4155 appendix A
 * names their common ground): how a line of a message that looks like a separator is kept. */
typedef enum
{
  IMF_MBOX_O,   /* mboxo: "From " is written ">From "; can't be undone for certain */
  IMF_MBOX_RD,  /* mboxrd: *">" "From " gets one more ">": undone exactly */
  IMF_MBOX_CL,  /* mboxcl: quoted as mboxo, and Content-Length says where the body ends */
  IMF_MBOX_CL2, /* mboxcl2: Content-Length alone; nothing is quoted */
} ImfMboxVariant;

/** One message of an mbox file: offsets count bytes of the file. */
typedef struct
{
  gsize separator_offset; /* of the "From " line */
  gsize offset;           /* of the message */
  gsize length;           /* of the message; the empty line before the next separator is not part */
} ImfMboxMessage;

/**
 * ImfMbox:
 *
 * The messages of an mbox file, in one pass, nothing copied.
 */
typedef struct
{
  const guint8  *data; /* borrowed */
  gsize          length;
  ImfMboxVariant variant;  /* what the file's lines tell, else the most common, IMF_MBOX_O */
  GArray        *messages; /* of ImfMboxMessage */
} ImfMbox;

/** Returns: whether @data begins as an mbox file does: "From ", an address, a date. */
gboolean imf_mbox_is (const guint8 *data, gsize length);

/** @data: (array length=length): borrowed while the result lives. Bytes before the first separator,
 * and a Content-Length that leads to no separator, are passed over. */
ImfMbox *imf_mbox_new (const guint8 *data, gsize length);
void     imf_mbox_free (ImfMbox *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ImfMbox, imf_mbox_free)

/** Returns: (transfer full): message @i with the quoting of the file's variant undone. */
GBytes *imf_mbox_dup_message (const ImfMbox *self, guint i);

/**
 * imf_mbox_append:
 * @sender: (nullable): for the separator line; NULL writes MAILER-DAEMON, as is usual
 *
 * Appends @message to the file @out as the variant wants it.
 */
void imf_mbox_append (GString *out, ImfMboxVariant variant, const char *sender, gint64 time_us, GBytes *message);

G_END_DECLS
