/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** The four ways to keep messages in one file that all begin with "From " lines (RFC 4155
 * appendix A names their common ground): how a line of a message that looks like a separator is
 * kept. */
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
 * The messages of an mbox file, in one pass, nothing copied. Lines end in LF or CRLF.
 *
 * A separator is a whole line of "From ", a sender and a date as asctime() writes it, a time
 * zone allowed; "From " alone at the beginning of a line is text. It need not follow an empty
 * line, for many writers forget that. A message's last Content-Length field counts when its body
 * ends where it says: before a separator or the end of the file.
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
 * and a Content-Length that leads to no separator, are passed over. Never fails. */
ImfMbox *imf_mbox_new (const guint8 *data, gsize length);
void     imf_mbox_free (ImfMbox *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ImfMbox, imf_mbox_free)

static inline guint
imf_mbox_get_n (const ImfMbox *self)
{
  return self->messages->len;
}

static inline const ImfMboxMessage *
imf_mbox_get (const ImfMbox *self, guint i)
{
  return &g_array_index (self->messages, ImfMboxMessage, i);
}

/** Returns: (transfer full): message @i with the quoting of the file's variant undone; a
 * Content-Length field stays. */
GBytes *imf_mbox_dup_message (const ImfMbox *self, guint i);

/** Returns: "mboxo", "mboxrd", "mboxcl" or "mboxcl2". */
const char *imf_mbox_variant_get_name (ImfMboxVariant variant);

/**
 * imf_mbox_append:
 * @sender: (nullable): for the separator line; NULL, and what is no address there, writes
 *   MAILER-DAEMON, as is usual
 * @time_us: since 1970-01-01 00:00:00 UTC, in which the separator tells it
 *
 * Appends @message to the file @out as the variant wants it; line ends are the message's own. A
 * message whose last line has no end gets one, except with a Content-Length. IMF_MBOX_CL and
 * IMF_MBOX_CL2 add that field below the others. IMF_MBOX_CL2 can't keep a message with a
 * separator line in its header.
 */
void imf_mbox_append (GString       *out,
                      ImfMboxVariant variant,
                      const char    *sender,
                      gint64         time_us,
                      GBytes        *message);

G_END_DECLS
