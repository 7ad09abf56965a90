/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mime-tree.h"

#include <imf/imf-date.h>

G_BEGIN_DECLS

/** A file that goes with a message. Strings and bytes are owned by the draft. */
typedef struct
{
  char    *type;        /* "image/png", with parameters; (nullable): application/octet-stream */
  char    *filename;    /* (nullable): in any script; of a path only the last part is written */
  char    *content_id;  /* (nullable): without "<" and ">"; for parts that the HTML shows */
  char    *description; /* (nullable): in any script */
  GBytes  *content;
  gboolean is_inline;   /* related to the HTML, or shown in place; else an attachment */
} MimeAttachment;

/**
 * MimeDraft:
 *
 * What a message is to be made of. Text is UTF-8 in any script; addresses are written as in a
 * field: "Ann Example <ann@a.example>, b@b.example", names quoted or not. Fields that are NULL are
 * left out. Set them with g_strdup(); all are owned.
 */
typedef struct
{
  char    *from;        /* one mailbox or more */
  char    *sender;      /* must be there when @from has more than one */
  char    *reply_to, *to, *cc, *bcc;
  char    *subject;
  char    *message_id;  /* without "<" and ">" */
  char    *in_reply_to; /* ids: "<a@b> <c@d>" */
  char    *references;
  char    *text;        /* lines end in LF or CRLF */
  char    *html;
  gboolean is_flowed;   /* write the text as format=flowed (RFC 3676): a paragraph on each line,
                         * those that begin with ">" are quoted */
  gboolean allows_8bit; /* write text beyond ASCII as it is; needs 8BITMIME on its way */
  gboolean allows_utf8_header; /* RFC 6532 instead of encoded-words; needs SMTPUTF8 on its way */
  ImfDate  date;
  GPtrArray *attachments; /* of MimeAttachment */
  GPtrArray *extra_fields; /* of char *: name, value, name, value ...; values on one line */
} MimeDraft;

MimeDraft *mime_draft_new (void);
void       mime_draft_free (MimeDraft *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MimeDraft, mime_draft_free)

/** Appends an attachment; everything is copied, @content is referenced. Returns: (transfer none) */
MimeAttachment *mime_draft_attach (MimeDraft  *self,
                                   const char *type,
                                   const char *filename,
                                   GBytes     *content);

/** Gives the next of a row of numbers, for boundaries: the world's generator, or the system's. */
typedef guint64 (*MimeRandom) (gpointer user_data);

/**
 * mime_draft_build:
 * @out_problem: (optional): a sentence saying why not, when NULL is returned
 *
 * Writes a message that keeps to RFC 5322, RFC 2045 to 2047, 2183, 2231 and 3676: CRLF line ends,
 * lines of at most 78 where they can be, never more than 998, ASCII (unless @allows_utf8_header).
 * Structure: mixed (related (alternative (text, html), inline parts), attachments), each level only
 * when it is needed; a lone attachment without text is the message itself. Plain ASCII text alone
 * is a message without MIME fields (RFC 2045 section 5.2). Domains in other scripts are written as
 * A-labels (RFC 5890), local parts need
 * @allows_utf8_header. Refused: addresses or ids that do not match their grammar, no From, controls
 * in fields.
 *
 * Returns: (transfer full) (nullable): the message
 */
GBytes *mime_draft_build (const MimeDraft *self,
                          MimeRandom       random,
                          gpointer         user_data,
                          char           **out_problem);

G_END_DECLS
